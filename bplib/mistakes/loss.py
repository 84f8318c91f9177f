"""01_loss: how people get the loss wrong."""

import numpy as np

from bplib.exercises.exercise import Mistake

MISTAKES = {
    "predict": (
        Mistake(
            "no activation",
            lambda A, B, X: B @ (A @ X),
            "Your network is linear: twice the input gives exactly twice the prediction.",
            "What happens to Z before it reaches B?",
            "Read the diagram as two matrix products.",
        ),
        Mistake(
            "activation on the output too",
            lambda A, B, X: np.tanh(B @ np.tanh(A @ X)),
            "No prediction of yours ever leaves the interval from -1 to 1.",
            "Which layer has an activation, and which is linear?",
            "Treats every layer alike.",
        ),
    ),
}
