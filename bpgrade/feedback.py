"""Feedback pages: the verdict on top of each exercise, figures drawn, and nothing that can run.

Points are given without drawing anything. Here the graded notebook is run once more, in the same
kind of sandbox, for what students' cells put out; verdicts and points stay as they are.
"""

import json
import os
import re
from concurrent.futures import Future, ThreadPoolExecutor
from copy import deepcopy
from html import escape
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import bleach
import jinja2
import nbformat
from bleach.css_sanitizer import CSSSanitizer
from nbconvert.exporters import HTMLExporter
from nbconvert.filters import markdown2html
from nbconvert.preprocessors import Preprocessor
from nbformat import NotebookNode
from nbformat.v4 import new_output, new_raw_cell
from traitlets import Bool, Float, Integer

from bpgrade.marking import CODES, COMMENT
from bpgrade.running import Limits, Run, error_output
from bpgrade.sandbox import Sandbox, shared
from bpgrade.transplant import grade_id, is_answer, is_check

_MOST_ON_A_PAGE = 3_500_000  # characters of outputs; styles and sources come on top
_MOST_SOURCE = 100_000  # characters of a cell
_PICTURES = ("image/png", "image/jpeg")  # what templates put into a page as they are
_KINDS = (*_PICTURES, "text/html", "text/markdown", "text/plain")
_ENDED = {"endless-loop", "process-ended"}


_BASE64 = re.compile(r"[A-Za-z0-9+/=\s]*")


class Draw(Preprocessor):
    """Runs a graded notebook once more, for what its cells put out.

    While nbgrader makes one page after the other, the notebooks that come next are being run.
    """

    enabled = Bool(True).tag(config=True)
    jobs = Integer(0, help="Notebooks that run at the same time; 0: one a core.").tag(config=True)
    unsafe = Bool(False, help="Run students' code without a sandbox, as you.").tag(config=True)
    seconds = Float(30, help="Seconds that a cell may take.").tag(config=True)
    seconds_whole = Float(300, help="Seconds that a notebook may take.").tag(config=True)

    def __init__(self, **settings: Any):
        super().__init__(**settings)
        self._pool: ThreadPoolExecutor | None = None
        self._begun: dict[Path, Future[NotebookNode]] = {}

    def preprocess(self, nb: NotebookNode, resources: Any) -> tuple[NotebookNode, Any]:
        """Fill in the outputs of all cells but the checks, whose outputs are the verdicts."""
        sandbox = shared(points=False, unsafe=self.unsafe)
        limits = Limits(self.seconds, self.seconds_whole)
        path = Path(resources["metadata"]["path"], f"{resources['metadata']['name']}.ipynb")
        paths = self._paths()
        if path.resolve() not in paths:
            draw(nb, sandbox, limits)
            return nb, resources
        i = paths.index(path.resolve())
        jobs = self.jobs or len(os.sched_getaffinity(0))
        if self._pool is None:
            self._pool = ThreadPoolExecutor(jobs)
        for coming in paths[i : i + jobs]:
            if coming not in self._begun:
                self._begun[coming] = self._pool.submit(drawn, coming, sandbox, limits)
        return self._begun.pop(path.resolve()).result(), resources

    def _paths(self) -> list[Path]:
        """Return the notebooks that nbgrader is making pages of, in its order."""
        converter = getattr(self.parent, "parent", None)
        folders = getattr(converter, "assignments", {})
        return [Path(path).resolve() for f in sorted(folders) for path in sorted(folders[f])]


def drawn(path: Path, sandbox: Sandbox, limits: Limits) -> NotebookNode:
    """Return a graded notebook with what its cells put out."""
    notebook = nbformat.read(path, as_version=4)
    draw(notebook, sandbox, limits)
    return notebook


def draw(notebook: NotebookNode, sandbox: Sandbox, limits: Limits) -> None:
    """Run the cells of a graded notebook, all but the checks, and put in what they put out."""
    run = Run(notebook, sandbox, limits, {}, outputs)
    ended = {grade_id(cell).removeprefix("check_") for cell in notebook.cells if _has_ended(cell)}
    try:
        for i, cell in enumerate(notebook.cells):
            if cell.cell_type != "code" or is_check(cell):
                continue
            run.cell(i)
            if is_answer(cell) and grade_id(cell) in ended:
                run.block(grade_id(cell))  # its time was paid for when it was graded
    finally:
        run.end()


def _has_ended(cell: NotebookNode) -> bool:
    return is_check(cell) and bool(_ENDED & set(cell.metadata.get(CODES, ())))


def outputs(sent: Any) -> list[NotebookNode]:
    """Return what a process sent as outputs of a cell, without what could run or is of no use."""
    kept = []
    for output in sent if isinstance(sent, list) else []:
        if not isinstance(output, dict):
            continue
        if output.get("output_type") == "stream":
            kept.append(new_output("stream", name="stdout", text=str(output.get("text", ""))))
        elif output.get("output_type") == "error":
            kept.append(
                error_output(
                    str(output.get("ename", "")),
                    str(output.get("evalue", "")),
                    output.get("traceback"),
                )
            )
        elif isinstance(output.get("data"), dict):
            data = {
                kind: output["data"][kind]
                for kind in _KINDS
                if isinstance(output["data"].get(kind), str)
                and (kind not in _PICTURES or _BASE64.fullmatch(output["data"][kind]))
            }
            if _shows(data):
                kept.append(new_output("display_data", data, metadata=_sizes(output)))
    return kept


def _shows(data: dict[str, str]) -> bool:
    """Return whether there is anything to see: what only gives a picture its words is not."""
    return bool(data.keys() - {"text/html"}) or "<img" not in data.get("text/html", "")


def _sizes(output: dict[str, Any]) -> dict[str, Any]:
    """Return width and words of a picture."""
    given = output.get("metadata")
    given = given.get("image/png") if isinstance(given, dict) else None
    if not isinstance(given, dict):
        return {}
    kinds = {"width": int, "alt": str}
    sizes = {name: given[name] for name in kinds if isinstance(given.get(name), kinds[name])}
    return {"image/png": sizes}


class VerdictOnTop(Preprocessor):
    """Puts every verdict above its answer, and keeps a page at a size that a browser likes."""

    enabled = Bool(True).tag(config=True)

    def preprocess(self, nb: NotebookNode, resources: Any) -> tuple[NotebookNode, Any]:
        """Move the verdicts, and leave out what is too much."""
        verdicts = {
            grade_id(cell).removeprefix("check_"): cell.outputs
            for cell in nb.cells
            if is_check(cell)
        }
        cells = []
        for cell in nb.cells:
            if is_answer(cell) and verdicts.get(grade_id(cell)):
                html = verdicts[grade_id(cell)][0].data["text/html"]
                cells.append(new_raw_cell(html, metadata={"raw_mimetype": "text/html"}))
            if is_check(cell):
                cell.outputs = []
            cells.append(cell)
        nb.cells = cells
        _shorten(nb)
        return nb, resources


def _shorten(notebook: NotebookNode) -> None:
    room = _MOST_ON_A_PAGE
    for cell in notebook.cells:
        if len(cell.source) > _MOST_SOURCE:
            cell.source = f"{cell.source[:2000]}\n[the rest is left out: it is too long]"
        for i, output in enumerate(cell.get("outputs", [])):
            size = len(json.dumps(output))
            if size > room:
                text = "[left out: there is too much on this page]"
                cell.outputs[i] = new_output("stream", name="stdout", text=text)
            else:
                room -= size


# --- HTML -----------------------------------------------------------------------------------------


def clean_html(html: str) -> str:
    """Remove what could run or load something, and keep how the checks' cards look."""
    tags = "br code details div h1 h2 h3 h4 h5 h6 hr p pre s span summary"
    table = "table tbody td th thead tr"
    styles = "border-left display gap line-height margin margin-top max-width min-width opacity"
    return bleach.clean(
        html,
        tags={*bleach.ALLOWED_TAGS, *tags.split(), *table.split()},
        attributes={**bleach.ALLOWED_ATTRIBUTES, "*": ["class", "id", "style"]},
        css_sanitizer=CSSSanitizer([*styles.split(), "padding", "white-space"]),
    )


@jinja2.pass_context
def clean_markdown(context: Any, source: str) -> str:
    """Return Markdown as HTML that can run nothing, for pages that set formulas themselves."""
    return clean_html(markdown2html(source))


def static_markdown(source: str) -> str:
    """Return Markdown as HTML that can run nothing and needs nothing, formulas included."""
    formulas: list[str] = []

    def keep(match: re.Match[str]) -> str:
        display = match[1] is not None
        formulas.append(_mathml(match[1] if display else match[2], display))
        return f"formula-{len(formulas) - 1}-x"

    kept = _FORMULA.sub(keep, source)
    html = clean_html(_ANCHOR.sub("", markdown2html(kept)))
    return re.sub(r"formula-(\d+)-x", lambda m: formulas[int(m[1])], html)


_FORMULA = re.compile(r"\$\$(.+?)\$\$|(?<![\\$\w])\$([^$\n]+?)\$(?![\w$])", re.S)


_ANCHOR = re.compile(r'<a class="anchor-link"[^>]*>[^<]*</a>')


def _mathml(latex: str, display: bool) -> str:
    """Return a formula as MathML, which browsers set without help; as text where it is none."""
    from latex2mathml.converter import convert

    try:
        html = convert(latex.strip(), display="block" if display else "inline")
        elements = list(ElementTree.fromstring(html).iter())
    except Exception:  # students write anything between two dollars
        return escape(latex)
    names = {element.tag.rpartition("}")[2] for element in elements}
    attributes = {name for element in elements for name in element.attrib}
    return html if names <= _ELEMENTS and attributes <= _ATTRIBUTES else escape(latex)


_ELEMENTS = {
    *("math", "mi", "mn", "mo", "ms", "mtext", "mspace", "mrow", "mfrac", "msqrt", "mroot"),
    *("mstyle", "mpadded", "mphantom", "menclose", "msub", "msup", "msubsup", "munder", "mover"),
    *("munderover", "mtable", "mtr", "mtd"),
}
_ATTRIBUTES = {
    *("display", "displaystyle", "scriptlevel", "mathvariant", "stretchy", "fence", "form"),
    *("linethickness", "accent", "columnalign", "columnspacing", "rowspacing", "width", "height"),
    *("depth", "lspace", "rspace", "movablelimits", "separator", "symmetric", "minsize"),
    *("maxsize", "notation"),
}


class FeedbackExporter(HTMLExporter):
    """Makes the page: no script in it, nothing loaded from elsewhere, exercises by their names."""

    def default_filters(self) -> Any:
        """Return nbconvert's filters, that for Markdown replaced."""
        yield from super().default_filters()
        yield "markdown2html", static_markdown

    def from_notebook_node(self, nb: Any, resources: Any = None, **kw: Any) -> tuple[str, Any]:
        """Return the page."""
        self.filters: dict[str, Any] = {
            "markdown2html": static_markdown,
            "clean_html": clean_html,
        }
        self.sanitize_html = self.exclude_input_prompt = self.exclude_output_prompt = True
        nb = deepcopy(nb)
        for cell in nb.cells:  # the card above the answer says it already, and better
            if is_answer(cell) and cell.metadata.nbgrader.get("comment") == cell.metadata.get(
                COMMENT
            ):
                cell.metadata.nbgrader.comment = None
        html, resources = super().from_notebook_node(nb, resources, **kw)
        html = re.sub(r"<script\b.*?</script>", "", html, flags=re.S | re.I)
        html = re.sub(r"<link\b[^>]*>", "", html, flags=re.I)
        html = re.sub(r"@import[^;]*;|url\((?!['\"]?data:)[^)]*\)", "", html)
        html = re.sub(r'(<a href="#check_(\w+)">)Test cell', r"\1\2", html)
        html = html.replace("Grade cell: <code>check_", "Points for <code>")
        return html.replace("<head>", f"<head>\n{_NOTHING_RUNS}", 1), resources


_NOTHING_RUNS = """<meta http-equiv="Content-Security-Policy" content="default-src 'none';
 img-src data:; style-src 'unsafe-inline'; font-src data:">
<style>
.rendered_html td, .rendered_html th { padding: 0.2em 0.9em 0.2em 0; }
.rendered_html blockquote { font-size: inherit; }
.output_png img { max-width: 100%; height: auto; }
</style>"""
