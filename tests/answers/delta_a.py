"""Answers to 05_delta_a."""

import warnings

import numpy as np

from tests.answers import right, wrong

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


@wrong("weights-missing")
def error_at_hidden(delta_B, B):
    return np.ones_like(B).T @ delta_B


@wrong("sign-of-the-weights-lost")
def error_at_hidden(delta_B, B):
    strength = np.sqrt(B**2)
    return strength.T @ delta_B


@wrong("first-output-only")
def error_at_hidden(delta_B, B):
    blame = np.zeros((B.shape[1], delta_B.shape[1]))
    for k in range(B.shape[0]):
        for j in range(B.shape[1]):
            blame[j] = B[k, j] * delta_B[k]
        return blame


@wrong("last-output-only")
def error_at_hidden(delta_B, B):
    blame = np.zeros((B.shape[1], delta_B.shape[1]))
    for k in range(B.shape[0]):
        for j in range(B.shape[1]):
            blame[j] = B[k, j] * delta_B[k]
    return blame


@wrong("error-shared-out-by-weight")
def error_at_hidden(delta_B, B):
    share = B / np.sum(B, axis=1)[:, None]
    return share.T @ delta_B


@wrong("error-shared-out-by-weight")
def error_at_hidden(delta_B, B):
    totals = abs(B).sum(axis=1)
    return (B.T / totals) @ delta_B


@wrong("b-inverted")
def error_at_hidden(delta_B, B):
    return np.linalg.lstsq(B, delta_B, rcond=None)[0]


@wrong("b-reshaped-not-transposed")
def error_at_hidden(delta_B, B):
    n_out, n_hidden = B.shape
    return np.reshape(B, (n_hidden, n_out)) @ delta_B


@wrong("samples-added-up-first")
def error_at_hidden(delta_B, B):
    error = np.sum(delta_B, axis=1, keepdims=True)
    return np.tile(B.T @ error, delta_B.shape[1])


@wrong("samples-added-up-first")
def error_at_hidden(delta_B, B):
    error = np.sum(delta_B, axis=1, keepdims=True)
    return B.T @ error


@wrong("outputs-not-summed")
def error_at_hidden(delta_B, B):
    return np.einsum("kj,kn->jkn", B, delta_B)


@wrong("averaged-over-the-samples")
def error_at_hidden(delta_B, B):
    return np.mean(B.T @ delta_B, axis=1)


@wrong("absolute-error")
def error_at_hidden(delta_B, B):
    return B.T @ abs(delta_B)


@wrong("only-the-sign-of-the-weights")
def error_at_hidden(delta_B, B):
    return np.sign(B).T @ delta_B


@wrong("squared-weights")
def error_at_hidden(delta_B, B):
    return (B * B).T @ delta_B


@wrong("times-1-over-n-out")
def error_at_hidden(delta_B, B):
    return B.T @ delta_B / len(B)


@wrong("times-1-over-n")
def error_at_hidden(delta_B, B):
    return np.dot(B.T, delta_B) / delta_B.shape[1]


@wrong("wrong-sign")
def error_at_hidden(delta_B, B):
    return -B.T @ delta_B


@wrong("returns-a-list")
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


@wrong("slope-missing")
def delta_A(delta_B, B, Z):
    return B.T @ delta_B


@wrong("slope-at-activation")
def delta_A(delta_B, B, Z):
    H = np.tanh(Z)
    return B.T @ delta_B * (1 - np.tanh(H) ** 2)


@wrong("output-form-fed-with-z")
def delta_A(delta_B, B, Z):
    return (B.T @ delta_B) * (1 - Z * Z)


@wrong("activation-for-slope")
def delta_A(delta_B, B, Z):
    return np.tanh(Z) * (B.T @ delta_B)


@wrong("square-missing")
def delta_A(delta_B, B, Z):
    return (B.T @ delta_B) * (1 - np.tanh(Z))


@wrong("plus-for-minus")
def delta_A(delta_B, B, Z):
    return (B.T @ delta_B) * (1 + np.tanh(Z) ** 2)


@wrong("slope-twice")
def delta_A(delta_B, B, Z):
    slope = 1 - np.tanh(Z) ** 2
    delta = (B.T @ delta_B) * slope
    return delta * slope


@wrong("divided-by-the-slope")
def delta_A(delta_B, B, Z):
    with np.errstate(divide="ignore", invalid="ignore"):
        return (B.T @ delta_B) / (1 - np.tanh(Z) ** 2)


@wrong("slope-averaged-over-the-samples")
def delta_A(delta_B, B, Z):
    slope = np.mean(1 - np.tanh(Z) ** 2, axis=1)
    return (B.T @ delta_B) * slope[:, None]


@wrong("slope-of-the-first-sample")
def delta_A(delta_B, B, Z):
    slope = 1 - np.tanh(Z[:, 0]) ** 2
    return np.diag(slope) @ B.T @ delta_B


@wrong("slope-of-the-sigmoid")
def delta_A(delta_B, B, Z):
    s = 1 / (1 + np.exp(-Z))
    return (B.T @ delta_B) * s * (1 - s)


@wrong("slope-of-the-sigmoid")
def delta_A(delta_B, B, Z):
    H = np.tanh(Z)
    return (B.T @ delta_B) * H * (1 - H)


@wrong("slope-of-relu")
def delta_A(delta_B, B, Z):
    back = B.T @ delta_B
    back[Z <= 0] = 0
    return back


@wrong("square-inside")
def delta_A(delta_B, B, Z):
    return (B.T @ delta_B) * (1 - np.tanh(np.square(Z)))


@wrong("root-of-the-slope")
def delta_A(delta_B, B, Z):
    return (B.T @ delta_B) * np.sqrt(1 - np.tanh(Z) ** 2)


@wrong("slope-of-arctan")
def delta_A(delta_B, B, Z):
    return B.T @ delta_B / (1 + Z * Z)


@wrong("z-for-the-slope")
def delta_A(delta_B, B, Z):
    return B.T @ delta_B * Z


@wrong("h-for-its-own-way-back")
def delta_A(delta_B, B, Z):
    H = np.tanh(Z)
    return (B.T @ delta_B) * H * (1 - H**2)


@wrong("added-not-multiplied")
def delta_A(delta_B, B, Z):
    return (B.T @ delta_B) + (1 - np.tanh(Z) ** 2)


@wrong("error-missing")
def delta_A(delta_B, B, Z):
    return 1 - np.tanh(Z) ** 2


@wrong("activation-of-the-error")
def delta_A(delta_B, B, Z):
    return np.tanh(B.T @ delta_B)


@wrong("slope-taken-at-the-error")
def delta_A(delta_B, B, Z):
    E = B.T @ delta_B
    return E * (1 - np.tanh(E) ** 2)


@wrong("weights-missing")
def delta_A(delta_B, B, Z):
    return np.sum(delta_B, axis=0) * (1 - np.tanh(Z) ** 2)


@wrong("sign-of-the-weights-lost")
def delta_A(delta_B, B, Z):
    return (np.abs(B).T @ delta_B) * (1 - np.tanh(Z) ** 2)


@wrong("first-output-only")
def delta_A(delta_B, B, Z):
    return B[0][:, None] * delta_B[0] / np.cosh(Z) ** 2


@wrong("samples-added-up-first")
def delta_A(delta_B, B, Z):
    e = B.T @ delta_B.sum(axis=1)
    return e[:, None] * (1 - np.tanh(Z) ** 2)


@wrong("b-inverted")
def delta_A(delta_B, B, Z):
    return np.linalg.pinv(B) @ delta_B * (1 - np.tanh(Z) ** 2)


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


@wrong("product-of-averages")
def gradient_A(delta, X):
    return np.outer(delta.mean(axis=1), X.mean(axis=1))


@wrong("product-of-averages")
def gradient_A(delta, X):
    return np.sum(delta, axis=1)[:, None] * np.sum(X, axis=1)


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


@wrong("samples-not-summed")
def gradient_A(delta, X):
    return delta[:, None, :] * X


@wrong("samples-mixed")
def gradient_A(delta, X):
    return np.outer(delta, X)


@wrong("input-reshaped-not-transposed")
def gradient_A(delta, X):
    n_in, N = X.shape
    return delta @ X.reshape(N, n_in)


@wrong("first-input-only")
def gradient_A(delta, X):
    return np.dot(delta, X[0])


@wrong("input-missing")
def gradient_A(delta, X):
    return np.sum(delta, axis=1, keepdims=True) * np.ones(X.shape[0])


@wrong("error-missing")
def gradient_A(delta, X):
    return np.ones_like(delta) @ X.T


@wrong("units-added-up-first")
def gradient_A(delta, X):
    return X @ delta.sum(axis=0)


@wrong("biases-missing")
def gradient_A(delta, X):
    grad = np.zeros((delta.shape[0], X.shape[0]))
    for i in range(X.shape[0] - 1):
        grad[:, i] = delta @ X[i]
    return grad


@wrong("biases-missing")
def gradient_A(delta, X):
    return np.einsum("jn,in->ji", delta, X[:-1])


@wrong("absolute-error")
def gradient_A(delta, X):
    return np.abs(delta) @ X.T


@wrong("activation-put-on-the-input")
def gradient_A(delta, X):
    return delta @ np.tanh(X).T


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


@wrong("slope-missing")
def backward(A, B, X, Y):
    H = np.tanh(A @ X)
    delta_B = (B @ H - Y) / Y.shape[1]
    return B.T @ delta_B @ X.T, delta_B @ H.T


@wrong("slope-at-activation")
def backward(A, B, X, Y):
    def d_tanh(z):
        return 1 - np.tanh(z) ** 2

    H = np.tanh(A @ X)
    D = (B @ H - Y) / Y.shape[1]
    return (B.T @ D * d_tanh(H)) @ X.T, D @ H.T


@wrong("output-form-fed-with-z")
def backward(A, B, X, Y):
    Z = A @ X
    H = np.tanh(Z)
    D = (B @ H - Y) / Y.shape[1]
    return ((B.T @ D) * (1 - Z**2)) @ X.T, D @ H.T


@wrong("slope-twice")
def backward(A, B, X, Y):
    H = np.tanh(A @ X)
    D = (B @ H - Y) / Y.shape[1]
    back = (B.T @ D) * (1 - H**2)
    return (back * (1 - H**2)) @ X.T, D @ H.T


@wrong("slope-averaged-over-the-samples")
def backward(A, B, X, Y):
    H = np.tanh(A @ X)
    D = (B @ H - Y) / Y.shape[1]
    slope = (1 - H**2).mean(axis=1, keepdims=True)
    return (B.T @ D * slope) @ X.T, D @ H.T


@wrong("weights-missing")
def backward(A, B, X, Y):
    H = np.tanh(A @ X)
    D = (B @ H - Y) / Y.shape[1]
    return (D.sum(axis=0) * (1 - H**2)) @ X.T, D @ H.T


@wrong("samples-added-up-first")
def backward(A, B, X, Y):
    H = np.tanh(A @ X)
    D = (B @ H - Y) / Y.shape[1]
    total = D.sum(axis=1, keepdims=True)
    return (B.T @ total * (1 - H**2)) @ X.T, D @ H.T


@wrong("gradient-of-b-in-place-of-b")
def backward(A, B, X, Y):
    H = np.tanh(A @ X)
    D = (B @ H - Y) / Y.shape[1]
    grad_B = D @ H.T
    return (grad_B.T @ D * (1 - H**2)) @ X.T, grad_B


@wrong("h-for-x")
def backward(A, B, X, Y):
    H = np.tanh(A @ X)
    D = (B @ H - Y) / Y.shape[1]
    return (B.T @ D * (1 - H**2)) @ H.T, D @ H.T


@wrong("x-for-h")
def backward(A, B, X, Y):
    H = np.tanh(A @ X)
    D = (B @ H - Y) / Y.shape[1]
    return (B.T @ D * (1 - H**2)) @ X.T, D @ X.T


@wrong("z-for-h")
def backward(A, B, X, Y):
    Z = A @ X
    H = np.tanh(Z)
    D = (B @ H - Y) / Y.shape[1]
    return (B.T @ D * (1 - H**2)) @ X.T, D @ Z.T


@wrong("activation-used-twice")
def backward(A, B, X, Y):
    H = np.tanh(A @ X)
    D = (B @ H - Y) / Y.shape[1]
    return (B.T @ D * (1 - H**2)) @ X.T, D @ np.tanh(H).T


@wrong("gradients-exchanged")
def backward(A, B, X, Y):
    H = np.tanh(A @ X)
    D = (B @ H - Y) / Y.shape[1]
    return D @ H.T, (B.T @ D * (1 - H**2)) @ X.T


@wrong("returns-error-terms")
def backward(A, B, X, Y):
    H = np.tanh(A @ X)
    D = (B @ H - Y) / Y.shape[1]
    return B.T @ D * (1 - H**2), D


@wrong("times-n")
def backward(A, B, X, Y):
    H = np.tanh(A @ X)
    D = B @ H - Y
    return (B.T @ D * (1 - H**2)) @ X.T, D @ H.T


@wrong("times-1-over-n")
def backward(A, B, X, Y):
    H = np.tanh(A @ X)
    N = X.shape[1]
    D = (B @ H - Y) / N
    return (B.T @ D * (1 - H**2)) @ X.T / N, D @ H.T


@wrong("wrong-sign")
def backward(A, B, X, Y):
    H = np.tanh(A @ X)
    D = (Y - B @ H) / Y.shape[1]
    return (B.T @ D * (1 - H**2)) @ X.T, D @ H.T


@wrong("times-1-over-n-out")
def backward(A, B, X, Y):
    H = np.tanh(A @ X)
    D = (B @ H - Y) / Y.size
    return (B.T @ D * (1 - H**2)) @ X.T, D @ H.T


@wrong("target-missing")
def backward(A, B, X, Y):
    H = np.tanh(A @ X)
    D = B @ H / Y.shape[1]
    return (B.T @ D * (1 - H**2)) @ X.T, D @ H.T


@wrong("slope-at-linear-output")
def backward(A, B, X, Y):
    H = np.tanh(A @ X)
    P = B @ H
    D = (P - Y) * (1 - P**2) / Y.shape[1]
    return (B.T @ D * (1 - H**2)) @ X.T, D @ H.T


@wrong("activation-on-output")
def backward(A, B, X, Y):
    H = np.tanh(A @ X)
    P = np.tanh(B @ H)
    D = (P - Y) * (1 - P**2) / Y.shape[1]
    return (B.T @ D * (1 - H**2)) @ X.T, D @ H.T


@wrong("activation-missing")
def backward(A, B, X, Y):
    D = (B @ A @ X - Y) / Y.shape[1]
    return B.T @ D @ X.T, D @ (A @ X).T


@wrong("sigmoid-for-tanh")
def backward(A, B, X, Y):
    H = 1 / (1 + np.exp(-(A @ X)))
    D = (B @ H - Y) / Y.shape[1]
    return (B.T @ D * H * (1 - H)) @ X.T, D @ H.T


@wrong("slope-of-the-sigmoid")
def backward(A, B, X, Y):
    H = np.tanh(A @ X)
    D = (B @ H - Y) / Y.shape[1]
    return (B.T @ D * H * (1 - H)) @ X.T, D @ H.T


@wrong("product-of-averages")
def backward(A, B, X, Y):
    H = np.tanh(A @ X)
    D = (B @ H - Y) / Y.shape[1]
    back = B.T @ D * (1 - H**2)
    x, h = X.mean(axis=1), H.mean(axis=1)
    return np.outer(back.sum(axis=1), x), np.outer(D.sum(axis=1), h)


@wrong("first-sample-only")
def backward(A, B, X, Y):
    H = np.tanh(A @ X)
    D = (B @ H - Y) / Y.shape[1]
    back = B.T @ D * (1 - H**2)
    return np.outer(back[:, 0], X[:, 0]), np.outer(D[:, 0], H[:, 0])


@wrong("last-sample-only")
def backward(A, B, X, Y):
    N = X.shape[1]
    for n in range(N):
        h = np.tanh(A @ X[:, n])
        d = (B @ h - Y[:, n]) / N
        grad_B = np.outer(d, h)
        grad_A = np.outer(B.T @ d * (1 - h**2), X[:, n])
    return grad_A, grad_B


@wrong("slope-of-the-hidden-units-too-early")
def backward(A, B, X, Y):
    H = np.tanh(A @ X)
    slope = 1 - H**2
    D = (B @ H - Y) / Y.shape[1]
    return (B.T @ D * slope) @ X.T, D @ (H * slope).T


@wrong("times-the-weights")
def backward(A, B, X, Y):
    H = np.tanh(A @ X)
    D = (B @ H - Y) / Y.shape[1]
    return (B.T @ D * (1 - H**2)) @ X.T * A, D @ H.T * B


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


@wrong("stale-b")
def step_both(A, B, X, Y, learning_rate_A, learning_rate_B):
    B = B - learning_rate_B * _both(A, B, X, Y)[1]
    A = A - learning_rate_A * _both(A, B, X, Y)[0]
    return A, B


@wrong("stale-a")
def step_both(A, B, X, Y, learning_rate_A, learning_rate_B):
    A = A - learning_rate_A * _both(A, B, X, Y)[0]
    B = B - learning_rate_B * _both(A, B, X, Y)[1]
    return A, B


@wrong("stale-a")
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


@wrong("one-learning-rate")
def step_both(A, B, X, Y, learning_rate_A, learning_rate_B):
    grad_A, grad_B = _both(A, B, X, Y)
    return A - learning_rate_A * grad_A, B - learning_rate_A * grad_B


@wrong("one-learning-rate")
def step_both(A, B, X, Y, learning_rate_A, learning_rate_B):
    new = [W - learning_rate_B * G for W, G in zip((A, B), _both(A, B, X, Y), strict=True)]
    return new[0], new[1]


@wrong("learning-rate-ignored")
def step_both(A, B, X, Y, learning_rate_A, learning_rate_B):
    grad_A, grad_B = _both(A, B, X, Y)
    return A - grad_A, B - grad_B


@wrong("divides-by-learning-rate")
def step_both(A, B, X, Y, learning_rate_A, learning_rate_B):
    grad_A, grad_B = _both(A, B, X, Y)
    return A - grad_A / learning_rate_A, B - grad_B / learning_rate_B


@wrong("uphill")
def step_both(A, B, X, Y, learning_rate_A, learning_rate_B):
    grad_A, grad_B = _both(A, B, X, Y)
    return A + learning_rate_A * grad_A, B + learning_rate_B * grad_B


@wrong("a-goes-uphill")
def step_both(A, B, X, Y, learning_rate_A, learning_rate_B):
    grad_A, grad_B = _both(A, B, X, Y)
    return A + learning_rate_A * grad_A, B - learning_rate_B * grad_B


@wrong("a-unchanged")
def step_both(A, B, X, Y, learning_rate_A, learning_rate_B):
    _, grad_B = _both(A, B, X, Y)
    return A, B - learning_rate_B * grad_B


@wrong("both-unchanged")
def step_both(A, B, X, Y, learning_rate_A, learning_rate_B):
    grad_A, grad_B = _both(A, B, X, Y)
    A - learning_rate_A * grad_A
    B - learning_rate_B * grad_B
    return A, B


@wrong("returns-the-gradients")
def step_both(A, B, X, Y, learning_rate_A, learning_rate_B):
    return _both(A, B, X, Y)


@wrong("returns-the-steps")
def step_both(A, B, X, Y, learning_rate_A, learning_rate_B):
    grad_A, grad_B = _both(A, B, X, Y)
    return -learning_rate_A * grad_A, -learning_rate_B * grad_B


@wrong("new-weights-exchanged")
def step_both(A, B, X, Y, learning_rate_A, learning_rate_B):
    grad_A, grad_B = _both(A, B, X, Y)
    return B - learning_rate_B * grad_B, A - learning_rate_A * grad_A


@wrong("mean-missing")
def step_both(A, B, X, Y, learning_rate_A, learning_rate_B):
    H = np.tanh(A @ X)
    D = B @ H - Y
    back = B.T @ D * (1 - H**2)
    return A - learning_rate_A * back @ X.T, B - learning_rate_B * D @ H.T


@wrong("mean-over-outputs")
def step_both(A, B, X, Y, learning_rate_A, learning_rate_B):
    H = np.tanh(A @ X)
    D = (B @ H - Y) / Y.size
    back = B.T @ D * (1 - H**2)
    return A - learning_rate_A * back @ X.T, B - learning_rate_B * D @ H.T


@wrong("slope-missing")
def step_both(A, B, X, Y, learning_rate_A, learning_rate_B):
    H = np.tanh(A @ X)
    D = (B @ H - Y) / Y.shape[1]
    return A - learning_rate_A * B.T @ D @ X.T, B - learning_rate_B * D @ H.T


@wrong("slope-at-activation")
def step_both(A, B, X, Y, learning_rate_A, learning_rate_B):
    H = np.tanh(A @ X)
    D = (B @ H - Y) / Y.shape[1]
    back = B.T @ D * (1 - np.tanh(H) ** 2)
    return A - learning_rate_A * back @ X.T, B - learning_rate_B * D @ H.T


@wrong("weights-missing")
def step_both(A, B, X, Y, learning_rate_A, learning_rate_B):
    H = np.tanh(A @ X)
    D = (B @ H - Y) / Y.shape[1]
    back = D.sum(axis=0) * (1 - H**2)
    return A - learning_rate_A * back @ X.T, B - learning_rate_B * D @ H.T


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
