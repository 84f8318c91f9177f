"""What notebook 08 asks again of notebooks 03 to 06."""

import numpy as np

from bplib.course.recall import Drawn, Recalled


def _slope_from_the_value(rng: np.random.Generator) -> Drawn:
    h = int(rng.integers(6, 20)) / 20
    return Drawn(
        f"A tanh unit puts out h = {h:g}. An error of 1 comes back to it. How much of it reaches "
        "z?",
        {"a": f"{1 - h:.2g}", "b": f"{1 - h**2:.2g}", "c": f"{h * (1 - h):.2g}"},
        {
            "a": "That would be a straight line from 1 at h = 0 to 0 at h = 1. Tanh bends later.",
            "b": f"The slope of tanh, written with its own value: 1 − {h:g}².",
            "c": "h(1 − h) is the short form of another activation's slope: which?",
        },
    )


def _back_along_two_arrows(rng: np.random.Generator) -> Drawn:
    w, v = int(rng.integers(2, 6)), -int(rng.integers(2, 6))
    e, f = int(rng.integers(1, 5)) / 10, int(rng.integers(5, 9)) / 10
    return Drawn(
        f"A hidden unit speaks to two outputs, with weights {w} and −{-v}. Their errors are {e:g} "
        f"and {f:g}. How much error arrives at the unit?",
        {
            "a": f"{w * e + v * f:.2g}".replace("-", "−"),
            "b": f"{e + f:.2g}",
            "c": f"{w * e - v * f:.2g}",
        },
        {
            "a": f"Each error along its own arrow, then added: {w} · {e:g} − {-v} · {f:g}.",
            "b": "There is no weight in it. Does every output hear the unit as loudly?",
            "c": "The sign of a weight counts: raising the unit lowers that output.",
        },
    )


def _one_sample_of_many(rng: np.random.Generator) -> Drawn:
    miss, count = int(rng.choice([3, 5, 7, 9])), int(rng.choice([4, 5, 8, 10]))
    return Drawn(
        f"A linear output with the mean squared error over {count} samples. In one of them the "
        f"prediction is {miss} too high. What is the output error Δ_B there?",
        {"a": f"{miss}", "b": f"{miss / count:g}", "c": f"{miss**2 / (2 * count):g}"},
        {
            "a": "That is how far off it is. How much does one sample count in a mean?",
            "b": f"The miss, divided by the number of samples: {miss}/{count}.",
            "c": "That is what the sample adds to the loss. Asked for is the slope.",
        },
    )


RECALLED = (
    Recalled(
        "slope_from_the_value",
        "b",
        _slope_from_the_value,
        "The slope of tanh is 1 − tanh². The value h that the unit put out is tanh(z), so the "
        "slope is known without z: at h = 0 it is 1, and near h = ±1 next to nothing comes "
        "through. Other activations have other slopes, and this notebook is about those too.",
        "notebook 3, section 1, and notebook 5, section 3",
    ),
    Recalled(
        "back_along_two_arrows",
        "a",
        _back_along_two_arrows,
        "Raise the unit by a little. Each output moves by that, times the weight of its arrow, and "
        "the loss moves by as much times that output's error. Two paths lead to the loss, so their "
        "two shares are added, signs included.",
        "notebook 5, section 2",
    ),
    Recalled(
        "one_sample_of_many",
        "b",
        _one_sample_of_many,
        "The loss is 1/(2N) times a sum of squares. The slope of a half square is the miss itself, "
        "and the 1/N stays: with more samples beside it, each counts less. The loss that you meet "
        "in this notebook is a mean as well.",
        "notebook 4, section 2",
    ),
)
