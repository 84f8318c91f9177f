"""A whole class is graded: everyone gets the points and the words they should."""

import html
import re
from pathlib import Path

import nbformat
import pytest
from nbgrader.apps.api import NbGraderAPI
from nbgrader.utils import is_grade
from traitlets.config import PyFileConfigLoader

from bpgrade import autograde, demo
from bpgrade.__main__ import main
from bpgrade.build import Course
from bplib.checking.cards import card
from tests.classes import generate, gradebook
from tests.demo_answers import MISTAKEN, PARTLY_RIGHT, UNUSUAL

ROOT = Path(__file__).parents[1]
COURSE = Course(ROOT)
NAMES = COURSE.names()
DIFFERING = ["right_unusual_style", "partly_right", "one_mistake", "half_done"]


class Graded:
    """A demonstration class after it was graded."""

    def __init__(self, folder: Path):
        self.folder = folder
        self.credit: dict[tuple[str, str], dict[str, float | None]] = {}
        with gradebook(folder) as book:
            for assignment in book.assignments:
                for submission in book.assignment_submissions(assignment.name):
                    (notebook,) = submission.notebooks
                    self.credit[submission.student.id, assignment.name] = {
                        grade.cell.name.removeprefix("check_"): (
                            None
                            if grade.auto_score is None or grade.needs_manual_grade
                            else grade.auto_score / grade.cell.max_score
                        )
                        for grade in notebook.grades
                    }

    def page(self, student: str, name: str) -> str:
        return (self.folder / "feedback" / student / name / f"{name}.html").read_text()

    def feedback(self, student: str, name: str) -> str:
        return html.unescape(re.sub(r"<[^>]*>", "", self.page(student, name)))

    def checks(self, student: str, name: str) -> list:
        path = self.folder / "autograded" / student / name / f"{name}.ipynb"
        return [cell for cell in nbformat.read(path, as_version=4).cells if is_grade(cell)]

    def told(self, student: str, name: str) -> str:
        outputs = [output for cell in self.checks(student, name) for output in cell.outputs]
        return "\n".join(output.data["text/plain"] for output in outputs)


@pytest.fixture(scope="module")
def demonstration(tmp_path_factory):
    """Run the demonstration as an instructor does, for two students and one notebook."""
    folder = tmp_path_factory.mktemp("demo") / "class"
    code = demo.main(NAMES[:1], ROOT, folder, ["half_done", "infinite_loop"])
    return code, Graded(folder)


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def classes(request, tmp_path_factory):
    """Grade everyone in the first notebook, in the others those who differ from one to the next."""
    folder = tmp_path_factory.mktemp("classes")
    database = {"first": "", "others": ""}
    if request.param == "postgresql":
        made = request.getfixturevalue("postgresql")
        database = {part: f"c.CourseDirectory.db_url = {made(part)!r}\n" for part in database}
    first = without_commands(folder / "first", NAMES[:1], list(demo.STUDENTS), database["first"])
    others = without_commands(folder / "others", NAMES[1:], DIFFERING, database["others"])
    assert (folder / "others/gradebook.db").exists() is (request.param == "sqlite")
    return {name: others if name in NAMES[1:] else first for name in NAMES}


def without_commands(folder: Path, names: list[str], students: list[str], settings: str) -> Graded:
    """Take the steps of the demonstration in this process, without figures; a page a notebook."""
    demo.set_up(COURSE, folder, names, students)
    with (folder / "nbgrader_config.py").open("a") as config:
        config.write(f"c.Draw.enabled = False\nc.Autograde.seconds = 2\n{settings}")
    config = PyFileConfigLoader("nbgrader_config.py", path=str(folder)).load_config()
    config.CourseDirectory.root = str(folder)
    for name in names:
        generate(folder, name)
        assert autograde.main(name, folder, jobs=1) == 0
        assert NbGraderAPI(config=config).generate_feedback(name, "half_done")["success"]
    return Graded(folder)


@pytest.fixture
def graded(classes, name):
    return classes[name]


def asked(name: str) -> list[str]:
    cells = nbformat.read(COURSE.release(name), as_version=4).cells
    return [c.metadata.nbgrader.grade_id.removeprefix("check_") for c in cells if is_grade(c)]


def test_the_demonstration_finds_all_points_as_deserved(demonstration):
    code, class_ = demonstration
    assert code == 0
    assert "It was still running" in class_.feedback("infinite_loop", NAMES[0])


@pytest.mark.parametrize("name", NAMES)
def test_every_exercise_gets_its_credit(graded, name):
    exercises = asked(name)
    full = dict.fromkeys(exercises, 1.0)
    half = exercises[: (len(exercises) + 1) // 2]
    expected = {
        "half_done": {exercise: float(exercise in half) for exercise in exercises},
        "partly_right": {**full, **dict.fromkeys(PARTLY_RIGHT[name], 0.5)},
        "one_mistake": {**full, **dict.fromkeys(MISTAKEN[name], 0.0)},
    }
    if name in UNUSUAL:
        expected["right_unusual_style"] = full
    if name == NAMES[0]:
        expected |= {
            "right": full,
            "deleted_check": full,
            "untouched": dict.fromkeys(exercises, 0.0),
            "infinite_loop": {**full, "best_guess": 0.0},
        }
    found = {student: credit for (student, n), credit in graded.credit.items() if n == name}
    assert found == expected


@pytest.mark.parametrize("name", NAMES)
def test_students_get_the_release_that_is_in_the_repository(graded, name):
    assert Course(graded.folder).release(name).read_text() == COURSE.release(name).read_text()


@pytest.mark.parametrize("name", NAMES)
def test_students_are_told_what_the_check_said(graded, name):
    (mistaken,) = MISTAKEN[name]
    (partly,) = PARTLY_RIGHT[name]
    first, *_, last = asked(name)
    wanted = {
        "one_mistake": [f"{mistaken}: not right yet."],
        "partly_right": [f"{partly}: not right yet."],
        "half_done": [f"{first}: right.", f"{last}: not attempted yet."],
    }
    if name == NAMES[0]:
        wanted |= {
            "right": [f"{exercise}: right." for exercise in asked(name)],
            "untouched": [f"{exercise}: not attempted yet." for exercise in asked(name)],
            "deleted_check": [f"{first}: right."],
            "infinite_loop": ["best_guess: not right", "It was still running"],
        }
    for student, words in wanted.items():
        told = graded.told(student, name)
        for word in words:
            assert word in told, (student, word)
    for word in wanted["half_done"]:
        assert word in graded.feedback("half_done", name)


@pytest.mark.parametrize("name", NAMES)
def test_a_failing_check_shows_no_traceback_of_ours(graded, name):
    for student in demo.STUDENTS:
        if (student, name) not in graded.credit:
            continue
        for cell in graded.checks(student, name):
            for output in cell.outputs:
                said = "\n".join(output.get("traceback", []))
                assert "Traceback" not in said
                assert "bplib/" not in said
                assert ".py" not in said


@pytest.mark.parametrize("name", NAMES)
def test_feedback_keeps_the_cards_and_runs_no_script_of_an_output(graded, name):
    page = graded.page("half_done", name)
    assert "border-left:5px solid #009E73" in page
    assert "application/javascript" not in page
    for output in re.findall(r'<div class="output_html.*?</div>', page, re.S):
        assert "<script" not in output


def test_what_students_cells_put_out_cannot_run_in_an_instructors_browser():
    config = PyFileConfigLoader("nbgrader_config.py", path=str(ROOT)).load_config()
    assert config.HTMLExporter.sanitize_html
    clean = config.TemplateExporter.filters["clean_html"]
    for html_text in (
        "<script>alert(1)</script>",
        '<img src="x" onerror="alert(1)">',
        '<iframe src="https://example.org"></iframe>',
        '<a href="javascript:alert(1)">here</a>',
        '<div style="background:url(https://example.org/spy)">x</div>',
        '<div onclick="alert(1)">x</div>',
    ):
        cleaned = clean(html_text)
        assert not re.search(r"<(script|img|iframe)|<[^>]*(alert|example)", cleaned), cleaned
    looks = card("Right.", [("What", "a\nb")], "right")
    assert re.sub(r";?\"", '"', clean(looks)) == re.sub(r";?\"", '"', looks)


def test_a_folder_that_is_there_is_left_alone(tmp_path, capsys):
    (tmp_path / "class").mkdir()
    (tmp_path / "class" / "mine").write_text("")
    assert main(["demo", "--course", str(ROOT), "--into", str(tmp_path / "class")]) == 1
    assert "is there already; remove it" in capsys.readouterr().err
    assert [path.name for path in (tmp_path / "class").iterdir()] == ["mine"]


def test_notebooks_that_are_not_built_are_named(tmp_path, capsys):
    assert main(["demo", "--course", str(tmp_path), "--notebooks", "01_loss"]) == 1
    assert "Not built yet: 01_loss; run: python -m bpgrade build" in capsys.readouterr().err


def test_points_that_are_not_deserved_are_told():
    deserved = {("right", "01_loss"): 2.0, ("untouched", "01_loss"): 0.0, ("right", "02_x"): 1.0}
    points = {("right", "01_loss"): (2.0, 2.0), ("untouched", "01_loss"): (2.0, 2.0)}
    lines, agree = demo.table(deserved, points)
    assert not agree
    assert [re.split("  +", line.strip()) for line in lines] == [
        ["01_loss", "02_x"],
        ["right", "2 of 2 (2)", "0 of 0 (1!)"],
        ["untouched", "2 of 2 (0!)", "-"],
    ]
