"""01_loss: predictions, the loss of every sample, their mean, and the loss as a function."""

from collections.abc import Callable

import numpy as np

from bplib import network
from bplib.course.draws import Network, network_cases, networks
from bplib.course.exercise import Exercise, Output, Question
from bplib.course.probe import Case
from bplib.network import Array

_NOTEBOOK = "01_loss"

COUNT_SAMPLES = Exercise(  # solved in the notebook, to try a check and a hint on
    name="count_samples",
    notebook=_NOTEBOOK,
    arguments={"X": "(n_in, …)"},  # N is the answer here: no factor is to be named by it
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
        "picture with X, Z, H and Y_hat is one operation.",
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
        "Take one sample first: one column of Y_hat and one of Y. Do to them what the example does "
        "with pencil and paper, and note the order of the steps.",
        "Y_hat and Y are both (n_out, N), so their difference is too, and so are its squares. "
        "Exactly one axis has to go: the one that counts the outputs. That leaves (N,).",
        "Difference, square, add up, halve. The difference and the square work on whole arrays. "
        "np.sum takes an argument axis: with axis=0 it adds up down every column. What remains is "
        "to put the four steps in order.",
    ),
)


def _loss_cases(*names: str) -> Callable[[np.random.Generator], tuple[Case, ...]]:
    """Return a `draw` like `network_cases`, with the worst sample at neither end.

    So the loss of the worst sample is never that of the first or the last one.
    """

    def draw(rng: np.random.Generator) -> tuple[Case, ...]:
        return tuple(_worst_inside(net, names) for net in networks(rng))

    return draw


def _worst_inside(net: Network, names: tuple[str, ...]) -> Case:
    places = 1 - int(np.argmax(network.sample_losses(net.Y_hat, net.Y)))
    arguments = (
        getattr(net, name) if name in "AB" else np.roll(getattr(net, name), places, axis=1)
        for name in names
    )
    return Case(tuple(arguments), net.note, net.values)


MEAN_LOSS = Exercise(
    name="mean_loss",
    notebook=_NOTEBOOK,
    arguments={"Y_hat": "(n_out, N)", "Y": "(n_out, N)"},
    returns=(Output("loss"),),
    draw=_loss_cases("Y_hat", "Y"),
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
    draw=_loss_cases("A", "B", "X", "Y"),
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
        _search_case(rng, one, count, {place}, "enormous losses", values=False, size=1e9),
    )


def _search_case(
    rng: np.random.Generator,
    net: Network,
    count: int,
    best: set[int],
    note: str = "",
    values: bool = True,
    size: float = 1.0,
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
    others = [_network_with(rng, net, size * error) for error in telling]
    others.append(_network_with(rng, net, size * 2.0 * even, scale=0.01))  # nearly linear
    for _ in range(count):
        others.append(_network_with(rng, net, size * 3.0 * rng.choice([-1.0, 1.0], shape)))
    places = count - len(best | {0, count - 1})
    rest = iter([others[i] for i in rng.permutation(places)])
    good = _network_with(rng, net, size * even)
    candidates = []
    for i in range(count):
        error = size * rng.uniform(4.0, 5.0) * rng.choice([-1.0, 1.0], shape)
        bad = _network_with(rng, net, error)
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

QUESTIONS = (
    Question(
        name="matmul_shape",
        text="A has shape (5, 3) and X has shape (3, 8). What is the shape of A @ X?",
        choices={"a": "(5, 8)", "b": "(3, 3)", "c": "(8, 5)", "d": "None: it raises an error"},
        right="a",
        replies={
            "a": "The inner sizes (3 and 3) must agree and vanish; the outer ones remain.",
            "b": "The inner sizes have to agree, but they are what vanishes, not what remains.",
            "c": "The right sizes in the wrong order: rows come from A, columns from X.",
            "d": "The inner sizes agree, 3 and 3, so the product exists. A * X, entry by entry, "
            "would raise an error.",
        },
    ),
    Question(
        name="sum_axis",
        text="E has shape (3, 8). What is the shape of np.sum(E, axis=1)?",
        choices={"a": "(8,)", "b": "(3,)", "c": "()", "d": "(3, 1)"},
        right="b",
        replies={
            "a": "That is axis=0. The axis that you name is the one that is added up, and it "
            "vanishes.",
            "b": "Axis 1, of length 8, is added up and vanishes; axis 0 remains.",
            "c": "That is np.sum(E) without an axis: everything in one number.",
            "d": "Nearly: a summed axis vanishes altogether, unless one asks for keepdims=True.",
        },
    ),
    Question(
        name="school_slope",
        text="f(w) = w², so f'(3) = 6. What does the 6 say?",
        choices={
            "a": "f has the value 6 at w = 3.",
            "b": "Raise w from 3 to 3.01, and f rises by about 0.06.",
            "c": "f is lowest 6 to the left of w = 3.",
        },
        right="b",
        replies={
            "a": "The value is f(3) = 9. A derivative is about change.",
            "b": "A derivative is an exchange rate: a small step in w, times 6, is the step in f. "
            "The next notebook is built on this.",
            "c": "It is lowest at w = 0. The slope says which way is up and how steep it is here; "
            "it does not say how far away the bottom lies.",
        },
    ),
    Question(
        name="what_is_a_column",
        text="X has shape (65, 1347). How many images does it hold?",
        choices={"a": "65", "b": "1347", "c": "65 × 1347"},
        right="b",
        replies={
            "a": "65 is the number of rows: the 64 pixels of one image and the 1 below them.",
            "b": "Every column is one sample, here one image.",
            "c": "That is the number of numbers in X; one image takes up a whole column.",
        },
    ),
    Question(
        name="one_column_changes",
        text="You replace the image in column 7 of X by another one. What changes in Y_hat?",
        choices={
            "a": "all of it",
            "b": "row 7",
            "c": "column 7",
            "d": "nothing: the weights are the same",
        },
        right="c",
        replies={
            "a": "No step mixes columns: a matrix product from the left works on every column by "
            "itself, and so does tanh.",
            "b": "Row 7 of Y_hat holds what the network says about the digit 7, for all images.",
            "c": "A column of X becomes a column of Z, of H and of Y_hat, and meets no other one.",
            "d": "Predictions come from the weights and from the input; the input is another one.",
        },
    ),
    Question(
        name="error_four_times",
        text="One output of a sample is wrong by 0.5, another one by 2. What does the second one "
        "add to the sample's loss, compared with the first?",
        choices={
            "a": "4 times as much",
            "b": "16 times as much",
            "c": "1.5 more",
            "d": "just as much",
        },
        right="b",
        replies={
            "a": "That is the ratio of the errors. They are squared before they are added.",
            "b": "½ · 2² = 2 and ½ · 0.5² = 0.125: four times the error, sixteen times the loss.",
            "c": "That is the difference of the errors. They are squared before they are added.",
            "d": "Both count, but by their squares, and the squares are far apart.",
        },
    ),
    Question(
        name="one_far_off",
        text="Thirty points lie about a line, and the predictions fit them well. Now one target "
        "is copied wrongly: it loses its sign. What does the mean loss do?",
        choices={
            "a": "It hardly changes: 29 of 30 samples are as they were.",
            "b": "It about doubles.",
            "c": "It becomes several times as large.",
        },
        right="c",
        replies={
            "a": "In a vote it would be one against 29. In a sum of squares, a sample that is 10 "
            "times as far off has the weight of 100.",
            "b": "Its error is large, and squared it is very large: the square of 4 is 16, that of "
            "the usual 0.3 is 0.09.",
            "c": "More than seven times: one error of about 4 outweighs 29 of about 0.3, because "
            "they are squared. That helps where a large error is worse than many small ones; it "
            "hurts where data hold slips.",
        },
    ),
    Question(
        name="saying_nothing",
        text="A network answers 0 for every output of every digit. What is its mean loss? (Every "
        "column of Y holds a single 1.)",
        choices={"a": "0", "b": "0.5", "c": "1", "d": "10"},
        right="b",
        replies={
            "a": "A loss of 0 needs perfect predictions. Here one output of every sample is wrong.",
            "b": "Every sample has one error of 1, so its loss is ½, and so is their mean.",
            "c": "One error of 1, squared, is 1. One more step of the definition is missing.",
            "d": "Nine of the ten outputs are right: their targets are 0.",
        },
    ),
    Question(
        name="how_many_valleys",
        text="A network with one hidden unit and no bias predicts ŷ = b · tanh(a · x). Its loss is "
        "drawn as a map over a and b. How many lowest places does the map have?",
        choices={"a": "one", "b": "two", "c": "none: it falls for ever"},
        right="b",
        replies={
            "a": "Suppose a = 0.6, b = 1.8 is the best. What do a = −0.6, b = −1.8 predict?",
            "b": "tanh(−z) = −tanh(z), so flipping the sign of both weights changes no prediction. "
            "Every place has a twin with the same loss, the lowest one too.",
            "c": "A sum of squares is never below 0, and weights that are much too large make "
            "predictions that are much too large.",
        },
    ),
    Question(
        name="ten_times_the_guesses",
        text="Networks for the digits are guessed at random, and the one with the lowest loss is "
        "kept. What is its loss after 1,000 guesses, compared with that after 100?",
        choices={
            "a": "a tenth of it: ten times the work",
            "b": "about half of it",
            "c": "a few per cent less",
        },
        right="c",
        replies={
            "a": "That would be fine. But guesses do not build on one another: the hundredth knows "
            "nothing of the ninety-nine before it.",
            "b": "With two or three weights that happens. This network has 1,500 of them, and a "
            "guess has to be lucky with all of them at once.",
            "c": "Every guess starts from nothing, and with 1,500 weights a good one is too rare "
            "to be met.",
        },
    ),
    Question(
        name="tenths_of_weights",
        text="Say a guess is useful if every weight lies in the right tenth of its range. For one "
        "weight that is 1 guess in 10, for two weights 1 in 100. And for the 1,500 weights of the "
        "digits' network?",
        choices={
            "a": "1 guess in 15,000",
            "b": "1 guess in 1,500 to the power of 10",
            "c": "1 guess in 10 to the power of 1,500",
        },
        right="c",
        replies={
            "a": "That adds the tenths up. All weights have to be lucky in the same guess, so the "
            "chances are multiplied.",
            "b": "Base and exponent are exchanged: two weights give 10 · 10 = 10², not 2¹⁰.",
            "c": "10 · 10 · 10 …, once for every weight: a 1 with 1,500 zeros. The universe is "
            "about 10¹⁸ seconds old, so no computer will do.",
        },
    ),
)
