"""Painting on a reference frame: clone and heal brushes on a picture, without a window.

Clone copies what lies at a fixed offset. Heal copies it too, and fits its colours to what surrounds the stroke: the
difference at the stroke's border is continued smoothly over it (the membrane of Georgiev, "Covariant derivatives and
vision", 2006; Perez et al., "Poisson image editing", 2003, with the guidance of the copied detail).
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from app.core.geometry import Rect
from app.core.pictures import Picture
from app.core.strokes import Brush, StrokePainter

Values = NDArray[np.float32]

_HEAL_MARGIN_PX = 3


class Retouch:
    """A picture that is painted on.

    Each stroke copies from the picture as it was when the stroke began, so that a stroke never smears itself.

    Args:
        picture: ``(H, W, 3)`` RGB, uint8 or uint16.
        within: ``(H, W)`` bool, where strokes leave anything; None for everywhere.
    """

    def __init__(self, picture: Picture, within: NDArray[np.bool_] | None = None) -> None:
        self._picture = picture.copy()
        self._within = within
        height, width = picture.shape[:2]
        self._painter = StrokePainter(width, height)
        self._before = self._picture
        self._offset = (0, 0)
        self._heals = False
        self._touched: Rect | None = None

    @property
    def picture(self) -> Picture:
        """``(H, W, 3)``, the picture as it is now; it changes with every stroke."""
        return self._picture

    def begin(self, brush: Brush, offset: tuple[int, int], *, heal: bool = False) -> None:
        """A new stroke.

        Args:
            brush: its size and hardness.
            offset: from a painted pixel to the one that is copied, in columns and rows.
            heal: whether the colours are fitted to the surroundings when the stroke ends.
        """
        height, width = self._picture.shape[:2]
        self._painter = StrokePainter(width, height)
        self._painter.begin(brush)
        self._before = self._picture.copy()
        self._offset, self._heals, self._touched = offset, heal, None

    def extend(self, points: Iterable[tuple[float, float, float]]) -> Rect | None:
        """The pointer went on: the copy appears along its way.

        Args:
            points: x, y in pixels and pressure.

        Returns:
            The rectangle that changed, None if nothing did.
        """
        changed = self._painter.extend(points)
        if changed is None:
            return None
        self._touched = changed if self._touched is None else self._touched.hull(changed)
        weight, copied = self._weight(changed), self._copied(changed)
        self._blend(changed, copied, weight)
        return changed

    def finish(self) -> Rect | None:
        """The stroke ends; a healing one now takes on the colours round it.

        Returns:
            The rectangle that changed, None if nothing did.
        """
        area = self._touched
        if area is None or not self._heals:
            return None
        height, width = self._picture.shape[:2]
        margin = _HEAL_MARGIN_PX
        area = Rect(area.x - margin, area.y - margin, area.width + 2 * margin, area.height + 2 * margin)
        area = area.clipped(width, height)
        weight, copied = self._weight(area), self._copied(area)
        difference = np.asarray(self._before[area.slices()].astype(np.float32) - copied, np.float32)
        healed = copied + _membrane(difference, weight > 0)
        self._blend(area, healed, weight)
        return area

    def give_up(self) -> Rect | None:
        """The stroke is taken back.

        Returns:
            The rectangle that changed, None if nothing did.
        """
        area, self._touched = self._touched, None
        if area is not None:
            self._picture[area.slices()] = self._before[area.slices()]
        return area

    def _weight(self, area: Rect) -> Values:
        """``(h, w)`` 0 to 1: the stroke, only where it may be painted and there is something to copy."""
        weight = self._painter.matte[area.slices()].astype(np.float32) / 255
        height, width = self._picture.shape[:2]
        columns = np.arange(area.x, area.right) + self._offset[0]
        rows = np.arange(area.y, area.bottom) + self._offset[1]
        inside = ((rows >= 0) & (rows < height))[:, None] & ((columns >= 0) & (columns < width))[None, :]
        if self._within is not None:
            inside &= self._within[area.slices()]
        return np.asarray(weight * inside, np.float32)

    def _copied(self, area: Rect) -> Values:
        """``(h, w, 3)``: what lies at the offset (the border is repeated outside the picture)."""
        height, width = self._picture.shape[:2]
        rows = np.clip(np.arange(area.y, area.bottom) + self._offset[1], 0, height - 1)
        columns = np.clip(np.arange(area.x, area.right) + self._offset[0], 0, width - 1)
        return self._before[rows[:, None], columns[None, :]].astype(np.float32)

    def _blend(self, area: Rect, painted: Values, weight: Values) -> None:
        before = self._before[area.slices()].astype(np.float32)
        mixed = before + weight[..., None] * (painted - before)
        top = np.iinfo(self._picture.dtype).max
        self._picture[area.slices()] = np.rint(np.clip(mixed, 0, top)).astype(self._picture.dtype)


def _membrane(difference: Values, stroke: NDArray[np.bool_]) -> Values:
    """The difference outside a stroke continued smoothly over it: the solution of Laplace's equation.

    Solved from coarse to fine, a few relaxation steps at each size.
    """
    import cv2

    height, width = stroke.shape
    if not stroke.any() or stroke.all():
        mean = difference[~stroke].mean(axis=0) if (~stroke).any() else difference.mean(axis=(0, 1))
        return np.where(stroke[..., None], mean, difference).astype(np.float32)
    known = (~stroke).astype(np.float32)
    if max(height, width) > 8:
        size = ((width + 1) // 2, (height + 1) // 2)
        share = np.asarray(cv2.resize(known, size, interpolation=cv2.INTER_AREA), np.float32)
        sums = cv2.resize(difference * known[..., None], size, interpolation=cv2.INTER_AREA)
        coarse = np.asarray(sums / np.maximum(share, 1e-6)[..., None], np.float32)
        start = cv2.resize(_membrane(coarse, share <= 0), (width, height), interpolation=cv2.INTER_LINEAR)
    else:
        start = np.broadcast_to(difference[~stroke].mean(axis=0), difference.shape)
    values = np.where(stroke[..., None], start, difference).astype(np.float32)
    for _ in range(24):
        around = cv2.blur(np.pad(values, ((1, 1), (1, 1), (0, 0)), "edge"), (3, 3))[1:-1, 1:-1]
        values = np.where(stroke[..., None], around, values).astype(np.float32)
    return values
