"""Hypothesis strategies for the course's own objects."""

from types import SimpleNamespace

import numpy as np
from hypothesis import strategies as st


@st.composite
def networks(draw, scale: float = 1.0):
    """Two-layer networks of unit-scale weights with data, of any sizes from 1 to 6."""
    n_in, n_hidden, n_out, N = (draw(st.integers(1, 6)) for _ in range(4))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    return SimpleNamespace(
        A=scale * rng.normal(size=(n_hidden, n_in)),
        B=rng.normal(size=(n_out, n_hidden)),
        X=rng.normal(size=(n_in, N)),
        Y=rng.normal(size=(n_out, N)),
        rng=rng,
    )
