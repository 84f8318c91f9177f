"""Settings of the test run, also for the processes that tests start; a database for two files."""

import getpass
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

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


@pytest.fixture(scope="module")
def postgresql(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], str]]:
    """Start a server that only a socket in a folder of its own leads to.

    Yields what makes a database there and returns its URL.
    """
    psycopg2 = pytest.importorskip("psycopg2", reason="no driver for PostgreSQL is installed")
    programs = max(Path("/usr/lib/postgresql").glob("*/bin"), default=Path("/usr/bin"))
    if not (programs / "initdb").exists():
        pytest.skip("no PostgreSQL server is installed")
    folder = tmp_path_factory.mktemp("postgresql")
    user = "postgres" if os.getuid() == 0 else getpass.getuser()  # it refuses to run as root
    shutil.chown(folder, user)
    for above in folder.parents[:3]:
        above.chmod(above.stat().st_mode | 0o011)

    def run(program: str, *arguments: str | Path) -> None:
        command = [programs / program, *arguments]
        subprocess.run(command, user=user, cwd=folder, check=True, stdout=subprocess.DEVNULL)

    data = ("--pgdata", folder / "data")
    run("initdb", "--no-sync", "--auth=trust", f"--username={user}", *data)
    settings = f"-c listen_addresses='' -c unix_socket_directories='{folder}'"
    run("pg_ctl", *data, "--log", folder / "log", "--wait", "start", "--options", settings)

    def made(name: str) -> str:
        connection = psycopg2.connect(host=str(folder), user=user, dbname="postgres")
        connection.autocommit = True
        connection.cursor().execute(f"CREATE DATABASE {name}")
        connection.close()
        return f"postgresql+psycopg2://{user}@/{name}?host={folder}"

    yield made
    run("pg_ctl", *data, "stop", "--mode=immediate")
