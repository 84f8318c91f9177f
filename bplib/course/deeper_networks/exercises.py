"""07_deeper_networks: any number of layers, what reuse saves, the scale of the first weights."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import Any

import numpy as np

from bplib import network
from bplib.course.exercise import Exercise, Output, Question
from bplib.course.nudged import errors_of_layer, gradient_of_layer
from bplib.course.probe import Case, Seed
from bplib.finding import Finding
from bplib.network import Array

_NOTEBOOK = "07_deeper_networks"
_WEIGHTS = {"weights": "a list of (outputs, inputs)"}
_LAYERS = "a list of (units, N)"


# --- the truths -------------------------------------------------------------------------------


def _deltas(weights: Sequence[Array], activations: Sequence[Array], Y: Array) -> list[Array]:
    """Nudge the pre-activations of every layer, and follow each nudge to the loss."""
    return [
        errors_of_layer(W @ before, weights[i + 1 :], Y)
        for i, (W, before) in enumerate(zip(weights, activations, strict=False))
    ]


def _gradients(activations: Sequence[Array], deltas: Sequence[Array]) -> list[Array]:
    return [gradient_of_layer(*pair) for pair in zip(deltas, activations, strict=False)]


class _Counting:
    """A number that counts how often it is multiplied, and nothing else."""

    count = 0

    def __mul__(self, other: "_Counting") -> "_Counting":
        _Counting.count += 1
        return self

    def __add__(self, other: "_Counting") -> "_Counting":
        return self


@cache
def _product(rows: int, columns: int) -> int:
    """Count the multiplications of a matrix of this shape and one sample's column."""
    number, before = _Counting(), _Counting.count
    np.full((rows, columns), number) @ np.full(columns, number)
    return _Counting.count - before


def _way_back(sizes: Sequence[int], to: int) -> int:
    """Send the error of one sample back from the output to a layer."""
    return sum(_product(before, after) for before, after in pairwise(sizes[to:]))


def _recomputed(sizes: Sequence[int], N: int) -> int:
    """Send the errors back to every layer, each time from the output on, in all samples."""
    return sum(_way_back(sizes, to) for _ in range(N) for to in range(1, len(sizes)))


def _reused(sizes: Sequence[int], N: int) -> int:
    """Send them back once: every other layer lies on the way to the first."""
    return sum(_way_back(sizes, 1) for _ in range(N))


def _scaled(sizes: Sequence[int], rng: np.random.Generator) -> list[Array]:
    return [
        rng.normal(0.0, 1.0 / np.sqrt(inputs), (outputs, inputs))
        for inputs, outputs in pairwise(sizes)
    ]


# --- the probes -------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Deep:
    """A network of several layers drawn at random, with data and what its forward pass keeps."""

    weights: list[Array]
    X: Array
    Y: Array
    activations: list[Array]

    @property
    def deltas(self) -> list[Array]:
        return _deltas(self.weights, self.activations, self.Y)


_UNEVEN = [  # the sizes of the layers, N: no two are equal
    ((7, 5, 8, 6, 2), 4),
    ((6, 8, 5, 7, 3), 4),
    ((8, 6, 9, 5, 2), 4),
    ((9, 7, 5, 8, 3), 4),
    ((5, 8, 6, 9, 3), 4),
    ((6, 9, 7, 5, 2), 4),
]


def _deep(
    rng: np.random.Generator, sizes: Sequence[int], N: int, scale: float = 1.0, bent: bool = True
) -> _Deep:
    """Draw a network; where `bent`, a unit of each layer stands beyond |z| = 6, one near 0."""
    X = rng.normal(0.4, 1.0, (sizes[0], N))
    X[-1] = 1.0
    if N > 1:
        X[0, rng.integers(N)] = 0.0
    weights: list[Array] = []
    H = X
    for inputs, outputs in pairwise(sizes[:-1]):
        W = rng.normal(0.0, 1.5 * scale / np.sqrt(inputs), (outputs, inputs))
        while np.max(np.abs(W[:2] @ H), axis=1).min() < 0.3:
            W[:2] = rng.normal(0.0, 1.0, (2, inputs))
        if bent:
            W[0] *= rng.uniform(6.5, 8.0) / np.max(np.abs(W[0] @ H))
            W[1] *= rng.uniform(0.3, 0.6) / np.max(np.abs(W[1] @ H))
        weights.append(W)
        H = np.tanh(W @ H)
    weights.append(rng.normal(0.3, 1.0, (sizes[-1], sizes[-2])))
    activations = network.layers(weights, X)
    Y = rng.normal(0.5, 1.0, (sizes[-1], N)) + 0.4 * activations[-1]
    special = rng.permutation(Y.size)[:4]
    Y.flat[special] = [0.0, 1.0, -2.0, 6.0][: len(special)]
    return _Deep(weights, X, Y, activations)


def _drawn(
    arguments: Callable[[_Deep], tuple[Any, ...]],
) -> Callable[[np.random.Generator], tuple[Case, ...]]:
    """Return a `draw` whose calls pass what `arguments` takes from each network.

    In the first one all layers are equally wide, so that a layer taken for another one gives
    numbers, by which it can be named; in the others it does not fit.
    """

    def draw(rng: np.random.Generator) -> tuple[Case, ...]:
        width = int(rng.integers(6, 9))
        first, second, third = (_UNEVEN[i] for i in rng.permutation(len(_UNEVEN))[:3])
        designed = (
            (_deep(rng, (width,) * 5, width - 1), "layers of one width"),
            (_deep(rng, *first), "no two layers of one width"),
            (_deep(rng, *second), "no two layers of one width"),
            (_deep(rng, third[0], third[1], scale=1.6), "saturated hidden layers"),
        )
        others = (
            (_deep(rng, (5, 4, 6, 3), 1), "a single sample"),
            (_deep(rng, (4, 6, 5, 1), 3), "a single output"),
            (_deep(rng, (6, 5, 3), 4), "two layers, the network of notebook 5"),
            (_deep(rng, (5, 3), 4, bent=False), "one layer, which is linear"),
            (_deep(rng, (5, 7, 4, 6, 8, 9, 3), 4), "six layers"),
        )
        return (
            *(Case(arguments(net), note) for net, note in designed),
            *(Case(arguments(net), note, values=False) for net, note in others),
        )

    return draw


# --- the network ------------------------------------------------------------------------------

FORWARD = Exercise(
    name="forward",
    notebook=_NOTEBOOK,
    arguments={**_WEIGHTS, "X": "(n_in, N)"},
    returns=(Output("activations", _LAYERS, first=0),),
    draw=_drawn(lambda net: (net.weights, net.X)),
    truth=network.layers,
    hints=(
        "Every layer does the same with what the layer before it hands on. So there is one thing "
        "that changes from turn to turn of a loop, and it must be kept each time. The first thing "
        "to keep is there before the loop begins.",
        "weights[0] has a column for every row of X. What layer 1 hands on has a row for every row "
        "of weights[0], and a column for every sample. L weight matrices give L + 1 arrays.",
        "Begin with a list that holds X alone. For each weight matrix but the last: its product "
        "with the last entry of the list, through tanh, is appended to the list. What remains is "
        "the last weight matrix, and the one thing that is different there.",
    ),
)

DELTAS = Exercise(
    name="deltas",
    notebook=_NOTEBOOK,
    arguments={**_WEIGHTS, "activations": _LAYERS, "Y": "(n_out, N)"},
    returns=(Output("deltas", _LAYERS, first=1),),
    draw=_drawn(lambda net: (net.weights, net.activations, net.Y)),
    truth=_deltas,
    hints=(
        "The last layer is linear and has targets: its error term is that of notebook 4. Every "
        "other layer gets its error term from that of the layer behind it, by the two steps of "
        "notebook 5. Then this one is the layer behind, for the next turn.",
        "Δ of layer l is (units of layer l, N), like its activations. The weights that leave layer "
        "l are those of layer l + 1: they have a column for each unit of layer l. Counted from 0, "
        "they are weights[l], and the activations of layer l are activations[l].",
        "Begin with a list that holds the last layer's error term alone, and let l run from L − 1 "
        "down to 1. In each turn take the error term that was found last, send it back through the "
        "weights that leave layer l, and scale it by the slope of tanh, which you can have from "
        "the activations of layer l. What remains is where it is put, so that the list begins with "
        "Δ_1 when it is returned.",
    ),
)

GRADIENTS = Exercise(
    name="gradients",
    notebook=_NOTEBOOK,
    arguments={"activations": _LAYERS, "deltas": _LAYERS},
    returns=(Output("gradients", "a list of (outputs, inputs)", first=1),),
    draw=_drawn(lambda net: (net.activations, net.deltas)),
    truth=_gradients,
    hints=(
        "You have written it twice, in notebooks 4 and 5: a layer's gradient is its error term "
        "times what enters the layer, summed over the samples. The only question is which two "
        "entries of the two lists belong together.",
        "deltas has L entries, for the layers 1 to L. activations has L + 1, and the first is X. "
        "What enters layer 1 is X. The gradient of a layer has a row for each row of its Δ, and a "
        "column for each row of what enters it.",
        "Go through both lists at once, as zip does, from their first entries on; the last entry "
        "of activations, the predictions, enters no layer. In each turn one matrix product, with "
        "one of the two turned so that N is the inner size. What remains is to collect them.",
    ),
)


# --- counting ---------------------------------------------------------------------------------


def _count_cases(rng: np.random.Generator) -> tuple[Case, ...]:
    def sizes(count: int) -> list[int]:
        return [int(size) for size in 2 + rng.permutation(9)[:count]]

    numbers = [int(N) for N in rng.permutation([3, 5, 7, 11, 13, 17])]
    return (
        *(Case((sizes(count), N)) for count, N in zip((4, 5, 5, 6), numbers, strict=False)),
        Case((sizes(3), numbers[4]), "two layers", values=False),
        Case((sizes(2), numbers[5]), "a single layer", values=False),
        Case((sizes(7), 1), "a single sample", values=False),
    )


_COUNTED = {"sizes": "", "N": ""}

RECOMPUTED_MULTIPLICATIONS = Exercise(
    name="recomputed_multiplications",
    notebook=_NOTEBOOK,
    arguments=_COUNTED,
    returns=(Output("multiplications"),),
    draw=_count_cases,
    truth=_recomputed,
    hints=(
        "Do it on paper for three layers first. Which products take the output's error to layer 2? "
        "Which take it to layer 1, if nothing may be kept from before? And to layer 3?",
        "sizes[l] is the number of units of layer l, sizes[0] of inputs. W_l is (sizes[l], "
        "sizes[l−1]), and Δ_l is (sizes[l], N). Sent back through W_l it is (sizes[l−1], N), and "
        "every one of its entries takes as many multiplications as it sums up.",
        "Two loops, one inside the other. The outer one goes through the layers whose Δ is wanted. "
        "The inner one goes from the output back to the layer behind that one, and each of its "
        "turns adds the price of one product: three sizes, multiplied. No Δ is behind W_1: it is "
        "never used here. What remains are the ends of the two ranges.",
    ),
)

BACKPROP_MULTIPLICATIONS = Exercise(
    name="backprop_multiplications",
    notebook=_NOTEBOOK,
    arguments=_COUNTED,
    returns=(Output("multiplications"),),
    draw=_count_cases,
    truth=_reused,
    hints=(
        "This time each Δ is kept, and the next one is made from it. How many products does a new "
        "Δ then take?",
        "As before: Δ_l is (sizes[l], N), and sent back through W_l it is (sizes[l−1], N). There "
        "is one such product for every layer but one.",
        "One loop, over the weight matrices through which an error is sent, each of them once; its "
        "turns cost what the turns of the inner loop cost before. What remains is which weight "
        "matrix sends nothing back.",
    ),
)


# --- the scale of the first weights -----------------------------------------------------------


def _scale_cases(rng: np.random.Generator) -> tuple[Case, ...]:
    def case(sizes: Sequence[int], note: str = "", values: bool = True) -> Case:
        return Case(([*map(int, sizes)], Seed(int(rng.integers(2**31)))), note, values)

    return (
        case((24, 60, 32, 14)),
        case((48, 20, 56, 18, 40)),
        case((64, 25, 10)),
        case((70, 30), "a single layer", values=False),
        case((3, 1), "three inputs and one output", values=False),
    )


_SURE = 6.5  # standard errors: a right answer is that far off in one check of ten thousand millions
_ENOUGH = 400  # entries of which a spread is told


def _examine_scale(
    arguments: tuple[Any, ...], after: tuple[Any, ...], result: Any, truth: Any
) -> Finding | None:
    if [np.shape(part) for part in result] != [np.shape(part) for part in truth]:
        return None
    sizes = arguments[0]
    every = np.concatenate([np.ravel(part) for part in result])
    if len(np.unique(every)) < len(every):
        return _repeated(every)
    for i, (W, inputs) in enumerate(zip(result, sizes, strict=False)):
        if W.size >= _ENOUGH and (off := _wrong_spread(i, W, inputs)):
            return off
    if after[1]:
        return None
    return Finding(
        "rng-not-used",
        "The weights are not drawn from rng, which comes out as it went in: whoever starts from "
        "the same seed would not get the same network.",
        "Where do your random numbers come from? rng is the second argument.",
    )


def _repeated(every: Array) -> Finding:
    if np.ptp(every) == 0:
        return Finding(
            "all-equal",
            f"Every weight is {every[0]:.4g}: all units of a layer do the same, get the same "
            "error, and will do the same for ever.",
            "Where do random numbers come in?",
        )
    return Finding(
        "weights-repeated",
        "Some weights are equal to the last digit: numbers are used more than once.",
        "How many random numbers does each layer need, and where does the generator begin anew?",
    )


def _wrong_spread(i: int, W: Array, inputs: int) -> Finding | None:
    """Say whether a layer's weights have another mean, spread or distribution than asked for."""
    wanted = 1.0 / np.sqrt(inputs)
    spread, mean = float(np.std(W)), float(np.mean(W))
    name = f"weights[{i}] (layer {i + 1})"
    if abs(mean) > _SURE * max(spread, wanted) / np.sqrt(W.size):
        return Finding(
            "mean-not-zero",
            f"{name} has the mean {mean:.3g}: there are more weights of one sign than of the "
            "other.",
            "Which random numbers have no sign of their own? Look for those that are spread about "
            "0.",
        )
    if abs(spread / wanted - 1.0) > _SURE / np.sqrt(2 * W.size):
        return Finding(
            "wrong-spread",
            "The weights of a layer do not keep the variance of its inputs.",
            "Which of a layer's two sizes counts the terms of the sum z, and what happens to a "
            "variance when numbers are multiplied by s?",
            f"{name} is {W.shape} and has the standard deviation {spread:.3g}; {wanted:.3g} "
            "belongs there",
        )
    beyond = float(np.mean(np.abs(W) > 2 * spread))
    if beyond < 0.0455 / 4 and W.size >= 1000:
        return Finding(
            "uniform-for-normal",
            f"{name} has the right spread, but not one weight in a hundred is beyond two standard "
            "deviations: these are no normal numbers.",
            "Which of rng's methods draws from a bell curve?",
        )
    return None


SCALED_WEIGHTS = Exercise(
    name="scaled_weights",
    notebook=_NOTEBOOK,
    arguments={"sizes": "", "rng": ""},
    returns=(Output("weights", "a list of (outputs, inputs)", drawn=True, first=1),),
    draw=_scale_cases,
    truth=_scaled,
    examine=_examine_scale,
    may_change=("rng",),
    hints=(
        "One matrix for each pair of neighbouring layers. Its numbers are drawn from a bell curve "
        "about 0, and how wide that is depends on how many terms a unit of that layer adds up.",
        "With sizes [n_0, n_1, …, n_L] there are L matrices. The first has a row for every unit of "
        "layer 1 and a column for every input: (n_1, n_0). Each further one has a row for every "
        "unit of its layer and a column for every unit of the layer before.",
        "rng.normal takes a mean, a standard deviation and a shape. Go through the pairs of "
        "neighbouring sizes. The variance you found above is one over the number of terms, and "
        "rng.normal asks for its root. What remains is to collect one matrix for each pair.",
    ),
)

EXERCISES = (
    FORWARD,
    DELTAS,
    GRADIENTS,
    RECOMPUTED_MULTIPLICATIONS,
    BACKPROP_MULTIPLICATIONS,
    SCALED_WEIGHTS,
)


# --- quick questions --------------------------------------------------------------------------

QUESTIONS = (
    Question(
        name="a_matrix_for_each_layer",
        text="A network has 64 inputs, three hidden layers of 30 units each, and 10 outputs. How "
        "many weight matrices are there, and how many error terms Δ does a backward pass make?",
        choices={
            "a": "4 matrices and 4 error terms",
            "b": "3 matrices and 3 error terms",
            "c": "4 matrices and 5 error terms",
        },
        right="a",
        replies={
            "a": "One matrix leads into each of the three hidden layers, and one into the output. "
            "Each of these four layers has a Δ of its own.",
            "b": "The output layer has weights and an error term, too: it is where everything "
            "starts.",
            "c": "The inputs are no layer that could learn: no weight leads into them, and nobody "
            "asks for their Δ.",
        },
    ),
    Question(
        name="step_inside_the_loop",
        text="To save memory somebody updates each W as soon as its gradient is known, inside the "
        "backward loop, before the error goes on to the layer in front. What happens?",
        choices={
            "a": "Nothing: each gradient is computed before its W moves.",
            "b": "All gradients but the last layer's are a little off; the deeper the network, the "
            "more new weights the error has come through.",
            "c": "The loss grows from the first step on.",
        },
        right="b",
        replies={
            "a": "Each gradient, yes. But the error on its way to the next one goes back through a "
            "W that has moved: the stale B of notebook 5, in every layer.",
            "b": "It is the trap of notebook 5, once for every layer. The loss still falls, so "
            "nothing but nudging tells.",
            "c": "It would be noticed at once if it did. With small steps the new weights are near "
            "the old ones, and the direction is nearly right.",
        },
    ),
    Question(
        name="twice_as_deep",
        text="All layers are equally wide, and there are many. Now take twice as many of them. How "
        "do the two counts grow, each Δ computed anew from the output against each Δ reused?",
        choices={
            "a": "both become twice as large",
            "b": "anew: four times; reused: twice",
            "c": "anew: twice; reused: not at all",
            "d": "anew: 2ᴸ times; reused: twice",
        },
        right="b",
        replies={
            "a": "Reused, yes: one product for each layer. But computed anew there are twice as "
            "many ways, and each is on average twice as long.",
            "b": "Twice as many layers want a Δ, and each way is on average twice as long. Reused, "
            "there is one product more for each layer more.",
            "c": "Even reused there is one product for each layer.",
            "d": "The ways get longer one layer at a time, so they add up like 1 + 2 + 3 + …, and "
            "do not double each time.",
        },
    ),
    Question(
        name="twenty_layers_back",
        text="Twenty hidden layers of tanh. On its way back through one layer an error shrinks to "
        "six tenths, as it may with weights that start a little too small. How much of the "
        "output's error is left at the first layer?",
        choices={
            "a": "about a twentieth",
            "b": "about a thousandth",
            "c": "less than a ten-thousandth",
        },
        right="c",
        replies={
            "a": "It would be, if each layer took the same amount away. Each takes the same share.",
            "b": "That is where it is after some fourteen layers: 0.6¹⁴.",
            "c": "0.6²⁰ is 0.00004. The first layer hardly moves, whatever is wrong at the output.",
        },
    ),
    Question(
        name="a_sum_of_a_hundred",
        text="A unit adds up 100 inputs, each about as large as 1 and of either sign, times "
        "weights that are drawn with mean 0 and standard deviation 1. How large is its z, "
        "typically?",
        choices={"a": "about 1", "b": "about 10", "c": "about 100"},
        right="b",
        replies={
            "a": "Each term is about that large; but there are a hundred of them.",
            "b": "Most of the terms cancel, not all: variances add up, to 100, and the root of "
            "that is 10. tanh is flat there.",
            "c": "It would be, if all terms had the same sign. They have not, and most of the sum "
            "cancels.",
        },
    ),
    Question(
        name="ten_layers_that_add",
        text="Ten layers, each of which adds something to what it was given: h goes on as "
        "h + g(h). The slope of g is small, 0.1, in every layer. How much of an error arrives in "
        "front?",
        choices={
            "a": "0.1¹⁰, next to nothing",
            "b": "about 2.6 times as much as at the output",
            "c": "exactly as much as at the output",
        },
        right="b",
        replies={
            "a": "That is the path through all ten g. There is another path in each layer, and it "
            "carries everything.",
            "b": "h is used twice, so the two paths of each layer add up: 1 + 0.1. And 1.1¹⁰ is "
            "2.6.",
            "c": "Along the ten short cuts alone, yes. The paths through g are added to that.",
        },
    ),
)
