"""Mark one submission: run what its answers need in the sandbox, and judge what they return.

Probes are drawn here and replies are judged here. What a learner's process says is data: a reply
that does not fit its probe, a second reply or none is worth nothing, and says so.
"""

import hashlib
import hmac
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

import numpy as np
from nbformat import NotebookNode

from bpgrade.names import hides_code, needed, reachable, uses_complex_numbers
from bpgrade.sandbox import Died, Sandbox, Session, Strange, TooLong
from bpgrade.stand_ins import StandIns
from bpgrade.transplant import EXTRA, Transplanted, grade_id, is_answer, is_check
from bplib.checking import travel
from bplib.checking.call import Reply
from bplib.checking.explain import by_numbers
from bplib.checking.judge import judge
from bplib.checking.verdict import Verdict
from bplib.course import find
from bplib.course.probe import Case, Function, Probe
from bplib.finding import Finding

_MOST_PROCESSES = 12  # of one submission: each that ends is followed by a fresh one


@dataclass(frozen=True)
class Limits:
    """Seconds that a submission may take."""

    cell: float = 30.0
    whole: float = 300.0


@dataclass(frozen=True)
class Mark:
    """The verdict on one answer.

    Parameters
    ----------
    verdict : Verdict
        What is right or wrong.
    most : float
        The points of a right answer.
    seconds : float
        How long it took to call it and to judge.
    look : str
        Why an instructor should look at it; "" if there is no reason.
    """

    verdict: Verdict
    most: float
    seconds: float = 0.0
    look: str = ""

    @property
    def exercise(self) -> str:
        """The function's name."""
        return self.verdict.exercise

    @property
    def points(self) -> float:
        """What the answer earns."""
        return self.most * self.verdict.credit


def seed(secret: bytes, *of: str) -> int:
    """Return what probes are drawn from: fixed for a submission, and not to be guessed."""
    return int.from_bytes(hmac.digest(secret, "\0".join(of).encode(), hashlib.sha256)[:16])


def mark(
    name: str,
    transplanted: Transplanted,
    sandbox: Sandbox,
    draw: Callable[[str], np.random.Generator],
    limits: Limits = Limits(),  # noqa: B008  (frozen)
    files: dict[str, bytes] | None = None,
) -> tuple[Mark, ...]:
    """Mark the answers of a notebook, and put verdicts and errors into its outputs.

    Parameters
    ----------
    name : str
        The notebook: "04_delta_b".
    transplanted : Transplanted
        The student's answers in the instructor's notebook, which is changed.
    sandbox : Sandbox
        Where answers run.
    draw : callable
        Returns for an exercise the generator that its probe is drawn from.
    limits : Limits
        How long things may take.
    files : dict, optional
        Files that lie beside the notebook, by name.

    Returns
    -------
    tuple of Mark
        In the order of the notebook.
    """
    marking = _Marking(name, transplanted.notebook, sandbox, draw, limits, files or {})
    marks = marking.run()
    for cell in transplanted.notebook.cells:
        if is_check(cell):
            cell.outputs = verdict_outputs(marks[exercise_of(cell)])
    return tuple(marks.values())


def exercise_of(check: NotebookNode) -> str:
    """Return the exercise that a check cell is about."""
    return grade_id(check).removeprefix("check_")


def verdict_outputs(given: Mark) -> list[NotebookNode]:
    """Return the outputs of a check cell, from which nbgrader reads the points."""
    from nbformat.v4 import new_output

    verdict = given.verdict
    if not verdict.credit:
        lines = str(verdict).splitlines()
        return [new_output("error", ename="CheckFailed", evalue=str(verdict), traceback=lines)]
    card = {"text/html": verdict._repr_html_(), "text/plain": str(verdict)}
    outputs = [new_output("display_data", card)]
    if verdict.credit < 1:
        points = {"text/plain": repr(float(given.points))}
        outputs.append(new_output("execute_result", points, execution_count=None))
    return outputs


@dataclass
class _Marking:
    """One submission on its way through the sandbox."""

    name: str
    notebook: NotebookNode
    sandbox: Sandbox
    draw: Callable[[str], np.random.Generator]
    limits: Limits
    files: dict[str, bytes]
    session: Session | None = None
    processes: int = 0
    ran: list[int] = field(default_factory=list)  # in this process, or to run again in the next
    fatal: set[int] = field(default_factory=set)  # cells that never ended, or ended the process
    blocked: dict[str, str] = field(default_factory=dict)
    marks: dict[str, Mark] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.started = time.monotonic()
        self.code = [i for i, c in enumerate(self.notebook.cells) if c.cell_type == "code"]
        self.checks = {i: exercise_of(self.notebook.cells[i]) for i in self.code if self._check(i)}
        self.sources = [
            cell.source
            for cell in self.notebook.cells
            if cell.cell_type == "code" and (is_answer(cell) or cell.metadata.get(EXTRA))
        ]

    def _check(self, i: int) -> bool:
        return is_check(self.notebook.cells[i])

    def run(self) -> dict[str, Mark]:
        """Run what the answers need; if that is not enough for all of them, all that there is."""
        few, all_of_it = self._chosen()
        try:
            self._pass(few)
            if few < all_of_it and not all(mark.verdict.right for mark in self.marks.values()):
                before = self.marks
                self._end()
                self.ran, self.marks, self.processes = [], {}, 0
                self._pass(all_of_it)
                self.marks = {
                    name: max(before[name], again, key=lambda mark: mark.points)
                    for name, again in self.marks.items()
                }
        finally:
            self._end()
        return self.marks

    def _chosen(self) -> tuple[set[int], set[int]]:
        """Return the cells that the answers need, and these with all the student's own."""
        cells = [i for i in self.code if i not in self.checks]
        sources = [self.notebook.cells[i].source for i in cells]
        own = {k for k, i in enumerate(cells) if self.notebook.cells[i].metadata.get(EXTRA)}
        answers = {k for k, i in enumerate(cells) if is_answer(self.notebook.cells[i])}
        trusted = set(range(len(cells))) - own - answers
        few = needed(sources, set(self.checks.values()), trusted)
        wanted = set(self.checks.values())
        for k in own:
            from bpgrade.names import names

            wanted |= names(sources[k]).used
        many = needed(sources, wanted, trusted) | own | answers
        return {cells[k] for k in few}, {cells[k] for k in many}

    def _pass(self, chosen: set[int]) -> None:
        for i in self.code:
            if i in self.checks:
                self._mark(i, self.checks[i])
            elif i in chosen and i not in self.fatal:
                self._run(i)
        last = max(chosen, default=-1)
        for i, exercise in self.checks.items():  # what stands below the check counts, too
            below = i < last and any(
                self.notebook.cells[k].metadata.get(EXTRA) for k in chosen if k > i
            )
            before = self.marks[exercise]
            if below and not before.verdict.right and exercise not in self.blocked:
                self._mark(i, exercise)
                self.marks[exercise] = max(
                    before, self.marks[exercise], key=lambda mark: mark.points
                )
        if self.session is not None:
            try:
                self.session.finish()
            except (Strange, OSError, EOFError):
                self._doubt()

    # --- the process

    def _left(self) -> float:
        return self.started + self.limits.whole - time.monotonic()

    def _ask(self, what: str, **arguments: Any) -> dict[str, Any]:
        """Ask the process, a fresh one if need be, which first runs again what was run before."""
        while self.session is None:
            self.processes += 1
            if self.processes > _MOST_PROCESSES:
                raise Died("Too many processes of this submission have ended.")
            self.session = self.sandbox.open()
            try:
                files = {name: data.hex() for name, data in self.files.items()}
                self._request("files", files=files)
                for name, why in self.blocked.items():
                    self._request("block", name=name, why=why)
                for i in self.ran:
                    if i not in self.fatal:
                        self._run_now(i)
            except (Died, TooLong, Strange):
                self._end()
        return self._request(what, **arguments)

    def _request(self, what: str, **arguments: Any) -> dict[str, Any]:
        assert self.session is not None
        seconds = max(0.1, min(self.limits.cell, self._left()))
        try:
            return self.session.ask(what, seconds, **arguments)
        except Strange as error:
            if "more than once" in str(error):
                self._doubt()
            raise

    def _end(self) -> None:
        if self.session is not None:
            self.session.close()
        self.session = None

    def _run(self, i: int) -> None:
        if self._left() < 0:
            return
        if self.session is None:
            try:
                self._ask("files", files={})
            except (Died, TooLong, Strange):
                return
        self.ran.append(i)
        try:
            self._run_now(i)
        except (Died, TooLong, Strange):
            self._end()

    def _run_now(self, i: int) -> None:
        cell = self.notebook.cells[i]
        try:
            answer = self._request("cell", source=cell.source)
        except (Died, TooLong, Strange) as error:
            self.fatal.add(i)
            cell.outputs = [_error(type(error).__name__, str(error))]
            raise
        if answer.get("error") == "KeyboardInterrupt":
            self.fatal.add(i)
        outputs = answer.get("outputs")
        cell.outputs = errors(outputs)

    def _doubt(self) -> None:
        """Take back the last verdict: more than one answer came."""
        for exercise in reversed(self.marks):
            verdict = Verdict(exercise, (_ANSWERED_TWICE,), points=self.marks[exercise].most)
            self.marks[exercise] = replace(
                self.marks[exercise], verdict=verdict, look="its process answered more than once"
            )
            return

    # --- the verdict

    def _mark(self, i: int, exercise: str) -> None:
        start = time.monotonic()
        most = float(self.notebook.cells[i].metadata.nbgrader.points)
        look = ""
        if self._left() < 0:
            verdict = Verdict(exercise, (_NO_TIME,))
            look = "the notebook took too long"
        else:
            try:
                verdict = self._verdict(exercise)
            except (Died, TooLong, Strange) as error:
                self._end()
                finding, look = _FAULTS[type(error)]
                verdict = Verdict(exercise, (replace(finding, evidence=str(error)),))
                self.blocked[exercise] = f"{exercise} did not end when it was checked"
        if verdict.right and not look and hides_code(reachable(self.sources, exercise)):
            look = "the answer runs text as code, or reaches for hidden names"
        seconds = time.monotonic() - start
        self.marks[exercise] = Mark(replace(verdict, points=most), most, seconds, look)

    def _verdict(self, exercise: str) -> Verdict:
        asked = find(exercise, notebook=self.name)
        probe = asked.probe(self.draw(exercise))
        answer = self._ask("call", **_call(exercise, probe, ()))
        if answer.get("missing"):
            return Verdict(exercise, (_not_defined(exercise),))
        if "kind" in answer:
            return Verdict(exercise, (_not_a_function(str(answer["kind"])[:60]),))
        reply = _reply(answer, probe)
        verdict = _judge(probe, reply)
        if verdict.code == "endless-loop":
            self.blocked[exercise] = f"{exercise} did not end when it was checked"
            self._ask("block", name=exercise, why=self.blocked[exercise])
        elif not verdict.right and reply.helpers:
            verdict = self._helped(exercise, probe, reply.helpers, verdict)
        if verdict.right and self._by_complex_step(exercise, probe):
            return replace(verdict, findings=(by_numbers(),))
        return verdict

    def _helped(
        self, exercise: str, probe: Probe, helpers: tuple[str, ...], verdict: Verdict
    ) -> Verdict:
        """Judge an answer once more, with right answers in place of the earlier ones it uses."""
        if not set(helpers) <= set(probe.helpers):
            raise Strange("It names helpers that the exercise does not have.")
        if all(self.marks[name].verdict.right for name in helpers if name in self.marks):
            return verdict
        stand_ins = StandIns(self.name, helpers)
        answer = self._ask(
            "call", **_call(exercise, probe, helpers), answer_questions=stand_ins.answer
        )
        return _judge(probe, _reply(answer, probe))

    def _by_complex_step(self, exercise: str, probe: Probe) -> bool:
        """Return whether imaginary parts do the work where nobody is given a function."""
        if any(isinstance(a, Function) for case in probe.cases for a in case.arguments):
            return False
        return uses_complex_numbers(reachable(self.sources, exercise))


def _call(exercise: str, probe: Probe, helpers: tuple[str, ...]) -> dict[str, Any]:
    asked = travel.to_json(probe).decode()
    return {"name": exercise, "probe": asked, "stand_ins": list(helpers)}


def _reply(answer: dict[str, Any], probe: Probe) -> Reply:
    """Return the reply in an answer.

    Raises
    ------
    Strange
        If it is none, or does not fit the probe: a case left out would be a case not judged.
    """
    try:
        reply = travel.reply_from_json(str(answer["reply"]).encode())
    except (KeyError, ValueError, OverflowError, MemoryError) as error:
        raise Strange(f"It sent what is no reply: {str(error)[:200]}") from None
    for outcomes in (reply.outcomes, reply.helped or reply.outcomes):
        for k, case in enumerate(probe.cases):
            if k >= len(outcomes):
                ended = bool(outcomes) and outcomes[-1].raised and not probe.cases[k - 1].raises
                if not ended:
                    raise Strange("It left out some of the calls.")
                break
            outcome = outcomes[k]
            if len(outcome.arguments) != len(case.arguments) and outcome.raised is None:
                raise Strange("It left out arguments of a call.")
        if len(outcomes) > len(probe.cases):
            raise Strange("It made calls that nobody asked for.")
    return reply


def _judge(probe: Probe, reply: Reply) -> Verdict:
    try:
        return judge(probe, reply)
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
        raise Strange(f"Its reply cannot be judged: {type(error).__name__}.") from None


def errors(outputs: Any) -> list[NotebookNode]:
    """Return the errors among the outputs that a process sent, as text and of bounded length."""
    found = [o for o in outputs if isinstance(o, dict)] if isinstance(outputs, list) else []
    return [
        _error(str(o.get("ename", "")), str(o.get("evalue", "")), o.get("traceback"))
        for o in found
        if o.get("output_type") == "error"
    ][:3]


def _error(kind: str, says: str, lines: Any = None) -> NotebookNode:
    from nbformat.v4 import new_output

    lines = lines if isinstance(lines, list) else [f"{kind}: {says}"]
    text = [str(line)[:2000] for line in lines[:40]]
    return new_output("error", ename=kind[:100], evalue=says[:500], traceback=text)


def _not_defined(name: str) -> Finding:
    return Finding(
        "not-defined",
        f"There is no function called {name} in this notebook.",
        f"Run the cell with `def {name}(…)`. If you renamed the function, rename it back.",
    )


def _not_a_function(kind: str) -> Finding:
    return Finding(
        "not-a-function",
        f"The name stands for a value of type {kind}, not for a function.",
        "Is the name used again for something else, below the function?",
    )


_ENDLESS = Finding(
    "endless-loop",
    "It was still running when its time was over, and it did not let itself be interrupted.",
    "Check what makes that loop stop, or make it do less.",
)
_DIED = Finding(
    "process-ended",
    "Calling it ended the whole process, as a crash, exit or a lack of memory does.",
    "Does it ask for far more memory than its arguments need, or end Python itself?",
)
_STRANGE = Finding(
    "strange-reply",
    "What came back from the process that ran it is not what calling it gives.",
    "The cell should define the function, and nothing else.",
)
_ANSWERED_TWICE = replace(_STRANGE, code="answered-twice")
_NO_TIME = Finding(
    "no-time-left",
    "The notebook had used up its time before this answer could be checked.",
    "Which cell takes so long?",
)
_FAULTS: dict[type[Exception], tuple[Finding, str]] = {
    Died: (_DIED, "its process ended"),
    TooLong: (_ENDLESS, "it could not be interrupted"),
    Strange: (_STRANGE, "its process sent a strange reply"),
}
