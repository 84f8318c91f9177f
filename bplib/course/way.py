"""The quantities that a right solution may pass through, for every exercise, in numbers.

They are derived by rules from the arguments of a call, by their names: from A and X comes Z, from Z
comes H, and so on; derivatives by numerical differentiation. What a rule calls a quantity is what
messages call it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from bplib import network
from bplib.course.exercise import Exercise
from bplib.course.nudged import error_sent_back, errors_of_layer
from bplib.derivatives import Array, derivative, gradient


@dataclass(frozen=True)
class Quantity:
    """A quantity on the way.

    Parameters
    ----------
    name : str
        What it is called in the course: "Z", "Δ_B", "the slope of tanh".
    value : array or number
        What it is at this call.
    parts : tuple of arrays
        The shares of the samples, in order, where it is a sum over them.
    """

    name: str
    value: Any
    parts: tuple[Any, ...] = ()


_Rule = tuple[str, tuple[str, ...], Callable[..., Any]]


def _loss_slopes(Y_hat: Array, Y: Array) -> Array:
    return gradient(lambda P: network.mean_loss(P, Y), Y_hat)


def _sent_back(delta_B: Array, B: Array) -> Array:
    H = np.zeros((B.shape[1], delta_B.shape[1]))
    return gradient(lambda P: np.sum(delta_B * (B @ P), axis=(-2, -1)), H)


def _delta_A(delta_B: Array, B: Array, Z: Array) -> Array:
    return gradient(lambda P: np.sum(delta_B * (B @ np.tanh(P)), axis=(-2, -1)), Z)


def _slope(Z: Any) -> Any:
    return derivative(network.tanh, Z)


_NETWORK: tuple[_Rule, ...] = (
    ("Z", ("A", "X"), lambda A, X: A @ X),
    ("H", ("Z",), np.tanh),
    ("Y_hat", ("B", "H"), lambda B, H: B @ H),
    ("the error", ("Y_hat", "Y"), lambda Y_hat, Y: Y_hat - Y),
    ("the squared error", ("the error",), lambda error: error**2),
    ("the losses of the samples", ("the squared error",), lambda e: e.sum(axis=0) / 2),
    ("the loss", ("the losses of the samples",), np.mean),
    ("Δ_B", ("Y_hat", "Y"), _loss_slopes),
    ("the error at H", ("delta_B", "B"), _sent_back),
    ("the error at H", ("Δ_B", "B"), _sent_back),
    ("the square of H", ("H",), lambda H: H**2),
    ("the slope of tanh", ("Z",), _slope),
    ("Δ_A", ("delta_B", "B", "Z"), _delta_A),
    ("Δ_A", ("Δ_B", "B", "Z"), _delta_A),
)
_SIGMOID_OUTPUT: tuple[_Rule, ...] = (
    ("1 − Y_hat", ("Y_hat",), lambda P: 1 - P),
    ("the slope of the sigmoid", ("Y_hat",), lambda P: derivative(network.sigmoid, _logit(P))),
)
_LINE: tuple[_Rule, ...] = (
    ("the predictions", ("w", "X"), lambda w, X: w @ X),
    ("the errors", ("the predictions", "y"), lambda p, y: p - y),
    ("the errors times the inputs", ("the errors", "X"), lambda e, X: X * e),
)
_RELATIVE: tuple[_Rule, ...] = (
    ("the difference", ("mine", "numeric"), lambda a, b: np.asarray(a) - b),
    ("the size of the difference", ("the difference",), np.abs),
    ("the squared difference", ("the difference",), lambda d: d**2),
    ("the squared length of the difference", ("the squared difference",), np.sum),
    ("the length of the difference", ("the difference",), np.linalg.norm),
    ("the length of mine", ("mine",), np.linalg.norm),
    ("the length of numeric", ("numeric",), np.linalg.norm),
    (
        "the longer length",
        ("the length of mine", "the length of numeric"),
        lambda a, b: max(a, b),
    ),
)
_SCALARS: tuple[_Rule, ...] = (
    ("z", ("a", "x"), lambda a, x: a * x),
    ("h", ("z",), np.tanh),
    ("ŷ", ("b", "h"), lambda b, h: b * h),
    ("the error", ("ŷ", "y"), lambda p, y: p - y),
    ("the loss", ("the error",), lambda e: e**2 / 2),
    ("the slope of tanh", ("z",), _slope),
    ("the square of h", ("h",), lambda h: h**2),
    ("dL/dh", ("the error", "b"), lambda e, b: e * b),
    ("dL/dz", ("dL/dh", "the slope of tanh"), lambda e, s: e * s),
    ("the slope times b", ("the slope of tanh", "b"), lambda s, b: s * b),
    ("dŷ/da", ("the slope times b", "x"), lambda s, x: s * x),
)
_SLOPE: tuple[_Rule, ...] = (
    ("f to the right", ("f", "w", "step"), lambda f, w, step: f(w + step)),
    ("f to the left", ("f", "w", "step"), lambda f, w, step: f(w - step)),
    ("the rise", ("f to the right", "f to the left"), lambda right, left: right - left),
    ("the run", ("step",), lambda step: 2 * step),
)
_ACTIVATIONS: tuple[_Rule, ...] = (
    ("tanh", ("z",), np.tanh),
    ("the square of tanh", ("tanh",), lambda h: h**2),
    ("exp(z)", ("z",), np.exp),
    ("exp(2z)", ("z",), lambda z: np.exp(2 * z)),
    ("cosh", ("z",), np.cosh),
    ("sinh", ("z",), np.sinh),
    ("the square of cosh", ("cosh",), lambda c: c**2),
    ("exp(−z)", ("z",), lambda z: np.exp(-z)),
    ("1 + exp(−z)", ("exp(−z)",), lambda e: 1 + e),
    ("the sigmoid", ("z",), network.sigmoid),
    ("1 − the sigmoid", ("the sigmoid",), lambda s: 1 - s),
)
_COMPOSED: tuple[_Rule, ...] = (
    ("3x + 1", ("x",), lambda x: 3 * x + 1),
    ("its square", ("3x + 1",), lambda u: u**2),
    ("the exponent", ("its square",), lambda v: -v),
    ("y", ("the exponent",), np.exp),
)
_FORK: tuple[_Rule, ...] = (
    ("tanh(x)", ("x",), np.tanh),
    ("the square of tanh(x)", ("tanh(x)",), lambda h: h**2),
    ("the slope of tanh", ("x",), _slope),
    ("the path inside tanh", ("x", "the slope of tanh"), lambda x, s: x * s),
    ("the paths of the product", ("tanh(x)", "the path inside tanh"), lambda h, p: h + p),
    ("the path of the square", ("x",), lambda x: 2 * x),
    ("the square of x", ("x",), lambda x: x**2),
)
_SEARCH: tuple[_Rule, ...] = (
    (
        "the losses of the candidates",
        ("candidates", "X", "Y"),
        lambda pairs, X, Y: np.array([network.network_loss(A, B, X, Y) for A, B in pairs]),
    ),
)
_SOFTMAX: tuple[_Rule, ...] = (
    ("the largest of each column", ("Z",), lambda Z: Z.max(axis=0, keepdims=True)),
    ("exp(Z)", ("Z",), np.exp),
    ("the sums of exp(Z)", ("exp(Z)",), lambda e: e.sum(axis=0, keepdims=True)),
    ("Z less its largest", ("Z", "the largest of each column"), lambda Z, m: Z - m),
    ("exp(Z less its largest)", ("Z less its largest",), np.exp),
    ("their sums", ("exp(Z less its largest)",), lambda e: e.sum(axis=0, keepdims=True)),
    ("the softmax", ("Z",), network.softmax),
)
_CROSS_ENTROPY: tuple[_Rule, ...] = (
    *_SOFTMAX,
    ("the logarithms of the sums", ("their sums",), np.log),
    ("the logarithms of the sums of exp(Z)", ("the sums of exp(Z)",), np.log),
    (
        "the logarithms of the softmax",
        ("Z less its largest", "the logarithms of the sums"),
        lambda Z, s: Z - s,
    ),
    ("Y times these", ("Y", "the logarithms of the softmax"), lambda Y, logs: Y * logs),
    ("the logarithms of the right ones", ("Y times these",), lambda M: M.sum(axis=0)),
    ("the z of the right class", ("Y", "Z"), lambda Y, Z: (Y * Z).sum(axis=0)),
    (
        "that z less the largest",
        ("Y", "Z less its largest"),
        lambda Y, Z: (Y * Z).sum(axis=0),
    ),
    ("the share of the right class", ("Y", "the softmax"), lambda Y, P: (Y * P).sum(axis=0)),
    ("Y times the softmax", ("Y", "the softmax"), lambda Y, P: Y * P),
    ("Y times Z", ("Y", "Z"), lambda Y, Z: Y * Z),
    (
        "the sum of the logarithms of the right ones",
        ("the logarithms of the right ones",),
        lambda logs: logs.sum(),
    ),
)
_DELTA_SOFTMAX: tuple[_Rule, ...] = (
    *_SOFTMAX,
    ("the softmax less Y", ("the softmax", "Y"), lambda P, Y: P - Y),
)
_DELTA_LOGISTIC: tuple[_Rule, ...] = (
    ("exp(−Z)", ("Z",), lambda Z: np.exp(-Z)),
    ("exp(Z)", ("Z",), np.exp),
    ("1 + exp(−Z)", ("exp(−Z)",), lambda e: 1 + e),
    ("1 + exp(Z)", ("exp(Z)",), lambda e: 1 + e),
    ("exp(−|Z|)", ("Z",), lambda Z: np.exp(-np.abs(Z))),
    ("1 + exp(−|Z|)", ("exp(−|Z|)",), lambda e: 1 + e),
    ("tanh(Z/2)", ("Z",), lambda Z: np.tanh(Z / 2)),
    ("1 + tanh(Z/2)", ("tanh(Z/2)",), lambda t: 1 + t),
    ("the sigmoid of Z", ("Z",), network.sigmoid),
    ("1 − the sigmoid", ("the sigmoid of Z",), lambda P: 1 - P),
    ("1 − Y", ("Y",), lambda Y: 1 - Y),
    ("the sigmoid less Y", ("the sigmoid of Z", "Y"), lambda P, Y: P - Y),
    ("the slope of the sigmoid", ("Z",), lambda Z: derivative(network.sigmoid, Z)),
    (
        "the slope of the loss in p",
        ("the sigmoid less Y", "the slope of the sigmoid"),
        lambda error, slope: error / slope,
    ),
)
_HIDDEN: tuple[_Rule, ...] = (
    ("the error at H", ("delta_next", "W_next"), error_sent_back),
    ("the slope at Z", ("d_activation", "Z"), lambda d_activation, Z: d_activation(Z)),
    ("the tanh of Z", ("Z",), np.tanh),  # of no use here, but not wrong before it is used
    ("its square", ("the tanh of Z",), lambda H: H**2),
)
_RULES: Mapping[str, tuple[_Rule, ...]] = {
    "softmax": _SOFTMAX,
    "cross_entropy": _CROSS_ENTROPY,
    "delta_softmax": _DELTA_SOFTMAX,
    "delta_logistic": _DELTA_LOGISTIC,
    "delta_hidden": _HIDDEN,
    "delta_B_sigmoid": _NETWORK[3:4] + _NETWORK[7:8] + _SIGMOID_OUTPUT,
    "line_loss_gradient": _LINE,
    "relative_error": _RELATIVE,
    "scalar_gradients": _SCALARS,
    "slope": _SLOPE,
    "best_guess": _SEARCH,
    "d_tanh": _ACTIVATIONS,
    "d_sigmoid": _ACTIVATIONS,
    "d_relu": (),
    "d_composed": _COMPOSED,
    "d_fork": _FORK,
}
"""The rules of exercises that are not about the two-layer network."""


def _logit(P: Array) -> Array:
    return np.log(P / (1 - P))


def way(exercise: Exercise, arguments: tuple[Any, ...], truth: Any) -> tuple[Quantity, ...]:
    """Return the quantities on the way of one call: its arguments, what follows, the result.

    Parameters
    ----------
    exercise : Exercise
        What was asked.
    arguments : tuple
        Of the call, ready to use.
    truth : plain data
        The right result.
    """
    known = dict(zip(exercise.arguments, arguments, strict=False))
    for name, needs, rule in _RULES.get(exercise.name, _NETWORK):
        if name not in known and all(need in known for need in needs):
            known[name] = rule(*(known[need] for need in needs))
    several = len(exercise.returns) > 1
    results = truth if several else (truth,)
    shares = _shares(exercise, arguments, several)
    found = [q for name, value in known.items() for q in _entries(name, value)]
    found += _gradients(known)
    found += _layers(known)
    if exercise.name == "gradient_descent":
        slopes = [known["gradient"](point) for point in truth]
        found.append(Quantity("the gradients at the points", np.stack(slopes)))
    for output, value, parts in zip(exercise.returns, results, shares, strict=True):
        if output.first is None:
            found.append(Quantity(output.name, value, parts))
        else:
            found += [
                Quantity(output.entry(i), one, tuple(part[i] for part in parts))
                for i, one in enumerate(value)
            ]
    return tuple(found)


def _entries(name: str, value: Any) -> list[Quantity]:
    """Return a quantity; of a list of arrays, one for each."""
    if isinstance(value, list) and all(isinstance(one, np.ndarray) for one in value):
        return [Quantity(f"{name}[{i}]", one) for i, one in enumerate(value)]
    return [Quantity(name, value)]


def _layers(known: Mapping[str, Any]) -> list[Quantity]:
    """Return what lies on the way through a network of any number of layers, and back."""
    if "sizes" in known and "rng" in known:
        return [Quantity("a layer's standard deviation", n**-0.5) for n in known["sizes"][:-1]]
    if "weights" not in known:
        return []
    weights: list[Array] = known["weights"]
    kept = known.get("activations") or network.layers(weights, known["X"])
    found, Y = [], known.get("Y")
    for i, (W, before, after) in enumerate(zip(weights, kept, kept[1:], strict=False), start=1):
        Z = W @ before
        found += [Quantity(f"Z of layer {i}", Z), Quantity(f"H of layer {i}", after)]
        if i < len(weights) and Y is not None:
            found.append(Quantity(f"the square of H of layer {i}", after**2))
            found.append(Quantity(f"the slope of tanh in layer {i}", _slope(Z)))
            later = errors_of_layer(weights[i] @ after, weights[i + 1 :], Y)
            found.append(Quantity(f"the error at H of layer {i}", _sent_back(later, weights[i])))
    if Y is not None:
        found.append(Quantity("the error", kept[-1] - Y))
    return found


_GRADIENTS: tuple[tuple[str, str, tuple[str, ...], Callable[..., Array]], ...] = (
    (
        *("the gradient of B", "B", ("H", "Y")),
        lambda B, H, Y: gradient(lambda P: network.mean_loss(P @ H, Y), B),
    ),
    (
        *("the gradient of A", "A", ("X", "Y")),
        lambda A, X, Y, B: gradient(lambda P: network.network_loss(P, B, X, Y), A),
    ),
)


def _gradients(known: Mapping[str, Any]) -> list[Quantity]:
    """Return the gradients of the loss, with the shares of the samples, and the steps along them.

    Where the weights are arguments and the gradient is not the result itself.
    """
    found = []
    for name, weights, data, rule in _GRADIENTS:
        more = ("B",) if weights == "A" else ()
        if not all(need in known for need in (weights, *data, *more)):
            continue
        rest = [known[need] for need in more]
        value = rule(known[weights], *(known[need] for need in data), *rest)
        N = known["Y"].shape[1]
        parts = (
            rule(known[weights], *(known[need][:, n : n + 1] for need in data), *rest)
            for n in range(N)
        )
        found.append(Quantity(name, value, tuple(parts)))
        rate = known.get(f"learning_rate_{weights}", known.get("learning_rate"))
        if rate is not None:
            found.append(Quantity(f"the step on {weights}", rate * value))
    return found


def _shares(exercise: Exercise, arguments: tuple[Any, ...], several: bool) -> list[tuple[Any, ...]]:
    """Return every result's shares of the samples, where it is a sum over them."""
    words = list(exercise.arguments.values())
    none: list[tuple[Any, ...]] = [()] * len(exercise.returns)
    counts = {
        array.shape[-1]
        for text, argument in zip(words, arguments, strict=False)
        for array in (argument if isinstance(argument, list) else [argument])
        if text.endswith("N)") and isinstance(array, np.ndarray)
    }
    summed = all(o.shape and not o.shape.endswith("N)") for o in exercise.returns)
    if len(counts) != 1 or not summed or exercise.examine:
        return none
    (N,) = counts
    columns = []
    for n in range(N):
        one = tuple(
            _of_sample(n, argument) if text.endswith("N)") else argument
            for text, argument in zip(words, arguments, strict=False)
        )
        result = exercise.truth(*one)
        columns.append(result if several else (result,))
    return [tuple(column[i] for column in columns) for i in range(len(exercise.returns))]


def _of_sample(n: int, argument: Any) -> Any:
    """Return what an array, or every array of a list, holds of one sample."""
    if isinstance(argument, list):
        return [_of_sample(n, one) for one in argument]
    return argument[..., n : n + 1]
