"""What a notebook asks of a reader: its exercises, its points, and a count of minutes.

A source says ``{{contents}}`` where the list is to stand. The minutes are plain arithmetic over
the cells that learners get, so that nobody's optimism comes into them. What stands below the
heading ``## Further`` is not needed to go on: it is counted by itself, and folded.
"""

import ast
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from nbformat import NotebookNode

WORDS_A_MINUTE = 200
MINUTES_A_FIGURE = 1.0
MINUTES_A_QUESTION = 40 / 60
MOST_MINUTES = 75
"""How long the core of a notebook may take, without what comes on top."""
LINES_A_MINUTE = 10
MINUTES_A_WIDGET = 3
"""For the code that is read and the figures to play with, which come on top."""

PLACE = "{{contents}}"
FURTHER = "## Further"
FOLDED = "jp-MarkdownHeadingCollapsed"
"""Cell metadata that folds a heading in JupyterLab and Notebook 7; elsewhere nothing is hidden."""

_HEADING = re.compile(r"^### Exercise (\d+): `(\w+)`", re.MULTILINE)
_MINUTES = re.compile(r"^> difficulty \d of 5 · importance \d of 5 · (\d+) minutes$", re.MULTILINE)
_ANNOUNCED = re.compile(r"^> (\d+) minutes, if you follow every line$", re.MULTILINE)
_NOT_READ = re.compile(r"<details>.*?</details>|<[^>]*>", re.DOTALL)
_WORD = re.compile(r"\S*\w\S*")


@dataclass(frozen=True)
class Asked:
    """An exercise as a notebook asks it."""

    number: int
    name: str
    minutes: int
    points: float

    @property
    def title(self) -> str:
        """Its heading, as the build completes it."""
        return f"Exercise {self.number}: {self.name}, {_points(self.points)}"

    @property
    def link(self) -> str:
        """Where its heading is found on the page."""
        return "#" + self.title.replace(" ", "-")


@dataclass(frozen=True)
class Load:
    """What a part of a notebook asks of a reader."""

    words: int
    figures: int
    questions: int
    exercises: tuple[Asked, ...]
    lines: int
    widgets: int
    announced: int = 0

    @property
    def minutes(self) -> float:
        """The time for all of it."""
        return (
            self.words / WORDS_A_MINUTE
            + self.figures * MINUTES_A_FIGURE
            + self.questions * MINUTES_A_QUESTION
            + sum(exercise.minutes for exercise in self.exercises)
            + self.announced
        )

    @property
    def on_top(self) -> float:
        """The minutes for who also reads the code and plays with what can be played with."""
        return self.lines / LINES_A_MINUTE + self.widgets * MINUTES_A_WIDGET

    @property
    def points(self) -> float:
        """The points to be had."""
        return sum(exercise.points for exercise in self.exercises)


def parts(cells: Iterable[NotebookNode]) -> tuple[list[NotebookNode], list[NotebookNode]]:
    """Return the cells of a notebook's core and those of its *Further*, as learners get them."""
    released = [cell for cell in cells if "solution" not in cell.metadata.get("tags", [])]
    cut = next((i for i, cell in enumerate(released) if opens_further(cell)), len(released))
    return released[:cut], released[cut:]


def opens_further(cell: NotebookNode) -> bool:
    """Say whether what is not needed to go on begins with this cell."""
    return bool(cell.cell_type == "markdown" and cell.source.startswith(FURTHER))


def load(cells: Sequence[NotebookNode]) -> Load:
    """Count what some cells ask of a reader: words, pictures, questions, exercises, code."""
    texts = [cell.source for cell in cells if cell.cell_type == "markdown"]
    points = {
        cell.metadata["nbgrader"]["grade_id"].removeprefix("check_"): cell.metadata["nbgrader"]
        for cell in cells
        if cell.metadata.get("nbgrader", {}).get("grade")
    }
    asked = [found for text in texts for found in _asked(text)]
    code = [cell for cell in cells if cell.cell_type == "code"]
    calls = [call for cell in code for call in _calls(cell.source)]
    return Load(
        words=sum(len(_WORD.findall(_NOT_READ.sub(" ", text))) for text in texts),
        figures=sum(call.startswith("figures.") for call in calls),
        questions=sum(call in ("quick", "recall") for call in calls),
        exercises=tuple(
            Asked(number, name, minutes, points.get(name, {}).get("points", 0))
            for number, name, minutes in asked
        ),
        lines=sum(_lines(cell.source) for cell in code if "nbgrader" not in cell.metadata),
        widgets=sum(call.startswith("widgets.") for call in calls),
        announced=sum(int(found) for text in texts for found in _ANNOUNCED.findall(text)),
    )


def complete(cells: Sequence[NotebookNode]) -> list[str]:
    """Write contents and points into a notebook's text and fold its *Further*.

    Returns
    -------
    list of str
        What is wrong with it: an exercise that no heading announces, or that names no minutes.
    """
    core, further = (
        replace(part, words=part.words + 2 * len(part.exercises))  # "2 points", in their headings
        for part in map(load, parts(cells))
    )
    listed = any(PLACE in cell.source for cell in cells)
    if listed:  # the list itself is read, too
        words = len(_WORD.findall(_contents(core, further)))
        core = replace(core, words=core.words + words - len(_WORD.findall(PLACE)))
    asked = {exercise.name: exercise for exercise in (*core.exercises, *further.exercises)}
    graded = [
        cell.metadata["nbgrader"]["grade_id"]
        for cell in cells
        if cell.metadata.get("nbgrader", {}).get("solution")
    ]
    for cell in cells:
        if opens_further(cell):
            cell.metadata[FOLDED] = True
        if cell.cell_type == "markdown":
            cell.source = cell.source.replace(PLACE, _contents(core, further))
            cell.source = _HEADING.sub(
                lambda found: _with_points(found, asked.get(found[2])), cell.source
            )
    return [
        f"exercise {name} needs a heading `### Exercise 1: `{name}`` and below it a line "
        "`> difficulty 1 of 5 · importance 1 of 5 · 5 minutes`."
        for name in graded
        if listed and name not in asked
    ]


def _asked(text: str) -> Iterator[tuple[int, str, int]]:
    """Yield number, name and minutes of the exercises that a text announces."""
    for piece in re.split(r"^(?=### )", text, flags=re.MULTILINE):
        heading, minutes = _HEADING.match(piece), _MINUTES.search(piece)
        if heading and minutes:
            yield int(heading[1]), heading[2], int(minutes[1])


def _parsed(source: str) -> ast.Module:
    try:
        return ast.parse(source)
    except SyntaxError:  # a magic command, say
        return ast.Module([], [])


def _lines(source: str) -> int:
    """Return how many lines of a cell are to be read: no import, and no call that only shows."""
    shows = ("figures.", "widgets.", "quick", "recall", "check", "hint", "begin")
    return sum(
        (statement.end_lineno or 0) - statement.lineno + 1
        for statement in _parsed(source).body
        if not isinstance(statement, ast.Import | ast.ImportFrom)
        and not ast.unparse(statement).startswith(shows)
    )


def _calls(source: str) -> Iterator[str]:
    """Yield the names of the functions that a cell calls as statements: "figures.loss.surface"."""
    for statement in ast.walk(_parsed(source)):
        value = getattr(statement, "value", None)
        if isinstance(statement, ast.Expr | ast.Assign) and isinstance(value, ast.Call):
            yield ast.unparse(value.func)


def _with_points(found: re.Match[str], exercise: Asked | None) -> str:
    return f"{found[0]}, {_points(exercise.points)}" if exercise else found[0]


def _points(points: float) -> str:
    return f"{points:g} point{'s' * (points != 1)}"


def _range(part: Load) -> str:
    """Return the minutes without and with what comes on top: "70 to 78"."""
    low, high = round(part.minutes), round(part.minutes + part.on_top)
    return f"{low} to {high}" if low < high else f"{low}"


def _contents(core: Load, further: Load) -> str:
    """Return the list of exercises, with points, and the time, in Markdown."""
    rows = [
        f"| [Exercise {exercise.number}: `{exercise.name}`]({exercise.link}) | "
        f"{exercise.points:g} | {exercise.minutes} |"
        for exercise in core.exercises
    ]
    others = [
        f"| [Exercise {exercise.number}: `{exercise.name}`]({exercise.link}), in *Further* | "
        f"{exercise.points:g} | {exercise.minutes} |"
        for exercise in further.exercises
    ]
    exercises = sum(exercise.minutes for exercise in core.exercises)
    reading = round(core.words / WORDS_A_MINUTE)
    looking = round(core.minutes) - reading - exercises  # so that the three add up to the total
    lines = [
        f"**{_range(core)} minutes**: {reading} of reading, {exercises} for the "
        f"exercises, {looking} for figures and quick questions, up to "
        f"{round(core.minutes + core.on_top) - round(core.minutes)} for given code and movable "
        "figures."
    ]
    if further.words:
        lines[0] += (
            f" What is not needed to go on is folded at the end, under *Further*: "
            f"{_range(further)} minutes more."
        )
    return "\n".join([*lines, "", "| | points | minutes |", "|---|---|---|", *rows, *others])
