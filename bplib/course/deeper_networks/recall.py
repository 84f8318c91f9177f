"""What notebook 07 asks again of notebooks 02, 05 and 06."""

import numpy as np

from bplib.course.recall import Drawn, Recalled


def _one_hidden_delta(rng: np.random.Generator) -> Drawn:
    weights = [int(w) for w in rng.choice(np.arange(2, 6), 2, replace=False)]
    errors = [int(e) / 10 for e in rng.choice(np.arange(1, 6), 2, replace=False)]
    h = int(rng.choice([5, 6, 7, 8])) / 10
    arrives = weights[0] * errors[0] - weights[1] * errors[1]
    while abs(arrives) < 0.25:  # the choices below would look alike
        errors[0] = round(errors[0] + 0.5, 1)
        arrives = weights[0] * errors[0] - weights[1] * errors[1]
    return Drawn(
        f"A hidden tanh unit puts out h = {h:g}. Two outputs hear it, through the weights "
        f"{weights[0]} and −{weights[1]}; their errors are {errors[0]:g} and {errors[1]:g}. What "
        "is the unit's error term, dL/dz?",
        {
            "a": f"{arrives:.4g}",
            "b": f"{arrives * h:.4g}",
            "c": f"{arrives * (1 - h * h):.4g}",
        },
        {
            "a": "That is the error at h. Between h and z lies tanh, which is not as steep as 1 "
            "there.",
            "b": "That is the error at h times h itself. The slope of tanh belongs in its place.",
            "c": f"{arrives:.4g} arrives at h, and 1 − h² of it gets through.",
        },
    )


def _shape_of_delta_A(rng: np.random.Generator) -> Drawn:
    n_in, n_hidden, n_out, N = (int(k) for k in rng.choice(np.arange(2, 15), 4, replace=False))
    return Drawn(
        f"A is ({n_hidden}, {n_in}), B is ({n_out}, {n_hidden}), and there are {N} samples. What "
        "shape has Δ_A?",
        {"a": f"({n_hidden}, {N})", "b": f"({n_hidden}, {n_in})", "c": f"({n_out}, {N})"},
        {
            "a": "One number for every hidden unit and every sample.",
            "b": "That is the shape of A, and of its gradient. Δ_A is one of the two factors that "
            "the gradient is made of.",
            "c": "That is the shape of the predictions, and of Δ_B.",
        },
    )


def _passes_by_nudging(rng: np.random.Generator) -> Drawn:
    thousands = int(rng.integers(2, 60))
    return Drawn(
        f"A network has {thousands},000 weights. How many forward passes does the whole gradient "
        "take by nudging each weight up and down, and how many passes by backpropagation?",
        {
            "a": f"{2 * thousands},000, and about as much work as 3",
            "b": f"{2 * thousands},000, and {thousands},000",
            "c": f"{thousands},000, and 1",
        },
        {
            "a": "Two passes for every weight, against one pass forward and one back, which does "
            "twice the work.",
            "b": "Backpropagation does not go through the network weight by weight: each error "
            "term is computed once and serves all weights of its layer.",
            "c": "Up and down are two passes for every weight, and one pass forward alone gives "
            "no gradient yet.",
        },
    )


RECALLED = (
    Recalled(
        "one_hidden_delta",
        "c",
        _one_hidden_delta,
        "Each output's error comes back through the weight by which it heard the unit, with its "
        "sign, and what comes back adds up: that is the error at h. A nudge of z moves h by the "
        "slope of tanh, which is 1 − h², so that much of the error at h is left at z. These two "
        "steps, weights and slope, are all that today's loop does in every turn.",
        "notebook 5, sections 2 and 3",
    ),
    Recalled(
        "shape_of_delta_A",
        "a",
        _shape_of_delta_A,
        "Δ_A is the derivative of the loss by Z, and a derivative by an array has the shape of "
        "that array. Z holds one number for every hidden unit and every sample. With many layers "
        "there is such an array for each of them, and its first size says which layer it belongs "
        "to: shapes will be your best guide today.",
        "notebook 5, section 3",
    ),
    Recalled(
        "passes_by_nudging",
        "a",
        _passes_by_nudging,
        "A central difference needs the loss on both sides of every weight, so two passes for "
        "each, however many there are. Forward and back cost about as much as three forward "
        "passes together: one product for each layer on the way there, two on the way back. That "
        "ratio is the reason why networks with millions of weights can be trained at all, and it "
        "stays the same with more layers.",
        "notebook 6, Further",
    ),
)
