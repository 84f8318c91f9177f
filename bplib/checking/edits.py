"""Single changes of a learner's function: one operator, one index, one pair of parentheses.

Every edit is generic: it moves, exchanges or drops what the learner wrote, or puts in a sign, a
transposition, a small number, a size. None is a piece of a right answer, and none is ever shown:
what is told is the line and the kind.
"""

import ast
import itertools
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeGuard

from bplib.checking.source import APART, EACH, TICK

OPERATOR = "an operator"
SIGN = "a sign"
ORDER = "the order of two operands"
ARGUMENTS = "the order of two arguments"
VALUES = "the order of two values"
GROUPING = "a pair of parentheses"
REACH = "how much a function is applied to"
TRANSPOSITION = "a transposition"
AXIS = "an axis"
NAME = "one name is another than you want"
NUMBER = "a number"
INDEX = "an index"
FACTOR = "a factor too many or missing"
TERM = "a term too many"
POWER = "a power too many or missing"
ASSIGNMENT = "a value that should be added up or should not"
STATEMENTS = "the order of two statements"
INDENTATION = "how far a statement is indented"
COPY = "a copy too many or missing"
RETURN = "where it returns, or what"
FUNCTION = "one function is another than you want"
CALL = "a function too many or missing"
COMPARISON = "a comparison"
STATEMENT = "a statement too many"
MISSING = "a statement missing"
IN_PLACE = "an array that is changed in place"

LOOKS = {
    OPERATOR: "What should become of the two operands: a sum, a quotient, a matrix product?",
    SIGN: "Which way should each term push the result?",
    ORDER: "Which of the two operands comes first? Try it with two small numbers, or two shapes.",
    ARGUMENTS: "In which order does the function that is called take its arguments?",
    VALUES: "Compare the order in which several values are handed over with the order they are "
    "taken in.",
    GROUPING: "In which order does Python compute this, and to how much of it does each operation "
    "apply?",
    REACH: "What is each function there applied to, and what stays outside its parentheses?",
    TRANSPOSITION: "What are the rows and what are the columns of every array there?",
    AXIS: "Over which axis should this go, and which shape is left?",
    NAME: "Say for every name there what it holds at that moment.",
    NUMBER: "Where does each number there come from?",
    INDEX: "Which entries are meant, counted from 0, and which axis does each index count along?",
    FACTOR: "Which factors belong into this, and how often is each of them there?",
    TERM: "Which of the terms there belongs into this?",
    POWER: "What is to be squared there, and what is not?",
    ASSIGNMENT: "Should the value replace what was there, or be added to it?",
    STATEMENTS: "What does each name hold when the next statement reads it?",
    INDENTATION: "What should happen once, and what once in every round?",
    COPY: "Which names stand for one and the same array there?",
    RETURN: "At which moment does the function return, and what?",
    FUNCTION: "What does the function that is called there do to a small example?",
    CALL: "What is each function there applied to, and to what should it be?",
    COMPARISON: "Try the condition with numbers on both sides of it, and on it.",
    MISSING: "What should happen there once more, or be put back?",
    IN_PLACE: "Whose array does that line write into?",
    STATEMENT: "What does each statement there do to the values, and should it?",
}
"""What to look at after an edit of each kind was found to be right."""

_Change = tuple[ast.AST, str, Any]
_New = tuple[str, int, ast.expr]  # the kind, the cost, what stands there instead
_Block = tuple[ast.AST, str]  # a list of statements: its owner and field


@dataclass(frozen=True)
class Edit:
    """One change of a tree, made in place and undone by leaving its `with` block.

    Parameters
    ----------
    line : int
        The line it is on.
    kind : str
        What it changes, in words that finish "One change makes it right: …".
    cost : int
        How many tokens it changes, roughly.
    changes : tuple of (node, field, value)
        The fields that are set.
    """

    line: int
    kind: str
    cost: int
    changes: tuple[_Change, ...]
    _before: list[_Change] = field(default_factory=list, repr=False, compare=False)

    def __enter__(self) -> None:
        for node, name, value in self.changes:
            self._before.append((node, name, getattr(node, name)))
            setattr(node, name, value)

    def __exit__(self, *error: object) -> None:
        while self._before:
            setattr(*self._before.pop())


@dataclass(frozen=True)
class Scope:
    """What an edit may put in: names, functions and sizes that are there anyway.

    Parameters
    ----------
    names : tuple of str
        Parameters and local variables.
    called : tuple of expr
        The functions that the learner's code calls with one argument.
    helpers : tuple of str
        The functions of the notebook that it calls.
    sizes : tuple of expr
        Lengths of arrays, such as `X.shape[1]`.
    """

    names: tuple[str, ...]
    called: tuple[ast.expr, ...]
    helpers: tuple[str, ...]
    sizes: tuple[ast.expr, ...]


def edits(
    tree: ast.FunctionDef,
    shapes: Mapping[str, tuple[int, ...]] | None = None,
    helpers: tuple[str, ...] = (),
) -> list[Edit]:
    """Return the single edits of a function, the cheapest first, then in the order of lines.

    Parameters
    ----------
    tree : ast.FunctionDef
        The function; it may be guarded, and guards are never edited.
    shapes : mapping of str to tuple of int, optional
        The shapes of parameters in one call; where lengths are equal, only the first is used.
    helpers : tuple of str
        Functions of the notebook which the code calls.
    """
    scope = _scope(tree, shapes or {}, helpers)
    found = [*_of_expressions(tree, scope), *_of_statements(tree), *_of_parameters(tree)]
    return sorted(found, key=lambda edit: (edit.cost, edit.line))


def _scope(
    tree: ast.FunctionDef, shapes: Mapping[str, tuple[int, ...]], helpers: tuple[str, ...]
) -> Scope:
    called: dict[str, ast.expr] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and len(node.args) == 1 and not _guard(node):
            called[ast.unparse(node.func)] = node.func
    plain = [f for f in called.values() if isinstance(f, ast.Name) or _of_module(f)]
    lengths: dict[int, ast.expr] = {}
    for name, shape in shapes.items():
        for axis, length in enumerate(shape):
            size = ast.Subscript(
                ast.Attribute(ast.Name(name, ast.Load()), "shape", ast.Load()),
                ast.Constant(axis),
                ast.Load(),
            )
            lengths.setdefault(length, size)
    return Scope(tuple(dict.fromkeys(_bound(tree))), tuple(plain), helpers, tuple(lengths.values()))


def _guard(node: ast.AST) -> bool:
    """Return whether a node looks at the clock, and is no code of the learner's."""
    if isinstance(node, ast.Expr):
        node = node.value
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id in (TICK, EACH, APART)
    )


def _of_module(function: ast.expr) -> bool:
    """Return whether a function is written with a module's name in front: np.tanh."""
    return (
        isinstance(function, ast.Attribute)
        and isinstance(function.value, ast.Name)
        and function.value.id in _MODULES
    )


_MODULES = ("np", "numpy", "math")

# --- expressions ------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Place:
    """Where an expression stands, and in what."""

    node: ast.expr
    parent: ast.AST
    name: str
    index: int | None
    inside: str  # "index", "axis" or "bound" where it is part of one
    loops: tuple[str, ...]  # variables of the loops around it
    own: frozenset[str] | None = None  # in a function inside, the names that are its own

    def put(self, new: ast.expr) -> _Change:
        if self.index is None:
            return self.parent, self.name, new
        items = list(getattr(self.parent, self.name))
        items[self.index] = new
        return self.parent, self.name, items


def _of_expressions(tree: ast.FunctionDef, scope: Scope) -> Iterator[Edit]:
    for place in _places(tree.body, tree, "body", "", ()):
        for rule in _RULES:
            for kind, cost, new in rule(place, scope):
                _located(new, place.node)
                yield Edit(place.node.lineno, kind, cost, (place.put(new),))


def _places(
    nodes: list[Any],
    parent: ast.AST,
    name: str,
    inside: str,
    loops: tuple[str, ...],
    own: frozenset[str] | None = None,
) -> Iterator[_Place]:
    """Yield every expression that is read, with where it stands."""
    for index, node in enumerate(nodes):
        if not isinstance(node, ast.AST) or (_guard(node) and isinstance(node, ast.Expr)):
            continue
        listed = isinstance(getattr(parent, name), list)
        if _guard(node) and isinstance(node, ast.Call):
            yield from _places(node.args[:1], node, "args", "", loops, own)
            continue
        reads = not isinstance(getattr(node, "ctx", ast.Load()), ast.Store)
        if isinstance(node, ast.expr) and reads and not isinstance(node, ast.Slice):
            yield _Place(node, parent, name, index if listed else None, inside, loops, own)
        around = loops + _variables(node)
        names = frozenset(_bound(node)) if isinstance(node, ast.FunctionDef | ast.Lambda) else own
        for child, value in ast.iter_fields(node):
            if child not in ("annotation", "returns", "decorator_list", "args") or isinstance(
                node, ast.Call
            ):
                its = _inside(node, child, inside)
                below = value if isinstance(value, list) else [value]
                yield from _places(below, node, child, its, around, names)


def _bound(node: ast.AST) -> Iterator[str]:
    """Yield a function's parameters and the variables that it assigns."""
    for part in ast.walk(node):
        if isinstance(part, ast.arg):
            yield part.arg
        elif isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store):
            yield part.id


def _variables(node: ast.AST) -> tuple[str, ...]:
    if not isinstance(node, ast.For):
        return ()
    return tuple(part.id for part in ast.walk(node.target) if isinstance(part, ast.Name))


def _inside(node: ast.AST, child: str, inside: str) -> str:
    if isinstance(node, ast.Subscript) and child == "slice":
        return "index"
    if isinstance(node, ast.keyword):
        return "axis" if node.arg in ("axis", "keepdims") else ""
    if isinstance(node, ast.Call) and child == "args":
        return "bound" if isinstance(node.func, ast.Name) and node.func.id == "range" else ""
    return inside


def _located(new: ast.expr, old: ast.expr) -> None:
    """Give new nodes the place of the old one; those that have a place keep it."""
    if hasattr(new, "lineno"):
        return
    ast.copy_location(new, old)
    for child in ast.iter_child_nodes(new):
        if isinstance(child, ast.expr):
            _located(child, old)
        elif isinstance(child, ast.keyword):
            ast.copy_location(child, old)
            _located(child.value, old)


def _name(text: str) -> ast.Name:
    return ast.Name(text, ast.Load())


# --- operators --------------------------------------------------------------------------------

_SWAPPED: dict[type[ast.operator], tuple[type[ast.operator], ...]] = {
    ast.Add: (ast.Sub, ast.Mult),
    ast.Sub: (ast.Add, ast.Mult),
    ast.Mult: (ast.Div, ast.MatMult, ast.Add, ast.Sub),
    ast.Div: (ast.Mult, ast.FloorDiv),
    ast.FloorDiv: (ast.Div, ast.Mod),
    ast.Mod: (ast.FloorDiv,),
    ast.MatMult: (ast.Mult,),
    ast.Pow: (ast.Mult,),
}
_COMPARED: dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]] = {
    ast.Lt: (ast.LtE, ast.Gt, ast.GtE),
    ast.LtE: (ast.Lt, ast.GtE, ast.Gt),
    ast.Gt: (ast.GtE, ast.Lt, ast.LtE),
    ast.GtE: (ast.Gt, ast.LtE, ast.Lt),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
}
_SIGNS = (ast.Add, ast.Sub)


def _operators(place: _Place, scope: Scope) -> Iterator[_New]:
    node = place.node
    if isinstance(node, ast.BinOp):
        for operator in _SWAPPED.get(type(node.op), ()):
            sign = isinstance(node.op, _SIGNS) and operator in _SIGNS
            kind = INDEX if place.inside in ("index", "bound") else SIGN if sign else OPERATOR
            yield kind, 1, ast.BinOp(node.left, operator(), node.right)
        if isinstance(node.op, ast.BitXor):  # it binds less than +, ** more: so by the text
            power = f"{ast.unparse(node.left)} ** {ast.unparse(node.right)}"
            yield OPERATOR, 1, ast.parse(power, mode="eval").body
        if not isinstance(node.op, ast.Add | ast.Mult):
            yield ORDER, 2, ast.BinOp(node.right, node.op, node.left)
        if isinstance(node.op, ast.Mult) and isinstance(node.right, ast.Constant):
            yield OPERATOR, 1, ast.BinOp(node.left, ast.Pow(), node.right)
    if isinstance(node, ast.Compare) and len(node.ops) == 1:
        for compare in _COMPARED.get(type(node.ops[0]), ()):
            yield COMPARISON, 1, ast.Compare(node.left, [compare()], node.comparators)
    if isinstance(node, ast.BoolOp):
        other = ast.And() if isinstance(node.op, ast.Or) else ast.Or()
        yield COMPARISON, 1, ast.BoolOp(other, node.values)
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        yield COMPARISON, 1, node.operand
    if isinstance(node, ast.IfExp):
        yield COMPARISON, 2, ast.IfExp(node.test, node.orelse, node.body)


def _dropped(place: _Place, scope: Scope) -> Iterator[_New]:
    """Yield one operand of two: a factor, a power or a term too many."""
    node = place.node
    if not isinstance(node, ast.BinOp):
        return
    index = place.inside in ("index", "bound")
    if isinstance(node.op, _SIGNS):
        yield INDEX if index else TERM, 2, node.left
        yield INDEX if index else TERM, 2, _minus(node) if _is_sub(node) else node.right
    elif isinstance(node.op, ast.Pow):
        yield POWER, 2, node.left
    else:
        yield FACTOR, 2, node.left
        if isinstance(node.op, ast.Mult | ast.MatMult):
            yield FACTOR, 2, node.right


def _is_sub(node: ast.BinOp) -> bool:
    return isinstance(node.op, ast.Sub)


def _minus(node: ast.BinOp) -> ast.expr:
    return ast.UnaryOp(ast.USub(), node.right)


def _signs(place: _Place, scope: Scope) -> Iterator[_New]:
    node = place.node
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub | ast.UAdd):
        other = ast.UAdd() if isinstance(node.op, ast.USub) else ast.USub()
        yield SIGN, 1, ast.UnaryOp(other, node.operand)
    elif _valued(place):
        yield SIGN, 1, ast.UnaryOp(ast.USub(), node)


def _valued(place: _Place) -> bool:
    """Return whether something that holds numbers may stand at a place."""
    if place.inside or isinstance(place.node, ast.Constant | ast.Tuple | ast.List | ast.Lambda):
        return False
    if isinstance(place.node, ast.Compare | ast.BoolOp | ast.JoinedStr | ast.Starred):
        return False
    if isinstance(place.parent, ast.Call) and place.name == "func":
        return False
    return not (isinstance(place.node, ast.Name) and place.node.id in _MODULES)


# --- parentheses ------------------------------------------------------------------------------


def _groupings(place: _Place, scope: Scope) -> Iterator[_New]:
    for new in (*_sunk(place.node), *_lifted(place.node)):
        yield GROUPING, 1, new
    for new in _across(place.node):
        yield REACH, 2, new
    node = place.node
    if isinstance(node, ast.UnaryOp) and isinstance(node.operand, ast.BinOp):
        inner = node.operand
        yield GROUPING, 1, ast.BinOp(ast.UnaryOp(node.op, inner.left), inner.op, inner.right)
    if isinstance(node, ast.BinOp) and isinstance(node.left, ast.UnaryOp):
        inner = ast.BinOp(node.left.operand, node.op, node.right)
        yield GROUPING, 1, ast.UnaryOp(node.left.op, inner)


def _sunk(node: ast.expr) -> Iterator[ast.expr]:
    """Yield (a + b) * c as a + b * c, at any depth, from both sides."""
    if not isinstance(node, ast.BinOp):
        return
    for build, _ in _spine(node.left, "right"):
        yield build(lambda end: ast.BinOp(end, node.op, node.right))
    for build, _ in _spine(node.right, "left"):
        yield build(lambda end: ast.BinOp(node.left, node.op, end))


def _lifted(node: ast.expr) -> Iterator[ast.expr]:
    """Yield a + b * c as (a + b) * c, at any depth, from both sides."""
    if not isinstance(node, ast.BinOp):
        return
    for build, end in _spine(node, "right"):
        if isinstance(end, ast.BinOp):
            yield ast.BinOp(build(lambda e: e.left), end.op, end.right)
    for build, end in _spine(node, "left"):
        if isinstance(end, ast.BinOp):
            yield ast.BinOp(end.left, end.op, build(lambda e: e.right))


_Build = Callable[[Callable[[Any], ast.expr]], ast.expr]


def _spine(node: ast.expr, side: str) -> Iterator[tuple[_Build, ast.expr]]:
    """Yield the expressions down one side, each with a way to build the whole around another."""

    def below(outer: ast.BinOp, inner: _Build) -> _Build:
        def build(change: Callable[[Any], ast.expr]) -> ast.expr:
            new = inner(change)
            if side == "right":
                return ast.BinOp(outer.left, outer.op, new)
            return ast.BinOp(new, outer.op, outer.right)

        return build

    if isinstance(node, ast.BinOp):
        end = node.right if side == "right" else node.left
        yield below(node, lambda change: change(end)), end
        for build, deeper in _spine(end, side):
            yield below(node, build), deeper


def _across(node: ast.expr) -> Iterator[ast.expr]:
    """Yield f(a + b) as f(a) + b and the other way round, for functions, methods and .T."""
    inner = _argument(node)
    if isinstance(inner, ast.BinOp):
        yield ast.BinOp(_with(node, inner.left), inner.op, inner.right)
        yield ast.BinOp(inner.left, inner.op, _with(node, inner.right))
    if isinstance(node, ast.BinOp):
        left, right = _argument(node.left), _argument(node.right)
        if left is not None:
            yield _with(node.left, ast.BinOp(left, node.op, node.right))
        if right is not None:
            yield _with(node.right, ast.BinOp(node.left, node.op, right))


def _argument(node: ast.expr) -> ast.expr | None:
    """Return what a function, a method or an attribute such as .T is applied to."""
    if isinstance(node, ast.Call):
        if isinstance(node.func, ast.Attribute) and not _of_module(node.func):
            return node.func.value
        return node.args[0] if len(node.args) == 1 else None
    return node.value if isinstance(node, ast.Attribute) and node.attr == "T" else None


def _with(node: ast.expr, argument: ast.expr) -> ast.expr:
    """Return the same function, method or attribute of something else."""
    if isinstance(node, ast.Attribute):
        return ast.Attribute(argument, node.attr, ast.Load())
    assert isinstance(node, ast.Call)
    if isinstance(node.func, ast.Attribute) and not _of_module(node.func):
        method = ast.Attribute(argument, node.func.attr, ast.Load())
        return ast.Call(method, node.args, node.keywords)
    return ast.Call(node.func, [argument], node.keywords)


# --- arrays -----------------------------------------------------------------------------------

_REDUCTIONS = {"sum", "mean", "max", "min", "argmax", "argmin", "prod", "std", "var", "median"}
_REDUCTIONS |= {"cumsum", "norm", "average", "any", "all", "concatenate", "stack", "flip"}
_OTHER_AXES: dict[Any, tuple[int | None, ...]] = {0: (1, -1, None), 1: (0, None), -1: (0, -2)}


def _transposed(place: _Place, scope: Scope) -> Iterator[_New]:
    node = place.node
    if isinstance(node, ast.Attribute) and node.attr == "T":
        yield TRANSPOSITION, 1, node.value
    elif _valued(place) and not isinstance(node, ast.UnaryOp):
        alone = _is_product(place.parent)  # elsewhere it rarely is what is meant
        yield TRANSPOSITION, 1 if alone else 2, ast.Attribute(node, "T", ast.Load())


def _is_product(node: ast.AST) -> bool:
    return isinstance(node, ast.BinOp) and isinstance(node.op, ast.MatMult)


def _axes(place: _Place, scope: Scope) -> Iterator[_New]:
    node = place.node
    if place.inside == "axis":
        if isinstance(node, ast.Constant):
            for value in _OTHER_AXES.get(node.value, (0, 1)):
                yield AXIS, 1, ast.Constant(value)
            if isinstance(node.value, bool):
                yield AXIS, 1, ast.Constant(not node.value)
        return
    if not isinstance(node, ast.Call) or _function(node) not in _REDUCTIONS:
        return
    given = {keyword.arg for keyword in node.keywords}
    if "axis" not in given:
        for value in (0, 1):
            axis = ast.keyword("axis", ast.Constant(value))
            yield AXIS, 2, ast.Call(node.func, node.args, [*node.keywords, axis])
    if "keepdims" not in given:
        kept = ast.keyword("keepdims", ast.Constant(True))
        yield AXIS, 2, ast.Call(node.func, node.args, [*node.keywords, kept])
    for word in ("axis", "keepdims"):
        if word in given:
            rest = [keyword for keyword in node.keywords if keyword.arg != word]
            yield AXIS, 2, ast.Call(node.func, node.args, rest)


def _function(node: ast.Call) -> str:
    if isinstance(node.func, ast.Attribute):
        return node.func.attr
    return node.func.id if isinstance(node.func, ast.Name) else ""


def _indices(place: _Place, scope: Scope) -> Iterator[_New]:
    node = place.node
    index = place.inside in ("index", "bound")
    if index and isinstance(node, ast.Name | ast.BinOp | ast.Call | ast.Attribute):
        for operator in (ast.Add(), ast.Sub()):
            yield INDEX, 2, ast.BinOp(node, operator, ast.Constant(1))
    if isinstance(node, ast.Subscript):
        yield from _subscripts(node)
    elif isinstance(node, ast.Name) and _valued(place) and node.id not in place.loops:
        for variable in place.loops:
            for slices in (_name(variable), _tuple(ast.Slice(), _name(variable))):
                yield INDEX, 3, ast.Subscript(node, slices, ast.Load())
    if place.inside == "bound" and isinstance(place.parent, ast.Call):
        call = place.parent
        if len(call.args) == 1 and isinstance(node, ast.Call) and _function(node) == "len":
            return
    if isinstance(node, ast.Call) and _function(node) == "len" and len(node.args) == 1:
        shape = ast.Attribute(node.args[0], "shape", ast.Load())
        yield INDEX, 2, ast.Subscript(shape, ast.Constant(1), ast.Load())


def _tuple(*items: ast.expr) -> ast.Tuple:
    return ast.Tuple(list(items), ast.Load())


def _subscripts(node: ast.Subscript) -> Iterator[_New]:
    """Yield a subscript with its indices exchanged, one made `:`, one more, one less."""
    at = node.slice

    def of(slices: ast.expr) -> ast.expr:
        return ast.Subscript(node.value, slices, ast.Load())

    yield INDEX, 2, node.value
    if isinstance(at, ast.Tuple) and len(at.elts) == 2:
        first, second = at.elts
        yield INDEX, 2, of(_tuple(second, first))
        yield INDEX, 2, of(_tuple(ast.Slice(), second))
        yield INDEX, 2, of(_tuple(first, ast.Slice()))
        for i, item in enumerate(at.elts):
            if not isinstance(item, ast.Slice | ast.List):
                kept = ast.List([item], ast.Load())
                yield INDEX, 2, of(_tuple(kept, second) if i == 0 else _tuple(first, kept))
    elif not isinstance(at, ast.Tuple):
        yield INDEX, 2, of(_tuple(ast.Slice(), at))
    slices = at.elts if isinstance(at, ast.Tuple) else [at]
    for i, item in enumerate(slices):
        if isinstance(item, ast.Slice):
            for new in _slices(item):
                rest = [*slices[:i], new, *slices[i + 1 :]]
                yield INDEX, 1, of(ast.Tuple(rest, ast.Load()) if len(rest) > 1 else new)


def _slices(item: ast.Slice) -> Iterator[ast.Slice]:
    if item.lower:
        yield ast.Slice(None, item.upper, item.step)
    if item.upper:
        yield ast.Slice(item.lower, None, item.step)
    if item.step:
        yield ast.Slice(item.lower, item.upper, None)


# --- names and numbers ------------------------------------------------------------------------


def _names(place: _Place, scope: Scope) -> Iterator[_New]:
    node = place.node
    if not isinstance(node, ast.Name) or node.id in _MODULES:
        return
    called = isinstance(place.parent, ast.Call) and place.name == "func"
    if called and node.id not in scope.names:
        for helper in scope.helpers:
            if helper != node.id:
                yield FUNCTION, 1, _name(helper)
        return
    for other in scope.names:
        if other != node.id and (place.own is None or other in place.own):
            kind = INDEX if place.inside in ("index", "bound") else NAME
            yield kind, 1, _name(other)


def _numbers(place: _Place, scope: Scope) -> Iterator[_New]:
    node = place.node
    if not isinstance(node, ast.Constant) or place.inside == "axis":
        return
    if isinstance(node.value, bool):
        yield COMPARISON, 1, ast.Constant(not node.value)
    elif isinstance(node.value, int | float):
        n = node.value
        others = [n + 1, n - 1, 2 * n, n / 2, -n, 0, 1, 2, 0.5, 10 * n, n / 10]
        if isinstance(n, int):
            others = [int(m) if m == int(m) else m for m in others]
        kind = INDEX if place.inside else NUMBER
        for value in dict.fromkeys(others):
            if value != n:
                yield kind, 1, ast.Constant(value)
        if place.inside == "index":
            for variable in place.loops:
                yield INDEX, 1, _name(variable)


def _factors(place: _Place, scope: Scope) -> Iterator[_New]:
    """Yield a value times or over a size or 2, where something is assigned or returned."""
    node = place.node
    if not _valued(place) or isinstance(place.parent, ast.Subscript | ast.Attribute):
        return
    yield POWER, 2, ast.BinOp(node, ast.Pow(), ast.Constant(2))
    yield POWER, 3, ast.BinOp(ast.Constant(1), ast.Sub(), node)
    if isinstance(place.parent, ast.Assign | ast.AugAssign | ast.Return | ast.Tuple) or (
        _guard(place.parent)
    ):
        for factor in (ast.Constant(2), *scope.sizes):
            yield FACTOR, 3, ast.BinOp(node, ast.Mult(), factor)
            yield FACTOR, 3, ast.BinOp(node, ast.Div(), factor)


# --- functions --------------------------------------------------------------------------------

_FAMILIES = (
    ("sum", "mean", "max", "min", "prod", "median", "std", "cumsum"),
    ("argmax", "argmin", "max", "min"),
    ("maximum", "minimum"),
    ("zeros", "ones", "empty"),
    ("zeros_like", "ones_like", "empty_like"),
    ("dot", "outer", "multiply", "matmul", "inner"),
    ("tanh", "cosh", "sinh", "sin", "cos", "exp", "log", "sqrt", "square", "abs", "sign", "arctan"),
    ("floor", "ceil", "round"),
    ("hstack", "vstack", "column_stack", "stack", "concatenate"),
    ("append", "extend"),
    ("permutation", "arange", "shuffle"),
    ("greater", "greater_equal", "less", "less_equal"),
)
_PRODUCTS: tuple[type[ast.operator], ...] = (ast.Mult, ast.MatMult)


def _functions(place: _Place, scope: Scope) -> Iterator[_New]:
    node = place.node
    if isinstance(node, ast.Call):
        yield from _other_functions(node)
        argument = _argument(node)
        if argument is not None:
            kind = COPY if _function(node) == "copy" else CALL
            yield kind, 2, argument
        if len(node.args) == 2 and not node.keywords:
            yield ARGUMENTS, 2, ast.Call(node.func, node.args[::-1], [])
            if _function(node) in ("dot", "outer", "multiply", "matmul", "inner"):
                for operator in _PRODUCTS:
                    yield FUNCTION, 2, ast.BinOp(node.args[0], operator(), node.args[1])
        elif len(node.args) > 2:
            for i in range(len(node.args) - 1):
                swapped = [*node.args]
                swapped[i : i + 2] = swapped[i + 1], swapped[i]
                yield ARGUMENTS, 2, ast.Call(node.func, swapped, node.keywords)
    if isinstance(node, ast.Tuple) and len(node.elts) > 1 and not place.inside:
        for i in range(len(node.elts) - 1):
            elements = [*node.elts]
            elements[i : i + 2] = elements[i + 1], elements[i]
            yield VALUES, 2, ast.Tuple(elements, ast.Load())
    if _valued(place) and not isinstance(place.parent, ast.Attribute):
        for function in scope.called:
            yield CALL, 3, ast.Call(function, [node], [])
        if isinstance(node, ast.Name | ast.Subscript):
            copied = ast.Attribute(node, "copy", ast.Load())
            yield COPY, 3, ast.Call(copied, [], [])


def _other_functions(node: ast.Call) -> Iterator[_New]:
    own = _function(node)
    for family in _FAMILIES:
        for other in family if own in family else ():
            if other == own:
                continue
            if isinstance(node.func, ast.Attribute):
                function: ast.expr = ast.Attribute(node.func.value, other, ast.Load())
            else:
                function = _name(other)
            yield FUNCTION, 1, ast.Call(function, node.args, node.keywords)


_RULES = (
    _operators,
    _dropped,
    _signs,
    _groupings,
    _transposed,
    _axes,
    _indices,
    _names,
    _numbers,
    _factors,
    _functions,
)

# --- statements -------------------------------------------------------------------------------


def _of_statements(tree: ast.FunctionDef) -> Iterator[Edit]:
    for owner, name in _blocks(tree):
        statements: list[ast.stmt] = getattr(owner, name)
        for i, statement in enumerate(statements):
            if _guard(statement):
                continue
            yield from _assigned(statement)
            yield from _moved(owner, name, i)
            yield from _indented(owner, name, i)
            last = owner is tree and i == len(statements) - 1
            yield from _returned(owner, name, i, last)


def _blocks(node: ast.AST) -> Iterator[_Block]:
    for name in ("body", "orelse", "finalbody"):
        block = getattr(node, name, None)
        if isinstance(block, list) and block:
            yield node, name
            for statement in block:
                yield from _blocks(statement)


def _assigned(statement: ast.stmt) -> Iterator[Edit]:
    line = statement.lineno
    if isinstance(statement, ast.AugAssign):
        for operator in _SWAPPED.get(type(statement.op), ()):
            kind = SIGN if operator in _SIGNS and isinstance(statement.op, _SIGNS) else OPERATOR
            yield Edit(line, kind, 1, ((statement, "op", operator()),))
    if isinstance(statement, ast.If):
        opposite = ast.UnaryOp(ast.Not(), statement.test)
        ast.copy_location(opposite, statement.test)
        yield Edit(line, COMPARISON, 2, ((statement, "test", opposite),))
    if isinstance(statement, ast.For | ast.Assign):
        targets = [statement.target] if isinstance(statement, ast.For) else statement.targets
        for target in targets:
            if isinstance(target, ast.Tuple) and len(target.elts) > 1:
                for i in range(len(target.elts) - 1):
                    elements = [*target.elts]
                    elements[i : i + 2] = elements[i + 1], elements[i]
                    yield Edit(line, VALUES, 2, ((target, "elts", elements),))
            if isinstance(target, ast.Subscript):
                yield from _subscript_target(target)


def _subscript_target(target: ast.Subscript) -> Iterator[Edit]:
    at = target.slice
    news: list[ast.expr] = []
    if isinstance(at, ast.Tuple) and len(at.elts) == 2:
        news = [_tuple(*at.elts[::-1])]
    elif not isinstance(at, ast.Tuple | ast.Slice):
        news = [_tuple(ast.Slice(), at)]
    for new in news:
        _located(new, target)
        yield Edit(target.lineno, INDEX, 2, ((target, "slice", new),))


def _moved(owner: ast.AST, name: str, i: int) -> Iterator[Edit]:
    """Yield a statement further up or down in its block, left out, or put for another kind."""
    block: list[ast.stmt] = getattr(owner, name)
    statement = block[i]
    rest = block[:i] + block[i + 1 :]
    first = 1 if _guard(block[0]) else 0
    returns = isinstance(statement, ast.Return)
    last = len(block) - (not returns and isinstance(block[-1], ast.Return))  # none after it runs
    for to in range(first, last):
        if to != i and to != i - 1:  # one up is the other one's one down
            moved = [*rest[:to], statement, *rest[to:]]
            kind = RETURN if returns else STATEMENTS
            yield Edit(statement.lineno, kind, 3, ((owner, name, moved),))
    nothing = ast.copy_location(ast.Pass(), statement)
    if isinstance(statement, ast.Assign | ast.AugAssign | ast.Expr | ast.If):
        without = [*block[:i], nothing, *block[i + 1 :]]
        yield Edit(statement.lineno, STATEMENT, 3, ((owner, name, without),))
    for kind, new in _other_assignment(statement):
        ast.copy_location(new, statement)
        replaced = [*block[:i], new, *block[i + 1 :]]
        yield Edit(statement.lineno, kind, 1, ((owner, name, replaced),))
    if isinstance(statement, ast.Assign | ast.AugAssign | ast.Expr):
        for at in range(i + 2, len(block) + 1):
            twice = [*block[:at], statement, *block[at:]]
            yield Edit(block[at - 1].lineno, MISSING, 4, ((owner, name, twice),))


def _other_assignment(statement: ast.stmt) -> Iterator[tuple[str, ast.stmt]]:
    """Yield = for += and the other way round, and a = a + b for a += b."""
    if isinstance(statement, ast.AugAssign):
        target = statement.target
        yield ASSIGNMENT, ast.Assign([target], statement.value)
        if isinstance(target, ast.Name):
            new = ast.BinOp(_name(target.id), statement.op, statement.value)
            _located(new, statement.value)
            yield IN_PLACE, ast.Assign([target], new)
    if isinstance(statement, ast.Assign) and len(statement.targets) == 1:
        goal = statement.targets[0]
        if isinstance(goal, ast.Name | ast.Subscript | ast.Attribute):
            yield ASSIGNMENT, ast.AugAssign(goal, ast.Add(), statement.value)


def _indented(owner: ast.AST, name: str, i: int) -> Iterator[Edit]:
    """Yield statements moved into or out of the loop or `if` beside them."""
    block: list[ast.stmt] = getattr(owner, name)
    around = block[i]
    if not isinstance(around, ast.For | ast.While | ast.If):
        return
    inner = around.body
    first = 1 if _guard(inner[0]) else 0
    for start in range(first + 1, len(inner)):  # the end of the body comes behind it
        outside = [*block[: i + 1], *inner[start:], *block[i + 1 :]]
        changes: tuple[_Change, ...] = ((owner, name, outside), (around, "body", inner[:start]))
        yield Edit(inner[start].lineno, _left(inner[start]), 2, changes)
    for end in range(first + 1, len(inner)):  # its beginning before it
        outside = [*block[:i], *inner[first:end], *block[i:]]
        changes = ((owner, name, outside), (around, "body", inner[:first] + inner[end:]))
        yield Edit(inner[end - 1].lineno, _left(inner[end - 1]), 2, changes)
    for end in range(i + 2, len(block) + 1):  # what follows into it
        inside = [*inner, *block[i + 1 : end]]
        changes = ((owner, name, block[: i + 1] + block[end:]), (around, "body", inside))
        yield Edit(block[end - 1].lineno, INDENTATION, 2, changes)
    for start in range(i):  # what goes before into it
        if not _guard(block[start]):
            inside = [*inner[:first], *block[start:i], *inner[first:]]
            changes = ((owner, name, block[:start] + block[i:]), (around, "body", inside))
            yield Edit(block[start].lineno, INDENTATION, 2, changes)


def _left(statement: ast.stmt) -> str:
    return RETURN if isinstance(statement, ast.Return) else INDENTATION


def _returned(owner: ast.AST, name: str, i: int, last: bool) -> Iterator[Edit]:
    """Yield a value at the end that is returned, and not only computed or printed."""
    block: list[ast.stmt] = getattr(owner, name)
    statement = block[i]
    if not last or not isinstance(statement, ast.Expr):
        return
    value = statement.value
    values = [value]
    if isinstance(value, ast.Call) and _function(value) == "print" and len(value.args) == 1:
        values = [value.args[0]]
    for one in values:
        new = ast.copy_location(ast.Return(one), statement)
        yield Edit(statement.lineno, RETURN, 1, ((owner, name, [*block[:i], new]),))


# --- parameters -------------------------------------------------------------------------------


def _of_parameters(tree: ast.FunctionDef) -> Iterator[Edit]:
    """Yield two parameters exchanged, and a parameter copied before it is written into."""
    parameters = tree.args.args
    for i, j in itertools.combinations(range(len(parameters)), 2):
        exchanged = [*parameters]
        exchanged[i], exchanged[j] = exchanged[j], exchanged[i]
        yield Edit(tree.lineno, ARGUMENTS, 3, ((tree.args, "args", exchanged),))
    first = 1 if _guard(tree.body[0]) else 0
    for name in (parameter.arg for parameter in parameters):
        writes = [node for node in ast.walk(tree) if _writes_into(node, name)]
        if not writes:
            continue
        line = min(node.lineno for node in writes)
        copied = ast.Call(ast.Attribute(_name(name), "copy", ast.Load()), [], [])
        _located(copied, writes[0])
        taken = ast.Assign([ast.copy_location(ast.Name(name, ast.Store()), writes[0])], copied)
        ast.copy_location(taken, writes[0])
        body = [*tree.body[:first], taken, *tree.body[first:]]
        yield Edit(line, COPY, 3, ((tree, "body", body),))


def _writes_into(node: ast.AST, name: str) -> TypeGuard[ast.expr]:
    """Return whether a node is where an array of a name is written into: a += b, a[0] = b."""
    if isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Store):
        node = node.value
        return isinstance(node, ast.Name) and node.id == name
    return isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store) and node.id == name
