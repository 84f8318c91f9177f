"""What a notebook says of itself: minutes, exercises and points, what is folded, the links."""

import re
from urllib.parse import unquote

import nbformat
import pytest

from bpgrade import build, contents
from bpgrade.contents import FOLDED, MOST_MINUTES, load, parts
from bplib.course import find
from tests.test_build import SOURCE, cells_of, course_with
from tests.test_release import COURSE, NAMES, release

each_notebook = pytest.mark.parametrize("name", NAMES)
HEADED = SOURCE.replace(
    "# %%\nimport numpy",
    "# %% [markdown]\n# {{contents}}\n#\n# ### Exercise 1: `predict`\n#\n"
    "# > difficulty 1 of 5 · importance 5 of 5 · 5 minutes\n\n# %%\nimport numpy",
    1,
)


def text_of(name: str) -> str:
    return "\n\n".join(c.source for c in release(name).cells if c.cell_type == "markdown")


def markdown(*texts: str) -> list:
    return [nbformat.v4.new_markdown_cell(text) for text in texts]


@each_notebook
def test_the_core_takes_no_more_time_than_a_lesson(name):
    core, _ = parts(release(name).cells)
    assert load(core).minutes <= MOST_MINUTES


@each_notebook
def test_the_minutes_at_the_top_are_those_that_are_counted(name):
    core, further = map(load, parts(release(name).cells))
    text = text_of(name)
    whole = round(core.minutes + core.on_top)
    assert f"**{core.minutes:.0f} to {whole} minutes**" in text
    if further.words:
        said = re.search(r"\*Further\*: (\d+)(?: to (\d+))? minutes more", text)
        assert int(said[1]) == round(further.minutes)
        assert int(said[2] or said[1]) == round(further.minutes + further.on_top)
    assert contents.PLACE not in text


@each_notebook
def test_the_minutes_at_the_top_add_up(name):
    low, high, *parts_, on_top = map(
        int,
        re.search(
            r"\*\*(\d+) to (\d+) minutes\*\*: (\d+) of reading, (\d+) for the exercises, "
            r"(\d+) for figures and quick questions, up to (\d+) for given code",
            text_of(name),
        ).groups(),
    )
    assert low == sum(parts_)
    assert high == low + on_top


@each_notebook
def test_every_exercise_is_listed_with_its_points_and_linked_to_its_heading(name):
    cells = release(name).cells
    points = {
        cell.metadata.nbgrader.grade_id.removeprefix("check_"): cell.metadata.nbgrader.points
        for cell in cells
        if cell.metadata.get("nbgrader", {}).get("grade")
    }
    text = text_of(name)
    headings = {
        "#" + heading.replace("`", "").replace(" ", "-")
        for heading in re.findall(r"^### (Exercise .*)$", text, re.MULTILINE)
    }
    rows = re.findall(r"^\| \[Exercise \d+: `(\w+)`\]\((#\S+)\).* \| (\d+) \| \d+ \|$", text, re.M)
    assert {exercise: float(worth) for exercise, _, worth in rows} == points
    assert {unquote(link) for _, link, _ in rows} == headings
    assert [int(n) for n in re.findall(r"^### Exercise (\d+)", text, re.M)] == list(
        range(1, len(points) + 1)
    )


@each_notebook
def test_what_is_not_needed_is_folded_and_comes_last(name):
    cells = release(name).cells
    folded = [i for i, cell in enumerate(cells) if cell.metadata.get(FOLDED)]
    opened = [i for i, cell in enumerate(cells) if contents.opens_further(cell)]
    assert folded == opened
    if opened:
        below = [cell.source for cell in cells[opened[0] + 1 :] if cell.cell_type == "markdown"]
        assert not [text for text in below if text.startswith(("# ", "## "))], "it would show"


@each_notebook
def test_links_to_other_notebooks_lead_somewhere(name):
    links = re.findall(r"\]\((\.\.[^)]*)\)", text_of(name))
    assert f"../../solutions/{name}/{name}.ipynb" in links
    for folder in (COURSE.release(name).parent, COURSE.solution(name).parent):
        assert not [link for link in links if not (folder / link).resolve().is_file()]
    following = NAMES[NAMES.index(name) + 1 :][:1]
    for after in following:
        assert f"../{after}/{after}.ipynb" in links


@each_notebook
def test_the_first_cell_says_which_notebook_it_is(name):
    first = next(cell for cell in release(name).cells if cell.cell_type == "code")
    assert f'begin("{name}")' in first.source


@each_notebook
def test_a_text_names_no_lecture_that_a_reader_on_his_own_has_not_heard(name):
    assert "lecture" not in text_of(name)


def test_words_pictures_questions_and_exercises_are_all_counted():
    cells = markdown("one two three", "<details>never unfolded</details> four $x$ | --- |")
    cells += markdown(
        "### Exercise 1: `predict`\n\n> difficulty 1 of 5 · importance 5 of 5 · 7 minutes"
    )
    code = "Z = figures.loss.forward_pass(A)\nfigures.loss.surface(f)\nprint(figures.png(f))"
    cells += [nbformat.v4.new_code_cell(code), nbformat.v4.new_code_cell('quick("a", "?")')]
    counted = load(cells)
    assert (counted.figures, counted.questions, counted.exercises[0].minutes) == (2, 1, 7)
    assert counted.words == 5 + 13
    assert counted.minutes == pytest.approx(18 / 200 + 2 + 2 / 3 + 7)


def test_code_to_read_and_widgets_come_on_top_and_what_is_written_or_only_shows_does_not():
    code = "import numpy as np\nfrom bplib import check\n\n\ndef f(x):\n    return 2 * x\n\n\nf(1)"
    shown = "check(f)\nfigures.loss.surface(f)\nwidgets.landscape(f)"
    answer = nbformat.v4.new_code_cell("def g():\n    pass", metadata={"nbgrader": {}})
    closely = markdown("> 12 minutes, if you follow every line")
    counted = load([*map(nbformat.v4.new_code_cell, (code, shown, "%magic")), answer, *closely])
    assert (counted.lines, counted.widgets, counted.announced) == (3, 1, 12)
    assert counted.minutes == pytest.approx(12 + 1 + 7 / 200)
    assert counted.on_top == pytest.approx(3 / 10 + 3)


def test_what_stands_below_further_is_counted_by_itself():
    core, further = parts(markdown("# One", "two", "## Further", "### three", "four"))
    assert [len(core), len(further)] == [2, 3]


def built(course) -> str:
    """Build a notebook with one exercise; return the text of its release."""
    with pytest.MonkeyPatch.context() as patch:
        predict = find("predict", notebook="01_loss")
        patch.setattr(build, "in_notebook", lambda name: (predict,))
        build.build(course, "01_loss")
    return "\n".join(cell.source for cell in cells_of(course.release("01_loss")))


def test_points_come_into_the_heading_and_the_list(tmp_path):
    text = built(course_with(tmp_path, HEADED))
    assert "### Exercise 1: `predict`, 2 points" in text
    assert "| [Exercise 1: `predict`](#Exercise-1:-predict,-2-points) | 2 | 5 |" in text


def test_an_exercise_without_a_heading_is_refused(tmp_path):
    course = course_with(tmp_path, HEADED.replace("5 minutes", "some minutes"))
    with pytest.raises(build.BuildError, match="exercise predict needs a heading"):
        built(course)
