"""Masks as vector paths, so that an overlay stays sharp at every zoom. Made in the DISPLAY lane."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from threading import Lock

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF
from PySide6.QtGui import QPainterPath, QPolygonF

from app.core.geometry import Rect
from app.core.masks import MaskBlob

_KEPT = 256


@dataclass(frozen=True, slots=True)
class ObjectOutline:
    """An object's mask in one frame.

    Attributes:
        object_id: whose.
        path: its border in picture pixels, gaps in it included (odd-even fill).
        whole: whether it is the whole shape of an object of which a part is hidden.
    """

    object_id: int
    path: QPainterPath
    whole: bool = False


class OutlineMaker:
    """Traces masks and remembers the last few hundred. Safe to use from several threads."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._known: OrderedDict[MaskBlob, QPainterPath] = OrderedDict()

    def path(self, mask: MaskBlob) -> QPainterPath:
        """The border of a mask in picture pixels, along the edges of its pixels."""
        with self._lock:
            known = self._known.get(mask)
            if known is not None:
                self._known.move_to_end(mask)
                return known
        made = traced(mask)
        with self._lock:
            self._known[mask] = made
            if len(self._known) > _KEPT:
                self._known.popitem(last=False)
        return made


def traced(mask: MaskBlob) -> QPainterPath:
    """The border of a mask as a path; see ``OutlineMaker.path``."""
    return QPainterPath() if mask.is_empty else traced_part(mask.to_array()[mask.bbox.slices()], mask.bbox)


def traced_part(part: NDArray[np.bool_], box: Rect) -> QPainterPath:
    """The border of what is marked in a part of the picture.

    Args:
        part: ``(box.height, box.width)`` bool.
        box: where it lies.
    """
    path = QPainterPath()
    for ring in _rings(part, box):
        path.addPolygon(QPolygonF([QPointF(x, y) for x, y in ring.tolist()]))
        path.closeSubpath()
    return path


def _rings(part: NDArray[np.bool_], box: Rect) -> list[NDArray[np.float64]]:
    """Closed borders ``(N, 2)``, x then y, within a quarter of a pixel of the pixels' edges."""
    import cv2

    crop = np.pad(part.view(np.uint8), 1)
    doubled = cv2.resize(crop, None, fx=2, fy=2, interpolation=cv2.INTER_NEAREST)
    found, _ = cv2.findContours(doubled, cv2.RETR_CCOMP, cv2.CHAIN_APPROX_SIMPLE)
    corner = np.array([box.x - 1, box.y - 1], np.float64)
    return [np.asarray(ring, np.float64).reshape(-1, 2) / 2 + 0.25 + corner for ring in found]
