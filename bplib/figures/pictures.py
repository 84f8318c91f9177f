"""Small pictures that several notebooks need: images of digits, shapes of matrices."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from bplib.figures.base import (
    COLOUR_A,
    COLOUR_B,
    ERROR,
    FORWARD,
    GREY,
    show,
    style,
    subplots,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

Array = NDArray[Any]


def digit_grid(
    X: Array, titles: Sequence[object] | None = None, columns: int = 10, *, alt: str
) -> None:
    """Show images of 8 by 8 pixels side by side, ink black on white paper.

    Parameters
    ----------
    X : ndarray, shape (64, N) or (65, N)
        One column an image, 0 for paper to 1 for ink; a last row of ones is left out.
    titles : sequence, optional
        What to write above each image.
    columns : int
        Images in a row.
    alt : str
        What the picture shows, in words.

    Raises
    ------
    ValueError
        If the shape is another, there is no image, or titles and images differ in number.
    """
    show(draw_digit_grid(X, titles, columns), alt)


@style()
def draw_digit_grid(X: Array, titles: Sequence[object] | None = None, columns: int = 10) -> Figure:
    """Return the picture of `digit_grid`."""
    X = np.asarray(X, dtype=float)
    if X.ndim != 2 or X.shape[0] not in (64, 65):
        raise ValueError(f"X must have shape (64, N) or (65, N), not {X.shape}")
    images = X[:64].T.reshape(-1, 8, 8)
    if not len(images):
        raise ValueError("there is no image to show")
    if titles is not None and len(titles) != len(images):
        raise ValueError(f"{len(images)} images need {len(images)} titles, not {len(titles)}")
    columns = max(1, min(columns, len(images)))
    rows = -(-len(images) // columns)
    height = 0.9 if titles is None else 1.15
    figure, axes = subplots(size=(0.88 * columns, height * rows))
    show_images(axes, images, columns, titles, row=height / 0.88)
    axes.set(xlim=(-0.05, columns - 0.05), ylim=(-height / 0.88 * rows + 0.95, height / 0.88))
    return figure


def show_images(
    axes: Axes,
    images: Array,
    columns: int,
    words: Sequence[object] | None = None,
    row: float = 1.1,
    **look: Any,
) -> None:
    """Draw images into one pair of axes, 0.9 wide, in rows from y = 0 downwards.

    One pair of axes for all: each of its own would take the time of a whole picture.
    """
    from matplotlib.collections import PolyCollection

    frames = []
    for i, image in enumerate(images):
        x, y = i % columns, -row * (i // columns)
        axes.imshow(image, **{"vmin": 0, "vmax": 1, **look}, extent=(x, x + 0.9, y, y + 0.9))
        frames.append([(x, y), (x + 0.9, y), (x + 0.9, y + 0.9), (x, y + 0.9)])
        if words is not None:
            axes.text(x + 0.45, y + 0.95, str(words[i]), ha="center", va="bottom")
    axes.add_collection(
        PolyCollection(frames, facecolors="none", edgecolors="#BBBBBB", lw=0.7), autolim=False
    )
    axes.set_aspect("equal")
    axes.set_axis_off()


def matrix_product(*matrices: tuple[str, tuple[int, ...]]) -> None:
    """Show a product of matrices as blocks with their shapes: A (5, 3) @ X (3, 8) = Z (5, 8).

    Sizes that must agree and do not are shown too: the picture says what does not fit.

    Parameters
    ----------
    *matrices : (name, shape)
        The factors in order, and last the product: ``("A", A.shape), ("X", X.shape),
        ("Z", Z.shape)``.

    Raises
    ------
    ValueError
        If there are fewer than three, or one is not a matrix.
    """
    figure, alt = draw_matrix_product(*matrices)
    show(figure, alt)


@style()
def draw_matrix_product(*matrices: tuple[str, tuple[int, ...]]) -> tuple[Figure, str]:
    """Return the picture of `matrix_product`, and what it shows in words."""
    from matplotlib.figure import Figure

    blocks = _blocks(matrices)
    *factors, product = blocks
    misfits = _misfits(factors, product)
    equation = " @ ".join(map(str, factors)) + f" = {product}"
    verdict = "Does not fit: " + "; ".join(misfits) if misfits else "The inner sizes agree"
    floor, ceiling = -0.55, max(block.height for block in blocks) + (0.45 if misfits else 0.15)
    width = sum(block.slot for block in blocks) + _GAP * (len(blocks) - 1) + 0.3
    width = max(width, 0.09 * len(verdict)) if misfits else width
    figure = Figure(figsize=(width, ceiling - floor))
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set(xlim=(0, width), ylim=(floor, ceiling))
    axes.set_axis_off()
    if misfits:
        axes.text(0.15, ceiling - 0.2, verdict, color=ERROR, weight="bold", va="center")

    middle = max(block.height for block in blocks) / 2
    left = 0.15
    for block, right_hand in zip(blocks, [*blocks[1:], None], strict=True):
        _draw_block(axes, block, left + block.slot / 2, middle)
        left += block.slot + _GAP
        if right_hand is None:
            break
        sign = "=" if right_hand is product else "@"
        axes.text(left - _GAP / 2, middle, sign, ha="center", va="center", fontsize=13)
        if right_hand is not product:
            fits = block.columns == right_hand.rows
            axes.text(
                left - _GAP / 2,
                -0.41,
                f"{block.columns} {'=' if fits else '≠'} {right_hand.rows}",
                ha="center",
                va="center",
                color=GREY if fits else ERROR,
                weight="normal" if fits else "bold",
            )
    return figure, f"Matrices as blocks: {equation}. {verdict}."


def _misfits(factors: Sequence[_Block], product: _Block) -> list[str]:
    """Say which sizes should be equal and are not."""
    said = [
        f"{a.name} has {a.columns} columns and {b.name} {b.rows} rows"
        for a, b in pairwise(factors)
        if a.columns != b.rows
    ]
    outer = (factors[0].rows, factors[-1].columns)
    if not said and outer != (product.rows, product.columns):
        said.append(f"the product has shape {outer}, not ({product.rows}, {product.columns})")
    return said


_GAP = 0.7


class _Block(NamedTuple):
    """A matrix, and the size in inches at which it is drawn."""

    name: str
    rows: int
    columns: int
    width: float
    height: float
    ruled: bool

    @property
    def slot(self) -> float:
        """The width that the block and what stands below it take."""
        return max(self.width, 0.085 * len(f"({self.rows}, {self.columns})"), 0.1 * len(self.name))

    def __str__(self) -> str:
        return f"{self.name} ({self.rows}, {self.columns})"


def _blocks(matrices: Sequence[tuple[str, tuple[int, ...]]]) -> list[_Block]:
    """Check the shapes and choose sizes: true to scale while small, by the logarithm if not."""
    if len(matrices) < 3:
        raise ValueError("a product needs two factors and the product, each as (name, shape)")
    for name, shape in matrices:
        if len(shape) != 2 or min(shape) < 1:
            raise ValueError(f"{name} has shape {tuple(shape)}: not a matrix with entries")
    largest = max(max(shape) for _, shape in matrices)
    ruled = largest <= 12

    def inches(n: int) -> float:
        return 0.16 * n if ruled else 0.3 + 1.5 * math.log(n) / math.log(largest)

    return [
        _Block(name, shape[0], shape[1], inches(shape[1]), inches(shape[0]), ruled)
        for name, shape in matrices
    ]


def _draw_block(axes: Axes, block: _Block, x: float, y: float) -> None:
    """Draw a block with its middle at (x, y), and its name and shape at the bottom."""
    from matplotlib.patches import Rectangle

    left, bottom = x - block.width / 2, y - block.height / 2
    colour = _colour_of(block.name)
    axes.add_patch(
        Rectangle((left, bottom), block.width, block.height, facecolor=colour, alpha=0.25)
    )
    if block.ruled:
        for i in range(1, block.columns):
            across = left + i * block.width / block.columns
            axes.plot([across] * 2, [bottom, bottom + block.height], color="white", linewidth=1)
        for i in range(1, block.rows):
            up = bottom + i * block.height / block.rows
            axes.plot([left, left + block.width], [up] * 2, color="white", linewidth=1)
    axes.add_patch(
        Rectangle(
            (left, bottom),
            block.width,
            block.height,
            fill=False,
            edgecolor=colour,
            linewidth=1.8,
            linestyle="--" if colour == ERROR else "-",
        )
    )
    axes.text(x, -0.18, block.name, ha="center", va="center", weight="bold", fontsize=11)
    shape = f"({block.rows}, {block.columns})"
    axes.text(x, -0.41, shape, ha="center", va="center")


def _colour_of(name: str) -> str:
    """Return the colour of what a name stands for: errors, weights, or what flows forward."""
    if name.startswith(("Δ", "delta", "error")):
        return ERROR
    weights = name.removeprefix("grad_").removeprefix("gradient_")
    return {"A": COLOUR_A, "B": COLOUR_B}.get(weights[:1], FORWARD)
