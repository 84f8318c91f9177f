"""What a check says, word for word, for one answer of every kind: nothing changes unseen.

The messages stand in `messages.txt`. Who means to change one runs ``python -m tests.test_messages``
and reads the difference.
"""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from bplib import checking
from bplib.checking import call, judge, replaying
from bplib.course import find
from bplib.finding import CODES
from tests.answers import Answer, all_answers
from tests.test_checking import BAD_INPUT, accumulates
from tests.test_likeness import WRONG
from tests.test_steps import SLIPS
from tests.test_steps import _answer as as_answer

MESSAGES = Path(__file__).with_name("messages.txt")
_HEAD = "=== "


def answered(answer):
    """Return the probe, the reply and the verdict; the search for a line has tests of its own."""
    exercise = find(answer.function.__name__, notebook=answer.notebook)
    probe = exercise.probe(np.random.default_rng(1))
    reply = call(answer.function, probe, checking._stand_ins(answer.function, probe))
    return probe, reply, judge(probe, reply)


def message(answer):
    """Return all that a check says of an answer: its codes, its part of the points, its lines."""
    probe, reply, verdict = answered(answer)
    above = answer.function.__code__.co_firstlineno - 1  # lines are counted from the answer's own
    findings = tuple(
        replace(finding, lines=tuple((n - above, text) for n, text in finding.lines))
        for finding in verdict.findings
    )
    verdict = replace(verdict, findings=findings)
    rows = replaying.rows(probe, reply, wrong=not verdict.right)
    moved = [replace(row, line=max(row.line - above, 0)) for row in rows]  # 0: of a helper above
    shown = replaying.as_text("replayed", moved)
    kept = f"{' '.join(verdict.codes)} | {verdict.credit:g} | {verdict.lines}"
    return "\n".join(line.rstrip() for line in f"{kept}\n{verdict}\n{shown}".splitlines())


def odd_ones():
    """Return answers that the tests beside this one have for what nobody wrote down."""
    for (notebook, name, code, _), formula in SLIPS:
        yield Answer(as_answer(find(name, notebook=notebook), formula), notebook, False, code)
    for name, code, formula in WRONG:
        exercise = find(name)
        yield Answer(as_answer(exercise, formula), exercise.notebook, False, code)
    for function, code, _ in BAD_INPUT:
        if function is not accumulates:  # which is another one at every call
            function.__name__ = "predict"
            yield Answer(function, "01_loss", False, code)


def headed():
    """Return all answers, each under a heading of its own."""
    found = {}
    for i, answer in enumerate([*all_answers(), *ODD]):
        name = ("odd " if i >= len(all_answers()) else "") + f"{answer.notebook} {answer.id}"
        same = sum(other.rpartition(" #")[0] == name for other in found)
        found[f"{name} #{same + 1}"] = answer
    return found


def sections(path):
    """Return what stands in a file of records, by its headings."""
    text = path.read_text(encoding="utf-8") if path.exists() else ""
    parts = (part.partition("\n") for part in text.split(_HEAD)[1:])
    return {head: body.strip("\n") for head, _, body in parts}


def write(path, found):
    """Write a file of records."""
    parts = [f"{_HEAD}{head}\n{body}\n" for head, body in found.items()]
    path.write_text("\n".join(parts), encoding="utf-8")


def chosen():
    """Return an answer for every code of the engine, one for every exercise, and all odd ones."""
    seen = {}
    for head, answer in ANSWERS.items():
        verdict = answered(answer)[2]
        general = verdict.code in CODES or verdict.code.startswith(("step-", "times-", "raises-"))
        key = verdict.code if general else (answer.notebook, answer.function.__name__)
        if answer in ODD:
            key = head
        seen.setdefault(verdict.notes if verdict.right else key, head)
    return seen.values()


ODD = list(odd_ones())
ANSWERS = headed()
RECORDED = sections(MESSAGES)


@pytest.mark.parametrize("head", RECORDED)
def test_a_message_is_word_for_word_as_it_was(head):
    assert message(ANSWERS[head]) == RECORDED[head]


def test_lines_that_go_wrong_are_marked():
    marked = [text for text in RECORDED.values() if "The first line that goes wrong." in text]
    assert len(marked) >= 10


if __name__ == "__main__":
    write(MESSAGES, {head: message(ANSWERS[head]) for head in chosen()})
