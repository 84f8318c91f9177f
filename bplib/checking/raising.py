"""What a check says of a call that raised: an ordered table, the first row that fits."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from bplib.checking.call import Outcome, Raised
from bplib.checking.calls import shapes
from bplib.course.exercise import Exercise
from bplib.course.probe import Case
from bplib.finding import Finding

_READ = "Read what the error says and the line that raised it; print what that line uses."


@dataclass(frozen=True)
class _Row:
    """Which exceptions, and what to say of them; {name}, {call} and {message} are filled in."""

    fits: Callable[[Raised], bool]
    code: str = ""  # by default the name of the exception
    says: str = ""  # by default the exception itself, with the shapes of the call
    look: str = _READ
    line: bool = True


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
        line=False,
    ),
    _Row(
        _type("NotImplementedError"),
        "not-attempted",
        "The cell still raises NotImplementedError, as it was handed out.",
        "Replace that line (and the comment above it) by your code, run the cell, then run this "
        "check again.",
        line=False,
    ),
    _Row(
        _type("KeyboardInterrupt"),
        "endless-loop",
        "It was still running when it was interrupted: does a loop never end?",
        "Check what makes that loop stop, or make it do less.",
    ),
    _Row(
        _type("RecursionError"),
        "endless-recursion",
        "It calls itself over and over, without an end.",
        "Inside {name}, the name {name} means this very function.",
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
        look="Write the shapes of the arrays that meet in that line side by side. Does the "
        "function take its arguments in the order of the stub?",
    ),
    _Row(lambda raised: True),
)


def raised(exercise: Exercise, case: Case, outcome: Outcome) -> Finding | None:
    """Return what is wrong with a call that raised, or that did not though it should have."""
    error = outcome.raised
    if case.raises:
        return _not_refused(case, error)
    if error is None:
        return None
    row = next(row for row in _ROWS if row.fits(error))
    evidence = []
    says = row.says.format(name=exercise.name, call=exercise.call, message=error.message)
    if not row.says:
        plain = f": {_plainer(error.message)}" if error.message else ""
        says = f"It raised an error, {error.type}{plain}."
        evidence = [f"called with {case.note}" if case.note else "", shapes(exercise, case)]
    return Finding(
        row.code or f"raises-{error.type.lower()}",
        says,
        row.look.format(name=exercise.name),
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
