"""Composites that stand still: nothing in their holes is ever seen, so that every method has to guess.

A few moments of each composite become short clips of one repeated picture: camera and object at rest, which is also
what the first frame of any clip is to a method that works forwards.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from models.training.composites.building import Composite

MOMENTS = (0.0, 0.5)
"""Of the clip, from its first frame."""
FRAMES = 4


def stand_still(composites: Iterable[Composite]) -> Iterator[Composite]:
    """``MOMENTS`` of each composite, ``FRAMES`` frames long, named ``NAME@FRAME``; those without a hole are skipped.

    Their ``truth`` is the composite's at that moment.
    """
    for composite in composites:
        for moment in MOMENTS:
            index = int(moment * len(composite.frames))
            if not composite.masks[index].any():
                continue
            yield replace(
                composite,
                name=f"{composite.name}@{index}",
                frames=_repeated(composite.frames[index]),
                truth=_repeated(composite.truth[index]),
                masks=np.repeat(composite.masks[index : index + 1], FRAMES, axis=0),
            )


def _repeated(picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
    return np.repeat(picture[None], FRAMES, axis=0)
