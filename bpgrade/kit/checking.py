"""Stands where `bplib.checking` stands in a notebook while points are given.

Verdicts are made by the grader, outside this process: what cells call here does nothing.
"""


def install() -> None:
    """Do nothing: errors are shown as they are."""
