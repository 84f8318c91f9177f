"""One script from a widget's modules.

anywidget takes a single ES module, and a page from the file system may import none.
The modules share `mathematics.js`, `base.js` and `maps.js`. Putting them together is leaving out
the lines that import and the word ``export``.
"""

import re
from functools import cache
from pathlib import Path

HERE = Path(__file__).parent
SHARED = ("mathematics", "base", "maps")
_IMPORT = re.compile(r"^import\s.*?;\n", re.DOTALL | re.MULTILINE)
_EXPORT = re.compile(r"^export (?!default)", re.MULTILINE)


def _body(name: str) -> str:
    """Return a module without its imports and exports."""
    folder = HERE if name in SHARED else HERE / "parts"
    text = (folder / f"{name}.js").read_text(encoding="utf-8")
    return _EXPORT.sub("", _IMPORT.sub("", text))


@cache
def module(name: str) -> str:
    """Return the ES module of one widget, with all that it needs."""
    return "\n".join(_body(part) for part in (*SHARED, name))


@cache
def stylesheet() -> str:
    """Return the CSS of all widgets."""
    return (HERE / "widgets.css").read_text(encoding="utf-8")


def page_script(names: tuple[str, ...]) -> str:
    """Return a script in which `widgets` holds each of the named widgets, for a page by itself."""
    shared = "\n".join(_body(part) for part in SHARED)
    each = [
        f"widgets.{name} = (() => {{\n{_body(name).replace('export default', 'return')}}})();"
        for name in names
    ]
    return "\n".join([shared, "const widgets = {};", *each])
