"""A learner's function as a syntax tree, and a function made again from a changed one.

What is made again runs in a copy of the notebook's names, so that nothing it binds stays, and it
stops at a deadline: every loop and every call of it looks at the clock.
"""

import ast
import copy
import inspect
import linecache
import textwrap
import time
import types
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import FunctionType
from typing import Any, TypeVar

import numpy as np

TICK, EACH, APART = "__bplib_tick__", "__bplib_each__", "__bplib_apart__"
_Node = TypeVar("_Node", bound=ast.AST)


class OutOfTime(BaseException):
    """Raised inside a learner's code that has run for too long; no `except Exception` holds it."""


@dataclass(frozen=True)
class Source:
    """A function and what it was made from.

    Parameters
    ----------
    function : FunctionType
        The function, without decorators.
    tree : ast.FunctionDef
        Its definition, to read only; line numbers are those of its cell.
    text : str
        The text of the definition.
    """

    function: FunctionType
    tree: ast.FunctionDef
    text: str

    def fresh(self) -> ast.FunctionDef:
        """Return the tree once more, to be changed."""
        return _parsed(self.text, self.function.__code__.co_firstlineno)

    def line(self, number: int) -> str:
        """Return a line of the function's cell as the learner wrote it, without indentation."""
        return linecache.getline(self.function.__code__.co_filename, number).strip()


def source_of(function: Callable[..., Any]) -> Source | None:
    """Return a function's source, or None where there is none: built-ins, lambdas, classes."""
    function = inspect.unwrap(function)
    if not isinstance(function, FunctionType):
        return None
    code = function.__code__
    lines = linecache.getlines(code.co_filename, function.__globals__)
    try:
        text, tree = _definition(tuple(lines[code.co_firstlineno - 1 :]), code.co_firstlineno)
    except (SyntaxError, ValueError):
        return None
    return Source(function, tree, text) if tree.name == code.co_name else None


@lru_cache(maxsize=256)  # a check reads the same function a dozen times
def _definition(lines: tuple[str, ...], first: int) -> tuple[str, ast.FunctionDef]:
    """Return the definition that lines begin with, whose first has a number."""
    text = textwrap.dedent("".join(inspect.getblock(lines)))
    return text, _parsed(text, first)


def _parsed(text: str, first: int) -> ast.FunctionDef:
    """Return the definition in a text whose first line has a number; ValueError if it is none."""
    (tree,) = ast.parse(text).body
    if not isinstance(tree, ast.FunctionDef):
        raise ValueError("not the definition of a function")
    ast.increment_lineno(tree, first - 1)
    return tree


def helpers_of(source: Source) -> dict[str, Source]:
    """Return the functions of the notebook that a function uses, itself or through others."""
    found: dict[str, Source] = {}
    waiting = [source]
    while waiting:
        user = waiting.pop()
        known = user.function.__globals__
        for name in _used_by(user.tree):
            helper = known.get(name)
            if name in found or helper is source.function or not isinstance(helper, FunctionType):
                continue
            if helper.__globals__ is known:
                its = source_of(helper)
                if its:
                    found[name] = its
                    waiting.append(its)
    return found


@lru_cache(maxsize=256)
def _used_by(tree: ast.FunctionDef) -> tuple[str, ...]:
    """Return the names in a function's body; no decorator is called."""
    nodes = ast.walk(ast.Module(tree.body, []))
    return tuple(dict.fromkeys(node.id for node in nodes if isinstance(node, ast.Name)))


def made_again(
    sources: Mapping[str, tuple[Source, ast.FunctionDef]], names: Mapping[str, Any]
) -> dict[str, FunctionType]:
    """Return functions made again from changed trees, in one copy of their notebook's names.

    Parameters
    ----------
    sources : mapping of str to (Source, tree)
        Every function under the name by which the others call it, with the tree to use.
    names : mapping
        What they find besides the notebook's own names, such as a `Clock`'s.

    Returns
    -------
    dict
        The new functions, by the same names.

    Raises
    ------
    SyntaxError, ValueError
        If a tree cannot be compiled.
    """
    namespace: dict[str, Any] = {}
    for source, _ in sources.values():
        namespace |= source.function.__globals__
        namespace |= _enclosed(source.function)
    namespace |= names
    made = {}
    for name, (source, tree) in sources.items():
        bare = copy.copy(tree)
        bare.decorator_list, bare.returns = [], None
        bare.args = _without_defaults(tree.args)
        module = ast.fix_missing_locations(ast.Module([bare], type_ignores=[]))
        exec(compile(module, source.function.__code__.co_filename, "exec"), namespace)
        again = namespace[tree.name]
        again.__defaults__ = copy.deepcopy(source.function.__defaults__)
        again.__kwdefaults__ = copy.deepcopy(source.function.__kwdefaults__)
        made[name] = again
    namespace.update(made)
    return made


def _enclosed(function: FunctionType) -> dict[str, Any]:
    """Return the variables that a function takes from a function around it."""
    pairs = zip(function.__code__.co_freevars, function.__closure__ or (), strict=True)
    return {name: cell.cell_contents for name, cell in pairs}


def _without_defaults(arguments: ast.arguments) -> ast.arguments:
    """Return parameters without defaults and annotations: neither is to be evaluated again."""

    # No deepcopy: trees share objects (every `ast.Load()` is one), and who reads tracebacks hangs
    # whole modules on these, which would be copied as well.
    def bare(argument: ast.arg) -> ast.arg:
        return _located(ast.arg(argument.arg), argument)

    several = (arguments.posonlyargs, arguments.args, arguments.kwonlyargs)
    first, second, third = (list(map(bare, these)) for these in several)
    nothing: list[ast.expr | None] = [None] * len(third)
    rest = bare(arguments.vararg) if arguments.vararg else None
    named = bare(arguments.kwarg) if arguments.kwarg else None
    return ast.arguments(first, second, rest, third, nothing, named, [])


# --- time -------------------------------------------------------------------------------------


_STALLED = 2.0  # seconds for which a busy machine may not come to it at all


class Clock:
    """Stops what runs under it at a deadline.

    Its seconds are those of the processor, so that a busy machine finds what an idle one finds;
    of the seconds that a learner waits it takes at most three times as many, and two.
    """

    def __init__(self, seconds: float):
        self.restart(seconds)

    def restart(self, seconds: float) -> None:
        """Give what runs next so much time."""
        self._end = time.thread_time() + seconds
        self._earliest = time.perf_counter() + seconds
        self._latest = self._earliest + 2 * seconds + _STALLED

    @property
    def left(self) -> float:
        """The seconds that are left."""
        return min(self._end - time.thread_time(), (self._latest - time.perf_counter()) / 3)

    def tick(self) -> None:
        """Raise `OutOfTime` if the time is over."""
        if time.perf_counter() > self._earliest and self.left < 0:
            raise OutOfTime

    def each(self, items: Iterable[Any]) -> Iterator[Any]:
        """Yield items as long as there is time."""
        for item in items:
            self.tick()
            yield item

    @property
    def names(self) -> dict[str, Any]:
        """The names under which a guarded tree finds this clock."""
        return {TICK: self.tick, EACH: self.each, APART: _apart}


def _apart(value: Any, holder: Any) -> Any:
    """Return a value about to be put into something; refuse what would then hold itself.

    NumPy makes an array of a list that holds itself for ever, where no clock is looked at.
    """
    if value is holder or (isinstance(value, list | tuple) and any(v is holder for v in value)):
        raise ValueError("something that holds itself")
    return value


def guarded(tree: ast.FunctionDef) -> ast.FunctionDef:
    """Make the loops and calls of a tree look at the clock, and its lists end; return it."""
    return _Guard().visit(tree)


class _Guard(ast.NodeTransformer):
    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        self.generic_visit(node)
        node.body.insert(0, _tick(node))
        return node

    def visit_While(self, node: ast.While) -> ast.AST:
        self.generic_visit(node)
        node.body.insert(0, _tick(node))
        return node

    def visit_For(self, node: ast.For) -> ast.AST:
        self.generic_visit(node)
        node.iter = _each(node.iter)
        return node

    def visit_Call(self, node: ast.Call) -> ast.AST:
        self.generic_visit(node)
        function = node.func
        if (
            isinstance(function, ast.Attribute)
            and isinstance(function.value, ast.Name)
            and function.attr in ("append", "insert")
            and node.args
        ):
            node.args[-1] = _held_apart(node.args[-1], function.value)
        return node

    def visit_Assign(self, node: ast.Assign) -> ast.AST:
        self.generic_visit(node)
        for target in node.targets:
            if isinstance(target, ast.Subscript) and isinstance(target.value, ast.Name):
                node.value = _held_apart(node.value, target.value)
        return node

    def visit_comprehension(self, node: ast.comprehension) -> ast.AST:
        self.generic_visit(node)
        node.iter = _each(node.iter)
        return node


def _tick(at: ast.stmt) -> ast.stmt:
    call = ast.Call(_located(ast.Name(TICK, ast.Load()), at), [], [])
    return _located(ast.Expr(_located(call, at)), at)


def _each(items: ast.expr) -> ast.expr:
    return _located(ast.Call(_located(ast.Name(EACH, ast.Load()), items), [items], []), items)


def _held_apart(value: ast.expr, holder: ast.Name) -> ast.expr:
    both = [value, _located(ast.Name(holder.id, ast.Load()), value)]
    return _located(ast.Call(_located(ast.Name(APART, ast.Load()), value), both, []), value)


def _located(node: _Node, at: ast.AST) -> _Node:
    return ast.copy_location(node, at)


# --- many times -------------------------------------------------------------------------------


class Workshop:
    """Functions of a notebook, to be made again many times, each time as if for the first time.

    Parameters
    ----------
    sources : mapping of str to Source
        Every function under the name by which the others call it.
    clock : Clock
        Stops them.
    stand_ins : mapping of str to callable
        What they find in place of other functions of the notebook.

    Attributes
    ----------
    trees : dict of str to ast.FunctionDef
        The guarded trees, by the same names; `compiled` reads them as they then are.
    """

    def __init__(
        self,
        sources: Mapping[str, Source],
        clock: Clock,
        stand_ins: Mapping[str, Callable[..., Any]],
    ):
        self.trees = {name: _bare(guarded(source.fresh())) for name, source in sources.items()}
        self._functions = {name: source.function for name, source in sources.items()}
        self._namespace: dict[str, Any] = {}
        for function in self._functions.values():
            self._namespace |= function.__globals__ | _enclosed(function)
        self._namespace |= {**stand_ins, **clock.names}
        self._changeable = {}
        for name in set().union(*map(_names_in, self.trees.values())):
            value = self._namespace.get(name)
            if isinstance(value, np.ndarray):
                self._namespace[name] = _read_only(value)
            elif isinstance(value, list | dict | set | np.random.Generator):
                self._changeable[name] = value
        self._codes = {name: self.compiled(name) for name in sources}

    def compiled(self, name: str) -> types.CodeType:
        """Return a function's code, compiled from its tree as it now is.

        Raises
        ------
        SyntaxError, TypeError, ValueError
            If the tree is none that Python takes.
        """
        module = ast.Module([self.trees[name]], type_ignores=[])
        # No source belongs to that name, so nothing quotes or traces the lines as the learner's.
        code = compile(module, "<one change>", "exec", dont_inherit=True)
        return next(c for c in code.co_consts if isinstance(c, types.CodeType))

    def made(self, name: str, changed: str = "", code: types.CodeType | None = None) -> Any:
        """Return a function made again, one of them all (`changed`) from another code."""
        namespace = self._namespace | {
            key: copy.deepcopy(value) for key, value in self._changeable.items()
        }
        for key, function in self._functions.items():
            own = code if code and key == changed else self._codes[key]
            defaults = copy.deepcopy(function.__defaults__)
            again = FunctionType(own, namespace, key, defaults)
            again.__kwdefaults__ = copy.deepcopy(function.__kwdefaults__)
            namespace[key] = again
        return namespace[name]


def _bare(tree: ast.FunctionDef) -> ast.FunctionDef:
    """Return a tree without what is evaluated where a function is defined."""
    tree.decorator_list, tree.returns = [], None
    tree.args = _without_defaults(tree.args)
    return tree


def _names_in(tree: ast.AST) -> set[str]:
    return {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}


def _read_only(array: Any) -> Any:
    view = array.view()
    view.flags.writeable = False
    return view
