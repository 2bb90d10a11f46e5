"""Drafts: a plain engine works on pictures of half the size, its fills are enlarged: quick, soft, never exported."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import cv2
import numpy as np

from app.engine.compositing import replaced
from app.engine.holes import BoolMask
from app.engine.loader import Fill, HoleFrame, Picture, PicturePlane
from app.media.frame import Plane, VideoFrame

DRAFT_VERSION = 1
"""Part of the names of drafts' results: raised when they come out otherwise, whatever the engine's own version."""
STEP = 2
"""Pixels of the picture across and down that are one in a draft."""


def halved(frame: VideoFrame) -> VideoFrame:
    """A frame of half the size, rounded up; its view is made of what is left, which is quicker."""
    return replaced(frame, [_halved(plane) for plane in frame.planes])


def drafted(given: HoleFrame) -> HoleFrame:
    """What the engine sees of a picture in a draft: half of everything, sizes rounded up."""
    picture = given.picture
    height, width = given.hole.shape
    size = (-(-width // STEP), -(-height // STEP))
    planes = tuple(PicturePlane(_halved(plane.samples), plane.shift_x, plane.shift_y) for plane in picture.planes)
    view = np.asarray(cv2.resize(_even(picture.view), size, interpolation=cv2.INTER_AREA), np.uint8)
    small = Picture(picture.index, view, planes, picture.bits)
    avoid = None if given.avoid is None else any_of_four(given.avoid)
    return replace(given, picture=small, hole=any_of_four(given.hole), avoid=avoid)


def enlarged(fill: Fill, width: int, height: int, shifts: Sequence[tuple[int, int]]) -> Fill:
    """A draft's fill at the picture's size.

    Args:
        fill: the engine's, on the draft's grid.
        width: of the picture in pixels.
        height: of the picture.
        shifts: the planes' subsampling (log2), across and down.
    """
    if not fill.width or not fill.height:
        return fill
    left, top = fill.left * STEP, fill.top * STEP
    right, bottom = min((fill.left + fill.width) * STEP, width), min((fill.top + fill.height) * STEP, height)
    planes = []
    for samples, (shift_x, shift_y) in zip(fill.planes, shifts, strict=True):
        columns = -(-right >> shift_x) - (left >> shift_x)
        rows = -(-bottom >> shift_y) - (top >> shift_y)
        whole = cv2.resize(samples, (samples.shape[1] * STEP, samples.shape[0] * STEP), interpolation=cv2.INTER_LINEAR)
        planes.append(np.ascontiguousarray(whole[:rows, :columns]).view(samples.dtype))
    return replace(
        fill,
        left=left,
        top=top,
        width=right - left,
        height=bottom - top,
        planes=tuple(planes),
        seen=_repeated(fill.seen, right - left, bottom - top),
        guessed=_repeated(fill.guessed, right - left, bottom - top),
        risk=None,
        notes=(*fill.notes, "draft"),
    )


def _halved(plane: Plane) -> Plane:
    size = (-(-plane.shape[1] // STEP), -(-plane.shape[0] // STEP))
    small: Plane = cv2.resize(_even(plane), size, interpolation=cv2.INTER_AREA).view(plane.dtype)
    return small


def _even(values: Plane) -> Plane:
    """Odd rows and columns repeated, so that two always make one."""
    pad = [(0, -values.shape[0] % STEP), (0, -values.shape[1] % STEP), *[(0, 0)] * (values.ndim - 2)]
    if not pad[0][1] and not pad[1][1]:
        return values
    padded: Plane = np.pad(values, pad, "edge").view(values.dtype)
    return padded


def any_of_four(mask: BoolMask) -> BoolMask:
    """A mask of half the size, rounded up: a pixel is set if any of the four that it stands for is."""
    padded = np.pad(mask, ((0, -mask.shape[0] % STEP), (0, -mask.shape[1] % STEP)))
    rows = padded[0::STEP] | padded[1::STEP]
    return np.asarray(rows[:, 0::STEP] | rows[:, 1::STEP], np.bool_)


def _repeated(mask: BoolMask, width: int, height: int) -> BoolMask:
    return np.ascontiguousarray(mask.repeat(STEP, axis=0).repeat(STEP, axis=1)[:height, :width])
