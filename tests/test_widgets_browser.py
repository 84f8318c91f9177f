"""The widgets in JupyterLab in a real browser: by mouse and keyboard, on right and wrong code."""

import nbformat
import pytest

from tests.browser import CHROMIUM, open_notebook

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="needs the chromium package")

IMPORTS = """
import time
import numpy as np
from bplib import widgets
"""
BACKWARD = """
def delta_B(Y_hat, Y):
    return (Y_hat - Y) / Y.shape[1]
def gradient_B(delta, H):
    return delta @ H.T
def delta_A(delta_B, B, Z):
    return (B.T @ delta_B) * (1 - np.tanh(Z)**2)
def gradient_A(delta, X):
    return delta @ X.T
"""
CELLS = {
    "imports": IMPORTS,
    "backward": BACKWARD,
    "backpropagation": "widgets.backpropagation(delta_B, gradient_B, delta_A, gradient_A)",
}


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    """One notebook in one JupyterLab for all tests of this file, every cell run."""
    folder = tmp_path_factory.mktemp("lab")
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    notebook = nbformat.v4.new_notebook(metadata={"kernelspec": kernel})
    notebook.cells = [
        nbformat.v4.new_code_cell(f"# {name}\n{source.strip()}") for name, source in CELLS.items()
    ]
    path = folder / "widgets.ipynb"
    nbformat.write(notebook, path)
    with open_notebook(path, folder) as opened:
        opened.said = []
        opened.page.on(
            "console", lambda m: opened.said.append(m.text) if m.type == "error" else None
        )
        opened.page.on("pageerror", lambda error: opened.said.append(str(error)))
        assert opened.run_all()
        yield opened


def cell(lab, name):
    """Scroll to a cell and return the place of its widget."""
    index = lab.index(f"# {name}\n")
    lab.page.evaluate(
        "async i => { await jupyterapp.shell.currentWidget.content.scrollToItem(i, 'start'); }",
        index,
    )
    place = lab.page.locator(f'.jp-Cell[data-windowed-list-index="{index}"] .bp-widget')
    place.wait_for()
    return place


def rewrite(lab, name, source):
    """Put other code into a cell and run it: what a reader does who mends a function."""
    index = lab.index(f"# {name}\n")
    lab.write(index, f"# {name}\n{source.strip()}")
    lab.run(index)


def press(place, label, times=1):
    for _ in range(times):
        place.get_by_role("button", name=label).first.click()


def wait_for_text(place, text):
    place.filter(has_text=text).wait_for()


def test_backpropagation_is_stepped_and_a_wrong_function_is_marked(lab):
    place = cell(lab, "backpropagation")
    press(place, "step ▶", 8)
    wait_for_text(place, "gradient of A")
    assert place.locator(".off").count() == 0
    rewrite(lab, "backward", BACKWARD.replace("* (1 - np.tanh(Z)**2)", ""))
    place = cell(lab, "backpropagation")
    place.locator("svg [tabindex='0']").focus()
    lab.page.keyboard.press("ArrowUp")
    wait_for_text(place, "Δ_A (4, 5) ✕ wrong")
    rewrite(lab, "backward", BACKWARD.replace("return delta @ X.T", "return delta @ X"))
    place = cell(lab, "backpropagation")
    place.locator("svg [tabindex='0']").focus()
    lab.page.keyboard.press("ArrowUp")
    wait_for_text(place, "gradient_A raises ValueError")
    rewrite(lab, "backward", BACKWARD)
    assert lab.said == []
