"""Matrices as tiles with their numbers in them, shaded by their size."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from bplib.figures.base import subplots

Array = NDArray[Any]
HIGH = 0.72  # of a tile; its width is 1
CENTRED: dict[str, str] = {"ha": "center", "va": "center"}


def number(value: float) -> str:
    """Return a number with two decimals, with a true minus sign and without −0.00."""
    text = f"{value:.2f}"
    return ("0.00" if float(text) == 0 else text).replace("-", "−")


def tint(colour: str, share: float) -> tuple[float, ...]:
    """Return a colour mixed with white: `share` of it, from 0 to 1."""
    from matplotlib.colors import to_rgb

    return tuple(1 - share * (1 - channel) for channel in to_rgb(colour))


def tiles(
    axes: Any,
    M: Array,
    left: float,
    top: float,
    colour: str,
    title: str = "",
    marked: Array | None = None,
    numbers: bool = True,
    largest: float | None = None,
    width: float = 1.0,
    high: float = HIGH,
    size: float = 8.5,
) -> float:
    """Draw a matrix whose top left corner is given; return its right edge."""
    from matplotlib.collections import PolyCollection
    from matplotlib.patches import Rectangle

    rows, columns = M.shape
    most = largest or float(np.max(np.abs(M))) or 1.0
    corners, faces = [], []
    for i, j in np.ndindex(M.shape):
        x, y = left + j * width, top - (i + 1) * high
        corners.append([(x, y), (x + width, y), (x + width, y + high), (x, y + high)])
        faces.append(tint(colour, 0.04 + 0.6 * min(1.0, abs(float(M[i, j])) / most)))
        if numbers:  # inside the tiles they need no room of their own
            value = number(float(M[i, j]))
            place = (x + width / 2, y + high / 2)
            axes.text(*place, value, size=size, in_layout=False, **CENTRED)
    axes.add_collection(
        PolyCollection(corners, facecolors=faces, edgecolors="white", lw=0.6), autolim=False
    )
    frame: dict[str, Any] = {"fill": False, "edgecolor": colour, "lw": 1.4}
    axes.add_patch(Rectangle((left, top - rows * high), columns * width, rows * high, **frame))
    for i, j in np.argwhere(marked) if marked is not None else ():
        corner = (left + j * width, top - (i + 1) * high)
        outline: dict[str, Any] = {"fill": False, "edgecolor": "black", "lw": 1.3}
        axes.add_patch(Rectangle(corner, width, high, **outline))
    axes.text(left + columns * width / 2, top + 0.12, title, ha="center", va="bottom", size=9.5)
    return left + float(columns * width)


def canvas(width: float, height: float, title: str, inches: float = 9) -> tuple[Any, Any]:
    """Return a figure for tiles, `width` tiles wide."""
    figure, axes = subplots(size=(inches, inches * height / width + 0.45))
    axes.set(xlim=(-0.1, width), ylim=(0, height), aspect="equal", title=title)
    axes.set_axis_off()
    return figure, axes
