"""How far the checks can be trusted, counted: ``python -m tests.proof`` writes docs/proof.md.

It also writes docs/mistakes.md, the catalogue for instructors. A test holds both against a new
count.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

from bplib.checking import verdict_on
from bplib.course import NOTEBOOKS, find, in_notebook
from bplib.course.mistakes import known
from bplib.finding import CODES
from tests.answers import answers, checked
from tests.mutants import Mutant, mutants, verdict_on_mutant
from tests.second_hand import ANSWERS

DOCS = Path(__file__).parents[1] / "docs"
SEED = 0  # of the draws of this count

_SQUARED = "The difference is squared."
_SAME_N = "Both arrays have N columns."
_OVERWRITTEN = "Every entry is overwritten."
_AS_GOOD = "A step of 2e-5 is as accurate."
_NO_PRODUCT = "The error term of the last layer takes no product."
_NORM = "The norm forgets the sign."
_LIMIT = "No gradient is so near to the limit."

EQUIVALENT = {
    "01_loss sample_losses: errors = Y_hat - Y  →  errors = Y - Y_hat": _SQUARED,
    "02_gradient slope: def slope(f, w: float, step: float=1e-05) -> float:  →  "
    "def slope(f, w: float, step: float=2e-05) -> float:": _AS_GOOD,
    "02_gradient numerical_gradient: def numerical_gradient(f, W: np.ndarray, step: float=1e-05) "
    "-> np.ndarray:  →  def numerical_gradient(f, W: np.ndarray, step: float=2e-05) -> "
    "np.ndarray:": _AS_GOOD,
    "02_gradient numerical_gradient: gradient = np.zeros_like(W)  →  "
    "gradient = np.ones_like(W)": _OVERWRITTEN,
    "02_gradient relative_error: return np.linalg.norm(mine - numeric) / longest  →  "
    "return np.linalg.norm(numeric - mine) / longest": _NORM,
    "03_chain_rule d_sigmoid: s = 1 / (1 + np.exp(-z))  →  s = 1 / (1 + np.exp(+z))": (
        "The slope of the sigmoid is the same at z and −z."
    ),
    "03_chain_rule d_relu: return np.where(z > 0, 1.0, 0.0)  →  "
    "return np.where(z >= 0, 1.0, 0.0)": ("Any value from 0 to 1 is right at 0."),
    "03_chain_rule scalar_gradients: dL_dy_hat = dL_derror * 1  →  dL_dy_hat = dL_derror / 1": (
        "Times 1 or over 1."
    ),
    "03_chain_rule chain_cost: raise ValueError(f\"start must be 'output' or 'input', not "
    "{start!r}\")  →  raise ValueError(f\"start must be 'output' or 'input', not {sizes!r}\")": (
        "Only the text of the error differs."
    ),
    "04_delta_b delta_B: return (Y_hat - Y) / Y.shape[1]  →  "
    "return (Y_hat - Y) / Y_hat.shape[1]": _SAME_N,
    **{
        "06_training backward: delta_B = (Y_hat - Y) / Y.shape[1]  →  "
        f"delta_B = (Y_hat - Y) / {other}.shape[1]": _SAME_N
        for other in ("X", "Z", "H", "Y_hat")
    },
    "06_training train: for batch in minibatches(X.shape[1], batch_size, rng):  →  "
    "for batch in minibatches(Y.shape[1], batch_size, rng):": _SAME_N,
    "05_delta_a backward: Delta_B = (Y_hat - Y) / Y.shape[1]  →  "
    "Delta_B = (Y_hat - Y) / X.shape[1]": _SAME_N,
    **{
        "07_deeper_networks recomputed_multiplications: for wanted in range(1, L + 1):  →  "
        f"for wanted in range(1, L + {last}):": _NO_PRODUCT
        for last in (0, 2)
    },
    **{
        f"08_activations_and_losses {line} / Y.shape[1]  →  "
        f"{line.split(': ')[1]} / Z.shape[1]": _SAME_N
        for line in (
            "delta_logistic: return (P - Y)",
            "cross_entropy: return -np.sum(Y * logarithms)",
            "delta_softmax: return (softmax(Z) - Y)",
        )
    },
    **{
        f"09_debugging fix_{n}: {line}X.shape[1]  →  {line}Y.shape[1]": _SAME_N
        for n, line in (
            *((n, "delta_B = (B @ H - Y) / ") for n in (1, 5)),
            *((n, "N = ") for n in (2, 3, 6)),
            (4, "delta_B = (B @ np.tanh(Z) - Y) / "),
        )
    },
    **{
        "09_debugging agrees: if longest != 0 and (not np.linalg.norm(mine - nudged) / longest "
        f"< 1e-06):  →  if longest != 0 and (not np.linalg.norm({other}):": why
        for other, why in (
            ("mine - nudged) / longest <= 1e-06", _LIMIT),
            ("mine - nudged) / longest < 2e-06", _LIMIT),
            ("nudged - mine) / longest < 1e-06", _NORM),
        )
    },
}
"""The mutants that checks accept, each with the reason why it computes the same."""


UNNAMED = {"", "leaves-the-way", "step-the-error-term"}
UNNAMED |= {"step-h-as-the-input", "step-x-as-the-input"}
"""Codes after which the search for the line to change can tell more."""

FAMILIES = ("named", "line", "described", "endless", "accepted")


@dataclass(frozen=True)
class Count:
    """What became of the answers to one exercise."""

    rows: int
    wrong: int
    rejected: int
    named: int
    lines: int
    right: int


@cache
def count(notebook: str, name: str) -> Count:
    """Try every wrong answer to an exercise once; right ones are counted, `test_answers` tries them."""
    own = answers(notebook, name)
    wrong = [answer for answer in own if not answer.right]
    verdicts = [checked(answer) for answer in wrong]
    return Count(
        rows=sum(len(row.formulas) for row in known(find(name, notebook=notebook))),
        wrong=len(wrong),
        rejected=sum(not verdict.right for verdict in verdicts),
        named=sum(a.code in v.codes for a, v in zip(wrong, verdicts, strict=True)),
        lines=sum(bool(verdict.lines) for verdict in verdicts),
        right=len(own) - len(wrong),
    )


@cache
def mutant_fates(notebook: str, name: str) -> list[tuple[Mutant, str]]:
    """Return what became of every mutant of a solution: one of `FAMILIES`."""
    return [(mutant, _fate(mutant)) for mutant in mutants(notebook, name)]


def _fate(mutant: Mutant) -> str:
    verdict = verdict_on_mutant(mutant, searched=False)
    if verdict is None:
        return "endless"
    if verdict.right:
        return "accepted"
    if verdict.code not in UNNAMED:
        return "named"
    verdict = verdict_on_mutant(mutant)
    if verdict.code not in {*UNNAMED, "one-change"}:
        return "named"
    return "line" if not mutant.line or mutant.line in verdict.lines else "described"


def proof_page() -> str:
    """Return docs/proof.md."""
    return "\n".join([*_answers_lines(), "", *_unseen_lines(), "", *_mutant_lines()]) + "\n"


def _answers_lines() -> list[str]:
    lines = [
        "# How far the checks can be trusted",
        "",
        "Made by `python -m tests.proof`; a test counts again and fails where this page is stale.",
        "How long a check takes is measured by `python -m benchmarks.explaining`; that each wrong answer",
        "gets the same codes at 20 draws, by `python -m tests.draws` (it finds no exception).",
        "",
        "## Self-tests, and answers as people write them",
        "",
        "*Formulas* are those of the known mistakes ([mistakes.md](mistakes.md)): each is handed in as",
        "an answer and must get exactly its name, at three draws. That is a self-test: it says that no",
        "two are confused, and nothing about answers that nobody has thought of. *Wrong answers* are",
        "code as learners write it, bad manners, and two mistakes at once: each must be rejected with",
        "its code. *Line*: the check also shows the line that goes wrong. *Right answers*, in whatever",
        "style, must be accepted at 200 draws.",
        "",
        "| notebook | exercise | formulas | wrong answers | rejected | named | line | right answers |",
        "|---|---|---:|---:|---:|---:|---:|---:|",
    ]
    sums: Counter[str] = Counter()
    for notebook in NOTEBOOKS:
        for exercise in in_notebook(notebook):
            c = count(notebook, exercise.name)
            sums.update(vars(c))
            lines.append(f"| {notebook} | `{exercise.name}` {_cells(vars(c))}")
    return [*lines, f"| **all** | {_cells(sums)}"]


def _cells(counts: Mapping[str, int]) -> str:
    keys = ("rows", "wrong", "rejected", "named", "lines", "right")
    return "".join(f"| {counts[key]} " for key in keys) + "|"


def _mutant_lines() -> list[str]:
    lines = [
        "## Slips made by a machine",
        "",
        "Every solution with one operator, constant, name or axis changed, one at a time.",
        "",
        "- *Named*: by a code that says what is wrong.",
        "- *Line*: by the right line alone.",
        "- *Described*: only in words.",
        "- *Endless*: stopped by a time limit.",
        "- *Equivalent*: the result is the same, so the check accepts it; they are listed below.",
        "",
        "| notebook | mutants | named | line | described | endless | equivalent |",
        "|---|---:|---:|---:|---:|---:|---:|",
    ]
    whole: Counter[str] = Counter()
    accepted = []
    for notebook in NOTEBOOKS:
        fates: Counter[str] = Counter()
        for exercise in in_notebook(notebook):
            for mutant, fate in mutant_fates(notebook, exercise.name):
                fates[fate] += 1
                if fate == "accepted":
                    accepted.append(mutant)
        whole += fates
        lines.append(_fate_row(notebook, fates))
    lines += [_fate_row("**all**", whole), "", "### Equivalent ones", ""]
    return lines + [
        f"- {m.exercise.notebook} `{m.exercise.name}`: `{m.slip}`. {EQUIVALENT.get(m.id, '')}"
        for m in accepted
    ]


def _fate_row(label: str, fates: Counter[str]) -> str:
    numbers = " | ".join(str(fates[kind]) for kind in FAMILIES)
    return f"| {label} | {sum(fates.values())} | {numbers} |"


@cache
def second_hand() -> list[tuple[str, str, str]]:
    """Return notebook, mistake and fate of every answer by the second hand."""
    fates = []
    for notebook, fits, mistake, function in ANSWERS:
        verdict = verdict_on(function, notebook, np.random.default_rng(SEED))
        fate = "named" if fits in verdict.codes else "line" if verdict.lines else "described"
        fates.append((notebook, mistake, "accepted" if verdict.right else fate))
    return fates


def _unseen_lines() -> list[str]:
    fates = Counter(fate for _, _, fate in second_hand())
    total = sum(fates.values())
    return [
        "## Answers never seen",
        "",
        "The rows that matter: wrong answers written by others, who knew neither the checks nor the",
        "known mistakes, after the checks were finished, and read beside their messages. The figures",
        "are those of the first run, whatever was mended later. They are no class's answers: how the",
        "checks fare there, only a class can tell.",
        "",
        "| set | answers | rejected | explained | right line alone | described | false |",
        "|---|---:|---:|---:|---:|---:|---:|",
        *UNSEEN,
        "",
        f"The {total} of the first set stand in `tests/second_hand.py`. Today {total - fates['accepted']} "
        f"are rejected, {fates['named']} get the name that their",
        f"writer gave them, {fates['line']} another one or none, with the line, "
        f"{fates['described']} no line.",
    ]


UNSEEN = (
    "| names and shapes alone, before lines were followed | 60 | 60 | 54 | – | 3 | 3 |",
    "| from the released notebooks, before lines were followed | 232 | 231 | 163 | 33 | 25 | 9 |",
    "| the same way, with lines followed (one check crashed) | 120 | 119 | 96 | 6 | 5 | 12 |",
    "| the same way, by a second | 120 | 120 | 100 | 4 | 2 | 14 |",
    "| the same way, by a third, with fewer lines from the result alone | 120 | 120 | 103 | 6 | 7 | 4 |",
    "| by a fourth, with arguments that are never used told | 120 | 120 | 109 | 4 | 3 | 4 |",
    "| by a fifth, with a line only where no other change would do | 120 | 120 | 108 | 5 | 3 | 4 |",
    "| by a sixth, with only the nearest changes | 120 | 120 | 110 | 5 | 3 | 2 |",
    "| by a seventh, with errors inside right helpers told apart | 120 | 120 | 108 | 7 | 4 | 1 |",
)
"""What became of each set at its first run."""


def mistakes_page() -> str:
    """Return docs/mistakes.md: every known mistake, who makes it, and what the check says."""
    lines = [
        "# The mistakes that the checks know",
        "",
        "For instructors. Made by `python -m tests.proof` from `bplib/course/*/mistakes.py`. Besides these,",
        "every check recognises wrong types and shapes, numbers that are not finite, changed",
        "arguments, results that differ between calls, constant factors (−1, N, 1/N, 2, ½, n_out,",
        "a learning rate and their products), finite differences, and, for gradients, the first",
        "wrong step.",
        "",
    ]
    lines += ["## Codes that every check may give", "", "| code | meaning |", "|---|---|"]
    lines += [f"| `{code}` | {meaning} |" for code, meaning in CODES.items()]
    lines += [
        "",
        "Three families have one code for each of their members: `raises-…` with the name of the",
        "exception, `times-…` with the factor by which a result is off, `step-…` with the step that",
        "goes wrong.",
        "",
    ]
    for notebook in NOTEBOOKS:
        lines += [f"## {notebook}", ""]
        for exercise in in_notebook(notebook):
            lines += [f"### `{exercise.call}`", ""]
            lines += ["| mistake | who makes it, and why | what the check says |", "|---|---|---|"]
            for mistake in known(exercise):
                cells = (f"`{mistake.code}`", mistake.who, f"{mistake.says} *{mistake.look}*")
                lines.append("| " + " | ".join(c.replace("|", "\\|") for c in cells) + " |")
            lines.append("")
    return "\n".join(lines).rstrip() + "\n"


if __name__ == "__main__":
    (DOCS / "proof.md").write_text(proof_page(), encoding="utf-8")
    (DOCS / "mistakes.md").write_text(mistakes_page(), encoding="utf-8")
