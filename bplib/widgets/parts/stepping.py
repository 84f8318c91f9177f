"""Your code, stepped: the trace of the reader's own function, line by line."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np

from bplib.widgets.base import show

_LARGEST = 12  # rows and columns that are shown


class Step(NamedTuple):
    """What a line made: function, line, name, value, and whether it is the first wrong one."""

    function: str
    line: int
    name: str
    value: Any
    off: bool = False


def settings(
    name: str,
    sources: dict[str, tuple[int, str]],
    steps: Sequence[Step],
    problem: str = "",
    given: dict[str, Any] | None = None,
) -> dict[str, Any]:
    """Return what the widget starts from.

    Parameters
    ----------
    name : str
        The function's name.
    sources : dict of str to (int, str)
        Of each function that the steps are in: the number of its first line, and its text.
    steps : sequence of Step
        What was made, in the order in which it was made.
    problem : str, optional
        What stopped the function, if something did.
    given : dict of str to object, optional
        What the function was called with, by name: the first thing that is shown.
    """
    lines = [
        [_key(function, first + i), first + i, text]
        for function, (first, source) in sources.items()
        for i, text in enumerate(source.rstrip().splitlines())
    ]
    shown = [
        {
            "key": _key(step.function, step.line),
            "line": step.line,
            "name": step.name,
            "off": step.off,
            **_shown(step.value),
        }
        for step in steps
    ]
    handed = [
        {"name": known, "off": False, **_shown(value)} for known, value in (given or {}).items()
    ]
    return {"name": name, "lines": lines, "steps": shown, "problem": problem, "given": handed}


def _key(function: str, line: int) -> str:
    return f"{function}:{line}"


def _shown(value: Any) -> dict[str, Any]:
    """Return a value as rows of numbers where it is an array of numbers, else as text."""
    is_array = isinstance(value, np.ndarray) and value.dtype.kind in "fiub" and value.ndim in (1, 2)
    if not is_array:
        text = _text(value)
        return {"text": text if len(text) <= 80 else text[:79] + "…", "shape": "", "rows": None}
    rows = np.atleast_2d(value)[:_LARGEST, :_LARGEST].astype(float)
    plain = [[float(v) if np.isfinite(v) else None for v in row] for row in rows]
    return {"text": "", "shape": str(value.shape), "rows": plain}


def _text(value: Any) -> str:
    if isinstance(value, tuple | list) and any(isinstance(part, np.ndarray) for part in value):
        parts = ", ".join(f"shape {np.shape(part)}" for part in value)
        return f"{len(value)} values: {parts}"
    if callable(value):
        return "a function"
    if isinstance(value, np.random.Generator):
        return "a random generator"
    return f"{value:.6g}" if isinstance(value, float) else repr(value)


def step_through(function: Callable[..., Any] | str, notebook: str | None = None) -> None:
    """Play the first call of the last check: the line lit, and every matrix that it made.

    No right value is shown. The first value that goes wrong is marked.

    Parameters
    ----------
    function : callable or str
        The answer, or its name.
    notebook : str, optional
        Where two notebooks have an exercise of that name: which one.
    """
    from bplib.checking import replayed
    from bplib.checking.source import helpers_of, source_of

    name, answer, given, rows = replayed(function, notebook, sys._getframe(1))
    steps = [Step(row.function, row.line, row.name, row.value, row.off) for row in rows]
    own = source_of(answer)
    known = {own.tree.name: own, **helpers_of(own)} if own else {}
    sources = {
        each: (source.function.__code__.co_firstlineno, source.text)
        for each, source in known.items()
        if each == name or any(step.function == each for step in steps)
    }
    problem = "" if steps else f"{name}: there is nothing to show, since no line of it has run."
    show(
        "stepping",
        settings(name, sources, steps, problem, given),
        lambda _: {},
        "A function with one of its lines lit, and beside it every matrix that its lines have made "
        "so far, with shapes.",
    )
