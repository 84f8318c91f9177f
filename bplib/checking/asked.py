"""Which answer does a cell ask for? What stands in the cell decides, not the function's own name.

After ``delta_B_sigmoid = delta_B`` the function still calls itself delta_B, and a decorated one
calls itself something else altogether; ``check(delta_B_sigmoid)`` asks for what it says.
"""

import ast
from collections.abc import Callable, Sequence
from difflib import get_close_matches
from types import FrameType
from typing import Any

from executing import Source


def written(frame: FrameType) -> str:
    """Return the name that stands as the first argument of the call a frame is making.

    Parameters
    ----------
    frame : frame
        The caller's.

    Returns
    -------
    str
        "delta_B" for ``check(delta_B)`` and for ``check("delta_B")``; "" where something else
        stands there or where the source is not known.
    """
    node = Source.executing(frame).node
    if not isinstance(node, ast.Call):
        return ""
    given = [*node.args, *(k.value for k in node.keywords if k.arg == "function")]
    first = given[0] if given else None
    if isinstance(first, ast.Name):
        return first.id
    value = first.value if isinstance(first, ast.Constant) else ""
    return value if isinstance(value, str) else ""


def asked(function: Callable[..., Any] | str, frame: FrameType, exercises: Sequence[str]) -> str:
    """Return the name of the exercise that a call such as ``check(predict)`` is about.

    Parameters
    ----------
    function : callable or str
        What the call was given.
    frame : frame
        The caller's.
    exercises : sequence of str
        The names there are.

    Returns
    -------
    str
        What is written in the call; where that is no exercise, the name under which the notebook
        holds the function; else the function's own name.
    """
    if isinstance(function, str):
        return function
    name = written(frame)
    if name in exercises:
        return name
    own = str(getattr(function, "__name__", type(function).__name__))
    held = [name for name in exercises if frame.f_globals.get(name) is function]
    if held:
        return own if own in held else held[0]
    return own if own in exercises else name or own


def nearest(name: str, names: Sequence[str]) -> str:
    """Return which of some names somebody may have meant, "" if none is near."""
    lower = {other.lower(): other for other in names}
    close = get_close_matches(name.lower(), lower, n=1, cutoff=0.7)
    return lower[close[0]] if close else ""
