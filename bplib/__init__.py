"""The helper package of the backpropagation notebooks: networks, checks, hints, data.

Importing it is cheap: figures and widgets are loaded when something is drawn.
"""

from bplib.checking import check, hint, quick, replay

__all__ = ["check", "hint", "quick", "replay"]
__version__ = "0.1.0"
