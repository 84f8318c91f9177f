"""What notebook 05 asks again of notebooks 03 and 04."""

import numpy as np

from bplib.course.recall import Drawn, Recalled


def _two_paths(rng: np.random.Generator) -> Drawn:
    one, other = int(rng.integers(2, 7)), -int(rng.integers(2, 7))
    other -= other == -one
    return Drawn(
        f"x reaches y along two paths, side by side. The slope along the one is {one}, along the "
        f"other {other}. What is dy/dx?",
        {"a": f"{one * other}", "b": f"{one + other}", "c": f"{max(one, other, key=abs)}"},
        {
            "a": "Along one path slopes multiply. These are two paths side by side.",
            "b": "Paths side by side add up.",
            "c": "A nudge of x travels along both paths at once; no path waits for the other.",
        },
    )


def _shape_of_an_error(rng: np.random.Generator) -> Drawn:
    n_out, n_hidden, N = (int(k) for k in rng.choice(np.arange(2, 12), 3, replace=False))
    return Drawn(
        f"B has shape ({n_out}, {n_hidden}) and there are {N} samples. What shape has Δ_B?",
        {"a": f"({n_out}, {n_hidden})", "b": f"({n_out}, {N})", "c": f"({n_hidden}, {N})"},
        {
            "a": "That is the shape of the gradient of B. The error term says how the loss "
            "changes with each prediction.",
            "b": "One number for every prediction.",
            "c": "That is the shape of H. The error there is today's subject.",
        },
    )


def _one_weights_slope(rng: np.random.Generator) -> Drawn:
    error = -int(rng.integers(2, 9)) / 10
    activation, weight = (int(k) / 10 for k in rng.choice(np.arange(2, 10), 2, replace=False))
    return Drawn(
        f"One sample, one weight b = {weight:g} of B. Its output has the error term {error:g}, the "
        f"activation that comes in is {activation:g}. What is the slope of the loss in b?",
        {
            "a": f"{error * activation:.2g}",
            "b": f"{error * weight:.2g}",
            "c": f"{error:g}",
        },
        {
            "a": f"Error times input: {error:g} · {activation:g}.",
            "b": "That is error times weight: what goes further back, not what the weight gets.",
            "c": "That is the slope in the prediction. The weight has as much to do with it as "
            "comes in.",
        },
    )


RECALLED = (
    Recalled(
        "two_paths",
        "b",
        _two_paths,
        "Give each use of x a name of its own, and nudge them one at a time: the first moves y by "
        "its slope, the second by its own. Nudge x, and both move at once, so y moves by the sum. "
        "Multiplying belongs to links that follow each other on one path. A hidden unit has one "
        "path to every output, so you will need this sum within a few minutes.",
        "notebook 3, section 3",
    ),
    Recalled(
        "shape_of_an_error",
        "b",
        _shape_of_an_error,
        "Δ_B is the derivative of the loss by the predictions, and a derivative by an array has "
        "the shape of that array. The predictions are (n_out, N): for every sample a column with "
        "one number per output. The gradient of B, shaped like B, is made from it by summing over "
        "the samples.",
        "notebook 4, section 2",
    ),
    Recalled(
        "one_weights_slope",
        "a",
        _one_weights_slope,
        "Nudge b by a little. The prediction moves by that little, times the activation that b "
        "multiplies. Then the loss moves by the error term times that. So the slope is error "
        "times input. How large b itself is does not matter to its own slope; it will matter to "
        "how much of the error is sent further back.",
        "notebook 4, section 3",
    ),
)
