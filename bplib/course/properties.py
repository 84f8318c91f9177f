"""What may be done to a network's data without surprise: every sample twice, orders reversed.

A check calls a learner's function on such data too. A right result follows (a mean loss stays as
it is, a gradient's rows are reversed with the hidden units); where a wrong one does not, that says
more about it than any entry does.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from bplib.course.probe import Case
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
    """

    note: str
    axis: str
    change: Callable[[Array, int], Array]
    undo: Callable[[Array, int], Array]


def _double(array: Array, axis: int) -> Array:
    return np.concatenate([array, array], axis=axis)


def _first_half(array: Array, axis: int) -> Array:
    return np.take(array, range(array.shape[axis] // 2), axis=axis)


def _reversed(array: Array, axis: int) -> Array:
    return np.flip(array, axis).copy()


PROPERTIES = {
    "doubled-samples": Property("every sample given twice", "N", _double, _first_half),
    "order-of-samples": Property("the samples in reverse order", "N", _reversed, _reversed),
    "order-of-hidden-units": Property(
        "the hidden units in reverse order", "n_hidden", _reversed, _reversed
    ),
    "order-of-outputs": Property("the outputs in reverse order", "n_out", _reversed, _reversed),
}
"""The changes, each under the code of what is wrong with a result that does not follow."""


def along(words: str, axis: str, array: Array, change: Callable[[Array, int], Array]) -> Array:
    """Return an array changed along every axis that its shape in words calls `axis`."""
    for i, symbol in enumerate(_symbols(words)):
        if symbol == axis:
            array = change(array, i)
    return array


def with_properties(words: tuple[str, ...], cases: tuple[Case, ...]) -> tuple[Case, ...]:
    """Return the cases and, behind them, the first one once more with each change of its data.

    Calls with anything but arrays and numbers are left as they are.

    Parameters
    ----------
    words : tuple of str
        The shapes of the arguments in words.
    cases : tuple of Case
        What was drawn.
    """
    first = cases[0]
    plain = all(isinstance(argument, np.ndarray | float) for argument in first.arguments)
    if not plain or not first.values:
        return cases
    return cases + tuple(
        Case(_changed(first.arguments, words, prop), prop.note, values=False, changed=code)
        for code, prop in PROPERTIES.items()
        if any(prop.axis in _symbols(text) for text in words)
    )


def _changed(arguments: tuple[Any, ...], words: tuple[str, ...], prop: Property) -> tuple[Any, ...]:
    return tuple(
        along(text, prop.axis, argument, prop.change)
        if isinstance(argument, np.ndarray)
        else argument
        for argument, text in zip(arguments, words, strict=True)
    )


def _symbols(words: str) -> list[str]:
    return re.findall(r"\w+", words)
