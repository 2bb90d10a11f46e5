"""Whether a frame's colours are made on a thread of their own, while the next frame's sources are found."""

from __future__ import annotations

import os

_FEWEST_CORES = 3
"""With two, flow ahead and the codecs leave none free, and handing over costs more than it gains: at 432x240 ``live``
took an eighth longer, ``final`` a tenth. The answers are the same to the bit."""


def colours_ahead() -> bool:
    """Whether this machine has a core to spare for it."""
    return (os.cpu_count() or 1) >= _FEWEST_CORES
