"""03_chain_rule: how people get derivatives of activations, chains, forks and their price wrong."""

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import numpy as np

from bplib import network
from bplib.course.chain_rule.exercises import (
    CHAIN_COST,
    D_COMPOSED,
    D_FORK,
    D_RELU,
    D_SIGMOID,
    D_TANH,
    SCALAR_GRADIENTS,
)
from bplib.course.mistakes import mistake, traces
from bplib.derivatives import derivative, distance
from bplib.finding import Finding
from bplib.network import sigmoid

_Scalars = tuple[float | None, float | None]
_SAME = 1e-7


# --- activations --------------------------------------------------------------------------------


def _tanh_slope(z: Any) -> Any:
    return 1 - np.tanh(z) ** 2


def _sigmoid_slope(z: Any) -> Any:
    return sigmoid(z) * (1 - sigmoid(z))


_ITSELF = (
    "Your result is the height of the curve, not its slope: where the curve is flat and high, the "
    "slope is 0, and yours is not."
)
_HEIGHT_OR_SLOPE = "What is asked for: where the curve is, or how steeply it rises?"
_AT_OUTPUT = (
    "The slope is taken at the wrong place: the activation was put in where the pre-activation "
    "belongs, so even for a huge z your slope never comes near 0."
)
_WHERE_TAKEN = "The function receives z. Is it put through the activation once too often?"
_OUTPUT_FORM = (
    "Your slope has no bounds: at z = 1000 it is of the order of a million, where the curve is "
    "flat. A formula written for the activation was fed with z."
)
_WHICH_LETTER = "In the formula you had in mind, does the letter stand for z or for the activation?"

mistake(
    D_TANH,
    "activation-for-slope",
    _ITSELF,
    _HEIGHT_OR_SLOPE,
    "Returns f.",
)(np.tanh)

mistake(
    D_TANH,
    "slope-at-activation",
    _AT_OUTPUT,
    _WHERE_TAKEN,
    "Mixes up f′(z) and f′(h) after reading code that passes h.",
)(lambda z: _tanh_slope(np.tanh(z)))

mistake(
    D_TANH,
    "output-form-fed-with-z",
    _OUTPUT_FORM,
    _WHICH_LETTER,
    "Copies the formula in h and puts z in.",
)(lambda z: 1 - z**2)

mistake(
    D_TANH,
    "square-missing",
    "Your slope at −z differs from the one at z, though the curve is equally steep on both "
    "sides; far to the left yours is 2 where the curve is flat.",
    "Is every power of the formula there?",
    "Forgets the square.",
)(lambda z: 1 - np.tanh(z))

mistake(
    D_TANH,
    "square-inside",
    "Near 0 your slope falls off too fast to either side or not fast enough: the square sits "
    "on the wrong thing.",
    "What is squared: the argument, or the result of tanh?",
    "Writes tanh(z**2) for tanh(z)**2.",
)(lambda z: 1 - np.tanh(z**2))

mistake(
    D_TANH,
    "slope-twice",
    "At 0 it is right, elsewhere your slope fades too fast: it is the square of the right one.",
    "Has the slope been multiplied in twice?",
    "Applies the local derivative twice.",
)(lambda z: _tanh_slope(z) ** 2)

mistake(
    D_TANH,
    "second-derivative",
    "Your result is 0 at z = 0, where the curve is steepest: it is the slope of the slope.",
    "How often has tanh been differentiated?",
    "Differentiates the derivative formula once more.",
)(lambda z: -2 * np.tanh(z) * _tanh_slope(z))

mistake(
    D_TANH,
    "the-1-forgotten",
    "Yours is 0 where the curve is steepest and 1 where it is flat: the wrong way round.",
    "Hold the value at z = 0 against the picture. Which term is missing?",
    "Remembers only the square.",
)(lambda z: np.tanh(z) ** 2)

_cosh_not_squared = mistake(
    D_TANH,
    "cosh-not-squared",
    "To both sides of 0 your slope fades too slowly.",
    "Look at the denominator that the quotient rule leaves.",
    "Remembers 1/cosh, or the quotient rule's 4 over e^z + e^−z, and loses the power.",
)
_cosh_not_squared(lambda z: 1 / np.cosh(z))
_cosh_not_squared(lambda z: 2 / np.cosh(z))

mistake(
    D_TANH,
    "sign-inside",
    "Your slope grows with the distance from 0, while the curve gets flatter.",
    "Mind the sign in the numerator of the quotient rule.",
    "A sign lost in the quotient rule; the formula of tan.",
)(lambda z: 1 + np.tanh(z) ** 2)

mistake(
    D_TANH,
    "slope-of-tan",
    "Your slope repeats itself like a wave: it belongs to tan, not to tanh.",
    "tanh is made of exp, not of sine and cosine.",
    "Takes the derivative of tan.",
)(lambda z: 1 / np.cos(z) ** 2)

mistake(
    D_TANH,
    "slope-of-arctan",
    "At 0 it is right, but it fades too slowly: it belongs to the arc tangent.",
    "tanh is made of exp. Which function has the slope you wrote down?",
    "Takes the derivative of arctan from a table.",
)(lambda z: 1 / (1 + z**2))

mistake(
    D_TANH,
    "slope-of-the-sigmoid",
    "Yours is ¼ at z = 0: that is how steep the sigmoid is there, and tanh is steeper.",
    "Which function's formula is this?",
    "Uses s(1 − s) for every activation.",
)(_sigmoid_slope)

mistake(
    D_TANH,
    "the-sigmoids-formula-with-tanh",
    "Your slope is 0 at z = 0 and negative to the left, but tanh rises everywhere.",
    "The formula h(1 − h) belongs to another activation. What does it assume about h?",
    "Uses h(1 − h) for every activation.",
)(lambda z: np.tanh(z) * (1 - np.tanh(z)))

mistake(
    D_SIGMOID,
    "activation-for-slope",
    _ITSELF,
    _HEIGHT_OR_SLOPE,
    "Returns f.",
)(sigmoid)

mistake(
    D_SIGMOID,
    "slope-at-activation",
    _AT_OUTPUT,
    _WHERE_TAKEN,
    "The commonest one: passes s through sigmoid again.",
)(lambda z: _sigmoid_slope(sigmoid(z)))

mistake(
    D_SIGMOID,
    "output-form-fed-with-z",
    _OUTPUT_FORM,
    _WHICH_LETTER,
    "Copies s(1 − s) and puts z in.",
)(lambda z: z * (1 - z))

mistake(
    D_SIGMOID,
    "parentheses-missing",
    "What you take for the sigmoid is always above 1: so your slope is negative, and it grows "
    "without end to the left.",
    "Print the sigmoid in it, which lies between 0 and 1. Python divides before it adds.",
    "Writes 1 / 1 + exp(−z).",
)(lambda z: -(1 + np.exp(-z)) * np.exp(-z))

mistake(
    D_SIGMOID,
    "one-factor-only",
    "Far to the left your slope is 1, while the curve is flat there: half of the formula is "
    "missing.",
    "How many factors does the slope have?",
    "Forgets the factor s, or the power of the denominator.",
)(lambda z: 1 - sigmoid(z))

mistake(
    D_SIGMOID,
    "the-tanhs-formula-with-the-sigmoid",
    "Far to the left your slope is 1, while the curve is flat there: this is what tanh would need.",
    "Which function's formula is this?",
    "Uses 1 − h² for every activation.",
)(lambda z: 1 - sigmoid(z) ** 2)

mistake(
    D_SIGMOID,
    "slope-of-tanh",
    "Yours is 1 at z = 0: that is how steep tanh is there, and the sigmoid is flatter.",
    "Which function's formula is this?",
    "Uses tanh's derivative for every activation.",
)(_tanh_slope)

mistake(
    D_SIGMOID,
    "slope-twice",
    "At z = 0 it is a sixteenth, and to both sides it fades too fast: it is the square of the "
    "right one.",
    "Has the slope been multiplied in twice?",
    "Applies the local derivative twice.",
)(lambda z: _sigmoid_slope(z) ** 2)

mistake(
    D_SIGMOID,
    "second-derivative",
    "Your result is 0 at z = 0, where the curve is steepest: it is the slope of the slope.",
    "How often has the sigmoid been differentiated?",
    "Differentiates the derivative formula once more.",
)(lambda z: _sigmoid_slope(z) * (1 - 2 * sigmoid(z)))

mistake(
    D_SIGMOID,
    "inner-derivative-forgotten",
    "Your slope is negative, and far to the right it is −1, where the curve is flat: only the "
    "reciprocal has been differentiated.",
    "What stands inside the reciprocal depends on z too: which links come before it?",
    "Power rule on (1 + e^−z)^−1 without the chain rule.",
)(lambda z: -(sigmoid(z) ** 2))

mistake(
    D_SIGMOID,
    "squared",
    "Far to the right your slope is 1, where the curve is flat.",
    "The two factors of the slope are not equal: what is the second one?",
    "s·s for s(1 − s); or the reciprocal's derivative without the inner one.",
)(lambda z: sigmoid(z) ** 2)

mistake(
    D_SIGMOID,
    "sign-inside",
    "Far to the right your slope is 2, where the curve is flat.",
    "Mind the sign between the two terms.",
    "A sign lost.",
)(lambda z: sigmoid(z) * (1 + sigmoid(z)))

mistake(
    D_SIGMOID,
    "denominators-power-too-high",
    "To the left your slope fades too fast, and left and right differ, though the curve is "
    "equally steep on both sides.",
    "Which power does the reciprocal get when it is differentiated?",
    "Raises the power by two.",
)(lambda z: sigmoid(z) ** 2 * (1 - sigmoid(z)))


def _same(a: Any, b: Any) -> bool:
    return distance(a, b) <= _SAME


def _trace_entries(z: Any, mine: Any, activation: network.Activation) -> Finding | None:
    """Tell an added constant, or that only one side of 0 is wrong."""
    z, mine = np.ravel(z), np.ravel(mine)
    if z.size < 6:
        return None
    gap = mine - derivative(activation, z)
    if np.ptp(gap) <= _SAME:
        return Finding(
            "step-a-constant-added",
            "Every entry is off by the same number.",
            "Hold the value at 0 and far out against the picture of the slope.",
            f"yours minus the right one is {gap[0]:.3g} everywhere",
        )
    off = np.abs(gap) > _SAME
    for wrong, other, side in ((z > 0, z < 0, "positive"), (z < 0, z > 0, "negative")):
        if off[wrong].any() and not off[other].any():
            at = int(np.argmax(np.abs(gap)))
            return Finding(
                f"step-{side}-entries",
                f"Only {side} entries are off.",
                "What is different on that side?",
                f"at {z[at]:.3g} you have {mine[at]:.3g} where {mine[at] - gap[at]:.3g} belongs",
            )
    return None


traces(D_TANH)(lambda given, mine: _trace_entries(given[0], mine, network.tanh))
traces(D_SIGMOID)(lambda given, mine: _trace_entries(given[0], mine, sigmoid))


def _sign(z: Any) -> Any:
    return np.where(np.asarray(z) > 0, 1.0, -1.0)


mistake(
    D_RELU,
    "activation-for-slope",
    "To the right your result grows with z: it is the height of the curve, and a straight line "
    "has the same slope everywhere.",
    _HEIGHT_OR_SLOPE,
    "Returns f.",
)(lambda z: np.maximum(z, 0))

mistake(
    D_RELU,
    "returns-z",
    "Your result is z itself, the place on the axis.",
    "How steep is the curve at that place?",
    "Takes the derivative of z²/2, or forgets to change anything.",
)(lambda z: np.asarray(z) * 1.0)

mistake(
    D_RELU,
    "mask-inverted",
    "Yours lets through where the unit is off, and blocks where it is on.",
    "On which side of 0 does the curve rise?",
    "Comparison the wrong way round.",
)(lambda z: np.where(np.asarray(z) < 0, 1.0, 0.0))

mistake(
    D_RELU,
    "minus-1-on-the-left",
    "Your slope on the left is −1; that would be a curve that falls there, like |z|.",
    "What does ReLU do to every negative z?",
    "Uses np.sign, the derivative of |z|.",
)(_sign)

mistake(
    D_RELU,
    "on-everywhere",
    "Your slope is 1 on both sides: that is a straight line without a kink.",
    "What happens to a nudge of a negative z?",
    "Differentiates z and forgets the maximum.",
)(lambda z: np.ones_like(z, dtype=float))

mistake(
    D_RELU,
    "leaky",
    "On the left your slope is small but not 0: that belongs to the leaky variant.",
    "How far does ReLU itself move when a negative z is nudged?",
    "Copies leaky ReLU.",
)(lambda z: np.where(np.asarray(z) > 0, 1.0, 0.01))

mistake(
    D_RELU,
    "switches-at-1",
    "Between 0 and 1 your slope is 0, though the curve rises there already.",
    "Where exactly is the kink?",
    "Confuses the slope's value with the threshold.",
)(lambda z: np.where(np.asarray(z) > 1, 1.0, 0.0))

mistake(
    D_RELU,
    "half-the-step",
    "On the right your slope is ½; the line there rises by 1 for every 1.",
    "How steep is the line on the right?",
    "Takes the convention at 0 for the slope.",
)(lambda z: np.where(np.asarray(z) > 0, 0.5, 0.0))


# --- chains and forks ---------------------------------------------------------------------------


def _links(x: Any) -> tuple[Any, Any]:
    u = 3 * x + 1
    return u, np.exp(-(u**2))


def _composed(formula: Callable[[Any, Any, Any], Any]) -> Callable[[Any], Any]:
    """Return the mistake that a formula of x, u = 3x + 1 and y makes."""
    return lambda x: formula(x, *_links(x))


mistake(
    D_COMPOSED,
    "activation-for-slope",
    "Your result is y itself: it is nowhere negative, though the curve falls on its right side.",
    _HEIGHT_OR_SLOPE,
    "Thinks exp is its own derivative, whatever stands in it.",
)(_composed(lambda x, u, y: y))

mistake(
    D_COMPOSED,
    "first-link-forgotten",
    "Your slope is a third of the right one everywhere: x moves the first link three times as "
    "fast as you say.",
    "Go back to the very beginning of the chain: by how much does 3x + 1 move when x moves?",
    "Stops one link short: the inner derivative.",
)(_composed(lambda x, u, y: -2 * u * y))

_middle_link_forgotten = mistake(
    D_COMPOSED,
    "middle-link-forgotten",
    "Your slope never changes its sign, but the curve is a hump: it rises, then it falls.",
    "Which link lies between 3x + 1 and exp, and what is its slope?",
    "Skips the square, with or without its minus.",
)
_middle_link_forgotten(_composed(lambda x, u, y: -3 * y))
_middle_link_forgotten(_composed(lambda x, u, y: 3 * y))

mistake(
    D_COMPOSED,
    "wrong-sign",
    "Every entry has the wrong sign: where the curve falls, your slope is positive.",
    "Where does the minus in the exponent go when that link is differentiated?",
    "Drops the minus.",
)(_composed(lambda x, u, y: 6 * u * y))

mistake(
    D_COMPOSED,
    "the-2-of-the-square-lost",
    "Your slope is half of the right one everywhere.",
    "Which number does a square bring down when it is differentiated?",
    "Power rule without its factor.",
)(_composed(lambda x, u, y: -3 * u * y))

_the_exponents_power_rule = mistake(
    D_COMPOSED,
    "the-exponents-power-rule",
    "On one side of the hump at least your slope has the wrong sign: the exponent has "
    "been brought down as if it were a power.",
    "Is x in the base or in the exponent?",
    "Power rule in place of the derivative of exp, n·e^(n−1), alone or with the other links.",
)
_the_exponents_power_rule(_composed(lambda x, u, y: -(u**2) * y))
_the_exponents_power_rule(_composed(lambda x, u, y: 6 * u**3 * y / np.e))

mistake(
    D_COMPOSED,
    "middle-slope-at-the-square",
    "Your slope never changes its sign, but the curve is a hump: the slope of the square is "
    "taken at what comes out of it.",
    "Of the two numbers, what goes into the square and what comes out, which does its slope need?",
    "2v for 2u: the value where the input belongs.",
)(_composed(lambda x, u, y: -6 * u**2 * y))

mistake(
    D_COMPOSED,
    "minus-squared",
    "Far from the top your result grows and grows, while the curve is flat: what arrives at "
    "exp has lost its minus.",
    "Print what goes into exp. Which sign should it have?",
    "(−u)² for −u².",
)(_composed(lambda x, u, y: -6 * u / y))

_outer_slope_at_x = mistake(
    D_COMPOSED,
    "outer-slope-at-x",
    "The slope of the last link is taken at x itself, not at what arrives there.",
    "Each local derivative is taken where the forward pass has come to. What arrives at exp?",
    "f′(x)·g′(x) for f′(g(x))·g′(x), or the inner function replaced by x.",
)
_outer_slope_at_x(_composed(lambda x, u, y: -6 * u * np.exp(x)))
_outer_slope_at_x(_composed(lambda x, u, y: -6 * u * np.exp(-(x**2))))

mistake(
    D_COMPOSED,
    "middle-slope-at-x",
    "Your slope is 0 at x = 0, but the top of the hump lies where 3x + 1 is 0: the square's "
    "slope is taken at the wrong place.",
    "What arrives at the square: x, or something made of x?",
    "2x for 2u.",
)(_composed(lambda x, u, y: -6 * x * y))

mistake(
    D_COMPOSED,
    "links-added",
    "Far from the hump the curve is flat, but your slope is not: the local derivatives have "
    "been added.",
    "A nudge goes through the links one after the other. If one doubles it and the next "
    "triples it, how large is it in the end?",
    "Adds along a chain, as one adds over paths.",
)(_composed(lambda x, u, y: 3 - 2 * u + y))

mistake(
    D_COMPOSED,
    "derivative-put-inside",
    "Far to the left your result is enormous, while the curve is flat: the inner derivative "
    "ended up inside the exp.",
    "Local derivatives are multiplied; what stands inside a function stays as it was.",
    "f(g′) for f′(g)·g′.",
)(_composed(lambda x, u, y: np.exp(-6 * u)))

mistake(
    D_COMPOSED,
    "product-in-place-of-a-chain",
    "Where 3x + 1 is 0 the curve has its top, and your slope is not 0: a term too many.",
    "Is it a product of two functions, or one function of another?",
    "Product rule for a composition (Horvath and Speer, 2008).",
)(_composed(lambda x, u, y: y - 6 * u * y))

mistake(
    D_COMPOSED,
    "square-of-a-sum",
    "Your slope is 0 at x = 0, where the curve is falling.",
    "Has a sum been squared term by term?",
    "(3x + 1)² = 9x² + 1.",
)(_composed(lambda x, u, y: -18 * x * y))

mistake(
    D_COMPOSED,
    "first-link-twice",
    "Your slope is three times the right one everywhere.",
    "How often does the nudge pass the first link?",
    "Multiplies by the inner derivative at two links.",
)(_composed(lambda x, u, y: -18 * u * y))


def _fork(*parts: Callable[[Any, Any], Any]) -> Callable[[Any], Any]:
    """Return the sum of some contributions, each a formula of x and tanh(x)."""
    return lambda x: sum(part(x, np.tanh(x)) for part in parts)


def _before(x: Any, t: Any) -> Any:
    return t


def _inside(x: Any, t: Any) -> Any:
    return x * (1 - t**2)


def _square(x: Any, t: Any) -> Any:
    return 2 * x


mistake(
    D_FORK,
    "activation-for-slope",
    "Your result is y itself: it is nowhere negative, though the curve falls for negative x.",
    _HEIGHT_OR_SLOPE,
    "Returns f.",
)(lambda x: x * np.tanh(x) + x**2)

mistake(
    D_FORK,
    "a-path-is-missing-inside-tanh",
    "Far from 0 it is nearly right, near 0 it is too small: the x inside tanh is held still.",
    "Count the places where x stands, and the terms of your result.",
    "Treats tanh(x) as a constant factor.",
)(_fork(_before, _square))

mistake(
    D_FORK,
    "a-path-is-missing-the-factor",
    "Far from 0 your slope is too small by nearly 1: the x that multiplies tanh is held still.",
    "Count the places where x stands, and the terms of your result.",
    "Treats the factor x as a constant.",
)(_fork(_inside, _square))

mistake(
    D_FORK,
    "a-path-is-missing-the-square",
    "For large x your slope levels off, but the curve grows ever steeper.",
    "Count the places where x stands, and the terms of your result.",
    "Stops after the product.",
)(_fork(_before, _inside))

mistake(
    D_FORK,
    "one-path-only-inside-tanh",
    "Far from 0 your slope is next to 0, though the curve is steep: of all the ways a nudge "
    "can take, only the one inside tanh is there.",
    "Through which other places does x reach y?",
    "Follows a single path.",
)(_fork(_inside))

mistake(
    D_FORK,
    "one-path-only-the-square",
    "Your slope is a straight line: of all the ways a nudge can take, only the square is "
    "there. Has the last path overwritten the others?",
    "Through which other places does x reach y?",
    "Overwrites: = where += belongs.",
)(_fork(_square))

mistake(
    D_FORK,
    "one-path-only-the-factor",
    "Your slope stays between −1 and 1, though the curve grows ever steeper: of all the ways "
    "a nudge can take, only one is there.",
    "Through which other places does x reach y?",
    "Follows a single path.",
)(_fork(_before))

mistake(
    D_FORK,
    "product-of-the-derivatives",
    "At x = 0 your slope is 1, but the curve is flat there: a product is not differentiated "
    "factor by factor.",
    "Let only one of the two factors move, then only the other.",
    "(fg)′ = f′g′.",
)(lambda x: 1 - np.tanh(x) ** 2 + 2 * x)

mistake(
    D_FORK,
    "derivatives-added-not-weighted",
    "At x = 0 your slope is 2, but the curve is flat there.",
    "If one factor moves, what does the other factor do to that movement?",
    "(fg)′ = f′ + g′.",
)(lambda x: 1 + (1 - np.tanh(x) ** 2) + 2 * x)

_paths_multiplied = mistake(
    D_FORK,
    "paths-multiplied",
    "Far from 0 your slope is not steep enough: one closed path shuts off others that are open.",
    "Paths lie side by side. Does a nudge need all of them to arrive, or does each bring its part?",
    "Multiplies over paths, as one multiplies along a chain: all, or the two of the product.",
)
_paths_multiplied(lambda x: np.tanh(x) * _inside(x, np.tanh(x)) * 2 * x)
_paths_multiplied(lambda x: np.tanh(x) * _inside(x, np.tanh(x)) + 2 * x)

mistake(
    D_FORK,
    "the-square-itself",
    "Far to the left your slope is positive, though the curve falls there: one contribution "
    "is a height, not a slope.",
    "Compare y and your result, term by term: which one has stayed as it was?",
    "Forgets to differentiate the last term.",
)(_fork(_before, _inside, lambda x, t: x**2))

mistake(
    D_FORK,
    "the-square-counted-once",
    "For large x your slope is little more than half of what it should be: x² is x times x, "
    "and both move.",
    "How often does x stand in the last term?",
    "One path for x², or the power rule without its 2.",
)(_fork(_before, _inside, lambda x, t: x))

mistake(
    D_FORK,
    "paths-averaged",
    "Your slope is a third of the right one everywhere.",
    "Each path brings its own part of the movement. Is anything shared out between them?",
    "Takes the mean over paths.",
)(lambda x: _fork(_before, _inside, _square)(x) / 3)

mistake(
    D_FORK,
    "sign-between-the-paths",
    "Near 0 your slope is too small: one contribution enters with the wrong sign.",
    "The product rule: is it a sum or a difference?",
    "Mixes up the product rule and the quotient rule.",
)(lambda x: np.tanh(x) - _inside(x, np.tanh(x)) + 2 * x)

mistake(
    D_FORK,
    "square-missing",
    "For positive x it is nearly right, for negative x far off, though the slope of tanh is "
    "the same on both sides.",
    "Compare the slope of tanh used here with the one in d_tanh.",
    "1 − tanh.",
)(_fork(_before, lambda x, t: x * (1 - t), _square))

mistake(
    D_FORK,
    "output-form-fed-with-z",
    "Far from 0 it grows like a cube: a formula written for the activation was fed with x.",
    "Compare the slope of tanh used here with the one in d_tanh.",
    "1 − x².",
)(_fork(_before, lambda x, t: x * (1 - x**2), _square))

mistake(
    D_FORK,
    "slope-at-activation",
    "Far from 0 the x inside tanh still counts in yours, though tanh is flat there: its slope "
    "is taken after tanh, not before.",
    "At which value does tanh work on the way forward?",
    "d_tanh(np.tanh(x)).",
)(_fork(_before, lambda x, t: x * (1 - np.tanh(t) ** 2), _square))

mistake(
    D_FORK,
    "inside-without-its-weight",
    "At x = 0 your slope is 1, but the curve is flat there: the movement inside tanh is not "
    "multiplied by what stands before it.",
    "If only the x inside tanh moves, what does the factor before it do to that movement?",
    "f′g + g′ for f′g + fg′.",
)(_fork(_before, lambda x, t: 1 - t**2, _square))


@traces(D_FORK)
def _trace_paths(arguments: tuple[Any, ...], result: Any) -> Finding | None:
    """Say with which weight each use of x entered the sum of the paths."""
    x = np.asarray(arguments[0])
    if x.size < 4:
        return None
    uses = (
        derivative(lambda p: p * np.tanh(x), x),
        derivative(lambda q: x * np.tanh(q), x),
        derivative(lambda r: r**2, x),
    )
    paths = np.stack([use.ravel() for use in uses], axis=1)
    weights = np.linalg.lstsq(paths, np.ravel(result), rcond=None)[0]
    if not _same(paths @ weights, np.ravel(result)):
        return None
    return Finding(
        "step-the-paths",
        "Each way from x to y counts once in the sum; yours count with other weights.",
        "Write down every place where x stands in the formula: each is a path of its own.",
        "your sum takes the paths " + ", ".join(f"{weight:.3g}" for weight in weights) + " times",
    )


# --- the network of scalars ---------------------------------------------------------------------


def _scalar(
    formula: Callable[[float, float, float, float, float, float], _Scalars],
) -> Callable[[float, float, float, float], _Scalars]:
    """Return the mistake that a formula of a, b, x, h, the error and the slope of tanh makes."""

    def mistaken(a: float, b: float, x: float, y: float) -> _Scalars:
        h = float(np.tanh(a * x))
        return formula(a, b, x, h, b * h - y, 1 - h**2)

    return mistaken


_FACTOR_ITSELF = (
    "With h = 0 no nudge of b moves y_hat, yet your dL/db would not be 0: on the way back through "
    "a product, each factor gets itself."
)
_OTHER_FACTOR = "In y_hat = b·h, which number decides how far a nudge of b goes?"


def _target_forgotten(a: float, b: float, x: float, y: float) -> _Scalars:
    return _scalar(lambda a, b, x, h, e, s: (e * b * s * x, e * h))(a, b, x, 0.0)


mistake(
    SCALAR_GRADIENTS,
    "gradients-exchanged",
    "The first number belongs to b and the second to a.",
    "In which order does the docstring ask for them?",
    "Returns them in the order they are found, from the output back.",
)(_scalar(lambda a, b, x, h, e, s: (e * h, e * b * s * x)))

mistake(
    SCALAR_GRADIENTS,
    "slope-missing",
    "dL/da does not shrink where the hidden unit is saturated: the way back does not pass "
    "through tanh.",
    "Between h and z there is a link. What does it do to a nudge?",
    "Skips the activation.",
)(_scalar(lambda a, b, x, h, e, s: (e * b * x, None)))

mistake(
    SCALAR_GRADIENTS,
    "x-missing",
    "dL/da does not know its own input: with x = 0 the weight a has no influence at all, but "
    "yours would not be 0. You stopped at z.",
    "One more link: how far does z move when a moves?",
    "Stops at dL/dz.",
)(_scalar(lambda a, b, x, h, e, s: (e * b * s, None)))

mistake(
    SCALAR_GRADIENTS,
    "b-missing",
    "dL/da does not depend on b: but with b = 0 nothing that a does would reach the loss.",
    "On its way back the error passes the weight b. What does that do to it?",
    "Skips the link between y_hat and h.",
)(_scalar(lambda a, b, x, h, e, s: (e * s * x, None)))

mistake(
    SCALAR_GRADIENTS,
    "h-missing",
    "dL/db is the error itself, one link too early: a nudge of b does not move y_hat by as much.",
    "How far does y_hat move when b moves?",
    "Stops at dL/dy_hat.",
)(_scalar(lambda a, b, x, h, e, s: (None, e)))

mistake(
    SCALAR_GRADIENTS,
    "x-missing-h-missing",
    "Both stop one link early: at z and at y_hat, not at the weights.",
    "How far does z move when a moves, and y_hat when b moves?",
    "Forgets that a weight's derivative contains its input.",
)(_scalar(lambda a, b, x, h, e, s: (e * b * s, e)))

mistake(
    SCALAR_GRADIENTS,
    "z-for-h",
    "dL/db grows with a·x without bounds, as if there were no tanh before b.",
    "What arrives at b: z or h?",
    "Uses the pre-activation.",
)(_scalar(lambda a, b, x, h, e, s: (None, e * a * x)))

mistake(
    SCALAR_GRADIENTS,
    "x-for-h",
    "dL/db contains x: but b never sees x, only what the hidden unit makes of it.",
    "What arrives at b?",
    "Uses the network's input for both weights.",
)(_scalar(lambda a, b, x, h, e, s: (None, e * x)))

mistake(
    SCALAR_GRADIENTS,
    "h-for-x",
    "dL/da contains the hidden activation where what enters a belongs.",
    "What does a multiply on the way forward?",
    "Uses h for both weights.",
)(_scalar(lambda a, b, x, h, e, s: (e * b * s * h, None)))

mistake(
    SCALAR_GRADIENTS,
    "derivative-with-respect-to-x",
    "What you return for a is dL/dx: how the loss answers to the input.",
    "z = a·x has two factors. Which of them is nudged here, and which one stays?",
    "Takes the wrong factor of a·x.",
)(_scalar(lambda a, b, x, h, e, s: (e * b * s * a, None)))

mistake(
    SCALAR_GRADIENTS,
    "slope-at-activation",
    "In dL/da the slope of tanh is taken at h, after the unit, where it is never near 0.",
    "At which value does tanh work on the way forward?",
    "d_tanh(h).",
)(_scalar(lambda a, b, x, h, e, s: (e * b * (1 - np.tanh(h) ** 2) * x, None)))

mistake(
    SCALAR_GRADIENTS,
    "output-form-fed-with-z",
    "In dL/da the slope of tanh becomes negative, but tanh rises everywhere: a formula written "
    "for h was fed with z.",
    _WHICH_LETTER.replace("the activation", "h"),
    "1 − z².",
)(_scalar(lambda a, b, x, h, e, s: (e * b * (1 - (a * x) ** 2) * x, None)))

mistake(
    SCALAR_GRADIENTS,
    "square-missing",
    "In dL/da the slope of tanh differs for z and −z, but the curve is equally steep there.",
    "Compare the slope used here with the one in d_tanh.",
    "1 − h.",
)(_scalar(lambda a, b, x, h, e, s: (e * b * (1 - h) * x, None)))

mistake(
    SCALAR_GRADIENTS,
    "activation-for-slope",
    "On the way back through the hidden unit you multiply by its height h, not by its slope.",
    "How far does h move when z moves?",
    "f for f′.",
)(_scalar(lambda a, b, x, h, e, s: (e * b * h * x, None)))

mistake(
    SCALAR_GRADIENTS,
    "slope-of-the-sigmoid",
    "In dL/da the slope of the hidden unit is negative where h is negative: the formula of "
    "another activation.",
    "Which activation has this network?",
    "h(1 − h) out of habit.",
)(_scalar(lambda a, b, x, h, e, s: (e * b * h * (1 - h) * x, None)))

mistake(
    SCALAR_GRADIENTS,
    "loss-in-place-of-the-error",
    "The sign of the error is lost: too high and too low give the same direction, and both "
    "cannot be right.",
    "What does one multiply by at the start: L itself, or its slope with respect to e?",
    "Sends the loss back.",
)(_scalar(lambda a, b, x, h, e, s: (0.5 * e**2 * b * s * x, 0.5 * e**2 * h)))

mistake(
    SCALAR_GRADIENTS,
    "squared-error",
    "The sign of the error is lost: too high and too low give the same direction.",
    "What is the slope of ½e²?",
    "Forgets to differentiate the square.",
)(_scalar(lambda a, b, x, h, e, s: (e**2 * b * s * x, e**2 * h)))

mistake(
    SCALAR_GRADIENTS,
    "target-missing",
    "Change y, and your result stays as it is: but where prediction and target agree, both "
    "derivatives must be 0.",
    "What is dL/dy_hat? Evaluate it where y_hat equals y.",
    "y_hat for the error.",
)(_target_forgotten)

mistake(
    SCALAR_GRADIENTS,
    "error-missing",
    "Your numbers say how y_hat answers to a and b, not how the loss does: the target plays no "
    "role in them.",
    "One link is left, between y_hat and L.",
    "Differentiates the prediction.",
)(_scalar(lambda a, b, x, h, e, s: (b * s * x, h)))

mistake(
    SCALAR_GRADIENTS,
    "links-added",
    "Where prediction and target agree, both derivatives must be 0; yours are sums, and are not.",
    "A nudge passes the links one after the other. What happens to it at each?",
    "Adds along the chain.",
)(_scalar(lambda a, b, x, h, e, s: (e + b + s + x, e + h)))

mistake(
    SCALAR_GRADIENTS,
    "carries-dl-over-db-on",
    "In dL/da there is a factor h too many: b and h sit side by side under y_hat, and the way "
    "to a does not lead through b.",
    "From dL/dy_hat the way forks: which branch leads to a?",
    "Multiplies on from dL/db.",
)(_scalar(lambda a, b, x, h, e, s: (e * h * b * s * x, None)))

_each_factor_gets_itself = mistake(
    SCALAR_GRADIENTS,
    "each-factor-gets-itself",
    _FACTOR_ITSELF,
    _OTHER_FACTOR,
    "e·b to b and e·h to h, at this product or at both.",
)
_each_factor_gets_itself(_scalar(lambda a, b, x, h, e, s: (e * h * s * x, e * b)))
_each_factor_gets_itself(_scalar(lambda a, b, x, h, e, s: (e * h * s * a, e * b)))


@traces(SCALAR_GRADIENTS)
def _trace_scalars(arguments: tuple[Any, ...], result: Any) -> Finding | None:
    """Solve for the error or the z that was used; else name the factor or the way that is off."""
    a, b, x, y = map(np.float64, arguments)
    da, db = map(np.float64, result)
    h, slope = np.tanh(a * x), derivative(network.tanh, a * x)
    error = b * h - y
    if not _same(db, error * h):
        used = db / h
        if _same(da, used * b * slope * x):
            return Finding(
                "step-the-error",
                "The error, with which the way back starts, is already off.",
                "Follow ŷ and the error on the way forward, with numbers.",
                f"the error you used is {used:.4g} where {error:.4g} belongs",
            )
        for used_h in np.roots([b, -y, -db]) if b else ():
            used_z = np.arctanh(used_h) if np.isreal(used_h) and abs(used_h) < 1 else np.nan
            if _same(da, (b * used_h - y) * b * derivative(network.tanh, float(used_z)) * x):
                return Finding(
                    "step-z",
                    "Both derivatives belong to another z than this network's.",
                    "What enters tanh?",
                    f"the z you used is {used_z:.4g} where {a * x:.4g} belongs",
                )
    factors = {"a": a, "b": b, "x": x, "y": y, "h": h, "error": error, "slope": slope}
    ways = (("dL/da", da, error * b * slope * x), ("dL/db", db, error * h))
    return _wrong_factor(ways, factors) or _wrong_way(*ways) or _wrong_way(*ways[::-1])


_Way = tuple[str, Any, Any]  # its name, what came back, what is right
_FACTORS = {**{name: name for name in "abxyh"}, "error": "the error", "slope": "tanh'"}
_BACK = "Walk from the loss back: each arrow of the graph gives one local derivative."


def _wrong_factor(ways: tuple[_Way, ...], factors: dict[str, Any]) -> Finding | None:
    """Name the factor that one of the derivatives has once too often, or lacks."""
    for way, mine, right in ways:
        for name, value in factors.items():
            for power, words in ((1, "once too often"), (-1, "left out")):
                if not _same(mine, right) and _same(mine, right * value**power):
                    return Finding(
                        f"step-{name}-{words.replace(' ', '-')}",
                        f"In {way} one factor, {_FACTORS[name]}, is {words}.",
                        _BACK,
                        f"{way}: yours is {mine:.4g}, it should be {right:.4g}, at "
                        f"{_FACTORS[name]} = {value:.4g}",
                    )
    return None


def _wrong_way(off: _Way, other: _Way) -> Finding | None:
    """Say that only one of the derivatives is off, if it is so."""
    name, mine, right = off
    if _same(mine, right) or not _same(*other[1:]):
        return None
    return Finding(
        f"step-on-the-way-to-{name[-1]}",
        f"{other[0]} is right, so the error is too; something on the way on to {name[-1]} is off.",
        _BACK,
        f"{name}: yours is {mine:.4g}, it should be {right:.4g}",
    )


# --- the price of a chain -----------------------------------------------------------------------


def _products(sizes: list[int], start: str) -> list[tuple[int, int, int]]:
    """Return rows, inner size and columns of every product that is performed."""
    if start == "output":
        return [(sizes[-1], sizes[i], sizes[i - 1]) for i in range(len(sizes) - 2, 0, -1)]
    return [(sizes[i], sizes[i - 1], sizes[0]) for i in range(2, len(sizes))]


def _cost(price: Callable[[int, int, int], int]) -> Callable[[list[int], str], int]:
    """Return the total of a wrong price of a product with these rows, inner size and columns."""
    return lambda sizes, start: sum(price(*product) for product in _products(sizes, start))


def _right_price(rows: int, inner: int, columns: int) -> int:
    return rows * inner * columns


def _costs(sizes: list[int], start: str) -> list[int]:
    return [_right_price(*product) for product in _products(sizes, start)]


mistake(
    CHAIN_COST,
    "the-other-end",
    "The two starts are exchanged: what you give for one end is the price from the other.",
    "In J_L ⋯ J_1, which Jacobian stands at the output's end? And which sizes has it?",
    "Reads the product from left to right as the forward direction.",
)(lambda sizes, start: sum(_costs(sizes, "input" if start == "output" else "output")))

mistake(
    CHAIN_COST,
    "sizes-added",
    "Double all the sizes, and your number doubles; a matrix product would cost eight times as "
    "much.",
    "How many entries has the product, and how many multiplications does each one take?",
    "Adds the three sizes.",
)(_cost(lambda rows, inner, columns: rows + inner + columns))

mistake(
    CHAIN_COST,
    "entries-counted-not-multiplications",
    "You count one multiplication for each entry of every product: the size over which rows "
    "and columns meet has no influence on your number.",
    "One entry is a row times a column: how many multiplications is that?",
    "rows · columns.",
)(_cost(lambda rows, inner, columns: rows * columns))

_additions_counted_too = mistake(
    CHAIN_COST,
    "additions-counted-too",
    "Your number contains the additions as well.",
    "Only the multiplications are asked for.",
    "Counts floating-point operations, 2k − 1 or 2k for an entry that sums up k products.",
)
_additions_counted_too(_cost(lambda rows, inner, columns: rows * columns * (2 * inner - 1)))
_additions_counted_too(_cost(lambda rows, inner, columns: 2 * rows * inner * columns))

mistake(
    CHAIN_COST,
    "additions-only",
    "Your number is a little too small everywhere: an entry that sums up k products takes k "
    "multiplications and k − 1 additions.",
    "Which of the two is asked for?",
    "Counts k − 1 for each entry.",
)(_cost(lambda rows, inner, columns: rows * columns * (inner - 1)))

mistake(
    CHAIN_COST,
    "every-pair-by-itself",
    "Your number is the same from both ends: you price neighbouring Jacobians as they were at "
    "the beginning, not the product so far.",
    "After the first product, what shape has the matrix that meets the next Jacobian?",
    "Forgets that the running product changes its shape.",
)(
    lambda sizes, start: sum(
        sizes[i + 1] * sizes[i] * sizes[i - 1] for i in range(1, len(sizes) - 1)
    )
)

mistake(
    CHAIN_COST,
    "the-jacobians-entries",
    "Your number is the same from both ends: it counts the entries of all the Jacobians.",
    "Where do rows meet columns, and how often?",
    "Counts matrix times vector, as in a forward pass.",
)(lambda sizes, start: sum(m * n for n, m in pairwise(sizes)))

mistake(
    CHAIN_COST,
    "always-from-the-output",
    'start="input" gives the same number as start="output".',
    "Where does your function look at start?",
    "Ignores `start`.",
)(lambda sizes, start: sum(_costs(sizes, "output")))

mistake(
    CHAIN_COST,
    "always-from-the-input",
    'start="output" gives the same number as start="input".',
    "Where does your function look at start?",
    "Ignores `start`.",
)(lambda sizes, start: sum(_costs(sizes, "input")))

mistake(
    CHAIN_COST,
    "the-cheaper-end",
    "You always give the lower price, whatever start says.",
    "Where does your function look at start?",
    "Answers the question behind the exercise.",
)(lambda sizes, start: min(sum(_costs(sizes, end)) for end in ("output", "input")))

mistake(
    CHAIN_COST,
    "one-product-too-many",
    "There is one product too many: the first Jacobian met something before there was "
    "anything to meet.",
    "L Jacobians in a row: how often do two matrices meet?",
    "Starts from the identity matrix.",
)(
    lambda sizes, start: (
        sum(_costs(sizes, start))
        + (sizes[-1] ** 2 * sizes[-2] if start == "output" else sizes[0] ** 2 * sizes[1])
    )
)

mistake(
    CHAIN_COST,
    "last-product-left-out",
    "The last product is missing.",
    "Where does your loop stop, and which Jacobian has not been used by then?",
    "Off by one in range.",
)(lambda sizes, start: sum(_costs(sizes, start)[:-1]))

mistake(
    CHAIN_COST,
    "first-product-left-out",
    "The first product is missing.",
    "Where does your loop begin, and which two Jacobians meet first?",
    "Off by one in range.",
)(lambda sizes, start: sum(_costs(sizes, start)[1:]))

mistake(
    CHAIN_COST,
    "the-last-product-only",
    "Your number is the price of the last product alone.",
    "Is the price of each step added to those before, or does it replace them?",
    "= where += belongs.",
)(lambda sizes, start: sum(_costs(sizes, start)[-1:]))

mistake(
    CHAIN_COST,
    "all-sizes-multiplied",
    "Your number is the product of all the sizes, as if every entry of one Jacobian met every "
    "entry of all the others.",
    "The products are done one after the other: what is done to their prices?",
    "Multiplies the prices of the steps.",
)(lambda sizes, start: int(np.prod(sizes)))

mistake(
    CHAIN_COST,
    "square-jacobians",
    "It is a sum of cubes, as if every Jacobian were square.",
    "What shape has J_l? Its two sizes differ.",
    "n³ from a textbook.",
)(lambda sizes, start: sum(size**3 for size in sizes[1:-1]))


@traces(CHAIN_COST)
def _trace_products(arguments: tuple[Any, ...], result: Any) -> Finding | None:
    """Say whether one of the matrix products is left out or counted twice."""
    sizes, start = arguments
    products = _costs(sizes, start)
    off = result - sum(products)
    if abs(off) in products:
        words = "left out" if off < 0 else "counted too often"
        return Finding(
            f"step-a-product-{words.replace(' ', '-')}",
            f"Exactly one of the matrix products is {words}.",
            "L Jacobians, pair by pair: how many products is that, and which sizes meet in the "
            "first and the last?",
            f"for sizes {list(sizes)} you are off by {off}: the cost of one product",
        )
    return Finding(
        f"step-from-the-{start}",
        f"The count that starts from the {start} is off.",
        "Write down the shapes that meet in each product, in the order of multiplication.",
        f"for sizes {list(sizes)} you have {result}, off by {off}",
    )
