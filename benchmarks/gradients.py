"""How accurate and how fast the judging gradients are: ``python benchmarks/gradients.py``.

Times and errors of `bplib.derivatives` beside a plain central-difference loop and SciPy's
``approx_derivative`` (3-point and complex step), all in one run, on the loss of a two-layer tanh
network in its hidden weights: at the size of a check's probe and at one of a small real network.
Trust the ratios, not the milliseconds.
"""

import time
from collections.abc import Callable

import numpy as np
from scipy.optimize._numdiff import approx_derivative

from bplib import network
from bplib.derivatives import central_gradient, distance, gradient


def plain_loop(loss: Callable, W: np.ndarray, step: float = 1e-5) -> np.ndarray:
    """Return central differences as everybody first writes them."""
    result = np.zeros_like(W)
    for index in np.ndindex(W.shape):
        up, down = W.copy(), W.copy()
        up[index] += step
        down[index] -= step
        result[index] = (loss(up) - loss(down)) / (2 * step)
    return result


def scipy_gradient(method: str) -> Callable:
    def of(loss: Callable, W: np.ndarray) -> np.ndarray:
        flat = approx_derivative(lambda w: loss(w.reshape(W.shape)), W.ravel(), method=method)
        return flat.reshape(W.shape)

    return of


METHODS = {
    "bplib gradient (complex step, batched)": gradient,
    "bplib central_gradient (batched)": central_gradient,
    "plain central-difference loop, 1e-5": plain_loop,
    "scipy approx_derivative, 3-point": scipy_gradient("3-point"),
    "scipy approx_derivative, cs": scipy_gradient("cs"),
}


def median_times(work: dict[str, Callable], repeats: int) -> dict[str, float]:
    """Time all methods in turn, over and over, so that a slow moment hits each alike."""
    times: dict[str, list[float]] = {name: [] for name in work}
    for _ in range(repeats):
        for name, run in work.items():
            start = time.perf_counter()
            run()
            times[name].append(time.perf_counter() - start)
    return {name: float(np.median(values)) for name, values in times.items()}


def compare(sizes: tuple[int, int, int, int], repeats: int) -> dict[str, tuple[float, float]]:
    """Return for every method its time as a multiple of the first one's, and its error."""
    n_in, n_hidden, n_out, N = sizes
    rng = np.random.default_rng(0)
    A, B = rng.normal(size=(n_hidden, n_in)), rng.normal(size=(n_out, n_hidden))
    X, Y = rng.normal(size=(n_in, N)), rng.normal(size=(n_out, N))

    def loss(A):
        return network.network_loss(A, B, X, Y)

    Z, _, Y_hat = network.forward(A, B, X)
    truth = (B.T @ ((Y_hat - Y) / N) / np.cosh(Z) ** 2) @ X.T
    work = {name: (lambda m=method: m(loss, A)) for name, method in METHODS.items()}
    times = median_times(work, repeats)
    fastest = times[next(iter(work))]
    return {name: (times[name] / fastest, distance(run(), truth)) for name, run in work.items()}


def main() -> None:
    for title, sizes, repeats in [
        ("a check's probe: 6-8-3, N = 5, 48 weights", (6, 8, 3, 5), 300),
        ("a small real network: 65-30-10, N = 100, 1,950 weights", (65, 30, 10, 100), 3),
    ]:
        print(f"\n{title}\n{'':42}{'time':>8}{'error':>12}")
        for name, (ratio, error) in compare(sizes, repeats).items():
            print(f"{name:42}{ratio:>7.1f}×{error:>12.1e}")


if __name__ == "__main__":
    main()
