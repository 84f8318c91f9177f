"""For instructors: build the notebooks, grade, report, export; or try it on a made-up class."""

import argparse
import sys
from pathlib import Path
from typing import Any

from bpgrade import build, demo


def main(arguments: list[str] | None = None) -> int:
    """Run a command of the instructor's; return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m bpgrade", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True, metavar="command")
    for add in (_add_build, _add_demo, _add_grade, _add_report, _add_export):
        add(commands).add_argument(
            "--course", type=Path, default=Path(), metavar="FOLDER", help="by default this folder"
        )
    options = parser.parse_args(arguments)
    if options.command == "grade":
        from bpgrade import autograde  # nbgrader takes two seconds to load

        return autograde.main(
            options.assignment,
            options.course,
            options.student,
            options.jobs,
            options.force,
            options.unsafe,
            options.scheduler,
        )
    if options.command == "report":
        from bpgrade import overview

        return overview.main(options.assignment, options.course, options.student, options.smallest)
    if options.command == "export":
        from bpgrade import export

        return export.main(
            options.assignments,
            options.course,
            options.to,
            options.roster,
            options.match,
            options.by == "exercise",
            options.into,
        )
    if options.command == "demo":
        return demo.main(options.notebooks, options.course, options.into, options.students)
    return build.main(options.names, options.course, options.check)


def _add_build(commands: Any) -> argparse.ArgumentParser:
    """Add the command that makes solutions/ and notebooks/."""
    building = commands.add_parser(
        "build", help="make solutions/ and notebooks/ from source/", description=build.__doc__
    )
    building.add_argument("names", nargs="*", metavar="NN_name", help="by default all")
    building.add_argument(
        "--check", action="store_true", help="build nothing; say what is not as source/ gives it"
    )
    return building


def _add_demo(commands: Any) -> argparse.ArgumentParser:
    """Add the command that grades a made-up class."""
    trying = commands.add_parser("demo", help="grade a made-up class", description=demo.__doc__)
    trying.add_argument(
        "--into", type=Path, default=Path("class"), metavar="FOLDER", help="by default ./class"
    )
    trying.add_argument(
        "--notebooks", nargs="+", default=[], metavar="NN_name", help="by default the first two"
    )
    trying.add_argument(
        "--students",
        nargs="+",
        choices=demo.STUDENTS,
        default=[*demo.STUDENTS],
        metavar="NAME",
        help="by default all: %(choices)s",
    )
    return trying


def _add_grade(commands: Any) -> argparse.ArgumentParser:
    """Add the command that grades what students handed in."""
    grading = commands.add_parser("grade", help="grade what students handed in")
    grading.add_argument("assignment", metavar="NN_name")
    grading.add_argument("--student", default="*", metavar="NAME", help="by default all")
    grading.add_argument(
        "--jobs", type=int, default=0, metavar="N", help="processes; by default one a core"
    )
    grading.add_argument(
        "--scheduler", default="", metavar="ADDRESS", help="of a Dask cluster that is to grade"
    )
    grading.add_argument("--force", action="store_true", help="also what has not changed")
    grading.add_argument(
        "--unsafe", action="store_true", help="run students' code without a sandbox, as you"
    )
    return grading


def _add_report(commands: Any) -> argparse.ArgumentParser:
    """Add the command that says what the class has not understood."""
    reporting = commands.add_parser("report", help="what the class has not understood")
    reporting.add_argument("assignment", metavar="NN_name")
    reporting.add_argument(
        "--student", default="", metavar="NAME", help="a page for a talk with one student"
    )
    reporting.add_argument(
        "--smallest",
        type=int,
        default=5,
        metavar="N",
        help="say nothing of fewer students than that; by default %(default)s",
    )
    return reporting


def _add_export(commands: Any) -> argparse.ArgumentParser:
    """Add the command that writes points for a learning platform."""
    exporting = commands.add_parser("export", help="points for Canvas, Moodle or a spreadsheet")
    exporting.add_argument("assignments", nargs="+", metavar="NN_name")
    exporting.add_argument("--to", choices=("canvas", "moodle", "csv"), default="csv")
    exporting.add_argument(
        "--roster", type=Path, metavar="FILE", help="the class list, a CSV file from the platform"
    )
    exporting.add_argument(
        "--match", default="", metavar="COLUMN", help="the column that says who is who"
    )
    exporting.add_argument(
        "--by", choices=("total", "exercise"), default="total", help="a column each"
    )
    exporting.add_argument(
        "--into", type=Path, metavar="FILE", help="by default grading/points_….csv"
    )
    return exporting


if __name__ == "__main__":
    sys.exit(main())
