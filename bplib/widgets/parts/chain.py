"""The chain rule on the smallest network, beside the reader's `scalar_gradients` (notebook 03)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from bplib import derivatives
from bplib.widgets.base import attempt, off, show

Function = Callable[..., Any]


def answer(question: dict[str, Any], scalar_gradients: Function) -> dict[str, Any]:
    """Return the reader's two slopes, and which of them nudging does not confirm."""
    a, b, x, y = (float(question[name]) for name in "abxy")
    tried = attempt(scalar_gradients, a, b, x, y, shape=(2,))
    if tried.problem:
        return {"problems": {"scalar_gradients": tried.problem}}

    def loss(weights: Any) -> Any:
        return 0.5 * (weights[..., 1] * np.tanh(weights[..., 0] * x) - y) ** 2

    truth = derivatives.gradient(loss, np.array([a, b]))
    wrong = [off(tried.value[[i]], truth[[i]]) is not None for i in range(2)]
    return {"mine": tried.value.tolist(), "off": wrong, "problems": {}}


def chain(scalar_gradients: Function) -> None:
    """Show the chain from two weights to the loss: values forward, then slopes back.

    Parameters
    ----------
    scalar_gradients : callable
        The reader's, from notebook 03.
    """
    show(
        "chain",
        {"function": "scalar_gradients"},
        lambda question: answer(question, scalar_gradients),
        "The chain from two weights to the loss as boxes: values run forward, and slopes run back, "
        "one product at a time.",
    )
