"""Slips that nobody wrote down: the first step that goes wrong is found in the numbers."""

import inspect

import numpy as np
import pytest

from bplib.checking import verdict_on
from bplib.course import find
from bplib.course.properties import PROPERTIES, along
from bplib.course.steps import wrong_slope


def s(Y_hat):
    return Y_hat * (1 - Y_hat)


def d_tanh(Z):
    return 1 - np.tanh(Z) ** 2


def passes(A, B, X, Y, *, error=0.0, weights=0.0, sent=0.0, slope=0.0, h=0.0, x=0.0):
    """Return both gradients, with a number added somewhere on the way."""
    Z = A @ X
    H = np.tanh(Z)
    delta_B = (B @ H - Y) / Y.shape[1] + error
    delta_A = ((B + weights).T @ (delta_B + sent)) * (d_tanh(Z) + slope)
    return delta_A @ (X + x).T, delta_B @ (H + h).T


def stepped(W, gradients, *rates):
    return tuple(M - rate * grad for M, grad, rate in zip(W, gradients, rates, strict=True))


NB4, NB5, NB6 = "04_delta_b", "05_delta_a", "06_training"
SLIPS = [
    (
        (NB4, "delta_B", "wrong-output-error", "your error term is 1·Ŷ + -0.9·Y"),
        lambda Y_hat, Y: (Y_hat - 0.9 * Y) / Y.shape[1],
    ),
    (
        (NB4, "delta_B", "wrong-output-error", "at output"),
        lambda Y_hat, Y: (Y_hat - Y) ** 3 / Y.shape[1],
    ),
    ((NB4, "gradient_B", "step-the-error-term", "at row"), lambda delta, H: (delta + 0.1) @ H.T),
    ((NB4, "gradient_B", "step-h-as-the-input", ""), lambda delta, H: delta @ (H + 0.1).T),
    (
        (NB4, "delta_B_sigmoid", "wrong-output-error", "1·Ŷ + -0.9·Y"),
        lambda Y_hat, Y: (Y_hat - 0.9 * Y) * s(Y_hat) / Y.shape[1],
    ),
    (
        (NB4, "delta_B_sigmoid", "wrong-slope", "you scaled the error by"),
        lambda Y_hat, Y: (Y_hat - Y) * (s(Y_hat) + 0.1) / Y.shape[1],
    ),
    (
        (NB4, "step_B", "step-length-of-the-step-on-b", "it is 1.1 times as long"),
        lambda B, H, Y, rate: B - 1.1 * rate * (B @ H - Y) @ H.T / Y.shape[1],
    ),
    (
        (NB4, "step_B", "step-length-of-the-step-on-b", "goes the opposite way"),
        lambda B, H, Y, rate: B + 1.1 * rate * (B @ H - Y) @ H.T / Y.shape[1],
    ),
    (
        (NB4, "step_B", "wrong-output-error", "1·Ŷ + -0.9·Y"),
        lambda B, H, Y, rate: B - rate * (B @ H - 0.9 * Y) @ H.T / Y.shape[1],
    ),
    (
        (NB4, "step_B", "step-h-as-the-input", ""),
        lambda B, H, Y, rate: B - rate * (B @ H - Y) @ (H + 0.1).T / Y.shape[1],
    ),
    (
        (NB5, "error_at_hidden", "wrong-way-back", "you used the weight"),
        lambda delta_B, B: (B + 0.1).T @ delta_B,
    ),
    (
        (NB5, "error_at_hidden", "constant-added", ""),
        lambda delta_B, B: B.T @ delta_B + 0.1,
    ),
    (
        (NB5, "delta_A", "wrong-way-back", "you used the weight"),
        lambda delta_B, B, Z: (B + 0.1).T @ delta_B * d_tanh(Z),
    ),
    (
        (NB5, "delta_A", "step-what-is-sent-back", "you have"),
        lambda delta_B, B, Z: B.T @ (delta_B + 0.1) * d_tanh(Z),
    ),
    (
        (NB5, "delta_A", "wrong-slope", "you scaled the error by"),
        lambda delta_B, B, Z: B.T @ delta_B * (d_tanh(Z) + 0.1),
    ),
    ((NB5, "gradient_A", "step-the-error-term", "at row"), lambda delta, X: (delta + 0.1) @ X.T),
    ((NB5, "gradient_A", "step-x-as-the-input", ""), lambda delta, X: delta @ (X + 0.1).T),
    *(
        ((NB5, "backward", code, words), lambda A, B, X, Y, off=off: passes(A, B, X, Y, **off))
        for code, words, off in (
            ("wrong-output-error", "at output", {"error": 0.1}),
            ("step-h-as-the-input", "", {"h": 0.1}),
            ("step-x-as-the-input", "", {"x": 0.1}),
            ("wrong-way-back", "you used the weight", {"weights": 0.1}),
            ("step-what-is-sent-back", "you have", {"sent": 0.1}),
            ("wrong-slope", "you scaled the error by", {"slope": 0.1}),
        )
    ),
    (
        (NB5, "step_both", "step-length-of-the-step-on-a", "it is 1.1 times as long"),
        lambda A, B, X, Y, a, b: stepped((A, B), passes(A, B, X, Y), 1.1 * a, b),
    ),
    (
        (NB5, "step_both", "step-length-of-the-step-on-b", "it is 0.9 times as long"),
        lambda A, B, X, Y, a, b: stepped((A, B), passes(A, B, X, Y), a, 0.9 * b),
    ),
    (
        (NB5, "step_both", "wrong-slope", "you scaled the error by"),
        lambda A, B, X, Y, a, b: stepped((A, B), passes(A, B, X, Y, slope=0.1), a, b),
    ),
    (
        (NB6, "forward", "step-z", "at row"),
        lambda A, B, X: (A @ X + 0.1, np.tanh(A @ X + 0.1), B @ np.tanh(A @ X + 0.1)),
    ),
    (
        (NB6, "forward", "step-h", "at row"),
        lambda A, B, X: (A @ X, np.tanh(A @ X) + 0.1, B @ (np.tanh(A @ X) + 0.1)),
    ),
    (
        (NB6, "forward", "step-y-hat", "at row"),
        lambda A, B, X: (A @ X, np.tanh(A @ X), B @ np.tanh(A @ X) + 0.1 * np.sin(X[:1])),
    ),
    (
        (NB6, "backward", "wrong-slope", "you scaled the error by"),
        lambda B, X, Z, H, Y_hat, Y: (
            (B.T @ (Y_hat - Y) * (1.1 - H**2)) @ X.T / Y.shape[1],
            (Y_hat - Y) @ H.T / Y.shape[1],
        ),
    ),
    (
        (NB6, "update", "step-length-of-the-step-on-b", "it is 1.1 times as long"),
        lambda A, B, grad_A, grad_B, a, b: stepped((A, B), (grad_A, grad_B), a, 1.1 * b),
    ),
    (
        (NB6, "update", "step-the-step-on-a", "A has moved by"),
        lambda A, B, grad_A, grad_B, a, b: stepped((A, B), (grad_A + 0.1, grad_B), a, b),
    ),
]


def _answer(exercise, formula):
    def answer(*arguments):
        return formula(*arguments)

    answer.__name__ = exercise.name
    answer.__signature__ = inspect.Signature(
        [inspect.Parameter(n, inspect.Parameter.POSITIONAL_OR_KEYWORD) for n in exercise.arguments]
    )
    return answer


@pytest.mark.parametrize(
    ("slip", "formula"),
    SLIPS,
    ids=[f"{name}: {code} {words}" for (_, name, code, words), _ in SLIPS],
)
def test_the_step_that_is_off_is_named_with_its_numbers(slip, formula):
    notebook, name, code, words = slip
    answer = _answer(find(name, notebook=notebook), formula)
    for seed in (1, 2):  # here no unit is so saturated that its error is lost in rounding
        verdict = verdict_on(answer, notebook, np.random.default_rng(seed))
        assert verdict.codes == (code,), f"seed {seed}\n{verdict}"
        assert words in f"{verdict.findings[0].says} {verdict.findings[0].evidence}"


def test_where_no_slope_can_be_told_none_is_named():
    found = wrong_slope(
        np.array([[np.inf, 0.5]]), np.array([[0.5, 0.2]]), np.array([[1.0, 2.0]]), "tanh"
    )
    assert "at the pre-activation 2 you scaled the error by 0.5" in found.evidence


@pytest.mark.parametrize("prop", PROPERTIES.values(), ids=PROPERTIES)
def test_a_change_of_the_data_is_taken_back_along_its_axis(prop):
    array = np.arange(24.0).reshape(4, 6)
    for words, axis in ((f"({prop.axis}, k)", 0), (f"(k, {prop.axis})", 1)):
        changed = along(words, prop.axis, array, prop.change)
        assert not np.array_equal(changed, array)
        assert np.array_equal(prop.undo(changed, axis), array)
    assert along("(k, j)", prop.axis, array, prop.change) is array
