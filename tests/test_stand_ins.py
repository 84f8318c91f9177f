"""An earlier mistake costs nothing later, though right answers never enter the sandbox."""

import pytest

from bpgrade.demo import Sheet
from bpgrade.grade import Grader
from bpgrade.stand_ins import StandIns
from bpgrade.worker import packed, unpacked
from tests.papers import COURSE, NAME, RIGHT, SHEET, filled, grading, paper

CASES = {  # a wrong answer, and the answers that call it and must not suffer
    "04_delta_b": ("def delta_B(Y_hat, Y):\n    return Y_hat", {}),
    "02_gradient": (  # the right slope calls a function of the learner's
        "def slope(f, w, step=1e-5):\n    return f(w)",
        {
            "numerical_gradient": "def numerical_gradient(f, W, step=1e-5):\n"
            "    result = np.zeros(W.shape)\n"
            "    for i in np.ndindex(*W.shape):\n"
            "        def along(w, i=i):\n"
            "            moved = W.astype(np.asarray(w).dtype)\n"
            "            moved[i] = w\n"
            "            return f(moved)\n"
            "        result[i] = slope(along, W[i], step)\n"
            "    return result"
        },
    ),
    "06_training": (  # the right batches come from the learner's generator, and move it on
        "def minibatches(N, batch_size, rng):\n    return [rng.permutation(N)]",
        {},
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_an_earlier_mistake_costs_only_its_own_points(name, tmp_path):
    sheet = Sheet.of(COURSE, name)
    wrong, others = CASES[name]
    (missed,) = {e for e in sheet.right if wrong.startswith(f"def {e}(")}
    answers = {**sheet.right, **others, missed: wrong}
    grade = grading(Grader(paper(sheet)), tmp_path)
    graded = grade(filled(answers, sheet=sheet), f"{name}.ipynb")
    lost = {m.exercise: m.verdict.codes for m in graded.marks if not m.verdict.right}
    assert set(lost) == {missed}, lost


def test_a_lent_function_earns_nothing_and_costs_nothing_elsewhere(tmp_path):
    answers = {name: text for name, text in RIGHT.items() if name != "delta_B"}
    notebook = filled(answers, last='from bplib import lend\nlend("delta_B")')
    graded = grading(Grader(paper()), tmp_path)(notebook)
    assert {m.exercise: m.points for m in graded.marks} == {**SHEET.points, "delta_B": 0}


def answer(question):
    stand_ins = StandIns(NAME, ("delta_B",))
    asked = {"named": [], "functions": [], "generators": {}, **question}
    return stand_ins.answer(asked, lambda message: {"value": packed([0.0])})


@pytest.mark.parametrize(
    "question",
    [
        {"stand_in": "step_B", "arguments": packed([1.0])},
        {"stand_in": "delta_B", "arguments": packed([])},
        {"stand_in": "delta_B", "arguments": "garbage"},
        {"stand_in": "delta_B", "arguments": packed([10**9, 10**9])},
        {"stand_in": "delta_B", "arguments": packed([[0.0] * 30_000])},
        {"stand_in": "delta_B", "arguments": packed([None]), "functions": [7]},
        {"stand_in": "delta_B", "arguments": packed([None]), "generators": {"0": {}}},
        {"stand_in": ["delta_B"], "arguments": packed([1.0])},
        {},
    ],
)
def test_a_strange_question_is_answered_with_an_error(question):
    assert "error" in answer(question)


def test_what_is_packed_comes_out_again():
    assert unpacked(packed([1.5, "x", [1, 2]])) == (1.5, "x", [1, 2])
