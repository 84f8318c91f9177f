"""What is drawn, lies on the way, is tried as an edit and is traced: nothing moves unseen.

All of it stands in `recorded.txt`. A regrade asks what was asked the first time, so the numbers of
a seed must stay. Who means to change something runs ``python -m tests.test_recorded`` and reads the
difference.
"""

import ast
import difflib
from pathlib import Path

import numpy as np
import pytest

from bplib.checking.edits import edits
from bplib.checking.plain import Other
from bplib.checking.source import guarded, source_of
from bplib.checking.trace import trace
from bplib.checking.traits import traits_of
from bplib.course import all_exercises, draws
from bplib.course.probe import Function, Seed
from bplib.course.way import way
from tests.records import sections, write
from tests.test_repair import learners

RECORDED = Path(__file__).with_name("recorded.txt")

CODES = {
    "an expression": """
def delta_A(delta_B, B, Z):
    T = np.tanh(Z) ** 2
    back = B.T @ delta_B
    S = -(1 - T) * back
    return S / Z.shape[1] + 0.5 * np.sum(S, axis=0, keepdims=True) - (T + back - S)
""",
    "a loop": """
def numerical_gradient(f, W, step=1e-5):
    gradient = np.zeros_like(W)
    for i in range(W.shape[0]):
        for j in range(1, len(W) - 1):
            up, down = W.copy(), W
            up[i, j] += step
            down[i, j] = W[i, j] - step
            gradient[i, j] = (f(up) - f(down)) / (2 * step)
        up[i, j] -= step
    return gradient
""",
    "a condition": """
def minibatches(N, batch_size, rng, parts=[]):
    if N < 1 or batch_size == 0:
        raise ValueError("nothing to share out")
    order = rng.permutation(N)
    parts = [order[i : i + batch_size] for i in range(0, N, batch_size)]
    while len(parts) > 3 and not N % 2:
        parts.append(order[:-1])
        print(parts)
    return list(reversed(parts)), max(N, batch_size), abs(N // 2)
""",
    "a step": """
def update(A, B, grad_A, grad_B, rate):
    A = A - rate * grad_A
    B -= rate * np.maximum(grad_B, 0)
    n = np.mean(A[:, 0]) if A.ndim == 2 else A[-1]
    np.random.default_rng(0).shuffle(A)
    global total
    total = float(n) * A.sum() * np.dot(A, B.T.copy()).max(1)
    return A, B
""",
    "a list of rows": """
def losses(P, Y, *, seen={}):
    out = []
    for p, y in zip(P.T, Y.T):
        e = (p - y).astype("float32")
        out.append(np.square(e).sum() / 2)
        seen[len(out)] = out[-1]
        out = sorted(out)
    return np.array(out)
""",
    "a result that is printed": """
def predict(A, B, X):
    Z = A.dot(X)
    H = np.tanh(Z, where=True)
    for k, row in enumerate(H):
        if row[k] > 9 or not k:
            continue
        elif k >= 7:
            break
        H[k], Z[k] = Z[k, ::-1], row
    Y: np.ndarray = np.matmul(B, H)
    Y
    print(Y)
""",
}
WITH_HELPERS = """
def slope(z, by=2.0):
    t: float = np.tanh(z)
    return 1 - t ** by

def backward(A, X, Y):
    def half(x):
        for y in x:
            return y / 2
    first, *rest = [A, X.T, {len(a) for a in A}]
    n: int
    n = 0
    while n < 3 and slope(0.5) > 0:
        n += 1
        A[n - 1, 0] = slope(float(n)) - np.power(A[0, 0], 2)
        if n == 2:
            A.flat[3] += 0.25
    (total, other), both = (sum(x for x in rest[0][0]), half(X)), {x: 1 for x in range(2)}
    if total > 100:
        return
    return (lambda x: x + n)(total), -slope(
        A @ X
    ), other
"""
CALLED_WITH = {
    "an expression": lambda M: (M(3, 4), M(3, 5), M(5, 4)),
    "a loop": lambda M: (lambda W: float(np.sum(W**2)), M(3, 3)),
    "a condition": lambda M: (7, 2, np.random.default_rng(0)),
    "a step": lambda M: (M(2, 3), M(2, 3), M(2, 3), M(2, 3), 0.1),
    "a list of rows": lambda M: (M(2, 3), M(2, 3)),
    "a result that is printed": lambda M: (M(3, 2), M(2, 3), M(2, 4)),
    "helpers": lambda M: (M(3, 2), M(2, 4), M(3, 4)),
}


def number(value):
    """Return a value as a few characters that another value has not."""
    if isinstance(value, Function):
        return f"{value.name}({', '.join(map(number, value.parameters))})"
    if isinstance(value, Seed):
        return f"seed {value.seed}"
    if isinstance(value, Other):
        return value.type
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(number, value))}]"
    if isinstance(value, np.ndarray) and value.dtype.kind in "iuf" and value.size:
        return f"{value.shape} {value.sum():.7g} {value.min():.7g} {value.flat[-1]:.7g}"
    return f"{value:.7g}" if isinstance(value, float) else str(value)


def probes():
    for exercise in all_exercises():
        lines = []
        for case in exercise.probe(np.random.default_rng(0)).cases:
            lines.append(" | ".join((case.note, f"{case.values}", case.raises, case.special)))
            lines += [f"      {number(argument)}" for argument in case.arguments]
        yield f"probe {exercise.notebook} {exercise.name}", lines


def drawn_networks():
    rngs = [(size, np.random.default_rng(seed)) for seed, size in enumerate(draws._SIZES)]
    rngs.append((draws._SIZES[2], np.random.default_rng(314)))  # draws some weights once more
    rngs.append(((5, 4, 3, 1), np.random.default_rng(0)))  # these, too
    lines = []
    for size, rng in rngs:
        drawn = draws.network(rng, size, scale=2.0)
        lines.append(f"{size}: {number([drawn.A, drawn.B, drawn.X, drawn.Y])}")
    yield "networks", lines


def ways():
    for exercise in all_exercises():
        case = exercise.probe(np.random.default_rng(0)).cases[0]
        if all(isinstance(argument, np.ndarray | float) for argument in case.arguments):
            truth = exercise.truth(*case.arguments)
            lines = [
                f"{each.name}: {number(each.value)} of {len(each.parts)} {number(each.parts[:1])}"
                for each in way(exercise, case.arguments, truth)
            ]
            yield f"way {exercise.notebook} {exercise.name}", lines


def has_its_place(node):
    return hasattr(node, "lineno") or not isinstance(node, ast.expr | ast.stmt | ast.keyword)


def tried_edits():
    for what, code in CODES.items():
        tree = ast.parse(code.lstrip()).body[0]
        shapes = {"Z": (5, 4), "delta_B": (3, 4), "W": (2, 3)}
        lines = []
        before = ast.unparse(tree).splitlines()
        for edit in edits(tree, shapes, ("helper",)):
            with edit:
                assert all(map(has_its_place, ast.walk(tree))), edit  # else it does not compile
                after = ast.unparse(ast.fix_missing_locations(tree)).splitlines()
            new = [line for line in difflib.ndiff(before, after) if line[0] in "+-"]
            new = [line for line in new if line[0] == "+"] or new
            shown = "; ".join(line[0] + line[2:].strip() for line in new)
            lines.append(f"{edit.cost} {edit.line} {edit.kind}: {shown}")
        yield f"edits of {what}", lines


def made_of_code():
    """Yield what the engine makes of a learner's code: guards against endless loops, and traits."""
    for what, code in CODES.items():
        tree = ast.parse(code.lstrip()).body[0]
        function = learners(code.lstrip(), tree.name)
        traits = traits_of(source_of(function))
        yield f"code of {what}", [*traits, *ast.unparse(guarded(tree)).splitlines()]


def traces():
    for what, code in (CODES | {"helpers": WITH_HELPERS}).items():
        name = ast.parse(code).body[-1].name
        rng = np.random.default_rng(0)
        arguments = CALLED_WITH[what](lambda *shape: rng.normal(size=shape))  # noqa: B023
        found = trace(learners(code.lstrip(), name), arguments)
        lines = [
            f"{i} {p.function} {p.line} {p.name}, of {' '.join(p.uses)} {p.parts}: {p.text}"
            + " inside" * p.inner
            + " bent" * p.bends
            + f" {p.role}"
            + " shown" * p.shown
            for i, p in enumerate(found.places)
        ]
        yield f"trace of {what}", lines + [f"{n.place}: {number(n.value)}" for n in found.notes]


MADE = (probes, drawn_networks, ways, tried_edits, made_of_code, traces)


@pytest.mark.parametrize("make", MADE)
def test_what_is_recorded_is_as_it_was(make):
    recorded = sections(RECORDED)
    for head, lines in make():
        assert "\n".join(lines) == recorded[head], head


if __name__ == "__main__":
    made = (part for make in MADE for part in make())
    write(RECORDED, {head: "\n".join(lines) for head, lines in made})
