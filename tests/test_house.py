"""The house carries another notebook: one source, one folder, one line in the list."""

import ast
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from bplib import course
from bplib.course import NOTEBOOKS

ROOT = Path(__file__).parents[1]
LAST = list(NOTEBOOKS.values())[-1]
NAME = f"{LAST.number + 1:02}_stub"
LINE = f"""\
        Notebook("{NAME}", "Stub", "everything once more", lit=("repeat",), done=()),
"""
EXERCISES = f'''\
"""{NAME}: twice the input."""

from bplib.course.draws import network_cases
from bplib.course.exercise import Exercise, Output

DOUBLE = Exercise(
    name="double",
    notebook="{NAME}",
    arguments={{"X": "(n_in, N)"}},
    returns=(Output("X2", "(n_in, N)"),),
    draw=network_cases("X"),
    truth=lambda X: 2 * X,
    hints=("The idea.", "The shapes.", "All but the last step."),
)
EXERCISES = (DOUBLE,)
QUESTIONS = ()
'''
MISTAKES = f'''\
"""{NAME}: how people double wrongly."""

from bplib.course.mistakes import mistake
from bplib.course.stub.exercises import DOUBLE

mistake(DOUBLE, "squared", "It grows with the square.", "2x or x²?", "Reads it as a power.")(
    lambda X: X**2
)
'''
FIGURES = f'''\
"""The pictures of {NAME}."""
'''
SOURCE = f'''\
# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # {LAST.number + 1}. Stub
#
# {{{{contents}}}}

# %%
import numpy as np

from bplib import begin, check, figures

begin("{NAME}")
figures.course_map("{NAME}")

# %% [markdown]
# ### Exercise 1: `double`
#
# > difficulty 1 of 5 · importance 1 of 5 · 2 minutes

# %% nbgrader={{"grade_id": "double", "solution": true}}
def double(X):
    """Return twice the input, (n_in, N)."""
    ### BEGIN SOLUTION
    return 2 * X
    ### END SOLUTION

# %% nbgrader={{"grade_id": "check_double", "grade": true}}
check(double, points=1)
'''


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    """Copy the house and add a notebook to it, as docs/add_a_notebook.md says."""
    root = tmp_path_factory.mktemp("house")
    for folder in ("bplib", "bpgrade", "tests"):
        shutil.copytree(ROOT / folder, root / folder, ignore=shutil.ignore_patterns("__pycache__"))
    for file in ("nbgrader_config.py", "pyproject.toml"):
        shutil.copy(ROOT / file, root)
    listed = root / "bplib/course/__init__.py"
    text = listed.read_text(encoding="utf-8")
    entries = re.search(r"    for notebook in \(\n(.*?)^    \)\n", text, re.DOTALL | re.MULTILINE)
    assert entries
    listed.write_text(text[: entries.end(1)] + LINE + text[entries.end(1) :], encoding="utf-8")
    folder = root / "bplib/course/stub"
    folder.mkdir()
    for name, content in (
        ("__init__.py", '"""Everything once more."""\n'),
        ("exercises.py", EXERCISES),
        ("mistakes.py", MISTAKES),
        ("figures.py", FIGURES),
    ):
        (folder / name).write_text(content, encoding="utf-8")
    (root / "source").mkdir()
    (root / "source" / f"{NAME}.py").write_text(SOURCE, encoding="utf-8")
    return root


def run(house, *arguments):
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=house,
        env={**os.environ, "PYTHONPATH": str(house)},
        capture_output=True,
        text=True,
    )


@pytest.fixture(scope="module")
def built(house):
    done = run(house, "-m", "bpgrade", "build", NAME)
    assert done.returncode == 0, done.stderr
    return house


def test_a_notebook_is_built_from_one_source_one_folder_and_one_line(built):
    solution = (built / "solutions" / NAME / f"{NAME}.ipynb").read_text(encoding="utf-8")
    release = (built / "notebooks" / NAME / f"{NAME}.ipynb").read_text(encoding="utf-8")
    assert "double: right." in solution
    assert "raise NotImplementedError()" in release


def test_its_mistakes_are_named_by_their_rows(house):
    code = (
        "import numpy as np\n"
        "from bplib.checking import verdict_on\n"
        "def double(X):\n"
        "    return X**2\n"
        "print(verdict_on(double, rng=np.random.default_rng(0)).code)\n"
    )
    done = run(house, "-c", code)
    assert done.stdout.strip() == "squared", done.stderr


def test_the_tests_of_map_figures_and_rows_take_it_in(house):
    which = "map or readmes_pictures_are_made or double or same_numbers"
    done = run(
        house,
        *("-m", "pytest", "-q", "-n0", "-p", "no:cacheprovider"),
        *("tests/test_figures.py", "tests/test_rows.py", "-k", f"({which}) and not readmes"),
    )
    assert done.returncode == 0, done.stdout
    assert "passed" in done.stdout


def test_the_demonstration_class_hands_it_in(built):
    students = ("right", "untouched")
    done = run(built, "-m", "bpgrade", "demo", "--notebooks", NAME, "--students", *students)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "They agree." in done.stdout


def test_a_folder_that_is_not_on_the_list_stops_the_build_with_one_sentence(house, tmp_path):
    other = tmp_path / "house"
    shutil.copytree(house, other)
    (other / "bplib/course/forgotten").mkdir()
    (other / "bplib/course/forgotten/exercises.py").touch()
    done = run(other, "-m", "bpgrade", "build", NAME)
    assert done.returncode == 1
    assert done.stderr.strip() == (
        "bplib/course/forgotten is not on the list NOTEBOOKS in bplib/course/__init__.py."
    )


def test_a_listed_notebook_without_its_files_stops_the_build_with_one_sentence(house, tmp_path):
    other = tmp_path / "house"
    shutil.copytree(house, other)
    (other / "bplib/course/stub/figures.py").unlink()
    done = run(other, "-m", "bpgrade", "build", NAME)
    assert done.returncode == 1
    assert done.stderr.strip() == (
        "NOTEBOOKS lists stub, but there is no bplib/course/stub/figures.py."
    )


def test_the_list_is_in_order_and_every_folder_is_on_it():
    assert [notebook.number for notebook in NOTEBOOKS.values()] == [*range(1, len(NOTEBOOKS) + 1)]
    assert course.problems() == []


# How the house is kept

PACKAGES = ("bplib", "bpgrade")
MODULES = [path for package in PACKAGES for path in sorted((ROOT / package).rglob("*.py"))]


def imports(path, names):
    """Return the modules of the house that a module imports, at the top or inside a function."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            whole = {f"{node.module}.{alias.name}" for alias in node.names}
            found |= whole if whole <= names else {node.module, *whole}
        elif isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
    return found & names


def test_no_module_imports_itself_through_others():
    names = {
        ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): path
        for path in MODULES
    }
    graph = {name: imports(path, set(names)) - {name} for name, path in names.items()}
    done: set[str] = set()

    def visit(name, way):
        assert name not in way, " imports ".join([*way[way.index(name) :], name])
        if name not in done:
            for other in graph[name]:
                visit(other, [*way, name])
            done.add(name)

    for name in graph:
        visit(name, [])


def test_no_function_outside_the_figures_is_longer_than_a_screen():
    too_long = []
    for path in MODULES:
        if path.name == "figures.py" or "figures" in path.parts:
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                code = node.body[1:] if ast.get_docstring(node) else node.body
                length = node.end_lineno - code[0].lineno + 1 if code else 0
                if length > 45:
                    too_long.append(f"{path.relative_to(ROOT)}: {node.name} ({length} lines)")
    assert not too_long, "\n".join(too_long)
