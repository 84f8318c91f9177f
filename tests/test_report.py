"""A class of 300 with mistakes that were planted: the report finds them, and tells on nobody."""

import csv
import inspect
import re
import sqlite3
import textwrap
from collections import Counter
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import scipy.stats
from hypothesis import given
from hypothesis import strategies as st

from bpgrade import grade, marking, measures, overview
from bpgrade.grade import Graded
from bpgrade.marking import Mark
from bpgrade.records import Answer, Records
from bplib.checking.verdict import Verdict
from bplib.finding import Finding
from tests.answers import answers, checked
from tests.browser import CHROMIUM, FLAGS

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
def made_and_folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("class")
    return made_up(folder), folder


@pytest.fixture(scope="module")
def made(made_and_folder):
    return made_and_folder[0]


@pytest.fixture(scope="module")
def folder(made_and_folder):
    return made_and_folder[1]


@pytest.fixture(scope="module")
def group(folder):
    with Records(folder / "grading" / "records.db") as records:
        return overview.Class.of(records, NOW, 5)


@pytest.fixture(scope="module")
def page(folder, group):
    assert overview.main(NOW, folder, "", 5) == 0
    return folder / "grading" / NOW / "report.html"


def table(page, name):
    with (page.parent / f"{name}.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def count(made, exercise, *codes, notebook=NOW):
    return sum(codes_[notebook, exercise] in codes for codes_ in made.values())


# --- what was planted is found -------------------------------------------------------------------


def test_every_planted_mistake_is_reported_as_often_as_it_was_made(made, group):
    found = {(m.exercise, m.code): m for m in group.mistakes}
    wanted = {
        (exercise, code)
        for exercise, chances in PLANTED[NOW].items()
        for code in [*chances, *[LINKED] * (exercise == "delta_A")]
        if code not in _OTHERS and count(made, exercise, code) >= 5
    }
    assert found.keys() == wanted
    assert len(wanted) >= 8
    for (exercise, code), mistake in found.items():
        assert mistake.students == count(made, exercise, code)


def test_every_planted_frequency_is_within_its_statistical_error(page):
    slopes = PLANTED[BEFORE]["delta_B_sigmoid"][LINKED]
    chances = {
        (e, code): p * (1 - WITH if e == "delta_A" else 1)
        for e, planted in PLANTED[NOW].items()
        for code, p in planted.items()
    }
    chances["delta_A", LINKED] = slopes * WITH + (1 - slopes) * WITHOUT
    chances["gradient_A", "biases-missing"] = 0.3
    reported = {(r["exercise"], r["mistake"]): int(r["students"]) for r in table(page, "mistakes")}
    for row in table(page, "exercises"):
        reported[row["exercise"], "not-attempted"] = int(row["not tried"])
        reported[row["exercise"], "lent"] = int(row["lent"])
    for what, p in chances.items():
        if what in reported or SIZE * p > 15:
            error = abs(reported[what] - SIZE * p) / np.sqrt(SIZE * p * (1 - p))
            assert error < 3, (what, reported[what], p)


def test_right_half_wrong_untried_and_lent_add_up_to_the_class(made, page):
    for row in table(page, "exercises"):
        numbers = {k: int(n) for k, n in row.items() if k != "exercise"}
        assert sum(numbers.values()) == SIZE
        assert numbers["right"] == count(made, row["exercise"], "")
        assert numbers["lent"] == count(made, row["exercise"], "lent")
    halves = {row["exercise"]: int(row["partly right"]) for row in table(page, "exercises")}
    assert halves["error_at_hidden"] == count(made, "error_at_hidden", "transposed")
    assert halves["gradient_A"] == 0


def test_difficulty_and_discrimination_are_what_their_formulas_say(group):
    points = {(a.student, a.exercise): a.points / a.most for a in group.answers}
    students = sorted({a.student for a in group.answers})
    names = [item.exercise for item in group.items]
    X = np.array([[points[s, e] for e in names] for s in students])
    for i, item in enumerate(group.items):
        rest = np.delete(X, i, axis=1).sum(axis=1)
        assert item.difficulty == pytest.approx(X[:, i].mean())
        assert item.discrimination == pytest.approx(np.corrcoef(X[:, i], rest)[0, 1])
        low, high = scipy.stats.pearsonr(X[:, i], rest).confidence_interval(0.95)
        assert item.interval == pytest.approx((low, high), abs=1e-4)
    ranked = sorted(group.items, key=lambda item: -item.discrimination)
    assert {item.exercise for item in ranked[:3]} == set(DIVIDING)


def test_the_planted_link_between_two_notebooks_comes_first(made, group):
    first = group.pairs[0]
    assert first.first == (BEFORE, "delta_B_sigmoid", LINKED)
    assert first.then == (NOW, "delta_A", LINKED)
    had = [c for c in made.values() if c[BEFORE, "delta_B_sigmoid"] == LINKED]
    assert (first.both, first.had) == (sum(c[NOW, "delta_A"] == LINKED for c in had), len(had))
    assert first.without == count(made, "delta_A", LINKED) - first.both
    assert first.had_not == SIZE - len(had)
    chance = {pair.first.exercise for pair in group.pairs} | {p.then.exercise for p in group.pairs}
    assert chance <= {"delta_B_sigmoid", "delta_A", *DIVIDING}  # nothing else was linked


@pytest.mark.parametrize("numbers", [(3, 5, 4, 9), (0, 5, 5, 30), (60, 70, 90, 300), (7, 7, 7, 7)])
def test_the_exact_test_is_fishers(numbers):
    both, one, other, of = numbers
    cells = [[both, one - both], [other - both, of - one - other + both]]
    known = scipy.stats.fisher_exact(cells, alternative="greater").pvalue
    assert measures.fisher(*numbers) == pytest.approx(known)


def test_progress_counts_those_who_handed_in_again(made, page):
    again = [c for c in made.values() if "first" in c]
    (row,) = [r for r in table(page, "resubmissions") if r["exercise"] == "gradient_A"]
    now = [c[NOW, "gradient_A"] for c in again]
    assert int(row["students"]) == len(again)
    assert int(row["right at first"]) == sum(c["first"] == "" for c in again)
    assert int(row["right at last"]) == sum(code == "" for code in now)
    mended = sum(c["first"] != "" and c[NOW, "gradient_A"] == "" for c in again)
    assert int(row["mended"]) == mended
    (row,) = [r for r in table(page, "mistakes") if r["mistake"] == "biases-missing"]
    had = [c for c in again if c["first"] == "biases-missing" != c[NOW, "gradient_A"]]
    assert int(row["earlier only"]) == len(had)
    assert int(row["of these right now"]) == sum(c[NOW, "gradient_A"] == "" for c in had)


def test_the_five_lines_for_the_lecture_are_true(made, group):
    lines = overview.lecture(group)
    assert len(lines) == 5
    right = count(made, "step_both", "")
    share = f"{100 * right / SIZE:.0f} %"
    assert lines[0] == (
        f"The hardest exercise was step_both: the class earned {share} of its points, and {right} "
        f"of {SIZE} students have it right."
    )
    stale = count(made, "step_both", "stale-b-sent-back")
    assert lines[1].startswith(f"The most common mistake: {stale} of {SIZE} students, in step_both")
    assert checked_says("step_both", "stale-b-sent-back") in lines[1]
    assert LINKED in lines[2]
    assert "divides the class most" in lines[3]
    assert "helped most in gradient_A" in lines[4]


def checked_says(exercise, code):
    (answer,) = [a for a in answers(NOW, exercise) if a.code == code]
    return checked(answer).findings[0].says


# --- what nobody is to learn from it -------------------------------------------------------------


def test_nobody_is_named_anywhere(made, page):
    for path in page.parent.glob("*"):
        if not path.name.startswith("student_"):
            text = path.read_text(encoding="utf-8")
            assert not [student for student in made if student in text]
            assert "wrote this" not in text


def test_an_example_shows_the_line_that_the_check_points_to(group):
    mistake = next(m for m in group.mistakes if m.code == "stale-b-sent-back")
    assert "1 - H**2" in dict(mistake.lines)[mistake.line]
    mistake = next(m for m in group.mistakes if m.code == "raises-valueerror")
    assert dict(mistake.lines)[mistake.line].lstrip().startswith("return B ")


def test_an_example_holds_no_comment_no_quoted_text_and_no_part_of_a_name():
    source = """def f(x):
    '''By Anna,
    twice.'''
    # anna
    print("anna", f"{x} anna")  # Anna
    return x"""
    text = [line for _, line in overview.anonymous(source)]
    assert text[0] == "def f(x):"
    assert text[-1] == "    return x"
    assert "anna" not in "".join(text).lower()
    for broken in ("def f(:", "'anna", '"""anna', "if x:\n\ty\n  z"):
        assert overview.anonymous(broken) == ()
    named = Answer("anna", "f", 0, 0, 1, "x", answer="def f(x):\n    annas_way = x\n    return x")
    assert overview._typical([named], {"anna"})[1] != ()  # "annas" is another word
    named = replace(named, answer=named.answer.replace("annas_way", "anna_way"))
    assert overview._typical([named], {"anna"})[1] == ()


@given(st.lists(st.integers(0, 40), min_size=5, max_size=5), st.integers(1, 7))
def test_no_small_group_can_be_computed_from_the_rest(numbers, least):
    kinds = Counter(dict(zip(measures.KINDS, numbers, strict=True)))
    told, together = overview.shown(kinds, least)
    assert sum(told.values()) + together == sum(numbers)
    assert not [n for n in told.values() if 0 < n < least]
    if 0 < together < least:
        assert not any(told.values())  # there are no more than these few


@pytest.mark.parametrize(
    ("count", "of", "said"),
    [(0, 9, "0"), (4, 9, "under 5"), (5, 10, "5"), (6, 9, "all but under 5"), (9, 9, "9")],
)
def test_a_few_and_all_but_a_few_are_not_counted(count, of, said):
    assert overview.few(count, of, 5) == said


def test_a_small_class_is_reported_only_if_that_is_asked_for(tmp_path, capsys):
    made_up(tmp_path, 3)
    assert overview.main(NOW, tmp_path, "", 5) == 1
    said = capsys.readouterr().err
    assert "3 readable submissions" in said
    assert "--smallest 3" in said
    assert overview.main(NOW, tmp_path, "", 1) == 0


# --- the page ------------------------------------------------------------------------------------


def test_the_page_holds_everything_and_every_table_is_a_file(page, group):
    text = page.read_text(encoding="utf-8")
    assert not re.search(r"https?:|src=|url\(|<script", text)
    for made in overview.tables(group):
        rows = table(page, made.name)
        assert [tuple(row.values()) for row in rows] == made.rows
        assert f'id="{made.name}"' in text


@pytest.mark.skipif(CHROMIUM is None, reason="needs the chromium package")
def test_axe_finds_nothing_to_complain_of_and_nothing_is_wider_than_the_screen(page, folder, made):
    from axe_playwright_python.sync_playwright import Axe
    from playwright.sync_api import sync_playwright

    student = next(s for s, codes in made.items() if "first" in codes)
    assert overview.main(NOW, folder, student, 5) == 0
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        for path in (page, page.with_name(f"student_{student}.html")):
            for scheme, widths in (("light", (360, 800)), ("dark", (1400,))):
                opened = browser.new_page(color_scheme=scheme)
                opened.goto(path.as_uri())
                for width in widths:
                    opened.set_viewport_size({"width": width, "height": 900})
                    assert opened.evaluate("document.documentElement.scrollWidth") <= width
                found = Axe().run(opened)
                assert found.violations_count == 0, found.generate_report()
        browser.close()


def test_a_talk_with_one_student_has_their_answers_and_what_became_of_them(made, folder):
    student = next(s for s, c in made.items() if c.get("first") and c[NOW, "gradient_A"] == "")
    assert overview.main(NOW, folder, student, 5) == 0
    path = folder / "grading" / NOW / f"student_{student}.html"
    text = path.read_text(encoding="utf-8")
    assert f"{student} wrote this" in text
    assert "In 2 versions: biases-missing, then right." in text
    assert "gradient_A: 0 (biases-missing), now 2 (right); handed in anew" in text
    assert not [other for other in made if other != student and other in text]


def test_what_a_student_writes_is_text_on_the_page(tmp_path):
    evil = "<script>alert(1)</script>"
    finding = Finding("all-zero", f"{evil} `{evil}`", evil, lines=((1, evil),))
    answer = f"def f(x):\n    return x <script> alert(1) </script>  # {evil}"
    mark = Mark(Verdict("f", (finding,)), 2.0, answer=answer)
    with Records(tmp_path / "grading" / "records.db") as records:
        records.book("a.b.c", NOW, Graded("ben", "graded", "", (), (mark,), "", "", 0.1))
    for student in ("", "ben"):
        assert overview.main(NOW, tmp_path, student, 1) == 0
    for path in (tmp_path / "grading" / NOW).glob("*.html"):
        text = path.read_text(encoding="utf-8")
        assert "<script" not in text
        assert "&lt;script&gt;" in text


def test_what_cannot_be_reported_is_said_in_a_sentence(folder, tmp_path, capsys):
    for arguments, said in (
        ((NOW, tmp_path, "", 5), f"run first: python -m bpgrade grade {NOW}"),
        (("01_los", folder, "", 5), f"there are some of {BEFORE}, {NOW}"),
        ((NOW, folder, "nobody", 5), "There are no readable answers of nobody"),
    ):
        assert overview.main(*arguments) == 1
        told = capsys.readouterr().err
        assert said in told
        assert len(told.strip().splitlines()) == 1


# --- what grading again changed ------------------------------------------------------------------


def graded(code, points=2.0):
    finding = (Finding(code, "It is wrong.", credit=points / 2),) if code else ()
    return Graded("anna", "graded", "", (), (Mark(Verdict("f", finding), 2.0),), "", "", 0.1)


def test_a_regrade_says_what_changed_and_why(tmp_path, monkeypatch):
    with Records(tmp_path / "records.db") as records:
        assert records.book("a.b.c", NOW, graded("wrong-sign", 1.0)) == []
        assert records.book("a.b.c", NOW, graded("wrong-sign", 1.0)) == []
        (change,) = records.book("x.b.c", NOW, graded(""))
        assert str(change) == "f: 1 (wrong-sign), now 2 (right); handed in anew"
        (change,) = records.book("x.y.c", NOW, graded("all-zero", 0.0))
        assert change.why == "the notebook or a setting of its grading changed"
        versions = {**grade.environment(), "numpy": "9.9"}
        monkeypatch.setattr("bpgrade.records.environment", lambda: versions)
        (change,) = records.book("x.y.d", NOW, graded(""))
        assert re.fullmatch(r"NumPy changed from [\d.]+ to 9\.9", change.why)
        (change,) = records.book("x.y.d", NOW, graded("all-zero", 0.0))
        assert change.why == "graded again, and nothing else is different"
        assert len(records.changes(NOW, "anna")) == 4
        assert [a.attempt for a in records.attempts(NOW)] == [1, 2]


def test_a_class_of_which_nothing_can_be_read_is_refused(tmp_path, capsys):
    with Records(tmp_path / "grading" / "records.db") as records:
        records.book("a.b.c", NOW, graded("unreadable", 0.0))
    for student, least in (("", 5), ("", 0), ("anna", 5)):
        assert overview.main(NOW, tmp_path, student, least) == 1
        assert f"grading/{NOW}.csv says why" in capsys.readouterr().err


def test_records_of_an_earlier_version_are_read_and_filled_up(tmp_path):
    with sqlite3.connect(tmp_path / "records.db") as old:
        old.execute(
            "CREATE TABLE verdicts (student TEXT, notebook TEXT, exercise TEXT, position INTEGER, "
            "points REAL, most REAL, code TEXT, codes TEXT, line INTEGER, seconds REAL, "
            "PRIMARY KEY (student, notebook, exercise))"
        )
        old.execute(f"INSERT INTO verdicts VALUES ('ben', '{NOW}', 'f', 0, 2, 2, '', '', 0, 0.1)")
    with Records(tmp_path / "records.db") as records:
        assert [a.answer for a in records.answers(NOW)] == [""]
        records.book("a.b.c", NOW, graded(""))
        assert len(records.answers(NOW)) == 2
