"""A slider that goes where its groove is clicked, and is dragged on from there.

A style would do that by a hint; but a style written in Python is asked for every hint of every widget, which makes all
dialogs a third slower.
"""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QSlider, QStyle, QStyleOptionSlider

_PARTS = QStyle.ComplexControl.CC_Slider


class DirectSlider(QSlider):
    """A horizontal slider."""

    def __init__(self) -> None:
        super().__init__(Qt.Orientation.Horizontal)

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Puts the handle under the pointer first."""
        if event.button() is Qt.MouseButton.LeftButton and self.isEnabled():
            option = QStyleOptionSlider()
            self.initStyleOption(option)
            handle, groove = (
                self.style().subControlRect(_PARTS, option, part, self)
                for part in (QStyle.SubControl.SC_SliderHandle, QStyle.SubControl.SC_SliderGroove)
            )
            if not handle.contains(event.position().toPoint()):
                room = groove.width() - handle.width()
                at = round(event.position().x() - groove.left() - handle.width() / 2)
                self.setSliderDown(True)
                self.setSliderPosition(
                    QStyle.sliderValueFromPosition(self.minimum(), self.maximum(), at, room, option.upsideDown)
                )
        super().mousePressEvent(event)
