"""A value in one exercise is told by the rows of earlier ones, at the numbers of this call."""

import numpy as np
import pytest

from bplib.checking.call import call
from bplib.checking.calls import compared
from bplib.checking.plain import parts, plain
from bplib.checking.wrong_quantities import wrong_quantity
from bplib.course import find
from bplib.course.mistakes import known
from bplib.course.way import way


def made(name, notebook=None):
    exercise = find(name, notebook=notebook)
    probe = exercise.probe(np.random.default_rng(0))
    first = compared(exercise, probe.cases[0], call(exercise.truth, probe).outcomes[0])
    return exercise, first, {q.name: q.value for q in way(exercise, first.arguments, first.truth)}


def told(asked, name, *arguments):
    """Return how many values of an exercise's rows have the row's name in another exercise."""
    exercise, first, quantities = asked
    found = 0
    for row in known(find(name))[:6]:
        for formula in row.formulas[:1]:
            with np.errstate(all="ignore"):
                (value, *_) = parts(plain(formula(*(quantities[key] for key in arguments))))
                finding = wrong_quantity(exercise, first, value)
            found += finding is not None and finding.code == row.code
    return found


BACKWARD = made("backward", "06_training")
LOSS = made("network_loss")


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("delta_B", ("Y_hat", "Y")),
        ("gradient_B", ("Δ_B", "H")),
        ("gradient_A", ("Δ_A", "X")),
        ("delta_A", ("Δ_B", "B", "Z")),
    ],
)
def test_a_wrong_quantity_has_the_name_it_has_where_it_is_asked_for(name, arguments):
    assert told(BACKWARD, name, *arguments) >= 2


@pytest.mark.parametrize(
    ("name", "arguments"), [("delta_B", ("Y_hat", "Y")), ("delta_A", ("Δ_B", "B", "Z"))]
)
def test_no_name_is_told_that_is_taught_later(name, arguments):
    assert told(LOSS, name, *arguments) == 0
