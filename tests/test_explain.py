"""What a wrong result gives away itself, and how it is described where nothing explains it."""

import numpy as np
import pytest

from bplib.checking.call import Outcome
from bplib.checking.calls import Call, worst_entry
from bplib.checking.explain import (
    _all_zero,
    _breaks_a_property,
    _described,
    _ignores_arguments,
    _nearly,
    _special,
    _where,
)
from bplib.course import find
from bplib.course.probe import Case

LOSS, DELTA, UPDATE = find("mean_loss"), find("delta_B"), find("update")
TRUTH = np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0], [7.0, 8.0, 9.0]])


def made(result, truth, **case):
    return Call(Case((), **case), Outcome(result), (), truth)


def numbers(results, truths):
    return [made(*pair) for pair in zip(results, truths, strict=True)]


# --- the same everywhere ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("results", "truths", "told"),
    [
        ([2.0, 2.0, 2.0], [1.0, 3.0, 4.0], True),
        ([2, 2, 2], [1.0, 1.0, 4.0], True),
        ([2.0, 2.0], [1.0, 3.0], False),  # may be chance
        ([2.0, 2.0, 2.5], [1.0, 3.0, 4.0], False),
        ([2.0, 2.0, 2.0], [1.0, 1.0, 1.0], False),  # as it should be
        ([np.ones(2)] * 3, [1.0, 3.0, 4.0], False),
        ([2.0, 2.0, 2.0], [np.ones(2), 3.0, 4.0], False),
    ],
)
def test_the_same_number_at_every_call_is_told_where_it_should_change(results, truths, told):
    found = _ignores_arguments(LOSS, numbers(results, truths))
    assert (found is not None) is told


def test_nothing_but_zeros_is_told():
    assert _all_zero(numbers([0.0, 0.0], [1.0, 2.0])).says == "The result is always 0."
    assert _all_zero([made(np.zeros(2), np.ones(2))]).says == "Every entry is 0."
    assert _all_zero(numbers([0.0, 1e-9], [1.0, 2.0])) is None


def test_of_several_calls_the_worst_is_told():
    calls = [
        made(1.0, 1.0, note="one"),
        made(2.0, 1.0, note="two"),
        made(1.1, 1.0, note="three"),
    ]
    assert "wrong with two" in _special(LOSS, calls).says
    assert _nearly(calls).evidence.startswith("largest difference: 1.0e+00 of")


def test_a_zero_has_no_sign():
    assert "is 0," in worst_entry(LOSS, [made(-0.0, 0.5)])
    assert "is 0 and" in worst_entry(LOSS, [made(np.array([-0.0, 1.0]), np.array([0.5, 1.0]))])


# --- in words ---------------------------------------------------------------------------------


def off(rows, columns):
    result = TRUTH.copy()
    result[np.ix_(rows, columns)] += 1
    return result


ALL = [0, 1, 2]


@pytest.mark.parametrize(
    ("result", "words"),
    [
        (off([1], ALL), " Only row 1 differs."),
        (off([0, 2], ALL), " Only rows 0, 2 differ."),
        (off([1], [2]), " Only row 1 differs."),
        (off(ALL, [2]), " Only column 2 differs."),
        (off(ALL, [0, 1]), " Only columns 0, 1 differ."),
        (off(ALL, ALL), ""),
        (off([], []), ""),
        (TRUTH + 1e-9 * TRUTH, ""),
    ],
)
def test_rows_or_columns_are_named_where_only_some_are_wrong(result, words):
    assert _where(result, TRUTH) == words


def test_of_a_vector_none_is_named_and_of_zeros_those_that_are_not():
    assert _where(np.ones(3), np.zeros(3)) == ""
    assert _where(np.eye(2)[:1].repeat(2, 0), np.zeros((2, 2))) == " Only column 0 differs."


def described(result, truth, exercise=DELTA):
    return _described(exercise, [made(result, truth)]).says


def test_length_and_direction_are_told():
    same = "The values are wrong. It is as long as the right one and points nearly the same way"
    right = np.eye(3)
    wrong = right + 0.1 * np.roll(right, 1, 0)
    assert described(wrong, right) == f"{same} (cosine 1.00)."
    longer = described(2 * wrong, right)
    assert longer.startswith("The values are wrong. It is 2 times as long as the right one and")
    other = described(-right - 0.1, right)
    assert other.endswith("and points another way (cosine -0.99).")
    assert described(np.zeros(3), np.ones(3)) == "The values are wrong."
    assert described(np.ones(3), np.zeros(3)) == "The values are wrong."
    assert described(2.0, 3.0, LOSS) == "The values are wrong."


def test_of_several_results_those_that_are_wrong_are_named():
    assert len(UPDATE.returns) == 2
    one = described((TRUTH, off([1], ALL)), (TRUTH, TRUTH), UPDATE)
    assert one.startswith("The values of B are wrong; the rest is right. Only row 1 differs.")
    both = described((off([0], ALL), off([1], ALL)), (TRUTH, TRUTH), UPDATE)
    assert both.startswith("The values are wrong. Only row 0 differs.")


# --- properties -------------------------------------------------------------------------------


def broken(first, changed, right_first, right_changed, code="doubled-samples", exercise=LOSS):
    calls = [made(first, right_first), made(changed, right_changed, changed=code)]
    found = _breaks_a_property(exercise, calls)
    return found and (found.code, found.says)


def test_what_does_not_follow_the_data_is_told_by_how_it_does():
    doubled = "doubled-samples"
    begins = "Called with every sample given twice, the right result stays as it is; yours "
    assert broken(3.0, 6.0, 2.0, 2.0) == (doubled, begins + "becomes 2 times as large.")
    assert broken(3.0, 3.0, 2.0, 2.0) is None
    assert broken(3.0, 0.0, 2.0, 2.0) == (doubled, begins + "becomes another one.")


def test_what_should_go_along_with_the_data_is_told_so():
    order = "order-of-samples"
    turned = TRUTH[:, ::-1]
    begins = "Called with the samples in reverse order, the right result goes along with them; "
    found = broken(TRUTH + 1, TRUTH + 1, TRUTH, turned, order, DELTA)
    assert found == (order, begins + "yours does not.")
    assert broken(2 * TRUTH, 2 * turned, TRUTH, turned, order, DELTA) is None
    twice = np.concatenate([TRUTH, TRUTH], axis=1)
    halved = broken(TRUTH, twice, TRUTH, twice / 2, "doubled-samples", DELTA)
    assert halved[1].endswith("the right result halves; yours becomes 1 times as large.")


def test_without_such_a_call_no_property_is_told():
    assert _breaks_a_property(LOSS, numbers([1.0, 2.0], [1.0, 1.0])) is None
