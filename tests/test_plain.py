"""Whatever a function returns becomes plain data, and nothing of it is shared or far too large."""

import numpy as np
import pytest

from bplib.checking.plain import HUGE, Other, equal, parts, plain


class Silent:
    def __repr__(self):
        raise RuntimeError


class Count(int):
    pass


SAME = [None, True, 3, 1.5, 1 + 2j, "text", [1, [2.0]], (1, (2, [3])), 2**63 - 1, "x" * 100_000]
BECOME = [
    (np.float32(0.5), 0.5),
    (np.array(2), 2),
    (np.bool_(True), True),
    (Count(3), 3),
    (2**63, Other("integer of very many digits")),
    (-(2**63), Other("integer of very many digits")),
    ({}, Other("dict", "{}")),
    ("x" * 100_001, Other(HUGE, "text of 100,001 characters")),
    ([0] * 100_001, Other(HUGE, "a list of 100,001 entries")),
    ([1, ((0,) * 100_001,)], Other(HUGE, "a tuple of 100,001 entries")),
    ([1, np.zeros((100_001, 1))], Other(HUGE, "an array of shape (100001, 1)")),
    (np.ma.masked_array([1.0]), Other("masked array")),
    (np.array(["a"]), Other("array of dtype <U1", "array(['a'], dtype='<U1')")),
    ([[[[1]]]], [[[Other("list", "[1]")]]]),
    (Silent(), Other("Silent", "")),
    (range(10**6), Other("range", "range(0, 1000000)")),
    ({1: "x" * 99}, Other("dict", "{1: '" + "x" * 75)),
]


@pytest.mark.parametrize("value", SAME, ids=lambda value: repr(value)[:20])
def test_plain_data_stays_as_it_is(value):
    found = plain(value)
    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize(("value", "expected"), BECOME, ids=lambda value: type(value).__name__)
def test_all_else_becomes_plain(value, expected):
    found = plain(value)
    assert found == expected
    assert type(found) is type(expected)


def test_an_array_becomes_a_plain_one_that_shares_nothing():
    kept = np.arange(6.0).reshape(2, 3)
    found = plain(kept.T.view(np.matrix))
    assert type(found) is np.ndarray
    assert found.flags.c_contiguous
    assert not np.shares_memory(found, kept)
    assert np.array_equal(found, kept.T)
    assert not np.shares_memory(plain((kept,))[0], kept)
    assert plain(np.zeros((100_000, 1))).shape == (100_000, 1)


def test_long_doubles_become_what_travels():
    assert plain(np.ones(2, dtype=np.longdouble)).dtype == np.float64
    assert plain(np.ones(2, dtype=np.clongdouble)).dtype == np.complex128
    assert plain(np.ones(2, dtype=np.float32)).dtype == np.float32


def test_a_coroutine_is_closed_and_said_to_be_one():
    async def later():
        return 1

    waiting = later()
    assert "async def" in plain(waiting).type
    assert waiting.cr_frame is None


def test_a_result_in_parts_is_flat():
    found = parts([1, (np.ones(2), [2.5]), np.arange(2)])
    assert [part.tolist() for part in found] == [1.0, [1.0, 1.0], 2.5, [0, 1]]
    assert found[3].dtype.kind == "i"
    with pytest.raises(TypeError, match="text is no number"):
        parts(["0.5"])


NAN = float("nan")
EQUAL = [
    (1, 1.0),
    (NAN, NAN),
    ([1, NAN], (1, NAN)),
    (np.array([1, NAN]), np.array([1, NAN])),
    (np.array([1, 2]), np.array([1, 2])),
]
OTHERS = [
    (1, 2),
    (NAN, 1.0),
    (1.0, NAN),
    ([1], [1, 2]),
    ([1, 2], [1, 3]),
    (np.ones(2), [1.0, 1.0]),
    ([1.0, 1.0], np.ones(2)),
    (np.ones(2), np.ones((2, 1))),
    (np.ones(2), np.ones(2, dtype="f4")),
    (np.ones(2), np.array([1, NAN])),
    ([1], 1),
    (1, [1]),
]


@pytest.mark.parametrize(("a", "b"), EQUAL, ids=repr)
def test_what_is_the_same_to_the_last_bit_is_equal(a, b):
    assert equal(a, b) is True


@pytest.mark.parametrize(("a", "b"), OTHERS, ids=repr)
def test_what_is_not_is_not(a, b):
    assert equal(a, b) is False
