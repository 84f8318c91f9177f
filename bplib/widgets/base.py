"""What all widgets share in Python: showing one, answering it, and trying the reader's functions.

The hand's events come from JavaScript as a question; `answer` calls the reader's functions and
what it returns goes back, arrays as bytes. Where nobody can touch a widget (nbgrader, nbval,
nbconvert run a notebook without a reader) only its still picture is shown.
"""

from __future__ import annotations

import contextlib
import ctypes
import io
import sys
import threading
import time
import traceback
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from html import escape
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bplib import progress
from bplib.widgets.assembly import module, stylesheet

Array = NDArray[Any]
Answer = Mapping[str, Any]
TIME_LIMIT = 2.0
"""Seconds that a function of the reader's may take for one movement of the hand."""
NEAR = 1e-6
"""Up to this share of the largest entry, a slope counts as what nudging finds."""


@dataclass(frozen=True)
class Tried:
    """What came of calling a function: its value, or what is wrong in a sentence."""

    value: Any = None
    problem: str = ""


def newest(function: Callable[..., Any]) -> Callable[..., Any]:
    """Return what the function's name means now: a reader mends it and runs only its cell."""
    name = getattr(function, "__name__", "")
    known = getattr(function, "__globals__", {}).get(name)
    return known if callable(known) else function


def attempt(
    function: Callable[..., Any], *arguments: Any, shape: tuple[int, ...] | None = None
) -> Tried:
    """Call a function of the reader's on copies, quietly and not for long.

    Parameters
    ----------
    function : callable
        The function; if its name has been defined anew since, the new one.
    *arguments
        What it is given; arrays are copied.
    shape : tuple of int, optional
        The shape that its result should have.

    Returns
    -------
    Tried
        The value as a float array (if `shape` is given), or the problem.
    """
    function = newest(function)
    name = getattr(function, "__name__", "your function")
    copies = [a.copy() if isinstance(a, np.ndarray) else a for a in arguments]
    try:
        with _quietly(), _clock.limit(TIME_LIMIT):
            value = function(*copies)
    except NotImplementedError:
        return Tried(problem=f"{name} is not written yet.")
    except _TooSlow:
        return Tried(problem=f"{name} took more than {TIME_LIMIT:g} seconds and was stopped.")
    except (Exception, KeyboardInterrupt, SystemExit) as error:
        return Tried(problem=f"{name} raises {_told(error, function)}")
    return Tried(value) if shape is None else _array(name, value, shape)


def _array(name: str, value: Any, shape: tuple[int, ...]) -> Tried:
    try:
        array = np.array(value, dtype=float)
    except (TypeError, ValueError):
        return Tried(problem=f"{name} returns {type(value).__name__}, not an array of {shape}.")
    if array.shape != shape:
        return Tried(problem=f"{name} returns shape {array.shape}, not {shape}.")
    if not np.all(np.isfinite(array)):
        return Tried(array, f"{name} returns numbers that are not finite.")
    return Tried(array)


def _told(error: BaseException, function: Callable[..., Any]) -> str:
    text = f"{type(error).__name__}: {error}".rstrip(": ")
    code = getattr(function, "__code__", None)
    for place in reversed(traceback.extract_tb(error.__traceback__)):
        if code is not None and place.filename == code.co_filename and place.line:
            return f"{text}\n    {place.line}"
    return text


class _Muted(io.TextIOBase):
    """A stream that drops what one thread writes and passes on the rest.

    JupyterLab has widgets answered in a thread beside the one that runs cells.
    """

    def __init__(self, stream: Any):
        self._stream, self._muted = stream, threading.get_ident()

    def write(self, text: str) -> int:
        if threading.get_ident() != self._muted:
            self._stream.write(text)
        return len(text)

    def flush(self) -> None:
        self._stream.flush()


@contextlib.contextmanager
def _quietly() -> Iterator[None]:
    with (
        contextlib.redirect_stdout(_Muted(sys.stdout)),
        contextlib.redirect_stderr(_Muted(sys.stderr)),
        np.errstate(all="ignore"),
    ):
        yield


class _TooSlow(BaseException):
    """The time is up; no ``except Exception`` of the reader's catches it."""


class _Clock:
    """One thread that stops the others when their time is up.

    A thread for every call would cost more than the call. This one looks twenty times a second,
    and ends after ten seconds in which nobody asked for it.
    """

    _LOOK, _REST = 0.05, 10.0

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._ends: dict[int, float] = {}
        self._asked = 0.0
        self._runs = False

    @contextlib.contextmanager
    def limit(self, seconds: float) -> Iterator[None]:
        """Raise `_TooSlow` in this thread, whichever it is, when the time is up."""
        thread = threading.get_ident()
        with self._lock:
            self._asked = time.monotonic()
            self._ends[thread] = self._asked + seconds
            if not self._runs:
                self._runs = True
                threading.Thread(target=self._watch, daemon=True).start()
        try:
            yield
        finally:
            with self._lock:
                self._ends.pop(thread, None)

    def _watch(self) -> None:
        while True:
            time.sleep(self._LOOK)
            with self._lock:
                now = time.monotonic()
                for thread in [thread for thread, end in self._ends.items() if end <= now]:
                    del self._ends[thread]
                    ctypes.pythonapi.PyThreadState_SetAsyncExc(
                        ctypes.c_ulong(thread), ctypes.py_object(_TooSlow)
                    )
                if not self._ends and now - self._asked > self._REST:
                    self._runs = False
                    return


_clock = _Clock()


def off(mine: Array, truth: Array) -> Array | None:
    """Return where `mine` is not the truth, 1 for an entry that is off; None if it nowhere is."""
    if not np.all(np.isfinite(mine)):
        return np.asarray(~np.isfinite(mine), dtype=float)
    wrong = np.abs(mine - truth) > NEAR * max(float(np.max(np.abs(truth))), 1e-12)
    return wrong.astype(float) if wrong.any() else None


# To JavaScript and back


def pack(answer: Answer) -> tuple[dict[str, Any], list[bytes]]:
    """Return a message's plain part and its arrays as bytes."""
    content: dict[str, Any] = {"arrays": []}
    buffers = []
    for name, value in answer.items():
        if isinstance(value, np.ndarray):
            content["arrays"].append([name, list(value.shape)])
            buffers.append(np.ascontiguousarray(value, dtype=float).tobytes())
        elif value is not None:
            content[name] = value
    return content, buffers


def unpack(content: Mapping[str, Any], buffers: list[Any]) -> dict[str, Any]:
    """Return a message as one dictionary, its bytes as arrays again."""
    question = {name: value for name, value in content.items() if name != "arrays"}
    for (name, shape), buffer in zip(content["arrays"], buffers, strict=True):
        question[name] = np.frombuffer(bytes(buffer)).reshape(shape).copy()
    return question


@cache
def _widget_class(name: str) -> type[Any]:
    """Make the class of a widget: its script, its settings, its way back."""
    import anywidget
    import traitlets

    return type(
        name.capitalize(),
        (anywidget.AnyWidget,),
        {
            "_esm": module(name),
            "_css": stylesheet(),
            "settings": traitlets.Dict().tag(sync=True),
        },
    )


def make(name: str, settings: Answer, answer: Callable[[dict[str, Any]], Answer]) -> Any:
    """Return an ipywidget that runs a module of this folder and is answered by a function."""
    widget = _widget_class(name)(settings=dict(settings))

    def received(_: Any, content: dict[str, Any], buffers: list[Any]) -> None:
        question = unpack(content, buffers)
        count = question.pop("count")
        try:
            reply = dict(answer(question))
        except (
            Exception,
            _TooSlow,
        ) as error:  # ours, not the reader's: never leave the hand without a reply
            reply = {"problems": {"widget": f"The widget itself failed: {error!r}"}}
        content, back = pack({**reply, "lent": list(progress.lent_and_used())})
        widget.send({**content, "count": count}, back)

    widget.on_msg(received)
    return widget


# On the page of a notebook


def someone_is_there() -> bool:
    """Tell whether a person can touch what is shown.

    A program that runs a notebook (nbgrader, nbval, nbconvert) tells the kernel that nobody will
    answer an ``input()``; JupyterLab and its like do not.
    """
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython is not None else None
    return bool(getattr(getattr(shell, "kernel", None), "_allow_stdin", False))


def show(
    name: str,
    settings: Answer,
    answer: Callable[[dict[str, Any]], Answer],
    words: str,
    picture: Callable[[], bytes] | None = None,
) -> None:
    """Put a widget on the page, below a still picture for those who see no widget.

    Parameters
    ----------
    name : str
        The module, and the picture under ``stills/``.
    settings : dict
        What the module starts from.
    answer : callable
        Gets a question, returns the reply.
    words : str
        What the picture shows: its alt text, and with a remark its caption.
    picture : callable, optional
        Makes the still picture; by default it is the module's.
    """
    ipython = sys.modules.get("IPython")
    if ipython is None or ipython.get_ipython() is None:
        return
    from IPython.display import display

    from bplib.figures.base import show_picture

    show_picture(picture() if picture else still(name), words, width=720)
    caption = f"{words} (A still: run this cell in Jupyter to move it.)"
    html = f"<p><em>{escape(caption)}</em></p>"
    display({"text/html": html, "text/plain": caption}, raw=True)
    live(name, settings, answer)


def live(name: str, settings: Answer, answer: Callable[[dict[str, Any]], Answer]) -> None:
    """Put a widget on the page, where somebody is there to touch it."""
    if not someone_is_there():
        return
    from IPython.display import display

    display({"application/javascript": _NEVER_NOT_FOUND, "text/html": " "}, raw=True)
    widget = make(name, settings, answer)
    view = {"version_major": 2, "version_minor": 0, "model_id": widget.model_id}
    display({"application/vnd.jupyter.widget-view+json": view, "text/plain": ""}, raw=True)


_NEVER_NOT_FOUND = """if (!document.getElementById("bp-hide-lost-widgets")) {
  const style = document.createElement("style");
  style.id = "bp-hide-lost-widgets";
  style.textContent = ".jp-OutputArea-child:has(.bp-hides-lost-widget)"
    + " + .jp-OutputArea-child > .jp-OutputArea-output:not(:has(*)) { display: none; }";
  document.head.append(style);
}
(element[0] ?? element).classList.add("bp-hides-lost-widget");"""


def still(name: str) -> bytes:
    """Return the picture of a widget as PNG."""
    return (Path(__file__).parent / "stills" / f"{name}.png").read_bytes()
