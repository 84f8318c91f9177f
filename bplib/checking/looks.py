"""Where to look next, made to fit the learner's own code: an ordered table over codes and traits.

A finding comes with advice that is true of most code. Where more is known of this code (it has no
loop, it goes through the rows of X), the first row that fits replaces that advice.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

from bplib.checking.traits import named
from bplib.course.exercise import Exercise
from bplib.finding import Finding

Traits = tuple[str, ...]


@dataclass(frozen=True)
class _Row:
    """For which codes, in what code, where to look; {name} is what `fits` returns."""

    codes: tuple[str, ...]
    fits: Callable[[Exercise, Traits], str]  # "" where it does not fit
    look: str


def _has(trait: str) -> Callable[[Exercise, Traits], str]:
    return lambda exercise, traits: trait if trait in traits else ""


def _without(trait: str) -> Callable[[Exercise, Traits], str]:
    """Fit code that is known and has no such thing."""
    return lambda exercise, traits: "none" if "begun" in traits and trait not in traits else ""


def _first(kind: str) -> Callable[[Exercise, Traits], str]:
    return lambda exercise, traits: next(iter(named(traits, kind)), "")


def rows_of_samples(exercise: Exercise, traits: Traits) -> str:
    """Return the argument with samples in its columns that a loop takes row by row, or ""."""
    looped = named(traits, "rows")
    words = exercise.arguments
    return next((n for n in looped if "," in words.get(n, "") and words[n].endswith("N)")), "")


def never_used(exercise: Exercise, traits: Traits) -> str:
    """Return the first argument that the code never reads, or ""; of Z and H one will do."""
    unused = [n for n in named(traits, "unused") if n in exercise.arguments]
    if {"Z", "H"} <= set(exercise.arguments):
        unused = [n for n in unused if n not in ("Z", "H")]
    return next(iter(unused), "")


ROWS = (
    "`for … in {name}` goes through the rows of {name}. Its samples are its columns: is it a "
    "sample that you want at every turn?"
)
_SHAPES = ("wrong-axes", "an-axis-lost", "an-axis-too-many", "wrong-shape", "wrong-length")

_VAGUE = ("", "leaves-the-way", "all-zero", "always-the-first", "ignores-its-arguments")

_TABLE = (
    _Row(
        _VAGUE,
        never_used,
        "Your function never uses {name}, which it is called with. Where does it belong?",
    ),
    _Row(
        ("differs-between-calls",),
        _first("default"),
        "The default value of {name} is made once, when the function is defined, and lives on from "
        "one call to the next. Make a new one inside the function.",
    ),
    _Row(
        ("differs-between-calls",),
        _has("draws"),
        "Which line draws random numbers, and from which generator?",
    ),
    _Row(
        ("differs-between-calls",),
        _first("global"),
        "{name} is a variable of the notebook, and it lives on from one call to the next. Does the "
        "function change it?",
    ),
    _Row(
        ("all-zero", "always-the-first"),
        _has("sorts"),
        "Sorting moves the entries: whatever is smallest then stands in front. Whose place is it "
        "that you ask for afterwards?",
    ),
    _Row(
        ("all-zero",),
        _without("loop"),
        "Is something compared with itself, or subtracted from itself? Print what each line "
        "computes in one small call.",
    ),
    _Row(
        ("ignores-its-arguments",),
        _first("global"),
        "It uses {name}, a variable of the notebook. Should that be one of its own arguments?",
    ),
    _Row(_SHAPES, rows_of_samples, ROWS),
)


def fitted(exercise: Exercise, finding: Finding, traits: Traits) -> Finding:
    """Return a finding with advice that fits the code it is about."""
    for row in _TABLE:
        name = row.fits(exercise, traits) if finding.code in row.codes else ""
        if name:
            return replace(finding, look=row.look.format(name=name))
    return finding
