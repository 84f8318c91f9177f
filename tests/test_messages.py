"""What a check says, word for word, for one answer of every kind: nothing changes unseen.

The messages stand in `messages.txt`. Who means to change one runs ``python -m tests.test_messages``
and reads the difference.
"""

from pathlib import Path

import numpy as np
import pytest

from bplib import checking
from bplib.checking import call, judge, replaying
from bplib.course import find
from bplib.finding import CODES
from tests.answers import all_answers

MESSAGES = Path(__file__).with_name("messages.txt")
_HEAD = "=== "


def answered(answer):
    """Return the probe, the reply and the verdict; the search for a line has tests of its own."""
    exercise = find(answer.function.__name__, notebook=answer.notebook)
    probe = exercise.probe(np.random.default_rng(0))
    reply = call(answer.function, probe, checking._stand_ins(answer.function, probe))
    return probe, reply, judge(probe, reply)


def message(answer):
    """Return all that a check says of an answer: its codes, its part of the points, its lines."""
    probe, reply, verdict = answered(answer)
    rows = replaying.rows(probe, reply, wrong=not verdict.right)
    shown = replaying.as_text("replayed", rows)
    kept = f"{' '.join(verdict.codes)} | {verdict.credit:g} | {verdict.lines}"
    said = [line.rstrip() for line in f"{kept}\n{verdict}\n{shown}".splitlines()]
    return "\n".join(said)


def headed():
    """Return all answers, each under a heading of its own."""
    found = {}
    for answer in all_answers():
        name = f"{answer.notebook} {answer.id}"
        same = sum(other.rpartition(" #")[0] == name for other in found)
        found[f"{name} #{same + 1}"] = answer
    return found


def recorded():
    text = MESSAGES.read_text(encoding="utf-8") if MESSAGES.exists() else ""
    sections = (section.partition("\n") for section in text.split(_HEAD)[1:])
    return {head: body.strip("\n") for head, _, body in sections}


def chosen():
    """Return the first answer for every code of the engine and the first of every exercise."""
    seen = {}
    for head, answer in ANSWERS.items():
        verdict = answered(answer)[2]
        general = verdict.code in CODES or verdict.code.startswith(("step-", "times-", "raises-"))
        key = verdict.code if general else (answer.notebook, answer.function.__name__)
        seen.setdefault(verdict.notes if verdict.right else key, head)
    return seen.values()


ANSWERS = headed()
RECORDED = recorded()


@pytest.mark.parametrize("head", RECORDED)
def test_a_message_is_word_for_word_as_it_was(head):
    assert message(ANSWERS[head]) == RECORDED[head]


def test_lines_that_go_wrong_are_marked():
    marked = [text for text in RECORDED.values() if "The first line that goes wrong." in text]
    assert len(marked) >= 10


if __name__ == "__main__":
    parts = [f"{_HEAD}{head}\n{message(ANSWERS[head])}\n" for head in chosen()]
    MESSAGES.write_text("\n".join(parts), encoding="utf-8")
