"""Settings of the test run, also for the processes that tests start."""

import os

import pytest

# The matrices are small: on a busy machine several threads for each cost more than they bring.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

SPREAD = {"test_answers", "test_lend", "test_proof", "test_release", "test_rows", "test_solutions"}
"""Files whose tests share nothing: any worker may take any of them."""
LONGEST = (
    *("test_widgets_browser", "test_playground", "test_grading", "test_class", "test_attacks"),
    *("test_figures", "test_house", "test_honest_figures", "test_repair"),
)
"""Files that a worker takes as a whole, those that take longest: they are begun first."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep the tests of a file on one worker where they share something; begin with long ones."""

    def place(item: pytest.Item) -> int:
        name = item.path.stem
        return LONGEST.index(name) if name in LONGEST else len(LONGEST) + (name in SPREAD)

    for item in items:
        if item.path.stem not in SPREAD:
            item.add_marker(pytest.mark.xdist_group(item.path.stem))
    items.sort(key=place)
