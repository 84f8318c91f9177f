"""The playground page in a real browser: from the file system, by keyboard, at every width."""

import json
import re

import numpy as np
import pytest

from bplib.widgets.page import PAGE, parts
from tests.browser import CHROMIUM, FLAGS

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="needs the chromium package")

NAMES = [part.name for part in parts()]


@pytest.fixture(scope="module")
def browser():
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def opened(browser):
    """A function that opens the page, and notes what it asks for and what goes wrong."""
    pages = []

    def open_(width=1000, state="", clock=False, **options):
        page = browser.new_page(viewport={"width": width, "height": 900}, **options)
        if clock:
            page.clock.install()
        page.asked, page.wrong = [], []
        page.on("request", lambda request: page.asked.append(request.url))
        page.on("pageerror", lambda error: page.wrong.append(str(error)))
        page.on("console", lambda m: page.wrong.append(m.text) if m.type == "error" else None)
        page.set_default_timeout(15_000)
        page.goto(PAGE.as_uri() + state)
        page.wait_for_function(
            "n => document.querySelectorAll('.bp-widget').length === n", arg=len(NAMES)
        )
        pages.append(page)
        return page

    yield open_
    for page in pages:
        page.close()


def two_frames(page):
    """Wait until what was asked for is drawn."""
    page.evaluate(
        "() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"
    )


def place(page, name):
    return page.locator(f'[data-widget="{name}"]')


def test_the_page_opens_from_the_file_system_and_asks_for_nothing_else(opened):
    page = opened()
    assert page.asked == [PAGE.as_uri()]
    assert page.wrong == []


@pytest.mark.parametrize("width", [360, 800, 1400])
def test_no_part_of_the_page_is_wider_than_the_screen(opened, width):
    page = opened(width)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    too_wide = page.evaluate(
        "() => [...document.querySelectorAll('.bp-widget *')].filter(node => {"
        " const own = node.getBoundingClientRect();"
        " const all = node.closest('.bp-widget').getBoundingClientRect();"
        " return own.width && !node.closest('.bp-spoken, clipPath, .bp-code, g')"
        " && own.right > all.right + 1 })"
        ".map(node => node.outerHTML.slice(0, 80))"
    )
    assert too_wide == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_to_complain_of(opened, scheme):
    from axe_playwright_python.sync_playwright import Axe

    page = opened(color_scheme=scheme)
    two_frames(page)
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()


def test_every_control_is_reached_by_the_tab_key_and_shows_it(opened):
    page = opened()
    reached = set()
    for _ in range(120):
        page.keyboard.press("Tab")
        name, outlined = page.evaluate(
            "() => [document.activeElement.closest('[data-widget]')?.dataset.widget ?? '',"
            " getComputedStyle(document.activeElement).outlineStyle]"
        )
        if name:
            reached.add(name)
            assert outlined != "none", name
    assert reached == set(NAMES)


def test_each_widget_says_its_state_in_words_that_change(opened):
    page = opened()
    for name, label in {
        "landscape": "the point: weights a and b",
        "descent": "the point: two weights",
        "chain": "a",
        "depth": "layers",
        "confident": "the point: pre-activation z",
        "backpropagation": "weight b₀₀",
    }.items():
        spoken = place(page, name).locator(".bp-spoken")
        page.wait_for_function("node => node.textContent", arg=spoken.element_handle())
        before = spoken.text_content()
        place(page, name).get_by_role("slider", name=label, exact=True).first.focus()
        page.keyboard.press("ArrowUp")
        page.wait_for_function(
            "([node, text]) => node.textContent !== text", arg=[spoken.element_handle(), before]
        )
        assert spoken.text_content()


def test_the_address_remembers_where_one_was(opened):
    page = opened()
    point = place(page, "landscape").get_by_role("slider", name="the point")
    point.focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_url("**landscape=**")
    assert "descent" not in page.url
    again = opened(state="?" + page.url.split("?")[1])
    assert "a = −1.40" in place(again, "landscape").inner_text()


@pytest.mark.parametrize(
    "state",
    [
        "?landscape=7&training=null",
        "?training=" + json.dumps({"data": "no such", "hidden": "x", "rate_A": None, "seed": 1e99}),
        "?backpropagation=%7B",
        "?backpropagation=" + json.dumps({"step": "no"}),
        "?backpropagation=" + json.dumps({"A": ["x"] * 12, "B": 7, "picked": "Q", "sample": 99}),
        "?landscape=" + json.dumps({"a": "left", "b": 1e99}),
        "?descent=" + json.dumps({"w": ["up", None], "rate": 1e99}),
        "?descent=" + json.dumps({"name": "nowhere", "rate": "fast"}),
        "?depth=" + json.dumps({"depth": 2.5, "scale": "x", "activation": "no such"}),
        "?confident=" + json.dumps({"z": "far", "y": 7}),
        "?chain=" + json.dumps({"point": {"a": "b"}, "step": -3}),
    ],
)
def test_an_address_full_of_nonsense_opens_the_page_as_it_is(opened, state):
    page = opened(state=state)
    two_frames(page)
    assert page.wrong == []
    shown = page.locator("main").text_content()
    assert [word for word in ("NaN", "nan ", "−∞", "undefined") if word in shown] == []


def tells(widget, text):
    """Wait until the line of the state says this."""
    widget.locator(".bp-state").filter(has_text=text).first.wait_for(timeout=60_000)


def cells(place, name):
    return place.locator(f'table[data-name="{name}"] td').all_text_contents()


def numbers(texts):
    return [float(text.replace("−", "-").rstrip(" ✎")) for text in texts]


def test_after_the_last_step_the_gradients_are_those_that_moved_the_weights(opened):
    page = opened(reduced_motion="reduce")
    widget = place(page, "backpropagation")
    before = numbers(cells(widget, "B"))
    for _ in range(9):
        widget.get_by_role("button", name="step ▶").click()
    moved = numbers(cells(widget, "B"))
    slopes = numbers(cells(widget, "grad_B"))
    assert moved != before
    assert moved == pytest.approx(
        [w - 0.5 * slope for w, slope in zip(before, slopes, strict=True)], abs=0.011
    )
    assert "A and B are new; all other numbers are still those" in widget.inner_text()
    shown = widget.locator(".bp-slider output").first.text_content()
    assert shown == cells(widget, "B")[0]  # the slider does not round to its steps
    widget.get_by_role("button", name="◀ back").click()
    assert numbers(cells(widget, "B")) == before


def test_the_chosen_weight_is_moved_in_numbers_that_add_up(opened):
    page = opened(reduced_motion="reduce")
    widget = place(page, "backpropagation")
    for _ in range(9):
        widget.get_by_role("button", name="step ▶").click()
    told = widget.locator(".bp-says").inner_text()
    old, rate, slope, new = re.search(r"b₀₀: (\S+) − (\S+) · (\S+) = (\S+)\.(?: |$)", told).groups()
    assert float(new) == pytest.approx(float(old) - float(rate) * float(slope), abs=0.0015)


def test_an_error_says_its_share_of_the_mean(opened):
    page = opened(reduced_motion="reduce")
    widget = place(page, "backpropagation")
    for _ in range(4):
        widget.get_by_role("button", name="step ▶").click()
    told = widget.locator(".bp-says").inner_text().replace("−", "-")
    miss, share = re.search(r"\)/5 = (\S+)/5 = (\S+)\.", told).groups()
    assert float(share) == pytest.approx(float(miss) / 5, abs=0.01)


def test_a_sum_set_by_hand_is_marked_in_table_and_picture(opened):
    page = opened(reduced_motion="reduce")
    widget = place(page, "backpropagation")
    widget.get_by_role("button", name="step ▶").click()
    widget.get_by_label("move", exact=True).select_option("Z 1 0")
    widget.get_by_label("to", exact=True).focus()
    page.keyboard.press("ArrowRight")
    two_frames(page)
    assert "Z (4, 5) ✎ set by hand" in widget.inner_text()
    assert [i for i, text in enumerate(cells(widget, "Z")) if "✎" in text] == [5]


def test_two_changes_of_opposite_sign_are_drawn_to_opposite_sides(opened):
    page = opened(reduced_motion="reduce")
    widget = place(page, "backpropagation")
    for _ in range(6):
        widget.get_by_role("button", name="step ▶").click()
    nudge = widget.get_by_label("nudge by")
    nudge.focus()
    page.keyboard.press("End")
    found = set()
    for key in ("B 0 0", "B 1 0", "B 1 1", "B 1 2", "B 0 1"):
        widget.get_by_label("move", exact=True).select_option(key)
        two_frames(page)
        values = numbers(widget.locator(".bp-bar > span:nth-child(2)").all_text_contents())
        sides = widget.locator(".bp-signed").evaluate_all("all => all.map(n => n.dataset.side)")
        assert sides == ["left" if value < 0 else "right" for value in values]
        found.add(values[0] * values[1] > 0)
        if values[0] * values[1] < 0:
            assert "not even have one sign" in widget.inner_text()
    assert found == {True, False}


def test_backpropagation_comes_back_from_the_address_as_it_was_left(opened):
    page = opened(reduced_motion="reduce")
    widget = place(page, "backpropagation")
    for key in ("Z 1 0", "B 0 1", "Y 1 0"):
        widget.get_by_label("move", exact=True).select_option(key)
        widget.get_by_label("to", exact=True).focus()
        page.keyboard.press("ArrowRight")
    for label in ("nudge by", "step size B"):
        widget.get_by_label(label).focus()
        page.keyboard.press("End")
    two_frames(page)
    names = ("B", "Y", "Z")
    left = [cells(widget, name) for name in names]
    again = opened(state="?" + page.url.split("?")[1])
    two_frames(again)
    kept = place(again, "backpropagation")
    assert [cells(kept, name) for name in names] == left
    assert kept.locator(".bp-slider output").all_text_contents()[1:] == ["0.5", "10", "1"]


def test_a_step_size_that_was_chosen_outlives_reset_and_another_landscape(opened):
    page = opened(reduced_motion="reduce")
    descent = place(page, "descent")
    rate = descent.get_by_label("step size")
    assert descent.locator("output").text_content() == "0.3"
    descent.get_by_label("landscape").select_option("saddle")
    assert descent.locator("output").text_content() == "0.2"  # not chosen: the landscape's own
    rate.focus()
    page.keyboard.press("End")
    assert descent.locator("output").text_content() == "10"  # the slider reaches its end
    descent.get_by_role("button", name="reset").click()
    descent.get_by_label("landscape").select_option("bowl")
    assert descent.locator("output").text_content() == "10"
    again = opened(state="?" + page.url.split("?")[1])
    assert place(again, "descent").locator("output").text_content() == "10"


def test_a_walk_that_rests_says_whether_a_lower_place_exists(opened):
    page = opened(reduced_motion="reduce")
    descent = place(page, "descent")
    descent.get_by_role("button", name="run").click()
    tells(descent, "At rest: the ground is flat here.")
    assert "lower place" not in descent.locator(".bp-state").inner_text()
    descent.get_by_label("landscape").select_option("valleys")
    descent.get_by_role("button", name="run").click()
    tells(descent, "But a lower place exists, by 0.4.")


def test_a_height_below_the_chart_is_marked_and_its_curve_ends(opened):
    page = opened(reduced_motion="reduce")
    descent = place(page, "descent")
    for _ in range(70):
        descent.get_by_role("button", name="step ▶").click()
    descent.locator("svg text").filter(has_text="below 10⁻¹⁵").wait_for()
    assert "height above the lowest place below 10⁻¹⁵" in descent.locator(".bp-state").inner_text()
    curve = descent.locator("svg[role=img] polyline").first.get_attribute("points").split()
    assert len(curve) < 60
    heights = [float(point.split(",")[1]) for point in curve]
    assert heights == sorted(set(heights))  # it falls at every step


def test_far_out_no_step_is_offered_and_none_is_drawn(opened):
    page = opened(reduced_motion="reduce")
    descent = place(page, "descent")
    descent.get_by_label("step size").focus()
    page.keyboard.press("End")
    descent.get_by_role("button", name="run").click()
    tells(descent, "Stopped, far out.")
    assert descent.get_by_role("button", name="step ▶").is_disabled()
    assert descent.get_by_role("button", name="run").is_disabled()
    assert descent.locator("svg").first.locator("polygon").count() == 0
    descent.get_by_role("button", name="reset").click()
    assert descent.get_by_role("button", name="run").is_enabled()


def test_a_click_on_a_map_moves_the_point_there(opened):
    page = opened(reduced_motion="reduce")
    for name, told in {"landscape": "a = 1.50, b = 1.50", "descent": "w = (1.00, 1.00)"}.items():
        over = place(page, name).locator("svg").first
        box = over.bounding_box()
        over.click(position={"x": box["width"] * 0.75, "y": box["height"] * 0.25})
        tells(place(page, name), told)


def test_a_click_in_either_chart_moves_z_and_the_address_remembers_it(opened):
    page = opened(reduced_motion="reduce")
    confident = place(page, "confident")
    for chart in ("group", "img"):
        over = confident.locator(f"svg[role={chart}]")
        width = over.bounding_box()["width"]
        over.click(position={"x": 32 + 0.25 * (width - 44), "y": 90})
        tells(confident, "z = −3.50, p = 0.0293, target 1: sure and wrong.")
        tells(confident, "Cross-entropy pulls 35.1 times as hard.")
        confident.get_by_label("pre-activation z", exact=True).fill("0.4")
        tells(confident, "not sure")
    confident.get_by_role("button", name="target 0").click()
    tells(confident, "target 0: not sure. Δ is 0.144 from the squared error, 0.599 from cross")
    again = opened(state="?" + page.url.split("?")[1])
    tells(place(again, "confident"), "z = 0.40, p = 0.599, target 0")


def test_the_lowest_place_of_the_landscape_is_recognised_and_so_is_its_twin(opened):
    page = opened(state="?landscape=" + json.dumps({"a": 0.5, "b": 1.5}))
    landscape = place(page, "landscape")
    lowest = min(
        ((loss_at(a / 10, b / 10), a / 10, b / 10) for a in range(1, 31) for b in range(1, 31)),
    )
    assert "you have found it" not in landscape.inner_text()
    page = opened(state="?landscape=" + json.dumps({"a": lowest[1], "b": lowest[2]}))
    tells(place(page, "landscape"), "you have found it")
    assert f"b = −{lowest[2]:.2f}, is as low" in place(page, "landscape").inner_text()


def loss_at(a, b):
    start = next(part.settings for part in parts() if part.name == "landscape")
    X, Y = np.array(start["X"]), np.array(start["Y"])
    return float(np.mean(0.5 * (b * np.tanh(a * X[0]) - Y[0]) ** 2))


def boxes(over, what):
    return over.locator(what).evaluate_all(
        "all => all.map(n => n.getBoundingClientRect().toJSON())"
    )


@pytest.mark.parametrize("width", [360, 800])
@pytest.mark.parametrize("name", ["landscape", "descent"])
def test_in_a_corner_of_a_map_the_whole_point_is_on_it(opened, width, name):
    page = opened(width, reduced_motion="reduce")
    point = place(page, name).get_by_role("slider", name="the point")
    for keys in (["Home", "PageDown"], ["End", "PageUp"]):
        point.focus()
        for key in [keys[0], *[keys[1]] * 8]:
            page.keyboard.press(key)
        two_frames(page)
        (ring,), (whole,) = (
            boxes(place(page, name).locator("svg").first, what)
            for what in (".bp-handle", ":scope > rect:first-of-type")
        )
        for low, high in (("left", "right"), ("top", "bottom")):
            assert whole[low] <= ring[low] < ring[high] <= whole[high]
    assert "zoomed out" not in place(page, name).locator("svg").first.text_content()


def test_long_numbers_at_a_map_that_is_zoomed_out_stand_beside_it(opened):
    page = opened(360, reduced_motion="reduce")
    descent = place(page, "descent")
    descent.get_by_label("step size").focus()
    page.keyboard.press("End")
    descent.get_by_role("button", name="run").click()
    tells(descent, "Stopped, far out.")
    over = descent.locator("svg").first
    (whole,) = boxes(over, ":scope > rect:first-of-type")
    numbers = [box for box in boxes(over, "text") if box["bottom"] < whole["bottom"] - 50]
    assert len(numbers) == 2  # the highest number and the name of the axis
    assert all(box["right"] <= whole["left"] for box in numbers)
    assert descent.evaluate(COLLISIONS) == []


@pytest.mark.parametrize("key", ["Space", "Home", "End", "PageDown", "ArrowDown"])
@pytest.mark.parametrize(
    "name", ["landscape", "descent", "chain", "backpropagation", "drawing", "confident"]
)
def test_no_key_on_what_is_moved_scrolls_the_page(opened, name, key):
    page = opened()
    grip = place(page, name).locator(".bp-handle[tabindex='0']").first
    grip.focus()
    page.wait_for_timeout(50)
    before = page.evaluate("scrollY")
    page.keyboard.press(key)
    page.wait_for_timeout(150)
    assert page.evaluate("scrollY") == before


def test_near_the_bottom_an_enlarged_bar_shows_what_the_whole_one_cannot(opened):
    page = opened(state="?landscape=" + json.dumps({"a": 1.5, "b": 1.2}))
    landscape = place(page, "landscape")
    two_frames(page)
    whole = float(landscape.locator("[data-loss]").get_attribute("height"))
    enlarged = float(landscape.locator(".bp-tenfold").get_attribute("height"))
    assert enlarged == pytest.approx(10 * whole, rel=1e-6)
    assert whole < 10 < enlarged  # pixels


def test_alt_moves_finely(opened):
    page = opened()
    place(page, "landscape").get_by_role("slider", name="the point").focus()
    page.keyboard.press("Alt+ArrowUp")
    tells(place(page, "landscape"), "a = −1.50, b = 1.01")


@pytest.mark.parametrize("width", [360, 800])
@pytest.mark.parametrize(
    ("name", "steps"), [("chain", 11), ("backpropagation", 9), ("stepping", 5)]
)
def test_what_a_step_says_never_pushes_the_picture(opened, width, name, steps):
    page = opened(width, reduced_motion="reduce")
    widget = place(page, name)
    heights = set()
    for step in range(steps + 1):
        heights.add(round(widget.locator(".bp-state").first.bounding_box()["height"]))
        if step < steps:
            widget.get_by_role("button", name="step ▶").click()
    assert len(heights) == 1


@pytest.mark.parametrize("width", [360, 800])
def test_a_refusal_moves_no_field(opened, width):
    page = opened(width)
    training = place(page, "training")
    labels = ("batch size", "step size A", "step size B", "random start", "epoch")
    where = [training.get_by_label(label, exact=True).bounding_box() for label in labels]
    training.get_by_label("batch size").fill("many")
    page.keyboard.press("Enter")
    training.get_by_text("“many” is refused").first.wait_for()
    page.evaluate("scrollTo(0, 0)")
    after = [training.get_by_label(label, exact=True).bounding_box() for label in labels]
    shift = after[0]["y"] - where[0]["y"]
    assert [box["y"] - shift for box in after] == [box["y"] for box in where]
    assert [box["x"] for box in after] == [box["x"] for box in where]


def test_after_the_last_epoch_the_training_says_that_it_ends(opened):
    page = opened()
    training = place(page, "training")
    training.get_by_label("data").select_option("moons")
    training.get_by_label("batch size").fill("200")
    page.keyboard.press("Enter")
    training.get_by_role("button", name="play").click()
    tells(training, "After 300 epochs it ends here")
    assert training.get_by_role("button", name="play").is_disabled()
    assert training.get_by_role("button", name="one epoch ▶").is_disabled()
    training.get_by_role("button", name="start again").click()
    assert training.get_by_role("button", name="play").is_enabled()


def test_who_looks_back_is_told_from_where_the_training_goes_on(opened):
    page = opened()
    training = place(page, "training")
    for _ in range(5):
        training.get_by_role("button", name="one epoch ▶").click()
    training.get_by_label("epoch", exact=True).focus()
    page.keyboard.press("Home")
    tells(training, "You look back: training goes on from epoch 5.")
    training.get_by_role("button", name="one epoch ▶").click()
    tells(training, "Epoch 6:")


def test_a_setting_that_changes_during_a_training_is_marked_in_its_chart(opened):
    page = opened()
    training = place(page, "training")
    for _ in range(3):
        training.get_by_role("button", name="one epoch ▶").click()
    assert training.get_by_text("a setting was changed here").is_hidden()
    training.get_by_label("step size A").fill("0.1")
    page.keyboard.press("Enter")
    training.get_by_text("a setting was changed here").wait_for()
    training.get_by_role("button", name="start again").click()
    assert training.get_by_text("a setting was changed here").is_hidden()


def test_code_that_is_stepped_shows_what_it_was_handed_and_moves_no_table(opened):
    page = opened()
    stepping = place(page, "stepping")
    tells(stepping, "The call begins, with X.")
    seen = [["X"]]
    for _ in range(4):
        names = stepping.locator("[data-name]").evaluate_all("all => all.map(n => n.dataset.name)")
        assert names[: len(seen[-1])] == seen[-1]
        seen.append(names)
        stepping.get_by_role("button", name="step ▶").click()


def test_a_drawn_height_stands_in_numbers_and_home_and_end_reach_the_edges(opened):
    page = opened()
    drawing = place(page, "drawing")
    drawing.get_by_text("Draw to the right edge, then see what happens").wait_for()
    drawing.locator("svg").first.focus()
    page.keyboard.press("End")
    page.keyboard.press("ArrowUp")
    drawing.get_by_text(re.compile(r"^step 12: yours \d")).wait_for()
    page.keyboard.press("Home")
    drawing.get_by_text(re.compile(r"^step 1: yours \d")).wait_for()


def test_the_letter_of_a_choice_takes_the_focus_along(opened):
    page = opened()
    question = place(page, "question")
    question.get_by_role("button").nth(1).focus()
    page.keyboard.press("c")
    question.get_by_text("c is not it").wait_for()
    assert page.evaluate("document.activeElement.textContent").startswith("c")


def test_with_reduced_motion_steps_arrive_at_once(opened):
    page = opened(reduced_motion="reduce")
    chain = place(page, "chain")
    chain.get_by_role("button", name="step ▶").click()
    assert "z = 1.00" in chain.locator("svg").first.text_content()


def test_a_training_without_python_learns_and_can_be_scrubbed(opened):
    page = opened()
    training = place(page, "training")
    for _ in range(30):
        training.get_by_role("button", name="one epoch ▶").click()
    training.locator(".bp-state").filter(has_text="100 % of the test data").wait_for()
    training.get_by_label("epoch", exact=True).focus()
    page.keyboard.press("Home")
    training.locator(".bp-state").filter(has_text="Epoch 0:").wait_for()
    assert page.wrong == []


@pytest.mark.parametrize("text", ["", "many", "0.5", "-3", "1e9", "NaN", "0x10", "1 000"])
def test_what_is_no_batch_size_is_refused_in_words_and_nothing_runs(opened, text):
    page = opened()
    training = place(page, "training")
    field = training.get_by_label("batch size")
    field.fill(text)
    page.keyboard.press("Enter")
    training.get_by_text("Allowed: a whole number from 1 to 200.").first.wait_for()
    for label in ("play", "one epoch ▶", "try many step sizes"):
        training.get_by_role("button", name=label).click()
        training.get_by_text("Nothing runs before “batch size” is mended").wait_for()
        assert training.get_by_role("button", name="play").is_visible()
        assert training.locator(".bp-state").inner_text().startswith("Epoch 0:")
    field.fill("20")
    training.get_by_role("button", name="one epoch ▶").click()
    training.locator(".bp-state").filter(has_text="Epoch 1:").wait_for()
    assert training.locator(".bp-trouble").is_hidden()
    assert page.wrong == []


def test_a_number_that_becomes_nonsense_during_play_stops_the_play(opened):
    page = opened()
    training = place(page, "training")
    training.get_by_role("button", name="play").click()
    training.locator(".bp-state").filter(has_text=re.compile(r"Epoch [2-9]")).wait_for()
    training.get_by_label("step size A").fill("fast")
    page.keyboard.press("Enter")
    training.get_by_text("Nothing runs before “step size A” is mended").wait_for()
    assert training.get_by_role("button", name="play").is_visible()


def test_a_rate_of_a_thousand_million_is_seen_to_explode(opened):
    page = opened()
    training = place(page, "training")
    for label in ("step size A", "step size B"):
        training.get_by_label(label).fill("1e9")
        page.keyboard.press("Enter")
    training.get_by_role("button", name="play").click()
    training.get_by_text("The loss has exploded").wait_for()
    chart = training.locator("svg").filter(has_text="Loss of the training data")
    assert "logarithmic: from line to line × " in chart.text_content()
    ends = chart.locator("polyline").get_attribute("points").split()
    first, last = (float(point.split(",")[1]) for point in (ends[0], ends[-1]))
    assert first - last > 80  # pixels: it climbs through the whole chart
    assert page.wrong == []


def test_a_walk_with_too_long_steps_is_told_and_seen_to_leave(opened):
    page = opened(reduced_motion="reduce")
    descent = place(page, "descent")
    descent.get_by_label("step size").focus()
    page.keyboard.press("End")
    descent.get_by_role("button", name="run").click()
    descent.get_by_text("It diverges: every step is too long").wait_for()
    descent.get_by_text("Stopped, far out.").wait_for()
    assert "zoomed out" in descent.locator("svg").first.text_content()
    assert page.wrong == []


def test_reset_during_a_run_leaves_no_step_behind(opened):
    page = opened(clock=True)
    descent = place(page, "descent")
    descent.get_by_role("button", name="run").click()
    page.clock.run_for(500)
    assert " 0 steps" not in descent.locator(".bp-state").inner_text()
    descent.get_by_role("button", name="reset").click()
    page.clock.run_for(1000)
    assert " 0 steps" in descent.locator(".bp-state").inner_text()
    descent.get_by_role("button", name="step ▶").click()
    page.clock.run_for(100)
    assert ", 1 step." in descent.locator(".bp-state").inner_text()


def test_the_bar_of_the_loss_is_as_high_as_the_loss_on_its_scale(opened):
    page = opened()
    landscape = place(page, "landscape")
    point = landscape.get_by_role("slider", name="the point")
    seen = []
    for _ in range(3):
        bar = landscape.locator("[data-loss]")
        seen.append([float(bar.get_attribute(name)) for name in ("data-loss", "height")])
        point.focus()
        page.keyboard.press("PageUp")
        two_frames(page)
    assert len({loss for loss, _ in seen}) == 3
    per_loss = [height / loss for loss, height in seen]
    assert max(per_loss) == pytest.approx(min(per_loss), rel=1e-6)


def test_logarithmic_axes_say_so(opened):
    page = opened()
    for name in ("descent", "training", "drawing"):
        assert "logarithmic" in place(page, name).text_content(), name


COLLISIONS = """widget => [...widget.querySelectorAll('svg')].flatMap(svg => {
  const texts = [...svg.querySelectorAll('text')].filter(node => node.textContent.trim());
  const boxes = texts.map(node => node.getBoundingClientRect());
  const whole = widget.getBoundingClientRect();
  const found = [];
  texts.forEach((node, i) => {
    const a = boxes[i];
    if (!a.width) return;
    if (a.left < whole.left || a.right > whole.right + 1) found.push(`cut: ${node.textContent}`);
    for (let j = 0; j < i; j++) {
      const b = boxes[j];
      const wide = Math.min(a.right, b.right) - Math.max(a.left, b.left);
      const high = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
      if (wide > 2 && high > 4) found.push(`${node.textContent} on ${texts[j].textContent}`);
    }
  });
  return found;
})"""


@pytest.mark.parametrize("width", [360, 800, 1400])
@pytest.mark.parametrize(("name", "steps"), [("chain", 11), ("backpropagation", 9)])
def test_no_label_stands_on_another_at_any_step(opened, width, name, steps):
    page = opened(width, reduced_motion="reduce")
    widget = place(page, name)
    found = {}
    for step in range(steps + 1):
        found[step] = widget.evaluate(COLLISIONS)
        if step < steps:
            widget.get_by_role("button", name="step ▶").click()
    assert {step: labels for step, labels in found.items() if labels} == {}


@pytest.mark.parametrize("width", [360, 800, 1400])
def test_no_label_of_the_charts_stands_on_another(opened, width):
    page = opened(width)
    names = ("landscape", "descent", "drawing", "training", "confident")
    found = {name: place(page, name).evaluate(COLLISIONS) for name in names}
    assert {name: labels for name, labels in found.items() if labels} == {}


def test_what_a_step_says_stands_apart_from_the_picture(opened):
    page = opened(reduced_motion="reduce")
    chain = place(page, "chain")
    for _ in range(11):
        chain.get_by_role("button", name="step ▶").click()
        said = chain.locator(".bp-says").bounding_box()
        tops = chain.locator("svg[role=group] text").evaluate_all(
            "nodes => nodes.map(node => node.getBoundingClientRect().top + scrollY)"
        )
        assert min(tops) >= said["y"] + page.evaluate("scrollY") + said["height"] - 1


def test_a_weight_in_both_places_gets_both_shares(opened):
    page = opened(reduced_motion="reduce")
    chain = place(page, "chain")
    chain.get_by_label("let a and b be one and the same weight").check()
    for _ in range(12):
        chain.get_by_role("button", name="step ▶").click()
    chain.get_by_text("dL/dw = −0.050 + −0.091 = −0.141").wait_for()
    assert chain.locator("svg text").filter(has_text="w = 0.50").count() == 1
    chain.get_by_role("slider", name="w", exact=True).first.focus()
    page.keyboard.press("ArrowUp")
    chain.locator("svg text").filter(has_text="w = 0.55").wait_for()


EMPTY = [[], [], []]


def test_an_empty_data_set_is_told_and_breaks_nothing(browser, tmp_path):
    start = json.loads(
        PAGE.read_text(encoding="utf-8").split('id="settings">')[1].split("</script>")[0]
    )
    start["training"]["data"]["xor"] |= {
        "X": EMPTY, "X_test": EMPTY, "Y": [[]], "Y_test": [[]],
    }  # fmt: skip
    start["landscape"] |= {"X": EMPTY[:2], "Y": [[]]}
    head, rest = PAGE.read_text(encoding="utf-8").split('id="settings">')
    text = json.dumps(start).replace("<", "\\u003c")
    path = tmp_path / "empty.html"
    path.write_text(head + 'id="settings">' + text + rest[rest.index("</script>") :], "utf-8")
    page = browser.new_page()
    wrong = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.goto(path.as_uri())
    place(page, "training").get_by_role("button", name="play").click()
    place(page, "training").get_by_text("There are no data here").wait_for()
    place(page, "training").get_by_label("data").select_option("moons")
    place(page, "training").get_by_role("button", name="one epoch ▶").click()
    place(page, "training").locator(".bp-state").filter(has_text="Epoch 1:").wait_for()
    place(page, "landscape").get_by_text("There are no data here").wait_for()
    assert wrong == []
    page.close()


def test_a_window_resized_during_play_keeps_playing_and_fits(opened):
    page = opened(1400)
    training = place(page, "training")
    training.get_by_role("button", name="play").click()
    for width in (360, 800):
        page.set_viewport_size({"width": width, "height": 900})
        now = int(training.locator(".bp-widget").get_attribute("data-answered") or 0)
        page.wait_for_function(
            "([node, n]) => Number(node.dataset.answered) > n",
            arg=[training.locator(".bp-widget").element_handle(), now],
        )
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.wrong == []
