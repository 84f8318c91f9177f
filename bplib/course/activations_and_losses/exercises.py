"""08_activations_and_losses: any activation's way back, sigmoid and softmax with their losses."""

from collections.abc import Callable

import numpy as np

from bplib import network
from bplib.course.draws import Network, networks
from bplib.course.exercise import Exercise, Output, Question
from bplib.course.nudged import error_sent_back, slopes_of_columns
from bplib.course.probe import Case, Function
from bplib.derivatives import Array, gradient

_NOTEBOOK = "08_activations_and_losses"


# --- pre-activations and targets ----------------------------------------------------------------


def _one_hot(rng: np.random.Generator, shape: tuple[int, int]) -> Array:
    """Draw targets with one 1 a column, not all in one row."""
    labels = rng.permutation(np.arange(shape[1]) % shape[0])
    Y = np.zeros(shape)
    Y[labels, np.arange(shape[1])] = 1.0
    return Y


def _yes_or_no(rng: np.random.Generator, shape: tuple[int, int]) -> Array:
    """Draw targets 0 and 1; one column has as many 1s as it can, one has none."""
    Y = (rng.random(shape) < 0.4).astype(float)
    Y[:, 0], Y[:, -1] = 1.0, 0.0
    return Y


def _near(rng: np.random.Generator, level: float) -> Array:
    """Draw a column of pre-activations near a level, whose softmax has no 0 in it."""
    return level + rng.permutation([0.0, 0.9, -1.3, 1.7]) + rng.normal(0, 0.1, 4)


def _plain(rng: np.random.Generator) -> Array:
    """Draw five ordinary columns, among which others may stand."""
    return rng.normal(0.3, 1.0, (4, 5))


def _all_high(rng: np.random.Generator) -> tuple[Array, Array]:
    Z = np.stack([_near(rng, 1000.0) for _ in range(5)], axis=1)
    return Z, _one_hot(rng, Z.shape)


def _high_and_low(rng: np.random.Generator) -> tuple[Array, Array]:
    Z = _plain(rng)
    first, second = rng.permutation(np.arange(1, 4))[:2]
    Z[:, first], Z[:, second] = _near(rng, 1000.0), _near(rng, -1000.0)
    return Z, _one_hot(rng, Z.shape)


def _far_apart(rng: np.random.Generator) -> tuple[Array, Array]:
    """Draw a column that is sure and right, and two that are sure and wrong."""
    Z = _plain(rng)
    Y = _one_hot(rng, Z.shape)
    for n, sign in zip(rng.permutation(np.arange(1, 4)), (1, -1, -1), strict=True):
        right = np.argmax(Y[:, n])
        Z[:, n] = np.where(np.arange(4) == right, sign * 1000.0, -sign * 1000.0)
        Z[(right + 1) % 4, n] = 0.5
    return Z, Y


_FAR = (
    (_all_high, "all entries near 1000"),
    (_high_and_low, "a column of entries near 1000 and one near −1000"),
    (_far_apart, "entries of 1000 and −1000 in one column"),
)


def _columns(targets: bool) -> Callable[[np.random.Generator], tuple[Case, ...]]:
    """Return a `draw` of a softmax layer's pre-activations, with one-hot targets or without."""

    def draw(rng: np.random.Generator) -> tuple[Case, ...]:
        cases = []
        for net in networks(rng):
            Z = np.clip(net.Y_hat, -12.0, 12.0)
            pair = (Z, _one_hot(rng, Z.shape))
            cases.append(Case(pair if targets else pair[:1], net.note, net.values))
        for drawn, note in _FAR:
            pair = drawn(rng)
            cases.append(Case(pair if targets else pair[:1], note))
        return tuple(cases)

    return draw


def _draw_logistic(rng: np.random.Generator) -> tuple[Case, ...]:
    cases = []
    for net in networks(rng):
        Z = np.clip(net.Y_hat, -12.0, 12.0)
        cases.append(Case((Z, _yes_or_no(rng, Z.shape)), net.note, net.values))
    Z = rng.normal(0.3, 1.5, (3, 5))
    Y = _yes_or_no(rng, Z.shape)
    some = rng.permutation(Z.size)[:6]
    Z.flat[some] = [1000.0, -1000.0, 1000.0, -1000.0, 800.0, -800.0]
    Y.flat[some] = [1.0, 1.0, 0.0, 0.0, 0.0, 1.0]
    return (*cases, Case((Z, Y), "entries of ±1000"))


# --- the exercises ------------------------------------------------------------------------------


def _delta_after(net: Network, activation: network.Activation) -> Array:
    """Return the error term of the layer behind hidden units with this activation."""
    return gradient(lambda P: network.mean_loss(P, net.Y), net.B @ activation(net.Z))


_ACTIVATIONS = ("sigmoid", "leaky_relu", "tanh", "relu", "tanh", "relu")


def _draw_hidden(rng: np.random.Generator) -> tuple[Case, ...]:
    drawn = networks(rng)
    drawn.insert(3, networks(rng)[0])  # four for values: one for every activation
    cases = []
    for net, name in zip(drawn, _ACTIVATIONS, strict=True):
        delta = _delta_after(net, network.ACTIVATIONS[name])
        note = ", ".join(filter(None, (f"the slope of {name.replace('_', ' ')}", net.note)))
        cases.append(Case((delta, net.B, net.Z, Function("slope_of", (name,))), note, net.values))
    return tuple(cases)


DELTA_HIDDEN = Exercise(
    name="delta_hidden",
    notebook=_NOTEBOOK,
    arguments={
        "delta_next": "(n_next, N)",
        "W_next": "(n_next, n_hidden)",
        "Z": "(n_hidden, N)",
        "d_activation": "",
    },
    returns=(Output("Delta", "(n_hidden, N)"),),
    draw=_draw_hidden,
    truth=lambda delta_next, W_next, Z, d_activation: (
        error_sent_back(delta_next, W_next) * d_activation(Z)
    ),
    hints=(
        "Nothing is new but one factor. With tanh units, notebook 5 sent the error back through "
        "the weights and then through tanh. Which of these two steps knows which activation it is?",
        "delta_next is (n_next, N) and W_next is (n_next, n_hidden); the result is (n_hidden, N), "
        "like Z. So n_next is summed over. d_activation is a function: give it an array, and you "
        "get an array of the same shape.",
        "First the error at the activations: the weights, turned, times the error that comes in. "
        "Then ask d_activation for a slope at every entry of Z; it wants the pre-activations, "
        "which are what it is called with. What remains is to bring the two together, entry by "
        "entry.",
    ),
)

DELTA_LOGISTIC = Exercise(
    name="delta_logistic",
    notebook=_NOTEBOOK,
    arguments={"Z": "(n_out, N)", "Y": "(n_out, N)"},
    returns=(Output("Delta", "(n_out, N)"),),
    draw=_draw_logistic,
    truth=lambda Z, Y: slopes_of_columns(network.binary_cross_entropy, Z, Y),
    hints=(
        "Two links: from z to p, and from p to the loss of that entry. You know the slope of the "
        "first from notebook 3, written with p alone. Find that of the second for a target of 1, "
        "where the loss is −log p, and then for a target of 0. Multiply before you write code.",
        "Every entry of Z makes one p and meets one entry of Y, so all is (n_out, N), entry by "
        "entry, and nothing is summed. The loss is a mean over the samples: N is a size of which "
        "axis?",
        "For a target of 1 the links are −1/p and p(1 − p); for a target of 0 they are 1/(1 − p) "
        "and p(1 − p). Cancel what can be cancelled in each, on paper. The two results can be "
        "written as one, with y in it. Do not forget the mean. And how does one get p at z = "
        "−1000 without trouble? exp of what is very negative is harmless.",
    ),
)

SOFTMAX = Exercise(
    name="softmax",
    notebook=_NOTEBOOK,
    arguments={"Z": "(n_out, N)"},
    returns=(Output("P", "(n_out, N)"),),
    draw=_columns(targets=False),
    truth=network.softmax,
    hints=(
        "Two steps: exponentials, then each divided by the sum of its own column. What goes wrong "
        "at 1000 is the first step. Which change of a column leaves its shares as they are?",
        "Z is (n_out, N), and so is the result. The sums and whatever you find out about each "
        "column are one number a column: (N,), or (1, N) with keepdims=True. Both can be combined "
        "with Z. Which axis do you sum over, when the samples are columns?",
        "Before exp, take from every column a number of its own, so that the largest entry "
        "becomes 0: then no exponential is larger than 1, and at least one of them is 1, so the "
        "sum is never 0. A number for the whole array will not do: another column may be lower by "
        "2000. What remains is exp, sum and division.",
    ),
)

CROSS_ENTROPY = Exercise(
    name="cross_entropy",
    notebook=_NOTEBOOK,
    arguments={"Z": "(n_out, N)", "Y": "(n_out, N)"},
    returns=(Output("the loss"),),
    draw=_columns(targets=True),
    truth=lambda Z, Y: float(network.cross_entropy(Z, Y)),
    hints=(
        "One number a sample: minus the logarithm of the share that the right class got; then the "
        "mean. A share may be so small that the computer makes it 0, and then its logarithm is "
        "lost. Can you have the logarithm of a quotient without the quotient?",
        "Z and Y are (n_out, N). Y has a single 1 in each column, so the sum of Y * M over axis 0 "
        "picks one number a sample out of any M of that shape. The result is one float.",
        "Take the logarithm of the formula of softmax, on paper: the logarithm of a fraction is a "
        "difference, and that of an exponential is no work at all. What is left is z itself and "
        "the logarithm of a sum, one number a column. Take from the column its largest entry "
        "beforehand, as in softmax, so that this sum lies between 1 and n_out.",
    ),
)

DELTA_SOFTMAX = Exercise(
    name="delta_softmax",
    notebook=_NOTEBOOK,
    arguments={"Z": "(n_out, N)", "Y": "(n_out, N)"},
    returns=(Output("Delta", "(n_out, N)"),),
    draw=_columns(targets=True),
    truth=lambda Z, Y: slopes_of_columns(network.cross_entropy, Z, Y),
    hints=(
        "Look at the table above the exercise: three rows of numbers, and the third follows from "
        "the first two, entry by entry. Then say why the batch has smaller ones.",
        "Z, Y and the result are all (n_out, N). Nothing is summed, but each column needs its "
        "softmax, and the loss is a mean over N samples.",
        "On paper, for one sample: the loss is the logarithm of the sum of exponentials, minus z "
        "of the right class. The slope of the first term in one z is that z's share; the slope of "
        "the second is 1 for the right class and 0 for all others, and Y holds just these numbers. "
        "What remains is the mean.",
    ),
)

EXERCISES = (DELTA_HIDDEN, DELTA_LOGISTIC, SOFTMAX, CROSS_ENTROPY, DELTA_SOFTMAX)

QUESTIONS = (
    Question(
        name="which_activation_starves",
        text="A hidden unit stands at z = −4 in every sample. Through which activation does the "
        "largest part of its error still come?",
        choices={"a": "tanh", "b": "sigmoid", "c": "ReLU", "d": "leaky ReLU"},
        right="d",
        replies={
            "a": "At −4 tanh is within a thousandth of −1: it is flat, and hardly anything comes "
            "through.",
            "b": "The sigmoid is a little less flat there than tanh; under two percent come "
            "through.",
            "c": "Left of 0 ReLU is exactly flat: nothing comes through, and nothing ever will.",
            "d": "A tenth comes through, however far out the unit stands. That is what the leak "
            "is for.",
        },
    ),
    Question(
        name="both_at_minus_six",
        text="One output, target 1. The network is sure and wrong: z = −6, so p = 0.0025. Both "
        "losses are asked for their slope in z. Which pulls harder?",
        choices={
            "a": "The squared error: the error is nearly 1, and it is squared.",
            "b": "Cross-entropy, and by far.",
            "c": "Both about the same: the error is the same.",
        },
        right="b",
        replies={
            "a": "Its value is nearly ½. But move z a little: does p move, out there?",
            "b": "The squared error has nearly its largest value there, and is nearly flat. "
            "Cross-entropy still rises like a straight line.",
            "c": "The error p − y is one thing, how the loss moves when z moves another.",
        },
    ),
    Question(
        name="five_more_for_all",
        text="A column of pre-activations is (2, 1, 0), and its softmax is (0.67, 0.24, 0.09). Now "
        "each of the three becomes 5 larger: (7, 6, 5). What is the softmax?",
        choices={
            "a": "(0.67, 0.24, 0.09), as before",
            "b": "more even: the entries are nearer to one another in proportion",
            "c": "less even: exp makes large numbers larger still",
        },
        right="a",
        replies={
            "a": "Every exponential has become e⁵ times as large, and so has their sum.",
            "b": "In proportion, yes. But softmax looks at differences: 7 − 6 is 2 − 1.",
            "c": "All three exponentials have grown, by the same factor. What happens to a share "
            "when the whole grows as much?",
        },
    ),
    Question(
        name="loss_far_out",
        text="A column is (0, −1000), and the second class is the right one. What is the "
        "cross-entropy of this sample, −log p of the right class, as a number on paper?",
        choices={"a": "infinite", "b": "about 1000", "c": "0", "d": "about 7"},
        right="b",
        replies={
            "a": "p = e^(−1000)/(1 + e^(−1000)) is tiny, but it is not 0, except to a computer.",
            "b": "p is e^(−1000), as near as makes no difference, and log undoes exp.",
            "c": "0 is what a network pays that is sure and right.",
            "d": "7 is about log 1000. The 1000 stands in an exponent, though.",
        },
    ),
    Question(
        name="a_unit_that_never_fires",
        text="A ReLU unit has z below 0 for every sample there is. What will training do with its "
        "weights in A?",
        choices={
            "a": "Push them until the unit fires again: it is wrong, so it gets an error.",
            "b": "Nothing: they stay as they are, for ever.",
            "c": "Let them shrink slowly to 0.",
        },
        right="b",
        replies={
            "a": "An error comes back to it. How much of it gets through the activation?",
            "b": "The slope is 0 at every sample, so every Δ of the unit is 0, and its row of the "
            "gradient as well. No step moves it: it is dead.",
            "c": "Nothing pulls at them, not even towards 0.",
        },
    ),
    Question(
        name="one_rate_for_all",
        text="Six networks are to be compared: three activations, each with squared error and with "
        "cross-entropy. All are trained with one learning rate, 0.2. Is that fair?",
        choices={
            "a": "Yes: only what is compared may differ, and the rate is the same for all.",
            "b": "No: the rate that suits one may be far too small or too large for another.",
            "c": "It does not matter: with enough steps all end at the same place.",
        },
        right="b",
        replies={
            "a": "The number is the same. But Δ is of another size in each, and a step is the rate "
            "times the gradient.",
            "b": "With one rate for all you would find out whom that rate suits. So each gets the "
            "best of its own.",
            "c": "Nobody has enough steps, and with too large a rate no number of steps helps.",
        },
    ),
)
