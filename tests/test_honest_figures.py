"""Every picture, drawn on wrong answers: it never claims what is not so, and never breaks down.

A picture is drawn on the solutions and on wrong answers: the formulas of the known mistakes, and
functions that raise or return what no picture can be made of. Where a wrong answer changes what is
drawn, every sentence that stays as it was on the right one (in titles, alt text and the words
inside the picture) must be so all the same. It may be because the sentence claims nothing about
what the learner's functions return, and stands in `ALWAYS`; or because the wrong answer behaves as
the sentence says, which the picture's own test in `PICTURES` establishes by other means.
"""

import inspect
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from types import FunctionType, SimpleNamespace
from typing import Any

import numpy as np
import pytest

from bplib import datasets, derivatives, figures, network
from bplib.course import NOTEBOOKS, find
from bplib.course.mistakes import known
from bplib.figures import honest
from tests.mutants import answer_cells

DIGITS, LINE, MOONS, XOR = datasets.digits(), datasets.noisy_line(), datasets.two_moons(), datasets.xor()
LINE_0 = datasets.noisy_line(intercept=0.0)
RNG = np.random.default_rng(5)
A, B = RNG.normal(0, 1, (4, 3)), RNG.normal(0, 1, (2, 4))
X, Y = np.vstack([RNG.normal(0, 1, (2, 6)), np.ones(6)]), RNG.normal(0, 1.5, (2, 6))
Z, H, Y_HAT = network.forward(A, B, X)
DELTA_B = derivatives.gradient(lambda P: network.mean_loss(P, Y), Y_HAT)
DELTA_A = derivatives.gradient(lambda P: network.mean_loss(B @ np.tanh(P), Y), Z)
A_DIGITS, B_DIGITS = RNG.normal(0, 0.15, (20, 65)), RNG.normal(0, 0.1, (10, 20))
IMAGES, TARGETS = DIGITS.X[:, :60], DIGITS.Y[:, :60]
Z_IMAGES, H_IMAGES, READ = network.forward(A_DIGITS, B_DIGITS, IMAGES)
DELTA_IMAGES = derivatives.gradient(lambda P: network.mean_loss(P, TARGETS), READ)
A_MOONS, B_MOONS = RNG.normal(0, 1, (6, 3)), RNG.normal(0, 0.5, (1, 6))
GUESSES = [(RNG.normal(0, 1, (3, 2)), RNG.normal(0, 1, (1, 3))) for _ in range(100)]
PAIRS = [(np.array([[a, 0.0]]), np.array([[b]])) for a, b in RNG.uniform(-3, 3, (50, 2))]
START = np.array([-0.8, 1.2])
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
    so : mapping of str to callable
        For claims that a wrong answer may meet as well: the sentence and, from the answers, whether
        it is so.
    """

    answers: str
    arguments: Callable[[Any], tuple[Any, ...]]
    so: Mapping[str, Callable[[Any], bool]] = field(default_factory=dict)


PICTURES = {
    "loss.random_networks": Picture("predict", lambda f: (f.predict,)),
    "loss.one_digit": Picture(
        "predict", lambda f: (f.predict, A_DIGITS, B_DIGITS, IMAGES, TARGETS, 4)
    ),
    "loss.parabola": Picture("sample_losses", lambda f: (f.sample_losses,)),
    "loss.digit_losses": Picture(
        "sample_losses", lambda f: (f.sample_losses(READ, TARGETS), IMAGES, DIGITS.labels)
    ),
    "loss.residuals": Picture(
        "predict sample_losses mean_loss",
        lambda f: (
            *(f.predict, f.sample_losses, f.mean_loss, np.array([[0.1, 0.0625]])),
            *(np.array([[8.0]]), LINE, np.where(LINE.Y == LINE.Y.max(), -LINE.Y, LINE.Y)),
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
        "best_guess network_loss", lambda f: (f.best_guess, f.network_loss, 1)
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
        lambda f: (f.gradient_descent(on_line(f), START, 0.35, 20), line_loss, LINE.X[0], Y_LINE),
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
        "forward backward", lambda f: (f.forward, f.backward, A_DIGITS, B_DIGITS, DIGITS.X, DIGITS.Y)
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
    "training.batch_sizes": Picture("train", lambda f: (race(f), 200)),
    "training.learning_curve": Picture("train forward", lambda f: course_of_training(f)[:3]),
    "training.hidden_units": Picture("train", lambda f: (A_DIGITS, trained(f, 2)[0], 10)),
    "training.readings": Picture(
        "train forward",
        lambda f: (DIGITS.X_test[:, :9], DIGITS.labels_test[:9], course_of_training(f)[3]),
    ),
}
"""Every picture that is drawn on what a learner wrote."""

OTHERS = {
    "loss": "images_and_targets forward_pass",
    "gradient": "chords",
    "chain_rule": "activations graph worked_chain worked_fork scalar_forward two_ends summary",
    "delta_b": "forward loss_of_one_prediction",
    "delta_a": "forward_pass one_unit saturation multiplications",
    "training": "beside_pseudocode",
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
    images, targets = DIGITS.X[:, :200], DIGITS.Y[:, :200]
    return f.train(A_DIGITS, B_DIGITS, images, targets, 0.1, 0.03, epochs, batch_size, rng)


def race(f):
    return {size: trained(f, 4, size)[2] for size in (200, 50, 10)}


def course_of_training(f):
    losses, in_training, in_test, stages = [], [], [], {}
    for epochs in (0, 4, 16):
        A, B, history = trained(f, epochs, 10)
        losses.append(history[-1])
        read = f.forward(A, B, DIGITS.X_test)[2].argmax(axis=0)
        in_test.append(float(np.mean(read == DIGITS.labels_test)))
        read_here = f.forward(A, B, DIGITS.X[:, :200])[2].argmax(axis=0)
        in_training.append(float(np.mean(read_here == DIGITS.labels[:200])))
        stages[f"epoch {epochs}"] = read[:9]
    return losses, in_training, in_test, stages


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


BATCHES = (not_shuffled, last_batch_dropped, with_replacement, the_same_every_time)


MOST = 8
"""How many of an exercise's mistakes are drawn in each picture, taken evenly from all of them."""


def wrong_functions(notebook, name):
    """Yield wrong answers to an exercise, one for every mistake that is known of it."""
    right = getattr(answers(notebook), name)
    if name == "minibatches":
        yield from ((function.__name__, function) for function in BATCHES)
    rows = known(find(name, notebook=notebook))
    for row in rows[:: -(-len(rows) // MOST) or 1]:
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


MISBEHAVING = {
    "raises": raises,
    "returns None": lambda right: lambda *arguments, **options: None,
    "a shape too many": each(lambda part: part[np.newaxis]),
    "an entry too many": each(lambda part: np.concatenate([part.ravel(), [1.0]])),
    "nan": each(lambda part: part * np.nan),
    "infinite": each(lambda part: part + np.inf),
    "lists": each(lambda part: part.tolist()),
    "booleans": each(lambda part: part > 0),
    "words": each(lambda part: "?"),
}


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
        return {re.sub(r"[−-]?\d[\d,]*\.?\d*(e[−-]?\d+)?", "#", text) for text in said}

    def numbers(self) -> list[np.ndarray]:
        shown = []
        for axes in self.figure.axes:
            shown += [np.asarray(line.get_xydata(), dtype=float) for line in axes.lines]
            shown += [np.asarray(patch.get_window_extent().extents) for patch in axes.patches]
            shown += [np.asarray(image.get_array(), dtype=float) for image in axes.images]
            for drawn in axes.collections:
                shown += [path.vertices for path in drawn.get_paths()]
                shown += [getattr(drawn, part) for part in ("U", "V") if hasattr(drawn, part)]
            texts = "".join(text.get_text() for text in axes.texts).replace("−", "-")
            shown.append(np.array([float(n) for n in re.findall(r"-?\d+\.?\d*", texts)]))
        return shown

    def looks_like(self, other: "Drawn") -> bool:
        pairs = list(zip(self.numbers(), other.numbers(), strict=False))
        if len(self.numbers()) != len(other.numbers()):
            return False
        return all(a.shape == b.shape and np.allclose(a, b, rtol=1e-3, equal_nan=True) for a, b in pairs)


@pytest.fixture
def page(monkeypatch):
    """Return what shows a picture, as a notebook's page would, and keeps it."""
    shown: list[Drawn] = []

    def show(figure, alt):
        figure.draw_without_rendering()
        shown.append(Drawn(figure, alt))

    for notebook in NOTEBOOKS.values():
        monkeypatch.setattr(getattr(figures, notebook.module), "show", show)
    monkeypatch.setattr(honest, "show", show)
    return shown


def draw(picture, given, page):
    """Draw a picture on some answers; None where the answers give nothing to draw."""
    module, name = picture.split()[0].split(".")
    try:
        with np.errstate(all="ignore"):
            arguments = PICTURES[picture].arguments(given)
    except Exception:  # the cell that makes what is drawn fails before there is a picture
        return None
    page.clear()
    try:
        getattr(getattr(figures, module), name)(*arguments)
    except ValueError as error:
        if not re.search(r"see what check\(\w+\) says", str(error)):
            raise
        return None
    return page[0] if page else None
