"""Answers to 04_delta_b."""

import warnings

import numpy as np

from tests.answers import right, wrong

# --- delta_B ----------------------------------------------------------------------------------


@right("one line")
def delta_B(Y_hat, Y):
    return (Y_hat - Y) / Y.shape[1]


@right("the other way round, and turned")
def delta_B(Y_hat, Y):
    N = len(Y[0])
    residual = Y - Y_hat
    return -residual / N


@right("loops over entries")
def delta_B(Y_hat, Y):
    n_out, N = Y.shape
    delta = np.zeros((n_out, N))
    for k in range(n_out):
        for n in range(N):
            delta[k, n] = (Y_hat[k, n] - Y[k, n]) / N
    return delta


@right("single precision")
def delta_B(Y_hat, Y):
    return ((Y_hat - Y) / Y.shape[1]).astype(np.float32)


@right("column by column, type hints, an extra argument")
def delta_B(Y_hat: np.ndarray, Y: np.ndarray, mean: bool = True) -> np.ndarray:
    columns = [Y_hat[:, n] - Y[:, n] for n in range(Y.shape[1])]
    total = np.column_stack(columns)
    return total / len(columns) if mean else total


@right("from the derivative of the square, with prints and warnings")
def delta_B(Y_hat, Y):
    print("shapes", Y_hat.shape, Y.shape)
    warnings.warn("is this right?", stacklevel=1)
    _, samples = Y.shape
    return 1 / (2 * samples) * 2 * np.subtract(Y_hat, Y)


@wrong("wrong-sign")
def delta_B(Y_hat, Y):
    return (Y - Y_hat) / Y.shape[1]


@wrong("times-2")
def delta_B(Y_hat, Y):
    samples = Y.shape[-1]
    return 2 * (Y_hat - Y) / samples


@wrong("times-half")
def delta_B(Y_hat, Y):
    return (Y_hat - Y) / (2 * Y.shape[1])


@wrong("mean-twice")
def delta_B(Y_hat, Y):
    N = Y.shape[1]
    error = (Y_hat - Y) / N
    return error / N


@wrong("times-n-over-nminus-1")
def delta_B(Y_hat, Y):
    return (Y_hat - Y) / (Y.shape[1] - 1)


@wrong("loss-in-place-of-the-error")
def delta_B(Y_hat, Y):
    N = Y.shape[1]
    delta = np.zeros(Y.shape)
    for n in range(N):
        delta[:, n] = 0.5 * np.sum((Y_hat[:, n] - Y[:, n]) ** 2) / N
    return delta


@wrong("averaged-over-the-samples")
def delta_B(Y_hat, Y):
    return np.mean(Y_hat - Y, axis=1)


@wrong("averaged-over-the-samples")
def delta_B(Y_hat, Y):
    return np.sum(Y_hat - Y, axis=1, keepdims=True) / Y.shape[1]


@wrong("transposed")
def delta_B(Y_hat, Y):
    return ((Y_hat - Y) / Y.shape[1]).T


@wrong("changes-argument")
def delta_B(Y_hat, Y):
    Y_hat -= Y
    Y_hat /= Y.shape[1]
    return Y_hat


@wrong("prints-instead-of-returning")
def delta_B(Y_hat, Y):
    print((Y_hat - Y) / Y.shape[1])


@wrong("returns-none")
def delta_B(Y_hat, Y):
    delta = (Y_hat - Y) / Y.shape[1]  # noqa: F841


@wrong("all-zero")
def delta_B(Y_hat, Y):
    delta = np.zeros(Y.shape)
    for column in delta.T:
        column = (Y_hat - Y) / Y.shape[1]  # noqa: F841
    return delta


@wrong("finite-differences")
def delta_B(Y_hat, Y):
    delta = np.zeros_like(Y_hat)
    for place in np.ndindex(Y_hat.shape):
        up, down = Y_hat.copy(), Y_hat.copy()
        up[place] += 1e-5
        down[place] -= 1e-5
        gap = np.sum((up - Y) ** 2) - np.sum((down - Y) ** 2)
        delta[place] = gap / (2 * Y.shape[1]) / 2e-5
    return delta


# --- gradient_B -------------------------------------------------------------------------------


@right("one line")
def gradient_B(delta, H):
    return delta @ H.T


@right("outer products in a loop")
def gradient_B(delta, H):
    total = np.zeros((delta.shape[0], H.shape[0]))
    for n in range(H.shape[1]):
        total += np.outer(delta[:, n], H[:, n])
    return total


@right("einsum")
def gradient_B(delta, H):
    return np.einsum("kn,jn->kj", delta, H)


@right("turned afterwards")
def gradient_B(delta, H):
    return (H @ delta.T).T


@right("three loops")
def gradient_B(delta, H):
    grad = np.zeros((len(delta), len(H)))
    for k, errors in enumerate(delta):
        for j, units in enumerate(H):
            for e, h in zip(errors, units, strict=True):
                grad[k, j] += e * h
    return grad


@right("broadcast and sum")
def gradient_B(delta, H):
    return (delta[:, None, :] * H[None, :, :]).sum(axis=-1)


@right("one-column matrices")
def gradient_B(delta, H):
    def share(n):
        return delta[:, [n]] @ H[:, [n]].T

    return sum(share(n) for n in range(delta.shape[1]))


@wrong("transposed")
def gradient_B(delta, H):
    return H @ delta.T


@wrong("times-n")
def gradient_B(delta, H):
    N = delta.shape[1]
    return N * (delta @ H.T)


@wrong("first-sample-only")
def gradient_B(delta, H):
    for n in range(H.shape[1]):
        return np.outer(delta[:, n], H[:, n])


@wrong("last-sample-only")
def gradient_B(delta, H):
    for n in range(H.shape[1]):
        grad = np.outer(delta[:, n], H[:, n])
    return grad


@wrong("samples-not-summed")
def gradient_B(delta, H):
    return np.array([np.outer(d, h) for d, h in zip(delta.T, H.T, strict=True)])


@wrong("samples-mixed")
def gradient_B(delta, H):
    return np.outer(delta, H)


@wrong("raises-valueerror")
def gradient_B(delta, H):
    return H.T @ delta


@wrong("raises-valueerror")
def gradient_B(delta, H):
    return delta * H


@wrong("changes-argument")
def gradient_B(delta, H):
    N = H.shape[1]
    delta *= N
    return delta @ H.T / N


_shares = []


@wrong("differs-between-calls")
def gradient_B(delta, H):
    _shares.append(delta @ H.T)
    return sum(share for share in _shares if share.shape == _shares[-1].shape)


# --- delta_B_sigmoid --------------------------------------------------------------------------


@right("one line")
def delta_B_sigmoid(Y_hat, Y):
    return (Y_hat - Y) * Y_hat * (1 - Y_hat) / Y.shape[1]


@right("from delta_B's result")
def delta_B_sigmoid(Y_hat, Y):
    linear = (Y_hat - Y) / Y.shape[1]
    slope = Y_hat - Y_hat**2
    return np.multiply(linear, slope)


@right("back to the pre-activation and the slope from exp")
def delta_B_sigmoid(Y_hat, Y):
    z = np.log(Y_hat) - np.log(1 - Y_hat)
    slope = np.exp(-z) / (1 + np.exp(-z)) ** 2
    return (Y_hat - Y) * slope / Y.shape[1]


@right("loops and a helper")
def delta_B_sigmoid(Y_hat, Y):
    def one(p, t, count):
        return (p - t) * p * (1 - p) / count

    rows, count = Y.shape
    return np.array([[one(Y_hat[k, n], Y[k, n], count) for n in range(count)] for k in range(rows)])


@right("single precision")
def delta_B_sigmoid(Y_hat, Y):
    P, T = Y_hat.astype("float32"), Y.astype("float32")
    return (P - T) * P * (1 - P) / np.float32(Y.shape[1])


@wrong("wrong-sign")
def delta_B_sigmoid(Y_hat, Y):
    return (Y - Y_hat) * Y_hat * (1 - Y_hat) / Y.shape[1]


@wrong("wrong-sign")
def delta_B_sigmoid(Y_hat, Y):
    return (Y_hat - Y) * Y_hat * (Y_hat - 1) / Y.shape[1]


@wrong("times-2")
def delta_B_sigmoid(Y_hat, Y):
    return 2 * (Y_hat - Y) * (Y_hat - Y_hat**2) / Y.shape[1]


@wrong("slope-twice")
def delta_B_sigmoid(Y_hat, Y):
    slope = Y_hat * (1 - Y_hat)
    delta = slope * (Y_hat - Y) / Y.shape[1]
    return delta * slope


@wrong("parentheses-missing")
def delta_B_sigmoid(Y_hat, Y):
    return (Y_hat - Y) / Y.shape[1] * Y_hat * 1 - Y_hat


@wrong("a-number-for-an-array")
def delta_B_sigmoid(Y_hat, Y):
    return float(np.mean((Y_hat - Y) * Y_hat * (1 - Y_hat)))


@wrong("raises-valueerror")
def delta_B_sigmoid(Y_hat, Y):
    return (Y_hat - Y) @ (Y_hat * (1 - Y_hat)) / Y.shape[1]


# --- step_B -----------------------------------------------------------------------------------


@right("in one go")
def step_B(B, H, Y, learning_rate):
    return B - learning_rate * ((B @ H - Y) / Y.shape[1]) @ H.T


@right("steps with names")
def step_B(B, H, Y, learning_rate):
    Y_hat = B @ H
    delta = (Y_hat - Y) / Y.shape[1]
    grad = delta @ H.T
    return B + (-learning_rate) * grad


@right("sample by sample into a gradient, then one step")
def step_B(B, H, Y, learning_rate):
    grad = np.zeros(B.shape)
    for n in range(H.shape[1]):
        e = B.dot(H[:, n]) - Y[:, n]
        for k in range(B.shape[0]):
            grad[k] += e[k] * H[:, n]
    new = B.copy()
    new -= learning_rate * grad / H.shape[1]
    return new


@right("a copy changed in place per sample, errors kept from before")
def step_B(B, H, Y, learning_rate):
    errors = B @ H - Y
    W = np.array(B)
    count = Y.shape[1]
    for e, h in zip(errors.T, H.T, strict=True):
        W -= learning_rate / count * e[:, np.newaxis] * h
    return W


@right("step towards the target")
def step_B(B, H, Y, learning_rate=0.1):
    missing = Y - np.matmul(B, H)
    return B + learning_rate * np.einsum("kn,jn->kj", missing, H) / H.shape[1]


@wrong("b-unchanged")
def step_B(B, H, Y, learning_rate):
    grad = (B @ H - Y) @ H.T / Y.shape[1]
    B - learning_rate * grad
    return B


@wrong("learning-rate-ignored")
def step_B(B, H, Y, learning_rate):
    eta = 0.5
    delta = (B @ H - Y) / Y.shape[1]
    return B - eta * delta @ H.T


@wrong("learning-rate-on-b-too")
def step_B(B, H, Y, learning_rate):
    return learning_rate * (B - (B @ H - Y) @ H.T / Y.shape[1])


@wrong("mean-twice")
def step_B(B, H, Y, learning_rate):
    N = H.shape[1]
    delta = (B @ H - Y) / N
    return B - learning_rate * (delta @ H.T) / N


@wrong("slope-at-linear-output")
def step_B(B, H, Y, learning_rate):
    Y_hat = B @ H
    delta = (Y_hat - Y) * (1 - Y_hat**2) / Y.shape[1]
    return B - learning_rate * delta @ H.T


@wrong("sigmoid-on-the-output")
def step_B(B, H, Y, learning_rate):
    P = 1 / (1 + np.exp(-(B @ H)))
    delta = (P - Y) / Y.shape[1] * P * (1 - P)
    return B - learning_rate * delta @ H.T


@wrong("last-sample-only")
def step_B(B, H, Y, learning_rate):
    N = H.shape[1]
    for n in range(N):
        new = B - learning_rate * np.outer(B @ H[:, n] - Y[:, n], H[:, n]) / N
    return new


@wrong("one-sample-after-the-other")
def step_B(B, H, Y, learning_rate):
    W = B.copy()
    for n in range(H.shape[1]):
        e = W @ H[:, n] - Y[:, n]
        W -= learning_rate * np.outer(e, H[:, n]) / H.shape[1]
    return W


@wrong("one-sample-after-the-other")
def step_B(B, H, Y, learning_rate):
    for h, y in zip(H.T, Y.T, strict=True):
        B = B - learning_rate * np.outer(B @ h - y, h)
    return B


@wrong("gradient-normalised")
def step_B(B, H, Y, learning_rate):
    grad = (B @ H - Y) @ H.T / Y.shape[1]
    length = np.sqrt(np.sum(grad**2))
    return B - learning_rate * grad / length


@wrong("changes-argument")
def step_B(B, H, Y, learning_rate):
    B -= learning_rate * (B @ H - Y) @ H.T / Y.shape[1]
    return B


@wrong("transposed")
def step_B(B, H, Y, learning_rate):
    return B.T - learning_rate * H @ (B @ H - Y).T / Y.shape[1]


@wrong("raises-valueerror")
def step_B(B, H, Y, learning_rate):
    return B - learning_rate * H @ (B @ H - Y).T / Y.shape[1]


@wrong("returns-a-tuple")
def step_B(B, H, Y, learning_rate):
    grad = (B @ H - Y) @ H.T / Y.shape[1]
    return B - learning_rate * grad, grad
