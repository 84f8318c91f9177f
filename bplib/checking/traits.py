"""What stands in a learner's code, as words that travel: so that advice fits the code it is about.

Only what is certain from the syntax is noted, and nothing is noted where there is no source.
"""

import ast
from functools import lru_cache
from typing import Any

import numpy as np

from bplib.checking.source import Source, helpers_of

SINGLE = ("float32", "single", "f4", "float16", "half")
_SORTING = ("sort", "sorted")
_DRAWING = ("random", "rand", "randn", "default_rng", "shuffle", "permutation", "normal")


def traits_of(source: Source | None) -> tuple[str, ...]:
    """Return what stands in a function's code.

    Parameters
    ----------
    source : Source or None
        The function's; None has no traits.

    Returns
    -------
    tuple of str
        "begun" (there is more than the stub), "loop", "branch", "sorts", "draws" (random numbers),
        "single" (single precision, here or in a helper), and with a name each "default:path" (a
        default argument that lives from call to call), "global:seen" (a variable of the notebook
        that holds numbers), "rows:X" (a loop over X itself), "unused:Y" (an argument that is never
        read).
    """
    if source is None:
        return ()
    found: dict[str, None] = {}
    for trait in _in_tree(source.tree):
        kind, _, name = trait.partition(":")
        value = source.function.__globals__.get(name) if kind == "global" else 0
        if isinstance(value, list | dict | set | float | int | np.ndarray):
            found[trait] = None
    trees = [source.tree, *(helper.tree for helper in helpers_of(source).values())]
    if any(map(_speaks_of_single, trees)):
        found["single"] = None
    return tuple(found)


@lru_cache(maxsize=256)
def _in_tree(tree: ast.FunctionDef) -> tuple[str, ...]:
    """Return the traits of a definition; "global:" comes with every name from outside."""
    found = {"begun": None} if any(map(_counts, tree.body)) else {}
    local = _local(tree)
    for node in ast.walk(tree):
        found.update(dict.fromkeys(_traits(node)))
        if isinstance(node, ast.Name) and node.id not in local:
            found[f"global:{node.id}"] = None
    read = {n.id for n in ast.walk(tree) if isinstance(n, ast.Name)}
    found |= {f"unused:{a.arg}": None for a in tree.args.args if a.arg not in read}
    return tuple(found)


@lru_cache(maxsize=256)
def _speaks_of_single(tree: ast.FunctionDef) -> bool:
    return any(_word(node) in SINGLE for node in ast.walk(tree))


def named(traits: tuple[str, ...], kind: str) -> list[str]:
    """Return the names that come with a kind of trait: "rows" gives the X of "rows:X"."""
    return [trait.partition(":")[2] for trait in traits if trait.startswith(kind + ":")]


def _counts(statement: ast.stmt) -> bool:
    """Return whether a statement is more than a docstring, `pass`, `…` or `raise`."""
    if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant):
        return False
    return not isinstance(statement, ast.Pass | ast.Raise)


def _traits(node: ast.AST) -> list[str]:
    if isinstance(node, ast.For | ast.comprehension):
        over = node.iter
        return ["loop"] + ([f"rows:{over.id}"] if isinstance(over, ast.Name) else [])
    if isinstance(node, ast.While):
        return ["loop"]
    if isinstance(node, ast.If | ast.IfExp):
        return ["branch"]
    if isinstance(node, ast.arguments):
        return _kept_defaults(node)
    if isinstance(node, ast.Call) and _word(node.func) in _SORTING:
        return ["sorts"]
    return ["draws"] if _word(node) in _DRAWING else []


def _kept_defaults(arguments: ast.arguments) -> list[str]:
    positional = [*arguments.posonlyargs, *arguments.args]
    first = len(positional) - len(arguments.defaults)
    pairs: list[tuple[ast.arg, ast.expr | None]] = [
        *zip(positional[first:], arguments.defaults, strict=True),
        *zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True),
    ]
    changeable = ast.List | ast.Dict | ast.Set | ast.Call
    return [f"default:{arg.arg}" for arg, value in pairs if isinstance(value, changeable)]


def _word(node: Any) -> str:
    """Return the name that a node is: x for x, for a.x and for "x"."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        return node.attr
    value = node.value if isinstance(node, ast.Constant) else ""
    return value if isinstance(value, str) else ""


def _local(tree: ast.FunctionDef) -> set[str]:
    """Return the names that a function binds itself, `global` ones apart."""
    nodes = list(ast.walk(tree))
    bound = {node.arg for node in nodes if isinstance(node, ast.arg)}
    for node in nodes:
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            bound.add(node.id)
    shared = {name for node in nodes if isinstance(node, ast.Global) for name in node.names}
    return bound - shared
