"""The playground: the widgets that need no code of the reader's, in one page by itself.

The page opens from the file system and asks nothing from a network: script, style and data stand
in it. What a reader's functions would answer is found in the page by nudging.
"""

import json
from html import escape
from pathlib import Path
from typing import Any, NamedTuple

from bplib.widgets.assembly import page_script, stylesheet
from bplib.widgets.parts import backpropagation, descent, landscape, training

PAGE = Path(__file__).parents[2] / "docs" / "playground" / "index.html"


class Part(NamedTuple):
    """A widget on the page: its module, its heading, and what it starts from."""

    name: str
    heading: str
    settings: dict[str, Any]


def parts() -> tuple[Part, ...]:
    """Return what stands on the page, in order."""
    return (
        Part("landscape", "The loss, a landscape", landscape.settings()),
        Part("descent", "Downhill", descent.settings("the gradient")),
        Part("chain", "The chain rule", {}),
        Part("backpropagation", "Blame, sent back", backpropagation.settings(True)),
        Part("training", "Training", training.settings("")),
    )


def html() -> str:
    """Return the page."""
    shown = parts()
    links = "".join(f'<li><a href="#{p.name}">{escape(p.heading)}</a></li>' for p in shown)
    places = "\n".join(
        f'<h2 id="{p.name}">{escape(p.heading)}</h2>\n<div class="place" data-widget="{p.name}"></div>'
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
