"""Nobody gets stuck: what is lent works, says that it is lent, and earns nothing."""

import re

import nbformat
import numpy as np
import pytest
from IPython.core.interactiveshell import InteractiveShell
from nbclient import NotebookClient
from nbgrader.utils import determine_grade, is_grade

import bplib
from bplib import progress
from bplib.checking.lend import is_lent
from bplib.course import NOTEBOOKS, all_exercises
from bplib.course.recall import find_recalled
from bplib.figures import map as course_map
from tests.browser import ROOT

STUB = "def predict(A, B, X):\n    '''Predict.'''\n    raise NotImplementedError()"
OWN = "def predict(A, B, X):\n    return B @ np.tanh(A @ X)"


@pytest.fixture
def shell(monkeypatch):
    """A notebook's kernel in which 01 has begun."""
    monkeypatch.setattr(progress, "_uses", {})
    monkeypatch.setattr(progress, "_passed", set())
    monkeypatch.setattr(progress, "_open", "")
    shell = InteractiveShell.instance()
    shell.reset(new_session=True)
    shell.user_ns["__builtins__"] = __builtins__
    run(shell, "import numpy as np; from bplib import begin, check, lend; begin('01_loss')")
    yield shell
    InteractiveShell.clear_instance()


def run(shell, code):
    result = shell.run_cell(code)
    assert result.error_before_exec is None
    return result


def test_what_is_lent_is_right_and_the_stub_does_not_end_the_loan(shell):
    run(shell, "lend('predict')")
    run(shell, STUB)
    value = run(shell, "predict(np.eye(2), np.ones((1, 2)), np.ones((2, 3)))").result
    np.testing.assert_allclose(value, 2 * np.tanh(np.ones((1, 3))))


def test_writing_ones_own_ends_the_loan(shell):
    run(shell, "lend('predict')")
    run(shell, OWN)
    assert not is_lent(shell.user_ns["predict"])
    run(shell, STUB)
    assert not is_lent(shell.user_ns["predict"])


def test_the_check_of_a_lent_function_says_so_pays_nothing_and_goes_on(shell, capsys):
    run(shell, "lend('predict')")
    checked = run(shell, "check(predict, points=2)")
    assert checked.error_in_exec is None
    assert checked.result == 0.0
    assert "predict: lent." in capsys.readouterr().out
    assert not progress.has_passed("01_loss", "predict")


def test_an_answer_that_hands_on_the_lent_function_earns_nothing(shell):
    run(shell, "lend('predict')\nlent = predict\ndef predict(A, B, X):\n    return lent(A, B, X)")
    assert run(shell, "check(predict, points=2)").result == 0.0


def test_an_own_answer_that_calls_a_lent_one_is_judged_by_itself(shell):
    run(shell, "lend('sample_losses')")
    own = "def mean_loss(Y_hat, Y):\n    return np.mean(sample_losses(Y_hat, Y))"
    run(shell, own)
    assert run(shell, "check(mean_loss, points=2)").error_in_exec is None
    assert progress.has_passed("01_loss", "mean_loss")


def test_all_lends_what_is_not_written_yet_and_leaves_what_is(shell):
    run(shell, OWN)
    run(shell, "lend('all')")
    assert not is_lent(shell.user_ns["predict"])
    assert is_lent(shell.user_ns["best_guess"])


def test_an_unknown_name_is_told_what_there_is():
    with pytest.raises(LookupError, match="predict"):
        bplib.lend("prediction", notebook="01_loss")


def test_a_misspelt_name_is_answered_in_one_sentence_that_lists_what_there_is(shell, capsys):
    run(shell, "import bplib; bplib.lend('predct', '01_loss')")
    said = capsys.readouterr()
    said = (said.out + said.err).strip()
    assert "Traceback" not in said
    assert said.startswith(
        "Nothing is called 'predct' here; what can be lent is count_samples, predict, "
    )
    assert said.endswith('Is it lend("predict") that you mean?')


def test_where_no_notebook_has_begun_all_asks_which(monkeypatch):
    monkeypatch.setattr(progress, "_open", "")
    with pytest.raises(LookupError, match="02_gradient"):
        bplib.lend("all")


def test_the_message_about_a_stub_tells_that_one_can_borrow(shell):
    run(shell, STUB)
    assert 'lend("predict")' in str(run(shell, "check(predict)").error_in_exec)


# The notebooks as handed out


def lent(name: str, cells: slice = slice(None)) -> list:
    """Execute a release with everything lent, in a cell below the imports; return its cells."""
    notebook = nbformat.read(ROOT / "notebooks" / name / f"{name}.ipynb", as_version=4)
    begun = next(i for i, cell in enumerate(notebook.cells) if "begin(" in cell.source)
    notebook.cells.insert(begun + 1, nbformat.v4.new_code_cell('lend("all")'))
    notebook.cells = notebook.cells[cells]
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", str(ROOT))
        NotebookClient(notebook, timeout=300, resources={"metadata": {"path": "/"}}).execute()
    return notebook.cells


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_with_everything_lent_an_untouched_release_runs_to_its_end_for_no_points(name):
    cells = lent(name)
    checks = [cell for cell in cells if is_grade(cell)]
    assert checks
    for cell in checks:
        assert determine_grade(cell)[0] == 0
        assert ": lent." in cell.outputs[0].data["text/plain"]
    told = [
        output.data["text/plain"]
        for cell in cells
        for output in cell.get("outputs", [])
        if "image/png" in output.get("data", {})
    ]
    assert sum("Drawn while lent to you:" in text for text in told) >= 3


# What else is kept for a reader


def test_the_map_ticks_what_the_readers_own_checks_have_passed(shell):
    assert not course_map.ticked("forward", "01_loss")
    run(shell, OWN)
    run(shell, "check(predict)")
    assert course_map.ticked("forward", "01_loss")
    assert not course_map.ticked("loss", "01_loss")
    assert "(ticked)" in course_map.describe("01_loss")
    run(shell, OWN.replace("np.tanh", ""))
    run(shell, "check(predict)")
    assert not course_map.ticked("forward", "01_loss")


def test_the_ticks_are_of_lines_and_exercises_that_there_are():
    lines = {line.part for line in course_map.PSEUDOCODE}
    for notebook in NOTEBOOKS.values():
        asked = {e.name for e in all_exercises() if e.notebook == notebook.name}
        assert set(notebook.ticks) <= lines
        assert {name for names in notebook.ticks.values() for name in names} <= asked


RECALLED = [
    question
    for notebook in list(NOTEBOOKS.values())[1:]
    for question in __import__(
        f"bplib.course.{notebook.module}.recall", fromlist=["RECALLED"]
    ).RECALLED
]


@pytest.mark.parametrize("question", RECALLED, ids=lambda question: question.name)
def test_a_question_from_before_has_new_numbers_and_one_right_choice(question):
    drawn = [question.draw(np.random.default_rng(seed)) for seed in range(60)]
    assert len({each.text for each in drawn}) > 10
    for each in drawn:
        assert len(set(each.choices.values())) == len(each.choices), each
        assert question.right in each.choices
        assert set(each.replies) == set(each.choices)
        assert not any(re.search(r"\de-", choice) for choice in each.choices.values())


@pytest.mark.parametrize("question", RECALLED, ids=lambda question: question.name)
def test_the_reply_to_who_is_wrong_and_sure_is_the_longest(question, capsys):
    lengths = {}
    wrong = next(key for key in "abc" if key != question.right)
    for key in (question.right, wrong):
        for sure in ("sure", "unsure"):
            bplib.recall(question.name)
            capsys.readouterr()
            bplib.recall(question.name, key, sure)
            lengths[key, sure] = len(capsys.readouterr().out)
    assert max(lengths, key=lengths.get) == (wrong, "sure")


@pytest.mark.parametrize("sure", ["guess", "", "very sure", "?"])
def test_how_sure_one_is_is_asked_again_where_it_is_not_said(sure, capsys):
    bplib.recall("miss_and_loss", "?")
    capsys.readouterr()
    bplib.recall("miss_and_loss", "c", sure)
    said = capsys.readouterr().out
    assert f"How sure are you? {sure!r} does not say it." in said
    assert 'recall("miss_and_loss", "c", "sure"), or with "unsure"' in said
    assert "right" not in said


def test_an_answer_is_about_the_numbers_that_were_shown(capsys):
    bplib.recall("miss_and_loss")
    asked = capsys.readouterr().out.splitlines()[0]
    bplib.recall("miss_and_loss", "c", "sure")
    assert capsys.readouterr().out.startswith(asked)


def test_a_question_that_there_is_not_is_told():
    with pytest.raises(LookupError, match="no question 'x'"):
        find_recalled("x")
