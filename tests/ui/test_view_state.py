"""How a project was looked at is so again when it is opened, and is no change of it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from gestures import drag, press
from moving_square import HEIGHT, WIDTH
from PySide6.QtCore import QPointF, Qt

from app.core.project_file import load_project, save_project
from app.ui.main_window import MainWindow
from app.ui.viewer_paint import Overlay
from app.ui.views import View

Until = Callable[[Callable[[], bool]], None]


def saved(window: MainWindow, path: Path, until: Until) -> Path:
    """The project, saved as it is looked at, and closed."""
    window.projects.questions.file = path  # type: ignore[attr-defined]
    window.actions_table.action("file.save").trigger()
    until(lambda: window.controller.workspace is not None and window.controller.workspace.project_path == path)
    window.actions_table.action("file.close").trigger()
    return path


def opened_again(window: MainWindow, path: Path, until: Until) -> None:
    window.open_path(path)
    until(lambda: window.controller.workspace is not None)


@pytest.fixture
def looked_at(opened: MainWindow) -> MainWindow:
    """Two objects, the first of them selected; zoomed, wiped, outlined."""
    opened.editing.new_object()
    opened.controller.select(None)
    opened.editing.new_object()
    opened.controller.select(1)
    opened.controller.transport.go_to(5)
    opened.viewer.set_view(View.WIPE)
    opened.viewer.set_wipe(0.25)
    opened.viewer.set_overlay(Overlay.OUTLINE, 0.3)
    opened.viewer.look_at(12.0, 100.0, 60.0)
    opened.timeline.show_stretch(2, 20)
    return opened


def test_a_project_is_looked_at_as_when_it_was_saved(looked_at: MainWindow, tmp_path: Path, until: Until) -> None:
    window = looked_at
    path = saved(window, tmp_path / "shot.cleanplate", until)
    window.viewer.set_view(View.SOURCE)
    window.viewer.set_wipe(0.5)
    window.viewer.set_overlay(Overlay.FILL, 0.9)
    opened_again(window, path, until)
    assert window.viewer.view is View.WIPE and window.viewer.wipe == 0.25
    assert window.actions_table.action("view.wipe").isChecked() and window.controller.state.wiping
    assert (window.viewer.overlay.kind, window.viewer.overlay.opacity) == (Overlay.OUTLINE, 0.3)
    assert window.viewer.looked_at() == pytest.approx([12.0, 100.0, 60.0], abs=0.1)
    assert (window.timeline.axis.first, window.timeline.axis.shown) == pytest.approx((2, 20))
    assert window.controller.selected_object == 1 and window.controller.transport.position == 5
    assert not window.controller.state.modified and not window.actions_table.action("edit.undo").isEnabled()


def test_looking_is_no_change(looked_at: MainWindow, tmp_path: Path, until: Until) -> None:
    path = saved(looked_at, tmp_path / "shot.cleanplate", until)
    opened_again(looked_at, path, until)
    looked_at.viewer.set_view(View.MATTE)
    looked_at.viewer.zoom_at(2.0, QPointF(50, 50))
    looked_at.controller.select(2)
    looked_at.controller.transport.go_to(9)
    assert not looked_at.controller.is_modified


def test_a_fitted_picture_and_a_whole_timeline_stay_so_in_a_window_of_another_size(
    opened: MainWindow, tmp_path: Path, until: Until
) -> None:
    path = saved(opened, tmp_path / "shot.cleanplate", until)
    opened.resize(1500, 900)
    opened_again(opened, path, until)
    assert opened.viewer.transform.fitted and opened.timeline.axis.is_whole


@pytest.mark.parametrize(
    "view",
    [
        {},
        {"position": 3},
        {"view": "of a later Cleanplate", "wipe": "left", "overlay": 3, "picture": [0, 1], "selected": 99},
        {"view": "wipe", "picture": [-1, 5, 5], "stretch": [None, 2], "opacity": 7, "wipe": 9},
    ],
)
def test_a_project_of_another_cleanplate_opens(
    opened: MainWindow, tmp_path: Path, until: Until, view: dict[str, object]
) -> None:
    document = opened.controller.document
    opened.actions_table.action("file.close").trigger()
    save_project(tmp_path / "old.cleanplate", document, view)
    opened_again(opened, tmp_path / "old.cleanplate", until)
    assert opened.viewer.transform.fitted and 0 <= opened.viewer.wipe <= 1 and opened.viewer.overlay.opacity <= 1
    assert load_project(tmp_path / "old.cleanplate").view == view


def test_the_first_stroke_says_whose_it_is_and_the_next_says_nothing(opened: MainWindow) -> None:
    press(opened, Qt.Key.Key_P)
    drag(opened, [(40, 40), (60, 40)])
    assert opened.status.words.startswith("This mask is in frame 0 only: T follows it")
    opened.controller.said.emit("")
    drag(opened, [(60, 40), (80, 40)])
    assert "only" not in opened.status.words


def test_the_first_correction_says_that_the_other_frames_stay(opened: MainWindow, until: Until) -> None:
    press(opened, Qt.Key.Key_P)
    drag(opened, [(WIDTH / 3, HEIGHT / 2), (WIDTH / 3 + 20, HEIGHT / 2)])
    press(opened, Qt.Key.Key_T)
    until(lambda: not opened.controller.state.tracking)
    opened.controller.transport.go_to(6)
    drag(opened, [(40, 40), (60, 40)])
    assert opened.status.words.startswith("Only frame 6 has changed: T tracks again from here")
