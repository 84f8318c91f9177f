"""The kernel as it was: what a learner's code does to all of it is noticed, and put back.

A function may set NumPy's print options, start threads, ask for input or never come back. A check
goes on as if it had not: here stands what is watched, and what is said of it.
"""

import builtins
import contextlib
import copy
import operator
import os
import random
import signal
import sys
import threading
import time
from collections.abc import Iterator
from types import ModuleType
from typing import Any

import numpy as np

from bplib.checking.source import OutOfTime

LIMIT = 10.0
"""Seconds that all calls of a probe may take together; right answers take a few hundredths."""

REMARKS = {
    "numpy-replaced": (
        "{names} in this notebook is not NumPy's own any more: some line assigns to it. This check "
        "worked with NumPy's own; restart the kernel to have it back."
    ),
    "print-options": (
        "It changes how NumPy prints, for the whole notebook; the check put that back. "
        "`with np.printoptions(…):` does it for a few lines."
    ),
    "error-settings": (
        "It changes what NumPy does about overflow and the like, for the whole notebook; the check "
        "put that back. `with np.errstate(…):` does it for a few lines."
    ),
    "working-directory": "It changes the working directory; the check put that back.",
    "thread-left-behind": "It leaves a thread running behind it; nothing here needs one.",
}
"""What there is to say, besides the verdict, of what a function does to the whole kernel."""


class AsksForInput(RuntimeError):
    """A learner's function wants somebody to type."""


# --- NumPy's own ------------------------------------------------------------------------------

_OWN: list[tuple[str, ModuleType, dict[str, Any]]] = [
    (prefix, module, {name: value for name, value in vars(module).items() if callable(value)})
    for prefix, module in (("np", np), ("np.linalg", np.linalg), ("np.random", np.random))
]


@contextlib.contextmanager
def numpys_own() -> Iterator[list[str]]:
    """Work with NumPy's own functions, whatever a notebook has put in their places.

    Yields
    ------
    list of str
        The names that held something else, such as "np.tanh"; those that are changed meanwhile
        are on it in the end.
    """
    before = _replaced()
    names = [name for name, *_ in before]
    for _, module, attribute, own, _ in before:
        setattr(module, attribute, own)
    try:
        yield names
    finally:
        for name, module, attribute, own, _ in _replaced():
            setattr(module, attribute, own)
            names.append(name)
        for _, module, attribute, _, other in before:
            setattr(module, attribute, other)


def _replaced() -> list[tuple[str, ModuleType, str, Any, Any]]:
    return [
        (f"{prefix}.{attribute}", module, attribute, own, now.get(attribute))
        for prefix, module, owns in _OWN
        for now in [vars(module)]
        if not all(map(operator.is_, map(now.get, owns), owns.values()))  # nearly always all are
        for attribute, own in owns.items()
        if now.get(attribute) is not own
    ]


# --- everything else --------------------------------------------------------------------------


@contextlib.contextmanager
def kept(namespace: dict[str, Any]) -> Iterator[list[str]]:
    """Put back what a learner's code changes for the whole kernel.

    Parameters
    ----------
    namespace : dict
        The global names of the learner's function.

    Yields
    ------
    list of str
        Keys of `REMARKS`: in the end, what was changed. One of NumPy's is followed by the names:
        "numpy-replaced:np.tanh".
    """
    found: list[str] = []
    threads = set(threading.enumerate())
    directory, limit = os.getcwd(), sys.getrecursionlimit()
    states = np.random.get_state(), random.getstate()  # noqa: NPY002 - what learners may use
    options = np.get_printoptions()
    with numpys_own() as replaced, np.printoptions(), _nobody_to_ask(namespace):
        try:
            yield found
        finally:
            if np.get_printoptions() != options:
                found.append("print-options")
            if _directory() != directory:
                os.chdir(directory)
                found.append("working-directory")
            if _left_behind(threads):
                found.append("thread-left-behind")
            sys.setrecursionlimit(limit)
            np.random.set_state(states[0])  # noqa: NPY002
            random.setstate(states[1])
    if replaced:
        found.append("numpy-replaced:" + ", ".join(dict.fromkeys(replaced)))


def remark(found: str) -> str:
    """Return the sentence for what `kept` found."""
    key, _, names = found.partition(":")
    return REMARKS[key].format(names=names)


def _directory() -> str:
    try:
        return os.getcwd()
    except OSError:  # it was removed
        return ""


def _left_behind(before: set[threading.Thread]) -> bool:
    new = [thread for thread in threading.enumerate() if thread not in before]
    for thread in new:
        thread.join(0.2)
    return any(thread.is_alive() for thread in new)


@contextlib.contextmanager
def _nobody_to_ask(namespace: dict[str, Any]) -> Iterator[None]:
    """Let `input()` raise, and IPython's `exit()` too, which would end the kernel afterwards."""

    def nobody(*_: Any) -> str:
        raise AsksForInput("nobody is there to type")

    def leave(*_: Any) -> None:
        raise SystemExit

    exits = {
        name: value
        for name in ("exit", "quit")
        if type(value := namespace.get(name)).__name__.endswith("ExitAutocall")
    }
    own, builtins.input = builtins.input, nobody
    namespace.update(dict.fromkeys(exits, leave))
    try:
        yield
    finally:
        builtins.input = own
        namespace.update(exits)


@contextlib.contextmanager
def defaults_kept(function: Any) -> Iterator[None]:
    """Put back a function's default arguments, which its calls may have filled."""
    try:
        defaults = copy.deepcopy((function.__defaults__, function.__kwdefaults__))
    except Exception:  # no function, or a default that cannot be copied
        yield
        return
    try:
        yield
    finally:
        function.__defaults__, function.__kwdefaults__ = defaults


# --- time -------------------------------------------------------------------------------------


class Deadline:
    """Stops what runs under it when its time is over, where the platform can.

    That needs a timer that interrupts (Linux, macOS) and the main thread; elsewhere the learner
    interrupts the kernel.
    """

    def __init__(self, seconds: float):
        self._end = time.monotonic() + seconds

    @contextlib.contextmanager
    def watched(self) -> Iterator[None]:
        """Raise `OutOfTime` in what runs here, again and again if it is caught there."""
        if not hasattr(signal, "setitimer") or (
            threading.current_thread() is not threading.main_thread()
        ):
            yield
            return
        began = time.monotonic()
        handler = signal.signal(signal.SIGALRM, _stop)
        left, interval = signal.setitimer(signal.ITIMER_REAL, max(self._end - began, 0.01), 0.05)
        try:
            yield
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
            signal.signal(signal.SIGALRM, handler or signal.SIG_DFL)
            if left:
                left = max(left - (time.monotonic() - began), 0.001)
                signal.setitimer(signal.ITIMER_REAL, left, interval)


def _stop(*_: Any) -> None:
    raise OutOfTime
