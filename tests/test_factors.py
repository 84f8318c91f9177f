"""Factors that have a name: found at every call, spelled, turned into a code and a sentence."""

import numpy as np
import pytest

from bplib.checking import Outcome, call, judge
from bplib.checking.calls import FITS, FITS_SINGLE, Call, ratio
from bplib.checking.factors import (
    CONSTANT,
    digits,
    factor_code,
    factor_finding,
    factor_name,
    named_factors,
)
from bplib.checking.hypotheses import _right_parts
from bplib.course import find
from bplib.course.probe import Case

SIZES = [{"N": 4, "n_out": 3, "n_in": 7}, {"N": 5, "n_out": 2}]  # n_in is not known at every call
NAN = float("nan")


@pytest.mark.parametrize("tolerance", [FITS, FITS_SINGLE])
@pytest.mark.parametrize("size", [2, 3, 30, 3000])
@pytest.mark.parametrize("r", [1.0, -2.0, 1e-6])
@pytest.mark.parametrize("least", [0.9, 0.0])
def test_a_multiple_is_known_as_far_as_the_tolerance_goes_and_no_further(tolerance, size, r, least):
    rng = np.random.default_rng(size)
    other = np.append(rng.uniform(least, least + 0.1, size - 1), 1.0)
    noise = tolerance * abs(r) * np.where(np.arange(size) % 2, 1.0, -1.0)
    assert ratio(r * other + 0.6 * noise, other, tolerance) == pytest.approx(r, rel=tolerance)
    assert ratio(r * other + 3 * noise, other, tolerance) is None


@pytest.mark.parametrize("numbers", [[True, False], [5 * 10**9, 3 * 10**9], [1e-200, 2e-200]])
def test_a_multiple_is_known_where_squares_are_no_numbers(numbers):
    assert ratio(np.array(numbers), np.array(numbers, dtype=float), FITS) == 1.0
    assert ratio(np.array(numbers, dtype=float), np.array(numbers), FITS) == 1.0
    whole = np.array([3 * 10**9, 10**9])  # whose products are too long for an integer
    assert ratio(whole, 2 * whole, FITS) == 0.5


@pytest.mark.parametrize(
    ("ratios", "name"),
    [
        ([1, 1], ""),
        ([-1, -1], "−1"),
        ([2, 2], "2"),
        ([-0.5, -0.5], "−½"),
        ([4, 5], "N"),
        ([-4, -5], "−N"),
        ([1 / 4, 1 / 5], "1/N"),
        ([-1 / 4, -1 / 5], "−1/N"),
        ([2 / 4, 2 / 5], "2/N"),
        ([-2 / 4, -2 / 5], "−2/N"),
        ([0.5 * 4, 0.5 * 5], "½·N"),
        ([16, 25], "N²"),
        ([1 / 9, 1 / 4], "1/n_out²"),
        ([12, 10], "N·n_out"),
        ([4 / 3, 5 / 2], "N/n_out"),
        ([3 / 4, 2 / 5], "n_out/N"),
        ([1 / 12, 1 / 10], "1/(N·n_out)"),
        ([4 / 3, 5 / 4], "N/(N−1)"),
        ([1.7, 1.7], CONSTANT),
        ([7, 7], CONSTANT),
        ([1.7, 1.8], None),
        ([NAN, 5], "N"),
        ([4, NAN], "N"),
        ([NAN, NAN], ""),
        ([4 * (1 + 9.5e-8), 5], "N"),
        ([4 * (1 + 1.05e-7), 5], None),
    ],
)
def test_a_factor_is_named_if_the_name_holds_at_every_call(ratios, name):
    assert factor_name(ratios, SIZES, 1e-8) == name


def test_every_factor_of_a_call_is_found_by_its_digits():
    found = named_factors({"N": 4, "n_out": 3})
    named = {"": 1, "−1": -1, "N": 4, "½": 0.5, "N²": 16, "1/N": 0.25, "2·N": 8, "−2/n_out": -2 / 3}
    named |= {"N·n_out": 12, "N/n_out": 4 / 3, "½·n_out": 1.5, "1/(N·n_out)": 1 / 12}
    assert {found[digits(value)] for value in named.values()} == set(named)
    assert found[digits(2)] == "2"  # the simplest that fits: not ½·N
    assert digits(1 / 3) == "3.33333333e-01"
    assert len(found) == 62


@pytest.mark.parametrize(
    ("factor", "code"),
    [
        ("−1", "wrong-sign"),
        (CONSTANT, "constant-factor"),
        ("N", "times-n"),
        ("½·N", "times-half-n"),
        ("−2/n_out", "times-minus-2-over-n-out"),
        ("1/N²", "times-1-over-n-squared"),
        ("learning rate of A", "times-learning-rate-of-a"),
        ("N/(N−1)", "times-n-over-nminus-1"),
    ],
)
def test_a_factor_has_a_code(factor, code):
    assert factor_code(factor) == code


def said(factor, name, which=()):
    found = factor_finding(find(name), factor, which)
    return found.says, found.look


SIZE = "Which of these sizes has been divided by, or summed over, once too often or not at all?"


@pytest.mark.parametrize(
    ("factor", "says", "look"),
    [
        ("−1", "Every entry has the wrong sign.", "Which term is taken from which"),
        ("2/N", "Every entry is the right one times 2/N.", SIZE),
        ("−2", "Every entry is the right one times −2.", "Which number is lost or added, and"),
        ("learning rate", "Every entry is the right one times learning rate.", "What is asked for"),
        (
            "N",
            "Every entry is N times too large. Give every sample twice, and your result doubles, "
            "though a mean stays as it is.",
            "Is it a sum over the samples",
        ),
        (
            "1/N",
            "Every entry is N times too small. Give every sample twice, and your result halves, "
            "though a mean stays as it is.",
            "Is the mean over the samples taken twice?",
        ),
    ],
)
def test_a_factor_is_said_with_where_to_look(factor, says, look):
    told = said(factor, "gradient_B")
    assert told[0] == says
    assert told[1].startswith(look)


def test_it_is_said_of_the_result_as_it_is():
    assert said("2", "mean_loss")[0] == "The result is twice as large as it should be."
    assert said("N", "sample_losses")[0] == "Every entry is N times too large."  # has the samples
    which = said("½", "update", ["A", "B"])[0]
    assert which == "In A and B, every entry is half as large as it should be."


def test_results_with_two_factors_have_two_findings():
    exercise = find("backward", notebook="06_training")

    def backward(*arguments):
        grad_A, grad_B = exercise.truth(*arguments)
        return 2 * grad_A, -grad_B

    probe = exercise.probe(np.random.default_rng(0))
    verdict = judge(probe, call(backward, probe))
    assert [(f.code, f.credit) for f in verdict.findings] == [("times-2", 0.5), ("wrong-sign", 0)]
    assert verdict.findings[0].evidence == "yours over the right one: 2 times"


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ((), "Z and H and Y_hat are right. "),
        ((0,), "H and Y_hat are right. "),
        ((0, 2), "H is right. "),
        ((0, 1, 2), ""),
    ],
)
def test_what_is_right_beside_a_mistake_is_said(wrong, words):
    exercise = find("forward", notebook="06_training")
    truth = [np.arange(1.0, 7.0).reshape(2, 3) ** (i + 1) for i in range(3)]
    result = [2 * part if i in wrong else part for i, part in enumerate(truth)]
    calls = [Call(Case(()), Outcome(result), (), truth)] * 2
    assert _right_parts(exercise, calls) == words
    assert _right_parts(exercise, [*calls, Call(Case(()), Outcome(result[:2]), (), truth)]) == ""
    one = [Call(Case(()), Outcome(truth[0]), (), truth[0])] * 2
    assert _right_parts(find("predict"), one) == ""


@pytest.mark.parametrize(
    ("factor", "credit"), [(999.5, 0.5), (1000.5, 0), (1.0005e-3, 0.5), (0.9995e-3, 0)]
)
def test_a_factor_of_a_thousand_is_no_slip_any_more(factor, credit):
    exercise = find("delta_B")
    probe = exercise.probe(np.random.default_rng(0))
    verdict = judge(probe, call(lambda *arguments: factor * exercise.truth(*arguments), probe))
    assert (verdict.code, verdict.credit) == ("constant-factor", credit)
