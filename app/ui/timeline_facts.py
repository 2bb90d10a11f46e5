"""What the timeline shows of long clips: runs of equal values, the gravest of many frames in a pixel, mask coverage."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from app.core.document import DocumentObject, Doubt
from app.core.frame_map import FrameMap
from app.core.shapes import Combine
from app.engine.result_view import FrameState

_GRAVITY = {
    FrameState.FAILED: 5,
    FrameState.STALE: 4,
    FrameState.MISSING: 3,
    FrameState.LIVE: 2,
    FrameState.FINAL: 1,
    FrameState.NOTHING: 0,
}
_RANK = np.array([_GRAVITY[FrameState(state)] for state in range(len(FrameState))], np.uint8)
_STATE_OF_RANK = np.argsort(_RANK).astype(np.uint8)


def runs(values: NDArray[np.generic]) -> list[tuple[int, int, int]]:
    """Stretches (first, end, value) of equal values."""
    if not len(values):
        return []
    edges = [0, *(np.flatnonzero(values[1:] != values[:-1]) + 1).tolist(), len(values)]
    return [(first, end, int(values[first])) for first, end in pairwise(edges)]


def gravest(states: NDArray[np.uint8], per_cell: int) -> NDArray[np.uint8]:
    """One ``FrameState`` for every so many frames, the one that most needs a look, so that none is lost to zooming."""
    if per_cell <= 1 or not len(states):
        return states
    ranks = np.maximum.reduceat(_RANK[states], np.arange(0, len(states), per_cell))
    folded: NDArray[np.uint8] = _STATE_OF_RANK[ranks]
    return folded


def lowest_known(levels: NDArray[np.int16], per_cell: int) -> NDArray[np.int16]:
    """One level for every so many frames, the lowest that is known; -1 where none is."""
    if per_cell <= 1 or not len(levels):
        return levels
    top = np.int16(np.iinfo(np.int16).max)
    folded = np.minimum.reduceat(np.where(levels < 0, top, levels), np.arange(0, len(levels), per_cell))
    return np.where(folded == top, np.int16(-1), folded).astype(np.int16)


def any_of(there: NDArray[np.bool_], per_cell: int) -> NDArray[np.bool_]:
    """One value for every so many frames, whether any of them has one."""
    if per_cell <= 1 or not len(there):
        return there
    return np.asarray(np.logical_or.reduceat(there, np.arange(0, len(there), per_cell)), np.bool_)


def coverage(each: DocumentObject, count: int) -> NDArray[np.bool_]:
    """``(count,)``: where an object has a mask, by its track or by its shapes."""
    covered = np.zeros(count, np.bool_)
    covered[[frame for frame, mask in each.track.items() if frame < count and not mask.is_empty]] = True
    for shape in each.shapes:
        if shape.combine is Combine.SUBTRACT:
            continue
        first, end = shape.span or (0, count)
        covered[first:end] = True
    return covered


def frames_of(doubts: FrameMap[Doubt], wanted: Doubt) -> NDArray[np.int64]:
    """``(N,)``, ascending: the frames in which a tracker had this trouble."""
    return np.array([frame for frame, doubt in doubts.items() if doubt is wanted], np.int64)


def stretches(frames: NDArray[np.int64]) -> list[tuple[int, int]]:
    """First frames and ends (exclusive) of runs of neighbours among ascending frames."""
    if not len(frames):
        return []
    breaks = np.flatnonzero(np.diff(frames) > 1)
    firsts, lasts = frames[[0, *(breaks + 1)]], frames[[*breaks, -1]]
    return [(int(first), int(last) + 1) for first, last in zip(firsts, lasts, strict=True)]
