"""The training playground: a network learns with the reader's `train` (notebook 06)."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bplib import datasets, derivatives, network
from bplib.datasets import Dataset
from bplib.widgets.base import attempt, off, show

Array = NDArray[Any]
Function = Callable[..., Any]

_IMAGES, _IMAGES_TEST = 500, 200


@cache
def _sets() -> dict[str, Dataset]:
    return {
        "xor": datasets.xor(),
        "moons": datasets.two_moons(),
        "spiral": datasets.spiral(),
        "digits": datasets.digits(),
    }


@cache
def data(name: str) -> tuple[Array, Array, Array, Array]:
    """Return X, Y, X_test, Y_test as the widget uses them: rounded points, some of the digits."""
    chosen = _sets()[name]
    if name == "digits":
        few, test = slice(_IMAGES), slice(_IMAGES_TEST)
        return chosen.X[:, few], chosen.Y[:, few], chosen.X_test[:, test], chosen.Y_test[:, test]
    X, X_test = chosen.X.round(3), chosen.X_test.round(3)
    return X, chosen.Y, X_test, chosen.Y_test


def _letters(X: Array, Y: Array) -> dict[str, str]:
    """Return images as letters, A for paper to Q for ink, and their digits."""
    counts = np.rint(16 * X[:64].T).astype(int)
    return {
        "pixels": "".join(chr(65 + count) for count in counts.ravel()),
        "labels": "".join(str(digit) for digit in Y.argmax(axis=0)),
    }


def settings(function: str) -> dict[str, Any]:
    """Return what the widget starts from: the data."""
    titles = {"xor": "XOR", "moons": "two moons", "spiral": "spiral", "digits": "digits"}
    shown: dict[str, Any] = {}
    for name, title in titles.items():
        X, Y, X_test, Y_test = data(name)
        if name == "digits":
            parts: dict[str, Any] = {"training": _letters(X, Y), "test": _letters(X_test, Y_test)}
        else:
            arrays = {"X": X, "Y": Y, "X_test": X_test, "Y_test": Y_test}
            parts = {key: array.tolist() for key, array in arrays.items()}
        shown[name] = {"title": title, **parts}
    return {"function": function, "data": shown}


def answer(question: dict[str, Any], train: Function) -> dict[str, Any]:
    """Train for some epochs with the reader's function."""
    A, B = question["A"], question["B"]
    X, Y = data(question["data"])[:2]
    rates = float(question["rate_A"]), float(question["rate_B"])
    rng = np.random.default_rng(int(question["seed"]))
    problems = {}
    if question["first"]:
        problem = wrong_step(train)
        if problem:
            problems["step"] = problem
    epochs, batch = int(question["epochs"]), int(question["batch"])
    tried = attempt(train, A, B, X, Y, *rates, epochs, batch, rng)
    trained, problem = _weights(tried.value, A, B) if not tried.problem else ((), tried.problem)
    if problem:
        return {"problems": {**problems, "train": problem}}
    return {"A": trained[0], "B": trained[1], "problems": problems}


def _weights(value: Any, A: Array, B: Array) -> tuple[tuple[Array, ...], str]:
    """Take the two weights out of what `train` returns, or say why that cannot be done."""
    try:
        new = tuple(np.array(W, dtype=float) for W in value[:2])
    except (TypeError, ValueError):
        return (), "train does not return (A, B, losses)."
    shapes = tuple(W.shape for W in new)
    if shapes != (A.shape, B.shape):
        return (), f"train returns arrays of {shapes}, not of {(A.shape, B.shape)}."
    return new, ""


def wrong_step(train: Function) -> str:
    """Say whether one step on a whole small data set goes against the gradient by nudging."""
    rng = np.random.default_rng(0)
    A, B = rng.normal(size=(4, 3)), rng.normal(size=(2, 4))
    X, Y = rng.normal(size=(3, 5)), rng.normal(size=(2, 5))
    tried = attempt(train, A, B, X, Y, 0.1, 0.05, 1, 5, rng)
    if tried.problem:
        return ""  # the training itself will say so
    new, problem = _weights(tried.value, A, B)
    if problem:
        return ""
    steps = (
        (
            "A",
            new[0],
            A - 0.1 * derivatives.gradient(lambda W: network.network_loss(W, B, X, Y), A),
        ),
        (
            "B",
            new[1],
            B - 0.05 * derivatives.gradient(lambda W: network.network_loss(A, W, X, Y), B),
        ),
    )
    wrong = [name for name, mine, truth in steps if off(mine, truth) is not None]
    if not wrong:
        return ""
    return f"train: its step on {' and on '.join(wrong)} is not the one that nudging finds."


def training(train: Function) -> None:
    """Show a network that learns: data, step sizes, hidden units, batches, epoch by epoch.

    Parameters
    ----------
    train : callable
        The reader's, from notebook 06.
    """
    show(
        "training",
        settings("train"),
        lambda question: answer(question, train),
        "A plane with points of two classes, coloured by what the network says of every place, the "
        "loss over the epochs, and what one hidden unit sees.",
    )
