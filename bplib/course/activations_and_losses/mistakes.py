"""08_activations_and_losses: how people get other activations and cross-entropy wrong.

Most rows come in pairs: a softmax that is wrong by itself is wrong in its loss and in its error
term as well. The wrong softmaxes and the wrong means are written down once, and every later
exercise is given what becomes of them there. None of these formulas but those that say so loses
anything at large numbers: what overflows has rows of its own.
"""

from collections.abc import Callable
from typing import Any

import numpy as np

from bplib import network
from bplib.course.activations_and_losses.exercises import (
    CROSS_ENTROPY,
    DELTA_HIDDEN,
    DELTA_LOGISTIC,
    DELTA_SOFTMAX,
    SOFTMAX,
)
from bplib.course.mistakes import Formula, mistake, traces
from bplib.course.steps import same, trace_hidden_error
from bplib.derivatives import derivative
from bplib.finding import Finding
from bplib.network import Array, sigmoid, softmax

_Row = Callable[[Formula], Formula]


def _sum(M: Array) -> Array:
    return np.sum(M, axis=0, keepdims=True)


def _shifted(Z: Array) -> Array:
    return Z - Z.max(axis=0, keepdims=True)


def _log_softmax(Z: Array) -> Array:
    return _shifted(Z) - np.log(_sum(np.exp(_shifted(Z))))


def _shares(E: Array) -> Array:
    return E / _sum(E)


def _loss(logarithms: Array, Y: Array) -> float:
    return float(-np.sum(Y * logarithms) / Y.shape[1])


# --- a wrong softmax, in the loss and in the error term as well -------------------------------


def _wrong_softmax(
    code: str, says: str, look: str, who: str, loss_too: bool = True, overflows: bool = False
) -> _Row:
    """Write down a wrong softmax: a formula of Z.

    Of what `overflows` the same is said everywhere: a loss may come without a softmax.
    """

    def decorate(shares: Formula) -> Formula:
        mistake(SOFTMAX, code, says, look, who)(shares)
        inside = says if overflows else f"In the softmax: {says[0].lower()}{says[1:]}"
        mistake(DELTA_SOFTMAX, code, inside, look, who)(lambda Z, Y: (shares(Z) - Y) / Y.shape[1])
        if loss_too:
            mistake(CROSS_ENTROPY, code, inside, look, who)(
                lambda Z, Y: _loss(np.log(shares(Z)), Y)
            )
        return shares

    return decorate


_wrong_softmax(
    "max-not-subtracted",
    "At pre-activations near 1000 exp overflows to inf; in a "
    "column near −1000 every exponential is 0; and with these nothing right can be computed.",
    "Adding the same number to a whole column changes no share. Which number would help exp?",
    "The formula as it stands in the book.",
    overflows=True,
)(lambda Z: _shares(np.exp(Z)))
_wrong_softmax(
    "max-over-everything",
    "It is right as long as all columns are about equally high. Beside a column near 1000, one "
    "near −1000 has nothing but exponentials that are 0.",
    "What is subtracted may differ from column to column. Over which axis is your largest entry?",
    "Z.max() without an axis.",
    overflows=True,
)(lambda Z: _shares(np.exp(Z - Z.max())))
_wrong_softmax(
    "max-over-rows",
    "Within a column, different numbers are subtracted from the entries; that changes the shares.",
    "Which entries compete for the shares of one sample? Over which axis do they lie?",
    "max(axis=1), from courses with samples in rows.",
)(lambda Z: _shares(np.exp(Z - Z.max(axis=1, keepdims=True))))
row = _wrong_softmax(
    "softmax-over-rows",
    "Your rows add up to 1; the columns should: here a sample is a column, and its outputs share 1 "
    "among them.",
    "Over which axis does the sum run, and over which should it?",
    "axis=1, from courses with samples in rows.",
)
row(lambda Z: softmax(Z.T).T)
row(lambda Z: np.exp(Z) / np.exp(Z).sum(axis=1, keepdims=True))
row(lambda Z: np.exp(_shifted(Z)) / np.exp(_shifted(Z)).sum(axis=1, keepdims=True))
row = _wrong_softmax(
    "softmax-over-everything",
    "All your entries together add up to 1; every column should do so by itself.",
    "How many samples share the 1 in yours?",
    "sum() without an axis.",
)
row(lambda Z: np.exp(Z - Z.max()) / np.exp(Z - Z.max()).sum())
row(lambda Z: np.exp(Z) / np.exp(Z).sum())
row(lambda Z: np.exp(_shifted(Z)) / np.exp(_shifted(Z)).sum())
_wrong_softmax(
    "clipped-pre-activations",
    "Two entries beyond your limit count as equal, though one is higher than the other.",
    "Which change of a column leaves all its shares as they are, exactly?",
    "np.clip(Z, −500, 500), against the overflow.",
)(lambda Z: softmax(np.clip(Z, -500, 500)))
row = _wrong_softmax(
    "mean-subtracted",
    "With entries of 1000 and −1000 in one column, yours still "
    "leaves an exponent near 1000, which overflows.",
    "After your subtraction, how large can the largest exponent be?",
    "Centres the column: subtracts its mean, its smallest or its first entry.",
    loss_too=False,  # as a loss it gives the numbers of log-of-softmax
)
row(lambda Z: _shares(np.exp(Z - Z.mean(axis=0))))
row(lambda Z: _shares(np.exp(Z - Z.min(axis=0))))
row(lambda Z: _shares(np.exp(Z - Z[0])))
row = _wrong_softmax(
    "scaled-not-shifted",
    "Add 1 to every entry of a column, and your shares change; they should stay.",
    "To divide all of Z by a number changes how far apart the entries are. What leaves it?",
    "Divides by the largest entry instead of subtracting it.",
)
row(lambda Z: _shares(np.exp(Z / Z.max(axis=0))))
row(lambda Z: _shares(np.exp(Z / Z.max())))
row(lambda Z: _shares(np.exp(Z / np.abs(Z).max(axis=0))))
_EXPONENTIAL_MISSING = (
    "exponential-missing",
    "Some shares are negative, or the lowest entry gets exactly nothing: the entries themselves "
    "are divided by their sum.",
    "Which step makes every number positive, however low it is?",
    "Normalises Z as if it held counts.",
)
row = _wrong_softmax(*_EXPONENTIAL_MISSING)
row(lambda Z: Z / _sum(Z))
row(lambda Z: np.abs(Z) / _sum(np.abs(Z)))
row(lambda Z: Z**2 / _sum(Z**2))
_wrong_softmax(*_EXPONENTIAL_MISSING, loss_too=False)(
    lambda Z: (Z - Z.min(axis=0)) / _sum(Z - Z.min(axis=0))
)
row = _wrong_softmax(
    "sigmoid-for-softmax",
    "The columns do not add up to 1: every output looks at its own pre-activation only, as if the "
    "others were not there.",
    "If one output is raised, what should happen to the shares of the others?",
    "The sigmoid, output by output, or its values divided by their sum.",
)
row(sigmoid)
row(lambda Z: _shares(sigmoid(Z)))
_wrong_softmax(
    "sign-of-the-exponent",
    "The lowest entry of a column gets the largest share.",
    "Which sign has the exponent?",
    "exp(−Z), remembered from the sigmoid.",
)(lambda Z: softmax(-Z))
_wrong_softmax(
    "another-base",
    "The shares are too even: raise one entry by 1, and its share over another's should grow by "
    "the factor e; in yours the factor is 2.",
    "Which number is raised to the power of z?",
    "2**Z for exp(Z).",
)(lambda Z: _shares(2.0 ** _shifted(Z)))
_wrong_softmax(
    "softmax-twice",
    "All shares are nearly equal: what goes through the softmax has been through it already.",
    "How often is your function applied to the same numbers?",
    "Takes shares for pre-activations.",
)(lambda Z: softmax(softmax(Z)))
mistake(
    SOFTMAX,
    "all-or-nothing",
    "The highest entry of a column gets everything, however narrow its lead.",
    "The max in softmax is a soft one: what does the second highest get?",
    "A hard maximum, or argmax.",
)(lambda Z: (Z.max(axis=0) == Z) * 1.0)


# --- softmax only -----------------------------------------------------------------------------

row = mistake(
    SOFTMAX,
    "sum-missing",
    "The columns do not add up to 1: the exponentials are there, but not divided by their sum.",
    "A share is a part of a whole. What is the whole?",
    "Stops after exp.",
)
row(np.exp)
row(lambda Z: np.exp(_shifted(Z)))
row = mistake(
    SOFTMAX,
    "divided-by-the-largest",
    "The highest entry of every column gets 1: it is compared with the highest, not with all.",
    "Shares of a column add up to 1. By what must the exponentials be divided?",
    "max where sum belongs.",
)
row(lambda Z: np.exp(Z) / np.exp(Z).max(axis=0))
row(lambda Z: np.exp(Z) / np.exp(Z).max())
row = mistake(
    SOFTMAX,
    "sum-of-the-pre-activations",
    "The exponentials are divided by a sum that holds none: yours is negative, or beyond 1.",
    "Of which numbers is the sum to be taken?",
    "np.exp(Z) / Z.sum(axis=0).",
)
row(lambda Z: np.exp(Z) / _sum(Z))
row(lambda Z: np.exp(_shifted(Z)) / _sum(Z))
mistake(
    SOFTMAX,
    "max-in-one-place-only",
    "The columns do not add up to 1: the exponentials above the line and those below it are not "
    "the same numbers.",
    "What is subtracted in the numerator, and what in the denominator?",
    "Subtracts the largest entry in the numerator only.",
)(lambda Z: np.exp(_shifted(Z)) / _sum(np.exp(Z)))
mistake(
    SOFTMAX,
    "divided-by-the-length",
    "The squares of every column add up to 1; the entries themselves should.",
    "Shares add up to 1. Which measure of a column has to be 1?",
    "Divides by np.linalg.norm.",
)(lambda Z: np.exp(_shifted(Z)) / np.linalg.norm(np.exp(_shifted(Z)), axis=0))
row = mistake(
    SOFTMAX,
    "returns-the-logarithm",
    "No entry is positive: these are the logarithms of the shares.",
    "Shares lie between 0 and 1. Which last step leads there?",
    "Log-softmax.",
)
row(_log_softmax)
mistake(
    SOFTMAX,
    "divided-by-the-mean",
    "Every column adds up to n_out, the number of outputs, not to 1.",
    "mean() divides by something that sum() does not divide by.",
    "np.mean for np.sum.",
)(lambda Z: np.exp(_shifted(Z)) / np.exp(_shifted(Z)).mean(axis=0))


# --- the mean in an error term, behind a sigmoid or a softmax ---------------------------------


def _both_outputs(code: str, says: str, look: str, who: str) -> _Row:
    """Write down a wrong error term for both outputs: a formula of P and Y."""

    def decorate(delta: Formula) -> Formula:
        mistake(DELTA_LOGISTIC, code, says, look, who)(lambda Z, Y: delta(sigmoid(Z), Y))
        mistake(DELTA_SOFTMAX, code, says, look, who)(lambda Z, Y: delta(softmax(Z), Y))
        return delta

    return decorate


_both_outputs(
    "mean-missing",
    "Every entry is N times too large: put further samples beside these, and each pre-activation "
    "should matter less to the mean; in yours it matters as before.",
    "The loss is a mean. What does the mean do to the influence of one sample?",
    "Forgets that the 1/N of the loss belongs into Δ.",
)(lambda P, Y: P - Y)
_both_outputs(
    "mean-twice",
    "Every entry is N times too small: a sample's influence on the mean is divided by N once, in "
    "yours twice.",
    "Count the divisions by N.",
    "Divides, then takes a mean.",
)(lambda P, Y: (P - Y) / Y.shape[1] ** 2)
_both_outputs(
    "mean-over-outputs",
    "Every entry is n_out times too small: yours belongs to a loss that is also averaged over the "
    "outputs.",
    "The loss of one sample is a sum over its outputs. Over what is the mean taken?",
    "Y.size, or np.mean over the whole array.",
)(lambda P, Y: (P - Y) / Y.size)
_both_outputs(
    "divides-by-rows",
    "It depends on the number of outputs where it should depend on the number of samples.",
    "In this course a sample is a column. What does len() of an array count?",
    "len(Y), from courses with samples in rows.",
)(lambda P, Y: (P - Y) / Y.shape[0])
_both_outputs(
    "divides-the-target-only",
    "Where share and target agree, your Δ is not 0.",
    "In which order does Python work out − and / ? Parentheses decide.",
    "P - Y / N without parentheses.",
)(lambda P, Y: P - Y / Y.shape[1])
_both_outputs(
    "target-missing",
    "The targets have no influence: change Y, and your Δ stays as it is.",
    "Where should Δ be 0?",
    "Differentiates the part of the loss without y only.",
)(lambda P, Y: P / Y.shape[1])
_both_outputs(
    "absolute-error",
    "The sign of the error is lost: outputs that are too high and too low get the same Δ.",
    "If an output is too low, does the loss grow or shrink when its pre-activation grows?",
    "Thinks of an error as a distance.",
)(lambda P, Y: np.abs(P - Y) / Y.shape[1])
_both_outputs(
    "squared-error",
    "The sign of the error is lost, and an error half as large gives a quarter.",
    "What is asked for is the slope of the loss, not the loss, and this loss has no square.",
    "½(p − y)² or (p − y)², the old loss.",
)(lambda P, Y: (P - Y) ** 2 / Y.shape[1])
_both_outputs(
    "error-sign-only",
    "The size of the error is lost: a small and a large error give the same Δ.",
    "Is the loss equally steep where the network is nearly right and where it is far off?",
    "Derivative of a distance.",
)(lambda P, Y: np.sign(P - Y) / Y.shape[1])
row = _both_outputs(
    "slope-kept",
    "Where the network is sure and wrong, your Δ is almost 0: there is a slope p(1 − p) in it, as "
    "with the squared error.",
    "Multiply the links of this loss on paper. Is there still a p(1 − p) when all is cancelled?",
    "The Δ of the squared error: the slope of the sigmoid is kept.",
)
row(lambda P, Y: (P - Y) * P * (1 - P) / Y.shape[1])
_both_outputs(
    "slope-alone",
    "The targets have no influence, and no entry is negative: this is the slope of the last "
    "activation alone.",
    "From z to the loss there are two links. Which one is missing?",
    "Stops the chain rule after one link.",
)(lambda P, Y: P * (1 - P) / Y.shape[1])
_both_outputs(
    "averaged-over-the-samples",
    "The samples are gone: errors of different samples have been added, so that too high and too "
    "low cancel.",
    "The loss is a mean over samples, but it depends on each pre-activation by itself.",
    "Sees 1/N and writes mean().",
)(lambda P, Y: (P - Y).mean(axis=1))
_both_outputs(
    "rounded-to-a-decision",
    "Most entries are exactly 0: the shares have been turned into a decision before the error was "
    "taken.",
    "The loss depends on how sure the network is. Does your error still know?",
    "Compares answers, as in counting hits.",
)(lambda P, Y: (np.where(P.max(axis=0) == P, 1.0, 0.0) - Y) / Y.shape[1])
_both_outputs(
    "only-the-targets-of-1",
    "Outputs whose target is 0 get no Δ, however high they are.",
    "Every output has a say in the loss: what happens to it when a wrong one is raised?",
    "Differentiates −y log p by itself, with the slope p(1 − p).",
)(lambda P, Y: Y * (P - 1) / Y.shape[1])
_ONE_LINK = (
    "stops-at-the-prediction",
    "This is the slope in p, the prediction. It grows beyond all bounds where the network is sure "
    "and wrong; asked for is the slope in z.",
    "One more link leads from p back to z. How much does p move there?",
    "dL/dp for dL/dz.",
)
mistake(DELTA_LOGISTIC, *_ONE_LINK)(
    lambda Z, Y: np.where(Y == 1, -1 / sigmoid(Z), 1 / (1 - sigmoid(Z))) / Y.shape[1]
)
row = _both_outputs(*_ONE_LINK)
row(lambda P, Y: (P - Y) / (P * (1 - P)) / Y.shape[1])
row(lambda P, Y: -Y / P / Y.shape[1])
_LINKS = (
    "links-multiplied-out",
    "At pre-activations of ±1000 p is exactly 0 or 1: then one "
    "link divides by 0 and the next multiplies by it.",
    "Multiply the two links on paper first. What is left of them?",
    "Keeps both links as they are: (p − y)/(p(1 − p)) times p(1 − p), or −y/p and the Jacobian.",
)


@mistake(DELTA_SOFTMAX, *_LINKS)
def _through_the_jacobian(Z: Array, Y: Array) -> Array:
    P = softmax(Z)
    links = -Y / P
    return P * (links - _sum(P * links)) / Y.shape[1]


@mistake(DELTA_LOGISTIC, *_LINKS)
def _through_both_links(Z: Array, Y: Array) -> Array:
    P = sigmoid(Z)
    return P * (1 - P) * np.where(Y == 1, -1 / P, 1 / (1 - P)) / Y.shape[1]


_both_outputs(*_LINKS)(lambda P, Y: (P - Y) / (P * (1 - P)) * (P * (1 - P)) / Y.shape[1])
_both_outputs(
    "parentheses-missing",
    "Where share and target agree, your Δ is not 0.",
    "Python multiplies before it subtracts. Is 1 − … in parentheses?",
    "… * P * 1 - P.",
)(lambda P, Y: (P - Y) / Y.shape[1] * P - P)


# --- the sigmoid's error term -----------------------------------------------------------------


@traces(DELTA_LOGISTIC)
def _trace_logistic(arguments: tuple[Any, ...], result: Any) -> Finding | None:
    return _mixture(sigmoid(arguments[0]), arguments[1], result)


@traces(DELTA_SOFTMAX)
def _trace_softmax(arguments: tuple[Any, ...], result: Any) -> Finding | None:
    return _mixture(softmax(arguments[0]), arguments[1], result)


def _mixture(P: Array, Y: Array, mine: Array) -> Finding | None:
    """Say that N times an error term is a sum of multiples of P and Y, if it is one."""
    pair = np.stack([P.ravel(), Y.ravel()], axis=1)
    times_n = mine.ravel() * Y.shape[1]
    p, q = np.linalg.lstsq(pair, times_n, rcond=None)[0].round(9) + 0.0
    if not same(pair @ [p, q], times_n):
        return None
    return Finding(
        "wrong-output-error",
        "Right quantities come together in a wrong proportion.",
        "Where should Δ be 0, and does a sample among N count N times less than one alone?",
        f"times N, your error term is {p:.3g}·p + {q:.3g}·y",
    )


row = mistake(
    DELTA_LOGISTIC,
    "sigmoid-overflows",
    "At z = 1000 exp overflows, and inf/inf is no number.",
    "There are two ways to write the sigmoid with one exp. Which of them divides inf by inf?",
    "exp(z)/(1 + exp(z)).",
)
row(lambda Z, Y: (np.exp(Z) / (1 + np.exp(Z)) - Y) / Y.shape[1])
row = mistake(
    DELTA_LOGISTIC,
    "sigmoid-missing",
    "Z itself is compared with the targets: where z = 1000 and y = 1, all is well, and yours is "
    "huge.",
    "The targets are 0 or 1. What makes a number between 0 and 1 of z?",
    "The rule of the linear output.",
)
row(lambda Z, Y: (Z - Y) / Y.shape[1])
mistake(
    DELTA_LOGISTIC,
    "sigmoid-applied-a-second-time",
    "Your predictions lie between 0.5 and 0.73, whatever z is: they have been through the sigmoid "
    "twice.",
    "How many sigmoids lie between z and the loss?",
    "Takes p for z.",
)(lambda Z, Y: (sigmoid(sigmoid(Z)) - Y) / Y.shape[1])
row = mistake(
    DELTA_LOGISTIC,
    "no-probability",
    "Your predictions exceed 1; a probability lies between 0 and 1.",
    "Work out your prediction at z = 0. It should be a half.",
    "1/1 + exp(−z) without parentheses, or exp(z) alone.",
)
row(lambda Z, Y: (1 / 1 + np.exp(-Z) - Y) / Y.shape[1])
row(lambda Z, Y: (np.exp(Z) - Y) / Y.shape[1])
mistake(
    DELTA_LOGISTIC,
    "targets-exchanged",
    "Outputs whose target is 1 get the Δ of those whose target is 0, and the other way round.",
    "Work out one output with target 1 by hand: is it to rise or to fall?",
    "np.where(Y == 1, …) or y and 1 − y the wrong way round.",
)(lambda Z, Y: (sigmoid(Z) - (1 - Y)) / Y.shape[1])
_THE_LOSS = (
    "loss-in-place-of-the-error",
    "These are the parts of the loss itself: none is negative, so nothing says in which direction "
    "an output is off.",
    "You have the loss of every entry. What is asked for is its slope.",
    "Evaluates the loss instead of differentiating it.",
)
row = mistake(DELTA_LOGISTIC, *_THE_LOSS)
row(lambda Z, Y: -(Y * np.log(sigmoid(Z)) + (1 - Y) * np.log(1 - sigmoid(Z))) / Y.shape[1])
row(lambda Z, Y: (np.logaddexp(0, Z) - Y * Z) / Y.shape[1])
row = mistake(DELTA_SOFTMAX, *_THE_LOSS)
row(lambda Z, Y: -Y * np.log(softmax(Z)) / Y.shape[1])
row(lambda Z, Y: -Y * _log_softmax(Z) / Y.shape[1])
mistake(
    DELTA_LOGISTIC,
    "softmax-for-sigmoid",
    "One output's z has an influence on the others: your predictions add up to 1 in every column.",
    "Here every output is a question of its own: several may be 1, or none.",
    "Softmax for sigmoid.",
)(lambda Z, Y: (softmax(Z) - Y) / Y.shape[1])
mistake(
    DELTA_LOGISTIC,
    "tanh-for-sigmoid",
    "Your predictions lie between −1 and 1; the targets are 0 or 1.",
    "Which activation ends at 0 and at 1?",
    "The hidden layer's activation at the output.",
)(lambda Z, Y: (np.tanh(Z) - Y) / Y.shape[1])
mistake(
    DELTA_LOGISTIC,
    "sign-of-the-exponent",
    "Your predictions fall where z grows.",
    "1/(1 + exp(…)): which sign has the exponent?",
    "1/(1 + exp(z)).",
)(lambda Z, Y: (sigmoid(-Z) - Y) / Y.shape[1])
mistake(
    DELTA_LOGISTIC,
    "slope-for-the-activation",
    "Your predictions never exceed a quarter: the slope of the sigmoid stands in its place.",
    "Which of the two is the prediction: the sigmoid's value, or how steep it is?",
    "Mixes up f and f′.",
)(lambda Z, Y: (sigmoid(Z) * (1 - sigmoid(Z)) - Y) / Y.shape[1])
row = mistake(
    DELTA_LOGISTIC,
    "half-of-the-slope",
    "It is right for targets of one kind only; for the others it is 0 or far off.",
    "Work out a target of 1 and a target of 0 by themselves.",
    "Cancels one factor where two had to go.",
)
row(lambda Z, Y: (sigmoid(Z) - Y) * sigmoid(Z) / Y.shape[1])
row(lambda Z, Y: (sigmoid(Z) - Y) * (1 - sigmoid(Z)) / Y.shape[1])
row = mistake(
    DELTA_LOGISTIC,
    "slope-at-a-wrong-z",
    "Where the network is sure and wrong, your Δ is too small: an error is scaled by the slope of "
    "the sigmoid, and that at a wrong place.",
    "Is there any slope left in the result when the links are multiplied on paper?",
    "d_sigmoid(p), or 1 − p².",
)
row(lambda Z, Y: (sigmoid(Z) - Y) * derivative(sigmoid, sigmoid(Z)) / Y.shape[1])
row(lambda Z, Y: (sigmoid(Z) - Y) * (1 - sigmoid(Z) ** 2) / Y.shape[1])


# --- the loss ---------------------------------------------------------------------------------

row = mistake(
    CROSS_ENTROPY,
    "log-of-softmax",
    "Where the right class is lower by 2000 than another one, an "
    "exponential overflows or is 0 to the computer, and with it the logarithm is lost.",
    "The logarithm of a fraction is a difference, and log and exp undo each other. On paper, what "
    "is log of softmax?",
    "np.log(softmax(Z)).",
)
row(lambda Z, Y: _loss(np.log(softmax(Z)), Y))
row = mistake(
    CROSS_ENTROPY,
    "epsilon-in-the-logarithm",
    "Where the right class is lower by 2000 than another one, "
    "the loss should be about 2000; a small number that keeps log away from 0 also keeps the loss "
    "from growing.",
    "What is log of softmax on paper? It needs no logarithm of a small number at all.",
    "log(p + 1e-12), or p clipped from below.",
)
_USUAL = (1e-300, 1e-100, 1e-30, 1e-20, 2.0**-52, *(10.0**-k for k in range(16, 4, -1)))
for tiny in _USUAL:
    row(lambda Z, Y, tiny=tiny: _loss(np.log(softmax(Z) + tiny), Y))
for tiny in _USUAL[-4:]:  # below these, adding and clipping are the same
    row(lambda Z, Y, tiny=tiny: _loss(np.log(np.maximum(softmax(Z), tiny)), Y))
mistake(
    CROSS_ENTROPY,
    "max-not-added-back",
    "Raise all of a column by 5, and your loss falls by 5 or rises by 5; it should stay: what was "
    "subtracted inside the logarithm is still missing from one of the two terms.",
    "If the largest entry is subtracted inside exp, what must happen to the other z of that "
    "column?",
    "log Σ exp(z − max) minus z, where z was not shifted.",
)(lambda Z, Y: float(np.mean(np.log(np.exp(_shifted(Z)).sum(axis=0)) - (Y * Z).sum(axis=0))))
mistake(
    CROSS_ENTROPY,
    "mean-missing",
    "It is N times too large: give every sample twice, and your loss doubles, though a mean stays.",
    "Is it a sum over the samples where a mean belongs?",
    "A sum over all entries.",
)(lambda Z, Y: -np.sum(Y * _log_softmax(Z)))
mistake(
    CROSS_ENTROPY,
    "mean-over-outputs",
    "It is n_out times too small: the mean runs over the outputs as well.",
    "The loss of one sample is a sum over its outputs. Over what is the mean taken?",
    "np.mean over the whole array.",
)(lambda Z, Y: -np.mean(Y * _log_softmax(Z)))
mistake(
    CROSS_ENTROPY,
    "divides-by-rows",
    "It is divided by the number of outputs where the number of samples belongs.",
    "In this course a sample is a column. What does len() of an array count?",
    "len(Y), from courses with samples in rows.",
)(lambda Z, Y: -np.sum(Y * _log_softmax(Z)) / len(Y))
row = mistake(
    CROSS_ENTROPY,
    "samples-not-averaged",
    "There is one loss a sample; asked for is one number.",
    "How did notebook 1 make one number of the losses of the samples?",
    "Stops before the mean.",
)
row(lambda Z, Y: -np.sum(Y * _log_softmax(Z), axis=0))
row(lambda Z, Y: -np.sum(Y * np.log(softmax(Z)), axis=0))
row = mistake(
    CROSS_ENTROPY,
    "logarithm-of-another-base",
    "It is right but for one factor: the logarithm has another base, 2 or 10.",
    "Which logarithm undoes exp?",
    "np.log2 or np.log10.",
)
row(lambda Z, Y: _loss(_log_softmax(Z) / np.log(2), Y))
row(lambda Z, Y: _loss(_log_softmax(Z) / np.log(10), Y))
row(lambda Z, Y: _loss(np.log2(softmax(Z)), Y))
row(lambda Z, Y: _loss(np.log10(softmax(Z)), Y))
mistake(
    CROSS_ENTROPY,
    "log1p",
    "A sample for which the network is sure and right should cost nothing.",
    "np.log1p(x) is the logarithm of 1 + x. Is it what you want here?",
    "np.log1p for np.log.",
)(lambda Z, Y: _loss(np.log1p(softmax(Z)), Y))
mistake(
    CROSS_ENTROPY,
    "logarithm-missing",
    "It never leaves the interval from −1 to 0: these are the shares of the right class, without "
    "the logarithm.",
    "How much should a share of 0.5 cost, and how much one of 0.001?",
    "−Σ y p.",
)(lambda Z, Y: _loss(softmax(Z), Y))
mistake(
    CROSS_ENTROPY,
    "one-minus-the-share",
    "It never exceeds 1, however wrong the network is: it is 1 minus the share of the right class.",
    "How much should a share of 0.5 cost, and how much one of 0.001?",
    "1 − p for −log p.",
)(lambda Z, Y: float(np.mean(1 - (Y * softmax(Z)).sum(axis=0))))
row = mistake(
    CROSS_ENTROPY,
    "softmax-missing",
    "The other outputs have no influence: only the z of the right class counts, and raising all "
    "of a column changes your loss.",
    "A share depends on all entries of its column. Where do the others come in?",
    "−Σ y z, or the logarithm of z itself.",
)
row(lambda Z, Y: _loss(Z, Y))
row(lambda Z, Y: _loss(np.log(Z), Y))
mistake(
    CROSS_ENTROPY,
    "target-missing",
    "The targets have no influence: change Y, and your loss stays as it is.",
    "Which share of every column counts?",
    "Mean of log Σ exp z, and the z of the right class is forgotten.",
)(lambda Z, Y: float(np.mean(np.log(np.exp(_shifted(Z)).sum(axis=0)) + Z.max(axis=0))))
row = mistake(
    CROSS_ENTROPY,
    "all-outputs-count",
    "Every output's logarithm is added up, those of wrong classes too: the lower these are, the "
    "larger your loss.",
    "Which share of every column counts, and what in Y picks it?",
    "Forgets Y, or takes the mean of all logarithms.",
)
row(lambda Z, Y: float(-np.sum(_log_softmax(Z)) / Y.shape[1]))
row(lambda Z, Y: float(-np.sum(np.log(softmax(Z))) / Y.shape[1]))
row(lambda Z, Y: float(-np.mean(_log_softmax(Z))))
mistake(
    CROSS_ENTROPY,
    "roles-exchanged",
    "It takes the logarithm of the targets, which are 0 or 1: log 0 is −inf.",
    "Of which of the two is the logarithm taken, and which one picks?",
    "−Σ p log y.",
)(lambda Z, Y: _loss(np.log(Y), softmax(Z)))
row = mistake(
    CROSS_ENTROPY,
    "entropy-of-the-prediction",
    "The targets have no influence: it says how undecided the network is, not how wrong.",
    "Which share of every column counts?",
    "−Σ p log p.",
)
row(lambda Z, Y: _loss(_log_softmax(Z), softmax(Z)))
row(lambda Z, Y: _loss(np.log(softmax(Z)), softmax(Z)))
mistake(
    CROSS_ENTROPY,
    "squared-error",
    "It never exceeds 1, however sure and wrong the network is: this is half the squared error of "
    "the shares.",
    "The new loss is a logarithm. Of what?",
    "The loss of notebook 1, on softmax(Z).",
)(lambda Z, Y: network.mean_loss(softmax(Z), Y))
row = mistake(
    CROSS_ENTROPY,
    "yes-or-no-for-each-output",
    "There is a second term for the outputs whose target is 0: they already pay through the sum "
    "in softmax, in yours they pay twice.",
    "With a softmax, how many shares of a column enter the loss?",
    "−Σ y log p + (1 − y) log(1 − p), with softmax or with sigmoids.",
)
row(lambda Z, Y: _loss(np.log(softmax(Z)), Y) + _loss(np.log(1 - softmax(Z)), 1 - Y))
row(lambda Z, Y: network.binary_cross_entropy(Z, Y))
row(lambda Z, Y: _loss(np.log(sigmoid(Z)), Y) + _loss(np.log(1 - sigmoid(Z)), 1 - Y))
row = mistake(
    CROSS_ENTROPY,
    "logarithm-of-the-mean",
    "The shares are averaged before the logarithm is taken: one sample that is hopelessly wrong "
    "hardly counts.",
    "The loss is a mean of the samples' losses. What comes first, log or mean?",
    "log(mean(…)).",
)
row(lambda Z, Y: float(-np.log(np.mean((Y * softmax(Z)).sum(axis=0)))))
row = mistake(
    CROSS_ENTROPY,
    "largest-share-for-the-right-one",
    "The share of the highest output counts, whether it is the right one or not: a network that is "
    "sure and wrong pays nothing.",
    "Which share of every column counts, and what in Y picks it?",
    "−log max p.",
)
row(lambda Z, Y: float(-np.mean(_log_softmax(Z).max(axis=0))))
mistake(
    CROSS_ENTROPY,
    "first-sample-only",
    "Only the first sample counts: change all others, and your loss stays as it is.",
    "Is there a return inside the loop?",
    "Writes it for one column; return inside the loop.",
)(lambda Z, Y: float(-np.sum(Y[:, 0] * _log_softmax(Z)[:, 0])))
mistake(
    CROSS_ENTROPY,
    "counts-the-misses",
    "It is a count of wrong answers: how sure the network was makes no difference, so there is no "
    "slope to go down.",
    "Which number says how sure the network was of the right class?",
    "Compares argmax with the label.",
)(lambda Z, Y: float(np.mean(Z.argmax(axis=0) != Y.argmax(axis=0))))


# --- the softmax's error term -----------------------------------------------------------------

mistake(
    DELTA_SOFTMAX,
    "softmax-missing",
    "Z itself is compared with the targets. A column of your Δ does not add up to 0, though what "
    "one share gains the others lose.",
    "The targets are 0 or 1. What makes shares of Z?",
    "The rule of the linear output.",
)(lambda Z, Y: (Z - Y) / Y.shape[1])
mistake(
    DELTA_SOFTMAX,
    "sum-missing",
    "In your softmax the exponentials are not divided by their sum.",
    "A share is a part of a whole. What is the whole?",
    "exp(Z) − Y.",
)(lambda Z, Y: (np.exp(Z) - Y) / Y.shape[1])
mistake(
    DELTA_SOFTMAX,
    "logarithm-for-the-share",
    "The logarithms of the shares are compared with the targets; the slope has no logarithm in it.",
    "What is the slope of a logarithm?",
    "Keeps the log of the loss.",
)(lambda Z, Y: (_log_softmax(Z) - Y) / Y.shape[1])
mistake(
    DELTA_SOFTMAX,
    "squared-error-through-softmax",
    "Where the network is sure and wrong, your Δ is almost 0: this is the Δ of the squared error, "
    "sent back through the softmax.",
    "Which loss is it here? Differentiate log Σ exp z, minus the z of the right class.",
    "Writes down the Jacobian of softmax and applies it to p − y.",
)(lambda Z, Y: softmax(Z) * (softmax(Z) - Y - _sum(softmax(Z) * (softmax(Z) - Y))) / Y.shape[1])


# --- the hidden layer -------------------------------------------------------------------------


@traces(DELTA_HIDDEN)
def _trace_hidden(arguments: tuple[Any, ...], result: Any) -> Finding | None:
    delta_next, W_next, Z, d_activation = arguments
    names = ("the activation", "W_next")
    return trace_hidden_error(delta_next, W_next, Z, result, d_activation(Z), names)


def _back(delta_next: Array, W_next: Array) -> Array:
    return W_next.T @ delta_next


def _sent(code: str, says: str, look: str, who: str) -> _Row:
    """Write down a wrong way back through the weights: a formula of delta_next and W_next."""

    def decorate(sent: Formula) -> Formula:
        mistake(DELTA_HIDDEN, code, says, look, who)(
            lambda delta_next, W_next, Z, d_activation: sent(delta_next, W_next) * d_activation(Z)
        )
        return sent

    return decorate


def _wrong_slope(code: str, says: str, look: str, who: str) -> _Row:
    """Write down a wrong slope: a formula of Z and d_activation."""

    def decorate(slope: Formula) -> Formula:
        mistake(DELTA_HIDDEN, code, says, look, who)(
            lambda delta_next, W_next, Z, d_activation: (
                _back(delta_next, W_next) * slope(Z, d_activation)
            )
        )
        return slope

    return decorate


_wrong_slope(
    "slope-missing",
    "A unit whose activation is flat passes its whole error on: yours is the error at the "
    "activations, not yet at Z.",
    "Between the activations and Z lies one more function. How much do they move when z moves?",
    "Stops after the weights.",
)(lambda Z, d_activation: 1.0)
row = _wrong_slope(
    "slope-of-tanh",
    "It is right for tanh and wrong for every other activation: the slope is not asked from "
    "d_activation.",
    "Which argument of your function has not been used?",
    "Copies the line of notebook 5.",
)
row(lambda Z, d_activation: 1 - np.tanh(Z) ** 2)
_wrong_slope(
    "slope-of-relu",
    "It is right for ReLU and wrong for every other activation: the slope is not asked from "
    "d_activation.",
    "Which argument of your function has not been used?",
    "(Z > 0), from other courses.",
)(lambda Z, d_activation: (Z > 0) * 1.0)
_wrong_slope(
    "slope-of-the-sigmoid",
    "It is right for the sigmoid and wrong for every other activation: the slope is not asked from "
    "d_activation.",
    "Which argument of your function has not been used?",
    "s(1 − s), whatever the activation is.",
)(lambda Z, d_activation: derivative(sigmoid, Z))
row = _wrong_slope(
    "slope-at-activation",
    "The slope is taken at what comes out of an activation; no unit of yours ever stands far out "
    "on its curve.",
    "d_activation wants what goes into the activation. Which array holds that?",
    "d_activation(np.tanh(Z)): f′(f(z)).",
)
row(lambda Z, d_activation: d_activation(np.tanh(Z)))
row(lambda Z, d_activation: d_activation(sigmoid(Z)))
row(lambda Z, d_activation: d_activation(np.maximum(Z, 0)))
_wrong_slope(
    "slope-twice",
    "A unit that should pass on a tenth of its error passes on a hundredth: the slope is in it "
    "twice.",
    "How many activations lie between the error at the units and Z?",
    "Multiplies something by the slope that contains it already.",
)(lambda Z, d_activation: d_activation(Z) ** 2)
_wrong_slope(
    "divided-by-the-slope",
    "The flatter the activation, the more error arrives in yours; where it is quite flat, yours "
    "grows beyond all bounds.",
    "A flat curve passes little on. Is that a factor or a divisor?",
    "Inverts a link of the chain.",
)(lambda Z, d_activation: 1 / d_activation(Z))
_wrong_slope(
    "slope-averaged-over-the-samples",
    "A unit's error shrinks by the same factor in every sample, though it stands on another place "
    "of the curve in each.",
    "Each entry of Z has a slope of its own.",
    "Averages over the batch too early.",
)(lambda Z, d_activation: d_activation(Z).mean(axis=1, keepdims=True))
_wrong_slope(
    "slope-at-the-average",
    "A unit's error shrinks by the same factor in every sample: the slope is taken at the mean of "
    "its pre-activations.",
    "Each entry of Z has a slope of its own.",
    "Averages over the batch too early.",
)(lambda Z, d_activation: d_activation(Z.mean(axis=1, keepdims=True)))
_wrong_slope(
    "slope-of-the-first-sample",
    "A unit's error shrinks by the same factor in every sample: it is the slope of the first.",
    "Each entry of Z has a slope of its own.",
    "Writes it for one column and lets broadcasting do the rest.",
)(lambda Z, d_activation: d_activation(Z[:, :1]))
_wrong_slope(
    "z-for-the-slope",
    "The further a unit is from z = 0, the more of its error arrives, and with the sign of z.",
    "Multiply by how steep the curve is, not by where on it the unit stands.",
    "Multiplies by Z itself.",
)(lambda Z, d_activation: Z)
_wrong_slope(
    "activation-for-slope",
    "It is the value of tanh by which the error is scaled, not the slope of the activation.",
    "Which argument of your function says how steep the activation is?",
    "Mixes up f and f′.",
)(lambda Z, d_activation: np.tanh(Z))
_wrong_slope(
    "one-minus-the-slope",
    "Flat units pass on all of their error and steep ones little: the other way round would be "
    "right.",
    "d_activation gives the slope itself. Is anything left to be done to it?",
    "1 − d_activation(Z), after 1 − tanh².",
)(lambda Z, d_activation: 1 - d_activation(Z))
_wrong_slope(
    "one-minus-the-square-of-the-slope",
    "Flat units pass on all of their error and steep ones little: the other way round would be "
    "right.",
    "d_activation gives the slope itself. Is anything left to be done to it?",
    "1 − d_activation(Z)², after 1 − tanh².",
)(lambda Z, d_activation: 1 - d_activation(Z) ** 2)
_sent(
    "weights-missing",
    "Every hidden unit is sent the same error, whatever weights it speaks through.",
    "If a unit of the next layer hardly listens, how much of its error can have been caused here?",
    "Adds up the errors as if every weight were 1.",
)(lambda delta_next, W_next: delta_next.sum(axis=0))
_sent(
    "sign-of-the-weights-lost",
    "A unit that works through a negative weight gets blame of the wrong sign.",
    "When a weight is negative and h rises, which way does the next z go?",
    "Thinks of a weight as a strength, which has no sign.",
)(lambda delta_next, W_next: _back(delta_next, np.abs(W_next)))
_sent(
    "first-output-only",
    "Only the error of the next layer's first unit arrives: change the others, and yours stays.",
    "How many arrows leave a hidden unit?",
    "Writes it for one unit of the next layer; return inside the loop.",
)(lambda delta_next, W_next: np.outer(W_next[0], delta_next[0]))
_sent(
    "last-output-only",
    "Only the error of the next layer's last unit arrives: every turn of the loop throws away what "
    "the others gave.",
    "= or += ?",
    "Loop with = for +=.",
)(lambda delta_next, W_next: np.outer(W_next[-1], delta_next[-1]))
_sent(
    "b-inverted",
    "Make every weight twice as large and your result halves; it should double.",
    "To go back through a layer is not to undo it. Along which arrows does a unit reach the loss?",
    "Reads “backwards” as “inverse”.",
)(lambda delta_next, W_next: np.linalg.pinv(W_next) @ delta_next)
_sent(
    "b-reshaped-not-transposed",
    "The shape fits, but the weights have moved to other arrows: change one weight, and the blame "
    "of another hidden unit changes.",
    "reshape refills rows one number after the other. What exchanges rows and columns?",
    "Forces the shapes to fit.",
)(lambda delta_next, W_next: W_next.reshape(W_next.shape[::-1]) @ delta_next)
_sent(
    "absolute-error-sent-back",
    "The sign of the error is lost: what is too high and what is too low sends back the same.",
    "Two errors of opposite sign can cancel at a hidden unit. Can they in yours?",
    "Thinks of an error as a distance.",
)(lambda delta_next, W_next: _back(np.abs(delta_next), W_next))
_sent(
    "error-shared-out-by-weight",
    "Make every weight twice as large and your result stays as it is; the loss would react twice "
    "as fast to every hidden unit.",
    "Blame says how fast the loss changes. It is not a fixed amount to be handed out.",
    "Divides the error in proportion to the weights.",
)(lambda delta_next, W_next: _back(delta_next, W_next / W_next.sum(axis=1, keepdims=True)))
_sent(
    "samples-added-up-first",
    "The samples are gone before the error has gone back: in every sample a unit is sent the same "
    "error.",
    "A hidden unit had another activation in every sample. When do the samples come together?",
    "Adds up over the samples at once.",
)(lambda delta_next, W_next: _back(delta_next.sum(axis=1, keepdims=True), W_next))
_sent(
    "error-missing",
    "The errors of the next layer have no influence.",
    "Which error arrives at the units before it passes the activation?",
    "Stops the chain rule too early.",
)(lambda delta_next, W_next: W_next.sum(axis=0)[:, np.newaxis])
mistake(
    DELTA_HIDDEN,
    "slope-alone",
    "The errors of the next layer have no influence: this is the slope alone.",
    "Which error arrives at the units before it passes the activation?",
    "Stops the chain rule after one link.",
)(lambda delta_next, W_next, Z, d_activation: d_activation(Z))
mistake(
    DELTA_HIDDEN,
    "added-not-multiplied",
    "Where the error at the units is 0, yours is not: something has been added that does not "
    "depend on the error.",
    "Two links of one chain: what does the chain rule do with their derivatives?",
    "Adds local derivatives.",
)(lambda delta_next, W_next, Z, d_activation: _back(delta_next, W_next) + d_activation(Z))
row = mistake(
    DELTA_HIDDEN,
    "slope-taken-at-the-error",
    "The slope is taken at the error that comes back; how steep the activation is depends on where "
    "the unit stood on the way forward.",
    "At which array is the slope to be taken?",
    "d_activation(W.T @ delta): puts the error through the function.",
)
row(
    lambda delta_next, W_next, Z, d_activation: (
        _back(delta_next, W_next) * d_activation(_back(delta_next, W_next))
    )
)
row(lambda delta_next, W_next, Z, d_activation: d_activation(_back(delta_next, W_next)))
row(lambda delta_next, W_next, Z, d_activation: Z * d_activation(_back(delta_next, W_next)))
mistake(
    DELTA_HIDDEN,
    "mean-twice",
    "Every entry is N times too small: delta_next has its 1/N already.",
    "delta_next was handed in with the mean in it. Is there a second one?",
    "1/N in every layer.",
)(
    lambda delta_next, W_next, Z, d_activation: (
        _back(delta_next, W_next) * d_activation(Z) / Z.shape[1]
    )
)
