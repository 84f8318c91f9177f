"""Constant factors that have a name: −1, 2, N, 1/N, a learning rate, and their products."""

import re
from collections.abc import Mapping, Sequence
from functools import cache

import numpy as np

from bplib.course.exercise import Exercise
from bplib.finding import Finding

_NUMBERS = ((1.0, ""), (-1.0, "−"), (2.0, "2"), (0.5, "½"), (-2.0, "−2"), (-0.5, "−½"))
CONSTANT = "constant"
"""What a factor is called that is the same at every call and nothing else."""


def factor_name(
    ratios: Sequence[float], sizes: Sequence[Mapping[str, float]], tolerance: float
) -> str | None:
    """Return what the ratios of all calls are called: "N", "−1", "2/N"; "" for 1.

    Parameters
    ----------
    ratios : sequence of float
        The factor at every call; nan where any would do.
    sizes : sequence of mapping
        The sizes and learning rates of every call.
    tolerance : float
        How near the ratios are known, relatively.

    Returns
    -------
    str or None
        None where no name fits.
    """

    def fits(values: list[float]) -> bool:
        pairs = zip(ratios, values, strict=True)
        return all(np.isnan(r) or abs(r - v) <= 10 * tolerance * abs(v) for r, v in pairs)

    symbols = tuple(s for s in sizes[0] if all(s in size for size in sizes))
    for name, powers in _products(symbols):
        base = [float(np.prod([size[s] ** p for s, p in powers])) for size in sizes]
        for number, text in _NUMBERS:
            if fits([number * value for value in base]):
                return _spelled(name, text)
    if "N" in symbols and fits([size["N"] / (size["N"] - 1) for size in sizes]):
        return "N/(N−1)"
    return CONSTANT if fits([ratios[0]] * len(ratios)) else None


def named_factors(sizes: Mapping[str, float]) -> dict[str, str]:
    """Return the factors of one call that have a name, by their value to nine digits."""
    found: dict[str, str] = {}
    for name, powers in _products(tuple(sizes)):
        base = float(np.prod([sizes[s] ** p for s, p in powers]))
        for number, text in _NUMBERS:
            found.setdefault(digits(number * base), _spelled(name, text))
    return found


def digits(number: float) -> str:
    """Return a number to the digits to which two ways of computing it agree."""
    return f"{number:.8e}"


def _spelled(name: str, number: str) -> str:
    if name == "1":
        return "−1" if number == "−" else number
    if name.startswith("1/") and number.strip("−"):
        return number + name[1:]
    return f"{number}{'·' if number.strip('−') else ''}{name}"


@cache
def _products(symbols: tuple[str, ...]) -> tuple[tuple[str, tuple[tuple[str, int], ...]], ...]:
    """Return the factors that have a name, simplest first, as powers of the symbols."""
    singles = [((s, p),) for s in symbols for p in (1, -1)]
    doubles = [((s, p),) for s in symbols for p in (2, -2)]
    pairs = [
        ((s, p), (t, q))
        for i, s in enumerate(symbols)
        for t in symbols[i + 1 :]
        for p in (1, -1)
        for q in (1, -1)
    ]
    named = []
    for powers in [(), *singles, *doubles, *pairs]:
        over = "·".join(s + ("²" if p == 2 else "") for s, p in powers if p > 0)
        under = "·".join(s + ("²" if p == -2 else "") for s, p in powers if p < 0)
        if "·" in under:
            under = f"({under})"
        named.append(((over or "1") + (f"/{under}" if under else ""), powers))
    return tuple(named)


def factor_code(factor: str) -> str:
    """Return the code of a result that is right but for a factor: "wrong-sign", "times-n"."""
    if factor == "−1":
        return "wrong-sign"
    if factor == CONSTANT:
        return "constant-factor"
    words = factor.replace("½", "half-").replace("−", "minus-").replace("²", "-squared")
    words = words.replace("/", "-over-").replace("·", "-")
    return "times-" + re.sub(r"[^a-z0-9]+", "-", words.lower()).strip("-")


_WORDS = {
    "−1": (
        "Every entry has the wrong sign.",
        "Which term is taken from which, and which sign gets lost on the way?",
    ),
    "2": ("Every entry is twice as large as it should be.", "What does the ½ of the loss do?"),
    "½": ("Every entry is half as large as it should be.", "Is there one ½ too many?"),
    "N": (
        "Every entry is N times too large.",
        "Is it a sum over the samples where a mean belongs?",
    ),
    "1/N": ("Every entry is N times too small.", "Is the mean over the samples taken twice?"),
    CONSTANT: (
        "Every entry is off by the same factor.",
        "Which constant factor is lost or added?",
    ),
}
_DUPLICATES = {
    "N": "Give every sample twice, and your result doubles, though a mean stays as it is.",
    "1/N": "Give every sample twice, and your result halves, though a mean stays as it is.",
}


def factor_finding(exercise: Exercise, factor: str, which: Sequence[str] = ()) -> Finding:
    """Return what there is to say of a factor; `which` names the results that have it, if few."""
    says, look = _WORDS.get(factor, (f"Every entry is the right one times {factor}.", ""))
    if factor not in _WORDS:
        look = "Which of these sizes has been divided by, or summed over, once too often or not at "
        look += "all?"
        if not re.search(r"[A-Za-z]", factor):
            look = "Which number is lost or added, and is the sign as it should be?"
        elif factor.startswith("−"):
            look = f"{look[:-1]}, and which term is taken from which?"
        if "learning rate" in factor:
            look = "What is asked for: the gradient, or the step that is taken along it?"
    per_sample = any(output.shape.endswith(("N)", "N,)")) for output in exercise.returns)
    if factor in _DUPLICATES and not per_sample:
        says = f"{says} {_DUPLICATES[factor]}"
    if all(not output.shape for output in exercise.returns):
        says = says.replace("Every entry", "The result")
    if which:
        says = f"In {' and '.join(which)}, {says[0].lower()}{says[1:]}"
    return Finding(factor_code(factor), says, look)
