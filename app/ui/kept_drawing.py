"""What is drawn over a picture that stays, kept as a picture: twenty masks take 10 ms to draw, and 1 ms to copy."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QSize, Qt
from PySide6.QtGui import QPainter, QPixmap

_MOST = 4
"""What a wipe and the view before it are made of, masks outlined on one side and filled on the other."""

Draw = Callable[[QPainter], None]


@dataclass(slots=True)
class _Drawn:
    """One drawing.

    Attributes:
        draw: what was drawn; it holds on to all that it draws, so nothing else can take its identity meanwhile.
        picture: what it looks like, from its second time on.
    """

    draw: Draw
    picture: QPixmap | None = None


class KeptDrawing:
    """Draws, and copies what it drew when the same is wanted again.

    What is drawn only once is not kept: while a clip plays, every frame has other masks, and none is seen twice.
    """

    def __init__(self) -> None:
        self._drawn: OrderedDict[Hashable, _Drawn] = OrderedDict()

    def draw(self, painter: QPainter, key: Hashable, size: QSize, draw: Draw) -> None:
        """Draws at the painter's origin.

        Args:
            painter: at whole pixels.
            key: all that decides what it looks like; identities of what ``draw`` holds may be part of it.
            size: as far as it reaches, in logical pixels.
            draw: draws it.
        """
        ratio = painter.device().devicePixelRatioF()
        place = painter.deviceTransform()
        if (place.dx() % 1, place.dy() % 1) != (0, 0):  # a copy would be blurred
            draw(painter)
            return
        key = key, size.width(), size.height(), ratio
        known = self._drawn.get(key)
        if known is None:
            self._drawn[key] = _Drawn(draw)
            if len(self._drawn) > _MOST:
                self._drawn.popitem(last=False)
            draw(painter)
            return
        self._drawn.move_to_end(key)
        if known.picture is None:
            known.picture = _picture(known.draw, size, ratio, painter)
        painter.drawPixmap(QPointF(0, 0), known.picture)

    def forget(self) -> None:
        """Lets go of all that is kept."""
        self._drawn.clear()


def _picture(draw: Draw, size: QSize, ratio: float, like: QPainter) -> QPixmap:
    picture = QPixmap(size * ratio)
    picture.setDevicePixelRatio(ratio)
    picture.fill(Qt.GlobalColor.transparent)
    with QPainter(picture) as painter:
        painter.setFont(like.font())
        draw(painter)
    return picture
