"""How far the checks can be trusted, counted: ``python -m tests.proof`` writes docs/proof.md.

It also writes docs/mistakes.md, the catalogue for instructors. A test holds both against a new
count.
"""

import statistics
import time
from collections import Counter
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

from bplib.checking import verdict_on
from bplib.course import NOTEBOOKS, in_notebook
from bplib.course.mistakes import known
from tests.answers import Answer, answers
from tests.mutants import Mutant, mutants, verdict_on_mutant
from tests.second_hand import ANSWERS

DOCS = Path(__file__).parents[1] / "docs"
SEEDS = 3  # of every wrong answer in this count

_SQUARED = "The difference is squared."
_SAME_N = "Both arrays have N columns."
_OVERWRITTEN = "Every entry is overwritten."
_AS_GOOD = "A step of 2e-5 is as accurate."
_NORM = "The norm forgets the sign."

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
    "03_chain_rule scalar_gradients: dL_dy_hat = dL_de * 1  →  dL_dy_hat = dL_de / 1": (
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
}
"""The mutants that checks accept, each with the reason why it computes the same."""


@dataclass
class Count:
    """What became of the answers to one exercise."""

    wrong: int = 0
    rejected: int = 0
    named: int = 0
    misnamed: int = 0
    right: int = 0
    accepted: int = 0
    milliseconds: float = 0.0


@cache
def count(notebook: str, name: str) -> Count:
    """Try every answer to an exercise, each at a few seeds."""
    total = Count()
    times = []
    for answer in answers(notebook):
        if answer.function.__name__ != name:
            continue
        start = time.perf_counter()
        verdicts = [
            verdict_on(answer.function, answer.notebook, np.random.default_rng(seed))
            for seed in range(SEEDS)
        ]
        if answer.right:
            times.append((time.perf_counter() - start) / SEEDS)
            total.right += 1
            total.accepted += all(verdict.right for verdict in verdicts)
            continue
        names = [verdict.codes for verdict in verdicts]
        total.wrong += 1
        total.rejected += not any(verdict.right for verdict in verdicts)
        total.named += all(answer.code in given for given in names)
        total.misnamed += any(given and answer.code not in given for given in names)
    total.milliseconds = 1000 * statistics.median(times) if times else 0.0
    return total


@cache
def mutant_fates(notebook: str) -> list[tuple[Mutant, str]]:
    """Return what became of every mutant: "accepted", "named", "step", "described" or "endless"."""
    return [(mutant, _fate(mutant)) for mutant in mutants(notebook)]


def _fate(mutant: Mutant) -> str:
    verdicts = [verdict_on_mutant(mutant, seed) for seed in range(2)]
    if any(verdict is None for verdict in verdicts):
        return "endless"
    if any(verdict.right for verdict in verdicts):
        return "accepted"
    names = [name for verdict in verdicts for name in verdict.codes or ("",)]
    if all(
        name.startswith(("step-", "wrong-output-error", "wrong-slope", "wrong-way-back"))
        for name in names
    ):
        return "step"
    return "named" if all(names) else "described"


def proof_page(timed: bool = True) -> str:
    """Return docs/proof.md; without the times, which differ between machines, if not `timed`."""
    lines = [
        "# How far the checks can be trusted",
        "",
        "Made by `python -m tests.proof`; a test counts again and fails where this page is stale.",
        "",
        "## Answers written as people write them",
        "",
        "Every wrong answer must be rejected and get its own name, at every draw; every right",
        "one, in whatever style, must be accepted. Time is that of one check of a right answer.",
        "",
        "| notebook | exercise | wrong answers | rejected | named | named wrongly "
        "| right answers | accepted | time |",
        "|---|---|---:|---:|---:|---:|---:|---:|---:|",
    ]
    sums: Counter[str] = Counter()
    for notebook in NOTEBOOKS:
        for exercise in in_notebook(notebook):
            c = count(notebook, exercise.name)
            sums.update({k: v for k, v in vars(c).items() if k != "milliseconds"})
            ms = f"{c.milliseconds:.1f} ms" if timed else ""
            lines.append(
                f"| {notebook} | `{exercise.name}` | {c.wrong} | {c.rejected} | {c.named} "
                f"| {c.misnamed} | {c.right} | {c.accepted} | {ms} |"
            )
    lines += [
        f"| **all** | | {sums['wrong']} | {sums['rejected']} | {sums['named']} | "
        f"{sums['misnamed']} | {sums['right']} | {sums['accepted']} | |",
        "",
        *_second_hand_lines(),
        "",
        "## Slips made by a machine",
        "",
        "Every solution with one operator, constant, name or axis changed, one at a time.",
        "",
        "- *Named*: by its mistake, its shape, its type or the error it raises.",
        "- *Step*: the first wrong step was found from the numbers that came back.",
        "- *Described*: only in words.",
        "- *Endless*: stopped by a time limit.",
        "- *Equivalent*: the result is the same, so the check accepts it; they are listed below.",
        "",
        "| notebook | mutants | named | step | described | endless | equivalent |",
        "|---|---:|---:|---:|---:|---:|---:|",
    ]
    whole: Counter[str] = Counter()
    for notebook in NOTEBOOKS:
        fates = Counter(fate for _, fate in mutant_fates(notebook))
        whole += fates
        lines.append(_fate_row(notebook, fates))
    lines += [_fate_row("**all**", whole), "", "### Equivalent ones", ""]
    for notebook in NOTEBOOKS:
        for mutant, fate in mutant_fates(notebook):
            if fate == "accepted":
                reason = EQUIVALENT.get(mutant.id, "")
                lines.append(f"- {notebook} `{mutant.exercise.name}`: `{mutant.slip}`. {reason}")
    return "\n".join(lines) + "\n"


@cache
def second_hand() -> list[tuple[str, str, str]]:
    """Return notebook, mistake and fate of every answer by the second hand."""
    fates = []
    for notebook, fits, mistake, function in ANSWERS:
        verdicts = [verdict_on(function, notebook, np.random.default_rng(s)) for s in range(SEEDS)]
        if any(verdict.right for verdict in verdicts):
            fate = "accepted"
        elif all(fits in verdict.codes for verdict in verdicts):
            fate = "named"
        elif any(verdict.codes and fits not in verdict.codes for verdict in verdicts):
            fate = "misnamed"
        else:
            fate = "described"
        fates.append((notebook, mistake, fate))
    return fates


def _second_hand_lines() -> list[str]:
    fates = Counter(fate for _, _, fate in second_hand())
    total = sum(fates.values())
    lines = [
        "## Wrong answers by a second hand",
        "",
        f"{total} more wrong answers were written after the checks were finished, from the names",
        "and shapes of the exercises alone. When they were first tried, all were rejected; 54 were",
        "named rightly, 3 wrongly, 3 only described. Two general faults that they showed have been",
        "mended since (another error sent back was taken for a wrong slope; a step of wrong length",
        "had no name). No mistake was added for any of them. Now:",
        "",
        f"{total - fates['accepted']} rejected, {fates['named']} named rightly, "
        f"{fates['misnamed']} wrongly, {fates['described']} described. Not named rightly are:",
        "",
    ]
    return lines + [f"- {n}: {m} ({fate})" for n, m, fate in second_hand() if fate != "named"]


def _fate_row(label: str, fates: Counter[str]) -> str:
    kinds = ("named", "step", "described", "endless", "accepted")
    return f"| {label} | {sum(fates.values())} | " + " | ".join(str(fates[k]) for k in kinds) + " |"


def mistakes_page() -> str:
    """Return docs/mistakes.md: every known mistake, who makes it, and what the check says."""
    lines = [
        "# The mistakes that the checks know",
        "",
        "For instructors. Made by `python -m tests.proof` from `bplib/mistakes/`. Besides these,",
        "every check recognises wrong types and shapes, numbers that are not finite, changed",
        "arguments, results that differ between calls, constant factors (−1, N, 1/N, 2, ½, n_out,",
        "a learning rate and their products), finite differences, and, for gradients, the first",
        "wrong step.",
        "",
    ]
    for notebook in NOTEBOOKS:
        lines += [f"## {notebook}", ""]
        for exercise in in_notebook(notebook):
            lines += [f"### `{exercise.call}`", ""]
            lines += ["| mistake | who makes it, and why | what the check says |", "|---|---|---|"]
            for mistake in known(exercise):
                cells = (mistake.code, mistake.who, f"{mistake.says} *{mistake.look}*")
                lines.append("| " + " | ".join(c.replace("|", "\\|") for c in cells) + " |")
            lines.append("")
    return "\n".join(lines).rstrip() + "\n"


def unnamed(notebook: str) -> list[tuple[Answer, tuple[str, ...]]]:
    """Return the wrong answers of a notebook that do not get their name, with what they get."""
    found = []
    for answer in answers(notebook):
        if not answer.right:
            verdict = verdict_on(answer.function, answer.notebook, np.random.default_rng(0))
            if answer.code not in verdict.codes:
                found.append((answer, verdict.codes))
    return found


if __name__ == "__main__":
    (DOCS / "proof.md").write_text(proof_page(), encoding="utf-8")
    (DOCS / "mistakes.md").write_text(mistakes_page(), encoding="utf-8")
