"""JupyterLab in a real browser: a server of its own, headless Chromium, and one notebook open."""

import contextlib
import os
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
_NAMES = ("chromium-headless-shell", "chromium", "chromium-browser")  # the first is twice as fast
CHROMIUM = next(filter(None, map(shutil.which, _NAMES)), None)
_PATIENCE = 120_000  # milliseconds: five times what a busy machine was seen to need

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@contextlib.contextmanager
def jupyterlab(course: Path, settings: Path) -> Iterator[str]:
    """Run a JupyterLab server in the folder `course`; yield its address, with {} for a path."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    token = secrets.token_hex(16)
    places = {
        name: str(settings / name.lower())
        for name in (
            "JUPYTER_CONFIG_DIR",
            "JUPYTER_DATA_DIR",
            "JUPYTER_RUNTIME_DIR",
            "IPYTHONDIR",
            "JUPYTERLAB_SETTINGS_DIR",
            "JUPYTERLAB_WORKSPACES_DIR",
        )
    }
    command = [sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root"]
    command += ["--ServerApp.ip=127.0.0.1", f"--ServerApp.port={port}"]
    command += ["--ServerApp.port_retries=0", "--LabApp.expose_app_in_browser=True"]
    environment = os.environ | places | {"JUPYTER_TOKEN": token, "PYTHONPATH": str(ROOT)}
    with open(settings / "server.log", "w") as log:
        server = subprocess.Popen(command, cwd=course, env=environment, stdout=log, stderr=log)
        try:
            _wait_for(f"http://127.0.0.1:{port}/api?token={token}")
            yield f"http://127.0.0.1:{port}/lab/tree/{{}}?token={token}"
        finally:
            server.terminate()
            server.wait(120)  # a busy machine lets it end late


def _wait_for(address: str) -> None:
    for _ in range(300):
        with contextlib.suppress(OSError), urllib.request.urlopen(address):
            return
        time.sleep(0.2)
    raise TimeoutError(f"no answer from {address.split('?')[0]}")


class Notebook:
    """A notebook open in JupyterLab, driven as a reader would."""

    def __init__(self, page, address: str):
        self.page = page
        page.set_default_timeout(_PATIENCE)
        page.goto(address)
        page.wait_for_function("window.jupyterapp !== undefined")
        page.evaluate("async () => { await jupyterapp.started; await jupyterapp.restored; }")
        page.wait_for_selector(".jp-Notebook .jp-Cell")
        self._wait_until_idle()

    def _wait_until_idle(self) -> None:
        self.page.wait_for_function(
            "() => { const k = jupyterapp.shell.currentWidget?.sessionContext?.session?.kernel;"
            " return k && k.connectionStatus === 'connected' && k.status === 'idle'; }"
        )

    def run_all(self) -> bool:
        """Run all cells; return whether none of them raised."""
        return self.page.evaluate(
            "async () => await jupyterapp.commands.execute('notebook:run-all-cells')"
        )

    def index(self, text: str) -> int:
        """Return the number of the first code cell that holds a text."""
        return self.page.evaluate(
            "text => jupyterapp.shell.currentWidget.content.widgets.findIndex("
            "c => c.model.type === 'code' && c.model.sharedModel.getSource().includes(text))",
            text,
        )

    def source(self, index: int) -> str:
        return self.page.evaluate(
            "i => jupyterapp.shell.currentWidget.content.widgets[i].model.sharedModel.getSource()",
            index,
        )

    def write(self, index: int, source: str) -> None:
        self.page.evaluate(
            "([i, s]) => jupyterapp.shell.currentWidget.content.widgets[i]"
            ".model.sharedModel.setSource(s)",
            [index, source],
        )

    def run(self, index: int) -> str:
        """Run one cell, scroll it into view, and return what its output shows."""
        self.page.evaluate(
            "async i => { const n = jupyterapp.shell.currentWidget.content;"
            " n.activeCellIndex = i; n.deselectAll();"
            " await jupyterapp.commands.execute('notebook:run-cell');"
            " await n.scrollToItem(i, 'center'); }",
            index,
        )
        self._wait_until_idle()
        output = self.page.locator(f'.jp-Cell[data-windowed-list-index="{index}"] .jp-OutputArea')
        return output.first.inner_text()


@contextlib.contextmanager
def open_lab(folder: Path) -> Iterator[Callable[[Path], Any]]:
    """Run JupyterLab and headless Chromium; yield what opens and closes a copy of a notebook."""
    from playwright.sync_api import sync_playwright

    course, settings = folder / "course", folder / "settings"
    course.mkdir()
    settings.mkdir()

    @contextlib.contextmanager
    def opened(notebook: Path) -> Iterator[Notebook]:
        shutil.copy(notebook, course / notebook.name)
        page = browser.new_page(viewport={"width": 1250, "height": 1000})
        try:
            yield Notebook(page, f"{address.format(notebook.name)}&reset")
        finally:
            page.evaluate("async () => await jupyterapp.serviceManager.sessions.shutdownAll()")
            page.close()

    with jupyterlab(course, settings) as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        try:
            yield opened
        finally:
            browser.close()


@contextlib.contextmanager
def open_notebook(notebook: Path, folder: Path) -> Iterator[Notebook]:
    """Open a copy of a notebook in a JupyterLab of its own."""
    with open_lab(folder) as lab, lab(notebook) as opened:
        yield opened


def picture_of_a_failing_check(target: Path) -> None:
    """Take the README's picture: delta_A, its slope at the wrong place, and what its check says."""
    slip = "slope = 1 - np.tanh(np.tanh(Z)) ** 2"
    wrong = f"def delta_A(delta_B, B, Z):\n    {slip}\n    return B.T @ delta_B * slope"
    with (
        tempfile.TemporaryDirectory() as folder,
        open_notebook(ROOT / "notebooks/05_delta_a/05_delta_a.ipynb", Path(folder)) as notebook,
    ):
        notebook.page.evaluate(
            "async () => { await jupyterapp.commands.execute('application:toggle-left-area'); }"
        )
        notebook.run(notebook.index("import numpy"))
        answer, check = notebook.index("def delta_A("), notebook.index("check(delta_A")
        notebook.write(answer, wrong)
        notebook.run(answer)
        notebook.run(check)
        notebook.page.wait_for_timeout(1000)
        cell = notebook.page.locator(f'.jp-Cell[data-windowed-list-index="{check}"]')
        cell.screenshot(path=target)


if __name__ == "__main__":
    picture_of_a_failing_check(ROOT / "docs/images/failing_check.png")
