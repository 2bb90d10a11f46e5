"""An object that is several things: each is tracked by itself, and none takes another's pixels.

One mask over six children is no single thing: each moves as it likes, has colours of its own, and a segmenter asked
for all of them at once finds none. So a mask of several large pieces that lie apart is taken to pieces at the start;
the pieces' trackers look at the pictures in one size, and share what they work out of them.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import replace
from threading import Lock

import cv2
import numpy as np
from numpy.typing import NDArray

from models.flow.protocol import Flow, FlowEstimator
from models.tracking.flow_tracker import PRESENT, FlowMaskTracker
from models.tracking.protocol import MaskTracker, TrackedMask
from models.tracking.working_pictures import PreparedPictures, working_scale

BoolMask = NDArray[np.bool_]
FloatMap = NDArray[np.float32]
View = NDArray[np.uint8]
MakePart = Callable[[FlowEstimator, PreparedPictures], FlowMaskTracker]

PIECE_SHARE = 0.05
"""Share of a mask from which a piece of it is a thing by itself; smaller ones go with the nearest."""
APART_PX = 4.0
"""Pieces that lie closer are one thing: something thin passes in front of it."""
MOST_PIECES = 8
_KEPT_FLOWS = 24
_LEAST_CLAIM = np.float32(1e-3)


class RememberedFlow:
    """A ``FlowEstimator`` that works out the flow between the same two pictures (the same arrays) once.

    Args:
        estimator: works it out.
    """

    def __init__(self, estimator: FlowEstimator) -> None:
        self._estimator = estimator
        self._known: OrderedDict[tuple[int, int], tuple[View, View, Flow]] = OrderedDict()
        self._lock = Lock()

    def flow(self, from_view: View, to_view: View) -> Flow:
        """See ``FlowEstimator``; nobody may write into the answer."""
        key = id(from_view), id(to_view)
        with self._lock:
            known = self._known.get(key)
        if known is not None:
            return known[2]
        found = self._estimator.flow(from_view, to_view)
        with self._lock:
            self._known[key] = from_view, to_view, found
            if len(self._known) > _KEPT_FLOWS:
                self._known.popitem(last=False)
        return found


class SeveralTracker:
    """A ``MaskTracker`` that takes a mask to pieces where it is several things; else its one tracker's answers.

    Args:
        estimator: of flow, for all of them.
        make: makes the tracker of one thing.
    """

    def __init__(self, estimator: FlowEstimator, make: MakePart) -> None:
        self._estimator, self._make = estimator, make
        self._parts: list[FlowMaskTracker] = []
        self._answers: list[TrackedMask] = []

    def start(self, view: View, mask: BoolMask) -> None:
        """See ``MaskTracker.start``."""
        pieces = pieces_of(mask)
        flow = self._estimator if len(pieces) == 1 else RememberedFlow(self._estimator)
        pictures = PreparedPictures()
        scale = max(working_scale(view.shape[1], view.shape[0], piece) for piece in pieces)
        self._parts = [self._make(flow, pictures) for _ in pieces]
        for part, piece in zip(self._parts, pieces, strict=True):
            part.leave_out(mask & ~piece if len(pieces) > 1 else None)
            part.start(view, piece, scale)
        self._answers = [TrackedMask(piece, 1.0) for piece in pieces]

    def correct(self, view: View, mask: BoolMask) -> None:
        """See ``MaskTracker.correct``; what is several things is begun anew."""
        if len(self._parts) == 1 and len(pieces_of(mask)) == 1:
            self._parts[0].correct(view, mask)
        else:
            self.start(view, mask)

    def step(self, view: View, beside: Sequence[View] = ()) -> TrackedMask:
        """See ``MaskTracker.step``."""
        assert self._parts, "start first"
        return self._united([part.step(view, beside) for part in self._parts])

    def settle(self, mask: BoolMask) -> None:
        """See ``MaskTracker.settle``; what no part has goes to the nearest."""
        if len(self._parts) == 1:
            self._parts[0].settle(mask)
            return
        nearest = np.argmin(np.stack([_distance(answer.mask) for answer in self._answers]), axis=0)
        for place, part in enumerate(self._parts):
            part.settle(mask & (nearest == place))

    def cut(self) -> None:
        """See ``MaskTracker.cut``."""
        for part in self._parts:
            part.cut()

    def mended(self, look: Callable[[MaskTracker, TrackedMask], TrackedMask]) -> TrackedMask:
        """See ``Parts``."""
        return self._united([look(part, answer) for part, answer in zip(self._parts, self._answers, strict=True)])

    def _united(self, answers: Sequence[TrackedMask]) -> TrackedMask:
        """One answer of the parts', in which no pixel belongs to two."""
        if len(answers) == 1:
            self._answers = list(answers)
            return answers[0]
        claims = np.stack([_claim(answer) for answer in answers])
        owner = np.argmax(claims, axis=0)
        for place, (part, answer) in enumerate(zip(self._parts, answers, strict=True)):
            own = answer.mask & (owner == place)
            if np.count_nonzero(own) < np.count_nonzero(answer.mask):
                part.settle(own)
        masks = [answer.mask & (owner == place) for place, answer in enumerate(answers)]
        either = np.logical_or.reduce(masks)
        for part, mask in zip(self._parts, masks, strict=True):
            part.leave_out(either & ~mask)
        self._answers = [replace(answer, mask=mask) for answer, mask in zip(answers, masks, strict=True)]
        usual = np.array([part.usual_px for part in self._parts])
        presence = float(usual @ [answer.presence for answer in answers] / max(usual.sum(), 1.0))
        if any(answer.presence >= PRESENT and mask.any() for answer, mask in zip(answers, masks, strict=True)):
            presence = max(presence, PRESENT)  # doubtful, but not lost: what is left of it is where it is said to be
        claim = np.asarray(claims.max(axis=0), np.float32)
        loose = [answer.ends & ~either for answer in answers if answer.ends is not None]
        ends = np.logical_or.reduce(loose) if loose else None
        return TrackedMask(either, presence, claim, parts=self, ends=ends)


def _claim(answer: TrackedMask) -> FloatMap:
    strength = np.float32(answer.presence) if answer.claim is None else np.maximum(answer.claim, _LEAST_CLAIM)
    return np.asarray(answer.mask * strength, np.float32)


def _distance(mask: BoolMask) -> FloatMap:
    """``(H, W)``: how far each pixel is from a mask, in pixels; very far from an empty one."""
    if not mask.any():
        return np.full(mask.shape, np.inf, np.float32)
    return np.asarray(cv2.distanceTransform((~mask).view(np.uint8), cv2.DIST_L2, 3), np.float32)


def pieces_of(mask: BoolMask) -> list[BoolMask]:
    """The things that a mask ``(H, W)`` consists of, the largest first; together they are the mask."""
    reach = round(APART_PX / 2) * 2 + 1
    close = cv2.morphologyEx(mask.view(np.uint8), cv2.MORPH_CLOSE, np.ones((reach, reach), np.uint8))
    count, labels = cv2.connectedComponents(close, connectivity=8)
    areas = np.bincount(labels[mask], minlength=count)
    areas[0] = 0
    large = [int(label) for label in np.argsort(-areas, kind="stable") if areas[label] >= PIECE_SHARE * areas.sum()]
    large = large[:MOST_PIECES]
    if len(large) < 2:
        return [mask]
    nearest = np.argmin(np.stack([_distance(labels == label) for label in large]), axis=0)
    return [mask & (nearest == place) for place in range(len(large))]
