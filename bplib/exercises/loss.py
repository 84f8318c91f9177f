"""01_loss: predictions, the loss of every sample, their mean, and the loss as a function."""

from bplib import network
from bplib.exercises.draws import network_cases
from bplib.exercises.exercise import Exercise, Output, Question

_NOTEBOOK = "01_loss"

PREDICT = Exercise(
    name="predict",
    notebook=_NOTEBOOK,
    arguments={"A": "(n_hidden, n_in)", "B": "(n_out, n_hidden)", "X": "(n_in, N)"},
    returns=(Output("Y_hat", "(n_out, N)"),),
    draw=network_cases("A", "B", "X"),
    truth=lambda A, B, X: network.predict(A, B, X),
    hints=(
        "The data flow through the network once: weights, activation, weights. Each arrow of the "
        "picture is one operation.",
        "A is (n_hidden, n_in) and X is (n_in, N): their matrix product is (n_hidden, N). The "
        "activation keeps that shape. B brings it to (n_out, N).",
        "First Z, the product of A and X, with @. Then H, the tanh of Z. What remains is one more "
        "product, of B with what you have.",
    ),
)

EXERCISES = (PREDICT,)

QUESTIONS = (
    Question(
        name="what_is_a_column",
        text="X has shape (65, 1797). How many images does it hold?",
        choices={"a": "65", "b": "1797", "c": "65 × 1797"},
        right="b",
        replies={
            "a": "65 is the number of rows: the 64 pixels of one image and the 1 below them.",
            "b": "Every column is one sample, here one image.",
            "c": "That is the number of numbers in X; one image takes up a whole column.",
        },
    ),
)
