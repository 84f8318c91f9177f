"""A question that a click or a key answers: what `quick` and `recall` show to a person."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from bplib.widgets.base import live

Told = tuple[bool, str]
"""Whether a choice is right, and what to say to it."""


def settings(text: str, choices: Mapping[str, str], asks_how_sure: bool = False) -> dict[str, Any]:
    """Return what the widget starts from: the question without its replies."""
    return {"text": text, "choices": dict(choices), "asks_how_sure": asks_how_sure}


def answer(asked: dict[str, Any], told: Callable[[str, bool], Told]) -> dict[str, Any]:
    """Return what to say to a choice."""
    choice = str(asked["choice"])
    right, reply = told(choice, bool(asked.get("sure")))
    return {"choice": choice, "right": right, "reply": reply, "problems": {}}


def click_an_answer(
    text: str,
    choices: Mapping[str, str],
    told: Callable[[str, bool], Told],
    asks_how_sure: bool = False,
) -> None:
    """Show choices as buttons, where somebody is there to click one.

    Parameters
    ----------
    text : str
        The question.
    choices : mapping of str to str
        By their letters.
    told : callable
        Takes a letter and whether the reader is sure; returns what to tell.
    asks_how_sure : bool
        Whether the reader is to say how sure.
    """
    live(
        "question",
        settings(text, choices, asks_how_sure),
        lambda asked: answer(asked, told),
    )
