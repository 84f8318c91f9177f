"""The pictures of notebook 06: what is kept, what gradients cost, batches, and a network learning.

What a learner wrote comes in as functions and is called; gradients are only ever taken
numerically here. A title claims only what the learner's numbers bear out.
"""

from __future__ import annotations

import ast
import inspect
import sys
import textwrap
import time
from collections.abc import Callable, Sequence
from html import escape
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bplib import network
from bplib.datasets import Dataset
from bplib.derivatives import gradient
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
from bplib.figures.honest import affordable, agrees, drawn_on_answers, trusted
from bplib.figures.pictures import show_images

Array = NDArray[Any]
Forward = Callable[[Array, Array, Array], Any]
Backward = Callable[..., Any]
Batches = Callable[[int, int, np.random.Generator], Any]
Train = Callable[..., Any]

_SIGNED = "PuOr_r"  # negative purple, positive orange, 0 white


def _gradients(forward: Forward, backward: Backward, A: Array, B: Array, X: Array, Y: Array) -> Any:
    Z, H, Y_hat = forward(A, B, X)
    return backward(B, X, Z, H, Y_hat, Y)


def _right(forward: Forward, backward: Backward, A: Array, B: Array, X: Array, Y: Array) -> bool:
    """Return whether a learner's gradients are right, on a few hidden units and samples."""
    A, B, X, Y = A[:5], B[:, :5], X[:, :8], Y[:, :8]
    truth = (
        gradient(lambda W: network.network_loss(W, B, X, Y), A),
        gradient(lambda W: network.network_loss(A, W, X, Y), B),
    )
    mine = _gradients(forward, backward, A, B, X, Y)
    return all(agrees(*pair) for pair in zip(mine, truth, strict=True))


# --- forward and backward ---------------------------------------------------------------------


@drawn_on_answers
@style()
def kept(forward: Forward, A: Array, B: Array, X: Array) -> None:
    """Show some images and, below each, its column of the learner's Z, H and Y_hat."""
    Z, H, Y_hat = (np.asarray(array) for array in forward(A, B, X))
    n_hidden, N = Z.shape
    heights = (0.5, 0.17 * n_hidden, 0.17 * n_hidden, 0.17 * len(Y_hat))
    figure, axes = subplots(4, 1, size=(7.4, sum(heights) + 1.3), height_ratios=heights)
    sheet = np.full((8, 10 * N), np.nan)
    for k in range(N):
        sheet[:, 10 * k + 1 : 10 * k + 9] = X[:64, k].reshape(8, 8)
    axes[0].imshow(sheet, vmin=0, vmax=1, aspect="equal", extent=(-0.5, N - 0.5, 0, 0.8))
    axes[0].set_axis_off()
    pairs = zip((Z, H, Y_hat), network.forward(A, B, X), strict=True)
    right = all(agrees(mine, truth) for mine, truth in pairs)
    claim = "Each image leaves a column in everything that forward keeps"
    axes[0].set_title(trusted(claim, right, "forward"))
    for place, array, name, most in (
        (axes[1], Z, "Z", float(np.max(np.abs(Z)))),
        (axes[2], H, "H", 1.0),
        (axes[3], Y_hat, "Ŷ", float(np.max(np.abs(Y_hat)))),
    ):
        drawn = place.imshow(array, cmap=_SIGNED, vmin=-most, vmax=most, aspect="auto")
        words = f"{name}\n{array.shape}\nup to ±{most:.1f}"
        place.set_ylabel(words, rotation=0, ha="right", va="center", labelpad=8)
        place.set(xticks=[], yticks=[])
    bar = figure.colorbar(drawn, ax=axes[1:], aspect=25, pad=0.02, ticks=[-most, 0, most])
    bar.ax.set_yticklabels(["negative", "0", "positive"])
    axes[3].set_xlabel("samples")
    show(
        figure,
        f"{N} images of digits in a row; below each its column of Z, of H"
        f"{', which squeezes Z between −1 and 1,' if right else ''} and of the ten predictions.",
    )


@drawn_on_answers
@style()
def agreement(mine: Sequence[Array], nudged: Sequence[Array]) -> None:
    """Show the learner's gradients of A and B against those found by nudging, weight by weight."""
    figure, places = subplots(1, 2, size=(8.4, 3.7))
    right = all(agrees(own, truth) for own, truth in zip(mine, nudged, strict=True))
    for place, own, truth, name, colour in zip(
        places, mine, nudged, ("A", "B"), (COLOUR_A, COLOUR_B), strict=True
    ):
        largest = float(np.max(np.abs(truth))) * 1.1
        place.plot([-largest, largest], [-largest, largest], color=GREY, lw=1)
        place.plot(np.ravel(truth), np.ravel(own), MARKERS[colour], color=colour, ms=4, alpha=0.6)
        place.set_title(f"{np.size(own):,} weights of {name}", fontweight="normal")
        place.set_xlabel("slope by nudging")
        place.locator_params(nbins=5)
    places[0].set_ylabel("slope from your backward")
    count = sum(np.size(part) for part in nudged)
    figure.suptitle(
        f"All {count:,} slopes agree" if right else "Some slopes do not agree", x=0.01, ha="left"
    )
    show(
        figure,
        "The slope of every weight as the learner's backward pass gives it, against the same slope "
        "by nudging, one picture for A and one for B: the points "
        f"{'lie' if right else 'do not all lie'} on the diagonal.",
    )


@drawn_on_answers
@style()
def cost(
    forward: Forward,
    backward: Backward,
    X: Array,
    Y: Array,
    widths: Sequence[int],
) -> None:
    """Measure and show what a gradient costs by nudging and by the learner's backward pass.

    Nudging is counted as two forward passes per weight, of which one is timed: that is its work,
    and whatever else a loop over the weights does would only make it look worse.

    Parameters
    ----------
    forward, backward : callable
        The learner's.
    X, Y : ndarray
        The data.
    widths : sequence of int
        Numbers of hidden units, growing.
    """
    rng = np.random.default_rng(0)
    weights: list[int] = []
    nudging: list[float] = []
    back: list[float] = []
    for width in widths:
        A = rng.normal(0, 0.1, (width, len(X)))
        B = rng.normal(0, 0.1, (len(Y), width))
        weights.append(A.size + B.size)
        once = _seconds(lambda A=A, B=B: forward(A, B, X), 5)  # type: ignore[misc]
        nudging.append(2 * weights[-1] * once)
        back.append(
            _seconds(lambda A=A, B=B: _gradients(forward, backward, A, B, X, Y), 5)  # type: ignore[misc]
        )
    figure, axes = subplots(size=(7.4, 3.7))
    for values, label, colour in (
        (nudging, "two forward passes per weight", GREY),
        (back, "forward and backward", ERROR),
    ):
        axes.loglog(
            weights,
            1000 * np.array(values),
            color=colour,
            linestyle=LINES[colour],
            marker=MARKERS[colour],
            ms=9 if colour == GREY else 6,
            label=label,
        )
    ratio = nudging[-1] / back[-1]
    axes.annotate(
        f"{ratio:,.0f} times",
        (weights[-1], 1000 * np.sqrt(nudging[-1] * back[-1])),
        xytext=(10, 0),
        textcoords="offset points",
        va="center",
    )
    axes.plot([weights[-1]] * 2, [1000 * back[-1], 1000 * nudging[-1]], color=GREY, lw=1)
    cheaper = ratio > nudging[0] / back[0] > 1 and _right(forward, backward, A, B, X, Y)
    axes.set(
        xlabel="weights in the network",
        ylabel="milliseconds for one gradient",
        title="The larger the network, the more your backward pass saves"
        if cheaper
        else "One gradient, two ways to it",
        xlim=(weights[0] / 1.5, weights[-1] * 4),
    )
    axes.legend(loc="upper left")
    show(
        figure,
        "Time for one gradient against the number of weights, both axes logarithmic, by nudging "
        "every weight (two forward passes each) and by one forward and backward pass; for the "
        "largest network nudging takes "
        f"{ratio:,.0f} times as long, for the smallest {nudging[0] / back[0]:,.0f} times.",
    )


def _seconds(work: Callable[[], Any], least: int) -> float:
    """Return the shortest of several runs: what else the machine does only adds to the time."""
    times: list[float] = []
    while len(times) < least or (sum(times) < 0.02 and len(times) < 200):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return min(times)


# --- batches ----------------------------------------------------------------------------------


@drawn_on_answers
@style()
def directions(
    forward: Forward,
    backward: Backward,
    A: Array,
    B: Array,
    X: Array,
    Y: Array,
    seconds: float = 4.0,
) -> None:
    """Show how far the gradients of random batches of several sizes point from the full one.

    Where the learner's functions are slow, there are fewer batches of each size.
    """
    rng = np.random.default_rng(6)
    full = _flat(_gradients(forward, backward, A, B, X, Y))
    sizes = (1, 10, 100, 1000)
    # A batch of a thousand is the dearest: as many of each as there is time for.
    some = (forward, backward, A, B, X[:, :1000], Y[:, :1000])
    draws = max(5, affordable(lambda: _gradients(*some), seconds, 40))
    figure, axes = subplots(size=(7.4, 3.3))
    middles, downhill = [], []
    for row, size in enumerate(sizes):
        cosines = []
        for _ in range(draws):
            batch = rng.choice(X.shape[1], size, replace=False)
            part = _flat(_gradients(forward, backward, A, B, X[:, batch], Y[:, batch]))
            cosines.append(part @ full / np.linalg.norm(part) / np.linalg.norm(full))
        angles = np.degrees(np.arccos(np.clip(cosines, -1, 1)))
        middles.append(float(np.median(angles)))
        downhill.append(float(np.mean(angles < 90)))
        height = -row + rng.uniform(-0.22, 0.22, len(angles))
        axes.plot(angles, height, ".", color=ERROR, ms=5, alpha=0.6)
        axes.plot([middles[-1]] * 2, [-row - 0.34, -row + 0.34], color="black", lw=2)
    often = "every time" if min(downhill) == 1 else "most of the time"
    axes.axvline(90, color=GREY, linestyle=LINES[GREY], lw=1)
    axes.text(89, -len(sizes) + 0.48, "at a right angle: no help", ha="right", va="top", color=GREY)
    axes.set_yticks(range(0, -len(sizes), -1), [f"{size:,} of {X.shape[1]:,}" for size in sizes])
    axes.set(
        xlim=(0, max(95, *middles)),
        ylim=(-len(sizes) + 0.2, 0.5),
        xlabel="angle between a batch's gradient and that of all images, in degrees",
        ylabel="images in a batch",
        title=f"Even a few images point downhill, {often}"
        if min(downhill) > 0.8 and _right(forward, backward, A, B, X, Y)
        else "Where the gradients of batches point",
    )
    show(
        figure,
        "Angles between the gradients of random batches and the gradient of all images. Medians: "
        + ", ".join(
            f"{middle:.0f}° for batches of {size}"
            for size, middle in zip(sizes, middles, strict=True)
        )
        + ".",
    )


def _flat(gradients: Any) -> Array:
    return np.concatenate([np.ravel(part) for part in gradients])


@drawn_on_answers
@style()
def dealt(
    minibatches: Batches, N: int = 20, batch_size: int = 6, epochs: int = 4, seed: int = 3
) -> None:
    """Show the batches of some epochs: for each sample the batch it is in, in two orders."""
    rng = np.random.default_rng(seed)
    figure, axes = subplots(size=(8.2, 0.62 * epochs + 1.1))
    colours = (FORWARD, ERROR, COLOUR_A, COLOUR_B, GREY)
    hatches = ("", "///", "...", "xx", "---")
    from matplotlib.collections import PatchCollection
    from matplotlib.patches import Rectangle

    once, orders = True, set()
    for epoch in range(epochs):
        x = 0.0
        seen: list[int] = []
        for number, batch in enumerate(minibatches(N, batch_size, rng)):
            colour = colours[number % len(colours)]
            boxes = PatchCollection(
                [Rectangle((x + i, -epoch), 0.92, 0.72) for i in range(len(batch))],
                facecolor="white",
                edgecolor=colour,
                hatch=hatches[number % len(hatches)],
                linewidth=1.6,
                alpha=0.55,
            )
            axes.add_collection(boxes, autolim=False)
            for sample in batch:
                axes.text(
                    x + 0.46,
                    -epoch + 0.36,
                    str(int(sample)),
                    ha="center",
                    va="center",
                    fontsize=10,
                    in_layout=False,
                    bbox={"boxstyle": "round,pad=0.12", "facecolor": "white", "edgecolor": "none"},
                )
                seen.append(int(sample))
                x += 1
            x += 0.45
        once = once and sorted(seen) == list(range(N))
        orders.add(tuple(seen))
    axes.set_yticks(
        [0.36 - epoch for epoch in range(epochs)], [f"epoch {e}" for e in range(epochs)]
    )
    axes.tick_params(axis="y", length=0)
    axes.set(
        xlim=(-0.2, N + 0.45 * -(-N // batch_size)),
        ylim=(-epochs + 0.9, 0.85),
        xticks=[],
        title="In every epoch each sample is dealt once, in an order of its own"
        if once and len(orders) == epochs
        else "What is dealt in each epoch",
    )
    for spine in axes.spines.values():
        spine.set_visible(False)
    show(
        figure,
        f"{epochs} rows, one per epoch: the numbers of {N} samples, cut into batches of "
        f"{batch_size}, each row in the order in which your function deals them.",
    )


# --- the loop ---------------------------------------------------------------------------------

PSEUDOCODE = {
    "1": "note the loss before training",
    "2": "repeat for every epoch:",
    "3": "    shuffle, and deal into batches",
    "4": "    for every batch:",
    "5": "        forward, keep Z, H, Ŷ",
    "6": "        back: both gradients",
    "7": "        step: A and B",
    "8": "    note the loss of all the data",
}
"""The lecture's training loop in words, and the numbers that the notebook gives its lines."""


def beside_pseudocode(train: Train) -> None:
    """Show the source of the learner's `train`, each line beside the line of the pseudocode it is.

    Lines are recognised by what they call; one that does its step without calling the function
    of that name stays without a number.
    """
    try:
        source = textwrap.dedent(inspect.getsource(train))
    except (OSError, TypeError):
        source = f"(the source of {getattr(train, '__name__', 'train')} is not at hand)"
    rows = [
        ("\n".join(numbers), "\n".join(PSEUDOCODE[number] for number in numbers), line)
        for numbers, line in _numbered(source)
    ]
    text = "\n".join(f"{numbers.replace(chr(10), ','):4}{line}" for numbers, _, line in rows)
    cells = "".join(
        f'<tr><td style="{_CELL};padding:0 .6em;color:{ERROR};font-weight:bold">{numbers}</td>'
        f'<td style="{_CELL};padding-right:1.6em">{escape(words)}</td>'
        f'<td style="{_CELL}"><code style="{_CODE}">{escape(line)}</code></td></tr>'
        for numbers, words, line in rows
    )
    ipython = sys.modules.get("IPython")
    if ipython is not None and ipython.get_ipython() is not None:
        from IPython.display import display

        table = f'<table style="border-collapse:collapse;margin:0">{cells}</table>'
        display({"text/html": table, "text/plain": text}, raw=True)


_CELL = "text-align:left;vertical-align:top;white-space:pre;padding:0"
_CODE = "white-space:pre;background:none;padding:0;font-size:92%"


def _numbered(source: str) -> list[tuple[list[str], str]]:
    """Return the lines of a function's body, each with the numbers of its pseudocode lines."""
    lines = source.splitlines()
    try:
        function = ast.parse(source).body[0]
    except (SyntaxError, IndexError):
        return [([], line) for line in lines]
    if not isinstance(function, ast.FunctionDef):
        return [([], line) for line in lines]
    told = ast.get_docstring(function) is not None
    first = (function.body[0].end_lineno or 0) + 1 if told else function.body[0].lineno
    loops = sorted(n.lineno for n in ast.walk(function) if isinstance(n, ast.For | ast.While))
    outer, inner = [*loops, 0, 0][:2]
    rows = []
    for i, line in enumerate(lines, 1):
        code = line.split("#")[0]
        if i < first or not code.strip():
            continue
        numbers = ["3"] if "minibatches(" in code else []
        if i in (outer, inner):
            numbers.append("2" if i == outer else "4")
        elif inner and i > inner and "backward(" in code:
            numbers.append("6")
        elif inner and i > inner and "update(" in code:
            numbers.append("7")
        elif inner and i > inner and "forward(" in code and "loss" not in code:
            numbers.append("5")
        elif "loss" in code and "return" not in code:
            numbers.append("8" if outer and i > outer else "1")
        rows.append((numbers, line.rstrip().removeprefix("    ")))
    return rows


@drawn_on_answers
@style()
def rates(
    train: Train, A: Array, B: Array, X: Array, Y: Array, learning_rates: Sequence[float]
) -> None:
    """Show the losses of the learner's training for a learning rate too small, right, too large."""
    figure, axes = subplots(size=(7.4, 3.6))
    N = X.shape[1]
    starts: dict[float, float] = {}
    with np.errstate(all="ignore"):
        for rate, colour in zip(learning_rates, (GREY, FORWARD, ERROR), strict=True):
            losses = np.asarray(
                train(A, B, X, Y, rate, rate, 40, N, np.random.default_rng(0))[2], dtype=float
            )
            starts[rate] = losses[-1] / losses[0]
            shown = np.minimum(np.where(np.isfinite(losses), losses, np.inf), 1e4)
            axes.semilogy(
                shown,
                color=colour,
                linestyle=LINES[colour],
                marker=MARKERS[colour],
                ms=4,
                markevery=4,
                label=f"η = {rate:g}",
            )
    small, right, large = starts.values()
    expected = right < small < 1 < large
    axes.set(
        ylim=(0.02, 1e3),
        xlabel="epoch (one step each: the batch holds all samples)",
        ylabel="loss",
        title="One creeps, one arrives, one explodes" if expected else "Three learning rates",
    )
    axes.legend(loc="upper right", ncols=3)
    show(
        figure,
        "The loss over 40 epochs for three learning rates, the vertical axis logarithmic. "
        + "; ".join(
            f"η = {rate:g} ends at {'more than a thousand' if not share < 1e3 else f'{share:.2g}'} "
            "times the first loss"
            for rate, share in starts.items()
        )
        + ".",
    )


@drawn_on_answers
@style()
def rate_map(
    train: Train,
    A: Array,
    B: Array,
    X: Array,
    Y: Array,
    rates_A: Sequence[float],
    rates_B: Sequence[float],
    epochs: int = 60,
    seconds: float = 8.0,
) -> None:
    """Show the loss after training for every pair of learning rates, the first loss being 1.

    Where the learner's training is slow, each takes fewer epochs.
    """
    N = X.shape[1]
    share = np.empty((len(rates_A), len(rates_B)))

    def one_epoch() -> None:
        train(A, B, X, Y, rates_A[0], rates_B[0], 1, N, np.random.default_rng(0))

    epochs = -(-affordable(one_epoch, seconds, share.size * epochs) // share.size)
    with np.errstate(all="ignore"):
        for i, j in np.ndindex(share.shape):
            losses = train(A, B, X, Y, rates_A[i], rates_B[j], epochs, N, np.random.default_rng(0))[
                2
            ]
            share[i, j] = losses[-1] / losses[0]
    share = np.where(np.isfinite(share), share, np.inf)
    figure, axes = subplots(size=(6.6, 4.3))
    drawn = axes.imshow(
        np.log10(np.clip(share, 0.03, 3)),
        cmap="cividis",
        vmin=np.log10(0.03),
        vmax=np.log10(3),
        origin="lower",
        aspect="auto",
    )
    for i, j in np.ndindex(share.shape):
        if share[i, j] > 3:
            axes.text(j, i, "✕", ha="center", va="center", color="black", fontsize=11)
    best = np.unravel_index(int(np.argmin(share)), share.shape)
    axes.plot(best[1], best[0], "o", mfc="none", mec="white", ms=17, mew=2)
    axes.set_xticks(range(len(rates_B)), [f"{rate:g}" for rate in rates_B])
    axes.set_yticks(range(len(rates_A)), [f"{rate:g}" for rate in rates_A])
    bar = figure.colorbar(drawn, ax=axes)
    ticks = (0.03, 0.1, 0.3, 1, 3)
    bar.set_ticks([float(np.log10(tick)) for tick in ticks], labels=[f"{tick:g}" for tick in ticks])
    bar.set_label("last loss / first loss")
    lost, lowest = share > 3, float(share[:, 0].min())
    cliff = bool(lost[:, -1].all() and not lost[:, 0].any())
    axes.set(
        xlabel="learning rate of B",
        ylabel="learning rate of A",
        title="The loss explodes when B's rate is too large, never by A's alone"
        if cliff
        else "The loss after training, for every pair of learning rates",
    )
    seen = {
        "the largest learning rate of B explodes everywhere, the smallest nowhere": cliff,
        "where A's is large, it explodes at smaller rates of B": cliff
        and lost[-1].sum() > lost[0].sum(),
        "with the smallest rate of B, the loss stays high for the smallest rate of A": cliff
        and share[0, 0] > 2 * lowest,
        "with the smallest rate of B, the loss stays high for the largest rate of A": cliff
        and share[-1, 0] > 2 * lowest,
    }
    show(
        figure,
        "; ".join(
            (
                f"A map of the loss after {epochs} epochs over the learning rates of A and B, both "
                "logarithmic, with a circle at the lowest loss and crosses where it has exploded",
                *(words for words, so in seen.items() if so),
            )
        )
        + ".",
    )


# --- a network learning -----------------------------------------------------------------------


@drawn_on_answers
@style()
def boundaries(
    train: Train,
    data: Dataset,
    A: Array,
    B: Array,
    learning_rates: tuple[float, float],
    batch_size: int,
    epochs: Sequence[int],
) -> None:
    """Show what the network says of every point of the plane, at several epochs of one training.

    Parameters
    ----------
    train : callable
        The learner's.
    data : Dataset
        Two coordinates, the ones, and a target of 0 or 1.
    A, B : ndarray
        The first weights.
    learning_rates, batch_size
        For the training.
    epochs : sequence of int
        When to look, growing.
    """
    rng = np.random.default_rng(1)
    low, high = data.X[:2].min(axis=1) - 0.4, data.X[:2].max(axis=1) + 0.4
    across, up = (np.linspace(low[i], high[i], 50) for i in (0, 1))
    grid = np.stack([M.ravel() for M in np.meshgrid(across, up)] + [np.ones(50 * 50)])
    shape = (high[1] - low[1]) / (high[0] - low[0])
    figure, axes = subplots(1, len(epochs), size=(9, 8.7 / len(epochs) * shape + 0.95), sharey=True)
    correctly: list[float] = []
    done = 0
    for place, epoch in zip(axes, epochs, strict=True):
        A, B, _ = train(A, B, data.X, data.Y, *learning_rates, epoch - done, batch_size, rng)
        done = epoch
        said = network.predict(A, B, grid).reshape(50, 50)
        place.contourf(
            across,
            up,
            np.clip(said, -0.5, 1.5),
            levels=np.linspace(-0.5, 1.5, 13),
            cmap=_SIGNED,
            alpha=0.75,
        )
        place.contour(across, up, said, levels=[0.5], colors="black", linewidths=2)
        for label, marker in ((0, "o"), (1, "^")):
            points = data.X[:, data.Y[0] == label]
            place.plot(points[0], points[1], marker, color="white", mec="black", mew=0.6, ms=3.6)
        reading = network.predict(A, B, data.X_test) > 0.5
        correctly.append(float(np.mean(reading == (data.Y_test > 0.5))))
        place.set_title(f"epoch {epoch}", fontweight="normal")
        place.set_xlabel(f"test: {correctly[-1]:.0%} right")
        place.set(xticks=[], yticks=[], xlim=(low[0], high[0]), ylim=(low[1], high[1]))
        place.set_aspect("equal")
    better = correctly[-1] > max(correctly[0], 0.9)
    name = "XOR" if data.name == "xor" else data.name.capitalize()
    figure.suptitle(
        f"{name}: the boundary bends until it fits"
        if better
        else f"{name}: the boundary, epoch by epoch",
        x=0.01,
        ha="left",
    )
    show(
        figure,
        f"{name}, {len(epochs)} pictures of the plane side by side, at epochs "
        f"{', '.join(map(str, epochs))}: the colour is the network's output, the black line where "
        f"it is one half{'; it moves between the two classes' if better else ''}. "
        "Read correctly in the test: "
        f"{', '.join(f'{share:.0%}' for share in correctly)}.",
    )


@drawn_on_answers
@style()
def batch_sizes(losses: dict[int, Sequence[float]], N: int) -> None:
    """Show the losses of trainings with several batch sizes, epoch by epoch."""
    figure, axes = subplots(size=(7.4, 3.6))
    order = sorted(losses, reverse=True)
    for size, colour in zip(order, (GREY, FORWARD, ERROR), strict=True):
        steps = -(-N // size)
        axes.semilogy(
            losses[size],
            color=colour,
            linestyle=LINES[colour],
            marker=MARKERS[colour],
            ms=6,
            label=f"batches of {size:,}: {steps} step{'s' * (steps != 1)} per epoch",
        )
    ends = [float(losses[size][-1]) for size in order]
    falling = all(less < more for more, less in pairwise(ends))
    axes.set(
        xlabel="epoch (every epoch looks once at every image)",
        ylabel="loss of all the training images",
        title="The same work, cut into more steps, gets further"
        if falling
        else "The same work, cut into more and into fewer steps",
    )
    axes.set_ylim(top=2.5 * max(float(values[0]) for values in losses.values()))
    _plain_ticks(axes)
    axes.legend(loc="upper right")
    show(
        figure,
        "The loss over the epochs for three batch sizes. After the last epoch: "
        + ", ".join(f"{end:.2f} for {size}" for size, end in zip(order, ends, strict=True))
        + ".",
    )


def _plain_ticks(axes: Any) -> None:
    """Write the ticks of a logarithmic axis as plain numbers: 0.1, 0.2, 0.5, 1."""
    low, high = axes.get_ylim()
    ticks = [m * 10.0**e for e in range(-6, 7) for m in (1, 2, 5) if low <= m * 10.0**e <= high]
    axes.set_yticks(ticks, [f"{tick:g}" for tick in ticks])
    axes.minorticks_off()


@drawn_on_answers
@style()
def learning_curve(
    losses: Sequence[float], training: Sequence[float], test: Sequence[float]
) -> None:
    """Show the loss, and the shares of images read correctly in training and test, per epoch."""
    figure, (left, right) = subplots(1, 2, size=(9, 3.3))
    left.semilogy(losses, color=ERROR, linestyle="-")
    left.set(xlabel="epoch", ylabel="loss of the training images")
    left.set_title("The loss falls" if losses[-1] < losses[0] else "The loss does not fall yet")
    for values, label, colour in (
        (training, "training images", FORWARD),
        (test, "test images", COLOUR_A),
    ):
        right.plot(
            100 * np.asarray(values),
            color=colour,
            linestyle=LINES[colour],
            label=f"{label}: {values[-1]:.1%}",
        )
    right.axhline(95, color=GREY, linestyle=LINES[GREY], lw=1)
    right.annotate(
        f"before training: {test[0]:.0%}",
        (2, 87),
        xytext=(0, 0),
        textcoords="offset points",
        color=GREY,
    )
    right.set_yticks([80, 85, 90, 95, 100])
    right.set(
        xlabel="epoch",
        ylabel="read correctly, in %",
        title="Images it never saw lag behind"
        if training[0] < training[-1] > test[-1]
        else "Images it never saw, and those it did",
        ylim=(80, 100.5),
    )
    _plain_ticks(left)
    right.legend(loc="lower right")
    show(
        figure,
        f"Left: the loss over {len(losses) - 1} epochs, from {losses[0]:.2f} to {losses[-1]:.3f}. "
        f"Right: images read correctly; in the end {training[-1]:.0%} of the training images and "
        f"{test[-1]:.0%} of the test images.",
    )


@drawn_on_answers
@style()
def hidden_units(before: Array, after: Array, units: int = 20) -> None:
    """Show rows of A as images of 8 by 8 weights, before and after training."""
    rows = []
    strongest = np.argsort(-np.linalg.norm(after[:, :64] - before[:, :64], axis=1))[:units]
    for A in (before, after):
        rows.append(A[strongest, :64].reshape(-1, 8, 8))
    patches = _evenness(rows[1]) > _evenness(rows[0]) + 0.2
    figure, axes = subplots(2, 1, size=(9, 4.6))
    most = float(np.quantile(np.abs(rows[1]), 0.995))
    titles = ("Before training", "After")
    if patches:
        titles = ("Before training: noise", "After: patches for and against")
    for place, images, title in zip(axes, rows, titles, strict=True):
        show_images(place, images, units // 2, cmap=_SIGNED, vmin=-most, vmax=most)
        place.set(xlim=(-0.05, units // 2 - 0.05), ylim=(-1.15, 0.95), title=title)
    show(
        figure,
        f"The weights of {units} hidden units as images of 8 by 8, positive orange and negative "
        "purple, before training and after it."
        + (
            " Before training they are noise; after it neighbouring pixels often have like "
            "weights, so that strokes and edges show."
            if patches
            else ""
        ),
    )


def _evenness(images: Array) -> float:
    """Return the correlation of the weights of neighbouring pixels: near 0 for noise."""
    across = np.corrcoef(images[:, :, 1:].ravel(), images[:, :, :-1].ravel())[0, 1]
    down = np.corrcoef(images[:, 1:].ravel(), images[:, :-1].ravel())[0, 1]
    return float((across + down) / 2)


@drawn_on_answers
@style()
def readings(X: Array, labels: Array, stages: dict[str, Array]) -> None:
    """Show some images and what the network read in each, at several stages of its training."""
    N = len(labels)
    figure, axes = subplots(size=(9, 1.2 + 0.42 * len(stages)))
    sheet = np.zeros((8, 10 * N))
    for k in range(N):
        sheet[:, 10 * k + 1 : 10 * k + 9] = X[:64, k].reshape(8, 8)
    axes.imshow(sheet, vmin=0, vmax=1, extent=(-0.5, N - 0.5, 0.35, 1.15), aspect="auto")
    shares = []
    for row, (stage, read) in enumerate(stages.items()):
        shares.append(float(np.mean(read == labels)))
        for k in range(N):
            good = bool(read[k] == labels[k])
            axes.text(
                k,
                -0.42 * row,
                f"{int(read[k])}",
                ha="center",
                va="center",
                fontsize=12,
                color=FORWARD if good else ERROR,
                fontweight="bold" if good else "normal",
            )
            if not good:
                axes.plot(
                    [k - 0.17, k + 0.17],
                    [-0.42 * row - 0.14, -0.42 * row + 0.14],
                    color=ERROR,
                    lw=1,
                )
        axes.text(-0.75, -0.42 * row, stage, ha="right", va="center")
    axes.set(xlim=(-0.5, N - 0.5), ylim=(-0.42 * len(stages) + 0.15, 1.2))
    axes.set_axis_off()
    better = shares == sorted(shares) and shares[-1] > shares[0]
    axes.set_title("From noise to reading, with your own functions" if better else "What it reads")
    show(
        figure,
        f"{N} test images, and below each what the network reads in it "
        + "; ".join(
            f"{stage}: {share:.0%} right" for stage, share in zip(stages, shares, strict=True)
        )
        + ".",
    )
