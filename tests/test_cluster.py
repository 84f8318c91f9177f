"""The same gradebook comes out of a Dask cluster, whatever happens to its workers and scheduler."""

import ast
import json
import os
import signal
import socket
import subprocess
import sys
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from bpgrade import autograde, sandbox
from bpgrade.grade import Grader, Job, environment
from tests.classes import booked, course, gradebook, scores
from tests.papers import COURSE, NAME, RIGHT, SECRET, filled, hand_in, paper, points

distributed = pytest.importorskip("distributed", reason="Dask is not installed")
dask = pytest.importorskip("dask")

from bpgrade import cluster  # noqa: E402  (it needs Dask)

HALF = {**RIGHT, "delta_B": "def delta_B(Y_hat, Y):\n    return Y_hat - Y"}  # 1 of 2
FATAL = {**RIGHT, "delta_B": "def delta_B(Y_hat, Y):\n    return 'kills every worker'"}


def keys(folder: Path) -> dict[str, str]:
    """Make keys and certificates; return how Dask's configuration names them."""
    made = distributed.security.Security.temporary()
    (folder / "ca.pem").write_text(made.tls_ca_file)
    named = {"ca-file": folder / "ca.pem"}
    for role in ("client", "scheduler", "worker"):
        path = folder / f"{role}.pem"
        path.write_text(getattr(made, f"tls_{role}_cert") + getattr(made, f"tls_{role}_key"))
        named |= {f"{role}.cert": path, f"{role}.key": path}
    return {f"distributed.comm.tls.{key}": str(path) for key, path in named.items()}


@pytest.fixture(scope="module", autouse=True)
def a_main_module():
    """Let processes start where IPython, in a test before, has put a main module of its own."""
    with pytest.MonkeyPatch.context() as patch:
        if not hasattr(sys.modules["__main__"], "__spec__"):
            patch.setattr(sys.modules["__main__"], "__spec__", None, raising=False)
        yield


@pytest.fixture(scope="module")
def encrypted(tmp_path_factory):
    """A cluster of two worker processes that talk TLS, and that a notebook can kill."""
    settings = {"comm.require-encryption": True, "scheduler.allowed-failures": 0}
    with (
        dask.config.set(keys(tmp_path_factory.mktemp("keys"))),
        dask.config.set({f"distributed.{key}": value for key, value in settings.items()}),
        distributed.LocalCluster(
            n_workers=2, threads_per_worker=1, dashboard_address=None, protocol="tls://"
        ) as made,
    ):
        with distributed.Client(made) as client:
            client.register_plugin(Deadly())
        yield made.scheduler_address


class Deadly(distributed.WorkerPlugin):
    """Has a worker die of a submission, as it would of a hole in its sandbox."""

    def setup(self, worker):
        from bpgrade import marking

        mark = marking.mark

        def deadly(name, notebook, *others):
            if "kills every worker" in str(notebook.cells):
                os._exit(1)
            return mark(name, notebook, *others)

        marking.mark = deadly


def test_a_class_is_graded_over_tls_and_a_notebook_that_kills_workers_is_a_zero(
    encrypted, tmp_path
):
    students = {f"s{i}": filled(HALF if i % 2 else RIGHT) for i in range(6)} | {"x": b"{"}
    here, there = (course(tmp_path / name, students) for name in ("here", "there"))
    hand_in(filled(FATAL), there / "submitted" / "fatal" / NAME)
    for folder in (here, there):
        (folder / "grading").mkdir()
        (folder / "grading" / "secret").write_text(SECRET)
    assert autograde.main(NAME, here, jobs=1) == 0
    assert encrypted.startswith("tls://")
    assert autograde.main(NAME, there, scheduler=encrypted) == 0

    assert [row for row in booked(there) if row[0] != "fatal"] == booked(here)
    for path in (here / "autograded").rglob("*.ipynb"):
        assert (there / path.relative_to(here)).read_text() == path.read_text()
    with gradebook(there) as book:
        fatal = book.find_submission(NAME, "fatal")
        assert (fatal.score, fatal.needs_manual_grade) == (0, True)
        assert book.find_comment("delta_B", NAME, NAME, "fatal").comment == (
            "Each worker that was given it died."
        )


@pytest.mark.parametrize("has", ["a certificate of another cluster", "none"])
def test_who_has_no_certificate_of_the_cluster_is_not_let_in(encrypted, has, tmp_path, monkeypatch):
    monkeypatch.setattr(cluster, "_CONNECT", 1)
    other = {key: path for key, path in keys(tmp_path).items() if ".client." in key}
    if has == "none":
        other = dict.fromkeys(other)
    refused = pytest.raises(cluster.ClusterError, match=r"No Dask scheduler answers at tls://")
    with dask.config.set(other), refused:
        list(cluster.Cluster(paper(), encrypted, print).grade([Job("anna", "nowhere")]))


def test_a_worker_is_told_no_name_no_secret_and_no_solution(tmp_path):
    grader = Grader(paper())
    job = Job("anna", str(hand_in(filled(HALF), tmp_path / "anna")))
    told = cluster.packed(grader.begin(job), grader.sheet).decode()
    assert "return Y_hat - Y" in told
    for kept in ("anna", str(tmp_path), SECRET, "solutions", f"{grader.begin(job).seed:x}"):
        assert kept not in told
    assert json.loads(told).keys() == {
        *("versions", "notebook", "cells", "probes", "limits", "files", "unsafe")
    }


@pytest.fixture
def threads():
    """A cluster in this process, whose worker can be meddled with."""
    with distributed.LocalCluster(
        n_workers=1, threads_per_worker=1, processes=False, dashboard_address=":0"
    ) as made:
        yield made.scheduler_address


@pytest.mark.parametrize("lacking", ["bubblewrap", "other versions"])
def test_a_worker_that_cannot_grade_as_this_machine_does_is_refused(
    threads, lacking, tmp_path, monkeypatch
):
    if lacking == "bubblewrap":
        monkeypatch.setattr(sandbox.shutil, "which", lambda _: None)
        monkeypatch.setattr(cluster, "shared", sandbox.Sandbox)
    else:
        told, code = cluster.packed, environment()["code"].encode()
        monkeypatch.setattr(cluster, "packed", lambda *of: told(*of).replace(code, b"another"))
    jobs = [Job("anna", str(hand_in(filled(), tmp_path)))]
    with pytest.raises(cluster.ClusterError, match=rf"The worker .* is not used\. .*{lacking}"):
        list(cluster.Cluster(paper(), threads, print).grade(jobs))


def test_without_a_scheduler_it_says_so_and_grades_nothing(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(cluster, "_CONNECT", 1)
    folder = course(tmp_path / "c", {"anna": filled()})
    assert autograde.main(NAME, folder, scheduler=f"tcp://127.0.0.1:{free_port()}") == 1
    assert "No Dask scheduler answers at tcp://127.0.0.1" in capsys.readouterr().err
    assert scores(folder) == {}


def test_without_dask_it_says_what_to_install(tmp_path, monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, "bpgrade.cluster", None)
    folder = course(tmp_path / "c", {"anna": filled()})
    assert autograde.main(NAME, folder, scheduler="tcp://127.0.0.1:1") == 1
    assert 'pip install "backprop-notebooks[cluster]"' in capsys.readouterr().err


def test_nothing_else_needs_dask():
    using = set()
    for path in Path(autograde.__file__).parent.rglob("*.py"):
        for node in ast.parse(path.read_text()).body:
            if isinstance(node, ast.Import | ast.ImportFrom):
                named = getattr(node, "module", "") or node.names[0].name
                using |= (
                    {path.name} if named in ("distributed", "dask", "bpgrade.cluster") else set()
                )
    assert using == {"cluster.py"}


def free_port() -> int:
    """Return a port on which nobody listens."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


@contextmanager
def processes(port: int):
    """Have a scheduler and a worker without TLS, each a process of its own; yield them."""
    common = ["--no-dashboard"]
    address = f"tcp://127.0.0.1:{port}"
    commands = (
        ["dask_scheduler", "--host", "127.0.0.1", "--port", str(port), *common],
        ["dask_worker", address, "--nthreads", "1", "--no-nanny", *common],
    )
    with ExitStack() as stack:
        stack.enter_context(dask.config.set({"distributed.comm.require-encryption": False}))
        started = [
            subprocess.Popen(
                [sys.executable, "-m", f"distributed.cli.{command}", *arguments],
                env={**os.environ, "PYTHONPATH": str(COURSE.root)},
                stderr=subprocess.DEVNULL,
            )
            for command, *arguments in commands
        ]
        for process in started:
            stack.callback(process.wait)
            stack.callback(process.kill)
        yield started


def test_a_scheduler_and_workers_that_are_killed_and_come_back_cost_nothing(tmp_path):
    jobs = [
        Job(f"s{i}", str(hand_in(filled(HALF if i % 2 else RIGHT), tmp_path / f"s{i}")))
        for i in range(8)
    ]
    port, said = free_port(), []
    graded = cluster.Cluster(paper(), f"tcp://127.0.0.1:{port}", said.append).grade(jobs)
    with processes(port) as started:
        found = [next(graded), next(graded)]
        for process in started:
            os.kill(process.pid, signal.SIGKILL)
    with processes(port):
        found += graded
    assert any("was lost; looking for it again" in line for line in said)
    assert {one.student: points(one) for one in found} == {
        job.student: 8 if i % 2 else 9 for i, job in enumerate(jobs)
    }
    assert len(found) == len(jobs)
