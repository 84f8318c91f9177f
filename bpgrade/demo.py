"""Try the grading on a class made up for it, of students named by what they are.

Nothing here grades. The class is handed in, graded and exported by the commands that an instructor
would type, and the points are held against what each student deserves.
"""

import csv
import os
import re
import runpy
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from bpgrade.build import MARKERS, Course

SECONDS = 5  # that a cell may take: what an endless loop costs
FIRST = 2  # how many notebooks by default: the whole course takes longer than one likes to watch
_STUB = "raise NotImplementedError()"


@dataclass(frozen=True)
class Sheet:
    """A notebook as students get it, and what there is to win with it."""

    name: str
    release: NotebookNode
    right: dict[str, str]  # the solution's answer cells, by exercise
    points: dict[str, float]  # what each exercise is worth
    others: Mapping[str, Mapping[str, str]]  # other answers, by what they are

    @classmethod
    def of(cls, course: Course, name: str) -> "Sheet":
        """Read a built notebook."""
        solution = nbformat.read(course.solution(name), as_version=4)
        right, points = {}, {}
        for cell in solution.cells:
            marks = cell.metadata.get("nbgrader", {})
            if marks.get("solution"):
                lines = cell.source.splitlines()
                kept = [line for line in lines if not any(m in line for m in MARKERS)]
                right[marks["grade_id"]] = "\n".join(kept)
            elif marks.get("grade"):
                points[marks["grade_id"].removeprefix("check_")] = float(marks["points"])
        release = nbformat.read(course.release(name), as_version=4)
        return cls(name, release, right, points, _other_answers(course, name))


def _other_answers(course: Course, name: str) -> dict[str, dict[str, str]]:
    """Return what students answer besides the solution; nothing where nobody has written it."""
    path = course.root / "tests/demo_answers.py"
    found = runpy.run_path(str(path)) if path.exists() else {}
    kinds = ("UNUSUAL", "PARTLY_RIGHT", "MISTAKEN")
    return {kind: found.get(kind, {}).get(name, {}) for kind in kinds}


@dataclass(frozen=True)
class Submission:
    """What a student hands in for one notebook, and the points that deserves."""

    answers: dict[str, str]  # by exercise; what is not named stays as released
    deserves: float
    without: str = ""  # the id of a cell that the student deleted


def _grade_id(cell: NotebookNode) -> str:
    return str(cell.metadata.get("nbgrader", {}).get("grade_id", ""))


def _cell(notebook: NotebookNode, grade_id: str) -> NotebookNode:
    return next(cell for cell in notebook.cells if _grade_id(cell) == grade_id)


# The students. Each turns a sheet into a submission, or None where it has nothing to hand in.


def _right(sheet: Sheet) -> Submission:
    return Submission(sheet.right, sum(sheet.points.values()))


def _right_unusual_style(sheet: Sheet) -> Submission | None:
    return _right_but(sheet, "UNUSUAL", 1.0)


def _partly_right(sheet: Sheet) -> Submission | None:
    return _right_but(sheet, "PARTLY_RIGHT", 0.5)


def _one_mistake(sheet: Sheet) -> Submission | None:
    return _right_but(sheet, "MISTAKEN", 0.0)


def _right_but(sheet: Sheet, kind: str, credit: float) -> Submission | None:
    """Return right answers but for some, which are worth a part of their points."""
    answers = {e: text for e, text in sheet.others[kind].items() if e in sheet.right}
    if not answers:
        return None
    lost = sum((1 - credit) * sheet.points[exercise] for exercise in answers)
    return Submission({**sheet.right, **answers}, sum(sheet.points.values()) - lost)


def _half_done(sheet: Sheet) -> Submission:
    done = list(sheet.right)[: (len(sheet.right) + 1) // 2]
    answers = {exercise: sheet.right[exercise] for exercise in done}
    return Submission(answers, sum(sheet.points[exercise] for exercise in done))


def _untouched(sheet: Sheet) -> Submission:
    return Submission({}, 0.0)


def _infinite_loop(sheet: Sheet) -> Submission:
    cells = [cell.source for cell in sheet.release.cells if cell.cell_type == "code"]
    # The one that others use least: what they show then is not all about the endless one.
    exercise = min(
        sheet.right, key=lambda e: (len(_using(e, sheet.right.values())), len(_using(e, cells)))
    )
    lines = []
    for line in _cell(sheet.release, exercise).source.splitlines():
        before, stub, _ = line.partition(_STUB)
        lines += [f"{before}while True:", f"{before}    pass"] if stub else [line]
    answers = {**sheet.right, exercise: "\n".join(lines)}
    return Submission(answers, sum(sheet.points.values()) - sheet.points[exercise])


def _using(name: str, sources: Iterable[str]) -> list[str]:
    return [source for source in sources if re.search(rf"\b{name}\b", source)]


def _deleted_check(sheet: Sheet) -> Submission:
    first, *_ = sheet.right
    return Submission(sheet.right, sum(sheet.points.values()), without=f"check_{first}")


STUDENTS: dict[str, Callable[[Sheet], Submission | None]] = {
    "right": _right,
    "right_unusual_style": _right_unusual_style,
    "partly_right": _partly_right,
    "one_mistake": _one_mistake,
    "half_done": _half_done,
    "untouched": _untouched,
    "infinite_loop": _infinite_loop,
    "deleted_check": _deleted_check,
}


def filled(sheet: Sheet, submission: Submission) -> NotebookNode:
    """Return the release as a student hands it in."""
    notebook = deepcopy(sheet.release)
    if submission.without:
        notebook.cells.remove(_cell(notebook, submission.without))
    for cell in notebook.cells:
        cell.source = submission.answers.get(_grade_id(cell), cell.source)
    return notebook


# The course


def set_up(
    course: Course, folder: Path, names: Sequence[str], students: Sequence[str]
) -> dict[tuple[str, str], float]:
    """Make a course folder with every student's notebooks handed in.

    Parameters
    ----------
    course : Course
        Where solutions/ and notebooks/ are.
    folder : Path
        Where the demonstration class is to be; made here.
    names, students : sequence of str
        The notebooks; who hands them in, of `STUDENTS`.

    Returns
    -------
    dict
        The points deserved, by student and notebook.
    """
    demo = Course(folder)
    folder.mkdir(parents=True)
    config = (course.root / "nbgrader_config.py").read_text(encoding="utf-8")
    config += (
        f"\nc.Autograde.seconds = c.Draw.seconds = {SECONDS}  # shorter, for the endless loop\n"
    )
    (folder / "nbgrader_config.py").write_text(config, encoding="utf-8")
    deserved = {}
    for name in names:
        demo.solution(name).parent.mkdir(parents=True)
        shutil.copy(course.solution(name), demo.solution(name))
        sheet = Sheet.of(course, name)
        for student in students:
            submission = STUDENTS[student](sheet)
            if submission:
                path = folder / "submitted" / student / name / f"{name}.ipynb"
                path.parent.mkdir(parents=True)
                nbformat.write(filled(sheet, submission), path)
                deserved[student, name] = submission.deserves
    return deserved


def run(folder: Path, *command: str) -> bool:
    """Run a command in a course folder; say what it does, and whether it succeeded."""
    print(f"  {' '.join(command)} ", end="", flush=True)
    start = time.perf_counter()
    done = subprocess.Popen(
        [sys.executable, "-m", *command[command[0] == "python" and 2 :]],
        cwd=folder,
        env=_environment(),
        stdout=subprocess.PIPE,
        stderr=None if sys.stderr.isatty() and "grade" in command else subprocess.STDOUT,
        text=True,
    )
    said = []
    for line in done.stdout or ():
        said.append(line.rstrip())
        if "Converting notebook" in line:  # so that the slow step is seen to go on
            print(".", end="", flush=True)
    done.wait()
    print(f"  ({time.perf_counter() - start:.0f} s)")
    if done.returncode:
        print("    failed; it says:", *said[-15:], sep="\n    ")
    elif "grade" in command:
        print(*(f"    {line}" for line in said[:-1]), sep="\n")
    return done.returncode == 0


def _environment() -> dict[str, str]:
    """Let bplib be found from any folder, and alembic, which nbgrader starts by its name."""
    environment = dict(os.environ)
    for variable, folder in (
        ("PYTHONPATH", Path(__file__).resolve().parents[1]),
        ("PATH", Path(sys.executable).parent),
    ):
        folders = filter(None, [str(folder), os.environ.get(variable)])
        environment[variable] = os.pathsep.join(folders)
    return environment


def exported(folder: Path) -> dict[tuple[str, str], tuple[float, float]]:
    """Read grades.csv: score and maximum by student and notebook; nothing if it was not made."""
    if not (folder / "grades.csv").exists():
        return {}
    with (folder / "grades.csv").open(newline="") as file:
        return {
            (row["student_id"], row["assignment"]): (float(row["score"]), float(row["max_score"]))
            for row in csv.DictReader(file)
        }


def table(
    deserved: dict[tuple[str, str], float],
    points: dict[tuple[str, str], tuple[float, float]],
) -> tuple[list[str], bool]:
    """Return the lines of the table of points, and whether all are as deserved."""
    names = list(dict.fromkeys(name for _, name in deserved))
    students = list(dict.fromkeys(student for student, _ in deserved))
    rows = [["", *names]]
    agree = True
    for student in students:
        row = [student]
        for name in names:
            expected = deserved.get((student, name))
            score, most = points.get((student, name), (0.0, 0.0))
            if expected is None:
                row.append("-")
            elif abs(score - expected) < 1e-9:
                row.append(f"{score:g} of {most:g} ({expected:g})")
            else:
                agree = False
                row.append(f"{score:g} of {most:g} ({expected:g}!)")
        rows.append(row)
    widths = [max(map(len, column)) + 2 for column in zip(*rows, strict=True)]
    lines = [
        row[0].ljust(widths[0])
        + "".join(entry.rjust(width) for entry, width in zip(row[1:], widths[1:], strict=True))
        for row in rows
    ]
    return lines, agree


def main(
    names: Iterable[str],
    root: Path,
    folder: Path,
    students: Sequence[str] = tuple(STUDENTS),
) -> int:
    """Set the class up, grade it, print the points; return the exit code."""
    course = Course(root)
    names = list(names) or [n for n in course.names() if course.release(n).exists()][:FIRST]
    missing = [n for n in names if not (course.solution(n).exists() and course.release(n).exists())]
    if missing or not names:
        wanted = " ".join(missing) or "all notebooks"
        print(f"Not built yet: {wanted}; run: python -m bpgrade build", file=sys.stderr)
        return 1
    if folder.exists():
        print(
            f"{folder} is there already; remove it, or name another with --into.", file=sys.stderr
        )
        return 1
    begun = time.perf_counter()
    print(f"A class of {len(students)} made-up students hands in {', '.join(names)}.")
    deserved = set_up(course, folder, names, students)
    print(f"These commands are run in {folder}; each works by hand there, too.")
    print("With two notebooks and two free cores it takes less than two minutes.")
    done = True
    for name in names:
        done &= run(folder, "nbgrader", "generate_assignment", name)
        done &= run(folder, "python", "-m", "bpgrade", "grade", name)
        done &= run(folder, "nbgrader", "generate_feedback", name)
    done &= run(folder, "nbgrader", "export")
    lines, agree = table(deserved, exported(folder))
    verdict = "They agree." if done and agree else "They do NOT agree: see ! and what failed above."
    title = "Points, and in brackets what the student deserves:"
    print("", title, "", *lines, "", verdict, sep="\n")
    print(f"It took {time.perf_counter() - begun:.0f} s.")
    print(f"What students get back: {folder / 'feedback'}/<student>/<notebook>/<notebook>.html")
    print(f"The gradebook: {folder / 'gradebook.db'}; as a table: {folder / 'grades.csv'}")
    print(f"By hand from here: cd {folder}; nbgrader --help, or the Formgrader in JupyterLab.")
    return 0 if done and agree else 1
