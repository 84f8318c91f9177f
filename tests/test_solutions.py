"""The solutions: they win all points, and running them again gives what is stored."""

import os
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from nbgrader.utils import determine_grade, is_grade

from bpgrade.build import Course
from tests.papers import without_drawing

ROOT = Path(__file__).parents[1]
COURSE = Course(ROOT)
NAMES = COURSE.names()


def nbval(path: Path) -> subprocess.CompletedProcess:
    """Run a notebook again and compare all text it puts out with what it holds."""
    plugins = ("-p", "bpgrade", "-p", "nbval.plugin")  # bpgrade first: nbformat loads faster then
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-q", *plugins, "--nbval", path],
        cwd=path.parent,
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
        capture_output=True,
        text=True,
        check=False,
    )


def outputs(name: str):
    for cell in nbformat.read(COURSE.solution(name), as_version=4).cells:
        for output in cell.get("outputs", []):
            yield cell, output


@pytest.mark.parametrize("name", NAMES)
def test_the_solution_wins_all_points(name):
    checks = [
        cell for cell in nbformat.read(COURSE.solution(name), as_version=4).cells if is_grade(cell)
    ]
    assert checks
    for cell in checks:
        score, most = determine_grade(cell)
        assert score == most > 0
        assert ": right." in cell.outputs[0].data["text/plain"]


@pytest.mark.parametrize("name", NAMES)
def test_stored_outputs_tell_nothing_of_the_machine_that_made_them(name):
    places = {str(ROOT), sys.prefix, sys.base_prefix, str(Path.home()), "/tmp/", "ipykernel"}
    for cell, output in outputs(name):
        assert output.get("name") != "stderr", output.text
        text = {k: v for k, v in output.get("data", {}).items() if not k.startswith("image/")}
        said = f"{output.get('text', '')}{text}{output.get('traceback', '')}"
        assert not [place for place in places if place in said], cell.source
        assert " object at 0x" not in said, cell.source


@pytest.mark.parametrize("name", NAMES)
def test_every_figure_is_described_in_words(name):
    for cell, output in outputs(name):
        if "image/png" in output.get("data", {}):
            assert output.metadata.get("image/png", {}).get("alt"), cell.source


@pytest.mark.parametrize("name", NAMES)
def test_running_the_solution_again_gives_the_stored_outputs(name, tmp_path):
    path = tmp_path / f"{name}.ipynb"
    nbformat.write(without_drawing(nbformat.read(COURSE.solution(name), as_version=4)), path)
    done = nbval(path)
    assert done.returncode == 0, done.stdout


def test_an_output_that_changed_is_noticed(tmp_path):
    notebook = nbformat.v4.new_notebook()
    for stored in ("42\n", "43\n"):
        stream = nbformat.v4.new_output("stream", name="stdout", text=stored)
        cell = nbformat.v4.new_code_cell("print(6 * 7)", execution_count=1, outputs=[stream])
        notebook.cells.append(cell)
    nbformat.write(notebook, tmp_path / "notebook.ipynb")
    done = nbval(tmp_path / "notebook.ipynb")
    assert done.returncode == 1
    assert "1 failed, 1 passed" in done.stdout
