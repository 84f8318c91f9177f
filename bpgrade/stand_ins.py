"""Right answers to earlier exercises, computed here for a learner's process that asks.

An answer that calls an earlier, wrong one is called once more with right ones in its place. They
must not lie in the learner's process: there, a stub sends the arguments, and the truth is computed
on this side. What it is asked is bounded in size and number.
"""

from collections.abc import Callable
from typing import Any

import numpy as np

from bpgrade.sandbox import Message, Strange
from bpgrade.worker import packed, unpacked
from bplib.checking.plain import Other, parts
from bplib.course import find

_MOST_QUESTIONS = 5000  # a training loop asks for every batch
_MOST_NUMBERS = 20_000  # in the arguments of one question
_LARGEST_COUNT = 10_000  # how often something may be asked to repeat itself


class StandIns:
    """Answers what a learner's process asks during one call, question by question.

    Parameters
    ----------
    notebook : str
        The notebook.
    helpers : tuple of str
        The exercises that may be asked for.
    """

    def __init__(self, notebook: str, helpers: tuple[str, ...]):
        self.notebook, self.helpers = notebook, helpers
        self.asked = 0

    def answer(self, question: Message, talk: Callable[[Message], Message]) -> Message:
        """Return the answer to one question: a value, or an error in words.

        Parameters
        ----------
        question : dict
            The exercise, and the arguments.
        talk : callable
            Asks the process back, for the value of a function that is among the arguments.
        """
        try:
            return self._answer(question, talk)
        except (Strange, OSError, EOFError):
            raise
        except Exception as error:  # whatever strange arguments lead to
            return {"error": f"{type(error).__name__}: {str(error)[:200]}"}

    def _answer(self, question: Message, talk: Callable[[Message], Message]) -> Message:
        name = question["stand_in"]
        if name not in self.helpers:
            raise ValueError(f"{name} is no earlier exercise")
        exercise = find(name, notebook=self.notebook)
        given = list(unpacked(str(question["arguments"])))
        _bounded(given)
        generators = {}
        for key, state in question["generators"].items():
            generators[key] = given[int(key)] = np.random.default_rng()
            generators[key].bit_generator.state = state
        for i in question["functions"]:
            given[int(i)] = self._remote(int(i), talk)
        named = question["named"]
        positional = given[: len(given) - len(named)]
        by_name = dict(zip(named, given[len(positional) :], strict=True))
        rest = list(exercise.arguments)[len(positional) :]
        self._count()
        with np.errstate(all="ignore"):
            value = exercise.truth(*positional, *(by_name[n] for n in rest if n in by_name))
        states = {key: generator.bit_generator.state for key, generator in generators.items()}
        return {"value": packed([value]), "states": states}

    def _remote(self, i: int, talk: Callable[[Message], Message]) -> Callable[[Any], Any]:
        """Return the function at a place of the arguments; it is evaluated where it lives."""

        def function(point: Any) -> Any:
            self._count()
            answer = talk({"evaluate": i, "point": packed([point])})
            (value,) = unpacked(str(answer["value"]))
            return value

        return function

    def _count(self) -> None:
        self.asked += 1
        if self.asked > _MOST_QUESTIONS:
            raise ValueError("too many questions")


def _bounded(values: list[Any]) -> None:
    """Raise ValueError where computing with some values could take for ever."""
    if any(isinstance(v, int) and abs(v) > _LARGEST_COUNT for v in values):
        raise ValueError("a number is too large")
    flat = [v for v in values if not isinstance(v, str | Other | None)]
    if sum(np.size(part) for value in flat for part in parts(value)) > _MOST_NUMBERS:
        raise ValueError("the arguments are too large")
