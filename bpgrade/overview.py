"""``python -m bpgrade report``: what a class has not understood, on one page that needs no network.

The numbers are those of `bpgrade.measures`. Here they become sentences, tables and bars, and small
ones are held back: nothing is told of a few students, nor of all but a few, and no name.
"""

import builtins
import csv
import io
import math
import re
import sys
import tokenize
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import jinja2
import numpy as np
from markupsafe import Markup, escape

from bpgrade import measures
from bpgrade.measures import KINDS, UNREAD, Item, Together, kind, mistaken
from bpgrade.records import Answer, Records
from bpgrade.report import Refused, cell
from bplib.finding import CODES

_MOST_CARDS = 12  # mistakes that are shown with an example
_MOST_PAIRS = 10
_LINES = 5  # for the next lecture

Lines = tuple[tuple[int, str], ...]


@dataclass(frozen=True)
class Table:
    """A table of the page and of a CSV file, and the bars of its chart.

    A bar is its label and its parts: the style, the share of the whole, what it says.
    """

    name: str
    columns: tuple[str, ...]
    rows: list[tuple[str, ...]] = field(default_factory=list)
    bars: list[tuple[str, list[tuple[str, float, str]]]] = field(default_factory=list)


@dataclass(frozen=True)
class Mistake:
    """A mistake that several made in one exercise.

    Parameters
    ----------
    exercise, code : str
        Where, and which.
    students, tried : int
        Who made it, in the version that counts, of how many that tried the exercise.
    before, mended : int
        How many made it in earlier versions only, and how many of these are right now.
    says, look : str
        What the check told them; "" if it told each something else.
    lines, line : tuple of (int, str), int
        The code of one of them, numbered, and the number of the line that goes wrong, or 0.
    """

    exercise: str
    code: str
    students: int
    tried: int
    before: int
    mended: int
    says: str
    look: str
    lines: Lines
    line: int

    def __str__(self) -> str:
        return self.code or "wrong, without a name"

    @property
    def meaning(self) -> str:
        """What the code means in any exercise."""
        return CODES.get(self.code, "Each was told something else")


# --- small numbers, and nobody's name -----------------------------------------------------------


def few(count: int, of: int, least: int) -> str:
    """Return a count, but not of a few students or of all but a few."""
    if 0 < count < least:
        return f"under {least}"
    return f"all but under {least}" if 0 < of - count < least else str(count)


def shown(kinds: Counter[str], least: int) -> tuple[dict[str, int], int]:
    """Return the counts that may be told, and how many students the others are together.

    One small group alone could be computed from the rest, so the next larger one hides with it.
    """
    hidden, together = set(), 0
    for count, name in sorted((count, name) for name, count in kinds.items() if count):
        if count >= least and not 0 < together < least:
            break
        hidden.add(name)
        together += count
    return {name: kinds[name] for name in KINDS if name not in hidden}, together


def percent(share: float) -> str:
    """Return a share as text."""
    return "–" if math.isnan(share) else f"{100 * share:.0f} %"


def anonymous(source: str) -> Lines:
    """Return the numbered lines of code without comments and quoted text; none if it is no code."""
    lines = source.replace("\r\n", "\n").split("\n")
    try:
        tokens = list(tokenize.generate_tokens(io.StringIO("\n".join(lines)).readline))
    except (SyntaxError, tokenize.TokenError):
        return ()
    if any(token.type == tokenize.ERRORTOKEN for token in tokens):  # an open quote, for example
        return ()
    instead = {"COMMENT": "", "STRING": '"…"', "FSTRING_MIDDLE": "…"}
    for token in reversed(tokens):
        text = instead.get(tokenize.tok_name[token.type])
        if text is not None:
            (top, left), (bottom, right) = token.start, token.end
            whole = lines[top - 1][:left] + text + lines[bottom - 1][right:]
            lines[top - 1 : bottom] = [whole, *[""] * (bottom - top)]
    kept = ((n, line.rstrip()) for n, line in enumerate(lines, 1))
    return tuple((n, line) for n, line in kept if line.strip() not in ("", '"…"'))


def _words(text: str) -> set[str]:
    return {word.lower() for word in re.findall(r"[^\W\d_]{3,}", text)}


_COMMON = _words(" ".join((*dir(builtins), *dir(np))))


def _typical(answers: Sequence[Answer], names: set[str]) -> tuple[Answer, Lines]:
    """Return the most usual of some answers, and its code; none that holds part of a name."""
    seen: dict[str, list[tuple[Answer, Lines]]] = defaultdict(list)
    for answer in answers:
        lines = anonymous(answer.answer)
        text = "\n".join(line for _, line in lines)
        if lines and not _words(text) & names:
            seen[text].append((answer, lines))
    if not seen:
        return answers[0], ()
    return seen[max(seen, key=lambda text: (len(seen[text]), -len(text)))][0]


# --- the class -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Class:
    """What the records know of a notebook, and of those before it."""

    notebook: str
    answers: list[Answer]
    attempts: list[Answer]
    earlier: list[tuple[str, list[Answer]]]
    size: int
    unread: int
    least: int

    @classmethod
    def of(cls, records: Records, notebook: str, least: int) -> "Class":
        """Read them.

        Raises
        ------
        Refused
            If there are none, or too few.
        """
        known = records.notebooks()
        if notebook not in known:
            others = f"there are some of {', '.join(known)}" if known else "there are none yet"
            raise Refused(
                f"There are no records of {notebook} ({others}); run first: "
                f"python -m bpgrade grade {notebook}"
            )
        answers = records.answers(notebook)
        read = [a for a in answers if a.code not in UNREAD]
        size = len({a.student for a in read})
        if not size:
            raise Refused(
                f"No submission of {notebook} could be read; grading/{notebook}.csv says why."
            )
        if size < least:
            raise Refused(
                f"{size} readable submissions of {notebook}: a report on fewer than {least} "
                f"students is about each of them. If that is meant: --smallest {size}"
            )
        earlier = [(name, records.answers(name)) for name in known if name < notebook]
        unread = len({a.student for a in answers}) - size
        return cls(notebook, read, records.attempts(notebook), earlier, size, unread, least)

    @cached_property
    def items(self) -> list[Item]:
        """The exercises, in order."""
        return measures.items(self.answers)

    @cached_property
    def pairs(self) -> list[Together]:
        """Mistakes that go together, the surest first."""
        return measures.together([*self.earlier, (self.notebook, self.answers)], self.least)

    @cached_property
    def progress(self) -> list[measures.Progress]:
        """What became of answers that were handed in again."""
        return [p for p in measures.progress(self.attempts) if p.students >= self.least]

    @cached_property
    def mistakes(self) -> list[Mistake]:
        """The mistakes that enough students made, the most common first."""
        made: dict[tuple[str, str], list[Answer]] = defaultdict(list)
        for a in filter(mistaken, self.answers):
            made[a.exercise, a.code].append(a)
        names = _words(" ".join(a.student for a in self.answers)) - _COMMON
        found = [self._mistake(m, names) for m in made.values() if len(m) >= self.least]
        return sorted(found, key=lambda m: (-m.students, m.exercise, m.code))

    def _mistake(self, made: list[Answer], names: set[str]) -> Mistake:
        exercise, code = made[0].exercise, made[0].code
        here = [a for a in self.answers if a.exercise == exercise]
        same = [a for a in self.attempts if (a.exercise, a.code) == (exercise, code)]
        before = {a.student for a in filter(mistaken, same)} - {a.student for a in made}
        mended = before & {a.student for a in here if kind(a) == "right"}
        tried = sum(mistaken(a) or kind(a) == "right" for a in here)
        worded: dict[str, list[Answer]] = defaultdict(list)
        for a in made:  # the numbers in it are each student's own
            worded[re.sub(r"[-\d.]*\d", "#", f"{a.says}\n{a.look}")].append(a)
        usual = max(worded.values(), key=len)
        told = len(usual) >= self.least
        answer, lines = _typical(usual if told else made, names)
        says, look = (answer.says, answer.look) if told else ("", "")
        there = dict(enumerate(answer.answer.splitlines(), 1)).get(answer.line, "")
        line = answer.line if there.strip().startswith(answer.text.strip() or "\n") else 0
        counts = (len(made), tried, len(before), len(mended))
        return Mistake(exercise, code, *counts, says, look, lines, line)

    def few(self, count: int, of: int = 0) -> str:
        """Return a count of so many, by default of all, if it may be told."""
        return few(count, of or self.size, self.least)

    def counts(self, pair: Together) -> tuple[str, str]:
        """Return how many made the later of two mistakes, with the earlier one and without."""
        had_not = self.few(pair.had_not, pair.had + pair.had_not)
        without = self.few(pair.without, pair.had_not)
        return f"{self.few(pair.both, pair.had)} of {pair.had}", f"{without} of {had_not}"

    def divided(self, item: Item) -> bool:
        """Return whether enough students stand on either side of an exercise."""
        right = item.kinds["right"]
        return min(right, self.size - right) >= self.least and not math.isnan(item.discrimination)


def lecture(group: Class) -> list[str]:
    """Return what to say in the next lecture, in at most five lines."""
    size, common = group.size, [_told(m, group) for m in group.mistakes]
    hardest = min(group.items, key=lambda item: item.difficulty)
    lines = [
        f"The hardest exercise was {hardest.exercise}: the class earned "
        f"{percent(hardest.difficulty)} of its points, and {group.few(hardest.kinds['right'])} of "
        f"{size} students have it right."
    ]
    lines += [f"The most common mistake: {text}" for text in common[:1]]
    for pair in group.pairs[:1]:
        where = "" if pair.first.notebook == group.notebook else f" of {pair.first.notebook}"
        both, without = group.counts(pair)
        lines.append(
            f"Two mistakes go together: {both} students with {pair.first.code} in "
            f"{pair.first.exercise}{where} have {pair.then.code} in {pair.then.exercise}, against "
            f"{without} without it."
        )
    parting = [item for item in group.items if group.divided(item) and item.interval[0] > 0]
    for item in sorted(parting, key=lambda item: -item.discrimination)[:1]:
        have, rest = map(percent, item.others)
        lines.append(
            f"{item.exercise} divides the class most: those who have it right earned {have} of "
            f"the points of the other exercises, the rest {rest}."
        )
    helped = [p for p in group.progress if p.last > p.first]
    for p in sorted(helped, key=lambda p: p.first - p.last)[:1]:
        first, last = (group.few(n, p.students) for n in (p.first, p.last))
        lines.append(
            f"Handing in again helped most in {p.exercise}: of {p.students} who did, {first} had "
            f"it right at first, {last} at last."
        )
    lines += [f"Another common mistake: {text}" for text in common[1:3]]
    untried = max(group.items, key=lambda item: item.kinds["not tried"])
    if (count := untried.kinds["not tried"]) >= group.least:
        lines.append(f"{group.few(count)} of {size} students did not try {untried.exercise}.")
    return lines[:_LINES]


def _told(mistake: Mistake, group: Class) -> str:
    where = f"{group.few(mistake.students)} of {group.size} students, in {mistake.exercise}"
    return f"{where} ({mistake})." + f" The check says: “{mistake.says}”" * bool(mistake.says)


def tables(group: Class) -> list[Table]:
    """Return the tables of the page, with their charts."""
    kinds = [*KINDS, "in small groups"]
    if not any(shown(item.kinds, group.least)[1] for item in group.items):
        kinds = [*KINDS]
    exercises = Table("exercises", ("exercise", *kinds))
    columns = "exercise, points earned, discrimination, from, to, others if right, others if not"
    dividing = Table("measures", tuple(columns.split(", ")))
    for item in group.items:
        name, (counts, hidden) = item.exercise, shown(item.kinds, group.least)
        told = {**counts, "in small groups": hidden}
        texts = {k: group.few(n) for k, n in told.items()}
        exercises.rows.append((name, *(texts.get(k, "–") for k in kinds)))
        parts = [(k.replace(" ", "-"), n / group.size, texts[k]) for k, n in told.items() if n]
        exercises.bars.append((name, parts))
        earned, r, able = percent(item.difficulty), item.discrimination, group.divided(item)
        measured = *(f"{n:.2f}" for n in (r, *item.interval)), *map(percent, item.others)
        dividing.rows.append((name, earned, *(measured if able else ["–"] * 5)))
        dividing.bars.append((f"{name}, points", [("right", item.difficulty, earned)]))
        if able:
            dividing.bars.append(("discrimination", [("lent", max(r, 0.0), f"{r:.2f}")]))
    return [exercises, dividing, _mistakes(group), _together(group), _resubmissions(group)]


def _mistakes(group: Class) -> Table:
    columns = "exercise, mistake, students, of those who tried, earlier only, of these right now"
    told = "what they were told, where to look, the line, an answer"
    table = Table("mistakes", tuple(f"{columns}, {told}".split(", ")))
    for m in group.mistakes:
        counts = (m.students, m.tried), (m.before, group.size), (m.mended, m.before)
        made, before, mended = (group.few(*pair) for pair in counts)
        share, code = percent(m.students / m.tried), "\n".join(text for _, text in m.lines)
        line = dict(m.lines).get(m.line, "").strip()
        table.rows.append(
            (m.exercise, str(m), made, share, before, mended, m.says, m.look, line, code)
        )
        bar = ("wrong", m.students / m.tried, f"{made} of {m.tried}")
        table.bars.append((f"{m.exercise}: {m}", [bar]))
    return table


def _together(group: Class) -> Table:
    table = Table("together", ("earlier", "later", "with it", "without it", "by chance"))
    for pair in group.pairs[:_MOST_PAIRS]:
        first, then = (" ".join(m[m[0] == group.notebook :]) for m in (pair.first, pair.then))
        both, without = group.counts(pair)
        table.rows.append((first, then, both, without, f"{pair.probability:.1g}"))
        table.bars.append((f"{then}, after {first}", [("wrong", pair.both / pair.had, both)]))
        share = pair.without / max(pair.had_not, 1)
        table.bars.append(("without it", [("not-tried", share, without)]))
    return table


def _resubmissions(group: Class) -> Table:
    columns = ("exercise", "students", "right at first", "right at last", "mended", "spoilt")
    table = Table("resubmissions", columns)
    for p in group.progress:
        first, last, *ways = (group.few(n, p.students) for n in p[2:])
        table.rows.append((p.exercise, str(p.students), first, last, *ways))
        table.bars.append((f"{p.exercise}, at first", [("right", p.first / p.students, first)]))
        table.bars.append(("at last", [("right", p.last / p.students, last)]))
    return table


# --- the pages -----------------------------------------------------------------------------------


def write(group: Class, folder: Path) -> Path:
    """Write the page of a class and a CSV file a table; return the page's path."""
    folder.mkdir(parents=True, exist_ok=True)
    made = tables(group)
    for table in made:
        with (folder / f"{table.name}.csv").open("w", newline="", encoding="utf-8-sig") as file:
            csv.writer(file).writerows([table.columns, *(map(cell, row) for row in table.rows)])
    rare = sum(map(mistaken, group.answers)) - sum(m.students for m in group.mistakes)
    known = {"lecture": lecture(group), "tables": made, "mistakes": group.mistakes[:_MOST_CARDS]}
    return _render(folder / "report.html", group=group, rare=rare, **known)


def write_student(group: Class, records: Records, student: str, folder: Path) -> Path:
    """Write the page for a talk with one student; return its path.

    Raises
    ------
    Refused
        If that student handed in nothing that can be read.
    """
    course = [*group.earlier, (group.notebook, group.answers)]
    own = {name: [a for a in answers if a.student == student] for name, answers in course}
    if not own[group.notebook]:
        raise Refused(
            f"There are no readable answers of {student} to {group.notebook}; who handed in stands "
            f"in grading/{group.notebook}.csv."
        )
    versions: dict[str, list[str]] = defaultdict(list)
    for a in group.attempts:
        if a.student == student:
            versions[a.exercise].append(a.code or kind(a))
    same = Counter((a.exercise, a.code) for a in group.answers if mistaken(a))
    made = {(name, a.exercise, a.code) for name, given in own.items() for a in given if mistaken(a)}
    cards = [
        {
            "answer": a,
            "kind": kind(a),
            "versions": versions[a.exercise],
            "same": group.few(same[a.exercise, a.code]),
            "lines": list(enumerate(a.answer.splitlines(), 1)),
            "before": [
                p.first
                for p in group.pairs
                if made >= {p.first, p.then} and a.exercise == p.then.exercise
            ],
        }
        for a in own[group.notebook]
    ]
    changes = records.changes(group.notebook, student)
    known = {"student": student, "cards": cards, "changes": changes}
    return _render(folder / f"student_{student}.html", group=group, **known)


def _render(path: Path, **known: Any) -> Path:
    loader = jinja2.FileSystemLoader(Path(__file__).parent)
    pages = jinja2.Environment(loader=loader, autoescape=True, trim_blocks=True, lstrip_blocks=True)
    pages.filters["code"] = _with_code
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(pages.get_template("overview.html").render(known), encoding="utf-8")
    return path


def _with_code(text: str) -> Markup:
    """Return a message as HTML, what it sets in backquotes as code."""
    html = str(escape(text)).replace(" %", "\N{NO-BREAK SPACE}%")
    return Markup(re.sub(r"`([^`]+)`", r"<code>\1</code>", html))


def main(notebook: str, root: Path, student: str, least: int) -> int:
    """Write a report, and print what to say in the next lecture; return the exit code."""
    path, folder = root / "grading" / "records.db", root / "grading" / notebook
    try:
        if not path.exists():
            raise Refused(f"{path} is not there; run first: python -m bpgrade grade {notebook}")
        with Records(path) as records:
            group = Class.of(records, notebook, 1 if student else least)
            if student:
                group = replace(group, least=least)
                print(f"The page: {write_student(group, records, student, folder)}")
                return 0
        page = write(group, folder)
    except Refused as refused:
        print(refused, file=sys.stderr)
        return 1
    print(f"{notebook}, {group.size} students. For the next lecture:")
    print(*(f"  {i}. {line}" for i, line in enumerate(lecture(group), 1)), sep="\n")
    print(f"The page: {page}; its tables as CSV beside it")
    return 0
