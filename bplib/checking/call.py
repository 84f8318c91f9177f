"""The middle step of a check, and the only one that runs a learner's code.

`call` puts a probe to a function and writes down what happened. It needs no thread, process,
file or network, so it runs in any kernel, and its `Reply` is plain data, so it can run in
another one than the judge.
"""

import contextlib
import dis
import inspect
import io
import os
import sys
import traceback
import warnings
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import CodeType, FunctionType
from typing import Any

import numpy as np

from bplib import derivatives
from bplib.checking import kernel
from bplib.checking.plain import plain
from bplib.checking.source import source_of
from bplib.checking.trace import NO_TRACE, Trace, trace
from bplib.checking.traits import traits_of
from bplib.course.functions import build
from bplib.course.probe import Case, Function, Probe, Seed, Value

_MOST_PRINTED = 2000  # characters kept of what a function prints
_SECONDS = 1.0  # for the trace, where its own clock is not looked at
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
    helper: str = ""  # the function that raised it, where it was not the one that was called


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
    """

    result: Value
    arguments: tuple[Value, ...] = ()
    again: Value = None
    raised: Raised | None = None
    printed: str = ""
    numerical: bool = False


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
    missing : tuple of str
        Those among them that the notebook does not define.
    kind : str
        The code of what was given in place of a plain function, and not called; "" for a function.
    traits : tuple of str
        What stands in its code, see `bplib.checking.traits`.
    remarks : tuple of str
        What it did to the whole kernel, see `bplib.checking.kernel`.
    trace : Trace
        What its own lines computed in the first call; with the right answers in place of the
        learner's, where there are some.
    """

    outcomes: tuple[Outcome, ...]
    helped: tuple[Outcome, ...] = ()
    helpers: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    kind: str = ""
    traits: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()
    trace: Trace = NO_TRACE


def call(
    function: Callable[..., Any],
    probe: Probe,
    stand_ins: Mapping[str, Callable[..., Any]] = _NONE,
    seconds: float = kernel.LIMIT,
    traced: bool = True,
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
    seconds : float
        After which time it is stopped, where the platform has a way to do that.
    traced : bool
        Whether to write down what its lines compute: it tells nothing about who is right.

    Returns
    -------
    Reply
        Plain data.
    """
    kind = _kind(function)
    if kind:
        return Reply((), kind=kind)
    namespace = getattr(inspect.unwrap(function), "__globals__", {})
    used = helpers_used(function, probe.helpers)
    missing = tuple(name for name in used if not callable(namespace.get(name)))
    helped: tuple[Outcome, ...] = ()
    steps = NO_TRACE
    instead: Mapping[str, Callable[..., Any]] = _NONE
    if used and all(name in stand_ins for name in used):
        instead = {name: stand_ins[name] for name in used}
    with kernel.kept(namespace) as remarks, kernel.defaults_kept(inspect.unwrap(function)):
        outcomes = _call_all(function, probe.cases, remarks, seconds)
        ended = any(o.raised and o.raised.type in _ENDED for o in outcomes)
        if instead and not ended:
            with _standing_in(namespace, instead):
                helped = _call_all(function, probe.cases, remarks, seconds)
        if traced and not ended:
            steps = _traced(function, probe.cases, instead)
    traits, remarked = traits_of(source_of(function)), tuple(dict.fromkeys(remarks))
    return Reply(outcomes, helped, used, missing, "", traits, remarked, steps)


def _traced(
    function: Callable[..., Any], cases: tuple[Case, ...], instead: Mapping[str, Any]
) -> Trace:
    """Return the trace of the first call that is designed for values."""
    first = _first(cases)
    if first is None:
        return NO_TRACE
    with _captured([]), kernel.Deadline(_SECONDS).watched():
        return trace(function, handed(first), instead)


def traced_with(function: Callable[..., Any], cases: tuple[Case, ...]) -> dict[str, Any]:
    """Return the arguments of the call that is traced, by the names of the function's parameters.

    Parameters
    ----------
    function : callable
        A learner's function.
    cases : tuple of Case
        The calls of a check.

    Returns
    -------
    dict of str to object
        What the function gets, defaults too; empty where it takes other arguments.
    """
    first = _first(cases)
    try:
        bound = inspect.signature(function).bind(*(handed(first) if first else ()))
    except (TypeError, ValueError):
        return {}
    bound.apply_defaults()
    return dict(bound.arguments)


def _first(cases: tuple[Case, ...]) -> Case | None:
    """Return the first call that is designed for values."""
    return next((case for case in cases if case.values and not case.raises), None)


_ENDED = ("KeyboardInterrupt", "OutOfTime")


def _kind(function: Callable[..., Any]) -> str:
    """Return the code of what is no function that can be called for its result, or ""."""
    function = inspect.unwrap(function)
    if inspect.isclass(function):
        return "a-class-for-a-function"
    if inspect.iscoroutinefunction(function) or inspect.isasyncgenfunction(function):
        return "an-async-function"
    return "a-generator-function" if inspect.isgeneratorfunction(function) else ""


def _call_all(
    function: Callable[..., Any], cases: tuple[Case, ...], remarks: list[str], seconds: float
) -> tuple[Outcome, ...]:
    outcomes: list[Outcome] = []
    deadline = kernel.Deadline(seconds)
    try:
        bind = inspect.signature(function).bind
    except (TypeError, ValueError):  # a built-in without a signature
        bind = None
    for case in cases:
        outcomes.append(_once(function, case, bind, not outcomes, remarks, deadline))
        raised = outcomes[-1].raised
        if raised and not case.raises:
            break
    return tuple(outcomes)


def _once(
    function: Callable[..., Any],
    case: Case,
    bind: Callable[..., Any] | None,
    twice: bool,
    remarks: list[str],
    deadline: kernel.Deadline,
) -> Outcome:
    arguments = handed(case)
    try:
        if bind:
            bind(*arguments)
    except TypeError as error:
        return Outcome(None, raised=Raised("TypeError", str(error), signature=True))
    result = again = raised = None
    uses = derivatives.uses()
    with _captured(remarks) as printed:
        try:
            with deadline.watched():
                returned = function(*arguments)
            result = plain(returned)
        except BaseException as error:  # KeyboardInterrupt and SystemExit are replies too
            raised = _raised(error, function)
    if twice and raised is None:
        with _captured(remarks):
            try:
                fresh = handed(case)
                with deadline.watched():
                    returned = function(*fresh)
                again = plain(returned)
            except BaseException as error:
                raised = _raised(error, function)
    after = tuple(map(_after, case.arguments, arguments))
    numerical = derivatives.uses() > uses
    return Outcome(result, after, again, raised, printed.getvalue(), numerical)


def handed(case: Case) -> tuple[Any, ...]:
    """Return the arguments of a call, ready to use.

    Where all are numbers they are NumPy's, so that `(z > 0).astype(float)` works on one as on many;
    a number beside arrays stays a plain one, which does not change an array's precision.
    """
    arguments = tuple(map(built, case.arguments))
    if any(isinstance(argument, np.ndarray | list) for argument in arguments):
        return arguments
    return tuple(np.float64(a) if type(a) is float else a for a in arguments)


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
def _captured(remarks: list[str]) -> Iterator[_Kept]:
    """Keep what is printed and warned out of the cell's outputs: nbgrader gives 0 for stderr."""
    kept = _Kept()
    with (
        np.errstate(divide="warn", over="warn", under="ignore", invalid="warn"),
        contextlib.redirect_stdout(kept),
        contextlib.redirect_stderr(kept),
        warnings.catch_warnings(record=True) as warned,
    ):
        warnings.simplefilter("always")
        settings = np.geterr()
        yield kept
        if np.geterr() != settings:
            remarks.append("error-settings")
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
    helper = frames[-1].name if frames[-1].name != _code_name(function) else ""
    line, number = own[-1].line or "", own[-1].lineno or 0
    return Raised(name, message, line, number, bases=bases, helper=helper)


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


def _code_name(function: Callable[..., Any]) -> str:
    code = getattr(inspect.unwrap(function), "__code__", None)
    return code.co_name if code else ""


def helpers_used(function: Callable[..., Any], helpers: tuple[str, ...]) -> tuple[str, ...]:
    """Return which earlier answers a function uses, itself or through others, defined or not."""
    function = inspect.unwrap(function)
    if not isinstance(function, FunctionType):
        return ()
    used = _names(function.__code__, function.__globals__, set())
    return tuple(name for name in helpers if name in used)


def _names(code: CodeType, known: dict[str, Any], seen: set[str]) -> set[str]:
    """Return the global names a function uses, itself and through the functions it calls."""
    for name in _globals_of(code):
        if name in seen:
            continue
        seen.add(name)
        helper = known.get(name)
        if isinstance(helper, FunctionType) and helper.__globals__ is known:
            _names(helper.__code__, known, seen)
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            _names(constant, known, seen)
    return seen


@lru_cache(maxsize=256)
def _globals_of(code: CodeType) -> tuple[str, ...]:
    loads = (i for i in dis.get_instructions(code) if i.opname == "LOAD_GLOBAL")
    return tuple(dict.fromkeys(load.argval for load in loads))


@contextlib.contextmanager
def _standing_in(
    namespace: dict[str, Any], stand_ins: Mapping[str, Callable[..., Any]]
) -> Iterator[None]:
    own = {name: namespace[name] for name in stand_ins if name in namespace}
    namespace.update(stand_ins)
    try:
        yield
    finally:
        for name in stand_ins:
            namespace.pop(name, None)
        namespace.update(own)
