"""Every wrong answer is rejected, by its name; every right answer is accepted, in any style."""

import functools
import re
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from bplib.checking.call import built, call
from bplib.checking.judge import passes
from bplib.checking.plain import plain
from bplib.course import all_exercises, find
from bplib.course.mistakes import known
from bplib.finding import CODES
from tests.answers import answers, checked, edited, judged, replied
from tests.mutants import answer_cells
from tests.records import AGAIN, SEED, numbered, recorded, said

each_exercise = pytest.mark.parametrize(
    "exercise", all_exercises(), ids=lambda e: f"{e.notebook}-{e.name}"
)
ONLY_SEARCHED = {"one-change", "parentheses-missing"}
"""What only the search for one change can find, not the result."""


def tried(exercise, right):
    found = answers(exercise.notebook, exercise.name)
    return [answer for answer in found if answer.right is right]


@each_exercise
def test_a_wrong_answer_is_rejected_and_its_mistake_named(exercise):
    for answer in tried(exercise, right=False):
        verdict = checked(answer)
        assert not verdict.right, f"{answer.id}: accepted"
        assert verdict.findings[0].says
        assert answer.code in verdict.codes, f"{answer.id}: {verdict.codes}\n{verdict}"


@each_exercise
@pytest.mark.parametrize("seed", [1, 2])
def test_a_mistake_has_the_same_name_at_every_draw(exercise, seed):
    for answer in tried(exercise, right=False):
        verdict = judged(answer, seed)
        assert not verdict.right, f"{answer.id}: accepted"
        if answer.code not in ONLY_SEARCHED:
            assert answer.code in verdict.codes, f"{answer.id}: {verdict.codes}\n{verdict}"


@pytest.mark.parametrize(
    ("notebook", "name", "code"),
    [
        ("02_gradient", "relative_error", "wrong-in-a-special-case"),  # by rounding, it was right
        ("09_debugging", "agrees", "changes-argument"),  # by less than 1e-9 at some draws
    ],
)
def test_a_mistake_that_hardly_shows_at_some_draws_has_its_name_at_these_too(notebook, name, code):
    found = [a for a in answers(notebook, name) if a.code == code]
    assert found
    for answer in found:
        assert {judged(answer, seed).codes for seed in range(20)} == {(code,)}, answer.id


def headed(found):
    return zip(numbered(answer.code for answer in found), found, strict=True)


def line_of(head, answer):
    return said(head, answer.function, *replied(answer, SEED))


def said_of(exercise):
    """Yield a line for all that is said of every answer to an exercise."""
    for head, answer in headed(answers(exercise.notebook, exercise.name)):
        yield line_of(head, answer)


@each_exercise
def test_what_is_said_of_an_answer_is_as_it_was(exercise):
    lines = recorded(exercise).values()
    assert list(said_of(exercise)) == [line for line in lines if line[:4] != "row "], AGAIN


@each_exercise
def test_every_code_is_documented(exercise):
    documented = {*CODES, *(row.code for other in all_exercises() for row in known(other))}
    families = ("raises-", "times-", "step-")
    found = {code for answer in tried(exercise, right=False) for code in checked(answer).codes}
    assert {c for c in found - documented if not c.startswith(families)} == set()


@each_exercise
@pytest.mark.parametrize("part", range(4))
def test_a_right_answer_is_accepted_in_any_style_at_every_draw(exercise, part):
    own = tried(exercise, right=True)
    for seed in range(50 * part, 50 * (part + 1)):
        probe = exercise.probe(np.random.default_rng(seed))
        truths = [
            None if c.raises else exercise.truth(*map(built, c.arguments)) for c in probe.cases
        ]
        for answer in own:
            outcomes = call(answer.function, probe, traced=False).outcomes
            pairs = zip(probe.cases, outcomes, truths, strict=True)
            if seed < 2 or not all(passes(exercise, *pair) for pair in pairs):
                verdict = judged(answer, seed)  # with remarks where it is merely unusual
                assert verdict.right, f"{answer.id} rejected at seed {seed}:\n{verdict}"


@pytest.mark.parametrize(("old", "times"), [("nowhere", 0), ("B", 2)])
def test_an_edit_that_is_not_of_one_place_is_refused(old, times):
    (function,) = (a.function for a in answers("01_loss", "predict") if a.code == "one line")
    with pytest.raises(ValueError, match=f"code: this stands {times} times in the other one"):
        edited(function, "code", old, "new")


@each_exercise
def test_no_exercise_is_without_answers_of_both_kinds(exercise):
    assert tried(exercise, right=True)
    assert tried(exercise, right=False)


@pytest.mark.parametrize("notebook", ["03_chain_rule", "08_activations_and_losses"])
def test_whether_all_calls_pass_is_what_the_verdict_says(notebook):
    for answer in answers(notebook):
        exercise = find(answer.function.__name__, notebook=notebook)
        probe, reply, verdict = replied(answer, 0)
        truths = [
            None if c.raises else plain(exercise.truth(*map(built, c.arguments)))
            for c in probe.cases
        ]
        outcomes = reply.helped or reply.outcomes
        pairs = zip(probe.cases, outcomes, truths, strict=False)
        passed = len(outcomes) == len(truths) and all(passes(exercise, *pair) for pair in pairs)
        assert passed == verdict.right, answer.id


@functools.cache
def _formulas(notebook: str) -> set[str]:
    """Return what stands right of = or return in a notebook's solutions, without its spaces."""
    lines = "\n".join(answer_cells(notebook).values()).splitlines()
    found = (re.search(r"(?:return|[^=!<>]=)\s+(.+)$", line) for line in lines)
    squeezed = {match[1].replace(" ", "") for match in found if match}
    return {formula for formula in squeezed if len(formula) > 8 and re.search(r"[@*/+-]", formula)}


@each_exercise
def test_no_message_and_no_hint_holds_a_line_of_the_solution(exercise):
    rows = [row for answer in tried(exercise, right=False) for row in checked(answer).rows()]
    said = [text for label, text in rows if "Line" not in label]  # which is the learner's own
    text = re.sub(r"\s+", "", "\n".join([*said, *exercise.hints]))
    given_away = [formula for formula in _formulas(exercise.notebook) if formula in text]
    assert not given_away


def test_without_the_list_of_mistakes_every_wrong_answer_is_still_rejected(tmp_path):
    root = Path(__file__).parents[1]
    shutil.copytree(root / "bplib", tmp_path / "bplib")
    shutil.copytree(root / "tests/answers", tmp_path / "tests/answers")
    (tmp_path / "tests/__init__.py").touch()
    for module in (tmp_path / "bplib/course").glob("*/mistakes.py"):
        module.unlink()
    code = (
        "from tests.answers import all_answers, judged\n"
        "accepted = [a.id for a in all_answers() if not a.right and judged(a, 0).right]\n"
        "assert not accepted, accepted\n"
    )
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", code], cwd=tmp_path, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
