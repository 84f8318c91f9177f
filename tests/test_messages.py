"""What a check says, word for word, for one answer of every kind: nothing changes unseen.

The messages stand in `messages.txt`; of what is said of all answers and rows, `said.txt` has a line
each. Who means to change one runs ``python -m tests.test_messages`` and reads the difference.
"""

from pathlib import Path

import pytest

from bplib.course import all_exercises, find
from bplib.finding import CODES
from tests import test_answers, test_rows
from tests.answers import Answer, all_answers, judged, replied
from tests.records import AGAIN, SAID, SEED, message, numbered, sections, write
from tests.test_checking import BAD_INPUT, accumulates
from tests.test_likeness import WRONG
from tests.test_steps import SLIPS
from tests.test_steps import _answer as as_answer

MESSAGES = Path(__file__).with_name("messages.txt")


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
    every = [("", answer) for answer in all_answers()] + [("odd ", answer) for answer in ODD]
    names = numbered(f"{odd}{answer.notebook} {answer.id}" for odd, answer in every)
    return {name: answer for name, (_, answer) in zip(names, every, strict=True)}


def told(answer):
    return message(answer.function, *replied(answer, SEED))


def chosen():
    """Return an answer for every code of the engine, one for every exercise, and all odd ones."""
    seen = {}
    for head, answer in ANSWERS.items():
        verdict = judged(answer, SEED)
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
    assert told(ANSWERS[head]) == RECORDED[head], AGAIN


def test_lines_that_go_wrong_are_marked():
    marked = [text for text in RECORDED.values() if "The first value that goes wrong." in text]
    assert len(marked) >= 10


if __name__ == "__main__":
    write(MESSAGES, {head: told(ANSWERS[head]) for head in chosen()})
    write(
        SAID,
        {
            f"{exercise.notebook} {exercise.name}": "\n".join(
                [*test_answers.said_of(exercise), *test_rows.said_of(exercise)]
            )
            for exercise in all_exercises()
        },
    )
