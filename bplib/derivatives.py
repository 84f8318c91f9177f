"""Numerical derivatives, and how far two gradients are apart.

A function that is analytic is differentiated by the complex step, f'(x) = Im f(x + ih) / h,
which subtracts nothing and so loses no digits (Squire and Trapp, SIAM Review 40, 1998). A
function with kinks is differentiated by central differences whose steps shrink until no kink
lies between the two points. There is no backpropagation here.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
STEP = 1e-20
_CHUNK = 2**17  # elements in one stack: larger ones fall out of the processor's cache


_uses = 0


def uses() -> int:
    """Return how often anything here has differentiated: a check tells by it who asked for help."""
    return _uses


@contextmanager
def not_counted() -> Iterator[None]:
    """Differentiate within without its being counted."""
    global _uses
    before = _uses
    try:
        yield
    finally:
        _uses = before


def _used() -> None:
    global _uses
    _uses += 1


class KinkError(ValueError):
    """The function has a kink so near the point that it has no derivative to speak of."""


def derivative(function: Callable[[Array], Array], x: Any) -> Any:
    """Differentiate an analytic function that acts on every entry by itself.

    Parameters
    ----------
    function : callable
        Takes a complex array, returns one of the same shape, entry by entry.
    x : float or ndarray
        Where to differentiate.

    Returns
    -------
    float or ndarray
        f'(x), like `x`, exact to rounding.
    """
    _used()
    point = np.asarray(x, dtype=float)
    result = np.imag(function(point + 1j * STEP)) / STEP
    return float(result) if np.ndim(x) == 0 else result


def gradient(function: Callable[[Array], Array], W: Array) -> Array:
    """Differentiate an analytic scalar function in every entry of `W` by the complex step.

    Parameters
    ----------
    function : callable
        Takes a stack of P complex arrays, shape (P, *W.shape), returns P values. It must be
        analytic: no absolute value, no conjugate, no comparison that decides on more than the
        real part.
    W : ndarray
        Where to differentiate.

    Returns
    -------
    ndarray
        Like `W`; relative error near 3e-16 of the largest entry.

    Raises
    ------
    TypeError
        If `function` returns real numbers: it dropped the imaginary part, so it was not analytic.
    """
    _used()
    W = np.asarray(W, dtype=float)

    def slope(entries: Array, flat: Array) -> Array:
        stack = flat.astype(complex)
        stack[np.arange(len(entries)), entries] += 1j * STEP
        values = np.asarray(function(stack.reshape(-1, *W.shape)))
        if not np.iscomplexobj(values):
            raise TypeError("the function returned real numbers: use central_gradient for it")
        return values.imag / STEP

    return _in_chunks(slope, W)


def central_gradient(function: Callable[[Array], Array], W: Array, step: float = 1e-4) -> Array:
    """Differentiate a scalar function with kinks by central differences.

    For every entry the central difference and the bend (f(x+h) − 2 f(x) + f(x−h)) / h are taken
    at one step and at half of it. On a smooth stretch the difference stays as it is and the bend
    halves; where they do not, there is a kink between the points, and the step is made ten times
    smaller.

    Parameters
    ----------
    function : callable
        Takes a stack of P real arrays, shape (P, *W.shape), returns P values.
    W : ndarray
        Where to differentiate.
    step : float
        The first and largest step.

    Returns
    -------
    ndarray
        Like `W`. On ReLU networks with squared loss the relative error is about 1e-11 at the
        first step and at most 1e-8 after two reductions.

    Raises
    ------
    KinkError
        If the differences still disagree at a step of 1e-7: the point lies on a kink.
    """
    _used()
    W = np.asarray(W, dtype=float)
    here = float(np.asarray(function(W[np.newaxis]))[0])
    result = np.empty(W.size)
    left = np.arange(W.size)
    while left.size:
        if step < 0.5e-7:
            where = tuple(int(i) for i in np.unravel_index(int(left[0]), W.shape))
            raise KinkError(
                f"no derivative at entry {where}: the function has a kink within {10 * step:.0e}; "
                "move the point away from it"
            )
        wide, wide_bend = _central(function, W, left, step, here)
        narrow, narrow_bend = _central(function, W, left, step / 2, here)
        rounding = 20 * np.finfo(float).eps * abs(here) / step
        allowed = 1e-8 * np.max(np.abs(wide)) + rounding
        smooth = np.abs(wide - narrow) <= allowed
        smooth &= np.abs(wide_bend - 2 * narrow_bend) <= allowed
        result[left[smooth]] = wide[smooth]
        left = left[~smooth]
        step /= 10
    return result.reshape(W.shape)


def _central(
    function: Callable[[Array], Array], W: Array, entries: Array, step: float, here: float
) -> tuple[Array, Array]:
    """Return central differences in some entries, and the bends there."""
    up = np.repeat(W.reshape(1, -1), len(entries), axis=0)
    down = up.copy()
    rows = np.arange(len(entries))
    up[rows, entries] += step
    down[rows, entries] -= step
    width = up[rows, entries] - down[rows, entries]
    above = np.asarray(function(up.reshape(-1, *W.shape)))
    below = np.asarray(function(down.reshape(-1, *W.shape)))
    return (above - below) / width, (above - 2 * here + below) / step


def _in_chunks(slope: Callable[[Array, Array], Array], W: Array) -> Array:
    """Call `slope` for all entries of `W`, as many at once as the cache likes."""
    rows = max(1, _CHUNK // max(1, W.size))
    flat = W.reshape(1, -1)
    parts = [
        slope(entries, np.repeat(flat, len(entries), axis=0))
        for entries in np.split(np.arange(W.size), range(rows, W.size, rows))
    ]
    return np.concatenate(parts).reshape(W.shape)


def distance(mine: Any, reference: Any) -> float:
    """Return max|mine − reference| / max|reference|, the course's measure of agreement.

    One number for the whole array: entries that happen to be near 0 cannot spoil it, as they do
    a relative error taken entry by entry.

    Parameters
    ----------
    mine, reference : float or ndarray
        Of equal shape.

    Returns
    -------
    float
        0 where they agree; where `reference` is all zero, max|mine|.

    Raises
    ------
    ValueError
        If the shapes differ; broadcasting would hide a mistake.
    """
    a, b = np.asarray(mine), np.asarray(reference)
    if a.shape != b.shape:
        raise ValueError(f"shapes differ: {a.shape} and {b.shape}")
    if b.size == 0:
        return 0.0
    scale = float(np.abs(b).max())
    gap = float(np.abs(a - b).max())
    return gap / scale if scale > 0 else gap
