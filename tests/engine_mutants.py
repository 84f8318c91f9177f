"""Which slips in the engine do its tests notice? ``python -m tests.engine_mutants`` counts.

Every mutant is a module of `bplib.checking` or `bplib.course` with one place of its syntax tree
changed. It is put into the running engine in a forked child, which then makes checks until one
fails: the answers and rows of `tests`, a draw each, and the tests of the fast files. Only those are
tried that were seen to go through the changed line, the cheapest first, of every kind in turn. A
mutant survives if none fails within `BUDGET` seconds; survivors stand at the end, with their lines.
"""

import argparse
import functools
import importlib
import inspect
import os
import pickle
import random
import re
import resource
import signal
import sys
import tempfile
import time
from collections import Counter, deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import zip_longest
from pathlib import Path
from types import FrameType, ModuleType
from typing import Any

import pytest
from _pytest.runner import runtestprotocol

from bplib.course import all_exercises
from tests import test_answers, test_messages, test_rows
from tests.answers import Answer, answers, checked, replied
from tests.engine_changes import Mutant, mutants, put_in
from tests.records import recorded

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
_FILES = (
    "call chain_rule check_itself checking delta_a explain factors follow gradient likeness "
    "located plain recorded repair replay rows source steps training verdict wrong_quantities"
)
FILES = [f"test_{name}" for name in _FILES.split()]
LEFT_OUT = (
    "no_reply_makes",  # draws at random, and looks for the smallest example when it fails
    "title",  # of figures
    "handed_in_is_called_by_its_name",  # made here with a draw each
    "word_for_word",
    "sentence_is_noise",  # goes through all answers
    "no_two_rows",
    "engines_source",
    "is_documented",
    "slip_made_by_machine",
)
LISTED = (  # module, in a line with, what change: why nothing can notice it
    ("call", "lineno or 0", "0  →  -1", "a frame has a line"),
    ("calls", "returns[0]", "0  →  -1", "there is one"),
    ("factors", "for s in sizes[0]", "0  →  -1", "what all sizes have is the same in each"),
    ("follow", 'numbers.get("N", 1.0)', "1.0  →  2.0", "2 and ½ are there without samples, too"),
    ("mistakes", "find_spec(name)", "", "a test deletes the rows, in a process of its own"),
    ("repair", "self._manners = ", "", "it saves time"),
    ("stages", "returns[0]", "0  →  -1", "there is one"),
    ("wrong_quantities", "if arguments is None", "drops", "rows of None raise what is caught"),
)
BUDGET = 6.0  # seconds of processor time that go into one mutant
_CEILING = 25  # where a child is stopped that a mutant has made endless
_Place = tuple[str, int]  # a file and a line
_ENGINE = (str(ROOT / "bplib/checking"), str(ROOT / "bplib/course"))

# --- what is tried ----------------------------------------------------------------------------


@dataclass(eq=False)
class Check:
    """Something that fails where a test of the project would."""

    name: str
    group: str
    passes: Callable[[], bool]
    seconds: float = 0.0
    lines: set[_Place] = field(default_factory=set)


def _answers() -> Iterator[Check]:
    """Yield what is said of every answer and row; of some, also with the search for one change."""
    for exercise in all_exercises():
        of, known = f"{exercise.notebook} {exercise.name}", recorded(exercise)
        found = answers(exercise.notebook, exercise.name)
        for i, (head, answer) in enumerate(test_answers.headed(found)):
            yield _same(f"{of}: {head}", of, known[head], test_answers.line_of, head, answer)
            if i % 8 == 0 and not answer.right:  # the search takes most of the time
                yield _same(f"{of}: {head}, searched", f"{of} searched", True, _is_found, answer)
        for head, _, formula in test_rows.headed(exercise):
            row = exercise, head, formula
            yield _same(f"{of}: {head}", f"{of} rows", known[head], test_rows.line_of, *row)
    for head, answer in test_messages.ANSWERS.items():
        if answer in test_messages.ODD and head in test_messages.RECORDED:
            text = test_messages.RECORDED[head]
            yield _same(f"odd {head}", "odd", text, test_messages.told, answer)


def _same(name: str, group: str, expected: Any, say: Callable[..., Any], *of: Any) -> Check:
    return Check(name, group, lambda: say(*of) == expected)


def _is_found(answer: Answer) -> bool:
    verdict = checked(answer)
    return not verdict.right and answer.code in verdict.codes


def _tests(items: list[pytest.Item]) -> Iterator[Check]:
    def passes(item: Any) -> bool:
        item._initrequest()
        return not any(r.failed for r in runtestprotocol(item, nextitem=None, log=False))

    for item in items:
        if not any(words in item.name for words in LEFT_OUT):
            yield Check(item.nodeid, item.location[0], lambda item=item: passes(item))


def forget() -> None:
    """Forget what is computed once for several checks."""
    engine = [module for name, module in sys.modules.items() if name.startswith("bplib.checking")]
    kept = [value for module in engine for value in vars(module).values()]
    for value in (replied, checked, *kept):
        if hasattr(value, "cache_clear"):
            value.cache_clear()


def _made_once(check: Check) -> bool:
    """Make a check, and note what it costs and through which lines it goes."""

    def entered(frame: FrameType, event: str, _: Any) -> Any:
        file = frame.f_code.co_filename
        if not file.startswith(_ENGINE):
            return None
        check.lines.add((file, frame.f_lineno))
        return entered

    forget()
    began = time.process_time()
    sys.settrace(entered)
    try:
        passed = check.passes()
    finally:
        sys.settrace(None)
    check.seconds = time.process_time() - began
    return passed


def _note_lines(checks: list[Check], file: Path) -> None:
    """Make the checks that a file knows nothing of, note their lines there, and end the process."""
    known = pickle.loads(file.read_bytes()) if file.exists() else {}
    for check in checks:
        if check.name not in known:
            if not _made_once(check):
                print(f"    does not pass anyhow: {check.name}", flush=True)
                check.lines = set()
            known[check.name] = check.seconds, check.lines
    file.write_bytes(pickle.dumps(known))
    os._exit(0)


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


# --- what becomes of it -----------------------------------------------------------------------


def _started(mutant: Mutant, checks: list[Check], budget: float) -> tuple[int, int] | None:
    """Try a mutant in a child; return the child and the pipe through which it will tell."""
    file = inspect.getsourcefile(mutant.module) or ""
    at = {(file, line) for line in mutant.lines}
    near = [check for check in checks if check.lines & at or (check.lines and not at)]
    if not near:
        return None
    near.sort(key=lambda check: check.seconds)
    own = [check for check in near if _speaks_of(check.group, mutant.module)]
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        function = mutant.tree.body[mutant.statement]
        places = {(file, line) for line in range(function.lineno, (function.end_lineno or 0) + 1)}
        turns = zip_longest(own, _in_turn(near, places))
        both = dict.fromkeys(check for turn in turns for check in turn if check)
        _lived(mutant, list(both), budget, writing)
    os.close(writing)
    return child, reading


@functools.cache
def _speaks_of(group: str, module: ModuleType) -> bool:
    """Say whether checks are of a test file in which a module has tests of its own."""
    name = module.__name__.rpartition(".")[2]
    return (
        group.endswith(".py") and re.search(rf"\b{name}\b", (ROOT / group).read_text()) is not None
    )


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
        forget()
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

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        checks = [*_answers(), *_tests(session.items)]
        child = os.fork()  # what checks leave behind is to change nothing for the mutants
        if not child:
            _note_lines(checks, self.options.lines)
        os.waitpid(child, 0)
        known = pickle.loads(self.options.lines.read_bytes())
        for check in checks:
            check.seconds, check.lines = known.get(check.name, (0.0, set()))
        print(f"\n{len(checks)} checks in {sum(c.seconds for c in checks):.0f} s", flush=True)
        killed = [self._tried(name, checks) for name in self.options.modules]
        noticed, tried, listed = (sum(numbers) for numbers in zip(*killed, strict=True))
        print(f"{noticed} of {tried} noticed: {noticed / tried:.1%}; {listed} of the rest listed")
        return True

    def _tried(self, name: str, checks: list[Check]) -> tuple[int, int, int]:
        """Try a module's mutants; return how many were noticed, of how many, how many listed."""
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
        reasons = [_reason(mutant) for mutant in alive]
        for mutant, reason in zip(alive, reasons, strict=True):
            print(f"    {mutant}" + f"  listed: {reason}" * bool(reason), flush=True)
        return len(chosen) - len(alive), len(chosen), len(list(filter(None, reasons)))


def _reason(mutant: Mutant) -> str:
    """Return why nothing can notice a mutant, "" where it should have been noticed."""
    lines, _ = inspect.getsourcelines(mutant.module)
    there = "".join(lines[n - 1] for n in mutant.lines)
    name = mutant.module.__name__.rpartition(".")[2]
    return next(
        (
            reason
            for module, text, change, reason in LISTED
            if module == name and text in there + str(mutant) and change in str(mutant)
        ),
        "",
    )


def main() -> None:
    """Count what becomes of mutants."""
    parser = argparse.ArgumentParser(prog="python -m tests.engine_mutants")
    parser.add_argument("modules", nargs="*", default=MODULES)
    parser.add_argument("--each", type=int, default=25, help="mutants of every module")
    parser.add_argument("--seed", type=int, default=0, help="of their choice")
    parser.add_argument("--budget", type=float, default=BUDGET, help="seconds for each")
    parser.add_argument("--jobs", type=int, default=1, help="how many are tried at a time")
    lines = Path(tempfile.gettempdir()) / f"lines_of_checks_{os.getpid()}"
    parser.add_argument(
        "--lines", type=Path, default=lines, help="a file for the lines that checks go through"
    )
    parser.add_argument("--verbose", action="store_true", help="say what noticed each")
    options = parser.parse_args()
    files = [str(ROOT / f"tests/{name}.py") for name in FILES]
    arguments = ["-q", "-s", "-n0", "-p", "no:cacheprovider", "-W", "ignore", *files]
    pytest.main(arguments, plugins=[_Count(options)])


if __name__ == "__main__":
    main()
