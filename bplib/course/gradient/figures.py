"""Pictures of 02_gradient: chords, errors over step sizes, landscapes, descent, templates.

What a learner wrote comes in as a function and is called. A title claims only what the learner's
numbers bear out.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bplib.derivatives import central_gradient
from bplib.figures.base import COLOUR_A, COLOUR_B, ERROR, FORWARD, GREY, show, style, subplots
from bplib.figures.honest import agrees, drawn_on_answers

Array = NDArray[Any]
_Function = Callable[[Any], Any]
_Slope = Callable[..., float]
_Gradient = Callable[..., Array]


def _slopes(f: _Function, w: Array) -> Array:
    return central_gradient(lambda stack: np.array([f(one) for one in stack]), w)


@style()
def chords() -> None:
    """Show the tangent of w³ at 1, a one-sided chord and a symmetric one."""
    figure, axes = subplots(1, 2, size=(8.6, 3.5), sharey=True)
    w, step = 1.0, 0.5
    curve = np.linspace(0.1, 1.75, 200)
    for place, ends, colour, line, title in (
        (axes[0], (w, w + step), ERROR, "--", "From w to one side: too steep"),
        (axes[1], (w - step, w + step), FORWARD, "-", "From side to side: nearly parallel"),
    ):
        place.plot(curve, curve**3, color="black", linewidth=1.2)
        place.text(1.5, 4.8, "f(w) = w³", ha="right")
        place.plot(curve, 1 + 3 * (curve - 1), color=GREY, linestyle=":", linewidth=1.5)
        place.text(1.07, -0.3, "tangent: slope 3", color="#555555")
        left, right = ends
        slope = (right**3 - left**3) / (right - left)
        reach = np.array([left - 0.15, right + 0.15])
        place.plot(reach, left**3 + slope * (reach - left), color=colour, linestyle=line)
        place.plot(ends, np.power(ends, 3), "o", color=colour)
        place.text(0.16, 3.6, f"chord: slope {slope:g}", color=colour, fontweight="bold")
        place.axvline(w, color=GREY, linewidth=0.6)
        place.set_title(title)
        place.set_xticks([w - step, w, w + step], ["w − step", "w", "w + step"])
    axes[0].set_ylabel("f(w)")
    axes[0].set_ylim(-1.6, 5.4)
    show(
        figure,
        "The curve w cubed with its tangent at w = 1, of slope 3. Left: a chord from w to the "
        "right has slope 4.75. Right: a chord from one step left of w to one step right of it has "
        "slope 3.25, nearly parallel to the tangent.",
    )


@drawn_on_answers
@style()
def error_over_steps(slope: _Slope) -> None:
    """Show how far ``slope(np.exp, 1.0, step)`` is off, over step sizes from 1 to 1e-15.

    Parameters
    ----------
    slope : callable
        The learner's.
    """
    steps = np.logspace(0, -15, 121)
    f, w, exact = np.exp, 1.0, np.e
    slopes = np.array([slope(f, w, step) for step in steps])
    symmetric = np.abs(slopes - exact) / exact
    wide = steps > 1e-6  # below that, rounding differs from one right way of writing it to another
    central = (f(w + steps) - f(w - steps)) / (2 * steps)
    right = agrees(slopes[wide], central[wide])
    one_sided = np.abs((f(w + steps) - f(w)) / steps - exact) / exact
    title = "The best step is neither large nor tiny"
    if not right:
        title = "There is no good step for your slope yet"
    floor = 1e-13  # what is exactly right by luck has no place on a logarithmic axis
    figure, axes = subplots(size=(7.6, 4.2))
    axes.loglog(
        steps, np.maximum(one_sided, floor), color=GREY, linestyle="--", label="one-sided chord"
    )
    axes.loglog(steps, np.maximum(symmetric, floor), color=ERROR, label="your slope")
    axes.axvline(1e-5, color="black", linewidth=0.8, linestyle=":")
    axes.text(8e-6, 2e-13, "step = 1e-5", fontsize=9.5)
    axes.invert_xaxis()
    axes.set_xlabel("step, smaller to the right")
    axes.set_ylabel("error, relative to the slope")
    axes.set_ylim(floor, 3)
    if right:
        axes.text(7e-1, 1e-9, "step too large:\nthe curve bends", fontsize=9.5)
        axes.text(1e-9, 2e-10, "step too small:\nrounding takes over", fontsize=9.5)
    axes.legend(loc="upper center", bbox_to_anchor=(0.52, 1.0))
    axes.set_title(title)
    show(
        figure,
        f"{title}. Error of your slope over the step, both logarithmic. For a central difference "
        "it falls from the left, large steps, to about 1e-11 near a step of 1e-5; farther to the "
        "right, tiny steps, it rises again in a noisy line up to 0.1. A one-sided chord does the "
        "same but gets no better than 1e-8.",
    )


@drawn_on_answers
@style()
def corner(slope: _Slope) -> None:
    """Show what ``slope`` says beside the corner of max(0, w), for several steps.

    Parameters
    ----------
    slope : callable
        The learner's.
    """

    def relu(w: float) -> float:
        return max(0.0, w)

    w = 0.02
    figure, (left, right) = subplots(1, 2, size=(8.6, 3.2))
    points = np.array([-0.12, 0.0, 0.14])
    left.plot(points, np.maximum(points, 0), color="black", linewidth=1.2)
    ends = np.array([w - 0.1, w + 0.1])
    left.plot(ends, np.maximum(ends, 0), "o-", color=ERROR)
    left.plot([w], [w], "s", color=FORWARD)
    left.annotate("w = 0.02", (w, w), (0.035, 0.006), color=FORWARD)
    left.text(-0.115, 0.085, "chord with\nstep = 0.1", color=ERROR)
    left.set_xlabel("w")
    left.set_ylabel("max(0, w)")
    left.set_title("The chord reaches across the corner")
    steps = np.logspace(-0.3, -4, 80)
    said = np.array([slope(relu, w, step) for step in steps])
    title = "Right only when the step is below w"
    if not agrees(said, np.minimum(1, (w + steps) / (2 * steps))):
        title = "These are not the slopes of the chord yet"
    right.semilogx(steps, said, color=ERROR)
    right.axhline(1, color=GREY, linewidth=0.8, linestyle=":")
    right.text(1e-4, 1.01, "true slope", color="#555555", ha="right", va="bottom")
    right.axvline(w, color=FORWARD, linewidth=0.8)
    right.text(w * 0.85, 0.56, "step = w", color=FORWARD)
    right.invert_xaxis()
    right.set_ylim(min(0.45, said.min()), max(1.08, said.max()))
    right.set_xlabel("step, smaller to the right")
    right.set_ylabel("your slope")
    right.set_title(title)
    show(
        figure,
        "Left: the function max(0, w), flat up to 0 and rising with slope 1 from there, and a "
        "chord around w = 0.02 whose left end lies on the flat part. Right: your slope over the "
        f"step. {title}: for a chord it is near 0.5 for large steps and exactly 1 for small ones.",
    )


_WINDOW = (-1.2, 2.8, -1.9, 1.5)  # from left to right, and from the bottom to the top


def _heights(f: _Function) -> Array:
    """Return the values of a function of two numbers on a grid over the window."""
    low, high, bottom, top = _WINDOW
    across, up = np.linspace(low, high, 36), np.linspace(bottom, top, 36)
    return np.array([[float(f(np.array([a, b]))) for a in across] for b in up])


def _landscape(place: Any, heights: Array, levels: int = 12) -> None:
    """Draw the contour lines of a function of two numbers."""
    low, high, bottom, top = _WINDOW
    across, up = np.linspace(low, high, 36), np.linspace(bottom, top, 36)
    lowest = float(heights.min())
    rings = lowest + (float(heights.max()) - lowest) * np.linspace(0.06, 0.98, levels) ** 2
    place.contourf(
        across, up, heights, levels=[lowest, *rings], cmap="Greys", alpha=0.35, extend="max"
    )
    place.contour(across, up, heights, levels=rings, colors="#9a9a9a", linewidths=0.6)
    place.set_xlim(low, high)
    place.set_ylim(bottom, top)
    place.set_xlabel("w[0], the line's slope")
    place.set_ylabel("w[1], its intercept")


@drawn_on_answers
@style()
def uphill(numerical_gradient: _Gradient, loss: _Function) -> None:
    """Show the gradients of a loss of two weights as arrows on its landscape.

    Parameters
    ----------
    numerical_gradient : callable
        The learner's.
    loss : callable
        Takes w, shape (2,), returns a number.
    """
    figure, axes = subplots(size=(6.6, 5.0))
    _landscape(axes, _heights(loss))
    across, up = np.meshgrid(np.linspace(-0.75, 2.35, 6), np.linspace(-1.5, 1.1, 5))
    arrows = np.array(
        [
            numerical_gradient(loss, np.array([a, b]))
            for a, b in zip(across.flat, up.flat, strict=True)
        ]
    )
    title = "Every gradient points uphill, across the contour lines"
    points = zip(across.flat, up.flat, strict=True)
    if not agrees(arrows, np.array([_slopes(loss, np.array(point)) for point in points])):
        title = "These arrows are not the gradients yet"
    axes.plot(across.flat, up.flat, ".", color=ERROR, markersize=5)
    axes.quiver(
        across, up, *arrows.T, color=ERROR, angles="xy", scale_units="xy", scale=14, width=0.005
    )
    axes.set_aspect("equal")
    axes.set_title(title)
    show(
        figure,
        f"{title}. Contour lines of the loss over the two weights of a line are ellipses around a "
        "minimum near (0.8, −0.2). From a grid of points arrows show your numerical gradients.",
    )


@drawn_on_answers
@style()
def cost(counted: Sequence[tuple[int, int]]) -> None:
    """Show how many evaluations of the loss a numerical gradient took.

    Parameters
    ----------
    counted : sequence of (weights, calls)
        What was counted: how many weights, how many calls of the loss.
    """
    figure, axes = subplots(size=(7.6, 3.8))
    line = np.array([10.0, 3e7])
    axes.loglog(line, 2 * line, color=GREY, linestyle="--", label="two calls per weight")
    axes.loglog(*np.transpose(counted), "o", color=ERROR, label="counted with your function")
    for size, name, shift in (
        (2400, "digits, 32 hidden units\n4,800 calls", 0.06),
        (1e6, "a million weights\n2,000,000 calls", 0.06),
    ):
        axes.plot(size, 2 * size, "s", color=FORWARD)
        axes.text(size * 1.5, 2 * size * shift * 4, name, color=FORWARD, fontsize=9.5)
    axes.set_xlabel("weights")
    axes.set_ylabel("calls of the loss for one gradient")
    axes.legend(loc="upper left")
    title = "A numerical gradient pays for every weight"
    if any(calls <= weights for weights, calls in counted):
        title = "Few calls: each computes many networks at once, or weights are left out"
    axes.set_title(title)
    show(
        figure,
        f"{title}. Calls of the loss over the number of weights, both logarithmic: the points that "
        "were counted, and a straight line, two calls per weight. Marked on it: a digits "
        "network with 2,400 weights needs 4,800 calls, a million weights need two million.",
    )


@drawn_on_answers
@style()
def descent(path: Any, loss: _Function, x: Array, y: Array, start: Array) -> None:
    """Show a path of gradient descent on the landscape, and the lines along it.

    Parameters
    ----------
    path : ndarray or list of ndarray, shape (steps + 1, 2)
        From the learner's gradient_descent.
    loss : callable
        Takes w, shape (2,), returns a number.
    x, y : ndarray, shape (N,)
        The data.
    start : ndarray, shape (2,)
        Where the path should begin.
    """
    path = np.asarray(path)
    begins = agrees(path[0], start)
    figure, (left, right) = subplots(1, 2, size=(9, 3.9), width_ratios=(1.15, 1))
    _landscape(left, _heights(loss))
    left.plot(*path.T, "o-", color=ERROR, markersize=3.5, linewidth=1.2)
    left.plot(*start, "s", color="black", markersize=4)
    left.annotate("start", start, (-8, 7), textcoords="offset points", fontweight="bold")
    left.set_aspect("equal")
    losses = np.array([float(loss(w)) for w in path])
    title = "Each step leads downhill across the contours"
    if not (np.diff(losses) < 0).all():
        title = "This is no walk downhill yet"
    elif not begins:
        title = "The path leaves out its start"
    left.set_title(title)
    right.plot(x, y, "o", color="black", markersize=3.5)
    ends = np.array([x.min() - 0.2, x.max() + 0.2])
    shown = [k for k in (0, 1, 2, 4, 8) if k < len(path) - 1]
    for rank, k in enumerate(shown):
        shade = 0.35 + 0.45 * rank / max(1, len(shown) - 1)
        right.plot(ends, path[k][0] * ends + path[k][1], color=FORWARD, alpha=shade, linewidth=1)
        height = path[k][0] * ends[0] + path[k][1]
        right.text(ends[0] - 0.08, height, f"{k}", va="center", ha="right")
    last = len(path) - 1
    right.plot(ends, path[last][0] * ends + path[last][1], color=FORWARD, linewidth=3)
    right.set_xlim(ends[0] - 0.45, ends[1] + 0.1)
    right.set_xlabel("x")
    right.set_ylabel("y")
    lines = f"The line after 0, 1, 2, … {last} steps" if begins else "The lines along your path"
    right.set_title(lines)
    origin = "from the start" if begins else "which does not begin at the start"
    show(
        figure,
        f"{title}. Left: your path on the landscape of the loss, {origin} at the upper left. "
        "Right: the data and the lines that belong to the points of the path, the last one thick.",
    )


_SEEN = {
    "too small": "The one that is too small creeps, and its loss falls slowly.",
    "about right": "The one about right comes near the minimum.",
    "from side to side": "The one from side to side crosses the valley with every step, and comes "
    "nearer all the same.",
    "too large": "The one too large jumps from one side of the valley to the other, farther out "
    "each time, and the loss grows.",
}
"""What such a walk looks like, for those who cannot see it."""


def _pace(path: Array, loss: _Function, rate: float) -> str:
    """Return in two or three words how a walk with one learning rate went."""
    moves, losses = np.diff(path, axis=0), [float(loss(w)) for w in path]
    if not moves[0] @ _slopes(loss, path[0]) < 0:
        return "not downhill yet"
    if not agrees(moves, [-rate * _slopes(loss, w) for w in path[:-1]]):
        return "not these steps yet"
    if not losses[-1] < losses[0]:
        return "too large"
    jumps = np.sum(moves[1:] * moves[:-1], axis=1) < 0
    if losses[-1] < losses[0] / 10:
        return "from side to side" if jumps.mean() > 0.5 else "about right"
    if losses[-1] > losses[-2]:
        return "too large"
    return "nearly too large" if jumps.mean() > 0.5 else "too small"


@drawn_on_answers
@style()
def rates(
    gradient_descent: _Gradient,
    gradient: _Function,
    loss: _Function,
    start: Array,
    learning_rates: Sequence[float],
    steps: int,
) -> None:
    """Show the path and the loss of gradient descent for three learning rates.

    Parameters
    ----------
    gradient_descent, gradient : callable
        The learner's, and the gradient as a function of w alone.
    loss : callable
        Takes w, shape (2,), returns a number.
    start : ndarray, shape (2,)
        Where each path begins.
    learning_rates : sequence of three float
        Any three; each title says how the walk went.
    steps : int
        How many steps to take.
    """
    figure, axes = subplots(2, 3, size=(9, 5.2), height_ratios=(1.25, 1), sharey="row")
    titles, paces = [], []
    heights = _heights(loss)
    for column, rate in enumerate(learning_rates):
        path = np.asarray(gradient_descent(gradient, start, rate, steps))
        top, bottom = axes[:, column]
        _landscape(top, heights, levels=9)
        top.plot(*path.T, "o-", color=ERROR, markersize=3, linewidth=1)
        top.plot(*start, "s", color="black", markersize=4)
        top.set_aspect("equal")
        losses = [float(loss(w)) for w in path]
        paces.append(_pace(path, loss, rate))
        titles.append(f"η = {rate:g}: {paces[-1]}")
        top.set_title(titles[-1])
        bottom.semilogy(losses, "o-", color=ERROR, markersize=3)
        bottom.set_xlabel("step")
        bottom.set_xticks(range(0, steps + 1, 4))
        if column:
            top.set_ylabel("")
    axes[1, 0].set_ylabel("loss")
    show(
        figure,
        "Three columns, each with a path on the landscape above and the loss over the steps below. "
        f"{'; '.join(titles)}." + "".join(f" {_SEEN[pace]}" for pace in _SEEN if pace in paces),
    )


_RING = ((1, 1, 2, 3, 4, 5, 6, 6, 5, 4, 3, 2), (3, 4, 5, 6, 6, 5, 4, 3, 2, 1, 1, 2))
"""Rows and columns of the pixels on which the ink of a zero lies."""


@drawn_on_answers
@style()
def templates(path: Any, moments: Sequence[int], digit: int) -> None:
    """Show the 64 pixel weights of a detector at some moments of its training.

    Parameters
    ----------
    path : ndarray or list of ndarray, shape (steps + 1, 65)
        From the learner's gradient_descent.
    moments : sequence of int
        After how many steps.
    digit : int
        What is detected.
    """
    figure, axes = subplots(1, len(moments), size=(8.6, 2.7))
    rings = []
    for place, k in zip(axes, moments, strict=True):
        image = np.asarray(path[k])[:64].reshape(8, 8)
        largest = float(np.abs(image).max()) or 1.0
        if image[3:5, 3:5].mean() < 0 < image[_RING].min():
            rings.append(str(k))
        drawn = place.imshow(image, cmap="PuOr_r", vmin=-largest, vmax=largest)
        place.set(xticks=[], yticks=[])
        place.spines[:].set_visible(False)
        place.set_xlabel(f"{k} step{'s' if k != 1 else ''}\nup to ±{largest:.2g}")
    bar = figure.colorbar(drawn, ax=axes, shrink=0.8, pad=0.01, ticks=[-largest, 0, largest])
    bar.ax.set_yticklabels(["speaks against", "no matter", "speaks for"])
    figure.suptitle(f"The weights of your detector of a {digit}, as pictures", x=0.01, ha="left")
    show(
        figure,
        f"The 64 weights of a detector of the digit {digit}, drawn as 8 by 8 images after "
        f"{', '.join(map(str, moments))} steps."
        + (
            f" After {' and '.join(rings)} steps a ring of positive weights surrounds negative "
            "ones."
            if rings
            else ""
        ),
    )


@drawn_on_answers
@style()
def reading(names: Sequence[str], errors: Sequence[float]) -> None:
    """Show relative errors of several gradients on one logarithmic scale.

    Parameters
    ----------
    names : sequence of str
        Which gradient.
    errors : sequence of float
        Its relative error.
    """
    figure, axes = subplots(size=(8.2, 0.9 + 0.42 * len(names)))
    places = np.arange(len(names))[::-1]
    axes.axvspan(1e-12, 1e-7, color=COLOUR_A, alpha=0.12)
    axes.axvspan(1e-3, 50, color=ERROR, alpha=0.12)
    axes.text(1.5e-12, len(names) - 0.35, "agree", color="#00664b", fontweight="bold")
    axes.text(1.5e-7, len(names) - 0.35, "look closer", color="#555555", fontweight="bold")
    axes.text(1.5e-3, len(names) - 0.35, "differ", color="#a34700", fontweight="bold")
    axes.plot(errors, places, "D", color=COLOUR_B, markeredgecolor="black", markersize=7)
    for error, place in zip(errors, places, strict=True):
        text = f"{error:.2g}" if error > 1e-3 else f"{error:.0e}"
        axes.text(error * 2.2, place, text, va="center", fontsize=9)
    axes.set_xscale("log")
    axes.set_xlim(1e-12, 50)
    axes.set_ylim(-0.6, len(names) + 0.2)
    axes.set_yticks(places, names)
    axes.set_xlabel("relative error against your numerical gradient")
    title = "Right and wrong gradients lie far apart"
    if not errors[0] < 1e-7 < 1e-3 < errors[-1]:
        title = "Right and wrong gradients are not told apart yet"
    axes.set_title(title)
    verdicts = [
        "agrees" if e < 1e-7 else "differs" if e > 1e-3 else "in between" if e >= 0 else "no number"
        for e in errors
    ]
    show(
        figure,
        f"{title}. Relative errors on a logarithmic axis. Up to 1e-7 is marked as agreeing, from "
        "1e-3 as differing. "
        + "; ".join(f"{name}: {verdict}" for name, verdict in zip(names, verdicts, strict=True)),
    )


@drawn_on_answers
@style()
def whole_way(
    numerical_gradient: _Gradient,
    gradient: _Function,
    gradient_descent: _Gradient,
    relative_error: Callable[[Array, Array], float],
    loss: _Function,
    start: Array,
) -> None:
    """Show all that the learner has written at work: gradients, their check, and the way down.

    Parameters
    ----------
    numerical_gradient, gradient_descent, relative_error : callable
        The learner's.
    gradient : callable
        The learner's exact gradient, as a function of w alone.
    loss : callable
        Takes w, shape (2,), returns a number.
    start : ndarray, shape (2,)
        Where the path begins.
    """
    path = np.asarray(gradient_descent(gradient, start, 0.12, 40))
    numeric = np.array([numerical_gradient(loss, w) for w in path])
    figure, (left, right) = subplots(1, 2, size=(9, 3.9), width_ratios=(1.15, 1))
    _landscape(left, _heights(loss))
    left.plot(*path.T, "o-", color=FORWARD, markersize=4, linewidth=1.5, label="your steps")
    shown = [0, 1, 2, 3, 6, 10, 16]
    directions = numeric / np.maximum(np.linalg.norm(numeric, axis=1, keepdims=True), 1e-300)
    left.quiver(
        *path[shown].T,
        *directions[shown].T,
        color=ERROR,
        angles="xy",
        scale_units="xy",
        scale=3,
        width=0.007,
        label="your gradients (all drawn equally long)",
        zorder=3,
    )
    left.set_aspect("equal")
    left.legend(loc="lower left", frameon=True, framealpha=0.9, edgecolor="none", fontsize=9)
    uphill = "The gradient points uphill: step the other way"
    downhill = all(loss(after) < loss(before) for before, after in pairwise(path[:8]))
    if not (downhill and agrees(numeric[:8], np.array([_slopes(loss, w) for w in path[:8]]))):
        uphill = "Arrows and steps do not fit together yet"
    left.set_title(uphill)
    errors = [relative_error(gradient(w), g) for w, g in zip(path, numeric, strict=True)]
    agree = "Formula and nudging agree on the way"
    pairs = zip(path[:8], numeric[:8], strict=True)
    same = all(agrees(gradient(w), slopes) for w, slopes in pairs)
    if not (same and all(error <= 1e-7 for error in errors[:8])):
        agree = "Formula and nudging do not agree yet"
    right.semilogy(np.maximum(errors, 1e-13), "D", color=COLOUR_B, markeredgecolor="black")
    right.axhspan(1e-13, 1e-7, color=COLOUR_A, alpha=0.12)
    right.text(0, 4e-8, "agree", color="#00664b", fontweight="bold", va="top")
    right.set_ylim(1e-13, 1e-2)
    right.set_xlabel("step")
    right.set_ylabel("relative error")
    right.set_title(agree)
    show(
        figure,
        f"{uphill}. Left: your path on the landscape of the line's loss, with your gradients as "
        f"arrows at its first points. {agree}. Right: the relative error between your exact "
        "gradient and your numerical one at every point of the path.",
    )
