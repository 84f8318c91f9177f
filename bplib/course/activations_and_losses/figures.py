"""The pictures of notebook 08: activations and what they let through, two losses, six networks.

What a learner wrote comes in as a function and is called; all other slopes are found by nudging.
A title claims only what the learner's numbers bear out.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bplib import network
from bplib.course.nudged import error_sent_back, slopes_of_columns
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
from bplib.figures.honest import agrees, drawable, drawn_on_answers, trusted

Array = NDArray[Any]
Shares = Callable[[Array], Array]
Errors = Callable[[Array, Array], Array]
Hidden = Callable[[Array, Array, Array, Callable[[Array], Array]], Array]

_NAMES = {"tanh": "tanh", "sigmoid": "sigmoid", "relu": "ReLU", "leaky_relu": "leaky ReLU"}
_COLOURS = {"tanh": FORWARD, "sigmoid": ERROR, "relu": COLOUR_A, "leaky_relu": COLOUR_B}
_FLAT = 0.05  # slopes below this starve a unit, for the picture


def _slope(name: str) -> Callable[[Array], Array]:
    return lambda z: np.asarray(derivative(network.ACTIVATIONS[name], z))


def _number(value: float, digits: int = 3) -> str:
    return f"{value:.{digits}f}".replace("-", "−")


# --- activations --------------------------------------------------------------------------------


@style()
def activations() -> None:
    """Show four activations, and where each of them is flat."""
    figure, panels = subplots(1, 4, size=(9, 2.6), sharey=True)
    z = np.linspace(-6, 6, 601)
    for axes, (name, title) in zip(panels, _NAMES.items(), strict=True):
        flat = _slope(name)(z) < _FLAT
        axes.fill_between(z, -1.4, 2.4, where=flat, color=GREY, alpha=0.25, linewidth=0)
        axes.plot(z, network.ACTIVATIONS[name](z), color=FORWARD, linestyle=LINES[FORWARD])
        axes.axhline(0, color=GREY, linewidth=0.7)
        axes.set(xlabel="pre-activation z", ylim=(-1.4, 2.4), xticks=(-6, -3, 0, 3, 6))
        axes.set_title(title, fontweight="normal")
    panels[0].set_ylabel("activation h")
    figure.suptitle(
        "In the grey regions the curve is flat, or nearly: a unit starves there", x=0.01, ha="left"
    )
    show(
        figure,
        "Four activations over z from −6 to 6. tanh and sigmoid are flat on both sides, beyond "
        "about 2 and 3; ReLU is flat left of 0 and straight right of it; leaky ReLU rises a tenth "
        "as steeply left of 0 and is nowhere flat.",
    )


@drawn_on_answers
@style()
def let_through(delta_hidden: Hidden) -> None:
    """Show how much of an error of 1 the learner's function lets through to every z."""
    z = np.linspace(-6, 6, 240).reshape(1, -1)  # no z is 0, where ReLU has its corner
    W_next = np.array([[1.0], [-0.5]])
    delta_next = np.repeat([[1.5], [1.0]], z.size, axis=1)  # 1.5 · 1 − 1 · 0.5 = 1 arrives
    drawn, right = {}, True
    for name in _NAMES:
        mine = delta_hidden(delta_next.copy(), W_next.copy(), z.copy(), _slope(name))
        right = right and agrees(mine, error_sent_back(delta_next, W_next) * _slope(name)(z))
        drawn[name] = drawable("delta_hidden", mine, z)
    claim = "The sigmoid passes on a quarter at most; ReLU all or nothing"
    title = trusted(claim, right, "delta_hidden")
    figure, axes = subplots(size=(6.8, 3.3))
    for name, passed in drawn.items():
        colour = _COLOURS[name]
        axes.plot(z[0], passed[0], color=colour, linestyle=LINES[colour], label=_NAMES[name])
    axes.axvline(-4, color=GREY, linestyle=LINES[GREY], linewidth=1)
    axes.legend(loc="center left", bbox_to_anchor=(1.0, 0.5))
    axes.set(xlabel="pre-activation z", ylabel="your Δ, for an error of 1 at h", title=title)
    at = int(np.argmin(np.abs(z + 4)))
    said = ", ".join(f"{_NAMES[name]} {_number(drawn[name][0, at])}" for name in drawn)
    show(
        figure,
        f"{title}. The learner's Δ at a hidden unit that is sent an error of 1, over its "
        f"pre-activation, for four activations. At z = −4: {said}.",
    )


# --- sure and wrong -----------------------------------------------------------------------------


def _squared(Z: Array, Y: Array) -> Array:
    return 0.5 * (network.sigmoid(Z) - Y) ** 2


def _logistic(Z: Array, Y: Array) -> Array:
    """Return the cross-entropy of every entry by itself."""
    return np.asarray(
        network.binary_cross_entropy(Z[..., np.newaxis, np.newaxis], Y[..., np.newaxis, np.newaxis])
    )


@style()
def two_losses(z: float = -6.0) -> None:
    """Show squared error and cross-entropy of one sigmoid output, and their tangents at z.

    Parameters
    ----------
    z : float
        The output's pre-activation; its target is 1.
    """
    z = float(np.clip(z, -7.5, 7.5))
    figure, axes = subplots(size=(6.8, 3.4))
    line, slopes = np.linspace(-8, 8, 321), []
    for losses, colour, name in (
        (_squared, GREY, "squared error ½(p − 1)²"),
        (_logistic, FORWARD, "cross-entropy −log p"),
    ):
        axes.plot(
            *(line, losses(line, np.ones_like(line))),
            color=colour,
            linestyle=LINES[colour],
            label=name,
        )
        slope = derivative(partial(losses, Y=np.array(1.0)), z)
        slopes.append(slope)
        reach = np.array([-1.6, 1.6]) / np.hypot(1, slope)
        height = float(losses(np.array(z), np.array(1.0)))
        axes.plot(z, height, color="black", marker="o", ms=6)
        axes.plot(z + reach, height + slope * reach, color=ERROR, linestyle=LINES[ERROR])
    axes.set(xlabel="pre-activation z, target 1", ylabel="loss", ylim=(-0.2, 8.3), xlim=(-8, 8))
    p = float(network.sigmoid(np.array(z)))
    old, new = map(_number, slopes)
    title = f"At z = {_number(z, 1)}, p = {_number(p)}: slopes {old} and {new}"
    axes.set_title(title)
    axes.legend(loc="upper right")
    show(
        figure,
        f"{title}. Two losses of one output with target 1 over its pre-activation. The squared "
        "error is flat on both sides and rises from 0 to a half; cross-entropy falls like a "
        "straight line on the left and is flat on the right.",
    )


# --- softmax ------------------------------------------------------------------------------------


@drawn_on_answers
@style()
def shares(softmax: Shares, z: Sequence[float], raised: Sequence[float]) -> None:
    """Show the learner's softmax of a column, and of the same column raised by some numbers."""
    column = np.asarray(z, dtype=float)
    Z = column[:, np.newaxis] + np.asarray(raised, dtype=float)
    mine = drawable("softmax", softmax(Z.copy()), Z)
    right = agrees(mine, network.softmax(Z))
    title = trusted("A column may stand anywhere: its shares stay", right, "softmax")
    figure, panels = subplots(1, len(raised), size=(9, 2.5), sharey=True)
    places = np.arange(len(column))
    for axes, height, own in zip(panels, raised, mine.T, strict=True):
        bars = np.where(np.isfinite(own), own, 0.0)
        axes.bar(places, bars, color=FORWARD)
        for place, share in zip(places, own, strict=True):
            text = _number(float(share), 2) if np.isfinite(share) else "nan"
            at = float(share) if np.isfinite(share) else 0.0
            axes.text(place, at, text, ha="center", va="bottom", size=9)
        axes.set(xlabel="output", xticks=places, ylim=(min(0.0, float(bars.min())), 1.05))
        axes.set_title(f"z raised by {height:g}".replace("-", "−"), fontweight="normal")
    panels[0].set_ylabel("share p")
    figure.suptitle(title, x=0.01, ha="left")
    said = ", ".join(_number(float(share), 2) for share in mine[:, 0])
    show(
        figure,
        f"{title}. The learner's softmax of one column as bars, {said}, and of the same column "
        f"raised by {', '.join(f'{height:g}' for height in raised[1:])}.",
    )


@drawn_on_answers
@style()
def digit_error(softmax: Shares, delta_softmax: Errors, image: Array, z: Array, label: int) -> None:
    """Show an image, the shares of its ten outputs, and the learner's error term for each.

    Parameters
    ----------
    softmax, delta_softmax : callable
        The learner's.
    image : ndarray, shape (65,)
        The pixels and the 1.
    z : ndarray, shape (10, 1)
        The pre-activations of the outputs.
    label : int
        What it is an image of.
    """
    y = np.zeros_like(z)
    y[label] = 1.0
    P = drawable("softmax", softmax(z.copy()), z)
    delta = drawable("delta_softmax", delta_softmax(z.copy(), y.copy()), z)
    truth = slopes_of_columns(network.cross_entropy, z, y)
    pairs = np.concatenate([z, -z], axis=1), np.concatenate([y, y[::-1]], axis=1)
    whole = agrees(
        delta_softmax(pairs[0].copy(), pairs[1].copy()),
        slopes_of_columns(network.cross_entropy, *pairs),
    )
    right = agrees(delta, truth) and whole
    title = trusted("One is to rise, nine are to fall", right, "delta_softmax")
    figure, (picture, before, back) = subplots(1, 3, size=(9, 2.9), width_ratios=[0.7, 1, 1])
    picture.imshow(image[:64].reshape(8, 8), cmap="Greys", vmin=0, vmax=1)
    picture.set(xticks=[], yticks=[])
    picture.spines[:].set_visible(True)
    picture.set_title(f"a {label}", fontweight="normal")
    places = np.arange(len(z))
    before.bar(places, P[:, 0], color=FORWARD)
    before.plot(label, 1, color="black", marker="*", ms=12, linestyle="")
    before.set(xlabel="output, one for each digit", ylabel="share p", xticks=places)
    before.set(ylim=(min(0.0, float(P.min())), max(1.12, float(P.max()))))
    own = trusted("Shares; the star is the target", agrees(P, network.softmax(z)), "softmax")
    before.set_title(own, fontweight="normal", fontsize=10)
    back.bar(places, delta[:, 0], color=ERROR, hatch="//", edgecolor="white")
    back.axhline(0, color="black", linewidth=0.7)
    back.set(xlabel="output, one for each digit", ylabel="your Δ", xticks=places)
    back.set_title(title, fontsize=10)
    show(
        figure,
        f"An image of a {label}; the shares of its ten outputs, {_number(float(P[label, 0]), 2)} "
        f"for the {label}; and the learner's error terms, {_number(float(delta[label, 0]), 2)} for "
        f"the {label}. {title}.",
    )


# --- dead units ---------------------------------------------------------------------------------


@drawn_on_answers
@style()
def dead_units(
    delta_hidden: Hidden, networks: Mapping[str, tuple[Array, Array]], X: Array, Y: Array
) -> None:
    """Show for networks of ReLU units who fires when, and how much error comes to whom.

    Parameters
    ----------
    delta_hidden : callable
        The learner's.
    networks : mapping of str to (A, B)
        What to call a network, and its weights.
    X, Y : ndarray
        Inputs and targets of one sigmoid output.
    """
    figure, panels = subplots(
        1, 2 * len(networks), size=(9, 3.3), width_ratios=[2, 1] * len(networks)
    )
    right, counts, claims = True, [], True
    for (name, (A, B)), (fires, arrives) in zip(
        networks.items(), panels.reshape(-1, 2), strict=True
    ):
        Z = A @ X
        delta = slopes_of_columns(network.binary_cross_entropy, B @ network.relu(Z), Y)
        mine = delta_hidden(delta.copy(), B.copy(), Z.copy(), _slope("relu"))
        right = right and agrees(mine, error_sent_back(delta, B) * _slope("relu")(Z))
        size = np.abs(drawable("delta_hidden", mine, Z)).sum(axis=1)
        dead = ~(Z > 0).any(axis=1)
        claims = claims and bool(np.all((size == 0) == dead))
        counts.append(int(dead.sum()))
        fires.imshow(Z > 0, aspect="auto", cmap="Greys", vmin=0, vmax=1.4)
        fires.set(xlabel="sample", ylabel="hidden unit", yticks=range(len(Z)))
        fires.tick_params(labelsize=8)
        fires.set_title(f"{name}: dark where z > 0", fontweight="normal", fontsize=10)
        arrives.barh(range(len(Z)), size, color=ERROR, hatch="//", edgecolor="white")
        arrives.set(ylim=(len(Z) - 0.5, -0.5), xlabel="Σ |your Δ|", yticks=[])
        arrives.tick_params(labelsize=8)
        arrives.locator_params(axis="x", nbins=2)
    claim = f"{counts[-1]} of {len(Z)} units fire for no sample, and no error reaches them"
    title = trusted(claim, right and claims, "delta_hidden")
    figure.suptitle(title, x=0.01, ha="left")
    said = ", ".join(f"{name} {count}" for name, count in zip(networks, counts, strict=True))
    show(
        figure,
        f"{title}. For every hidden ReLU unit the samples for which its pre-activation is above 0, "
        f"and how much of the learner's Δ it gets. Units that fire for no sample: {said}.",
    )


# --- six pairs ----------------------------------------------------------------------------------

Pair = tuple[str, str]
_NEW = "cross-entropy"


def _hand_in_hand(delta_hidden: Hidden, delta_softmax: Errors) -> bool:
    """Return whether both functions are right on a small network."""
    rng = np.random.default_rng(8)
    Z, B = rng.normal(0, 1, (5, 4)), rng.normal(0, 1, (3, 5))
    Y = np.eye(3)[:, [0, 2, 1, 0]]
    out = B @ np.tanh(Z)
    delta = slopes_of_columns(network.cross_entropy, out, Y)
    hidden = delta_hidden(delta.copy(), B.copy(), Z.copy(), _slope("tanh"))
    last = delta_softmax(out.copy(), Y.copy())
    truth = gradient(lambda P: network.cross_entropy(B @ np.tanh(P), Y), Z)
    return agrees(last, delta) and agrees(hidden, truth)


@drawn_on_answers
@style()
def six_pairs(
    delta_hidden: Hidden,
    delta_softmax: Errors,
    search: Mapping[Pair, Mapping[float, float]],
    read: Mapping[Pair, Sequence[float]],
) -> None:
    """Show how networks read that differ in activation and loss, each at its own best rate.

    Parameters
    ----------
    delta_hidden, delta_softmax : callable
        The learner's, with which they were trained.
    search : mapping of (activation, loss) to a mapping of rates to shares
        What part of the images set aside were read rightly at every learning rate.
    read : mapping of (activation, loss) to a sequence of shares
        What part of the test images were read rightly, for every seed.
    """
    figure, (rates, seeds) = subplots(1, 2, size=(9, 3.6), width_ratios=[1, 1.15])
    for (activation, loss), found in search.items():
        colour = _COLOURS[activation]
        new = loss == _NEW
        rates.plot(
            *(list(found), list(found.values())),
            color=colour,
            linestyle="-" if new else ":",
            marker=MARKERS[colour],
            fillstyle="full" if new else "none",
            label=_NAMES[activation] if new else None,
        )
    rates.set(xscale="log", xlabel="learning rate", ylabel="share read rightly", ylim=(0, 1.02))
    rates.plot([], [], color="black", label="cross-entropy")
    rates.plot([], [], color="black", linestyle=":", label="squared error")
    rates.legend(loc="lower left", fontsize=8, ncols=1)
    bests = {max(found, key=found.__getitem__) for found in search.values()}
    rates.set_title(
        "The best rate is not the same for all" if len(bests) > 1 else "Every rate tried"
    )
    for row, ((activation, loss), own) in enumerate(read.items()):
        colour = _COLOURS[activation]
        seeds.plot(
            *(own, [row] * len(own)),
            color=colour,
            linestyle="",
            fillstyle="full" if loss == _NEW else "none",
            marker=MARKERS[colour],
            ms=7,
            alpha=0.8,
        )
        seeds.plot([np.mean(own)] * 2, [row - 0.3, row + 0.3], color="black", linewidth=1.5)
    seeds.set_yticks(range(len(read)), [f"{_NAMES[a]}, {loss}" for a, loss in read])
    seeds.set(ylim=(len(read) - 0.5, -0.5), xlabel="share of test images read rightly")
    means = {pair: float(np.mean(own)) for pair, own in read.items()}
    better = [means[a, _NEW] > mean for (a, loss), mean in means.items() if loss != _NEW]
    claim = "One loss is ahead with each activation" if all(better) else "No loss is always ahead"
    right = _hand_in_hand(delta_hidden, delta_softmax)
    title = claim if right else "Not to be trusted: not all is right yet"
    seeds.set_title(title)
    said = "; ".join(f"{_NAMES[a]} with {loss} {mean:.3f}" for (a, loss), mean in means.items())
    show(
        figure,
        "Left: what part of the images set aside is read rightly, over the learning rate, for six "
        "pairs of activation and loss. Right: the test images, each pair at its own best rate, a "
        f"dot for every seed and a bar for their mean. {title}. The means: {said}.",
    )
