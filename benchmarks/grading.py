"""How fast the grader is beside plain nbgrader, and what happens when it is killed.

python -m benchmarks.grading cpu      CPU seconds a submission, side by side with plain nbgrader
python -m benchmarks.grading jobs     two jobs against one; from that, a class of 300 by six
python -m benchmarks.grading regrade  an unchanged class of 50
python -m benchmarks.grading figures  grading and drawing for feedback, beside drawing itself
python -m benchmarks.grading kills    50 kills at random moments, and the gradebook after each
python -m benchmarks.grading equal    the same points from plain nbgrader
python -m benchmarks.grading all      all of these, one after the other

A number behind it is how many submissions or kills: ``cpu 1``, ``kills 50``; ``--notebooks`` leaves
out the others. A table ends the run: what was measured, what it must be, whether it is. Wall
seconds mean something on a machine with nothing else to do; CPU seconds nearly always.
"""

import argparse
import contextlib
import io
import os
import random
import resource
import shutil
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from bpgrade import autograde
from bpgrade.build import Course
from bpgrade.demo import STUDENTS, Sheet, filled
from bpgrade.feedback import draw
from bpgrade.running import Limits
from bpgrade.sandbox import shared
from bpgrade.transplant import is_check
from tests.classes import booked, command, course, scores

ROOT = Path(__file__).parents[1]
COURSE = Course(ROOT)
KINDS = ("half_done", "right", "one_mistake", "partly_right", "right_unusual_style")
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


@dataclass(frozen=True)
class Row:
    """One figure: what it is, what came out, what it must be, whether it is."""

    what: str
    measured: str
    wanted: str
    met: bool

    def __str__(self) -> str:
        return f"{self.what:52}{self.measured:>20}   {self.wanted:24}{'' if self.met else 'NO'}"


def submissions(name: str, number: int, kinds: Sequence[str] = KINDS) -> dict[str, object]:
    """Return so many submissions of a notebook, by students of several kinds in turn."""
    sheet = Sheet.of(COURSE, name)
    made = [(kind, STUDENTS[kind](sheet)) for kind in kinds]
    given = [(kind, filled(sheet, one)) for kind, one in made if one]
    return {f"{i:03d}_{given[i % len(given)][0]}": given[i % len(given)][1] for i in range(number)}


def timed(folder: Path, *arguments: str) -> tuple[float, float]:
    """Run a command in a course; return its wall and CPU seconds, its children's included."""
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    process = command(folder, *arguments)
    said, _ = process.communicate()
    wall = time.perf_counter() - start
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if process.returncode:
        print(said, file=sys.stderr)
        raise SystemExit(f"{' '.join(arguments)} failed")
    return wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def quietly(name: str, folder: Path) -> None:
    """Grade a class in this process, whose sandbox stays warm."""
    with contextlib.redirect_stdout(io.StringIO()):
        autograde.main(name, folder, jobs=1)


def fresh(folder: Path) -> Path:
    """Return a folder that is not there."""
    shutil.rmtree(folder, ignore_errors=True)
    return folder


def cpu(names: Sequence[str], folder: Path, number: int) -> list[Row]:
    """Compare the CPU seconds of a submission, the start of the command left out for both.

    What starting costs is seen in a run of one submission; the others cost the difference. Here,
    where one costs a fraction of what starting does, there are five times as many of them.
    """
    quietly(names[0], course(fresh(folder / "c"), submissions(names[0], 1), names[0]))  # imports
    shared(points=True, unsafe=False).close()
    print("notebook        plain   here   times less    (CPU seconds a submission)", flush=True)
    sums = [0.0, 0.0]
    for name in names:
        costs = []
        for used, few, settings in (
            (_cpu_of_plain, number, {"plain": PLAIN}),
            (_cpu_of_ours, 5 * number, {}),
        ):
            start, whole = (
                used(course(fresh(folder / "c"), submissions(name, n), name, **settings), name)
                for n in (1, 1 + few)
            )
            costs.append((whole - start) / few)
        sums = [total + cost for total, cost in zip(sums, costs, strict=True)]
        print(f"{name:14}{costs[0]:7.2f}{costs[1]:7.3f}{costs[0] / costs[1]:10.1f}", flush=True)
    plain, here = sums
    print(f"{'all':14}{plain:7.2f}{here:7.3f}{plain / here:10.1f}")
    what = f"CPU seconds, plain / here, {len(names)} notebooks"
    return [
        Row(what, f"{plain:.1f} / {here:.2f}", "", True),
        Row("  times less", f"{plain / here:.1f}", "at least 15", plain >= 15 * here),
    ]


def _cpu_of_plain(folder: Path, name: str) -> float:
    return timed(folder, "nbgrader", "autograde", name)[1]


def _cpu_of_ours(folder: Path, name: str) -> float:
    """Grade in this process; what the sandbox used, which is no child of it, is added."""
    start = time.process_time()
    quietly(name, folder)
    own = time.process_time() - start
    return own + shared(points=True, unsafe=False).close()


def jobs(names: Sequence[str], folder: Path, number: int) -> list[Row]:
    """Compare two jobs with one, and say what a class of 300 by six notebooks would take.

    The start of a command is seen in a run of one submission a job; the others cost the rest.
    """
    each = max(1, number // len(names))
    later = []
    for many in (1, 2):
        few = whole = 0.0
        for name in names:
            grade = ("bpgrade", "grade", name, "--jobs", str(many))
            few += timed(course(fresh(folder / "c"), submissions(name, many), name), *grade)[0]
            target = course(fresh(folder / "c"), submissions(name, many + each), name)
            whole += timed(target, *grade)[0]
        later.append((whole - few) / (each * len(names)))
        print(
            f"{many} jobs: {many + each} x {len(names)} submissions {whole:.1f} s, of which "
            f"starting {few:.1f} s; {later[-1]:.3f} s a submission; load "
            f"{os.getloadavg()[0]:.1f} on {os.cpu_count()} cores",
            flush=True,
        )
    faster = later[0] / later[1]
    total = few + (300 - 2) * len(names) * later[1]
    return [
        Row("two jobs, times as fast as one", f"{faster:.2f}", "at least 1.8", faster >= 1.8),
        Row(
            f"300 x {len(names)} with two jobs, extrapolated from {each * len(names)}",
            *(f"{total / 60:.1f} min", "under 6 min", total < 360),
        ),
    ]


def regrade(names: Sequence[str], folder: Path, number: int) -> list[Row]:
    """Time the regrading of a class in which nothing has changed."""
    target = course(fresh(folder / "c"), submissions(names[0], number), names[0])
    first, _ = timed(target, "bpgrade", "grade", names[0])
    again, spent = timed(target, "bpgrade", "grade", names[0])
    print(f"{number} submissions: {first:.1f} s, again {again:.1f} s (CPU {spent:.1f} s)")
    what = f"{number} submissions of {names[0]}, unchanged"
    return [Row(what, f"{again:.1f} s", "under 5 s", again < 5)]


def figures(names: Sequence[str], folder: Path, number: int) -> list[Row]:
    """Compare grading and running for a page with running the same cells in a warm process."""
    for points in (True, False):  # started before anything is timed
        shared(points=points, unsafe=False).open().close()
    print("notebook        points   page   cells   more    (wall seconds)", flush=True)
    rows = []
    for name in names:
        given = submissions(name, 1, ("right",))
        differences = []
        for _ in range(number):
            target = course(fresh(folder / "c"), given, name)
            quietly(name, target)
            differences.append((*_page_and_cells(next(iter(given.values()))), _seconds(target)))
        page, cells, points = min(differences, key=lambda d: d[0] - d[1] + d[2])
        more = points + page - cells
        print(f"{name:14}{points:8.2f}{page:7.2f}{cells:8.2f}{more:7.2f}", flush=True)
        what = f"{name}: points and figures, more than drawing"
        rows.append(Row(what, f"{more:.2f} s", "at most 0.4 s", more <= 0.4))
    return rows


def _seconds(folder: Path) -> float:
    """Return how long grading took the one submission of a course, as its record says."""
    with sqlite3.connect(folder / "grading" / "records.db") as database:
        return float(database.execute("SELECT seconds FROM submissions").fetchone()[0])


def _page_and_cells(notebook: object) -> tuple[float, float]:
    """Return how long a notebook takes run for its page, and its cells one after the other."""
    sandbox = shared(points=False, unsafe=False)
    start = time.perf_counter()
    draw(notebook, sandbox, Limits())
    page = time.perf_counter() - start
    session, cells = sandbox.open(), 0.0
    for cell in notebook.cells:
        if cell.cell_type == "code" and not is_check(cell):
            before = time.perf_counter()
            session.ask("cell", 60, source=cell.source)
            cells += time.perf_counter() - before
    session.close()
    return page, cells


def kills(names: Sequence[str], folder: Path, number: int) -> list[Row]:
    """Kill a class run at a random moment, run it again, compare the gradebooks; so many times.

    The moment: while it starts, or a little after a random number of submissions were booked.
    """
    name, moments = names[0], random.Random()
    given = {**submissions(name, 8), "unreadable": b"{"}
    undisturbed = course(fresh(folder / "undisturbed"), given, name)
    quietly(name, undisturbed)
    killed = differ = 0
    while killed < number:
        disturbed = course(fresh(folder / "disturbed"), given, name)
        process = command(disturbed, "bpgrade", "grade", name, "--jobs", "2")
        enough = moments.randrange(len(given))
        while len(scores(disturbed, name)) < enough and process.poll() is None:
            time.sleep(0.01)
        time.sleep(moments.uniform(0, 0.3 if enough else 5))
        if process.poll() is not None:
            continue  # it was done before the moment came
        process.kill()
        process.communicate()
        killed += 1
        before = len(scores(disturbed, name))
        quietly(name, disturbed)
        same = booked(disturbed) == booked(undisturbed)
        differ += not same
        print(
            f"kill {killed}: {before} of {len(given)} were in the gradebook; after another run "
            f"{'the same' if same else 'DIFFERENT'}",
            flush=True,
        )
    return [Row(f"{number} kills: gradebooks that differ", str(differ), "0", differ == 0)]


def equal(names: Sequence[str], folder: Path, _: int) -> list[Row]:
    """Grade honest submissions of all notebooks both ways."""
    kinds = (*KINDS, "untouched")
    differ = []
    for name in names:
        given = submissions(name, len(kinds), kinds)
        plain = course(fresh(folder / "plain"), given, name, plain=PLAIN)
        timed(plain, "nbgrader", "autograde", name)
        here = course(fresh(folder / "here"), given, name)
        timed(here, "bpgrade", "grade", name)
        same = scores(plain, name) == scores(here, name)
        differ += [] if same else [name]
        print(name, "the same" if same else (scores(plain, name), scores(here, name)), flush=True)
    what = f"{len(names)} notebooks, honest work: other points than plain"
    return [Row(what, ", ".join(differ) or "none", "none", not differ)]


MEASURES: dict[str, tuple[Callable[[Sequence[str], Path, int], list[Row]], int]] = {
    "cpu": (cpu, 2),
    "jobs": (jobs, 60),
    "regrade": (regrade, 50),
    "figures": (figures, 3),
    "kills": (kills, 50),
    "equal": (equal, 0),
}


def main() -> int:
    """Measure what is asked for; return 1 if a figure is not what it must be."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("what", choices=(*MEASURES, "all"))
    parser.add_argument("number", type=int, nargs="?", default=0, help="submissions, or kills")
    parser.add_argument("--notebooks", nargs="+", choices=COURSE.names(), default=COURSE.names())
    options = parser.parse_args()
    rows = []
    for name in MEASURES if options.what == "all" else (options.what,):
        measure, usual = MEASURES[name]
        with tempfile.TemporaryDirectory() as temporary:
            rows += measure(options.notebooks, Path(temporary), options.number or usual)
    print("", *rows, sep="\n")
    return 0 if all(row.met for row in rows) else 1


if __name__ == "__main__":
    sys.exit(main())
