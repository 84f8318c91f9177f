"""Stands where `bplib.checking` stands in a notebook while points are given.

Verdicts are made by the grader, outside this process. What a notebook's cells call does nothing.
"""

from typing import Any


class CheckFailed(AssertionError):
    """An answer is not right yet; never raised here."""


def check(*_: Any, **__: Any) -> None:
    """Do nothing: the grader checks."""


def hint(*_: Any, **__: Any) -> None:
    """Do nothing: nobody reads."""


def quick(*_: Any, **__: Any) -> None:
    """Do nothing: quick questions are not graded."""


def install() -> None:
    """Do nothing: errors are shown as they are."""
