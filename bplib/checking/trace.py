"""What a learner's own lines computed in one small call, written down as it happened.

The function and the notebook's functions that it calls are made again from their syntax trees, with
a note after every assignment and around every `return`. Instrumenting the tree was chosen over
`sys.settrace` and `sys.monitoring`: it sees `return` values and single elements that are assigned,
it costs a millisecond where nothing runs, and it leaves a debugger's or coverage's tracing alone.
It needs the source; without that there is no trace, and nothing else changes.
"""

import ast
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
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

_MOST_NOTES = 500
_MOST_ENTRIES = 3000  # of one value
_SECONDS = 1.0
_NOTE = "__bplib_note__"
_NONE: Mapping[str, Callable[..., Any]] = {}
_COMPOSED = ast.BinOp | ast.UnaryOp | ast.Call
_PUT_TOGETHER = {"array", "asarray", "stack", "column_stack", "vstack", "hstack", "float", "tuple"}
_BENT = {"tanh", "exp", "log", "sqrt", "square", "abs", "absolute", "power", "cosh", "log1p"}
RETURNED = "return"
"""The name of the place of a `return`."""


@dataclass(frozen=True)
class Place:
    """A place in a learner's code that gives values: an assignment, a `return`, an expression.

    Parameters
    ----------
    function : str
        The function whose line it is.
    line : int
        The line in its cell.
    name : str
        What is assigned: "delta", "grad[k, n]"; `RETURNED`; of an expression its text.
    uses : tuple of str
        The names that the line reads.
    text : str
        The line as the learner wrote it.
    inner : bool
        Whether it is an expression inside a line.
    parts : tuple of int
        The places inside it.
    bends : bool
        Whether it takes a power, or a function like tanh, of what is inside it.
    role : str
        "bare" of a `return` that only names what it returns, "loop" of one in a loop, "parameter"
        of what a helper is called with; else "".
    """

    function: str
    line: int
    name: str
    uses: tuple[str, ...] = ()
    text: str = ""
    inner: bool = False
    parts: tuple[int, ...] = ()
    bends: bool = False
    role: str = ""

    @property
    def shown(self) -> bool:
        """Whether a learner sees it as a line of their own that gives something."""
        return not self.inner and self.role != "parameter"


@dataclass(frozen=True)
class Note:
    """A value that a place gave, as it was then; the place by its number."""

    place: int
    value: Value


@dataclass(frozen=True)
class Trace:
    """What the lines of a function computed in one call, in order."""

    places: tuple[Place, ...] = ()
    notes: tuple[Note, ...] = ()


NO_TRACE = Trace()
"""What there is of a function without source."""


class _Notes:
    """Where the notes of one call are collected."""

    def __init__(self) -> None:
        self.clock = Clock(_SECONDS)
        self.places: list[Place] = []
        self.notes: list[Note] = []

    def note(self, place: int, value: Any) -> Any:
        """Write a value down and return it; stop the call where there is too much of it."""
        if len(self.notes) >= _MOST_NOTES:
            raise OutOfTime
        if type(value) in (int, float):
            self.notes.append(Note(place, value))
        elif _entries(value) <= _MOST_ENTRIES:
            self.notes.append(Note(place, plain(value)))
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
) -> Trace:
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
    Trace
        Up to the end of the call, its exception, or a limit in number or time.
    """
    source = source_of(function)
    if source is None:
        return NO_TRACE
    notes = _Notes()
    sources = {source.tree.name: source} | helpers_of(source)
    try:
        made = made_again(
            {
                name: (each, _noted(each, notes.places, helper=each is not source))
                for name, each in sources.items()
                if name not in instead
            },
            {_NOTE: notes.note, **notes.clock.names, **instead},
        )
        made[source.tree.name](*arguments)
    except OutOfTime:
        pass
    except (Exception, SystemExit):  # the call that counts has seen it too, and says so
        pass
    return Trace(tuple(notes.places), tuple(notes.notes))


def _noted(source: Source, places: list[Place], helper: bool) -> ast.FunctionDef:
    """Return a function's tree with a note of everything it assigns, returns and puts together.

    Of a helper also of what it is called with.
    """
    tree = source.fresh()
    _Noting(source, places).body(tree, taken=helper)
    return ast.fix_missing_locations(guarded(tree))


class _Noting(ast.NodeTransformer):
    def __init__(self, source: Source, places: list[Place]):
        self._source = source
        self._function = source.tree.name
        self._places = places
        self._parts: list[int] = []
        self._lines = source.text.splitlines()
        self._first = source.function.__code__.co_firstlineno
        self._loops = 0  # around the statement that is visited

    def body(self, node: ast.FunctionDef, taken: bool = True) -> None:
        """Put notes into the body of a function, of its parameters too if these are `taken`."""
        changed = [self.visit(statement) for statement in node.body]
        notes = [self._parameter(node, argument.arg) for argument in node.args.args if taken]
        node.body = notes + [s for c in changed for s in (c if isinstance(c, list) else [c])]

    def _parameter(self, node: ast.FunctionDef, name: str) -> ast.stmt:
        value = ast.copy_location(ast.Name(name, ast.Load()), node)
        return ast.Expr(self._call(node.lineno, name, value, _Given(set()), role="parameter"))

    def visit_FunctionDef(self, node: ast.FunctionDef) -> Any:
        outer, self._function = self._function, node.name
        loops, self._loops = self._loops, 0
        self.body(node)
        self._function, self._loops = outer, loops
        return node

    def visit_Lambda(self, node: ast.Lambda) -> Any:
        return node

    def visit_GeneratorExp(self, node: ast.GeneratorExp) -> Any:
        return node  # of what is collected, the whole is noted

    def visit_ListComp(self, node: ast.ListComp) -> Any:
        return node

    def visit_SetComp(self, node: ast.SetComp) -> Any:
        return node

    def visit_DictComp(self, node: ast.DictComp) -> Any:
        return node

    def visit_Return(self, node: ast.Return) -> Any:
        if node.value is None:
            return node
        role = "loop" if self._loops else "bare" if _bare(node.value) else ""
        node.value = self._value(node.value, RETURNED, role)
        return node

    def visit_Assign(self, node: ast.Assign) -> Any:
        given = self._inside(node, "value")
        return [node, *(n for t in node.targets for n in self._notes(node, t, given))]

    def visit_AnnAssign(self, node: ast.AnnAssign) -> Any:
        if node.value is None:
            return node
        given = self._inside(node, "value")
        return [node, *self._notes(node, node.target, given)]

    def visit_AugAssign(self, node: ast.AugAssign) -> Any:
        given = self._inside(node, "value", whole=True)
        given = replace(given, uses=given.uses | _names(node.target))
        return [node, *self._notes(node, node.target, given)]

    def visit_For(self, node: ast.For) -> Any:
        notes = self._notes(node, node.target, _Given(_names(node.iter)))
        self._loops += 1
        self.generic_visit(node)
        self._loops -= 1
        node.body = notes + node.body
        return node

    def visit_If(self, node: ast.If) -> Any:
        return self._body_only(node)

    def visit_While(self, node: ast.While) -> Any:
        self._loops += 1
        self._body_only(node)
        self._loops -= 1
        return node

    def _body_only(self, node: Any) -> Any:
        """Put notes into the branches, none into the condition: what it asks is on no way."""
        test = node.test
        node.test = ast.Constant(True)
        self.generic_visit(node)
        node.test = test
        return node

    def visit_BinOp(self, node: ast.BinOp) -> Any:
        return self._value(node, "")

    def visit_UnaryOp(self, node: ast.UnaryOp) -> Any:
        return self._value(node, "")

    def visit_Call(self, node: ast.Call) -> Any:
        return self._value(node, "")

    def _inside(self, node: Any, name: str, whole: bool = False) -> "_Given":
        """Put notes into an expression; return what it reads and the places inside it.

        Of the expression as a whole the assignment takes note, unless `whole` says so.
        """
        value = getattr(node, name)
        uses, bends = _names(value), _bends(value)
        outer, self._parts = self._parts, []
        if whole or not isinstance(value, _COMPOSED):
            setattr(node, name, self.visit(value))
        else:
            self.generic_visit(value)
        parts, self._parts = tuple(self._parts), outer
        return _Given(uses, parts, bends)

    def _value(self, node: ast.expr, name: str, role: str = "") -> ast.expr:
        """Return an expression with a note of its value."""
        uses, bends = _names(node), _bends(node)
        outer, self._parts = self._parts, []
        text = name or self._written(node)
        if name and not isinstance(node, _COMPOSED):
            node = self.visit(node)
        else:
            self.generic_visit(node)
        parts, self._parts = tuple(self._parts), outer
        if not name:
            self._parts.append(len(self._places))
        given = _Given(uses, parts, bends)
        return self._call(node.lineno, text, node, given, inner=not name, role=role)

    def _written(self, node: ast.expr) -> str:
        """Return an expression as the learner wrote it, its first line."""
        line = self._lines[node.lineno - self._first].encode()
        end = node.end_col_offset if node.end_lineno == node.lineno else None
        return line[node.col_offset : end].decode()

    def _notes(self, node: ast.stmt, target: ast.expr, given: "_Given") -> list[ast.stmt]:
        """Return the notes for what an assignment binds."""
        if isinstance(target, ast.Tuple | ast.List):
            return [n for part in target.elts for n in self._notes(node, part, given)]
        if isinstance(target, ast.Starred):
            return self._notes(node, target.value, given)
        read = _to_read(target)
        notes: list[ast.stmt] = [
            ast.Expr(self._call(node.lineno, ast.unparse(target), read, given))
        ]
        base = read
        while isinstance(base, ast.Subscript | ast.Attribute):
            base = base.value
        if base is not read and isinstance(base, ast.Name):
            given = replace(given, uses=given.uses | {base.id})
            notes.append(ast.Expr(self._call(node.lineno, base.id, base, given)))
        return notes

    def _call(
        self,
        line: int,
        name: str,
        value: ast.expr,
        given: "_Given",
        inner: bool = False,
        role: str = "",
    ) -> ast.Call:
        """Return the call that notes a value, at a new place."""
        uses, text = tuple(sorted(given.uses)), self._source.line(line)
        number = ast.Constant(len(self._places))
        self._places.append(
            Place(self._function, line, name, uses, text, inner, given.parts, given.bends, role)
        )
        return ast.Call(ast.Name(_NOTE, ast.Load()), [number, value], [])


@dataclass(frozen=True)
class _Given:
    """What an expression reads, which places are inside it, and whether it bends these."""

    uses: set[str]
    parts: tuple[int, ...] = ()
    bends: bool = False


def _bare(node: ast.expr) -> bool:
    """Return whether an expression only names what there is, or puts it into an array."""
    if isinstance(node, ast.Tuple | ast.List):
        return all(map(_bare, node.elts))
    if isinstance(node, ast.Call):
        name = getattr(node.func, "attr", getattr(node.func, "id", ""))
        return name in _PUT_TOGETHER and all(map(_bare, node.args))
    return isinstance(node, ast.Name | ast.Constant)


def _bends(node: ast.expr) -> bool:
    """Return whether an expression is a power, or a function like tanh, of what is inside it.

    A product of something with itself is a power.
    """
    if isinstance(node, ast.Call):
        name = node.func.attr if isinstance(node.func, ast.Attribute) else ""
        return name in _BENT
    if not isinstance(node, ast.BinOp):
        return False
    same = isinstance(node.op, ast.Mult) and ast.dump(node.left) == ast.dump(node.right)
    return same or isinstance(node.op, ast.Pow)


def _to_read(target: ast.expr) -> ast.expr:
    """Return the expression that reads what an assignment binds."""
    read = ast.parse(ast.unparse(target), mode="eval").body
    for node in ast.walk(read):
        ast.copy_location(node, target)
    return read


def _names(node: ast.AST) -> set[str]:
    """Return the names that an expression reads."""
    return {n.id for n in ast.walk(node) if isinstance(n, ast.Name)}
