"""The widgets in JupyterLab in a real browser: by mouse and keyboard, on right and wrong code."""

import re

import nbformat
import pytest

from tests.browser import CHROMIUM, open_notebook

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="needs the chromium package")

IMPORTS = """
import time
import numpy as np
from bplib import check, network, quick, recall, widgets
"""
LOSS = """
def predict(A, B, X):
    return B @ np.tanh(A @ X)
def network_loss(A, B, X, Y):
    return 0.5 * np.sum((predict(A, B, X) - Y) ** 2) / Y.shape[1]
"""
GRADIENT = """
def numerical_gradient(f, W, step=1e-5):
    G = np.zeros_like(W)
    for i in np.ndindex(W.shape):
        up, down = W.copy(), W.copy()
        up[i] += step
        down[i] -= step
        G[i] = (f(up) - f(down)) / (2 * step)
    return G
"""
CHAIN = """
def scalar_gradients(a, b, x, y):
    h = np.tanh(a * x)
    e = b * h - y
    return e * b * (1 - h**2) * x, e * h
"""
BACKWARD = """
def delta_B(Y_hat, Y):
    return (Y_hat - Y) / Y.shape[1]
def gradient_B(delta, H):
    return delta @ H.T
def delta_A(delta_B, B, Z):
    return (B.T @ delta_B) * (1 - np.tanh(Z)**2)
def gradient_A(delta, X):
    return delta @ X.T
"""
STALE = BACKWARD.replace(
    "    return (B.T @ delta_B) * (1 - np.tanh(Z)**2)",
    "    back = B.T @ delta_B\n    slope = 1 - Z**2\n    return back * slope",
)
TRAIN = """
def train(A, B, X, Y, learning_rate_A, learning_rate_B, epochs, batch_size, rng):
    A, B = A.copy(), B.copy()
    losses = [network.network_loss(A, B, X, Y)]
    for _ in range(epochs):
        order = rng.permutation(X.shape[1])
        for start in range(0, len(order), batch_size):
            few = order[start : start + batch_size]
            H = np.tanh(A @ X[:, few])
            delta = (B @ H - Y[:, few]) / len(few)
            back = (B.T @ delta) * (1 - H**2)
            A, B = A - learning_rate_A * back @ X[:, few].T, B - learning_rate_B * delta @ H.T
        losses.append(network.network_loss(A, B, X, Y))
    return A, B, losses
"""
DEEP = """
def forward(weights, X):
    kept = [X]
    for W in weights[:-1]:
        kept.append(np.tanh(W @ kept[-1]))
    return [*kept, weights[-1] @ kept[-1]]
def deltas(weights, activations, Y):
    result = [(activations[-1] - Y) / Y.shape[1]]
    for layer in range(len(weights) - 1, 0, -1):
        result.insert(0, (weights[layer].T @ result[0]) * (1 - activations[layer] ** 2))
    return result
"""
LOGISTIC = """
def delta_logistic(Z, Y):
    return (1 / (1 + np.exp(-Z)) - Y) / Y.shape[1]
"""
CURVE = """
def curve():
    return [2.0 * 0.7**n for n in range(11)]
"""
CELLS = {
    "imports": IMPORTS,
    "loss": LOSS,
    "gradient": GRADIENT,
    "scalar": CHAIN,
    "backward": BACKWARD,
    "train": TRAIN,
    "deep": DEEP,
    "logistic": LOGISTIC,
    "curve": CURVE,
    "landscape": "widgets.landscape(network_loss, predict)",
    "descent": "widgets.descent(numerical_gradient)",
    "chain": "widgets.chain(scalar_gradients)",
    "backpropagation": "widgets.backpropagation(delta_B, gradient_B, delta_A, gradient_A)",
    "second copy": "widgets.backpropagation(delta_B, gradient_B)",
    "training": "widgets.training(train)",
    "depth": "widgets.depth(forward, deltas)",
    "confident": "widgets.confident(delta_logistic)",
    "stepping": "widgets.step_through(delta_A)",
    "question": "quick('twice_as_far_off')",
    "recall": "recall('two_links')",
    "drawing": (
        "widgets.draw_first(lambda: curve(), 'A loss', count=11, heights=(0, 3), "
        "across='step', up='loss', first=2.0)"
    ),
}


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    """One notebook in one JupyterLab for all tests of this file, every cell run."""
    folder = tmp_path_factory.mktemp("lab")
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    notebook = nbformat.v4.new_notebook(metadata={"kernelspec": kernel})
    notebook.cells = [
        nbformat.v4.new_code_cell(f"# {name}\n{source.strip()}") for name, source in CELLS.items()
    ]
    path = folder / "widgets.ipynb"
    nbformat.write(notebook, path)
    with open_notebook(path, folder) as opened:
        opened.said = []
        opened.page.on(
            "console", lambda m: opened.said.append(m.text) if m.type == "error" else None
        )
        opened.page.on("pageerror", lambda error: opened.said.append(str(error)))
        assert opened.run_all()
        yield opened


def cell(lab, name):
    """Scroll to a cell and return the place of its widget."""
    index = lab.index(f"# {name}\n")
    lab.page.evaluate(
        "async i => { await jupyterapp.shell.currentWidget.content.scrollToItem(i, 'start'); }",
        index,
    )
    place = lab.page.locator(f'.jp-Cell[data-windowed-list-index="{index}"] .bp-widget')
    place.wait_for()
    return place


def rewrite(lab, name, source):
    """Put other code into a cell and run it: what a reader does who mends a function."""
    index = lab.index(f"# {name}\n")
    lab.write(index, f"# {name}\n{source.strip()}")
    lab.run(index)


def press(place, label, times=1):
    for _ in range(times):
        place.get_by_role("button", name=label).first.click()


def wait_for_text(place, text):
    place.filter(has_text=text).wait_for()


def focus(lab, place):
    """Focus something for good: JupyterLab focuses the cell a moment after it has run."""
    held = """async node => {
        node.focus({ preventScroll: true });
        await new Promise(done => setTimeout(done, 100));
        return node === document.activeElement;
    }"""
    # looked up anew each time: a picture that is drawn anew has other nodes
    assert any(place.evaluate(held) for _ in range(30)), "it does not keep the focus"


def key(lab, *names):
    for name in names:
        lab.page.keyboard.press(name)


def drag(lab, place, *ways):
    """Drag the middle of something by pixels, one way after the other."""
    box = place.bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    lab.page.mouse.move(x, y)
    lab.page.mouse.down()
    for dx, dy in ways:
        x, y = x + dx, y + dy
        lab.page.mouse.move(x, y, steps=4)
    lab.page.mouse.up()


def state(place):
    return place.locator(".bp-state").first.inner_text()


def wait_for_change(place, before):
    place.page.wait_for_function(
        "([node, text]) => node.innerText !== text",
        arg=[place.locator(".bp-state").first.element_handle(), before],
    )


def test_the_still_picture_stands_aside_while_a_widget_is_there(lab):
    for name in ("landscape", "training", "backpropagation"):
        cell(lab, name)
        index = lab.index(f"# {name}\n")
        picture = lab.page.locator(
            f'.jp-Cell[data-windowed-list-index="{index}"] .jp-RenderedImage img'
        )
        assert picture.count() == 1
        picture.wait_for(state="hidden")


def test_the_loss_landscape_answers_to_keys_and_to_the_mouse(lab):
    place = cell(lab, "landscape")
    wait_for_text(place, "loss 1.75")
    point = place.get_by_role("slider", name="the point")
    focus(lab, point)
    key(lab, "ArrowRight", "ArrowRight", "ArrowUp")
    wait_for_text(place, "a = −1.30, b = 1.10")
    drag(lab, point, (120, 0))
    wait_for_text(place, "a = 0.")
    assert lab.said == []


def test_a_wrong_loss_is_shown_and_told(lab):
    rewrite(lab, "loss", LOSS.replace("0.5 *", "1.0 *"))
    place = cell(lab, "landscape")
    focus(lab, place.get_by_role("slider", name="the point"))
    key(lab, "ArrowLeft")
    wait_for_text(place, "network_loss is not right here")
    rewrite(lab, "loss", "def network_loss(A, B, X, Y):\n    raise NotImplementedError()")
    place = cell(lab, "landscape")
    focus(lab, place.get_by_role("slider", name="the point"))
    key(lab, "ArrowLeft")
    wait_for_text(place, "network_loss is not written yet")
    rewrite(lab, "loss", LOSS)


def test_an_error_dies_out_and_arrives_again_when_the_scale_is_changed_by_keys(lab):
    place = cell(lab, "depth")
    wait_for_text(place, "20 layers, scale 0.50, tanh")
    focus(lab, place.get_by_label("scale of the weights, in 1/√n"))
    key(lab, *["ArrowRight"] * 13)
    wait_for_text(place, "scale 1.0")
    wait_for_text(place, "of an error of 1, 0.")
    place.get_by_label("activation", exact=True).select_option("relu")
    wait_for_text(place, "this is by nudging")
    rewrite(lab, "deep", DEEP.replace("weights[layer].T", "weights[layer - 1].T"))
    place = cell(lab, "depth")
    place.get_by_label("activation", exact=True).select_option("tanh")
    wait_for_text(place, "deltas is not right here")
    rewrite(lab, "deep", DEEP)
    assert lab.said == []


def test_one_loss_pulls_where_the_other_starves_and_a_wrong_error_term_is_marked(lab):
    place = cell(lab, "confident")
    wait_for_text(place, "sure and wrong. Δ is −0.00246 from the squared error, −0.998 from")
    assert "Δ from the squared error, the course's: −0.00246" in place.inner_text()
    assert "Δ from cross-entropy, your delta_logistic: −0.998" in place.inner_text()
    press(place, "target 0")
    wait_for_text(place, "target 0: sure and right. Δ is 6.11")
    press(place, "target 1")
    point = place.get_by_role("slider", name="the point")
    focus(lab, point)
    key(lab, "End")
    wait_for_text(place, "z = 7.00, p = 0.999, target 1: sure and right")
    drag(lab, point, (-140, 0))
    wait_for_text(place, "Both pull.")
    rewrite(lab, "logistic", LOGISTIC.replace("(1 / (1", "-(1 / (1"))
    place = cell(lab, "confident")
    focus(lab, place.get_by_label("pre-activation z", exact=True))
    key(lab, "Home")
    wait_for_text(place, "0.999 ✕ not what nudging finds")
    wait_for_text(place, "delta_logistic is not right here. The tangent and the bar are")
    assert "as hard" not in state(place)
    rewrite(lab, "logistic", LOGISTIC.replace("return", "return 1 / 0 #"))
    place = cell(lab, "confident")
    focus(lab, place.get_by_role("slider", name="the point"))
    key(lab, "ArrowRight")
    wait_for_text(place, "delta_logistic raises ZeroDivisionError")
    wait_for_text(place, "not known from cross-entropy")
    rewrite(lab, "logistic", "def delta_logistic(Z, Y):\n    raise NotImplementedError()")
    place = cell(lab, "confident")
    press(place, "target 0")
    wait_for_text(place, "delta_logistic is not written yet")
    rewrite(lab, "logistic", LOGISTIC)
    assert lab.said == []


def test_descent_walks_by_the_readers_gradient_and_too_long_steps_leave_the_map(lab):
    place = cell(lab, "descent")
    press(place, "step ▶", 3)
    wait_for_text(place, "3 steps")
    focus(lab, place.get_by_role("slider", name="the point"))
    key(lab, "ArrowLeft")
    wait_for_text(place, "0 steps")
    focus(lab, place.get_by_label("step size"))
    key(lab, "End")
    press(place, "run")
    wait_for_text(place, "It diverges: every step is too long")
    wait_for_text(place, "zoomed out")
    press(place, "reset")
    wait_for_text(place, "0 steps")
    rewrite(lab, "gradient", "def numerical_gradient(f, W, step=1e-5):\n    return -W")
    place = cell(lab, "descent")
    focus(lab, place.get_by_role("slider", name="the point"))
    key(lab, "ArrowLeft")
    wait_for_text(place, "your gradient is not what nudging finds")
    rewrite(lab, "gradient", GRADIENT)
    assert lab.said == []


def test_a_function_without_an_end_is_stopped_and_the_page_goes_on(lab):
    rewrite(
        lab, "gradient", "def numerical_gradient(f, W, step=1e-5):\n    while True:\n        pass"
    )
    place = cell(lab, "descent")
    focus(lab, place.get_by_role("slider", name="the point"))
    key(lab, "ArrowRight", "ArrowRight", "ArrowRight")
    before = state(place)
    key(lab, "ArrowUp")
    wait_for_change(place, before)
    # the point moves while Python is busy
    assert "took more than" not in place.inner_text()
    wait_for_text(place, "took more than 2 seconds")
    rewrite(lab, "gradient", GRADIENT)
    place = cell(lab, "descent")
    focus(lab, place.get_by_role("slider", name="the point"))
    key(lab, "ArrowRight")
    wait_for_text(place, "gradient (")


def test_the_chain_is_walked_back_and_the_readers_slopes_stand_beside_it(lab):
    place = cell(lab, "chain")
    press(place, "step ▶", 11)
    wait_for_text(place, "dL/da = dL/dz · x = 0.405 · 2.000 = 0.809")
    assert place.locator(".bp-right").count() == 2
    focus(lab, place.get_by_label("x", exact=True).last)
    key(lab, "ArrowLeft")
    rewrite(lab, "scalar", CHAIN.replace("* x, e * h", ", e * h"))
    place = cell(lab, "chain")
    focus(lab, place.get_by_role("slider", name="a", exact=True).first)
    key(lab, "ArrowUp")
    wait_for_text(place, "✕ not what nudging finds")
    rewrite(lab, "scalar", CHAIN)
    assert lab.said == []


def test_backpropagation_is_stepped_and_a_wrong_function_is_marked(lab):
    place = cell(lab, "backpropagation")
    press(place, "step ▶", 8)
    wait_for_text(place, "gradient of A")
    assert place.locator(".off").count() == 0
    rewrite(lab, "backward", BACKWARD.replace("* (1 - np.tanh(Z)**2)", ""))
    place = cell(lab, "backpropagation")
    focus(lab, place.locator("svg [tabindex='0']"))
    key(lab, "ArrowUp")
    wait_for_text(place, "Δ_A (4, 5) ✕ wrong")
    rewrite(lab, "backward", BACKWARD.replace("return delta @ X.T", "return delta @ X"))
    place = cell(lab, "backpropagation")
    focus(lab, place.locator("svg [tabindex='0']"))
    key(lab, "ArrowUp")
    wait_for_text(place, "gradient_A raises ValueError")
    rewrite(lab, "backward", BACKWARD)
    assert lab.said == []


def test_code_is_stepped_and_the_line_that_the_check_found_is_marked(lab):
    place = cell(lab, "stepping")
    assert "goes wrong" not in place.inner_text()
    wait_for_text(place, "The call begins, with delta_B, B, Z.")
    assert place.locator("table.lit").count() == 3
    rewrite(lab, "backward", STALE)
    rewrite(
        lab, "stepping", "try:\n    check(delta_A)\nfinally:\n    widgets.step_through(delta_A)"
    )
    place = cell(lab, "stepping")
    wait_for_text(place, "Here it goes wrong: the first value")
    assert "slope = 1 - Z**2" in place.locator("li[aria-current=step]").inner_text()
    press(place, "◀ back")
    wait_for_text(place, "makes back, shape")
    rewrite(lab, "backward", BACKWARD)
    assert lab.said == []


def test_predicted_and_measured_change_agree_only_where_the_gradient_is_right(lab):
    place = cell(lab, "backpropagation")
    press(place, "start again")
    press(place, "step ▶", 8)
    nudge = place.get_by_label("nudge by")  # logarithmic: 0 is a nudge by 1
    place.get_by_label("move", exact=True).select_option("A 1 0")
    nudge.fill("0")
    wait_for_text(place, "with so large a nudge the slope changes on the way")
    nudge.fill("-2")
    wait_for_text(place, re.compile(r"Nearly the same: \S+ % apart"))
    nudge.fill("-3")
    wait_for_text(place, "The same to three digits.")
    rewrite(lab, "backward", BACKWARD.replace("return delta @ X.T", "return 2 * delta @ X.T"))
    place = cell(lab, "backpropagation")
    focus(lab, place.get_by_label("to", exact=True))
    key(lab, "ArrowRight")
    wait_for_text(place, "They part, however small the nudge")
    rewrite(lab, "backward", BACKWARD)


def test_two_copies_of_a_widget_do_not_disturb_each_other(lab):
    first, second = cell(lab, "backpropagation"), cell(lab, "second copy")
    press(second, "step ▶")
    wait_for_text(second, "tanh squeezes")
    assert "Δ_A" not in second.inner_text()
    first = cell(lab, "backpropagation")
    assert "tanh squeezes" not in state(first)


def test_the_network_trains_by_the_readers_function_and_survives_bad_input(lab):
    place = cell(lab, "training")
    press(place, "one epoch ▶", 2)
    wait_for_text(place, "Epoch 2:")
    wait_for_text(place, "Trained by your train")
    field = place.get_by_label("step size B")
    field.fill("a lot")
    key(lab, "Enter")
    wait_for_text(place, "“a lot” is refused. Allowed: a number from 0 to 10¹²")
    press(place, "play")
    wait_for_text(place, "Nothing runs before “step size B” is mended")
    assert state(place).startswith("Epoch 2:")
    field.fill("1e9")
    key(lab, "Enter")
    press(place, "play")
    wait_for_text(place, "The loss has exploded")
    field.fill("0.1")
    key(lab, "Enter")
    press(place, "start again")
    press(place, "play")
    lab.page.set_viewport_size({"width": 700, "height": 900})
    wait_for_text(place, re.compile(r"Epoch \d\d"))
    lab.page.set_viewport_size({"width": 1250, "height": 1000})
    press(place, "pause")
    rewrite(lab, "train", TRAIN.replace("(1 - H**2)", "1"))
    place = cell(lab, "training")
    press(place, "start again")
    press(place, "one epoch ▶")
    wait_for_text(place, "its step on A is not the one that nudging finds")
    rewrite(lab, "train", TRAIN)
    assert lab.said == []


def test_a_digit_is_drawn_with_mouse_and_keys_and_read(lab):
    place = cell(lab, "training")
    place.get_by_label("data").select_option("digits")
    press(place, "one epoch ▶", 3)
    wait_for_text(place, "Epoch 3:")
    paper = place.locator("canvas[role=application]")
    paper.scroll_into_view_if_needed()
    drag(lab, paper, (0, -60), (0, 120))
    wait_for_text(place, "it reads")
    press(place, "clear")
    wait_for_text(place, "nothing drawn yet")
    focus(lab, paper)
    key(lab, "Space", "ArrowDown", "Space")
    wait_for_text(place, "it reads")


def test_a_click_in_the_map_of_step_sizes_opens_that_training(lab):
    place = cell(lab, "training")
    place.get_by_label("data").select_option("moons")
    press(place, "try many step sizes")
    place.get_by_role("button", name="A 10, B 0.1:").click()
    wait_for_text(place, re.compile(r"Epoch [1-9]"))
    assert place.get_by_label("step size A").input_value() == "10"
    press(place, "pause")


def test_a_question_is_answered_by_a_click_or_its_letter(lab):
    place = cell(lab, "question")
    assert "parabola" not in place.inner_text()
    press(place, "a −0.8")
    wait_for_text(place, "a is not it")
    key(lab, "b")
    wait_for_text(place, "b is right")
    assert lab.said == []


def test_a_recalled_question_says_more_to_one_who_was_sure(lab):
    place = cell(lab, "recall")
    place.get_by_role("button").first.click()
    wait_for_text(place, re.compile("is not it|is right"))
    short = place.locator(".bp-reply").inner_text()
    place.get_by_label("I am sure").check()
    place.get_by_role("button").first.click()
    wait_for_text(place, "worth reading again" if "not it" in short else "is right")
    assert place.locator(".bp-reply").inner_text() != short
    assert lab.said == []


def test_a_prediction_is_drawn_and_compared_in_words(lab):
    place = cell(lab, "drawing")
    focus(lab, place.locator("svg").first)
    key(lab, "ArrowRight", *["ArrowUp"] * 3)
    for _ in range(9):
        key(lab, "ArrowRight")
    key(lab, "ArrowUp")
    press(place, "show what happens")
    wait_for_text(place, "It goes another way. Yours rises; in truth it falls.")
    press(place, "wipe and draw again")
    chart = place.locator("svg").first
    box = chart.bounding_box()
    lab.page.mouse.move(box["x"] + 60, box["y"] + 90)
    lab.page.mouse.down()
    lab.page.mouse.move(box["x"] + box["width"] - 14, box["y"] + 240, steps=8)
    lab.page.mouse.up()
    press(place, "show what happens")
    wait_for_text(place, "% of the picture's height apart")


def test_axe_finds_nothing_to_complain_of(lab):
    from axe_playwright_python.sync_playwright import Axe

    for name in ("backpropagation", "question", "confident"):
        cell(lab, name)
        found = Axe().run(lab.page, context=".bp-widget")
        assert found.violations_count == 0, f"{name}: {found.generate_report()}"


def test_widgets_work_in_notebook_7_too(lab):
    here = lab.page.context
    context = here.browser.new_context(storage_state=here.storage_state())
    page = context.new_page()
    page.set_default_timeout(120_000)
    page.goto(lab.page.url.split("?")[0].replace("/lab/tree/", "/notebooks/"))
    page.locator(".jp-Notebook .jp-Cell").first.wait_for()
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
    chain = page.locator(".bp-widget").filter(has_text="A slope finds its way back").first
    chain.get_by_role("button", name="step ▶").click()
    chain.filter(has_text="Forward: z = a · x = 1.000").wait_for()
    context.close()


def test_a_widget_whose_kernel_was_restarted_moves_and_says_that_python_is_silent(lab):
    lab.page.evaluate(
        "async () => { const s = jupyterapp.shell.currentWidget.sessionContext;"
        " await s.session.kernel.restart(); }"
    )
    place = cell(lab, "landscape")
    before = state(place)
    focus(lab, place.get_by_role("slider", name="the point"))
    key(lab, "ArrowRight")
    wait_for_text(place, "Python does not answer")
    assert state(place) != before
    assert [text for text in lab.said if "Cannot send" in text] == []


def test_a_saved_notebook_shows_pictures_and_never_model_not_found(lab):
    lab.page.evaluate("async () => { await jupyterapp.commands.execute('docmanager:save'); }")
    lab.page.reload()
    lab.page.wait_for_selector(".jp-Notebook .jp-RenderedImage img")
    # the front end has looked for the widgets' models, and found none
    lab.page.wait_for_function(
        "() => document.querySelector('.jp-Notebook').textContent.includes('not found')"
    )
    shown = lab.page.locator(".jp-Notebook").inner_text()
    assert "not found" not in shown
    assert "A still: run this cell" in shown
