"""The pages that say how far to trust the checks hold what a new count gives."""

import re

import pytest

from bplib.course import NOTEBOOKS, in_notebook
from tests import proof
from tests.mutants import unchanged, verdict_on_mutant


@pytest.mark.parametrize("notebook", NOTEBOOKS)
def test_every_wrong_answer_is_rejected_nearly_all_named_none_named_wrongly(notebook):
    counts = [proof.count(notebook, exercise.name) for exercise in in_notebook(notebook)]
    wrong = sum(c.wrong for c in counts)
    assert sum(c.rejected for c in counts) == wrong
    assert sum(c.named for c in counts) >= 0.97 * wrong
    assert sum(c.misnamed for c in counts) == 0
    assert sum(c.accepted for c in counts) == sum(c.right for c in counts)


@pytest.mark.parametrize("notebook", NOTEBOOKS)
def test_every_slip_of_a_machine_is_rejected_or_changes_nothing(notebook):
    for solution in unchanged(notebook):
        assert verdict_on_mutant(solution, 0).right, solution.id
    fates = proof.mutant_fates(notebook)
    accepted = [mutant.id for mutant, fate in fates if fate == "accepted"]
    unexplained = [mutant for mutant in accepted if mutant not in proof.EQUIVALENT]
    assert not unexplained
    rejected = [fate for _, fate in fates if fate in ("named", "step", "described")]
    found = [fate for fate in rejected if fate != "described"]
    assert len(found) >= 0.6 * len(rejected)


def test_the_pages_are_up_to_date():
    page = (proof.DOCS / "proof.md").read_text(encoding="utf-8")
    untimed = re.sub(r"\| [\d.]+ ms \|", "|  |", page)
    assert untimed == proof.proof_page(timed=False), "run: python -m tests.proof"
    catalogue = (proof.DOCS / "mistakes.md").read_text(encoding="utf-8")
    assert catalogue == proof.mistakes_page(), "run: python -m tests.proof"
