"""The end of a run: who was graded, what failed and why, who is missing, who needs a look."""

import csv
import re
from dataclasses import dataclass, field
from pathlib import Path

from bpgrade.records import Change, Row

_MOST_CHANGES = 20  # that are printed


class Refused(Exception):
    """What was asked for cannot be had; its text says why, and what to do."""


@dataclass(frozen=True)
class Report:
    """What a run of the grader found.

    Parameters
    ----------
    notebook : str
        What was graded.
    exercises : list of str
        What it asks.
    rows : dict
        What the records say, by student.
    handed_in : set of str
        The students who handed in, of those that were asked for.
    fresh : set of str
        Those graded in this run; the others had not changed.
    roster : set of str
        All the students of the gradebook.
    seconds : float
        How long it took.
    changes : list of Change
        The answers that have another verdict than before, and why.
    """

    notebook: str
    exercises: list[str]
    rows: dict[str, Row]
    handed_in: set[str]
    fresh: set[str]
    roster: set[str]
    seconds: float
    changes: list[Change] = field(default_factory=list)

    @property
    def missing(self) -> list[str]:
        """The students who handed in nothing: they have no points, which is not 0 points."""
        return sorted(self.roster - self.handed_in)

    def lines(self) -> list[str]:
        """Return the report as text."""
        shown = [self.rows[student] for student in sorted(self.handed_in) if student in self.rows]
        failed = [row for row in shown if row.status == "failed"]
        look = [row for row in shown if row.look and row.status != "failed"]
        kept = len(self.handed_in - self.fresh)
        counts = [f"{len(shown) - len(failed)} graded"]
        counts += [f"{kept} of them unchanged"] if kept else []
        counts += [f"{len(failed)} failed", f"{len(self.missing)} missing"]
        counts += [f"{len(look)} to look at"]
        lines = [f"{self.notebook}: {', '.join(counts)} ({self.seconds:.1f} s)"]
        for row in shown:
            if row.status == "failed":
                lines.append(f"  {row.student}  failed  {row.reason}")
            elif row.look:
                points = f"{row.points:g} of {row.most:g}"
                lines.append(f"  {row.student}  {points}  look: {'; '.join(row.look)}")
        if self.missing:
            lines.append(f"  missing: {', '.join(self.missing)}")
        return lines + self._changed()

    def _changed(self) -> list[str]:
        if not self.changes:
            return []
        lines = [f"  verdicts that changed: {len(self.changes)}"]
        lines += [f"    {change.student}  {change}" for change in self.changes[:_MOST_CHANGES]]
        if len(self.changes) > _MOST_CHANGES:
            lines.append("    … and others: the table changes in grading/records.db has them all")
        return lines

    def write_csv(self, path: Path) -> None:
        """Write a row a student and a column an exercise; what is missing stays empty."""
        students = sorted(self.roster | set(self.rows))
        with path.open("w", newline="", encoding="utf-8") as file:
            table = csv.writer(file)
            table.writerow(["student", "status", "points", "most", *self.exercises, "look"])
            for student in students:
                row = self.rows.get(student)
                if row is None:
                    table.writerow(
                        [cell(student), "missing", "", "", *[""] * len(self.exercises), ""]
                    )
                    continue
                points = [f"{row.exercises.get(e, 0.0):g}" for e in self.exercises]
                table.writerow(
                    [
                        *(cell(student), row.status, f"{row.points:g}", f"{row.most:g}"),
                        *(*points, cell("; ".join(row.look))),
                    ]
                )


def cell(text: str) -> str:
    """Return text that no spreadsheet takes for a formula; a number is none."""
    formula = text.lstrip(" ")[:1] in tuple("=+-@\t\r\n") and not re.fullmatch(r"-?[\d.]+", text)
    return f"'{text}" if formula else text
