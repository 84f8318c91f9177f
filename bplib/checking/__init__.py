"""What learners call: `check`, `hint`, `lend`, `quick`, `recall`.

A check is three steps: `Exercise.probe` draws, `call` runs the learner's code, `judge` decides.
Here they are put together for a notebook.
"""

import inspect
import linecache
import re
import sys
import traceback
from collections.abc import Callable, Mapping
from dataclasses import replace
from types import FrameType, TracebackType
from typing import Any

import numpy as np

from bplib import progress
from bplib.checking import replaying
from bplib.checking.asked import asked, nearest
from bplib.checking.call import Outcome, Raised, Reply, call, helpers_used, traced_with
from bplib.checking.cards import Points, as_text, card, question_card, show, show_above_error
from bplib.checking.judge import judge
from bplib.checking.kernel import numpys_own
from bplib.checking.lend import is_lent, lend
from bplib.checking.recall import recall
from bplib.checking.repair import with_repair
from bplib.checking.verdict import NOT_YET, Verdict
from bplib.course import all_exercises, find, find_question, in_notebook
from bplib.course.exercise import Exercise
from bplib.course.probe import Probe
from bplib.finding import Finding
from bplib.threads import one_thread

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
    "lend",
    "quick",
    "recall",
    "replay",
    "verdict_on",
]


class CheckFailed(AssertionError):
    """An answer is not right yet. A notebook shows its card, a terminal its text; no traceback."""

    def __init__(self, verdict: Verdict):
        super().__init__(str(verdict))
        self.verdict = verdict
        self._shown = False

    def _render_traceback_(self) -> list[str]:
        if not self._shown:  # IPython asks twice: for the page, and for its history
            show_above_error(self.verdict._repr_html_())
        self._shown = True
        return str(self.verdict).splitlines()


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
    with numpys_own():
        probe = exercise.probe(rng or np.random.default_rng())
    stand_ins = _stand_ins(function, probe)
    with one_thread():
        reply = call(function, probe, stand_ins)
        verdict = with_repair(function, probe, reply, judge(probe, reply), stand_ins)
    _checked[exercise.notebook, exercise.name] = probe, verdict
    nothing_to_show = not reply.trace.notes or not exercise.arguments
    if verdict.right or nothing_to_show or verdict.code in NOT_YET:
        return verdict
    offer = f"replay({exercise.name}) shows what every line of yours gives in a small call."
    return replace(verdict, notes=(*verdict.notes, offer))


_checked: dict[tuple[str, str], tuple[Probe, Verdict]] = {}


def _stand_ins(function: Callable[..., Any], probe: Probe) -> dict[str, Callable[..., Any]]:
    """Return the truths of the earlier exercises that a function uses."""
    used = helpers_used(function, probe.helpers)
    return {name: _stand_in(find(name, notebook=probe.notebook)) for name in used}


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
    frame = sys._getframe(1)
    name = _asked(function, notebook, frame)
    if isinstance(function, str):
        function = frame.f_globals.get(name)  # type: ignore[assignment]
        if function is None:
            raise CheckFailed(_not_defined(name, frame.f_globals))
    if not callable(function):
        raise CheckFailed(_no_function(function))
    if is_lent(function):
        return _lent(name, points)
    lent = progress.uses(name)
    verdict = replace(verdict_on(function, notebook, name=name), points=points)
    if progress.uses(name) > lent:  # an answer that hands on what was lent
        return _lent(name, points)
    exercise = _exercise(function, notebook, name)
    progress.note_check(exercise.notebook, exercise.name, verdict.right)
    if not verdict.right and not (points and verdict.credit):
        raise CheckFailed(verdict)
    show(verdict._repr_html_(), str(verdict))
    return None if verdict.right or points is None else Points(verdict.credit * points)


def _lent(name: str, points: float | None) -> float | None:
    """Say that a function is lent, and so earns nothing; nothing is wrong with it."""
    title = f"{name}: lent."
    text = "It earns no points. Write your own whenever you like: that ends the loan."
    show(card(title, [("", text)], "open"), f"{title} {text}")
    return None if points is None else Points(0)


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
    frame = sys._getframe(1)
    name = _asked(function, notebook, frame)
    notebook = notebook or _open_notebook_with(name)
    exercise = _exercise(frame.f_globals.get(name, name), notebook, name)
    key = (exercise.notebook, exercise.name)
    step = _hints_shown.get(key, 0) + 1 if step is None else int(step)
    if step < 1:
        raise ValueError(f"hints are numbered from 1 to {len(exercise.hints)}")
    if step > len(exercise.hints):
        text = (
            f"There is no hint {step}: you have seen all {len(exercise.hints)}. "
            f'hint("{exercise.name}", 1) shows the first again. If you are still stuck, read the '
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


def replay(function: Callable[..., Any] | str, notebook: str | None = None) -> None:
    """Show the first call of the last check once more: every line, and what it gave.

    For right answers too; no right value is shown. Of a wrong answer, the first value that goes
    wrong is marked.

    Parameters
    ----------
    function : callable or str
        The answer, or its name.
    notebook : str, optional
        Where two notebooks have an exercise of that name: which one.
    """
    name, _, _, found = replayed(function, notebook, sys._getframe(1))
    title = f"{name}: what every line gives"
    if not found:
        title = f"{name}: there is nothing to show: no line of it gave a value before it ended."
    show(replaying.as_html(title, found), replaying.as_text(title, found))


def replayed(
    function: Callable[..., Any] | str, notebook: str | None, frame: FrameType
) -> tuple[str, Callable[..., Any], dict[str, Any], list[replaying.Row]]:
    """Make the first call of the last check once more.

    Parameters
    ----------
    function, notebook
        As for `replay`.
    frame : frame
        The cell that asks.

    Returns
    -------
    name, answer, given, rows
        The exercise's name, the function, what it was called with by its own parameters' names,
        and a row for every note of the trace that is not inside a line.
    """
    name = _asked(function, notebook, frame)
    answer = frame.f_globals.get(name) if isinstance(function, str) else function
    if not callable(answer):
        raise CheckFailed(_not_defined(name, frame.f_globals))
    exercise = _exercise(answer, notebook, name)
    probe, verdict = _checked.get((exercise.notebook, name), (None, None))
    if probe is None:
        verdict = verdict_on(answer, notebook, name=name)
        probe, _ = _checked[exercise.notebook, name]
    reply = call(answer, probe, _stand_ins(answer, probe))
    found = replaying.rows(probe, reply, wrong=bool(verdict and not verdict.right))
    return name, answer, traced_with(answer, probe.cases), found


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
    if key in question.choices:
        right = key == question.right
        title = f"{question.text} ({key}) is {'right' if right else 'not it'}."
        rows = [("", question.replies[key])]
        if not right:
            rows += [*choices, ("", "Choose again.")]
        show(card(title, rows, "right" if right else "wrong"), as_text(title, rows))
        return
    below = f'Put your choice ({", ".join(question.choices)}) in place of "?" and run again.'
    if key != "?":
        below = f"{answer!r} is none of the choices. {below.replace('?', str(answer))}"
    html = question_card(question.text, question.choices, question.replies, below)
    show(html, as_text(question.text, [*choices, ("", below)]))
    if key == "?":
        from bplib.widgets.parts.question import click_an_answer

        click_an_answer(
            question.text,
            question.choices,
            lambda choice, _: (choice == question.right, question.replies[choice]),
        )


def _exercise(function: Any, notebook: str | None, name: str | None = None) -> Exercise:
    try:
        parameters = list(inspect.signature(function).parameters)
    except (TypeError, ValueError):
        parameters = []
    return find(name or function.__name__, parameters, notebook)


def _open_notebook_with(name: str) -> str | None:
    """Return the notebook that has begun, if it asks for a function of that name."""
    notebook = progress.open_notebook()
    names = [exercise.name for exercise in in_notebook(notebook)] if notebook else []
    return notebook if name in names else None


def _asked(function: Callable[..., Any] | str, notebook: str | None, frame: FrameType) -> str:
    """Return the name of the exercise that a cell asks for; say so where there is none."""
    known = in_notebook(notebook) if notebook else all_exercises()
    names = list(dict.fromkeys(exercise.name for exercise in known))
    name = asked(function, frame, names)
    if name in names:
        return name
    if not callable(function) and not isinstance(function, str):
        raise CheckFailed(_no_function(function))
    raise CheckFailed(_no_exercise(name, names))


def _no_exercise(name: str, names: list[str]) -> Verdict:
    near = nearest(name, names)
    look = f"Here there are {', '.join(names)}."
    if near:
        look = f"Is it {near} that you mean? Then give that name to the function and to the check."
    return Verdict(name, (Finding("not-defined", f"No exercise is called {name}.", look),))


def _not_defined(name: str, namespace: Mapping[str, Any]) -> Verdict:
    mine = [n for n, value in namespace.items() if inspect.isfunction(value) and n != name]
    near = nearest(name, [n for n in mine if n not in {e.name for e in all_exercises()}])
    look = f"Run the cell with `def {name}(…)`. If you renamed the function, rename it back."
    if near:
        look = f"There is a function called {near}. Is it that one? Then call it {name}."
    says = f"There is no function called {name} in this notebook."
    return Verdict(name, (Finding("not-defined", says, look),))


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
    names = [exercise.name for exercise in all_exercises()]
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
                    f"Answer the exercise {last} first, then run this cell again. To go on without "
                    f'it for now: lend("{last}") in a cell of its own.',
                ),
            ),
        )
    elif at_cell and kind is NameError:
        name, frame = str(getattr(error, "name", "")), (trace.tb_next or trace).tb_frame
        line = linecache.getline(frame.f_code.co_filename, (trace.tb_next or trace).tb_lineno)
        if name in names:
            verdict = _not_defined(name, frame.f_globals)
        elif re.search(rf"\b(check|hint)\(\s*{name}\b", line):
            verdict = _no_exercise(name, names)
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
