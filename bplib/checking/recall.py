"""`recall`: a question from an earlier notebook, with new numbers, and how sure its reader is."""

import os
import re

import numpy as np

from bplib.checking.cards import as_text, card, question_card, show
from bplib.course.recall import Drawn, Recalled, find_recalled

_asked: dict[str, Drawn] = {}
_SEED = "BPLIB_SEED"  # set by the build, so that a solution built again is the same file


def recall(name: str, answer: str = "?", sure: str = "unsure") -> None:
    """Ask a question from an earlier notebook, or say whether its answer is right and why.

    Parameters
    ----------
    name : str
        The question's name.
    answer : str
        "?" asks, with new numbers; a choice ("a", "b", …) is answered.
    sure : {"unsure", "sure"}
        How sure you are. Being sure and wrong earns the longest reply; anything else is asked
        about.
    """
    question = find_recalled(name)
    key = str(answer).strip().lower().strip("().")
    if key == "?" or name not in _asked:
        _asked[name] = _typeset(question.draw(_generator(name)))
    drawn = _asked[name]
    certainty = str(sure).strip().lower()
    if key in drawn.choices and certainty not in ("sure", "unsure"):
        title = f"How sure are you? {sure!r} does not say it."
        rows = [("", f'Run it again as recall("{name}", "{key}", "sure"), or with "unsure".')]
        show(card(title, rows, "open"), as_text(title, rows))
        return
    if key in drawn.choices:
        title, rows = _reply(question, drawn, key, certainty == "sure")
        show(card(title, rows, "right" if key == question.right else "wrong"), as_text(title, rows))
        return
    how = f'Run it again as recall("{name}", "a", "sure"), or with your choice and "unsure".'
    html = question_card(drawn.text, drawn.choices, drawn.replies, how)
    show(html, as_text(drawn.text, [*_listed(drawn), ("", how)]))
    if key == "?":
        from bplib.widgets.parts.question import click_an_answer

        def told(choice: str, sure: bool) -> tuple[bool, str]:
            return choice == question.right, " ".join(_said(question, drawn, choice, sure))

        click_an_answer(drawn.text, drawn.choices, told, asks_how_sure=True)


def _reply(
    question: Recalled, drawn: Drawn, key: str, sure: bool
) -> tuple[str, list[tuple[str, str]]]:
    """Return title and rows of the answer to a choice."""
    rows = [("", text) for text in _said(question, drawn, key, sure)]
    if key == question.right:
        return f"{drawn.text} ({key}) is right.", rows
    rows += [
        *_listed(drawn),
        ("", f'Choose again, or run recall("{question.name}") for new numbers.'),
    ]
    return f"{drawn.text} ({key}) is not it.", rows


def _said(question: Recalled, drawn: Drawn, key: str, sure: bool) -> list[str]:
    """Return what is said to a choice: the most to one who was sure and is wrong."""
    said = [drawn.replies[key]]
    if key == question.right and not sure:
        said.append(f"You may be surer of it: {question.because}")
    if key != question.right and sure:
        said += [question.because, f"It was in {question.where}: worth reading again."]
    return said


def _typeset(drawn: Drawn) -> Drawn:
    """Return a question with proper minus signs."""

    def minus(text: str) -> str:
        return re.sub(r"(?<!\w)-(?=\d)", "−", text)

    return Drawn(
        minus(drawn.text),
        {key: minus(text) for key, text in drawn.choices.items()},
        {key: minus(text) for key, text in drawn.replies.items()},
    )


def _listed(drawn: Drawn) -> list[tuple[str, str]]:
    return [(f"({letter})", text) for letter, text in drawn.choices.items()]


def _generator(name: str) -> np.random.Generator:
    seed = os.environ.get(_SEED)
    return np.random.default_rng([int(seed), *name.encode()] if seed else None)
