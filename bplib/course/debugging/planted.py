"""The planted backward passes of notebook 09: what is wrong with each, and who gets which.

Each is a whole backward pass with one mistake in it, as people write them; its code is what a row
of known mistakes, or a factor, is called. A reader's six are drawn by the name that they typed.
The passes stand here and not among the rows, since the notebook shows their lines.
"""

import hashlib
import inspect
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

Pass = Callable[..., Any]
NOBODY = "?"
"""The name in the notebook as it is handed out."""


def is_nobody(reader: str) -> bool:
    """Say whether a name is none: empty, or the one in the notebook as it is handed out."""
    return str(reader).strip() in ("", NOBODY)


@dataclass(frozen=True)
class Bug:
    """A mistake that is planted.

    Parameters
    ----------
    name : str
        What the list calls it.
    about : str
        The mistake in half a sentence.
    code : str
        As in `Finding`: what a check calls these gradients.
    backward : callable
        The pass it is planted in: ``(A, B, X, Y)`` to two gradients.
    """

    name: str
    about: str
    code: str
    backward: Pass


_BUGS: dict[int, list[Bug]] = {}


def _planted(case: int, name: str, about: str, code: str = "") -> Callable[[Pass], Pass]:
    """Return a decorator that plants a pass in a case; 0 is the one that all readers see."""

    def plant(backward: Pass) -> Pass:
        _BUGS.setdefault(case, []).append(Bug(name, about, code or name, backward))
        return backward

    return plant


# --- what readers see ----------------------------------------------------------------------------


class Case:
    """A planted pass: it can be called, and shows its lines where it stands last in a cell.

    Nobody's case shows no lines, only that it is nobody's.
    """

    def __init__(self, bug: Bug, name: str, nobodys: bool = False):
        self._bug, self.__name__, self._nobodys = bug, name, nobodys

    def __call__(self, A: Any, B: Any, X: Any, Y: Any) -> Any:
        """Return what the planted pass returns."""
        return self._bug.backward(A, B, X, Y)

    def __repr__(self) -> str:
        return _WHOSE if self._nobodys else lines_of(self._bug, self.__name__)


_WHOSE = (
    "Whose case is it? Put your name into reader, where it says "
    'reader = "?", and run that cell and this one again: then the lines stand here.'
)


class _Catalogue:
    """All names that a bug may have, as a table in words."""

    def __repr__(self) -> str:
        known = sorted(bugs(), key=lambda bug: bug.name)
        return "\n".join(f"{bug.name:<20} {bug.about}" for bug in known)


def case(reader: str, number: int) -> Case:
    """Return a reader's planted pass.

    Parameters
    ----------
    reader : str
        Any name; the same name always gives the same six. With "?" or no name the case can be
        called, so that a notebook runs through, but in place of its lines it asks for one.
    number : int
        1 to 6; 0 is the worked example, the same for everybody.

    Raises
    ------
    ValueError
        If there is no case of that number.
    """
    name = f"fix_{number}" if number else "example"
    return Case(bug_of(reader, number), name, nobodys=is_nobody(reader))


def catalogue() -> _Catalogue:
    """Return the list of names to choose from; it shows itself where it stands last in a cell."""
    return _Catalogue()


# --- what judges them ----------------------------------------------------------------------------


def bugs(number: int | None = None) -> list[Bug]:
    """Return what may be planted in a case; by default in any."""
    if number is None:
        return [bug for pool in _BUGS.values() for bug in pool]
    if number not in _BUGS:
        raise ValueError(f"cases are numbered from 0 to {max(_BUGS)}, not {number!r}")
    return _BUGS[number]


def bug_of(reader: str, number: int) -> Bug:
    """Return what is planted in a reader's case; arguments and errors as for `case`."""
    pool = bugs(number)
    name = " ".join(str(reader).split()).casefold()
    drawn = hashlib.sha256(f"{name}\n{number}".encode()).digest()
    return pool[int.from_bytes(drawn[:8]) % len(pool)]


def lines_of(bug: Bug, name: str) -> str:
    """Return the lines of a planted pass, as a function of another name."""
    source = inspect.getsource(bug.backward)
    body = source[source.index("def ") :]
    return re.sub(r"^def \w+", f"def {name}", body).rstrip()


# --- case 0: the worked example ------------------------------------------------------------------


@_planted(0, "tanh-twice", "H goes through tanh a second time", "activation-used-twice")
def _tanh_twice(A, B, X, Y):
    N = X.shape[1]
    Z = A @ X
    hidden = np.tanh(Z)
    error = (B @ hidden - Y) / N
    slope = 1 - hidden**2
    grad_B = error @ np.tanh(hidden).T
    grad_A = (slope * (B.T @ error)) @ X.T
    return grad_A, grad_B


# --- case 1: shapes ------------------------------------------------------------------------------


@_planted(1, "h-for-x", "the gradient of A multiplies with H, which does not flow into A")
def _h_for_x(A, B, X, Y):
    N = X.shape[1]
    H = np.tanh(A @ X)
    dB = (B @ H - Y) / N
    dA = B.T @ dB * (1 - H**2)
    return dA @ H.T, dB @ H.T


@_planted(1, "x-for-h", "the gradient of B multiplies with X, which does not flow into B")
def _x_for_h(A, B, X, Y):
    Z = A @ X
    H = np.tanh(Z)
    error = B @ H - Y
    delta_B = error / X.shape[1]
    delta_A = (B.T @ delta_B) * (1 - np.tanh(Z) ** 2)
    grad_A, grad_B = (delta @ X.T for delta in (delta_A, delta_B))
    return grad_A, grad_B


@_planted(1, "gradients-exchanged", "both gradients come back, in the wrong order")
def _gradients_exchanged(A, B, X, Y):
    hidden = np.tanh(A @ X)
    n = Y.shape[1]
    d_out = (B @ hidden - Y) / n
    grad_out = np.einsum("kn,jn->kj", d_out, hidden)
    d_hidden = np.einsum("kj,kn->jn", B, d_out) * (1 - hidden**2)
    grad_hidden = np.einsum("jn,in->ji", d_hidden, X)
    return grad_out, grad_hidden


@_planted(1, "transposed", "a gradient comes back with rows and columns exchanged")
def _transposed(A, B, X, Y):
    H = np.tanh(A @ X)
    E = B @ H - Y
    D = E / E.shape[1]
    grad_B = H @ D.T
    grad_A = X @ (B.T @ D * (1 - H * H)).T
    return grad_A, grad_B


@_planted(1, "error-terms", "error terms come back, not gradients", "returns-error-terms")
def _error_terms(A, B, X, Y):
    Z = A @ X
    H = np.tanh(Z)
    Y_hat = B @ H
    grad_B = (Y_hat - Y) / X.shape[1]
    grad_A = (B.T @ grad_B) * (1 - H**2)
    return grad_A, grad_B


# --- case 2: one number too many or too few ------------------------------------------------------


@_planted(2, "mean-missing", "the samples are added up, no mean is taken", "times-n")
def _mean_missing(A, B, X, Y):
    Z = A @ X
    H = np.tanh(Z)
    Y_hat = B @ H
    delta_B = Y_hat - Y
    delta_A = (B.T @ delta_B) * (1 - H**2)
    return delta_A @ X.T, delta_B @ H.T


@_planted(2, "mean-twice", "the mean over the samples is taken twice", "times-1-over-n")
def _mean_twice(A, B, X, Y):
    N = X.shape[1]
    H = np.tanh(A @ X)
    delta_B = (B @ H - Y) / N
    grad_B = delta_B @ H.T / N
    delta_A = B.T @ delta_B * (1 - H**2)
    grad_A = delta_A @ X.T / N
    return grad_A, grad_B


@_planted(2, "half-forgotten", "the ½ of the loss does not meet the 2 of the square", "times-2")
def _half_forgotten(A, B, X, Y):
    H = np.tanh(A @ X)
    residual = B @ H - Y
    dL = 2 * residual / residual.shape[1]
    back = (B.T @ dL) * (1 - H**2)
    return np.dot(back, X.T), np.dot(dL, H.T)


@_planted(
    2, "error-reversed", "target minus prediction, where it is the other way round", "wrong-sign"
)
def _error_reversed(A, B, X, Y):
    N = Y.shape[1]
    H = np.tanh(A @ X)
    miss = Y - B @ H
    grad_B = miss @ H.T / N
    grad_A = (B.T @ miss * (1 - H**2)) @ X.T / N
    return grad_A, grad_B


@_planted(2, "mean-over-outputs", "the mean runs over the outputs, too", "times-1-over-n-out")
def _mean_over_outputs(A, B, X, Y):
    H = np.tanh(A @ X)
    delta = (B @ H - Y) / Y.size
    grad_B = delta @ H.T
    delta = (1 - H**2) * (B.T @ delta)
    grad_A = delta @ X.T
    return grad_A, grad_B


# --- case 3: at the output -----------------------------------------------------------------------


@_planted(3, "z-for-h", "the gradient of B multiplies with Z, which does not flow into B")
def _z_for_h(A, B, X, Y):
    Z = A @ X
    H = np.tanh(Z)
    delta_B = (B @ H - Y) / X.shape[1]
    grad_B = delta_B @ Z.T
    delta_A = (B.T @ delta_B) * (1 - H**2)
    grad_A = delta_A @ X.T
    return grad_A, grad_B


@_planted(
    3,
    "name-used-again",
    "H is overwritten by its slope before the gradient of B is made",
    "slope-of-the-hidden-units-for-their-activation",
)
def _name_used_again(A, B, X, Y):
    N = X.shape[1]
    H = np.tanh(A @ X)
    delta_B = (B @ H - Y) / N
    H = 1 - H**2
    delta_A = B.T @ delta_B * H
    return delta_A @ X.T, delta_B @ H.T


@_planted(
    3,
    "slope-too-early",
    "the slope of tanh is already in the gradient of B",
    "slope-of-the-hidden-units-too-early",
)
def _slope_too_early(A, B, X, Y):
    H = np.tanh(A @ X)
    slope = 1 - H**2
    error = (B @ H - Y) / Y.shape[1]
    grad_A = (B.T @ error * slope) @ X.T
    grad_B = error @ (H * slope).T
    return grad_A, grad_B


@_planted(
    3,
    "slope-at-output",
    "the linear output's error is scaled by a slope of tanh",
    "slope-at-linear-output",
)
def _slope_at_output(A, B, X, Y):
    H = np.tanh(A @ X)
    Y_hat = B @ H
    delta_B = (Y_hat - Y) * (1 - np.tanh(Y_hat) ** 2) / X.shape[1]
    delta_A = (B.T @ delta_B) * (1 - H**2)
    return delta_A @ X.T, delta_B @ H.T


# --- case 4: through the activation --------------------------------------------------------------


@_planted(4, "slope-missing", "the error never passes through the activation")
def _slope_missing(A, B, X, Y):
    Z = A @ X
    H = np.tanh(Z)
    Y_hat = B @ H
    delta_B = (Y_hat - Y) / X.shape[1]
    delta_A = B.T @ delta_B
    return delta_A @ X.T, delta_B @ H.T


@_planted(4, "slope-at-h", "the slope is taken at H, where Z belongs", "slope-at-activation")
def _slope_at_h(A, B, X, Y):
    def d_tanh(z):
        return 1 - np.tanh(z) ** 2

    H = np.tanh(A @ X)
    delta_B = (B @ H - Y) / X.shape[1]
    delta_A = d_tanh(H) * (B.T @ delta_B)
    return delta_A @ X.T, delta_B @ H.T


@_planted(4, "short-form-at-z", "1 − h², with z in the place of h", "output-form-fed-with-z")
def _short_form_at_z(A, B, X, Y):
    N = X.shape[1]
    Z = A @ X
    H = np.tanh(Z)
    dY = (B @ H - Y) / N
    dH = B.T @ dY
    dZ = dH * (1 - Z**2)
    return dZ @ X.T, dY @ H.T


@_planted(4, "square-missing", "1 − h, where the slope has a square")
def _square_missing(A, B, X, Y):
    H = np.tanh(A @ X)
    d_out = (B @ H - Y) / Y.shape[1]
    d_hidden = (1 - H) * (B.T @ d_out)
    return d_hidden @ X.T, d_out @ H.T


@_planted(4, "f-for-its-slope", "the error is scaled by tanh itself", "activation-for-slope")
def _f_for_its_slope(A, B, X, Y):
    Z = A @ X
    H = np.tanh(Z)
    delta_B = (B @ H - Y) / X.shape[1]
    grad_B = delta_B @ H.T
    delta_A = np.multiply(B.T @ delta_B, H)
    grad_A = delta_A @ X.T
    return grad_A, grad_B


# --- case 5: back through B ----------------------------------------------------------------------


@_planted(
    5,
    "gradient-for-b",
    "the error goes back through the gradient of B",
    "gradient-of-b-in-place-of-b",
)
def _gradient_for_b(A, B, X, Y):
    H = np.tanh(A @ X)
    dY = (B @ H - Y) / X.shape[1]
    dB = dY @ H.T
    dH = dB.T @ dY
    dA = (dH * (1 - H**2)) @ X.T
    return dA, dB


@_planted(5, "last-output-only", "in a loop over the outputs, each replaces the one before")
def _last_output_only(A, B, X, Y):
    H = np.tanh(A @ X)
    delta_B = (B @ H - Y) / X.shape[1]
    back = np.zeros_like(H)
    for k in range(len(B)):
        back = np.outer(B[k], delta_B[k])
    delta_A = back * (1 - H**2)
    return delta_A @ X.T, delta_B @ H.T


@_planted(
    5,
    "reshaped",
    "B is reshaped where it should be transposed",
    "b-reshaped-not-transposed",
)
def _reshaped(A, B, X, Y):
    n_out, n_hidden = B.shape
    H = np.tanh(A @ X)
    delta_B = (B @ H - Y) / X.shape[1]
    back = B.reshape(n_hidden, n_out) @ delta_B
    delta_A = back * (1 - H**2)
    return delta_A @ X.T, delta_B @ H.T


@_planted(5, "weights-missing", "every hidden unit is sent the sum of all errors")
def _weights_missing(A, B, X, Y):
    N = X.shape[1]
    H = np.tanh(A @ X)
    error = (B @ H - Y) / N
    blame = np.sum(error, axis=0)
    grad_A = (blame * (1 - H**2)) @ X.T
    grad_B = error @ H.T
    return grad_A, grad_B


# --- case 6: samples -----------------------------------------------------------------------------


@_planted(
    6,
    "product-of-averages",
    "error and input are averaged first and multiplied then",
)
def _product_of_averages(A, B, X, Y):
    H = np.tanh(A @ X)
    error = B @ H - Y
    back = (B.T @ error) * (1 - H**2)
    grad_B = np.outer(error.mean(axis=1), H.mean(axis=1))
    grad_A = np.outer(back.mean(axis=1), X.mean(axis=1))
    return grad_A, grad_B


@_planted(6, "last-sample-only", "in a loop over the samples, each replaces the one before")
def _last_sample_only(A, B, X, Y):
    N = X.shape[1]
    for x, y in zip(X.T, Y.T, strict=True):
        h = np.tanh(A @ x)
        error = (B @ h - y) / N
        grad_B = np.outer(error, h)
        grad_A = np.outer(B.T @ error * (1 - h**2), x)
    return grad_A, grad_B


@_planted(6, "first-sample-only", "a loop over the samples returns in its first round")
def _first_sample_only(A, B, X, Y):
    grad_A, grad_B = np.zeros_like(A), np.zeros_like(B)
    for n in range(X.shape[1]):
        h = np.tanh(A @ X[:, n])
        error = (B @ h - Y[:, n]) / X.shape[1]
        grad_B += np.outer(error, h)
        grad_A += np.outer((B.T @ error) * (1 - h**2), X[:, n])
        return grad_A, grad_B


@_planted(
    6,
    "slope-averaged",
    "one slope for all samples of a unit: their mean",
    "slope-averaged-over-the-samples",
)
def _slope_averaged(A, B, X, Y):
    H = np.tanh(A @ X)
    delta_B = (B @ H - Y) / X.shape[1]
    slope = np.mean(1 - H**2, axis=1, keepdims=True)
    delta_A = slope * (B.T @ delta_B)
    return delta_A @ X.T, delta_B @ H.T
