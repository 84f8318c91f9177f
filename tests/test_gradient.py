"""Notebook 02: what its checks hand to learners' functions, how exact they are, honest pictures."""

import numpy as np
import pytest

from bplib import datasets
from bplib.checking.call import built
from bplib.course import all_exercises, find
from bplib.course.functions import FUNCTIONS
from bplib.course.gradient import figures as pictures
from bplib.derivatives import distance

seeds = pytest.mark.parametrize("seed", range(20))


def cases(name, seed):
    return find(name).probe(np.random.default_rng(seed)).cases


# What is handed to learners' functions


@seeds
def test_a_function_of_an_array_gives_for_each_array_of_a_stack_what_it_gives_for_one(seed):
    for case in cases("numerical_gradient", seed):
        f, W = built(case.arguments[0]), case.arguments[1]
        stack = np.stack([W, W + 0.1, -W])
        assert np.ndim(f(W)) == 0
        assert np.allclose(f(stack), [f(one) for one in stack], rtol=1e-12)


@seeds
def test_a_function_of_an_array_refuses_another_shape_in_words(seed):
    for case in cases("numerical_gradient", seed):
        f, W = built(case.arguments[0]), case.arguments[1]
        if W.ndim > 1:
            with pytest.raises(ValueError, match="f takes an array of shape"):
                f(W.ravel())


def test_every_function_for_checks_is_used_by_one():
    used = {
        argument.name
        for exercise in all_exercises()
        for case in exercise.probe(np.random.default_rng(0)).cases
        for argument in case.arguments
        if hasattr(argument, "name")
    }
    assert used == set(FUNCTIONS)


# How exact the checks are


@seeds
@pytest.mark.parametrize("name", ["slope", "numerical_gradient"])
def test_a_central_difference_is_allowed_its_own_error_and_not_a_one_sided_one(name, seed):
    exercise = find(name)
    one_sided_seen = False
    for case in cases(name, seed):
        f, w, *step = map(built, case.arguments)
        allowed = np.max(exercise.allowance(f, w, *step))
        twice_as_fine = exercise.truth(f, w, (step or [1e-5])[0] / 2)
        assert np.max(np.abs(twice_as_fine - exercise.truth(f, w, *step))) <= allowed
        if name == "slope" and step:
            one_sided = (f(w + step[0]) - f(w)) / step[0]
            one_sided_seen |= abs(one_sided - exercise.truth(f, w, *step)) > 3 * allowed
    assert one_sided_seen or name != "slope"


@seeds
def test_a_step_that_is_ignored_cannot_stay_unseen(seed):
    for name in ("slope", "numerical_gradient"):
        exercise, case = find(name), cases(name, seed)[0]
        f, w, step = map(built, case.arguments)
        gap = np.max(np.abs(exercise.truth(f, w) - exercise.truth(f, w, step)))
        assert gap > 10 * np.max(exercise.allowance(f, w, step))


@seeds
def test_the_truth_of_the_line_is_exact(seed):
    for case in cases("line_loss_gradient", seed):
        w, X, y = case.arguments
        exact = np.mean((w @ X - y) * X, axis=1)
        assert distance(find("line_loss_gradient").truth(w, X, y), exact) < 1e-13


# Pictures


def _slope(f, w, step=1e-5):
    return (f(w + step) - f(w - step)) / (2 * step)


def _nudged(f, W):
    return np.array(
        [
            _slope(lambda v, i=i: f(np.where(np.arange(W.size) == i, v, W)), W[i])
            for i in range(W.size)
        ]
    )


def _walk(slopes, w, rate, steps):
    path = [w]
    for _ in range(steps):
        path.append(path[-1] - rate * slopes(path[-1]))
    return path


def _relative(a, b):
    return np.linalg.norm(a - b) / max(np.linalg.norm(a), np.linalg.norm(b))


_line = datasets.noisy_line()
_X, _y = _line.X + np.array([[1.0], [0.0]]), _line.Y[0]
_start = np.array([-0.8, 1.2])


def _loss(w):
    return np.mean((w @ _X - _y) ** 2) / 2


def _line_slopes(w):
    return _X @ (w @ _X - _y) / len(_y)


def _uphill(w):
    return -_line_slopes(w)


FIGURES = {
    "error_over_steps": (
        pictures.error_over_steps,
        (_slope, "neither large nor tiny"),
        (lambda f, w, step: -_slope(f, w, step), "no good step"),
    ),
    "corner": (
        pictures.corner,
        (_slope, "Right only when"),
        (lambda f, w, step: 2 * _slope(f, w, step), "not the slopes of the chord"),
    ),
    "uphill": (
        lambda f: pictures.uphill(f, _loss),
        (_nudged, "points uphill"),
        (lambda f, w: -_nudged(f, w), "not the gradients"),
    ),
    "cost": (
        pictures.cost,
        ([(75, 150), (150, 300)], "pays for every weight"),
        ([(75, 2), (150, 2)], "many networks at once"),
    ),
    "reading": (
        lambda errors: pictures.reading(["right", "wrong sign"], errors),
        ([1e-11, 2.0], "lie far apart"),
        ([0.5, 2.0], "not told apart"),
    ),
    "descent": (
        lambda slopes: pictures.descent(_walk(slopes, _start, 0.35, 20), _loss, _X[0], _y, _start),
        (_line_slopes, "leads downhill"),
        (_uphill, "no walk downhill"),
    ),
    "rates": (
        lambda slopes: pictures.rates(_walk, slopes, _loss, _start, [0.03, 0.35, 0.62], 12),
        (_line_slopes, "about right"),
        (_uphill, "not downhill"),
    ),
    "whole_way": (
        lambda slopes: pictures.whole_way(_nudged, slopes, _walk, _relative, _loss, _start),
        (_line_slopes, "step the other way"),
        (_uphill, "do not fit together"),
    ),
}


def test_the_title_of_a_learning_rate_says_how_its_walk_went_wherever_it_stands(monkeypatch):
    shown = []
    monkeypatch.setattr(pictures, "show", lambda figure, alt: shown.append(figure))
    for rates in ([0.62, 0.585, 0.58], [0.5, 0.35, 0.03]):
        pictures.rates(_walk, _line_slopes, _loss, _start, rates, 12)
    titles = [axes.get_title(loc="left") for figure in shown for axes in figure.axes[:3]]
    assert [title.split(": ")[1] for title in titles] == [
        "too large",
        "too large",
        "nearly too large",
        "from side to side",
        "about right",
        "too small",
    ]


@pytest.mark.parametrize("which", [1, 2], ids=["right", "wrong"])
@pytest.mark.parametrize("name", FIGURES)
def test_a_title_does_not_praise_a_wrong_function(name, which, monkeypatch):
    shown = []
    monkeypatch.setattr(pictures, "show", lambda figure, alt: shown.append(figure))
    draw, function, title = FIGURES[name][0], *FIGURES[name][which]
    draw(function)
    assert title in " ".join(axes.get_title(loc="left") for axes in shown[0].axes)
