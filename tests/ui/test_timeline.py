"""The timeline: where frames lie, what its rows show, its keys."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import replace

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from moving_square import BLOB, FRAMES, HEIGHT, WIDTH, object_corner
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QImage, QWheelEvent
from PySide6.QtTest import QTest

from app.core.document import DocumentObject, Doubt, Marker, Track
from app.core.edits import AddObject, SetTrack
from app.core.geometry import Rect
from app.core.masks import MaskBlob, box_mask
from app.core.object_edits import SetShapes, clear_range, set_anchor
from app.core.raster import fill_polygon
from app.core.shapes import Combine, box_shape
from app.engine.result_view import FrameState
from app.engine.seam_quality import FrameQuality
from app.engine.survey import Trouble
from app.media.display import DisplayTransform
from app.ui.coverage import AT_ONCE_FRAMES, Coverage
from app.ui.main_window import MainWindow
from app.ui.time_axis import TimeAxis
from app.ui.timeline_facts import coverage, gravest, lowest_known, runs, stretches

Until = Callable[[Callable[[], bool]], None]


def draw_mask(window: MainWindow, frame: int) -> None:
    left, top = object_corner(frame)
    corners = [(left, top), (left + BLOB, top), (left + BLOB, top + BLOB), (left, top + BLOB)]
    mask = fill_polygon(corners, WIDTH, HEIGHT)
    window.controller.perform(set_anchor(window.controller.document, 1, frame, mask))


@given(
    count=st.integers(1, 100_000),
    moves=st.lists(st.tuples(st.floats(0.1, 10), st.floats(100, 1000), st.floats(-1e4, 1e4)), max_size=6),
)
def test_the_axis_never_leaves_the_clip(count: int, moves: list[tuple[float, float, float]]) -> None:
    axis = TimeAxis.whole(count, 100, 1000)
    for factor, x, frames in moves:
        axis = axis.zoomed(factor, x).panned(frames)
        assert axis.first >= 0 and axis.first + axis.shown <= count + 1e-6
        assert 0 <= axis.frame_at(x) < count
        assert 100 <= axis.showing(count - 1).x_of(count - 0.5) <= 1000


def test_zooming_keeps_what_is_under_the_pointer() -> None:
    axis = TimeAxis.whole(1000, 100, 1100)
    zoomed = axis.zoomed(8, 700)
    assert zoomed.frame_at(700) == axis.frame_at(700) == 600
    assert zoomed.shown == 125
    assert zoomed.zoomed(1 / 8, 700) == axis


def test_no_failed_frame_is_lost_to_zooming_out() -> None:
    states = np.full(1000, FrameState.FINAL, np.uint8)
    states[501] = FrameState.FAILED
    states[803] = FrameState.STALE
    folded = gravest(states, 10)
    assert len(folded) == 100
    assert runs(folded) == [
        (0, 50, FrameState.FINAL),
        (50, 51, FrameState.FAILED),
        (51, 80, FrameState.FINAL),
        (80, 81, FrameState.STALE),
        (81, 100, FrameState.FINAL),
    ]


def test_the_lowest_share_that_is_known_is_shown() -> None:
    levels = np.array([-1, 9, 3, -1, -1, -1, 7], np.int16)
    assert lowest_known(levels, 3).tolist() == [3, -1, 7]
    assert lowest_known(levels, 1).tolist() == levels.tolist()


def test_coverage_is_where_a_mask_is_not_empty(opened: MainWindow) -> None:
    opened.controller.perform(AddObject("square"))
    for frame in (3, 4, 7):
        draw_mask(opened, frame)
    controller = opened.controller
    controller.perform(clear_range(controller.document, 1, range(4, 5)))
    each = controller.document.objects[0]
    assert np.flatnonzero(coverage(each, FRAMES)).tolist() == [3, 7]
    box = box_shape(1, 10, 5, 5, 20, 20)
    cutting = replace(box, combine=Combine.SUBTRACT)
    controller.perform(SetShapes.of(controller.document, 1, (cutting,), label="Add box"))
    assert np.flatnonzero(coverage(controller.document.objects[0], FRAMES)).tolist() == [3, 7]
    controller.perform(SetShapes.of(controller.document, 1, (box,), label="Add box"))
    assert coverage(controller.document.objects[0], FRAMES).all()


def test_coverage_is_remembered_and_of_long_tracks_found_beside_the_window(opened: MainWindow, until: Until) -> None:
    known = Coverage(opened.controller)
    blob = MaskBlob.from_array(np.ones((4, 4), bool))
    short = DocumentObject(1, "short", track=Track({3: blob}))
    assert known.of(short, 10) is known.of(short, 10)
    assert np.flatnonzero(known.of(short, 10)).tolist() == [3]
    long = DocumentObject(2, "long", track=Track(dict.fromkeys(range(AT_ONCE_FRAMES + 1), blob)))
    told: list[bool] = []
    known.changed.connect(lambda: told.append(True))
    assert not known.of(long, 3000).any() and not told, "nobody waits for it"
    until(lambda: bool(told))
    assert known.of(long, 3000).sum() == AT_ONCE_FRAMES + 1
    changed = DocumentObject(2, "long", track=long.track.changed({2900: blob}))
    assert known.of(changed, 3000).sum() == AT_ONCE_FRAMES + 1, "as it was before, until it is known"
    until(lambda: len(told) == 2)
    assert known.of(changed, 3000)[2900]


def test_the_lane_fills_while_the_tracker_finds_masks(opened: MainWindow) -> None:
    opened.controller.perform(AddObject("square"))
    without = column(opened, 12, "lane1")
    opened.controller.found.masks = {1: {12: MaskBlob.from_array(np.ones((4, 4), bool))}}
    opened.timeline.refresh_lanes()
    assert column(opened, 12, "lane1") != without


def column(window: MainWindow, frame: int, row: str) -> set[str]:
    """The colours in the middle of a frame's column in one row."""
    timeline = window.timeline
    strip = next(each for each in timeline._strips() if each.id == row)
    picture: QImage = timeline.grab().toImage()
    ratio = picture.devicePixelRatio()
    x = round(timeline.x_of(frame + 0.5) * ratio)
    return {picture.pixelColor(x, round(y * ratio)).name() for y in range(strip.top, strip.top + strip.height)}


def test_rows_show_states_and_masks(opened: MainWindow) -> None:
    states = np.zeros(FRAMES, np.uint8)
    states[20:25] = FrameState.FINAL
    opened.timeline.set_states(states)
    assert opened.theme.good in column(opened, 22, "rendered")
    assert opened.theme.good not in column(opened, 26, "rendered")
    opened.controller.perform(AddObject("square"))
    without = column(opened, 9, "lane1")
    draw_mask(opened, 9)
    assert column(opened, 9, "lane1") != without


def test_the_playhead_moves_without_drawing_the_rows_again(opened: MainWindow) -> None:
    opened.timeline.grab()
    before = {name: picture.cacheKey() for name, picture in opened.timeline._drawn.items()}
    assert {"ruler", "film", "rendered", "quality"} <= set(before)
    opened.controller.transport.go_to(17)
    opened.timeline.grab()
    assert {name: picture.cacheKey() for name, picture in opened.timeline._drawn.items()} == before


def test_the_filmstrip_shows_the_clip(opened: MainWindow, until: Until) -> None:
    timeline = opened.timeline
    frames = timeline._film_frames()
    assert len(frames) > 5
    until(lambda: all(timeline.film.picture(frame) is not None for frame in frames))
    clip = opened.controller.clip
    assert clip is not None
    until(lambda: clip.proxy.complete)
    until(lambda: all(timeline.film._kept[frame][0] == frame for frame in frames))


def test_the_filmstrip_looks_through_the_lut_as_the_viewer_does(opened: MainWindow, until: Until) -> None:
    timeline = opened.timeline
    frame = timeline._film_frames()[0]

    def shown() -> np.ndarray[tuple[int, ...], np.dtype[np.int16]] | None:
        picture = timeline.film.picture(frame)
        if picture is None:
            return None
        image = picture.toImage().convertToFormat(QImage.Format.Format_RGBX8888)
        assert image.bytesPerLine() == 4 * image.width()
        return np.frombuffer(image.constBits(), np.uint8).reshape(-1, 4)[:, :3].astype(np.int16)

    until(lambda: shown() is not None)
    before = shown()
    opened.controller.look_through(DisplayTransform.sampled("negative", lambda rgb: 1 - rgb))
    assert shown() is None, "it is made anew"
    until(lambda: shown() is not None)
    after = shown()
    assert before is not None and after is not None
    assert np.abs(before + after - 255).max() <= 4, "a table of 7 bits"
    opened.controller.look_through(None)


def test_a_drag_scrubs_and_the_wheel_zooms(opened: MainWindow) -> None:
    timeline, transport = opened.timeline, opened.controller.transport
    at = QPoint(round(timeline.x_of(12.5)), 10)
    QTest.mousePress(timeline, Qt.MouseButton.LeftButton, pos=at)
    assert transport.position == 12 and transport.scrubbing
    QTest.mouseMove(timeline, QPoint(round(timeline.x_of(20.5)), 10))
    QTest.mouseRelease(timeline, Qt.MouseButton.LeftButton, pos=at)
    assert not transport.scrubbing
    wheel = QWheelEvent(
        QPointF(at),
        QPointF(timeline.mapToGlobal(at)),
        QPoint(),
        QPoint(0, 120),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.ControlModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    timeline.wheelEvent(wheel)
    assert not timeline.axis.is_whole
    assert timeline.frame_at(at.x()) == 12
    QTest.keyClick(opened.viewer, Qt.Key.Key_0)
    assert timeline.axis.is_whole
    for _ in range(9):
        QTest.keyClick(opened.viewer, Qt.Key.Key_Equal)
    transport.go_to(FRAMES - 1)
    assert timeline.axis.left <= timeline.x_of(FRAMES - 0.5) <= timeline.axis.right


def test_a_click_on_a_name_selects_the_object(opened: MainWindow) -> None:
    opened.controller.perform(AddObject("one"), AddObject("two"))
    lane = next(each for each in opened.timeline._strips() if each.id == "lane1")
    QTest.mouseClick(opened.timeline, Qt.MouseButton.LeftButton, pos=QPoint(20, lane.top + 5))
    assert opened.controller.selected_object == 1
    assert opened.controller.transport.position == 0


def test_markers_are_set_found_and_undone(opened: MainWindow) -> None:
    transport, viewer = opened.controller.transport, opened.viewer
    for frame in (5, 25):
        transport.go_to(frame)
        QTest.keyClick(viewer, Qt.Key.Key_M)
    assert opened.controller.document.markers == (Marker(5), Marker(25))
    QTest.keyClick(viewer, Qt.Key.Key_M, Qt.KeyboardModifier.AltModifier)
    assert transport.position == 5
    QTest.keyClick(viewer, Qt.Key.Key_M, Qt.KeyboardModifier.ShiftModifier)
    assert transport.position == 25
    QTest.keyClick(viewer, Qt.Key.Key_M)
    assert opened.controller.document.markers == (Marker(5),)
    opened.controller.undo()
    assert opened.controller.document.markers == (Marker(5), Marker(25))


def test_doubtful_frames_are_found_by_keys_and_said(opened: MainWindow) -> None:
    quality = opened.quality
    good = FrameQuality(1.0, 0.0, 0.0, 0.0)
    known = dict.fromkeys(range(FRAMES), good)
    known[8] = FrameQuality(0.2, 0.8, 0.0, 0.0)
    known[30] = FrameQuality(1.0, 0.0, 0.9, 0.0)
    quality._clear()
    before = column(opened, 30, "quality")
    quality._note(known)
    assert column(opened, 30, "quality") != before
    said: list[str] = []
    opened.controller.said.connect(said.append)
    shift = Qt.KeyboardModifier.ShiftModifier
    places = []
    for which in (Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Up):
        QTest.keyClick(opened.viewer, which, shift)
        places.append(opened.controller.transport.position)
    assert places == [8, 30, 30, 8]
    assert said[0] == "Frame 8: mostly guessed." and "mask jumps" in said[1] and "after" in said[2]
    assert "mask jumps" in opened.timeline.words_of(30) and "20% seen" in opened.timeline.words_of(8)


def test_pixels_that_two_objects_have_are_a_place_to_look_at(opened: MainWindow, until: Until) -> None:
    controller, said = opened.controller, []
    controller.said.connect(said.append)
    for name, frames in (("first", range(20)), ("second", range(12, 30))):
        controller.perform(AddObject(name))
        masks = {frame: MaskBlob.from_array(box_mask(Rect(40, 40, 30, 30), WIDTH, HEIGHT)) for frame in frames}
        controller.perform(SetTrack.tracked(controller.document, controller.document.objects[-1].id, masks))
    until(lambda: [each.frame for each in opened.quality.problems] == list(range(12, 20)))
    controller.transport.go_to(0)
    opened.actions_table.action("quality.next").trigger()
    assert controller.transport.position == 12 and said[-1] == "Frame 12: two objects have the same pixels."
    assert "same pixels" in opened.timeline.words_of(15)
    controller.select(2)
    opened.actions_table.action("object.delete").trigger()
    until(lambda: not opened.quality.problems)


def test_rendered_frames_are_judged_when_rendering_rests(opened: MainWindow, until: Until) -> None:
    opened.controller.perform(AddObject("square"))
    for frame in (6, 7, 8):
        draw_mask(opened, frame)
    until(lambda: not opened.rendering.busy)
    opened.actions_table.action("remove.render").trigger()
    until(lambda: not opened.controller.state.rendering and not opened.rendering.busy)
    until(lambda: {6, 7, 8} <= set(opened.quality.qualities) and not opened.quality.running)
    assert all(0 <= each.seen_share <= 1 for each in opened.quality.qualities.values())
    opened.controller.undo()
    until(lambda: not opened.rendering.busy and not opened.quality.running)
    assert 8 not in opened.quality.qualities


def test_what_was_known_before_a_change_stays_dimmed_till_it_is_judged_anew(opened: MainWindow, until: Until) -> None:
    opened.controller.perform(AddObject("square"))
    for frame in (6, 7, 8):
        draw_mask(opened, frame)
    until(lambda: not opened.rendering.busy)
    opened.actions_table.action("remove.render").trigger()
    until(lambda: not opened.controller.state.rendering and not opened.rendering.busy)
    quality = opened.quality
    until(lambda: {6, 7, 8} <= set(quality.qualities) and not quality.running)
    assert not quality.outdated.any()
    fresh = column(opened, 7, "quality")
    draw_mask(opened, 9)
    until(lambda: not opened.rendering.busy and not quality.running)
    assert {6, 7, 8} <= set(quality.qualities), "what was known is still there"
    assert quality.outdated[[6, 7, 8]].all()
    assert column(opened, 7, "quality") != fresh and "before the change" in opened.timeline.words_of(7)
    opened.actions_table.action("remove.render").trigger()
    until(lambda: not opened.controller.state.rendering and not opened.rendering.busy)
    until(lambda: 9 in quality.qualities and not quality.running)
    assert not quality.outdated.any()


def tracked(window: MainWindow, frames: range, doubts: dict[int, Doubt]) -> None:
    """A tracker's answer for the only object: the same mask in every frame but where it was lost."""
    document = window.controller.document
    mask = MaskBlob.from_array(np.pad(np.ones((20, 20), np.bool_), ((40, HEIGHT - 60), (40, WIDTH - 60))))
    nothing = MaskBlob.empty(WIDTH, HEIGHT)
    masks = {frame: nothing if doubts.get(frame) is Doubt.LOST else mask for frame in frames}
    window.controller.perform(SetTrack.tracked(document, document.objects[-1].id, masks, doubts=doubts))


def test_what_tracking_had_trouble_with_is_marked_and_found(opened: MainWindow) -> None:
    opened.controller.perform(AddObject("square"))
    quality = opened.quality
    quality._clear()
    before = column(opened, 12, "quality")
    tracked(opened, range(FRAMES), {12: Doubt.LOST, 13: Doubt.LOST, 20: Doubt.UNSURE})
    assert column(opened, 12, "quality") != before
    assert "not found" in opened.timeline.words_of(12) and "unsure" in opened.timeline.words_of(20)
    assert [problem.frame for problem in quality.problems] == [12, 13, 20]
    quality._note({12: FrameQuality(0.2, 0.8, 0.0, 0.0)})
    assert quality.problems[0].troubles == (Trouble.GUESSED, Trouble.LOST)
    tracked(opened, range(15), {3: Doubt.LOST})  # a part is tracked anew
    assert [problem.frame for problem in quality.problems] == [3, 12, 20]
    draw_mask(opened, 20)  # somebody says what is there
    assert [problem.frame for problem in quality.problems] == [3, 12]
    opened.controller.undo()
    opened.controller.undo()
    assert [problem.frame for problem in quality.problems] == [12, 13, 20], "undo brings the marks back as well"
    opened.controller.undo()
    assert [problem.frame for problem in quality.problems] == [12]  # what is left is the guess


def test_places_where_an_object_is_lost_are_marked_in_its_lane_and_found_by_keys(opened: MainWindow) -> None:
    opened.controller.perform(AddObject("square"))
    opened.controller.select(1)
    assert not opened.actions_table.action("track.next_lost").isEnabled()
    tracked(opened, range(FRAMES), {})
    before = column(opened, 13, "lane1")
    opened.controller.undo()
    tracked(opened, range(FRAMES), {12: Doubt.LOST, 13: Doubt.LOST, 20: Doubt.UNSURE, 30: Doubt.LOST})
    assert column(opened, 13, "lane1") != before
    said: list[str] = []
    opened.controller.said.connect(said.append)
    alt = Qt.KeyboardModifier.AltModifier
    places = []
    for which in (Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Up):
        QTest.keyClick(opened.viewer, which, alt)
        places.append(opened.controller.transport.position)
    assert places == [12, 30, 30, 12]
    assert said == [
        "square is lost here, for 2 frames.",
        "square is lost here.",
        "Nothing is lost after this frame.",
        "square is lost here, for 2 frames.",
    ]


@given(st.sets(st.integers(0, 60)))
def test_stretches_are_the_runs_of_neighbours(frames: set[int]) -> None:
    found = stretches(np.array(sorted(frames), np.int64))
    assert [frame for first, end in found for frame in range(first, end)] == sorted(frames)
    assert all(end < first for (_, end), (first, _) in itertools.pairwise(found))
