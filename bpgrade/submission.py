"""Read what a student handed in, in whatever shape it comes.

A folder should hold one notebook of the right name. It may hold another name, two copies, a
subfolder, a zip, a script, an old format, a broken file. What can be read is read; `read` raises
`Unreadable` with a reason for the rest, and never anything else.
"""

import ast
import json
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import Any

_MOST_BYTES = 200 * 2**20  # of a file, or of all files in a zip
_MOST_FILES = 500
_SKIPPED = {".ipynb_checkpoints", "__MACOSX", ".virtual_documents", "__pycache__", ".git"}
_CONFLICT = re.compile(
    r"^<{7}[^\n]*\n(.*?)^(?:\|{7}[^\n]*\n.*?)?={7}[^\n]*\n(.*?)^>{7}[^\n]*\n?", re.M | re.S
)


class Unreadable(Exception):
    """There is nothing here that could be graded; the message says why."""


@dataclass(frozen=True)
class Cell:
    """A cell as it was handed in.

    Parameters
    ----------
    kind : str
        "code", "markdown" or "raw".
    source : str
        Its text, with plain ends of lines.
    grade_id : str
        nbgrader's name for it; "" where the metadata is gone.
    id : str
        The notebook format's name for it; "" in older formats.
    """

    kind: str
    source: str
    grade_id: str = ""
    id: str = ""


@dataclass(frozen=True)
class Handed:
    """A notebook as it was handed in: its cells, where they were found, and what was odd."""

    cells: tuple[Cell, ...]
    path: str
    notes: tuple[str, ...] = field(default=())


def read(folder: Path, name: str, exercises: tuple[str, ...]) -> Handed:
    """Read a submission.

    Parameters
    ----------
    folder : Path
        What the student handed in for the assignment.
    name : str
        The notebook that should be there, without ".ipynb".
    exercises : tuple of str
        The functions it asks for. Of several files, the one that answers most of them counts.

    Raises
    ------
    Unreadable
        If nothing in the folder can be read.
    """
    found, complaints = [], []
    for path, data in _files(folder):
        try:
            handed = parse(data, path)
        except Unreadable as error:
            complaints.append(f"{path}: {error}")
        except Exception as error:  # a file may be broken in ways that nobody has thought of
            complaints.append(f"{path}: {type(error).__name__}: {error}")
        else:
            if handed.cells:
                found.append(handed)
            else:
                complaints.append(f"{path}: no cell is in it")
    if not found:
        reason = "; ".join(complaints) or "the folder holds no notebook"
        raise Unreadable(reason[:500])
    best = max(found, key=lambda handed: _rank(handed, name, exercises))
    notes = list(best.notes)
    if Path(best.path).name != f"{name}.ipynb" or "/" in best.path:
        notes.append(f"read from {best.path}")
    others = [h.path for h in found if h is not best and answered(h.cells, exercises)]
    if others:
        notes.append(f"{', '.join(others)} holds answers too; {best.path} answers most")
    return replace(best, notes=tuple(notes))


def _rank(handed: Handed, name: str, exercises: tuple[str, ...]) -> tuple[Any, ...]:
    """Return what makes one file of a folder better than another."""
    exact = handed.path == f"{name}.ipynb"
    return (
        len(answered(handed.cells, exercises)),
        exact,
        handed.path.endswith(".ipynb"),
        -len(handed.notes),
    )


def answered(cells: tuple[Cell, ...], exercises: tuple[str, ...]) -> set[str]:
    """Return the exercises that some cell really defines."""
    return {name for cell in cells for name in defined(cell.source) if name in exercises}


@lru_cache(4096)
def defined(source: str) -> dict[str, ast.stmt]:
    """Return the names that a cell's top level defines as functions, stubs left out.

    A function is defined by ``def``, by a class, or by an assignment such as ``f = lambda x: x``.
    """
    names: dict[str, ast.stmt] = {}
    for node in parsed(source):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            if not _is_stub(node):
                names[node.name] = node
        elif isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None:
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            for target in targets:
                if isinstance(target, ast.Name):
                    names[target.id] = node
        elif isinstance(node, ast.If | ast.Try | ast.With):
            for block in ("body", "orelse", "finalbody"):
                for inner in getattr(node, block, []):
                    if isinstance(inner, ast.FunctionDef) and not _is_stub(inner):
                        names[inner.name] = inner
    return names


def parsed(source: str) -> list[ast.stmt]:
    """Return the statements of a cell, magics made Python; none if it is no Python."""
    try:
        return ast.parse(as_python(source)).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return []


def as_python(source: str) -> str:
    """Return a cell with IPython's magics turned into calls."""
    if not re.search(r"^\s*[%!?]|=\s*[%!]|\?\s*$", source, re.M):
        return source
    from IPython.core.inputtransformer2 import TransformerManager

    try:
        return str(TransformerManager().transform_cell(source))
    except Exception:  # it works with tokens, and not everything falls into tokens
        return source


def _is_stub(node: ast.stmt) -> bool:
    """Return whether a function is still as it was handed out: a docstring and a raise."""
    body = list(getattr(node, "body", []))
    if body and isinstance(body[0], ast.Expr) and isinstance(body[0].value, ast.Constant):
        del body[0]
    if len(body) != 1 or not isinstance(body[0], ast.Raise) or body[0].exc is None:
        return not body
    return "NotImplementedError" in ast.dump(body[0].exc)


# --- files ------------------------------------------------------------------------------------


def _files(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Yield the files in which a notebook may be, by name; links are not followed."""
    seen = 0
    for path in sorted(folder.rglob("*")):
        relative = path.relative_to(folder)
        if path.is_symlink() or not path.is_file() or _SKIPPED & set(relative.parts):
            continue
        if any(parent.is_symlink() for parent in path.parents if parent != folder):
            continue
        seen += 1
        if seen > _MOST_FILES:
            return
        if not _may_be_notebook(path.name) or path.stat().st_size > _MOST_BYTES:
            continue
        try:
            data = path.read_bytes()
        except OSError:
            continue
        if path.suffix.lower() == ".zip":
            yield from _in_zip(relative.as_posix(), data)
        else:
            yield relative.as_posix(), data


def _may_be_notebook(name: str) -> bool:
    return bool(re.search(r"\.(ipynb|zip|py|json|txt|md)$|\.ipynb\b", name, re.I))


def _in_zip(name: str, data: bytes) -> Iterator[tuple[str, bytes]]:
    room = _MOST_BYTES
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            for info in archive.infolist()[:_MOST_FILES]:
                path = Path(info.filename)
                if info.is_dir() or _SKIPPED & set(path.parts) or not _may_be_notebook(path.name):
                    continue
                room -= info.file_size
                if room < 0:
                    return
                with archive.open(info) as member:
                    yield f"{name}/{info.filename}", member.read(info.file_size)
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, EOFError, OSError, ValueError):
        yield name, b""  # which is then told to be no notebook


# --- from bytes to cells ------------------------------------------------------------------------


def parse(data: bytes, path: str) -> Handed:
    """Read one file.

    Raises
    ------
    Unreadable
        If it is nothing that has cells.
    """
    text = _text(data)
    if not text.strip():
        raise Unreadable("the file is empty")
    if _CONFLICT.search(text):
        sides = [_CONFLICT.sub(rf"\{side}", text) for side in (1, 2)]
        read = [handed for side in sides if (handed := _try(side, path)) is not None]
        if not read:
            raise Unreadable("git's conflict marks are in it, and neither side is a notebook")
        best = max(read, key=lambda handed: sum(len(defined(c.source)) for c in handed.cells))
        note = "git's conflict marks are in the file; the side with more answers was read"
        return replace(best, notes=(*best.notes, note))
    return _parse_text(text, path)


def _try(text: str, path: str) -> Handed | None:
    try:
        return _parse_text(text, path)
    except Unreadable:
        return None


def _text(data: bytes) -> str:
    """Return a file's text, whatever wrote it, with plain ends of lines."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        text = data.decode("utf-16", errors="replace")
    elif data[:200].count(b"\0") > 20:
        text = data.decode("utf-16-le" if data[1:2] == b"\0" else "utf-16-be", errors="replace")
    else:
        try:
            text = data.decode("utf-8-sig")
        except UnicodeDecodeError:
            text = data.decode("cp1252", errors="replace")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _parse_text(text: str, path: str) -> Handed:
    if text.lstrip().startswith("{"):
        return _notebook(text, path)
    if re.search(r"\.py(\.txt)?$", path, re.I) or re.search(r"^# %%|^# In\[", text, re.M):
        return _script(text, path)
    raise Unreadable("it is neither a notebook nor a script")


def _notebook(text: str, path: str) -> Handed:
    notes: tuple[str, ...] = ()
    try:
        whole = json.loads(text, strict=False)
        raw = _raw_cells(whole)
    except (ValueError, RecursionError):
        raw = _salvaged(text)
        if not raw:
            raise Unreadable("it is broken: no JSON, and no whole cell is left in it") from None
        notes = (f"the file is broken; {len(raw)} cells of it could be read",)
    cells = tuple(cell for item in raw if (cell := _cell(item)) is not None)
    return Handed(cells, path, notes)


def _raw_cells(notebook: Any) -> list[Any]:
    """Return the cells of a notebook of any format; before 4 they stand in worksheets."""
    if not isinstance(notebook, dict):
        raise Unreadable("its JSON is no notebook")
    cells = notebook.get("cells")
    if isinstance(cells, list):
        return cells
    sheets = notebook.get("worksheets")
    if not isinstance(sheets, list):
        raise Unreadable("its JSON holds no cells")
    return [
        cell
        for sheet in sheets
        if isinstance(sheet, dict) and isinstance(sheet.get("cells"), list)
        for cell in sheet["cells"]
    ]


def _salvaged(text: str) -> list[Any]:
    """Return the cells of broken JSON that are whole."""
    start = re.search(r'"cells"\s*:\s*\[', text)
    decoder = json.JSONDecoder(strict=False)
    cells: list[Any] = []
    at = start.end() if start else len(text)
    while at < len(text):
        at += len(text[at:]) - len(text[at:].lstrip(" \t\n,"))
        try:
            cell, at = decoder.raw_decode(text, at)
        except (ValueError, RecursionError):
            break
        cells.append(cell)
    return cells


def _cell(item: Any) -> Cell | None:
    if not isinstance(item, dict):
        return None
    source = item.get("source", item.get("input", ""))
    if isinstance(source, list):
        source = "".join(part for part in source if isinstance(part, str))
    if not isinstance(source, str):
        return None
    metadata = item.get("metadata")
    marks = metadata.get("nbgrader") if isinstance(metadata, dict) else None
    grade_id = marks.get("grade_id", "") if isinstance(marks, dict) else ""
    kind = item.get("cell_type")
    return Cell(
        kind if kind in ("code", "markdown", "raw") else "markdown",
        source.encode("utf-8", errors="replace").decode(),  # half a surrogate is no text
        grade_id if isinstance(grade_id, str) else "",
        item["id"] if isinstance(item.get("id"), str) else "",
    )


def _script(text: str, path: str) -> Handed:
    """Read a percent script, a script that Jupyter exported, or plain Python."""
    if re.search(r"^# %%", text, re.M):
        import jupytext

        cells = [_cell(dict(cell)) for cell in jupytext.reads(text, "py:percent").cells]
        return Handed(tuple(cell for cell in cells if cell is not None), path)
    parts = re.split(r"^# In\[[ \d]*\]:\s*$", text, flags=re.M)
    return Handed(tuple(Cell("code", part.strip("\n")) for part in parts if part.strip()), path)
