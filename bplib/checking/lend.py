"""`lend`: a function for now, so that one unsolved exercise does not stop the rest of a notebook.

What is lent is the exercise's truth: numbers by nudging, right and slow, with no formula in them.
It stays until the reader writes a function of that name. Running the stub as it was handed out is
not that: after such a cell the loan is put back.
"""

import inspect
import sys
from typing import Any

from bplib import derivatives, progress
from bplib.checking.asked import nearest
from bplib.checking.cards import card, show, show_above_error
from bplib.course import all_exercises, find, in_notebook
from bplib.course.exercise import Exercise

_DEFAULTS = {"step": 1e-5}


class Lent:
    """The truth of an exercise, callable as a reader's answer would be.

    Attributes
    ----------
    lent : bool
        True, by which `check` knows it; `is_lent` asks for it.
    """

    lent = True

    def __init__(self, exercise: Exercise):
        self.__name__ = exercise.name
        self.__signature__ = inspect.Signature(
            [
                inspect.Parameter(
                    name,
                    inspect.Parameter.POSITIONAL_OR_KEYWORD,
                    default=_DEFAULTS.get(name, inspect.Parameter.empty),
                )
                for name in exercise.arguments
            ]
        )
        self._truth = exercise.truth

    def __call__(self, *positional: Any, **named: Any) -> Any:
        """Return the right result, found without the formula that is asked for."""
        bound = self.__signature__.bind(*positional, **named)
        bound.apply_defaults()
        progress.note_use(self.__name__)
        with derivatives.not_counted():
            return self._truth(*bound.arguments.values())

    def __repr__(self) -> str:
        return f"<{self.__name__}, lent>"


class NothingToLend(LookupError):
    """There is nothing of that name to lend. A notebook shows its card; no traceback."""

    def _render_traceback_(self) -> list[str]:
        show_above_error(card("Nothing is lent.", [("", str(self))], "open"))
        return [str(self)]


def lend(name: str, notebook: str | None = None) -> None:
    """Lend a function to the notebook, so that what comes after it runs.

    It computes by brute force: right, slow, and worth no points. A function of your own ends the
    loan as soon as its cell is run; the stub as it was handed out does not.

    Parameters
    ----------
    name : str
        The exercise; "all" lends those of the whole notebook that are not written yet.
    notebook : str, optional
        Which notebook, where none has begun (`bplib.begin`, in its first cell).

    Raises
    ------
    NothingToLend
        If there is no such exercise; the message names those there are.
    """
    namespace = sys._getframe(1).f_globals
    notebook = notebook or progress.open_notebook()
    if name != "all":
        chosen: tuple[Exercise, ...] = (_asked_for(name, notebook),)
    elif notebook is None:
        raise NothingToLend('lend("all") needs to know the notebook: lend("all", "02_gradient")')
    else:
        chosen = tuple(
            exercise
            for exercise in in_notebook(notebook)
            if not is_own(namespace.get(exercise.name))
        )
    loans = namespace.setdefault(_LOANS, {})
    for exercise in chosen:
        loans[exercise.name] = namespace[exercise.name] = Lent(exercise)
        progress.note_loan(exercise.name)
    _watch()
    names = ", ".join(exercise.name for exercise in chosen) or "nothing"
    text = (
        "Computed by brute force: right, and slow. No points; a function of your own ends the loan."
    )
    show(card(f"Lent to you for now: {names}.", [("", text)], "open"), f"Lent: {names}. {text}")


def _asked_for(name: str, notebook: str | None) -> Exercise:
    """Return the exercise of that name; say so where there is none."""
    try:
        return find(name, notebook=notebook)
    except LookupError:
        known = in_notebook(notebook) if notebook else all_exercises()
        names = list(dict.fromkeys(exercise.name for exercise in known))
        near = nearest(str(name), names)
        meant = f' Is it lend("{near}") that you mean?' if near else ""
        raise NothingToLend(
            f"Nothing is called {name!r} here; what can be lent is {', '.join(names)}, "
            f'or "all" of them.{meant}'
        ) from None


def is_lent(function: Any) -> bool:
    """Say whether a function is lent."""
    return getattr(function, "lent", False) is True


def is_stub(function: Any) -> bool:
    """Say whether a function is as it was handed out: all it does is to raise."""
    code = getattr(function, "__code__", None)
    return code is not None and code.co_names == ("NotImplementedError",)


def is_own(function: Any) -> bool:
    """Say whether a reader has written a function."""
    return callable(function) and not is_stub(function) and not is_lent(function)


_LOANS = "_lent"  # the name, in the notebook's own namespace, of what is lent there


def _watch() -> None:
    """After every cell, put back what a stub has taken the place of."""
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython is not None else None
    if shell is not None and _put_back not in shell.events.callbacks["post_run_cell"]:
        shell.events.register("post_run_cell", _put_back)


def _put_back(result: Any = None) -> None:
    from IPython import get_ipython

    namespace = get_ipython().user_ns
    loans = namespace.get(_LOANS, {})
    for name, lent in list(loans.items()):
        now = namespace.get(name)
        if is_own(now):
            del loans[name]
            progress.end_loan(name)
        elif now is not lent:
            namespace[name] = lent
