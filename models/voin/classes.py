"""The classes of objects that VOIN knows (section 3.1): those that our footage and cut-outs show, and none of them.

The paper has the 65 categories of YouTube-VOS. Ours come from what clips with masks and cut-outs we have:

========== ===================================================================
class      clips and cut-outs that show it
========== ===================================================================
person     dancers, walkers, skaters, children, riders of kites; 1004 cut-outs
dog        eight clips of dogs and puppies
horse      two horses on a beach
cow        cows
bird       penguins
car        roundabout, drifting cars, a car on sand
motorbike  a motocross jump
boat       a boat from above
thing      a glass, a toy, a kettlebell: small things that keep their shape
========== ===================================================================

Everything else is ``unknown``, which is also what a user means who names no class.
"""

from __future__ import annotations

UNKNOWN = "unknown"
CLASSES = (UNKNOWN, "person", "dog", "horse", "cow", "bird", "car", "motorbike", "boat", "thing")
"""By index; 0 stands for any object. The real classes of the discriminator are those from 1 on (K of them)."""
REAL_CLASSES = len(CLASSES) - 1
"""The paper's K."""


def class_index(name: str | None) -> int:
    """The index of a class; that of ``unknown`` for None.

    Raises:
        ValueError: there is no such class.
    """
    if name is None:
        return 0
    if name not in CLASSES:
        raise ValueError(f"there is no class {name!r}; there are {', '.join(CLASSES)}")
    return CLASSES.index(name)
