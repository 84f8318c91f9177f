"""Small pictures that several notebooks need: images of digits, shapes of matrices."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bplib.figures.base import show, style, subplots

Array = NDArray[Any]


@style()
def digit_grid(
    X: Array, titles: Sequence[object] | None = None, columns: int = 10, *, alt: str
) -> None:
    """Show images of 8 by 8 pixels, side by side.

    Parameters
    ----------
    X : ndarray, shape (64, N) or (65, N)
        One column an image; a last row of ones is left out.
    titles : sequence, optional
        What to write above each image.
    columns : int
        Images in a row.
    alt : str
        What the picture shows, in words.
    """
    X = np.asarray(X, dtype=float)
    if X.ndim != 2 or X.shape[0] not in (64, 65):
        raise ValueError(f"X must have shape (64, N) or (65, N), not {X.shape}")
    images = X[:64].T.reshape(-1, 8, 8)
    if titles is not None and len(titles) != len(images):
        raise ValueError(f"{len(images)} images need {len(images)} titles, not {len(titles)}")
    if not len(images):
        raise ValueError("there is no image to show")
    columns = min(columns, len(images))
    rows = -(-len(images) // columns)
    height = 0.9 if titles is None else 1.1
    figure, axes = subplots(rows, columns, size=(0.9 * columns, height * rows), squeeze=False)
    for place in axes.flat:
        place.set_axis_off()
    for i, (place, image) in enumerate(zip(axes.flat, images, strict=False)):
        place.imshow(image, vmin=0, vmax=1)
        if titles is not None:
            place.set_title(str(titles[i]), loc="center", fontweight="normal", fontsize=10, pad=3)
    show(figure, alt)


def matrix_product(*matrices: tuple[str, tuple[int, ...]]) -> None:
    """Show a product of matrices as blocks with their shapes: A (5, 3) @ X (3, 8) = Z (5, 8).

    Parameters
    ----------
    *matrices : (name, shape)
        The factors, and last the product.
    """
    figure, axes = subplots(size=(6, 2))
    axes.set_title(" ".join(f"{name} {shape}" for name, shape in matrices))
    show(figure, "Matrices " + ", ".join(f"{name} {shape}" for name, shape in matrices))
