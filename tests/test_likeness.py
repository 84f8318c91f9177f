"""Before the values are only called wrong: what they are like, the same at every draw."""

import numpy as np
import pytest

from bplib.checking import call, judge
from bplib.checking.calls import compared
from bplib.checking.likeness import alike, combined
from bplib.course import find
from bplib.finding import CODES


def delta(Y_hat, Y):
    return (Y_hat - Y) / Y.shape[1]


def slid(Y_hat, Y):
    D = np.zeros(Y.shape)
    for n in range(1, Y.shape[1]):
        D[:, n] = delta(Y_hat, Y)[:, n - 1]
    return D


def loss(Y_hat, Y):
    return float(np.sum((Y_hat - Y) ** 2) / (2 * Y.shape[1]))


def sample_losses(Y_hat, Y):
    return np.sum((Y_hat - Y) ** 2, axis=0) / 2


WRONG = [
    ("delta_B", "reversed-order", lambda P, Y: delta(P, Y)[:, ::-1]),
    ("delta_B", "shifted-entries", lambda P, Y: np.roll(delta(P, Y), 1, axis=1)),
    ("delta_B", "shifted-entries", slid),
    ("delta_B", "permuted-entries", lambda P, Y: delta(P, Y).T.reshape(Y.shape)),
    ("delta_B", "clipped", lambda P, Y: np.clip(delta(P, Y), -0.2, 0.2)),
    ("delta_B", "through-a-function", lambda P, Y: np.tanh(delta(P, Y))),
    ("delta_B", "through-a-function", lambda P, Y: -np.exp(delta(P, Y))),
    ("delta_B", "times-1-over-root-n", lambda P, Y: delta(P, Y) / np.sqrt(Y.shape[1])),
    ("delta_B", "constant-added", lambda P, Y: delta(P, Y) + 0.1),
    ("sample_losses", "permuted-entries", lambda P, Y: np.sort(sample_losses(P, Y))),
    ("mean_loss", "constant-added", lambda P, Y: loss(P, Y) + 1),
    ("mean_loss", "through-a-function", lambda P, Y: float(np.log(loss(P, Y)))),
]


def verdicts(name, function, draws):
    exercise = find(name)
    for seed in range(draws):
        probe = exercise.probe(np.random.default_rng(seed))
        yield judge(probe, call(function, probe))


@pytest.mark.parametrize(("name", "code", "function"), WRONG)
def test_what_a_wrong_result_is_like_has_one_name_at_every_draw(name, code, function):
    assert {verdict.code for verdict in verdicts(name, function, 20)} == {code}


@pytest.mark.parametrize(("name", "code", "function"), WRONG)
def test_it_has_the_same_name_in_single_precision(name, code, function):
    def short(P, Y):
        result = np.asarray(function(P, Y), dtype=np.float32)
        return result if result.ndim else float(result)

    assert {verdict.code for verdict in verdicts(name, short, 5)} == {code}


def test_every_such_name_is_documented():
    assert {code for _, code, _ in WRONG if not code.startswith("times-")} <= set(CODES)


def test_one_of_two_results_is_named():
    def update(A, B, grad_A, grad_B, learning_rate_A, learning_rate_B):
        return (A - learning_rate_A * grad_A)[::-1], B - learning_rate_B * grad_B

    (verdict,) = verdicts("update", update, 1)
    assert verdict.code == "reversed-order"
    assert verdict.findings[0].says.startswith("In A, the numbers are right")


def made(name, function):
    exercise = find(name)
    probe = exercise.probe(np.random.default_rng(0))
    outcomes = call(function, probe).outcomes
    pairs = zip(probe.cases, outcomes, strict=True)
    return exercise, [compared(exercise, *pair) for pair in pairs if pair[0].values]


def test_a_sum_of_arguments_is_told_with_its_numbers():
    exercise, calls = made("delta_B", lambda P, Y: 2 * P + Y)
    assert combined(exercise, calls).says == "Every entry is 2 times Y_hat plus Y."


def test_a_wrong_result_that_is_like_nothing_gets_no_name():
    rng = np.random.default_rng(0)
    exercise, calls = made("delta_B", lambda P, Y: rng.normal(size=Y.shape))
    assert alike(exercise, calls) is None
    assert combined(exercise, calls) is None


def test_a_likeness_at_one_call_only_is_not_told():
    def delta_b(P, Y):
        return delta(P, Y)[:, ::-1] if Y.shape[1] % 2 else delta(P, Y) * 1.5 + Y**2

    exercise, calls = made("delta_B", delta_b)
    assert len({call.truth.shape[1] % 2 for call in calls}) == 2
    assert alike(exercise, calls) is None


@pytest.mark.parametrize(
    ("function", "text"),
    [
        (lambda x: x * x, "the square"),
        (lambda x: x * x * x, "the third power"),
        (lambda x: x**0.5, "the root"),
        (lambda x: x**-1, "one over the right one"),
        (lambda x: 1 - x, "1 minus"),
        (np.sin, "the sine"),
        (np.cos, "the cosine"),
        (lambda x: np.tanh(x / 2) / 2 + 0.5, "the sigmoid"),
        (lambda x: float(int(x)), "rounded down"),
    ],
)
def test_the_function_that_was_applied_is_said(function, text):
    exercise, calls = made("mean_loss", lambda P, Y: float(function(loss(P, Y))))
    says = alike(exercise, calls).says
    assert text in says
    assert says.startswith("The result is")


def test_what_is_added_is_the_same_everywhere():
    def uneven(P, Y):
        return delta(P, Y) + 0.1 + np.arange(Y.size).reshape(Y.shape) ** 2

    exercise, calls = made("delta_B", uneven)
    assert alike(exercise, calls) is None
