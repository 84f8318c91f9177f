"""The wrong formulas people use, a module a notebook, and what to say to who used one.

Wrong formulas give much of the right one away, so they stand apart: delete the modules of this
folder (keep this file) from what students install, and checks still reject every wrong answer;
they only name fewer.
"""

from collections.abc import Sequence
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

import numpy as np

from bplib.exercises import Exercise, module_of
from bplib.exercises.exercise import Mistake

if TYPE_CHECKING:
    from bplib.mistakes.steps import Step

__all__ = ["first_wrong_step", "known"]


def known(exercise: Exercise) -> tuple[Mistake, ...]:
    """Return the known mistakes in an exercise; none where their module has been left out."""
    return _mistakes(exercise.notebook).get(exercise.name, ())


@cache
def _mistakes(notebook: str) -> dict[str, tuple[Mistake, ...]]:
    name = f"bplib.mistakes.{module_of(notebook)}"
    if find_spec(name) is None:
        return {}
    mistakes: dict[str, tuple[Mistake, ...]] = import_module(name).MISTAKES
    return mistakes


def first_wrong_step(
    exercise: Exercise, calls: Sequence[tuple[tuple[Any, ...], Any]]
) -> "Step | None":
    """Return the first step that is off at every call, recovered from the results.

    Parameters
    ----------
    exercise : Exercise
        What was asked.
    calls : sequence of (arguments, result)
        What went in and what came back, of right type and shape.

    Returns
    -------
    Step or None
        None where no call can tell, or where they do not agree.
    """
    if find_spec("bplib.mistakes.steps") is None:
        return None
    tracer = import_module("bplib.mistakes.steps").TRACERS.get((exercise.notebook, exercise.name))
    if tracer is None:
        return None
    with np.errstate(all="ignore"):
        steps = [step for call in calls if (step := tracer(*call))]
    return steps[0] if len({step.name for step in steps}) == 1 else None
