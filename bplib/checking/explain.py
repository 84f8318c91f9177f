"""What explains wrong values, or, where nothing does, how they differ: in order of what it tells.

A known mistake comes first, then what the result itself gives away (all zero, the same at every
call), the first wrong step recovered from it, a property that fails; else it is described.
"""

import re
from collections.abc import Sequence
from typing import Any

import numpy as np

from bplib.checking.calls import FITS, Call, gap, labels_of, ratio, worst_entry
from bplib.checking.hypotheses import Explanation, known_mistake
from bplib.checking.likeness import alike, combined
from bplib.checking.plain import parts
from bplib.course.exercise import Exercise
from bplib.course.mistakes import first_wrong_step
from bplib.course.properties import PROPERTIES, Property, along
from bplib.finding import Finding

NUMERICAL_CREDIT = 0.5  # right numbers, without the formula that was asked for


def explain(exercise: Exercise, calls: Sequence[Call], grey: bool) -> Explanation:
    """Return what is wrong with a result of right type and shape and wrong values.

    Parameters
    ----------
    exercise : Exercise
        What was asked.
    calls : sequence of Call
        What was called, what came back.
    grey : bool
        Whether every value is within 1e-6 of the truth, which no mistake in a formula is.
    """
    if grey:
        return Explanation((_nearly(calls),))
    designed = [call for call in calls if call.case.values]
    wrong = [call for call in designed if gap(call) > FITS]
    if not wrong:
        return Explanation((_special(exercise, calls),))
    known = known_mistake(exercise, designed)
    if known:
        return known
    found = (
        _all_zero(designed)
        or _ignores_arguments(exercise, calls)
        or alike(exercise, designed)
        or first_wrong_step(exercise, [(call.arguments, call.result) for call in wrong])
        or combined(exercise, designed)
        or _breaks_a_property(exercise, calls)
        or _only_there(exercise, designed, wrong)
        or _described(exercise, wrong)
    )
    return Explanation((found,))


def by_numbers() -> Finding:
    """Return what there is to say of a right result that bplib's numerical derivatives produced."""
    return Finding(
        "finite-differences",
        "The numbers are right. They come from numerical differentiation, though, and what is "
        "asked for here is the way to have them without it.",
        "Numbers like these are how answers are checked. What gives them without nudging?",
        credit=NUMERICAL_CREDIT,
    )


def _nearly(calls: Sequence[Call]) -> Finding:
    return Finding(
        "finite-differences",
        "The numbers are right to six digits or more, but not to rounding, as a formula would be.",
        "Is it a finite difference, is a small constant added to be safe, or is something in "
        "single precision on the way? None of these is needed here.",
        f"largest difference: {max(map(gap, calls)):.1e} of the largest entry; a formula stays "
        "below 1e-13",
        credit=NUMERICAL_CREDIT,
    )


def _special(exercise: Exercise, calls: Sequence[Call]) -> Finding:
    call = max(calls, key=gap)
    return Finding(
        "wrong-in-a-special-case",
        f"It is right for most calls, but wrong with {call.case.note}.",
        "What in your code takes another road there?",
        worst_entry(exercise, [call]),
    )


def _only_there(
    exercise: Exercise, designed: Sequence[Call], wrong: Sequence[Call]
) -> Finding | None:
    """Return that a result is wrong only at calls that have something special about them."""
    ordinary = len(wrong) < len(designed) and all(call.case.note for call in wrong)
    return _special(exercise, wrong) if ordinary else None


def _all_zero(calls: Sequence[Call]) -> Finding | None:
    if any(np.any(part) for call in calls for part in parts(call.result)):
        return None
    one = isinstance(calls[0].truth, int | float)
    return Finding(
        "all-zero",
        "The result is always 0." if one else "Every entry is 0.",
        "Is what the loop computes ever put into what is returned?",
    )


def _ignores_arguments(exercise: Exercise, calls: Sequence[Call]) -> Finding | None:
    results, truths = [call.result for call in calls], [call.truth for call in calls]
    if not all(isinstance(value, int | float) for value in results + truths):
        return None
    if len(calls) <= 2 or len(set(results)) > 1 or len(set(truths)) == 1:
        return None
    return Finding(
        "ignores-its-arguments",
        "It returned the same number at every call, whatever it was called with.",
        "Does it use a variable of the notebook where it should use its own arguments?",
        worst_entry(exercise, calls),
    )


# --- properties -------------------------------------------------------------------------------

_AXES = {"N": "the samples", "n_hidden": "the hidden units", "n_out": "the outputs"}


def _breaks_a_property(exercise: Exercise, calls: Sequence[Call]) -> Finding | None:
    """Return that a result does not follow a change of the data as a right one does."""
    base = calls[0]
    if len(parts(base.truth)) != len(exercise.returns):
        return None
    for call in calls[1:]:
        if not call.case.changed:
            continue
        prop = PROPERTIES[call.case.changed]
        told = _broken(exercise, base, call, prop)
        if told:
            return Finding(
                call.case.changed,
                f"Called with {prop.note}, {told}",
                f"Which step treats {_AXES[prop.axis]} unequally, or counts them?",
                worst_entry(exercise, [base]),
            )
    return None


def _broken(exercise: Exercise, base: Call, call: Call, prop: Property) -> str:
    """Return how the right result follows a change and this one does not, "" if it does."""
    words = [output.shape for output in exercise.returns]
    undone = [
        [along(text, prop.axis, part, prop.undo) for text, part in zip(words, ps, strict=True)]
        for ps in (parts(call.result), parts(call.truth))
    ]
    pairs = zip(words, *undone, parts(base.result), parts(base.truth), strict=True)
    for text, mine, right, mine_before, right_before in pairs:
        share = ratio(right, right_before, FITS)
        if share is None or np.isnan(share) or _same(mine, share * mine_before):
            continue
        follows = "stays as it is"
        if prop.axis in re.findall(r"\w+", text):
            follows = "goes along with them"
        if share < 0.9:
            follows = "halves"
        factor = ratio(mine, mine_before, FITS)
        yours = f"becomes {factor:.4g} times as large" if factor else "does not"
        if not factor and follows == "stays as it is":
            yours = "becomes another one"
        return f"the right result {follows}; yours {yours}."
    return ""


def _same(mine: Any, right: Any) -> bool:
    return ratio(np.asarray(mine), np.asarray(right), FITS) == 1.0


# --- in words ---------------------------------------------------------------------------------


def _described(exercise: Exercise, calls: Sequence[Call]) -> Finding:
    """Say in words how the result differs, where no hypothesis fits."""
    call = calls[0]
    pairs = list(
        zip(labels_of(exercise, call.truth), parts(call.result), parts(call.truth), strict=True)
    )
    wrong = [pair for pair in pairs if not _same(pair[1], pair[2])]
    _, mine, truth = wrong[0]
    says = "The values are wrong."
    if len(wrong) < len(pairs):
        names = ", ".join(name for name, _, _ in wrong)
        says = f"The values of {names} are wrong; the rest is right."
    says += _where(mine, truth)
    if mine.ndim and np.any(mine) and np.any(truth):
        cosine = np.vdot(mine, truth) / (np.linalg.norm(mine) * np.linalg.norm(truth))
        length = np.linalg.norm(mine) / np.linalg.norm(truth)
        way = "nearly the same way" if cosine > 0.9 else "another way"
        times = "" if f"{length:.2g}" == "1" else f"{length:.2g} times "
        says += f" It is {times}as long as the right one"
        says += f" and points {way} (cosine {cosine:.2f})."
    look = "Print every intermediate result of one small call and work it by hand, or ask "
    return Finding("", says, f"{look}hint({exercise.name}).", worst_entry(exercise, [call]))


def _where(mine: Any, truth: Any) -> str:
    """Return which rows or columns are wrong, where only some are."""
    if mine.ndim != 2:
        return ""
    off = np.abs(mine - truth) > FITS * np.max(np.abs(truth), initial=1e-300)
    for axis, word in ((1, "row"), (0, "column")):
        lines = np.flatnonzero(off.any(axis=axis))
        if 0 < len(lines) < off.shape[1 - axis]:
            named = ", ".join(str(int(i)) for i in lines)
            one = len(lines) == 1
            return f" Only {word} {named} differs." if one else f" Only {word}s {named} differ."
    return ""
