"""The rows of all exercises as wrong quantities on the way of one: what went wrong at a line.

A slope that is forgotten inside `backward` is the same mistake as in `delta_A`: the rows of
`delta_A` are evaluated at the right quantities of this call, and a learner's value is looked up
among what they give.
"""

from collections.abc import Sequence

import numpy as np

from bplib.checking.calls import Call, parts_or_none, sizes
from bplib.checking.follow import ENTRY, PARTLY, Way
from bplib.checking.plain import parts, plain
from bplib.course import all_exercises
from bplib.course.exercise import Exercise
from bplib.course.mistakes import Mistake, known
from bplib.course.way import Quantity, way
from bplib.finding import Finding

_ALSO = {"delta_B": "Δ_B", "z": "Z"}
"""What a parameter of another exercise is called on the way, where that differs."""


def wrong_quantity(exercise: Exercise, call: Call, value: object) -> Finding | None:
    """Return what a value is by the rows of any exercise, None if no row gives it.

    Parameters
    ----------
    exercise : Exercise
        What was asked.
    call : Call
        The call in which the value arose.
    value : plain data
        The value.
    """
    quantities = {q.name: q.value for q in way(exercise, call.arguments, call.truth)}
    found: dict[str, Mistake] = {}
    named: list[Quantity] = []
    for other in all_exercises():
        arguments = _arguments(other, quantities)
        if arguments is None:
            continue
        if other.notebook > exercise.notebook:
            continue  # it speaks of what comes later
        if other.name == exercise.name and not _is_result(call, value):
            continue  # what is on the way there may well lack what is still to come
        for row in known(other):
            for i, formula in enumerate(row.formulas):
                try:
                    given = parts(plain(formula(*arguments)))
                except (ArithmeticError, LookupError, TypeError, ValueError):
                    continue  # a row that returns only some of its results, or does not fit here
                key = f"{other.notebook} {other.name} {row.code} {i}"
                found[key] = row
                named += [Quantity(key, part) for part in given]
    match = Way(named, sizes(exercise, call)).match(value)
    if match is None or match.form == PARTLY or match.form.startswith(ENTRY):
        return None  # zeros may be what is wrong, and a right sum has such an entry on its way
    row = found[match.quantity]
    return Finding(row.code, row.says, row.look)


def _is_result(call: Call, value: object) -> bool:
    """Return whether a value is what the function returned, or one of its parts."""
    results = parts_or_none(call.result) or []
    return any(np.array_equal(np.asarray(value), part) for part in results)


def _arguments(other: Exercise, quantities: dict[str, object]) -> Sequence[object] | None:
    """Return another exercise's arguments out of the quantities on the way, None if it has more."""
    names = [_ALSO.get(name, name) for name in other.arguments]
    if "delta" in other.arguments:
        layer = "Δ_B" if "H" in other.arguments else "Δ_A"
        names = [layer if name == "delta" else name for name in names]
    if not all(name in quantities for name in names) or other.examine:
        return None
    return [quantities[name] for name in names]
