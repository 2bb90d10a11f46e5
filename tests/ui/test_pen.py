"""A pen's pressure reaches the brush: tablet events through the window's door, with the mouse events that follow."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from gestures import drag, press
from moving_square import HEIGHT, WIDTH
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QInputDevice, QMouseEvent, QPointingDevice, QTabletEvent
from PySide6.QtWidgets import QApplication

from app.core.strokes import Brush
from app.ui.main_window import MainWindow

LEFT, NONE = Qt.MouseButton.LeftButton, Qt.MouseButton.NoButton
TABLET = {
    QEvent.Type.MouseButtonPress: QEvent.Type.TabletPress,
    QEvent.Type.MouseMove: QEvent.Type.TabletMove,
    QEvent.Type.MouseButtonRelease: QEvent.Type.TabletRelease,
}


@pytest.fixture
def stylus(qapp: object) -> QPointingDevice:
    return QPointingDevice(
        "pen",
        7,
        QInputDevice.DeviceType.Stylus,
        QPointingDevice.PointerType.Pen,
        QInputDevice.Capability.Position | QInputDevice.Capability.Pressure,
        1,
        3,
    )


def pen(
    window: MainWindow, stylus: QPointingDevice, kind: QEvent.Type, place: tuple[float, float], pressure: float
) -> None:
    """What Qt sends for a pen: a tablet event, and the mouse event it makes of one that nobody took."""
    local = QPointF(window.viewer.place_of(*place))
    inside = QPointF(window.viewer.mapTo(window, local.toPoint()))
    everywhere = QPointF(window.viewer.mapToGlobal(local.toPoint()))
    button = NONE if kind == QEvent.Type.MouseMove else LEFT
    held = LEFT if kind == QEvent.Type.MouseButtonPress or (kind == QEvent.Type.MouseMove and pressure) else NONE
    mods = Qt.KeyboardModifier.NoModifier
    tablet = QTabletEvent(
        TABLET[kind], stylus, inside, everywhere, pressure, 0.0, 0.0, 0.0, 0.0, 0.0, mods, button, held
    )
    handle = window.windowHandle()
    QApplication.sendEvent(handle, tablet)
    assert not tablet.isAccepted(), "Qt makes mouse events of what is not accepted only"
    QApplication.sendEvent(handle, QMouseEvent(kind, inside, inside, everywhere, button, held, mods, stylus))


def stroke(window: MainWindow, stylus: QPointingDevice, places: Sequence[tuple[float, float]], pressure: float) -> None:
    pen(window, stylus, QEvent.Type.MouseMove, places[0], 0.0)  # it hovers there first
    pen(window, stylus, QEvent.Type.MouseButtonPress, places[0], pressure)
    for place in places[1:]:
        pen(window, stylus, QEvent.Type.MouseMove, place, pressure)
    pen(window, stylus, QEvent.Type.MouseButtonRelease, (places[-1][0] + 4, places[-1][1]), 0.0)


def heights(window: MainWindow, columns: Sequence[int]) -> list[int]:
    """How high the newest object's mask is in some columns."""
    document = window.controller.document
    mask = document.objects[-1].track[0].to_array()
    assert mask.shape == (HEIGHT, WIDTH)
    return [int(mask[:, column].sum()) for column in columns]


PLACES = [(30.0, 60.0), (60.0, 60.0), (90.0, 60.0), (110.0, 60.0)]


@pytest.fixture
def with_brush(opened: MainWindow) -> MainWindow:
    press(opened, Qt.Key.Key_P)
    opened.editing.set_brush(Brush(40.0, 1.0))
    return opened


def test_a_pen_that_presses_lightly_paints_thinly_to_the_strokes_end(
    with_brush: MainWindow, stylus: QPointingDevice
) -> None:
    stroke(with_brush, stylus, PLACES, 0.25)
    middle, end = heights(with_brush, (60, 113))
    assert 7 <= middle <= 13, "a quarter of the brush"
    assert end <= middle + 1, "lifting the pen leaves no blot"


def test_a_pen_that_presses_hard_paints_the_whole_brush(with_brush: MainWindow, stylus: QPointingDevice) -> None:
    stroke(with_brush, stylus, PLACES, 1.0)
    assert 36 <= heights(with_brush, (60,))[0] <= 42


def test_the_mouse_paints_with_full_pressure_after_a_pen(with_brush: MainWindow, stylus: QPointingDevice) -> None:
    stroke(with_brush, stylus, PLACES, 0.25)
    pen(with_brush, stylus, QEvent.Type.MouseMove, (40.0, 40.0), 0.0)  # and the pen is taken away
    with_brush.editing.new_object()
    drag(with_brush, PLACES)
    assert 36 <= heights(with_brush, (60,))[0] <= 42
