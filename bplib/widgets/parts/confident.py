"""One sigmoid output that is sure and wrong, under two losses (notebook 08)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from bplib import network
from bplib.course.nudged import slopes_of_columns
from bplib.widgets.base import attempt, off, show

Function = Callable[..., Any]

# What stands beside the dragged z in a batch: the mean over the samples shows only there.
_OTHERS = np.array([[-2.0, 0.5, 3.0], [1.0, -0.3, 2.0]])
_TARGETS = np.array([[1.0, 0.0, 0.0], [0.0, 1.0, 1.0]])


def settings(function: str) -> dict[str, Any]:
    """Return what the widget starts from."""
    return {"function": function}


def answer(question: dict[str, Any], delta_logistic: Function) -> dict[str, Any]:
    """Return the reader's error term at z, and whether nudging confirms it.

    It is asked for one sample by itself, so that no mean makes it smaller, and then for a batch.
    """
    z, y = np.array([[float(question["z"])]]), np.array([[float(question["y"])]])
    tried = attempt(delta_logistic, z, y, shape=(1, 1))
    if tried.problem:
        return {"problems": {"delta_logistic": tried.problem}}
    wrong = off(tried.value, slopes_of_columns(network.binary_cross_entropy, z, y)) is not None
    reply = {"delta": float(tried.value[0, 0]), "off": wrong, "problems": {}}
    if not wrong:
        Z, Y = np.hstack([[z[0], -z[0]], _OTHERS]), np.hstack([[y[0], y[0]], _TARGETS])
        batch = attempt(delta_logistic, Z, Y, shape=Z.shape)
        truth = slopes_of_columns(network.binary_cross_entropy, Z, Y)
        if batch.problem or off(batch.value, truth) is not None:
            told = batch.problem or "delta_logistic is right for one sample, but not for a batch."
            reply["problems"] = {"batch": told}
    return reply


def confident(delta_logistic: Function) -> None:
    """Show the error terms of one sigmoid output under squared error and cross-entropy.

    Parameters
    ----------
    delta_logistic : callable
        The reader's, from notebook 08.
    """
    name = getattr(delta_logistic, "__name__", "delta_logistic")
    show(
        "confident",
        settings(name),
        lambda question: answer(question, delta_logistic),
        "A sigmoid with a point on its flat end, far from its target; beside it two losses over "
        "the same pre-activation, the squared error with a flat tangent and cross-entropy with a "
        "steep one; below, both error terms as bars on one scale, one of them hardly to be seen.",
    )
