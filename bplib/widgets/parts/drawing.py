"""Draw your prediction: the reader's curve first, then the true one, made by the own code."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from bplib.widgets.base import attempt, show


def settings(
    title: str,
    count: int,
    heights: tuple[float, float],
    across: str,
    up: str,
    first: float | None = None,
    logarithmic: bool = False,
    ends: tuple[str, str] | None = None,
) -> dict[str, Any]:
    """Return what the widget starts from."""
    if count < 2:
        raise ValueError(f"a curve needs at least two places to draw, not {count}")
    start, end = ends or ("0", str(count - 1))
    return {
        "title": title,
        "purpose": "Draw the curve that you expect, with the mouse or the arrow keys, from the "
        "left edge to the right one. Then look what happens.",
        "count": count,
        "low": heights[0],
        "high": heights[1],
        "across": across,
        "up": up,
        "first": first,
        "logarithmic": logarithmic,
        "from": start,
        "to": end,
    }


def answer(truth: Callable[[], Sequence[float]], count: int) -> dict[str, Any]:
    """Return the true curve; numbers that are too large to draw stay what they are."""
    tried = attempt(truth)
    if tried.problem:
        return {"problems": {"truth": tried.problem.replace("<lambda>", "your code")}}
    try:
        curve = np.array(tried.value, dtype=float).ravel()
    except (TypeError, ValueError):
        curve = np.empty(0)
    if len(curve) != count:
        return {"problems": {"truth": f"Your code gives {len(curve)} heights, not {count}."}}
    return {"curve": curve[np.newaxis], "problems": {}}


def draw_first(
    truth: Callable[[], Sequence[float]],
    title: str,
    *,
    count: int,
    heights: tuple[float, float],
    across: str,
    up: str,
    first: float | None = None,
    logarithmic: bool = False,
    ends: tuple[str, str] | None = None,
) -> None:
    """Let the reader draw a curve before the true one is shown.

    Parameters
    ----------
    truth : callable
        Returns the true heights, `count` of them; called when the reader has drawn.
    title : str
        What is to be drawn.
    count : int
        At how many places.
    heights : (float, float)
        The lowest and the highest that can be drawn.
    across, up : str
        The names of the axes.
    first : float, optional
        The height of the first place, where it is given.
    logarithmic : bool
        Whether the heights stand on a logarithmic scale.
    ends : (str, str), optional
        What stands at the ends of the horizontal axis; by default 0 and ``count - 1``.
    """
    chart = settings(title, count, heights, across, up, first, logarithmic, ends)
    show(
        "drawing",
        chart,
        lambda _: answer(truth, count),
        f"{title}: an empty chart to draw a curve in, before the true one is laid over it.",
        picture=lambda: empty_chart(chart),
    )


def empty_chart(chart: dict[str, Any]) -> bytes:
    """Return the still picture of a widget with these settings: every chart has its own."""
    from bplib.figures.base import FORWARD, GREY, png, style, subplots

    last = chart["count"] - 1
    with style():
        figure, axes = subplots(size=(7.5, 3.6))
        axes.set_title(chart["title"])
        axes.set(xlabel=chart["across"], ylabel=chart["up"], xlim=(0, last))
        axes.set_yscale("log" if chart["logarithmic"] else "linear")
        axes.set_ylim(chart["low"], chart["high"])
        axes.set_xticks([0, last], [chart["from"], chart["to"]])
        if chart["first"] is not None:
            axes.plot(0, chart["first"], "o", color=FORWARD, markersize=8, clip_on=False)
        middle = {"transform": axes.transAxes, "ha": "center", "va": "center", "color": GREY}
        axes.text(0.5, 0.5, "draw here, from left to right", **middle)
        return png(figure)
