"""What the widgets compute, in JavaScript and in Python, without a browser."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from functools import cache
from importlib import import_module
from pathlib import Path

import numpy as np
import pytest

from bplib import derivatives, network, widgets
from bplib.checking.call import traced_with
from bplib.course import NOTEBOOKS, find
from bplib.course.nudged import errors_of_layer
from bplib.widgets import base, page
from bplib.widgets.assembly import HERE, module
from bplib.widgets.parts import (
    backpropagation,
    chain,
    confident,
    depth,
    descent,
    drawing,
    landscape,
    question,
    stepping,
    training,
)

ROOT = Path(__file__).parents[1]
NODE = shutil.which("node") or shutil.which("nodejs")
SAME = 1e-12


QUESTIONS = [
    question
    for notebook in NOTEBOOKS.values()
    for question in import_module(f"bplib.course.{notebook.module}.exercises").QUESTIONS
]


@cache
def modules():
    """Return a copy of the modules that node takes for ES modules."""
    folder = Path(tempfile.mkdtemp())
    shutil.copytree(HERE, folder, dirs_exist_ok=True, ignore=shutil.ignore_patterns("*.py*"))
    (folder / "package.json").write_text('{"type": "module"}', encoding="utf-8")
    return folder


def in_node(script, **values):
    """Run a script that has the modules as `m`, `d`, `c`, `p` and `s`; return what it returns."""
    program = f"""
import * as m from "./mathematics.js";
import d from "./parts/descent.js";
import c from "./parts/chain.js";
import p from "./parts/depth.js";
import s from "./parts/confident.js";
const given = {json.dumps(values)};
const rows = (M) => Array.from({{length: M.rows}}, (_, i) =>
    Array.from(M.data.slice(i * M.columns, (i + 1) * M.columns)));
const result = (() => {{ {script} }})();
console.log(JSON.stringify(result));
"""
    command = [NODE, "--input-type=module", "-e", program]
    done = subprocess.run(command, capture_output=True, text=True, cwd=modules())
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def drawn_network(seed, N=6):
    rng = np.random.default_rng(seed)
    A, B = rng.normal(size=(5, 3)) * 1.5, rng.normal(size=(2, 5))
    X, Y = rng.normal(size=(3, N)), rng.normal(size=(2, N)) * 2
    X[0] *= 4  # saturates some units
    return {"A": A, "B": B, "X": X, "Y": Y}


def lists(arrays):
    return {name: array.tolist() for name, array in arrays.items()}


def close(mine, truth):
    return derivatives.distance(np.array(mine), truth) <= SAME


needs_node = pytest.mark.skipif(NODE is None, reason="needs node")


@needs_node
@pytest.mark.parametrize("activation", ["tanh", "sigmoid", "relu", "identity"])
def test_javascript_has_the_same_forward_pass_loss_and_slopes_as_bplib(activation):
    net = drawn_network(3)
    A, B, X, Y = net.values()
    script = """
    const [A, B, X, Y] = ["A", "B", "X", "Y"].map((name) => m.fromRows(given[name]));
    const kept = m.forward(A, B, X, given.activation);
    return { Z: rows(kept.Z), H: rows(kept.H), Y_hat: rows(kept.Y_hat),
      losses: Array.from(m.sampleLosses(kept.Y_hat, Y)), loss: m.meanLoss(kept.Y_hat, Y),
      delta_B: rows(m.slopesInPredictions(kept.Y_hat, Y)),
      back: rows(m.slopesInHidden(B, kept, Y, given.activation, "H")),
      delta_A: rows(m.slopesInHidden(B, kept, Y, given.activation)),
      ...Object.fromEntries(Object.entries(m.gradients(A, B, X, Y, given.activation))
        .map(([name, M]) => [name, rows(M)])) };
    """
    made = in_node(script, **lists(net), activation=activation)
    f = network.ACTIVATIONS[activation]
    Z, H, Y_hat = network.forward(A, B, X, f)
    truth = {
        "Z": Z,
        "H": H,
        "Y_hat": Y_hat,
        "losses": network.sample_losses(Y_hat, Y),
        "loss": network.mean_loss(Y_hat, Y),
        "delta_B": derivatives.gradient(lambda P: network.mean_loss(P, Y), Y_hat),
        "back": derivatives.gradient(lambda V: network.mean_loss(B @ V, Y), H),
        "delta_A": derivatives.gradient(lambda V: network.mean_loss(B @ f(V), Y), Z),
        "grad_A": derivatives.gradient(lambda W: network.network_loss(W, B, X, Y, f), A),
        "grad_B": derivatives.gradient(lambda W: network.network_loss(A, W, X, Y, f), B),
    }
    assert {name for name in truth if not close(made[name], truth[name])} == set()


@needs_node
@pytest.mark.parametrize("activation", ["tanh", "sigmoid", "relu", "identity"])
def test_javascript_has_the_same_layers_and_errors_of_deep_networks_as_bplib(activation):
    weights, kept, Y = depth.drawn(5, 1.2, activation, 3)
    script = """
    const [X, error, ...weights] = given.matrices.map((M) => m.fromRows(M));
    const { kept, sums } = p.run(weights, X, given.activation);
    const errors = sums.map((_, l) => p.errorsOf(l, weights, sums, error, given.activation));
    return { kept: kept.map(rows), errors: errors.map(rows) };
    """
    error = (kept[-1] - Y) / Y.shape[1]
    matrices = [M.tolist() for M in (kept[0], error, *weights)]
    made = in_node(script, matrices=matrices, activation=activation)
    assert all(close(*pair) for pair in zip(made["kept"], kept, strict=True))
    f = network.ACTIVATIONS[activation]
    for layer, mine in enumerate(made["errors"]):
        Z = weights[layer] @ kept[layer]
        assert close(mine, errors_of_layer(Z, weights[layer + 1 :], Y, f))


@needs_node
@pytest.mark.parametrize("y", [0.0, 1.0])
def test_javascript_has_the_same_two_losses_of_a_sigmoid_output_as_bplib(y):
    z = np.append(np.linspace(-7, 7, 29), [-800.0, 800.0])
    script = """
    const old = given.z.map((z) => s.squaredError(z, given.y));
    const fresh = given.z.map((z) => s.crossEntropy(z, given.y));
    return { p: old.map((of) => of.p), loss: old.map((of) => of.loss),
      slope: old.map((of) => of.slope), entropy: fresh.map((of) => of.loss),
      delta: given.z.map((z) => s.reference({ z, y: given.y }).delta) };
    """
    made = in_node(script, z=z.tolist(), y=y)

    def squared(Z):
        return 0.5 * (network.sigmoid(Z) - y) ** 2

    def entropy(Z):
        return network.binary_cross_entropy(Z[..., None, None], np.array([[y]]))

    truth = {
        "p": network.sigmoid(z),
        "loss": squared(z),
        "slope": derivatives.derivative(squared, z),
        "entropy": entropy(z),
        "delta": derivatives.derivative(entropy, z),
    }
    assert {name for name in truth if not close(made[name], truth[name])} == set()


@needs_node
def test_javascript_gives_finite_slopes_far_out():
    far = in_node("return [1000, -1000, 30, 0].map((z) => m.slopeAt(z, 'tanh'));")
    assert far[:2] == [0, 0]
    assert far[3] == 1
    assert in_node("return m.slopeAt(-1000, 'sigmoid');") == 0


@needs_node
def test_javascript_has_the_same_landscapes_and_slopes_as_python():
    places = np.random.default_rng(0).uniform(-2, 2, (20, 2))
    for land in descent.landscapes().values():
        made = in_node(
            "return given.places.map((w) => "
            "[d.heightOf(given.terms, w), ...d.slopesOf(given.terms, w)]);",
            places=places.tolist(),
            terms=land["terms"],
        )
        for w, (height, *slopes) in zip(places, made, strict=True):
            assert height == pytest.approx(descent.height(land["terms"], w), rel=SAME, abs=SAME)
            truth = derivatives.gradient(lambda V: descent.height(land["terms"], V), w)  # noqa: B023
            assert close(slopes, truth)


@needs_node
def test_javascript_walks_the_chain_as_nudging_does():
    a, b, x, y = 0.7, -1.3, 1.9, 0.4
    made = in_node("return c.slopes(c.values(given)).total;", a=a, b=b, x=x, y=y)
    nudged = derivatives.gradient(
        lambda w: 0.5 * (w[..., 1] * np.tanh(w[..., 0] * x) - y) ** 2, np.array([a, b])
    )
    assert close([made["a"], made["b"]], nudged)


@needs_node
def test_every_module_is_valid_javascript_when_put_together(tmp_path):
    names = sorted(path.stem for path in (HERE / "parts").glob("*.js"))
    assert len(names) == 10
    for name in names:
        path = tmp_path / f"{name}.mjs"
        path.write_text(module(name), encoding="utf-8")
        done = subprocess.run([NODE, "--check", path], capture_output=True, text=True)
        assert done.returncode == 0, done.stderr


# The reader's functions in the loop


def delta_B(Y_hat, Y):
    return (Y_hat - Y) / Y.shape[1]


def gradient_B(delta, H):
    return delta @ H.T


def delta_A(delta_B, B, Z):
    return (B.T @ delta_B) * (1 - np.tanh(Z) ** 2)


def gradient_A(delta, X):
    return delta @ X.T


def asked():
    net = drawn_network(1)
    return {**net, "offset": np.zeros((5, 6)), "whole": True}


def marks(reply):
    return {name for name, value in reply.items() if name.startswith("off_") and value is not None}


def test_right_functions_get_no_mark():
    reply = backpropagation.answer(asked(), delta_B, gradient_B, delta_A, gradient_A)
    assert marks(reply) == set()
    assert reply["problems"] == {}


def test_a_missing_slope_is_marked_at_delta_A_and_not_again_at_the_gradient():
    reply = backpropagation.answer(
        asked(), delta_B, gradient_B, lambda d, B, Z: B.T @ d, gradient_A
    )
    assert marks(reply) == {"off_delta_A"}


def test_a_wrong_output_error_is_marked_once():
    reply = backpropagation.answer(asked(), lambda P, Y: P - Y, gradient_B, delta_A, gradient_A)
    assert marks(reply) == {"off_delta_B"}


def endless(Y_hat, Y):
    while True:
        pass


def stub(Y_hat, Y):
    raise NotImplementedError


@pytest.mark.parametrize(
    ("function", "told"),
    [
        (stub, "stub is not written yet"),
        (endless, "took more than"),
        (lambda P, Y: P[:, 0], "returns shape"),
        (lambda P, Y: None, "returns"),
        (lambda P, Y: P * np.nan, "not finite"),
        (lambda P, Y: 1 / 0, "ZeroDivisionError"),
        (lambda P, Y: exec("raise KeyboardInterrupt"), "KeyboardInterrupt"),
    ],
    ids=["stub", "endless", "shape", "None", "nan", "raises", "interrupts"],
)
def test_a_bad_function_is_told_and_the_widget_lives(function, told, monkeypatch):
    monkeypatch.setattr(base, "TIME_LIMIT", 0.1)
    reply = backpropagation.answer(asked(), function, gradient_B)
    assert told in reply["problems"]["delta_B"]


def test_a_function_cannot_change_what_the_widget_shows():
    def spoiler(P, Y):
        P *= 0
        return (P - Y) / Y.shape[1]

    question_ = asked()
    before = question_["Y"].copy()
    backpropagation.answer(question_, spoiler, gradient_B)
    assert np.array_equal(question_["Y"], before)


def numerical_gradient(f, W, step=1e-5):
    G = np.zeros_like(W)
    for i in np.ndindex(W.shape):
        up, down = W.copy(), W.copy()
        up[i] += step
        down[i] -= step
        G[i] = (f(up) - f(down)) / (2 * step)
    return G


def line_loss_gradient(w, X, y):
    return X @ (w @ X - y) / len(y)


@pytest.mark.parametrize("land", descent.landscapes())
def test_a_numerical_gradient_counts_as_right_on_every_landscape(land):
    reply = descent.answer({"landscape": land, "w": [0.3, -0.8]}, numerical_gradient)
    assert not reply["off"]


def test_the_exact_gradient_of_a_line_is_asked_for_lines_only():
    assert set(descent.settings("f", True)["landscapes"]) == {"line", "shifted"}
    reply = descent.answer({"landscape": "shifted", "w": [0.3, -0.8]}, line_loss_gradient)
    assert not reply["off"]
    wrong = descent.answer(
        {"landscape": "shifted", "w": [0.3, -0.8]}, lambda w, X, y: X @ (w @ X - y)
    )
    assert wrong["off"]


def test_the_landscape_shows_a_wrong_loss_as_it_is_and_says_so():
    start = landscape.settings()
    X, Y = np.array(start["X"]), np.array(start["Y"])
    asked_ = {"X": X, "Y": Y, "across": X, "a": 0.5, "b": 1.0, "whole": True}
    reply = landscape.answer(asked_, network.network_loss, network.predict)
    assert reply["off"] == []
    assert reply["grid"].shape == (61, 61)
    doubled = landscape.answer(asked_, lambda *a: 2 * network.network_loss(*a), network.predict)
    assert doubled["off"] == ["network_loss"]
    assert doubled["loss"] == pytest.approx(2 * reply["loss"])


def deep_deltas(weights, activations, Y, own=1):
    result = [(activations[-1] - Y) / Y.shape[1]]
    for layer in range(len(weights) - 1, 0, -1):
        back = weights[layer - 1 + own].T @ result[0]
        result.insert(0, back * (1 - activations[layer] ** 2))
    return result


DEEP = {"depth": 6, "scale": 0.8, "activation": "tanh", "seed": 0}


def test_the_errors_of_a_deep_network_are_the_readers_and_end_with_1_at_the_output():
    reply = depth.answer(DEEP, network.layers, deep_deltas)
    assert (reply["problems"], reply["off"]) == ({}, [])
    assert len(reply["kept"]) == len(reply["errors"]) == 6
    assert reply["errors"][-1] == pytest.approx(1)
    assert not reply["nudged"]


def test_which_of_the_two_functions_of_a_deep_network_is_wrong_is_told():
    reply = depth.answer(DEEP, network.layers, lambda *a: deep_deltas(*a, own=0))
    assert reply["off"] == ["deltas"]
    reply = depth.answer(DEEP, lambda weights, X: network.layers(weights, X)[1:], deep_deltas)
    assert "7 arrays" in reply["problems"]["forward"]
    assert "kept" not in reply


def test_other_activations_than_the_readers_are_nudged_and_said_to_be():
    reply = depth.answer({**DEEP, "activation": "relu"}, None, None)
    assert reply["nudged"]
    assert reply["errors"][-1] == pytest.approx(1)


def delta_logistic(Z, Y):
    return (1 / (1 + np.exp(-Z)) - Y) / Y.shape[1]


def test_the_error_term_of_a_sure_and_wrong_output_is_the_readers():
    reply = confident.answer({"z": -6, "y": 1}, delta_logistic)
    assert reply == {"delta": pytest.approx(-0.9975, abs=1e-4), "off": False, "problems": {}}


def starved(Z, Y):
    P = network.sigmoid(Z)
    return delta_logistic(Z, Y) * P * (1 - P)


def test_an_error_term_that_still_starves_is_shown_as_it_is_and_marked():
    reply = confident.answer({"z": -6, "y": 1}, starved)
    assert reply == {"delta": pytest.approx(-0.00246, abs=1e-5), "off": True, "problems": {}}


@pytest.mark.parametrize(
    "function",
    [lambda Z, Y: network.sigmoid(Z) - Y, lambda Z, Y: delta_logistic(Z, Y) / len(Y)],
    ids=["no 1/N", "mean over the outputs too"],
)
def test_an_error_term_that_is_wrong_for_a_batch_only_is_told(function):
    reply = confident.answer({"z": 2.5, "y": 0}, function)
    assert not reply["off"]
    assert reply["problems"] == {
        "batch": "delta_logistic is right for one sample, but not for a batch."
    }


def test_an_error_term_that_is_missing_or_raises_is_told():
    reply = confident.answer({"z": -6, "y": 1}, stub)
    assert reply == {"problems": {"delta_logistic": "stub is not written yet."}}


def test_the_chain_tells_which_of_two_slopes_is_wrong():
    def swapped(a, b, x, y):
        h = np.tanh(a * x)
        return (b * h - y) * b * x, (b * h - y) * h

    reply = chain.answer({"a": 0.5, "b": 1.5, "x": 2.0, "y": 0.5}, swapped)
    assert reply["off"] == [True, False]


def train(A, B, X, Y, rate_A, rate_B, epochs, batch_size, rng, stale=False):
    for _ in range(epochs):
        order = rng.permutation(X.shape[1])
        for start in range(0, len(order), batch_size):
            few = order[start : start + batch_size]
            H = np.tanh(A @ X[:, few])
            delta = (B @ H - Y[:, few]) / len(few)
            new_B = B - rate_B * delta @ H.T
            back = new_B if stale else B
            A = A - rate_A * ((back.T @ delta) * (1 - H**2)) @ X[:, few].T
            B = new_B
    return A, B, []


def test_a_training_that_sends_the_error_through_the_new_B_is_told():
    assert training.wrong_step(train) == ""
    stale = training.wrong_step(lambda *a: train(*a, stale=True))
    assert stale.startswith("train: its step on A is not")


def test_a_training_that_explodes_comes_back_as_numbers_that_are_not_finite():
    A, B = np.ones((4, 3)), np.ones((1, 4))
    asked_ = {"A": A, "B": B, "rate_A": 1e9, "rate_B": 1e9, "epochs": 30, "batch": 10, "seed": 1}
    reply = training.answer({**asked_, "data": "xor", "first": False}, train)
    assert reply["problems"] == {}
    assert not np.all(np.isfinite(reply["B"]))


def test_digits_travel_as_letters_and_back():
    X, Y, _, _ = training.data("digits")
    letters = training.settings("")["data"]["digits"]["training"]
    counts = np.array([ord(c) - 65 for c in letters["pixels"]]).reshape(-1, 64).T
    assert np.array_equal(counts / 16, X[:64])
    assert letters["labels"] == "".join(map(str, Y.argmax(axis=0)))


def test_a_drawn_curve_is_compared_with_the_own_one_or_told_why_not():
    assert drawing.answer(lambda: [1, 2, 3], 3)["curve"].tolist() == [[1, 2, 3]]
    assert "2 heights, not 3" in drawing.answer(lambda: [1, 2], 3)["problems"]["truth"]
    assert "ZeroDivision" in drawing.answer(lambda: 1 / 0, 3)["problems"]["truth"]


@pytest.mark.parametrize("asked_", QUESTIONS, ids=lambda q: q.name)
def test_every_question_can_be_answered_by_a_click_and_keeps_its_answer_until_then(asked_):
    start = json.dumps(question.settings(asked_.text, asked_.choices))
    for letter, reply in asked_.replies.items():
        told = question.answer(
            {"choice": letter}, lambda key, _: (key == asked_.right, asked_.replies[key])
        )
        assert told["right"] == (letter == asked_.right)
        assert told["reply"] == reply
        assert json.dumps(reply) not in start


def test_stepping_shows_arrays_with_shapes_and_everything_else_as_text():
    values = {"Z": np.ones((2, 3)), "n": 4, "bad": np.array([np.nan, 1.0])}
    steps = [stepping.Step("f", i, *item) for i, item in enumerate(values.items(), 2)]
    made = stepping.settings("f", {"f": (1, "def f():\n    Z = …\n")}, steps)
    assert [step["shape"] for step in made["steps"]] == ["(2, 3)", "", "(2,)"]
    assert made["steps"][1]["text"] == "4"
    json.dumps(made, allow_nan=False)


def test_a_call_that_is_stepped_begins_with_all_that_the_function_was_handed():
    probe = find("numerical_gradient").probe(np.random.default_rng(0))
    handed = traced_with(lambda f, W, step, more="own": W, probe.cases)
    made = stepping.settings("numerical_gradient", {}, [], given=handed)["given"]
    assert [each["name"] for each in made] == ["f", "W", "step", "more"]
    assert [each["text"] for each in made] == ["a function", "", "1e-06", "'own'"]
    assert made[1]["rows"] == handed["W"].tolist()
    assert traced_with(lambda W: W, probe.cases) == {}


def test_messages_travel_as_plain_data_and_bytes():
    content, buffers = base.pack({"Z": np.arange(6.0).reshape(2, 3), "note": "hi", "none": None})
    assert content == {"arrays": [["Z", [2, 3]]], "note": "hi"}
    back = base.unpack(content, [memoryview(b) for b in buffers])
    assert np.array_equal(back["Z"], np.arange(6.0).reshape(2, 3))


# On the page and in the notebook


def test_the_playground_page_is_what_its_parts_give():
    assert page.PAGE.read_text(encoding="utf-8") == page.html(), "python -m bplib.widgets.page"


def test_the_playground_page_asks_nothing_from_a_network():
    text = page.html()
    for word in ("http://", "https://", "src=", "@import", "url("):
        allowed = text.count('"http://www.w3.org/2000/svg"') if word == "http://" else 0
        allowed += text.count("url(#") if word == "url(" else 0
        assert text.count(word) == allowed, word


def test_importing_bplib_loads_no_widget_library():
    code = (
        "import sys, bplib; from bplib import widgets; "
        "print({'anywidget', 'ipywidgets', 'traitlets'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.stdout.strip() == "set()", done.stderr


def test_every_widget_has_a_still_picture_of_a_sensible_size():
    for name in {*widgets._PARTS.values(), "backpropagation_of_B"} - {"drawing"}:
        assert 3_000 < len(base.still(name)) < 120_000, name


@pytest.mark.parametrize("logarithmic", [False, True])
def test_the_still_of_a_chart_to_draw_in_is_that_of_its_own_task(logarithmic, monkeypatch):
    seen = []
    monkeypatch.setattr("bplib.figures.base.png", seen.append)
    chart = drawing.settings(
        "What I draw", 16, (0.5, 40.0), "rate", "loss", 8.0, logarithmic, ("0", "1.5")
    )
    drawing.empty_chart(chart)
    axes = seen[0].axes[0]
    assert axes.get_title(loc="left") == "What I draw"
    assert (axes.get_xlabel(), axes.get_ylabel()) == ("rate", "loss")
    assert [tick.get_text() for tick in axes.get_xticklabels()] == ["0", "1.5"]
    assert axes.get_ylim() == (0.5, 40.0)
    assert axes.lines[0].get_ydata().tolist() == [8.0]


NOBODY = """
import numpy as np
from bplib import quick, widgets

def numerical_gradient(f, W, step=1e-5):
    return W

widgets.descent(numerical_gradient)
quick("twice_as_far_off", "?")
"""


@pytest.fixture(scope="module")
def run_by_a_program(tmp_path_factory):
    """A notebook that a program has run, as nbgrader and nbconvert run one."""
    import nbformat
    from nbclient import NotebookClient

    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(NOBODY)])
    folder = tmp_path_factory.mktemp("nobody")
    client = NotebookClient(
        notebook, kernel_name="python3", resources={"metadata": {"path": folder}}
    )
    client.execute(env=os.environ | {"PYTHONPATH": str(ROOT)})
    return notebook


def test_where_a_program_runs_a_notebook_no_widget_is_drawn_but_its_picture(run_by_a_program):
    text = json.dumps(run_by_a_program)
    assert "widget-view" not in text
    assert "widget-state" not in text
    outputs = run_by_a_program.cells[0].outputs
    assert sum("image/png" in output.get("data", {}) for output in outputs) == 1
    assert "A still: run this cell in Jupyter to move it" in text


def test_a_page_made_of_such_a_notebook_shows_picture_caption_and_folded_replies(run_by_a_program):
    from nbconvert import HTMLExporter
    from traitlets.config import PyFileConfigLoader

    config = PyFileConfigLoader("nbgrader_config.py", path=str(ROOT)).load_config()
    for exporter in (HTMLExporter(), HTMLExporter(config=config)):  # the second as in feedback
        page_, _ = exporter.from_notebook_node(run_by_a_program)
        assert "<img" in page_
        assert "A still: run this cell in Jupyter to move it" in page_
        assert page_.count("<details") == 3
        assert "a parabola" in page_
        assert "model not found" not in page_
