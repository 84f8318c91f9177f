"""A course folder with submissions, set up without nbgrader's commands, which take seconds each."""

import atexit
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from nbgrader.api import Base, Gradebook
from nbgrader.converters import GenerateAssignment
from nbgrader.coursedir import CourseDirectory
from sqlalchemy import create_engine, text
from traitlets.config import PyFileConfigLoader

from bpgrade.build import Course
from tests.papers import COURSE, NAME, hand_in


def course(folder: Path, submissions: Mapping[str, Any], name: str = NAME, **settings: str) -> Path:
    """Make a course in which an assignment was handed in; return its folder.

    Parameters
    ----------
    folder : Path
        Where; made here.
    submissions : mapping
        By student: a notebook, text, bytes, or a dict of these by file name.
    name : str
        The notebook.
    **settings : str
        Lines for the end of nbgrader_config.py.
    """
    shutil.copytree(_empty(name), folder)
    with (folder / "nbgrader_config.py").open("a") as config:
        config.write("\n" + "\n".join(settings.values()) + "\n")
    if "db_url" in "".join(settings.values()):
        generate(folder, name)
    for student, files in submissions.items():
        target = folder / "submitted" / student / name
        target.mkdir(parents=True)
        for file, data in (files if isinstance(files, Files) else {"": files}).items():
            hand_in(data, target, file or f"{name}.ipynb")
    return folder


@cache
def _empty(name: str) -> Path:
    """Return a course in which nobody has handed in anything, made once."""
    folder = Path(tempfile.mkdtemp())
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    shutil.copy(COURSE.root / "nbgrader_config.py", folder)
    own = Course(folder)
    own.solution(name).parent.mkdir(parents=True)
    shutil.copy(COURSE.solution(name), own.solution(name))
    generate(folder, name)
    return folder


class Files(dict):
    """Several files that a student handed in, by name."""


def generate(folder: Path, name: str) -> None:
    """Make an assignment known, as ``nbgrader generate_assignment`` does."""
    config = _config(folder)
    config.CourseDirectory.root = str(folder)
    config.CourseDirectory.assignment_id = name
    config.BaseConverter.force = True
    engine = create_engine(config.CourseDirectory.db_url)
    Base.metadata.create_all(engine)
    with engine.begin() as connection:
        sql = "CREATE TABLE IF NOT EXISTS alembic_version (version_num VARCHAR(32))"
        connection.exec_driver_sql(sql)
    directory = CourseDirectory(config=config)
    GenerateAssignment(coursedir=directory, config=config).start()


def _config(folder: Path) -> Any:
    return PyFileConfigLoader("nbgrader_config.py", path=str(folder)).load_config()


def command(folder: Path, *arguments: str) -> subprocess.Popen[str]:
    """Start a command of Python's in a course."""
    return subprocess.Popen(
        [sys.executable, "-m", *arguments],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(COURSE.root), "OPENBLAS_NUM_THREADS": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def gradebook(folder: Path) -> Gradebook:
    """Return the gradebook of a course."""
    return Gradebook(_config(folder).CourseDirectory.db_url, "backprop")


def scores(folder: Path, name: str = NAME) -> dict[str, float]:
    """Return the scores of all submissions of an assignment, by student."""
    with gradebook(folder) as book:
        return {s.student.id: s.score for s in book.assignment_submissions(name)}


def booked(folder: Path) -> list[list[Any]]:
    """Return all that the gradebook holds of grades and comments, in an order of its own."""
    grades = """
        SELECT a.student_id, c.name, g.auto_score, g.manual_score, g.extra_credit,
               g.needs_manual_grade
        FROM grade g JOIN base_cell c ON c.id = g.cell_id
             JOIN submitted_notebook n ON n.id = g.notebook_id
             JOIN submitted_assignment a ON a.id = n.assignment_id"""
    comments = """
        SELECT a.student_id, c.name, t.auto_comment, t.manual_comment
        FROM comment t JOIN base_cell c ON c.id = t.cell_id
             JOIN submitted_notebook n ON n.id = t.notebook_id
             JOIN submitted_assignment a ON a.id = n.assignment_id"""
    students = "SELECT id FROM student"
    with gradebook(folder) as book:
        rows = [r for query in (grades, comments, students) for r in book.db.execute(text(query))]
    return sorted(([int(v) if isinstance(v, bool) else v for v in row] for row in rows), key=repr)
