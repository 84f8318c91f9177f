"""Settings of the course for nbgrader; every `nbgrader` command run in this folder reads them."""

from pathlib import Path

import bleach
from bleach.css_sanitizer import CSSSanitizer
from nbconvert.preprocessors import TagRemovePreprocessor
from nbgrader.converters import GenerateAssignment

c = get_config()  # noqa: F821  (nbgrader defines it)

c.CourseDirectory.course_id = "backprop"
c.CourseDirectory.source_directory = "solutions"
c.CourseDirectory.release_directory = "notebooks"
# Where `nbgrader generate_solution` puts what is handed out later; its default is solution/.
c.CourseDirectory.solution_directory = "solutions_handed_out"
# Formgrader and a command at the same time wait for one another instead of giving up.
_gradebook = Path(__file__).resolve().with_name("gradebook.db")
c.CourseDirectory.db_url = f"sqlite:///{_gradebook.as_posix()}?timeout=60"

# Cells tagged "solution" explain the answers: learners get the notebook without them.
c.TagRemovePreprocessor.enabled = True
c.TagRemovePreprocessor.remove_cell_tags = {"solution"}
c.GenerateAssignment.preprocessors = [
    TagRemovePreprocessor,
    *GenerateAssignment.class_traits()["preprocessors"].default(),
]

# A check cell that a student deleted is put back and counts.
c.OverwriteCells.add_missing_cells = True
# The longest cell takes a few seconds; an endless loop costs this much at every call of it.
c.Execute.timeout = 30
# Outputs come late on a busy machine; by default nbgrader gives the student up after 4 s.
c.Execute.iopub_timeout = 30
# Without this every kernel that starts warns the instructor of connections on this machine.
c.Execute.extra_arguments = [
    "--IPKernelApp.log_level=ERROR",
    "--HistoryManager.hist_file=:memory:",
]
c.Execute.shutdown_kernel = "immediate"


def clean_html(html: str) -> str:
    """Remove what could run or load something, and keep how the checks' cards look."""
    tags = "br code details div p pre span summary table tbody td th thead tr"
    styles = "border-left display gap line-height margin margin-top max-width min-width opacity"
    return bleach.clean(
        html,
        tags={*bleach.ALLOWED_TAGS, *tags.split()},
        attributes={**bleach.ALLOWED_ATTRIBUTES, "*": ["class", "id", "style"]},
        css_sanitizer=CSSSanitizer([*styles.split(), "padding", "white-space"]),
    )


# Instructors see what students' cells put out: scripts in it must not run.
c.HTMLExporter.sanitize_html = True
c.TemplateExporter.filters = {"clean_html": clean_html}
