"""What the toolbar offers beside actions: how masks lie over the picture, what the tool in hand can be set to, zoom."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QObject
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QLabel,
    QSizePolicy,
    QStackedWidget,
    QToolButton,
    QWidget,
)

from app.core.shapes import Combine, Ease
from app.ui.actions import ActionTable
from app.ui.click_options import ClickOptions
from app.ui.clicking import Clicking
from app.ui.direct_slider import DirectSlider
from app.ui.editing import MAX_BRUSH_PX, MIN_BRUSH_PX, Editing
from app.ui.field_label import FieldLabel
from app.ui.menus import button_of, spring
from app.ui.number_field import NumberField
from app.ui.shape_commands import ShapeCommands
from app.ui.viewer import Viewer

_PAGES = {
    "brush": "brush",
    "eraser": "brush",
    "clone": "brush",
    "heal": "brush",
    "wand": "wand",
    "click": "click",
    "shape": "shape",
    "box_shape": "shape",
}
"""Which options a tool has."""
_MAX_BAND_PX = 200


class ViewOptions(QObject):
    """Makes the toolbar's right part."""

    def __init__(
        self, viewer: Viewer, editing: Editing, shapes: ShapeCommands, clicking: Clicking, actions: ActionTable
    ) -> None:
        super().__init__(viewer)
        self._viewer, self._editing, self._actions = viewer, editing, actions
        self.opacity = _slider(0, 100, round(viewer.overlay.opacity * 100), 72, self.tr("Opacity of masks"))
        self.opacity.valueChanged.connect(lambda value: viewer.set_overlay(opacity=value / 100))
        self.size = _spin(round(MIN_BRUSH_PX), round(MAX_BRUSH_PX), self.tr("Brush size"), " px", "([ and ])")
        self.size.valueChanged.connect(self._size_typed)
        self.hardness = _slider(0, 100, round(editing.brush.hardness * 100), 72, self.tr("Brush hardness"))
        self.hardness.valueChanged.connect(
            lambda value: editing.set_brush(replace(editing.brush, hardness=value / 100))
        )
        self.brush = _row((self.tr("Size"), self.size), (self.tr("Hardness"), self.hardness))
        self.wand = WandOptions(editing, actions)
        self.shape = ShapeOptions(editing, shapes, actions)
        self.click = ClickOptions(clicking, actions)
        self.pages = QStackedWidget()
        self.pages.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Preferred)
        self._bare = QWidget()
        for page in (self._bare, self.brush, self.wand, self.shape, self.click):
            self.pages.addWidget(page)
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
        return [overlay, self.pages, spring(), self.zoom, button_of(self._actions.action("view.fit"))]

    def show_options(self, tool: str) -> None:
        """Shows what a tool can be set to; nothing for one that has no options."""
        pages = {"brush": self.brush, "wand": self.wand, "shape": self.shape, "click": self.click}
        self.pages.setCurrentWidget(pages.get(_PAGES.get(tool, ""), self._bare))

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


class WandOptions(QWidget):
    """The wand's tolerance, and how far refining moves an edge."""

    def __init__(self, editing: Editing, actions: ActionTable) -> None:
        super().__init__()
        self._editing = editing
        self.tolerance = _spin(0, 255, self.tr("Tolerance: how unlike a colour may be"))
        self.band = _spin(1, _MAX_BAND_PX, self.tr("How far refining may move the mask's edge"), " px")
        place = QHBoxLayout(self)
        place.setContentsMargins(0, 0, 0, 0)
        place.addWidget(_row((self.tr("Tolerance"), self.tolerance), (self.tr("Edge"), self.band)))
        place.addWidget(button_of(actions.action("mask.refine")))
        place.addStretch(1)
        self.tolerance.valueChanged.connect(lambda value: self._set(tolerance=value))
        self.band.valueChanged.connect(lambda value: self._set(band_px=value))
        editing.settings_changed.connect(self._show)
        self._show()

    def _set(self, **changes: int) -> None:
        self._editing.set_settings(replace(self._editing.settings, **changes))

    def _show(self) -> None:
        settings = self._editing.settings
        for widget, value in ((self.tolerance, settings.tolerance), (self.band, settings.band_px)):
            blocked = widget.blockSignals(True)
            widget.setValue(value)
            widget.blockSignals(blocked)


class ShapeOptions(QWidget):
    """The shape in hand: whether this frame is a key, how it moves on, whether it adds or cuts."""

    def __init__(self, editing: Editing, shapes: ShapeCommands, actions: ActionTable) -> None:
        super().__init__()
        self._shapes = shapes
        self.ease = _choices(
            self.tr("How the points move from this key to the next"),
            (
                (self.tr("Straight"), Ease.LINEAR),
                (self.tr("Smooth"), Ease.SMOOTH),
                (self.tr("Hold"), Ease.HOLD),
            ),
        )
        self.combine = _choices(
            self.tr("Whether the shape adds to the mask or cuts from it"),
            ((self.tr("Adds"), Combine.ADD), (self.tr("Cuts"), Combine.SUBTRACT)),
        )
        self.ease.activated.connect(lambda _row: shapes.set_ease(self.ease.currentData()))
        self.combine.activated.connect(lambda _row: shapes.set_combine(self.combine.currentData()))
        self.key = QLabel("")
        self.key.setProperty("role", "dim")
        self.key.setMinimumWidth(52)
        place = QHBoxLayout(self)
        place.setContentsMargins(4, 0, 4, 0)
        place.setSpacing(4)
        for widget in (
            button_of(actions.action("shape.key")),
            self.key,
            self.ease,
            self.combine,
            button_of(actions.action("shape.delete")),
        ):
            place.addWidget(widget)
        place.addStretch(1)
        editing.shape_picked.connect(self.refresh)
        editing.changed.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """Shows the shape as it is in the frame on screen."""
        shapes = self._shapes
        shape = shapes.shape
        self.ease.setEnabled(shape is not None)
        self.combine.setEnabled(shape is not None)
        if shape is None:
            self.key.setText("")
            return
        self.key.setText(self.tr("key") if shapes.is_key else self.tr("no key"))
        self.ease.setCurrentIndex(self.ease.findData(shapes.ease))
        self.combine.setCurrentIndex(self.combine.findData(shape.combine))


def _row(*named: tuple[str, QWidget]) -> QWidget:
    """Fields side by side with their names."""
    widget = QWidget()
    widget.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Preferred)
    row = QHBoxLayout(widget)
    row.setContentsMargins(4, 0, 4, 0)
    row.setSpacing(6)
    for text, field in named:
        label = FieldLabel(text, field)
        label.setProperty("role", "dim")
        row.addWidget(label)
        row.addWidget(field)
    row.addStretch(1)
    return widget


def _spin(low: int, high: int, name: str, suffix: str = "", keys: str = "") -> NumberField:
    spin = NumberField(low, high, name, suffix)
    spin.setKeyboardTracking(False)
    spin.setFixedWidth(78 if suffix else 56)
    spin.setToolTip(f"{name} {keys}".strip())
    return spin


def _choices(name: str, entries: tuple[tuple[str, object], ...]) -> QComboBox:
    box = QComboBox()
    for text, value in entries:
        box.addItem(text, value)
    box.setToolTip(name)
    box.setAccessibleName(name)
    return box


def _slider(low: int, high: int, value: int, width: int, name: str) -> DirectSlider:
    slider = DirectSlider()
    slider.setRange(low, high)
    slider.setValue(value)
    slider.setFixedWidth(width)
    slider.setToolTip(name)
    slider.setAccessibleName(name)
    return slider
