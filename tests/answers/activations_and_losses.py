"""Answers to 08_activations_and_losses."""

import math

import numpy as np

from bplib import derivatives, network
from tests.answers import edited, right, wrong

# --- delta_hidden ------------------------------------------------------------------------------


@right("one line")
def delta_hidden(delta_next, W_next, Z, d_activation):
    return (W_next.T @ delta_next) * d_activation(Z)


@right("the slope asked entry by entry")
def delta_hidden(delta_next, W_next, Z, d_activation):
    delta = np.empty(Z.shape)
    for j in range(Z.shape[0]):
        for n in range(Z.shape[1]):
            blame = 0.0
            for k in range(W_next.shape[0]):
                blame += W_next[k, j] * delta_next[k, n]
            delta[j, n] = blame * d_activation(Z[j, n])
    return delta


@right("column by column, with the slopes on a diagonal")
def delta_hidden(delta_next, W_next, Z, d_activation):
    columns = [
        np.diag(d_activation(z)) @ W_next.T @ d for z, d in zip(Z.T, delta_next.T, strict=True)
    ]
    return np.stack(columns, axis=1)


@right("transposed, einsum, a helper of its own")
def delta_hidden(delta_next, W_next, Z, d_activation):
    def back(W, d):
        return np.einsum("kj,kn->nj", W, d)

    return (back(W_next, delta_next) * d_activation(Z.T)).T


@wrong("slope-of-tanh")
def delta_hidden(delta_next, W_next, Z, d_activation):
    H = np.tanh(Z)
    error = W_next.T @ delta_next
    return error * (1 - H**2)


@wrong("slope-missing")
def delta_hidden(delta_next, W_next, Z, d_activation):
    d_activation(Z)
    return W_next.T @ delta_next


@wrong("raises-typeerror")
def delta_hidden(delta_next, W_next, Z, d_activation):
    return (W_next.T @ delta_next) * d_activation


@wrong("raises-valueerror")
def delta_hidden(delta_next, W_next, Z, d_activation):
    return W_next @ delta_next * d_activation(Z)


@wrong("slope-at-activation")
def delta_hidden(delta_next, W_next, Z, d_activation):
    H = np.tanh(Z)
    slopes = d_activation(H)
    return slopes * np.dot(W_next.T, delta_next)


@wrong("slope-of-relu")
def delta_hidden(delta_next, W_next, Z, d_activation):
    delta = W_next.T @ delta_next
    delta[Z <= 0] = 0
    return delta


@wrong("slope-taken-at-the-error")
def delta_hidden(delta_next, W_next, Z, d_activation):
    error = W_next.T @ delta_next
    return d_activation(error) * Z


@wrong("last-output-only")
def delta_hidden(delta_next, W_next, Z, d_activation):
    for w, d in zip(W_next, delta_next, strict=True):
        error = np.outer(w, d)
    return error * d_activation(Z)


@wrong("transposed")
def delta_hidden(delta_next, W_next, Z, d_activation):
    return delta_next.T @ W_next * d_activation(Z.T)


@wrong("mean-twice")
def delta_hidden(delta_next, W_next, Z, d_activation):
    N = Z.shape[1]
    error = W_next.T @ delta_next / N
    return np.multiply(error, d_activation(Z))


@wrong("sign-of-the-weights-lost")  # and a sign
def delta_hidden(delta_next, W_next, Z, d_activation):
    return -np.abs(W_next).T @ delta_next * d_activation(Z)


@wrong("slope-of-tanh")  # and the mean twice
def delta_hidden(delta_next, W_next, Z, d_activation):
    error = W_next.T @ delta_next / delta_next.shape[1]
    return error * (1 - np.tanh(Z) ** 2)


# --- delta_logistic ----------------------------------------------------------------------------


@right("one line")
def delta_logistic(Z, Y):
    return (1 / (1 + np.exp(-Z)) - Y) / Y.shape[1]


@right("the sigmoid from tanh")
def delta_logistic(Z, Y):
    P = (1 + np.tanh(Z / 2)) / 2
    return (P - Y) / Z.shape[1]


@right("two kinds of targets")
def delta_logistic(Z, Y):
    P = network.sigmoid(Z)
    return np.where(Y == 1, -(1 - P), P) / Y.shape[1]


@right("two branches that never overflow, in a loop")
def delta_logistic(Z, Y):
    delta = np.zeros(Z.shape)
    for i, z in np.ndenumerate(Z):
        p = 1 / (1 + math.exp(-z)) if z > 0 else math.exp(z) / (1 + math.exp(z))
        delta[i] = (p - Y[i]) / len(Z[0])
    return delta


@right("clipped where nothing changes any more")
def delta_logistic(Z, Y):
    P = 1 / (1 + np.exp(-np.clip(Z, -500, 500)))
    return np.divide(P - Y, Y.shape[1])


@right("a sample at a time")
def delta_logistic(Z, Y):
    columns = []
    for z, y in zip(Z.T, Y.T, strict=True):
        columns.append((1.0 / (1.0 + np.exp(-z)) - y) / Z.shape[1])
    return np.column_stack(columns)


@right("in single precision")
def delta_logistic(Z, Y):
    Z, Y = Z.astype(np.float32), Y.astype(np.float32)
    return (1 / (1 + np.exp(-Z)) - Y) / np.float32(Y.shape[1])


@wrong("slope-kept")
def delta_logistic(Z, Y):
    P = 1 / (1 + np.exp(-Z))
    return (P - Y) * P * (1 - P) / Y.shape[1]


@wrong("mean-missing")
def delta_logistic(Z, Y):
    P = 1 / (1 + np.exp(-Z))
    return P - Y


@wrong("sigmoid-overflows")
def delta_logistic(Z, Y):
    E = np.exp(Z)
    P = E / (E + 1)
    return (P - Y) / Y.shape[1]


@wrong("links-multiplied-out")
def delta_logistic(Z, Y):
    P = network.sigmoid(Z)
    dL_dP = -Y / P + (1 - Y) / (1 - P)
    return dL_dP * P * (1 - P) / Y.shape[1]


@wrong("stops-at-the-prediction")
def delta_logistic(Z, Y):
    P = network.sigmoid(Z)
    return (-Y / P + (1 - Y) / (1 - P)) / Y.shape[1]


@wrong("links-multiplied-out")
def delta_logistic(Z, Y):
    P = 1 / (1 + np.exp(-Z))
    first = P * (1 - P)
    second = np.where(Y == 1, -1 / P, 1 / (1 - P))
    return first * second / Y.shape[1]


@wrong("stops-at-the-prediction")  # and the mean missing
def delta_logistic(Z, Y):
    P = 1 / (1 + np.exp(-Z))
    delta = np.zeros_like(Z)
    delta[Y == 1] = -1 / P[Y == 1]
    delta[Y == 0] = 1 / (1 - P[Y == 0])
    return delta


@wrong("wrong-sign")
def delta_logistic(Z, Y):
    N = Y.shape[1]
    return (Y - 1 / (1 + np.exp(-Z))) / N


@wrong("mean-over-outputs")
def delta_logistic(Z, Y):
    P = 1 / (1 + np.exp(-Z))
    return (P - Y) / Y.size


@wrong("softmax-for-sigmoid")
def delta_logistic(Z, Y):
    E = np.exp(Z - Z.max(axis=0))
    return (E / E.sum(axis=0) - Y) / Y.shape[1]


@wrong("only-the-targets-of-1")
def delta_logistic(Z, Y):
    P = 1 / (1 + np.exp(-Z))
    return -Y * (1 - P) / Y.shape[1]


@wrong("raises-overflowerror")
def delta_logistic(Z, Y):
    delta = np.zeros(Z.shape)
    for i in range(Z.shape[0]):
        for n in range(Z.shape[1]):
            delta[i, n] = (1 / (1 + math.exp(-Z[i, n])) - Y[i, n]) / Z.shape[1]
    return delta


@wrong("sign-of-the-exponent")
def delta_logistic(Z, Y):
    P = 1 / (1 + np.exp(Z))
    return (P - Y) / Y.shape[1]


@wrong("slope-kept")  # and the mean missing
def delta_logistic(Z, Y):
    P = 1 / (1 + np.exp(-Z))
    slope = P * (1 - P)
    return (P - Y) * slope


@wrong("targets-exchanged")
def delta_logistic(Z, Y):
    P = 1 / (1 + np.exp(-Z))
    return (Y * P + (1 - Y) * (P - 1)) / Y.shape[1]


@wrong("no-probability")
def delta_logistic(Z, Y):
    P = 1 / np.exp(-Z)
    return (P - Y) / Y.shape[1]


@wrong("loss-in-place-of-the-error")
def delta_logistic(Z, Y):
    P = 1 / (1 + np.exp(-Z))
    return -(Y * np.log(P) + (1 - Y) * np.log(1 - P)) / Y.shape[1]


@wrong("changes-argument")
def delta_logistic(Z, Y):
    Z *= -1
    P = 1 / (1 + np.exp(Z))
    return (P - Y) / Y.shape[1]


@wrong("finite-differences")
def delta_logistic(Z, Y):
    return derivatives.gradient(lambda P: network.binary_cross_entropy(P, Y), Z)


# --- softmax -----------------------------------------------------------------------------------


@right("three lines")
def softmax(Z):
    E = np.exp(Z - Z.max(axis=0))
    return E / E.sum(axis=0)


@right("a column at a time")
def softmax(Z):
    P = np.zeros_like(Z)
    for n in range(Z.shape[1]):
        z = Z[:, n] - max(Z[:, n])
        P[:, n] = [math.exp(a) for a in z]
        P[:, n] /= sum(P[:, n])
    return P


@right("one over a sum of differences")
def softmax(Z):
    with np.errstate(over="ignore"):
        return 1 / np.exp(Z[None, :, :] - Z[:, None, :]).sum(axis=1)


@right("by the logarithm")
def softmax(Z):
    return np.exp(Z - np.logaddexp.reduce(Z, axis=0))


@right("transposed, with samples in rows")
def softmax(Z):
    rows = Z.T
    rows = rows - rows.max(axis=1, keepdims=True)
    rows = np.exp(rows)
    return (rows / rows.sum(axis=1, keepdims=True)).T


@right("lists")
def softmax(Z):
    columns = []
    for z in Z.T.tolist():
        highest = max(z)
        e = [math.exp(a - highest) for a in z]
        columns.append([a / sum(e) for a in e])
    return [list(row) for row in zip(*columns, strict=True)]


@wrong("max-not-subtracted")
def softmax(Z):
    E = np.exp(Z)
    return E / np.sum(E, axis=0)


@wrong("softmax-over-rows")
def softmax(Z):
    E = np.exp(Z - np.max(Z, axis=1, keepdims=True))
    return E / np.sum(E, axis=1, keepdims=True)


@wrong("max-over-everything")
def softmax(Z):
    Z = Z - np.max(Z)
    return np.exp(Z) / np.exp(Z).sum(axis=0)


@wrong("softmax-over-everything")
def softmax(Z):
    E = np.exp(Z - np.max(Z))
    return E / np.sum(E)


@wrong("raises-valueerror")
def softmax(Z):
    E = np.exp(Z - Z.max(axis=1))
    return E / E.sum(axis=1)


@wrong("clipped-pre-activations")
def softmax(Z):
    E = np.exp(np.clip(Z, -700, 700))
    return E / E.sum(axis=0)


@wrong("raises-overflowerror")
def softmax(Z):
    P = np.zeros(Z.shape)
    for n in range(Z.shape[1]):
        e = [math.exp(z) for z in Z[:, n]]
        P[:, n] = np.array(e) / sum(e)
    return P


@wrong("finite-differences")  # a constant added to be safe
def softmax(Z):
    E = np.exp(Z - Z.max(axis=0))
    return E / (E.sum(axis=0) + 1e-9)


@wrong("changes-argument")
def softmax(Z):
    Z -= Z.max(axis=0)
    E = np.exp(Z)
    return E / E.sum(axis=0)


@wrong("softmax-over-rows")  # and no largest entry subtracted
def softmax(Z):
    P = np.zeros(Z.shape)
    for i, z in enumerate(Z):
        P[i] = np.exp(z) / np.sum(np.exp(z))
    return P


@wrong("transposed")
def softmax(Z):
    rows = np.exp(Z.T - Z.T.max(axis=1, keepdims=True))
    return rows / rows.sum(axis=1, keepdims=True)


@wrong("returns-none")
def softmax(Z):
    E = np.exp(Z - Z.max(axis=0))
    E /= E.sum(axis=0)


# --- cross_entropy -----------------------------------------------------------------------------


@right("log of the sum, minus z")
def cross_entropy(Z, Y):
    S = Z - Z.max(axis=0)
    return np.mean(np.log(np.exp(S).sum(axis=0)) - np.sum(Y * S, axis=0))


@right("log-softmax, picked by argmax")
def cross_entropy(Z, Y):
    S = Z - np.max(Z, axis=0, keepdims=True)
    logs = S - np.log(np.sum(np.exp(S), axis=0, keepdims=True))
    return -logs[Y.argmax(axis=0), np.arange(Y.shape[1])].mean()


@right("numpy's logaddexp, with the largest added back")
def cross_entropy(Z, Y):
    return float(np.mean(np.logaddexp.reduce(Z, axis=0) - (Z * Y).sum(0)))


@right("a sample at a time, in Python's numbers")
def cross_entropy(Z, Y):
    total = 0.0
    for z, y in zip(Z.T, Y.T, strict=True):
        highest = max(z)
        total += highest + math.log(sum(math.exp(a - highest) for a in z)) - z[list(y).index(1)]
    return total / Y.shape[1]


@right("from differences to the right class")
def cross_entropy(Z, Y):
    right_z = np.sum(Z * Y, axis=0)
    gaps = Z - right_z
    top = np.maximum(gaps.max(axis=0), 0)
    return np.mean(top + np.log(np.exp(gaps - top).sum(axis=0)))


@right("a matrix product and its trace")
def cross_entropy(Z, Y):
    m = Z.max(axis=0)
    logs = Z - m - np.log(np.exp(Z - m).sum(axis=0))
    return -np.trace(Y.T @ logs) / Y.shape[1]


@wrong("log-of-softmax")
def cross_entropy(Z, Y):
    E = np.exp(Z - Z.max(axis=0))
    P = E / E.sum(axis=0)
    return -np.sum(Y * np.log(P)) / Y.shape[1]


CROSS_ENTROPY = cross_entropy


edited(
    CROSS_ENTROPY,
    "log-of-softmax",
    "-np.sum(Y * np.log(P)) / Y.shape[1]",
    "-np.mean(np.log(P[Y.argmax(axis=0), range(Y.shape[1])]))",
)
edited(CROSS_ENTROPY, "epsilon-in-the-logarithm", "np.log(P))", "np.log(P + 1e-12))")


@wrong("epsilon-in-the-logarithm")
def cross_entropy(Z, Y):
    E = np.exp(Z - Z.max(axis=0))
    P = np.clip(E / E.sum(axis=0), 1e-15, 1 - 1e-15)
    return -np.mean(np.sum(Y * np.log(P), axis=0))


@wrong("mean-over-outputs")
def cross_entropy(Z, Y):
    S = Z - Z.max(axis=0)
    logs = S - np.log(np.exp(S).sum(axis=0))
    return -np.mean(Y * logs)


@wrong("mean-missing")
def cross_entropy(Z, Y):
    S = Z - Z.max(axis=0)
    logs = S - np.log(np.exp(S).sum(axis=0))
    return -np.sum(Y * logs)


@wrong("max-not-subtracted")
def cross_entropy(Z, Y):
    P = np.exp(Z) / np.exp(Z).sum(axis=0)
    return -np.sum(Y * np.log(P)) / Y.shape[1]


@wrong("max-not-subtracted")
def cross_entropy(Z, Y):
    return np.mean(np.log(np.sum(np.exp(Z), axis=0)) - np.sum(Y * Z, axis=0))


@wrong("max-not-added-back")
def cross_entropy(Z, Y):
    log_sums = np.log(np.sum(np.exp(Z - Z.max(axis=0)), axis=0))
    return np.mean(log_sums - np.sum(Y * Z, axis=0))


@wrong("samples-not-averaged")
def cross_entropy(Z, Y):
    S = Z - Z.max(axis=0)
    return np.log(np.exp(S).sum(axis=0)) - (Y * S).sum(axis=0)


@wrong("wrong-sign")
def cross_entropy(Z, Y):
    S = Z - Z.max(axis=0)
    logs = S - np.log(np.exp(S).sum(axis=0))
    return np.sum(Y * logs) / Y.shape[1]


edited(
    CROSS_ENTROPY,
    "squared-error",
    "-np.sum(Y * np.log(P)) / Y.shape[1]",
    "np.sum((P - Y) ** 2) / (2 * Y.shape[1])",
)


@wrong("yes-or-no-for-each-output")
def cross_entropy(Z, Y):
    P = 1 / (1 + np.exp(-Z))
    return -np.sum(Y * np.log(P) + (1 - Y) * np.log(1 - P)) / Y.shape[1]


@wrong("softmax-over-rows")  # and the mean over the outputs
def cross_entropy(Z, Y):
    E = np.exp(Z - Z.max(axis=1, keepdims=True))
    P = E / E.sum(axis=1, keepdims=True)
    return -np.mean(Y * np.log(P))


@wrong("log-of-softmax")  # and the mean missing
def cross_entropy(Z, Y):
    total = 0
    for n in range(Y.shape[1]):
        e = np.exp(Z[:, n] - Z[:, n].max())
        total -= np.log(e / e.sum())[Y[:, n].argmax()]
    return total


@wrong("epsilon-in-the-logarithm")  # and the mean missing
def cross_entropy(Z, Y):
    E = np.exp(Z - Z.max(axis=0))
    P = np.maximum(E / E.sum(axis=0), 1e-7)
    return -np.sum(Y * np.log(P))


@wrong("first-sample-only")
def cross_entropy(Z, Y):
    total = 0
    for n in range(Z.shape[1]):
        z = Z[:, n] - Z[:, n].max()
        total += np.log(np.exp(z).sum()) - z[Y[:, n] == 1][0]
        return total


edited(CROSS_ENTROPY, "roles-exchanged", "-np.sum(Y * np.log(P))", "-np.sum(P * np.log(Y))")


# --- delta_softmax -----------------------------------------------------------------------------


@right("one softmax and a difference")
def delta_softmax(Z, Y):
    E = np.exp(Z - Z.max(axis=0))
    return (E / E.sum(axis=0) - Y) / Y.shape[1]


@right("minus 1 at the right class")
def delta_softmax(Z, Y):
    E = np.exp(Z - Z.max(axis=0, keepdims=True))
    P = E / E.sum(axis=0, keepdims=True)
    N = Z.shape[1]
    P[Y.argmax(axis=0), np.arange(N)] -= 1
    return P / N


@right("the Jacobian of log-softmax, a sample at a time")
def delta_softmax(Z, Y):
    K, N = Z.shape
    delta = np.zeros((K, N))
    for n in range(N):
        e = np.exp(Z[:, n] - Z[:, n].max())
        p = e / e.sum()
        jacobian = np.eye(K) - np.outer(np.ones(K), p)
        delta[:, n] = -(Y[:, n] @ jacobian) / N
    return delta


@right("bplib's softmax")
def delta_softmax(Z, Y):
    return np.subtract(network.softmax(Z), Y) / float(Y.shape[1])


@right("divided beforehand")
def delta_softmax(Z, Y):
    weight = 1 / Y.shape[1]
    logs = Z - np.logaddexp.reduce(Z, axis=0)
    return weight * np.exp(logs) - weight * Y


@wrong("mean-missing")
def delta_softmax(Z, Y):
    E = np.exp(Z - Z.max(axis=0))
    return E / E.sum(axis=0) - Y


@wrong("max-not-subtracted")
def delta_softmax(Z, Y):
    P = np.exp(Z) / np.exp(Z).sum(axis=0)
    return (P - Y) / Y.shape[1]


@wrong("max-over-everything")
def delta_softmax(Z, Y):
    E = np.exp(Z - Z.max())
    return (E / E.sum(axis=0) - Y) / Y.shape[1]


@wrong("squared-error-through-softmax")
def delta_softmax(Z, Y):
    E = np.exp(Z - Z.max(axis=0))
    P = E / E.sum(axis=0)
    error = (P - Y) / Y.shape[1]
    return P * error - P * np.sum(P * error, axis=0)


@wrong("slope-kept")
def delta_softmax(Z, Y):
    E = np.exp(Z - Z.max(axis=0))
    P = E / E.sum(axis=0)
    return (P - Y) / Y.shape[1] * P * (1 - P)


DELTA_SOFTMAX = delta_softmax


@wrong("softmax-over-rows")
def delta_softmax(Z, Y):
    E = np.exp(Z - Z.max(axis=1, keepdims=True))
    return (E / E.sum(axis=1, keepdims=True) - Y) / Y.shape[1]


@wrong("divides-by-rows")
def delta_softmax(Z, Y):
    E = np.exp(Z - Z.max(axis=0))
    return (E / E.sum(axis=0) - Y) / len(Y)


@wrong("wrong-sign")
def delta_softmax(Z, Y):
    E = np.exp(Z - Z.max(axis=0))
    return (Y - E / E.sum(axis=0)) / Y.shape[1]


@wrong("links-multiplied-out")
def delta_softmax(Z, Y):
    K, N = Z.shape
    delta = np.zeros((K, N))
    for n in range(N):
        e = np.exp(Z[:, n] - Z[:, n].max())
        p = e / e.sum()
        jacobian = np.diag(p) - np.outer(p, p)
        delta[:, n] = jacobian @ (-Y[:, n] / p) / N
    return delta


edited(
    DELTA_SOFTMAX,
    "only-the-targets-of-1",
    "(P - Y) / Y.shape[1] * P * (1 - P)",
    "Y * (P - 1) / Y.shape[1]",
)


@wrong("logarithm-for-the-share")
def delta_softmax(Z, Y):
    S = Z - Z.max(axis=0)
    return (S - np.log(np.exp(S).sum(axis=0)) - Y) / Y.shape[1]


edited(
    DELTA_SOFTMAX, "averaged-over-the-samples", "Y) / Y.shape[1] * P * (1 - P)", "Y).mean(axis=1)"
)


@wrong("sigmoid-for-softmax")
def delta_softmax(Z, Y):
    return (1 / (1 + np.exp(-Z)) - Y) / Y.shape[1]


@wrong("max-not-subtracted")  # and the mean missing
def delta_softmax(Z, Y):
    E = np.exp(Z)
    return E / E.sum(axis=0) - Y


edited(
    DELTA_SOFTMAX,
    "slope-kept",
    "(P - Y) / Y.shape[1] * P * (1 - P)",
    "(Y - P) * P * (1 - P) / Y.shape[1]",
)
