"""What a picture may cost: seconds where a learner's function is slow, one thread, one drawing."""

import subprocess
import sys
import time

import numpy as np
import pytest

from bplib import datasets, figures, network
from bplib.figures import honest
from bplib.figures import map as course
from tests.browser import ROOT

NAP = 0.004
RNG = np.random.default_rng(0)
DIGITS = datasets.digits()
MOONS = datasets.two_moons()
LINE = datasets.noisy_line()
SMALL_A, SMALL_B = RNG.normal(size=(4, 3)), RNG.normal(size=(1, 4))
A, B = RNG.normal(0, 0.1, (5, 65)), RNG.normal(0, 0.1, (10, 5))


def slow_loss(A, B, X, Y):
    time.sleep(NAP)
    return network.network_loss(A, B, X, Y)


def slow_best(candidates, X, Y):
    return int(np.argmin([slow_loss(A, B, X, Y) for A, B in candidates]))


def slow_forward(A, B, X):
    time.sleep(NAP)
    return network.forward(A, B, X)


def slow_backward(B, X, Z, H, Y_hat, Y):
    time.sleep(5 * NAP)
    return np.ones((B.shape[1], len(X))), np.ones(B.shape)


def slow_train(A, B, X, Y, rate_A, rate_B, epochs, batch_size, rng):
    time.sleep(10 * NAP * epochs)
    return A, B, np.linspace(2, 1, epochs + 1)


def slow_step(A, B, X, Y, rate_A, rate_B):
    time.sleep(5 * NAP)
    return A, B


def slow_pass(A, B, X, Y):
    time.sleep(50 * NAP)
    return np.ones_like(A), np.ones_like(B)


def guesses(count):
    return [(RNG.normal(size=(3, 2)), RNG.normal(size=(1, 3))) for _ in range(count)]


SLOW = {
    "loss.surface": lambda: figures.loss.surface(slow_loss, LINE.X, LINE.Y, seconds=0.5),
    "loss.search_curves": lambda: figures.loss.search_curves(slow_best, slow_loss, seconds=0.5),
    "loss.in_order": lambda: figures.loss.in_order(
        network.predict, slow_loss, slow_best, guesses(1000), LINE, seconds=0.5
    ),
    "delta_a.both_learn": lambda: figures.delta_a.both_learn(slow_step, A, B, DIGITS, seconds=0.5),
    "debugging.trains_beside": lambda: figures.debugging.trains_beside(
        lambda A, B, X, Y: (np.ones_like(A), np.ones_like(B)), slow_pass, seconds=0.5
    ),
    "training.rate_map": lambda: figures.training.rate_map(
        slow_train, SMALL_A, SMALL_B, MOONS.X, MOONS.Y, (0.1, 1), (0.1, 1), seconds=0.5
    ),
    "training.cost": lambda: figures.training.cost(
        slow_forward, slow_backward, DIGITS.X[:, :9], DIGITS.Y[:, :9], (1, 2, 30)
    ),
    "training.directions": lambda: figures.training.directions(
        slow_forward, slow_backward, A, B, DIGITS.X, DIGITS.Y, seconds=0.5
    ),
}


@pytest.mark.parametrize("picture", SLOW)
def test_a_picture_of_a_slow_function_comes_within_seconds(picture, monkeypatch):
    shown = []
    module = getattr(figures, picture.split(".")[0])
    monkeypatch.setattr(module, "show", lambda figure, alt: shown.append(alt))
    monkeypatch.setattr(honest, "show", lambda figure, alt: pytest.fail(alt))
    start = time.perf_counter()
    SLOW[picture]()
    assert len(shown) == 1
    assert time.perf_counter() - start < 8


def test_how_many_calls_fit_is_told_by_one_of_them():
    calls = []
    assert honest.affordable(lambda: calls.append(1), 5, 1000) == 1000
    assert len(calls) == 1
    assert 1 <= honest.affordable(lambda: time.sleep(0.02), 0.1, 1000) <= 5
    assert honest.affordable(lambda: time.sleep(0.02), 0.001, 1000) == 1


MANY_THREADS = """
import numpy as np
from threadpoolctl import threadpool_info, threadpool_limits
from bplib import check, figures
threads = lambda: {pool["num_threads"] for pool in threadpool_info() if pool["user_api"] == "blas"}
threadpool_limits(4, "blas")
seen = [threads()]
def predict(A, B, X):
    seen.append(threads())
    return B @ np.tanh(A @ X)
check(predict)
figures.loss.random_networks(predict)
assert len(seen) > 5
print(seen[0], set().union(*seen[1:]), threads())
"""


def test_matrix_products_run_in_one_thread_in_checks_and_pictures_and_in_many_elsewhere():
    done = subprocess.run(
        [sys.executable, "-c", MANY_THREADS], cwd=ROOT, capture_output=True, text=True
    )
    assert done.stderr == ""
    assert done.stdout.splitlines()[-1] == "{4} {1} {4}"


def test_every_picture_is_drawn_once():
    figure, _ = figures.subplots()
    draws = []
    draw = figure.draw
    figure.draw = lambda renderer: (draws.append(1), draw(renderer))[1]
    figures.png(figure)
    assert len(draws) == 1


def test_layout_measures_what_is_around_axes_once_and_cuts_nothing_off():
    figure, (left, right) = figures.subplots(1, 2, size=(9, 3))
    for axes, reach in ((left, 1e-3), (right, 5e6)):
        axes.plot([0, reach])
        axes.set(xlabel="epoch", ylabel="loss", title="A title")
    measured, png = [], left.get_tightbbox
    left.get_tightbbox = lambda *a, **k: (measured.append(1), png(*a, **k))[1]
    figures.png(figure)
    assert len(measured) == 1
    width, height = figure.get_size_inches() * figure.dpi
    for axes in (left, right):
        box = type(axes).get_tightbbox(axes, figure.canvas.get_renderer())
        assert box.x0 >= 0
        assert box.y0 >= 0
        assert box.x1 <= width
        assert box.y1 <= height


@pytest.mark.parametrize(
    ("low", "high", "numbers"),
    [
        (1e-9, 1, ["10⁻⁸", "10⁻⁴", "10⁰"]),
        (1, 1e-9, ["10⁻⁸", "10⁻⁴", "10⁰"]),
        (0.03, 0.9, ["0.05", "0.1", "0.5"]),
        (0.5, 0.7, ["0.5", "0.6", "0.7"]),
    ],
)
def test_a_logarithmic_axis_has_numbers_however_little_it_spans(low, high, numbers):
    figure, axes = figures.subplots()
    axes.semilogy([low, high])
    axes.set_ylim(low, high)
    figures.png(figure)
    shown = [label.get_text() for label in axes.get_yticklabels()]
    assert set(numbers) <= set(shown)
    assert len(shown) < 12


def test_paper_is_white_and_its_pixels_are_those_of_a_sharp_screen():
    from io import BytesIO

    from PIL import Image

    drawn = course.draw("06_training")
    image = np.asarray(Image.open(BytesIO(figures.png(drawn))).convert("RGB"))
    assert image.shape[:2] == tuple(int(144 * inches) for inches in drawn.get_size_inches()[::-1])
    assert (image[0, 0] == 255).all()


@pytest.mark.parametrize("losses", [3.0, np.float64(2), [1.0, 2.0], np.ones((1, 1347)), None, "x"])
def test_what_is_no_loss_for_every_image_is_told_on_the_page(losses, monkeypatch):
    told = []
    monkeypatch.setattr(honest, "show", lambda figure, alt: told.append(alt))
    figures.loss.digit_losses(losses, DIGITS.X, DIGITS.labels)
    assert len(told) == 1
    assert told[0].startswith("Nothing can be drawn from this yet: see what your checks say")
    assert "IndexError" not in told[0]
