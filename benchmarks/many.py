"""What grading costs from a class to a platform: N submissions made from real ones, in one go.

python -m benchmarks.many 60 600                 one row a number of submissions
python -m benchmarks.many 600 --kills 0 20       20 random kills on the way: the same gradebook?
python -m benchmarks.many 600 --workers 2        through Dask, workers on this machine
python -m benchmarks.many 600 --database URL     another gradebook than SQLite; it must be empty
python -m benchmarks.many --plot                 draw the table of docs/scale.md

Every submission is another one: for each exercise the course's solution, or one of the answers,
right and wrong, of tests/answers. CPU seconds are those of all processes that ran; they are
comparable on a machine that does other things, wall seconds are not.
"""

import argparse
import contextlib
import ctypes
import hashlib
import inspect
import os
import random
import re
import resource
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from nbgrader.api import Student

from bpgrade.demo import Sheet
from tests.answers import answers
from tests.classes import booked, course, gradebook
from tests.papers import COURSE, filled, hand_in

_SUBREAPER = 36  # PR_SET_CHILD_SUBREAPER: orphans come to this process, and their CPU seconds


def made(name: str, number: int, seed: int = 1) -> Iterator[tuple[str, object]]:
    """Yield so many students and what they hand in; half of their answers are the solution's."""
    sheet, rng = Sheet.of(COURSE, name), random.Random(seed)
    others = {exercise: list(_texts(name, exercise)) for exercise in sheet.right}
    for i in range(number):
        given = {
            exercise: f"# {i}\n{rng.choice([right, rng.choice(others[exercise] or [right])])}"
            for exercise, right in sheet.right.items()
        }
        yield f"student{i:05d}", filled(given, sheet=sheet)


def _texts(name: str, exercise: str) -> Iterator[str]:
    for answer in answers(name, exercise):
        if "endless" not in answer.code:
            text = inspect.getsource(answer.function)
            yield text[re.search("^def ", text, re.M).start() :]


@dataclass
class Grading:
    """A course that is graded from beginning to end, whatever is killed on the way.

    Parameters
    ----------
    folder : Path
        The course.
    name : str
        The notebook.
    arguments : list of str
        Of the command.
    """

    folder: Path
    name: str
    arguments: list[str]
    peak: int = 0  # bytes of memory of the process that writes
    writer: dict[int, float] = field(default_factory=dict)  # its CPU seconds; a kill starts another
    done: list[str] = field(default_factory=list)  # what was killed

    def run(self, kills: list[int], workers: Callable[[int], list[int]]) -> None:
        """Grade; kill the writer or a worker when so many are graded."""
        moments = random.Random(7)
        process = self._start()
        while process.poll() != 0:
            if process.poll() is not None:
                if process.returncode != -signal.SIGKILL:
                    raise SystemExit((self.folder / "said").read_text()[-2000:])
                process = self._start()
            self._look(process.pid)
            if kills and self._graded() >= kills[0]:
                time.sleep(moments.uniform(0, 0.5))
                kind = moments.choice(("writer", "worker", "worker"))
                victims = [process.pid] if kind == "writer" else workers(process.pid)
                with contextlib.suppress(ProcessLookupError, IndexError):  # none is there: later
                    os.kill(moments.choice(victims), signal.SIGKILL)
                    self.done.append(kind)
                    kills.pop(0)
            time.sleep(0.1 if kills else 0.5)

    def _start(self) -> subprocess.Popen[bytes]:
        with (self.folder / "said").open("ab") as said:
            return subprocess.Popen(
                [sys.executable, "-m", "bpgrade", "grade", self.name, *self.arguments],
                cwd=self.folder,
                env={**os.environ, "PYTHONPATH": str(COURSE.root), "OPENBLAS_NUM_THREADS": "1"},
                stdout=said,
                stderr=said,
            )

    def _look(self, pid: int) -> None:
        with contextlib.suppress(OSError, TypeError):  # it has ended
            status = Path(f"/proc/{pid}/status").read_text()
            peak = re.search(r"VmHWM:\s+(\d+)", status)[1]
            self.peak = max(self.peak, 1024 * int(peak))
            user, system = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[11:13]
            self.writer[pid] = (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")

    def _graded(self) -> int:
        records = sqlite3.connect(self.folder / "grading" / "records.db", timeout=60)
        with contextlib.closing(records), contextlib.suppress(sqlite3.OperationalError):
            return int(records.execute("SELECT count(*) FROM submissions").fetchone()[0])
        return 0  # there are no tables yet


def lanes(pid: int) -> list[int]:
    """Return the processes that grade for a command of this machine's."""
    threads = Path(f"/proc/{pid}/task").glob("*/children")
    found = [child for path in threads for child in path.read_text().split()]
    return [int(child) for child in found]


def used() -> float:
    """Return the CPU seconds of this process, and of all that came of it and are gone."""
    with contextlib.suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
    both = map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(usage.ru_utime + usage.ru_stime for usage in both)


def size(path: Path) -> int:
    """Return the bytes of a file, or of all files in a folder."""
    return sum(p.stat().st_size for p in (path, *path.rglob("*")) if p.is_file())


@contextlib.contextmanager
def cluster(number: int, folder: Path) -> Iterator[tuple[list[str], Callable[[int], list[int]]]]:
    """Have so many Dask workers on this machine; yield the arguments, and who the workers are."""
    from distributed import LocalCluster

    with LocalCluster(
        n_workers=number, threads_per_worker=1, dashboard_address=None, local_directory=str(folder)
    ) as made_up:
        nannies = made_up.workers.values()
        yield (
            ["--scheduler", made_up.scheduler_address],
            lambda _: [nanny.pid for nanny in nannies if nanny.pid],
        )


def handed_in(options: argparse.Namespace, number: int, folder: Path) -> Path:
    """Make the course, its roster and its submissions; return its folder."""
    setting = f"c.CourseDirectory.db_url = {options.database!r}" if options.database else ""
    target = course(folder, {}, options.notebook, database=setting)
    with gradebook(target) as book:
        book.db.add_all(Student(id=f"student{i:05d}") for i in range(number))
        book.db.commit()
    for student, notebook in made(options.notebook, number):
        place = target / "submitted" / student / options.notebook
        hand_in(notebook, place, f"{options.notebook}.ipynb")
    (target / "grading").mkdir()
    (target / "grading" / "secret").write_text("5ec2e7")  # the same probes every time
    return target


def measure(options: argparse.Namespace, target: Path, number: int, kills: int) -> str:
    """Grade so many, killing on the way; print a row; return a digest of the gradebook."""
    due = sorted(random.Random(number).sample(range(number), kills))
    before, start = used(), time.perf_counter()
    with contextlib.ExitStack() as stack:
        arguments, workers = ["--jobs", str(options.jobs)], lanes
        if options.workers:
            arguments, workers = stack.enter_context(cluster(options.workers, target))
        grading = Grading(target, options.notebook, arguments)
        grading.run(due, workers)
    wall = time.perf_counter() - start
    cpu, writer = used() - before, sum(grading.writer.values())
    sizes = [target / "autograded", target / "grading" / "records.db", target / "gradebook.db"]
    digest = hashlib.sha256(repr(booked(target)).encode()).hexdigest()[:12]
    print(
        f"{number:7}{wall:9.1f}{cpu / number:9.3f}{writer / number:9.3f}{wall / number:9.3f}"
        f"{grading.peak / 2**20:7.0f}",
        *(f"{size(path) / number / 1000:10.1f}" for path in sizes),
        f" {digest}  {os.getloadavg()[0]:4.1f}  {dict(Counter(grading.done)) or ''}",
        flush=True,
    )
    return digest


def plot() -> None:
    """Draw the table of docs/scale.md beside it."""
    import matplotlib.pyplot as plt

    docs = COURSE.root / "docs"
    number = r"\s*([\d.]+)(?: MB)?\s*"
    row = re.compile(rf"^\|{'[|]'.join([number] * 6)}\|$", re.M)
    rows = [tuple(map(float, found)) for found in row.findall((docs / "scale.md").read_text())]
    count, _, _, each, writer, memory = zip(*rows, strict=True)
    figure, (left, right) = plt.subplots(1, 2, figsize=(7, 2.6), layout="constrained")
    left.semilogx(count, each, "o-", color="#0072B2", label="all processes")
    left.semilogx(count, writer, "s--", color="#D55E00", label="the one that writes")
    left.set(ylim=(0, 1.3 * max(each)), xlabel="submissions", title="CPU seconds a submission")
    left.legend(loc=(0.02, 0.29), frameon=False, fontsize="small")
    right.loglog(count, memory, "s--", color="#D55E00")
    right.axhline(1024, color="0.5", linewidth=1)
    right.text(count[0], 1100, "1 GB", color="0.35", fontsize="small")
    right.set(ylim=(50, 3000), xlabel="submissions", title="Memory of the one that writes, MB")
    for axes in (left, right):
        axes.spines[["top", "right"]].set_visible(False)
        axes.title.set_fontsize("medium")
        axes.set_xticks([100, 1000, 10000], ["100", "1,000", "10,000"])
    right.set_yticks([100, 1000], ["100", "1,000"])
    figure.savefig(docs / "images" / "scale.png", dpi=150)


def main() -> int:
    """Measure what is asked for; return 1 if a gradebook is not as it must be."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("numbers", type=int, nargs="*", metavar="N")
    parser.add_argument("--plot", action="store_true")
    parser.add_argument("--notebook", default="04_delta_b", choices=COURSE.names())
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--workers", type=int, default=0, help="of Dask's, in place of jobs")
    parser.add_argument("--kills", type=int, nargs="+", default=[0])
    parser.add_argument("--database", default="", metavar="URL")
    options = parser.parse_args()
    if options.plot:
        plot()
    ctypes.CDLL(None).prctl(_SUBREAPER, 1, 0, 0, 0)
    print(f"{'seconds a notebook':>43}{'peak':>7}   kB a notebook of")
    print(f"{'N':>7}{'wall s':>9}{'CPU':>9}{'writer':>9}{'wall':>9}{'MB':>7}", end="")
    print(f"{'autograded':>11}{'records':>11}{'gradebook':>11}  its digest    load  killed")
    same = True
    for number in options.numbers:
        digests = set()
        for kills in options.kills:
            with tempfile.TemporaryDirectory() as temporary:
                target = handed_in(options, number, Path(temporary, "c"))
                digests.add(measure(options, target, number, kills))
        same &= len(digests) == 1
    return 0 if same else 1


if __name__ == "__main__":
    sys.exit(main())
