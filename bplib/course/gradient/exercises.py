"""02_gradient: finite differences, the gradient of a line fit, descent, and the gradient check."""

from collections.abc import Callable
from typing import Any

import numpy as np

from bplib.course.exercise import Exercise, Output, Question
from bplib.course.probe import AT_REST, Case, Function
from bplib.derivatives import derivative, gradient
from bplib.network import Array

_NOTEBOOK = "02_gradient"
_RAPID = 1e4  # so rapid a function needs a step below the default


# --- slope --------------------------------------------------------------------------------------


def _slope_cases(rng: np.random.Generator) -> tuple[Case, ...]:
    """Draw functions that show every shortcut in the first call, by which verdicts argue.

    It is a falling and strongly bent stretch of a rapid wave, with a step smaller than the
    default one.
    """

    def sized(low: float, high: float) -> float:
        return float(rng.uniform(low, high))

    a, b, w = sized(0.4, 0.9), sized(0.5, 1.5), sized(0.6, 1.8)
    phase = np.pi + sized(0.6, 0.9) - _RAPID * w
    return (
        Case((Function("wave", (sized(1.3, 1.8) / _RAPID, _RAPID, phase)), w, 1e-6)),
        Case((Function("cubic", (a, -b, sized(0.5, 1.0))), -w, 0.1)),
        Case((Function("growth", (sized(0.5, 1.5), -sized(0.6, 1.2))), -sized(0.5, 1.5), 0.01)),
        Case((Function("cubic", (a, b, sized(-1.0, 1.0))), w)),
        # High above 0 a difference over a small step has no digits left, and on a parabola a long
        # step is exact: who uses a small one of his own shows.
        Case(
            (Function("parabola", (1e6, sized(0.4, 0.9), b)), w, float(rng.uniform(6, 9))),
            "a long step, far above 0",
            values=False,
        ),
    )


def _slope(f: Callable[[Any], Any], w: float, step: float = 1e-5) -> float:
    return float((f(w + step) - f(w - step)) / (2 * step))


def _slope_allowance(f: Callable[[Any], Any], w: float, step: float = 1e-5) -> float:
    exact = float(derivative(f, w))
    return _rounding(f, w, exact, step) + 3 * abs(_slope(f, w, step) - exact)


def _rounding(f: Callable[[Any], Any], W: Any, exact: Any, step: float) -> float:
    """Return what rounding alone can make of a difference of f over this step."""
    sizes = abs(float(f(W))) + float(np.max(np.abs(W)) * np.max(np.abs(exact)))
    return 8 * float(np.finfo(float).eps) * sizes / step


SLOPE = Exercise(
    name="slope",
    notebook=_NOTEBOOK,
    arguments={"f": "", "w": "", "step": ""},
    returns=(Output("slope"),),
    draw=_slope_cases,
    # The central difference itself, so that a result twice as large is recognised as that. What
    # is nearer to the exact derivative, or a little farther, is right too: see the allowance.
    truth=_slope,
    allowance=_slope_allowance,
    hints=(
        "A slope is a rise divided by a run. Which two points of the curve lie symmetrically "
        "around w, one step away from it on either side?",
        "f takes one number and returns one number, and so do you. You call f exactly twice. "
        "`step` is the distance from w to each of the two points, not from one to the other.",
        "Call f to the right of w and to the left of w. The rise is right minus left. What remains "
        "is to divide it by the distance between the two points: mind the parentheses.",
    ),
)


# --- numerical_gradient -------------------------------------------------------------------------


def _signed(rng: np.random.Generator, low: float, high: float, shape: tuple[int, ...]) -> Array:
    """Draw an array with entries of both signs, none near 0."""
    return rng.uniform(low, high, shape) * rng.choice([-1.0, 1.0], shape)


def _array_cases(rng: np.random.Generator) -> tuple[Case, ...]:
    def weights(*shape: int) -> Array:
        # No step leads across a power of 2, so adding and subtracting it once restores an entry:
        # who nudges up and down in one array is told of that, not of a lost last digit.
        return _signed(rng, 0.56, 0.94, shape) * rng.choice([1.0, 2.0], shape)

    def quartic(*shape: int) -> tuple[Function, Array]:
        C, D = rng.uniform(0.3, 0.9, shape), _signed(rng, 0.4, 1.2, shape)
        return Function("quartic", (C, D)), weights(*shape)

    B, X, Y = rng.normal(0.3, 1, (2, 4)), rng.normal(0.4, 1, (3, 6)), rng.normal(0.5, 2, (2, 6))
    D, W = _signed(rng, 0.4, 1.0, (3, 5)) * _RAPID, weights(3, 5)
    phase = float(rng.uniform(0.7, 1.1) - np.sum(D * W))
    return (
        Case((Function("ripple", (1 / _RAPID, D, phase)), W, 1e-6)),
        Case(quartic(5)),
        Case((Function("loss_of_A", (B, X, Y)), weights(4, 3), 0.01)),
        Case((*quartic(2, 3, 4), 0.05)),
        Case(quartic(1), "a single weight", values=False),
    )


def _differences(f: Callable[[Any], Any], W: Array, step: float = 1e-5) -> Array:
    nudges = step * np.eye(W.size).reshape(-1, *W.shape)
    rises: Array = np.array([f(W + nudge) - f(W - nudge) for nudge in nudges])
    return rises.reshape(W.shape) / (2 * step)


def _differences_allowance(f: Callable[[Any], Any], W: Array, step: float = 1e-5) -> Array:
    exact = gradient(f, W)
    own = 3 * np.max(np.abs(_differences(f, W, step) - exact))
    return np.full(W.shape, own + _rounding(f, W, exact, step))


NUMERICAL_GRADIENT = Exercise(
    name="numerical_gradient",
    notebook=_NOTEBOOK,
    arguments={"f": "", "W": "(…)", "step": ""},
    returns=(Output("gradient", "like W"),),
    draw=_array_cases,
    truth=_differences,
    allowance=_differences_allowance,
    hints=(
        "A gradient is a collection of slopes, one a weight. To get the slope in one weight, move "
        "that weight alone and hold all the others still.",
        "The result has the shape of W: make it with np.zeros_like(W). "
        "`for index in np.ndindex(W.shape)` visits every entry, whether W has one axis or three; "
        "index is a tuple, and W[index] is one number. f takes the whole array.",
        "For every index: copy W, raise that one entry by the step, call f; copy W again, lower "
        "the entry, call f. What remains is to turn the two values into a slope, as you did in "
        "slope, and to store it at index. Mind that `V = W` is no copy.",
    ),
)


# --- line_loss_gradient -------------------------------------------------------------------------


def _line_cases(rng: np.random.Generator) -> tuple[Case, ...]:
    def case(n_in: int, N: int, note: str = "", values: bool = True) -> Case:
        X = rng.normal(0.4, 1.0, (n_in, N))
        X[0, rng.integers(N)] = 0.0
        if n_in > 1:
            X[-1] = 1.0
        w, y = rng.normal(0.3, 1.0, n_in), rng.normal(0.5, 1.5, N)
        special = rng.permutation(N)[:3]
        y[special] = [0.0, 1.0, -4.0][: len(special)]
        return Case((w, X, y), note, values)

    sizes = [(4, 7), (3, 5), (6, 9), (5, 8)]
    return (
        *(case(*sizes[i]) for i in rng.permutation(len(sizes))[:3]),
        case(3, 1, "a single sample", values=False),
        case(1, 4, "a single weight", values=False),
    )


def _line_truth(w: Array, X: Array, y: Array) -> Array:
    return gradient(lambda W: np.mean((W @ X - y) ** 2, axis=-1) / 2, w)


LINE_LOSS_GRADIENT = Exercise(
    name="line_loss_gradient",
    notebook=_NOTEBOOK,
    arguments={"w": "(n_in,)", "X": "(n_in, N)", "y": "(N,)"},
    returns=(Output("gradient", "(n_in,)"),),
    draw=_line_cases,
    truth=_line_truth,
    hints=(
        "Begin with one sample, as on paper above. Each weight's slope is made of two numbers: "
        "how far the prediction is off, and what stood at that weight's input.",
        "The predictions w @ X are (N,), and so are the errors. The result is (n_in,), one entry a "
        "weight. X is (n_in, N): its N axis has to go, and what goes away is summed over.",
        "First all N errors, with their sign. Then, for every weight, the sum over the samples of "
        "error times that weight's input: one matrix product does it for all weights, and the "
        "shapes admit only one order. What remains is to make the mean of the sum.",
    ),
)


# --- gradient_descent ---------------------------------------------------------------------------


def _descent_cases(rng: np.random.Generator) -> tuple[Case, ...]:
    def bowl(*shape: int) -> tuple[Function, Array]:
        size = int(np.prod(shape))
        axes, _ = np.linalg.qr(rng.normal(size=(size, size)))
        M = axes @ np.diag(rng.uniform(0.5, 3.0, size)) @ axes.T
        centre = rng.normal(0.5, 1.0, shape)
        return Function("bowl_slopes", (M, centre)), centre + _signed(rng, 0.8, 2.0, shape)

    def valley(*shape: int) -> tuple[Function, Array]:
        C, centre = rng.uniform(0.8, 2.5, shape), rng.normal(0.5, 1.0, shape)
        return Function("valley_slopes", (C, centre)), centre + _signed(rng, 0.8, 2.0, shape)

    def rate() -> float:
        return float(rng.uniform(0.12, 0.3))

    # So near that every tolerance is met; around 0, where such small numbers keep their digits.
    near_rest = Function("bowl_slopes", (np.diag([0.7, 2.0]), np.zeros(2))), 1e-30 * np.ones(2)
    return (
        Case((*bowl(3), rate(), 5)),
        Case((*valley(2, 4), rate(), 6)),
        Case((*valley(5), rate(), 3)),
        Case((*bowl(2), rate(), 1), "a single step", values=False),
        Case((*bowl(2, 3), rate(), 0), "no steps", values=False),
        Case((*near_rest, rate(), 4), "a start next to the minimum", values=False, special=AT_REST),
    )


def _descent(
    gradient: Callable[[Array], Array], w: Array, learning_rate: float, steps: int
) -> Array:
    path = [w]
    for _ in range(steps):
        path.append(path[-1] - learning_rate * gradient(path[-1]))
    return np.stack(path)


GRADIENT_DESCENT = Exercise(
    name="gradient_descent",
    notebook=_NOTEBOOK,
    arguments={"gradient": "", "w": "(…)", "learning_rate": "", "steps": ""},
    returns=(Output("path", "(steps + 1, *w.shape)", list_ok=True),),
    draw=_descent_cases,
    truth=_descent,
    hints=(
        "You stand at w. Ask for the gradient where you stand, take a step against it, and ask "
        "again at the new place: the old answer holds only at the old place.",
        "w, the gradient and the step have one shape, whatever it is. The path has one point more "
        "than there are steps: with 0 steps it holds the start alone.",
        "Begin a list with the start. Repeat `steps` times: compute the new point as a new array "
        "and append it. What remains is the one line that computes it from the old point, the "
        "gradient there and the learning rate. Mind that `w -= …` changes the array in place, and "
        "with it every earlier entry of the list.",
    ),
)


# --- relative_error -----------------------------------------------------------------------------


def _pair_cases(rng: np.random.Generator) -> tuple[Case, ...]:
    longer = _signed(rng, 0.5, 2.0, (5,))
    shorter = 0.6 * longer + rng.normal(0, 0.2, 5)
    near = rng.normal(0.3, 1.0, (2, 3, 4))
    blank = np.array([0.0, 1.0, -1.0, 0.0, 2.5, -2.5]) * rng.integers(2, 9) / 4  # sums are exact
    moved = np.roll(blank, rng.integers(1, 6))
    small = 1e-4 * rng.normal(0.3, 1.0, (3, 4))
    return (
        Case((0.5 * small + 1e-5 * rng.normal(size=(3, 4)), small)),
        Case((longer, shorter)),
        Case((near, near * (1 + 1e-6 * rng.normal(size=near.shape)))),
        Case((1e-9 * longer, 1e-9 * shorter), "two tiny arrays", values=False),
        Case((np.zeros((3, 2)), np.zeros((3, 2))), "two arrays that are all zero", values=False),
        Case((np.zeros(4), rng.normal(1, 1, 4)), "mine all zero", values=False),
        Case((rng.normal(1, 1, 4), np.zeros(4)), "numeric all zero", values=False),
        Case((blank, moved), "entries of 0, and others that add up to 0", False),
    )


def _relative_error(mine: Array, numeric: Array) -> float:
    scale = max(np.linalg.norm(mine), np.linalg.norm(numeric))
    return float(np.linalg.norm(mine - numeric) / scale) if scale else 0.0


def _with_a_guard(mine: Array, numeric: Array) -> float:
    """Return how much is lost by a constant of 1e-12 that is added to the divisor."""
    scale = max(np.linalg.norm(mine), np.linalg.norm(numeric))
    return float(1.001e-12 / scale * _relative_error(mine, numeric)) if scale else 0.0


RELATIVE_ERROR = Exercise(
    name="relative_error",
    notebook=_NOTEBOOK,
    arguments={"mine": "(…)", "numeric": "(…)"},
    returns=(Output("error"),),
    draw=_pair_cases,
    truth=_relative_error,
    allowance=_with_a_guard,
    remark="A constant of about 1e-12 guards your division against 0. It does no harm here; "
    "gradients as small as that would come out too alike.",
    hints=(
        "A difference of 0.001 is large between gradients of length 0.01 and nothing between "
        "gradients of length 100. So measure the difference, and measure it against the gradients.",
        "mine and numeric have one shape, of one axis or more; the result is a single number. "
        "np.linalg.norm(array) is one number too: the root of the sum of all squared entries.",
        "Compute three lengths: of the difference, of mine, of numeric. One divided by the longer "
        "of the other two is the result. What remains is the case in which that division cannot "
        "be done.",
    ),
)

EXERCISES = (SLOPE, NUMERICAL_GRADIENT, RELATIVE_ERROR, LINE_LOSS_GRADIENT, GRADIENT_DESCENT)

QUESTIONS = (
    Question(
        name="ever_smaller_steps",
        text="We compute the slope of exp at w = 1 with steps from 1 down to 0.000000000000001 "
        "(1e-15). What will the error do as the step shrinks?",
        choices={
            "a": "shrink all the way: a smaller step is a better step",
            "b": "shrink at first, then grow again",
            "c": "stay the same, because the slope is what it is",
            "d": "grow all the way: small numbers are inexact",
        },
        right="b",
        replies={
            "a": "With exact numbers it would. But the computer keeps 16 digits, and two values of "
            "f that lie close together agree in most of them.",
            "b": "Large steps suffer from the bend of the curve, tiny ones from rounding. In "
            "between lies a best step.",
            "c": "The true slope is what it is, but the chord is not the tangent: how far the two "
            "are apart depends on the step.",
            "d": "Small numbers are as exact as large ones: 16 digits each. What is lost, is lost "
            "in a difference of two nearly equal numbers. And large steps have a trouble of their "
            "own.",
        },
    ),
    Question(
        name="beside_a_corner",
        text="f(w) = max(0, w) has slope 0 left of 0 and slope 1 right of it. At w = 0.02 its "
        "slope is 1. What will your slope say there with step = 0.1?",
        choices={"a": "1", "b": "0", "c": "0.6", "d": "it will raise an error"},
        right="c",
        replies={
            "a": "That is the true slope at 0.02. But one of your two points, 0.02 − 0.1, lies on "
            "the other side of the corner.",
            "b": "That is the slope left of the corner. Only one of your two points lies there.",
            "c": "The points are −0.08 and 0.12, with heights 0 and 0.12: rise 0.12, run 0.2. The "
            "chord mixes the slopes of both sides.",
            "d": "Nothing in your function notices: it asks for two heights, and gets them.",
        },
    ),
    Question(
        name="which_way_it_points",
        text="The loss of a line, over its two weights, is a valley. From some point of the map "
        "you draw the gradient as an arrow. It points …",
        choices={
            "a": "to the lowest point",
            "b": "straight away from the lowest point",
            "c": "along the contour line",
            "d": "across the contour line, to the higher side",
        },
        right="d",
        replies={
            "a": "It would be pleasant, but a positive slope means that the loss grows in that "
            "direction.",
            "b": "Only in a round valley. The gradient knows the slopes where it stands, and "
            "nothing of where the lowest point is.",
            "c": "Along a contour line the loss does not change: in that direction the slope is 0.",
            "d": "It combines the slopes in both weights, and so it points where the loss grows "
            "fastest, which is at right angles to where it does not change.",
        },
    ),
    Question(
        name="twice_the_weights",
        text="You make a network twice as large: twice as many weights. Each evaluation of the "
        "loss takes twice as long, too. One numerical gradient then takes …",
        choices={
            "a": "as long as before",
            "b": "twice as long",
            "c": "four times as long",
            "d": "ten times as long",
        },
        right="c",
        replies={
            "a": "Every weight has to be nudged by itself, and there are more of them now.",
            "b": "Twice as many evaluations, yes. But each of them takes twice as long as well.",
            "c": "Twice as many evaluations, each twice as long. With a thousand times the weights "
            "it is a million times the time.",
            "d": "That is blind search, where every further weight multiplies the work. Here it "
            "only adds to it.",
        },
    ),
    Question(
        name="one_sample_slope",
        text="One sample: x = (2, 1), y = 3. The weights are w = (0.5, 1), so the prediction is 2 "
        "and the error −1. What is the slope of the loss ½ · error² in the first weight?",
        choices={"a": "−1", "b": "−2", "c": "2", "d": "½"},
        right="b",
        replies={
            "a": "That is the slope of the loss in the prediction. But the prediction moves twice "
            "as fast as the weight: its input is 2.",
            "b": "Raise the weight a little: the prediction rises twice as much, the error shrinks "
            "in size, the loss falls.",
            "c": "The size is right. Now raise the weight from 0.5 to 0.6: does the loss grow?",
            "d": "That is the loss itself, ½ · (−1)². How fast does it change?",
        },
    ),
    Question(
        name="too_large_a_rate",
        text="In a valley like this one, what does gradient descent do if the learning rate is "
        "much too large?",
        choices={
            "a": "it arrives sooner",
            "b": "it stops, because the loss can't fall any more",
            "c": "it jumps across the valley and lands higher than it was, again and again",
            "d": "it goes in the wrong direction from the first step on",
        },
        right="c",
        replies={
            "a": "Up to a point. The gradient is the slope where you stand; it does not know how "
            "far the slope goes on.",
            "b": "It takes its steps whether the loss falls or not: nothing in it looks at the "
            "loss.",
            "c": "Each step is downhill where it begins, but it ends on the opposite slope, where "
            "the gradient is larger still.",
            "d": "The direction is right: downhill where you stand. The length is not.",
        },
    ),
)
