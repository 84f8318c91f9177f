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
    separated by spaces), `line` of the answer's cell (0 if unknown), `seconds`.
results
    Whole results by their `key`, as JSON, so that nothing is run twice.
"""

import sqlite3
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType

from bpgrade.grade import Graded, environment, from_json, to_json

_TABLES = """
CREATE TABLE IF NOT EXISTS submissions (
    student TEXT, notebook TEXT, status TEXT, reason TEXT, look TEXT, points REAL, most REAL,
    seconds REAL, graded_at TEXT, python TEXT, numpy TEXT, bplib TEXT, code TEXT, key TEXT,
    PRIMARY KEY (student, notebook));
CREATE TABLE IF NOT EXISTS verdicts (
    student TEXT, notebook TEXT, exercise TEXT, position INTEGER, points REAL, most REAL,
    code TEXT, codes TEXT, line INTEGER, seconds REAL,
    PRIMARY KEY (student, notebook, exercise));
CREATE TABLE IF NOT EXISTS results (key TEXT PRIMARY KEY, result TEXT);
"""


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

    def book(self, key: str, notebook: str, graded: Graded) -> None:
        """Record that a result stands in the gradebook; keep it, so that it need not be made again.

        All in one transaction: each waits for the disk, and with thousands that is what takes long.
        """
        versions = environment()
        whose = (graded.student, notebook)
        row = (
            *(*whose, graded.status, graded.reason, "\n".join(graded.look)),
            *(sum(m.points for m in graded.marks), sum(m.most for m in graded.marks)),
            *(graded.seconds, datetime.now(UTC).isoformat(timespec="seconds")),
            *(versions["python"], versions["numpy"], versions["bplib"], versions["code"], key),
        )
        verdicts = [
            (
                *(*whose, m.exercise, i, m.points, m.most),
                *(m.verdict.code, " ".join(m.verdict.codes), m.verdict.line, m.seconds),
            )
            for i, m in enumerate(graded.marks)
        ]
        with self._db:
            if graded.status == "graded":
                result = (key, to_json(graded))
                self._db.execute("INSERT OR REPLACE INTO results VALUES (?, ?)", result)
            marks = ", ".join("?" * len(row))
            self._db.execute(f"INSERT OR REPLACE INTO submissions VALUES ({marks})", row)
            self._db.execute("DELETE FROM verdicts WHERE student = ? AND notebook = ?", whose)
            self._db.executemany(f"INSERT INTO verdicts VALUES ({', '.join('?' * 10)})", verdicts)

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
