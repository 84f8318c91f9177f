"""The process inside the sandbox: it starts warm, and every submission gets a fork of its own.

This file runs alone, under bubblewrap, with nothing of the course beside it but what learners may
see. It loads NumPy, matplotlib and `bplib` once, then forks for every submission. The fork enters
namespaces of its own (no other process, no network, empty folders), gives up every privilege, and
only then runs cells and calls answers, as the grader at the other end of a socket asks.

Messages are JSON, each with its length in front. Nothing that comes from here is believed.
"""

import builtins
import contextlib
import ctypes
import gc
import io
import json
import math
import os
import random
import resource
import select
import shutil
import signal
import socket
import struct
import sys
import time
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

NOBODY = 65534
_MOST_TEXT = 100_000  # characters kept of what a cell prints
_MOST_PICTURES = 2_000_000  # bytes of pictures kept of a cell
_LOOK = 0.05  # seconds between two looks at the memory in use
_KEPT_KINDS = ("text/html", "text/markdown", "text/latex", "image/png", "image/jpeg", "text/plain")


# --- messages, used at both ends --------------------------------------------------------------


def send(channel: socket.socket, message: dict[str, Any]) -> None:
    """Send a message."""
    data = json.dumps(message).encode()
    channel.sendall(struct.pack("!I", len(data)) + data)


def receive(
    channel: socket.socket, most: int = 2**26, deadline: float = math.inf
) -> dict[str, Any]:
    """Return the next message.

    Parameters
    ----------
    channel : socket
        Where it comes from.
    most : int
        The length, in bytes, up to which messages are read.
    deadline : float
        When to give up, in seconds of `time.monotonic`.

    Raises
    ------
    EOFError
        If the other end is gone.
    TimeoutError
        If the message is not complete at the deadline.
    ValueError
        If the message is longer than `most` bytes, or no JSON object.
    """
    (size,) = struct.unpack("!I", _exactly(channel, 4, deadline))
    if size > most:
        raise ValueError(f"a message of {size} bytes; at most {most} are read")
    try:
        message = json.loads(_exactly(channel, size, deadline))
    except RecursionError:
        raise ValueError("a message of lists within lists") from None
    if not isinstance(message, dict):
        raise ValueError("a message that is no JSON object")
    return message


def _exactly(channel: socket.socket, size: int, deadline: float) -> bytes:
    parts = []
    while size:
        if deadline < math.inf:
            channel.settimeout(max(0.001, deadline - time.monotonic()))
        part = channel.recv(min(size, 2**20))
        if not part:
            raise EOFError("the other end is gone")
        parts.append(part)
        size -= len(part)
    return b"".join(parts)


# --- the warm process -------------------------------------------------------------------------


def serve(control: socket.socket, points: bool, confined: bool, memory: int) -> None:
    """Load what notebooks use, then fork for every pair of sockets that comes in.

    Parameters
    ----------
    control : socket
        Brings for every submission two sockets: one to talk to the fork, one that ends its life.
    points : bool
        Whether answers are called for points; then nothing is drawn.
    confined : bool
        Whether this process is in a sandbox, and every fork is to have one of its own.
    memory : int
        Bytes that a submission may use, all its processes together.
    """
    if confined and os.getuid() == 0:  # a grader that is root hands on nothing of it
        os.setgroups([])
        os.setresgid(NOBODY, NOBODY, NOBODY)
        os.setresuid(NOBODY, NOBODY, NOBODY)
        _libc("prctl", 4, 1, 0, 0, 0)  # PR_SET_DUMPABLE: the fork writes its own uid_map
    if confined:
        _try_to_confine()
    shell = _warm_up(points)
    gc.collect()
    gc.freeze()
    control.sendall(b"r")  # ready
    while True:
        data, fds, _, _ = socket.recv_fds(control, 1, 2)
        _reap(os.WNOHANG if data else 0)
        if not data:
            control.sendall(struct.pack("!d", _cpu_seconds()))
            return
        if os.fork() == 0:
            control.close()
            channel, life = (socket.socket(fileno=fd) for fd in fds)
            _supervise(channel, life, shell, confined, memory)
        for fd in fds:
            os.close(fd)


def _try_to_confine() -> None:
    """Confine a fork that does nothing; end with an error where the system forbids it."""
    pid = os.fork()
    if pid == 0:
        try:
            _enter_namespaces()
            inner = os.fork()
            if inner == 0:
                _confine()
                os._exit(0)  # an error goes to the except below, in this process, too
            os._exit(os.waitstatus_to_exitcode(os.waitpid(inner, 0)[1]))
        except BaseException:
            traceback.print_exc()
            os._exit(1)
    if os.waitpid(pid, 0)[1]:
        raise SystemExit("The system forbids a submission a sandbox of its own.")


def _reap(options: int) -> None:
    """Take leave of the forks that have ended."""
    with contextlib.suppress(ChildProcessError):
        while os.waitpid(-1, options)[0]:
            pass


def _cpu_seconds() -> float:
    used = (resource.getrusage(w) for w in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(usage.ru_utime + usage.ru_stime for usage in used)


def _warm_up(points: bool) -> Any:
    fonts = Path(os.environ["MPLCONFIGDIR"])  # matplotlib looks for fonts only once a machine
    if not fonts.exists():
        shutil.copytree(Path(os.environ["BPLIB"], "fonts"), fonts)
    import matplotlib

    matplotlib.use("agg")
    import matplotlib.pyplot
    import numpy as np

    import bplib.checking.call
    import bplib.checking.travel
    import bplib.datasets

    figure = matplotlib.pyplot.figure()
    figure.savefig(io.BytesIO())
    matplotlib.pyplot.close(figure)
    np.linalg.pinv(np.eye(2))
    np.random.default_rng(0)
    if not points:
        import bplib.figures
        import bplib.threads

        with bplib.threads.one_thread():  # it looks for libraries in /proc, which forks hide
            pass
        for path in Path(bplib.__file__).parent.glob("course/*/figures.py"):
            with contextlib.suppress(AttributeError):
                getattr(bplib.figures, path.parent.name)
    return _shell(points)


def _shell(points: bool) -> Any:
    """Return an IPython shell that keeps what cells put out instead of showing it."""
    from IPython.core.interactiveshell import InteractiveShell
    from traitlets.config import Config

    kept: list[dict[str, Any]] = []
    publisher, hook = _keepers(kept)

    class Shell(InteractiveShell):
        def enable_gui(self, gui: str | None = None) -> None:
            pass

        def enable_matplotlib(self, gui: str | None = None) -> Any:
            return ("agg", None) if points else super().enable_matplotlib("inline")

        def _showtraceback(self, kind: Any, error: Any, lines: list[str]) -> None:
            told = {"ename": kind.__name__, "evalue": str(error), "traceback": list(lines)}
            kept.append({"output_type": "error", **told})

    config = Config()
    config.HistoryManager.enabled = False
    config.InteractiveShell.colors = "nocolor"
    shell = Shell.instance(
        config=config, display_pub_class=publisher, displayhook_class=hook, user_ns={}
    )
    shell.kept = kept
    sys.path[:] = [path for path in sys.path if path not in ("", ".")]
    from bplib.checking import install

    install()
    if not points:
        shell.enable_matplotlib("inline")
    shell.run_cell("None")
    kept.clear()
    return shell


def _keepers(kept: list[dict[str, Any]]) -> tuple[Any, Any]:
    """Return IPython's two ways to show something, made to keep it in a list."""
    from IPython.core.displayhook import DisplayHook
    from IPython.core.displaypub import DisplayPublisher

    def keep(data: Any, metadata: Any) -> None:
        kept.append({"output_type": "display_data", "data": data, "metadata": metadata or {}})

    class Publisher(DisplayPublisher):
        def publish(self, data: Any, metadata: Any = None, **_: Any) -> None:
            keep(data, metadata)

        def clear_output(self, wait: bool = False) -> None:
            kept.clear()

    class Hook(DisplayHook):
        def __call__(self, result: Any = None) -> None:
            if result is None or self.quiet():
                return
            data, metadata = self.compute_format_data(result)
            builtins._ = result  # type: ignore[attr-defined]
            keep(data, metadata)

    return Publisher, Hook


# --- a submission's own process ---------------------------------------------------------------


def _supervise(
    channel: socket.socket, life: socket.socket, shell: Any, confined: bool, memory: int
) -> None:
    """Fork into namespaces of its own what serves a submission.

    It is ended when the grader says so, or when all its processes together take too much memory.
    """
    try:
        os.setsid()
        if confined:
            _enter_namespaces()
        processes = os.open("/proc", os.O_RDONLY)  # the learner's process hides it
        learner = os.fork()
        if learner == 0:
            life.close()
            os.close(processes)
            os.setsid()  # or kill(0) would reach the process that watches
            _libc("prctl", 1, signal.SIGKILL, 0, 0, 0)  # PR_SET_PDEATHSIG
            if confined:
                _confine()
            _limit()
            _Session(channel, shell).run()
            os._exit(0)
        channel.close()
        ended = os.pidfd_open(learner)
        while not _exceeds(memory, processes, learner):
            if select.select([life.fileno(), ended], [], [], _LOOK)[0]:
                break
        with contextlib.suppress(ProcessLookupError):
            signal.pidfd_send_signal(ended, signal.SIGKILL)
        os.waitpid(learner, 0)
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(0)


def _exceeds(memory: int, processes: int, first: int) -> bool:
    """Return whether a process uses more memory, together with all that came of it.

    Parameters
    ----------
    memory : int
        Bytes.
    processes : int
        /proc, opened.
    first : int
        The process. Whatever loses its parent there becomes its child.
    """
    children: dict[int, list[int]] = {}
    pages = {}
    for pid in filter(str.isdigit, os.listdir(processes)):
        with contextlib.suppress(OSError):  # it has ended
            parent = int(_read(processes, f"{pid}/stat").rpartition(")")[2].split()[1])
            pages[int(pid)] = int(_read(processes, f"{pid}/statm").split()[1])
            children.setdefault(parent, []).append(int(pid))
    family = [first]
    for member in family:
        family += children.pop(member, [])
    used = {member: pages.get(member, 0) * os.sysconf("SC_PAGE_SIZE") for member in family}
    if sum(used.values()) <= memory:  # what they share is counted more than once here
        return False
    return sum(_own_memory(processes, member, used[member]) for member in family) > memory


def _own_memory(processes: int, pid: int, most: int) -> int:
    """Return the bytes that a process uses, its part of what it shares with others among them."""
    with contextlib.suppress(OSError):
        for line in _read(processes, f"{pid}/smaps_rollup").splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) * 1024
    return most  # it does not let itself be looked at


def _read(folder: int, name: str) -> str:
    with open(os.open(name, os.O_RDONLY, dir_fd=folder), errors="replace") as file:
        return file.read()


_LIBC = ctypes.CDLL(None, use_errno=True)


def _libc(name: str, *arguments: Any) -> None:
    """Call a function of the C library; raise OSError where it fails."""
    if getattr(_LIBC, name)(*arguments) < 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{name}: {os.strerror(number)}")


_CLONE_NEW = {
    "mount": 0x20000,
    "uts": 0x4000000,
    "ipc": 0x8000000,
    "user": 0x10000000,
    "pid": 0x20000000,
    "network": 0x40000000,
}
_NOSUID_NODEV_NOEXEC = 2 | 4 | 8
_PRIVATE_ALL = (1 << 18) | 0x4000


def _enter_namespaces() -> None:
    uid, gid = os.getuid(), os.getgid()
    _libc("unshare", sum(_CLONE_NEW.values()))
    for file, text in (
        ("setgroups", "deny"),
        ("uid_map", f"{uid} {uid} 1"),
        ("gid_map", f"{gid} {gid} 1"),
    ):
        Path("/proc/self", file).write_text(text)


def _confine() -> None:
    """Empty the folders that can be written, then give up every privilege for good."""
    _libc("mount", None, b"/", None, _PRIVATE_ALL, None)
    Path("/proc/sys/user/max_user_namespaces").write_text("0")  # no namespace within this one
    Path("/proc/self/oom_score_adj").write_text("1000")  # out of memory, this goes first
    for folder, size in ((os.environ["HOME"], "64m"), ("/dev/shm", "16m"), ("/proc", "4k")):
        data = f"size={size}".encode()
        _libc("mount", b"none", folder.encode(), b"tmpfs", _NOSUID_NODEV_NOEXEC, data)
    for capability in range(64):
        with contextlib.suppress(OSError):  # beyond the last one
            _libc("prctl", 24, capability, 0, 0, 0)  # PR_CAPBSET_DROP
    _libc("prctl", 38, 1, 0, 0, 0)  # PR_SET_NO_NEW_PRIVS
    header = struct.pack("=Ii", 0x20080522, 0)  # the version of what follows; this process
    _libc("capset", header, bytes(24))
    _forbid()


_FORBIDDEN = {  # by processor: its number in seccomp, and the numbers of the calls
    "x86_64": (
        0xC000003E,
        {
            # memory that belongs to no process: shmget, msgget, mq_open, memfd_create, memfd_secret
            *(29, 68, 240, 319, 447),
            # holes of the kernel were found there: ptrace, process_vm_readv, process_vm_writev,
            # add_key, request_key, keyctl, perf_event_open, bpf, userfaultfd, io_uring_setup
            *(101, 310, 311, 248, 249, 250, 298, 321, 323, 425),
            # what needs privileges anyway: pivot_root, mount, umount2, unshare, setns
            *(155, 165, 166, 272, 308),
        },
    ),
    "aarch64": (
        0xC00000B7,
        {
            *(194, 186, 180, 279, 447),
            *(117, 270, 271, 217, 218, 219, 241, 280, 282, 425),
            *(41, 40, 39, 97, 268),
        },
    ),
}


def _forbid() -> None:
    """Have the kernel refuse calls that no notebook needs, where their numbers are known."""
    if os.uname().machine not in _FORBIDDEN:
        return
    processor, calls = _FORBIDDEN[os.uname().machine]
    load, equal, at_least, answer = 0x20, 0x15, 0x35, 0x06
    allow, refuse, kill = 0x7FFF0000, 0x00050001, 0x80000000  # to refuse is EPERM
    steps = [  # each: what, how many steps to jump if so, and if not, with which number
        *((load, 0, 0, 4), (equal, 1, 0, processor), (answer, 0, 0, kill)),
        *((load, 0, 0, 0), (at_least, 0, 1, 2**30), (answer, 0, 0, kill)),  # 32-bit calls
    ]
    for call in sorted(calls):
        steps += [(equal, 0, 1, call), (answer, 0, 0, refuse)]
    steps.append((answer, 0, 0, allow))
    program = ctypes.create_string_buffer(b"".join(struct.pack("=HBBI", *s) for s in steps))
    what = struct.pack("@HP", len(steps), ctypes.addressof(program))
    _libc("prctl", 22, 2, what, 0, 0)  # PR_SET_SECCOMP, a filter


def _limit() -> None:
    """Set what one process may use; memory is counted as address space."""
    limits = {
        "AS": 4 * 2**30,
        "NPROC": 64,
        "NOFILE": 128,
        "FSIZE": 32 * 2**20,
        "CORE": 0,
        "CPU": 300,
    }
    for name, most in limits.items():
        number = getattr(resource, f"RLIMIT_{name}")
        _, hard = resource.getrlimit(number)
        most = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(number, (most, most))


class _Capped(io.StringIO):
    """Text up to a limit: an endless loop may print for ever."""

    def write(self, text: str) -> int:
        room = _MOST_TEXT - self.tell()
        if room > 0:
            super().write(text[:room])
        return len(text)


class _Session:
    """What the grader asks of a submission's process, one request at a time."""

    def __init__(self, channel: socket.socket, shell: Any):
        self.channel, self.shell = channel, shell
        self.asked, self.seconds = "", 0.0

    def run(self) -> None:
        work = Path(os.environ["HOME"], "work")
        work.mkdir(exist_ok=True)
        os.chdir(work)
        nothing = os.open(os.devnull, os.O_RDWR)
        for number in (0, 1, 2):
            os.dup2(nothing, number)
        builtins.input = _no_input
        random.seed()
        import numpy as np

        np.random.seed()  # noqa: NPY002  (a fork would repeat its parent's numbers)
        signal.signal(signal.SIGALRM, _interrupt)
        requests: dict[str, Callable[..., dict[str, Any]]] = {
            "files": self.files,
            "cell": self.cell,
            "call": self.call,
            "block": self.block,
            "nothing": dict,
        }
        while True:
            request = receive(self.channel)
            self.asked = request.pop("asked")
            do, self.seconds = requests[request.pop("do")], request.pop("seconds")
            # A call has a clock of its own, which leaves a reply behind.
            with contextlib.nullcontext() if do == self.call else _alarm(self.seconds):
                answer = do(**request)
            send(self.channel, {"asked": self.asked, **answer})

    def files(self, files: dict[str, str]) -> dict[str, Any]:
        """Put the files that the instructor lists beside the notebook."""
        for name, text in files.items():
            path = Path(name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(bytes.fromhex(text))
        if files:
            sys.path.append(os.getcwd())  # last: they stand in for no other module
        return {}

    def cell(self, source: str) -> dict[str, Any]:
        """Run a cell; return its outputs."""
        kept = self.shell.kept
        kept.clear()
        printed = _Capped()
        with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(printed):
            try:
                result = self.shell.run_cell(source, store_history=False)
                error = result.error_before_exec or result.error_in_exec
            except BaseException as raised:
                error = raised
        outputs = [_plain_output(output) for output in kept]
        if printed.getvalue():
            stream = {"output_type": "stream", "name": "stdout", "text": printed.getvalue()}
            outputs.insert(0, stream)
        return {"outputs": _capped(outputs), "error": type(error).__name__ if error else ""}

    def call(self, name: str, probe: str, stand_ins: list[str]) -> dict[str, Any]:
        """Put a probe to an answer; return the reply."""
        from bplib.checking import travel
        from bplib.checking.call import call
        from bplib.checking.kernel import LIMIT

        function = self.shell.user_ns.get(name)
        if function is None:
            return {"missing": True}
        if getattr(function, "lent", False) is True:
            return {"lent": True}
        if not callable(function):
            return {"kind": type(function).__name__}
        helpers = {helper: self._stand_in(helper) for helper in stand_ins}
        asked = travel.probe_from_json(probe.encode())
        reply = call(function, asked, helpers, min(self.seconds, LIMIT))
        return {"reply": travel.to_json(reply).decode()}

    def _stand_in(self, name: str) -> Callable[..., Any]:
        """Return what looks like the right answer to an exercise; the grader computes it."""

        def stand_in(*positional: Any, **named: Any) -> Any:
            import numpy as np

            given = [*positional, *named.values()]
            functions = {i: value for i, value in enumerate(given) if callable(value)}
            generators = {
                i: value for i, value in enumerate(given) if isinstance(value, np.random.Generator)
            }
            plain = [None if i in functions or i in generators else g for i, g in enumerate(given)]
            answer = self._ask(
                {
                    "stand_in": name,
                    "arguments": packed(plain),
                    "named": list(named),
                    "functions": list(functions),
                    "generators": {i: g.bit_generator.state for i, g in generators.items()},
                }
            )
            while "evaluate" in answer:  # the right answer calls a function that it was given
                (point,) = unpacked(answer["point"])
                try:
                    value = {"value": packed([functions[answer["evaluate"]](point)])}
                except Exception as error:
                    value = {"failed": repr(error)}
                answer = self._ask(value)
            if "error" in answer:
                raise ValueError(answer["error"])
            for i, state in answer["states"].items():
                generators[int(i)].bit_generator.state = state
            (result,) = unpacked(answer["value"])
            return result

        return stand_in

    def _ask(self, question: dict[str, Any]) -> dict[str, Any]:
        send(self.channel, {"asked": self.asked, **question})
        return receive(self.channel)

    def block(self, name: str, why: str) -> dict[str, Any]:
        """Let a function that did not end, or that ended the process, fail at once from now on."""

        def blocked(*_: Any, **__: Any) -> None:
            raise TimeoutError(why)

        if name in self.shell.user_ns:
            self.shell.user_ns[name] = blocked
        return {}


def packed(values: list[Any]) -> str:
    """Return values as text, in the way in which the arguments of a probe travel."""
    from bplib.checking.plain import plain
    from bplib.checking.travel import to_json
    from bplib.course.probe import Case, Probe

    return to_json(Probe("", "", (Case(tuple(map(plain, values))),))).decode()


def unpacked(text: str) -> tuple[Any, ...]:
    """Return the values that `packed` was given."""
    from bplib.checking.travel import probe_from_json

    arguments: tuple[Any, ...] = probe_from_json(text.encode()).cases[0].arguments
    return arguments


def _no_input(*_: Any) -> str:
    raise RuntimeError("input() has nobody to ask while a notebook is graded")


def _interrupt(*_: Any) -> None:
    raise KeyboardInterrupt("still running when its time was over")


@contextlib.contextmanager
def _alarm(seconds: float) -> Iterator[None]:
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


def _plain_output(output: dict[str, Any]) -> dict[str, Any]:
    """Return an output with nothing in it but text: pictures as base64."""
    if "data" not in output:
        return output
    data = {}
    widget = any("widget-view" in kind for kind in output["data"])
    for kind in () if widget else _KEPT_KINDS:
        value = output["data"].get(kind)
        if isinstance(value, bytes):
            import base64

            value = base64.b64encode(value).decode()
        if isinstance(value, str):
            data[kind] = value
    metadata = json.loads(json.dumps(output["metadata"], default=str))
    return {**output, "data": data, "metadata": metadata}


def _capped(outputs: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the outputs up to what fits on a page, and a word on what is left out."""
    room = _MOST_PICTURES
    for i, output in enumerate(outputs):
        room -= len(json.dumps(output))
        if room < 0:
            text = "[the rest of what this cell puts out is left out: it is too much for a page]"
            return [*outputs[:i], {"output_type": "stream", "name": "stdout", "text": text}]
    return outputs


if __name__ == "__main__":
    sys.path.insert(0, os.environ["BPLIB"])
    serve(
        socket.socket(fileno=int(os.environ["CONTROL"])),
        points=os.environ["POINTS"] == "yes",
        confined=os.environ["CONFINED"] == "yes",
        memory=int(os.environ["MEMORY"]),
    )
