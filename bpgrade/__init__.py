"""For instructors and authors: building the notebooks, grading them, trying the grading out."""

import sys

# With nbformat comes a library that compiles a grammar of web addresses when it is imported, 1.6 s,
# if this module is there. Notebooks hold nothing that it would check.
sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]
