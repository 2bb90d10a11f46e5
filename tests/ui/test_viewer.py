"""The viewer: zoom, pan, views, the held Tab, and requests of which only the newest is answered."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from moving_square import FRAMES, HEIGHT, WIDTH, scene_frame
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QImage, QKeyEvent, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.core.document import ClipIdentity, Document
from app.core.edits import SetTrack
from app.core.geometry import Rect
from app.core.masks import MaskBlob, box_mask
from app.jobs.context import JobContext
from app.media.frame import ColorTags, Family, PlaneLayout, VideoFrame
from app.media.scrub import Passed
from app.ui.main_window import MainWindow
from app.ui.outlines import traced
from app.ui.pictures import AHEAD_FRAMES, PictureServer, difference, view_for
from app.ui.view_transform import ViewTransform
from app.ui.viewer_paint import Overlay
from app.ui.views import ShownFrame, View, Wanted

Until = Callable[[Callable[[], bool]], None]
NONE = Qt.KeyboardModifier.NoModifier


def screen(window: MainWindow) -> QImage:
    return window.viewer.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)


def color_at(window: MainWindow, x: float, y: float) -> tuple[int, int, int]:
    """What the screen shows of a picture pixel."""
    place = window.viewer.place_of(x, y)
    color = screen(window).pixelColor(place)
    return color.red(), color.green(), color.blue()


def wheel(window: MainWindow, place: QPointF, steps: int) -> None:
    event = QWheelEvent(
        place,
        window.viewer.mapToGlobal(place),
        QPoint(),
        QPoint(0, 120 * steps),
        Qt.MouseButton.NoButton,
        NONE,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(window.viewer, event)


@pytest.mark.parametrize("zoom", [0.1, 0.9, 3.0, 40.0])
def test_zooming_keeps_the_pixel_under_the_pointer(zoom: float) -> None:
    view = ViewTransform(1920, 1080, aspect=4 / 3).fit(1000, 600)
    before = view.to_picture(310, 205)
    after = view.at_zoom(zoom, 310, 205).to_picture(310, 205)
    assert after == pytest.approx(before)


def test_a_fitted_picture_is_whole_and_centred() -> None:
    view = ViewTransform(1920, 1080).fit(1000, 1000, margin=10)
    assert view.size == pytest.approx((980, 980 * 1080 / 1920))
    assert view.to_view(960, 540) == pytest.approx((500, 500))


def test_a_picture_cannot_be_lost() -> None:
    view = ViewTransform(100, 100).at_zoom(10, 0, 0).panned(-5000, 9000).kept_in(400, 400)
    left, top = view.to_view(0, 0)
    right, bottom = view.to_view(100, 100)
    assert left <= 200 <= right and top <= 200 <= bottom


def test_the_wheel_zooms_at_the_pointer(opened: MainWindow) -> None:
    viewer = opened.viewer
    place = QPointF(viewer.place_of(200, 30))
    before = viewer.transform.to_picture(place.x(), place.y())
    wheel(opened, place, 4)
    assert viewer.transform.zoom > 2 * viewer.height() / HEIGHT
    assert viewer.transform.to_picture(place.x(), place.y()) == pytest.approx(before, abs=0.5)


def test_pixels_are_squares_at_high_zoom(opened: MainWindow, until: Until) -> None:
    place = QPointF(opened.viewer.place_of(100, 70))
    wheel(opened, place, 12)
    until(lambda: not opened.viewer._settle.isActive())
    image = screen(opened)
    x, y = opened.viewer.transform.to_picture(place.x(), place.y())
    corner = opened.viewer.place_of(int(x), int(y))
    size = int(opened.viewer.transform.zoom)
    inside = [image.pixelColor(corner + QPoint(dx, dy)) for dx in (2, size - 2) for dy in (2, size - 2)]
    assert len({each.rgb() for each in inside}) == 1


def test_one_hundred_percent_and_fit(opened: MainWindow) -> None:
    opened.actions_table.action("view.full_size").trigger()
    assert opened.viewer.transform.zoom == 1.0
    opened.actions_table.action("view.fit").trigger()
    assert opened.viewer.transform.fitted


def test_space_and_drag_pans_and_does_not_play(opened: MainWindow, until: Until) -> None:
    viewer = opened.viewer
    wheel(opened, QPointF(viewer.place_of(128, 72)), 5)
    before = viewer.transform.left
    QTest.keyPress(viewer, Qt.Key.Key_Space)
    QTest.mousePress(viewer, Qt.MouseButton.LeftButton, NONE, QPoint(300, 300))
    QTest.mouseMove(viewer, QPoint(340, 310))
    QTest.mouseRelease(viewer, Qt.MouseButton.LeftButton, NONE, QPoint(340, 310))
    QTest.keyRelease(viewer, Qt.Key.Key_Space)
    until(lambda: not viewer._space_held)
    assert viewer.transform.left == pytest.approx(before + 40)
    assert not opened.controller.transport.playing
    assert opened.controller.document.objects == ()


def test_a_tap_of_space_plays(opened: MainWindow, until: Until) -> None:
    QTest.keyClick(opened.viewer, Qt.Key.Key_Space)
    until(lambda: opened.controller.transport.playing)
    QTest.keyClick(opened.viewer, Qt.Key.Key_Space)
    until(lambda: not opened.controller.transport.playing)


@pytest.mark.parametrize("told", [True, False])
def test_tab_held_until_it_repeats_goes_on_showing_the_source(opened: MainWindow, until: Until, told: bool) -> None:
    # X lets a held key go and presses it again; Qt does not always tell that this is a repeat.
    viewer = opened.viewer
    QTest.keyPress(viewer, Qt.Key.Key_Tab)
    until(lambda: not viewer._held_long.isActive())
    for _ in range(4):
        for kind in (QEvent.Type.KeyRelease, QEvent.Type.KeyPress):
            QApplication.sendEvent(viewer, QKeyEvent(kind, Qt.Key.Key_Tab, NONE, "", told))
        QTest.qWait(40)
        assert viewer.peeking and viewer.hasFocus()
    QTest.keyRelease(viewer, Qt.Key.Key_Tab)
    until(lambda: not viewer.peeking)
    assert viewer.hasFocus()


def test_space_held_until_it_repeats_does_not_play(opened: MainWindow) -> None:
    viewer = opened.viewer
    QTest.keyPress(viewer, Qt.Key.Key_Space)
    for _ in range(3):
        for kind in (QEvent.Type.KeyRelease, QEvent.Type.KeyPress):
            QApplication.sendEvent(viewer, QKeyEvent(kind, Qt.Key.Key_Space, NONE))
        QTest.qWait(40)
        assert not opened.controller.transport.playing


def test_holding_tab_shows_the_source_and_a_tap_moves_on(opened: MainWindow, until: Until) -> None:
    viewer = opened.viewer
    QTest.keyPress(viewer, Qt.Key.Key_Tab)
    assert viewer.peeking
    until(lambda: viewer.shown is not None and viewer.shown.wanted.view is View.SOURCE)
    until(lambda: not viewer._held_long.isActive())
    QTest.keyRelease(viewer, Qt.Key.Key_Tab)
    until(lambda: not viewer.peeking)
    assert viewer.hasFocus()
    until(lambda: viewer.shown is not None and viewer.shown.wanted.view is View.RESULT)
    QTest.keyClick(viewer, Qt.Key.Key_Tab)
    until(lambda: not viewer.hasFocus())


def test_the_wipes_handle_is_dragged(opened: MainWindow, until: Until) -> None:
    viewer = opened.viewer
    viewer.set_view(View.WIPE)
    until(lambda: viewer.shown is not None and viewer.shown.wanted.view is View.WIPE)
    handle = viewer.place_of(WIDTH / 2, HEIGHT / 2)
    target = viewer.place_of(WIDTH / 4, HEIGHT / 2)
    QTest.mousePress(viewer, Qt.MouseButton.LeftButton, NONE, handle)
    QTest.mouseMove(viewer, target)
    QTest.mouseRelease(viewer, Qt.MouseButton.LeftButton, NONE, target)
    assert viewer.wipe == pytest.approx(0.25, abs=0.01)
    assert opened.controller.document.objects == (), "the box tool got nothing of it"


def test_both_panes_of_side_by_side_are_the_same_picture_to_a_tool(opened: MainWindow, until: Until) -> None:
    opened.actions_table.action("tool.lasso").trigger()
    opened.viewer.set_view(View.SIDE_BY_SIDE)
    until(lambda: opened.viewer.shown is not None and opened.viewer.shown.wanted.view is View.SIDE_BY_SIDE)
    shift = QPoint(round((opened.viewer.width() - 2) / 2 + 2), 0)
    places = [opened.viewer.place_of(*each) + shift for each in ((50, 40), (90, 40), (90, 90), (50, 90))]
    QTest.mousePress(opened.viewer, Qt.MouseButton.LeftButton, NONE, places[0])
    for place in places[1:]:
        QTest.mouseMove(opened.viewer, place)
    QTest.mouseRelease(opened.viewer, Qt.MouseButton.LeftButton, NONE, places[-1])
    mask = opened.controller.mask_of(1, 0)
    assert mask is not None
    assert abs(mask.bbox.x - 50) <= 2 and abs(mask.bbox.right - 90) <= 2


def test_the_overlay_is_filled_outlined_or_gone(opened: MainWindow, until: Until) -> None:
    opened.editing.new_object()
    square = MaskBlob.from_array(box_mask(Rect(100, 40, 60, 60), WIDTH, HEIGHT))
    opened.controller.perform(SetTrack.tracked(opened.controller.document, 1, {0: square}))
    until(lambda: opened.viewer.shown is not None and len(opened.viewer.shown.outlines) == 1)
    until(lambda: not opened.rendering.busy and opened.viewer.shown.has_hole)  # type: ignore[union-attr]
    plain = scene_frame(0)[70, 130]
    filled = np.array(color_at(opened, 130, 70))
    opened.viewer.set_overlay(Overlay.OUTLINE)
    outlined = np.array(color_at(opened, 130, 70))
    border = np.array(color_at(opened, 100, 70))
    opened.viewer.set_overlay(Overlay.OFF)
    off = np.array(color_at(opened, 130, 70))
    assert np.abs(off - plain).max() < 16 and np.abs(outlined - off).max() == 0
    assert np.abs(filled - off).max() > 30
    assert np.abs(border - np.array(color_at(opened, 100, 70))).max() > 30


def test_an_outline_runs_along_the_pixels_edges() -> None:
    path = traced(MaskBlob.from_array(box_mask(Rect(10, 20, 30, 40), 100, 100)))
    box = path.boundingRect()
    assert box.left() == pytest.approx(10, abs=0.26) and box.right() == pytest.approx(40, abs=0.26)
    assert path.contains(QPointF(10.5, 20.5)) and path.contains(QPointF(39.5, 59.5))
    assert not path.contains(QPointF(9.5, 30)) and not path.contains(QPointF(40.5, 30))


def test_a_gap_in_a_mask_is_a_gap_in_its_outline() -> None:
    mask = box_mask(Rect(10, 10, 40, 40), 64, 64)
    mask[25:35, 25:35] = False
    assert not traced(MaskBlob.from_array(mask)).contains(QPointF(30, 30))


def test_the_difference_is_eight_times_as_bright() -> None:
    source = np.full((2, 2, 3), 100, np.uint8)
    result = source.copy()
    result[0, 0] = (103, 90, 255)
    assert difference(source, result)[0, 0].tolist() == [24, 80, 255]
    assert difference(source, result)[1, 1].tolist() == [0, 0, 0]


class SlowSource:
    """Decodes when the test lets it."""

    def __init__(self) -> None:
        self.asked: list[int] = []
        self.go = threading.Semaphore(0)
        self.near, self.far = True, False
        self.way: list[int] = []

    def frame(self, index: int, passed: Passed | None = None) -> VideoFrame:
        self.asked.append(index)
        for before in self.way:
            assert self.go.acquire(timeout=60)
            assert passed is not None
            passed(self.made(before))
        assert self.go.acquire(timeout=60)
        return self.made(index)

    def made(self, index: int) -> VideoFrame:
        grey = np.full((8, 8), index, np.uint8)
        layout = PlaneLayout(Family.GRAY, 8, 0, 0, False)
        rgb = np.repeat(grey[..., None], 3, axis=2)
        return VideoFrame(index, index, 1, layout, (grey,), ColorTags(), _rgb=rgb)

    def has_frame(self, index: int) -> bool:
        return False

    def is_near(self, index: int) -> bool:
        return self.near

    def is_far(self, index: int) -> bool:
        return self.far

    def leads_by(self, index: int, later: int) -> bool:
        return index <= later

    def view(
        self, index: int, size: tuple[int, int], passed: Passed | None = None
    ) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
        return view_for(self.frame(index, passed), size)

    def rough(self, index: int) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]] | None:
        return np.full((4, 4, 3), 200, np.uint8)

    def for_screen(
        self, view: np.ndarray[tuple[int, ...], np.dtype[np.uint8]]
    ) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
        return view // 2


class OneThread:
    """Runs the server's jobs as a lane would."""

    def __init__(self) -> None:
        self.threads: list[threading.Thread] = []

    def __call__(self, job: Callable[[JobContext], None]) -> None:
        thread = threading.Thread(target=job, args=(JobContext(),))
        self.threads.append(thread)
        thread.start()

    def join(self) -> None:
        for thread in self.threads:
            thread.join(60)


def wanted(index: int, *, rough: bool = False) -> Wanted:
    return Wanted(index, (8, 8), View.SOURCE, Document(ClipIdentity("x", 1, 8, 8, FRAMES)), rough=rough)


def test_only_the_newest_request_is_answered(qtbot: QtBot) -> None:
    source, lane = SlowSource(), OneThread()
    server = PictureServer(lane, lambda document, object_id, frame: None)
    server.set_source(source, FRAMES)
    shown: list[int] = []
    server.ready.connect(lambda answer: shown.append(answer.wanted.index))
    server.want(wanted(1))
    qtbot.waitUntil(lambda: source.asked == [1], timeout=60_000)
    for index in range(2, 30):
        server.want(wanted(index))
    source.go.release(2)
    qtbot.waitUntil(lambda: shown[-1:] == [29], timeout=60_000)
    lane.join()
    assert source.asked == [1, 29]
    key = (1, "source", 29, (8, 8))
    picture = server.cache.get(key)
    assert picture is not None and picture.pixels[0, 0].tolist() == [14, 14, 14, 255], "as the screen shows it"


def test_frames_on_the_way_stand_in_and_a_newer_wish_ends_the_way(qtbot: QtBot) -> None:
    source, lane = SlowSource(), OneThread()
    source.way = [4, 5]
    server = PictureServer(lane, lambda document, object_id, frame: None)
    server.set_source(source, FRAMES)
    shown: list[ShownFrame] = []
    server.ready.connect(shown.append)
    server.want(wanted(6))
    qtbot.waitUntil(lambda: source.asked == [6], timeout=60_000)
    source.go.release()
    qtbot.waitUntil(lambda: len(shown) == 1, timeout=60_000)
    assert not shown[0].exact and shown[0].source is not None
    assert shown[0].source.pixels[0, 0, 0] == 2, "frame 4, as the screen shows it"
    server.want(wanted(9))  # the way leads there: it is gone to its end
    source.go.release(2)
    qtbot.waitUntil(lambda: source.asked == [6, 9], timeout=60_000)
    server.want(wanted(2))  # it does not lead back
    source.go.release()
    qtbot.waitUntil(lambda: source.asked == [6, 9, 2], timeout=60_000)
    source.go.release(3)
    qtbot.waitUntil(lambda: shown[-1].exact and shown[-1].wanted.index == 2, timeout=60_000)
    lane.join()
    assert [answer.wanted.index for answer in shown if answer.exact] == [6, 2]


def test_a_dragged_playhead_sees_a_rough_picture_without_decoding(qtbot: QtBot) -> None:
    source, lane = SlowSource(), OneThread()
    server = PictureServer(lane, lambda document, object_id, frame: None)
    server.set_source(source, FRAMES)
    shown: list[ShownFrame] = []
    server.ready.connect(shown.append)
    server.want(wanted(5, rough=True))
    qtbot.waitUntil(lambda: bool(shown), timeout=60_000)
    lane.join()
    assert source.asked == [] and shown[0].source is not None and shown[0].exact
    assert shown[0].source.pixels[0, 0].tolist() == [100, 100, 100, 255], "and as the screen shows it"


def test_after_a_jump_a_small_picture_stands_in_until_the_frame_is_decoded(qtbot: QtBot) -> None:
    source, lane = SlowSource(), OneThread()
    source.near = False
    server = PictureServer(lane, lambda document, object_id, frame: None)
    server.set_source(source, FRAMES)
    shown: list[ShownFrame] = []
    server.ready.connect(shown.append)
    server.want(wanted(30))
    qtbot.waitUntil(lambda: len(shown) == 1, timeout=60_000)
    assert not shown[0].exact
    source.go.release()
    qtbot.waitUntil(lambda: len(shown) == 2, timeout=60_000)
    lane.join()
    assert shown[1].exact and source.asked == [30]
    server.want(wanted(30))
    qtbot.waitUntil(lambda: len(shown) == 3, timeout=60_000)
    lane.join()
    assert shown[2].exact and source.asked == [30], "what is at hand needs no stand-in"


def test_a_step_gets_a_stand_in_only_where_the_frame_takes_long(qtbot: QtBot) -> None:
    source, lane = SlowSource(), OneThread()
    source.near = False
    server = PictureServer(lane, lambda document, object_id, frame: None)
    server.set_source(source, FRAMES)
    shown: list[bool] = []
    server.ready.connect(lambda answer: shown.append(answer.exact))
    source.go.release(10)  # those before it are made ahead
    server.want(replace(wanted(9), ahead=-1))
    lane.join()
    qtbot.waitUntil(lambda: shown == [True], timeout=60_000)
    source.far = True
    server.want(replace(wanted(40), ahead=-1))
    qtbot.waitUntil(lambda: shown == [True, False], timeout=60_000)
    source.go.release(1 + AHEAD_FRAMES)
    lane.join()
    qtbot.waitUntil(lambda: shown == [True, False, True], timeout=60_000)


def test_two_viewers_are_answered_each_for_itself(qtbot: QtBot) -> None:
    source, lane = SlowSource(), OneThread()
    server = PictureServer(lane, lambda document, object_id, frame: None)
    server.set_source(source, FRAMES)
    shown: list[tuple[int, int]] = []
    server.ready.connect(lambda answer: shown.append((answer.wanted.seat, answer.wanted.index)))
    server.want(wanted(1))
    qtbot.waitUntil(lambda: source.asked == [1], timeout=60_000)
    for index in (2, 3):
        server.want(wanted(index))
        server.want(replace(wanted(index + 10), seat=1))
    source.go.release(3)
    qtbot.waitUntil(lambda: {(0, 3), (1, 13)} <= set(shown), timeout=60_000)
    lane.join()
    assert source.asked == [1, 13, 3], "viewers take turns, and what was overtaken is not decoded"
