"""The soft border of a mask: what lies outside the mask itself and still belongs to the object in part."""

from __future__ import annotations

import zlib
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from app.core.geometry import Rect
from app.core.masks import BoolMask, bounding_box

SoftMatte = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class SoftEdge:
    """An immutable soft border of a mask of a whole picture, deflated, the bounding box only.

    Attributes:
        width, height: size of the picture in pixels.
        bbox: smallest rectangle that holds every soft pixel.
    """

    width: int
    height: int
    bbox: Rect
    _packed: bytes = field(repr=False)

    @classmethod
    def of(cls, matte: SoftMatte, mask: BoolMask) -> SoftEdge | None:
        """The soft part of a matte.

        Args:
            matte: ``(H, W)`` uint8, 0 to 255.
            mask: ``(H, W)`` bool, the mask that goes with it; what the matte says there is not kept.

        Returns:
            None where nothing outside the mask is soft.
        """
        edge = np.where(mask, np.uint8(0), np.minimum(matte, np.uint8(254)))
        box = bounding_box(edge > 0)
        if not box.area_px:
            return None
        height, width = matte.shape
        packed = zlib.compress(np.ascontiguousarray(edge[box.slices()]).tobytes(), 1)
        return cls(width, height, box, packed)

    @classmethod
    def from_parts(cls, width: int, height: int, bbox: Rect, packed: bytes) -> SoftEdge:
        """The edge that a project file keeps.

        Raises:
            ValueError: the parts do not fit each other.
        """
        edge = cls(width, height, bbox, packed)
        _pixels(edge)
        return edge

    @property
    def packed(self) -> bytes:
        """The deflated pixels of the bounding box."""
        return self._packed

    def matte(self, mask: BoolMask) -> SoftMatte:
        """``(H, W)`` uint8: 255 on the mask, the soft values round it, 0 elsewhere."""
        matte = np.zeros((self.height, self.width), np.uint8)
        matte[self.bbox.slices()] = _pixels(self)
        matte[mask] = 255
        return matte


def _pixels(edge: SoftEdge) -> SoftMatte:
    try:
        data = zlib.decompress(edge.packed)
    except zlib.error as error:
        raise ValueError(f"a soft edge does not unpack ({error})") from error
    box = edge.bbox
    if len(data) != box.area_px or box.clipped(edge.width, edge.height) != box:
        raise ValueError(f"a soft edge of {len(data)} pixels does not fit {box} in {edge.width}x{edge.height}")
    return np.frombuffer(data, np.uint8).reshape(box.height, box.width)
