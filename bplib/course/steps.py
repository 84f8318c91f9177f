"""The first wrong step of a gradient, found from the learner's own numbers.

A gradient of weights is an error term times the layer's input. With no more samples than inputs
the error term can be solved for, exactly, from the gradient that came back: so a check can see
which Δ the learner used, compare it with the right one (by numerical differentiation), and go on
from there: does Δ_A follow from that Δ_B, was it sent back through B, which slope did it get?

What a notebook does with these steps stands in its `mistakes.py`. Every tracer returns the first
step that is off, or None where it cannot tell.
"""

from typing import Any

import numpy as np

from bplib import network
from bplib.derivatives import derivative, distance, gradient
from bplib.finding import Finding
from bplib.network import Array

_SAME = 1e-7


def same(a: Any, b: Any) -> bool:
    """Return whether two results agree as far as numbers solved for can."""
    return distance(a, b) <= _SAME


def entry(mine: Array, right: Array, what: str, rows: str, columns: str) -> str:
    """Return the entry that is furthest off, in words."""
    i, k = np.unravel_index(int(np.argmax(np.abs(mine - right))), mine.shape)
    return f"at {rows} {i}, {columns} {k} {what} {mine[i, k]:.4g} where {right[i, k]:.4g} belongs"


def output_error(Y_hat: Array, Y: Array) -> Array:
    """Return the right Δ of a linear output."""
    return gradient(lambda P: network.mean_loss(P, Y), Y_hat)


def error_used(weights_gradient: Array, inputs: Array) -> Array | None:
    """Return the Δ with gradient = Δ inputsᵀ, or None where there is no such Δ."""
    if inputs.shape[1] > inputs.shape[0]:
        return None
    delta: Array = weights_gradient @ np.linalg.pinv(inputs.T)
    return delta if same(delta @ inputs.T, weights_gradient) else None


# --- the output layer -------------------------------------------------------------------------


def mixture(Y_hat: Array, Y: Array, mine: Array) -> tuple[float, float] | None:
    """Return p and q if N times an error term is p·Ŷ + q·Y, else None."""
    pair = np.stack([Y_hat.ravel(), Y.ravel()], axis=1)
    p, q = np.linalg.lstsq(pair, mine.ravel() * Y.shape[1], rcond=None)[0].round(9) + 0.0
    return (float(p), float(q)) if same(pair @ [p, q] / Y.shape[1], mine.ravel()) else None


def trace_output_error(Y_hat: Array, Y: Array, mine: Array) -> Finding | None:
    """Say how a Δ_B differs from the right one: as a mixture of Ŷ and Y, or by entries."""
    right = output_error(Y_hat, Y)
    if same(mine, right):
        return None
    mixed = mixture(Y_hat, Y, mine)
    return Finding(
        "wrong-output-error",
        "The error at the output, with which everything starts, is already off.",
        "Which way does it point, how does it grow with the distance from the target, and is it "
        "shared among the samples as the mean asks?",
        f"times N, your error term is {mixed[0]:.3g}·Ŷ + {mixed[1]:.3g}·Y"
        if mixed
        else entry(mine, right, "your error term is", "output", "sample"),
    )


def trace_gradient(
    inputs_name: str, inputs: Array, delta: Array, mine: Array, layer: str
) -> Finding | None:
    """Say whether a gradient is not this error times this input because of the one or the other."""
    used = error_used(mine, inputs)
    if used is None:
        return Finding(
            f"step-{inputs_name.lower()}-as-the-input",
            f"The error is not multiplied with {inputs_name}, the input of layer {layer}, "
            "sample by sample: no error term at all gives this gradient.",
            f"Which quantity enters layer {layer}? Sample n's error belongs with sample n's input.",
        )
    if same(used, delta):
        return None
    return Finding(
        "step-the-error-term",
        f"With {inputs_name} as the input, only another error than the one handed in gives this.",
        "Does every sample's error meet that same sample's input, and is either of them changed "
        "before?",
        entry(used, delta, "the error would have to be", "row", "sample"),
    )


def wrong_slope(used: Array, slope: Array, Z: Array, activation: str) -> Finding:
    """Say at which pre-activation the slope that was used is furthest off."""
    with np.errstate(all="ignore"):
        gap = np.where(np.isfinite(used), np.abs(used - slope), 0)
    at = np.unravel_index(int(np.argmax(gap)), gap.shape)
    return Finding(
        "wrong-slope",
        f"The error is not scaled by the slope of {activation} where the unit stands.",
        f"Where on the curve of {activation} does each unit stand, and how steep is it there?",
        f"at the pre-activation {Z[at]:.3g} you scaled the error by {used[at]:.3g}; the slope "
        f"there is {slope[at]:.3g}",
    )


# --- the hidden layer -------------------------------------------------------------------------


def _sent_back(delta_B: Array, B: Array) -> Array:
    H = np.zeros((B.shape[1], delta_B.shape[1]))
    return gradient(lambda H: np.sum(delta_B * (B @ H), axis=(-2, -1)), H)


def _weights_used(delta_B: Array, mine: Array) -> Array | None:
    """Return the matrix that sends an error back as `mine`, None where there is none or many."""
    if delta_B.shape[1] < delta_B.shape[0]:
        return None
    matrix: Array = mine @ np.linalg.pinv(delta_B)
    return matrix if same(matrix @ delta_B, mine) else None


def trace_sent_back(delta_B: Array, B: Array, mine: Array, weights: str = "B") -> Finding | None:
    """Say whether an error was sent back through another matrix than B, or through none."""
    right = _sent_back(delta_B, B)
    if same(mine, right):
        return None
    matrix = _weights_used(delta_B, mine)
    error = "output error" if weights == "B" else "error"
    if matrix is None:
        says = f"No weights at all send this {error} back as that: it is mixed with something else."
        evidence = entry(mine, right, "you have", "hidden unit", "sample")
    else:
        says = f"The {error} is sent back through other weights than those of {weights}."
        evidence = entry(matrix, B.T, "you used the weight", "hidden unit", "output")
    return Finding(
        "wrong-way-back",
        says,
        "Which weight joins hidden unit j to output i, and in which direction is it used here?",
        evidence,
    )


def trace_hidden_error(
    delta_B: Array,
    B: Array,
    Z: Array,
    mine: Array,
    slope: Array | None = None,
    names: tuple[str, str] = ("tanh", "B"),
) -> Finding | None:
    """Say whether Δ_A goes wrong on the way through B or through the activation.

    With another activation than tanh, `slope` is its slope at Z; `names` are those of activation
    and weights.
    """
    activation, weights = names
    sent: Array = _sent_back(delta_B, B)
    if slope is None:
        slope = derivative(network.tanh, Z)
    if same(mine, sent * slope):
        return None
    if delta_B.shape[1] <= delta_B.shape[0]:
        return None  # some matrix would always fit
    with np.errstate(all="ignore"):
        unscaled, used = mine / slope, mine / sent
    at_H = np.nan_to_num(unscaled)
    if _weights_used(delta_B, at_H) is not None and (
        off := trace_sent_back(delta_B, B, at_H, weights)
    ):
        return off
    through_B = B.T @ np.linalg.pinv(B.T)
    if same(through_B @ unscaled, unscaled):
        return Finding(
            "step-what-is-sent-back",
            f"It comes back through {weights} and is scaled by the slope, but what was sent is not "
            f"{'Δ_B' if weights == 'B' else 'the error that was given'}.",
            "Which quantity starts the way back at the output?",
            entry(mine, sent * slope, "you have", "hidden unit", "sample"),
        )
    return wrong_slope(used, slope, Z, activation)


def trace_backward(
    A: Array, B: Array, X: Array, Y: Array, grad_A: Array, grad_B: Array
) -> Finding | None:
    """Follow the backward pass from the output: the first step that does not follow is named."""
    Z, H, Y_hat = network.forward(A, B, X)
    used_B = error_used(grad_B, H)
    delta_B = output_error(Y_hat, Y)
    if used_B is None:
        wrong = trace_gradient("H", H, delta_B, grad_B, "B")
    else:
        wrong = trace_output_error(Y_hat, Y, used_B)
    if wrong:
        return wrong
    used_A = error_used(grad_A, X)
    if used_A is None:
        return trace_gradient("X", X, np.zeros_like(Z), grad_A, "A")
    return trace_hidden_error(delta_B, B, Z, used_A)


# --- steps ------------------------------------------------------------------------------------


def wrong_length(name: str, mine: Array, right: Array, rates: str) -> Finding | None:
    """Say whether a step on weights goes the right way and has the wrong length."""
    length = np.vdot(right, mine) / np.vdot(right, right)
    if abs(length - 1) <= _SAME or not same(mine, length * right):
        return None
    return Finding(
        f"step-length-of-the-step-on-{name.lower()}",
        f"The step on {name} goes the right way and has the wrong length."
        if length > 0
        else f"The step on {name} goes the opposite way.",
        f"Which factors are multiplied into {name}'s step?",
        f"it is {length:.4g} times as long; {rates}",
    )
