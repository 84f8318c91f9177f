"""One call of an answer beside what it should have given, and how far apart the two are."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from bplib.checking.call import Outcome, handed
from bplib.checking.plain import parts, plain
from bplib.course.exercise import Exercise, Output
from bplib.course.probe import Case
from bplib.derivatives import distance

FITS = 1e-8  # how near to a result a hypothesis must come; to one in single precision:
FITS_SINGLE = 1e-4


@dataclass(frozen=True)
class Call:
    """One call: what was asked, what came of it, what should have.

    Parameters
    ----------
    case : Case
        The call as it was drawn.
    outcome : Outcome
        What came back; its result with lists made arrays where a list is as good.
    arguments : tuple
        The arguments, ready to use.
    truth : plain data
        The right result.
    """

    case: Case
    outcome: Outcome
    arguments: tuple[Any, ...]
    truth: Any

    @property
    def result(self) -> Any:
        """What came back."""
        return self.outcome.result


def compared(exercise: Exercise, case: Case, outcome: Outcome) -> Call:
    """Put a call's outcome beside the truth."""
    truth = exercise.truth(*handed(case))
    arguments = handed(case)
    return Call(case, listed(exercise, outcome, truth), arguments, truth)


def listed(exercise: Exercise, outcome: Outcome, truth: Any) -> Outcome:
    """Turn lists of numbers into the arrays that belong there, an array into several results.

    Lists of lengths or entries that fit no array stay as they are.
    """
    result, returns = outcome.result, exercise.returns
    if len(returns) == 1:
        return replace(outcome, result=_array(result, truth, returns[0]))
    unpacks = isinstance(result, np.ndarray) and result.ndim and len(result) == len(returns)
    if unpacks and all(
        np.shape(one) == np.shape(right) for one, right in zip(result, truth, strict=True)
    ):
        result = tuple(map(plain, result))
    if isinstance(result, list | tuple) and len(result) == len(truth):
        three = zip(result, truth, returns, strict=True)
        result = tuple(_array(*one) for one in three)
    return replace(outcome, result=result)


def _array(result: Any, truth: Any, output: Output) -> Any:
    if not isinstance(result, list | tuple):
        return result
    if isinstance(truth, list | tuple):
        rights = [*truth, *truth[-1:] * len(result)][: len(result)]
        return type(result)(map(_array, result, rights, [output] * len(result)))
    if not isinstance(truth, np.ndarray):
        return result
    if not result:
        return np.zeros((0, *truth.shape[1:])) if output.list_ok else result
    try:
        stacked = np.stack([np.asarray(part) for part in result])
    except (ValueError, TypeError):
        return result
    fits = stacked.shape in (truth.shape, truth.shape[::-1])
    indices = truth.dtype.kind in "iu" and stacked.ndim == 1
    numbers = stacked.dtype.kind in "biuf"
    return stacked if numbers and (output.list_ok or fits or indices) else result


def lists_made_arrays(exercise: Exercise, call: Call, before: Any) -> bool:
    """Return whether a result held a list of numbers where an array belongs."""
    if len(exercise.returns) == 1:
        pairs = [(before, call.result, exercise.returns[0])]
    elif isinstance(before, list | tuple) and len(before) == len(exercise.returns):
        pairs = list(zip(before, call.result, exercise.returns, strict=True))
    else:
        return False
    return any(
        isinstance(mine, list | tuple) and isinstance(made, np.ndarray) and not output.list_ok
        for mine, made, output in pairs
    )


def parts_or_none(result: Any) -> list[Any] | None:
    """Return the parts of a result, or None where it holds something other than numbers."""
    try:
        found = parts(result)
    except (TypeError, ValueError):
        return None
    return found if all(part.dtype.kind in "biuf" for part in found) else None


def pieces(exercise: Exercise, call: Call) -> Iterator[tuple[str, str, Any, Any]]:
    """Yield every part of a result of right type: its name, its shape in words, it, the truth."""
    several = len(exercise.returns) > 1
    results = call.result if several else [call.result]
    truths = call.truth if several else [call.truth]
    for output, got, wanted in zip(exercise.returns, results, truths, strict=True):
        if isinstance(wanted, list | tuple):
            for i, (one, right) in enumerate(zip(got, wanted, strict=True)):
                yield output.entry(i), "", one, right
        else:
            yield output.name, output.shape, got, wanted


def gap(call: Call) -> float:
    """Return how far a result of right shape is from the truth, relative to its largest entry.

    What is no number is as far as can be.
    """
    pairs = zip(parts(call.result), parts(call.truth), strict=True)
    gaps = [distance(mine, truth) for mine, truth in pairs]
    return float("inf") if np.isnan(gaps).any() else max(gaps, default=0.0)


def ratio(mine: Any, other: Any, tolerance: float) -> float | None:
    """Return the number r with mine = r × other, or None if there is none."""
    if mine.shape != other.shape or _apart(mine, other, tolerance):
        return None
    finite = np.isfinite(other)
    if not np.array_equal(finite, np.isfinite(mine)):
        return None
    a, b = mine[finite].astype(float), other[finite].astype(float)
    if not b.any():
        return None if a.any() else float("nan")
    if distance(a, b) <= tolerance:
        return 1.0
    r = float(np.vdot(b, a) / np.vdot(b, b))
    return r if r and distance(a, r * b) <= tolerance else None


def _apart(mine: Any, other: Any, tolerance: float) -> bool:
    """Return whether it is certain, at little cost, that one is no multiple of the other.

    By Pythagoras, what is left beside the nearest multiple is then longer than if every entry were
    off by all that the tolerance allows. Where the squares are no numbers, nothing is certain.
    """
    a, b = mine.ravel().astype(float), other.ravel().astype(float)
    aa, ab, bb = np.dot(a, a), np.dot(a, b), np.dot(b, b)
    leeway = max(1e-12, 4 * a.size * tolerance**2)
    return bool(aa * bb - ab * ab > leeway * aa * bb)


def single(part: Any) -> bool:
    """Return whether single precision holds a part of a result exactly."""
    with np.errstate(over="ignore"):
        return bool(np.array_equal(np.asarray(part, dtype=np.float32), part, equal_nan=True))


def sizes(exercise: Exercise, call: Call) -> dict[str, float]:
    """Return the sizes and learning rates of a call, from the shapes that the exercise states."""
    found: dict[str, float] = {}
    for (name, words), argument in zip(exercise.arguments.items(), call.arguments, strict=False):
        if name.startswith("learning_rate"):
            of = name.removeprefix("learning_rate").replace("_", " of ")
            found[f"learning rate{of}"] = argument
        arrays = argument if isinstance(argument, list | tuple) else [argument]
        shapes_of = [array.shape for array in arrays if isinstance(array, np.ndarray)]
        symbols = re.findall(r"\w+", words.removeprefix("a list of "))
        for symbol, own in zip(symbols, zip(*shapes_of, strict=False), strict=False):
            if symbol.isidentifier() and len(set(own)) == 1:  # the same in every array of a list
                found.setdefault(symbol, own[0])
    return found


def worst_entry(exercise: Exercise, calls: Sequence[Call]) -> str:
    """Return one entry, where the result is furthest from the truth: the line of numbers."""
    if any(output.drawn for output in exercise.returns):
        return ""
    call = _worst(calls)
    labels, mine_parts = labels_of(exercise, call.truth), parts_or_none(call.result)
    if mine_parts is None or len(mine_parts) != len(labels):
        return ""
    pairs = list(zip(labels, mine_parts, parts(call.truth), strict=True))
    if any(mine.shape != truth.shape for _, mine, truth in pairs):
        return ""
    label, mine, truth = max(pairs, key=lambda pair: distance(pair[1], pair[2]))
    if mine.ndim == 0:
        digits = 6 if f"{mine:z.6g}" != f"{truth:z.6g}" else 12
        which = f"{label}: " if label else ""
        return f"{which}yours is {mine:z.{digits}g}, it should be {truth:z.{digits}g}"
    worst = np.unravel_index(int(np.argmax(np.abs(mine - truth))), mine.shape)
    index = ", ".join(str(int(i)) for i in worst)
    digits = 4 if f"{mine[worst]:z.4g}" != f"{truth[worst]:z.4g}" else 12
    return (
        f"in {label or 'the result'}, entry [{index}] is {mine[worst]:z.{digits}g} and should be "
        f"{truth[worst]:z.{digits}g}"
    )


def _worst(calls: Sequence[Call]) -> Call:
    """Return the call whose result is furthest from the truth; the first if that cannot be told."""
    try:
        return max(calls, key=gap)
    except (TypeError, ValueError):
        return calls[0]


def labels_of(exercise: Exercise, truth: Any) -> list[str]:
    """Return the name of every part of a result, "" where there is only one."""

    def of(output: Output, value: Any) -> list[str]:
        if isinstance(value, list | tuple):
            return [output.entry(i) for i in range(len(value))]
        return [output.name]

    if len(exercise.returns) == 1:
        labels = of(exercise.returns[0], truth)
        return labels if len(labels) > 1 else [""]
    pairs = zip(exercise.returns, truth, strict=True)
    return [label for output, value in pairs for label in of(output, value)]


def shapes(exercise: Exercise, case: Case) -> str:
    """Return the shapes of a call's arrays as text: "called with A (5, 7), X (7, 4)"."""
    given = [
        f"{name} {_shapes(argument)}"
        for name, argument in zip(exercise.arguments, case.arguments, strict=False)
        if _shapes(argument)
    ]
    return f"called with {', '.join(given)}" if given else ""


def _shapes(argument: Any) -> str:
    """Return the shape of an array, or those of a list's arrays, as text; "" if it has none."""
    if isinstance(argument, np.ndarray):
        return str(argument.shape)
    arrays = argument if isinstance(argument, list | tuple) else ()
    return ", ".join(str(array.shape) for array in arrays if isinstance(array, np.ndarray))
