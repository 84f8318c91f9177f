"""Every wrong answer is rejected, by its name; every right answer is accepted, in any style."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from bplib.checking import verdict_on
from bplib.checking.call import built, call
from bplib.checking.judge import passes
from bplib.course import NOTEBOOKS, all_exercises
from tests.answers import Answer, all_answers, answers
from tests.mutants import answer_cells

WRONG = [answer for answer in all_answers() if not answer.right]
RIGHT = [answer for answer in all_answers() if answer.right]


def _verdict(answer: Answer, seed: int):
    return verdict_on(answer.function, answer.notebook, np.random.default_rng(seed))


@pytest.mark.parametrize("answer", WRONG, ids=lambda answer: answer.id)
def test_a_wrong_answer_is_rejected_and_its_mistake_named(answer):
    for seed in range(3):
        verdict = _verdict(answer, seed)
        assert not verdict.right, f"accepted at seed {seed}"
        assert verdict.findings[0].says
        assert answer.code in verdict.codes, f"seed {seed}: {verdict.codes}\n{verdict}"


@pytest.mark.parametrize("exercise", all_exercises(), ids=lambda e: f"{e.notebook}-{e.name}")
@pytest.mark.parametrize("part", range(4))
def test_a_right_answer_is_accepted_in_any_style_at_every_draw(exercise, part):
    own = [a for a in RIGHT if (a.notebook, a.function.__name__) == key(exercise)]
    for seed in range(50 * part, 50 * (part + 1)):
        probe = exercise.probe(np.random.default_rng(seed))
        truths = [
            None if c.raises else exercise.truth(*map(built, c.arguments)) for c in probe.cases
        ]
        for answer in own:
            outcomes = call(answer.function, probe, traced=False).outcomes
            pairs = zip(probe.cases, outcomes, truths, strict=True)
            if seed < 2 or not all(passes(exercise, *pair) for pair in pairs):
                verdict = _verdict(answer, seed)  # with remarks where it is merely unusual
                assert verdict.right, f"{answer.id} rejected at seed {seed}:\n{verdict}"


def key(exercise):
    return exercise.notebook, exercise.name


@pytest.mark.parametrize("notebook", NOTEBOOKS)
def test_no_exercise_is_without_answers_of_both_kinds(notebook):
    asked = {exercise.name for exercise in all_exercises() if exercise.notebook == notebook}
    for kind in (True, False):
        tried = {a.function.__name__ for a in answers(notebook) if a.right is kind}
        assert asked <= tried, f"no {'right' if kind else 'wrong'} answers to {asked - tried}"


def _formulas(notebook: str) -> set[str]:
    """Return what stands right of = or return in a notebook's solutions, without its spaces."""
    lines = "\n".join(answer_cells(notebook).values()).splitlines()
    found = (re.search(r"(?:return|[^=!<>]=)\s+(.+)$", line) for line in lines)
    squeezed = {match[1].replace(" ", "") for match in found if match}
    return {formula for formula in squeezed if len(formula) > 8 and re.search(r"[@*/+-]", formula)}


@pytest.mark.parametrize("notebook", NOTEBOOKS)
def test_no_message_and_no_hint_holds_a_line_of_the_solution(notebook):
    verdicts = [_verdict(answer, 0) for answer in answers(notebook) if not answer.right]
    rows = [row for verdict in verdicts for row in verdict.rows()]
    said = [text for label, text in rows if "Line" not in label]  # which is the learner's own
    said += [text for e in all_exercises() if e.notebook == notebook for text in e.hints]
    text = re.sub(r"\s+", "", "\n".join(said))
    given_away = [formula for formula in _formulas(notebook) if formula in text]
    assert not given_away


def test_without_the_list_of_mistakes_every_wrong_answer_is_still_rejected(tmp_path):
    root = Path(__file__).parents[1]
    shutil.copytree(root / "bplib", tmp_path / "bplib")
    shutil.copytree(root / "tests/answers", tmp_path / "tests/answers")
    (tmp_path / "tests/__init__.py").touch()
    for module in (tmp_path / "bplib/course").glob("*/mistakes.py"):
        module.unlink()
    code = (
        "import numpy as np\n"
        "from bplib.checking import verdict_on\n"
        "from tests.answers import all_answers\n"
        "accepted = [a.id for a in all_answers() if not a.right and"
        " verdict_on(a.function, a.notebook, np.random.default_rng(0)).right]\n"
        "assert not accepted, accepted\n"
    )
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", code], cwd=tmp_path, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
