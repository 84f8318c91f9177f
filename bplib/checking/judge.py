"""The last step of a check: say whether the reply is right, and if not, what to mend first.

The order is that of a good tutor: what stops everything else comes first (it raises, it returns
nothing), then the shape, then numbers that are no numbers, then manners (arguments changed,
another result at the second call), and only then the values.
"""

import warnings
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from bplib.checking import stages
from bplib.checking.call import Outcome, Reply, handed
from bplib.checking.calls import (
    FITS,
    FITS_SINGLE,
    Call,
    compared,
    listed,
    lists_made_arrays,
    parts_or_none,
    single,
)
from bplib.checking.explain import by_numbers, explain
from bplib.checking.hypotheses import FACTOR_CREDIT, Explanation, known_mistake
from bplib.checking.kernel import numpys_own, remark
from bplib.checking.located import located
from bplib.checking.looks import fitted
from bplib.checking.plain import parts
from bplib.checking.raising import not_called, raised
from bplib.checking.trace import NO_TRACE, Trace
from bplib.checking.verdict import Verdict
from bplib.course import find
from bplib.course.exercise import Exercise
from bplib.course.probe import BEYOND_EXP, Case, Probe
from bplib.derivatives import distance
from bplib.finding import Finding

RIGHT = 1e-11  # the worst right answer in double precision ever seen is at 2e-14
RIGHT_SINGLE = 5e-5  # in single precision, 6e-6
GREY = 1e-6  # up to here it looks like finite differences, or a stabilising epsilon


def judge(probe: Probe, reply: Reply) -> Verdict:
    """Say whether a reply is right and, if not, what is wrong, by which evidence, what is next.

    Parameters
    ----------
    probe : Probe
        What was asked.
    reply : Reply
        What came back.

    Returns
    -------
    Verdict
        What is wrong first.
    """
    with numpys_own(), np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # results may be as large or as small as they like
        return _judged(find(probe.exercise, notebook=probe.notebook), probe, reply)


def _judged(exercise: Exercise, probe: Probe, reply: Reply) -> Verdict:
    if reply.kind:
        return Verdict(exercise.name, (not_called(exercise, reply.kind),))
    verdict = _with_helpers(exercise, probe, reply)
    numerical = any(outcome.numerical for outcome in reply.outcomes)
    if verdict.right and numerical and not exercise.nudging:
        verdict = replace(verdict, findings=(by_numbers(),))
    if exercise.unaided:
        whole = tuple(replace(finding, credit=0.0) for finding in verdict.findings)
        verdict = replace(verdict, findings=whole)
    notes = (*verdict.notes, *map(remark, reply.remarks))
    return replace(verdict, notes=tuple(dict.fromkeys(notes)))


def _with_helpers(exercise: Exercise, probe: Probe, reply: Reply) -> Verdict:
    """Return the verdict on a function that may call earlier answers that are not right."""
    trace = NO_TRACE if reply.helped else reply.trace
    verdict = _judge(exercise, probe.cases, reply.outcomes, reply.traits, trace)
    if verdict.right or not reply.helped:
        return verdict
    helped = _judge(exercise, probe.cases, reply.helped, reply.traits, reply.trace)
    if as_good(reply):
        raised = any(outcome.raised for outcome in reply.outcomes)
        return verdict if raised else helped  # with the learner's own shapes and lines
    helpers = " and ".join(reply.helpers)
    one = "which is" if len(reply.helpers) == 1 else "of which at least one is"
    if reply.missing:
        missing = " and ".join(reply.missing)
        note = (
            f"It calls {missing}, which this notebook does not define; this was seen with a right "
            f"one in its place{', and it counts as right' if helped.right else ''}."
        )
    elif helped.right:
        note = (
            f"What {exercise.name} itself does is right, and it counts as right. It calls "
            f"{helpers}, {one} not right yet: mend that, or what comes out here stays wrong."
        )
    else:
        note = f"It calls {helpers}, {one} not right either; this was seen with right ones."
    if not helped.right and (not helped.codes or (verdict.codes and not _stuck(reply))):
        return verdict
    return replace(helped, notes=(*helped.notes, note))


def _stuck(reply: Reply) -> bool:
    """Return whether it was an earlier answer that raised, or that is not there."""
    raised = [outcome.raised for outcome in reply.outcomes if outcome.raised]
    return any(
        error.helper in reply.helpers
        or (error.type == "NameError" and any(f"'{n}'" in error.message for n in reply.missing))
        for error in raised
    )


def as_good(reply: Reply) -> bool:
    """Return whether right stand-ins for earlier answers make no difference to a reply."""
    pairs = zip(reply.outcomes, reply.helped, strict=False)
    try:
        with np.errstate(all="ignore"):
            return all(_as_good(own, helped) for own, helped in pairs)
    except (TypeError, ValueError):
        return False


def _as_good(own: Outcome, helped: Outcome) -> bool:
    """Return whether a call ended alike: with the same numbers, or the same exception there."""
    if own.raised and helped.raised:
        return own.raised.type == helped.raised.type
    return all(
        mine.shape == theirs.shape and distance(mine, theirs) < FITS
        for mine, theirs in zip(parts(own.result), parts(helped.result), strict=True)
    )


def _judge(
    exercise: Exercise,
    cases: tuple[Case, ...],
    outcomes: Sequence[Outcome],
    traits: tuple[str, ...],
    trace: Trace,
) -> Verdict:
    """Return the verdict on the outcomes of a probe's cases and the trace of the first."""

    def verdict(found: Explanation | Finding | None, printed: str) -> Verdict:
        if found is None or isinstance(found, Finding):
            found = Explanation((found,) if found else ())
        findings = tuple(fitted(exercise, finding, traits) for finding in found.findings)
        return Verdict(exercise.name, findings, found.alternatives, printed=printed)

    if len(outcomes) < len(cases) and not (outcomes and outcomes[-1].raised):
        return verdict(_UNANSWERED, "")
    calls: list[Call] = []
    notes: tuple[str, ...] = ()
    refusal = None
    for case, outcome in zip(cases, outcomes, strict=False):
        if case.special == BEYOND_EXP and _overflowed(outcome):
            notes = (_OVERFLOWS.format(note=case.note),)
            continue
        found = raised(exercise, case, outcome, traits)
        if case.raises:
            refusal = refusal or (found and verdict(found, outcome.printed))
        elif found:
            return verdict(_raises_later(exercise, calls, case, found), outcome.printed)
        else:
            calls.append(compared(exercise, case, outcome))
            if lists_made_arrays(exercise, calls[-1], outcome.result):
                notes = (*notes, _LIST)
    for stage, call in _in_order(calls):
        first = stage(exercise, call)
        if first:
            explanation = _explained(exercise, calls, call, stage, first)
            return verdict(explanation, call.outcome.printed)
    values, remarks = _values(exercise, calls, traits)
    if refusal and not values:
        return refusal
    told = exercise.score or (exercise.unaided and values and values.findings[0].code)
    if values and trace.notes and not told:
        traced = next(call for call in calls if call.case.values)
        if _off(exercise, traced):
            values = located(exercise, traced, trace, values)
    result = verdict(values, calls[0].outcome.printed if calls else "")
    said = (*notes, *remarks) if result.right else remarks
    return replace(result, notes=tuple(dict.fromkeys(said)))


def _raises_later(
    exercise: Exercise, calls: list[Call], case: Case, raised: Finding
) -> Explanation | Finding:
    """Return what is wrong with a function that raises, by what came of the calls before that.

    It may raise because of what an earlier call left behind; and where the sizes are such that a
    known mistake gives numbers, as it does not here, these name it.
    """
    unsteady = stages.not_repeated(exercise, calls[0]) if calls else None
    if unsteady:
        return unsteady
    named = known_mistake(exercise, calls, raising=case)
    if named is None:
        return raised
    first, *others = named.findings
    first = replace(first, credit=0.0, lines=raised.lines)
    return replace(named, findings=(first, *others, raised))


_OVERFLOWS = (
    "With {note} it overflows; everywhere else it is right. That is enough here, and there are "
    "ways to write it that never overflow."
)
_LIST = (
    "It returns a list of numbers where an array belongs. The numbers are right, and it counts; "
    "but code that goes on with it, with @ or .T or .shape, needs a NumPy array."
)


def _overflowed(outcome: Outcome) -> bool:
    if outcome.raised:
        return outcome.raised.type == "OverflowError"
    numbers = parts_or_none(outcome.result)
    return numbers is not None and not all(np.isfinite(part).all() for part in numbers)


def passes(exercise: Exercise, case: Case, outcome: Outcome, truth: Any) -> bool:
    """Say whether one call's outcome is right, without a word about what is wrong.

    Parameters
    ----------
    exercise : Exercise
        What was asked.
    case : Case
        The call.
    outcome : Outcome
        What came back.
    truth : plain data
        What should have.
    """
    if case.special == BEYOND_EXP and _overflowed(outcome):
        return True
    if raised(exercise, case, outcome) or (outcome.numerical and not exercise.nudging):
        return False
    if case.raises:
        return True
    arguments = handed(case)
    call = Call(case, listed(exercise, outcome, truth), arguments, truth)
    if any(stage(exercise, call) for stage in _STAGES):
        return False
    if exercise.examine:
        after = call.outcome.arguments
        return exercise.examine(call.arguments, after, call.result, truth) is None
    return _mark(exercise, call, partly_single=False) in ("right", "allowed", "single")


_UNANSWERED = Finding(
    "unanswered",
    "There is no answer to every call of this check.",
    "Run the check once more.",
)


# --- before the values ------------------------------------------------------------------------

_STAGES = (
    stages.wrong_type,
    stages.wrong_shape,
    stages.not_finite,
    stages.changed_argument,
    stages.not_repeated,
)


def _in_order(calls: list[Call]) -> Iterator[tuple[Any, Call]]:
    """Yield what to look at, at which call, in the order in which it matters.

    Who gives another result at the second call is told that first: later results are no wiser.
    """
    for stage in (stages.wrong_type, stages.wrong_shape, stages.not_repeated):
        for call in calls[:1]:
            yield stage, call
    for stage in _STAGES:
        for call in calls:
            yield stage, call


def _explained(
    exercise: Exercise, calls: list[Call], call: Call, stage: Any, first: Finding
) -> Explanation:
    """Add to what is wrong before the values were looked at what the values tell."""
    alone = Explanation((first,))
    if stage in (stages.wrong_type, stages.wrong_shape):
        named = known_mistake(exercise, calls, factors_too=False)
        if named:
            main = replace(named.findings[0], evidence=first.evidence)
            return replace(named, findings=(main, *named.findings[1:]))
        if first.code == "transposed" and _transposed(calls):
            return Explanation((replace(first, credit=FACTOR_CREDIT),))
        better = _list_examined(exercise, call)
        return Explanation((better,)) if better else alone
    if stage is stages.not_finite:
        return known_mistake(exercise, calls) or _elsewhere_too(exercise, calls, first) or alone
    if stage is stages.not_repeated:
        return alone
    values, _ = _values(exercise, calls, ())
    if not values or not values.findings[0].code:
        return alone
    return replace(values, findings=(replace(first, credit=0.0), *values.findings))


def _elsewhere_too(exercise: Exercise, calls: list[Call], first: Finding) -> Explanation | None:
    """Return what is wrong where every number is one: it comes before what overflows elsewhere."""
    finite = [call for call in calls if not stages.not_finite(exercise, call)]
    if not any(call is calls[0] for call in finite) or not _off(exercise, calls[0]):
        return None
    values, _ = _values(exercise, finite, ())
    if not values or not values.findings[0].code:
        return None
    return replace(values, findings=(*values.findings, first))


def _list_examined(exercise: Exercise, call: Call) -> Finding | None:
    """Return what `examine` calls a list of arrays of which length or shapes are wrong."""
    if exercise.examine is None or not isinstance(call.truth, list):
        return None
    if not isinstance(call.result, list | tuple):
        return None
    if not all(isinstance(part, np.ndarray) for part in call.result):
        return None
    return exercise.examine(call.arguments, call.outcome.arguments, call.result, call.truth)


def _transposed(calls: Sequence[Call]) -> bool:
    """Say whether a result is right but for the order of its axes, at every designed call."""
    pairs = [
        (mine, truth)
        for call in calls
        if call.case.values
        for mine, truth in zip(parts_or_none(call.result) or [], parts(call.truth), strict=False)
    ]
    return bool(pairs) and all(
        mine.ndim == 2
        and mine.T.shape == truth.shape
        and distance(mine.T, truth) <= (FITS_SINGLE if single(mine) else FITS)
        for mine, truth in pairs
    )


# --- values -----------------------------------------------------------------------------------


def _values(
    exercise: Exercise, calls: list[Call], traits: tuple[str, ...]
) -> tuple[Explanation | None, tuple[str, ...]]:
    """Return what is wrong with the values, None if they are right, and a remark if there is."""
    if exercise.examine:
        for call in calls:
            found = exercise.examine(
                call.arguments, call.outcome.arguments, call.result, call.truth
            )
            if found:
                named = known_mistake(exercise, calls)
                if named and not named.findings[0].evidence:
                    main = replace(named.findings[0], evidence=found.evidence)
                    named = replace(named, findings=(main, *named.findings[1:]))
                return named or _examined(found), ()
        return None, ()
    if exercise.score:
        found = exercise.score([(c.case.note, c.result, c.truth) for c in calls])
        return (_scored(exercise, calls, found) if found else None), ()
    marks = [_mark(exercise, call, "single" in traits) for call in calls]
    if "wrong" not in marks and "grey" not in marks:
        single = "single" in marks
        said = "It is computed in single precision (float32), at least in part: that is enough."
        allowed = exercise.remark if "allowed" in marks else ""
        return None, tuple(note for note in (said * single, allowed) if note)
    grey = "wrong" not in marks and exercise.allowance is None
    return explain(exercise, calls, grey), ()


def _scored(exercise: Exercise, calls: list[Call], found: Finding) -> Explanation:
    """Return what explains a score; the score says how many calls it is about."""
    named = known_mistake(exercise, calls, factors_too=False)
    if named is None:
        return Explanation((found,))
    main = replace(named.findings[0], evidence=found.evidence, credit=found.credit)
    return replace(named, findings=(main, *named.findings[1:]))


def _examined(found: Finding) -> Explanation:
    hint = "Work one small call by hand, step by step, beside what your function does."
    return Explanation((replace(found, look=found.look or hint),))


def _off(exercise: Exercise, call: Call) -> bool:
    """Return whether one call's values are wrong; another call's may be."""
    if exercise.examine:
        return bool(
            exercise.examine(call.arguments, call.outcome.arguments, call.result, call.truth)
        )
    return _mark(exercise, call, False) in ("grey", "wrong")


_MARKS = ("right", "allowed", "single", "grey", "wrong")


def _mark(exercise: Exercise, call: Call, partly_single: bool) -> str:
    """Return which of `_MARKS` one call's values get, from best to worst.

    Single precision is granted to results that hold no more, and, where the code speaks of it
    (`partly_single`), also to double ones: an intermediate array may have had fewer digits.
    """
    mine, truth = parts(call.result), parts(call.truth)
    allowed: list[Any] = [0.0] * len(truth)
    if exercise.allowance:
        allowed = parts(exercise.allowance(*call.arguments))
    worst = "right"
    for a, b, allowance in zip(mine, truth, allowed, strict=True):
        gap = distance(np.clip(a, b - allowance, b + allowance) - a + b, b)
        if gap <= RIGHT:
            mark = "right" if distance(a, b) <= RIGHT else "allowed"
        else:
            mark = "grey" if gap <= GREY else "wrong"
            few_digits = (partly_single or single(a)) and not isinstance(call.truth, int)
            if few_digits and gap <= RIGHT_SINGLE:
                mark = "single"
        worst = max(worst, mark, key=_MARKS.index)
    return worst
