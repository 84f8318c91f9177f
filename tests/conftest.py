"""Settings of the test run, also for the processes that tests start."""

import os

import pytest
from xdist.scheduler import LoadScopeScheduling

# The matrices are small: on a busy machine several threads for each cost more than they bring.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

SPREAD = {"test_answers", "test_lend", "test_proof", "test_release", "test_rows", "test_solutions"}
"""Files whose tests share nothing but what is kept of an exercise: its tests go to one worker."""
LONGEST = (
    "test_hub",
    *("test_widgets_browser", "test_playground", "test_grading", "test_class", "test_attacks"),
    *("test_figures", "test_house", "test_honest_figures", "test_repair"),
)
"""Files that take longest: they are begun first."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what takes longest, and end with what any worker may take."""

    def place(item: pytest.Item) -> int:
        name = item.path.stem
        return LONGEST.index(name) if name in LONGEST else len(LONGEST) + (name in SPREAD)

    items.sort(key=place)


class _Scheduling(LoadScopeScheduling):
    """A file's tests go to one worker, for the sake of what they share, but for those in SPREAD.

    Of these, the tests of all files with the same parameters go to one worker.
    """

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.split("::")[0]
        if os.path.basename(file).removesuffix(".py") not in SPREAD:
            return file
        return nodeid.partition("[")[2] or nodeid


def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> LoadScopeScheduling:
    """Return how tests are shared out among the workers."""
    return _Scheduling(config, log)
