"""Add to what explains wrong values the line that goes wrong, seen in the trace.

Where nothing has explained them yet, the value that the line gives is looked up among the wrong
quantities of all exercises; where that does not tell either, the line alone is said.
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from bplib.checking.calls import Call
from bplib.checking.follow import TURNED, Followed, first_off, followed
from bplib.checking.hypotheses import Explanation
from bplib.checking.trace import RETURNED, Trace
from bplib.checking.wrong_quantities import wrong_quantity
from bplib.course.exercise import Exercise
from bplib.finding import Finding

GUESSES = {
    "wrong-output-error": ("Δ_B", "the error"),
    "wrong-slope": ("the slope of tanh", "the slope of the sigmoid"),
    "wrong-way-back": ("the error at H",),
    "step-h-as-the-input": ("the gradient of B", "grad_B"),
    "step-x-as-the-input": ("the gradient of A", "grad_A"),
}
"""Codes inferred from the result alone, and the quantities that contradict them where they are
seen on the way; those that begin with "step-" are such codes, too."""


def located(exercise: Exercise, call: Call, trace: Trace, explanation: Explanation) -> Explanation:
    """Return what explains wrong values with the line that goes wrong.

    Parameters
    ----------
    exercise : Exercise
        What was asked.
    call : Call
        The call of the trace.
    trace : Trace
        What the learner's lines computed in it.
    explanation : Explanation
        What is known without the trace; it is returned as it is where the trace does not tell.
    """
    try:
        notes = followed(exercise, call, trace)
        off = first_off(notes)
        if off is None:
            return _at_the_end(exercise, notes, explanation)
        return _at(exercise, call, notes, off, explanation)
    except (ArithmeticError, LookupError, TypeError, ValueError):
        return explanation  # what cannot be followed is judged by its result alone


def _at(
    exercise: Exercise, call: Call, notes: Sequence[Followed], off: int, known: Explanation
) -> Explanation:
    """Return what is said of the first note that is off."""
    first, *others = known.findings
    guessed = first.code in GUESSES or first.code.startswith("step-")
    sure = first.code and not guessed
    named = None
    if not sure or others:
        off, named = _named(exercise, call, notes, off)
    at = notes[off]
    line = ((at.place.line, at.place.text),)
    if named and at.place.role != "bare":
        named = replace(named, lines=line, evidence=_gave(at), credit=first.credit)
        besides = tuple(others) if sure else _besides(exercise, notes, off)
        return Explanation((named, *besides))
    seen = {note.match.quantity for note in notes[:off] if note.match}
    if sure or (first.code and not seen & set(GUESSES.get(first.code, ()))):
        if not _is_where(exercise, notes, off) or (
            _about_a_factor(first.code) and _has_factors(notes, off)
        ):
            return known
        return replace(known, findings=(replace(first, lines=line), *others))
    if at.place.role == "bare":
        return known
    here = "this line" + f" of {at.place.function}" * (at.place.function != exercise.name)
    so_far = " but for a factor" * _has_factors(notes, off)
    found = Finding(
        "leaves-the-way",
        f"Up to {here} every value is one that a right answer may have{so_far}; what this line "
        "gives is the first that is not.",
        "Is it this line that is off, or does it use a value that belongs elsewhere? "
        f"replay({exercise.name}) shows the numbers.",
        _gave(at),
        lines=line,
    )
    return Explanation((found, *_besides(exercise, notes, off)))


def _named(
    exercise: Exercise, call: Call, notes: Sequence[Followed], off: int
) -> tuple[int, Finding | None]:
    """Return the note to look at, and what its value is among the wrong quantities.

    What is bent in the same line is told by what it becomes: 1 - H is no slope where (1 - H)**2 is.
    """
    while notes[off].place.inner:
        around = [
            i
            for i in range(off + 1, len(notes))
            if off in notes[i].sources and notes[i].place.line == notes[off].place.line
        ]
        if not around or not notes[around[0]].place.bends or not notes[around[0]].off:
            break
        off = around[0]
    return off, wrong_quantity(exercise, call, notes[off].value)


def _is_where(exercise: Exercise, notes: Sequence[Followed], off: int) -> bool:
    """Return whether the first note off is where a mistake with a name is made, for sure."""
    at = notes[off]
    if at.place.role == "bare" or exercise.examine:
        return False  # it only hands on; of a training loop, what is off first may be what follows
    if at.place.function != exercise.name:
        return False  # a helper may be right and wrongly called
    if any(note.place.role == "loop" for note in notes):
        return False  # the loop may have been left too early
    # In a loop, what is off first need not be what is wrong.
    return sum(note.place is at.place for note in notes) == 1


def _about_a_factor(code: str) -> bool:
    """Return whether a code says that something has a wrong sign or length."""
    return code.startswith(("times-", "step-length-")) or code in ("wrong-sign", "uphill")


def _has_factors(notes: Sequence[Followed], off: int) -> bool:
    """Return whether something that a note uses is on the way but for a factor."""
    matches = [notes[i].match for i in notes[off].sources]
    return any(match.factor for match in matches if match)


def _gave(note: Followed) -> str:
    """Return what a place gave: its text with its shape and first entry, or its number."""
    what = "what it returns" if note.place.name == RETURNED else note.place.name
    value = note.value
    if isinstance(value, np.ndarray):
        return f"{what} is an array of shape {value.shape}, its first entry {value.flat[0]:.4g}"
    return f"{what} is {value:.6g}" if isinstance(value, float | int) else ""


def _besides(exercise: Exercise, notes: Sequence[Followed], off: int) -> tuple[Finding, ...]:
    """Return that another line goes wrong too, one that uses nothing of the first."""
    spoilt = {off}
    for i in range(off + 1, len(notes)):
        if spoilt & set(notes[i].sources) or notes[i].place.line == notes[off].place.line:
            spoilt.add(i)
    rest = [replace(n, neutral=True) if i in spoilt else n for i, n in enumerate(notes)]
    other = first_off(rest)
    if other is None or other < off:
        return ()
    place = notes[other].place
    says = "And something else goes wrong after that; mend this first."
    return (Finding("something-else", says, lines=((place.line, place.text),)),)


def _at_the_end(exercise: Exercise, notes: Sequence[Followed], known: Explanation) -> Explanation:
    """Say of the line that returns which right quantity it is, where another one is asked for."""
    ends = [n for n in notes if n.place.name == RETURNED and n.place.function == exercise.name]
    first, *others = known.findings
    if not ends or ends[-1].match is None:
        return known
    match, place = ends[-1].match, ends[-1].place
    if match.form and match.form != TURNED:  # a part: the line that made it is wrong, not the last
        same = (match.quantity, match.form)
        made = [n.place for n in notes if n.match and (n.match.quantity, n.match.form) == same]
        place = next((p for p in reversed(made) if p.name != RETURNED and not p.inner), place)
    line = ((place.line, place.text),)
    if match.quantity in {output.name for output in exercise.returns} and not match.factor:
        return known  # right at this call: what is wrong is elsewhere
    if match.form and ends[-1].place.role == "loop":
        place = ends[-1].place  # it returns too early
        line = ((place.line, place.text),)
    elif first.code and place.name == RETURNED:
        return known  # the line that returns has only handed on what went wrong before
    if first.code or match.form or match.factor:
        return replace(known, findings=(replace(first, lines=line), *others))
    found = Finding(
        "returns-another-quantity",
        f"What it returns is {match.quantity}: right, but not what is asked for.",
        "The docstring says what is to be returned.",
        lines=line,
    )
    return Explanation((found,))
