"""07_deeper_networks: how people get the layers, the way back and the counting wrong.

What goes wrong between two layers was written down for notebook 5. Here it goes wrong in every
turn of the loop, and travels on; new are the mistakes of the loop itself: the wrong layer's
weights, the wrong layer's slope, a layer left out, the list in reverse.
"""

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any

import numpy as np

from bplib.course.deeper_networks.exercises import (
    BACKPROP_MULTIPLICATIONS,
    DELTAS,
    FORWARD,
    GRADIENTS,
    RECOMPUTED_MULTIPLICATIONS,
    SCALED_WEIGHTS,
)
from bplib.course.delta_a.exercises import DELTA_A, GRADIENT_A
from bplib.course.exercise import Exercise
from bplib.course.mistakes import Formula, known, mistake, traces
from bplib.course.steps import (
    entry,
    output_error,
    same,
    trace_gradient,
    trace_hidden_error,
    trace_output_error,
)
from bplib.finding import Finding
from bplib.network import Array, identity, layers, relu, sigmoid, tanh

_Row = Callable[[Formula], Formula]
_Arrays = Sequence[Array]


def _at(exercise: Exercise, i: int, found: Finding) -> Finding:
    """Return a finding about one entry of a list, with the words which one it is."""
    name = exercise.returns[0].entry(i)
    return Finding(
        found.code, f"{name} is the first that goes wrong. {found.says}", found.look, found.evidence
    )


_HERE = {
    "weight of B": "weight",
    "through B is not to undo B": "through weights is not to undo them",
    "the gradient of B": "the gradient of the weights behind it",
    "the first output's error": "the error of the first unit behind it",
    "the last output's error": "the error of the last unit behind it",
    "If an output hardly listens": "If a unit behind it hardly listens",
    "the errors at the outputs have": "the errors behind have",
    "Twice the error at the outputs": "Twice the error behind",
    "of X, those": "of its layer's input, those",
    "row of X": "row of a layer's input",
    "X[0] is a row: one input in all samples": "Row 0 is one input in all samples",
    "A is used": "W is used",
    "of delta": "of Δ",
    "in delta": "in Δ",
    "on delta": "on Δ",
}
"""What the rows of notebook 5 say of its two layers, and what that is here."""


def _here(text: str) -> str:
    for there, here in _HERE.items():
        text = text.replace(there, here)
    return text


# --- forward ----------------------------------------------------------------------------------


@traces(FORWARD)
def _trace_forward(arguments: tuple[Any, ...], result: Any) -> Finding | None:
    """Say at which layer the forward pass leaves the way."""
    weights, X = arguments
    for i, (mine, right) in enumerate(zip(result, layers(weights, X), strict=True)):
        if not same(mine, right):
            step = Finding(
                "step-a-layer",
                "What it is made from is right.",
                "Which weights belong to this layer, what enters it, and has it an activation?",
                entry(mine, right, "you have", "unit", "sample"),
            )
            return _at(FORWARD, i, step)
    return None


def _forward(code: str, says: str, look: str, who: str) -> _Row:
    return mistake(FORWARD, code, says, look, who)


_forward(
    "activation-on-output",
    "No prediction of yours ever leaves the interval from −1 to 1, so no target outside it can "
    "be met: the last layer has an activation.",
    "Which of the layers is linear, and where does your loop end?",
    "Treats every layer alike.",
)(lambda weights, X: layers(weights, X, output=tanh))
_forward(
    "activation-missing",
    "Your network is linear, however deep it is: twice the input gives twice the prediction.",
    "What happens to a hidden layer's weighted sums before the next layer gets them?",
    "Multiplies the matrices, and forgets tanh.",
)(lambda weights, X: layers(weights, X, identity))
_forward(
    "sigmoid-for-tanh",
    "None of your hidden activations is negative.",
    "Which activation does this course's hidden layer have?",
    "Brings the network of another course along.",
)(lambda weights, X: layers(weights, X, sigmoid))
_forward(
    "relu-for-tanh",
    "None of your hidden activations is negative, and some are larger than 1.",
    "Which activation does this course's hidden layer have?",
    "Brings the network of another course along.",
)(lambda weights, X: layers(weights, X, relu))
_forward(
    "tanh-twice",
    "Your hidden activations never reach 0.77, not even where a unit is saturated: they went "
    "through tanh twice.",
    "Where is tanh applied: when a layer's output is kept, and again when the next one takes it?",
    "Applies it to what is kept and to what is handed on.",
)(lambda weights, X: layers(weights, X, lambda Z: np.tanh(np.tanh(Z))))


def _activations_kept(weights: _Arrays, X: Array) -> tuple[list[Array], list[Array]]:
    """Return the pre-activations and the activations of every layer, the inputs left out."""
    kept = layers(weights, X)
    return [W @ H for W, H in zip(weights, kept, strict=False)], kept[1:]


_forward(
    "returns-the-pre-activations",
    "Your predictions are right, but what you keep of the hidden layers goes beyond −1 and 1: it "
    "is what enters tanh, not what comes out.",
    "Which of the two does the next layer get, and which does your list get?",
    "Keeps Z, which is computed first.",
)(lambda weights, X: [X, *_activations_kept(weights, X)[0]])
_forward(
    "inputs-missing",
    "The list has an entry for every layer and none for the inputs.",
    "What enters layer 1? The backward pass will ask for it.",
    "Begins with an empty list.",
)(lambda weights, X: _activations_kept(weights, X)[1])
_forward(
    "last-layer-missing",
    "The list ends with the last hidden layer: there are no predictions in it.",
    "How many weight matrices has your loop used?",
    "Stops the loop before the linear layer, and forgets that one.",
)(lambda weights, X: layers(weights, X)[:-1])
_forward(
    "list-in-reverse",
    "The list is right, and in reverse order: it begins with the predictions.",
    "Where does append put something, and where does insert(0, …)?",
    "Puts every new layer in front.",
)(lambda weights, X: layers(weights, X)[::-1])
_forward(
    "weights-in-reverse",
    "The last weight matrix comes first in yours. Where layers differ in width, it does not fit.",
    "Which entry of weights meets X?",
    "Reads W_L ⋯ W_1 X from left to right.",
)(lambda weights, X: layers(weights[::-1], X))
_forward(
    "first-weights-in-every-layer",
    "Every layer has the weights of the first. Where layers differ in width, these do not fit.",
    "What changes from turn to turn of your loop?",
    "An index that stays at 0.",
)(lambda weights, X: layers([weights[0]] * len(weights), X))
_forward(
    "first-layer-missing",
    "The first weight matrix is never used: X meets that of layer 2. Where layers differ in "
    "width, it does not fit.",
    "weights[0] is W_1: where does your loop begin?",
    "Counts the layers from 1 and the list from 0.",
)(lambda weights, X: layers(weights[1:], X))
_from_X = _forward(
    "inputs-to-every-layer",
    "Every hidden layer gets X, and none hears of the one before it.",
    "What enters layer 2?",
    "Keeps using X inside the loop.",
)
_from_X(lambda weights, X: [X, *(np.tanh(W @ X) for W in weights[:-1]), weights[-1] @ X])
_from_X(
    lambda weights, X: [
        *(X, *(np.tanh(W @ X) for W in weights[:-1])),
        weights[-1] @ np.tanh(weights[-2] @ X),
    ]
)
_forward(
    "transposed-weights",
    "Each weight matrix is transposed. Where layers differ in width, it does not fit.",
    "Rows of W are units of its layer. Over which of its axes is summed on the way forward?",
    "Brings the layout of another course along.",
)(lambda weights, X: layers([W.T for W in weights], X))
_forward(
    "activation-on-the-inputs",
    "The inputs are squashed before any weight has touched them.",
    "Which layer do the inputs come out of?",
    "Applies tanh to whatever enters a layer, X among it.",
)(lambda weights, X: [X, *layers(weights, np.tanh(X))[1:]])


def _one_linear_layer(which: int) -> Formula:
    """Return the forward pass in which one hidden layer has no activation."""

    def formula(weights: _Arrays, X: Array) -> list[Array]:
        kept = [X]
        for i, W in enumerate(weights):
            linear = i in (which % len(weights), len(weights) - 1)
            kept.append((identity if linear else tanh)(W @ kept[-1]))
        return kept

    return formula


_linear = _forward(
    "one-hidden-layer-linear",
    "One hidden layer of yours has no activation: entries of it lie beyond −1 and 1.",
    "Where does your loop end, and which layers does it leave for later?",
    "Off by one in range, or slices off one layer too many.",
)
_linear(_one_linear_layer(-2))
_linear(_one_linear_layer(0))
_forward(
    "activation-in-the-first-layer-only",
    "Behind the first layer your network is linear.",
    "Which layers are hidden ones?",
    "Two lines for two layers, and the second one repeated.",
)(lambda weights, X: [X, *layers(weights[1:], np.tanh(weights[0] @ X), identity)])

# --- deltas -----------------------------------------------------------------------------------


def _output_error(Y_hat: Array, Y: Array) -> Array:
    return (Y_hat - Y) / Y.shape[1]


def _slope_from(H: Array) -> Array:
    return 1 - H**2


_Step = Callable[[int, Array, _Arrays, _Arrays], Array]


def _step(i: int, later: Array, weights: _Arrays, activations: _Arrays) -> Array:
    """Return Δ of layer i, the inputs counted as layer 0, from that of the layer behind it."""
    return (weights[i].T @ later) * _slope_from(activations[i])


def _back(step: _Step = _step, output: Formula = _output_error) -> Formula:
    """Return the way back through all layers, with something wrong in its start or its turns."""

    def formula(weights: _Arrays, activations: _Arrays, Y: Array) -> list[Array]:
        deltas = [output(activations[-1], Y)]
        for i in range(len(weights) - 1, 0, -1):
            deltas.insert(0, step(i, deltas[0], weights, activations))
        return deltas

    return formula


_right = _back()


@traces(DELTAS)
def _trace_deltas(arguments: tuple[Any, ...], result: Any) -> Finding | None:
    """Follow the errors from the last layer on, and say of the first that is off why it is."""
    weights, activations, Y = arguments
    last = len(weights) - 1
    if off := trace_output_error(activations[-1], Y, result[-1]):
        return _at(DELTAS, last, off)
    rights = [output_error(activations[-1], Y)]
    for i in range(last, 0, -1):
        Z = weights[i - 1] @ activations[i - 1]
        right = DELTA_A.truth(rights[0], weights[i], Z)
        if not same(result[i - 1], right):
            off = trace_hidden_error(rights[0], weights[i], Z, result[i - 1])
            return _at(DELTAS, i - 1, off) if off else None
        rights.insert(0, right)
    return None


def _deltas(code: str, says: str, look: str, who: str) -> _Row:
    return mistake(DELTAS, code, says, look, who)


def _in_every_turn(delta: Formula) -> Formula:
    """Return the way back with a wrong Δ_A, of (Δ_B, B, Z), in each of its turns."""

    def step(i: int, later: Array, weights: _Arrays, activations: _Arrays) -> Array:
        return delta(later, weights[i], weights[i - 1] @ activations[i - 1])

    return _back(step)


for _row in known(DELTA_A):
    for _formula in _row.formulas:
        _deltas(_row.code, _here(_row.says), _here(_row.look), _row.who)(_in_every_turn(_formula))

_deltas(
    "the-layers-own-weights",
    "The error is sent back through the weights that lead into the layer it should arrive at: it "
    "went too far. Where layers differ in width, they do not fit.",
    "Layer l speaks to layer l + 1. Through which weight matrix?",
    "W_l for W_(l+1): the index of the layer for that of the weights behind it.",
)(_back(lambda i, later, W, H: (W[i - 1].T @ later) * _slope_from(H[i])))
_deltas(
    "transpose-missing",
    "The error goes through the weights in the forward direction. Where layers differ in width, "
    "they do not fit.",
    "Forward, a unit sums over the arrows that enter it. Over which does it sum on the way back?",
    "Forgets the transposition; with equal widths no shape complains.",
)(_back(lambda i, later, W, H: (W[i] @ later) * _slope_from(H[i])))
_wrong_layer = _deltas(
    "slope-of-the-wrong-layer",
    "The error is scaled by the slope of another layer's activation. Where layers differ in "
    "width, it does not fit.",
    "Of which layer's z is this Δ the derivative? The slope is that of its own tanh.",
    "An index that is one too large or too small.",
)
_wrong_layer(_back(lambda i, later, W, H: (W[i].T @ later) * _slope_from(H[i + 1])))
_wrong_layer(_back(lambda i, later, W, H: (W[i].T @ later) * _slope_from(H[i - 1])))
_deltas(
    "slope-before-the-weights",
    "The slope is taken before the error goes back through the weights, so it is that of the layer "
    "behind.",
    "On the way back, what comes first: the weights between two layers, or the tanh of the one "
    "in front?",
    "The two steps in the order of the forward pass.",
)(_back(lambda i, later, W, H: W[i].T @ (later * _slope_from(H[i + 1]))))


def _always_the_output_error(weights: _Arrays, activations: _Arrays, Y: Array) -> list[Array]:
    last = _output_error(activations[-1], Y)
    hidden = range(1, len(weights))
    return [*(_step(i, last, weights, activations) for i in hidden), last]


_deltas(
    "the-output-error-in-every-layer",
    "Every layer is sent the error of the output. Where layers differ in width, it does not fit.",
    "From which layer does the error come that arrives at layer 1?",
    "A loop in which the error term never changes.",
)(_always_the_output_error)


def _from_the_next_but_one(weights: _Arrays, activations: _Arrays, Y: Array) -> list[Array]:
    """Let each error jump over a layer: from the start of the list instead of its front."""
    deltas = _right(weights, activations, Y)
    skipped = [
        _step(i, deltas[min(i + 1, len(deltas) - 1)], weights, activations)
        for i in range(1, len(weights))
    ]
    return [*skipped, deltas[-1]]


_deltas(
    "a-layer-skipped",
    "From the second turn on the error comes from the layer after the next: one layer has been "
    "jumped over. Where layers differ in width, it does not fit.",
    "Which error term was found last, and where in your list does it stand?",
    "Takes an index into a list that grows at its front.",
)(_from_the_next_but_one)
_deltas(
    "list-in-reverse",
    "The error terms are right, and in reverse order: the list begins with that of the output.",
    "In which order do they become known, and in which does the docstring ask for them?",
    "append, and no reversal.",
)(lambda weights, activations, Y: _right(weights, activations, Y)[::-1])
_deltas(
    "last-layer-missing",
    "The error term of the output, with which everything starts, is not in the list.",
    "How many layers have weights, and how many entries has your list?",
    "Keeps it in a variable, and collects only what the loop makes.",
)(lambda weights, activations, Y: _right(weights, activations, Y)[:-1])
_deltas(
    "first-layer-missing",
    "Layer 1 has no error term in your list.",
    "Which is the last turn of your loop? Is that layer 1?",
    "range(L − 1, 1, −1): its end is not reached.",
)(lambda weights, activations, Y: _right(weights, activations, Y)[1:])
_deltas(
    "an-error-for-the-inputs",
    "There is one entry too many, for the inputs: no weights lead into them, so nobody needs it.",
    "Which is the last layer that has weights of its own?",
    "Goes down to 0.",
)(
    lambda weights, activations, Y: [
        _step(0, _right(weights, activations, Y)[0], weights, activations),
        *_right(weights, activations, Y),
    ]
)
_deltas(
    "returns-the-gradients",
    "These are the gradients of the weights; asked for are the error terms they are made of.",
    "An error term has a column for every sample.",
    "Goes one step too far.",
)(lambda weights, activations, Y: _collected(activations, _right(weights, activations, Y)))


def _without_slope(weights: _Arrays, activations: _Arrays, Y: Array) -> list[Array]:
    """Return the errors at the activations; on the way on they are scaled all the same."""
    deltas = _right(weights, activations, Y)
    return [*(W.T @ D for W, D in zip(weights[1:], deltas[1:], strict=True)), deltas[-1]]


_deltas(
    "slope-missing-in-what-is-kept",
    "The errors travel on rightly, but what you keep of each layer is its error at H, not yet at "
    "Z.",
    "Which of the two is Δ, and when does your list get it?",
    "Puts it into the list before the slope.",
)(_without_slope)
_deltas(
    "mean-missing",
    "Every entry is N times too large: put further samples beside these, and each prediction "
    "should matter less to the mean; in yours it matters as before.",
    "The loss is a mean over the samples. Where is it divided by their number?",
    "Derivative of the sum.",
)(_back(output=lambda Y_hat, Y: Y_hat - Y))
_deltas(
    "mean-over-outputs",
    "Every entry is n_out times too small: yours belongs to a loss that is also averaged over the "
    "outputs.",
    "The loss is a mean over samples. Is it one over the outputs too?",
    "Divides by Y.size.",
)(_back(output=lambda Y_hat, Y: (Y_hat - Y) / Y.size))
_deltas(
    "mean-at-every-layer",
    "The error is divided by N in every layer: at layer 1 it is Nᴸ⁻¹ times too small.",
    "Δ of the output contains 1/N already. Does it get lost on the way?",
    "1/N inside the loop.",
)(_back(lambda i, later, W, H: _step(i, later, W, H) / later.shape[1]))
_deltas(
    "slope-missing-at-the-first-layer",
    "Every error but that of layer 1 is right; there the error has not passed tanh.",
    "Layer 1 is a hidden layer like the others: does your last turn do all that the others do?",
    "Treats the layer after the inputs as linear, like the last.",
)(_back(lambda i, later, W, H: W[i].T @ later if i == 1 else _step(i, later, W, H)))
_deltas(
    "target-missing",
    "The targets have no influence: change Y, and every Δ stays as it is.",
    "What is the error: the prediction, or how far it is from something?",
    "Sends Ŷ back instead of the error.",
)(_back(output=lambda Y_hat, Y: Y_hat / Y.shape[1]))
_deltas(
    "absolute-error",
    "The sign of the error at the output is lost: predictions that are too high and too low get "
    "the same Δ.",
    "If a prediction is too low, does the loss grow or shrink when the prediction grows?",
    "Thinks of an error as a distance.",
)(_back(output=lambda Y_hat, Y: np.abs(_output_error(Y_hat, Y))))
_deltas(
    "squared-error",
    "What you send back are the parts of the loss, which have no sign; the slope of the loss "
    "belongs there.",
    "You have the loss of every prediction. What is asked for is its slope.",
    "Sends the loss back instead of its derivative.",
)(_back(output=lambda Y_hat, Y: (Y_hat - Y) * _output_error(Y_hat, Y)))
_slope_at_the_end = _deltas(
    "slope-at-linear-output",
    "Two equal errors at different predictions get a different Δ at the last layer: there is the "
    "slope of an activation in it.",
    "Which of the layers is linear? Does your loop treat it like the others?",
    "Treats every layer alike.",
)
_slope_at_the_end(_back(output=lambda Y_hat, Y: _output_error(Y_hat, Y) * _slope_from(Y_hat)))
_slope_at_the_end(
    _back(output=lambda Y_hat, Y: _output_error(Y_hat, Y) * _slope_from(np.tanh(Y_hat)))
)

# --- gradients --------------------------------------------------------------------------------


def _collected(activations: _Arrays, deltas: _Arrays) -> list[Array]:
    return [D @ H.T for D, H in zip(deltas, activations, strict=False)]


@traces(GRADIENTS)
def _trace_gradients(arguments: tuple[Any, ...], result: Any) -> Finding | None:
    activations, deltas = arguments
    rights = _collected(activations, deltas)
    for i, (mine, right) in enumerate(zip(result, rights, strict=True)):
        if not same(mine, right):
            inputs = f"activations[{i}]"
            off = trace_gradient(inputs, activations[i], deltas[i], mine, str(i + 1))
            return _at(GRADIENTS, i, off) if off else None
    return None


def _layerwise(code: str, says: str, look: str, who: str) -> _Row:
    return mistake(GRADIENTS, code, says, look, who)


def _of_every_layer(product: Formula) -> Formula:
    """Return the gradients with a wrong product, of a layer's error and its input."""
    return lambda activations, deltas: [
        product(D, H) for D, H in zip(deltas, activations, strict=False)
    ]


for _row in known(GRADIENT_A):
    for _formula in _row.formulas:
        _layerwise(_row.code, _here(_row.says), _here(_row.look), _row.who)(
            _of_every_layer(_formula)
        )

_layerwise(
    "own-output-for-the-input",
    "Each error is multiplied with what its own layer puts out. Where layers differ in width, the "
    "shapes show it.",
    "What enters layer 1, and at which place does that stand in activations?",
    "Counts both lists from the same end, or from the same number.",
)(lambda activations, deltas: [D @ H.T for D, H in zip(deltas, activations[1:], strict=True)])
_layerwise(
    "list-in-reverse",
    "The gradients are right, and in reverse order: the list begins with that of the last layer.",
    "With which layer does the docstring begin?",
    "Goes backwards, because the backward pass does.",
)(lambda activations, deltas: _collected(activations, deltas)[::-1])
_layerwise(
    "deltas-in-reverse",
    "The first layer's input meets the last layer's error.",
    "Which entry of deltas belongs to the layer that X enters?",
    "Reverses one of the two lists.",
)(lambda activations, deltas: _collected(activations, deltas[::-1]))
_layerwise(
    "last-layer-missing",
    "There is no gradient for the weights of the last layer.",
    "How many error terms are there, and how many turns has your loop?",
    "range(len(deltas) − 1).",
)(lambda activations, deltas: _collected(activations, deltas)[:-1])
_layerwise(
    "first-layer-missing",
    "There is no gradient for the weights of the first layer.",
    "Which layer's weights meet X?",
    "Goes down to 1 where the list goes down to 0.",
)(lambda activations, deltas: _collected(activations, deltas)[1:])
_layerwise(
    "mean-twice",
    "Every entry is N times too small: the 1/N of the loss is in Δ already.",
    "Where has the mean over the samples been taken?",
    "Averages over the samples once more.",
)(lambda activations, deltas: [G / deltas[0].shape[1] for G in _collected(activations, deltas)])
_layerwise(
    "slope-twice",
    "A unit that should pass on a tenth of its error passes on a hundredth: the slope is in Δ "
    "already.",
    "Δ is the error at Z. What is left to do?",
    "Multiplies by the slope in gradients once more.",
)(
    lambda activations, deltas: [
        *_collected(
            activations,
            [D * _slope_from(H) for D, H in zip(deltas[:-1], activations[1:], strict=False)],
        ),
        deltas[-1] @ activations[-2].T,
    ]
)
_layerwise(
    "slope-of-the-input",
    "An input that is 1 or −1 has no share in the gradient, though its weight carries most: there "
    "is a slope in the place of the input.",
    "Does a change of W have to pass through the tanh in front of it?",
    "Applies the slope one layer too early.",
)(lambda activations, deltas: [D @ _slope_from(H).T for D, H in zip(deltas, activations)])  # noqa: B905

# --- counting ---------------------------------------------------------------------------------


def _price(sizes: Sequence[int], N: int, layer: int) -> int:
    """Return what the product with the transposed weights of a layer takes."""
    return sizes[layer - 1] * sizes[layer] * N


def _sum(sizes: Sequence[int], N: int, first: int = 2, last: int = 0) -> int:
    """Add up the prices of the layers from the first to the last one but `last`."""
    return sum(_price(sizes, N, layer) for layer in range(first, len(sizes) - last))


def _anew(sizes: Sequence[int], N: int, beyond: int = 1) -> int:
    """Add up the prices of all ways back, to each layer from the output on."""
    layers_ = range(1, len(sizes))
    return sum(_sum(sizes, N, layer + beyond) for layer in layers_)


def _counts(code: str, says: str, look: str, who: str) -> Callable[[Formula, Formula], None]:
    """Write down a mistake in both counts: what becomes of a way back anew, and of one reused."""

    def decorate(anew: Formula, reused: Formula) -> None:
        mistake(RECOMPUTED_MULTIPLICATIONS, code, says, look, who)(anew)
        mistake(BACKPROP_MULTIPLICATIONS, code, says, look, who)(reused)

    return decorate


def _both_ways(price: Callable[[int, int, int], int]) -> tuple[Formula, Formula]:
    """Return both counts with another price, of the sizes before and after the weights and N."""

    def product(sizes: Sequence[int], N: int, layer: int) -> int:
        return price(sizes[layer - 1], sizes[layer], N)

    def anew(sizes: Sequence[int], N: int) -> int:
        return sum((k - 1) * product(sizes, N, k) for k in range(2, len(sizes)))

    def reused(sizes: Sequence[int], N: int) -> int:
        return sum(product(sizes, N, k) for k in range(2, len(sizes)))

    return anew, reused


mistake(
    RECOMPUTED_MULTIPLICATIONS,
    "each-product-once",
    "Every product is counted once. That is what it costs if each Δ is kept; here each is computed "
    "anew, from the output on.",
    "To have Δ_1, Δ_2 must be computed first, and to have Δ_2 once more, Δ_3 …",
    "Counts the way to layer 1 alone, or the reused one.",
)(_sum)
mistake(
    BACKPROP_MULTIPLICATIONS,
    "computed-anew",
    "That is the price where each Δ is computed anew from the output; here the one behind is kept.",
    "If Δ_2 is there, how many products does Δ_1 take?",
    "The answer before this one.",
)(_anew)
_counts(
    "inputs-sent-an-error",
    "It contains products with W_1, which would send an error on to the inputs; no Δ is asked for "
    "there.",
    "Which Δ is made with W_1? Does any layer need it?",
    "Off by one in range.",
)(lambda sizes, N: _anew(sizes, N, beyond=0), lambda sizes, N: _sum(sizes, N, first=1))
_counts(
    "samples-not-counted",
    "Twice as many samples take twice as many multiplications; yours does not depend on N.",
    "Δ has a column for every sample.",
    "Counts one sample.",
)(*_both_ways(lambda before, after, N: before * after))
_counts(
    "sizes-added",
    "Double all sizes, and a product takes four times as many multiplications; yours twice.",
    "How many entries has the product, and how many multiplications does each one take?",
    "Adds the sizes.",
)(*_both_ways(lambda before, after, N: (before + after) * N))
_counts(
    "entries-counted-not-multiplications",
    "You count one multiplication for each entry of every Δ; an entry is a sum of products.",
    "One entry is a row times a column: how many multiplications is that?",
    "Counts what is stored.",
)(*_both_ways(lambda before, after, N: before * N))
_additions = _counts(
    "additions-counted-too",
    "Your number contains the additions as well.",
    "Only the multiplications are asked for.",
    "Counts floating-point operations.",
)
_additions(*_both_ways(lambda before, after, N: before * (2 * after - 1) * N))
_additions(*_both_ways(lambda before, after, N: 2 * before * after * N))
_counts(
    "last-layer-left-out",
    "The product with the last weight matrix is missing: it is the first one on the way back.",
    "Which weights bring the output's error to the layer in front of it?",
    "Off by one in range.",
)(
    lambda sizes, N: sum((k - 1) * _price(sizes, N, k) for k in range(2, len(sizes) - 1)),
    lambda sizes, N: _sum(sizes, N, last=1),
)
_counts(
    "slopes-counted-too",
    "It contains the multiplications by the slope, which are done entry by entry; only the "
    "products are asked for.",
    "Which multiplications does Wᵀ Δ take?",
    "Counts the whole of a Δ.",
)(*_both_ways(lambda before, after, N: before * after * N + before * N))
mistake(
    BACKPROP_MULTIPLICATIONS,
    "gradients-counted-too",
    "It contains the gradients, error times input, as well; or the forward pass, which takes as "
    "many.",
    "Only the products Wᵀ Δ are asked for.",
    "Counts everything that a backward pass does.",
)(lambda sizes, N: _sum(sizes, N) + _sum(sizes, N, first=1))
mistake(
    RECOMPUTED_MULTIPLICATIONS,
    "the-whole-way-for-every-layer",
    "Every layer is given the whole way, from the output to layer 1; a layer near the output is "
    "reached sooner.",
    "How far does the error have to go to layer L − 1?",
    "L times the way to the first layer.",
)(lambda sizes, N: (len(sizes) - 1) * _sum(sizes, N))
mistake(
    RECOMPUTED_MULTIPLICATIONS,
    "the-whole-way-for-every-layer",
    "Every layer is given the whole way, from the output to layer 1; a layer near the output is "
    "reached sooner.",
    "How far does the error have to go to layer L − 1?",
    "L times the way to the first layer.",
)(lambda sizes, N: (len(sizes) - 2) * _sum(sizes, N))
mistake(
    RECOMPUTED_MULTIPLICATIONS,
    "counted-from-the-input",
    "The products near the input are counted most often; it is those near the output that every "
    "way has in common.",
    "Which product does each of the ways begin with?",
    "Goes from the input to each layer, as a forward pass.",
)(lambda sizes, N: sum((len(sizes) - k) * _price(sizes, N, k) for k in range(2, len(sizes))))

# --- the scale of the first weights -----------------------------------------------------------


def _drawn(deviation: Callable[[int, int], float]) -> Formula:
    """Return weights of another deviation: of a layer's inputs and outputs."""
    return lambda sizes, rng: [
        rng.normal(0.0, deviation(inputs, outputs), (outputs, inputs))
        for inputs, outputs in pairwise(sizes)
    ]


def _scale(code: str, says: str, look: str, who: str) -> _Row:
    return mistake(SCALED_WEIGHTS, code, says, look, who)


_scale(
    "variance-for-deviation",
    "A layer of a hundred inputs gets weights ten times too small: you hand rng.normal the "
    "variance.",
    "rng.normal asks for the standard deviation. How do the two go together?",
    "Takes scale for the variance.",
)(_drawn(lambda inputs, outputs: 1 / inputs))
_scale(
    "outputs-for-inputs",
    "A layer with few inputs and many units gets weights that are too small.",
    "How many terms has the sum z of one unit? Which axis of W is that?",
    "Takes the wrong one of two sizes.",
)(_drawn(lambda inputs, outputs: 1 / np.sqrt(outputs)))
_scale(
    "not-scaled",
    "The weights are as large in a layer of many inputs as in one of few, so that z grows with "
    "their number.",
    "How much must each term shrink, if there are a hundred of them and z is to stay as it is?",
    "Standard normal numbers.",
)(_drawn(lambda inputs, outputs: 1.0))
_scale(
    "root-for-one-over-it",
    "The more inputs, the larger your weights: z grows twice over.",
    "Should a weight of a wide layer be larger or smaller?",
    "Multiplies by the root.",
)(_drawn(lambda inputs, outputs: np.sqrt(inputs)))
_scale(
    "the-scale-for-relu",
    "Each z has twice the variance that belongs there. This is the scale for ReLU, which lets only "
    "half of a layer through; tanh near 0 lets all of it through.",
    "What does your sum over the inputs say, without a factor from elsewhere?",
    "He's scale, looked up.",
)(_drawn(lambda inputs, outputs: np.sqrt(2 / inputs)))
_scale(
    "mean-of-inputs-and-outputs",
    "Your scale depends on the number of a layer's units, too; how far one unit's z spreads does "
    "not.",
    "Which of the two sizes counts the terms of one z?",
    "Glorot's scale, looked up: a compromise between the ways forward and back.",
)(_drawn(lambda inputs, outputs: np.sqrt(2 / (inputs + outputs))))
_scale(
    "the-first-layers-scale-everywhere",
    "Every layer has the spread that fits the first one.",
    "Which size changes from layer to layer?",
    "Computes the scale once, before the loop.",
)(
    lambda sizes, rng: [
        rng.normal(0.0, 1 / np.sqrt(sizes[0]), (outputs, inputs))
        for inputs, outputs in pairwise(sizes)
    ]
)
_scale(
    "uniform-for-normal",
    "The numbers lie between two bounds, each as likely as another; asked for are normal ones.",
    "Which of rng's methods draws from a bell curve?",
    "rng.uniform between −1/√n and 1/√n.",
)(
    lambda sizes, rng: [
        rng.uniform(-1 / np.sqrt(inputs), 1 / np.sqrt(inputs), (outputs, inputs))
        for inputs, outputs in pairwise(sizes)
    ]
)
_scale(
    "last-layer-missing",
    "There is one matrix too few: the last layer has none.",
    "With n sizes, how many pairs of neighbours are there?",
    "range(len(sizes) − 2).",
)(lambda sizes, rng: SCALED_WEIGHTS.truth(sizes[:-1], rng))
_scale(
    "first-layer-missing",
    "There is one matrix too few: nothing leads from the inputs to the first layer.",
    "Which of the matrices meets X?",
    "Begins with the second pair.",
)(lambda sizes, rng: SCALED_WEIGHTS.truth(sizes[1:], rng))
