"""Descent: a point on a landscape that goes against the reader's gradient (notebook 02)."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bplib import datasets, derivatives
from bplib.widgets.base import attempt, newest, off, show

Array = NDArray[Any]
Function = Callable[..., Any]
Terms = list[list[float]]

_SQUARE = {"x0": -2.0, "x1": 2.0, "y0": -2.0, "y1": 2.0}
_WEIGHTS = ["w₀", "w₁"]


def _land(title: str, terms: Terms, start: list[float], lowest: float, rate: float) -> Any:
    """Describe a landscape: terms are [factor, power of w0, power of w1]."""
    return {
        "title": title,
        "terms": terms,
        "start": start,
        "lowest": lowest,
        "rate": rate,
        "box": _SQUARE,
        "names": _WEIGHTS,
        "line": None,
    }


def _line_land(title: str, shift: float, box: dict[str, float], rate: float) -> Any:
    """Return the loss of a line through points that are moved to the right by `shift`."""
    points = datasets.noisy_line(n=20)
    X, y = points.X.copy(), points.Y[0]
    X[0] += shift
    square, mixed = X @ X.T / len(y), X @ y / len(y)
    terms = [
        [square[0, 0] / 2, 2, 0],
        [square[0, 1], 1, 1],
        [square[1, 1] / 2, 0, 2],
        [-mixed[0], 1, 0],
        [-mixed[1], 0, 1],
        [float(y @ y) / len(y) / 2, 0, 0],
    ]
    best = np.linalg.solve(square, mixed)
    lowest = height(terms, best)
    start = [box["x0"] + 0.15 * (box["x1"] - box["x0"]), box["y0"] + 0.8 * (box["y1"] - box["y0"])]
    return {
        **_land(title, [[float(n) for n in term] for term in terms], start, float(lowest), rate),
        "box": box,
        "names": ["w₀, the slope", "w₁, the intercept"],
        "line": {"x": X[0].tolist(), "y": y.tolist()},
    }


def height(terms: Terms, w: Any) -> Any:
    """Return the height of a landscape at w, also at complex places."""
    return sum(factor * w[..., 0] ** p * w[..., 1] ** q for factor, p, q in terms)


def landscapes() -> dict[str, Any]:
    """Return the landscapes by name."""
    box = {"x0": -1.5, "x1": 3.5, "y0": -2.0, "y1": 3.0}
    valleys = [[0.5, 4, 0], [-1.0, 2, 0], [0.2, 1, 0], [0.5, 0, 2]]
    left = min(np.roots([2.0, 0.0, -2.0, 0.2]).real)  # where the slope of the first three is 0
    return {
        "bowl": _land("a bowl", [[0.5, 2, 0], [0.5, 0, 2]], [-1.5, 1.2], 0.0, 0.3),
        "ravine": _land("a ravine", [[0.05, 2, 0], [1.5, 0, 2]], [-1.7, 1.0], 0.0, 0.3),
        "saddle": _land(
            "a saddle",
            [[0.5, 2, 0], [-0.5, 0, 2], [0.125, 0, 4]],
            [-1.7, 0.0],
            -0.5,
            0.2,
        ),
        "valleys": _land(
            "two valleys",
            valleys,
            [0.25, 1.5],
            float(height(valleys, np.array([left, 0.0]))),
            0.2,
        ),
        "line": _line_land("the loss of a line", 0.0, box, 0.2),
        "shifted": _line_land("the same, points off centre", 1.0, box, 0.2),
    }


def settings(function: str, only_lines: bool = False) -> dict[str, Any]:
    """Return what the widget starts from."""
    shown = {name: land for name, land in landscapes().items() if land["line"] or not only_lines}
    return {"function": function, "landscapes": shown}


def answer(question: dict[str, Any], function: Function) -> dict[str, Any]:
    """Ask the reader's gradient at a place, and nudging too."""
    land = landscapes()[question["landscape"]]
    w = np.array(question["w"], dtype=float)
    terms = land["terms"]
    if _is_of_a_line(function):
        x, y = np.array(land["line"]["x"]), np.array(land["line"]["y"])
        arguments: tuple[Any, ...] = (w, np.vstack([x, np.ones_like(x)]), y)
    else:
        arguments = (lambda place: float(height(terms, np.asarray(place))), w)
    tried = attempt(function, *arguments, shape=(2,))
    reply: dict[str, Any] = {"problems": {"gradient": tried.problem} if tried.problem else {}}
    if not tried.problem:
        truth = derivatives.gradient(lambda places: height(terms, places), w)
        reply["slope"] = tried.value.tolist()
        reply["off"] = off(tried.value, truth) is not None
    return reply


def _is_of_a_line(function: Function) -> bool:
    """Tell `line_loss_gradient(w, X, y)` from `numerical_gradient(f, W)`."""
    return "X" in inspect.signature(newest(function)).parameters


def descent(gradient: Function) -> None:
    """Show a point on a landscape that goes downhill by the reader's gradient.

    Parameters
    ----------
    gradient : callable
        ``numerical_gradient(f, W)`` or ``line_loss_gradient(w, X, y)``.
    """
    name = getattr(gradient, "__name__", "your function")
    show(
        "descent",
        settings(name, _is_of_a_line(gradient)),
        lambda question: answer(question, gradient),
        "A landscape over two weights as a map with lines of equal height; a point with an arrow "
        "walks downhill in steps, and beside it stands the height after every step.",
    )
