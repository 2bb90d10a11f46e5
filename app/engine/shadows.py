"""An object's cast shadow through a shot: proposed frame by frame, kept where it stays with the object.

In single frames much is darker than the same place is elsewhere in the shot: panes that mirror something else, mud that
was not brought over exactly, a post before a ground that lies further away. What is none of the object's does not go
with it. So a proposal has to begin at the object's foot, and the frames beside, laid over each other by their objects,
vote on every pixel of it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from app.core.masks import MaskBlob, bounding_box
from app.engine.loader import shadow_beside
from app.engine.track_pictures import Pictures
from app.engine.track_ways import Checkpoint
from app.engine.tracking import FrameReader, Progress, tell

BoolMask = NDArray[np.bool_]

_BESIDE = (-60, -40, -25, -14, -7, 7, 14, 25, 40, 60)
"""Frames beside one that show its ground in full light; the object has to have gone on meanwhile."""
REACH_FRAMES = max(_BESIDE)
_VOTING_FRAMES = 12
"""How far before and behind a frame lie those that vote on it."""
_FEWEST_VOTES = 3
"""So many frames beside must have a proposal at all: else it is a passing darkness."""
_MOST, _CLEARLY_MOST = 0.5, 0.6
"""Share of them from which a pixel that is proposed is kept, or one that is not is added."""
_SLACK_PX = 2
"""How far a pixel may be off in another frame: limbs swing, and boxes round objects are not exact."""
_FOOT_SHARE = 0.3
"""Of the object's height, from below: a shadow begins there."""
_AT_THE_FOOT_SHARE, _AT_THE_FOOT_PX = 0.06, 4.0
_LARGEST_SHARE = 1.5
"""Of the object's area."""


@dataclass(frozen=True, slots=True)
class Shadow:
    """A proposal.

    Attributes:
        masks: by frame, never in the object's own mask; empty where nothing was found.
        found: frames with a shadow.
        light: median share of the light that is left in it, 0 to 1; 1 where there is none.
    """

    masks: Mapping[int, MaskBlob]
    found: int
    light: float


def find_shadows(
    reader: FrameReader,
    masks: Mapping[int, MaskBlob],
    *,
    frames: tuple[int, int],
    count: int,
    cuts: Collection[int] = (),
    scratch: Path | None = None,
    checkpoint: Checkpoint | None = None,
    progress: Progress | None = None,
) -> Shadow:
    """Proposes an object's shadow.

    Args:
        reader: the clip.
        masks: the object's, by frame.
        frames: first frame and end (exclusive) wanted.
        count: frames of the clip.
        cuts: indices of frames that start a new shot.
        scratch: folder for a temporary file, the system's by default.
        checkpoint: called at least once a frame; may raise to stop.
        progress: called with the frames done and to be done.
    """
    first, end = max(0, frames[0] - REACH_FRAMES), min(count, frames[1] + REACH_FRAMES)
    sizes = [max(mask.bbox.width, mask.bbox.height) for mask in masks.values() if not mask.is_empty]
    total = end - first + frames[1] - frames[0]
    with Pictures(scratch, min(sizes, default=1)) as pictures:
        pictures.read(reader.frames(first, end), lambda done: tell(checkpoint, progress, done, total))
        found: dict[int, MaskBlob] = {}
        lights: dict[int, float] = {}
        for done, (index, shadow, light) in enumerate(_proposals(pictures, masks, frames, (first, end), cuts), 1):
            tell(checkpoint, progress, end - first + done, total)
            if shadow.any():
                found[index], lights[index] = MaskBlob.from_array(shadow), light
        empty = MaskBlob.empty(*pictures.full_size)
        blobs = dict.fromkeys(range(*frames), empty)
        for index in blobs:
            own = masks.get(index)
            if own is None or own.is_empty:
                continue
            shadow = _voted(index, found, masks, pictures, cuts)
            if shadow.any():
                blobs[index] = MaskBlob.from_array(pictures.full_mask(shadow) & ~own.to_array())
    kept = [index for index, blob in blobs.items() if not blob.is_empty]
    light = float(np.median([*lights.values()])) if kept else 1.0
    return Shadow(blobs, len(kept), light)


def _proposals(
    pictures: Pictures,
    masks: Mapping[int, MaskBlob],
    frames: tuple[int, int],
    decoded: tuple[int, int],
    cuts: Collection[int],
) -> Iterator[tuple[int, BoolMask, float]]:
    """Every wanted frame's shadow at the working size, and the share of light in it."""
    inside = sorted(cut for cut in cuts if decoded[0] < cut < decoded[1])
    small: dict[int, BoolMask] = {}

    def mask_at(index: int) -> BoolMask:
        if index not in small:
            mask = masks.get(index) or MaskBlob.empty(*pictures.full_size)
            small[index] = pictures.small_mask(mask.to_array())
        return small[index]

    for shot in pairwise([decoded[0], *inside, decoded[1]]):
        for index in range(max(shot[0], frames[0]), min(shot[1], frames[1])):
            beside = [index + far for far in _BESIDE if shot[0] <= index + far < shot[1]]
            others = [(pictures[other - decoded[0]], mask_at(other)) for other in beside]
            shadow, light = shadow_beside(pictures[index - decoded[0]], mask_at(index), others)
            yield index, _from_the_foot(shadow, mask_at(index)), light
            for old in [each for each in small if each < index - REACH_FRAMES]:
                del small[old]


def _from_the_foot(shadow: BoolMask, mask: BoolMask) -> BoolMask:
    """The pieces of a proposal that begin at an object's foot and are not much larger than it is; both ``(H, W)``."""
    if not shadow.any():
        return shadow
    import cv2

    box = bounding_box(mask)
    foot = mask.copy()
    foot[: box.bottom - max(1, round(_FOOT_SHARE * box.height))] = False
    away = cv2.distanceTransform((~foot).view(np.uint8), cv2.DIST_L2, 5)
    reach = max(_AT_THE_FOOT_PX, _AT_THE_FOOT_SHARE * max(box.width, box.height))
    count, labels, stats, _ = cv2.connectedComponentsWithStats(shadow.view(np.uint8), connectivity=8)
    keep = stats[:, cv2.CC_STAT_AREA] <= _LARGEST_SHARE * np.count_nonzero(mask)
    keep[0] = False
    for label in range(1, count):
        keep[label] &= bool(away[labels == label].min() <= reach)
    return np.asarray(keep[labels])


def _voted(
    index: int,
    found: Mapping[int, MaskBlob],
    masks: Mapping[int, MaskBlob],
    pictures: Pictures,
    cuts: Collection[int],
) -> BoolMask:
    """What the frames about one agree on, at the working size, their objects laid over this frame's.

    Args:
        index: the frame, in which the object is.
        found: proposals at the working size, by frame.
        masks: the object's.
        pictures: know both sizes.
        cuts: frames that start a new shot; none votes across them.
    """
    import cv2

    own = found[index].to_array() if index in found else np.zeros(pictures[0].shape[:2], np.bool_)
    first = max([cut for cut in cuts if cut <= index], default=index - _VOTING_FRAMES)
    last = min([cut for cut in cuts if cut > index], default=index + _VOTING_FRAMES + 1) - 1
    about = range(max(first, index - _VOTING_FRAMES), min(last, index + _VOTING_FRAMES) + 1)
    voters = [other for other in about if other != index and other in found]
    if len(voters) < _FEWEST_VOTES:
        return np.zeros_like(own)
    slack = np.ones((2 * _SLACK_PX + 1, 2 * _SLACK_PX + 1), np.uint8)
    across, down = _foot_of(masks[index], pictures)
    votes = np.zeros(own.shape, np.float32)
    for other in voters:
        x, y = _foot_of(masks[other], pictures)
        move = np.array([[1, 0, across - x], [0, 1, down - y]], np.float32)
        size = own.shape[1], own.shape[0]
        there = cv2.warpAffine(found[other].to_array().view(np.uint8), move, size, flags=cv2.INTER_NEAREST)
        votes += cv2.dilate(there, slack)
    share = votes / len(voters)
    return np.asarray((own & (share >= _MOST)) | (share >= _CLEARLY_MOST))


def _foot_of(mask: MaskBlob, pictures: Pictures) -> tuple[int, int]:
    """Column and row of the middle of an object's lower edge, at the working size."""
    left, top, width, height = pictures.small_box(mask.bbox)
    return left + width // 2, top + height
