"""What the window tells of itself: the next step, the present state, notices that move nothing, first page and log."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from gestures import drag, press
from moving_square import BLOB, FRAMES, HEIGHT, WIDTH, object_corner
from PySide6.QtCore import QPoint, QRect, QRectF, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QPushButton

from app import environment
from app.core.edits import AddObject
from app.core.errors import UserError
from app.core.geometry import Rect
from app.core.masks import MaskBlob, box_mask
from app.core.object_edits import clear_range, set_anchor
from app.engine.result_view import FrameState
from app.ui.guide import Step
from app.ui.icons import icon
from app.ui.log_dialog import LogDialog, tail
from app.ui.main_window import MainWindow
from app.ui.notices import Choice, Notice, Severity
from app.ui.preferences import load, preferences_file
from app.ui.status import PASSED_MS
from app.ui.theme import DARK, LIGHT, Theme
from app.ui.timeline import FEW_LANES, MOST_LANES
from app.ui.viewer_paint import Overlay
from app.ui.views import View

Until = Callable[[Callable[[], bool]], None]


def box(window: MainWindow) -> None:
    """A box round the square, on frame 0."""
    left, top = object_corner(0)
    press(window, Qt.Key.Key_R)
    drag(window, [(left - 4, top - 4), (left + 10, top + 10), (left + BLOB + 4, top + BLOB + 4)])


def step(window: MainWindow) -> Step:
    assert window.guide.step is not None and window.guide.isVisible()
    return window.guide.step


def places(window: MainWindow) -> tuple[QRect, tuple[float, float]]:
    """Where the viewer lies, and where its picture lies in it."""
    transform = window.viewer.transform
    return window.viewer.geometry(), (transform.left, transform.zoom)


def test_the_next_step_is_offered_from_the_box_to_the_export(opened: MainWindow, until: Until) -> None:
    assert step(opened).number == 1 and not opened.guide.buttons, "a hand has to draw"
    box(opened)
    until(lambda: opened.controller.state.has_masks and not opened.controller.state.looking)
    assert step(opened).actions[0] == "track.both"
    opened.guide.buttons[0].click()
    assert not opened.guide.isVisible(), "nothing lies over the picture while it is tracked"
    until(lambda: not opened.controller.state.tracking)
    assert step(opened).actions == ("remove.live", "remove.render")
    opened.guide.buttons[0].click()
    assert opened.controller.state.live and not opened.guide.isVisible()
    until(lambda: bool((opened.rendering.states == FrameState.LIVE).all()))
    assert step(opened).actions == ("file.export", "view.wipe")
    opened.guide.buttons[1].click()
    assert opened.viewer.view.value == "wipe"
    opened.controller.set_flag(exporting=True)
    opened.controller.set_flag(exporting=False)
    assert not opened.guide.isVisible(), "who has exported knows the way"


def accented(window: MainWindow) -> list[str]:
    """The texts of the buttons in the accent's colour, of those that can be pressed; each once, the guide's first."""
    buttons = [*window.guide.buttons, *window.removal.findChildren(QPushButton)]
    usable = [each for each in buttons if each.isEnabled() and each.isVisible()]
    return list(dict.fromkeys(each.text() for each in usable if each.property("primary") == "true"))


def on_button(button: QPushButton) -> str:
    """The colour in which its left edge is filled."""
    return button.grab().toImage().pixelColor(6, button.height() // 2).name()


@pytest.mark.parametrize("shown", [True, False], ids=["guide", "no guide"])
@pytest.mark.parametrize("theme", [DARK, LIGHT], ids=["dark", "light"])
def test_the_accent_is_on_the_step_that_is_due(opened: MainWindow, until: Until, shown: bool, theme: Theme) -> None:
    """A beginner presses what is blue: *Render range* would render the one frame that is marked."""
    opened.set_theme(theme)
    opened.guide.set_wanted(shown)
    both, live, render = (opened.removal.pushes[name] for name in ("track.both", "remove.live", "remove.render"))
    opened.editing.new_object()
    assert accented(opened) == []
    marked_in(opened, 1, range(1))
    assert render.isEnabled() and accented(opened) == [both.text()]
    assert [on_button(each) == theme.accent for each in (both, live, render)] == [True, False, False]
    opened.controller.set_flag(tracking=True)
    opened.controller.set_flag(tracking=False)
    assert accented(opened) == [both.text()]
    marked_in(opened, 1, range(FRAMES))
    assert accented(opened) == [live.text()]
    assert [on_button(each) == theme.accent for each in (both, live, render)] == [False, True, False]
    states = np.full(FRAMES, FrameState.NOTHING, np.uint8)
    states[:4] = FrameState.FINAL, FrameState.FINAL, FrameState.MISSING, FrameState.MISSING
    opened.guide.set_states(states)
    assert accented(opened) == [render.text()], "it was stopped, and is to be gone on with"
    states[2:] = FrameState.FINAL
    opened.guide.set_states(states)
    assert accented(opened) == ([opened.actions_table.action("file.export").text()] if shown else [])


def test_its_icons_are_the_themes_before_those_of_the_actions_are(
    opened: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(opened.actions_table, "_draw_some", lambda: None)
    opened.set_theme(LIGHT)
    opened.editing.new_object()
    marked_in(opened, 1, range(FRAMES))
    live, render = opened.guide.buttons
    for button, name, on_accent in ((live, "live", True), (render, "render", False)):
        drawn, wanted = (each.pixmap(16).toImage() for each in (button.icon(), icon(name, LIGHT, on_accent=on_accent)))
        assert drawn == wanted, name


def test_masks_that_were_cleared_were_not_looked_for_in_vain(opened: MainWindow) -> None:
    opened.controller.perform(AddObject("square"))
    document = opened.controller.document
    mask = MaskBlob.from_array(box_mask(Rect(60, 50, 40, 40), WIDTH, HEIGHT))
    opened.controller.perform(set_anchor(document, 1, 0, mask))
    opened.controller.perform(clear_range(opened.controller.document, 1, range(FRAMES)))
    assert step(opened).number == 1 and "Nothing was found" not in step(opened).sentence


@pytest.mark.parametrize(
    ("key", "begins"),
    [
        (Qt.Key.Key_G, "Click what should go"),
        (Qt.Key.Key_P, "Paint over"),
        (Qt.Key.Key_S, "Draw round"),
        (Qt.Key.Key_D, "Click points"),
        (Qt.Key.Key_U, "Click points"),
        (Qt.Key.Key_W, "Click a colour"),
    ],
)
def test_the_first_step_is_said_for_the_tool_in_the_hand(opened: MainWindow, key: Qt.Key, begins: str) -> None:
    press(opened, key)
    assert step(opened).sentence.startswith(begins)
    assert opened.guide.sentence.text() == step(opened).sentence and not opened.guide.buttons


def test_a_tool_that_marks_nothing_leads_to_the_box(opened: MainWindow) -> None:
    press(opened, Qt.Key.Key_H)
    assert step(opened).actions == ("tool.box",)
    opened.guide.buttons[0].click()
    assert opened.actions_table.chosen("tool") == "tool.box"
    assert step(opened).sentence.startswith("Draw a box") and not opened.guide.buttons


def test_a_box_with_nothing_in_it_leads_to_the_brush(opened: MainWindow) -> None:
    opened.editing.new_object()
    opened.controller.select(1)
    assert step(opened).number == 1
    opened.tracking.find_in_box = lambda _object, _gesture: None  # type: ignore[method-assign]
    opened.editing.on_box = None
    box(opened)
    assert step(opened).actions == ("tool.brush",)


def marked_in(window: MainWindow, object_id: int, frames: range) -> None:
    """A mask of an object in some frames, as a tracker leaves it."""
    left, top = object_corner(0)
    mask = MaskBlob.from_array(box_mask(Rect(left, top, BLOB, BLOB), WIDTH, HEIGHT))
    for frame in frames:
        window.controller.perform(set_anchor(window.controller.document, object_id, frame, mask))


def test_a_second_object_in_one_frame_is_tracked_before_anything_is_removed(opened: MainWindow) -> None:
    opened.editing.new_object()
    marked_in(opened, 1, range(3))
    assert step(opened).actions == ("remove.live", "remove.render")
    opened.editing.new_object()
    marked_in(opened, 2, range(1))
    assert (step(opened).number, step(opened).actions[0]) == (2, "track.both")
    opened.controller.select(1)
    assert step(opened).number == 2 and "Object 2" in step(opened).sentence
    marked_in(opened, 2, range(1, 3))
    assert step(opened).number == 3


def test_it_is_not_gone_after_one_frame_of_many(opened: MainWindow) -> None:
    opened.editing.new_object()
    marked_in(opened, 1, range(1))
    states = np.full(FRAMES, FrameState.NOTHING, np.uint8)
    states[0] = FrameState.LIVE
    opened.guide.set_states(states)
    assert step(opened).number == 2 and "one frame" in step(opened).sentence
    assert step(opened).actions == ("track.both", "file.export")
    marked_in(opened, 1, range(1, 3))
    assert step(opened).number == 4


def test_the_guide_stands_below_where_a_mask_is_above(opened: MainWindow, until: Until) -> None:
    opened.editing.new_object()
    for corner, below in ((Rect(0, 0, WIDTH, 40), True), (Rect(0, HEIGHT - 40, WIDTH, 40), False)):
        mask = MaskBlob.from_array(box_mask(corner, WIDTH, HEIGHT))
        opened.controller.perform(set_anchor(opened.controller.document, 1, 0, mask))
        middle = opened.viewer.height() / 2
        until(lambda below=below, middle=middle: (opened.guide.geometry().center().y() > middle) is below)  # type: ignore[misc]


def test_the_guide_never_covers_what_is_named(opened: MainWindow, until: Until) -> None:
    viewer, guide = opened.viewer, opened.guide
    opened.editing.new_object()
    whole = MaskBlob.from_array(box_mask(Rect(0, 0, WIDTH, HEIGHT), WIDTH, HEIGHT))
    opened.controller.perform(set_anchor(opened.controller.document, 1, 0, whole))
    for view in (View.WIPE, View.SIDE_BY_SIDE, View.RESULT):
        viewer.set_view(view)
        until(lambda view=view: viewer.shown is not None and viewer.shown.wanted.view is view)  # type: ignore[misc]
        assert guide.isVisible()
        for width in (1280, 1000):
            opened.resize(width, 720)
            QGuiApplication.processEvents()
            assert not any(area.intersects(QRectF(guide.geometry())) for area in viewer.label_areas()), (view, width)


def test_what_cannot_be_done_yet_says_why(opened: MainWindow) -> None:
    live = opened.actions_table.action("remove.live")
    assert not live.isEnabled() and "Mark something first" in live.toolTip()
    assert opened.removal.live.toolTip() == live.toolTip()
    opened.editing.new_object()
    assert "Mark the object" in opened.actions_table.action("track.forward").toolTip()
    marked_in(opened, 1, range(1))
    assert live.isEnabled() and "playhead" in live.toolTip() and "playhead" in opened.removal.live.toolTip()


def test_the_guide_is_switched_off_once_and_stays_off(opened: MainWindow, until: Until) -> None:
    opened.guide.close_button.click()
    assert not opened.guide.isVisible()
    until(lambda: preferences_file().is_file() and not load(preferences_file()).guide)
    action = opened.actions_table.action("help.guide")
    assert not action.isChecked()
    action.trigger()
    assert opened.guide.isVisible()


def test_the_guides_buttons_are_reached_by_keyboard(opened: MainWindow, until: Until) -> None:
    box(opened)
    until(lambda: opened.controller.state.has_masks and not opened.controller.state.looking)
    opened.viewer.setFocus()
    seen = []
    for _ in range(60):
        opened.focusNextChild()
        focused = opened.focusWidget()
        if focused in opened.guide.buttons:
            break
        seen.append(focused)
    assert opened.focusWidget() is opened.guide.buttons[0]
    QTest.keyClick(opened.guide.buttons[0], Qt.Key.Key_Return)
    assert opened.controller.state.tracking or opened.controller.document.objects[0].track


def test_the_status_line_tells_what_is_so_now(opened: MainWindow, until: Until) -> None:
    status = opened.status
    assert "Drag a box" in status.words
    press(opened, Qt.Key.Key_P)
    assert "Paint over" in status.words
    opened.controller.set_flag(tracking=True)
    assert status.words.startswith("Tracking")
    opened.controller.set_flag(tracking=False)
    assert "Paint over" in status.words, "what ran is over"
    opened.controller.said.emit("Saved here.")
    assert status.words == "Saved here."
    opened.controller.set_flag(live=True)
    assert "Paint over" in status.words, "what was said was said before that"
    opened.controller.said.emit("Saved here.")
    opened.editing.new_object()
    assert "Paint over" in status.words, "it is no longer as it was saved"


def test_a_sentence_in_the_status_line_goes_when_it_was_read(opened: MainWindow, until: Until) -> None:
    opened.controller.said.emit("Once.")
    assert opened.status.words == "Once."
    opened.status._read.setInterval(1)
    until(lambda: opened.status.words != "Once.")
    assert "Drag a box" in opened.status.words


def test_what_was_said_goes_soon_once_the_user_goes_on_to_something_else(opened: MainWindow, until: Until) -> None:
    status, controller = opened.status, opened.controller

    def said_and_then(go_on: Callable[[], object]) -> int:
        controller.said.emit("There is no mask in this frame to copy.")
        until(lambda: not status._just_said.isActive())
        go_on()
        return status._read.interval()

    assert said_and_then(lambda: None) > PASSED_MS
    assert 0 <= said_and_then(lambda: controller.transport.go_to(4)) <= PASSED_MS
    assert 0 <= said_and_then(lambda: controller.perform(AddObject("other"))) <= PASSED_MS
    controller.transport.go_to(0)
    controller.said.emit("This was said because of it.")
    controller.perform(AddObject("another"))
    assert status._read.interval() > PASSED_MS, "nobody has gone on from it yet"


def test_the_status_line_is_cut_where_the_room_ends_and_said_whole_in_the_tip(opened: MainWindow) -> None:
    opened.controller.said.emit("A sentence that is far too long. " * 20)
    label = opened.status.findChildren(QLabel)[0]
    assert label.text().endswith("…") and label.toolTip() == opened.status.words


def test_no_notice_is_lost_to_the_next(opened: MainWindow) -> None:
    bar, done = opened.notices, []
    bar.show_notice(Notice("Work was left.", Severity.WARNING, choices=(Choice("Recover", lambda: done.append(1)),)))
    opened.controller.tell(UserError("The disk is full: free some space."))
    opened.controller.tell(UserError("The clip is missing: find it."))
    opened.controller.tell(UserError("The disk is full: free some space."))
    assert bar.sentence.text().startswith("The disk") and bar.turn.text() == "2 more", "what is said twice is told once"
    QTest.mouseClick(bar.turn, Qt.MouseButton.LeftButton)
    assert bar.sentence.text().startswith("The clip")
    QTest.mouseClick(bar.dismiss, Qt.MouseButton.LeftButton)
    assert bar.sentence.text() == "Work was left." and bar.turn.text() == "1 more"
    bar.choices[0].click()
    assert done == [1] and bar.sentence.text().startswith("The disk") and bar.turn.isHidden()
    bar.dismiss.click()
    assert bar.isHidden() and bar.notice is None


def test_another_clip_closes_what_was_read_and_keeps_what_asks(
    opened: MainWindow, clip_path: Path, until: Until
) -> None:
    opened.notices.show_notice(Notice("Work was left.", Severity.WARNING, choices=(Choice("Recover", lambda: None),)))
    opened.controller.tell(UserError("The clip is missing: find it."))
    before = opened.controller.workspace
    opened.open_path(clip_path)
    until(lambda: opened.controller.workspace not in (None, before) and not opened.rendering.busy)
    assert opened.notices.isVisible() and opened.notices.sentence.text() == "Work was left."


def test_notices_and_lanes_leave_the_picture_where_it_is(opened: MainWindow) -> None:
    before = places(opened)
    opened.controller.tell(UserError("The disk is full: free some space. " * 8))
    assert opened.notices.isVisible() and opened.notices.parent() is opened.viewer
    assert opened.notices.height() >= opened.notices.sentence.heightForWidth(opened.notices.sentence.width())
    assert places(opened) == before
    opened.notices.dismiss.click()
    for _ in range(FEW_LANES + 3):
        opened.editing.new_object()
        QGuiApplication.processEvents()
    assert places(opened) == before


def test_a_window_with_room_shows_more_lanes_and_always_the_selected_one(opened: MainWindow) -> None:
    for _ in range(MOST_LANES + 2):
        opened.editing.new_object()
    lanes = [strip.id for strip in opened.timeline._strips() if strip.id.startswith("lane")]
    assert len(lanes) == FEW_LANES and f"lane{opened.controller.selected_object}" in lanes
    opened.controller.select(1)
    assert "lane1" in [strip.id for strip in opened.timeline._strips()]
    opened.timeline.fit_to_window(1000)
    assert sum(strip.id.startswith("lane") for strip in opened.timeline._strips()) == MOST_LANES


def test_the_first_page_lists_what_was_opened_lately(window: MainWindow, clip_path: Path, until: Until) -> None:
    window.show_recent([clip_path, Path("/elsewhere/a & b.cleanplate")])
    buttons = [each for each in window.welcome.recent.findChildren(QPushButton) if each.isVisible()]
    assert [each.accessibleName() for each in buttons] == [clip_path.name, "a & b.cleanplate"]
    assert buttons[1].text() == "a && b.cleanplate", "no letter of it is a shortcut"
    window.show_recent([Path("/monday/clip.mp4"), Path("/tuesday/clip.mp4"), clip_path])
    entries = window.welcome.recent.findChildren
    until(lambda: sum(each.isVisible() for each in entries(QPushButton)) == 3)
    buttons = [each for each in entries(QPushButton) if each.isVisible()]
    assert [each.text() for each in buttons[:2]] == ["clip.mp4 – monday", "clip.mp4 – tuesday"]
    assert [each.text() for each in window.recent.actions()][:2] == ["clip.mp4 – monday", "clip.mp4 – tuesday"]
    QTest.keyClick(buttons[2], Qt.Key.Key_Return)
    until(lambda: window.controller.info is not None)
    assert not window.welcome.isVisible()


def test_a_new_project_asks_for_its_clip_and_keeps_what_is_open_until_there_is_one(
    opened: MainWindow, clip_path: Path, until: Until
) -> None:
    opened.editing.new_object()
    first = opened.controller.workspace
    questions = opened.projects.questions
    questions.open_file = lambda _title, _filters="", folder=None: None  # type: ignore[method-assign]
    opened.actions_table.action("file.new").trigger()
    assert opened.controller.workspace is first and opened.controller.document.objects
    questions.open_file = lambda _title, _filters="", folder=None: clip_path  # type: ignore[method-assign]
    opened.projects.may_close = lambda go_on, _stay=None: go_on()  # type: ignore[method-assign]
    QTest.keyClick(opened, Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier)
    until(lambda: opened.controller.workspace is not first and opened.controller.workspace is not None)
    assert opened.controller.document.objects == () and not opened.controller.state.modified


def test_the_log_is_shown_at_its_end(window: MainWindow, until: Until) -> None:
    path = environment.log_file()
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("first\nlast thing\n", encoding="utf-8")
    window.actions_table.action("help.log").trigger()
    dialog = window.findChild(LogDialog)
    assert dialog is not None
    until(lambda: "last thing" in dialog.text.toPlainText())
    dialog.reject()


@pytest.mark.parametrize("lines", [0, 5, 500])
def test_the_end_of_a_long_log_is_whole_lines(tmp_path: Path, lines: int) -> None:
    path = tmp_path / "log.txt"
    path.write_text("".join(f"line {number}\n" for number in range(lines)), encoding="utf-8")
    text = tail(path, 200)
    assert text.splitlines() == [f"line {number}" for number in range(lines)][-len(text.splitlines()) :]
    assert len(text) <= 200 and (lines == 0 or text.endswith(f"line {lines - 1}\n"))
    assert tail(tmp_path / "gone.txt") == ""


def test_states_are_told_without_colour(opened: MainWindow) -> None:
    """Each state of a frame is drawn with a brush or a height of its own, in words as well."""
    from PySide6.QtGui import QColor, QImage, QPainter

    from app.ui.theme import LIGHT
    from app.ui.time_axis import TimeAxis
    from app.ui.timeline_paint import BAR_PX, Row, rendered

    def grey(state: FrameState) -> np.ndarray:
        image = QImage(FRAMES * 8, BAR_PX, QImage.Format.Format_Grayscale8)
        image.fill(QColor("white"))
        painter = QPainter(image)
        rendered(Row(painter, TimeAxis.whole(FRAMES, 0, FRAMES * 8), LIGHT, BAR_PX), np.full(FRAMES, state, np.uint8))
        painter.end()
        return np.frombuffer(image.constBits(), np.uint8).reshape(BAR_PX, -1).copy()

    states = [FrameState.MISSING, FrameState.STALE, FrameState.LIVE, FrameState.FINAL, FrameState.FAILED]
    drawn = [grey(state) for state in states]
    for one in range(len(states)):
        for other in range(one):
            shape_one, shape_other = (each < each.max() for each in (drawn[one], drawn[other]))
            flat = drawn[one].max() == drawn[one].min() or drawn[other].max() == drawn[other].min()
            assert flat or not np.array_equal(shape_one, shape_other), (states[one], states[other])
    frames = {opened.timeline.words_of(0)}
    for state in states[1:]:
        opened.timeline.set_states(np.full(FRAMES, state, np.uint8))
        frames.add(opened.timeline.words_of(0))
    assert len(frames) == len(states), "the tool tip tells them apart"


def test_masks_of_several_objects_are_named_on_the_picture(opened: MainWindow, until: Until) -> None:
    """Which mask is whose is told by words as well as by colour; not over a result, nor while it plays."""
    controller = opened.controller
    for number, left in ((1, 20), (2, 140)):
        opened.editing.new_object()
        mask = MaskBlob.from_array(box_mask(Rect(left, 30, 80, 60), WIDTH, HEIGHT))
        controller.perform(set_anchor(controller.document, number, 0, mask))
    until(lambda: opened.viewer.shown is not None and len(opened.viewer.shown.outlines) == 2)

    def dark_plates() -> int:
        """How many of the two corners have a plate with a name."""
        image = opened.viewer.grab().toImage()
        places = [opened.viewer.place_of(left, 30) + QPoint(6, 12) for left in (20, 140)]
        return sum(image.pixelColor(place).lightness() < 70 for place in places)

    assert dark_plates() == 2
    opened.viewer.set_overlay(Overlay.OFF)
    assert dark_plates() == 0
