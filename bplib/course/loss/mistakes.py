"""01_loss: how people get the loss wrong."""

from collections.abc import Callable
from typing import Any

import numpy as np

from bplib import network
from bplib.course.loss.exercises import (
    BEST_GUESS,
    COUNT_SAMPLES,
    MEAN_LOSS,
    NETWORK_LOSS,
    PREDICT,
    SAMPLE_LOSSES,
)
from bplib.course.mistakes import mistake

Array = network.Array
_Prediction = Callable[[Array, Array, Array], Array]
_Measure = Callable[[Array, Array], Any]

mistake(
    COUNT_SAMPLES,
    "counts-the-rows",
    "This is the number of rows: how many numbers one sample has.",
    "Samples are columns. Which entry of X.shape counts those?",
    "Used to data with samples in rows; len(X) does the same.",
)(lambda X: X.shape[0])


# --- predictions that are not the network's ---------------------------------------------------


def _network(code: str, says: str, look: str, who: str) -> Callable[[_Prediction], _Prediction]:
    """Return a decorator for wrong predictions: rows of predict and of network_loss."""

    def decorate(formula: _Prediction) -> _Prediction:
        mistake(PREDICT, code, says, look, who)(formula)
        mistake(
            NETWORK_LOSS,
            code,
            f"In the predictions: {says[0].lower()}{says[1:]}",
            f"{look} Or call your predict.",
            who,
        )(lambda A, B, X, Y: float(network.mean_loss(formula(A, B, X), Y)))
        return formula

    return decorate


_network(
    "activation-missing",
    "Your network is linear: twice the input gives exactly twice the prediction.",
    "What happens to Z before it reaches B?",
    "Reads the diagram as two matrix products.",
)(lambda A, B, X: B @ (A @ X))

_network(
    "activation-on-output",
    "No prediction of yours ever leaves the interval from -1 to 1.",
    "Which layer has an activation, and which is linear?",
    "Treats every layer alike.",
)(lambda A, B, X: np.tanh(B @ np.tanh(A @ X)))

_network(
    "activation-on-the-output-only",
    "No prediction of yours ever leaves the interval from -1 to 1, and before that "
    "everything is linear.",
    "Where does tanh stand in the picture with X, Z, H and Y_hat?",
    "Puts the activation at the end.",
)(lambda A, B, X: np.tanh(B @ (A @ X)))

_network(
    "activation-on-the-inputs",
    "The inputs are squashed before any weight has touched them.",
    "To which of X, Z and Y_hat does the activation belong?",
    "Applies the activation one step too early.",
)(lambda A, B, X: B @ (A @ np.tanh(X)))

_network(
    "activation-on-the-weights",
    "For fixed weights your network is linear: twice the input gives twice the prediction.",
    "Look at the parentheses: what exactly stands inside the activation?",
    "Closes the parenthesis one factor too early.",
)(lambda A, B, X: B @ (np.tanh(A) @ X))

_network(
    "sigmoid-for-tanh",
    "No hidden activation of yours is negative, not even where z is.",
    "Which activation does this course use, and what is its value at 0?",
    "Uses the activation known from elsewhere.",
)(lambda A, B, X: B @ network.sigmoid(A @ X))

_network(
    "relu-for-tanh",
    "Hidden activations of yours are 0 where z is negative, and grow without a bound where "
    "it is positive.",
    "Which activation does this course use, and between which values does it stay?",
    "Uses the activation known from elsewhere.",
)(lambda A, B, X: B @ network.relu(A @ X))

_network(
    "tan-for-tanh",
    "Some hidden activations of yours are far outside the interval from -1 to 1.",
    "Read the name of the activation letter by letter.",
    "A slip of the pen: tan is the tangent, not the hyperbolic one.",
)(lambda A, B, X: B @ np.tan(A @ X))

_network(
    "biases-missing",
    "The last row of X, the ones, does not reach the hidden layer: no unit has a bias.",
    "Does all of X go in?",
    "Takes the row of ones for something that is not data and cuts it off.",
)(lambda A, B, X: B @ np.tanh(A[:, :-1] @ X[:-1]))

mistake(
    PREDICT,
    "returns-the-hidden-layer",
    "One row for every hidden unit came back: the data stopped after the hidden layer.",
    "Which weights have not been used yet?",
    "Stops half-way, or returns the wrong variable.",
)(lambda A, B, X: np.tanh(A @ X))

mistake(
    PREDICT,
    "returns-the-pre-activations",
    "What came back are the hidden pre-activations, one row for every hidden unit.",
    "Which two steps of the picture with X, Z, H and Y_hat are still to come?",
    "Returns after the first step, or the wrong variable.",
)(lambda A, B, X: A @ X)

mistake(
    PREDICT,
    "returns-classes",
    "The place of the largest output came back; the outputs themselves are wanted.",
    "A loss needs the numbers before any decision is taken.",
    "Thinks of a classifier.",
)(lambda A, B, X: np.argmax(network.predict(A, B, X), axis=0))


# --- one number for all samples ---------------------------------------------------------------


def _mean_loss(code: str, says: str, look: str, who: str) -> Callable[[_Measure], _Measure]:
    """Return a decorator for wrong means: rows of mean_loss and of network_loss."""

    def decorate(formula: _Measure) -> _Measure:
        mistake(MEAN_LOSS, code, says, look, who)(formula)
        mistake(NETWORK_LOSS, code, says, f"{look} Or call your mean_loss.", who)(
            lambda A, B, X, Y: formula(network.predict(A, B, X), Y)
        )
        return formula

    return decorate


_mean_loss(
    "mean-missing",
    "Your loss grows with the number of samples: give every sample twice, and it doubles, "
    "though the predictions are no worse.",
    "What makes an average of a sum?",
    "Adds up and stops there.",
)(lambda P, Y: float(np.sum(network.sample_losses(P, Y))))

_mean_loss(
    "half-missing",
    "Your loss is exactly twice as large as it should be.",
    "Compare the factor in front of the sum with the definition.",
    "Knows the mean squared error from elsewhere, without the ½.",
)(lambda P, Y: 2 * float(network.mean_loss(P, Y)))

_mean_loss(
    "half-twice",
    "Your loss is exactly half as large as it should be.",
    "Where does the ½ come in, and does it come in once only?",
    "Calls sample_losses, and halves once more.",
)(lambda P, Y: 0.5 * float(network.mean_loss(P, Y)))

_mean_loss(
    "mean-over-every-entry",
    "It averages over all entries of the array and lacks the ½: with more outputs, the same "
    "error in each of them costs no more.",
    "By which number do you divide: by that of the samples, or of the entries?",
    "Writes np.mean of the squares, the mean squared error of most libraries.",
)(lambda P, Y: float(np.mean((P - Y) ** 2)))

_mean_loss(
    "divides-by-rows",
    "It divides by the number of outputs: give every sample twice, and your loss doubles.",
    "len of a two-dimensional array counts its rows. What are the samples?",
    "Divides by len(Y), used to samples in rows.",
)(lambda P, Y: float(np.sum(network.sample_losses(P, Y))) / P.shape[0])

_errors_averaged_before_squaring = _mean_loss(
    "errors-averaged-before-squaring",
    "Samples cancel: one that is too high and one that is too low give a loss of 0.",
    "In which order do you square and average?",
    "Averages the errors, as one would for a bias, over the samples or over all entries.",
)
_errors_averaged_before_squaring(lambda P, Y: 0.5 * float(np.sum(np.mean(P - Y, axis=1) ** 2)))
_errors_averaged_before_squaring(lambda P, Y: 0.5 * float(np.mean(P - Y)) ** 2)

_root = _mean_loss(
    "root",
    "A root has been taken: errors twice as big give only twice the loss.",
    "Is there a root in the definition? And what does np.linalg.norm give, the square or its root?",
    "Has the root of the mean squared error in mind, or reads ‖·‖ as np.linalg.norm and "
    "overlooks the exponent.",
)
_root(lambda P, Y: float(np.sqrt(network.mean_loss(P, Y))))
_root(lambda P, Y: float(np.sqrt(np.mean((P - Y) ** 2))))
_root(lambda P, Y: 0.5 * float(np.linalg.norm(P - Y)) / P.shape[1])
_root(lambda P, Y: 0.5 * float(np.mean(np.linalg.norm(P - Y, axis=0))))

_first_only = _mean_loss(
    "first-sample-only",
    "Only sample 0 counts: shuffle the samples, and your loss is another one.",
    "Is there a return inside a loop?",
    "Returns within the loop.",
)
_first_only(lambda P, Y: float(network.sample_losses(P, Y)[0]))
_first_only(lambda P, Y: float(network.sample_losses(P, Y)[0] / Y.shape[1]))

_mean_loss(
    "last-sample-only",
    "Only the last sample counts: shuffle the samples, and your loss is another one.",
    "Does your loop add to what it has, or replace it?",
    "Writes = for += in the loop.",
)(lambda P, Y: float(network.sample_losses(P, Y)[-1]))

_mean_loss(
    "first-sample-left-out",
    "Sample 0 does not come in.",
    "At which number does Python start to count?",
    "Counts from 1.",
)(lambda P, Y: float(np.sum(network.sample_losses(P, Y)[1:])) / P.shape[1])

_mean_loss(
    "last-sample-left-out",
    "The last sample does not come in.",
    "Where does your loop stop? range(N) already ends before N.",
    "Takes 1 off the end of a range a second time.",
)(lambda P, Y: float(np.sum(network.sample_losses(P, Y)[:-1])) / P.shape[1])

_mean_loss(
    "worst-sample",
    "This is the loss of the worst sample: the others may improve, and nothing changes.",
    "How do you make one number of many so that each of them counts?",
    "Takes the loss for the largest error.",
)(lambda P, Y: float(np.max(network.sample_losses(P, Y))))

_mean_loss(
    "every-prediction-against-every-target",
    "Every prediction is compared with every target: even perfect predictions have a loss.",
    "Print the shape of the difference. What does NumPy make of (N, 1) minus (N,)?",
    "Flattens one array and makes a column of the other.",
)(lambda P, Y: float(np.sum((P.reshape(-1, 1) - Y.ravel()) ** 2)) / (2 * Y.size * Y.shape[1]))

_mean_loss(
    "whole-numbers",
    "Your loss is a whole number: what stands behind the decimal point is lost.",
    "Is there a // or an int where fractions matter?",
    "Writes // for /, or int around the result.",
)(lambda P, Y: float(np.floor(network.mean_loss(P, Y))))


# --- measures of the error that are not the loss ----------------------------------------------


def _measure(code: str, says: str, look: str, who: str) -> Callable[[_Measure], _Measure]:
    """Return a decorator for wrong losses of each sample: rows of all three losses."""

    def decorate(formula: _Measure) -> _Measure:
        mistake(SAMPLE_LOSSES, code, says, look, who)(formula)
        _mean_loss(code, says, look, who)(lambda P, Y: float(np.mean(formula(P, Y))))
        return formula

    return decorate


_measure(
    "not-squared",
    "Errors cancel: a prediction that is too high by 1 and another that is too low by 1 "
    "together give a loss of 0, and your loss can even be negative.",
    "What happens to an error before it is added to the others?",
    "Forgets the exponent, or writes *2 for **2.",
)(lambda P, Y: 0.5 * np.sum(P - Y, axis=0))

_measure(
    "absolute-error",
    "An error twice as big gives only twice the loss; it should give four times as much.",
    "Which operation makes an error positive here, and which one does the definition use?",
    "Knows that the sign has to go and takes the first way that comes to mind.",
)(lambda P, Y: 0.5 * np.sum(np.abs(P - Y), axis=0))

_measure(
    "square-of-the-sum",
    "Errors of one sample cancel: outputs that are wrong by +1 and −1 give a loss of 0.",
    "In which order do you square and add up?",
    "Puts the parenthesis around the sum.",
)(lambda P, Y: 0.5 * np.sum(P - Y, axis=0) ** 2)

mistake(
    SAMPLE_LOSSES,
    "root",
    "This is a length, not its square: an error twice as big gives only twice the loss.",
    "‖ŷ − y‖² has a small 2 at its end. What does np.linalg.norm give, with it or without?",
    "Reads ‖·‖ as np.linalg.norm and overlooks the exponent.",
)(lambda P, Y: 0.5 * np.linalg.norm(P - Y, axis=0))

_measure(
    "difference-of-squares",
    "Your loss can be negative, and it is 0 for predictions of the right length that point "
    "the wrong way.",
    "What is squared: each of the two, or what lies between them?",
    "Squares each term of the difference.",
)(lambda P, Y: 0.5 * (np.sum(P**2, axis=0) - np.sum(Y**2, axis=0)))

_measure(
    "sum-with-the-target",
    "A perfect prediction has a large loss, and the opposite of it has none.",
    "Look at the sign between prediction and target.",
    "A slip of the sign.",
)(lambda P, Y: 0.5 * np.sum((P + Y) ** 2, axis=0))

_measure(
    "target-missing",
    "Your loss does not depend on the targets: it only says how large the predictions are.",
    "Where does Y come in?",
    "Squares the prediction instead of the error.",
)(lambda P, Y: 0.5 * np.sum(P**2, axis=0))

_measure(
    "first-output-only",
    "Only row 0 counts: the other outputs may be as wrong as they like.",
    "How many outputs does a sample have, and does each of them come in?",
    "Wrote the code for one output.",
)(lambda P, Y: 0.5 * (P[0] - Y[0]) ** 2)

_measure(
    "last-output-only",
    "Only the last output counts: the ones before it may be as wrong as they like.",
    "Does your loop add to what it has, or replace it?",
    "Writes = for += in a loop over the outputs.",
)(lambda P, Y: 0.5 * (P[-1] - Y[-1]) ** 2)

_measure(
    "mean-over-outputs",
    "An average over the outputs: a network with ten outputs, each wrong by 1, gets the same "
    "loss from you as one with a single output wrong by 1.",
    "Samples are averaged. What is done with the outputs of one sample?",
    "Uses np.mean where np.sum belongs.",
)(lambda P, Y: 0.5 * np.mean((P - Y) ** 2, axis=0))

mistake(
    SAMPLE_LOSSES,
    "whole-numbers",
    "Your losses are whole numbers: what stands behind the decimal point is lost.",
    "Is there a // or an int where fractions matter?",
    "Writes // for /, or stores the result in an array of integers.",
)(lambda P, Y: np.floor(0.5 * np.sum((P - Y) ** 2, axis=0)))

mistake(
    SAMPLE_LOSSES,
    "sum-over-the-samples",
    "There is one number for every output here; one for every sample is wanted.",
    "Which axis counts the samples? Over the other one you add up.",
    "Takes the wrong axis.",
)(lambda P, Y: 0.5 * np.sum((P - Y) ** 2, axis=1))

mistake(
    SAMPLE_LOSSES,
    "outputs-not-summed",
    "Every single output still has a number of its own; a sample has one loss.",
    "What does ‖·‖² do with the entries of a column?",
    "Leaves out the sum.",
)(lambda P, Y: 0.5 * (P - Y) ** 2)

mistake(
    SAMPLE_LOSSES,
    "summed-axis-kept",
    "The losses themselves are right, but they come as a matrix with a single row.",
    "Which axis should have vanished, and what keeps it?",
    "Writes keepdims=True, or leaves a slice such as Y[:1].",
)(lambda P, Y: network.sample_losses(P, Y)[np.newaxis])

mistake(
    SAMPLE_LOSSES,
    "first-sample-only",
    "A single number came back: the loss of sample 0, and of no other.",
    "Is there a return inside a loop?",
    "Returns within the loop.",
)(lambda P, Y: float(network.sample_losses(P, Y)[0]))

mistake(
    SAMPLE_LOSSES,
    "last-sample-only",
    "A single number came back: the loss of the last sample, and of no other.",
    "Does your loop collect what it computes, or replace it?",
    "Assigns to a plain variable in the loop.",
)(lambda P, Y: float(network.sample_losses(P, Y)[-1]))

mistake(
    SAMPLE_LOSSES,
    "total-not-reset",
    "Every sample's loss contains those of all samples before it.",
    "Where in the loop does the total start from 0 again?",
    "Sets the total to 0 before the outer loop instead of inside it.",
)(lambda P, Y: np.cumsum(network.sample_losses(P, Y)))

mistake(
    SAMPLE_LOSSES,
    "first-sample-left-out",
    "Sample 0 has no loss; all the others are right.",
    "At which number does Python start to count?",
    "Counts from 1.",
)(lambda P, Y: network.sample_losses(P, Y) * (np.arange(P.shape[1]) > 0))

mistake(
    SAMPLE_LOSSES,
    "last-sample-left-out",
    "The last sample has no loss; all the others are right.",
    "Where does your loop stop? range(N) already ends before N.",
    "Takes 1 off the end of a range a second time.",
)(lambda P, Y: network.sample_losses(P, Y) * (np.arange(P.shape[1]) < P.shape[1] - 1))

mistake(
    SAMPLE_LOSSES,
    "every-prediction-against-every-target",
    "Every prediction is compared with the targets of all samples, not only with its own.",
    "Print the shape of the difference: does it still have one column a sample?",
    "Two nested loops over the samples, or (N, 1) minus (N,).",
)(lambda P, Y: 0.5 * np.sum((P[:, :, None] - Y[:, None, :]) ** 2, axis=(0, 2)))

mistake(
    NETWORK_LOSS,
    "returns-the-predictions",
    "The predictions came back; one number that says how wrong they are is wanted.",
    "What is done with the predictions and the targets?",
    "Stops half-way.",
)(lambda A, B, X, Y: network.predict(A, B, X))

mistake(
    NETWORK_LOSS,
    "returns-the-sample-losses",
    "One loss for every sample came back; one number for all of them is wanted.",
    "Which of your two loss functions gives a single number?",
    "Calls sample_losses where mean_loss belongs.",
)(lambda A, B, X, Y: network.sample_losses(network.predict(A, B, X), Y))


# --- searching ---------------------------------------------------------------------------------


def _losses(candidates: Any, X: Array, Y: Array) -> list[float]:
    return [float(network.network_loss(A, B, X, Y)) for A, B in candidates]


def _last_fall(candidates: Any, X: Array, Y: Array) -> int:
    losses = _losses(candidates, X, Y)
    return max((i for i in range(1, len(losses)) if losses[i] < losses[i - 1]), default=0)


def _last_below_first(candidates: Any, X: Array, Y: Array) -> int:
    losses = _losses(candidates, X, Y)
    return max((i for i in range(1, len(losses)) if losses[i] < losses[0]), default=0)


def _first_below_first(candidates: Any, X: Array, Y: Array) -> int:
    losses = _losses(candidates, X, Y)
    return min((i for i in range(1, len(losses)) if losses[i] < losses[0]), default=0)


def _last_of_equals(candidates: Any, X: Array, Y: Array) -> int:
    losses = _losses(candidates, X, Y)
    return len(losses) - 1 - int(np.argmin(losses[::-1]))


_NOT_KEPT = (
    "It is not the lowest one: the search forgets how low it has already been.",
    "When something better is found, two things have to be remembered. Which?",
    "Updates the index and not the loss that it is compared with.",
)

mistake(
    BEST_GUESS,
    "highest-loss",
    "This candidate has the highest loss of all.",
    "Is a high loss good or bad? Look at the direction of your comparison.",
    "Thinks of a score, or turns the comparison round.",
)(lambda candidates, X, Y: int(np.argmax(_losses(candidates, X, Y))))

mistake(
    BEST_GUESS,
    "last-of-equals",
    "Of two candidates with the same lowest loss it takes the later one.",
    "What should your comparison say when two losses are equal?",
    "Writes <= for <.",
)(_last_of_equals)

mistake(
    BEST_GUESS,
    "counts-from-1",
    "It is the neighbour of the best one: one place further on.",
    "At which number do the places in a list start?",
    "Adds 1, or raises a counter before comparing.",
)(lambda candidates, X, Y: 1 + int(np.argmin(_losses(candidates, X, Y))))

mistake(
    BEST_GUESS,
    "returns-the-loss",
    "The lowest loss itself came back; the place of that candidate in the list is wanted.",
    "What did the docstring ask for: how low, or where?",
    "Returns what was compared.",
)(lambda candidates, X, Y: min(_losses(candidates, X, Y)))

mistake(
    BEST_GUESS,
    "returns-the-pair",
    "The best pair of weights itself came back; its place in the list is wanted.",
    "What did the docstring ask for: which weights, or where they stand?",
    "Returns what was looked for; also common with min and a key.",
)(lambda candidates, X, Y: candidates[int(np.argmin(_losses(candidates, X, Y)))])

mistake(
    BEST_GUESS,
    "first-candidate-left-out",
    "The candidate at place 0 is never chosen, even where it is the best.",
    "At which number does your loop start?",
    "Counts from 1.",
)(
    lambda candidates, X, Y: min(
        range(1, len(candidates)), key=_losses(candidates, X, Y).__getitem__, default=0
    )
)

mistake(
    BEST_GUESS,
    "last-candidate-left-out",
    "The last candidate is never chosen, even where it is the best.",
    "Where does your loop stop? range(n) already ends before n.",
    "Takes 1 off the end of a range a second time.",
)(
    lambda candidates, X, Y: min(
        range(len(candidates) - 1), key=_losses(candidates, X, Y).__getitem__, default=0
    )
)

mistake(BEST_GUESS, "compares-with-the-one-before-only", *_NOT_KEPT)(_last_fall)

mistake(BEST_GUESS, "compares-with-the-first-only", *_NOT_KEPT)(_last_below_first)

mistake(
    BEST_GUESS,
    "always-the-first",
    "It is always place 0, whichever candidate is best.",
    "Can any loss be below the number that yours is first compared with? And is there a return "
    "inside the loop?",
    "Starts the lowest loss at 0, or returns within the loop.",
)(lambda candidates, X, Y: 0)

mistake(
    BEST_GUESS,
    "always-the-last",
    "It is always the last candidate.",
    "What has to be remembered when something better is found, besides its place?",
    "Updates the index and not the loss that it is compared with.",
)(lambda candidates, X, Y: len(candidates) - 1)

mistake(
    BEST_GUESS,
    "stops-at-the-first-better-one",
    "It stops at the first candidate that is better than the one at place 0; a still better "
    "one comes later.",
    "Is there a return or a break inside the loop?",
    "Returns within the loop.",
)(_first_below_first)

mistake(
    BEST_GUESS,
    "activation-missing",
    "Another candidate was judged the best: its predictions were made by a linear network.",
    "Which of your functions gives the loss of a pair (A, B)?",
    "Writes the network anew and leaves tanh out.",
)(lambda candidates, X, Y: int(np.argmin([network.mean_loss(B @ A @ X, Y) for A, B in candidates])))


def _place(measure: _Measure) -> Callable[..., int]:
    """Return where in the list another measure of the error is lowest."""

    def formula(candidates: Any, X: Array, Y: Array) -> int:
        predictions = (network.predict(A, B, X) for A, B in candidates)
        return int(np.argmin([np.mean(measure(P, Y)) for P in predictions]))

    return formula


def _other_measure(code: str, why: str, who: str) -> Callable[[_Measure], _Measure]:
    """Return a decorator for what is lowest at another candidate than the loss is."""

    def decorate(formula: _Measure) -> _Measure:
        mistake(
            BEST_GUESS,
            code,
            f"Another candidate was judged the best, by another measure than the loss: {why}.",
            "Which of your functions gives the loss of a pair (A, B)?",
            who,
        )(_place(formula))
        return formula

    return decorate


_other_measure(
    "absolute-error",
    "the errors are not squared",
    "Writes the measure anew and takes absolute values.",
)(lambda P, Y: np.abs(P - Y))

_other_measure(
    "not-squared",
    "errors cancel, and the most negative ones win",
    "Forgets the square.",
)(lambda P, Y: P - Y)

_other_measure(
    "square-of-the-sum",
    "errors of different sign cancel",
    "Adds up before squaring.",
)(lambda P, Y: np.sum(P - Y) ** 2)

_other_measure(
    "first-sample-only",
    "only sample 0 counts",
    "Takes the first of the sample losses for the loss.",
)(lambda P, Y: network.sample_losses(P, Y)[0])

_other_measure(
    "last-sample-only",
    "only the last sample counts",
    "Keeps only the last value of a loop over the samples.",
)(lambda P, Y: network.sample_losses(P, Y)[-1])
