"""Every wrong answer is rejected, by its name; every right answer is accepted, in any style."""

import numpy as np
import pytest

from bplib.checking import verdict_on
from bplib.exercises import NOTEBOOKS, all_exercises
from tests.answers import Answer, all_answers, answers

WRONG = [answer for answer in all_answers() if not answer.right]
RIGHT = [answer for answer in all_answers() if answer.right]


def _verdict(answer: Answer, seed: int):
    return verdict_on(answer.function, answer.notebook, np.random.default_rng(seed))


@pytest.mark.parametrize("answer", WRONG, ids=lambda answer: answer.id)
def test_a_wrong_answer_is_rejected_and_its_mistake_named(answer):
    for seed in range(3):
        verdict = _verdict(answer, seed)
        assert not verdict.right, f"accepted at seed {seed}"
        assert verdict.headline
        assert answer.named in verdict.names, f"seed {seed}: {verdict.names}\n{verdict}"


@pytest.mark.parametrize("answer", RIGHT, ids=lambda answer: answer.id)
def test_a_right_answer_is_accepted_in_any_style(answer):
    for seed in range(10):
        verdict = _verdict(answer, seed)
        assert verdict.right, f"rejected at seed {seed}:\n{verdict}"


@pytest.mark.parametrize("notebook", NOTEBOOKS)
def test_no_exercise_is_without_answers_of_both_kinds(notebook):
    asked = {exercise.name for exercise in all_exercises() if exercise.notebook == notebook}
    for kind in (True, False):
        tried = {a.function.__name__ for a in answers(notebook) if a.right is kind}
        assert asked <= tried, f"no {'right' if kind else 'wrong'} answers to {asked - tried}"
