"""Values as plain data: what probes and replies are made of, and how they travel.

Whatever a learner's function returns is first made `plain`: arrays, numbers, text, None, lists
and tuples of these, and `Other` for the rest. `encode` turns that into what JSON can hold, with
arrays as raw bytes, and `decode` back, so that a sandbox can answer a grader without pickles.
"""

import base64
import inspect
from dataclasses import dataclass
from typing import Any

import numpy as np

from bplib.course.exercise import Function, Seed

_NUMERIC = "biufc"
_DEEPEST = 3  # lists within lists: what exercises return, and one more


@dataclass(frozen=True)
class Other:
    """Something that is no plain data: the name of its type and the start of its text."""

    type: str
    text: str = ""


def plain(value: Any, depth: int = 0) -> Any:
    """Return a value of any kind as plain data, sharing no memory with it.

    NumPy scalars and 0-d arrays become Python numbers; array subclasses become arrays; long
    doubles become float64.
    """
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
        if array.dtype.kind not in _NUMERIC:
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


def encode(value: Any) -> Any:
    """Return plain data, `Function` and `Seed` included, as what `json.dumps` takes."""
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, float):
        return {"float": value.hex()}
    if isinstance(value, complex):
        return {"complex": [value.real.hex(), value.imag.hex()]}
    if isinstance(value, np.ndarray):
        data = value.astype(value.dtype.newbyteorder("<"))
        return {
            "array": base64.b64encode(data.tobytes()).decode("ascii"),
            "dtype": data.dtype.str,
            "shape": list(value.shape),
        }
    if isinstance(value, tuple):
        return {"tuple": [encode(part) for part in value]}
    if isinstance(value, list):
        return [encode(part) for part in value]
    if isinstance(value, Function):
        return {"function": value.name, "parameters": [encode(p) for p in value.parameters]}
    if isinstance(value, Seed):
        return {"seed": value.seed}
    if isinstance(value, Other):
        return {"other": value.type, "text": value.text}
    raise TypeError(f"{type(value).__name__} is no plain data")


def decode(data: Any) -> Any:
    """Return what `encode` was given.

    Raises
    ------
    ValueError
        If the data were not made by `encode`.
    """
    if data is None or isinstance(data, bool | int | str):
        return data
    if isinstance(data, list):
        return [decode(part) for part in data]
    match data:
        case {"float": str(text)}:
            return float.fromhex(text)
        case {"complex": [str(real), str(imaginary)]}:
            return complex(float.fromhex(real), float.fromhex(imaginary))
        case {"array": str(text), "dtype": str(dtype), "shape": list(shape)}:
            kind = np.dtype(dtype)
            if kind.kind not in _NUMERIC:
                raise ValueError(f"no array of dtype {dtype} is plain data")
            flat = np.frombuffer(base64.b64decode(text), dtype=kind)
            return flat.reshape(shape).astype(kind.newbyteorder("="))
        case {"tuple": list(parts)}:
            return tuple(decode(part) for part in parts)
        case {"function": str(name), "parameters": list(parameters)}:
            return Function(name, tuple(decode(p) for p in parameters))
        case {"seed": int(seed)}:
            return Seed(seed)
        case {"other": str(kind_name), "text": str(text)}:
            return Other(kind_name, text)
    raise ValueError(f"not the encoding of plain data: {str(data)[:60]}")


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
