"""What a check says about every way in which an answer can be unusable, and how it shows it."""

import functools
from importlib import import_module

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bplib import checking, derivatives, network
from bplib.checking import CheckFailed, Outcome, Raised, Reply, call, check, hint, judge, quick
from bplib.checking.call import built
from bplib.checking.plain import Other, equal, plain
from bplib.checking.travel import probe_from_json, reply_from_json, to_json
from bplib.course import NOTEBOOKS, all_exercises, find
from bplib.course.probe import Case, Probe


def questions_of(notebook):
    return import_module(f"bplib.course.{NOTEBOOKS[notebook].module}.exercises").QUESTIONS


def verdict(function, name="predict"):
    function.__name__ = name
    return checking.verdict_on(function, rng=np.random.default_rng(0))


def forever(*arguments):
    return forever(*arguments)


def prints(A, B, X):
    print(B @ np.tanh(A @ X))


def changes(A, B, X):
    X -= 1
    return B @ np.tanh(A @ (X + 1))


def leaves_a_residue(A, B, X):
    A += 0.1
    A -= 0.1
    return B @ np.tanh(A @ X)


def interrupted(A, B, X):
    raise KeyboardInterrupt


_calls = []


def accumulates(A, B, X):
    _calls.append(1)
    return B @ np.tanh(A @ X) * len(_calls)


def unfinished(A, B, X):
    # YOUR CODE HERE
    raise NotImplementedError()


BAD_INPUT = [
    (lambda A, B: A, "wrong-signature", "predict(A, B, X)"),
    (lambda A, B, X: None, "returns-none", "returned None; a NumPy array of shape (n_out, N)"),
    (prints, "prints-instead-of-returning", "printed a result but returned None"),
    (lambda A, B, X: [B, np.tanh(A @ X)], "returns-a-list", "returned a list"),
    (lambda A, B, X: "0.5", "returns-text", "returned text"),
    (lambda A, B, X: {"Y": 1}, "returns-another-type", "returned a dict"),
    (lambda A, B, X: np.tanh, "returns-another-type", "returned a ufunc"),
    (lambda A, B, X: B @ np.tanh(A @ X) + 0j, "returns-complex-numbers", "complex numbers"),
    (lambda A, B, X: B @ np.tanh(A @ X) > 0, "returns-booleans", "True and False"),
    (lambda A, B, X: (B @ np.tanh(A @ X)).astype(object), "returns-another-type", ""),
    (lambda A, B, X: B @ np.tanh(A @ X) * np.nan, "nan-or-inf", "nan"),
    (lambda A, B, X: B @ np.tanh(A @ X) / 0.0, "nan-or-inf", "inf"),
    (lambda A, B, X: (B @ np.tanh(A @ X)).T, "transposed", "where (n_out, N) ="),
    (lambda A, B, X: (B @ np.tanh(A @ X)).ravel(), "wrong-axes", "shape"),
    (lambda A, B, X: np.sum(B @ np.tanh(A @ X)), "a-number-for-an-array", "single number"),
    (lambda A, B, X: np.sum(B @ np.tanh(A @ X), axis=0), "an-axis-lost", "shape"),
    (lambda A, B, X: (B @ np.tanh(A @ X)).squeeze(), "wrong-axes", "a single sample"),
    (lambda A, B, X: np.zeros((len(B), X.shape[1])), "all-zero", "Every entry is 0"),
    (lambda A, B, X: X @ A, "raises-valueerror", "as many columns on its left as rows"),
    (lambda A, B, X: exit(), "ends-the-program", "SystemExit"),
    (changes, "changes-argument", "with X changed"),
    (leaves_a_residue, "not-restored-exactly", "with A changed"),
    (forever, "endless-recursion", "without an end"),
    (interrupted, "endless-loop", "interrupted"),
    (accumulates, "differs-between-calls", "two different results"),
]


@pytest.mark.parametrize(("function", "code", "words"), BAD_INPUT, ids=[b[1] for b in BAD_INPUT])
def test_bad_input_gets_a_message_that_says_so(function, code, words):
    found = verdict(function)
    assert not found.right
    assert code in found.codes, found
    assert words in found.findings[0].says
    assert found.findings[0].look
    assert "bplib" not in str(found)


def test_an_untouched_stub_is_not_attempted_yet_and_not_called_wrong():
    found = verdict(unfinished)
    assert found.code == "not-attempted"
    assert "not attempted yet" in str(found)
    assert "not right" not in str(found)


def test_an_error_shows_the_learners_line():
    def predict(A, B, X):
        W = A @ B
        return W

    found = verdict(predict)
    assert found.findings[0].lines[0][1] == "W = A @ B"
    assert "W = A @ B" in str(found)
    assert "A (" in found.findings[0].evidence


def test_what_a_right_answer_prints_and_warns_is_shown_and_costs_nothing(capfd):
    import warnings

    def predict(A, B, X):
        print("shape", A.ndim)
        warnings.warn("harmless", stacklevel=1)
        return B @ np.tanh(A @ X)

    found = verdict(predict)
    assert found.right
    assert "shape 2" in found.printed
    assert "UserWarning: harmless" in found.printed
    assert capfd.readouterr() == ("", "")


def test_endless_printing_is_cut():
    def predict(A, B, X):
        for _ in range(10_000):
            print("again and again")
        return B @ np.tanh(A @ X)

    assert len(verdict(predict).printed) < 3000


def test_new_numbers_are_drawn_at_every_check():
    seen = []

    def predict(A, B, X):
        seen.append(A.sum())
        return B @ np.tanh(A @ X)

    drawn = []
    for _ in range(2):
        checking.verdict_on(predict)
        drawn.append(set(seen))
        seen.clear()
    assert not drawn[0] & drawn[1]


def test_an_earlier_wrong_answer_never_costs_points_in_a_later_one():
    namespace = {"np": np}
    code = """
def predict(A, B, X):
    return B @ (A @ X)
def mean_loss(Y_hat, Y):
    return np.sum((Y_hat - Y) ** 2)
def helper(A, B, X, Y):
    return mean_loss(predict(A, B, X), Y)
def network_loss(A, B, X, Y):
    return {}
"""
    exec(code.format("helper(A, B, X, Y)"), namespace)
    found = checking.verdict_on(namespace["network_loss"])
    assert found.right
    assert "predict and mean_loss, of which at least one" in " ".join(found.notes)
    assert namespace["predict"](np.ones((2, 2)), np.ones((2, 2)), np.ones((2, 2)))[0, 0] == 4
    exec(code.format("2 * helper(A, B, X, Y)"), namespace)
    assert not checking.verdict_on(namespace["network_loss"]).right


def test_check_raises_the_message_and_no_traceback_of_ours():
    def predict(A, B, X):
        return B @ (A @ X)

    with pytest.raises(CheckFailed, match="not right yet") as failed:
        check(predict)
    shown = "\n".join(failed.value._render_traceback_())
    assert "linear" in shown
    assert "File" not in shown
    assert "Traceback" not in shown


def test_a_missing_or_renamed_function_is_not_defined_yet():
    with pytest.raises(CheckFailed, match="predict: not defined yet"):
        check("predict")


def test_an_unknown_exercise_is_told_with_the_known_ones():
    def forecast(A, B, X):
        return X

    with pytest.raises(CheckFailed, match=r"No exercise is called forecast[^\0]*predict"):
        check(forecast)


def test_a_value_in_place_of_a_function_is_told():
    with pytest.raises(CheckFailed, match="not a function"):
        check(np.zeros(3))


def test_a_right_answer_is_told_and_returns_nothing(capsys):
    def predict(A, B, X):
        return B @ np.tanh(A @ X)

    assert check(predict, points=2) is None
    assert capsys.readouterr().out == "predict: right.\n"


def test_partly_right_answers_return_points_that_read_as_a_number_and_raise_without_points(capsys):
    def predict(A, B, X):
        return B @ np.tanh(A @ X) * (1 + 1e-8)

    earned = check(predict, points=2)
    assert float(repr(earned)) == earned
    assert 0 < earned < 2
    with pytest.raises(CheckFailed):
        check(predict)


def test_hints_come_one_by_one_and_end_kindly(capsys):
    checking._hints_shown.clear()
    for _ in range(4):
        hint("predict")
    shown = capsys.readouterr().out
    exercise = find("predict")
    assert all(text in shown for text in exercise.hints)
    assert shown.index(exercise.hints[0]) < shown.index(exercise.hints[2])
    assert "no hint 4: you have seen all 3" in shown
    hint("predict", 7)
    assert "no hint 7" in capsys.readouterr().out


def test_a_quick_question_is_asked_answered_and_explained(capsys):
    question = questions_of("01_loss")[0]
    wrong = next(letter for letter in question.choices if letter != question.right)
    quick(question.name)
    assert all(f"({letter})" in capsys.readouterr().out for letter in [question.right])
    quick(question.name, wrong)
    shown = capsys.readouterr().out
    assert "not it" in shown
    assert question.replies[wrong] in shown
    quick(question.name, f"({question.right.upper()})")
    assert "is right" in capsys.readouterr().out
    with pytest.raises(LookupError):
        quick("no_such_question")


@pytest.mark.parametrize("notebook", NOTEBOOKS)
def test_every_question_answers_every_choice(notebook):
    questions = questions_of(notebook)
    assert len({question.name for question in questions}) == len(questions)
    for question in questions:
        assert question.right in question.choices
        assert set(question.replies) == set(question.choices)


@pytest.mark.parametrize("exercise", all_exercises(), ids=lambda e: f"{e.notebook}-{e.name}")
def test_probe_and_reply_travel_as_json(exercise):
    probe = exercise.probe(np.random.default_rng(3))
    sent = probe_from_json(to_json(probe))
    assert equal_records(sent, probe)

    def answer(*arguments):
        return exercise.truth(*arguments)

    reply = call(answer, sent)
    returned = reply_from_json(to_json(reply))
    assert equal_records(returned, reply)
    assert judge(sent, returned) == judge(probe, reply)
    found = judge(probe, returned)
    assert found.right or found.codes == ("finite-differences",)  # that is what truths are


def equal_records(a, b):
    if hasattr(a, "__dataclass_fields__"):
        return type(a) is type(b) and all(
            equal_records(getattr(a, name), getattr(b, name)) for name in a.__dataclass_fields__
        )
    if isinstance(a, tuple):
        return len(a) == len(b) and all(map(equal_records, a, b))
    return equal(a, b)


def test_a_reply_with_an_exception_travels_too():
    reply = Reply((Outcome(None, raised=Raised("ValueError", "no", "x = 1", 3)),))
    assert reply_from_json(to_json(reply)) == reply


VALUES = [1, 1.5, -0.0, float("inf"), True, None, "text", 1 + 2j, (1, [2.0]), Other("dict", "{}")]


@pytest.mark.parametrize("value", [*VALUES, np.arange(3.0), np.eye(2, dtype="f4")], ids=repr)
def test_every_value_arrives_as_it_was_sent(value):
    sent = Probe("predict", "01_loss", (Case((value,)),))
    (arrived,) = probe_from_json(to_json(sent)).cases[0].arguments
    assert equal(arrived, value)
    assert type(arrived) is type(value)


def test_what_is_no_plain_data_is_not_sent():
    with pytest.raises(TypeError):
        to_json(Reply((Outcome(object()),)))


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"[]",
        b"{}",
        b"\x80\x04K\x01.",
        b'{"outcomes": [{"result": {"pickle": "gASVAAA="}}], "helped": [], "helpers": []}',
        b'{"outcomes": [{"result": {"array": "", "dtype": "O", "shape": [0]}}], "helpers": []}',
        b'{"outcomes": [{"result": {"array": "AAAA", "dtype": "<f8", "shape": [9]}}]}',
        b'{"outcomes": [{"result": 1, "verdict": "right"}], "helped": [], "helpers": []}',
        b"[" * 100_000,
    ],
    ids=range(9),
)
def test_what_was_not_sent_by_a_check_is_refused_with_one_kind_of_error(data):
    with pytest.raises(ValueError, match="not a Reply as it travels"):
        reply_from_json(data)


def delta_B_answer(formula):
    def delta_B(Y_hat, Y):
        return formula(Y_hat, Y)

    return checking.verdict_on(delta_B, rng=np.random.default_rng(0))


@pytest.mark.parametrize(
    ("formula", "credit"),
    [
        (lambda P, Y: (Y - P) / Y.shape[1], 0.5),  # a sign
        (lambda P, Y: P - Y, 0.5),  # a constant factor
        (lambda P, Y: (P - Y).T / Y.shape[1], 0.5),  # transposed, otherwise right
        (lambda P, Y: derivatives.gradient(lambda P: network.mean_loss(P, Y), P), 0.5),
        (lambda P, Y: (Y - P).T, 0.0),  # transposed and otherwise wrong
        (lambda P, Y: 900 * (P - Y) / Y.shape[1], 0.5),
        (lambda P, Y: 1100 * (P - Y) / Y.shape[1], 0.0),  # a factor that makes it another thing
        (lambda P, Y: (P - Y) / Y.shape[1] / 900, 0.5),
        (lambda P, Y: (P - Y) / Y.shape[1] / 1100, 0.0),
        (lambda P, Y: P / Y.shape[1], 0.0),
        (lambda P, Y: None, 0.0),
    ],
)
def test_partial_credit_follows_the_documented_table(formula, credit):
    found = delta_B_answer(formula)
    assert not found.right
    assert found.credit == credit


@pytest.mark.parametrize(("factor", "credit"), [(900, 0.5), (1100, 0.0)])
def test_of_two_results_the_one_that_is_off_decides_whether_its_factor_is_small(factor, credit):
    def scalar_gradients(a, b, x, y):
        h = np.tanh(a * x)
        return (b * h - y) * b * (1 - h**2) * x, factor * (b * h - y) * h

    found = checking.verdict_on(scalar_gradients, rng=np.random.default_rng(0))
    assert found.credit == credit


def test_numerical_differentiation_where_a_formula_is_asked_is_told_kindly():
    def loss_difference(P, Y):
        G = np.zeros_like(P)
        for i in np.ndindex(P.shape):
            up, down = P.copy(), P.copy()
            up[i] += 1e-5
            down[i] -= 1e-5
            G[i] = (network.mean_loss(up, Y) - network.mean_loss(down, Y)) / 2e-5
        return G

    by_bplib = delta_B_answer(
        lambda P, Y: derivatives.gradient(lambda P: network.mean_loss(P, Y), P)
    )
    for found in (delta_B_answer(loss_difference), by_bplib):
        assert found.codes == ("finite-differences",)
        assert "right" in found.findings[0].says
        assert found.credit


_WEIRD = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(-3, 3),
        st.floats(),
        st.complex_numbers(),
        st.text(max_size=3),
        st.builds(Other, st.just("dict")),
        st.builds(
            lambda shape, dtype, fill: np.full(shape, fill).astype(dtype),
            st.lists(st.integers(0, 7), max_size=3).map(tuple),
            st.sampled_from(["f8", "f4", "i8", "?", "c16"]),
            st.sampled_from([0.0, 1.0, 1e300, float("nan")]),
        ),
    ),
    lambda parts: st.lists(parts, max_size=4).map(tuple) | st.lists(parts, max_size=4),
    max_leaves=6,
)


@pytest.mark.filterwarnings("ignore:.*:RuntimeWarning")
@pytest.mark.parametrize("exercise", all_exercises(), ids=lambda e: f"{e.notebook}-{e.name}")
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_no_reply_makes_the_judge_fail(exercise, data):
    probe, truths = _asked(exercise.notebook, exercise.name)
    mixed = data.draw(st.booleans())
    results = [
        right if mixed and data.draw(st.booleans()) else data.draw(_WEIRD) for right in truths
    ]
    after = [tuple(case.arguments) for case in probe.cases]
    reply = Reply(tuple(Outcome(r, a, r) for r, a in zip(results, after, strict=True)))
    found = judge(probe, reply)
    assert str(found)
    assert found._repr_html_()


@functools.cache
def _asked(notebook, name):
    """Return a probe, and the right results."""
    exercise = find(name, notebook=notebook)
    probe = exercise.probe(np.random.default_rng(5))
    truths = [
        None if case.raises else plain(exercise.truth(*map(built, case.arguments)))
        for case in probe.cases
    ]
    return probe, truths


@pytest.mark.parametrize(
    ("name", "function", "broken", "words"),
    [
        (
            "mean_loss",
            lambda P, Y: float(np.sum(np.abs(P - Y) ** 1.5) / Y.shape[1] ** 2),
            "doubled-samples",
            "every sample given twice, the right result stays as it is; yours becomes 0.5 times",
        ),
        (
            "sample_losses",
            lambda P, Y: np.cumsum(np.sum((P - Y) ** 4, axis=0)),
            "order-of-samples",
            "the samples in reverse order, the right result goes along with them; yours does not",
        ),
        (
            "predict",
            lambda A, B, X: B @ np.cumsum(np.tanh(A @ X), axis=0),
            "order-of-hidden-units",
            "the hidden units in reverse order, the right result stays as it is; yours becomes",
        ),
        (
            "predict",
            lambda A, B, X: np.sin(np.cumsum(B @ np.tanh(A @ X), axis=0)),
            "order-of-outputs",
            "the outputs in reverse order, the right result goes along with them; yours does not",
        ),
    ],
)
def test_a_result_that_does_not_follow_its_data_is_told_by_that(name, function, broken, words):
    found = verdict(function, name)
    assert found.codes == (broken,)
    assert words in found.findings[0].says


def test_an_assigned_or_decorated_function_is_found_by_the_name_it_stands_under(capsys):
    namespace = {"np": np, "check": check}
    exec("predict = lambda A, B, X: B @ np.tanh(A @ X)\ncheck(predict)", namespace)
    exec("check('predict')", namespace)
    assert capsys.readouterr().out == "predict: right.\n" * 2


@pytest.mark.parametrize("setting", ["raise", "ignore"])
def test_numpys_error_settings_neither_disturb_a_check_nor_outlive_it(setting):
    def d_tanh(z):
        np.seterr(all="raise")
        with np.errstate(all="ignore"):
            return 1 / np.cosh(z) ** 2

    with np.errstate(all=setting):
        assert checking.verdict_on(d_tanh, rng=np.random.default_rng(0)).right
        assert set(np.geterr().values()) == {setting}


@pytest.mark.parametrize(
    ("formula", "name"),
    [
        (lambda P, Y: ((P - Y) / Y.shape[1]).astype(np.float16), "half-precision"),
        (lambda P, Y: 10**400, "returns-another-type"),
        (lambda P, Y: (P - Y) / Y.shape[1] * 1e-320, None),
        (lambda P, Y: (P - Y) / Y.shape[1] * 1e300, None),
    ],
)
def test_numbers_of_any_size_and_precision_are_judged(formula, name):
    found = delta_B_answer(formula)
    assert not found.right
    assert found.credit == 0
    assert name is None or name in found.codes


@pytest.mark.parametrize(
    ("error", "right", "credit", "single"),
    [
        (1e-12, True, 1.0, False),
        (1e-9, False, 0.5, False),
        (1e-5, False, 0.0, False),
        (1e-5, True, 1.0, True),
        (1e-3, False, 0.0, True),
    ],
)
def test_the_bands_of_right_nearly_right_and_wrong_lie_where_they_are_documented(
    error, right, credit, single
):
    def off_in_one_entry(P, Y):
        delta = (P - Y) / Y.shape[1]
        delta[0, 0] += error * np.max(np.abs(delta))
        return delta.astype(np.float32) if single else delta

    found = delta_B_answer(off_in_one_entry)
    assert (found.right, found.credit) == (right, credit)


def test_a_result_that_ignores_its_arguments_is_told_so():
    found = verdict(lambda Y_hat, Y: 0.25, "mean_loss")
    assert found.codes == ("ignores-its-arguments",)


@pytest.mark.parametrize("kept", [0, 1, 3])
def test_a_reply_that_lacks_outcomes_is_never_right(kept):
    exercise = find("predict")
    probe = exercise.probe(np.random.default_rng(0))
    reply = call(lambda A, B, X: B @ np.tanh(A @ X), probe)
    assert judge(probe, reply).right
    assert judge(probe, Reply(reply.outcomes[:kept])).code == "unanswered"
