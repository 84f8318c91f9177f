"""Which mistake explains a wrong result? Hypotheses, held against every call of the check.

A hypothesis is a wrong formula from `bplib.course.mistakes`, the truth times a factor that has a name
(−1, 2, N, 1/N, the learning rate, …), or both together. It is named only if the result equals it
at every call. Where nothing fits, the first wrong step is looked for in the learner's own numbers
(`bplib.course.steps`), then a property that fails (`bplib.course.properties`); where that does
not tell either, the result is described: direction, length, rows, columns.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import numpy as np

from bplib.checking.plain import parts, plain
from bplib.checking.verdict import Verdict
from bplib.derivatives import distance
from bplib.course import Case, Exercise
from bplib.course.exercise import Mistake, Output
from bplib.course.properties import BY_NOTE, along
from bplib.course.mistakes import first_wrong_step, known

CREDIT = {
    "constant factor": 0.5,  # a sign, the mean left out, a 2: right but for one number
    "transposed": 0.5,  # right but for the order of the axes
    "finite differences": 0.5,  # right numbers, without the formula that was asked for
}
"""The part of the points that an answer keeps for what is right about it; anything else gets 0."""

_FITS = 1e-8  # how near a hypothesis must come; in single precision:
_FITS_SINGLE = 1e-4


@dataclass(frozen=True)
class Compared:
    """One call: what went in, what came back, what should have."""

    case: Case
    arguments: tuple[Any, ...]
    result: Any
    truth: Any


@dataclass(frozen=True)
class _Explanation:
    """A hypothesis that fits: a mistake or none, and a factor for every part of the result."""

    mistake: Mistake | None
    factors: tuple[str, ...]

    @property
    def cost(self) -> int:
        return (self.mistake is not None) + 2 * len({f for f in self.factors if f})


def explain(exercise: Exercise, calls: Sequence[Compared], grey: bool) -> Verdict:
    """Return the verdict on a result of right type and shape and wrong values.

    Parameters
    ----------
    exercise : Exercise
        What was asked.
    calls : sequence of Compared
        What was called, what came back.
    grey : bool
        Whether every value is within 1e-6 of the truth, which no mistake in a formula is.
    """
    designed = [call for call in calls if call.case.values]
    wrong = [call for call in designed if _gap(call) > _FITS]
    if grey:
        return _nearly(exercise, calls)
    if not wrong:
        return _special(exercise, calls)
    found = known_mistake(exercise, designed)
    if found:
        return found
    if all(not np.any(part) for call in designed for part in parts(call.result)):
        single = isinstance(designed[0].truth, int | float)
        return Verdict(
            exercise.name,
            "values",
            ("all zero",),
            "The result is always 0." if single else "Every entry is 0.",
            look="Is what the loop computes ever put into what is returned?",
        )
    if _same_at_every_call(designed):
        return Verdict(
            exercise.name,
            "values",
            ("ignores its arguments",),
            "It returned the same number at every call, whatever it was called with.",
            _worst_entry(exercise, designed),
            "Does it use a variable of the notebook where it should use its own arguments?",
        )
    return (
        _traced(exercise, wrong)
        or _breaks_a_property(exercise, calls)
        or _described(exercise, wrong)
    )


def _breaks_a_property(exercise: Exercise, calls: Sequence[Compared]) -> Verdict | None:
    """Return the verdict that a result does not follow a change of the data as a right one does."""
    base = calls[0]
    words = [output.shape for output in exercise.returns]
    if len(parts(base.truth)) != len(words):
        return None
    for call in calls[1:]:
        prop = BY_NOTE.get(call.case.note)
        if prop is None:
            continue
        undone = [
            [along(text, prop.axis, part, prop.undo) for text, part in zip(words, ps, strict=True)]
            for ps in (parts(call.result), parts(call.truth))
        ]
        pairs = zip(words, *undone, parts(base.result), parts(base.truth), strict=True)
        for text, mine, right, mine_before, right_before in pairs:
            share = _ratio(right, right_before, _FITS)
            if share is None or np.isnan(share) or distance(mine, share * mine_before) <= _FITS:
                continue
            follows = "stays as it is"
            if prop.axis in re.findall(r"\w+", text):
                follows = "goes along with them"
            if share < 0.9:
                follows = "halves"
            factor = _ratio(mine, mine_before, _FITS)
            yours = f"becomes {factor:.4g} times as large" if factor else "does not"
            if not factor and follows == "stays as it is":
                yours = "becomes another one"
            return Verdict(
                exercise.name,
                "values",
                (prop.broken,),
                f"Called with {prop.note}, the right result {follows}; yours {yours}.",
                _worst_entry(exercise, [base]),
                f"Which step treats {_AXIS_WORDS[prop.axis]} unequally, or counts them?",
            )
    return None


_AXIS_WORDS = {"N": "the samples", "n_hidden": "the hidden units", "n_out": "the outputs"}


def _same_at_every_call(calls: Sequence[Compared]) -> bool:
    results = [call.result for call in calls]
    truths = [call.truth for call in calls]
    if not all(isinstance(value, int | float) for value in results + truths):
        return False
    return len(calls) > 2 and len(set(results)) == 1 < len(set(truths))


def known_mistake(
    exercise: Exercise, calls: Sequence[Compared], factors_too: bool = True
) -> Verdict | None:
    """Return the verdict that names the mistake, if a hypothesis fits every call.

    Where type or shape are wrong, a factor besides would explain too much: `factors_too` is False.
    """
    designed = [call for call in calls if call.case.values]
    if not designed:
        return None
    results = [parts_or_none(call.result) for call in designed]
    if any(result is None for result in results):
        return None
    tolerance = _FITS_SINGLE if _single(results) else _FITS
    truths = [parts(call.truth) for call in designed]
    sizes = [_sizes(exercise, call.arguments) for call in designed]
    explanations = []
    for mistake, values in _hypotheses(exercise, designed, truths):
        factors = _factors(results, values, truths, sizes, tolerance)
        if factors is None:
            continue
        if mistake is None and not any(factors):
            return None  # right at these calls: what is wrong is elsewhere
        if mistake and "constant" in factors:
            continue  # two unknowns explain too much
        if factors_too or not any(factors):
            explanations.append(_Explanation(mistake, factors))
    if not explanations:
        return None
    least = min(explanation.cost for explanation in explanations)
    best = [explanation for explanation in explanations if explanation.cost == least]
    verdict = _named(exercise, designed, best)
    for explanation in explanations:
        counted = isinstance(designed[0].truth, int)  # a count is right or it is not
        if explanation.mistake is None and not counted and 1e-3 < _length(designed) < 1e3:
            evidence = _ratio_line(exercise, designed, explanation)
            return replace(verdict, evidence=evidence, credit=CREDIT["constant factor"])
    return verdict


def _length(calls: Sequence[Compared]) -> float:
    """Return how many times as large as the truth the results are, at most."""
    pairs = [p for c in calls for p in zip(parts(c.result), parts(c.truth), strict=True)]
    return max(float(np.max(np.abs(mine)) / np.max(np.abs(truth))) for mine, truth in pairs)


def _traced(exercise: Exercise, calls: Sequence[Compared]) -> Verdict | None:
    """Return the verdict that names the first step that is off, if the results tell."""
    step = first_wrong_step(exercise, [(call.arguments, call.result) for call in calls])
    if step is None:
        return None
    evidence = step.evidence or _worst_entry(exercise, calls)
    return Verdict(exercise.name, "values", (step.name,), step.says, evidence, step.look)


def parts_or_none(result: Any) -> list[Any] | None:
    """Return the parts of a result, or None where it holds something other than numbers."""
    try:
        listed = parts(result)
    except (TypeError, ValueError):
        return None
    return listed if all(part.dtype.kind in "biuf" for part in listed) else None


def _hypotheses(
    exercise: Exercise, calls: Sequence[Compared], truths: list[list[Any]]
) -> Iterator[tuple[Mistake | None, list[list[Any]]]]:
    """Yield every hypothesis with its values at every call, the truth itself first."""
    yield None, truths
    for mistake in known(exercise):
        values = []
        try:
            with np.errstate(all="ignore"):
                for call, truth in zip(calls, truths, strict=True):
                    value = mistake.formula(*_copies(call.arguments))
                    values.append(_filled(value, truth, exercise))
        except Exception:  # a wrong formula need not fit every shape: then it is not this one
            continue
        yield mistake, values


def _copies(arguments: Iterable[Any]) -> tuple[Any, ...]:
    return tuple(a.copy() if isinstance(a, np.ndarray) else a for a in arguments)


def _filled(value: Any, truth: list[Any], exercise: Exercise) -> list[Any]:
    """Return a mistake's parts, with the truth where the mistake leaves a part right."""
    if len(exercise.returns) > 1 and isinstance(value, tuple):
        return [
            right if part is None else np.asarray(plain(part), dtype=float)
            for part, right in zip(value, truth, strict=True)
        ]
    return parts(plain(value))


def _factors(
    results: Sequence[Any],
    values: list[list[Any]],
    truths: list[list[Any]],
    sizes: Sequence[Mapping[str, float]],
    tolerance: float,
) -> tuple[str, ...] | None:
    """Return the name of the factor in every part, "" where there is none, or None if no fit."""
    pairs = list(zip(results, values, strict=True))
    if any(len(result) != len(value) for result, value in pairs):
        return None
    names = []
    for i in range(len(values[0])):
        ratios = [_ratio(result[i], value[i], tolerance) for result, value in pairs]
        if any(ratio is None for ratio in ratios):
            return None
        name = _factor_name([r for r in ratios if r is not None], sizes, tolerance)
        if name is None:
            return None
        names.append(name)
    return tuple(names)


def _ratio(mine: Any, other: Any, tolerance: float) -> float | None:
    """Return the number r with mine = r × other, or None if there is none."""
    if mine.shape != other.shape:
        return None
    finite = np.isfinite(other)
    if not np.array_equal(finite, np.isfinite(mine)):
        return None
    a, b = mine[finite].astype(float), other[finite].astype(float)
    if not b.any():
        return None if a.any() else float("nan")
    if distance(a, b) <= tolerance:
        return 1.0
    ratio = float(np.vdot(b, a) / np.vdot(b, b))
    return ratio if ratio and distance(a, ratio * b) <= tolerance else None


def _single(results: Sequence[Any]) -> bool:
    with np.errstate(over="ignore"):
        return all(
            np.array_equal(np.asarray(part, dtype=np.float32), part, equal_nan=True)
            for result in results
            for part in result
        )


# --- factors ----------------------------------------------------------------------------------


def _sizes(exercise: Exercise, arguments: Sequence[Any]) -> dict[str, float]:
    """Return the sizes and learning rates of a call, from the shapes that the exercise states."""
    sizes: dict[str, float] = {}
    for (name, words), argument in zip(exercise.arguments.items(), arguments, strict=False):
        if name.startswith("learning_rate"):
            sizes["learning rate" + name.removeprefix("learning_rate").replace("_", " of ")] = (
                argument
            )
        shape = argument.shape if isinstance(argument, np.ndarray) else ()
        for symbol, size in zip(re.findall(r"\w+", words), shape, strict=False):
            if symbol.isidentifier():
                sizes.setdefault(symbol, size)
    return sizes


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


def _factor_name(
    ratios: list[float], sizes: Sequence[Mapping[str, float]], tolerance: float
) -> str | None:
    """Return what the ratios of all calls are called: "N", "−1", "2·1/N"; "" for 1."""

    def fits(values: list[float]) -> bool:
        pairs = zip(ratios, values, strict=True)
        return all(np.isnan(r) or abs(r - v) <= 10 * tolerance * abs(v) for r, v in pairs)

    symbols = tuple(s for s in sizes[0] if all(s in size for size in sizes))
    for name, powers in _products(symbols):
        base = [float(np.prod([size[s] ** p for s, p in powers])) for size in sizes]
        for number, text in (
            (1.0, ""),
            (-1.0, "−"),
            (2.0, "2"),
            (0.5, "½"),
            (-2.0, "−2"),
            (-0.5, "−½"),
        ):
            if fits([number * value for value in base]):
                if name == "1":
                    return {"": "", "−": "−1"}.get(text, text)
                if name.startswith("1/") and text.strip("−"):
                    return text + name[1:]
                return f"{text}{'·' if text.strip('−') else ''}{name}"
    if "N" in symbols and fits([size["N"] / (size["N"] - 1) for size in sizes]):
        return "N/(N−1)"
    return "constant" if fits([ratios[0]] * len(ratios)) else None


_FACTOR_WORDS = {
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
}


_DUPLICATES = {
    "N": "Give every sample twice, and your result doubles, though a mean stays as it is.",
    "1/N": "Give every sample twice, and your result halves, though a mean stays as it is.",
}


def _factor_words(exercise: Exercise, factor: str) -> tuple[str, str]:
    says, look = _entry_words(exercise, factor)
    if all(not output.shape for output in exercise.returns):
        says = says.replace("Every entry", "The result")
    return says, look


def _entry_words(exercise: Exercise, factor: str) -> tuple[str, str]:
    if factor in _FACTOR_WORDS:
        says, look = _FACTOR_WORDS[factor]
        per_sample = any(output.shape.endswith("N)") for output in exercise.returns)
        if factor in _DUPLICATES and not per_sample:
            says = f"{says} {_DUPLICATES[factor]}"
        return says, look
    if factor == "constant":
        return "Every entry is off by the same factor.", "Which constant factor is lost or added?"
    if "learning rate" in factor:
        return (
            f"Every entry is the right one times {factor}.",
            "What is asked for: the gradient, or the step that is taken along it?",
        )
    return (
        f"Every entry is the right one times {factor}.",
        "Which of these sizes has been divided by, or summed over, once too often or not at all?",
    )


# --- wording ----------------------------------------------------------------------------------


def _named(exercise: Exercise, calls: Sequence[Compared], best: Sequence[_Explanation]) -> Verdict:
    first = best[0]
    factors = sorted({factor for factor in first.factors if factor})
    names = [e.mistake.name for e in best if e.mistake]
    names += [
        f"times {factor}" if factor != "constant" else "constant factor" for factor in factors
    ]
    says, look = [], []
    if first.mistake:
        says.append(first.mistake.says)
        look.append(first.mistake.look)
    for factor in factors:
        words, where = _factor_words(exercise, factor)
        before = "Besides, " if says else _which(exercise, first, factor)
        says.append(before + (words[0].lower() + words[1:] if before else words))
        look.append(where)
    notes: tuple[str, ...] = ()
    if len(best) > 1:
        others = dict.fromkeys(e.mistake.name for e in best[1:] if e.mistake)
        if first.mistake:
            others.pop(first.mistake.name, None)
        notes = (f"These numbers also fit: {' or '.join(others)}.",) if others else ()
    evidence = _ratio_line(exercise, calls, first) if factors else _worst_entry(exercise, calls)
    names = list(dict.fromkeys(names))
    return Verdict(
        exercise.name, "values", tuple(names), " ".join(says), evidence, " ".join(look), notes=notes
    )


def _which(exercise: Exercise, explanation: _Explanation, factor: str) -> str:
    """Return "grad_A: " where only one of several results has the factor."""
    names = [
        output.name
        for output, own in zip(exercise.returns, explanation.factors, strict=False)
        if own == factor
    ]
    several = len(exercise.returns) > 1
    return f"In {' and '.join(names)}, " if several and len(names) < len(exercise.returns) else ""


def _ratio_line(exercise: Exercise, calls: Sequence[Compared], explanation: _Explanation) -> str:
    """Return the ratio of result to truth in every call, beside the sizes."""
    if explanation.mistake:
        return _worst_entry(exercise, calls)
    part = next(i for i, factor in enumerate(explanation.factors) if factor)
    symbols = [s for s in ("N", "n_out", "n_in", "n_hidden") if s in explanation.factors[part]]
    lines = []
    for call in calls:
        ratio = _ratio(parts(call.result)[part], parts(call.truth)[part], 1e-3)
        if ratio is None or np.isnan(ratio):
            continue
        sizes = _sizes(exercise, call.arguments)
        given = ", ".join(f"{s} = {sizes[s]:g}" for s in symbols)
        lines.append((f"{given}: " if given else "") + f"{ratio:.4g} times")
    return "yours over the right one: " + "; ".join(dict.fromkeys(lines))


def _gap(call: Compared) -> float:
    pairs = zip(parts(call.result), parts(call.truth), strict=True)
    return max((distance(mine, truth) for mine, truth in pairs), default=0.0)


def _worst(calls: Sequence[Compared]) -> Compared:
    """Return the call whose result is furthest from the truth; the first if that cannot be told."""
    try:
        return max(calls, key=_gap)
    except (TypeError, ValueError):
        return calls[0]


def _labels(exercise: Exercise, truth: Any) -> list[str]:
    """Return the name of every part of a result, "" where there is only one."""

    def of(output: Output, value: Any) -> list[str]:
        if isinstance(value, list | tuple):
            return [f"{output.name}[{i}]" for i in range(len(value))]
        return [output.name]

    if len(exercise.returns) == 1:
        labels = of(exercise.returns[0], truth)
        return labels if len(labels) > 1 else [""]
    pairs = zip(exercise.returns, truth, strict=True)
    return [label for output, value in pairs for label in of(output, value)]


def _worst_entry(exercise: Exercise, calls: Sequence[Compared]) -> str:
    """Return one entry, where the result is furthest from the truth: the line of numbers."""
    call = _worst(calls)
    labels, mine_parts = _labels(exercise, call.truth), parts_or_none(call.result)
    if mine_parts is None or len(mine_parts) != len(labels):
        return ""
    pairs = list(zip(labels, mine_parts, parts(call.truth), strict=True))
    if any(mine.shape != truth.shape for _, mine, truth in pairs):
        return ""
    label, mine, truth = max(pairs, key=lambda pair: distance(pair[1], pair[2]))
    if mine.ndim == 0:
        digits = 6 if f"{mine:.6g}" != f"{truth:.6g}" else 12
        which = f"{label}: " if label else ""
        return f"{which}yours is {mine:.{digits}g}, it should be {truth:.{digits}g}"
    worst = np.unravel_index(int(np.argmax(np.abs(mine - truth))), mine.shape)
    index = ", ".join(str(int(i)) for i in worst)
    digits = 4 if f"{mine[worst]:.4g}" != f"{truth[worst]:.4g}" else 12
    return (
        f"in {label or 'the result'}, entry [{index}] is {mine[worst]:.{digits}g} and should be "
        f"{truth[worst]:.{digits}g}"
    )


def _nearly(exercise: Exercise, calls: Sequence[Compared]) -> Verdict:
    return Verdict(
        exercise.name,
        "values",
        ("finite differences",),
        "The numbers are right to six digits or more, but not to rounding, as a formula would be.",
        f"largest difference: {max(map(_gap, calls)):.1e} of the largest entry; a formula stays "
        "below 1e-13",
        "Is it a finite difference, is a small constant added to be safe, or is something in "
        "single precision on the way? None of these is needed here.",
        credit=CREDIT["finite differences"],
    )


def by_numbers(exercise: Exercise) -> Verdict:
    """Return the verdict on a right result that bplib's numerical derivatives produced."""
    return Verdict(
        exercise.name,
        "values",
        ("finite differences",),
        "The numbers are right. They come from numerical differentiation, though, and what is "
        "asked for here is the way to have them without it.",
        look="Numbers like these are how answers are checked. What gives them without nudging?",
        credit=CREDIT["finite differences"],
    )


def transposed(exercise: Exercise, calls: Sequence[Compared]) -> bool:
    """Say whether a result is right but for the order of its axes, at every designed call."""
    pairs = [
        (mine, truth)
        for call in calls
        if call.case.values
        for mine, truth in zip(parts_or_none(call.result) or [], parts(call.truth), strict=False)
    ]
    return bool(pairs) and all(
        mine.ndim == 2
        and mine.T.shape == truth.shape
        and distance(mine.T, truth) <= (_FITS_SINGLE if _single([[mine]]) else _FITS)
        for mine, truth in pairs
    )


def _special(exercise: Exercise, calls: Sequence[Compared]) -> Verdict:
    call = max(calls, key=_gap)
    return Verdict(
        exercise.name,
        "values",
        (f"wrong with {call.case.note}",),
        f"It is right for most calls, but wrong with {call.case.note}.",
        _worst_entry(exercise, [call]),
        "What in your code takes another road there?",
    )


def _described(exercise: Exercise, calls: Sequence[Compared]) -> Verdict:
    """Say in words how the result differs, where no hypothesis fits."""
    call = calls[0]
    pairs = list(
        zip(_labels(exercise, call.truth), parts(call.result), parts(call.truth), strict=True)
    )
    wrong = [pair for pair in pairs if distance(pair[1], pair[2]) > _FITS]
    _, mine, truth = wrong[0]
    says = "The values are wrong."
    if len(wrong) < len(pairs):
        says = (
            f"The values of {', '.join(name for name, _, _ in wrong)} are wrong; the rest is right."
        )
    says += _where(mine, truth)
    if mine.ndim and mine.size > 1 and np.any(mine) and np.any(truth):
        cosine = np.vdot(mine, truth) / (np.linalg.norm(mine) * np.linalg.norm(truth))
        length = np.linalg.norm(mine) / np.linalg.norm(truth)
        way = "nearly the same way" if cosine > 0.9 else "another way"
        times = "" if f"{length:.2g}" == "1" else f"{length:.2g} times "
        says += f" It is {times}as long as the right one"
        says += f" and points {way} (cosine {cosine:.2f})."
    return Verdict(
        exercise.name,
        "values",
        (),
        says,
        _worst_entry(exercise, [call]),
        f"Print every intermediate result of one small call and work it by hand, or ask "
        f"hint({exercise.name}).",
    )


def _where(mine: Any, truth: Any) -> str:
    """Return which rows or columns are wrong, where only some are."""
    if mine.ndim != 2:
        return ""
    off = np.abs(mine - truth) > _FITS * np.max(np.abs(truth), initial=1e-300)
    for axis, word in ((1, "row"), (0, "column")):
        lines = np.flatnonzero(off.any(axis=axis))
        if 0 < len(lines) < off.shape[1 - axis]:
            listed = ", ".join(str(int(i)) for i in lines)
            one = len(lines) == 1
            return f" Only {word} {listed} differs." if one else f" Only {word}s {listed} differ."
    return ""
