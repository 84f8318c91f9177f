"""The last step of a check: say whether the reply is right, and if not, what to mend first.

The order is that of a good tutor: what stops everything else comes first (it raises, it returns
nothing), then the shape, then numbers that are no numbers, then manners (arguments changed,
another result at the second call), and only then the values, which `bplib.checking.diagnosis`
explains.
"""

import re
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from bplib.checking import diagnosis
from bplib.checking.call import Outcome, Reply, built
from bplib.checking.plain import Other, equal, parts
from bplib.checking.verdict import Verdict
from bplib.derivatives import distance
from bplib.course import Case, Exercise, Probe, find
from bplib.course.exercise import Function, Output, Seed

RIGHT = 1e-11  # the worst right answer in double precision ever seen is at 2e-14
RIGHT_SINGLE = 5e-5  # in single precision, 6e-6
_HINT = "Work one small call by hand, step by step, beside what your function does."
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
        Of the first thing that is wrong.
    """
    with np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # results may be as large or as small as they like
        return _judged(find(probe.exercise, notebook=probe.notebook), probe, reply)


def _judged(exercise: Exercise, probe: Probe, reply: Reply) -> Verdict:
    verdict = _judge(exercise, probe.cases, reply.outcomes)
    if verdict.right and any(outcome.numerical for outcome in reply.outcomes):
        return diagnosis.by_numbers(exercise)
    if verdict.right or not reply.helped:
        return verdict
    helped = _judge(exercise, probe.cases, reply.helped)
    helpers = " and ".join(reply.helpers)
    one = "which is" if len(reply.helpers) == 1 else "of which at least one is"
    if not helped.right:
        if verdict.names or not helped.names:
            return verdict
        note = f"It calls {helpers}, {one} not right either; this was seen with right ones."
        return replace(helped, notes=(*helped.notes, note))
    note = (
        f"What {exercise.name} itself does is right, and it counts as right. It calls {helpers}, "
        f"{one} not right yet: mend that, or what comes out here stays wrong."
    )
    return replace(helped, notes=(*helped.notes, note))


@dataclass(frozen=True)
class _Called:
    """One case with what it should have given and what it gave."""

    case: Case
    outcome: Outcome
    arguments: tuple[Any, ...]  # as the function received them
    truth: Any


def _judge(exercise: Exercise, cases: tuple[Case, ...], outcomes: Sequence[Outcome]) -> Verdict:
    calls = []
    pairs = sorted(zip(cases, outcomes, strict=False), key=lambda pair: bool(pair[0].raises))
    refusal = None
    for case, outcome in pairs:
        verdict = _raised(exercise, case, outcome)
        if verdict and not case.raises:
            return verdict
        refusal = refusal or verdict
        if not case.raises:
            arguments = tuple(map(built, case.arguments))
            truth = exercise.truth(*map(built, case.arguments))
            calls.append(_Called(case, _listed(exercise, outcome, truth), arguments, truth))
    for stage in (_type, _shape, _finite, _arguments_changed, _not_copied, _repeated):
        for called in calls:
            verdict = stage(exercise, called)
            if verdict:
                found = _explained(exercise, calls, called, verdict)
                return replace(found, printed=called.outcome.printed)
    verdict = _values(exercise, calls)
    return refusal if refusal and verdict.right else verdict


def _explained(
    exercise: Exercise, calls: list[_Called], called: _Called, verdict: Verdict
) -> Verdict:
    """Add to a verdict given before the values were looked at what the values tell."""
    if verdict.kind in ("type", "shape"):
        named = diagnosis.known_mistake(exercise, _compared(calls), factors_too=False)
        if named:
            return replace(named, kind=verdict.kind, evidence=verdict.evidence)
        if verdict.names == ("transposed",) and diagnosis.transposed(exercise, _compared(calls)):
            return replace(verdict, credit=diagnosis.CREDIT["transposed"])
        return _list_explained(exercise, called) or verdict
    if verdict.kind == "not finite":
        return diagnosis.known_mistake(exercise, _compared(calls)) or verdict
    if verdict.kind == "arguments":
        values = _values(exercise, calls)
        if values.names and verdict.names[0].startswith("returns the caller's own"):
            note = f"Besides: {verdict.headline} {verdict.look}"
            return replace(values, names=values.names + verdict.names, notes=(note,))
        if values.names:
            note = f"The result is not right either. {values.headline} {values.look}"
            return replace(verdict, names=verdict.names + values.names, notes=(note,))
    return verdict


def _values(exercise: Exercise, calls: list[_Called]) -> Verdict:
    printed = calls[0].outcome.printed if calls else ""
    if exercise.examine:
        for called in calls:
            problem = exercise.examine(
                called.arguments, called.outcome.arguments, called.outcome.result, called.truth
            )
            if problem:
                found = diagnosis.known_mistake(exercise, _compared(calls))
                return replace(found or _in_words(exercise, problem), printed=printed)
        return Verdict(exercise.name, "right", credit=1.0, printed=printed)
    marks = [_mark(exercise, called) for called in calls]
    if all(mark == "right" for mark in marks):
        return Verdict(exercise.name, "right", credit=1.0, printed=printed)
    if all(mark in ("right", "single") for mark in marks):
        note = "The result has single precision (float32), which is enough."
        return Verdict(exercise.name, "right", credit=1.0, notes=(note,), printed=printed)
    grey = "wrong" not in marks and exercise.allowance is None
    verdict = diagnosis.explain(exercise, _compared(calls), grey)
    return replace(verdict, printed=printed)


def _in_words(exercise: Exercise, problem: str | tuple[str, ...]) -> Verdict:
    """Return the verdict that `examine` words: a sentence, or a name, it, and where to look."""
    name, says, look = ("", problem, _HINT) if isinstance(problem, str) else (*problem, _HINT)[:3]
    return Verdict(exercise.name, "values", (name,) if name else (), says, look=look)


def _list_explained(exercise: Exercise, called: _Called) -> Verdict | None:
    """Return what `examine` calls a list of arrays of which length or shapes are wrong."""
    result, truth = called.outcome.result, called.truth
    if (
        exercise.examine is None
        or not isinstance(truth, list)
        or not isinstance(result, list | tuple)
    ):
        return None
    if not all(isinstance(part, np.ndarray) for part in result):
        return None
    problem = exercise.examine(called.arguments, called.outcome.arguments, result, truth)
    return _in_words(exercise, problem) if isinstance(problem, tuple) else None


def _compared(calls: list[_Called]) -> list[diagnosis.Compared]:
    """Return what the diagnosis looks at: the calls designed for values."""
    return [diagnosis.Compared(c.case, c.arguments, c.outcome.result, c.truth) for c in calls]


def _mark(exercise: Exercise, called: _Called) -> str:
    """Return "right", "single" (precision), "grey" or "wrong" for one call's values."""
    mine, truth = parts(called.outcome.result), parts(called.truth)
    allowed: list[Any] = [0.0] * len(truth)
    if exercise.allowance:
        allowed = parts(exercise.allowance(*called.arguments))
    worst = "right"
    for a, b, allowance in zip(mine, truth, allowed, strict=True):
        gap = distance(np.clip(a, b - allowance, b + allowance) - a + b, b)
        with np.errstate(over="ignore"):
            single = np.array_equal(np.asarray(a, dtype=np.float32), a)
        single = single and not isinstance(called.truth, int)
        if gap <= RIGHT:
            continue
        nearly = "grey" if gap <= GREY else "wrong"
        mark = "single" if single and gap <= RIGHT_SINGLE else nearly
        worst = max(worst, mark, key=["right", "single", "grey", "wrong"].index)
    return worst


def _listed(exercise: Exercise, outcome: Outcome, truth: Any) -> Outcome:
    """Turn lists into arrays where the exercise says that a list is as good as an array."""
    if len(exercise.returns) == 1:
        return replace(outcome, result=_array(outcome.result, truth, exercise.returns[0]))
    if isinstance(outcome.result, list | tuple) and len(outcome.result) == len(truth):
        three = zip(outcome.result, truth, exercise.returns, strict=True)
        return replace(outcome, result=tuple(_array(*one) for one in three))
    return outcome


def _array(result: Any, truth: Any, output: Output) -> Any:
    if output.list_ok and isinstance(truth, np.ndarray) and isinstance(result, list | tuple):
        try:
            stacked = np.stack([np.asarray(part) for part in result])
        except (ValueError, TypeError):
            return result
        return stacked if stacked.dtype.kind in "biuf" else result
    return result


# --- before the values ------------------------------------------------------------------------


def _raised(exercise: Exercise, case: Case, outcome: Outcome) -> Verdict | None:
    raised = outcome.raised
    name = exercise.name
    if case.raises:
        if raised and case.raises in (raised.type, *raised.bases):
            return None
        came = f"it raised {raised.type}" if raised else "it returned as if nothing was wrong"
        return Verdict(
            name,
            "raises",
            (f"no {case.raises}",),
            f"Called with {case.note}, it should raise a {case.raises}; {came}.",
            look="The docstring says which arguments are not allowed.",
            printed=outcome.printed,
        )
    if raised is None:
        return None
    where = f"line {raised.number} of its cell:  {raised.line}" if raised.line else ""
    said = raised.type + (f": {_plainer(raised.message)}" if raised.message else "")
    shapes = _shapes(exercise, case)
    verdict = Verdict(name, "raises", (f"raises {raised.type}",), printed=outcome.printed)
    if raised.signature:
        return replace(
            verdict,
            names=("wrong signature",),
            headline=f"The exercise calls {exercise.call}, which your function does not accept: "
            f"{raised.message}.",
            look="Give the function the parameters of the stub, in that order.",
        )
    if raised.type == "NotImplementedError":
        return Verdict(
            name,
            "not attempted",
            headline="The cell still raises NotImplementedError, as it was handed out.",
            look="Replace that line (and the comment above it) by your code, run the cell, then "
            "run this check again.",
            printed=outcome.printed,
        )
    if raised.type == "KeyboardInterrupt":
        return replace(
            verdict,
            names=("runs on",),
            headline="It was still running when it was interrupted: does a loop never end?",
            evidence=where,
            look="Check what makes that loop stop, or make it do less.",
        )
    if raised.type == "RecursionError":
        return replace(
            verdict,
            names=("calls itself for ever",),
            headline="It calls itself over and over, without an end.",
            evidence=where,
            look=f"Inside {name}, the name {name} means this very function.",
        )
    special = f"called with {case.note}" if case.note else ""
    look = "Read what the error says and the line that raised it; print what that line uses."
    if raised.type == "NameError":
        look = "Is the name spelled right, and has the cell that defines it been run? What is "
        look += "NumPy's needs np. before it."
    if "truth value of an array" in raised.message:
        look = "`if` decides once, and an array holds many numbers: decide entry by entry."
    elif raised.type == "IndexError":
        look = "Where does the number in the brackets come from: written in, or from a shape?"
    elif re.search(r"shape|dimension|matmul|broadcast", raised.message):
        look = "Write the shapes of the arrays that meet in that line side by side. Does the "
        look += "function take its arguments in the order of the stub?"
    return replace(
        verdict,
        headline=f"It raised an error, {said}.",
        evidence="\n".join(line for line in (where, special, shapes) if line),
        look=look,
    )


def _plainer(message: str) -> str:
    """Return an error's message, NumPy's words on matrix products made plain."""
    sizes = re.search(r"matmul: .*\(size (\d+) is different from (\d+)\)", message)
    if not sizes:
        return message.rstrip(".")
    return (
        f"@ needs as many columns on its left as rows on its right; here are {sizes[2]} columns "
        f"and {sizes[1]} rows"
    )


def _shapes(exercise: Exercise, case: Case) -> str:
    """Return the shapes of a call's arrays as text: "called with A (5, 7), X (7, 4)"."""
    given = [
        f"{name} {argument.shape}"
        for name, argument in zip(exercise.arguments, case.arguments, strict=False)
        if isinstance(argument, np.ndarray)
    ]
    return f"called with {', '.join(given)}" if given else ""


def _type(exercise: Exercise, called: _Called) -> Verdict | None:
    result, truth, returns = called.outcome.result, called.truth, exercise.returns
    several = len(returns) > 1
    wanted = ", ".join(output.name for output in returns)
    if several and result is None:
        values = f"{len(returns)} values ({wanted})"
        name, says, look = _nothing(values, "belong", called.outcome.printed)
        return Verdict(exercise.name, "type", (name,), says, look=look)
    if several and not _is_several(result, len(returns)):
        got = f"{len(result)} values" if isinstance(result, list | tuple) else _what(result)
        return Verdict(
            exercise.name,
            "type",
            ("wrong number of results",),
            f"It returned {got} where {len(returns)} values belong: {wanted}.",
            look="What does the last line return?",
        )
    results = result if several else [result]
    truths = truth if several else [truth]
    for got, right, output in zip(results, truths, returns, strict=True):
        problem = _wrong_type(got, right, output, called.outcome.printed)
        if problem:
            name, sentence, look = problem
            which = f"{output.name}: " if several else ""
            return Verdict(exercise.name, "type", (name,), which + sentence, look=look)
    return None


def _is_several(result: Any, count: int) -> bool:
    return isinstance(result, list | tuple) and len(result) == count


def _wrong_type(got: Any, wanted: Any, output: Output, printed: str) -> tuple[str, str, str] | None:
    """Return a name, a sentence and where to look if a result is of the wrong type."""
    belongs = _belongs(wanted, output)
    if got is None:
        return _nothing(belongs, "belongs", printed)
    if isinstance(wanted, list | tuple):
        return _wrong_list(got, wanted, output, belongs)
    if isinstance(got, str | Other | list | tuple | bool):
        kind = _what(got)
        look = "Turn it into that before returning it."
        name = f"returns {kind}"
        return name, f"It returned {kind}; {belongs} belongs there.", look
    kind = (
        got.dtype.kind
        if isinstance(got, np.ndarray)
        else {int: "i", float: "f"}.get(type(got), "c")
    )
    if kind == "c":
        return (
            "returns complex numbers",
            f"It returned complex numbers; {belongs} belongs there.",
            ("Where does a square root of a negative number, or a 1j, come in?"),
        )
    if isinstance(got, np.ndarray) and got.dtype == np.float16:
        look = "Where does float16 come in? Leave the arrays in double precision."
        return "half precision", "Its numbers have half precision (float16): three digits.", look
    if kind == "b":
        return (
            "returns booleans",
            "It returned True and False where numbers belong.",
            ("A comparison gives booleans; turn them into numbers."),
        )
    if isinstance(wanted, int) and not isinstance(got, np.ndarray) and kind != "i":
        return (
            "returns a float for an int",
            f"It returned the float {got!r}; an int belongs there.",
            ("Count in whole numbers, and divide with // if at all."),
        )
    return None


def _nothing(what: str, belong: str, printed: str) -> tuple[str, str, str]:
    """Return a name, a sentence and where to look for a function that returned None."""
    if printed.strip():
        return (
            "prints instead of returning",
            f"It printed a result but returned None; {what} {belong} there.",
            "Replace print(…) by return … in the last line.",
        )
    look = "Is there a return statement, and is it reached?"
    return "returns None", f"It returned None; {what} {belong} there.", look


def _wrong_list(got: Any, wanted: Any, output: Output, belongs: str) -> tuple[str, str, str] | None:
    look = "Collect the parts in a list and return that."
    if not isinstance(got, list | tuple):
        kind = _what(got)
        return f"returns {kind}", f"It returned {kind}; {belongs} belongs there.", look
    if len(got) != len(wanted):
        return (
            "wrong length",
            f"It returned a list of {len(got)}; one of {len(wanted)} belongs there.",
            "Count what is in the list when it is returned.",
        )
    for part, right in zip(got, wanted, strict=True):
        problem = _wrong_type(part, right, replace(output, shape=""), "")
        if problem:
            return problem[0], f"In the list: {problem[1]}", problem[2]
    return None


def _belongs(wanted: Any, output: Output) -> str:
    if isinstance(wanted, np.ndarray):
        shape = f" of shape {output.shape}" if output.shape.startswith("(") else ""
        return f"a NumPy array{shape}"
    if isinstance(wanted, list | tuple):
        return f"a list of {len(wanted)}"
    return "an int" if isinstance(wanted, int) else "a single number"


def _what(value: Any) -> str:
    """Return what a result is, in words with an article."""
    match value:
        case None:
            return "None"
        case bool():
            return "a boolean"
        case str():
            return "text"
        case int() | float():
            return "a number"
        case complex():
            return "a complex number"
        case list():
            return "a list"
        case tuple():
            return "a tuple"
        case np.ndarray():
            return "an array"
        case Other("function" | "builtin_function_or_method" | "method"):
            return "a function (call it, with parentheses)"
    article = "an" if value.type[:1].lower() in "aeio" else "a"
    return f"{article} {value.type}"


def _pairs(exercise: Exercise, called: _Called) -> Iterator[tuple[str, str, Any, Any]]:
    """Yield every part of a result: its name, its shape in words, itself, the truth."""
    several = len(exercise.returns) > 1
    results = called.outcome.result if several else [called.outcome.result]
    truths = called.truth if several else [called.truth]
    for output, got, wanted in zip(exercise.returns, results, truths, strict=True):
        if isinstance(wanted, list | tuple):
            for i, (one, right) in enumerate(zip(got, wanted, strict=True)):
                yield f"{output.name}[{i}]", "", one, right
        else:
            yield output.name, output.shape, got, wanted


def _shape(exercise: Exercise, called: _Called) -> Verdict | None:
    for name, words, got, wanted in _pairs(exercise, called):
        mine, right = np.shape(got), np.shape(wanted)
        if mine == right:
            continue
        called_what = f"{name} has" if len(exercise.returns) > 1 else "The result has"
        belongs = (
            f"{words} = {right}" if words.startswith("(") and words != str(right) else f"{right}"
        )
        if right == ():
            belongs = "a single number"
        came = f"shape {mine}" if mine else "no axes (it is a single number)"
        label, look = _shape_label(mine, right)
        special = f" It was called with {called.case.note}." if called.case.note else ""
        return Verdict(
            exercise.name,
            "shape",
            (label,),
            f"{called_what} {came} where {belongs} belongs.{special}",
            _shapes(exercise, called.case),
            look,
        )
    return None


def _shape_label(mine: tuple[int, ...], right: tuple[int, ...]) -> tuple[str, str]:
    if len(right) == 2 and mine == right[::-1]:
        return "transposed", "Rows and columns are exchanged: what does each axis count?"
    if right == ():
        return "an array for a number", "Over which axis has not been summed or averaged yet?"
    if mine == ():
        return "a number for an array", "Which sum or mean runs over more than it should?"
    if int(np.prod(mine)) == int(np.prod(right)) and len(mine) > len(right):
        return "wrong axes", "The numbers may be right; there is an axis of size 1 too many."
    if int(np.prod(mine)) == int(np.prod(right)):
        return (
            "wrong axes",
            "The number of entries is right, their arrangement is not: keep every axis.",
        )
    if len(mine) < len(right):
        return "an axis lost", "Which step loses an axis?"
    if len(mine) > len(right):
        return "an axis too many", "Did (N,) meet (N, 1) somewhere? NumPy makes (N, N) of the two."
    return "wrong shape", "Write the shape of every intermediate result beside its line."


def _finite(exercise: Exercise, called: _Called) -> Verdict | None:
    for name, _, got, wanted in _pairs(exercise, called):
        bad = ~np.isfinite(np.asarray(got, dtype=float))
        if bad.any() and np.isfinite(wanted).all():
            first = np.asarray(got, dtype=float)[bad].flat[0]
            what = "nan (not a number)" if np.isnan(first) else "inf (an overflow)"
            special = f" It was called with {called.case.note}." if called.case.note else ""
            which = f"{name} has" if len(exercise.returns) > 1 else "The result has"
            return Verdict(
                exercise.name,
                "not finite",
                ("not finite",),
                f"{which} entries that are {what}.{special}",
                f"{int(bad.sum())} of {bad.size} entries are not finite",
                "Which step divides by 0, takes the logarithm of 0, or lets exp overflow?",
            )
    return None


def _arguments_changed(exercise: Exercise, called: _Called) -> Verdict | None:
    names = list(exercise.arguments)
    for name, before, after in zip(
        names, called.case.arguments, called.outcome.arguments, strict=False
    ):
        if (
            isinstance(before, Function | Seed)
            or name in exercise.may_change
            or equal(before, after)
        ):
            continue
        residue = (
            isinstance(before, np.ndarray)
            and isinstance(after, np.ndarray)
            and before.shape == after.shape
            and distance(after, before) < 1e-9
        )
        return Verdict(
            exercise.name,
            "arguments",
            (f"does not restore {name} exactly" if residue else f"changes its argument {name}",),
            f"It returned with {name} changed: what the caller holds is another one now.",
            f"largest change: {distance(after, before):.1e} of its largest entry"
            if residue
            else "",
            "Adding and then subtracting leaves rounding errors: put the kept old value back."
            if residue
            else f"Which line writes into {name}? `+=`, `-=` and `{name}[…] =` change an array in "
            "place; work on a copy or make a new one.",
        )
    return None


def _not_copied(exercise: Exercise, called: _Called) -> Verdict | None:
    names = [list(exercise.arguments)[i] for i in called.outcome.shared]
    for name in names:
        if name in exercise.copied:
            special = f", when called with {called.case.note}" if called.case.note else ""
            return Verdict(
                exercise.name,
                "arguments",
                (f"returns the caller's own {name}",),
                f"The {name} that it returned is the caller's own array, not a copy{special}: "
                "whoever changes the one later changes the other.",
                look=f"What is returned where no step has been taken? Copy {name} first.",
            )
    return None


def _repeated(exercise: Exercise, called: _Called) -> Verdict | None:
    if called.outcome.again is None or equal(
        _plainest(called.outcome.again), _plainest(called.outcome.result)
    ):
        return None
    again = _listed(exercise, replace(called.outcome, result=called.outcome.again), called.truth)
    if equal(_plainest(again.result), _plainest(called.outcome.result)):
        return None
    return Verdict(
        exercise.name,
        "repeat",
        ("differs between calls",),
        "Called twice with the same arguments, it gave two different results.",
        look="Does it add to something that outlives the call (a global, a default argument), or "
        "draw random numbers of its own?",
    )


def _plainest(value: Any) -> Any:
    return tuple(map(_plainest, value)) if isinstance(value, list | tuple) else value
