"""What a check says of a call that raised: an ordered table, the first row that fits."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from bplib.checking.call import Outcome, Raised
from bplib.checking.calls import shapes
from bplib.checking.looks import ROWS, Traits, rows_of_samples
from bplib.course.exercise import Exercise
from bplib.course.probe import Case
from bplib.finding import Finding

_SHAPES = (
    "Write the shapes of the arrays that meet in that line side by side. Which of them is another "
    "than you take it for?"
)
_PRODUCTS = (
    "Write the shapes of the arrays that meet in that line side by side. `*` goes entry by entry, "
    "`@` is the matrix product: which of them is meant, in which order, and is one to be turned "
    "round?"
)
_JUDGES = "Of such gradients a judge says no, and goes on. What must it compare before the numbers?"
_READ = "Read what the error says and the line that raised it; print what that line uses."


@dataclass(frozen=True)
class _Row:
    """Which exceptions, and what to say of them.

    {name}, {call}, {message} and {helper}, the function that raised, are filled in.
    """

    fits: Callable[[Raised], bool]
    code: str = ""  # by default the name of the exception
    says: str = ""  # by default the exception itself, with the shapes of the call
    look: str = _READ
    line: bool = True
    trait: str = ""  # which the code must have, see `bplib.checking.traits`


def _type(name: str) -> Callable[[Raised], bool]:
    return lambda raised: raised.type == name


def _message(pattern: str) -> Callable[[Raised], bool]:
    return lambda raised: re.search(pattern, raised.message) is not None


_ROWS = (
    _Row(
        lambda raised: raised.signature,
        "wrong-signature",
        "The exercise calls {call}, which your function does not accept: {message}.",
        "Give the function the parameters of the stub, in that order.",
    ),
    _Row(
        lambda raised: raised.type == "NotImplementedError" and bool(raised.helper),
        says="It calls {helper}, which still raises NotImplementedError.",
        look="Answer {helper} first, and run its cell.",
    ),
    _Row(
        _type("NotImplementedError"),
        "left-over-raise",
        "There is code in it, but the stub's `raise NotImplementedError()` is there too and stops "
        "it.",
        "Delete that line.",
        trait="begun",
    ),
    _Row(
        _type("NotImplementedError"),
        "not-attempted",
        "The cell still raises NotImplementedError, as it was handed out.",
        "Replace that line (and the comment above it) by your code, run the cell, then run this "
        'check again. To go on without it for now: lend("{name}") in a cell of its own.',
        line=False,
    ),
    _Row(
        _type("KeyboardInterrupt"),
        "endless-loop",
        "It was still running when it was interrupted: does a loop never end?",
        "Check what makes that loop stop, or make it do less.",
    ),
    _Row(
        _type("OutOfTime"),
        "endless-loop",
        "It was still running after many seconds, and the check stopped it: does a loop never end?",
        "Check what makes that loop stop, or make it do less.",
        trait="loop",
    ),
    _Row(
        _type("OutOfTime"),
        "endless-loop",
        "It was still running after many seconds, and the check stopped it.",
        "The calls here are small and take an instant. What does that line wait for?",
    ),
    _Row(
        _type("AsksForInput"),
        "asks-for-input",
        "It calls input() and waits for somebody to type.",
        "All that it needs comes as its arguments.",
    ),
    _Row(
        _type("SystemExit"),
        "ends-the-program",
        "It ends the program with exit() or sys.exit(), which raises SystemExit.",
        "A function ends with return.",
    ),
    _Row(
        _type("RecursionError"),
        "endless-recursion",
        "It calls itself over and over, without an end.",
        "Inside {name}, the name {name} means this very function.",
    ),
    _Row(
        _message(r"bitwise_xor|for \^=?:"),
        "caret-for-power",
        look="In Python ^ does not take powers: it compares the bits of two whole numbers. A power "
        "is written with **.",
    ),
    _Row(
        _message(r"inhomogeneous|'(tuple|list)' object has no attribute '(T|shape|sum|dot|copy)'"),
        look="A tuple or list of several arrays is used as if it were one array there. Where does "
        "it come from: from a function that returns several values?",
    ),
    _Row(
        _message(r"operand type\(s\) for .*'(tuple|list)'"),
        look="A tuple or list is used as if it were an array there. How many values does the "
        "function return that it comes from?",
    ),
    _Row(
        _message(r"only .*(size-1|length-1|0-dimensional|scalar) arrays|must be real number"),
        look="The functions of `math` take one number; those of `np` take arrays too.",
    ),
    _Row(
        _message(r"object cannot be interpreted as an integer"),
        look="A number stands where a count or an axis belongs. Of two numbers, `max(a, b)` is the "
        "larger; `np.max` takes one array, and what comes second is its axis.",
    ),
    _Row(
        _message(r"values to unpack"),
        look="Count the names on the left of that line and the values on its right.",
    ),
    _Row(
        _message(r"'(int|float|list|tuple|numpy\.\w+)' object is not callable"),
        look="Something in that line is called, with parentheses, and is no function. Has a "
        "variable been given a function's name, or is a * missing?",
    ),
    _Row(
        _message("truth value of an array"),
        look="`if` decides once, and an array holds many numbers: decide entry by entry.",
    ),
    _Row(
        _type("NameError"),
        look="Is the name spelled right, and has the cell that defines it been run? What is "
        "NumPy's needs np. before it.",
    ),
    _Row(
        _type("IndexError"),
        look="Where does the number in the brackets come from: written in, or from a shape?",
    ),
    _Row(
        _message(r"shape|dimension|matmul|broadcast"),
        look=_SHAPES,
    ),
    _Row(lambda raised: True),
)


_NOT_CALLED = {
    "a-class-for-a-function": "{name} is a class. A function belongs there: `def {name}(…):`.",
    "an-async-function": "{name} is defined with `async def`: calling it computes nothing yet.",
    "a-generator-function": "{name} contains `yield`: calling it computes nothing yet.",
}
_INSTEAD = {
    "a-class-for-a-function": "Write the body of the stub; no class is needed.",
    "an-async-function": "Remove `async` (and every `await`).",
    "a-generator-function": "Use `return` for what it gives back, once, at its end.",
}


def not_called(exercise: Exercise, kind: str) -> Finding:
    """Return what is wrong with what stands in a function's place and was not called."""
    return Finding(kind, _NOT_CALLED[kind].format(name=exercise.name), _INSTEAD[kind])


def raised(exercise: Exercise, case: Case, outcome: Outcome, traits: Traits = ()) -> Finding | None:
    """Return what is wrong with a call that raised, or that did not though it should have."""
    error = outcome.raised
    if case.raises:
        return _not_refused(case, error)
    if error is None:
        return None
    row = next(row for row in _ROWS if row.fits(error) and row.trait in ("", *traits))
    evidence = []
    words = {"name": exercise.name, "call": exercise.call, "helper": error.helper}
    says = row.says.format(message=error.message, **words)
    look = row.look.format(**words)
    if row.look == _SHAPES:
        looped = rows_of_samples(exercise, traits)
        look = ROWS.format(name=looped) if looped else look
        if not looped and re.search(r"[*@]", error.line):
            look = _PRODUCTS
        if exercise.score and case.note:
            look = _JUDGES
    if not row.says:
        plain = f": {_plainer(error.message)}" if error.message else ""
        says = f"It raised an error, {error.type}{plain}."
        evidence = [f"called with {case.note}" if case.note else "", shapes(exercise, case)]
    return Finding(
        row.code or f"raises-{error.type.lower()}",
        says,
        look,
        "\n".join(line for line in evidence if line),
        lines=((error.number, error.line),) if row.line and error.line else (),
    )


def _not_refused(case: Case, error: Raised | None) -> Finding | None:
    """Return what is wrong with a call that should have raised."""
    if error and case.raises in (error.type, *error.bases):
        return None
    came = f"it raised {error.type}" if error else "it returned as if nothing was wrong"
    return Finding(
        "no-error-raised",
        f"Called with {case.note}, it should raise a {case.raises}; {came}.",
        "The docstring says which arguments are not allowed.",
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
