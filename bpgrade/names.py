"""Which cells an answer needs: the names that a cell binds, and those it uses."""

import ast
import symtable
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from bpgrade.submission import as_python, parsed

_REACHES_ALL = {"exec", "eval", "globals", "locals", "vars", "get_ipython", "setattr", "__import__"}


@dataclass(frozen=True)
class Names:
    """What a cell does with the notebook's names.

    Parameters
    ----------
    bound : frozenset of str
        Those it binds.
    changed : frozenset of str
        Those whose objects it may change, by an attribute, an entry or a method.
    used : frozenset of str
        Those it reads, its functions included.
    anything : bool
        Whether it may do more than can be seen: it is no Python, imports everything there is
        somewhere, or runs text as code.
    """

    bound: frozenset[str] = frozenset()
    changed: frozenset[str] = frozenset()
    used: frozenset[str] = frozenset()
    anything: bool = False


@lru_cache(4096)
def names(source: str) -> Names:
    """Return what a cell does with names."""
    try:
        text = as_python(source)
        table = symtable.symtable(text, "cell", "exec")
        tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return Names(anything=True)
    bound = {s.get_name() for s in table.get_symbols() if s.is_assigned() or s.is_imported()}
    used = {s.get_name() for s in table.get_symbols() if s.is_referenced()}
    for inner in _inner(table):
        used |= {s.get_name() for s in inner.get_symbols() if s.is_global()}
        bound |= {s.get_name() for s in inner.get_symbols() if s.is_declared_global()}
    stars = any(
        isinstance(node, ast.ImportFrom) and node.names[0].name == "*" for node in ast.walk(tree)
    )
    changed = frozenset(_changed(tree))
    anything = stars or bool(_REACHES_ALL & used)
    return Names(frozenset(bound), changed, frozenset(used), anything)


def _inner(table: symtable.SymbolTable) -> Iterator[symtable.SymbolTable]:
    for child in table.get_children():
        yield child
        yield from _inner(child)


def _changed(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute | ast.Subscript):
            if isinstance(node.ctx, ast.Store | ast.Del):
                yield from _root(node)
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            yield from _root(node.func)


def _root(node: ast.expr) -> Iterator[str]:
    while isinstance(node, ast.Attribute | ast.Subscript):
        node = node.value
    if isinstance(node, ast.Name):
        yield node.id


def needed(sources: Sequence[str], wanted: set[str], trusted: set[int]) -> set[int]:
    """Return which cells must run so that some names mean what they mean in the whole notebook.

    Parameters
    ----------
    sources : sequence of str
        The code cells.
    wanted : set of str
        The names: the functions that are called.
    trusted : set of int
        The cells that were handed out like this. They bind names, and change nothing else.
    """
    known = [names(source) for source in sources]
    modules = {name for source in sources for name in _imported(source)}
    gives = [
        cell.bound if i in trusted else cell.bound | (cell.changed - modules)
        for i, cell in enumerate(known)
    ]
    wanted = set(wanted)
    chosen = {i for i, cell in enumerate(known) if cell.anything and i not in trusted}
    new = set(chosen)
    while True:
        for i in new:
            wanted |= known[i].used
        new = {i for i, given in enumerate(gives) if i not in chosen and given & wanted}
        if not new:
            return chosen
        chosen |= new


def _imported(source: str) -> Iterator[str]:
    for node in parsed(source):
        if isinstance(node, ast.Import | ast.ImportFrom):
            for alias in node.names:
                yield alias.asname or alias.name.split(".")[0]


def reachable(sources: Sequence[str], name: str) -> list[ast.stmt]:
    """Return the top-level statements that a function's value depends on, its own first."""
    statements = [node for source in sources for node in parsed(source)]
    bound = [names(ast.unparse(node)) for node in statements]
    wanted = {name}
    found: list[ast.stmt] = []
    left = list(range(len(statements)))
    while True:
        new = [i for i in left if bound[i].bound & wanted]
        if not new:
            return found
        for i in new:
            left.remove(i)
            found.append(statements[i])
            wanted |= bound[i].used


_COMPLEX = {"imag", "complex", "complex64", "complex128", "cdouble", "csingle", "clongdouble"}
_RUNS_TEXT = {"exec", "eval", "compile", "__import__"}
_MODULES = {"gc", "inspect", "ctypes", "importlib", "marshal", "pickle", "socket", "subprocess"}
_HIDDEN = {"_getframe", "__globals__", "__code__", "__closure__", "__subclasses__", "__builtins__"}


def uses_complex_numbers(statements: Sequence[ast.stmt]) -> bool:
    """Return whether code works with imaginary parts, as the complex step does."""
    return any(
        (isinstance(node, ast.Constant) and isinstance(node.value, complex))
        or (isinstance(node, ast.Attribute) and node.attr in _COMPLEX)
        or (isinstance(node, ast.Name) and node.id in _COMPLEX)
        or (isinstance(node, ast.alias) and node.name in _COMPLEX)
        for statement in statements
        for node in ast.walk(statement)
    )


def unusual(sources: Sequence[str]) -> set[str]:
    """Return what honest answers have no use for: running text as code, reaching for hidden names.

    It costs nothing; it tells where a person should look.
    """
    found: set[str] = set()
    for source in sources:
        for statement in parsed(source):
            for node in ast.walk(statement):
                if isinstance(node, ast.Name) and node.id in _RUNS_TEXT | _HIDDEN:
                    found.add(node.id)
                elif isinstance(node, ast.Attribute) and node.attr in _HIDDEN:
                    found.add(node.attr)
                elif isinstance(node, ast.Import | ast.ImportFrom):
                    found |= {n for n in _modules(node) if n in _MODULES}
    return found


def _modules(node: ast.Import | ast.ImportFrom) -> set[str]:
    if isinstance(node, ast.ImportFrom):
        return {(node.module or "").split(".")[0]}
    return {alias.name.split(".")[0] for alias in node.names}
