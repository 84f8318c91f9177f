"""Answers to 07_deeper_networks."""

from itertools import pairwise

import numpy as np

from tests.answers import edited, right, wrong

# --- forward ----------------------------------------------------------------------------------


@right("a loop over all but the last")
def forward(weights, X):
    activations = [X]
    for W in weights[:-1]:
        activations.append(np.tanh(W @ activations[-1]))
    activations.append(weights[-1] @ activations[-1])
    return activations


@right("an index and an if")
def forward(weights, X):
    L = len(weights)
    H = X
    kept = [H]
    for layer in range(1, L + 1):
        Z = weights[layer - 1] @ H
        H = Z
        if layer < L:
            H = np.tanh(Z)
        kept.append(H)
    return kept


@right("a tuple, recursive, X copied")
def forward(weights, X):
    def onward(H, left):
        if len(left) == 1:
            return (left[0] @ H,)
        H_next = np.tanh(left[0] @ H)
        return (H_next, *onward(H_next, left[1:]))

    return (X.copy(), *onward(X, weights))


@right("everything through tanh, and the last undone")
def forward(weights: list, X: np.ndarray) -> list:
    result = [None] * (len(weights) + 1)
    result[0] = X
    for i, W in enumerate(weights):
        z = np.dot(W, result[i])
        result[i + 1] = np.tanh(z)
    result[-1] = z
    return result


@right("popping from a copy of the list, einsum")
def forward(weights, X):
    left = list(weights)
    acts = [np.array(X)]
    while left:
        W = left.pop(0)
        Z = np.einsum("ji,in->jn", W, acts[-1])
        acts += [np.tanh(Z) if left else Z]
    return acts


@right("sample by sample, written from the exponentials")
def forward(weights, X):
    outputs = [X] + [np.zeros((W.shape[0], X.shape[1])) for W in weights]
    for n in range(X.shape[1]):
        h = X[:, n]
        for layer, W in enumerate(weights):
            z = W @ h
            h = z if layer == len(weights) - 1 else 1 - 2 / (np.exp(2 * z) + 1)
            outputs[layer + 1][:, n] = h
    return outputs


@wrong("activation-on-output")
def forward(weights, X):
    activations = [X]
    for W in weights:
        activations.append(np.tanh(W @ activations[-1]))
    return activations


@wrong("activation-missing")
def forward(weights, X):
    out = [X]
    for W in weights:
        out.append(W @ out[-1])
    return out


@wrong("inputs-missing")
def forward(weights, X):
    activations = []
    H = X
    for W in weights[:-1]:
        H = np.tanh(W @ H)
        activations.append(H)
    activations.append(weights[-1] @ H)
    return activations


@wrong("last-layer-missing")
def forward(weights, X):
    activations = [X]
    for i in range(len(weights) - 1):
        activations.append(np.tanh(weights[i] @ activations[i]))
    return activations


@wrong("one-hidden-layer-linear")
def forward(weights, X):
    activations = [X]
    for i in range(len(weights)):
        Z = weights[i] @ activations[i]
        activations.append(np.tanh(Z) if i < len(weights) - 2 else Z)
    return activations


@wrong("inputs-to-every-layer")
def forward(weights, X):
    activations = [X]
    for W in weights[:-1]:
        H = np.tanh(W @ X)
        activations.append(H)
    activations.append(weights[-1] @ H)
    return activations


@wrong("returns-an-array")
def forward(weights, X):
    H = X
    for W in weights[:-1]:
        H = np.tanh(W @ H)
    return weights[-1] @ H


@wrong("changes-argument")
def forward(weights, X):
    last = weights.pop()
    activations = [X]
    for W in weights:
        activations.append(np.tanh(W @ activations[-1]))
    return [*activations, last @ activations[-1]]


@wrong("raises-attributeerror")
def forward(weights, X):
    activations = X
    for W in weights[:-1]:
        activations.append(np.tanh(W @ activations[-1]))
    return activations


@wrong("returns-none")
def forward(weights, X):
    activations = [X]
    for W in weights[:-1]:
        activations.append(np.tanh(W @ activations[-1]))
    activations.append(weights[-1] @ activations[-1])


@wrong("tanh-twice")  # and the predictions come from it
def forward(weights, X):
    H, kept = X, [X]
    for W in weights[:-1]:
        H = np.tanh(W @ H)
        H = np.tanh(H)
        kept.append(H)
    return kept + [weights[-1] @ H]  # noqa: RUF005


@wrong("wrong-length")  # and the last layer has an activation
def forward(weights, X):
    kept = []
    for W in weights:
        X = np.tanh(W @ X)
        kept.append(X)
    return kept


# --- deltas -----------------------------------------------------------------------------------


@right("inserted in front")
def deltas(weights, activations, Y):
    result = [(activations[-1] - Y) / Y.shape[1]]
    for layer in range(len(weights) - 1, 0, -1):
        H = activations[layer]
        result.insert(0, (weights[layer].T @ result[0]) * (1 - H**2))
    return result


@right("appended, and reversed in the end")
def deltas(weights, activations, Y):
    delta = (activations[-1] - Y) / Y.shape[1]
    backwards = [delta]
    for W, H in zip(weights[:0:-1], activations[-2:0:-1], strict=True):
        delta = W.T @ delta * (1 - H * H)
        backwards.append(delta)
    return backwards[::-1]


@right("slots filled from the end, slope from Z computed anew")
def deltas(weights: list, activations: list, Y: np.ndarray) -> list:
    L = len(weights)
    D = [np.zeros(0)] * L
    D[L - 1] = (activations[L] - Y) / Y.shape[1]
    for i in reversed(range(L - 1)):
        Z = weights[i] @ activations[i]
        D[i] = (D[i + 1].T @ weights[i + 1]).T / np.cosh(Z) ** 2
    return D


@right("recursive, a tuple")
def deltas(weights, activations, Y):
    if len(weights) == 1:
        return (np.subtract(activations[1], Y) / len(Y[0]),)
    later = deltas_of(weights[1:], activations[1:], Y)
    H = activations[1]
    return (weights[1].T.dot(later[0]) * (1 - H) * (1 + H), *later)


def deltas_of(weights, activations, Y):
    if len(weights) == 1:
        return (np.subtract(activations[1], Y) / len(Y[0]),)
    later = deltas_of(weights[1:], activations[1:], Y)
    H = activations[1]
    return (weights[1].T.dot(later[0]) * (1 - H) * (1 + H), *later)


@right("loops over samples and units")
def deltas(weights, activations, Y):
    N = Y.shape[1]
    result = [np.zeros_like(H) for H in activations[1:]]
    for n in range(N):
        result[-1][:, n] = (activations[-1][:, n] - Y[:, n]) / N
        for k in range(len(weights) - 2, -1, -1):
            for j in range(weights[k].shape[0]):
                blame = sum(weights[k + 1][:, j] * result[k + 1][:, n])
                result[k][j, n] = blame * (1 - activations[k + 1][j, n] ** 2)
    return result


@right("the mean taken at the end, an activation's slope of its own")
def deltas(weights, activations, Y):
    def slope(h):
        return 1.0 - np.square(h)

    errors = {len(weights): activations[-1] - Y}
    for layer in range(len(weights) - 1, 0, -1):
        errors[layer] = np.einsum("kj,kn->jn", weights[layer], errors[layer + 1]) * slope(
            activations[layer]
        )
    return [errors[layer] / Y.shape[1] for layer in sorted(errors)]


def deltas(weights, activations, Y):
    delta = (activations[-1] - Y) / Y.shape[1]
    result = [delta]
    for layer in range(len(weights) - 1, 0, -1):
        delta = (weights[layer].T @ delta) * (1 - activations[layer] ** 2)
        result.insert(0, delta)
    return result


INSERTED = deltas  # right, and no answer itself


def deltas(weights, activations, Y):
    L = len(weights)
    result = [None] * L
    result[-1] = (activations[-1] - Y) / Y.shape[1]
    for i in range(L - 2, -1, -1):
        result[i] = weights[i + 1].T @ result[i + 1] * (1 - activations[i + 1] ** 2)
    return result


FILLED = deltas  # as well


@wrong("the-layers-own-weights")
def deltas(weights, activations, Y):
    result = [(activations[-1] - Y) / Y.shape[1]]
    for layer in range(len(weights) - 1, 0, -1):
        delta = (weights[layer - 1].T @ result[0]) * (1 - activations[layer] ** 2)
        result.insert(0, delta)
    return result


edited(FILLED, "the-layers-own-weights", "weights[i + 1]", "weights[i]")
edited(FILLED, "slope-of-the-wrong-layer", "activations[i + 1]", "activations[i]")


@wrong("slope-at-linear-output")
def deltas(weights, activations, Y):
    delta = (activations[-1] - Y) / Y.shape[1]
    delta = delta * (1 - activations[-1] ** 2)
    result = [delta]
    for layer in range(len(weights) - 1, 0, -1):
        delta = (weights[layer].T @ delta) * (1 - activations[layer] ** 2)
        result = [delta] + result  # noqa: RUF005
    return result


@wrong("slope-missing")
def deltas(weights, activations, Y):
    result = [(activations[-1] - Y) / Y.shape[1]]
    for W in weights[:0:-1]:
        result.insert(0, W.T @ result[0])
    return result


@wrong("slope-of-the-wrong-layer")  # and the mean is missing
def deltas(weights, activations, Y):
    L = len(weights)
    d = [None] * L
    d[L - 1] = activations[L] - Y
    for k in range(L - 1, 0, -1):
        d[k - 1] = weights[k].T @ d[k] * (1 - activations[k - 1] ** 2)
    return d


@wrong("list-in-reverse")
def deltas(weights, activations, Y):
    result = [(activations[-1] - Y) / Y.shape[1]]
    for layer in range(len(weights) - 1, 0, -1):
        result.append((weights[layer].T @ result[-1]) * (1 - activations[layer] ** 2))
    return result


edited(INSERTED, "last-layer-missing", "[delta]", "[]")


@wrong("first-layer-missing")
def deltas(weights, activations, Y):
    result = [(activations[-1] - Y) / Y.shape[1]]
    for layer in range(len(weights) - 1, 1, -1):
        result.insert(0, (weights[layer].T @ result[0]) * (1 - activations[layer] ** 2))
    return result


DELTAS = deltas


edited(DELTAS, "an-error-for-the-inputs", "1, -1):", "-1, -1):")
edited(
    INSERTED,
    "the-output-error-in-every-layer",
    "delta = (weights[layer].T @ delta) * (1 - activations[layer] ** 2)\nresult.insert(0, delta)",
    "new = (weights[layer].T @ delta) * (1 - activations[layer] ** 2)\nresult.insert(0, new)",
)
edited(INSERTED, "transpose-missing", ".T @ delta", " @ delta")


@wrong("mean-missing")
def deltas(weights, activations, Y):
    result = [activations[-1] - Y]
    for layer in range(len(weights) - 1, 0, -1):
        result.insert(0, (weights[layer].T @ result[0]) * (1 - activations[layer] ** 2))
    return result


edited(
    INSERTED,
    "changes-argument",
    "delta = (activations[-1] - Y) / Y.shape[1]",
    "activations[-1] -= Y\nactivations[-1] /= Y.shape[1]\ndelta = activations[-1].copy()",
)


@wrong("changes-argument")
def deltas(weights, activations, Y):
    weights.reverse()
    activations.reverse()
    result = [(activations[0] - Y) / Y.shape[1]]
    for W, H in zip(weights, activations[1:-1], strict=False):
        result.insert(0, (W.T @ result[0]) * (1 - H**2))
    return result


edited(DELTAS, "raises-indexerror", "range(len(weights) - 1, 1,", "range(len(weights), 0,")


@wrong("wrong-sign")  # and the slope is taken at the activations
def deltas(weights, activations, Y):
    result = [(Y - activations[-1]) / Y.shape[1]]
    for layer in range(len(weights) - 1, 0, -1):
        result.insert(0, (weights[layer].T @ result[0]) * (1 - np.tanh(activations[layer]) ** 2))
    return result


@wrong("wrong-shape")  # of a list in reverse, and without the mean
def deltas(weights, activations, Y):
    result = [activations[-1] - Y]
    for layer in range(len(weights) - 1, 0, -1):
        result.append((weights[layer].T @ result[-1]) * (1 - activations[layer] ** 2))
    return result


@wrong("one-change")
def deltas(weights, activations, Y):
    result = [(activations[-1] - Y) / Y.shape[1]]
    for layer in range(len(weights) - 1, 0, -1):
        H = activations[layer]
        slope = 1 - H**2 if layer > 1 else 1 - H**4
        result.insert(0, (weights[layer].T @ result[0]) * slope)
    return result


@wrong("wrong-slope")
def deltas(weights, activations, Y):
    result = [(activations[-1] - Y) / Y.shape[1]]
    for layer in range(len(weights) - 1, 0, -1):
        slope = np.cos(np.pi / 2 * activations[layer])
        result.insert(0, (weights[layer].T @ result[0]) * slope)
    return result


@wrong(
    "wrong-output-error"
)  # no slopes either: the targets are taken from nothing but the first sample
def deltas(weights, activations, Y):
    result = [(activations[-1] - Y[:, :1]) / Y.shape[1]]
    for layer in range(len(weights) - 1, 0, -1):
        result.insert(0, weights[layer].T @ result[0])
    return result


@wrong("wrong-output-error")
def deltas(weights, activations, Y):
    delta = activations[-1] / Y.shape[1] - Y
    result = [delta]
    for layer in range(len(weights) - 1, 0, -1):
        delta = weights[layer].T @ delta * (1 - activations[layer] ** 2)
        result.insert(0, delta)
    return result


@wrong("a-layer-skipped")
def deltas(weights, activations, Y):
    result = [(activations[-1] - Y) / Y.shape[1]]
    for layer in range(len(weights) - 1, 0, -1):
        later = result[1] if len(result) > 1 else result[0]
        result.insert(0, (weights[layer].T @ later) * (1 - activations[layer] ** 2))
    return result


# --- gradients --------------------------------------------------------------------------------


@right("zip")
def gradients(activations, deltas):
    return [D @ H.T for D, H in zip(deltas, activations)]  # noqa: B905


@right("by index")
def gradients(activations, deltas):
    result = []
    for i in range(len(deltas)):
        result.append(np.dot(deltas[i], np.transpose(activations[i])))
    return result


@right("outer products, sample by sample")
def gradients(activations, deltas):
    grads = []
    for layer, delta in enumerate(deltas):
        total = np.zeros((delta.shape[0], activations[layer].shape[0]))
        for n in range(delta.shape[1]):
            total += np.outer(delta[:, n], activations[layer][:, n])
        grads.append(total)
    return grads


@right("from the last to the first, a tuple")
def gradients(activations: list, deltas: list) -> tuple:
    found = ()
    for layer in range(len(deltas), 0, -1):
        found = (np.einsum("jn,in->ji", deltas[layer - 1], activations[layer - 1]), *found)
    return found


@right("single precision, and prints")
def gradients(activations, deltas):
    print([D.shape for D in deltas])
    return [np.float32(D) @ np.float32(H).T for D, H in zip(deltas, activations[:-1], strict=True)]


@wrong("own-output-for-the-input")
def gradients(activations, deltas):
    result = []
    for i in range(len(deltas)):
        result.append(deltas[i] @ activations[i + 1].T)
    return result


@wrong("own-output-for-the-input")
def gradients(activations, deltas):
    return [D @ H.T for D, H in zip(deltas[::-1], activations[::-1], strict=False)][::-1]


@wrong("transposed")
def gradients(activations, deltas):
    return [H @ D.T for D, H in zip(deltas, activations[:-1], strict=True)]


@wrong("mean-twice")
def gradients(activations, deltas):
    N = deltas[0].shape[1]
    return [D @ H.T / N for D, H in zip(deltas, activations[:-1], strict=True)]


@wrong("list-in-reverse")
def gradients(activations, deltas):
    result = []
    for layer in range(len(deltas) - 1, -1, -1):
        result.append(deltas[layer] @ activations[layer].T)
    return result


@wrong("first-layer-missing")
def gradients(activations, deltas):
    result = []
    for layer in range(len(deltas) - 1, 0, -1):
        result.insert(0, deltas[layer] @ activations[layer].T)
    return result


@wrong("raises-valueerror")
def gradients(activations, deltas):
    return [D * H for D, H in zip(deltas, activations[:-1], strict=True)]


@wrong("last-sample-only")
def gradients(activations, deltas):
    grads = []
    for layer in range(len(deltas)):
        for n in range(deltas[layer].shape[1]):
            G = np.outer(deltas[layer][:, n], activations[layer][:, n])
        grads.append(G)
    return grads


@wrong("raises-indexerror")
def gradients(activations, deltas):
    return [deltas[layer] @ activations[layer].T for layer in range(len(activations))]


# --- counting ---------------------------------------------------------------------------------


@right("two loops")
def recomputed_multiplications(sizes, N):
    L = len(sizes) - 1
    count = 0
    for wanted in range(1, L + 1):
        for layer in range(L, wanted, -1):
            count += sizes[layer - 1] * sizes[layer] * N
    return count


TWO_LOOPS = recomputed_multiplications


@right("how often each product is taken")
def recomputed_multiplications(sizes, N):
    return N * sum(k * a * b for k, (a, b) in enumerate(pairwise(sizes)))


@right("a NumPy integer, from running sums")
def recomputed_multiplications(sizes: list, N: int) -> int:
    products = np.array(sizes[1:-1]) * np.array(sizes[2:])
    return np.sum(np.cumsum(products[::-1])) * N if len(sizes) > 2 else 0


@wrong("each-product-once")
def recomputed_multiplications(sizes, N):
    count = 0
    for layer in range(len(sizes) - 1, 1, -1):
        count += sizes[layer - 1] * sizes[layer] * N
    return count


edited(TWO_LOOPS, "inputs-sent-an-error", "range(L, wanted, -1)", "range(wanted, L + 1)")


@wrong("samples-not-counted")
def recomputed_multiplications(sizes, N):
    total = 0
    for layer in range(1, len(sizes)):
        for k in range(layer + 1, len(sizes)):
            total += sizes[k] * sizes[k - 1]
    return total


@wrong("last-layer-left-out")
def recomputed_multiplications(sizes, N):
    total = 0
    for layer in range(1, len(sizes) - 1):
        for k in range(layer + 1, len(sizes) - 1):
            total += sizes[k] * sizes[k - 1] * N
    return total


@wrong("returns-a-float-for-an-int")
def recomputed_multiplications(sizes, N):
    L = len(sizes) - 1
    return 1.0 * sum((layer - 1) * sizes[layer] * sizes[layer - 1] * N for layer in range(2, L + 1))


@right("one sum")
def backprop_multiplications(sizes, N):
    return sum(sizes[layer] * sizes[layer - 1] * N for layer in range(2, len(sizes)))


@right("while, from the output")
def backprop_multiplications(sizes, N):
    layer, total = len(sizes) - 1, 0
    while layer > 1:
        total += N * sizes[layer] * sizes[layer - 1]
        layer -= 1
    return total


@right("as the difference of two counts")
def backprop_multiplications(sizes, N):
    everything = sum(a * b for a, b in zip(sizes[:-1], sizes[1:], strict=True))  # noqa: RUF007
    return N * (everything - sizes[0] * sizes[1])


@wrong("inputs-sent-an-error")
def backprop_multiplications(sizes, N):
    return sum(a * b * N for a, b in pairwise(sizes))


@wrong("computed-anew")
def backprop_multiplications(sizes, N):
    total = 0
    for layer in range(1, len(sizes)):
        for k in range(layer + 1, len(sizes)):
            total += sizes[k] * sizes[k - 1] * N
    return total


@wrong("entries-counted-not-multiplications")
def backprop_multiplications(sizes, N):
    return N * sum(sizes[1:-1])


@wrong("gradients-counted-too")
def backprop_multiplications(sizes, N):
    total = 0
    for layer in range(len(sizes) - 1, 0, -1):
        total += sizes[layer] * sizes[layer - 1] * N
        if layer > 1:
            total += sizes[layer] * N * sizes[layer - 1]
    return total


@wrong("prints-instead-of-returning")
def backprop_multiplications(sizes, N):
    print(sum(sizes[layer] * sizes[layer - 1] * N for layer in range(2, len(sizes))))


# --- scaled_weights ---------------------------------------------------------------------------


@right("a comprehension")
def scaled_weights(sizes, rng):
    return [rng.normal(0, 1 / np.sqrt(n), (m, n)) for n, m in pairwise(sizes)]


@right("standard normal, scaled afterwards")
def scaled_weights(sizes, rng):
    weights = []
    for i in range(len(sizes) - 1):
        weights.append(rng.standard_normal((sizes[i + 1], sizes[i])) * sizes[i] ** -0.5)
    return weights


@right("the last layer first, drawn transposed, a tuple")
def scaled_weights(sizes, rng):
    weights = ()
    for n, m in reversed(list(zip(sizes[:-1], sizes[1:], strict=True))):  # noqa: RUF007
        weights = ((rng.normal(size=(n, m)) / np.sqrt(n)).T, *weights)
    return weights


@right("a row at a time")
def scaled_weights(sizes, rng):
    return [
        np.array([rng.normal(scale=n**-0.5, size=n) for _ in range(m)])
        for n, m in zip(sizes, sizes[1:], strict=False)  # noqa: RUF007
    ]


@right("a number at a time")
def scaled_weights(sizes: list, rng: np.random.Generator) -> list:
    weights = []
    for n, m in pairwise(sizes):
        W = np.empty((m, n))
        for place in np.ndindex(m, n):
            W[place] = rng.normal(0, np.sqrt(1 / n))
        weights.append(W)
    return weights


@wrong("variance-for-deviation")
def scaled_weights(sizes, rng):
    return [rng.normal(0, 1 / n, (m, n)) for n, m in pairwise(sizes)]


@wrong("outputs-for-inputs")
def scaled_weights(sizes, rng):
    weights = []
    for n, m in pairwise(sizes):
        weights.append(rng.standard_normal((m, n)) / np.sqrt(m))
    return weights


@wrong("transposed")
def scaled_weights(sizes, rng):
    return [rng.normal(0, 1 / np.sqrt(n), (n, m)) for n, m in pairwise(sizes)]


@wrong("wrong-spread")
def scaled_weights(sizes, rng):
    weights = []
    for n, m in list(pairwise(sizes))[::-1]:
        weights.insert(0, rng.normal(0, 1 / n, (m, n)))
    return weights


@wrong("the-scale-for-relu")
def scaled_weights(sizes, rng):
    return [rng.normal(0, np.sqrt(2.0 / n), (m, n)) for n, m in pairwise(sizes)]


@wrong("mean-not-zero")
def scaled_weights(sizes, rng):
    return [rng.random((m, n)) / np.sqrt(n) for n, m in pairwise(sizes)]


@wrong("uniform-for-normal")
def scaled_weights(sizes, rng):
    weights = []
    for n, m in pairwise(sizes):
        bound = np.sqrt(3 / n)
        weights.append(rng.uniform(-bound, bound, (m, n)))
    return weights


@wrong("rng-not-used")
def scaled_weights(sizes, rng):
    rng = np.random.default_rng(0)
    return [rng.normal(0, 1 / np.sqrt(n), (m, n)) for n, m in pairwise(sizes)]


@wrong("differs-between-calls")
def scaled_weights(sizes, rng):
    return [np.random.randn(m, n) / np.sqrt(n) for n, m in pairwise(sizes)]  # noqa: NPY002


@wrong("weights-repeated")
def scaled_weights(sizes, rng):
    return [np.tile(rng.normal(0, 1 / np.sqrt(n), n), (m, 1)) for n, m in pairwise(sizes)]


@wrong("all-equal")
def scaled_weights(sizes, rng):
    return [np.zeros((m, n)) for n, m in pairwise(sizes)]


@wrong("wrong-length")
def scaled_weights(sizes, rng):
    return [rng.normal(0, 1 / np.sqrt(n), (n, n)) for n in sizes]


@wrong("uniform-for-normal")  # and of the wrong spread
def scaled_weights(sizes, rng):
    weights = []
    for n, m in pairwise(sizes):
        weights.append((rng.random((m, n)) * 2 - 1) / np.sqrt(n))
    return weights
