"""The pictures of notebook 09: symptoms of a backward pass, and what a wrong one does all the same.

A picture of a backward pass holds it against nudging and says what it sees: that is all one knows
of a bug before one reads the code.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bplib import network
from bplib.course.debugging import planted
from bplib.course.debugging.exercises import AGREES
from bplib.course.debugging.symptoms import Symptom
from bplib.course.debugging.symptoms import symptoms as compare
from bplib.course.functions import build
from bplib.datasets import Dataset, digits
from bplib.derivatives import derivative, gradient
from bplib.figures.base import (
    COLOUR_A,
    COLOUR_B,
    ERROR,
    FORWARD,
    GREY,
    LINES,
    MARKERS,
    show,
    style,
    subplots,
)
from bplib.figures.honest import affordable, drawn_on_answers, trusted
from bplib.figures.honest import agrees as near

Array = NDArray[Any]
Backward = Callable[..., Any]

_RATE_A, _RATE_B, _STEPS, _IMAGES, _UNITS = 0.05, 0.03, 300, 100, 12


# --- symptoms -----------------------------------------------------------------------------------


@drawn_on_answers
@style()
def symptoms(backward: Backward, A: Array, B: Array, X: Array, Y: Array) -> None:
    """Show both gradients of a backward pass beside nudging, entry by entry."""
    found = compare(backward, A, B, X, Y)
    figure, axes = subplots(1, 4, size=(9, 2.75), width_ratios=(1, 0.8, 1, 0.8))
    said = "; ".join(map(str, found))
    both = all(one.right for one in found)
    figure.suptitle("Both gradients agree with nudging" if both else said, x=0.01, ha="left")
    for one, colour, beside, gaps in zip(
        found, (COLOUR_A, COLOUR_B), axes[::2], axes[1::2], strict=True
    ):
        _beside_nudging(beside, one, colour)
        _gaps(gaps, one)
    show(
        figure,
        "For each gradient its entries against those by nudging, with the line on which equal ones "
        f"lie, and a table of how far off each entry is. {'; '.join(map(str, found))}.",
    )


def _beside_nudging(axes: Any, one: Symptom, colour: str) -> None:
    axes.set_title(one.name, fontsize=10)
    if one.mine is None or not one.fits:
        shape = "no array" if one.mine is None else f"shape {one.mine.shape}"
        text = f"{shape}\nwhere {one.nudged.shape}\nbelongs"
        axes.text(0.5, 0.5, text, ha="center", va="center", transform=axes.transAxes)
        axes.set(xticks=[], yticks=[])
        return
    most = 1.1 * float(np.max(np.abs(one.nudged)))
    axes.plot([-most, most], [-most, most], color=GREY, ls=LINES[GREY], lw=1)
    axes.plot(one.nudged.ravel(), one.mine.ravel(), MARKERS[colour], color=colour, ms=4)
    axes.set(xlabel="by nudging", ylabel="from the pass")
    axes.locator_params(nbins=4)


def _gaps(axes: Any, one: Symptom) -> None:
    """Show how far off every entry is, as tiles from light grey to black; white is right."""
    axes.set_title("how far off", fontsize=10)
    rows, columns = one.nudged.shape
    axes.set(xticks=range(columns), yticks=range(rows), xlabel="column", ylabel="row")
    axes.tick_params(length=0, labelsize=8.5)
    if one.mine is None or not one.fits:
        axes.set_axis_off()
        return
    scale = float(np.max(np.abs(one.nudged))) or 1.0
    off = np.minimum(1, 2 * np.abs(one.mine - one.nudged) / scale)
    axes.imshow(np.where(off < 1e-4, 0, 0.15 + 0.85 * off), vmin=0, vmax=1, aspect="auto")
    axes.spines[["top", "right"]].set_visible(True)


@drawn_on_answers
@style()
def slope_used(backward: Backward) -> None:
    """Show by what a backward pass multiplies the error at H, over z, beside the slope of tanh.

    One sample, one input of 1, so that each hidden unit's z is its weight: then a unit's gradient
    over the error at its activation is the factor in use.
    """
    z = np.linspace(-3, 3, 61)
    A, X, Y = z[:, np.newaxis], np.ones((1, 1)), np.array([[2.0], [-1.0]])
    B = np.vstack([np.full(z.size, 0.1), np.full(z.size, -0.2)])
    H = np.tanh(A @ X)
    blame = gradient(lambda P: network.mean_loss(B @ P, Y), H)
    grad_A = np.asarray(backward(A.copy(), B, X, Y)[0], dtype=float)
    factor = (grad_A / blame).ravel()
    slope = derivative(np.tanh, z)
    right = near(factor, slope)
    figure, axes = subplots(size=(9, 2.6))
    claim = "is the slope of tanh" if right else "is not the slope of tanh"
    axes.plot(z, slope, color=GREY, ls=LINES[GREY], label="how steep tanh is")
    axes.plot(z, factor, color=ERROR, ls=LINES[ERROR], label="the factor in use")
    axes.set(xlabel="z", ylim=(-1.6, 2.2), title=f"Between H and Z, the factor in use {claim}")
    axes.legend(loc="lower right", ncols=2)
    at = ", ".join(f"{factor[i]:.2f} at z = {z[i]:g}" for i in (10, 30, 50))
    show(
        figure,
        f"The factor between the error at H and the error at Z over z from −3 to 3, dashed, beside "
        f"the slope of tanh. The factor in use {claim}: {at}.",
    )


# --- training with a wrong gradient -------------------------------------------------------------


def _start(images: Dataset) -> tuple[Array, Array, Array, Array]:
    rng = np.random.default_rng(1)
    n_in, n_out = len(images.X), len(images.Y)
    A = rng.normal(0, 1 / np.sqrt(n_in), (_UNITS, n_in))
    B = rng.normal(0, 1 / np.sqrt(_UNITS), (n_out, _UNITS))
    return A, B, images.X[:, :_IMAGES], images.Y[:, :_IMAGES]


def _trained(
    backward: Callable[..., Any], images: Dataset, steps: int = _STEPS
) -> tuple[list[float], float]:
    """Return the losses of a training and the share of new images read after it."""
    A, B, X, Y = _start(images)
    losses = [float(network.network_loss(A, B, X, Y))]
    with np.errstate(all="ignore"):
        for _ in range(steps):
            grad_A, grad_B = backward(A, B, X, Y)
            A, B = A - _RATE_A * np.asarray(grad_A), B - _RATE_B * np.asarray(grad_B)
            losses.append(float(network.network_loss(A, B, X, Y)))
        read = network.predict(A, B, images.X_test).argmax(axis=0)
    return losses, float(np.mean(read == images.labels_test))


def still_learning() -> list[tuple[str, float]]:
    """Return every planted bug whose gradients have the right shapes, and the loss that it leaves.

    The loss is the share of the first one that is left after the training; the lowest stand first.
    """
    images = digits()
    A, B, X, Y = _start(images)
    left = []
    for bug in planted.bugs():
        grad_A, grad_B = bug.backward(A, B, X, Y)
        if grad_A.shape == A.shape and grad_B.shape == B.shape:
            losses, _ = _trained(bug.backward, images)
            share = losses[-1] / losses[0]
            left.append((bug.name, share if np.isfinite(share) else np.inf))
    return sorted(left, key=lambda one: one[1])


@style()
def how_many_still_learn() -> None:
    """Show how much of the loss is left after training with each of the planted gradients."""
    left = still_learning()
    halved = sum(share < 0.5 for _, share in left)
    figure, axes = subplots(size=(9, 4.3))
    places = np.arange(len(left))[::-1]
    shown = [min(share, 1.2) for _, share in left]
    for place, length, (_, share) in zip(places, shown, left, strict=True):
        text = f"{share:.0%}" if share < 1.2 else "it explodes"
        colour, hatch = (ERROR, "") if share < 0.5 else (GREY, "//")
        axes.barh(place, length, height=0.7, color=colour, hatch=hatch, edgecolor="white")
        box = {"facecolor": "white", "edgecolor": "none", "pad": 0.5}
        axes.text(length + 0.01, place, text, va="center", size=8.5, bbox=box)
    axes.axvline(0.5, color="black", lw=0.8, zorder=0.5)
    axes.set_yticks(places, [name for name, _ in left], size=8.5)
    axes.set(
        xlim=(0, 1.4),
        xlabel=f"share of the loss that is left after {_STEPS} steps",
        title=f"{halved} of {len(left)} wrong gradients bring the loss below half",
    )
    told = "; ".join(f"{name} {share:.0%}" for name, share in left if share < 1.2)
    show(
        figure,
        f"Bars: what is left of the loss after {_STEPS} steps with each of {len(left)} wrong "
        f"gradients. Below half: {halved}. {told}; with the others it explodes.",
    )


@drawn_on_answers
@style()
def trains_beside(wrong: Backward, right: Backward, seconds: float = 8.0) -> None:
    """Show a network that learns digits with a wrong gradient beside one that learns with yours.

    Where yours is slow, both take as many steps as fit into some seconds.
    """
    images = digits()
    A, B, X, Y = _start(images)
    name = str(getattr(right, "__name__", "the second"))
    sound = all(one.right for one in compare(right, A, B, X, Y))
    steps = affordable(lambda: right(A, B, X, Y), seconds, _STEPS)
    losses, read = zip(*(_trained(one, images, steps) for one in (wrong, right)), strict=True)
    fell = f"the loss falls to {losses[0][-1]:.3f} with the bug, to {losses[1][-1]:.3f} without it"
    if not losses[0][-1] < losses[0][0]:
        fell = "with the bug the loss does not fall at all"
    figure, axes = subplots(size=(9, 2.8))
    title = trusted(f"{fell[0].upper()}{fell[1:]}", sound, name)
    for history, colour, label in zip(
        losses, (ERROR, FORWARD), ("with the bug", f"with {name}"), strict=True
    ):
        axes.plot(history, color=colour, ls=LINES[colour], label=label)
    top = 1.3 * max(losses[0][0], losses[1][0])
    axes.set(xlabel="steps", ylabel="loss", ylim=(0, top), title=title)
    axes.text(
        0.99,
        0.62,
        f"new images read: {read[0]:.0%} with the bug, {read[1]:.0%} with {name}",
        ha="right",
        transform=axes.transAxes,
    )
    axes.legend(loc="upper right", ncols=2)
    show(
        figure,
        f"The loss over {steps} steps on {_IMAGES} images of digits, from the same start, with "
        f"the planted gradient dashed and with that of {name}. {title}. New images read: "
        f"{read[0]:.0%} and {read[1]:.0%}.",
    )


# --- the judge ----------------------------------------------------------------------------------


@drawn_on_answers
@style()
def verdicts(agrees: Callable[..., Any]) -> None:
    """Show what a judge says of ten wrong backward passes and five right ones."""
    told = []
    for case in AGREES.draw(np.random.default_rng(15)):
        function, *arrays = case.arguments
        kind, words = case.note.removeprefix("a ").split(" pass: ")
        told.append((kind, words, _said(agrees, build(function), arrays)))
    misses = sum(kind == "wrong" and said != "False" for kind, _, said in told)
    alarms = sum(kind == "right" and said != "True" for kind, _, said in told)
    figure, axes = subplots(size=(9, 4.1))
    axes.set(xlim=(0, 9), ylim=(-0.6, 15.6))
    axes.set_axis_off()
    axes.set_title(f"Misses: {misses} of 10. False alarms: {alarms} of 5")
    for row, (kind, words, said) in enumerate(sorted(told)):
        good = said == ("True" if kind == "right" else "False")
        place = 14.6 - row
        axes.text(0.1, place, kind, color=FORWARD if kind == "right" else ERROR, va="center")
        axes.text(1.0, place, words, va="center")
        axes.text(6.3, place, said, va="center", weight="bold", parse_math=False)
        verdict = "✓" if good else ("refused" if kind == "right" else "let through")
        axes.text(7.6, place, verdict, va="center", color="black" if good else ERROR)
    wrong = [words for kind, words, said in told if said != str(kind == "right")]
    show(
        figure,
        f"A table of fifteen backward passes and what your function says of each. Misses: {misses} "
        f"of 10. False alarms: {alarms} of 5. Judged wrongly: {', '.join(wrong) or 'none'}.",
    )


def _said(agrees: Callable[..., Any], backward: Backward, arrays: Any) -> str:
    """Return what a judge says of one pass, as text."""
    try:
        answer = agrees(backward, *(array.copy() for array in arrays))
    except Exception as error:  # whatever a judge that is not right yet comes to
        return type(error).__name__
    return str(bool(answer)) if isinstance(answer, bool | np.bool_) else type(answer).__name__
