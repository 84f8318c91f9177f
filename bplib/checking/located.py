"""Add to what explains wrong values the line that goes wrong, seen in the trace.

Where nothing has explained them yet, the value that the line gives is looked up among the wrong
quantities of all exercises; where that does not tell either, the line alone is said.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from bplib.checking.calls import Call
from bplib.checking.follow import Followed, first_off, followed
from bplib.checking.hypotheses import Explanation
from bplib.checking.trace import RETURNED, Step
from bplib.checking.wrong_quantities import wrong_quantity
from bplib.course.exercise import Exercise
from bplib.finding import Finding

GUESSED = ("step-", "wrong-output-error", "wrong-slope", "wrong-way-back", "doubled-", "order-of-")
"""Codes that were inferred from the result alone: what the learner's lines show is better."""


def located(
    exercise: Exercise, call: Call, trace: Sequence[Step], explanation: Explanation
) -> Explanation:
    """Return what explains wrong values with the line that goes wrong.

    Parameters
    ----------
    exercise : Exercise
        What was asked.
    call : Call
        The call of the trace.
    trace : sequence of Step
        What the learner's lines computed in it.
    explanation : Explanation
        What is known without the trace; it is returned as it is where the trace does not tell.
    """
    try:
        steps = followed(exercise, call, trace)
        off = first_off(steps)
        if off is None:
            return _another_quantity(exercise, steps, explanation)
        return _at(exercise, call, steps, off, explanation)
    except (ArithmeticError, LookupError, TypeError, ValueError):
        return explanation  # what cannot be followed is judged by its result alone


def _at(
    exercise: Exercise,
    call: Call,
    steps: Sequence[Followed],
    off: Followed,
    explanation: Explanation,
) -> Explanation:
    first, *others = explanation.findings
    line = ((off.step.line, off.step.text),)
    if first.code and not first.code.startswith(GUESSED):
        return replace(explanation, findings=(replace(first, lines=line), *others))
    evidence = first.evidence if first.code else _gave(off.step)
    named = wrong_quantity(exercise, call, off.step.value)
    if named:
        named = replace(named, lines=line, evidence=_gave(off.step))
        return Explanation((named, *_besides(steps, off)))
    if first.code:
        return replace(explanation, findings=(replace(first, lines=line), *others))
    where = "This line of it" if off.step.function == exercise.name else "This line of a helper"
    found = Finding(
        "leaves-the-way",
        f"{where} is where it goes wrong: all that it uses is right, and what it gives is not what "
        "comes next.",
        f"Work this one line by hand for the smallest shapes; replay({exercise.name}) shows its "
        "numbers.",
        evidence,
        lines=line,
    )
    return Explanation((found, *_besides(steps, off)))


def _gave(step: Step) -> str:
    """Return what a step gave: its name with its shape, or its number."""
    what = "It returns" if step.name == RETURNED else f"{step.name} is"
    value = step.value
    if isinstance(value, np.ndarray):
        return f"{what} an array of shape {value.shape}, its first entry {value.flat[0]:.4g}"
    return f"{what} {value:.6g}" if isinstance(value, float | int) else ""


def _besides(steps: Sequence[Followed], off: Followed) -> tuple[Finding, ...]:
    """Return that another line goes wrong too, of its own: one that uses nothing of this one."""
    spoilt = {steps.index(off)}
    for i, each in enumerate(steps):
        if i in spoilt or not each.off or each.step.line == off.step.line:
            continue
        if spoilt & set(each.sources):
            spoilt.add(i)
        elif i > min(spoilt) and each.sources and first_off(steps[i:]) is each:
            says = "And something else goes wrong after that: mend this first."
            return (Finding("something-else", says, lines=((each.step.line, each.step.text),)),)
    return ()


def _another_quantity(
    exercise: Exercise, steps: Sequence[Followed], explanation: Explanation
) -> Explanation:
    """Say which right quantity is returned in place of the one that is asked for."""
    ends: list[Any] = [s for s in steps if s.step.name == RETURNED]
    if explanation.findings[0].code or not ends:
        return explanation
    last = ends[-1]
    match = last.match
    if last.step.function != exercise.name or match is None or match.form or match.factor:
        return explanation
    found = Finding(
        "returns-another-quantity",
        f"What it returns is {match.quantity}, which is right but not what is asked for.",
        "The docstring says what is to be returned.",
        lines=((last.step.line, last.step.text),),
    )
    return Explanation((found,))
