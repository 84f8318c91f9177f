"""Answers to 03_chain_rule."""

import math
import warnings
from functools import reduce
from itertools import pairwise

import numpy as np

from tests.answers import edited, right, wrong

# --- d_tanh -------------------------------------------------------------------------------------


@right("one line")
def d_tanh(z):
    return 1 - np.tanh(z) ** 2


@right("1 over cosh squared, which overflows at 1000 and is right nevertheless")
def d_tanh(z: np.ndarray) -> np.ndarray:
    return 1 / np.cosh(z) ** 2


@right("a loop over all entries, numbers apart")
def d_tanh(z):
    if np.isscalar(z):
        return 1.0 - math.tanh(z) ** 2
    slopes = np.empty(z.shape)
    for index in np.ndindex(z.shape):
        slopes[index] = 1.0 - math.tanh(z[index]) ** 2
    return slopes


@right("single precision, a 0-d array for a number")
def d_tanh(z):
    h = np.tanh(np.asarray(z, dtype=np.float32))
    return (1 + h) * (1 - h)


@right("a closure, prints and warns")
def d_tanh(z, keep=None):
    def slope(value):
        h = np.tanh(value)
        return 1 - h * h

    print("z has shape", np.shape(z))
    warnings.warn("slope-of-tanh", stacklevel=2)
    return slope(z)


@right("vectorised by NumPy")
def d_tanh(z):
    return np.vectorize(lambda one: 1 - math.tanh(one) ** 2)(z)


@wrong("wrong-sign")
def d_tanh(z):
    return np.tanh(z) ** 2 - 1


@wrong("constant-factor")
def d_tanh(z):
    # the derivative of tanh(z/2), with the ½ twice
    return 0.25 * (1 - np.tanh(z) ** 2)


@right("exponentials that overflow at 1000")
def d_tanh(z):
    up, down = np.exp(z), np.exp(-z)
    return 1 - ((up - down) / (up + down)) ** 2


@wrong("finite-differences")
def d_tanh(z, step=1e-5):
    return (np.tanh(z + step) - np.tanh(z - step)) / (2 * step)


@wrong("raises-typeerror")
def d_tanh(z):
    return 1 - math.tanh(z) ** 2


@wrong("raises-valueerror")
def d_tanh(z):
    h = np.tanh(z)
    return 1 - h @ h


@wrong("prints-instead-of-returning")
def d_tanh(z):
    print(1 - np.tanh(z) ** 2)


@wrong("a-number-for-an-array")
def d_tanh(z):
    return np.sum(1 - np.tanh(z) ** 2)


@wrong("returns-a-list")
def d_tanh(z):
    return [1 - np.tanh(row) ** 2 for row in np.atleast_1d(z)]


@wrong("changes-argument")
def d_tanh(z):
    z *= 1.0
    np.tanh(z, out=z) if isinstance(z, np.ndarray) else None
    return 1 - z**2 if isinstance(z, np.ndarray) else 1 - np.tanh(z) ** 2


# --- d_sigmoid ----------------------------------------------------------------------------------


@right("from the sigmoid's own value")
def d_sigmoid(z):
    s = 1 / (1 + np.exp(-z))
    return s * (1 - s)


@right("through tanh")
def d_sigmoid(z):
    return 0.25 * (1 - np.tanh(0.5 * z) ** 2)


@right("the quotient, on the side that does not overflow")
def d_sigmoid(z):
    small = np.exp(-np.abs(z))
    return small / (1 + small) ** 2


@right("both tails multiplied, own helper")
def d_sigmoid(z: np.ndarray) -> np.ndarray:
    def squash(value):
        return np.where(
            np.asarray(value) >= 0,
            1 / (1 + np.exp(-np.abs(value))),
            np.exp(-np.abs(value)) / (1 + np.exp(-np.abs(value))),
        )

    return squash(z) * squash(-z)


@wrong("slope-at-activation")
def d_sigmoid(z):
    def squash(value):
        return 1 / (1 + np.exp(-value))

    s = squash(z)
    return squash(s) * (1 - squash(s))


@wrong("parentheses-missing")
def d_sigmoid(z):
    s = 1 / 1 + np.exp(-z)
    return s * (1 - s)


@right("math.exp, which raises at -1000")
def d_sigmoid(z):
    def one(z):
        s = 1 / (1 + math.exp(-z))
        return s * (1 - s)

    return np.vectorize(one)(z)


@right("the quotient, which overflows at -1000")
def d_sigmoid(z):
    return np.exp(-z) / (1 + np.exp(-z)) ** 2


@wrong("wrong-sign")
def d_sigmoid(z):
    s = 1 / (1 + np.exp(-z))
    return s * (s - 1)


@wrong("times-2")
def d_sigmoid(z):
    return 0.5 * (1 - np.tanh(z / 2) ** 2)


@wrong("constant-factor")
def d_sigmoid(z):
    return 1 - np.tanh(z / 2) ** 2


@wrong("returns-none")
def d_sigmoid(z):
    s = 1 / (1 + np.exp(-z))
    s * (1 - s)


@wrong("returns-a-function")
def d_sigmoid(z):
    def slope(value):
        s = 1 / (1 + np.exp(-value))
        return s * (1 - s)

    return slope


# --- d_relu -------------------------------------------------------------------------------------


@right("a mask as numbers, ½ at the kink")
def d_relu(z):
    return np.heaviside(z, 0.5)


@right("np.where, 1 at the kink")
def d_relu(z):
    return np.where(z >= 0, 1, 0)


@right("times one")
def d_relu(z):
    return (z > 0) * 1.0


@right("whole numbers, a loop")
def d_relu(z):
    z = np.asarray(z)
    return np.array([1 if value > 0 else 0 for value in z.ravel()]).reshape(z.shape)


@right("half of sign plus one")
def d_relu(z):
    return (np.sign(z) + 1) / 2


@right("a mask made numbers, also where z is one")
def d_relu(z):
    return (z > 0).astype(float)


@right("single precision")
def d_relu(z):
    return np.greater(z, 0).astype(np.float32)


@wrong("wrong-sign")
def d_relu(z):
    return -1.0 * (z > 0)


@wrong("returns-booleans")
def d_relu(z):
    return z > 0


@wrong("raises-valueerror")
def d_relu(z):
    return 1.0 if z > 0 else 0.0


@wrong("raises-typeerror")
def d_relu(z):
    z[z > 0] = 1
    z[z <= 0] = 0
    return z


@wrong("changes-argument")
def d_relu(z):
    z = np.asarray(z)
    if z.ndim == 0:
        return float(z > 0)
    z[z > 0] = 1
    z[z <= 0] = 0
    return z


@wrong("nan-or-inf")
def d_relu(z):
    return (z + np.abs(z)) / (2 * z)


@wrong("a-number-for-an-array")
def d_relu(z):
    return 1.0 if np.all(z > 0) else 0.0


@wrong("wrong-in-a-special-case")
def d_relu(z):
    return 1.0 * (z > 0) - 1.0 * (z == 0)


# --- d_composed ---------------------------------------------------------------------------------


@right("one line")
def d_composed(x):
    return -6 * (3 * x + 1) * np.exp(-((3 * x + 1) ** 2))


@right("link by link")
def d_composed(x):
    u = 3 * x + 1
    v = -(u**2)
    dy_dv = np.exp(v)
    dv_du = -2 * u
    du_dx = 3
    return dy_dv * dv_du * du_dx


@right("multiplied out")
def d_composed(x):
    return (-18 * x - 6) * np.exp(-9 * x**2 - 6 * x - 1)


@right("a list of links, reduced")
def d_composed(x: float) -> float:
    links = [
        (lambda t: 3 * t + 1, lambda t: 3.0),
        (lambda t: t**2, lambda t: 2 * t),
        (lambda t: -t, lambda t: -1.0),
        (np.exp, np.exp),
    ]
    value, slopes = x, []
    for function, slope in links:
        slopes.append(slope(value))
        value = function(value)
    return reduce(lambda p, q: p * q, slopes)


@wrong("finite-differences")
def d_composed(x):
    def y(t):
        return np.exp(-((3 * t + 1) ** 2))

    return (y(x + 1e-5) - y(x - 1e-5)) / 2e-5


@wrong("raises-nameerror")
def d_composed(x):
    u = 3 * x + 1
    return -6 * u * exp(-(u**2))  # noqa: F821


@wrong("raises-valueerror")
def d_composed(x):
    u = 3 * x + 1
    return np.exp(-(u**2)) @ (-2 * u) * 3


@wrong("changes-argument")
def d_composed(x):
    x *= 3
    x += 1
    return -6 * x * np.exp(-(x**2))


# --- d_fork -------------------------------------------------------------------------------------


@right("one line")
def d_fork(x):
    return np.tanh(x) + x * (1 - np.tanh(x) ** 2) + 2 * x


@right("paths collected, 1 over cosh squared")
def d_fork(x):
    total = 0.0
    total += np.tanh(x)
    total += x / np.cosh(x) ** 2
    total += x
    total += x
    return total


@right("four paths in an array, summed")
def d_fork(x):
    h = np.tanh(x)
    return np.stack([h, x - x * h**2, x, x]).sum(axis=0)


@right("own helpers, type hints")
def d_fork(x: np.ndarray) -> np.ndarray:
    def slope(value: np.ndarray) -> np.ndarray:
        h = np.tanh(value)
        return 1 - h**2

    through_factor = np.tanh(x)
    inside = x * slope(x)
    return through_factor + inside + 2 * x


@wrong("one-path-only-the-square")
def d_fork(x):
    slope = np.tanh(x)
    slope = x * (1 - np.tanh(x) ** 2)
    slope = 2 * x
    return slope


@wrong("differs-between-calls")
def d_fork(x, total={"sum": 0.0}):  # noqa: B006
    total["sum"] = total["sum"] + np.tanh(np.sum(x))
    return np.tanh(x) + x * (1 - np.tanh(x) ** 2) + 2 * x + total["sum"]


@wrong("a-number-for-an-array")
def d_fork(x):
    return np.mean(np.tanh(x) + x * (1 - np.tanh(x) ** 2) + 2 * x)


# --- scalar_gradients ---------------------------------------------------------------------------


@right("every intermediate named")
def scalar_gradients(a, b, x, y):
    z = a * x
    h = np.tanh(z)
    y_hat = b * h
    e = y_hat - y
    dL_dy_hat = e
    dL_db = dL_dy_hat * h
    dL_dh = dL_dy_hat * b
    dL_dz = dL_dh * (1 - h**2)
    dL_da = dL_dz * x
    return dL_da, dL_db


@right("plain Python, a list")
def scalar_gradients(a, b, x, y):
    h = math.tanh(a * x)
    return [(b * h - y) * b * x / math.cosh(a * x) ** 2, (b * h - y) * h]


@right("an array of both")
def scalar_gradients(a: float, b: float, x: float, y: float):
    h = np.tanh(a * x)
    both = (b * h - y) * np.array([b * (1 - h * h) * x, h])
    return both[0], both[1]


@right("0-d arrays in single precision")
def scalar_gradients(a, b, x, y):
    a, b, x, y = (np.asarray(value, dtype=np.float32) for value in (a, b, x, y))
    h = np.tanh(a * x)
    return np.array((b * h - y) * b * (1 - h) * (1 + h) * x), np.array((b * h - y) * h)


@right("a small tape")
def scalar_gradients(a, b, x, y):
    values = {"z": a * x}
    values["h"] = np.tanh(values["z"])
    values["e"] = b * values["h"] - y
    back = {"e": values["e"]}
    for name, carried, factor in (
        ("b", "e", values["h"]),
        ("h", "e", b),
        ("z", "h", 1 - values["h"] ** 2),
        ("a", "z", x),
    ):
        back[name] = back.get(name, 0.0) + back[carried] * factor
    print(back)
    return back["a"], back["b"]


@wrong("x-missing-h-missing")
def scalar_gradients(a, b, x, y):
    h = np.tanh(a * x)
    delta_b = b * h - y
    delta_a = delta_b * b * (1 - h**2)
    return delta_a, delta_b


@wrong("each-factor-gets-itself")
def scalar_gradients(a, b, x, y):
    h = np.tanh(a * x)
    delta_b = b * h - y
    delta_a = delta_b * h * (1 - h**2)
    return delta_a * a, delta_b * b


@wrong("wrong-sign")
def scalar_gradients(a, b, x, y):
    h = np.tanh(a * x)
    e = y - b * h
    return e * b * (1 - h**2) * x, e * h


edited(scalar_gradients, "times-2", "y - b * h", "2 * (b * h - y)")


@wrong("wrong-sign")
def scalar_gradients(a, b, x, y):
    # the sign of the error in one of the two only
    h = np.tanh(a * x)
    return (b * h - y) * b * (1 - h**2) * x, (y - b * h) * h


@right("an array of two")
def scalar_gradients(a, b, x, y):
    h = np.tanh(a * x)
    return (b * h - y) * np.array([b * (1 - h**2) * x, h])


@right("a list of two")
def scalar_gradients(a, b, x, y):
    h = np.tanh(a * x)
    e = b * h - y
    return [e * b * (1 - h**2) * x, e * h]


@wrong("wrong-number-of-results")
def scalar_gradients(a, b, x, y):
    h = np.tanh(a * x)
    return (b * h - y) * b * (1 - h**2) * x


@wrong("wrong-number-of-results")
def scalar_gradients(a, b, x, y):
    h = np.tanh(a * x)
    e = b * h - y
    return 0.5 * e**2, e * b * (1 - h**2) * x, e * h


@wrong("wrong-signature")
def scalar_gradients(a, b, x):
    h = np.tanh(a * x)
    return b * (1 - h**2) * x, h


@wrong("finite-differences")
def scalar_gradients(a, b, x, y):
    def loss(a, b):
        return 0.5 * (b * np.tanh(a * x) - y) ** 2

    step = 1e-4
    return (
        (loss(a + step, b) - loss(a - step, b)) / (2 * step),
        (loss(a, b + 3 * step) - loss(a, b - step)) / (4 * step) - step * np.tanh(a * x) ** 2,
    )


# --- chain_cost ---------------------------------------------------------------------------------


@right("a loop over the products")
def chain_cost(sizes, start):
    if start not in ("output", "input"):
        raise ValueError("start must be 'output' or 'input'")
    total = 0
    if start == "output":
        for i in range(len(sizes) - 2, 0, -1):
            total += sizes[-1] * sizes[i] * sizes[i - 1]
    else:
        for i in range(2, len(sizes)):
            total += sizes[i] * sizes[i - 1] * sizes[0]
    return total


@right("one sum, the other end by turning the sizes round")
def chain_cost(sizes: list, start: str) -> int:
    if start == "output":
        n = sizes[::-1]
    elif start == "input":
        n = sizes
    else:
        raise ValueError(start)
    return n[0] * sum(p * q for p, q in pairwise(n[1:]))


@right("really multiplies, NumPy's int")
def chain_cost(sizes, start):
    if start not in ["output", "input"]:
        raise ValueError(f"unknown start {start}")
    jacobians = [np.ones((m, n)) for n, m in pairwise(sizes)]
    count = np.int64(0)
    while len(jacobians) > 1:
        at = len(jacobians) - 2 if start == "output" else 0
        first, second = jacobians[at], jacobians[at + 1]
        count += second.shape[0] * second.shape[1] * first.shape[1]
        jacobians[at : at + 2] = [second @ first]
    return count


@right("recursion")
def chain_cost(sizes, start):
    def from_input(n):
        return 0 if len(n) < 3 else n[0] * n[1] * n[2] + from_input([n[0], *n[2:]])

    return {
        "output": lambda: from_input(list(reversed(sizes))),
        "input": lambda: from_input(sizes),
    }[_known(start)]()


def _known(start):
    if start in {"output", "input"}:
        return start
    raise ValueError("no such start")


@wrong("every-pair-by-itself")
def chain_cost(sizes, start):
    _known(start)
    total = 0
    for left, middle, up in zip(sizes, sizes[1:], sizes[2:], strict=False):
        total += left * middle * up
    return total


@wrong("the-cheaper-end")
def chain_cost(sizes, start):
    _known(start)
    up = sizes[0] * sum(sizes[i] * sizes[i - 1] for i in range(2, len(sizes)))
    down = sizes[-1] * sum(sizes[i] * sizes[i - 1] for i in range(1, len(sizes) - 1))
    return down if down < up else up


@wrong("the-last-product-only")
def chain_cost(sizes, start):
    n = sizes[::-1] if _known(start) == "output" else sizes
    total = 0
    for i in range(1, len(n) - 1):
        total = n[0] * n[i] * n[i + 1]
    return total


@wrong("no-error-raised")
def chain_cost(sizes, start):
    n = sizes[::-1] if start == "output" else sizes
    return sum(n[0] * n[i] * n[i + 1] for i in range(1, len(n) - 1))


@wrong("no-error-raised")
def chain_cost(sizes, start):
    n = {"output": sizes[::-1], "input": sizes}[start]
    return sum(n[0] * n[i] * n[i + 1] for i in range(1, len(n) - 1))


@wrong("no-error-raised")
def chain_cost(sizes, start):
    if start not in ("output", "input"):
        return ValueError("start must be 'output' or 'input'")
    n = sizes[::-1] if start == "output" else sizes
    return sum(n[0] * n[i] * n[i + 1] for i in range(1, len(n) - 1))


@wrong("wrong-in-a-special-case")
def chain_cost(sizes, start):
    n = sizes[::-1] if _known(start) == "output" else sizes
    if len(n) == 2:
        return n[0] * n[1]
    return sum(n[0] * n[i] * n[i + 1] for i in range(1, len(n) - 1))


@wrong("returns-a-float-for-an-int")
def chain_cost(sizes, start):
    n = np.array(sizes[::-1] if _known(start) == "output" else sizes, dtype=float)
    return n[0] * np.sum(n[1:-1] * n[2:])


@wrong("returns-a-tuple")
def chain_cost(sizes, start):
    _known(start)
    up = sizes[0] * sum(sizes[i] * sizes[i - 1] for i in range(2, len(sizes)))
    down = sizes[-1] * sum(sizes[i] * sizes[i - 1] for i in range(1, len(sizes) - 1))
    return down, up


@wrong("changes-argument")
def chain_cost(sizes, start):
    if _known(start) == "output":
        sizes.reverse()
    return sum(sizes[0] * sizes[i] * sizes[i + 1] for i in range(1, len(sizes) - 1))


@wrong("returns-a-list")
def chain_cost(sizes, start):
    n = sizes[::-1] if _known(start) == "output" else sizes
    return [n[0] * n[i] * n[i + 1] for i in range(1, len(n) - 1)]


@wrong("raises-indexerror")
def chain_cost(sizes, start):
    n = sizes[::-1] if _known(start) == "output" else sizes
    return sum(n[0] * n[i] * n[i + 1] for i in range(1, len(n)))
