"""The forward computation of the course's notation: activations, networks, losses.

Nothing here is differentiated; `bplib.derivatives` does that by nudging what stands here.
Every function works on real and on complex arrays and on stacks of matrices (extra leading
axes), which is what lets the derivatives be taken for all weights at once.
"""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
Activation = Callable[[Array], Array]


def identity(Z: Array) -> Array:
    """Return `Z` itself: the linear output layer.

    Parameters
    ----------
    Z : ndarray
        Pre-activations of any shape.

    Returns
    -------
    ndarray
        `Z`.
    """
    return Z


def tanh(Z: Array) -> Array:
    """Return the hyperbolic tangent, the course's usual hidden activation.

    Parameters
    ----------
    Z : ndarray
        Pre-activations of any shape.

    Returns
    -------
    ndarray
        Activations between -1 and 1, like `Z`.
    """
    return np.tanh(Z)


def sigmoid(Z: Array) -> Array:
    """Return the logistic function 1 / (1 + exp(-z)).

    It is written as (1 + tanh(z/2)) / 2, which never overflows.

    Parameters
    ----------
    Z : ndarray
        Pre-activations of any shape.

    Returns
    -------
    ndarray
        Activations between 0 and 1, like `Z`.
    """
    return 0.5 * (1.0 + np.tanh(0.5 * np.asarray(Z)))


def relu(Z: Array) -> Array:
    """Return the rectified linear unit: z where it is positive, else 0.

    A complex z counts as positive where its real part is. The function has a kink at 0.

    Parameters
    ----------
    Z : ndarray
        Pre-activations of any shape.

    Returns
    -------
    ndarray
        Activations of 0 or more, like `Z`.
    """
    return np.where(np.real(Z) > 0, Z, 0.0)


LEAK = 0.1
"""What part of a negative pre-activation a leaky ReLU lets through."""


def leaky_relu(Z: Array) -> Array:
    """Return the leaky rectified linear unit: z where it is positive, else `LEAK` times z.

    A complex z counts as positive where its real part is. The function has a kink at 0.

    Parameters
    ----------
    Z : ndarray
        Pre-activations of any shape.

    Returns
    -------
    ndarray
        Activations, like `Z`.
    """
    return np.where(np.real(Z) > 0, Z, LEAK * np.asarray(Z))


ACTIVATIONS: dict[str, Activation] = {
    "identity": identity,
    "tanh": tanh,
    "sigmoid": sigmoid,
    "relu": relu,
    "leaky_relu": leaky_relu,
}


def softmax(Z: Array) -> Array:
    """Return the softmax of every column: positive entries that sum to 1.

    Parameters
    ----------
    Z : ndarray, shape (..., n_out, N)
        Pre-activations, one column a sample.

    Returns
    -------
    ndarray
        Probabilities, like `Z`; finite for entries of any size.
    """
    exponentials = np.exp(Z - np.max(np.real(Z), axis=-2, keepdims=True))
    return exponentials / np.sum(exponentials, axis=-2, keepdims=True)


def forward(
    A: Array, B: Array, X: Array, activation: Activation = tanh, output: Activation = identity
) -> tuple[Array, Array, Array]:
    """Run the two-layer network and keep every intermediate quantity.

    Parameters
    ----------
    A : ndarray, shape (..., n_hidden, n_in)
        Hidden weights.
    B : ndarray, shape (..., n_out, n_hidden)
        Output weights.
    X : ndarray, shape (..., n_in, N)
        Inputs, one column a sample.
    activation, output : callable
        The hidden layer's activation and the output layer's.

    Returns
    -------
    Z, H, Y_hat : ndarray
        Pre-activations and activations, (..., n_hidden, N), and predictions, (..., n_out, N).
    """
    Z = A @ X
    H = activation(Z)
    return Z, H, output(B @ H)


def layers(
    weights: Sequence[Array], X: Array, activation: Activation = tanh, output: Activation = identity
) -> list[Array]:
    """Run a network of any depth and keep what every layer hands on.

    Parameters
    ----------
    weights : sequence of ndarray
        W_1, ..., W_L, the first layer's first; each (..., its outputs, its inputs).
    X : ndarray, shape (..., n_in, N)
        Inputs, one column a sample.
    activation, output : callable
        The hidden layers' activation and the last layer's.

    Returns
    -------
    list of ndarray
        The inputs, the activations of the hidden layers, the predictions: one more than weights.
    """
    kept = [X]
    for W in weights[:-1]:
        kept.append(activation(W @ kept[-1]))
    return [*kept, output(weights[-1] @ kept[-1])]


def predict(
    A: Array, B: Array, X: Array, activation: Activation = tanh, output: Activation = identity
) -> Array:
    """Return the network's predictions, shape (..., n_out, N); see `forward` for the arguments."""
    return forward(A, B, X, activation, output)[2]


def sample_losses(Y_hat: Array, Y: Array) -> Array:
    """Return half the squared distance of every prediction from its target.

    Parameters
    ----------
    Y_hat, Y : ndarray, shape (..., n_out, N)
        Predictions and targets, one column a sample.

    Returns
    -------
    ndarray, shape (..., N)
        One loss a sample.
    """
    return 0.5 * np.sum((Y_hat - Y) ** 2, axis=-2)


def mean_loss(Y_hat: Array, Y: Array) -> Any:
    """Return the mean over the samples of `sample_losses`: a float, or one a stacked matrix."""
    return np.mean(sample_losses(Y_hat, Y), axis=-1)


def cross_entropy(Z: Array, Y: Array) -> Any:
    """Return the mean cross-entropy of softmax(Z) against one-hot targets.

    Parameters
    ----------
    Z : ndarray, shape (..., n_out, N)
        Pre-activations of the output layer.
    Y : ndarray, shape (n_out, N)
        One column a sample, 1 at its class and 0 elsewhere.

    Returns
    -------
    float or ndarray
        The mean over the samples; one a stacked matrix.
    """
    highest = np.max(np.real(Z), axis=-2, keepdims=True)
    log_total = np.log(np.sum(np.exp(Z - highest), axis=-2, keepdims=True)) + highest
    return np.mean(np.sum(Y * (log_total - Z), axis=-2), axis=-1)


def binary_cross_entropy(Z: Array, Y: Array) -> Any:
    """Return the mean over the samples of the summed cross-entropies of sigmoid(Z).

    Every output is a yes-or-no question by itself. A sigmoid that saturates is never taken the
    logarithm of, so the loss is right for entries of any size.

    Parameters
    ----------
    Z : ndarray, shape (..., n_out, N)
        Pre-activations of the output layer.
    Y : ndarray, shape (n_out, N)
        Targets, 0 or 1.

    Returns
    -------
    float or ndarray
        The mean over the samples; one a stacked matrix.
    """
    positive = np.real(Z) > 0
    beyond = np.log1p(np.exp(np.where(positive, -Z, Z)))
    return np.mean(np.sum(beyond + np.where(positive, Z, 0) - Y * Z, axis=-2), axis=-1)


def network_loss(
    A: Array,
    B: Array,
    X: Array,
    Y: Array,
    activation: Activation = tanh,
    output: Activation = identity,
) -> Any:
    """Return the mean squared-error loss of the network, 1/(2N) Σ ‖ŷ − y‖².

    Parameters
    ----------
    A, B, X, activation, output
        As for `forward`.
    Y : ndarray, shape (n_out, N)
        Targets.

    Returns
    -------
    float or ndarray
        The loss; one a stacked matrix.
    """
    return mean_loss(predict(A, B, X, activation, output), Y)
