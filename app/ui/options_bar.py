"""What the toolbar offers beside actions: how masks lie over the picture, the brush, the zoom."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QSlider, QSpinBox, QToolButton, QWidget

from app.ui.actions import ActionTable
from app.ui.editing import MAX_BRUSH_PX, MIN_BRUSH_PX, Editing
from app.ui.menus import button_of, spring
from app.ui.viewer import Viewer


class ViewOptions(QObject):
    """Makes the toolbar's right part."""

    def __init__(self, viewer: Viewer, editing: Editing, actions: ActionTable) -> None:
        super().__init__(viewer)
        self._viewer, self._editing, self._actions = viewer, editing, actions
        self.opacity = _slider(0, 100, round(viewer.overlay.opacity * 100), 72, self.tr("Opacity of masks"))
        self.opacity.valueChanged.connect(lambda value: viewer.set_overlay(opacity=value / 100))
        self.size = QSpinBox()
        self.size.setRange(round(MIN_BRUSH_PX), round(MAX_BRUSH_PX))
        self.size.setSuffix(" px")
        self.size.setKeyboardTracking(False)
        self.size.lineEdit().setTextMargins(5, 0, 0, 0)
        self.size.setFixedWidth(78)
        self.size.setToolTip(self.tr("Brush size ([ and ])"))
        self.size.setAccessibleName(self.tr("Brush size"))
        self.size.valueChanged.connect(self._size_typed)
        self.hardness = _slider(0, 100, round(editing.brush.hardness * 100), 72, self.tr("Brush hardness"))
        self.hardness.valueChanged.connect(
            lambda value: editing.set_brush(replace(editing.brush, hardness=value / 100))
        )
        self.brush = QWidget()
        self.brush.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Preferred)
        row = QHBoxLayout(self.brush)
        row.setContentsMargins(4, 0, 4, 0)
        row.setSpacing(6)
        for text, widget in ((self.tr("Size"), self.size), (self.tr("Hardness"), self.hardness)):
            label = QLabel(text)
            label.setProperty("role", "dim")
            row.addWidget(label)
            row.addWidget(widget)
        self.zoom = QToolButton()
        self.zoom.setText("100 %")
        self.zoom.setToolTip(self.tr("Zoom: click to fit the picture, again for 100 %"))
        self.zoom.setAccessibleName(self.tr("Zoom"))
        self.zoom.setMinimumWidth(58)
        self.zoom.clicked.connect(self._zoom_clicked)
        viewer.zoom_changed.connect(lambda zoom: self.zoom.setText(f"{zoom:.0%}".replace("%", " %")))
        editing.brush_changed.connect(self._show_brush)
        self._show_brush()

    def widgets(self) -> list[QWidget]:
        """From left to right."""
        overlay = QWidget()
        overlay.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Preferred)
        row = QHBoxLayout(overlay)
        row.setContentsMargins(0, 0, 4, 0)
        row.setSpacing(2)
        for action in self._actions.choices("overlay"):
            row.addWidget(button_of(action))
        row.addSpacing(4)
        row.addWidget(self.opacity)
        return [overlay, self.brush, spring(), self.zoom, button_of(self._actions.action("view.fit"))]

    def show_brush_options(self, on: bool) -> None:
        """Enables the brush's size and hardness."""
        self.brush.setEnabled(on)

    def _show_brush(self) -> None:
        brush = self._editing.brush
        for widget, value in ((self.size, round(brush.size_px)), (self.hardness, round(brush.hardness * 100))):
            blocked = widget.blockSignals(True)
            widget.setValue(value)
            widget.blockSignals(blocked)

    def _size_typed(self, value: int) -> None:
        self._editing.set_brush(replace(self._editing.brush, size_px=float(value)))

    def _zoom_clicked(self) -> None:
        if self._viewer.transform.fitted:
            self._viewer.full_size()
        else:
            self._viewer.fit()


def _slider(low: int, high: int, value: int, width: int, name: str) -> QSlider:
    slider = QSlider(Qt.Orientation.Horizontal)
    slider.setRange(low, high)
    slider.setValue(value)
    slider.setFixedWidth(width)
    slider.setToolTip(name)
    slider.setAccessibleName(name)
    return slider
