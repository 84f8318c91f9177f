"""What is changed in the engine to see whether its tests notice: one place of a syntax tree."""

import ast
import copy
import functools
import inspect
import re
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import CodeType, ModuleType
from typing import Any

ROOT = Path(__file__).parents[1]
_SWAPPED: dict[type, type] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.And: ast.Or,
    ast.Or: ast.And,
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Div,
    ast.Div: ast.Mult,
}
_REVERSED: dict[type, type] = {ast.Lt: ast.GtE, ast.LtE: ast.Gt, ast.Gt: ast.LtE, ast.GtE: ast.Lt}
_CAPS = re.compile(r"_?(MOST|SECONDS|LIMIT|ONE_CALL|ALL_CALLS|AS_NAMED)")
"""Bounds of time and length that a little more or less of would do as well."""
_DROPPED = (ast.AugAssign, ast.Break, ast.Continue, ast.Raise)


@dataclass(frozen=True)
class Mutant:
    """A module with one change."""

    module: ModuleType
    tree: ast.Module
    node: ast.AST
    kind: str
    change: Callable[[Any], None]
    path: tuple[str, ...]  # the names that lead to the changed function; none: a statement
    statement: int  # which one of the module
    lines: range  # of the statement

    def __str__(self) -> str:
        file = Path(inspect.getsourcefile(self.module) or "").relative_to(ROOT)
        changed = copy.deepcopy(self.node)
        self.change(changed)
        before, after = (ast.unparse(node).partition("\n")[0] for node in (self.node, changed))
        words = f"{before}  →  {after}" if before != after else f"{before}  ({self.kind})"
        line = next((n.lineno for n in ast.walk(self.node) if hasattr(n, "lineno")), 0)
        return f"{file}:{line}: {words}"


def mutants(module: ModuleType) -> list[Mutant]:
    """Return all mutants of a module."""
    tree = ast.parse(Path(inspect.getsourcefile(module) or "").read_text(encoding="utf-8"))
    return [
        Mutant(module, tree, node, kind, change, path, statement, seen or lines)
        for path, statement, lines, node in _places(tree)
        for kind, change, seen in _changes(node)
    ]


def _places(tree: ast.Module) -> Iterator[tuple[tuple[str, ...], int, range, ast.AST]]:
    """Yield what may be changed: nodes of functions, and of values that modules assign."""
    for i, statement in enumerate(tree.body):
        if isinstance(statement, ast.FunctionDef):
            for lines, node in _inside(statement, range(0)):
                yield (statement.name,), i, lines, node
        elif isinstance(statement, ast.ClassDef):
            for part in statement.body:
                if isinstance(part, ast.FunctionDef):
                    for lines, node in _inside(part, range(0)):
                        yield (statement.name, part.name), i, lines, node
        elif isinstance(statement, ast.Assign | ast.AnnAssign) and statement.value:
            if _CAPS.match(ast.unparse(statement)):
                continue
            for lines, node in _inside(statement.value, range(0)):
                yield (), i, lines, node


def _inside(node: ast.AST, lines: range) -> Iterator[tuple[range, ast.AST]]:
    """Yield the nodes that run, each with the lines of its statement; no text that is said."""
    if isinstance(node, ast.JoinedStr | ast.arguments):
        return
    if isinstance(node, ast.keyword) and node.arg == "strict":
        return  # of zip: an assertion
    if isinstance(node, ast.stmt):
        head = getattr(node, "test", None) or getattr(node, "iter", None) or node
        lines = range(node.lineno, (head.end_lineno or 0) + 1)
    if isinstance(node, ast.Lambda):
        lines = range(node.lineno, (node.end_lineno or 0) + 1)
    yield lines, node
    for name, value in ast.iter_fields(node):
        if name not in ("annotation", "returns", "decorator_list"):
            for child in value if isinstance(value, list) else [value]:
                if isinstance(child, ast.AST):
                    yield from _inside(child, lines)


def _changes(node: ast.AST) -> Iterator[tuple[str, Callable[[Any], None], range]]:
    """Yield what is changed in a node, and the lines where that is seen if they are others."""
    for kind, change in _small_changes(node):
        yield kind, change, range(0)
    for name in ("body", "orelse", "finalbody"):
        block = getattr(node, name, None)
        for i, statement in enumerate(block if isinstance(block, list) else []):
            called = isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Call)
            if called or isinstance(statement, _DROPPED):
                lines = range(statement.lineno, (statement.end_lineno or 0) + 1)
                words = f"drops: {ast.unparse(statement).splitlines()[0]}"
                change = functools.partial(_drop, name=name, i=i)
                yield words, change, lines


def _drop(node: Any, name: str, i: int) -> None:
    getattr(node, name)[i] = ast.Pass(lineno=node.lineno, col_offset=node.col_offset)


def _small_changes(node: ast.AST) -> Iterator[tuple[str, Callable[[Any], None]]]:
    if isinstance(node, ast.Compare):
        swapped = _SWAPPED | (_REVERSED if _is_measured(node) else {})
        if type(node.ops[0]) in swapped:
            yield "compared", lambda n: n.ops.__setitem__(0, swapped[type(n.ops[0])]())
    if isinstance(node, ast.BoolOp | ast.BinOp) and type(node.op) in _SWAPPED:
        yield "operator", lambda n: setattr(n, "op", _SWAPPED[type(n.op)]())
    if isinstance(node, ast.Constant) and type(node.value) is bool:
        yield "flipped", lambda n: setattr(n, "value", not n.value)
    elif isinstance(node, ast.Constant) and type(node.value) in (int, float):
        yield "one more", lambda n: setattr(n, "value", n.value + 1)
        yield "one less", lambda n: setattr(n, "value", n.value - 1)
    if isinstance(node, ast.Return) and not _is_nothing(node.value):
        yield "returns None", lambda n: setattr(n, "value", ast.Constant(None))
    if isinstance(node, ast.If | ast.IfExp | ast.While):
        yield "negated", lambda n: setattr(n, "test", ast.UnaryOp(ast.Not(), n.test))
    if isinstance(node, ast.comprehension) and node.ifs:
        yield "negated", lambda n: n.ifs.__setitem__(0, ast.UnaryOp(ast.Not(), n.ifs[0]))


def _is_measured(node: ast.Compare) -> bool:
    """Say whether a comparison is of a measured number, which is never just at its bound."""
    inside = [n for side in (node.left, *node.comparators) for n in ast.walk(side)]
    names = {n.id for n in inside if isinstance(n, ast.Name)}
    return any(isinstance(n, ast.Constant) and type(n.value) is float for n in inside) or any(
        name.isupper() or name in ("tolerance", "gap") for name in names
    )


def _is_nothing(value: ast.expr | None) -> bool:
    """Say whether a value is None or, for its callers, as good as that: False, "", an empty one."""
    empty = isinstance(value, ast.Tuple | ast.List) and not value.elts
    return value is None or empty or (isinstance(value, ast.Constant) and not value.value)


def put_in(mutant: Mutant) -> None:
    """Change the running engine, for good."""
    module, file = mutant.module, inspect.getsourcefile(mutant.module) or ""
    mutant.change(mutant.node)
    ast.fix_missing_locations(mutant.tree)
    statement = mutant.tree.body[mutant.statement]
    changed = {mutant.path[0]} if mutant.path else _assigned(statement)
    if mutant.path:
        code = compile(mutant.tree, file, "exec", dont_inherit=True)
        owner: Any = module
        for name in mutant.path:
            code = next(c for c in code.co_consts if isinstance(c, CodeType) and c.co_name == name)
            owner = inspect.getattr_static(owner, name)
        owner = getattr(owner, "fget", None) or getattr(owner, "__func__", owner)
        inspect.unwrap(owner).__code__ = code
    else:
        _assign_again(statement, module, file)
    for later in mutant.tree.body[mutant.statement + 1 :]:  # what was made of it at the import
        used = {node.id for node in ast.walk(later) if isinstance(node, ast.Name)}
        if isinstance(later, ast.Assign | ast.AnnAssign) and used & changed:
            _assign_again(later, module, file)
            changed |= _assigned(later)


def _assigned(statement: Any) -> set[str]:
    targets = getattr(statement, "targets", None) or [statement.target]
    return {n.id for target in targets for n in ast.walk(target) if isinstance(n, ast.Name)}


def _assign_again(statement: ast.stmt, module: ModuleType, file: str) -> None:
    """Carry out a statement of a module once more, for all who have taken what it assigns."""
    before = dict(vars(module))
    exec(compile(ast.Module([statement], []), file, "exec", dont_inherit=True), vars(module))
    for name, new in list(vars(module).items()):
        old = before.get(name)
        if name in before and new is not old:
            for other in list(sys.modules.values()):
                if other.__name__.startswith(("bplib", "tests")) and vars(other).get(name) is old:
                    setattr(other, name, new)
