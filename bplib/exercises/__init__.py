"""What every exercise asks: a module a notebook, and the list of them.

Notebooks register nothing: a module named here with an ``EXERCISES`` tuple is all it takes.
"""

from collections.abc import Iterable
from functools import cache
from importlib import import_module

from bplib.exercises.exercise import Case, Exercise, Function, Probe, Question, Seed

__all__ = [
    "NOTEBOOKS",
    "Case",
    "Exercise",
    "Function",
    "Probe",
    "Question",
    "Seed",
    "all_exercises",
    "find",
    "find_question",
    "in_notebook",
    "module_of",
]

NOTEBOOKS = {
    "01_loss": "loss",
    "02_gradient": "gradient",
    "03_chain_rule": "chain_rule",
    "04_delta_b": "delta_b",
    "05_delta_a": "delta_a",
    "06_training": "training",
}
"""Every notebook and the module, here and in `bplib.mistakes`, that belongs to it."""


def module_of(notebook: str) -> str:
    """Return the module's name that belongs to a notebook such as ``01_loss``."""
    if notebook not in NOTEBOOKS:
        raise ValueError(f"no notebook {notebook!r}; there are {', '.join(NOTEBOOKS)}")
    return NOTEBOOKS[notebook]


def in_notebook(notebook: str) -> tuple[Exercise, ...]:
    """Return a notebook's exercises in the order in which it asks them."""
    module = import_module(f"bplib.exercises.{module_of(notebook)}")
    exercises: tuple[Exercise, ...] = module.EXERCISES
    return exercises


@cache
def all_exercises() -> tuple[Exercise, ...]:
    """Return every exercise of the course, in order."""
    return tuple(exercise for notebook in NOTEBOOKS for exercise in in_notebook(notebook))


def find(name: str, parameters: Iterable[str] = (), notebook: str | None = None) -> Exercise:
    """Return the exercise of that name.

    Parameters
    ----------
    name : str
        The function's name.
    parameters : iterable of str
        The names of the function's parameters. Two notebooks ask for a ``backward``: the one
        whose parameters fit better is meant.
    notebook : str, optional
        The notebook, which settles it.

    Raises
    ------
    LookupError
        If there is no such exercise; the message names those there are.
    """
    known = in_notebook(notebook) if notebook else all_exercises()
    candidates = [exercise for exercise in known if exercise.name == name]
    if not candidates:
        names = ", ".join(dict.fromkeys(exercise.name for exercise in known))
        raise LookupError(f"there is no exercise {name!r}; there are {names}")
    given = set(parameters)
    return max(
        candidates, key=lambda e: len(given & set(e.arguments)) - len(given ^ set(e.arguments))
    )


def find_question(name: str) -> Question:
    """Return the quick question of that name.

    Raises
    ------
    LookupError
        If there is none.
    """
    for module in NOTEBOOKS.values():
        for question in import_module(f"bplib.exercises.{module}").QUESTIONS:
            if question.name == name:
                found: Question = question
                return found
    raise LookupError(f"there is no question {name!r}")
