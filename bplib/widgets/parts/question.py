"""A quick question that a click or a key answers: what `bplib.quick` shows to a person."""

from __future__ import annotations

from typing import Any

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


def click_an_answer(question: Question) -> None:
    """Show the choices as buttons, where somebody is there to click one."""
    live("question", settings(question), lambda asked: answer(asked, question))
