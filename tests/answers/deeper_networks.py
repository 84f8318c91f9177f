"""Answers to 07_deeper_networks."""

import numpy as np

from tests.answers import right, wrong


@right("x")
def forward(weights, X):
    return 0


del forward, np, wrong
