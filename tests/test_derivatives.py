"""The numerical gradients that judge every answer are themselves held against closed forms.

The closed forms stand here and nowhere in bplib, which holds no backpropagation.
"""

import numpy as np
import pytest
from hypothesis import assume, given, settings

from bplib import derivatives, network
from tests.strategies import networks

SLOPES = {
    "tanh": lambda Z: 1 / np.cosh(Z) ** 2,
    "sigmoid": lambda Z: np.exp(-Z) / (1 + np.exp(-Z)) ** 2,
    "relu": lambda Z: (Z > 0).astype(float),
}


def closed_form(net, activation):
    """Return the gradients of network_loss in A and B."""
    Z, H, Y_hat = network.forward(net.A, net.B, net.X, network.ACTIVATIONS[activation])
    error = (Y_hat - net.Y) / net.Y.shape[1]
    return (net.B.T @ error * SLOPES[activation](Z)) @ net.X.T, error @ H.T


def losses(net, activation):
    f = network.ACTIVATIONS[activation]
    return (
        lambda A: network.network_loss(A, net.B, net.X, net.Y, f),
        lambda B: network.network_loss(net.A, B, net.X, net.Y, f),
    )


@pytest.mark.parametrize("activation", ["tanh", "sigmoid"])
@given(net=networks())
def test_the_complex_step_is_exact_on_smooth_networks(activation, net):
    for loss, W, truth in zip(
        losses(net, activation), (net.A, net.B), closed_form(net, activation), strict=True
    ):
        assume(np.max(np.abs(truth)) > 1e-3)
        assert derivatives.distance(derivatives.gradient(loss, W), truth) <= 1e-13


@given(net=networks())
def test_the_complex_step_is_exact_through_softmax_and_cross_entropy(net):
    Y = np.eye(net.B.shape[0])[:, net.rng.integers(net.B.shape[0], size=net.X.shape[1])]
    Z = 3 * net.B @ np.tanh(net.A @ net.X)
    truth = (network.softmax(Z) - Y) / Y.shape[1]
    assume(np.max(np.abs(truth)) > 1e-3)
    found = derivatives.gradient(lambda Z: network.cross_entropy(Z, Y), Z)
    assert derivatives.distance(found, truth) <= 1e-13


@settings(deadline=None)
@given(net=networks())
def test_central_differences_are_good_to_eight_digits_on_relu_networks(net):
    assume(np.min(np.abs(net.A @ net.X)) > 1e-5)
    for loss, W, truth in zip(
        losses(net, "relu"), (net.A, net.B), closed_form(net, "relu"), strict=True
    ):
        assume(np.max(np.abs(truth)) > 1e-3)
        assert derivatives.distance(derivatives.central_gradient(loss, W), truth) <= 1e-8


def test_a_step_that_straddles_a_kink_is_made_smaller():
    W = np.array([3e-5, -0.4, 2.0])
    found = derivatives.central_gradient(lambda w: np.sum(np.abs(w) * [1, 2, 3], axis=-1), W)
    np.testing.assert_allclose(found, [1, -2, 3], rtol=1e-8)


def test_a_point_on_a_kink_is_refused_with_its_place():
    with pytest.raises(derivatives.KinkError, match=r"entry \(0, 1\).*move the point"):
        derivatives.central_gradient(
            lambda W: np.sum(np.abs(W), axis=(-2, -1)), np.array([[1.0, 0.0]])
        )


def test_a_function_that_drops_the_imaginary_part_is_refused():
    with pytest.raises(TypeError, match="central_gradient"):
        derivatives.gradient(lambda w: np.sum(np.abs(w), axis=-1), np.ones(3))


def test_large_gradients_are_taken_in_chunks():
    rng = np.random.default_rng(1)
    X, y = rng.normal(size=(800, 3)), rng.normal(size=3)
    w = rng.normal(size=800)
    found = derivatives.gradient(lambda w: 0.5 * np.sum((w @ X - y) ** 2, axis=-1), w)
    assert derivatives.distance(found, X @ (w @ X - y)) <= 1e-13


def test_the_derivative_of_an_entrywise_function_keeps_the_kind_of_its_argument():
    assert isinstance(derivatives.derivative(np.tanh, 0.5), float)
    Z = np.linspace(-3, 3, 12).reshape(3, 4)
    np.testing.assert_allclose(derivatives.derivative(np.tanh, Z), SLOPES["tanh"](Z), rtol=1e-14)


def test_distance_is_relative_to_the_largest_entry_and_refuses_broadcasting():
    assert derivatives.distance([1.0, 1e-9], [1.0, 0.0]) == pytest.approx(1e-9)
    assert derivatives.distance(0.25, 0.0) == 0.25
    assert derivatives.distance(np.empty((0, 2)), np.empty((0, 2))) == 0
    with pytest.raises(ValueError, match="shapes differ"):
        derivatives.distance(np.ones((3, 1)), np.ones(3))
