"""Brush, eraser and lasso: what the pointer does to a mask, pixel by pixel.

A stroke is a chain of capsules: from each point to the next the brush's radius goes over in a straight line, and each
pixel takes the value that its distance to the chain gives. Nothing is approximated by dabs, so a fast stroke is as
smooth as a slow one, and the same stroke gives the same mask.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.core.geometry import Rect
from app.core.masks import MaskBlob, bounding_box
from app.core.raster import combined, fill_polygon
from app.core.shapes import Combine
from app.core.soft_edge import SoftEdge, SoftMatte

_HALF = 128
"""The matte's value from which on a pixel belongs to the mask."""
_LEAST_PRESSURE = 0.05


@dataclass(frozen=True, slots=True)
class Brush:
    """What is painted with.

    Attributes:
        size_px: diameter at full pressure, to where the matte falls to zero for a hard brush.
        hardness: 1 for an edge of a pixel's width, 0 for one as wide as the radius, half of it on either side.
        erase: whether it takes away.
    """

    size_px: float
    hardness: float = 1.0
    erase: bool = False

    @property
    def reach_px(self) -> float:
        """How far from its middle the brush changes anything."""
        radius = self.size_px / 2
        return radius + max(radius * self._softness / 2, 0.5) + 1

    def coverage(self, distance: NDArray[np.float32], radius: NDArray[np.float32]) -> NDArray[np.float32]:
        """0 to 1 for pixels whose centres lie so far from the stroke's middle; a half at the radius."""
        border = np.maximum(radius * np.float32(self._softness), np.float32(1))
        return np.asarray(np.clip(0.5 + (radius - distance) / border, 0, 1), np.float32)

    @property
    def _softness(self) -> float:
        return 1 - min(max(self.hardness, 0.0), 1.0)


class StrokePainter:
    """Paints strokes into one frame's mask while the pointer moves.

    Args:
        width: of the picture in pixels.
        height: of the picture.
        start: the mask before; None for an empty one.
        soft: its soft border.
    """

    def __init__(self, width: int, height: int, start: MaskBlob | None = None, soft: SoftEdge | None = None) -> None:
        self._size = (width, height)
        mask = np.zeros((height, width), np.bool_) if start is None else start.to_array()
        self._before: SoftMatte = (
            soft.matte(mask) if soft is not None else np.where(mask, np.uint8(255), np.uint8(0)).astype(np.uint8)
        )
        self._stroke: SoftMatte = np.zeros((height, width), np.uint8)
        self._now = self._before.copy()
        self._brush = Brush(1)
        self._last: tuple[float, float, float] | None = None

    @property
    def matte(self) -> SoftMatte:
        """``(H, W)`` uint8, the matte as it is now; a view that changes, for display."""
        return self._now

    def begin(self, brush: Brush) -> None:
        """A new stroke with this brush, on top of those before."""
        self._before = self._now.copy()
        self._stroke[:] = 0
        self._brush, self._last = brush, None

    def extend(self, points: Iterable[tuple[float, float, float]]) -> Rect | None:
        """The pointer went on.

        Args:
            points: x, y in pixels (origin at the picture's top left corner) and pressure, 0 to 1.

        Returns:
            The rectangle that changed, None if nothing in the picture did.
        """
        changed: Rect | None = None
        for point in points:
            box = self._capsule(self._last or point, point)
            self._last = point
            if box is not None:
                changed = box if changed is None else changed.hull(box)
        return changed

    def finish(self) -> tuple[MaskBlob, SoftEdge | None]:
        """The mask that was painted, and its soft border if it has one."""
        width, height = self._size
        painted = bounding_box(self._now > 0)
        # With a pixel round it, which tells whether the border is wide; the rest of a large picture costs no time.
        box = Rect(painted.x - 1, painted.y - 1, painted.width + 2, painted.height + 2).clipped(width, height)
        now = self._now[box.slices()]
        mask = now >= _HALF
        # The hole's border is as soft as the matte below one half: stretched, because the mask itself counts in full.
        soft = np.minimum(now.astype(np.uint16) * 2, 254).astype(np.uint8)
        hard = now.astype(np.bool_) & (now < 255)
        edge = SoftEdge.of(soft, mask) if bool(_is_wide(hard, mask)) else None
        if edge is not None:
            place = Rect(box.x + edge.bbox.x, box.y + edge.bbox.y, edge.bbox.width, edge.bbox.height)
            edge = SoftEdge.from_parts(width, height, place, edge.packed)
        return MaskBlob.from_crop(mask, box.x, box.y, width, height), edge

    def _capsule(self, start: tuple[float, float, float], end: tuple[float, float, float]) -> Rect | None:
        """Adds what the brush covers on its way between two points."""
        reach = self._brush.reach_px
        left, right = sorted((start[0], end[0]))
        top, bottom = sorted((start[1], end[1]))
        box = Rect(
            int(np.floor(left - reach)),
            int(np.floor(top - reach)),
            int(np.ceil(right - left + 2 * reach)) + 1,
            int(np.ceil(bottom - top + 2 * reach)) + 1,
        ).clipped(*self._size)
        if not box.area_px:
            return None
        rows, columns = box.slices()
        cover = self._brush.coverage(*_distances(start, end, box, self._brush.size_px / 2))
        stroke = self._stroke[rows, columns]
        np.maximum(stroke, np.rint(cover * 255).astype(np.uint8), out=stroke)
        before = self._before[rows, columns]
        self._now[rows, columns] = np.minimum(before, 255 - stroke) if self._brush.erase else np.maximum(before, stroke)
        return box


def lasso(
    points: Sequence[tuple[float, float]], base: MaskBlob | None, combine: Combine, size: tuple[int, int]
) -> MaskBlob:
    """A mask with the inside of a closed line added to it or taken away.

    Args:
        points: x, y in pixels; the last joins the first.
        base: the mask before.
        combine: what to do.
        size: width and height of the picture.
    """
    return combined(base, fill_polygon(points, *size), combine)


def _distances(
    start: tuple[float, float, float], end: tuple[float, float, float], box: Rect, full_radius: float
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """For each pixel of a box: how far its centre is from a line, and the brush's radius at the nearest point of it."""
    x = np.arange(box.x, box.right, dtype=np.float32)[None, :] + np.float32(0.5)
    y = np.arange(box.y, box.bottom, dtype=np.float32)[:, None] + np.float32(0.5)
    dx, dy = end[0] - start[0], end[1] - start[1]
    squared = dx * dx + dy * dy
    if squared > 0:
        along = np.clip(((x - start[0]) * dx + (y - start[1]) * dy) / squared, 0, 1).astype(np.float32)
    else:
        along = np.zeros((box.height, box.width), np.float32)
    pressures = [max(point[2], _LEAST_PRESSURE) for point in (start, end)]
    radius = full_radius * (pressures[0] + along * (pressures[1] - pressures[0]))
    distance = np.hypot(x - (start[0] + along * dx), y - (start[1] + along * dy))
    return distance.astype(np.float32), radius.astype(np.float32)


def _is_wide(soft: NDArray[np.bool_], mask: NDArray[np.bool_]) -> bool:
    """Whether a border is softer than the one pixel that every edge has: some soft pixel touches no mask pixel."""
    outside = soft & ~mask
    near = mask.copy()
    near[1:] |= mask[:-1]
    near[:-1] |= mask[1:]
    near[:, 1:] |= mask[:, :-1]
    near[:, :-1] |= mask[:, 1:]
    return bool((outside & ~near).any())
