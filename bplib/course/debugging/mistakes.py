"""09_debugging: mends that mend nothing or break something else, and judges that can be deceived.

What is planted anywhere else is a second bug in a mend: it has the row that notebook 05 gives it.
"""

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np

from bplib import network
from bplib.course.debugging import planted
from bplib.course.debugging.exercises import AGREES, FIXES
from bplib.course.delta_a.exercises import BACKWARD
from bplib.course.mistakes import Formula, known, mistake, traces
from bplib.course.steps import trace_backward
from bplib.finding import Finding
from bplib.network import Array

# --- the mends ----------------------------------------------------------------------------------


def _trace(arguments: tuple[Any, ...], result: Any) -> Finding | None:
    return trace_backward(*arguments, *result)


_ROWS = {row.code: row for row in known(BACKWARD)}
_SLIPS = {  # of rows 05 has besides what is planted: those into which one slips while mending this
    1: ("input-missing",),
    2: ("target-missing", "absolute-error", "squared-error"),
    3: ("activation-on-output", "activation-missing", "times-the-weights"),
    4: (
        *("plus-for-minus", "slope-twice", "divided-by-the-slope", "square-inside"),
        *("the-sigmoids-formula-with-tanh", "slope-of-the-sigmoid", "slope-of-relu"),
        *("root-of-the-slope", "z-for-the-slope", "h-for-its-own-way-back"),
        *("added-not-multiplied", "activation-of-the-error"),
    ),
    5: (
        *("sign-of-the-weights-lost", "first-output-only", "error-shared-out-by-weight"),
        *("b-inverted", "only-the-sign-of-the-weights", "squared-weights"),
    ),
    6: ("samples-added-up-first", "input-reshaped-not-transposed", "slope-of-the-first-sample"),
}

for _number, _exercise in FIXES.items():
    traces(_exercise)(_trace)
    _still = mistake(
        _exercise,
        "still-planted",
        "Digit for digit, its gradients are those of a pass that is planted in this case, for you "
        "or for another reader.",
        "Is it the pass as you got it? Then the bug is not in the line that you changed. If not, "
        "one bug has taken the place of another.",
        "Hands in what was planted, changes another line, or puts a second bug for the first.",
    )
    for _bug in planted.bugs(_number):
        _still(_bug.backward)
    _others = [(b.code, b.backward) for b in planted.bugs() if b not in planted.bugs(_number)]
    _others += [(code, f) for code in _SLIPS[_number] for f in _ROWS[code].formulas]
    for _code, _formula in _others:
        if _code in _ROWS:
            _row = _ROWS[_code]
            mistake(_exercise, _code, _row.says, _row.look, _row.who)(_formula)


# --- the judge ----------------------------------------------------------------------------------

_Loss = Callable[[Array, Array], Any]
_Same = Callable[[Array, Array], Any]


def _nudged(loss: Callable[[Array], Any], W: Array, step: float = 1e-5) -> Array:
    nudges = step * np.eye(W.size).reshape(-1, *W.shape)
    return (loss(W + nudges) - loss(W - nudges)).reshape(W.shape) / (2 * step)


def _pairs(
    backward: Callable[..., Any], A: Array, B: Array, X: Array, Y: Array, loss: _Loss
) -> Iterable[tuple[Array, Array]]:
    def of(A: Array, B: Array) -> Any:
        return loss(network.predict(A, B, X), Y)

    grad_A, grad_B = backward(A, B, X, Y)
    return (grad_A, _nudged(lambda W: of(W, B), A)), (grad_B, _nudged(lambda W: of(A, W), B))


def _judge(
    same: _Same,
    combine: Callable[[Iterable[bool]], bool] = all,
    loss: _Loss = network.mean_loss,
    which: slice = slice(None),
) -> Formula:
    """Return a judge that compares each pair by `same`, and combines what it finds."""

    def formula(backward: Callable[..., Any], A: Array, B: Array, X: Array, Y: Array) -> bool:
        pairs = list(_pairs(backward, A, B, X, Y, loss))[which]
        with np.errstate(all="ignore"):
            return combine(m.shape == n.shape and bool(same(m, n)) for m, n in pairs)

    return formula


def _error(mine: Any, nudged: Any) -> float:
    longest = max(np.linalg.norm(mine), np.linalg.norm(nudged))
    return float(np.linalg.norm(mine - nudged) / longest) if longest else 0.0


def _near(mine: Any, nudged: Any) -> bool:
    return _error(mine, nudged) < 1e-6


mistake(
    AGREES,
    "only-grad-a",
    "Whatever comes back as the gradient of B, it makes no difference.",
    "How many gradients does a backward pass return, and how many do you compare?",
    "Compares the first of two, or the one that is harder to get right.",
)(_judge(_near, which=slice(0, 1)))
mistake(
    AGREES,
    "only-grad-b",
    "Whatever comes back as the gradient of A, it makes no difference.",
    "How many gradients does a backward pass return, and how many do you compare?",
    "Overwrites the first result by the second in a loop.",
)(_judge(_near, which=slice(1, 2)))
mistake(
    AGREES,
    "one-right-is-enough",
    "A wrong gradient passes if the other one is right.",
    "Is it or, or is it and?",
    "or for and, any for all.",
)(_judge(_near, combine=any))
mistake(
    AGREES,
    "absolute-tolerance",
    "Where gradients are tiny, everything passes: your limit does not shrink with them.",
    "A difference of 0.000001 is nothing between gradients of length 1. And between gradients "
    "of length 0.000000001? (np.allclose has such a limit of its own, atol.)",
    "Compares the difference itself with a limit, or leaves atol of np.allclose as it is.",
)(_judge(lambda m, n: np.max(np.abs(m - n)) < 1e-5))
mistake(
    AGREES,
    "lengths-compared",
    "A gradient of the right length passes, whichever way it points.",
    "What is left of two arrays when only their lengths are compared?",
    "Takes norms first and the difference afterwards.",
)(_judge(lambda m, n: _near(np.linalg.norm(m), np.linalg.norm(n))))
row = mistake(
    AGREES,
    "sums-compared",
    "Errors of opposite sign cancel: gradients with the right sum pass.",
    "Which comes first, the absolute value or the sum?",
    "Takes a sum or a mean of the differences with their signs.",
)
row(_judge(lambda m, n: abs(m.sum() - n.sum()) < 1e-6 * np.abs(n).sum() + 1e-300))
row(lambda backward, A, B, X, Y: _judge_flat(_sums_agree)(backward, A, B, X, Y))
mistake(
    AGREES,
    "direction-compared",
    "A gradient that points the right way passes, however long it is.",
    "The angle between an array and its double is 0. Are the two equal?",
    "Compares by the cosine, as one compares vectors elsewhere.",
)(_judge(lambda m, n: _cosine(m, n) > 1 - 1e-9))
mistake(
    AGREES,
    "sign-lost",
    "A gradient with the wrong sign passes: it is uphill that it calls downhill.",
    "On what is the absolute value taken: on the difference, or on both before it?",
    "np.abs in the wrong place, or squares compared.",
)(_judge(lambda m, n: _near(np.abs(m), np.abs(n))))
mistake(
    AGREES,
    "only-signs-compared",
    "Entries of the right sign pass, whatever their size.",
    "Is a slope of 0.1 the same as one of 0.5?",
    "Compares np.sign.",
)(_judge(lambda m, n: np.array_equal(np.sign(m), np.sign(np.where(np.abs(n) > 1e-12, n, 0)))))
mistake(
    AGREES,
    "one-entry-only",
    "Only the first entry of each gradient decides: all others may be anything.",
    "Is there a return inside your loop, before the loop has come to its end?",
    "Compares entry [0, 0], or returns in the first round of a loop.",
)(lambda backward, A, B, X, Y: _first_entries(backward, A, B, X, Y))
mistake(
    AGREES,
    "limit-too-loose",
    "A gradient with one wrong entry passes: your limit is larger than that mistake.",
    "How near do a right gradient and nudging come, and how far is the mildest mistake off? "
    "There is much room between the two.",
    "Takes 1 % or 10 % for good enough.",
)(_judge(lambda m, n: _error(m, n) < 1e-2))
mistake(
    AGREES,
    "nan-passes",
    "A gradient with nan in it passes.",
    "Every comparison with nan is False. On which side of yours does that leave it?",
    "`if error > limit: return False`, and True at the end.",
)(_judge(lambda m, n: not _error(m, n) >= 1e-6))
mistake(
    AGREES,
    "zero-passes",
    "A gradient that is all zero passes, although the loss has slopes there.",
    "Against which of the two do you measure, and what if just that one is 0?",
    "Guards a division by returning True, or measures against the gradient that is on trial.",
)(_judge(lambda m, n: not m.any() or _near(m, n)))
mistake(
    AGREES,
    "zero-refused",
    "A right gradient is refused where it is 0, as it is for A when all of B is 0.",
    "What is 0 divided by 0, and what does your comparison make of it?",
    "Divides by a length without asking whether it is 0.",
)(_judge(lambda m, n: np.linalg.norm(m - n) / np.linalg.norm(n) < 1e-6))
row = mistake(
    AGREES,
    "another-loss",
    "The loss that you nudge is another one: right gradients of the mean loss are refused.",
    "The loss of a sample is half of a squared length, and then a mean is taken over the samples. "
    "What does yours take?",
    "A sum for a mean, no ½, or np.mean over the outputs, too.",
)
row(_judge(_near, loss=lambda P, Y: network.mean_loss(P, Y) * Y.shape[1]))
row(_judge(_near, loss=lambda P, Y: network.mean_loss(P, Y) * 2))
row(_judge(_near, loss=lambda P, Y: network.mean_loss(P, Y) / Y.shape[0]))
mistake(
    AGREES,
    "nothing-agrees",
    "Right backward passes are refused like wrong ones.",
    "Print what you compare for a pass that is right. Is the limit below what nudging can reach, "
    "is the step too large, or is it not the central difference?",
    "A limit of 1e-12, ==, a one-sided difference with a large step; or it returns False always.",
)(lambda backward, A, B, X, Y: False)
mistake(
    AGREES,
    "everything-agrees",
    "Whatever a backward pass returns, it passes.",
    "Which line of yours can return False at all?",
    "Compares a gradient with itself, or returns True at the end of everything.",
)(lambda backward, A, B, X, Y: True)


def _cosine(mine: Array, nudged: Array) -> float:
    if not mine.any() and not nudged.any():
        return 1.0
    return float(np.vdot(mine, nudged) / (np.linalg.norm(mine) * np.linalg.norm(nudged)))


def _sums_agree(mine: Array, nudged: Array) -> bool:
    return bool(abs(np.mean(mine - nudged)) < 1e-6 * np.mean(np.abs(nudged)) + 1e-300)


def _judge_flat(same: _Same) -> Formula:
    """Return a judge that compares all weights at once, whatever shapes they came in."""

    def formula(backward: Callable[..., Any], A: Array, B: Array, X: Array, Y: Array) -> bool:
        pairs = list(_pairs(backward, A, B, X, Y, network.mean_loss))
        mine, nudged = (np.concatenate([p[i].ravel() for p in pairs]) for i in (0, 1))
        return bool(same(mine, nudged))

    return formula


def _first_entries(backward: Callable[..., Any], A: Array, B: Array, X: Array, Y: Array) -> bool:
    pairs = _pairs(backward, A, B, X, Y, network.mean_loss)
    return all(_near(m.flat[0], n.flat[0]) for m, n in pairs)
