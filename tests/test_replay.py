"""A call once more, line by line: as text, as a table, cut where it is long."""

import numpy as np
import pytest

from bplib import checking
from bplib.checking.call import call
from bplib.checking.replaying import Row, as_html, as_text, rows
from bplib.course import find
from tests.test_repair import learners

FOUND = [
    Row(2, "e = Y_hat < Y", "e", "(2, 3)", "1, 2"),
    Row(3, "return e", "returned", "", "0.5", off=True),
]


def test_a_replay_reads_line_by_line():
    assert as_text("delta_B", FOUND) == (
        "delta_B\n"
        "    2  e = Y_hat < Y\n"
        "        e: (2, 3)  1, 2\n"
        "→   3  return e\n"
        "        returned: 0.5\n"
        "→ The first value that goes wrong."
    )


def test_a_replay_is_a_table_and_code_in_it_is_no_markup():
    cell = '<td style="text-align:left">{}</td>'.format
    one = map(cell, ("", 2, "<code>e = Y_hat &lt; Y</code>", "e", "(2, 3)", "1, 2"))
    two = map(cell, ("→", 3, "<code>return e</code>", "returned", "", "0.5"))
    assert as_html("a < b", FOUND) == (
        "<p><strong>a &lt; b</strong></p><table><thead><tr><th></th><th>line</th><th></th>"
        "<th>gives</th><th>shape</th><th>numbers</th></tr></thead>"
        f"<tbody><tr>{''.join(one)}</tr><tr>{''.join(two)}</tr></tbody></table>"
        "<p>→ The first value that goes wrong.</p>"
    )


@pytest.mark.parametrize("shown", [as_text, as_html])
def test_a_long_replay_is_cut_and_says_by_how_much(shown):
    few, many = shown("", FOUND[:1] * 30), shown("", FOUND[:1] * 31)
    assert few.count("Y_hat") == many.count("Y_hat") == 30
    assert "more" not in few
    assert "… and 1 more." in many
    assert "goes wrong" not in many


def test_values_are_shown_in_one_line_each():
    code = """def delta_B(Y_hat, Y):
    six = np.arange(6)
    seven = np.arange(7) / 3
    few = [np.zeros((2, 3)), [1, 2], 4]
    more = (1.5, "two") * 9
    text = "long " * 20
    number = 1 / 3
    other = np.nditer(six)
    table = {1: 2}
    return seven
"""
    probe = find("delta_B").probe(np.random.default_rng(0))
    found = rows(probe, call(learners(code, "delta_B"), probe), wrong=False)
    assert [(row.name, row.shape, row.numbers) for row in found] == [
        ("six", "(6,)", "0, 1, 2, 3, 4, 5"),
        ("seven", "(7,)", "0, 0.333, 0.667, 1, 1.33, 1.67, …"),
        ("few", "3 values", "(2, 3), 2 values, ()"),
        ("more", "18 values", str((1.5, "two") * 9)[:60]),
        ("text", "", ("long " * 20)[:60]),
        ("number", "", "0.333333"),
        ("other", "", "nditer"),
        ("table", "", "{1: 2}"),
        ("returned", "(7,)", "0, 0.333, 0.667, 1, 1.33, 1.67, …"),
    ]
    assert [row.line for row in found] == list(range(2, 11))
    assert not any(row.off for row in found)


def test_the_line_that_goes_wrong_is_marked_and_a_right_one_never():
    code = "def delta_B(Y_hat, Y):\n    e = Y_hat - Y\n    p = 1.5 * e**2\n    return p\n"
    function = learners(code, "delta_B")
    probe = find("delta_B").probe(np.random.default_rng(0))
    reply = call(function, probe)
    assert [row.line for row in rows(probe, reply, wrong=True) if row.off] == [3]
    assert not any(row.off for row in rows(probe, reply, wrong=False))


def test_what_cannot_be_followed_is_shown_without_a_mark():
    code = "def delta_B(Y_hat, Y):\n    e = Y_hat - Y\n    raise ValueError(e)\n"
    probe = find("delta_B").probe(np.random.default_rng(0))
    found = rows(probe, call(learners(code, "delta_B"), probe), wrong=True)
    assert [(row.name, row.off) for row in found] == [("e", False)]


def test_replay_shows_the_call_of_the_last_check(capsys):
    code = "def delta_B(Y_hat, Y):\n    e = Y_hat - Y\n    return e / Y.shape[1]\n"
    function = learners(code, "delta_B")
    checking.check(function)
    first = capsys.readouterr().out
    assert "right" in first
    checking.replay(function)
    shown = capsys.readouterr().out
    assert "delta_B: what every line gives" in shown
    assert "e = Y_hat - Y" in shown
    checking.replay(function)
    assert capsys.readouterr().out == shown
