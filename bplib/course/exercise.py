"""What is asked of a learner: an exercise with its probe, its truth in numbers, its hints.

How a probe is put to a learner's function and how the reply is judged stands in
`bplib.checking`; which wrong formulas people use stands in `bplib.course.mistakes`.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from bplib.course.probe import Case, Probe
from bplib.course.properties import with_properties
from bplib.finding import Finding


@dataclass(frozen=True)
class Output:
    """One of the things a function returns.

    Parameters
    ----------
    name : str
        Its symbol in the notebook: "grad_A".
    shape : str
        Its shape in words: "(n_out, N)", "" for a number; "a list of (units, N)".
    list_ok : bool
        Whether a list of equal arrays or of numbers is as good as one array.
    drawn : bool
        Whether its numbers are drawn at random: then no entry is right or wrong by itself.
    first : int, optional
        Of a list with an array for each layer: which layer its first entry belongs to.
    """

    name: str
    shape: str = ""
    list_ok: bool = False
    drawn: bool = False
    first: int | None = None

    def entry(self, i: int) -> str:
        """Return what messages call an entry of a list: "deltas[1] (layer 2)"."""
        layer = "" if self.first is None else f" (layer {self.first + i})"
        return f"{self.name}[{i}]{layer}"


@dataclass(frozen=True)
class Exercise:
    """What is asked of a learner's function.

    Parameters
    ----------
    name, notebook : str
        The function's name and its notebook: "delta_B", "04_delta_b".
    arguments : mapping of str to str
        The parameters in order, each with its shape in words, "" for a number, "a list of
        (units, N)" for a list of arrays. From the sizes
        named there (N, n_in, n_hidden, n_out) the diagnosis knows what a factor of 7 may mean.
    returns : tuple of Output
        What comes back; more than one where the function returns a tuple.
    draw : callable
        ``draw(rng)`` returns the cases of one check, with new numbers at every call.
    truth : callable
        ``truth(*arguments)`` returns the right result, by numerical differentiation where it is
        a gradient. Its types are what is expected: a float, an int, an array, a tuple, a list.
    hints : tuple of three str
        The idea; the shapes; all but the last step. Never the line of code.
    allowance : callable, optional
        ``allowance(*arguments)`` returns, like the truth, how far a right answer may be from it
        entry by entry, where right answers differ (ReLU at 0, a finite difference).
    examine : callable, optional
        ``examine(arguments, after, result, truth)`` judges a result of right type that is right
        in more than one way; ``after`` holds the arguments as the function left them. It returns
        None or the `Finding` that says which property fails.
    score : callable, optional
        ``score(calls)`` judges all calls together where a single one tells little: of every call
        its note, its result and the right one. It returns None or a `Finding`.
    nudging : bool
        Whether a right answer may differentiate numerically.
    unaided : bool
        Whether it is asked to find a mistake: then a known one is told without the line in which
        it stands, and what is right but for a factor or the order of axes keeps no points.
    may_change : tuple of str
        Parameters that the function is meant to use up: a random generator.
    remark : str
        What there is to say of a right answer that makes use of the allowance.
    earlier : tuple of str
        The exercises before it in its notebook; `bplib.course.in_notebook` fills them in.
    """

    name: str
    notebook: str
    arguments: Mapping[str, str]
    returns: tuple[Output, ...]
    draw: Callable[[np.random.Generator], tuple[Case, ...]]
    truth: Callable[..., Any]
    hints: tuple[str, str, str]
    allowance: Callable[..., Any] | None = None
    examine: Callable[[tuple[Any, ...], tuple[Any, ...], Any, Any], Finding | None] | None = None
    score: Callable[[Sequence[tuple[str, Any, Any]]], Finding | None] | None = None
    nudging: bool = False
    unaided: bool = False
    may_change: tuple[str, ...] = ()
    remark: str = ""
    earlier: tuple[str, ...] = ()

    @property
    def call(self) -> str:
        """The call as text: "delta_B(Y_hat, Y)"."""
        return f"{self.name}({', '.join(self.arguments)})"

    def probe(self, rng: np.random.Generator) -> Probe:
        """Draw the cases of one check; data whose properties are known are among them."""
        cases = self.draw(rng)
        if not self.examine and not self.allowance:
            cases = with_properties(tuple(self.arguments.values()), cases)
        return Probe(self.name, self.notebook, cases, self.earlier)


@dataclass(frozen=True)
class Question:
    """A quick question or a prediction, with an answer to every choice.

    Parameters
    ----------
    name : str
        What the notebook asks for: ``quick("one_sample", "?")``.
    text : str
        The question. Markdown is not interpreted; symbols are plain Unicode.
    choices : mapping of str to str
        The choices, keyed "a", "b", …
    right : str
        The key of the right one.
    replies : mapping of str to str
        For every key what to say to who chose it: why it is right, or what it overlooks.
    """

    name: str
    text: str
    choices: Mapping[str, str]
    right: str
    replies: Mapping[str, str] = field(default_factory=dict)
