"""Boxes tracked by OpenCV's own trackers, behind the same protocol as masks: every mask is a box.

MIL (Babenko et al. 2009) needs no file; it draws samples at random, from numbers of its own that OpenCV lets nobody
seed, so that two runs may differ by a few pixels. Nano (NanoTrack) and ViT are small networks; whoever has their ONNX
files points to them.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from models.tracking.protocol import TrackedMask

BoolMask = NDArray[np.bool_]
View = NDArray[np.uint8]
Box = tuple[int, int, int, int]

_FOUND_BY_MIL = 0.75
"""MIL knows no score; it is not sure either."""
_TRIED_PX = 128
"""Side of the empty picture on which models are tried."""
_NANO_FOUND, _VIT_FOUND = 0.3, 0.3
"""Score at which each takes its object for found: this becomes a presence of 0.5."""


class BoxModelError(ValueError):
    """A model file cannot be used; the message says which one and what to do."""


class BoxTracker:
    """A ``MaskTracker`` whose masks are boxes.

    Args:
        models: no file for MIL, one for ViT, two for Nano (backbone and head).

    Raises:
        BoxModelError: OpenCV cannot use them.
    """

    def __init__(self, models: Sequence[Path] = ()) -> None:
        self._models = tuple(models)
        self._tracker = _tried(self._models)
        self._box: Box | None = None

    def start(self, view: View, mask: BoolMask) -> None:
        """Begins with the box round the mask; see ``MaskTracker.start``."""
        self.correct(view, mask)

    def correct(self, view: View, mask: BoolMask) -> None:
        """Takes the box round a corrected mask; see ``MaskTracker.correct``."""
        left, top, width, height = (int(value) for value in cv2.boundingRect(mask.view(np.uint8)))
        self._box = (left, top, width, height) if width and height else None
        if self._box is not None:
            self._tracker = _opened(self._models)
            self._tracker.init(_bgr(view), self._box)

    def step(self, view: View, beside: Sequence[View] = ()) -> TrackedMask:
        """Tracks into the next picture; see ``MaskTracker.step``. Pictures beside are not used."""
        del beside
        nothing = np.zeros(view.shape[:2], np.bool_)
        if self._box is None:
            return TrackedMask(nothing, 0.0)
        found, box = self._tracker.update(_bgr(view))
        presence = self._presence(found=bool(found))
        if presence < 0.5:
            return TrackedMask(nothing, presence)
        left, top, width, height = (int(value) for value in box)
        mask = nothing.copy()
        mask[max(0, top) : max(0, top + height), max(0, left) : max(0, left + width)] = True
        return TrackedMask(mask, presence if mask.any() else 0.0)

    def settle(self, mask: BoolMask) -> None:
        """Nothing: a box goes where its tracker sees the object."""

    def cut(self) -> None:
        """Gives the object up: OpenCV's trackers know no more than its place."""
        self._box = None

    def _presence(self, *, found: bool) -> float:
        """0 to 1, from the tracker's score where it has one."""
        if not found:
            return 0.0
        if not self._models:
            return _FOUND_BY_MIL
        score = float(self._tracker.getTrackingScore())
        usual = _NANO_FOUND if len(self._models) == 2 else _VIT_FOUND
        return min(1.0, 0.5 * score / usual) if score < usual else min(1.0, 0.5 + 0.5 * (score - usual) / (1 - usual))


def _tried(models: Sequence[Path]) -> cv2.Tracker:
    """A tracker that was seen to work: what OpenCV opens may still be another network.

    Raises:
        BoxModelError: OpenCV cannot use the files.
    """
    try:
        tracker = _opened(models)
        if models:
            tracker.init(np.zeros((_TRIED_PX, _TRIED_PX, 3), np.uint8), (_TRIED_PX // 4,) * 2 + (_TRIED_PX // 2,) * 2)
            tracker.update(np.zeros((_TRIED_PX, _TRIED_PX, 3), np.uint8))
    except cv2.error as error:
        names = " and ".join(str(model) for model in models)
        kind = "ViT's" if len(models) == 1 else "Nano's backbone and head"
        raise BoxModelError(
            f"OpenCV cannot use {names} as {kind} ({error.err or 'not ONNX'}); name other files."
        ) from error
    return tracker


def _opened(models: Sequence[Path]) -> cv2.Tracker:
    if not models:
        return cv2.TrackerMIL.create()
    if len(models) == 1:
        vit = cv2.TrackerVit.Params()
        vit.net = str(models[0])
        return cv2.TrackerVit.create(vit)
    nano = cv2.TrackerNano.Params()
    nano.backbone, nano.neckhead = str(models[0]), str(models[1])
    return cv2.TrackerNano.create(nano)


def _bgr(view: View) -> View:
    return np.asarray(cv2.cvtColor(np.ascontiguousarray(view), cv2.COLOR_RGB2BGR), np.uint8)
