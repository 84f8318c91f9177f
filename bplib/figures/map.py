"""The course's map: the network, the way forward and back, and the lecture's pseudocode."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bplib.figures.base import show, subplots

if TYPE_CHECKING:
    from matplotlib.figure import Figure

NOTEBOOKS = ("01_loss", "02_gradient", "03_chain_rule", "04_delta_b", "05_delta_a", "06_training")


def course_map(notebook: str) -> None:
    """Show the map with the part of one notebook lit.

    Parameters
    ----------
    notebook : str
        ``"01_loss"`` to ``"06_training"``.
    """
    show(draw(notebook), alt=describe(notebook))


def draw(notebook: str) -> Figure:
    """Return the map as a figure."""
    figure, axes = subplots(size=(9, 2.8))
    axes.set_title(f"Where we are: {notebook}")
    return figure


def describe(notebook: str) -> str:
    """Return in words what the map shows."""
    return f"Map of the course; notebook {notebook} is lit."
