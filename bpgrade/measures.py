"""What a class got wrong, in numbers: difficulty, discrimination, what goes with what, progress.

Counts only, from the records; what may be told of them, and how, is `bpgrade.overview`'s.

The measures are those of classical test theory. The difficulty of an exercise is the share of its
points that the class earned. Its discrimination is the correlation of its points with those of the
notebook's other exercises, itself left out (S. Henrysson, Correction of item-total correlations in
item analysis, Psychometrika 28, 1963; Moodle's quiz statistics call it the discrimination index),
with the interval of Fisher's z. Whether two mistakes go together is asked of Fisher's exact test,
and all these tests are held to a rate of false discoveries of 5 % (Y. Benjamini, Y. Hochberg,
Controlling the false discovery rate, J. Royal Statistical Society B 57, 1995).
"""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import NamedTuple

from bpgrade.records import Answer
from bplib.checking.verdict import NOT_YET

KINDS = ("right", "partly right", "wrong", "not tried", "lent")
UNREAD = {"unreadable", "grader-failed"}
"""The codes of submissions of which nothing can be said."""
_RATE = 0.05


def kind(answer: Answer) -> str:
    """Return which of `KINDS` an answer is."""
    if answer.code == "lent":
        return "lent"
    if answer.code in NOT_YET:
        return "not tried"
    if answer.points >= answer.most:
        return "right"
    return "partly right" if answer.points else "wrong"


def mistaken(answer: Answer) -> bool:
    """Return whether an answer was tried and is not right."""
    return kind(answer) in ("partly right", "wrong")


@dataclass(frozen=True)
class Item:
    """An exercise, as the class did it.

    Parameters
    ----------
    exercise : str
        Its name.
    kinds : Counter
        How many answers are of each of `KINDS`.
    difficulty : float
        The share of its points that was earned: the larger, the easier.
    discrimination : float
        Its correlation with the other exercises; nan where nothing varies.
    interval : tuple of float
        Where that lies with a probability of 95 %, were the class drawn at random.
    others : tuple of float
        The share of the other exercises' points that those earned who have this one right, and
        the rest; nan for nobody.
    """

    exercise: str
    kinds: Counter[str]
    difficulty: float
    discrimination: float
    interval: tuple[float, float]
    others: tuple[float, float]


def items(answers: Iterable[Answer]) -> list[Item]:
    """Return the exercises of a notebook, in order."""
    by_exercise: dict[str, list[Answer]] = defaultdict(list)
    points: dict[str, float] = defaultdict(float)
    most: dict[str, float] = defaultdict(float)
    for a in sorted(answers, key=lambda a: a.position):
        by_exercise[a.exercise].append(a)
        points[a.student] += a.points
        most[a.student] += a.most
    found = []
    for exercise, given in by_exercise.items():
        own = [a.points / a.most if a.most else 0.0 for a in given]
        left = [(points[a.student] - a.points, most[a.student] - a.most) for a in given]
        rest = [earned / possible if possible > 1e-9 else 0.0 for earned, possible in left]
        kinds = [kind(a) for a in given]
        with_it = [share for share, k in zip(rest, kinds, strict=True) if k == "right"]
        without = [share for share, k in zip(rest, kinds, strict=True) if k != "right"]
        r = correlation(own, rest)
        others = (_mean(with_it), _mean(without))
        found.append(Item(exercise, Counter(kinds), _mean(own), r, interval(r, len(own)), others))
    return found


def _mean(numbers: Sequence[float]) -> float:
    return fmean(numbers) if numbers else math.nan


def correlation(xs: Sequence[float], ys: Sequence[float]) -> float:
    """Return Pearson's correlation; nan where one of them does not vary."""
    x, y = fmean(xs), fmean(ys)
    xx, yy = (sum((v - m) ** 2 for v in vs) for vs, m in ((xs, x), (ys, y)))
    if xx * yy < 1e-12:
        return math.nan
    return sum((a - x) * (b - y) for a, b in zip(xs, ys, strict=True)) / math.sqrt(xx * yy)


def interval(r: float, n: int) -> tuple[float, float]:
    """Return the 95 % interval of a correlation of `n` pairs, by Fisher's z."""
    if n <= 3 or not abs(r) < 1:
        return math.nan, math.nan
    z, half = math.atanh(r), 1.96 / math.sqrt(n - 3)
    return math.tanh(z - half), math.tanh(z + half)


class Made(NamedTuple):
    """A mistake, and where it was made."""

    notebook: str
    exercise: str
    code: str


@dataclass(frozen=True)
class Together:
    """A mistake, and a later one that goes with it, among those who tried both exercises.

    Parameters
    ----------
    first, then : Made
        The two.
    both, had : int
        How many made both, of how many that made the first.
    without, had_not : int
        How many made the later one only, of how many that did not make the first.
    probability : float
        Of at least so many with both, if they had nothing to do with each other.
    """

    first: Made
    then: Made
    both: int
    had: int
    without: int
    had_not: int
    probability: float


def together(course: Sequence[tuple[str, Sequence[Answer]]], least: int) -> list[Together]:
    """Return which earlier mistakes go with which in the last of some notebooks, surest first.

    Parameters
    ----------
    course : sequence of (str, sequence of Answer)
        Notebooks in order, with their answers.
    least : int
        Mistakes that fewer students made are not looked at, nor pairs that fewer did.
    """
    tried: dict[tuple[str, str], dict[str, str]] = defaultdict(dict)
    for notebook, answers in course:
        for a in sorted(answers, key=lambda a: a.position):
            if mistaken(a) or kind(a) == "right":
                tried[notebook, a.exercise][a.student] = a.code if mistaken(a) else ""
    pairs: list[Together] = []
    for j, then in enumerate(tried):
        for first in list(tried)[:j] if then[0] == course[-1][0] else ():
            students = tried[first].keys() & tried[then].keys()
            seen = Counter((tried[first][s], tried[then][s]) for s in students)
            pairs += _pairs(first, then, seen, least)
    pairs.sort(key=lambda pair: pair.probability)
    sure = [i for i, p in enumerate(pairs, 1) if p.probability <= _RATE * i / len(pairs)]
    return [pair for pair in pairs[: max(sure, default=0)] if pair.both >= least]


def _pairs(
    first: tuple[str, str], then: tuple[str, str], seen: Counter[tuple[str, str]], least: int
) -> Iterable[Together]:
    had: Counter[str] = Counter()
    made: Counter[str] = Counter()
    for (one, other), n in seen.items():
        had[one] += n
        made[other] += n
    total = seen.total()
    for one, other in ((one, other) for one in had for other in made if one and other):
        n, a, b = seen[one, other], had[one], made[other]
        if min(a, b) >= least:
            codes = Made(*first, one), Made(*then, other)
            yield Together(*codes, n, a, b - n, total - a, fisher(n, a, b, total))


def fisher(both: int, one: int, other: int, of: int) -> float:
    """Return the probability of at least `both` in common: Fisher's exact test, one-sided."""

    def choices(n: int, k: int) -> float:
        return math.lgamma(n + 1) - math.lgamma(k + 1) - math.lgamma(n - k + 1)

    ways = range(max(both, one + other - of), min(one, other) + 1)
    logs = (choices(one, k) + choices(of - one, other - k) - choices(of, other) for k in ways)
    return min(1.0, sum(map(math.exp, logs)))


class Progress(NamedTuple):
    """An exercise in the first and the last version of those who handed in more than one."""

    exercise: str
    students: int
    first: int
    last: int
    mended: int
    spoilt: int


def progress(attempts: Iterable[Answer]) -> list[Progress]:
    """Return, for every exercise, who had it right in the first version and in the last."""
    versions: dict[str, dict[str, list[bool]]] = defaultdict(lambda: defaultdict(list))
    for a in sorted(attempts, key=lambda a: (a.position, a.attempt)):
        if a.code not in UNREAD:
            versions[a.exercise][a.student].append(kind(a) == "right")
    found = []
    for exercise, students in versions.items():
        ways = Counter((v[0], v[-1]) for v in students.values() if len(v) > 1)
        both, mended, spoilt = ways[True, True], ways[False, True], ways[True, False]
        found.append(Progress(exercise, ways.total(), both + spoilt, both + mended, mended, spoilt))
    return found
