"""What a wrong result is like: the right one shifted, reversed, clipped, put through a function.

These are hypotheses about the numbers alone, whatever was computed: each is told only if it holds
at every call designed for values.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations, product
from typing import Any

import numpy as np

from bplib import network
from bplib.checking.calls import (
    FITS,
    FITS_SINGLE,
    Call,
    labels_of,
    parts_or_none,
    ratio,
    single,
    sizes,
    worst_entry,
)
from bplib.checking.plain import parts
from bplib.course.exercise import Exercise
from bplib.derivatives import distance
from bplib.finding import Finding
from bplib.network import Array

_AXES = {"N": "samples", "n_hidden": "hidden units", "n_out": "outputs", "n_in": "inputs"}
_EXACTLY_ENOUGH = 3  # entries for each number that is fitted, at least


@dataclass(frozen=True)
class _Pair:
    """One part of a result beside the right one, in one call."""

    mine: Array
    truth: Array
    call: Call
    tolerance: float

    def is_like(self, other: Any) -> bool:
        return np.shape(other) == self.mine.shape and bool(
            distance(self.mine, other) <= self.tolerance
        )


@dataclass(frozen=True)
class _Likeness:
    """What a part of a result is: a code, what to say, where to look."""

    code: str
    says: str
    look: str


_Hypothesis = Callable[[Exercise, list[_Pair], list[str]], Iterator[_Likeness]]


def alike(exercise: Exercise, calls: Sequence[Call]) -> Finding | None:
    """Return what a wrong result is the right one changed by: moved, clipped, put through a tanh.

    Parameters
    ----------
    exercise : Exercise
        What was asked.
    calls : sequence of Call
        The calls designed for values, with results of right type and shape.
    """
    return _told(exercise, calls, (_moved, _rooted, _clipped, _through, _added))


def combined(exercise: Exercise, calls: Sequence[Call]) -> Finding | None:
    """Return of which arguments a wrong result is a sum, by itself or beside the right one.

    Parameters
    ----------
    exercise, calls
        As for `alike`.
    """
    return _told(exercise, calls, (_combined,))


def _told(
    exercise: Exercise, calls: Sequence[Call], hypotheses: Sequence[_Hypothesis]
) -> Finding | None:
    columns = _columns(calls)
    if columns is None:
        return None
    labels = labels_of(exercise, calls[0].truth)
    wrong = [i for i, column in enumerate(columns) if not all(map(_right, column))]
    if not wrong or any(len(labels) != len(parts(call.truth)) for call in calls):
        return None
    with np.errstate(all="ignore"):
        found = [_first(exercise, i, columns[i], hypotheses) for i in wrong]
    likeness = found[0]
    if likeness is None or any(other != likeness for other in found[1:]):
        return None
    says = likeness.says
    if len(wrong) < len(columns):
        named = " and ".join(labels[i] for i in wrong)
        says = f"In {named}, {says[0].lower()}{says[1:]}"
    return Finding(likeness.code, says, likeness.look, worst_entry(exercise, calls))


def _columns(calls: Sequence[Call]) -> list[list[_Pair]] | None:
    """Return the parts of all results, one list a part, or None where one is no right shape."""
    rows = []
    for call in calls:
        mine, truth = parts_or_none(call.result), parts(call.truth)
        if mine is None or [m.shape for m in mine] != [t.shape for t in truth]:
            return None
        if not all(np.all(np.isfinite(part)) for part in (*mine, *truth)):
            return None
        rows.append(
            [
                _Pair(m.astype(float), t.astype(float), call, FITS_SINGLE if single(m) else FITS)
                for m, t in zip(mine, truth, strict=True)
            ]
        )
    if len({len(row) for row in rows}) != 1:
        return None
    return [list(column) for column in zip(*rows, strict=True)]


def _right(pair: _Pair) -> bool:
    return pair.is_like(pair.truth)


def _first(
    exercise: Exercise, i: int, column: list[_Pair], hypotheses: Sequence[_Hypothesis]
) -> _Likeness | None:
    """Return the first hypothesis that holds for a part of the result at every call."""
    words = exercise.returns[i].shape if i < len(exercise.returns) else ""
    symbols = words.strip("()").replace(" ", "").split(",")
    if len(exercise.returns) != len(parts(column[0].call.truth)):
        symbols = []
    for hypothesis in hypotheses:
        found = next(hypothesis(exercise, column, symbols), None)
        if found:
            return found
    return None


# --- right numbers at wrong places ------------------------------------------------------------


def _moved(exercise: Exercise, column: list[_Pair], symbols: list[str]) -> Iterator[_Likeness]:
    for axis in range(column[0].truth.ndim):
        if any(pair.truth.ndim <= axis or pair.truth.shape[axis] < 3 for pair in column):
            continue
        symbol = symbols[axis] if axis < len(symbols) else ""
        what = _AXES.get(symbol) or ("rows" if axis == 0 else "columns")
        look = f"Which line decides in which order the {what} are taken or put down?"
        if all(pair.is_like(np.flip(pair.truth, axis)) for pair in column):
            says = f"The numbers are right, but the {what} stand in reverse order."
            yield _Likeness("reversed-order", says, look)
        for step, way, end in ((1, "on", "last"), (-1, "back", "first")):
            says = f"The numbers are right, but the {what} have moved {way} by one"
            if all(pair.is_like(np.roll(pair.truth, step, axis)) for pair in column):
                yield _Likeness(
                    "shifted-entries", f"{says}, the {end} of them to the other end.", look
                )
            if all(_slides(pair, step, axis) for pair in column):
                look = "Is an index one too large or too small, or a start or an end?"
                yield _Likeness("shifted-entries", f"{says}.", look)
        if all(_permuted(pair, axis) for pair in column):
            yield _Likeness(
                "permuted-entries", f"The numbers are right, but the {what} are mixed up.", look
            )
    if all(pair.truth.size > 3 and _same_entries(pair) for pair in column):
        yield _Likeness(
            "permuted-entries",
            "The numbers are right, but they stand at wrong places.",
            "In which order are the entries of an array laid out, and in which are they read?",
        )


def _slides(pair: _Pair, step: int, axis: int) -> bool:
    """Return whether all but the entries at one end are their neighbours' right values."""
    mine, truth = np.moveaxis(pair.mine, axis, 0), np.moveaxis(pair.truth, axis, 0)
    if step == 1:
        mine, truth = mine[1:], truth[:-1]
    else:
        mine, truth = mine[:-1], truth[1:]
    varied = np.ptp(pair.truth) > 0 and mine.size > 2
    return bool(varied and distance(mine, truth) <= pair.tolerance)


def _permuted(pair: _Pair, axis: int) -> bool:
    """Return whether the slices along an axis are the right ones in another order."""
    length = pair.truth.shape[axis]
    mine = np.moveaxis(pair.mine, axis, 0).reshape(length, -1)
    truth = np.moveaxis(pair.truth, axis, 0).reshape(length, -1)
    order = [int(np.argmin(np.abs(truth - row).max(axis=1))) for row in mine]
    whole = len(set(order)) == length
    return whole and pair.is_like(np.take(pair.truth, order, axis))


def _same_entries(pair: _Pair) -> bool:
    mine, truth = np.sort(pair.mine.ravel()), np.sort(pair.truth.ravel())
    return len(np.unique(truth)) > 3 and bool(distance(mine, truth) <= pair.tolerance)


# --- right but for their size -----------------------------------------------------------------


def _rooted(exercise: Exercise, column: list[_Pair], symbols: list[str]) -> Iterator[_Likeness]:
    factors = [ratio(pair.mine, pair.truth, pair.tolerance) for pair in column]
    known = [sizes(exercise, pair.call) for pair in column]
    powers = ((0.5, "√", "root-"), (-0.5, "1/√", "1-over-root-"))
    for symbol, (power, name, code) in product(known[0], powers):
        if all(
            factor is not None
            and abs(factor / size.get(symbol, np.nan) ** power - 1) <= 10 * pair.tolerance
            for factor, size, pair in zip(factors, known, column, strict=True)
        ):
            yield _Likeness(
                "times-" + code + symbol.lower().replace("_", "-").replace(" ", "-"),
                f"Every entry is the right one times {name}{symbol}.",
                "Where is a root taken, and of what? A length is a root of a sum, a mean is not.",
            )


def _clipped(exercise: Exercise, column: list[_Pair], symbols: list[str]) -> Iterator[_Likeness]:
    def clipped(pair: _Pair) -> bool:
        low, high = pair.mine.min(), pair.mine.max()
        return pair.mine.size > 3 and low < high and pair.is_like(np.clip(pair.truth, low, high))

    if all(map(clipped, column)):
        ends = sorted({f"{end:.4g}" for pair in column for end in _ends(pair)})
        at = f" at {ends[0]}" if len(ends) == 1 else ""
        yield _Likeness(
            "clipped",
            f"The numbers are right up to a limit{at}; those beyond it are cut off.",
            "Which step makes large values smaller, or small ones larger, and is it asked for?",
        )


def _ends(pair: _Pair) -> Iterator[float]:
    """Yield the limits that a result was cut off at."""
    for mine, truth in ((pair.mine.min(), pair.truth.min()), (pair.mine.max(), pair.truth.max())):
        if abs(mine - truth) > pair.tolerance * np.abs(pair.truth).max():
            yield float(mine)


_FUNCTIONS: tuple[tuple[str, Callable[[Array], Any]], ...] = (
    ("the absolute value of the right one", np.abs),
    ("the square of the right one", np.square),
    ("the root of the right one", np.sqrt),
    ("the root of the right one's absolute value", lambda x: np.sqrt(np.abs(x))),
    ("one over the right one", lambda x: 1 / x),
    ("1 minus the right one", lambda x: 1 - x),
    ("the tanh of the right one", np.tanh),
    ("the sigmoid of the right one", network.sigmoid),
    ("the exponential of the right one", np.exp),
    ("the logarithm of the right one", np.log),
    ("the sign of the right one", np.sign),
    ("the third power of the right one", lambda x: x**3),
    ("the sine of the right one", np.sin),
    ("the cosine of the right one", np.cos),
    ("the right one rounded", np.round),
    ("the right one rounded down", np.floor),
    ("the right one without what is behind its point", np.trunc),
)


def _through(exercise: Exercise, column: list[_Pair], symbols: list[str]) -> Iterator[_Likeness]:
    one = all(pair.truth.ndim == 0 for pair in column)
    which = "The result is" if one else "Every entry is"
    for sign, minus in ((1.0, ""), (-1.0, "minus ")):
        for text, function in _FUNCTIONS:
            if all(_is(pair, sign * np.asarray(function(pair.truth))) for pair in column):
                yield _Likeness(
                    "through-a-function",
                    f"{which} {minus}{text}.",
                    "Which function or power is applied once too often, or not undone?",
                )


def _is(pair: _Pair, other: Array) -> bool:
    return bool(np.all(np.isfinite(other))) and pair.is_like(other)


def _added(exercise: Exercise, column: list[_Pair], symbols: list[str]) -> Iterator[_Likeness]:
    """Yield the right result plus a number that is the same at every call."""
    offsets = [pair.mine - pair.truth for pair in column]
    scale = max(float(np.abs(pair.truth).max(initial=0.0)) for pair in column)
    first = float(offsets[0].flat[0])
    close = 10 * max(pair.tolerance for pair in column) * max(scale, abs(first))
    entries = sum(offset.size for offset in offsets)
    if entries >= _EXACTLY_ENOUGH and all(np.ptp(o) <= close for o in offsets):
        values = [float(offset.flat[0]) for offset in offsets]
        if max(values) - min(values) <= close:
            yield _Likeness(
                "constant-added",
                f"It is the right result plus {first:.4g}, at every call.",
                "Where does that number come from: what is the sum begun with, what is added?",
            )


def _combined(exercise: Exercise, column: list[_Pair], symbols: list[str]) -> Iterator[_Likeness]:
    """Yield a sum of multiples of arguments, or of arguments and the right result."""
    names = [
        name
        for i, name in enumerate(exercise.arguments)
        if all(_term(pair, i) is not None for pair in column)
    ]
    positions = list(exercise.arguments)
    terms = [*((positions.index(name), name) for name in names), (-1, "the right result")]
    for count in (1, 2, 3):
        for chosen in combinations(terms, count):
            if chosen == (terms[-1],):
                continue  # a mere factor
            weights = [_weights(pair, [i for i, _ in chosen]) for pair in column]
            if all(weight is not None for weight in weights):
                said = _sum([name for _, name in chosen], [w for w in weights if w is not None])
                yield _Likeness(
                    "combination",
                    f"{'It' if column[0].truth.ndim == 0 else 'Every entry'} is {said}.",
                    "Which of these belong into the result, and how much of each?",
                )


def _term(pair: _Pair, position: int) -> Array | None:
    """Return an argument of the result's shape, or the right result (-1), as numbers."""
    if position == -1:
        return pair.truth
    value = pair.call.arguments[position] if position < len(pair.call.arguments) else None
    if not isinstance(value, np.ndarray) or value.shape != pair.truth.shape:
        return None
    return value.astype(float) if value.dtype.kind in "biuf" else None


def _weights(pair: _Pair, positions: Sequence[int]) -> Array | None:
    """Return how much of each term a result is, None where it is no such sum."""
    terms = [_term(pair, position) for position in positions]
    if pair.mine.size < _EXACTLY_ENOUGH * len(terms):
        return None
    matrix = np.stack([term.ravel() for term in terms if term is not None], axis=1)
    weights, _, rank, _ = np.linalg.lstsq(matrix, pair.mine.ravel(), rcond=None)
    if rank < len(terms) or np.abs(weights).min() < 1e-6:
        return None
    if not pair.is_like((matrix @ weights).reshape(pair.mine.shape)):
        return None
    return np.asarray(weights)


def _sum(names: Sequence[str], weights: Sequence[Array]) -> str:
    """Return a sum in words, with numbers where they are the same at every call."""
    said = []
    for name, values in zip(names, zip(*weights, strict=True), strict=True):
        given = {f"{value:.4g}" for value in values}
        number = given.pop() if len(given) == 1 else "a multiple of"
        times = "times " if number[-1].isdigit() else ""
        said.append(name if number == "1" else f"{number} {times}{name}")
    return " plus ".join(said)
