"""Masks of two things that touch meet: where they leave a gap, or overlap, one of them is wrong (VOIN's figure 9).

What a visible mask leaves out beside the cover counts as something that is *not* the object, and it is the last that is
seen before the cover comes: from there it would go into every frame that hides the place. If all frames of a window
leave a gap, or most overlap, the colours there tell who is wrong: a visible mask that is too small or too large there
is so all round, and is mended by as much; a cover that is too small is taken to reach as far as the object. What looks
like the ground between them is that: they do not touch yet, or no more.

Masks of an object that lie beside the edges of the picture all round (``edges.py``) are mended by that first. It says
more than the gap where covers are soft or objects thin, and less exactly: where both speak the larger mask is taken.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from models.propagation.source_map import window_of
from models.voin.edges import missed_by
from models.voin.picture import Mask, ObjectFrame

MOST_SHARE = 0.15
"""Of the object's box: masks that are farther apart do not touch."""
_LOOKED_AT = 12
"""Frames of a window whose colours are compared, at most."""
_LEAST_PX = 12
_SURE = 0.5
"""Share of the disputed pixels that must look like one side, of three."""


@dataclass(frozen=True, slots=True)
class _Between:
    """How an object's mask and its cover's lie to each other in a frame.

    Attributes:
        apart: pixels between them; negative where they overlap, by so much; zero where they meet.
        side: longer side of the visible mask's box.
    """

    apart: int
    side: int

    @property
    def touching(self) -> bool:
        """Whether they are so near, measured by the object with the gap filled, that they should meet."""
        return abs(self.apart) <= MOST_SHARE * (self.side + 2 * self.apart)


@dataclass(frozen=True, slots=True)
class _Wrong:
    """What is wrong with a window's masks.

    Attributes:
        visible: pixels by which the visible masks are too small (positive) or too large (negative) all round.
        cover: pixels by which the cover's are too small beside the object.
    """

    visible: int = 0
    cover: int = 0


def met(frames: Sequence[ObjectFrame]) -> list[ObjectFrame]:
    """The frames with masks that meet where they should; none overlaps.

    Args:
        frames: of one shot. A frame whose whole shape is given keeps its visible mask.
    """
    wrong, by = _wrong(frames), missed_by(frames)
    if by:
        if by * wrong.visible > 0:  # what is left out is lost, what is too much is taken for the object: rather that
            by = max(by, wrong.visible)
        frames = [_mended(frame, _Wrong(visible=by)) for frame in frames]
        wrong = _wrong(frames)
    return [_mended(frame, wrong) for frame in frames]


def _between(frame: ObjectFrame) -> _Between | None:
    """None where one of them is not there."""
    if not frame.visible.any() or not frame.occluder.any():
        return None
    rows, columns = np.flatnonzero(frame.visible.any(1)), np.flatnonzero(frame.visible.any(0))
    side = int(max(rows[-1] - rows[0], columns[-1] - columns[0])) + 1
    both = frame.visible & frame.occluder
    if both.any():
        return _Between(-int(_distance(frame.visible)[both].max()), side)
    return _Between(int(_distance(~frame.visible)[frame.occluder].min()) - 1, side)


def _wrong(frames: Sequence[ObjectFrame]) -> _Wrong:
    """What is wrong where masks should meet."""
    places = [_between(frame) for frame in frames]
    near = [(frame, place.apart) for frame, place in zip(frames, places, strict=True) if place and place.touching]
    if not near or any(frame.amodal is not None for frame, _ in near):
        return _Wrong()
    gap, overlap = min(apart for _, apart in near), int(np.percentile([apart for _, apart in near], 75))
    by = gap if gap > 0 else min(overlap, 0)
    if not by:
        return _Wrong()
    chosen = [near[int(at)][0] for at in np.linspace(0, len(near) - 1, min(_LOOKED_AT, len(near)))]
    votes = np.concatenate([_votes(frame, by) for frame in chosen])
    if len(votes) < _LEAST_PX:
        return _Wrong()
    object_like, cover_like = ((votes == side).mean() > _SURE for side in (_OBJECT, _COVER))
    if by < 0:
        return _Wrong(visible=by) if cover_like else _Wrong()
    return _Wrong(visible=by) if object_like else _Wrong(cover=by if cover_like else 0)


_OBJECT, _COVER, _GROUND = 0, 1, 2


def _votes(frame: ObjectFrame, by: int) -> NDArray[np.int64]:
    """What each disputed pixel of a frame looks like: the object, its cover, or what is behind both, near it."""
    width = abs(by)
    within = _grown(frame.visible, width)
    disputed = within & _grown(frame.occluder, width) & ~frame.visible & ~frame.occluder
    if by < 0:
        disputed = frame.visible & frame.occluder
    part = window_of(disputed).grown(6 * width, *disputed.shape).slices
    if not disputed.any():
        return np.zeros(0, np.int64)
    disputed, visible, cover = disputed[part], frame.visible[part], frame.occluder[part]
    around, own = (within[part], visible) if by > 0 else (visible, ~_grown(~visible, width))
    ground = ~_grown(around | cover, 2) & _grown(around, 4 * width + 2)
    sides = [own & ~cover, cover & ~within[part], ground]
    picture = frame.view[part].astype(np.float32)
    apart = [_apart(picture, side, disputed, 2.0 * width) for side in sides]
    return np.asarray(np.argmin(np.stack(apart), 0), np.int64)


def _apart(picture: NDArray[np.float32], side: Mask, disputed: Mask, sigma_px: float) -> NDArray[np.float32]:
    """``(N,)`` squared distance of each disputed pixel's colour from the mean of a side near it."""
    weight = cv2.GaussianBlur(side.astype(np.float32), (0, 0), sigma_px)
    mean = cv2.GaussianBlur(picture * side[..., None], (0, 0), sigma_px) / np.maximum(weight, 1e-6)[..., None]
    far = np.square(picture - mean).sum(-1)
    return np.where(weight > 1e-4, far, np.inf)[disputed].astype(np.float32)


def _mended(frame: ObjectFrame, wrong: _Wrong) -> ObjectFrame:
    visible, cover = frame.visible, frame.occluder
    if wrong.visible > 0 and frame.amodal is None:
        visible = _grown(visible, wrong.visible) & ~cover
    elif wrong.visible < 0 and frame.amodal is None:
        visible = ~_grown(~visible, -wrong.visible)
        cover = cover | (frame.visible & _grown(cover, -wrong.visible) & ~visible)
    elif wrong.cover:
        cover = cover | (_grown(cover, wrong.cover) & _grown(visible, wrong.cover))
    return replace(frame, visible=visible, occluder=cover & ~visible)


def _distance(mask: Mask) -> NDArray[np.float32]:
    """``(H, W)`` steps (also diagonal ones) from each pixel of a mask to the nearest outside it."""
    return np.asarray(cv2.distanceTransform(mask.astype(np.uint8), cv2.DIST_C, 3), np.float32)


def _grown(mask: Mask, by: int) -> Mask:
    """The mask and all within ``by`` steps of it; beyond the picture's border lies nothing."""
    return np.asarray(cv2.dilate(mask.astype(np.uint8), np.ones((2 * by + 1,) * 2, np.uint8)) > 0)
