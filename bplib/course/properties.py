"""What may be done to a network's data without surprise: every sample twice, orders reversed.

A check calls a learner's function on such data too. A right result follows (a mean loss stays as
it is, a gradient's rows are reversed with the hidden units); where a wrong one does not, that says
more about it than any entry does.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from bplib.course.exercise import Case, Exercise
from bplib.network import Array


@dataclass(frozen=True)
class Property:
    """A change of the data along one axis.

    Parameters
    ----------
    note : str
        The change in words that fit behind "with".
    axis : str
        The size that names the axis: "N", "n_hidden", "n_out".
    change, undo : callable
        ``change(array, axis)`` makes the change, ``undo(array, axis)`` takes it back in a result.
    broken : str
        What a result is called that does not follow.
    """

    note: str
    axis: str
    change: Callable[[Array, int], Array]
    undo: Callable[[Array, int], Array]
    broken: str


def _double(array: Array, axis: int) -> Array:
    return np.concatenate([array, array], axis=axis)


def _first_half(array: Array, axis: int) -> Array:
    return np.take(array, range(array.shape[axis] // 2), axis=axis)


def _reversed(array: Array, axis: int) -> Array:
    return np.flip(array, axis).copy()


PROPERTIES = (
    Property(
        "every sample given twice", "N", _double, _first_half, "does not follow doubled samples"
    ),
    Property(
        "the samples in reverse order", "N", _reversed, _reversed, "depends on the samples' order"
    ),
    Property(
        "the hidden units in reverse order",
        "n_hidden",
        _reversed,
        _reversed,
        "depends on the hidden units' order",
    ),
    Property(
        "the outputs in reverse order",
        "n_out",
        _reversed,
        _reversed,
        "depends on the outputs' order",
    ),
)


def along(words: str, axis: str, array: Array, change: Callable[[Array, int], Array]) -> Array:
    """Return an array changed along every axis that its shape in words calls `axis`."""
    for i, symbol in enumerate(re.findall(r"\w+", words)):
        if symbol == axis:
            array = change(array, i)
    return array


def with_properties(exercise: Exercise, cases: tuple[Case, ...]) -> tuple[Case, ...]:
    """Return the cases and, behind them, the first one once more with each change of its data.

    Exercises that take anything but arrays and numbers, or judge results by `examine`, are left
    as they are.
    """
    first = cases[0]
    plain = all(isinstance(argument, np.ndarray | float) for argument in first.arguments)
    if not plain or not first.values or exercise.examine or exercise.allowance:
        return cases
    words = exercise.arguments.values()
    return cases + tuple(
        Case(changed, prop.note, values=False)
        for prop in PROPERTIES
        if (changed := _changed(first.arguments, tuple(words), prop)) is not first.arguments
    )


def _changed(arguments: tuple[Any, ...], words: tuple[str, ...], prop: Property) -> tuple[Any, ...]:
    if not any(prop.axis in re.findall(r"\w+", text) for text in words):
        return arguments
    return tuple(
        along(text, prop.axis, argument, prop.change)
        if isinstance(argument, np.ndarray)
        else argument
        for argument, text in zip(arguments, words, strict=True)
    )


BY_NOTE: Mapping[str, Property] = {prop.note: prop for prop in PROPERTIES}
