"""The playground page in a real browser: from the file system, by keyboard, at every width."""

import json
import re

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
        "?landscape=" + json.dumps({"a": "left", "b": 1e99}),
        "?descent=" + json.dumps({"name": "nowhere", "rate": "fast"}),
        "?depth=" + json.dumps({"depth": 2.5, "scale": "x", "activation": "no such"}),
        "?chain=" + json.dumps({"point": {"a": "b"}, "step": -3}),
    ],
)
def test_an_address_full_of_nonsense_opens_the_page_as_it_is(opened, state):
    page = opened(state=state)
    two_frames(page)
    assert page.wrong == []
    shown = page.locator("main").text_content()
    assert [word for word in ("NaN", "nan ", "−∞", "undefined") if word in shown] == []


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
    names = ("landscape", "descent", "drawing", "training")
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
