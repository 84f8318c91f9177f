"""Notebook 08: its truths hold at ±1000, its checks say which numbers break an answer."""

import math
import time

import numpy as np
import pytest

from bplib import derivatives, network
from bplib.checking import verdict_on
from bplib.checking.lend import Lent
from bplib.course import find, in_notebook
from bplib.course.functions import slope_of
from bplib.course.nudged import error_sent_back, slopes_of_columns

NOTEBOOK = "08_activations_and_losses"
RNG = np.random.default_rng(8)
Z = RNG.normal(0, 2, (4, 5))
ONE_HOT = np.eye(4)[:, [0, 3, 1, 1, 2]]
YES_OR_NO = np.array(RNG.random((4, 5)) < 0.5, dtype=float)


def verdict(function, seed=0):
    return verdict_on(function, NOTEBOOK, np.random.default_rng(seed))


@pytest.mark.parametrize(
    ("loss", "Y"),
    [(network.cross_entropy, ONE_HOT), (network.binary_cross_entropy, YES_OR_NO)],
    ids=["softmax", "sigmoid"],
)
def test_columns_are_differentiated_together_as_they_are_one_by_one(loss, Y):
    by_entry = derivatives.gradient(lambda P: loss(P, Y), Z)
    assert derivatives.distance(slopes_of_columns(loss, Z, Y), by_entry) < 1e-14


def test_an_error_sent_back_is_the_slope_of_what_the_next_layer_makes_of_the_units():
    delta, W = RNG.normal(size=(3, 5)), RNG.normal(size=(3, 4))
    by_entry = derivatives.gradient(lambda H: np.sum(delta * (W @ H), axis=(-2, -1)), Z)
    assert derivatives.distance(error_sent_back(delta, W), by_entry) < 1e-14


@pytest.mark.parametrize("z", [-1000.0, -30.0, -0.5, 0.0, 2.0, 1000.0])
@pytest.mark.parametrize("y", [0.0, 1.0])
def test_the_loss_of_a_sigmoid_is_right_where_the_sigmoid_is_0_or_1(z, y):
    by_hand = max(z, 0) + math.log1p(math.exp(-abs(z))) - y * z
    assert network.binary_cross_entropy(np.array([[z]]), np.array([[y]])) == pytest.approx(by_hand)


@pytest.mark.parametrize("name", ["tanh", "sigmoid", "relu", "leaky_relu"])
def test_a_slope_that_is_handed_over_takes_numbers_and_arrays_of_any_shape(name):
    slope, f = slope_of(name), network.ACTIVATIONS[name]
    for z in (0.7, -1.2, Z, Z[0], Z[np.newaxis]):
        right = (f(np.asarray(z) + 1e-6) - f(np.asarray(z) - 1e-6)) / 2e-6
        assert np.shape(slope(z)) == np.shape(z)
        assert np.allclose(slope(z), right, atol=1e-8)


def test_who_asks_for_the_slope_that_is_handed_over_has_not_differentiated_by_nudging():
    def delta_hidden(delta_next, W_next, Z, d_activation):
        return W_next.T @ delta_next * d_activation(Z)

    assert verdict(delta_hidden).right


@pytest.mark.parametrize("exercise", in_notebook(NOTEBOOK), ids=lambda exercise: exercise.name)
def test_what_is_lent_is_quick_enough_to_train_with(exercise):
    digits_Z, digits_Y = RNG.normal(0, 1, (10, 100)), np.eye(10)[:, RNG.integers(0, 10, 100)]
    arguments = {"Z": digits_Z, "Y": digits_Y}
    if exercise.name == "delta_hidden":
        arguments = {
            "delta_next": digits_Z,
            "W_next": RNG.normal(size=(10, 30)),
            "Z": RNG.normal(size=(30, 100)),
            "d_activation": slope_of("tanh"),
        }
    lent = Lent(exercise)
    took = []
    for _ in range(5):
        begun = time.process_time()
        lent(*(arguments[name] for name in exercise.arguments))
        took.append(time.process_time() - begun)
    assert min(took) < 0.05


# What a check says of an answer that only some numbers break


def test_who_hides_what_overflows_is_told_where_it_is_wrong():
    def softmax(Z):
        E = np.exp(Z)
        return np.nan_to_num(E / E.sum(axis=0))

    found = verdict(softmax)
    assert found.codes == ("wrong-in-a-special-case",)
    assert "1000" in found.findings[0].says


def test_who_is_wrong_at_ordinary_numbers_is_told_that_before_what_overflows():
    def softmax(Z):
        E = np.exp(Z)
        return 1 - E / E.sum(axis=0)

    assert verdict(softmax).codes == ("through-a-function", "nan-or-inf")


@pytest.mark.parametrize("name", ["softmax", "cross_entropy", "delta_softmax", "delta_logistic"])
def test_large_numbers_are_part_of_every_check_that_promises_them(name):
    for seed in range(20):
        probe = find(name, notebook=NOTEBOOK).probe(np.random.default_rng(seed))
        largest = [np.max(np.abs(case.arguments[0])) for case in probe.cases if case.values]
        assert max(largest) >= 990
        assert sorted(largest)[1] < 30, "ordinary numbers come first"


def test_every_draw_has_targets_of_both_kinds():
    for seed in range(20):
        rng = np.random.default_rng(seed)
        for case in find("delta_softmax", notebook=NOTEBOOK).probe(rng).cases:
            Y = case.arguments[1]
            assert (Y.sum(axis=0) == 1).all()
        for case in find("delta_logistic", notebook=NOTEBOOK).probe(rng).cases:
            Y = case.arguments[1]
            assert not case.values or {*Y.ravel()} == {0.0, 1.0}
