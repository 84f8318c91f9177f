"""Values as plain data: what replies are made of.

Whatever a learner's function returns is first made `plain`: arrays, numbers, text, None, lists
and tuples of these, and `Other` for the rest.
"""

import inspect
from dataclasses import dataclass
from typing import Any

import numpy as np

NUMERIC = "biufc"  # the kinds of dtype that count as numbers
_DEEPEST = 3  # lists within lists: what exercises return, and one more
_MOST = 100_000  # entries that are copied; right results have a few hundred at most
HUGE = "huge"


@dataclass(frozen=True)
class Other:
    """Something that is no plain data: the name of its type and the start of its text."""

    type: str
    text: str = ""


def plain(value: Any, depth: int = 0) -> Any:
    """Return a value of any kind as plain data, sharing no memory with it.

    NumPy scalars and 0-d arrays become Python numbers; array subclasses become arrays; long
    doubles become float64. What is far too large is not copied, only described.
    """
    if depth == 0 and (many := _too_many(value)):
        return Other(HUGE, many)
    if isinstance(value, int) and abs(value) >= 2**63:
        return Other("integer of very many digits")
    if value is None or isinstance(value, bool | int | float | complex | str):
        return _number(value)
    if inspect.iscoroutine(value):
        value.close()
        return Other("coroutine (an `async def` is not called like a function)")
    if isinstance(value, np.ma.MaskedArray):
        return Other("masked array")
    if isinstance(value, np.ndarray | np.generic):
        array = np.array(value, subok=False)
        if array.dtype.kind not in NUMERIC:
            return Other(f"array of dtype {array.dtype}", repr(value)[:80])
        if array.dtype == np.longdouble:
            array = array.astype(float)
        if array.dtype == np.clongdouble:
            array = array.astype(complex)
        return array.item() if array.ndim == 0 else np.ascontiguousarray(array)
    if isinstance(value, list | tuple) and depth < _DEEPEST:
        parts = [plain(part, depth + 1) for part in value]
        return tuple(parts) if isinstance(value, tuple) else parts
    return Other(type(value).__name__, _text(value))


def _too_many(value: Any, depth: int = 0) -> str:
    """Return what is too large to be copied, in words, "" if nothing is."""
    if isinstance(value, np.ndarray) and value.size > _MOST:
        return f"an array of shape {value.shape}"
    if isinstance(value, list | tuple) and depth < _DEEPEST:
        if len(value) > _MOST:
            return f"a {type(value).__name__} of {len(value):,} entries"
        return next((many for part in value if (many := _too_many(part, depth + 1))), "")
    if isinstance(value, str) and len(value) > _MOST:
        return f"text of {len(value):,} characters"
    return ""


def _number(value: Any) -> Any:
    """Return None, text or a number, subclasses (such as numpy.float64) made the base class."""
    kinds: tuple[Any, ...] = (bool, int, float, complex, str)
    for kind in kinds:
        if isinstance(value, kind):
            return kind(value)
    return value


def _text(value: Any) -> str:
    try:
        return repr(value)[:80]
    except Exception:
        return ""


def parts(value: Any) -> list[Any]:
    """Return a result as a flat list of arrays and numbers, one a part."""
    if isinstance(value, list | tuple):
        return [part for item in value for part in parts(item)]
    if isinstance(value, str):  # which NumPy would read as a number
        raise TypeError("text is no number")
    return [np.asarray(value, dtype=float) if not isinstance(value, np.ndarray) else value]


def equal(a: Any, b: Any) -> bool:
    """Return whether two plain values are the same to the last bit."""
    if isinstance(a, np.ndarray) or isinstance(b, np.ndarray):
        return (
            isinstance(a, np.ndarray)
            and isinstance(b, np.ndarray)
            and a.shape == b.shape
            and a.dtype == b.dtype
            and np.array_equal(a, b, equal_nan=a.dtype.kind in "fc")
        )
    if isinstance(a, list | tuple) and isinstance(b, list | tuple):
        return len(a) == len(b) and all(map(equal, a, b))
    return bool(a == b) or (a != a and b != b)
