# ruff: noqa: E501  (sentences stand on one line each)
"""Every picture, drawn on wrong answers: it never claims what is not so, and never breaks down.

A picture is drawn on the solutions and on wrong answers: the formulas of the known mistakes, and
functions that raise or return what no picture can be made of. Where a wrong answer changes what is
drawn, every sentence that stays as it was on the right one (in titles, alt text and the words
inside the picture) must be so all the same. It may be because the sentence claims nothing about
what the learner's functions return, and stands in `NEUTRAL`, once for every picture that says it;
or because the wrong answer behaves as the sentence says, which a function in `SO` establishes by
other means. A sentence that is listed and not said any more fails as well.
"""

import gc
import inspect
import re
import time
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from types import FunctionType, SimpleNamespace
from typing import Any

import numpy as np
import pytest

from bplib import datasets, derivatives, figures, network
from bplib.course import NOTEBOOKS, find
from bplib.course.debugging import planted
from bplib.course.mistakes import known
from bplib.figures import honest
from tests.mutants import answer_cells

DIGITS, LINE = datasets.digits(), datasets.noisy_line()
MOONS, XOR = datasets.two_moons(), datasets.xor()
LINE_0 = datasets.noisy_line(intercept=0.0)
RNG = np.random.default_rng(5)
A, B = RNG.normal(0, 1, (4, 3)), RNG.normal(0, 1, (2, 4))
X, Y = np.vstack([RNG.normal(0, 1, (2, 5)), np.ones(5)]), RNG.normal(0, 1.5, (2, 5))
Z, H, Y_HAT = network.forward(A, B, X)
DELTA_B = derivatives.gradient(lambda P: network.mean_loss(P, Y), Y_HAT)
DELTA_A = derivatives.gradient(lambda P: network.mean_loss(B @ np.tanh(P), Y), Z)
A_DIGITS, B_DIGITS = RNG.normal(0, 0.15, (20, 65)), RNG.normal(0, 0.1, (10, 20))
A_SMALL, B_SMALL = A_DIGITS[:6] / 5, B_DIGITS[:, :6]
IMAGES, TARGETS = DIGITS.X[:, :60], DIGITS.Y[:, :60]
Z_IMAGES, H_IMAGES, READ = network.forward(A_DIGITS, B_DIGITS, IMAGES)
DELTA_IMAGES = derivatives.gradient(lambda P: network.mean_loss(P, TARGETS), READ)
A_MOONS, B_MOONS = RNG.normal(0, 1, (6, 3)), RNG.normal(0, 0.5, (1, 6))
GUESSES = [(RNG.normal(0, 1, (3, 2)), RNG.normal(0, 1, (1, 3))) for _ in range(100)]
PAIRS = [(np.array([[a, 0.0]]), np.array([[b]])) for a, b in RNG.uniform(-3, 3, (50, 2))]
START = np.array([-0.8, 1.2])
DEEP = [RNG.normal(0, 0.9, sizes) for sizes in ((5, 3), (4, 5), (2, 4))]
SMALL = [RNG.normal(0, 0.05, (30, 30)) for _ in range(12)]
DEEP_X, DEEP_Y = RNG.normal(0, 1, (30, 6)), RNG.normal(0, 1, (30, 6))
OUTPUTS = 3 * B_DIGITS @ np.tanh(A_DIGITS @ IMAGES[:, [4]])
MOON_NETWORKS = {"before": (A_MOONS, B_MOONS), "after": (A_MOONS - [[0], [0], [9]] * 2, B_MOONS)}
X_LINE, Y_LINE = LINE.X + np.array([[1.0], [0.0]]), LINE.Y[0]


def line_loss(w):
    return np.mean((w @ X_LINE - Y_LINE) ** 2) / 2


@dataclass(frozen=True)
class Picture:
    """How a picture is drawn.

    Parameters
    ----------
    answers : str
        The learner's functions that go into it, as they are or by what they return.
    arguments : callable
        Takes the answers, one attribute each, and returns the picture's arguments.
    """

    answers: str
    arguments: Callable[[Any], tuple[Any, ...]]


PICTURES = {
    "loss.random_networks": Picture("predict", lambda f: (f.predict,)),
    "loss.one_digit": Picture(
        "predict", lambda f: (f.predict, A_DIGITS, B_DIGITS, IMAGES, TARGETS, 4)
    ),
    "loss.parabola": Picture("sample_losses", lambda f: (f.sample_losses,)),
    "loss.digit_losses": Picture(
        "sample_losses", lambda f: (f.sample_losses(READ, TARGETS), IMAGES, DIGITS.labels[:60])
    ),
    "loss.residuals": Picture(
        "predict sample_losses mean_loss",
        lambda f: (
            *(f.predict, f.sample_losses, f.mean_loss, np.array([[0.1, 0.0625]])),
            *(np.array([[8.0]]), LINE, np.where(LINE.Y.max() == LINE.Y, -LINE.Y, LINE.Y)),
        ),
    ),
    "loss.surface": Picture(
        "network_loss best_guess",
        lambda f: (
            *(f.network_loss, LINE_0.X, LINE_0.Y, PAIRS),
            f.best_guess(PAIRS, LINE_0.X, LINE_0.Y),
        ),
    ),
    "loss.search_curves": Picture(
        "best_guess network_loss", lambda f: (f.best_guess, f.network_loss, (1, 10, 100))
    ),
    "loss.in_order": Picture(
        "predict network_loss best_guess",
        lambda f: (f.predict, f.network_loss, f.best_guess, GUESSES, LINE),
    ),
    "gradient.error_over_steps": Picture("slope", lambda f: (f.slope,)),
    "gradient.corner": Picture("slope", lambda f: (f.slope,)),
    "gradient.uphill": Picture("numerical_gradient", lambda f: (f.numerical_gradient, line_loss)),
    "gradient.cost": Picture("numerical_gradient", lambda f: ([counted(f, n) for n in (3, 9)],)),
    "gradient.descent": Picture(
        "gradient_descent line_loss_gradient",
        lambda f: (
            *(f.gradient_descent(on_line(f), START, 0.35, 20), line_loss),
            *(LINE.X[0], Y_LINE, START),
        ),
    ),
    "gradient.rates": Picture(
        "gradient_descent line_loss_gradient",
        lambda f: (f.gradient_descent, on_line(f), line_loss, START, [0.03, 0.35, 0.62], 12),
    ),
    "gradient.templates": Picture(
        "gradient_descent line_loss_gradient", lambda f: (detector(f), [1, 10, 100], 0)
    ),
    "gradient.reading": Picture(
        "relative_error numerical_gradient", lambda f: (["right", "rounded", "sign"], told_apart(f))
    ),
    "gradient.whole_way": Picture(
        "numerical_gradient line_loss_gradient gradient_descent relative_error",
        lambda f: (
            *(f.numerical_gradient, on_line(f), f.gradient_descent),
            *(f.relative_error, line_loss, START),
        ),
    ),
    "chain_rule.slope_of": Picture("d_tanh", lambda f: (np.tanh, f.d_tanh, "tanh(z)")),
    "chain_rule.three_slopes": Picture(
        "d_tanh d_sigmoid d_relu", lambda f: (f.d_tanh, f.d_sigmoid, f.d_relu)
    ),
    "chain_rule.composed": Picture("d_composed", lambda f: (f.d_composed,)),
    "chain_rule.fork_paths": Picture("d_fork", lambda f: (f.d_fork,)),
    "chain_rule.scalar_network": Picture("scalar_gradients", lambda f: (f.scalar_gradients,)),
    "chain_rule.saturation": Picture("scalar_gradients", lambda f: (f.scalar_gradients,)),
    "chain_rule.costs": Picture("chain_cost", lambda f: (f.chain_cost,)),
    "chain_rule.prices_and_times": Picture(
        "chain_cost",
        lambda f: (
            {end: f.chain_cost([800, 800, 800, 1], end) for end in ("output", "input")},
            {"output": 0.001, "input": 0.1},
        ),
    ),
    "delta_b.error_arrows": Picture("delta_B", lambda f: (f.delta_B,)),
    "delta_b.one_sample": Picture(
        "delta_B", lambda f: (f.delta_B(Y_HAT[:, [0]], Y[:, [0]]), H[:, [0]], slopes_of_one())
    ),
    "delta_b.sum_over_samples": Picture(
        "gradient_B delta_B", lambda f: (f.gradient_B, f.delta_B(Y_HAT, Y), H)
    ),
    "delta_b.agreement": Picture(
        "gradient_B delta_B",
        lambda f: (
            f.gradient_B(f.delta_B(Y_HAT, Y), H),
            derivatives.central_gradient(lambda W: network.mean_loss(W @ H, Y), B),
        ),
    ),
    "delta_b.sure_and_wrong": Picture(
        "delta_B delta_B_sigmoid", lambda f: (f.delta_B, f.delta_B_sigmoid)
    ),
    "delta_b.along_the_step": Picture(
        "step_B",
        lambda f: (
            *(f.step_B, np.array([[0.5, -1.0], [1.0, 0.3]]), np.array([[1.0, -0.5]])),
            *(LINE.X, LINE.Y, [0.05, 0.5, 2.0, 6.0]),
        ),
    ),
    "delta_b.only_B_learns": Picture("step_B", lambda f: learnt_B(f)),
    "delta_b.whole_step": Picture(
        "delta_B gradient_B step_B",
        lambda f: (f.delta_B, f.gradient_B, f.step_B, B, H, Y, 0.3),
    ),
    "delta_a.same_weights": Picture(
        "error_at_hidden", lambda f: (f.error_at_hidden, DELTA_B, B, H)
    ),
    "delta_a.beside_Z": Picture(
        "error_at_hidden delta_A", lambda f: (f.error_at_hidden, f.delta_A, DELTA_B, B, 2 * Z)
    ),
    "delta_a.ten_times_A": Picture(
        "error_at_hidden delta_A",
        lambda f: (f.error_at_hidden, f.delta_A, DELTA_IMAGES, A_DIGITS, B_DIGITS, IMAGES),
    ),
    "delta_a.outer_products": Picture("gradient_A", lambda f: (f.gradient_A, DELTA_A, X)),
    "delta_a.blend_of_images": Picture(
        "gradient_A delta_A",
        lambda f: (f.gradient_A, f.delta_A(DELTA_IMAGES, B_DIGITS, Z_IMAGES), IMAGES, 7),
    ),
    "delta_a.agreement": Picture(
        "backward",
        lambda f: (
            *(f.backward(A, B, X, Y)[0], A, lambda W: network.network_loss(W, B, X, Y)),
            10.0 ** -np.arange(1, 12),
        ),
    ),
    "delta_a.stale_B": Picture("step_both delta_A gradient_A", lambda f: stale(f)),
    "delta_a.both_learn": Picture(
        "step_both", lambda f: (f.step_both, A_DIGITS, B_DIGITS, DIGITS, 20)
    ),
    "delta_a.costs": Picture(
        "backward",
        lambda f: (
            {
                "nudging": 10**8,
                "from the input": 10**6,
                "yours": figures.delta_a.multiplications(f.backward, A, B, X, Y),
            },
            (2 * A.size + 3 * B.size) * X.shape[1],
        ),
    ),
    "delta_a.whole_pass": Picture(
        "backward delta_A", lambda f: (f.backward, (f.delta_A(DELTA_B, B, Z), DELTA_B), A, B, X, Y)
    ),
    "training.kept": Picture("forward", lambda f: (f.forward, A_DIGITS, B_DIGITS, IMAGES[:, :12])),
    "training.agreement": Picture("forward backward", lambda f: (back(f), nudged())),
    "training.cost": Picture(
        "forward backward",
        lambda f: (f.forward, f.backward, IMAGES[:, :9], TARGETS[:, :9], (1, 2)),
    ),
    "training.directions": Picture(
        "forward backward",
        lambda f: (f.forward, f.backward, A_DIGITS, B_DIGITS, DIGITS.X, DIGITS.Y),
    ),
    "training.dealt": Picture("minibatches", lambda f: (f.minibatches,)),
    "training.rates": Picture(
        "train", lambda f: (f.train, A_MOONS, B_MOONS, MOONS.X, MOONS.Y, (0.003, 0.3, 3))
    ),
    "training.rate_map": Picture(
        "train",
        lambda f: (
            *(f.train, A_MOONS, B_MOONS, MOONS.X, MOONS.Y),
            *((0.1, 10, 1000), (0.01, 0.1, 3), 20),
        ),
    ),
    "training.boundaries": Picture(
        "train", lambda f: (f.train, XOR, A_MOONS, B_MOONS, (0.5, 0.1), 200, (0, 15, 150))
    ),
    "training.batch_sizes": Picture("train", lambda f: (race(f), 60)),
    "training.learning_curve": Picture("train forward", lambda f: course_of_training(f)[:3]),
    "training.hidden_units": Picture("train", lambda f: (A_SMALL, trained(f, 8, 10)[0], 6)),
    "training.readings": Picture(
        "train forward",
        lambda f: (DIGITS.X_test[:, :9], DIGITS.labels_test[:9], course_of_training(f)[3]),
    ),
    "deeper_networks.there_and_back": Picture(
        "forward deltas", lambda f: (f.forward, f.deltas, DEEP, X, Y)
    ),
    "deeper_networks.agreement": Picture(
        "forward deltas gradients",
        lambda f: (f.forward, f.deltas, f.gradients, DEEP, X, Y),
    ),
    "deeper_networks.savings": Picture(
        "recomputed_multiplications backprop_multiplications",
        lambda f: (f.recomputed_multiplications, f.backprop_multiplications),
    ),
    "deeper_networks.clock": Picture("deltas", lambda f: (f.deltas, (2, 5), 9)),
    "deeper_networks.layer_by_layer": Picture(
        "forward deltas scaled_weights",
        lambda f: (
            *(f.forward, f.deltas, {"small": SMALL, "yours": scaled(f, [30] * 13)}),
            *(DEEP_X, DEEP_Y),
        ),
    ),
    "deeper_networks.race": Picture("forward deltas gradients scaled_weights", lambda f: raced(f)),
    "activations_and_losses.let_through": Picture("delta_hidden", lambda f: (f.delta_hidden,)),
    "activations_and_losses.shares": Picture(
        "softmax", lambda f: (f.softmax, [2, 1, 0], [0, 5, 1000, -1000])
    ),
    "activations_and_losses.digit_error": Picture(
        "softmax delta_softmax",
        lambda f: (f.softmax, f.delta_softmax, IMAGES[:, 4], OUTPUTS, DIGITS.labels[4]),
    ),
    "activations_and_losses.dead_units": Picture(
        "delta_hidden", lambda f: (f.delta_hidden, MOON_NETWORKS, MOONS.X, MOONS.Y)
    ),
    "activations_and_losses.six_pairs": Picture(
        "delta_hidden delta_softmax",
        lambda f: (f.delta_hidden, f.delta_softmax, *six_readers(f.delta_hidden, f.delta_softmax)),
    ),
    "debugging.symptoms": Picture("fix_1", lambda f: (f.fix_1, A, B, X, Y)),
    "debugging.slope_used": Picture("fix_4", lambda f: (f.fix_4,)),
    "debugging.trains_beside": Picture("fix_5", lambda f: (planted.case("Ada", 5), f.fix_5)),
    "debugging.verdicts": Picture("agrees", lambda f: (f.agrees,)),
}
"""Every picture that is drawn on what a learner wrote."""

OTHERS = {
    "loss": "images_and_targets forward_pass",
    "gradient": "chords",
    "chain_rule": "activations graph worked_chain worked_fork scalar_forward two_ends summary",
    "delta_b": "forward loss_of_one_prediction",
    "delta_a": "forward_pass one_unit saturation multiplications",
    "training": "beside_pseudocode",
    "deeper_networks": "fate_of_errors",
    "activations_and_losses": "activations two_losses",
    "debugging": "how_many_still_learn still_learning",
}
"""What needs nothing of the learner's, or draws nothing."""


# What goes into the pictures that show what the learner's functions returned


def on_line(f):
    return lambda w: f.line_loss_gradient(w, X_LINE, Y_LINE)


def counted(f, n):
    calls = 0

    def loss(W):
        nonlocal calls
        calls += 1
        return float(np.sum(W**2))

    f.numerical_gradient(loss, np.ones((n, 2)))
    return 2 * n, calls


def detector(f):
    is_zero = (DIGITS.labels == 0).astype(float)
    slopes = lambda w: f.line_loss_gradient(w, DIGITS.X, is_zero)  # noqa: E731
    return f.gradient_descent(slopes, np.zeros(65), 0.05, 100)


def told_apart(f):
    W = np.linspace(-1, 1, 12).reshape(3, 4)
    numeric = f.numerical_gradient(lambda W: np.sum(np.sin(W)), W)
    return [f.relative_error(g, numeric) for g in (np.cos(W), np.cos(W).round(4), -np.cos(W))]


@cache
def slopes_of_one():
    loss = lambda W: network.mean_loss(W @ H[:, [0]], Y[:, [0]])  # noqa: E731
    return derivatives.central_gradient(loss, B)


def learnt_B(f):
    H = network.forward(A_DIGITS, B_DIGITS, DIGITS.X)[1]
    losses, W = [], B_DIGITS
    for _ in range(30):
        losses.append(network.mean_loss(W @ H, DIGITS.Y))
        W = f.step_B(W, H, DIGITS.Y, 0.2)
    return losses, B_DIGITS @ H[:, 0], W @ H[:, 0], DIGITS.labels[0]


def stale(f):
    fresh = f.gradient_A(f.delta_A(DELTA_B, B, Z), X)
    rates, gaps = [0.001, 0.01, 0.1, 1.0], []
    for rate in rates:
        _, B_new = f.step_both(A, B, X, Y, 0.0, rate)
        other = f.gradient_A(f.delta_A(DELTA_B, B_new, Z), X)
        gaps.append(derivatives.distance(other, fresh))
    return rates, gaps, fresh, other


def back(f):
    Z, H, Y_hat = f.forward(A, B, X)
    return f.backward(B, X, Z, H, Y_hat, Y)


@cache
def nudged():
    return (
        derivatives.central_gradient(lambda W: network.network_loss(W, B, X, Y), A),
        derivatives.central_gradient(lambda W: network.network_loss(A, W, X, Y), B),
    )


def trained(f, epochs, batch_size=50):
    rng = np.random.default_rng(0)
    return f.train(A_SMALL, B_SMALL, IMAGES, TARGETS, 0.1, 0.03, epochs, batch_size, rng)


def race(f):
    return {size: trained(f, 2, size)[2] for size in (60, 20, 10)}


def scaled(f, sizes):
    return f.scaled_weights(sizes, np.random.default_rng(2))


def raced(f):
    """Train on the digits from two starts, as the notebook does."""
    sizes = [65, 20, 20, 20, 10]
    rng = np.random.default_rng(2)
    small = [rng.normal(0, 0.03, (n, m)) for m, n in pairwise(sizes)]
    losses, read = {}, {}
    for name, weights in {"small": small, "yours": scaled(f, sizes)}.items():
        losses[name] = []
        for step in range(601):
            if step % 200 == 0:
                losses[name].append(network.mean_loss(f.forward(weights, DIGITS.X)[-1], DIGITS.Y))
            batch = rng.integers(0, 1000, 40)
            kept = f.forward(weights, DIGITS.X[:, batch])
            slopes = f.gradients(kept, f.deltas(weights, kept, DIGITS.Y[:, batch]))
            weights = [W - 0.1 * G for W, G in zip(weights, slopes, strict=True)]
        answers = f.forward(weights, DIGITS.X_test)[-1].argmax(axis=0)
        read[name] = float(np.mean(answers == DIGITS.labels_test))
    return losses, read


def course_of_training(f):
    losses, in_training, in_test, stages = [], [], [], {}
    for epochs in (0, 2, 8):
        A, B, history = trained(f, epochs, 10)
        losses.append(history[-1])
        read = f.forward(A, B, DIGITS.X_test)[2].argmax(axis=0)
        in_test.append(float(np.mean(read == DIGITS.labels_test)))
        read_here = f.forward(A, B, IMAGES)[2].argmax(axis=0)
        in_training.append(float(np.mean(read_here == DIGITS.labels[:60])))
        stages[f"epoch {epochs}"] = read[:9]
    return losses, in_training, in_test, stages


def six_readers(delta_hidden, delta_softmax):
    """Return what six pairs of activation and loss read after a few steps, as notebook 08 does."""
    losses = {"squared error": lambda Z, Y: (Z - Y) / Y.shape[1], "cross-entropy": delta_softmax}
    search, read = {}, {}
    for activation in ("sigmoid", "tanh", "relu"):
        f = network.ACTIVATIONS[activation]
        for loss, delta_output in losses.items():
            for rate in (0.2, 0.8):
                A, B = A_DIGITS, B_DIGITS
                for _ in range(8):
                    Z = A @ IMAGES
                    delta_B = delta_output(B @ f(Z), TARGETS)
                    slope = lambda z, f=f: derivatives.derivative(f, z)  # noqa: E731
                    delta_A = delta_hidden(delta_B, B, Z, slope)
                    A, B = A - rate * delta_A @ IMAGES.T, B - rate * delta_B @ f(Z).T
                share = np.mean((B @ f(A @ IMAGES)).argmax(axis=0) == DIGITS.labels[:60])
                search.setdefault((activation, loss), {})[rate] = share
            read[activation, loss] = [share, share + 0.01]
    return search, read


# Right and wrong answers


def notebook_of(picture):
    module = picture.split(".")[0]
    return next(name for name, notebook in NOTEBOOKS.items() if notebook.module == module)


@cache
def solutions(notebook):
    return "\n\n".join(answer_cells(notebook).values())


def answers(notebook, **wrong):
    """Return a notebook's solutions, with other functions in the place of some of them."""
    namespace: dict[str, Any] = {"np": np, "network": network, "derivatives": derivatives}
    exec(solutions(notebook), namespace)
    namespace |= wrong
    return SimpleNamespace(**{k: v for k, v in namespace.items() if isinstance(v, FunctionType)})


def from_row(formula, right):
    """Return a mistake's formula as the learner's function would be."""
    signature = inspect.signature(right)

    def function(*arguments, **options):
        bound = signature.bind(*arguments, **options)
        bound.apply_defaults()
        result = formula(*bound.args)
        if isinstance(result, tuple) and any(part is None for part in result):
            rest = right(*arguments, **options)
            result = tuple(b if a is None else a for a, b in zip(result, rest, strict=True))
        return result

    return function


def not_shuffled(N, batch_size, rng):
    return [np.arange(i, min(i + batch_size, N)) for i in range(0, N, batch_size)]


def last_batch_dropped(N, batch_size, rng):
    order = rng.permutation(N)
    return [order[i : i + batch_size] for i in range(0, N - batch_size + 1, batch_size)]


def with_replacement(N, batch_size, rng):
    return [rng.integers(0, N, batch_size) for _ in range(0, N, batch_size)]


def the_same_every_time(N, batch_size, rng):
    order = np.random.default_rng(7).permutation(N)
    return [order[i : i + batch_size] for i in range(0, N, batch_size)]


def one_slope_for_all(f, W, step=1e-5):
    return np.full(W.shape, f(W))


def without_its_start(gradient, w, learning_rate, steps):
    path = []
    for _ in range(steps):
        w = w - learning_rate * gradient(w)
        path.append(w)
    return path


def one_loss_for_all(Y_hat, Y):
    return np.full(Y.shape[1], network.mean_loss(Y_hat, Y))


OTHER_WRONG = {
    "minibatches": (not_shuffled, last_batch_dropped, with_replacement, the_same_every_time),
    "numerical_gradient": (one_slope_for_all,),
    "sample_losses": (one_loss_for_all,),
    "gradient_descent": (without_its_start,),
}
"""Wrong answers that are no row: by them a picture changes that the rows leave as it is."""


def wrong_functions(notebook, name, most):
    """Yield wrong answers to an exercise: some of its known mistakes, taken evenly from all."""
    right = getattr(answers(notebook), name)
    yield from ((function.__name__, function) for function in OTHER_WRONG.get(name, ()))
    rows = known(find(name, notebook=notebook))
    for row in rows[:: -(-len(rows) // most) or 1]:
        yield row.code, from_row(row.formulas[0], right)


def each(change):
    """Return what does something to every array that a right answer returns."""

    def changed(right):
        def function(*arguments, **options):
            result = right(*arguments, **options)
            if isinstance(result, (tuple, list)):
                return type(result)(change(np.asarray(part)) for part in result)
            return change(np.asarray(result))

        return function

    return changed


def raises(right):
    def function(*arguments, **options):
        raise NotImplementedError

    return function


nowhere = each(lambda part: part * np.nan)
"""Make a function return nan, with which every comparison fails: in every picture, each does."""

MISBEHAVING = {
    "raises": raises,
    "returns None": lambda right: lambda *arguments, **options: None,
    "a shape too many": each(lambda part: part[np.newaxis]),
    "an entry too many": each(lambda part: np.concatenate([part.ravel(), [1.0]])),
    "infinite": each(lambda part: part + np.inf),
    "booleans": each(lambda part: part > 0),
    "words": each(lambda part: "?"),
}
"""In each picture one function behaves in one of these ways, in turn."""
# What a picture says and what it shows


@dataclass
class Drawn:
    """A picture as it was drawn: its sentences, and all its numbers."""

    figure: Any
    alt: str

    def sentences(self) -> set[str]:
        axes = self.figure.axes
        figures = [self.figure, *self.figure.subfigs]
        titles = [figure.get_suptitle() for figure in figures]
        titles += [a.get_title(loc=side) for a in axes for side in ("left", "center", "right")]
        words = [text.get_text() for a in axes for text in a.texts]
        words = [text for text in words if len(re.findall(r"[a-zA-Z]{2,}", text)) > 1]
        said = re.split(r"(?<=[a-zŶŷ%0-9)])[.;]\s+(?=[A-Za-z0-9])", self.alt.rstrip("."))
        said = {" ".join(text.split()).rstrip(".") for text in (*titles, *words, *said)} - {""}
        return {re.sub(r"[−-]?\d[\d,]*\.?\d*(e[−+-]?\d+)?", "#", text) for text in said}

    def numbers(self) -> list[np.ndarray]:
        shown = []
        for axes in self.figure.axes:
            shown += [np.asarray(line.get_xydata(), dtype=float) for line in axes.lines]
            shown += [
                patch.get_patch_transform().transform(patch.get_path().vertices)
                for patch in axes.patches
            ]
            shown.append(np.array([patch.get_facecolor() for patch in axes.patches]))
            shown += [np.asarray(image.get_array(), dtype=float) for image in axes.images]
            for drawn in axes.collections:
                shown += [path.vertices for path in drawn.get_paths()]
                shown.append(drawn.get_facecolor())
                shown += [getattr(drawn, part) for part in ("U", "V") if hasattr(drawn, part)]
            texts = "".join(text.get_text() for text in axes.texts).replace("−", "-")
            shown.append(np.array([float(n) for n in re.findall(r"-?\d+\.?\d*", texts)]))
        return shown

    def looks_like(self, other: "Drawn") -> bool:
        pairs = list(zip(self.numbers(), other.numbers(), strict=False))
        if len(self.numbers()) != len(other.numbers()):
            return False
        return all(
            a.shape == b.shape and np.allclose(a, b, rtol=1e-3, equal_nan=True) for a, b in pairs
        )


@pytest.fixture
def page(monkeypatch):
    """Return what shows a picture, as a notebook's page would, and keeps it."""
    shown: list[Drawn] = []

    def show(figure, alt):
        shown.append(Drawn(figure, alt))

    for notebook in NOTEBOOKS.values():
        monkeypatch.setattr(getattr(figures, notebook.module), "show", show)
    monkeypatch.setattr(honest, "show", show)
    monkeypatch.setattr(figures.gradient, "_heights", HEIGHTS)
    monkeypatch.setattr("matplotlib.style.context", lambda _: nullcontext())  # nothing is printed
    return shown


@pytest.fixture(autouse=True, scope="module")
def seldom_collected():
    """Look for garbage less often: with thousands of artists, that takes a tenth of the time."""
    before = gc.get_threshold()
    gc.set_threshold(20_000, *before[1:])
    yield
    gc.set_threshold(*before)


HEIGHTS = cache(figures.gradient._heights)  # of one loss, for all pictures


def draw(picture, given, page):
    """Draw a picture on some answers; None where the answers give nothing to draw."""
    module, name = picture.split()[0].split(".")
    try:
        with np.errstate(all="ignore"):
            arguments = PICTURES[picture].arguments(given)
    except Exception:  # the cell that makes what is drawn fails before there is a picture
        return None
    page.clear()
    getattr(getattr(figures, module), name)(*arguments)
    return page[0] if page else None


# Claims about how a function behaves: what says, by other means, whether it is so


def adds_up(f):
    return honest.agrees(f.gradient_A(DELTA_A, X), honest.collected(DELTA_A, X))


def shares_right(f):
    return honest.agrees(f.softmax(OUTPUTS), network.softmax(OUTPUTS))


def best_rates_differ(f):
    search, _ = six_readers(f.delta_hidden, f.delta_softmax)
    return len({max(found, key=found.get) for found in search.values()}) > 1


def tables_add_up(f):
    tables = [f.gradient_A(DELTA_A[:, [n]], X[:, [n]]) for n in range(X.shape[1])]
    return honest.agrees(sum(tables), f.gradient_A(DELTA_A, X))


def sums_for_B(f):
    return honest.agrees(f.gradient_B(DELTA_B, H), honest.collected(DELTA_B, H))


def a_cliff(f):
    def explodes(rate_A, rate_B):
        weights = (A_MOONS, B_MOONS, MOONS.X, MOONS.Y, rate_A, rate_B, 20, MOONS.X.shape[1])
        losses = f.train(*weights, np.random.default_rng(0))[2]
        return not losses[-1] <= 3 * losses[0]

    with np.errstate(all="ignore"):
        for_B = [explodes(rate, 3) for rate in (0.1, 10, 1000)]
        return all(for_B) and not any(explodes(rate, 0.01) for rate in (0.1, 10, 1000))


def a_ring(f):
    images = [detector(f)[k][:64].reshape(8, 8) for k in (10, 100)]
    return all(
        image[3:5, 3:5].mean() < 0 < min(image[1, 3], image[3, 1], image[4, 6], image[6, 4])
        for image in images
    )


def losses_right(f):
    truth = [network.network_loss(*pair, LINE_0.X, LINE_0.Y) for pair in PAIRS]
    return honest.agrees([f.network_loss(*pair, LINE_0.X, LINE_0.Y) for pair in PAIRS], truth)


def at_start(f):
    return np.array_equal(f.gradient_descent(on_line(f), START, 0.35, 20)[0], START)


def downhill_from_the_start(f):
    heights = [line_loss(w) for w in f.gradient_descent(on_line(f), START, 0.35, 20)]
    return at_start(f) and all(after < before for before, after in pairwise(heights))


def walks(f):
    for rate in (0.03, 0.35, 0.62):
        path = f.gradient_descent(on_line(f), START, rate, 12)
        for before, after in pairwise(path):
            if not np.allclose(after - before, -rate * uphill(before), rtol=1e-4):
                return False
    return True


def uphill(w):
    return X_LINE @ (w @ X_LINE - Y_LINE) / len(Y_LINE)


def prices(f):
    return [f.chain_cost([100] * 10 + [1], end) for end in ("output", "input")]


def output_is_cheaper(f):
    output, input_ = prices(f)
    return output < 0.5 * input_


def almost_a_hundred_times(f):
    output, input_ = prices(f)
    return 85 < input_ / output < 100


def fewest_products(f):
    products = (2 * A.size + 3 * B.size) * X.shape[1]
    return figures.delta_a.multiplications(f.backward, A, B, X, Y) == products


def stale_differs(f):
    _, _, fresh, other = stale(f)
    return float(np.max(np.abs(fresh - other))) > 1e-4 * float(np.max(np.abs(fresh)))


def gap_grows(f):
    gaps = stale(f)[1]
    return all(9.9 < after / before < 10.1 for before, after in pairwise(gaps))


def right_agrees(f):
    return told_apart(f)[0] < 1e-7


def rounded_between(f):
    return 1e-7 <= told_apart(f)[1] <= 1e-3


def sign_differs(f):
    return told_apart(f)[2] > 1e-3


def are_told_apart(f):
    return right_agrees(f) and sign_differs(f)


def gradients_right(f):
    return all(honest.agrees(*pair) for pair in zip(back(f), nudged(), strict=True))


def B_learns(f):
    losses = learnt_B(f)[0]
    return losses[-1] < losses[0]


def reads_xor(f):
    rng, W, done = np.random.default_rng(1), (A_MOONS, B_MOONS), 0
    for epoch in (0, 15, 150):
        W = f.train(*W, XOR.X, XOR.Y, 0.5, 0.1, epoch - done, 200, rng)[:2]
        done = epoch
    read = network.predict(*W, XOR.X_test) > 0.5
    return np.mean(read == (XOR.Y_test > 0.5)) > 0.9


def more_steps_further(f):
    ends = [losses[-1] for losses in race(f).values()]
    return ends[0] > ends[1] > ends[2]


def loss_falls(f):
    losses = course_of_training(f)[0]
    return losses[-1] < losses[0]


def the_test_lags(f):
    _, in_training, in_test, _ = course_of_training(f)
    return in_training[0] < in_training[-1] > in_test[-1]


def reads_better(f):
    labels = DIGITS.labels_test[:9]
    shares = [np.mean(read == labels) for read in course_of_training(f)[3].values()]
    return shares == sorted(shares) and shares[-1] > shares[0]


def like_their_neighbours(f):
    images = trained(f, 8, 10)[0][:, :64].reshape(-1, 8, 8)
    return np.corrcoef(images[:, 1:].ravel(), images[:, :-1].ravel())[0, 1] > 0.3


def all_different(f):
    return len(set(f.sample_losses(READ, TARGETS))) == READ.shape[1]


def finds_one(f):
    """Return whether the best of ten, or the best of all, is found."""
    losses = [network.network_loss(*guess, LINE.X, LINE.Y) for guess in GUESSES]
    found = (f.best_guess(GUESSES[:n], LINE.X, LINE.Y) for n in (10, len(GUESSES)))
    return any(i == np.argmin(losses[:n]) for i, n in zip(found, (10, len(GUESSES)), strict=True))


def goes_against_the_gradient(f):
    path = f.gradient_descent(on_line(f), START, 0.12, 7)
    heights = [line_loss(w) for w in path]
    return all(after < before for before, after in pairwise(heights)) and all(
        honest.agrees(f.numerical_gradient(line_loss, w), uphill(w)) for w in path
    )


def formula_right(f):
    places = f.gradient_descent(on_line(f), START, 0.12, 7)
    return all(
        honest.agrees(f.numerical_gradient(line_loss, w), uphill(w))
        and honest.agrees(on_line(f)(w), uphill(w))
        for w in places
    )


def yours_arrives(f):
    weights = scaled(f, [30] * 13)
    kept = network.layers(weights, DEEP_X)
    first, last = (
        derivatives.gradient(lambda P, i=i: _loss_behind(P, weights, i), weights[i] @ kept[i])
        for i in (0, 11)
    )
    return 1e-2 < np.sqrt(np.mean(first**2) / np.mean(last**2)) < 1e2


def _loss_behind(Z, weights, i):
    later = weights[i + 1 :]
    return network.mean_loss(network.layers(later, np.tanh(Z))[-1] if later else Z, DEEP_Y)


def forward_keeps(f):
    weights = scaled(f, [30] * 13)
    pairs = zip(f.forward(weights, DEEP_X), network.layers(weights, DEEP_X), strict=True)
    return all(honest.agrees(*pair) for pair in pairs)


def yours_reads(f):
    _, read = raced(f)
    return read["yours"] > 0.9 > read["small"]


def fix_right_for(W):
    def right(f):
        mine = f.fix_1(A, B, X, Y)["AB".index(W)]
        truths = (
            lambda: derivatives.gradient(lambda P: network.network_loss(P, B, X, Y), A),
            lambda: derivatives.gradient(lambda P: network.network_loss(A, P, X, Y), B),
        )
        return derivatives.distance(mine, truths["AB".index(W)]()) < 1e-7

    return right


SO: dict[str, dict[str, Callable[[Any], bool]]] = {
    "activations_and_losses.digit_error": {"Shares; the star is the target": shares_right},
    "activations_and_losses.six_pairs": {
        "The best rate is not the same for all": best_rates_differ
    },
    "delta_a.blend_of_images": {
        "One unit's gradient is an image: all images, each times this unit's error": adds_up,
        "The # digits with the largest error at hidden unit # each with that error above it, and, as an # by # image with positive and negative pixels, the sum over all samples: this unit's row of the learner's gradient of A": adds_up,
    },
    "delta_a.outer_products": {
        "The last table, their sum, is the learner's gradient of A": tables_add_up
    },
    "training.rate_map": {
        "the largest learning rate of B explodes everywhere, the smallest nowhere": a_cliff,
        "The loss explodes when B's rate is too large, never by A's alone": a_cliff,
    },
    "gradient.templates": {
        "After # and # steps a ring of positive weights surrounds negative ones": a_ring
    },
    "loss.surface": {
        "Between them, where one weight is # runs a saddle": losses_right,
        "There are two valleys, where a and b have the same sign: one with both positive, one with both negative": losses_right,
        "in the other two corners the loss is high": losses_right,
    },
    "gradient.descent": {
        "Each step leads downhill across the contours": downhill_from_the_start,
        "Left: your path on the landscape of the loss, from the start at the upper left": at_start,
        "The line after # # # … # steps": at_start,
    },
    "gradient.rates": {
        "η = #: too small": walks,
        "η = #: about right": walks,
        "η = #: too large": walks,
        "The one that is too small creeps, and its loss falls slowly": walks,
        "The one about right comes near the minimum": walks,
        "The one too large jumps from one side of the valley to the other, farther out each time, and the loss grows": walks,
        "Three columns, each with a path on the landscape above and the loss over the steps below. η = #: too small; η = #: about right; η = #: too large": walks,
    },
    "chain_rule.costs": {
        "Towards a single number, the output end is cheaper": output_is_cheaper,
        "From the input (solid blue) the price is almost # times that from the output (dashed vermillion)": almost_a_hundred_times,
    },
    "chain_rule.prices_and_times": {
        "From the output both are small beside those from the input": output_is_cheaper,
        "From the output, the same product costs far less": output_is_cheaper,
    },
    "delta_a.costs": {
        "From the output takes the fewest: every other way repeats itself": fewest_products
    },
    "delta_a.stale_B": {
        "Through the updated B, A is told other slopes": stale_differs,
        "Ten times η, ten times the gap": gap_grows,
        "Left, the entries of the gradient of A computed with the old B and with the updated B: crosses lie above or below the squares": stale_differs,
    },
    "gradient.reading": {
        "Right and wrong gradients lie far apart": are_told_apart,
        "right: agrees": right_agrees,
        "sign: differs": sign_differs,
        "rounded: in between": rounded_between,
    },
    "training.cost": {"The larger the network, the more your backward pass saves": gradients_right},
    "delta_b.sum_over_samples": {
        "Every sample adds its own table; their sum is the gradient": sums_for_B,
        "Every sample adds its own table": sums_for_B,
        "their sum is the gradient": sums_for_B,
    },
    "delta_b.only_B_learns": {"A stays random, B learns": B_learns},
    "training.boundaries": {
        "XOR: the boundary bends until it fits": reads_xor,
        "it moves between the two classes": reads_xor,
    },
    "training.batch_sizes": {
        "The same work, cut into more steps, gets further": more_steps_further
    },
    "training.learning_curve": {
        "The loss falls": loss_falls,
        "Images it never saw lag behind": the_test_lags,
    },
    "training.hidden_units": {
        "Before training: noise": like_their_neighbours,
        "Before training they are noise": like_their_neighbours,
        "After: patches for and against": like_their_neighbours,
        "after it neighbouring pixels often have like weights, so that strokes and edges show": like_their_neighbours,
    },
    "training.readings": {"From noise to reading, with your own functions": reads_better},
    "loss.digit_losses": {"The same network, a different loss for every image": all_different},
    "loss.in_order": {"the best of # loss #": finds_one},
    "debugging.symptoms": {
        "grad_A is right": fix_right_for("A"),
        "grad_B is right": fix_right_for("B"),
    },
    "gradient.whole_way": {
        "Formula and nudging agree on the way": formula_right,
        "The gradient points uphill: step the other way": goes_against_the_gradient,
    },
    "deeper_networks.layer_by_layer": {
        "Back: it arrives only with yours": yours_arrives,
        "Right: Back: it arrives only with yours": yours_arrives,
        "Forward: how large the activations are": forward_keeps,
        "Left: Forward: how large the activations are, for each layer, on a logarithmic scale": forward_keeps,
    },
    "deeper_networks.race": {
        "The same data, the same steps; only yours gets there": yours_reads,
        "only yours gets there": yours_reads,
    },
}
"""Claims that a wrong answer may meet as well, and what says from the answers whether it is so."""


# Sentences that claim nothing about what a learner's functions return, or only repeat it in
# numbers (# stands for any number), one a line.

NEUTRAL = {
    "activations_and_losses.let_through": """
        At z = #: tanh #, sigmoid #, ReLU #, leaky ReLU #
        The learner's Δ at a hidden unit that is sent an error of # over its pre-activation, for four activations
    """,
    "activations_and_losses.shares": """
        The learner's softmax of one column as bars, #, #, #, and of the same column raised by # # #
        z raised by #
    """,
    "activations_and_losses.digit_error": """
        An image of a #
        a #
        and the learner's error terms, # for the #
        the shares of its ten outputs, # for the #
    """,
    "activations_and_losses.dead_units": """
        For every hidden ReLU unit the samples for which its pre-activation is above # and how much of the learner's Δ it gets
        Units that fire for no sample: before # after #
        after: dark where z > #
        before: dark where z > #
    """,
    "activations_and_losses.six_pairs": """
        Left: what part of the images set aside is read rightly, over the learning rate, for six pairs of activation and loss
        Right: the test images, each pair at its own best rate, a dot for every seed and a bar for their mean
        The means: sigmoid with squared error #
        tanh with squared error #
        ReLU with squared error #
        sigmoid with cross-entropy #
        tanh with cross-entropy #
        ReLU with cross-entropy #
    """,
    "loss.one_digit": """
        Left: the image of a #
        Right: its ten outputs as dots, from # to #, its targets as squares, all # but one # and a dashed line from each target to its prediction: the error
        sample #: a #
    """,
    "loss.parabola": """
        Three points are marked
        error #: loss #
    """,
    "loss.digit_losses": """
        A histogram of # losses, from # to # with mean #
        below it the four images with the lowest and the four with the highest loss
        The four lowest losses (left) and the four highest
        their mean: #
    """,
    "loss.residuals": """
        as measured: mean loss #
        as measured: mean loss #, the worst sample makes up # % of it
        below, a bar for every sample's loss
        one sign lost: mean loss #
        one sign lost: mean loss #, the worst sample makes up # % of it
        the scale is # times finer than at the right
    """,
    "loss.surface": """
        # dots are scattered over it
        Contour lines of the loss over the weights a and b, both from # to #
    """,
    "loss.search_curves": """
        # digits, # weights, from # to # with # guesses
        # digits: # weights
        The lowest loss found over the number of guesses, both on logarithmic scales, in units of what one and the same answer for all samples gets: points on a line, # weights, from # to # with # guesses
        always the same answer
        points on a line: # weights
        two moons, # weights, from # to # with # guesses
        two moons: # weights
    """,
    "loss.in_order": """
        Three networks on the same thirty points, each as a curve with dashed errors: the first guess, loss #
        the first guess loss #
    """,
    "gradient.error_over_steps": """
        A one-sided chord does the same but gets no better than #
        Error of your slope over the step, both logarithmic
        For a central difference it falls from the left, large steps, to about # near a step of #
        farther to the right, tiny steps, it rises again in a noisy line up to #
    """,
    "gradient.corner": """
        Left: the function max(# w), flat up to # and rising with slope # from there, and a chord around w = # whose left end lies on the flat part
        Right: your slope over the step
        The chord reaches across the corner
        chord with step = #
        true slope
    """,
    "gradient.uphill": """
        Contour lines of the loss over the two weights of a line are ellipses around a minimum near (#, #)
        From a grid of points arrows show your numerical gradients
    """,
    "gradient.cost": """
        Calls of the loss over the number of weights, both logarithmic: the points that were counted, and a straight line, two calls per weight
        Marked on it: a digits network with # weights needs # calls, a million weights need two million
        a million weights # calls
        digits, # hidden units # calls
    """,
    "gradient.descent": """
        Right: the data and the lines that belong to the points of the path, the last one thick
    """,
    "gradient.templates": """
        The # weights of a detector of the digit # drawn as # by # images after # # # steps
        The weights of your detector of a # as pictures
    """,
    "gradient.reading": """
        Relative errors on a logarithmic axis
        Up to # is marked as agreeing, from # as differing
        look closer
    """,
    "gradient.whole_way": """
        Left: your path on the landscape of the line's loss, with your gradients as arrows at its first points
        Right: the relative error between your exact gradient and your numerical one at every point of the path
    """,
    "chain_rule.slope_of": """
        Above, tanh(z) as a solid blue curve with dashed vermillion tangents at seven places
    """,
    "chain_rule.three_slopes": """
        Above, tanh, sigmoid and ReLU in blue with dashed vermillion tangents
        ReLU
        below, their slopes from your functions
        sigmoid
        tanh
    """,
    "chain_rule.composed": """
        Four boxes in a row: x, u = #x + # v = −u², y = exp v
        Solid blue arrows go forward
        The derivative at x is the number from your function
        dashed vermillion arrows come back, each with its local derivative
        dy/du = #
        dy/dv = #
        dy/dx = #
        dy/dy = #
    """,
    "chain_rule.fork_paths": """
        At x = #
        Right, at x = # as bars: # through the factor, # through the x inside tanh, # through the square
    """,
    "chain_rule.scalar_network": """
        At a stands #, at b #, both from your function
        The network as a graph: a and x make z, tanh makes h, b and h make ŷ, minus y makes the error, half its square is L. Solid blue arrows go forward with the values
        dL/dL = #
        dL/da = #
        dL/db = #
        dL/derror = #
        dL/dh = #
        dL/dz = #
        dashed vermillion arrows come back from L with the derivatives
    """,
    "chain_rule.saturation": """
        How far a and b have moved over # steps with your gradients
        z = # at the start: the unit is not saturated
        z = # at the start: the unit is saturated
    """,
    "chain_rule.costs": """
        Layers are # wide and the last value is a single number
        Multiplications from your function against the number of Jacobians, on a logarithmic scale
        from the input
        from the output
    """,
    "chain_rule.prices_and_times": """
        Counted by your function
        Measured here and now
        Two pairs of bars, for the start at the input and at the output: the multiplications counted by your function, and the time measured on this machine
    """,
    "delta_b.error_arrows": """
        Circles of equal loss around a target, six predictions, and at each of them the learner's Δ_B as an arrow
    """,
    "delta_b.one_sample": """
        A table of # times # numbers, the slopes of one sample's loss for the weights of B. On its left stands the output error, above it the hidden activations
        its hidden activations
        slopes of the loss for each weight of B, found by nudging
    """,
    "delta_b.sum_over_samples": """
        # tables of # times # numbers, one per sample, and one for all samples together, all computed by the learner's gradient_B
        all samples: grad_B (# #)
    """,
    "delta_b.agreement": """
        the differences as an image
        the learner's # derivatives over the numerical ones, with the diagonal
    """,
    "delta_b.sure_and_wrong": """
        At the two predictions the latter is # and #
        Left: the sigmoid with two predictions for target # an unsure one at # and a sure and wrong one at #
        Two predictions, target # for both
        sure, and wrong: ŷ = #
        the learner's delta_B and delta_B_sigmoid over the pre-activation
    """,
    "delta_b.along_the_step": """
        Right: the predicted line after one step with the learning rates #, #, # # among the data points
        a: η = #
        b: η = #
        before the step
        c: η = #
        d: η = #
        dashed before
        the loss after one step as a function of the learning rate, # before the step
    """,
    "delta_b.only_B_learns": """
        Left: the loss goes from # to # while only B is changed
        One image of a #: its ten outputs
        Right: the ten outputs for an image of a # before and after
        after, the output # is the largest
    """,
    "delta_b.whole_step": """
        Above, the forward pass: B times H gives Y_hat
        Below, from right to left: the learner's delta, gradient of B and new B after a step of #
        The loss goes from # to #
        The output layer, forward and back: the loss goes from # to #
        compared with Y
        delta: your delta_B(Y_hat, Y)
        your gradient_B(delta, H)
    """,
    "delta_a.same_weights": """
        Forward: h goes out along the weights
        Left, solid arrows carry the activations to the outputs
        Right, dashed arrows along the same lines carry the output errors to the hidden units, with the blame that the learner's error_at_hidden computes: #, #, #, #
        Two drawings of # hidden units and # outputs with all weights between them, thicker where the weight is larger, each with its value
    """,
    "delta_a.beside_Z": """
        Three matrices of # hidden units times # samples as tiles with numbers: Z, the error at H, and the learner's Delta_A. The # entries where |z| is above # are outlined
        error at H (# #)
    """,
    "delta_a.ten_times_A": """
        A as it is
        Half of them receive at least # % with A times # # % with A times # # % with A times #
        Three falling curves: the share of the error that gets from H to Z, sorted over all hidden units and samples
    """,
    "delta_a.outer_products": """
        For each of # samples a table of # times # numbers, with the sample's error as a column on its left and its input as a row above it
    """,
    "delta_a.agreement": """
        A curve on logarithmic axes: the distance between the learner's gradient of A and central differences
        For a right gradient it is shaped like a V, lowest for steps near a hundred-thousandth
        wider steps miss the bend, narrower ones drown in rounding
    """,
    "delta_a.stale_B": """
        Right, on logarithmic axes, their distance over the learning rate, from # at # to # at #
    """,
    "delta_a.both_learn": """
        A learns too: # of # new images read wrongly
        Two curves of the loss on digits over # steps of the learner's step_both, with B learning alone and with both layers
        only B learns: # of # new images read wrongly
    """,
    "delta_a.costs": """
        Bars on a logarithmic axis, multiplications needed for the gradient of A: nudging: #
        from the input: #
        yours: #
    """,
    "delta_a.whole_pass": """
        All arrays as tiles
        At the bottom the learner's gradients: grad_B from Delta_B and H, grad_A from Delta_A and X
        In the middle, from right to left, Delta_B (# #) and Delta_A (# #)
        On top, from left to right, X (# #), Z (# #), H (# #) and Y_hat (# #)
        back through B,
        through the slope of tanh
    """,
    "training.kept": """
        # images of digits in a row
    """,
    "training.agreement": """
        # weights of A
        # weights of B
    """,
    "training.cost": """
        Time for one gradient against the number of weights, both axes logarithmic, by nudging every weight (two forward passes each) and by one forward and backward pass
        for the largest network nudging takes # times as long, for the smallest # times
    """,
    "training.directions": """
        Angles between the gradients of random batches and the gradient of all images
        Medians: #° for batches of # #° for batches of # #° for batches of # #° for batches of #
        at a right angle: no help
    """,
    "training.dealt": """
        # rows, one per epoch: the numbers of # samples, cut into batches of # each row in the order in which your function deals them
    """,
    "training.rate_map": """
        A map of the loss after # epochs over the learning rates of A and B, both logarithmic, with a circle at the lowest loss and crosses where it has exploded
    """,
    "training.boundaries": """
        Read correctly in the test: #%, #%, #%
        XOR, # pictures of the plane side by side, at epochs # # #: the colour is the network's output, the black line where it is one half
        epoch #
    """,
    "training.batch_sizes": """
        After the last epoch: # for # # for # # for #
        The loss over the epochs for three batch sizes
    """,
    "training.learning_curve": """
        Left: the loss over # epochs, from # to #
        Right: images read correctly
        before training: #%
        in the end #% of the training images and #% of the test images
    """,
    "training.hidden_units": """
        The weights of # hidden units as images of # by # positive orange and negative purple, before training and after it
    """,
    "deeper_networks.there_and_back": """
        Above, # matrices of tiles with numbers, as forward returns them: X, the hidden layers, and the predictions
        Below each layer the matrix of its error terms, as deltas returns them
    """,
    "deeper_networks.agreement": """
        One picture for each of # weight matrices: the slopes from the learner's functions against those by nudging, and the diagonal
        W₁: #
        W₂: #
        W₃: #
    """,
    "deeper_networks.savings": """
        Two curves over the number of layers, by the learner's counts: with each error term computed anew # million multiplications in the end, with each made from the one behind # million
        each Δ anew from the output: #
        each Δ from the one behind: #
    """,
    "deeper_networks.clock": """
        Measured time against the number of layers, both axes logarithmic: calling the learner's function anew for every layer, and once for all
    """,
    "deeper_networks.layer_by_layer": """
        At the first layer the error is, measured by that at the output, small: # times
        the error terms of each layer on a logarithmic scale
        yours: # times
    """,
    "deeper_networks.race": """
        The loss over the epochs, on a logarithmic scale
        The same data, the same steps
        small: loss #, # % of new images read
        yours: loss #, # % of new images read
    """,
    "training.readings": """
        # test images, and below each what the network reads in it epoch #: #% right
        epoch #: #% right
    """,
    "debugging.symptoms": """
        grad_A
        grad_B
        how far off
        For each gradient its entries against those by nudging, with the line on which equal ones lie, and a table of how far off each entry is
    """,
    "debugging.slope_used": """
        The factor between the error at H and the error at Z over z from # to # dashed, beside the slope of tanh
    """,
    "debugging.trains_beside": """
        The loss over # steps on # images of digits, from the same start, with the planted gradient dashed and with that of fix_#
        New images read: #% and #%
        new images read: #% with the bug, #% with fix_#
    """,
    "debugging.verdicts": """
        a single sample
        an ordinary one
        no error for A
        both are N times too large
        both are all zero
        everything has the wrong sign
        one entry is nan
        one entry is wrong, by a hundredth of the largest
        only the gradient of A is wrong
        only the gradient of B is wrong
        the gradient of A has its axes exchanged
        the right entries of B, at other places
        tiny gradients, twice as large as they should be
        Misses: # of #
        False alarms: # of #
        Misses: # of # False alarms: # of #
        A table of fifteen backward passes and what your function says of each
    """,
}


@cache
def on_solutions(picture):
    """Return the answers that are right, and wrong ones by name for every function in a picture."""
    notebook, names = notebook_of(picture), PICTURES[picture].answers.split()
    right, wrong = answers(notebook), {}
    turn = list(PICTURES).index(picture)
    for name in names:
        for code, function in wrong_functions(notebook, name, 3 if len(names) == 1 else 2):
            wrong[f"{name}: {code}"] = answers(notebook, **{name: function})
        wrong[f"{name}: nan"] = answers(notebook, **{name: nowhere(getattr(right, name))})
    name, manner = names[turn % len(names)], list(MISBEHAVING)[turn % len(MISBEHAVING)]
    spoilt = MISBEHAVING[manner](getattr(right, name))
    wrong[f"{name}: {manner}"] = answers(notebook, **{name: spoilt})
    return right, wrong


def test_no_picture_of_any_notebook_is_forgotten():
    for notebook in NOTEBOOKS.values():
        module = getattr(figures, notebook.module)
        public = {
            name
            for name, value in vars(module).items()
            if callable(value)
            and not name.startswith("_")
            and not isinstance(value, type)
            and getattr(value, "__module__", "") == module.__name__
        }
        listed = {
            name.split(".")[1].split()[0]
            for name in PICTURES
            if name.startswith(f"{notebook.module}.")
        }
        assert public == listed | set(OTHERS.get(notebook.module, "").split()), notebook.name


@pytest.mark.filterwarnings("ignore::RuntimeWarning:matplotlib")  # of nan and infinity
@pytest.mark.parametrize("picture", PICTURES)
def test_no_picture_of_a_wrong_answer_claims_what_is_not_so(picture, page):
    given, wrong = on_solutions(picture)
    right = draw(picture, given, page)
    assert right is not None
    assert not any("Nothing can be drawn" in text for text in right.sentences())
    neutral = {line.strip() for line in NEUTRAL.get(picture, "").splitlines()} - {""}
    said = neutral | SO.get(picture, {}).keys()
    assert said <= right.sentences(), f"listed, but not said: {said - right.sentences()}"
    shows = False
    for name, other in wrong.items():
        drawn = draw(picture, other, page)
        if drawn is None or drawn.looks_like(right):
            continue
        shows = True
        for claim in (drawn.sentences() & right.sentences()) - neutral:
            so = SO.get(picture, {}).get(claim)
            assert so, f"on {name} it still says: {claim}"
            assert so(other), f"on {name} it says what is not so: {claim}"
    assert shows, "no wrong answer changes what this picture shows"


class Broken:
    def __array__(self, dtype=None, copy=None):
        raise ValueError("no array")


@pytest.mark.parametrize(
    "mine",
    [None, "?", True, [[1.0, 2.0], [3.0]], [1.0, np.nan], [1.0, np.inf], [1.0], [1j, 2j], Broken()],
)
def test_what_is_no_array_of_the_right_shape_is_not_right_and_no_error(mine):
    assert not honest.agrees(mine, np.array([1.0, 2.0]))


def test_booleans_are_not_the_numbers_they_equal():
    assert not honest.agrees(np.array([False, True]), np.array([0.0, 1.0]))


@pytest.mark.parametrize("mine", [np.array([1.0, 2.0]), [1, 2], np.float32([1.00003, 2])])
def test_right_numbers_are_right_in_a_list_and_in_single_precision(mine):
    assert honest.agrees(mine, np.array([1.0, 2.0]))


def test_a_claim_needs_numbers_nearer_than_any_picture_shows():
    assert honest.agrees(1 + 0.9e-4, 1.0)
    assert not honest.agrees(1 + 1.1e-4, 1.0)


def test_blind_search_by_a_slow_but_right_function_is_drawn_to_its_last_guess(page):
    given = answers("01_loss")

    def slow(candidates, X, Y):
        time.sleep(0.01 * len(candidates))
        return given.best_guess(candidates, X, Y)

    figures.loss.search_curves(slow, given.network_loss, seconds=0.6)
    figures.loss.search_curves(given.best_guess, given.network_loss, seconds=60)
    cut, whole = page
    assert cut.alt == whole.alt
    assert cut.alt.count("with 1,000 guesses") == 3
    assert cut.looks_like(whole)


def test_where_blind_search_goes_wrong_no_guess_is_claimed_that_was_not_made(page):
    def slow(candidates, X, Y):
        time.sleep(0.002 * len(candidates))
        return len(candidates) - 1

    figures.loss.search_curves(slow, network.network_loss, seconds=0.9)
    assert "1,000" not in page[0].alt.replace("1,000 weights", "")
    assert any("Not to be trusted" in text for text in page[0].sentences())


def test_a_walk_that_leaps_across_the_valley_is_not_called_about_right(page):
    given = answers("02_gradient")
    walk = (given.gradient_descent, on_line(given), line_loss, START)
    figures.gradient.rates(*walk, [0.35, 0.45, 0.55], 12)
    assert "η = 0.35: about right; η = 0.45: about right; η = 0.55: from side" in page[0].alt
    assert "The one from side to side" in page[0].alt


def test_the_map_claims_no_more_of_the_two_rates_than_its_crosses_show(page):
    given = answers("06_training")
    rates = (0.01, 0.1, 1, 10, 100, 1000), (0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3)
    rng = np.random.default_rng(1)
    A, B = rng.normal(0, 1, (6, 3)), rng.normal(0, 0.5, (1, 6))
    figures.training.rate_map(given.train, A, B, MOONS.X, MOONS.Y, *rates)
    places = [text.get_position() for text in page[0].figure.axes[0].texts]
    crosses = {(round(y), round(x)) for x, y in places}
    assert {(row, 7) for row in range(6)} < crosses, "the last column of B"
    assert any(column == 6 for _, column in crosses), "further left"
    assert not any(column == 0 for _, column in crosses)
    title = "The loss explodes when B's rate is too large, never by A's alone"
    assert title in page[0].sentences()
    assert "where A's is large, it explodes at smaller rates of B" in page[0].alt


def test_a_backward_that_computes_a_product_twice_repeats_itself(page):
    counts = {"nudging": 10**8, "from the input": 10**6}
    claim = "From the output takes the fewest: every other way repeats itself"
    for yours, said in ((100, claim), (120, "Your backward repeats itself"), (80, "not counted")):
        figures.delta_a.costs({**counts, "yours": yours}, needed=100)
        assert any(said in text for text in page[-1].sentences())
