"""The pictures with which notebook 01 opens: what a network can do, and what it is made of."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from bplib.figures.base import (
    COLOUR_A,
    COLOUR_B,
    FORWARD,
    GREY,
    MARKERS,
    show,
    style,
    subplots,
)
from bplib.figures.pictures import digit_grid

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from bplib.datasets import Dataset
    from bplib.trained import Reader


def first_reading(reader: Reader, digits: Dataset) -> None:
    """Show what a trained network reads: eight new images correctly, and four not.

    Parameters
    ----------
    reader : Reader
        As `bplib.trained.digits_reader` gives it.
    digits : Dataset
        As `bplib.datasets.digits` gives it.
    """
    labels = np.asarray(digits.labels_test)
    says = reader.read(digits.X_test)
    shown = [*np.flatnonzero(says == labels)[:8], *np.flatnonzero(says != labels)[:4]]
    digit_grid(
        digits.X_test[:, shown],
        [f"{says[n]}" if says[n] == labels[n] else f"{says[n]}, not {labels[n]}" for n in shown],
        columns=6,
        alt="Twelve handwritten digits, each below what the network reads: eight correctly, then "
        + ", ".join(
            f"{says[n]} for {'an' if labels[n] == 8 else 'a'} {labels[n]}" for n in shown[8:]
        ),
    )


@style()
def wires() -> None:
    """Show one unit worked by hand, the activation, and a network as units and weighted wires."""
    figure, (hand, curve, whole) = subplots(1, 3, size=(9, 3.1), width_ratios=(1.15, 0.85, 1))
    _wires_by_hand(hand)
    _tanh_curve(curve)
    _wires_of_a_network(whole)
    show(
        figure,
        "Three pictures. Left: inputs 2 and 1 go along wires with weights 0.4 and −0.3 to a hidden "
        "unit, where 0.5 arrives; tanh makes 0.46 of it, and a wire with weight 5 makes the "
        "prediction 2.3. Middle: the curve of tanh, from −1 at the left through 0 to 1 at the "
        "right, with the point (0.5, 0.46). Right: a network of 3 inputs, 4 hidden units and 2 "
        "outputs; every input has a wire to every hidden unit (these weights are A), every hidden "
        "unit one to every output (these are B).",
    )


_UNIT = {"boxstyle": "circle,pad=0.28", "facecolor": "white", "linewidth": 1.4}


_CENTRED: dict[str, Any] = {"ha": "center", "va": "center"}
_INSIDE: dict[str, Any] = {
    "in_layout": False
}  # of a word inside its axes, which needs no room of its own


def _unit(axes: Axes, x: float, y: float, text: str, **look: Any) -> None:
    box = {**_UNIT, "edgecolor": FORWARD}
    axes.text(x, y, text, bbox=box, zorder=3, **_CENTRED, **_INSIDE, **look)


def _wire(axes: Axes, start: tuple[float, float], end: tuple[float, float], colour: str) -> None:
    axes.plot(*zip(start, end, strict=True), color=colour, linewidth=1.4, zorder=1)


def _wires_by_hand(axes: Axes) -> None:
    axes.set(xlim=(-0.35, 3.35), ylim=(-0.55, 1.6))
    axes.set_axis_off()
    axes.set_title("One unit, by hand")
    for y in (1.0, 0.0):
        _wire(axes, (0, y), (1.5, 0.5), COLOUR_A)
    _wire(axes, (1.5, 0.5), (3, 0.5), COLOUR_B)
    for x, y, text in ((0, 1, "2"), (0, 0, "1"), (1.5, 0.5, "0.5"), (3, 0.5, "2.3")):
        _unit(axes, x, y, text)
    axes.text(0.75, 0.95, "· 0.4", color=COLOUR_A, ha="center", **_INSIDE)
    axes.text(0.75, 0.0, "· (−0.3)", color=COLOUR_A, **_CENTRED, **_INSIDE)
    axes.text(1.5, 1.02, "tanh:\n0.46", fontsize=9.5, **_CENTRED, **_INSIDE)
    axes.text(2.3, 0.58, "· 5", color=COLOUR_B, ha="center", va="bottom", **_INSIDE)
    for x, text in ((0, "inputs"), (1.5, "hidden unit"), (3, "output")):
        axes.text(x, -0.5, text, ha="center", fontsize=9.5, color=GREY, **_INSIDE)


def _tanh_curve(axes: Axes) -> None:
    z = np.linspace(-4, 4, 161)
    axes.plot(z, np.tanh(z), color=FORWARD)
    for level in (-1, 1):
        axes.axhline(level, color=GREY, linewidth=0.8, linestyle=":")
    axes.plot(0.5, np.tanh(0.5), MARKERS[FORWARD], color="black")
    axes.annotate("0.5 → 0.46", (0.5, np.tanh(0.5)), (0.9, 0.15), fontsize=9.5)
    axes.set(xlabel="what arrives, z", ylabel="tanh(z)", yticks=(-1, 0, 1))
    axes.set_title("The activation, tanh")


def _wires_of_a_network(axes: Axes) -> None:
    layers = [[(x, (n - 1) / 2 - i) for i in range(n)] for x, n in ((0, 3), (1.5, 4), (3, 2))]
    for (starts, ends), colour in zip(pairwise(layers), (COLOUR_A, COLOUR_B), strict=True):
        for start in starts:
            for end in ends:
                _wire(axes, start, end, colour)
    for i, layer in enumerate(layers):
        for j, (x, y) in enumerate(layer):
            _unit(axes, x, y, f"{'xhŷ'[i]}{'₀₁₂₃'[j]}", fontsize=9, style="italic")
    axes.text(0.75, 1.75, "A", color=COLOUR_A, weight="bold", ha="center", **_INSIDE)
    axes.text(2.25, 1.75, "B", color=COLOUR_B, weight="bold", ha="center", **_INSIDE)
    axes.set(xlim=(-0.4, 3.4), ylim=(-1.95, 2.05))
    axes.set_axis_off()
    axes.set_title("A network")
