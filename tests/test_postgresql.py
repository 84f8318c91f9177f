"""A class whose gradebook is a PostgreSQL database is graded like one whose gradebook is SQLite."""

import getpass
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from bpgrade import autograde, demo
from bpgrade.demo import Sheet
from tests.classes import Files, booked, course, gradebook, scores
from tests.papers import COURSE, NAME, filled

pytest.importorskip("psycopg2", reason="no driver for PostgreSQL is installed")
PROGRAMS = max(Path("/usr/lib/postgresql").glob("*/bin"), default=Path("/usr/bin"))


@pytest.fixture(scope="module")
def database(tmp_path_factory):
    """Start a server that only a socket in a folder of its own leads to; yield its URL."""
    if not (PROGRAMS / "initdb").exists():
        pytest.skip("no PostgreSQL server is installed")
    folder = Path(tmp_path_factory.mktemp("postgresql"))
    user = "postgres" if os.getuid() == 0 else getpass.getuser()  # it refuses to run as root
    shutil.chown(folder, user)
    for above in folder.parents[:3]:
        above.chmod(above.stat().st_mode | 0o011)
    run = {"user": user, "cwd": folder, "check": True, "stdout": subprocess.DEVNULL}
    subprocess.run(
        [PROGRAMS / "initdb", "--no-sync", "--auth=trust", f"--username={user}", folder / "data"],
        **run,
    )
    server = [PROGRAMS / "pg_ctl", "--pgdata", folder / "data", "--log", folder / "log", "--wait"]
    settings = f"-c listen_addresses='' -c unix_socket_directories='{folder}'"
    subprocess.run([*server, "start", "--options", settings], **run)
    yield f"postgresql+psycopg2://{user}@/postgres?host={folder}"
    subprocess.run([*server, "stop", "--mode=immediate"], **run)


def test_a_class_gets_the_same_gradebook_and_keeps_what_was_given_by_hand(
    database, tmp_path, capsys
):
    sheet = Sheet.of(COURSE, NAME)
    made = {student: demo.STUDENTS[student](sheet) for student in demo.STUDENTS}
    made = {s: one for s, one in made.items() if one and s != "infinite_loop"}
    students = {student: demo.filled(sheet, one) for student, one in made.items()}
    students["late"] = Files({"": filled(), "timestamp.txt": "2026-05-02 12:00:00 UTC"})
    settings = {"penalty": "c.LateSubmissionPlugin.penalty_method = 'zero'"}
    sqlite = course(tmp_path / "sqlite", students, **settings)
    settings["database"] = f"c.CourseDirectory.db_url = {database!r}"
    postgresql = course(tmp_path / "postgresql", students, **settings)
    (postgresql / "gradebook.db").unlink()
    for folder in (sqlite, postgresql):
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
    assert scores(postgresql) == {**deserved, "untouched": 1.5, "late": 9}
    assert booked(postgresql) == booked(sqlite)
    assert not (postgresql / "gradebook.db").exists()
