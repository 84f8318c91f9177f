"""The pictures of notebook 04: the output error, the gradient of B, one step on B.

Matrices are drawn as tiles with their numbers in them. What a learner wrote comes in as a
function and is called; nothing is differentiated here except numerically. A title claims only
what the learner's numbers bear out.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bplib import network
from bplib.derivatives import derivative, gradient
from bplib.figures.base import COLOUR_B, ERROR, FORWARD, GREY, LINES, MARKERS, show, style, subplots
from bplib.figures.honest import agrees, collected, drawn_on_answers
from bplib.figures.tiles import CENTRED, HIGH, canvas, number, tiles

Array = NDArray[Any]
Errors = Callable[[Array, Array], Array]
Step = Callable[[Array, Array, Array, float], Array]


# --- matrices as tiles ------------------------------------------------------------------------


def _tiles(
    axes: Any,
    M: Array,
    left: float,
    middle: float,
    colour: str,
    title: str = "",
    size: float = 8.5,
    largest: float | None = None,
) -> float:
    """Draw a matrix whose left edge and middle height are given; return its right edge."""
    top = middle + len(M) * HIGH / 2
    return tiles(axes, M, left, top, colour, title, size=size, largest=largest)


def _sign(axes: Any, x: float, middle: float, text: str, **options: Any) -> None:
    axes.text(x, middle, text, size=13, **CENTRED, **options)


@style()
def forward(B: Array, H: Array, Y_hat: Array, Y: Array) -> None:
    """Show what the output layer takes in and puts out, beside the targets."""
    rows, N = H.shape
    width = B.shape[1] + 3 * N + 2.6
    figure, axes = canvas(width, rows * HIGH + 0.9, "A column is a sample, all the way through")
    middle = rows * HIGH / 2 + 0.1
    edge = _tiles(axes, B, 0, middle, COLOUR_B, f"B {B.shape}")
    _sign(axes, edge + 0.4, middle, "@")
    edge = _tiles(axes, H, edge + 0.8, middle, FORWARD, f"H {H.shape}")
    _sign(axes, edge + 0.4, middle, "=")
    edge = _tiles(axes, Y_hat, edge + 0.8, middle, FORWARD, f"Y_hat {Y_hat.shape}")
    _tiles(axes, Y, edge + 0.9, middle, GREY, f"targets Y {Y.shape}")
    show(
        figure,
        f"Four matrices as tiles with numbers: B {B.shape} times H {H.shape} gives the predictions "
        f"Y_hat {Y_hat.shape}; beside them the targets Y {Y.shape}.",
    )


# --- the output error -------------------------------------------------------------------------


@style()
def loss_of_one_prediction(y: float, predictions: Sequence[float]) -> None:
    """Show the loss as a function of one prediction, with its tangents at some points."""

    def curve(p: Array) -> Array:
        return 0.5 * (p - y) ** 2

    figure, axes = subplots(size=(6.4, 3.6))
    line = np.linspace(y - 2.3, y + 2.3, 200)
    axes.plot(line, curve(line), color=FORWARD, linestyle=LINES[FORWARD])
    slopes = []
    for p in predictions:
        slope = derivative(curve, p)
        slopes.append(slope)
        reach = np.array([-0.5, 0.5]) / np.hypot(1, slope)
        height = float(curve(np.array(p)))
        axes.plot(p + reach, height + slope * reach, color=ERROR, linestyle=LINES[ERROR])
        axes.plot(p, height, color=ERROR, marker=MARKERS[ERROR], markersize=8)
        left = p < y
        axes.annotate(
            f"ŷ = {p:g}: slope {number(slope)}",
            (p, height),
            xytext=(-12 if left else 12, 0),
            textcoords="offset points",
            ha="right" if left else "left",
            va="center",
        )
    axes.axvline(y, color=GREY, linestyle=LINES[GREY], linewidth=1)
    axes.text(y, 2.35, f" target y = {y:g}", color=GREY, ha="left", va="top")
    axes.set(
        xlabel="prediction ŷ",
        ylabel="loss ½(ŷ − y)²",
        title="The further off, the steeper; beyond the target the sign turns",
        xlim=(y - 4.2, y + 4.2),
        ylim=(-0.25, 2.4),
    )
    points = ", ".join(f"{number(s)} at {p:g}" for p, s in zip(predictions, slopes, strict=True))
    show(
        figure,
        f"A parabola: the loss over one prediction, lowest at the target {y:g}. Dashed tangents "
        f"have the slopes {points}.",
    )


@drawn_on_answers
@style()
def error_arrows(delta_B: Errors) -> None:
    """Show the learner's Δ as arrows over the loss of a sample with two outputs."""
    target = np.array([[1.0], [0.5]])
    angles = np.radians([20, 75, 140, 195, 250, 320])
    far = np.array([1.5, 0.7, 1.2, 0.5, 1.0, 1.6])
    P = target + far * np.stack([np.cos(angles), np.sin(angles)])
    T = np.repeat(target, P.shape[1], axis=1)
    D = np.asarray(delta_B(P, T), dtype=float)
    if agrees(D, gradient(lambda P: network.mean_loss(P, T), P)):
        title = "Your Δ points uphill, straight away from the target"
    else:
        title = "These arrows are not the slopes of the loss yet"
    figure, axes = subplots(size=(6.0, 5.4))
    a, b = np.meshgrid(np.linspace(-1.6, 3.6, 120), np.linspace(-1.9, 2.9, 120))
    bowl = 0.5 * ((a - target[0]) ** 2 + (b - target[1]) ** 2)
    levels = 0.5 * np.arange(0.4, 3.3, 0.4) ** 2
    axes.contour(a, b, bowl, levels=levels, colors=GREY, linewidths=0.8, alpha=0.7)
    if D.shape == P.shape:
        longer = 0.55 * P.shape[1]
        axes.quiver(
            *P, *D, angles="xy", scale_units="xy", scale=1 / longer, color=ERROR, width=0.008
        )
    axes.plot(*P, linestyle="", color=FORWARD, marker=MARKERS[FORWARD], label="predictions ŷ")
    axes.plot(*target, linestyle="", color="black", marker="*", markersize=13, label="target y")
    arrow = {"linestyle": "", "marker": r"$\rightarrow$", "markersize": 17}
    axes.plot([], [], color=ERROR, label=r"your $\Delta_B$ (its length scaled)", **arrow)
    axes.legend(loc="upper center", bbox_to_anchor=(0.5, -0.12), ncols=3, columnspacing=1.2)
    axes.set(
        xlabel="ŷ, output 0",
        ylabel="ŷ, output 1",
        title=title,
        aspect="equal",
    )
    show(
        figure,
        f"{title}. Circles of equal loss around a target, six predictions, and at each of them the "
        "learner's Δ_B as an arrow.",
    )


# --- the gradient of B ------------------------------------------------------------------------


@drawn_on_answers
@style()
def one_sample(delta: Array, h: Array, slopes: Array) -> None:
    """Show the slopes of all weights of B for one sample, between their two margins.

    Parameters
    ----------
    delta : ndarray, shape (n_out, 1)
        The output error of the sample.
    h : ndarray, shape (n_hidden, 1)
        The hidden activations of the sample.
    slopes : ndarray, shape (n_out, n_hidden)
        How the loss of the sample reacts to every weight.
    """
    rows, columns = slopes.shape
    height = (rows + 1) * HIGH + 1.25
    title = "One sample: how does the table follow from its margins?"
    if not agrees(collected(delta, h), slopes):
        title = "One sample: this delta does not belong to this table yet"
    figure, axes = canvas(columns + 5.2, height, title, inches=6.2)
    middle = rows * HIGH / 2 + 0.15
    _tiles(axes, delta, 0.9, middle, ERROR, size=10)
    axes.text(0.75, middle, "delta", ha="right", va="center", size=10, color=ERROR)
    _tiles(axes, slopes, 2.4, middle, COLOUR_B, size=10)
    _tiles(axes, h.T, 2.4, (rows + 0.5) * HIGH + 0.4, FORWARD, "its hidden activations", size=10)
    axes.text(
        columns + 2.55,
        middle,
        "slopes of the loss\nfor each weight of B,\nfound by nudging",
        ha="left",
        va="center",
        size=9.5,
    )
    show(
        figure,
        f"A table of {rows} times {columns} numbers, the slopes of one sample's loss for the "
        "weights of B. On its left stands the output error, above it the hidden activations.",
    )


@drawn_on_answers
@style()
def sum_over_samples(gradient_B: Errors, delta: Array, H: Array) -> None:
    """Show the learner's gradient of every sample by itself, and of all samples together."""
    N = H.shape[1]
    shares = [gradient_B(delta[:, [n]], H[:, [n]]) for n in range(N)]
    whole = gradient_B(delta, H)
    truth = collected(delta, H)
    if agrees(whole, truth) and agrees(sum(shares), truth):
        title = "Every sample adds its own table; their sum is the gradient"
    else:
        title = "These tables do not add up to the gradient yet"
    rows, columns = whole.shape
    in_row = -(-(N + 1) // 2)
    step = columns + 0.9
    band = rows * HIGH + 0.95
    figure, axes = canvas(in_row * step, 2 * band, title)
    most = float(np.max(np.abs([*shares, whole]))) or 1.0  # one scale for what is added up
    for n, share in enumerate([*shares, whole]):
        left = (n % in_row) * step + 0.75
        middle = (1 - n // in_row) * band + rows * HIGH / 2 + 0.15
        last = n == N
        name = f"all samples: grad_B {whole.shape}" if last else f"sample {n}"
        colour = COLOUR_B if last else GREY
        _tiles(axes, np.asarray(share), left, middle, colour, name, largest=most)
        if n:
            _sign(axes, left - 0.45, middle, "=" if last else "+")
    show(
        figure,
        f"{title}. {N} tables of {rows} times {columns} numbers, one per sample, and one for all "
        "samples together, all computed by the learner's gradient_B.",
    )


@drawn_on_answers
@style()
def agreement(mine: Array, numeric: Array) -> None:
    """Show a gradient against numerical slopes, and what is left between the two."""
    if agrees(mine, numeric):
        title, left_over = f"{mine.size} weights, one line", "What is left: noise of the nudging"
    else:
        title, left_over = "Not on one line yet", "Where yours and the nudging differ"
    figure, (points, rest) = subplots(1, 2, size=(9, 3.5), width_ratios=[1, 1.25])
    reach = 1.08 * float(max(np.max(np.abs(numeric)), np.max(np.abs(mine))))
    points.plot([-reach, reach], [-reach, reach], color=GREY, linestyle=LINES[GREY], linewidth=1)
    points.plot(numeric.ravel(), mine.ravel(), linestyle="", color=COLOUR_B, marker="^", ms=4)
    points.set(
        xlabel="slope by nudging",
        ylabel="your gradient_B",
        title=title,
        aspect="equal",
        xlim=(-reach, reach),
        ylim=(-reach, reach),
    )
    power = int(np.floor(np.log10(np.max(np.abs(mine - numeric)) or 1e-300)))
    image = rest.imshow((mine - numeric) / 10.0**power, cmap="PuOr_r", aspect="auto")
    figure.colorbar(image, ax=rest, label=f"difference, in units of 1e{power}".replace("-", "−"))
    rest.set(
        xlabel="hidden unit",
        ylabel="output",
        title=left_over,
    )
    for spine in rest.spines.values():
        spine.set_visible(True)
    show(
        figure,
        f"Left: {title}; the learner's {mine.size} derivatives over the numerical ones, with the "
        f"diagonal. Right: {left_over}; the differences as an image.",
    )


# --- a sigmoid output -------------------------------------------------------------------------


@drawn_on_answers
@style()
def sure_and_wrong(delta_B: Errors, delta_B_sigmoid: Errors) -> None:
    """Show the learner's two errors along the pre-activation of a sigmoid output, target 0."""
    pre = np.linspace(-7, 7, 281)[:, np.newaxis]
    marked = np.array([[0.5], [7.0]])
    figure, (curve, error) = subplots(1, 2, size=(9, 3.4))
    Y_hat = network.sigmoid(pre)
    curve.plot(pre, Y_hat, color=FORWARD, linestyle=LINES[FORWARD])
    curve.plot(marked, network.sigmoid(marked), linestyle="", color="black", marker="o", ms=7)
    for z, name, dx, dy in ((0.5, "unsure:", 10, -10), (7.0, "sure, and wrong:", -4, -42)):
        p = float(network.sigmoid(np.array(z)))
        curve.annotate(
            f"{name}\nŷ = {p:.3f}",
            (z, p),
            xytext=(dx, dy),
            textcoords="offset points",
            ha="left" if dx > 0 else "right",
        )
    curve.axhline(0, color=GREY, linestyle=LINES[GREY], linewidth=1)
    curve.text(-7, 0.02, "target 0", color=GREY, va="bottom")
    curve.set(
        xlabel="pre-activation B h",
        ylabel="prediction ŷ",
        title="Two predictions, target 0 for both",
    )
    zeros = np.zeros_like(pre)
    truth = gradient(lambda Z: network.mean_loss(network.sigmoid(Z), zeros), pre)
    if agrees(delta_B_sigmoid(Y_hat, zeros), truth):
        title = "Sure and wrong: almost no Δ comes through"
    else:
        title = "Your Δ through the sigmoid: not right yet"
    alone = delta_B(Y_hat, np.zeros_like(Y_hat))
    through = delta_B_sigmoid(Y_hat, np.zeros_like(Y_hat))
    error.plot(pre, alone, color=GREY, linestyle=LINES[GREY], label="dL/dŷ, your delta_B")
    error.plot(
        pre, through, color=ERROR, linestyle=LINES[ERROR], label="your delta_B_sigmoid", lw=2.4
    )
    P = network.sigmoid(marked)
    D = np.asarray(delta_B_sigmoid(P, np.zeros_like(P)))
    error.plot(marked, D, linestyle="", color="black", marker="o", ms=7)
    for (z,), (d,), dx, dy in zip(marked, D, (8, -6), (8, 10), strict=True):
        error.annotate(
            f"{d:.4f}",
            (z, d),
            xytext=(dx, dy),
            textcoords="offset points",
            ha="left" if dx > 0 else "right",
        )
    error.legend(loc="upper left")
    error.set(
        xlabel="pre-activation B h",
        ylabel="error term",
        title=title,
        ylim=(min(-0.05, 1.05 * float(np.min(through))), 1.08),
    )
    show(
        figure,
        "Left: the sigmoid with two predictions for target 0, an unsure one at 0.62 and a sure and "
        f"wrong one at 0.999. Right: {title}; the learner's delta_B and delta_B_sigmoid over the "
        f"pre-activation. At the two predictions the latter is {D[0, 0]:.4f} and {D[1, 0]:.4f}.",
    )


# --- one step ---------------------------------------------------------------------------------


@drawn_on_answers
@style()
def along_the_step(
    step_B: Step, A: Array, B: Array, X: Array, Y: Array, rates: Sequence[float]
) -> None:
    """Show the loss after one step of the learner's, for all learning rates, and some fits."""
    _, H, Y_hat = network.forward(A, B, X)
    before = float(network.mean_loss(Y_hat, Y))
    figure, grid = subplots(2, 4, size=(9, 4.4), width_ratios=[1.15, 1.15, 1, 1], squeeze=False)
    for place in grid[:, :2].flat:
        place.remove()
    loss = figure.add_subplot(grid[0, 0].get_gridspec()[:, :2])

    def after(rate: float) -> float:
        return float(network.mean_loss(step_B(B.copy(), H, Y, rate) @ H, Y))

    title = "Downhill, and up again on the other side"
    truth = B - rates[0] * gradient(lambda W: network.mean_loss(W @ H, Y), B)
    if not after(0.1 * max(rates)) < before < after(max(rates)):
        title = "This step does not start downhill yet"
    elif not agrees(step_B(B.copy(), H, Y, rates[0]), truth):
        title = "Not to be trusted: step_B is not right yet"
    line = np.linspace(0, 1.08 * max(rates), 60)
    loss.plot(line, [after(rate) for rate in line], color=COLOUR_B, linestyle="-")
    loss.axhline(before, color=GREY, linestyle=LINES[GREY], linewidth=1)
    loss.text(0.45 * max(rates), before, "before the step", color=GREY, va="bottom", ha="center")
    for letter, rate in zip("abcd", rates, strict=False):
        loss.plot(rate, after(rate), color=COLOUR_B, marker=MARKERS[COLOUR_B], ms=9)
        loss.annotate(
            letter,
            (rate, after(rate)),
            xytext=(9, 1),
            textcoords="offset points",
            weight="bold",
        )
    loss.set(
        xlabel="learning rate η",
        ylabel="loss after one step",
        title=title,
        ylim=(0, None),
    )
    xs = np.linspace(-2.1, 2.1, 100)
    Xs = np.stack([xs, np.ones_like(xs)])
    _, Hs, Ys = network.forward(A, B, Xs)
    for place in grid[1, 2:]:
        place.set_xlabel("x", fontsize=9)
    for place in grid[:, 2]:
        place.set_ylabel("ŷ", fontsize=9)
    for letter, rate, place in zip("abcd", rates, grid[:, 2:].flat, strict=False):
        place.plot(X[0], Y[0], linestyle="", color=GREY, marker=".", ms=4)
        place.plot(xs, Ys[0], color=GREY, linestyle=LINES[GREY], lw=1.2)
        place.plot(xs, (step_B(B.copy(), H, Y, rate) @ Hs)[0], color=FORWARD, lw=2)
        place.set_title(f"{letter}: η = {rate:g}", fontweight="normal", fontsize=10)
        place.set(ylim=(-3.2, 4.2), xticks=[-2, 0, 2], yticks=[-2, 0, 2, 4])
        place.tick_params(labelsize=8)
    show(
        figure,
        f"Left: {title}; the loss after one step as a function of the learning rate, {before:.2f} "
        "before the step. Right: the predicted line after one step with the learning rates "
        f"{', '.join(f'{rate:g}' for rate in rates)}, among the data points; dashed before.",
    )


@drawn_on_answers
@style()
def only_B_learns(losses: Sequence[float], before: Array, after: Array, label: int) -> None:
    """Show the losses of steps on B alone, and one image's predictions before and after them."""
    figure, (curve, bars) = subplots(1, 2, size=(9, 3.2))
    curve.plot(losses, color=COLOUR_B, linestyle="-")
    curve.annotate(
        f"{losses[0]:.2f}", (0, losses[0]), xytext=(8, 0), textcoords="offset points", va="center"
    )
    curve.annotate(
        f"{losses[-1]:.2f}",
        (len(losses) - 1, losses[-1]),
        xytext=(0, 7),
        textcoords="offset points",
        ha="right",
    )
    learns = losses[-1] < losses[0]
    title = "A stays random, B learns" if learns else "A stays random, B does not learn yet"
    curve.set(xlabel="steps on B", ylabel="loss", title=title, ylim=(0, None))
    places = np.arange(len(before))
    bars.bar(places - 0.2, before, 0.4, color=GREY, hatch="//", edgecolor="white", label="before")
    bars.bar(places + 0.2, after, 0.4, color=FORWARD, label="after")
    bars.axhline(0, color="black", linewidth=0.7)
    bars.plot(label, 1, color="black", marker="*", ms=12, linestyle="", label="target")
    bars.legend(loc="best", ncols=3, fontsize=9, columnspacing=1, handletextpad=0.4)
    bars.set(
        xlabel="output, one for each digit",
        ylabel="prediction ŷ",
        title=f"One image of a {label}: its ten outputs",
        xticks=places,
        ylim=(min(0.0, float(np.min([before, after]))) - 0.1, 1.45),
    )
    show(
        figure,
        f"Left: the loss goes from {losses[0]:.2f} to {losses[-1]:.2f} while only B is changed. "
        f"Right: the ten outputs for an image of a {label} before and after"
        + (
            f"; after, the output {int(np.argmax(after))} is the largest."
            if np.isfinite(after).all()
            else "."
        ),
    )


@drawn_on_answers
@style()
def whole_step(
    delta_B: Errors, gradient_B: Errors, step_B: Step, B: Array, H: Array, Y: Array, rate: float
) -> None:
    """Show the output layer forward and back, in the learner's own numbers."""
    Y_hat = B @ H
    delta = np.asarray(delta_B(Y_hat, Y))
    grad = np.asarray(gradient_B(delta, H))
    new = np.asarray(step_B(B.copy(), H, Y, rate))
    before, after = (float(network.mean_loss(W @ H, Y)) for W in (B, new))
    rows, columns = B.shape
    N = H.shape[1]
    high, low = H.shape[0] * HIGH, rows * HIGH
    start = 1.9
    right = start + columns + 2 * N + 1.8
    figure, axes = canvas(
        right + 0.3,
        high + low + 1.9,
        f"The output layer, forward and back: the loss goes from {before:.3f} to {after:.3f}",
    )
    up, down = low + 1.1 + high / 2, low / 2 + 0.1
    axes.text(0, up, "forward", color=FORWARD, weight="bold", va="center")
    edge = _tiles(axes, B, start, up, COLOUR_B, "B", size=7.5)
    _sign(axes, edge + 0.45, up, "@")
    edge = _tiles(axes, H, edge + 0.9, up, FORWARD, "H", size=7.5)
    _sign(axes, edge + 0.45, up, "=")
    _tiles(axes, Y_hat, edge + 0.9, up, FORWARD, "Y_hat", size=7.5)
    axes.text(0, down, "back", color=ERROR, weight="bold", va="center")
    left = right - N
    _tiles(axes, delta, left, down, ERROR, "delta: your delta_B(Y_hat, Y)", size=7.5)
    axes.annotate(
        "",
        (right - N / 2, low + 0.75),
        xytext=(right - N / 2, up - low / 2 - 0.1),
        arrowprops={"arrowstyle": "-|>", "color": ERROR, "lw": 1.6},
    )
    axes.text(right - N / 2 + 0.25, (low + up) / 2 - 0.05, "compared with Y", size=9, va="center")
    for name, M in (("your gradient_B(delta, H)", grad), (f"new B, η = {rate:g}", new)):
        _sign(axes, left - 0.5, down, "←", color=ERROR)
        left -= columns + 1
        _tiles(axes, M, left, down, COLOUR_B, name, size=7.5)
    show(
        figure,
        "Above, the forward pass: B times H gives Y_hat. Below, from right to left: the learner's "
        f"delta, gradient of B and new B after a step of {rate:g}. The loss goes from "
        f"{before:.3f} to {after:.3f}.",
    )
