"""How long every cell that draws a figure takes, in the solutions of all notebooks.

    python -m benchmarks.figures [notebook …]

All code cells run in order in this process, in IPython, as in a kernel. A row is a cell that shows
a picture: the milliseconds of processor that the shortest of three runs took (what it takes on an
idle core), on the clock, and how many times an empty figure's; then how much of the processor's
time was not drawing: the learner's functions, nudging, training. Python collects its garbage before
every cell, since a full collection, a sixth of a second, may come in any cell.

A figure cell is to take no more than 150 ms. Above it were, when this was last measured, 37 of 129:

- those that train, search or nudge much, where that is what they are about: `search_curves`,
  `both_learn`, `rate_map`, `boundaries`, `directions`, `batch_sizes`, `clock`, `six_pairs`,
  `how_many_still_learn`, and `cost` of notebook 02;
- those of three pictures or more, with numbers on their axes: `digit_losses`, `residuals`,
  `in_order`, `templates`, `rates`, `whole_way`, `three_slopes`, `agreement` and `along_the_step` of
  notebook 04, `activations` and `digit_error` of 08, `shares`, `dead_units`, `symptoms`, and
  `kept`, whose cell holds two figures;
- those that write a hundred numbers: `forward_pass` of notebook 05, `same_weights`,
  `outer_products`, `there_and_back`, `dealt`.
"""

import argparse
import gc
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import nbformat
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output

from bplib import figures
from bplib.course import NOTEBOOKS
from bplib.figures import base

SOLUTIONS = Path(__file__).parents[1] / "solutions"
RUNS = 3
LIMIT = 150


def empty() -> float:
    """Return the milliseconds of processor that a figure with nothing but axes takes."""
    start = time.process_time()
    figure, _ = figures.subplots(size=(9, 3.4))
    figures.png(figure)
    return 1000 * (time.process_time() - start)


def pictures(name: str, shell: InteractiveShell) -> Iterator[tuple[str, float, float, float]]:
    """Run a solution; yield each cell that shows a picture, and the milliseconds that it took.

    They are those of the processor, those on the clock, and those of the processor that drawing
    took.
    """
    notebook = nbformat.read(SOLUTIONS / name / f"{name}.ipynb", as_version=4)
    shell.reset(new_session=True, aggressive=False)
    for cell in notebook.cells:
        if cell.cell_type != "code":
            continue
        gc.collect()
        with capture_output() as shown, drawing() as drawn:
            start, begun = time.process_time(), time.perf_counter()
            done = shell.run_cell(cell.source)
            took, passed = time.process_time() - start, time.perf_counter() - begun
        done.raise_error()
        if any("image/png" in output.data for output in shown.outputs):
            yield cell.source, 1000 * took, 1000 * passed, 1000 * sum(drawn)


@contextmanager
def drawing() -> Iterator[list[float]]:
    """Note how many seconds of processor every picture takes from its artists to its bytes."""
    seconds, png = [], base.png

    def timed(figure: Any) -> bytes:
        start = time.process_time()
        picture = png(figure)
        seconds.append(time.process_time() - start)
        return picture

    base.png = timed
    try:
        yield seconds
    finally:
        base.png = png


def what(source: str) -> str:
    """Return the line of a cell that draws."""
    lines = [line.strip() for line in source.splitlines()]
    return next((line for line in lines if "figures." in line), lines[-1])[:64]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("notebooks", nargs="*", default=list(NOTEBOOKS))
    names = parser.parse_args().notebooks
    os.environ["BPLIB_SEED"] = "1"
    shell = InteractiveShell.instance()
    empty()  # matplotlib is imported, its fonts found
    blanks, slow, total = [empty() for _ in range(5)], 0, 0
    for name in names:
        runs = [list(pictures(name, shell)) for _ in range(RUNS)]
        blanks += [empty() for _ in range(5)]
        blank = sorted(blanks)[len(blanks) // 2]
        print(f"{name}, an empty figure {blank:.0f} ms")
        for cell in zip(*runs, strict=True):
            source, took, passed, drawn = min(cell, key=lambda run: run[1])
            slow, total = slow + (took > LIMIT), total + 1
            print(
                f"  {took:6.0f} ms {passed:6.0f} on the clock {took / blank:5.1f} × "
                f"{took - drawn:6.0f} not drawing  {what(source)}"
            )
    print(f"{slow} of {total} figure cells take more than {LIMIT} ms")


if __name__ == "__main__":
    main()
