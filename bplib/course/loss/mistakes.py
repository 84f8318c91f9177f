"""01_loss: how people get the loss wrong."""

from collections.abc import Callable
from typing import Any

import numpy as np

from bplib import network
from bplib.course.exercise import Mistake

Array = network.Array


# --- measures of the error that are not the loss ----------------------------------------------
#
# Each is (name, measure of one sample, says, look, who); a measure maps (Y_hat, Y) to (N,).

_MEASURES: tuple[tuple[str, Callable[[Array, Array], Array], str, str, str], ...] = (
    (
        "not-squared",
        lambda P, Y: 0.5 * np.sum(P - Y, axis=0),
        "Errors cancel: a prediction that is too high by 1 and another that is too low by 1 "
        "together give a loss of 0, and your loss can even be negative.",
        "What happens to an error before it is added to the others?",
        "Forgets the exponent, or writes *2 for **2.",
    ),
    (
        "absolute-error",
        lambda P, Y: 0.5 * np.sum(np.abs(P - Y), axis=0),
        "An error twice as big gives only twice the loss; it should give four times as much.",
        "Which operation makes an error positive here, and which one does the definition use?",
        "Knows that the sign has to go and takes the first way that comes to mind.",
    ),
    (
        "square-of-the-sum",
        lambda P, Y: 0.5 * np.sum(P - Y, axis=0) ** 2,
        "Errors of one sample cancel: outputs that are wrong by +1 and −1 give a loss of 0.",
        "In which order do you square and add up?",
        "Puts the parenthesis around the sum.",
    ),
    (
        "root",
        lambda P, Y: 0.5 * np.linalg.norm(P - Y, axis=0),
        "This is a length, not its square: an error twice as big gives only twice the loss.",
        "‖ŷ − y‖² has a small 2 at its end. What does np.linalg.norm give, with it or without?",
        "Reads ‖·‖ as np.linalg.norm and overlooks the exponent.",
    ),
    (
        "difference-of-squares",
        lambda P, Y: 0.5 * (np.sum(P**2, axis=0) - np.sum(Y**2, axis=0)),
        "Your loss can be negative, and it is 0 for predictions of the right length that point "
        "the wrong way.",
        "What is squared: each of the two, or what lies between them?",
        "Squares each term of the difference.",
    ),
    (
        "sum-with-the-target",
        lambda P, Y: 0.5 * np.sum((P + Y) ** 2, axis=0),
        "A perfect prediction has a large loss, and the opposite of it has none.",
        "Look at the sign between prediction and target.",
        "A slip of the sign.",
    ),
    (
        "target-missing",
        lambda P, Y: 0.5 * np.sum(P**2, axis=0),
        "Your loss does not depend on the targets: it only says how large the predictions are.",
        "Where does Y come in?",
        "Squares the prediction instead of the error.",
    ),
    (
        "first-output-only",
        lambda P, Y: 0.5 * (P[0] - Y[0]) ** 2,
        "Only row 0 counts: the other outputs may be as wrong as they like.",
        "How many outputs does a sample have, and does each of them come in?",
        "Wrote the code for one output.",
    ),
    (
        "last-output-only",
        lambda P, Y: 0.5 * (P[-1] - Y[-1]) ** 2,
        "Only the last output counts: the ones before it may be as wrong as they like.",
        "Does your loop add to what it has, or replace it?",
        "Writes = for += in a loop over the outputs.",
    ),
    (
        "mean-over-outputs",
        lambda P, Y: 0.5 * np.mean((P - Y) ** 2, axis=0),
        "An average over the outputs: a network with ten outputs, each wrong by 1, gets the same "
        "loss from you as one with a single output wrong by 1.",
        "Samples are averaged. What is done with the outputs of one sample?",
        "Uses np.mean where np.sum belongs.",
    ),
    (
        "whole-numbers",
        lambda P, Y: np.floor(0.5 * np.sum((P - Y) ** 2, axis=0)),
        "Your losses are whole numbers: what stands behind the decimal point is lost.",
        "Is there a // or an int where fractions matter?",
        "Writes // for /, or stores the result in an array of integers.",
    ),
)

# Those that still make sense as the loss of all samples, with words that fit one number.
_MEAN_OF_MEASURES = tuple(
    Mistake(name, lambda P, Y, measure=measure: float(np.mean(measure(P, Y))), says, look, who)
    for name, measure, says, look, who in _MEASURES
    if name != "whole-numbers"
)

_SAMPLE_LOSSES = (
    *(Mistake(*measure) for measure in _MEASURES),
    Mistake(
        "sum-over-the-samples",
        lambda P, Y: 0.5 * np.sum((P - Y) ** 2, axis=1),
        "There is one number for every output here; one for every sample is wanted.",
        "Which axis counts the samples? Over the other one you add up.",
        "Takes the wrong axis.",
    ),
    Mistake(
        "outputs-not-summed",
        lambda P, Y: 0.5 * (P - Y) ** 2,
        "Every single output still has a number of its own; a sample has one loss.",
        "What does ‖·‖² do with the entries of a column?",
        "Leaves out the sum.",
    ),
    Mistake(
        "summed-axis-kept",
        lambda P, Y: network.sample_losses(P, Y)[np.newaxis],
        "The losses themselves are right, but they come as a matrix with a single row.",
        "Which axis should have vanished, and what keeps it?",
        "Writes keepdims=True, or leaves a slice such as Y[:1].",
    ),
    Mistake(
        "first-sample-only",
        lambda P, Y: float(network.sample_losses(P, Y)[0]),
        "A single number came back: the loss of sample 0, and of no other.",
        "Is there a return inside a loop?",
        "Returns within the loop.",
    ),
    Mistake(
        "last-sample-only",
        lambda P, Y: float(network.sample_losses(P, Y)[-1]),
        "A single number came back: the loss of the last sample, and of no other.",
        "Does your loop collect what it computes, or replace it?",
        "Assigns to a plain variable in the loop.",
    ),
    Mistake(
        "total-not-reset",
        lambda P, Y: np.cumsum(network.sample_losses(P, Y)),
        "Every sample's loss contains those of all samples before it.",
        "Where in the loop does the total start from 0 again?",
        "Sets the total to 0 before the outer loop instead of inside it.",
    ),
    Mistake(
        "first-sample-left-out",
        lambda P, Y: network.sample_losses(P, Y) * (np.arange(P.shape[1]) > 0),
        "Sample 0 has no loss; all the others are right.",
        "At which number does Python start to count?",
        "Counts from 1.",
    ),
    Mistake(
        "last-sample-left-out",
        lambda P, Y: network.sample_losses(P, Y) * (np.arange(P.shape[1]) < P.shape[1] - 1),
        "The last sample has no loss; all the others are right.",
        "Where does your loop stop? range(N) already ends before N.",
        "Takes 1 off the end of a range a second time.",
    ),
    Mistake(
        "every-prediction-against-every-target",
        lambda P, Y: 0.5 * np.sum((P[:, :, None] - Y[:, None, :]) ** 2, axis=(0, 2)),
        "Every prediction is compared with the targets of all samples, not only with its own.",
        "Print the shape of the difference: does it still have one column a sample?",
        "Two nested loops over the samples, or (N, 1) minus (N,).",
    ),
)


def _half_mean_square(errors: Array) -> float:
    return 0.5 * float(np.mean(errors**2))


_MEAN_LOSS = (
    Mistake(
        "mean-missing",
        lambda P, Y: float(np.sum(network.sample_losses(P, Y))),
        "Your loss grows with the number of samples: give every sample twice, and it doubles, "
        "though the predictions are no worse.",
        "What makes an average of a sum?",
        "Adds up and stops there.",
    ),
    Mistake(
        "half-missing",
        lambda P, Y: 2 * float(network.mean_loss(P, Y)),
        "Your loss is exactly twice as large as it should be.",
        "Compare the factor in front of the sum with the definition.",
        "Knows the mean squared error from elsewhere, without the ½.",
    ),
    Mistake(
        "half-twice",
        lambda P, Y: 0.5 * float(network.mean_loss(P, Y)),
        "Your loss is exactly half as large as it should be.",
        "Where does the ½ come in, and does it come in once only?",
        "Calls sample_losses, and halves once more.",
    ),
    Mistake(
        "mean-over-every-entry",
        lambda P, Y: float(np.mean((P - Y) ** 2)),
        "It averages over all entries of the array and lacks the ½: with more outputs, the same "
        "error in each of them costs no more.",
        "By which number do you divide: by that of the samples, or of the entries?",
        "Writes np.mean of the squares, the mean squared error of most libraries.",
    ),
    Mistake(
        "divides-by-rows",
        lambda P, Y: float(np.sum(network.sample_losses(P, Y))) / P.shape[0],
        "It divides by the number of outputs: give every sample twice, and your loss doubles.",
        "len of a two-dimensional array counts its rows. What are the samples?",
        "Divides by len(Y), used to samples in rows.",
    ),
    Mistake(
        "errors-averaged-before-squaring",
        lambda P, Y: 0.5 * float(np.sum(np.mean(P - Y, axis=1) ** 2)),
        "Samples cancel: one that is too high and one that is too low give a loss of 0.",
        "In which order do you square and average?",
        "Averages the errors, as one would for a bias.",
    ),
    Mistake(
        "errors-averaged-before-squaring",
        lambda P, Y: 0.5 * float(np.mean(P - Y)) ** 2,
        "Errors cancel: one that is too high and one that is too low give a loss of 0.",
        "In which order do you square and average?",
        "Averages the errors of all entries, then squares one number.",
    ),
    Mistake(
        "root",
        lambda P, Y: float(np.sqrt(network.mean_loss(P, Y))),
        "A root has been taken: errors twice as big give only twice the loss.",
        "Is there a root in the definition?",
        "Has the root of the mean squared error in mind.",
    ),
    Mistake(
        "root",
        lambda P, Y: float(np.sqrt(np.mean((P - Y) ** 2))),
        "A root has been taken: errors twice as big give only twice the loss.",
        "Is there a root in the definition, and by which number does it divide?",
        "Writes the RMSE of other courses.",
    ),
    Mistake(
        "root",
        lambda P, Y: 0.5 * float(np.linalg.norm(P - Y)) / P.shape[1],
        "This is a length, not its square: errors twice as big give only twice the loss.",
        "What does np.linalg.norm give, the square or its root?",
        "Reads ‖·‖ as np.linalg.norm and overlooks the exponent.",
    ),
    Mistake(
        "first-sample-only",
        lambda P, Y: float(network.sample_losses(P, Y)[0]),
        "Only sample 0 counts: shuffle the samples, and your loss is another one.",
        "Is there a return inside a loop?",
        "Returns within the loop.",
    ),
    Mistake(
        "last-sample-only",
        lambda P, Y: float(network.sample_losses(P, Y)[-1]),
        "Only the last sample counts: shuffle the samples, and your loss is another one.",
        "Does your loop add to what it has, or replace it?",
        "Writes = for += in the loop.",
    ),
    Mistake(
        "first-sample-left-out",
        lambda P, Y: float(np.sum(network.sample_losses(P, Y)[1:])) / P.shape[1],
        "Sample 0 does not come in.",
        "At which number does Python start to count?",
        "Counts from 1.",
    ),
    Mistake(
        "last-sample-left-out",
        lambda P, Y: float(np.sum(network.sample_losses(P, Y)[:-1])) / P.shape[1],
        "The last sample does not come in.",
        "Where does your loop stop? range(N) already ends before N.",
        "Takes 1 off the end of a range a second time.",
    ),
    Mistake(
        "worst-sample",
        lambda P, Y: float(np.max(network.sample_losses(P, Y))),
        "This is the loss of the worst sample: the others may improve, and nothing changes.",
        "How do you make one number of many so that each of them counts?",
        "Takes the loss for the largest error.",
    ),
    Mistake(
        "every-prediction-against-every-target",
        lambda P, Y: float(np.sum((P.reshape(-1, 1) - Y.ravel()) ** 2)) / (2 * Y.size * Y.shape[1]),
        "Every prediction is compared with every target: even perfect predictions have a loss.",
        "Print the shape of the difference. What does NumPy make of (N, 1) minus (N,)?",
        "Flattens one array and makes a column of the other.",
    ),
    Mistake(
        "whole-numbers",
        lambda P, Y: float(np.floor(network.mean_loss(P, Y))),
        "Your loss is a whole number: what stands behind the decimal point is lost.",
        "Is there a // or an int where fractions matter?",
        "Writes // for /, or int around the result.",
    ),
    *_MEAN_OF_MEASURES,
)


# --- predictions that are not the network's ---------------------------------------------------

_NETWORKS: tuple[tuple[str, Callable[[Array, Array, Array], Array], str, str, str], ...] = (
    (
        "activation-missing",
        lambda A, B, X: B @ (A @ X),
        "Your network is linear: twice the input gives exactly twice the prediction.",
        "What happens to Z before it reaches B?",
        "Reads the diagram as two matrix products.",
    ),
    (
        "activation-on-output",
        lambda A, B, X: np.tanh(B @ np.tanh(A @ X)),
        "No prediction of yours ever leaves the interval from -1 to 1.",
        "Which layer has an activation, and which is linear?",
        "Treats every layer alike.",
    ),
    (
        "activation-on-the-output-only",
        lambda A, B, X: np.tanh(B @ (A @ X)),
        "No prediction of yours ever leaves the interval from -1 to 1, and before that "
        "everything is linear.",
        "Where does tanh stand in the picture with X, Z, H and Y_hat?",
        "Puts the activation at the end.",
    ),
    (
        "activation-on-the-inputs",
        lambda A, B, X: B @ (A @ np.tanh(X)),
        "The inputs are squashed before any weight has touched them.",
        "To which of X, Z and Y_hat does the activation belong?",
        "Applies the activation one step too early.",
    ),
    (
        "activation-on-the-weights",
        lambda A, B, X: B @ (np.tanh(A) @ X),
        "For fixed weights your network is linear: twice the input gives twice the prediction.",
        "Look at the parentheses: what exactly stands inside the activation?",
        "Closes the parenthesis one factor too early.",
    ),
    (
        "sigmoid-for-tanh",
        lambda A, B, X: B @ network.sigmoid(A @ X),
        "No hidden activation of yours is negative, not even where z is.",
        "Which activation does this course use, and what is its value at 0?",
        "Uses the activation known from elsewhere.",
    ),
    (
        "relu-for-tanh",
        lambda A, B, X: B @ network.relu(A @ X),
        "Hidden activations of yours are 0 where z is negative, and grow without a bound where "
        "it is positive.",
        "Which activation does this course use, and between which values does it stay?",
        "Uses the activation known from elsewhere.",
    ),
    (
        "tan-for-tanh",
        lambda A, B, X: B @ np.tan(A @ X),
        "Some hidden activations of yours are far outside the interval from -1 to 1.",
        "Read the name of the activation letter by letter.",
        "A slip of the pen: tan is the tangent, not the hyperbolic one.",
    ),
    (
        "biases-missing",
        lambda A, B, X: B @ np.tanh(A[:, :-1] @ X[:-1]),
        "The last row of X, the ones, does not reach the hidden layer: no unit has a bias.",
        "Does all of X go in?",
        "Takes the row of ones for something that is not data and cuts it off.",
    ),
)


# --- searching ---------------------------------------------------------------------------------


def _losses(candidates: Any, X: Array, Y: Array) -> list[float]:
    return [float(network.network_loss(A, B, X, Y)) for A, B in candidates]


def _place(measure: Callable[[Array, Array], Any]) -> Callable[..., int]:
    """Return where in the list another measure of the error is lowest."""

    def formula(candidates: Any, X: Array, Y: Array) -> int:
        predictions = (network.predict(A, B, X) for A, B in candidates)
        return int(np.argmin([np.mean(measure(P, Y)) for P in predictions]))

    return formula


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

_BEST_GUESS = (
    Mistake(
        "highest-loss",
        lambda candidates, X, Y: int(np.argmax(_losses(candidates, X, Y))),
        "This candidate has the highest loss of all.",
        "Is a high loss good or bad? Look at the direction of your comparison.",
        "Thinks of a score, or turns the comparison round.",
    ),
    Mistake(
        "last-of-equals",
        _last_of_equals,
        "Of two candidates with the same lowest loss it takes the later one.",
        "What should your comparison say when two losses are equal?",
        "Writes <= for <.",
    ),
    Mistake(
        "counts-from-1",
        lambda candidates, X, Y: 1 + int(np.argmin(_losses(candidates, X, Y))),
        "It is the neighbour of the best one: one place further on.",
        "At which number do the places in a list start?",
        "Adds 1, or raises a counter before comparing.",
    ),
    Mistake(
        "returns-the-loss",
        lambda candidates, X, Y: min(_losses(candidates, X, Y)),
        "The lowest loss itself came back; the place of that candidate in the list is wanted.",
        "What did the docstring ask for: how low, or where?",
        "Returns what was compared.",
    ),
    Mistake(
        "returns-the-pair",
        lambda candidates, X, Y: candidates[int(np.argmin(_losses(candidates, X, Y)))],
        "The best pair of weights itself came back; its place in the list is wanted.",
        "What did the docstring ask for: which weights, or where they stand?",
        "Returns what was looked for; also common with min and a key.",
    ),
    Mistake(
        "first-candidate-left-out",
        lambda candidates, X, Y: 1 + int(np.argmin(_losses(candidates[1:], X, Y))),
        "The candidate at place 0 is never chosen, even where it is the best.",
        "At which number does your loop start?",
        "Counts from 1.",
    ),
    Mistake(
        "last-candidate-left-out",
        lambda candidates, X, Y: int(np.argmin(_losses(candidates[:-1], X, Y))),
        "The last candidate is never chosen, even where it is the best.",
        "Where does your loop stop? range(n) already ends before n.",
        "Takes 1 off the end of a range a second time.",
    ),
    Mistake("compares-with-the-one-before-only", _last_fall, *_NOT_KEPT),
    Mistake("compares-with-the-first-only", _last_below_first, *_NOT_KEPT),
    Mistake(
        "always-the-first",
        lambda candidates, X, Y: 0,
        "It is always place 0, whichever candidate is best.",
        "Can any loss be below the number that yours is first compared with? And is there a return "
        "inside the loop?",
        "Starts the lowest loss at 0, or returns within the loop.",
    ),
    Mistake(
        "always-the-last",
        lambda candidates, X, Y: len(candidates) - 1,
        "It is always the last candidate.",
        "What has to be remembered when something better is found, besides its place?",
        "Updates the index and not the loss that it is compared with.",
    ),
    Mistake(
        "stops-at-the-first-better-one",
        _first_below_first,
        "It stops at the first candidate that is better than the one at place 0; a still better "
        "one comes later.",
        "Is there a return or a break inside the loop?",
        "Returns within the loop.",
    ),
    Mistake(
        "activation-missing",
        lambda candidates, X, Y: int(
            np.argmin([network.mean_loss(B @ A @ X, Y) for A, B in candidates])
        ),
        "Another candidate was judged the best: its predictions were made by a linear network.",
        "Which of your functions gives the loss of a pair (A, B)?",
        "Writes the network anew and leaves tanh out.",
    ),
    *(
        Mistake(
            name,
            _place(measure),
            f"Another candidate was judged the best, by another measure than the loss: {why}.",
            "Which of your functions gives the loss of a pair (A, B)?",
            who,
        )
        for name, measure, why, who in (
            (
                "absolute-error",
                lambda P, Y: np.abs(P - Y),
                "the errors are not squared",
                "Writes the measure anew and takes absolute values.",
            ),
            (
                "not-squared",
                lambda P, Y: P - Y,
                "errors cancel, and the most negative ones win",
                "Forgets the square.",
            ),
            (
                "square-of-the-sum",
                lambda P, Y: np.sum(P - Y) ** 2,
                "errors of different sign cancel",
                "Adds up before squaring.",
            ),
            (
                "first-sample-only",
                lambda P, Y: network.sample_losses(P, Y)[0],
                "only sample 0 counts",
                "Takes the first of the sample losses for the loss.",
            ),
            (
                "last-sample-only",
                lambda P, Y: network.sample_losses(P, Y)[-1],
                "only the last sample counts",
                "Keeps only the last value of a loop over the samples.",
            ),
        )
    ),
)


MISTAKES = {
    "count_samples": (
        Mistake(
            "counts-the-rows",
            lambda X: X.shape[0],
            "This is the number of rows: how many numbers one sample has.",
            "Samples are columns. Which entry of X.shape counts those?",
            "Used to data with samples in rows; len(X) does the same.",
        ),
    ),
    "predict": (
        *(Mistake(*each) for each in _NETWORKS),
        Mistake(
            "returns-the-hidden-layer",
            lambda A, B, X: np.tanh(A @ X),
            "One row for every hidden unit came back: the data stopped after the hidden layer.",
            "Which weights have not been used yet?",
            "Stops half-way, or returns the wrong variable.",
        ),
        Mistake(
            "returns-the-pre-activations",
            lambda A, B, X: A @ X,
            "What came back are the hidden pre-activations, one row for every hidden unit.",
            "Which two steps of the picture with X, Z, H and Y_hat are still to come?",
            "Returns after the first step, or the wrong variable.",
        ),
        Mistake(
            "returns-classes",
            lambda A, B, X: np.argmax(network.predict(A, B, X), axis=0),
            "The place of the largest output came back; the outputs themselves are wanted.",
            "A loss needs the numbers before any decision is taken.",
            "Thinks of a classifier.",
        ),
    ),
    "sample_losses": _SAMPLE_LOSSES,
    "mean_loss": _MEAN_LOSS,
    "network_loss": (
        *(
            Mistake(
                name,
                lambda A, B, X, Y, of=of: float(network.mean_loss(of(A, B, X), Y)),
                f"In the predictions: {says[0].lower()}{says[1:]}",
                f"{look} Or call your predict.",
                who,
            )
            for name, of, says, look, who in _NETWORKS
        ),
        *(
            Mistake(
                mistake.name,
                lambda A, B, X, Y, of=mistake.formula: of(network.predict(A, B, X), Y),
                mistake.says,
                f"{mistake.look} Or call your mean_loss.",
                mistake.who,
            )
            for mistake in _MEAN_LOSS
        ),
        Mistake(
            "returns-the-predictions",
            lambda A, B, X, Y: network.predict(A, B, X),
            "The predictions came back; one number that says how wrong they are is wanted.",
            "What is done with the predictions and the targets?",
            "Stops half-way.",
        ),
        Mistake(
            "returns-the-sample-losses",
            lambda A, B, X, Y: network.sample_losses(network.predict(A, B, X), Y),
            "One loss for every sample came back; one number for all of them is wanted.",
            "Which of your two loss functions gives a single number?",
            "Calls sample_losses where mean_loss belongs.",
        ),
    ),
    "best_guess": _BEST_GUESS,
}
