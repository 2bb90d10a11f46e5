"""What a tracker has to beat: masks pushed along by flow, GrabCut in each picture, a tracked box and GrabCut in it."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from models.flow.dis import DisFlow
from models.tracking.box_tracker import BoxTracker
from models.tracking.grabcut import segment_box
from models.tracking.protocol import TrackedMask

View = NDArray[np.uint8]
BoolMask = NDArray[np.bool_]
FloatMap = NDArray[np.float32]

_ITERATIONS = 3
_MARGIN_SHARE = 0.15


class PushedMask:
    """Carries the first mask along by dense flow (DIS fast), and nothing else."""

    def __init__(self) -> None:
        self._flow = DisFlow("fast")
        self._last: tuple[View, FloatMap] | None = None

    def start(self, view: View, mask: BoolMask) -> None:
        """See ``MaskTracker.start``."""
        self._last = view, mask.astype(np.float32)

    def correct(self, view: View, mask: BoolMask) -> None:
        """See ``MaskTracker.correct``."""
        self.start(view, mask)

    def settle(self, mask: BoolMask) -> None:
        """See ``MaskTracker.settle``."""
        assert self._last is not None, "start first"
        self._last = self._last[0], mask.astype(np.float32)

    def cut(self) -> None:
        """Gives the object up; see ``MaskTracker.cut``."""
        assert self._last is not None, "start first"
        self._last = self._last[0], np.zeros_like(self._last[1])

    def step(self, view: View, beside: Sequence[View] = ()) -> TrackedMask:
        """See ``MaskTracker.step``."""
        del beside
        assert self._last is not None, "start first"
        before, soft = self._last
        back = self._flow.flow(view, before)
        height, width = soft.shape
        columns = back[..., 0] + np.arange(width, dtype=np.float32)[None, :]
        rows = back[..., 1] + np.arange(height, dtype=np.float32)[:, None]
        pushed = np.asarray(cv2.remap(soft, columns, rows, cv2.INTER_LINEAR), np.float32)
        self._last = view, pushed
        return TrackedMask(pushed > 0.5, 1.0)


class GrabCutPerFrame:
    """GrabCut in every picture, begun with the last picture's mask where it was."""

    def __init__(self) -> None:
        self._mask: BoolMask | None = None

    def start(self, view: View, mask: BoolMask) -> None:
        """See ``MaskTracker.start``."""
        del view
        self._mask = mask

    def correct(self, view: View, mask: BoolMask) -> None:
        """See ``MaskTracker.correct``."""
        self.start(view, mask)

    def settle(self, mask: BoolMask) -> None:
        """See ``MaskTracker.settle``."""
        self._mask = mask

    def cut(self) -> None:
        """Gives the object up; see ``MaskTracker.cut``."""
        assert self._mask is not None, "start first"
        self._mask = np.zeros_like(self._mask)

    def step(self, view: View, beside: Sequence[View] = ()) -> TrackedMask:
        """See ``MaskTracker.step``."""
        del beside
        assert self._mask is not None, "start first"
        if self._mask.sum() < 8:
            return TrackedMask(np.zeros_like(self._mask), 0.0)
        left, top, width, height = cv2.boundingRect(self._mask.view(np.uint8))
        margin = max(4, round(_MARGIN_SHARE * max(width, height)))
        labels = np.full(self._mask.shape, cv2.GC_BGD, np.uint8)
        rows = slice(max(0, top - margin), top + height + margin)
        columns = slice(max(0, left - margin), left + width + margin)
        labels[rows, columns] = cv2.GC_PR_BGD
        labels[self._mask] = cv2.GC_PR_FGD
        if (labels == cv2.GC_BGD).sum() < 16:
            labels[[0, -1], :] = labels[:, [0, -1]] = cv2.GC_BGD
        cv2.setRNGSeed(1)
        models = np.zeros((1, 65)), np.zeros((1, 65))
        cv2.grabCut(np.ascontiguousarray(view), labels, (0, 0, 1, 1), *models, _ITERATIONS, cv2.GC_INIT_WITH_MASK)
        self._mask = np.isin(labels, (cv2.GC_FGD, cv2.GC_PR_FGD))
        return TrackedMask(self._mask, 1.0)


class MilGrabCut:
    """OpenCV's MIL follows the box, GrabCut finds the object in it."""

    def __init__(self) -> None:
        self._boxes = BoxTracker()

    def start(self, view: View, mask: BoolMask) -> None:
        """See ``MaskTracker.start``."""
        self._boxes.start(view, mask)

    def correct(self, view: View, mask: BoolMask) -> None:
        """See ``MaskTracker.correct``."""
        self._boxes.correct(view, mask)

    def settle(self, mask: BoolMask) -> None:
        """See ``MaskTracker.settle``."""
        self._boxes.settle(mask)

    def cut(self) -> None:
        """Gives the object up; see ``MaskTracker.cut``."""
        self._boxes.cut()

    def step(self, view: View, beside: Sequence[View] = ()) -> TrackedMask:
        """See ``MaskTracker.step``."""
        answer = self._boxes.step(view, beside)
        if not answer.mask.any():
            return answer
        left, top, width, height = (int(value) for value in cv2.boundingRect(answer.mask.view(np.uint8)))
        return TrackedMask(segment_box(view, (left, top, width, height)), answer.presence)
