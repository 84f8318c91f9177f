"""nbgrader's autograding, with `bpgrade.grade` in place of its kernel.

``nbgrader autograde``, Formgrader's button and ``python -m bpgrade grade`` all come through here.
Submissions are graded in several processes; this one alone writes: the gradebook, the autograded
notebooks, the records. Whatever moment it is ended at, running it again ends in the same gradebook.
"""

import contextlib
import json
import os
import re
import secrets
import shutil
import sys
import time
import warnings
from collections.abc import Generator
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from functools import partial
from glob import glob
from pathlib import Path
from typing import Any

import nbformat
from nbgrader.api import Gradebook, MissingEntry
from nbgrader.converters import Autograde as PlainAutograde
from nbgrader.converters.base import NbGraderException
from nbgrader.preprocessors import AssignLatePenalties
from sqlalchemy.exc import OperationalError, SAWarning
from tqdm import tqdm
from traitlets import Bool, Dict, Float, Integer, Unicode

from bpgrade.grade import Graded, Job, Lanes, Sheet, environment, key
from bpgrade.marking import comment_on, exercise_of
from bpgrade.records import Change, Records
from bpgrade.report import Report
from bpgrade.running import Limits
from bpgrade.sandbox import SandboxError
from bpgrade.transplant import is_answer, is_check
from bplib.course import NOTEBOOKS

_PATIENCE = 1800  # seconds that a locked gradebook is waited for


class Autograde(PlainAutograde):
    """Grades the submissions of an assignment; its name is nbgrader's, so are its settings."""

    jobs = Integer(0, help="Processes that grade at the same time; 0: one a core.").tag(config=True)
    scheduler = Unicode(
        "", help="A Dask scheduler whose workers grade, tls://host:8786; none: this machine."
    ).tag(config=True)
    seconds = Float(30, help="Seconds that a cell or an answer may take.").tag(config=True)
    seconds_whole = Float(300, help="Seconds that a submission may take.").tag(config=True)
    unsafe = Bool(False, help="Run students' code without a sandbox, as you.").tag(config=True)
    handed_files = Dict(
        help="By assignment, names of files that students hand in beside the notebook and may "
        "import. Others are ignored."
    ).tag(config=True)

    def start(self) -> None:
        """Grade, and report."""
        report = self.grade()
        for line in report.lines():
            self.log.info(line)

    def grade(self) -> Report:
        """Grade all submissions that have not been graded as they are.

        Raises
        ------
        NbGraderException
            If the assignment is not there, or nobody handed it in, or there is no sandbox.
        """
        start = time.monotonic()
        assignment = self.coursedir.assignment_id
        with contextlib.chdir(self.coursedir.root), self._gradebook() as gradebook:
            sheet = self._sheet(assignment, gradebook)
            folders = self._submissions(assignment)
            with Records(self._grading("records.db")) as records:
                writer = _Writer(self, sheet, gradebook, records)
                fresh = writer.run(folders)
                roster = {student.id for student in gradebook.students}
                rows = records.rows(sheet.name)
            cells = nbformat.reads(sheet.master, as_version=4).cells
            exercises = [exercise_of(cell) for cell in cells if is_check(cell)]
            everyone = self.coursedir.student_id == "*"
            report = Report(
                *(sheet.name, exercises, rows, set(folders), fresh),
                *(roster if everyone else set(folders), time.monotonic() - start),
                writer.changes,
            )
            report.write_csv(self._grading(f"{assignment}.csv"))
            return report

    def _gradebook(self) -> Gradebook:
        return patient(
            lambda: Gradebook(self.coursedir.db_url, self.coursedir.course_id), self.log.warning
        )

    def _grading(self, file: str) -> Path:
        folder = Path(self.coursedir.root, "grading")
        folder.mkdir(exist_ok=True)
        return folder / file

    def _sheet(self, assignment: str, gradebook: Gradebook) -> Sheet:
        """Return what is graded; refuse what is no notebook of the course."""
        remedy = f"run: nbgrader generate_assignment {assignment}"
        try:
            names = [notebook.name for notebook in gradebook.find_assignment(assignment).notebooks]
        except MissingEntry:
            self._fail(f"The gradebook has no assignment {assignment}; {remedy}")
        if len(names) != 1 or names[0] not in NOTEBOOKS:
            known = ", ".join(NOTEBOOKS)
            self._fail(
                f"{assignment} holds {', '.join(names) or 'nothing'}: an assignment that is graded "
                f"here holds one notebook of the course ({known})."
            )
        folder = Path(self.coursedir.format_path(self.coursedir.release_directory, ".", assignment))
        path = folder / f"{names[0]}.ipynb"
        if not path.exists():
            self._fail(f"{path} is not there; {remedy}")
        files = sorted(str(p) for p in folder.glob("*") if p.is_file() and p != path)
        return Sheet(
            names[0],
            path.read_text(encoding="utf-8"),
            self._secret(),
            Limits(self.seconds, self.seconds_whole),
            self.unsafe,
            tuple(files),
            tuple(self.handed_files.get(assignment, ())),
        )

    def _secret(self) -> str:
        """Return what all probes of the course are drawn from; made when it is first needed."""
        path = self._grading("secret")
        if not path.exists():
            made = path.with_name(f"secret.{os.getpid()}")
            with open(os.open(made, os.O_CREAT | os.O_WRONLY, 0o600), "w") as file:
                file.write(secrets.token_hex(32))
            with contextlib.suppress(FileExistsError):
                os.link(made, path)  # whole or not at all, and the first one stays
            made.unlink()
        return path.read_text().strip()

    def _submissions(self, assignment: str) -> dict[str, str]:
        """Return the folders that were handed in, by student."""
        step, student = self.coursedir.submitted_directory, self.coursedir.student_id
        pattern = self.coursedir.format_path(step, "(?P<student_id>.*)", assignment, escape=True)
        excluded = set(filter(None, self.coursedir.student_id_exclude.split(",")))
        found = {}
        for folder in sorted(glob(self.coursedir.format_path(step, student, assignment))):
            match = re.fullmatch(pattern, folder)
            if match and os.path.isdir(folder) and match["student_id"] not in excluded:
                found[match["student_id"]] = folder
        if not found:
            where = self.coursedir.format_path(step, student, assignment)
            self._fail(f"Nobody handed in {assignment}: there is no folder {where}")
        return found

    def _fail(self, message: str) -> None:
        self.log.error(message)
        raise NbGraderException(message)


def patient(do: Any, warn: Any) -> Any:
    """Call a function that uses the gradebook; where another program holds it, wait and repeat."""
    until = time.monotonic() + _PATIENCE
    said = False
    while True:
        try:
            return do()
        except OperationalError as error:
            if "locked" not in str(error) or time.monotonic() > until:
                raise
            if not said:
                warn("The gradebook is in use by another program; waiting for it.")
            said = True
            time.sleep(1)


@dataclass
class _Writer:
    """The one process that writes."""

    app: Autograde
    sheet: Sheet
    gradebook: Gradebook
    records: Records
    changes: list[Change] = field(default_factory=list)

    def run(self, folders: dict[str, str]) -> set[str]:
        """Grade what is new or changed, write it down; return whose submissions these were."""
        jobs = {student: Job(student, folder) for student, folder in folders.items()}
        keys = {student: key(self.sheet, job) for student, job in jobs.items()}
        fresh = {student: jobs[student] for student in jobs if self._is_new(student, keys)}
        bar = tqdm(total=len(fresh), desc=self.sheet.name, unit=" notebooks", disable=None)
        with bar, contextlib.closing(self._graded(fresh, keys)) as graded:
            failed = 0
            for one in graded:
                self._write(one, jobs[one.student], keys[one.student])
                failed += one.status == "failed"
                bar.set_postfix_str(f"{one.student}, {failed} failed", refresh=False)
                bar.update()
        return set(fresh)

    def _is_new(self, student: str, keys: dict[str, str]) -> bool:
        if self.app.force or not self._path(student, "ipynb").exists():
            return True
        if self.records.booked(student, self.sheet.name) != keys[student]:
            return True
        try:
            self.gradebook.find_submission(self.app.coursedir.assignment_id, student)
        except MissingEntry:
            return True
        return False

    def _graded(self, fresh: dict[str, Job], keys: dict[str, str]) -> Generator[Graded, None, None]:
        """Yield what was graded before, then what is graded now."""
        left = []
        for student, job in fresh.items():
            before = None if self.app.force else self.records.result(keys[student])
            if before is None:
                left.append(job)
            else:
                yield before
        try:
            if left:
                yield from self._lanes(len(left)).grade(left)
        except SandboxError as error:
            self.app._fail(str(error))

    def _lanes(self, number: int) -> Any:
        """Return what grades so many submissions."""
        if not self.app.scheduler:
            jobs = self.app.jobs or len(os.sched_getaffinity(0))
            return Lanes(self.sheet, max(1, min(jobs, number)))
        try:
            from bpgrade.cluster import Cluster
        except ModuleNotFoundError as error:
            self.app._fail(f'{error}. For --scheduler: pip install "backprop-notebooks[cluster]"')
        return Cluster(self.sheet, self.app.scheduler, partial(tqdm.write, file=sys.stderr))

    def _path(self, student: str, kind: str) -> Path:
        coursedir = self.app.coursedir
        step, assignment = coursedir.autograded_directory, coursedir.assignment_id
        return Path(coursedir.format_path(step, student, assignment), f"{self.sheet.name}.{kind}")

    def _write(self, graded: Graded, job: Job, key: str) -> None:
        """Write one result down: the notebook, the gradebook, and last the record that it is."""
        self._write_files(graded, job)
        patient(lambda: self._write_gradebook(graded, job), self.app.log.warning)
        self.changes += self.records.book(key, self.sheet.name, graded)

    def _write_files(self, graded: Graded, job: Job) -> None:
        path = self._path(graded.student, "ipynb")
        shutil.rmtree(path.parent, ignore_errors=True)
        path.parent.mkdir(parents=True)
        path.write_text(graded.notebook, encoding="utf-8")
        record = {
            "student": graded.student,
            "notebook": self.sheet.name,
            "status": graded.status,
            "reason": graded.reason,
            "look": graded.look,
            "seed": graded.seed,
            "versions": environment(),
            "verdicts": [
                {
                    "points": mark.points,
                    "most": mark.most,
                    "seconds": round(mark.seconds, 4),
                    **asdict(mark.verdict),
                }
                for mark in graded.marks
            ],
        }
        text = json.dumps(record, indent=1, ensure_ascii=False)
        self._path(graded.student, "record.json").write_text(text, encoding="utf-8")
        for name, text in _notes(job.folder).items():
            (path.parent / name).write_text(text, encoding="utf-8")
        for file in path.parent.iterdir():
            file.chmod(0o664 if self.app.coursedir.groupshared else 0o444)

    def _write_gradebook(self, graded: Graded, job: Job) -> None:
        gradebook, assignment = self.gradebook, self.app.coursedir.assignment_id
        timestamp = _timestamp(job.folder)
        known = {"timestamp": timestamp} if timestamp else {}
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", SAWarning)  # of how nbgrader uses SQLAlchemy
                gradebook.update_or_create_student(graded.student)
                submission = gradebook.update_or_create_submission(
                    assignment, graded.student, **known
                )
            (notebook,) = submission.notebooks
            self._fill(notebook, graded)
            gradebook.db.commit()
            late = submission.total_seconds_late > 0 or notebook.late_submission_penalty is not None
        except BaseException:
            gradebook.db.rollback()
            raise
        if late:
            names = {"notebook": self.sheet.name, "assignment": assignment}
            resources = {**names, "student": graded.student, "db_url": self.app.coursedir.db_url}
            penalties = AssignLatePenalties(parent=self.app)
            penalties.preprocess(nbformat.v4.new_notebook(), {"nbgrader": resources})
            gradebook.db.expire_all()

    def _fill(self, notebook: Any, graded: Graded) -> None:
        """Set points and comments as nbgrader does, and ask for a look where one is needed."""
        marks = {f"check_{mark.exercise}": mark for mark in graded.marks}
        cells = nbformat.reads(graded.notebook, as_version=4).cells
        answers = {cell.metadata.nbgrader.grade_id: cell for cell in cells if is_answer(cell)}
        blank = _blank(answers.values())
        for grade in notebook.grades:
            mark = marks.get(grade.cell.name)
            if mark is not None:
                grade.auto_score = grade.cell.max_score * mark.verdict.credit
                look = bool(mark.look) or graded.status == "failed"
            else:  # an instructor gives these points
                grade.auto_score = 0.0 if grade.cell.name in blank else None
                look = grade.auto_score is None
            grade.needs_manual_grade = look or grade.manual_score is not None
        for comment in notebook.comments:
            mark = marks.get(f"check_{comment.cell.name}")
            comment.auto_comment = comment_on(mark.verdict) or None if mark else None
            if comment.cell.name in blank:
                comment.auto_comment = "No response."
            if graded.status == "failed":
                comment.auto_comment = graded.reason


def _blank(cells: Any) -> set[str]:
    """Return which answers are as they were handed out."""
    from nbgrader.utils import compute_checksum

    return {
        cell.metadata.nbgrader.grade_id
        for cell in cells
        if cell.metadata.nbgrader.get("checksum") == compute_checksum(cell)
    }


def _notes(folder: str) -> dict[str, str]:
    """Return, by file name, what an exchange must know of a submission to release its feedback.

    Both files come from the student's side, and one that is missing or no text would end the
    release for the whole class. Feedback lies under a name made from the secret; where there is
    none, nobody fetches it.
    """
    placed = datetime.fromtimestamp(os.stat(folder).st_mtime, UTC)
    secret = _noted(folder, "submission_secret.txt")
    if not (secret.isascii() and secret.isalnum()):
        secret = secrets.token_hex(64)
    timestamp = _timestamp(folder) or f"{placed:%Y-%m-%d %H:%M:%S} UTC"
    return {"timestamp.txt": timestamp, "submission_secret.txt": secret}


def _noted(folder: str, name: str) -> str:
    path = Path(folder, name)
    if not path.is_file() or path.is_symlink():
        return ""
    with path.open("rb") as file:
        return file.read(200).decode(errors="replace").strip()


def _timestamp(folder: str) -> str | None:
    """Return when a submission was collected, as nbgrader noted it; None if that is unreadable."""
    from nbgrader.utils import parse_utc

    text = _noted(folder, "timestamp.txt")
    try:
        parse_utc(text)
    except Exception:  # dateutil has many ways to dislike a text
        return None
    return text


def install() -> None:
    """Have nbgrader's own command and Formgrader's button grade with this class.

    nbgrader lets a course choose the steps of its grading, not the loop around them; and what
    ends a batch, or loses a submission, lies in that loop.
    """
    from nbgrader.apps import api, autogradeapp

    api.Autograde = autogradeapp.Autograde = Autograde


def application(root: Path) -> Any:
    """Return nbgrader with the settings of a course."""
    from nbgrader.apps import AutogradeApp

    folders = [str(Path(sys.executable).parent), os.environ.get("PATH", "")]
    os.environ["PATH"] = os.pathsep.join(folders)  # nbgrader starts alembic by its name
    app = AutogradeApp()
    app.initialize([], root=str(root.resolve()))
    app.log_level = "ERROR"
    return app


def main(
    assignment: str,
    root: Path,
    student: str = "*",
    jobs: int = 0,
    force: bool = False,
    unsafe: bool = False,
    scheduler: str = "",
) -> int:
    """Grade an assignment and print the report; return the exit code."""
    app = application(root)
    app.coursedir.assignment_id, app.coursedir.student_id = assignment, student
    grading = Autograde(coursedir=app.coursedir, parent=app, force=force)
    if jobs:
        grading.jobs = jobs
    grading.unsafe |= unsafe
    grading.scheduler = scheduler or grading.scheduler
    try:
        report = grading.grade()
    except NbGraderException:
        return 1
    print(*report.lines(), sep="\n")
    print(f"Points by exercise: grading/{assignment}.csv")
    return 0
