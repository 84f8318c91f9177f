"""Take the still pictures of the widgets from the playground page, in headless Chromium.

``python -m tests.widget_pictures`` writes `bplib/widgets/stills/`. The pictures stand in for the
widgets where none can run.
"""

from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory

from PIL import Image

from bplib.widgets.page import Part, html, parts
from bplib.widgets.parts import backpropagation
from tests.browser import CHROMIUM, FLAGS, ROOT

_STILLS = ROOT / "bplib/widgets/stills"
_OWN = ("question", "drawing")
"""The fallback of a question unfolds, and every chart to draw in makes its own picture."""
_PRESSED = {
    "backpropagation": ("step ▶", 7),
    "backpropagation_of_B": ("step ▶", 5),
    "chain": ("step ▶", 9),
    "descent": ("step ▶", 5),
    "stepping": ("step ▶", 3),
    "training": ("one epoch ▶", 20),
}
"""What is pressed, and how often, before the picture is taken."""


def small(picture: bytes) -> bytes:
    """Return a PNG with 128 colours, which are plenty for a drawing."""
    with Image.open(BytesIO(picture)) as image:
        few = image.convert("RGB").quantize(128, dither=Image.Dither.NONE)
    target = BytesIO()
    few.save(target, format="png", optimize=True)
    return target.getvalue()


def take(folder: Path = _STILLS) -> None:
    """Open the page as wide as a notebook's output, and take each widget by itself."""
    from playwright.sync_api import sync_playwright

    folder.mkdir(exist_ok=True)
    of_B = Part("backpropagation", "", backpropagation.settings(False))
    shown = {part.name: part for part in parts() if part.name not in _OWN}
    shown["backpropagation_of_B"] = of_B
    with sync_playwright() as playwright, TemporaryDirectory() as pages:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        page = browser.new_page(viewport={"width": 800, "height": 1000}, color_scheme="light")
        for name, part in shown.items():
            alone = Path(pages) / f"{name}.html"
            alone.write_text(html((part,)), encoding="utf-8")
            page.goto(alone.as_uri())
            page.wait_for_timeout(1000)
            place = page.locator(f'[data-widget="{part.name}"]')
            label, times = _PRESSED.get(name, ("", 0))
            for _ in range(times):
                place.get_by_role("button", name=label).first.click()
            page.wait_for_timeout(1500)
            picture = small(place.locator(".bp-widget").screenshot())
            (folder / f"{name}.png").write_bytes(picture)
            print(f"{name}: {len(picture) / 1000:.0f} kB")
        browser.close()


if __name__ == "__main__":
    take()
