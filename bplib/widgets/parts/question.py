"""A quick question that a click answers; folded replies where nothing can be clicked."""

from __future__ import annotations

from html import escape
from typing import Any

from bplib.course import find_question
from bplib.course.exercise import Question
from bplib.widgets.base import live


def settings(question: Question) -> dict[str, Any]:
    """Return what the widget starts from: the question without its replies."""
    return {"text": question.text, "choices": dict(question.choices)}


def answer(asked: dict[str, Any], question: Question) -> dict[str, Any]:
    """Return what to say to a choice."""
    choice = str(asked["choice"])
    return {
        "choice": choice,
        "right": choice == question.right,
        "reply": question.replies[choice],
        "problems": {},
    }


def folded(question: Question) -> str:
    """Return the choices as HTML, each with its reply folded away."""
    rows = "".join(
        f"<details><summary>({escape(letter)}) {escape(text)}</summary>"
        f"<p>{'Right.' if letter == question.right else 'Not it.'} "
        f"{escape(question.replies[letter])}</p></details>"
        for letter, text in question.choices.items()
    )
    return f'<div class="bp-still"><strong>{escape(question.text)}</strong>{rows}</div>'


def question(name: str) -> None:
    """Show the choices of a quick question, where somebody is there to click one.

    Parameters
    ----------
    name : str
        The question's name, as for `bplib.quick`.
    """
    asked = find_question(name)
    live("question", settings(asked), lambda choice: answer(choice, asked))
