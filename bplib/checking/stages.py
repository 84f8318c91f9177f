"""What is wrong with an answer before its values are looked at, in the order of a good tutor.

Each stage takes an exercise and one call and returns what is wrong there, or None: the type, the
shape, numbers that are none, arguments changed, results that are the caller's own or that differ
between calls.
"""

from dataclasses import replace
from typing import Any

import numpy as np

from bplib.checking.calls import Call, listed, pieces, shapes
from bplib.checking.plain import HUGE, Other, equal
from bplib.course.exercise import Exercise, Output
from bplib.course.probe import AT_REST, Function, Seed
from bplib.derivatives import distance
from bplib.finding import Finding

# --- types ------------------------------------------------------------------------------------


def wrong_type(exercise: Exercise, call: Call) -> Finding | None:
    """Return what is wrong with the type of a result or of one of its parts."""
    result, returns, printed = call.result, exercise.returns, call.outcome.printed
    if len(returns) == 1:
        return _wrong_type(result, call.truth, returns[0], printed)
    wanted = ", ".join(output.name for output in returns)
    if result is None:
        return _nothing(f"{len(returns)} values ({wanted})", "belong", printed)
    if not (isinstance(result, list | tuple) and len(result) == len(returns)):
        got = f"{len(result)} values" if isinstance(result, list | tuple) else _what(result)
        return Finding(
            "wrong-number-of-results",
            f"It returned {got} where {len(returns)} values belong: {wanted}.",
            "What does the last line return?",
        )
    for got, right, output in zip(result, call.truth, returns, strict=True):
        found = _wrong_type(got, right, output, printed)
        if found:
            return replace(found, says=f"{output.name}: {found.says}")
    return None


def _wrong_type(got: Any, wanted: Any, output: Output, printed: str) -> Finding | None:
    """Return what is wrong with the type of one result."""
    belongs = _belongs(wanted, output)
    if got is None:
        return _nothing(belongs, "belongs", printed)
    if isinstance(wanted, list | tuple):
        return _wrong_list(got, wanted, output, belongs)
    if isinstance(wanted, bool | str):
        right = type(got) is type(wanted)
        return None if right else _other_type(got, belongs, "What does the last line return?")
    if isinstance(got, str | Other | list | tuple | bool):
        return _other_type(got, belongs, "Turn it into that before returning it.")
    is_array = isinstance(got, np.ndarray)
    kind = got.dtype.kind if is_array else {int: "i", float: "f"}.get(type(got), "c")
    if kind == "c":
        return Finding(
            "returns-complex-numbers",
            f"It returned complex numbers; {belongs} belongs there.",
            "Where does a square root of a negative number, or a 1j, come in?",
        )
    if is_array and got.dtype == np.float16:
        return Finding(
            "half-precision",
            "Its numbers have half precision (float16): three digits.",
            "Where does float16 come in? Leave the arrays in double precision.",
        )
    if kind == "b":
        return Finding(
            "returns-booleans",
            "It returned True and False where numbers belong.",
            "A comparison gives booleans; turn them into numbers.",
        )
    if isinstance(wanted, int) and not is_array and kind != "i":
        return Finding(
            "returns-a-float-for-an-int",
            f"It returned the float {got!r}; an int belongs there.",
            "Count in whole numbers, and divide with // if at all.",
        )
    return None


def _nothing(what: str, belong: str, printed: str) -> Finding:
    """Return what is wrong with a function that returned None."""
    if printed.strip():
        return Finding(
            "prints-instead-of-returning",
            f"It printed a result but returned None; {what} {belong} there.",
            "Replace print(…) by return … in the last line.",
        )
    look = "Is there a return statement, and is it reached?"
    return Finding("returns-none", f"It returned None; {what} {belong} there.", look)


def _other_type(got: Any, belongs: str, look: str) -> Finding:
    if isinstance(got, Other) and got.type == HUGE:
        return Finding(
            "far-too-large",
            f"It returned {got.text}; {belongs} belongs there.",
            "The arrays that it is called with have a few entries. Which line makes so many?",
        )
    code = "returns-" + (_KINDS.get(type(got).__name__) or "another-type")
    if isinstance(got, Other) and got.type in _FUNCTIONS:
        code = "returns-a-function"
    return Finding(code, f"It returned {_what(got)}; {belongs} belongs there.", look)


def _wrong_list(got: Any, wanted: Any, output: Output, belongs: str) -> Finding | None:
    if not isinstance(got, list | tuple):
        return _other_type(got, belongs, "Collect the parts in a list and return that.")
    if len(got) != len(wanted):
        return Finding(
            "wrong-length",
            f"It returned a list of {len(got)}; one of {len(wanted)} belongs there.",
            "Count what is in the list when it is returned.",
        )
    for part, right in zip(got, wanted, strict=True):
        found = _wrong_type(part, right, replace(output, shape=""), "")
        if found:
            return replace(found, says=f"In the list: {found.says}")
    return None


def _belongs(wanted: Any, output: Output) -> str:
    if isinstance(wanted, np.ndarray):
        shape = f" of shape {output.shape}" if output.shape.startswith("(") else ""
        return f"a {'list or a ' * output.list_ok}NumPy array{shape}"
    if isinstance(wanted, list | tuple):
        return f"a list of {len(wanted)}"
    if isinstance(wanted, bool | str):
        return "True or False" if isinstance(wanted, bool) else "text"
    return "an int" if isinstance(wanted, int) else "a single number"


_FUNCTIONS = ("function", "builtin_function_or_method", "method")
_KINDS = {
    "bool": "a-boolean",
    "str": "text",
    "int": "a-number",
    "float": "a-number",
    "complex": "a-complex-number",
    "list": "a-list",
    "tuple": "a-tuple",
    "ndarray": "an-array",
}


def _what(value: Any) -> str:
    """Return what a result is, in words with an article."""
    if not isinstance(value, Other):
        return _KINDS.get(type(value).__name__, "None").replace("-", " ")
    if value.type in _FUNCTIONS:
        return "a function (call it, with parentheses)"
    article = "an" if value.type[:1].lower() in "aeio" else "a"
    return f"{article} {value.type}"


# --- shapes and numbers -----------------------------------------------------------------------


def wrong_shape(exercise: Exercise, call: Call) -> Finding | None:
    """Return what is wrong with the shape of a result."""
    for name, words, got, wanted in pieces(exercise, call):
        mine, right = np.shape(got), np.shape(wanted)
        if mine == right:
            continue
        belongs = f"{right}"
        if words.startswith("(") and words != str(right):
            belongs = f"{words} = {right}"
        if right == ():
            belongs = "a single number"
        came = f"shape {mine}" if mine else "no axes (it is a single number)"
        code, look = _rounds_code(mine, right, words) or _shape_code(mine, right)
        others = [n for n, _, _, shape in pieces(exercise, call) if np.shape(shape) == mine]
        if others and len(exercise.returns) > 1:
            look = f"That is the shape of {others[0]}: in which order are the results asked for?"
        says = f"{_has(exercise, name)} {came} where {belongs} belongs.{_special(call)}"
        if call.case.special == AT_REST and mine[1:] == right[1:] and mine[:1] < right[:1]:
            code, look = "stops-early", _TO_THE_END
        return Finding(code, says, look, shapes(exercise, call.case))
    return None


_TO_THE_END = (
    "As many rounds as were asked for are taken, also where hardly anything moves. What makes your "
    "loop end before them?"
)


def _rounds_code(
    mine: tuple[int, ...], right: tuple[int, ...], words: str
) -> tuple[str, str] | None:
    """Return the same for what holds an entry more than there are rounds, if it has too few."""
    if "+ 1," not in words or mine[1:] != right[1:] or not mine:
        return None
    if mine[0] > right[0]:
        return "wrong-length", "There are entries too many. When is one added, and how often?"
    if mine[0] == right[0] - 1:
        return (
            "wrong-length",
            "One entry is missing. Which is the first that belongs there, before anything is done, "
            "and which is the last?",
        )
    return None


def _shape_code(mine: tuple[int, ...], right: tuple[int, ...]) -> tuple[str, str]:
    """Return what a wrong shape is called, and where to look."""
    same_count = int(np.prod(mine)) == int(np.prod(right))
    more = len(mine) > len(right)
    table = (
        (
            len(right) == 2 and mine == right[::-1],
            "transposed",
            "Rows and columns are exchanged: what does each axis count?",
        ),
        (
            right == (),
            "an-array-for-a-number",
            "Over which axis has not been summed or averaged yet?",
        ),
        (
            mine == (),
            "a-number-for-an-array",
            "Which sum or mean runs over more than it should?",
        ),
        (
            same_count and more,
            "wrong-axes",
            "The numbers may be right; there is an axis of size 1 too many.",
        ),
        (
            same_count,
            "wrong-axes",
            "The number of entries is right, their arrangement is not: keep every axis.",
        ),
        (len(mine) < len(right), "an-axis-lost", "Which step loses an axis?"),
        (
            more and len(set(mine)) < len(mine),
            "an-axis-too-many",
            "Did (N,) meet (N, 1) somewhere? NumPy makes (N, N) of the two.",
        ),
        (
            more,
            "an-axis-too-many",
            "Over which axis has not been summed or averaged yet?",
        ),
        (True, "wrong-shape", "Write the shape of every intermediate result beside its line."),
    )
    return next((code, look) for fits, code, look in table if fits)


def not_finite(exercise: Exercise, call: Call) -> Finding | None:
    """Return what is wrong with a result that holds nan or inf where the truth does not."""
    for name, _, got, wanted in pieces(exercise, call):
        if isinstance(got, str):
            continue
        numbers = np.asarray(got, dtype=float)
        bad = ~np.isfinite(numbers)
        if bad.any() and np.isfinite(wanted).all():
            by_0 = "divide by zero" in call.outcome.printed
            inf = "inf (a division by 0)" if by_0 else "inf (an overflow)"
            what = "nan (not a number)" if np.isnan(numbers[bad].flat[0]) else inf
            return Finding(
                "nan-or-inf",
                f"{_has(exercise, name)} entries that are {what}.{_special(call)}",
                "Which step divides by 0, takes the logarithm of 0, or lets exp overflow?",
                f"{int(bad.sum())} of {bad.size} entries are not finite",
            )
    return None


def _has(exercise: Exercise, name: str) -> str:
    alone = [output.name for output in exercise.returns] == [name]
    return "The result has" if alone else f"{name} has"


def _special(call: Call) -> str:
    return f" It was called with {call.case.note}." if call.case.note else ""


# --- manners ----------------------------------------------------------------------------------


def changed_argument(exercise: Exercise, call: Call) -> Finding | None:
    """Return what is wrong with a function that changes what the caller holds."""
    three = zip(exercise.arguments, call.case.arguments, call.outcome.arguments, strict=False)
    for name, before, after in three:
        handed = isinstance(before, Function | Seed) or name in exercise.may_change
        if handed or equal(before, after):
            continue
        says = f"It returned with {name} changed: what the caller holds is another one now."
        arrays = isinstance(before, np.ndarray) and isinstance(after, np.ndarray)
        if arrays and before.shape == after.shape and distance(after, before) < 1e-12:
            return Finding(
                "not-restored-exactly",
                says,
                "Adding and then subtracting leaves rounding errors: put the kept old value back.",
                f"largest change: {distance(after, before):.1e} of its largest entry",
            )
        if isinstance(before, list):
            return Finding(
                "changes-argument",
                says,
                f"Which line changes {name}? `.append`, `.pop`, `.reverse`, `{name}[…] =` and `+=` "
                "do so to the caller's list, and the arrays in it are the caller's, too; begin a "
                "list of your own.",
            )
        return Finding(
            "changes-argument",
            says,
            f"Which line writes into {name}? `+=`, `-=` and `{name}[…] =` change an array in "
            "place; work on a copy or make a new one.",
        )
    return None


def not_repeated(exercise: Exercise, call: Call) -> Finding | None:
    """Return what is wrong with a function that gives another result at a second call."""
    again, first = call.outcome.again, _tuples(call.result)
    if again is None or equal(_tuples(again), first):
        return None
    second = listed(exercise, replace(call.outcome, result=again), call.truth)
    if equal(_tuples(second.result), first):
        return None
    return Finding(
        "differs-between-calls",
        "Called twice with the same arguments, it gave two different results.",
        "Does it add to something that outlives the call (a global, a default argument), or "
        "draw random numbers of its own?",
    )


def _tuples(value: Any) -> Any:
    return tuple(map(_tuples, value)) if isinstance(value, list | tuple) else value
