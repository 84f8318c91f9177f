"""Figures that answer to the hand, and run on the reader's own functions.

Each is a function to call in a notebook: ``widgets.descent(numerical_gradient)``. Its Python, its
JavaScript and its still picture bear its name in this folder. Importing the package loads none of
them, and no ipywidgets.
"""

from importlib import import_module
from typing import Any

_HOMES = {
    "backpropagation": "backpropagation",
}
"""The functions, and the modules they stand in."""

__all__ = ["backpropagation"]


def __getattr__(name: str) -> Any:
    """Load a widget when it is first asked for."""
    if name in _HOMES:
        return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
