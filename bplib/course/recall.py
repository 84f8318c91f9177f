"""Questions from earlier notebooks, drawn anew each time they are asked.

A notebook's three stand in the `recall.py` of its folder. Which choice is right is fixed; the
numbers are not, and every wrong choice is the number that a particular mistake gives.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module

import numpy as np

from bplib.course import NOTEBOOKS


@dataclass(frozen=True)
class Drawn:
    """A question with its numbers.

    Parameters
    ----------
    text : str
        The question.
    choices, replies : mapping of str to str
        For every key ("a", "b", …) the choice, and what to say to who made it.
    """

    text: str
    choices: Mapping[str, str]
    replies: Mapping[str, str]


@dataclass(frozen=True)
class Recalled:
    """A question from an earlier notebook.

    Parameters
    ----------
    name : str
        What the notebook asks for: ``recall("miss_and_loss")``.
    right : str
        The key of the right choice.
    draw : callable
        ``draw(rng)`` returns the question with new numbers.
    because : str
        Why the right choice is right, at length: for those who were sure of another one.
    where : str
        Where it was taught: "notebook 1, section 3".
    """

    name: str
    right: str
    draw: Callable[[np.random.Generator], Drawn]
    because: str
    where: str


def find_recalled(name: str) -> Recalled:
    """Return the question of that name.

    Raises
    ------
    LookupError
        If there is none.
    """
    for notebook in list(NOTEBOOKS.values())[1:]:
        for question in import_module(f"bplib.course.{notebook.module}.recall").RECALLED:
            if question.name == name:
                found: Recalled = question
                return found
    raise LookupError(f"there is no question {name!r} from before")
