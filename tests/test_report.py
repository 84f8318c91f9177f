"""A class of 300 with mistakes that were planted: the report finds them, and tells on nobody."""

import inspect
import textwrap
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from bpgrade import marking, overview
from bpgrade.grade import Graded
from bpgrade.marking import Mark
from bpgrade.records import Records
from bplib.checking.verdict import Verdict
from bplib.finding import Finding
from tests.answers import answers, checked

SIZE = 300
BEFORE, NOW = "04_delta_b", "05_delta_a"
PLANTED = {
    BEFORE: {
        "delta_B": {"averaged-over-the-samples": 0.2, "wrong-sign": 0.1, "not-attempted": 0.03},
        "gradient_B": {"transposed": 0.15, "samples-not-summed": 0.06},
        "delta_B_sigmoid": {"slope-twice": 0.25, "parentheses-missing": 0.05},
        "step_B": {"b-unchanged": 0.1, "not-attempted": 0.1},
    },
    NOW: {
        "error_at_hidden": {"raises-valueerror": 0.2, "transposed": 0.1},
        "delta_A": {"wrong-sign": 0.08, "times-1-over-n": 0.05, "finite-differences": 0.003},
        "gradient_A": {"samples-not-summed": 0.12, "biases-missing": 0.3, "lent": 0.05},
        "backward": {"slope-at-activation": 0.12, "not-attempted": 0.2},
        "step_both": {"stale-b-sent-back": 0.35, "not-attempted": 0.25},
    },
}
"""By notebook and exercise, how often what is found is to be made; all others are right."""
LINKED, WITH, WITHOUT = "slope-twice", 0.8, 0.05
"""delta_A has the mistake that delta_B_sigmoid had before: so often after it, and without it."""
DIVIDING = ("error_at_hidden", "backward", "step_both")
"""Exercises in which one half of the class makes four times as many mistakes as the other."""
_OTHERS = {
    "not-attempted": Finding("not-attempted", "There is nothing here but the stub."),
    "lent": marking._LENT,
}


def marks_of(notebook):
    """Return, by exercise and code, the marks of the answers that tests hold; "" is right."""
    found = {}
    for answer in answers(notebook):
        wanted = PLANTED[notebook].get(answer.function.__name__, {})
        if not answer.right and answer.code not in {LINKED, *wanted}:
            continue
        verdict = checked(answer)
        source = textwrap.dedent(inspect.getsource(answer.function))
        lines, first = inspect.getsourcelines(answer.function)
        above = next(i for i, line in enumerate(lines) if line.startswith("def "))
        findings = tuple(
            replace(f, lines=tuple((n - first - above + 1, text) for n, text in f.lines))
            for f in verdict.findings
        )
        mark = Mark(
            replace(verdict, findings=findings),
            2.0,
            answer="\n".join(source.split("\n")[above:]),
        )
        key = answer.function.__name__, verdict.code
        found.setdefault(key, []).append(mark)
    for exercise in PLANTED[notebook]:
        for code, finding in _OTHERS.items():
            found[exercise, code] = [Mark(Verdict(exercise, (finding,)), 2.0)]
    return found


def draw(rng, chances):
    """Return one of some codes, each with its probability, or "" for a right answer."""
    left = 1 - sum(chances.values())
    return str(rng.choice([*chances, ""], p=[*chances.values(), left]))


def made_up(folder: Path, size: int = SIZE, seed: int = 0):
    """Book a class; return what everyone made, by student, notebook and exercise."""
    rng = np.random.default_rng(seed)
    marks = {notebook: marks_of(notebook) for notebook in PLANTED}
    letters = rng.choice(list("bcdfghjklmnpqrstvwxz"), (size, 7))
    made = {"".join(row): {} for row in letters}
    with Records(folder / "grading" / "records.db") as records:
        records._db.execute("PRAGMA synchronous = OFF")  # a test need not outlast a power cut
        for student, codes in made.items():
            strong = rng.random() < 0.5
            for notebook, exercises in PLANTED.items():
                for exercise, chances in exercises.items():
                    if exercise in DIVIDING:
                        chances = {
                            code: p * (0.4 if strong else 1.6) for code, p in chances.items()
                        }
                    if exercise == "delta_A":
                        had = codes[BEFORE, "delta_B_sigmoid"] == LINKED
                        chances = {
                            LINKED: WITH if had else WITHOUT,
                            **{code: chance * (1 - WITH) for code, chance in chances.items()},
                        }
                    codes[notebook, exercise] = draw(rng, chances)
            if rng.random() < 0.2:  # a first version, in which gradient_A was less often right
                worse = {**codes, (NOW, "gradient_A"): draw(rng, {"biases-missing": 0.7})}
                book(records, student, NOW, worse, marks[NOW], rng, "first")
                codes["first"] = worse[NOW, "gradient_A"]
            for notebook in PLANTED:
                book(records, student, notebook, codes, marks[notebook], rng, "last")
    return made


def book(records, student, notebook, codes, marks, rng, handed):
    given = []
    for exercise in PLANTED[notebook]:
        there = marks[exercise, codes[notebook, exercise]]
        mark = there[rng.integers(len(there))]
        if mark.answer:
            mark = replace(mark, answer=mark.answer.rstrip() + f"  # {student} wrote this\n")
        given.append(mark)
    graded = Graded(student, "graded", "", (), tuple(given), "", "", 0.1)
    records.book(f"{handed}.asked.versions", notebook, graded)


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    folder = tmp_path_factory.mktemp("class")
    return folder, made_up(folder)
