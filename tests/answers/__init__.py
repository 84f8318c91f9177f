"""Answers as learners write them: wrong ones, each with the code it must get, and right ones.

Every module here belongs to a notebook and is a list of functions named like their exercises.
An answer must not use another one by name: it would get whichever was defined last. One that
differs from another in one place is written as that difference, by `edited`.
"""

import functools
import inspect
import itertools
import linecache
import re
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec

import numpy as np

from bplib import checking
from bplib.checking import Reply, call, judge
from bplib.checking.verdict import Verdict
from bplib.course import NOTEBOOKS, find
from bplib.course.probe import Probe


@dataclass(frozen=True)
class Answer:
    """One answer: a function, and what the check must say of it."""

    function: Callable
    notebook: str
    right: bool
    code: str  # of the mistake that must be found; for a right answer, its style

    @property
    def id(self) -> str:
        return f"{self.function.__name__}: {self.code}"


_collected: dict[str, list[Answer]] = {}


def _collect(right: bool, code: str):
    def decorate(function):
        module = function.__module__.rsplit(".", 1)[-1]
        (name,) = (n.name for n in NOTEBOOKS.values() if n.module == module)
        _collected.setdefault(name, []).append(Answer(function, name, right, code))
        return function

    return decorate


wrong = functools.partial(_collect, False)
right = functools.partial(_collect, True)
_edits = itertools.count(1)


def edited(function: Callable, code: str, old: str, new: str, right: bool = False) -> Callable:
    """Add a wrong answer, or a right one: another one in which `old` has become `new`.

    What follows a line's end in `old` or `new` is indented like the line in which `old` begins.
    """
    text = inspect.getsource(function)
    text = text[re.search("^def ", text, re.M).start() :]
    begins = re.search(f"^( *).*{re.escape(old.partition(chr(10))[0])}", text, re.M)
    old, new = (t.replace("\n", f"\n{begins[1] if begins else ''}") for t in (old, new))
    if text.count(old) != 1:
        raise ValueError(f"{code}: this stands {text.count(old)} times in the other one: {old!r}")
    text = f"@{'right' if right else 'wrong'}({code!r})\n{text.replace(old, new)}"
    file = f"<{function.__module__}, edit {next(_edits)}>"  # its own: lines are looked up by it
    linecache.cache[file] = len(text), None, text.splitlines(keepends=True), file
    made: dict[str, Callable] = {}
    exec(compile(text, file, "exec"), function.__globals__, made)
    return made[function.__name__]


def answers(notebook: str, name: str = "") -> list[Answer]:
    """Return all answers to a notebook, or to its exercise of that name; there may be none."""
    module = f"tests.answers.{NOTEBOOKS[notebook].module}"
    if find_spec(module):
        import_module(module)
    return [a for a in _collected.get(notebook, []) if name in ("", a.function.__name__)]


def all_answers() -> list[Answer]:
    """Return all answers to all exercises."""
    return [answer for notebook in NOTEBOOKS for answer in answers(notebook)]


@functools.cache
def replied(answer: Answer, seed: int) -> tuple[Probe, Reply, Verdict]:
    """Return what an answer was asked, what came back, and the verdict on it."""
    exercise = find(answer.function.__name__, notebook=answer.notebook)
    probe = exercise.probe(np.random.default_rng(seed))
    reply = call(answer.function, probe, checking._stand_ins(answer.function, probe))
    return probe, reply, judge(probe, reply)


def judged(answer: Answer, seed: int) -> Verdict:
    """Return the verdict on an answer without the search for the line to change."""
    return replied(answer, seed)[2]


@functools.cache
def checked(answer: Answer) -> Verdict:
    """Return what `check` says of an answer, in one draw; many tests look at that one."""
    return checking.verdict_on(answer.function, answer.notebook, np.random.default_rng(0))
