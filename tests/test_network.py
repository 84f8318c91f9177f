"""The judge's own forward pass, by hand for one sample, and for stacks of networks."""

import numpy as np
import pytest
from hypothesis import given

from bplib import network
from tests.strategies import networks


def test_one_sample_by_hand():
    A, B = np.array([[1.0, -2.0]]), np.array([[3.0], [0.5]])
    X, Y = np.array([[0.5], [1.0]]), np.array([[0.0], [1.0]])
    h = np.tanh(-1.5)
    Z, H, Y_hat = network.forward(A, B, X)
    np.testing.assert_array_equal(Z, [[-1.5]])
    np.testing.assert_allclose(H, [[h]])
    np.testing.assert_allclose(Y_hat, [[3 * h], [0.5 * h]])
    loss = 0.5 * ((3 * h) ** 2 + (0.5 * h - 1) ** 2)
    assert network.network_loss(A, B, X, Y) == pytest.approx(loss)


@given(net=networks())
def test_a_stack_of_networks_gives_the_loss_of_each(net):
    stack = np.stack([net.A, 2 * net.A, -net.A])
    together = network.network_loss(stack, net.B, net.X, net.Y)
    one_by_one = [network.network_loss(A, net.B, net.X, net.Y) for A in stack]
    np.testing.assert_allclose(together, one_by_one, rtol=1e-12)


@given(net=networks())
def test_the_loss_of_perfect_predictions_is_zero_and_duplicates_leave_the_mean(net):
    assert network.mean_loss(net.Y, net.Y) == 0
    twice = network.network_loss(net.A, net.B, np.hstack([net.X] * 2), np.hstack([net.Y] * 2))
    assert twice == pytest.approx(network.network_loss(net.A, net.B, net.X, net.Y))


@pytest.mark.parametrize("name", network.ACTIVATIONS)
def test_activations_are_finite_far_out_and_warn_of_nothing(name):
    with np.errstate(all="raise"):
        assert np.isfinite(network.ACTIVATIONS[name](np.array([-1000.0, 0.0, 1000.0]))).all()


def test_softmax_and_cross_entropy_hold_at_a_thousand():
    Z = np.array([[1000.0, -1000.0], [0.0, 1000.0]])
    np.testing.assert_allclose(network.softmax(Z), [[1, 0], [0, 1]], atol=1e-300)
    assert network.cross_entropy(Z, np.eye(2)) == 0
    assert network.cross_entropy(Z, np.eye(2)[::-1]) == pytest.approx(1500)
