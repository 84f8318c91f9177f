"""The pictures: what they cost to import, their alt text, their colours, and that none overlap."""

import subprocess
import sys
from itertools import combinations, pairwise

import matplotlib
import nbformat
import numpy as np
import pytest
from matplotlib import pyplot as plt
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_rgb
from nbclient import NotebookClient
from nbconvert import HTMLExporter

from bplib import figures
from bplib.course import NOTEBOOKS
from bplib.figures import __main__ as command
from bplib.figures import map as course
from bplib.figures import pictures
from tests.browser import CHROMIUM, ROOT, open_notebook

COLOURS = [figures.FORWARD, figures.ERROR, figures.COLOUR_A, figures.COLOUR_B, figures.GREY]
each_notebook = pytest.mark.parametrize("notebook", NOTEBOOKS)


def python(code):
    return subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)


# What importing costs


def test_importing_loads_no_matplotlib_until_something_is_drawn():
    done = python(
        "import sys, bplib\n"
        "from bplib import check, datasets, figures, hint, quick\n"
        "figures.FORWARD, figures.course_map, figures.map\n"
        "print('matplotlib' in sys.modules)\n"
        "figures.course_map('01_loss')\n"
        "print('matplotlib' in sys.modules, 'matplotlib.pyplot' in sys.modules)\n"
    )
    assert done.stderr == ""
    assert done.stdout.split() == ["False", "True", "False"]


def test_a_notebooks_own_figures_are_imported_when_asked_for():
    done = python(
        "import sys; from bplib import figures\n"
        "print('bplib.course.loss.figures' in sys.modules, figures.loss.__name__)"
    )
    assert done.stdout.split() == ["False", "bplib.course.loss.figures"]


@each_notebook
def test_every_notebook_has_figures_under_its_name(notebook):
    name = NOTEBOOKS[notebook].module
    assert getattr(figures, name).__name__ == f"bplib.course.{name}.figures"


def test_a_misspelt_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="no attribute 'los'"):
        _ = figures.los


# The style


def test_drawing_leaves_the_readers_settings_as_they_were():
    with matplotlib.rc_context({"font.size": 23, "axes.titlelocation": "right"}):
        before = dict(matplotlib.rcParams)
        figure, axes = figures.subplots()
        axes.set_title("A message")
        figures.png(figure)
        figures.course_map("01_loss")
        assert dict(matplotlib.rcParams) == before


def test_the_readers_settings_do_not_change_a_figure():
    plain = figures.png(course.draw("02_gradient"))
    with matplotlib.rc_context({"font.size": 23, "lines.linewidth": 9, "axes.facecolor": "red"}):
        assert figures.png(course.draw("02_gradient")) == plain


def test_a_title_stands_on_the_left_whether_or_not_it_was_set_in_style():
    for inside in (True, False):
        figure, axes = figures.subplots()
        if inside:
            with figures.style():
                axes.set_title("A message")
        else:
            axes.set_title("A message")
        figures.png(figure)
        assert axes.get_title(loc="left") == "A message"
        assert axes.get_title(loc="center") == ""


def test_the_same_figure_gives_the_same_bytes():
    assert figures.png(course.draw("03_chain_rule")) == figures.png(course.draw("03_chain_rule"))


# The way to the page


def test_outside_a_notebook_showing_is_silent_and_closes_a_pyplot_figure(capsys):
    figure = plt.figure()
    assert figures.show(figure, alt="Nothing yet.") is None
    assert not plt.fignum_exists(figure.number)
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize("alt", ["", "  \n"])
def test_a_figure_without_words_is_refused(alt):
    with pytest.raises(ValueError, match="alt"):
        figures.show(figures.subplots()[0], alt=alt)


WORDS = ['The loss </script> falls "fast" & stops.', "A second one, in the same cell."]
DRAWING = f"""
from bplib import figures
for words in {WORDS!r}:
    figure, axes = figures.subplots(size=(3, 2))
    axes.plot([3, 1, 0.5])
    print("before")
    figures.show(figure, alt=words)
"""


@pytest.fixture(scope="module")
def notebook():
    """An executed notebook with two figures."""
    made = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(DRAWING)])
    made.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3"}
    NotebookClient(made, resources={"metadata": {"path": str(ROOT)}}).execute()
    return made


def test_alt_text_stands_in_the_outputs_metadata(notebook):
    pictures = [o for o in notebook.cells[0].outputs if "image/png" in o.get("data", {})]
    assert [picture.metadata["image/png"]["alt"] for picture in pictures] == WORDS
    assert [p.data["text/plain"] for p in pictures] == [f"[figure: {words}]" for words in WORDS]


def test_only_pngs_hold_pixels_so_that_nbval_can_compare_the_rest(notebook):
    for output in notebook.cells[0].outputs:
        for kind, content in output.get("data", {}).items():
            if kind != "image/png":
                assert len(content) < 1000, kind


def images(page):
    return page.evaluate(
        "[...document.querySelectorAll('img[src^=\"data:image/png\"]')].map(i => i.alt)"
    )


@pytest.mark.skipif(CHROMIUM is None, reason="needs the chromium package")
@pytest.mark.parametrize(
    ("template", "sanitize"), [("classic", False), ("classic", True), ("lab", False)]
)
def test_alt_text_reaches_the_pages_nbconvert_makes(notebook, template, sanitize, tmp_path):
    from playwright.sync_api import sync_playwright

    exporter = HTMLExporter(template_name=template, sanitize_html=sanitize)
    html = exporter.from_notebook_node(notebook)[0]
    page_file = tmp_path / "page.html"
    page_file.write_text(html, encoding="utf-8")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = browser.new_page()
        page.route("**/*", lambda r: r.continue_() if r.request.url[:4] == "file" else r.abort())
        page.goto(page_file.as_uri(), wait_until="domcontentloaded")
        page.wait_for_timeout(200)
        assert images(page) == WORDS
        assert "setTimeout" not in page.inner_text("body")
        browser.close()


@pytest.mark.skipif(CHROMIUM is None, reason="needs the chromium package")
def test_alt_text_reaches_jupyterlab_before_and_after_running(notebook, tmp_path):
    stored = tmp_path / "figures.ipynb"
    nbformat.write(notebook, stored)
    with open_notebook(stored, tmp_path) as opened:
        untrusted = "[...document.querySelectorAll('.jp-OutputArea img[alt]')].map(i => i.alt)"
        assert opened.page.evaluate(untrusted) == WORDS
        assert opened.run_all()
        opened.page.wait_for_function(
            "words => JSON.stringify(words) === JSON.stringify("
            "[...document.querySelectorAll('.jp-RenderedImage img')].map(i => i.alt))",
            arg=WORDS,
        )


# The colours


def linear(colour):
    c = np.array(to_rgb(colour))
    return np.where(c <= 0.04045, c / 12.92, ((c + 0.055) / 1.055) ** 2.4)


TO_XYZ = np.array(
    [
        [0.4124564, 0.3575761, 0.1804375],
        [0.2126729, 0.7151522, 0.072175],
        [0.0193339, 0.119192, 0.9503041],
    ]
)
# What a person without green-sensitive or without red-sensitive cones sees (Machado, Oliveira and
# Fernandes, IEEE Transactions on Visualization and Computer Graphics 15, 2009, severity 1).
EYES = {
    "deuteranopia": [
        [0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413],
        [-0.01182, 0.04294, 0.968881],
    ],
    "protanopia": [
        [0.152286, 1.052583, -0.204868],
        [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ],
    "all cones": np.eye(3),
}


def lab(rgb):
    xyz = TO_XYZ @ np.clip(rgb, 0, 1) / [0.95047, 1, 1.08883]
    x, y, z = np.where(xyz > 216 / 24389, np.cbrt(xyz), (24389 / 27 * xyz + 16) / 116)
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


@pytest.mark.parametrize("eyes", EYES)
def test_colours_are_told_apart_by_colour_blind_readers(eyes):
    seen = [lab(np.array(EYES[eyes]) @ linear(colour)) for colour in COLOURS]
    for (i, a), (j, b) in combinations(enumerate(seen), 2):
        assert np.linalg.norm(a - b) > 10, (COLOURS[i], COLOURS[j])


def test_colours_stand_out_from_white_paper():
    for colour in COLOURS:
        luminance = TO_XYZ[1] @ linear(colour)
        assert 1.05 / (luminance + 0.05) > 3, colour


def test_where_colour_fails_line_style_and_marker_tell():
    for styles in (figures.LINES, figures.MARKERS):
        assert set(styles) == set(COLOURS)
        assert len(set(styles.values())) == len(COLOURS)


# The map


def boxes(figure):
    """Return every text of a figure and the box it fills, in pixels."""
    renderer = FigureCanvasAgg(figure).get_renderer()
    figure.draw(renderer)
    found = [text for axes in figure.axes for text in axes.texts if text.get_text()]
    return [(text.get_text(), text.get_window_extent(renderer)) for text in found]


def assert_legible(figure):
    width, height = figure.get_size_inches() * figure.dpi
    for text, box in boxes(figure):
        assert box.x0 >= 0, text
        assert box.y0 >= 0, text
        assert box.x1 <= width, text
        assert box.y1 <= height, text
    for (text, box), (other, its_box) in combinations(boxes(figure), 2):
        assert not box.overlaps(its_box), (text, other)


def test_the_map_refuses_a_notebook_that_is_not_on_the_list():
    with pytest.raises(ValueError, match="no notebook '99_none'; there are 01_loss"):
        figures.course_map("99_none")


@each_notebook
def test_a_notebook_lights_and_completes_only_what_the_map_shows(notebook):
    unknown = {*NOTEBOOKS[notebook].lit, *NOTEBOOKS[notebook].done} - course.PARTS
    assert not unknown, (
        f"{notebook} lights or completes {sorted(unknown)}, which the map has no part for; "
        f"there are {sorted(course.PARTS)}"
    )


@each_notebook
def test_no_text_of_the_map_overlaps_another_or_leaves_the_picture(notebook):
    figure = course.draw(notebook)
    assert_legible(figure)
    for axes in figure.axes:
        assert min(text.get_fontsize() for text in axes.texts) >= 9


@each_notebook
def test_the_map_lights_something_and_ticks_nothing_that_no_check_has_passed(notebook):
    states = [course.state(line.part, notebook) for line in course.PSEUDOCODE]
    assert "lit" in states
    assert "✓" not in [text for text, _ in boxes(course.draw(notebook))]
    assert "(ticked)" not in course.describe(notebook)
    assert course.describe(notebook).count("(here)") == states.count("lit")


def test_no_two_notebooks_share_a_map():
    described = {course.describe(notebook) for notebook in NOTEBOOKS}
    drawn = {figures.png(course.draw(notebook)) for notebook in NOTEBOOKS}
    assert len(described) == len(drawn) == len(NOTEBOOKS)


@pytest.mark.parametrize("part", sorted(course.PARTS))
def test_what_is_done_stays_done_from_notebook_to_notebook(part):
    states = [course.state(part, notebook) for notebook in NOTEBOOKS]
    for before, after in pairwise(states):
        assert before != "done" or after in ("done", "lit")


@each_notebook
def test_a_frame_about_the_whole_pseudocode_says_repeat(notebook):
    (axes,) = course.draw(notebook).axes
    frames = [patch for patch in axes.patches if not patch.get_fill()]
    assert len(frames) == (course.state("repeat", notebook) == "lit")


def test_arrows_that_carry_errors_are_dashed_and_those_forward_are_not():
    arrows = {arrow: arrow.colour == figures.ERROR for arrow in course.ARROWS}
    lines = course.draw(list(NOTEBOOKS)[-1]).axes[0].lines
    assert [line.get_linestyle() == "--" for line in lines] == list(arrows.values())


def test_the_map_gives_no_formula_away():
    for line in course.PSEUDOCODE:
        assert not set(line.text) & set("=²½⊙@∘ᵀ/"), line.text


def test_the_readmes_pictures_are_made_by_the_command(tmp_path):
    command.main([str(tmp_path)])
    made = {path.name: plt.imread(path) for path in tmp_path.iterdir()}
    for name, picture in made.items():
        stored = plt.imread(ROOT / "docs/images" / name)
        assert stored.shape == picture.shape
        assert np.mean(np.abs(stored - picture)) < 0.01, f"{name} is stale"


# Digits and matrices


def test_a_digit_grid_shows_the_images_in_order_and_upright():
    X = np.zeros((65, 3))
    X[0, 0] = X[7, 1] = X[56, 2] = X[64] = 1  # ink top left, top right, bottom left
    figure = pictures.draw_digit_grid(X, titles="abc", columns=2)
    (axes,) = figure.axes
    shown = [np.asarray(image.get_array()) for image in axes.images]
    assert [image.nonzero() for image in shown] == [((0,), (0,)), ((0,), (7,)), ((7,), (0,))]
    lower_left = [tuple(image.get_extent()[::2]) for image in axes.images]
    assert lower_left == [(0, 0), (1, 0), (0, -1.15 / 0.88)]
    assert [text.get_text() for text in axes.texts] == list("abc")


@pytest.mark.parametrize(
    ("X", "titles", "told"),
    [
        (np.zeros((63, 2)), None, r"not \(63, 2\)"),
        (np.zeros(64), None, r"not \(64,\)"),
        (np.zeros((64, 0)), None, "no image"),
        (np.zeros((64, 2)), ["one"], "2 images need 2 titles, not 1"),
    ],
)
def test_a_digit_grid_says_what_is_wrong_with_its_input(X, titles, told):
    with pytest.raises(ValueError, match=told):
        figures.digit_grid(X, titles, alt="Digits.")


PRODUCTS = [
    [("A", (5, 3)), ("X", (3, 8)), ("Z", (5, 8))],
    [("B", (10, 30)), ("H", (30, 1347)), ("Y_hat", (10, 1347))],
    [("delta_B", (2, 4)), ("Hᵀ", (4, 5)), ("grad_B", (2, 5))],
    [("B", (1, 5)), ("A", (5, 1)), ("X", (1, 4)), ("Y_hat", (1, 4))],
    [("B", (2, 5)), ("delta_B", (2, 4)), ("error at H", (5, 4))],
    [("A", (1, 1)), ("X", (1, 1)), ("Z", (1, 1))],
]


@pytest.mark.parametrize("product", PRODUCTS, ids=lambda product: product[0][0])
def test_a_product_shows_every_name_and_shape_without_overlap(product):
    figure, alt = pictures.draw_matrix_product(*product)
    assert_legible(figure)
    texts = [text for text, _ in boxes(figure)]
    for name, shape in product:
        assert name in texts
        assert str(shape) in texts
        assert f"{name} {shape}" in alt


def test_a_product_that_does_not_fit_says_so():
    _, alt = pictures.draw_matrix_product(("B", (2, 5)), ("D", (2, 4)), ("E", (5, 4)))
    assert "Does not fit: B has 5 columns and D 2 rows" in alt
    _, alt = pictures.draw_matrix_product(("B", (5, 2)), ("D", (2, 4)), ("E", (4, 5)))
    assert "Does not fit: the product has shape (5, 4), not (4, 5)" in alt
    _, alt = pictures.draw_matrix_product(("B", (5, 2)), ("D", (2, 4)), ("E", (5, 4)))
    assert "fit" not in alt


@pytest.mark.parametrize(
    ("matrices", "told"),
    [
        ([("A", (5, 3)), ("X", (3, 8))], "two factors and the product"),
        ([("A", (5, 3)), ("x", (3,)), ("z", (5,))], "x has shape"),
        ([("A", (5, 0)), ("X", (0, 2)), ("Z", (5, 2))], "A has shape"),
    ],
)
def test_what_is_no_product_of_matrices_is_refused(matrices, told):
    with pytest.raises(ValueError, match=told):
        figures.matrix_product(*matrices)
