"""How a fill is fitted into its frame after the engine has made it: colour match at the border, and grain.

Neither is part of a fill, so a change of them costs no new render: they work on the cached fill when it is composited.
Both are the same for the same frame every time.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from app.engine.fields import split
from app.engine.grain import grain_for
from app.engine.holes import BoolMask, Hole
from app.engine.loader import Fill
from app.media.frame import Plane, VideoFrame

Values = NDArray[np.float32]

_SMOOTH_PX = 1.5
"""Colours are averaged over about this many samples on either side of the border."""
_LARGEST_JUMP = 40 / 255
"""Beyond this share of the range a jump is other content, not other light."""
MARGIN_PX = 32
"""How far round the hole the source is looked at, in samples of a plane."""


@dataclass(frozen=True, slots=True)
class SeamSettings:
    """What is done at a hole's border.

    Attributes:
        colour_match: 0 to 1, how much of the colour difference at the border is taken off the fill.
        grain: how much of the source's own noise the fill gets where it has less, 1 for all of what is missing.
    """

    colour_match: float = 0.0
    grain: float = 0.0

    @property
    def is_plain(self) -> bool:
        """Whether the fill goes in as the engine made it."""
        return self.colour_match <= 0 and self.grain <= 0


def fitted(frame: VideoFrame, fills: Sequence[Fill], hole: Hole, seam: SeamSettings) -> tuple[Fill, ...]:
    """A frame's fills (two for an interlaced one), fitted in as the settings say."""
    sources = [frame] if len(fills) == 1 else [field.frame for field in split(frame)]
    region = hole.full_region()
    return tuple(_fitted(source, fill, region, seam) for source, fill in zip(sources, fills, strict=True))


def _fitted(source: VideoFrame, fill: Fill, region: BoolMask, seam: SeamSettings) -> Fill:
    colours = len(fill.planes) - source.layout.alpha
    planes = list(fill.planes)
    for number in range(colours):
        area = _Area.of(source.planes[number], fill, number, source.layout.plane_shifts[number], region)
        if not area.hole.any() or area.hole.all():
            continue
        full = float((1 << source.layout.bits) - 1)
        values = area.values
        if seam.colour_match > 0:
            values = values + np.float32(min(seam.colour_match, 1.0)) * _colour_jump(values, area.hole, full)
        if seam.grain > 0:
            values = values + grain_for(values, area.hole, area.guessed, seam.grain, seed=(fill.index, number))
        planes[number] = area.patch(values, full)
    return replace(fill, planes=tuple(planes))


@dataclass(frozen=True, slots=True)
class _Area:
    """The surroundings of a hole in one plane.

    Attributes:
        values: ``(h, w)`` float32, the source with the fill in its hole.
        hole: ``(h, w)`` bool.
        guessed: ``(h, w)`` bool, the part of the hole that was guessed.
        original: the fill's own samples.
        place: row and column slices of the fill in this area.
    """

    values: Values
    hole: BoolMask
    guessed: BoolMask
    original: Plane
    place: tuple[slice, slice]

    @classmethod
    def of(cls, plane: Plane, fill: Fill, number: int, shifts: tuple[int, int], region: BoolMask) -> _Area:
        shift_x, shift_y = shifts
        patch = fill.planes[number]
        left, top = fill.left >> shift_x, fill.top >> shift_y
        first_row, first_column = max(top - MARGIN_PX, 0), max(left - MARGIN_PX, 0)
        rows = slice(first_row, top + patch.shape[0] + MARGIN_PX)
        columns = slice(first_column, left + patch.shape[1] + MARGIN_PX)
        values = plane[rows, columns].astype(np.float32)
        place = (
            slice(top - first_row, top - first_row + patch.shape[0]),
            slice(left - first_column, left - first_column + patch.shape[1]),
        )
        inside = _on_grid(region[fill.top : fill.top + fill.height, fill.left : fill.left + fill.width], patch, shifts)
        guessed = _on_grid(fill.guessed, patch, shifts)
        hole, doubtful = np.zeros(values.shape, np.bool_), np.zeros(values.shape, np.bool_)
        hole[place], doubtful[place] = inside, guessed & inside
        values[place] = np.where(inside, patch, values[place])
        return cls(values, hole, doubtful, patch, place)

    def patch(self, values: Values, full: float) -> Plane:
        """The fill's samples with the changed values in the hole."""
        changed = np.rint(np.clip(values[self.place], 0, full)).astype(self.original.dtype)
        patch: Plane = np.where(self.hole[self.place], changed, self.original)
        return patch


def _on_grid(mask: BoolMask, patch: Plane, shifts: tuple[int, int]) -> BoolMask:
    """A mask of view pixels on a plane's grid: a sample is set if any of its pixels is."""
    step_x, step_y = 1 << shifts[0], 1 << shifts[1]
    rows, columns = patch.shape
    padded = np.zeros((rows * step_y, columns * step_x), np.bool_)
    height, width = min(mask.shape[0], padded.shape[0]), min(mask.shape[1], padded.shape[1])
    padded[:height, :width] = mask[:height, :width]
    return np.asarray(padded.reshape(rows, step_y, columns, step_x).any(axis=(1, 3)), np.bool_)


def _colour_jump(values: Values, hole: BoolMask, full: float) -> Values:
    """What takes the colour difference off: read on both sides of the border, continued smoothly over the hole."""
    inner, outer = _mean_of(values, hole), _mean_of(values, ~hole)
    kernel = np.ones((3, 3), np.uint8)
    border = hole & (cv2.dilate((~hole).astype(np.uint8), kernel) > 0)
    limit = np.float32(_LARGEST_JUMP * full)
    jump = np.clip(outer - inner, -limit, limit)
    return spread(jump, border.astype(np.float32)) * hole


def _mean_of(values: Values, side: BoolMask) -> Values:
    weight = cv2.GaussianBlur(side.astype(np.float32), (0, 0), _SMOOTH_PX)
    return np.asarray(cv2.GaussianBlur(values * side, (0, 0), _SMOOTH_PX) / np.maximum(weight, 1e-6), np.float32)


def spread(values: Values, weight: Values) -> Values:
    """Values continued from where their weight is 1 to everywhere: averaged down a pyramid, then taken from it.

    Args:
        values: ``(h, w)`` float32.
        weight: ``(h, w)`` float32, 0 where nothing is known.
    """
    height, width = values.shape
    if min(height, width) <= 1 or bool((weight > 0).all()):
        total = float(weight.sum())
        mean = float((values * weight).sum()) / total if total > 0 else 0.0
        return np.where(weight > 0, values, np.float32(mean)).astype(np.float32)
    size = ((width + 1) // 2, (height + 1) // 2)
    coarse_weight = np.asarray(cv2.resize(weight, size, interpolation=cv2.INTER_AREA), np.float32)
    coarse = cv2.resize(values * weight, size, interpolation=cv2.INTER_AREA) / np.maximum(coarse_weight, 1e-6)
    below = spread(np.asarray(coarse, np.float32), (coarse_weight > 0).astype(np.float32))
    up = cv2.resize(below, (width, height), interpolation=cv2.INTER_LINEAR)
    return np.asarray(weight * values + (1 - weight) * up, np.float32)
