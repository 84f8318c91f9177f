"""Train the network that opens notebook 01 with the answers of notebook 06, and store its weights.

``python -m bpgrade.pretrained`` writes ``bplib/data/digits_network.npz``; the same seed gives the
same weights. The package itself holds no training: it would be the answer.
"""

import sys
from pathlib import Path
from typing import Any

import jupytext
import numpy as np
from numpy.typing import NDArray

from bplib import datasets, network

ROOT = Path(__file__).parents[1]
TARGET = ROOT / "bplib" / "data" / "digits_network.npz"
SEED, HIDDEN, EPOCHS, BATCH_SIZE = 1, 50, 40, 10
LEARNING_RATE_A, LEARNING_RATE_B = 0.1, 0.01


def answers(name: str) -> dict[str, Any]:
    """Return the functions that a notebook's source gives as answers."""
    namespace: dict[str, Any] = {"np": np, "network": network}
    for cell in jupytext.read(ROOT / "source" / f"{name}.py").cells:
        if cell.metadata.get("nbgrader", {}).get("solution"):
            exec(cell.source, namespace)
    return namespace


def train_reader() -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return the weights A and B of a network trained on the digits, in single precision."""
    digits = datasets.digits()
    rng = np.random.default_rng(SEED)
    n_in, n_out = digits.X.shape[0], digits.Y.shape[0]
    A = rng.normal(0, 1 / np.sqrt(n_in), (HIDDEN, n_in))
    B = rng.normal(0, 1 / np.sqrt(HIDDEN), (n_out, HIDDEN))
    train = answers("06_training")["train"]
    A, B, _ = train(
        *(A, B, digits.X, digits.Y), LEARNING_RATE_A, LEARNING_RATE_B, EPOCHS, BATCH_SIZE, rng
    )
    return A.astype(np.float32), B.astype(np.float32)


def main() -> int:
    """Store the weights."""
    A, B = train_reader()
    np.savez_compressed(TARGET, A=A, B=B)
    return 0


if __name__ == "__main__":
    sys.exit(main())
