"""06_training: a forward and a backward pass, one update, mini-batches, and the training loop."""

from collections.abc import Iterable, Iterator
from itertools import combinations, pairwise, product
from typing import Any

import numpy as np

from bplib import network
from bplib.course import draws
from bplib.course.draws import network_cases
from bplib.course.exercise import Exercise, Output, Question
from bplib.course.nudged import gradient_of_A, gradient_of_B, gradients
from bplib.course.probe import AT_REST, Case, Seed
from bplib.derivatives import distance, gradient
from bplib.finding import Finding
from bplib.network import Array

_NOTEBOOK = "06_training"
_WEIGHTS = {"A": "(n_hidden, n_in)", "B": "(n_out, n_hidden)"}
_RATES = {"learning_rate_A": "", "learning_rate_B": ""}

# --- one step ---------------------------------------------------------------------------------

FORWARD = Exercise(
    name="forward",
    notebook=_NOTEBOOK,
    arguments={**_WEIGHTS, "X": "(n_in, N)"},
    returns=(
        Output("Z", "(n_hidden, N)"),
        Output("H", "(n_hidden, N)"),
        Output("Y_hat", "(n_out, N)"),
    ),
    draw=network_cases("A", "B", "X"),
    truth=lambda A, B, X: network.forward(A, B, X),
    hints=(
        "It is the prediction of notebook 1, which you know. What is new: the two quantities on "
        "the way are not thrown away but returned, because the backward pass will ask for them.",
        "A is (n_hidden, n_in) and X is (n_in, N), so Z is (n_hidden, N). H has the shape of Z. "
        "B is (n_out, n_hidden), so Y_hat is (n_out, N).",
        "Three lines, one for each name, each using the one before: the weighted inputs Z, their "
        "tanh H, and the weighted sum of H. What remains is to return all three, in that order.",
    ),
)


def _backward(B: Array, X: Array, Z: Array, H: Array, Y_hat: Array, Y: Array) -> Any:
    """Differentiate the loss at the kept values."""
    del Y_hat
    return gradient_of_A(Z, B, X, Y), gradient_of_B(B, H, Y)


BACKWARD = Exercise(
    name="backward",
    notebook=_NOTEBOOK,
    arguments={
        "B": "(n_out, n_hidden)",
        "X": "(n_in, N)",
        "Z": "(n_hidden, N)",
        "H": "(n_hidden, N)",
        "Y_hat": "(n_out, N)",
        "Y": "(n_out, N)",
    },
    returns=(Output("grad_A", "(n_hidden, n_in)"), Output("grad_B", "(n_out, n_hidden)")),
    draw=network_cases("B", "X", "Z", "H", "Y_hat", "Y"),
    truth=_backward,
    hints=(
        "Begin where the loss is, at the output: its error term first. From it come two things, "
        "the gradient of B and the error term of the hidden layer. From that one comes the rest.",
        "Delta_B is (n_out, N) like Y_hat, Delta_A is (n_hidden, N) like Z. A gradient has the "
        "shape of its weights: grad_B (n_out, n_hidden), grad_A (n_hidden, n_in). The size that "
        "is summed away in both is N.",
        "Four lines. Delta_B, from Y_hat and Y, with its 1/N. grad_B, from Delta_B and the input "
        "of layer B. Delta_A, from Delta_B sent back through B and then scaled, entry by entry, "
        "by the slope of tanh, which you can have from H alone. What remains is grad_A, made "
        "like grad_B, but of layer A.",
    ),
)


def _update(
    A: Array,
    B: Array,
    grad_A: Array,
    grad_B: Array,
    learning_rate_A: float,
    learning_rate_B: float,
) -> tuple[Array, Array]:
    return A - learning_rate_A * grad_A, B - learning_rate_B * grad_B


def _update_cases(rng: np.random.Generator) -> tuple[Case, ...]:
    cases = []
    for net in draws.networks(rng):
        gradients = (rng.normal(0.3, 1.0, weights.shape) for weights in (net.A, net.B))
        rates = (rng.uniform(0.1, 0.4), rng.uniform(0.5, 0.9))
        cases.append(Case((net.A, net.B, *gradients, *rates), net.note, net.values))
    return tuple(cases)


UPDATE = Exercise(
    name="update",
    notebook=_NOTEBOOK,
    arguments={**_WEIGHTS, "grad_A": _WEIGHTS["A"], "grad_B": _WEIGHTS["B"], **_RATES},
    returns=(Output("A", _WEIGHTS["A"]), Output("B", _WEIGHTS["B"])),
    draw=_update_cases,
    truth=_update,
    hints=(
        "A gradient points to where the loss grows. Each layer takes a step the other way, as "
        "long as its own learning rate says.",
        "grad_A is like A, grad_B is like B, and the two learning rates are numbers. What is "
        "returned is like A and like B.",
        "One line for each layer: the old weights, and the step taken from them, which is a "
        "number times that layer's gradient. Write the result into a new array; `-=` would "
        "change the array of whoever called you. What remains is to return both.",
    ),
)

# --- mini-batches -----------------------------------------------------------------------------


def _minibatches(N: int, batch_size: int, rng: np.random.Generator) -> list[Array]:
    order = rng.permutation(N)
    return [order[start : start + batch_size] for start in range(0, N, batch_size)]


def _minibatch_cases(rng: np.random.Generator) -> tuple[Case, ...]:
    # So many samples that no right shuffle looks like none by chance.
    sizes = ((30, 7), (28, 4), (25, 25), (27, 60), (23, 1))
    notes = (
        "batches that do not come out even",
        "batches that come out even",
        "a batch as large as the data",
        "a batch size larger than the data",
        "batches of one sample",
    )
    seeds = rng.integers(2**31, size=len(sizes))
    return tuple(
        Case((N, size, Seed(int(seed))), note, values=False)
        for (N, size), note, seed in zip(sizes, notes, seeds, strict=True)
    )


def _examine_minibatches(
    arguments: tuple[Any, ...], after: tuple[Any, ...], result: Any, truth: Any
) -> Finding | None:
    N, batch_size, _ = arguments
    sizes = [len(np.atleast_1d(batch)) for batch in result]
    wanted = [len(batch) for batch in truth]
    order = np.concatenate([np.atleast_1d(batch) for batch in result]) if result else np.array([])
    if sizes != wanted and len(np.unique(order)) == len(order):
        return _wrong_sizes(sizes, wanted, N, batch_size)
    if not np.array_equal(np.sort(order), np.arange(N)):
        return _wrong_indices(order, N)
    if order.dtype.kind not in "iu":
        return Finding(
            "floats-for-indices",
            f"The numbers are right, but they are floats such as {order[0]}, and X[:, batch] takes "
            "whole numbers only.",
            "Where do the numbers come from, and of which type are they there?",
        )
    return _wrong_order(result, order, N, drawn=after[2])


def _wrong_sizes(sizes: list[int], wanted: list[int], N: int, batch_size: int) -> Finding:
    """Say how the batches' sizes are wrong: the first of these that holds."""
    same_number = sum(sizes) == N and len(sizes) == len(wanted)
    known = (
        (0 in sizes, "an-empty-batch", "A batch of none is no batch."),
        (
            sizes == wanted[:-1],
            "last-short-batch-dropped",
            f"The last {N - sum(sizes)} of the shuffled samples are in no batch.",
        ),
        (
            len(sizes) == batch_size != len(wanted),
            "batch-size-taken-as-their-number",
            "It is the size of a batch that is given, not how many there are.",
        ),
        (
            same_number,
            "batches-of-even-size",
            f"All but the last are to hold {batch_size}; only the last one may be short.",
        ),
        (True, "wrong-batch-sizes", f"{_listed(wanted)} belong there."),
    )
    code, says = next((code, says) for holds, code, says in known if holds)
    return Finding(
        code,
        f"{N} samples in batches of {batch_size}: your batches hold {_listed(sizes)}. {says}",
        "With 7 samples in batches of 3, which piles would you deal by hand?",
    )


def _listed(sizes: list[int]) -> str:
    return ", ".join(map(str, sizes[:8])) + (", …" if len(sizes) > 8 else "")


def _wrong_indices(order: Array, N: int) -> Finding:
    if np.array_equal(np.sort(order), np.arange(1, N + 1)):
        return Finding(
            "counts-from-1",
            f"The indices run from 1 to {N}: there is no column {N}, and column 0 is never used.",
            "Where does Python start to count?",
        )
    often = int(np.unique(order, return_counts=True)[1].max())
    missing = N - len(np.intersect1d(order, np.arange(N)))
    return Finding(
        "samples-missing-or-repeated",
        f"Of {N} samples {missing} are in no batch, and one is there {often} times. Every sample "
        "belongs in exactly one batch.",
        "How often are random numbers drawn, once for all batches or anew for each? And can what "
        "draws them give the same number twice, as `integers` and `choice` may?",
    )


def _wrong_order(batches: list[Array], order: Array, N: int, drawn: bool) -> Finding | None:
    if len(batches) > 1:
        # 0, 1, 2, … and N − 1, N − 2, … and the like have equal steps, counted round the end.
        if len(np.unique(np.diff(order) % N)) == 1:
            return Finding(
                "not-shuffled",
                "The samples stand in the order in which they came.",
                "Which line draws random numbers, and which line uses what it gives?",
            )
        if len(batches[0]) > 1 and all(np.ptp(batch) == len(batch) - 1 for batch in batches):
            return Finding(
                "neighbours-stay-together",
                "Every batch holds samples that stood next to each other: the batches were "
                "shuffled, or the samples inside each batch, but never all samples together.",
                "What comes first, the shuffling or the cutting?",
            )
    if drawn:
        return None
    return Finding(
        "rng-not-used",
        "The order is not drawn from rng, which comes out as it went in: the next epoch would "
        "see the same batches again.",
        "Where does your order come from? rng is the third argument.",
    )


MINIBATCHES = Exercise(
    name="minibatches",
    notebook=_NOTEBOOK,
    arguments={"N": "", "batch_size": "", "rng": ""},
    returns=(Output("batches", "a list of int arrays"),),
    draw=_minibatch_cases,
    truth=_minibatches,
    examine=_examine_minibatches,
    hints=(
        "Shuffle a pack of cards, numbered from 0 to N − 1, and deal it out in piles. Nothing is "
        "left over and no card is dealt twice. The last pile may be smaller.",
        "The result is a list. Each entry is an array of whole numbers, of shape (batch_size,), "
        "the last one possibly shorter. Together they hold N numbers.",
        "First one array with all indices in random order: look at rng.permutation. Then cut it: "
        "the batches start at 0, batch_size, 2·batch_size, …, which is what range can count. "
        "What remains is one slice for each start; a slice that reaches beyond the end simply "
        "stops there.",
    ),
)

# --- the training loop ------------------------------------------------------------------------

_Batches = tuple[Array, ...]


def _step(A: Array, B: Array, X: Array, Y: Array, rate_A: float, rate_B: float) -> Any:
    return _update(A, B, *gradients(A, B, X, Y), rate_A, rate_B)


def _trained(
    A: Array, B: Array, X: Array, Y: Array, rates: tuple[float, float], epochs: Iterable[_Batches]
) -> tuple[Array, Array, Array]:
    """Train with given batches and numerical gradients."""
    losses = [network.network_loss(A, B, X, Y)]
    for batches in epochs:
        for batch in batches:
            A, B = _step(A, B, X[:, batch], Y[:, batch], *rates)
        losses.append(network.network_loss(A, B, X, Y))
    return A, B, np.array(losses)


def _train(
    A: Array,
    B: Array,
    X: Array,
    Y: Array,
    learning_rate_A: float,
    learning_rate_B: float,
    epochs: int,
    batch_size: int,
    rng: np.random.Generator,
) -> tuple[Array, Array, Array]:
    batches = [tuple(_minibatches(X.shape[1], batch_size, rng)) for _ in range(epochs)]
    return _trained(A.copy(), B.copy(), X, Y, (learning_rate_A, learning_rate_B), batches)


def _train_cases(rng: np.random.Generator) -> tuple[Case, ...]:
    """Draw calls whose result does not depend on the order of the samples, and some where it does.

    The order is no matter where one batch holds all samples and where all samples are equal:
    there mistakes are looked for. The first call is made twice, so it is one in which a shuffle
    that does not come from `rng` gives two results.
    """

    def case(
        sizes: tuple[int, int, int, int],
        epochs: int,
        batch_size: int,
        note: str,
        values: bool = False,
        equal: bool = False,
    ) -> Case:
        while True:
            net = draws.network(rng, sizes)
            X, Y = (M[:, [1] * sizes[3]] if equal else M for M in (net.X, net.Y))
            rates = (rng.uniform(0.06, 0.09), rng.uniform(0.02, 0.04))
            given = (net.A, net.B, X, Y, *rates, epochs, batch_size)
            seed = Seed(int(rng.integers(2**31)))
            # What is said of mistakes, such as that the loss grows, holds where it should fall.
            if np.all(np.diff(_train(*given, np.random.default_rng(seed.seed))[2]) < 0):
                return Case((*given, seed), note, values)

    return (
        case((4, 5, 2, 12), 2, 5, "12 samples in batches of 5"),
        case((7, 8, 2, 6), 1, 6, "one batch of all samples and one epoch", values=True),
        case((4, 5, 2, 3), 2, 9, "a batch size larger than the data", values=True),
        case((4, 5, 3, 2), 3, 2, "one batch of all samples and three epochs", values=True),
        case((4, 6, 3, 5), 2, 2, "five equal samples in batches of 2", values=True, equal=True),
        case((4, 5, 2, 3), 0, 3, "0 epochs"),
        case((5, 3, 2, 4), 1, 3, "four samples in batches of 3"),
        case((4, 5, 2, 3), 2, 2, "three samples in batches of 2"),
        _rising_case(rng),
        _resting_case(rng),
        _case_of_separate_samples(rng),
    )


def _rising_case(rng: np.random.Generator) -> Case:
    """Draw steps so long that the loss grows: here the last weights are the worst ones."""
    while True:
        net = draws.network(rng, (4, 5, 2, 3))
        rates = rng.uniform(0.3, 0.6), rng.uniform(0.5, 1.0)
        given = (net.A, net.B, net.X, net.Y, *rates, 2, 3)
        seed = Seed(int(rng.integers(2**31)))
        losses = _train(*given, np.random.default_rng(seed.seed))[2]
        if np.all(losses[1:] > 1.2 * losses[:-1]) and losses[-1] < 1e4:
            return Case((*given, seed), "steps so long that the loss grows", values=False)


def _resting_case(rng: np.random.Generator) -> Case:
    """Draw a small loss that stays as it is: whoever waits for either stops early."""
    net = draws.network(rng, (4, 5, 2, 3))
    Y = net.Y_hat + 0.03 * rng.choice([-1.0, 1.0], net.Y.shape)
    given = (net.A, net.B, net.X, Y, 0.0, 0.0, 4, 3, Seed(int(rng.integers(2**31))))
    return Case(given, "learning rates of 0", values=False, special=AT_REST)


def _examine_train(
    arguments: tuple[Any, ...], after: tuple[Any, ...], result: Any, truth: Any
) -> Finding | None:
    X, rate_B, batch_size = arguments[2], arguments[5], arguments[7]
    if not _same(result[2][0], truth[2][0]):
        return Finding(
            "losses-0-is-not-the-loss-before-training",
            f"losses[0] is {result[2][0]:.6g}; the loss of all the data before any training is "
            f"{truth[2][0]:.6g}.",
            "Which weights, and which samples, does the first loss belong to?",
        )
    if batch_size >= X.shape[1] or np.ptp(X, axis=1).max() == 0:
        if all(map(_same, result, truth)):
            return None
        return _one_step_seen(arguments, result) or _which_are_off(arguments, result, truth)
    if rate_B == 0:
        return _examine_separate_samples(arguments, result, drawn=after[8])
    return _examine_all_orders(arguments, result) if X.shape[1] <= 4 else None


def _same(mine: Any, right: Any) -> bool:
    """Return whether two arrays agree to rounding, in the precision of the first."""
    single = np.array_equal(np.asarray(mine, dtype=np.float32), mine)
    return distance(mine, right) <= (5e-5 if single else 1e-11)


def _one_step_seen(arguments: tuple[Any, ...], result: Any) -> Finding | None:
    """Say which samples one step was taken along, where that is what is wrong with it.

    The step on B is an error times H, and there are fewer samples than hidden units: the error
    of each sample can be solved for.
    """
    A, B, X, Y, rate_A, rate_B, epochs, _, _ = arguments
    if epochs != 1:
        return None
    _, H, Y_hat = network.forward(A, B, X)
    step_A, step_B = (A - result[0]) / rate_A, (B - result[1]) / rate_B
    error = step_B @ np.linalg.pinv(H.T)
    follows = gradient(lambda W: np.sum(error * (B @ np.tanh(W @ X)), axis=(-2, -1)), A)
    if distance(error @ H.T, step_B) > 1e-7 or distance(step_A, follows) > 1e-7:
        return None
    N = X.shape[1]
    targets = Y_hat - N * error
    order = [int(np.argmin(np.abs(Y - targets[:, [k]]).max(axis=0))) for k in range(N)]
    mixed = sorted(order) == list(range(N)) and order != list(range(N))
    if mixed and distance(targets, Y[:, order]) < 1e-7:
        k = next(k for k in range(N) if order[k] != k)
        return Finding(
            "x-and-y-torn-apart",
            f"In your first step the input of sample {k} is trained on the target of sample "
            f"{order[k]}: the two were shuffled apart.",
            "Are X and Y indexed with the same batch, and both or neither shuffled before?",
        )
    shares = np.sum(error * (Y_hat - Y), axis=0) / np.sum((Y_hat - Y) ** 2, axis=0)
    if distance(error, shares * (Y_hat - Y)) >= 1e-7 or np.ptp(shares) <= 1e-7:
        return None
    listed = ", ".join(f"{abs(round(N * share, 2)):g}" for share in shares)
    return Finding(
        "samples-left-out-or-repeated",
        "With one batch of all samples, each of them should count equally in the step. In "
        f"yours they count, relative to that: {listed}.",
        "Is every sample in exactly one batch of the epoch?",
    )


def _which_are_off(arguments: tuple[Any, ...], result: Any, truth: Any) -> Finding:
    """Say which results differ, and after a single step by how much it is too long."""
    N, epochs, batch_size = arguments[2].shape[1], arguments[6], arguments[7]
    same = {
        name: _same(mine, right)
        for name, mine, right in zip(("A", "B", "losses"), result, truth, strict=True)
    }
    off, right = ([name for name in same if same[name] is kind] for kind in (False, True))
    steps = epochs * -(-N // batch_size)
    says = (
        f"{epochs} epoch{'s' * (epochs != 1)}, {N} samples, batch size {batch_size}: compared with "
        f"{steps} step{'s' * (steps != 1)} of gradient descent, your {' and '.join(off)} "
        f"{'is' if off in (['A'], ['B']) else 'are'} off"
        + (f"; {' and '.join(right)} {'is' if len(right) == 1 else 'are'} right." if right else ".")
    )
    best = int(np.argmin(truth[2]))
    if same["losses"] and best < epochs and batch_size >= N:
        A, B, X, Y, *rates = arguments[:6]
        lowest = _trained(A, B, X, Y, tuple(rates), [(np.arange(N),)] * best)
        if all(map(_same, result[:2], lowest[:2])):
            return Finding(
                "best-weights-not-the-last",
                f"Your losses are right: the loss grows here, from {truth[2][best]:.4g} to "
                f"{truth[2][-1]:.4g}. The weights that you return are those of the lowest loss, "
                "and what is asked for are the last ones.",
                "Which weights does the last of your losses belong to?",
            )
    if off == ["losses"]:
        look = "Which predictions are compared with which targets: of which samples, and from "
        look += "before or after the step?"
        return Finding("only-the-losses-are-off", says, look)
    if steps != 1:
        look = "Follow two steps by hand. From which weights does the second one start, and from "
        look += "which are the Z, H and Ŷ computed that its gradients are made of?"
        return Finding("weights-off-after-several-steps", says, look)
    lengths = [
        f"{name} moves {ratio:.3g} times as far as it should"
        for name, W, mine, right_one in zip("AB", arguments, result, truth, strict=False)
        if (ratio := _times_as_far(mine - W, right_one - W)) not in (0.0, 1.0)
    ]
    if lengths:
        look = "Which number is multiplied with that gradient?"
        return Finding("wrong-step-length", f"{says} In one step {' and '.join(lengths)}.", look)
    code = "-and-".join(name.lower() for name in off if name != "losses")
    look = "Where does that step start, along what does it go, and how far?"
    return Finding(f"step-the-step-on-{code}", says, look)


def _times_as_far(mine: Array, right: Array) -> float:
    """Return r if one step is r times the other one, 0 if it goes elsewhere."""
    ratio = float(np.vdot(right, mine) / np.vdot(right, right))
    if distance(mine, right) < 1e-7:
        return 1.0
    return ratio if ratio and distance(mine / ratio, right) < 1e-7 else 0.0


def _examine_all_orders(arguments: tuple[Any, ...], result: Any) -> Finding | None:
    """Compare with the result of every order in which so few samples can be drawn."""
    A, B, X, Y, rate_A, rate_B, epochs, batch_size, _ = arguments
    deals = tuple(_deals(tuple(range(X.shape[1])), batch_size))
    fits = False
    for way in product(deals, repeat=epochs):
        trained = _trained(A, B, X, Y, (rate_A, rate_B), way)
        if all(map(_same, result[:2], trained[:2])):
            if _same(result[2], trained[2]):
                return None
            fits = True
    if fits:
        return _LOSSES_OF_BATCHES
    for size in set(range(1, X.shape[1])) - {batch_size}:
        for way in product(_deals(tuple(range(X.shape[1])), size), repeat=epochs):
            trained = _trained(A, B, X, Y, (rate_A, rate_B), way)
            if all(map(_same, result[:2], trained[:2])):
                return Finding(
                    "batches-of-another-size",
                    f"{X.shape[1]} samples in batches of {batch_size}: yours hold {size}.",
                    "The batches are full, all but the last: how many samples are left for that?",
                )
    everything = (np.arange(X.shape[1]),) * -(-X.shape[1] // batch_size)
    trained = _trained(A, B, X, Y, (rate_A, rate_B), [everything] * epochs)
    if all(map(_same, result[:2], trained[:2])):
        return Finding(
            "all-samples-in-every-step",
            f"{X.shape[1]} samples in batches of {batch_size}: each of your {len(everything)} "
            "steps in an epoch goes along the gradient of all the samples.",
            "What does the loop over the batches hand to you, and where do you use it?",
        )
    return Finding(
        "fits-no-order-of-the-samples",
        f"{X.shape[1]} samples in batches of {batch_size}: in whatever order the samples are "
        "drawn, a step along each batch's own gradient, one batch after the other, does not lead "
        "to your weights.",
        "Write down for two batches: which samples, which weights, and which N does each step use?",
    )


_LOSSES_OF_BATCHES = Finding(
    "losses-of-batches",
    "The weights are right, and where one batch holds all samples the losses are too. With "
    "smaller batches they are not those of all the data after each epoch.",
    "Which samples does the recorded loss look at, and when?",
)


def _deals(left: tuple[int, ...], batch_size: int) -> Iterator[_Batches]:
    """Yield every way to deal samples into batches, one batch after the other."""
    if not left:
        yield ()
        return
    for batch in combinations(left, min(batch_size, len(left))):
        for others in _deals(tuple(i for i in left if i not in batch), batch_size):
            yield (np.array(batch), *others)


# Whether batches are shuffled anew shows only where one can see which samples were together. With
# one-hot inputs and a B that stays as it is (learning rate 0), sample k moves column k of A and
# nothing else does. A step is longer in a smaller batch, so each column tells in which epochs its
# sample was in the last, short batch. That a good shuffle puts the same 12 of 25 samples there
# twice happens once in five million times.
_SEPARATE, _LONG, _SHORT, _EPOCHS = 25, 13, 12, 3


def _case_of_separate_samples(rng: np.random.Generator) -> Case:
    rate, seed = rng.uniform(2.5, 3.5), Seed(int(rng.integers(2**31)))
    while True:
        X = np.diag(rng.uniform(0.7, 1.3, _SEPARATE))
        A = rng.normal(0.0, 0.4, (5, _SEPARATE))
        B = rng.normal(0.0, 1.0, (4, 5))
        errors = rng.choice([-1.0, 1.0], (4, _SEPARATE)) * rng.uniform(1.0, 2.0, (4, _SEPARATE))
        Y = network.predict(A, B, X) + errors
        ends = np.array(list(_ends(_paths(A, B, X, Y, rate)).values()))
        gaps = np.abs(ends[:, np.newaxis] - ends).max(axis=2) + np.eye(len(ends))[:, :, np.newaxis]
        if gaps.min() > 1e-3:
            rest = (rate, 0.0, _EPOCHS, _LONG, seed)
            return Case((A, B, X, Y, *rest), f"{_SEPARATE} samples in batches of {_LONG}", False)


_Way = tuple[int, ...]  # the sizes of the batches that a sample is in, epoch by epoch


def _paths(A: Array, B: Array, X: Array, Y: Array, rate: float) -> dict[_Way, Array]:
    """Return A after every way and its beginnings, column k as if sample k had gone it."""
    paths: dict[_Way, Array] = {(): A}
    for epoch in range(_EPOCHS):
        for way in product((_LONG, _SHORT), repeat=epoch):
            grad, _ = gradients(paths[way], B, X, Y)
            for size in (_LONG, _SHORT):
                # A mean over all samples counts each with 1/N, the mean over a batch with 1/size.
                paths[(*way, size)] = paths[way] - rate * grad * X.shape[1] / size
    return paths


def _ends(paths: dict[_Way, Array]) -> dict[_Way, Array]:
    return {way: end for way, end in paths.items() if len(way) == _EPOCHS}


def _examine_separate_samples(
    arguments: tuple[Any, ...], result: Any, drawn: bool
) -> Finding | None:
    A, B, X, Y, rate = arguments[:5]
    sizes = f"{_SEPARATE} samples in batches of {_LONG}"
    paths = _paths(A, B, X, Y, rate)
    ends = _ends(paths)
    ways = []
    for k in range(_SEPARATE):
        mine = result[0][:, k]
        way = min(ends, key=lambda way: float(np.abs(ends[way][:, k] - mine).max()))
        if not _same(mine, ends[way][:, k]):
            return Finding(
                "sample-not-used-once-in-each-epoch",
                f"{sizes}: in {_EPOCHS} epochs sample {k} was not used once in each, in a batch "
                "that takes the mean over its own samples.",
                "Is every sample in exactly one batch of an epoch, and by how many is it divided?",
            )
        ways.append(way)
    short = [{k for k, way in enumerate(ways) if way[epoch] == _SHORT} for epoch in range(_EPOCHS)]
    if any(len(samples) != _SHORT for samples in short):
        return Finding(
            "wrong-batch-sizes",
            f"{sizes}: your batches are not of these sizes.",
            "With 7 samples in batches of 3, which piles would you deal by hand?",
        )
    for epoch in range(_EPOCHS + 1):
        there = np.stack([paths[way[:epoch]][:, k] for k, way in enumerate(ways)], axis=1)
        if not _same(result[2][epoch], network.network_loss(there, B, X, Y)):
            return _LOSSES_OF_BATCHES
    moved = Finding(
        "moves-at-learning-rate-0",
        "B moved, though its learning rate is 0.",
        "How long is a step whose learning rate is 0?",
    )
    return _wrong_shuffling(short, drawn) or (None if _same(result[1], B) else moved)


def _wrong_shuffling(short: list[set[int]], drawn: bool) -> Finding | None:
    """Say what the last, short batch of each epoch tells of the shuffling: the first that holds."""
    in_order = set(range(_LONG, _SEPARATE))
    not_shuffled = Finding(
        "not-shuffled",
        "The samples are taken in the order in which they came: the same few make up the last "
        "batch in every epoch.",
        "Which line draws the order, and which line uses it?",
    )
    only_once = Finding(
        "shuffled-only-once",
        "The samples are shuffled, but in every epoch the last batch is made up of the same ones.",
        "How often are the batches drawn? Look at the indentation of that line.",
    )
    not_at_first = Finding(
        "first-epoch-not-shuffled",
        "In the first epoch the samples are taken in the order in which they came; later they "
        "are shuffled.",
        "Is the order drawn before an epoch, or at the end of it?",
    )
    not_always = Finding(
        "not-shuffled-in-every-epoch",
        "Two epochs that follow each other have the same samples in the last batch.",
        "How often are the batches drawn?",
    )
    not_from_rng = Finding(
        "rng-not-used",
        "The order of the samples is not drawn from rng, which comes out as it went in: another "
        "seed would not give another order.",
        "Where does the order come from? rng is the last argument.",
    )
    known = (
        (all(samples == in_order for samples in short), not_shuffled),
        (all(samples == short[0] for samples in short), only_once),
        (short[0] == in_order, not_at_first),
        (any(samples == later for samples, later in pairwise(short)), not_always),
        (not drawn, not_from_rng),
    )
    return next((finding for holds, finding in known if holds), None)


TRAIN = Exercise(
    name="train",
    notebook=_NOTEBOOK,
    arguments={
        **_WEIGHTS,
        "X": "(n_in, N)",
        "Y": "(n_out, N)",
        **_RATES,
        "epochs": "",
        "batch_size": "",
        "rng": "",
    },
    returns=(
        Output("A", _WEIGHTS["A"]),
        Output("B", _WEIGHTS["B"]),
        Output("losses", "(epochs + 1,)", list_ok=True),
    ),
    draw=_train_cases,
    truth=_train,
    examine=_examine_train,
    hints=(
        "You have every piece. What is left is the order: what happens once, what happens once in "
        "every epoch, and what happens for every batch? Sort the lines of the pseudocode into "
        "these three, and you have the indentation.",
        "A batch is an array of column numbers, so X[:, batch] is (n_in, size of the batch), and "
        "Y[:, batch] goes with it. losses has epochs + 1 entries: one from before the first epoch, "
        "one from the end of every epoch, each over all N samples.",
        "Two loops, one inside the other. Before them: copies of A and B, and a list with the "
        "first loss. The outer one counts epochs and asks for new batches; the inner one goes "
        "through them: forward, backward and update, each with the batch's columns only, A and B "
        "taken over from update. What remains is to append the loss over all the data, in the "
        "outer loop, after the inner one.",
    ),
)

EXERCISES = (FORWARD, BACKWARD, UPDATE, MINIBATCHES, TRAIN)

QUESTIONS = (
    Question(
        name="where_is_A",
        text="backward gets B, X, Z, H, Y_hat and Y. It is to return the gradient of A as well, "
        "but it does not get A. Is that enough?",
        choices={
            "a": "No: the gradient of A depends on A, so A is missing.",
            "b": "Yes: all that A does to the loss, it does through Z, and Z is there.",
            "c": "Yes: the gradient of A does not depend on A.",
        },
        right="b",
        replies={
            "a": "It does depend on A. But look where A comes in: it makes Z, and from Z on nobody "
            "asks where Z came from.",
            "b": "This is what keeping is good for. Somebody has multiplied A by X already; nobody "
            "needs to do it again.",
            "c": "Change A, and Z changes, and with it the slopes, the predictions and the error. "
            "It depends on A; it only needs nothing of A beyond Z.",
        },
    ),
    Question(
        name="price_of_a_gradient",
        text="A network for the digits has 3,750 weights. Call the work of one forward pass 1. "
        "What do all 3,750 slopes cost, by nudging (up and down) and by your backward pass?",
        choices={
            "a": "3,750 and 3,750: one for each weight, whichever way",
            "b": "7,500 and about 3: one forward pass, and two to come back",
            "c": "7,500 and about 3,750: half, because nothing is nudged twice",
        },
        right="b",
        replies={
            "a": "Nudging up and down needs two forward passes for each weight. And your backward "
            "has no loop over weights: how many matrix products are in it?",
            "b": "Two matrix products forward, three back, whatever the number of weights. Larger "
            "networks make each product larger, but not more of them.",
            "c": "Nudging: yes. But your backward has no loop over weights: count the matrix "
            "products in it.",
        },
    ),
    Question(
        name="steps_in_an_epoch",
        text="1,347 training images in batches of 10. How many steps does one epoch have?",
        choices={"a": "134", "b": "135", "c": "1,347", "d": "10"},
        right="b",
        replies={
            "a": "Then 7 images would be left over, and never seen in this epoch.",
            "b": "134 full batches and one of 7.",
            "c": "That would be batches of one image.",
            "d": "10 is how many images are in a batch.",
        },
    ),
    Question(
        name="three_rates",
        text="The same start, the same data (the two moons), 40 steps with all samples in one "
        "batch, and the same learning rate for A and B: 0.003, 0.3 or 3. What will the three "
        "curves of the loss look like?",
        choices={
            "a": "All three arrive at the same loss; the largest one first.",
            "b": "The smallest creeps, the middle one arrives, the largest one explodes.",
            "c": "The smallest gets lowest, because small steps are exact.",
        },
        right="b",
        replies={
            "a": "That holds up to a point: longer steps are faster as long as the valley is wider "
            "than the step. 3 is beyond that point.",
            "b": "Too small costs time. Too large leads across the valley and up the other side, "
            "further each time.",
            "c": "Small steps follow the slope exactly, but 40 of them do not lead far.",
        },
    ),
    Question(
        name="too_large_for_A",
        text="Now each layer has its own learning rate. That of B is fine, that of A is a thousand "
        "times too large. What happens?",
        choices={
            "a": "The loss explodes, as it does when B's is too large.",
            "b": "The loss stays finite, but the hidden units saturate, and A hardly learns.",
            "c": "A learns a thousand times faster.",
        },
        right="b",
        replies={
            "a": "For that, something has to grow without bound. The predictions are B times H: "
            "how large can H become, however large A is?",
            "b": "tanh never leaves −1 to 1, so wild weights in A cannot blow up the predictions. "
            "But where tanh is flat, no error comes through, and A is stuck in the swamp.",
            "c": "Only if the slope stayed what it was at the start of the step. It does not.",
        },
    ),
    Question(
        name="all_zeros",
        text="Why do A and B start at random numbers? Suppose both start at 0. What will the loss "
        "do in 20 epochs?",
        choices={
            "a": "It falls as always; the start does not matter.",
            "b": "It falls, but more slowly.",
            "c": "It does not move at all.",
        },
        right="c",
        replies={
            "a": "Walk through one step: what is Z, what is H, and what does the gradient of B "
            "multiply?",
            "b": "It would have to begin to move for that. What is H in the first step, and what "
            "comes back through B?",
            "c": "H is 0, so the gradient of B is 0; B is 0, so no error comes back to A. Both "
            "gradients are 0, and the network is stuck on its first day.",
        },
    ),
    Question(
        name="same_work",
        text="Three trainings on the digits: 10 epochs each, with the same learning rates. In each "
        "epoch every image is looked at once. The batches hold 1,347 images (all), 100, or 10. "
        "Which training gets furthest?",
        choices={
            "a": "all in one batch: its gradient is the right one",
            "b": "batches of 100: a compromise",
            "c": "batches of 10: the most steps",
            "d": "all the same: the work is the same",
        },
        right="c",
        replies={
            "a": "Its gradient is exact, but it takes 10 steps in all, one for each epoch.",
            "b": "It takes 140 steps. There is one that takes more.",
            "c": "1,350 steps, each a little off, beat 10 exact ones. It ends if a batch gets so "
            "small that its gradient hardly points downhill, or the machine is no faster for it.",
            "d": "The work is the same, but not what is done with it: how many steps does each "
            "take?",
        },
    ),
    Question(
        name="what_units_look_for",
        text="Each row of A holds 64 weights for the 64 pixels (and one for the 1), so it can be "
        "shown as an image. At the start they are random. What will the rows look like after "
        "training?",
        choices={
            "a": "Like the ten digits, one unit for each.",
            "b": "Still like noise: what the network knows is spread over all weights.",
            "c": "Like patches and strokes, light beside dark, that several digits share.",
        },
        right="c",
        replies={
            "a": "There are 50 units for 10 digits, and B mixes them all. A unit is more useful if "
            "it tells several digits from several others.",
            "b": "It is spread over many units, but neighbouring pixels are alike in most images, "
            "and that shows in what weights they get.",
            "c": "A unit compares: ink here, paper there. B then adds up such comparisons.",
        },
    ),
)
