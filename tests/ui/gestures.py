"""What a hand does in the viewer: presses, drags, clicks, keys, at places in the picture."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from app.ui.main_window import MainWindow

Place = tuple[float, float]
NONE = Qt.KeyboardModifier.NoModifier
ALT, CTRL, SHIFT = (
    Qt.KeyboardModifier.AltModifier,
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.ShiftModifier,
)
LEFT, RIGHT = Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton


def press(window: MainWindow, which: Qt.Key, held: Qt.KeyboardModifier = NONE) -> None:
    """A key, with the keyboard at the viewer."""
    window.viewer.setFocus()
    QTest.keyClick(window.viewer, which, held)


def click(window: MainWindow, place: Place, held: Qt.KeyboardModifier = NONE, button: Qt.MouseButton = LEFT) -> None:
    """A click at a place in the picture."""
    QTest.mouseMove(window.viewer, window.viewer.place_of(*place))
    QTest.mouseClick(window.viewer, button, held, window.viewer.place_of(*place))


def drag(window: MainWindow, places: Sequence[Place], held: Qt.KeyboardModifier = NONE) -> None:
    """Presses at the first place, moves over the others and lets go at the last."""
    points = [window.viewer.place_of(*place) for place in places]
    QTest.mousePress(window.viewer, LEFT, held, points[0])
    for point in points[1:]:
        QTest.mouseMove(window.viewer, point)
    QTest.mouseRelease(window.viewer, LEFT, held, points[-1])


def steps(window: MainWindow) -> tuple[str, ...]:
    """Labels of the steps that are done."""
    workspace = window.controller.workspace
    assert workspace is not None
    history = workspace.history
    return history.steps[: history.position]
