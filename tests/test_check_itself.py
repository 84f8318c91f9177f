"""The check itself: it asks for the right answer, comes to an end, and leaves the kernel alone."""

import ast
import builtins
import os
import random
import sys
import threading
import time

import numpy as np
import pytest
from IPython.core.interactiveshell import InteractiveShell

from bplib import checking
from bplib.checking import CheckFailed, call, check, judge, kernel
from bplib.checking.trace import trace
from bplib.course import find

RIGHT = "    return B @ np.tanh(A @ X)\n"


def cell(code, **names):
    """Run code as a notebook's cell and return its names: it has a source, as cells have."""
    shell = InteractiveShell.instance()
    shell.reset(new_session=False)
    shell.user_ns |= {"np": np, "check": check, **names}
    result = shell.run_cell(code, store_history=False)
    return shell.user_ns, result.error_in_exec


def verdict(body, name="predict", arguments="A, B, X", seconds=kernel.LIMIT):
    names, error = cell(f"def {name}({arguments}):\n{body}")
    assert error is None
    probe = find(name).probe(np.random.default_rng(0))
    return judge(probe, call(names[name], probe, seconds=seconds))


# Which answer a cell asks for


def test_another_exercises_function_under_this_name_gets_no_points_for_it():
    code = (
        "def delta_B(Y_hat, Y):\n    return (Y_hat - Y) / Y.shape[1]\n"
        "delta_B_sigmoid = delta_B\ncheck(delta_B_sigmoid)"
    )
    _, error = cell(code)
    assert isinstance(error, CheckFailed)
    assert error.verdict.exercise == "delta_B_sigmoid"


@pytest.mark.parametrize("call_", ["check(predict)", 'check("predict")', "check(function=predict)"])
def test_a_decorated_function_is_checked_as_what_the_cell_calls_it(call_):
    code = f"def mine(A, B, X):\n{RIGHT}predict = mine\n{call_}"
    assert cell(code)[1] is None


@pytest.mark.parametrize("call_", ["check(perdict)", 'check("perdict")'])
def test_a_misspelt_name_is_told_with_the_nearest_one(call_):
    _, error = cell(f"def perdict(A, B, X):\n{RIGHT}{call_}")
    assert isinstance(error, CheckFailed)
    assert error.verdict.code == "not-defined"
    assert "Is it predict that you mean?" in str(error)


def test_a_name_that_nothing_has_is_told_with_the_nearest_one(capsys):
    cell("0")
    checking.install()
    cell("check(perdict)")
    shown = capsys.readouterr().out
    assert "No exercise is called perdict" in shown
    assert "Is it predict that you mean?" in " ".join(shown.split())
    assert "Traceback" not in shown


def test_a_function_renamed_by_mistake_is_pointed_out():
    _, error = cell(f'def perdict(A, B, X):\n{RIGHT}check("predict")')
    assert "There is a function called perdict" in " ".join(str(error).split())


# Other cells


@pytest.mark.parametrize(
    "earlier",
    ["", "def predict(A, B, X):\n    raise NotImplementedError()\n", "predict = 3\n"],
    ids=["missing", "a stub", "overwritten"],
)
def test_an_earlier_answer_that_is_not_there_costs_nothing_later(earlier):
    code = (
        f"{earlier}def mean_loss(Y_hat, Y):\n    return np.sum((Y_hat - Y)**2) / 2 / Y.shape[1]\n"
        "def network_loss(A, B, X, Y):\n    return mean_loss(predict(A, B, X), Y)\n"
    )
    names, _ = cell(code)
    found = checking.verdict_on(names["network_loss"], rng=np.random.default_rng(0))
    assert found.right
    assert "predict" in found.notes[0]
    assert ("predict" in names) is bool(earlier)


def test_a_missing_earlier_answer_hides_no_mistake_of_this_one():
    names, _ = cell("def network_loss(A, B, X, Y):\n    return 2 * mean_loss(predict(A, B, X), Y)")
    found = checking.verdict_on(names["network_loss"], rng=np.random.default_rng(0))
    assert found.code == "half-missing"


# What is no function, or not finished


@pytest.mark.parametrize(
    ("code", "definition"),
    [
        (
            "a-class-for-a-function",
            f"class predict:\n    def __init__(self, A, B, X):\n    {RIGHT}",
        ),
        ("a-generator-function", "def predict(A, B, X):\n    yield B @ np.tanh(A @ X)"),
        ("an-async-function", f"async def predict(A, B, X):\n{RIGHT}"),
        (
            "left-over-raise",
            "def predict(A, B, X):\n    H = np.tanh(A @ X)\n    raise NotImplementedError()",
        ),
        ("not-attempted", "def predict(A, B, X):\n    '''Doc.'''\n    raise NotImplementedError()"),
    ],
)
def test_what_is_no_finished_function_is_called_what_it_is(code, definition):
    names, _ = cell(definition)
    found = checking.verdict_on(names["predict"], rng=np.random.default_rng(0))
    assert found.codes == (code,)


def test_a_result_of_enormous_size_is_not_copied():
    began = time.perf_counter()
    found = verdict("    return np.zeros((20_000, 2_000))\n")
    assert found.code == "far-too-large"
    assert "(20000, 2000)" in found.findings[0].says
    assert time.perf_counter() - began < 5


# What goes on for ever, asks, or leaves


@pytest.mark.parametrize(
    "loop",
    [
        "    while True:\n        pass\n",
        "    while True:\n        try:\n            A @ X\n        except:\n            pass\n",
        "    import time\n    time.sleep(60)\n",
    ],
    ids=["bare", "catches everything", "sleeps"],
)
def test_an_endless_loop_is_stopped_and_named(loop):
    began = time.perf_counter()
    found = verdict(loop + RIGHT, seconds=0.3)
    assert found.code == "endless-loop"
    assert found.line
    assert ("does a loop" in found.findings[0].says) is ("while" in loop)
    assert time.perf_counter() - began < 10


def test_a_timer_of_the_notebooks_own_goes_on_after_a_check():
    import signal

    rung = []
    before = signal.signal(signal.SIGALRM, lambda *_: rung.append(1))
    try:
        signal.setitimer(signal.ITIMER_REAL, 60)
        verdict(RIGHT)
        left, _ = signal.setitimer(signal.ITIMER_REAL, 0)
        assert 0 < left <= 60
        assert not rung
    finally:
        signal.signal(signal.SIGALRM, before)


@pytest.mark.parametrize(
    ("code", "line"),
    [
        ("asks-for-input", "    input('Which layer? ')\n"),
        ("ends-the-program", "    import sys; sys.exit()\n"),
        ("ends-the-program", "    exit()\n"),
    ],
)
def test_asking_and_leaving_are_named_and_do_neither(code, line):
    own = builtins.input
    assert verdict(line + RIGHT).codes == (code,)
    assert builtins.input is own


# The kernel as it was


def test_a_replaced_numpy_function_fools_nobody_and_stays_replaced():
    own = np.tanh
    try:
        np.tanh = np.sin
        wrong, right = verdict("    return B @ np.sin(A @ X)\n"), verdict(RIGHT)
        assert np.tanh is np.sin
    finally:
        np.tanh = own
    assert not wrong.right
    assert right.right
    assert "np.tanh in this notebook is not NumPy's own" in right.notes[0]


def test_numpy_is_put_back_where_the_function_replaces_it():
    own = np.tanh
    try:
        found = verdict("    np.tanh = np.sin\n" + RIGHT)
        assert np.tanh is own
    finally:
        np.tanh = own
    assert not found.right
    assert "np.tanh" in " ".join(found.notes)


def state():
    return (
        str(np.get_printoptions()),
        np.geterr(),
        os.getcwd(),
        sys.getrecursionlimit(),
        random.getstate(),
        str(np.random.get_state()),  # noqa: NPY002
        threading.active_count(),
    )


@pytest.mark.parametrize(
    ("line", "remark"),
    [
        ("np.set_printoptions(precision=2)", "print-options"),
        ("np.seterr(all='ignore')", "error-settings"),
        ("import os; os.chdir('/')", "working-directory"),
        ("import sys; sys.setrecursionlimit(5000)", ""),
        ("np.random.seed(0)", ""),
        ("import random; random.seed(0)", ""),
        ("import warnings; warnings.simplefilter('error')", ""),
    ],
)
def test_what_a_function_sets_for_the_whole_kernel_is_put_back(line, remark):
    before = state()
    found = verdict(f"    {line}\n" + RIGHT)
    assert state() == before
    assert found.right
    assert found.notes == ((kernel.REMARKS[remark],) if remark else ())


def test_a_thread_left_behind_is_remarked():
    stop = threading.Event()
    names, _ = cell(
        "import threading\ndef predict(A, B, X):\n"
        "    threading.Thread(target=stop.wait, daemon=True).start()\n" + RIGHT,
        stop=stop,
    )
    probe = find("predict").probe(np.random.default_rng(0))
    found = judge(probe, call(names["predict"], probe))
    stop.set()
    assert found.right
    assert found.notes == (kernel.REMARKS["thread-left-behind"],)


def test_a_default_argument_is_as_it_was_after_a_check():
    names, _ = cell("def predict(A, B, X, seen=[]):\n    seen.append(1)\n" + RIGHT)
    assert checking.verdict_on(names["predict"]).right
    assert names["predict"].__defaults__ == ([],)


# Messages that fit the code


@pytest.mark.parametrize(
    ("name", "arguments", "body", "words"),
    [
        (
            "mean_loss",
            "Y_hat, Y",
            "    return np.mean((Y_hat - Y) ^ 2)\n",
            "^ does not take powers",
        ),
        (
            "predict",
            "A, B, X",
            "    return np.array([B @ np.tanh(A @ x) for x in X])\n",
            "goes through the rows of X",
        ),
        (
            "line_loss_gradient",
            "w, X, y",
            "    return (w @ X - y) * X\n",
            "Over which axis has not been summed",
        ),
        (
            "gradient_descent",
            "gradient, w, learning_rate, steps, path=[]",
            "    path.append(w)\n    for _ in range(steps):\n"
            "        path.append(path[-1] - learning_rate * gradient(path[-1]))\n"
            "    return np.array(path)\n",
            "The default value of path",
        ),
        (
            "best_guess",
            "candidates, X, Y",
            "    losses = [np.sum((B @ np.tanh(A @ X) - Y)**2) for A, B in candidates]\n"
            "    losses.sort()\n    return losses.index(min(losses))\n",
            "Sorting moves the entries",
        ),
        (
            "sample_losses",
            "Y_hat, Y",
            "    both = Y_hat, np.zeros(3), Y\n    return np.array(both).sum(axis=0)\n",
            "A tuple or list of several arrays",
        ),
    ],
)
def test_advice_fits_the_code_that_it_is_about(name, arguments, body, words):
    found = verdict(body, name, arguments)
    assert words in found.findings[0].look, found


def test_losses_in_a_list_are_not_called_a_wrong_type():
    found = verdict("    return A, B, []\n", "train", ", ".join(find("train").arguments))
    assert found.code == "wrong-shape"


def test_what_reads_tracebacks_hangs_on_syntax_trees_takes_no_line_from_a_check():
    shared = ast.parse("a").body[0].value.ctx  # one object in all trees

    def scaled(x: float, by: float = 2.0):
        total = 0.0
        total += by * x
        return total

    shared.parent = ast.parse("a = b\n" * 20_000)
    try:
        assert len(trace(scaled, (1.5,)).notes) >= 3
    finally:
        del shared.parent
