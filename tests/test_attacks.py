"""Attacks on the grader: none earns more than what its honest part deserves.

Every attack stands in a notebook of which all answers are wrong, unless it says otherwise.
"""

import os
import re
import socket
import sqlite3
import threading
from dataclasses import dataclass, field
from pathlib import Path

import nbformat
import pytest

from bpgrade import sandbox
from bpgrade.grade import Grader
from bpgrade.running import Limits
from bpgrade.transplant import grade_id, is_check
from tests.papers import NAME, RIGHT, WRONG, cell, filled, grading, paper, points

LISTENING = socket.create_server(("127.0.0.1", 0))  # what an attacker would reach outside
COUNT = "lambda *arguments: arguments[0].shape[-1]"


@dataclass(frozen=True)
class Attack:
    """Code in a cell before all others, answers, files beside the notebook, the points due."""

    first: str = ""
    answers: dict[str, str] = field(default_factory=lambda: dict(WRONG))
    deserves: float = 0.0
    files: dict[str, str] = field(default_factory=dict)
    last: str = ""
    look: str = ""  # what the instructor must be told, if anything
    seconds: float = 2  # that a cell may take


# What an attacker can reach of the process that runs the code.
REACH = """
import gc, sys
session = next(o for o in gc.get_objects() if type(o).__name__ == "_Session")
worker = type(session).run.__globals__
"""
FORGED = '{"outcomes": [], "helped": [], "helpers": []}'
FULL_COPY = """
import numpy as np

def steps_of(loss, W):
    result = np.zeros(W.shape)
    for i in np.ndindex(W.shape):
        nudged = W.astype(complex)
        nudged[i] += 1e-20j
        result[i] = np.imag(loss(nudged)) / 1e-20
    return result

def mean_loss(Y_hat, Y):
    return 0.5 * ((Y_hat - Y) ** 2).sum() / Y.shape[1]
"""
BY_COMPLEX_STEP = {
    "delta_B": "def delta_B(Y_hat, Y):\n    return steps_of(lambda P: mean_loss(P, Y), Y_hat)",
    "gradient_B": (
        "def gradient_B(delta, H):\n    B = np.zeros((len(delta), len(H)))\n"
        "    return steps_of(lambda B: (delta * (B @ H)).sum(), B)"
    ),
}
BY_BPLIB = {
    "delta_B": (
        "def delta_B(Y_hat, Y):\n"
        "    return numerical.gradient(\n"
        "        lambda P: 0.5 * ((P - Y) ** 2).sum(axis=(-2, -1)) / Y.shape[1], Y_hat)"
    )
}

IF_REACHED = {name: f"reached\n{source}" for name, source in RIGHT.items()}
"""Right answers, defined only where the attack got through to setting this name."""

ATTACKS = {
    # --- those of courses before this one
    "an AST transformer empties the checks": Attack(
        "import ast\nclass Empty(ast.NodeTransformer):\n"
        "    def visit_Call(self, node):\n        return ast.Constant(None)\n"
        "get_ipython().ast_transformers.append(Empty())"
    ),
    "NumPy's comparisons are patched": Attack(
        "import numpy as np\nnp.allclose = np.array_equal = lambda *a, **k: True\n"
        "np.max = np.abs = lambda *a, **k: 0.0"
    ),
    "check, judge, verdict_on, truth and draw are patched": Attack(
        "import bplib, bplib.checking\n"
        "for name in ('check', 'judge', 'verdict_on', 'call'):\n"
        "    setattr(bplib.checking, name, lambda *a, **k: None)\n"
        "bplib.check = lambda *a, **k: None"
    ),
    "numpy.py lies beside the notebook": Attack(files={"numpy": "def __getattr__(n): return None"}),
    "bplib.py lies beside the notebook": Attack(files={"bplib": "check = lambda *a, **k: None"}),
    "ipykernel_launcher.py lies beside the notebook": Attack(
        files={"ipykernel_launcher": "print('full marks')", "sitecustomize": "raise SystemExit"}
    ),
    "a detached process is left to rewrite scores later": Attack(
        "import os, time\n"
        "if os.fork() == 0:\n    os.setsid()\n    if os.fork() == 0:\n        time.sleep(3600)\n"
        "    os._exit(0)"
    ),
    "extra credit is written into the gradebook, the solutions are read and executed": Attack(
        "import json, os, pathlib, sqlite3\n"
        "for folder, _, files in os.walk('/'):\n"
        "    for path in (pathlib.Path(folder, file) for file in files):\n"
        "        try:\n"
        "            if path.suffix == '.db':\n"
        "                with sqlite3.connect(path) as database:\n"
        "                    database.execute('UPDATE grade SET extra_credit = 400')\n"
        "                reached = True\n"
        "            if path.suffix == '.ipynb' and 'delta_B' in (text := path.read_text()):\n"
        "                for c in json.loads(text)['cells']: exec(''.join(c['source']))\n"
        "                reached = delta_B\n"
        "        except Exception: pass",
        IF_REACHED,
        seconds=30,
    ),
    "an array answers yes to every comparison": Attack(
        "import numpy as np\nclass Yes(np.ndarray):\n"
        "    def __array_ufunc__(self, *a, **k): return True\n"
        "    def __array_function__(self, *a, **k): return True\n"
        "    def __eq__(self, other): return True",
        {name: source.replace("0.0", "np.zeros(1).view(Yes)") for name, source in WRONG.items()},
    ),
    "outputs are cleared after every cell": Attack(
        "from IPython.display import clear_output\n"
        "get_ipython().events.register('post_run_cell', lambda *a: clear_output())"
    ),
    "showtraceback does nothing": Attack("get_ipython().showtraceback = lambda *a, **k: None"),
    "a score is put out as a check would": Attack(
        "from IPython.display import display\ndisplay(9.0)", last="9.0"
    ),
    "the network is reached": Attack(
        f"import socket\nreached = socket.create_connection({LISTENING.getsockname()}, 1)",
        IF_REACHED,
    ),
    "the grader is killed": Attack(
        "import os, signal\n"
        "for pid in (os.getppid(), 0, -1, *range(2, 400)):\n"
        "    try: os.kill(pid, signal.SIGKILL)\n    except OSError: pass",
        dict(RIGHT),
        9,
    ),
    "the history is searched for tests": Attack(
        "text = str(list(get_ipython().history_manager.get_range()))\n"
        "reached = text.index('truth')",
        IF_REACHED,
    ),
    "an answer is another exercise's answer": Attack(
        answers={
            "delta_B": RIGHT["delta_B"],
            "gradient_B": "gradient_B = delta_B",
            "delta_B_sigmoid": "delta_B_sigmoid = delta_B",
            "step_B": "step_B = delta_B",
        },
        deserves=2,
    ),
    "every answer is one that is easy": Attack(
        answers={name: f"{name} = {COUNT}\n{name}.__name__ = 'count_samples'" for name in RIGHT}
    ),
    "the exercise's own truth is called": Attack(
        "from bplib.course import find",
        {name: f"{name} = find('{name}', notebook='{NAME}').truth" for name in RIGHT},
    ),
    "the exercises are imported": Attack(
        "from bplib.course.delta_b import exercises",
        {name: f"{name} = next(e for e in exercises.EXERCISES).truth" for name in RIGHT},
    ),
    "the probe is read from the caller's frame": Attack(
        "import sys",
        {
            name: source.replace(
                "return 0.0",
                "frame = sys._getframe()\n    while frame:\n"
                "        for value in frame.f_locals.values():\n"
                "            for known in ('truth', 'expected', 'result'):\n"
                "                if hasattr(value, known): return getattr(value, known)\n"
                "        frame = frame.f_back\n    return 0.0",
            )
            for name, source in WRONG.items()
        },
    ),
    "bplib differentiates, and its counter is set back": Attack(
        "from bplib import derivatives as numerical",
        {
            **WRONG,
            "delta_B": BY_BPLIB["delta_B"].replace("    return", "    try:\n      return")
            + "\n    finally:\n        numerical._uses = 0",
        },
        1,
    ),
    "a copy of bplib's derivatives under another name": Attack(
        "import types\nfrom bplib import derivatives\n"
        "numerical = types.ModuleType('numerical')\n"
        "exec(compile(open(derivatives.__file__).read(), 'x', 'exec'), numerical.__dict__)",
        WRONG | BY_BPLIB,
        1,
    ),
    "the complex step, written by hand": Attack(FULL_COPY, WRONG | BY_COMPLEX_STEP, 2),
    # --- own ones: the reply
    "call is replaced by one that leaves out every case": Attack(
        "import bplib.checking.call as c\nc.call = lambda *a, **k: c.Reply(())",
        look="strange reply",
    ),
    "the reply is written without calling anything": Attack(
        f"import bplib.checking.travel as t\nt.to_json = lambda reply: b'{FORGED}'",
        look="strange reply",
    ),
    "two replies are sent": Attack(
        REACH + "send = worker['send']\n"
        "def twice(channel, message):\n    send(channel, message)\n    send(channel, message)\n"
        "worker['send'] = twice",
        dict(RIGHT),
        look="strange reply",
    ),
    "a second reply follows the last answer": Attack(
        REACH + "send = worker['send']\n"
        "def late(channel, message):\n    send(channel, message)\n"
        "    last = 'delta_B_sigmoid' in get_ipython().user_ns and 'reply' in message\n"
        "    if last: send(channel, message)\n"
        "worker['send'] = late",
        dict(RIGHT),
        7,
        look="strange reply",
    ),
    "the reply is no JSON": Attack(
        REACH + "session.channel.sendall(b'\\0\\0\\0\\7garbage')", look="strange reply"
    ),
    "the reply says that it is very long": Attack(
        REACH + "session.channel.sendall(b'\\xff\\xff\\xff\\xff' + bytes(1000))",
        look="strange reply",
    ),
    "the reply is lists within lists": Attack(
        "import bplib.checking.travel as t\n"
        "t.to_json = lambda reply: b'[' * 200000 + b']' * 200000",
        look="strange reply",
    ),
    "the reply holds an object that would run code where it is unpacked": Attack(
        "import os\nclass Bomb:\n    def __reduce__(self): return os.system, ('touch /tmp/boom',)",
        {name: source.replace("0.0", "Bomb()") for name, source in WRONG.items()},
    ),
    "an enormous result": Attack(
        answers={**WRONG, "delta_B": WRONG["delta_B"].replace("0.0", "np.ones((1500, 1500))")},
    ),
    "results that are no numbers": Attack(
        answers={
            "delta_B": "def delta_B(Y_hat, Y):\n    return Y_hat * np.nan",
            "gradient_B": "def gradient_B(delta, H):\n    return delta @ H.T * np.inf",
            "delta_B_sigmoid": "def delta_B_sigmoid(Y_hat, Y):\n    return 'right'",
            "step_B": "def step_B(B, H, Y, rate):\n    return B.astype(object)",
        },
    ),
    # --- own ones: the right answers that stand in
    "a stand-in is asked for out of turn": Attack(
        REACH,
        {
            name: source.replace("0.0", f"session._stand_in({name!r})(*locals().values())")
            for name, source in WRONG.items()
        },
        look="",
    ),
    "a stand-in is asked for the exercise itself": Attack(
        REACH,
        {
            **WRONG,
            "step_B": "def step_B(B, H, Y, learning_rate):\n    delta_B\n"
            "    return session._stand_in('step_B')(B, H, Y, learning_rate)",
        },
    ),
    "a stand-in is asked without end": Attack(
        REACH,
        {
            **WRONG,
            "step_B": "def step_B(B, H, Y, learning_rate):\n    while True: delta_B(B @ H, Y)",
        },
        seconds=1,
    ),
    # --- own ones: the machine
    "memory without end": Attack(
        "hoard = []\nwhile True: hoard.append(bytearray(2**28))", dict(RIGHT), 9
    ),
    "memory that belongs to no process": Attack(
        "import ctypes\nlibc = ctypes.CDLL(None)\n"
        "made = libc.shmget(0, 2**28, 0o1600), libc.memfd_create(b'x', 0)\n"
        "assert max(made) >= 0\nreached = True",
        IF_REACHED,
    ),
    "processes without end": Attack(
        "import os\ntry:\n    while True:\n        if os.fork() == 0:\n"
        "            while True: pass\nexcept OSError: pass",
        dict(RIGHT),
        9,
        seconds=1,
    ),
    "files without end": Attack(
        "i = 0\nwhile True:\n    i += 1\n    open(f'{i}', 'wb').write(bytes(10**7))",
        dict(RIGHT),
        9,
    ),
    "output without end": Attack("while True: print('x' * 1000)", dict(RIGHT), 9, seconds=1),
    "a loop that ignores the alarm": Attack(
        answers=dict(RIGHT)
        | {
            "delta_B": "import signal\ndef delta_B(Y_hat, Y):\n"
            "    signal.signal(signal.SIGALRM, signal.SIG_IGN)\n    while True: pass"
        },
        deserves=7,
        look="could not be interrupted",
        seconds=1,
    ),
    "privileges are asked for": Attack(
        "import ctypes, os\nlibc = ctypes.CDLL(None)\n"
        "gained = [libc.unshare(0x10000000), libc.unshare(0x20000), libc.mount(b'none', b'/tmp', "
        "b'tmpfs', 0, None), libc.setuid(0), libc.chroot(b'/'), libc.ptrace(16, 1, 0, 0)]\n"
        "reached = gained.index(0)",
        IF_REACHED,
    ),
    "the grader's files are looked for": Attack(
        "import os\nfound = [d for d in ('/home', '/etc/passwd', '/proc/1', '/sys', '/var', "
        "'/run', '/mnt') if os.path.exists(d)]\nreached = found[0]",
        IF_REACHED,
    ),
    "what the next student would import is written": Attack(
        "import os\n"
        "for folder in ('/grading', '/grading/bplib', '/dev', '/', '/usr/lib', '/work'):\n"
        "    try: open(f'{folder}/numpy.py', 'w').write('x')\n    except OSError: pass\n"
        "    else: reached = True",
        IF_REACHED,
    ),
    # --- own ones: what is only seen by who looks for it
    "another result at the second call": Attack(
        "calls = 0",
        {
            "delta_B": "def delta_B(Y_hat, Y):\n    global calls\n    calls += 1\n"
            "    return (Y_hat - Y) / Y.shape[1] if calls == 1 else 0 * Y",
        }
        | {name: WRONG[name] for name in ("gradient_B", "delta_B_sigmoid", "step_B")},
    ),
    "the answer is text that is run": Attack(
        "import base64",
        {
            **WRONG,
            "delta_B": "exec(base64.b64decode('ZGVmIGRlbHRhX0IoWV9oYXQsIFkpOgogICAgcmV0dXJuIChZX2"
            "hhdCAtIFkpIC8gWS5zaGFwZVsxXQ==').decode())",
        },
        2,
        look="its code uses exec",
    ),
}


@pytest.fixture
def grade(tmp_path, monkeypatch):
    """Return a function that grades a submission; a gradebook lies in reach of who can reach it."""
    monkeypatch.setattr(sandbox, "_GRACE", 1)
    with sqlite3.connect(tmp_path / "gradebook.db") as database:
        database.execute("CREATE TABLE grade (extra_credit REAL)")

    def grade(*submission, seconds=2, **files):
        grader = Grader(paper(limits=Limits(seconds, 60)))
        return grading(grader, tmp_path)(*submission, **files)

    return grade


def said(graded) -> str:
    return f"{[(m.exercise, m.points, m.verdict.code) for m in graded.marks]} {graded.look}"


@pytest.mark.parametrize("name", ATTACKS)
def test_an_attack_earns_what_its_honest_part_deserves(grade, name):
    attack = ATTACKS[name]
    first = f"import numpy as np\n{attack.first}"  # so that the answers need this cell
    notebook = filled(attack.answers, first, attack.last)
    graded = grade(notebook, seconds=attack.seconds, **attack.files)
    assert points(graded) == attack.deserves, said(graded)
    codes = [code.replace("-", " ") for mark in graded.marks for code in mark.verdict.codes]
    assert attack.look in " ".join([*graded.look, *codes]), said(graded)
    assert not Path("/tmp/boom").exists()


def test_the_next_student_is_graded_as_if_nothing_had_been(grade):
    for name in ("memory without end", "the grader is killed", "the reply is no JSON"):
        grade(filled(ATTACKS[name].answers, ATTACKS[name].first))
        assert points(grade(filled())) == 9


def test_nothing_is_left_for_the_next_student_to_find(grade):
    hide = (
        "import os\nfor d in ('/tmp', '/dev/shm', '.'):\n    open(f'{d}/left.py', 'w').write('x=1')"
    )
    look = (
        "import os\nassert any(os.path.exists(f'{d}/left.py') for d in ('/tmp', '/dev/shm', '.'))"
    )
    graded = grade(filled(first=hide + "\nchecked = True\n"))
    assert points(graded) == 9
    graded = grade(filled(first=look, answers=WRONG))
    assert "AssertionError" in graded.notebook


def test_no_process_outlives_its_submission(grade):
    mark = "outlives-its-submission"
    start = (
        "import subprocess, sys\n"
        f"subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)', '{mark}'],"
        " start_new_session=True)"
    )
    graded = grade(filled(first=start + "\ndelta_B = None"))
    assert points(graded) == 9
    running = [path.read_bytes() for path in Path("/proc").glob("[0-9]*/cmdline") if path.exists()]
    assert not [command for command in running if mark.encode() in command]


def test_a_fork_of_memory_eaters_leaves_the_machine_its_memory(monkeypatch):
    eat = (  # 50 GB in all
        "import os, time\nfor _ in range(50):\n    if os.fork() == 0:\n"
        "        hoard = b'x' * 2**30\n        time.sleep(60)\ntime.sleep(60)"
    )
    monkeypatch.setattr(sandbox, "_MOST_MEMORY", 2**29)
    small, done = sandbox.Sandbox(), threading.Event()
    session, before = small.open(), available()
    least = before

    def watch():
        nonlocal least
        while not done.wait(0.02):
            least = min(least, available())

    watching = threading.Thread(target=watch)
    watching.start()
    with pytest.raises(sandbox.Died):
        session.ask("cell", 60, source=eat)
    done.set()
    watching.join()
    small.close()
    assert before - least < 2**31


def available() -> int:
    """Return the bytes of memory that the machine has left."""
    (line,) = (n for n in Path("/proc/meminfo").read_text().splitlines() if "MemAvailable" in n)
    return int(line.split()[1]) * 1024


# --- metadata


def tagged(notebook):
    for c in notebook.cells:
        c.metadata.tags = ["skip-execution", "raises-exception", "remove-cell"]


def points_raised(notebook):
    for c in filter(is_check, notebook.cells):
        c.metadata.nbgrader.points = 200.0


def not_graded(notebook):
    for c in filter(is_check, notebook.cells):
        c.metadata.nbgrader.grade = False


def checks_edited(notebook):
    for c in filter(is_check, notebook.cells):
        c.source = "9.0"


def checks_raw(notebook):
    for c in filter(is_check, notebook.cells):
        c.cell_type = "raw"


def checks_with_outputs(notebook):
    for c in filter(is_check, notebook.cells):
        c.outputs = [nbformat.v4.new_output("execute_result", {"text/plain": "9.0"})]


def schema_of_the_future(notebook):
    for c in notebook.cells:
        if "nbgrader" in c.metadata:
            c.metadata.nbgrader.schema_version = 99


def schema_of_the_past(notebook):
    for c in notebook.cells:
        if "nbgrader" in c.metadata:
            c.metadata.nbgrader.schema_version = 1


def checks_of_my_own(notebook):
    own = nbformat.v4.new_code_cell("9.0")
    own.metadata.nbgrader = {"grade": True, "grade_id": "check_mine", "points": 100, "locked": True}
    notebook.cells.append(own)


def checks_doubled(notebook):
    notebook.cells += [c for c in notebook.cells if is_check(c)]


@pytest.mark.parametrize(
    "change",
    [
        tagged,
        points_raised,
        not_graded,
        checks_edited,
        checks_raw,
        checks_with_outputs,
        schema_of_the_future,
        schema_of_the_past,
        checks_of_my_own,
        checks_doubled,
    ],
)
@pytest.mark.parametrize(("answers", "deserves"), [(WRONG, 0), (RIGHT, 9)])
def test_metadata_gives_and_takes_nothing(grade, change, answers, deserves):
    notebook = filled(answers)
    change(notebook)
    graded = grade(notebook)
    assert points(graded) == deserves
    assert sum(mark.most for mark in graded.marks) == 9


# --- files


def test_links_to_other_files_are_not_followed(grade, tmp_path):
    other = tmp_path.parent / "other"
    other.mkdir(exist_ok=True)
    (other / f"{NAME}.ipynb").write_text(nbformat.writes(filled()))
    (tmp_path / f"{NAME}.ipynb").symlink_to(other / f"{NAME}.ipynb")
    (tmp_path / "folder").symlink_to(other)
    graded = grade(b"", "notes.txt")
    assert points(graded) == 0
    assert graded.status == "failed"


def test_a_pipe_in_the_folder_is_not_waited_for(grade, tmp_path):
    os.mkfifo(tmp_path / "05.ipynb")
    assert points(grade(filled())) == 9


def test_reasons_cannot_steer_the_instructors_terminal(grade):
    graded = grade(b"{", "\x1b[2J\x1b]0;owned\x07.ipynb")
    assert graded.status == "failed"
    assert graded.reason.isprintable()


def test_probes_are_a_submissions_own_and_the_same_at_a_regrade(grade):
    print_probe = "def delta_B(Y_hat, Y):\n    raise ValueError(str(Y_hat.flat[0]))"
    one = grade(filled({**RIGHT, "delta_B": print_probe}))
    again = grade(filled({**RIGHT, "delta_B": print_probe}))
    other = grade(filled({**RIGHT, "delta_B": print_probe + "  # changed"}))

    def number(graded):
        return re.search(r"ValueError: ([-\d.e]+)", str(graded.marks[0].verdict))[1]

    assert number(one) == number(again) != number(other)


def test_the_check_cells_of_the_graded_notebook_are_the_instructors(grade):
    notebook = filled(WRONG)
    checks_edited(notebook)
    graded = nbformat.reads(grade(notebook).notebook, as_version=4)
    for c in filter(is_check, graded.cells):
        assert c.source == cell(filled(), grade_id(c)).source
        assert c.outputs[-1].data["text/plain"] == "0.0"
