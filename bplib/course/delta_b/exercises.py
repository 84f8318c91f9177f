"""04_delta_b: the output error, the gradient of B, a step on B."""

import numpy as np

from bplib import network
from bplib.course import draws
from bplib.course.exercise import Exercise, Output, Question
from bplib.course.nudged import gradient_of_B
from bplib.course.probe import Case
from bplib.derivatives import derivative, gradient
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
    for i, net in enumerate(_any_hidden_layer(rng)):
        saturated = i == draws.SATURATED
        pre = net.B @ net.H
        pre *= (9.0 if saturated else 4.0) / np.max(np.abs(pre))
        note = "some predictions near 0 or 1" if saturated else net.note
        cases.append(Case((network.sigmoid(pre), net.Y), note, net.values))
    return tuple(cases)


def _delta_b_sigmoid(Y_hat: Array, Y: Array) -> Array:
    # 1 − ŷ is exact for ŷ above ½, so the pre-activation is found without loss near 1 as well.
    pre = np.log(Y_hat / (1.0 - Y_hat))
    return gradient(lambda P: network.mean_loss(P, Y), Y_hat) * derivative(network.sigmoid, pre)


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
    return B - learning_rate * gradient_of_B(B, H, Y)


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

QUESTIONS = (
    Question(
        name="twice_as_far_off",
        text="The prediction 1.2 misses its target 2 by 0.8; the loss has the slope −0.8 there. "
        "What is the slope at the prediction 0.4, which is twice as far off?",
        choices={"a": "−0.8, the same", "b": "−1.6, twice", "c": "−3.2, four times"},
        right="b",
        replies={
            "a": "That would be a straight line, a loss that grows evenly with the distance. This "
            "one is a parabola: it gets steeper.",
            "b": "The loss itself is four times as large, its slope only twice: the derivative of "
            "a square is a straight line.",
            "c": "The loss is four times as large there. Its slope grows more slowly.",
        },
    ),
    Question(
        name="duplicates_and_delta",
        text="Again every sample is copied, so that each is there twice. What happens to each "
        "entry of delta, and what to the gradient of B?",
        choices={
            "a": "Both stay as they are.",
            "b": "Every entry of delta halves, and so does the gradient of B.",
            "c": "Every entry of delta halves; the gradient of B stays as it is.",
            "d": "Delta stays as it is; the gradient of B doubles.",
        },
        right="c",
        replies={
            "a": "The loss stays as it is. But one prediction among twice as many moves the mean "
            "only half as far.",
            "b": "Each entry halves, but there are twice as many samples to sum over.",
            "c": "One prediction among twice as many counts half; and there are twice as many "
            "shares in the sum.",
            "d": "That is how it would be if delta knew nothing of N. Try it in the next cell.",
        },
    ),
    Question(
        name="one_wire",
        text="The weight from hidden unit 2 to output 0 is raised by 0.01. In one sample that "
        "hidden unit puts out 0.4. How does the sample's prediction change?",
        choices={
            "a": "Output 0 rises by 0.004; output 1 stays.",
            "b": "Output 0 rises by 0.01; output 1 stays.",
            "c": "Both outputs rise by 0.004.",
            "d": "Output 0 rises by 0.4; output 1 stays.",
        },
        right="a",
        replies={
            "a": "The weight multiplies 0.4, so 0.01 more of it gives 0.004 more; and the wire "
            "ends at output 0.",
            "b": "The weight is not added to the prediction: it multiplies what comes in.",
            "c": "The wire ends at output 0. Output 1 has a weight of its own for that unit.",
            "d": "0.4 is what a whole unit of weight would bring. The weight moved by 0.01.",
        },
    ),
    Question(
        name="sure_and_wrong",
        text="Two predictions of a sigmoid output, the target of both is 0: an unsure one, 0.62, "
        "and one that is sure and wrong, 0.999. Which one sends back the larger Δ?",
        choices={
            "a": "The sure one: it is further off.",
            "b": "The unsure one.",
            "c": "Both the same: both are wrong.",
        },
        right="b",
        replies={
            "a": "It is further off. But to come down, its pre-activation has to move along a "
            "piece of the sigmoid that is flat.",
            "b": "Where the sigmoid is flat, hardly anything comes through. There are "
            "losses made to mend this.",
            "c": "Neither the errors nor the slopes of the sigmoid are the same at the two.",
        },
    ),
    Question(
        name="ten_times_the_rate",
        text="One step with learning rate 0.15 brings the loss from 1.23 down to 0.80. What will "
        "one step with 1.5, ten times as long in the same direction, do?",
        choices={
            "a": "The loss falls ten times as much, as far as it can: to 0.",
            "b": "The loss falls to its lowest point and stays there.",
            "c": "The loss ends above 1.23, where it started.",
            "d": "Nothing: too long a step is refused.",
        },
        right="c",
        replies={
            "a": "The gradient tells the slope at the start. Further on the slope is another one.",
            "b": "A step is taken blindly, in one go: it does not look where the bottom is.",
            "c": "It crosses the valley and lands higher up on the other side.",
            "d": "Nothing watches the step. It is plain arithmetic: it goes as far as it is told.",
        },
    ),
)
