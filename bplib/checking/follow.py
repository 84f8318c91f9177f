"""Follow a learner's own lines: the first that leaves the way, though all that it uses is on it.

Every value of the trace is held against the quantities on the way to the right result: as it is,
transposed, times a factor that has a name, a sample's or a unit's slice, an entry, a sum over the
first samples. It is asked only about results that are known to be wrong: right solutions pass
through many a value that no list holds.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate
from typing import Any

import numpy as np

from bplib.checking.calls import FITS, Call, sizes
from bplib.checking.factors import digits, named_factors
from bplib.checking.trace import RETURNED, Place, Trace
from bplib.course.exercise import Exercise
from bplib.course.way import Quantity, way

_DIGITS = 7
_MODULES = {"np", "numpy", "math"}
_EMPTY = re.compile(r"\bempty(_like)?\(")  # what is in such an array at first says nothing
PARTLY, ENTRY = "partly filled", "entry"
TURNED, SHARE, UP_TO = "turned", "the share of sample", "the sum up to sample"
"""What forms of a quantity are called: transposed, and such as are not yet all of it."""
_MOST_ENTRIES = 200  # of a quantity whose entries are recognised one by one
_Key = tuple[Any, ...]
_Forms = dict[_Key, list[tuple[Quantity, str, Any]]]


@dataclass(frozen=True)
class Match:
    """What a value is on the way: which quantity, in which form, times what."""

    quantity: str
    form: str  # "" for all of it
    factor: str


class Way:
    """The quantities of one call, ready to be recognised."""

    def __init__(self, quantities: Sequence[Quantity], numbers: Mapping[str, float]):
        self._factors = named_factors(numbers)
        self._quantities, self._N = quantities, numbers.get("N", 1.0)
        self._arrays: dict[tuple[int, ...], _Forms] = {}
        wholes = ((quantity.name, _array(quantity.value)) for quantity in quantities)
        self._wholes = [(name, whole) for name, whole in wholes if whole is not None]

    @cached_property
    def _numbers(self) -> dict[str, Match]:
        """What is a number on the way, or such a one times a factor, by its digits."""
        N = self._N
        factors = {"": 1.0, "−1": -1.0, "2": 2.0, "½": 0.5, "N": N, "1/N": 1 / N}
        found: dict[str, Match] = {}
        for quantity in self._quantities:
            for form, value in _forms(quantity, entries=True):
                if value.size == 1:
                    for name, factor in factors.items():
                        key = digits(factor * value.item())
                        found.setdefault(key, Match(quantity.name, form, name))
        return found

    def _of_shape(self, shape: tuple[int, ...]) -> _Forms:
        """Return what has a shape on the way; most shapes are never asked for."""
        if shape not in self._arrays:
            found: _Forms = {}
            self._arrays[shape] = found
            for quantity in self._quantities:
                for form, value in _forms(quantity, entries=False):
                    if value.shape == shape:
                        found.setdefault(_key(value), []).append((quantity, form, value))
        return self._arrays[shape]

    def match(self, value: Any) -> Match | None:
        """Return what a value is on the way, None if it is nothing there."""
        array = _array(value)
        if array is None or not np.all(np.isfinite(array)) or not np.any(array):
            return None
        if array.size == 1:
            return self._numbers.get(digits(array.item()))
        for quantity, form, right in self._of_shape(array.shape).get(_key(array), ()):
            at = int(np.argmax(np.abs(right)))
            ratio = float(array.flat[at] / right.flat[at])
            factor = self._factors.get(digits(ratio))
            off = np.max(np.abs(array - ratio * right))
            if factor is not None and off <= FITS * np.max(np.abs(array)):
                return Match(quantity.name, form, factor)
        return self._partly_filled(array)

    def _partly_filled(self, array: Any) -> Match | None:
        """Return the quantity of which an array holds some entries and else zeros."""
        filled = array != 0
        for name, right in self._wholes:
            if right.shape == array.shape and not filled.all():
                gap = np.abs(array[filled] - right[filled])
                if np.all(gap <= FITS * np.max(np.abs(right))):
                    return Match(name, PARTLY, "")
        return None


def _key(array: Any) -> _Key:
    """Return what two arrays share of which one is a multiple of the other."""
    scaled = array / array.flat[int(np.argmax(np.abs(array)))]
    return tuple(np.round(scaled, _DIGITS).ravel()[:12].tolist())


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


def _forms(quantity: Quantity, entries: bool) -> Iterator[tuple[str, Any]]:
    """Yield a quantity in every form in which a right solution may hold it, its entries or not."""
    whole = _array(quantity.value)
    if whole is None or not np.all(np.isfinite(whole)) or not np.any(whole):
        return
    yield "", whole
    if whole.ndim == 2:
        yield TURNED, whole.T
        for n in range(whole.shape[1]):
            yield from _slices(f"column {n}", whole[:, n], whole[:, n : n + 1])
        for i in range(whole.shape[0]):
            yield from _slices(f"row {i}", whole[i], whole[i : i + 1])
    if whole.ndim == 3:
        for k in range(whole.shape[0]):
            yield from _slices(f"array {k}", whole[k])
    if entries and whole.ndim and whole.size <= _MOST_ENTRIES:
        for index in np.ndindex(whole.shape):
            yield f"{ENTRY} {list(index)}", whole[index]
    if len(quantity.parts) > 1:
        for n, (part, total) in enumerate(
            zip(quantity.parts, accumulate(quantity.parts), strict=True)
        ):
            yield from _slices(f"{SHARE} {n}", np.asarray(part))
            yield from _slices(f"{UP_TO} {n}", np.asarray(total))


def _slices(form: str, *slices: Any) -> Iterator[tuple[str, Any]]:
    for part in slices:
        if np.any(part):
            yield form, part


# --- lines ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Followed:
    """A note of the trace with what it is: on the way, neutral, or off it.

    Parameters
    ----------
    place : Place
        Where it was taken.
    value : plain data
        The value.
    match : Match or None
        What the value is on the way.
    neutral : bool
        Whether it says nothing: a count, zeros, several values that are all on the way.
    sources : tuple of int
        The notes that made what it uses.
    """

    place: Place
    value: Any
    match: Match | None
    neutral: bool
    sources: tuple[int, ...]

    @property
    def off(self) -> bool:
        """Whether its value is none of the quantities on the way."""
        return self.match is None and not self.neutral


def followed(exercise: Exercise, call: Call, trace: Trace) -> list[Followed]:
    """Return every note of a trace with what it is on the way of its call."""
    known = Way(way(exercise, call.arguments, call.truth), sizes(exercise, call))
    names: dict[tuple[str, str], int] = {}
    latest: dict[int, int] = {}
    returned: int | None = None
    found: list[Followed] = []
    empty: set[tuple[str, str]] = set()
    often = Counter(note.place for note in trace.notes)
    arrays = all(output.shape for output in exercise.returns)
    for i, note in enumerate(trace.notes):
        place = trace.places[note.place]
        made = [names[key] for use in place.uses if (key := (place.function, use)) in names]
        made += [latest[part] for part in place.parts if part in latest]
        if returned is not None and found[returned].place.function in place.uses:
            made.append(returned)
        values = note.value if isinstance(note.value, tuple) else (note.value,)
        matches = [known.match(value) for value in values]
        if matches == [None] and _is_list_of_arrays(note.value):
            values = tuple(note.value)
            matches = [known.match(value) for value in values]
        told = zip(matches, values, strict=True)
        neutral = all(match is not None or _neutral(value) for match, value in told)
        if _EMPTY.search(place.text) and not place.inner:
            empty.add((place.function, place.name))
        neutral |= (place.function, place.name) in empty or bool(_EMPTY.search(place.name))
        written = _MODULES.issuperset(place.uses) and place.role != "parameter"
        neutral |= written  # a number that stands there says nothing
        neutral |= arrays and often[note.place] > 1 and np.ndim(note.value) == 0  # one of many
        match = matches[0] if len(matches) == 1 else None
        found.append(Followed(place, note.value, match, neutral, tuple(dict.fromkeys(made))))
        latest[note.place] = i
        if not place.inner:
            names[place.function, place.name] = i
        if place.name == RETURNED:
            returned = i
    return found


def _is_list_of_arrays(value: Any) -> bool:
    return (
        isinstance(value, list)
        and len(value) > 0
        and all(isinstance(part, np.ndarray) for part in value)
    )


def _neutral(value: Any) -> bool:
    """Return whether a value says nothing: a count, a truth value, text, zeros, ones."""
    if isinstance(value, np.ndarray):
        return value.dtype.kind in "biu" or bool(np.all(value == 0) or np.all(value == 1))
    return not isinstance(value, float) or value in (0.0, 1.0, 2.0, 0.5)


def first_off(notes: Sequence[Followed]) -> int | None:
    """Return the first note off the way from which nothing later finds back to it, by number.

    All that it uses is on the way. None where no note is off, or the first one uses something
    that cannot be told.
    """
    cleared = _cleared(notes)
    for i, each in enumerate(notes):
        if each.off and i not in cleared:
            used = [j for j in each.sources if notes[j].off and j not in cleared]
            if each.place.role == "parameter":
                return _caller(notes, i)
            return None if used else _unfinished(notes, i)
    return None


def _caller(notes: Sequence[Followed], parameter: int) -> int | None:
    """Return the note of the call that handed a helper what is off, None if it never came back."""
    helper = notes[parameter].place.function
    for i in range(parameter, len(notes)):
        if notes[i].place.function != helper and helper in notes[i].place.uses:
            return i
    return None


def _unfinished(notes: Sequence[Followed], off: int) -> int:
    """Return what a note off the way takes for finished, if that is only a share; else the note.

    Where a line is off because it goes on with one sample's share, the line that made it is wrong.
    """
    for j in notes[off].sources:
        match = notes[j].match
        alone = match is not None and match.form.startswith(SHARE)
        if alone and not notes[j].place.inner and notes[off].place.name == RETURNED:
            return j
    return off


def came_back(notes: Sequence[Followed]) -> set[int]:
    """Return the notes inside helpers that returned what is on the way: theirs is no mistake."""
    found: set[int] = set()
    main = notes[-1].place.function if notes else ""
    for i, each in enumerate(notes):
        if each.place.name != RETURNED or each.match is None or each.place.function == main:
            continue
        found.add(i)
        for j in range(i - 1, -1, -1):
            if notes[j].place.function == each.place.function:
                if notes[j].place.name == RETURNED:
                    break
                found.add(j)
    return found


def _cleared(notes: Sequence[Followed]) -> set[int]:
    """Return the notes off the way that lead back to it."""
    cleared = came_back(notes)
    for i in range(len(notes) - 1, -1, -1):
        if i in cleared or notes[i].match is not None:
            cleared.update(notes[i].sources)
    return cleared
