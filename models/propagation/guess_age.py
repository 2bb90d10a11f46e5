"""When what no frame shows is worth a patch search, and when it is to be guessed anew."""

from __future__ import annotations

import cv2
import numpy as np

from models.propagation.grid import any_on_plane, in_window
from models.propagation.membrane import mismatch
from models.propagation.observation import Observation
from models.propagation.picture import BoolMask, Samples
from models.propagation.source_map import SourceMap

_WORTH_A_SEARCH = 0.02
"""Share of the hole from which on a guess is worth a patch search."""
_THICK_PX = 5
"""So is one that is at least this thick, however small: a quick fill smears what should be texture."""
_STALE_AFTER = 0.1
"""A guess that has moved by this share of the hole's size is made anew (at most once a second); one that stands still
never is, for it would flicker,"""
_STRANGE = 0.04
"""but for one that is off by this share of the sample range from what surrounds it by now."""


def is_thick(region: BoolMask) -> bool:
    """Whether there is more to a region than slivers."""
    kernel = np.ones((_THICK_PX, _THICK_PX), np.uint8)
    return bool(cv2.erode(region.astype(np.uint8), kernel, borderType=cv2.BORDER_CONSTANT, borderValue=(0,)).any())


def is_large(guessed: BoolMask, hole: BoolMask) -> bool:
    """Whether a guess is more than slivers of the hole."""
    return bool(np.count_nonzero(guessed) > _WORTH_A_SEARCH * np.count_nonzero(hole))


def is_stale(found: SourceMap, hole: BoolMask) -> bool:
    """Whether a large guess has travelled so far that its surroundings are no longer those it was made from."""
    guessed = hole & found.known & ~found.seen
    if not is_large(guessed, hole):
        return False
    travelled_px = float(np.median(np.linalg.norm(found.shift[guessed], axis=-1)))
    return travelled_px > _STALE_AFTER * max(found.window.width, found.window.height)


def is_strange(here: Observation, found: SourceMap, samples: Samples) -> bool:
    """Whether a large guess no longer goes with what surrounds it, by the first plane's samples."""
    hole, plane = here.hole[here.window.slices], here.picture.planes[0]
    guessed = hole & found.known & ~found.seen
    if not is_large(guessed, hole):
        return False
    grid = plane.shift_x, plane.shift_y, samples.shape
    values = np.where(any_on_plane(hole, *grid), samples, in_window(plane, here.window)).astype(np.float32)
    around = any_on_plane((found.known & ~guessed) | ~(hole | here.avoid[here.window.slices]), *grid)
    guessed = any_on_plane(guessed, *grid)
    return mismatch(values[..., None], guessed, around & ~guessed) > _STRANGE * ((1 << here.picture.bits) - 1)
