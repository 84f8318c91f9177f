"""07_deeper_networks: truths by nudging, lists judged by layers, a layer taken for another."""

import numpy as np
import pytest

from bplib import network
from bplib.checking import call, judge, verdict_on
from bplib.course import find
from bplib.course.nudged import errors_of_layer, gradient_of_layer
from bplib.course.way import way
from bplib.derivatives import distance, gradient

NOTEBOOK = "07_deeper_networks"
RNG = np.random.default_rng(5)
WEIGHTS = [RNG.normal(0, 0.8, sizes) for sizes in ((5, 3), (4, 5), (2, 4))]
X, Y = RNG.normal(0, 1, (3, 6)), RNG.normal(0, 1, (2, 6))
KEPT = network.layers(WEIGHTS, X)


def found(function, seed=0):
    return verdict_on(function, NOTEBOOK, np.random.default_rng(seed))


def right_deltas(weights, activations, Y):
    result = [(activations[-1] - Y) / Y.shape[1]]
    for layer in range(len(weights) - 1, 0, -1):
        result.insert(0, (weights[layer].T @ result[0]) * (1 - activations[layer] ** 2))
    return result


# The truths


def test_two_layers_are_the_network_of_the_first_six_notebooks():
    A, _, _ = WEIGHTS
    B = RNG.normal(0, 1, (2, 5))
    _, H, Y_hat = network.forward(A, B, X)
    for mine, right in zip(network.layers([A, B], X), (X, H, Y_hat), strict=True):
        np.testing.assert_array_equal(mine, right)


@pytest.mark.parametrize("layer", range(3))
def test_errors_nudged_in_all_samples_at_once_are_those_nudged_one_by_one(layer):
    Z, later = WEIGHTS[layer] @ KEPT[layer], WEIGHTS[layer + 1 :]

    def loss(P):
        return network.mean_loss(network.layers(later, np.tanh(P))[-1] if later else P, Y)

    assert distance(errors_of_layer(Z, later, Y), gradient(loss, Z)) < 1e-14


def test_a_layers_gradient_nudged_row_by_row_is_that_nudged_weight_by_weight():
    delta, inputs = RNG.normal(0, 1, (4, 6)), RNG.normal(0, 1, (5, 6))
    one_by_one = gradient(lambda W: np.sum(delta * (W @ inputs), axis=(-2, -1)), np.zeros((4, 5)))
    assert distance(gradient_of_layer(delta, inputs), one_by_one) < 1e-14


# Which layer is wrong


def test_a_layer_that_is_wrong_alone_is_named_by_its_place_and_its_number():
    def deltas(weights, activations, Y):
        result = right_deltas(weights, activations, Y)
        if len(result) > 1:
            result[1] = np.cumsum(result[1] ** 2, axis=1)
        return result

    probe = find("deltas", notebook=NOTEBOOK).probe(np.random.default_rng(0))
    text = " ".join(str(judge(probe, call(deltas, probe, traced=False))).split())
    assert "deltas[1] (layer 2)" in text
    assert "deltas[0]" not in text


def test_a_factor_in_one_layer_is_said_of_that_layer():
    def deltas(weights, activations, Y):
        result = right_deltas(weights, activations, Y)
        return [2 * result[0], *result[1:]]

    verdict = found(deltas)
    assert verdict.code == "times-2"
    assert verdict.findings[0].says.startswith("In deltas[0] (layer 1), every entry")


def test_a_wrong_shape_is_said_of_its_entry():
    def gradients(activations, deltas):
        result = [D @ H.T for D, H in zip(deltas, activations, strict=False)]
        return [*result[:-1], result[-1].ravel()]

    assert found(gradients).findings[0].says.startswith("gradients[3] (layer 4) has shape")


@pytest.mark.parametrize("seed", range(3))
def test_the_first_layer_off_is_told_on_the_way_on_which_it_arises(seed):
    def deltas(weights, activations, Y):
        result = [(activations[-1] - Y) / Y.shape[1]]
        for layer in range(len(weights) - 1, 0, -1):
            slope = np.cos(activations[layer])
            result.insert(0, (weights[layer].T @ result[0]) * slope)
        return result

    def forward(weights, X):
        kept = [X]
        for i, W in enumerate(weights):
            Z = W @ kept[-1]
            kept.append(Z if i == len(weights) - 1 else np.tanh(Z) if i != 1 else np.sin(Z))
        return kept

    assert "deltas[2] (layer 3) is the first" in found(deltas, seed).findings[0].says
    assert "activations[2] (layer 2) is the first" in found(forward, seed).findings[0].says


def test_how_many_samples_there_are_is_known_from_lists_too():
    def gradients(activations, deltas):
        N = deltas[0].shape[1]
        return [-N * D @ H.T for D, H in zip(deltas, activations, strict=False)]

    assert found(gradients).codes == ("times-minus-n",)


def test_who_changes_a_list_is_told_so_of_lists():
    def forward(weights, X):
        last = weights.pop()
        kept = [X]
        for W in weights:
            kept.append(np.tanh(W @ kept[-1]))
        return [*kept, last @ kept[-1]]

    finding = found(forward).findings[0]
    assert finding.code == "changes-argument"
    assert ".pop" in finding.look


# A layer taken for another one


def test_a_mistake_that_fits_equal_widths_alone_is_named_beside_the_error_it_raises():
    def deltas(weights, activations, Y):
        result = [(activations[-1] - Y) / Y.shape[1]]
        for layer in range(len(weights) - 1, 0, -1):
            back = weights[layer - 1].T @ result[0]
            result.insert(0, back * (1 - activations[layer] ** 2))
        return result

    verdict = found(deltas)
    assert verdict.codes == ("the-layers-own-weights", "raises-valueerror")
    assert "weights[layer - 1].T" in verdict.findings[0].lines[0][1]
    assert verdict.credit == 0


def test_an_error_that_a_mistake_does_not_raise_is_not_put_down_to_it():
    def deltas(weights, activations, Y):
        if len(weights[0]) != len(weights[1]):
            raise ValueError("no")
        result = [(activations[-1] - Y) / Y.shape[1]]
        for layer in range(len(weights) - 1, 0, -1):
            result.insert(0, weights[layer].T @ result[0])
        return result

    assert found(deltas).codes == ("raises-valueerror",)


# The way


def test_what_lies_on_the_way_is_known_for_every_layer_and_sample():
    exercise = find("gradients", notebook=NOTEBOOK)
    deltas = right_deltas(WEIGHTS, KEPT, Y)
    truth = exercise.truth(KEPT, deltas)
    quantities = {q.name: q for q in way(exercise, (KEPT, deltas), truth)}
    last = quantities["gradients[2] (layer 3)"]
    assert len(last.parts) == X.shape[1]
    np.testing.assert_allclose(sum(last.parts), last.value)

    exercise = find("deltas", notebook=NOTEBOOK)
    quantities = {q.name: q for q in way(exercise, (WEIGHTS, KEPT, Y), deltas)}
    np.testing.assert_allclose(quantities["the slope of tanh in layer 2"].value, 1 - KEPT[2] ** 2)
    np.testing.assert_allclose(
        quantities["the error at H of layer 1"].value, WEIGHTS[1].T @ deltas[1], atol=1e-15
    )


# The scale of the first weights


@pytest.mark.parametrize("share", [0.75, 1.3])
def test_a_spread_that_is_off_by_a_quarter_is_noticed_in_any_style(share):
    def scaled_weights(sizes, rng):
        weights = []
        for n, m in reversed(list(zip(sizes[:-1], sizes[1:], strict=True))):  # noqa: RUF007
            weights.insert(0, rng.normal(0, share / np.sqrt(n), (n, m)).T)
        return weights

    for seed in range(5):
        assert found(scaled_weights, seed).code == "wrong-spread"
