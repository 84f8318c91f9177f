"""`recall`: a question from an earlier notebook, with new numbers, and how sure its reader is."""

import os
import re

import numpy as np

from bplib.checking.cards import card, show
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
        How sure you are. Being sure and wrong earns the longest reply.
    """
    question = find_recalled(name)
    key = str(answer).strip().lower().strip("().")
    if key == "?" or name not in _asked:
        _asked[name] = _typeset(question.draw(_generator(name)))
    drawn = _asked[name]
    if key in drawn.choices:
        title, rows = _reply(question, drawn, key, str(sure).strip().lower() != "unsure")
        tone = "right" if key == question.right else "wrong"
    else:
        tone, title = "open", drawn.text
        how = f'Run it again as recall("{name}", "a", "sure"), or with your choice and "unsure".'
        rows = [*_listed(drawn), ("", how)]
    lines = [title, *(f"  {label} {text}".rstrip() for label, text in rows)]
    show(card(title, rows, tone), "\n".join(lines))


def _reply(
    question: Recalled, drawn: Drawn, key: str, sure: bool
) -> tuple[str, list[tuple[str, str]]]:
    """Return title and rows of the answer to a choice."""
    rows = [("", drawn.replies[key])]
    if key == question.right:
        if not sure:
            rows.append(("", f"You may be surer of it: {question.because}"))
        return f"{drawn.text} ({key}) is right.", rows
    if sure:
        rows.append(("", question.because))
        rows.append(("", f"It was in {question.where}: worth reading again."))
    rows += [
        *_listed(drawn),
        ("", f'Choose again, or run recall("{question.name}") for new numbers.'),
    ]
    return f"{drawn.text} ({key}) is not it.", rows


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
