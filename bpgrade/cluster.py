"""Grade on a Dask cluster: workers run and judge answers, this process reads and writes.

What goes to a worker is the code of one notebook and the probes to be put to it; what comes back is
the marks: JSON both ways. A worker needs this package and bubblewrap. It sees no gradebook, no
solution, no secret, no name of a student and no file of the course.
"""

import contextlib
import json
import logging
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, CancelledError
from dataclasses import asdict, replace
from functools import partial
from typing import Any

import nbformat
from distributed import Client, Future, KilledWorker, get_worker, wait

from bpgrade import marking
from bpgrade.grade import CONVERTER, Begun, Graded, Grader, Job, Sheet, environment
from bpgrade.marking import Mark
from bpgrade.running import Limits
from bpgrade.sandbox import SandboxError, shared
from bpgrade.transplant import is_check
from bplib.checking import travel

_AHEAD = 3  # submissions a core that are sent before it asks for them
_MOST_AHEAD = 200  # on any cluster: this process holds them
_CONNECT = 60  # seconds that a scheduler may take to answer
_CLOSE = 5  # seconds to take leave of it
_LOOK = 5  # seconds without a result until the cluster is looked at
_RETRIES = 2  # of a task that a worker could not do
_MOST_LOSSES = 5  # of the scheduler, with nothing graded in between
_MOST_REFUSALS = 50  # of workers: what starts them may start more of the kind for ever


class ClusterError(SandboxError):
    """There is no cluster that could grade; the message says why."""


_KEPT = "What is graded is kept: run the same command again when it is there."

# --- on a worker ----------------------------------------------------------------------------------


def answer(task: bytes) -> bytes:
    """Mark one submission: a function of its answers and its probes, and of nothing else.

    Parameters
    ----------
    task : bytes
        JSON, as `packed` makes it.

    Returns
    -------
    bytes
        JSON: "marks", "odd", "errors" (outputs by the number of the cell) and "seconds"; or
        "refused", why this worker does not do it, and "worker", its address.
    """
    asked = json.loads(task)
    start = time.monotonic()
    notebook = nbformat.from_dict({"cells": asked["cells"]})
    files = {name: bytes.fromhex(data) for name, data in asked["files"].items()}
    try:
        if asked["versions"] != environment():
            raise SandboxError(f"It has other versions than the grader: {environment()}.")
        marks, odd = marking.mark(
            asked["notebook"],
            notebook,
            shared(points=True, unsafe=asked["unsafe"]),
            lambda exercise: travel.probe_from_json(asked["probes"][exercise].encode()),
            Limits(**asked["limits"]),
            files,
        )
    except SandboxError as error:
        return json.dumps({"refused": str(error), "worker": get_worker().address}).encode()
    outputs = {i: cell.get("outputs") for i, cell in enumerate(notebook.cells)}
    answered = {
        "marks": CONVERTER.unstructure(marks),
        "odd": odd,
        "errors": {i: given for i, given in outputs.items() if given},
        "seconds": time.monotonic() - start,
    }
    return json.dumps(answered).encode()


# --- in the process that writes -------------------------------------------------------------------


def packed(begun: Begun, sheet: Sheet) -> bytes:
    """Return what a worker is told of a submission."""
    cells = begun.transplanted.notebook.cells
    code = [{**c, "source": c.source if c.cell_type == "code" else ""} for c in cells]
    exercises = [marking.exercise_of(cell) for cell in filter(is_check, cells)]
    task = {
        "versions": environment(),
        "notebook": sheet.name,
        "cells": code,
        "probes": {e: travel.to_json(begun.probe(e)).decode() for e in exercises},
        "limits": asdict(sheet.limits),
        "files": {name: data.hex() for name, data in begun.files.items()},
        "unsafe": sheet.unsafe,
    }
    return json.dumps(task).encode()


class Cluster:
    """The workers of a Dask cluster, to be used like `grade.Lanes`.

    Parameters
    ----------
    sheet : Sheet
        The notebook.
    address : str
        Of the scheduler: ``tls://host:8786``. Keys and certificates are those of Dask's own
        configuration.
    warn : callable
        Is told, in words, what goes wrong without ending the grading.
    """

    def __init__(self, sheet: Sheet, address: str, warn: Callable[[str], None]):
        self.grader, self.address, self.warn = Grader(sheet), address, warn
        self._jobs: deque[Job] = deque()
        self._suspects: deque[Job] = deque()  # several workers died that had them
        self._alone: Job | None = None  # the suspect that has the whole cluster to itself
        self._waiting: dict[Future, Begun] = {}
        self._losses = self._refusals = 0  # with nothing graded in between
        self._refused: set[str] = set()  # workers
        self._idle = False
        for name in ("distributed", "distributed.client", "tornado.application"):
            logging.getLogger(name).setLevel(logging.CRITICAL)  # what matters is said here

    def grade(self, jobs: Iterable[Job]) -> Iterator[Graded]:
        """Yield graded submissions as they become ready.

        Raises
        ------
        ClusterError
            If there is no scheduler, or it is gone for good, or no worker will do.
        """
        self._jobs.extend(jobs)
        while self._jobs or self._suspects:
            try:
                with self._client() as client:
                    yield from self._through(client)
            except CancelledError:  # so Dask calls what a lost scheduler was to do
                self._lost()

    @contextlib.contextmanager
    def _client(self) -> Iterator[Client]:
        try:
            client = Client(self.address, timeout=_CONNECT)
        except Exception as error:  # whatever comes of what is no Dask scheduler
            raise ClusterError(
                f"No Dask scheduler answers at {self.address}: {error} {_KEPT}"
            ) from None
        try:
            yield client
        finally:
            with contextlib.suppress(Exception):  # whatever comes of one that is gone
                client.close(timeout=_CLOSE)

    def _lost(self) -> None:
        self._losses += 1
        if self._losses > _MOST_LOSSES:
            raise ClusterError(
                f"The scheduler {self.address} was lost {self._losses} times in a row. {_KEPT}"
            ) from None
        self.warn(f"The scheduler {self.address} was lost; looking for it again.")
        self._jobs.extendleft(begun.job for begun in self._waiting.values())
        self._waiting.clear()

    def _through(self, client: Client) -> Iterator[Graded]:
        """Yield all that can be graded through one connection."""
        while True:
            for job in self._next(client):
                begun = self.grader.tried(job, partial(self._send, client, job))
                if begun is not None:  # it has failed
                    yield begun
            if not self._waiting:
                return
            with contextlib.suppress(TimeoutError):
                for future in wait(list(self._waiting), _LOOK, return_when=FIRST_COMPLETED).done:
                    graded = self._received(client, future, self._waiting.pop(future))
                    if graded is not None:
                        self._losses = self._refusals = 0
                        yield graded

    def _next(self, client: Client) -> Iterator[Job]:
        """Yield what is to be sent now: enough for all cores, or one suspect by itself."""
        threads = client.scheduler_info(n_workers=0)["total_threads"]
        if not threads and not self._idle:
            self.warn(f"{self.address} has no workers; waiting for some.")
        self._idle = not threads
        most = min(_MOST_AHEAD, _AHEAD * max(1, threads))
        while self._jobs and len(self._waiting) < most:
            yield self._jobs.popleft()
        if self._suspects and not self._waiting:
            self._alone = self._suspects.popleft()
            yield self._alone

    def _send(self, client: Client, job: Job) -> None:
        begun = self.grader.begin(job)
        task = packed(begun, self.grader.sheet)
        self._waiting[client.submit(answer, task, pure=False, retries=_RETRIES)] = begun

    def _received(self, client: Client, future: Future, begun: Begun) -> Graded | None:
        """Return the result in a future; None if another worker is to try."""
        error = future.exception() if future.status == "error" else None
        if isinstance(error, KilledWorker):
            return self._killed(begun.job)
        if isinstance(error, ImportError):
            raise ClusterError(f"This package is not on the workers of {self.address}: {error}.")
        if error is None:
            answered = json.loads(future.result())
            future.release()  # or the worker could not be retired
            if "refused" in answered:
                self._refuse(client, begun.job, **answered)
                return None
        return self.grader.tried(begun.job, lambda: self._finished(begun, error or answered))

    def _finished(self, begun: Begun, answered: dict[str, Any] | BaseException) -> Graded:
        if isinstance(answered, BaseException):
            raise answered
        for i, outputs in answered["errors"].items():
            begun.transplanted.notebook.cells[int(i)].outputs = nbformat.from_dict(outputs)
        marks = CONVERTER.structure(answered["marks"], tuple[Mark, ...])
        graded = self.grader.finish(begun, marks, tuple(answered["odd"]))
        return replace(graded, seconds=answered["seconds"])

    def _killed(self, job: Job) -> Graded | None:
        """Give up a submission whose workers die even where it is the only one."""
        if job is self._alone:
            return self.grader.failed(job, "grader-failed", "Each worker that was given it died.")
        self._suspects.append(job)  # or what stood beside it was to blame
        return None

    def _refuse(self, client: Client, job: Job, worker: str, refused: str) -> None:
        """Do without a worker that has no sandbox, or another version of the course."""
        self._jobs.append(job)
        self._refusals += 1
        client.retire_workers([worker])
        said = f"The worker {worker} is not used. {refused}"
        left = client.scheduler_info(n_workers=0)["n_workers"]
        if not left or self._refusals > _MOST_REFUSALS:
            raise ClusterError(said)
        if worker not in self._refused:
            self._refused.add(worker)
            self.warn(said)
