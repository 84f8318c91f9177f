"""The playground: the widgets that need no code of the reader's, in one page by itself.

The page opens from the file system and asks nothing from a network: script, style and data stand
in it. What a reader's functions would answer is found in the page by nudging.
"""

import json
from html import escape
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from bplib import derivatives
from bplib.course import find_question
from bplib.widgets.assembly import page_script, stylesheet
from bplib.widgets.parts import (
    backpropagation,
    confident,
    depth,
    descent,
    drawing,
    landscape,
    question,
    stepping,
    training,
)

PAGE = Path(__file__).parents[2] / "docs" / "playground" / "index.html"


class Part(NamedTuple):
    """A widget on the page: its module, its heading, and what it starts from."""

    name: str
    heading: str
    settings: dict[str, Any]


_RATE, _STEPS = 0.9, 12


def _drawing() -> dict[str, Any]:
    """Return a curve to draw: the loss of a line while it walks with too large a step size."""
    land = descent.landscapes()["shifted"]
    w, heights = np.array([-0.8, 1.2]), []
    for _ in range(_STEPS + 1):
        heights.append(float(descent.height(land["terms"], w)))
        w = w - _RATE * derivatives.gradient(lambda V: descent.height(land["terms"], V), w)
    chart = drawing.settings(
        f"A walk downhill with the step size {_RATE}, on the loss of a line through points that "
        "lie off centre: how does the loss go on?",
        _STEPS + 1,
        (0.01, 1000.0),
        "step",
        "loss",
        first=heights[0],
        logarithmic=True,
    )
    return {**chart, "truth": heights}


def _question() -> dict[str, Any]:
    asked = find_question("twice_as_far_off")
    start = question.settings(f"The loss is ½ (ŷ − y)². {asked.text}", asked.choices)
    return {**start, "replies": dict(asked.replies), "right": asked.right}


_SPREAD = """def spread(X):
    mean = X.mean(axis=1, keepdims=True)
    centred = X - mean
    squares = centred ** 2
    variance = squares.mean(axis=1)
    return np.sqrt(variance)
"""


def _stepping() -> dict[str, Any]:
    """Return a function that stands for any: how far the numbers of each row lie apart."""
    X = np.array([[1.0, 2.0, 4.0, 5.0], [0.5, -0.5, 1.5, 0.5], [3.0, 3.0, 3.5, 2.5]])
    mean = X.mean(axis=1, keepdims=True)
    centred = X - mean
    squares = centred**2
    variance = squares.mean(axis=1)
    made = {"mean": mean, "centred": centred, "squares": squares, "variance": variance}
    made["returned"] = np.sqrt(variance)
    lines = enumerate(made.items(), 2)
    steps = [stepping.Step("spread", line, name, value) for line, (name, value) in lines]
    return stepping.settings("spread", {"spread": (1, _SPREAD)}, steps, given={"X": X})


def parts() -> tuple[Part, ...]:
    """Return what stands on the page, in order."""
    return (
        Part("landscape", "The loss, a landscape", landscape.settings()),
        Part("descent", "Downhill", descent.settings("the gradient")),
        Part("chain", "The chain rule", {}),
        Part("backpropagation", "Blame, sent back", backpropagation.settings(True)),
        Part("question", "Predict, then look", _question()),
        Part("drawing", "Draw your prediction", _drawing()),
        Part("stepping", "Code, line by line", _stepping()),
        Part("training", "Training", training.settings("")),
        Part("depth", "A long way back", depth.settings()),
        Part("confident", "Sure and wrong", confident.settings("")),
    )


def html(shown: tuple[Part, ...] = ()) -> str:
    """Return the page, or one with other parts than its own."""
    shown = shown or parts()
    links = "".join(f'<li><a href="#{p.name}">{escape(p.heading)}</a></li>' for p in shown)
    places = "\n".join(
        f'<h2 id="{p.name}">{escape(p.heading)}</h2>\n'
        f'<div class="place" data-widget="{p.name}"></div>'
        for p in shown
    )
    settings = json.dumps({p.name: p.settings for p in shown}, separators=(",", ":"))
    template = (Path(__file__).parent / "page.html").read_text(encoding="utf-8")
    replacements = {
        "STYLE": stylesheet(),
        "LINKS": links,
        "PLACES": places,
        "SETTINGS": settings.replace("<", "\\u003c"),
        "SCRIPT": page_script(tuple(p.name for p in shown)),
    }
    for name, text in replacements.items():
        template = template.replace(f"<!-- {name} -->", text)
    return template


if __name__ == "__main__":
    PAGE.parent.mkdir(parents=True, exist_ok=True)
    PAGE.write_text(html(), encoding="utf-8")
    print(f"{PAGE.relative_to(Path.cwd())}: {PAGE.stat().st_size / 1000:.0f} kB")
