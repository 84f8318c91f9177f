"""What the students of the demonstration class write, besides what the solutions say.

Every entry is Python as a student would type it into an answer cell; it replaces that cell. The
class is made up by `bpgrade.demo`, which reads this file where it stands: right answers are no part
of what is installed.
"""

import ast


def _answers(text: str) -> dict[str, str]:
    """Split a text into its functions, by name."""
    return {
        node.name: ast.get_source_segment(text, node) or ""
        for node in ast.parse(text).body
        if isinstance(node, ast.FunctionDef)
    }


UNUSUAL: dict[str, dict[str, str]] = {
    "01_loss": _answers('''
def predict(A, B, X):
    columns = []
    for x in X.T:
        hidden = [np.tanh(np.sum(row * x)) for row in A]
        columns.append([np.sum(row * hidden) for row in B])
    return np.array(columns).T

def sample_losses(Y_hat, Y):
    """(N,)"""
    error = Y_hat - Y
    return np.einsum("kn,kn->n", error, error) / 2

def mean_loss(Y_hat, Y):
    total = 0.0
    for n in range(Y.shape[1]):
        for k in range(len(Y)):
            total += (Y_hat[k, n] - Y[k, n]) ** 2
    return total / (2 * Y.shape[1])

def network_loss(A, B, X, Y):
    print("computing the loss")
    return np.linalg.norm(B @ np.tanh(A @ X) - Y) ** 2 / X.shape[-1] / 2

def best_guess(candidates, X, Y):
    return min(range(len(candidates)), key=lambda i: network_loss(*candidates[i], X, Y))
'''),
    "02_gradient": _answers("""
def slope(f, w, step=1e-5):
    left, right = map(f, (w - step, w + step))
    return (right - left) / step / 2

def numerical_gradient(f, W, step=1e-5):
    result = np.full(W.shape, np.nan)
    for index in np.ndindex(*W.shape):
        nudge = np.zeros(W.shape)
        nudge[index] = step
        result[index] = (f(W + nudge) - f(W - nudge)) / (2 * step)
    return result

def line_loss_gradient(w, X, y):
    total = 0
    for n in range(len(y)):
        total = total + (sum(w * X[:, n]) - y[n]) * X[:, n]
    return total / len(y)

def gradient_descent(gradient, w, learning_rate, steps):
    if steps == 0:
        return [w]
    next_w = w - learning_rate * gradient(w)
    return [w, *gradient_descent(gradient, next_w, learning_rate, steps - 1)]

def relative_error(mine, numeric):
    size = lambda v: np.sqrt(np.sum(np.square(v)))
    largest = max(size(mine), size(numeric))
    return 0.0 if largest == 0 else size(np.subtract(mine, numeric)) / largest
"""),
    "09_debugging": _answers("""
def bug_1():
    return ["  ADA ", "Error terms"]

def fix_2(A, B, X, Y):
    grad_A, grad_B = planted.case("Ada", 2)(A, B, X, Y)
    return grad_A * X.shape[1], grad_B * X.shape[1]

def fix_6(A, B, X, Y):
    h = np.tanh(np.einsum("ji,in->nj", A, X))
    d = (h @ B.T - Y.T) / len(h)
    return np.einsum("nj,in->ji", d @ B * (1 - h * h), X), d.T @ h

def agrees(backward, A, B, X, Y):
    def nudged(f, W):
        slopes = np.zeros_like(W)
        for index in np.ndindex(W.shape):
            E = np.zeros_like(W)
            E[index] = 1e-5
            slopes[index] = (f(W + E) - f(W - E)) / 2e-5
        return slopes

    def loss(A, B):
        return np.sum((B @ np.tanh(A @ X) - Y) ** 2) / (2 * X.shape[1])

    a, b = backward(A, B, X, Y)
    pairs = (a, nudged(lambda W: loss(W, B), A)), (b, nudged(lambda W: loss(A, W), B))
    try:
        return all(bool(np.max(np.abs(m - n)) <= 1e-6 * np.max(np.abs(n))) for m, n in pairs)
    except ValueError:
        return False
"""),
}
"""Right answers that look nothing like the solution."""

PARTLY_RIGHT: dict[str, dict[str, str]] = {
    "01_loss": _answers("""
def sample_losses(Y_hat, Y):
    return np.sum((Y_hat - Y) ** 2, axis=0)
"""),
    "02_gradient": _answers("""
def line_loss_gradient(w, X, y):
    return X @ (w @ X - y)
"""),
    "03_chain_rule": _answers("""
def d_composed(x):
    return 6 * (3 * x + 1) * np.exp(-((3 * x + 1) ** 2))
"""),
    "04_delta_b": _answers("""
def delta_B(Y_hat, Y):
    return (Y - Y_hat) / Y.shape[1]
"""),
    "05_delta_a": _answers("""
def gradient_A(delta, X):
    return X @ delta.T
"""),
    "06_training": _answers("""
def backward(B, X, Z, H, Y_hat, Y):
    delta_B = Y_hat - Y
    delta_A = (1 - H**2) * (B.T @ delta_B)
    return delta_A @ X.T, delta_B @ H.T
"""),
    "07_deeper_networks": _answers("""
def gradients(activations, deltas):
    N = deltas[0].shape[1]
    return [D @ H.T / N for D, H in zip(deltas, activations)]
"""),
    "08_activations_and_losses": _answers("""
def delta_softmax(Z, Y):
    return softmax(Z) - Y
"""),
    "09_debugging": _answers("""
def agrees(backward, A, B, X, Y):
    for mine, f, W in zip(
        backward(A, B, X, Y),
        (lambda W: network.network_loss(W, B, X, Y), lambda W: network.network_loss(A, W, X, Y)),
        (A, B),
        strict=True,
    ):
        nudged = derivatives.central_gradient(f, W)
        verdict = mine.shape == W.shape and bool(np.max(np.abs(mine - nudged)) < 1e-5)
    return verdict
"""),
}
"""Right but for a number, a sign, the order of the axes, or half of what a judge is shown: half the
points."""

MISTAKEN: dict[str, dict[str, str]] = {
    "01_loss": _answers("""
def predict(A, B, X):
    return B @ (A @ X)
"""),
    "02_gradient": _answers("""
def numerical_gradient(f, W, step=1e-5):
    gradient = np.zeros_like(W)
    for i in np.ndindex(W.shape):
        V = W.copy()
        V[i] += step
        gradient[i] = (f(V) - f(W)) / step
    return gradient
"""),
    "03_chain_rule": _answers("""
def d_tanh(z):
    return 1 - np.tanh(z)
"""),
    "04_delta_b": _answers("""
def delta_B_sigmoid(Y_hat, Y):
    return (Y_hat - Y) / Y.shape[1]
"""),
    "05_delta_a": _answers("""
def delta_A(delta_B, B, Z):
    return B.T @ delta_B
"""),
    "06_training": _answers("""
def backward(B, X, Z, H, Y_hat, Y):
    delta_B = (Y_hat - Y) / Y.shape[1]
    delta_A = B.T @ delta_B
    return delta_A @ X.T, delta_B @ H.T
"""),
    "07_deeper_networks": _answers("""
def deltas(weights, activations, Y):
    result = [(activations[-1] - Y) / Y.shape[1]]
    for layer in range(len(weights) - 1, 0, -1):
        result.insert(0, (weights[layer - 1].T @ result[0]) * (1 - activations[layer] ** 2))
    return result
"""),
    "08_activations_and_losses": _answers("""
def cross_entropy(Z, Y):
    return -np.sum(Y * np.log(softmax(Z))) / Y.shape[1]
"""),
    "09_debugging": _answers("""
def fix_3(A, B, X, Y):
    Z = A @ X
    H = np.tanh(Z)
    delta_B = (B @ H - Y) / X.shape[1]
    delta_A = (B.T @ delta_B) * (1 - H**2)
    return delta_A @ X.T, delta_B @ Z.T
"""),
}
"""One answer with a mistake in it, worth nothing; all the others are right."""
