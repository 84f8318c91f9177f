"""Settings of the course for nbgrader; every `nbgrader` command run in this folder reads them."""

from pathlib import Path

from nbconvert.preprocessors import TagRemovePreprocessor
from nbgrader.converters import GenerateAssignment, GenerateFeedback
from nbgrader.coursedir import CourseDirectory

from bpgrade import autograde, feedback

c = get_config()  # noqa: F821  (nbgrader defines it)

c.CourseDirectory.course_id = "backprop"
c.CourseDirectory.source_directory = "solutions"
c.CourseDirectory.release_directory = "notebooks"
# Where `nbgrader generate_solution` puts what is handed out later; its default is solution/.
c.CourseDirectory.solution_directory = "solutions_handed_out"
# Formgrader and a command at the same time wait for one another instead of giving up.
_gradebook = Path(__file__).resolve().with_name("gradebook.db")
c.CourseDirectory.db_url = f"sqlite:///{_gradebook.as_posix()}?timeout=60"

# `nbgrader autograde` and Formgrader's button grade like `python -m bpgrade grade`: students' code
# runs in a sandbox, and no submission ends a batch.
autograde.install()
# The record of how a submission was graded holds what its probes were drawn from.
c.CourseDirectory.ignore = [
    *CourseDirectory.class_traits()["ignore"].default(),
    "*.record.json",
]

# Cells tagged "solution" explain the answers: learners get the notebook without them.
c.TagRemovePreprocessor.enabled = True
c.TagRemovePreprocessor.remove_cell_tags = {"solution"}
c.GenerateAssignment.preprocessors = [
    TagRemovePreprocessor,
    *GenerateAssignment.class_traits()["preprocessors"].default(),
]

# Feedback: the verdict on top, figures drawn in the sandbox, no script and no network in the page.
c.GenerateFeedback.exporter_class = feedback.FeedbackExporter
c.GenerateFeedback.preprocessors = [
    feedback.Draw,
    feedback.VerdictOnTop,
    *GenerateFeedback.class_traits()["preprocessors"].default(),
]
# Instructors see in Formgrader what students' cells hold: nothing of it may run there.
c.HTMLExporter.sanitize_html = True
c.TemplateExporter.filters = {
    "clean_html": feedback.clean_html,
    "markdown2html": feedback.clean_markdown,
}
