"""The loss landscape of a network with two weights, by the reader's functions (notebook 01)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bplib import datasets, network
from bplib.widgets.base import NEAR, attempt, show

Array = NDArray[Any]
Function = Callable[..., Any]

COUNT = 61


def _weights(a: float, b: float) -> tuple[Array, Array]:
    return np.array([[a, 0.0]]), np.array([[b]])


def settings() -> dict[str, Any]:
    """Return what the widget starts from: points about a line through the origin."""
    points = datasets.noisy_line(intercept=0.0)
    return {"X": points.X.tolist(), "Y": points.Y.tolist()}


def answer(question: dict[str, Any], network_loss: Function, predict: Function) -> dict[str, Any]:
    """Return the curve and the loss at two weights, and the map when it is first asked for."""
    X, Y, across = (question[name] for name in ("X", "Y", "across"))
    A, B = _weights(question["a"], question["b"])
    reply: dict[str, Any] = {"problems": {}, "off": []}
    curve = attempt(predict, A, B, across, shape=across[:1].shape)
    loss = attempt(network_loss, A, B, X, Y, shape=())
    for name, tried in (("predict", curve), ("network_loss", loss)):
        if tried.problem:
            reply["problems"][name] = tried.problem
    if not curve.problem:
        reply["curve"] = curve.value
        if not _near(curve.value, network.predict(A, B, across)):
            reply["off"].append("predict")
    if not loss.problem:
        reply["loss"] = float(loss.value)
        if not _near(loss.value, network.network_loss(A, B, X, Y)):
            reply["off"].append("network_loss")
        if question["whole"]:
            mapped = attempt(_map_of, network_loss, X, Y, shape=(COUNT, COUNT))
            reply["grid"] = mapped.value
            if mapped.problem:
                reply["problems"]["map"] = mapped.problem.replace("_map_of", "network_loss")
    return reply


def _map_of(network_loss: Function, X: Array, Y: Array) -> Array:
    """Return the loss for a and b from −3 to 3, the highest b in row 0."""
    side = np.linspace(-3, 3, COUNT)
    return np.array(
        [[float(network_loss(*_weights(a, b), X, Y)) for a in side] for b in side[::-1]]
    )


def _near(mine: Any, truth: Any) -> bool:
    return bool(np.max(np.abs(mine - truth)) <= NEAR * max(float(np.max(np.abs(truth))), 1e-12))


def landscape(network_loss: Function, predict: Function) -> None:
    """Show the loss over two weights, and beside it the curve that they mean.

    Parameters
    ----------
    network_loss, predict : callable
        The reader's, from notebook 01.
    """
    show(
        "landscape",
        settings(),
        lambda question: answer(question, network_loss, predict),
        "A map of the loss over two weights with a point on it; beside it the curve of the network "
        "with these weights among the data, and the loss as a bar.",
    )
