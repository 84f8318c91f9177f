"""Wrong answers by a second hand, who saw neither the checks nor their list of mistakes.

They were written after the engine was finished, from the exercises' names and shapes alone. Beside
each stands, in the writer's words, what is wrong with it, and the name that fits that. The checks
are not tuned to them: `docs/proof.md` says how many were named rightly.
"""

from collections.abc import Callable

import numpy as np

ANSWERS: list[tuple[str, str, str, Callable]] = []


def answer(notebook: str, fits: str, mistake: str):
    def collect(function):
        ANSWERS.append((notebook, fits, mistake, function))
        return function

    return collect


# --- 01_loss ---


@answer(
    "01_loss",
    "activation-on-output",
    "squashes the output with tanh too, although the output layer is linear",
)
def predict(A, B, X):
    def layer(weights, inputs):
        return np.tanh(weights @ inputs)

    return layer(B, layer(A, X))


@answer(
    "01_loss",
    "activation-on-the-inputs",
    "applies tanh to the inputs instead of to the weighted sums of the hidden units",
)
def predict(A, B, X):
    hidden = A @ np.tanh(X)
    return B @ hidden


@answer(
    "01_loss",
    "square-of-the-sum",
    "adds up the differences of a sample first and squares the sum",
)
def sample_losses(Y_hat, Y):
    diff = Y_hat - Y
    return 0.5 * diff.sum(axis=0) ** 2


@answer(
    "01_loss",
    "sum-over-the-samples",
    "sums over the samples instead of over the outputs, giving one number per output",
)
def sample_losses(Y_hat, Y):
    squared = (Y_hat - Y) ** 2
    return squared.sum(axis=1) / 2


@answer(
    "01_loss",
    "divides-by-rows",
    "divides by the number of outputs (the length of the array) instead of by the "
    "number of samples",
)
def mean_loss(Y_hat, Y):
    n = len(Y)
    total = 0.0
    for k in range(Y.shape[1]):
        total += 0.5 * np.sum((Y_hat[:, k] - Y[:, k]) ** 2)
    return total / n


@answer(
    "01_loss",
    "errors-averaged-before-squaring",
    "averages the differences over the samples first and takes the loss of the average difference",
)
def mean_loss(Y_hat, Y):
    mean_error = np.mean(Y_hat - Y, axis=1)
    return 0.5 * float(mean_error @ mean_error)


@answer(
    "01_loss",
    "first-sample-only",
    "returns inside the loop, so that only the first sample contributes",
)
def network_loss(A, B, X, Y):
    N = X.shape[1]
    loss = 0.0
    for i in range(N):
        y_hat = B @ np.tanh(A @ X[:, i])
        e = y_hat - Y[:, i]
        loss += np.dot(e, e)
        return loss / (2 * N)


@answer(
    "01_loss",
    "root",
    "takes the norm of the error and forgets to square it",
)
def network_loss(A, B, X, Y):
    error = B @ np.tanh(A @ X) - Y
    return np.linalg.norm(error) / (2 * X.shape[1])


@answer(
    "01_loss",
    "compares-with-the-first-only",
    "never updates the lowest loss, so every candidate is compared with the first one "
    "and the last better one wins",
)
def best_guess(candidates, X, Y):
    def loss(A, B):
        return np.mean(0.5 * np.sum((B @ np.tanh(A @ X) - Y) ** 2, axis=0))

    lowest = loss(*candidates[0])
    best = 0
    for i in range(1, len(candidates)):
        A, B = candidates[i]
        if loss(A, B) < lowest:
            best = i
    return best


@answer(
    "01_loss",
    "signed-sum",
    "ranks the candidates by the signed sum of their errors, so errors of opposite sign cancel",
)
def best_guess(candidates, X, Y):
    scores = [np.sum(B @ np.tanh(A @ X) - Y) for A, B in candidates]
    return int(np.argmin(np.abs(scores)))


# --- 02_gradient ---


@answer(
    "02_gradient",
    "divided-by-2-times-the-step",
    "writes / 2 * step, which multiplies by the step instead of dividing by it",
)
def slope(f, w, step=1e-5):
    return (f(w + step) - f(w - step)) / 2 * step


@answer(
    "02_gradient",
    "nudges-by-a-share-of-w",
    "nudges w by a fraction of itself but divides by the absolute step",
)
def slope(f, w, step=1e-5):
    up = f(w * (1 + step))
    down = f(w * (1 - step))
    return (up - down) / (2 * step)


@answer(
    "02_gradient",
    "whole-rows-nudged",
    "nudges a whole row at once because it indexes only the first axis",
)
def numerical_gradient(f, W, step=1e-5):
    grad = np.zeros_like(W)
    for i in range(len(W)):
        plus = W.copy()
        minus = W.copy()
        plus[i] += step
        minus[i] -= step
        grad[i] = (f(plus) - f(minus)) / (2 * step)
    return grad


@answer(
    "02_gradient",
    "one-sided-divided-by-two-steps",
    "after nudging up subtracts the step only once, so the lower point is the "
    "original one, yet divides by two steps",
)
def numerical_gradient(f, W, step=1e-5):
    V = W.copy()
    G = np.empty(W.shape)
    for idx in np.ndindex(W.shape):
        V[idx] += step
        f_up = f(V)
        V[idx] -= step
        f_down = f(V)
        G[idx] = (f_up - f_down) / (2 * step)
        V[idx] = W[idx]
    return G


@answer(
    "02_gradient",
    "product-of-averages",
    "multiplies the average error by the average input instead of averaging the products",
)
def line_loss_gradient(w, X, y):
    err = w @ X - y
    return err.mean() * X.mean(axis=1)


@answer(
    "02_gradient",
    "only-the-prediction-divided",
    "multiplies the bracket out and divides only the first of the two terms by N",
)
def line_loss_gradient(w, X, y):
    N = len(y)
    return X @ X.T @ w / N - X @ y


@answer(
    "02_gradient",
    "gradient-computed-once",
    "computes the gradient once at the start and uses it for every step",
)
def gradient_descent(gradient, w, learning_rate, steps):
    g = gradient(w)
    points = [w.copy()]
    for _ in range(steps):
        w = w - learning_rate * g
        points.append(w)
    return np.array(points)


@answer(
    "02_gradient",
    "every-point-is-the-last-one",
    "stores the same array again and again while changing it in place, so all points "
    "equal the last one",
)
def gradient_descent(gradient, w, learning_rate, steps):
    w = w.copy()
    path = [w]
    for k in range(steps):
        w -= learning_rate * gradient(w)
        path.append(w)
    return np.array(path)


@answer(
    "02_gradient",
    "difference-of-the-lengths",
    "takes the difference of the two norms instead of the norm of the difference",
)
def relative_error(mine, numeric):
    a = np.linalg.norm(mine)
    b = np.linalg.norm(numeric)
    if a == 0 and b == 0:
        return 0.0
    return abs(a - b) / max(a, b)


@answer(
    "02_gradient",
    "larger-entry-by-entry",
    "takes the larger of the two entry by entry (with signs) and then the norm, "
    "instead of the larger norm",
)
def relative_error(mine, numeric):
    if not np.any(mine) and not np.any(numeric):
        return 0.0
    top = np.linalg.norm(mine - numeric)
    bottom = np.linalg.norm(np.maximum(mine, numeric))
    return top / bottom


# --- 03_chain_rule ---


@answer(
    "03_chain_rule",
    "square-inside",
    "squares z inside the tanh instead of squaring the tanh",
)
def d_tanh(z):
    return 1 - np.tanh(z**2)


@answer(
    "03_chain_rule",
    "times-2",
    "writes the sigmoid as a tanh of z/2 and forgets the inner derivative 1/2",
)
def d_sigmoid(z):
    # sigmoid(z) = 1/2 + 1/2 tanh(z/2)
    t = np.tanh(z / 2)
    return 0.5 * (1 - t**2)


@answer(
    "03_chain_rule",
    "minus-1-on-the-left",
    "gives -1 instead of 0 for negative z, the derivative of the absolute value",
)
def d_relu(z):
    return np.sign(z) * 1.0


@answer(
    "03_chain_rule",
    "derivative-put-inside",
    "puts the derivative of the exponent into the exponential instead of multiplying by it",
)
def d_composed(x):
    inner = -2 * (3 * x + 1) * 3
    return np.exp(inner)


@answer(
    "03_chain_rule",
    "product-of-the-derivatives",
    "differentiates the product x tanh(x) as the product of the two derivatives",
)
def d_fork(x):
    d_first = 1
    d_second = 1 - np.tanh(x) ** 2
    return d_first * d_second + 2 * x


@answer(
    "03_chain_rule",
    "the-square-counted-once",
    "counts only one of the two paths through x*x, so the square contributes x instead of 2x",
)
def d_fork(x):
    t = np.tanh(x)
    through_product = t + x * (1 - t * t)
    through_square = x
    return through_product + through_square


@answer(
    "03_chain_rule",
    "derivative-with-respect-to-x",
    "multiplies by a instead of x as the derivative of a*x with respect to a",
)
def scalar_gradients(a, b, x, y):
    z = a * x
    h = np.tanh(z)
    e = b * h - y
    dL_db = e * h
    dL_dh = e * b
    dL_dz = dL_dh * (1 - h**2)
    dL_da = dL_dz * a
    return dL_da, dL_db


@answer(
    "03_chain_rule",
    "carries-dl-over-db-on",
    "carries on backwards from the gradient of b instead of from the output error, so "
    "the factor h is in dL/da",
)
def scalar_gradients(a, b, x, y):
    h = np.tanh(a * x)
    db = (b * h - y) * h
    da = db * b * (1 - h**2) * x
    return da, db


@answer(
    "03_chain_rule",
    "every-pair-by-itself",
    "costs each product as if two neighbouring original Jacobians were multiplied, "
    "forgetting that the running product keeps its outer size",
)
def chain_cost(sizes, start):
    if start not in ("output", "input"):
        raise ValueError(start)
    cost = 0
    places = range(1, len(sizes) - 1)
    if start == "output":
        places = reversed(places)
    for l in places:
        cost += sizes[l + 1] * sizes[l] * sizes[l - 1]
    return cost


@answer(
    "03_chain_rule",
    "one-product-too-many",
    "counts one product too many: the first Jacobian is counted as if it were "
    "multiplied with an identity",
)
def chain_cost(sizes, start):
    pairs = list(zip(sizes[:-1], sizes[1:]))
    if start == "output":
        outer = sizes[-1]
    elif start == "input":
        outer = sizes[0]
    else:
        raise ValueError("start must be 'output' or 'input'")
    return sum(outer * m * n for m, n in pairs)


# --- 04_delta_b ---


@answer(
    "04_delta_b",
    "mean-over-outputs",
    "divides by the number of entries instead of the number of samples",
)
def delta_B(Y_hat, Y):
    return (Y_hat - Y) / Y.size


@answer(
    "04_delta_b",
    "absolute-error",
    "takes the size of the error and loses its sign",
)
def delta_B(Y_hat, Y):
    N = Y.shape[1]
    return np.abs(Y_hat - Y) / N


@answer(
    "04_delta_b",
    "product-of-averages",
    "sums errors and activations over the samples separately before multiplying them",
)
def gradient_B(delta, H):
    return np.outer(delta.sum(axis=1), H.sum(axis=1))


@answer(
    "04_delta_b",
    "last-sample-only",
    "overwrites the gradient in the loop instead of adding, so only the last sample counts",
)
def gradient_B(delta, H):
    grad = np.zeros((delta.shape[0], H.shape[0]))
    for n in range(delta.shape[1]):
        grad = np.outer(delta[:, n], H[:, n])
    return grad


@answer(
    "04_delta_b",
    "samples-not-summed",
    "keeps one gradient per sample and forgets to sum them",
)
def gradient_B(delta, H):
    return delta[:, None, :] * H[None, :, :]


@answer(
    "04_delta_b",
    "slope-at-activation",
    "takes Y_hat for the pre-activation and applies the sigmoid to it once more "
    "before taking the slope",
)
def delta_B_sigmoid(Y_hat, Y):
    def sigmoid(t):
        return 1 / (1 + np.exp(-t))

    s = sigmoid(Y_hat)
    return (Y_hat - Y) * s * (1 - s) / Y.shape[1]


@answer(
    "04_delta_b",
    "slope-taken-at-the-target",
    "evaluates the sigmoid's slope at the targets instead of at the predictions",
)
def delta_B_sigmoid(Y_hat, Y):
    N = Y.shape[1]
    error = (Y_hat - Y) / N
    return error * Y * (1 - Y)


@answer(
    "04_delta_b",
    "learning-rate-on-b-too",
    "puts the learning rate in front of the whole bracket, so it scales B itself as well",
)
def step_B(B, H, Y, learning_rate):
    gradient = (B @ H - Y) @ H.T / H.shape[1]
    return learning_rate * (B - gradient)


@answer(
    "04_delta_b",
    "one-sample-after-the-other",
    "updates B after every sample, so the later samples see an already changed B",
)
def step_B(B, H, Y, learning_rate):
    N = H.shape[1]
    new_B = B.copy()
    for i in range(N):
        h = H[:, i]
        err = (new_B @ h - Y[:, i]) / N
        new_B = new_B - learning_rate * np.outer(err, h)
    return new_B


@answer(
    "04_delta_b",
    "changes-argument",
    "subtracts in place and so changes the caller's B",
)
def step_B(B, H, Y, learning_rate):
    d = (B @ H - Y) / Y.shape[1]
    B -= learning_rate * (d @ H.T)
    return B


# --- 05_delta_a ---


@answer(
    "05_delta_a",
    "b-inverted",
    "undoes B with its pseudo-inverse instead of sending the error back through the transpose",
)
def error_at_hidden(delta_B, B):
    return np.linalg.pinv(B) @ delta_B


@answer(
    "05_delta_a",
    "error-shared-out-by-weight",
    "shares each output's error out in proportion to the weights, dividing by the sum "
    "of the output's absolute weights",
)
def error_at_hidden(delta_B, B):
    share = B / np.abs(B).sum(axis=1, keepdims=True)
    return share.T @ delta_B


@answer(
    "05_delta_a",
    "wrong-slope",
    "leaves out the brackets around 1 - tanh(Z)**2, so the slope is subtracted "
    "instead of multiplied",
)
def delta_A(delta_B, B, Z):
    return B.T @ delta_B * 1 - np.tanh(Z) ** 2


@answer(
    "05_delta_a",
    "slope-at-activation",
    "computes H from Z and then takes the slope at H as if that were the pre- "
    "activation, so tanh is applied twice",
)
def delta_A(delta_B, B, Z):
    def tanh_slope(z):
        return 1 - np.tanh(z) ** 2

    H = np.tanh(Z)
    return (B.T @ delta_B) * tanh_slope(H)


@answer(
    "05_delta_a",
    "biases-missing",
    "takes the last column to be a bias that has no input and sets its gradient to zero",
)
def gradient_A(delta, X):
    grad = np.zeros((delta.shape[0], X.shape[0]))
    for j in range(X.shape[0] - 1):
        grad[:, j] = delta @ X[j]
    return grad


@answer(
    "05_delta_a",
    "transposed",
    "multiplies in the wrong order, which gives the transposed gradient",
)
def gradient_A(delta, X):
    return X @ delta.T


@answer(
    "05_delta_a",
    "times-n",
    "puts the 1/N into B's gradient only, so A's gradient is a sum instead of a mean",
)
def backward(A, B, X, Y):
    N = X.shape[1]
    H = np.tanh(A @ X)
    dB = B @ H - Y
    grad_B = dB @ H.T / N
    dA = (B.T @ dB) * (1 - H**2)
    grad_A = dA @ X.T
    return grad_A, grad_B


@answer(
    "05_delta_a",
    "z-for-h",
    "uses the hidden pre-activations instead of the activations as the input of B's "
    "layer in its gradient",
)
def backward(A, B, X, Y):
    Z = A @ X
    H = np.tanh(Z)
    Y_hat = B @ H
    err_out = (Y_hat - Y) / Y.shape[1]
    err_hid = (B.T @ err_out) * (1 - H * H)
    return err_hid @ X.T, err_out @ Z.T


@answer(
    "05_delta_a",
    "stale-a",
    "updates A first and computes B's gradient from a new forward pass with the new A",
)
def step_both(A, B, X, Y, learning_rate_A, learning_rate_B):
    N = X.shape[1]

    def run(A):
        H = np.tanh(A @ X)
        return H, (B @ H - Y) / N

    H, d = run(A)
    A = A - learning_rate_A * ((B.T @ d) * (1 - H**2)) @ X.T
    H, d = run(A)
    B = B - learning_rate_B * d @ H.T
    return A, B


@answer(
    "05_delta_a",
    "step-length-of-the-step-on-a",
    "multiplies the learning rate of B into the output error, so it also scales A's step",
)
def step_both(A, B, X, Y, learning_rate_A, learning_rate_B):
    H = np.tanh(A @ X)
    delta_out = learning_rate_B * (B @ H - Y) / X.shape[1]
    delta_hid = learning_rate_A * (B.T @ delta_out) * (1 - H**2)
    return A - delta_hid @ X.T, B - delta_out @ H.T


# --- 06_training ---


@answer(
    "06_training",
    "z-overwritten-by-h",
    "lets H be another name for Z and overwrites it, so the returned Z holds the activations",
)
def forward(A, B, X):
    Z = A @ X
    H = Z
    H[:] = np.tanh(H)
    Y_hat = B @ H
    return Z, H, Y_hat


@answer(
    "06_training",
    "prediction-from-z",
    "computes the predictions from the pre-activations Z instead of from H",
)
def forward(A, B, X):
    Z = A.dot(X)
    H = np.tanh(Z)
    Y_hat = B.dot(Z)
    return Z, H, Y_hat


@answer(
    "06_training",
    "times-1-over-n",
    "divides by N at both layers, although the output error sent back already has the 1/N",
)
def backward(B, X, Z, H, Y_hat, Y):
    N = X.shape[1]
    delta_B = (Y_hat - Y) / N
    grad_B = delta_B @ H.T
    delta_A = (B.T @ delta_B) * (1 - H**2)
    grad_A = delta_A @ X.T / N
    return grad_A, grad_B


@answer(
    "06_training",
    "step-what-is-sent-back",
    "sends the prediction back through B to the hidden layer instead of the error",
)
def backward(B, X, Z, H, Y_hat, Y):
    n = Y.shape[1]
    d_out = (Y_hat - Y) / n
    d_hid = (B.T @ Y_hat / n) * (1 - np.tanh(Z) ** 2)
    return d_hid @ X.T, d_out @ H.T


@answer(
    "06_training",
    "learning-rate-of-a-for-both",
    "uses A's learning rate for both layers after copying the line",
)
def update(A, B, grad_A, grad_B, learning_rate_A, learning_rate_B):
    new_A = A - learning_rate_A * grad_A
    new_B = B - learning_rate_A * grad_B
    return new_A, new_B


@answer(
    "06_training",
    "batches-shuffled-not-samples",
    "shuffles only the order of the batches, each of which is still a run of consecutive samples",
)
def minibatches(N, batch_size, rng):
    blocks = [np.arange(s, min(s + batch_size, N)) for s in range(0, N, batch_size)]
    return [blocks[k] for k in rng.permutation(len(blocks))]


@answer(
    "06_training",
    "samples-missing-or-repeated",
    "draws every batch anew from all the samples, so some appear in several batches "
    "and some in none",
)
def minibatches(N, batch_size, rng):
    batches = []
    left = N
    while left > 0:
        size = min(batch_size, left)
        batches.append(rng.choice(N, size=size, replace=False))
        left -= size
    return batches


@answer(
    "06_training",
    "x-and-y-torn-apart",
    "shuffles the inputs but takes the targets in their original order",
)
def train(A, B, X, Y, learning_rate_A, learning_rate_B, epochs, batch_size, rng):
    A, B = A.copy(), B.copy()
    N = X.shape[1]

    def full_loss():
        return np.sum((B @ np.tanh(A @ X) - Y) ** 2) / (2 * N)

    losses = [full_loss()]
    for epoch in range(epochs):
        shuffled = X[:, rng.permutation(N)]
        for s in range(0, N, batch_size):
            xb = shuffled[:, s : s + batch_size]
            yb = Y[:, s : s + batch_size]
            H = np.tanh(A @ xb)
            dB = (B @ H - yb) / xb.shape[1]
            dA = (B.T @ dB) * (1 - H**2)
            A = A - learning_rate_A * dA @ xb.T
            B = B - learning_rate_B * dB @ H.T
        losses.append(full_loss())
    return A, B, losses


@answer(
    "06_training",
    "forward-pass-once-an-epoch",
    "makes the forward pass once per epoch, so all batches but the first use stale "
    "activations and predictions",
)
def train(A, B, X, Y, learning_rate_A, learning_rate_B, epochs, batch_size, rng):
    A = A.copy()
    B = B.copy()
    N = X.shape[1]
    H = np.tanh(A @ X)
    Y_hat = B @ H
    losses = [0.5 * np.sum((Y_hat - Y) ** 2) / N]
    for _ in range(epochs):
        order = rng.permutation(N)
        for start in range(0, N, batch_size):
            batch = order[start : start + batch_size]
            Hb = H[:, batch]
            out = (Y_hat[:, batch] - Y[:, batch]) / len(batch)
            hid = (B.T @ out) * (1 - Hb**2)
            A -= learning_rate_A * (hid @ X[:, batch].T)
            B -= learning_rate_B * (out @ Hb.T)
        H = np.tanh(A @ X)
        Y_hat = B @ H
        losses.append(0.5 * np.sum((Y_hat - Y) ** 2) / N)
    return A, B, losses


@answer(
    "06_training",
    "loss-recorded-before-the-step",
    "records each epoch's loss before its updates, so the first loss comes twice and "
    "the last one is missing",
)
def train(A, B, X, Y, learning_rate_A, learning_rate_B, epochs, batch_size, rng):
    def loss(A, B):
        E = B @ np.tanh(A @ X) - Y
        return float((E**2).sum() / (2 * E.shape[1]))

    A, B = A.copy(), B.copy()
    losses = np.zeros(epochs + 1)
    losses[0] = loss(A, B)
    for e in range(1, epochs + 1):
        losses[e] = loss(A, B)
        perm = rng.permutation(X.shape[1])
        for i in range(0, len(perm), batch_size):
            idx = perm[i : i + batch_size]
            x, y = X[:, idx], Y[:, idx]
            h = np.tanh(A @ x)
            d_out = (B @ h - y) / len(idx)
            d_hid = (B.T @ d_out) * (1 - h**2)
            grad_A, grad_B = d_hid @ x.T, d_out @ h.T
            A = A - learning_rate_A * grad_A
            B = B - learning_rate_B * grad_B
    return A, B, losses
