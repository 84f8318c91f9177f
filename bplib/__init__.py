"""The helper package of the backpropagation notebooks: networks, checks, hints, data.

Importing it is cheap: figures and widgets are loaded when something is drawn.
"""

from bplib.checking import check, hint, lend, quick, recall, replay
from bplib.progress import begin

__all__ = ["begin", "check", "hint", "lend", "quick", "recall", "replay"]
__version__ = "0.1.0"
