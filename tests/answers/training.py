"""Answers to 06_training."""

import copy
import random
import warnings
from collections import namedtuple

import numpy as np

from tests.answers import edited, right, wrong

# --- forward ----------------------------------------------------------------------------------


@right("three lines")
def forward(A, B, X):
    Z = A @ X
    H = np.tanh(Z)
    return Z, H, B @ H


FORWARD = forward


@right("a list, by np.dot")
def forward(A, B, X):
    hidden_in = np.dot(A, X)
    hidden_out = np.tanh(hidden_in)
    prediction = np.dot(B, hidden_out)
    return [hidden_in, hidden_out, prediction]


@right("loops over samples and units")
def forward(A, B, X):
    n_hidden, N = A.shape[0], X.shape[1]
    Z = np.zeros((n_hidden, N))
    for k in range(N):
        for j in range(n_hidden):
            for i in range(X.shape[0]):
                Z[j, k] += A[j, i] * X[i, k]
    H = (np.exp(2 * Z) - 1) / (np.exp(2 * Z) + 1)
    Y_hat = np.column_stack([B.dot(H[:, k]) for k in range(N)])
    return Z, H, Y_hat


@right("einsum and a named tuple, with an extra argument")
def forward(A, B, X, activation=np.tanh):
    Pass = namedtuple("Pass", "Z H Y_hat")
    Z = np.einsum("ji,ik->jk", A, X)
    H = activation(Z)
    return Pass(Z, H, np.einsum("oj,jk->ok", B, H))


@right("single precision")
def forward(A, B, X):
    A, B, X = (M.astype(np.float32) for M in (A, B, X))
    Z = A @ X
    H = np.tanh(Z)
    return Z, H, B @ H


@wrong("activation-missing")
def forward(A, B, X):
    Z = A @ X
    H = Z
    Y_hat = B @ H
    return Z, H, Y_hat


edited(FORWARD, "z-overwritten-by-h", "np.tanh(Z)", "np.tanh(Z, out=Z)")
edited(FORWARD, "wrong-number-of-results", "Z, H, B", "B")


@wrong("transposed")
def forward(A, B, X):
    Z = (A @ X).T
    H = np.tanh(Z)
    return Z, H, (B @ H.T).T


@wrong("raises-valueerror")
def forward(A, B, X):
    Z = B @ X
    H = np.tanh(Z)
    return Z, H, A @ H


edited(FORWARD, "prints-instead-of-returning", "return Z, H, B @ H", "print(Z, H, B @ H)")


@wrong("raises-unboundlocalerror")
def forward(A, B, X):
    Z = A @ X
    Y_hat = B @ H  # noqa: F821
    H = np.tanh(Z)
    return Z, H, Y_hat


@wrong("changes-argument")
def forward(A, B, X):
    X[-1] = 1.0
    X /= np.abs(X).max()
    Z = A @ X
    H = np.tanh(Z)
    return Z, H, B @ H


# --- backward ---------------------------------------------------------------------------------


@right("four lines, slope from H")
def backward(B, X, Z, H, Y_hat, Y):
    delta_B = (Y_hat - Y) / Y.shape[1]
    grad_B = delta_B @ H.T
    delta_A = (B.T @ delta_B) * (1 - H**2)
    return delta_A @ X.T, grad_B


@right("slope from Z as 1/cosh²")
def backward(B, X, Z, H, Y_hat, Y):
    N = X.shape[1]
    error = Y_hat - Y
    grad_A = ((B.T @ error) / np.cosh(Z) ** 2) @ X.T
    return grad_A / N, error @ H.T / N


@right("a loop over samples, outer products")
def backward(B, X, Z, H, Y_hat, Y):
    gA = np.zeros((H.shape[0], X.shape[0]))
    gB = np.zeros_like(B)
    samples = Y.shape[1]
    for k in range(samples):
        d = (Y_hat[:, k] - Y[:, k]) / samples
        gB += np.outer(d, H[:, k])
        back = B.T.dot(d)
        gA += np.outer(back * (1 - np.tanh(Z[:, k]) ** 2), X[:, k])
    return gA, gB


@right("einsum, mean at the end, a list")
def backward(B, X, Z, H, Y_hat, Y):
    e = Y_hat - Y
    gB = np.einsum("ok,jk->ojk", e, H).mean(axis=2)
    gA = np.einsum("oj,ok,jk,ik->jik", B, e, (1 + H) * (1 - H), X).mean(axis=2)
    return [gA, gB]


@right("works with rows, transposes at the end")
def backward(B, X, Z, H, Y_hat, Y):
    rows_X, rows_H, rows_error = X.T, H.T, (Y_hat - Y).T
    rows_delta = rows_error / len(rows_error)
    grad_B = rows_H.T @ rows_delta
    hidden = rows_delta @ B * (1 - np.square(rows_H))
    grad_A = rows_X.T @ hidden
    return grad_A.T, grad_B.T


@right("single precision")
def backward(B, X, Z, H, Y_hat, Y):
    B, X, H, Y_hat, Y = (M.astype("float32") for M in (B, X, H, Y_hat, Y))
    delta = (Y_hat - Y) / np.float32(Y.shape[1])
    return (B.T @ delta * (1 - H * H)) @ X.T, delta @ H.T


@wrong("slope-at-activation")
def backward(B, X, Z, H, Y_hat, Y):
    def d_tanh(z):
        return 1 - np.tanh(z) ** 2

    delta_B = (Y_hat - Y) / Y.shape[1]
    delta_A = (B.T @ delta_B) * d_tanh(H)
    return delta_A @ X.T, delta_B @ H.T


@wrong("last-sample-only")
def backward(B, X, Z, H, Y_hat, Y):
    N = Y.shape[1]
    for k in range(N):
        d = (Y_hat[:, k] - Y[:, k]) / N
        grad_B = np.outer(d, H[:, k])
        grad_A = np.outer(B.T @ d * (1 - H[:, k] ** 2), X[:, k])
    return grad_A, grad_B


@wrong("first-sample-only")
def backward(B, X, Z, H, Y_hat, Y):
    grad_A, grad_B = np.zeros((len(Z), len(X))), np.zeros(B.shape)
    for k in range(Y.shape[1]):
        d = (Y_hat[:, k] - Y[:, k]) / Y.shape[1]
        grad_B += np.outer(d, H[:, k])
        grad_A += np.outer(B.T @ d * (1 - H[:, k] ** 2), X[:, k])
        return grad_A, grad_B


@wrong("times-n")
def backward(B, X, Z, H, Y_hat, Y):
    delta_B = Y_hat - Y
    delta_A = (B.T @ delta_B) * (1 - H**2)
    return delta_A @ X.T, delta_B @ H.T


@wrong("times-1-over-n")
def backward(B, X, Z, H, Y_hat, Y):
    N = X.shape[1]
    delta_B = (Y_hat - Y) / N
    delta_A = (B.T @ delta_B) * (1 - H**2) / N
    return delta_A @ X.T, delta_B @ H.T


@wrong("wrong-sign")
def backward(B, X, Z, H, Y_hat, Y):
    delta_B = (Y - Y_hat) / Y.shape[1]
    delta_A = (B.T @ delta_B) * (1 - H**2)
    return delta_A @ X.T, delta_B @ H.T


@wrong("raises-valueerror")
def backward(B, X, Z, H, Y_hat, Y):
    delta_B = (Y_hat - Y) / Y.shape[1]
    delta_A = (B @ delta_B) * (1 - H**2)
    return delta_A @ X.T, delta_B @ H.T


@wrong("changes-argument")
def backward(B, X, Z, H, Y_hat, Y):
    Y_hat -= Y
    Y_hat /= Y.shape[1]
    delta_A = (B.T @ Y_hat) * (1 - H**2)
    return delta_A @ X.T, Y_hat @ H.T


@wrong("one-change")
def backward(B, X, Z, H, Y_hat, Y):
    delta_B = (Y_hat - Y) / Y.shape[1]
    delta_A = (B.T @ delta_B) * np.maximum(1 - H**2, 0.01)
    return delta_A @ X.T, delta_B @ H.T


# --- update -----------------------------------------------------------------------------------


@right("one line")
def update(A, B, grad_A, grad_B, learning_rate_A, learning_rate_B):
    return A - learning_rate_A * grad_A, B - learning_rate_B * grad_B


@right("copies and in-place subtraction")
def update(A, B, grad_A, grad_B, learning_rate_A, learning_rate_B):
    A, B = A.copy(), B.copy()
    A -= learning_rate_A * grad_A
    B -= learning_rate_B * grad_B
    return A, B


@right("a loop over every weight, and warnings")
def update(A, B, grad_A, grad_B, learning_rate_A, learning_rate_B):
    warnings.warn("slow", stacklevel=1)
    results = []
    for W, grad, rate in ((A, grad_A, learning_rate_A), (B, grad_B, learning_rate_B)):
        new = np.empty(W.shape)
        for i in range(W.shape[0]):
            for j in range(W.shape[1]):
                new[i, j] = W[i, j] - rate * grad[i, j]
        results.append(new)
    return results


@right("np.subtract, with type hints")
def update(
    A: np.ndarray,
    B: np.ndarray,
    grad_A: np.ndarray,
    grad_B: np.ndarray,
    learning_rate_A: float,
    learning_rate_B: float,
) -> tuple[np.ndarray, np.ndarray]:
    return np.subtract(A, np.multiply(grad_A, learning_rate_A)), -learning_rate_B * grad_B + B


@wrong("a-unchanged")
def update(A, B, grad_A, grad_B, learning_rate_A, learning_rate_B):
    new_A = A - learning_rate_A * grad_A
    new_B = B - learning_rate_B * grad_B
    assert new_A.shape == A.shape
    return A, new_B


@wrong("changes-argument")
def update(A, B, grad_A, grad_B, learning_rate_A, learning_rate_B):
    A -= learning_rate_A * grad_A
    B -= learning_rate_B * grad_B
    return A, B


@wrong("returns-the-steps")
def update(A, B, grad_A, grad_B, learning_rate_A, learning_rate_B):
    return -learning_rate_A * grad_A, -learning_rate_B * grad_B


@wrong("new-weights-exchanged")
def update(A, B, grad_A, grad_B, learning_rate_A, learning_rate_B):
    B = B - learning_rate_B * grad_B
    A = A - learning_rate_A * grad_A
    return B, A


@wrong("returns-none")
def update(A, B, grad_A, grad_B, learning_rate_A, learning_rate_B):
    A = A - learning_rate_A * grad_A
    B = B - learning_rate_B * grad_B


@wrong("wrong-signature")
def update(A, B, grad_A, grad_B, learning_rate):
    return A - learning_rate * grad_A, B - learning_rate * grad_B


# --- minibatches ------------------------------------------------------------------------------


@right("permutation and slices")
def minibatches(N, batch_size, rng):
    order = rng.permutation(N)
    return [order[start : start + batch_size] for start in range(0, N, batch_size)]


@right("shuffle in place, np.split, a tuple of arrays")
def minibatches(N, batch_size, rng):
    indices = np.arange(N)
    rng.shuffle(indices)
    return tuple(np.split(indices, range(batch_size, N, batch_size)))


@right("argsort of random numbers, while loop")
def minibatches(N, batch_size, rng):
    rest = np.argsort(rng.random(N))
    batches = []
    while len(rest) > 0:
        batches.append(rest[:batch_size])
        rest = rest[batch_size:]
    return batches


@right("choice without replacement, int32")
def minibatches(N, batch_size, rng):
    order = rng.choice(N, size=N, replace=False).astype(np.int32)
    number = int(np.ceil(N / batch_size))
    return [order[i * batch_size : (i + 1) * batch_size] for i in range(number)]


@right("cards drawn one by one from a list")
def minibatches(N, batch_size, rng):
    cards = list(range(N))
    piles, pile = [], []
    while cards:
        pile.append(cards.pop(int(rng.integers(len(cards)))))
        if len(pile) == batch_size or not cards:
            piles.append(np.array(pile))
            pile = []
    return piles


@right("each batch sorted, by setdiff1d")
def minibatches(N, batch_size, rng):
    left = np.arange(N)
    batches = []
    for _ in range(-(-N // batch_size)):
        batch = rng.choice(left, min(batch_size, len(left)), replace=False)
        left = np.setdiff1d(left, batch)
        batches.append(np.sort(batch))
    return batches


@wrong("not-shuffled")
def minibatches(N, batch_size, rng):
    return [np.arange(s, min(s + batch_size, N)) for s in range(0, N, batch_size)]


@wrong("not-shuffled")
def minibatches(N, batch_size, rng):
    order = np.arange(N)
    rng.permutation(order)
    return [order[s : s + batch_size] for s in range(0, N, batch_size)]


@wrong("neighbours-stay-together")
def minibatches(N, batch_size, rng):
    batches = [np.arange(s, min(s + batch_size, N)) for s in range(0, N, batch_size)]
    for batch in batches:
        rng.shuffle(batch)
    return batches


@wrong("rng-not-used")
def minibatches(N, batch_size, rng):
    rng = np.random.default_rng(0)
    order = rng.permutation(N)
    return [order[s : s + batch_size] for s in range(0, N, batch_size)]


@wrong("rng-not-used")
def minibatches(N, batch_size, rng):
    order = copy.deepcopy(rng).permutation(N)
    return [order[s : s + batch_size] for s in range(0, N, batch_size)]


@wrong("differs-between-calls")
def minibatches(N, batch_size, rng):
    order = np.random.permutation(N)  # noqa: NPY002
    return [order[s : s + batch_size] for s in range(0, N, batch_size)]


@wrong("differs-between-calls")
def minibatches(N, batch_size, rng):
    order = list(range(N))
    random.shuffle(order)
    return [np.array(order[s : s + batch_size]) for s in range(0, N, batch_size)]


@wrong("last-short-batch-dropped")
def minibatches(N, batch_size, rng):
    order = rng.permutation(N)
    return [order[b * batch_size : (b + 1) * batch_size] for b in range(N // batch_size)]


@wrong("an-empty-batch")
def minibatches(N, batch_size, rng):
    order = rng.permutation(N)
    batches = [order[b * batch_size : (b + 1) * batch_size] for b in range(N // batch_size + 1)]
    return batches


@wrong("batches-of-even-size")
def minibatches(N, batch_size, rng):
    return np.array_split(rng.permutation(N), -(-N // batch_size))


@wrong("batch-size-taken-as-their-number")
def minibatches(N, batch_size, rng):
    return np.array_split(rng.permutation(N), batch_size)


@wrong("samples-missing-or-repeated")
def minibatches(N, batch_size, rng):
    batches = []
    for start in range(0, N, batch_size):
        size = min(batch_size, N - start)
        batches.append(rng.integers(0, N, size))
    return batches


@wrong("samples-missing-or-repeated")
def minibatches(N, batch_size, rng):
    return [rng.permutation(N)[s : s + batch_size] for s in range(0, N, batch_size)]


@wrong("counts-from-1")
def minibatches(N, batch_size, rng):
    order = rng.permutation(np.arange(1, N + 1))
    return [order[s : s + batch_size] for s in range(0, N, batch_size)]


@wrong("floats-for-indices")
def minibatches(N, batch_size, rng):
    order = rng.permutation(np.linspace(0, N - 1, N).round())
    return [order[s : s + batch_size] for s in range(0, N, batch_size)]


@right("lists of ints")
def minibatches(N, batch_size, rng):
    order = rng.permutation(N).tolist()
    return [order[s : s + batch_size] for s in range(0, N, batch_size)]


@wrong("returns-an-array")
def minibatches(N, batch_size, rng):
    return rng.permutation(N)


@wrong("wrong-batch-sizes")
def minibatches(N, batch_size, rng):
    order = rng.permutation(N)
    for start in range(0, N, batch_size):
        return [order[start : start + batch_size]]


@wrong("raises-typeerror")
def minibatches(N, batch_size, rng):
    order = rng.shuffle(np.arange(N))
    return [order[s : s + batch_size] for s in range(0, N, batch_size)]


@wrong("a-generator-function")
def minibatches(N, batch_size, rng):
    order = rng.permutation(N)
    for start in range(0, N, batch_size):
        yield order[start : start + batch_size]


# --- train ------------------------------------------------------------------------------------


def _deal(N, batch_size, rng):
    order = rng.permutation(N)
    return [order[s : s + batch_size] for s in range(0, N, batch_size)]


def _grads(A, B, X, Y):
    H = np.tanh(A @ X)
    delta = (B @ H - Y) / X.shape[1]
    return (B.T @ delta * (1 - H**2)) @ X.T, delta @ H.T


def _cost(A, B, X, Y):
    return 0.5 * np.sum((B @ np.tanh(A @ X) - Y) ** 2) / Y.shape[1]


def train(A, B, X, Y, learning_rate_A, learning_rate_B, epochs, batch_size, rng):
    A, B = A.copy(), B.copy()
    losses = [_cost(A, B, X, Y)]
    for _ in range(epochs):
        for batch in _deal(X.shape[1], batch_size, rng):
            gA, gB = _grads(A, B, X[:, batch], Y[:, batch])
            A, B = A - learning_rate_A * gA, B - learning_rate_B * gB
        losses.append(_cost(A, B, X, Y))
    return A, B, losses


LOOP = train  # right, and no answer itself: most of the wrong ones are edits of it


edited(
    LOOP,
    "two loops",
    "gA, gB = _grads(A, B, X[:, batch], Y[:, batch])\n"
    "A, B = A - learning_rate_A * gA, B - learning_rate_B * gB",
    "grad_A, grad_B = _grads(A, B, X[:, batch], Y[:, batch])\n"
    "A = A - learning_rate_A * grad_A\n"
    "B = B - learning_rate_B * grad_B",
    right=True,
)


@right("copies changed in place, an array of losses")
def train(A, B, X, Y, learning_rate_A, learning_rate_B, epochs, batch_size, rng):
    W, V = np.array(A), np.array(B)
    losses = np.empty(epochs + 1)
    losses[0] = _cost(W, V, X, Y)
    for epoch in range(1, epochs + 1):
        for columns in _deal(len(X.T), batch_size, rng):
            dW, dV = _grads(W, V, X[:, columns], Y[:, columns])
            W -= learning_rate_A * dW
            V -= learning_rate_B * dV
        losses[epoch] = _cost(W, V, X, Y)
    return W, V, losses


@right("X and Y shuffled together, slices of them")
def train(A, B, X, Y, learning_rate_A, learning_rate_B, epochs, batch_size, rng):
    A, B = A * 1.0, B * 1.0
    history = [_cost(A, B, X, Y)]
    N = X.shape[1]
    epoch = 0
    while epoch < epochs:
        order = rng.permutation(N)
        X_mixed, Y_mixed = X[:, order], Y[:, order]
        start = 0
        while start < N:
            x = X_mixed[:, start : start + batch_size]
            y = Y_mixed[:, start : start + batch_size]
            gA, gB = _grads(A, B, x, y)
            A, B = A - learning_rate_A * gA, B - learning_rate_B * gB
            start += batch_size
        history.append(_cost(A, B, X, Y))
        epoch += 1
    return [A, B, history]


@right("shuffles the shuffled data of the last epoch, prints")
def train(A, B, X, Y, learning_rate_A, learning_rate_B, epochs, batch_size, rng):
    A, B = A.copy(), B.copy()
    losses = [_cost(A, B, X, Y)]
    for epoch in range(epochs):
        order = np.argsort(rng.random(X.shape[1]))
        X, Y = X[:, order], Y[:, order]
        for start in range(0, X.shape[1], batch_size):
            batch = slice(start, start + batch_size)
            gA, gB = _grads(A, B, X[:, batch], Y[:, batch])
            A, B = A - learning_rate_A * gA, B - learning_rate_B * gB
        losses.append(np.mean(0.5 * ((B @ np.tanh(A @ X) - Y) ** 2).sum(axis=0)))
        print(f"epoch {epoch}: {losses[-1]:.3f}")
    return A, B, tuple(losses)


@right("a closure that steps, 0-d arrays for losses, no copies where nothing is changed")
def train(A, B, X, Y, learning_rate_A, learning_rate_B, epochs, batch_size, rng):
    def step(weights, batch):
        gA, gB = _grads(*weights, X[:, batch], Y[:, batch])
        return weights[0] - learning_rate_A * gA, weights[1] - learning_rate_B * gB

    weights = (A.copy(), B.copy())
    losses = [np.array(_cost(*weights, X, Y))]
    for _ in range(epochs):
        for batch in _deal(X.shape[1], batch_size, rng):
            weights = step(weights, batch)
        losses.append(np.array(_cost(*weights, X, Y)))
    return *weights, losses


@right("sums over the samples one by one")
def train(A, B, X, Y, learning_rate_A, learning_rate_B, epochs, batch_size, rng, verbose=False):
    A, B = A.copy(), B.copy()
    losses = [_cost(A, B, X, Y)]
    for _ in range(epochs):
        for batch in _deal(X.shape[1], batch_size, rng):
            total_A, total_B = np.zeros_like(A), np.zeros_like(B)
            for k in batch:
                gA, gB = _grads(A, B, X[:, [k]], Y[:, [k]])
                total_A += gA
                total_B += gB
            A = A - learning_rate_A * total_A / len(batch)
            B = B - learning_rate_B * total_B / len(batch)
        losses.append(_cost(A, B, X, Y))
    return A, B, losses


@right("recursion over epochs")
def train(A, B, X, Y, learning_rate_A, learning_rate_B, epochs, batch_size, rng):
    def go(A, B, left):
        losses = [_cost(A, B, X, Y)]
        if left == 0:
            return A, B, losses
        for batch in _deal(X.shape[1], batch_size, rng):
            gA, gB = _grads(A, B, X[:, batch], Y[:, batch])
            A, B = A - learning_rate_A * gA, B - learning_rate_B * gB
        A, B, later = go(A, B, left - 1)
        return A, B, losses + later

    return go(A.copy(), B.copy(), epochs)


@right("no shuffle where one batch holds everything")
def train(A, B, X, Y, learning_rate_A, learning_rate_B, epochs, batch_size, rng):
    A, B, N = A.copy(), B.copy(), X.shape[1]
    losses = [_cost(A, B, X, Y)]
    for _ in range(epochs):
        batches = [np.arange(N)] if batch_size >= N else _deal(N, batch_size, rng)
        for batch in batches:
            gA, gB = _grads(A, B, X[:, batch], Y[:, batch])
            A, B = A - learning_rate_A * gA, B - learning_rate_B * gB
        losses.append(_cost(A, B, X, Y))
    return A, B, losses


@right("single precision")
def train(A, B, X, Y, learning_rate_A, learning_rate_B, epochs, batch_size, rng):
    A, B, X, Y = (M.astype(np.float32) for M in (A, B, X, Y))
    rate_A, rate_B = np.float32(learning_rate_A), np.float32(learning_rate_B)
    losses = [_cost(A, B, X, Y)]
    for _ in range(epochs):
        for batch in _deal(X.shape[1], batch_size, rng):
            gA, gB = _grads(A, B, X[:, batch], Y[:, batch])
            A, B = A - rate_A * gA, B - rate_B * gB
        losses.append(_cost(A, B, X, Y))
    return A, B, np.array(losses, dtype=np.float32)


@wrong("stale-b-sent-back")
def train(A, B, X, Y, learning_rate_A, learning_rate_B, epochs, batch_size, rng):
    A, B = A.copy(), B.copy()
    losses = [_cost(A, B, X, Y)]
    for _ in range(epochs):
        for batch in _deal(X.shape[1], batch_size, rng):
            x, y = X[:, batch], Y[:, batch]
            H = np.tanh(A @ x)
            delta_B = (B @ H - y) / len(batch)
            B = B - learning_rate_B * delta_B @ H.T
            delta_A = (B.T @ delta_B) * (1 - H**2)
            A = A - learning_rate_A * delta_A @ x.T
        losses.append(_cost(A, B, X, Y))
    return A, B, losses


@wrong("gradients-never-reset")
def train(A, B, X, Y, learning_rate_A, learning_rate_B, epochs, batch_size, rng):
    A, B = A.copy(), B.copy()
    losses = [_cost(A, B, X, Y)]
    grad_A, grad_B = np.zeros_like(A), np.zeros_like(B)
    for _ in range(epochs):
        for batch in _deal(X.shape[1], batch_size, rng):
            gA, gB = _grads(A, B, X[:, batch], Y[:, batch])
            grad_A += gA
            grad_B += gB
            A, B = A - learning_rate_A * grad_A, B - learning_rate_B * grad_B
        losses.append(_cost(A, B, X, Y))
    return A, B, losses


@wrong("one-gradient-for-a-whole-epoch")
def train(A, B, X, Y, learning_rate_A, learning_rate_B, epochs, batch_size, rng):
    A, B = A.copy(), B.copy()
    losses = [_cost(A, B, X, Y)]
    for _ in range(epochs):
        H = np.tanh(A @ X)
        delta_B = B @ H - Y
        delta_A = (B.T @ delta_B) * (1 - H**2)
        for batch in _deal(X.shape[1], batch_size, rng):
            A = A - learning_rate_A * delta_A[:, batch] @ X[:, batch].T / len(batch)
            B = B - learning_rate_B * delta_B[:, batch] @ H[:, batch].T / len(batch)
        losses.append(_cost(A, B, X, Y))
    return A, B, losses


@wrong("starts-again-in-every-epoch")
def train(A, B, X, Y, learning_rate_A, learning_rate_B, epochs, batch_size, rng):
    losses = [_cost(A, B, X, Y)]
    new_A, new_B = A.copy(), B.copy()
    for _ in range(epochs):
        new_A, new_B = A.copy(), B.copy()
        for batch in _deal(X.shape[1], batch_size, rng):
            gA, gB = _grads(new_A, new_B, X[:, batch], Y[:, batch])
            new_A -= learning_rate_A * gA
            new_B -= learning_rate_B * gB
        losses.append(_cost(new_A, new_B, X, Y))
    return new_A, new_B, losses


@wrong("b-unchanged")
def train(A, B, X, Y, learning_rate_A, learning_rate_B, epochs, batch_size, rng):
    A = A.copy()
    losses = [_cost(A, B, X, Y)]
    for _ in range(epochs):
        for batch in _deal(X.shape[1], batch_size, rng):
            gA, gB = _grads(A, B, X[:, batch], Y[:, batch])
            A = A - learning_rate_A * gA
            B - learning_rate_B * gB
        losses.append(_cost(A, B, X, Y))
    return A, B.copy(), losses


@wrong("updates-thrown-away")
def train(A, B, X, Y, learning_rate_A, learning_rate_B, epochs, batch_size, rng):
    def improved(A, B, gA, gB):
        return A - learning_rate_A * gA, B - learning_rate_B * gB

    A, B = A.copy(), B.copy()
    losses = [_cost(A, B, X, Y)]
    for _ in range(epochs):
        for batch in _deal(X.shape[1], batch_size, rng):
            improved(A, B, *_grads(A, B, X[:, batch], Y[:, batch]))
        losses.append(_cost(A, B, X, Y))
    return A, B, losses


@wrong("changes-argument")
def train(A, B, X, Y, learning_rate_A, learning_rate_B, epochs, batch_size, rng):
    losses = [_cost(A, B, X, Y)]
    for _ in range(epochs):
        for batch in _deal(X.shape[1], batch_size, rng):
            gA, gB = _grads(A, B, X[:, batch], Y[:, batch])
            A -= learning_rate_A * gA
            B -= learning_rate_B * gB
        losses.append(_cost(A, B, X, Y))
    return A, B, losses


@wrong("changes-argument")
def train(A, B, X, Y, learning_rate_A, learning_rate_B, epochs, batch_size, rng):
    A, B = A.copy(), B.copy()
    losses = [_cost(A, B, X, Y)]
    for _ in range(epochs):
        order = rng.permutation(X.shape[1])
        X[:], Y[:] = X[:, order], Y[:, order]
        for start in range(0, X.shape[1], batch_size):
            batch = slice(start, start + batch_size)
            gA, gB = _grads(A, B, X[:, batch], Y[:, batch])
            A, B = A - learning_rate_A * gA, B - learning_rate_B * gB
        losses.append(_cost(A, B, X, Y))
    return A, B, losses


@wrong("learning-rates-exchanged")
def train(A, B, X, Y, learning_rate_A, learning_rate_B, epochs, batch_size, rng):
    def improved(A, B, gA, gB, rate_B, rate_A):
        return A - rate_A * gA, B - rate_B * gB

    A, B = A.copy(), B.copy()
    losses = [_cost(A, B, X, Y)]
    for _ in range(epochs):
        for batch in _deal(X.shape[1], batch_size, rng):
            gA, gB = _grads(A, B, X[:, batch], Y[:, batch])
            A, B = improved(A, B, gA, gB, learning_rate_A, learning_rate_B)
        losses.append(_cost(A, B, X, Y))
    return A, B, losses


@wrong("weights-of-one-epoch-later")
def train(A, B, X, Y, learning_rate_A, learning_rate_B, epochs, batch_size, rng):
    A, B = A.copy(), B.copy()
    losses = []
    for _ in range(epochs + 1):
        losses.append(_cost(A, B, X, Y))
        for batch in _deal(X.shape[1], batch_size, rng):
            gA, gB = _grads(A, B, X[:, batch], Y[:, batch])
            A, B = A - learning_rate_A * gA, B - learning_rate_B * gB
    return A, B, losses


@wrong("returns-after-the-first-epoch")
def train(A, B, X, Y, learning_rate_A, learning_rate_B, epochs, batch_size, rng):
    A, B = A.copy(), B.copy()
    losses = [_cost(A, B, X, Y)]
    if epochs == 0:
        return A, B, losses
    for _ in range(epochs):
        for batch in _deal(X.shape[1], batch_size, rng):
            gA, gB = _grads(A, B, X[:, batch], Y[:, batch])
            A, B = A - learning_rate_A * gA, B - learning_rate_B * gB
        losses.append(_cost(A, B, X, Y))
        return A, B, losses


@wrong("batch-divided-by-the-batch-size")
def train(A, B, X, Y, learning_rate_A, learning_rate_B, epochs, batch_size, rng):
    A, B = A.copy(), B.copy()
    losses = [_cost(A, B, X, Y)]
    for _ in range(epochs):
        for batch in _deal(X.shape[1], batch_size, rng):
            gA, gB = 0, 0
            for k in batch:
                one_A, one_B = _grads(A, B, X[:, k : k + 1], Y[:, k : k + 1])
                gA, gB = gA + one_A / batch_size, gB + one_B / batch_size
            A, B = A - learning_rate_A * gA, B - learning_rate_B * gB
        losses.append(_cost(A, B, X, Y))
    return A, B, losses


@wrong("x-and-y-torn-apart")
def train(A, B, X, Y, learning_rate_A, learning_rate_B, epochs, batch_size, rng):
    A, B, N = A.copy(), B.copy(), X.shape[1]
    losses = [_cost(A, B, X, Y)]
    for _ in range(epochs):
        X_mixed = X[:, rng.permutation(N)]
        for start in range(0, N, batch_size):
            stop = start + batch_size
            gA, gB = _grads(A, B, X_mixed[:, start:stop], Y[:, start:stop])
            A, B = A - learning_rate_A * gA, B - learning_rate_B * gB
        losses.append(_cost(A, B, X, Y))
    return A, B, losses


@wrong("last-short-batch-dropped")
def train(A, B, X, Y, learning_rate_A, learning_rate_B, epochs, batch_size, rng):
    A, B, N = A.copy(), B.copy(), X.shape[1]
    losses = [_cost(A, B, X, Y)]
    for _ in range(epochs):
        order = rng.permutation(N)
        for number in range(N // batch_size):
            batch = order[number * batch_size : (number + 1) * batch_size]
            gA, gB = _grads(A, B, X[:, batch], Y[:, batch])
            A, B = A - learning_rate_A * gA, B - learning_rate_B * gB
        losses.append(_cost(A, B, X, Y))
    return A, B, losses


@wrong("one-step-in-an-epoch")
def train(A, B, X, Y, learning_rate_A, learning_rate_B, epochs, batch_size, rng):
    A, B = A.copy(), B.copy()
    losses = [_cost(A, B, X, Y)]
    for _ in range(epochs):
        batch = _deal(X.shape[1], batch_size, rng)[0]
        gA, gB = _grads(A, B, X[:, batch], Y[:, batch])
        A, B = A - learning_rate_A * gA, B - learning_rate_B * gB
        losses.append(_cost(A, B, X, Y))
    return A, B, losses


@wrong("one-step-in-an-epoch")
def train(A, B, X, Y, learning_rate_A, learning_rate_B, epochs, batch_size, rng):
    A, B = A.copy(), B.copy()
    losses = [_cost(A, B, X, Y)]
    for _ in range(epochs):
        gA, gB = _grads(A, B, X, Y)
        A, B = A - learning_rate_A * gA, B - learning_rate_B * gB
        losses.append(_cost(A, B, X, Y))
    return A, B, losses


@wrong("one-gradient-for-a-whole-epoch")
def train(A, B, X, Y, learning_rate_A, learning_rate_B, epochs, batch_size, rng):
    A, B = A.copy(), B.copy()
    losses = [_cost(A, B, X, Y)]
    for _ in range(epochs):
        grad_A, grad_B = np.zeros_like(A), np.zeros_like(B)
        for batch in _deal(X.shape[1], batch_size, rng):
            gA, gB = _grads(A, B, X[:, batch], Y[:, batch])
            grad_A += gA
            grad_B += gB
        A, B = A - learning_rate_A * grad_A, B - learning_rate_B * grad_B
        losses.append(_cost(A, B, X, Y))
    return A, B, losses


edited(
    LOOP,
    "not-shuffled",
    "for batch in _deal(X.shape[1], batch_size, rng):\n"
    "    gA, gB = _grads(A, B, X[:, batch], Y[:, batch])",
    "for start in range(0, X.shape[1], batch_size):\n"
    "    x, y = X[:, start : start + batch_size], Y[:, start : start + batch_size]\n"
    "    gA, gB = _grads(A, B, x, y)",
)
edited(
    LOOP,
    "shuffled-only-once",
    "for _ in range(epochs):\n    for batch in _deal(X.shape[1], batch_size, rng):",
    "batches = _deal(X.shape[1], batch_size, rng)\n"
    "for _ in range(epochs):\n    for batch in batches:",
)
edited(LOOP, "rng-not-used", "A, B = A.copy()", "rng = np.random.default_rng(42)\nA, B = A.copy()")
edited(
    LOOP,
    "differs-between-calls",
    "_deal(X.shape[1], batch_size, rng)",
    "_deal(X.shape[1], batch_size, np.random.default_rng())",
)


@wrong("samples-left-out-or-repeated")
def train(A, B, X, Y, learning_rate_A, learning_rate_B, epochs, batch_size, rng):
    A, B, N = A.copy(), B.copy(), X.shape[1]
    losses = [_cost(A, B, X, Y)]
    kept = rng.permutation(N)[: int(np.ceil(0.8 * N))]  # the rest for validation
    for _ in range(epochs):
        for columns in _deal(len(kept), batch_size, rng):
            batch = kept[columns]
            gA, gB = _grads(A, B, X[:, batch], Y[:, batch])
            A, B = A - learning_rate_A * gA, B - learning_rate_B * gB
        losses.append(_cost(A, B, X, Y))
    return A, B, losses


@wrong("samples-left-out-or-repeated")
def train(A, B, X, Y, learning_rate_A, learning_rate_B, epochs, batch_size, rng):
    A, B, N = A.copy(), B.copy(), X.shape[1]
    losses = [_cost(A, B, X, Y)]
    for _ in range(epochs):
        for start in range(0, N, batch_size):
            batch = rng.choice(N, min(batch_size, N - start))
            gA, gB = _grads(A, B, X[:, batch], Y[:, batch])
            A, B = A - learning_rate_A * gA, B - learning_rate_B * gB
        losses.append(_cost(A, B, X, Y))
    return A, B, losses


edited(LOOP, "losses-0-is-not-the-loss-before-training", "[_cost(A, B, X, Y)]", "[0.0]")


@wrong("losses-of-batches")
def train(A, B, X, Y, learning_rate_A, learning_rate_B, epochs, batch_size, rng):
    A, B = A.copy(), B.copy()
    losses = [_cost(A, B, X, Y)]
    for _ in range(epochs):
        for batch in _deal(X.shape[1], batch_size, rng):
            x, y = X[:, batch], Y[:, batch]
            gA, gB = _grads(A, B, x, y)
            A, B = A - learning_rate_A * gA, B - learning_rate_B * gB
        losses.append(_cost(A, B, x, y))
    return A, B, losses


@wrong("loss-recorded-before-the-step")
def train(A, B, X, Y, learning_rate_A, learning_rate_B, epochs, batch_size, rng):
    A, B = A.copy(), B.copy()
    losses = [_cost(A, B, X, Y)]
    for _ in range(epochs):
        running = []
        for batch in _deal(X.shape[1], batch_size, rng):
            x, y = X[:, batch], Y[:, batch]
            if not running:
                running.append(_cost(A, B, X, Y))
            gA, gB = _grads(A, B, x, y)
            A, B = A - learning_rate_A * gA, B - learning_rate_B * gB
        losses.append(np.mean(running))
    return A, B, losses


@wrong("history-holds-the-last-value")
def train(A, B, X, Y, learning_rate_A, learning_rate_B, epochs, batch_size, rng):
    A, B = A.copy(), B.copy()
    current = np.array(_cost(A, B, X, Y))
    losses = [current]
    for _ in range(epochs):
        for batch in _deal(X.shape[1], batch_size, rng):
            gA, gB = _grads(A, B, X[:, batch], Y[:, batch])
            A, B = A - learning_rate_A * gA, B - learning_rate_B * gB
        current[...] = _cost(A, B, X, Y)
        losses.append(current)
    return A, B, losses


@wrong("times-2")
def train(A, B, X, Y, learning_rate_A, learning_rate_B, epochs, batch_size, rng):
    def loss():
        return np.mean(np.sum((B @ np.tanh(A @ X) - Y) ** 2, axis=0))

    A, B = A.copy(), B.copy()
    losses = [loss()]
    for _ in range(epochs):
        for batch in _deal(X.shape[1], batch_size, rng):
            gA, gB = _grads(A, B, X[:, batch], Y[:, batch])
            A, B = A - learning_rate_A * gA, B - learning_rate_B * gB
        losses.append(loss())
    return A, B, losses


@wrong("wrong-number-of-results")
def train(A, B, X, Y, learning_rate_A, learning_rate_B, epochs, batch_size, rng):
    A, B = A.copy(), B.copy()
    for _ in range(epochs):
        for batch in _deal(X.shape[1], batch_size, rng):
            gA, gB = _grads(A, B, X[:, batch], Y[:, batch])
            A, B = A - learning_rate_A * gA, B - learning_rate_B * gB
    return A, B


edited(LOOP, "raises-indexerror", "X[:, batch], Y[:, batch]", "X[batch], Y[batch]")


@wrong("endless-recursion")
def train(A, B, X, Y, learning_rate_A, learning_rate_B, epochs, batch_size, rng):
    def epoch(A, B):
        for batch in _deal(X.shape[1], batch_size, rng):
            gA, gB = _grads(A, B, X[:, batch], Y[:, batch])
            A, B = A - learning_rate_A * gA, B - learning_rate_B * gB
        return epoch(A, B)

    return epoch(A, B)


edited(LOOP, "wrong-step-length", "A - learning_rate_A", "A - 0.5 * learning_rate_A")
edited(LOOP, "step-the-step-on-a", "A - learning_rate_A", "A * 0.99 - learning_rate_A")


@wrong("all-samples-in-every-step")
def train(A, B, X, Y, learning_rate_A, learning_rate_B, epochs, batch_size, rng):
    losses = [_cost(A, B, X, Y)]
    for _ in range(epochs):
        for _batch in _deal(X.shape[1], batch_size, rng):
            gA, gB = _grads(A, B, X, Y)
            A, B = A - learning_rate_A * gA, B - learning_rate_B * gB
        losses.append(_cost(A, B, X, Y))
    return A, B, losses


@wrong("only-the-losses-are-off")
def train(A, B, X, Y, learning_rate_A, learning_rate_B, epochs, batch_size, rng):
    A, B = A.copy(), B.copy()
    losses = [_cost(A, B, X, Y)]
    for _ in range(epochs):
        old_B = B
        for batch in _deal(X.shape[1], batch_size, rng):
            gA, gB = _grads(A, B, X[:, batch], Y[:, batch])
            A, B = A - learning_rate_A * gA, B - learning_rate_B * gB
        losses.append(_cost(A, old_B, X, Y))
    return A, B, losses


UNCOPIED = edited(
    LOOP,
    "the caller's own arrays after 0 epochs",
    "A, B = A.copy(), B.copy()\n",
    "",
    right=True,
)


@wrong("best-weights-not-the-last")
def train(A, B, X, Y, learning_rate_A, learning_rate_B, epochs, batch_size, rng):
    losses = [_cost(A, B, X, Y)]
    best = A, B
    for _ in range(epochs):
        for batch in _deal(X.shape[1], batch_size, rng):
            gA, gB = _grads(A, B, X[:, batch], Y[:, batch])
            A, B = A - learning_rate_A * gA, B - learning_rate_B * gB
        losses.append(_cost(A, B, X, Y))
        if losses[-1] == min(losses):
            best = A, B
    return *best, losses


edited(
    UNCOPIED,
    "stops-early",
    "losses.append(_cost(A, B, X, Y))",
    "losses.append(_cost(A, B, X, Y))\nif abs(losses[-1] - losses[-2]) < 1e-9:\n    break",
)
edited(UNCOPIED, "history-without-the-first-loss", "[_cost(A, B, X, Y)]", "[]")


@wrong("batches-of-another-size")
def train(A, B, X, Y, learning_rate_A, learning_rate_B, epochs, batch_size, rng):
    A, B = A.copy(), B.copy()
    N = X.shape[1]
    losses = [_cost(A, B, X, Y)]
    for _ in range(epochs):
        for batch in np.array_split(rng.permutation(N), max(1, -(-N // batch_size))):
            gA, gB = _grads(A, B, X[:, batch], Y[:, batch])
            A, B = A - learning_rate_A * gA, B - learning_rate_B * gB
        losses.append(_cost(A, B, X, Y))
    return A, B, losses


@wrong("first-epoch-not-shuffled")
def train(A, B, X, Y, learning_rate_A, learning_rate_B, epochs, batch_size, rng):
    A, B = A.copy(), B.copy()
    order = np.arange(X.shape[1])
    losses = [_cost(A, B, X, Y)]
    for _ in range(epochs):
        for start in range(0, len(order), batch_size):
            batch = order[start : start + batch_size]
            gA, gB = _grads(A, B, X[:, batch], Y[:, batch])
            A, B = A - learning_rate_A * gA, B - learning_rate_B * gB
        rng.shuffle(order)
        losses.append(_cost(A, B, X, Y))
    return A, B, losses
