"""Answers to 02_gradient."""

import functools
import math
import warnings
from collections.abc import Callable

import numpy as np

from tests.answers import edited, right, wrong

# --- slope --------------------------------------------------------------------------------------


@right("one line")
def slope(f, w, step=1e-5):
    return (f(w + step) - f(w - step)) / (2 * step)


@right("type hints, named points, a 0-d array")
def slope(f: Callable[[float], float], w: float, step: float = 1e-5) -> np.ndarray:
    left, right_ = w - step, w + step
    rise = f(right_) - f(left)
    run = right_ - left
    return np.array(rise / run)


@right("half a step to either side, which is more accurate")
def slope(f, w, step=1e-5):
    h = step / 2
    return float((f(w + h) - f(w - h)) / step)


@right("five points")
def slope(f, w, step=1e-5):
    near = f(w + step) - f(w - step)
    far = f(w + 2 * step) - f(w - 2 * step)
    return (8 * near - far) / (12 * step)


@right("mean of the two one-sided slopes, printed")
def slope(f, w, step=1e-5):
    here = f(w)
    forward = (f(w + step) - here) / step
    backward = (here - f(w - step)) / step
    print("slopes:", forward, backward)
    return (forward + backward) / 2


@right("complex step")
def slope(f, w, step=1e-5):
    h = min(step, 1e-15)
    return (f(w + 1j * h) / h).imag


@wrong("ignores-the-step")
def slope(f, w, step=1e-5):
    return (f(w + 1e-6) - f(w - 1e-6)) / 2e-6


@wrong("ignores-the-step")
def slope(f, w, step=1e-5):
    step = 1e-6
    return (f(w + step) - f(w - step)) / (2 * step)


@wrong("f-is-not-used")
def slope(f, w, step=1e-5):
    def cube(w):
        return w**3

    rise = cube(w + step) - cube(w - step)
    return rise / (2 * step)


@wrong("nan-or-inf")
def slope(f, w, step=1e-5):
    return (f(w + step) - f(w - step)) / (w + step - step - w)


@wrong("prints-instead-of-returning")
def slope(f, w, step=1e-5):
    print((f(w + step) - f(w - step)) / (2 * step))


@wrong("returns-a-function")
def slope(f, w, step=1e-5):
    def secant(h=step):
        return (f(w + h) - f(w - h)) / (2 * h)

    return secant


@wrong("wrong-signature")
def slope(f, w, step):
    return (f(w + step) - f(w - step)) / (2 * step)


@wrong("returns-text")
def slope(f, w, step=1e-5):
    return f"{(f(w + step) - f(w - step)) / (2 * step):.3f}"


@wrong("an-array-for-a-number")
def slope(f, w, step=1e-5):
    w = np.array([w])
    return (f(w + step) - f(w - step)) / (2 * step)


# --- numerical_gradient -------------------------------------------------------------------------


@right("copies, np.ndindex")
def numerical_gradient(f, W, step=1e-5):
    G = np.zeros_like(W)
    for index in np.ndindex(W.shape):
        up, down = W.copy(), W.copy()
        up[index] += step
        down[index] -= step
        G[index] = (f(up) - f(down)) / (2 * step)
    return G


COPIES = numerical_gradient


@right("nudges in place and restores exactly")
def numerical_gradient(f, W, step=1e-5):
    grad = np.zeros(W.shape)
    it = np.nditer(W, flags=["multi_index"])
    while not it.finished:
        i = it.multi_index
        old = W[i]
        W[i] = old + step
        above = f(W)
        W[i] = old - step
        below = f(W)
        W[i] = old
        grad[i] = (above - below) / (2 * step)
        it.iternext()
    return grad


@right("flat copy, reshaped at every call")
def numerical_gradient(f, W, step=1e-5):
    flat = W.flatten()
    slopes = []
    for k in range(flat.size):
        v = flat.copy()
        v[k] = flat[k] + step
        high = f(v.reshape(W.shape))
        v[k] = flat[k] - step
        low = f(v.reshape(W.shape))
        slopes.append((high - low) / (2 * step))
    return np.array(slopes).reshape(W.shape)


def _partial(f, W, index, value):
    V = W.copy()
    V[index] = value
    return f(V)


def _central(f, w, step):
    return (f(w + step) - f(w - step)) / (2 * step)


@right("a slope for every entry, own helpers, a closure")
def numerical_gradient(f, W, step=1e-5):
    return np.array(
        [
            _central(functools.partial(_partial, f, W, index), W[index], step)
            for index in np.ndindex(*W.shape)
        ]
    ).reshape(W.shape)


@right("recursion over the axes, np.eye")
def numerical_gradient(f: Callable, W: np.ndarray, step: float = 1e-5) -> np.ndarray:
    nudges = np.eye(W.size).reshape(W.shape + W.shape) * step
    rises = np.empty(W.shape)
    for index in np.ndindex(W.shape):
        rises[index] = f(W + nudges[index]) - f(W - nudges[index])
    return rises / (2 * step)


@right("single precision result, with a warning")
def numerical_gradient(f, W, step=1e-5):
    warnings.warn("this is slow", stacklevel=1)
    G = np.zeros(W.shape, dtype=np.float32)
    for index, value in np.ndenumerate(W):
        V = np.array(W)
        V[index] = value + step
        above = f(V)
        V[index] = value - step
        G[index] = (above - f(V)) / (2 * step)
    return G


@right("all at once, as a stack")
def numerical_gradient(f, W, step=1e-5):
    E = step * np.eye(W.size).reshape((W.size, *W.shape))
    return ((f(W + E) - f(W - E)) / (2 * step)).reshape(W.shape)


@wrong("one-sided-difference")
def numerical_gradient(f, W, step=1e-5):
    G = np.zeros_like(W)
    base = f(W)
    for index in np.ndindex(W.shape):
        V = W.copy()
        V[index] += step
        G[index] = (f(V) - base) / step
    return G


@wrong("all-entries-nudged-together")
def numerical_gradient(f, W, step=1e-5):
    G = np.zeros_like(W)
    for index in np.ndindex(W.shape):
        G[index] = (f(W + step) - f(W - step)) / (2 * step)
    return G


edited(
    COPIES,
    "nudges-pile-up",
    "for index in np.ndindex(W.shape):\n    up, down = W.copy(), W.copy()",
    "up, down = W.copy(), W.copy()\nfor index in np.ndindex(W.shape):",
)


@wrong("an-entry-is-not-put-back")
def numerical_gradient(f, W, step=1e-5):
    V = W.copy()
    G = np.zeros_like(V)
    for index in np.ndindex(V.shape):
        V[index] += step
        above = f(V)
        V[index] -= 2 * step
        below = f(V)
        G[index] = (above - below) / (2 * step)
    return G


@wrong("an-entry-is-not-put-back")
def numerical_gradient(f, W, step=1e-5):
    V = W.copy()
    G = np.zeros_like(V)
    for index in np.ndindex(V.shape):
        old = V[index]
        V[index] = old - step
        below = f(V)
        V[index] = old + step
        G[index] = (f(V) - below) / (2 * step)
    return G


@wrong("not-restored-exactly")
def numerical_gradient(f, W, step=1e-5):
    G = np.zeros_like(W)
    for index in np.ndindex(W.shape):
        W[index] += step
        above = f(W)
        W[index] -= 2 * step
        below = f(W)
        W[index] += step
        G[index] = (above - below) / (2 * step)
    return G


@wrong("changes-argument")
def numerical_gradient(f, W, step=1e-5):
    G = np.zeros_like(W)
    for index in np.ndindex(W.shape):
        old = W[index]
        W[index] = old + step
        above = f(W)
        W[index] = old - step
        G[index] = (above - f(W)) / (2 * step)
    return G


@wrong("whole-rows-nudged")
def numerical_gradient(f, W, step=1e-5):
    G = np.zeros_like(W)
    for i in range(len(W)):
        up, down = W.copy(), W.copy()
        up[i] += step
        down[i] -= step
        G[i] = (f(up) - f(down)) / (2 * step)
    return G


@wrong("an-axis-lost")
def numerical_gradient(f, W, step=1e-5):
    slopes = np.zeros(len(W))
    for i in range(len(W)):
        up, down = W.copy(), W.copy()
        up[i] += step
        down[i] -= step
        slopes[i] = (f(up) - f(down)) / (2 * step)
    return slopes


@wrong("wrong-axes")
def numerical_gradient(f, W, step=1e-5):
    slopes = []
    for index in np.ndindex(W.shape):
        up, down = W.copy(), W.copy()
        up[index] += step
        down[index] -= step
        slopes.append((f(up) - f(down)) / (2 * step))
    return np.array(slopes)


edited(numerical_gradient, "returns-a-list", "return np.array(slopes)", "return slopes")
edited(
    COPIES,
    "copied-to-single-precision",
    "G = np.zeros_like(W)",
    "W = np.array(W, dtype=np.float32)\nG = np.zeros(W.shape)",
)


@wrong("only-the-first-entry")
def numerical_gradient(f, W, step=1e-5):
    slopes = np.zeros_like(W)
    for place in np.ndindex(W.shape):
        right_, left = W.copy(), W.copy()
        right_[place] += step
        left[place] -= step
        slopes[place] = (f(right_) - f(left)) / (2 * step)
        return slopes


@wrong("all-zero")
def numerical_gradient(f, W, step=1e-5):
    G = np.zeros(W.shape)
    for index in np.ndindex(W.shape):
        up, down = W.astype(int), W.astype(int)
        up[index] += int(step)
        down[index] -= int(step)
        G[index] = (f(up) - f(down)) / (2 * step)
    return G


@wrong("all-zero")
def numerical_gradient(f, W, step=1e-5):
    V = W.copy()
    G = np.zeros_like(V)
    for index in np.ndindex(V.shape):
        up = V
        down = V
        up[index] += step
        down[index] -= step
        G[index] = (f(up) - f(down)) / (2 * step)
    return G


@wrong("one-sided-divided-by-two-steps")
def numerical_gradient(f, W, step=1e-5):
    start = W.copy()
    G = np.zeros_like(start)
    for index in np.ndindex(start.shape):
        up = start
        up[index] += step
        above = f(up)
        down = start
        down[index] -= step
        below = f(down)
        G[index] = (above - below) / (2 * step)
    return G


@wrong("all-zero")
def numerical_gradient(f, W, step=1e-5):
    G = np.zeros_like(W)
    for index in np.ndindex(W.shape):
        plus, minus = W, W
        plus[index] += step
        minus[index] -= step
        G[index] = (f(plus) - f(minus)) / (2 * step)
    return G


@wrong("one-sided-divided-by-two-steps")
def numerical_gradient(f, W, step=1e-5):
    G = np.zeros_like(W)
    for index in np.ndindex(W.shape):
        plus = W
        plus[index] += step
        above = f(plus)
        minus = W
        minus[index] -= step
        G[index] = (above - f(minus)) / (2 * step)
    return G


edited(COPIES, "returns-none", "return G", "")


@wrong("raises-valueerror")
def numerical_gradient(f, W, step=1e-5):
    G = np.zeros(W.size)
    flat = W.ravel()
    for k in range(W.size):
        up, down = flat.copy(), flat.copy()
        up[k] += step
        down[k] -= step
        G[k] = (f(up) - f(down)) / (2 * step)
    return G.reshape(W.shape)


@wrong("differs-between-calls")
def numerical_gradient(f, W, step=1e-5, G={}):  # noqa: B006
    total = G.setdefault(W.shape, np.zeros(W.shape))
    for index in np.ndindex(W.shape):
        up, down = W.copy(), W.copy()
        up[index] += step
        down[index] -= step
        total[index] += (f(up) - f(down)) / (2 * step)
    return total


# --- line_loss_gradient -------------------------------------------------------------------------


@right("one matrix product")
def line_loss_gradient(w, X, y):
    return X @ (w @ X - y) / len(y)


@right("two loops")
def line_loss_gradient(w, X, y):
    n_in, N = X.shape
    G = [0.0] * n_in
    for n in range(N):
        prediction = sum(w[i] * X[i, n] for i in range(n_in))
        for i in range(n_in):
            G[i] += (prediction - y[n]) * X[i, n] / N
    return np.array(G)


@right("sum of scaled columns")
def line_loss_gradient(w: np.ndarray, X: np.ndarray, y: np.ndarray) -> np.ndarray:
    total = np.zeros_like(w)
    for x, target in zip(X.T, y, strict=True):
        total = total + (x.dot(w) - target) * x
    return total / X.shape[1]


@right("einsum")
def line_loss_gradient(w, X, y):
    e = np.einsum("i,in->n", w, X) - y
    return np.einsum("n,in->i", e, X) / e.size


@right("mean over columns, single precision")
def line_loss_gradient(w, X, y):
    w, X, y = (a.astype(np.float32) for a in (w, X, y))
    return np.mean((w @ X - y) * X, axis=1)


@right("(target − prediction), and minus in front")
def line_loss_gradient(w, X, y):
    N = y.shape[0]
    missing = y - X.T @ w
    return -(X @ missing) / N


@wrong("times-n")
def line_loss_gradient(w, X, y):
    return X @ (w @ X - y)


@wrong("times-2")
def line_loss_gradient(w, X, y):
    return 2 * X @ (w @ X - y) / len(y)


@wrong("times-half")
def line_loss_gradient(w, X, y):
    N = X.shape[1]
    return 1 / (2 * N) * (X @ (w @ X - y))


@wrong("wrong-sign")
def line_loss_gradient(w, X, y):
    return X @ (y - w @ X) / len(y)


@wrong("times-n-over-n-in")
def line_loss_gradient(w, X, y):
    return X @ (w @ X - y) / len(X)


@wrong("input-missing")
def line_loss_gradient(w, X, y):
    slopes = np.zeros(len(w))
    for n in range(len(y)):
        slopes += w @ X[:, n] - y[n]
    return slopes / len(y)


@wrong("last-sample-only")
def line_loss_gradient(w, X, y):
    for n in range(len(y)):
        G = (w @ X[:, n] - y[n]) * X[:, n]
    return G


@wrong("first-sample-only")
def line_loss_gradient(w, X, y):
    for n in range(len(y)):
        return (w @ X[:, n] - y[n]) * X[:, n]


@wrong("derivative-with-respect-to-x")
def line_loss_gradient(w, X, y):
    G = np.zeros_like(w)
    for i in range(len(w)):
        G[i] = np.mean((w @ X - y) * w[i])
    return G


@wrong("finite-differences")
def line_loss_gradient(w, X, y):
    def loss(v):
        return np.mean((v @ X - y) ** 2) / 2

    G = np.zeros_like(w)
    for i in range(len(w)):
        h = 1e-5 * np.eye(len(w))[i]
        G[i] = (loss(w + h) - loss(w - h)) / 2e-5
    return G


@wrong("raises-valueerror")
def line_loss_gradient(w, X, y):
    return (w @ X - y) @ X / len(y)


@wrong("wrong-axes")
def line_loss_gradient(w, X, y):
    e = w.reshape(1, -1) @ X - y
    return X @ e.T / len(y)


@wrong("an-axis-too-many")
def line_loss_gradient(w, X, y):
    e = w @ X - y
    return e * X / len(y)


@wrong("changes-argument")
def line_loss_gradient(w, X, y):
    y -= w @ X
    return -X @ y / len(y)


@wrong("a-number-for-an-array")
def line_loss_gradient(w, X, y):
    e = w @ X - y
    return np.mean(e * X)


# --- gradient_descent ---------------------------------------------------------------------------


@right("list of new arrays")
def gradient_descent(gradient, w, learning_rate, steps):
    path = [w]
    for _ in range(steps):
        w = w - learning_rate * gradient(w)
        path.append(w)
    return path


LIST = gradient_descent


@right("array filled row by row")
def gradient_descent(gradient, w, learning_rate, steps):
    path = np.zeros((steps + 1, *w.shape))
    path[0] = w
    for k in range(steps):
        path[k + 1] = path[k] - learning_rate * gradient(path[k])
    return path


@right("in place on a copy, tuple of copies")
def gradient_descent(gradient, w, learning_rate, steps):
    w = w.copy()
    path = [w.copy()]
    while len(path) <= steps:
        w -= learning_rate * gradient(w)
        path.append(w.copy())
    return tuple(path)


@right("recursion")
def gradient_descent(gradient, w, learning_rate, steps):
    def walk(v, left):
        rest = walk(v - learning_rate * gradient(v), left - 1) if left else []
        return [v, *rest]

    return np.array(walk(w, steps))


@right("an extra optional argument, steps printed")
def gradient_descent(gradient, w, learning_rate, steps, verbose=True):
    points = [np.array(w, dtype=float)]
    for k in range(steps):
        g = gradient(points[-1])
        if verbose:
            print(k, np.abs(g).max())
        points.append(np.subtract(points[-1], np.multiply(learning_rate, g)))
    return np.stack(points, axis=0)


@right("adds the negative gradient, single precision")
def gradient_descent(gradient, w, learning_rate, steps):
    out = [w.astype(np.float32)]
    for _ in range(steps):
        out.append((out[-1] + -learning_rate * gradient(out[-1])).astype(np.float32))
    return np.array(out)


edited(LIST, "the-start-is-missing", "path = [w]", "path = []")


@wrong("one-step-too-few")
def gradient_descent(gradient, w, learning_rate, steps):
    path = []
    for _ in range(steps):
        path.append(w)
        w = w - learning_rate * gradient(w)
    return path


@wrong("one-step-too-few")
def gradient_descent(gradient, w, learning_rate, steps):
    path = [w]
    for _ in range(1, steps):
        path.append(path[-1] - learning_rate * gradient(path[-1]))
    return path


@wrong("only-the-last-point")
def gradient_descent(gradient, w, learning_rate, steps):
    for _ in range(steps):
        w = w - learning_rate * gradient(w)
    return w


@wrong("every-point-is-the-last-one")
def gradient_descent(gradient, w, learning_rate, steps):
    w = w.copy()
    path = [w]
    for _ in range(steps):
        w -= learning_rate * gradient(w)
        path.append(w)
    return path


@wrong("every-point-is-the-last-one")
def gradient_descent(gradient, w, learning_rate, steps):
    path = [w]
    current = w.copy()
    for _ in range(steps):
        current -= learning_rate * gradient(current)
        path.append(current)
    return path


@wrong("gradient-computed-once")
def gradient_descent(gradient, w, learning_rate, steps):
    g = gradient(w)
    path = [w]
    for _ in range(steps):
        w = w - learning_rate * g
        path.append(w)
    return path


@wrong("w-is-never-moved")
def gradient_descent(gradient, w, learning_rate, steps):
    path = [w]
    for _ in range(steps):
        new = w - learning_rate * gradient(w)
        path.append(new)
    return path


edited(
    LIST,
    "collects-the-steps",
    "w = w - learning_rate * gradient(w)\npath.append(w)",
    "change = -learning_rate * gradient(w)\nw = w + change\npath.append(change)",
)


@wrong("changes-argument")
def gradient_descent(gradient, w, learning_rate, steps):
    path = [w.copy()]
    for _ in range(steps):
        w -= learning_rate * gradient(w)
        path.append(w.copy())
    return path


edited(LIST, "raises-typeerror", "gradient(w)", "gradient")


@wrong("a-generator-function")
def gradient_descent(gradient, w, learning_rate, steps):
    yield w
    for _ in range(steps):
        w = w - learning_rate * gradient(w)
        yield w


@wrong("stops-early")
def gradient_descent(gradient, w, learning_rate, steps):
    path = [w]
    for _ in range(steps):
        g = gradient(path[-1])
        if np.linalg.norm(g) < 1e-12:
            break
        path.append(path[-1] - learning_rate * g)
    return np.array(path)


@wrong("stops-early")
def gradient_descent(gradient, w, learning_rate, steps):
    path = [w.copy()]
    while len(path) <= steps:
        new = path[-1] - learning_rate * gradient(path[-1])
        if np.allclose(new, path[-1]):
            return path
        path.append(new)
    return path


@wrong("differs-between-calls")
def gradient_descent(gradient, w, learning_rate, steps, path=[]):  # noqa: B006
    path.append(w)
    for _ in range(steps):
        w = w - learning_rate * gradient(w)
        path.append(w)
    return np.array(path)


edited(LIST, "returns-none", "path.append(w)", "path = path.append(w)\nbreak")


@wrong("wrong-axes")
def gradient_descent(gradient, w, learning_rate, steps):
    path = [w]
    for _ in range(steps):
        path.append(path[-1] - learning_rate * gradient(path[-1]))
    return np.concatenate([p.ravel() for p in path])


@wrong("wrong-length")
def gradient_descent(gradient, w, learning_rate, steps):
    path = [w, w - learning_rate * gradient(w)]
    for _ in range(steps - 1):
        path.append(path[-1] - learning_rate * gradient(path[-1]))
    return path


# --- relative_error -----------------------------------------------------------------------------


@wrong("wrong-in-a-special-case")
def relative_error(mine, numeric):
    if mine.all() == 0 and numeric.all() == 0:
        return 0.0
    return np.linalg.norm(mine - numeric) / max(np.linalg.norm(mine), np.linalg.norm(numeric))


edited(
    relative_error,
    "wrong-in-a-special-case",
    "mine.all() == 0 and numeric.all()",
    "np.sum(mine) == 0 and np.sum(numeric)",
)


@right("np.linalg.norm")
def relative_error(mine, numeric):
    longest = max(np.linalg.norm(mine), np.linalg.norm(numeric))
    if longest == 0:
        return 0.0
    return np.linalg.norm(mine - numeric) / longest


@right("sums of squares, an int for zero")
def relative_error(mine, numeric):
    a = np.sum(mine**2)
    b = np.sum(numeric**2)
    if not a and not b:
        return 0
    return math.sqrt(np.sum((mine - numeric) ** 2) / max(a, b))


@right("a guard of 1e-12 added")
def relative_error(mine, numeric):
    longest = max(np.linalg.norm(mine), np.linalg.norm(numeric))
    return np.linalg.norm(mine - numeric) / (longest + 1e-12)


@right("a guard of 1e-12 as the least")
def relative_error(mine, numeric):
    longest = max(np.linalg.norm(mine), np.linalg.norm(numeric), 1e-12)
    return np.linalg.norm(mine - numeric) / longest


@right("loops")
def relative_error(mine, numeric):
    d = m = n = 0.0
    for a, b in zip(mine.flat, numeric.flat, strict=True):
        d += (a - b) ** 2
        m += a**2
        n += b**2
    return float(d**0.5 / max(m**0.5, n**0.5)) if m or n else 0.0


@right("equal arrays first, a 0-d array")
def relative_error(mine: np.ndarray, numeric: np.ndarray) -> np.ndarray:
    if np.array_equal(mine, numeric):
        return np.array(0.0)
    return np.array(
        np.sqrt(np.vdot(mine - numeric, mine - numeric))
        / np.sqrt(max(np.vdot(mine, mine), np.vdot(numeric, numeric)))
    )


@right("nan replaced, with a warning")
def relative_error(mine, numeric):
    lengths = np.array([np.linalg.norm(mine), np.linalg.norm(numeric)])
    return np.nan_to_num(np.linalg.norm(mine - numeric) / lengths.max())


@right("a tiny floor under the divisor")
def relative_error(mine, numeric):
    return np.linalg.norm(mine - numeric) / max(
        np.linalg.norm(mine), np.linalg.norm(numeric), 1e-300
    )


@wrong("divided-by-the-shorter-length")
def relative_error(mine, numeric):
    return np.linalg.norm(mine - numeric) / min(np.linalg.norm(mine), np.linalg.norm(numeric))


@wrong("divided-by-the-length-of-numeric")
def relative_error(mine, numeric):
    return np.linalg.norm(mine - numeric) / np.linalg.norm(numeric)


@wrong("mean-of-the-entries-errors")
def relative_error(mine, numeric):
    errors = []
    for a, b in zip(mine.ravel(), numeric.ravel(), strict=True):
        errors.append(abs(a - b) / max(abs(a), abs(b), 1e-300))
    return sum(errors) / len(errors)


@wrong("largest-of-the-entries-errors")
def relative_error(mine, numeric):
    worst = 0.0
    for a, b in zip(mine.ravel(), numeric.ravel(), strict=True):
        if a or b:
            worst = max(worst, abs(a - b) / max(abs(a), abs(b)))
    return worst


@wrong("nan-or-inf")
def relative_error(mine, numeric):
    return np.linalg.norm(mine - numeric) / max(np.linalg.norm(mine), np.linalg.norm(numeric))


@wrong("an-array-for-a-number")
def relative_error(mine, numeric):
    top = np.linalg.norm(mine - numeric, axis=-1)
    return top / np.maximum(np.linalg.norm(mine, axis=-1), np.linalg.norm(numeric, axis=-1))


@wrong("returns-a-boolean")
def relative_error(mine, numeric):
    longest = max(np.linalg.norm(mine), np.linalg.norm(numeric))
    return longest == 0 or np.linalg.norm(mine - numeric) / longest < 1e-6


@wrong("raises-valueerror")
def relative_error(mine, numeric):
    return np.linalg.norm(mine - numeric, 2) / max(
        np.linalg.norm(mine, 2), np.linalg.norm(numeric, 2)
    )


@wrong("wrong-sign")
def relative_error(mine, numeric):
    longest = max(np.linalg.norm(mine), np.linalg.norm(numeric))
    return -np.linalg.norm(numeric - mine) / longest if longest else 0.0


@wrong("prints-instead-of-returning")
def relative_error(mine, numeric):
    longest = max(np.linalg.norm(mine), np.linalg.norm(numeric))
    print("relative error", np.linalg.norm(mine - numeric) / longest if longest else 0)
