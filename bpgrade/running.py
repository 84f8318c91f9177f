"""Run the cells of one notebook in the sandbox, and go on whatever one of them does.

A cell that does not end is interrupted, and not run again. After one that ends the process a fresh
process runs again what was run before, without it.
"""

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from nbformat import NotebookNode

from bpgrade.sandbox import Died, Sandbox, Session, Strange, TooLong

MOST_PROCESSES = 12  # of one submission: each that ends is followed by a fresh one
FAULTS = (Died, TooLong, Strange)
_DID = {
    Died: "ended the process",
    TooLong: "could not be interrupted",
    Strange: "sent a strange reply",
}


@dataclass(frozen=True)
class Limits:
    """Seconds that a cell or an answer, and a whole submission, may take."""

    cell: float = 30.0
    whole: float = 300.0


@dataclass
class Run:
    """A notebook on its way through the sandbox.

    Parameters
    ----------
    notebook : NotebookNode
        What is run; its cells get the outputs.
    sandbox : Sandbox
        Where.
    limits : Limits
        How long things may take.
    files : dict
        Files that lie beside the notebook, by name.
    keep : callable
        Makes the outputs of a cell from what the process sent.
    """

    notebook: NotebookNode
    sandbox: Sandbox
    limits: Limits
    files: dict[str, bytes]
    keep: Callable[[Any], list[NotebookNode]]
    session: Session | None = None
    processes: int = 0
    ran: list[int] = field(default_factory=list)
    fatal: set[int] = field(default_factory=set)
    blocked: dict[str, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)  # what the instructor should know

    def __post_init__(self) -> None:
        self.started = time.monotonic()

    @property
    def over(self) -> bool:
        """Whether the submission has used up its time."""
        return time.monotonic() > self.started + self.limits.whole

    def cell(self, i: int) -> None:
        """Run a cell, unless one like it ended a process before."""
        if self.over or i in self.fatal:
            return
        try:
            self._ensure()
            self.ran.append(i)
            self._cell(i)
        except FAULTS:
            self.end()

    def ask(self, what: str, **arguments: Any) -> dict[str, Any]:
        """Ask the process for something else.

        Raises
        ------
        Died, TooLong, Strange
            In place of an answer; the next thing is asked of a fresh process.
        """
        try:
            self._ensure()
            return self._request(what, **arguments)
        except FAULTS:
            self.end()
            raise

    def block(self, name: str) -> None:
        """Let a function fail at once whenever it is called from now on."""
        self.blocked[name] = f"{name} did not end when it was called"
        if self.session is not None:
            try:
                self._request("block", name=name, why=self.blocked[name])
            except FAULTS:
                self.end()

    def again(self) -> None:
        """Forget what was run, and start with a fresh process."""
        self.end()
        self.ran, self.processes = [], 0

    def end(self) -> None:
        """End the process."""
        if self.session is not None:
            self.session.close()
        self.session = None

    def finish(self) -> None:
        """End the process; raise `Strange` if it has said what nobody asked for."""
        if self.session is not None:
            try:
                self.session.finish()
            except (OSError, EOFError):
                raise Strange("The process ended by itself.") from None
            finally:
                self.session = None

    def _ensure(self) -> None:
        """Have a process in which everything was run that is to be run."""
        while self.session is None:
            self.processes += 1
            if self.processes > MOST_PROCESSES:
                raise Died("Too many processes of this submission have ended.")
            self.session = self.sandbox.open()
            try:
                if self.files:
                    files = {name: data.hex() for name, data in self.files.items()}
                    self._request("files", files=files)
                for i in self.ran:
                    if i not in self.fatal:
                        self._cell(i)
                self._block_again(self.blocked.items())
            except FAULTS:
                self.end()

    def _block_again(self, blocked: Iterable[tuple[str, str]]) -> None:
        for name, why in blocked:
            self._request("block", name=name, why=why)

    def _request(self, what: str, **arguments: Any) -> dict[str, Any]:
        assert self.session is not None
        left = self.started + self.limits.whole - time.monotonic()
        seconds = max(0.1, min(self.limits.cell, left))
        return self.session.ask(what, seconds, **arguments)

    def _cell(self, i: int) -> None:
        cell = self.notebook.cells[i]
        try:
            answer = self._request("cell", source=cell.source)
        except FAULTS as error:
            self.fatal.add(i)
            self.notes.append(f"cell {i + 1} {_DID[type(error)]}")
            cell.outputs = [error_output(type(error).__name__, str(error))]
            raise
        if answer.get("error") == "KeyboardInterrupt":
            self.fatal.add(i)
            self.notes.append(f"cell {i + 1} did not end")
        cell.outputs = self.keep(answer.get("outputs"))


def errors(outputs: Any) -> list[NotebookNode]:
    """Return the errors among the outputs that a process sent, as text and of bounded length."""
    found = [o for o in outputs if isinstance(o, dict)] if isinstance(outputs, list) else []
    return [
        error_output(str(o.get("ename", "")), str(o.get("evalue", "")), o.get("traceback"))
        for o in found
        if o.get("output_type") == "error"
    ][:3]


def error_output(kind: str, says: str, lines: Any = None) -> NotebookNode:
    """Return an error as a notebook holds it."""
    from nbformat.v4 import new_output

    lines = lines if isinstance(lines, list) else [f"{kind}: {says}"]
    text = [str(line)[:2000] for line in lines[:40]]
    return new_output("error", ename=kind[:100], evalue=says[:500], traceback=text)
