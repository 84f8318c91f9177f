"""The first wrong step of a gradient, found from the learner's own numbers.

A gradient of weights is an error term times the layer's input. With no more samples than inputs
the error term can be solved for, exactly, from the gradient that came back: so a check can see
which Δ the learner used, compare it with the right one (by numerical differentiation), and go on
from there: does Δ_A follow from that Δ_B, was it sent back through B, which slope did it get?

Every tracer returns the first step that is off, or None where it cannot tell.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from bplib import network
from bplib.derivatives import derivative, distance, gradient
from bplib.network import Array

_SAME = 1e-7


@dataclass(frozen=True)
class Step:
    """A step of the computation that is off: its name, what is off, numbers, where to look."""

    name: str
    says: str
    evidence: str
    look: str


Tracer = Callable[[tuple[Any, ...], Any], Step | None]


def _same(a: Any, b: Any) -> bool:
    return distance(a, b) <= _SAME


def _entry(mine: Array, right: Array, what: str, rows: str, columns: str) -> str:
    """Return the entry that is furthest off, in words."""
    i, k = np.unravel_index(int(np.argmax(np.abs(mine - right))), mine.shape)
    return f"at {rows} {i}, {columns} {k} {what} {mine[i, k]:.4g} where {right[i, k]:.4g} belongs"


def _output_error(Y_hat: Array, Y: Array) -> Array:
    return gradient(lambda P: network.mean_loss(P, Y), Y_hat)


def _sent_back(delta_B: Array, B: Array) -> Array:
    H = np.zeros((B.shape[1], delta_B.shape[1]))
    return gradient(lambda H: np.sum(delta_B * (B @ H), axis=(-2, -1)), H)


def _slope(Z: Array) -> Array:
    slope: Array = derivative(network.tanh, Z)
    return slope


def _error_used(weights_gradient: Array, inputs: Array) -> Array | None:
    """Return the Δ with gradient = Δ inputsᵀ, or None where there is no such Δ."""
    if inputs.shape[1] > inputs.shape[0]:
        return None
    delta: Array = weights_gradient @ np.linalg.pinv(inputs.T)
    return delta if _same(delta @ inputs.T, weights_gradient) else None


# --- the output layer -------------------------------------------------------------------------


def trace_output_error(Y_hat: Array, Y: Array, mine: Array) -> Step | None:
    """Say how a Δ_B differs from the right one: as a mixture of Ŷ and Y, or by entries."""
    right = _output_error(Y_hat, Y)
    if _same(mine, right):
        return None
    pair = np.stack([Y_hat.ravel(), Y.ravel()], axis=1)
    weights = np.linalg.lstsq(pair, mine.ravel() * Y.shape[1], rcond=None)[0].round(9) + 0.0
    evidence = _entry(mine, right, "your error term is", "output", "sample")
    if _same(pair @ weights / Y.shape[1], mine.ravel()):
        evidence = f"times N, your error term is {weights[0]:.3g}·Ŷ + {weights[1]:.3g}·Y"
    return Step(
        "step: output error",
        "The error at the output, with which everything starts, is already off.",
        evidence,
        "Which way does it point, how does it grow with the distance from the target, and is it "
        "shared among the samples as the mean asks?",
    )


def trace_gradient(
    inputs_name: str, inputs: Array, delta: Array, mine: Array, layer: str
) -> Step | None:
    """Say whether a gradient is not this error times this input because of the one or the other."""
    used = _error_used(mine, inputs)
    if used is None:
        return Step(
            f"step: {inputs_name} as the input",
            f"The error is not multiplied with {inputs_name}, the input of layer {layer}, "
            "sample by sample: no error term at all gives this gradient.",
            "",
            f"Which quantity enters layer {layer}? Sample k's error belongs with sample k's input.",
        )
    if _same(used, delta):
        return None
    return Step(
        "step: the error term",
        f"It is an error times {inputs_name}, but not the error that was handed in.",
        _entry(used, delta, "the error you used is", "row", "sample"),
        "What happens to the error term before it meets the input?",
    )


def trace_sigmoid_error(Y_hat: Array, Y: Array, mine: Array) -> Step | None:
    """Say whether the error or the slope is off in Δ_B of a sigmoid output."""
    error = _output_error(Y_hat, Y)
    Z = np.log(Y_hat / (1 - Y_hat))
    slope = derivative(network.sigmoid, Z)
    with np.errstate(all="ignore"):
        used = mine / error
    before = trace_output_error(Y_hat, Y, mine / slope)
    if before is None:
        return None
    if "·Ŷ" in before.evidence:
        return before
    return _wrong_slope(used, slope, Z, "the sigmoid")


def _wrong_slope(used: Array, slope: Array, Z: Array, activation: str) -> Step:
    with np.errstate(all="ignore"):
        gap = np.where(np.isfinite(used), np.abs(used - slope), 0)
    at = np.unravel_index(int(np.argmax(gap)), gap.shape)
    return Step(
        "wrong-slope",
        f"The error is not scaled by the slope of {activation} where the unit stands.",
        f"at the pre-activation {Z[at]:.3g} you scaled the error by {used[at]:.3g}; the slope "
        f"there is {slope[at]:.3g}",
        f"Where on the curve of {activation} does each unit stand, and how steep is it there?",
    )


# --- the hidden layer -------------------------------------------------------------------------


def trace_sent_back(delta_B: Array, B: Array, mine: Array) -> Step | None:
    """Say whether an error was sent back through another matrix than B, or through none."""
    right = _sent_back(delta_B, B)
    if _same(mine, right):
        return None
    step = "step: back through B"
    look = "Which weight joins hidden unit j to output i, and in which direction is it used here?"
    if delta_B.shape[1] >= delta_B.shape[0]:
        matrix = mine @ np.linalg.pinv(delta_B)
        if _same(matrix @ delta_B, mine):
            return Step(
                step,
                "The output error is sent back through other weights than those of B.",
                _entry(matrix, B.T, "you used the weight", "hidden unit", "output"),
                look,
            )
    return Step(
        step,
        "No weights at all send this output error back as that: it is mixed with something else.",
        _entry(mine, right, "you have", "hidden unit", "sample"),
        look,
    )


def trace_hidden_error(delta_B: Array, B: Array, Z: Array, mine: Array) -> Step | None:
    """Say whether Δ_A goes wrong on the way through B or through the activation."""
    sent, slope = _sent_back(delta_B, B), _slope(Z)
    if _same(mine, sent * slope):
        return None
    if delta_B.shape[1] <= delta_B.shape[0]:
        return None  # some matrix would always fit
    with np.errstate(all="ignore"):
        unscaled = trace_sent_back(delta_B, B, np.nan_to_num(mine / slope))
        used = mine / sent
    if unscaled and "other weights" in unscaled.says:
        return unscaled
    through_B = B.T @ np.linalg.pinv(B.T)
    if _same(through_B @ (mine / slope), mine / slope):
        return Step(
            "step-what-is-sent-back",
            "It comes back through B and is scaled by the slope, but what was sent is not Δ_B.",
            _entry(mine, sent * slope, "you have", "hidden unit", "sample"),
            "Which quantity starts the way back at the output?",
        )
    return _wrong_slope(used, slope, Z, "tanh")


def trace_backward(
    A: Array, B: Array, X: Array, Y: Array, grad_A: Array, grad_B: Array
) -> Step | None:
    """Follow the backward pass from the output: the first step that does not follow is named."""
    Z, H, Y_hat = network.forward(A, B, X)
    used_B = _error_used(grad_B, H)
    delta_B = _output_error(Y_hat, Y)
    if used_B is None:
        wrong = trace_gradient("H", H, delta_B, grad_B, "B")
    else:
        wrong = trace_output_error(Y_hat, Y, used_B)
    if wrong:
        return wrong
    used_A = _error_used(grad_A, X)
    if used_A is None:
        return trace_gradient("X", X, np.zeros_like(Z), grad_A, "A")
    return trace_hidden_error(delta_B, B, Z, used_A)


# --- steps, and numbers -----------------------------------------------------------------------


def trace_step_both(arguments: tuple[Any, ...], result: Any) -> Step | None:
    """Take the gradients that were stepped along out of the new weights, and follow those."""
    A, B, X, Y, rate_A, rate_B = arguments
    grads = ((A - result[0]) / rate_A, (B - result[1]) / rate_B)
    rights = (
        gradient(lambda A: network.network_loss(A, B, X, Y), A),
        gradient(lambda B: network.network_loss(A, B, X, Y), B),
    )
    rates = f"the learning rates are {rate_A:.3g} for A and {rate_B:.3g} for B"
    for name, mine, right in zip("AB", grads, rights, strict=True):
        wrong_length = _wrong_length(name, mine, right, rates)
        if wrong_length:
            return wrong_length
    return trace_backward(A, B, X, Y, *grads)


def trace_step_B(arguments: tuple[Any, ...], result: Any) -> Step | None:
    """Take the gradient that was stepped along out of the new B, and follow that."""
    B, H, Y, rate = arguments
    mine = (B - result) / rate
    right = gradient(lambda B: network.mean_loss(B @ H, Y), B)
    wrong_length = _wrong_length("B", mine, right, f"the learning rate is {rate:.3g}")
    if wrong_length:
        return wrong_length
    used = _error_used(mine, H)
    if used is None:
        return trace_gradient("H", H, np.zeros_like(Y), mine, "B")
    return trace_output_error(B @ H, Y, used)


def _wrong_length(name: str, mine: Array, right: Array, rates: str) -> Step | None:
    """Say whether a step goes the right way and has the wrong length."""
    length = np.vdot(right, mine) / np.vdot(right, right)
    if abs(length - 1) <= _SAME or not _same(mine, length * right):
        return None
    return Step(
        f"step: length of the step on {name}",
        f"The step on {name} goes the right way and has the wrong length."
        if length > 0
        else f"The step on {name} goes the opposite way.",
        f"it is {length:.4g} times as long; {rates}",
        f"Which factors are multiplied into {name}'s step?",
    )


def trace_update(arguments: tuple[Any, ...], result: Any) -> Step | None:
    """Say on which of A and B the step is off, and whether only in its length."""
    A, B, grad_A, grad_B, rate_A, rate_B = arguments
    rates = f"the learning rates are {rate_A:.3g} for A and {rate_B:.3g} for B"
    layers = (("A", A, grad_A, rate_A, result[0]), ("B", B, grad_B, rate_B, result[1]))
    for name, W, right, rate, new in layers:
        mine = (W - new) / rate
        if _same(mine, right):
            continue
        return _wrong_length(name, mine, right, rates) or Step(
            f"step: the step on {name}",
            f"The new {name} is not the old one with a step along its gradient.",
            _entry(W - new, rate * right, f"{name} has moved by", "row", "column"),
            f"Where does the step on {name} start, along what does it go, and how far?",
        )
    return None


def trace_forward(arguments: tuple[Any, ...], result: Any) -> Step | None:
    """Say which of Z, H, Ŷ is the first that does not follow from the one before."""
    A, B, X = arguments
    Z, H, Y_hat = result
    follows = (
        ("Z", Z, A @ X, "from A and X"),
        ("H", H, np.tanh(Z), "from your Z"),
        ("Y_hat", Y_hat, B @ H, "from your H and B"),
    )
    for name, mine, right, source in follows:
        if not _same(mine, right):
            return Step(
                f"step: {name}",
                f"{name} is the first that does not follow {source}.",
                _entry(mine, right, "you have", "row", "sample"),
                f"Compare the line that makes {name} with the diagram.",
            )
    return None


def trace_kept(arguments: tuple[Any, ...], result: Any) -> Step | None:
    """Follow the backward pass from kept values; N is at most n_in, so A can be solved for."""
    B, X, Z, _, _, Y = arguments
    A = np.linalg.lstsq(X.T, Z.T, rcond=None)[0].T
    return trace_backward(A, B, X, Y, *result)


TRACERS: dict[tuple[str, str], Tracer] = {
    ("04_delta_b", "delta_B"): lambda given, mine: trace_output_error(given[0], given[1], mine),
    ("04_delta_b", "gradient_B"): lambda given, mine: trace_gradient(
        "H", given[1], given[0], mine, "B"
    ),
    ("04_delta_b", "delta_B_sigmoid"): lambda given, mine: trace_sigmoid_error(
        given[0], given[1], mine
    ),
    ("04_delta_b", "step_B"): trace_step_B,
    ("05_delta_a", "error_at_hidden"): lambda given, mine: trace_sent_back(
        given[0], given[1], mine
    ),
    ("05_delta_a", "delta_A"): lambda given, mine: trace_hidden_error(
        given[0], given[1], given[2], mine
    ),
    ("05_delta_a", "gradient_A"): lambda given, mine: trace_gradient(
        "X", given[1], given[0], mine, "A"
    ),
    ("05_delta_a", "backward"): lambda given, mine: trace_backward(*given[:4], *mine),
    ("05_delta_a", "step_both"): trace_step_both,
    ("06_training", "forward"): trace_forward,
    ("06_training", "backward"): trace_kept,
    ("06_training", "update"): trace_update,
}
