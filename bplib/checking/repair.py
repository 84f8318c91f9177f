"""The smallest change: one edit of a learner's function after which it is right at every call.

It tells where an answer goes wrong although nothing explains how: the line and the kind of edit.
The edits themselves are tried here and never shown.
"""

import ast
import contextlib
import functools
import io
import random
import time
import types
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from types import FunctionType, ModuleType
from typing import Any

import numpy as np

from bplib.checking.call import Outcome, Reply, built, call, handed
from bplib.checking.edits import ARGUMENTS, GROUPING, LOOKS, Edit, edits
from bplib.checking.judge import as_good, passes
from bplib.checking.plain import plain
from bplib.checking.source import Clock, OutOfTime, Source, Workshop, helpers_of, source_of
from bplib.checking.verdict import NOT_YET, Verdict
from bplib.course import find
from bplib.course.exercise import Exercise
from bplib.course.probe import Case, Probe, Seed
from bplib.course.properties import PROPERTIES
from bplib.finding import CODES

_ONE_CALL = 0.05  # seconds for one call of an edited function, besides ten times the learner's
_ALL_CALLS = 0.5  # and for those of a whole probe
_NONE: Mapping[str, Callable[..., Any]] = {}


@dataclass(frozen=True)
class Repair:
    """One edit after which an answer is right at every call.

    Parameters
    ----------
    line : int
        The line of its cell that is edited.
    kind : str
        What is edited, in words: "a pair of parentheses".
    function : str
        The function of the notebook in which the line stands; "" for the answer itself.
    text : str
        The line as the learner wrote it.
    """

    line: int
    kind: str
    function: str = ""
    text: str = ""


def repairs(
    function: Callable[..., Any],
    probe: Probe,
    exercise: Exercise,
    *,
    seconds: float = 1.0,
    lines: Sequence[int] | None = None,
    kind: str = "",
    every: bool = False,
    stand_ins: Mapping[str, Callable[..., Any]] = _NONE,
) -> tuple[Repair, ...]:
    """Return the cheapest single edits that make a wrong answer right, none where there is none.

    Whatever edited code prints, seeds, sets or changes is undone, and whatever fails here only
    means that nothing is found. Ctrl-C passes through.

    Parameters
    ----------
    function : callable
        The wrong answer.
    probe : Probe
        The calls that it must then answer rightly; those of two further draws are added.
    exercise : Exercise
        What was asked.
    seconds : float
        For how long to search.
    lines : sequence of int, optional
        The lines to try first; others only if no edit of these is one.
    kind : str
        The only kind of edit to try; by default all.
    every : bool
        Whether to return nothing where there was no time to find all of the cheapest.
    stand_ins : mapping of str to callable
        Right answers in place of the learner's to earlier exercises.
    """
    try:
        with _as_it_was():
            return _Search(function, probe, exercise, seconds, stand_ins).run(lines, kind, every)
    except (Exception, OutOfTime):
        return ()


class _Search:
    """The search for one answer."""

    def __init__(
        self,
        function: Callable[..., Any],
        probe: Probe,
        exercise: Exercise,
        seconds: float,
        stand_ins: Mapping[str, Callable[..., Any]],
    ):
        self._whole = Clock(seconds)
        self._probe, self._exercise = probe, exercise
        source = source_of(function)
        if source is None:
            raise LookupError("no source")
        self._name = source.tree.name
        helpers = helpers_of(source)
        self._sources: dict[str, Source] = {self._name: source}
        self._sources |= {name: its for name, its in helpers.items() if name not in stand_ins}
        if not all(map(_harmless, self._sources.values())):
            raise PermissionError("edits of it might do harm")
        self._clock = Clock(_ALL_CALLS)
        self._workshop = Workshop(self._sources, self._clock, stand_ins)
        self._truths: dict[int, Any] = {}
        self._manners = False  # whether the values are right, and only the manners are not
        self._one_call = _ONE_CALL

    def run(self, lines: Sequence[int] | None, kind: str, every: bool) -> tuple[Repair, ...]:
        """Return all edits of the lowest cost that make the answer right.

        Where `every` one of them is asked for, none if there was no time to try them all.
        """
        case, truth = self._wrong_case()
        found: dict[Repair, None] = {}
        level: tuple[bool, int] | None = None
        for elsewhere, name, edit in self._edits(case, lines):
            if kind and edit.kind != kind:
                continue
            if every and edit.cost > _NEAREST:
                break  # farther ones may well mend it elsewhere than where it is wrong
            if found and (elsewhere, edit.cost) != level:
                break
            if self._left <= 0:
                return () if every else tuple(found)
            with edit:
                try:
                    code = self._workshop.compiled(name)
                except (SyntaxError, TypeError, ValueError, RecursionError):
                    continue
            if self._may_be(case, truth, name, code) and self._is_right(name, code):
                level = elsewhere, edit.cost
                own = "" if name == self._name else name
                text = self._sources[name].line(edit.line)
                found.setdefault(Repair(edit.line, edit.kind, own, text))
        return tuple(found)

    @property
    def _left(self) -> float:
        return self._whole.left

    def _edits(self, case: Case, lines: Sequence[int] | None) -> list[tuple[bool, str, Edit]]:
        """Return every edit with the function it is of, and whether it is on none of the lines."""
        ready = []
        for name, tree in self._workshop.trees.items():
            if name in self._probe.helpers:  # has a check of its own
                continue
            shapes = {}
            if name == self._name:
                pairs = zip(tree.args.args, case.arguments, strict=False)
                shapes = {a.arg: v.shape for a, v in pairs if isinstance(v, np.ndarray)}
            asked = name == self._name and [a.arg for a in tree.args.args] == [
                *self._exercise.arguments
            ]
            for edit in edits(tree, shapes, tuple(self._sources)):
                if asked and edit.kind == ARGUMENTS and edit.line == tree.lineno:
                    continue  # its parameters stand in the order of the stub
                ready.append((lines is not None and edit.line not in lines, name, edit))
        return sorted(ready, key=lambda one: (one[0], one[2].cost, one[1] != self._name))

    def _wrong_case(self) -> tuple[Case, Any]:
        """Return the smallest call that goes wrong, those designed for values first."""
        cases = [case for case in self._probe.cases if not case.raises]
        order = sorted(range(len(cases)), key=lambda i: (not cases[i].values, _size(cases[i])))
        for i in order:
            case = cases[i]
            truth = self._truth(self._probe, self._truths, i)
            self._clock.restart(min(self._left, _ALL_CALLS))
            begun = time.thread_time()
            (outcome,) = self._outcomes(self._workshop.made(self._name), (case,))
            if not passes(self._exercise, case, outcome, truth):
                if outcome.raised is None:
                    self._one_call += 10 * (time.thread_time() - begun)
                alone = replace(outcome, arguments=(), again=None)
                self._manners = self._exercise.examine is None and passes(
                    self._exercise, case, alone, truth
                )
                return case, truth
        raise LookupError("right at every call")

    def _may_be(self, case: Case, truth: Any, name: str, code: types.CodeType) -> bool:
        """Return whether an edited function is right at one call."""
        function = self._workshop.made(self._name, name, code)
        self._clock.restart(min(self._left, self._one_call))
        if self._manners:
            (outcome,) = self._outcomes(function, (case,))
            return passes(self._exercise, case, outcome, truth)
        arguments = handed(case)
        try:
            result = plain(function(*arguments))
        except (Exception, OutOfTime, SystemExit):
            return False
        left = tuple(map(_used, case.arguments, arguments)) if self._exercise.examine else ()
        return passes(self._exercise, case, Outcome(result, left), truth)

    def _is_right(self, name: str, code: types.CodeType) -> bool:
        """Return whether an edited function is right at every call of the probe and two more."""
        if not self._passes_all(self._probe, self._truths, name, code):
            return False
        return all(
            self._left > 0 and self._passes_all(*_drawn(self._exercise, seed), name, code)
            for seed in (1, 2)
        )

    def _passes_all(
        self, probe: Probe, truths: dict[int, Any], name: str, code: types.CodeType
    ) -> bool:
        self._clock.restart(_ALL_CALLS)
        cases = probe.cases
        outcomes = self._outcomes(self._workshop.made(self._name, name, code), cases)
        return len(outcomes) == len(cases) and all(
            passes(self._exercise, case, outcome, self._truth(probe, truths, i))
            for i, (case, outcome) in enumerate(zip(cases, outcomes, strict=True))
        )

    def _outcomes(self, function: Any, cases: tuple[Case, ...]) -> tuple[Outcome, ...]:
        outcomes = call(function, replace(self._probe, cases=cases, helpers=())).outcomes
        if any(o.raised and o.raised.type == "KeyboardInterrupt" for o in outcomes):
            raise KeyboardInterrupt
        return outcomes

    def _truth(self, probe: Probe, truths: dict[int, Any], i: int) -> Any:
        """Return the truth of a call, computed once; None where an exception belongs."""
        if i not in truths:
            case = probe.cases[i]
            given = handed(case)
            truths[i] = None if case.raises else self._exercise.truth(*given)
        return truths[i]


@functools.cache
def _further(notebook: str, name: str, seed: int) -> tuple[Probe, dict[int, Any]]:
    """Return one of the further draws, and its truths as far as they were needed."""
    return find(name, notebook=notebook).probe(np.random.default_rng(seed)), {}


def _drawn(exercise: Exercise, seed: int) -> tuple[Probe, dict[int, Any]]:
    return _further(exercise.notebook, exercise.name, seed)


def _used(argument: Any, used: Any) -> Any:
    """Return what `examine` asks of an argument after a call: whether a generator was used."""
    if isinstance(argument, Seed):
        return used.bit_generator.state != built(argument).bit_generator.state
    return argument


def _size(case: Case) -> int:
    """Return how long a call may take, roughly: its entries, and the whole numbers."""
    sizes = (v.size if isinstance(v, np.ndarray) else v for v in case.arguments)
    return sum(int(size) for size in sizes if isinstance(size, int))


# --- telling ----------------------------------------------------------------------------------

_MOST_LINES = 3  # more of them tell nothing
_NEAREST = 1  # what the simplest edits cost
_AS_NAMED = 0.15  # seconds to look for the line of a mistake that has a name already
_AS_LOCATED = 0.05  # and one that has a line too, which a change elsewhere would contradict
_FOR = {"train": 3.0}
_NOTHING_TO_REPAIR = {*NOT_YET, "not-a-function", "wrong-signature", "finite-differences"}
_UNNAMED = {"", "leaves-the-way", "step-the-error-term"}
_UNNAMED |= {"step-h-as-the-input", "step-x-as-the-input", *PROPERTIES}
_TELL_LITTLE = {*_UNNAMED, "all-zero", "ignores-its-arguments", "constant-factor"}
_TELL_LITTLE |= {"nan-or-inf", "wrong-in-a-special-case", "wrong-shape", "wrong-axes"}


def with_repair(
    function: Callable[..., Any],
    probe: Probe,
    reply: Reply,
    verdict: Verdict,
    stand_ins: Mapping[str, Callable[..., Any]],
) -> Verdict:
    """Return a verdict with the line whose change makes the answer right, where one is found.

    Parameters
    ----------
    function : callable
        The answer.
    probe, reply : Probe, Reply
        What was asked, what came back.
    verdict : Verdict
        What is known of it.
    stand_ins : mapping of str to callable
        Right answers to the earlier exercises that it calls.
    """
    if verdict.right or verdict.code in _NOTHING_TO_REPAIR:
        return verdict
    exercise = find(probe.exercise, notebook=probe.notebook)
    helped = {} if as_good(reply) else stand_ins
    vague = verdict.code in _TELL_LITTLE
    if exercise.score or (exercise.unaided and not vague):
        return verdict
    if not vague and verdict.code not in CODES:  # precedence can give another mistake's numbers
        slips = repairs(
            *(function, probe, exercise), seconds=_AS_NAMED, kind=GROUPING, stand_ins=helped
        )
        if slips:
            return explained_by_repair(verdict, slips, named="parentheses-missing")
    raises = verdict.code in CODES or verdict.code.startswith("raises-")
    if not vague and (_is_factor(verdict.code) or (verdict.lines and raises)):
        return verdict
    seconds = _AS_LOCATED if verdict.lines else _AS_NAMED
    found = repairs(
        function,
        probe,
        exercise,
        seconds=_FOR.get(exercise.name, 1.0) if vague else seconds,
        lines=verdict.lines if vague and verdict.lines else None,
        every=not vague,  # a name needs no line, but none that another line could be
        stand_ins=helped,
    )
    return explained_by_repair(verdict, found)


def _is_factor(code: str) -> bool:
    """Return whether a code is that of a factor: many a line could take it back."""
    return code.startswith("times-") or code in ("wrong-sign", "uphill", "constant-factor")


def explained_by_repair(verdict: Verdict, found: Sequence[Repair], named: str = "") -> Verdict:
    """Return a verdict that says where one change makes the answer right, and of which kind.

    What has a name keeps it and gets the line; what has none gets the code "one-change", and
    all of it the code `named` where there is one.
    """
    if not found:
        return verdict
    first = verdict.findings[0]
    others = [finding for finding in verdict.findings[1:] if finding.code != "something-else"]
    where = _by_place(found)
    few = where if len(where) <= _MOST_LINES else []
    lines = tuple((repair.line, repair.text) for repair in few)
    if first.code not in _UNNAMED and not named:
        return replace(verdict, findings=(replace(first, lines=lines), *others))
    code = named or "one-change"
    seen = "" if first.code.startswith("step-") else first.evidence
    told = replace(
        first, code=code, says=_says(where), look=_look(where), evidence=seen, lines=lines
    )
    return replace(verdict, findings=(told, *(() if named else others)), alternatives=())


def _by_place(found: Sequence[Repair]) -> list[Repair]:
    """Return one repair for every line, in order, with all its kinds."""
    places: dict[tuple[str, int], Repair] = {}
    for repair in found:
        key = repair.function, repair.line
        first = places.setdefault(key, repair)
        if repair.kind not in first.kind.split(_OR):
            places[key] = replace(first, kind=first.kind + _OR + repair.kind)
    return [places[key] for key in sorted(places)]


_OR = ", or "


def _says(found: Sequence[Repair]) -> str:
    """Say where one change makes it right, and of which kind where that is the same for all."""
    kinds = list(dict.fromkeys(repair.kind for repair in found))
    where = [f"on line {r.line}" + (f" of {r.function}" if r.function else "") for r in found]
    if len(where) > _MOST_LINES:
        kind = f": {kinds[0]}" if len(kinds) == 1 else ", at more than one place"
        return f"One change makes it right at every call{kind}."
    if len(kinds) == 1:
        return f"One change {' or '.join(where)} makes it right at every call: {kinds[0]}."
    each = [f"{place} ({r.kind})" for place, r in zip(where, found, strict=True)]
    return f"One change makes it right at every call: {', or '.join(each)}."


def _look(found: Sequence[Repair]) -> str:
    kinds = [kind for repair in found for kind in repair.kind.split(_OR)]
    looks = list(dict.fromkeys(LOOKS[kind] for kind in kinds))
    several = "Say aloud, step by step, what that line does, with the shapes of a small call."
    return looks[0] if len(looks) == 1 else several


# --- harm -------------------------------------------------------------------------------------

_MODULES = {"numpy", "math", "cmath", "random", "itertools", "functools", "operator", "typing"}
_MODULES |= {"bplib", "builtins", "collections", "warnings"}
_ARRAYS = (np.ndarray, np.generic, np.random.Generator)
_DATA = (int, float, complex, str, list, tuple, dict, set, range, slice, type(None))
_BARRED = {"open", "input", "exec", "eval", "compile", "exit", "quit", "breakpoint", "__import__"}
_BARRED |= {"setattr", "delattr", "globals", "vars", "check", "hint", "quick", "get_ipython"}
_BARRED |= {"save", "savez", "savez_compressed", "savetxt", "tofile", "dump", "load", "loadtxt"}
_BARRED |= {"genfromtxt", "fromfile", "memmap", "ctypeslib", "seterrcall", "lib", "testing"}


def _harmless(source: Source) -> bool:
    """Return whether running edited forms of a function can touch nothing but its own values."""
    known, own = source.function.__globals__, source.function.__module__
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Attribute):
            if not isinstance(node.ctx, ast.Load) or node.attr in _BARRED:
                return False
        elif isinstance(node, ast.Name):
            if node.id in _BARRED or not _tame(known.get(node.id), own):
                return False
        elif isinstance(node, ast.Import | ast.ImportFrom):
            names = [alias.name for alias in node.names]
            modules = names if isinstance(node, ast.Import) else [node.module or ""]
            if any(module.split(".")[0] not in _MODULES for module in modules):
                return False
            if _BARRED.intersection(names):
                return False
    return True


def _tame(value: Any, notebook: str) -> bool:
    """Return whether a global is data, a function of the notebook, or of a module that computes."""
    if isinstance(value, _DATA + _ARRAYS):
        return True
    if isinstance(value, ModuleType):
        return value.__name__.split(".")[0] in _MODULES
    module = getattr(value, "__module__", None)
    if isinstance(value, FunctionType) and module == notebook:
        return True
    return (module or "").split(".")[0] in _MODULES


class _Nowhere(io.TextIOBase):
    """Where what edited code prints goes."""

    def write(self, text: str) -> int:
        return len(text)


@contextlib.contextmanager
def _as_it_was() -> Iterator[None]:
    """Run quietly, and put back what is the same for the whole kernel."""
    kept, own = np.random.get_state(), random.getstate()  # noqa: NPY002 - learners use it
    options = np.get_printoptions()
    try:
        with (
            np.errstate(all="ignore"),
            contextlib.redirect_stdout(_Nowhere()),
            contextlib.redirect_stderr(_Nowhere()),
            warnings.catch_warnings(),
        ):
            warnings.simplefilter("ignore")
            yield
    finally:
        np.random.set_state(kept)  # noqa: NPY002
        random.setstate(own)
        np.set_printoptions(**options)
