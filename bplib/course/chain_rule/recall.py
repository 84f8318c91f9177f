"""What notebook 03 asks again of notebooks 01 and 02."""

import numpy as np

from bplib.course.recall import Drawn, Recalled


def _entry_of_Z(rng: np.random.Generator) -> Drawn:
    i, j = (int(k) for k in rng.choice(np.arange(1, 9), 2, replace=False))
    return Drawn(
        f"Z = A X has shape (n_hidden, N). What is the number Z[{i}, {j}]?",
        {
            "a": f"the pre-activation of hidden unit {i} for sample {j}",
            "b": f"the pre-activation of hidden unit {j} for sample {i}",
            "c": f"the weight from input {j} to hidden unit {i}",
        },
        {
            "a": "Rows are units, columns are samples.",
            "b": "The first index counts rows, and the rows of Z are the hidden units.",
            "c": "Weights stand in A. Z is what A makes of the inputs: units by samples.",
        },
    )


def _one_step_down(rng: np.random.Generator) -> Drawn:
    weight = rng.integers(5, 20) / 10 + 0.05  # no choice is equal to another by chance
    slope = int(rng.integers(2, 9)) * int(rng.choice([-1, 1]))
    step = slope / 10
    return Drawn(
        f"A weight is {weight:g}, and the slope of the loss in it is {slope}. What is it after one "
        "step of gradient descent with the learning rate 0.1?",
        {"a": f"{weight + step:g}", "b": f"{-step:g}", "c": f"{weight - step:g}"},
        {
            "a": "The size of the step is right. But a step along the slope goes uphill.",
            "b": "That is the step by itself. It is taken from where the weight is now.",
            "c": f"{weight:g} − 0.1 · ({slope}): against the slope, and as far as the learning "
            "rate says.",
        },
    )


def _price_of_nudging(rng: np.random.Generator) -> Drawn:
    weights = int(rng.integers(2, 40)) * 100
    return Drawn(
        f"A network has {weights:,} weights. How often does the numerical gradient, with central "
        "differences, compute the loss?",
        {"a": "2 times", "b": f"{weights:,} times", "c": f"{2 * weights:,} times"},
        {
            "a": "Twice is enough for one weight. Every weight has a slope of its own.",
            "b": "Close: but a central difference needs two losses, one on either side.",
            "c": "Two for each weight.",
        },
    )


RECALLED = (
    Recalled(
        "entry_of_Z",
        "a",
        _entry_of_Z,
        "Z is A times X. A row of A belongs to a hidden unit, so a row of the product does, too. "
        "A column of X is a sample, so a column of the product is the same sample. In code the "
        "first index is always the row. All of this notebook happens inside one such entry.",
        "notebook 1, section 2",
    ),
    Recalled(
        "one_step_down",
        "c",
        _one_step_down,
        "A slope says how the loss changes when the weight grows. If it is positive, the loss "
        "grows with the weight, so the weight has to shrink; if it is negative, the weight has to "
        "grow. Both are the same line: new weight = old weight − learning rate · slope. This "
        "notebook is about where the slope comes from.",
        "notebook 2, section 6",
    ),
    Recalled(
        "price_of_nudging",
        "c",
        _price_of_nudging,
        "To know the slope in one weight, nudge it up and compute the loss, nudge it down and "
        "compute the loss: two losses. While you do so all the other weights must stand still, "
        "so nothing can be shared between weights. The chain rule gets all slopes from one pass "
        "forward and one pass back: that is why you are here.",
        "notebook 2, section 3",
    ),
)
