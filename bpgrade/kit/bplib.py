"""Stands where `bplib` itself stands in a notebook while points are given.

Its modules are there, as far as answers may use them. Checks, hints, questions and figures are
not: whatever else a notebook takes from `bplib` does nothing.
"""

from importlib import import_module
from typing import Any


class Nothing:
    """What does nothing, whatever is asked of it."""

    def __call__(self, *_: Any, **__: Any) -> None:
        """Do nothing."""

    def __getattr__(self, name: str) -> "Nothing":
        """Return something that does nothing."""
        if name.startswith("__"):
            raise AttributeError(name)
        return self


class Lent:
    """A function that is lent: the grader gives it no points, and puts a right one in its place."""

    lent = True

    def __call__(self, *_: Any, **__: Any) -> None:
        """Say that there is nothing to compute with here."""
        raise NotImplementedError("this function is lent")


def lend(name: str, *_: Any, **__: Any) -> None:
    """Lend a function to the notebook."""
    if name != "all":
        get_ipython().user_ns[name] = Lent()  # type: ignore[name-defined]  # noqa: F821


def __getattr__(name: str) -> Any:
    """Return a module that answers may use, or what does nothing."""
    if name.startswith("__"):
        raise AttributeError(name)
    try:
        return import_module(f"bplib.{name}")
    except ModuleNotFoundError:
        return Nothing()
