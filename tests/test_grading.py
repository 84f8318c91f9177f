"""A class is graded: in one run, whatever it handed in, and whatever happens to the grader."""

import contextlib
import csv
import os
import random
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from nbgrader.apps.api import NbGraderAPI
from nbgrader.utils import parse_utc
from traitlets.config import PyFileConfigLoader

from bpgrade import autograde, grade, sandbox
from bpgrade.autograde import main
from bpgrade.records import Records
from tests import test_attacks, test_transplant
from tests.classes import Files, booked, command, course, generate, gradebook, scores
from tests.papers import COURSE, NAME, RIGHT, WRONG, cell, filled

HALF = {**RIGHT, "delta_B": "def delta_B(Y_hat, Y):\n    return Y_hat - Y"}  # 1 of 2 for a factor
SHORT = "c.Autograde.seconds = 2\nc.Autograde.jobs = 1"


def everything() -> dict[str, object]:
    """Return a submission of every kind of accident, and honest ones between them."""
    made: dict[str, object] = {"honest": filled(), "half": filled(HALF), "untouched": filled({})}
    for mangle in test_transplant.MANGLED[:6]:
        notebook = filled()
        mangle(notebook)
        made[f"mangled_{mangle.__name__}"] = notebook
    for name in ("a browser's second download", "a zip", "a percent script", "UTF-16"):
        file, make = test_transplant.FILES[name]
        made[f"file_{name}"] = Files({file: make()})
    for name, data in test_transplant.UNREADABLE.items():
        made[f"unreadable_{name}"] = data
    made["unreadable_nothing"] = Files()
    for name in ("the grader is killed", "output without end"):
        attack = test_attacks.ATTACKS[name]
        made[f"attack_{name}"] = filled(attack.answers, attack.first)
    future = filled()
    test_attacks.schema_of_the_future(future)
    made["schema"] = future
    made["late"] = Files({"": filled(), "timestamp.txt": "no time at all"})
    return made


@pytest.fixture(scope="module")
def accidents(tmp_path_factory):
    folder = course(tmp_path_factory.mktemp("accidents") / "c", everything(), short=SHORT)
    with gradebook(folder) as book:
        book.add_student("absent")
    assert main(NAME, folder, jobs=2) == 0
    return folder


def deserved(student: str) -> float:
    if student.startswith(("unreadable", "untouched")):
        return 0
    return 8 if student == "half" else 9


def test_a_class_with_all_accidents_is_graded_in_one_run(accidents):
    got = scores(accidents)
    assert got == {student: deserved(student) for student in everything()}


def test_the_run_ends_with_a_row_for_everyone_and_missing_is_not_zero(accidents):
    with (accidents / "grading" / f"{NAME}.csv").open(newline="") as file:
        rows = {row["student"]: row for row in csv.DictReader(file)}
    assert rows.keys() == {*everything(), "absent"}
    assert rows["absent"]["status"] == "missing"
    assert rows["absent"]["points"] == rows["absent"]["delta_B"] == ""
    assert rows["untouched"]["points"] == "0"
    assert rows["half"]["delta_B"] == "1"
    assert rows["unreadable_binary"]["status"] == "failed"
    assert "could not be read" in rows["unreadable_binary"]["look"]
    assert rows["honest"]["look"] == ""


def test_formgrader_asks_for_a_look_where_one_is_needed(accidents):
    with gradebook(accidents) as book:
        asked = {s.student.id for s in book.assignment_submissions(NAME) if s.needs_manual_grade}
    assert asked == {student for student in everything() if student.startswith("unreadable")}


def test_the_records_say_what_was_wrong_and_how_it_was_graded(accidents):
    with Records(accidents / "grading" / "records.db") as records:
        rows = records.rows(NAME)
        answer, *_ = records.answers(NAME, "half")
    assert (answer.code, answer.answer) == ("mean-missing", HALF["delta_B"])
    assert answer.says.startswith("Every entry is N times too large")
    assert rows["half"].exercises == {
        "delta_B": 1,
        "gradient_B": 2,
        "delta_B_sigmoid": 2,
        "step_B": 3,
    }
    with sqlite3.connect(accidents / "grading" / "records.db") as database:
        query = "SELECT code FROM verdicts WHERE student = 'half' AND exercise = 'delta_B'"
        assert database.execute(query).fetchone()[0]
    record = accidents / "autograded" / "half" / NAME / f"{NAME}.record.json"
    assert '"seed"' in record.read_text()


@pytest.fixture
def small(tmp_path):
    students = {"anna": filled(), "ben": filled(HALF), "carla": filled(WRONG), "dan": b"{"}
    return course(tmp_path / "c", students, short=SHORT)


SMALL = {"anna": 9, "ben": 8, "carla": 0, "dan": 0}


def test_an_unchanged_class_is_not_graded_again_and_a_changed_submission_is(small, capsys):
    assert main(NAME, small, jobs=1) == 0
    assert main(NAME, small, jobs=1) == 0
    assert "4 of them unchanged" in capsys.readouterr().out
    path = small / "submitted" / "carla" / NAME / f"{NAME}.ipynb"
    shutil.copy(small / "submitted" / "anna" / NAME / f"{NAME}.ipynb", path)
    assert main(NAME, small, jobs=1) == 0
    said = capsys.readouterr().out
    assert "3 of them unchanged" in said
    assert "carla  step_B: 0 (" in said
    assert said.count("now 3 (right); handed in anew") == 1
    assert scores(small) == {**SMALL, "carla": 9}


def test_one_student_can_be_graded_alone(small):
    assert main(NAME, small, student="ben", jobs=1) == 0
    assert scores(small) == {"ben": 8}


def test_nbgraders_own_command_grades_the_same_way(small):
    process = command(small, "nbgrader", "autograde", NAME)
    said, _ = process.communicate()
    assert process.returncode == 0, said
    assert "3 graded, 1 failed" in said
    assert scores(small) == SMALL


def test_formgraders_button_grades_the_same_way(small):
    config = PyFileConfigLoader("nbgrader_config.py", path=str(small)).load_config()
    config.CourseDirectory.root = str(small)
    answer = NbGraderAPI(config=config).autograde(NAME, "ben")
    assert answer["success"], answer
    assert scores(small) == {"ben": 8}


def test_what_an_instructor_gave_by_hand_stays(small):
    assert main(NAME, small, jobs=1) == 0
    with gradebook(small) as book:
        grade = book.find_grade("check_delta_B", NAME, NAME, "carla")
        grade.manual_score = 1.5
        book.find_comment("delta_B", NAME, NAME, "carla").manual_comment = "nearly"
        book.db.commit()
    assert main(NAME, small, student="carla", jobs=1, force=True) == 0
    assert scores(small) == {**SMALL, "carla": 1.5}
    with gradebook(small) as book:
        comment = book.find_comment("delta_B", NAME, NAME, "carla")
        assert comment.comment == "nearly"
        assert "a single number" in comment.auto_comment
        other = book.find_comment("step_B", NAME, NAME, "carla").comment  # nobody changed this one
        assert other == book.find_comment("step_B", NAME, NAME, "carla").auto_comment != ""


def test_late_work_gets_the_penalty_that_the_course_sets(tmp_path):
    late = Files({"": filled(), "timestamp.txt": "2026-05-02 12:00:00 UTC"})
    in_zip = Files({"a.zip": test_transplant.in_a_zip(f"{NAME}.ipynb")})
    folder = course(
        tmp_path / "c",
        {"late": late, "zip": in_zip},
        penalty="c.LateSubmissionPlugin.penalty_method = 'zero'",
    )
    with gradebook(folder) as book:
        book.update_or_create_assignment(NAME, duedate="2026-05-01 12:00:00 UTC")
    assert main(NAME, folder, jobs=1) == 0
    with gradebook(folder) as book:
        assert book.find_submission(NAME, "late").late_submission_penalty == 9
        assert book.find_submission(NAME, "zip").late_submission_penalty == 0


def test_what_an_exchange_must_know_is_noted_whatever_came_with_a_submission(tmp_path):
    came = {
        "through_it": {
            "timestamp.txt": "2026-05-02 12:00:00 UTC",
            "submission_secret.txt": "5ec2e7",
        },
        "by_hand": {},
        "forged": {"timestamp.txt": b"\xff", "submission_secret.txt": b"\xff" * 9},
    }
    papers = {student: Files({"": filled(), **notes}) for student, notes in came.items()}
    folder = course(tmp_path / "c", papers)
    assert main(NAME, folder, jobs=1) == 0
    noted = {}
    for student in came:
        place = folder / "autograded" / student / NAME
        when, secret = (
            (place / f"{name}.txt").read_text() for name in ("timestamp", "submission_secret")
        )
        assert parse_utc(when)
        noted[student] = secret
    assert noted.pop("through_it") == "5ec2e7"
    assert all(len(secret) == 128 for secret in noted.values())


def test_a_gradebook_in_use_is_waited_for(small):
    lock = sqlite3.connect(small / "gradebook.db", check_same_thread=False)
    lock.execute("BEGIN EXCLUSIVE")
    threading.Timer(3, lock.rollback).start()
    with pytest.MonkeyPatch.context() as patch:
        path = small / "nbgrader_config.py"
        patch.setattr(autograde, "_PATIENCE", 60)
        path.write_text(path.read_text().replace("timeout=60", "timeout=0.2"))
        assert main(NAME, small, jobs=1) == 0
    assert scores(small) == SMALL


def test_a_grader_that_is_killed_ends_in_the_same_gradebook(tmp_path):
    students = {f"s{i}": filled(HALF if i % 3 else RIGHT) for i in range(6)} | {"x": b"{"}
    undisturbed = course(tmp_path / "undisturbed", students)
    assert main(NAME, undisturbed, jobs=1) == 0
    disturbed = course(tmp_path / "disturbed", students)
    moments = random.Random(1)
    for _ in range(8):
        pid = os.fork()  # not a new command, which would load nbgrader for seconds
        if pid == 0:
            main(NAME, disturbed, jobs=1)
            os._exit(0)
        time.sleep(moments.uniform(0, 0.5))
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
    assert main(NAME, disturbed, jobs=1) == 0
    assert booked(disturbed) == booked(undisturbed)


def test_a_grader_that_is_killed_leaves_no_process(tmp_path):
    endless = {**RIGHT, "delta_B": "def delta_B(Y_hat, Y):\n    while True: pass"}
    folder = course(tmp_path / "c", {"a": filled(endless), "b": filled(endless)})
    process = command(folder, "bpgrade", "grade", NAME, "--jobs", "2")
    until(lambda: sum(b"bwrap" in line for line in _commands_in(folder)) >= 2)
    process.kill()
    process.wait()
    until(lambda: not _commands_in(folder))


def until(condition) -> None:
    """Wait, a minute at most, until something is so."""
    deadline = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.2)


def _commands_in(folder: Path) -> list[bytes]:
    """Return the command lines of the processes that work in a folder."""
    found = []
    for path in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if os.readlink(path / "cwd") == str(folder):
                found.append((path / "cmdline").read_bytes())
    return found


def test_students_code_is_not_run_without_a_sandbox(small, monkeypatch, capsys):
    monkeypatch.setattr(sandbox.shutil, "which", lambda _: None)
    monkeypatch.setattr(grade, "shared", sandbox.Sandbox)
    assert main(NAME, small, jobs=1) == 1
    assert "bubblewrap" in capsys.readouterr().err
    assert scores(small) == {}


def test_without_a_sandbox_only_where_the_instructor_says_so(small, monkeypatch):
    monkeypatch.setattr(sandbox.shutil, "which", lambda _: None)
    monkeypatch.setattr(grade, "shared", sandbox.Sandbox)
    assert main(NAME, small, student="ben", jobs=1, unsafe=True) == 0
    assert scores(small) == {"ben": 8}


def test_it_grades_in_a_rootless_container(tmp_path):
    students = {"anna": filled(), "eve": filled(first="import os\nos.kill(os.getppid(), 9)")}
    folder = course(tmp_path / "c", students)
    container = "unshare --map-user=1000 --map-group=1000 --mount --pid --fork --mount-proc --net"
    grade = [sys.executable, "-m", "bpgrade", "grade", NAME, "--jobs", "1"]
    done = subprocess.run(
        [*container.split(), *grade],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(COURSE.root)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert scores(folder) == {"anna": 9, "eve": 9}


def test_what_is_no_notebook_of_the_course_is_refused_in_words(small, capsys):
    assert main("07_other", small) == 1
    assert "run: nbgrader generate_assignment 07_other" in capsys.readouterr().err


def test_nobody_handed_in_is_said(small, capsys):
    assert main(NAME, small, student="zoe") == 1
    assert f"Nobody handed in {NAME}" in capsys.readouterr().err


def test_an_endless_answer_costs_its_time_once_and_only_its_own_points(tmp_path):
    endless = {**RIGHT, "delta_B": "def delta_B(Y_hat, Y):\n    while True: pass"}
    folder = course(tmp_path / "c", {"anna": filled(endless)}, short=SHORT)
    start = time.monotonic()
    assert main(NAME, folder, jobs=1) == 0
    assert time.monotonic() - start < 10
    assert scores(folder) == {"anna": 7}
    with Records(folder / "grading" / "records.db") as records:
        assert records.rows(NAME)["anna"].look == ()  # nothing odd about it
    with sqlite3.connect(folder / "grading" / "records.db") as database:
        query = "SELECT code FROM verdicts WHERE points = 0"
        assert database.execute(query).fetchall() == [("endless-loop",)]


def test_a_file_that_the_instructor_lists_can_be_imported_and_no_other(tmp_path):
    using = {**RIGHT, "delta_B": "from helper import delta_B"}
    helper = RIGHT["delta_B"].replace("np.ndarray", "object")
    files = Files({"": filled(using), "helper.py": helper})
    setting = f"c.Autograde.handed_files = {{{NAME!r}: ['helper.py']}}"
    listed = course(tmp_path / "listed", {"anna": files}, files=setting)
    assert main(NAME, listed, jobs=1) == 0
    assert scores(listed) == {"anna": 9}
    not_listed = course(tmp_path / "not", {"anna": files})
    assert main(NAME, not_listed, jobs=1) == 0
    assert scores(not_listed) == {"anna": 7}


def test_points_given_by_hand_for_an_open_question_are_asked_for(tmp_path):
    folder = course(tmp_path / "c", {})
    path = folder / "solutions" / NAME / f"{NAME}.ipynb"
    import nbformat

    notebook = nbformat.read(path, as_version=4)
    question = next(c for c in reversed(notebook.cells) if c.cell_type == "markdown")
    question.metadata.nbgrader = {
        "grade": True,
        "grade_id": "open",
        "locked": False,
        "points": 2,
        "solution": True,
        "schema_version": 3,
        "task": False,
        "cell_type": "markdown",
    }
    nbformat.write(notebook, path)
    generate(folder, NAME)
    release = nbformat.read(folder / "notebooks" / NAME / f"{NAME}.ipynb", as_version=4)
    for student, text in (("anna", "Because B stands behind tanh."), ("ben", "")):
        answered = nbformat.from_dict(release)
        if text:
            cell(answered, "open").source = text
        target = folder / "submitted" / student / NAME / f"{NAME}.ipynb"
        target.parent.mkdir(parents=True)
        nbformat.write(answered, target)
        release = nbformat.read(folder / "notebooks" / NAME / f"{NAME}.ipynb", as_version=4)
    assert main(NAME, folder, jobs=1) == 0
    with gradebook(folder) as book:
        assert book.find_grade("open", NAME, NAME, "anna").needs_manual_grade
        assert not book.find_grade("open", NAME, NAME, "ben").needs_manual_grade
    graded = (folder / "autograded" / "anna" / NAME / f"{NAME}.ipynb").read_text()
    assert "Because B stands behind tanh." in graded


def test_a_spreadsheet_takes_nothing_in_the_table_for_a_formula(tmp_path):
    folder = course(tmp_path / "c", {"=1+1": b"{"})
    assert main(NAME, folder, jobs=1) == 0
    text = (folder / "grading" / f"{NAME}.csv").read_text()
    assert not re.search(r"(^|,)[=+@-]", text, re.M)


def test_what_a_course_keeps_to_itself_is_not_committed(tmp_path):
    shutil.copy(Path(__file__).parents[1] / ".gitignore", tmp_path)
    subprocess.run(["git", "init", "--quiet", tmp_path], check=True)
    kept = [
        "grading/secret",
        "gradebook.db",
        "students.csv",
        "grades.csv",
        "submitted/anna/x.ipynb",
    ]
    done = subprocess.run(
        ["git", "check-ignore", *kept], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.stdout.split() == kept
