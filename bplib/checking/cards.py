"""How verdicts, hints and questions look in a notebook: small cards of HTML, text elsewhere."""

import os
import re
from collections.abc import Mapping, Sequence
from html import escape

_COLOURS = {
    "right": "#009E73",
    "part": "#E69F00",
    "wrong": "#D55E00",
    "hint": "#0072B2",
    "open": "#767676",
}


def card(title: str, rows: Sequence[tuple[str, str]], tone: str) -> str:
    """Return a card as HTML.

    Parameters
    ----------
    title : str
        The first line, in bold.
    rows : sequence of (label, text)
        What stands below it; a label may be empty.
    tone : {"right", "part", "wrong", "hint", "open"}
        The colour of its left edge; the title says the same in words.
    """
    colour = _COLOURS[tone]
    body = "".join(
        f'<div style="display:flex;gap:0.8em;margin-top:0.25em">'
        f'{_label(label)}<div style="white-space:pre-wrap">{_with_code(text)}</div></div>'
        for label, text in rows
    )
    return (
        f'<div class="bp-card" style="border-left:5px solid {colour};padding:0.4em 0.9em;'
        f'margin:0.3em 0;max-width:52em;line-height:1.45">'
        f"<strong>{escape(title)}</strong>{body}</div>"
    )


def question_card(
    text: str, choices: Mapping[str, str], replies: Mapping[str, str], below: str
) -> str:
    """Return a question as HTML: its choices fold open, each onto its reply.

    A widget, where one can run, takes its place.
    """
    folded = "".join(
        f'<details style="margin-top:0.25em"><summary>({escape(letter)}) {escape(choice)}</summary>'
        f'<div style="margin:0.2em 0 0.5em 1.5em">{escape(replies[letter])}</div>'
        "</details>"
        for letter, choice in choices.items()
    )
    return (
        f'<div class="bp-still" style="border-left:5px solid {_COLOURS["open"]};'
        f'padding:0.4em 0.9em;margin:0.3em 0;max-width:52em;line-height:1.45">'
        f"<strong>{escape(text)}</strong>{folded}"
        f'<div style="margin-top:0.25em">{escape(below)} Or open a choice.</div></div>'
    )


def as_text(title: str, rows: Sequence[tuple[str, str]]) -> str:
    """Return a card as plain text."""
    return "\n".join([title, *(f"  {label} {text}".rstrip() for label, text in rows)])


def _with_code(text: str) -> str:
    """Return a text as HTML, with what stands between backticks as code."""
    return re.sub(r"`([^`\n]+)`", r"<code>\1</code>", escape(text))


def _label(label: str) -> str:
    if not label:
        return ""
    width = "1.5em" if label.startswith("(") else "4.5em"  # a choice, or a word
    return f'<div style="min-width:{width};opacity:0.7">{escape(label)}</div>'


def show(html: str, text: str) -> None:
    """Display a card in a notebook; print its text where there is none."""
    from IPython import get_ipython

    if get_ipython() is None:
        print(text)
        return
    from IPython.display import display

    display({"text/html": html, "text/plain": text}, raw=True)


def show_above_error(html: str) -> None:
    """Display a card in a notebook's page, where it takes the place of the error that follows.

    The error is still there, with its text, for whatever runs notebooks without a page; JupyterLab
    hides it. While nbgrader runs a notebook there is only the error, which is what it reads.
    """
    from IPython import get_ipython

    if not hasattr(get_ipython(), "kernel") or "NBGRADER_EXECUTION" in os.environ:
        return
    from IPython.display import display

    display({"text/html": f'<div class="bp-failed">{_ERROR_HIDDEN}{html}</div>'}, raw=True)


_ERROR_HIDDEN = (
    "<style>.jp-OutputArea-child:has(.bp-failed) + .jp-OutputArea-child:has("
    '[data-mime-type$="jupyter.error"], [data-mime-type$="jupyter.stderr"])'
    "{display:none}</style>"
)


class Points(float):
    """Points that a cell hands to nbgrader as its value, of which a page shows nothing.

    The card above says how many they are. As text it is a number, which is what nbgrader reads.
    """

    def _repr_html_(self) -> str:
        hidden = ".jp-OutputArea-child:has(.bp-points){display:none}"
        return f'<style>{hidden}</style><span class="bp-points"></span>'
