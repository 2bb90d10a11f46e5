"""Rendering in the window: Live starts again as masks change, pause holds, an estimate comes before a render."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from moving_square import BLOB, FRAMES, HEIGHT, WIDTH, object_corner
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from app.core.edits import SetTrack
from app.core.geometry import Rect
from app.core.masks import MaskBlob, box_mask
from app.core.object_edits import set_anchor, set_in_out
from app.engine.result_view import FrameState
from app.jobs.context import Progress
from app.ui.main_window import MainWindow
from app.ui.rendering import _Pace, duration

Until = Callable[[Callable[[], bool]], None]


def square(index: int, more: int = 0) -> MaskBlob:
    left, top = object_corner(index)
    return MaskBlob.from_array(box_mask(Rect(left - 2, top - 2, BLOB + 4 + more, BLOB + 4), WIDTH, HEIGHT))


@pytest.fixture
def marked(opened: MainWindow, until: Until) -> MainWindow:
    """With the object's masks in every frame."""
    opened.editing.new_object()
    masks: dict[int, MaskBlob | None] = {index: square(index) for index in range(FRAMES)}
    opened.controller.perform(SetTrack.tracked(opened.controller.document, 1, masks))
    until(lambda: not opened.rendering.busy)
    return opened


def count(window: MainWindow, state: FrameState) -> int:
    return int((window.rendering.states == state).sum())


def test_live_renders_again_what_a_changed_mask_spoils(marked: MainWindow, until: Until) -> None:
    window = marked
    window.actions_table.action("remove.live").trigger()
    until(lambda: count(window, FrameState.LIVE) == FRAMES)
    window.controller.transport.go_to(20)
    window.controller.perform(set_anchor(window.controller.document, 1, 20, square(20, more=12)))
    until(lambda: count(window, FrameState.LIVE) == FRAMES and not window.rendering.busy)
    assert window.controller.results is not None
    hole = window.controller.results.hole(20).full_region()
    left, top = object_corner(20)
    assert hole[top + 10, left + BLOB + 8]


def test_live_without_masks_says_so_and_stays_on(opened: MainWindow, until: Until) -> None:
    opened.actions_table.action("remove.live").trigger()
    until(lambda: not opened.rendering.busy)
    assert opened.rendering.live
    assert not opened.notices.isVisible()


def test_only_the_range_is_rendered(marked: MainWindow, until: Until) -> None:
    marked.controller.perform(set_in_out(marked.controller.document, (5, 15)))
    until(lambda: not marked.rendering.busy)
    marked.actions_table.action("remove.render").trigger()
    until(lambda: not marked.controller.state.rendering and not marked.rendering.busy)
    assert count(marked, FrameState.FINAL) == 10
    assert (marked.rendering.states[5:15] == FrameState.FINAL).all()


def test_pause_holds_a_render_and_stop_ends_it(marked: MainWindow, until: Until) -> None:
    marked.actions_table.action("remove.render").trigger()
    marked.actions_table.action("remove.pause").trigger()
    assert marked.controller.state.paused and marked.controller.state.rendering
    assert marked.removal.words.text() == "Paused"
    marked.actions_table.action("remove.pause").trigger()
    assert not marked.controller.state.paused
    QTest.keyClick(marked.viewer, Qt.Key.Key_Escape)
    until(lambda: not marked.controller.state.rendering)
    assert not marked.notices.isVisible(), "a stop is no failure"


def test_results_survive_closing_and_opening_again(marked: MainWindow, until: Until) -> None:
    marked.actions_table.action("remove.live").trigger()
    until(lambda: count(marked, FrameState.LIVE) == FRAMES and not marked.rendering.busy)
    path = marked.controller.info.path  # type: ignore[union-attr]
    masks = dict(marked.controller.document.objects[0].track)
    marked.controller.close_clip()
    marked.open_path(path)
    until(lambda: marked.controller.workspace is not None and not marked.rendering.busy)
    marked.editing.new_object()
    marked.controller.perform(SetTrack.tracked(marked.controller.document, 1, masks))
    until(lambda: not marked.rendering.busy)
    assert count(marked, FrameState.LIVE) == FRAMES


def test_an_estimate_is_shown_before_a_render(marked: MainWindow, until: Until) -> None:
    until(lambda: marked.removal.words.text().startswith("About"))
    assert re.match(r"About \d+:\d\d", marked.removal.words.text())


def test_following_moves_the_playhead_with_the_render(marked: MainWindow, until: Until) -> None:
    marked.actions_table.action("remove.follow").trigger()
    marked.actions_table.action("remove.render").trigger()
    until(lambda: not marked.controller.state.rendering and not marked.rendering.busy)
    assert marked.controller.transport.position > 0


def test_the_time_that_is_left_follows_the_pace() -> None:
    seconds = [0.0]
    pace = _Pace(lambda: seconds[0])
    assert pace.words(Progress(0, 100, "Rendering")) == "Rendering"
    seconds[0] = 1.0
    assert pace.words(Progress(10, 100, "Rendering")) == "10.0 fps · 0:09 left"


def test_durations_are_written_as_clocks_do() -> None:
    assert [duration(each) for each in (0.2, 74, 3750)] == ["0:00", "1:14", "1:02:30"]
