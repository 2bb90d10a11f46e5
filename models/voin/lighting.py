"""A twin's colours in the light of the frame that they go into (ours; a step later the object may stand in the shade).

Both frames show most of the object. Laid over each other they tell how each of its colours changes from the one to the
other: what is hidden here changes as what is seen does that has its colour and lies near it. Places that show two
different things (limbs that stand a little apart, masks that are too large) change otherwise than the rest, and do not
count.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from models.propagation.source_map import Window, window_of
from models.voin.picture import Mask, ObjectFrame, Twin, View

FloatMap = NDArray[np.float32]

_EVERY_PX = 4
"""Light is compared, and changes, in blocks of so many pixels."""
_ROOM_PX = 2
"""So near a border colours are mixed."""
_NEAR_SHARE = 0.15
"""Of the object's longer side: standard deviation of what counts as near."""
_ALIKE = 18.0
"""Grey levels: standard deviation of what counts as one colour."""
_TOGETHER = 12.0
"""Grey levels by which changes of one colour differ; those that differ more show two things."""
_ROUNDS = 3
_FEWEST = 0.05
"""So much of one sure block halves what is believed."""
_MOST_BLOCKS = 1500


def moved_twin(twin: Twin, size: tuple[int, int]) -> tuple[View, NDArray[np.uint8]]:
    """A twin's picture ``(H, W, 3)`` and alpha ``(H, W)``, laid over its frame of ``(width, height)``."""
    matrix = np.array([[1, 0, twin.shift[0]], [0, 1, twin.shift[1]]], np.float32)
    how = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    view, alpha = (cv2.warpAffine(each, matrix, size, flags=how) for each in (twin.view, twin.alpha))
    return np.asarray(view, np.uint8), np.asarray(alpha, np.uint8)


def light_change(frame: ObjectFrame, moved: tuple[View, NDArray[np.uint8]], hidden: Mask, window: Window) -> FloatMap:
    """``(h, w, 3)`` float32 of a window: what to add to the colours of a frame's twin there.

    Args:
        frame: the one that is filled.
        moved: its twin, see ``moved_twin``.
        hidden: ``(H, W)`` what the twin may fill.
        window: in which the change is wanted.
    """
    height, width = hidden.shape
    view, alpha = moved
    both = _inner(frame.visible) & _inner(alpha == 255)
    whole = window_of(frame.visible | hidden)
    near = _NEAR_SHARE * max(whole.width, whole.height)
    known, wanted = _blocks(both, whole), _blocks(hidden & (alpha > 0), whole)
    places = np.nonzero(known > 0.5)
    asked = np.nonzero(wanted > 0)
    field = np.zeros((*known.shape, 3), np.float32)
    if len(places[0]) and len(asked[0]):
        if len(places[0]) > _MOST_BLOCKS:
            chosen = np.linspace(0, len(places[0]) - 1, _MOST_BLOCKS).astype(np.intp)
            places = places[0][chosen], places[1][chosen]
        share = known[places][:, None]
        here = _blocks(frame.view * both[..., None], whole)[places] / share
        there = _blocks(view * both[..., None], whole)[places] / share
        colours = _blocks(view, whole)[asked]
        away = [(_EVERY_PX * np.stack(each, 1)).astype(np.float32) for each in (asked, places)]
        apart = _squared(away[0], away[1]) / (2 * near**2)
        unlike = _squared(colours, there) / (2 * _ALIKE**2)
        field[asked] = _agreed(np.exp(-apart - unlike).astype(np.float32), (here - there).astype(np.float32))
    weight = (wanted > 0).astype(np.float32)
    total = cv2.GaussianBlur(weight, (0, 0), 1.0)[..., None]
    smooth = cv2.GaussianBlur(field * weight[..., None], (0, 0), 1.0) / np.maximum(total, 1e-3)
    result = np.zeros((height, width, 3), np.float32)
    result[whole.slices] = cv2.resize(smooth, (whole.width, whole.height), interpolation=cv2.INTER_LINEAR)
    return np.where(hidden[..., None], result, np.float32(0))[window.slices]


def _agreed(weights: FloatMap, changes: FloatMap) -> FloatMap:
    """``(M, 3)`` for each place asked for the change that most of what counts there agrees on.

    Args:
        weights: ``(M, N)`` how much each known place counts.
        changes: ``(N, 3)`` what is seen there.
    """
    # a light that is another is the smaller part of what differs: large changes are two things, as a rule
    counted = weights / (1 + np.square(changes).sum(-1) / (3 * _TOGETHER) ** 2)
    found = counted @ changes / (counted.sum(1) + _FEWEST)[:, None]
    for _ in range(_ROUNDS):
        counted = weights / np.square(1 + _squared(found, changes) / (2 * _TOGETHER**2))
        found = counted @ changes / (counted.sum(1) + _FEWEST)[:, None]
    return np.asarray(found, np.float32)


def _squared(one: FloatMap, other: FloatMap) -> FloatMap:
    """``(M, N)`` squared distances of ``(M, C)`` and ``(N, C)``."""
    found = np.square(one).sum(1)[:, None] + np.square(other).sum(1)[None] - 2 * one @ other.T
    return np.asarray(np.maximum(found, 0), np.float32)


def _blocks(values: NDArray[np.generic], window: Window) -> FloatMap:
    """The means of a window's blocks."""
    size = max(1, window.width // _EVERY_PX), max(1, window.height // _EVERY_PX)
    part = np.asarray(values[window.slices], np.float32)
    return np.asarray(cv2.resize(part, size, interpolation=cv2.INTER_AREA), np.float32)


def _inner(mask: Mask) -> Mask:
    kernel = np.ones((2 * _ROOM_PX + 1,) * 2, np.uint8)
    return np.asarray(cv2.erode(mask.astype(np.uint8), kernel, borderType=cv2.BORDER_CONSTANT, borderValue=(0,)) > 0)
