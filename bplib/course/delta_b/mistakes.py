"""04_delta_b: how people get the output error, the gradient of B and the step on B wrong."""

from collections.abc import Callable
from typing import Any

import numpy as np

from bplib import network
from bplib.course.delta_b.exercises import DELTA_B, DELTA_B_SIGMOID, GRADIENT_B, STEP_B
from bplib.course.mistakes import Formula, mistake, traces
from bplib.course.steps import (
    error_used,
    mixture,
    output_error,
    same,
    trace_gradient,
    trace_output_error,
    wrong_length,
    wrong_slope,
)
from bplib.derivatives import derivative, gradient
from bplib.finding import Finding
from bplib.network import Array


def _error(Y_hat: Array, Y: Array) -> Array:
    return (Y_hat - Y) / Y.shape[1]


def _slope(Y_hat: Array) -> Array:
    return Y_hat * (1 - Y_hat)


# --- the mean in an output error, linear or not -------------------------------------------------


def _shared(code: str, says: str, look: str, who: str) -> Callable[[Formula], Formula]:
    """Write down a wrong mean for both kinds of output: a formula of the error at Z and Y."""

    def decorate(divided: Formula) -> Formula:
        linear = mistake(DELTA_B, code, says, look, who)
        linear(lambda Y_hat, Y: divided(Y_hat - Y, Y))
        sigmoid = mistake(DELTA_B_SIGMOID, code, says, look, who)
        sigmoid(lambda Y_hat, Y: divided((Y_hat - Y) * _slope(Y_hat), Y))
        return divided

    return decorate


_shared(
    "mean-missing",
    "Every entry is N times too large: put further samples beside these, and each prediction "
    "should matter less to the mean; in yours it matters as before.",
    "The loss is a mean. What does the mean do to the influence of one prediction?",
    "Forgets that the 1/N of the loss belongs into Δ.",
)(lambda error, Y: error)
_shared(
    "mean-twice",
    "Every entry is N times too small: one prediction's influence on the mean is divided by N "
    "once, in yours twice.",
    "Count the divisions by N, those inside mean() too.",
    "Divides, then takes a mean.",
)(lambda error, Y: error / Y.shape[1] ** 2)
_shared(
    "mean-over-outputs",
    "Every entry is n_out times too small: yours belongs to a loss that is also averaged over "
    "the outputs.",
    "The loss of one sample is a sum over its outputs. Over what is the mean taken?",
    "np.mean over the whole array, or Y.size.",
)(lambda error, Y: error / Y.size)
_shared(
    "divides-by-rows",
    "It depends on the number of outputs where it should depend on the number of samples.",
    "In this course a sample is a column. What does len() of an array count?",
    "len(Y), from courses with samples in rows.",
)(lambda error, Y: error / Y.shape[0])
_shared(
    "a-fixed-number-of-samples",
    "Every batch is divided by the same number, 5, whatever its size.",
    "Where does your function learn how many samples it was given?",
    "Writes the 5 of the tiny batch for N.",
)(lambda error, Y: error / 5)


# --- delta_B ----------------------------------------------------------------------------------


@traces(DELTA_B)
def _trace_delta_B(arguments: tuple[Any, ...], result: Any) -> Finding | None:
    Y_hat, Y = arguments
    return trace_output_error(Y_hat, Y, result)


mistake(
    DELTA_B,
    "absolute-error",
    "The sign of the error is lost: predictions that are too high and predictions that are "
    "too low get the same Δ.",
    "If a prediction is too low, does the loss grow or shrink when the prediction grows?",
    "Thinks of an error as a distance.",
)(lambda Y_hat, Y: np.abs(_error(Y_hat, Y)))
row = mistake(
    DELTA_B,
    "squared-error",
    "No entry of yours is ever negative, and an error twice as large gives a Δ four times as "
    "large: these are parts of the loss itself.",
    "You have the loss of every entry. What is asked for is its slope.",
    "Evaluates the loss instead of differentiating it.",
)
row(lambda Y_hat, Y: (Y_hat - Y) * _error(Y_hat, Y))
row(lambda Y_hat, Y: 0.5 * (Y_hat - Y) * _error(Y_hat, Y))
mistake(
    DELTA_B,
    "loss-in-place-of-the-error",
    "All entries of a column are equal: every output gets the loss of the whole sample.",
    "Two outputs of one sample can be wrong in opposite directions. Which numbers tell them apart?",
    "Takes “send the loss back” literally.",
)(lambda Y_hat, Y: np.broadcast_to(network.sample_losses(Y_hat, Y) / Y.shape[1], Y.shape))
mistake(
    DELTA_B,
    "returns-the-loss",
    "The result is one number, the loss itself; asked for is a slope for every prediction.",
    "How many predictions are there, and how many slopes?",
    "Returns the loss of notebook 1.",
)(network.mean_loss)
row = mistake(
    DELTA_B,
    "averaged-over-the-samples",
    "The samples are gone: errors of different samples have been added, so that too high and "
    "too low cancel.",
    "The loss is a mean over samples, but it depends on each prediction by itself.",
    "Sees 1/N and writes mean(), with keepdims=True or without.",
)
row(lambda Y_hat, Y: (Y_hat - Y).mean(axis=1))
row(lambda Y_hat, Y: (Y_hat - Y).mean(axis=1, keepdims=True))
mistake(
    DELTA_B,
    "target-missing",
    "The targets have no influence: change Y, and your Δ stays as it is.",
    "Where should Δ be 0?",
    "Differentiates ŷ² and forgets that the target shifts the parabola.",
)(lambda Y_hat, Y: Y_hat / Y.shape[1])
mistake(
    DELTA_B,
    "divides-the-target-only",
    "Where prediction and target agree, your Δ is not 0.",
    "In which order does Python work out − and / ? Parentheses decide.",
    "Y_hat - Y / N without parentheses.",
)(lambda Y_hat, Y: Y_hat - Y / Y.shape[1])
row = mistake(
    DELTA_B,
    "slope-at-linear-output",
    "Two equal errors at different predictions get a different Δ: there is the slope of an "
    "activation in it.",
    "Which layer has an activation, and which is linear?",
    "Treats every layer alike, or copies a δ rule for an output layer with an activation.",
)
row(lambda Y_hat, Y: _error(Y_hat, Y) * (1 - Y_hat**2))
row(lambda Y_hat, Y: _error(Y_hat, Y) * (1 - np.tanh(Y_hat) ** 2))
mistake(
    DELTA_B,
    "slope-of-the-sigmoid-at-a-linear-output",
    "Your Δ is 0 where the prediction is 0 or 1, whatever the target is: there is the slope "
    "of an activation in it.",
    "This output layer is linear. What stands between B H and the prediction?",
    "The δ rule of older textbooks, which have a sigmoid output.",
)(lambda Y_hat, Y: _error(Y_hat, Y) * _slope(Y_hat))
mistake(
    DELTA_B,
    "error-sign-only",
    "The size of the error is lost: a small and a large error give the same Δ.",
    "Is the loss equally steep near its lowest point and far from it?",
    "Derivative of |e|.",
)(lambda Y_hat, Y: np.sign(Y_hat - Y) / Y.shape[1])
mistake(
    DELTA_B,
    "gradient-normalised",
    "Every column of yours has the same length, however large the error is: that is the slope "
    "of the distance, not of half its square.",
    "Is there a square root in the loss?",
    "Differentiates the norm instead of its square.",
)(lambda Y_hat, Y: _error(Y_hat, Y) / np.linalg.norm(Y_hat - Y, axis=0))

# --- gradient_B -------------------------------------------------------------------------------


@traces(GRADIENT_B)
def _trace_gradient_B(arguments: tuple[Any, ...], result: Any) -> Finding | None:
    delta, H = arguments
    return trace_gradient("H", H, delta, result, "B")


mistake(
    GRADIENT_B,
    "wrong-sign",
    "Every entry has the wrong sign: delta points uphill, and so should the gradient.",
    "Going downhill is the business of the step, later. Where does the minus come from?",
    "Thinks of the step when asked for the gradient.",
)(lambda delta, H: -delta @ H.T)
mistake(
    GRADIENT_B,
    "mean-twice",
    "Every entry is N times too small: give every sample twice, and your result halves.",
    "delta has been handed in with its 1/N. Is there a second mean?",
    "1/N in Δ and in the gradient.",
)(lambda delta, H: delta @ H.T / H.shape[1])
row = mistake(
    GRADIENT_B,
    "product-of-averages",
    "The result depends only on sums or averages: exchange two columns of H and leave delta "
    "alone, and yours stays the same though every pair is another one.",
    "Multiply first, for each sample by itself, and add up afterwards.",
    "Averages first because averages are what the loss is made of.",
)
row(lambda delta, H: np.outer(delta.sum(axis=1), H.mean(axis=1)))
row(lambda delta, H: np.outer(delta.mean(axis=1), H.mean(axis=1)))
row(lambda delta, H: np.outer(delta.sum(axis=1), H.sum(axis=1)))
mistake(
    GRADIENT_B,
    "first-sample-only",
    "Only the first sample counts: change all others, and the result stays as it is.",
    "The loss has a share of every sample.",
    "Writes it for one column and forgets the others; return inside the loop.",
)(lambda delta, H: np.outer(delta[:, 0], H[:, 0]))
mistake(
    GRADIENT_B,
    "last-sample-only",
    "Only the last sample counts: every turn of the loop throws away what the others gave.",
    "= or += ?",
    "Loop with = for +=.",
)(lambda delta, H: np.outer(delta[:, -1], H[:, -1]))
row = mistake(
    GRADIENT_B,
    "samples-not-summed",
    "The shares of the samples are right, but they lie side by side: there is one matrix a "
    "sample where one matrix is asked for.",
    "B is used by all samples. How do their shares come together?",
    "Broadcasting with None, without the sum.",
)
row(lambda delta, H: np.einsum("kn,jn->nkj", delta, H))
row(lambda delta, H: np.einsum("kn,jn->kjn", delta, H))
mistake(
    GRADIENT_B,
    "samples-mixed",
    "Every entry of delta meets every entry of H, those of other samples too: np.outer first "
    "lays an array out in one line.",
    "np.outer is made for one column and one column.",
    "np.outer on whole matrices.",
)(np.outer)
mistake(
    GRADIENT_B,
    "input-missing",
    "All columns are equal: every hidden unit gets the same share, even one that is 0.",
    "By how much does a prediction move when one weight moves by 1?",
    "Takes Δ for the gradient itself.",
)(lambda delta, H: np.repeat(delta.sum(axis=1, keepdims=True), H.shape[0], axis=1))
mistake(
    GRADIENT_B,
    "error-missing",
    "All rows are equal and do not depend on delta: every output gets the same share, even "
    "one that is right already.",
    "How does the loss react when the prediction moves?",
    "Stops the chain rule after its first link.",
)(lambda delta, H: np.repeat(H.sum(axis=1)[None, :], delta.shape[0], axis=0))
mistake(
    GRADIENT_B,
    "slope-of-the-hidden-units-for-their-activation",
    "A hidden unit that puts out 0 should get no share, because its weight did nothing; yours "
    "gives it the largest.",
    "The slope of tanh belongs to the layer before. What goes through the wire of B?",
    "Mixes up f and f′.",
)(lambda delta, H: delta @ (1 - H**2).T)
mistake(
    GRADIENT_B,
    "slope-of-the-hidden-units-too-early",
    "Hidden units near 1 or −1 get almost no share, though they put out the most: there is "
    "the slope of tanh in it.",
    "Does a change of B have to pass through the tanh on its way to the loss?",
    "Writes the rule for the hidden weights.",
)(lambda delta, H: delta @ (H * (1 - H**2)).T)
mistake(
    GRADIENT_B,
    "activation-used-twice",
    "It is nearly right, and each entry a little too small: H has been put through tanh a "
    "second time.",
    "H is what the hidden layer puts out. Is there anything left to do to it?",
    "Treats H like Z.",
)(lambda delta, H: delta @ np.tanh(H).T)
mistake(
    GRADIENT_B,
    "absolute-error-times-input",
    "The sign of delta is lost: outputs that are too high and too low pull the same way.",
    "Which way should a weight go that makes a low prediction lower?",
    "Thinks of an error as a distance.",
)(lambda delta, H: np.abs(delta) @ H.T)
row = mistake(
    GRADIENT_B,
    "squared-error",
    "The sign of delta is lost, and doubling delta makes your result four times as large.",
    "delta is the slope of the squared error already.",
    "Puts the square of the loss in again, or its ½e².",
)
row(lambda delta, H: (delta**2) @ H.T)
row(lambda delta, H: 0.5 * (delta**2) @ H.T)

# --- delta_B_sigmoid --------------------------------------------------------------------------


@traces(DELTA_B_SIGMOID)
def _trace_sigmoid_error(arguments: tuple[Any, ...], result: Any) -> Finding | None:
    """Say whether the error or the slope is off in Δ_B of a sigmoid output."""
    Y_hat, Y = arguments
    error = output_error(Y_hat, Y)
    Z = np.log(Y_hat / (1 - Y_hat))
    slope = derivative(network.sigmoid, Z)
    with np.errstate(all="ignore"):
        unscaled, used = result / slope, result / error
    if same(unscaled, error):
        return None
    if mixture(Y_hat, Y, unscaled):
        return trace_output_error(Y_hat, Y, unscaled)
    return wrong_slope(used, slope, Z, "the sigmoid")


mistake(
    DELTA_B_SIGMOID,
    "slope-missing",
    "This is the Δ of a linear output: it is large even where the sigmoid is flat, where "
    "moving the pre-activation hardly moves the prediction.",
    "From the pre-activation to the loss there are two links. Which one is missing?",
    "Takes the rule of the linear output, or that of cross-entropy.",
)(_error)
mistake(
    DELTA_B_SIGMOID,
    "slope-at-activation",
    "The slope in it hardly changes from entry to entry, even where predictions are near 0 or "
    "1: the prediction has been put through the sigmoid once more.",
    "Y_hat is what the sigmoid put out, not what went in.",
    "d_sigmoid(Y_hat): f′(f(z)).",
)(lambda Y_hat, Y: _error(Y_hat, Y) * _slope(network.sigmoid(Y_hat)))
mistake(
    DELTA_B_SIGMOID,
    "sigmoid-applied-a-second-time",
    "Where prediction and target agree, your Δ is not 0: Y_hat has been put through the "
    "sigmoid once more.",
    "Y_hat is what the sigmoid put out, not what went in.",
    "Takes Y_hat for the pre-activation.",
)(lambda Y_hat, Y: _error(network.sigmoid(Y_hat), Y) * _slope(network.sigmoid(Y_hat)))
mistake(
    DELTA_B_SIGMOID,
    "activation-for-slope",
    "Where prediction and target agree, your Δ is not 0: Y_hat has been put through the "
    "sigmoid once more, and the slope of the sigmoid is missing.",
    "Y_hat is what the sigmoid put out, not what went in. How many links has the chain?",
    "Takes Y_hat for the pre-activation, and the activation for its derivative.",
)(lambda Y_hat, Y: _error(network.sigmoid(Y_hat), Y))
mistake(
    DELTA_B_SIGMOID,
    "added-not-multiplied",
    "Where prediction and target agree, your Δ is not 0: both slopes are there, but they are "
    "added.",
    "A chain of two links: what does the chain rule do with their slopes?",
    "Remembers both links and not what joins them.",
)(lambda Y_hat, Y: _error(Y_hat, Y) + _slope(Y_hat))
mistake(
    DELTA_B_SIGMOID,
    "slope-taken-at-the-target",
    "Where the target is 0 or 1 your Δ is 0, however wrong the prediction is.",
    "Whose slope is it: at which point of the curve does the network stand?",
    "Mixes up Y and Y_hat.",
)(lambda Y_hat, Y: _error(Y_hat, Y) * _slope(Y))
row = mistake(
    DELTA_B_SIGMOID,
    "half-of-the-slope",
    "Your slope is 0 at one end of the sigmoid only and largest at the other, where the curve "
    "is just as flat.",
    "Where is the sigmoid steepest, and where is it flat?",
    "Remembers one of two factors.",
)
row(lambda Y_hat, Y: _error(Y_hat, Y) * Y_hat)
row(lambda Y_hat, Y: _error(Y_hat, Y) * (1 - Y_hat))
mistake(
    DELTA_B_SIGMOID,
    "slope-of-tanh",
    "Your slope is largest where the prediction is 0; there the sigmoid is flat.",
    "Which function makes this prediction? Each has its own slope.",
    "Takes the slope of the hidden layer's activation.",
)(lambda Y_hat, Y: _error(Y_hat, Y) * (1 - Y_hat**2))
mistake(
    DELTA_B_SIGMOID,
    "slope-twice",
    "Near 0 and 1 your Δ vanishes even faster than the sigmoid flattens: the slope is in it twice.",
    "How many sigmoids lie between the pre-activation and the loss?",
    "Multiplies a result that contains the slope already.",
)(lambda Y_hat, Y: _error(Y_hat, Y) * _slope(Y_hat) ** 2)
mistake(
    DELTA_B_SIGMOID,
    "divided-by-the-slope",
    "Your Δ grows beyond all bounds where the sigmoid is flat; it should vanish there.",
    "A flat curve passes little on. Is that a factor or a divisor?",
    "Inverts a link of the chain.",
)(lambda Y_hat, Y: _error(Y_hat, Y) / _slope(Y_hat))
mistake(
    DELTA_B_SIGMOID,
    "slope-taken-at-the-error",
    "Your slope depends on the target; the sigmoid does not know the target.",
    "At which value is the slope of the sigmoid to be taken?",
    "e(1 − e): s(1 − s) with the wrong s.",
)(lambda Y_hat, Y: _error(Y_hat, Y) * (1 - (Y_hat - Y)))
mistake(
    DELTA_B_SIGMOID,
    "parentheses-missing",
    "Where prediction and target agree, your Δ is not 0.",
    "Python multiplies before it subtracts. Is 1 − … in parentheses?",
    "… * Y_hat * 1 - Y_hat.",
)(lambda Y_hat, Y: _error(Y_hat, Y) * Y_hat - Y_hat)
mistake(
    DELTA_B_SIGMOID,
    "error-missing",
    "The targets have no influence, and no entry is negative: this is the slope of the "
    "sigmoid alone.",
    "From the pre-activation to the loss there are two links. Which one is missing?",
    "Stops the chain rule after its first link.",
)(lambda Y_hat, Y: _slope(Y_hat) / Y.shape[1])
mistake(
    DELTA_B_SIGMOID,
    "target-missing",
    "The targets have no influence: change Y, and your Δ stays as it is.",
    "Where should Δ be 0?",
    "Multiplies Y_hat by the slope.",
)(lambda Y_hat, Y: Y_hat * _slope(Y_hat) / Y.shape[1])
mistake(
    DELTA_B_SIGMOID,
    "absolute-error",
    "The sign of the error is lost: predictions that are too high and predictions that are "
    "too low get the same Δ.",
    "If a prediction is too low, does the loss grow or shrink when the prediction grows?",
    "Thinks of an error as a distance.",
)(lambda Y_hat, Y: np.abs(_error(Y_hat, Y)) * _slope(Y_hat))
mistake(
    DELTA_B_SIGMOID,
    "output-form-fed-with-z",
    "Your slope is negative at many points; the sigmoid never falls.",
    "The short form of the slope wants the sigmoid's value, not what goes into it.",
    "Goes back to z and then uses z(1 − z).",
)(lambda Y_hat, Y: _error(Y_hat, Y) * _slope(np.log(Y_hat / (1 - Y_hat))))

# --- step_B -----------------------------------------------------------------------------------


@traces(STEP_B)
def _trace_step_B(arguments: tuple[Any, ...], result: Any) -> Finding | None:
    """Take the gradient that was stepped along out of the new B, and follow that."""
    B, H, Y, rate = arguments
    mine = (B - result) / rate
    right = gradient(lambda B: network.mean_loss(B @ H, Y), B)
    off = wrong_length("B", mine, right, f"the learning rate is {rate:.3g}")
    if off:
        return off
    used = error_used(mine, H)
    if used is None:
        return trace_gradient("H", H, np.zeros_like(Y), mine, "B")
    return trace_output_error(B @ H, Y, used)


def _step(delta: Callable[[Array, Array], Array], factor: float = 1.0) -> Formula:
    """Return the step on B that follows from a (wrong) output error or a factor."""

    def formula(B: Array, H: Array, Y: Array, learning_rate: float) -> Array:
        return B - learning_rate * factor * delta(B @ H, Y) @ H.T

    return formula


def _grad(B: Array, H: Array, Y: Array) -> Array:
    return _error(B @ H, Y) @ H.T


def _at_fixed_rate(rate: float) -> Formula:
    """Return the step that takes this rate, whatever it is told."""

    def formula(B: Array, H: Array, Y: Array, learning_rate: float) -> Array:
        return B - rate * _grad(B, H, Y)

    return formula


def _one_by_one(per_sample: Callable[[int], float]) -> Formula:
    """Return the walk that changes B after every sample; `per_sample(N)` scales its steps."""

    def formula(B: Array, H: Array, Y: Array, learning_rate: float) -> Array:
        count = H.shape[1]
        for n in range(count):
            error = B @ H[:, n] - Y[:, n]
            B = B - learning_rate * per_sample(count) * np.outer(error, H[:, n])
        return B

    return formula


mistake(
    STEP_B,
    "uphill",
    "The step has the right length and the opposite direction: the loss grows.",
    "The gradient points uphill. Which sign has your error, which your step, and do both hold?",
    "Adds, or has Y − Ŷ and subtracts.",
)(_step(_error, -1.0))
mistake(
    STEP_B,
    "b-unchanged",
    "B came back as it was.",
    "Where does the result of the subtraction go?",
    "Computes the step and returns B.",
)(lambda B, H, Y, learning_rate: B)
mistake(
    STEP_B,
    "returns-the-step",
    "This is the step alone; asked for is where it leads.",
    "Where does the step start?",
    "Takes ΔB for the new B.",
)(lambda B, H, Y, learning_rate: -learning_rate * _grad(B, H, Y))
mistake(
    STEP_B,
    "returns-the-gradient",
    "This is the gradient; asked for is the new B.",
    "What does gradient descent do with the gradient?",
    "Stops before the step.",
)(lambda B, H, Y, learning_rate: _grad(B, H, Y))
row = mistake(
    STEP_B,
    "learning-rate-ignored",
    "Change the learning rate, and your result stays the same.",
    "Is learning_rate used at all?",
    "Subtracts the whole gradient, or writes a number of the text for the rate.",
)
for rate in (1.0, 0.5, 0.3, 0.2, 0.15, 0.1, 0.01):
    row(_at_fixed_rate(rate))
mistake(
    STEP_B,
    "divides-by-learning-rate",
    "A smaller learning rate makes your step longer.",
    "Which way round does learning_rate act on the length of the step?",
    "Reads “step size” as a divisor.",
)(lambda B, H, Y, learning_rate: B - _grad(B, H, Y) / learning_rate)
mistake(
    STEP_B,
    "learning-rate-on-b-too",
    "With a learning rate near 0 the result should stay near B; yours shrinks to 0.",
    "What does the learning rate scale: the step, or the place it starts from?",
    "Parentheses in the wrong place.",
)(lambda B, H, Y, learning_rate: learning_rate * (B - _grad(B, H, Y)))
mistake(
    STEP_B,
    "weights-multiplied",
    "A weight that is 0 can never move in your step, whatever its gradient is.",
    "The step is added to B; does its length depend on B itself?",
    "Scales weights instead of moving them.",
)(lambda B, H, Y, learning_rate: B - learning_rate * B * _grad(B, H, Y))
mistake(
    STEP_B,
    "mean-missing",
    "The direction is right, but the step is N times too long: give every sample twice, and "
    "it doubles.",
    "Is it a sum over the samples where a mean belongs?",
    "No 1/N.",
)(lambda B, H, Y, learning_rate: _step(_error, H.shape[1])(B, H, Y, learning_rate))
mistake(
    STEP_B,
    "mean-twice",
    "The direction is right, but the step is N times too short.",
    "delta_B contains 1/N already. Is it taken a second time?",
    "1/N in Δ and in the gradient.",
)(lambda B, H, Y, learning_rate: _step(_error, 1 / H.shape[1])(B, H, Y, learning_rate))
mistake(
    STEP_B,
    "step-twice-too-long",
    "The direction is right, but the step is twice as long as it should be.",
    "What does the ½ of the loss do? And is the step taken only once?",
    "Derivative of e², not of ½e².",
)(_step(_error, 2.0))
mistake(
    STEP_B,
    "mean-over-outputs",
    "The direction is right, but the step is n_out times too short.",
    "The loss is a mean over samples. Is it one over the outputs too?",
    "np.mean over the whole array.",
)(lambda B, H, Y, learning_rate: _step(_error, 1 / Y.shape[0])(B, H, Y, learning_rate))
mistake(
    STEP_B,
    "divides-by-rows",
    "The step's length depends on the number of outputs where it should depend on the number "
    "of samples.",
    "In this course a sample is a column. What does len() of an array count?",
    "len(Y).",
)(lambda B, H, Y, learning_rate: _step(_error, Y.shape[1] / Y.shape[0])(B, H, Y, learning_rate))
mistake(
    STEP_B,
    "target-missing",
    "The targets have no influence: change Y, and the new B stays the same.",
    "What is the error: the prediction, or how far it is from something?",
    "Sends Y_hat back instead of the error.",
)(_step(lambda Y_hat, Y: Y_hat / Y.shape[1]))
mistake(
    STEP_B,
    "slope-at-linear-output",
    "An output at 1 or −1 does not learn, however wrong it is: there is the slope of an "
    "activation in it.",
    "Which layer has an activation, and which is linear?",
    "Treats every layer alike.",
)(_step(lambda Y_hat, Y: _error(Y_hat, Y) * (1 - Y_hat**2)))
mistake(
    STEP_B,
    "activation-on-output",
    "Predictions of yours never leave the interval from −1 to 1, so large targets pull for ever.",
    "Which layer has an activation, and which is linear?",
    "Predicts with tanh(B H).",
)(lambda B, H, Y, learning_rate: B - learning_rate * _error(np.tanh(B @ H), Y) @ H.T)
row = mistake(
    STEP_B,
    "sigmoid-on-the-output",
    "Predictions of yours never leave the interval from 0 to 1, wherever the targets are.",
    "The docstring says which kind of output layer this one is.",
    "Stays with the sigmoid output of the exercise before.",
)
row(_step(lambda Y_hat, Y: _error(network.sigmoid(Y_hat), Y)))
row(_step(lambda Y_hat, Y: _error(network.sigmoid(Y_hat), Y) * _slope(network.sigmoid(Y_hat))))
mistake(
    STEP_B,
    "slope-of-the-sigmoid-at-a-linear-output",
    "An output at 0 or 1 does not learn, however wrong it is: there is the slope of an "
    "activation in it.",
    "This output layer is linear. Which of your two error functions belongs to it?",
    "Calls delta_B_sigmoid on linear predictions.",
)(_step(lambda Y_hat, Y: _error(Y_hat, Y) * _slope(Y_hat)))
mistake(
    STEP_B,
    "activation-used-twice",
    "H has been put through tanh a second time.",
    "H is what the hidden layer puts out. Is there anything left to do to it?",
    "Treats H like Z.",
)(lambda B, H, Y, learning_rate: B - learning_rate * _error(B @ np.tanh(H), Y) @ np.tanh(H).T)
mistake(
    STEP_B,
    "first-sample-only",
    "Only the first sample counts: change all others, and the step stays as it is.",
    "The loss has a share of every sample.",
    "Writes it for one column.",
)(lambda B, H, Y, learning_rate: B - learning_rate * np.outer(B @ H[:, 0] - Y[:, 0], H[:, 0]))
mistake(
    STEP_B,
    "last-sample-only",
    "Only the last sample counts: every turn of the loop starts again from the old B or "
    "overwrites the gradient.",
    "= or += ?",
    "Loop with = for +=.",
)(lambda B, H, Y, learning_rate: B - learning_rate * _error(B @ H, Y)[:, -1:] @ H[:, -1:].T)
row = mistake(
    STEP_B,
    "one-sample-after-the-other",
    "The samples are taken one after the other, and B has moved already when the second one "
    "comes: shuffle them, and the result changes.",
    "All errors belong to the same B, and the loss is a mean over all samples. When may B change?",
    "Updates B inside the loop over samples, with 1/N in each step or with a whole step each.",
)
row(_one_by_one(lambda N: 1 / N))
row(_one_by_one(lambda N: 1.0))
mistake(
    STEP_B,
    "product-of-averages",
    "The step depends only on the averages of error and input, so that errors of different "
    "samples cancel.",
    "Multiply first, for each sample by itself, and add up afterwards.",
    "Averages first.",
)(
    lambda B, H, Y, learning_rate: (
        B - learning_rate * np.outer(_error(B @ H, Y).sum(axis=1), H.mean(axis=1))
    )
)
mistake(
    STEP_B,
    "absolute-error",
    "The sign of the error is lost: outputs too high and too low move the same way.",
    "Which way should a prediction go that is too low?",
    "Thinks of an error as a distance.",
)(_step(lambda Y_hat, Y: np.abs(_error(Y_hat, Y))))
mistake(
    STEP_B,
    "squared-error",
    "Your step has the parts of the loss where its slope belongs: they have no sign.",
    "What is needed of the loss: its value, or its slope?",
    "Uses the loss instead of its derivative.",
)(_step(lambda Y_hat, Y: (Y_hat - Y) * _error(Y_hat, Y)))
mistake(
    STEP_B,
    "gradient-sign-only",
    "All weights move by the same amount, whether the loss is steep or flat.",
    "The gradient has a size as well as a sign.",
    "“Go down by the learning rate.”",
)(lambda B, H, Y, learning_rate: B - learning_rate * np.sign(_grad(B, H, Y)))
mistake(
    STEP_B,
    "gradient-normalised",
    "Your step is always as long as the learning rate, whether the loss is steep or flat.",
    "The gradient has a length as well as a direction.",
    "Divides the gradient by its norm: a direction, and the rate as a distance.",
)(
    lambda B, H, Y, learning_rate: (
        B - learning_rate * _grad(B, H, Y) / np.linalg.norm(_grad(B, H, Y))
    )
)
