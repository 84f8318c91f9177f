"""For instructors: building the notebooks and trying out the grading."""
