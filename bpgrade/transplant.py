"""Put a student's answers into the instructor's own notebook.

What is graded is the notebook that was handed out. Of what was handed in, only text is taken: the
answers, found by nbgrader's name for the cell or, where that is gone, by the function that a cell
defines; and the student's other cells, in their order. Nothing that a student does to metadata,
order or kind of cells can matter then.
"""

import ast
import re
from collections import defaultdict
from collections.abc import Sequence
from copy import deepcopy
from dataclasses import dataclass, field, replace

import nbformat
from nbformat import NotebookNode

from bpgrade.names import names
from bpgrade.submission import Cell, Handed, as_python, defined, parsed

EXTRA = "bpgrade_extra"
"""The key in a cell's metadata that marks it as one that the student added or changed."""


@dataclass(frozen=True)
class Transplanted:
    """The instructor's notebook with a student's answers in it.

    Parameters
    ----------
    notebook : NotebookNode
        What is graded.
    unanswered : tuple of str
        The exercises of which not even the cell was found.
    notes : tuple of str
        What was unusual, in words for the instructor.
    """

    notebook: NotebookNode
    unanswered: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def grade_id(cell: NotebookNode) -> str:
    """Return nbgrader's name for a cell, "" if it has none."""
    return str(cell.metadata.get("nbgrader", {}).get("grade_id", ""))


def is_answer(cell: NotebookNode) -> bool:
    """Return whether a cell of the instructor's notebook is where a student answers."""
    return bool(cell.metadata.get("nbgrader", {}).get("solution"))


def is_check(cell: NotebookNode) -> bool:
    """Return whether a cell of the instructor's notebook gives points by itself."""
    marks = cell.metadata.get("nbgrader", {})
    return bool(marks.get("grade")) and not marks.get("solution")


def transplant(master: NotebookNode, handed: Handed) -> Transplanted:
    """Put what was handed in into the notebook that was handed out.

    Parameters
    ----------
    master : NotebookNode
        The notebook as it was handed out, nbgrader's marks in it.
    handed : Handed
        What came back.
    """
    return _Transplant(master, handed).result()


@dataclass
class _Transplant:
    master: NotebookNode
    handed: Handed
    used: set[int] = field(default_factory=set)  # cells of the student's, by position
    notes: list[str] = field(default_factory=list)
    unanswered: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        by_id = {cell.get("id", ""): grade_id(cell) for cell in self.master.cells if grade_id(cell)}
        self.cells = [
            replace(
                cell, grade_id=cell.grade_id or by_id.get(cell.id, "") if cell.id else cell.grade_id
            )
            for cell in _glued(self.handed.cells)
        ]
        self.stubs = {_bare(cell.source) for cell in self.master.cells}

    def result(self) -> Transplanted:
        notebook = deepcopy(self.master)
        for cell in notebook.cells:
            if is_answer(cell):
                cell.source = self._answer(cell)
            if cell.cell_type == "code":
                cell.outputs, cell.execution_count = [], None
        self._put_in_changed(notebook)
        anchors = self._anchors(notebook)
        extras: dict[int, list[NotebookNode]] = defaultdict(list)
        place = -1
        for i, cell in enumerate(self.cells):
            place = anchors.get(i, place)
            if i not in self.used and self._is_extra(cell):
                extras[place].append(_extra(cell, i))
        cells = list(extras[-1])
        for i, cell in enumerate(notebook.cells):
            cells += [cell, *extras[i]]
        notebook.cells = cells
        return Transplanted(notebook, tuple(self.unanswered), (*self.handed.notes, *self.notes))

    def _answer(self, slot: NotebookNode) -> str:
        """Return the text that belongs into an answer cell, and mark the cells it comes from."""
        name = grade_id(slot)
        mine = [i for i, cell in enumerate(self.cells) if cell.grade_id == name]
        self.used.update(mine)
        written = [i for i in mine if _bare(self.cells[i].source) not in self.stubs]
        if slot.cell_type == "markdown":
            return "\n\n".join(self.cells[i].source for i in written) or slot.source
        together = "\n".join(self.cells[i].source for i in written)
        if name in defined(together):
            return together
        alone = [i for i in written if name in defined(self.cells[i].source)]
        if alone:
            return self.cells[alone[-1]].source
        elsewhere = [
            i
            for i, cell in enumerate(self.cells)
            if i not in mine and name in cell.source and name in defined(cell.source)
        ]
        elsewhere = [i for i in elsewhere if self.cells[i].kind == "code"] or elsewhere
        if not elsewhere:
            if not mine:
                self.unanswered.append(name)
            return together if together.strip() else slot.source
        cell = self.cells[elsewhere[-1]]
        own = {grade_id(c) for c in self.master.cells if is_answer(c)} - {name}
        if own & defined(cell.source).keys():  # one cell answers two: it stays where it is
            self.notes.append(f"the answer to {name} stands in the cell of another")
            return f"# {name} is defined in another cell."
        self.used.add(elsewhere[-1])
        self.notes.append(f"the answer to {name} was found by the name of its function")
        return f"{together}\n{cell.source}" if parsed(together) else cell.source

    def _put_in_changed(self, notebook: NotebookNode) -> None:
        """Put in the cells that were handed out ungraded and came back changed.

        A code cell must still bind what it bound; if it does not, both are kept.
        """
        places = {c.get("id", ""): c for c in notebook.cells if not grade_id(c)}
        for i, cell in enumerate(self.cells):
            slot = places.get(cell.id)
            if slot is None or i in self.used or not self._is_extra(cell):
                continue
            keeps = names(slot.source).bound <= names(cell.source).bound
            if cell.kind == slot.cell_type and (cell.kind != "code" or keeps):
                slot.source, slot.metadata[EXTRA] = cell.source, True
                self.used.add(i)
                del places[cell.id]

    def _anchors(self, notebook: NotebookNode) -> dict[int, int]:
        """Return to which of the instructor's cells each of the student's belongs, by position."""
        by_grade_id = {grade_id(c): i for i, c in enumerate(notebook.cells) if grade_id(c)}
        by_id = {c.get("id", ""): i for i, c in enumerate(notebook.cells)}
        by_text = {_bare(c.source): i for i, c in enumerate(self.master.cells)}
        anchors = {}
        for i, cell in enumerate(self.cells):
            for key, table in (
                (cell.grade_id, by_grade_id),
                (cell.id, by_id),
                (_bare(cell.source), by_text),
            ):
                if key and key in table:
                    anchors[i] = table[key]
                    break
        return anchors

    def _is_extra(self, cell: Cell) -> bool:
        """Return whether a cell is the student's own, not one that was handed out or emptied."""
        if not cell.source.strip() or _bare(cell.source) in self.stubs:
            return False
        graded = {grade_id(c) for c in self.master.cells if grade_id(c)}
        return cell.grade_id not in graded


def _extra(cell: Cell, number: int) -> NotebookNode:
    new = nbformat.v4.new_code_cell if cell.kind == "code" else nbformat.v4.new_markdown_cell
    made = new(cell.source, metadata={EXTRA: True})  # raw cells would go into pages as they are
    made.id = f"extra-{number}"
    return made


def _bare(source: str) -> str:
    """Return a cell's text without what editors change on their own."""
    return "\n".join(line.rstrip() for line in source.strip().splitlines())


def _glued(cells: Sequence[Cell]) -> list[Cell]:
    """Put together again what was one cell until it was split in the middle of a block."""
    whole: list[Cell] = []
    for cell in cells:
        before = whole[-1] if whole else None
        if (
            before is not None
            and cell.kind == before.kind == "code"
            and re.match(r"[ \t]+\S", cell.source)
            and not _parses(cell.source)
            and _parses(f"{before.source}\n{cell.source}")
        ) or (
            before is not None
            and cell.kind == before.kind == "code"
            and before.grade_id
            and cell.grade_id in ("", before.grade_id)
            and not _parses(before.source)
            and _parses(f"{before.source}\n{cell.source}")
        ):
            whole[-1] = replace(before, source=f"{before.source}\n{cell.source}")
        else:
            whole.append(cell)
    return whole


def _parses(source: str) -> bool:
    try:
        ast.parse(as_python(source))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True
