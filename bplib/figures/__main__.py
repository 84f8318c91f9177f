"""Make the pictures of the README: ``python -m bplib.figures docs/images``."""

import sys
from pathlib import Path

from bplib.course import NOTEBOOKS
from bplib.figures.base import png
from bplib.figures.map import draw


def main(arguments: list[str]) -> None:
    """Write the pictures into the folder that is named."""
    if len(arguments) != 1:
        sys.exit("usage: python -m bplib.figures <folder>")
    folder = Path(arguments[0])
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "course_map.png").write_bytes(png(draw(list(NOTEBOOKS)[-1])))


if __name__ == "__main__":
    main(sys.argv[1:])
