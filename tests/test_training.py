"""The checks of training: many results are right there, and some wrong ones look right."""

from collections import Counter

import numpy as np
import pytest

from bplib.checking import call, judge
from bplib.checking.call import built
from bplib.course import find
from bplib.course.training.exercises import (
    _case_of_separate_samples,
    _deals,
    _ends,
    _paths,
    _train,
)
from bplib.course.training.mistakes import MISTAKES

NOTEBOOK = "06_training"

RIGHT = """
import numpy as np

def forward(A, B, X):
    Z = A @ X
    return Z, np.tanh(Z), B @ np.tanh(Z)

def backward(B, X, Z, H, Y_hat, Y):
    delta = (Y_hat - Y) / Y.shape[1]
    return (B.T @ delta * (1 - H**2)) @ X.T, delta @ H.T

def update(A, B, grad_A, grad_B, learning_rate_A, learning_rate_B):
    return A - learning_rate_A * grad_A, B - learning_rate_B * grad_B

def minibatches(N, batch_size, rng):
    order = rng.permutation(N)
    return [order[start : start + batch_size] for start in range(0, N, batch_size)]

def train(A, B, X, Y, learning_rate_A, learning_rate_B, epochs, batch_size, rng):
    A, B = A.copy(), B.copy()
    def loss():
        return 0.5 * np.mean(np.sum((forward(A, B, X)[2] - Y) ** 2, axis=0))
    losses = [loss()]
    for _ in range(epochs):
        for batch in minibatches(X.shape[1], batch_size, rng):
            Z, H, Y_hat = forward(A, B, X[:, batch])
            grad_A, grad_B = backward(B, X[:, batch], Z, H, Y_hat, Y[:, batch])
            A, B = update(A, B, grad_A, grad_B, learning_rate_A, learning_rate_B)
        losses.append(loss())
    return A, B, losses
"""


def _notebook(*changes: tuple[str, str]) -> dict:
    source = RIGHT
    for old, new in changes:
        assert old in source
        source = source.replace(old, new)
    namespace: dict = {}
    exec(source, namespace)
    return namespace


def _verdict(function, seed=0):
    probe = find(function.__name__, notebook=NOTEBOOK).probe(np.random.default_rng(seed))
    return judge(probe, call(function, probe))


@pytest.mark.parametrize(
    ("helper", "change"),
    [
        ("forward", ("np.tanh(Z), B @ np.tanh(Z)", "Z, B @ Z")),
        ("backward", (" / Y.shape[1]", "")),
        ("backward", ("(1 - H**2)", "(1 - H)")),
        ("update", ("A - learning_rate_A", "A + learning_rate_A")),
        ("minibatches", ("range(0, N, batch_size)", "range(0, N - batch_size + 1, batch_size)")),
        ("minibatches", ("rng.permutation(N)", "np.arange(N)")),
    ],
)
def test_a_right_train_counts_though_an_earlier_answer_is_wrong(helper, change):
    namespace = _notebook(change)
    assert not _verdict(namespace[helper]).right
    verdict = _verdict(namespace["train"])
    assert verdict.right
    assert any(helper in note for note in verdict.notes)


def test_a_wrong_train_is_not_saved_by_wrong_helpers():
    namespace = _notebook(
        ("A - learning_rate_A", "A + learning_rate_A"), ("losses = [loss()]", "losses = []")
    )
    verdict = _verdict(namespace["train"])
    assert not verdict.right


@pytest.mark.parametrize("name", MISTAKES)
def test_every_known_mistake_shows_in_the_calls_where_mistakes_are_looked_for(name):
    exercise = find(name, notebook=NOTEBOOK)
    for seed in range(5):
        cases = [c for c in exercise.probe(np.random.default_rng(seed)).cases if c.values]
        for mistake in MISTAKES[name]:
            shows = []
            for case in cases:
                given = tuple(map(built, case.arguments))
                truth, wrong = exercise.truth(*given), mistake.formula(*given)
                shows += [
                    np.shape(a) != np.shape(b) or not np.allclose(a, b, rtol=1e-6, atol=1e-9)
                    for a, b in zip(wrong, truth, strict=True)
                    if a is not None
                ]
            assert any(shows), f"{mistake.name} equals the right answer"


def test_every_order_of_so_few_samples_is_tried():
    assert len(list(_deals((0, 1, 2, 3), 2))) == 6
    assert len(list(_deals((0, 1, 2), 2))) == 3
    assert len(list(_deals((0, 1, 2), 1))) == 6
    for batches in _deals((0, 1, 2), 2):
        assert Counter(np.concatenate(batches).tolist()) == Counter([0, 1, 2])


def test_samples_that_are_drawn_apart_tell_in_which_batches_they_were():
    for seed in range(5):
        A, B, X, Y, rate_A, rate_B, epochs, batch_size, _ = _case_of_separate_samples(
            np.random.default_rng(seed)
        ).arguments
        assert rate_B == 0
        ends = _ends(_paths(A, B, X, Y, rate_A))
        for draw in range(5):
            trained = _train(
                A, B, X, Y, rate_A, rate_B, epochs, batch_size, np.random.default_rng(draw)
            )[0]
            for k in range(X.shape[1]):
                fits = [way for way, end in ends.items() if np.allclose(end[:, k], trained[:, k])]
                assert len(fits) == 1


def test_float32_training_is_right_and_a_hundredth_more_of_learning_rate_is_not():
    namespace = _notebook(
        ("A, B = A.copy(), B.copy()", "A, B, X, Y = (np.float32(M) for M in (A, B, X, Y))"),
    )
    assert all(_verdict(namespace["train"], seed).right for seed in range(5))
    namespace = _notebook(
        ("update(", "step("), ("learning_rate_A * grad_A", "1.01 * learning_rate_A * grad_A")
    )
    assert not any(_verdict(namespace["train"], seed).right for seed in range(5))
