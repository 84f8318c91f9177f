"""Follow a learner's own lines: the first that leaves the way, though all that it uses is on it.

Every value of the trace is held against the quantities on the way to the right result: as it is,
transposed, times a factor that has a name, a sample's or a unit's slice, an entry, a sum over the
first samples. It is asked only about results that are known to be wrong: right solutions pass
through many a value that no list holds.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Any

import numpy as np

from bplib.checking.calls import FITS, Call, sizes
from bplib.checking.factors import CONSTANT, factor_name
from bplib.checking.trace import RETURNED, Step
from bplib.course.exercise import Exercise
from bplib.course.way import Quantity, way

_DIGITS = 7
_Key = tuple[Any, ...]


@dataclass(frozen=True)
class Match:
    """What a value is on the way: which quantity, in which form, times what."""

    quantity: str
    form: str  # "" for all of it
    factor: str


class Way:
    """The quantities of one call, ready to be recognised."""

    def __init__(self, quantities: Sequence[Quantity], numbers: Mapping[str, float]):
        self._sizes = numbers
        self._known: dict[_Key, list[tuple[Quantity, str, Any]]] = {}
        for quantity in quantities:
            for form, value in _forms(quantity):
                key = _key(value)
                if key is not None:
                    self._known.setdefault(key, []).append((quantity, form, value))

    def match(self, value: Any) -> Match | None:
        """Return what a value is on the way, None if it is nothing there."""
        array = _array(value)
        key = None if array is None else _key(array)
        if key is None or array is None:
            return None
        for quantity, form, right in self._known.get(key, ()):
            at = int(np.argmax(np.abs(right)))
            ratio = float(array.flat[at] / right.flat[at])
            if np.max(np.abs(array - ratio * right)) > FITS * np.max(np.abs(array)):
                continue
            factor = factor_name([ratio], [self._sizes], FITS)
            if factor is not None and factor != CONSTANT:
                return Match(quantity.name, form, factor)
        return None


def _array(value: Any) -> Any:
    """Return a number or an array of numbers as an array of floats, anything else as None."""
    if isinstance(value, bool | str) or value is None:
        return None
    try:
        array = np.asarray(value)
    except ValueError:
        return None
    if array.dtype.kind not in "iuf" or array.size == 0:
        return None
    return array.astype(float)


def _forms(quantity: Quantity) -> Iterator[tuple[str, Any]]:
    """Yield a quantity in every form in which a right solution may hold it."""
    whole = _array(quantity.value)
    if whole is None:
        return
    yield "", whole
    if whole.ndim == 2:
        yield "turned", whole.T
        for n in range(whole.shape[1]):
            yield f"column {n}", whole[:, n]
            yield f"column {n}", whole[:, n : n + 1]
        for i in range(whole.shape[0]):
            yield f"row {i}", whole[i]
            yield f"row {i}", whole[i : i + 1]
    if whole.ndim and whole.size <= 200:
        for index in np.ndindex(whole.shape):
            yield f"entry {list(index)}", whole[index]
    if len(quantity.parts) > 1:
        for n, (part, total) in enumerate(
            zip(quantity.parts, accumulate(quantity.parts), strict=True)
        ):
            yield f"the share of sample {n}", np.asarray(part)
            yield f"the sum up to sample {n}", np.asarray(total)


def _key(array: Any) -> _Key | None:
    """Return what two arrays share of which one is a multiple of the other."""
    array = np.asarray(array, dtype=float)
    most = np.max(np.abs(array), initial=0.0)
    if not np.isfinite(most) or most == 0.0:
        return None
    if array.ndim == 0 or array.size == 1:
        return (array.shape,)  # every number is a multiple of every other
    scaled = array / array.flat[int(np.argmax(np.abs(array)))]
    return (array.shape, *np.round(scaled, _DIGITS).ravel()[:12].tolist())


# --- lines ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Followed:
    """A step of the trace with what it is: on the way, neutral, or off it."""

    step: Step
    match: Match | None
    neutral: bool
    sources: tuple[int, ...]  # the steps that made what it uses

    @property
    def off(self) -> bool:
        """Whether its value is none of the quantities on the way."""
        return self.match is None and not self.neutral


def followed(exercise: Exercise, call: Call, steps: Sequence[Step]) -> list[Followed]:
    """Return every step of a trace with what it is on the way of its call."""
    known = Way(way(exercise, call.arguments, call.truth), sizes(exercise, call))
    last: dict[tuple[str, str], int] = {}
    returned = -1
    found: list[Followed] = []
    for i, step in enumerate(steps):
        sources = [last[key] for use in step.uses if (key := (step.function, use)) in last]
        if returned >= 0 and steps[returned].function in step.uses:
            sources.append(returned)
        values = step.value if isinstance(step.value, tuple) else (step.value,)
        matches = [known.match(value) for value in values]
        neutral = all(
            match is not None or _neutral(value)
            for match, value in zip(matches, values, strict=True)
        )
        found.append(
            Followed(step, matches[0] if len(matches) == 1 else None, neutral, _t(sources))
        )
        last[step.function, step.name] = i
        if step.name == RETURNED:
            returned = i
    return found


def _t(numbers: Sequence[int]) -> tuple[int, ...]:
    return tuple(dict.fromkeys(numbers))


def _neutral(value: Any) -> bool:
    """Return whether a value says nothing: a count, a truth value, text, zeros, ones."""
    if isinstance(value, np.ndarray):
        return value.dtype.kind in "biu" or bool(np.all(value == 0) or np.all(value == 1))
    return not isinstance(value, float) or value in (0.0, 1.0, 2.0, 0.5)


def first_off(steps: Sequence[Followed]) -> Followed | None:
    """Return the first step off the way from which nothing later finds back to it.

    All that it uses is on the way. None where no step is off, or the first one uses something
    that cannot be told.
    """
    cleared = _cleared(steps)
    for i, each in enumerate(steps):
        if not each.off or i in cleared:
            continue
        used = [steps[source] for source in each.sources]
        if all(not other.off or j in cleared for j, other in zip(each.sources, used, strict=True)):
            return each
        return None
    return None


def _cleared(steps: Sequence[Followed]) -> set[int]:
    """Return the steps off the way that lead back to it."""
    cleared: set[int] = set()
    for i in range(len(steps) - 1, -1, -1):
        if i in cleared or steps[i].match is not None:
            cleared.update(steps[i].sources)
    return cleared
