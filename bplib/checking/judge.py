"""The last step of a check: say whether the reply is right, and if not, what to mend first.

The order is that of a good tutor: what stops everything else comes first (it raises, it returns
nothing), then the shape, then numbers that are no numbers, then manners (arguments changed,
another result at the second call), and only then the values.
"""

import warnings
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from bplib.checking import stages
from bplib.checking.call import Outcome, Reply, built
from bplib.checking.calls import (
    FITS,
    FITS_SINGLE,
    Call,
    compared,
    listed,
    parts_or_none,
    single,
)
from bplib.checking.explain import by_numbers, explain
from bplib.checking.hypotheses import FACTOR_CREDIT, Explanation, known_mistake
from bplib.checking.located import located
from bplib.checking.plain import parts
from bplib.checking.raising import raised
from bplib.checking.trace import NO_TRACE, Trace
from bplib.checking.verdict import Verdict
from bplib.course import find
from bplib.course.exercise import Exercise
from bplib.course.probe import Case, Probe
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
    with np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # results may be as large or as small as they like
        return _judged(find(probe.exercise, notebook=probe.notebook), probe, reply)


def _judged(exercise: Exercise, probe: Probe, reply: Reply) -> Verdict:
    trace = NO_TRACE if reply.helped else reply.trace
    verdict = _judge(exercise, probe.cases, reply.outcomes, trace)
    if verdict.right and any(outcome.numerical for outcome in reply.outcomes):
        return replace(verdict, findings=(by_numbers(),))
    if verdict.right or not reply.helped:
        return verdict
    helped = _judge(exercise, probe.cases, reply.helped, reply.trace)
    helpers = " and ".join(reply.helpers)
    one = "which is" if len(reply.helpers) == 1 else "of which at least one is"
    if helped.right:
        note = (
            f"What {exercise.name} itself does is right, and it counts as right. It calls "
            f"{helpers}, {one} not right yet: mend that, or what comes out here stays wrong."
        )
    elif verdict.codes or not helped.codes:
        return verdict
    else:
        note = f"It calls {helpers}, {one} not right either; this was seen with right ones."
    return replace(helped, notes=(*helped.notes, note))


def _judge(
    exercise: Exercise,
    cases: tuple[Case, ...],
    outcomes: Sequence[Outcome],
    trace: Trace,
) -> Verdict:
    """Return the verdict on the outcomes of a probe's cases and the trace of the first."""

    def verdict(found: Explanation | Finding | None, printed: str) -> Verdict:
        if found is None or isinstance(found, Finding):
            found = Explanation((found,) if found else ())
        return Verdict(exercise.name, found.findings, found.alternatives, printed=printed)

    calls: list[Call] = []
    refusal = None
    for case, outcome in zip(cases, outcomes, strict=False):
        found = raised(exercise, case, outcome)
        if case.raises:
            refusal = refusal or (found and verdict(found, outcome.printed))
        elif found:
            return verdict(found, outcome.printed)
        else:
            calls.append(compared(exercise, case, outcome))
    for stage in _STAGES:
        for call in calls:
            first = stage(exercise, call)
            if first:
                explanation = _explained(exercise, calls, call, stage, first)
                return verdict(explanation, call.outcome.printed)
    values, notes = _values(exercise, calls)
    if refusal and not values:
        return refusal
    if values and trace.notes:
        traced = next(call for call in calls if call.case.values)
        values = located(exercise, traced, trace, values)
    return replace(verdict(values, calls[0].outcome.printed if calls else ""), notes=notes)


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
    if raised(exercise, case, outcome) or outcome.numerical:
        return False
    if case.raises:
        return True
    arguments = tuple(map(built, case.arguments))
    call = Call(case, listed(exercise, outcome, truth), arguments, truth)
    if any(stage(exercise, call) for stage in _STAGES):
        return False
    if exercise.examine:
        after = call.outcome.arguments
        return exercise.examine(call.arguments, after, call.result, truth) is None
    return _mark(exercise, call) in ("right", "single")


# --- before the values ------------------------------------------------------------------------

_STAGES = (
    stages.wrong_type,
    stages.wrong_shape,
    stages.not_finite,
    stages.changed_argument,
    stages.not_copied,
    stages.not_repeated,
)


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
        return known_mistake(exercise, calls) or alone
    if stage is stages.not_repeated:
        return alone
    values, _ = _values(exercise, calls)
    if not values or not values.findings[0].code:
        return alone
    # A step that is not taken matters more than whose array it is; a changed argument, less.
    if stage is stages.not_copied:
        return replace(values, findings=(*values.findings, first))
    return replace(values, findings=(replace(first, credit=0.0), *values.findings))


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


def _values(exercise: Exercise, calls: list[Call]) -> tuple[Explanation | None, tuple[str, ...]]:
    """Return what is wrong with the values, None if they are right, and a remark if there is."""
    if exercise.examine:
        for call in calls:
            found = exercise.examine(
                call.arguments, call.outcome.arguments, call.result, call.truth
            )
            if found:
                return known_mistake(exercise, calls) or _examined(found), ()
        return None, ()
    marks = [_mark(exercise, call) for call in calls]
    if all(mark == "right" for mark in marks):
        return None, ()
    if all(mark in ("right", "single") for mark in marks):
        return None, ("The result has single precision (float32), which is enough.",)
    grey = "wrong" not in marks and exercise.allowance is None
    return explain(exercise, calls, grey), ()


def _examined(found: Finding) -> Explanation:
    hint = "Work one small call by hand, step by step, beside what your function does."
    return Explanation((replace(found, look=found.look or hint),))


def _mark(exercise: Exercise, call: Call) -> str:
    """Return "right", "single" (precision), "grey" or "wrong" for one call's values."""
    mine, truth = parts(call.result), parts(call.truth)
    allowed: list[Any] = [0.0] * len(truth)
    if exercise.allowance:
        allowed = parts(exercise.allowance(*call.arguments))
    worst = "right"
    for a, b, allowance in zip(mine, truth, allowed, strict=True):
        gap = distance(np.clip(a, b - allowance, b + allowance) - a + b, b)
        if gap <= RIGHT:
            continue
        mark = "grey" if gap <= GREY else "wrong"
        if single(a) and not isinstance(call.truth, int) and gap <= RIGHT_SINGLE:
            mark = "single"
        worst = max(worst, mark, key=["right", "single", "grey", "wrong"].index)
    return worst
