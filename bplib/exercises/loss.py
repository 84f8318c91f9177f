"""01_loss: predictions, the loss of every sample, their mean, and the loss as a function."""

import numpy as np

from bplib import network
from bplib.exercises.draws import Network, network_cases, networks
from bplib.exercises.exercise import Case, Exercise, Output, Question
from bplib.network import Array

_NOTEBOOK = "01_loss"

COUNT_SAMPLES = Exercise(  # solved in the notebook, to try a check and a hint on
    name="count_samples",
    notebook=_NOTEBOOK,
    arguments={"X": "(n_in, N)"},
    returns=(Output("N"),),
    draw=network_cases("X"),
    truth=lambda X: X.shape[1],
    hints=(
        "Every sample is one column of X, so count the columns.",
        "X.shape is the tuple (n_in, N): first the number of rows, then the number of columns.",
        "The entries of a tuple are counted from 0, so the one you want is not number 0.",
    ),
)

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

SAMPLE_LOSSES = Exercise(
    name="sample_losses",
    notebook=_NOTEBOOK,
    arguments={"Y_hat": "(n_out, N)", "Y": "(n_out, N)"},
    returns=(Output("losses", "(N,)"),),
    draw=network_cases("Y_hat", "Y"),
    truth=network.sample_losses,
    hints=(
        "Take one sample first: one column of Y_hat and one of Y. Do to them what you did by hand "
        "for the photo of a 3, and note the order of the steps.",
        "Y_hat and Y are both (n_out, N), so their difference is too, and so are its squares. "
        "Exactly one axis has to go: the one that counts the outputs. That leaves (N,).",
        "Difference, square, add up, halve. The difference and the square work on whole arrays. "
        "np.sum takes an argument axis: with axis=0 it adds up along the rows' direction, down "
        "every column. What remains is to put the four steps in order.",
    ),
)

MEAN_LOSS = Exercise(
    name="mean_loss",
    notebook=_NOTEBOOK,
    arguments={"Y_hat": "(n_out, N)", "Y": "(n_out, N)"},
    returns=(Output("loss"),),
    draw=network_cases("Y_hat", "Y"),
    truth=lambda Y_hat, Y: float(network.mean_loss(Y_hat, Y)),
    hints=(
        "You already have one loss for every sample. What is the average of a list of numbers?",
        "sample_losses gives an array of shape (N,). A single number is wanted, so the axis of "
        "length N has to go as well.",
        "Call sample_losses with both arguments and keep the result. It holds N numbers: all that "
        "is left is to average them. Count samples, not entries: the N in 1/N is the number of "
        "columns.",
    ),
)

NETWORK_LOSS = Exercise(
    name="network_loss",
    notebook=_NOTEBOOK,
    arguments={
        "A": "(n_hidden, n_in)",
        "B": "(n_out, n_hidden)",
        "X": "(n_in, N)",
        "Y": "(n_out, N)",
    },
    returns=(Output("loss"),),
    draw=network_cases("A", "B", "X", "Y"),
    truth=lambda A, B, X, Y: float(network.network_loss(A, B, X, Y)),
    hints=(
        "Nothing new is computed here. Two functions that you have written follow one another.",
        "From A, B and X one of your functions makes predictions of shape (n_out, N). Together "
        "with Y, of the same shape, another one makes a single number of them.",
        "Store what predict gives in a variable Y_hat. The last line hands it, with the targets, "
        "to the function that you wrote just before this one.",
    ),
)


def _search_cases(rng: np.random.Generator) -> tuple[Case, ...]:
    one, saturated, other = networks(rng)[:3]
    count = int(rng.integers(11, 14))
    place = int(rng.integers(2, count - 4))
    end = count - 1
    return (
        _search_case(rng, one, count, {place}),
        _search_case(rng, saturated, count, {place, end}, "the best pair twice in the list"),
        _search_case(rng, other, count, {0}, "the best pair first in the list"),
        _search_case(rng, one, count, {end}, "the best pair last in the list"),
        _search_case(rng, other, 1, {0}, "a single pair in the list", values=False),
    )


def _search_case(
    rng: np.random.Generator,
    net: Network,
    count: int,
    best: set[int],
    note: str = "",
    values: bool = True,
) -> Case:
    """Return a call with candidates whose errors are chosen, the lowest loss at `best`.

    With fewer samples than hidden units some B makes any predictions that one wants. The errors
    are such that other ways to measure them (without their squares, with their signs, for one
    sample or one output only) prefer another candidate than the loss does. What stands at the
    ends of the list is bad, so that a search that remembers too little ends elsewhere.
    """
    shape = net.Y.shape
    even = rng.uniform(0.9, 1.1, shape)
    spike = np.full(shape, 0.1)
    spike[1, 1] = np.sqrt(2.5 * spike.size)
    first, last, row = (rng.choice([-2.5, 2.5], shape) for _ in range(3))
    first[:, 0] = last[:, -1] = row[0] = 0.01
    cancelling = 1.6 * np.resize([1.0, -1.0], shape)
    telling = (spike, first, last, row, cancelling, -1.6 * even, 2.5 * even)
    others = [_network_with(rng, net, error) for error in telling]
    others.append(_network_with(rng, net, 2.0 * even, scale=0.01))  # nearly linear
    for _ in range(count):
        others.append(_network_with(rng, net, 3.0 * rng.choice([-1.0, 1.0], shape)))
    places = count - len(best | {0, count - 1})
    rest = iter([others[i] for i in rng.permutation(places)])
    good = _network_with(rng, net, even)
    candidates = []
    for i in range(count):
        bad = _network_with(rng, net, rng.uniform(4.0, 5.0) * rng.choice([-1.0, 1.0], shape))
        candidates.append(good if i in best else bad if i in (0, count - 1) else next(rest))
    return Case((candidates, net.X, net.Y), note, values)


def _network_with(
    rng: np.random.Generator, net: Network, error: Array, scale: float = 1.0
) -> tuple[Array, Array]:
    """Return weights with those errors: A drawn at random, B solved for."""
    A = scale * rng.normal(0.0, 1.0, net.A.shape)
    return A, (net.Y + error) @ np.linalg.pinv(np.tanh(A @ net.X))


BEST_GUESS = Exercise(
    name="best_guess",
    notebook=_NOTEBOOK,
    arguments={"candidates": "", "X": "(n_in, N)", "Y": "(n_out, N)"},
    returns=(Output("index"),),
    draw=_search_cases,
    truth=lambda candidates, X, Y: int(
        np.argmin([network.network_loss(A, B, X, Y) for A, B in candidates])
    ),
    hints=(
        "Give every candidate its loss, and remember where the lowest one was.",
        "candidates is a list; each entry is a tuple (A, B), and `for A, B in candidates` takes "
        "it apart. X and Y are the same for all. The result is one int: a place in the list, "
        "counted from 0, and neither the loss nor the weights.",
        "Collect network_loss(A, B, X, Y) of all candidates in a list of numbers. What remains is "
        "the place of its smallest entry, the first one if there are several: NumPy has a function "
        "for that, or use a loop that keeps the lowest loss so far and its place, and replaces "
        "both only by something lower.",
    ),
)

EXERCISES = (COUNT_SAMPLES, PREDICT, SAMPLE_LOSSES, MEAN_LOSS, NETWORK_LOSS, BEST_GUESS)

QUESTIONS: tuple[Question, ...] = ()
