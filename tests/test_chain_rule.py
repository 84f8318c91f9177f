"""Notebook 03: its pictures say so when a learner's function is wrong, and its numbers hold."""

import numpy as np
import pytest

from bplib.checking import verdict_on
from bplib.course import find
from bplib.course.chain_rule import figures as chain_rule


def _slope_of_tanh(z):
    return 1 - np.tanh(z) ** 2


def _slope_of_sigmoid(z):
    return 0.25 * _slope_of_tanh(np.asarray(z) / 2)


def _slope_of_relu(z):
    return np.where(np.asarray(z) > 0, 1.0, 0.0)


def _scalar_gradients(a, b, x, y):
    h = np.tanh(a * x)
    return (b * h - y) * b * (1 - h**2) * x, (b * h - y) * h


def _without_tanh(a, b, x, y):
    h = np.tanh(a * x)
    return (b * h - y) * b * x, (b * h - y) * h


def _composed(x):
    return -6 * (3 * x + 1) * np.exp(-((3 * x + 1) ** 2))


def _fork(x):
    return np.tanh(x) + x * _slope_of_tanh(x) + 2 * x


def _cost(sizes, start):
    return find("chain_cost").truth(sizes, start)


def _neighbours(sizes, start):
    return sum(sizes[i + 1] * sizes[i] * sizes[i - 1] for i in range(1, len(sizes) - 1))


FIGURES = {
    "slope_of": (
        lambda f: chain_rule.slope_of(np.tanh, f, "tanh(z)"),
        (_slope_of_tanh, "touch the curve"),
        (np.tanh, "do not touch the curve"),
    ),
    "three_slopes": (
        lambda f: chain_rule.three_slopes(_slope_of_tanh, f, _slope_of_relu),
        (_slope_of_sigmoid, "nothing comes back"),
        (_slope_of_tanh, "Not all tangents"),
    ),
    "composed": (
        chain_rule.composed,
        (_composed, "dy/dx is what is left"),
        (lambda x: _composed(x) / 3, "dy/dx is not what is left"),
    ),
    "fork_paths": (
        chain_rule.fork_paths,
        (_fork, "The paths add up"),
        (lambda x: 2 * x, "The paths do not add up"),
    ),
    "scalar_network": (
        chain_rule.scalar_network,
        (_scalar_gradients, "all derivatives of L"),
        (_without_tanh, "do not fit"),
    ),
    "saturation": (
        chain_rule.saturation,
        (_scalar_gradients, "does not hear"),
        (_without_tanh, "a moves, although"),
    ),
    "costs": (
        lambda f: chain_rule.costs(f, deepest=4, width=6),
        (_cost, "the output end is cheaper"),
        (_neighbours, "the output end is not cheaper"),
    ),
}


@pytest.mark.parametrize("which", [1, 2], ids=["right", "wrong"])
@pytest.mark.parametrize("name", FIGURES)
def test_a_title_does_not_praise_a_wrong_function(name, which, monkeypatch):
    shown = []
    monkeypatch.setattr(chain_rule, "show", lambda figure, alt: shown.append(figure))
    draw, function, title = FIGURES[name][0], *FIGURES[name][which]
    draw(function)
    titles = [axes.get_title(loc="left") for axes in shown[0].axes]
    assert title in " ".join([shown[0].get_suptitle(), *titles])


@pytest.mark.parametrize(("start", "price"), [("output", 64), ("input", 90)])
def test_the_prices_worked_by_hand_in_the_notebook_are_those_of_the_check(start, price):
    assert _cost([5, 4, 3, 2], start) == price


def test_relu_has_any_slope_from_0_to_1_at_its_kink_and_no_other():
    exercise = find("d_relu")
    z = np.array([-2.0, 0.0, 3.0])
    truth, allowed = exercise.truth(z), exercise.allowance(z)
    assert (truth - allowed).tolist() == [0.0, 0.0, 1.0]
    assert (truth + allowed).tolist() == [0.0, 1.0, 1.0]


@pytest.mark.parametrize("name", ["d_tanh", "d_sigmoid", "d_relu"])
def test_the_truth_is_finite_far_out(name):
    far = np.array([1000.0, -1000.0])
    assert np.isfinite(find(name).truth(far)).all()


@pytest.mark.parametrize(
    "numbers", [(0.5, 1.5, 0.0, 0.5), (0.5, 0.0, 2.0, 0.5), (0.5, 1.5, 2.0, 1.5 * np.tanh(1.0))]
)
def test_the_numbers_that_the_notebook_proposes_fit_into_their_boxes(numbers, monkeypatch):
    shown = []
    monkeypatch.setattr(chain_rule, "show", lambda figure, alt: shown.append(figure))
    chain_rule.scalar_network(_scalar_gradients, *numbers)
    figure = shown[0]
    figure.draw_without_rendering()
    axes = figure.axes[0]
    written = [text for text in axes.texts if "=" in text.get_text()]
    boxes = [box for box in axes.patches if type(box).__name__ == "FancyBboxPatch"]
    assert len(boxes) == 9
    assert len(written) == 16
    assert not [text for text in written if text.get_text().endswith("= −0")]
    for text in written:
        inside = text.get_window_extent()
        assert any(
            box.get_window_extent().x0 < inside.x0 and inside.x1 < box.get_window_extent().x1
            for box in boxes
        ), text.get_text()


def test_a_quotient_that_overflows_far_out_is_right_and_remarked_on():
    def d_sigmoid(z):
        return np.exp(-z) / (1 + np.exp(-z)) ** 2

    verdict = verdict_on(d_sigmoid)
    assert verdict.right
    assert any("overflows" in note for note in verdict.notes)


def test_an_overflow_excuses_no_wrong_values():
    verdict = verdict_on(lambda z: np.exp(-z) / (1 + np.exp(-z)) ** 3, name="d_sigmoid")
    assert not verdict.right
