"""The pictures of notebook 05: the error on its way back, the gradient of A, the stale B.

Matrices are drawn as tiles: the darker, the larger, with the number in the tile where there is
room. What a learner wrote comes in as a function and is called with copies; a title claims only
what its numbers bear out. Nothing is differentiated here except by nudging.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bplib import network
from bplib.datasets import Dataset
from bplib.derivatives import derivative, gradient
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
from bplib.figures.honest import agrees, collected, drawable, drawn_on_answers, trusted
from bplib.figures.tiles import CENTRED, HIGH, canvas, number, tiles

Array = NDArray[Any]
Sends = Callable[[Array, Array], Array]
Passes = Callable[[Array, Array, Array], Array]
Collects = Callable[[Array, Array], Array]
Gradients = Callable[[Array, Array, Array, Array], tuple[Array, Array]]
Steps = Callable[[Array, Array, Array, Array, float, float], tuple[Array, Array]]


# --- what the learner's functions say, and whether it is so ------------------------------------


def _called(name: str, function: Callable[..., Any], *arrays: Array, like: Any) -> Array:
    """Call a learner's function with copies, so that it cannot change what is drawn later."""
    return drawable(name, function(*(array.copy() for array in arrays)), like)


def _title(claim: str, mine: Array, truth: Array, name: str) -> str:
    """Return a title that claims something only if the learner's numbers are right."""
    return trusted(claim, agrees(mine, truth), name)


def _sent_back(delta_B: Array, B: Array) -> Array:
    H = np.zeros((B.shape[1], delta_B.shape[1]))
    return gradient(lambda P: np.sum(delta_B * (B @ P), axis=(-2, -1)), H)


# --- the network at hand ----------------------------------------------------------------------


@style()
def forward_pass(X: Array, Z: Array, H: Array, Y_hat: Array, Y: Array, Delta_B: Array) -> None:
    """Show every quantity of the forward pass, the targets, and the output error."""
    rows, N = Z.shape
    step = N + 1.0
    height = (rows + Y.shape[0]) * HIGH + 1.75
    figure, axes = canvas(3 * step - 0.8, height, "Everything that is known before we go back")
    top = height - 0.7
    for M, name, k in ((X, "X", 0), (Z, "Z", 1), (H, "H", 2)):
        tiles(axes, M, k * step, top, FORWARD, f"{name} {M.shape}")
    top -= rows * HIGH + 0.85
    tiles(axes, Y_hat, 0, top, FORWARD, f"Y_hat {Y_hat.shape}")
    tiles(axes, Y, step, top, GREY, f"targets Y {Y.shape}")
    tiles(axes, Delta_B, 2 * step, top, ERROR, f"Delta_B {Delta_B.shape}")
    show(
        figure,
        f"Six matrices as tiles with numbers: X {X.shape}, Z {Z.shape} and H {H.shape}; below them "
        f"the predictions Y_hat {Y_hat.shape}, the targets and the output error Delta_B.",
    )


# --- back through B ---------------------------------------------------------------------------


def _arrow(axes: Any, start: Any, end: Any, colour: str, width: float = 2.0) -> None:
    """Draw an arrow between the rims of two circles of radius 0.3."""
    start, end = np.asarray(start, dtype=float), np.asarray(end, dtype=float)
    along = (end - start) / np.linalg.norm(end - start) * 0.36
    dashes = {"linestyle": "-" if colour == FORWARD else (0, (4, 2))}
    axes.plot(*np.transpose([start + along, end - 1.4 * along]), color=colour, lw=width, **dashes)
    head = {"arrowstyle": "-|>", "color": colour, "lw": 0.1, "mutation_scale": 12 + 2 * width}
    axes.annotate("", end - along, xytext=end - 1.6 * along, arrowprops=head)


def _node(axes: Any, place: Any, text: str, colour: str) -> None:
    from matplotlib.patches import Circle

    axes.add_patch(Circle(place, 0.32, facecolor="white", edgecolor=colour, lw=1.8, zorder=3))
    axes.text(*place, text, size=10, zorder=4, **CENTRED)


def _on_line(axes: Any, start: Any, end: Any, text: str, share: float, colour: str) -> None:
    place = np.asarray(start) + share * (np.asarray(end) - np.asarray(start))
    box = {"facecolor": "white", "edgecolor": "none", "boxstyle": "square,pad=0.06"}
    axes.text(*place, text, size=9, color=colour, bbox=box, zorder=3, **CENTRED)


@style()
def one_unit(h: float, weights: Sequence[float], errors: Sequence[float]) -> None:
    """Show one hidden unit and its outputs: what goes out along the weights, what comes back."""
    figure, (forth, back) = subplots(1, 2, size=(9, 2.35))
    hidden = (0.0, 0.0)
    outputs = [(3.0, 0.75), (3.0, -0.75)]
    for axes in (forth, back):
        axes.set(xlim=(-1.0, 5.2), ylim=(-1.15, 1.15), aspect="equal")
        axes.set_axis_off()
    forth.set_title("Forward: the same h, along two weights")
    back.set_title("Back: two errors, along the same weights")
    for k, (place, weight, error) in enumerate(zip(outputs, weights, errors, strict=True)):
        words = f"weight {weight:g}".replace("-", "−")
        beside = (1.35, 0.5 * place[1] + np.copysign(0.3, place[1]))
        for axes in (forth, back):
            axes.text(*beside, words, size=10, color="#333333", **CENTRED)
        _arrow(forth, hidden, place, FORWARD)
        _node(forth, place, f"ŷ{'₀₁'[k]}", FORWARD)
        product = f"gets {weight:g} · {h:g} = {weight * h:g}".replace("-", "−")
        forth.text(place[0] + 0.5, place[1], product, va="center")
        _arrow(back, place, hidden, ERROR)
        _node(back, place, f"ŷ{'₀₁'[k]}", ERROR)
        back.text(place[0] + 0.5, place[1], f"error {error:g}", va="center", color=ERROR)
    _node(forth, hidden, f"{h:g}", FORWARD)
    _node(back, hidden, "?", ERROR)
    forth.text(-0.5, 0, "h", ha="right", va="center", color=FORWARD)
    back.text(-0.5, 0, "blame", ha="right", va="center", color=ERROR)
    show(
        figure,
        f"Left, a hidden unit with h = {h:g} sends along the weights {weights[0]:g} and "
        f"{weights[1]:g} to two outputs. Right, the same picture with the arrows reversed: the "
        f"errors {errors[0]:g} and {errors[1]:g} travel back to the unit, whose blame is a "
        "question mark.",
    )


@drawn_on_answers
@style()
def same_weights(
    error_at_hidden: Sends, delta_B: Array, B: Array, H: Array, sample: int = 0
) -> None:
    """Show one sample going forward through B, and its error coming back by the learner's way."""
    n_out, n_hidden = B.shape
    whole = _called("error_at_hidden", error_at_hidden, delta_B, B, like=H)
    blame = whole[:, sample]
    predictions = (B @ H)[:, sample]
    figure, (forth, back) = subplots(1, 2, size=(9, 3.6))
    hidden = [(0.0, 1.0 * (n_hidden - 1) / 2 - 1.0 * j) for j in range(n_hidden)]
    outputs = [(3.2, 0.9 * (n_out - 1) - 1.8 * k) for k in range(n_out)]
    for axes, title in (
        (forth, "Forward: h goes out along the weights"),
        (
            back,
            _title(
                "Back: the error comes in along the same weights",
                whole,
                _sent_back(delta_B, B),
                "error_at_hidden",
            ),
        ),
    ):
        axes.set(xlim=(-1.5, 4.7), ylim=(-1.95, 1.95), aspect="equal", title=title)
        axes.set_axis_off()
    widest = float(np.max(np.abs(B)))
    for k, j in np.ndindex(B.shape):
        width = 0.5 + 4.0 * abs(float(B[k, j])) / widest
        weight = f"{B[k, j]:.2g}".replace("-", "−")
        _arrow(forth, hidden[j], outputs[k], FORWARD, width)
        _on_line(forth, hidden[j], outputs[k], weight, 0.24, "#333333")
        _arrow(back, outputs[k], hidden[j], ERROR, width)
        _on_line(back, hidden[j], outputs[k], weight, 0.24, "#333333")
    for j, place in enumerate(hidden):
        for axes, colour, value in ((forth, FORWARD, H[j, sample]), (back, ERROR, blame[j])):
            _node(axes, place, f"h{'₀₁₂₃₄₅₆₇₈₉'[j]}", colour)
            axes.text(place[0] - 0.45, place[1], number(value), ha="right", va="center")
    for k, place in enumerate(outputs):
        for axes, colour, value in (
            (forth, FORWARD, predictions[k]),
            (back, ERROR, delta_B[k, sample]),
        ):
            _node(axes, place, f"ŷ{'₀₁₂₃₄₅₆₇₈₉'[k]}", colour)
            axes.text(place[0] + 0.45, place[1], number(value), ha="left", va="center")
    show(
        figure,
        f"Two drawings of {n_hidden} hidden units and {n_out} outputs with all weights between "
        "them, thicker where the weight is larger, each with its value. Left, solid arrows carry "
        "the activations to the outputs. Right, dashed arrows along the same lines carry the "
        "output errors to the hidden units, with the blame that the learner's error_at_hidden "
        "computes: " + ", ".join(number(value) for value in blame) + ".",
    )


# --- through the activation -------------------------------------------------------------------


@style()
def saturation(points: Sequence[float] = (0.0, 1.0, 3.0)) -> None:
    """Show how steep tanh is at some points, and what is left there of an error of 1."""
    figure, (curve, bars) = subplots(1, 2, size=(9, 3.3), width_ratios=[1.7, 1])
    z = np.linspace(-4, 4, 300)
    curve.plot(z, np.tanh(z), color=FORWARD, linestyle=LINES[FORWARD])
    slopes = [float(derivative(network.tanh, point)) for point in points]
    for point, slope in zip(points, slopes, strict=True):
        reach = np.array([-1.0, 1.0]) * 0.9 / np.hypot(1, slope)
        height = np.tanh(point)
        curve.plot(point + reach, height + slope * reach, color=ERROR, linestyle=LINES[ERROR])
        curve.plot(point, height, color=ERROR, marker=MARKERS[ERROR], markersize=8)
        curve.annotate(
            f"z = {point:g}",
            (point, height),
            xytext=(9, -13),
            textcoords="offset points",
        )
    curve.set(
        xlabel="pre-activation z",
        ylabel="activation h",
        title="Far from 0 the curve is flat: z moves, h does not",
    )
    places = range(len(points))
    bars.bar(places, slopes, width=0.55, color=ERROR, hatch="//", edgecolor="white")
    for place, slope in zip(places, slopes, strict=True):
        bars.text(place, slope + 0.02, number(slope), ha="center", va="bottom")
    bars.set_xticks(list(places), [f"z = {point:g}" for point in points])
    bars.set(ylim=(0, 1.15), ylabel="error at z", title="What arrives of an error of 1")
    listed = ", ".join(f"{s:.2f} at z = {p:g}" for p, s in zip(points, slopes, strict=True))
    show(
        figure,
        "Left, the curve of tanh with dashed tangents at three points: steep at 0, flat further "
        f"out. Right, three bars: of an error of 1 at h there arrives {listed}.",
    )


@drawn_on_answers
@style()
def beside_Z(
    error_at_hidden: Sends, delta_A: Passes, delta_B: Array, B: Array, Z: Array, flat: float = 2.0
) -> None:
    """Show Z, the error at H and the learner's Δ_A; saturated entries are outlined in all three."""
    sent = _called("error_at_hidden", error_at_hidden, delta_B, B, like=Z)
    passed = _called("delta_A", delta_A, delta_B, B, Z, like=Z)
    truth = gradient(lambda P: np.sum(delta_B * (B @ network.tanh(P)), axis=(-2, -1)), Z)
    claim = f"Where |z| is above {flat:g} (outlined) hardly any error gets through"
    claim = _title(claim, sent, _sent_back(delta_B, B), "error_at_hidden")
    rows, columns = Z.shape
    figure, axes = canvas(
        3 * columns + 2.2,
        rows * HIGH + 0.95,
        _title(claim, passed, truth, "delta_A"),
    )
    marked = np.abs(Z) > flat
    top = rows * HIGH + 0.2
    largest = float(np.max(np.abs(sent)))
    edge = tiles(axes, Z, 0, top, FORWARD, f"Z {Z.shape}", marked)
    edge = tiles(axes, sent, edge + 1, top, ERROR, f"error at H {sent.shape}", marked)
    tiles(axes, passed, edge + 1, top, ERROR, f"Delta_A {passed.shape}", marked, largest=largest)
    show(
        figure,
        f"Three matrices of {rows} hidden units times {columns} samples as tiles with numbers: Z, "
        f"the error at H, and the learner's Delta_A. The {int(marked.sum())} entries where |z| is "
        f"above {flat:g} are outlined.",
    )


@drawn_on_answers
@style()
def ten_times_A(
    error_at_hidden: Sends,
    delta_A: Passes,
    delta_B: Array,
    A: Array,
    B: Array,
    X: Array,
    factors: Sequence[float] = (1.0, 3.0, 10.0),
) -> None:
    """Show, for A and larger copies of it, which share of the error gets through."""
    figure, axes = subplots(size=(7.4, 3.7))
    claim = "Larger weights: a few units get everything, most get nothing"
    sent = _called("error_at_hidden", error_at_hidden, delta_B, B, like=A @ X)
    some = np.s_[:, :40]  # of all the samples: slopes by nudging take their time
    true = _sent_back(delta_B[some], B)
    claim = _title(claim, sent[some], true, "error_at_hidden")
    looks = ((FORWARD, "-"), (GREY, (0, (6, 3))), (ERROR, "--"))
    told = []
    for factor, (colour, line) in zip(factors, looks, strict=True):
        Z = factor * A @ X
        passed = _called("delta_A", delta_A, delta_B, B, Z, like=Z)
        truth = true * derivative(network.tanh, Z[some])
        claim = _title(claim, passed[some], truth, "delta_A")
        share = np.sort(np.abs(passed / sent).ravel())[::-1]
        rank = 100 * (np.arange(share.size) + 0.5) / share.size
        axes.plot(rank, 100 * share, color=colour, linestyle=line)
        middle = float(np.interp(50, rank, share))
        told.append(f"{100 * middle:.2g} % with A times {factor:g}")
        place = 22 if factor == 10 else 50
        axes.annotate(
            "A as it is" if factor == 1 else f"{factor:g} times A",
            (place, 100 * float(np.interp(place, rank, share))),
            xytext=(6, 6),
            textcoords="offset points",
            color=colour,
        )
    axes.set(
        xlabel="hidden activations, sorted: percent of all units and samples",
        ylabel="percent of the error that gets through",
        title=claim,
        xlim=(0, 100),
        ylim=(0, 105),
    )
    show(
        figure,
        "Three falling curves: the share of the error that gets from H to Z, sorted over all "
        "hidden units and samples. Half of them receive at least " + ", ".join(told) + ".",
    )


# --- error times input ------------------------------------------------------------------------


@drawn_on_answers
@style()
def outer_products(gradient_A: Collects, delta: Array, X: Array) -> None:
    """Show the learner's gradient of every sample by itself, between its error and its input."""
    (n_hidden, N), n_in = delta.shape, X.shape[0]
    truth = collected(delta, X)
    whole = _called("gradient_A", gradient_A, delta, X, like=truth)
    claim = "Each sample: its error down the side, its input on top"
    in_row = -(-(N + 1) // 2)
    step, band = n_in + 2.3, (n_hidden + 1) * HIGH + 1.0
    figure, axes = canvas(
        in_row * step - 0.3,
        2 * band,
        _title(claim, whole, truth, "gradient_A"),
    )
    shares = [
        _called("gradient_A", gradient_A, delta[:, [n]], X[:, [n]], like=whole) for n in range(N)
    ]
    most, most_delta, most_X = (float(np.max(np.abs(M))) for M in ([*shares, whole], delta, X))
    add_up = agrees(sum(shares), whole)
    for n in range(N + 1):
        left = (n % in_row) * step + 1.3
        top = (2 - n // in_row) * band - HIGH - 0.75
        if n < N:
            up = top + HIGH + 0.1
            tiles(axes, delta[:, [n]], left - 1.1, top, ERROR, largest=most_delta)
            tiles(axes, X[:, [n]].T, left, up, FORWARD, f"sample {n}", largest=most_X)
            tiles(axes, shares[n], left, top, COLOUR_A, largest=most)
        else:
            axes.text(
                left - 0.6,
                top - n_hidden * HIGH / 2,
                "sum" if add_up else "all",
                size=11,
                **CENTRED,
            )
            words = f"grad_A {whole.shape}"
            tiles(axes, whole, left, top, COLOUR_A, words, largest=most)
    show(
        figure,
        f"For each of {N} samples a table of {n_hidden} times {n_in} numbers, with the sample's "
        "error as a column on its left and its input as a row above it. The last table, "
        f"{'their sum' if add_up else 'which is not their sum'}, is the "
        "learner's gradient of A.",
    )


@drawn_on_answers
@style()
def blend_of_images(gradient_A: Collects, delta: Array, X: Array, unit: int, most: int = 5) -> None:
    """Show one hidden unit's gradient over the pixels, and the images that count most in it."""
    like = np.empty((len(delta), len(X)))
    row = _called("gradient_A", gradient_A, delta, X, like=like)[[unit]]
    whole = row[0, :64].reshape(8, 8)
    claim = "One unit's gradient is an image: all images, each times this unit's error"
    title = _title(claim, row, collected(delta[[unit]], X), "gradient_A")
    order = np.argsort(-np.abs(delta[unit]))[:most]
    figure, panels = subplots(1, most + 1, size=(9, 2.2), width_ratios=[*[1] * most, 1.35])
    figure.suptitle(title, x=0.01, ha="left")
    for panel, n in zip(panels, order, strict=False):
        panel.imshow(X[:64, n].reshape(8, 8), cmap="Greys", vmin=0, vmax=1)
        text = f"{delta[unit, n]:+.4f} ×".replace("-", "−")
        panel.text(3.5, -0.9, text, size=10, color=ERROR, ha="center", va="bottom")
    largest = float(np.max(np.abs(whole)))
    last = panels[-1]
    picture = last.imshow(whole, cmap="PuOr_r", vmin=-largest, vmax=largest)
    right = title == claim
    last.text(3.5, -0.9, "… summed" if right else "yours", size=10, ha="center", va="bottom")
    bar = figure.colorbar(picture, ax=last, shrink=0.8, ticks=[-largest, 0, largest])
    bar.ax.set_yticklabels(["lowest", "0", "highest"], fontsize=8)
    for panel in panels:
        panel.set_xticks([])
        panel.set_yticks([])
        panel.spines[["top", "right"]].set_visible(True)
    show(
        figure,
        f"The {most} digits with the largest error at hidden unit {unit}, each with that error "
        "above it, and, as an 8 by 8 image with positive and negative pixels, "
        f"{'the sum over all samples: ' if right else ''}"
        "this unit's row of the learner's gradient of A.",
    )


# --- is it right? -----------------------------------------------------------------------------


@drawn_on_answers
@style()
def agreement(
    grad_A: Array, A: Array, loss: Callable[[Array], float], steps: Sequence[float]
) -> None:
    """Show how far central differences of many steps are from the learner's gradient."""
    gaps, right = [], False
    for step in steps:
        numeric = np.empty_like(A)
        for place in np.ndindex(A.shape):
            up, down = A.copy(), A.copy()
            up[place] += step
            down[place] -= step
            numeric[place] = (loss(up) - loss(down)) / (2 * step)
        right = right or agrees(grad_A, numeric)
        gaps.append(float(np.max(np.abs(grad_A - numeric)) / np.max(np.abs(numeric))))
    figure, axes = subplots(size=(7.2, 3.5))
    axes.loglog(steps, gaps, color=COLOUR_A, marker=MARKERS[COLOUR_A], linestyle=LINES[COLOUR_A])
    axes.set(
        xlabel="step of the central difference",
        ylabel="distance from your gradient",
        title="Smaller steps come closer, until rounding takes over"
        if right
        else "No step brings central differences near your gradient: it is not right yet",
        ylim=(1e-11, max(1, *(2 * gap for gap in gaps if np.isfinite(gap)))),
    )
    if right:
        away: dict[str, Any] = {"textcoords": "offset points", "color": GREY}
        wide, narrow = (steps[1], gaps[1]), (steps[-2], gaps[-2])
        axes.annotate("the step is too wide", wide, (-8, 0), ha="right", va="center", **away)
        axes.annotate("rounding errors", narrow, (8, 2), ha="left", va="bottom", **away)
    show(
        figure,
        "A curve on logarithmic axes: the distance between the learner's gradient of A and central "
        "differences. For a right gradient it is shaped like a V, lowest for steps near a "
        "hundred-thousandth; wider steps miss the bend, narrower ones drown in rounding.",
    )


# --- the stale B ------------------------------------------------------------------------------


@drawn_on_answers
@style()
def stale_B(rates: Sequence[float], gaps: Sequence[float], fresh: Array, stale: Array) -> None:
    """Show how far apart the two orders are: entry by entry, and over the learning rate."""
    figure, (entries, growth) = subplots(1, 2, size=(9, 3.4), width_ratios=[1.35, 1])
    growing = np.allclose(np.divide(gaps, rates), gaps[0] / rates[0], rtol=1e-3) and gaps[0] > 0
    other = bool(np.isfinite(stale).all()) and not agrees(stale, fresh)
    places = np.arange(fresh.size)
    entries.axhline(0, color=GREY, linewidth=0.8)
    options = {"linestyle": "", "markersize": 7}
    entries.plot(places, fresh.ravel(), color=COLOUR_A, marker="s", label="B as it was", **options)
    entries.plot(
        places,
        stale.ravel(),
        color=ERROR,
        marker="X",
        label=f"B updated first, η = {rates[-1]:g}",
        **options,
    )
    for place, a, b in zip(places, fresh.ravel(), stale.ravel(), strict=True):
        entries.plot([place, place], [a, b], color=ERROR, linewidth=1, zorder=0)
    entries.set(
        xlabel="weight of A (row by row)",
        ylabel="dL/da",
        title="Through the updated B, A is told other slopes"
        if other
        else "Through the updated B, the same slopes: see what your checks say",
    )
    entries.legend(loc="best")
    growth.loglog(rates, gaps, color=ERROR, linestyle=LINES[ERROR], marker=MARKERS[ERROR])
    growth.set(
        xlabel="learning rate η of B",
        ylabel="distance of the two gradients",
        title="Ten times η, ten times the gap" if growing else "See what your checks say",
    )
    show(
        figure,
        "Left, the entries of the gradient of A computed with the old B and with the updated B: "
        f"crosses lie {'above or below' if other else 'on'} the squares. "
        "Right, on logarithmic axes, their distance over "
        f"the learning rate, from {gaps[0]:.1e} at {rates[0]:g} to {gaps[-1]:.1e} at "
        f"{rates[-1]:g}.",
    )


@drawn_on_answers
@style()
def both_learn(
    step_both: Steps, A: Array, B: Array, data: Dataset, steps: int = 300, seconds: float = 15.0
) -> None:
    """Train on 500 samples with the learner's step, B alone and both layers; show the losses.

    Where a step is slow, training stops after some seconds with the steps done so far.
    """
    from time import monotonic

    X, Y = data.X[:, :500], data.Y[:, :500]
    ways = ((0.0, COLOUR_B, "only B learns"), (0.1, COLOUR_A, "A learns too"))
    weights = [(A, B) for _ in ways]
    losses = [[network.network_loss(A, B, X, Y)] for _ in ways]
    done = 0
    end = monotonic() + seconds
    while done < steps and monotonic() < end:
        done += 1
        for i, (rate_A, *_) in enumerate(ways):
            old_A, old_B = weights[i]
            weights[i] = step_both(old_A.copy(), old_B.copy(), X, Y, rate_A, 0.2)
            if done % _NOTED == 0:
                losses[i].append(network.network_loss(*weights[i], X, Y))
    figure, axes = subplots(size=(7.4, 3.5))
    said = []
    for (_, colour, words), (new_A, new_B), values in zip(ways, weights, losses, strict=True):
        read = np.argmax(network.predict(new_A, new_B, data.X_test), axis=0)
        wrong = int(np.sum(read != data.labels_test))
        said.append(f"{words}: {wrong} of {read.size} new images read wrongly")
        noted = _NOTED * np.arange(len(values))
        axes.plot(noted, values, color=colour, linestyle=LINES[colour], lw=2.5, label=said[-1])
    axes.legend(loc="lower left")
    axes.set(
        xlabel="steps",
        ylabel="loss L",
        title="The hidden layer, told what it is to blame for, lowers the loss further"
        if losses[1][-1] < losses[0][-1] < losses[0][0] and _steps_correctly(step_both)
        else "By your step_both the hidden layer does not help yet",
        ylim=(0.08, 0.5),
        xlim=(0, max(1, done)),
    )
    show(
        figure,
        f"Two curves of the loss on digits over {done} steps of the learner's step_both, with B "
        f"learning alone and with both layers. {'; '.join(said)}.",
    )


_NOTED = 5  # steps from one loss that is drawn to the next


def _steps_correctly(step_both: Steps) -> bool:
    """Return whether a learner's step is right, on a network small enough to nudge."""
    rng = np.random.default_rng(0)
    A, B, X, Y = (rng.normal(size=shape) for shape in ((4, 3), (2, 4), (3, 5), (2, 5)))
    truth = (
        A - 0.3 * gradient(lambda P: network.network_loss(P, B, X, Y), A),
        B - 0.2 * gradient(lambda P: network.network_loss(A, P, X, Y), B),
    )
    mine = step_both(A.copy(), B.copy(), X, Y, 0.3, 0.2)
    return all(agrees(*pair) for pair in zip(mine, truth, strict=True))


# --- what is saved ----------------------------------------------------------------------------


class _Counted(np.ndarray):
    """An array that counts the multiplications of the matrix products it takes part in."""

    made = 0

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **options: Any) -> Any:
        plain = [np.asarray(part) for part in inputs]
        if "out" in options:
            options["out"] = tuple(np.asarray(part) for part in options["out"])
        result = getattr(ufunc, method)(*plain, **options)
        if ufunc is np.matmul:
            _Counted.made += int(np.size(result)) * plain[0].shape[-1]
        return result.view(_Counted) if isinstance(result, np.ndarray) else result

    def dot(self, other: Any, out: Any = None) -> Any:
        return self @ other

    def __array_function__(self, function: Any, types: Any, given: Any, options: Any) -> Any:
        if function is np.dot:
            return np.matmul(*given)
        if function is np.outer:
            _Counted.made += int(np.size(given[0]) * np.size(given[1]))
        return super().__array_function__(function, types, given, options)


def multiplications(function: Callable[..., Any], *arrays: Array) -> int:
    """Return how many multiplications a function does in `@`, np.dot and np.outer."""
    _Counted.made = 0
    function(*(np.array(array).view(_Counted) for array in arrays))
    return _Counted.made


@drawn_on_answers
@style()
def costs(counts: Mapping[str, int], needed: int) -> None:
    """Show numbers of multiplications as bars on a logarithmic axis, the largest first.

    Parameters
    ----------
    counts : mapping of str to int
        Ways to the gradients, and what they take; the last one is the learner's backward.
    needed : int
        What a backward takes that computes nothing twice.
    """
    figure, axes = subplots(size=(9, 2.3))
    yours = list(counts.values())[-1]
    if yours <= 0:
        title = "In your backward no multiplications were counted"
    elif yours > needed:
        title = "Your backward repeats itself"
    elif yours < needed:
        title = "Some products of your backward were not counted"
    else:
        title = "From the output takes the fewest: every other way repeats itself"
    places = np.arange(len(counts))[::-1]
    values = [max(1, count) for count in counts.values()]
    colours = [GREY] * (len(values) - 1) + [COLOUR_A]
    axes.barh(places, values, height=0.55, color=colours, hatch=["//"] * (len(values) - 1) + [""])
    for place, value in zip(places, values, strict=True):
        axes.text(value * 1.15, place, f"{value:,}", va="center")
    axes.set_xscale("log")
    axes.set_yticks(places, list(counts))
    axes.set(
        xlabel="multiplications",
        title=title,
        xlim=(min(values) / 4, max(values) * 30),
    )
    show(
        figure,
        "Bars on a logarithmic axis, multiplications needed for the gradient of A: "
        + "; ".join(f"{name}: {value:,}" for name, value in counts.items())
        + ".",
    )


# --- the whole pass ---------------------------------------------------------------------------


@drawn_on_answers
@style()
def whole_pass(
    backward: Gradients, errors: tuple[Array, Array], A: Array, B: Array, X: Array, Y: Array
) -> None:
    """Show every array of the forward pass, the way back, and the two gradients, with shapes."""
    Z, H, Y_hat = network.forward(A, B, X)
    Delta_A, Delta_B = errors
    grads = backward(A.copy(), B.copy(), X.copy(), Y.copy())
    grad_A, grad_B = (drawable("backward", *pair) for pair in zip(grads, (A, B), strict=True))
    title = "Once to the right, once to the left: every quantity once"
    true = gradient(lambda P: network.mean_loss(B @ network.tanh(P), Y), Z)
    title = _title(title, Delta_A, true, "delta_A")
    for mine, truth in (
        (grad_A, gradient(lambda P: network.network_loss(P, B, X, Y), A)),
        (grad_B, gradient(lambda P: network.network_loss(A, P, X, Y), B)),
    ):
        title = _title(title, mine, truth, "backward")
    size: dict[str, Any] = {"width": 0.62, "high": 0.5, "numbers": False}
    figure, axes = canvas(23.2, 9.9, title)

    def put(M: Array, left: float, middle: float, colour: str, name: str) -> float:
        top = middle + M.shape[0] * size["high"] / 2
        return tiles(axes, M, left, top, colour, f"{name} {M.shape}", **size)

    def arrow(start: tuple[float, float], end: tuple[float, float], colour: str) -> None:
        line = "-" if colour == FORWARD else (0, (4, 2))
        look = {"arrowstyle": "-|>", "color": colour, "lw": 2, "linestyle": line}
        axes.annotate("", end, xytext=start, arrowprops=look)

    high, low, bottom = 8.0, 5.1, 1.3
    lefts = (0.4, 6.9, 13.0, 19.1)
    for M, left, name in zip((X, Z, H, Y_hat), lefts, ("X", "Z", "H", "Y_hat"), strict=True):
        put(M, left, high, FORWARD, name)
    put(Delta_A, lefts[1], low, ERROR, "Delta_A")
    put(Delta_B, lefts[3], low, ERROR, "Delta_B")
    put(grad_A, 7.8, bottom, COLOUR_A, "grad_A")
    put(grad_B, 19.7, bottom, COLOUR_B, "grad_B")
    wide = X.shape[1] * size["width"]
    for k, words in enumerate(("A", "tanh", "B")):
        start, end = lefts[k] + wide + 0.25, lefts[k + 1] - 0.25
        arrow((start, high), (end, high), FORWARD)
        axes.text((start + end) / 2, high + 0.25, words, ha="center", va="bottom", size=10)
    arrow((lefts[3] + wide / 2, high - 1.0), (lefts[3] + wide / 2, low + 1.35), ERROR)
    axes.text(lefts[3] + wide / 2 + 0.25, 6.65, "against Y", va="center", size=9.5)
    arrow((lefts[3] - 0.25, low), (lefts[1] + wide + 0.25, low), ERROR)
    axes.text(13.4, low + 0.2, "back through B,", ha="center", va="bottom", size=9.5)
    axes.text(13.4, low - 0.2, "through the slope of tanh", ha="center", va="top", size=9.5)
    arrow((lefts[1] + wide / 2, low - 1.05), (lefts[1] + wide / 2, bottom + 1.65), ERROR)
    arrow((lefts[3] + wide / 2, low - 0.65), (lefts[3] + wide / 2, bottom + 1.2), ERROR)
    arrow((lefts[0] + wide / 2, high - 1.0), (7.5, bottom), FORWARD)
    arrow((lefts[2] + wide / 2, high - 1.25), (19.4, bottom), FORWARD)
    show(
        figure,
        f"All arrays as tiles. On top, from left to right, X {X.shape}, Z {Z.shape}, H {H.shape} "
        f"and Y_hat {Y_hat.shape}. In the middle, from right to left, Delta_B {Delta_B.shape} and "
        f"Delta_A {Delta_A.shape}. At the bottom the learner's gradients: grad_B from Delta_B and "
        "H, grad_A from Delta_A and X.",
    )
