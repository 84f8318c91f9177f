"""What notebook 06 asks again of notebooks 02 to 05."""

import numpy as np

from bplib.course.recall import Drawn, Recalled


def _one_step_of_a_weight(rng: np.random.Generator) -> Drawn:
    slope, rate = int(rng.integers(2, 9)), int(rng.integers(1, 9)) / 100
    return Drawn(
        f"The slope of the loss in one weight is {slope}, the learning rate {rate:g}. What happens "
        "to that weight in one step?",
        {
            "a": f"it grows by {slope * rate:g}",
            "b": f"it shrinks by {slope * rate:g}",
            "c": f"it becomes {slope * rate:g}",
        },
        {
            "a": "The size is right. But the loss grows where this weight grows.",
            "b": "Learning rate times slope is the length, and the way is against the slope.",
            "c": "The step is measured from where the weight is now.",
        },
    )


def _shape_of_a_gradient(rng: np.random.Generator) -> Drawn:
    n_in, n_hidden, n_out, N = (int(k) for k in rng.choice(np.arange(2, 80), 4, replace=False))
    return Drawn(
        f"A is ({n_hidden}, {n_in}), B is ({n_out}, {n_hidden}), and there are {N} samples. What "
        "shape has the gradient of A?",
        {"a": f"({n_hidden}, {n_in})", "b": f"({n_hidden}, {N})", "c": f"({n_out}, {n_in})"},
        {
            "a": "Like A: one slope for every weight. The samples have been added up.",
            "b": "That is the shape of Δ_A. It becomes a gradient when it meets the layer's input.",
            "c": "No weight leads from an input straight to an output.",
        },
    )


def _through_the_slope(rng: np.random.Generator) -> Drawn:
    h, error = int(rng.integers(3, 10)) / 10, -int(rng.integers(2, 10))
    return Drawn(
        f"A hidden unit puts out h = tanh(z) = {h:g}, and the error at h is {error}. What is the "
        "error at z?",
        {"a": f"{error}", "b": f"{error * (1 - h**2):.3g}", "c": f"{error * h:.3g}"},
        {
            "a": "That is the error at h. To reach z it has to pass the activation.",
            "b": f"The slope of tanh there is 1 − {h:g}² = {1 - h**2:.2g}.",
            "c": "That multiplies by the value of tanh. The chain rule asks for its slope.",
        },
    )


RECALLED = (
    Recalled(
        "one_step_of_a_weight",
        "b",
        _one_step_of_a_weight,
        "A positive slope says: the loss grows when the weight grows. To lower the loss the "
        "weight must become smaller. How much smaller is learning rate times slope, so a steep "
        "loss gives a long step and a flat one a short step. It is one line, and it is the third "
        "exercise of this notebook.",
        "notebook 2, section 6",
    ),
    Recalled(
        "shape_of_a_gradient",
        "a",
        _shape_of_a_gradient,
        "A gradient holds one slope for every weight, so it has the shape of the weights, "
        "whatever else is going on. Otherwise A − learning rate · gradient could not even be "
        "computed. The samples are not in it: the product of error term and input has summed "
        "over them.",
        "notebook 5, section 4",
    ),
    Recalled(
        "through_the_slope",
        "b",
        _through_the_slope,
        "How far does the loss move when z moves? First h moves, by the slope of tanh at z; then "
        "the loss moves, by the error at h. Two links, so multiply. The slope of tanh can be had "
        "from its value, 1 − h²: that is why the forward pass keeps h. Where h is near 1 or −1 "
        "hardly anything gets through.",
        "notebook 5, section 3",
    ),
)
