"""Grade submissions, one after the other or in several processes; nothing here writes a gradebook.

A submission in, a `Graded` out, whatever the submission holds. `Lanes` has several processes do
that (``python -m bpgrade.grade``), each with a sandbox of its own; the process that writes the
gradebook is another one.
"""

import contextlib
import hashlib
import itertools
import json
import os
import platform
import queue
import subprocess
import sys
import threading
import time
import traceback
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

import cattrs
import nbformat
import numpy as np

import bplib
from bpgrade import marking
from bpgrade.marking import Mark
from bpgrade.running import Limits
from bpgrade.sandbox import SandboxError, shared
from bpgrade.submission import Handed, Unreadable, read
from bpgrade.transplant import Transplanted, grade_id, is_answer, is_check, transplant
from bplib.checking.verdict import Verdict
from bplib.course import find
from bplib.course.probe import Probe
from bplib.finding import Finding


@dataclass(frozen=True)
class Job:
    """A submission to grade: who handed it in, and the folder."""

    student: str
    folder: str


@dataclass(frozen=True)
class Sheet:
    """What is the same for all submissions of a notebook.

    Parameters
    ----------
    name : str
        The notebook: "04_delta_b".
    master : str
        The notebook as it was handed out, its text.
    secret : str
        What probes are drawn from, in hexadecimal; the course keeps it.
    limits : Limits
        How long things may take.
    unsafe : bool
        Whether to do without a sandbox.
    files : tuple of str
        Files that lie beside the notebook: they are of the instructor's, by their path.
    handed : tuple of str
        Names of files that students hand in beside the notebook and may import.
    """

    name: str
    master: str
    secret: str
    limits: Limits = Limits()  # noqa: RUF009  (frozen)
    unsafe: bool = False
    files: tuple[str, ...] = ()
    handed: tuple[str, ...] = ()


@dataclass(frozen=True)
class Graded:
    """A graded submission.

    Parameters
    ----------
    student : str
        Who handed it in.
    status : str
        "graded", or "failed" where nothing could be read.
    reason : str
        Why it failed.
    look : tuple of str
        Why the instructor should look at it; empty if there is no reason.
    marks : tuple of Mark
        The verdicts, in the order of the notebook.
    notebook : str
        The graded notebook's text.
    seed : str
        What all its probes were drawn from, in hexadecimal.
    seconds : float
        How long it took.
    """

    student: str
    status: str
    reason: str
    look: tuple[str, ...]
    marks: tuple[Mark, ...]
    notebook: str
    seed: str
    seconds: float


@dataclass(frozen=True)
class Begun:
    """A submission that was read, and has not been run.

    Parameters
    ----------
    job : Job
        The submission.
    notebook : str
        Whose name tells the exercises: "04_delta_b".
    transplanted : Transplanted
        Its answers in the instructor's notebook.
    seed : int
        What all its probes are drawn from.
    files : dict
        Files that lie beside the notebook, by name.
    """

    job: Job
    notebook: str
    transplanted: Transplanted
    seed: int
    files: dict[str, bytes]

    def probe(self, exercise: str) -> Probe:
        """Draw the probe of an exercise; it is the same one every time."""
        rng = np.random.default_rng(marking.seed(self.seed.to_bytes(16), exercise))
        return find(exercise, notebook=self.notebook).probe(rng)


CONVERTER = cattrs.Converter()
_NOTHING = Handed((), "")
_AHEAD = 8  # submissions a process that may wait for the one that writes: it holds them


def to_json(graded: Graded) -> str:
    """Return a graded submission as one line of JSON."""
    return json.dumps(CONVERTER.unstructure(graded))


def from_json(text: str) -> Graded:
    """Return the graded submission that `to_json` was given."""
    return CONVERTER.structure(json.loads(text), Graded)


class Grader:
    """Grades submissions of one notebook in this process.

    Parameters
    ----------
    sheet : Sheet
        The notebook.
    """

    def __init__(self, sheet: Sheet):
        self.sheet = sheet
        self.master = nbformat.reads(sheet.master, as_version=4)
        self.exercises = tuple(grade_id(c) for c in self.master.cells if is_answer(c))
        self.sandbox = shared(points=True, unsafe=sheet.unsafe)

    def grade(self, job: Job) -> Graded:
        """Grade a submission.

        Raises
        ------
        SandboxError
            If there is no sandbox. Nothing about the submission raises.
        """
        start = time.monotonic()

        def whole() -> Graded:
            begun = self.begin(job)
            notebook, limits = begun.transplanted.notebook, self.sheet.limits
            marked = marking.mark(
                self.sheet.name, notebook, self.sandbox, begun.probe, limits, begun.files
            )
            return self.finish(begun, *marked)

        return replace(self.tried(job, whole), seconds=time.monotonic() - start)

    def tried(self, job: Job, do: Callable[[], Any]) -> Any:
        """Return what a function returns; where a submission stops it, that one as failed."""
        try:
            return do()
        except SandboxError:
            raise
        except Unreadable as error:
            return self.failed(job, "unreadable", f"It could not be read: {error}.")
        except Exception as error:
            traceback.print_exc()
            reason = f"The grader itself failed ({type(error).__name__}: {error})."
            return self.failed(job, "grader-failed", reason)

    def begin(self, job: Job) -> Begun:
        """Read a submission, and put its answers into the instructor's notebook."""
        folder = Path(job.folder)
        handed = read(folder, self.sheet.name, self.exercises)
        transplanted = transplant(self.master, handed)
        answers = json.dumps([cell.source for cell in transplanted.notebook.cells])
        secret = bytes.fromhex(self.sheet.secret)
        seed = marking.seed(secret, job.student, self.sheet.name, answers)
        return Begun(job, self.sheet.name, transplanted, seed, _beside(self.sheet, folder))

    def finish(self, begun: Begun, marks: tuple[Mark, ...], odd: tuple[str, ...]) -> Graded:
        """Put the marks of a submission into its notebook."""
        transplanted = begun.transplanted
        marking.write(transplanted.notebook, marks)
        look = [*transplanted.notes, *odd, *(f"{m.exercise}: {m.look}" for m in marks if m.look)]
        if len(transplanted.unanswered) == len(self.exercises):
            look.append("no answer of this notebook is in it")
        text = nbformat.writes(transplanted.notebook)
        seed = f"{begun.seed:032x}"
        whose = begun.job.student
        return Graded(whose, "graded", "", tuple(map(_line, look)), marks, text, seed, 0.0)

    def failed(self, job: Job, code: str, reason: str) -> Graded:
        """Return no points for anything, and say why wherever points would stand."""
        reason = _line(reason)
        finding = Finding(code, reason, "Show this to your instructor, and hand in again.")
        notebook = transplant(self.master, _NOTHING).notebook
        marks = []
        for cell in filter(is_check, notebook.cells):
            most = float(cell.metadata.nbgrader.points)
            verdict = Verdict(marking.exercise_of(cell), (finding,), points=most)
            marks.append(Mark(verdict, most))
            cell.outputs = marking.verdict_outputs(marks[-1])
        text = nbformat.writes(notebook)
        return Graded(job.student, "failed", reason, (reason,), tuple(marks), text, "", 0.0)


def _line(text: str) -> str:
    """Return text that students may have a part in as one printable line."""
    return "".join(c if c.isprintable() else " " for c in text)[:500]


def _beside(sheet: Sheet, folder: Path) -> dict[str, bytes]:
    """Return the files that lie beside the notebook: the instructor's, and listed ones."""
    files = {Path(name).name: Path(name).read_bytes() for name in sheet.files}
    for name in sheet.handed:
        path = folder / name
        if path.is_file() and not path.is_symlink() and path.stat().st_size < 2**20:
            files.setdefault(name, path.read_bytes())
    return files


# --- what a result depends on -------------------------------------------------------------------


def key(sheet: Sheet, job: Job) -> str:
    """Return a name for all that a result depends on.

    Its three parts stand for the files that were handed in; the notebook, its settings and the
    secret; versions and code. So two of them tell what is different.
    """
    folder = Path(job.folder)
    handed = hashlib.sha256()
    for path in sorted(p for p in folder.rglob("*") if p.is_file() and not p.is_symlink()):
        handed.update(repr((path.relative_to(folder).as_posix(), path.stat().st_size)).encode())
        handed.update(path.read_bytes())
    asked = hashlib.sha256()
    settings = (sheet.name, sheet.master, sheet.secret, sheet.limits, sheet.handed, job.student)
    asked.update(repr(settings).encode())
    for name in sheet.files:
        asked.update(Path(name).read_bytes())
    versions = hashlib.sha256(repr(environment()).encode())
    return ".".join(digest.hexdigest()[:32] for digest in (handed, asked, versions))


@cache
def environment() -> dict[str, str]:
    """Return the versions that a verdict depends on, and a digest of the code that makes it."""
    code = hashlib.sha256()
    for package in (Path(bplib.__file__).parent, Path(__file__).parent):
        for path in sorted(package.rglob("*.py")):
            code.update(path.read_bytes())
    return {
        "python": platform.python_version(),
        "numpy": np.__version__,
        "bplib": bplib.__version__,
        "code": code.hexdigest()[:16],
    }


# --- several processes ----------------------------------------------------------------------------


class Lanes:
    """Processes that grade at the same time, each with a sandbox of its own.

    Parameters
    ----------
    sheet : Sheet
        The notebook.
    number : int
        How many. One grades in this very process.
    """

    def __init__(self, sheet: Sheet, number: int):
        self.sheet, self.number = sheet, number
        self._own = threading.local()
        self._processes: list[Any] = []

    def grade(self, jobs: Iterable[Job]) -> Iterator[Graded]:
        """Yield graded submissions as they become ready.

        Raises
        ------
        SandboxError
            If there is no sandbox.
        """
        if self.number == 1:
            yield from map(Grader(self.sheet).grade, jobs)
            return
        jobs = iter(jobs)
        with ThreadPoolExecutor(self.number) as pool:
            try:
                ahead = itertools.islice(jobs, _AHEAD * self.number)
                waiting = {pool.submit(self._grade, job) for job in ahead}
                while waiting:
                    done, waiting = wait(waiting, return_when=FIRST_COMPLETED)
                    for one in done:
                        waiting |= {pool.submit(self._grade, j) for j in itertools.islice(jobs, 1)}
                        yield one.result()
            finally:
                pool.shutdown(wait=False, cancel_futures=True)
                for process in self._processes:
                    with contextlib.suppress(OSError):
                        process.stdin.close()  # it ends, and its sandbox with it
                    try:
                        process.wait(5)
                    except subprocess.TimeoutExpired:
                        process.kill()

    def _grade(self, job: Job) -> Graded:
        """Have this thread's process grade a submission; a fresh one if it has ended."""
        for _ in range(2):
            process = getattr(self._own, "process", None) or self._start()
            with contextlib.suppress(OSError, ValueError):
                process.stdin.write(json.dumps([job.student, job.folder]) + "\n")
                process.stdin.flush()
                line = process.stdout.readline()
                answer = json.loads(line) if line else None
                if isinstance(answer, dict) and "refused" in answer:
                    raise SandboxError(answer["refused"])
                if answer is not None:
                    return from_json(line)
            self._own.process = None
        return Grader(self.sheet).failed(job, "grader-failed", "The process that grades ended.")

    def _start(self) -> Any:
        paths = [str(Path(__file__).parents[1]), os.environ.get("PYTHONPATH", "")]
        process = subprocess.Popen(
            [sys.executable, "-m", "bpgrade.grade"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, paths))},
        )
        self._processes.append(process)
        assert process.stdin is not None
        process.stdin.write(json.dumps(CONVERTER.unstructure(self.sheet)) + "\n")
        self._own.process = process
        return process


def serve() -> None:
    """Grade what comes in, a line of JSON each: first the sheet, then jobs."""
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # nothing else is to be said there
    grader = Grader(CONVERTER.structure(json.loads(sys.stdin.readline()), Sheet))
    lines: queue.Queue[str] = queue.Queue()
    threading.Thread(target=_listen, args=(lines, grader), daemon=True).start()
    while True:
        try:
            answer = to_json(grader.grade(Job(*json.loads(lines.get()))))
        except SandboxError as error:
            answer = json.dumps({"refused": str(error)})
        answers.write(answer + "\n")
        answers.flush()


def _listen(lines: queue.Queue[str], grader: Grader) -> None:
    """Pass on what comes in; end this process as soon as the one that started it is gone."""
    for line in sys.stdin:
        lines.put(line)
    grader.sandbox.close()
    os._exit(0)


if __name__ == "__main__":
    serve()
