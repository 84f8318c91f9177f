"""The pictures of notebook 03: slopes of activations, computation graphs, paths, prices.

What a learner wrote comes in as a function and is called. All other derivatives drawn here are
found by nudging one value and holding the others still.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import reduce
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bplib import network
from bplib.derivatives import derivative
from bplib.figures.base import (
    COLOUR_A,
    COLOUR_B,
    ERROR,
    FORWARD,
    GREY,
    LINES,
    MARKERS,
    show,
    style,
    subplots,
)
from bplib.figures.honest import agrees, drawn_on_answers

Array = NDArray[Any]
Curve = Callable[[Any], Any]
Gradients = Callable[[float, float, float, float], Sequence[float]]
Cost = Callable[[list[int], str], int]


def _number(value: float) -> str:
    """Return a number as short as it may be and still say something: 0.42, −1.2, 2e−05."""
    value = float(value)
    if value and abs(value) < 0.01:
        return f"{value:.0e}".replace("-", "−")
    return f"{round(value, 2) + 0.0:.2f}".rstrip("0").rstrip(".").replace("-", "−")


# --- curves and their slopes ------------------------------------------------------------------


def _tangents(axes: Any, curve: Curve, slope: Curve, points: Array, reach: float) -> None:
    """Draw short tangents with the slopes that a learner's function gives."""
    for point in points:
        height, steep = float(curve(point)), float(slope(point))
        run = reach / np.hypot(1.0, steep)
        ends = np.array([-run, run])
        axes.plot(point + ends, height + steep * ends, color=ERROR, linestyle=LINES[ERROR], lw=1.8)
        axes.plot(point, height, MARKERS[ERROR], color=ERROR, ms=6)


def _slope_below(upper: Any, lower: Any, curve: Curve, slope: Curve, z: Array, at: Array) -> None:
    """Draw a curve with tangents, and below it the slope as a curve of its own."""
    upper.plot(z, curve(z), color=FORWARD)
    _tangents(upper, curve, slope, at, reach=0.09 * (z[-1] - z[0]))
    for side in (z[z < 0], z[z > 0]):  # in two pieces: the slope may jump at 0
        lower.plot(side, slope(side), color=ERROR, linestyle=LINES[ERROR])
    lower.plot(at, slope(at), MARKERS[ERROR], color=ERROR, ms=6)
    lower.axhline(0, color=GREY, lw=0.7)


@style()
def activations() -> None:
    """Show the three activations, without their slopes."""
    figure, panels = subplots(1, 3, size=(9, 2.8), sharey=True)
    z = np.linspace(-6.5, 6.5, 261)
    for axes, (name, curve) in zip(panels, _ACTIVATIONS, strict=True):
        axes.plot(z, curve(z), color=FORWARD)
        axes.axhline(0, color=GREY, lw=0.7)
        axes.set_title(name, fontweight="normal")
        axes.set(xlabel="pre-activation z", xticks=range(-6, 7, 2), ylim=(-1.3, 2.3))
        axes.grid(color="#DDDDDD", lw=0.7)
    panels[0].set(ylabel="activation h", yticks=range(-1, 3))
    figure.suptitle("Three activations: steep somewhere, flat elsewhere", x=0.01, ha="left")
    show(
        figure,
        "Three curves over z from −6.5 to 6.5: tanh rises from −1 to 1, sigmoid from 0 to 1, both "
        "steep around 0 and flat far from it; ReLU is 0 to the left of 0 and rises as a straight "
        "line to the right, out of the picture. All have the same scale.",
    )


_ACTIVATIONS: tuple[tuple[str, Curve], ...] = (
    ("tanh", np.tanh),
    ("sigmoid", network.sigmoid),
    ("ReLU", network.relu),
)


@drawn_on_answers
@style()
def slope_of(curve: Curve, slope: Curve, name: str, low: float = -6.5, high: float = 6.5) -> None:
    """Show one function with tangents from a learner's derivative, and the derivative below.

    Parameters
    ----------
    curve : callable
        The function.
    slope : callable
        The learner's derivative of it.
    name : str
        How the function is written: "tanh(z)"; the variable is its last letter in parentheses.
    low, high : float
        The piece of the axis to show.
    """
    variable = name.rstrip(")")[-1]
    figure, (upper, lower) = subplots(
        2, 1, size=(6.4, 4.2), sharex=True, gridspec_kw={"height_ratios": (3, 2)}
    )
    z = np.linspace(low, high, 401)
    at = np.linspace(low, high, 9)[1:-1]
    _slope_below(upper, lower, curve, slope, z, at)
    right = agrees(slope(z), derivative(curve, z))
    touch = "touch" if right else "do not touch"
    upper.set(title=f"The tangents from your function {touch} the curve", ylabel=name)
    lower.set(xlabel=variable, ylabel="your slope")
    show(
        figure,
        f"Above, {name} as a solid blue curve with dashed vermillion tangents at seven places; "
        "below, the slope at every place as a dashed vermillion curve"
        + (", high where the curve above is steep and near 0 where it is flat." if right else "."),
    )


@drawn_on_answers
@style()
def three_slopes(d_tanh: Curve, d_sigmoid: Curve, d_relu: Curve) -> None:
    """Show the three activations with tangents, and below them the learner's three slopes."""
    figure, panels = subplots(2, 3, size=(9, 4.4), sharex=True, sharey="row")
    z = np.linspace(-6.5, 6.5, 401)
    at = np.array([-4.5, -1.0, 1.0, 4.5])
    slopes = (d_tanh, d_sigmoid, d_relu)
    for (upper, lower), (name, curve), slope in zip(panels.T, _ACTIVATIONS, slopes, strict=True):
        _slope_below(upper, lower, curve, slope, z, at)
        upper.set(ylim=(-1.3, 2.3))
        upper.set_title(name, fontweight="normal")
        lower.set(xlabel="pre-activation z", ylim=(-0.08, 1.12), xticks=range(-6, 7, 3))
    panels[0, 0].set_ylabel("activation h")
    panels[1, 0].set_ylabel("your slope")
    smooth = z[np.abs(z) > 1e-9]  # at its corner ReLU has no one slope
    right = all(
        agrees(slope(smooth), derivative(curve, smooth))
        for (_, curve), slope in zip(_ACTIVATIONS, slopes, strict=True)
    )
    title = "Where a curve is flat, nothing comes back"
    figure.suptitle(title if right else "Not all tangents touch their curve", x=0.01, ha="left")
    show(
        figure,
        "Above, tanh, sigmoid and ReLU in blue with dashed vermillion tangents; below, their "
        "slopes from your functions."
        + (
            " tanh: a peak of height 1 at 0. Sigmoid: a wider peak of height a quarter. ReLU: 0 on "
            "the left, 1 on the right. Far from 0 the first two are near 0."
            if right
            else " Not all tangents touch their curve."
        ),
    )


# --- computation graphs -----------------------------------------------------------------------


@dataclass(frozen=True)
class Node:
    """A named value in a computation graph.

    Parameters
    ----------
    at : (float, float)
        Column and row.
    value : float
        What the forward pass put there.
    back : float, optional
        The derivative of the graph's last value with respect to this one.
    colour : str
        The colour of its name: a weight has its own.
    """

    at: tuple[float, float]
    value: float
    back: float | None = None
    colour: str = FORWARD


@dataclass(frozen=True)
class Edge:
    """One step of a computation: from which value to which, and its local derivative."""

    start: str
    end: str
    local: float | None = None
    label: str = ""


_WIDE, _HIGH = 0.7, 0.36  # a node's box, in columns and rows; one row is as high as a column wide


@style()
def graph(
    nodes: Mapping[str, Node], edges: Sequence[Edge], title: str, last: str, alt: str
) -> None:
    """Show a computation graph: values go forward in blue, derivatives come back in vermillion.

    Parameters
    ----------
    nodes : mapping of str to Node
        The values by name.
    edges : sequence of Edge
        The steps between them.
    title : str
        The message.
    last : str
        The name of the value whose derivatives come back.
    alt : str
        What the picture shows, in words.
    """
    columns = [node.at[0] for node in nodes.values()]
    rows = [node.at[1] for node in nodes.values()]
    wide, high = max(columns) - min(columns) + 1.0, max(rows) - min(rows) + 0.56
    inches = min(9.0, 1.55 * wide + 0.4)
    figure, axes = subplots(size=(inches, inches * high / wide + 0.75))
    for edge in edges:
        _arrows(axes, nodes[edge.start], nodes[edge.end], edge)
    for name, node in nodes.items():
        _box(axes, name, node, last)
    axes.set(
        title=title,
        aspect="equal",
        xlim=(min(columns) - 0.45, max(columns) + 0.55),
        ylim=(min(rows) - 0.28, max(rows) + 0.28),
    )
    axes.set_axis_off()
    axes.plot([], [], color=FORWARD, label="value, going forward")
    if any(edge.local is not None for edge in edges):
        axes.plot([], [], color=ERROR, linestyle=LINES[ERROR], label="slope, coming back")
    axes.legend(loc="upper center", bbox_to_anchor=(0.5, 0.02), ncols=2, fontsize=9)
    show(figure, alt)


def _box(axes: Any, name: str, node: Node, last: str) -> None:
    from matplotlib.patches import FancyBboxPatch

    x, y = node.at
    axes.add_patch(
        FancyBboxPatch(
            (x - _WIDE / 2, y - _HIGH / 2),
            _WIDE,
            _HIGH,
            boxstyle="round,pad=0,rounding_size=0.08",
            facecolor="white",
            edgecolor=node.colour,
            lw=1.5,
            zorder=3,
        )
    )

    def write(y: float, text: str, size: float, colour: str) -> None:
        size = min(size, 9.5 * 12.3 / len(text))  # a box holds 12 characters of this size
        axes.text(x, y, text, color=colour, size=size, ha="center", va="center", zorder=4)

    shift = 0.085 if node.back is not None else 0.0
    write(y + shift, f"{name} = {_number(node.value)}", 9.5, "#222222")
    if node.back is not None:
        write(y - shift, f"d{last}/d{name} = {_number(node.back)}", 8.2, "#A84600")


def _arrows(axes: Any, start: Node, end: Node, edge: Edge) -> None:
    """Draw the arrow forward and, a little beside it, the one back."""
    from matplotlib.patches import FancyArrowPatch

    a, b = np.array(start.at), np.array(end.at)
    along = (b - a) / np.hypot(*(b - a))
    aside = 0.055 * np.array([-along[1], along[0]])

    def leave(point: Array, way: Array) -> Array:
        with np.errstate(divide="ignore"):
            reach = min(np.divide((_WIDE / 2, _HIGH / 2), np.abs(way)))
        return np.asarray(point + way * (reach + 0.02))

    def arrow(tail: Array, head: Array, **look: Any) -> None:
        ends = [(float(x), float(y)) for x, y in (tail, head)]
        look |= {"arrowstyle": "-|>", "mutation_scale": 11, "lw": 1.6, "zorder": 2}
        axes.add_patch(FancyArrowPatch(*ends, shrinkA=0, shrinkB=0, **look))

    p, q = leave(a, along), leave(b, -along)
    arrow(p + aside, q + aside, color=FORWARD)
    middle = (p + q) / 2
    flat = abs(along[1]) < 0.2
    if edge.label:
        _beside(axes, middle, aside, edge.label, FORWARD, flat)
    if edge.local is None:
        return
    arrow(q - aside, p - aside, color=ERROR, linestyle=LINES[ERROR])
    local = _number(edge.local)
    text = f"× ({local})" if edge.local < 0 else f"× {local}"
    _beside(axes, middle, -aside, text, "#A84600", flat)


def _beside(axes: Any, middle: Array, aside: Array, text: str, colour: str, flat: bool) -> None:
    """Write beside an arrow, on the side to which `aside` points."""
    across = "center" if flat else ("left" if aside[0] > 0 else "right")
    up = "bottom" if aside[1] > 0 else "top"
    axes.text(*(middle + 1.6 * aside), text, color=colour, size=9, ha=across, va=up)


def _in_a_row(
    names: Sequence[str], links: Sequence[tuple[str, Curve]], x: float, first: float | None = None
) -> tuple[dict[str, Node], list[Edge]]:
    """Return the graph of a chain, with `first` as the derivative at its beginning if given."""
    values = [x]
    for _, function in links:
        values.append(float(function(values[-1])))
    local = [_nudged(link[1], value, which=0) for link, value in zip(links, values, strict=False)]
    back = [_nudged(_all(links[i:]), value, which=0) for i, value in enumerate(values)]
    if first is not None:
        back[0] = first
    nodes = {name: Node((1.45 * i, 0), values[i], back[i]) for i, name in enumerate(names)}
    edges = [Edge(names[i], names[i + 1], local[i], label) for i, (label, _) in enumerate(links)]
    return nodes, edges


def _all(links: Sequence[tuple[str, Curve]]) -> Curve:
    """Return the function that does all the links, one after the other."""
    return lambda value: reduce(lambda so_far, link: link[1](so_far), links, value)


def worked_chain(x: float = 1.5) -> None:
    """Show y = sin(x²) as a graph, with its derivatives coming back."""
    nodes, edges = _in_a_row(("x", "u", "y"), (("square", np.square), ("sin", np.sin)), x)
    alt = (
        "Three boxes in a row: x, u = x squared, y = sin u. Solid blue arrows go forward; dashed "
        "vermillion arrows come back, each with the local derivative it multiplies by. The "
        f"derivative at x is {_number(nodes['x'].back or 0)}, the product of the two."
    )
    graph(nodes, edges, "On the way back, every link multiplies", "y", alt)


@drawn_on_answers
def composed(d_composed: Curve, x: float = 0.1) -> None:
    """Show y = exp(−(3x + 1)²) as a graph; the derivative at x is the learner's."""
    links: tuple[tuple[str, Curve], ...] = (
        ("3x + 1", lambda x: 3 * x + 1),
        ("−u²", lambda u: -(u**2)),
        ("exp", np.exp),
    )
    mine, right = float(d_composed(x)), _nudged(_all(links), x, which=0)
    nodes, edges = _in_a_row(("x", "u", "v", "y"), links, x, mine)
    alt = (
        "Four boxes in a row: x, u = 3x + 1, v = −u², y = exp v. Solid blue arrows go forward; "
        "dashed vermillion arrows come back, each with its local derivative. The derivative at x "
        "is the number from your function."
    )
    title = f"Your dy/dx is {'' if agrees(mine, right) else 'not '}what is left after three links"
    graph(nodes, edges, title, "y", alt)


def worked_fork(x: float = 0.5) -> None:
    """Show y = x·exp(x) as a graph in which x goes two ways."""
    y = float(x * np.exp(x))
    by_p, by_q = (_nudged(lambda p, q: p * np.exp(q), x, x, which=i) for i in range(2))
    nodes = {
        "x": Node((0, 0), x, by_p + by_q),
        "p": Node((1.6, 0.62), x, by_p),
        "q": Node((1.6, -0.62), x, by_q),
        "y": Node((3.2, 0), y, 1.0),
    }
    edges = [
        Edge("x", "p", 1.0),
        Edge("x", "q", 1.0),
        Edge("p", "y", by_p),
        Edge("q", "y", by_q),
    ]
    alt = (
        "x feeds two boxes, p and q, and both feed y = p times exp q. Dashed vermillion arrows "
        f"come back over both: {_number(by_p)} over p and {_number(by_q)} over q. At x they add "
        f"up to {_number(by_p + by_q)}."
    )
    graph(nodes, edges, "Where paths meet on the way back, they add", "y", alt)


def _nudged(steps: Callable[..., Any], *held: float, which: int) -> float:
    """Differentiate a function of several numbers in one of them."""

    def of_one(value: Any) -> Any:
        return steps(*(value if i == which else number for i, number in enumerate(held)))

    return float(derivative(of_one, held[which]))


def scalar_forward(a: float = 0.5, b: float = 1.5, x: float = 2.0, y: float = 0.5) -> None:
    """Show the network of scalars as a graph, with the values of its forward pass alone."""
    nodes, edges = _scalar_graph((None, None), a, b, x, y)
    nodes = {name: replace(node, back=None) for name, node in nodes.items()}
    edges = [replace(edge, local=None) for edge in edges]
    alt = (
        "The network as a graph: a and x make z, tanh makes h, b and h make ŷ, minus y makes the "
        "error, half its square is L. Every box holds its value; solid blue arrows go forward."
    )
    graph(nodes, edges, "The forward pass: every step has a name and a value", "L", alt)


@drawn_on_answers
def scalar_network(
    scalar_gradients: Gradients, a: float = 0.5, b: float = 1.5, x: float = 2.0, y: float = 0.5
) -> None:
    """Show the network of scalars as a graph; the derivatives at a and b are the learner's."""
    dL_da, dL_db = (float(value) for value in scalar_gradients(a, b, x, y))
    nodes, edges = _scalar_graph((dL_da, dL_db), a, b, x, y)
    alt = (
        "The network as a graph: a and x make z, tanh makes h, b and h make ŷ, minus y makes the "
        "error, half its square is L. Solid blue arrows go forward with the values; dashed "
        "vermillion arrows come back from L with the derivatives. At a stands "
        f"{_number(dL_da)}, at b {_number(dL_db)}, both from your function."
    )
    right = [_nudged(_scalar_loss, a, b, x, y, which=i) for i in range(2)]
    title = "One way forward, one way back: all derivatives of L"
    if not agrees((dL_da, dL_db), right):
        title = "Your derivatives do not fit the way back yet"
    graph(nodes, edges, title, "L", alt)


def _scalar_loss(a: Any, b: Any, x: Any, y: Any) -> Any:
    return 0.5 * (b * np.tanh(a * x) - y) ** 2


def _scalar_graph(
    gradients: tuple[float | None, float | None], a: float, b: float, x: float, y: float
) -> tuple[dict[str, Node], list[Edge]]:
    """Return the network of scalars as a graph; the derivatives at a and b are given."""
    z = a * x
    h = float(np.tanh(z))
    y_hat = b * h
    error = y_hat - y
    nodes = {
        "x": Node((0, 0), x, colour=GREY),
        "a": Node((0, 0.95), a, gradients[0], COLOUR_A),
        "z": Node((1.2, 0), z, _nudged(lambda z: _scalar_loss(1.0, b, z, y), z, which=0)),
        "h": Node((2.4, 0), h, _nudged(lambda h: 0.5 * (b * h - y) ** 2, h, which=0)),
        "b": Node((2.4, 0.95), b, gradients[1], COLOUR_B),
        "ŷ": Node((3.6, 0), y_hat, _nudged(lambda p: 0.5 * (p - y) ** 2, y_hat, which=0)),
        "y": Node((3.6, 0.95), y, colour=GREY),
        "error": Node((4.8, 0), error, _nudged(lambda e: 0.5 * e**2, error, which=0)),
        "L": Node((6.0, 0), 0.5 * error**2, 1.0),
    }
    edges = [
        Edge("x", "z", label="a·x"),
        Edge("a", "z", x),
        Edge("z", "h", _nudged(np.tanh, z, which=0), "tanh"),
        Edge("h", "ŷ", b, "b·h"),
        Edge("b", "ŷ", h),
        Edge("ŷ", "error", 1.0, "ŷ − y"),
        Edge("y", "error"),
        Edge("error", "L", error, "½·error²"),
    ]
    return nodes, edges


# --- paths ------------------------------------------------------------------------------------


def _fork(p: Any, q: Any, r: Any) -> Any:
    return p * np.tanh(q) + r**2


@drawn_on_answers
@style()
def fork_paths(d_fork: Curve, at: float = 3.0) -> None:
    """Show what each use of x brings to the slope of x·tanh(x) + x², and the learner's sum."""
    names = ("the factor x", "x inside tanh", "x squared")
    looks = (("#333333", "-.", "s"), ("#666666", ":", "^"), ("#999999", "-", "o"))
    figure, (left, right) = subplots(1, 2, size=(9, 3.4), width_ratios=(3, 2))
    x = np.linspace(-4, 4, 81)
    parts = [np.array([_nudged(_fork, t, t, t, which=i) for t in x]) for i in range(3)]
    for name, part, (colour, line, marker) in zip(names, parts, looks, strict=True):
        look = {"color": colour, "linestyle": line, "marker": marker, "markevery": 10}
        left.plot(x, part, label=name, lw=1.6, ms=5, **look)
    left.plot(x, d_fork(x), color=ERROR, linestyle=LINES[ERROR], lw=2.6, label="your dy/dx")
    left.axhline(0, color=GREY, lw=0.7)
    adds_up = agrees(d_fork(x), sum(parts))
    add = "add" if adds_up else "do not add"
    left.set(title=f"The paths {add} up to your slope", xlabel="x", ylabel="part of dy/dx")
    left.legend(fontsize=9, loc="upper left")
    heights = [_nudged(_fork, at, at, at, which=i) for i in range(3)] + [float(d_fork(at))]
    labels = ["factor", "inside\ntanh", "square", "your\ndy/dx"]
    colours = [colour for colour, _, _ in looks] + [ERROR]
    bars = right.bar(labels, heights, color=colours, width=0.6)
    for bar, hatch in zip(bars, ("", "..", "//", ""), strict=True):
        bar.set(hatch=hatch, edgecolor="white")
    right.bar_label(bars, [_number(height) for height in heights], padding=2)
    right.set(title=f"At x = {at:g}", ylim=(0, 1.15 * max(heights)))
    show(
        figure,
        "Left: the three contributions to the slope over x, and your derivative"
        f"{' as their sum' if adds_up else ', which is not their sum'}. "
        f"Right, at x = {at:g}, as bars: {_number(heights[0])} through the factor, "
        f"{_number(heights[1])} through the x inside tanh, {_number(heights[2])} through the "
        f"square; {'together' if adds_up else 'your derivative is'} {_number(heights[3])}.",
    )


# --- saturation -------------------------------------------------------------------------------


@drawn_on_answers
@style()
def saturation(scalar_gradients: Gradients, x: float = 2.0, y: float = 1.0) -> None:
    """Show how a and b learn from two starts: with a saturated hidden unit and without."""
    figure, panels = subplots(1, 2, size=(9, 3.2), sharey=True)
    starts = (
        (0.2, "z = 0.4 at the start: the unit is not saturated"),
        (3.0, "z = 6 at the start: the unit is saturated"),
    )
    for axes, (a, title) in zip(panels, starts, strict=True):
        path = [(a, -1.0)]
        for _ in range(60):
            a_now, b_now = path[-1]
            dL_da, dL_db = scalar_gradients(a_now, b_now, x, y)
            path.append((a_now - 0.1 * dL_da, b_now - 0.1 * dL_db))
        walk = np.array(path)
        for i, (name, colour) in enumerate((("a", COLOUR_A), ("b", COLOUR_B))):
            moved = walk[:, i] - walk[0, i]
            look = {"color": colour, "linestyle": LINES[colour], "marker": MARKERS[colour]}
            axes.plot(moved, label=name, markevery=10, **look)
        axes.axhline(0, color=GREY, lw=0.7)
        axes.set_title(title, fontweight="normal", fontsize=10.5)
        axes.set_xlabel("steps of gradient descent")
    panels[0].set_ylabel("how far it has moved")
    panels[0].legend(loc="upper left", ncols=2)
    right = all(
        agrees(
            scalar_gradients(a, -1.0, x, y),
            [_nudged(_scalar_loss, a, -1.0, x, y, which=i) for i in range(2)],
        )
        for a, _ in starts
    )
    title = "A saturated unit does not hear the error"
    if not abs(walk[:, 0] - walk[0, 0]).max() < 0.1:
        title = "By your derivatives a moves, although its unit is saturated"
    elif not right:
        title = "Not to be trusted: scalar_gradients is not right yet"
    figure.suptitle(title, x=0.01, ha="left")
    show(
        figure,
        "How far a and b have moved over 60 steps with your gradients. "
        + (
            "Left, where the hidden unit is not saturated, a moves most. Right, where it is, b "
            "moves by about 2 and a stays where it was."
            if right
            else f"{title}."
        ),
    )


# --- the price of a chain ---------------------------------------------------------------------


@style()
def two_ends(sizes: Sequence[int] = (5, 4, 3, 2)) -> None:
    """Show three Jacobians as rectangles, and what arises on the way from either end."""
    from matplotlib.patches import Rectangle

    n0, n1, n2, n3 = sizes
    figure, axes = subplots(size=(9, 3.5))

    def row(y: float, shapes: Sequence[tuple[str, int, int, bool]], joins: str) -> None:
        x = 0.0
        for i, (name, rows, columns, arisen) in enumerate(shapes):
            look = {"facecolor": ERROR, "alpha": 0.35} if arisen else {"facecolor": "#DDDDDD"}
            axes.add_patch(Rectangle((x, y - rows / 2), columns, rows, edgecolor="#444444", **look))
            text = f"{rows} × {columns}"
            axes.text(x + columns / 2, y, text, ha="center", va="center", size=9)
            axes.text(x + columns / 2, y + rows / 2 + 0.15, name, ha="center", size=9)
            x += columns + 0.9
            if i < len(joins):
                axes.text(x - 0.45, y, joins[i], ha="center", va="center", size=13)

    top, bottom = 3.4, -2.6
    J3, J2, J1 = ("J₃", n3, n2, False), ("J₂", n2, n1, False), ("J₁", n1, n0, False)
    row(top, (J3, J2, J1, ("J₃J₂", n3, n1, True), J1, ("", n3, n0, True)), "··→·=")
    row(bottom, (J3, J2, J1, J3, ("J₂J₁", n2, n0, True), ("", n3, n0, True)), "··→·=")
    axes.text(-0.6, top, "from the\noutput", ha="right", va="center", size=10, weight="bold")
    axes.text(-0.6, bottom, "from the\ninput", ha="right", va="center", size=10, weight="bold")
    axes.set(
        title="The same result, but what arises on the way differs",
        xlim=(-3.4, 30.9),
        ylim=(-5.4, 6.2),
        aspect="equal",
    )
    axes.set_axis_off()
    show(
        figure,
        f"Three Jacobians as rectangles: {n3} by {n2}, {n2} by {n1}, {n1} by {n0}. From the output "
        f"the first product is {n3} by {n1}; from the input it is {n2} by {n0}. The final result "
        f"is {n3} by {n0} either way.",
    )


@drawn_on_answers
@style()
def costs(chain_cost: Cost, width: int = 100, deepest: int = 10) -> None:
    """Show the learner's prices for chains of growing length that end in one number."""
    figure, axes = subplots(size=(6.6, 3.6))
    counts = range(2, deepest + 1)
    prices: dict[str, list[int]] = {}
    for end, colour in (("input", FORWARD), ("output", ERROR)):
        prices[end] = [chain_cost([width] * count + [1], end) for count in counts]
        look = {"color": colour, "linestyle": LINES[colour], "marker": MARKERS[colour]}
        axes.plot(counts, prices[end], **look)
        axes.annotate(
            f"from the {end}",
            (deepest, prices[end][-1]),
            xytext=(0, -9),
            textcoords="offset points",
            ha="right",
            va="top",
            color="#222222",
        )
    title = "Towards a single number, the output end is cheaper"
    if not prices["output"][-1] < prices["input"][-1]:
        title = "By your count the output end is not cheaper"
    ratio = prices["input"][-1] / prices["output"][-1]
    times = f"almost {width}" if 0.85 * width < ratio < width else f"{ratio:.2g}"
    axes.set(
        yscale="log",
        ylim=(width**2 / 3, None),
        title=title,
        xlabel=f"Jacobians in the chain ({width} wide, the last one ends in 1)",
        ylabel="multiplications",
    )
    show(
        figure,
        "Multiplications from your function against the number of Jacobians, on a logarithmic "
        f"scale. Layers are {width} wide and the last value is a single number. From the input "
        f"(solid blue) the price is {times} times that from the output (dashed vermillion).",
    )


@drawn_on_answers
@style()
def prices_and_times(counted: Mapping[str, int], seconds: Mapping[str, float]) -> None:
    """Show multiplications counted beside seconds measured, for both ends.

    Parameters
    ----------
    counted, seconds : mapping
        From "output" and "input" to the learner's count and to the time taken.
    """
    figure, panels = subplots(1, 2, size=(9, 2.7))
    ends = ("input", "output")
    for axes, values, title, unit in (
        (
            panels[0],
            [counted[end] / 1e6 for end in ends],
            "Counted by your function",
            "millions of multiplications",
        ),
        (panels[1], [1000 * seconds[end] for end in ends], "Measured here and now", "milliseconds"),
    ):
        bars = axes.barh([f"from the {end}" for end in ends], values, color=[FORWARD, ERROR])
        bars[1].set(hatch="//", edgecolor="white")
        axes.bar_label(bars, [f"{value:.2g}" for value in values], padding=4)
        axes.set(xlabel=unit, xlim=(0, 1.3 * max(values)))
        axes.invert_yaxis()
        axes.set_title(title, fontweight="normal", fontsize=10.5)
    less = all(values["output"] < 0.5 * values["input"] for values in (counted, seconds))
    title = "From the output, the same product costs far less"
    if not less:
        title = "From either end: what you count, and what it takes"
    figure.suptitle(title, x=0.01, ha="left")
    show(
        figure,
        "Two pairs of bars, for the start at the input and at the output: the multiplications "
        "counted by your function, and the time measured on this machine."
        + (" From the output both are small beside those from the input." if less else ""),
    )


# --- the end ----------------------------------------------------------------------------------


@style()
def summary() -> None:
    """Show the three rules of the notebook side by side."""
    from matplotlib.patches import FancyArrowPatch, Rectangle

    figure, panels = subplots(1, 3, size=(9, 2.7))
    centred: dict[str, Any] = {"ha": "center", "va": "center"}

    def dot(axes: Any, x: float, y: float, name: str) -> None:
        axes.plot(x, y, "o", ms=21, mfc="white", mec=FORWARD, mew=1.6, zorder=3)
        axes.text(x, y, name, zorder=4, size=10.5, **centred)

    def back(axes: Any, start: tuple[float, float], end: tuple[float, float], text: str) -> None:
        axes.add_patch(
            FancyArrowPatch(
                start,
                end,
                arrowstyle="-|>",
                mutation_scale=12,
                lw=1.7,
                color=ERROR,
                linestyle="--",
                shrinkA=13,
                shrinkB=13,
            )
        )
        x, y = (start[0] + end[0]) / 2, (start[1] + end[1]) / 2
        axes.text(x, y + 0.13, text, color="#A84600", size=10, ha="center", va="bottom")

    chain, fork, ends = panels
    for x, name in ((0, "x"), (1, "u"), (2, "y")):
        dot(chain, x, 0.5, name)
    back(chain, (2, 0.5), (1, 0.5), "2")
    back(chain, (1, 0.5), (0, 0.5), "3")
    chain.text(1, -0.62, "dy/dx = 2 · 3 = 6", size=10.5, **centred)
    chain.set_title("Along a path: multiply", fontsize=10.5)
    for x, y, name in ((0, 0.5, "x"), (1, 1, "p"), (1, 0, "q"), (2, 0.5, "y")):
        dot(fork, x, y, name)
    back(fork, (2, 0.5), (1, 1), "2")
    back(fork, (1, 1), (0, 0.5), "3")
    back(fork, (2, 0.5), (1, 0), "4")
    back(fork, (1, 0), (0, 0.5), "1")
    fork.text(1, -0.62, "dy/dx = 2 · 3 + 4 · 1 = 10", size=10.5, **centred)
    fork.set_title("Over paths: add", fontsize=10.5)
    for i, (name, rows) in enumerate((("J₃", 0.12), ("J₂", 0.6), ("J₁", 0.6))):
        corner = (0.8 * i, 0.5 - rows / 2)
        ends.add_patch(Rectangle(corner, 0.6, rows, facecolor="#DDDDDD", edgecolor="#444444"))
        ends.text(0.8 * i + 0.3, 0.5 if i else 0.7, name, size=10, **centred)
    ends.add_patch(
        FancyArrowPatch(
            (0, 1.1), (2.2, 1.1), arrowstyle="-|>", mutation_scale=12, lw=1.7, color=ERROR, ls="--"
        )
    )
    ends.text(0.3, -0.1, "output", size=9.5, **centred)
    ends.text(1.9, -0.1, "input", size=9.5, **centred)
    ends.text(1.1, -0.62, "a row times a matrix stays a row", size=10.5, **centred)
    ends.set_title("Ends in one number? Start there", fontsize=10.5)
    for axes in panels:
        axes.set(xlim=(-0.35, 2.35), ylim=(-0.8, 1.45))
        axes.set_axis_off()
    ends.set(xlim=(-0.15, 2.35))
    show(
        figure,
        "Three rules. Along a path derivatives are multiplied: 2 times 3. Over several paths they "
        "are added: 2 times 3 plus 4 times 1. Where the chain ends in one number, start there: a "
        "row times matrices stays a row.",
    )
