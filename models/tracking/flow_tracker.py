"""Mask tracking without weights: optical flow carries the mask, appearance and motion correct it, a cut decides.

Each step, on a crop round the object at a working size:

1. flow to the last picture brings the last answer along; a forward-backward and a colour check say where to trust it;
2. four kinds of evidence are added up as log odds: the carried answer, the colours of object and background
   (``ColorModel``, long memory), the colours by place (``PlaceModel``, the last picture), and motion against the
   camera's own;
3. a weighted total-variation cut (``models.tracking.cut``) makes a clean shape of it;
4. the models learn from the answer where it is sure.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from models.flow.dis import DisFlow
from models.flow.protocol import Flow, FlowEstimator
from models.tracking.appearance import ColorModel, PlaceModel, to_lab
from models.tracking.camera import background_flow, camera_motion
from models.tracking.consensus import Beside, background_votes, zone
from models.tracking.cut import contrast_weights, cut
from models.tracking.plate import BackgroundPlate
from models.tracking.protocol import TrackedMask

FloatMap = NDArray[np.float32]
Box = tuple[int, int, int, int]
"""Left, top, right, bottom in pixels of the working picture; right and bottom exclusive."""


@dataclass(frozen=True, slots=True)
class TrackerSettings:
    """The tracker's constants, in pixels of the working picture where a length is meant."""

    working_long_side_px: int = 480
    margin_share: float = 0.35
    smallest_margin_px: int = 20
    cell_px: int = 12
    smoothness: float = 1.0
    iterations: int = 60
    weights: tuple[float, ...] = (0.0, 0.35, 0.0, 0.45, 0.5, 0.826, 4.0, 0.3, -1.8, 0.043, 0.5, -0.2)


@dataclass(slots=True)
class _Seen:
    """The last picture and its answer."""

    view: NDArray[np.uint8]
    lab: NDArray[np.uint8]
    answer: FloatMap


class FlowMaskTracker:
    """A ``MaskTracker`` on optical flow; see the module.

    Args:
        flow: estimator for the working pictures; DIS fast by default.
        settings: constants.
    """

    def __init__(self, flow: FlowEstimator | None = None, settings: TrackerSettings | None = None) -> None:
        self._flow = flow or DisFlow("fast")
        self._settings = settings or TrackerSettings()
        self._seen: _Seen | None = None
        self._color = ColorModel()
        self._plate = BackgroundPlate()
        self._past = []
        self._place = PlaceModel(self._settings.cell_px)
        self.debug: dict[str, NDArray[np.float32]] = {}

    def start(self, view: NDArray[np.uint8], mask: NDArray[np.bool_]) -> None:
        """Begins at a picture whose mask is right; see ``MaskTracker.start``."""
        self._color = ColorModel()
        self._plate = BackgroundPlate()
        self._past = []
        self._seen = self._taken_in(view, mask)
        self._learn(anchor=True)

    def correct(self, view: NDArray[np.uint8], mask: NDArray[np.bool_]) -> None:
        """Takes a corrected mask; see ``MaskTracker.correct``."""
        self._seen = self._taken_in(view, mask)
        self._learn(anchor=True)

    def step(self, view: NDArray[np.uint8], ahead: Sequence[NDArray[np.uint8]] = ()) -> TrackedMask:
        """Tracks into the next picture; see ``MaskTracker.step``."""
        last = self._seen
        assert last is not None, "start first"
        small = self._working(view)
        lab = to_lab(small)
        height, width = small.shape[:2]
        to_last = self._flow.flow(small, last.view)
        from_last = self._flow.flow(last.view, small)
        box = self._crop_box(last.answer, from_last)
        columns = np.arange(width, dtype=np.float32)[None, :] + to_last[..., 0]
        rows = np.arange(height, dtype=np.float32)[:, None] + to_last[..., 1]
        maybe = cv2.remap(cv2.dilate(last.answer, np.ones((5, 5), np.uint8)), columns, rows, cv2.INTER_LINEAR)
        background = ~zone(maybe > 0.5, 8)
        self._camera = camera_motion(to_last, background)
        still = background_flow(to_last, self._camera, background)
        self._plate.advance(still)
        self._maybe = maybe > 0.5
        self._here = Beside.of(small)
        self._beside = [Beside.of(w) for w in map(self._working, ahead)]
        self._beside += [self._past[-k] for k in (6, 12, 20, 30) if k <= len(self._past)]
        answer = np.zeros((height, width), np.float32)
        if box is not None:
            left, top, right, bottom = box
            answer[top:bottom, left:right] = self._solve(box, small, lab, to_last, from_last)
        self._seen = _Seen(small, lab, answer)
        if box is not None:
            self._learn()
        self._past = [*self._past, self._here][-30:]
        full = cv2.resize(answer, (view.shape[1], view.shape[0]), interpolation=cv2.INTER_LINEAR)
        mask = np.asarray(full > 0.5)
        return TrackedMask(mask, 1.0 if mask.any() else 0.0)

    def _solve(
        self, box: Box, small: NDArray[np.uint8], lab: NDArray[np.uint8], to_last: Flow, from_last: Flow
    ) -> FloatMap:
        """The answer inside the crop."""
        settings = self._settings
        last = self._seen
        assert last is not None
        left, top, right, bottom = box
        crop = (slice(top, bottom), slice(left, right))
        columns = np.arange(left, right, dtype=np.float32)[None, :] + to_last[crop][..., 0]
        rows = np.arange(top, bottom, dtype=np.float32)[:, None] + to_last[crop][..., 1]

        def carried(image: NDArray[np.generic], border: int = cv2.BORDER_CONSTANT) -> FloatMap:
            return np.asarray(cv2.remap(image, columns, rows, cv2.INTER_LINEAR, borderMode=border), dtype=np.float32)

        warped = carried(last.answer)
        back = carried(from_last, cv2.BORDER_REPLICATE)
        gap = np.hypot(*np.moveaxis(back + to_last[crop], -1, 0))
        reach = np.hypot(to_last[crop][..., 0], to_last[crop][..., 1])
        off = np.abs(carried(last.lab, cv2.BORDER_REPLICATE) - lab[crop]).sum(axis=2)
        trust = np.exp(-np.square(gap / (0.7 + 0.1 * reach))) * np.exp(-np.square(off / 40.0))
        # carried answer
        soft = np.clip(warped, 0.02, 0.98)
        carried_odds = np.log(soft / (1 - soft)) * (0.15 + 0.85 * trust)
        inside = (warped > 0.5).astype(np.uint8)
        distance = cv2.distanceTransform(1 - inside, cv2.DIST_L2, 3) if inside.any() else np.full(warped.shape, 99.0)
        distance_in = cv2.distanceTransform(inside, cv2.DIST_L2, 3)
        far = -np.clip((distance - 4.0) / 8.0, 0, 3).astype(np.float32)
        # motion
        moving, apart = self._motion_evidence(crop, to_last, warped)
        color, recent = (np.clip(m, -5, 5) for m in self._color.log_ratio(lab[crop]))
        # place: last crop's pixels carried forward
        grow = 8
        old = (slice(max(0, top - grow), bottom + grow), slice(max(0, left - grow), right + grow))
        old_rows, old_columns = np.mgrid[old[0].start : old[0].stop, old[1].start : old[1].stop][
            :, : last.answer[old].shape[0], : last.answer[old].shape[1]
        ]
        seen_x = (old_columns + from_last[old][..., 0] - left).ravel().astype(np.float32)
        seen_y = (old_rows + from_last[old][..., 1] - top).ravel().astype(np.float32)
        place = self._place.log_odds(
            lab[crop], last.lab[old].reshape(-1, 3), seen_x, seen_y, last.answer[old].ravel(), np.ones_like(seen_x)
        )
        place = np.clip(place, -5, 5)
        odds = np.log(soft / (1 - soft))
        differs, known = self._plate.difference(lab, crop)
        new = known * (1 - np.exp(-np.square(differs / 24.0)))
        for_it, votes = background_votes(self._here, self._beside, self._maybe, crop, self._flow)
        front = np.clip((0.45 - for_it) / 0.3, -1, 1) * np.minimum(votes / 3, 1)
        core, ring = warped > 0.5, (distance > 3) & (distance < 30)
        apart_by = float(front[core].mean() - front[ring].mean()) if core.any() and ring.any() else 0.0
        gate = np.float32(np.clip((apart_by - 0.3) / 0.6, 0, 1))
        far_moving = np.maximum(front, 0) * gate
        explained = np.maximum(-front, 0) * gate
        self.gate = gate
        same = known * np.exp(-np.square(differs / 8.0))
        old_known = known * (known < 0.99)
        features = np.stack(
            (
                np.ones_like(odds),
                odds * trust,
                odds * (1 - trust),
                color,
                place,
                far,
                far_moving + np.zeros_like(odds),
                apart,
                explained + np.zeros_like(odds),
                place * (1 - trust),
                new,
                same,
            )
        ).astype(np.float32)
        evidence = np.tensordot(np.asarray(settings.weights, np.float32), features, axes=1)
        self.debug = dict(features=features, box=np.array(box), evidence=evidence, trust=trust)
        weights = contrast_weights(lab[crop], settings.smoothness)
        return cut(evidence, weights, warped, settings.iterations)

    def _motion_evidence(self, crop: tuple[slice, slice], to_last: Flow, warped: FloatMap) -> FloatMap:
        """Positive where a pixel moves as the object does and not as the background does."""
        camera = self._camera
        inside = warped > 0.5
        if inside.sum() < 20:
            return np.zeros_like(warped), np.zeros_like(warped)
        own = to_last[crop]
        off = np.hypot(*np.moveaxis(own - camera.flow[crop], -1, 0))
        scale = 0.5 + 2 * min(camera.error_px, 10)
        moving = 1 - np.exp(-np.square(off / scale) / 2)
        size = (41, 41)
        weight = np.clip(warped, 1e-3, 1 - 1e-3)[..., None]

        def mean(weight):
            return cv2.blur(own * weight, size) / cv2.blur(weight, size)[..., None]

        inner, outer = mean(weight), mean(1 - weight)
        to_inner = np.square(own - inner).sum(axis=2)
        to_outer = np.square(own - outer).sum(axis=2)
        spread = 0.25 + 0.25 * np.minimum(to_inner, to_outer)
        apart = np.clip((to_outer - to_inner) / (2 * spread), -4, 4)
        return moving.astype(np.float32), apart.astype(np.float32)

    def _learn(self, *, anchor: bool = False) -> None:
        """Updates the colour models from the last answer where it is sure."""
        last = self._seen
        assert last is not None
        inside = last.answer > 0.5
        if inside.sum() < 12:
            return
        kernel = np.ones((3, 3), np.uint8)
        core = cv2.erode(inside.astype(np.uint8), kernel)
        if core.sum() < 0.2 * inside.sum():
            core = inside.astype(np.uint8)
        outside = 1 - cv2.dilate(inside.astype(np.uint8), kernel, iterations=2)
        ys, xs = np.nonzero(inside)
        height, width = inside.shape
        reach = int(max(30, 0.6 * max(np.ptp(ys), np.ptp(xs))))
        window = (
            slice(max(0, ys.min() - reach), min(height, ys.max() + reach)),
            slice(max(0, xs.min() - reach), min(width, xs.max() + reach)),
        )
        self._plate.observe(last.lab, cv2.dilate((last.answer > 0.3).astype(np.uint8), np.ones((7, 7), np.uint8)) == 0)
        self._color.learn(
            last.lab[window], core[window].astype(np.float32), outside[window].astype(np.float32), anchor=anchor
        )

    def _crop_box(self, answer: FloatMap, from_last: Flow) -> Box | None:
        """Where the object may be now: its last box moved by its flow, with a margin."""
        inside = answer > 0.5
        rows, columns = np.nonzero(inside)
        if len(rows) < 4:
            return None
        x, y = columns + from_last[rows, columns, 0], rows + from_last[rows, columns, 1]
        left, right = np.percentile(x, (1, 99))
        top, bottom = np.percentile(y, (1, 99))
        margin = max(self._settings.smallest_margin_px, self._settings.margin_share * max(right - left, bottom - top))
        margin = min(margin, 60)
        height, width = answer.shape
        box = (
            max(0, int(left - margin)),
            max(0, int(top - margin)),
            min(width, int(right + margin) + 1),
            min(height, int(bottom + margin) + 1),
        )
        return box if box[2] - box[0] > 8 and box[3] - box[1] > 8 else None

    def _working(self, view: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """The view at the working size."""
        height, width = view.shape[:2]
        scale = min(1.0, self._settings.working_long_side_px / max(height, width))
        if scale == 1.0:
            return view
        size = (max(1, round(width * scale)), max(1, round(height * scale)))
        return np.asarray(cv2.resize(view, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)

    def _taken_in(self, view: NDArray[np.uint8], mask: NDArray[np.bool_]) -> _Seen:
        """A picture with a mask that is right, at the working size."""
        small = self._working(view)
        answer = cv2.resize(mask.astype(np.float32), (small.shape[1], small.shape[0]), interpolation=cv2.INTER_AREA)
        return _Seen(small, to_lab(small), np.asarray(answer, dtype=np.float32))
