"""06_training: how people get a forward and backward pass, an update and a training loop wrong."""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from bplib import network
from bplib.course.mistakes import Formula, mistake, traces
from bplib.course.steps import entry, same, trace_backward, wrong_length
from bplib.course.training.exercises import BACKWARD, FORWARD, TRAIN, UPDATE
from bplib.derivatives import gradient
from bplib.finding import Finding
from bplib.network import Array

# --- forward ----------------------------------------------------------------------------------


@traces(FORWARD)
def _trace_forward(arguments: tuple[Any, ...], result: Any) -> Finding | None:
    """Say which of Z, H, Ŷ is the first that does not follow from the one before."""
    A, B, X = arguments
    Z, H, Y_hat = result
    follows = (
        ("Z", Z, A @ X, "from A and X"),
        ("H", H, np.tanh(Z), "from your Z"),
        ("Y_hat", Y_hat, B @ H, "from your H and B"),
    )
    for name, mine, right, source in follows:
        if not same(mine, right):
            return Finding(
                f"step-{name.lower().replace('_', '-')}",
                f"{name} is the first that does not follow {source}.",
                f"Compare the line that makes {name} with the diagram.",
                entry(mine, right, "you have", "row", "sample"),
            )
    return None


def _forward(activation: Callable[[Array], Array]) -> Formula:
    return lambda A, B, X: network.forward(A, B, X, activation)


mistake(
    FORWARD,
    "activation-missing",
    "Your H is Z: the network is linear, and twice the input gives twice the prediction.",
    "What happens between Z and H?",
    "Reads the diagram as two matrix products.",
)(lambda A, B, X: (None, A @ X, B @ (A @ X)))
mistake(
    FORWARD,
    "activation-on-output",
    "No prediction of yours ever leaves the interval from −1 to 1, so no target outside it "
    "can be met.",
    "Which layer has an activation, and which is linear?",
    "Treats every layer alike.",
)(lambda A, B, X: (None, None, np.tanh(network.predict(A, B, X))))
mistake(
    FORWARD,
    "z-overwritten-by-h",
    "What you return as Z is H once more.",
    "Does one name, or one array (out=…), hold first Z and then H?",
    "Reuses the variable, as in Z = np.tanh(Z), or saves memory with out=.",
)(lambda A, B, X: (np.tanh(A @ X), None, None))
mistake(
    FORWARD,
    "z-and-h-exchanged",
    "The first array has no entry beyond −1 and 1 and the second one has: they have changed "
    "places.",
    "In which order are the three to be returned?",
    "The two have the same shape, so nothing breaks.",
)(lambda A, B, X: (np.tanh(A @ X), A @ X, None))
mistake(
    FORWARD,
    "returned-in-another-order",
    "The prediction comes first, and Z comes last.",
    "In which order are the three to be returned?",
    "Thinks of the result first and of what was kept after that.",
)(lambda A, B, X: network.forward(A, B, X)[::-1])
mistake(
    FORWARD,
    "prediction-from-z",
    "The prediction does not come from H: it does not see the tanh.",
    "Which of the two hidden quantities is sent on to the output?",
    "Computes H and then uses the wrong one of two arrays of equal shape.",
)(lambda A, B, X: (None, None, B @ (A @ X)))
mistake(
    FORWARD,
    "sigmoid-for-tanh",
    "None of your hidden activations is negative.",
    "Which activation does this network have, and between which values does it lie?",
    "Has another course in mind.",
)(_forward(network.sigmoid))
mistake(
    FORWARD,
    "relu-for-tanh",
    "None of your hidden activations is negative, and some are larger than 1.",
    "Which activation does this network have, and between which values does it lie?",
    "Has another course in mind.",
)(_forward(network.relu))
mistake(
    FORWARD,
    "tanh-twice",
    "Your hidden activations never reach 0.77, not even where Z is large: they went through "
    "tanh twice.",
    "Is tanh in the line for Z and in the line for H?",
    "Applies it once when making Z and once when making H, or runs it on an overwritten Z.",
)(_forward(lambda Z: np.tanh(np.tanh(Z))))
mistake(
    FORWARD,
    "slope-in-place-of-the-activation",
    "Your H is nearly 0 where Z is large and 1 where Z is 0: that is how steep the activation "
    "is, not the activation.",
    "What flows forward, the value of tanh or its slope?",
    "Mixes up the forward and the backward pass.",
)(_forward(lambda Z: 1 - np.tanh(Z) ** 2))

# --- backward ---------------------------------------------------------------------------------


@traces(BACKWARD)
def _trace_kept(arguments: tuple[Any, ...], result: Any) -> Finding | None:
    """Follow the backward pass from kept values; N is at most n_in, so A can be solved for."""
    B, X, Z, _, _, Y = arguments
    A = np.linalg.lstsq(X.T, Z.T, rcond=None)[0].T
    return trace_backward(A, B, X, Y, *result)


def _pass(
    error: Callable[[Array, Array], Array] | None = None,
    slope: Callable[[Array, Array], Array] | None = None,
    back: Callable[[Array, Array, Array], Array] | None = None,
    input_A: Callable[[Array, Array], Array] | None = None,
    input_B: Callable[[Array, Array], Array] | None = None,
) -> Formula:
    """Return a backward pass one or two of whose parts are replaced by wrong ones."""

    def formula(B: Array, X: Array, Z: Array, H: Array, Y_hat: Array, Y: Array) -> Any:
        delta_B = (error(Y_hat, Y) if error else Y_hat - Y) / Y.shape[1]
        grad_B = delta_B @ (input_B(Z, H) if input_B else H).T
        sent = back(B, delta_B, grad_B) if back else B.T @ delta_B
        delta_A = sent * (slope(Z, H) if slope else 1 - np.tanh(Z) ** 2)
        grad_A = delta_A @ (input_A(X, H) if input_A else X).T
        return grad_A, grad_B

    return formula


_right_pass = _pass()


def _one_sample(k: int) -> Formula:
    def formula(B: Array, X: Array, Z: Array, H: Array, Y_hat: Array, Y: Array) -> Any:
        one = slice(k, k + 1 or None)
        parts = _right_pass(B, X[:, one], Z[:, one], H[:, one], Y_hat[:, one], Y[:, one])
        return tuple(part / Y.shape[1] for part in parts)

    return formula


def _of_averages(B: Array, X: Array, Z: Array, H: Array, Y_hat: Array, Y: Array) -> Any:
    delta_B = np.mean(Y_hat - Y, axis=1, keepdims=True)
    delta_A = np.mean(B.T @ (Y_hat - Y) * (1 - H**2), axis=1, keepdims=True)
    return (
        delta_A @ np.mean(X, axis=1, keepdims=True).T,
        delta_B @ np.mean(H, axis=1, keepdims=True).T,
    )


def _error_terms(B: Array, X: Array, Z: Array, H: Array, Y_hat: Array, Y: Array) -> Any:
    delta_B = (Y_hat - Y) / Y.shape[1]
    return (B.T @ delta_B) * (1 - H**2), delta_B


mistake(
    BACKWARD,
    "slope-missing",
    "In grad_A a saturated unit gets as much blame as any other, though a "
    "nudge of its Z hardly moves its H.",
    "What lies between H and Z, and what does the chain rule ask for there?",
    "Sends the error back through B and stops there.",
)(_pass(slope=lambda Z, H: np.ones_like(Z)))
mistake(
    BACKWARD,
    "slope-at-activation",
    "In grad_A no unit ever counts as saturated: the slope you used never falls below 0.4.",
    "The slope can be had from Z by way of tanh, or from H without it. Did yours do both?",
    "Uses a d_tanh of pre-activations on activations.",
)(_pass(slope=lambda Z, H: 1 - np.tanh(H) ** 2))
mistake(
    BACKWARD,
    "output-form-fed-with-z",
    "In grad_A the slope of some units is below −1, but tanh never falls: "
    "its slope lies between 0 and 1.",
    "The short form of the slope wants activations. What did you put in?",
    "Uses the short form with pre-activations.",
)(_pass(slope=lambda Z, H: 1 - Z**2))
mistake(
    BACKWARD,
    "activation-for-slope",
    "In grad_A the units with Z near 0 get no blame, though they are the "
    "ones that answer most to a nudge.",
    "What is asked for, the height of the curve or its slope?",
    "f for f′.",
)(_pass(slope=lambda Z, H: H))
mistake(
    BACKWARD,
    "square-missing",
    "In grad_A a unit at −0.9 and one at 0.9 have different slopes, but the "
    "curve of tanh is equally steep at both.",
    "Which power is in the derivative of tanh?",
    "Remembers the formula half.",
)(_pass(slope=lambda Z, H: 1 - H))
mistake(
    BACKWARD,
    "the-sigmoids-formula-with-tanh",
    "In grad_A the slope you used is negative where the activation is negative; tanh never falls.",
    "Of which activation is that the slope?",
    "The formula that stands in most textbooks.",
)(_pass(slope=lambda Z, H: H * (1 - H)))
mistake(
    BACKWARD,
    "slope-averaged-over-the-samples",
    "In grad_A each unit has one slope for all samples, though each sample "
    "finds it at another place of the curve.",
    "What shape has the slope?",
    "Sums over samples one line too early.",
)(_pass(slope=lambda Z, H: np.mean(1 - H**2, axis=1, keepdims=True)))
row = mistake(
    BACKWARD,
    "slope-at-linear-output",
    "Two equal errors at different predictions do not count alike: there is the slope of an "
    "activation in your error term, but the output is linear.",
    "Which layer has an activation, and which has none?",
    "Treats every layer alike.",
)
row(_pass(error=lambda Y_hat, Y: (Y_hat - Y) * (1 - Y_hat**2)))
row(_pass(error=lambda Y_hat, Y: (Y_hat - Y) * (1 - np.tanh(Y_hat) ** 2)))
mistake(
    BACKWARD,
    "z-for-h",
    "grad_B is an error times Z, but it is not Z that flows through B.",
    "Which quantity enters layer B?",
    "Two arrays of equal shape; nothing breaks.",
)(_pass(input_B=lambda Z, H: Z))
mistake(
    BACKWARD,
    "h-for-x",
    "grad_A has one column for each hidden unit, but A has one for each input.",
    "Which quantity enters layer A?",
    "Copies the line for B.",
)(_pass(input_A=lambda X, H: H))
mistake(
    BACKWARD,
    "gradient-of-b-in-place-of-b",
    "The error went back to the hidden layer through the gradient of B, "
    "and it came forward through B.",
    "Which weights join the hidden units to the outputs?",
    "Reads “from B's gradient comes A's”.",
)(_pass(back=lambda B, delta, grad: grad.T @ delta))
mistake(
    BACKWARD,
    "sign-of-the-weights-lost",
    "In grad_A a hidden unit with a negative weight is blamed as if it pushed the output up.",
    "What does a nudge of h do to an output to which it is joined by a negative weight?",
    "Shares out blame “by the size of the weight”.",
)(_pass(back=lambda B, delta, grad: np.abs(B).T @ delta))
mistake(
    BACKWARD,
    "errors-of-all-outputs-added-first",
    "The errors of the outputs were added before they were weighted: "
    "each output's error belongs with its own row of B.",
    "A hidden unit sends to every output along a weight of its own. How does it hear back?",
    "Collapses the error to one number per sample.",
)(_pass(back=lambda B, delta, grad: B.sum(axis=0)[:, None] * delta.sum(axis=0)))
mistake(
    BACKWARD,
    "target-missing",
    "The targets have no influence: change Y and both gradients stay as they are.",
    "Where should the error at the output be 0?",
    "Differentiates ŷ² only.",
)(_pass(error=lambda Y_hat, Y: Y_hat))
mistake(
    BACKWARD,
    "absolute-error",
    "The sign of the error is lost: a prediction that is too high and one that is too low "
    "push the same way.",
    "If a prediction is too low, does the loss grow or shrink when the prediction grows?",
    "Thinks of an error as a distance.",
)(_pass(error=lambda Y_hat, Y: np.abs(Y_hat - Y)))
mistake(
    BACKWARD,
    "squared-error",
    "An error twice as large gives four times the gradient, and the sign of the error is "
    "lost: these are parts of the loss, not its slope.",
    "You have the loss. What is asked for is how it changes.",
    "Sends the loss back instead of its slope.",
)(_pass(error=lambda Y_hat, Y: (Y_hat - Y) ** 2))
mistake(
    BACKWARD,
    "error-sign-only",
    "The size of the error is lost: a small and a large error give the same gradient.",
    "Is the loss equally steep near its lowest point and far from it?",
    "The rule of the perceptron.",
)(_pass(error=lambda Y_hat, Y: np.sign(Y_hat - Y)))
mistake(
    BACKWARD,
    "product-of-averages",
    "Error and input are averaged over the samples first and multiplied then, so each "
    "sample's error meets the inputs of all the others.",
    "Sample n's error belongs with sample n's input. What is added up, and when?",
    "Removes the sample axis as early as possible.",
)(_of_averages)
mistake(
    BACKWARD,
    "last-sample-only",
    "Only the last sample counts: change any other and the gradients stay as they are.",
    "In a loop over samples, do the terms add up, or does each replace the one before?",
    "= for += in a loop.",
)(_one_sample(-1))
mistake(
    BACKWARD,
    "first-sample-only",
    "Only the first sample counts: change any other and the gradients stay as they are.",
    "Does a loop return before it has come to its end?",
    "return inside the loop, or [:, 0].",
)(_one_sample(0))
mistake(
    BACKWARD,
    "returns-error-terms",
    "What comes back has a column for each sample: these are the error terms. A gradient has "
    "the shape of its weights.",
    "What does an error term have to meet to become a gradient?",
    "Stops one step early.",
)(_error_terms)
mistake(
    BACKWARD,
    "gradients-exchanged",
    "The gradient of B comes first, that of A second.",
    "In which order are they to be returned?",
    "Returns them in the order in which they are computed.",
)(lambda *kept: _right_pass(*kept)[::-1])

# --- update -----------------------------------------------------------------------------------


@traces(UPDATE)
def _trace_update(arguments: tuple[Any, ...], result: Any) -> Finding | None:
    """Say on which of A and B the step is off, and whether only in its length."""
    A, B, grad_A, grad_B, rate_A, rate_B = arguments
    rates = f"the learning rates are {rate_A:.3g} for A and {rate_B:.3g} for B"
    layers = (("A", A, grad_A, rate_A, result[0]), ("B", B, grad_B, rate_B, result[1]))
    for name, W, right, rate, new in layers:
        mine = (W - new) / rate
        if same(mine, right):
            continue
        return wrong_length(name, mine, right, rates) or Finding(
            f"step-the-step-on-{name.lower()}",
            f"The new {name} is not the old one with a step along its gradient.",
            f"Where does the step on {name} start, along what does it go, and how far?",
            entry(W - new, rate * right, f"{name} has moved by", "row", "column"),
        )
    return None


def _updated(
    step_A: Callable[[Array, Array, float, float], Any],
    step_B: Callable[[Array, Array, float, float], Any],
) -> Formula:
    """Return an update from what each layer becomes: weights, gradient, own rate, other rate."""

    def formula(A: Array, B: Array, grad_A: Array, grad_B: Array, a: float, b: float) -> Any:
        return step_A(A, grad_A, a, b), step_B(B, grad_B, b, a)

    return formula


def _both(step: Callable[[Array, Array, float, float], Array]) -> Formula:
    return _updated(step, step)


def _right_step(W: Array, grad: Array, own: float, other: float) -> None:
    return None


def _no_step(W: Array, grad: Array, own: float, other: float) -> Array:
    return W


def _others_rate(W: Array, grad: Array, own: float, other: float) -> Array:
    return W - other * grad


mistake(
    UPDATE,
    "uphill",
    "Your weights move along the gradient, which points uphill: the loss would grow.",
    "Which way does a gradient point, and which way do you want to go?",
    "“Add the correction”.",
)(_both(lambda W, grad, own, other: W + own * grad))
mistake(
    UPDATE,
    "learning-rates-exchanged",
    "A moves with the learning rate of B and B with that of A.",
    "Which learning rate stands in which line?",
    "Copies a line and forgets a letter.",
)(_both(_others_rate))
mistake(
    UPDATE,
    "learning-rate-of-a-for-both",
    "B moves with the learning rate of A.",
    "Which learning rate stands in the line for B?",
    "Copies the line for A.",
)(_updated(_right_step, _others_rate))
mistake(
    UPDATE,
    "learning-rate-of-b-for-both",
    "A moves with the learning rate of B.",
    "Which learning rate stands in the line for A?",
    "Copies the line for B.",
)(_updated(_others_rate, _right_step))
mistake(
    UPDATE,
    "learning-rate-ignored",
    "The learning rates have no influence: with a learning rate of 0 your weights still move.",
    "How long is the step that you take?",
    "Forgets the factor.",
)(_both(lambda W, grad, own, other: W - grad))
mistake(
    UPDATE,
    "divides-by-learning-rate",
    "A smaller learning rate makes your step longer.",
    "What should happen to the weights with a learning rate of 0?",
    "A slip of the operator.",
)(_both(lambda W, grad, own, other: W - grad / own))
mistake(
    UPDATE,
    "a-unchanged",
    "A comes back as it went in.",
    "What becomes of the new A?",
    "Updates one layer, or returns the old name.",
)(_updated(_no_step, _right_step))
mistake(
    UPDATE,
    "b-unchanged",
    "B comes back as it went in.",
    "What becomes of the new B?",
    "Updates one layer, or returns the old name.",
)(_updated(_right_step, _no_step))
mistake(
    UPDATE,
    "both-unchanged",
    "Both weights come back as they went in.",
    "What becomes of what you computed?",
    "Computes without assigning.",
)(_both(_no_step))
mistake(
    UPDATE,
    "returns-the-steps",
    "What comes back is the step alone: it is the same wherever you start from.",
    "From where is the step taken?",
    "Computes the change and forgets what is changed.",
)(_both(lambda W, grad, own, other: own * grad))
mistake(
    UPDATE,
    "weights-multiplied",
    "A weight that is 0 never moves, whatever its gradient is.",
    "Is the step proportional to the gradient, or to the weight as well?",
    "Reads a relative change into the rule.",
)(_both(lambda W, grad, own, other: W - own * grad * W))
mistake(
    UPDATE,
    "gradient-missing",
    "Every weight of a layer moves by the same amount, whatever the gradient is.",
    "Where does the direction of the step come from?",
    "Forgets the factor.",
)(_both(lambda W, grad, own, other: W - own))
mistake(
    UPDATE,
    "gradient-sign-only",
    "Every weight of a layer moves equally far, up or down: the gradient's sizes are lost.",
    "Does a weight to which the loss hardly answers move as far as any other?",
    "Thinks of the direction only.",
)(_both(lambda W, grad, own, other: W - own * np.sign(grad)))
mistake(
    UPDATE,
    "gradient-normalised",
    "Your step is as long as the learning rate, however steep the loss is: make the gradient "
    "twice as long, and the step stays as it is.",
    "Near the bottom the gradient gets small. Should the steps?",
    "“The gradient is a direction”.",
)(_both(lambda W, grad, own, other: W - own * grad / np.linalg.norm(grad)))
mistake(
    UPDATE,
    "new-weights-exchanged",
    "B comes first, A second.",
    "In which order are they to be returned?",
    "The backward pass meets B first.",
)(lambda A, B, grad_A, grad_B, a, b: (B - b * grad_B, A - a * grad_A))

# --- the training loop ------------------------------------------------------------------------
# Only calls whose result does not depend on the order of the samples are compared, so these
# loops take the samples as they come.

_Rates = Callable[[float, float], tuple[float, float]]
_Trained = tuple[Array, Array, list[float]]


def _gradients(A: Array, B: Array, X: Array, Y: Array) -> tuple[Array, Array]:
    return (
        gradient(lambda W: network.network_loss(W, B, X, Y), A),
        gradient(lambda W: network.network_loss(A, W, X, Y), B),
    )


def _sent_back(A: Array, B: Array, new_B: Array, X: Array, Y: Array) -> Array:
    """Return the gradient of A if the error at the output comes back through another B."""
    Y_hat = network.predict(A, B, X)
    error = gradient(lambda P: network.mean_loss(P, Y), Y_hat)
    return gradient(lambda W: np.sum(error * (new_B @ np.tanh(W @ X)), axis=(-2, -1)), A)


def _after_a_move(
    first_moved: str, A: Array, B: Array, X: Array, Y: Array, a: float, b: float
) -> tuple[Array, Array]:
    """Return both gradients, one of them taken when the other layer has moved already."""
    grad_A, grad_B = _gradients(A, B, X, Y)
    if first_moved == "A":
        return grad_A, _gradients(A - a * grad_A, B, X, Y)[1]
    if first_moved == "B":
        return _gradients(A, B - b * grad_B, X, Y)[0], grad_B
    if first_moved == "B, and only sent back":
        return _sent_back(A, B, B - b * grad_B, X, Y), grad_B
    return grad_A, grad_B


def _batches(N: int, batch_size: int) -> list[slice]:
    return [slice(start, min(start + batch_size, N)) for start in range(0, N, batch_size)]


def _loop(
    rates: _Rates = lambda a, b: (a, b),
    share: Callable[[int, int, int], float] = lambda size, batch_size, N: 1.0,
    deal: Callable[[int, int], list[slice]] = _batches,
    count: Callable[[int], int] = lambda epochs: epochs,
    first_moved: str = "",
    from_start: bool = False,
    summed: bool = False,
) -> Formula:
    """Return a training loop with something wrong in it.

    `rates` are taken instead of the two given; `share`, of its size, the batch size and N,
    multiplies a batch's gradient; `deal` returns the batches of an epoch; `count` how many epochs
    are run; `first_moved` is the layer that moves before the gradient of the other one is taken;
    with `from_start` every epoch starts from the first weights; with `summed` gradients add up
    from step to step.
    """

    def formula(
        A: Array, B: Array, X: Array, Y: Array, a: float, b: float, epochs: int, size: int, rng: Any
    ) -> _Trained:
        start, N = (A, B), X.shape[1]
        a, b = rates(a, b)
        sum_A, sum_B = np.zeros_like(A), np.zeros_like(B)
        losses = [network.network_loss(A, B, X, Y)]
        for _ in range(count(epochs)):
            if from_start:
                A, B = start
            for batch in deal(N, size):
                x, y = X[:, batch], Y[:, batch]
                factor = share(x.shape[1], size, N)
                grad_A, grad_B = _after_a_move(first_moved, A, B, x, y, a * factor, b * factor)
                sum_A = sum_A * summed + factor * grad_A
                sum_B = sum_B * summed + factor * grad_B
                A, B = A - a * sum_A, B - b * sum_B
            losses.append(network.network_loss(A, B, X, Y))
        return A, B, losses

    return formula


_right_loop = _loop()


def _gradient_kept(for_all: bool) -> Formula:
    """Return a loop that takes the gradients once, for all epochs or for all batches of one."""

    def formula(
        A: Array, B: Array, X: Array, Y: Array, a: float, b: float, epochs: int, size: int, rng: Any
    ) -> _Trained:
        grad_A, grad_B = _gradients(A, B, X, Y)
        losses = [network.network_loss(A, B, X, Y)]
        for _ in range(epochs):
            if not for_all:
                grad_A, grad_B = _gradients(A, B, X, Y)
            for _ in _batches(X.shape[1], size):
                A, B = A - a * grad_A, B - b * grad_B
            losses.append(network.network_loss(A, B, X, Y))
        return A, B, losses

    return formula


def _returned_early(after: str) -> Formula:
    """Return a loop that ends with its first epoch, or with its first batch."""

    def formula(*arguments: Any) -> _Trained:
        A, B, X, Y, a, b, epochs, size, _ = arguments
        deal = _batches if after == "epoch" else lambda N, size: _batches(N, size)[:1]
        A, B, losses = _loop(deal=deal)(A, B, X, Y, a, b, min(epochs, 1), size, None)
        return A, B, losses if after == "epoch" else losses[:1]

    return formula


def _history(change: Callable[[list[float]], Any]) -> Formula:
    """Return right weights with changed losses."""
    return lambda *arguments: (None, None, change(_right_loop(*arguments)[2]))


def _loss_of_every_batch(first: bool) -> Formula:
    """Return right weights with a loss for every batch, with or without the first loss."""

    def losses(*arguments: Any) -> Iterator[float]:
        A, B, X, Y, a, b, epochs, size, _ = arguments
        yield network.network_loss(A, B, X, Y)
        for batch in _batches(X.shape[1], size) * epochs:
            grad_A, grad_B = _gradients(A, B, X[:, batch], Y[:, batch])
            A, B = A - a * grad_A, B - b * grad_B
            yield network.network_loss(A, B, X, Y)

    return lambda *arguments: (None, None, list(losses(*arguments))[0 if first else 1 :])


_SHOULD_HAVE = "What should losses[0] be, and how many entries should there be after 0 epochs?"

mistake(
    TRAIN,
    "uphill",
    "Your weights climb: with every step the loss grows.",
    "Which way does a gradient point, and which way do you want to go?",
    "“Add the correction”.",
)(_loop(rates=lambda a, b: (-a, -b)))
mistake(
    TRAIN,
    "stale-b",
    "B is right after one step, A is not: the error went back to the hidden layer through "
    "weights that had moved already.",
    "Both gradients belong to one point. Which line moves a weight before both are there?",
    "Updates each layer as soon as its gradient is known.",
)(_loop(first_moved="B"))
mistake(
    TRAIN,
    "stale-b-sent-back",
    "B is right after one step, A is not: the error went forward through the old B and came "
    "back through the new one.",
    "Both gradients belong to one point. Which line moves a weight before both are there?",
    "Updates B between the two error terms.",
)(_loop(first_moved="B, and only sent back"))
mistake(
    TRAIN,
    "stale-a",
    "A is right after one step, B is not: the gradient of B was taken with an A that had "
    "moved already.",
    "Both gradients belong to one point. Which line moves a weight before both are there?",
    "Runs the forward pass again between the two updates.",
)(_loop(first_moved="A"))
mistake(
    TRAIN,
    "gradients-never-reset",
    "The first step is right, and from then on each step repeats all those before it.",
    "Does something add up (+=) that should be new for every batch?",
    "Keeps a buffer across batches, as in libraries where one has to clear it.",
)(_loop(summed=True))
mistake(
    TRAIN,
    "gradient-computed-once",
    "The first step is right, and all the others go in that same direction: the gradient "
    "never looks where the weights are now.",
    "Which lines have to run again after every update?",
    "Forward and backward pass stand before the loop.",
)(_gradient_kept(for_all=True))
mistake(
    TRAIN,
    "one-gradient-for-a-whole-epoch",
    "With one batch in an epoch all is right. With more, all gradients of an epoch are taken at "
    "the weights of its beginning.",
    "Which lines have to run again for every batch?",
    "Forward and backward pass, or the update, stand outside the inner loop.",
)(_gradient_kept(for_all=False))
mistake(
    TRAIN,
    "starts-again-in-every-epoch",
    "After the first epoch the loss never changes: every epoch starts from the first weights.",
    "Which line should run once, and runs in every epoch?",
    "A = A.copy() or an initialisation inside the loop, or results under other names.",
)(_loop(from_start=True))
mistake(
    TRAIN,
    "a-unchanged",
    "A comes back as it went in, and B is trained on hidden units that never change.",
    "Where does the new A go?",
    "Drops one of two results.",
)(_loop(rates=lambda a, b: (0.0, b)))
mistake(
    TRAIN,
    "b-unchanged",
    "B comes back as it went in.",
    "Where does the new B go?",
    "Drops one of two results.",
)(_loop(rates=lambda a, b: (a, 0.0)))
mistake(
    TRAIN,
    "updates-thrown-away",
    "Neither weights nor loss ever change.",
    "A function returns new arrays. Who takes them?",
    "Calls update(…) without taking what it returns.",
)(_loop(rates=lambda a, b: (0.0, 0.0)))
mistake(
    TRAIN,
    "returns-the-first-weights",
    "The losses are right, so training happens; but the weights returned are those that came in.",
    "Which names does the last line return?",
    "Trains under other names and returns the parameters.",
)(lambda *arguments: (arguments[0], arguments[1], None))
mistake(
    TRAIN,
    "learning-rates-exchanged",
    "A moves with the learning rate of B and B with that of A.",
    "In which order does update take them?",
    "Passes arguments in another order.",
)(_loop(rates=lambda a, b: (b, a)))
mistake(
    TRAIN,
    "learning-rate-of-a-for-both",
    "B moves with the learning rate of A.",
    "Which learning rate goes with which layer?",
    "Thinks of one learning rate.",
)(_loop(rates=lambda a, b: (a, a)))
mistake(
    TRAIN,
    "learning-rate-of-b-for-both",
    "A moves with the learning rate of B.",
    "Which learning rate goes with which layer?",
    "Thinks of one learning rate.",
)(_loop(rates=lambda a, b: (b, b)))
mistake(
    TRAIN,
    "learning-rate-ignored",
    "The learning rates have no influence: with learning rates of 0 your weights still move.",
    "How long is each step?",
    "Forgets the factor.",
)(_loop(rates=lambda a, b: (1.0, 1.0)))
mistake(
    TRAIN,
    "one-epoch-too-few",
    "All you have is right, but the last epoch is missing.",
    "How often does range(…) count when it starts at 1?",
    "range(1, epochs).",
)(_loop(count=lambda epochs: max(epochs - 1, 0)))
mistake(
    TRAIN,
    "one-epoch-too-many",
    "Your network trains one epoch longer than asked for.",
    "How often does your loop run if epochs is 1? If it is 0?",
    "Counts entries of the history instead of epochs.",
)(_loop(count=lambda epochs: epochs + 1))
mistake(
    TRAIN,
    "weights-of-one-epoch-later",
    "The losses are right, but the weights are those of one epoch later.",
    "Is the loss recorded at the start of each epoch, and does the last one train on?",
    "Records at the start of the loop and lets it run epochs + 1 times.",
)(lambda *arguments: (*_loop(count=lambda epochs: epochs + 1)(*arguments)[:2], None))
mistake(
    TRAIN,
    "returns-after-the-first-epoch",
    "Training ends with the first epoch.",
    "How far is the return indented?",
    "return inside the loop.",
)(_returned_early("epoch"))
mistake(
    TRAIN,
    "returns-after-the-first-batch",
    "Training ends with the first batch.",
    "How far is the return indented?",
    "return inside the inner loop.",
)(_returned_early("batch"))
mistake(
    TRAIN,
    "mean-missing",
    "Your step is as many times too long as there are samples in the batch: the gradient of a "
    "batch is a mean.",
    "Where does the 1/N of the loss come in, and which N is it?",
    "Leaves 1/N out and lets the learning rate hide it.",
)(_loop(share=lambda size, batch_size, N: size))
mistake(
    TRAIN,
    "batch-divided-by-all-samples",
    "With one batch in an epoch all is right. With more, your steps are too short: each "
    "batch's sum is divided by the number of all samples.",
    "The gradient of a batch is a mean over which samples?",
    "N from outside the loop.",
)(_loop(share=lambda size, batch_size, N: size / N))
mistake(
    TRAIN,
    "batch-divided-by-the-batch-size",
    "Where a batch holds fewer samples than batch_size, your step is too short.",
    "How many samples are there in the last batch?",
    "Forgets that the last one may be short.",
)(_loop(share=lambda size, batch_size, N: size / batch_size))
mistake(
    TRAIN,
    "last-short-batch-dropped",
    "Batches with fewer samples than batch_size are never trained on; with a batch size "
    "larger than the data, nothing is.",
    "What happens to the samples that are left over?",
    "Counts batches with N // batch_size.",
)(_loop(deal=lambda N, size: _batches(N, size)[: N // size]))
mistake(
    TRAIN,
    "one-step-in-an-epoch",
    "With one batch in an epoch all is right. With more there is still one step only.",
    "How many steps should an epoch have?",
    "Does not use the batches, or only one of them: draws it, or breaks off.",
)(_loop(deal=lambda N, size: [slice(0, N)]))
mistake(
    TRAIN,
    "loss-recorded-before-the-step",
    "Your losses come too early: the first one is there twice, and the "
    "last one, after the last epoch, is missing.",
    "At the end of an epoch, which weights does the loss belong to?",
    "Uses the prediction from before the update, or averages the batch losses.",
)(_history(lambda losses: [losses[0], *losses[:-1]]))
mistake(
    TRAIN,
    "history-without-the-first-loss",
    "The losses begin after the first epoch: the one from before training is missing.",
    _SHOULD_HAVE,
    "Records in the loop only.",
)(_history(lambda losses: losses[1:]))
mistake(
    TRAIN,
    "history-without-the-last-loss",
    "The loss after the last epoch is missing: each was recorded before its epoch.",
    _SHOULD_HAVE,
    "Records at the start of the loop only.",
)(_history(lambda losses: losses[:-1]))
row = mistake(
    TRAIN,
    "history-one-too-long",
    "There is one loss too many: the first one or the last one is there twice.",
    _SHOULD_HAVE,
    "Records in the loop and once more behind it, or before the loop and at its start.",
)
row(_history(lambda losses: [*losses, losses[-1]]))
row(_history(lambda losses: [losses[0], *losses]))
row = mistake(
    TRAIN,
    "a-loss-for-every-batch",
    "There is a loss for every batch; asked for are one from "
    "before training and one for every epoch.",
    "How far is the line that records the loss indented?",
    "Records in the inner loop.",
)
row(_loss_of_every_batch(first=True))
row(_loss_of_every_batch(first=False))
mistake(
    TRAIN,
    "history-holds-the-last-value",
    "All losses are equal, to the last one.",
    "Does the list hold numbers, or the same array again and again?",
    "Fills the list at the end, or stores an array that is changed in place.",
)(_history(lambda losses: losses[-1:] * len(losses)))
mistake(
    TRAIN,
    "history-holds-the-first-value",
    "All losses are equal, to the first one.",
    "From which weights is the loss computed?",
    "Computes the loss of the first weights again and again, or once.",
)(_history(lambda losses: losses[:1] * len(losses)))
row = mistake(
    TRAIN,
    "only-the-last-loss",
    "Of the losses only the last one comes back.",
    "What happens to the losses of the earlier epochs?",
    "Overwrites the list, or returns the loss in place of the history.",
)
row(_history(lambda losses: np.array(losses[-1:])))
row(_history(lambda losses: losses[-1]))
mistake(
    TRAIN,
    "history-backwards",
    "The losses stand from last to first.",
    "At which end does append put a value?",
    "insert(0, …).",
)(_history(lambda losses: losses[::-1]))
