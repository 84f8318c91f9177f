"""A class whose gradebook is a PostgreSQL database is graded like one whose gradebook is SQLite."""

from bpgrade import autograde, demo
from bpgrade.demo import Sheet
from tests.classes import Files, booked, course, gradebook, scores
from tests.papers import COURSE, NAME, filled


def test_a_class_gets_the_same_gradebook_and_keeps_what_was_given_by_hand(
    postgresql, tmp_path, capsys
):
    sheet = Sheet.of(COURSE, NAME)
    made = {student: demo.STUDENTS[student](sheet) for student in demo.STUDENTS}
    made = {s: one for s, one in made.items() if one and s != "infinite_loop"}
    students = {student: demo.filled(sheet, one) for student, one in made.items()}
    students["late"] = Files({"": filled(), "timestamp.txt": "2026-05-02 12:00:00 UTC"})
    settings = {"penalty": "c.LateSubmissionPlugin.penalty_method = 'zero'"}
    sqlite = course(tmp_path / "sqlite", students, **settings)
    settings["database"] = f"c.CourseDirectory.db_url = {postgresql('class')!r}"
    other = course(tmp_path / "postgresql", students, **settings)
    (other / "gradebook.db").unlink()
    for folder in (sqlite, other):
        with gradebook(folder) as book:
            book.update_or_create_assignment(NAME, duedate="2026-05-01 12:00:00 UTC")
        assert autograde.main(NAME, folder, jobs=1) == 0
        with gradebook(folder) as book:
            assert book.find_submission(NAME, "late").late_submission_penalty == 9
            book.find_grade("check_delta_B", NAME, NAME, "untouched").manual_score = 1.5
            book.db.commit()
        assert autograde.main(NAME, folder, jobs=1) == 0
        assert f"{len(students)} of them unchanged" in capsys.readouterr().out
        assert autograde.main(NAME, folder, student="untouched", jobs=1, force=True) == 0
    deserved = {student: one.deserves for student, one in made.items()}
    assert scores(other) == {**deserved, "untouched": 1.5, "late": 9}
    assert booked(other) == booked(sqlite)
    assert not (other / "gradebook.db").exists()
