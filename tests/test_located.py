"""The line that goes wrong: chosen among notes, named by what is bent around it."""

import numpy as np
import pytest

from bplib.checking import located
from bplib.checking.follow import TURNED, Followed, Match
from bplib.checking.hypotheses import Explanation
from bplib.checking.located import _at_the_end, _besides, _named
from bplib.checking.trace import RETURNED, Place
from bplib.course import find
from bplib.finding import Finding

DELTA = find("delta_A")
UNNAMED = Explanation((Finding("", "The values are wrong."),))
NAMED = Explanation((Finding("slope-missing", "No slope."), Finding("times-n", "N times.")))


def note(line, name="S", match=None, sources=(), **place):
    at = Place("delta_A", line, name, text=f"line {line}", **place)
    return Followed(at, np.ones(2) * line, match, False, sources)


ON_THE_WAY = Match("H", "", "")


@pytest.mark.parametrize(
    ("around", "off"),
    [
        (note(3, sources=(0,), bends=True), 1),
        (note(3, sources=(0,), bends=True, inner=True), 1),
        (note(3, sources=(0,)), 0),  # not bent
        (note(4, sources=(0,), bends=True), 0),  # another line
        (note(3, sources=(), bends=True), 0),  # of something else
        (note(3, match=ON_THE_WAY, sources=(0,), bends=True), 0),  # on the way again
    ],
)
def test_what_is_bent_in_the_same_line_is_told_by_what_it_becomes(around, off, monkeypatch):
    monkeypatch.setattr(located, "wrong_quantity", lambda exercise, call, value: value)
    notes = [note(3, "1 - H", inner=True), around]
    found, value = _named(DELTA, None, notes, 0)
    assert found == off
    assert value is notes[off].value


def test_a_line_that_is_none_of_those_inside_is_taken_as_it_is(monkeypatch):
    monkeypatch.setattr(located, "wrong_quantity", lambda exercise, call, value: value)
    notes = [note(3), note(3, sources=(0,), bends=True)]
    assert _named(DELTA, None, notes, 0)[0] == 0


def codes_and_lines(findings):
    return [(finding.code, [line for line, _ in finding.lines]) for finding in findings]


def test_another_line_that_uses_nothing_of_the_first_is_announced():
    notes = [note(2), note(3, sources=(0,)), note(4), note(2, "again"), note(5, sources=(2,))]
    assert codes_and_lines(_besides(DELTA, notes, 0)) == [("something-else", [4])]
    assert _besides(DELTA, notes[:2], 0) == ()
    assert _besides(DELTA, [notes[0], notes[3]], 0) == ()  # in the same line
    assert _besides(DELTA, notes[:3], 2) == ()  # before it


def ended(*notes, known=UNNAMED, name="delta_A"):
    return codes_and_lines(_at_the_end(find(name), notes, known).findings)


def test_another_right_quantity_that_is_returned_is_called_so():
    first = note(3, RETURNED, Match("Z", "", ""))
    last = note(4, RETURNED, Match("H", "", ""))
    assert ended(first, last) == [("returns-another-quantity", [4])]
    assert ended(first, last, known=NAMED) == codes_and_lines(NAMED.findings)
    said = _at_the_end(DELTA, [first, last], UNNAMED).findings[0].says
    assert said == "What it returns is H: right, but not what is asked for."


def test_nothing_is_said_of_an_end_that_is_right_or_unknown():
    right = Match(DELTA.returns[0].name, "", "")
    assert ended(note(4, RETURNED, right)) == codes_and_lines(UNNAMED.findings)
    assert ended(note(4, RETURNED)) == codes_and_lines(UNNAMED.findings)
    assert ended(note(4, "S", ON_THE_WAY)) == codes_and_lines(UNNAMED.findings)
    assert ended() == codes_and_lines(UNNAMED.findings)


def test_a_right_result_times_a_factor_or_turned_is_so_in_its_last_line():
    twice = Match(DELTA.returns[0].name, "", "2")
    assert ended(note(4, RETURNED, twice)) == [("", [4])]
    turned = Match("H", TURNED, "")
    assert ended(note(4, RETURNED, turned)) == [("", [4])]


def test_of_a_part_the_line_that_made_it_is_told():
    part = Match("H", "column 0", "")
    made, inner = note(2, match=part), note(3, "inside", part, inner=True)
    other = note(3, match=Match("H", "column 1", ""))
    end = note(5, RETURNED, part)
    assert ended(made, other, inner, end) == [("", [2])]
    assert ended(made, end, known=NAMED) == [("slope-missing", [2]), ("times-n", [])]
    assert ended(end) == [("", [5])]
    early = note(5, RETURNED, part, role="loop")
    assert ended(made, early) == [("", [5])]
