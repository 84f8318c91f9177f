"""Your code, stepped: the trace of the reader's own function, line by line."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

Step = tuple[int, str, Any]
"""A line's number, the name that it made, and the value it then had."""
_LARGEST = 12  # rows and columns that are shown


def settings(
    name: str,
    source: Sequence[tuple[int, str]],
    steps: Sequence[Step],
    marked: int = 0,
    problem: str = "",
) -> dict[str, Any]:
    """Return what the widget starts from.

    Parameters
    ----------
    name : str
        The function's name.
    source : sequence of (int, str)
        Its lines with their numbers.
    steps : sequence of (int, str, value)
        What was made, in the order in which it was made.
    marked : int, optional
        The line that the check found off the way.
    problem : str, optional
        What stopped the function, if something did.
    """
    shown = [{"line": line, "name": made, **_shown(value)} for line, made, value in steps]
    return {
        "name": name,
        "lines": [list(line) for line in source],
        "steps": shown,
        "marked": marked,
        "problem": problem,
    }


def _shown(value: Any) -> dict[str, Any]:
    """Return a value as rows of numbers where it is an array of numbers, else as text."""
    is_array = isinstance(value, np.ndarray) and value.dtype.kind in "fiub" and value.ndim in (1, 2)
    if not is_array:
        text = repr(value)
        return {"text": text if len(text) <= 80 else text[:79] + "…", "shape": "", "rows": None}
    rows = np.atleast_2d(value)[:_LARGEST, :_LARGEST].astype(float)
    plain = [[float(v) if np.isfinite(v) else None for v in row] for row in rows]
    return {"text": "", "shape": str(value.shape), "rows": plain}
