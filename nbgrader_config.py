"""Settings of the course for nbgrader; every `nbgrader` command run in this folder reads them."""

from nbconvert.preprocessors import TagRemovePreprocessor
from nbgrader.converters import GenerateAssignment

c = get_config()  # noqa: F821  (nbgrader defines it)

c.CourseDirectory.course_id = "backprop"
c.CourseDirectory.source_directory = "solutions"
c.CourseDirectory.release_directory = "notebooks"
# Made by `nbgrader generate_solution` alone; its default would stand beside solutions/.
c.CourseDirectory.solution_directory = "solutions_without_checks"
# Formgrader and a command at the same time: wait for one another instead of giving up.
c.CourseDirectory.db_url = "sqlite:///gradebook.db?timeout=60"

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
c.Execute.shutdown_kernel = "immediate"
# What students' cells put out is shown to instructors: scripts in it must not run.
c.HTMLExporter.sanitize_html = True
