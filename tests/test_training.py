"""The checks of training: many results are right there, and some wrong ones look right."""

from collections import Counter

import numpy as np
import pytest

from bplib.checking import verdict_on
from bplib.course.training.exercises import (
    TRAIN,
    _case_of_separate_samples,
    _deals,
    _ends,
    _paths,
    _train,
    _trained,
)

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
    return verdict_on(function, NOTEBOOK, np.random.default_rng(seed))


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


def _dealt(*orders):
    """Return the result of training on samples that are told apart, epoch by epoch in an order."""
    A, B, X, Y, rate_A, rate_B, _, batch_size, _ = SEPARATE
    deals = [(order[:batch_size], order[batch_size:]) for order in orders]
    return list(_trained(A, B, X, Y, (rate_A, rate_B), deals))


def _with(result, part, change):
    return [value + change if i == part else value for i, value in enumerate(result)]


SEPARATE = _case_of_separate_samples(np.random.default_rng(3)).arguments
IN_ORDER = np.arange(25)
ONE, TWO, THREE = (np.random.default_rng(seed).permutation(25) for seed in range(3))
ONE_SAMPLE = 1e-3 * (IN_ORDER == 7)


@pytest.mark.parametrize(
    ("code", "result", "drawn"),
    [
        ("", _dealt(ONE, TWO, THREE), True),
        ("rng-not-used", _dealt(ONE, TWO, THREE), False),
        ("not-shuffled", _dealt(IN_ORDER, IN_ORDER, IN_ORDER), True),
        ("shuffled-only-once", _dealt(ONE, ONE, ONE), True),
        ("first-epoch-not-shuffled", _dealt(IN_ORDER, ONE, TWO), True),
        ("not-shuffled-in-every-epoch", _dealt(ONE, TWO, TWO), True),
        ("sample-not-used-once-in-each-epoch", _with(_dealt(ONE, TWO, THREE), 0, ONE_SAMPLE), True),
        ("losses-of-batches", _with(_dealt(ONE, TWO, THREE), 2, [0, 0, 0.1, 0]), True),
        ("moves-at-learning-rate-0", _with(_dealt(ONE, TWO, THREE), 1, 1e-3), True),
        (
            "wrong-batch-sizes",
            [_paths(*SEPARATE[:5])[13, 13, 13], *_dealt(ONE, TWO, THREE)[1:]],
            True,
        ),
    ],
)
def test_what_separate_samples_tell_of_the_shuffling(code, result, drawn):
    found = TRAIN.examine(SEPARATE, (*SEPARATE[:8], drawn), result, _dealt(ONE, TWO, THREE))
    assert (found.code if found else "") == code


@pytest.mark.parametrize(
    ("code", "changes"),
    [
        (
            "weights-off-after-several-steps",
            [("losses.append(loss())", "losses.append(loss()); learning_rate_A *= 0.9")],
        ),
        (
            "fits-no-order-of-the-samples",
            [("minibatches(X.shape[1]", "longer(X.shape[1]")],
        ),
        (
            "batches-of-another-size",
            [("minibatches(X.shape[1], batch_size", "minibatches(X.shape[1], smaller(batch_size)")],
        ),
    ],
)
def test_a_slip_in_the_loop_is_at_least_described(code, changes):
    namespace = _notebook(*changes)

    def longer(N, batch_size, rng):
        order = rng.permutation(N)
        return [order[start : start + batch_size + 1] for start in range(0, N, batch_size)]

    namespace |= {"longer": longer, "smaller": lambda size: 2 if size == 3 else size}
    assert {_verdict(namespace["train"], seed).code for seed in range(3)} == {code}


def test_float32_training_is_right_and_a_hundredth_more_of_learning_rate_is_not():
    namespace = _notebook(
        ("A, B = A.copy(), B.copy()", "A, B, X, Y = (np.float32(M) for M in (A, B, X, Y))"),
    )
    assert all(_verdict(namespace["train"], seed).right for seed in range(5))
    namespace = _notebook(
        ("update(", "step("), ("learning_rate_A * grad_A", "1.01 * learning_rate_A * grad_A")
    )
    assert not any(_verdict(namespace["train"], seed).right for seed in range(5))
