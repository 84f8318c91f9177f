"""Answers to 05_delta_a."""

import warnings

import numpy as np

from tests.answers import edited, right, wrong

# --- error_at_hidden --------------------------------------------------------------------------


@right("one line")
def error_at_hidden(delta_B, B):
    return B.T @ delta_B


@right("the other way round, turned afterwards")
def error_at_hidden(delta_B, B):
    return (delta_B.T @ B).T


@right("three loops")
def error_at_hidden(delta_B, B):
    n_out, n_hidden = B.shape
    blame = np.zeros((n_hidden, delta_B.shape[1]))
    for n in range(delta_B.shape[1]):
        for j in range(n_hidden):
            for k in range(n_out):
                blame[j, n] += B[k, j] * delta_B[k, n]
    return blame


@right("einsum, with type hints")
def error_at_hidden(delta_B: np.ndarray, B: np.ndarray) -> np.ndarray:
    return np.einsum("kj,kn->jn", B, delta_B)


@right("output by output")
def error_at_hidden(delta_B, B, verbose=False):
    total = 0
    for weights, errors in zip(B, delta_B, strict=True):
        total = total + np.outer(weights, errors)
    if verbose:
        print(total)
    return total


@right("single precision, and prints")
def error_at_hidden(delta_B, B):
    print("shapes", B.shape, delta_B.shape)
    return np.float32(B).T @ np.float32(delta_B)


@right("list comprehension")
def error_at_hidden(delta_B, B):
    columns = [[np.dot(b, d) for b in B.T] for d in delta_B.T]
    return np.array(columns).T


@wrong("raises-valueerror")
def error_at_hidden(delta_B, B):
    return B @ delta_B


@wrong("raises-valueerror")
def error_at_hidden(delta_B, B):
    return B * delta_B


@wrong("transposed")
def error_at_hidden(delta_B, B):
    return delta_B.T @ B


@wrong("weights-missing")
def error_at_hidden(delta_B, B):
    total = delta_B.sum(axis=0)
    return np.array([total for _ in range(B.shape[1])])


@wrong("first-output-only")
def error_at_hidden(delta_B, B):
    blame = np.zeros((B.shape[1], delta_B.shape[1]))
    for k in range(B.shape[0]):
        for j in range(B.shape[1]):
            blame[j] = B[k, j] * delta_B[k]
        return blame


edited(error_at_hidden, "last-output-only", "    return blame", "return blame")


@wrong("b-reshaped-not-transposed")
def error_at_hidden(delta_B, B):
    n_out, n_hidden = B.shape
    return np.reshape(B, (n_hidden, n_out)) @ delta_B


@wrong("times-1-over-n-out")
def error_at_hidden(delta_B, B):
    return B.T @ delta_B / len(B)


@wrong("times-1-over-n")
def error_at_hidden(delta_B, B):
    return np.dot(B.T, delta_B) / delta_B.shape[1]


@wrong("wrong-sign")
def error_at_hidden(delta_B, B):
    return -B.T @ delta_B


@right("a list of lists")
def error_at_hidden(delta_B, B):
    return [list(row) for row in B.T @ delta_B]


@wrong("changes-argument")
def error_at_hidden(delta_B, B):
    delta_B *= 2
    return B.T @ delta_B / 2


# --- delta_A ----------------------------------------------------------------------------------


@right("one line")
def delta_A(delta_B, B, Z):
    return (B.T @ delta_B) * (1 - np.tanh(Z) ** 2)


@right("steps with names, from H")
def delta_A(delta_B, B, Z):
    H = np.tanh(Z)
    delta_H = B.T @ delta_B
    slope = 1 - H * H
    return np.multiply(slope, delta_H)


@right("cosh")
def delta_A(delta_B, B, Z):
    return B.T @ delta_B / np.cosh(Z) ** 2


@right("sample by sample, a matrix of slopes")
def delta_A(delta_B, B, Z):
    columns = []
    for n in range(Z.shape[1]):
        slopes = np.diag(1 - np.tanh(Z[:, n]) ** 2)
        columns.append(slopes @ B.T @ delta_B[:, n])
    return np.stack(columns, axis=1)


@right("the slope of tanh by exp")
def delta_A(delta_B, B, Z):
    def slope(z):
        e = np.exp(-2 * abs(z))
        return 4 * e / (1 + e) ** 2

    return slope(Z) * np.einsum("kj,kn->jn", B, delta_B)


@right("single precision")
def delta_A(delta_B, B, Z):
    Z = Z.astype(np.float32)
    back = B.astype(np.float32).T @ delta_B.astype(np.float32)
    return back * (1 - np.tanh(Z) ** 2)


def _back(errors, weights):
    return weights.T @ errors


@right("a helper of one's own")
def delta_A(delta_B, B, Z):
    slope = (1 + np.tanh(Z)) * (1 - np.tanh(Z))
    return _back(delta_B, B) * slope


@wrong("slope-twice")
def delta_A(delta_B, B, Z):
    slope = 1 - np.tanh(Z) ** 2
    delta = (B.T @ delta_B) * slope
    return delta * slope


@wrong("slope-of-relu")
def delta_A(delta_B, B, Z):
    back = B.T @ delta_B
    back[Z <= 0] = 0
    return back


@wrong("wrong-sign")
def delta_A(delta_B, B, Z):
    return (B.T @ delta_B) * (np.tanh(Z) ** 2 - 1)


@wrong("times-1-over-n")
def delta_A(delta_B, B, Z):
    return (B.T @ delta_B) * (1 - np.tanh(Z) ** 2) / Z.shape[1]


@wrong("raises-valueerror")
def delta_A(delta_B, B, Z):
    return (B.T @ delta_B) @ (1 - np.tanh(Z) ** 2)


@wrong("raises-valueerror")
def delta_A(delta_B, B, Z):
    return B @ delta_B * (1 - np.tanh(Z) ** 2)


@wrong("transposed")
def delta_A(delta_B, B, Z):
    return (delta_B.T @ B) * (1 - np.tanh(Z) ** 2).T


@wrong("changes-argument")
def delta_A(delta_B, B, Z):
    np.tanh(Z, out=Z)
    return (B.T @ delta_B) * (1 - Z**2)


@wrong("finite-differences")
def delta_A(delta_B, B, Z):
    step = 1e-6
    slope = (np.tanh(Z + step) - np.tanh(Z - step)) / (2 * step)
    return (B.T @ delta_B) * slope


# --- gradient_A -------------------------------------------------------------------------------


@right("one line")
def gradient_A(delta, X):
    return delta @ X.T


@right("outer products added up")
def gradient_A(delta, X):
    total = np.zeros((delta.shape[0], X.shape[0]))
    for n in range(X.shape[1]):
        total += np.outer(delta[:, n], X[:, n])
    return total


@right("three loops, Python numbers")
def gradient_A(delta, X):
    rows = []
    for d in delta.tolist():
        rows.append([sum(a * b for a, b in zip(d, x, strict=True)) for x in X.tolist()])
    return np.array(rows)


@right("tensordot")
def gradient_A(delta, X):
    return np.tensordot(delta, X, axes=(1, 1))


@right("broadcast and sum")
def gradient_A(delta, X):
    return np.sum(delta[:, np.newaxis, :] * X[np.newaxis, :, :], axis=2)


@right("turned afterwards, with a warning")
def gradient_A(delta, X):
    warnings.warn("is this the right way round?", stacklevel=2)
    return (X @ delta.T).T


@wrong("transposed")
def gradient_A(delta, X):
    return X @ delta.T


@wrong("times-1-over-n")
def gradient_A(delta, X):
    return delta @ X.T / X.shape[1]


@wrong("wrong-sign")
def gradient_A(delta, X):
    return -(delta @ X.T)


@wrong("times-1-over-n-in")
def gradient_A(delta, X):
    return delta @ X.T / len(X)


@wrong("first-sample-only")
def gradient_A(delta, X):
    for d, x in zip(delta.T, X.T, strict=True):
        return np.outer(d, x)


@wrong("last-sample-only")
def gradient_A(delta, X):
    for d, x in zip(delta.T, X.T, strict=True):
        grad = np.outer(d, x)
    return grad


@wrong("samples-not-summed")
def gradient_A(delta, X):
    return np.stack([np.outer(d, x) for d, x in zip(delta.T, X.T, strict=True)])


@wrong("biases-missing")
def gradient_A(delta, X):
    grad = np.zeros((delta.shape[0], X.shape[0]))
    for i in range(X.shape[0] - 1):
        grad[:, i] = delta @ X[i]
    return grad


@wrong("biases-missing")
def gradient_A(delta, X):
    return np.einsum("jn,in->ji", delta, X[:-1])


@wrong("raises-valueerror")
def gradient_A(delta, X):
    return delta @ X


@wrong("raises-valueerror")
def gradient_A(delta, X):
    return delta * X


@wrong("all-zero")
def gradient_A(delta, X):
    grad = np.zeros((delta.shape[0], X.shape[0]))
    for n in range(X.shape[1]):
        grad + np.outer(delta[:, n], X[:, n])
    return grad


@wrong("a-number-for-an-array")
def gradient_A(delta, X):
    return sum(np.dot(d, d) * x[0] for d, x in zip(delta.T, X.T, strict=True))


# --- backward ---------------------------------------------------------------------------------


@right("each quantity once")
def backward(A, B, X, Y):
    H = np.tanh(A @ X)
    delta_B = (B @ H - Y) / Y.shape[1]
    delta_A = (B.T @ delta_B) * (1 - H**2)
    return delta_A @ X.T, delta_B @ H.T


@right("sample by sample")
def backward(A, B, X, Y):
    grad_A, grad_B = np.zeros(A.shape), np.zeros(B.shape)
    N = X.shape[1]
    for x, y in zip(X.T, Y.T, strict=True):
        h = np.tanh(A @ x)
        d = B @ h - y
        grad_B += np.outer(d, h) / N
        grad_A += np.outer((B.T @ d) * (1 - h * h), x) / N
    return grad_A, grad_B


@right("a list, 1/N at the end, the sign turned twice")
def backward(A, B, X, Y):
    Z = np.matmul(A, X)
    H = np.tanh(Z)
    missing = Y - B @ H
    back = B.T @ missing / np.cosh(Z) ** 2
    N = len(X.T)
    return [-(back @ X.T) / N, -(missing @ H.T) / N]


@right("helpers inside, einsum")
def backward(A, B, X, Y):
    def collect(error, layer_input):
        return np.einsum("jn,in->ji", error, layer_input)

    Z = A @ X
    H = np.tanh(Z)
    delta_B = (B @ H - Y) / X.shape[1]
    delta_A = np.einsum("kj,kn,jn->jn", B, delta_B, 1 - H**2)
    return collect(delta_A, X), collect(delta_B, H)


@right("single precision")
def backward(A, B, X, Y):
    A, B, X, Y = (np.asarray(M, dtype=np.float32) for M in (A, B, X, Y))
    H = np.tanh(A @ X)
    delta_B = (B @ H - Y) / np.float32(Y.shape[1])
    delta_A = (B.T @ delta_B) * (1 - H**2)
    return delta_A @ X.T, delta_B @ H.T


@right("the output error by nudging each prediction")
def backward(A, B, X, Y):
    H = np.tanh(A @ X)
    Y_hat = B @ H
    delta_B = np.zeros_like(Y_hat)
    for place in np.ndindex(*Y_hat.shape):
        nudged = Y_hat.astype(complex)
        nudged[place] += 1e-20j
        delta_B[place] = (np.sum((nudged - Y) ** 2) / (2 * Y.shape[1])).imag / 1e-20
    return (B.T @ delta_B * (1 - H**2)) @ X.T, delta_B @ H.T


@wrong("slope-at-activation")
def backward(A, B, X, Y):
    def d_tanh(z):
        return 1 - np.tanh(z) ** 2

    H = np.tanh(A @ X)
    D = (B @ H - Y) / Y.shape[1]
    return (B.T @ D * d_tanh(H)) @ X.T, D @ H.T


@wrong("times-n")
def backward(A, B, X, Y):
    H = np.tanh(A @ X)
    D = B @ H - Y
    return (B.T @ D * (1 - H**2)) @ X.T, D @ H.T


BACKWARD = backward


@wrong("times-1-over-n")
def backward(A, B, X, Y):
    H = np.tanh(A @ X)
    N = X.shape[1]
    D = (B @ H - Y) / N
    return (B.T @ D * (1 - H**2)) @ X.T / N, D @ H.T


edited(BACKWARD, "wrong-sign", "B @ H - Y", "(Y - B @ H) / Y.shape[1]")
edited(BACKWARD, "times-1-over-n-out", "B @ H - Y", "(B @ H - Y) / Y.size")


@wrong("activation-missing")
def backward(A, B, X, Y):
    D = (B @ A @ X - Y) / Y.shape[1]
    return B.T @ D @ X.T, D @ (A @ X).T


@wrong("last-sample-only")
def backward(A, B, X, Y):
    N = X.shape[1]
    for n in range(N):
        h = np.tanh(A @ X[:, n])
        d = (B @ h - Y[:, n]) / N
        grad_B = np.outer(d, h)
        grad_A = np.outer(B.T @ d * (1 - h**2), X[:, n])
    return grad_A, grad_B


@wrong("wrong-number-of-results")
def backward(A, B, X, Y):
    H = np.tanh(A @ X)
    D = (B @ H - Y) / Y.shape[1]
    return (B.T @ D * (1 - H**2)) @ X.T


@wrong("raises-valueerror")
def backward(A, B, X, Y):
    H = np.tanh(A @ X)
    D = (B @ H - Y) / Y.shape[1]
    return (A.T @ D * (1 - H**2)) @ X.T, D @ H.T


@wrong("transposed")
def backward(A, B, X, Y):
    H = np.tanh(A @ X)
    D = (B @ H - Y) / Y.shape[1]
    return X @ (B.T @ D * (1 - H**2)).T, H @ D.T


@wrong("finite-differences")
def backward(A, B, X, Y):
    def loss():
        return np.sum((B @ np.tanh(A @ X) - Y) ** 2) / (2 * X.shape[1])

    gradients = []
    A, B = A.copy(), B.copy()
    for W in (A, B):
        grad = np.zeros_like(W)
        for place in np.ndindex(*W.shape):
            kept = W[place]
            W[place] = kept + 1e-5
            up = loss()
            W[place] = kept - 1e-5
            grad[place] = (up - loss()) / 2e-5
            W[place] = kept
        gradients.append(grad)
    return tuple(gradients)


# --- step_both --------------------------------------------------------------------------------


def _both(A, B, X, Y):
    H = np.tanh(A @ X)
    D = (B @ H - Y) / Y.shape[1]
    return (B.T @ D * (1 - H**2)) @ X.T, D @ H.T


@right("both gradients first")
def step_both(A, B, X, Y, learning_rate_A, learning_rate_B):
    grad_A, grad_B = _both(A, B, X, Y)
    return A - learning_rate_A * grad_A, B - learning_rate_B * grad_B


@right("copies changed in place, B first, a list")
def step_both(A, B, X, Y, learning_rate_A, learning_rate_B):
    H = np.tanh(A @ X)
    D = (B @ H - Y) / Y.shape[1]
    back = B.T @ D * (1 - H**2)
    new_B = B.copy()
    new_B -= learning_rate_B * D @ H.T
    new_A = np.array(A)
    new_A -= learning_rate_A * back @ X.T
    return [new_A, new_B]


@right("sample by sample, gradients at the old point")
def step_both(A, B, X, Y, learning_rate_A=0.1, learning_rate_B=0.1):
    new_A, new_B = A.copy(), B.copy()
    N = X.shape[1]
    for n in range(N):
        h = np.tanh(A @ X[:, n])
        d = B @ h - Y[:, n]
        new_B = new_B - learning_rate_B / N * np.outer(d, h)
        new_A = new_A - learning_rate_A / N * np.outer((B.T @ d) * (1 - h**2), X[:, n])
    return new_A, new_B


@right("towards the targets")
def step_both(A, B, X, Y, learning_rate_A, learning_rate_B):
    Z = A @ X
    missing = (Y - B @ np.tanh(Z)) / X.shape[1]
    change_B = missing @ np.tanh(Z).T
    change_A = ((B.T @ missing) / np.cosh(Z) ** 2) @ X.T
    return A + learning_rate_A * change_A, B + learning_rate_B * change_B


@right("names reused, A and B rebound")
def step_both(A, B, X, Y, learning_rate_A, learning_rate_B):
    gradients = _both(A, B, X, Y)
    rates = (learning_rate_A, learning_rate_B)
    A, B = (W - rate * G for W, rate, G in zip((A, B), rates, gradients, strict=True))
    return A, B


@wrong("stale-b-sent-back")
def step_both(A, B, X, Y, learning_rate_A, learning_rate_B):
    H = np.tanh(A @ X)
    D = (B @ H - Y) / Y.shape[1]
    B = B - learning_rate_B * D @ H.T
    back = (B.T @ D) * (1 - H**2)
    A = A - learning_rate_A * back @ X.T
    return A, B


@wrong("stale-a-in-h")
def step_both(A, B, X, Y, learning_rate_A, learning_rate_B):
    H = np.tanh(A @ X)
    D = (B @ H - Y) / Y.shape[1]
    A = A - learning_rate_A * ((B.T @ D) * (1 - H**2)) @ X.T
    H = np.tanh(A @ X)
    B = B - learning_rate_B * D @ H.T
    return A, B


@wrong("changes-argument")
def step_both(A, B, X, Y, learning_rate_A, learning_rate_B):
    grad_A, grad_B = _both(A, B, X, Y)
    A -= learning_rate_A * grad_A
    B -= learning_rate_B * grad_B
    return A, B


@wrong("changes-argument")
def step_both(A, B, X, Y, learning_rate_A, learning_rate_B):
    B -= learning_rate_B * _both(A, B, X, Y)[1]
    return A - learning_rate_A * _both(A, B, X, Y)[0], B


@wrong("learning-rates-exchanged")
def step_both(A, B, X, Y, learning_rate_B, learning_rate_A):
    grad_A, grad_B = _both(A, B, X, Y)
    return A - learning_rate_A * grad_A, B - learning_rate_B * grad_B


@wrong("learning-rate-of-b-for-both")
def step_both(A, B, X, Y, learning_rate_A, learning_rate_B):
    new = [W - learning_rate_B * G for W, G in zip((A, B), _both(A, B, X, Y), strict=True)]
    return new[0], new[1]


@wrong("both-unchanged")
def step_both(A, B, X, Y, learning_rate_A, learning_rate_B):
    grad_A, grad_B = _both(A, B, X, Y)
    A - learning_rate_A * grad_A
    B - learning_rate_B * grad_B
    return A, B


@wrong("slope-missing")
def step_both(A, B, X, Y, learning_rate_A, learning_rate_B):
    H = np.tanh(A @ X)
    D = (B @ H - Y) / Y.shape[1]
    return A - learning_rate_A * B.T @ D @ X.T, B - learning_rate_B * D @ H.T


@wrong("wrong-number-of-results")
def step_both(A, B, X, Y, learning_rate_A, learning_rate_B):
    grad_A, grad_B = _both(A, B, X, Y)
    return A - learning_rate_A * grad_A, B - learning_rate_B * grad_B, grad_A


@wrong("wrong-signature")
def step_both(A, B, X, Y, learning_rate):
    grad_A, grad_B = _both(A, B, X, Y)
    return A - learning_rate * grad_A, B - learning_rate * grad_B


@wrong("prints-instead-of-returning")
def step_both(A, B, X, Y, learning_rate_A, learning_rate_B):
    grad_A, grad_B = _both(A, B, X, Y)
    print(A - learning_rate_A * grad_A, B - learning_rate_B * grad_B)
