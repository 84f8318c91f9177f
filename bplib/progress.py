"""What this kernel knows of its reader: which notebook is open, what has passed, what is lent.

Nothing is kept beyond the kernel: a restart starts afresh, as everything else in a notebook does.
"""

from bplib import course

_passed: set[tuple[str, str]] = set()
_uses: dict[str, int] = {}
_open = ""


def begin(notebook: str) -> None:
    """Say which notebook this is: every notebook does so in its first cell.

    From then on ``lend("all")`` knows what to lend, and ``hint("backward")`` which one is meant.

    Parameters
    ----------
    notebook : str
        One of `bplib.course.NOTEBOOKS`.

    Raises
    ------
    ValueError
        If there is no such notebook.
    """
    global _open
    _open = course.notebook(notebook).name


def open_notebook() -> str | None:
    """Return the notebook that has begun, None before that."""
    return _open or None


def note_check(notebook: str, exercise: str, right: bool) -> None:
    """Note whether the last check of an exercise has passed."""
    (_passed.add if right else _passed.discard)((notebook, exercise))


def has_passed(notebook: str, exercise: str) -> bool:
    """Say whether the last check of an exercise passed, in this kernel."""
    return (notebook, exercise) in _passed


def note_loan(name: str) -> None:
    """Note that a function is lent."""
    _uses.setdefault(name, 0)


def end_loan(name: str) -> None:
    """Note that a function is lent no longer."""
    _uses.pop(name, None)


def note_use(name: str) -> None:
    """Note that a lent function was called."""
    _uses[name] = _uses.get(name, 0) + 1


def uses(name: str) -> int:
    """Return how often a lent function has been called."""
    return _uses.get(name, 0)


def lent_and_used() -> tuple[str, ...]:
    """Return what is lent and has been called: a picture drawn now may rest on it."""
    return tuple(name for name, count in _uses.items() if count)
