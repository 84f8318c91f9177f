"""What learners get: nothing of the solutions, nothing for free, and no error before their turn."""

import os
import re
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path

import nbformat
import pytest
from nbgrader.utils import determine_grade, is_grade, is_solution
from nbgrader.validator import Validator
from traitlets.config import PyFileConfigLoader

from bpgrade.build import Course, stale
from bplib.course import NOTEBOOKS, in_notebook
from tests.papers import without_drawing

ROOT = Path(__file__).parents[1]
COURSE = Course(ROOT)
NAMES = COURSE.names()


def release(name: str):
    return nbformat.read(COURSE.release(name), as_version=4)


def solution(name: str):
    return nbformat.read(COURSE.solution(name), as_version=4)


class _Recorder(Validator):
    """What ``nbgrader validate`` does, keeping the notebook as executed."""

    def _preprocess(self, nb):
        self.executed = super()._preprocess(nb)
        return self.executed


@cache
def untouched(name: str):
    """Validate a release as handed out, once; return nbgrader's findings and what was executed."""
    config = PyFileConfigLoader("nbgrader_config.py", path=str(ROOT)).load_config()
    validator = _Recorder(config=config)
    with pytest.MonkeyPatch.context() as patch, tempfile.TemporaryDirectory() as folder:
        patch.setenv("PYTHONPATH", str(ROOT), prepend=os.pathsep)
        path = Path(folder, f"{name}.ipynb")
        nbformat.write(without_drawing(release(name)), path)
        return validator.validate(str(path)), validator.executed


def test_every_notebook_has_a_source():
    assert sorted(NOTEBOOKS) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_built_files_are_what_the_source_gives(name):
    assert stale(COURSE, name) == []


@pytest.mark.parametrize("name", NAMES)
def test_the_release_holds_no_outputs_and_no_widgets(name):
    notebook = release(name)
    assert set(notebook.metadata) == {"kernelspec", "language_info"}
    for cell in notebook.cells:
        if cell.cell_type == "code":
            assert cell.outputs == []
            assert cell.execution_count is None
        assert "solution" not in cell.metadata.get("tags", [])


def squeezed(text: str) -> str:
    return "".join(text.split())


@pytest.mark.parametrize("name", NAMES)
def test_the_release_holds_no_answer(name):
    released = [squeezed(cell.source) for cell in release(name).cells]
    assert not any("ENDSOLUTION" in source for source in released)
    answers = [cell.source for cell in solution(name).cells if is_solution(cell)]
    assert answers
    for answer in answers:
        regions = re.findall(r"BEGIN SOLUTION\n(.*?)\n *### END SOLUTION", answer, re.S)
        lines = [squeezed(line) for region in regions for line in region.splitlines()]
        telling = [line for line in lines if len(line) >= 12]
        shown = [line for line in telling if any(line in source for source in released)]
        # A call of an earlier exercise may stand in the text, too; most of an answer may not.
        assert len(shown) <= len(telling) / 2, shown


@pytest.mark.parametrize("name", NAMES)
def test_the_release_holds_no_explanation_of_an_answer(name):
    released = [squeezed(cell.source) for cell in release(name).cells]
    tagged = [c for c in solution(name).cells if "solution" in c.metadata.get("tags", [])]
    assert tagged
    for cell in tagged:
        assert not [source for source in released if squeezed(cell.source) in source]


@pytest.mark.parametrize("name", NAMES)
def test_every_answer_is_a_stub_and_every_check_follows_it(name):
    graded = [cell for cell in release(name).cells if "nbgrader" in cell.metadata]
    asked = [cell.metadata.nbgrader.grade_id for cell in graded if is_solution(cell)]
    assert asked
    assert set(asked) <= {exercise.name for exercise in in_notebook(name)}
    assert [cell.metadata.nbgrader.grade_id for cell in graded] == [
        grade_id for exercise in asked for grade_id in (exercise, f"check_{exercise}")
    ]
    for cell in graded:
        if is_solution(cell):
            assert "raise NotImplementedError()" in cell.source
            assert '"""' in cell.source, "a stub says what it is to compute"


@pytest.mark.parametrize("name", NAMES)
def test_the_release_runs_up_to_the_first_stub(name):
    _, executed = untouched(name)
    first = next(i for i, cell in enumerate(executed.cells) if is_grade(cell))
    assert first > 2
    for cell in executed.cells[:first]:
        for output in cell.get("outputs", []):
            assert output.output_type != "error", output
            assert output.get("name") != "stderr", output


@pytest.mark.parametrize("name", NAMES)
def test_an_untouched_release_scores_nothing(name):
    _, executed = untouched(name)
    checks = [cell for cell in executed.cells if is_grade(cell)]
    assert checks
    for cell in checks:
        score, most = determine_grade(cell)
        assert most > 0
        assert score == 0
        assert "not attempted yet" in cell.outputs[0].evalue


@pytest.mark.parametrize("name", NAMES)
def test_nbgrader_validate_says_what_is_missing(name):
    findings, executed = untouched(name)
    checks = [cell.source for cell in executed.cells if is_grade(cell)]
    assert set(findings) == {"failed"}
    assert [cell["source"] for cell in findings["failed"]] == checks
    for cell in findings["failed"]:
        assert "not attempted yet" in cell["error"]
        assert "bplib/" not in cell["error"], "a traceback of ours"


def test_the_validate_command_fails_an_untouched_notebook(tmp_path):
    name = NAMES[0]
    nbformat.write(without_drawing(release(name)), tmp_path / f"{name}.ipynb")
    done = subprocess.run(
        [sys.executable, "-m", "nbgrader", "validate", str(tmp_path / f"{name}.ipynb")],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    checks = [cell for cell in release(name).cells if is_grade(cell)]
    assert f"VALIDATION FAILED ON {len(checks)} CELL(S)" in done.stdout
    assert "not attempted yet" in done.stdout
