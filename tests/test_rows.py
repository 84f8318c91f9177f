"""The rows of known mistakes: each submits itself as an answer and must get exactly its code."""

import ast
import inspect
import re
import warnings
from itertools import combinations

import numpy as np
import pytest

from bplib import checking
from bplib.checking import explain, factors, hypotheses, raising, stages
from bplib.checking.call import built, call
from bplib.checking.hypotheses import known_mistake
from bplib.checking.judge import judge
from bplib.checking.plain import equal, parts, plain
from bplib.course import all_exercises
from bplib.course import mistakes as rows
from bplib.course.mistakes import known, mistake
from bplib.finding import CODES, Finding
from tests.answers import answers, checked, judged
from tests.records import AGAIN, SEED, recorded, said

EXERCISES = all_exercises()
SEEDS = range(3)


def as_answer(exercise, formula):
    """Return a formula as a learner's function: where it leaves a part right, that part."""

    def answer(*arguments):
        held = [a.copy() if isinstance(a, np.ndarray) else a for a in arguments]
        result = formula(*arguments)
        if len(exercise.returns) > 1 and isinstance(result, tuple):
            right = exercise.truth(*held)
            return tuple(r if m is None else m for m, r in zip(result, right, strict=True))
        return result

    answer.__name__ = exercise.name
    return answer


def headed(exercise):
    """Yield every row's formulas, each under a heading of its own."""
    for row in known(exercise):
        for i, formula in enumerate(row.formulas):
            yield f"row {row.code} {i}", row, formula


def handed_in(exercise, formula, probe):
    """Return a formula as an answer, what was asked, what came back, and the verdict."""
    answer = as_answer(exercise, formula)
    reply = call(answer, probe, traced=False)
    return answer, probe, reply, judge(probe, reply)


def line_of(exercise, head, formula):
    probe = exercise.probe(np.random.default_rng(SEED))
    return said(head, *handed_in(exercise, formula, probe))


def said_of(exercise):
    """Yield a line for all that is said of every row's formulas."""
    for head, _, formula in headed(exercise):
        yield line_of(exercise, head, formula)


@pytest.mark.parametrize("exercise", EXERCISES, ids=lambda e: f"{e.notebook}-{e.name}")
@pytest.mark.parametrize("seed", SEEDS)
def test_a_known_mistake_handed_in_is_called_by_its_name(exercise, seed, monkeypatch):
    monkeypatch.setattr(hypotheses, "_values", remembered())
    probe = exercise.probe(np.random.default_rng(seed))
    lines = []
    for head, row, formula in headed(exercise):
        answered = handed_in(exercise, formula, probe)
        verdict = answered[-1]
        assert not verdict.right, f"{row.code}: accepted"
        assert verdict.code == row.code, f"{row.code}: {verdict.codes}\n{verdict}"
        lines.append(said(head, *answered))
    if seed == SEED:
        was = [line for line in recorded(exercise).values() if line[:4] == "row "]
        assert not was or lines == was, AGAIN


def test_of_every_exercise_it_is_recorded_what_is_said():
    assert [e.name for e in EXERCISES if known(e) and not recorded(e)] == []


def remembered():
    """Return what computes a formula's values, each once: every row is held against all rows."""
    compute, memory = hypotheses._values, {}

    def values(exercise, formula, calls, truths):
        for one, truth in zip(calls, truths, strict=True):
            key = formula, id(one.case)
            if key not in memory:
                memory[key] = next(iter(compute(exercise, formula, [one], [truth])))
            yield memory[key]

    return values


@pytest.mark.parametrize("exercise", EXERCISES, ids=lambda e: f"{e.notebook}-{e.name}")
def test_no_two_rows_say_different_things_of_the_same_numbers(exercise):
    problems = clashes(exercise, known(exercise))
    assert not problems, "\n".join(problems)


def clashes(exercise, found):
    """Name every row that is the truth, and every two that are one, at all calls of all draws."""
    calls = [
        case.arguments
        for seed in SEEDS
        for case in exercise.probe(np.random.default_rng(seed)).cases
        if case.values and not case.raises
    ]
    values = {"the truth": [given(exercise, exercise.truth, call) for call in calls]}
    for row in found:
        for i, formula in enumerate(row.formulas):
            name = row.code if len(row.formulas) == 1 else f"{row.code} ({i + 1})"
            values[name] = [given(exercise, formula, call) for call in calls]
    return [
        f"{exercise.name}: {one} and {other} give the same at every draw; keep one of them."
        for one, other in combinations(values, 2)
        if all(same(a, b) for a, b in zip(values[one], values[other], strict=True))
    ]


def given(exercise, formula, arguments):
    with np.errstate(all="ignore"):
        try:
            result = formula(*map(built, arguments))
        except ValueError:
            return "raises"  # sizes that do not fit: elsewhere it gives numbers
        if len(exercise.returns) > 1 and isinstance(result, tuple):
            right = exercise.truth(*map(built, arguments))
            result = tuple(r if m is None else m for m, r in zip(result, right, strict=True))
    return plain(result)


def same(a, b):
    try:
        a, b = parts(a), parts(b)
    except (TypeError, ValueError):
        return equal(a, b)
    return len(a) == len(b) and all(
        x.shape == y.shape and np.allclose(x, y, rtol=1e-9, atol=0, equal_nan=True)
        for x, y in zip(a, b, strict=True)
    )


# What may not be a row


def test_a_row_that_is_right_is_refused_by_its_name():
    exercise = next(e for e in EXERCISES if e.name == "delta_B")
    row = rows.Mistake("no-mistake", (lambda P, Y: (P - Y) / Y.shape[1],), "", "", "")
    (problem,) = clashes(exercise, (row,))
    assert "the truth and no-mistake" in problem


def test_a_row_that_is_another_one_is_refused_with_both_names():
    exercise = next(e for e in EXERCISES if e.name == "delta_B")
    two = [rows.Mistake(code, (lambda P, Y: P - Y,), "", "", "") for code in ("one", "two")]
    (problem,) = clashes(exercise, two)
    assert "one and two" in problem


def test_a_code_that_says_two_things_in_one_exercise_is_refused():
    exercise = next(e for e in EXERCISES if e.name == "delta_B")
    row = known(exercise)[0]
    with pytest.raises(ValueError, match=f"delta_B has two rows '{row.code}'"):
        mistake(exercise, row.code, "Something else.", row.look, row.who)(lambda P, Y: P)


def test_one_formula_may_be_a_row_of_several_exercises(monkeypatch):
    monkeypatch.setattr(rows, "_ROWS", {})
    exercise = next(e for e in EXERCISES if e.name == "delta_B")
    assert mistake(exercise, "code", "It.", "There.", "All.")(abs) is abs
    assert mistake(exercise, "code", "It.", "There.", "All.")(max) is max
    assert rows._ROWS[exercise.notebook, "delta_B"]["code"].formulas == (abs, max)


# Codes decide, sentences tell


@pytest.mark.parametrize("exercise", EXERCISES, ids=lambda e: f"{e.notebook}-{e.name}")
def test_no_verdict_changes_when_every_sentence_is_noise(exercise, monkeypatch):
    tried = [a for a in answers(exercise.notebook, exercise.name) if not a.right]
    searched = [a for a in tried if a.code in ("one-change", "parentheses-missing")]
    before = [judged(answer, 0) for answer in tried] + [checked(answer) for answer in searched]
    write = Finding.__init__

    def noise(self, code, says="", look="", evidence="", credit=0.0, lines=()):
        write(self, code, "lorem ipsum", "dolor sit", "amet", credit, lines)

    monkeypatch.setattr(Finding, "__init__", noise)
    after = [judged(answer, 0) for answer in tried]
    after += [checked.__wrapped__(answer) for answer in searched]
    for answer, old, new in zip([*tried, *searched], before, after, strict=True):
        assert (new.codes, new.credit, new.lines) == (old.codes, old.credit, old.lines), answer.id


def test_the_codes_in_the_engines_source_are_documented():
    codes = set()
    for module in (checking, explain, factors, raising, stages):
        for node in ast.walk(ast.parse(inspect.getsource(module))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Finding":
                first = node.args[0]
                if isinstance(first, ast.Constant) and first.value:
                    codes.add(first.value)
    assert codes <= set(CODES), codes - set(CODES)


def test_without_rows_nothing_is_named_by_one(monkeypatch):
    monkeypatch.setattr(rows, "_ROWS", {})
    exercise = next(e for e in EXERCISES if e.name == "delta_B")
    assert known(exercise) == ()
    assert known_mistake(exercise, []) is None


def test_a_row_that_cannot_be_computed_explains_nothing_and_stops_no_check(monkeypatch):
    exercise = next(e for e in EXERCISES if e.name == "delta_B")
    row = rows.Mistake("raises", (lambda P, Y: P @ Y,), "", "", "")
    monkeypatch.setitem(rows._ROWS, (exercise.notebook, "delta_B"), {"raises": row})
    probe = exercise.probe(np.random.default_rng(0))
    verdict = judge(probe, call(lambda Y_hat, Y: np.abs(Y) ** 1.5, probe))
    assert verdict.findings
    assert "raises" not in verdict.codes


def test_what_a_row_warns_of_is_not_shown_to_a_learner(monkeypatch, recwarn):
    def warns(P, Y):
        warnings.warn("not the learner's", stacklevel=1)
        return P

    exercise = next(e for e in EXERCISES if e.name == "delta_B")
    row = rows.Mistake("warns", (warns,), "", "", "")
    monkeypatch.setitem(rows._ROWS, (exercise.notebook, "delta_B"), {"warns": row})
    probe = exercise.probe(np.random.default_rng(0))
    assert judge(probe, call(lambda Y_hat, Y: Y_hat, probe)).code == "warns"
    assert not recwarn.list


def test_no_text_of_a_card_holds_an_emphasis_that_it_would_show_as_stars():
    texts = [text for exercise in all_exercises() for text in exercise.hints]
    for exercise in all_exercises():
        texts += [text for row in known(exercise) for text in (row.says, row.look)]
    assert not [text for text in texts if re.search(r"(?<!\w)\*\w+\*(?!\w)", text)]
