"""Take the still pictures of the widgets from the playground page, in headless Chromium.

``python -m tests.widget_pictures`` writes `bplib/widgets/stills/`. The pictures stand in for the
widgets where none can run.
"""

from io import BytesIO
from pathlib import Path

from PIL import Image

from bplib.widgets.page import PAGE, parts
from tests.browser import CHROMIUM, FLAGS, ROOT

_STILLS = ROOT / "bplib/widgets/stills"
_PRESSED = {
    "backpropagation": ("step ▶", 7),
    "chain": ("step ▶", 9),
    "descent": ("step ▶", 5),
    "stepping": ("step ▶", 2),
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
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        page = browser.new_page(viewport={"width": 800, "height": 1000}, color_scheme="light")
        page.goto(PAGE.as_uri())
        page.wait_for_timeout(1000)
        for part in parts():
            if part.name == "question":
                continue  # its fallback unfolds
            place = page.locator(f'[data-widget="{part.name}"]')
            label, times = _PRESSED.get(part.name, ("", 0))
            for _ in range(times):
                place.get_by_role("button", name=label).first.click()
            page.wait_for_timeout(1500)
            picture = small(place.locator(".bp-widget").screenshot())
            (folder / f"{part.name}.png").write_bytes(picture)
            print(f"{part.name}: {len(picture) / 1000:.0f} kB")
        browser.close()


if __name__ == "__main__":
    take()
