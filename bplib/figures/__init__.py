"""Static pictures, drawn with matplotlib, and the colours and manners that all of them share.

Importing this package imports no matplotlib; drawing does. What only one notebook draws stands
in that notebook's folder: `figures.delta_b` is `bplib.course.delta_b.figures`, imported when it is
first asked for. No global setting of matplotlib is touched.
"""

from importlib import import_module
from typing import Any

from bplib.course import NOTEBOOKS
from bplib.figures.base import (
    COLOUR_A,
    COLOUR_B,
    ERROR,
    FORWARD,
    GREY,
    LINES,
    MARKERS,
    png,
    show,
    style,
    subplots,
)
from bplib.figures.map import course_map
from bplib.figures.pictures import digit_grid, matrix_product

__all__ = [
    "COLOUR_A",
    "COLOUR_B",
    "ERROR",
    "FORWARD",
    "GREY",
    "LINES",
    "MARKERS",
    "course_map",
    "digit_grid",
    "matrix_product",
    "png",
    "show",
    "style",
    "subplots",
]


def __getattr__(name: str) -> Any:
    """Import a notebook's module of figures when it is first used."""
    if any(name == notebook.module for notebook in NOTEBOOKS.values()):
        return import_module(f"bplib.course.{name}.figures")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
