"""What a learner's own lines computed in one small call, written down as it happened.

The function and the notebook's functions that it calls are made again from their syntax trees, with
a note after every assignment and around every `return`. Instrumenting the tree was chosen over
`sys.settrace` and `sys.monitoring`: it sees `return` values and single elements that are assigned,
it costs a millisecond where nothing runs, and it leaves a debugger's or coverage's tracing alone.
It needs the source; without that there is no trace, and nothing else changes.
"""

import ast
import copy
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from bplib.checking.plain import plain
from bplib.checking.source import (
    Clock,
    OutOfTime,
    Source,
    guarded,
    helpers_of,
    made_again,
    source_of,
)
from bplib.course.probe import Value

_MOST_STEPS = 400
_MOST_ENTRIES = 3000  # of one value
_SECONDS = 0.3
_NOTE = "__bplib_note__"
_NONE: Mapping[str, Callable[..., Any]] = {}
RETURNED = "return"
"""The name of the step that a `return` makes."""


@dataclass(frozen=True)
class Step:
    """A value that a line of the learner's gave.

    Parameters
    ----------
    function : str
        The function whose line it is.
    line : int
        The line in its cell.
    name : str
        What was assigned: "delta", "grad[k, n]", or `RETURNED`.
    value : plain data
        The value, as it was then.
    uses : tuple of str
        The names that the line reads.
    text : str
        The line as the learner wrote it.
    """

    function: str
    line: int
    name: str
    value: Value
    uses: tuple[str, ...] = ()
    text: str = ""


@dataclass
class _Notes:
    """Where the notes of one call are collected."""

    clock: Clock
    steps: list[Step] = field(default_factory=list)

    def note(self, where: tuple[str, int, str, tuple[str, ...], str], value: Any) -> Any:
        """Write a value down and return it; stop the call where there is too much of it."""
        function, line, name, uses, text = where
        if len(self.steps) >= _MOST_STEPS:
            raise OutOfTime
        if _entries(value) <= _MOST_ENTRIES:
            self.steps.append(Step(function, line, name, plain(value), uses, text))
        return value


def _entries(value: Any) -> int:
    """Return how many numbers a value holds, without copying it."""
    if isinstance(value, list | tuple):
        return sum(map(_entries, value[: _MOST_ENTRIES + 1]))
    return int(np.size(value)) if isinstance(value, np.ndarray) else 1


def trace(
    function: Callable[..., Any],
    arguments: tuple[Any, ...],
    instead: Mapping[str, Callable[..., Any]] = _NONE,
) -> tuple[Step, ...]:
    """Return what the lines of a function compute, in order; nothing where it has no source.

    Parameters
    ----------
    function : callable
        The learner's function. It runs in a copy of its notebook's names.
    arguments : tuple
        Of the call, ready to use.
    instead : mapping of str to callable
        What stands in for functions of the notebook; nothing is written down of these.

    Returns
    -------
    tuple of Step
        Up to the end of the call, its exception, or a limit in number or time.
    """
    source = source_of(function)
    if source is None:
        return ()
    notes = _Notes(Clock(_SECONDS))
    sources = {source.tree.name: source} | helpers_of(source)
    try:
        made = made_again(
            {name: (each, _noted(each)) for name, each in sources.items() if name not in instead},
            {_NOTE: notes.note, **notes.clock.names, **instead},
        )
        made[source.tree.name](*arguments)
    except OutOfTime:
        pass
    except Exception:  # the call that counts has seen it too, and says so
        pass
    return tuple(notes.steps)


def _noted(source: Source) -> ast.FunctionDef:
    """Return a function's tree with a note of everything it assigns and returns."""
    noting = _Noting(source)
    tree = source.fresh()
    tree.body = [new for old in tree.body for new in noting.statement(old)]
    return ast.fix_missing_locations(guarded(tree))


class _Noting(ast.NodeTransformer):
    def __init__(self, source: Source):
        self._source = source
        self._function = source.tree.name

    def statement(self, node: ast.stmt) -> list[ast.stmt]:
        """Return a statement with the notes that belong behind it."""
        changed = self.visit(node)
        return changed if isinstance(changed, list) else [changed]

    def visit_FunctionDef(self, node: ast.FunctionDef) -> Any:
        inner = _Noting(self._source)
        inner._function = node.name
        node.body = [new for old in node.body for new in inner.statement(old)]
        return node

    def visit_Lambda(self, node: ast.Lambda) -> Any:
        return node

    def visit_Return(self, node: ast.Return) -> Any:
        if node.value is None:
            return node
        uses = _names(node.value)
        node.value = self._call(node.lineno, RETURNED, uses, node.value)
        return node

    def visit_Assign(self, node: ast.Assign) -> Any:
        uses = _names(node.value)
        return [node, *(n for t in node.targets for n in self._notes(node.lineno, t, uses))]

    def visit_AnnAssign(self, node: ast.AnnAssign) -> Any:
        if node.value is None:
            return node
        return [node, *self._notes(node.lineno, node.target, _names(node.value))]

    def visit_AugAssign(self, node: ast.AugAssign) -> Any:
        uses = _names(node.value) | _names(node.target)
        return [node, *self._notes(node.lineno, node.target, uses)]

    def visit_For(self, node: ast.For) -> Any:
        notes = list(self._notes(node.lineno, node.target, _names(node.iter)))
        self.generic_visit(node)
        node.body = notes + node.body
        return node

    def _notes(self, line: int, target: ast.expr, uses: set[str]) -> list[ast.stmt]:
        """Return the notes for what an assignment binds."""
        if isinstance(target, ast.Tuple | ast.List):
            return [note for part in target.elts for note in self._notes(line, part, uses)]
        if isinstance(target, ast.Starred):
            return self._notes(line, target.value, uses)
        read = copy.deepcopy(target)
        for node in ast.walk(read):
            if hasattr(node, "ctx"):
                node.ctx = ast.Load()
        notes: list[ast.stmt] = [ast.Expr(self._call(line, ast.unparse(target), uses, read))]
        base = read
        while isinstance(base, ast.Subscript | ast.Attribute):
            base = base.value
        if base is not read and isinstance(base, ast.Name):
            notes.append(ast.Expr(self._call(line, base.id, uses | {base.id}, base)))
        return notes

    def _call(self, line: int, name: str, uses: set[str], value: ast.expr) -> ast.Call:
        where = (self._function, line, name, tuple(sorted(uses)), self._source.line(line))
        parts = [ast.Constant(part) for part in where[:3]]
        names = ast.Tuple([ast.Constant(use) for use in where[3]], ast.Load())
        place = ast.Tuple([*parts, names, ast.Constant(where[4])], ast.Load())
        return ast.Call(ast.Name(_NOTE, ast.Load()), [place, value], [])


def _names(node: ast.AST) -> set[str]:
    """Return the names that an expression reads."""
    return {n.id for n in ast.walk(node) if isinstance(n, ast.Name)}
