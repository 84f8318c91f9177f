"""The course's map: the network, the way forward and back, and the pseudocode.

Every notebook opens with it. What the notebook is about is lit, what earlier notebooks finished
is drawn, the rest is pale; a line is ticked when the reader's checks have passed in this kernel.
Which parts those are stands in `bplib.course.NOTEBOOKS`. The map names the steps in words: their
formulas are the exercises.
"""

from __future__ import annotations

import math
import re
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from bplib import course, progress
from bplib.figures.base import COLOUR_A, COLOUR_B, ERROR, FORWARD, GREY, show, style

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure


class Line(NamedTuple):
    """A line of the pseudocode, and the part of the map that it is."""

    text: str
    indent: int
    part: str


PSEUDOCODE = (
    Line("repeat", 0, "repeat"),
    Line("forward: predict ŷ", 1, "forward"),
    Line("loss: how far is ŷ from y?", 1, "loss"),
    Line("gradient: which way is uphill?", 1, "gradient"),
    Line("chain rule: back from the output", 2, "chain rule"),
    Line(r"$\Delta_B$: from the output error", 2, "delta B"),
    Line(r"$\Delta_A$: from $\Delta_B$, sent back", 2, "delta A"),
    Line("gradients: error × layer's input", 2, "gradients"),
    Line("step B and A by their step sizes", 1, "step"),
)


class Node(NamedTuple):
    """A quantity or a step in the network, and the part of the map to which it belongs."""

    label: str
    x: float
    y: float
    colour: str
    part: str


_ABOVE, _BETWEEN, _BELOW = 1.72, 1.09, 0.46
NODES = {
    "x": Node("x", 0.36, _ABOVE, FORWARD, "network"),
    "A": Node("A", 1.06, _ABOVE, COLOUR_A, "A"),
    "Z": Node("Z", 1.76, _ABOVE, FORWARD, "network"),
    "f": Node("f", 2.42, _ABOVE, GREY, "network"),
    "H": Node("H", 3.08, _ABOVE, FORWARD, "network"),
    "B": Node("B", 3.78, _ABOVE, COLOUR_B, "B"),
    "y_hat": Node("ŷ", 4.48, _ABOVE, FORWARD, "network"),
    "loss": Node("loss", 5.24, _ABOVE, ERROR, "network"),
    "y": Node("y", 5.24, _ABOVE + 0.71, FORWARD, "network"),
    "step A": Node("step", 1.06, _BETWEEN, COLOUR_A, "step A"),
    "step B": Node("step", 3.78, _BETWEEN, COLOUR_B, "step B"),
    "delta A": Node(r"$\Delta_A$", 1.76, _BELOW, ERROR, "error A"),
    "delta B": Node(r"$\Delta_B$", 4.48, _BELOW, ERROR, "error B"),
}


class Arrow(NamedTuple):
    """What flows from one node to another, and the part of the map to which it belongs."""

    start: str
    end: str
    colour: str
    part: str


_FORWARD = ("x", "A", "Z", "f", "H", "B", "y_hat", "loss")
ARROWS = (
    *(Arrow(*ends, FORWARD, "network") for ends in pairwise(_FORWARD)),
    Arrow("y", "loss", FORWARD, "network"),
    Arrow("loss", "delta B", ERROR, "error B"),
    Arrow("delta B", "step B", ERROR, "error B"),
    Arrow("H", "step B", FORWARD, "input B"),
    Arrow("step B", "B", COLOUR_B, "step B"),
    Arrow("delta B", "delta A", ERROR, "error A"),
    Arrow("delta A", "step A", ERROR, "error A"),
    Arrow("x", "step A", FORWARD, "input A"),
    Arrow("step A", "A", COLOUR_A, "step A"),
)

_PIECES: tuple[Line | Node | Arrow, ...] = (*PSEUDOCODE, *NODES.values(), *ARROWS)
PARTS = frozenset(piece.part for piece in _PIECES)
"""The parts that a notebook of `bplib.course.NOTEBOOKS` may light and complete."""

_LIGHT = "#FFF3C4"
_INK = {"lit": "black", "done": "#444444", "ahead": GREY}
_STRENGTH = {"lit": 1.0, "done": 0.65, "ahead": 0.0}
_PALE = (0.78, 0.78, 0.78)
_TOP, _LINE_HEIGHT = 2.5, 0.27


def course_map(notebook: str) -> None:
    """Show the map with the part of one notebook lit.

    Parameters
    ----------
    notebook : str
        One of `bplib.course.NOTEBOOKS`.

    Raises
    ------
    ValueError
        If there is no such notebook.
    """
    show(draw(notebook), alt=describe(notebook))


@style()
def draw(notebook: str) -> Figure:
    """Return the map as a figure; the argument as for `course_map`."""
    from matplotlib.figure import Figure

    about = course.notebook(notebook).about
    figure = Figure(figsize=(9, 2.8))
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set(xlim=(0, 9), ylim=(0, 2.8))
    axes.set_axis_off()
    axes.text(0.14, 2.52, f"You are here: {about}", fontsize=11, weight="bold", va="center")
    axes.text(0.14, 2.13, "forward", color=FORWARD, fontsize=9.5, va="center")
    axes.text(3.12, 0.25, "errors, sent back", color=ERROR, fontsize=9.5, ha="center", va="center")
    for arrow in ARROWS:
        _draw_arrow(axes, arrow, state(arrow.part, notebook))
    for node in NODES.values():
        _draw_node(axes, node, state(node.part, notebook))
    for row, line in enumerate(PSEUDOCODE):
        known = state(line.part, notebook)
        _draw_line(axes, line, _TOP - _LINE_HEIGHT * row, known, ticked(line.part, notebook))
    if state("repeat", notebook) == "lit":
        _frame(axes)
    return figure


def describe(notebook: str) -> str:
    """Return in words what the map shows."""
    about = course.notebook(notebook).about
    said = {"lit": " (here)", "done": " (from before)", "ahead": ""}
    lines = [
        _plain(line.text)
        + said[state(line.part, notebook)]
        + " (ticked)" * ticked(line.part, notebook)
        for line in PSEUDOCODE
    ]
    return (
        f"Map of the course. You are here: {about}. "
        "The network forward: x, A, Z, f, H, B, ŷ, and the loss, which compares ŷ with y. "
        "Below it, dashed, the errors sent back: from the loss to Δ_B, from there to Δ_A; "
        "each leads to a step, of B and of A. "
        f"The pseudocode: {'; '.join(lines)}."
    )


def _plain(text: str) -> str:
    """Write formulas without TeX."""
    return re.sub(r"\$|\\", "", text).replace("Delta", "Δ")


def state(part: str, notebook: str) -> str:
    """Return whether a part is "lit" in a notebook, "done" before it, or still "ahead"."""
    names = list(course.NOTEBOOKS)
    if part in course.NOTEBOOKS[notebook].lit:
        return "lit"
    earlier = names[: names.index(notebook)]
    return "done" if any(part in course.NOTEBOOKS[name].done for name in earlier) else "ahead"


def ticked(part: str, notebook: str) -> bool:
    """Return whether all of a notebook's exercises that make up a part have passed their checks."""
    exercises = course.notebook(notebook).ticks.get(part, ())
    return bool(exercises) and all(progress.has_passed(notebook, name) for name in exercises)


def _draw_node(axes: Axes, node: Node, state: str) -> None:
    from matplotlib.patches import FancyBboxPatch

    width, height = _size(node)
    axes.add_patch(
        FancyBboxPatch(
            (node.x - width / 2, node.y - height / 2),
            width,
            height,
            boxstyle="round,pad=0,rounding_size=0.09",
            facecolor=_LIGHT if state == "lit" else "white",
            edgecolor=_paint(node.colour, state),
            linewidth=2.2 if state == "lit" else 1.1,
            zorder=2,
        )
    )
    bold = node.label in "AB" or (state == "lit" and not _is_symbol(node))
    axes.text(
        node.x,
        node.y,
        node.label,
        ha="center",
        va="center_baseline",
        color=_INK[state],
        fontsize=12 if _is_symbol(node) else 9.5,
        style="italic" if _is_symbol(node) and node.label not in "AB" else "normal",
        weight="bold" if bold else "normal",
    )


def _is_symbol(node: Node) -> bool:
    """Return whether a node is named by its symbol: x, A, ..., Δ_B; the others by a word."""
    return node.label not in ("loss", "step")


def _size(node: Node) -> tuple[float, float]:
    return (0.42, 0.42) if _is_symbol(node) else (0.54, 0.36)


def _draw_arrow(axes: Axes, arrow: Arrow, state: str) -> None:
    """Draw a line under the boxes and, by itself so that dashes do not fray it, the head."""
    start, end = NODES[arrow.start], NODES[arrow.end]
    corner = (start.x, end.y) if arrow.start == "loss" else (start.x, start.y)
    tip = _edge(end, corner)
    colour, width = _paint(arrow.colour, state), 2.0 if state == "lit" else 1.0
    length = math.dist(tip, corner)
    back = tuple(t - 0.07 * (t - c) / length for t, c in zip(tip, corner, strict=True))
    xs, ys = zip((start.x, start.y), corner, back, strict=True)
    dashes = "--" if arrow.colour == ERROR else "-"
    axes.plot(xs, ys, dashes, color=colour, linewidth=width, zorder=1)
    head = {"arrowstyle": "-|>", "color": colour, "linewidth": 0, "mutation_scale": 13}
    axes.annotate("", tip, (back[0], back[1]), arrowprops={**head, "shrinkA": 0, "shrinkB": 0})


def _edge(node: Node, origin: tuple[float, float]) -> tuple[float, float]:
    """Return where an arrow from `origin` to the middle of a node ends: just outside its box."""
    dx, dy = origin[0] - node.x, origin[1] - node.y
    width, height = _size(node)
    gap = 0.04
    share = min(
        (size / 2 + gap) / abs(d) for size, d in ((width, dx), (height, dy)) if abs(d) > 1e-9
    )
    return node.x + share * dx, node.y + share * dy


def _draw_line(axes: Axes, line: Line, y: float, state: str, tick: bool) -> None:
    from matplotlib.patches import Rectangle

    if state == "lit":
        axes.add_patch(
            Rectangle((5.86, y - _LINE_HEIGHT / 2), 3.06, _LINE_HEIGHT, color=_LIGHT, linewidth=0)
        )
    if tick:
        axes.text(5.88, y, "✓", va="center", color=COLOUR_A, fontsize=12, weight="bold")
    axes.text(
        6.06 + 0.14 * line.indent,
        y,
        line.text,
        va="center",
        color=_INK[state],
        fontsize=9.5,
        weight="bold" if state == "lit" else "normal",
    )


def _frame(axes: Axes) -> None:
    """Draw a frame about the whole pseudocode."""
    from matplotlib.patches import Rectangle

    height = _LINE_HEIGHT * len(PSEUDOCODE)
    axes.add_patch(
        Rectangle(
            (5.86, _TOP + _LINE_HEIGHT / 2 - height),
            3.06,
            height,
            fill=False,
            edgecolor="black",
            linewidth=1.2,
        )
    )


def _paint(colour: str, state: str) -> tuple[float, ...]:
    """Return a colour at full strength where it is lit, paler elsewhere."""
    from matplotlib.colors import to_rgb

    share = _STRENGTH[state]
    mixed = zip(to_rgb(colour), _PALE, strict=True)
    return tuple(share * strong + (1 - share) * pale for strong, pale in mixed)
