"""What a learner's value is on the way to the right result, in whatever form it comes."""

import numpy as np
import pytest

from bplib.checking.follow import (
    PARTLY,
    SHARE,
    TURNED,
    Followed,
    Match,
    Way,
    _neutral,
    first_off,
)
from bplib.checking.trace import RETURNED, Place
from bplib.course.way import Quantity

Z = np.array([[1.5, -0.25, 3.0, 0.0], [0.75, 2.6, -1.23, 0.61], [0.0, 0.0, 0.0, 0.0]])
BLOCK = np.arange(1.0, 25.0).reshape(2, 3, 4) ** 1.5
SHARES = tuple(np.outer([1.0, 2.5], [n, 0.3, n**2]) for n in (1.25, 2.0, 4.5))
QUANTITIES = [
    Quantity("Z", Z),
    Quantity("block", BLOCK),
    Quantity("sum", sum(SHARES), SHARES),
    Quantity("rate", 0.0125),
    Quantity("count", 11),
    Quantity("many", np.arange(1.0, 202.0) ** 2.5),
    Quantity("text", "Z"),
    Quantity("nothing", np.zeros(3)),
]


@pytest.mark.parametrize(
    ("value", "match"),
    [
        (Z, Match("Z", "", "")),
        (Z.tolist(), Match("Z", "", "")),
        (-Z, Match("Z", "", "−1")),
        (4 * Z, Match("Z", "", "N")),
        (2 * Z / 3, Match("Z", "", "2/n_out")),
        (Z * (1 + 1e-10), Match("Z", "", "")),
        (Z.T, Match("Z", TURNED, "")),
        (-Z.T, Match("Z", TURNED, "−1")),
        (Z[:, 1], Match("Z", "column 1", "")),
        (Z[:, 3], Match("Z", "column 3", "")),
        (Z[:, 1:2], Match("Z", "column 1", "")),
        (Z[1], Match("Z", "row 1", "")),
        (Z[1:2], Match("Z", "row 1", "")),
        (Z[1, 2], Match("Z", "entry [1, 2]", "")),
        (-Z[1, 2], Match("Z", "entry [1, 2]", "−1")),
        (2 * Z[1, 1], Match("Z", "entry [1, 1]", "2")),
        (4 * Z[1, 3], Match("Z", "entry [1, 3]", "N")),
        (Z[1, 3] / 4, Match("Z", "entry [1, 3]", "1/N")),
        (Z[1, 3] / 2, Match("Z", "entry [1, 3]", "½")),
        (np.where(Z > 1, Z, 0), Match("Z", PARTLY, "")),
        (BLOCK[1], Match("block", "array 1", "")),
        (SHARES[1], Match("sum", "the share of sample 1", "")),
        (SHARES[0] + SHARES[1], Match("sum", "the sum up to sample 1", "")),
        (sum(SHARES), Match("sum", "", "")),
        (0.0125, Match("rate", "", "")),
        (11, Match("count", "", "")),
        (201.0**2.5, None),  # of so many entries none is known by itself
        (Z + 0.01, None),
        (1.1 * Z, None),
        (Z * (1 + 1e-4 * np.sign(Z)), None),
        (np.where(Z > 1, Z + 1e-3, 0), None),
        (Z[:, :2], None),
        (np.zeros((3, 4)), None),
        (np.full((3, 4), np.nan), None),
        (np.array([]), None),
        (True, None),
        ("Z", None),
        (None, None),
        ([[1.0], [1.0, 2.0]], None),
        (Z.astype(complex), None),
        (float("inf"), None),
    ],
)
def test_a_value_on_the_way_is_recognised(value, match):
    assert Way(QUANTITIES, {"N": 4.0, "n_out": 3.0}).match(value) == match


def test_without_samples_no_number_is_taken_for_one_of_them():
    assert Way([Quantity("a", 1.7)], {}).match(1.7 * 4) is None


NEUTRAL = [
    np.arange(3),
    Z > 0,
    np.zeros(2),
    np.ones((2, 2)),
    0.0,
    1.0,
    2.0,
    0.5,
    7,
    True,
    "a",
    None,
]
TELLING = [np.array([0.0, 1.0]), np.array([0.0, 2.0]), 1.5, -1.0, 4.0]


@pytest.mark.parametrize("value", NEUTRAL, ids=repr)
def test_counts_zeros_and_ones_say_nothing(value):
    assert _neutral(value)


@pytest.mark.parametrize("value", TELLING, ids=repr)
def test_other_numbers_do(value):
    assert not _neutral(value)


# --- which line ---------------------------------------------------------------------------------


def note(name="S", match=None, sources=(), function="f", line=1, **place):
    return Followed(Place(function, line, name, **place), 1.5, match, False, sources)


ON = Match("H", "", "")
PART = Match("H", f"{SHARE} 1", "")


@pytest.mark.parametrize(
    ("notes", "first"),
    [
        ([note(match=ON), note(match=ON)], None),
        ([note(match=ON), note(sources=(0,)), note(sources=(1,))], 1),
        ([note(), note(sources=(0,), match=ON), note()], 2),  # it finds back
        ([note(), note(sources=(0,)), note(sources=(1,), match=ON), note()], 3),
        ([note(match=PART), note(RETURNED, sources=(0,))], 0),  # only a share is returned
        ([note(match=PART, inner=True), note(RETURNED, sources=(0,))], 1),
        ([note(match=PART), note("S", sources=(0,))], 1),
        ([note(match=ON), note(RETURNED, sources=(0,))], 1),
        ([note(function="g", role="parameter"), note(uses=("g",))], 1),  # who calls the helper
        ([note(function="g", role="parameter"), note(function="g"), note(uses=("h",))], None),
    ],
)
def test_the_first_line_that_leaves_the_way_for_good_is_found(notes, first):
    assert first_off(notes) == first
