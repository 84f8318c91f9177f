"""``python -m bpgrade export``: points for Canvas, Moodle or a spreadsheet, in a roster's order.

Points are the gradebook's, with what was given by hand and what being late costs. Whoever handed in
nothing has an empty cell there: that is not 0.
"""

import csv
import io
import sys
from collections import Counter, defaultdict
from collections.abc import Collection, Sequence
from contextlib import chdir
from dataclasses import dataclass
from pathlib import Path

from nbgrader import api
from nbgrader.api import BaseCell, Grade, Gradebook, SubmittedAssignment, SubmittedNotebook

from bpgrade.autograde import application
from bpgrade.report import Refused, cell
from bplib.course import in_notebook

COLUMNS = {
    "canvas": {"Student", "ID", "SIS User ID", "SIS Login ID", "Integration ID", "Section"},
    "moodle": {
        *("First name", "Last name", "Surname", "Full name", "ID number", "Username"),
        *("Email address", "Institution", "Department"),
    },
}
"""The columns by which a platform knows its students; others of its file are left out."""
_LATE = "late"
_MOST = "Points Possible"  # Canvas' row of what may be earned


@dataclass(frozen=True)
class Points:
    """The points of an assignment: what there is to earn, and what each student earned.

    Parameters
    ----------
    columns : dict of str to float
        What may be earned, by column: an exercise's or that of the sum.
    earned : dict
        By student who handed in and column.
    waiting : int
        How many submissions wait for somebody to look at them.
    """

    assignment: str
    columns: dict[str, float]
    earned: dict[str, dict[str, float]]
    waiting: int

    def cells(self, student: str) -> list[str]:
        """Return what stands in these columns: nothing if nothing was handed in."""
        earned = self.earned.get(student)
        return ["" if earned is None else f"{earned.get(c, 0.0):g}" for c in self.columns]


def points(gradebook: Gradebook, name: str, by_exercise: bool) -> Points:
    """Read the points of an assignment from the gradebook.

    Raises
    ------
    Refused
        If there is no such assignment.
    """
    try:
        assignment = gradebook.find_assignment(name)
    except api.MissingEntry:
        known = ", ".join(sorted(a.name for a in gradebook.assignments)) or "none"
        raise Refused(f"The gradebook has no assignment {name}; it has: {known}.") from None
    order = [e.name for notebook in assignment.notebooks for e in in_notebook(notebook.name)]
    cells = {
        c.name.removeprefix("check_"): float(c.max_score)
        for notebook in assignment.notebooks
        for c in (*notebook.grade_cells, *notebook.task_cells)
    }
    most = {c: cells[c] for c in sorted(cells, key=lambda c: [*order, c].index(c))}
    here = SubmittedAssignment.assignment_id == assignment.id
    who, by_hand = SubmittedAssignment.student_id, Grade.needs_manual_grade
    grades = gradebook.db.query(who, BaseCell.name, Grade.score, by_hand).select_from(Grade)
    grades = grades.join(Grade.notebook).join(SubmittedNotebook.assignment).join(Grade.cell)
    earned: dict[str, dict[str, float]] = defaultdict(dict)
    waiting = set()
    for student, graded, score, waits in grades.filter(here):
        earned[student][graded.removeprefix("check_")] = float(score)
        waiting |= {student} if waits else set()
    late = gradebook.db.query(who, SubmittedNotebook.late_submission_penalty)
    for student, lost in late.join(SubmittedNotebook.assignment).filter(here):
        if lost:
            earned[student][_LATE] = -lost
            most[_LATE] = 0.0
    if not by_exercise:
        sums = {student: {name: max(0.0, sum(of.values()))} for student, of in earned.items()}
        return Points(name, {name: sum(most.values())}, sums, len(waiting))
    columns = {f"{name} {c}": n for c, n in most.items()}
    renamed = {s: {f"{name} {c}": n for c, n in of.items()} for s, of in earned.items()}
    return Points(name, columns, renamed, len(waiting))


# --- the roster ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Roster:
    """A class list, and for each row the student as the gradebook calls them.

    `match` is the column that says it.
    """

    columns: list[str]
    rows: list[list[str]]
    students: list[str]
    match: str


def read_roster(path: Path, known: Collection[str], match: str = "") -> Roster:
    """Read a class list: a CSV file with commas, semicolons or tabs, in any usual encoding.

    Parameters
    ----------
    path : Path
        The file.
    known : collection of str
        The students of the gradebook.
    match : str
        The column that holds their names, or e-mail addresses that begin with them; by default
        the one in which most of them are found.

    Raises
    ------
    Refused
        If it cannot be read, or nobody is found in it, or somebody twice.
    """
    columns, *rows = _table(path)
    names = ", ".join(columns)
    if match and match not in columns:
        raise Refused(f"{path} has no column {match}; its columns: {names}.")
    rows = [(row + [""] * len(columns))[: len(columns)] for row in rows]
    found = {c: [_student(row[i], known) for row in rows] for i, c in enumerate(columns)}
    best = match or max(columns, key=lambda c: sum(student in known for student in found[c]))
    students = [student for student in found[best] if student in known]
    if not students:
        where, example = match or "any", ", ".join(sorted(known)[:3]) or "nobody yet"
        raise Refused(
            f"{path} names no student of the gradebook ({example}, …) in {where} column of {names}:"
            " the names of the folders in submitted/ belong there, or e-mail addresses that begin "
            "with them."
        )
    twice, times = Counter(students).most_common(1)[0]
    if times > 1:
        raise Refused(f"{twice} stands {times} times in {path}, in column {best}: leave one.")
    return Roster(columns, rows, found[best], best)


def _student(text: str, known: Collection[str]) -> str:
    text = text.strip()
    return text if text in known else text.partition("@")[0]


def _table(path: Path) -> list[list[str]]:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise Refused(f"{path} cannot be read: {error.strerror}.") from None
    wide = data[:2] in (b"\xff\xfe", b"\xfe\xff")
    for encoding in ["utf-16"] if wide else ["utf-8-sig", "cp1252"]:
        try:
            text = data.decode(encoding)
            delimiter = max(",;\t", key=text.partition("\n")[0].count)
            lines = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
            rows = [row for row in lines if any(row) and row[0].strip() != _MOST]
            if "\0" not in text:
                break
        except (UnicodeError, csv.Error):
            continue
    else:
        raise Refused(f"{path} is no CSV file: save it as “CSV UTF-8” in your spreadsheet.")
    if len(rows) < 2:
        raise Refused(f"{path} is empty: a row of column names and a row a student belong there.")
    return [[column.strip() for column in rows[0]], *rows[1:]]


# --- the file ------------------------------------------------------------------------------------


def table(platform: str, roster: Roster, given: Sequence[Points]) -> list[list[str]]:
    """Return the rows of the file for "canvas", "moodle" or "csv"."""
    known = {*COLUMNS.get(platform, roster.columns), roster.match}
    kept = [i for i, column in enumerate(roster.columns) if column in known]
    headers = [column for p in given for column in p.columns]
    most = [f"{n:g}" for p in given for n in p.columns.values()]
    above = []
    if platform == "canvas":  # a column that is there has a number behind its name, and keeps it
        there = {c.rpartition(" (")[0]: c for c in roster.columns if c.endswith(")")}
        headers = [there.get(header, header) for header in headers]
        above = [[f"    {_MOST}", *[""] * (len(kept) - 1), *most]]
    rows = []
    for row, student in zip(roster.rows, roster.students, strict=True):
        who = [row[i] for i in kept]
        if any(who):
            rows.append([*map(cell, who), *(text for p in given for text in p.cells(student))])
    return [[*(cell(roster.columns[i]) for i in kept), *headers], *above, *rows]


def main(
    names: Sequence[str],
    root: Path,
    platform: str,
    roster: Path | None,
    match: str,
    by_exercise: bool,
    into: Path | None,
) -> int:
    """Write the file and say what stands in it; return the exit code."""
    directory = application(root).coursedir
    into = into or root / "grading" / f"points_{platform}.csv"
    try:
        with chdir(root), Gradebook(directory.db_url, directory.course_id) as gradebook:
            given = [points(gradebook, name, by_exercise) for name in names]
            people = sorted(gradebook.students, key=lambda s: s.id)
            class_ = [[s.id, s.last_name or "", s.first_name or ""] for s in people]
        known = [row[0] for row in class_]
        if roster:
            listed = read_roster(roster, known, match)
        elif platform == "csv":
            listed = Roster(["id", "last_name", "first_name"], class_, known, "id")
        else:
            raise Refused(f"--to {platform} needs --roster FILE, the class list from there.")
    except Refused as refused:
        print(refused, file=sys.stderr)
        return 1
    into.parent.mkdir(parents=True, exist_ok=True)
    with into.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows(table(platform, listed, given))
    print(f"{into}, matched by the column {listed.match}")
    print(*_said(listed, given, set(known)), sep="\n")
    return 0


def _said(roster: Roster, given: Sequence[Points], known: set[str]) -> list[str]:
    """Return what an instructor should know of the file."""
    students, lines = known & set(roster.students), []
    for p in given:
        there = len(students & p.earned.keys())
        waiting = f"; {p.waiting} wait for a look in Formgrader" if p.waiting else ""
        without = len(students) - there
        lines.append(f"  {p.assignment}: {there} with points, {without} without{waiting}")
    absent, strange = sorted(known - students), len(roster.students) - len(students)
    if absent:
        lines.append(f"  in the gradebook and not in the roster: {', '.join(absent)}")
    if strange:
        lines.append(f"  rows of the roster that are nobody in the gradebook: {strange}")
    return lines
