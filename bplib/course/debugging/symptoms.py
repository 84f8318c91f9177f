"""What a backward pass looks like from outside: how each of its gradients compares with nudging."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from bplib.course.nudged import gradient_of_A, gradient_of_B
from bplib.network import Array

RIGHT = 1e-7  # what notebook 2 calls agreement


@dataclass(frozen=True)
class Symptom:
    """How one gradient compares with nudging.

    Parameters
    ----------
    name : str
        "grad_A" or "grad_B".
    mine, nudged : ndarray
        What came back, and what should have; None where nothing of an array came back.
    """

    name: str
    mine: Array | None
    nudged: Array

    @property
    def fits(self) -> bool:
        """Whether the two can be compared entry by entry."""
        return self.mine is not None and self.mine.shape == self.nudged.shape

    @property
    def error(self) -> float:
        """The relative error of notebook 2; nan where the shapes differ."""
        if self.mine is None or not self.fits:
            return float("nan")
        longest = max(np.linalg.norm(self.mine), np.linalg.norm(self.nudged))
        return float(np.linalg.norm(self.mine - self.nudged) / longest) if longest else 0.0

    @property
    def right(self) -> bool:
        """Whether it agrees with nudging."""
        return self.error < RIGHT

    @property
    def ratio(self) -> float | None:
        """The number by which every entry is multiplied; None if it is no single one."""
        if self.mine is None or not self.fits or not self.nudged.any():
            return None
        factor = float(np.vdot(self.nudged, self.mine) / np.vdot(self.nudged, self.nudged))
        off = np.linalg.norm(self.mine - factor * self.nudged)
        return factor if factor and off < RIGHT * np.linalg.norm(self.mine) else None

    def __str__(self) -> str:
        if self.mine is None:
            return f"{self.name} is no array"
        if not self.fits:
            return f"{self.name} has shape {self.mine.shape} for {self.nudged.shape}"
        if self.right:
            return f"{self.name} is right"
        if self.ratio is not None:
            return f"{self.name} is {self.ratio:.3g} times the right one"
        return f"{self.name} is off (relative error {self.error:.2g})"


def symptoms(
    backward: Callable[..., Any], A: Array, B: Array, X: Array, Y: Array
) -> tuple[Symptom, Symptom]:
    """Return how both gradients of a backward pass compare with nudging.

    Parameters
    ----------
    backward : callable
        ``backward(A, B, X, Y)`` returns two gradients; whatever it raises is raised here.
    A, B, X, Y : ndarray
        Of the two-layer tanh network.
    """
    Z = A @ X
    nudged = gradient_of_A(Z, B, X, Y), gradient_of_B(B, np.tanh(Z), Y)
    grad_A, grad_B = backward(A.copy(), B.copy(), X.copy(), Y.copy())
    return (
        Symptom("grad_A", _array(grad_A), nudged[0]),
        Symptom("grad_B", _array(grad_B), nudged[1]),
    )


def _array(value: Any) -> Array | None:
    try:
        found = np.asarray(value)
    except ValueError:  # a ragged list
        return None
    return found.astype(float) if found.dtype.kind in "biuf" else None
