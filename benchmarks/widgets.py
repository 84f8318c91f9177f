"""From a key to the frame that shows what it did: widgets in JupyterLab, with and without Python.

``python -m benchmarks.widgets`` opens a notebook in headless Chromium, presses a key 40 times in
the widget of backpropagation, and measures until the frame after the picture has changed: the
forward pass is computed in JavaScript; the backward pass comes from functions in the kernel. Then
it presses 40 times at once, and counts how many of these reached Python: the newest position wins.
"""

import statistics
import tempfile
from pathlib import Path

import nbformat

from tests.browser import open_notebook
from tests.test_widgets_browser import BACKWARD, CELLS, IMPORTS

PRESSES = 40
_MEASURE = """async presses => {
  const root = document.querySelector('.bp-widget');
  const frame = () => new Promise(requestAnimationFrame);
  const pause = ms => new Promise(done => setTimeout(done, ms));
  const press = () => root.querySelector('svg [tabindex="0"]').dispatchEvent(
    new KeyboardEvent('keydown', { key: 'ArrowUp', bubbles: true }));
  const until = async (name, before) => {
    while (root.dataset[name] === before) await frame(); // this frame paints what has changed
  };
  const shown = () => root.querySelector('.bp-state').textContent + root.dataset.state;
  const times = { javascript: [], python: [] };
  for (let i = 0; i < presses; i++) {
    await pause(30);
    const answered = root.dataset.answered;
    const state = shown();
    const start = performance.now();
    press();
    while (shown() === state) await frame();
    times.javascript.push(performance.now() - start);
    await until('answered', answered);
    times.python.push(performance.now() - start);
  }
  await pause(300);
  const before = Number(root.dataset.answered);
  let replies = 0;
  const watch = new MutationObserver(() => (replies += 1));
  watch.observe(root, { attributes: true, attributeFilter: ['data-answered'] });
  const start = performance.now();
  for (let i = 0; i < presses; i++) { press(); await pause(8); }
  while (Number(root.dataset.answered) !== before + presses) await frame();
  return { ...times, replies, burst: performance.now() - start };
}"""


def measure() -> dict[str, object]:
    """Return the times in milliseconds, the replies to a burst, and how long it took."""
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    notebook = nbformat.v4.new_notebook(metadata={"kernelspec": kernel})
    cells = (IMPORTS, BACKWARD, CELLS["backpropagation"])
    notebook.cells = [nbformat.v4.new_code_cell(source) for source in cells]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "measured.ipynb"
        nbformat.write(notebook, path)
        with open_notebook(path, Path(folder)) as lab:
            lab.run_all()
            place = lab.page.locator(".bp-widget")
            place.wait_for()
            for _ in range(8):
                place.get_by_role("button", name="step ▶").click()
            lab.page.wait_for_timeout(2000)
            return lab.page.evaluate(_MEASURE, PRESSES)


def main() -> None:
    """Measure and print."""
    found = measure()
    print(f"from a key to the frame, {PRESSES} presses, milliseconds")
    for name in ("javascript", "python"):
        times = sorted(found[name])
        middle, high = statistics.median(times), times[int(0.95 * len(times))]
        print(f"  {name:10}  median {middle:5.0f}   95 of 100 within {high:5.0f}")
    print(
        f"a burst of {PRESSES} presses: {found['replies']} replies from Python, "
        f"the last shown after {found['burst']:.0f} ms"
    )


if __name__ == "__main__":
    main()
