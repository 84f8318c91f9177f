"""A verdict as data, and as text."""

import textwrap
from dataclasses import dataclass

from bplib.checking.cards import card
from bplib.finding import Finding

_WIDTH = 74  # of text, where no page wraps it


@dataclass(frozen=True)
class Verdict:
    """What is known of an answer.

    Parameters
    ----------
    exercise : str
        The function's name.
    findings : tuple of Finding
        What is wrong with it, what to mend first in front; none if it is right.
    alternatives : tuple of Finding
        Other mistakes that would give the same numbers as the first finding.
    notes : tuple of str
        What else there is to say, also about right answers.
    printed : str
        What the function printed or warned.
    points : float, optional
        What a right answer is worth, where the check was told.
    """

    exercise: str
    findings: tuple[Finding, ...] = ()
    alternatives: tuple[Finding, ...] = ()
    notes: tuple[str, ...] = ()
    printed: str = ""
    points: float | None = None

    @property
    def right(self) -> bool:
        """Whether the answer is right."""
        return not self.findings

    @property
    def code(self) -> str:
        """The code of what to mend first; "" if nothing is wrong or it has no name."""
        return self.findings[0].code if self.findings else ""

    @property
    def codes(self) -> tuple[str, ...]:
        """The codes of all that is wrong or may be, each once."""
        found = (finding.code for finding in (*self.findings, *self.alternatives))
        return tuple(dict.fromkeys(code for code in found if code))

    @property
    def credit(self) -> float:
        """The part of the points due, 0 to 1."""
        return self.findings[0].credit if self.findings else 1.0

    @property
    def line(self) -> int:
        """The line of the answer's cell that goes wrong; 0 where it is not known."""
        return self.findings[0].line if self.findings else 0

    @property
    def lines(self) -> tuple[int, ...]:
        """The lines of which one goes wrong: one where it is known, none where it is not."""
        return tuple(number for number, _ in self.findings[0].lines) if self.findings else ()

    @property
    def title(self) -> str:
        """The verdict in a few words."""
        if self.right:
            return f"{self.exercise}: right."
        if self.code in NOT_YET:
            return f"{self.exercise}: {NOT_YET[self.code]} yet."
        return f"{self.exercise}: not right yet."

    def rows(self) -> list[tuple[str, str]]:
        """Return what there is to say, each with its label."""
        first, *others = self.findings or (Finding("", ""),)
        rows = [
            ("What", first.says),
            *((f"{'or ' * (i > 0)}Line {n}", text) for i, (n, text) in enumerate(first.lines)),
            ("Numbers", first.evidence),
            ("Look", first.look),
            *(("Besides", f"{other.says} {other.look}".strip()) for other in others),
            ("Counts", self._counts()),
            *(("Or", f"These numbers also fit: {other.says}") for other in self.alternatives),
            *(("Note", note) for note in self.notes),
            ("Printed", self.printed.strip()),
        ]
        return [(label, text) for label, text in rows if text]

    def _counts(self) -> str:
        if self.right or not self.credit:
            return ""
        if self.points is None:
            return f"{self.credit:.0%}, for what is right about it."
        return (
            f"{self.credit * self.points:g} of {self.points:g} points, for what is right about it."
        )

    def __str__(self) -> str:
        lines = [self.title]
        for label, text in self.rows():
            lines.extend(_wrapped(f"  {label:<8} ", text))
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        part = "part" if self.points and self.credit else "wrong"
        return card(self.title, self.rows(), "right" if self.right else part)


NOT_YET = {"not-defined": "not defined", "not-attempted": "not attempted"}
"""The codes of answers that are not there yet, and what titles call them."""


def _wrapped(label: str, text: str) -> list[str]:
    lines: list[str] = []
    for paragraph in text.splitlines():
        lines += textwrap.wrap(paragraph, _WIDTH - len(label)) or [""]
    return [(label if i == 0 else " " * len(label)) + line for i, line in enumerate(lines)]
