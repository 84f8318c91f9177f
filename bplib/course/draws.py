"""How networks are drawn for checks, so that a wrong gradient cannot look right.

No size equals another or 1, so a transposed or misplaced array shows in its shape; N is at most
n_in and n_hidden, so that error terms can be recovered from gradients; weights have unit scale,
so that tanh is bent and saturated where it should be; inputs and targets have a mean that is
not 0, and values that beginners' shortcuts trip over (0, 1, negative, large).
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from bplib.course.probe import Case
from bplib.network import Activation, Array, forward, identity, tanh

_SIZES = [  # n_in, n_hidden, n_out, N
    (7, 5, 2, 4),
    (6, 8, 3, 5),
    (5, 9, 4, 3),
    (9, 7, 5, 6),
    (8, 6, 3, 4),
    (6, 7, 2, 5),
]


@dataclass(frozen=True)
class Network:
    """A two-layer network drawn at random, with data and everything its forward pass computes."""

    A: Array
    B: Array
    X: Array
    Y: Array
    Z: Array
    H: Array
    Y_hat: Array
    note: str = ""
    values: bool = True


def network(
    rng: np.random.Generator,
    sizes: tuple[int, int, int, int],
    activation: Activation = tanh,
    output: Activation = identity,
    scale: float = 1.0,
    note: str = "",
    values: bool = True,
) -> Network:
    """Draw a network and data of the sizes (n_in, n_hidden, n_out, N).

    Parameters
    ----------
    rng : numpy.random.Generator
        Where the numbers come from.
    sizes : tuple of int
        n_in (the last row of ones included), n_hidden, n_out, N.
    activation, output : callable
        The layers' activations.
    scale : float
        Of the hidden weights; 4 saturates most of the hidden units.
    note, values
        As in `Case`.
    """
    n_in, n_hidden, n_out, N = sizes
    X = rng.normal(0.4, 1.0, (n_in, N))
    X[-1] = 1.0
    if N > 1:
        X[0, rng.integers(N)] = 0.0
    A = scale * rng.normal(0.0, 1.0, (n_hidden, n_in))
    while np.max(np.abs(A[:2] @ X), axis=1).min() < 0.3:  # its weights would be blown up below
        A[:2] = scale * rng.normal(0.0, 1.0, (2, n_in))
    # One hidden unit is driven beyond |z| = 6 by one sample, one stays near 0.
    A[0] *= rng.uniform(6.5, 8.0) / np.max(np.abs(A[0] @ X))
    A[1] *= rng.uniform(0.3, 0.6) / np.max(np.abs(A[1] @ X))
    B = rng.normal(0.3, 1.0, (n_out, n_hidden))
    Z, H, Y_hat = forward(A, B, X, activation, output)
    Y = rng.normal(0.5, 1.0, (n_out, N)) + 0.4 * Y_hat
    special = rng.permutation(Y.size)[:4]
    Y.flat[special] = [0.0, 1.0, -2.0, 6.0][: len(special)]
    return Network(A, B, X, Y, Z, H, Y_hat, note, values)


SATURATED = 2
"""Which of `networks` has a saturated hidden layer."""


def networks(
    rng: np.random.Generator, activation: Activation = tanh, output: Activation = identity
) -> list[Network]:
    """Draw the networks of one check.

    Three uneven ones, one of them saturated, for values; then one with a single sample and one
    with a single output, for shapes only.
    """
    first, second, third = (_SIZES[i] for i in rng.permutation(len(_SIZES))[:3])
    return [
        network(rng, first, activation, output),
        network(rng, second, activation, output),
        network(rng, third, activation, output, scale=3.0, note="a saturated hidden layer"),
        network(rng, (5, 4, 3, 1), activation, output, note="a single sample", values=False),
        network(rng, (6, 4, 1, 3), activation, output, note="a single output", values=False),
    ]


def network_cases(
    *names: str, activation: Activation = tanh, output: Activation = identity
) -> Callable[[np.random.Generator], tuple[Case, ...]]:
    """Return a `draw` whose calls pass the named fields of `Network`, such as "A", "B", "X"."""

    def draw(rng: np.random.Generator) -> tuple[Case, ...]:
        return tuple(
            Case(tuple(getattr(net, name) for name in names), net.note, net.values)
            for net in networks(rng, activation, output)
        )

    return draw
