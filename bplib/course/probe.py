"""What a check asks of a learner's function, as plain data that can travel."""

from dataclasses import dataclass
from typing import Annotated, Any

Value = Annotated[Any, "an array, a number, text, None, a Function, a Seed, or a list of these"]


BEYOND_EXP = "beyond-exp"
"""A case with numbers at which exp overflows: who fails there alone is right, with a remark."""
AT_REST = "at-rest"
"""A case in which nothing moves any more: a loop that stops early shows by its fewer entries."""


@dataclass(frozen=True)
class Function:
    """A function handed to a learner's function, as plain data: a name and its parameters.

    The name is one of `bplib.course.functions.FUNCTIONS`.
    """

    name: str
    parameters: tuple[Value, ...] = ()


@dataclass(frozen=True)
class Seed:
    """A random generator handed to a learner's function, as plain data: its seed."""

    seed: int


@dataclass(frozen=True)
class Case:
    """One call of the learner's function.

    Parameters
    ----------
    arguments : tuple
        Arrays, numbers, strings, `Function`, `Seed`, or lists of these, in the order of the
        signature.
    note : str
        What is special about this call, in words that fit behind "with": "a single sample".
    values : bool
        Whether the values are compared and mistakes looked for. False where sizes of 1 or equal
        sizes would let mistakes look alike: only type, shape and finiteness are judged there,
        and a wrong value is told without a name.
    raises : str
        The name of the exception that belongs here, for a call that is meant to fail.
    changed : str
        The code of the `Property` by which this is the first case changed, "" if it is not.
    special : str
        `BEYOND_EXP` or `AT_REST`, or "" for an ordinary case.
    """

    arguments: tuple[Value, ...]
    note: str = ""
    values: bool = True
    raises: str = ""
    changed: str = ""
    special: str = ""


@dataclass(frozen=True)
class Probe:
    """All the calls of one check, newly drawn: three networks or more.

    Parameters
    ----------
    exercise, notebook : str
        Which exercise it belongs to.
    cases : tuple of Case
        The calls to make.
    helpers : tuple of str
        The earlier exercises of the notebook: functions that a right answer may call.
    """

    exercise: str
    notebook: str
    cases: tuple[Case, ...]
    helpers: tuple[str, ...] = ()
