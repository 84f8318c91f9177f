"""The course: its notebooks in order, and a folder for each with all that belongs to it.

`NOTEBOOKS` is the one list. A notebook's folder holds `exercises.py` (what is asked),
`mistakes.py` (how people get it wrong) and `figures.py`; what they share stands beside this file.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from importlib import import_module
from pathlib import Path

from bplib.course.exercise import Exercise, Question


@dataclass(frozen=True)
class Notebook:
    """A notebook of the course.

    Parameters
    ----------
    name : str
        Its number and the name of its folder: "04_delta_b".
    title : str
        What it is called in lists.
    about : str
        What the map says of it.
    lit : tuple of str
        The parts of the map (`bplib.figures.map`) that it works on.
    done : tuple of str
        The parts that it completes: later notebooks show them as known.
    ticks : mapping of str to tuple of str
        For the lines of the map that its exercises make up, those exercises: when the checks of
        all of them have passed, the line is ticked.
    """

    name: str
    title: str
    about: str
    lit: tuple[str, ...]
    done: tuple[str, ...]
    ticks: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def number(self) -> int:
        """Its place in the course, from 1."""
        return int(self.name[:2])

    @property
    def module(self) -> str:
        """The name of its folder, also under `bplib.figures`."""
        return self.name[3:]


NOTEBOOKS: dict[str, Notebook] = {
    notebook.name: notebook
    for notebook in (
        Notebook(
            "01_loss",
            "Loss",
            "the predictions and their loss",
            lit=("forward", "loss", "network", "A", "B"),
            done=("forward", "loss", "network", "A", "B"),
            ticks={
                "forward": ("predict",),
                "loss": ("sample_losses", "mean_loss", "network_loss"),
            },
        ),
        Notebook(
            "02_gradient",
            "Gradient",
            "the way downhill",
            lit=("gradient", "step", "A", "B", "step A", "step B"),
            done=("gradient",),
            ticks={
                "gradient": ("slope", "numerical_gradient", "line_loss_gradient"),
                "step": ("gradient_descent",),
            },
        ),
        Notebook(
            "03_chain_rule",
            "Chain rule",
            "the way back, link by link",
            lit=("chain rule", "error A", "error B"),
            done=("chain rule",),
            ticks={"chain rule": ("d_tanh", "d_composed", "d_fork", "scalar_gradients")},
        ),
        Notebook(
            "04_delta_b",
            "Delta B",
            "the error at the output",
            lit=("delta B", "gradients", "step", "B", "step B", "error B", "input B"),
            done=("delta B", "step B", "error B", "input B"),
            ticks={"delta B": ("delta_B",), "gradients": ("gradient_B",), "step": ("step_B",)},
        ),
        Notebook(
            "05_delta_a",
            "Delta A",
            "the error at the hidden layer",
            lit=("delta A", "gradients", "step", "A", "step A", "error A", "input A"),
            done=("delta A", "gradients", "step A", "error A", "input A"),
            ticks={
                "delta A": ("error_at_hidden", "delta_A"),
                "gradients": ("gradient_A", "backward"),
                "step": ("step_both",),
            },
        ),
        Notebook(
            "06_training",
            "Training",
            "the whole loop, again and again",
            lit=(
                *("repeat", "step", "network", "A", "B", "step A", "step B"),
                *("error A", "error B", "input A", "input B"),
            ),
            done=("repeat", "step"),
            ticks={
                "forward": ("forward",),
                "loss": ("train",),
                "gradient": ("backward",),
                "chain rule": ("backward",),
                "delta B": ("backward",),
                "delta A": ("backward",),
                "gradients": ("backward",),
                "step": ("update",),
                "repeat": ("minibatches", "train"),
            },
        ),
        Notebook(
            "07_deeper_networks",
            "Deeper networks",
            "the same lines, for any number of layers",
            lit=("forward", "chain rule", "delta A", "gradients", "A", "error A"),
            done=(),
            ticks={
                "forward": ("forward",),
                "chain rule": ("recomputed_multiplications", "backprop_multiplications"),
                "delta B": ("deltas",),
                "delta A": ("deltas",),
                "gradients": ("gradients",),
            },
        ),
        Notebook(
            "08_activations_and_losses",
            "Activations and losses",
            "other activations, another loss",
            lit=("loss", "delta B", "delta A", "network", "error A", "error B"),
            done=(),
            ticks={
                "loss": ("cross_entropy",),
                "delta B": ("delta_logistic", "delta_softmax"),
                "delta A": ("delta_hidden",),
            },
        ),
        Notebook(
            "09_debugging",
            "Debugging",
            "a wrong step, and how to find it",
            lit=("gradient", "chain rule", "delta B", "delta A", "gradients", "error A", "error B"),
            done=(),
            ticks={
                "gradient": ("agrees",),
                "delta B": ("bug_2", "fix_2", "bug_3", "fix_3"),
                "delta A": ("bug_4", "fix_4", "bug_5", "fix_5"),
                "gradients": ("bug_1", "fix_1", "bug_6", "fix_6"),
            },
        ),
    )
}
"""Every notebook by its name, in order."""

FILES = ("exercises.py", "mistakes.py", "figures.py")
"""What stands in a notebook's folder."""


def problems() -> list[str]:
    """Return what is wrong with the folders of the course: a sentence each, none if all is well."""
    here = Path(__file__).parent
    listed = {notebook.module for notebook in NOTEBOOKS.values()}
    folders = {path.name for path in here.iterdir() if (path / "exercises.py").exists()}
    return [
        f"bplib/course/{folder} is not on the list NOTEBOOKS in bplib/course/__init__.py."
        for folder in sorted(folders - listed)
    ] + [
        f"NOTEBOOKS lists {folder}, but there is no bplib/course/{folder}/{file}."
        for folder in sorted(listed)
        for file in FILES
        if not (here / folder / file).exists()
    ]


def notebook(name: str) -> Notebook:
    """Return the notebook of that name.

    Raises
    ------
    ValueError
        If there is none; the message names those there are.
    """
    if name not in NOTEBOOKS:
        raise ValueError(f"no notebook {name!r}; there are {', '.join(NOTEBOOKS)}")
    return NOTEBOOKS[name]


@cache
def in_notebook(name: str) -> tuple[Exercise, ...]:
    """Return a notebook's exercises in the order in which it asks them."""
    exercises = import_module(f"bplib.course.{notebook(name).module}.exercises").EXERCISES
    names = tuple(exercise.name for exercise in exercises)
    return tuple(replace(exercise, earlier=names[:i]) for i, exercise in enumerate(exercises))


@cache
def all_exercises() -> tuple[Exercise, ...]:
    """Return every exercise of the course, in order."""
    return tuple(exercise for name in NOTEBOOKS for exercise in in_notebook(name))


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
    for each in NOTEBOOKS.values():
        for question in import_module(f"bplib.course.{each.module}.exercises").QUESTIONS:
            if question.name == name:
                found: Question = question
                return found
    raise LookupError(f"there is no question {name!r}")
