"""The wrong formulas people use, and how the first wrong step is found: written as rows.

The rows of a notebook stand in the `mistakes.py` of its folder. Wrong formulas give much of the
right one away: delete these modules from what students install, and checks still reject every
wrong answer; they only name fewer.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from typing import Any, TypeVar

import numpy as np

from bplib.course import NOTEBOOKS
from bplib.course.exercise import Exercise
from bplib.finding import Finding

Formula = Callable[..., Any]
Tracer = Callable[[tuple[Any, ...], Any], Finding | None]
_F = TypeVar("_F", bound=Formula)


@dataclass(frozen=True)
class Mistake:
    """A wrong answer that people give.

    Parameters
    ----------
    code : str
        As in `Finding`.
    formulas : tuple of callable
        Each takes the exercise's arguments and returns what the mistaken function returns. For a
        function that returns several things, None stands for those this mistake leaves right.
    says : str
        One sentence: which property of the result fails. It never states the right formula.
    look : str
        One sentence: where to look next.
    who : str
        For instructors: who makes it and why.
    """

    code: str
    formulas: tuple[Formula, ...]
    says: str
    look: str
    who: str


_ROWS: dict[tuple[str, str], dict[str, Mistake]] = {}
_TRACERS: dict[tuple[str, str], Tracer] = {}


def mistake(exercise: Exercise, code: str, says: str, look: str, who: str) -> Callable[[_F], _F]:
    """Return a decorator that writes a formula down as a mistake people make in an exercise.

    Several formulas may be the same mistake: decorate each. The arguments are those of `Mistake`.

    Raises
    ------
    ValueError
        If the exercise has a row of that code which says something else.
    """

    def decorate(formula: _F) -> _F:
        rows = _ROWS.setdefault((exercise.notebook, exercise.name), {})
        row = rows.get(code, Mistake(code, (), says, look, who))
        if (row.says, row.look, row.who) != (says, look, who):
            raise ValueError(f"{exercise.name} has two rows {code!r} that say different things")
        rows[code] = Mistake(code, (*row.formulas, formula), says, look, who)
        return formula

    return decorate


def traces(exercise: Exercise) -> Callable[[Tracer], Tracer]:
    """Return a decorator for what finds the first wrong step in an exercise's wrong results.

    The function takes the arguments of a call and its result, of right type and shape, and returns
    a `Finding`, or None where it cannot tell.
    """

    def decorate(tracer: Tracer) -> Tracer:
        _TRACERS[exercise.notebook, exercise.name] = tracer
        return tracer

    return decorate


def known(exercise: Exercise) -> tuple[Mistake, ...]:
    """Return the known mistakes in an exercise; none where their module has been left out."""
    return tuple(_loaded(_ROWS, exercise, {}).values())


def first_wrong_step(
    exercise: Exercise, calls: Sequence[tuple[tuple[Any, ...], Any]]
) -> Finding | None:
    """Return the first step that is off at every call, recovered from the results.

    Parameters
    ----------
    exercise : Exercise
        What was asked.
    calls : sequence of (arguments, result)
        What went in and what came back, of right type and shape.

    Returns
    -------
    Finding or None
        None where no call can tell, or where they do not agree.
    """
    tracer = _loaded(_TRACERS, exercise, None)
    if tracer is None:
        return None
    with np.errstate(all="ignore"):
        steps = [step for call in calls if (step := tracer(*call))]
    return steps[0] if len({step.code for step in steps}) == 1 else None


def _loaded(table: dict[tuple[str, str], Any], exercise: Exercise, default: Any) -> Any:
    """Return an exercise's entry of a table that the notebook's module of mistakes fills."""
    name = f"bplib.course.{NOTEBOOKS[exercise.notebook].module}.mistakes"
    if find_spec(name) is not None:
        import_module(name)
    return table.get((exercise.notebook, exercise.name), default)
