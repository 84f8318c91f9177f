"""Feedback pages and Formgrader's: nothing of a student's runs there, and they say what counts."""

import html
import re
import subprocess
import sys
import time
from copy import deepcopy
from html.parser import HTMLParser
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_raw_cell
from traitlets.config import PyFileConfigLoader

from bpgrade import feedback
from bpgrade.feedback import FeedbackExporter, VerdictOnTop, draw, outputs, static_markdown
from bpgrade.grade import Grader
from bpgrade.marking import COMMENT
from bpgrade.running import Limits
from bpgrade.sandbox import shared
from bpgrade.transplant import grade_id
from tests.papers import QUICK, RIGHT, WRONG, filled, grading, paper

ROOT = Path(__file__).parents[1]
EVIL = (
    '<script>alert("evil")</script>',
    '<img src="x" onerror="alert(\'evil\')">',
    "<svg onload=\"alert('evil')\"></svg>",
    '<iframe src="https://evil.example"></iframe>',
    "<a href=\"javascript:alert('evil')\">evil</a>",
    "<style>@import url(https://evil.example/x.css)</style>",
    '<div style="background:url(https://evil.example/x)">x</div>',
    '<form action="https://evil.example"><input></form>',
    '<meta http-equiv="refresh" content="0;url=https://evil.example">',
    '<math><mtext><img src="x" onerror="alert(1)"></mtext></math>',
)
FORMULAS = (
    r"$\text{<script>alert(1)</script>}$",
    r"$\text{<img src=x onerror=alert(1)>}$",
    r"$\href{javascript:alert(1)}{x}$",
    r"$\class{x\" onload=\"alert(1)}{x}$",
    r"$</math><script>alert(1)</script>$",
    r"$\undefined{$ and $$\frac{1}$$",
)


class _Page(HTMLParser):
    """What a page would run or load."""

    RUN = frozenset(
        ("script", "iframe", "object", "embed", "form", "svg", "link", "base", "frame", "input")
    )

    def __init__(self, page: str):
        super().__init__()
        self.found: list[str] = []
        self.style = False
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        values = {name: value or "" for name, value in attrs}
        loads = [values[n] for n in ("src", "href", "action", "content") if n in values]
        self.style = tag == "style"
        if (
            tag in self.RUN
            or any(name.startswith("on") for name in values)
            or any(re.match(r"\s*(javascript|vbscript):", value, re.I) for value in loads)
            or (tag == "img" and not values.get("src", "").startswith("data:image/"))
            or "url(" in values.get("style", "")
            or values.get("http-equiv", "").lower() == "refresh"
        ):
            self.found.append(self.get_starttag_text())

    def handle_data(self, data):
        if self.style and re.search(r"@import|url\((?!['\"]?data:)", data):
            self.found.append(data)
        self.style = False


def dangerous(page: str) -> list[str]:
    """Return what could run or load something in a page."""
    return _Page(page).found


def test_what_is_dangerous_is_recognised():
    assert all(dangerous(text) for text in EVIL)


@pytest.fixture(scope="module")
def graded(tmp_path_factory):
    """Return a function that grades a notebook and returns the autograded one."""
    grade = grading(Grader(paper()), tmp_path_factory.mktemp("graded"))
    return lambda notebook: nbformat.reads(grade(notebook).notebook, as_version=4)


def page_of(notebook, cells_run: bool = True, comment: str = "") -> str:
    """Return the feedback page of an autograded notebook, all its points 0."""
    if cells_run:
        draw(notebook, shared(points=False, unsafe=False), QUICK)
    notebook, _ = VerdictOnTop().preprocess(notebook, {})
    for cell in notebook.cells:
        if "nbgrader" in cell.metadata:
            mine = comment if grade_id(cell) == "delta_B" else ""
            cell.metadata.nbgrader.update(score=0.0, points=2.0, comment=mine or None)
    from nbgrader.converters.generate_feedback import GenerateFeedback
    from nbgrader.coursedir import CourseDirectory

    config = GenerateFeedback(coursedir=CourseDirectory()).config
    resources = {"nbgrader": {"notebook": "n", "score": 0.0, "max_score": 9.0, "late_penalty": 0}}
    return FeedbackExporter(config=config).from_notebook_node(notebook, resources)[0]


@pytest.fixture(scope="module")
def evil_page(graded):
    notebook = filled(WRONG)
    notebook.cells = [c for c in notebook.cells if "nbgrader" in c.metadata][:2]
    shown = "from IPython.display import HTML, Javascript, Latex, Markdown, SVG, display\n"
    for text in EVIL:
        notebook.cells += [
            new_markdown_cell(text),
            new_raw_cell(text, metadata={"raw_mimetype": "text/html"}),
            new_code_cell(
                f"# {text}\n{shown}for kind in (HTML, Latex, Markdown): display(kind({text!r}))"
            ),
            new_code_cell(
                f"{shown}display({{'text/html': {text!r}, 'image/png': '\"><script>'}}, raw=True)"
            ),
            new_code_cell(f"print({text!r})\nraise ValueError({text!r})"),
        ]
    notebook.cells += [new_markdown_cell(text) for text in FORMULAS]
    notebook.cells.append(new_code_cell(f"{shown}display(Javascript('alert(1)'))"))
    notebook.cells[1].metadata.name = EVIL[0]
    master = graded(notebook)
    return page_of(master)


def test_nothing_of_a_students_runs_or_loads_in_a_feedback_page(evil_page):
    assert not dangerous(evil_page)
    assert "default-src 'none'" in evil_page
    assert "evil" in evil_page  # it is there, as text


def test_formgrader_cleans_markdown_and_outputs():
    config = PyFileConfigLoader("nbgrader_config.py", path=str(ROOT)).load_config()
    assert config.HTMLExporter.sanitize_html
    for name in ("clean_html", "markdown2html"):
        clean = config.TemplateExporter.filters[name]
        for text in EVIL:
            cleaned = clean(text) if name == "clean_html" else clean({}, text)
            assert not dangerous(cleaned), cleaned


def test_a_formula_needs_no_network_and_no_script():
    made = static_markdown(r"The error $\Delta_B$ and $$\frac{\partial L}{\partial B}$$ cost $5.")
    assert made.count("<math") == 2
    assert "<mfrac>" in made
    assert "cost $5." in made


@pytest.mark.parametrize("text", FORMULAS)
def test_no_formula_smuggles_in_a_tag(text):
    assert not dangerous(static_markdown(text))


@pytest.fixture(scope="module")
def page(graded):
    return page_of(graded(filled({**RIGHT, "delta_B": WRONG["delta_B"]}, first="print('mine')")))


def test_the_verdict_stands_above_its_answer(page):
    text = html.unescape(re.sub(r"<[^>]*>", "", page))
    for verdict, answer in (
        ("delta_B: not right yet.", "def delta_B("),
        ("gradient_B: right.", "def gradient_B("),
    ):
        assert 0 < text.index(verdict) < text.index(answer)


def test_exercises_are_listed_by_their_names(page):
    assert re.findall(r'<a href="#check_\w+">(\w+)</a>', page) == list(RIGHT)
    assert "Test cell" not in page


def test_figures_and_the_students_own_output_are_there(page):
    assert page.count("data:image/png;base64,") > 5
    assert "mine" in page
    assert "<math" in page
    assert len(page) < 5_000_000


def test_a_right_function_is_drawn():
    source = "import numpy as np\nfrom bplib import figures\ndef predict(A, B, X):\n"
    source += "    return B @ np.tanh(A @ X)\nfigures.loss.random_networks(predict)"
    notebook = nbformat.v4.new_notebook(cells=[new_code_cell(source)])
    draw(notebook, shared(points=False, unsafe=False), QUICK)
    shown = nbformat.writes(notebook)
    assert "image/png" in shown
    assert "Nothing can be drawn" not in shown


def test_figures_are_not_framed_as_errors(page):
    for picture in re.finditer(r"data:image/png", page):
        before = page[: picture.start()].rpartition('<div class="output_')[2]
        assert before.startswith("png"), before[:80]


def test_a_page_stays_small_whatever_is_put_out(graded):
    noisy = (
        "import base64, os\nfrom IPython.display import display\n"
        "for _ in range(9):\n    print('x' * 10**6)\n"
        "    display({'image/png': base64.b64encode(os.urandom(10**6)).decode()}, raw=True)"
    )
    notebook = filled({}, first="\n".join([noisy]))
    notebook.cells = notebook.cells[:4]
    notebook.cells += [new_code_cell(noisy) for _ in range(5)]
    notebook.cells.append(new_markdown_cell("y" * 6_000_000))
    master = nbformat.v4.new_notebook(cells=notebook.cells)
    page = page_of(master)
    assert len(page) < 5_000_000
    assert "left out" in page


def test_an_endless_answer_is_not_waited_for_again(graded):
    endless = {**RIGHT, "delta_B": "def delta_B(Y_hat, Y):\n    while True: pass"}
    notebook = graded(filled(endless))
    start = time.monotonic()
    draw(notebook, shared(points=False, unsafe=False), Limits(cell=20, whole=60))
    assert time.monotonic() - start < 40


def test_notebooks_are_drawn_side_by_side_and_keep_their_places(tmp_path):
    from nbgrader.converters.generate_feedback import GenerateFeedback
    from nbgrader.coursedir import CourseDirectory

    waits = "import time\nprint(time.time())\ntime.sleep(4)\nprint(time.time())"
    names = ["anna", "ben"]
    for name in names:
        cells = [new_code_cell(f"print({name!r})\n{waits}")]
        nbformat.write(nbformat.v4.new_notebook(cells=cells), tmp_path / f"{name}.ipynb")
    converter = GenerateFeedback(coursedir=CourseDirectory())
    converter.assignments = {name: [str(tmp_path / f"{name}.ipynb")] for name in reversed(names)}
    drawing = feedback.Draw(parent=FeedbackExporter(parent=converter), jobs=2)
    times = []
    for name in names:
        notebook = nbformat.read(tmp_path / f"{name}.ipynb", as_version=4)
        resources = {"metadata": {"path": str(tmp_path), "name": name}}
        notebook, _ = drawing.preprocess(notebook, resources)
        whose, *when = notebook.cells[0].outputs[0].text.split()
        assert whose == name
        times.append([float(moment) for moment in when])
    assert times[1][0] < times[0][1]


def test_a_view_of_a_widget_leaves_nothing_behind():
    data = {"application/vnd.jupyter.widget-view+json": {}, "text/html": '<img alt="x" src="y">'}
    assert outputs([{"output_type": "display_data", "data": data, "metadata": {}}]) == []


def test_what_a_process_sends_as_outputs_may_be_anything():
    for sent in (None, 3, [None, 3, "x", {}], [{"output_type": "display_data", "data": []}]):
        assert outputs(sent) == []
    assert feedback.outputs([{"output_type": "error", "traceback": [1, None]}])


def test_importing_the_grader_loads_no_nbgrader():
    code = "import sys, bpgrade.grade; sys.exit('nbgrader' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0


def test_a_comment_is_shown_where_a_person_changed_it(graded):
    notebook = graded(filled(WRONG))
    made = next(c.metadata[COMMENT] for c in notebook.cells if COMMENT in c.metadata)
    says = made.split("\n")[0]
    assert page_of(deepcopy(notebook), cells_run=False, comment=made).count(html.escape(says)) == 1
    page = page_of(notebook, cells_run=False, comment="Come and see me.")
    assert "<b>Comments:</b>" in page
    assert "Come and see me." in page
