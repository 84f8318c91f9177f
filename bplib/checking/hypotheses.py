"""Which known mistake explains a wrong result? Hypotheses, held against every call of the check.

A hypothesis is a wrong formula from the rows of `bplib.course.mistakes`, the truth times a factor
that has a name, or both together. It is named only if the result equals it at every call.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest
from typing import Any

import numpy as np

from bplib.checking.call import handed
from bplib.checking.calls import (
    FITS,
    FITS_SINGLE,
    Call,
    labels_of,
    parts_or_none,
    ratio,
    single,
    sizes,
    worst_entry,
)
from bplib.checking.factors import CONSTANT, factor_finding, factor_name
from bplib.checking.plain import parts, plain
from bplib.course.exercise import Exercise
from bplib.course.mistakes import Formula, Mistake, known
from bplib.course.probe import Case
from bplib.finding import Finding

FACTOR_CREDIT = 0.5  # right but for one number: a sign, the mean left out, a 2


@dataclass(frozen=True)
class Explanation:
    """What explains a result: the findings, and what else would give the same numbers."""

    findings: tuple[Finding, ...]
    alternatives: tuple[Finding, ...] = ()


@dataclass(frozen=True)
class _Fit:
    """A hypothesis that fits: a mistake or none, and a factor for every part of the result."""

    mistake: Mistake | None
    factors: tuple[str, ...]

    @property
    def cost(self) -> int:
        return (self.mistake is not None) + 2 * len({f for f in self.factors if f})


def known_mistake(
    exercise: Exercise,
    calls: Sequence[Call],
    factors_too: bool = True,
    raising: Case | None = None,
) -> Explanation | None:
    """Return what explains a result, if a hypothesis fits every call designed for values.

    Where type or shape are wrong, a factor besides would explain too much: `factors_too` is False.
    Of a function that raised at a later call, `raising`, only what fails there too explains it.
    """
    designed = [call for call in calls if call.case.values]
    results = [parts_or_none(call.result) for call in designed]
    truths = [parts_or_none(call.truth) for call in designed]  # a name is none
    if not designed or any(part is None for part in (*results, *truths)):
        return None
    numbers = [result for result in results if result is not None]
    fits = _fits(exercise, designed, numbers, raising)
    if any(fit.mistake is None and not any(fit.factors) for fit in fits):
        return None  # right at these calls: what is wrong is elsewhere
    if raising is not None:
        fits = [fit for fit in fits if fit.mistake]  # no factor makes a function raise
    if not factors_too:
        fits = [fit for fit in fits if not any(fit.factors)]
    if not fits:
        return None
    least = min(fit.cost for fit in fits)
    best = [fit for fit in fits if fit.cost == least]
    findings = _findings(exercise, designed, best[0])
    plain_factor = next((fit for fit in fits if fit.mistake is None), None)
    counted = isinstance(designed[0].truth, int)  # a count is right or it is not
    if plain_factor and not counted and 1e-3 < _length(designed) < 1e3:
        evidence = _ratio_line(exercise, designed, plain_factor)
        findings = (replace(findings[0], evidence=evidence, credit=FACTOR_CREDIT), *findings[1:])
    named = {finding.code for finding in findings}
    others = {fit.mistake.code: fit.mistake for fit in best[1:] if fit.mistake}
    alternatives = [_finding(row) for code, row in others.items() if code not in named]
    return Explanation(findings, tuple(alternatives))


def _fits(
    exercise: Exercise,
    calls: Sequence[Call],
    results: Sequence[list[Any]],
    raising: Case | None = None,
) -> list[_Fit]:
    """Return every hypothesis that fits, the truth times a factor first."""
    exact = all(single(part) for result in results for part in result)
    tolerance = FITS_SINGLE if exact else FITS
    truths = [parts(call.truth) for call in calls]
    sizes_of = [sizes(exercise, call) for call in calls]
    found = []
    for mistake, values in _hypotheses(exercise, calls, truths, raising):
        factors = _factors(results, values, sizes_of, tolerance)
        if factors is not None and not (mistake and CONSTANT in factors):
            found.append(_Fit(mistake, factors))  # a row times any constant explains too much
    return found


def _hypotheses(
    exercise: Exercise, calls: Sequence[Call], truths: list[list[Any]], raising: Case | None
) -> Iterator[tuple[Mistake | None, Iterator[list[Any]]]]:
    """Yield every hypothesis with its values, call by call, the truth itself first."""
    yield None, iter(truths)
    for row in known(exercise):
        for formula in row.formulas:
            if raising is None or _fails(formula, raising):
                yield row, _values(exercise, formula, calls, truths)


def _fails(formula: Formula, case: Case) -> bool:
    """Return whether a formula raises at a call, as a learner's function did."""
    try:
        with np.errstate(all="ignore"):
            formula(*handed(case))
    except (ArithmeticError, LookupError, TypeError, ValueError):
        return True
    return False


def _values(
    exercise: Exercise, formula: Formula, calls: Sequence[Call], truths: list[list[Any]]
) -> Iterator[list[Any]]:
    """Yield a formula's parts call by call, the truth's where it leaves one right."""
    for call, truth in zip(calls, truths, strict=True):
        try:
            with np.errstate(all="ignore"):
                value = formula(*handed(call.case))
            if len(exercise.returns) > 1 and isinstance(value, tuple):
                pairs = zip(value, truth, strict=True)
                yield [t if v is None else np.asarray(plain(v), dtype=float) for v, t in pairs]
            else:
                yield parts(plain(value))
        except (ArithmeticError, LookupError, TypeError, ValueError):
            yield []  # it cannot be computed here: then it is not this one


def _factors(
    results: Sequence[list[Any]],
    values: Iterator[list[Any]],
    sizes_of: Sequence[dict[str, float]],
    tolerance: float,
) -> tuple[str, ...] | None:
    """Return the name of the factor in every part, "" where there is none, or None if no fit.

    The values are computed call by call, up to the first that does not fit.
    """
    ratios: list[list[float]] = []
    for result, value in zip(results, values, strict=True):
        if len(result) != len(value):
            return None
        pairs = zip(result, value, strict=True)
        found = [ratio(mine, theirs, tolerance) for mine, theirs in pairs]
        if any(r is None for r in found):
            return None
        ratios.append([r for r in found if r is not None])
    parts_over_calls = zip_longest(*ratios, fillvalue=float("nan"))  # lists may differ in length
    names = [factor_name(own, sizes_of, tolerance) for own in parts_over_calls]
    return tuple(name for name in names if name is not None) if None not in names else None


def _length(calls: Sequence[Call]) -> float:
    """Return how many times as large as the truth the results are, at most."""
    pairs = [p for c in calls for p in zip(parts(c.result), parts(c.truth), strict=True)]
    return max(float(np.max(np.abs(mine)) / np.max(np.abs(truth))) for mine, truth in pairs)


def _finding(row: Mistake) -> Finding:
    return Finding(row.code, row.says, row.look)


def _findings(exercise: Exercise, calls: Sequence[Call], fit: _Fit) -> tuple[Finding, ...]:
    """Return the finding of a mistake, and one for every factor that comes with it."""
    findings = [_finding(fit.mistake)] if fit.mistake else []
    labels = labels_of(exercise, calls[0].truth)
    for factor in sorted({factor for factor in fit.factors if factor}):
        which = [name for name, own in zip(labels, fit.factors, strict=False) if own == factor]
        some = len(which) < len(labels) and not fit.mistake
        found = factor_finding(exercise, factor, which if some else ())
        if fit.mistake:  # why is not known: the causes of a factor alone need not be those of both
            what = "what comes out" if len(which) == len(labels) else " and ".join(which)
            says = f"Compared with that, {what} is {factor} times as large."
            found = Finding(found.code, says, "Mend the other thing first.")
        findings.append(found)
    numbers = worst_entry(exercise, calls) if fit.mistake else _ratio_line(exercise, calls, fit)
    says = f"{_right_parts(exercise, calls)}{findings[0].says}" if fit.mistake else findings[0].says
    return (replace(findings[0], says=says, evidence=numbers), *findings[1:])


def _right_parts(exercise: Exercise, calls: Sequence[Call]) -> str:
    """Return a sentence that names the results that are right at every call, or ""."""
    labels = labels_of(exercise, calls[0].truth)
    both = [(parts(call.result), parts(call.truth)) for call in calls]
    if len(labels) == 1 or any(len(part) != len(labels) for pair in both for part in pair):
        return ""  # there is but one, or it is a list of another length
    same = [
        all(ratio(mine, right, FITS_SINGLE) == 1.0 for mine, right in own)
        for own in zip(*(zip(*pair, strict=True) for pair in both), strict=False)
    ]
    right = [label for label, is_right in zip(labels, same, strict=False) if is_right]
    if not right:
        return ""
    return f"{' and '.join(right)} {'is' if len(right) == 1 else 'are'} right. "


def _ratio_line(exercise: Exercise, calls: Sequence[Call], fit: _Fit) -> str:
    """Return the ratio of result to truth in every call, beside the sizes."""
    part = fit.factors.index(min(factor for factor in fit.factors if factor))  # that is said first
    symbols = [s for s in ("N", "n_out", "n_in", "n_hidden") if s in fit.factors[part]]
    lines = []
    for call in calls:
        r = ratio(parts(call.result)[part], parts(call.truth)[part], 1e-3)
        if r is None or np.isnan(r):
            continue
        own = sizes(exercise, call)
        given = ", ".join(f"{s} = {own[s]:g}" for s in symbols)
        lines.append((f"{given}: " if given else "") + f"{r:.4g} times")
    return "yours over the right one: " + "; ".join(dict.fromkeys(lines))
