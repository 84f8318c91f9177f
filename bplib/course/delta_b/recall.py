"""What notebook 04 asks again of notebooks 01 to 03."""

import numpy as np

from bplib.course.recall import Drawn, Recalled


def _samples_twice(rng: np.random.Generator) -> Drawn:
    loss, times = rng.integers(4, 30) / 10, int(rng.integers(2, 6))
    return Drawn(
        f"A network has the loss {loss:g} on some samples. Now every sample is there {times} "
        "times. What is the loss?",
        {"a": f"{loss * times:g}", "b": f"{loss:g}", "c": f"{loss / times:.3g}"},
        {
            "a": "That would be a sum over the samples. The loss is their mean.",
            "b": "A mean does not change when every sample is copied.",
            "c": "There are more samples to divide by, but also more losses to add up.",
        },
    )


def _slope_of_a_shift(rng: np.random.Generator) -> Drawn:
    slope, shift = int(rng.integers(2, 9)), int(rng.integers(2, 9))
    return Drawn(
        f"At some place f has the slope {slope}. What slope does f(w) − {shift} have there?",
        {"a": f"{slope}", "b": f"{slope - shift}", "c": f"{-shift}"},
        {
            "a": "Moving a curve up or down does not tilt it.",
            "b": f"The height is {shift} lower. Is the curve less steep for it?",
            "c": "That is how far the curve is shifted. A slope is about change.",
        },
    )


def _two_links(rng: np.random.Generator) -> Drawn:
    first, second = int(rng.integers(2, 6)), -int(rng.integers(2, 6))
    return Drawn(
        f"v moves {first} times as far as w, and the loss moves {second} times as far as v. What "
        "is the slope of the loss in w?",
        {"a": f"{first + second}", "b": f"{first * second}", "c": f"{second}"},
        {
            "a": "That adds the slopes. A change that is multiplied twice grows how many times?",
            "b": f"Slopes along a chain multiply: {first} · ({second}).",
            "c": f"That is the slope in v. A little of w is {first} times as much of v.",
        },
    )


RECALLED = (
    Recalled(
        "samples_twice",
        "b",
        _samples_twice,
        "The loss is the sum over the samples, divided by their number. Copy every sample, and the "
        "sum and the number grow by the same factor. So the loss stays. But mind what this means "
        "for one prediction: it is now one of more, and counts for less. That 1/N is waiting for "
        "you in the first exercise.",
        "notebook 1, section 4",
    ),
    Recalled(
        "slope_of_a_shift",
        "a",
        _slope_of_a_shift,
        "A slope compares two heights: the height here and the height a little further on. Take "
        "the same number from both, and their difference is what it was. So a constant that is "
        "added or subtracted has no influence on the slope. In ŷ − y the target y is such a "
        "constant.",
        "notebook 2, section 1, and notebook 3, section 4",
    ),
    Recalled(
        "two_links",
        "b",
        _two_links,
        "Follow a nudge. Move w by 0.01. The first link makes a larger nudge of it at v, and the "
        "second link starts from that larger nudge, not from the 0.01. So each link multiplies "
        "what the one before has made. Slopes are added only where a value goes two ways at once.",
        "notebook 3, section 2",
    ),
)
