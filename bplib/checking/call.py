"""The middle step of a check, and the only one that runs a learner's code.

`call` puts a probe to a function and writes down what happened. It needs no thread, process,
file or network, so it runs in any kernel, and its `Reply` is plain data, so it can run in
another one than the judge.
"""

import contextlib
import inspect
import io
import os
import sys
import traceback
import warnings
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from types import CodeType, FunctionType
from typing import Any

import numpy as np

from bplib import derivatives
from bplib.checking.plain import plain
from bplib.checking.trace import NO_TRACE, Trace, trace
from bplib.course.functions import build
from bplib.course.probe import Case, Function, Probe, Seed, Value

_MOST_PRINTED = 2000  # characters kept of what a function prints
_NONE: Mapping[str, Callable[..., Any]] = {}


@dataclass(frozen=True)
class Raised:
    """An exception, with the learner's line that raised it."""

    type: str
    message: str
    line: str = ""
    number: int = 0
    signature: bool = False  # the call itself did not fit the function's parameters
    bases: tuple[str, ...] = ()  # the exception's classes by name, its own first


@dataclass(frozen=True)
class Outcome:
    """What one call did.

    Parameters
    ----------
    result : plain data
        What came back.
    arguments : tuple
        The arguments as they stood afterwards; for a random generator whether it was used, for
        a function None.
    again : plain data
        What a second call with the same arguments gave; only the first case is called twice.
    raised : Raised or None
        The exception instead of a result.
    printed : str
        What the function printed or warned.
    numerical : bool
        Whether it used `bplib.derivatives`.
    shared : tuple of int
        The arguments, by position, whose memory the result shares.
    """

    result: Value
    arguments: tuple[Value, ...] = ()
    again: Value = None
    raised: Raised | None = None
    printed: str = ""
    numerical: bool = False
    shared: tuple[int, ...] = ()


@dataclass(frozen=True)
class Reply:
    """What came back from all the calls of a probe.

    Parameters
    ----------
    outcomes : tuple of Outcome
        One a case.
    helped : tuple of Outcome
        The same once more, with right answers standing in for the learner's answers to earlier
        exercises of the notebook; empty where the function uses none.
    helpers : tuple of str
        The names of the earlier answers it uses.
    trace : Trace
        What its own lines computed in the first call; with the right answers in place of the
        learner's, where there are some.
    """

    outcomes: tuple[Outcome, ...]
    helped: tuple[Outcome, ...] = ()
    helpers: tuple[str, ...] = ()
    trace: Trace = NO_TRACE


def call(
    function: Callable[..., Any], probe: Probe, stand_ins: Mapping[str, Callable[..., Any]] = _NONE
) -> Reply:
    """Put a probe to a function.

    Parameters
    ----------
    function : callable
        The learner's function. Whatever it raises, KeyboardInterrupt included, becomes part of
        the reply.
    probe : Probe
        The calls to make.
    stand_ins : mapping of str to callable
        Right answers to earlier exercises. Where the function uses some of these, it is called
        once more with them in place of the learner's own.

    Returns
    -------
    Reply
        Plain data.
    """
    outcomes = _call_all(function, probe.cases)
    used = helpers_used(function, probe.helpers)
    ended = any(o.raised and o.raised.type == "KeyboardInterrupt" for o in outcomes)
    if ended:
        return Reply(outcomes, helpers=used)
    helped: tuple[Outcome, ...] = ()
    instead: Mapping[str, Callable[..., Any]] = _NONE
    if used and all(name in stand_ins for name in used):
        instead = {name: stand_ins[name] for name in used}
        with _standing_in(function, instead):
            helped = _call_all(function, probe.cases)
    return Reply(outcomes, helped, used, _traced(function, probe.cases, instead))


def _traced(
    function: Callable[..., Any], cases: tuple[Case, ...], instead: Mapping[str, Any]
) -> Trace:
    """Return the trace of the first call that is designed for values."""
    first = next((case for case in cases if case.values and not case.raises), None)
    if first is None:
        return NO_TRACE
    with _captured():
        return trace(function, tuple(map(built, first.arguments)), instead)


def _call_all(function: Callable[..., Any], cases: tuple[Case, ...]) -> tuple[Outcome, ...]:
    outcomes: list[Outcome] = []
    for case in cases:
        outcomes.append(_once(function, case, twice=not outcomes))
        raised = outcomes[-1].raised
        if raised and not case.raises:
            break
    return tuple(outcomes)


def _once(function: Callable[..., Any], case: Case, twice: bool) -> Outcome:
    arguments = tuple(built(argument) for argument in case.arguments)
    try:
        inspect.signature(function).bind(*arguments)
    except TypeError as error:
        return Outcome(None, raised=Raised("TypeError", str(error), signature=True))
    except ValueError:  # a built-in without a signature
        pass
    result = again = raised = None
    shared: tuple[int, ...] = ()
    uses = derivatives.uses()
    with _captured() as printed:
        try:
            returned = function(*arguments)
            shared = _shared(returned, arguments)
            result = plain(returned)
        except BaseException as error:  # KeyboardInterrupt and SystemExit are replies too
            raised = _raised(error, function)
    if twice and raised is None:
        with _captured():
            try:
                again = plain(function(*(built(argument) for argument in case.arguments)))
            except BaseException as error:
                raised = _raised(error, function)
    after = tuple(map(_after, case.arguments, arguments))
    numerical = derivatives.uses() > uses
    return Outcome(result, after, again, raised, printed.getvalue(), numerical, shared)


def _shared(returned: Any, arguments: tuple[Any, ...]) -> tuple[int, ...]:
    parts = returned if isinstance(returned, list | tuple) else [returned]
    arrays = [part for part in parts if isinstance(part, np.ndarray)]
    return tuple(
        i
        for i, argument in enumerate(arguments)
        if isinstance(argument, np.ndarray)
        and any(np.may_share_memory(argument, array) for array in arrays)
    )


def built(argument: Any) -> Any:
    """Return an argument ready to use: a fresh copy, so that no call sees another's changes."""
    if isinstance(argument, Function):
        return build(argument)
    if isinstance(argument, Seed):
        return np.random.default_rng(argument.seed)
    if isinstance(argument, np.ndarray):
        return argument.copy()
    if isinstance(argument, list | tuple):
        return type(argument)(built(part) for part in argument)
    return argument


def _after(argument: Any, used: Any) -> Any:
    if isinstance(argument, Function):
        return None
    if isinstance(argument, Seed):
        fresh = np.random.default_rng(argument.seed)
        return bool(used.bit_generator.state != fresh.bit_generator.state)
    return plain(used)


class _Kept(io.StringIO):
    """Text that is printed, up to a limit: an endless loop may print for ever."""

    def write(self, text: str) -> int:
        if self.tell() < _MOST_PRINTED:
            super().write(text[: _MOST_PRINTED - self.tell()])
        return len(text)


@contextlib.contextmanager
def _captured() -> Iterator[_Kept]:
    """Keep what is printed and warned out of the cell's outputs: nbgrader gives 0 for stderr."""
    kept = _Kept()
    with (
        np.errstate(divide="warn", over="warn", under="ignore", invalid="warn"),
        contextlib.redirect_stdout(kept),
        contextlib.redirect_stderr(kept),
        warnings.catch_warnings(record=True) as warned,
    ):
        warnings.simplefilter("always")
        yield kept
    for text in dict.fromkeys(f"{w.category.__name__}: {w.message}" for w in warned):
        kept.write(text + "\n")


def _raised(error: BaseException, function: Callable[..., Any]) -> Raised:
    frames = [f for f in traceback.extract_tb(error.__traceback__) if _is_learners(f.filename)]
    own = [f for f in frames if f.filename == _filename(function)] or frames
    message = _message(error)
    name = type(error).__name__
    bases = tuple(kind.__name__ for kind in type(error).__mro__)
    if not own:
        return Raised(name, message, bases=bases)
    return Raised(name, message, own[-1].line or "", own[-1].lineno or 0, bases=bases)


def _message(error: BaseException) -> str:
    try:
        return str(error).splitlines()[0][:300] if str(error) else ""
    except Exception:  # a class of the learner's own may fail even at that
        return ""


_OURS = os.path.dirname(os.path.dirname(os.path.abspath(__file__))) + os.sep


def _is_learners(filename: str) -> bool:
    library = filename.startswith((sys.prefix, sys.base_prefix, _OURS))
    return not library and "site-packages" not in filename


def _filename(function: Callable[..., Any]) -> str:
    code = getattr(inspect.unwrap(function), "__code__", None)
    return code.co_filename if code else ""


def helpers_used(function: Callable[..., Any], helpers: tuple[str, ...]) -> tuple[str, ...]:
    """Return which of some functions of its notebook a function uses, itself or through others."""
    function = inspect.unwrap(function)
    if not isinstance(function, FunctionType):
        return ()
    used = _names(function.__code__, function.__globals__, set())
    return tuple(n for n in helpers if n in used and callable(function.__globals__.get(n)))


def _names(code: CodeType, known: dict[str, Any], seen: set[str]) -> set[str]:
    """Return the global names a function uses, itself and through the functions it calls."""
    for name in code.co_names:
        if name not in seen:
            seen.add(name)
            helper = known.get(name)
            if isinstance(helper, FunctionType) and helper.__globals__ is known:
                _names(helper.__code__, known, seen)
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            _names(constant, known, seen)
    return seen


@contextlib.contextmanager
def _standing_in(
    function: Callable[..., Any], stand_ins: Mapping[str, Callable[..., Any]]
) -> Iterator[None]:
    namespace = inspect.unwrap(function).__globals__
    own = {name: namespace[name] for name in stand_ins}
    namespace.update(stand_ins)
    try:
        yield
    finally:
        namespace.update(own)
