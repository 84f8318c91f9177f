"""03_chain_rule: local derivatives, chains, forks, a network of scalars, the price of a chain."""

from collections.abc import Callable
from functools import reduce
from itertools import pairwise
from typing import Any

import numpy as np

from bplib import network
from bplib.course.exercise import Exercise, Output, Question
from bplib.course.probe import BEYOND_EXP, Case
from bplib.derivatives import derivative, gradient
from bplib.network import Array

_NOTEBOOK = "03_chain_rule"

_Draw = Callable[[np.random.Generator], tuple[Case, ...]]


# --- local derivatives --------------------------------------------------------------------------


def _activation_cases(*special: float, far: float = 1000.0) -> _Draw:
    """Return a `draw` of pre-activations: small, bent, saturated, and `special` ones in each."""

    def draw(rng: np.random.Generator) -> tuple[Case, ...]:
        def entries(*shape: int) -> Array:
            z = rng.normal(0.2, 1.3, shape)
            scattered = rng.permutation(z.size)[: len(special)]
            z.flat[scattered] = special
            z.flat[np.setdiff1d(np.arange(z.size), scattered)[0]] = rng.uniform(0.2, 0.9)
            return z

        extreme = entries(7)
        extreme[rng.permutation(7)[:2]] = far, -far
        extreme[extreme == 0] = 0.25
        return (
            Case((entries(4, 6),)),
            Case((entries(9),), "an array of one axis"),
            Case((entries(3, 2, 5),), "an array of three axes"),
            Case((float(rng.uniform(0.3, 1.5)),), "a plain number"),
            Case((-float(rng.uniform(0.3, 1.5)),), "a plain number"),
            Case((extreme,), f"entries of ±{far:.0f}", special=BEYOND_EXP),  # last: it may raise
        )

    return draw


D_TANH = Exercise(
    name="d_tanh",
    notebook=_NOTEBOOK,
    arguments={"z": ""},
    returns=(Output("slope", "like z"),),
    draw=_activation_cases(0.0, 1e-3, 3.2, -6.5),
    truth=lambda z: derivative(network.tanh, z),
    hints=(
        "tanh is a quotient, s over c, with s = e^z − e^(−z) and c = e^z + e^(−z). Differentiate "
        "the two: the slope of s is c, and that of c is s. For quotients school has a rule. Hold "
        "the formula against the picture: the slope is 1 at z = 0 and fades to 0 on both sides.",
        "One slope for every entry of z, so the result has the shape of z, whatever that is. "
        "NumPy's functions work entry by entry and keep the shape: nothing is summed, there is no "
        "@, and no loop is needed.",
        "The quotient rule gives (c · c − s · s) / c², all at z. Divide each of the two terms by "
        "c² on its own: the first becomes a plain number, the second the square of something you "
        "know well. What remains is to write that with NumPy.",
    ),
)

D_SIGMOID = Exercise(
    name="d_sigmoid",
    notebook=_NOTEBOOK,
    arguments={"z": ""},
    returns=(Output("slope", "like z"),),
    draw=_activation_cases(0.0, 1e-3, 3.2, -6.5),
    truth=lambda z: derivative(network.sigmoid, z),
    hints=(
        "The sigmoid is itself a chain: change the sign, exp, add 1, take the reciprocal. Every "
        "link has a derivative you know from school.",
        "One slope for every entry of z: the result has the shape of z. If you get nan where z is "
        "large, some exp has become infinite, and infinity divided by infinity has no value.",
        "The chain gives exp(−z) / (1 + exp(−z))². Split the square, one factor for each part: "
        "1 / (1 + exp(−z)) and exp(−z) / (1 + exp(−z)). The first is the sigmoid itself. What do "
        "the two add up to? So the second can be had from the first, and only the sigmoid has to "
        "be computed. What remains is to multiply the two.",
    ),
)


def _relu_slope(z: Any) -> Any:
    """Differentiate where there is a derivative; at the kink give the middle of what is right."""
    slope = np.where(np.asarray(z) == 0, 0.5, derivative(network.relu, z))
    return float(slope) if np.ndim(z) == 0 else slope


def _relu_cases(rng: np.random.Generator) -> tuple[Case, ...]:
    near = rng.uniform(2e-5, 9e-4, 2)
    smooth = _activation_cases(near[0], -near[1], 3.2, -6.5)(rng)
    kink = rng.normal(0.0, 1.3, (2, 3))
    kink[rng.integers(2), rng.integers(3)] = 0.0
    return (*smooth, Case((kink,), "an entry that is exactly 0", values=False))


D_RELU = Exercise(
    name="d_relu",
    notebook=_NOTEBOOK,
    arguments={"z": ""},
    returns=(Output("slope", "like z"),),
    draw=_relu_cases,
    truth=_relu_slope,
    allowance=lambda z: 0.5 * (np.asarray(z) == 0),
    hints=(
        "Two straight pieces meet at 0. A straight piece has the same slope everywhere on it: "
        "which number is it on the left, and which on the right?",
        "Comparing an array with a number gives an array of the same shape, one answer per entry: "
        "True or False. The result asked for has that shape too, but its entries are numbers.",
        "A comparison tells you, entry by entry, on which piece z lies; that is all there is to "
        "know. What remains is to turn True and False into the two slopes as numbers, in a way "
        "that also works where z is a single number.",
    ),
)


# --- chains and forks ---------------------------------------------------------------------------


def _composed(x: Any) -> Any:
    return np.exp(-((3 * x + 1) ** 2))


def _fork(x: Any) -> Any:
    return x * np.tanh(x) + x**2


def _entry_cases(low: float, high: float, *special: float) -> _Draw:
    """Return a `draw` of arrays and numbers between `low` and `high`, and `special` ones."""

    def draw(rng: np.random.Generator) -> tuple[Case, ...]:
        def entries(*shape: int) -> Array:
            x = rng.uniform(low, high, shape)
            x.flat[rng.permutation(x.size)[: len(special)]] = special
            return x

        return (
            Case((entries(8),)),
            Case((entries(3, 5),), "an array of two axes"),
            Case((entries(2, 4, 3),), "an array of three axes"),
            Case((float(rng.uniform(0.1, high)),), "a plain number"),
            Case((float(rng.uniform(low, 0.8 * low)),), "a plain number"),
        )

    return draw


D_COMPOSED = Exercise(
    name="d_composed",
    notebook=_NOTEBOOK,
    arguments={"x": ""},
    returns=(Output("dy/dx", "like x"),),
    draw=_entry_cases(-1.1, 0.45, 0.0, -0.5),
    truth=lambda x: derivative(_composed, x),
    hints=(
        "Take the function apart before you differentiate anything, and give each link a name: "
        "what is computed from x first? What is done to that? And what last? A nudge of x passes "
        "through all the links, one after the other.",
        "x may be a number or an array; every link keeps its shape, and so does every local "
        "derivative. They are combined entry by entry, with * and never with @.",
        "With u = 3x + 1 and v = −u² the last link is y = exp(v). The local derivatives are 3 for "
        "the first, school's rule for −u² (at u, not at x) for the second, and for exp its own "
        "value, at v. What remains is to put the three together.",
    ),
)

D_FORK = Exercise(
    name="d_fork",
    notebook=_NOTEBOOK,
    arguments={"x": ""},
    returns=(Output("dy/dx", "like x"),),
    draw=_entry_cases(-2.2, 2.2, 0.0, 4.0),
    truth=lambda x: derivative(_fork, x),
    hints=(
        "Pretend that every place where x stands were a variable of its own: y = p·tanh(q) + r², "
        "with p = q = r = x. How much does y move if only p is nudged? Only q? Only r?",
        "Each of the three answers has the shape of x, and so has the result. Everything is done "
        "entry by entry.",
        "If only p moves, y moves by tanh(q) times as much. If only q moves: by p times the slope "
        "of tanh at q, which you have written above. If only r moves: school. What remains is that "
        "a nudge of x moves all three at once.",
    ),
)


# --- the network of scalars ---------------------------------------------------------------------


def _scalar_cases(rng: np.random.Generator) -> tuple[Case, ...]:
    def case(reach: float, note: str = "", y: float | None = None) -> Case:
        x = float(rng.uniform(0.6, 2.0) * rng.choice([-1, 1]))
        a = float(rng.uniform(0.5, 1.0) * reach * rng.choice([-1, 1]) / x)
        b = float(rng.uniform(0.5, 1.8) * rng.choice([-1, 1]))
        error = float(rng.uniform(0.6, 2.5) * rng.choice([-1, 1]))
        return Case((a, b, x, float(b * np.tanh(a * x)) - error if y is None else y), note)

    return (
        case(1.2),
        case(1.2),
        case(2.0),
        case(1.5, "a target of 0", y=0.0),
        case(3.0, "a saturated hidden unit"),
    )


def _scalar_gradients(a: float, b: float, x: float, y: float) -> tuple[float, float]:
    def loss(w: Array) -> Array:
        return 0.5 * (w[:, 1] * np.tanh(w[:, 0] * x) - y) ** 2

    dL_da, dL_db = gradient(loss, np.array([a, b]))
    return float(dL_da), float(dL_db)


SCALAR_GRADIENTS = Exercise(
    name="scalar_gradients",
    notebook=_NOTEBOOK,
    arguments={"a": "", "b": "", "x": "", "y": ""},
    returns=(Output("dL_da"), Output("dL_db")),
    draw=_scalar_cases,
    truth=_scalar_gradients,
    hints=(
        "First go forward and keep every intermediate under its name: z, h, y_hat, error. Then "
        "stand at L and go back, one link at a time. At every link ask only: how does the value "
        "behind it answer to the value before it? Multiply what you carry by that.",
        "Everything here is a single number. Two numbers come back: dL/da first, then dL/db. On "
        "the way you meet dL/derror, dL/dy_hat, dL/dh and dL/dz, one number each.",
        "At the error you carry the error itself, and y_hat = b·h sits one subtraction before it. "
        "A product passes on to each of its factors what the other factor is: that gives dL/db at "
        "once, and dL/dh. One link further back is tanh, whose slope is taken at z; that gives "
        "dL/dz. What remains is the product z = a·x, and to return two of the numbers you have "
        "found.",
    ),
)


# --- the price of a chain -----------------------------------------------------------------------


def _chain_cost(sizes: list[int], start: str) -> int:
    """Multiply the Jacobians, filled with numbers that keep count of their multiplications."""
    if start not in ("output", "input"):
        raise ValueError(f"start must be 'output' or 'input', not {start!r}")
    count = 0

    class Counting:
        def __mul__(self, other: "Counting") -> "Counting":
            nonlocal count
            count += 1
            return self

        def __add__(self, other: "Counting") -> "Counting":
            return self

    number = Counting()
    jacobians = [np.full((rows, columns), number) for columns, rows in pairwise(sizes)]
    if start == "output":
        reduce(lambda product, jacobian: product @ jacobian, reversed(jacobians))
    else:
        reduce(lambda product, jacobian: jacobian @ product, jacobians)
    return count


def _chain_cases(rng: np.random.Generator) -> tuple[Case, ...]:
    def sizes(count: int) -> list[int]:
        return [int(size) for size in 2 + rng.permutation(8)[:count]]

    def cheaper_from(end: str, count: int) -> list[int]:
        """Draw sizes for which starting there costs less than at the other end."""
        other = "input" if end == "output" else "output"
        while True:
            drawn = sizes(count)
            if _chain_cost(drawn, end) < _chain_cost(drawn, other):
                return drawn

    ends = ("output", "input")
    # Each is once the cheaper end, and both are asked for: the cheaper one is not always right.
    chains = [
        cheaper_from(end, count) for count, end in ((4, "output"), (5, "input"), (6, "input"))
    ]
    return (
        *(Case((chain, end), f'start="{end}"') for chain in chains for end in ends),
        Case((sizes(3), str(rng.choice(ends))), "two Jacobians", values=False),
        *(Case((sizes(2), end), "one Jacobian", values=False) for end in ends),
        Case((sizes(4), "middle"), 'start="middle"', raises="ValueError"),
        Case((sizes(2), "inputs"), 'one Jacobian and start="inputs"', raises="ValueError"),
    )


CHAIN_COST = Exercise(
    name="chain_cost",
    notebook=_NOTEBOOK,
    arguments={"sizes": "", "start": ""},
    returns=(Output("multiplications"),),
    draw=_chain_cases,
    truth=_chain_cost,
    hints=(
        "Do it on paper for sizes [4, 3, 2, 5]: write the three Jacobians down as rectangles, in "
        "the order in which they stand in the product. Multiply two neighbours: what shape has "
        "the result, and what did it cost? Then go on with that result and the next one.",
        "J_l is (sizes[l], sizes[l−1]). Whoever starts at the output keeps a product with sizes[L] "
        "rows all the way; whoever starts at the input keeps one with sizes[0] columns. Only its "
        "other size changes from step to step.",
        "Go through the Jacobians in the order your start prescribes and keep two numbers: the "
        "rows and columns of the product so far. At every step it meets one more Jacobian; add "
        "what that product costs, as in the worked example, and update the size that changed. L "
        "Jacobians make L − 1 products. What remains is the same for the other end, and the error "
        "for any other start.",
    ),
)

EXERCISES = (D_TANH, D_SIGMOID, D_RELU, D_COMPOSED, D_FORK, SCALAR_GRADIENTS, CHAIN_COST)


# --- quick questions ----------------------------------------------------------------------------

QUESTIONS = (
    Question(
        name="slope_of_exp",
        text="s = exp(z). At z = 2 the value is s = 7.39. What is the slope there?",
        choices={"a": "2", "b": "7.39", "c": "exp(7.39) = 1618"},
        right="b",
        replies={
            "a": "2 is where you stand on the z axis. The slope of exp there is exp(2).",
            "b": "exp is its own derivative, so the value that was computed on the way forward is "
            "the slope: nothing needs to be computed again.",
            "c": "That is the slope of exp at 7.39. The value s was put in as if it were z: the "
            "commonest slip of this notebook.",
        },
    ),
    Question(
        name="slope_of_tanh_at_6",
        text="tanh(6) = 0.99999. Predict: how large is the slope of tanh at z = 6?",
        choices={"a": "about 1", "b": "about 0.1", "c": "about 0.00002", "d": "exactly 0"},
        right="c",
        replies={
            "a": "1 is nearly the value of tanh there, not its slope: the curve has gone flat.",
            "b": "The slope fades much faster than that: see the picture below.",
            "c": "The unit is saturated: a nudge of z is all but swallowed. Remember this number "
            "when an error has to come back through such a unit.",
            "d": "tanh goes on rising for ever, so the slope is never 0; but it might as well be.",
        },
    ),
    Question(
        name="widest_path",
        text="Predict: at x = 3, through which of the three uses of x in y = x·tanh(x) + x² does "
        "most of a nudge arrive at y?",
        choices={
            "a": "the factor x before tanh",
            "b": "the x inside tanh",
            "c": "the x that is squared",
        },
        right="c",
        replies={
            "a": "It has some weight: what stands beside it is tanh(3), which is nearly 1. Compare "
            "that with the slope of the square at 3.",
            "b": "At x = 3 tanh is nearly flat: hardly anything arrives through it.",
            "c": "The square has slope 6 there. The factor before tanh passes on nearly 1, and the "
            "x inside tanh next to nothing, for tanh is saturated.",
        },
    ),
    Question(
        name="saturated_unit",
        text="Predict: x = 2 and a = 3, so that z = 6, and the prediction is far from the target. "
        "What does gradient descent do with a?",
        choices={
            "a": "takes large steps, because the error is large",
            "b": "hardly moves it, however large the error is",
            "c": "moves it fast at first, then slows down",
        },
        right="b",
        replies={
            "a": "The error is one factor of dL/da. Which other factor is there, and how large is "
            "it at z = 6?",
            "b": "The slope of tanh at 6 is one factor of dL/da, and a product with a factor of "
            "0.00002 is small whatever the others are. b learns; a waits.",
            "c": "It is the other way round: at the start the slope of tanh is next to 0.",
        },
    ),
    Question(
        name="which_end",
        text="Predict: a chain of layers of sizes 1000 → 500 → 500 → 1, the last being the loss. "
        "From which end is the product of the Jacobians cheaper?",
        choices={
            "a": "from the output",
            "b": "from the input",
            "c": "it is the same: the product is the same",
        },
        right="a",
        replies={
            "a": "The product so far stays a single row all the way. How much cheaper it is you "
            "will see below.",
            "b": "There the product so far has 1000 columns from the first step on, and carries "
            "all of them along.",
            "c": "The result is the same. But the matrices that arise on the way are not, and they "
            "are what is paid for.",
        },
    ),
    Question(
        name="one_dial",
        text="A simulation has a single input, a dial, and 500 outputs. You want the derivative of "
        "every output with respect to the dial. Where do you start?",
        choices={"a": "at the output", "b": "at the input", "c": "in the middle"},
        right="b",
        replies={
            "a": "Then the product so far has 500 rows all the way. What would it have from the "
            "other end?",
            "b": "Now the narrow end is the input: the product so far stays a single column. The "
            "rule is to start where the chain is narrow, and a loss is as narrow as can be.",
            "c": "The two halves would still have to be multiplied, and both are wide.",
        },
    ),
)
