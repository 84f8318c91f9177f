"""The code is formatted, linted and typed; the README's commands do what it says."""

import subprocess
import sys
from pathlib import Path

import pytest
from jupyter_server.serverapp import ServerApp

ROOT = Path(__file__).parents[1]


@pytest.mark.parametrize(
    "command", ["ruff check .", "ruff format --check .", "mypy"], ids=["lint", "format", "types"]
)
def test_code_style(command):
    done = subprocess.run(
        [sys.executable, "-m", *command.split()], cwd=ROOT, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_ci_runs_the_readmes_test_command():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    command = next(line for line in readme.splitlines() if line.startswith("| run the tests"))
    assert command.split("`")[1] in (ROOT / ".ci/run").read_text(encoding="utf-8")


@pytest.mark.parametrize("system", [1, 2], ids=["macOS, Linux", "Windows"])
def test_the_readmes_command_opens_the_first_notebook_and_serves_all_that_it_links_to(
    system, monkeypatch
):
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    row = next(line for line in readme.splitlines() if line.startswith("| open the course"))
    command = row.split("`")[2 * system - 1]
    monkeypatch.chdir(ROOT)
    server = ServerApp()
    server.parse_command_line(command.partition("jupyter lab ")[2].split())
    assert Path(server.file_to_run) == ROOT / "notebooks/01_loss/01_loss.ipynb"
    assert Path(server.root_dir).resolve() == ROOT
