"""What a check writes down of a call: what came back, what it printed, what it raised where."""

import builtins
import signal
import threading
import time

import numpy as np
import pytest

from bplib.checking import call, kernel
from bplib.checking.call import built, handed, helpers_used
from bplib.checking.kernel import Deadline
from bplib.checking.source import OutOfTime, helpers_of, source_of
from bplib.checking.traits import traits_of
from bplib.course import find
from bplib.course.probe import Case, Probe, Seed
from tests.test_repair import learners

ONE = (Case((2.0,)),)


def reply(body, cases=ONE, helpers=(), stand_ins=None, above="", arguments="x", **names):
    code = f"{above}def predict({arguments}):\n" + "".join(f"    {line}\n" for line in body)
    function = learners(code, "predict", **names)
    probe = Probe("predict", "01_loss", cases, helpers)
    return call(function, probe, stand_ins or {})


def outcome(*body, **options):
    return reply(body, **options).outcomes[0]


def test_a_function_is_read_once_but_what_it_finds_outside_is_looked_up_each_time():
    function = learners("def predict(A, B, X):\n    return B @ seen(X)\n", "predict", seen=len)
    assert source_of(function).tree is source_of(function).tree
    assert source_of(function).fresh() is not source_of(function).fresh()
    assert "global:seen" not in traits_of(source_of(function))
    function.__globals__["seen"] = [1.0]
    assert "global:seen" in traits_of(source_of(function))


def test_a_built_in_that_does_not_tell_its_parameters_is_called_all_the_same():
    (largest,) = call(max, Probe("predict", "01_loss", (Case((2.0, 3.0)),))).outcomes
    assert largest.result == 3.0
    assert largest.raised is None


def test_what_decorates_a_function_is_none_of_its_helpers():
    code = "def kept(f):\n    return f\n\n\n@kept\ndef predict(A, B, X):\n    return twice(B)\n\n\n"
    function = learners(f"{code}def twice(B):\n    return 2 * B\n", "predict")
    assert set(helpers_of(source_of(function))) == {"twice"}


# --- what is printed --------------------------------------------------------------------------


def test_what_is_printed_is_kept_up_to_a_limit():
    printed = outcome("for _ in range(3):", "    print('x' * 999)").printed
    assert printed == ("x" * 999 + "\n") * 2
    assert outcome("print('a', end='')", "return 1").printed == "a"


def test_who_writes_is_told_how_much_was_written():
    import sys

    assert outcome("return sys.stdout.write('four' * 1000)", sys=sys).result == 4000


def test_a_warning_is_shown_once_and_not_what_the_second_call_prints():
    found = outcome("for _ in range(3): np.log(x - x)", "print('once')", "return 1", cases=ONE)
    assert found.printed == "once\nRuntimeWarning: divide by zero encountered in log\n"
    assert outcome("return np.exp(-x * 1e4)").printed == ""  # what underflows is 0, rightly


# --- what is raised ---------------------------------------------------------------------------


def test_an_error_is_kept_with_its_line_and_its_classes():
    raised = outcome("y = x", "return {}['y']").raised
    assert (raised.type, raised.message, raised.line) == ("KeyError", "'y'", "return {}['y']")
    assert raised.number == 3
    assert raised.bases[:3] == ("KeyError", "LookupError", "Exception")
    assert raised.helper == ""
    assert not raised.signature


def test_an_error_in_a_helper_is_told_at_the_line_of_the_answers_cell():
    above = "def helped(x):\n    return x[0]\n"
    raised = outcome("return helped(x)", above=above).raised
    assert (raised.helper, raised.line, raised.number) == ("helped", "return x[0]", 2)


def test_an_error_in_another_cells_helper_is_told_at_the_answers_own_line():
    helped = learners("def helped(x):\n    return x[0]\n", "helped")
    raised = outcome("y = x", "return helped(y)", helped=helped).raised
    assert (raised.helper, raised.line, raised.number) == ("helped", "return helped(y)", 3)


def test_of_a_long_or_unspeakable_message_is_kept_what_can_be():
    assert outcome("raise ValueError('a' * 999)").raised.message == "a" * 300
    assert outcome("raise ValueError('a\\nb')").raised.message == "a"
    assert outcome("raise ValueError").raised.message == ""
    above = "class Mute(Exception):\n    def __str__(self): 1 / 0\n"
    assert outcome("raise Mute", above=above).raised.message == ""


def test_a_function_of_others_has_no_line():
    probe = Probe("predict", "01_loss", (Case((np.eye(2),)),))
    raised = call(np.linalg.cholesky, Probe("predict", "01_loss", (Case((-np.eye(2),)),)))
    assert raised.outcomes[0].raised.type == "LinAlgError"
    assert raised.outcomes[0].raised.line == ""
    assert np.array_equal(call(np.linalg.inv, probe).outcomes[0].result, np.eye(2))


def test_parameters_that_do_not_fit_are_told_apart_from_an_error_inside():
    assert outcome("return x", arguments="x, y").raised.signature
    assert not outcome("return len()").raised.signature
    assert outcome("return x", arguments="*x").result == (2.0,)
    assert reply(["return 1"], cases=(Case((1.0,)), Case((2.0,))), arguments="").outcomes[0].raised


def test_calls_go_on_after_an_error_that_belongs_there():
    cases = (Case((1.0,), raises="ValueError"), Case((2.0,)), Case((3.0,)), Case((4.0,)))
    found = reply(["if x in (1, 3): raise ValueError", "return x"], cases=cases).outcomes
    assert [o.result for o in found] == [None, 2.0, None]


# --- what is called again ---------------------------------------------------------------------


def test_only_the_first_call_is_made_twice():
    seen = []
    cases = (Case((1.0,)), Case((2.0,)))
    found = reply(["seen.append(x)", "return len(seen)"], cases=cases, seen=seen).outcomes
    assert [(o.result, o.again) for o in found] == [(1, 2), (3, None)]


def test_an_error_at_the_second_call_counts_too():
    found = outcome("seen.append(x)", "if len(seen) > 1: raise ValueError", "return x", seen=[])
    assert found.raised.type == "ValueError"
    assert found.result == 2.0


@pytest.mark.parametrize("kind", ["KeyboardInterrupt", "OutOfTime"])
def test_what_was_stopped_is_not_called_again_with_right_answers(kind):
    found = reply(
        ["help(x)", "raise stopped"],
        helpers=("help",),
        stand_ins={"help": abs},
        help=abs,
        stopped={"KeyboardInterrupt": KeyboardInterrupt, "OutOfTime": OutOfTime}[kind],
    )
    assert found.helpers == ("help",)
    assert found.helped == ()
    assert found.trace.notes == ()


def test_right_answers_stand_in_for_earlier_ones_and_go_again():
    def twice(x):
        return 2 * x

    options = {"helpers": ("h", "g"), "stand_ins": {"h": twice, "g": abs}, "h": abs}
    found = reply(["return h(x)"], **options)
    assert (found.helpers, found.missing) == (("h",), ())
    assert (found.outcomes[0].result, found.helped[0].result) == (2.0, 4.0)
    assert [note.value for note in found.trace.notes] == [4.0]
    found = reply(["return g(x)"], **options)
    assert found.missing == ("g",)
    assert found.outcomes[0].raised.type == "NameError"
    assert found.helped[0].result == 2.0
    assert reply(["return h(x) + g(x)"], **options | {"stand_ins": {"h": abs}}).helped == ()


def test_stand_ins_leave_the_notebooks_names_as_they_were():
    function = learners("def predict(x):\n    return h(x) + g(x)\n", "predict", h=abs)
    probe = Probe("predict", "01_loss", ONE, ("h", "g"))
    assert call(function, probe, {"h": float, "g": float}).helped[0].result == 4.0
    assert function.__globals__["h"] is abs
    assert "g" not in function.__globals__


def test_an_earlier_answer_is_found_through_other_functions_and_inner_ones():
    above = "def one(x):\n    return [two(y) for y in x]\ndef two(y):\n    return late(y)\n"
    function = learners(above + "def f(x):\n    return one(x), (lambda: inner(x))\n", "f")
    names = ("late", "inner", "never", "two")
    assert helpers_used(function, names) == ("late", "inner", "two")
    assert helpers_used(len, names) == ()


def test_of_a_trace_is_kept_what_is_small():
    body = ["big = np.zeros(3001)", "small = np.zeros(3000)", "many = [[0] * 1501] * 2"]
    found = reply([*body, "few = [[0] * 1500, [small]][:1]", "return x"]).trace
    names = [found.places[note.place].name for note in found.notes]
    assert "small" in names
    assert "few" in names
    assert "big" not in names
    assert "many" not in names
    body = ["for i in range(600):", "    x = x", "return x"]
    assert len(reply(body).trace.notes) == 500


# --- what goes in -----------------------------------------------------------------------------


def test_numbers_alone_come_as_numpys_and_beside_arrays_as_they_are():
    assert [type(a) for a in handed(Case((1.0, 2, "a")))] == [np.float64, int, str]
    assert [type(a) for a in handed(Case((1.0, np.ones(2))))] == [float, np.ndarray]
    assert [type(a) for a in handed(Case((1.0, [1.0])))] == [float, list]


def test_no_call_sees_what_another_changed():
    array = np.ones(2)
    given = built([array, (array,)])
    given[0][0] = 5
    assert array[0] == given[1][0][0] == 1
    assert [type(part) for part in built(((1,), [2]))] == [tuple, list]
    assert built(Seed(3)).random() == built(Seed(3)).random()


def test_what_became_of_the_arguments_is_kept():
    cases = (Case((np.zeros(2), Seed(1))),)
    used = outcome("x[0] = 1", "r.random()", cases=cases, arguments="x, r").arguments
    assert (used[0].tolist(), used[1]) == ([1.0, 0.0], True)
    assert outcome("return 1", cases=cases, arguments="x, r").arguments[1] is False


# --- the kernel -------------------------------------------------------------------------------


def test_a_deadline_stops_again_and_again_and_then_no_more():
    caught = 0
    began = time.monotonic()
    with Deadline(0.05).watched():
        while caught < 7:
            try:
                while True:
                    pass
            except OutOfTime:
                caught += 1
    assert 0.1 < time.monotonic() - began < 5
    assert signal.getitimer(signal.ITIMER_REAL) == (0.0, 0.0)


def test_a_deadline_that_is_over_stops_at_once():
    with pytest.raises(OutOfTime), Deadline(-1).watched():
        time.sleep(5)


def test_a_timer_of_the_notebooks_own_has_what_was_left_of_its_time():
    before = signal.signal(signal.SIGALRM, lambda *_: None)
    try:
        signal.setitimer(signal.ITIMER_REAL, 60, 7)
        with Deadline(5).watched():
            time.sleep(0.3)
        left, interval = signal.setitimer(signal.ITIMER_REAL, 0)
        assert 55 < left < 59.8
        assert interval == 7
    finally:
        signal.signal(signal.SIGALRM, before)


def test_outside_the_main_thread_nothing_is_stopped():
    done = []

    def watched():
        with Deadline(0.01).watched():
            time.sleep(0.1)
        done.append(1)

    thread = threading.Thread(target=watched)
    thread.start()
    thread.join()
    assert done == [1]


def test_a_thread_that_ends_by_itself_is_not_remarked():
    names = {"Thread": threading.Thread, "sleep": time.sleep}
    found = reply(["Thread(target=sleep, args=(0.05,)).start()", "return x"], **names)
    assert found.remarks == ()


class ExitAutocall:
    """Stands for IPython's, which ends the kernel after the cell."""

    def __call__(self):
        raise AssertionError("the kernel would end")


def test_leaving_the_notebook_raises_instead_and_is_there_again_afterwards():
    own = ExitAutocall()
    function = learners("def predict(x):\n    quit()\n", "predict", quit=own, exit=5)
    found = call(function, Probe("predict", "01_loss", ONE))
    assert found.outcomes[0].raised.type == "SystemExit"
    assert function.__globals__["quit"] is own
    assert function.__globals__["exit"] == 5
    assert builtins.input.__name__ == "input"


def test_keyword_defaults_are_as_they_were_and_what_cannot_be_copied_stops_nothing():
    above = "lock = Lock()\n"
    found = reply(
        ["seen.append(x)", "return len(seen)"],
        above=above,
        arguments="x, *, seen=[]",
        Lock=threading.Lock,
    )
    assert (found.outcomes[0].result, found.outcomes[0].again) == (1, 2)
    function = learners("def predict(x, *, seen=[]):\n    seen.append(x)\n", "predict")
    call(function, Probe("predict", "01_loss", ONE))
    assert function.__kwdefaults__ == {"seen": []}
    assert reply(["return x"], above=above, arguments="x, k=lock", Lock=threading.Lock).outcomes


def test_numpys_own_is_named_where_something_else_stands_there():
    own = np.tanh
    try:
        np.tanh = np.sin
        with kernel.numpys_own() as names:
            assert np.tanh is own
            np.cos, cos = np.sin, np.cos
        assert np.cos is cos
        assert names == ["np.tanh", "np.cos"]
        assert np.tanh is np.sin
    finally:
        np.tanh = own
    assert kernel.remark("numpy-replaced:np.a, np.b").startswith("np.a, np.b in this notebook")


def test_a_directory_that_is_gone_is_left_all_the_same(tmp_path, monkeypatch):
    import os

    monkeypatch.chdir(tmp_path)
    found = reply(["os.mkdir('gone')", "os.chdir('gone')", "os.rmdir('../gone')"], cases=ONE, os=os)
    assert os.getcwd() == str(tmp_path)
    assert "working-directory" in found.remarks


def test_a_probe_of_the_course_is_answered_whole():
    probe = find("predict").probe(np.random.default_rng(0))
    found = call(lambda A, B, X: B @ np.tanh(A @ X), probe)
    assert len(found.outcomes) == len(probe.cases)
    assert call(lambda A, B, X: X, probe, traced=False).trace.notes == ()
