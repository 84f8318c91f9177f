"""What the grading of a course leaves behind, in one SQLite file: ``grading/records.db``.

Anything may read it: SQLite itself, pandas, a spreadsheet. Times are UTC, seconds are seconds.

submissions
    A row a student and notebook: `student`, `notebook`, `status` ("graded" or "failed"), `reason`,
    `look` (why to look at it, a line each), `points`, `most`, `seconds`, `graded_at`, `python`,
    `numpy`, `bplib`, `code` (a digest of the code that judged), `key` (of all that the result
    depends on).
verdicts
    A row an answer: `student`, `notebook`, `exercise`, `position`, `points`, `most`, `code` (what
    is wrong, as in docs/mistakes.md; "" for a right answer), `codes` (all that may be wrong,
    separated by spaces), `line` of the answer's cell (0 if unknown), `seconds`, what the check
    `says`, where it tells the student to `look`, the `text` of that line, the `answer`'s cell.
attempts
    The same of every version that was handed in: `attempt` (1, 2, …), `handed` (a digest of the
    files), `student`, `notebook`, `exercise`, `position`, `points`, `most`, `code`.
changes
    A row an answer whose verdict became another one when it was graded again: `at`, `student`,
    `notebook`, `exercise`, `points_before`, `points`, `code_before`, `code`, `why`.
results
    Whole results by their `key`, as JSON, so that nothing is run twice.
"""

import sqlite3
from collections.abc import Iterable
from dataclasses import astuple, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any

from bpgrade.grade import Graded, environment, from_json, to_json
from bpgrade.marking import Mark
from bplib.finding import Finding

_TABLES = """
CREATE TABLE IF NOT EXISTS submissions (
    student TEXT, notebook TEXT, status TEXT, reason TEXT, look TEXT, points REAL, most REAL,
    seconds REAL, graded_at TEXT, python TEXT, numpy TEXT, bplib TEXT, code TEXT, key TEXT,
    PRIMARY KEY (student, notebook));
CREATE TABLE IF NOT EXISTS verdicts (
    student TEXT, notebook TEXT, exercise TEXT, position INTEGER, points REAL, most REAL,
    code TEXT, codes TEXT, line INTEGER, seconds REAL,
    says TEXT DEFAULT '', look TEXT DEFAULT '', text TEXT DEFAULT '', answer TEXT DEFAULT '',
    PRIMARY KEY (student, notebook, exercise));
CREATE TABLE IF NOT EXISTS attempts (
    student TEXT, notebook TEXT, attempt INTEGER, handed TEXT, exercise TEXT, position INTEGER,
    points REAL, most REAL, code TEXT,
    PRIMARY KEY (student, notebook, attempt, exercise));
CREATE TABLE IF NOT EXISTS changes (
    at TEXT, student TEXT, notebook TEXT, exercise TEXT, points_before REAL, points REAL,
    code_before TEXT, code TEXT, why TEXT);
CREATE TABLE IF NOT EXISTS results (key TEXT PRIMARY KEY, result TEXT);
"""


_ADDED = ("says", "look", "text", "answer")  # columns that files of earlier versions lack
_MOST = 20_000  # characters of an answer that are kept


@dataclass(frozen=True)
class Answer:
    """The verdict on one answer, as it was recorded.

    Parameters
    ----------
    student, exercise : str
        Whose answer to what.
    position : int
        The exercise's place in the notebook, from 0.
    points, most : float
        What it earned, and what a right one earns.
    code, says, look : str
        What is wrong, what the student was told of it, and where to look.
    line : int
        The line of the cell that goes wrong; 0 where it is not known.
    text : str
        What stands in that line.
    answer : str
        The cell.
    attempt : int
        Which of the versions that were handed in this is, from 1; 0 for the one that counts.
    """

    student: str
    exercise: str
    position: int
    points: float
    most: float
    code: str
    line: int = 0
    says: str = ""
    look: str = ""
    text: str = ""
    answer: str = ""
    attempt: int = 0


@dataclass(frozen=True)
class Change:
    """An answer that has another verdict than when it was graded before, and why."""

    at: str
    student: str
    notebook: str
    exercise: str
    points_before: float
    points: float
    code_before: str
    code: str
    why: str

    def __str__(self) -> str:
        was, now = (
            f"{points:g} ({code or 'right'})"
            for points, code in ((self.points_before, self.code_before), (self.points, self.code))
        )
        return f"{self.exercise}: {was}, now {now}; {self.why}"


@dataclass(frozen=True)
class Row:
    """A row of the table of submissions, and the points by exercise."""

    student: str
    status: str
    reason: str
    look: tuple[str, ...]
    points: float
    most: float
    exercises: dict[str, float]


class Records:
    """The records of a course.

    Parameters
    ----------
    path : Path
        The file; made if it is not there.
    """

    def __init__(self, path: Path):
        path.parent.mkdir(parents=True, exist_ok=True)
        self._db = sqlite3.connect(path, timeout=600)  # another grader may be writing
        self._db.executescript(_TABLES)
        there = {column for _, column, *_ in self._db.execute("PRAGMA table_info(verdicts)")}
        for column in _ADDED:
            if column not in there:
                self._db.execute(f"ALTER TABLE verdicts ADD COLUMN {column} TEXT DEFAULT ''")

    def __enter__(self) -> "Records":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._db.close()

    def result(self, key: str) -> Graded | None:
        """Return the result of that key, if it was made before."""
        found = self._db.execute("SELECT result FROM results WHERE key = ?", (key,)).fetchone()
        return from_json(found[0]) if found else None

    def booked(self, student: str, notebook: str) -> str:
        """Return the key of what stands in the gradebook, "" for nothing."""
        query = "SELECT key FROM submissions WHERE student = ? AND notebook = ?"
        found = self._db.execute(query, (student, notebook)).fetchone()
        return str(found[0]) if found else ""

    def book(self, key: str, notebook: str, graded: Graded) -> list[Change]:
        """Record that a result stands in the gradebook; return which verdicts are others now.

        The result itself is kept, so that it need not be made again. All is one transaction: each
        waits for the disk, and with thousands that is what takes long.
        """
        versions, at = environment(), datetime.now(UTC).isoformat(timespec="seconds")
        whose = (graded.student, notebook)
        row = (
            *(*whose, graded.status, graded.reason, "\n".join(graded.look)),
            *(sum(m.points for m in graded.marks), sum(m.most for m in graded.marks)),
            *(graded.seconds, at),
            *(versions["python"], versions["numpy"], versions["bplib"], versions["code"], key),
        )
        why = self._why(whose, key, versions)
        before = {a.exercise: a for a in self.answers(notebook, graded.student)} if why else {}
        changes = [
            Change(at, *whose, m.exercise, was.points, m.points, was.code, m.verdict.code, why)
            for m in graded.marks
            if (was := before.get(m.exercise))
            and (abs(was.points - m.points) > 1e-9 or was.code != m.verdict.code)
        ]
        with self._db:
            if graded.status == "graded":
                self._put("results", [(key, to_json(graded))])
            self._put("submissions", [row])
            self._db.execute("DELETE FROM verdicts WHERE student = ? AND notebook = ?", whose)
            self._put("verdicts", [_verdict(whose, i, mark) for i, mark in enumerate(graded.marks)])
            self._put("changes", map(astuple, changes))
            self._book_attempt(whose, key.partition(".")[0], graded)
        return changes

    def _put(self, table: str, rows: Iterable[tuple[Any, ...]]) -> None:
        for row in rows:
            marks = ", ".join("?" * len(row))
            self._db.execute(f"INSERT OR REPLACE INTO {table} VALUES ({marks})", row)

    def _why(self, whose: tuple[str, str], key: str, versions: dict[str, str]) -> str:
        """Return what is different from the last time it was graded; "" if there was none."""
        query = (
            "SELECT key, python, numpy, bplib, code FROM submissions "
            "WHERE student = ? AND notebook = ?"
        )
        found = self._db.execute(query, whose).fetchone()
        if not found:
            return ""
        was, now = (text.split(".") for text in (found[0], key))
        if len(was) != len(now):
            return "an earlier version of the grader made no note of why"
        reasons = ["handed in anew"] * (was[0] != now[0])
        reasons += ["the notebook or a setting of its grading changed"] * (was[1] != now[1])
        names = ("Python", "NumPy", "bplib", "the code of the checks")
        for name, old, new in zip(names, found[1:], versions.values(), strict=True):
            reasons += [f"{name} changed from {old} to {new}"] * (old != new)
        return "; ".join(reasons) or "graded again, and nothing else is different"

    def _book_attempt(self, whose: tuple[str, str], handed: str, graded: Graded) -> None:
        """Note what this version of the submission earned; the same files are the same version."""
        query = (
            "SELECT attempt, handed FROM attempts WHERE student = ? AND notebook = ? "
            "ORDER BY attempt DESC"
        )
        last, same = self._db.execute(query, whose).fetchone() or (0, "")
        attempt = last if same == handed and last else last + 1
        rows = [
            (*whose, attempt, handed, m.exercise, i, m.points, m.most, m.verdict.code)
            for i, m in enumerate(graded.marks)
        ]
        self._put("attempts", rows)

    def notebooks(self) -> list[str]:
        """Return the notebooks of which there are verdicts, in the order of the course."""
        query = "SELECT DISTINCT notebook FROM verdicts ORDER BY notebook"
        return [name for (name,) in self._db.execute(query)]

    def answers(self, notebook: str, student: str = "") -> list[Answer]:
        """Return the verdicts on a notebook's answers, of all students or of one."""
        query = (
            "SELECT student, exercise, position, points, most, code, line, says, look, text, "
            f"answer FROM verdicts WHERE notebook = ? {'AND student = ? ' * bool(student)}"
            "ORDER BY student, position"
        )
        whose = (notebook, student) if student else (notebook,)
        return [Answer(*row) for row in self._db.execute(query, whose)]

    def attempts(self, notebook: str) -> list[Answer]:
        """Return the verdicts on the answers of all versions that were handed in, in order."""
        query = (
            "SELECT student, exercise, position, points, most, code, attempt FROM attempts "
            "WHERE notebook = ? ORDER BY student, attempt, position"
        )
        rows = self._db.execute(query, (notebook,))
        return [replace(Answer(*row), attempt=attempt) for *row, attempt in rows]

    def changes(self, notebook: str, student: str) -> list[Change]:
        """Return which of a student's verdicts became others, the last ones last."""
        query = "SELECT * FROM changes WHERE notebook = ? AND student = ? ORDER BY at"
        return [Change(*row) for row in self._db.execute(query, (notebook, student))]

    def rows(self, notebook: str) -> dict[str, Row]:
        """Return what is known of a notebook's submissions, by student."""
        exercises: dict[str, dict[str, float]] = {}
        query = (
            "SELECT student, exercise, points FROM verdicts WHERE notebook = ? ORDER BY position"
        )
        for student, exercise, points in self._db.execute(query, (notebook,)):
            exercises.setdefault(student, {})[exercise] = points
        query = (
            "SELECT student, status, reason, look, points, most FROM submissions "
            "WHERE notebook = ? ORDER BY student"
        )
        return {
            student: Row(
                *(student, status, reason, tuple(filter(None, look.split("\n")))),
                *(points, most, exercises.get(student, {})),
            )
            for student, status, reason, look, points, most in self._db.execute(query, (notebook,))
        }


def _verdict(whose: tuple[str, str], position: int, mark: Mark) -> tuple[Any, ...]:
    """Return a row of the table of verdicts."""
    verdict = mark.verdict
    first = verdict.findings[0] if verdict.findings else Finding("", "")
    text = first.lines[0][1] if first.lines else ""
    return (
        *(*whose, mark.exercise, position, mark.points, mark.most),
        *(verdict.code, " ".join(verdict.codes), verdict.line, mark.seconds),
        *(first.says, first.look, text, mark.answer[:_MOST]),
    )
