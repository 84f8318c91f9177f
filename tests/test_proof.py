"""The pages that say how far to trust the checks hold what a new count gives."""

import re

import pytest

from bplib.course import all_exercises
from tests import proof
from tests.mutants import unchanged, verdict_on_mutant

each_exercise = pytest.mark.parametrize(
    "exercise", all_exercises(), ids=lambda e: f"{e.notebook}-{e.name}"
)
PAGE = (proof.DOCS / "proof.md").read_text(encoding="utf-8").splitlines()


@each_exercise
def test_the_page_counts_the_answers_to_an_exercise_as_they_fare(exercise):
    counted = proof.count(exercise.notebook, exercise.name)
    assert counted.rejected == counted.wrong
    assert counted.named == counted.wrong
    row = f"| {exercise.notebook} | `{exercise.name}` {proof._cells(vars(counted))}"
    assert without_lines(row) in map(without_lines, PAGE), "run: python -m tests.proof"


def without_lines(row):
    """Leave out in how many answers the line was found: a busy machine finds fewer in its time."""
    cells = row.split("|")
    return [*cells[:7], *cells[8:]]


@each_exercise
def test_every_slip_of_a_machine_is_rejected_or_changes_nothing(exercise):
    for solution in unchanged(exercise.notebook, exercise.name):
        assert verdict_on_mutant(solution).right, solution.id
    fates = proof.mutant_fates(exercise.notebook, exercise.name)
    assert all(mutant.exercise is exercise for mutant, _ in fates)
    accepted = [mutant.id for mutant, fate in fates if fate == "accepted"]
    assert not [mutant for mutant in accepted if mutant not in proof.EQUIVALENT]
    vague = [mutant.id for mutant, fate in fates if fate == "described"]
    assert len(vague) <= 0.25 * len(fates) + 1, vague  # a busy machine ends the search early


def test_of_all_slips_nearly_every_one_is_named_or_its_line_shown():
    (row,) = (
        line for line in PAGE[PAGE.index("## Slips made by a machine") :] if "**all**" in line
    )
    total, named, line, described, endless, same = map(int, row.split("|")[2:8])
    assert named + line + described + endless + same == total
    assert named + line >= 0.97 * (total - same - endless)


def test_the_catalogue_of_mistakes_is_up_to_date():
    catalogue = (proof.DOCS / "mistakes.md").read_text(encoding="utf-8")
    assert catalogue == proof.mistakes_page(), "run: python -m tests.proof"


def test_the_readme_tells_what_the_page_counts():
    answers, slips = (line for line in PAGE if line.startswith("| **all** |"))
    formulas, wrong, rejected, named, _, right = map(int, answers.split("|")[3:9])
    readme = (proof.DOCS.parent / "README.md").read_text(encoding="utf-8").replace("\n", " ")
    assert wrong == rejected == named
    assert f"{formulas} formulas of known mistakes" in readme
    assert f"{wrong} wrong answers" in readme
    assert f"{right} right ones" in readme
    assert f"{int(slips.split('|')[2])} slips made by a machine" in readme


def test_the_pages_sums_are_those_of_its_rows():
    rows = [line.split("|")[3:9] for line in PAGE if re.match(r"\| \d\d_\w+ \| `", line)]
    (total,) = (line.split("|")[3:9] for line in PAGE if line.startswith("| **all** | |"))
    sums = [sum(map(int, column)) for column in zip(*rows, strict=True)]
    assert [*sums[:4], sums[5]] == [*map(int, total[:4]), int(total[5])]
