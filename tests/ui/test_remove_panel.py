"""The Remove panel in the real window: estimate, draft, pause and stop, seam settings; what tracking says and shows."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from gestures import CTRL, drag, press, steps
from moving_square import BLOB, FRAMES, object_corner
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QSlider, QStyle, QStyleOptionSlider

from app.core.edits import SetTrack
from app.core.geometry import Rect
from app.core.masks import MaskBlob, box_mask
from app.engine.result_view import FrameState
from app.ui.main_window import MainWindow
from app.ui.views import Making

Until = Callable[[Callable[[], bool]], None]


@pytest.fixture
def marked(opened: MainWindow, until: Until) -> MainWindow:
    """The window with the square's masks in every frame."""
    target = opened.editing.target()
    clip = target.document.clip
    masks = {}
    for frame in range(FRAMES):
        left, top = object_corner(frame)
        box = Rect(left - 2, top - 2, BLOB + 4, BLOB + 4).clipped(clip.width, clip.height)
        masks[frame] = MaskBlob.from_array(box_mask(box, clip.width, clip.height))
    opened.editing.commit(*target.first, SetTrack.imported(target.document, target.object_id, masks))
    until(lambda: not opened.rendering.busy)
    return opened


def rendered(window: MainWindow, until: Until) -> None:
    window.actions_table.action("remove.render").trigger()
    until(lambda: not window.controller.state.rendering and not window.rendering.busy)
    assert (window.rendering.states == FrameState.FINAL).all()


def slide(slider: QSlider, value: int) -> None:
    """Drags a slider's handle with the mouse, in several moves."""
    option = QStyleOptionSlider()
    slider.initStyleOption(option)
    handle = slider.style().subControlRect(
        QStyle.ComplexControl.CC_Slider, option, QStyle.SubControl.SC_SliderHandle, slider
    )
    room = slider.width() - handle.width()
    start = handle.center()
    end = QPoint(handle.width() // 2 + round(room * value / slider.maximum()), start.y())
    QTest.mousePress(slider, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, start)
    for share in (0.3, 0.6, 1.0):
        QTest.mouseMove(slider, start + (end - start) * share)
    QTest.mouseRelease(slider, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, end)


def composite(window: MainWindow, frame: int) -> np.ndarray:
    workspace = window.controller.workspace
    assert workspace is not None
    shown = workspace.results().composite(workspace.reader.frame(frame))
    assert shown is not None
    return shown.rgb


def test_time_and_what_is_never_seen_are_told_before_a_render(marked: MainWindow, until: Until) -> None:
    until(lambda: marked.removal.words.text().startswith("About 0:"))
    assert "seen" in marked.removal.words.toolTip()


def test_an_estimate_comes_again_after_live(marked: MainWindow, until: Until) -> None:
    until(lambda: marked.removal.words.text().startswith("About"))
    live = marked.actions_table.action("remove.live")
    live.trigger()
    until(lambda: (marked.rendering.states == FrameState.LIVE).all() and not marked.rendering.busy)
    assert not marked.removal.words.text().startswith("About")
    live.trigger()
    until(lambda: marked.removal.words.text().startswith("About"))


def test_a_draft_is_another_result_than_live_and_no_render_counts_it(marked: MainWindow, until: Until) -> None:
    live, draft = marked.actions_table.action("remove.live"), marked.removal.seam.draft
    draft.click()
    live.trigger()
    until(lambda: bool((marked.rendering.states == FrameState.LIVE).all()))
    assert marked.rendering.view is not None and marked.rendering.view.live.draft
    until(lambda: marked.viewer.shown is not None and marked.viewer.shown.making is Making.DRAFT)
    live.trigger()
    draft.click()
    assert not draft.isChecked()
    until(lambda: not marked.rendering.busy)
    assert not (marked.rendering.states == FrameState.LIVE).any(), "full size has not been rendered"
    draft.click()
    until(lambda: bool((marked.rendering.states == FrameState.LIVE).all()))


def test_a_render_is_held_goes_on_and_is_stopped(marked: MainWindow, until: Until) -> None:
    table = marked.actions_table
    table.action("remove.render").trigger()
    press(marked, Qt.Key.Key_P, CTRL)
    assert marked.controller.state.paused and marked.removal.words.text() == "Paused"
    press(marked, Qt.Key.Key_P, CTRL)
    assert not marked.controller.state.paused and marked.controller.state.rendering
    press(marked, Qt.Key.Key_Escape)
    until(lambda: not marked.controller.state.rendering)
    rendered(marked, until)


def test_colour_match_and_grain_show_without_a_new_render(marked: MainWindow, until: Until) -> None:
    rendered(marked, until)
    plain = composite(marked, 12)
    slide(marked.removal.seam.grain, 100)
    assert marked.controller.document.render.grain > 0.9
    until(lambda: not marked.rendering.busy)
    assert (marked.rendering.states == FrameState.FINAL).all()
    slide(marked.removal.seam.match, 80)
    until(lambda: not marked.rendering.busy)
    assert steps(marked)[-2:] == ("Change grain", "Change colour match"), "a drag is one step"
    assert not np.array_equal(composite(marked, 12), plain)
    press(marked, Qt.Key.Key_Z, CTRL)
    press(marked, Qt.Key.Key_Z, CTRL)
    assert marked.removal.seam.grain.value() == 0
    assert np.array_equal(composite(marked, 12), plain)


def test_another_width_of_the_seam_asks_for_a_new_render(marked: MainWindow, until: Until) -> None:
    rendered(marked, until)
    blend = marked.removal.seam.blend
    blend.setFocus()
    blend.selectAll()
    QTest.keyClicks(blend, "9")
    QTest.keyClick(blend, Qt.Key.Key_Return)
    assert marked.controller.document.render.blend_px == 9
    until(lambda: not marked.rendering.busy)
    assert (marked.rendering.states == FrameState.STALE).all()
    press(marked, Qt.Key.Key_Z, CTRL)
    until(lambda: not marked.rendering.busy)
    assert (marked.rendering.states == FrameState.FINAL).all()
    assert blend.text() == "automatic"


def test_looking_in_a_box_is_told_and_can_be_stopped(opened: MainWindow, until: Until) -> None:
    left, top = object_corner(0)
    press(opened, Qt.Key.Key_R)
    drag(opened, [(left - 4, top - 4), (left + 10, top + 10), (left + BLOB + 4, top + BLOB + 4)])
    assert opened.controller.state.looking
    assert opened.removal.words.toolTip() == "Looking for the object in the box"
    press(opened, Qt.Key.Key_Escape)
    until(lambda: not opened.controller.state.looking)
    assert opened.controller.document.objects[0].anchors == {0}
    assert not opened.controller.document.objects[0].track
    press(opened, Qt.Key.Key_T)
    until(lambda: not opened.tracking.running)
    assert len(opened.controller.document.objects[0].track) == FRAMES


def test_a_correction_in_the_middle_is_never_written_over(opened: MainWindow, until: Until) -> None:
    left, top = object_corner(0)
    press(opened, Qt.Key.Key_R)
    drag(opened, [(left - 4, top - 4), (left + 10, top + 10), (left + BLOB + 4, top + BLOB + 4)])
    press(opened, Qt.Key.Key_T)
    until(lambda: not opened.tracking.running)
    opened.controller.transport.go_to(18)
    until(lambda: opened.viewer.shown is not None and opened.viewer.shown.wanted.index == 18)
    press(opened, Qt.Key.Key_P)
    left, top = object_corner(18)
    drag(opened, [(left + BLOB + 6, top + 6), (left + BLOB + 6, top + 16)])
    painted = opened.controller.document.objects[0].track[18]
    for which in (Qt.Key.Key_F, Qt.Key.Key_B, Qt.Key.Key_T):
        press(opened, which)
        until(lambda: not opened.tracking.running)
        assert opened.controller.document.objects[0].track[18] == painted
    before = steps(opened)
    opened.controller.transport.go_to(10)
    press(opened, Qt.Key.Key_T)
    until(lambda: not opened.tracking.running)
    assert opened.controller.document.objects[0].track[18] == painted
    press(opened, Qt.Key.Key_Z, CTRL)
    assert steps(opened) == before


def test_a_render_asked_for_while_tracking_renders_what_is_found(opened: MainWindow, until: Until) -> None:
    left, top = object_corner(0)
    press(opened, Qt.Key.Key_R)
    drag(opened, [(left - 4, top - 4), (left + 10, top + 10), (left + BLOB + 4, top + BLOB + 4)])
    until(lambda: opened.controller.state.has_masks)
    press(opened, Qt.Key.Key_F)
    opened.actions_table.action("remove.render").trigger()
    assert opened.controller.state.tracking and not opened.controller.state.rendering
    until(lambda: bool((opened.rendering.states == FrameState.FINAL).all()) and not opened.rendering.busy)


@pytest.mark.parametrize("tracked", [False, True])
def test_a_render_asked_for_before_the_first_mask_is_found_waits_for_it(
    opened: MainWindow, until: Until, tracked: bool
) -> None:
    left, top = object_corner(0)
    press(opened, Qt.Key.Key_R)
    drag(opened, [(left - 4, top - 4), (left + 10, top + 10), (left + BLOB + 4, top + BLOB + 4)])
    if tracked:
        press(opened, Qt.Key.Key_F)
    assert not opened.controller.state.has_masks
    press(opened, Qt.Key.Key_R, CTRL)
    assert not opened.controller.state.rendering
    until(lambda: bool((opened.rendering.states == FrameState.FINAL).any()) and not opened.rendering.busy)
    assert (opened.rendering.states == FrameState.FINAL).all() == tracked


def test_a_render_right_after_an_edit_renders_the_edit(marked: MainWindow, until: Until) -> None:
    press(marked, Qt.Key.Key_P)
    drag(marked, [(200, 20), (220, 20)])
    marked.actions_table.action("remove.render").trigger()
    until(lambda: bool((marked.rendering.states == FrameState.FINAL).all()) and not marked.rendering.busy)
    view = marked.rendering.view
    assert view is not None and view.hole(0).full_region()[20, 210]
