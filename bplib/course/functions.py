"""The functions that checks hand to learners' functions: a name and numbers, nothing hidden.

A learner's function calls them with a number, or with an array of exactly the shape stated by
their parameters. They also accept complex numbers, because the truth about them is a complex
step, and those of an array accept a stack of such arrays, for which they return one value each.
"""

from collections.abc import Callable
from typing import Any

import numpy as np

from bplib import network
from bplib.course.probe import Function
from bplib.network import Array

_Maker = Callable[..., Callable[[Any], Any]]

# --- of a number --------------------------------------------------------------------------------


def cubic(a: float, b: float, c: float) -> Callable[[Any], Any]:
    """Return w -> a w³ + b w² + c w."""
    return lambda w: a * w**3 + b * w**2 + c * w


def parabola(height: float, a: float, b: float) -> Callable[[Any], Any]:
    """Return w -> height + a w² + b w: differences over any step are exact but for rounding."""
    return lambda w: height + a * w**2 + b * w


def wave(amplitude: float, frequency: float, phase: float) -> Callable[[Any], Any]:
    """Return w -> amplitude sin(frequency w + phase) + w/2."""
    return lambda w: amplitude * np.sin(frequency * w + phase) + 0.5 * w


def growth(amplitude: float, rate: float) -> Callable[[Any], Any]:
    """Return w -> amplitude exp(rate w)."""
    return lambda w: amplitude * np.exp(rate * w)


# --- of an array --------------------------------------------------------------------------------


def _like(example: Array, W: Any) -> tuple[Array, tuple[int, ...]]:
    """Return W as an array and the axes of one array in it; refuse any other shape."""
    W = np.asarray(W)
    if W.shape[max(0, W.ndim - example.ndim) :] != example.shape or W.ndim > example.ndim + 1:
        raise ValueError(
            f"f takes an array of shape {example.shape}, it was given one of shape {W.shape}"
        )
    return W, tuple(range(-example.ndim, 0))


def quartic(C: Array, D: Array) -> Callable[[Any], Any]:
    """Return W -> Σ C W⁴/4 + (Σ D W)²/2: every entry's slope depends on all the others."""

    def f(W: Any) -> Any:
        W, axes = _like(C, W)
        return np.sum(C * W**4 / 4, axis=axes) + np.sum(D * W, axis=axes) ** 2 / 2

    return f


def ripple(amplitude: float, D: Array, phase: float) -> Callable[[Any], Any]:
    """Return W -> amplitude sin(Σ D W + phase) + Σ W²/2."""

    def f(W: Any) -> Any:
        W, axes = _like(D, W)
        inner = np.sum(D * W, axis=axes) + phase
        return amplitude * np.sin(inner) + np.sum(W**2, axis=axes) / 2

    return f


def loss_of_A(B: Array, X: Array, Y: Array) -> Callable[[Any], Any]:
    """Return A -> the mean loss of the two-layer tanh network with all else fixed."""
    example = np.empty((B.shape[1], X.shape[0]))

    def f(A: Any) -> Any:
        A, _ = _like(example, A)
        return network.network_loss(A, B, X, Y)

    return f


# --- slopes of an array: what descends ----------------------------------------------------------


def bowl_slopes(M: Array, centre: Array) -> Callable[[Any], Array]:
    """Return the gradient of a quadratic bowl: w -> M (w − centre), entries taken in a row."""

    def gradient(w: Any) -> Array:
        w, _ = _like(centre, w)
        return (M @ (w - centre).ravel()).reshape(centre.shape)

    return gradient


def valley_slopes(C: Array, centre: Array) -> Callable[[Any], Array]:
    """Return the gradient of a valley with nearly straight walls: C tanh(w − c) + (w − c)/4."""

    def gradient(w: Any) -> Array:
        w, _ = _like(centre, w)
        return C * np.tanh(w - centre) + (w - centre) / 4

    return gradient


# --- slopes of activations, of a number or an array ---------------------------------------------

_NUDGE = 1e-20  # along the imaginary axis nothing is subtracted, so no digits are lost


def slope_of(activation: str) -> Callable[[Any], Any]:
    """Return z -> the slope of the activation of that name at z, entry by entry."""
    f = network.ACTIVATIONS[activation]

    def slope(z: Any) -> Any:
        return np.imag(f(np.asarray(z, dtype=float) + 1j * _NUDGE)) / _NUDGE

    return slope


# --- a backward pass of a two-layer network, right or wrong -------------------------------------

_Gradients = tuple[Array, Array]


def _exact(loss: Callable[[Array], Any], W: Array) -> Array:
    """Return the slopes of a loss by imaginary nudges, uncounted: no answer of anybody's is it."""
    nudges = 1e-20j * np.eye(W.size).reshape(-1, *W.shape)
    return (loss(W + nudges).imag / 1e-20).reshape(W.shape)


def _bent(n: int) -> Array:
    """Return factors around 1, each another one: what a wrong slope does to a gradient."""
    return np.linspace(0.6, 1.5, n)


def _one_entry(grad: Array) -> Array:
    changed = grad.copy()
    changed[1, 2] += 0.008 * np.max(np.abs(grad))
    return changed


def _one_nan(grad: Array) -> Array:
    changed = grad.copy()
    changed[1, 0] = np.nan
    return changed


_EDITS: dict[str, Callable[[Array, Array, int], _Gradients]] = {
    "right": lambda a, b, N: (a, b),
    "A": lambda a, b, N: (a * _bent(len(a))[:, np.newaxis], b),
    "B": lambda a, b, N: (a, b * _bent(b.shape[1])),
    "reversed": lambda a, b, N: (-a, -b),
    "summed": lambda a, b, N: (N * a, N * b),
    "doubled": lambda a, b, N: (2 * a, 2 * b),
    "one entry": lambda a, b, N: (_one_entry(a), b),
    "moved": lambda a, b, N: (a, b[:, ::-1].copy()),
    "zero": lambda a, b, N: (np.zeros_like(a), np.zeros_like(b)),
    "nan": lambda a, b, N: (_one_nan(a), b),
    "transposed": lambda a, b, N: (a.T.copy(), b),
}


def backward_pass(edit: str) -> Callable[..., _Gradients]:
    """Return (A, B, X, Y) -> the gradients of the mean loss, right or with one thing wrong."""

    def backward(A: Array, B: Array, X: Array, Y: Array) -> _Gradients:
        grad_A = _exact(lambda W: network.network_loss(W, B, X, Y), A)
        grad_B = _exact(lambda W: network.network_loss(A, W, X, Y), B)
        return _EDITS[edit](grad_A, grad_B, X.shape[1])

    return backward


FUNCTIONS: dict[str, _Maker] = {
    maker.__name__: maker
    for maker in (
        cubic,
        parabola,
        wave,
        growth,
        quartic,
        ripple,
        loss_of_A,
        bowl_slopes,
        valley_slopes,
        slope_of,
        backward_pass,
    )
}


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
