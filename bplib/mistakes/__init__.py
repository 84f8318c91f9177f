"""The wrong formulas people use, a module a notebook, and what to say to who used one.

Wrong formulas give much of the right one away, so they stand apart: delete the modules of this
folder (keep this file) from what students install, and checks still reject every wrong answer;
they only name fewer.
"""

from functools import cache
from importlib import import_module
from importlib.util import find_spec

from bplib.exercises import Exercise, module_of
from bplib.exercises.exercise import Mistake

__all__ = ["known"]


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
