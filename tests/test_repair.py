"""The smallest change: the right line is named, no edit is shown, and nothing is left behind."""

import linecache
import os
import re
import shutil
import time
import warnings
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from bplib.checking import Outcome, Reply, call, judge, repair, verdict_on
from bplib.checking.edits import GROUPING, LOOKS, edits
from bplib.checking.repair import (
    Repair,
    _harmless,
    _size,
    explained_by_repair,
    repairs,
    with_repair,
)
from bplib.checking.source import source_of
from bplib.checking.verdict import Verdict
from bplib.course import find
from bplib.course.probe import Case, Probe
from bplib.finding import Finding
from tests.mutants import function_of, mutants


def learners(code: str, name: str, **names):
    """Return a function as a notebook's cell defines it: from text that `inspect` can find."""
    cell = f"<cell {abs(hash(code))}>"
    linecache.cache[cell] = (len(code), None, code.splitlines(keepends=True), cell)
    namespace = {"np": np, "__name__": "__main__", **names}
    exec(compile(code, cell, "exec"), namespace)
    return namespace[name]


def found(function, name=None, notebook=None, **options):
    exercise = find(name or function.__name__, notebook=notebook)
    return repairs(function, exercise.probe(np.random.default_rng(0)), exercise, **options)


DELTA = "def delta_B(Y_hat, Y):\n    {}\n    return {}\n"

# --- what is found ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("notebook", "code", "line", "kind"),
    [
        (
            "03_chain_rule",
            "def d_sigmoid(z):\n    s = 1 / 1 + np.exp(-z)\n    return s * (1 - s)\n",
            2,
            "a pair of parentheses",
        ),
        (
            "03_chain_rule",
            "def d_sigmoid(z):\n    s = 1 / (1 + np.exp(-z))\n    return s * 1 - s\n",
            3,
            "a pair of parentheses",
        ),
        (
            "03_chain_rule",
            "def d_tanh(z):\n    t = np.tanh(z)\n    return 1 - t ^ 2\n",
            3,
            "an operator",
        ),
        (
            "01_loss",
            "def sample_losses(Y_hat, Y):\n    return np.sum((Y_hat - Y) ** 2, axis=1) / 2\n",
            2,
            "an axis",
        ),
        (
            "01_loss",
            "def mean_loss(Y_hat, Y):\n"
            "    total = 0.0\n"
            "    for n in range(Y.shape[1]):\n"
            "        total += np.sum((Y_hat[:, n] - Y[:, n]) ** 2)\n"
            "        return total / (2 * Y.shape[1])\n",
            5,
            "where it returns, or what",
        ),
        (
            "06_training",
            "def forward(A, B, X):\n"
            "    Z = A @ X\n"
            "    H = Z\n"
            "    for row in H:\n"
            "        row[:] = np.tanh(row)\n"
            "    return Z, H, B @ H\n",
            3,
            "a copy too many or missing",
        ),
        (
            "05_delta_a",
            "def gradient_A(delta, X):\n"
            "    G = np.zeros((len(delta), len(X)))\n"
            "    for n in range(X.shape[1]):\n"
            "        G = np.outer(delta[:, n], X[:, n])\n"
            "    return G\n",
            4,
            "a value that should be added up or should not",
        ),
    ],
)
def test_a_slip_is_found_on_its_line_with_its_kind(notebook, code, line, kind):
    name = re.match(r"def (\w+)", code)[1]
    got = found(learners(code, name), notebook=notebook)
    assert (line, kind) in [(r.line, r.kind) for r in got]


@pytest.mark.parametrize("notebook", ["03_chain_rule", "04_delta_b", "05_delta_a"])
def test_the_line_of_a_slip_made_by_machine_is_among_those_named(notebook):
    for mutant in list(mutants(notebook))[::12]:
        function = function_of(mutant)
        if verdict_on(function, notebook, np.random.default_rng(0)).right:
            continue
        got = found(function, mutant.exercise.name, notebook, seconds=5)
        assert mutant.line in [r.line for r in got], mutant.id


def test_a_slip_in_a_helper_of_the_notebook_is_found_there():
    code = "def slope(z):\n    return 1 + np.tanh(z) ** 2\n\ndef d_tanh(z):\n    return slope(z)\n"
    got = found(learners(code, "d_tanh"))
    assert [(r.line, r.function) for r in got] == [(2, "slope")]


def test_an_earlier_exercise_is_never_blamed_in_a_later_one():
    code = (
        "def delta_B(Y_hat, Y):\n    return Y_hat * Y / Y.shape[1]\n\n"
        "def gradient_B(delta, H):\n    return delta @ H.T\n\n"
        "def step_B(B, H, Y, learning_rate):\n"
        "    return B - learning_rate * gradient_B(delta_B(B @ H, Y), H)\n"
    )
    assert found(learners(code, "step_B")) == ()


def test_two_lines_that_would_both_do_are_both_named():
    code = DELTA.format("e = Y - Y_hat", "e / Y.shape[1]")
    got = found(learners(code, "delta_B"), notebook="04_delta_b")
    assert {(r.line, r.function) for r in got} == {(2, ""), (3, "")}


def test_lines_that_are_handed_in_come_first():
    code = DELTA.format("e = Y - Y_hat", "e / Y.shape[1]")
    function = learners(code, "delta_B")
    assert {r.line for r in found(function, notebook="04_delta_b", lines=[3])} == {3}
    right = DELTA.format("e = Y_hat - Y", "e / Y.shape[0]")
    got = found(learners(right, "delta_B"), notebook="04_delta_b", lines=[2])
    assert {r.line for r in got} == {3}  # no edit of line 2 does


def test_what_is_right_at_these_calls_only_is_no_repair():
    exercise = find("mean_loss")
    probe = exercise.probe(np.random.default_rng(0))
    one = replace(probe, cases=probe.cases[:1])
    N = one.cases[0].arguments[1].shape[1]
    code = "def mean_loss(Y_hat, Y):\n    return np.sum((Y_hat - Y) ** 2) / {}\n"
    assert judge(one, call(learners(code.format(2 * N), "mean_loss"), one)).right
    assert repairs(learners(code.format(2 * N - 1), "mean_loss"), one, exercise) == ()


# --- it ends, and nothing is left behind ---------------------------------------------------------


@pytest.mark.parametrize(
    "body",
    [
        "n = 0\n    while n < Y.shape[1]:\n        n += 1\n    e = Y_hat * Y",
        "while True:\n        n = 1\n    e = Y_hat",
        "e = [n for n in iter(lambda: Y.shape[1], 99)]",
        "e = []\n    for n in range(3):\n        e.append(n)",
    ],
    ids=["an edit loops", "the answer loops", "a comprehension loops", "a list may hold itself"],
)
def test_it_ends_in_time_whatever_an_edit_does(body):
    function = learners(DELTA.format(body, "np.array(e)"), "delta_B")
    begun = time.perf_counter()
    found(function, notebook="04_delta_b", seconds=0.5)
    assert time.perf_counter() - begun < 3


def test_no_edit_is_tried_without_time():
    function = learners(DELTA.format("e = Y - Y_hat", "e / Y.shape[1]"), "delta_B")
    assert found(function, notebook="04_delta_b", seconds=0.0) == ()


def test_ctrl_c_stops_the_search_at_once():
    calls = []

    def scaled(x):
        calls.append(1)
        if len(calls) > 20:
            raise KeyboardInterrupt
        return x

    code = DELTA.format("e = scaled(Y_hat) * Y", "e / Y.shape[1]")
    scaled.__module__ = "__main__"
    function = learners(code, "delta_B", scaled=scaled)
    with pytest.raises(KeyboardInterrupt):
        found(function, notebook="04_delta_b", seconds=20)
    assert len(calls) == 21


def _state():
    return list(np.random.get_state()[1]), np.geterr(), np.get_printoptions()  # noqa: NPY002


def test_what_edited_code_prints_seeds_and_changes_is_undone(capfd):
    code = (
        "seen = []\n"
        "count = 0\n"
        "kept = np.zeros(3)\n"
        "def delta_B(Y_hat, Y, path=[]):\n"
        "    global count\n"
        "    print('printed')\n"
        "    warnings.warn('warned')\n"
        "    np.random.seed(1)\n"
        "    np.seterr(all='raise')\n"
        "    np.set_printoptions(precision=2)\n"
        "    count += 1\n"
        "    seen.append(count)\n"
        "    path.append(count)\n"
        "    return (Y_hat + Y) / Y.shape[1]\n"
    )
    function = learners(code, "delta_B", warnings=warnings)
    np.random.seed(7)  # noqa: NPY002
    before = _state()
    assert [r.line for r in found(function, notebook="04_delta_b")] == [14]
    assert _state() == before
    names = function.__globals__
    assert (names["seen"], names["count"]) == ([], 0)
    assert function.__defaults__ == ([],)
    assert capfd.readouterr() == ("", "")


def test_the_learners_own_function_stays_as_it_was():
    function = learners(DELTA.format("e = Y - Y_hat", "e / Y.shape[1]"), "delta_B")
    code, own = function.__code__, dict(function.__globals__)
    found(function, notebook="04_delta_b")
    assert function.__code__ is code
    assert function.__globals__ == own


@pytest.mark.parametrize(
    "statement",
    [
        "open('left_behind.txt', 'w').write('x')",
        "import os; os.mkdir('left_behind')",
        "np.save('left_behind', Y)",
        "np.tanh = np.sin",
        "input('?')",
    ],
)
def test_code_that_reaches_outside_is_not_run_again(statement, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    tanh = np.tanh
    code = DELTA.format(statement, "(Y_hat + Y) / Y.shape[1]")
    assert found(learners(code, "delta_B"), notebook="04_delta_b") == ()
    assert list(tmp_path.iterdir()) == []
    assert np.tanh is tanh


def test_without_source_nothing_is_found_and_the_verdict_stands():
    namespace = {}
    exec(DELTA.format("e = Y - Y_hat", "e / Y.shape[1]"), namespace)
    assert found(namespace["delta_B"], notebook="04_delta_b") == ()
    assert verdict_on(namespace["delta_B"], "04_delta_b").code == "wrong-sign"


def test_a_search_that_fails_leaves_the_verdict_as_it_was(monkeypatch):
    code = DELTA.format("e = Y_hat * Y", "np.abs(e) ** 1.5 - e")
    function = learners(code, "delta_B")
    before = verdict_on(function, "04_delta_b", np.random.default_rng(0))
    monkeypatch.setattr(repair, "edits", None)
    assert verdict_on(function, "04_delta_b", np.random.default_rng(0)) == before


# --- what is searched, and for how long -----------------------------------------------------------

ONE = {"seconds": 1.0, "lines": None, "every": False}
SHORT = {"seconds": repair._AS_NAMED, "lines": None, "every": True}
LOCATED = SHORT | {"seconds": repair._AS_LOCATED}
GROUPED = {"seconds": repair._AS_NAMED, "kind": GROUPING}


@pytest.mark.parametrize(
    ("code", "lines", "searches"),
    [
        ("", (), [ONE]),
        ("leaves-the-way", (3,), [ONE | {"lines": (3,)}]),
        ("constant-factor", (), [ONE]),
        ("doubled-samples", (2,), [ONE | {"lines": (2,)}]),
        ("wrong-axes", (), [ONE]),
        ("transposed", (), [SHORT]),
        ("transposed", (2,), []),
        ("wrong-sign", (), []),
        ("uphill", (), [GROUPED]),
        ("times-2", (), [GROUPED]),
        ("mean-missing", (), [GROUPED, SHORT]),
        ("mean-missing", (3,), [GROUPED, LOCATED]),
        ("raises-valueerror", (), [GROUPED, SHORT]),
        ("raises-valueerror", (3,), [GROUPED]),
        ("not-attempted", (), []),
        ("wrong-signature", (), []),
        ("finite-differences", (), []),
    ],
)
def test_who_is_told_little_is_searched_for_longest(code, lines, searches, monkeypatch):
    assert list(_searched("delta_B", code, lines, monkeypatch)) == searches


def test_training_takes_longer(monkeypatch):
    assert list(_searched("train", "", (), monkeypatch)) == [ONE | {"seconds": 3.0}]


def _searched(name, code, lines, monkeypatch):
    """Yield with what the search is asked for a verdict."""
    asked = []
    monkeypatch.setattr(repair, "repairs", lambda *a, **options: asked.append(options) or ())
    probe = find(name).probe(np.random.default_rng(0))
    finding = Finding(code, "The values are wrong.", lines=tuple((n, "") for n in lines))
    verdict = Verdict(name, (finding,))
    assert with_repair(abs, probe, Reply(()), verdict, {"helper": abs}) == verdict
    for options in asked:
        assert options.pop("stand_ins") == {}  # which would make no difference
        yield options


def test_a_right_answer_is_not_searched(monkeypatch):
    monkeypatch.setattr(repair, "repairs", None)
    verdict = Verdict("delta_B")
    assert with_repair(abs, Probe("delta_B", "04_delta_b", ()), Reply(()), verdict, {}) is verdict


def test_right_answers_stand_in_where_they_make_a_difference(monkeypatch):
    asked = []
    monkeypatch.setattr(repair, "repairs", lambda *a, **options: asked.append(options) or ())
    reply = Reply((Outcome(1.0),), (Outcome(2.0),))
    verdict = Verdict("delta_B", (Finding("", "The values are wrong."),))
    helpers = {"helper": abs}
    with_repair(abs, Probe("delta_B", "04_delta_b", ()), reply, verdict, helpers)
    assert asked[0]["stand_ins"] == helpers


def test_parentheses_that_explain_a_named_mistake_are_told_instead(monkeypatch):
    found = (Repair(3, GROUPING, text="return a * b - c"),)
    monkeypatch.setattr(repair, "repairs", lambda *a, kind="", **options: found if kind else ())
    others = (Finding("mean-missing", "No mean."), Finding("times-2", "Twice."))
    verdict = Verdict("delta_B", others, (Finding("wrong-sign", ""),))
    told = with_repair(abs, Probe("delta_B", "04_delta_b", ()), Reply(()), verdict, {})
    assert (told.codes, told.lines) == (("parentheses-missing",), (3,))


def test_a_call_is_as_large_as_its_arrays_and_its_counts():
    assert _size(Case((np.zeros((2, 3)), 4, 2.5, "text", [1, 2]))) == 10


# --- what is never run again ----------------------------------------------------------------------

HARMLESS = [
    "import numpy as np; np.linalg.norm(X)",
    "from math import tanh; tanh(1)",
    "import numpy.linalg",
    "own(1), data, table, text, many, generator, matrix",
    "warnings.warn('!')",
    "np.random.default_rng(0).random()",
]
HARMFUL = [
    "open('f')",
    "exec('1')",
    "X.tofile('f')",
    "np.tanh = 1",
    "del np.tanh",
    "import os",
    "import numpy, os.path",
    "from os import path",
    "from . import np",
    "from numpy import savetxt",
    "os.getcwd()",
    "foreign(1)",
    "thing",
]


def _of(statement):
    names = {"data": 1, "table": {}, "text": "a", "many": [1], "matrix": np.ones(1), "os": os}
    names |= {"generator": np.random.default_rng(0), "warnings": warnings, "thing": Path()}
    code = f"def own(X):\n    return X\ndef f(X):\n    {statement}\n"
    return source_of(learners(code, "f", foreign=shutil.copy, **names))


@pytest.mark.parametrize("statement", HARMLESS)
def test_code_that_only_computes_is_searched(statement):
    assert _harmless(_of(statement))


@pytest.mark.parametrize("statement", HARMFUL)
def test_code_that_could_do_harm_is_not(statement):
    assert not _harmless(_of(statement))


# --- what is said -----------------------------------------------------------------------------


def told(*repaired, code=""):
    verdict = Verdict("delta_B", (Finding(code, "The values are wrong."),))
    return explained_by_repair(verdict, repaired)


def test_one_line_is_said_with_its_kind_and_quoted():
    verdict = told(Repair(3, "a sign", text="return Y - Y_hat"))
    assert verdict.code == "one-change"
    assert verdict.lines == (3,)
    assert "One change on line 3 makes it right at every call: a sign." in verdict.findings[0].says
    assert "return Y - Y_hat" in str(verdict)


def test_several_lines_are_all_said_and_too_many_are_not():
    verdict = told(Repair(3, "a sign"), Repair(5, "a sign"))
    assert "on line 3 or on line 5" in verdict.findings[0].says
    assert (
        "(a sign), or on line 5 (an axis)"
        in told(Repair(3, "a sign"), Repair(5, "an axis")).findings[0].says
    )
    assert told(*(Repair(line, "a sign") for line in (4, 3, 2))).lines == (2, 3, 4)
    both = told(Repair(3, "a sign"), Repair(3, "an axis"), Repair(2, "a sign", "helper"))
    says = both.findings[0].says
    assert "on line 3 (a sign, or an axis), or on line 2 of helper (a sign)" in says
    mixed = told(
        *(
            Repair(line, kind)
            for line, kind in zip((2, 3, 4, 5), 2 * ("a sign", "an axis"), strict=True)
        )
    )
    assert "at every call, at more than one place." in mixed.findings[0].says
    many = told(*(Repair(line, "a sign") for line in range(2, 9)))
    assert "at every call: a sign." in many.findings[0].says
    assert many.lines == ()
    assert "line" not in many.findings[0].says


def test_a_name_stays_and_gets_the_line():
    verdict = told(Repair(3, "a sign"), code="mean-missing")
    assert (verdict.code, verdict.lines) == ("mean-missing", (3,))
    assert verdict.findings[0].says == "The values are wrong."


def test_one_change_leaves_no_room_for_something_else():
    others = ("times-2", "something-else")
    findings = tuple(Finding(code, code, evidence="numbers") for code in ("", *others))
    verdict = Verdict("delta_B", findings, (Finding("wrong-sign", ""),))
    told = explained_by_repair(verdict, [Repair(3, "a sign")])
    assert told.codes == ("one-change", "times-2")
    assert told.findings[0].evidence == "numbers"
    assert explained_by_repair(verdict, []) is verdict
    step = Verdict("delta_B", (Finding("step-the-error-term", "?", evidence="numbers"),))
    assert explained_by_repair(step, [Repair(3, "a sign")]).findings[0].evidence == ""


def test_every_kind_has_something_to_look_at():
    code = (
        "def f(A, B, n):\n    for i in range(n):\n        A[i, 0] += np.sum(-B.T, axis=0) / 2\n"
        "    a, b = A, B.copy()\n    print(a > b)\n"
    )
    tree = source_of(learners(code, "f")).fresh()
    kinds = {edit.kind for edit in edits(tree, {"A": (3, 4)})}
    assert kinds <= set(LOOKS)
    assert len(kinds) > 12


def test_no_edit_is_shown_only_the_learners_own_line():
    for mutant in list(mutants("05_delta_a"))[::9]:
        verdict = verdict_on(function_of(mutant), rng=np.random.default_rng(0))
        right = mutant.slip.split("→")[0].strip()
        assert right.replace(" ", "") not in str(verdict).replace(" ", "").replace("\n", "")
