"""Honest, right notebooks that came back mangled: every one keeps what it deserves."""

import io
import json
import zipfile
from copy import deepcopy

import jupytext
import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_output

from bpgrade.grade import Grader, Job
from bpgrade.submission import parse, read
from bpgrade.transplant import EXTRA, grade_id, is_answer, is_check, transplant
from tests.papers import NAME, RIGHT, WRONG, cell, filled, grading, paper, points, position

HELPED = {
    **RIGHT,
    "gradient_B": "def gradient_B(delta, H):\n    return times(delta, H)",
}
HELPER = "def times(delta, H):\n    return delta @ H.T"


def split_at_the_return(notebook):
    """JupyterLab gives both halves the metadata."""
    i = position(notebook, "delta_B")
    first, last = deepcopy(notebook.cells[i]), deepcopy(notebook.cells[i])
    head, tail = first.source.rsplit("\n", 1)
    first.source, last.source = head, tail
    last.id = "second-half"
    notebook.cells[i : i + 1] = [first, last]


def split_and_half_of_it_unmarked(notebook):
    split_at_the_return(notebook)
    second = notebook.cells[position(notebook, "delta_B") + 1]
    second.metadata = nbformat.from_dict({})


def split_before_the_function(notebook):
    i = position(notebook, "gradient_B")
    second = deepcopy(notebook.cells[i])
    second.id = "second-half"
    notebook.cells[i].source = HELPER
    second.source = HELPED["gradient_B"]
    notebook.cells.insert(i + 1, second)


def copied(notebook):
    i = position(notebook, "delta_B")
    notebook.cells.insert(i + 1, deepcopy(notebook.cells[i]))


def copied_and_the_copy_answered(notebook):
    i = position(notebook, "delta_B")
    answered = deepcopy(notebook.cells[i])
    notebook.cells[i].source = cell(filled({}), "delta_B").source
    notebook.cells.insert(i + 1, answered)


def copied_stub_below(notebook):
    i = position(notebook, "delta_B")
    stub = deepcopy(cell(filled({}), "delta_B"))
    notebook.cells.insert(i + 1, stub)


def merged(notebook):
    cell(notebook, "delta_B").source += "\n\n" + cell(notebook, "gradient_B").source
    del notebook.cells[position(notebook, "gradient_B")]


def merged_with_its_check(notebook):
    check = cell(notebook, "check_delta_B")
    cell(notebook, "delta_B").source += "\n\n" + check.source
    notebook.cells.remove(check)


def moved_to_the_end(notebook):
    for name in RIGHT:
        notebook.cells.append(notebook.cells.pop(position(notebook, name)))


def reversed_order(notebook):
    notebook.cells.reverse()


def checks_deleted(notebook):
    notebook.cells = [c for c in notebook.cells if not is_check(c)]


def everything_but_the_answers_deleted(notebook):
    notebook.cells = [c for c in notebook.cells if is_answer(c)]


def answers_as_markdown(notebook):
    for name in RIGHT:
        c = cell(notebook, name)
        notebook.cells[position(notebook, name)] = new_markdown_cell(c.source, metadata=c.metadata)


def answers_as_raw(notebook):
    for name in RIGHT:
        cell(notebook, name).cell_type = "raw"


def grade_ids_renamed(notebook):
    for c in notebook.cells:
        if grade_id(c):
            c.metadata.nbgrader.grade_id += "-copy"


def without_metadata(notebook):
    for c in notebook.cells:
        c.metadata = nbformat.from_dict({})
        c.pop("id")
    notebook.nbformat_minor = 4


def with_colabs_metadata(notebook):
    without_metadata(notebook)
    for c in notebook.cells:
        c.metadata = nbformat.from_dict({"id": "Xy1", "colab": {"base_uri": "https://x"}})


def answered_in_cells_of_their_own(notebook):
    for name in RIGHT:
        answer = cell(notebook, name).source
        cell(notebook, name).source = cell(filled({}), name).source
        notebook.cells.insert(position(notebook, name), new_code_cell(answer))


def answered_at_the_end(notebook):
    for name in RIGHT:
        notebook.cells.append(new_code_cell(cell(notebook, name).source))
        cell(notebook, name).source = cell(filled({}), name).source


def answer_cells_deleted_and_written_anew(notebook):
    for name in RIGHT:
        i = position(notebook, name)
        notebook.cells[i] = new_code_cell(notebook.cells[i].source)


def helper_in_a_cell_of_its_own(notebook):
    i = position(notebook, "gradient_B")
    notebook.cells[i].source = HELPED["gradient_B"]
    notebook.cells.insert(i, new_code_cell(HELPER))


def helper_at_the_very_end(notebook):
    cell(notebook, "gradient_B").source = HELPED["gradient_B"]
    notebook.cells.append(new_code_cell(HELPER))


def helper_imported_in_the_first_cell(notebook):
    cell(notebook, "gradient_B").source = (
        "def gradient_B(delta, H):\n    return reduce(np.add, [np.outer(d, h) for d, h in "
        "zip(delta.T, H.T)])"
    )
    notebook.cells[1].source += "\nfrom functools import reduce"


def an_import_removed(notebook):
    notebook.cells[1].source = notebook.cells[1].source.replace("import numpy as np", "")


def answers_as_lambdas(notebook):
    cell(notebook, "delta_B").source = "delta_B = lambda Y_hat, Y: (Y_hat - Y) / Y.shape[1]"


def magics_and_installs(notebook):
    notebook.cells.insert(1, new_code_cell("!pip install numpy\n%matplotlib inline\n%pip list"))
    cell(notebook, "delta_B").source = "%time pass\n" + cell(notebook, "delta_B").source
    notebook.cells.insert(9, new_code_cell("%%bash\necho hello"))


def megabytes_of_state(notebook):
    notebook.metadata.widgets = {"state": {str(i): "x" * 1000 for i in range(3000)}}
    notebook.cells[1].outputs = [new_output("stream", name="stdout", text="x" * 3_000_000)]


def a_foreign_kernel(notebook):
    notebook.metadata.kernelspec = {"name": "julia-1.9", "display_name": "Julia", "language": "j"}


def broken_metadata(notebook):
    for i, c in enumerate(notebook.cells):
        if i % 3 == 0:
            c.metadata = nbformat.from_dict({"nbgrader": {}, "tags": "x"})


def errors_elsewhere(notebook):
    notebook.cells.insert(3, new_code_cell("1/0"))
    notebook.cells.insert(3, new_code_cell("def broken(:"))
    notebook.cells.insert(3, new_code_cell("raise SystemExit"))


def trailing_spaces_and_tabs(notebook):
    for c in notebook.cells:
        c.source = "\n".join(line + "  " for line in c.source.splitlines())


MANGLED = [
    value
    for name, value in list(globals().items())
    if callable(value) and getattr(value, "__module__", "") == __name__
]


@pytest.fixture
def grade(tmp_path):
    return grading(Grader(paper()), tmp_path)


def got(graded):
    return [(m.exercise, m.points, m.verdict.code) for m in graded.marks], graded.look


@pytest.mark.parametrize("mangle", MANGLED)
def test_a_right_notebook_keeps_its_points_whatever_became_of_its_cells(grade, mangle):
    notebook = filled()
    mangle(notebook)
    graded = grade(notebook)
    assert points(graded) == 9, got(graded)


# --- as a file


def text(notebook=None):
    return json.dumps(notebook or filled(), ensure_ascii=False)


def in_a_zip(name):
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        archive.writestr("__MACOSX/._x.ipynb", b"\0\1")
        archive.writestr(name, text())
    return data.getvalue()


def as_format_3():
    cells = [
        {"cell_type": "code", "input": c.source.splitlines(True), "metadata": {}, "outputs": []}
        if c.cell_type == "code"
        else {"cell_type": "markdown", "source": c.source, "metadata": {}}
        for c in filled().cells
    ]
    return json.dumps({"nbformat": 3, "nbformat_minor": 0, "worksheets": [{"cells": cells}]})


def as_exported_script():
    code = [c.source for c in filled().cells if c.cell_type == "code"]
    return "#!/usr/bin/env python\n" + "".join(
        f"\n# In[{i}]:\n\n\n{s}\n" for i, s in enumerate(code)
    )


def conflicted():
    whole = json.dumps(filled(), indent=1)
    ours = json.dumps(filled({}), indent=1)
    mine, theirs = whole.split('"cells": [\n'), ours.split('"cells": [\n')
    return f'{mine[0]}"cells": [\n<<<<<<< HEAD\n{theirs[1]}\n=======\n{mine[1]}\n>>>>>>> branch\n'


FILES = {
    "a browser's second download": ("04_delta_b (1).ipynb", text),
    "a copy": ("04_delta_b-Copy1.ipynb", text),
    "FINAL": ("FINAL really.ipynb", text),
    "another name's end": ("04_delta_b.ipynb.txt", text),
    "as JSON": ("04_delta_b.ipynb.json", text),
    "upper case": ("04_DELTA_B.IPYNB", text),
    "a folder in the folder": ("notebooks/04_delta_b/04_delta_b.ipynb", text),
    "a zip": ("homework.zip", lambda: in_a_zip("04_delta_b.ipynb")),
    "a zip with a folder": ("homework.zip", lambda: in_a_zip("a/b/final.ipynb")),
    "a zip that climbs out": ("homework.zip", lambda: in_a_zip("../../../04_delta_b.ipynb")),
    "the notebook format of 2013": ("", as_format_3),
    "a percent script": ("04.py", lambda: jupytext.writes(filled(), "py:percent")),
    "an exported script": ("04.py", as_exported_script),
    "plain Python": ("04.py", lambda: "import numpy as np\n" + "\n\n".join(RIGHT.values())),
    "Windows line ends": ("", lambda: text().replace("\\n", "\\r\\n")),
    "a byte order mark": ("", lambda: b"\xef\xbb\xbf" + text().encode()),
    "UTF-16": ("", lambda: text().encode("utf-16")),
    "Latin-1": ("", lambda: text(filled(first="# Größe")).encode("cp1252", errors="replace")),
    "git's conflict marks": ("", conflicted),
    "the end is cut off": ("", lambda: text()[: -len('"nbformat": 4, "nbformat_minor": 5}') - 99]),
    "half a character": ("", lambda: json.dumps(filled(first="x = '\ud800'"))),
}


@pytest.mark.parametrize("name", FILES)
def test_a_right_notebook_keeps_its_points_in_whatever_file_it_comes(grade, name):
    file, make = FILES[name]
    graded = grade(make(), file)
    assert points(graded) == 9, got(graded)


def test_of_two_notebooks_the_answered_one_counts(grade, tmp_path):
    (tmp_path / f"{NAME} (1).ipynb").write_text(text())
    assert points(grade(filled({}))) == 9


def test_of_two_answered_notebooks_the_one_of_the_right_name_counts_and_someone_looks(
    grade, tmp_path
):
    (tmp_path / f"{NAME}-Copy1.ipynb").write_text(text())
    graded = grade(filled(WRONG))
    assert points(graded) == 0
    assert "holds answers too" in " ".join(graded.look)


def test_what_is_right_in_a_notebook_cut_in_the_middle_counts(grade):
    whole = text()
    graded = grade(whole[: whole.index("check_gradient_B")])
    assert [m.points for m in graded.marks] == [2, 2, 0, 0]
    assert "could be read" in " ".join(graded.look)


UNREADABLE = {
    "an empty file": b"",
    "no JSON at all": b"{ this is no notebook",
    "binary": bytes(range(256)) * 50,
    "JSON without cells": b'{"metadata": {}}',
    "a list": b"[1, 2, 3]",
    "cells that are no cells": b'{"cells": [1, null, "x", {"source": 3}, []]}',
    "lists within lists": b'{"cells": ' + b"[" * 100_000 + b"]" * 100_000 + b"}",
    "a broken zip": b"PK\3\4" + bytes(100),
}


@pytest.mark.parametrize("name", UNREADABLE)
def test_what_cannot_be_read_is_a_zero_with_a_reason(grade, name):
    file = "x.zip" if "zip" in name else ""
    graded = grade(UNREADABLE[name], file)
    assert graded.status == "failed"
    assert points(graded) == 0
    assert len(graded.reason) > 20
    assert graded.look
    assert nbformat.reads(graded.notebook, as_version=4).cells


def test_an_empty_folder_is_a_zero_with_a_reason(tmp_path):
    graded = Grader(paper()).grade(Job("student", str(tmp_path)))
    assert (graded.status, points(graded)) == ("failed", 0)
    assert "the folder holds no notebook" in graded.reason


def test_another_chapters_notebook_is_told(grade):
    other = nbformat.v4.new_notebook(cells=[new_code_cell("def predict(A, B, X):\n    return 1")])
    graded = grade(other)
    assert points(graded) == 0
    assert "no answer of this notebook" in " ".join(graded.look)


# --- what the graded notebook looks like


def transplanted(notebook):
    master = filled({})
    handed = parse(json.dumps(notebook).encode(), f"{NAME}.ipynb")
    return transplant(master, handed).notebook


def test_the_graded_notebook_is_the_instructors_with_the_answers_in_it():
    notebook = transplanted(filled(first="mine = 1", last="mine += 1"))
    own = [c.source for c in notebook.cells if c.metadata.get(EXTRA)]
    assert own == ["mine = 1", "mine += 1"]
    rest = [c for c in notebook.cells if not c.metadata.get(EXTRA)]
    assert [c.source for c in rest] == [c.source for c in filled().cells]
    assert [c.metadata for c in rest] == [c.metadata for c in filled().cells]


def test_a_cell_that_was_changed_takes_the_place_of_the_one_handed_out():
    notebook = filled()
    question = next(c for c in notebook.cells if c.source.startswith(("quick(", "recall(")))
    question.source = question.source.replace(")", ', "b")')
    cells = transplanted(notebook).cells
    assert len(cells) == len(notebook.cells)
    assert [c.source for c in cells if c.metadata.get(EXTRA)] == [question.source]


def test_a_students_own_cells_stay_in_their_order_and_their_place():
    notebook = filled()
    i = position(notebook, "gradient_B")
    notebook.cells[i:i] = [new_code_cell("one = 1"), new_markdown_cell("two"), new_code_cell("3")]
    cells = transplanted(notebook).cells
    start = next(k for k, c in enumerate(cells) if c.source == "one = 1")
    assert [c.source for c in cells[start : start + 3]] == ["one = 1", "two", "3"]
    assert grade_id(cells[start + 3]) == "gradient_B"


def test_an_untouched_notebook_gets_no_cells_of_its_own():
    assert transplanted(filled({})).cells == filled({}).cells


def test_a_file_of_the_right_name_is_preferred(tmp_path):
    (tmp_path / "a.ipynb").write_text(text())
    (tmp_path / f"{NAME}.ipynb").write_text(text())
    assert read(tmp_path, NAME, tuple(RIGHT)).path == f"{NAME}.ipynb"
