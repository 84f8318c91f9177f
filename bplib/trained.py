"""A network that has been trained already: what a reader of the notebooks will own at the end.

How it was trained is the subject of the course, so the package holds its weights and no training;
``bplib/data/README.md`` says where they come from.
"""

from dataclasses import dataclass
from importlib.resources import files

import numpy as np

from bplib import network
from bplib.network import Array

__all__ = ["Reader", "digits_reader"]


@dataclass(frozen=True, eq=False)
class Reader:
    """A two-layer network that reads handwritten digits.

    Attributes
    ----------
    A : ndarray, shape (50, 65)
        Hidden weights.
    B : ndarray, shape (10, 50)
        Output weights.
    """

    A: Array
    B: Array

    def read(self, X: Array) -> Array:
        """Return the digit that each image is read as.

        Parameters
        ----------
        X : ndarray, shape (65, N)
            Images as `bplib.datasets.digits` gives them.

        Returns
        -------
        ndarray of int, shape (N,)
            For each image the number of the largest output.
        """
        return np.asarray(network.predict(self.A, self.B, X).argmax(axis=0))

    def loss(self, X: Array, Y: Array) -> float:
        """Return the mean loss on images X with targets Y."""
        return float(network.network_loss(self.A, self.B, X, Y))


def digits_reader() -> Reader:
    """Return the network that reads handwritten digits, its weights in double precision."""
    path = files("bplib") / "data" / "digits_network.npz"
    with path.open("rb") as file, np.load(file) as stored:
        return Reader(stored["A"].astype(float), stored["B"].astype(float))
