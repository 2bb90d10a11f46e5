"""How fills are fitted in: the width of the seam, colour match and grain; and whether Live is a draft."""

from __future__ import annotations

import time
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QGridLayout, QLabel, QWidget

from app.core.object_edits import change_render
from app.ui.actions import ActionTable
from app.ui.controller import Controller
from app.ui.direct_slider import DirectSlider
from app.ui.field_label import FieldLabel
from app.ui.number_field import NumberField

_MAX_BLEND_PX = 100
_MAX_MATCH, _MAX_GRAIN = 100, 150
# Changes that follow each other so quickly, by wheel or key, are one step.
_ONE_STEP_S = 1.0


class SeamControls(QWidget):
    """The document's seam settings; on what is rendered they show at once, but for the width, which is the hole's."""

    def __init__(self, controller: Controller, actions: ActionTable, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._controller = controller
        self._gesture: object = object()
        self._last: tuple[str, float] = ("", 0.0)
        self.draft = QCheckBox(self.tr("Draft"))
        draft = actions.action("remove.draft")
        self.draft.setToolTip(draft.toolTip())
        self.draft.setAccessibleName(draft.text())
        self.draft.clicked.connect(lambda _checked: draft.trigger())
        draft.toggled.connect(self.draft.setChecked)
        self.blend = NumberField(-1, _MAX_BLEND_PX, self.tr("Width of the seam"), " px")
        self.blend.setSpecialValueText(self.tr("automatic"))
        self.blend.setValue(-1)
        self.blend.setKeyboardTracking(False)
        self.blend.setToolTip(self.tr("Width of the soft seam round every fill"))
        self.blend.valueChanged.connect(lambda value: self._set("blend_px", None if value < 0 else value))
        self.match = self._slider(
            _MAX_MATCH,
            "colour_match",
            self.tr("Colour match: how much of a colour difference at the seam is taken off"),
        )
        self.grain = self._slider(
            _MAX_GRAIN, "grain", self.tr("Grain: how much of the source's noise a fill gets that has less")
        )
        self._match_words, self._grain_words = _figure(), _figure()
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(10)
        grid.setVerticalSpacing(5)
        grid.setColumnStretch(1, 1)
        rows: tuple[tuple[str, QWidget, QWidget], ...] = (
            (self.tr("Blend"), self.blend, self.draft),
            (self.tr("Match"), self.match, self._match_words),
            (self.tr("Grain"), self.grain, self._grain_words),
        )
        for row, (text, field, beside) in enumerate(rows):
            grid.addWidget(FieldLabel(text, field), row, 0)
            grid.addWidget(field, row, 1)
            grid.addWidget(beside, row, 2)
        controller.document_changed.connect(lambda _changes: self._show())
        controller.clip_opened.connect(self._show)
        controller.clip_closed.connect(self._show)
        self._show()

    def _slider(self, most: int, field: str, name: str) -> DirectSlider:
        slider = DirectSlider()
        slider.setRange(0, most)
        slider.setToolTip(name)
        slider.setAccessibleName(name)
        slider.sliderPressed.connect(self._begin)
        slider.valueChanged.connect(lambda value: self._set(field, value / 100))
        return slider

    def _begin(self) -> None:
        """A drag begins: all of it is one step."""
        self._gesture, self._last = object(), ("", 0.0)

    def _set(self, field: str, value: Any) -> None:
        if self._controller.workspace is None:
            return
        document = self._controller.document
        if getattr(document.render, field) == value:
            return
        now = time.monotonic()
        dragging = self.match.isSliderDown() or self.grain.isSliderDown()
        if not dragging and (self._last[0] != field or now - self._last[1] > _ONE_STEP_S):
            self._gesture = object()
        self._last = (field, now)
        self._controller.perform(change_render(document, **{field: value}), gesture=self._gesture)

    def _show(self) -> None:
        """Shows the document's settings."""
        there = self._controller.workspace is not None
        for part in (self.blend, self.match, self.grain, self.draft):
            part.setEnabled(there)
        if not there:
            return
        render = self._controller.document.render
        for widget, value in (
            (self.blend, -1 if render.blend_px is None else render.blend_px),
            (self.match, round(render.colour_match * 100)),
            (self.grain, round(render.grain * 100)),
        ):
            blocked = widget.blockSignals(True)
            widget.setValue(value)
            widget.blockSignals(blocked)
        self._match_words.setText(f"{render.colour_match:.0%}".replace("%", " %"))
        self._grain_words.setText(f"{render.grain:.0%}".replace("%", " %"))


def _figure() -> QLabel:
    label = QLabel("")
    label.setProperty("role", "dim")
    label.setMinimumWidth(40)
    label.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
    return label
