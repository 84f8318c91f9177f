"""The colours, the style and the way to the screen that all figures share."""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from html import escape
from io import BytesIO
from typing import TYPE_CHECKING, Any

import numpy as np

from bplib import progress

if TYPE_CHECKING:
    from matplotlib.figure import Figure

FORWARD = "#0072B2"
"""Blue: what flows forward (inputs, activations, predictions)."""
ERROR = "#D55E00"
"""Vermillion: what flows back (errors, gradients)."""
COLOUR_A = "#009E73"
"""Green: the hidden weights A and their gradient."""
COLOUR_B = "#CC79A7"
"""Purple: the output weights B and their gradient."""
GREY = "#767676"
"""Everything that only helps: axes, references, what is not the point."""

LINES = {FORWARD: "-", ERROR: "--", COLOUR_A: "-.", COLOUR_B: ":", GREY: (0, (6, 3))}
"""The line style that goes with each colour, so that colour never stands alone."""
MARKERS = {FORWARD: "o", ERROR: "X", COLOUR_A: "s", COLOUR_B: "^", GREY: "."}
"""The marker that goes with each colour."""

_PIXELS_PER_INCH = 96  # on the page: a point of type is a point of the browser's
_SHARPNESS = 1.5  # pixels stored for each pixel shown
_TICKS = 5  # steps between numbers on an axis, at most: numbers are most of what a picture takes
_STEPS = [1, 2, 5, 10]  # in ones, twos or fives: never a half epoch

_STYLE: dict[str, Any] = {
    "axes.edgecolor": "#444444",
    "axes.facecolor": "white",
    "axes.grid": False,
    "axes.labelsize": 10.5,
    "axes.linewidth": 0.7,
    "axes.spines.right": False,
    "axes.spines.top": False,
    "axes.titlelocation": "left",
    "axes.titlepad": 8,
    "axes.titlesize": 11,
    "axes.titleweight": "bold",
    "axes.titley": 1.0,  # not to be found anew at every pass of the layout
    "figure.facecolor": "white",
    "figure.titlesize": 11.5,
    "figure.titleweight": "bold",
    "font.family": ["DejaVu Sans"],
    "font.size": 10,
    "image.cmap": "Greys",
    "image.interpolation": "nearest",
    "legend.fontsize": 10,
    "legend.frameon": False,
    "lines.linewidth": 2,
    "mathtext.fontset": "dejavusans",
    "savefig.facecolor": "white",
    "text.hinting": "none",  # it is slow, and needless on a sharp screen
    "xtick.labelsize": 10,
    "xtick.major.width": 0.7,
    "ytick.labelsize": 10,
    "ytick.major.width": 0.7,
}


_in_style = False  # to enter it takes a millisecond and a half


@contextmanager
def style() -> Iterator[None]:
    """Draw in the course's style: ``with figures.style():``, or ``@figures.style()`` on a function.

    It starts from matplotlib's defaults, so a reader's own settings change nothing, and leaves
    them as they were.
    """
    global _in_style
    from matplotlib.style import context

    if _in_style:
        yield
        return
    _in_style = True
    try:
        with context(["default", _STYLE]):
            yield
    finally:
        _in_style = False


def subplots(
    rows: int = 1, columns: int = 1, size: tuple[float, float] = (6.4, 3.4), **options: Any
) -> tuple[Figure, Any]:
    """Return a figure in the course's style and its axes.

    The figure belongs to no window and to no notebook cell: `show` puts it on the page.

    Parameters
    ----------
    rows, columns : int
        How many axes.
    size : (float, float)
        Width and height in inches; 9 inches is as wide as a notebook.
    **options
        As for `matplotlib.figure.Figure.subplots`: ``sharex``, ``width_ratios``, ``squeeze``, ...

    Returns
    -------
    figure : matplotlib.figure.Figure
        Laid out so that labels do not collide ("constrained").
    axes : Axes, or ndarray of Axes
        One, or as many as were asked for.
    """
    from matplotlib.figure import Figure

    with style():
        figure = Figure(figsize=size, layout="constrained")
        made = figure.subplots(rows, columns, **options)
    for axes in figure.axes:
        axes.locator_params(nbins=_TICKS, steps=_STEPS)
    return figure, made


def png(figure: Figure) -> bytes:
    """Return a figure as PNG; the same figure gives the same bytes."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from PIL import Image  # comes with matplotlib

    dpi, small = figure.dpi, BytesIO()
    with style():
        for axes in figure.axes:
            _title_left(axes)
            for axis in (axes.xaxis, axes.yaxis):
                if axis.get_scale() == "log":
                    _mark_powers(axis)
        figure.set_facecolor("white")
        figure.set_dpi(_PIXELS_PER_INCH * _SHARPNESS)
        canvas: Any = FigureCanvasAgg(figure)
        _fix_labels(figure, canvas.get_renderer())
        for axes in figure.axes:
            _measure_once(axes)
        canvas.draw()  # straight into memory: savefig would write a PNG to read it again
        image = Image.frombuffer("RGBA", canvas.get_width_height(), canvas.buffer_rgba())
        figure.set_dpi(dpi)
    # 256 colours are plenty for a drawing, and make a third of the bytes.
    few = image.convert("RGB").quantize(256, Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)
    palette = few.getpalette() or []
    paper = 3 * int(np.asarray(few)[0, 0])  # its corner: a mean of white and what is nearly white
    palette[paper : paper + 3] = [255] * 3
    few.putpalette(palette)
    few.save(small, format="png")
    return small.getvalue()


def _mark_powers(axis: Any) -> None:
    """Mark the powers of ten alone (more take half of a picture's time), or, of few, what fits.

    Powers are written as plain text: matplotlib's own, in TeX, take two milliseconds each.
    """
    from matplotlib.ticker import LogFormatterMathtext, LogLocator, MaxNLocator

    axis.minorticks_off()
    low, high = sorted(axis.get_view_interval())
    if high < 100 * low and isinstance(axis.get_major_locator(), LogLocator):
        near = high < 5 * low
        axis.set_major_locator(
            MaxNLocator(_TICKS, steps=_STEPS) if near else LogLocator(subs=(1, 2, 5))
        )
        axis.set_major_formatter("{x:g}")
    elif isinstance(axis.get_major_formatter(), LogFormatterMathtext):
        axis.set_major_formatter(_power)


def _power(x: float, _: int) -> str:
    return "10" + str(round(math.log10(x))).translate(_RAISED) if x > 0 else ""


_RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def _fix_labels(figure: Figure, renderer: Any) -> None:
    """Fix every axis' label where matplotlib puts it, at that distance from its axis.

    Otherwise the place is looked for again at each pass of the layout, among all numbers.
    """
    from matplotlib.transforms import ScaledTranslation

    for axes in figure.axes:
        if axes.get_axes_locator() is None:
            axes.apply_aspect()
        for axis in (axes.xaxis, axes.yaxis):
            if not (axes.axison and axis.get_label_text()):
                continue
            axis.get_tightbbox(renderer)
            place = axis.label.get_transform().transform(axis.label.get_position())
            where = axes.transAxes.inverted().transform(place)
            across = int(axis is axes.xaxis)
            where[across] = axis.get_label_position() in ("top", "right")
            away = np.zeros(2)
            away[across] = (place - axes.transAxes.transform(where))[across] / figure.dpi
            shift = ScaledTranslation(away[0], away[1], figure.dpi_scale_trans)
            axis.set_label_coords(where[0], where[1], transform=axes.transAxes + shift)


def _measure_once(axes: Any) -> None:
    """Have the layout measure what stands around some axes once, and not at both of its passes.

    Where the axes keep their aspect, what is around them depends on their place: these are left.
    """
    from matplotlib.transforms import Bbox

    if axes.get_aspect() != "auto" or axes.get_axes_locator() is not None:
        return
    measure = axes.get_tightbbox
    around: list[Any] = []

    def tightbbox(renderer: Any = None, **options: Any) -> Any:
        if not around:
            box = measure(renderer, **options)
            around.append(box.get_points() - axes.bbox.get_points())
        axes.apply_aspect()
        return Bbox(axes.bbox.get_points() + around[0])

    axes.get_tightbbox = tightbbox


def _title_left(axes: Any) -> None:
    """Move a title that was set outside `style` to where the others stand."""
    title = axes.get_title(loc="center")
    if title and not axes.get_title(loc="left"):
        axes.set_title("", loc="center")
        axes.set_title(title, loc="left")


def show(figure: Figure, alt: str) -> None:
    """Put a figure on the page of a notebook, with words for those who cannot see it.

    While a lent function is in use (`bplib.lend`), the picture says so at its foot.

    Outside IPython nothing happens, so that functions that draw can be called anywhere.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
        From `subplots` or from pyplot; a pyplot figure is closed.
    alt : str
        What the picture shows, in a sentence or two; it becomes the image's ``alt`` attribute.

    Raises
    ------
    ValueError
        If `alt` says nothing.
    """
    words = _said(alt)
    lent = progress.lent_and_used()
    if lent:
        said = f"Drawn while lent to you: {', '.join(lent)}"
        figure.supxlabel(said, x=0.01, ha="left", fontsize=9, color=GREY)
        words += f" {said}."
    if _in_ipython():
        show_picture(png(figure), words, round(figure.get_figwidth() * _PIXELS_PER_INCH))
    pyplot = sys.modules.get("matplotlib.pyplot")
    if pyplot is not None:
        pyplot.close(figure)


def show_picture(picture: bytes, alt: str, width: int) -> None:
    """Put a PNG on the page of a notebook, `width` pixels wide; otherwise as `show`."""
    words = _said(alt)
    if not _in_ipython():
        return
    from IPython.display import display

    shown = {"image/png": picture, "text/plain": f"[figure: {words}]"}
    display(shown, metadata={"image/png": {"alt": words, "width": width}}, raw=True)
    display(_description(words), raw=True)


def _said(alt: str) -> str:
    words = " ".join(str(alt).split())
    if not words:
        raise ValueError("alt must say in words what the figure shows")
    return words


def _in_ipython() -> bool:
    ipython = sys.modules.get("IPython")
    return ipython is not None and ipython.get_ipython() is not None


def _description(words: str) -> dict[str, str]:
    """Return what gives the picture above it its alt text in JupyterLab, which reads no metadata.

    It is an output by itself, without the picture's pixels, so that nbval can compare it. Where
    scripts may not run, JupyterLab (a notebook it does not trust yet) takes the HTML instead, an
    invisible image that speaks for the picture; nbconvert, sanitising, leaves all of it out.
    """
    script = _SPEAK.replace("WORDS", json.dumps(words).replace("<", "\\u003c"))
    image = f'<img alt="{escape(words)}" src="{_NO_PIXEL}" width="1" height="1">'
    return {"application/javascript": script, "text/html": image}


_SPEAK = """((here) => setTimeout(() => {
  const output = here.closest(".jp-OutputArea-child");
  const picture = output?.previousElementSibling?.querySelector("img");
  if (picture) picture.alt = WORDS;
}))(element[0] ?? element);"""
_NO_PIXEL = "data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7"
