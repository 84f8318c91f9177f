"""A verdict: what comes first decides, all is said, in lines that fit beside a file browser."""

import pytest

from bplib.checking.verdict import Verdict
from bplib.finding import Finding

FIRST = Finding(
    "mean-missing", "It is " + "very " * 20 + "wrong.", "Look.", "1 < 2\n3", 0.5, ((3, "x = 1"),)
)
SECOND = Finding("wrong-sign", "The sign.", "", "", 0.25, ((4, "y"), (5, "z")))
OTHER = Finding("times-2", "Twice.", "", "", 0.75)
WRONG = Verdict("delta_B", (FIRST, SECOND), (OTHER, FIRST), ("A note.",), " printed \n", 3)


def test_what_comes_first_decides():
    assert (WRONG.right, WRONG.code, WRONG.credit, WRONG.line) == (False, "mean-missing", 0.5, 3)
    assert WRONG.codes == ("mean-missing", "wrong-sign", "times-2")
    assert WRONG.lines == (3,)
    several = Verdict("delta_B", (SECOND, FIRST))
    assert (several.lines, several.line) == ((4, 5), SECOND.line)


def test_a_right_answer_has_all_its_credit_and_no_lines():
    right = Verdict("delta_B", notes=("A note.",))
    assert (right.right, right.code, right.codes) == (True, "", ())
    assert (right.credit, right.line, right.lines) == (1.0, 0, ())
    assert str(right) == "delta_B: right.\n  Note     A note."
    assert Verdict("delta_B", (Finding("", "?"), SECOND)).codes == ("wrong-sign",)


def test_all_of_it_is_said_in_order_and_in_short_lines():
    assert str(WRONG) == (
        "delta_B: not right yet.\n"
        "  What     It is very very very very very very very very very very very\n"
        "           very very very very very very very very very wrong.\n"
        "  Line 3   x = 1\n"
        "  Numbers  1 < 2\n"
        "           3\n"
        "  Look     Look.\n"
        "  Besides  The sign.\n"
        "  Counts   1.5 of 3 points, for what is right about it.\n"
        "  Or       These numbers also fit: Twice.\n"
        "  Or       These numbers also fit: It is very very very very very very\n"
        "           very very very very very very very very very very very very\n"
        "           very very wrong.\n"
        "  Note     A note.\n"
        "  Printed  printed"
    )
    either = str(Verdict("delta_B", (SECOND,)))
    assert "  Line 4   y\n  or Line 5 z\n" in either
    assert "Counts   25%, for what is right about it." in either
    assert "Counts" not in str(Verdict("delta_B", (Finding("", "?"),), points=3))


@pytest.mark.parametrize(
    ("code", "title"),
    [("not-attempted", "not attempted"), ("not-defined", "not defined"), ("", "not right")],
)
def test_what_is_not_there_yet_is_not_called_wrong(code, title):
    assert Verdict("f", (Finding(code, "?"),)).title == f"f: {title} yet."


def test_as_a_card_it_says_the_same():
    html = WRONG._repr_html_()
    assert "delta_B: not right yet." in html
    assert "1 &lt; 2" in html
    assert html != Verdict("delta_B")._repr_html_()
