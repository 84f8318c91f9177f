"""The functions that checks hand to learners' functions: a name and numbers, nothing hidden.

They accept complex numbers, because the truth about them is a complex step. Those of an array
also accept a stack of arrays.
"""

from collections.abc import Callable
from typing import Any

import numpy as np

from bplib.exercises.exercise import Function

_Maker = Callable[..., Callable[[Any], Any]]


def cubic(a: float, b: float, c: float) -> Callable[[Any], Any]:
    """Return w -> a w³ + b w² + c w."""
    return lambda w: a * w**3 + b * w**2 + c * w


def wave(amplitude: float, frequency: float) -> Callable[[Any], Any]:
    """Return w -> amplitude sin(frequency w) + w/2."""
    return lambda w: amplitude * np.sin(frequency * w) + 0.5 * w


FUNCTIONS: dict[str, _Maker] = {"cubic": cubic, "wave": wave}


def build(function: Function) -> Callable[[Any], Any]:
    """Return the callable that a `Function` names.

    Raises
    ------
    LookupError
        If no function has that name.
    """
    if function.name not in FUNCTIONS:
        raise LookupError(f"no function {function.name!r} for checks")
    return FUNCTIONS[function.name](*function.parameters)
