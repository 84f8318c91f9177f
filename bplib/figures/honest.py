"""What a picture may say of a learner's function: only what its numbers bear out.

One question stands before every claim, `agrees`: are these numbers right enough? A picture that
cannot be drawn at all says so on the page (`drawn_on_answers`), in place of a traceback from
within this package.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import wraps
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bplib.derivatives import distance, gradient
from bplib.figures.base import GREY, show, subplots
from bplib.threads import one_thread

Array = NDArray[Any]

TOLERANCE = 1e-4
"""How far numbers may be from the true ones, by `bplib.derivatives.distance`.

No picture shows a ten-thousandth: it is less than the width of a line. What the checks accept is
nearer than that (in single precision up to 5e-5, central differences up to 1e-6), and what people
get wrong is farther off: a missing factor, a slope or a sign changes the first digits.
"""


def agrees(mine: Any, truth: Any) -> bool:
    """Return whether a learner's numbers are right enough to draw a claim on.

    Numbers in a list are as good as an array. Anything else that is no array of real numbers in
    the shape of the truth (None, booleans, a ragged list, nan among the numbers) is not right,
    and never an error.

    Parameters
    ----------
    mine : any
        What a learner's function returned.
    truth : float or ndarray
        What it should have been.
    """
    try:
        numbers = np.asarray(mine)
        if numbers.dtype.kind not in "iuf":
            return False
        with np.errstate(all="ignore"):
            return distance(numbers, truth) < TOLERANCE
    except (TypeError, ValueError):
        return False


def trusted(claim: str, right: bool, name: str) -> str:
    """Return a claim, or, where the function of that name is not right, that it cannot be made."""
    return claim if right else f"Not to be trusted: {name} is not right yet"


def collected(delta: Array, inputs: Array) -> Array:
    """Return the true gradient of a layer's weights that follows from its error, by nudging."""
    W = np.zeros((len(delta), len(inputs)))
    return gradient(lambda P: np.sum(delta * (P @ inputs), axis=(-2, -1)), W)


def affordable(call: Callable[[], Any], seconds: float, most: int) -> int:
    """Return how many calls of a learner's function fit into some seconds, by one that is timed.

    Parameters
    ----------
    call : callable
        Makes one call.
    seconds : float
        What a picture may spend on all of them.
    most : int
        How many calls it would like to make.
    """
    start = time.perf_counter()
    call()
    took = time.perf_counter() - start
    return most if took * most <= seconds else max(1, int(seconds / took))


class Undrawable(ValueError):
    """A result of a shape for which there is no picture; the message says where to look."""


def drawable(name: str, result: Any, like: Any) -> Array:
    """Return what a learner's function returned as an array of floats.

    Raises
    ------
    Undrawable
        If it has another shape than `like`.
    """
    shape = np.shape(result)
    if result is None:
        raise Undrawable(f"{name} returns None: see what check({name}) says")
    if shape != np.shape(like):
        raise Undrawable(
            f"{name} gives shape {shape} where {np.shape(like)} belongs: "
            f"see what check({name}) says"
        )
    return np.asarray(result, dtype=float)


def drawn_on_answers(draw: Callable[..., None]) -> Callable[..., None]:
    """Decorate a picture that calls a learner's functions, or is made of what they returned.

    Where they raise, or return what nothing can be drawn of, the reader gets a line that says so.
    """

    @wraps(draw)
    def drawn(*arguments: Any, **options: Any) -> None:
        try:
            with np.errstate(all="ignore"), one_thread():
                draw(*arguments, **options)
        except Exception as error:  # anything may come out of a function that is not right yet
            _say_why_not(error)

    return drawn


def _say_why_not(error: Exception) -> None:
    claim, reason = "Nothing can be drawn from this yet", str(error)
    if not isinstance(error, Undrawable):
        claim += ": see what your checks say"
        reason = " ".join(f"{type(error).__name__}: {error}".split())[:110].rstrip(": ")
    figure, axes = subplots(size=(9, 0.8))
    axes.set_title(claim, fontsize=11, fontweight="bold")
    axes.text(0, 0.6, reason, color=GREY, parse_math=False)
    axes.set_axis_off()
    show(figure, f"{claim}. {reason}.")
