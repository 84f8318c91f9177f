"""A function made again: stopped in time, with nothing of the notebook's touched."""

import ast
import itertools
from types import SimpleNamespace

import numpy as np
import pytest

from bplib.checking import source
from bplib.checking.source import Clock, OutOfTime, Workshop, helpers_of, made_again, source_of
from tests.test_repair import learners

# --- time -------------------------------------------------------------------------------------


@pytest.fixture
def now(monkeypatch):
    """Stand for the time that passes, on the processor and on the wall."""
    time = SimpleNamespace(cpu=5.0, wall=7.0)
    both = SimpleNamespace(thread_time=lambda: time.cpu, perf_counter=lambda: time.wall)
    monkeypatch.setattr(source, "time", both)
    return time


def over(clock):
    try:
        clock.tick()
    except OutOfTime:
        return True
    return False


def test_a_clock_counts_the_processors_time(now):
    clock = Clock(1.0)
    assert clock.left == pytest.approx(1)
    now.cpu, now.wall = 5.4, 7.5
    assert clock.left == pytest.approx(0.6)
    now.cpu, now.wall = 5.9, 9.0
    assert not over(clock)  # busy with something else
    now.cpu = 6.1
    assert over(clock)
    clock.restart(0.5)
    assert not over(clock)
    assert clock.left == pytest.approx(0.5)


def test_nobody_waits_for_more_than_three_times_that_and_two_seconds(now):
    clock = Clock(1.0)
    now.wall = 11.7
    assert clock.left == pytest.approx(0.1)
    assert not over(clock)
    now.wall = 12.1
    assert over(clock)


def test_items_come_as_long_as_there_is_time(now):
    clock = Clock(1.0)
    items = clock.each("abc")
    assert next(items) == "a"
    now.cpu, now.wall = 6.5, 8.5
    with pytest.raises(OutOfTime):
        next(items)


ENDLESS = {
    "while": "    while True:\n        pass\n",
    "for": "    for _ in forever():\n        pass\n",
    "comprehension": "    [0 for _ in forever()]\n",
    "recursion": "    while f(x): pass\n",
    "in a helper": "    g(x)\n",
}


@pytest.mark.parametrize("body", ENDLESS.values(), ids=ENDLESS)
def test_whatever_goes_on_for_ever_is_stopped(body):
    helper = "def g(x):\n    while True: x\n"
    function = learners(f"{helper}def f(x):\n{body}", "f", forever=itertools.count)
    sources = {"f": source_of(function), **helpers_of(source_of(function))}
    with pytest.raises((OutOfTime, RecursionError)):
        Workshop(sources, Clock(0.05), {}).made("f")(1)


HELD = [
    "a.append(a)",
    "a.insert(0, [a])",
    "a[0] = a",
    "a[0] = 1, a",
    "a[0] = b = a",
    "b = a[0] = a",
]


@pytest.mark.parametrize("body", HELD)
def test_no_list_is_made_to_hold_itself(body):
    function = learners(f"def f(a):\n    {body}\n    return a\n", "f")
    with pytest.raises(ValueError, match="holds itself"):
        Workshop({"f": source_of(function)}, Clock(9), {}).made("f")([0])


def test_lists_may_hold_all_else():
    code = "def f(a, b):\n    a.append(b)\n    a.insert(0, [b])\n    a[1] = (b, b)\n    return a\n"
    made = Workshop({"f": source_of(learners(code, "f"))}, Clock(9), {}).made("f")
    assert made([0], [1]) == [[[1]], ([1], [1]), [1]]


# --- what it is made from ---------------------------------------------------------------------


def test_a_functions_source_is_its_lines_in_its_cell():
    code = "x = 1\n\n@staticmethod\ndef f(a):\n    if a:\n        return 1\n"
    found = source_of(learners(code, "f").__func__)
    assert found.tree.name == "f"
    assert [found.line(n) for n in (4, 5, 6)] == ["def f(a):", "if a:", "return 1"]
    assert [node.lineno for node in ast.walk(found.tree) if isinstance(node, ast.Return)] == [6]
    again = found.fresh()
    assert again is not found.tree
    assert ast.unparse(again) == ast.unparse(found.tree)
    assert again.lineno == found.tree.lineno == 4


@pytest.mark.parametrize("other", [len, dict, np.tanh, lambda x: x, 3])
def test_what_has_no_definition_has_no_source(other):
    assert source_of(other) is None


def test_an_async_function_has_none_either():
    assert source_of(learners("async def f():\n    pass\n", "f")) is None


HELPED = """
def third(x):
    return x
def second(x):
    return third(x) + f(x)
def unused(x):
    return x
@unused
def f(x):
    return second(x) + np.tanh(x) + other(x)
"""


def test_the_functions_that_a_function_uses_are_found_through_others():
    function = learners(HELPED, "f", other=source_of)
    assert set(helpers_of(source_of(function))) == {"second", "third"}


# --- made again -------------------------------------------------------------------------------

MADE = """
kept = []
rows = np.zeros(2)
def g(x):
    return 10 * x
def f(x: undefined_when_made, *more, by=[2], **rest) -> undefined_too:
    kept.append(x)
    by.append(x)
    return g(x) + len(kept) + len(by) + rows[0]
"""


def made_functions():
    cell = MADE.replace(": undefined_when_made", "").replace(" -> undefined_too", "")
    function = learners(cell, "f")
    own = source_of(function)
    return function, {"f": own, **helpers_of(own)}


def test_what_is_made_again_gives_the_same_and_leaves_defaults_alone():
    function, sources = made_functions()
    trees = {name: (each, each.fresh()) for name, each in sources.items()}
    made = made_again(trees, {})
    assert set(made) == {"f", "g"}
    assert made["f"](1) == 10 + 1 + 2
    assert function.__kwdefaults__ == {"by": [2]}
    assert made["f"].__globals__ is not function.__globals__


def test_names_that_are_handed_in_stand_for_the_notebooks_own():
    function, sources = made_functions()
    made = made_again({"f": (sources["f"], sources["f"].fresh())}, {"g": lambda x: 0})
    assert made["f"](1) == 0 + 1 + 2
    assert function.__globals__["g"](1) == 10


def test_a_workshop_makes_every_function_as_if_for_the_first_time():
    function, sources = made_functions()
    workshop = Workshop(sources, Clock(9), {})
    for _ in range(2):
        assert workshop.made("f")(1) == 10 + 1 + 2
    assert function.__globals__["kept"] == []
    assert function.__kwdefaults__ == {"by": [2]}
    assert Workshop({"f": sources["f"]}, Clock(9), {"g": abs}).made("f")(-1) == 1 + 1 + 2


def test_a_workshop_writes_into_no_array_of_the_notebooks():
    function = learners("rows = np.zeros(2)\ndef f():\n    rows[0] = 1\n", "f")
    with pytest.raises(ValueError, match="read-only"):
        Workshop({"f": source_of(function)}, Clock(9), {}).made("f")()
    function()
    assert function.__globals__["rows"][0] == 1


def test_one_function_of_several_is_made_from_another_code():
    _, sources = made_functions()
    workshop = Workshop(sources, Clock(9), {})
    twice = compile("def g(x):\n    return 20 * x\n", "", "exec").co_consts[0]
    assert workshop.made("f", "g", twice)(1) == 20 + 1 + 2
    assert workshop.made("f")(1) == 10 + 1 + 2


def test_what_a_function_takes_from_one_around_it_is_there_again():
    def around(by):
        def f(x, /, y=1, *, z=1):
            return by * x + y + z

        return f

    own = source_of(around(5))
    assert made_again({"f": (own, own.fresh())}, {})["f"](2) == 12
    assert Workshop({"f": own}, Clock(9), {}).made("f")(2, z=3) == 14
