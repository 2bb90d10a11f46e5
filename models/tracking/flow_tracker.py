"""Mask tracking without weights: flow carries the mask, colours and a vote on the background correct it, a cut decides.

Each step, on a crop round the object at a working size:

1. flow to the last picture brings the last answer along; a forward-backward and a colour check say where to trust it;
2. evidence is added up as log odds: the carried answer, the object's colours (``ColorModel``), the last picture's
   colours by place (``PlaceModel``), motion unlike the surroundings', standing while the object moves, and what the
   pictures of the shot beside say stands still (``background_votes``);
3. a weighted total-variation cut makes a clean shape of it, at which loose ends are shown (``pieces.loose_ends``);
4. a lost object is looked for in the whole picture, see ``models.tracking.refind``.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from models.flow.dis import DisFlow
from models.flow.protocol import Flow, FlowEstimator
from models.tracking.appearance import ColorModel, PlaceModel
from models.tracking.camera import camera_motion
from models.tracking.consensus import Beside, background_votes, zone
from models.tracking.cut import contrast_weights, cut
from models.tracking.evidence import LIKE_ITS_OWN, Carried, clearly_own, in_front, moves_with, stays_behind
from models.tracking.looks import ObjectLook, Opinion
from models.tracking.pieces import loose_ends, main_pieces
from models.tracking.protocol import TrackedMask
from models.tracking.refind import Lost, find_again
from models.tracking.templates import Templates
from models.tracking.together import all_together, done_together
from models.tracking.working_pictures import (
    BESIDE_FRAMES,
    SMALLEST_PX,
    Crop,
    PreparedPictures,
    crop_for,
    window_round,
    working_scale,
)

FloatMap = NDArray[np.float32]
BoolMask = NDArray[np.bool_]
View = NDArray[np.uint8]

_CELL_PX = 16
_ITERATIONS = 30
PRESENT = 0.5
_CLAIM_BLUR_PX = 1.5
_CLAIM_ODDS = 4.0
"""Claims are compared after division by this, so that strong ones still differ."""
_CLAIM_OF_A_FIND = np.float32(0.5)
_OWN_COLOR = 1.0
_LEAST_LEFT = 0.3
"""Share of its usual area at which an object counts as half gone."""
_LIKE_ITSELF = 0.85
"""Likeness to the anchor's colours from which an answer is good for a template."""
_UNLIKE_ITSELF = 0.8
"""Below this likeness a mask was wrong (J below 0.65) in all 10 of 104 looks at masks of the tuning half's clips."""


@dataclass(frozen=True, slots=True)
class Weights:
    """What a unit of each kind of evidence counts, in log odds."""

    carried: float = 0.5
    deep: float = 0.35
    color: float = 0.45
    place: float = 0.6
    far: float = 0.8
    apart: float = 0.25
    front: float = 3.0
    behind: float = 3.2
    size: float = 0.4
    still: float = 1.2
    overrule: float = 0.8
    smoothness: float = 1.0
    opinion: float = 0.6


@dataclass(frozen=True, slots=True)
class _Seen:
    """A picture at the working size.

    Attributes:
        view: ``(H, W, 3)`` uint8 RGB.
        beside: the same, prepared.
        answer: ``(H, W)``, 0 to 1.
        front: ``(H, W)``, -1 to 1, what the vote on the background said; None without one.
    """

    view: View
    beside: Beside
    answer: FloatMap
    front: FloatMap | None = None


@dataclass(frozen=True, slots=True)
class _Answer:
    """What a step says of a picture at the working size.

    Attributes:
        shape: ``(H, W)``, 0 to 1.
        presence: 0 to 1.
        claim: ``(H, W)``, 0 to 1, see ``TrackedMask``.
        front: ``(H, W)``, -1 to 1, what the vote on the background said; None without one.
        ends: ``(H, W)`` bool, what hangs loosely at the shape, to be shown only; None for nothing.
    """

    shape: FloatMap
    presence: float
    claim: FloatMap
    front: FloatMap | None = None
    ends: BoolMask | None = None


@dataclass(frozen=True, slots=True)
class _Step:
    """What a step starts with, all at the working size.

    Attributes:
        last: the last picture and its answer.
        small, here: the new one, ``(H, W, 3)``, and the same prepared.
        others: pictures beside.
        crop: rows and columns in which the object may be.
        to_last, from_last: flow between the two.
        carried: the last answer in the crop.
    """

    last: _Seen
    small: View
    here: Beside
    others: Sequence[Beside]
    crop: Crop
    to_last: Flow
    from_last: Flow
    carried: Carried


@dataclass(frozen=True, slots=True)
class _Evidence:
    """What speaks for the object in a crop ``(h, w)``.

    Attributes:
        odds: of everything, log odds.
        front: what the vote on the background said, -1 to 1.
        color: log odds of the colours.
        beyond_camera: ``(h, w, 2)`` motion less the camera's.
    """

    odds: FloatMap
    front: FloatMap
    color: FloatMap
    beyond_camera: Flow


class FlowMaskTracker:
    """A ``MaskTracker`` on optical flow; see the module.

    Args:
        flow: estimator for the working pictures, asked in several threads; DIS fast by default.
        weights: of the evidence.
        opinion: a second opinion; None for none.
        pictures: to share with others; its own by default.
    """

    def __init__(
        self,
        flow: FlowEstimator | None = None,
        weights: Weights | None = None,
        opinion: Opinion | None = None,
        pictures: PreparedPictures | None = None,
    ) -> None:
        self._flow = flow or DisFlow("fast")
        self._weights = weights or Weights()
        self._opinion = opinion
        self._seen: _Seen | None = None
        self._scale = 1.0
        self._color = ColorModel()
        self._place = PlaceModel(_CELL_PX)
        self._templates = Templates()
        self._past: deque[Beside] = deque(maxlen=max(BESIDE_FRAMES))
        self._pictures = pictures or PreparedPictures()
        self._left_out: BoolMask | None = None
        self._own_color = 0.0
        self._own_share = 0.0
        self._usual_px = 0.0
        self._lost: Lost | None = None
        self._lost_before: Lost | None = None  # until the picture last stepped to
        self._to_learn = False
        self._presence_before = 0.0

    def start(self, view: View, mask: BoolMask, scale: float | None = None) -> None:
        """Begins at a picture whose mask is right; see ``MaskTracker.start``.

        The working size may be said, as a share of the picture's, to be that of others who share the pictures.
        """
        self._scale = working_scale(view.shape[1], view.shape[0], mask) if scale is None else scale
        self._color, self._templates = ColorModel(), Templates()
        self._past.clear()
        if self._opinion is not None:
            self._opinion.start()
        self.correct(view, mask)

    def correct(self, view: View, mask: BoolMask) -> None:
        """Takes a corrected mask; see ``MaskTracker.correct``."""
        small, here = self._pictures.of(view, self._scale)
        size = (small.shape[1], small.shape[0])
        answer = np.asarray(cv2.resize(mask.astype(np.float32), size, interpolation=cv2.INTER_AREA), np.float32)
        if not self._past or self._past[-1] is not here:
            self._past.append(here)
        self._seen = _Seen(small, here, answer)
        self._lost = self._lost_before = None
        self._to_learn = False
        inside = answer > 0.5
        self._usual_px = float(inside.sum())
        self._learn(self._seen, anchor=True)
        self._own_color, self._own_share = 0.0, 0.0
        if inside.sum() >= SMALLEST_PX:
            self._templates.anchor(here.lab, answer)
            if self._opinion is not None:
                self._opinion.anchor(small, answer)
            ratio = self._color.log_ratio(here.lab)[inside]
            self._own_color, self._own_share = float(ratio.mean()), float((ratio > _OWN_COLOR).mean())

    def step(self, view: View, beside: Sequence[View] = ()) -> TrackedMask:
        """Tracks into the next picture; see ``MaskTracker.step``.

        Pictures beside serve best ``BESIDE_FRAMES`` steps from this one; without any, those it has seen have to do.
        """
        last = self._seen
        assert last is not None, "start first"
        self._take_in(last)  # not before the answer is settled
        small, here = self._pictures.of(view, self._scale)
        others = [self._pictures.of(other, self._scale)[1] for other in beside]
        past = [self._past[-far] for far in BESIDE_FRAMES if far <= len(self._past)]
        others += [one for one in past if not any(one is other for other in others)]
        lost_before = None
        if not self._color.knows_colors:  # the mask given was empty, or as good as
            nothing = np.zeros(small.shape[:2], np.float32)
            answer = _Answer(nothing, 0.0, nothing)
        elif self._lost is None:
            answer = self._follow(last, small, here, others)
            if answer.presence < PRESENT:
                self._lost = Lost.since(last.answer, self._usual_px)
        else:
            self._lost = replace(self._lost, frames=self._lost.frames + 1)
            lost_before = self._lost
            shape, presence = find_again(self._lost, self._color, self._templates, here, others, self._flow)
            answer = _Answer(shape, presence, shape * _CLAIM_OF_A_FIND)
            if presence >= PRESENT:
                self._lost = None
        if answer.presence < PRESENT:
            answer = replace(answer, shape=np.zeros_like(answer.shape), ends=None)
        self._past.append(here)
        self._seen = _Seen(small, here, answer.shape, answer.front)
        self._lost_before = lost_before
        self._to_learn, self._presence_before = answer.presence >= PRESENT, answer.presence
        if self._to_learn:
            self._usual_px += 0.04 * (float((answer.shape > 0.5).sum()) - self._usual_px)
        size = view.shape[1], view.shape[0]
        mask = cv2.resize(answer.shape, size, interpolation=cv2.INTER_LINEAR) > 0.5
        ends = None
        if answer.ends is not None and answer.ends.any():
            shown = np.maximum(answer.shape, answer.ends)
            ends = np.asarray(cv2.resize(shown, size, interpolation=cv2.INTER_LINEAR) > 0.5) & ~mask
        claim = cv2.resize(answer.claim, size, interpolation=cv2.INTER_LINEAR)
        look = ObjectLook(self._templates, here.lab, size)
        return TrackedMask(np.asarray(mask), answer.presence, np.asarray(claim, np.float32), look, ends=ends)

    def cut(self) -> None:
        """See ``MaskTracker.cut``."""
        last = self._seen
        assert last is not None, "start first"
        self._take_in(last)
        self._past.clear()
        self._lost = replace(Lost.since(last.answer, self._usual_px), cut=True)

    def _take_in(self, seen: _Seen) -> None:
        """Learns from the last answer, if it is sure and not learnt from yet."""
        if not self._to_learn:
            return
        self._to_learn = False
        self._learn(seen)
        if self._templates.likeness(seen.beside.lab[seen.answer > 0.5]) >= _LIKE_ITSELF:
            self._templates.remember(seen.beside.lab, seen.answer)
        if self._opinion is not None:
            self._opinion.remember(seen.answer, self._presence_before)

    def settle(self, mask: BoolMask) -> None:
        """Takes a better mask for the last picture; see ``MaskTracker.settle``."""
        seen = self._seen
        assert seen is not None, "start first"
        size = (seen.answer.shape[1], seen.answer.shape[0])
        share = np.asarray(cv2.resize(mask.astype(np.float32), size, interpolation=cv2.INTER_AREA), np.float32)
        better = np.where(share > 0.5, np.maximum(seen.answer, share), np.minimum(seen.answer, share))
        self._seen = replace(seen, answer=better)
        left = bool((better > 0.5).any())
        if self._lost is not None and left:
            self._lost, self._to_learn, self._presence_before = None, True, PRESENT
        elif self._lost is None and not left:  # all of it was another's: it is where it was before
            self._lost = self._lost_before or Lost.since(seen.answer, self._usual_px)
            self._to_learn = False

    def leave_out(self, mask: BoolMask | None) -> None:
        """Takes what is neither this object nor its background, but another like it; nothing is learnt there.

        Args:
            mask: ``(H, W)`` bool of the picture last stepped to, or to start at; None for nothing.
        """
        self._left_out = mask

    @property
    def usual_px(self) -> float:
        """The object's usual area in pixels of the working picture."""
        return self._usual_px

    def _follow(self, last: _Seen, small: View, here: Beside, others: Sequence[Beside]) -> _Answer:
        """The answer carried on from the last picture."""
        answer = np.zeros(small.shape[:2], np.float32)
        both = [(small, last.view), (last.view, small)]
        to_last, from_last = done_together(lambda pair: self._flow.flow(*pair), both)
        crop = crop_for(last.answer, from_last)
        if crop is None:
            return _Answer(answer, 0.0, answer)
        carried = Carried.over(last.answer, last.beside.lab, here.lab, to_last, from_last, crop)
        told = self._evidence(_Step(last, small, here, others, crop, to_last, from_last, carried))
        lab = here.lab[crop]
        shape = cut(told.odds, contrast_weights(lab, self._weights.smoothness), carried.answer, _ITERATIONS)
        in_its_colors = np.where(told.color > LIKE_ITS_OWN, told.front, np.float32(0))
        answer[crop] = main_pieces(shape, told.beyond_camera, in_its_colors)
        voted, claim = np.zeros_like(answer), np.zeros_like(answer)
        ends = np.zeros(answer.shape, np.bool_)
        ends[crop] = loose_ends(answer[crop] > 0.5, told.front, told.color)
        voted[crop] = told.front
        smooth = np.clip(cv2.GaussianBlur(told.odds, (0, 0), _CLAIM_BLUR_PX), -20, 20)
        claim[crop] = 1 / (1 + np.exp(smooth / -_CLAIM_ODDS))
        return _Answer(answer, self._presence(answer[crop] > 0.5, lab, told.color, told.front), claim, voted, ends)

    def _evidence(self, step: _Step) -> _Evidence:
        """What speaks for the object in the crop; what takes long is worked out together."""
        crop, carried, w = step.crop, step.carried, self._weights
        thing = np.zeros(step.last.answer.shape, np.bool_)
        thing[crop] = carried.answer > 0.5
        lab, own = step.here.lab[crop], step.to_last[crop]
        pixels = _moved_pixels(step.last, step.from_last, crop)
        votes, opinion, place, beyond_camera = all_together(
            lambda: background_votes(step.here, step.others, thing, crop, self._flow),
            lambda: self._opinion_of(step),
            lambda: self._place.log_odds(lab, *pixels),
            lambda: own - camera_motion(step.to_last, ~zone(thing, 8)).flow[crop],
        )
        front = in_front(*votes, carried)
        color = np.clip(self._color.log_ratio(lab), -5, 5)
        size = float(np.log(max(float(carried.answer.sum()), 1.0) / max(self._usual_px, 1.0)))
        looks = (
            w.carried * carried.odds
            + w.deep * carried.deep
            + w.color * color
            + w.place * np.clip(place, -5, 5)
            + w.apart * moves_with(carried.answer, own)
            - w.still * stays_behind(carried, beyond_camera)
        )
        odds = (
            np.where(looks < 0, looks * (1 - w.overrule * clearly_own(front, color)), looks)
            + w.far * carried.far
            + w.front * np.maximum(front, 0)
            + w.behind * np.minimum(front, 0) * self._color.told_from_same(lab)
            - w.size * np.clip(size, -1, 1)
        ).astype(np.float32)
        if opinion is not None:
            odds += np.float32(w.opinion) * opinion
        return _Evidence(odds, front, color, beyond_camera)

    def _opinion_of(self, step: _Step) -> FloatMap | None:
        """``(h, w)``: the second opinion's log odds in the crop; None without one."""
        if self._opinion is None or not (step.carried.answer > 0.5).any():
            return None
        whole = np.zeros(step.small.shape[:2], np.float32)
        whole[step.crop] = step.carried.answer
        return self._opinion.look(step.small, whole, self._color)[0][step.crop]

    def _presence(self, inside: BoolMask, lab: View, color: FloatMap, front: FloatMap) -> float:
        """0 to 1: how much of the object is left, and whether it still has its colours."""
        area = float(inside.sum())
        if area < SMALLEST_PX:
            return 0.0
        left = min(1.0, area / max(_LEAST_LEFT * self._usual_px, 1.0))
        if self._own_color < 0.3:  # colours never told it from its surroundings
            return left
        own_px = float(np.count_nonzero(inside & (color > _OWN_COLOR)))
        alike = own_px / max(_LEAST_LEFT * self._usual_px * self._own_share, 1.0)
        stands_out = float(front[inside].mean()) / 0.3
        itself = min(1.0, self._templates.likeness(lab[inside]) / _UNLIKE_ITSELF)
        return left * (0.4 + 0.6 * min(1.0, max(alike, stands_out))) * (0.5 + 0.5 * itself)

    def _learn(self, seen: _Seen, *, anchor: bool = False) -> None:
        """Updates the colours from an answer where it is sure."""
        inside = (seen.answer > 0.5).astype(np.uint8)
        box = cv2.boundingRect(inside)
        if inside.sum() < SMALLEST_PX:
            return
        kernel = np.ones((3, 3), np.uint8)
        core = cv2.erode(inside, kernel)
        if core.sum() < 0.2 * inside.sum():
            core = inside
        if seen.front is not None and (seen.front > 0).any():  # a leak into the background must not teach its colours
            core = core * (seen.front > 0)
        outside = 1 - cv2.dilate(inside, kernel, iterations=2)
        if self._left_out is not None:
            size = (inside.shape[1], inside.shape[0])
            left_out = cv2.resize(self._left_out.view(np.uint8), size, interpolation=cv2.INTER_NEAREST)
            outside = outside * (left_out == 0)
        window = window_round(box, max(30, round(0.6 * max(box[2:]))), seen.answer.shape)
        weights = core[window].astype(np.float32), outside[window].astype(np.float32)
        self._color.learn(seen.beside.lab[window], *weights, anchor=anchor)


def _moved_pixels(last: _Seen, from_last: Flow, crop: Crop) -> tuple[View, FloatMap, FloatMap, FloatMap]:
    """Last picture's colours, places in the crop now, and answers, of the pixels near the crop."""
    box = crop[1].start, crop[0].start, crop[1].stop - crop[1].start, crop[0].stop - crop[0].start
    old = window_round(box, 8, last.answer.shape)
    rows = np.arange(old[0].start, old[0].stop, dtype=np.float32)[:, None]
    columns = np.arange(old[1].start, old[1].stop, dtype=np.float32)[None, :]
    x = (from_last[old][..., 0] + (columns - crop[1].start)).ravel()
    y = (from_last[old][..., 1] + (rows - crop[0].start)).ravel()
    return last.beside.lab[old].reshape(-1, 3), x, y, last.answer[old].ravel()
