"""05_delta_a: how people get the hidden layer's error, the gradient of A and the step wrong.

Most mistakes are made in one link of the chain and travel to the end of it. So the wrong ways back
through B and the wrong slopes are written down once, and every later exercise is given what
becomes of them there.
"""

from collections.abc import Callable
from typing import Any

import numpy as np

from bplib import network
from bplib.course.delta_a.exercises import (
    BACKWARD,
    DELTA_A,
    ERROR_AT_HIDDEN,
    GRADIENT_A,
    STEP_BOTH,
)
from bplib.course.mistakes import Formula, mistake, traces
from bplib.course.steps import (
    trace_backward,
    trace_gradient,
    trace_hidden_error,
    trace_sent_back,
    wrong_length,
)
from bplib.derivatives import derivative, gradient
from bplib.finding import Finding
from bplib.network import Array

_Row = Callable[[Formula], Formula]


def _slope(Z: Array) -> Array:
    return 1 - np.tanh(Z) ** 2


def _output_error(Y_hat: Array, Y: Array) -> Array:
    return (Y_hat - Y) / Y.shape[1]


def _sent_back(delta_B: Array, B: Array) -> Array:
    return B.T @ delta_B


def _collected(delta: Array, layer_input: Array) -> Array:
    return delta @ layer_input.T


def _errors(A: Array, B: Array, X: Array, Y: Array) -> tuple[Array, Array, Array, Array]:
    """Return Z, H and the error terms of both layers."""
    Z, H, Y_hat = network.forward(A, B, X)
    delta_B = _output_error(Y_hat, Y)
    return Z, H, _sent_back(delta_B, B) * _slope(Z), delta_B


def _gradients(A: Array, B: Array, X: Array, Y: Array) -> tuple[Array, Array]:
    _, H, delta_A, delta_B = _errors(A, B, X, Y)
    return _collected(delta_A, X), _collected(delta_B, H)


# --- from link to link: what becomes of a wrong one in all that follows -----------------------


def _sent(code: str, says: str, look: str, who: str) -> _Row:
    """Write down a wrong way back through B: a formula of Δ_B and B."""

    def decorate(sent: Formula) -> Formula:
        mistake(ERROR_AT_HIDDEN, code, says, look, who)(sent)
        _delta(code, says, look, who)(lambda delta_B, B, Z: sent(delta_B, B) * _slope(Z))
        return sent

    return decorate


def _wrong_slope(code: str, says: str, look: str, who: str) -> _Row:
    """Write down a wrong slope of the activation: a formula of Z."""

    def decorate(slope: Formula) -> Formula:
        _delta(code, says, look, who)(lambda delta_B, B, Z: _sent_back(delta_B, B) * slope(Z))
        return slope

    return decorate


def _delta(code: str, says: str, look: str, who: str) -> _Row:
    """Write down a wrong Δ_A: a formula of Δ_B, B and Z."""

    def decorate(delta: Formula) -> Formula:
        mistake(DELTA_A, code, says, look, who)(delta)
        _both(code, says, look, who)(_only_A(delta))
        return delta

    return decorate


def _product(code: str, says: str, look: str, who: str) -> _Row:
    """Write down a wrong product of error and input, made in both layers or only in A's."""

    def decorate(product: Formula) -> Formula:
        mistake(GRADIENT_A, code, says, look, who)(product)
        _both(code, says, look, who)(_in_both(product))
        _both(code, says, look, who)(_in_A(product))
        return product

    return decorate


def _both(code: str, says: str, look: str, who: str) -> _Row:
    """Write down wrong gradients of right shape, so that a step can be taken along them."""

    def decorate(gradients: Formula) -> Formula:
        mistake(BACKWARD, code, says, look, who)(gradients)
        mistake(STEP_BOTH, code, says, look, who)(_stepped(gradients))
        return gradients

    return decorate


def _only_A(delta: Formula) -> Formula:
    """Return the gradients where Δ_A is wrong and nothing else: `delta` of (Δ_B, B, Z)."""

    def formula(A: Array, B: Array, X: Array, Y: Array) -> tuple[Array, None]:
        Z, _, Y_hat = network.forward(A, B, X)
        return _collected(delta(_output_error(Y_hat, Y), B, Z), X), None

    return formula


def _in_both(product: Formula) -> Formula:
    def formula(A: Array, B: Array, X: Array, Y: Array) -> tuple[Array, Array]:
        _, H, delta_A, delta_B = _errors(A, B, X, Y)
        return product(delta_A, X), product(delta_B, H)

    return formula


def _in_A(product: Formula) -> Formula:
    def formula(A: Array, B: Array, X: Array, Y: Array) -> tuple[Array, None]:
        return product(_errors(A, B, X, Y)[2], X), None

    return formula


def _stepped(gradients: Formula) -> Formula:
    """Return the step along wrong gradients; None where a gradient is right."""

    def formula(
        A: Array, B: Array, X: Array, Y: Array, a: float, b: float
    ) -> tuple[Array | None, Array | None]:
        grad_A, grad_B = gradients(A, B, X, Y)
        return (
            None if grad_A is None else A - a * grad_A,
            None if grad_B is None else B - b * grad_B,
        )

    return formula


# --- back through B ---------------------------------------------------------------------------


@traces(ERROR_AT_HIDDEN)
def _trace_error_at_hidden(arguments: tuple[Any, ...], result: Any) -> Finding | None:
    delta_B, B = arguments
    return trace_sent_back(delta_B, B, result)


_sent(
    "weights-missing",
    "Every hidden unit is sent the same error, whatever weights it speaks through.",
    "If an output hardly listens to a unit, how much of its error can that unit have caused?",
    "Adds up the errors as if every weight were 1.",
)(lambda delta_B, B: np.tile(delta_B.sum(axis=0), (B.shape[1], 1)))
_sent(
    "sign-of-the-weights-lost",
    "A unit that works through a negative weight gets blame of the wrong sign.",
    "When a weight is negative and h rises, which way does the prediction go?",
    "Thinks of a weight as a strength, which has no sign.",
)(lambda delta_B, B: _sent_back(delta_B, np.abs(B)))
_sent(
    "first-output-only",
    "Only the first output's error arrives: change the others, and your result stays.",
    "How many arrows leave a hidden unit?",
    "Writes it for one output; return inside the loop.",
)(lambda delta_B, B: np.outer(B[0], delta_B[0]))
_sent(
    "last-output-only",
    "Only the last output's error arrives: every turn of the loop throws away what the others "
    "gave.",
    "= or += ?",
    "Loop over the outputs with = for +=.",
)(lambda delta_B, B: np.outer(B[-1], delta_B[-1]))
row = _sent(
    "error-shared-out-by-weight",
    "Make every weight twice as large and your result stays as it is; the loss would react "
    "twice as fast to every hidden unit.",
    "Blame says how fast the loss changes. It is not a fixed amount to be handed out.",
    "Divides the error among the units in proportion to their weights or to the sizes of "
    "these, as some books do, or takes a weighted average.",
)
row(lambda delta_B, B: _sent_back(delta_B, B / B.sum(axis=1, keepdims=True)))
row(lambda delta_B, B: _sent_back(delta_B, B / np.abs(B).sum(axis=1, keepdims=True)))
row(lambda delta_B, B: _sent_back(delta_B, B / B.sum(axis=0, keepdims=True)))
_sent(
    "b-inverted",
    "Make every weight twice as large and your result halves; it should double. Yours is the "
    "change of H that would cause these errors, not the blame for them.",
    "To go back through B is not to undo B. Along which arrows does one unit reach the loss?",
    "Reads “backwards” as “inverse”.",
)(lambda delta_B, B: np.linalg.pinv(B) @ delta_B)
_sent(
    "b-reshaped-not-transposed",
    "The shape fits, but the weights have moved to other arrows: change one weight of B, and "
    "your blame changes at another hidden unit.",
    "reshape refills rows one number after the other. What exchanges rows and columns?",
    "Forces the shapes to fit.",
)(lambda delta_B, B: B.reshape(B.shape[::-1]) @ delta_B)
_sent(
    "absolute-error-sent-back",
    "The sign of the error is lost: predictions that are too high and too low send back the same.",
    "Two errors of opposite sign can cancel at a hidden unit. Can they in yours?",
    "Thinks of an error as a distance.",
)(lambda delta_B, B: _sent_back(np.abs(delta_B), B))
_sent(
    "only-the-sign-of-the-weights",
    "A strong and a weak weight of the same sign send back the same.",
    "If an output hardly listens to a unit, how much of its error can that unit have caused?",
    "Keeps the direction and forgets the strength.",
)(lambda delta_B, B: _sent_back(delta_B, np.sign(B)))
_sent(
    "squared-weights",
    "Make every weight twice as large and yours is four times as large; it should double.",
    "How often does the error pass through a weight on its way back?",
    "Multiplies by the weight twice: once going forward, once going back.",
)(lambda delta_B, B: _sent_back(delta_B, B**2))

_LOST_SAMPLES = (
    "samples-added-up-first",
    "The samples are gone before the error has gone back: in every sample a unit is sent the "
    "same error, even in one that was predicted without any.",
    "A hidden unit had another activation in every sample. When do the samples come together?",
    "Adds up over the samples at once, because that is what happens in the end.",
)
_sent(*_LOST_SAMPLES)(lambda delta_B, B: _sent_back(delta_B.sum(axis=1, keepdims=True), B))
mistake(ERROR_AT_HIDDEN, *_LOST_SAMPLES)(
    lambda delta_B, B: np.tile(_sent_back(delta_B.sum(axis=1, keepdims=True), B), delta_B.shape[1])
)
mistake(
    ERROR_AT_HIDDEN,
    "outputs-not-summed",
    "What comes back along every arrow is right, but the arrows of a unit lie side by side: "
    "there is one number an arrow where one number a unit is asked for.",
    "A unit reaches the loss along several paths. What does the chain rule do with them?",
    "Broadcasting with None, without the sum.",
)(lambda delta_B, B: B.T[:, :, None] * delta_B[None, :, :])
row = mistake(
    ERROR_AT_HIDDEN,
    "averaged-over-the-samples",
    "The samples are gone: a unit has one blame for all of them, though it had another "
    "activation in each.",
    "H has a column for every sample. What shape has the derivative with respect to H?",
    "Sees a batch and takes a mean, or adds up.",
)
row(lambda delta_B, B: _sent_back(delta_B, B).mean(axis=1))
row(lambda delta_B, B: _sent_back(delta_B, B).sum(axis=1))


# --- through the activation --------------------------------------------------------------------


@traces(DELTA_A)
def _trace_delta_A(arguments: tuple[Any, ...], result: Any) -> Finding | None:
    delta_B, B, Z = arguments
    return trace_hidden_error(delta_B, B, Z, result)


_wrong_slope(
    "slope-missing",
    "A saturated unit passes its whole error on: yours is the error at H, not yet at Z.",
    "Between H and Z lies one more function. How much does h move when z moves?",
    "Stops after B, as in the rule for the output layer.",
)(np.ones_like)
_wrong_slope(
    "slope-at-activation",
    "No unit is ever saturated in yours: 42 % of every error arrives, or more, even where "
    "tanh is flat.",
    "At which value does the slope belong: at what goes into tanh, or at what comes out?",
    "d_tanh(H): f′(f(z)).",
)(lambda Z: _slope(np.tanh(Z)))
_wrong_slope(
    "output-form-fed-with-z",
    "Your slope is negative where |z| is above 1, and far below −1 for large z; tanh never falls.",
    "The short form of the slope wants what comes out of tanh, not what goes in.",
    "1 − Z², from 1 − H².",
)(lambda Z: 1 - Z**2)
_wrong_slope(
    "activation-for-slope",
    "A saturated unit passes all of its error on and a unit near z = 0 nothing: the other way "
    "round would be right.",
    "Where is tanh steep, and where is it flat?",
    "Mixes up f and f′.",
)(np.tanh)
_wrong_slope(
    "square-missing",
    "Your factor is nearly 2 for very negative z, where tanh is flat; a slope of tanh is the "
    "same at z and at −z.",
    "Look at the curve at −3 and at +3. Which power makes these two alike?",
    "1 − tanh(z) for the slope.",
)(lambda Z: 1 - np.tanh(Z))
_wrong_slope(
    "plus-for-minus",
    "Your factor is largest where tanh is flat, and never below 1.",
    "Where is tanh steepest, and how steep is it there?",
    "A sign slip in the slope.",
)(lambda Z: 1 + np.tanh(Z) ** 2)
_wrong_slope(
    "slope-twice",
    "A unit that should pass on a tenth of its error passes on a hundredth: the slope is in "
    "it twice.",
    "How many activations lie between H and Z?",
    "Multiplies something by the slope that contains it already.",
)(lambda Z: _slope(Z) ** 2)
_wrong_slope(
    "divided-by-the-slope",
    "The flatter tanh is, the more error arrives in yours; at saturated units it grows beyond "
    "all bounds.",
    "A flat curve passes little on. Is that a factor or a divisor?",
    "Inverts a link of the chain.",
)(lambda Z: 1 / (1 - np.tanh(Z) ** 2))
_wrong_slope(
    "slope-averaged-over-the-samples",
    "A unit's error shrinks by the same factor in every sample, though it is saturated in "
    "some and not in others.",
    "Each entry of Z stands at its own place on the curve.",
    "Averages over the batch too early.",
)(lambda Z: np.broadcast_to(_slope(Z).mean(axis=1, keepdims=True), Z.shape))
_wrong_slope(
    "slope-of-the-first-sample",
    "A unit's error shrinks by the same factor in every sample: it is the slope of the first.",
    "Each entry of Z stands at its own place on the curve.",
    "Writes it for one column and lets broadcasting do the rest.",
)(lambda Z: np.broadcast_to(_slope(Z[:, :1]), Z.shape))
_wrong_slope(
    "slope-of-the-sigmoid",
    "No error is ever passed on by more than a quarter, even at z = 0, where tanh lets all of "
    "it through.",
    "Which activation made H? Each has its own slope.",
    "Remembers the rule of another network.",
)(lambda Z: derivative(network.sigmoid, Z))
_wrong_slope(
    "the-sigmoids-formula-with-tanh",
    "Your slope is negative for every negative z; tanh never falls.",
    "Which activation made H? Each has its own slope.",
    "H(1 − H), the sigmoid's short form, with tanh's H.",
)(lambda Z: np.tanh(Z) * (1 - np.tanh(Z)))
_wrong_slope(
    "slope-of-relu",
    "Half of the units pass on all of their error and the others nothing: that is a switch, "
    "not a curve.",
    "Which activation made H? Each has its own slope.",
    "Remembers the rule of another network.",
)(lambda Z: (Z > 0) * 1.0)
_wrong_slope(
    "square-inside",
    "Your slope is far too flat near z = 0: the square has been taken before tanh, not after.",
    "What does tanh² z mean: tanh of z², or the square of tanh z?",
    "np.tanh(Z**2).",
)(lambda Z: 1 - np.tanh(Z**2))
_wrong_slope(
    "root-of-the-slope",
    "Every factor is the square root of the one that belongs there: a tenth arrives where a "
    "hundredth should.",
    "Check your slope at z = 1 against a difference quotient of tanh.",
    "1/cosh for 1/cosh².",
)(lambda Z: 1 / np.cosh(Z))
_wrong_slope(
    "slope-of-arctan",
    "Your slope falls too slowly: at z = 6 it still passes on a fortieth, tanh nearly nothing.",
    "Check your slope at z = 1 against a difference quotient of tanh.",
    "Another curve shaped like an S.",
)(lambda Z: 1 / (1 + Z**2))
_wrong_slope(
    "z-for-the-slope",
    "The further a unit is from z = 0, the more of its error arrives, and with the sign of z.",
    "Multiply by how steep the curve is, not by where on it the unit stands.",
    "Multiplies by Z itself.",
)(lambda Z: Z)
_wrong_slope(
    "h-for-its-own-way-back",
    "A unit with z = 0 gets no error at all, though tanh is steepest there: an activation has "
    "slipped in.",
    "The activation of the unit belongs to the gradient of B. What does the way back need?",
    "Multiplies error, activation and slope: everything that is at hand.",
)(lambda Z: np.tanh(Z) * _slope(Z))
_delta(
    "added-not-multiplied",
    "Where the error at H is 0, yours is not: something has been added that does not depend "
    "on the error.",
    "Two links of one chain: what does the chain rule do with their derivatives?",
    "Adds local derivatives (the chain rule as a sum).",
)(lambda delta_B, B, Z: _sent_back(delta_B, B) + _slope(Z))
_delta(
    "error-missing",
    "No entry is negative, and the errors at the outputs have no influence: this is the slope "
    "alone.",
    "Which error arrives at H before it passes the activation?",
    "Stops the chain rule after one link.",
)(lambda delta_B, B, Z: _slope(Z))
_delta(
    "activation-of-the-error",
    "Twice the error at the outputs should give twice the error here; yours bends, and never "
    "leaves the interval from −1 to 1.",
    "Going back, an error is scaled by a slope. Is it put through the curve?",
    "Runs the network backwards: weights, then activation.",
)(lambda delta_B, B, Z: np.tanh(_sent_back(delta_B, B)))
_delta(
    "slope-taken-at-the-error",
    "Z has no influence on your result: the slope in it was taken at the error.",
    "Where on the curve did the unit stand when the error arose?",
    "Feeds the wrong array to the slope.",
)(lambda delta_B, B, Z: _sent_back(delta_B, B) * _slope(_sent_back(delta_B, B)))


# --- error times input -------------------------------------------------------------------------


@traces(GRADIENT_A)
def _trace_gradient_A(arguments: tuple[Any, ...], result: Any) -> Finding | None:
    delta, X = arguments
    return trace_gradient("X", X, delta, result, "A")


_AVERAGES = (
    "product-of-averages",
    "A gradient of yours depends only on sums over the samples: exchange two columns of its "
    "input and leave the errors alone, and it stays the same though every pair is another one.",
    "Multiply first, for each sample by itself, and add up afterwards.",
    "Averages first because averages are what the loss is made of.",
)
row = _product(*_AVERAGES)
row(lambda delta, X: np.outer(delta.sum(axis=1), X.mean(axis=1)))
row(lambda delta, X: np.outer(delta.sum(axis=1), X.sum(axis=1)))
row(lambda delta, X: np.outer(delta.mean(axis=1), X.mean(axis=1)))
_product(
    "first-sample-only",
    "Only the first sample counts: change all others, and the result stays as it is.",
    "The loss has a share of every sample.",
    "Writes it for one column and forgets the others; return inside the loop.",
)(lambda delta, X: np.outer(delta[:, 0], X[:, 0]))
_product(
    "last-sample-only",
    "Only the last sample counts: every turn of the loop throws away what the others gave.",
    "= or += ?",
    "Loop with = for +=.",
)(lambda delta, X: np.outer(delta[:, -1], X[:, -1]))
_product(
    "input-reshaped-not-transposed",
    "The shape fits, but errors of one sample meet inputs of another: exchange two samples in "
    "both arrays, and yours changes.",
    "reshape refills rows one number after the other. What exchanges rows and columns?",
    "Forces the shapes to fit.",
)(lambda delta, X: delta @ X.reshape(X.shape[::-1]))
_product(
    "input-missing",
    "All columns are equal: every input gets the same share, even one that is 0.",
    "By how much does z move when one weight moves by 1?",
    "Takes Δ for the gradient itself.",
)(lambda delta, X: np.repeat(delta.sum(axis=1, keepdims=True), X.shape[0], axis=1))
_product(
    "absolute-error-times-input",
    "The sign of delta is lost: units whose z should fall and units whose z should rise pull "
    "the same way.",
    "Which way should a weight go when a larger z would make the loss smaller?",
    "Thinks of an error as a distance.",
)(lambda delta, X: _collected(np.abs(delta), X))
_product(
    "activation-put-on-the-input",
    "Large inputs count too little in yours: they have been put through tanh.",
    "The weights are multiplied with the input as it is. What happens afterwards is in delta.",
    "Treats the input like Z.",
)(lambda delta, X: _collected(delta, np.tanh(X)))

row = mistake(
    GRADIENT_A,
    "samples-not-summed",
    "The shares of the samples are right, but they lie side by side: there is one matrix a "
    "sample where one matrix is asked for.",
    "A is used by all samples. How do their shares come together?",
    "Collects outer products in a list, or broadcasts, without the sum.",
)
row(lambda delta, X: np.einsum("jn,in->nji", delta, X))
row(lambda delta, X: np.einsum("jn,in->jin", delta, X))
mistake(
    GRADIENT_A,
    "samples-mixed",
    "Every entry of delta meets every entry of X, those of other samples too: np.outer first "
    "lays an array out in one line.",
    "np.outer is made for one column and one column.",
    "np.outer on whole matrices.",
)(np.outer)
mistake(
    GRADIENT_A,
    "first-input-only",
    "There is one number a hidden unit where one number a weight is asked for: only the first "
    "input has been used.",
    "X[0] is a row: one input in all samples. What is one sample?",
    "Thinks that X[0] is the first sample.",
)(lambda delta, X: delta @ X[0])
mistake(
    GRADIENT_A,
    "error-missing",
    "All rows are equal and do not depend on delta: every hidden unit gets the same share.",
    "How does the loss react when z moves?",
    "Stops the chain rule after its first link.",
)(lambda delta, X: np.repeat(X.sum(axis=1)[None, :], delta.shape[0], axis=0))
row = mistake(
    GRADIENT_A,
    "units-added-up-first",
    "The errors of all hidden units have been added before they met the input.",
    "A weight leads into one hidden unit. Whose error is its own?",
    "Sums over the wrong axis.",
)
row(lambda delta, X: np.repeat(_collected(delta, X).sum(axis=0)[None, :], len(delta), axis=0))
row(lambda delta, X: _collected(delta, X).sum(axis=0))
row = mistake(
    GRADIENT_A,
    "biases-missing",
    "The weights of the ones, which are the biases, would never learn: their column, the "
    "last, is 0 or missing.",
    "Is the last row of X treated like the others?",
    "A loop that ends one too early, or X[:-1], since “a bias has no input”.",
)
row(lambda delta, X: _collected(delta, X * (np.arange(len(X)) < len(X) - 1)[:, np.newaxis]))
row(lambda delta, X: _collected(delta, X[:-1]))


# --- the whole backward pass -------------------------------------------------------------------


@traces(BACKWARD)
def _trace_backward(arguments: tuple[Any, ...], result: Any) -> Finding | None:
    return trace_backward(*arguments, *result)


def _from_output_error(error: Callable[[Array, Array], Array]) -> Formula:
    """Return the gradients that follow from a wrong Δ_B: `error` of (Ŷ, Y)."""

    def formula(A: Array, B: Array, X: Array, Y: Array) -> tuple[Array, Array]:
        Z, H, Y_hat = network.forward(A, B, X)
        delta_B = error(Y_hat, Y)
        return _collected(_sent_back(delta_B, B) * _slope(Z), X), _collected(delta_B, H)

    return formula


def _in_B(product: Formula) -> Formula:
    """Return the gradients where only that of B is wrong: `product` of (Δ_B, Z, H, X)."""

    def formula(A: Array, B: Array, X: Array, Y: Array) -> tuple[None, Array]:
        Z, H, _, delta_B = _errors(A, B, X, Y)
        return None, product(delta_B, Z, H, X)

    return formula


def _of_another_network(**activations: network.Activation) -> Formula:
    def formula(A: Array, B: Array, X: Array, Y: Array) -> tuple[Array, Array]:
        return (
            gradient(lambda P: network.network_loss(P, B, X, Y, **activations), A),
            gradient(lambda P: network.network_loss(A, P, X, Y, **activations), B),
        )

    return formula


_both(
    "gradient-of-b-in-place-of-b",
    "The weights of B have no influence of their own on the way back: the error was sent "
    "through the gradient of B.",
    "Through which numbers did the signal go forward? The error comes back through the same.",
    "Two matrices of one shape, and grad_B was computed just before.",
)(
    lambda A, B, X, Y: _only_A(
        lambda delta_B, B, Z: _sent_back(delta_B, _gradients(A, B, X, Y)[1]) * _slope(Z)
    )(A, B, X, Y)
)
_both(
    "target-missing",
    "The targets have no influence: change Y, and both gradients stay.",
    "What is the error: the prediction, or how far it is from something?",
    "Sends Y_hat back instead of the error.",
)(_from_output_error(lambda Y_hat, Y: Y_hat / Y.shape[1]))
_both(
    "absolute-error",
    "The sign of the error at the output is lost: predictions that are too high and too low "
    "pull the same way.",
    "If a prediction is too low, does the loss grow or shrink when the prediction grows?",
    "Thinks of an error as a distance.",
)(_from_output_error(lambda Y_hat, Y: np.abs(_output_error(Y_hat, Y))))
_both(
    "squared-error",
    "What you send back are the parts of the loss, which have no sign; the slope of the loss "
    "belongs there.",
    "You have the loss of every prediction. What is asked for is its slope.",
    "Sends the loss back instead of its derivative.",
)(_from_output_error(lambda Y_hat, Y: (Y_hat - Y) * _output_error(Y_hat, Y)))
row = _both(
    "slope-at-linear-output",
    "Two equal errors at different predictions are not sent back alike: there is the slope of "
    "an activation in Δ_B.",
    "Which layer has an activation, and which is linear?",
    "Treats every layer alike.",
)
row(_from_output_error(lambda Y_hat, Y: _output_error(Y_hat, Y) * _slope(Y_hat)))
row(_from_output_error(lambda Y_hat, Y: _output_error(Y_hat, Y) * (1 - Y_hat**2)))
_both(
    "activation-on-output",
    "These are the right gradients of another network: one whose predictions never leave the "
    "interval from −1 to 1.",
    "Which layer has an activation, and which is linear?",
    "Predicts with tanh(B H).",
)(_of_another_network(output=network.tanh))
_both(
    "activation-missing",
    "These are the right gradients of another network: one without an activation.",
    "What happens to Z before it reaches B?",
    "Forgets tanh in the forward pass and its slope on the way back.",
)(_of_another_network(activation=network.identity))
_both(
    "sigmoid-for-tanh",
    "These are the right gradients of another network: one with sigmoid units.",
    "Which activation does this course's hidden layer have?",
    "Brings the network of another course along.",
)(_of_another_network(activation=network.sigmoid))
_both(
    "z-for-h",
    "A saturated unit should count as 1 or −1 in the gradient of B; in yours it counts with "
    "its whole z.",
    "What flows through the weights B: what goes into tanh, or what comes out?",
    "Takes the wrong one of two arrays of the same shape.",
)(_in_B(lambda delta_B, Z, H, X: _collected(delta_B, Z)))
_both(
    "activation-used-twice",
    "The gradient of B is nearly right, and each entry a little too small: H has been put "
    "through tanh a second time.",
    "H is what the hidden layer puts out. Is there anything left to do to it?",
    "Treats H like Z.",
)(_in_B(lambda delta_B, Z, H, X: _collected(delta_B, np.tanh(H))))
_both(
    "slope-of-the-hidden-units-too-early",
    "In the gradient of B, saturated units get almost no share, though they put out the most: "
    "there is the slope of tanh in it.",
    "Does a change of B have to pass through the tanh on its way to the loss?",
    "Applies the slope one layer too early.",
)(_in_B(lambda delta_B, Z, H, X: _collected(delta_B, H * _slope(Z))))
_both(
    "slope-of-the-hidden-units-for-their-activation",
    "In the gradient of B, a hidden unit that puts out 0 gets the largest share; its weights "
    "did nothing.",
    "What goes through the wires of B?",
    "Mixes up f and f′.",
)(_in_B(lambda delta_B, Z, H, X: _collected(delta_B, _slope(Z))))
_both(*_AVERAGES)(_in_B(lambda delta_B, Z, H, X: np.outer(delta_B.sum(axis=1), H.mean(axis=1))))
_both(
    "times-the-weights",
    "A weight that is 0 has no gradient in yours, so it could never learn.",
    "A weight is nudged: what is the nudge multiplied with, the weight or what flows through?",
    "Multiplies the change of a weight with the weight.",
)(lambda A, B, X, Y: (_gradients(A, B, X, Y)[0] * A, _gradients(A, B, X, Y)[1] * B))

mistake(
    BACKWARD,
    "gradients-exchanged",
    "The gradients come in the wrong order.",
    "The docstring says which of them comes first.",
    "Returns them in the order in which they are computed.",
)(lambda A, B, X, Y: _gradients(A, B, X, Y)[::-1])
mistake(
    BACKWARD,
    "h-for-x",
    "Your gradient of A has a column for every hidden unit; A has one for every input.",
    "What flows into the layer with weights A?",
    "Uses the same layer input for both gradients.",
)(lambda A, B, X, Y: (_collected(_errors(A, B, X, Y)[2], np.tanh(A @ X)), None))
mistake(
    BACKWARD,
    "x-for-h",
    "Your gradient of B has a column for every input; B has one for every hidden unit.",
    "What flows into the layer with weights B?",
    "Uses the same layer input for both gradients.",
)(_in_B(lambda delta_B, Z, H, X: _collected(delta_B, X)))
mistake(
    BACKWARD,
    "returns-error-terms",
    "What you return are the error terms: they have a column for every sample. A gradient has "
    "the shape of its weights.",
    "An error term is one of the two factors of a gradient. Which is the other?",
    "Takes Δ for the gradient itself.",
)(lambda A, B, X, Y: _errors(A, B, X, Y)[2:])


# --- the step on both --------------------------------------------------------------------------


@traces(STEP_BOTH)
def _trace_step_both(arguments: tuple[Any, ...], result: Any) -> Finding | None:
    """Take the gradients that were stepped along out of the new weights, and follow those."""
    A, B, X, Y, rate_A, rate_B = arguments
    grads = ((A - result[0]) / rate_A, (B - result[1]) / rate_B)
    rights = (
        gradient(lambda A: network.network_loss(A, B, X, Y), A),
        gradient(lambda B: network.network_loss(A, B, X, Y), B),
    )
    rates = f"the learning rates are {rate_A:.3g} for A and {rate_B:.3g} for B"
    for name, mine, right in zip("AB", grads, rights, strict=True):
        if off := wrong_length(name, mine, right, rates):
            return off
    return trace_backward(A, B, X, Y, *grads)


def _at_rates(rates: Callable[[float, float, Array], tuple[float, float]]) -> Formula:
    """Return the step at other rates than a and b: of these and Y, for its sizes."""

    def formula(A: Array, B: Array, X: Array, Y: Array, a: float, b: float) -> tuple[Array, Array]:
        grad_A, grad_B = _gradients(A, B, X, Y)
        rate_A, rate_B = rates(a, b, Y)
        return A - rate_A * grad_A, B - rate_B * grad_B

    return formula


def _stale_B(A: Array, B: Array, X: Array, Y: Array, a: float, b: float) -> tuple[Array, None]:
    """Step A along the old output error, sent back through the new B."""
    new_B = B - b * _gradients(A, B, X, Y)[1]
    Z, _, Y_hat = network.forward(A, B, X)
    delta_A = _sent_back(_output_error(Y_hat, Y), new_B) * _slope(Z)
    return A - a * _collected(delta_A, X), None


def _A_after_B(A: Array, B: Array, X: Array, Y: Array, a: float, b: float) -> tuple[Array, None]:
    """Step A along the gradient of the network that has the new B already."""
    new_B = B - b * _gradients(A, B, X, Y)[1]
    return A - a * _gradients(A, new_B, X, Y)[0], None


def _B_after_A(A: Array, B: Array, X: Array, Y: Array, a: float, b: float) -> tuple[None, Array]:
    """Step B along the gradient of the network that has the new A already."""
    new_A = A - a * _gradients(A, B, X, Y)[0]
    return None, B - b * _gradients(new_A, B, X, Y)[1]


def _B_with_new_H(A: Array, B: Array, X: Array, Y: Array, a: float, b: float) -> tuple[None, Array]:
    """Step B along the old error times the activations of the new A."""
    new_A = A - a * _gradients(A, B, X, Y)[0]
    delta_B = _errors(A, B, X, Y)[3]
    return None, B - b * _collected(delta_B, np.tanh(new_A @ X))


mistake(
    STEP_BOTH,
    "stale-b-sent-back",
    "The new A is off by an amount that grows with the learning rate of B: the error went "
    "back through weights that the forward pass had never seen.",
    "In which line does B get its new value, and which line after that still needs the old?",
    "Updates each layer as soon as its gradient is known.",
)(_stale_B)
mistake(
    STEP_BOTH,
    "stale-b",
    "The two gradients belong to different points: that of A was taken after B had moved.",
    "Both gradients belong to the A and B that came in. Which line must come first?",
    "Two updates, each with a backward pass of its own.",
)(_A_after_B)
mistake(
    STEP_BOTH,
    "stale-a",
    "The two gradients belong to different points: that of B was taken after A had moved.",
    "Both gradients belong to the A and B that came in. Which line must come first?",
    "Two updates, each with a backward pass of its own, A first.",
)(_B_after_A)
mistake(
    STEP_BOTH,
    "stale-a-in-h",
    "The new B is off by an amount that grows with the learning rate of A: old errors met "
    "activations of the new A.",
    "Both gradients belong to the A and B that came in. Which line must come first?",
    "Updates A, computes H again, and uses it for B.",
)(_B_with_new_H)
mistake(
    STEP_BOTH,
    "learning-rates-exchanged",
    "A moved by the learning rate of B, and B by that of A.",
    "Read the names of the parameters in the order of the stub.",
    "Keeps the order of the backward pass, B first.",
)(_at_rates(lambda a, b, Y: (b, a)))
mistake(
    STEP_BOTH,
    "learning-rate-of-a-for-both",
    "Change learning_rate_B, and your result stays the same.",
    "Each layer has a learning rate of its own.",
    "Copies a line and changes only the weights in it.",
)(_at_rates(lambda a, b, Y: (a, a)))
mistake(
    STEP_BOTH,
    "learning-rate-of-b-for-both",
    "Change learning_rate_A, and your result stays the same.",
    "Each layer has a learning rate of its own.",
    "Copies a line and changes only the weights in it.",
)(_at_rates(lambda a, b, Y: (b, b)))
mistake(
    STEP_BOTH,
    "learning-rate-ignored",
    "Change the learning rates, and your result stays the same.",
    "Are the learning rates used at all?",
    "Subtracts the whole gradient.",
)(_at_rates(lambda a, b, Y: (1.0, 1.0)))
mistake(
    STEP_BOTH,
    "divides-by-learning-rate",
    "A smaller learning rate makes your step longer.",
    "Which way round does a learning rate act on the length of the step?",
    "Reads “step size” as a divisor.",
)(_at_rates(lambda a, b, Y: (1 / a, 1 / b)))
mistake(
    STEP_BOTH,
    "uphill",
    "The steps have the right length and the opposite direction: the loss grows.",
    "The gradient points uphill.",
    "Adds, or has Y − Ŷ and subtracts.",
)(_at_rates(lambda a, b, Y: (-a, -b)))
mistake(
    STEP_BOTH,
    "a-goes-uphill",
    "B goes downhill as it should; A takes a step of the right length uphill.",
    "Is there the same sign in both updates?",
    "A sign slip in one of two lines.",
)(_at_rates(lambda a, b, Y: (-a, b)))
mistake(
    STEP_BOTH,
    "b-goes-uphill",
    "A goes downhill as it should; B takes a step of the right length uphill.",
    "Is there the same sign in both updates?",
    "A sign slip in one of two lines.",
)(_at_rates(lambda a, b, Y: (a, -b)))
mistake(
    STEP_BOTH,
    "a-unchanged",
    "A came back as it was; B has moved.",
    "Where does the result of the subtraction for A go?",
    "Trains only the output layer.",
)(lambda A, B, X, Y, a, b: (A, None))
mistake(
    STEP_BOTH,
    "b-unchanged",
    "B came back as it was; A has moved.",
    "Where does the result of the subtraction for B go?",
    "Forgets one of two lines.",
)(lambda A, B, X, Y, a, b: (None, B))
mistake(
    STEP_BOTH,
    "both-unchanged",
    "A and B came back as they were.",
    "Where do the results of the subtractions go?",
    "Computes the steps and returns the old weights.",
)(lambda A, B, X, Y, a, b: (A, B))
mistake(
    STEP_BOTH,
    "returns-the-gradients",
    "These are the gradients; asked for are the new A and B.",
    "What does gradient descent do with the gradients?",
    "Stops before the step.",
)(lambda A, B, X, Y, a, b: _gradients(A, B, X, Y))
row = mistake(
    STEP_BOTH,
    "returns-the-steps",
    "These are the steps alone, learning rates times gradients; asked for is where they lead.",
    "Where do the steps start?",
    "Takes ΔA and ΔB for the new weights.",
)
row(
    lambda A, B, X, Y, a, b: (
        -a * _gradients(A, B, X, Y)[0],
        -b * _gradients(A, B, X, Y)[1],
    )
)
row(
    lambda A, B, X, Y, a, b: (
        a * _gradients(A, B, X, Y)[0],
        b * _gradients(A, B, X, Y)[1],
    )
)
mistake(
    STEP_BOTH,
    "new-weights-exchanged",
    "The new arrays come in the wrong order.",
    "The docstring says which of them comes first.",
    "Returns them in the order in which they are computed.",
)(
    lambda A, B, X, Y, a, b: (
        B - b * _gradients(A, B, X, Y)[1],
        A - a * _gradients(A, B, X, Y)[0],
    )
)
mistake(
    STEP_BOTH,
    "mean-missing",
    "The directions are right, but the steps are N times too long: give every sample twice, "
    "and they double.",
    "Is there a sum over the samples where a mean belongs?",
    "No 1/N.",
)(_at_rates(lambda a, b, Y: (a * Y.shape[1], b * Y.shape[1])))
mistake(
    STEP_BOTH,
    "mean-twice",
    "The directions are right, but the steps are N times too short.",
    "The gradients contain 1/N already. Is it taken a second time?",
    "1/N in Δ and in the step.",
)(_at_rates(lambda a, b, Y: (a / Y.shape[1], b / Y.shape[1])))
mistake(
    STEP_BOTH,
    "step-twice-too-long",
    "The directions are right, but the steps are twice as long as they should be.",
    "What does the ½ of the loss do? And is each step taken only once?",
    "Derivative of e², not of ½e².",
)(_at_rates(lambda a, b, Y: (2 * a, 2 * b)))
mistake(
    STEP_BOTH,
    "mean-over-outputs",
    "The directions are right, but the steps are n_out times too short.",
    "The loss is a mean over samples. Is it one over the outputs too?",
    "np.mean over the whole array.",
)(_at_rates(lambda a, b, Y: (a / Y.shape[0], b / Y.shape[0])))
