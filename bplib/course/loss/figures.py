"""The pictures of notebook 01: data, the way forward, the loss, and blind search.

What a learner wrote comes in as a function and is called; a title claims only what its numbers
bear out. The forward pass of the first picture is `bplib.network`'s, because it is shown before
the learner writes one.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, redirect_stdout
from io import StringIO
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bplib import datasets, network
from bplib.course.loss.opening import first_reading as first_reading
from bplib.course.loss.opening import wires as wires
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
from bplib.figures.honest import affordable, agrees, drawable, drawn_on_answers, trusted
from bplib.figures.pictures import show_images

Array = NDArray[Any]
Predict = Callable[[Array, Array, Array], Array]
Losses = Callable[[Array, Array], Any]
NetworkLoss = Callable[[Array, Array, Array, Array], Any]
BestGuess = Callable[[Sequence[tuple[Array, Array]], Array, Array], Any]

_INK = "#222222"
_OUTPUTS = "outputs: digit 0 to 9"


def _is_right(name: str, mine: Any, truth: Any) -> bool:
    """Return whether a learner's numbers are right; raise if they cannot be drawn at all."""
    drawable(name, mine, truth)
    return agrees(mine, truth)


@contextmanager
def _quietly() -> Iterator[None]:
    """Drop what a learner's function prints: here it is called thousands of times."""
    with redirect_stdout(StringIO()):
        yield


def _signed() -> Any:
    """Return the colours of forward quantities: grey below 0, white at 0, blue above."""
    from matplotlib.colors import LinearSegmentedColormap

    return LinearSegmentedColormap.from_list("signed", [_INK, GREY, "white", FORWARD, "#003A5D"])


# --- the data ---------------------------------------------------------------------------------


@style()
def images_and_targets(X: Array, Y: Array, samples: Sequence[int]) -> None:
    """Show the images of some samples, each above its column of targets."""
    X, Y = X[:, samples], Y[:, samples]
    N = len(samples)
    figure, axes = subplots(2, 1, size=(9, 4.1), height_ratios=[1, 2.4])
    axes[0].imshow(np.hstack([_image(x) for x in X.T]), vmin=0, vmax=1, extent=(0, N, 0, 1))
    axes[0].set_axis_off()
    axes[0].set_title("One column of X is one image; the column below it says which digit it is")
    axes[1].imshow(Y, cmap=_signed(), vmin=-1.4, vmax=1.4, extent=(0, N, 10, 0), aspect="auto")
    for k, n in np.argwhere(Y):
        axes[1].text(n + 0.5, k + 0.5, "1", ha="center", va="center", color="white", weight="bold")
    axes[1].set_yticks(np.arange(10) + 0.5, [str(k) for k in range(10)])
    axes[1].set_xticks(np.arange(N) + 0.5, [str(n) for n in samples])
    axes[1].set(xlabel="sample n (column of X and of Y)", ylabel="row of Y")
    ruled: dict[str, Any] = {"colors": "#DDDDDD", "linewidth": 0.6}
    axes[1].hlines(range(1, 10), 0, N, **ruled)
    axes[1].vlines(range(1, N), 0, 10, **ruled)
    axes[1].tick_params(length=0)
    written = ", ".join(str(k) for k in np.argmax(Y, axis=0))
    show(
        figure,
        f"Top: {N} images of handwritten digits, {written}. Bottom: their columns of Y. In "
        "every column the row of its digit holds a 1, all the other rows hold 0.",
    )


def _image(x: Array) -> Array:
    """Return one column of X as 8 by 8 pixels with a white margin."""
    return np.pad(x[:64].reshape(8, 8), 1)


# --- the way forward --------------------------------------------------------------------------


@style()
def forward_pass(A: Array, B: Array, X: Array) -> tuple[Array, Array, Array]:
    """Show X, Z, H and Y_hat as pictures of their numbers, and return the last three."""
    Z, H, Y_hat = network.forward(A, B, X)
    # Beyond 1, so that neither 1 nor −1 comes out nearly black, one like the other.
    parts = [("X", X, 1.5), ("Z", Z, None), ("H", H, 1.5), ("Y_hat", Y_hat, None)]
    arrows = ["weights A", "tanh, entry\nby entry", "weights B"]
    colours = [COLOUR_A, _INK, COLOUR_B]
    figure, axes = subplots(1, 7, size=(9, 3.6), width_ratios=[1, 0.55] * 3 + [1])
    for i, (name, values, limit) in enumerate(parts):
        limit = limit or float(np.max(np.abs(values)))
        place = axes[2 * i]
        place.imshow(values, cmap=_signed(), vmin=-limit, vmax=limit, aspect="auto")
        place.set_title(f"{name} {values.shape}")
        place.set_xticks([])
        place.set_yticks([])
        place.spines[:].set_visible(True)
        place.set_xlabel(
            f"{values.min():.1f} … {values.max():.1f}".replace("-", "−"), color=_INK, labelpad=3
        )
    for i, (text, colour) in enumerate(zip(arrows, colours, strict=True)):
        place = axes[2 * i + 1]
        place.set(xlim=(0, 1), ylim=(0, 1))
        place.set_axis_off()
        place.annotate(
            "", (1, 0.5), (0, 0.5), arrowprops={"arrowstyle": "-|>", "color": colour, "lw": 2}
        )
        place.text(0.5, 0.55, text, ha="center", va="bottom", color=colour, weight="bold")
    figure.suptitle(
        "The columns stay samples all the way; only the rows change their meaning",
        x=0.01,
        ha="left",
    )
    show(
        figure,
        "Four matrices side by side as pictures, grey for negative and blue for positive numbers: "
        f"X {X.shape}, an arrow with the weights A to Z {Z.shape}, an arrow with tanh to H "
        f"{H.shape}, whose entries lie between −1 and 1, an arrow with the weights B to Y_hat "
        f"{Y_hat.shape}. All have {X.shape[1]} columns.",
    )
    return Z, H, Y_hat


@drawn_on_answers
@style()
def random_networks(predict: Predict, count: int = 4, n_hidden: int = 5, seed: int = 201) -> None:
    """Show what networks with random weights make of one input."""
    rng = np.random.default_rng(seed)
    data = datasets.noisy_line()
    grid = _grid()
    figure, axes = subplots(size=(6.8, 3.6))
    _points(axes, data.X, data.Y)
    dashes = ["-", "--", "-.", ":"]
    right = True
    for i in range(count):
        A = rng.normal(0, 1, (n_hidden, 2))
        B = rng.normal(0, 1, (1, n_hidden))
        Y_hat = np.asarray(predict(A, B, grid))
        right = _is_right("predict", Y_hat, network.predict(A, B, grid)) and right
        curve = Y_hat[0]
        axes.plot(grid[0], curve, color=FORWARD, linestyle=dashes[i % 4])
        axes.text(2.06, curve[-1], f"network {i}", va="center", color=FORWARD)
    axes.set(xlabel="input x", ylabel="prediction ŷ, target y (○)", xlim=(-2.04, 2.04))
    claim = f"{count} draws of A and B give {count} functions; none knows the data yet"
    axes.set_title(trusted(claim, right, "predict"))
    show(
        figure,
        f"{count} smooth curves, the predictions of {count} networks with random weights, over the "
        "input from −2 to 2. They go in all directions; none follows the data points, which rise "
        "along a line."
        if right
        else f"{axes.get_title()}. {count} curves over the input from −2 to 2, and data points.",
    )


def _grid() -> Array:
    x = np.linspace(-2, 2, 121)
    return np.vstack([x, np.ones_like(x)])


def _points(axes: Any, X: Array, Y: Array, label: str = "targets y") -> None:
    axes.plot(X[0], Y[0], "o", color=_INK, markersize=4.5, markerfacecolor="white", label=label)


@drawn_on_answers
@style()
def one_digit(predict: Predict, A: Array, B: Array, X: Array, Y: Array, n: int) -> None:
    """Show one image, what the network says about it, and what it should say."""
    Y_hat = np.asarray(predict(A, B, X))
    right = _is_right("predict", Y_hat, network.predict(A, B, X))
    y_hat, y = Y_hat[:, n], Y[:, n]
    figure, axes = subplots(1, 2, size=(9, 3.2), width_ratios=[1, 2.6])
    axes[0].imshow(X[:64, n].reshape(8, 8), vmin=0, vmax=1)
    axes[0].set_axis_off()
    axes[0].set_title(f"sample {n}: a {int(np.argmax(y))}")
    rows = np.arange(len(y))
    axes[1].vlines(rows, y, y_hat, color=ERROR, linestyle=LINES[ERROR], label="error ŷ − y")
    axes[1].plot(rows, y, "s", color=_INK, markerfacecolor="white", label="target y")
    axes[1].plot(rows, y_hat, MARKERS[FORWARD], color=FORWARD, label="prediction ŷ")
    axes[1].axhline(0, color=GREY, linewidth=0.6)
    axes[1].set(xlabel=_OUTPUTS, ylabel="value", xticks=rows)
    claim = "A network with random weights: ten outputs, ten errors"
    axes[1].set_title(trusted(claim, right, "predict"))
    axes[1].legend(loc="center left", bbox_to_anchor=(1, 0.5))
    show(
        figure,
        f"Left: the image of a {int(np.argmax(y))}. Right: its ten outputs as dots, from "
        f"{y_hat.min():.1f} to {y_hat.max():.1f}, its targets as squares, all 0 but one 1, and a "
        "dashed line from each target to its prediction: the error.",
    )


# --- the loss of a sample ---------------------------------------------------------------------


@drawn_on_answers
@style()
def parabola(sample_losses: Losses) -> None:
    """Show the loss of one output as a function of its error."""
    line = np.linspace(-4.6, 4.6, 201)[np.newaxis]
    target = np.zeros_like(line)
    curve = sample_losses(line, target)
    right = _is_right("sample_losses", curve, network.sample_losses(line, target))
    figure, axes = subplots(size=(6.4, 3.6))
    axes.plot(line[0], curve, color=FORWARD, linestyle=LINES[FORWARD])
    told = []
    for error, side in ((1.0, "left"), (-2.0, "right"), (4.0, "right")):
        height = float(sample_losses(np.array([[error]]), np.zeros((1, 1)))[0])
        axes.vlines(error, 0, height, color=ERROR, linestyle=LINES[ERROR])
        axes.plot(error, height, MARKERS[ERROR], color=ERROR)
        told.append(f"error {error:g}: loss {height:g}".replace("-", "−"))
        axes.annotate(
            told[-1],
            (error, height),
            xytext=(10 if side == "left" else -10, 0),
            textcoords="offset points",
            ha=side,
            va="center",
        )
    axes.set(xlabel="error ŷ − y of one output", ylabel="loss of the sample", ylim=(0, None))
    claim = "Twice the error, four times the loss; the sign does not matter"
    axes.set_title(trusted(claim, right, "sample_losses"))
    axes.spines["left"].set_position(("data", 0))
    axes.yaxis.set_label_coords(-0.02, 0.5)
    axes.tick_params(axis="y", labelleft=False, length=0)
    show(
        figure,
        "The loss of a sample over the error of its one output"
        f"{', a parabola, lowest at an error of 0' if right else ''}. "
        f"Three points are marked. {'; '.join(told)}.",
    )


@drawn_on_answers
@style()
def digit_losses(losses: Array, X: Array, labels: Array) -> None:
    """Show how the losses of all images are spread, with the best and the worst of them."""
    losses = np.asarray(losses, dtype=float)
    if losses.shape != np.shape(labels):
        raise ValueError(f"shape {losses.shape} holds no loss for each of {len(labels)} images")
    order = np.argsort(losses)
    figure = _figure((9, 4.3))
    top, bottom = figure.subfigures(2, 1, height_ratios=[1.35, 1])
    axes = top.subplots()
    axes.hist(losses, bins=40, color=FORWARD, edgecolor="white", linewidth=0.5)
    mean = float(np.mean(losses))
    axes.axvline(mean, color=_INK, linestyle=LINES[GREY], linewidth=1.4)
    axes.text(mean, axes.get_ylim()[1], f" their mean: {mean:.1f}", va="top")
    axes.set(xlabel="loss of an image", ylabel="images", xlim=(0, None))
    different = bool(np.isfinite(losses).all()) and len(np.unique(losses)) == len(labels)
    axes.set_title(
        "The same network, a different loss for every image"
        if different
        else "Your losses of the images: not yet a different one for each"
    )
    chosen = [*order[:4], *order[-4:]]
    below = [f"a {labels[n]}: {losses[n]:.1f}" for n in chosen]
    place = bottom.subplots()
    show_images(place, X[:64, chosen].T.reshape(-1, 8, 8), 8, below)
    place.set(xlim=(-0.05, 7.95), ylim=(-0.05, 1.2))
    place.set_title("The four lowest losses (left) and the four highest", fontsize=10.5)
    show(
        figure,
        f"A histogram of {len(losses)} losses, from {losses.min():.1f} to {losses.max():.1f} with "
        f"mean {mean:.1f}; below it the four images with the lowest and the four with the highest "
        "loss.",
    )


def _figure(size: tuple[float, float]) -> Any:
    from matplotlib.figure import Figure

    return Figure(figsize=size, layout="constrained")


# --- the mean ---------------------------------------------------------------------------------


@drawn_on_answers
@style()
def residuals(
    predict: Predict,
    sample_losses: Losses,
    mean_loss: Losses,
    A: Array,
    B: Array,
    data: datasets.Dataset,
    Y_slip: Array,
) -> None:
    """Show predictions, errors and every sample's loss: for the data's targets, and for others."""
    grid = _grid()
    X = data.X
    Y_hat = predict(A, B, X)
    figure, axes = subplots(2, 2, size=(9, 4.8), sharex=True, height_ratios=[1.5, 1])
    axes[0, 1].sharey(axes[0, 0])
    told, highest = [], []
    right = _is_right("predict", Y_hat, network.predict(A, B, X))
    targets = (("as measured", data.Y), ("one sign lost", Y_slip))
    for (title, Y), (above, below) in zip(targets, axes.T, strict=True):
        losses = np.asarray(sample_losses(Y_hat, Y))
        mean = float(mean_loss(Y_hat, Y))
        right = _is_right("sample_losses", losses, network.sample_losses(Y_hat, Y)) and right
        right = _is_right("mean_loss", mean, network.mean_loss(Y_hat, Y)) and right
        share = 100 * losses.max() / losses.sum()
        told.append(f"{title}: mean loss {mean:.3f}, the worst sample makes up {share:.0f} % of it")
        above.plot(grid[0], predict(A, B, grid)[0], color=FORWARD, label="predictions ŷ")
        above.vlines(X[0], Y_hat[0], Y[0], color=ERROR, linestyle=LINES[ERROR], lw=1.3)
        _points(above, X, Y)
        above.set_title(f"{title}: mean loss {mean:.3f}")
        below.vlines(X[0], 0, losses, color=ERROR, lw=4.5)
        below.set(xlabel="input x", ylim=(0, None))
        highest.append(float(np.max(losses)))
    axes[0, 0].set_ylabel("target y, prediction ŷ")
    axes[1, 0].set_ylabel("loss of the sample")
    if highest[1] > 2 * highest[0] > 0:
        finer = f"the scale is {highest[1] / highest[0]:.0f} times finer than at the right"
        axes[1, 0].set_title(finer, fontweight="normal", fontsize=10)
    axes[0, 0].legend(loc="upper left")
    claim = f"One sample far off, and it makes up {share:.0f} % of the loss"
    figure.suptitle(trusted(claim, right, "one of the three functions"), x=0.01, ha="left")
    show(
        figure,
        f"Thirty points about a line, the predictions{' through them' if right else ''}, and "
        f"dashed errors; below, a bar for every sample's loss. {'. '.join(told)}.",
    )


# --- the loss as a function of the weights ----------------------------------------------------


def _weights(a: float, b: float) -> tuple[Array, Array]:
    return np.array([[a, 0.0]]), np.array([[b]])


@drawn_on_answers
@style()
@_quietly()
def surface(
    network_loss: NetworkLoss,
    X: Array,
    Y: Array,
    candidates: Sequence[tuple[Array, Array]] = (),
    best: int | None = None,
    seconds: float = 3.0,
) -> None:
    """Show the loss over the two weights of a small network, with points on it if there are any.

    The network has one hidden unit without a bias: A = [[a, 0]], B = [[b]]. Where the learner's
    loss is slow, it is asked at fewer places.
    """
    calls = affordable(lambda: network_loss(*_weights(1, 1), X, Y), seconds, 35**2)
    side = np.linspace(-3, 3, max(7, int(np.sqrt(calls))))
    places = [_weights(a, b) for b in side for a in side]
    losses = np.array([float(network_loss(A, B, X, Y)) for A, B in places])
    all_A, all_B = np.array([A for A, _ in places]), np.array([B for _, B in places])
    right = _is_right("network_loss", losses, network.network_loss(all_A, all_B, X, Y))
    losses = losses.reshape(len(side), len(side))
    levels = [0.06, 0.12, 0.25, 0.5, 1, 2, 4]
    figure, axes = subplots(size=(6.6, 4.6))
    shades = _shades(len(levels) + 1)
    axes.contourf(side, side, losses, [0, *levels], colors=shades, extend="max")
    lines = axes.contour(side, side, losses, levels, colors=_INK, linewidths=0.6)
    heights = []
    for label in axes.clabel(lines, fmt="%g", fontsize=8.5):
        if np.max(np.abs(label.get_position())) > 2.75:  # it would be cut in two
            label.remove()
        else:
            heights.append(label)
    axes.set(xlabel="a, the hidden weight A[0, 0]", ylabel="b, the output weight B[0, 0]")
    axes.set_aspect("equal")
    words = "Contour lines of the loss over the weights a and b, both from −3 to 3."
    if right:
        words += (
            " There are two valleys, where a and b have the same sign: one with both positive, one "
            "with both negative. Between them, where one weight is 0, runs a saddle; in the other "
            "two corners the loss is high."
        )
    title = trusted(
        "Every pair of weights has a loss: two valleys, equally deep", right, "network_loss"
    )
    if len(candidates):
        a = [float(A[0, 0]) for A, _ in candidates]
        b = [float(B[0, 0]) for _, B in candidates]
        axes.plot(a, b, "o", color="white", markersize=5, markeredgecolor=_INK, mew=0.9)
    if best is not None:
        A, B = candidates[best]
        low = float(network_loss(A, B, X, Y))
        lowest = low <= min(network.network_loss(A, B, X, Y) for A, B in candidates) + 1e-9
        lowest = lowest and right
        place = float(A[0, 0]), float(B[0, 0])
        axes.plot(*place, "*", color=ERROR, markersize=17, markeredgecolor="white")
        for label in heights:  # the words beside the star would cover it
            across, up = np.subtract(label.get_position(), place)
            if -0.2 < across < 1.6 and -1.1 < up < 0.2:
                label.remove()
        axes.annotate(
            f"{'best' if lowest else 'your pick'} of {len(candidates)}:\nloss {low:.3f}",
            place,
            xytext=(12, -34),
            textcoords="offset points",
            bbox={"facecolor": "white", "edgecolor": "none", "alpha": 0.85, "pad": 2},
        )
        claim = f"Blind search: {len(candidates)} guesses, and the best of them"
        if right:
            title = trusted(claim, lowest, "best_guess")
        words += (
            f" {len(candidates)} dots are scattered over it; a star marks "
            f"{'the lowest' if lowest else 'what best_guess picked'}, {low:.3f}."
        )
    axes.set_title(title)
    show(figure, words)


def _shades(count: int) -> list[tuple[float, float, float]]:
    """Return blues from nearly white (low) to dark (high)."""
    from matplotlib.colors import to_rgb

    blue = to_rgb("#4A7FA5")
    shares = np.linspace(0.02, 1, count)
    r, g, b = (1 - shares[:, np.newaxis] * (1 - np.array(blue))).T
    return [(float(x), float(y), float(z)) for x, y, z in zip(r, g, b, strict=True)]


# --- blind search -----------------------------------------------------------------------------


@drawn_on_answers
@style()
@_quietly()
def search_curves(
    best_guess: BestGuess,
    network_loss: NetworkLoss,
    numbers: Sequence[int] = (1, 10, 100, 1000),
    seconds: float = 6.0,
) -> None:
    """Show how low blind search comes with ever more guesses, on three tasks.

    Where the learner's functions are slow, they choose among the guesses that fit into the curve's
    share of the seconds. If what they choose is right, the rest of the curve follows from this
    package's loss; if not, the curve ends there.
    """
    tasks = [
        ("points on a line", 1, 1.0, datasets.noisy_line(), "o-"),
        ("two moons", 4, 1.0, datasets.two_moons(), "s--"),
        ("300 digits", 20, 0.1, datasets.digits(), "^-."),
    ]
    figure, axes = subplots(size=(8.2, 4.2))
    told, ends = [], []
    chosen = right = True
    for name, n_hidden, scale, data, marks in tasks:
        X, Y = data.X[:, :300], data.Y[:, :300]
        constant = float(np.sum(np.var(Y, axis=1)) / 2)
        guesses = _guesses(X, Y, n_hidden, scale, seed=3, count=numbers[-1])
        found = _search(best_guess, guesses, X, Y, numbers, seconds / len(tasks))
        lows = np.array([float(network_loss(A, B, X, Y)) for A, B in found])
        truth = [network.network_loss(A, B, X, Y) for A, B in found]
        right = _is_right("network_loss", lows, truth) and right
        best = np.minimum.accumulate([network.network_loss(A, B, X, Y) for A, B in guesses])
        lowest = best[np.array(numbers) - 1]
        chosen = agrees(lows, lowest[: len(lows)]) and chosen
        if right and chosen:
            lows = lowest
        lows, most = lows / constant, numbers[len(lows) - 1]
        weights = n_hidden * (len(X) + len(Y))
        axes.plot(numbers[: len(lows)], lows, marks, color=FORWARD, ms=7)
        ends.append((most, float(lows[-1]), f"{name}:\n{weights:,} weights"))
        told.append(
            f"{name}, {weights:,} weights, from {lows[0]:.2g} to {lows[-1]:.2g} "
            f"with {most:,} guesses"
        )
    for (most, _, label), height in zip(ends, _apart([low for _, low, _ in ends]), strict=True):
        axes.text(1.15 * most, height, label, va="center", color=FORWARD)
    axes.axhline(1, color=GREY, linestyle=LINES[GREY], linewidth=1.2)
    axes.text(2.7, 0.97, "always the same answer", color=GREY, va="top")
    axes.set(
        xscale="log", yscale="log", xlabel="number of random guesses", xlim=(0.9, 1.1 * numbers[-1])
    )
    axes.set_yticks([0.1, 0.2, 0.5, 1, 2], ["0.1", "0.2", "0.5", "1", "2"])
    axes.set_xticks(numbers, [f"{n:,}" for n in numbers])
    axes.set_ylabel("lowest loss so far, divided by that\nof always the same answer")
    claim = f"The more weights, the less {numbers[-1]:,} guesses are worth"
    axes.set_title(trusted(claim, right and chosen, "best_guess" if right else "network_loss"))
    show(
        figure,
        "The lowest loss found over the number of guesses, both on logarithmic scales, in units "
        "of what one and the same answer for all samples gets: "
        f"{'; '.join(told)}.",
    )


def _apart(heights: Sequence[float], least: float = 1.4) -> Array:
    """Return heights for labels on a logarithmic axis, near these but none on another."""
    moved = np.log(heights)
    order = np.argsort(moved)
    for lower, upper in pairwise(order):
        moved[upper] = max(moved[upper], moved[lower] + np.log(least))
    return np.exp(moved)


def _search(
    best_guess: BestGuess,
    guesses: Sequence[tuple[Array, Array]],
    X: Array,
    Y: Array,
    numbers: Sequence[int],
    seconds: float,
) -> list[tuple[Array, Array]]:
    """Return the best of the first 1, 10, … of many random networks, as far as the time goes."""
    found: list[tuple[Array, Array]] = []
    end, took = time.perf_counter() + seconds, 0.0
    for before, n in pairwise((1, *numbers)):
        start = time.perf_counter()
        if found and start + took * n / before > end:
            break
        found.append(guesses[int(best_guess(guesses[:n], X, Y))])
        took = time.perf_counter() - start
    return found


def _guesses(
    X: Array, Y: Array, n_hidden: int, scale: float, seed: int, count: int
) -> list[tuple[Array, Array]]:
    """Return many networks with random weights."""
    rng = np.random.default_rng(seed)
    return [
        (scale * rng.normal(0, 1, (n_hidden, len(X))), scale * rng.normal(0, 1, (len(Y), n_hidden)))
        for _ in range(count)
    ]


@drawn_on_answers
@style()
@_quietly()
def in_order(
    predict: Predict,
    network_loss: NetworkLoss,
    best_guess: BestGuess,
    guesses: Sequence[tuple[Array, Array]],
    data: datasets.Dataset,
    seconds: float = 4.0,
) -> None:
    """Show the first of many guesses, the best of ten and the best of all there is time for."""
    X, Y = data.X, data.Y
    tens = affordable(lambda: best_guess(guesses[:10], X, Y), seconds, -(-len(guesses) // 10))
    guesses = guesses[: 10 * tens]
    networks = [
        ("the first guess", guesses[0]),
        ("the best of 10", guesses[int(best_guess(guesses[:10], X, Y))]),
        (f"the best of {len(guesses):,}", guesses[int(best_guess(guesses, X, Y))]),
    ]
    truth = [network.network_loss(A, B, X, Y) for A, B in guesses]
    lowest = (truth[0], min(truth[:10]), min(truth))
    grid = _grid()
    figure, axes = subplots(1, len(networks), size=(9, 3.3), sharey=True)
    told = []
    right = True
    for place, (name, (A, B)), low in zip(axes, networks, lowest, strict=True):
        loss = float(network_loss(A, B, X, Y))
        right = _is_right("network_loss", loss, network.network_loss(A, B, X, Y)) and right
        right = _is_right("predict", predict(A, B, X), network.predict(A, B, X)) and right
        if not agrees(loss, low):
            right, name = False, name.replace("the best", "your choice")
        told.append(f"{name}, loss {loss:.3f}")
        place.vlines(X[0], predict(A, B, X)[0], Y[0], color=ERROR, linestyle=LINES[ERROR], lw=1.1)
        place.plot(grid[0], predict(A, B, grid)[0], color=FORWARD)
        _points(place, X, Y)
        place.set_title(f"{name}\nloss {loss:.3f}")
        place.set(xlabel="input x")
    axes[0].set_ylabel("target y, prediction ŷ")
    claim = "One number puts networks in order: the lower the loss, the better the fit"
    figure.suptitle(trusted(claim, right, "one of the three functions"), x=0.01, ha="left")
    show(
        figure,
        "Three networks on the same thirty points, each as a curve with dashed errors: "
        f"{'; '.join(told)}."
        + (" The curve comes closer to the points from left to right." if right else ""),
    )
