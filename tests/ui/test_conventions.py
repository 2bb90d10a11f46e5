"""What editors expect of any editor's window: the hand, the zoom tool, the readout, cut, Space while it tracks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from gestures import ALT, CTRL, NONE, RIGHT, SHIFT, click, drag, press, steps
from moving_square import HEIGHT, WIDTH
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel

from app.core.geometry import Rect
from app.core.masks import MaskBlob, box_mask
from app.core.object_edits import set_anchor
from app.ui.main_window import MainWindow
from app.ui.preferences import JUMPS, load, save
from app.ui.preferences_dialog import PreferencesDialog

Until = Callable[[Callable[[], bool]], None]
Key = Qt.Key


def at_full_size(window: MainWindow, zoom: float = 8.0) -> None:
    """So large that there is room to pan."""
    window.viewer.zoom_at(zoom / window.viewer.transform.zoom, window.viewer.place_of(WIDTH / 2, HEIGHT / 2).toPointF())


def marked(window: MainWindow, frame: int = 3) -> None:
    """One object with a mask in one frame, which is shown."""
    window.editing.new_object()
    mask = MaskBlob.from_array(box_mask(Rect(40, 40, 30, 30), WIDTH, HEIGHT))
    window.controller.perform(set_anchor(window.controller.document, 1, frame, mask))
    window.controller.transport.go_to(frame)


def test_every_key_that_editors_know_does_what_they_expect(window: MainWindow) -> None:
    expected = {
        "play.toggle": {"Space"},
        "play.back": {"J"},
        "play.hold": {"K"},
        "play.ahead": {"L"},
        "play.step_back": {"Left", ","},
        "play.step": {"Right", "."},
        "play.jump_back": {"Shift+Left"},
        "play.jump": {"Shift+Right"},
        "play.start": {"Home"},
        "play.end": {"End"},
        "range.set_in": {"I"},
        "range.set_out": {"O"},
        "range.go_in": {"Shift+I"},
        "range.go_out": {"Shift+O"},
        "range.clear": {"Alt+X"},
        "play.previous_anchor": {"Up", "PgUp"},
        "play.next_anchor": {"Down", "PgDown"},
        "marker.toggle": {"M"},
        "play.go_to": {"Ctrl+G"},
        "timeline.zoom_in": {"+", "="},
        "timeline.zoom_out": {"-"},
        "timeline.fit": {"0", "\\"},
        "brush.smaller": {"["},
        "brush.larger": {"]"},
        "tool.select": {"V"},
        "tool.hand": {"H"},
        "tool.zoom": {"Z"},
        "tool.eraser": {"E"},
        "tool.brush": {"P"},
        "track.forward": {"F"},
        "track.backward": {"B"},
        "edit.undo": {"Ctrl+Z"},
        "edit.redo": {"Ctrl+Shift+Z", "Ctrl+Y"},
        "mask.cut": {"Ctrl+X"},
        "mask.copy": {"Ctrl+C"},
        "mask.paste": {"Ctrl+V"},
        "file.new": {"Ctrl+N"},
        "file.open": {"Ctrl+O", "Ctrl+I"},
        "file.save": {"Ctrl+S"},
        "file.save_as": {"Ctrl+Shift+S"},
        "file.export": {"Ctrl+E", "Ctrl+M"},
        "file.quit": {"Ctrl+Q"},
        "view.full_screen": {"F11"},
        "edit.preferences": {"Ctrl+,"},
        "help.shortcuts": {"F1", "?", "/"},
    }
    table = window.actions_table
    found = {name: {key.toString() for key in table.action(name).shortcuts()} for name in expected}
    assert found == expected


def test_a_key_that_the_user_gave_to_the_pointer_stays_its_own() -> None:
    """H was the keyboard pointer's before there was a hand."""
    from app.ui.action_rows import ACTIONS
    from app.ui.actions import settled

    keys = settled(ACTIONS, {"view.pointer": ("H",)})
    assert keys["view.pointer"] == ("H",) and keys["tool.hand"] == ()


def test_the_hand_drags_the_picture_and_edits_nothing(opened: MainWindow) -> None:
    at_full_size(opened)
    press(opened, Key.Key_H)
    grabbed = opened.viewer.place_of(WIDTH / 2, HEIGHT / 2)
    drag(opened, [(WIDTH / 2, HEIGHT / 2), (WIDTH / 2 - 6, HEIGHT / 2 + 4)])
    moved = opened.viewer.place_of(WIDTH / 2, HEIGHT / 2) - grabbed
    zoom = opened.viewer.transform.zoom
    assert abs(moved.x() + 6 * zoom) <= 2 and abs(moved.y() - 4 * zoom) <= 2
    assert steps(opened) == () and opened.viewer.cursor().shape() is Qt.CursorShape.OpenHandCursor


def test_the_zoom_tool_zooms_in_and_out_where_it_is_clicked(opened: MainWindow) -> None:
    press(opened, Key.Key_Z)
    before, place = opened.viewer.transform.zoom, opened.viewer.place_of(30, 20)
    click(opened, (30, 20))
    assert opened.viewer.transform.zoom == pytest.approx(1.5 * before)
    click(opened, (30, 20), ALT)
    assert opened.viewer.transform.zoom == pytest.approx(before)
    at_full_size(opened)
    near = opened.viewer.place_of(WIDTH / 2, HEIGHT / 2)
    click(opened, (WIDTH / 2, HEIGHT / 2), NONE, RIGHT)
    assert (opened.viewer.place_of(WIDTH / 2, HEIGHT / 2) - near).manhattanLength() <= 2, "the place stays"
    assert opened.viewer.transform.zoom == pytest.approx(8.0 / 1.5) and place is not None


def test_a_box_that_the_zoom_tool_draws_fills_the_viewer(opened: MainWindow) -> None:
    press(opened, Key.Key_Z)
    drag(opened, [(20, 10), (60, 30), (80, 50)])
    viewer = opened.viewer
    left, top = viewer.place_of(20, 10), viewer.place_of(80, 50)
    size = top - left
    assert max(size.x() / viewer.width(), size.y() / viewer.height()) == pytest.approx(1.0, abs=0.02)
    middle = viewer.place_of(50, 30)
    assert (middle - viewer.rect().center()).manhattanLength() <= 4


def test_escape_gives_up_the_box_of_the_zoom_tool(opened: MainWindow) -> None:
    press(opened, Key.Key_Z)
    before = opened.viewer.transform
    QTest.mousePress(opened.viewer, Qt.MouseButton.LeftButton, NONE, opened.viewer.place_of(20, 10))
    QTest.mouseMove(opened.viewer, opened.viewer.place_of(60, 40))
    press(opened, Key.Key_Escape)
    QTest.mouseRelease(opened.viewer, Qt.MouseButton.LeftButton, NONE, opened.viewer.place_of(60, 40))
    assert opened.viewer.transform == before


def test_a_click_on_the_readout_picks_it_so_that_what_is_typed_takes_its_place(opened: MainWindow) -> None:
    bar, transport = opened.transport_bar, opened.controller.transport
    for field, typed, frame in ((bar.place, "+7", 7), (bar.frame, "4", 4), (bar.place, "00:00:00:02", 2)):
        QTest.mouseClick(field, Qt.MouseButton.LeftButton, NONE, QPoint(20, field.height() // 2))
        QTest.keyClicks(field, typed)
        QTest.keyClick(field, Key.Key_Return)
        assert transport.position == frame
    transport.go_to(3)
    assert bar.place.text() == "00:00:00:03" and bar.frame.text() == "3", "it goes on showing where the playhead is"


def test_a_readout_that_was_picked_stays_so_while_the_playhead_moves(opened: MainWindow) -> None:
    bar, transport = opened.transport_bar, opened.controller.transport
    opened.actions_table.action("play.go_to").trigger()
    transport.go_to(3)
    QTest.keyClicks(bar.place, "7")
    transport.go_to(5)
    assert bar.place.text() == "7" and bar.frame.text() == "5"
    QTest.keyClick(bar.place, Key.Key_Return)
    assert transport.position == 7


def test_the_speed_is_told_also_where_the_playhead_cannot_move(opened: MainWindow) -> None:
    transport = opened.controller.transport
    transport.loop = True
    transport.set_range(3, 4)
    transport.go_to(3)

    def told() -> str:
        return " ".join(each.text() for each in opened.transport_bar.findChildren(QLabel))

    ahead = ((Key.Key_L, "24 fps  0 dropped"), (Key.Key_L, "×2"), (Key.Key_L, "×4"))
    back = ((Key.Key_J, "24 fps backwards  0"), (Key.Key_J, "backwards ×2"))
    for key, shown in (*ahead, *back):
        press(opened, key)
        assert shown in told() and transport.position == 3
    transport.pause()


def test_what_was_typed_into_the_readout_and_not_entered_is_given_up(opened: MainWindow) -> None:
    bar = opened.transport_bar
    QTest.mouseClick(bar.place, Qt.MouseButton.LeftButton)
    QTest.keyClicks(bar.place, "+7")
    QTest.keyClick(bar.place, Key.Key_Escape)
    assert opened.viewer.hasFocus() and opened.controller.transport.position == 0
    assert bar.place.text() == "00:00:00:00"


def test_cut_takes_the_mask_away_and_paste_brings_it_back_elsewhere(opened: MainWindow) -> None:
    marked(opened)
    mask = opened.controller.document.object(1).track[3]
    press(opened, Key.Key_X, CTRL)
    assert opened.controller.document.object(1).track[3].is_empty and steps(opened)[-1] == "Cut mask"
    opened.controller.transport.go_to(5)
    press(opened, Key.Key_V, CTRL)
    assert opened.controller.document.object(1).track[5] == mask
    press(opened, Key.Key_Z, CTRL)
    press(opened, Key.Key_Z, CTRL)
    assert opened.controller.document.object(1).track[3] == mask


def test_space_stops_the_tracking_instead_of_playing(opened: MainWindow, until: Until) -> None:
    marked(opened)
    press(opened, Key.Key_F)
    assert opened.controller.state.tracking
    press(opened, Key.Key_Space)
    until(lambda: not opened.controller.state.tracking)
    assert not opened.controller.transport.playing
    press(opened, Key.Key_Space)
    until(lambda: opened.controller.transport.playing)


def test_the_frame_that_an_object_was_marked_in_is_one_key_away(opened: MainWindow, until: Until) -> None:
    marked(opened)
    press(opened, Key.Key_F)
    until(lambda: not opened.controller.state.tracking)
    opened.controller.transport.go_to(9)
    mask = MaskBlob.from_array(box_mask(Rect(50, 40, 30, 30), WIDTH, HEIGHT))
    opened.controller.perform(set_anchor(opened.controller.document, 1, 8, mask))
    press(opened, Key.Key_Home, ALT)
    assert opened.controller.transport.position == 3, "where it was tracked from, not the nearest correction"


def test_shift_and_an_arrow_jump_as_far_as_the_user_prefers(opened: MainWindow, tmp_path: Path) -> None:
    transport = opened.controller.transport
    press(opened, Key.Key_Right, SHIFT)
    assert transport.position == 10
    assert opened.controller.info is not None
    second = round(opened.controller.info.rate)
    for frames, step in ((5, 5), (0, second)):
        dialog = PreferencesDialog(opened.preferences, opened.actions_table, opened.projects.questions, opened)
        dialog.jump.setCurrentIndex(JUMPS.index(frames))
        opened.set_preferences(dialog.preferences)
        dialog.close()
        transport.go_to(0)
        QApplication.processEvents()
        transport.note_shown(0)
        press(opened, Key.Key_Right, SHIFT)
        assert transport.position == min(step, transport.frame_count - 1)
    save(tmp_path / "kept.json", opened.preferences)
    assert load(tmp_path / "kept.json").jump_frames == 0
    save(tmp_path / "kept.json", replace(opened.preferences, jump_frames=7))
    assert load(tmp_path / "kept.json").jump_frames == 10, "what nobody can choose is as at first"


def test_escape_stops_the_tracking_and_leaves_an_export_alone(opened: MainWindow, until: Until, tmp_path: Path) -> None:
    marked(opened)
    ended: list[str] = []
    opened.exporting.stop = lambda: ended.append("export")  # type: ignore[method-assign]
    press(opened, Key.Key_F)
    press(opened, Key.Key_Escape)
    until(lambda: not opened.controller.state.tracking)
    assert ended == [] and tmp_path.exists()
    opened.actions_table.action("job.stop").setEnabled(True)
    opened.actions_table.action("job.stop").trigger()
    assert ended == ["export"]
