"""Where learners' code runs: a warm process under bubblewrap, and a fork of it for a submission.

Inside there is Python, its packages, and a copy of the part of `bplib` that notebooks use: no
network, no home folder, no gradebook, no solutions, no other student, and none of the truths that
answers are held against. What runs there is `bpgrade.worker`.
"""

import atexit
import contextlib
import os
import secrets
import select
import shutil
import socket
import struct
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import bplib
from bpgrade import worker

_HERE = Path(__file__).parent
_LIBRARY = Path(bplib.__file__).parent
_FOR_POINTS = (  # all that an answer may use; none of these modules knows a truth
    *("network.py", "datasets.py", "trained.py", "finding.py", "data"),
    *(f"checking/{m}.py" for m in ("call", "kernel", "plain", "source", "trace", "traits")),
    *("checking/travel.py", "course/probe.py", "course/functions.py"),
    "course/debugging/planted.py",  # the notebook shows it; who mends a pass may call it
)
_STAND_INS = {  # what takes a module's place there, from bpgrade/kit
    "__init__.py": "bplib.py",
    "checking/__init__.py": "checking.py",
    "course/__init__.py": "__init__.py",
    "derivatives.py": "derivatives.py",
}
_START = 60  # seconds until the warm process must be there
_GRACE = 3  # seconds for a process to say that its time was over, before it is ended
_MOST_BYTES = 2**23  # of one answer
_MACHINE = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
_MOST_MEMORY = min(2**31, _MACHINE // 4)  # used by all processes of a submission together


Message = dict[str, Any]


class SandboxError(Exception):
    """There is no sandbox here; the message says what to do."""


class Died(Exception):
    """The learner's process ended."""


class TooLong(Exception):
    """The learner's process did not answer in time, not even that its time was over."""


class Strange(Exception):
    """The learner's process sent what was not asked for."""


class Sandbox:
    """A warm process that forks for submissions; started when the first one is opened.

    Parameters
    ----------
    points : bool
        Whether answers are called for points. Then nothing is drawn and nothing but what answers
        need is there. Otherwise notebooks run as a learner sees them, with all of `bplib`.
    unsafe : bool
        Run without bubblewrap, as the user who grades, with all their files.
    """

    def __init__(self, points: bool = True, unsafe: bool = False):
        self.points, self.unsafe = points, unsafe
        self._one = threading.Lock()  # figures are drawn in several threads
        self._process: subprocess.Popen[bytes] | None = None
        self._control: socket.socket | None = None
        self._folder: Path | None = None

    def open(self) -> "Session":
        """Return a new process for a submission.

        Raises
        ------
        SandboxError
            If bubblewrap is not there or cannot work here.
        """
        with self._one:
            for _ in range(2):  # the warm process may have been ended from outside
                control = self._start()
                mine, theirs = socket.socketpair()
                life, watched = socket.socketpair()
                with theirs, watched:
                    try:
                        socket.send_fds(control, [b"f"], [theirs.fileno(), watched.fileno()])
                        return Session(mine, life)
                    except OSError:
                        mine.close()
                        life.close()
                        self.close()
            raise SandboxError("The sandbox ended as soon as it was started.")

    def close(self) -> float:
        """End the warm process and all its forks; return the CPU seconds that they took."""
        cpu = 0.0
        if self._control is not None:
            with contextlib.suppress(OSError, struct.error):
                self._control.shutdown(socket.SHUT_WR)
                self._control.settimeout(_GRACE)
                (cpu,) = struct.unpack("!d", self._control.recv(8))
            self._control.close()
        if self._process is not None:
            self._process.kill()
            self._process.wait()
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)
        self._process = self._control = self._folder = None
        return cpu

    def _start(self) -> socket.socket:
        if self._control is not None:
            return self._control
        if not self.unsafe and not shutil.which("bwrap"):
            raise SandboxError(_refusal("bubblewrap (the command bwrap) is not installed."))
        self._folder = Path(tempfile.mkdtemp(prefix="bpgrade-"))
        _fill(self._folder, self.points)
        ours, theirs = socket.socketpair()
        with theirs, tempfile.TemporaryFile() as said:
            self._process = subprocess.Popen(
                self._command(theirs.fileno()),
                env=self._environment(theirs.fileno()),
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=said,
            )
            theirs.close()
            ours.settimeout(_START)
            ready = b""
            with contextlib.suppress(OSError):
                ready = ours.recv(1)
            ours.settimeout(None)
            self._control = ours
            if ready != b"r":
                self.close()
                said.seek(0)
                lines = said.read().decode(errors="replace").strip().splitlines()
                raise SandboxError(_refusal(f"It does not start: {' '.join(lines[-3:])}"))
        return ours

    def _environment(self, control: int) -> dict[str, str]:
        assert self._folder is not None
        home = str(self._folder) if self.unsafe else _scratch()
        return {
            "BPLIB": str(self._folder) if self.unsafe else "/grading",
            "CONTROL": str(control),
            "POINTS": "yes" if self.points else "no",
            "CONFINED": "no" if self.unsafe else "yes",
            "MEMORY": str(_MOST_MEMORY),
            "HOME": home,
            "TMPDIR": home,
            "MPLCONFIGDIR": f"{home}/fonts",
            "IPYTHONDIR": f"{home}/ipython",
            "PATH": "/usr/bin:/bin",
            "LANG": "C.UTF-8",
            "OPENBLAS_NUM_THREADS": "1",
            "OMP_NUM_THREADS": "1",
            "MKL_NUM_THREADS": "1",
            "PYTHONDONTWRITEBYTECODE": "1",
        }

    def _command(self, control: int) -> list[str]:
        assert self._folder is not None
        python = [sys.executable, "-I", "-W", "ignore"]
        if self.unsafe:
            return [*python, str(self._folder / "worker.py")]
        command = ["bwrap", "--die-with-parent", "--new-session", "--cap-drop", "ALL"]
        for kind in ("pid", "net", "ipc", "uts"):
            command += [f"--unshare-{kind}"]
        if os.getuid() == 0:  # so that the worker can become nobody
            command += ["--cap-add", "CAP_SETUID", "--cap-add", "CAP_SETGID"]
        else:
            command += ["--unshare-user"]
        command += ["--ro-bind", "/usr", "/usr"]
        for path in map(Path, ("/lib", "/lib32", "/lib64", "/bin", "/sbin")):
            if path.is_symlink():
                command += ["--symlink", os.readlink(path), str(path)]
            elif path.exists():
                command += ["--ro-bind", str(path), str(path)]
        for known in ("/etc/ld.so.cache", "/etc/alternatives", "/etc/localtime"):
            command += ["--ro-bind-try", known, known]
        for prefix in _prefixes():
            for parent in reversed(Path(prefix).parents[:-1]):
                command += ["--perms", "0755", "--dir", str(parent)]
            command += ["--ro-bind", prefix, prefix]
        command += ["--proc", "/proc", "--dev", "/dev", "--perms", "1777", "--tmpfs", _scratch()]
        command += ["--ro-bind", str(self._folder), "/grading"]
        command += ["--remount-ro", "/dev", "--remount-ro", "/"]
        return [*command, "--", *python, "/grading/worker.py"]


@cache
def shared(points: bool, unsafe: bool) -> Sandbox:
    """Return a sandbox that stays warm until this process ends."""
    sandbox = Sandbox(points, unsafe)
    atexit.register(sandbox.close)
    return sandbox


class Session:
    """One submission's process, seen from the grader."""

    def __init__(self, channel: socket.socket, life: socket.socket):
        self._channel, self._life = channel, life

    def ask(
        self,
        what: str,
        seconds: float,
        answer_questions: Callable[[Message, Callable[[Message], Message]], Message] | None = None,
        **arguments: Any,
    ) -> dict[str, Any]:
        """Ask for something and return the answer.

        Parameters
        ----------
        what : str
            A request that `worker` knows: "cell", "call", …
        seconds : float
            What the learner's code may take.
        answer_questions : callable, optional
            Answers the questions that the process asks before it answers itself. It is given the
            question, and a function that asks something back.
        **arguments
            What goes with the request.

        Raises
        ------
        Died, TooLong, Strange
            In place of an answer. The process is not there any more then.
        """
        # An answer is called with the learner's own helpers, then perhaps with right ones.
        deadline = time.monotonic() + (2 * seconds if what == "call" else seconds) + _GRACE
        asked = secrets.token_hex(8)

        def talk(message: Message) -> Message:
            if time.monotonic() > deadline:
                raise TimeoutError
            worker.send(self._channel, message)
            answer = worker.receive(self._channel, _MOST_BYTES, deadline)
            if answer.pop("asked", None) != asked:
                raise Strange("It answered what was not asked.")
            return answer

        try:
            self._expect_silence()
            answer = talk({"do": what, "asked": asked, "seconds": seconds, **arguments})
            while answer_questions and "stand_in" in answer:
                answer = talk(answer_questions(answer, talk))
            return answer
        except TimeoutError:
            self.close()
            raise TooLong(f"It was still running after {seconds:g} s.") from None
        except (EOFError, ConnectionError):
            self.close()
            raise Died("The process ended.") from None
        except ValueError as error:
            self.close()
            raise Strange(f"It sent {error}.") from None
        except Strange:
            self.close()
            raise

    def finish(self) -> None:
        """End the process; raise `Strange` if it says anything that nobody asked for."""
        try:
            self._expect_silence()
        finally:
            self.close()

    def _expect_silence(self) -> None:
        if select.select([self._channel], [], [], 0)[0]:
            if not self._channel.recv(1, socket.MSG_PEEK):
                raise EOFError
            raise Strange("It answered more than once.")

    def close(self) -> None:
        """End the process, and with it whatever it has started; return when all of it is gone."""
        self._channel.close()
        with contextlib.suppress(OSError):  # it was closed before
            self._life.shutdown(socket.SHUT_WR)
            self._life.settimeout(_GRACE)
            self._life.recv(1)  # nothing ever comes: the other end closes it, after them
        self._life.close()


def _prefixes() -> list[str]:
    """Return where Python and its packages are, beside /usr."""
    places = dict.fromkeys(map(os.path.realpath, (sys.base_prefix, sys.prefix)))
    return [place for place in places if not f"{place}/".startswith("/usr/")]


def _scratch() -> str:
    """Return where the sandbox has its temporary files: /tmp, unless Python itself lives there."""
    return "/scratch" if any(p.startswith("/tmp/") for p in _prefixes()) else "/tmp"


def _fill(folder: Path, points: bool) -> None:
    """Put into a folder what the sandbox shows of `bplib`."""
    if points:
        for name in _FOR_POINTS:
            copy = shutil.copytree if (_LIBRARY / name).is_dir() else shutil.copy
            target = folder / "bplib" / name
            target.parent.mkdir(parents=True, exist_ok=True)
            copy(_LIBRARY / name, target)
        for name, stand_in in _STAND_INS.items():
            shutil.copy(_HERE / "kit" / stand_in, folder / "bplib" / name)
    else:
        ignored = shutil.ignore_patterns("__pycache__")
        shutil.copytree(_LIBRARY, folder / "bplib", ignore=ignored)
    shutil.copy(worker.__file__, folder / "worker.py")
    fonts = folder / "fonts"
    fonts.mkdir()
    import matplotlib

    for path in Path(matplotlib.get_cachedir()).glob("fontlist-*.json"):
        shutil.copy(path, fonts)
    for path in (folder, *folder.rglob("*")):
        path.chmod(0o755 if path.is_dir() else 0o644)


def _refusal(why: str) -> str:
    return (
        f"Students' code is not run without a sandbox. {why} On Linux, install bubblewrap "
        "(apt install bubblewrap); which permissions a container needs, and how to grade in one on "
        "other systems, stands at the end of docs/for_instructors.md. If all students may have "
        "your files, your network and your gradebook, --unsafe grades without a sandbox."
    )
