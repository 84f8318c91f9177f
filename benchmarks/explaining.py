"""How long a check takes, and how many wrong answers one edit makes right, on how many lines.

    python -m benchmarks.explaining [every]

Checks: all answers of the tests, right and wrong, in milliseconds of the wall. One edit: the second
hand's answers, solutions with one slip made by machine (whose line is known), the wrong answers of
the tests. With a number, only every so many of the last two sets and of the checks.
"""

import statistics
import sys
import time
from collections.abc import Callable, Iterable, Iterator

import numpy as np

from bplib.checking import verdict_on
from bplib.checking.call import call
from bplib.checking.judge import judge
from bplib.checking.repair import Repair, repairs
from bplib.course import NOTEBOOKS, find
from bplib.course.exercise import Exercise
from tests.answers import Answer, all_answers
from tests.mutants import function_of, mutants
from tests.second_hand import ANSWERS

Item = tuple[Exercise, Callable, int]  # the line is 0 where it is not known


def second_hand() -> Iterator[Item]:
    for notebook, _, _, function in ANSWERS:
        yield find(function.__name__, notebook=notebook), function, 0


def by_machine(every: int) -> Iterator[Item]:
    slips = [mutant for notebook in NOTEBOOKS for mutant in mutants(notebook)]
    for mutant in slips[::every]:
        if mutant.line:
            yield mutant.exercise, function_of(mutant), mutant.line


def of_the_tests(every: int) -> Iterator[Item]:
    wrong = [answer for answer in all_answers() if not answer.right]
    for answer in wrong[::every]:
        yield find(answer.function.__name__, notebook=answer.notebook), answer.function, 0


def tried(items: Iterable[Item]) -> Iterator[tuple[int, float, tuple[Repair, ...]]]:
    """Yield for every answer that is wrong its line, the milliseconds and what was found."""
    for exercise, function, line in items:
        probe = exercise.probe(np.random.default_rng(0))
        if line and judge(probe, call(function, probe)).right:
            continue  # a slip that changes nothing
        begun = time.perf_counter()
        found = repairs(function, probe, exercise, seconds=3.0 if exercise.name == "train" else 1.0)
        yield line, 1000 * (time.perf_counter() - begun), found


def row(name: str, items: Iterable[Item]) -> str:
    lines, times, founds = zip(*tried(items), strict=True)
    repaired = [found for found in founds if found]
    one = sum(len({(r.line, r.function) for r in found}) == 1 for found in repaired)
    known = any(lines)
    among = sum(
        line in {r.line for r in found} for line, found in zip(lines, founds, strict=True) if line
    )
    return (
        f"| {name} | {len(founds)} | {len(repaired)} | {one} | {among if known else '–'} "
        f"| {statistics.median(times):.0f} | {max(times):.0f} |"
    )


def seconds_of(answers: Iterable[Answer]) -> Iterator[tuple[float, str]]:
    """Yield how many milliseconds the check of every answer takes, and what it answers."""
    for answer in answers:
        name = answer.function.__name__
        begun = time.perf_counter()
        verdict_on(answer.function, answer.notebook, np.random.default_rng(0))
        yield 1000 * (time.perf_counter() - begun), name


def checks_row(name: str, answers: Iterable[Answer]) -> str:
    times = list(seconds_of(answers))
    ms = [taken for taken, _ in times]
    others, trains = ([t for t, n in times if (n == "train") is kind] for kind in (False, True))
    return (
        f"| {name} | {len(ms)} | {statistics.median(ms):.0f} | {max(others):.0f} "
        f"| {max(trains, default=0):.0f} |"
    )


def main() -> None:
    every = int(sys.argv[1]) if len(sys.argv) > 1 else 1
    next(seconds_of(all_answers()))  # what is loaded once
    print("| checks of answers that are | answers | median ms | worst | worst of `train` |")
    print("|---|---|---|---|---|")
    for right, name in ((True, "right"), (False, "wrong")):
        own = [answer for answer in all_answers() if answer.right is right][::every]
        print(checks_row(name, own), flush=True)
    print()
    print("| wrong answers | tried | repaired | on one line | right line | ms | worst |")
    print("|---|---|---|---|---|---|---|")
    print(row("a second hand", second_hand()), flush=True)
    print(row("slips made by machine", by_machine(every)), flush=True)
    print(row("of the tests", of_the_tests(every)), flush=True)


if __name__ == "__main__":
    main()
