"""Small slips made by machine: every solution with one operator, constant or name changed.

Each mutant differs from the solution in one place of its syntax tree. A check must reject every
one that changes a result.
"""

import ast
import copy
import linecache
import signal
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import FrameType

import jupytext

from bplib.checking import Verdict
from bplib.course import in_notebook
from bplib.course.exercise import Exercise
from tests.answers import Answer, checked, judged

SOURCE = Path(__file__).parents[1] / "source"

_OPERATORS: dict[type, list[type]] = {
    ast.Add: [ast.Sub],
    ast.Sub: [ast.Add],
    ast.Mult: [ast.Div, ast.Add],
    ast.Div: [ast.Mult],
    ast.MatMult: [ast.Mult],
    ast.Pow: [ast.Mult],
    ast.FloorDiv: [ast.Div],
    ast.Lt: [ast.LtE, ast.Gt],
    ast.LtE: [ast.Lt],
    ast.Gt: [ast.GtE, ast.Lt],
    ast.GtE: [ast.Gt],
    ast.Eq: [ast.NotEq],
    ast.NotEq: [ast.Eq],
}
_NAMES = {
    "sum": ["mean"],
    "mean": ["sum"],
    "max": ["min"],
    "min": ["max"],
    "argmin": ["argmax"],
    "tanh": ["sin"],
    "exp": ["cosh"],
    "zeros": ["ones"],
    "zeros_like": ["ones_like"],
    "permutation": ["arange"],
}


_IMPORTS = "import numpy as np\nfrom bplib import derivatives, network\n"


@dataclass(frozen=True)
class Mutant:
    """A solution with one slip in it."""

    exercise: Exercise
    slip: str  # the changed line, before and after
    code: str  # the whole notebook's answers, this one mutated
    line: int = 0  # the changed line's number in it; 0 where a line is gone

    @property
    def id(self) -> str:
        return f"{self.exercise.notebook} {self.exercise.name}: {self.slip}"


@cache
def answer_cells(notebook: str) -> dict[str, str]:
    """Return the source of every answer cell of a notebook, by grade_id."""
    cells = jupytext.read(SOURCE / f"{notebook}.py").cells
    marked = [(cell.metadata.get("nbgrader", {}), cell.source) for cell in cells]
    return {mark["grade_id"]: source for mark, source in marked if mark.get("solution")}


def _answered(notebook: str, name: str) -> list[Exercise]:
    """Return the exercises of that name, or all; of a worked example the notebook has no answer."""
    asked = [e for e in in_notebook(notebook) if name in ("", e.name)]
    return [exercise for exercise in asked if exercise.name in answer_cells(notebook)]


def unchanged(notebook: str, name: str) -> Iterator[Mutant]:
    """Yield the solution of an exercise as it is, which must be right for the rest to count."""
    for exercise in _answered(notebook, name):
        yield Mutant(exercise, "unchanged", "\n\n".join(answer_cells(notebook).values()))


def mutants(notebook: str, name: str = "") -> Iterator[Mutant]:
    """Yield every mutant of the solution of an exercise, or of all those of a notebook."""
    cells = answer_cells(notebook)
    for exercise in _answered(notebook, name):
        tree = ast.parse(cells[exercise.name])
        seen = {ast.unparse(tree)}
        for changed in _changes(tree):
            code = ast.unparse(changed)
            if code in seen:
                continue
            seen.add(code)
            slip = _slip(ast.unparse(tree), code)
            others = [source for name, source in cells.items() if name != exercise.name]
            whole = "\n\n".join([*others, code])
            line = _line(ast.unparse(tree), code)
            if line:
                line += _IMPORTS.count("\n") + len(whole.splitlines()) - len(code.splitlines())
            yield Mutant(exercise, slip, whole, line)


def _slip(before: str, after: str) -> str:
    old, new = before.splitlines(), after.splitlines()
    if len(old) != len(new):
        gone = next((line for line in old if line not in new), "a line")
        return f"{gone.strip()}  deleted"
    return next(f"{a.strip()}  →  {b.strip()}" for a, b in zip(old, new, strict=True) if a != b)


def _line(before: str, after: str) -> int:
    """Return the number of the first line that differs, 0 where a line is gone."""
    old, new = before.splitlines(), after.splitlines()
    if len(old) != len(new):
        return 0
    return next(i for i, (a, b) in enumerate(zip(old, new, strict=True), 1) if a != b)


def function_of(mutant: Mutant) -> Callable:
    """Return a mutant's function, with its source where `inspect` finds that of notebook cells."""
    code = _IMPORTS + mutant.code
    name = f"<mutant {abs(hash(code))}>"
    linecache.cache[name] = (len(code), None, code.splitlines(keepends=True), name)
    namespace: dict = {}
    exec(compile(code, name, "exec"), namespace)
    return namespace[mutant.exercise.name]


def _changes(tree: ast.Module) -> Iterator[ast.Module]:
    """Yield a copy of the tree for every change, one change each."""
    nodes = list(ast.walk(tree))
    for index, node in enumerate(nodes):
        for change in _node_changes(node, tree):
            mutated = copy.deepcopy(tree)
            target = list(ast.walk(mutated))[index]
            change(target)
            yield ast.fix_missing_locations(mutated)


def _node_changes(node: ast.AST, tree: ast.Module) -> Iterator:
    if isinstance(node, ast.BinOp | ast.AugAssign):
        for operator in _OPERATORS.get(type(node.op), []):
            yield lambda n, operator=operator: setattr(n, "op", operator())
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Sub | ast.Div | ast.MatMult):

        def swap(n: ast.BinOp) -> None:
            n.left, n.right = n.right, n.left

        yield swap
    if isinstance(node, ast.Compare):
        for operator in _OPERATORS.get(type(node.ops[0]), []):
            yield lambda n, operator=operator: n.ops.__setitem__(0, operator())
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        yield lambda n: setattr(n, "op", ast.UAdd())
    if isinstance(node, ast.Constant) and type(node.value) in (int, float):
        for value in {0: [1], 1: [0, 2], 2: [1, 3], 0.5: [1.0, 2.0]}.get(
            node.value, [node.value * 2]
        ):
            yield lambda n, value=value: setattr(n, "value", value)
    if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Load):
        for name in _NAMES.get(node.attr, []):
            yield lambda n, name=name: setattr(n, "attr", name)
        if node.attr == "T":
            yield lambda n: setattr(n, "attr", "real")
    if isinstance(node, ast.Return) and isinstance(node.value, ast.Tuple):
        yield lambda n: n.value.elts.reverse()
    if isinstance(node, ast.For | ast.FunctionDef | ast.If) and len(node.body) > 1:
        for i, statement in enumerate(node.body):
            if isinstance(statement, ast.AugAssign) or (
                isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Call)
            ):
                yield lambda n, i=i: n.body.pop(i)
    if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
        function = next(n for n in tree.body if isinstance(n, ast.FunctionDef))
        parameters = [a.arg for a in function.args.args]
        if node.id in parameters:
            for other in parameters:
                if other != node.id:
                    yield lambda n, other=other: setattr(n, "id", other)


class _TooLong(Exception):
    pass


def _stop(signum: int, frame: FrameType | None) -> None:
    raise _TooLong


def verdict_on_mutant(mutant: Mutant, seconds: int = 5, searched: bool = True) -> Verdict | None:
    """Return the verdict on a mutant, or None where it does not come to an end.

    The search for the line to change takes most of the time; `searched` says whether it is made.
    """
    previous = signal.signal(signal.SIGALRM, _stop)
    signal.alarm(seconds)
    try:
        answer = Answer(function_of(mutant), mutant.exercise.notebook, False, mutant.slip)
        verdict = checked(answer) if searched else judged(answer, 0)
        return None if "raises-_toolong" in verdict.codes else verdict
    except _TooLong:
        return None
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, previous)
