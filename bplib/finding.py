"""One thing that is wrong with an answer, as everything that judges an answer reports it."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Finding:
    """What is wrong, as a code for programs and as sentences for people.

    Decisions are made by `code` alone; the sentences may be reworded at any time.

    Parameters
    ----------
    code : str
        Lower case with hyphens, the same for the same mistake in every exercise:
        "slope-missing". `docs/mistakes.md` lists them; "" where no name is known.
    says : str
        What is wrong, in one or two sentences.
    look : str
        Where to look next.
    evidence : str
        The one line of numbers that shows it.
    credit : float
        The part of the points that such an answer keeps, 0 to 1.
    line : int
        The line of the answer's cell that goes wrong, counted from 1; 0 where it is not known.
    """

    code: str
    says: str
    look: str = ""
    evidence: str = ""
    credit: float = 0.0
    line: int = 0
