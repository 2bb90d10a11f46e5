"""What stays over a picture is drawn once or twice, and copied from then on; a copy looks like the drawing."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from moving_square import HEIGHT, WIDTH
from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen

from app.core.geometry import Rect
from app.core.masks import MaskBlob, box_mask
from app.core.object_edits import ChangeObject, set_anchor
from app.ui import viewer as viewer_module
from app.ui.kept_drawing import KeptDrawing
from app.ui.main_window import MainWindow

Until = Callable[[Callable[[], bool]], None]
SIZE = QSize(40, 30)


class Drawing:
    """A half transparent ring, and how often it was drawn."""

    def __init__(self) -> None:
        self.times = 0

    def __call__(self, painter: QPainter) -> None:
        self.times += 1
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
        painter.setPen(QPen(QColor(200, 120, 30, 180), 3))
        painter.setBrush(QColor(20, 90, 200, 110))
        painter.drawEllipse(QRectF(5.3, 4.1, 28, 20))


def on_paper(
    kept: KeptDrawing, drawing: Drawing, *, key: str = "a", ratio: float = 1.0, left: float = 0.0
) -> np.ndarray:
    paper = QImage(round(SIZE.width() * ratio), round(SIZE.height() * ratio), QImage.Format.Format_RGB32)
    paper.setDevicePixelRatio(ratio)
    paper.fill(QColor(Qt.GlobalColor.lightGray))
    with QPainter(paper) as painter:
        painter.translate(left, 0)
        kept.draw(painter, key, SIZE, drawing)
    return np.array(paper.constBits()).reshape(paper.height(), paper.bytesPerLine()).copy()


@pytest.mark.parametrize("ratio", [1.0, 2.0])
def test_a_copy_looks_like_what_was_drawn(qapp: object, ratio: float) -> None:
    kept, drawing = KeptDrawing(), Drawing()
    drawn = on_paper(kept, drawing, ratio=ratio)
    for _ in range(3):
        copied = on_paper(kept, drawing, ratio=ratio)
        assert int(np.abs(copied.astype(int) - drawn).max()) <= 2  # of 255: it is mixed in two steps
    assert drawing.times == 2


def test_another_key_is_drawn_anew(qapp: object) -> None:
    kept, drawing = KeptDrawing(), Drawing()
    for key in "aaab":
        on_paper(kept, drawing, key=key)
    assert drawing.times == 3


def test_between_two_pixels_it_is_drawn_and_not_copied(qapp: object) -> None:
    kept, drawing = KeptDrawing(), Drawing()
    for _ in range(4):
        on_paper(kept, drawing, left=0.5)
    assert drawing.times == 4


def test_nothing_is_kept_of_what_was_forgotten(qapp: object) -> None:
    kept, drawing = KeptDrawing(), Drawing()
    for _ in range(3):
        on_paper(kept, drawing)
    kept.forget()
    on_paper(kept, drawing)
    assert drawing.times == 3


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many masks were drawn each time that the viewer drew any."""
    times: list[int] = []
    before = viewer_module.draw_overlay

    def draw(*args: object) -> None:
        times.append(1)
        before(*args)  # type: ignore[arg-type]  # as the viewer calls it

    monkeypatch.setattr(viewer_module, "draw_overlay", draw)
    return times


def test_the_viewer_draws_masks_again_only_when_they_change(opened: MainWindow, until: Until, drawn: list[int]) -> None:
    window, controller = opened, opened.controller
    mask = MaskBlob.from_array(box_mask(Rect(10, 10, 20, 20), WIDTH, HEIGHT))
    window.editing.new_object()
    controller.perform(set_anchor(controller.document, 1, 0, mask))
    window.viewer.setUpdatesEnabled(False)  # painted when this test says so

    def settled() -> bool:
        """Whether the masks of the document as it is now are there, with the border of what is filled."""
        shown = window.viewer.shown
        if shown is None or shown.hole is None or window.rendering.busy:
            return False
        return shown.wanted.results is controller.results and shown.wanted.document is controller.document

    def painted() -> int:
        """How often masks were drawn in three paintings."""
        drawn.clear()
        for _ in range(3):
            window.viewer.grab()
        return len(drawn)

    until(settled)
    assert painted() == 2
    assert painted() == 0
    controller.perform(ChangeObject.of(controller.document, 1, color=3))
    until(settled)
    assert painted() == 2
    assert painted() == 0
    window.viewer.set_overlay(opacity=0.9)
    assert painted() == 2
    window.viewer.zoom_by(1.5)
    assert painted() == 2
