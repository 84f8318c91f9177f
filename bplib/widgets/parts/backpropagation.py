"""Backpropagation, one step at a time, on the reader's own functions (notebooks 04 and 05)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bplib import derivatives, network
from bplib.widgets.base import attempt, off, show, still

Array = NDArray[Any]
Function = Callable[..., Any]

# The network of notebook 04: 3 inputs (the last one is always 1), 4 hidden units, 2 outputs, and 5
# samples, so that no two sizes are equal and a transposed matrix shows.
A_START = np.array([[0.5, -1.0, 0.2], [-0.8, 0.4, 0.6], [1.2, 0.3, -0.5], [0.1, 0.9, 0.0]])
B_START = np.array([[1.0, -0.5, 0.8, 0.3], [-0.6, 1.1, 0.2, -1.4]])
X_START = np.array([[0.5, -1.0, 2.0, 0.0, 1.5], [1.0, 0.5, -1.0, 1.0, 0.0], [1, 1, 1, 1, 1]])
Y_START = np.array([[1.0, 0.0, 1.0, -1.0, 0.5], [0.0, 1.0, -1.0, 0.5, 0.0]])


def settings(whole: bool) -> dict[str, Any]:
    """Return what the widget starts from."""
    start = {"A": A_START, "B": B_START, "X": X_START, "Y": Y_START}
    return {name: array.tolist() for name, array in start.items()} | {"whole": whole}


def answer(
    question: dict[str, Any],
    delta_B: Function,
    gradient_B: Function,
    delta_A: Function | None = None,
    gradient_A: Function | None = None,
) -> dict[str, Any]:
    """Run the backward pass with the reader's functions, and mark what nudging does not confirm.

    Every function is judged on what it was handed, so that one mistake is marked once.
    """
    A, B, X, Y = (question[name] for name in "ABXY")
    Z = A @ X + question["offset"]
    H = np.tanh(Z)
    Y_hat = B @ H
    reply: dict[str, Any] = {"problems": {}}

    def run(name: str, function: Function, arguments: tuple[Array, ...], truth: Array) -> bool:
        tried = attempt(function, *arguments, shape=truth.shape)
        if tried.problem:
            reply["problems"][name] = tried.problem
        if tried.value is not None:
            reply[name] = tried.value
            reply[f"off_{name}"] = off(tried.value, truth)
        return not tried.problem

    truth = derivatives.gradient(lambda P: network.mean_loss(P, Y), Y_hat)
    if not run("delta_B", delta_B, (Y_hat, Y), truth):
        return reply
    error = reply["delta_B"]

    def reaches_output(weights: Array, hidden: Array) -> Array:
        """Return what the error at the output makes of a change of B or of H."""
        return np.sum(error * (weights @ hidden), axis=(-2, -1))

    run("grad_B", gradient_B, (error, H), derivatives.gradient(lambda W: reaches_output(W, H), B))
    if delta_A is None or gradient_A is None:
        return reply
    reply["back"] = derivatives.gradient(lambda V: reaches_output(B, V), H)
    at_Z = derivatives.gradient(lambda V: reaches_output(B, np.tanh(V)), Z)
    if run("delta_A", delta_A, (error, B, Z), at_Z):
        hidden = reply["delta_A"]
        at_A = derivatives.gradient(lambda W: np.sum(hidden * (W @ X), axis=(-2, -1)), A)
        run("grad_A", gradient_A, (hidden, X), at_A)
    return reply


def backpropagation(
    delta_B: Function,
    gradient_B: Function,
    delta_A: Function | None = None,
    gradient_A: Function | None = None,
) -> None:
    """Show a network with every number, forward and back, that the hand can step and change.

    Parameters
    ----------
    delta_B, gradient_B : callable
        The reader's, from notebook 04.
    delta_A, gradient_A : callable, optional
        The reader's, from notebook 05; without them the way back ends at B.
    """
    whole = delta_A is not None and gradient_A is not None
    show(
        "backpropagation",
        settings(whole),
        lambda question: answer(question, delta_B, gradient_B, delta_A, gradient_A),
        "A small network with every weight and number on it, the pseudocode beside it with one "
        "line lit, and below it the matrices of the forward and the backward pass.",
        picture=lambda: still("backpropagation" if whole else "backpropagation_of_B"),
    )
