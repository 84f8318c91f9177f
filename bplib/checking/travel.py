"""Probes and replies as JSON, so that a sandbox can answer a grader without pickles.

cattrs takes the records apart and refuses what does not fit them. Values travel so that every
float arrives exact: arrays as raw bytes, numbers as their hexadecimal text.
"""

import base64
import json
from typing import Any, TypeVar

import cattrs
import numpy as np

from bplib.checking.call import Reply
from bplib.checking.plain import NUMERIC, Other
from bplib.course.probe import Function, Probe, Seed, Value

_T = TypeVar("_T")


def to_json(record: Probe | Reply) -> bytes:
    """Return a probe or a reply as JSON."""
    return json.dumps(_CONVERTER.unstructure(record), separators=(",", ":")).encode()


def probe_from_json(data: bytes) -> Probe:
    """Return the probe that `to_json` was given.

    Raises
    ------
    ValueError
        If the data were not made by `to_json`.
    """
    return _record(data, Probe)


def reply_from_json(data: bytes) -> Reply:
    """Return the reply that `to_json` was given; errors as for `probe_from_json`."""
    return _record(data, Reply)


def _record(data: bytes, kind: type[_T]) -> _T:
    try:
        record: _T = _CONVERTER.structure(json.loads(data), kind)
    except (cattrs.BaseValidationError, AttributeError, RecursionError, ValueError) as error:
        raise ValueError(f"not a {kind.__name__} as it travels: {error}") from error
    return record


def _encode(value: Any, _: Any = None) -> Any:
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
        return {"tuple": [_encode(part) for part in value]}
    if isinstance(value, list):
        return [_encode(part) for part in value]
    if isinstance(value, Function):
        return {"function": value.name, "parameters": [_encode(p) for p in value.parameters]}
    if isinstance(value, Seed):
        return {"seed": value.seed}
    if isinstance(value, Other):
        return {"other": value.type, "text": value.text}
    raise TypeError(f"{type(value).__name__} is no plain data")


def _decode(data: Any, _: Any = None) -> Any:
    """Return what `_encode` was given; raise ValueError where it was not made by that."""
    if data is None or isinstance(data, bool | int | str):
        return data
    if isinstance(data, list):
        return [_decode(part) for part in data]
    match data:
        case {"float": str(text)}:
            return float.fromhex(text)
        case {"complex": [str(real), str(imaginary)]}:
            return complex(float.fromhex(real), float.fromhex(imaginary))
        case {"array": str(text), "dtype": str(dtype), "shape": list(shape)}:
            kind = np.dtype(dtype)
            if kind.kind not in NUMERIC:
                raise ValueError(f"no array of dtype {dtype} is plain data")
            flat = np.frombuffer(base64.b64decode(text), dtype=kind)
            return flat.reshape(shape).astype(kind.newbyteorder("="))
        case {"tuple": list(parts)}:
            return tuple(_decode(part) for part in parts)
        case {"function": str(name), "parameters": list(parameters)}:
            return Function(name, tuple(_decode(p) for p in parameters))
        case {"seed": int(seed)}:
            return Seed(seed)
        case {"other": str(kind_name), "text": str(text)}:
            return Other(kind_name, text)
    raise ValueError(f"not the encoding of plain data: {str(data)[:60]}")


_CONVERTER = cattrs.Converter(forbid_extra_keys=True)
_CONVERTER.register_unstructure_hook_func(lambda kind: kind is Value, _encode)
_CONVERTER.register_structure_hook_func(lambda kind: kind is Value, _decode)
