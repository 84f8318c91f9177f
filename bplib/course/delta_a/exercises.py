"""05_delta_a: the error at the hidden layer, the gradient of A, both gradients, a step on both."""

from collections.abc import Callable

import numpy as np

from bplib import network
from bplib.course.draws import Network, networks
from bplib.course.exercise import Exercise, Output, Question
from bplib.course.nudged import gradient_of_A, gradient_of_B
from bplib.course.probe import Case
from bplib.derivatives import Array, gradient
from bplib.network import Activation, sigmoid, tanh

_NOTEBOOK = "05_delta_a"


# --- the truths: every one a numerical derivative ---------------------------------------------


def _delta_B(net: Network) -> Array:
    return gradient(lambda P: network.mean_loss(P, net.Y), net.Y_hat)


def _error_at_hidden(delta_B: Array, B: Array) -> Array:
    """Differentiate Σ Δ_B ∘ (B H) in H; it is linear in H, so any H will do."""
    H = np.zeros((B.shape[1], delta_B.shape[1]))
    return gradient(lambda P: np.sum(delta_B * (B @ P), axis=(-2, -1)), H)


def _delta_A(delta_B: Array, B: Array, Z: Array) -> Array:
    return gradient(lambda P: np.sum(delta_B * (B @ tanh(P)), axis=(-2, -1)), Z)


def _gradient_A(delta: Array, X: Array) -> Array:
    """Differentiate Σ Δ ∘ (A X) in A; it is linear in A, so any A will do."""
    A = np.zeros((delta.shape[0], X.shape[0]))
    return gradient(lambda P: np.sum(delta * (P @ X), axis=(-2, -1)), A)


def _backward(A: Array, B: Array, X: Array, Y: Array) -> tuple[Array, Array]:
    Z = A @ X
    return gradient_of_A(Z, B, X, Y), gradient_of_B(B, np.tanh(Z), Y)


def _step_both(
    A: Array, B: Array, X: Array, Y: Array, learning_rate_A: float, learning_rate_B: float
) -> tuple[Array, Array]:
    grad_A, grad_B = _backward(A, B, X, Y)
    return A - learning_rate_A * grad_A, B - learning_rate_B * grad_B


# --- the probes -------------------------------------------------------------------------------

_Arguments = Callable[[Network, Activation, np.random.Generator], tuple[Array | float, ...]]


def _drawn(
    arguments: _Arguments, sigmoid_too: bool = False
) -> Callable[[np.random.Generator], tuple[Case, ...]]:
    """Return a `draw` with a call for every network; with a sigmoid one too, if that is right."""

    def draw(rng: np.random.Generator) -> tuple[Case, ...]:
        drawn: list[tuple[Network, Activation]] = [(net, tanh) for net in networks(rng)]
        if sigmoid_too:
            drawn.append((networks(rng, sigmoid)[0], sigmoid))
        return tuple(
            Case(arguments(net, activation, rng), net.note, net.values) for net, activation in drawn
        )

    return draw


def _delta_Z(net: Network, activation: Activation) -> Array:
    return gradient(lambda P: network.mean_loss(net.B @ activation(P), net.Y), net.Z)


def _learning_rates(rng: np.random.Generator) -> tuple[float, float]:
    """Draw two learning rates large enough for an updated weight to show, and clearly unequal."""
    small, large = rng.uniform(0.1, 0.2), rng.uniform(0.3, 0.5)
    return (small, large) if rng.random() < 0.5 else (large, small)


# --- the exercises ----------------------------------------------------------------------------

ERROR_AT_HIDDEN = Exercise(
    name="error_at_hidden",
    notebook=_NOTEBOOK,
    arguments={"delta_B": "(n_out, N)", "B": "(n_out, n_hidden)"},
    returns=(Output("Delta_H", "(n_hidden, N)"),),
    draw=_drawn(lambda net, activation, rng: (_delta_B(net), net.B), sigmoid_too=True),
    truth=_error_at_hidden,
    hints=(
        "Think of one hidden unit and one sample. The unit sends its activation along one arrow "
        "to every output. Along each of these arrows some blame comes back: the output's error, "
        "as strongly as the arrow carried. Add up what comes back along all of them.",
        "B is (n_out, n_hidden) and delta_B is (n_out, N). The result is (n_hidden, N): n_out has "
        "been summed over, so it must be the inner size of a matrix product, the one that both "
        "factors share.",
        "The weights that leave hidden unit j stand in column j of B; the errors of sample n "
        "stand in column n of delta_B. Entry (j, n) multiplies these two columns entry by entry "
        "and adds up. A matrix product does that to a row and a column, so B must first be "
        "turned so that its columns become rows. What remains is the product.",
    ),
)

DELTA_A = Exercise(
    name="delta_A",
    notebook=_NOTEBOOK,
    arguments={"delta_B": "(n_out, N)", "B": "(n_out, n_hidden)", "Z": "(n_hidden, N)"},
    returns=(Output("Delta_A", "(n_hidden, N)"),),
    draw=_drawn(lambda net, activation, rng: (_delta_B(net), net.B, net.Z)),
    truth=_delta_A,
    hints=(
        "The error has arrived at H. One function lies between H and Z, and it acts on every "
        "entry by itself. The chain rule asks for one more factor, for every entry its own.",
        "The error at H is (n_hidden, N), and so is Z. Each entry of the one belongs to the same "
        "entry of the other, so nothing is summed here and the shape stays.",
        "First the error at H, with your error_at_hidden. Then the slope of tanh at every entry "
        "of Z: notebook 3 wrote it with tanh of Z alone, squared and taken away from 1. What "
        "remains is to bring the two together, entry by entry.",
    ),
)

GRADIENT_A = Exercise(
    name="gradient_A",
    notebook=_NOTEBOOK,
    arguments={"delta": "(n_hidden, N)", "X": "(n_in, N)"},
    returns=(Output("grad_A", "(n_hidden, n_in)"),),
    draw=_drawn(lambda net, activation, rng: (_delta_Z(net, activation), net.X), sigmoid_too=True),
    truth=_gradient_A,
    hints=(
        "A weight carries one input to one hidden unit. Nudge it, and in every sample that "
        "unit's z moves by the nudge times that input. The blame of that z says what it does to "
        "the loss; the samples add up.",
        "delta is (n_hidden, N), X is (n_in, N), the result is (n_hidden, n_in). The size that "
        "disappears is N: it is the one that is summed over.",
        "Entry (j, i) takes row j of delta and row i of X, multiplies them sample by sample and "
        "adds up. For one sample alone that is a column times a row, as np.outer does it. For "
        "all samples at once it is one matrix product, with one of the two transposed so that N "
        "is the inner size.",
    ),
)

_NETWORK = {
    "A": "(n_hidden, n_in)",
    "B": "(n_out, n_hidden)",
    "X": "(n_in, N)",
    "Y": "(n_out, N)",
}

BACKWARD = Exercise(
    name="backward",
    notebook=_NOTEBOOK,
    arguments=_NETWORK,
    returns=(Output("grad_A", "(n_hidden, n_in)"), Output("grad_B", "(n_out, n_hidden)")),
    draw=_drawn(lambda net, activation, rng: (net.A, net.B, net.X, net.Y)),
    truth=_backward,
    hints=(
        "Walk the picture once to the right and once to the left. To the right you collect Z, H "
        "and the predictions; to the left the two error terms. Each gradient is one error term "
        "times what flowed into that layer.",
        "Z and H and Delta_A are (n_hidden, N); Y_hat and Delta_B are (n_out, N); grad_A is like "
        "A and grad_B like B. The layer with weights A is fed with X, the layer with weights B "
        "is fed with H.",
        "In this order: Z, H, Y_hat; Delta_B with output_error or with your line from notebook 4; "
        "Delta_A with your delta_A, or from what you have. Your gradient_A multiplies any layer's "
        "error with that layer's input, so it serves twice, with different arguments. Return "
        "grad_A first, then grad_B.",
    ),
)

STEP_BOTH = Exercise(
    name="step_both",
    notebook=_NOTEBOOK,
    arguments={**_NETWORK, "learning_rate_A": "", "learning_rate_B": ""},
    returns=(Output("A", "(n_hidden, n_in)"), Output("B", "(n_out, n_hidden)")),
    draw=_drawn(lambda net, activation, rng: (net.A, net.B, net.X, net.Y, *_learning_rates(rng))),
    truth=_step_both,
    hints=(
        "A gradient belongs to the point where it was taken. Both gradients here belong to the A "
        "and B that came in. Which line must therefore come first?",
        "grad_A is like A, grad_B is like B, and the learning rates are numbers. So each of the "
        "two results is an array like the one that came in; it is a new array.",
        "Call backward once and keep both gradients. Then each weight matrix goes against its "
        "own gradient by its own learning rate. What remains is to write that twice, without "
        "changing the arrays that came in.",
    ),
)

EXERCISES = (ERROR_AT_HIDDEN, DELTA_A, GRADIENT_A, BACKWARD, STEP_BOTH)


QUESTIONS = (
    Question(
        name="one_units_blame",
        text="One hidden unit sends h = 0.5 to two outputs, with weights 2 and −1. The errors at "
        "the outputs are 0.3 and 0.8. We raise h a little. What happens to the loss?",
        choices={
            "a": "It rises: both errors are positive, so more of h makes both worse.",
            "b": "It falls a little: the second output gains more than the first loses.",
            "c": "Nothing: the two weights have opposite signs and cancel.",
        },
        right="b",
        replies={
            "a": "The second weight is negative: raising h pulls that prediction down, towards its "
            "target.",
            "b": "The first prediction moves the wrong way, the second the right way, and the "
            "second one counts more here. The numbers follow in the next cell.",
            "c": "They would cancel only if what comes back along both arrows were of equal size. "
            "Each weight meets its own error, and 0.3 is not 0.8.",
        },
    ),
    Question(
        name="ten_times_A",
        text="We make all weights of A ten times larger and leave everything else. Every hidden "
        "unit is still as much to blame as before (the error at H is the same numbers). What "
        "happens to the error that arrives at Z?",
        choices={
            "a": "It becomes ten times larger.",
            "b": "It stays the same: the error at H has not changed.",
            "c": "Most of it disappears, except at a few units.",
        },
        right="c",
        replies={
            "a": "Larger weights make z larger. The question is what h still does when z moves.",
            "b": "The error at H has not changed, but to reach Z it has to pass the activation.",
            "c": "Most |z| are now so large that tanh is flat there: nudge z, and h hardly moves, "
            "so hardly any error passes. Only where z happens to be near 0 it still does.",
        },
    ),
    Question(
        name="first_B_then_A",
        text="Somebody updates B first (learning rate η), and only then sends the error back to "
        "compute the gradient of A. How wrong is that gradient of A?",
        choices={
            "a": "Not at all: A has not changed yet.",
            "b": "It is off by about as much as B has moved, so in proportion to η.",
            "c": "It is useless: it points in a random direction.",
            "d": "It is off by a fixed amount, whatever η is.",
        },
        right="b",
        replies={
            "a": "A has not changed, but the error reaches A through B, and B has.",
            "b": "The predictions were made by the old B and their error comes back through a new "
            "one. With a small η the two are nearly equal, which is why this mistake hides so "
            "well: the loss still falls.",
            "c": "It would be easier to notice if it were. The new B is near the old one, so the "
            "direction is nearly right.",
            "d": "With η = 0 the new B is the old one and nothing is wrong: it must depend on η.",
        },
    ),
    Question(
        name="from_which_side",
        text="Each weight of A could also be treated by itself, from the input side: nudge it, "
        "follow the nudge through its hidden unit to all outputs and on to the loss. For which "
        "part do all weights that lead into the same hidden unit repeat the same work?",
        choices={
            "a": "for the whole way from that unit's z to the loss",
            "b": "for the input that the weight is multiplied by",
            "c": "for nothing: each weight has a way of its own",
        },
        right="a",
        replies={
            "a": "From z on, their ways are one and the same. Δ_A is exactly that common part, "
            "computed once.",
            "b": "That part is different for each of them: each has its own input.",
            "c": "Their ways differ only in the first step, from the weight to z.",
        },
    ),
)
