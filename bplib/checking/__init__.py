"""What learners call: `check`, `hint`, `quick`.

A check is three steps: `Exercise.probe` draws, `call` runs the learner's code, `judge` decides.
Here they are put together for a notebook.
"""

import inspect
import sys
import traceback
from collections.abc import Callable
from dataclasses import replace
from types import TracebackType
from typing import Any

import numpy as np

from bplib.checking.call import Outcome, Raised, Reply, call, helpers_used
from bplib.checking.cards import card, show
from bplib.checking.judge import judge
from bplib.checking.repair import with_repair
from bplib.checking.verdict import Verdict
from bplib.course import all_exercises, find, find_question
from bplib.course.exercise import Exercise
from bplib.finding import Finding

__all__ = [
    "CheckFailed",
    "Outcome",
    "Raised",
    "Reply",
    "Verdict",
    "call",
    "check",
    "hint",
    "judge",
    "quick",
    "verdict_on",
]


class CheckFailed(AssertionError):
    """An answer is not right yet. In a notebook it shows the message and no traceback."""

    def __init__(self, verdict: Verdict):
        super().__init__(str(verdict))
        self.verdict = verdict

    def _render_traceback_(self) -> list[str]:
        bold, plain = "\x1b[1;31m", "\x1b[0m"
        title, *rest = str(self.verdict).splitlines()
        return [f"{bold}{title}{plain}", *rest]


def verdict_on(
    function: Callable[..., Any],
    notebook: str | None = None,
    rng: np.random.Generator | None = None,
    name: str | None = None,
) -> Verdict:
    """Draw, call, judge: return the verdict on a function and show nothing.

    Parameters
    ----------
    function : callable
        The answer; its name says to which exercise.
    notebook : str, optional
        Where two notebooks have an exercise of that name: which one.
    rng : numpy.random.Generator, optional
        Draws the probe; by default new numbers each time.
    name : str, optional
        The exercise's name, where the function itself has another one.

    Returns
    -------
    Verdict
        Right or not, and what is wrong.
    """
    exercise = _exercise(function, notebook, name)
    probe = exercise.probe(rng or np.random.default_rng())
    used = helpers_used(function, probe.helpers)
    stand_ins = {name: _stand_in(find(name, notebook=exercise.notebook)) for name in used}
    reply = call(function, probe, stand_ins)
    return with_repair(function, probe, reply, judge(probe, reply), stand_ins)


def _stand_in(exercise: Exercise) -> Callable[..., Any]:
    """Return the truth of an exercise as a function that takes what its answer takes."""

    def right_answer(*positional: Any, **named: Any) -> Any:
        rest = list(exercise.arguments)[len(positional) :]
        return exercise.truth(*positional, *(named[name] for name in rest if name in named))

    return right_answer


def check(
    function: Callable[..., Any] | str, notebook: str | None = None, points: float | None = None
) -> float | None:
    """Check an answer with newly drawn numbers, and say what is wrong with it.

    Parameters
    ----------
    function : callable or str
        The answer, or its name; a name that is not defined yet is told so.
    notebook : str, optional
        Where two notebooks have an exercise of that name: which one.
    points : float, optional
        What the cell is worth. Then an answer that is partly right returns its part of the
        points, for nbgrader, instead of raising.

    Returns
    -------
    float or None
        Nothing for a right answer, which nbgrader books in full.

    Raises
    ------
    CheckFailed
        If the answer is not right; its text is the message.
    """
    namespace = sys._getframe(1).f_globals
    name = function if isinstance(function, str) else _name(function, namespace)
    if isinstance(function, str):
        function = namespace.get(name)  # type: ignore[assignment]
        if function is None:
            raise CheckFailed(_not_defined(find(name, notebook=notebook).name))
    if not callable(function):
        raise CheckFailed(_no_function(function))
    verdict = replace(verdict_on(function, notebook, name=name), points=points)
    if not verdict.right and not (points and verdict.credit):
        raise CheckFailed(verdict)
    show(verdict._repr_html_(), str(verdict))
    return None if verdict.right or points is None else float(verdict.credit * points)


def hint(
    function: Callable[..., Any] | str, step: int | None = None, notebook: str | None = None
) -> None:
    """Show the next hint to an exercise: the idea, then the shapes, then all but the last step.

    Parameters
    ----------
    function : callable or str
        The exercise's function or its name.
    step : {1, 2, 3}, optional
        Which hint; by default the next one.
    notebook : str, optional
        Where two notebooks have an exercise of that name: which one.
    """
    if isinstance(function, str):
        function = sys._getframe(1).f_globals.get(function, function)
    exercise = _exercise(function, notebook)
    key = (exercise.notebook, exercise.name)
    step = _hints_shown.get(key, 0) + 1 if step is None else int(step)
    if step < 1:
        raise ValueError(f"hints are numbered from 1 to {len(exercise.hints)}")
    if step > len(exercise.hints):
        text = (
            f"There is no hint {step}: you have seen all {len(exercise.hints)}. "
            f"hint({exercise.name}, 1) shows the first again. If you are still stuck, read the "
            "solution notebook of this chapter, close it, and write it yourself."
        )
        show(card(f"{exercise.name}: no more hints", [("", text)], "hint"), text)
        return
    _hints_shown[key] = step
    title = f"{exercise.name}: hint {step} of {len(exercise.hints)}"
    if sum(other.name == exercise.name for other in all_exercises()) > 1:
        title += f" (notebook {exercise.notebook})"
    text = exercise.hints[step - 1]
    show(card(title, [("", text)], "hint"), f"{title}\n  {text}")


_hints_shown: dict[tuple[str, str], int] = {}


def quick(name: str, answer: str = "?") -> None:
    """Ask a quick question, or say whether its answer is right and why.

    Parameters
    ----------
    name : str
        The question's name.
    answer : str
        "?" shows the question; a choice ("a", "b", …) is answered.
    """
    question = find_question(name)
    key = str(answer).strip().lower().strip("().")
    choices = [(f"({letter})", text) for letter, text in question.choices.items()]
    right = key == question.right
    if key in question.choices:
        verdict = f"({key}) is right." if right else f"({key}) is not it."
        rows = [("", question.replies[key])]
        title = f"{question.text} {verdict}"
        if not right:
            rows += [*choices, ("", "Choose again.")]
    else:
        title = question.text
        asked = f'Put your choice ({", ".join(question.choices)}) in place of "?" and run again.'
        if key != "?":
            asked = f"{answer!r} is none of the choices. {asked.replace('?', str(answer))}"
        rows = [*choices, ("", asked)]
    tone = ("right" if right else "wrong") if key in question.choices else "open"
    lines = [title, *(f"  {label} {text}".rstrip() for label, text in rows)]
    show(card(title, rows, tone), "\n".join(lines))


def _exercise(
    function: Callable[..., Any] | str, notebook: str | None, name: str | None = None
) -> Exercise:
    if isinstance(function, str):
        return find(function, notebook=notebook)
    try:
        parameters = list(inspect.signature(function).parameters)
    except (TypeError, ValueError):
        parameters = []
    return find(name or _name(function, {}), parameters, notebook)


def _name(function: Callable[..., Any], namespace: dict[str, Any]) -> str:
    """Return a function's name, or the exercise's under which a notebook holds it.

    A lambda and a decorated function have names of their own.
    """
    own = getattr(function, "__name__", type(function).__name__)
    names = [exercise.name for exercise in all_exercises()]
    if own in names:
        return str(own)
    return next((name for name in names if namespace.get(name) is function), str(own))


def _not_defined(name: str) -> Verdict:
    return Verdict(
        name,
        (
            Finding(
                "not-defined",
                f"There is no function called {name} in this notebook.",
                f"Run the cell with `def {name}(…)`. If you renamed the function, rename it back.",
            ),
        ),
    )


def _no_function(value: Any) -> Verdict:
    kind = type(value).__name__
    return Verdict(
        kind,
        (
            Finding(
                "not-a-function",
                f"check was given a value of type {kind}, not a function.",
                "Write check(name) with the function's name alone, without calling it.",
            ),
        ),
    )


def _explain_missing(
    shell: Any,
    kind: type[BaseException],
    error: BaseException,
    trace: TracebackType,
    tb_offset: int | None = None,
) -> Any:
    """Say shortly that a name is not defined yet, or that a function has not been written yet.

    The one is for ``check(name)`` where nothing has that name, the other for a figure, say, that
    calls an untouched stub. Every other error is shown as it is.
    """
    names = {exercise.name for exercise in all_exercises()}
    last = traceback.extract_tb(trace)[-1].name
    at_cell = trace.tb_next is None or trace.tb_next.tb_next is None
    verdict = None
    if kind is NotImplementedError and last in names:
        verdict = Verdict(
            last,
            (
                Finding(
                    "not-attempted",
                    f"This cell uses {last}, which still raises NotImplementedError.",
                    f"Answer the exercise {last} first, then run this cell again.",
                ),
            ),
        )
    elif at_cell and getattr(error, "name", None) in names:
        verdict = _not_defined(str(getattr(error, "name", "")))
    shown = CheckFailed(verdict) if verdict else error
    shell.showtraceback((type(shown), shown, trace), tb_offset=tb_offset)


def install() -> None:
    """In a notebook, have names and functions that are not there yet explained."""
    if "IPython" in sys.modules:
        from IPython import get_ipython

        shell = get_ipython()
        if shell is not None:
            shell.set_custom_exc((NameError, NotImplementedError), _explain_missing)


install()
