"""04_delta_b: how people get the output error, the gradient of B and the step on B wrong."""

from collections.abc import Callable

import numpy as np

from bplib import network
from bplib.course.exercise import Mistake
from bplib.network import Array

_Formula = Callable[..., Array]


def _error(Y_hat: Array, Y: Array) -> Array:
    result: Array = (Y_hat - Y) / Y.shape[1]
    return result


def _step(delta: Callable[[Array, Array], Array], factor: float = 1.0) -> _Formula:
    """Return the step on B that follows from a (wrong) output error or a factor."""

    def formula(B: Array, H: Array, Y: Array, learning_rate: float) -> Array:
        result: Array = B - learning_rate * factor * delta(B @ H, Y) @ H.T
        return result

    return formula


def _grad(B: Array, H: Array, Y: Array) -> Array:
    result: Array = _error(B @ H, Y) @ H.T
    return result


def _at_fixed_rate(rate: float) -> _Formula:
    """Return the step that takes this rate, whatever it is told."""

    def formula(B: Array, H: Array, Y: Array, learning_rate: float) -> Array:
        result: Array = B - rate * _grad(B, H, Y)
        return result

    return formula


def _one_by_one(per_sample: Callable[[int], float]) -> _Formula:
    """Return the walk that changes B after every sample; `per_sample(N)` scales its steps."""

    def formula(B: Array, H: Array, Y: Array, learning_rate: float) -> Array:
        count = H.shape[1]
        for n in range(count):
            error = B @ H[:, n] - Y[:, n]
            B = B - learning_rate * per_sample(count) * np.outer(error, H[:, n])
        return B

    return formula


def _slope(Y_hat: Array) -> Array:
    result: Array = Y_hat * (1 - Y_hat)
    return result


def _through_sigmoid(Y_hat: Array, Y: Array) -> Array:
    result: Array = _error(Y_hat, Y) * _slope(Y_hat)
    return result


def _shared_wrongly(slope: Callable[[Array], Array]) -> tuple[Mistake, ...]:
    """Return what goes wrong with the mean in an output error; `slope` is the output's own."""
    return (
        Mistake(
            "mean-missing",
            lambda Y_hat, Y: (Y_hat - Y) * slope(Y_hat),
            "Every entry is N times too large: put further samples beside these, and each "
            "prediction should matter less to the mean; in yours it matters as before.",
            "The loss is a mean. What does the mean do to the influence of one prediction?",
            "Forgets that the 1/N of the loss belongs into Δ.",
        ),
        Mistake(
            "mean-twice",
            lambda Y_hat, Y: _error(Y_hat, Y) * slope(Y_hat) / Y.shape[1],
            "Every entry is N times too small: one prediction's influence on the mean is divided "
            "by N once, in yours twice.",
            "Count the divisions by N, those inside mean() too.",
            "Divides, then takes a mean.",
        ),
        Mistake(
            "mean-over-outputs",
            lambda Y_hat, Y: (Y_hat - Y) * slope(Y_hat) / Y.size,
            "Every entry is n_out times too small: yours belongs to a loss that is also averaged "
            "over the outputs.",
            "The loss of one sample is a sum over its outputs. Over what is the mean taken?",
            "np.mean over the whole array, or Y.size.",
        ),
        Mistake(
            "divides-by-rows",
            lambda Y_hat, Y: (Y_hat - Y) * slope(Y_hat) / Y.shape[0],
            "It depends on the number of outputs where it should depend on the number of samples.",
            "In this course a sample is a column. What does len() of an array count?",
            "len(Y), from courses with samples in rows.",
        ),
        Mistake(
            "a-fixed-number-of-samples",
            lambda Y_hat, Y: (Y_hat - Y) * slope(Y_hat) / 5,
            "Every batch is divided by the same number, 5, whatever its size.",
            "Where does your function learn how many samples it was given?",
            "Writes the 5 of the tiny batch for N.",
        ),
    )


MISTAKES = {
    "delta_B": (
        *_shared_wrongly(np.ones_like),
        Mistake(
            "absolute-error",
            lambda Y_hat, Y: np.abs(_error(Y_hat, Y)),
            "The sign of the error is lost: predictions that are too high and predictions that are "
            "too low get the same Δ.",
            "If a prediction is too low, does the loss grow or shrink when the prediction grows?",
            "Thinks of an error as a distance.",
        ),
        Mistake(
            "squared-error",
            lambda Y_hat, Y: (Y_hat - Y) * _error(Y_hat, Y),
            "No entry of yours is ever negative, and an error twice as large gives a Δ four times "
            "as large: these are parts of the loss itself.",
            "You have the loss of every entry. What is asked for is its slope.",
            "Evaluates the loss instead of differentiating it.",
        ),
        Mistake(
            "squared-error",
            lambda Y_hat, Y: 0.5 * (Y_hat - Y) * _error(Y_hat, Y),
            "No entry of yours is ever negative, and all together they sum to the loss: these are "
            "the parts of the loss itself.",
            "You have the loss of every entry. What is asked for is its slope.",
            "Evaluates the loss instead of differentiating it.",
        ),
        Mistake(
            "loss-in-place-of-the-error",
            lambda Y_hat, Y: np.broadcast_to(network.sample_losses(Y_hat, Y) / Y.shape[1], Y.shape),
            "All entries of a column are equal: every output gets the loss of the whole sample.",
            "Two outputs of one sample can be wrong in opposite directions. Which numbers tell "
            "them apart?",
            "Takes “send the loss back” literally.",
        ),
        Mistake(
            "returns-the-loss",
            network.mean_loss,
            "The result is one number, the loss itself; asked for is a slope for every prediction.",
            "How many predictions are there, and how many slopes?",
            "Returns the loss of notebook 1.",
        ),
        Mistake(
            "averaged-over-the-samples",
            lambda Y_hat, Y: (Y_hat - Y).mean(axis=1),
            "The samples are gone: errors of different samples have been added, so that too high "
            "and too low cancel.",
            "The loss is a mean over samples, but it depends on each prediction by itself.",
            "Sees 1/N and writes mean().",
        ),
        Mistake(
            "averaged-over-the-samples",
            lambda Y_hat, Y: (Y_hat - Y).mean(axis=1, keepdims=True),
            "The samples are gone: errors of different samples have been added, so that too high "
            "and too low cancel.",
            "The loss is a mean over samples, but it depends on each prediction by itself.",
            "Sees 1/N and writes mean(…, keepdims=True).",
        ),
        Mistake(
            "target-missing",
            lambda Y_hat, Y: Y_hat / Y.shape[1],
            "The targets have no influence: change Y, and your Δ stays as it is.",
            "Where should Δ be 0?",
            "Differentiates ŷ² and forgets that the target shifts the parabola.",
        ),
        Mistake(
            "divides-the-target-only",
            lambda Y_hat, Y: Y_hat - Y / Y.shape[1],
            "Where prediction and target agree, your Δ is not 0.",
            "In which order does Python work out − and / ? Parentheses decide.",
            "Y_hat - Y / N without parentheses.",
        ),
        Mistake(
            "slope-at-linear-output",
            lambda Y_hat, Y: _error(Y_hat, Y) * (1 - Y_hat**2),
            "Your Δ is 0 where the prediction is 1 or −1, whatever the target is: there is the "
            "slope of an activation in it.",
            "Which layer has an activation, and which is linear?",
            "Copies a δ rule for an output layer with an activation.",
        ),
        Mistake(
            "slope-at-linear-output",
            lambda Y_hat, Y: _error(Y_hat, Y) * (1 - np.tanh(Y_hat) ** 2),
            "Your Δ gets smaller where predictions are large, however wrong they are: there is the "
            "slope of an activation in it.",
            "Which layer has an activation, and which is linear?",
            "Treats every layer alike.",
        ),
        Mistake(
            "slope-of-the-sigmoid-at-a-linear-output",
            lambda Y_hat, Y: _error(Y_hat, Y) * _slope(Y_hat),
            "Your Δ is 0 where the prediction is 0 or 1, whatever the target is: there is the "
            "slope of an activation in it.",
            "This output layer is linear. What stands between B H and the prediction?",
            "The δ rule of older textbooks, which have a sigmoid output.",
        ),
        Mistake(
            "error-sign-only",
            lambda Y_hat, Y: np.sign(Y_hat - Y) / Y.shape[1],
            "The size of the error is lost: a small and a large error give the same Δ.",
            "Is the loss equally steep near its lowest point and far from it?",
            "Derivative of |e|.",
        ),
        Mistake(
            "gradient-normalised",
            lambda Y_hat, Y: _error(Y_hat, Y) / np.linalg.norm(Y_hat - Y, axis=0),
            "Every column of yours has the same length, however large the error is: that is the "
            "slope of the distance, not of half its square.",
            "Is there a square root in the loss?",
            "Differentiates the norm instead of its square.",
        ),
    ),
    "gradient_B": (
        Mistake(
            "wrong-sign",
            lambda delta, H: -delta @ H.T,
            "Every entry has the wrong sign: delta points uphill, and so should the gradient.",
            "Going downhill is the business of the step, later. Where does the minus come from?",
            "Thinks of the step when asked for the gradient.",
        ),
        Mistake(
            "mean-twice",
            lambda delta, H: delta @ H.T / H.shape[1],
            "Every entry is N times too small: give every sample twice, and your result halves.",
            "delta has been handed in with its 1/N. Is there a second mean?",
            "1/N in Δ and in the gradient.",
        ),
        *(
            Mistake(
                "product-of-averages",
                formula,
                "The result depends only on sums or averages: exchange two columns of H and leave "
                "delta alone, and yours stays the same though every pair is another one.",
                "Multiply first, for each sample by itself, and add up afterwards.",
                "Averages first because averages are what the loss is made of.",
            )
            for formula in (
                lambda delta, H: np.outer(delta.sum(axis=1), H.mean(axis=1)),
                lambda delta, H: np.outer(delta.mean(axis=1), H.mean(axis=1)),
                lambda delta, H: np.outer(delta.sum(axis=1), H.sum(axis=1)),
            )
        ),
        Mistake(
            "first-sample-only",
            lambda delta, H: np.outer(delta[:, 0], H[:, 0]),
            "Only the first sample counts: change all others, and the result stays as it is.",
            "The loss has a share of every sample.",
            "Writes it for one column and forgets the others; return inside the loop.",
        ),
        Mistake(
            "last-sample-only",
            lambda delta, H: np.outer(delta[:, -1], H[:, -1]),
            "Only the last sample counts: every turn of the loop throws away what the others gave.",
            "= or += ?",
            "Loop with = for +=.",
        ),
        Mistake(
            "samples-not-summed",
            lambda delta, H: np.einsum("kn,jn->nkj", delta, H),
            "The shares of the samples are right, but they lie side by side: there is one matrix a "
            "sample where one matrix is asked for.",
            "B is used by all samples. How do their shares come together?",
            "Broadcasting with None, without the sum.",
        ),
        Mistake(
            "samples-not-summed",
            lambda delta, H: np.einsum("kn,jn->kjn", delta, H),
            "The shares of the samples are right, but they lie side by side: there is one matrix a "
            "sample where one matrix is asked for.",
            "B is used by all samples. How do their shares come together?",
            "Broadcasting with None, without the sum.",
        ),
        Mistake(
            "samples-mixed",
            np.outer,
            "Every entry of delta meets every entry of H, those of other samples too: np.outer "
            "first lays an array out in one line.",
            "np.outer is made for one column and one column.",
            "np.outer on whole matrices.",
        ),
        Mistake(
            "input-missing",
            lambda delta, H: np.repeat(delta.sum(axis=1, keepdims=True), H.shape[0], axis=1),
            "All columns are equal: every hidden unit gets the same share, even one that is 0.",
            "By how much does a prediction move when one weight moves by 1?",
            "Takes Δ for the gradient itself.",
        ),
        Mistake(
            "error-missing",
            lambda delta, H: np.repeat(H.sum(axis=1)[None, :], delta.shape[0], axis=0),
            "All rows are equal and do not depend on delta: every output gets the same share, even "
            "one that is right already.",
            "How does the loss react when the prediction moves?",
            "Stops the chain rule after its first link.",
        ),
        Mistake(
            "slope-of-the-hidden-units-for-their-activation",
            lambda delta, H: delta @ (1 - H**2).T,
            "A hidden unit that puts out 0 should get no share, because its weight did nothing; "
            "yours gives it the largest.",
            "The slope of tanh belongs to the layer before. What goes through the wire of B?",
            "Mixes up f and f′.",
        ),
        Mistake(
            "slope-of-the-hidden-units-too-early",
            lambda delta, H: delta @ (H * (1 - H**2)).T,
            "Hidden units near 1 or −1 get almost no share, though they put out the most: there is "
            "the slope of tanh in it.",
            "Does a change of B have to pass through the tanh on its way to the loss?",
            "Writes the rule for the hidden weights.",
        ),
        Mistake(
            "activation-used-twice",
            lambda delta, H: delta @ np.tanh(H).T,
            "It is nearly right, and each entry a little too small: H has been put through tanh a "
            "second time.",
            "H is what the hidden layer puts out. Is there anything left to do to it?",
            "Treats H like Z.",
        ),
        Mistake(
            "absolute-error",
            lambda delta, H: np.abs(delta) @ H.T,
            "The sign of delta is lost: outputs that are too high and too low pull the same way.",
            "Which way should a weight go that makes a low prediction lower?",
            "Thinks of an error as a distance.",
        ),
        Mistake(
            "squared-error",
            lambda delta, H: (delta**2) @ H.T,
            "The sign of delta is lost, and doubling delta makes your result four times as large.",
            "delta is the slope of the squared error already.",
            "Puts the square of the loss in again.",
        ),
        Mistake(
            "squared-error",
            lambda delta, H: 0.5 * (delta**2) @ H.T,
            "The sign of delta is lost, and doubling delta makes your result four times as large.",
            "delta is the slope of the squared error already.",
            "Puts the ½e² of the loss in again.",
        ),
    ),
    "delta_B_sigmoid": (
        *_shared_wrongly(_slope),
        Mistake(
            "slope-missing",
            _error,
            "This is the Δ of a linear output: it is large even where the sigmoid is flat, where "
            "moving the pre-activation hardly moves the prediction.",
            "From the pre-activation to the loss there are two links. Which one is missing?",
            "Takes the rule of the linear output, or that of cross-entropy.",
        ),
        Mistake(
            "slope-taken-at-the-prediction",
            lambda Y_hat, Y: _error(Y_hat, Y) * _slope(network.sigmoid(Y_hat)),
            "The slope in it hardly changes from entry to entry, even where predictions are near 0 "
            "or 1: the prediction has been put through the sigmoid once more.",
            "Y_hat is what the sigmoid put out, not what went in.",
            "d_sigmoid(Y_hat): f′(f(z)).",
        ),
        Mistake(
            "sigmoid-applied-a-second-time",
            lambda Y_hat, Y: _error(network.sigmoid(Y_hat), Y) * _slope(network.sigmoid(Y_hat)),
            "Where prediction and target agree, your Δ is not 0: Y_hat has been put through the "
            "sigmoid once more.",
            "Y_hat is what the sigmoid put out, not what went in.",
            "Takes Y_hat for the pre-activation.",
        ),
        Mistake(
            "activation-for-slope",
            lambda Y_hat, Y: _error(network.sigmoid(Y_hat), Y),
            "Where prediction and target agree, your Δ is not 0: Y_hat has been put through the "
            "sigmoid once more, and the slope of the sigmoid is missing.",
            "Y_hat is what the sigmoid put out, not what went in. How many links has the chain?",
            "Takes Y_hat for the pre-activation, and the activation for its derivative.",
        ),
        Mistake(
            "slopes-added",
            lambda Y_hat, Y: _error(Y_hat, Y) + _slope(Y_hat),
            "Where prediction and target agree, your Δ is not 0: both slopes are there, but they "
            "are added.",
            "A chain of two links: what does the chain rule do with their slopes?",
            "Remembers both links and not what joins them.",
        ),
        Mistake(
            "slope-taken-at-the-target",
            lambda Y_hat, Y: _error(Y_hat, Y) * _slope(Y),
            "Where the target is 0 or 1 your Δ is 0, however wrong the prediction is.",
            "Whose slope is it: at which point of the curve does the network stand?",
            "Mixes up Y and Y_hat.",
        ),
        Mistake(
            "half-of-the-slope",
            lambda Y_hat, Y: _error(Y_hat, Y) * Y_hat,
            "Your slope keeps growing up to a prediction of 1, where the sigmoid is flat.",
            "Where is the sigmoid steepest, and where is it flat? It is flat at both ends.",
            "Remembers one of two factors.",
        ),
        Mistake(
            "half-of-the-slope",
            lambda Y_hat, Y: _error(Y_hat, Y) * (1 - Y_hat),
            "Your slope keeps growing down to a prediction of 0, where the sigmoid is flat.",
            "Where is the sigmoid steepest, and where is it flat? It is flat at both ends.",
            "Remembers one of two factors.",
        ),
        Mistake(
            "slope-of-tanh",
            lambda Y_hat, Y: _error(Y_hat, Y) * (1 - Y_hat**2),
            "Your slope is largest where the prediction is 0; there the sigmoid is flat.",
            "Which function makes this prediction? Each has its own slope.",
            "Takes the slope of the hidden layer's activation.",
        ),
        Mistake(
            "slope-twice",
            lambda Y_hat, Y: _error(Y_hat, Y) * _slope(Y_hat) ** 2,
            "Near 0 and 1 your Δ vanishes even faster than the sigmoid flattens: the slope is in "
            "it twice.",
            "How many sigmoids lie between the pre-activation and the loss?",
            "Multiplies a result that contains the slope already.",
        ),
        Mistake(
            "divided-by-the-slope",
            lambda Y_hat, Y: _error(Y_hat, Y) / _slope(Y_hat),
            "Your Δ grows beyond all bounds where the sigmoid is flat; it should vanish there.",
            "A flat curve passes little on. Is that a factor or a divisor?",
            "Inverts a link of the chain.",
        ),
        Mistake(
            "slope-put-on-the-error",
            lambda Y_hat, Y: _error(Y_hat, Y) * (1 - (Y_hat - Y)),
            "Your slope depends on the target; the sigmoid does not know the target.",
            "At which value is the slope of the sigmoid to be taken?",
            "e(1 − e): s(1 − s) with the wrong s.",
        ),
        Mistake(
            "parentheses-missing",
            lambda Y_hat, Y: _error(Y_hat, Y) * Y_hat - Y_hat,
            "Where prediction and target agree, your Δ is not 0.",
            "Python multiplies before it subtracts. Is 1 − … in parentheses?",
            "… * Y_hat * 1 - Y_hat.",
        ),
        Mistake(
            "error-missing",
            lambda Y_hat, Y: _slope(Y_hat) / Y.shape[1],
            "The targets have no influence, and no entry is negative: this is the slope of the "
            "sigmoid alone.",
            "From the pre-activation to the loss there are two links. Which one is missing?",
            "Stops the chain rule after its first link.",
        ),
        Mistake(
            "target-missing",
            lambda Y_hat, Y: Y_hat * _slope(Y_hat) / Y.shape[1],
            "The targets have no influence: change Y, and your Δ stays as it is.",
            "Where should Δ be 0?",
            "Multiplies Y_hat by the slope.",
        ),
        Mistake(
            "absolute-error",
            lambda Y_hat, Y: np.abs(_error(Y_hat, Y)) * _slope(Y_hat),
            "The sign of the error is lost: predictions that are too high and predictions that are "
            "too low get the same Δ.",
            "If a prediction is too low, does the loss grow or shrink when the prediction grows?",
            "Thinks of an error as a distance.",
        ),
        Mistake(
            "slopes-formula-fed-with-the-pre-activation",
            lambda Y_hat, Y: _error(Y_hat, Y) * _slope(np.log(Y_hat / (1 - Y_hat))),
            "Your slope is negative at many points; the sigmoid never falls.",
            "The short form of the slope wants the sigmoid's value, not what goes into it.",
            "Goes back to z and then uses z(1 − z).",
        ),
    ),
    "step_B": (
        Mistake(
            "uphill",
            _step(_error, -1.0),
            "The step has the right length and the opposite direction: the loss grows.",
            "The gradient points uphill.",
            "Adds, or has Y − Ŷ and subtracts.",
        ),
        Mistake(
            "b-unchanged",
            lambda B, H, Y, learning_rate: B,
            "B came back as it was.",
            "Where does the result of the subtraction go?",
            "Computes the step and returns B.",
        ),
        Mistake(
            "returns-the-step",
            lambda B, H, Y, learning_rate: -learning_rate * _grad(B, H, Y),
            "This is the step alone; asked for is where it leads.",
            "Where does the step start?",
            "Takes ΔB for the new B.",
        ),
        Mistake(
            "returns-the-gradient",
            lambda B, H, Y, learning_rate: _grad(B, H, Y),
            "This is the gradient; asked for is the new B.",
            "What does gradient descent do with the gradient?",
            "Stops before the step.",
        ),
        *(
            Mistake(
                "learning-rate-ignored",
                _at_fixed_rate(rate),
                "Change the learning rate, and your result stays the same.",
                "Is learning_rate used at all?",
                "Subtracts the whole gradient, or writes a number of the text for the rate.",
            )
            for rate in (1.0, 0.5, 0.3, 0.2, 0.15, 0.1, 0.01)
        ),
        Mistake(
            "divides-by-learning-rate",
            lambda B, H, Y, learning_rate: B - _grad(B, H, Y) / learning_rate,
            "A smaller learning rate makes your step longer.",
            "Which way round does learning_rate act on the length of the step?",
            "Reads “step size” as a divisor.",
        ),
        Mistake(
            "learning-rate-on-b-too",
            lambda B, H, Y, learning_rate: learning_rate * (B - _grad(B, H, Y)),
            "With a learning rate near 0 the result should stay near B; yours shrinks to 0.",
            "What does the learning rate scale: the step, or the place it starts from?",
            "Parentheses in the wrong place.",
        ),
        Mistake(
            "weights-multiplied",
            lambda B, H, Y, learning_rate: B - learning_rate * B * _grad(B, H, Y),
            "A weight that is 0 can never move in your step, whatever its gradient is.",
            "The step is added to B; does its length depend on B itself?",
            "Scales weights instead of moving them.",
        ),
        Mistake(
            "mean-missing",
            lambda B, H, Y, learning_rate: _step(_error, H.shape[1])(B, H, Y, learning_rate),
            "The direction is right, but the step is N times too long: give every sample twice, "
            "and it doubles.",
            "Is it a sum over the samples where a mean belongs?",
            "No 1/N.",
        ),
        Mistake(
            "mean-twice",
            lambda B, H, Y, learning_rate: _step(_error, 1 / H.shape[1])(B, H, Y, learning_rate),
            "The direction is right, but the step is N times too short.",
            "delta_B contains 1/N already. Is it taken a second time?",
            "1/N in Δ and in the gradient.",
        ),
        Mistake(
            "step-twice-too-long",
            _step(_error, 2.0),
            "The direction is right, but the step is twice as long as it should be.",
            "What does the ½ of the loss do? And is the step taken only once?",
            "Derivative of e², not of ½e².",
        ),
        Mistake(
            "mean-over-outputs",
            lambda B, H, Y, learning_rate: _step(_error, 1 / Y.shape[0])(B, H, Y, learning_rate),
            "The direction is right, but the step is n_out times too short.",
            "The loss is a mean over samples. Is it one over the outputs too?",
            "np.mean over the whole array.",
        ),
        Mistake(
            "divides-by-rows",
            lambda B, H, Y, learning_rate: _step(_error, Y.shape[1] / Y.shape[0])(
                B, H, Y, learning_rate
            ),
            "The step's length depends on the number of outputs where it should depend on the "
            "number of samples.",
            "In this course a sample is a column. What does len() of an array count?",
            "len(Y).",
        ),
        Mistake(
            "target-missing",
            _step(lambda Y_hat, Y: Y_hat / Y.shape[1]),
            "The targets have no influence: change Y, and the new B stays the same.",
            "What is the error: the prediction, or how far it is from something?",
            "Sends Y_hat back instead of the error.",
        ),
        Mistake(
            "slope-at-linear-output",
            _step(lambda Y_hat, Y: _error(Y_hat, Y) * (1 - Y_hat**2)),
            "An output at 1 or −1 does not learn, however wrong it is: there is the slope of an "
            "activation in it.",
            "Which layer has an activation, and which is linear?",
            "Treats every layer alike.",
        ),
        Mistake(
            "activation-on-output",
            lambda B, H, Y, learning_rate: B - learning_rate * _error(np.tanh(B @ H), Y) @ H.T,
            "Predictions of yours never leave the interval from −1 to 1, so large targets pull for "
            "ever.",
            "Which layer has an activation, and which is linear?",
            "Predicts with tanh(B H).",
        ),
        *(
            Mistake(
                "sigmoid-on-the-output",
                formula,
                "Predictions of yours never leave the interval from 0 to 1, wherever the targets "
                "are.",
                "The docstring says which kind of output layer this one is.",
                "Stays with the sigmoid output of the exercise before.",
            )
            for formula in (
                lambda B, H, Y, learning_rate: (
                    B - learning_rate * _error(network.sigmoid(B @ H), Y) @ H.T
                ),
                lambda B, H, Y, learning_rate: (
                    B - learning_rate * _through_sigmoid(network.sigmoid(B @ H), Y) @ H.T
                ),
            )
        ),
        Mistake(
            "slope-of-the-sigmoid-at-a-linear-output",
            _step(lambda Y_hat, Y: _error(Y_hat, Y) * _slope(Y_hat)),
            "An output at 0 or 1 does not learn, however wrong it is: there is the slope of an "
            "activation in it.",
            "This output layer is linear. Which of your two error functions belongs to it?",
            "Calls delta_B_sigmoid on linear predictions.",
        ),
        Mistake(
            "activation-used-twice",
            lambda B, H, Y, learning_rate: (
                B - learning_rate * _error(B @ np.tanh(H), Y) @ np.tanh(H).T
            ),
            "H has been put through tanh a second time.",
            "H is what the hidden layer puts out. Is there anything left to do to it?",
            "Treats H like Z.",
        ),
        Mistake(
            "first-sample-only",
            lambda B, H, Y, learning_rate: (
                B - learning_rate * np.outer(B @ H[:, 0] - Y[:, 0], H[:, 0])
            ),
            "Only the first sample counts: change all others, and the step stays as it is.",
            "The loss has a share of every sample.",
            "Writes it for one column.",
        ),
        Mistake(
            "last-sample-only",
            lambda B, H, Y, learning_rate: (
                B - learning_rate * _error(B @ H, Y)[:, -1:] @ H[:, -1:].T
            ),
            "Only the last sample counts: every turn of the loop starts again from the old B or "
            "overwrites the gradient.",
            "= or += ?",
            "Loop with = for +=.",
        ),
        Mistake(
            "one-sample-after-the-other",
            _one_by_one(lambda N: 1 / N),
            "The samples are taken one after the other, and B has moved already when the second "
            "one comes: shuffle them, and the result changes.",
            "All errors belong to the same B. When may B change?",
            "Updates B inside the loop over samples.",
        ),
        Mistake(
            "one-sample-after-the-other",
            _one_by_one(lambda N: 1.0),
            "The samples are taken one after the other, each with a whole step of its own: shuffle "
            "them, and the result changes.",
            "The loss is a mean over all samples, and it asks for a single step.",
            "Stochastic gradient descent, which comes later.",
        ),
        Mistake(
            "product-of-averages",
            lambda B, H, Y, learning_rate: (
                B - learning_rate * np.outer(_error(B @ H, Y).sum(axis=1), H.mean(axis=1))
            ),
            "The step depends only on the averages of error and input, so that errors of different "
            "samples cancel.",
            "Multiply first, for each sample by itself, and add up afterwards.",
            "Averages first.",
        ),
        Mistake(
            "absolute-error",
            _step(lambda Y_hat, Y: np.abs(_error(Y_hat, Y))),
            "The sign of the error is lost: outputs too high and too low move the same way.",
            "Which way should a prediction go that is too low?",
            "Thinks of an error as a distance.",
        ),
        Mistake(
            "squared-error",
            _step(lambda Y_hat, Y: (Y_hat - Y) * _error(Y_hat, Y)),
            "Your step has the parts of the loss where its slope belongs: they have no sign.",
            "What is needed of the loss: its value, or its slope?",
            "Uses the loss instead of its derivative.",
        ),
        Mistake(
            "gradient-sign-only",
            lambda B, H, Y, learning_rate: B - learning_rate * np.sign(_grad(B, H, Y)),
            "All weights move by the same amount, whether the loss is steep or flat.",
            "The gradient has a size as well as a sign.",
            "“Go down by the learning rate.”",
        ),
        Mistake(
            "gradient-normalised",
            lambda B, H, Y, learning_rate: (
                B - learning_rate * _grad(B, H, Y) / np.linalg.norm(_grad(B, H, Y))
            ),
            "Your step is always as long as the learning rate, whether the loss is steep or flat.",
            "The gradient has a length as well as a direction.",
            "Divides the gradient by its norm: a direction, and the rate as a distance.",
        ),
    ),
}
