"""03_chain_rule: how people get derivatives of activations, chains, forks and their price wrong."""

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import numpy as np

from bplib.course.exercise import Mistake
from bplib.network import sigmoid

_Scalars = tuple[float | None, float | None]


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

_D_TANH = (
    Mistake("activation-for-slope", np.tanh, _ITSELF, _HEIGHT_OR_SLOPE, "Returns f."),
    Mistake(
        "slope-at-activation",
        lambda z: _tanh_slope(np.tanh(z)),
        _AT_OUTPUT,
        _WHERE_TAKEN,
        "Mixes up f′(z) and f′(h) after reading code that passes h.",
    ),
    Mistake(
        "output-form-fed-with-z",
        lambda z: 1 - z**2,
        _OUTPUT_FORM,
        _WHICH_LETTER,
        "Copies the formula in h and puts z in.",
    ),
    Mistake(
        "square-missing",
        lambda z: 1 - np.tanh(z),
        "Your slope at −z differs from the one at z, though the curve is equally steep on both "
        "sides; far to the left yours is 2 where the curve is flat.",
        "Is every power of the formula there?",
        "Forgets the square.",
    ),
    Mistake(
        "square-inside",
        lambda z: 1 - np.tanh(z**2),
        "Near 0 your slope falls off too fast to either side or not fast enough: the square sits "
        "on the wrong thing.",
        "What is squared: the argument, or the result of tanh?",
        "Writes tanh(z**2) for tanh(z)**2.",
    ),
    Mistake(
        "slope-twice",
        lambda z: _tanh_slope(z) ** 2,
        "At 0 it is right, elsewhere your slope fades too fast: it is the square of the right one.",
        "Has the slope been multiplied in twice?",
        "Applies the local derivative twice.",
    ),
    Mistake(
        "second-derivative",
        lambda z: -2 * np.tanh(z) * _tanh_slope(z),
        "Your result is 0 at z = 0, where the curve is steepest: it is the slope of the slope.",
        "How often has tanh been differentiated?",
        "Differentiates the derivative formula once more.",
    ),
    Mistake(
        "the-1-forgotten",
        lambda z: np.tanh(z) ** 2,
        "Yours is 0 where the curve is steepest and 1 where it is flat: the wrong way round.",
        "Hold the value at z = 0 against the picture. Which term is missing?",
        "Remembers only the square.",
    ),
    Mistake(
        "cosh-not-squared",
        lambda z: 1 / np.cosh(z),
        "At 0 it is right, but to both sides your slope fades too slowly.",
        "Look at the denominator that the quotient rule leaves.",
        "Remembers 1/cosh and loses the power.",
    ),
    Mistake(
        "cosh-not-squared",
        lambda z: 2 / np.cosh(z),
        "Your slope is 2 at z = 0, and to both sides it fades too slowly.",
        "Look at the denominator that the quotient rule leaves.",
        "The quotient rule's 4 over e^z + e^−z, which lost its power.",
    ),
    Mistake(
        "sign-inside",
        lambda z: 1 + np.tanh(z) ** 2,
        "Your slope grows with the distance from 0, while the curve gets flatter.",
        "Mind the sign in the numerator of the quotient rule.",
        "A sign lost in the quotient rule; the formula of tan.",
    ),
    Mistake(
        "slope-of-another-function",
        lambda z: 1 / np.cos(z) ** 2,
        "Your slope repeats itself like a wave: it belongs to tan, not to tanh.",
        "tanh is made of exp, not of sine and cosine.",
        "Takes the derivative of tan.",
    ),
    Mistake(
        "slope-of-another-function",
        lambda z: 1 / (1 + z**2),
        "At 0 it is right, but it fades too slowly: it belongs to the arc tangent.",
        "tanh is made of exp. Which function has the slope you wrote down?",
        "Takes the derivative of arctan from a table.",
    ),
    Mistake(
        "slope-of-the-sigmoid",
        _sigmoid_slope,
        "Yours is ¼ at z = 0: that is how steep the sigmoid is there, and tanh is steeper.",
        "Which function's formula is this?",
        "Uses s(1 − s) for every activation.",
    ),
    Mistake(
        "the-sigmoids-formula-with-tanh",
        lambda z: np.tanh(z) * (1 - np.tanh(z)),
        "Your slope is 0 at z = 0 and negative to the left, but tanh rises everywhere.",
        "The formula h(1 − h) belongs to another activation. What does it assume about h?",
        "Uses h(1 − h) for every activation.",
    ),
)

_D_SIGMOID = (
    Mistake("activation-for-slope", sigmoid, _ITSELF, _HEIGHT_OR_SLOPE, "Returns f."),
    Mistake(
        "slope-at-activation",
        lambda z: _sigmoid_slope(sigmoid(z)),
        _AT_OUTPUT,
        _WHERE_TAKEN,
        "The commonest one: passes s through sigmoid again.",
    ),
    Mistake(
        "output-form-fed-with-z",
        lambda z: z * (1 - z),
        _OUTPUT_FORM,
        _WHICH_LETTER,
        "Copies s(1 − s) and puts z in.",
    ),
    Mistake(
        "one-factor-only",
        lambda z: 1 - sigmoid(z),
        "Far to the left your slope is 1, while the curve is flat there: half of the formula is "
        "missing.",
        "How many factors does the slope have?",
        "Forgets the factor s, or the power of the denominator.",
    ),
    Mistake(
        "difference-of-squares",
        lambda z: 1 - sigmoid(z) ** 2,
        "Far to the left your slope is 1, while the curve is flat there: this is what tanh would "
        "need.",
        "Which function's formula is this?",
        "Uses 1 − h² for every activation.",
    ),
    Mistake(
        "slope-of-tanh",
        _tanh_slope,
        "Yours is 1 at z = 0: that is how steep tanh is there, and the sigmoid is flatter.",
        "Which function's formula is this?",
        "Uses tanh's derivative for every activation.",
    ),
    Mistake(
        "slope-twice",
        lambda z: _sigmoid_slope(z) ** 2,
        "At z = 0 it is a sixteenth, and to both sides it fades too fast: it is the square of the "
        "right one.",
        "Has the slope been multiplied in twice?",
        "Applies the local derivative twice.",
    ),
    Mistake(
        "second-derivative",
        lambda z: _sigmoid_slope(z) * (1 - 2 * sigmoid(z)),
        "Your result is 0 at z = 0, where the curve is steepest: it is the slope of the slope.",
        "How often has the sigmoid been differentiated?",
        "Differentiates the derivative formula once more.",
    ),
    Mistake(
        "inner-derivative-forgotten",
        lambda z: -(sigmoid(z) ** 2),
        "Your slope is negative, and far to the right it is −1, where the curve is flat: only the "
        "reciprocal has been differentiated.",
        "What stands inside the reciprocal depends on z too: which links come before it?",
        "Power rule on (1 + e^−z)^−1 without the chain rule.",
    ),
    Mistake(
        "squared",
        lambda z: sigmoid(z) ** 2,
        "Far to the right your slope is 1, where the curve is flat.",
        "The two factors of the slope are not equal: what is the second one?",
        "s·s for s(1 − s); or the reciprocal's derivative without the inner one.",
    ),
    Mistake(
        "sign-inside",
        lambda z: sigmoid(z) * (1 + sigmoid(z)),
        "Far to the right your slope is 2, where the curve is flat.",
        "Mind the sign between the two terms.",
        "A sign lost.",
    ),
    Mistake(
        "denominators-power-too-high",
        lambda z: sigmoid(z) ** 2 * (1 - sigmoid(z)),
        "To the left your slope fades too fast, and left and right differ, though the curve is "
        "equally steep on both sides.",
        "Which power does the reciprocal get when it is differentiated?",
        "Raises the power by two.",
    ),
)


def _sign(z: Any) -> Any:
    return np.where(np.asarray(z) > 0, 1.0, -1.0)


_D_RELU = (
    Mistake(
        "activation-for-slope",
        lambda z: np.maximum(z, 0),
        "To the right your result grows with z: it is the height of the curve, and a straight line "
        "has the same slope everywhere.",
        _HEIGHT_OR_SLOPE,
        "Returns f.",
    ),
    Mistake(
        "returns-z",
        lambda z: np.asarray(z) * 1.0,
        "Your result is z itself, the place on the axis.",
        "How steep is the curve at that place?",
        "Takes the derivative of z²/2, or forgets to change anything.",
    ),
    Mistake(
        "mask-inverted",
        lambda z: np.where(np.asarray(z) < 0, 1.0, 0.0),
        "Yours lets through where the unit is off, and blocks where it is on.",
        "On which side of 0 does the curve rise?",
        "Comparison the wrong way round.",
    ),
    Mistake(
        "minus-1-on-the-left",
        _sign,
        "Your slope on the left is −1; that would be a curve that falls there, like |z|.",
        "What does ReLU do to every negative z?",
        "Uses np.sign, the derivative of |z|.",
    ),
    Mistake(
        "on-everywhere",
        lambda z: np.ones_like(z, dtype=float),
        "Your slope is 1 on both sides: that is a straight line without a kink.",
        "What happens to a nudge of a negative z?",
        "Differentiates z and forgets the maximum.",
    ),
    Mistake(
        "leaky",
        lambda z: np.where(np.asarray(z) > 0, 1.0, 0.01),
        "On the left your slope is small but not 0: that belongs to the leaky variant.",
        "How far does ReLU itself move when a negative z is nudged?",
        "Copies leaky ReLU.",
    ),
    Mistake(
        "switches-at-1",
        lambda z: np.where(np.asarray(z) > 1, 1.0, 0.0),
        "Between 0 and 1 your slope is 0, though the curve rises there already.",
        "Where exactly is the kink?",
        "Confuses the slope's value with the threshold.",
    ),
    Mistake(
        "half-the-step",
        lambda z: np.where(np.asarray(z) > 0, 0.5, 0.0),
        "On the right your slope is ½; the line there rises by 1 for every 1.",
        "How steep is the line on the right?",
        "Takes the convention at 0 for the slope.",
    ),
)


# --- chains and forks ---------------------------------------------------------------------------


def _links(x: Any) -> tuple[Any, Any]:
    u = 3 * x + 1
    return u, np.exp(-(u**2))


def _composed(formula: Callable[[Any, Any, Any], Any]) -> Callable[[Any], Any]:
    """Return the mistake that a formula of x, u = 3x + 1 and y makes."""
    return lambda x: formula(x, *_links(x))


_D_COMPOSED = (
    Mistake(
        "activation-for-slope",
        _composed(lambda x, u, y: y),
        "Your result is y itself: it is nowhere negative, though the curve falls on its right "
        "side.",
        _HEIGHT_OR_SLOPE,
        "Thinks exp is its own derivative, whatever stands in it.",
    ),
    Mistake(
        "first-link-forgotten",
        _composed(lambda x, u, y: -2 * u * y),
        "Your slope is a third of the right one everywhere: x moves the first link three times as "
        "fast as you say.",
        "Go back to the very beginning of the chain: by how much does 3x + 1 move when x moves?",
        "Stops one link short: the inner derivative.",
    ),
    Mistake(
        "middle-link-forgotten",
        _composed(lambda x, u, y: -3 * y),
        "Your slope never changes its sign, but the curve is a hump: it rises, then it falls.",
        "Which link lies between 3x + 1 and exp, and what is its slope?",
        "Skips the square.",
    ),
    Mistake(
        "middle-link-forgotten",
        _composed(lambda x, u, y: 3 * y),
        "Your slope is nowhere negative, but the curve is a hump: it rises, then it falls.",
        "Which link lies between 3x + 1 and exp, and what is its slope?",
        "Skips the square and its minus.",
    ),
    Mistake(
        "minus-sign-lost",
        _composed(lambda x, u, y: 6 * u * y),
        "Every entry has the wrong sign: where the curve falls, your slope is positive.",
        "Where does the minus in the exponent go when that link is differentiated?",
        "Drops the minus.",
    ),
    Mistake(
        "the-2-of-the-square-lost",
        _composed(lambda x, u, y: -3 * u * y),
        "Your slope is half of the right one everywhere.",
        "Which number does a square bring down when it is differentiated?",
        "Power rule without its factor.",
    ),
    Mistake(
        "the-exponents-power-rule",
        _composed(lambda x, u, y: -(u**2) * y),
        "Where 3x + 1 is 0 it is right, and elsewhere your slope is never positive: the exponent "
        "has been brought down as if it were a power.",
        "Is x in the base or in the exponent?",
        "Power rule in place of the derivative of exp.",
    ),
    Mistake(
        "the-exponents-power-rule",
        _composed(lambda x, u, y: 6 * u**3 * y / np.e),
        "Where the curve falls, your slope is positive: the exponent has been brought down as if "
        "it were a power.",
        "Is x in the base or in the exponent?",
        "n·e^(n−1) for the last link; the others are right.",
    ),
    Mistake(
        "middle-slope-at-the-square",
        _composed(lambda x, u, y: -6 * u**2 * y),
        "Your slope never changes its sign, but the curve is a hump: the slope of the square is "
        "taken at what comes out of it.",
        "Of the two numbers, what goes into the square and what comes out, which does its slope "
        "need?",
        "2v for 2u: the value where the input belongs.",
    ),
    Mistake(
        "minus-squared",
        _composed(lambda x, u, y: -6 * u / y),
        "Far from the top your result grows and grows, while the curve is flat: what arrives at "
        "exp has lost its minus.",
        "Print what goes into exp. Which sign should it have?",
        "(−u)² for −u².",
    ),
    Mistake(
        "outer-slope-at-x",
        _composed(lambda x, u, y: -6 * u * np.exp(x)),
        "The slope of the last link is taken at x itself, not at what arrives there: far from the "
        "hump your result does not fade away.",
        "Each local derivative is taken where the forward pass has come to. What arrives at exp?",
        "f′(x)·g′(x) for f′(g(x))·g′(x).",
    ),
    Mistake(
        "outer-slope-at-x",
        _composed(lambda x, u, y: -6 * u * np.exp(-(x**2))),
        "The slope of the last link is taken at x itself, not at what arrives there.",
        "Each local derivative is taken where the forward pass has come to. What arrives at exp?",
        "Replaces the inner function by x.",
    ),
    Mistake(
        "middle-slope-at-x",
        _composed(lambda x, u, y: -6 * x * y),
        "Your slope is 0 at x = 0, but the top of the hump lies where 3x + 1 is 0: the square's "
        "slope is taken at the wrong place.",
        "What arrives at the square: x, or something made of x?",
        "2x for 2u.",
    ),
    Mistake(
        "links-added",
        _composed(lambda x, u, y: 3 - 2 * u + y),
        "Far from the hump the curve is flat, but your slope is not: the local derivatives have "
        "been added.",
        "A nudge goes through the links one after the other. If one doubles it and the next "
        "triples it, how large is it in the end?",
        "Adds along a chain, as one adds over paths.",
    ),
    Mistake(
        "derivative-put-inside",
        _composed(lambda x, u, y: np.exp(-6 * u)),
        "Far to the left your result is enormous, while the curve is flat: the inner derivative "
        "ended up inside the exp.",
        "Local derivatives are multiplied; what stands inside a function stays as it was.",
        "f(g′) for f′(g)·g′.",
    ),
    Mistake(
        "product-in-place-of-a-chain",
        _composed(lambda x, u, y: y - 6 * u * y),
        "Where 3x + 1 is 0 the curve has its top, and your slope is not 0: a term too many.",
        "Is it a product of two functions, or one function of another?",
        "Product rule for a composition (Horvath and Speer, 2008).",
    ),
    Mistake(
        "square-of-a-sum",
        _composed(lambda x, u, y: -18 * x * y),
        "Your slope is 0 at x = 0, where the curve is falling.",
        "Has a sum been squared term by term?",
        "(3x + 1)² = 9x² + 1.",
    ),
    Mistake(
        "first-link-twice",
        _composed(lambda x, u, y: -18 * u * y),
        "Your slope is three times the right one everywhere.",
        "How often does the nudge pass the first link?",
        "Multiplies by the inner derivative at two links.",
    ),
)


def _fork(*parts: Callable[[Any, Any], Any]) -> Callable[[Any], Any]:
    """Return the sum of some contributions, each a formula of x and tanh(x)."""
    return lambda x: sum(part(x, np.tanh(x)) for part in parts)


def _before(x: Any, t: Any) -> Any:
    return t


def _inside(x: Any, t: Any) -> Any:
    return x * (1 - t**2)


def _square(x: Any, t: Any) -> Any:
    return 2 * x


_D_FORK = (
    Mistake(
        "activation-for-slope",
        lambda x: x * np.tanh(x) + x**2,
        "Your result is y itself: it is nowhere negative, though the curve falls for negative x.",
        _HEIGHT_OR_SLOPE,
        "Returns f.",
    ),
    Mistake(
        "a-path-is-missing-inside-tanh",
        _fork(_before, _square),
        "Far from 0 it is nearly right, near 0 it is too small: the x inside tanh is held still.",
        "Count the places where x stands, and the terms of your result.",
        "Treats tanh(x) as a constant factor.",
    ),
    Mistake(
        "a-path-is-missing-the-factor",
        _fork(_inside, _square),
        "Far from 0 your slope is too small by nearly 1: the x that multiplies tanh is held still.",
        "Count the places where x stands, and the terms of your result.",
        "Treats the factor x as a constant.",
    ),
    Mistake(
        "a-path-is-missing-the-square",
        _fork(_before, _inside),
        "For large x your slope levels off, but the curve grows ever steeper.",
        "Count the places where x stands, and the terms of your result.",
        "Stops after the product.",
    ),
    Mistake(
        "one-path-only",
        _fork(_inside),
        "Far from 0 your slope is next to 0, though the curve is steep: of all the ways a nudge "
        "can take, only the one inside tanh is there.",
        "Through which other places does x reach y?",
        "Follows a single path.",
    ),
    Mistake(
        "one-path-only",
        _fork(_square),
        "Your slope is a straight line: of all the ways a nudge can take, only the square is "
        "there. Has the last path overwritten the others?",
        "Through which other places does x reach y?",
        "Overwrites: = where += belongs.",
    ),
    Mistake(
        "one-path-only",
        _fork(_before),
        "Your slope stays between −1 and 1, though the curve grows ever steeper: of all the ways "
        "a nudge can take, only one is there.",
        "Through which other places does x reach y?",
        "Follows a single path.",
    ),
    Mistake(
        "product-of-the-derivatives",
        lambda x: 1 - np.tanh(x) ** 2 + 2 * x,
        "At x = 0 your slope is 1, but the curve is flat there: a product is not differentiated "
        "factor by factor.",
        "Let only one of the two factors move, then only the other.",
        "(fg)′ = f′g′.",
    ),
    Mistake(
        "derivatives-added-not-weighted",
        lambda x: 1 + (1 - np.tanh(x) ** 2) + 2 * x,
        "At x = 0 your slope is 2, but the curve is flat there.",
        "If one factor moves, what does the other factor do to that movement?",
        "(fg)′ = f′ + g′.",
    ),
    Mistake(
        "paths-multiplied",
        lambda x: np.tanh(x) * _inside(x, np.tanh(x)) * 2 * x,
        "Far from 0 your slope is next to 0, though the curve is steep: one closed path shuts off "
        "all the others.",
        "Paths lie side by side. Does a nudge need all of them to arrive, or does each bring its "
        "part?",
        "Multiplies over paths, as one multiplies along a chain.",
    ),
    Mistake(
        "paths-multiplied",
        lambda x: np.tanh(x) * _inside(x, np.tanh(x)) + 2 * x,
        "Far from 0 your slope is too small by nearly 1: of the two uses of x in the product, the "
        "one that is shut off there shuts off the other.",
        "Paths lie side by side. Does a nudge need both of them to arrive, or does each bring its "
        "part?",
        "Multiplies the two paths of the product, and adds the third.",
    ),
    Mistake(
        "the-square-itself",
        _fork(_before, _inside, lambda x, t: x**2),
        "Far to the left your slope is positive, though the curve falls there: one contribution "
        "is a height, not a slope.",
        "Compare y and your result, term by term: which one has stayed as it was?",
        "Forgets to differentiate the last term.",
    ),
    Mistake(
        "the-square-counted-once",
        _fork(_before, _inside, lambda x, t: x),
        "For large x your slope is little more than half of what it should be: x² is x times x, "
        "and both move.",
        "How often does x stand in the last term?",
        "One path for x², or the power rule without its 2.",
    ),
    Mistake(
        "paths-averaged",
        lambda x: _fork(_before, _inside, _square)(x) / 3,
        "Your slope is a third of the right one everywhere.",
        "Each path brings its own part of the movement. Is anything shared out between them?",
        "Takes the mean over paths.",
    ),
    Mistake(
        "sign-between-the-paths",
        lambda x: np.tanh(x) - _inside(x, np.tanh(x)) + 2 * x,
        "Near 0 your slope is too small: one contribution enters with the wrong sign.",
        "The product rule: is it a sum or a difference?",
        "Mixes up the product rule and the quotient rule.",
    ),
    Mistake(
        "wrong-slope-of-tanh",
        _fork(_before, lambda x, t: x * (1 - t), _square),
        "For positive x it is nearly right, for negative x far off, though the slope of tanh is "
        "the same on both sides.",
        "Compare the slope of tanh used here with the one in d_tanh.",
        "1 − tanh.",
    ),
    Mistake(
        "wrong-slope-of-tanh",
        _fork(_before, lambda x, t: x * (1 - x**2), _square),
        "Far from 0 it grows like a cube: a formula written for the activation was fed with x.",
        "Compare the slope of tanh used here with the one in d_tanh.",
        "1 − x².",
    ),
    Mistake(
        "wrong-slope-of-tanh",
        _fork(_before, lambda x, t: x * (1 - np.tanh(t) ** 2), _square),
        "Far from 0 the x inside tanh still counts in yours, though tanh is flat there: its slope "
        "is taken after tanh, not before.",
        "At which value does tanh work on the way forward?",
        "d_tanh(np.tanh(x)).",
    ),
    Mistake(
        "inside-without-its-weight",
        _fork(_before, lambda x, t: 1 - t**2, _square),
        "At x = 0 your slope is 1, but the curve is flat there: the movement inside tanh is not "
        "multiplied by what stands before it.",
        "If only the x inside tanh moves, what does the factor before it do to that movement?",
        "f′g + g′ for f′g + fg′.",
    ),
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


_SCALAR_GRADIENTS = (
    Mistake(
        "gradients-exchanged",
        _scalar(lambda a, b, x, h, e, s: (e * h, e * b * s * x)),
        "Both numbers are right, but the first belongs to b and the second to a.",
        "In which order does the docstring ask for them?",
        "Returns them in the order they are found, from the output back.",
    ),
    Mistake(
        "slope-missing",
        _scalar(lambda a, b, x, h, e, s: (e * b * x, None)),
        "dL/da does not shrink where the hidden unit is saturated: the way back does not pass "
        "through tanh.",
        "Between h and z there is a link. What does it do to a nudge?",
        "Skips the activation.",
    ),
    Mistake(
        "x-missing",
        _scalar(lambda a, b, x, h, e, s: (e * b * s, None)),
        "dL/da does not know its own input: with x = 0 the weight a has no influence at all, but "
        "yours would not be 0. You stopped at z.",
        "One more link: how far does z move when a moves?",
        "Stops at dL/dz.",
    ),
    Mistake(
        "b-missing",
        _scalar(lambda a, b, x, h, e, s: (e * s * x, None)),
        "dL/da does not depend on b: but with b = 0 nothing that a does would reach the loss.",
        "On its way back the error passes the weight b. What does that do to it?",
        "Skips the link between y_hat and h.",
    ),
    Mistake(
        "h-missing",
        _scalar(lambda a, b, x, h, e, s: (None, e)),
        "dL/db is the error itself, one link too early: a nudge of b does not move y_hat by as "
        "much.",
        "How far does y_hat move when b moves?",
        "Stops at dL/dy_hat.",
    ),
    Mistake(
        "x-missing-h-missing",
        _scalar(lambda a, b, x, h, e, s: (e * b * s, e)),
        "Both stop one link early: at z and at y_hat, not at the weights.",
        "How far does z move when a moves, and y_hat when b moves?",
        "Forgets that a weight's derivative contains its input.",
    ),
    Mistake(
        "z-for-h",
        _scalar(lambda a, b, x, h, e, s: (None, e * a * x)),
        "dL/db grows with a·x without bounds, as if there were no tanh before b.",
        "What arrives at b: z or h?",
        "Uses the pre-activation.",
    ),
    Mistake(
        "x-for-h",
        _scalar(lambda a, b, x, h, e, s: (None, e * x)),
        "dL/db contains x: but b never sees x, only what the hidden unit makes of it.",
        "What arrives at b?",
        "Uses the network's input for both weights.",
    ),
    Mistake(
        "h-for-x",
        _scalar(lambda a, b, x, h, e, s: (e * b * s * h, None)),
        "dL/da contains the hidden activation where what enters a belongs.",
        "What does a multiply on the way forward?",
        "Uses h for both weights.",
    ),
    Mistake(
        "derivative-with-respect-to-x",
        _scalar(lambda a, b, x, h, e, s: (e * b * s * a, None)),
        "What you return for a is dL/dx: how the loss answers to the input.",
        "z = a·x has two factors. Which of them is nudged here, and which one stays?",
        "Takes the wrong factor of a·x.",
    ),
    Mistake(
        "slope-at-activation",
        _scalar(lambda a, b, x, h, e, s: (e * b * (1 - np.tanh(h) ** 2) * x, None)),
        "In dL/da the slope of tanh is taken at h, after the unit, where it is never near 0.",
        "At which value does tanh work on the way forward?",
        "d_tanh(h).",
    ),
    Mistake(
        "output-form-fed-with-z",
        _scalar(lambda a, b, x, h, e, s: (e * b * (1 - (a * x) ** 2) * x, None)),
        "In dL/da the slope of tanh becomes negative, but tanh rises everywhere: a formula written "
        "for h was fed with z.",
        _WHICH_LETTER.replace("the activation", "h"),
        "1 − z².",
    ),
    Mistake(
        "square-missing",
        _scalar(lambda a, b, x, h, e, s: (e * b * (1 - h) * x, None)),
        "In dL/da the slope of tanh differs for z and −z, but the curve is equally steep there.",
        "Compare the slope used here with the one in d_tanh.",
        "1 − h.",
    ),
    Mistake(
        "activation-for-slope",
        _scalar(lambda a, b, x, h, e, s: (e * b * h * x, None)),
        "On the way back through the hidden unit you multiply by its height h, not by its slope.",
        "How far does h move when z moves?",
        "f for f′.",
    ),
    Mistake(
        "slope-of-the-sigmoid",
        _scalar(lambda a, b, x, h, e, s: (e * b * h * (1 - h) * x, None)),
        "In dL/da the slope of the hidden unit is negative where h is negative: the formula of "
        "another activation.",
        "Which activation has this network?",
        "h(1 − h) out of habit.",
    ),
    Mistake(
        "loss-in-place-of-the-error",
        _scalar(lambda a, b, x, h, e, s: (0.5 * e**2 * b * s * x, 0.5 * e**2 * h)),
        "The sign of the error is lost: too high and too low give the same direction, and both "
        "cannot be right.",
        "What does one multiply by at the start: L itself, or its slope with respect to e?",
        "Sends the loss back.",
    ),
    Mistake(
        "squared-error",
        _scalar(lambda a, b, x, h, e, s: (e**2 * b * s * x, e**2 * h)),
        "The sign of the error is lost: too high and too low give the same direction.",
        "What is the slope of ½e²?",
        "Forgets to differentiate the square.",
    ),
    Mistake(
        "target-missing",
        _target_forgotten,
        "Change y, and your result stays as it is: but where prediction and target agree, both "
        "derivatives must be 0.",
        "What is dL/dy_hat? Evaluate it where y_hat equals y.",
        "y_hat for the error.",
    ),
    Mistake(
        "error-missing",
        _scalar(lambda a, b, x, h, e, s: (b * s * x, h)),
        "Your numbers say how y_hat answers to a and b, not how the loss does: the target plays no "
        "role in them.",
        "One link is left, between y_hat and L.",
        "Differentiates the prediction.",
    ),
    Mistake(
        "links-added",
        _scalar(lambda a, b, x, h, e, s: (e + b + s + x, e + h)),
        "Where prediction and target agree, both derivatives must be 0; yours are sums, and are "
        "not.",
        "A nudge passes the links one after the other. What happens to it at each?",
        "Adds along the chain.",
    ),
    Mistake(
        "carries-dl-over-db-on",
        _scalar(lambda a, b, x, h, e, s: (e * h * b * s * x, None)),
        "In dL/da there is a factor h too many: b and h sit side by side under y_hat, and the way "
        "to a does not lead through b.",
        "From dL/dy_hat the way forks: which branch leads to a?",
        "Multiplies on from dL/db.",
    ),
    Mistake(
        "each-factor-gets-itself",
        _scalar(lambda a, b, x, h, e, s: (e * h * s * x, e * b)),
        _FACTOR_ITSELF,
        _OTHER_FACTOR,
        "e·b to b and e·h to h.",
    ),
    Mistake(
        "each-factor-gets-itself",
        _scalar(lambda a, b, x, h, e, s: (e * h * s * a, e * b)),
        _FACTOR_ITSELF,
        _OTHER_FACTOR,
        "The same at both products.",
    ),
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


_CHAIN_COST = (
    Mistake(
        "the-other-end",
        lambda sizes, start: sum(_costs(sizes, "input" if start == "output" else "output")),
        "The two starts are exchanged: what you give for one end is the price from the other.",
        "In J_L ⋯ J_1, which Jacobian stands at the output's end? And which sizes has it?",
        "Reads the product from left to right as the forward direction.",
    ),
    Mistake(
        "sizes-added",
        _cost(lambda rows, inner, columns: rows + inner + columns),
        "Double all the sizes, and your number doubles; a matrix product would cost eight times as "
        "much.",
        "How many entries has the product, and how many multiplications does each one take?",
        "Adds the three sizes.",
    ),
    Mistake(
        "entries-counted-not-multiplications",
        _cost(lambda rows, inner, columns: rows * columns),
        "You count one multiplication for each entry of every product: the size over which rows "
        "and columns meet has no influence on your number.",
        "One entry is a row times a column: how many multiplications is that?",
        "rows · columns.",
    ),
    Mistake(
        "additions-counted-too",
        _cost(lambda rows, inner, columns: rows * columns * (2 * inner - 1)),
        "Your number contains the additions as well.",
        "Only the multiplications are asked for.",
        "Counts floating-point operations.",
    ),
    Mistake(
        "additions-counted-too",
        _cost(lambda rows, inner, columns: 2 * rows * inner * columns),
        "Your number is twice the right one: as if every multiplication came with an addition "
        "that counts.",
        "Only the multiplications are asked for.",
        "2·m·k·n floating-point operations.",
    ),
    Mistake(
        "additions-only",
        _cost(lambda rows, inner, columns: rows * columns * (inner - 1)),
        "Your number is a little too small everywhere: an entry that sums up k products takes k "
        "multiplications and k − 1 additions.",
        "Which of the two is asked for?",
        "Counts k − 1 for each entry.",
    ),
    Mistake(
        "every-pair-by-itself",
        lambda sizes, start: sum(
            sizes[i + 1] * sizes[i] * sizes[i - 1] for i in range(1, len(sizes) - 1)
        ),
        "Your number is the same from both ends: you price neighbouring Jacobians as they were at "
        "the beginning, not the product so far.",
        "After the first product, what shape has the matrix that meets the next Jacobian?",
        "Forgets that the running product changes its shape.",
    ),
    Mistake(
        "the-jacobians-entries",
        lambda sizes, start: sum(m * n for n, m in pairwise(sizes)),
        "Your number is the same from both ends: it counts the entries of all the Jacobians.",
        "Where do rows meet columns, and how often?",
        "Counts matrix times vector, as in a forward pass.",
    ),
    Mistake(
        "always-from-the-output",
        lambda sizes, start: sum(_costs(sizes, "output")),
        'start="input" gives the same number as start="output".',
        "Where does your function look at start?",
        "Ignores `start`.",
    ),
    Mistake(
        "always-from-the-input",
        lambda sizes, start: sum(_costs(sizes, "input")),
        'start="output" gives the same number as start="input".',
        "Where does your function look at start?",
        "Ignores `start`.",
    ),
    Mistake(
        "the-cheaper-end",
        lambda sizes, start: min(sum(_costs(sizes, end)) for end in ("output", "input")),
        "You always give the lower price, whatever start says.",
        "Where does your function look at start?",
        "Answers the question behind the exercise.",
    ),
    Mistake(
        "one-product-too-many",
        lambda sizes, start: (
            sum(_costs(sizes, start))
            + (sizes[-1] ** 2 * sizes[-2] if start == "output" else sizes[0] ** 2 * sizes[1])
        ),
        "There is one product too many: the first Jacobian met something before there was "
        "anything to meet.",
        "L Jacobians in a row: how often do two matrices meet?",
        "Starts from the identity matrix.",
    ),
    Mistake(
        "one-product-too-few",
        lambda sizes, start: sum(_costs(sizes, start)[:-1]),
        "The last product is missing.",
        "Where does your loop stop, and which Jacobian has not been used by then?",
        "Off by one in range.",
    ),
    Mistake(
        "one-product-too-few",
        lambda sizes, start: sum(_costs(sizes, start)[1:]),
        "The first product is missing.",
        "Where does your loop begin, and which two Jacobians meet first?",
        "Off by one in range.",
    ),
    Mistake(
        "the-last-product-only",
        lambda sizes, start: _costs(sizes, start)[-1],
        "Your number is the price of the last product alone.",
        "Is the price of each step added to those before, or does it replace them?",
        "= where += belongs.",
    ),
    Mistake(
        "all-sizes-multiplied",
        lambda sizes, start: int(np.prod(sizes)),
        "Your number is the product of all the sizes, as if every entry of one Jacobian met every "
        "entry of all the others.",
        "The products are done one after the other: what is done to their prices?",
        "Multiplies the prices of the steps.",
    ),
    Mistake(
        "square-jacobians",
        lambda sizes, start: sum(size**3 for size in sizes[1:-1]),
        "It is a sum of cubes, as if every Jacobian were square.",
        "What shape has J_l? Its two sizes differ.",
        "n³ from a textbook.",
    ),
)


MISTAKES = {
    "d_tanh": _D_TANH,
    "d_sigmoid": _D_SIGMOID,
    "d_relu": _D_RELU,
    "d_composed": _D_COMPOSED,
    "d_fork": _D_FORK,
    "scalar_gradients": _SCALAR_GRADIENTS,
    "chain_cost": _CHAIN_COST,
}
