"""Notebook 01 in JupyterLab in a real browser, as a newcomer meets it."""

import pytest

from tests.browser import CHROMIUM, ROOT, open_notebook

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="needs the chromium package")

RIGHT = """
def predict(A, B, X):
    return B @ np.tanh(A @ X)
"""
WRONG = RIGHT.replace("np.tanh(A @ X)", "(A @ X)")


def test_a_newcomer_runs_the_notebook_gets_told_and_then_sees_the_check_pass(tmp_path):
    with open_notebook(ROOT / "notebooks/01_loss/01_loss.ipynb", tmp_path) as notebook:
        assert notebook.run_all() is False  # it stops at the first unanswered stub
        answer, check = notebook.index("def predict("), notebook.index("check(predict")
        assert "not attempted yet" in notebook.run(check)
        notebook.write(answer, WRONG)
        notebook.run(answer)
        told = notebook.run(check)
        assert "not right yet" in told
        assert "linear" in told
        assert "Traceback" not in told
        notebook.write(answer, RIGHT)
        notebook.run(answer)
        assert "predict: right." in notebook.run(check)


def test_a_missing_name_is_told_as_not_defined_yet(tmp_path):
    with open_notebook(ROOT / "notebooks/01_loss/01_loss.ipynb", tmp_path) as notebook:
        notebook.run(notebook.index("import numpy"))
        assert "predict: not defined yet" in notebook.run(notebook.index("check(predict"))


def test_a_figure_of_an_unwritten_function_says_what_to_do_first(tmp_path):
    with open_notebook(ROOT / "notebooks/01_loss/01_loss.ipynb", tmp_path) as notebook:
        notebook.run(notebook.index("import numpy"))
        stub = notebook.index("def predict(")
        notebook.run(stub)
        notebook.write(stub, "predict(1, 2, 3)")
        shown = notebook.run(stub)
        assert "Answer the exercise predict first" in shown
        assert "Traceback" not in shown


def test_what_is_not_needed_is_folded_and_can_be_unfolded(tmp_path):
    with open_notebook(ROOT / "notebooks/02_gradient/02_gradient.ipynb", tmp_path) as notebook:
        hidden = "i => jupyterapp.shell.currentWidget.content.widgets[i].isHidden"
        below = notebook.index("figures.gradient.corner(")
        assert notebook.page.evaluate(hidden, below)
        assert not notebook.page.evaluate(hidden, notebook.index("def gradient_descent("))
        unfold = "async () => await jupyterapp.commands.execute('notebook:expand-all-headings')"
        notebook.page.evaluate(unfold)
        assert not notebook.page.evaluate(hidden, below)


def test_the_list_of_exercises_leads_to_them(tmp_path):
    with open_notebook(ROOT / "notebooks/02_gradient/02_gradient.ipynb", tmp_path) as notebook:
        notebook.page.get_by_role("link", name="Exercise 2: numerical_gradient").click()
        heading = notebook.page.locator("h3", has_text="Exercise 2: numerical_gradient, 3 points")
        heading.wait_for(state="visible")
        top = heading.bounding_box()["y"]
        assert 0 <= top < notebook.page.viewport_size["height"]
