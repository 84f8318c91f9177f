"""The gradients of networks by nudging, as quickly as that goes.

A nudge of one weight is followed forward through what it moves, and nothing else is computed
again: one hidden unit for a weight of A, one prediction for a weight of B. That is still one way
forward for every weight, with the accuracy of the complex step, and quick enough to train with.
"""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from bplib import network
from bplib.derivatives import STEP
from bplib.network import Activation, Array


def gradient_of_B(B: Array, H: Array, Y: Array) -> Array:
    """Return the slopes of the mean loss in B, for hidden activations H and a linear output.

    Parameters
    ----------
    B : ndarray, shape (n_out, n_hidden)
        Output weights.
    H : ndarray, shape (n_hidden, N)
        Hidden activations.
    Y : ndarray, shape (n_out, N)
        Targets.
    """
    rows = []
    for predictions, targets in zip(B @ H, Y, strict=True):
        nudged = predictions - targets + 1j * STEP * H  # one row for each weight that leads here
        rows.append(np.einsum("jn,jn->j", nudged, nudged).imag / STEP)
    return np.array(rows) / (2 * Y.shape[1])


def gradient_of_A(Z: Array, B: Array, X: Array, Y: Array) -> Array:
    """Return the slopes of the mean loss in A, for a tanh hidden layer and a linear output.

    Parameters
    ----------
    Z : ndarray, shape (n_hidden, N)
        Hidden pre-activations.
    B : ndarray, shape (n_out, n_hidden)
        Output weights.
    X : ndarray, shape (n_in, N)
        Inputs.
    Y : ndarray, shape (n_out, N)
        Targets.
    """
    misses = (B @ np.tanh(Z) - Y)[:, np.newaxis]
    rows = []
    for z, to_outputs in zip(Z, 1j * B.T[:, :, np.newaxis, np.newaxis], strict=True):
        moved = np.tanh(z + 1j * STEP * X).imag  # how far this unit moves, for each of its weights
        nudged = misses + to_outputs * moved
        rows.append(np.einsum("kin,kin->i", nudged, nudged).imag / STEP)
    return np.array(rows) / (2 * Y.shape[1])


def errors_of_layer(
    Z: Array, later: Sequence[Array], Y: Array, activation: Activation = network.tanh
) -> Array:
    """Return the slopes of the mean loss in a layer's pre-activations.

    A unit is nudged in all samples at once: no sample's loss hears of another's nudge.

    Parameters
    ----------
    Z : ndarray, shape (n, N)
        The layer's pre-activations; it is a hidden layer, or the linear output if none is later.
    later : sequence of ndarray
        The weights of the layers behind it.
    Y : ndarray, shape (n_out, N)
        Targets.
    activation : callable
        The hidden layers'.
    """
    if not later:
        nudged, rest = Z + 1j * STEP * np.eye(len(Z))[:, :, np.newaxis], later
    else:
        answer = activation(Z + 1j * STEP)  # of each unit; what it moves is its column of weights
        to_outputs = later[0].T[:, :, np.newaxis]
        nudged = later[0] @ answer.real + 1j * to_outputs * answer.imag[:, np.newaxis]
        rest = later[1:]
    predictions = network.layers(rest, activation(nudged), activation)[-1] if rest else nudged
    return network.sample_losses(predictions, Y).imag / STEP / Y.shape[1]


def gradient_of_layer(delta: Array, inputs: Array) -> Array:
    """Return the slopes of Σ Δ ∘ (W inputs) in W: how a layer's errors answer to its weights.

    Parameters
    ----------
    delta : ndarray, shape (n, N)
        The layer's error terms.
    inputs : ndarray, shape (n_before, N)
        What enters it.
    """
    moved = 1j * STEP * inputs  # how far a unit moves, for each of its weights
    return np.einsum("kn,in->ki", delta, moved).imag / STEP


def slopes_of_columns(loss: Callable[[Array, Array], Any], Z: Array, Y: Array) -> Array:
    """Return the slopes in Z of a mean loss of columns that do not see each other.

    One nudge serves an entry of all columns at once.

    Parameters
    ----------
    loss : callable
        Takes stacks of pre-activations and targets, (..., n_out, 1), and returns a loss for each.
    Z : ndarray, shape (n_out, N)
        Pre-activations.
    Y : ndarray, shape (n_out, N)
        Targets.
    """
    columns, targets = Z.T[:, :, np.newaxis], Y.T[:, :, np.newaxis]
    nudges = 1j * STEP * np.eye(len(Z))[:, np.newaxis, :, np.newaxis]
    return loss(columns + nudges, targets).imag / STEP / Z.shape[1]


def error_sent_back(delta: Array, W: Array) -> Array:
    """Return the slopes in H of Σ delta ∘ (W H), one unit nudged at a time.

    Parameters
    ----------
    delta : ndarray, shape (n_next, N)
        The error term of the layer that takes H in.
    W : ndarray, shape (n_next, n_hidden)
        That layer's weights.
    """
    nudged = (W @ (1j * STEP * unit) for unit in np.eye(W.shape[1]))
    return np.array([np.einsum("k,kn->n", moved, delta).imag for moved in nudged]) / STEP


def gradients(A: Array, B: Array, X: Array, Y: Array) -> tuple[Array, Array]:
    """Return the slopes of the mean loss in A and in B, as quickly as that goes.

    The hidden layer's pre-activations are nudged, and A by what comes of that: where training
    takes many steps, `gradient_of_A` is too slow.

    Parameters
    ----------
    A, B, X, Y : ndarray
        A network with a tanh hidden layer and a linear output, and its data.
    """
    Z = A @ X
    of_A = gradient_of_layer(errors_of_layer(Z, (B,), Y), X)
    return of_A, gradient_of_B(B, np.tanh(Z), Y)
