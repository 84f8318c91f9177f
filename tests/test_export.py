"""Points go to a learning platform by its own class list, and missing is not 0."""

import csv

import pytest

from bpgrade import export
from bpgrade.__main__ import main
from tests.classes import course, gradebook
from tests.papers import NAME

pytestmark = pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning")  # nbgrader's own

EARNED = {
    "anna": {"delta_B": 2, "gradient_B": 1, "delta_B_sigmoid": 2, "step_B": 3},
    "ben": {"delta_B": 0, "gradient_B": 0, "delta_B_sigmoid": 0, "step_B": 0},
    "carla": {"delta_B": 2, "gradient_B": 2, "delta_B_sigmoid": 2, "step_B": 3},
}
EVIL = "=cmd|' /C calc'!A0"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = course(tmp_path_factory.mktemp("export") / "c", {})
    with gradebook(folder) as book:
        for student, points in EARNED.items():
            book.add_student(student, last_name=student.title(), first_name=EVIL)
            (notebook,) = book.add_submission(NAME, student).notebooks
            for grade in notebook.grades:
                grade.auto_score = points[grade.cell.name.removeprefix("check_")]
                grade.needs_manual_grade = False
        book.add_student("gil")
        book.find_grade("check_step_B", NAME, NAME, "ben").manual_score = 1.5
        (late,) = book.find_submission(NAME, "carla").notebooks
        late.late_submission_penalty = 4
        book.db.commit()
    return folder


def exported(folder, tmp_path, *arguments, roster=None):
    into = tmp_path / "out.csv"
    options = ["export", NAME, "--course", str(folder), "--into", str(into), *arguments]
    if roster is not None:
        path = tmp_path / "roster.csv"
        path.write_bytes(roster if isinstance(roster, bytes) else roster.encode())
        options += ["--roster", str(path)]
    assert main(options) == 0
    with into.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


CANVAS = f"""\
Student,ID,SIS User ID,SIS Login ID,Section,{NAME} (4711),Other (1),Final Score
    Points Possible,,,,,9,5,(read only)
"Schmidt, Anna",101,u1,anna@uni.example,S1,,4,80
"{EVIL}",102,u2,ben@uni.example,S1,,,70
"Gil, Gil",104,u4,gil@uni.example,S1,,,0
"Student, Test",105,,f00,S1,,,0
"""


def test_canvas_gets_its_own_columns_back_and_the_points_in_its_assignment(
    folder, tmp_path, capsys
):
    rows = exported(folder, tmp_path, "--to", "canvas", roster=CANVAS)
    assert [*rows[0]] == [
        *("Student", "ID", "SIS User ID", "SIS Login ID", "Section", f"{NAME} (4711)")
    ]
    points = {row["Student"]: row[f"{NAME} (4711)"] for row in rows}
    assert points == {
        **{"    Points Possible": "9", "Schmidt, Anna": "8", f"'{EVIL}": "1.5"},
        **{"Gil, Gil": "", "Student, Test": ""},
    }
    said = capsys.readouterr().out
    assert "matched by the column SIS Login ID" in said
    assert f"{NAME}: 2 with points, 1 without" in said
    assert "in the gradebook and not in the roster: carla" in said
    assert "rows of the roster that are nobody in the gradebook: 1" in said


def test_moodle_gets_who_they_are_and_a_column_an_exercise(folder, tmp_path):
    roster = (
        "First name;Surname;ID number;Email address;Quiz 1 (Real);Last downloaded\n"
        "Anna;Schmidt;anna;a@uni.example;3;1\nCarla;Müller;carla;c@uni.example;4;1\n"
    )
    rows = exported(folder, tmp_path, "--to", "moodle", "--by", "exercise", roster=roster)
    assert [*rows[0]][:4] == ["First name", "Surname", "ID number", "Email address"]
    columns = [f"{NAME} {exercise}" for exercise in (*EARNED["anna"], "late")]
    assert [*rows[0]][4:] == columns
    assert [rows[0][c] for c in columns] == ["2", "1", "2", "3", "0"]
    assert [rows[1][c] for c in columns] == ["2", "2", "2", "3", "-4"]


def test_a_plain_file_needs_no_roster_and_leaves_what_is_missing_empty(folder, tmp_path):
    rows = exported(folder, tmp_path)
    assert {row["id"]: row[NAME] for row in rows} == {
        **{"anna": "8", "ben": "1.5", "carla": "5", "gil": ""}
    }
    assert rows[0]["first_name"] == f"'{EVIL}"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_a_roster_is_read_in_any_usual_form(tmp_path, encoding, delimiter):
    path = tmp_path / "roster.csv"
    text = "Größe|E-Mail|Rest\r\n1|anna@uni.example|x\r\n\r\n2|ben@uni.example\r\n"
    path.write_bytes(text.replace("|", delimiter).encode(encoding))
    roster = export.read_roster(path, {"anna", "ben"})
    assert roster.columns == ["Größe", "E-Mail", "Rest"]
    assert roster.match == "E-Mail"
    assert roster.students == ["anna", "ben"]
    assert roster.rows[1] == ["2", "ben@uni.example", ""]


@pytest.mark.parametrize(
    ("roster", "match", "said"),
    [
        ("id,name\nanna,A\nben,B\nanna,C\n", "", "anna stands 2 times in"),
        ("id,name\nx,A\ny,B\n", "", "names no student of the gradebook (anna, ben, carla, …)"),
        ("id,name\nanna,A\n", "mail", "has no column mail; its columns: id, name."),
        ("id,name\nanna,A\n", "name", "in name column of id, name"),
        ("id,name\n", "", "is empty"),
        ("", "", "is empty"),
        (b"PK\x03\x04\0\0\x81\x8d", "", "save it as “CSV UTF-8”"),
        (None, "", "cannot be read: No such file or directory"),
    ],
)
def test_a_roster_that_cannot_be_used_is_refused_in_a_sentence(
    folder, tmp_path, capsys, roster, match, said
):
    path = tmp_path / "roster.csv"
    if roster is not None:
        path.write_bytes(roster if isinstance(roster, bytes) else roster.encode())
    into = tmp_path / "out.csv"
    arguments = [
        "export",
        NAME,
        "--course",
        str(folder),
        "--roster",
        str(path),
        "--into",
        str(into),
    ]
    assert main([*arguments, "--match", match]) == 1
    told = capsys.readouterr().err.strip()
    assert said in told
    assert len(told.splitlines()) == 1
    assert not into.exists()


def test_other_requests_that_cannot_be_met_are_refused_in_a_sentence(folder, capsys):
    assert main(["export", "01_los", "--course", str(folder)]) == 1
    assert capsys.readouterr().err.strip() == (
        f"The gradebook has no assignment 01_los; it has: {NAME}."
    )
    assert main(["export", NAME, "--to", "canvas", "--course", str(folder)]) == 1
    assert "needs --roster FILE" in capsys.readouterr().err
