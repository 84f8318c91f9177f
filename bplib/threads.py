"""One thread for matrix products, wherever a learner's functions are called to check or to draw.

Small matrices gain nothing from several threads. On a machine that many people share, threads that
wait for one another made products a hundred times slower, and a good loop looked like a bad one.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

from threadpoolctl import ThreadpoolController


@contextmanager
def one_thread() -> Iterator[None]:
    """Have NumPy's matrix products run in one thread within, and leave the setting as it was."""
    with _libraries().limit(limits=1, user_api="blas"):
        yield


@cache
def _libraries() -> ThreadpoolController:
    """Return the libraries that NumPy has loaded; to look for them takes milliseconds."""
    import numpy as np  # noqa: F401  # it must be there to be found

    return ThreadpoolController()
