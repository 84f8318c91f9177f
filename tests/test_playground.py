"""The playground page in a real browser: from the file system, by keyboard, at every width."""

import json

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

    def open_(width=1000, state="", **options):
        page = browser.new_page(viewport={"width": width, "height": 900}, **options)
        page.asked, page.wrong = [], []
        page.on("request", lambda request: page.asked.append(request.url))
        page.on("pageerror", lambda error: page.wrong.append(str(error)))
        page.on("console", lambda m: page.wrong.append(m.text) if m.type == "error" else None)
        page.goto(PAGE.as_uri() + state)
        page.wait_for_function(
            "n => document.querySelectorAll('.bp-widget').length === n", arg=len(NAMES)
        )
        pages.append(page)
        return page

    yield open_
    for page in pages:
        page.close()


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
    page.wait_for_timeout(500)
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
    page.wait_for_timeout(600)
    for name, label in {
        "landscape": "the point: weights a and b",
        "descent": "the point: two weights",
        "chain": "a",
        "depth": "layers",
        "backpropagation": "weight b₀₀",
    }.items():
        spoken = place(page, name).locator(".bp-spoken")
        before = spoken.inner_text()
        place(page, name).get_by_role("slider", name=label, exact=True).first.focus()
        page.keyboard.press("ArrowUp")
        page.wait_for_timeout(500)
        assert spoken.inner_text() not in ("", before), name


def test_the_address_remembers_where_one_was(opened):
    page = opened()
    point = place(page, "landscape").get_by_role("slider", name="the point")
    point.focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_timeout(300)
    assert "landscape" in page.url
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
        "?landscape=" + json.dumps({"a": "left", "b": 1e99}),
        "?descent=" + json.dumps({"name": "nowhere", "rate": "fast"}),
        "?depth=" + json.dumps({"depth": 2.5, "scale": "x", "activation": "no such"}),
        "?chain=" + json.dumps({"point": {"a": "b"}, "step": -3}),
    ],
)
def test_an_address_full_of_nonsense_opens_the_page_as_it_is(opened, state):
    page = opened(state=state)
    page.wait_for_timeout(300)
    assert page.wrong == []
    shown = page.locator("main").text_content()
    assert [word for word in ("NaN", "nan ", "−∞", "undefined") if word in shown] == []


def test_with_reduced_motion_steps_arrive_at_once(opened):
    page = opened(reduced_motion="reduce")
    chain = place(page, "chain")
    chain.get_by_role("button", name="step ▶").click()
    assert "z = 1.00" in chain.locator("svg").text_content()


def test_a_training_without_python_learns_and_can_be_scrubbed(opened):
    page = opened()
    training = place(page, "training")
    for _ in range(30):
        training.get_by_role("button", name="one epoch ▶").click()
    training.locator(".bp-state").filter(has_text="100 % in the test").wait_for()
    training.get_by_label("epoch", exact=True).focus()
    page.keyboard.press("Home")
    training.locator(".bp-state").filter(has_text="Epoch 0:").wait_for()
    assert page.wrong == []


def test_numbers_are_refused_in_words_and_change_nothing(opened):
    page = opened()
    training = place(page, "training")
    for text, told in {"": "not a number", "0.5": "a whole number", "-3": "from 1"}.items():
        field = training.get_by_label("batch size")
        field.fill(text)
        page.keyboard.press("Enter")
        training.get_by_text(told).wait_for()
    training.get_by_role("button", name="one epoch ▶").click()
    training.locator(".bp-state").filter(has_text="Epoch 1:").wait_for()


def test_a_walk_with_too_long_steps_is_told_and_not_an_overflow(opened):
    page = opened()
    descent = place(page, "descent")
    descent.get_by_label("step size").focus()
    page.keyboard.press("End")
    descent.get_by_role("button", name="run").click()
    descent.get_by_text("The walk has left the map and climbs").wait_for()
    assert page.wrong == []
