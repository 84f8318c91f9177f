"""Make what instructors and learners get from source/: solutions/ (executed) and notebooks/.

``source/NN_name.py`` is a notebook as a percent script. It becomes the complete, executed
``solutions/NN_name/NN_name.ipynb``, and nbgrader makes the learners' notebook from that.
"""

import ast
import io
import logging
import os
import re
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode

from bpgrade import contents
from bplib.course import NOTEBOOKS, in_notebook
from bplib.course import problems as problems_of_the_house

_MARKER = re.compile(r"#\s*%%%*(\s|$)")
MARKERS = _BEGIN, _END = "BEGIN SOLUTION", "END SOLUTION"
_CELL_TIMEOUT = 300  # seconds
_SLOW_CELL = 8  # seconds: grading stops a cell after 30, on a machine that may be busier
_QUIET_KERNEL = ["--IPKernelApp.log_level=ERROR", "--HistoryManager.hist_file=:memory:"]
_CLIENT: dict[str, Any] = {
    "kernel_name": "python3",
    "record_timing": False,
    "store_widget_state": False,
    "coalesce_streams": True,
    "shutdown_kernel": "immediate",
    "extra_arguments": _QUIET_KERNEL,
}
_METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {
        "codemirror_mode": {"name": "ipython", "version": 3},
        "file_extension": ".py",
        "mimetype": "text/x-python",
        "name": "python",
        "nbconvert_exporter": "python",
        "pygments_lexer": "ipython3",
    },
}


@dataclass(frozen=True)
class Problem:
    """Something to mend in a source: the file, the line, and what to do there."""

    path: Path
    line: int
    text: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.text}"


class BuildError(Exception):
    """A notebook cannot be built; its text is one line for each problem."""

    def __init__(self, problems: Iterable[Problem]):
        self.problems = tuple(problems)
        super().__init__("\n".join(map(str, self.problems)))


@dataclass(frozen=True)
class Course:
    """The folders of a course."""

    root: Path

    def source(self, name: str) -> Path:
        """Return the percent script of a notebook."""
        return self.root / "source" / f"{name}.py"

    def solution(self, name: str) -> Path:
        """Return the complete notebook."""
        return self.root / "solutions" / name / f"{name}.ipynb"

    def release(self, name: str) -> Path:
        """Return the learners' notebook."""
        return self.root / "notebooks" / name / f"{name}.ipynb"

    def names(self) -> list[str]:
        """Return the names of the notebooks that have a source, in order."""
        return sorted(path.stem for path in (self.root / "source").glob("*.py"))


def build(course: Course, name: str) -> None:
    """Build the solution and the release of one notebook.

    Raises
    ------
    BuildError
        If the source cannot become a notebook or a cell of it raises. Nothing is written then.
    """
    notebook, lines = read_source(course.source(name), name)
    _execute(notebook, lines, course, name)
    solution = _text(notebook)
    release = release_of(course, name, solution)
    for path, text in ((course.solution(name), solution), (course.release(name), release)):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def stale(course: Course, name: str) -> list[Problem]:
    """Say what built files are not as their source gives them. Nothing is executed.

    Returns
    -------
    list of Problem
        Empty if the solution holds the source's cells, all executed, and the release is what
        nbgrader makes from that solution.
    """
    source, solution, release = (
        course.source(name),
        course.solution(name),
        course.release(name),
    )
    remedy = f"run: python -m bpgrade build {name}"
    problems = [
        Problem(path, 1, f"is not there; {remedy}")
        for path in (solution, release)
        if not path.exists()
    ]
    if problems:
        return problems
    stored = solution.read_text(encoding="utf-8")
    try:
        built = nbformat.reads(stored, as_version=4)
    except Exception as error:
        return [Problem(solution, 1, f"is no notebook ({error}); {remedy}")]
    expected, lines = read_source(source, name)
    for number, (old, new) in enumerate(zip(built.cells, expected.cells, strict=False)):
        if _essence(old) != _essence(new):
            text = f"this cell is not what {solution} holds (cell {number + 1}); {remedy}"
            return [Problem(source, lines[number], text)]
    if len(built.cells) != len(expected.cells) or built.metadata != expected.metadata:
        return [Problem(solution, 1, f"is not what {source} gives; {remedy}")]
    code = [cell for cell in built.cells if cell.cell_type == "code" and cell.source.strip()]
    if [cell.execution_count for cell in code] != list(range(1, len(code) + 1)):
        return [Problem(solution, 1, f"was not executed from top to bottom; {remedy}")]
    if release.read_text(encoding="utf-8") != release_of(course, name, stored):
        return [Problem(release, 1, f"is not what nbgrader makes from {solution}; {remedy}")]
    return []


def _orphans(course: Course) -> list[Problem]:
    built = [*course.root.glob("solutions/*/*.ipynb"), *course.root.glob("notebooks/*/*.ipynb")]
    text = "has no source in source/; remove it."
    return [Problem(path, 1, text) for path in sorted(built) if path.stem not in course.names()]


def _essence(cell: NotebookNode) -> tuple[Any, ...]:
    return cell.cell_type, cell.id, cell.source, cell.metadata


# From source to notebook


def read_source(path: Path, name: str) -> tuple[NotebookNode, list[int]]:
    """Read a percent script and complete what nbgrader needs to know of its cells.

    Parameters
    ----------
    path : Path
        The script.
    name : str
        The notebook it belongs to, such as "01_loss".

    Returns
    -------
    notebook, lines
        The notebook, not executed, and the line of the file at which each cell starts.

    Raises
    ------
    BuildError
        With every problem of the source.
    """
    import jupytext

    if name not in NOTEBOOKS:
        known = ", ".join(NOTEBOOKS)
        raise BuildError([Problem(path, 1, f"no notebook is called {name}; there are {known}.")])
    if not path.exists():
        raise BuildError([Problem(path, 1, "this file does not exist.")])
    text = path.read_text(encoding="utf-8")
    lines = [i for i, line in enumerate(text.splitlines(), 1) if _MARKER.match(line)]
    try:
        cells = jupytext.reads(text, "py:percent").cells
    except Exception as error:
        raise BuildError([Problem(path, 1, f"jupytext cannot read this: {error}")]) from error
    if len(lines) != len(cells):
        text = "text stands before the first cell; start every cell with a line `# %%`."
        raise BuildError([Problem(path, 1, text)])
    problems = [Problem(path, *found) for found in _complete(cells, lines, name)]
    if problems:
        raise BuildError(problems)
    for cell, cell_id in zip(cells, _cell_ids(cells), strict=True):
        cell.id = cell_id
    notebook = nbformat.v4.new_notebook(cells=cells)
    notebook.metadata = nbformat.from_dict(_METADATA)
    notebook.nbformat_minor = 5
    return notebook, lines


def _complete(cells: list[NotebookNode], lines: list[int], name: str) -> list[tuple[int, str]]:
    """Complete the cells' nbgrader metadata; return line and text of all that is wrong."""
    found: list[tuple[int, str]] = []
    exercises = [exercise.name for exercise in in_notebook(name)]
    seen: dict[str, int] = {}
    for cell, line in zip(cells, lines, strict=True):
        cell.metadata.pop("lines_to_next_cell", None)
        is_answer = bool(cell.metadata.get("nbgrader", {}).get("solution"))
        found += [(line + i, text) for i, text in _wrong_marks(cell, is_answer)]
        if "nbgrader" in cell.metadata:
            complaint = _complete_cell(cell, name, exercises, seen)
            if complaint:
                found.append((line, complaint))
            seen.setdefault(cell.metadata["nbgrader"].get("grade_id", ""), line)
    tried = _tried_on_the_side(cells)
    for exercise in exercises:
        if exercise in seen and f"check_{exercise}" not in seen:
            text = f'this answer has no check; write a cell "check_{exercise}" below it.'
            found.append((seen[exercise], text))
        elif not {exercise, f"check_{exercise}"} & {*seen, *tried}:
            text = (
                f"nothing asks exercise {exercise} of bplib/course/{NOTEBOOKS[name].module}/"
                f'exercises.py; write an answer cell with grade_id "{exercise}", and its check.'
            )
            found.append((1, text))
    if not found:
        found = [(1, text) for text in contents.complete(cells)]
    return sorted(found)


def _complete_cell(
    cell: NotebookNode, name: str, exercises: list[str], seen: dict[str, int]
) -> str:
    """Complete the nbgrader metadata of an answer or a check; return what is wrong with it."""
    given = cell.metadata["nbgrader"]
    grade_id = str(given.get("grade_id", ""))
    is_answer, is_check = bool(given.get("solution")), bool(given.get("grade"))
    if cell.cell_type != "code" or is_answer == is_check:
        return (
            'nbgrader marks belong on code cells: {"grade_id": "name", "solution": true} on an '
            'answer, {"grade_id": "check_name", "grade": true} on its check.'
        )
    if "solution" in cell.metadata.get("tags", []):
        return 'learners need this cell; remove its tag "solution".'
    allowed = {(f"check_{e}" if is_check else e): e for e in exercises}
    if grade_id not in allowed:
        return f'"{grade_id}" belongs to no exercise of {name}; use one of {", ".join(allowed)}.'
    if grade_id in seen:
        return (
            f'grade_id "{grade_id}" stands at line {seen[grade_id]} already; '
            "give this cell its own or remove it."
        )
    exercise = allowed[grade_id]
    if is_check and exercise not in seen:
        return f'this check has no answer above it; write a cell with grade_id "{exercise}".'
    nbgrader = {
        "cell_type": "code",
        "grade": is_check,
        "grade_id": grade_id,
        "locked": is_check,
        "schema_version": 3,
        "solution": is_answer,
        "task": False,
    }
    if is_check:
        points, complaint = _points(cell.source, exercise, name)
        if complaint:
            return complaint
        nbgrader["points"] = points
    cell.metadata["nbgrader"] = nbformat.from_dict(nbgrader)
    return ""


def _tried_on_the_side(cells: list[NotebookNode]) -> set[str | None]:
    """Return the functions that cells without points check, such as a worked example."""
    checked: set[str | None] = set()
    for cell in cells:
        if cell.cell_type == "code" and "nbgrader" not in cell.metadata:
            try:
                tree = ast.parse(cell.source)
            except SyntaxError:  # a magic command, say
                continue
            checked.update(map(_checked, _checks_in(tree)))
    return checked


def _wrong_marks(cell: NotebookNode, is_answer: bool) -> Iterator[tuple[int, str]]:
    """Yield line within the cell and text of what is wrong with its solution markers."""
    begun = 0
    regions = 0
    for i, line in enumerate(cell.source.splitlines(), 1):
        if _BEGIN not in line and _END not in line:
            continue
        if not is_answer:
            text = (
                f"{_BEGIN} and {_END} belong in answer cells; remove them here, or mark the cell "
                'nbgrader={"grade_id": "name", "solution": true}.'
            )
            yield i, text
            return
        if (_BEGIN in line) == bool(begun):
            missing, extra = (_END, _BEGIN) if begun else (_BEGIN, _END)
            yield i, f"this {extra} has no {missing} before it; every region needs both."
            return
        begun = i if _BEGIN in line else 0
        regions += not begun
    if begun:
        yield begun, f"this {_BEGIN} has no {_END} below it in its cell; write it."
    elif is_answer and not regions:
        yield 0, f"this answer stays in the release; put ### {_BEGIN} and ### {_END} around it."


def _points(source: str, exercise: str, name: str) -> tuple[float, str]:
    """Read what a check cell is worth; return the points and what is wrong with the cell."""
    wanted = f"check({exercise}, points=…)"
    try:
        tree = ast.parse(source)
    except SyntaxError as error:
        return 0, f"this check cell is not plain Python ({error.msg}); write {wanted}."
    calls = _checks_in(tree)
    last = tree.body[-1] if tree.body else None
    if len(calls) != 1 or not isinstance(last, ast.Expr) or last.value is not calls[0]:
        return 0, f"a check cell ends with its one call of check; write {wanted} last in it."
    if source.rstrip().endswith(";"):
        return 0, "the semicolon hides the points of a partly right answer; remove it."
    call = calls[0]
    if _checked(call) != exercise:
        return 0, f"this cell is to check {exercise}; write {wanted}."
    keywords = {keyword.arg: keyword.value for keyword in call.keywords}
    notebook = keywords.get("notebook")
    if notebook is not None and getattr(notebook, "value", None) != name:
        return 0, f'this check asks another notebook; write notebook="{name}".'
    points = getattr(keywords.get("points"), "value", None)
    if isinstance(points, bool) or not isinstance(points, int | float) or points <= 0:
        return 0, f"this check says no points; write {wanted} with a number above 0."
    return points, ""


def _checks_in(tree: ast.AST) -> list[ast.Call]:
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    return [call for call in calls if getattr(call.func, "id", None) == "check"]


def _checked(call: ast.Call) -> str | None:
    """Return the name of the function that a call of check is given."""
    return getattr(call.args[0], "id", None) if call.args else None


def _cell_ids(cells: list[NotebookNode]) -> Iterator[str]:
    """Name cells after the exercise above them, so that an edit renames few others."""
    last, count = "start", 0
    for cell in cells:
        grade_id = cell.metadata.get("nbgrader", {}).get("grade_id")
        if grade_id:
            last, count = grade_id, 0
            yield grade_id[:64]
        else:
            count += 1
            yield f"{last[:58]}-{count}"


# From notebook to executed notebook


def _execute(notebook: NotebookNode, lines: list[int], course: Course, name: str) -> None:
    """Execute a notebook in an empty folder and keep its outputs, without what varies."""
    package = Path(__file__).resolve().parents[1]
    paths = [str(package), *filter(None, [os.environ.get("PYTHONPATH")])]
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join(paths),
        "BPLIB_SEED": "1",  # of questions that are drawn anew: the same file at every build
    }
    with tempfile.TemporaryDirectory() as folder:
        _run(notebook, lines, course.source(name), folder, environment)
    notebook.metadata = nbformat.from_dict(_METADATA)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.metadata.pop("execution", None)
            # A stored view of a widget says "model not found" where no kernel is running.
            cell.outputs = [output for output in cell.outputs if not _is_widget(output)]
            for output in cell.outputs:
                output.pop("transient", None)


def _run(
    notebook: NotebookNode, lines: list[int], source: Path, folder: str, environment: dict[str, str]
) -> None:
    """Run the cells of a notebook in a folder; say of a slow one that it is."""
    from nbclient import NotebookClient
    from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

    running, since = 0, 0.0

    def note(cell: NotebookNode, cell_index: int) -> None:
        nonlocal running, since
        running, since = cell_index, time.perf_counter()

    def tell(cell: NotebookNode, cell_index: int, execute_reply: Any) -> None:
        took = time.perf_counter() - since
        if took > _SLOW_CELL:
            text = f"note: this cell takes {took:.0f} s; grading stops cells after 30 s."
            print(Problem(source, lines[cell_index], text), file=sys.stderr)

    client = NotebookClient(
        notebook,
        timeout=_CELL_TIMEOUT,
        resources={"metadata": {"path": folder}},
        on_cell_start=note,
        on_cell_executed=tell,
        **_CLIENT,
    )
    try:
        client.execute(env=environment)
    except CellExecutionError as error:
        line = lines[running] + _line_in_cell(error.traceback)
        raise BuildError([Problem(source, line, _raised(error))]) from None
    except CellTimeoutError:
        text = f"this cell runs for more than {_CELL_TIMEOUT} s; make it quicker."
        raise BuildError([Problem(source, lines[running], text)]) from None
    except DeadKernelError:
        text = "the kernel died in this cell; run it in Jupyter to see why."
        raise BuildError([Problem(source, lines[running], text)]) from None


def _is_widget(output: NotebookNode) -> bool:
    return any("widget-view" in kind for kind in output.get("data", {}))


def _line_in_cell(traceback: str) -> int:
    """Return the line within the cell at which its error arose, 0 if it is not known."""
    plain = re.sub(r"\x1b\[[0-9;]*m", "", traceback)
    found = re.search(r"Cell In\[\d+\], line (\d+)", plain)
    return int(found[1]) if found else 0


def _raised(error: Any) -> str:
    text = f"{error.ename}: {error.evalue}" if error.evalue else error.ename
    return f"this cell raises {text.rstrip()}"


def _text(notebook: NotebookNode) -> str:
    nbformat.validate(notebook)
    return nbformat.writes(notebook).rstrip("\n") + "\n"


# From executed notebook to what learners get


def release_of(course: Course, name: str, solution: str) -> str:
    """Return what ``nbgrader generate_assignment`` makes from a solution notebook.

    Parameters
    ----------
    course : Course
        Where nbgrader_config.py stands.
    name : str
        The notebook.
    solution : str
        The solution notebook's text.
    """
    from nbgrader.api import Base
    from nbgrader.converters import GenerateAssignment
    from nbgrader.converters.base import NbGraderException
    from nbgrader.coursedir import CourseDirectory
    from sqlalchemy import create_engine
    from traitlets.config import PyFileConfigLoader
    from traitlets.log import get_logger

    with tempfile.TemporaryDirectory() as folder:
        temporary = Course(Path(folder))
        config = PyFileConfigLoader("nbgrader_config.py", path=str(course.root)).load_config()
        config.CourseDirectory.root = folder
        config.CourseDirectory.assignment_id = name
        config.CourseDirectory.db_url = f"sqlite:///{folder}/gradebook.db"
        path = temporary.solution(name)
        path.parent.mkdir(parents=True)
        path.write_text(solution, encoding="utf-8")
        # Where the tables are there already, nbgrader does not start alembic, which takes seconds,
        # to ask for the version of a gradebook that is thrown away.
        Base.metadata.create_all(create_engine(config.CourseDirectory.db_url))
        log = get_logger()
        said = io.StringIO()
        handler, level = logging.StreamHandler(said), log.level
        log.addHandler(handler)
        log.setLevel("ERROR")
        try:
            directory = CourseDirectory(config=config)
            GenerateAssignment(coursedir=directory, config=config).start()
        except NbGraderException:
            text = f"nbgrader cannot make the release from it:\n{said.getvalue().rstrip()}"
            raise BuildError([Problem(course.solution(name), 1, text)]) from None
        finally:
            log.setLevel(level)
            log.removeHandler(handler)
        return temporary.release(name).read_text(encoding="utf-8").rstrip("\n") + "\n"


def main(names: list[str], root: Path, check: bool) -> int:
    """Build or compare notebooks and say so; return the exit code."""
    course = Course(root)
    misplaced = problems_of_the_house()
    if misplaced:
        print(*misplaced, sep="\n", file=sys.stderr)
        return 1
    orphans = _orphans(course) if check and not names else []
    print(*orphans, sep="\n", end="\n" if orphans else "", file=sys.stderr)
    names = names or course.names()
    if not names:
        print(f"There is no source/*.py in {root.resolve()}.", file=sys.stderr)
        return 1
    failed = bool(orphans)
    for name in names:
        start = time.perf_counter()
        try:
            if check:
                problems = stale(course, name)
            else:
                problems = []
                build(course, name)
        except BuildError as error:
            problems = list(error.problems)
        if problems:
            failed = True
            print(*problems, sep="\n", file=sys.stderr)
        else:
            did = "as its source gives it" if check else "built"
            print(f"{name}: {did} ({time.perf_counter() - start:.1f} s)")
    return int(failed)
