"""Notebook 09: bugs that differ from reader to reader, mends that mend, a judge that is judged."""

import re
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from bplib.checking import verdict_on
from bplib.course import find, in_notebook
from bplib.course.debugging import planted
from bplib.course.debugging.exercises import AGREES, BUGS, CASES, FIXES, RIGHT_ONES, WRONG_ONES
from bplib.course.debugging.figures import _trained, still_learning
from bplib.course.debugging.symptoms import symptoms
from bplib.course.mistakes import known
from bplib.datasets import digits

SOURCE = (Path(__file__).parents[1] / "source/09_debugging.py").read_text(encoding="utf-8")
READERS = [f"reader {i}" for i in range(60)]
every_bug = pytest.mark.parametrize("bug", planted.bugs(), ids=lambda bug: bug.name)


def as_answer(name, function):
    def answer(A, B, X, Y):
        return function(A, B, X, Y)

    answer.__name__ = name
    return answer


def naming(number, reader, name):
    def answer():
        return reader, name

    answer.__name__ = f"bug_{number}"
    return verdict_on(answer)


@every_bug
def test_a_planted_bug_is_the_mistake_that_the_checks_know_by_its_code(bug):
    backward = as_answer("backward", bug.backward)
    verdict = verdict_on(backward, "05_delta_a", np.random.default_rng(0))
    assert verdict.code == bug.code


@every_bug
def test_what_is_planted_runs_and_is_seen_from_outside(bug):
    net = find("fix_1").probe(np.random.default_rng(0)).cases[0].arguments
    assert not all(one.right for one in symptoms(bug.backward, *net))


@pytest.mark.parametrize("number", CASES)
def test_what_was_planted_earns_nothing_whoever_the_reader_is(number):
    for bug in planted.bugs():
        answer = as_answer(f"fix_{number}", bug.backward)
        verdict = verdict_on(answer, rng=np.random.default_rng(1))
        assert not verdict.right
        assert verdict.credit == 0
        if bug in planted.bugs(number):
            assert verdict.code == "still-planted"
            assert verdict.lines == (), "the check finds the line, and nothing is left to find"


def test_a_name_gives_the_same_cases_however_it_is_typed():
    for number in CASES:
        bugs = {planted.bug_of(name, number).name for name in ("Ada", " ada", "ADA  ")}
        assert len(bugs) == 1


def test_readers_have_different_cases_and_no_bug_is_left_out():
    six = Counter(tuple(planted.bug_of(r, n).name for n in CASES) for r in READERS)
    assert max(six.values()) == 1, "two of sixty readers have the same six bugs"
    for number in CASES:
        drawn = {planted.bug_of(reader, number).name for reader in READERS}
        assert drawn == {bug.name for bug in planted.bugs(number)}


def test_answers_of_somebody_else_earn_little():
    passed = sum(
        naming(number, mine, planted.bug_of(theirs, number).name).right
        for mine, theirs in zip(READERS[:10], READERS[10:20], strict=True)
        for number in CASES
    )
    assert passed <= 60 / 3


@pytest.mark.parametrize("number", CASES)
def test_the_right_name_is_right_for_every_reader_and_any_other_is_not(number):
    for reader in READERS[:3]:
        right = planted.bug_of(reader, number).name
        for bug in planted.bugs():
            assert naming(number, reader, bug.name).right == (bug.name == right)


def test_the_name_that_the_notebook_came_with_is_nobodys():
    assert 'reader = "?"' in SOURCE
    verdict = naming(1, planted.NOBODY, planted.bug_of(planted.NOBODY, 1).name)
    assert verdict.code == "no-name-given"


@pytest.mark.parametrize("nobody", ["", "  ", planted.NOBODY])
def test_nobodys_case_asks_for_a_name_and_shows_no_lines(nobody):
    shown = repr(planted.case(nobody, 1))
    assert "Put your name into reader" in shown
    assert "def " not in shown


def test_a_wrong_name_is_answered_with_both_symptoms_and_not_with_the_right_name():
    right = planted.bug_of("Ada", 1)
    said = str(naming(1, "Ada", "h-for-x"))
    assert right.name not in said
    assert "your case: grad_A has shape (6, 5)" in " ".join(said.split())


def test_no_two_bugs_have_one_name_and_all_are_on_the_list():
    names = [bug.name for bug in planted.bugs()]
    assert len(set(names)) == len(names)
    assert [line.split()[0] for line in repr(planted.catalogue()).splitlines()] == sorted(names)


def test_a_case_shows_the_lines_to_be_pasted_into_its_answer_cell():
    shown = repr(planted.case("Ada", 2))
    assert shown.startswith("def fix_2(A, B, X, Y):\n")
    namespace = {"np": np}
    exec(shown, namespace)
    net = find("fix_2").probe(np.random.default_rng(0)).cases[0].arguments
    mine, planted_one = namespace["fix_2"](*net), planted.case("Ada", 2)(*net)
    assert all(np.array_equal(a, b) for a, b in zip(mine, planted_one, strict=True))


def test_there_is_no_case_of_another_number():
    with pytest.raises(ValueError, match="numbered from 0 to 6"):
        planted.case("Ada", 7)


def test_every_mend_knows_what_is_planted_elsewhere_as_a_second_bug():
    for number, exercise in FIXES.items():
        codes = {row.code for row in known(exercise)}
        elsewhere = {bug.code for bug in planted.bugs() if bug not in planted.bugs(number)}
        rows = {row.code for row in known(find("backward", notebook="05_delta_a"))}
        assert elsewhere & rows <= codes


# The judge


def judged(answer):
    answer.__name__ = "agrees"
    return verdict_on(answer, rng=np.random.default_rng(3))


def test_a_judge_meets_ten_wrong_backward_passes_and_five_right_ones_in_any_order():
    orders = set()
    for seed in range(3):
        cases = AGREES.probe(np.random.default_rng(seed)).cases
        kinds = [case.note.split(" pass")[0] for case in cases]
        assert Counter(kinds) == {"a wrong": 10, "a right": 5}
        orders.add(tuple(kinds))
    assert (len(RIGHT_ONES), len(WRONG_ONES)) == (5, 10)
    assert len(orders) == 3


@pytest.mark.parametrize("always", [True, False])
def test_a_judge_that_always_says_the_same_earns_nothing(always):
    verdict = judged(lambda backward, A, B, X, Y: always)
    assert verdict.code == ("everything-agrees" if always else "nothing-agrees")
    assert verdict.credit == 0


def test_a_miss_costs_a_tenth_and_a_false_alarm_a_fifth():
    score = AGREES.score
    calls = [(f"a wrong pass: {i}", False, False) for i in range(10)]
    calls += [(f"a right pass: {i}", True, True) for i in range(5)]
    assert score(calls) is None
    missed = [("a wrong pass: 0", True, False), *calls[1:]]
    assert score(missed).credit == pytest.approx(0.9)
    refused = [*calls[:-1], ("a right pass: 4", False, True)]
    assert score(refused).credit == pytest.approx(0.8)
    both = [missed[0], *refused[1:]]
    assert score(both).credit == pytest.approx(0.7)
    assert "1 of 10 wrong" in score(both).says
    assert "1 of 5 right" in score(both).says


def test_slopes_of_the_judges_networks_are_not_next_to_0_where_that_is_not_the_point():
    for seed in range(5):
        for case in AGREES.probe(np.random.default_rng(seed)).cases:
            assert AGREES.truth(*_built(case)) == case.note.startswith("a right")


def _built(case):
    from bplib.checking.call import handed

    return handed(case)


# What the notebook says


def test_the_share_of_wrong_gradients_that_halve_the_loss_is_the_one_in_the_text():
    left = still_learning()
    halved = sum(share < 0.5 for _, share in left)
    assert f"{halved} of the {len(left)} wrong gradients of section 1 halve it" in SOURCE
    losses, _ = _trained(FIXES[1].truth, digits())
    assert f"with a right gradient, {losses[-1] / losses[0]:.0%}".replace("%", " percent") in (
        " ".join(SOURCE.replace("\n#", "").split())
    )


def test_the_way_on_is_forty_lines_long():
    cells = re.split(r"^# %%.*$", SOURCE.split("# ## Further")[1], flags=re.M)
    engine = [
        cell
        for cell in cells
        if re.search(r"^(class Node|def (matmul|mean_of|in_order))", cell, re.M)
    ]
    lines = [line for cell in engine for line in cell.splitlines()]
    code = [line for line in lines if line.strip() and not line.strip().startswith(("#", '"""'))]
    assert len(engine) == 4
    assert len(code) <= 40


def test_every_case_has_a_name_to_give_and_a_pass_to_mend():
    asked = [exercise.name for exercise in in_notebook("09_debugging")]
    assert asked == [*(f"{kind}_{n}" for n in CASES for kind in ("bug", "fix")), "agrees"]
    assert set(BUGS) == set(FIXES) == set(CASES)
