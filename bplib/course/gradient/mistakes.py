"""02_gradient: how people get finite differences, the line's gradient and descent wrong."""

from collections.abc import Callable
from typing import Any

import numpy as np

from bplib.course.gradient.exercises import (
    GRADIENT_DESCENT,
    LINE_LOSS_GRADIENT,
    NUMERICAL_GRADIENT,
    RELATIVE_ERROR,
    SLOPE,
)
from bplib.course.mistakes import mistake, traces
from bplib.derivatives import derivative
from bplib.finding import Finding
from bplib.network import Array

_F = Callable[[Any], Any]
_Entry = Callable[[_F, Array, Array, float], Any]
_Step = Callable[[_F, Array, float], Array]

# --- slope and numerical_gradient ---------------------------------------------------------------


def _each(entry: _Entry, divisor: Callable[[float], float] = lambda step: 2 * step) -> Any:
    """Return the formula that nudges one entry after the other.

    ``entry(f, W, nudge, step)`` gives the rise; `nudge` is `step` at one entry and 0 elsewhere.
    """

    def formula(f: _F, W: Array, step: float = 1e-5) -> Array:
        nudges = step * np.eye(W.size).reshape(-1, *W.shape)
        rises = np.array([entry(f, W, nudge, step) for nudge in nudges])
        return rises.reshape(W.shape) / divisor(step)

    return formula


def _both(f: _F, W: Array, nudge: Array, step: float) -> Any:
    return f(W + nudge) - f(W - nudge)


def _piled_up(f: _F, W: Array, step: float = 1e-5) -> Array:
    """Both copies are made once, before the loop, and each nudge is left in them."""
    up, down, result = W.copy(), W.copy(), np.zeros(W.shape)
    for index in np.ndindex(W.shape):
        up[index] += step
        down[index] -= step
        result[index] = (f(up) - f(down)) / (2 * step)
    return result


def _left_at(side: float) -> Any:
    """Return the formula that leaves every entry nudged to one side when it goes on."""

    def formula(f: _F, W: Array, step: float = 1e-5) -> Array:
        result, before = np.zeros(W.shape), W.copy()
        for index in np.ndindex(W.shape):
            up, down = before.copy(), before.copy()
            up[index] += step
            down[index] -= step
            result[index] = (f(up) - f(down)) / (2 * step)
            before[index] += side * step
        return result

    return formula


def _first_axis(f: _F, W: Array, step: float = 1e-5) -> Array:
    result = np.zeros(W.shape)
    for i in range(len(W)):
        nudge = np.zeros(W.shape)
        nudge[i] = step
        result[i] = (f(W + nudge) - f(W - nudge)) / (2 * step)
    return result


def _first_entry(f: _F, W: Array, step: float = 1e-5) -> Array:
    result, nudge = np.zeros(W.shape), np.zeros(W.shape)
    nudge.flat[0] = step
    result.flat[0] = (f(W + nudge) - f(W - nudge)) / (2 * step)
    return result


def _all_at_once(f: _F, W: Array, step: float = 1e-5) -> float:
    return float((f(W + step) - f(W - step)) / (2 * step))


def _in_single_precision(f: _F, W: Array, step: float = 1e-5) -> Array:
    result = np.zeros(W.shape)
    for index in np.ndindex(W.shape):
        up, down = W.astype(np.float32), W.astype(np.float32)
        up[index] += step
        down[index] -= step
        result[index] = (f(up) - f(down)) / (2 * step)
    return result


_ONE_SIDED = (
    "Your result is off by an amount that shrinks only in proportion to the step: make the step "
    "ten times smaller, and you are ten times nearer. It should be a hundred times nearer.",
    "Do your two points lie symmetrically around the place where the slope is asked for?",
    "Knows the derivative as the limit of (f(w + h) − f(w)) / h from school.",
)
_HALF_SIDED = (
    "You get half a slope, and not even that exactly: on a straight line of slope 1 you would say "
    "½.",
    "How far apart are the two points that you compare, and by what do you divide?",
    "Mixes the one-sided numerator with the two-sided denominator.",
)
_HALF_RUN = (
    "It is twice the slope: on a straight line of slope 1 you would say 2.",
    "From the left point to the right one: how far is that, in steps?",
    "Carries the divisor over from the one-sided difference.",
)
_DOWNHILL = (
    "Where f rises your slope is negative, and where f falls it is positive.",
    "Which of the two values of f do you subtract from which?",
    "Subtracts in the order in which the points stand on the axis.",
)
_NO_RUN = (
    "It is a difference of heights and not yet a slope: with a smaller step it goes to 0.",
    "A rise has to be compared with the run over which it happened.",
    "Stops after the numerator.",
)
_PRECEDENCE = (
    "With a smaller step your result goes to 0, and quickly: you multiply by the step where you "
    "mean to divide by it.",
    "Python works through / and * from left to right. What does 1 / 2 * 10 give?",
    "Writes … / 2 * step without parentheses.",
)
_LAST_TERM_ONLY = (
    "Your result grows without bound as the step shrinks: only one of the two values of f is "
    "divided.",
    "Which operation does Python do first in a - b / c?",
    "Forgets the parentheses around the numerator.",
)
_FIXED_STEP = (
    "It gives the same result whatever step is asked for.",
    "Where in your function does `step` occur? The value in the signature is only the default.",
    "Writes 1e-5 in the body.",
)

_one_sided_difference = mistake(SLOPE, "one-sided-difference", *_ONE_SIDED)
_one_sided_difference(lambda f, w, step=1e-5: (f(w + step) - f(w)) / step)
_one_sided_difference(lambda f, w, step=1e-5: (f(w) - f(w - step)) / step)
_one_sided_difference(lambda f, w, step=1e-5: (f(w + 2 * step) - f(w)) / (2 * step))

mistake(SLOPE, "one-sided-divided-by-two-steps", *_HALF_SIDED)(
    lambda f, w, step=1e-5: (f(w + step) - f(w)) / (2 * step)
)

mistake(SLOPE, "divided-by-one-step", *_HALF_RUN)(
    lambda f, w, step=1e-5: (f(w + step) - f(w - step)) / step
)

mistake(SLOPE, "wrong-sign", *_DOWNHILL)(
    lambda f, w, step=1e-5: (f(w - step) - f(w + step)) / (2 * step)
)

mistake(SLOPE, "not-divided", *_NO_RUN)(lambda f, w, step=1e-5: f(w + step) - f(w - step))

mistake(SLOPE, "divided-by-2-times-the-step", *_PRECEDENCE)(
    lambda f, w, step=1e-5: (f(w + step) - f(w - step)) / 2 * step
)

mistake(SLOPE, "only-one-value-divided", *_LAST_TERM_ONLY)(
    lambda f, w, step=1e-5: f(w + step) - f(w - step) / (2 * step)
)

mistake(SLOPE, "ignores-the-step", *_FIXED_STEP)(
    lambda f, w, step=1e-5: (f(w + 1e-5) - f(w - 1e-5)) / 2e-5
)


@traces(SLOPE)
def _a_step_of_its_own(arguments: tuple[Any, ...], result: Any) -> Finding | None:
    """Say that a step of its own was used: the result is nearer to f'(w) than the asked one is."""
    f, w, *asked_step = arguments
    if not asked_step:
        return None
    (step,) = asked_step
    exact, asked = derivative(f, w), (f(w + step) - f(w - step)) / (2 * step)
    if abs(result - exact) > 0.2 * abs(asked - exact):
        return None
    says, look, _ = _FIXED_STEP
    return Finding("ignores-the-step", says, look)


mistake(
    SLOPE,
    "f-is-not-used",
    "It is the slope of w³, whatever f is.",
    "Which function does your code call: the one that is handed in, or one from above?",
    "Turns the worked example into code and leaves its function in.",
)(lambda f, w, step=1e-5: ((w + step) ** 3 - (w - step) ** 3) / (2 * step))

mistake(
    SLOPE,
    "absolute-value",
    "Your slope is never negative: a falling curve and a rising one get the same.",
    "Does the sign of the difference get lost on the way?",
    "Thinks of a slope as a steepness.",
)(lambda f, w, step=1e-5: abs(f(w + step) - f(w - step)) / (2 * step))

mistake(
    SLOPE,
    "nudges-by-a-share-of-w",
    "Your result is the slope times w: a number twice as large is nudged twice as far, but you "
    "divide by the same step.",
    "Is the step added to w, or is w multiplied by something?",
    "Thinks of a step as a percentage.",
)(lambda f, w, step=1e-5: (f(w * (1 + step)) - f(w * (1 - step))) / (2 * step))

_one_sided_gradient = mistake(NUMERICAL_GRADIENT, "one-sided-difference", *_ONE_SIDED)
_one_sided_gradient(_each(lambda f, W, nudge, step: f(W + nudge) - f(W), lambda step: step))
_one_sided_gradient(_each(lambda f, W, nudge, step: f(W) - f(W - nudge), lambda step: step))

mistake(
    NUMERICAL_GRADIENT,
    "one-sided-divided-by-two-steps",
    "You get half a gradient, and not even that exactly. If you did mean to compare both "
    "sides: one of your two arrays is not what you take it for.",
    "Print both arrays just before f is called. `V = W` gives the array a second name, it "
    "makes no second array.",
    "Nudges up and down in one and the same array, under two names.",
)(_each(lambda f, W, nudge, step: f(W + nudge) - f(W)))

mistake(NUMERICAL_GRADIENT, "divided-by-one-step", *_HALF_RUN)(_each(_both, lambda step: step))

mistake(NUMERICAL_GRADIENT, "wrong-sign", *_DOWNHILL)(
    _each(lambda f, W, nudge, step: f(W - nudge) - f(W + nudge))
)

mistake(NUMERICAL_GRADIENT, "not-divided", *_NO_RUN)(_each(_both, lambda step: 1.0))

mistake(NUMERICAL_GRADIENT, "divided-by-2-times-the-step", *_PRECEDENCE)(
    _each(_both, lambda step: 2 / step)
)

mistake(NUMERICAL_GRADIENT, "ignores-the-step", *_FIXED_STEP)(
    lambda f, W, step=1e-5: _each(_both)(f, W, 1e-5)
)

_all_entries_nudged_together = mistake(
    NUMERICAL_GRADIENT,
    "all-entries-nudged-together",
    "It is one slope: that of moving all weights together by the same amount. A gradient has "
    "one for each weight.",
    "What does W + step do when W is an array? Only this turn's entry may move.",
    "Passes the whole array to slope, or nudges W itself inside the loop over its entries.",
)
_all_entries_nudged_together(_all_at_once)
_all_entries_nudged_together(lambda f, W, step=1e-5: np.full(W.shape, _all_at_once(f, W, step)))

mistake(
    NUMERICAL_GRADIENT,
    "all-zero",
    "Every entry is 0: either both calls of f see the same array, or no slope is ever stored.",
    "Print both arrays just before f is called. `V = W` gives the array a second name, it "
    "makes no second array.",
    "Raises and lowers the entry of one and the same array, under two names.",
)(lambda f, W, step=1e-5: np.zeros(W.shape))

mistake(
    NUMERICAL_GRADIENT,
    "only-the-first-entry",
    "The first entry is right, and all others are 0.",
    "Is the return inside the loop?",
    "Indents the return once too often.",
)(_first_entry)

mistake(
    NUMERICAL_GRADIENT,
    "nudges-pile-up",
    "The first entry is right, the second is the sum of two slopes, the third of three: what "
    "was nudged before is still nudged.",
    "When are the two copies of W made: once, or for every entry?",
    "Makes the copies before the loop.",
)(_piled_up)

_an_entry_is_not_put_back = mistake(
    NUMERICAL_GRADIENT,
    "an-entry-is-not-put-back",
    "The first entry is right and the later ones drift: they are slopes at a place that is a "
    "step away from W in every entry visited before.",
    "After an entry has been raised and lowered, is it back at its old value before the next "
    "one is touched?",
    "Raises by one step, lowers by two (or the other way round), and goes on.",
)
_an_entry_is_not_put_back(_left_at(-1.0))
_an_entry_is_not_put_back(_left_at(1.0))

mistake(
    NUMERICAL_GRADIENT,
    "whole-rows-nudged",
    "All entries of a row are the same: they are the slope of moving the whole row at once.",
    "What is W[i] when W has two axes? Your loop visits the first axis only.",
    "Has tried it on a 1-D array.",
)(_first_axis)

mistake(
    NUMERICAL_GRADIENT,
    "copied-to-single-precision",
    "Only the first few digits are right: float32 keeps seven digits, and a step of 0.00001 "
    "disturbs the last two of them.",
    "Which line turns W into float32? Nudging needs all the digits of float64.",
    "Makes the copy with dtype=np.float32, as many networks do for speed.",
)(_in_single_precision)

# --- line_loss_gradient -------------------------------------------------------------------------


def _errors(w: Array, X: Array, y: Array) -> Array:
    return w @ X - y


_input_missing = mistake(
    LINE_LOSS_GRADIENT,
    "input-missing",
    "It says how the loss changes with the predictions, not how it changes with each weight: the "
    "errors have not met the inputs.",
    "A weight moves a prediction in proportion to the input that it multiplies. Where is that "
    "input?",
    "Differentiates the square and forgets the inner derivative; averages, or spreads what comes "
    "out over the weights.",
)
_input_missing(lambda w, X, y: _errors(w, X, y) / len(y))
_input_missing(lambda w, X, y: np.mean(_errors(w, X, y)))
_input_missing(lambda w, X, y: np.full(len(w), np.mean(_errors(w, X, y))))

mistake(
    LINE_LOSS_GRADIENT,
    "target-missing",
    "Your gradient does not depend on the targets: change y, and it stays the same. At a "
    "perfect fit it should be 0.",
    "What is the error of a sample made of?",
    "Takes the prediction for the error.",
)(lambda w, X, y: X @ (w @ X) / len(y))

mistake(
    LINE_LOSS_GRADIENT,
    "squared-error",
    "An error twice as large makes your gradient four times as large, and its sign is lost: "
    "the square is still there.",
    "What is the slope of ½e² in e?",
    "Multiplies the loss of each sample by its input.",
)(lambda w, X, y: X @ _errors(w, X, y) ** 2 / len(y))

mistake(
    LINE_LOSS_GRADIENT,
    "loss-in-place-of-the-error",
    "Your gradient is the loss times a vector: it cannot tell a prediction that is too high "
    "from one that is too low.",
    "The loss is a number without a direction. Which numbers have a sign?",
    "Sends “the loss” to the weights.",
)(lambda w, X, y: np.mean(_errors(w, X, y) ** 2) * np.mean(X, axis=1) / 2)

mistake(
    LINE_LOSS_GRADIENT,
    "absolute-error",
    "Predictions that are too high and predictions that are too low push your weights the same "
    "way.",
    "Where does the sign of the error get lost?",
    "Thinks of an error as a distance.",
)(lambda w, X, y: X @ np.abs(_errors(w, X, y)) / len(y))

mistake(
    LINE_LOSS_GRADIENT,
    "error-sign-only",
    "A sample that is off by 0.1 counts as much as one that is off by 10.",
    "How does the slope of a square depend on where you stand?",
    "Knows the gradient of |e|.",
)(lambda w, X, y: X @ np.sign(_errors(w, X, y)) / len(y))

mistake(
    LINE_LOSS_GRADIENT,
    "product-of-averages",
    "You average the errors and the inputs first, and multiply then: which error belongs to "
    "which input is lost.",
    "Which comes first for every sample: the product or the mean?",
    "Writes np.mean around every factor.",
)(lambda w, X, y: np.mean(_errors(w, X, y)) * np.mean(X, axis=1))

mistake(
    LINE_LOSS_GRADIENT,
    "last-sample-only",
    "Change any sample but the last, and your gradient stays the same.",
    "Does the loop add to what it has, or does it overwrite it?",
    "Writes = where += belongs.",
)(lambda w, X, y: _errors(w, X, y)[-1] * X[:, -1])

mistake(
    LINE_LOSS_GRADIENT,
    "first-sample-only",
    "Change any sample but the first, and your gradient stays the same.",
    "Is the return inside the loop?",
    "Indents the return once too often.",
)(lambda w, X, y: _errors(w, X, y)[0] * X[:, 0])

mistake(
    LINE_LOSS_GRADIENT,
    "derivative-with-respect-to-x",
    "A weight that is 0 gets the slope 0, whatever its inputs are.",
    "The prediction is a sum of weight times input. When the weight moves, which of the two "
    "factors says how fast the prediction follows?",
    "Differentiates with respect to the input.",
)(lambda w, X, y: np.mean(_errors(w, X, y)) * w)

mistake(
    LINE_LOSS_GRADIENT,
    "only-the-prediction-divided",
    "Only part of the error is divided by N: at a perfect fit your gradient is not 0.",
    "Put parentheses around the error and see what is divided by what.",
    "Loses the parentheses.",
)(lambda w, X, y: X @ (w @ X / len(y) - y))

# --- gradient_descent ---------------------------------------------------------------------------


def _walk(step: _Step, more: int = 0) -> Callable[..., Array]:
    """Return the path of a walk whose step is ``step(gradient, w, learning_rate)``."""

    def formula(gradient: _F, w: Array, learning_rate: float, steps: int) -> Array:
        path = [w]
        for _ in range(steps + more):
            path.append(path[-1] + step(gradient, path[-1], learning_rate))
        return np.stack(path)

    return formula


_right_walk = _walk(lambda gradient, w, rate: -rate * gradient(w))


def _from_one_gradient(gradient: _F, w: Array, learning_rate: float, steps: int) -> Array:
    once = gradient(w)
    return np.stack([w - k * learning_rate * once for k in range(steps + 1)])


def _never_moved(gradient: _F, w: Array, learning_rate: float, steps: int) -> Array:
    return np.stack([w] + [w - learning_rate * gradient(w)] * steps)


def _one_array(*arguments: Any) -> Array:
    path = _right_walk(*arguments)
    return np.stack([path[-1]] * len(path))


def _one_array_after_start(*arguments: Any) -> Array:
    path = _right_walk(*arguments)
    return np.stack([path[0]] + [path[-1]] * (len(path) - 1))


_ALIAS = (
    "Which object do you append? `w -= …` changes it in place, in the list as well; "
    "`w = w - …` makes a new one."
)

mistake(
    GRADIENT_DESCENT,
    "uphill",
    "You walk uphill: with every step the function grows.",
    "The gradient points where the function grows. Which way do you want to go?",
    "Adds the step.",
)(_walk(lambda gradient, w, rate: rate * gradient(w)))

mistake(
    GRADIENT_DESCENT,
    "the-start-is-missing",
    "The path begins after the first step: the point you started from is missing.",
    "What is in the list before the loop begins?",
    "Appends only inside the loop.",
)(lambda *arguments: _right_walk(*arguments)[1:])

mistake(
    GRADIENT_DESCENT,
    "one-step-too-few",
    "The path ends one step too early: the last step is not taken, or not stored.",
    "Count points and steps on paper for steps = 1.",
    "Makes the array of length `steps`, or appends before each step and not after the last.",
)(lambda *arguments: _right_walk(*arguments)[:-1])

mistake(
    GRADIENT_DESCENT,
    "one-step-too-many",
    "The path goes one step too far.",
    "With steps = 0 nothing should move. How often does your loop run then?",
    "Loops over range(steps + 1) after storing the start.",
)(_walk(lambda gradient, w, rate: -rate * gradient(w), more=1))

mistake(
    GRADIENT_DESCENT,
    "only-the-last-point",
    "You return where the walk ends. What is asked for is the whole path.",
    "Collect every point on the way, the start first.",
    "Writes descent as one uses it later, for the result only.",
)(lambda *arguments: _right_walk(*arguments)[-1])

_every_point_is_the_last_one = mistake(
    GRADIENT_DESCENT,
    "every-point-is-the-last-one",
    "All points of the path, or all but the start, are the same, and they are where the walk "
    "ends: the list holds one array many times.",
    _ALIAS,
    "Appends the array that is changed in place afterwards, with or without a copy of the start.",
)
_every_point_is_the_last_one(_one_array)
_every_point_is_the_last_one(_one_array_after_start)

mistake(
    GRADIENT_DESCENT,
    "gradient-computed-once",
    "You walk in a straight line, in equal steps: the start's gradient is used to the end.",
    "Where do you ask for the gradient: before the loop, or at every point?",
    "Moves the call out of the loop to save time.",
)(_from_one_gradient)

mistake(
    GRADIENT_DESCENT,
    "w-is-never-moved",
    "Every step begins at the start again: all points but the first are the same.",
    "After a step has been computed, from where does the next one begin?",
    "Appends the new point without making it the current one.",
)(_never_moved)

mistake(
    GRADIENT_DESCENT,
    "learning-rate-ignored",
    "Your steps are as long as the gradient itself: another learning rate gives the same path.",
    "Where in your loop does the learning rate occur?",
    "Writes w − gradient.",
)(_walk(lambda gradient, w, rate: -gradient(w)))

mistake(
    GRADIENT_DESCENT,
    "learning-rate-squared",
    "Your steps are too short: halve the learning rate, and they become four times shorter.",
    "Into how many factors does the learning rate enter?",
    "Scales the gradient, and then the step again.",
)(_walk(lambda gradient, w, rate: -(rate**2) * gradient(w)))

mistake(
    GRADIENT_DESCENT,
    "divides-by-learning-rate",
    "A smaller learning rate makes your steps longer.",
    "Should a smaller learning rate mean more caution or less?",
    "Thinks of the rate as a number of parts.",
)(_walk(lambda gradient, w, rate: -gradient(w) / rate))

mistake(
    GRADIENT_DESCENT,
    "gradient-normalised",
    "All your steps have the same length, however flat it gets: you will jump back and forth "
    "across the minimum.",
    "How long should a step be where the gradient is small?",
    "Takes the gradient for a direction only.",
)(_walk(lambda gradient, w, rate: -rate * gradient(w) / np.linalg.norm(gradient(w))))

mistake(
    GRADIENT_DESCENT,
    "collects-the-steps",
    "After the start come the steps, not the points that they lead to.",
    "What do you append: the change, or the place after the change?",
    "Appends the wrong one of two variables.",
)(
    lambda gradient, w, learning_rate, steps: np.concatenate(
        [w[np.newaxis], np.diff(_right_walk(gradient, w, learning_rate, steps), axis=0)]
    )
)

# --- relative_error -----------------------------------------------------------------------------


def _norm(a: Array) -> float:
    return float(np.linalg.norm(a))


def _part(part: Any, whole: Any) -> Any:
    """Return a quotient, and 0 where there is nothing to divide by, as careful learners do."""
    return part / whole if whole else 0.0


mistake(
    RELATIVE_ERROR,
    "sum-of-the-lengths",
    "You divide by both lengths together: compare a gradient with its double, and you say 1/3 "
    "where 1/2 belongs.",
    "By which of the two lengths should the difference be divided?",
    "Knows this variant from another course.",
)(lambda mine, numeric: _part(_norm(mine - numeric), _norm(mine) + _norm(numeric)))

mistake(
    RELATIVE_ERROR,
    "divided-by-the-shorter-length",
    "Your error can exceed 2, and where one of the two arrays is all zero there is nothing to "
    "divide by.",
    "By which of the two lengths should the difference be divided?",
    "Writes min.",
)(lambda mine, numeric: _part(_norm(mine - numeric), min(_norm(mine), _norm(numeric))))

mistake(
    RELATIVE_ERROR,
    "divided-by-the-length-of-mine",
    "Exchange the two arguments, and your result changes.",
    "What do you divide by if numeric is the longer one?",
    "Treats mine as the reference.",
)(lambda mine, numeric: _part(_norm(mine - numeric), _norm(mine)))

mistake(
    RELATIVE_ERROR,
    "divided-by-the-length-of-numeric",
    "Exchange the two arguments, and your result changes.",
    "What do you divide by if mine is the longer one?",
    "Treats numeric as the reference.",
)(lambda mine, numeric: _part(_norm(mine - numeric), _norm(numeric)))

mistake(
    RELATIVE_ERROR,
    "not-relative",
    "Multiply both arrays by 1000, and your error grows by 1000: it depends on the unit.",
    "With what is the difference compared?",
    "Stops after the numerator.",
)(lambda mine, numeric: _norm(mine - numeric))

mistake(
    RELATIVE_ERROR,
    "squared-lengths",
    "A difference ten times smaller makes your error a hundred times smaller: these are "
    "squares of lengths.",
    "What is still missing between a sum of squares and a length?",
    "Forgets the root.",
)(lambda mine, numeric: _part(_norm(mine - numeric) ** 2, max(_norm(mine), _norm(numeric)) ** 2))

_difference_of_the_lengths = mistake(
    RELATIVE_ERROR,
    "difference-of-the-lengths",
    "Two gradients of equal length that point opposite ways have the error 0 for you.",
    "Subtract first, or measure the length first?",
    "Takes the norm of each before subtracting.",
)
_difference_of_the_lengths(
    lambda mine, numeric: _part(abs(_norm(mine) - _norm(numeric)), max(_norm(mine), _norm(numeric)))
)
_difference_of_the_lengths(
    lambda mine, numeric: _part(_norm(mine) - _norm(numeric), max(_norm(mine), _norm(numeric)))
)

mistake(
    RELATIVE_ERROR,
    "largest-entries-not-lengths",
    "Only the largest entries count for you: all others could be wrong a little, and you would "
    "not see that there are many.",
    "The length of an array is made of all its entries.",
    "Uses the largest entry, which is a sensible measure too, but not this one.",
)(
    lambda mine, numeric: _part(
        np.max(np.abs(mine - numeric)), max(np.max(np.abs(mine)), np.max(np.abs(numeric)))
    )
)

mistake(
    RELATIVE_ERROR,
    "sums-of-absolute-values",
    "You add up absolute values: that is the way along the axes, not the straight line.",
    "How long is the diagonal of a square of side 1?",
    "Replaces the norm by a sum.",
)(
    lambda mine, numeric: _part(
        np.sum(np.abs(mine - numeric)), max(np.sum(np.abs(mine)), np.sum(np.abs(numeric)))
    )
)

mistake(
    RELATIVE_ERROR,
    "entry-by-entry",
    "You measure every entry by itself: an entry that is 0 up to rounding then looks entirely "
    "wrong.",
    "One length for each whole array, and only then the division.",
    "Divides arrays.",
)(lambda mine, numeric: np.abs(mine - numeric) / np.maximum(np.abs(mine), np.abs(numeric)))

mistake(
    RELATIVE_ERROR,
    "mean-of-the-entries-errors",
    "You measure every entry by itself and average: an entry that is 0 up to rounding spoils it.",
    "One length for each whole array, and only then the division.",
    "Divides arrays, then needs a number.",
)(lambda mine, numeric: np.mean(np.abs(mine - numeric) / np.maximum(np.abs(mine), np.abs(numeric))))

mistake(
    RELATIVE_ERROR,
    "largest-of-the-entries-errors",
    "You measure every entry by itself and keep the worst: an entry that is 0 up to rounding "
    "spoils it.",
    "One length for each whole array, and only then the division.",
    "Divides arrays, then needs a number.",
)(lambda mine, numeric: np.max(np.abs(mine - numeric) / np.maximum(np.abs(mine), np.abs(numeric))))

mistake(
    RELATIVE_ERROR,
    "a-constant-in-the-divisor",
    "Small gradients get too small an error: something is added below, so that it is no longer "
    "relative.",
    "Treat the one case in which the division is impossible by itself, and leave all others alone.",
    "Adds 1e-8 against dividing by 0.",
)(lambda mine, numeric: _norm(mine - numeric) / (max(_norm(mine), _norm(numeric)) + 1e-8))
