"""The pictures of notebook 07: layers there and back, what reuse saves, and errors that die out.

What a learner wrote comes in as functions, or as what they returned; a title claims only what the
learner's numbers bear out. Where there is no function of the learner's, errors are found by
nudging, unit by unit.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bplib import network
from bplib.course.nudged import errors_of_layer, gradient_of_layer
from bplib.figures.base import (
    COLOUR_A,
    ERROR,
    FORWARD,
    GREY,
    show,
    style,
    subplots,
)
from bplib.figures.honest import Undrawable, agrees, drawable, drawn_on_answers, trusted
from bplib.figures.tiles import HIGH, canvas, tiles

Array = NDArray[Any]
Arrays = Sequence[Array]
Forward = Callable[[Any, Array], Any]
Deltas = Callable[[Any, Any, Array], Any]
Gradients = Callable[[Any, Any], Any]
Count = Callable[[list[int], int], int]

_STYLES: tuple[tuple[Any, str], ...] = (("-", "o"), ("--", "s"), (":", "^"), ("-.", "X"))
"""Line and marker of the first, second, … network of a picture: its colour says what is drawn."""


# --- what is so -------------------------------------------------------------------------------


def _errors(weights: Arrays, kept: Arrays, Y: Array) -> list[Array]:
    """Return the error terms of every layer by nudging."""
    return [
        errors_of_layer(W @ before, weights[i + 1 :], Y)
        for i, (W, before) in enumerate(zip(weights, kept, strict=False))
    ]


def _all_agree(mine: Any, truth: Arrays) -> bool:
    """Return whether a list holds the right arrays, and no others."""
    try:
        same_length = len(mine) == len(truth)
    except TypeError:
        return False
    return same_length and all(map(agrees, mine, truth))


def _small() -> tuple[list[Array], Array, Array]:
    """Return a network of four uneven layers with data, to try a learner's functions on."""
    rng = np.random.default_rng(4)
    sizes = (4, 6, 5, 7, 3)
    weights = [rng.normal(0, 0.7, (after, before)) for before, after in pairwise(sizes)]
    return weights, rng.normal(0, 1, (4, 4)), rng.normal(0, 1, (3, 4))


def _deltas_right(deltas: Deltas) -> bool:
    weights, X, Y = _small()
    kept = network.layers(weights, X)
    return _all_agree(deltas(list(weights), list(kept), Y), _errors(weights, kept, Y))


def _listed(name: str, result: Any, like: Arrays) -> list[Array]:
    """Return a learner's list of arrays, each of the shape that can be drawn."""
    if not isinstance(result, list | tuple) or len(result) != len(like):
        raise Undrawable(f"{name} gives no list of {len(like)} arrays: see what check({name}) says")
    return [drawable(name, mine, right) for mine, right in zip(result, like, strict=True)]


def _size(array: Array) -> float:
    """Return how large the entries of an array are: the root of their mean square."""
    return float(np.sqrt(np.mean(np.square(array))))


# --- there and back ---------------------------------------------------------------------------


@drawn_on_answers
@style()
def there_and_back(forward: Forward, deltas: Deltas, weights: Arrays, X: Array, Y: Array) -> None:
    """Show what the learner's functions keep of every layer, and the error terms below it.

    Parameters
    ----------
    forward, deltas : callable
        The learner's.
    weights, X, Y : list of ndarray, ndarray, ndarray
        A small network and its data.
    """
    truth = network.layers(weights, X)
    kept = _listed("forward", forward(list(weights), X.copy()), truth)
    errors = _errors(weights, truth, Y)
    back = _listed("deltas", deltas(list(weights), [H.copy() for H in truth], Y.copy()), errors)
    claim = "Forward from left to right, errors from right to left: every layer does the same"
    claim = trusted(claim, _all_agree(kept, truth), "forward")
    claim = trusted(claim, _all_agree(back, errors), "deltas")
    N, last = X.shape[1], len(weights)
    tallest = max(len(H) for H in truth)
    height = 2 * (tallest * HIGH + 0.75) + 0.1
    figure, axes = canvas((N + 1) * (last + 1) - 0.8, height, claim)
    for i, H in enumerate(kept):
        symbol = "X" if i == 0 else "Ŷ" if i == last else f"H{'₀₁₂₃₄₅₆₇₈₉'[i]}"
        top = height - 0.7
        tiles(axes, H, i * (N + 1), top, FORWARD, f"{symbol}: activations[{i}]", size=8)
        if i:
            title = f"Δ{'₀₁₂₃₄₅₆₇₈₉'[i]}: deltas[{i - 1}]"
            top -= tallest * HIGH + 0.75
            tiles(axes, back[i - 1], i * (N + 1), top, ERROR, title, size=8)
    show(
        figure,
        f"{claim}. Above, {len(kept)} matrices of tiles with numbers, as forward returns them: X, "
        f"the hidden layers, and the predictions. Below each layer the matrix of its error "
        "terms, as deltas returns them.",
    )


@drawn_on_answers
@style()
def agreement(
    forward: Forward, deltas: Deltas, gradients: Gradients, weights: Arrays, X: Array, Y: Array
) -> None:
    """Show the learner's gradients against those by nudging, one picture a layer."""
    truth = network.layers(weights, X)
    nudged = [
        gradient_of_layer(error, before)
        for error, before in zip(_errors(weights, truth, Y), truth, strict=False)
    ]
    kept = forward(list(weights), X.copy())
    mine = _listed("gradients", gradients(kept, deltas(list(weights), kept, Y.copy())), nudged)
    wrong = [i + 1 for i, pair in enumerate(zip(mine, nudged, strict=True)) if not agrees(*pair)]
    figure, panels = subplots(1, len(weights), size=(9, 2.7))
    for i, (axes, own, right) in enumerate(zip(panels, mine, nudged, strict=True), start=1):
        largest = float(np.max(np.abs(right))) * 1.1
        axes.plot([-largest, largest], [-largest, largest], color=GREY, lw=1)
        axes.plot(np.ravel(right), np.ravel(own), "s", color=COLOUR_A, ms=3.5, alpha=0.6)
        axes.set_title(f"W{'₀₁₂₃₄₅₆₇₈₉'[i]}: {right.size:,}", fontweight="normal")
        axes.set_xticks([])
        axes.set_yticks([])
        axes.set_xlabel("by nudging")
    panels[0].set_ylabel("yours")
    count = sum(right.size for right in nudged)
    claim = f"All {count:,} slopes agree, in every layer"
    if wrong:
        claim = f"The slopes do not agree in layer {' and '.join(map(str, wrong))}"
    figure.suptitle(claim, x=0.01, ha="left")
    show(
        figure,
        f"{claim}. One picture for each of {len(weights)} weight matrices: the slopes from the "
        "learner's functions against those by nudging, and the diagonal.",
    )


# --- what reuse saves -------------------------------------------------------------------------


@drawn_on_answers
@style()
def savings(
    recomputed: Count, reused: Count, width: int = 50, N: int = 100, most: int = 20
) -> None:
    """Show the learner's two counts for networks of growing depth, all layers equally wide."""
    depths = range(2, most + 1)
    counts = {
        "each Δ anew from the output": [recomputed([width] * (L + 1), N) for L in depths],
        "each Δ from the one behind": [reused([width] * (L + 1), N) for L in depths],
    }
    once = width * width * N
    truths = [[once * L * (L - 1) // 2 for L in depths], [once * (L - 1) for L in depths]]
    figure, axes = subplots(size=(7.4, 3.5))
    for (name, values), (line, marker) in zip(counts.items(), _STYLES, strict=False):
        millions = np.asarray(values, dtype=float) / 1e6
        axes.plot(depths, millions, line, marker=marker, ms=5, color=ERROR)
        axes.annotate(
            f"{name}: {millions[-1]:,.1f}",
            (most, millions[-1]),
            xytext=(-4, 8),
            textcoords="offset points",
            ha="right",
        )
    mine = list(counts.values())
    claim = (
        f"With {most} layers, reuse takes a {_th(mine[0][-1] / max(mine[1][-1], 1))} of the work"
    )
    claim = trusted(claim, agrees(mine[0], truths[0]), "recomputed_multiplications")
    claim = trusted(claim, agrees(mine[1], truths[1]), "backprop_multiplications")
    axes.set(
        title=claim,
        xlabel=f"layers, each {width} wide",
        ylabel="million multiplications",
        xticks=range(2, most + 1, 2),
    )
    axes.set_ylim(top=1.12 * max(max(values) for values in mine) / 1e6)
    show(
        figure,
        f"{claim}. Two curves over the number of layers, by the learner's counts: with each error "
        f"term computed anew {mine[0][-1] / 1e6:,.1f} million multiplications in the end, with "
        f"each made from the one behind {mine[1][-1] / 1e6:,.1f} million.",
    )


def _th(times: float) -> str:
    """Return one part of so many in words."""
    words = {2: "half", 3: "third", 4: "quarter", 5: "fifth", 8: "eighth", 10: "tenth"}
    return words.get(round(times), f"{times:.3g}th")


@drawn_on_answers
@style()
def clock(deltas: Deltas, depths: Sequence[int] = (2, 5, 10, 20, 40), width: int = 50) -> None:
    """Measure the learner's function once through, and once anew for every layer.

    Where it is slow, the deeper networks are left out.
    """
    rng = np.random.default_rng(0)
    anew, once = [], []
    for depth in depths:
        weights = [rng.normal(0, width**-0.5, (width, width)) for _ in range(depth)]
        kept, Y = network.layers(weights, rng.normal(0, 1, (width, 100))), np.zeros((width, 100))
        layers = range(depth)
        once.append(_seconds(deltas, [(weights, kept, Y)]))
        anew.append(_seconds(deltas, [(weights[i:], kept[i:], Y) for i in layers]))
        if anew[-1] > 0.2:
            break
    depths = depths[: len(anew)]
    figure, axes = subplots(size=(7.4, 3.5))
    names = ("each Δ anew from the output", "each Δ from the one behind")
    for values, name, (line, marker) in zip((anew, once), names, _STYLES, strict=False):
        milliseconds = 1e3 * np.array(values)
        axes.loglog(depths, milliseconds, line, marker=marker, color=ERROR, label=name)
    times = anew[-1] / once[-1]
    claim = f"With {depths[-1]} layers, without reuse: {times:.0f} times as long on this machine"
    claim = trusted(claim, _deltas_right(deltas), "deltas")
    axes.set(title=claim, xlabel="layers", ylabel="milliseconds")
    axes.set_xticks(list(depths), [str(depth) for depth in depths])
    axes.minorticks_off()
    axes.legend(loc="upper left")
    show(
        figure,
        f"{claim}. Measured time against the number of layers, both axes logarithmic: calling the "
        "learner's function anew for every layer, and once for all.",
    )


def _seconds(deltas: Deltas, calls: Sequence[tuple[Any, Any, Array]]) -> float:
    """Return how long some calls take, one after the other: the shortest of several tries."""
    times: list[float] = []
    while len(times) < 5 and sum(times) < 0.05:
        begun = time.perf_counter()
        for call in calls:
            deltas(*call)
        times.append(time.perf_counter() - begun)
    return min(times)


# --- layer by layer ---------------------------------------------------------------------------


@drawn_on_answers
@style()
def layer_by_layer(
    forward: Forward, deltas: Deltas, networks: Mapping[str, Arrays], X: Array, Y: Array
) -> None:
    """Show how large activations and error terms are in every layer of some networks.

    Parameters
    ----------
    forward, deltas : callable
        The learner's.
    networks : mapping of str to list of ndarray
        The weights of each, under the words by which the picture tells them apart; four at most.
    X, Y : ndarray
        The data.
    """
    sizes: dict[str, tuple[list[float], list[float]]] = {}
    right = True
    for name, weights in networks.items():
        truth = network.layers(weights, X)
        kept = _listed("forward", forward(list(weights), X.copy()), truth)
        right &= _all_agree(kept, truth)
        back = _listed("deltas", deltas(list(weights), list(truth), Y.copy()), truth[1:])
        sizes[name] = ([_size(H) for H in kept[:-1]], [_size(D) for D in back])
    shares = {name: errors[0] / errors[-1] for name, (_, errors) in sizes.items()}
    claim = trusted(_fate(shares), _deltas_right(deltas), "deltas")
    figure, (ahead, behind) = subplots(1, 2, size=(9, 3.5))
    for (name, (kept_, errors)), (line, marker) in zip(sizes.items(), _STYLES, strict=False):
        look: dict[str, Any] = {"linestyle": line, "marker": marker, "ms": 4.5}
        ahead.semilogy(range(len(kept_)), kept_, color=FORWARD, label=name, **look)
        behind.semilogy(range(1, len(errors) + 1), errors, color=ERROR, label=name, **look)
    said = trusted("Forward: how large the activations are", right, "forward")
    ahead.set(title=said, xlabel="layer (0: the inputs)", ylabel="root mean square of H")
    behind.set(title=claim, xlabel="layer", ylabel="root mean square of Δ")
    for axes in (ahead, behind):
        axes.xaxis.get_major_locator().set_params(integer=True)
    ahead.legend(loc="lower left", handlelength=3)
    told = "; ".join(f"{name}: {share:.1e} times" for name, share in shares.items())
    show(
        figure,
        f"Left: {said}, for each layer, on a logarithmic scale. Right: {claim}; the "
        "error terms of each layer on a logarithmic scale. At the first layer the error is, "
        f"measured by that at the output, {told}.",
    )


def _fate(shares: Mapping[str, float]) -> str:
    """Return what becomes of errors of which such a share arrives at the first layer."""
    arrives = [name for name, share in shares.items() if 1e-2 < share < 1e2]
    fates = (
        "dies out" * (min(shares.values()) <= 1e-2),
        "explodes" * (max(shares.values()) >= 1e2),
    )
    if not any(fates):
        return "Back: the error arrives at every layer"
    if arrives:
        return f"Back: it arrives only with {' and '.join(arrives)}"
    return f"Back: the error {' or '.join(filter(None, fates))}"


@style()
def fate_of_errors(
    depth: int = 20,
    scale: float = 1.0,
    activations: Sequence[str] = ("tanh", "relu", "identity"),
    width: int = 50,
    skip: bool = False,
) -> None:
    """Show, by nudging, what arrives of an error in networks of several activations.

    Parameters
    ----------
    depth : int
        How many layers of equal width.
    scale : float
        The weights' standard deviation, measured by one over the root of the width.
    activations : sequence of str
        Names in `bplib.network.ACTIVATIONS`; four at most.
    width : int
        The width.
    skip : bool
        Show each network once more with short cuts: a layer adds to what it was given.
    """
    rng = np.random.default_rng(0)
    weights = [rng.normal(0, scale * width**-0.5, (width, width)) for _ in range(depth)]
    X, error = rng.normal(0, 1, (width, 10)), rng.choice([-1.0, 1.0], (width, 10))
    figure, axes = subplots(size=(9, 3.5))
    told = []
    runs = [
        (name, short) for name in activations for short in ((False, True) if skip else (False,))
    ]
    for (name, short), (line, marker) in zip(runs, _STYLES, strict=False):
        errors = _arriving(weights, X, error, network.ACTIVATIONS[name], short)
        words = name + (", with short cuts" if short else "")
        axes.semilogy(
            range(depth + 1), errors, line, marker=marker, ms=4.5, color=ERROR, label=words
        )
        told.append(f"{errors[0]:.2g} with {words}")
    axes.set(
        title=f"Of an error of 1 there arrives {' and '.join(told)}",
        xlabel="layer (0: the inputs)",
        ylabel="root mean square of the error",
    )
    axes.xaxis.get_major_locator().set_params(integer=True)
    axes.legend(loc="best", handlelength=3)
    show(
        figure,
        f"The size of the error at the activations of {depth} layers, on a logarithmic scale, "
        f"by nudging. Of an error of 1 at the output there arrives {'; '.join(told)}.",
    )


def _arriving(
    weights: Arrays, X: Array, error: Array, f: Callable[[Array], Array], short: bool
) -> list[float]:
    """Return how large the error is at every layer's activations, the inputs' first."""
    kept = [X]
    for W in weights:
        kept.append(f(W @ kept[-1]) + (kept[-1] if short else 0))
    sizes = [_size(error)]
    for W, H in zip(reversed(weights), reversed(kept[:-1]), strict=True):
        error = _through(W, H, error, f, short)
        sizes.insert(0, _size(error))
    return sizes


def _through(W: Array, H: Array, error: Array, f: Callable[[Array], Array], short: bool) -> Array:
    """Nudge every unit in front of a layer, in all samples at once: what it does to Σ error ∘ H."""
    step = 1e-20
    nudged = np.repeat(H[np.newaxis].astype(complex), len(H), axis=0)
    units = np.arange(len(H))
    nudged[units, units] += 1j * step
    return np.sum(error * (f(W @ nudged) + (nudged if short else 0)).imag, axis=1) / step


# --- the digits -------------------------------------------------------------------------------


@drawn_on_answers
@style()
def race(losses: Mapping[str, Sequence[float]], read: Mapping[str, float]) -> None:
    """Show the losses of networks that differ in their first weights alone.

    Parameters
    ----------
    losses : mapping of str to sequence of float
        Of each network, before training and after every epoch.
    read : mapping of str to float
        The share of new images that each reads rightly in the end.
    """
    figure, axes = subplots(size=(8, 3.7))
    for (name, values), (line, marker) in zip(losses.items(), _STYLES, strict=False):
        label = f"{name}: reads {100 * read[name]:.0f} %"
        look: dict[str, Any] = {"linestyle": line, "marker": marker, "ms": 5}
        axes.semilogy(np.asarray(values, dtype=float), color=GREY, label=label, **look)
    ends = {name: float(values[-1]) for name, values in losses.items()}
    best = min(ends, key=lambda name: ends[name])
    others = [read[name] for name in read if name != best]
    claim = f"The same data, the same steps; only {best} gets there"
    if not (read[best] > 0.9 and all(share < 0.9 for share in others)):
        claim = "The same data and the same steps, from several starts"
    axes.set(title=claim, xlabel="epoch", ylabel="loss of all the training images")
    axes.xaxis.get_major_locator().set_params(integer=True)
    axes.legend(loc="upper right", handlelength=3)
    told = "; ".join(
        f"{name}: loss {ends[name]:.2g}, {100 * read[name]:.0f} % of new images read"
        for name in losses
    )
    show(figure, f"{claim}. The loss over the epochs, on a logarithmic scale. {told}.")
