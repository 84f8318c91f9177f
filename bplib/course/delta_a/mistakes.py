"""05_delta_a: how people get the hidden layer's error, the gradient of A and the step wrong.

Most mistakes are made in one link of the chain and travel to the end of it. So the wrong ways back
through B and the wrong slopes are written down once, and every later exercise is given what
becomes of them there.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from bplib import network
from bplib.derivatives import derivative, gradient
from bplib.course.exercise import Mistake
from bplib.network import Array

_Formula = Callable[..., Any]


def _slope(Z: Array) -> Array:
    result: Array = 1 - np.tanh(Z) ** 2
    return result


def _output_error(Y_hat: Array, Y: Array) -> Array:
    result: Array = (Y_hat - Y) / Y.shape[1]
    return result


def _sent_back(delta_B: Array, B: Array) -> Array:
    result: Array = B.T @ delta_B
    return result


def _collected(delta: Array, layer_input: Array) -> Array:
    result: Array = delta @ layer_input.T
    return result


def _errors(A: Array, B: Array, X: Array, Y: Array) -> tuple[Array, Array, Array, Array]:
    """Return Z, H and the error terms of both layers."""
    Z, H, Y_hat = network.forward(A, B, X)
    delta_B = _output_error(Y_hat, Y)
    return Z, H, _sent_back(delta_B, B) * _slope(Z), delta_B


def _gradients(A: Array, B: Array, X: Array, Y: Array) -> tuple[Array, Array]:
    _, H, delta_A, delta_B = _errors(A, B, X, Y)
    return _collected(delta_A, X), _collected(delta_B, H)


def _with(mistake: Mistake, formula: _Formula) -> Mistake:
    return replace(mistake, formula=formula)


# --- back through B: formulas of (delta_B, B) --------------------------------------------------

_LOST_SAMPLES = Mistake(
    "samples-added-up-first",
    lambda delta_B, B: _sent_back(delta_B.sum(axis=1, keepdims=True), B),
    "The samples are gone before the error has gone back: in every sample a unit is sent the same "
    "error, even in one that was predicted without any.",
    "A hidden unit had another activation in every sample. When do the samples come together?",
    "Adds up over the samples at once, because that is what happens in the end.",
)

_SENT = (
    Mistake(
        "weights-missing",
        lambda delta_B, B: np.tile(delta_B.sum(axis=0), (B.shape[1], 1)),
        "Every hidden unit is sent the same error, whatever weights it speaks through.",
        "If an output hardly listens to a unit, how much of its error can that unit have caused?",
        "Adds up the errors as if every weight were 1.",
    ),
    Mistake(
        "sign-of-the-weights-lost",
        lambda delta_B, B: _sent_back(delta_B, np.abs(B)),
        "A unit that works through a negative weight gets blame of the wrong sign.",
        "When a weight is negative and h rises, which way does the prediction go?",
        "Thinks of a weight as a strength, which has no sign.",
    ),
    Mistake(
        "first-output-only",
        lambda delta_B, B: np.outer(B[0], delta_B[0]),
        "Only the first output's error arrives: change the others, and your result stays.",
        "How many arrows leave a hidden unit?",
        "Writes it for one output; return inside the loop.",
    ),
    Mistake(
        "last-output-only",
        lambda delta_B, B: np.outer(B[-1], delta_B[-1]),
        "Only the last output's error arrives: every turn of the loop throws away what the others "
        "gave.",
        "= or += ?",
        "Loop over the outputs with = for +=.",
    ),
    Mistake(
        "error-shared-out-by-weight",
        lambda delta_B, B: _sent_back(delta_B, B / B.sum(axis=1, keepdims=True)),
        "Make every weight twice as large and your result stays as it is; the loss would react "
        "twice as fast to every hidden unit.",
        "Blame says how fast the loss changes. It is not a fixed amount to be handed out.",
        "Divides the error among the units in proportion to their weights, as some books do.",
    ),
    Mistake(
        "error-shared-out-by-weight",
        lambda delta_B, B: _sent_back(delta_B, B / np.abs(B).sum(axis=1, keepdims=True)),
        "Make every weight twice as large and your result stays as it is; the loss would react "
        "twice as fast to every hidden unit.",
        "Blame says how fast the loss changes. It is not a fixed amount to be handed out.",
        "Divides the error among the units in proportion to the size of their weights.",
    ),
    Mistake(
        "error-shared-out-by-weight",
        lambda delta_B, B: _sent_back(delta_B, B / B.sum(axis=0, keepdims=True)),
        "Make every weight twice as large and your result stays as it is; the loss would react "
        "twice as fast to every hidden unit.",
        "Blame says how fast the loss changes. It is not a fixed amount to be handed out.",
        "Takes a weighted average of the errors that a unit is part of.",
    ),
    Mistake(
        "b-inverted",
        lambda delta_B, B: np.linalg.pinv(B) @ delta_B,
        "Make every weight twice as large and your result halves; it should double. Yours is the "
        "change of H that would cause these errors, not the blame for them.",
        "To go back through B is not to undo B. Along which arrows does one unit reach the loss?",
        "Reads “backwards” as “inverse”.",
    ),
    Mistake(
        "b-reshaped-not-transposed",
        lambda delta_B, B: B.reshape(B.shape[::-1]) @ delta_B,
        "The shape fits, but the weights have moved to other arrows: change one weight of B, and "
        "your blame changes at another hidden unit.",
        "reshape refills rows one number after the other. What exchanges rows and columns?",
        "Forces the shapes to fit.",
    ),
    Mistake(
        "absolute-error",
        lambda delta_B, B: _sent_back(np.abs(delta_B), B),
        "The sign of the error is lost: predictions that are too high and too low send back the "
        "same.",
        "Two errors of opposite sign can cancel at a hidden unit. Can they in yours?",
        "Thinks of an error as a distance.",
    ),
    Mistake(
        "only-the-sign-of-the-weights",
        lambda delta_B, B: _sent_back(delta_B, np.sign(B)),
        "A strong and a weak weight of the same sign send back the same.",
        "If an output hardly listens to a unit, how much of its error can that unit have caused?",
        "Keeps the direction and forgets the strength.",
    ),
    Mistake(
        "squared-weights",
        lambda delta_B, B: _sent_back(delta_B, B**2),
        "Make every weight twice as large and yours is four times as large; it should double.",
        "How often does the error pass through a weight on its way back?",
        "Multiplies by the weight twice: once going forward, once going back.",
    ),
)

_AT_HIDDEN = (
    *_SENT,
    _LOST_SAMPLES,
    _with(
        _LOST_SAMPLES,
        lambda delta_B, B: np.tile(_LOST_SAMPLES.formula(delta_B, B), delta_B.shape[1]),
    ),
    Mistake(
        "outputs-not-summed",
        lambda delta_B, B: B.T[:, :, None] * delta_B[None, :, :],
        "What comes back along every arrow is right, but the arrows of a unit lie side by side: "
        "there is one number an arrow where one number a unit is asked for.",
        "A unit reaches the loss along several paths. What does the chain rule do with them?",
        "Broadcasting with None, without the sum.",
    ),
    Mistake(
        "averaged-over-the-samples",
        lambda delta_B, B: _sent_back(delta_B, B).mean(axis=1),
        "The samples are gone: a unit has one blame for all of them, though it had another "
        "activation in each.",
        "H has a column for every sample. What shape has the derivative with respect to H?",
        "Sees a batch and takes a mean.",
    ),
    Mistake(
        "averaged-over-the-samples",
        lambda delta_B, B: _sent_back(delta_B, B).sum(axis=1),
        "The samples are gone: a unit has one blame for all of them, though it had another "
        "activation in each.",
        "H has a column for every sample. What shape has the derivative with respect to H?",
        "Sees a batch and adds up.",
    ),
)


# --- through the activation: wrong slopes at Z -------------------------------------------------

_SLOPES: tuple[tuple[str, Callable[[Array], Array], str, str, str], ...] = (
    (
        "slope-missing",
        np.ones_like,
        "A saturated unit passes its whole error on: yours is the error at H, not yet at Z.",
        "Between H and Z lies one more function. How much does h move when z moves?",
        "Stops after B, as in the rule for the output layer.",
    ),
    (
        "slope-at-activation",
        lambda Z: _slope(np.tanh(Z)),
        "No unit is ever saturated in yours: 42 % of every error arrives, or more, even where tanh "
        "is flat.",
        "At which value does the slope belong: at what goes into tanh, or at what comes out?",
        "d_tanh(H): f′(f(z)).",
    ),
    (
        "output-form-fed-with-z",
        lambda Z: 1 - Z**2,
        "Your slope is negative where |z| is above 1, and far below −1 for large z; tanh never "
        "falls.",
        "The short form of the slope wants what comes out of tanh, not what goes in.",
        "1 − Z², from 1 − H².",
    ),
    (
        "activation-for-slope",
        np.tanh,
        "A saturated unit passes all of its error on and a unit near z = 0 nothing: the other way "
        "round would be right.",
        "Where is tanh steep, and where is it flat?",
        "Mixes up f and f′.",
    ),
    (
        "square-missing",
        lambda Z: 1 - np.tanh(Z),
        "Your factor is nearly 2 for very negative z, where tanh is flat; a slope of tanh is the "
        "same at z and at −z.",
        "Look at the curve at −3 and at +3. Which power makes these two alike?",
        "1 − tanh(z) for the slope.",
    ),
    (
        "plus-for-minus",
        lambda Z: 1 + np.tanh(Z) ** 2,
        "Your factor is largest where tanh is flat, and never below 1.",
        "Where is tanh steepest, and how steep is it there?",
        "A sign slip in the slope.",
    ),
    (
        "slope-twice",
        lambda Z: _slope(Z) ** 2,
        "A unit that should pass on a tenth of its error passes on a hundredth: the slope is in it "
        "twice.",
        "How many activations lie between H and Z?",
        "Multiplies something by the slope that contains it already.",
    ),
    (
        "divided-by-the-slope",
        lambda Z: 1 / (1 - np.tanh(Z) ** 2),
        "The flatter tanh is, the more error arrives in yours; at saturated units it grows beyond "
        "all bounds.",
        "A flat curve passes little on. Is that a factor or a divisor?",
        "Inverts a link of the chain.",
    ),
    (
        "slope-averaged-over-the-samples",
        lambda Z: np.broadcast_to(_slope(Z).mean(axis=1, keepdims=True), Z.shape),
        "A unit's error shrinks by the same factor in every sample, though it is saturated in some "
        "and not in others.",
        "Each entry of Z stands at its own place on the curve.",
        "Averages over the batch too early.",
    ),
    (
        "slope-of-the-first-sample",
        lambda Z: np.broadcast_to(_slope(Z[:, :1]), Z.shape),
        "A unit's error shrinks by the same factor in every sample: it is the slope of the first.",
        "Each entry of Z stands at its own place on the curve.",
        "Writes it for one column and lets broadcasting do the rest.",
    ),
    (
        "slope-of-the-sigmoid",
        lambda Z: derivative(network.sigmoid, Z),
        "No error is ever passed on by more than a quarter, even at z = 0, where tanh lets all of "
        "it through.",
        "Which activation made H? Each has its own slope.",
        "Remembers the rule of another network.",
    ),
    (
        "slope-of-the-sigmoid",
        lambda Z: np.tanh(Z) * (1 - np.tanh(Z)),
        "Your slope is negative for every negative z; tanh never falls.",
        "Which activation made H? Each has its own slope.",
        "H(1 − H), the sigmoid's short form, with tanh's H.",
    ),
    (
        "slope-of-relu",
        lambda Z: (Z > 0) * 1.0,
        "Half of the units pass on all of their error and the others nothing: that is a switch, "
        "not a curve.",
        "Which activation made H? Each has its own slope.",
        "Remembers the rule of another network.",
    ),
    (
        "square-inside",
        lambda Z: 1 - np.tanh(Z**2),
        "Your slope is far too flat near z = 0: the square has been taken before tanh, not after.",
        "What does tanh² z mean: tanh of z², or the square of tanh z?",
        "np.tanh(Z**2).",
    ),
    (
        "root-of-the-slope",
        lambda Z: 1 / np.cosh(Z),
        "Every factor is the square root of the one that belongs there: a tenth arrives where a "
        "hundredth should.",
        "Check your slope at z = 1 against a difference quotient of tanh.",
        "1/cosh for 1/cosh².",
    ),
    (
        "slope-of-arctan",
        lambda Z: 1 / (1 + Z**2),
        "Your slope falls too slowly: at z = 6 it still passes on a fortieth, tanh nearly nothing.",
        "Check your slope at z = 1 against a difference quotient of tanh.",
        "Another curve shaped like an S.",
    ),
    (
        "z-for-the-slope",
        lambda Z: Z,
        "The further a unit is from z = 0, the more of its error arrives, and with the sign of z.",
        "Multiply by how steep the curve is, not by where on it the unit stands.",
        "Multiplies by Z itself.",
    ),
    (
        "h-for-its-own-way-back",
        lambda Z: np.tanh(Z) * _slope(Z),
        "A unit with z = 0 gets no error at all, though tanh is steepest there: an activation has "
        "slipped in.",
        "The activation of the unit belongs to the gradient of B. What does the way back need?",
        "Multiplies error, activation and slope: everything that is at hand.",
    ),
)


def _slope_in_delta(slope: Callable[[Array], Array]) -> _Formula:
    return lambda delta_B, B, Z: _sent_back(delta_B, B) * slope(Z)


def _sent_in_delta(sent: _Formula) -> _Formula:
    return lambda delta_B, B, Z: sent(delta_B, B) * _slope(Z)


_AT_Z = (
    *(_with(mistake, _sent_in_delta(mistake.formula)) for mistake in (*_SENT, _LOST_SAMPLES)),
    *(
        Mistake(name, _slope_in_delta(slope), says, look, who)
        for name, slope, says, look, who in _SLOPES
    ),
)

_DELTA_A_ONLY = (
    Mistake(
        "added-not-multiplied",
        lambda delta_B, B, Z: _sent_back(delta_B, B) + _slope(Z),
        "Where the error at H is 0, yours is not: something has been added that does not depend on "
        "the error.",
        "Two links of one chain: what does the chain rule do with their derivatives?",
        "Adds local derivatives (the chain rule as a sum).",
    ),
    Mistake(
        "error-missing",
        lambda delta_B, B, Z: _slope(Z),
        "No entry is negative, and the errors at the outputs have no influence: this is the slope "
        "alone.",
        "Which error arrives at H before it passes the activation?",
        "Stops the chain rule after one link.",
    ),
    Mistake(
        "activation-of-the-error",
        lambda delta_B, B, Z: np.tanh(_sent_back(delta_B, B)),
        "Twice the error at the outputs should give twice the error here; yours bends, and never "
        "leaves the interval from −1 to 1.",
        "Going back, an error is scaled by a slope. Is it put through the curve?",
        "Runs the network backwards: weights, then activation.",
    ),
    Mistake(
        "slope-taken-at-the-error",
        lambda delta_B, B, Z: _sent_back(delta_B, B) * _slope(_sent_back(delta_B, B)),
        "Z has no influence on your result: the slope in it was taken at the error.",
        "Where on the curve did the unit stand when the error arose?",
        "Feeds the wrong array to the slope.",
    ),
)


# --- error times input -------------------------------------------------------------------------


def _zero_bias(delta: Array, X: Array) -> Array:
    result = _collected(delta, X)
    result[:, -1] = 0.0
    return np.asarray(result)


_AVERAGES = Mistake(
    "product-of-averages",
    lambda delta, X: np.outer(delta.sum(axis=1), X.mean(axis=1)),
    "The result depends only on sums over the samples: exchange two columns of the input and leave "
    "the errors alone, and yours stays the same though every pair is another one.",
    "Multiply first, for each sample by itself, and add up afterwards.",
    "Averages first because averages are what the loss is made of.",
)

_INPUTS = (
    _AVERAGES,
    _with(_AVERAGES, lambda delta, X: np.outer(delta.sum(axis=1), X.sum(axis=1))),
    _with(_AVERAGES, lambda delta, X: np.outer(delta.mean(axis=1), X.mean(axis=1))),
    Mistake(
        "first-sample-only",
        lambda delta, X: np.outer(delta[:, 0], X[:, 0]),
        "Only the first sample counts: change all others, and the result stays as it is.",
        "The loss has a share of every sample.",
        "Writes it for one column and forgets the others; return inside the loop.",
    ),
    Mistake(
        "last-sample-only",
        lambda delta, X: np.outer(delta[:, -1], X[:, -1]),
        "Only the last sample counts: every turn of the loop throws away what the others gave.",
        "= or += ?",
        "Loop with = for +=.",
    ),
    Mistake(
        "input-reshaped-not-transposed",
        lambda delta, X: delta @ X.reshape(X.shape[::-1]),
        "The shape fits, but errors of one sample meet inputs of another: exchange two samples in "
        "both arrays, and yours changes.",
        "reshape refills rows one number after the other. What exchanges rows and columns?",
        "Forces the shapes to fit.",
    ),
    Mistake(
        "input-missing",
        lambda delta, X: np.repeat(delta.sum(axis=1, keepdims=True), X.shape[0], axis=1),
        "All columns are equal: every input gets the same share, even one that is 0.",
        "By how much does z move when one weight moves by 1?",
        "Takes Δ for the gradient itself.",
    ),
    Mistake(
        "absolute-error",
        lambda delta, X: _collected(np.abs(delta), X),
        "The sign of delta is lost: units whose z should fall and units whose z should rise pull "
        "the same way.",
        "Which way should a weight go when a larger z would make the loss smaller?",
        "Thinks of an error as a distance.",
    ),
    Mistake(
        "activation-put-on-the-input",
        lambda delta, X: _collected(delta, np.tanh(X)),
        "Large inputs count too little in yours: they have been put through tanh.",
        "The weights are multiplied with the input as it is. What happens afterwards is in delta.",
        "Treats the input like Z.",
    ),
)

_GRADIENT_A_ONLY = (
    Mistake(
        "samples-not-summed",
        lambda delta, X: np.einsum("jn,in->nji", delta, X),
        "The shares of the samples are right, but they lie side by side: there is one matrix a "
        "sample where one matrix is asked for.",
        "A is used by all samples. How do their shares come together?",
        "Collects outer products in a list, or broadcasts, without the sum.",
    ),
    Mistake(
        "samples-not-summed",
        lambda delta, X: np.einsum("jn,in->jin", delta, X),
        "The shares of the samples are right, but they lie side by side: there is one matrix a "
        "sample where one matrix is asked for.",
        "A is used by all samples. How do their shares come together?",
        "Broadcasting with None, without the sum.",
    ),
    Mistake(
        "samples-mixed",
        np.outer,
        "Every entry of delta meets every entry of X, those of other samples too: np.outer first "
        "lays an array out in one line.",
        "np.outer is made for one column and one column.",
        "np.outer on whole matrices.",
    ),
    Mistake(
        "first-input-only",
        lambda delta, X: delta @ X[0],
        "There is one number a hidden unit where one number a weight is asked for: only the first "
        "input has been used.",
        "X[0] is a row: one input in all samples. What is one sample?",
        "Thinks that X[0] is the first sample.",
    ),
    Mistake(
        "error-missing",
        lambda delta, X: np.repeat(X.sum(axis=1)[None, :], delta.shape[0], axis=0),
        "All rows are equal and do not depend on delta: every hidden unit gets the same share.",
        "How does the loss react when z moves?",
        "Stops the chain rule after its first link.",
    ),
    Mistake(
        "units-added-up-first",
        lambda delta, X: np.repeat(_collected(delta, X).sum(axis=0)[None, :], len(delta), axis=0),
        "All rows are equal: the errors of all hidden units have been added before they met the "
        "input.",
        "A weight leads into one hidden unit. Whose error is its own?",
        "Sums over the wrong axis.",
    ),
    Mistake(
        "units-added-up-first",
        lambda delta, X: _collected(delta, X).sum(axis=0),
        "The hidden units are gone: their errors have been added before they met the input.",
        "A weight leads into one hidden unit. Whose error is its own?",
        "Sums over the wrong axis.",
    ),
    Mistake(
        "biases-missing",
        _zero_bias,
        "The last column is 0: the weights of the ones, which are the biases, would never learn.",
        "Is the last row of X treated like the others?",
        "A loop that ends one too early, or “a bias has no input”.",
    ),
    Mistake(
        "biases-missing",
        lambda delta, X: _collected(delta, X[:-1]),
        "A column is missing: the weights of the ones, which are the biases, have a gradient too.",
        "Is the last row of X treated like the others?",
        "X[:-1], “a bias has no input”.",
    ),
)


# --- the whole backward pass -------------------------------------------------------------------


def _only_A(delta: _Formula) -> _Formula:
    """Return the gradients where Δ_A is wrong and nothing else: `delta` of (Δ_B, B, Z)."""

    def formula(A: Array, B: Array, X: Array, Y: Array) -> tuple[Array, None]:
        Z, _, Y_hat = network.forward(A, B, X)
        return _collected(delta(_output_error(Y_hat, Y), B, Z), X), None

    return formula


def _from_output_error(error: Callable[[Array, Array], Array]) -> _Formula:
    """Return the gradients that follow from a wrong Δ_B: `error` of (Ŷ, Y)."""

    def formula(A: Array, B: Array, X: Array, Y: Array) -> tuple[Array, Array]:
        Z, H, Y_hat = network.forward(A, B, X)
        delta_B = error(Y_hat, Y)
        return _collected(_sent_back(delta_B, B) * _slope(Z), X), _collected(delta_B, H)

    return formula


def _in_both(product: _Formula) -> _Formula:
    def formula(A: Array, B: Array, X: Array, Y: Array) -> tuple[Array, Array]:
        _, H, delta_A, delta_B = _errors(A, B, X, Y)
        return product(delta_A, X), product(delta_B, H)

    return formula


def _in_A(product: _Formula) -> _Formula:
    def formula(A: Array, B: Array, X: Array, Y: Array) -> tuple[Array, None]:
        return product(_errors(A, B, X, Y)[2], X), None

    return formula


def _in_B(product: _Formula) -> _Formula:
    """Return the gradients where only that of B is wrong: `product` of (Δ_B, Z, H, X)."""

    def formula(A: Array, B: Array, X: Array, Y: Array) -> tuple[None, Array]:
        Z, H, _, delta_B = _errors(A, B, X, Y)
        return None, product(delta_B, Z, H, X)

    return formula


def _of_another_network(**activations: network.Activation) -> _Formula:
    def formula(A: Array, B: Array, X: Array, Y: Array) -> tuple[Array, Array]:
        return (
            gradient(lambda P: network.network_loss(P, B, X, Y, **activations), A),
            gradient(lambda P: network.network_loss(A, P, X, Y, **activations), B),
        )

    return formula


_BOTH = (  # mistakes that give gradients of the right shape, so that a step can be taken along them
    *(_with(mistake, _only_A(mistake.formula)) for mistake in (*_AT_Z, *_DELTA_A_ONLY)),
    *(_with(mistake, _in_both(mistake.formula)) for mistake in _INPUTS),
    *(_with(mistake, _in_A(mistake.formula)) for mistake in _INPUTS),
    Mistake(
        "gradient-of-b-in-place-of-b",
        lambda A, B, X, Y: _only_A(
            lambda delta_B, B, Z: _sent_back(delta_B, _gradients(A, B, X, Y)[1]) * _slope(Z)
        )(A, B, X, Y),
        "The weights of B have no influence of their own on the way back: the error was sent "
        "through the gradient of B.",
        "Through which numbers did the signal go forward? The error comes back through the same.",
        "Two matrices of one shape, and grad_B was computed just before.",
    ),
    Mistake(
        "target-missing",
        _from_output_error(lambda Y_hat, Y: Y_hat / Y.shape[1]),
        "The targets have no influence: change Y, and both gradients stay.",
        "What is the error: the prediction, or how far it is from something?",
        "Sends Y_hat back instead of the error.",
    ),
    Mistake(
        "absolute-error",
        _from_output_error(lambda Y_hat, Y: np.abs(_output_error(Y_hat, Y))),
        "The sign of the error at the output is lost: predictions that are too high and too low "
        "pull the same way.",
        "If a prediction is too low, does the loss grow or shrink when the prediction grows?",
        "Thinks of an error as a distance.",
    ),
    Mistake(
        "squared-error",
        _from_output_error(lambda Y_hat, Y: (Y_hat - Y) * _output_error(Y_hat, Y)),
        "What you send back are the parts of the loss, which have no sign; the slope of the loss "
        "belongs there.",
        "You have the loss of every prediction. What is asked for is its slope.",
        "Sends the loss back instead of its derivative.",
    ),
    Mistake(
        "slope-at-linear-output",
        _from_output_error(lambda Y_hat, Y: _output_error(Y_hat, Y) * _slope(Y_hat)),
        "Large predictions send hardly any error back, however wrong they are: there is the slope "
        "of an activation in Δ_B.",
        "Which layer has an activation, and which is linear?",
        "Treats every layer alike.",
    ),
    Mistake(
        "slope-at-linear-output",
        _from_output_error(lambda Y_hat, Y: _output_error(Y_hat, Y) * (1 - Y_hat**2)),
        "A prediction of 1 or −1 sends no error back, whatever the target is: there is the slope "
        "of an activation in Δ_B.",
        "Which layer has an activation, and which is linear?",
        "Treats every layer alike.",
    ),
    Mistake(
        "activation-on-output",
        _of_another_network(output=network.tanh),
        "These are the right gradients of another network: one whose predictions never leave the "
        "interval from −1 to 1.",
        "Which layer has an activation, and which is linear?",
        "Predicts with tanh(B H).",
    ),
    Mistake(
        "activation-missing",
        _of_another_network(activation=network.identity),
        "These are the right gradients of another network: one without an activation.",
        "What happens to Z before it reaches B?",
        "Forgets tanh in the forward pass and its slope on the way back.",
    ),
    Mistake(
        "sigmoid-for-tanh",
        _of_another_network(activation=network.sigmoid),
        "These are the right gradients of another network: one with sigmoid units.",
        "Which activation does this course's hidden layer have?",
        "Brings the network of another course along.",
    ),
    Mistake(
        "z-for-h",
        _in_B(lambda delta_B, Z, H, X: _collected(delta_B, Z)),
        "A saturated unit should count as 1 or −1 in the gradient of B; in yours it counts with "
        "its whole z.",
        "What flows through the weights B: what goes into tanh, or what comes out?",
        "Takes the wrong one of two arrays of the same shape.",
    ),
    Mistake(
        "activation-used-twice",
        _in_B(lambda delta_B, Z, H, X: _collected(delta_B, np.tanh(H))),
        "The gradient of B is nearly right, and each entry a little too small: H has been put "
        "through tanh a second time.",
        "H is what the hidden layer puts out. Is there anything left to do to it?",
        "Treats H like Z.",
    ),
    Mistake(
        "slope-of-the-hidden-units-too-early",
        _in_B(lambda delta_B, Z, H, X: _collected(delta_B, H * _slope(Z))),
        "In the gradient of B, saturated units get almost no share, though they put out the most: "
        "there is the slope of tanh in it.",
        "Does a change of B have to pass through the tanh on its way to the loss?",
        "Applies the slope one layer too early.",
    ),
    Mistake(
        "slope-of-the-hidden-units-for-their-activation",
        _in_B(lambda delta_B, Z, H, X: _collected(delta_B, _slope(Z))),
        "In the gradient of B, a hidden unit that puts out 0 gets the largest share; its weights "
        "did nothing.",
        "What goes through the wires of B?",
        "Mixes up f and f′.",
    ),
    Mistake(
        "product-of-averages",
        _in_B(lambda delta_B, Z, H, X: np.outer(delta_B.sum(axis=1), H.mean(axis=1))),
        "The gradient of B depends only on sums over the samples: which error met which activation "
        "is lost.",
        "Multiply first, for each sample by itself, and add up afterwards.",
        "Averages first because averages are what the loss is made of.",
    ),
    Mistake(
        "times-the-weights",
        lambda A, B, X, Y: (_gradients(A, B, X, Y)[0] * A, _gradients(A, B, X, Y)[1] * B),
        "A weight that is 0 has no gradient in yours, so it could never learn.",
        "A weight is nudged: what is the nudge multiplied with, the weight or what flows through?",
        "Multiplies the change of a weight with the weight.",
    ),
)

_BACKWARD_ONLY = (
    Mistake(
        "gradients-exchanged",
        lambda A, B, X, Y: _gradients(A, B, X, Y)[::-1],
        "Both gradients are right, but they come in the wrong order.",
        "The docstring says which of them comes first.",
        "Returns them in the order in which they are computed.",
    ),
    Mistake(
        "h-for-x",
        lambda A, B, X, Y: (_collected(_errors(A, B, X, Y)[2], np.tanh(A @ X)), None),
        "Your gradient of A has a column for every hidden unit; A has one for every input.",
        "What flows into the layer with weights A?",
        "Uses the same layer input for both gradients.",
    ),
    Mistake(
        "x-for-h",
        _in_B(lambda delta_B, Z, H, X: _collected(delta_B, X)),
        "Your gradient of B has a column for every input; B has one for every hidden unit.",
        "What flows into the layer with weights B?",
        "Uses the same layer input for both gradients.",
    ),
    Mistake(
        "returns-error-terms",
        lambda A, B, X, Y: _errors(A, B, X, Y)[2:],
        "What you return are the error terms: they have a column for every sample. A gradient has "
        "the shape of its weights.",
        "An error term is one of the two factors of a gradient. Which is the other?",
        "Takes Δ for the gradient itself.",
    ),
)


# --- the step on both --------------------------------------------------------------------------


def _stepped(gradients: _Formula) -> _Formula:
    """Return the step along wrong gradients; None where a gradient is right."""

    def formula(
        A: Array, B: Array, X: Array, Y: Array, learning_rate_A: float, learning_rate_B: float
    ) -> tuple[Array | None, Array | None]:
        grad_A, grad_B = gradients(A, B, X, Y)
        return (
            None if grad_A is None else A - learning_rate_A * grad_A,
            None if grad_B is None else B - learning_rate_B * grad_B,
        )

    return formula


def _scaled(factor_A: _Formula, factor_B: _Formula | None = None) -> _Formula:
    """Return the step with factors of (A, B, X, Y, rate of A, rate of B) on the two steps."""
    other = factor_B or factor_A

    def formula(
        A: Array, B: Array, X: Array, Y: Array, learning_rate_A: float, learning_rate_B: float
    ) -> tuple[Array, Array]:
        grad_A, grad_B = _gradients(A, B, X, Y)
        given = (A, B, X, Y, learning_rate_A, learning_rate_B)
        return A - factor_A(*given) * grad_A, B - other(*given) * grad_B

    return formula


def _stale_B(
    A: Array, B: Array, X: Array, Y: Array, learning_rate_A: float, learning_rate_B: float
) -> tuple[Array, None]:
    """Step A along the old output error, sent back through the new B."""
    new_B = B - learning_rate_B * _gradients(A, B, X, Y)[1]
    Z, _, Y_hat = network.forward(A, B, X)
    delta_A = _sent_back(_output_error(Y_hat, Y), new_B) * _slope(Z)
    return A - learning_rate_A * _collected(delta_A, X), None


def _A_after_B(
    A: Array, B: Array, X: Array, Y: Array, learning_rate_A: float, learning_rate_B: float
) -> tuple[Array, None]:
    """Step A along the gradient of the network that has the new B already."""
    new_B = B - learning_rate_B * _gradients(A, B, X, Y)[1]
    return A - learning_rate_A * _gradients(A, new_B, X, Y)[0], None


def _B_after_A(
    A: Array, B: Array, X: Array, Y: Array, learning_rate_A: float, learning_rate_B: float
) -> tuple[None, Array]:
    """Step B along the gradient of the network that has the new A already."""
    new_A = A - learning_rate_A * _gradients(A, B, X, Y)[0]
    return None, B - learning_rate_B * _gradients(new_A, B, X, Y)[1]


def _B_with_new_H(
    A: Array, B: Array, X: Array, Y: Array, learning_rate_A: float, learning_rate_B: float
) -> tuple[None, Array]:
    """Step B along the old error times the activations of the new A."""
    new_A = A - learning_rate_A * _gradients(A, B, X, Y)[0]
    delta_B = _errors(A, B, X, Y)[3]
    return None, B - learning_rate_B * _collected(delta_B, np.tanh(new_A @ X))


_STEP_ONLY = (
    Mistake(
        "stale-b-sent-back",
        _stale_B,
        "The new A is off by an amount that grows with the learning rate of B: the error went "
        "back through weights that the forward pass had never seen.",
        "In which line does B get its new value, and which line after that still needs the old?",
        "Updates each layer as soon as its gradient is known.",
    ),
    Mistake(
        "stale-b",
        _A_after_B,
        "The two gradients belong to different points: that of A was taken after B had moved.",
        "Both gradients belong to the A and B that came in. Which line must come first?",
        "Two updates, each with a backward pass of its own.",
    ),
    Mistake(
        "stale-a",
        _B_after_A,
        "The two gradients belong to different points: that of B was taken after A had moved.",
        "Both gradients belong to the A and B that came in. Which line must come first?",
        "Two updates, each with a backward pass of its own, A first.",
    ),
    Mistake(
        "stale-a",
        _B_with_new_H,
        "The new B is off by an amount that grows with the learning rate of A: old errors met "
        "activations of the new A.",
        "Both gradients belong to the A and B that came in. Which line must come first?",
        "Updates A, computes H again, and uses it for B.",
    ),
    Mistake(
        "learning-rates-exchanged",
        _scaled(
            lambda A, B, X, Y, rate_A, rate_B: rate_B, lambda A, B, X, Y, rate_A, rate_B: rate_A
        ),
        "A moved by the learning rate of B, and B by that of A.",
        "Read the names of the parameters in the order of the stub.",
        "Keeps the order of the backward pass, B first.",
    ),
    Mistake(
        "one-learning-rate",
        _scaled(lambda A, B, X, Y, rate_A, rate_B: rate_A),
        "Change learning_rate_B, and your result stays the same.",
        "Each layer has a learning rate of its own.",
        "Copies a line and changes only the weights in it.",
    ),
    Mistake(
        "one-learning-rate",
        _scaled(lambda A, B, X, Y, rate_A, rate_B: rate_B),
        "Change learning_rate_A, and your result stays the same.",
        "Each layer has a learning rate of its own.",
        "Copies a line and changes only the weights in it.",
    ),
    Mistake(
        "learning-rate-ignored",
        _scaled(lambda A, B, X, Y, rate_A, rate_B: 1.0),
        "Change the learning rates, and your result stays the same.",
        "Are the learning rates used at all?",
        "Subtracts the whole gradient.",
    ),
    Mistake(
        "divides-by-learning-rate",
        _scaled(
            lambda A, B, X, Y, rate_A, rate_B: 1 / rate_A,
            lambda A, B, X, Y, rate_A, rate_B: 1 / rate_B,
        ),
        "A smaller learning rate makes your step longer.",
        "Which way round does a learning rate act on the length of the step?",
        "Reads “step size” as a divisor.",
    ),
    Mistake(
        "uphill",
        _scaled(
            lambda A, B, X, Y, rate_A, rate_B: -rate_A, lambda A, B, X, Y, rate_A, rate_B: -rate_B
        ),
        "The steps have the right length and the opposite direction: the loss grows.",
        "The gradient points uphill.",
        "Adds, or has Y − Ŷ and subtracts.",
    ),
    Mistake(
        "a-goes-uphill",
        _scaled(
            lambda A, B, X, Y, rate_A, rate_B: -rate_A, lambda A, B, X, Y, rate_A, rate_B: rate_B
        ),
        "B goes downhill as it should; A takes a step of the right length uphill.",
        "Is there the same sign in both updates?",
        "A sign slip in one of two lines.",
    ),
    Mistake(
        "b-goes-uphill",
        _scaled(
            lambda A, B, X, Y, rate_A, rate_B: rate_A, lambda A, B, X, Y, rate_A, rate_B: -rate_B
        ),
        "A goes downhill as it should; B takes a step of the right length uphill.",
        "Is there the same sign in both updates?",
        "A sign slip in one of two lines.",
    ),
    Mistake(
        "a-unchanged",
        lambda A, B, X, Y, rate_A, rate_B: (A, None),
        "A came back as it was; B has moved.",
        "Where does the result of the subtraction for A go?",
        "Trains only the output layer.",
    ),
    Mistake(
        "b-unchanged",
        lambda A, B, X, Y, rate_A, rate_B: (None, B),
        "B came back as it was; A has moved.",
        "Where does the result of the subtraction for B go?",
        "Forgets one of two lines.",
    ),
    Mistake(
        "both-unchanged",
        lambda A, B, X, Y, rate_A, rate_B: (A, B),
        "A and B came back as they were.",
        "Where do the results of the subtractions go?",
        "Computes the steps and returns the old weights.",
    ),
    Mistake(
        "returns-the-gradients",
        lambda A, B, X, Y, rate_A, rate_B: _gradients(A, B, X, Y),
        "These are the gradients; asked for are the new A and B.",
        "What does gradient descent do with the gradients?",
        "Stops before the step.",
    ),
    Mistake(
        "returns-the-steps",
        lambda A, B, X, Y, rate_A, rate_B: (
            -rate_A * _gradients(A, B, X, Y)[0],
            -rate_B * _gradients(A, B, X, Y)[1],
        ),
        "These are the steps alone; asked for is where they lead.",
        "Where do the steps start?",
        "Takes ΔA and ΔB for the new weights.",
    ),
    Mistake(
        "returns-the-steps",
        lambda A, B, X, Y, rate_A, rate_B: (
            rate_A * _gradients(A, B, X, Y)[0],
            rate_B * _gradients(A, B, X, Y)[1],
        ),
        "These are the gradients times the learning rates; asked for is where a step against them "
        "leads.",
        "Where do the steps start?",
        "Takes ΔA and ΔB for the new weights.",
    ),
    Mistake(
        "new-weights-exchanged",
        lambda A, B, X, Y, rate_A, rate_B: (
            B - rate_B * _gradients(A, B, X, Y)[1],
            A - rate_A * _gradients(A, B, X, Y)[0],
        ),
        "Both new arrays are right, but they come in the wrong order.",
        "The docstring says which of them comes first.",
        "Returns them in the order in which they are computed.",
    ),
    Mistake(
        "mean-missing",
        _scaled(
            lambda A, B, X, Y, rate_A, rate_B: rate_A * X.shape[1],
            lambda A, B, X, Y, rate_A, rate_B: rate_B * X.shape[1],
        ),
        "The directions are right, but the steps are N times too long: give every sample twice, "
        "and they double.",
        "Is there a sum over the samples where a mean belongs?",
        "No 1/N.",
    ),
    Mistake(
        "mean-twice",
        _scaled(
            lambda A, B, X, Y, rate_A, rate_B: rate_A / X.shape[1],
            lambda A, B, X, Y, rate_A, rate_B: rate_B / X.shape[1],
        ),
        "The directions are right, but the steps are N times too short.",
        "The gradients contain 1/N already. Is it taken a second time?",
        "1/N in Δ and in the step.",
    ),
    Mistake(
        "step-twice-too-long",
        _scaled(
            lambda A, B, X, Y, rate_A, rate_B: 2 * rate_A,
            lambda A, B, X, Y, rate_A, rate_B: 2 * rate_B,
        ),
        "The directions are right, but the steps are twice as long as they should be.",
        "What does the ½ of the loss do? And is each step taken only once?",
        "Derivative of e², not of ½e².",
    ),
    Mistake(
        "mean-over-outputs",
        _scaled(
            lambda A, B, X, Y, rate_A, rate_B: rate_A / Y.shape[0],
            lambda A, B, X, Y, rate_A, rate_B: rate_B / Y.shape[0],
        ),
        "The directions are right, but the steps are n_out times too short.",
        "The loss is a mean over samples. Is it one over the outputs too?",
        "np.mean over the whole array.",
    ),
)

MISTAKES = {
    "error_at_hidden": _AT_HIDDEN,
    "delta_A": (*_AT_Z, *_DELTA_A_ONLY),
    "gradient_A": (*_INPUTS, *_GRADIENT_A_ONLY),
    "backward": (*_BOTH, *_BACKWARD_ONLY),
    "step_both": (
        *(_with(mistake, _stepped(mistake.formula)) for mistake in _BOTH),
        *_STEP_ONLY,
    ),
}
