"""A verdict as data, and as text. How it looks in a notebook stands in `bplib.checking.cards`."""

import textwrap
from dataclasses import dataclass

_WIDTH = 74  # what JupyterLab shows of an error beside its file browser


@dataclass(frozen=True)
class Verdict:
    """What is known of an answer.

    Parameters
    ----------
    exercise : str
        The function's name.
    kind : str
        One of "right", "not defined", "not attempted", "raises", "type", "shape",
        "not finite", "arguments", "repeat", "values".
    names : tuple of str
        What the mistake is called; more than one where two cannot be told apart, none where
        it could only be described.
    headline : str
        What is wrong, in one sentence.
    evidence : str
        The one line of numbers that shows it.
    look : str
        Where to look next.
    credit : float
        The part of the points due, 0 to 1.
    notes : tuple of str
        What else there is to say, also about right answers.
    printed : str
        What the function printed or warned.
    points : float, optional
        What a right answer is worth, where the check was told.
    """

    exercise: str
    kind: str
    names: tuple[str, ...] = ()
    headline: str = ""
    evidence: str = ""
    look: str = ""
    credit: float = 0.0
    notes: tuple[str, ...] = ()
    printed: str = ""
    points: float | None = None

    @property
    def right(self) -> bool:
        """Whether the answer is right."""
        return self.kind == "right"

    @property
    def title(self) -> str:
        """The verdict in a few words."""
        if self.right:
            return f"{self.exercise}: right."
        if self.kind in ("not defined", "not attempted"):
            return f"{self.exercise}: {self.kind} yet."
        return f"{self.exercise}: not right yet."

    def rows(self) -> list[tuple[str, str]]:
        """Return what there is to say, each with its label."""
        rows = [
            ("What", self.headline),
            ("Numbers", self.evidence),
            ("Look", self.look),
            ("Counts", self._counts()),
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
            lines.extend(_wrapped(f"  {label:<9}", text))
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        from bplib.checking.cards import verdict_card

        return verdict_card(self)


def _wrapped(label: str, text: str) -> list[str]:
    lines: list[str] = []
    for paragraph in text.splitlines():
        lines += textwrap.wrap(paragraph, _WIDTH - len(label)) or [""]
    return [(label if i == 0 else " " * len(label)) + line for i, line in enumerate(lines)]
