"""Notebook 01 in JupyterLab in a real browser, as a newcomer meets it."""

import pytest

from tests.browser import CHROMIUM, ROOT, open_lab

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="needs the chromium package")

RIGHT = """
def predict(A, B, X):
    return B @ np.tanh(A @ X)
"""
WRONG = RIGHT.replace("np.tanh(A @ X)", "(A @ X)")
HALF = RIGHT.replace("B @", "2 * B @")


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    with open_lab(tmp_path_factory.mktemp("lab")) as opens:
        yield opens


def test_a_newcomer_runs_the_notebook_gets_told_and_then_sees_the_check_pass(lab):
    with lab(ROOT / "notebooks/01_loss/01_loss.ipynb") as notebook:
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


def test_a_missing_name_is_told_as_not_defined_yet(lab):
    with lab(ROOT / "notebooks/01_loss/01_loss.ipynb") as notebook:
        notebook.run(notebook.index("import numpy"))
        assert "predict: not defined yet" in notebook.run(notebook.index("check(predict"))


def test_a_figure_of_an_unwritten_function_says_what_to_do_first(lab):
    with lab(ROOT / "notebooks/01_loss/01_loss.ipynb") as notebook:
        notebook.run(notebook.index("import numpy"))
        stub = notebook.index("def predict(")
        notebook.run(stub)
        notebook.write(stub, "predict(1, 2, 3)")
        shown = notebook.run(stub)
        assert "Answer the exercise predict first" in shown
        assert "Traceback" not in shown


def test_what_is_not_needed_is_folded_and_can_be_unfolded(lab):
    with lab(ROOT / "notebooks/02_gradient/02_gradient.ipynb") as notebook:
        hidden = "i => jupyterapp.shell.currentWidget.content.widgets[i].isHidden"
        below = notebook.index("figures.gradient.corner(")
        assert notebook.page.evaluate(hidden, below)
        assert not notebook.page.evaluate(hidden, notebook.index("def gradient_descent("))
        unfold = "async () => await jupyterapp.commands.execute('notebook:expand-all-headings')"
        notebook.page.evaluate(unfold)
        assert not notebook.page.evaluate(hidden, below)


def test_the_list_of_exercises_leads_to_them(lab):
    with lab(ROOT / "notebooks/02_gradient/02_gradient.ipynb") as notebook:
        notebook.page.get_by_role("link", name="Exercise 2: numerical_gradient").click()
        heading = notebook.page.locator("h3", has_text="Exercise 2: numerical_gradient, 3 points")
        heading.wait_for(state="visible")
        top = heading.bounding_box()["y"]
        assert 0 <= top < notebook.page.viewport_size["height"]


CONTRASTS = """(card) => {
  const linear = (v) => (v /= 255) <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
  const luminance = ([r, g, b]) => 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b);
  const parts = (colour) => colour.match(/[\\d.]+/g).map(Number);
  const over = ([r, g, b, a = 1], paper, share = 1) =>
    [r, g, b].map((v, i) => a * share * v + (1 - a * share) * paper[i]);
  const paperOf = (element) => {
    const above = [];
    for (let e = element; e; e = e.parentElement) above.unshift(e);
    return above.reduce((p, e) => over(parts(getComputedStyle(e).backgroundColor + " 1"), p),
                        [255, 255, 255]);
  };
  return [card, ...card.querySelectorAll("*")]
    .filter((e) => [...e.childNodes].some((n) => n.nodeType === 3 && n.data.trim()))
    .map((e) => {
      let share = 1;
      for (let up = e; up; up = up.parentElement) share *= Number(getComputedStyle(up).opacity);
      const paper = paperOf(e);
      const [a, b] = [over(parts(getComputedStyle(e).color), paper, share), paper].map(luminance);
      return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    });
}"""


def visible(notebook, check, kind):
    places = f'.jp-Cell[data-windowed-list-index="{check}"] .jp-OutputArea-child {kind}'
    return [place for place in notebook.page.locator(places).all() if place.is_visible()]


def test_right_half_right_and_wrong_are_one_card_that_can_be_read_light_and_dark(lab):
    with lab(ROOT / "notebooks/01_loss/01_loss.ipynb") as notebook:
        notebook.run(notebook.index("import numpy"))
        answer, check = notebook.index("def predict("), notebook.index("check(predict")
        edges = set()
        for theme in ("JupyterLab Light", "JupyterLab Dark"):
            notebook.page.evaluate(
                "async name => jupyterapp.commands.execute('apputils:change-theme', {theme: name})",
                theme,
            )
            for source, says in ((RIGHT, ": right"), (HALF, "points"), (WRONG, "not right yet")):
                notebook.write(answer, source)
                notebook.run(answer)
                told = notebook.run(check)
                assert told.count("predict:") == 1, told
                assert says in told
                (card,) = visible(notebook, check, ".bp-card")
                edges.add(card.evaluate("e => getComputedStyle(e).borderLeftColor"))
                assert min(card.evaluate(CONTRASTS)) >= 4.5, (theme, says)
                assert not visible(notebook, check, "pre"), "an error or a number below the card"
                wide = card.evaluate("e => e.scrollWidth <= e.parentElement.clientWidth")
                assert wide, "the page does not wrap it"
        assert len(edges) == 3
