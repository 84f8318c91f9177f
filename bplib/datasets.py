"""The data of the notebooks: real images, shipped with the package, and four drawn sets.

Every set comes in the course's notation: a column a sample, the last row of `X` all ones (so
that the last column of A holds the hidden biases), float64, split into training and test. Every
call returns fresh arrays. Nothing is fetched from a network.
"""

from dataclasses import dataclass
from importlib.resources import files
from numbers import Real
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["Dataset", "digits", "noisy_line", "one_hot", "spiral", "two_moons", "xor"]

Array = NDArray[Any]

_DIGITS_TEST_SHARE = 0.25
_DIGITS_SPLIT_SEED = 1998
_DRAWN_SOURCE = "drawn by bplib.datasets"
_DRAWN_LICENCE = "MIT, as this package"


@dataclass(frozen=True, eq=False)
class Dataset:
    """Inputs and targets, split into training and test.

    Attributes
    ----------
    name : str
        What the set is called.
    X, X_test : ndarray, shape (n_in, N) and (n_in, N_test)
        Inputs, one column a sample; the last row is ones.
    Y, Y_test : ndarray, shape (n_out, N) and (n_out, N_test)
        Targets.
    source, licence : str
        Where the data come from, and on what terms they may be used.
    labels, labels_test : ndarray of int, shape (N,) and (N_test,), or None
        Each sample's class, where there are classes.
    """

    name: str
    X: Array
    Y: Array
    X_test: Array
    Y_test: Array
    source: str
    licence: str
    labels: Array | None = None
    labels_test: Array | None = None

    def __repr__(self) -> str:
        """Give the shapes, not the numbers."""
        return (
            f"Dataset {self.name}: training X {self.X.shape}, Y {self.Y.shape}; "
            f"test X {self.X_test.shape}, Y {self.Y_test.shape}"
        )


def one_hot(labels: Any, classes: int) -> Array:
    """Return targets with a 1 in the row of each sample's class and 0 elsewhere.

    Parameters
    ----------
    labels : array of int, shape (N,)
        Classes from 0 to `classes` − 1.
    classes : int
        How many classes there are.

    Returns
    -------
    ndarray, shape (classes, N)
        One column a sample.

    Raises
    ------
    ValueError
        If `labels` is not a flat array of whole numbers in that range.
    """
    flat = np.asarray(labels)
    if flat.ndim != 1 or flat.dtype.kind not in "iu":
        raise ValueError(
            f"labels must be a flat array of whole numbers, not shape {flat.shape} of {flat.dtype}"
        )
    if flat.size and not (flat.min() >= 0 and flat.max() < classes):
        raise ValueError(
            f"labels must lie from 0 to {classes - 1}, these go from {flat.min()} to {flat.max()}"
        )
    return (np.arange(classes)[:, np.newaxis] == flat).astype(float)


def digits() -> Dataset:
    """Return 1,797 handwritten digits, 8 by 8 pixels each, 1,347 of them for training.

    They are the test part of "Optical Recognition of Handwritten Digits" by E. Alpaydin and
    C. Kaynak (UCI Machine Learning Repository, 1998, CC BY 4.0), the images that scikit-learn
    ships as well. 43 people wrote them; each was shrunk from 32 by 32 black-and-white pixels to
    8 by 8 counts from 0 to 16.

    Returns
    -------
    Dataset
        `X` has 65 rows: the 64 pixels from top left to bottom right, from 0 (paper) to 1
        (ink), and the ones. `Y` has ten rows, one-hot; `labels` the digits. The split is
        always the same and has a quarter of every digit in the test part.
    """
    with (files("bplib") / "data" / "digits.npz").open("rb") as file, np.load(file) as stored:
        images, labels = stored["images"], stored["labels"].astype(int)
    X = _with_ones(images.reshape(len(images), -1).T / 16.0)
    rng = np.random.default_rng(_DIGITS_SPLIT_SEED)
    shuffled = [rng.permutation(np.flatnonzero(labels == digit)) for digit in range(10)]
    cuts = [round(_DIGITS_TEST_SHARE * len(of_one)) for of_one in shuffled]
    pairs = list(zip(shuffled, cuts, strict=True))
    test = rng.permutation(np.concatenate([of_one[:cut] for of_one, cut in pairs]))
    training = rng.permutation(np.concatenate([of_one[cut:] for of_one, cut in pairs]))
    Y = one_hot(labels, 10)
    return Dataset(
        name="digits",
        X=X[:, training].copy(),
        Y=Y[:, training].copy(),
        X_test=X[:, test].copy(),
        Y_test=Y[:, test].copy(),
        labels=labels[training],
        labels_test=labels[test],
        source=(
            "E. Alpaydin and C. Kaynak, Optical Recognition of Handwritten Digits (test part), "
            "UCI Machine Learning Repository, 1998, https://doi.org/10.24432/C50P49"
        ),
        licence="CC BY 4.0",
    )


def two_moons(n: int = 200, noise: float = 0.15, seed: int = 0, n_test: int = 100) -> Dataset:
    """Return two half circles that reach into each other: no straight line separates them.

    Parameters
    ----------
    n, n_test : int
        Samples for training and for the test; half of each (rounded up) lie on the upper moon.
    noise : float
        Standard deviation of the points about their half circles, whose radius is 1.
    seed : int
        Where the random numbers start.

    Returns
    -------
    Dataset
        `X` has three rows (two coordinates and the ones), `Y` one: 0 on the upper moon, 1 on
        the lower one; `labels` says the same as whole numbers.
    """
    rng = _generator(n, n_test, noise, seed)

    def draw(size: int) -> tuple[Array, Array]:
        labels = np.arange(size) % 2
        angle = rng.uniform(0, np.pi, size)
        upper = np.stack([np.cos(angle), np.sin(angle)])
        lower = np.stack([1 - np.cos(angle), 0.5 - np.sin(angle)])
        points = np.where(labels == 0, upper, lower)
        return points + noise * rng.standard_normal((2, size)), labels

    return _drawn_classes("two moons", draw, n, n_test, rng)


def xor(n: int = 200, noise: float = 0.25, seed: int = 0, n_test: int = 100) -> Dataset:
    """Return four clouds at the corners of a square: exclusive or.

    Parameters
    ----------
    n, n_test : int
        Samples for training and for the test, dealt to the four corners in turn; `n` = 4 with
        `noise` = 0 is the bare truth table.
    noise : float
        Standard deviation of the clouds; the corners are (−1, −1), (−1, 1), (1, −1), (1, 1).
    seed : int
        Where the random numbers start.

    Returns
    -------
    Dataset
        `X` has three rows (two coordinates and the ones), `Y` one: 1 where the two coordinates
        of the corner differ, else 0; `labels` says the same as whole numbers.
    """
    rng = _generator(n, n_test, noise, seed)

    def draw(size: int) -> tuple[Array, Array]:
        corners = np.array([[-1.0, -1.0, 1.0, 1.0], [-1.0, 1.0, -1.0, 1.0]])
        corner = np.arange(size) % 4
        points = corners[:, corner] + noise * rng.standard_normal((2, size))
        return points, np.array([0, 1, 1, 0])[corner]

    return _drawn_classes("xor", draw, n, n_test, rng)


def spiral(n: int = 200, noise: float = 0.04, seed: int = 0, n_test: int = 100) -> Dataset:
    """Return two arms of a spiral, one about the other.

    Parameters
    ----------
    n, n_test : int
        Samples for training and for the test, half of them (rounded up) on arm 0.
    noise : float
        Standard deviation of what is added to each coordinate.
    seed : int
        Where the random numbers start.

    Returns
    -------
    Dataset
        `X` has three rows (two coordinates and the ones), `Y` one, 0 or 1; `labels` says the same
        as whole numbers.
    """
    rng = _generator(n, n_test, noise, seed)

    def draw(size: int) -> tuple[Array, Array]:
        labels = np.arange(size) % 2
        along = np.sqrt(rng.uniform(0.02, 1, size))
        angle = 2 * np.pi * along + np.pi * labels
        points = 1.6 * along * np.stack([np.cos(angle), np.sin(angle)])
        return points + noise * rng.standard_normal((2, size)), labels

    return _drawn_classes("spiral", draw, n, n_test, rng)


def noisy_line(
    n: int = 30,
    noise: float = 0.3,
    seed: int = 0,
    n_test: int = 30,
    slope: float = 0.8,
    intercept: float = 0.5,
) -> Dataset:
    """Return points scattered about a straight line.

    Parameters
    ----------
    n, n_test : int
        Samples for training and for the test.
    noise : float
        Standard deviation of the targets about the line.
    seed : int
        Where the random numbers start.
    slope, intercept : float
        The line.

    Returns
    -------
    Dataset
        `X` has two rows (x, from −2 to 2, and the ones), `Y` one: slope · x + intercept + noise.
        There are no classes.
    """
    rng = _generator(n, n_test, noise, seed)

    def draw(size: int) -> tuple[Array, Array]:
        x = rng.uniform(-2, 2, (1, size))
        return _with_ones(x), slope * x + intercept + noise * rng.standard_normal((1, size))

    X, Y = draw(n)
    X_test, Y_test = draw(n_test)
    return Dataset("noisy line", X, Y, X_test, Y_test, _DRAWN_SOURCE, _DRAWN_LICENCE)


def _drawn_classes(name: str, draw: Any, n: int, n_test: int, rng: np.random.Generator) -> Dataset:
    """Draw training and test samples of two classes, each in random order."""
    parts = []
    for size in (n, n_test):
        points, labels = draw(size)
        order = rng.permutation(size)
        parts.append((_with_ones(points[:, order]), labels[order]))
    (X, labels), (X_test, labels_test) = parts
    return Dataset(
        name=name,
        X=X,
        Y=labels[np.newaxis].astype(float),
        X_test=X_test,
        Y_test=labels_test[np.newaxis].astype(float),
        labels=labels,
        labels_test=labels_test,
        source=_DRAWN_SOURCE,
        licence=_DRAWN_LICENCE,
    )


def _with_ones(points: Array) -> Array:
    return np.vstack([points, np.ones(points.shape[1])])


def _generator(n: int, n_test: int, noise: float, seed: int) -> np.random.Generator:
    """Check what every drawn set is asked for, and return its random numbers."""
    for name, value in {"n": n, "n_test": n_test}.items():
        if isinstance(value, bool) or not isinstance(value, int | np.integer) or value < 1:
            raise ValueError(f"{name} must be a whole number of at least 1, not {value!r}")
    if not isinstance(noise, Real) or not 0 <= noise < np.inf:
        raise ValueError(f"noise must be a number of 0 or more, not {noise!r}")
    if isinstance(seed, bool) or not isinstance(seed, int | np.integer) or seed < 0:
        raise ValueError(f"seed must be a whole number of 0 or more, not {seed!r}")
    return np.random.default_rng(seed)
