"""Activations and errors layer by layer: depth, starting scale and activation (notebook 07)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bplib import network
from bplib.course.nudged import errors_of_layer
from bplib.widgets.base import NEAR, Tried, attempt, show

Array = NDArray[Any]
Function = Callable[..., Any]

WIDTH, SAMPLES = 20, 6
DEEPEST = 30


def settings() -> dict[str, Any]:
    """Return what the widget starts from."""
    return {"width": WIDTH, "samples": SAMPLES, "deepest": DEEPEST}


def drawn(
    depth: int, scale: float, activation: str, seed: int
) -> tuple[list[Array], list[Array], Array]:
    """Return the weights of a network, what its layers hand on, and targets.

    The targets are such that every error at the output is 1 or −1.
    """
    rng = np.random.default_rng(seed)
    X = rng.normal(0, 1, (WIDTH, SAMPLES))
    signs = rng.choice([-1.0, 1.0], (WIDTH, SAMPLES))
    weights = [rng.normal(0, scale * WIDTH**-0.5, (WIDTH, WIDTH)) for _ in range(depth)]
    kept = network.layers(weights, X, network.ACTIVATIONS[activation])
    return weights, kept, kept[-1] - SAMPLES * signs


def answer(question: dict[str, Any], forward: Function, deltas: Function) -> dict[str, Any]:
    """Return how large activations and errors are in every layer.

    With tanh by the reader's functions; with other activations, which these do not have, by
    nudging.
    """
    depth = int(np.clip(question["depth"], 1, DEEPEST))
    activation = question["activation"]
    weights, kept, Y = drawn(depth, question["scale"], activation, int(question["seed"]))
    f = network.ACTIVATIONS[activation]
    layers = enumerate(zip(weights, kept, strict=False))
    errors = [errors_of_layer(W @ H, weights[i + 1 :], Y, f) for i, (W, H) in layers]
    reply: dict[str, Any] = {"problems": {}, "off": [], "nudged": activation != "tanh"}
    if reply["nudged"]:
        return {**reply, "kept": _sizes(kept[:-1]), "errors": _sizes(errors)}
    tried = {
        "forward": (attempt(forward, list(weights), kept[0]), kept),
        "deltas": (attempt(deltas, list(weights), [H.copy() for H in kept], Y), errors),
    }
    for (name, (mine, truth)), place in zip(tried.items(), ("kept", "errors"), strict=True):
        mine = _arrays(name, mine, truth)
        if mine.problem:
            reply["problems"][name] = mine.problem
            continue
        if not _near(mine.value, truth):
            reply["off"].append(name)
        reply[place] = _sizes(mine.value[: len(kept) - 1])
    return reply


def _arrays(name: str, tried: Tried, truth: Sequence[Array]) -> Tried:
    """Return a list of arrays of the right shapes as such, or what is wrong with it."""
    if tried.problem:
        return tried
    value = tried.value
    if not isinstance(value, list | tuple) or len(value) != len(truth):
        return Tried(problem=f"{name} does not return a list of {len(truth)} arrays here.")
    if [np.shape(part) for part in value] != [part.shape for part in truth]:
        return Tried(problem=f"{name} returns an array of another shape in its list.")
    try:
        return Tried([np.array(part, dtype=float) for part in value])
    except (TypeError, ValueError):
        return Tried(problem=f"{name} returns something else than numbers in its list.")


def _sizes(arrays: Sequence[Array]) -> Array:
    """Return how large the entries of each array are: the root of their mean square."""
    with np.errstate(all="ignore"):
        return np.array([np.sqrt(np.mean(np.square(array))) for array in arrays])


def _near(mine: Sequence[Array], truth: Sequence[Array]) -> bool:
    return all(
        np.max(np.abs(a - b)) <= NEAR * max(float(np.max(np.abs(b))), 1e-300)
        for a, b in zip(mine, truth, strict=True)
    )


def depth(forward: Function, deltas: Function) -> None:
    """Show how activations and errors grow or die out from layer to layer.

    Parameters
    ----------
    forward, deltas : callable
        The reader's, from notebook 07.
    """
    show(
        "depth",
        settings(),
        lambda question: answer(question, forward, deltas),
        "Two curves over the layers of a deep network, on a logarithmic scale: how large the "
        "activations are on the way forward, and how large the errors are on the way back; with "
        "sliders for the depth and for the scale of the first weights.",
    )
