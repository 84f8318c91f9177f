"""Submissions for tests of the grader: a notebook filled in, and mangled as tests like it."""

import json
from collections.abc import Callable, Mapping
from copy import deepcopy
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell

from bpgrade.build import Course
from bpgrade.demo import Sheet
from bpgrade.grade import Graded, Grader, Job
from bpgrade.grade import Sheet as Paper
from bpgrade.running import Limits
from bpgrade.transplant import grade_id, is_answer

COURSE = Course(Path(__file__).parents[1])
NAME = "04_delta_b"  # most tests of the grader use this notebook; it is worth nine points
SHEET = Sheet.of(COURSE, NAME)
RIGHT = SHEET.right
SECRET = "5ec2e7"
QUICK = Limits(cell=2, whole=60)

WRONG = {
    name: f"{source.split('):')[0].split(') ->')[0]}):\n    return 0.0"
    for name, source in {
        "delta_B": "def delta_B(Y_hat, Y):",
        "gradient_B": "def gradient_B(delta, H):",
        "delta_B_sigmoid": "def delta_B_sigmoid(Y_hat, Y):",
        "step_B": "def step_B(B, H, Y, learning_rate):",
    }.items()
}
"""Answers worth nothing."""


def filled(
    answers: Mapping[str, str] = RIGHT, first: str = "", last: str = "", sheet: Sheet = SHEET
) -> NotebookNode:
    """Return the release with answers in it, and a student's cell before or behind all others."""
    notebook = deepcopy(sheet.release)
    for cell in notebook.cells:
        if is_answer(cell):
            cell.source = answers.get(grade_id(cell), cell.source)
    if first:
        notebook.cells.insert(2, new_code_cell(first))
    if last:
        notebook.cells.append(new_code_cell(last))
    return notebook


def without_drawing(notebook: NotebookNode) -> NotebookNode:
    """Return a notebook whose figures are laid out, described and shown, but not drawn.

    Tests that run whole notebooks and look at text spend most of their time on pixels.
    """
    notebook = deepcopy(notebook)
    cell = new_code_cell("import bplib.figures.base\nbplib.figures.base.png = lambda figure: b'-'")
    notebook.cells.insert(0, cell)
    return notebook


def cell(notebook: NotebookNode, name: str) -> NotebookNode:
    """Return the cell that nbgrader calls by a name."""
    return next(c for c in notebook.cells if grade_id(c) == name)


def position(notebook: NotebookNode, name: str) -> int:
    """Return where the cell stands that nbgrader calls by a name."""
    return notebook.cells.index(cell(notebook, name))


def hand_in(notebook: NotebookNode | str | bytes, folder: Path, file: str = "") -> Path:
    """Write a submission into a folder; return the folder."""
    path = folder / (file or f"{NAME}.ipynb")
    path.parent.mkdir(parents=True, exist_ok=True)
    if isinstance(notebook, bytes):
        path.write_bytes(notebook)
    else:
        text = notebook if isinstance(notebook, str) else json.dumps(notebook)
        path.write_text(text, encoding="utf-8")
    return folder


def paper(sheet: Sheet = SHEET, limits: Limits = QUICK, **others: Any) -> Paper:
    """Return what the grader knows of a notebook."""
    return Paper(sheet.name, nbformat.writes(sheet.release), SECRET, limits, **others)


def points(graded: Graded) -> float:
    """Return the sum of a submission's points."""
    return sum(mark.points for mark in graded.marks)


def grading(grader: Grader, folder: Path) -> Callable[..., Graded]:
    """Return a function that hands in a notebook and grades it."""

    def grade(notebook: NotebookNode | str | bytes, file: str = "", **files: str) -> Graded:
        hand_in(notebook, folder, file)
        for name, text in files.items():
            (folder / f"{name}.py").write_text(text)
        return grader.grade(Job("student", str(folder)))

    return grade
