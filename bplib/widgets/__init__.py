"""Figures that answer to the hand, and run on the reader's own functions.

Each is a function to call in a notebook: ``widgets.descent(numerical_gradient)``. Its Python, its
JavaScript stand side by side in `parts`. Importing the package loads none of
them, and no ipywidgets.
"""

from importlib import import_module
from typing import Any

__all__ = [
    "backpropagation",
    "chain",
    "confident",
    "depth",
    "descent",
    "draw_first",
    "landscape",
    "step_through",
    "training",
]

_PARTS = {name: name for name in __all__} | {"draw_first": "drawing", "step_through": "stepping"}
"""The functions, and the modules of `parts` they stand in."""


def __getattr__(name: str) -> Any:
    """Load a widget when it is first asked for."""
    if name in _PARTS:
        return getattr(import_module(f"bplib.widgets.parts.{_PARTS[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
