"""Mark one submission: run what its answers need in the sandbox, and judge what they return.

Probes are drawn here and replies are judged here. What a learner's process says is data: a reply
that does not fit its probe, a second reply or none is worth nothing, and says so.
"""

import hashlib
import hmac
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any

from nbformat import NotebookNode

from bpgrade.names import names, needed, reachable, unusual, uses_complex_numbers
from bpgrade.running import FAULTS, Limits, Run, errors
from bpgrade.sandbox import Died, Sandbox, Strange, TooLong
from bpgrade.stand_ins import StandIns
from bpgrade.transplant import EXTRA, grade_id, is_answer, is_check
from bplib.checking import travel
from bplib.checking.call import Reply
from bplib.checking.explain import by_numbers
from bplib.checking.judge import judge
from bplib.checking.verdict import Verdict
from bplib.course.probe import Function, Probe
from bplib.finding import Finding

CODES = "bpgrade_codes"
"""The key in a check cell's metadata that holds the codes of what is wrong with the answer."""
COMMENT = "bpgrade_comment"
"""The key in an answer cell's metadata that holds the comment made of what was found."""


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
    answer : str
        The cell that was to hold the answer.
    """

    verdict: Verdict
    most: float
    seconds: float = 0.0
    look: str = ""
    answer: str = ""

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
    notebook: NotebookNode,
    sandbox: Sandbox,
    probe: Callable[[str], Probe],
    limits: Limits = Limits(),  # noqa: B008  (frozen)
    files: dict[str, bytes] | None = None,
) -> tuple[tuple[Mark, ...], tuple[str, ...]]:
    """Mark the answers of a notebook, and put the errors of its cells into their outputs.

    Parameters
    ----------
    name : str
        The notebook: "04_delta_b".
    notebook : NotebookNode
        The student's answers in the instructor's notebook, which is changed.
    sandbox : Sandbox
        Where answers run.
    probe : callable
        Returns for an exercise the probe that is put to its answer.
    limits : Limits
        How long things may take.
    files : dict, optional
        Files that lie beside the notebook, by name.

    Returns
    -------
    marks : tuple of Mark
        In the order of the notebook.
    odd : tuple of str
        What else was odd, for the instructor.
    """
    run = Run(notebook, sandbox, limits, files or {}, errors)
    marking = _Marking(name, run, probe)
    marks = marking.run()
    words = unusual(marking.sources)
    odd = [f"its code uses {', '.join(sorted(words))}"] if words else []
    return tuple(marks.values()), (*run.notes, *odd)


def write(notebook: NotebookNode, marks: Iterable[Mark]) -> None:
    """Put the verdicts into the outputs of a notebook's check cells, and into its answers."""
    by_exercise = {mark.exercise: mark for mark in marks}
    for cell in notebook.cells:
        if is_check(cell):
            given = by_exercise[exercise_of(cell)]
            cell.outputs = verdict_outputs(given)
            cell.metadata[CODES] = list(given.verdict.codes)
        elif is_answer(cell) and grade_id(cell) in by_exercise:
            cell.metadata[COMMENT] = comment_on(by_exercise[grade_id(cell)].verdict)


def exercise_of(check: NotebookNode) -> str:
    """Return the exercise that a check cell is about."""
    return grade_id(check).removeprefix("check_")


def comment_on(verdict: Verdict) -> str:
    """Return what was found, as a comment that an instructor may replace; "" on a right answer."""
    if verdict.right:
        return ""
    first = verdict.findings[0]
    lines = [f"Line {number}: `{text.strip()}`" for number, text in first.lines]
    return "\n\n".join(filter(None, [first.says, *lines, first.look]))


def verdict_outputs(given: Mark) -> list[NotebookNode]:
    """Return the outputs of a check cell, from which nbgrader reads the points."""
    from nbformat.v4 import new_output

    verdict = given.verdict
    card = {"text/html": verdict._repr_html_(), "text/plain": str(verdict)}
    outputs = [new_output("display_data", card)]
    if not verdict.right:
        points = {"text/plain": repr(float(given.points))}
        outputs.append(new_output("execute_result", points, execution_count=None))
    return outputs


class _Marking:
    """One submission being marked."""

    def __init__(self, name: str, run: Run, probe: Callable[[str], Probe]):
        self.name, self.running, self.probe = name, run, probe
        self.cells = run.notebook.cells
        self.code = [i for i, cell in enumerate(self.cells) if cell.cell_type == "code"]
        self.checks = {i: exercise_of(self.cells[i]) for i in self.code if is_check(self.cells[i])}
        self.own = {i for i in self.code if self.cells[i].metadata.get(EXTRA)}
        self.answers = {i for i in self.code if is_answer(self.cells[i])}
        self.of = {grade_id(self.cells[i]): self.cells[i].source for i in self.answers}
        self.sources = [self.cells[i].source for i in sorted(self.own | self.answers)]
        self.marks: dict[str, Mark] = {}

    def run(self) -> dict[str, Mark]:
        """Run what the answers need; if that is not enough for all of them, all that there is."""
        few, everything = self._chosen()
        try:
            self._pass(few)
            if few < everything and not all(mark.verdict.right for mark in self.marks.values()):
                before, self.marks = self.marks, {}
                self.running.again()
                self._pass(everything)
                self.marks = {
                    name: _better(before[name], mark) for name, mark in self.marks.items()
                }
        finally:
            self.running.end()
        return self.marks

    def _chosen(self) -> tuple[set[int], set[int]]:
        """Return the cells that the answers need, and these with all the student's own."""
        cells = [i for i in self.code if i not in self.checks]
        sources = [self.cells[i].source for i in cells]
        student = {k for k, i in enumerate(cells) if i in self.own | self.answers}
        trusted = set(range(len(cells))) - student
        wanted = set(self.checks.values())
        few = needed(sources, wanted, trusted)
        for k in student:
            wanted |= names(sources[k]).used
        many = needed(sources, wanted, trusted) | student
        return {cells[k] for k in few}, {cells[k] for k in many}

    def _pass(self, chosen: set[int]) -> None:
        for i in self.code:
            if i in self.checks:
                self.marks[self.checks[i]] = self._mark(i)
            elif i in chosen:
                self.running.cell(i)
        last = max(chosen & self.own, default=-1)
        for i, exercise in self.checks.items():  # what stands below its check counts, too
            before = self.marks[exercise]
            if i < last and not before.verdict.right and exercise not in self.running.blocked:
                self.marks[exercise] = _better(before, self._mark(i))
        try:
            self.running.finish()
        except Strange:
            self._doubt()

    def _doubt(self) -> None:
        """Take back the last verdict: more than one answer came, or none was needed any more."""
        exercise, last = list(self.marks.items())[-1]
        verdict = Verdict(exercise, (_ANSWERED_TWICE,), points=last.most)
        look = "its process answered more than once, or ended by itself"
        self.marks[exercise] = replace(last, verdict=verdict, look=look)

    # --- the verdict

    def _mark(self, i: int) -> Mark:
        start, exercise = time.monotonic(), self.checks[i]
        most = float(self.cells[i].metadata.nbgrader.points)
        look = ""
        if self.running.over:
            verdict, look = Verdict(exercise, (_NO_TIME,)), "the notebook took too long"
        else:
            try:
                verdict = self._verdict(exercise)
            except FAULTS as error:
                finding, look = _FAULTS[type(error)]
                verdict = Verdict(exercise, (replace(finding, evidence=str(error)),))
                self.running.block(exercise)
        seconds, answer = time.monotonic() - start, self.of.get(exercise, "")
        return Mark(replace(verdict, points=most), most, seconds, look, answer)

    def _verdict(self, exercise: str) -> Verdict:
        probe = self.probe(exercise)
        answer = self.running.ask("call", **_call(exercise, probe, ()))
        self.running.ask("nothing")  # a second answer to the call would come in its place
        if answer.get("missing"):
            return Verdict(exercise, (_not_defined(exercise),))
        if answer.get("lent"):
            return Verdict(exercise, (_LENT,))
        if "kind" in answer:
            return Verdict(exercise, (_not_a_function(str(answer["kind"])[:60]),))
        reply = _reply(answer, probe)
        verdict = _judge(probe, reply)
        if any(o.raised and o.raised.type in _ENDED for o in reply.outcomes):
            self.running.block(exercise)
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
        answer = self.running.ask(
            "call", **_call(exercise, probe, helpers), answer_questions=stand_ins.answer
        )
        return _judge(probe, _reply(answer, probe))

    def _by_complex_step(self, exercise: str, probe: Probe) -> bool:
        """Return whether imaginary parts do the work where nobody is given a function."""
        if any(isinstance(a, Function) for case in probe.cases for a in case.arguments):
            return False
        return uses_complex_numbers(reachable(self.sources, exercise))


def _better(one: Mark, other: Mark) -> Mark:
    """Return the mark with more points; what is odd about either stays."""
    best = max(one, other, key=lambda mark: mark.points)
    return replace(best, look=one.look or other.look)


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
    if reply.kind:  # it was not called, and is judged by that
        return reply
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
    except Exception as error:  # it may hold anything that has the form of a reply
        raise Strange(f"Its reply cannot be judged: {type(error).__name__}.") from None


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


_ENDED = ("KeyboardInterrupt", "OutOfTime")  # what a call that did not end is stopped with
_LENT = Finding(
    "lent",
    "This function is lent. It works, and it is not yours: it earns nothing.",
    "Write a function of that name; that ends the loan.",
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
