"""How fast the grader is beside plain nbgrader, and what happens when it is killed.

python -m benchmarks.grading cpu      CPU seconds a submission, side by side with plain nbgrader
python -m benchmarks.grading jobs     two jobs against one; from that, a class of 300 by six
python -m benchmarks.grading regrade  an unchanged class of 50
python -m benchmarks.grading figures  feedback beside drawing itself
python -m benchmarks.grading kills    50 kills at random moments, and the gradebook after them
python -m benchmarks.grading equal    the same points from plain nbgrader

Wall seconds mean something on a machine with nothing else to do; CPU seconds nearly always.
"""

import argparse
import contextlib
import io
import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import nbformat

from bpgrade.build import Course
from bpgrade.demo import STUDENTS, Sheet, _filled
from tests.classes import booked, course, scores

ROOT = Path(__file__).parents[1]
COURSE = Course(ROOT)
NAMES = COURSE.names()
KINDS = ("right", "one_mistake", "partly_right", "half_done", "right_unusual_style")
PLAIN = """
from nbgrader import converters
from nbgrader.apps import api, autogradeapp
api.Autograde = autogradeapp.Autograde = converters.Autograde
c.OverwriteCells.add_missing_cells = True
c.Execute.timeout = 30
c.Execute.iopub_timeout = 30
c.Execute.extra_arguments = ["--IPKernelApp.log_level=ERROR"]
c.Execute.shutdown_kernel = "immediate"
"""


def submissions(name: str, number: int, kinds: Sequence[str] = KINDS) -> dict[str, object]:
    """Return so many submissions of a notebook, by students of several kinds in turn."""
    sheet = Sheet.of(COURSE, name)
    made = [(kind, STUDENTS[kind](sheet)) for kind in kinds]
    given = [(kind, _filled(sheet, one)) for kind, one in made if one]
    return {f"{i:03d}_{given[i % len(given)][0]}": given[i % len(given)][1] for i in range(number)}


def timed(folder: Path, *command: str) -> tuple[float, float]:
    """Run a command in a course; return its wall and CPU seconds, its children's included."""
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-m", *command],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT), "OPENBLAS_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    wall = time.perf_counter() - start
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode:
        print(done.stdout, done.stderr, file=sys.stderr)
        raise SystemExit(f"{' '.join(command)} failed")
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return wall, cpu


def fresh(folder: Path) -> Path:
    """Return a folder that is not there."""
    shutil.rmtree(folder, ignore_errors=True)
    return folder


def cpu(folder: Path, number: int) -> None:
    """Compare the CPU seconds of a submission, the start of the command left out for both.

    What starting costs is seen in a run of one submission; the others cost the difference.
    """
    print("notebook        plain   here   times less    (CPU seconds a submission)")
    sums = [0.0, 0.0]
    for name in NAMES:
        costs = []
        for few, used, settings in (
            (1, _cpu_of_plain, {"plain": PLAIN}),
            (number, _cpu_of_ours, {}),
        ):
            start, whole = (
                used(course(fresh(folder / "c"), submissions(name, n), name, **settings), name)
                for n in (1, few + 1)
            )
            costs.append((whole - start) / few)
        sums = [total + cost for total, cost in zip(sums, costs, strict=True)]
        print(f"{name:14}{costs[0]:7.2f}{costs[1]:7.3f}{costs[0] / costs[1]:10.1f}", flush=True)
    print(f"{'all six':14}{sums[0]:7.2f}{sums[1]:7.3f}{sums[0] / sums[1]:10.1f}")


def _cpu_of_plain(folder: Path, name: str) -> float:
    return timed(folder, "nbgrader", "autograde", name)[1]


def _cpu_of_ours(folder: Path, name: str) -> float:
    """Grade in this process; what the sandbox used, which is no child of it, is added."""
    from bpgrade import autograde
    from bpgrade.sandbox import shared

    start = time.process_time()
    with contextlib.redirect_stdout(io.StringIO()):
        autograde.main(name, folder, jobs=1)
    own = time.process_time() - start
    return own + shared(points=True, unsafe=False).close()


def jobs(folder: Path, number: int) -> None:
    """Compare two jobs with one, and say what a class of 300 by six notebooks would take.

    The start of a command is seen in a run of one submission a job; the others cost the rest.
    """
    each = number // len(NAMES)
    later = []
    for many in (1, 2):
        few = whole = used = 0.0
        for name in NAMES:
            command = ("bpgrade", "grade", name, "--jobs", str(many))
            target = course(fresh(folder / "c"), submissions(name, many), name)
            few += timed(target, *command)[0]
            target = course(fresh(folder / "c"), submissions(name, many + each), name)
            wall, spent = timed(target, *command)
            whole, used = whole + wall, used + spent
        later.append((whole - few) / (each * len(NAMES)))
        print(
            f"{many} jobs: {each} x {len(NAMES)} submissions {whole:.1f} s, of which starting "
            f"{few:.1f} s; {later[-1]:.3f} s a submission; {_load()}",
            flush=True,
        )
    print(f"two jobs are {later[0] / later[1]:.2f} times as fast as one, after the start")
    total = few + (300 * len(NAMES) - 2 * len(NAMES)) * later[1]
    print(f"300 x 6 with two jobs: {total / 60:.1f} minutes, extrapolated")


def _load() -> str:
    return f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores"


def regrade(folder: Path, number: int) -> None:
    """Time the regrading of a class in which nothing has changed."""
    name = NAMES[3]
    target = course(fresh(folder / "c"), submissions(name, number), name)
    first, _ = timed(target, "bpgrade", "grade", name)
    again, spent = timed(target, "bpgrade", "grade", name)
    print(f"{number} submissions: {first:.1f} s, again {again:.1f} s (CPU {spent:.1f} s)")


def figures(_: Path, number: int) -> None:
    """Compare running a notebook for its page with running its cells in a warm process."""
    from bpgrade.feedback import draw
    from bpgrade.running import Limits
    from bpgrade.sandbox import shared
    from bpgrade.transplant import is_check

    sandbox = shared(points=False, unsafe=False)
    sandbox.open().close()
    print("notebook        page   cells   difference    (wall seconds)")
    for name in NAMES:
        differences = []
        for notebook in list(submissions(name, number, ("right",)).values()):
            start = time.perf_counter()
            draw(nbformat.from_dict(notebook), sandbox, Limits())
            page = time.perf_counter() - start
            session, cells = sandbox.open(), 0.0
            session.ask("cell", 60, source="None")
            for cell in notebook.cells:
                if cell.cell_type == "code" and not is_check(cell):
                    source = f"import time as t_\ns_ = t_.perf_counter()\n{cell.source}"
                    before = time.perf_counter()
                    session.ask("cell", 60, source=source)
                    cells += time.perf_counter() - before
            session.close()
            differences.append((page, cells))
        page, cells = min(differences)
        print(f"{name:14}{page:7.2f}{cells:8.2f}{page - cells:9.2f}", flush=True)


def kills(folder: Path, number: int) -> None:
    """Kill a class run at random moments; the gradebook must not show it."""
    name = NAMES[3]
    given = submissions(name, 10)
    undisturbed = course(fresh(folder / "undisturbed"), given, name)
    whole, _ = timed(undisturbed, "bpgrade", "grade", name, "--jobs", "2")
    moments = random.Random(0)
    disturbed = course(fresh(folder / "disturbed"), given, name)
    wrong = 0
    for i in range(number):
        if i % 5 == 0:
            disturbed = course(fresh(folder / "disturbed"), given, name)
        process = subprocess.Popen(
            [sys.executable, "-m", "bpgrade", "grade", name, "--jobs", "2", "--force"],
            cwd=disturbed,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        time.sleep(moments.uniform(0.3 * whole, whole))
        process.send_signal(signal.SIGKILL)
        process.wait()
        if i % 5 == 4:
            timed(disturbed, "bpgrade", "grade", name, "--jobs", "2")
            wrong += booked(disturbed) != booked(undisturbed)
            print(f"{i + 1} kills: {wrong} gradebooks differ", flush=True)


def equal(folder: Path, _: int) -> None:
    """Grade honest submissions of all notebooks both ways."""
    kinds = (
        "right",
        "right_unusual_style",
        "partly_right",
        "one_mistake",
        "half_done",
        "untouched",
    )
    differ = 0
    for name in NAMES:
        given = submissions(name, len(kinds), kinds)
        plain = course(fresh(folder / "plain"), given, name, plain=PLAIN)
        timed(plain, "nbgrader", "autograde", name)
        here = course(fresh(folder / "here"), given, name)
        timed(here, "bpgrade", "grade", name)
        same = scores(plain, name) == scores(here, name)
        differ += not same
        print(name, "the same" if same else (scores(plain, name), scores(here, name)), flush=True)
    print(f"{differ} notebooks differ")


WHAT: dict[str, tuple[Callable[[Path, int], None], int]] = {
    "cpu": (cpu, 10),
    "jobs": (jobs, 60),
    "regrade": (regrade, 50),
    "figures": (figures, 2),
    "kills": (kills, 50),
    "equal": (equal, 0),
}


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("what", choices=WHAT)
    parser.add_argument("--number", type=int)
    options = parser.parse_args()
    measure, usual = WHAT[options.what]
    with tempfile.TemporaryDirectory() as temporary:
        measure(Path(temporary), options.number or usual)
