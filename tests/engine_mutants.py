"""Which slips in the engine do its tests notice? ``python -m tests.engine_mutants`` counts.

Every mutant is a module of `bplib.checking` or `bplib.course` with one place of its syntax tree
changed. It is put into the running engine in a forked child, which then makes checks until one
fails: the answers and rows of `tests`, a draw each, and the tests of the fast files. Only those are
tried that were seen to go through the changed line, the cheapest first, of every kind in turn. A
mutant survives if none fails within `BUDGET` seconds; survivors stand at the end, with their lines.
"""

import argparse
import ast
import copy
import functools
import importlib
import inspect
import os
import pickle
import random
import resource
import signal
import sys
import time
from collections import Counter, deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import CodeType, FrameType, ModuleType
from typing import Any

import numpy as np
import pytest
from _pytest.runner import runtestprotocol

from bplib.checking import call, judge

ROOT = Path(__file__).parents[1]
_CHECKING = (
    "call calls edits explain factors follow hypotheses judge kernel likeness located looks plain "
    "raising repair replaying source stages trace traits travel verdict wrong_quantities"
)
_COURSE = "draws mistakes properties steps way"
MODULES = [
    *(f"bplib.checking.{name}" for name in _CHECKING.split()),
    *(f"bplib.course.{name}" for name in _COURSE.split()),
]
_FILES = "chain_rule check_itself checking gradient likeness messages recorded repair rows steps"
FILES = [f"test_{name}" for name in (*_FILES.split(), "training")]
LEFT_OUT = (
    "no_reply_makes",  # draws at random, and looks for the smallest example when it fails
    "title",  # of figures
    "handed_in_is_called_by_its_name",  # made here with a draw each
    "sentence_is_noise",  # goes through all answers
    "no_two_rows",
    "engines_source",
    "is_documented",
    "slip_made_by_machine",
)
BUDGET = 6.0  # seconds of processor time that go into one mutant
_CEILING = 25  # where a child is stopped that a mutant has made endless
_Place = tuple[str, int]  # a file and a line
_ENGINE = (str(ROOT / "bplib/checking"), str(ROOT / "bplib/course"))

# --- what is tried ----------------------------------------------------------------------------


@dataclass
class Check:
    """Something that fails where a test of the project would."""

    name: str
    group: str
    passes: Callable[[], bool]
    seconds: float = 0.0
    lines: set[_Place] = field(default_factory=set)


def _answers() -> Iterator[Check]:
    from tests import test_rows
    from tests.answers import all_answers, checked, judged

    def answered(answer: Any, searched: bool) -> bool:
        # The search for the line to change takes most of the time.
        verdict = checked.__wrapped__(answer) if searched else judged(answer, 0)
        if answer.right:
            return verdict.right
        return not verdict.right and answer.code in verdict.codes and bool(verdict.findings[0].says)

    def named(exercise: Any, row: Any, formula: Any) -> bool:
        probe = exercise.probe(np.random.default_rng(0))
        verdict = judge(probe, call(test_rows.as_answer(exercise, formula), probe))
        return not verdict.right and verdict.code == row.code

    for i, answer in enumerate(all_answers()):
        group = f"{answer.notebook}.{answer.function.__name__}"
        searched = answer.right or i % 8 == 0
        made = lambda answer=answer, searched=searched: answered(answer, searched)  # noqa: E731
        yield Check(f"{answer.notebook} {answer.id}", group, made)
    for parameter in test_rows.FORMULAS:
        exercise, *_ = parameter.values
        group = f"row {exercise.notebook}.{exercise.name}"
        yield Check(parameter.id, group, lambda values=parameter.values: named(*values))


def _tests(items: list[pytest.Item]) -> Iterator[Check]:
    def passes(item: Any) -> bool:
        item._initrequest()
        return not any(r.failed for r in runtestprotocol(item, nextitem=None, log=False))

    for item in items:
        if not any(words in item.name for words in LEFT_OUT):
            yield Check(item.nodeid, item.location[0], lambda item=item: passes(item))


def _made_once(check: Check) -> bool:
    """Make a check, and note what it costs and through which lines it goes."""

    def entered(frame: FrameType, event: str, _: Any) -> Any:
        file = frame.f_code.co_filename
        if not file.startswith(_ENGINE):
            return None
        check.lines.add((file, frame.f_lineno))
        return entered

    began = time.process_time()
    sys.settrace(entered)
    try:
        passed = check.passes()
    finally:
        sys.settrace(None)
    check.seconds = time.process_time() - began
    return passed


def _in_turn(checks: list[Check], places: set[_Place]) -> list[Check]:
    """Sort checks: of every way through some places the cheapest, then the next of every way."""
    turn: Counter[Any] = Counter()
    keys = {}
    for check in sorted(checks, key=lambda check: check.seconds):
        way = frozenset(check.lines & places)
        turn[way] += 1
        turn[way, check.group] += 1
        keys[check.name] = min(turn[way], 3 * turn[way, check.group]), check.seconds
    return sorted(checks, key=lambda check: keys[check.name])


# --- what is changed --------------------------------------------------------------------------

_SWAPPED: dict[type, type] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.And: ast.Or,
    ast.Or: ast.And,
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Div,
    ast.Div: ast.Mult,
}
_DROPPED = (ast.AugAssign, ast.Break, ast.Continue, ast.Raise)


@dataclass(frozen=True)
class Mutant:
    """A module with one change."""

    module: ModuleType
    tree: ast.Module
    node: ast.AST
    kind: str
    change: Callable[[Any], None]
    path: tuple[str, ...]  # the names that lead to the changed function; none: a statement
    statement: int  # which one of the module
    lines: range  # of the statement

    def __str__(self) -> str:
        file = Path(inspect.getsourcefile(self.module) or "").relative_to(ROOT)
        changed = copy.deepcopy(self.node)
        self.change(changed)
        before, after = (ast.unparse(node).partition("\n")[0] for node in (self.node, changed))
        words = f"{before}  →  {after}" if before != after else f"{before}  ({self.kind})"
        line = next((n.lineno for n in ast.walk(self.node) if hasattr(n, "lineno")), 0)
        return f"{file}:{line}: {words}"


def mutants(module: ModuleType) -> list[Mutant]:
    """Return all mutants of a module."""
    tree = ast.parse(Path(inspect.getsourcefile(module) or "").read_text(encoding="utf-8"))
    return [
        Mutant(module, tree, node, kind, change, path, statement, seen or lines)
        for path, statement, lines, node in _places(tree)
        for kind, change, seen in _changes(node)
    ]


def _places(tree: ast.Module) -> Iterator[tuple[tuple[str, ...], int, range, ast.AST]]:
    """Yield what may be changed: nodes of functions, and of values that modules assign."""
    for i, statement in enumerate(tree.body):
        if isinstance(statement, ast.FunctionDef):
            for lines, node in _inside(statement, range(0)):
                yield (statement.name,), i, lines, node
        elif isinstance(statement, ast.ClassDef):
            for part in statement.body:
                if isinstance(part, ast.FunctionDef):
                    for lines, node in _inside(part, range(0)):
                        yield (statement.name, part.name), i, lines, node
        elif isinstance(statement, ast.Assign | ast.AnnAssign) and statement.value:
            for lines, node in _inside(statement.value, range(0)):
                yield (), i, lines, node


def _inside(node: ast.AST, lines: range) -> Iterator[tuple[range, ast.AST]]:
    """Yield the nodes that run, each with the lines of its statement; no text that is said."""
    if isinstance(node, ast.JoinedStr | ast.arguments):
        return
    if isinstance(node, ast.stmt):
        head = getattr(node, "test", None) or getattr(node, "iter", None) or node
        lines = range(node.lineno, (head.end_lineno or 0) + 1)
    if isinstance(node, ast.Lambda):
        lines = range(node.lineno, (node.end_lineno or 0) + 1)
    yield lines, node
    for name, value in ast.iter_fields(node):
        if name not in ("annotation", "returns", "decorator_list"):
            for child in value if isinstance(value, list) else [value]:
                if isinstance(child, ast.AST):
                    yield from _inside(child, lines)


def _changes(node: ast.AST) -> Iterator[tuple[str, Callable[[Any], None], range]]:
    """Yield what is changed in a node, and the lines where that is seen if they are others."""
    for kind, change in _small_changes(node):
        yield kind, change, range(0)
    for name in ("body", "orelse", "finalbody"):
        block = getattr(node, name, None)
        for i, statement in enumerate(block if isinstance(block, list) else []):
            called = isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Call)
            if called or isinstance(statement, _DROPPED):
                lines = range(statement.lineno, (statement.end_lineno or 0) + 1)
                words = f"drops: {ast.unparse(statement).splitlines()[0]}"
                change = functools.partial(_drop, name=name, i=i)
                yield words, change, lines


def _drop(node: Any, name: str, i: int) -> None:
    getattr(node, name)[i] = ast.Pass(lineno=node.lineno, col_offset=node.col_offset)


def _small_changes(node: ast.AST) -> Iterator[tuple[str, Callable[[Any], None]]]:
    if isinstance(node, ast.Compare) and type(node.ops[0]) in _SWAPPED:
        yield "compared", lambda n: n.ops.__setitem__(0, _SWAPPED[type(n.ops[0])]())
    if isinstance(node, ast.BoolOp | ast.BinOp) and type(node.op) in _SWAPPED:
        yield "operator", lambda n: setattr(n, "op", _SWAPPED[type(n.op)]())
    if isinstance(node, ast.Constant) and type(node.value) is bool:
        yield "flipped", lambda n: setattr(n, "value", not n.value)
    elif isinstance(node, ast.Constant) and type(node.value) in (int, float):
        yield "one more", lambda n: setattr(n, "value", n.value + 1)
        yield "one less", lambda n: setattr(n, "value", n.value - 1)
    if isinstance(node, ast.Return) and not _is_none(node.value):
        yield "returns None", lambda n: setattr(n, "value", ast.Constant(None))
    if isinstance(node, ast.If | ast.IfExp | ast.While):
        yield "negated", lambda n: setattr(n, "test", ast.UnaryOp(ast.Not(), n.test))
    if isinstance(node, ast.comprehension) and node.ifs:
        yield "negated", lambda n: n.ifs.__setitem__(0, ast.UnaryOp(ast.Not(), n.ifs[0]))


def _is_none(value: ast.expr | None) -> bool:
    return value is None or (isinstance(value, ast.Constant) and value.value is None)


def put_in(mutant: Mutant) -> None:
    """Change the running engine, for good."""
    module, file = mutant.module, inspect.getsourcefile(mutant.module) or ""
    mutant.change(mutant.node)
    ast.fix_missing_locations(mutant.tree)
    for value in vars(module).values():
        if hasattr(value, "cache_clear"):
            value.cache_clear()
    if mutant.path:
        code = compile(mutant.tree, file, "exec", dont_inherit=True)
        owner: Any = module
        for name in mutant.path:
            code = next(c for c in code.co_consts if isinstance(c, CodeType) and c.co_name == name)
            owner = inspect.getattr_static(owner, name)
        owner = getattr(owner, "fget", None) or getattr(owner, "__func__", owner)
        inspect.unwrap(owner).__code__ = code
        return
    statement = mutant.tree.body[mutant.statement]
    before = dict(vars(module))
    exec(compile(ast.Module([statement], []), file, "exec", dont_inherit=True), vars(module))
    for name, new in list(vars(module).items()):
        old = before.get(name)
        if name in before and new is not old:
            for other in list(sys.modules.values()):
                if other.__name__.startswith(("bplib", "tests")) and vars(other).get(name) is old:
                    setattr(other, name, new)


# --- what becomes of it -----------------------------------------------------------------------


def _started(mutant: Mutant, checks: list[Check], budget: float) -> tuple[int, int] | None:
    """Try a mutant in a child; return the child and the pipe through which it will tell."""
    file = inspect.getsourcefile(mutant.module) or ""
    at = {(file, line) for line in mutant.lines}
    near = [check for check in checks if check.lines & at or not at]
    if not near:
        return None
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        function = mutant.tree.body[mutant.statement]
        places = {(file, line) for line in range(function.lineno, (function.end_lineno or 0) + 1)}
        _lived(mutant, _in_turn(near, places), budget, writing)
    os.close(writing)
    return child, reading


def _fate(started: tuple[int, int] | None) -> str:
    """Return what noticed a mutant, "" where nothing did."""
    if started is None:
        return ""
    child, reading = started
    with os.fdopen(reading) as pipe:
        told = pipe.read()
    _, status = os.waitpid(child, 0)
    return told if os.waitstatus_to_exitcode(status) == 0 else "time"


def _lived(mutant: Mutant, checks: list[Check], budget: float, writing: int) -> None:
    """Try a mutant in this process, a child, and end it."""
    resource.setrlimit(resource.RLIMIT_CPU, (_CEILING, _CEILING))
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
    began = time.process_time()
    noticed = ""
    try:
        put_in(mutant)
        for check in checks:
            try:
                passed = check.passes()
            except BaseException:
                passed = False
            if not passed:
                noticed = check.name
                break
            if time.process_time() - began > budget:
                break
    except BaseException as error:
        noticed = f"cannot be put in: {error!r}"
    os.write(writing, noticed[:500].encode())
    os._exit(0)


class _Count:
    """A plugin: the tests that pytest has collected are what mutants are tried on."""

    def __init__(self, options: argparse.Namespace):
        self.options = options
        kept = options.lines and options.lines.exists()
        self.known = pickle.loads(options.lines.read_bytes()) if kept else {}

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        made = [*_answers(), *_tests(session.items)]
        checks = [check for check in made if self._passes(check)]
        if self.options.lines:
            self.options.lines.write_bytes(pickle.dumps(self.known))
        print(f"\n{len(checks)} checks in {sum(c.seconds for c in made):.0f} s", flush=True)
        killed = [self._tried(name, checks) for name in self.options.modules]
        noticed, tried = (sum(numbers) for numbers in zip(*killed, strict=True))
        print(f"{noticed} of {tried} noticed: {noticed / tried:.1%}")
        return True

    def _passes(self, check: Check) -> bool:
        if check.name in self.known:
            check.seconds, check.lines = self.known[check.name]
        elif not _made_once(check):
            print(f"    does not pass anyhow: {check.name}", flush=True)
            return False
        self.known[check.name] = check.seconds, check.lines
        return True

    def _tried(self, name: str, checks: list[Check]) -> tuple[int, int]:
        """Try the mutants of a module; return how many were noticed, of how many."""
        found = mutants(importlib.import_module(name))
        chosen = random.Random(self.options.seed).sample(found, min(self.options.each, len(found)))
        running: deque[tuple[Mutant, tuple[int, int] | None]] = deque()
        alive = []
        for i, mutant in enumerate(chosen):
            running.append((mutant, _started(mutant, checks, self.options.budget)))
            while running and (len(running) >= self.options.jobs or i + 1 == len(chosen)):
                tried, started = running.popleft()
                told = _fate(started)
                if not told:
                    alive.append(tried)
                if self.options.verbose:
                    print(f"      {tried}  [{told}]", flush=True)
        print(f"{name}: {len(chosen) - len(alive)} of {len(chosen)} noticed", flush=True)
        for mutant in sorted(alive, key=str):
            print(f"    {mutant}", flush=True)
        return len(chosen) - len(alive), len(chosen)


def main() -> None:
    """Count what becomes of mutants."""
    parser = argparse.ArgumentParser(prog="python -m tests.engine_mutants")
    parser.add_argument("modules", nargs="*", default=MODULES)
    parser.add_argument("--each", type=int, default=25, help="mutants of every module")
    parser.add_argument("--seed", type=int, default=0, help="of their choice")
    parser.add_argument("--budget", type=float, default=BUDGET, help="seconds for each")
    parser.add_argument("--jobs", type=int, default=1, help="how many are tried at a time")
    parser.add_argument("--lines", type=Path, help="a file for the lines that checks go through")
    parser.add_argument("--verbose", action="store_true", help="say what noticed each")
    options = parser.parse_args()
    files = [str(ROOT / f"tests/{name}.py") for name in FILES]
    arguments = ["-q", "-s", "-n0", "-p", "no:cacheprovider", "-W", "ignore", *files]
    pytest.main(arguments, plugins=[_Count(options)])


if __name__ == "__main__":
    main()
