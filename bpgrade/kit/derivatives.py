"""Stands where `bplib.derivatives` stands in a notebook while points are given.

The same functions, by central differences: about nine digits. Whoever answers with them, or with
a copy of them, gives numbers that can be told from a formula's, whatever `uses` says.
"""

from collections.abc import Callable
from typing import Any

import numpy as np

Array = Any
STEP = 1e-5
_uses = 0


class KinkError(ValueError):
    """The function has a kink so near the point that it has no derivative to speak of."""


def uses() -> int:
    """Return how often anything here has differentiated."""
    return _uses


def derivative(function: Callable[[Array], Array], x: Any) -> Any:
    """Differentiate a function that acts on every entry by itself."""
    global _uses
    _uses += 1
    point = np.asarray(x, dtype=float)
    up, down = point + STEP, point - STEP
    result = (np.asarray(function(up)) - np.asarray(function(down))) / (up - down)
    return float(result) if np.ndim(x) == 0 else result


def gradient(function: Callable[[Array], Array], W: Array, step: float = STEP) -> Array:
    """Differentiate a scalar function in every entry of `W`; it takes a stack of arrays."""
    global _uses
    _uses += 1
    W = np.asarray(W, dtype=float)
    nudges = step * np.eye(W.size).reshape(-1, *W.shape)
    up, down = np.asarray(function(W + nudges)), np.asarray(function(W - nudges))
    return ((up - down) / (2 * step)).reshape(W.shape)


def central_gradient(function: Callable[[Array], Array], W: Array, step: float = STEP) -> Array:
    """Differentiate a scalar function in every entry of `W`; it takes a stack of arrays."""
    return gradient(function, W, step)


def distance(mine: Any, reference: Any) -> float:
    """Return max|mine − reference| / max|reference|."""
    a, b = np.asarray(mine), np.asarray(reference)
    if a.shape != b.shape:
        raise ValueError(f"shapes differ: {a.shape} and {b.shape}")
    if b.size == 0:
        return 0.0
    scale = float(np.max(np.abs(b)))
    gap = float(np.max(np.abs(a - b)))
    return gap / scale if scale > 0 else gap
