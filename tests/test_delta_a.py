"""Notebook 05: its pictures say so when a learner's function is wrong, and its numbers hold."""

import numpy as np
import pytest

from bplib import datasets, derivatives, network
from bplib.course import find
from bplib.course.nudged import (
    gradient_of_A,
    gradient_of_B,
    gradients,
)
from bplib.figures import delta_a, honest

RNG = np.random.default_rng(5)
A, B = RNG.normal(size=(4, 3)), RNG.normal(size=(2, 4))
X, Y = RNG.normal(size=(3, 6)), RNG.normal(size=(2, 6))
Z, H, Y_HAT = network.forward(A, B, X)
DELTA_B = derivatives.gradient(lambda P: network.mean_loss(P, Y), Y_HAT)


def test_what_is_nudged_quickly_is_what_is_nudged_weight_by_weight():
    by_weight = (
        derivatives.gradient(lambda W: network.network_loss(W, B, X, Y), A),
        derivatives.gradient(lambda W: network.network_loss(A, W, X, Y), B),
    )
    whole = gradient_of_A(Z, B, X, Y), gradient_of_B(B, H, Y)
    for found in (whole, gradients(A, B, X, Y)):
        assert all(
            derivatives.distance(*pair) < 1e-14 for pair in zip(found, by_weight, strict=True)
        )


def _sends(delta_B, B):
    return B.T @ delta_B


def _passes(delta_B, B, Z):
    return B.T @ delta_B * (1 - np.tanh(Z) ** 2)


def _collects(delta, X):
    return delta @ X.T


def _backward(A, B, X, Y):
    H = np.tanh(A @ X)
    delta_B = (B @ H - Y) / Y.shape[1]
    return (B.T @ delta_B * (1 - H**2)) @ X.T, delta_B @ H.T


def _without_slope(A, B, X, Y):
    H = np.tanh(A @ X)
    delta_B = (B @ H - Y) / Y.shape[1]
    return B.T @ delta_B @ X.T, delta_B @ H.T


def _step(A, B, X, Y, rate_A, rate_B):
    grad_A, grad_B = _backward(A, B, X, Y)
    return A - rate_A * grad_A, B - rate_B * grad_B


def _step_uphill_on_A(A, B, X, Y, rate_A, rate_B):
    grad_A, grad_B = _backward(A, B, X, Y)
    return A + rate_A * grad_A, B - rate_B * grad_B


DELTA_A = _passes(DELTA_B, B, Z)
STEPS = 10.0 ** -np.arange(1, 12)
PIXELS = RNG.uniform(size=(65, 9))


def _agreement(backward):
    def loss(W):
        return network.network_loss(W, B, X, Y)

    delta_a.agreement(backward(A, B, X, Y)[0], A, loss, STEPS)


def _stale(passes):
    rates = [0.01, 0.1]
    fresh = _collects(passes(DELTA_B, B, Z), X)
    grad_B = _backward(A, B, X, Y)[1]
    stale = [_collects(passes(DELTA_B, B - rate * grad_B, Z), X) for rate in rates]
    gaps = [derivatives.distance(one, fresh) for one in stale]
    delta_a.stale_B(rates, gaps, fresh, stale[-1])


def _both_learn(step):
    data = datasets.digits()
    rng = np.random.default_rng(4)
    weights = rng.normal(0, 0.15, (12, 65)), rng.normal(0, 0.1, (10, 12))
    delta_a.both_learn(step, *weights, data, steps=20)


NOT_RIGHT = "is not right yet"
FIGURES = {
    "same_weights": (
        lambda f: delta_a.same_weights(f, DELTA_B, B, H),
        (_sends, "along the same weights"),
        (lambda delta_B, B: np.abs(B).T @ delta_B, NOT_RIGHT),
    ),
    "beside_Z": (
        lambda f: delta_a.beside_Z(_sends, f, DELTA_B, B, Z),
        (_passes, "hardly any error gets through"),
        (lambda delta_B, B, Z: B.T @ delta_B, NOT_RIGHT),
    ),
    "ten_times_A": (
        lambda f: delta_a.ten_times_A(_sends, f, DELTA_B, A, B, X),
        (_passes, "most get nothing"),
        (lambda delta_B, B, Z: _passes(delta_B, B, np.tanh(Z)), NOT_RIGHT),
    ),
    "outer_products": (
        lambda f: delta_a.outer_products(f, DELTA_A, X),
        (_collects, "its error down the side"),
        (lambda delta, X: delta @ X.T / X.shape[1], NOT_RIGHT),
    ),
    "blend_of_images": (
        lambda f: delta_a.blend_of_images(f, RNG.normal(size=(4, 9)), PIXELS, unit=2),
        (_collects, "gradient is an image"),
        (lambda delta, X: np.abs(delta) @ X.T, NOT_RIGHT),
    ),
    "agreement": (
        _agreement,
        (_backward, "until rounding takes over"),
        (_without_slope, NOT_RIGHT),
    ),
    "stale_B": (
        _stale,
        (_passes, "ten times the gap"),
        (lambda delta_B, B, Z: delta_B.sum(axis=0) * np.ones_like(Z), "See what your checks say"),
    ),
    "both_learn": (
        _both_learn,
        (_step, "lowers the loss further"),
        (_step_uphill_on_A, "does not help yet"),
    ),
    "whole_pass": (
        lambda f: delta_a.whole_pass(f, (DELTA_A, DELTA_B), A, B, X, Y),
        (_backward, "every quantity once"),
        (_without_slope, NOT_RIGHT),
    ),
}


@pytest.fixture
def shown(monkeypatch):
    figures = []
    monkeypatch.setattr(delta_a, "show", lambda figure, alt: figures.append((figure, alt)))
    return figures


@pytest.mark.parametrize("which", [1, 2], ids=["right", "wrong"])
@pytest.mark.parametrize("name", FIGURES)
def test_a_title_does_not_praise_a_wrong_function(name, which, shown):
    draw, function, title = FIGURES[name][0], *FIGURES[name][which]
    draw(function)
    figure, alt = shown[0]
    titles = [axes.get_title(loc="left") for axes in figure.axes]
    assert title in " ".join([figure.get_suptitle(), *titles])
    assert len(alt) > 60


@pytest.mark.parametrize("name", ["same_weights", "beside_Z", "outer_products", "whole_pass"])
def test_a_result_of_the_wrong_shape_is_told_and_not_drawn(name, shown, monkeypatch):
    monkeypatch.setattr(honest, "show", lambda figure, alt: shown.append((figure, alt)))

    def turned(*arrays):
        right = FIGURES[name][1][0](*arrays)
        return tuple(part.T for part in right) if isinstance(right, tuple) else right.T

    FIGURES[name][0](turned)
    assert "see what check(" in shown[0][1]
    assert "Nothing can be drawn from this yet" in shown[0][1]


def test_a_function_that_changes_its_arguments_does_not_spoil_what_follows(shown):
    def spoils(delta_B, B):
        B *= 2
        return B.T @ delta_B / 2

    before = B.copy()
    delta_a.same_weights(spoils, DELTA_B, B, H)
    assert np.array_equal(B, before)


def test_the_counter_sees_five_products_and_the_one_that_is_computed_twice():
    (n_hidden, n_in), (n_out, N) = A.shape, Y.shape
    least = (2 * n_in + 3 * n_out) * n_hidden * N
    assert delta_a.multiplications(_backward, A, B, X, Y) == least

    def twice(A, B, X, Y):
        return _backward(A, B, X, Y)[0], _backward(A, B, X, Y)[1]

    assert delta_a.multiplications(twice, A, B, X, Y) == 2 * least


def test_the_counter_sees_products_written_with_dot_and_outer():
    def collects(delta, X):
        return sum(np.outer(delta[:, n], X[:, n]) for n in range(X.shape[1]))

    wanted = delta_a.multiplications(_collects, DELTA_A, X)
    assert delta_a.multiplications(lambda d, X: np.dot(d, X.T), DELTA_A, X) == wanted
    assert delta_a.multiplications(lambda d, X: d.dot(X.T), DELTA_A, X) == wanted
    assert delta_a.multiplications(collects, DELTA_A, X) == wanted


def test_the_blame_worked_by_hand_in_the_notebook_is_that_of_the_check():
    blame = find("error_at_hidden").truth(np.array([[0.3], [0.8]]), np.array([[2.0], [-1.0]]))
    assert blame == pytest.approx(-0.2, abs=1e-15)


def test_the_slope_worked_by_hand_in_the_notebook_is_that_of_the_check():
    slope = find("gradient_A").truth(np.array([[0.2, -0.1]]), np.array([[3.0, 1.0]]))
    assert slope == pytest.approx(0.5, abs=1e-15)


def test_both_gradients_at_zero_B_are_as_the_last_question_says():
    grad_A, grad_B = find("backward", notebook="05_delta_a").truth(A, np.zeros_like(B), X, Y)
    assert not np.any(grad_A)
    assert np.all(grad_B != 0)
