"""Answers to 01_loss."""

# ruff: noqa: F821, F841, SIM113

import math
import warnings

import numpy as np

from tests.answers import edited, right, wrong

# --- count_samples ------------------------------------------------------------------------------


@right("shape")
def count_samples(X):
    return X.shape[1]


@right("an unpacked shape")
def count_samples(X: np.ndarray) -> int:
    _, N = X.shape
    return N


@right("length of a row, as a NumPy integer")
def count_samples(X):
    return np.int64(len(X[0]))


@right("a loop over the columns")
def count_samples(X):
    number = 0
    for _ in X.T:
        number += 1
    return number


@wrong("times-n-in")
def count_samples(X):
    return X.size


@wrong("returns-a-tuple")
def count_samples(X):
    return X.shape


@wrong("returns-a-float-for-an-int")
def count_samples(X):
    return X.size / X.shape[0]


@wrong("prints-instead-of-returning")
def count_samples(X):
    print(X.shape[1])


@wrong("raises-indexerror")
def count_samples(X):
    return X.shape[2]


# --- predict ------------------------------------------------------------------------------------


@right("one line")
def predict(A, B, X):
    return B @ np.tanh(A @ X)


@right("named intermediates and type hints")
def predict(A: np.ndarray, B: np.ndarray, X: np.ndarray) -> np.ndarray:
    Z = np.matmul(A, X)
    H = np.tanh(Z)
    Y_hat = np.matmul(B, H)
    return Y_hat


@right("einsum")
def predict(A, B, X):
    return np.einsum("oh,hn->on", B, np.tanh(np.einsum("hi,in->hn", A, X)))


@right("loops and the math module")
def predict(A, B, X):
    n_hidden, n_in = A.shape
    n_out, N = B.shape[0], X.shape[1]
    Y_hat = np.zeros((n_out, N))
    for n in range(N):
        h = []
        for j in range(n_hidden):
            z = 0.0
            for i in range(n_in):
                z += A[j, i] * X[i, n]
            h.append(math.tanh(z))
        for k in range(n_out):
            Y_hat[k, n] = sum(B[k, j] * h[j] for j in range(n_hidden))
    return Y_hat


@right("one sample at a time")
def predict(A, B, X):
    columns = [B @ np.tanh(A @ x) for x in X.T]
    return np.column_stack(columns)


@right("single precision")
def predict(A, B, X):
    A, B, X = (W.astype(np.float32) for W in (A, B, X))
    return B @ np.tanh(A @ X)


@right("rows as samples inside")
def predict(A, B, X):
    return (np.tanh(X.T @ A.T) @ B.T).T


def _my_tanh(z):
    return 1 - 2 / (np.exp(2 * z) + 1)


@right("own helper, optional argument, prints")
def predict(A, B, X, f=_my_tanh):
    print("shapes:", A.shape, B.shape, X.shape)
    return B.dot(f(A.dot(X)))


@wrong("activation-missing")
def predict(A, B, X):
    Z = A @ X
    H = Z
    np.tanh(H)
    return B @ H


@wrong("biases-missing")
def predict(A, B, X):
    weights, _bias = A[:, :-1], A[:, -1]
    return B @ np.tanh(weights @ X[:-1, :])


@wrong("returns-the-hidden-layer")
def predict(A, B, X):
    H = np.tanh(A @ X)
    B @ H
    return H


@wrong("transposed")
def predict(A, B, X):
    return (B @ np.tanh(A @ X)).T


@wrong("returns-a-tuple")
def predict(A, B, X):
    Z = A @ X
    H = np.tanh(Z)
    return Z, H, B @ H


@right("a list of lists")
def predict(A, B, X):
    return (B @ np.tanh(A @ X)).tolist()


@wrong("raises-valueerror")
def predict(A, B, X):
    return np.tanh(X @ A) @ B


@wrong("raises-valueerror")
def predict(A, B, X):
    return B * np.tanh(A * X)


@wrong("raises-typeerror")
def predict(A, B, X):
    return B @ math.tanh(A @ X)


@wrong("prints-instead-of-returning")
def predict(A, B, X):
    print(B @ np.tanh(A @ X))


@wrong("changes-argument")
def predict(A, B, X):
    X -= X.mean(axis=1, keepdims=True)
    X[-1] = 1
    return B @ np.tanh(A @ X)


@wrong("wrong-in-a-special-case")
def predict(A, B, X):
    Y_hat = B @ np.tanh(A @ X)
    return Y_hat if X.shape[1] > 1 else np.tanh(Y_hat)


@wrong("wrong-sign")
def predict(A, B, X):
    return B @ np.tanh(-A @ X)


@wrong("finite-differences")
def predict(A, B, X):
    return B @ np.tanh(A @ X + 1e-9)


@right("partly in single precision, returned as float64")
def predict(A, B, X):
    H = np.tanh(A @ X).astype(np.float32)
    return B @ H


@wrong("wrong-signature")
def predict(X):
    return X


@wrong("raises-nameerror")
def predict(A, B, X):
    return B @ tanh(A @ X)


# --- sample_losses ------------------------------------------------------------------------------


@right("sum along axis 0")
def sample_losses(Y_hat, Y):
    return 0.5 * np.sum((Y_hat - Y) ** 2, axis=0)


@right("target first")
def sample_losses(Y_hat, Y):
    return ((Y - Y_hat) ** 2).sum(0) / 2


@right("two loops")
def sample_losses(Y_hat: np.ndarray, Y: np.ndarray) -> np.ndarray:
    n_out, N = Y.shape
    losses = np.zeros(N)
    for n in range(N):
        for k in range(n_out):
            losses[n] += (Y_hat[k, n] - Y[k, n]) ** 2 / 2
    return losses


@right("einsum")
def sample_losses(Y_hat, Y):
    E = Y_hat - Y
    return np.einsum("kn,kn->n", E, E) / 2


@right("norms")
def sample_losses(Y_hat, Y):
    return np.array([0.5 * np.linalg.norm(e) ** 2 for e in (Y_hat - Y).T])


@right("the square multiplied out")
def sample_losses(Y_hat, Y):
    return 0.5 * ((Y_hat**2).sum(0) - 2 * (Y_hat * Y).sum(0) + (Y**2).sum(0))


@right("single precision and a warning")
def sample_losses(Y_hat, Y):
    warnings.warn("single precision", stacklevel=1)
    e = Y_hat.astype("f4") - Y.astype("f4")
    return np.float32(0.5) * (e * e).sum(axis=0)


@right("the diagonal of a product")
def sample_losses(Y_hat, Y, factor=0.5):
    E = Y_hat - Y
    return factor * np.diag(E.T @ E)


@wrong("times-2")
def sample_losses(Y_hat, Y):
    return np.sum((Y_hat - Y) ** 2, axis=0)


@wrong("times-half")
def sample_losses(Y_hat, Y):
    return (((Y_hat - Y) / 2) ** 2).sum(axis=0)


@wrong("times-1-over-n")
def sample_losses(Y_hat, Y):
    return np.sum((Y_hat - Y) ** 2, axis=0) / (2 * Y.shape[1])


@wrong("times-2-over-n-out")
def sample_losses(Y_hat, Y):
    return ((Y_hat - Y) ** 2).mean(axis=0)


@wrong("first-sample-only")
def sample_losses(Y_hat, Y):
    for n in range(Y.shape[1]):
        error = Y_hat[:, n] - Y[:, n]
        return 0.5 * np.sum(error**2)


@wrong("last-sample-only")
def sample_losses(Y_hat, Y):
    for n in range(Y.shape[1]):
        loss = 0.5 * np.sum((Y_hat[:, n] - Y[:, n]) ** 2)
    return loss


@wrong("a-number-for-an-array")
def sample_losses(Y_hat, Y):
    return 0.5 * np.sum((Y_hat - Y) ** 2)


@wrong("not-squared")
def sample_losses(Y_hat, Y):
    e = (Y_hat - Y) * 2
    return 0.5 * e.sum(axis=0)


@wrong("root")
def sample_losses(Y_hat, Y):
    return np.sqrt(((Y_hat - Y) ** 2).sum(axis=0))


@wrong("first-output-only")
def sample_losses(Y_hat, Y):
    losses = []
    for n in range(Y.shape[1]):
        losses.append(0.5 * (Y_hat[0][n] - Y[0][n]) ** 2)
    return np.array(losses)


@wrong("last-output-only")
def sample_losses(Y_hat, Y):
    n_out, N = Y.shape
    losses = np.zeros(N)
    for n in range(N):
        for k in range(n_out):
            losses[n] = 0.5 * (Y_hat[k, n] - Y[k, n]) ** 2
    return losses


@wrong("whole-numbers")
def sample_losses(Y_hat, Y):
    losses = np.array([0] * Y.shape[1])
    for n in range(Y.shape[1]):
        losses[n] = 0.5 * np.sum((Y_hat[:, n] - Y[:, n]) ** 2)
    return losses


@wrong("total-not-reset")
def sample_losses(Y_hat, Y):
    losses, total = [], 0
    for n in range(Y.shape[1]):
        for k in range(Y.shape[0]):
            total += (Y_hat[k, n] - Y[k, n]) ** 2 / 2
        losses.append(total)
    return np.array(losses)


@wrong("first-sample-left-out")
def sample_losses(Y_hat, Y):
    losses = np.zeros(Y.shape[1])
    for n in range(1, Y.shape[1]):
        losses[n] = np.sum((Y_hat[:, n] - Y[:, n]) ** 2) / 2
    return losses


edited(sample_losses, "last-sample-left-out", "range(1, Y.shape[1]):", "range(Y.shape[1] - 1):")


@wrong("every-prediction-against-every-target")
def sample_losses(Y_hat, Y):
    losses = np.zeros(Y.shape[1])
    for n in range(Y.shape[1]):
        for m in range(Y.shape[1]):
            losses[n] += np.sum((Y_hat[:, n] - Y[:, m]) ** 2) / 2
    return losses


@wrong("changes-argument")
def sample_losses(Y_hat, Y):
    Y_hat -= Y
    return 0.5 * np.sum(Y_hat**2, axis=0)


@right("a list of numbers")
def sample_losses(Y_hat, Y):
    return [0.5 * float(np.sum((p - y) ** 2)) for p, y in zip(Y_hat.T, Y.T, strict=True)]


@wrong("caret-for-power")
def sample_losses(Y_hat, Y):
    return 0.5 * np.sum((Y_hat - Y) ^ 2, axis=0)


@wrong("raises-valueerror")
def sample_losses(Y_hat, Y):
    return 0.5 * np.sum((Y_hat - Y.T) ** 2, axis=0)


@wrong("all-zero")
def sample_losses(Y_hat, Y):
    losses = np.zeros(Y.shape[1])
    for loss, p, y in zip(losses, Y_hat.T, Y.T, strict=True):
        loss = 0.5 * np.sum((p - y) ** 2)
    return losses


@wrong("a-number-for-an-array")
def sample_losses(Y_hat, Y):
    return np.squeeze(0.5 * np.sum((Y_hat - Y) ** 2, axis=0))


# --- mean_loss ----------------------------------------------------------------------------------


@right("calls the earlier answer")
def mean_loss(Y_hat, Y):
    return np.mean(sample_losses(Y_hat, Y))


@right("one line")
def mean_loss(Y_hat, Y):
    return ((Y_hat - Y) ** 2).sum() / (2 * Y.shape[1])


@right("loops over samples and outputs")
def mean_loss(Y_hat: np.ndarray, Y: np.ndarray) -> float:
    total = 0.0
    N = len(Y[0])
    for n in range(N):
        for k in range(len(Y)):
            total += 0.5 * (Y_hat[k, n] - Y[k, n]) ** 2
    return float(total / N)


@right("a 0-d array")
def mean_loss(Y_hat, Y):
    return np.array(0.5 * np.mean(np.sum((Y_hat - Y) ** 2, axis=0)))


@right("single precision")
def mean_loss(Y_hat, Y):
    return np.float32(np.linalg.norm(Y_hat - Y) ** 2 / 2 / Y.shape[1])


@right("the trace of a product")
def mean_loss(Y_hat, Y):
    E = Y_hat - Y
    return np.trace(E @ E.T) / (2 * E.shape[1])


@right("statistics of a list")
def mean_loss(Y_hat, Y):
    import statistics

    return statistics.fmean(0.5 * sum(float(v) ** 2 for v in e) for e in (Y - Y_hat).T)


@right("mean over every entry, corrected")
def mean_loss(Y_hat, Y):
    return np.mean((Y_hat - Y) ** 2) * Y.shape[0] / 2


@wrong("times-2-n")
def mean_loss(Y_hat, Y):
    return np.sum((Y_hat - Y) ** 2)


@wrong("times-1-over-n")
def mean_loss(Y_hat, Y):
    losses = 0.5 * np.sum((Y_hat - Y) ** 2, axis=0)
    return np.mean(losses) / len(losses)


@wrong("times-n-over-nminus-1")
def mean_loss(Y_hat, Y):
    return np.sum((Y_hat - Y) ** 2) / 2 / max(Y.shape[1] - 1, 1)


@wrong("times-2")
def mean_loss(Y_hat, Y):
    total = 0
    for n in range(Y.shape[1]):
        total += np.abs(Y_hat[:, n] - Y[:, n]).sum()
    return total / Y.shape[1]


@wrong("first-sample-only")
def mean_loss(Y_hat, Y):
    for p, y in zip(Y_hat.T, Y.T, strict=True):
        loss = 0.5 * np.sum((p - y) ** 2)
        return loss


@wrong("last-sample-only")
def mean_loss(Y_hat, Y):
    for n in range(Y.shape[1]):
        loss = 0.5 * np.sum((Y_hat[:, n] - Y[:, n]) ** 2)
    return loss


@wrong("first-sample-left-out")
def mean_loss(Y_hat, Y):
    total, N = 0.0, Y.shape[1]
    for n in range(1, N):
        total += 0.5 * np.sum((Y_hat[:, n] - Y[:, n]) ** 2)
    return total / N


edited(mean_loss, "last-sample-left-out", "range(1, N):", "range(N - 1):")


@wrong("every-prediction-against-every-target")
def mean_loss(Y_hat, Y):
    e = Y_hat.reshape(-1) - Y.reshape(-1, 1)
    return 0.5 * np.mean(e**2)


@wrong("an-array-for-a-number")
def mean_loss(Y_hat, Y):
    return 0.5 * np.sum((Y_hat - Y) ** 2, axis=0)


@wrong("an-array-for-a-number")
def mean_loss(Y_hat, Y):
    return np.mean(0.5 * np.sum((Y_hat - Y) ** 2, axis=0), keepdims=True)


@wrong("changes-argument")
def mean_loss(Y_hat, Y):
    Y_hat[:] = (Y_hat - Y) ** 2
    return Y_hat.sum() / 2 / Y.shape[1]


@wrong("returns-text")
def mean_loss(Y_hat, Y):
    return f"{0.5 * np.mean(np.sum((Y_hat - Y) ** 2, axis=0)):.4f}"


@wrong("returns-none")
def mean_loss(Y_hat, Y):
    loss = 0.5 * np.mean(np.sum((Y_hat - Y) ** 2, axis=0))


_seen = []


@wrong("differs-between-calls")
def mean_loss(Y_hat, Y, seen=_seen):
    seen += list(0.5 * np.sum((Y_hat - Y) ** 2, axis=0))
    return sum(seen) / Y.shape[1]


@wrong("endless-recursion")
def mean_loss(Y_hat, Y):
    return np.mean(mean_loss(Y_hat, Y))


# --- network_loss -------------------------------------------------------------------------------


@right("calls the earlier answers")
def network_loss(A, B, X, Y):
    return mean_loss(predict(A, B, X), Y)


@right("all in one")
def network_loss(A, B, X, Y):
    e = B @ np.tanh(A @ X) - Y
    return np.vdot(e, e) / (2 * X.shape[1])


@right("closures and a loop")
def network_loss(A, B, X, Y):
    def _one(x, y):
        return 0.5 * sum((B @ np.tanh(A @ x) - y) ** 2)

    return sum(_one(x, y) for x, y in zip(X.T, Y.T, strict=True)) / len(X.T)


@right("einsum in single precision")
def network_loss(A, B, X, Y, dtype=np.float32):
    A, B, X, Y = (np.asarray(M, dtype=dtype) for M in (A, B, X, Y))
    H = np.tanh(np.einsum("hi,in->hn", A, X))
    E = np.einsum("oh,hn->on", B, H) - Y
    return np.einsum("on,on->", E, E) / dtype(2 * X.shape[1])


@wrong("mean-missing")
def network_loss(A, B, X, Y):
    Y_hat = B @ np.tanh(A @ X)
    return np.sum(0.5 * (Y_hat - Y) ** 2)


@wrong("returns-the-sample-losses")
def network_loss(A, B, X, Y):
    Y_hat = B @ np.tanh(A @ X)
    return 0.5 * np.sum((Y_hat - Y) ** 2, axis=0)


@wrong("raises-valueerror")
def network_loss(A, B, X, Y):
    return 0.5 * np.mean(np.sum((A @ np.tanh(B @ X) - Y) ** 2, axis=0))


@wrong("raises-valueerror")
def network_loss(A, B, X, Y):
    return 0.5 * np.mean(np.sum((B @ np.tanh(A @ X) - X) ** 2, axis=0))


# --- best_guess ---------------------------------------------------------------------------------


def _loss(A, B, X, Y):
    return 0.5 * np.mean(np.sum((B @ np.tanh(A @ X) - Y) ** 2, axis=0))


@right("argmin, a NumPy integer")
def best_guess(candidates, X, Y):
    return np.argmin([network_loss(A, B, X, Y) for A, B in candidates])


@right("a loop")
def best_guess(candidates: list, X: np.ndarray, Y: np.ndarray) -> int:
    best, lowest = 0, float("inf")
    for i, (A, B) in enumerate(candidates):
        loss = _loss(A, B, X, Y)
        if loss < lowest:
            best, lowest = i, loss
    return best


@right("min with a key")
def best_guess(candidates, X, Y):
    return min(range(len(candidates)), key=lambda i: _loss(*candidates[i], X, Y))


@right("the place of the minimum in a list")
def best_guess(candidates, X, Y):
    losses = [_loss(pair[0], pair[1], X, Y) for pair in candidates]
    return losses.index(min(losses))


@right("sorted places")
def best_guess(candidates, X, Y):
    losses = [_loss(A, B, X, Y) for A, B in candidates]
    return sorted(range(len(losses)), key=losses.__getitem__)[0]


@right("sums of squares are as good for comparing")
def best_guess(candidates, X, Y):
    return int(np.argmin([np.sum((B @ np.tanh(A @ X) - Y) ** 2) for A, B in candidates]))


@right("all candidates at once")
def best_guess(candidates, X, Y):
    A = np.stack([pair[0] for pair in candidates])
    B = np.stack([pair[1] for pair in candidates])
    losses = ((B @ np.tanh(A @ X) - Y) ** 2).sum(axis=(1, 2))
    return np.flatnonzero(losses == losses.min())[0]


@right("a 0-d array")
def best_guess(candidates, X, Y):
    return np.array(np.argmin([_loss(A, B, X, Y) for A, B in candidates]))


def best_guess(candidates, X, Y):
    best, lowest = 0, np.inf
    for i, (A, B) in enumerate(candidates):
        loss = _loss(A, B, X, Y)
        if loss < lowest:
            best, lowest = i, loss
    return best


LOOP = best_guess  # right, and no answer itself


@wrong("highest-loss")
def best_guess(candidates, X, Y):
    best, best_loss = 0, 0.0
    for i, (A, B) in enumerate(candidates):
        if _loss(A, B, X, Y) > best_loss:
            best, best_loss = i, _loss(A, B, X, Y)
    return best


edited(LOOP, "last-of-equals", "loss < lowest", "loss <= lowest")


@wrong("counts-from-1")
def best_guess(candidates, X, Y):
    number, best, lowest = 0, 0, np.inf
    for A, B in candidates:
        number += 1
        loss = _loss(A, B, X, Y)
        if loss < lowest:
            best, lowest = number, loss
    return best


@wrong("returns-a-list")
def best_guess(candidates, X, Y):
    return [_loss(A, B, X, Y) for A, B in candidates]


@wrong("always-the-first")
def best_guess(candidates, X, Y):
    losses = [_loss(A, B, X, Y) for A, B in candidates]
    losses.sort()
    return losses.index(min(losses))


@wrong("first-candidate-left-out")
def best_guess(candidates, X, Y):
    best, lowest = 0, np.inf
    for i in range(1, len(candidates)):
        loss = _loss(*candidates[i], X, Y)
        if loss < lowest:
            best, lowest = i, loss
    return best


edited(best_guess, "last-candidate-left-out", "(1, len(candidates))", "(len(candidates) - 1)")


@wrong("compares-with-the-one-before-only")
def best_guess(candidates, X, Y):
    best, before = 0, np.inf
    for i, (A, B) in enumerate(candidates):
        loss = _loss(A, B, X, Y)
        if loss < before:
            best = i
        before = loss
    return best


@wrong("compares-with-the-first-only")
def best_guess(candidates, X, Y):
    best = 0
    lowest = _loss(*candidates[0], X, Y)
    for i in range(len(candidates)):
        if _loss(*candidates[i], X, Y) < lowest:
            best = i
    return best


@wrong("always-the-last")
def best_guess(candidates, X, Y):
    lowest = np.inf
    for i, (A, B) in enumerate(candidates):
        if _loss(A, B, X, Y) < lowest:
            best = i
    return best


@wrong("stops-at-the-first-better-one")
def best_guess(candidates, X, Y):
    lowest = _loss(*candidates[0], X, Y)
    for i, (A, B) in enumerate(candidates):
        if _loss(A, B, X, Y) < lowest:
            return i
    return 0


edited(LOOP, "always-the-first", "np.inf", "0")
edited(LOOP, "wrong-in-a-special-case", "np.inf", "1000")


@wrong("always-the-first")
def best_guess(candidates, X, Y):
    for i, (A, B) in enumerate(candidates):
        if _loss(A, B, X, Y) < np.inf:
            return i


@wrong("changes-argument")
def best_guess(candidates, X, Y):
    losses = [_loss(A, B, X, Y) for A, B in candidates]
    candidates.sort(key=lambda pair: _loss(*pair, X, Y))
    return int(np.argmin(losses))


@wrong("returns-a-float-for-an-int")
def best_guess(candidates, X, Y):
    best, lowest = 0.0, np.inf
    for i, (A, B) in enumerate(candidates):
        loss = _loss(A, B, X, Y)
        if loss < lowest:
            best, lowest = i / 1, loss
    return best


@wrong("an-array-for-a-number")
def best_guess(candidates, X, Y):
    losses = np.array([_loss(A, B, X, Y) for A, B in candidates])
    return np.where(losses == losses.min())[0]


@wrong("raises-indexerror")
def best_guess(candidates, X, Y):
    losses = [_loss(A, B, X, Y) for A, B in candidates]
    best = 0
    for i in range(len(losses)):
        if losses[i + 1] < losses[best]:
            best = i + 1
    return best


@wrong("raises-valueerror")
def best_guess(candidates, X, Y):
    A, B = candidates
    return int(np.argmin(_loss(A, B, X, Y)))
