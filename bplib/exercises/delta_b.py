"""04_delta_b: the output error, the gradient of B, a step on B."""

import numpy as np

from bplib import network
from bplib.derivatives import derivative, gradient
from bplib.exercises import draws
from bplib.exercises.exercise import Case, Exercise, Output, Question
from bplib.network import Array

_NOTEBOOK = "04_delta_b"


def _any_hidden_layer(rng: np.random.Generator) -> list[draws.Network]:
    """Return networks with tanh, sigmoid and ReLU units: an output layer does not ask which."""
    return [
        *draws.networks(rng),
        draws.network(rng, (7, 6, 3, 5), network.sigmoid, note="sigmoid hidden units"),
        draws.network(rng, (6, 9, 2, 4), network.relu, note="ReLU hidden units"),
    ]


DELTA_B = Exercise(
    name="delta_B",
    notebook=_NOTEBOOK,
    arguments={"Y_hat": "(n_out, N)", "Y": "(n_out, N)"},
    returns=(Output("Delta_B", "(n_out, N)"),),
    draw=draws.network_cases("Y_hat", "Y"),
    truth=lambda Y_hat, Y: gradient(lambda P: network.mean_loss(P, Y), Y_hat),
    hints=(
        "Every entry of the result is a slope: how fast the loss grows when that one prediction "
        "grows and all others stay. Take a single entry: which term of the loss contains it? "
        "Differentiate that term as you would at school.",
        "Y_hat and Y are both (n_out, N), and so is the result: one slope for every prediction. "
        "So nothing is summed and no axis is lost. Which of the two sizes does the loss divide by, "
        "and on which axis of Y_hat does that size stand?",
        "The loss is 1/(2N) times a sum of squares. In the derivative with respect to one entry "
        "only that entry's square is left; the square brings down a 2, which meets the ½; the 1/N "
        "stays. Do it for all entries at once: arrays of one shape are subtracted entry by entry.",
    ),
)


def _draw_gradient_b(rng: np.random.Generator) -> tuple[Case, ...]:
    return tuple(
        Case((DELTA_B.truth(net.Y_hat, net.Y), net.H), net.note, net.values)
        for net in _any_hidden_layer(rng)
    )


def _gradient_b(delta: Array, H: Array) -> Array:
    """Differentiate Σ delta ∘ (B H) in B: it is linear in B, so any B will do."""
    anywhere = np.zeros((delta.shape[0], H.shape[0]))
    return gradient(lambda B: np.sum(delta * (B @ H), axis=(-2, -1)), anywhere)


GRADIENT_B = Exercise(
    name="gradient_B",
    notebook=_NOTEBOOK,
    arguments={"delta": "(n_out, N)", "H": "(n_hidden, N)"},
    returns=(Output("grad_B", "(n_out, n_hidden)"),),
    draw=_draw_gradient_b,
    truth=_gradient_b,
    hints=(
        "Follow one weight. It stands on one wire: from hidden unit j to output k. What comes in "
        "at the wire's left end, and what does the loss say at its right end? Then remember that "
        "the same wire is used by every sample.",
        "delta is (n_out, N), H is (n_hidden, N), the result is (n_out, n_hidden), like B. N is "
        "gone: so there is a sum over the samples. Which arrangement of the two arrays lets a "
        "matrix product sum over N?",
        "For one sample the entry in row k and column j is delta's k-th number times H's j-th. "
        "Summed over the samples, that is row k of delta times row j of H, added up: the row of "
        "one array against the row of the other. A matrix product takes rows of the first and "
        "columns of the second, so one of the two has to be turned first.",
    ),
)


def _sigmoid_predictions(rng: np.random.Generator) -> tuple[Case, ...]:
    """Draw predictions of a sigmoid output whose pre-activations reach 4, once 9."""
    cases = []
    for net in _any_hidden_layer(rng):
        saturated = net.note == "a saturated hidden layer"
        pre = net.B @ net.H
        pre *= (9.0 if saturated else 4.0) / np.max(np.abs(pre))
        note = "some predictions near 0 or 1" if saturated else net.note
        cases.append(Case((network.sigmoid(pre), net.Y), note, net.values))
    return tuple(cases)


def _delta_b_sigmoid(Y_hat: Array, Y: Array) -> Array:
    # 1 − ŷ is exact for ŷ above ½, so the pre-activation is found without loss near 1 as well.
    pre = np.log(Y_hat / (1.0 - Y_hat))
    result: Array = gradient(lambda P: network.mean_loss(P, Y), Y_hat) * derivative(
        network.sigmoid, pre
    )
    return result


DELTA_B_SIGMOID = Exercise(
    name="delta_B_sigmoid",
    notebook=_NOTEBOOK,
    arguments={"Y_hat": "(n_out, N)", "Y": "(n_out, N)"},
    returns=(Output("Delta_B", "(n_out, N)"),),
    draw=_sigmoid_predictions,
    truth=_delta_b_sigmoid,
    hints=(
        "There is one more link in the chain: pre-activation, prediction, loss. You have the slope "
        "of the last link already. What does the chain rule do with the slopes of two links?",
        "Everything is (n_out, N), entry by entry: each pre-activation makes exactly one "
        "prediction. So the new factor has shape (n_out, N) too, and no matrix product is needed.",
        "The slope of the sigmoid can be written with the sigmoid's own value s alone: notebook 3 "
        "had it. Here that value is already given, as Y_hat, so no exp is needed and nothing is "
        "put through the sigmoid a second time. Multiply that slope, entry by entry, with the "
        "output error of the linear case.",
    ),
)


def _draw_step_b(rng: np.random.Generator) -> tuple[Case, ...]:
    return tuple(
        Case((net.B, net.H, net.Y, float(rng.uniform(0.1, 0.5))), net.note, net.values)
        for net in _any_hidden_layer(rng)
    )


def _step_b(B: Array, H: Array, Y: Array, learning_rate: float) -> Array:
    result: Array = B - learning_rate * gradient(lambda W: network.mean_loss(W @ H, Y), B)
    return result


STEP_B = Exercise(
    name="step_B",
    notebook=_NOTEBOOK,
    arguments={
        "B": "(n_out, n_hidden)",
        "H": "(n_hidden, N)",
        "Y": "(n_out, N)",
        "learning_rate": "",
    },
    returns=(Output("B", "(n_out, n_hidden)"),),
    draw=_draw_step_b,
    truth=_step_b,
    hints=(
        "Four things in a row: predict, find the output error, find the gradient of B, move B. You "
        "have written two of them in this notebook. And which way does a gradient point?",
        "B and its gradient are both (n_out, n_hidden), so they can be added and subtracted. The "
        "learning rate is one number. The predictions come from B (n_out, n_hidden) and H "
        "(n_hidden, N).",
        "Name the steps: Y_hat from B and H (the output is linear), delta from Y_hat and Y, grad "
        "from delta and H. What remains is one line that returns a new array: from B go against "
        "grad, learning_rate times its length. Leave the caller's B as it is.",
    ),
)

EXERCISES = (DELTA_B, GRADIENT_B, DELTA_B_SIGMOID, STEP_B)
QUESTIONS: tuple[Question, ...] = ()
