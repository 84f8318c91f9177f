"""A course on a hub: the steps of docs/hub.md, on a copy of this machine that vanishes afterwards.

The copy has accounts, folders, processes and a network of its own; only programs are shared.
"""

import contextlib
import os
import re
import shutil
import subprocess
import sys
import time
from configparser import ConfigParser
from datetime import UTC, datetime
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import quote

import pytest

from bpgrade.demo import Sheet
from tests.browser import CHROMIUM, FLAGS, ROOT, Notebook
from tests.classes import gradebook
from tests.papers import COURSE

PAGE = (ROOT / "docs/hub.md").read_text(encoding="utf-8")
PREFIX = Path(sys.prefix)
PATH = f"{PREFIX / 'bin'}:{os.environ['PATH']}"
NEEDS = {
    "root on Linux": sys.platform == "linux" and os.getuid() == 0,
    "the package jupyterhub": find_spec("jupyterhub"),
    "configurable-http-proxy": shutil.which("configurable-http-proxy", path=PATH),
    "bubblewrap": shutil.which("bwrap"),
    "the chromium package": CHROMIUM,
}
MISSING = [what for what, there in NEEDS.items() if not there]
COPY = """
mkdir opt/hub; mount --bind "$1" opt/hub; shift
for kept in "$@"; do mkdir -p ".$kept"; mount --bind "$kept" ".$kept"; done
mount --rbind . /mnt
for top in *; do mount --rbind "/mnt/$top" "/$top"; done
ip link set lo up
echo ready; exec sleep infinity
"""


class Machine:
    """A copy of this machine for root to set up."""

    def __init__(self, folder: Path):
        self.folder = folder
        folder.chmod(0o755)
        python = {
            str(p): p.parts[1] for p in (PREFIX, Path(sys.base_prefix)) if p.parts[1] != "usr"
        }
        for top in {"home", "opt", "root", "srv", "tmp", "var", *python.values()}:
            (folder / top).mkdir()
        (folder / "tmp").chmod(0o1777)
        subprocess.run(["cp", "-a", "/etc", folder / "etc"], check=True)
        command = ["unshare", "--mount", "--pid", "--net", "--fork", "--kill-child", "--mount-proc"]
        command += ["sh", "-euc", COPY, "sh", str(PREFIX), *python]
        self.process = subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE, text=True)
        assert self.process.stdout
        assert self.process.stdout.readline() == "ready\n"
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        self.inside = ["nsenter", "--target", children.read_text().strip(), "--net"]

    def run(self, who: str, command: str) -> tuple[int, str]:
        """Run a command as somebody types it after logging in; return what it printed."""
        at = {"root": "cd /home/instructor/backprop 2>&-; ", "instructor": "cd backprop; "}
        login = ["runuser", "--login", who, "--command", at.get(who, "") + command]
        both = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}
        inside = [*self.inside, "--mount", "--pid"]
        done = subprocess.run([*inside, *login], **both, text=True, timeout=300)
        return done.returncode, done.stdout

    def follow(self, heading: str) -> None:
        """Take the steps under a heading of the page; they must print what stands there."""
        for who, command, expected in steps(heading):
            code, printed = self.run(who, command)
            assert expected or code == 0, f"{command}\n{printed}"
            lines = [line.strip() for line in printed.splitlines()]
            for line in expected:
                pattern = ".*".join(map(re.escape, line.strip().split("…")))
                assert any(re.fullmatch(pattern, one) for one in lines), f"{command}\n{printed}"

    def start_hub(self) -> None:
        """Start the hub as systemd does."""
        unit, said = ConfigParser(interpolation=None), self.folder / "srv/hub.log"
        unit.optionxform = str
        unit.read(self.folder / "etc/systemd/system/jupyterhub.service")
        service = unit["Service"]
        command = [*self.inside, "--mount", "--pid", "env", "-i"]
        command += [f"--chdir={service['WorkingDirectory']}", service["Environment"]]
        with said.open("w") as log:
            subprocess.Popen(
                [*command, "PYTHONPATH=/opt/course", *service["ExecStart"].split()],
                stdout=log,
                stderr=log,
            )
        for _ in range(300):
            if "JupyterHub is now running" in said.read_text():
                return
            time.sleep(0.2)
        raise TimeoutError(said.read_text())

    @contextlib.contextmanager
    def browser(self):
        from playwright.sync_api import sync_playwright

        inside = self.folder / "chromium"
        inside.write_text(f'#!/bin/sh\nexec {" ".join(self.inside)} {CHROMIUM} "$@"\n')
        inside.chmod(0o755)
        with sync_playwright() as playwright:
            opened = playwright.chromium.launch(executable_path=inside, args=FLAGS)
            try:
                yield opened
            finally:
                opened.close()


def steps(heading: str) -> list[tuple[str, str, list[str]]]:
    """Return who types what under a heading of the page, and what is printed."""
    (section,) = re.findall(rf"^## {heading}\n(.*?)(?=^## |\Z)", PAGE, re.M | re.S)
    found = []
    for block in re.findall(r"^```\w*\n(.*?)^```", section, re.M | re.S):
        for step in re.findall(r"^\w+[#$] .*(?:\n(?!\w+[#$] ).+)*", block, re.M):
            typed, *printed = step.splitlines()
            who, command = re.split("[#$] ", typed, maxsplit=1)
            found.append((who, command, printed))
    return found


@pytest.fixture
def machine(tmp_path):
    machine = Machine(tmp_path)
    try:
        course, students = tmp_path / "home/instructor/backprop", ("instructor", "anna", "ben")
        passwords = "".join(f"{name}:secret of {name}\n" for name in students)
        (tmp_path / "root/passwords.txt").write_text(passwords)
        machine.follow("Accounts")
        machine.run("root", "useradd --create-home eve; echo eve:secret of eve | chpasswd")
        for package in ("bplib", "bpgrade"):  # what pip does
            shutil.copytree(ROOT / package, tmp_path / "opt/course" / package)
        profile = tmp_path / "etc/profile.d/course.sh"
        profile.write_text("export PYTHONPATH=/opt/course\n")
        for part in ("solutions/01_loss", "docs/hub"):
            shutil.copytree(ROOT / part, course / part)
        shutil.copy(ROOT / "nbgrader_config.py", course)
        (course / "students.csv").write_text("id,last_name,first_name\nanna,A,Anna\nben,B,Ben\n")
        machine.run("root", "chown -R instructor: .")
        machine.follow("Settings")
        driven = tmp_path / "etc/jupyter/jupyter_lab_config.py"
        driven.write_text("c.LabApp.expose_app_in_browser = True\n")
        machine.start_hub()
        yield machine
    finally:
        machine.process.kill()  # and with it all that runs there
        machine.process.wait()


def log_in(browser, who):
    page = browser.new_context(ignore_https_errors=True).new_page()
    page.set_default_timeout(120_000)
    page.goto("https://localhost/")
    page.fill("#username_input", who)
    page.fill("#password_input", f"secret of {who}")
    page.click("#login_submit")
    return page


def assignments(page):
    page.get_by_role("menuitem", name="Nbgrader").click()
    page.get_by_role("menuitem", name="Assignment List").click()


def works_and_hands_in(page, home):
    """Fetch, write, check, play, validate and submit, in JupyterLab."""
    assignments(page)
    page.get_by_role("button", name="Fetch", exact=True).click()
    page.get_by_role("button", name="Submit", exact=True).wait_for()
    notebook = Notebook(page, "https://localhost/user/anna/lab/tree/01_loss/01_loss.ipynb")
    for name, answer in Sheet.of(COURSE, "01_loss").right.items():
        notebook.write(notebook.index(f"def {name}("), answer)
    assert notebook.run_all()
    assert "predict: right." in notebook.run(notebook.index("check(predict"))
    notebook.run(notebook.index("widgets.landscape("))
    page.get_by_role("slider", name="the point").press("ArrowRight")
    page.get_by_text("a = −1.40, b = 1.00").first.wait_for()
    (kernel,) = home.glob(".local/share/jupyter/runtime/kernel-*.json")
    assert '"transport": "ipc"' in kernel.read_text()  # anybody could listen to TCP
    page.get_by_role("button", name="Validate").click()
    page.get_by_text("Success! Your notebook passes all the tests.").wait_for()
    page.get_by_role("button", name="Ok", exact=True).click()
    assignments(page)
    page.get_by_role("button", name="Submit", exact=True).click()
    page.get_by_role("button", name="Fetch Feedback").wait_for()


def reads_feedback(page, home):
    """Fetch the feedback and open its page in a tab of its own; return the points."""
    assignments(page)
    page.get_by_role("button", name="Fetch Feedback").click()
    page.get_by_text("view feedback").wait_for()
    (feedback,) = home.glob("01_loss/feedback/*/01_loss.html")
    page.goto(f"https://localhost/user/anna/files/{quote(str(feedback.relative_to(home)))}")
    page.get_by_role("link", name="predict").first.click()
    assert page.url.endswith("#check_predict")
    assert "Nothing can be drawn" not in page.content()
    return page.get_by_text("01_loss (Score:").inner_text()


@pytest.mark.skipif(bool(MISSING), reason=f"needs {', '.join(MISSING)}")
def test_a_course_on_a_hub_from_release_to_feedback(machine):
    homes = machine.folder / "home"
    machine.follow("Release")
    with machine.browser() as opened:
        page = log_in(opened, "anna")
        works_and_hands_in(page, homes / "anna")
        due = f"{datetime.now(UTC):%Y-%m-%d %H:%M:%S.%f} UTC"
        machine.run("instructor", f"nbgrader db assignment add 01_loss --duedate='{due}'")
        machine.follow("What a student does")
        machine.follow("Collect, grade, give back")
        assert reads_feedback(page, homes / "anna") == "01_loss (Score: 10.0 / 10.0)"
        page = log_in(opened, "instructor")
        page.wait_for_url("**/user/instructor/lab**")
        page.goto("https://localhost/user/instructor/formgrader")
        assert "released" in page.get_by_role("row").filter(has_text="01_loss").inner_text()
        log_in(opened, "eve").get_by_text("Invalid username or password").wait_for()
    (feedback,) = (homes / "ben").glob("01_loss/feedback/*/01_loss.html")
    assert "01_loss (Score: 0.0 / 10.0)" in feedback.read_text()
    with gradebook(homes / "instructor/backprop") as book:
        anna, ben = (book.find_submission("01_loss", name) for name in ("anna", "ben"))
        assert anna.total_seconds_late == 0 < ben.total_seconds_late
    machine.follow("What goes wrong")


def test_the_page_shows_the_hubs_settings_as_they_are():
    settings = (ROOT / "docs/hub/jupyterhub_config.py").read_text(encoding="utf-8")
    assert f"```python\n{settings}```" in PAGE
