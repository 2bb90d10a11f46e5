"""The picture that is painted on: what was painted, what the screen shows of it, and how it is packed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QImage, QPainterPath

from app.core.geometry import Rect
from app.core.masks import MaskBlob, bounding_box
from app.core.pictures import ImageBlob, Picture
from app.core.retouch import Retouch
from app.jobs.context import JobContext
from app.ui.outlines import traced

Shown = NDArray[np.uint8]
ForScreen = Callable[[Shown], Shown]


@dataclass
class Sheet:
    """The picture that is painted on.

    Attributes:
        retouch: paints.
        area: the hole's rectangle.
        shown: ``(h, w, 3)`` uint8, that rectangle as the screen shows it.
        image: the same memory for Qt.
        border: the hole's border in picture pixels.
        kept: the picture as the document has it, or is about to; None before the first stroke. Only for packing jobs.
        packs: whether a packing job was begun for it, so that the next one needs only what changed.
        touched: what has changed since then.
        for_screen: from RGB to what the screen shows.
    """

    retouch: Retouch
    area: Rect
    shown: Shown
    image: QImage
    border: QPainterPath
    for_screen: ForScreen
    kept: ImageBlob | None
    packs: bool
    touched: Rect | None = None

    @classmethod
    def of(cls, picture: Picture, hole: NDArray[np.bool_], for_screen: ForScreen, kept: ImageBlob | None) -> Sheet:
        """The sheet of a picture; takes some tens of milliseconds.

        Args:
            picture: ``(H, W, 3)`` RGB, uint8 or uint16.
            hole: ``(H, W)`` bool, not empty: where it can be painted.
            for_screen: from RGB to what the screen shows.
            kept: the picture as the document has it; None if it has none.
        """
        area = bounding_box(hole)
        shown = np.ascontiguousarray(for_screen(_eight_bit(picture[area.slices()])))
        image = QImage(shown.data, area.width, area.height, 3 * area.width, QImage.Format.Format_RGB888)
        border = traced(MaskBlob.from_array(hole))
        return cls(Retouch(picture, hole), area, shown, image, border, for_screen, kept, kept is not None)

    def packing(self) -> Callable[[JobContext], ImageBlob]:
        """A job that packs the picture as it is now; such jobs run in the order in which they were made."""
        place, self.touched = self.touched, None
        picture = self.retouch.picture
        if not self.packs or place is None:
            whole, self.packs = picture.copy(), True
            return lambda _context: self._keep(ImageBlob.from_array(whole))
        part = picture[place.slices()].copy()

        def run(_context: JobContext) -> ImageBlob:
            assert self.kept is not None, "the job before has set it"
            return self._keep(self.kept.changed(part, place))

        return run

    def _keep(self, blob: ImageBlob) -> ImageBlob:
        self.kept = blob
        return blob

    def refresh(self, changed: Rect | None) -> None:
        """Brings what changed to the screen's picture."""
        if changed is not None:
            self.touched = changed if self.touched is None else self.touched.hull(changed)
            part = changed.common(self.area)
            if part.area_px:
                pixels = _eight_bit(self.retouch.picture[part.slices()])
                self.shown[part.within(self.area).slices()] = self.for_screen(np.ascontiguousarray(pixels))


def _eight_bit(picture: Picture) -> Shown:
    return np.asarray(picture if picture.dtype == np.uint8 else picture >> 8, np.uint8)
