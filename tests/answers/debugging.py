"""Answers to 09_debugging: names of bugs for several readers, mends, and judges."""

import numpy as np

from bplib import derivatives, network
from bplib.course.debugging import planted
from tests.answers import edited, right, wrong

# --- bug_1 to bug_6 -------------------------------------------------------------------------------


@right("Ada's first case")
def bug_1():
    return "Ada", "error-terms"


@right("the name in capitals, with spaces around it")
def bug_1():
    return "  ADA ", "error-terms"


@right("a list, and words for hyphens")
def bug_1():
    return ["ada", "Error terms"]


@right("Ada's second case")
def bug_2():
    return ("Ada", "mean-twice")


@right("Ada's third case, with an underscore")
def bug_3():
    reader, name = "Ada", "name_used_again"
    return reader, name


@right("Ada's fourth case")
def bug_4():
    return "Ada", "slope-at-h"


@right("Ada's fifth case")
def bug_5():
    return "Ada", "reshaped"


@right("Ada's sixth case")
def bug_6():
    return "Ada", "last-sample-only"


@wrong("another-bug")
def bug_1():
    return "Ada", "h-for-x"


@wrong("another-bug")
def bug_1():  # what a friend of another name has
    return "Grace", planted.bug_of("Ada", 1).name


@wrong("no-name-given")
def bug_1():
    return "?", "error-terms"


@wrong("no-such-bug")
def bug_1():
    return "Ada", "wrong shape"


@wrong("no-such-bug")
def bug_1():
    return "error-terms", "Ada"


@wrong("prints-instead-of-returning")
def bug_1():
    print("Ada", "error-terms")


@wrong("wrong-number-of-results")
def bug_2():
    return "mean-twice"


@wrong("another-bug")
def bug_2():
    return "Ada", "mean-missing"


@wrong("wrong-number-of-results")
def bug_3():
    return "Ada", "name-used-again", "z-for-h"


@wrong("another-bug")
def bug_3():
    return "Ada", "z-for-h"


@wrong("returns-a-number")
def bug_4():
    return "Ada", 4


@wrong("another-bug")
def bug_4():
    return "Ada", "slope-missing"


@wrong("another-bug")
def bug_5():
    return "Ada", "transposed"


@wrong("another-bug")
def bug_6():
    return "Ada", "last-output-only"


# --- fix_1 to fix_6: right ------------------------------------------------------------------------


@right("the planted lines, two of them mended")
def fix_1(A, B, X, Y):
    Z = A @ X
    H = np.tanh(Z)
    Y_hat = B @ H
    delta_B = (Y_hat - Y) / X.shape[1]
    delta_A = (B.T @ delta_B) * (1 - H**2)
    return delta_A @ X.T, delta_B @ H.T


@right("written anew, sample by sample")
def fix_1(A, B, X, Y):
    N = X.shape[1]
    total_A, total_B = 0, 0
    for n in range(N):
        x, y = X[:, [n]], Y[:, [n]]
        h = np.tanh(A @ x)
        error = B @ h - y
        total_B = total_B + error @ h.T
        total_A = total_A + ((B.T @ error) * (1 - h * h)) @ x.T
    return total_A / N, total_B / N


@right("the planted pass is called, and its result put right")
def fix_2(A, B, X, Y):
    grad_A, grad_B = planted.case("Ada", 2)(A, B, X, Y)
    return grad_A * X.shape[1], grad_B * X.shape[1]


@right("the mean is taken at the end")
def fix_2(A, B, X, Y):
    H = np.tanh(A @ X)
    residual = B @ H - Y
    back = (B.T @ residual) * (1 - H**2)
    return np.array([g for g in back @ X.T]) / len(X.T), residual @ H.T / len(X.T)


@right("einsum throughout")
def fix_3(A, B, X, Y):
    h = np.tanh(np.einsum("ji,in->jn", A, X))
    d = (np.einsum("kj,jn->kn", B, h) - Y) / Y.shape[1]
    e = np.einsum("kj,kn,jn->jn", B, d, 1 - h**2)
    return np.einsum("jn,in->ji", e, X), np.einsum("kn,jn->kj", d, h)


@right("a new name for what was overwritten")
def fix_3(A, B, X, Y):
    N = X.shape[1]
    H = np.tanh(A @ X)
    delta_B = (B @ H - Y) / N
    slope = 1 - H**2
    delta_A = B.T @ delta_B * slope
    return [delta_A @ X.T, delta_B @ H.T]


@right("the slope as 1 / cosh²")
def fix_4(A, B, X, Y):
    Z = A @ X
    delta_B = (B @ np.tanh(Z) - Y) / X.shape[1]
    delta_A = (B.T @ delta_B) / np.cosh(Z) ** 2
    return delta_A @ X.T, delta_B @ np.tanh(Z).T


@right("the slope is taken at Z")
def fix_4(A, B, X, Y):
    def d_tanh(z):
        return 1 - np.tanh(z) ** 2

    Z = A @ X
    H = np.tanh(Z)
    delta_B = (B @ H - Y) / X.shape[1]
    return (d_tanh(Z) * (B.T @ delta_B)) @ X.T, delta_B @ H.T


@right("a loop over the outputs that adds up")
def fix_5(A, B, X, Y):
    H = np.tanh(A @ X)
    delta_B = (B @ H - Y) / X.shape[1]
    back = np.zeros_like(H)
    for k in range(len(B)):
        back += np.outer(B[k], delta_B[k])
    return (back * (1 - H**2)) @ X.T, delta_B @ H.T


@right("in single precision")
def fix_5(A, B, X, Y):
    A, B, X, Y = (np.float32(M) for M in (A, B, X, Y))
    H = np.tanh(A @ X)
    delta_B = (B @ H - Y) / X.shape[1]
    return ((B.T @ delta_B) * (1 - H * H)) @ X.T, delta_B @ H.T


@right("a loop over the samples that adds up")
def fix_6(A, B, X, Y):
    N = X.shape[1]
    grad_A, grad_B = np.zeros_like(A), np.zeros_like(B)
    for x, y in zip(X.T, Y.T, strict=True):
        h = np.tanh(A @ x)
        error = (B @ h - y) / N
        grad_B += np.outer(error, h)
        grad_A += np.outer(B.T @ error * (1 - h**2), x)
    return grad_A, grad_B


@right("samples in rows within the function")
def fix_6(A, B, X, Y):
    x, y = X.T, Y.T
    h = np.tanh(x @ A.T)
    d = (h @ B.T - y) / len(x)
    return ((d @ B) * (1 - h**2)).T @ x, d.T @ h


# --- fix_1 to fix_6: wrong ------------------------------------------------------------------------


@wrong("still-planted")
def fix_1(A, B, X, Y):  # as it was
    return planted.case("Ada", 1)(A, B, X, Y)


@wrong("still-planted")
def fix_1(A, B, X, Y):  # only the names have changed
    H = np.tanh(A @ X)
    delta_B = (B @ H - Y) / X.shape[1]
    delta_A = (B.T @ delta_B) * (1 - H**2)
    return delta_A, delta_B


@wrong("slope-missing")
def fix_1(A, B, X, Y):  # the shapes are mended, and a line is lost on the way
    H = np.tanh(A @ X)
    delta_B = (B @ H - Y) / X.shape[1]
    delta_A = B.T @ delta_B
    return delta_A @ X.T, delta_B @ H.T


@wrong("wrong-shape")
def fix_1(A, B, X, Y):  # one of the two is mended
    H = np.tanh(A @ X)
    delta_B = (B @ H - Y) / X.shape[1]
    delta_A = (B.T @ delta_B) * (1 - H**2)
    return delta_A, delta_B @ H.T


@wrong("raises-valueerror")
def fix_1(A, B, X, Y):  # the transposition was taken out
    H = np.tanh(A @ X)
    delta_B = (B @ H - Y) / X.shape[1]
    delta_A = (B @ delta_B) * (1 - H**2)
    return delta_A @ X.T, delta_B @ H.T


@wrong("still-planted")
def fix_2(A, B, X, Y):
    N = X.shape[1]
    H = np.tanh(A @ X)
    delta_B = (B @ H - Y) / N
    return (B.T @ delta_B * (1 - H**2)) @ X.T / N, delta_B @ H.T / N


@wrong("still-planted")
def fix_2(A, B, X, Y):  # both means taken out
    H = np.tanh(A @ X)
    delta_B = B @ H - Y
    return (B.T @ delta_B * (1 - H**2)) @ X.T, delta_B @ H.T


@wrong("times-1-over-n")
def fix_2(A, B, X, Y):  # mended for B, forgotten for A
    N = X.shape[1]
    H = np.tanh(A @ X)
    delta_B = (B @ H - Y) / N
    delta_A = B.T @ delta_B * (1 - H**2)
    return delta_A @ X.T / N, delta_B @ H.T


@wrong("wrong-sign")
def fix_2(A, B, X, Y):  # turned round twice in one, once in the other
    N = Y.shape[1]
    H = np.tanh(A @ X)
    miss = Y - B @ H
    return -(B.T @ miss * (1 - H**2)) @ X.T / N, miss @ H.T / N


@wrong("still-planted")
def fix_3(A, B, X, Y):
    H = np.tanh(A @ X)
    delta_B = (B @ H - Y) / X.shape[1]
    H = 1 - H**2
    return (B.T @ delta_B * H) @ X.T, delta_B @ H.T


@wrong("activation-used-twice")
def fix_3(A, B, X, Y):  # H is made once more, from H
    H = np.tanh(A @ X)
    delta_B = (B @ H - Y) / X.shape[1]
    slope = 1 - H**2
    H = np.tanh(H)
    return (B.T @ delta_B * slope) @ X.T, delta_B @ H.T


@wrong("changes-argument")
def fix_3(A, B, X, Y):
    H = np.tanh(A @ X)
    Y -= B @ H
    delta_B = -Y / X.shape[1]
    return (B.T @ delta_B * (1 - H**2)) @ X.T, delta_B @ H.T


@wrong("still-planted")
def fix_4(A, B, X, Y):  # another way to take the slope at H
    H = np.tanh(A @ X)
    delta_B = (B @ H - Y) / X.shape[1]
    return ((B.T @ delta_B) / np.cosh(H) ** 2) @ X.T, delta_B @ H.T


@wrong("still-planted")
def fix_4(A, B, X, Y):  # the slope is taken out
    H = np.tanh(A @ X)
    delta_B = (B @ H - Y) / X.shape[1]
    return (B.T @ delta_B) @ X.T, delta_B @ H.T


@wrong("the-sigmoids-formula-with-tanh")
def fix_4(A, B, X, Y):
    H = np.tanh(A @ X)
    delta_B = (B @ H - Y) / X.shape[1]
    return (B.T @ delta_B * H * (1 - H)) @ X.T, delta_B @ H.T


@wrong("finite-differences")
def fix_4(A, B, X, Y):
    return (
        derivatives.gradient(lambda W: network.network_loss(W, B, X, Y), A),
        derivatives.gradient(lambda W: network.network_loss(A, W, X, Y), B),
    )


@wrong("still-planted")
def fix_5(A, B, X, Y):
    n_out, n_hidden = B.shape
    H = np.tanh(A @ X)
    delta_B = (B @ H - Y) / X.shape[1]
    return (B.reshape(n_hidden, n_out) @ delta_B * (1 - H**2)) @ X.T, delta_B @ H.T


@wrong("b-inverted")
def fix_5(A, B, X, Y):
    H = np.tanh(A @ X)
    delta_B = (B @ H - Y) / X.shape[1]
    return (np.linalg.pinv(B) @ delta_B * (1 - H**2)) @ X.T, delta_B @ H.T


@wrong("still-planted")
def fix_6(A, B, X, Y):
    N = X.shape[1]
    for n in range(N):
        h = np.tanh(A @ X[:, n])
        error = (B @ h - Y[:, n]) / N
        grad_B = np.outer(error, h)
        grad_A = np.outer(B.T @ error * (1 - h**2), X[:, n])
    return grad_A, grad_B


@wrong("times-n")
def fix_6(A, B, X, Y):  # added up, and the mean lost
    grad_A, grad_B = np.zeros_like(A), np.zeros_like(B)
    for x, y in zip(X.T, Y.T, strict=True):
        h = np.tanh(A @ x)
        error = B @ h - y
        grad_B += np.outer(error, h)
        grad_A += np.outer(B.T @ error * (1 - h**2), x)
    return grad_A, grad_B


# --- agrees: right --------------------------------------------------------------------------------


def _nudged(f, W, step=1e-5):
    slopes = np.zeros_like(W)
    for index in np.ndindex(W.shape):
        nudge = np.zeros_like(W)
        nudge[index] = step
        slopes[index] = (f(W + nudge) - f(W - nudge)) / (2 * step)
    return slopes


def _both(A, B, X, Y, step=1e-5):
    return (
        _nudged(lambda W: network.network_loss(W, B, X, Y), A, step),
        _nudged(lambda W: network.network_loss(A, W, X, Y), B, step),
    )


def _relative(mine, nudged):
    longest = max(np.linalg.norm(mine), np.linalg.norm(nudged))
    return np.linalg.norm(mine - nudged) / longest if longest else 0.0


@right("relative errors, one after the other")
def agrees(backward, A, B, X, Y):
    grads = backward(A, B, X, Y)
    for mine, nudged in zip(grads, _both(A, B, X, Y), strict=True):
        if mine.shape != nudged.shape or not _relative(mine, nudged) < 1e-7:
            return False
    return True


@right("np.allclose without an absolute limit")
def agrees(backward, A, B, X, Y):
    grads, nudged = backward(A, B, X, Y), _both(A, B, X, Y)
    same = [np.shape(a) == np.shape(b) for a, b in zip(grads, nudged, strict=True)]
    return all(same) and all(
        np.allclose(a, b, rtol=1e-4, atol=0) for a, b in zip(grads, nudged, strict=True)
    )


@right("all weights at once, as a NumPy boolean")
def agrees(backward, A, B, X, Y):
    grads, nudged = backward(A, B, X, Y), _both(A, B, X, Y)
    if [g.shape for g in grads] != [A.shape, B.shape]:
        return np.bool_(False)
    mine, right_one = (np.concatenate([g.ravel() for g in gs]) for gs in (grads, nudged))
    return np.linalg.norm(mine - right_one) < 1e-5 * np.linalg.norm(right_one)


@right("the largest difference against the largest entry")
def agrees(backward, A, B, X, Y):
    for mine, nudged in zip(backward(A, B, X, Y), _both(A, B, X, Y), strict=True):
        try:
            gap = np.max(np.abs(mine - nudged))
        except ValueError:
            return False
        if not gap <= 1e-6 * np.max(np.abs(nudged)):
            return False
    return True


@right("an error that is raised counts as a no")
def agrees(backward, A, B, X, Y):
    try:
        grad_A, grad_B = backward(A, B, X, Y)
        nudged_A, nudged_B = _both(A, B, X, Y)
        assert grad_A.shape == A.shape
        assert grad_B.shape == B.shape
        return bool(_relative(grad_A, nudged_A) < 1e-6 and _relative(grad_B, nudged_B) < 1e-6)
    except (AssertionError, ValueError):
        return False


@right("with bplib's central differences")
def agrees(backward, A, B, X, Y):
    nudged = (
        derivatives.central_gradient(lambda W: network.network_loss(W, B, X, Y), A),
        derivatives.central_gradient(lambda W: network.network_loss(A, W, X, Y), B),
    )
    grads = backward(A, B, X, Y)
    if any(g.shape != n.shape for g, n in zip(grads, nudged, strict=True)):
        return False
    return all(derivatives.distance(g, n) < 1e-6 for g, n in zip(grads, nudged, strict=True))


@right("a loss of its own, and a one-sided difference with a step that is small enough")
def agrees(backward, A, B, X, Y):
    def loss(A, B):
        return 0.5 * np.mean(np.sum((B @ np.tanh(A @ X) - Y) ** 2, axis=0))

    def slopes(f, W):
        result, h = np.zeros(W.shape), 1e-7
        for index in np.ndindex(W.shape):
            V = W.copy()
            V[index] += h
            result[index] = (f(V) - f(W)) / h
        return result

    a, b = backward(A, B, X, Y)
    for mine, nudged in (
        (a, slopes(lambda W: loss(W, B), A)),
        (b, slopes(lambda W: loss(A, W), B)),
    ):
        if mine.shape != nudged.shape:
            return False
        if not np.linalg.norm(mine - nudged) <= 1e-3 * np.linalg.norm(nudged):
            return False
    return True


@right("A and B nudged in place and put back")
def agrees(backward, A, B, X, Y):
    verdict = True
    for W, mine in zip((A, B), backward(A, B, X, Y), strict=True):
        slopes = np.empty_like(W)
        for index in np.ndindex(*W.shape):
            kept = W[index]
            W[index] = kept + 1e-5
            up = network.network_loss(A, B, X, Y)
            W[index] = kept - 1e-5
            down = network.network_loss(A, B, X, Y)
            W[index] = kept
            slopes[index] = (up - down) / 2e-5
        verdict = verdict and mine.shape == W.shape and _relative(mine, slopes) < 1e-6
    return bool(verdict)


# --- agrees: wrong --------------------------------------------------------------------------------


@wrong("only-grad-a")
def agrees(backward, A, B, X, Y):
    mine = backward(A, B, X, Y)[0]
    return mine.shape == A.shape and _relative(mine, _both(A, B, X, Y)[0]) < 1e-7


@wrong("only-grad-b")
def agrees(backward, A, B, X, Y):
    for mine, nudged in zip(backward(A, B, X, Y), _both(A, B, X, Y), strict=True):
        verdict = mine.shape == nudged.shape and _relative(mine, nudged) < 1e-7
    return bool(verdict)


@wrong("absolute-tolerance")
def agrees(backward, A, B, X, Y):
    for mine, nudged in zip(backward(A, B, X, Y), _both(A, B, X, Y), strict=True):
        if mine.shape != nudged.shape or not np.linalg.norm(mine - nudged) < 1e-4:
            return False
    return True


@wrong("absolute-tolerance")
def agrees(backward, A, B, X, Y):
    pairs = zip(backward(A, B, X, Y), _both(A, B, X, Y), strict=True)
    return all(m.shape == n.shape and np.allclose(m, n) for m, n in pairs)


@wrong("absolute-tolerance")
def agrees(backward, A, B, X, Y):
    pairs = zip(backward(A, B, X, Y), _both(A, B, X, Y), strict=True)
    return all(m.shape == n.shape and np.allclose(m, n, atol=1e-6) for m, n in pairs)


@wrong("nan-passes")
def agrees(backward, A, B, X, Y):
    for mine, nudged in zip(backward(A, B, X, Y), _both(A, B, X, Y), strict=True):
        if mine.shape != nudged.shape:
            return False
        if _relative(mine, nudged) > 1e-6:
            return False
    return True


edited(
    agrees,
    "zero-refused",
    "if _relative(mine, nudged) > 1e-6:",
    "error = np.linalg.norm(mine - nudged) / max(np.linalg.norm(mine), np.linalg.norm(nudged))\n"
    "if not error < 1e-6:",
)


@wrong("raises-valueerror")
def agrees(backward, A, B, X, Y):
    pairs = zip(backward(A, B, X, Y), _both(A, B, X, Y), strict=True)
    return all(_relative(m, n) < 1e-6 for m, n in pairs)


@wrong("limit-too-loose")
def agrees(backward, A, B, X, Y):
    pairs = zip(backward(A, B, X, Y), _both(A, B, X, Y), strict=True)
    return all(m.shape == n.shape and _relative(m, n) < 0.05 for m, n in pairs)


@wrong("nothing-agrees")
def agrees(backward, A, B, X, Y):
    pairs = zip(backward(A, B, X, Y), _both(A, B, X, Y), strict=True)
    return all(m.shape == n.shape and np.array_equal(m, n) for m, n in pairs)


@wrong("nothing-agrees")
def agrees(backward, A, B, X, Y):  # one-sided, with a step that is too large
    def slopes(f, W):
        return np.array([[(f(W + 0.01 * E) - f(W)) / 0.01 for E in row] for row in _units(W)])

    a, b = backward(A, B, X, Y)
    nudged_a = slopes(lambda W: network.network_loss(W, B, X, Y), A)
    nudged_b = slopes(lambda W: network.network_loss(A, W, X, Y), B)
    if a.shape != A.shape:
        return False
    return bool(_relative(a, nudged_a) < 1e-6 and _relative(b, nudged_b) < 1e-6)


def _units(W):
    return np.eye(W.size).reshape(*W.shape, *W.shape)


@wrong("everything-agrees")
def agrees(backward, A, B, X, Y):
    first, second = backward(A, B, X, Y), backward(A, B, X, Y)
    return all(np.array_equal(a, b, equal_nan=True) for a, b in zip(first, second, strict=True))


@wrong("sign-lost")
def agrees(backward, A, B, X, Y):
    pairs = zip(backward(A, B, X, Y), _both(A, B, X, Y), strict=True)
    return all(
        m.shape == n.shape and bool(np.all(np.abs(m**2 - n**2) <= 1e-6 * np.max(n**2)))
        for m, n in pairs
    )


@wrong("direction-compared")
def agrees(backward, A, B, X, Y):
    for m, n in zip(backward(A, B, X, Y), _both(A, B, X, Y), strict=True):
        if m.shape != n.shape:
            return False
        if not m.any() and not n.any():
            continue
        cosine = np.sum(m * n) / (np.linalg.norm(m) * np.linalg.norm(n))
        if not cosine > 0.9999999:
            return False
    return True


@wrong("lengths-compared")
def agrees(backward, A, B, X, Y):
    for m, n in zip(backward(A, B, X, Y), _both(A, B, X, Y), strict=True):
        size_m, size_n = np.linalg.norm(m), np.linalg.norm(n)
        if m.shape != n.shape or not abs(size_m - size_n) <= 1e-6 * size_n:
            return False
    return True


@wrong("one-right-is-enough")
def agrees(backward, A, B, X, Y):
    pairs = zip(backward(A, B, X, Y), _both(A, B, X, Y), strict=True)
    return any(m.shape == n.shape and _relative(m, n) < 1e-6 for m, n in pairs)


@wrong("one-entry-only")
def agrees(backward, A, B, X, Y):
    for m, n in zip(backward(A, B, X, Y), _both(A, B, X, Y), strict=True):
        if abs(m[0, 0] - n[0, 0]) > 1e-6 * abs(n[0, 0]):
            return False
    return True


@wrong("another-loss")
def agrees(backward, A, B, X, Y):
    def loss(A, B):
        return np.sum((B @ np.tanh(A @ X) - Y) ** 2) / 2

    a, b = backward(A, B, X, Y)
    nudged = _nudged(lambda W: loss(W, B), A), _nudged(lambda W: loss(A, W), B)
    return all(
        m.shape == n.shape and _relative(m, n) < 1e-6 for m, n in zip((a, b), nudged, strict=True)
    )


@wrong("returns-a-number")
def agrees(backward, A, B, X, Y):
    a, _ = backward(A, B, X, Y)
    return float(np.sum(np.abs(a.ravel() - _both(A, B, X, Y)[0].ravel())))


@wrong("returns-an-array")
def agrees(backward, A, B, X, Y):
    return np.isclose(backward(A, B, X, Y)[1], _both(A, B, X, Y)[1])


@wrong("changes-argument")
def agrees(backward, A, B, X, Y):
    grads = backward(A, B, X, Y)
    nudged = _both(A, B, X, Y)
    A -= grads[0].reshape(A.shape)
    return all(
        m.shape == n.shape and _relative(m, n) < 1e-6 for m, n in zip(grads, nudged, strict=True)
    )


@wrong("misses-and-false-alarms")
def agrees(backward, A, B, X, Y):  # the last of two, and an absolute limit
    for m, n in zip(backward(A, B, X, Y), _both(A, B, X, Y), strict=True):
        verdict = m.shape == n.shape and bool(np.max(np.abs(m - n)) < 1e-5)
    return verdict
