"""How long every cell that draws a figure takes, in the solutions of all notebooks.

    python -m benchmarks.figures [notebook …]

All code cells run in order in this process, in IPython, as in a kernel. A row is a cell that shows
a picture: the milliseconds of processor that the shortest of three runs took (what it takes on an
idle core), the learner's functions included, and how many times an empty figure's that is.
"""

import argparse
import gc
import os
import time
from collections.abc import Iterator
from pathlib import Path

import nbformat
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output

from bplib import figures
from bplib.course import NOTEBOOKS

SOLUTIONS = Path(__file__).parents[1] / "solutions"
RUNS = 3
LIMIT = 150


def empty() -> float:
    """Return the milliseconds that a figure with nothing but axes takes."""
    start = time.process_time()
    figure, _ = figures.subplots(size=(9, 3.4))
    figures.png(figure)
    return 1000 * (time.process_time() - start)


def pictures(name: str, shell: InteractiveShell) -> Iterator[tuple[str, float]]:
    """Run a solution; yield each cell that shows a picture and the milliseconds that it took."""
    notebook = nbformat.read(SOLUTIONS / name / f"{name}.ipynb", as_version=4)
    shell.reset(new_session=True, aggressive=False)
    for cell in notebook.cells:
        if cell.cell_type != "code":
            continue
        gc.collect()
        with capture_output() as shown:
            start = time.process_time()
            done = shell.run_cell(cell.source)
            took = 1000 * (time.process_time() - start)
        done.raise_error()
        if any("image/png" in output.data for output in shown.outputs):
            yield cell.source, took


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
            best = min(took for _, took in cell)
            slow, total = slow + (best > LIMIT), total + 1
            print(f"  {best:6.0f} ms {best / blank:6.1f} ×  {what(cell[0][0])}")
    print(f"{slow} of {total} figure cells take more than {LIMIT} ms")


if __name__ == "__main__":
    main()
