"""What a source may not say, what becomes of a good one, and when built files are out of date."""

import json
import shutil
import sys
from pathlib import Path

import nbformat
import pytest

from bpgrade import build
from bpgrade.build import BuildError, Course, read_source, stale
from bplib.course import find

ROOT = Path(__file__).parents[1]
NAME = "01_loss"
SOURCE = '''\
# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # A small notebook

# %%
import numpy as np
from bplib import check

# %% nbgrader={"grade_id": "predict", "solution": true}
def predict(A, B, X):
    """Return the predictions, (n_out, N)."""
    ### BEGIN SOLUTION
    return B @ np.tanh(A @ X)
    ### END SOLUTION

# %% nbgrader={"grade_id": "check_predict", "grade": true}
check(predict, notebook="01_loss", points=2)

# %% [markdown] tags=["solution"]
# **Why this is right.** The secret of the instructors.

# %%
print("shown by the solution")

# %% tags=["solution"]
print("a secret cell")
'''
ANSWER_LINE, CHECK_LINE = 16, 23
ANSWER = '# %% nbgrader={"grade_id": "predict", "solution": true}'
CHECK = '# %% nbgrader={"grade_id": "check_predict", "grade": true}'
CALL = 'check(predict, notebook="01_loss", points=2)'


@pytest.fixture(autouse=True)
def one_exercise(monkeypatch):
    """Let the notebook have one exercise, which it has in fact, among others."""
    predict = find("predict", notebook=NAME)
    monkeypatch.setattr(build, "in_notebook", lambda name: (predict,))


def course_with(folder: Path, source: str) -> Course:
    course = Course(folder)
    course.source(NAME).parent.mkdir(parents=True)
    course.source(NAME).write_text(source)
    shutil.copy(ROOT / "nbgrader_config.py", folder)
    return course


@pytest.fixture(scope="module")
def built_once(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        predict = find("predict", notebook=NAME)
        patch.setattr(build, "in_notebook", lambda name: (predict,))
        course = course_with(tmp_path_factory.mktemp("course"), SOURCE)
        build.build(course, NAME)
    return course


@pytest.fixture
def course(built_once, tmp_path):
    """Give a test its own copy of a built course."""
    shutil.copytree(built_once.root, tmp_path / "course")
    return Course(tmp_path / "course")


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))


def cells_of(path: Path) -> list:
    return nbformat.read(path, as_version=4).cells


# Sources that are not right


@pytest.mark.parametrize(
    ("old", "new", "line", "remedy"),
    [
        pytest.param(
            CALL, f"{CALL}\n\n{ANSWER}\n### BEGIN SOLUTION\n### END SOLUTION", 26,
            'grade_id "predict" stands at line 16 already; give this cell its own',
            id="duplicate grade_id",
        ),
        pytest.param(
            f"{CHECK}\n{CALL}", "", ANSWER_LINE,
            'has no check; write a cell "check_predict" below', id="answer without check",
        ),
        pytest.param(
            ANSWER, '# %% tags=["solution"]', CHECK_LINE,
            'no answer above it; write a cell with grade_id "predict"', id="check without answer",
        ),
        pytest.param(
            ANSWER, "# %%", 19, "belong in answer cells; remove them here",
            id="solution outside an answer cell",
        ),
        pytest.param(
            "# # A small notebook", "# ### BEGIN SOLUTION", 10, "belong in answer cells",
            id="solution in a text cell",
        ),
        pytest.param(
            "    ### END SOLUTION\n", "", 19, "no END SOLUTION below it in its cell; write it",
            id="not ended",
        ),
        pytest.param(
            "    ### BEGIN SOLUTION\n", "", 20, "no BEGIN SOLUTION before it", id="not begun"
        ),
        pytest.param(
            "    return B", "    ### BEGIN SOLUTION\n    return B", 20,
            "no END SOLUTION before it", id="begun twice",
        ),
        pytest.param(
            "    ### BEGIN SOLUTION\n    return B @ np.tanh(A @ X)\n    ### END SOLUTION\n",
            "    return B @ np.tanh(A @ X)\n", ANSWER_LINE,
            "stays in the release; put ### BEGIN SOLUTION", id="answer without markers",
        ),
        pytest.param(
            '"check_predict"', '"check_predictions"', CHECK_LINE,
            "belongs to no exercise of 01_loss; use one of check_predict", id="unknown check",
        ),
        pytest.param(
            '"grade_id": "predict"', '"grade_id": "prediction"', ANSWER_LINE,
            "belongs to no exercise of 01_loss; use one of predict", id="unknown exercise",
        ),
        pytest.param(
            ", points=2", "", CHECK_LINE, "says no points; write check(predict, points=…)",
            id="no points",
        ),
        pytest.param(
            "points=2", "points=0", CHECK_LINE, "a number above 0", id="nothing to win"
        ),
        pytest.param(
            CALL, f"{CALL}\nprint()", CHECK_LINE, "write check(predict, points=…) last in it",
            id="check is not last",
        ),
        pytest.param(
            CALL, f"{CALL};", CHECK_LINE, "the semicolon hides the points", id="semicolon"
        ),
        pytest.param(
            "check(predict,", "check(print,", CHECK_LINE, "is to check predict; write",
            id="checks something else",
        ),
        pytest.param(
            'notebook="01_loss"', 'notebook="05_delta_a"', CHECK_LINE,
            'asks another notebook; write notebook="01_loss"', id="another notebook",
        ),
        pytest.param(
            CALL, "check(predict", CHECK_LINE, "is not plain Python", id="syntax error"
        ),
        pytest.param(
            '"solution": true', '"solution": false', ANSWER_LINE,
            "nbgrader marks belong on code cells", id="neither answer nor check",
        ),
        pytest.param(
            ANSWER, f'{ANSWER} tags=["solution"]', ANSWER_LINE, 'remove its tag "solution"',
            id="answer that learners would not get",
        ),
        pytest.param(
            "# %% [markdown]\n# # A small", "# # A small", 1, "start every cell with a line `# %%`",
            id="text before the first cell",
        ),
    ],
)  # fmt: skip
def test_a_bad_source_is_refused_with_file_line_and_remedy(tmp_path, old, new, line, remedy):
    assert old in SOURCE
    course = course_with(tmp_path, SOURCE.replace(old, new, 1))
    with pytest.raises(BuildError) as caught:
        read_source(course.source(NAME), NAME)
    problems = {problem.line: problem for problem in caught.value.problems}
    assert line in problems, caught.value
    assert problems[line].path == course.source(NAME)
    assert remedy in problems[line].text
    assert f"{course.source(NAME)}:{line}: " in str(caught.value)
    assert not problems[line].text.rstrip(".").count(". "), "more than one sentence"


def test_an_exercise_that_is_not_asked_is_named(tmp_path, monkeypatch):
    exercises = tuple(find(name, notebook=NAME) for name in ("predict", "mean_loss"))
    monkeypatch.setattr(build, "in_notebook", lambda name: exercises)
    course = course_with(tmp_path, SOURCE)
    with pytest.raises(BuildError, match=r"mean_loss of bplib/course/loss/exercises\.py"):
        read_source(course.source(NAME), NAME)
    edit(course.source(NAME), 'print("shown', 'check(mean_loss)\nprint("shown')
    read_source(course.source(NAME), NAME)


def test_all_problems_are_told_at_once_and_nothing_is_written(tmp_path, capsys):
    source = SOURCE.replace(", points=2", "").replace("    ### END SOLUTION\n", "")
    course = course_with(tmp_path, source)
    assert build.main([], tmp_path, check=False) == 1
    said = capsys.readouterr().err.splitlines()
    assert [line.split(":")[1] for line in said] == ["19", "22"]
    assert not course.solution(NAME).exists()
    assert not course.release(NAME).exists()


def test_a_notebook_that_does_not_exist_is_refused(tmp_path, capsys):
    course_with(tmp_path, SOURCE)
    assert build.main(["02_gradient"], tmp_path, check=False) == 1
    assert "02_gradient.py:1: this file does not exist" in capsys.readouterr().err
    assert build.main(["02_gradients"], tmp_path, check=False) == 1
    assert "there are 01_loss, 02_gradient" in capsys.readouterr().err
    assert build.main([], tmp_path / "source", check=False) == 1
    assert "There is no source/*.py" in capsys.readouterr().err


def test_a_cell_that_raises_stops_the_build_at_its_line(tmp_path):
    course = course_with(tmp_path, SOURCE.replace('print("shown', '1\n[][0]\nprint("shown'))
    with pytest.raises(BuildError) as caught:
        build.build(course, NAME)
    (problem,) = caught.value.problems
    assert problem.line == SOURCE.splitlines().index('print("shown by the solution")') + 2
    assert problem.text == "this cell raises IndexError: list index out of range"
    assert not course.solution(NAME).exists()


def test_a_solution_that_fails_its_check_stops_the_build(tmp_path):
    course = course_with(tmp_path, SOURCE.replace("np.tanh(A @ X)", "(A @ X)"))
    with pytest.raises(BuildError, match=r"01_loss.py:23: this cell raises CheckFailed: predict"):
        build.build(course, NAME)


# What becomes of a good one


def test_nbgrader_gets_what_it_needs_from_the_short_marks(built_once):
    marks = {
        cell.id: cell.metadata.nbgrader
        for cell in cells_of(built_once.solution(NAME))
        if "nbgrader" in cell.metadata
    }
    common = {"cell_type": "code", "schema_version": 3, "task": False}
    answer = {"grade_id": "predict", "grade": False, "locked": False, "solution": True}
    check = {"grade_id": "check_predict", "grade": True, "locked": True, "solution": False}
    assert marks == {
        "predict": {**common, **answer},
        "check_predict": {**common, **check, "points": 2},
    }


def test_the_solution_is_executed_and_the_release_keeps_no_trace_of_it(built_once):
    solution, release = cells_of(built_once.solution(NAME)), cells_of(built_once.release(NAME))
    assert "shown by the solution\n" in [
        output.get("text") for cell in solution for output in cell.get("outputs", [])
    ]
    assert len(solution) == 7
    assert [cell.id for cell in release] == [
        "start-1", "start-2", "predict", "check_predict", "check_predict-2",
    ]  # fmt: skip
    text = built_once.release(NAME).read_text()
    for trace in ("secret", "tanh", "SOLUTION", "stream", '"execution_count": 1'):
        assert trace not in text
    assert "raise NotImplementedError()" in release[2].source


def test_building_again_gives_the_same_files(course):
    before = {path: path.read_bytes() for path in course.root.rglob("*") if path.is_file()}
    build.build(course, NAME)
    after = {path: path.read_bytes() for path in course.root.rglob("*") if path.is_file()}
    assert after == before
    assert {path.relative_to(course.root).as_posix() for path in after} == {
        "nbgrader_config.py",
        "source/01_loss.py",
        "solutions/01_loss/01_loss.ipynb",
        "notebooks/01_loss/01_loss.ipynb",
    }


def test_what_varies_from_run_to_run_is_not_stored(tmp_path):
    widget = "import ipywidgets\nipywidgets.IntSlider(3)\n"
    course = course_with(tmp_path, SOURCE.replace('print("shown', f'{widget}#print("shown'))
    build.build(course, NAME)
    notebook = json.loads(course.solution(NAME).read_text())
    assert set(notebook["metadata"]) == {"kernelspec", "language_info"}
    assert "version" not in notebook["metadata"]["language_info"]
    for cell in notebook["cells"]:
        assert "execution" not in cell["metadata"]
    (shown,) = [c for c in notebook["cells"] if "IntSlider" in "".join(c["source"])]
    assert shown["outputs"] == []


# When built files are out of date


def test_built_files_are_not_stale(course):
    assert stale(course, NAME) == []
    assert build.main([NAME], course.root, check=True) == 0


@pytest.mark.parametrize(
    ("folder", "old", "new", "line"),
    [
        ("source", "# # A small", "# # A smaller", 9),
        ("source", "points=2", "points=3", 23),
        ("source", "print(", "\n# %%\nprint(", 29),
        ("solutions", "A small notebook", "A notebook edited by hand", 9),
        ("solutions", "B @ np.tanh(A @ X)", "B @ np.tanh(A @ X) + 0", 16),
        ("solutions", '"execution_count": 3', '"execution_count": null', 1),
        ("solutions", '"points": 2', '"points": 3', 23),
        ("solutions", '"display_name": "Python 3"', '"display_name": "Python"', 1),
        ("solutions", "{", "<<<<<<<", 1),
        ("notebooks", "A small notebook", "A notebook edited by hand", 1),
        ("notebooks", "raise NotImplementedError()", "return B @ np.tanh(A @ X)", 1),
        ("notebooks", '"outputs": []', '"outputs": [ ]', 1),
    ],
)
def test_an_edited_file_is_found_out(course, folder, old, new, line, capsys):
    paths = {
        "source": course.source(NAME),
        "solutions": course.solution(NAME),
        "notebooks": course.release(NAME),
    }
    edit(paths[folder], old, new)
    (problem,) = stale(course, NAME)
    assert problem.line == line
    assert problem.text.endswith("run: python -m bpgrade build 01_loss")
    assert build.main([NAME], course.root, check=True) == 1
    assert str(problem) in capsys.readouterr().err


def test_a_missing_file_is_found_out(course):
    course.release(NAME).unlink()
    (problem,) = stale(course, NAME)
    assert problem.path == course.release(NAME)


def test_a_built_notebook_without_a_source_is_found_out(course, capsys):
    orphan = course.solution("02_gradient")
    orphan.parent.mkdir()
    orphan.write_text("{}")
    assert build.main([], course.root, check=True) == 1
    assert f"{orphan}:1: has no source" in capsys.readouterr().err


def test_the_command_line_builds(tmp_path, monkeypatch, capsys):
    from bpgrade.__main__ import main

    course = course_with(tmp_path, SOURCE)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "argv", ["bpgrade"])
    assert main(["build", NAME]) == 0
    assert "01_loss: built" in capsys.readouterr().out
    assert main(["build", "--check"]) == 0
    assert course.release(NAME).exists()
