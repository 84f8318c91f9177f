"""What notebook 09 asks again of notebooks 2, 4 and 5."""

import numpy as np

from bplib.course.recall import Drawn, Recalled


def _agree_or_differ(rng: np.random.Generator) -> Drawn:
    power, digit = int(rng.integers(1, 3)), int(rng.integers(2, 9))
    return Drawn(
        f"Each entry of a gradient and what nudging gives for it differ by {digit}e-9. The largest "
        f"entries of both are about {digit}e-{9 - power}. What do you conclude?",
        {
            "a": "They agree: the differences are tiny.",
            "b": "They differ: the relative error is far above what nudging leaves.",
            "c": "Nothing: gradients as small as that cannot be checked.",
        },
        {
            "a": "Tiny against what? The gradients themselves are tiny.",
            "b": f"The relative error is about 1e-{power}. Right gradients come below 1e-7.",
            "c": "They can, if the difference is measured against the gradients.",
        },
    )


def _what_flows_in(rng: np.random.Generator) -> Drawn:
    n_in, n_hidden, n_out, N = (int(k) for k in rng.choice(np.arange(2, 12), 4, replace=False))
    return Drawn(
        f"A is ({n_hidden}, {n_in}), B is ({n_out}, {n_hidden}), there are {N} samples. The error "
        "term of the hidden layer meets an array, and the gradient of A comes out. Which shape "
        "has that array?",
        {"a": f"({n_in}, {N})", "b": f"({n_hidden}, {N})", "c": f"({n_out}, {N})"},
        {
            "a": "It is X: what flows into the layer with weights A.",
            "b": "That is the shape of H, which flows into the layer with weights B.",
            "c": "That is the shape of the predictions. They flow into no layer.",
        },
    )


def _what_gets_through(rng: np.random.Generator) -> Drawn:
    h = int(rng.integers(6, 10)) / 10
    error = int(rng.integers(2, 7))
    return Drawn(
        f"A hidden unit puts out h = tanh z = {h:g}, and the error at h is {error}. What is the "
        "error at z?",
        {
            "a": f"{error * h:.3g}",
            "b": f"{error * (1 - h):.3g}",
            "c": f"{error * (1 - h * h):.3g}",
        },
        {
            "a": "That multiplies with the height of the curve. How steep is it there?",
            "b": "Nearly. Which power makes the slope the same at h and at −h?",
            "c": f"The slope of tanh there is 1 − {h:g}² = {1 - h * h:.2g}.",
        },
    )


RECALLED = (
    Recalled(
        "agree_or_differ",
        "b",
        _agree_or_differ,
        "A difference says nothing by itself: between gradients of length 1 it may be rounding, "
        "between tiny ones it may be all there is. So the length of the difference is divided by "
        "the longer of the two gradients. Below 1e-7 two gradients agree, above 1e-3 they differ.",
        "notebook 2, section 4",
    ),
    Recalled(
        "what_flows_in",
        "a",
        _what_flows_in,
        "A weight's slope is the error term at its end, times what flows in at its start, added "
        "up over the samples. Into the layer with weights A flows X, which is (n_in, N). Error "
        "term times transposed input is (n_hidden, N) times (N, n_in): like A.",
        "notebook 5, section 4",
    ),
    Recalled(
        "what_gets_through",
        "c",
        _what_gets_through,
        "Between h and z lies the tanh, and it lets through as much of the error as it is steep "
        "at z: 1 − tanh² z, which is 1 − h². Near h = 1 the curve is flat: little gets through.",
        "notebook 5, section 3",
    ),
)
