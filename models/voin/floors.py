"""Whole shapes without a network: what stands in for the shape network where it is missing.

What other frames show is brought along by the object's own motion, one shift between neighbours (``evidence.py``), both
ways in time; of an object that does not keep its shape, a frame in which it stands alike says more than that
(``alike.py``). Where no frame shows a covered place, the hull of what is known is the guess.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from models.propagation.source_map import window_of
from models.voin.alike import Alike, alike_frames, shown_by
from models.voin.evidence import hull_inside, object_shifts
from models.voin.picture import Mask, ObjectFrame

_MOTION_SIDE_PX = 256
"""Motion is looked for on pictures whose longer side is at most so long."""


@dataclass(frozen=True, slots=True)
class _Carried:
    """What a frame knows of its hidden part from one side in time.

    Attributes:
        shape: ``(H, W)`` float32 in 0..1, the object, hidden parts included.
        age: ``(H, W)`` float32, frames since the place was seen; infinite where it was not.
    """

    shape: NDArray[np.float32]
    age: NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class FloorShape:
    """A whole shape that no network made.

    Attributes:
        shape: ``(H, W)`` bool, the whole object.
        never_shown: ``(H, W)`` bool, covered places that no frame shows, so that the shape is a guess there.
        alike: ``(H, W)`` bool, covered places of which a frame tells in which the object stands alike.
    """

    shape: Mask
    never_shown: Mask
    alike: Mask


def carried_shapes(frames: Sequence[ObjectFrame], reach: int) -> list[FloorShape]:
    """The whole object in each frame, from what other frames show of it.

    A covered place belongs to the object if the frame that saw it last, or will see it next, whichever is nearer in
    time, showed the object there; or, if that is too long ago for an object that bends so, if the object is there in
    a frame in which it stands alike. Shapes that are given stay, and help their neighbours.

    Args:
        frames: consecutive, of one shot.
        reach: frames that a shape is carried at most.
    """
    shifts = own_shifts(frames)
    before = _walk(frames, shifts, reach)
    back = np.concatenate([np.full((1, 2), np.nan, np.float32), -shifts[:0:-1]])
    after = _walk(frames[::-1], back, reach)[::-1]
    alike = alike_frames(frames, shifts)
    told = [None if each is None else _Told.by(each, frames, at) for at, each in enumerate(alike)]
    return [_joined(*each) for each in zip(frames, before, after, told, strict=True)]


@dataclass(frozen=True, slots=True)
class _Told:
    """What a frame in which the object stands alike says of another's hidden part.

    Attributes:
        shape: ``(H, W)`` bool, where it shows the object.
        inside: ``(H, W)`` bool, where it says anything.
        after: ``(H, W)`` float32, frames after which what is brought along counts less.
    """

    shape: Mask
    inside: Mask
    after: NDArray[np.float32]

    @staticmethod
    def by(alike: Alike, frames: Sequence[ObjectFrame], at: int) -> _Told:
        shape, inside = shown_by(frames[at], frames[alike.at], alike)
        window = window_of(shape)
        width = round(_THIN_SHARE * max(window.width, window.height)) | 1
        kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (width, width))
        thick = cv2.morphologyEx(shape.astype(np.uint8), cv2.MORPH_OPEN, kernel) > 0
        return _Told(np.asarray(thick, bool), inside, alike.after)


def own_shifts(frames: Sequence[ObjectFrame]) -> NDArray[np.float32]:
    """``(T, 2)`` the object's motion from each frame to the one before, in pixels; see ``object_shifts``."""
    height, width = frames[0].visible.shape
    scale = min(1.0, _MOTION_SIDE_PX / max(height, width))
    size = max(1, round(width * scale)), max(1, round(height * scale))
    views = np.stack([cv2.resize(frame.view, size, interpolation=cv2.INTER_AREA) for frame in frames])
    masks = [cv2.resize(frame.visible.astype(np.uint8), size, interpolation=cv2.INTER_AREA) for frame in frames]
    found = object_shifts(np.asarray(views, np.uint8), np.stack(masks) > 0)
    return np.asarray(found * np.array([width / size[0], height / size[1]], np.float32), np.float32)


def _walk(frames: Sequence[ObjectFrame], shifts: NDArray[np.float32], reach: int) -> list[_Carried]:
    """What each frame knows from those before it in the sequence."""
    found: list[_Carried] = []
    for frame, shift in zip(frames, shifts, strict=True):
        known = ~frame.occluder if frame.amodal is None else np.ones_like(frame.visible)
        shape = (frame.visible if frame.amodal is None else frame.visible | frame.amodal).astype(np.float32)
        age = np.where(known, 0.0, np.inf).astype(np.float32)
        if found and np.isfinite(shift).all() and not known.all():
            moved = _moved(found[-1].shape, shift, 0.0)
            old = _moved(np.minimum(found[-1].age, _NEVER), shift, _NEVER) + 1
            take = ~known & (old <= reach)
            shape, age = np.where(take, moved, shape), np.where(take, old, age)
        found.append(_Carried(shape.astype(np.float32), age.astype(np.float32)))
    return found


_NEVER = 1e6
_THIN_SHARE = 0.045
"""Of the object's longer side: what is thinner in a frame that stands alike is more likely its mask's fault."""


def _joined(frame: ObjectFrame, before: _Carried, after: _Carried, told: _Told | None) -> FloorShape:
    """What both directions say of a frame, the nearer one in time, or one that stands alike; else the hull."""
    nowhere = np.zeros_like(frame.visible)
    if frame.amodal is not None:
        return FloorShape(np.asarray(frame.visible | frame.amodal, bool), nowhere, nowhere)
    nearer = np.where(before.age <= after.age, before.shape, after.shape)
    age, alike = np.minimum(before.age, after.age), nowhere
    if told is not None:
        older = age > told.after
        if (told.after < 0).any():  # in one piece: what is painted beside what is seen is parted by the pictures
            older |= told.shape
        alike = np.asarray(frame.occluder & told.inside & (older | np.isinf(age)), bool)
        nearer = np.where(alike, told.shape, nearer)
    unknown = frame.occluder & ~np.isfinite(age) & ~alike
    known = _tidied(frame.visible, frame.occluder & ~unknown, nearer)
    whole = hull_inside(known, unknown) if unknown.any() else known
    return FloorShape(np.asarray(whole, bool), np.asarray(unknown, bool), alike)


def _tidied(visible: Mask, covered: Mask, shape: NDArray[np.float32]) -> Mask:
    """The visible mask and what is brought along, without the frayed edges, slits and crumbs of tracked masks."""
    height, width = visible.shape
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (_TIDY_PX, _TIDY_PX))
    soft = cv2.GaussianBlur(np.where(covered, shape, visible.astype(np.float32)), (_TIDY_PX, _TIDY_PX), 0)
    rough = (visible | (covered & (np.asarray(soft) > 0.5))).astype(np.uint8)
    closed = cv2.morphologyEx(rough, cv2.MORPH_CLOSE, kernel, borderType=cv2.BORDER_REPLICATE)
    whole = visible | (covered & (closed > 0))
    count, labels, facts, _ = cv2.connectedComponentsWithStats(whole.astype(np.uint8), connectivity=8)
    least = _CRUMB_SHARE * max(int(whole.sum()), 1)
    kept = [label for label in range(1, count) if facts[label, cv2.CC_STAT_AREA] >= least]
    joined = np.isin(labels, kept)
    outline, _ = cv2.findContours(joined.astype(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    filled = cv2.drawContours(np.zeros((height, width), np.uint8), outline, -1, (1,), cv2.FILLED) > 0
    return np.asarray(visible | (covered & (joined | (filled & _small_gaps(filled & ~joined)))), bool)


def _small_gaps(gaps: Mask) -> Mask:
    """Of enclosed gaps, those that are slits of a few pixels and not, say, the space under an arm."""
    kernel = np.ones((_TIDY_PX, _TIDY_PX), np.uint8)
    thick = cv2.morphologyEx(gaps.astype(np.uint8), cv2.MORPH_OPEN, kernel)
    return np.asarray(gaps & (thick == 0), bool)


_TIDY_PX = 7
"""Edges of what is brought along are smoothed, and slits closed, of about this width."""
_CRUMB_SHARE = 0.02
"""Pieces of less than this share of the shape go."""


def _moved(picture: NDArray[np.float32], shift: NDArray[np.float32], outside: float) -> NDArray[np.float32]:
    """``(H, W)`` sampled a shift away."""
    matrix = np.array([[1, 0, shift[0]], [0, 1, shift[1]]], np.float32)
    height, width = picture.shape
    moved = cv2.warpAffine(
        picture,
        matrix,
        (width, height),
        flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
        borderMode=cv2.BORDER_CONSTANT,
        borderValue=(outside,),
    )
    return np.asarray(moved, np.float32)
