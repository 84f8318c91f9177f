"""The call of a check once more, as a table: every line of the learner's and what it gave.

No right value is shown; the first line that leaves the way is marked.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

import numpy as np

from bplib.checking.call import Reply
from bplib.checking.calls import compared
from bplib.checking.follow import Followed, came_back, first_off, followed
from bplib.checking.plain import Other
from bplib.checking.trace import RETURNED, Trace
from bplib.course import find
from bplib.course.probe import Probe, Value

_MOST_ROWS = 30
_MOST_NUMBERS = 6


@dataclass(frozen=True)
class Row:
    """A line of the learner's in a replayed call.

    Parameters
    ----------
    line : int
        Its number in the cell.
    text : str
        The line.
    name : str
        What it gave a value to.
    shape : str
        The value's shape, "" for a number.
    numbers : str
        The value, or its first entries.
    off : bool
        Whether it is the first that goes wrong.
    function : str
        The function whose line it is.
    value : plain data
        What it gave.
    """

    line: int
    text: str
    name: str
    shape: str
    numbers: str
    off: bool = False
    function: str = ""
    value: Value = None


def rows(probe: Probe, reply: Reply, wrong: bool) -> list[Row]:
    """Return what the lines of a function gave in the traced call of a check.

    Parameters
    ----------
    probe : Probe
        What was asked.
    reply : Reply
        What came back, with the trace.
    wrong : bool
        Whether the result is wrong: then the first value that goes wrong is marked.
    """
    notes = _followed(probe, reply)
    place = _first_off(reply.trace, notes) if wrong else None
    within = came_back(notes)
    found = []
    for i, note in enumerate(reply.trace.notes):
        at = reply.trace.places[note.place]
        if not at.shown or i in within:
            continue
        name = "returned" if at.name == RETURNED else at.name
        off = i == place
        shown = _shown(note.value)
        found.append(Row(at.line, at.text, name, *shown, off, at.function, note.value))
    return found


def _followed(probe: Probe, reply: Reply) -> list[Followed]:
    """Return the notes of the traced call with what they are on the way, none if it has no end."""
    exercise = find(probe.exercise, notebook=probe.notebook)
    cases = [i for i, case in enumerate(probe.cases) if case.values and not case.raises]
    outcomes = reply.helped or reply.outcomes
    try:
        call = compared(exercise, probe.cases[cases[0]], outcomes[cases[0]])
        return followed(exercise, call, reply.trace)
    except (ArithmeticError, LookupError, TypeError, ValueError):
        return []


def _first_off(trace: Trace, notes: Sequence[Followed]) -> int | None:
    """Return the number of the note to mark: of the line in which the first value goes wrong."""
    off = first_off(notes)
    return None if off is None else _outer(trace, off)


def _outer(trace: Trace, note: int) -> int:
    """Return the note of the whole line in which a note was taken."""
    at = trace.places[trace.notes[note].place]
    for i in range(note, len(trace.notes)):
        other = trace.places[trace.notes[i].place]
        if not other.inner and (other.function, other.line) == (at.function, at.line):
            return i
    return note


def _shown(value: Any) -> tuple[str, str]:
    """Return the shape and the first numbers of a value as text."""
    if isinstance(value, np.ndarray):
        few = ", ".join(f"{x:.3g}" for x in value.ravel()[:_MOST_NUMBERS])
        return str(value.shape), few + (", …" if value.size > _MOST_NUMBERS else "")
    if isinstance(value, list | tuple):
        whole = not any(isinstance(part, np.ndarray | list | tuple) for part in value)
        few = str(value)[:60] if whole else ", ".join(map(_size, value[:_MOST_NUMBERS]))
        return f"{len(value)} values", few
    if isinstance(value, Other):  # which says of many a thing no more than where it is kept
        value = value.type if value.text.startswith("<") else value.text
    return "", f"{value:.6g}" if isinstance(value, float) else str(value)[:60]


def _size(part: Any) -> str:
    return f"{len(part)} values" if isinstance(part, list | tuple) else str(np.shape(part))


def as_text(title: str, found: Sequence[Row]) -> str:
    """Return rows as a table of text."""
    lines = [title]
    for row in found[:_MOST_ROWS]:
        mark = "→" if row.off else " "
        lines.append(f"{mark} {row.line:>3}  {row.text}")
        shape = f"{row.shape}  " if row.shape else ""
        lines.append(f"        {row.name}: {shape}{row.numbers}")
    return "\n".join([*lines, *_rest(found), *_legend(found)])


def as_html(title: str, found: Sequence[Row]) -> str:
    """Return rows as a table of HTML."""
    head = "".join(f"<th>{name}</th>" for name in ("", "line", "", "gives", "shape", "numbers"))
    body = "".join(_html_row(row) for row in found[:_MOST_ROWS])
    below = "".join(f"<p>{escape(text)}</p>" for text in (*_rest(found), *_legend(found)))
    return (
        f"<p><strong>{escape(title)}</strong></p><table><thead><tr>{head}</tr></thead>"
        f"<tbody>{body}</tbody></table>{below}"
    )


def _html_row(row: Row) -> str:
    code = f"<code>{escape(row.text)}</code>"
    cells = ("→" if row.off else "", str(row.line), code, *map(escape, (row.name, row.shape)))
    cells = (*cells, escape(row.numbers))
    return "<tr>" + "".join(f'<td style="text-align:left">{cell}</td>' for cell in cells) + "</tr>"


def _rest(found: Sequence[Row]) -> list[str]:
    more = len(found) - _MOST_ROWS
    return [f"… and {more} more."] if more > 0 else []


def _legend(found: Sequence[Row]) -> list[str]:
    return ["→ The first value that goes wrong."] if any(row.off for row in found) else []
