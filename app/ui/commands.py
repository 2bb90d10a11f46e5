"""Connects the table of actions with what does the work."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from app.core.object_edits import set_in_out
from app.ui.marking import go_to_lost, go_to_marker, go_to_start, toggle_marker
from app.ui.mask_commands import connect_masks
from app.ui.shortcut_sheet import ShortcutSheet
from app.ui.timeline import ZOOM_STEP as TIMELINE_ZOOM_STEP
from app.ui.tracking import Direction
from app.ui.view_transform import ZOOM_STEP
from app.ui.viewer_paint import Overlay
from app.ui.views import View

if TYPE_CHECKING:
    from app.ui.main_window import MainWindow

WIPE_STEP = 0.02


def connect_actions(window: MainWindow) -> None:
    """Connects every action of a window."""
    _connect_files(window)
    _connect_view(window)
    connect_masks(window)
    _connect_work(window)
    _connect_playback(window)
    _connect_timeline(window)


def _connect_files(window: MainWindow) -> None:
    table, controller = window.actions_table, window.controller
    table.on("file.new", window.asking.clip)
    table.on("file.open", window.asking.file)
    table.on("file.demo", window.open_demo)
    table.on("file.close", window.close_clip)
    table.on("file.save", window.projects.save)
    table.on("file.save_as", window.projects.save_as)
    table.on("file.quit", window.close)
    table.on("file.export", window.asking.export)
    table.on("file.export_still", window.asking.still)
    table.on("view.exports", window.asking.exports)
    table.on("help.about", window.asking.about)
    table.on("help.log", window.asking.log)
    table.action("help.guide").setChecked(window.preferences.guide)
    table.on_toggled("help.guide", window.show_guide)
    table.on("edit.preferences", window.asking.preferences)
    table.on("edit.undo", controller.undo)
    table.on("edit.redo", controller.redo)
    table.on("help.shortcuts", lambda: ShortcutSheet(table, window).open())


def _connect_view(window: MainWindow) -> None:
    table, viewer = window.actions_table, window.viewer
    for view in View:
        table.on(f"view.{view.value}", partial(viewer.set_view, view))
    table.action(f"view.{viewer.view.value}").setChecked(True)
    viewer.view_changed.connect(lambda view: table.action(f"view.{view.value}").setChecked(True))
    for overlay in Overlay:
        table.on(f"overlay.{overlay.value}", partial(viewer.set_overlay, overlay))
    table.action(f"overlay.{viewer.overlay.kind.value}").setChecked(True)
    table.on("overlay.next", lambda: _next_overlay(window))
    table.on("view.fit", viewer.fit)
    table.on("view.full_size", viewer.full_size)
    table.on("view.zoom_in", lambda: _zoom(window, ZOOM_STEP))
    table.on("view.zoom_out", lambda: _zoom(window, 1 / ZOOM_STEP))
    viewer.view_changed.connect(lambda view: window.controller.set_flag(wiping=view is View.WIPE))
    table.on("wipe.left", lambda: viewer.set_wipe(viewer.wipe - WIPE_STEP))
    table.on("wipe.right", lambda: viewer.set_wipe(viewer.wipe + WIPE_STEP))
    table.on_toggled("view.pointer", window.pointer.switch)
    window.pointer.changed.connect(lambda: table.action("view.pointer").setChecked(window.pointer.on))
    for name, widget in (("view.objects", window.side), ("view.timeline", window.timeline)):
        table.action(name).setChecked(True)
        table.on_toggled(name, widget.setVisible)
    table.on_toggled("view.second", window.show_second_viewer)
    table.on("kept.keep", window.asking.keep_result)
    table.on("kept.flip", lambda: _flip(window))
    table.on("lut.choose", lambda: window.lut.ask(window.projects.questions))
    table.on("lut.clear", window.lut.clear)
    table.on_toggled("view.full_screen", window.fill_screen)


def _zoom(window: MainWindow, factor: float) -> None:
    """Round the keyboard's pointer while it is on, else round the mouse's."""
    if window.pointer.on:
        window.viewer.zoom_at(factor, window.pointer.place)
    else:
        window.viewer.zoom_by(factor)


def _flip(window: MainWindow) -> None:
    """Flips, and says which result is on screen now."""
    kept = window.controller.kept
    if kept.flip():
        window.controller.said.emit(kept.words())


def _next_overlay(window: MainWindow) -> None:
    order = list(Overlay)
    following = order[(order.index(window.viewer.overlay.kind) + 1) % len(order)]
    window.actions_table.action(f"overlay.{following.value}").trigger()


def _connect_work(window: MainWindow) -> None:
    table, rendering = window.actions_table, window.rendering
    for name, direction in (
        ("track.forward", Direction.FORWARD),
        ("track.backward", Direction.BACKWARD),
        ("track.both", Direction.BOTH),
        ("track.forward_one", Direction.ONE_FORWARD),
        ("track.back_one", Direction.ONE_BACKWARD),
    ):
        table.on(name, partial(_track, window, direction))
    table.on("track.all", partial(_track_all, window))
    for name, on in (
        ("track.stop_when_lost", window.preferences.stop_when_lost),
        ("track.look_again", window.preferences.look_again),
        ("track.second_look", window.preferences.second_look),
    ):
        table.action(name).setChecked(on)
        table.on_toggled(name, lambda _on: _set_tracking(window))
    table.on("track.next_lost", lambda: go_to_lost(window.controller, forward=True))
    table.on("track.previous_lost", lambda: go_to_lost(window.controller, forward=False))
    table.on("track.go_to_start", lambda: go_to_start(window.controller, window.tracking.began_at))
    table.on("track.shadow", window.tracking.find_shadow)
    restoring = window.restoring
    table.on("restore.start", restoring.restore)
    table.on("restore.find", restoring.find_occluders)
    table.on("restore.predict", restoring.predict)
    table.on_toggled("restore.edit", restoring.set_whole)
    table.on("job.stop", window.stop)
    table.on_toggled("remove.live", rendering.set_live)
    table.on("remove.render", rendering.render_range)
    table.on_toggled("remove.pause", rendering.set_paused)
    table.on_toggled("remove.follow", rendering.set_follow)
    table.on_toggled("remove.draft", rendering.set_draft)
    window.controller.state_changed.connect(lambda state: table.action("remove.live").setChecked(state.live))
    window.controller.state_changed.connect(lambda state: table.action("remove.pause").setChecked(state.paused))


def _track(window: MainWindow, direction: Direction) -> None:
    window.shapes.ready_to_track()
    window.tracking.track(direction)


def _track_all(window: MainWindow) -> None:
    window.shapes.ready_to_track()
    window.tracking.track_all()


def _set_tracking(window: MainWindow) -> None:
    """Tracks as the switches say from now on, in later sessions too."""
    checked = window.actions_table.action
    window.set_tracking(
        stop_when_lost=checked("track.stop_when_lost").isChecked(),
        look_again=checked("track.look_again").isChecked(),
        second_look=checked("track.second_look").isChecked(),
    )


def _connect_playback(window: MainWindow) -> None:
    table, transport = window.actions_table, window.controller.transport
    table.on("play.toggle", lambda: _play(window))
    transport.playing_changed.connect(lambda on: table.set_icon("play.toggle", "pause" if on else "play"))
    table.on("play.back", lambda: _shuttle(window, -1))
    table.on("play.hold", transport.pause)
    table.on("play.ahead", lambda: _shuttle(window, 1))
    table.on("play.step", lambda: transport.step(1))
    table.on("play.step_back", lambda: transport.step(-1))
    table.on("play.jump", lambda: transport.step(_jump_frames(window)))
    table.on("play.jump_back", lambda: transport.step(-_jump_frames(window)))
    table.on("play.start", lambda: transport.go_to(0))
    table.on("play.end", lambda: transport.go_to(transport.frame_count - 1))
    table.on("play.next_anchor", lambda: _go_to_anchor(window, 1))
    table.on("play.previous_anchor", lambda: _go_to_anchor(window, -1))
    table.on("range.set_in", lambda: _set_range(window, first=transport.position))
    table.on("range.set_out", lambda: _set_range(window, end=transport.position + 1))
    table.on("range.go_in", lambda: transport.go_to(transport.range[0]))
    table.on("range.go_out", lambda: transport.go_to(transport.range[1] - 1))
    table.on("range.clear", lambda: window.controller.perform(set_in_out(window.controller.document, None)))
    table.on_toggled("play.loop", lambda on: setattr(transport, "loop", on))
    table.on("play.go_to", window.transport_bar.edit_place)


def _connect_timeline(window: MainWindow) -> None:
    table, timeline, controller = window.actions_table, window.timeline, window.controller
    table.on("timeline.zoom_in", lambda: timeline.zoom_by(TIMELINE_ZOOM_STEP))
    table.on("timeline.zoom_out", lambda: timeline.zoom_by(1 / TIMELINE_ZOOM_STEP))
    table.on("timeline.fit", timeline.fit)
    table.on("marker.toggle", lambda: toggle_marker(controller))
    table.on("marker.next", lambda: go_to_marker(controller, forward=True))
    table.on("marker.previous", lambda: go_to_marker(controller, forward=False))
    table.on("quality.next", lambda: window.quality.go_to_next(forward=True))
    table.on("quality.previous", lambda: window.quality.go_to_next(forward=False))


def _play(window: MainWindow) -> None:
    """Plays or pauses; while masks are being found the playhead goes along with them, and Space stops that."""
    if window.controller.state.tracking or window.controller.state.predicting:
        window.tracking.stop()
        window.restoring.stop()
    else:
        window.controller.transport.toggle()


def _jump_frames(window: MainWindow) -> int:
    """How far Shift and an arrow go."""
    info, frames = window.controller.info, window.preferences.jump_frames
    return frames or (1 if info is None else max(1, round(info.rate)))


def _shuttle(window: MainWindow, direction: int) -> None:
    """J and L; while K is held they step."""
    if window.keys.hold:
        window.controller.transport.step(direction)
    else:
        window.controller.transport.shuttle(direction)


def _go_to_anchor(window: MainWindow, way: int) -> None:
    """To the next anchor frame, shape key or reference; of the selected object, or of any if none is selected."""
    controller = window.controller
    objects = [controller.selected] if controller.selected is not None else controller.document.objects
    at = controller.transport.position
    frames = {frame for each in objects for frame in each.anchors}
    frames |= {frame for each in objects for shape in each.shapes for frame in shape.key_frames}
    frames |= set(controller.document.references)
    beyond = [frame for frame in frames if (frame - at) * way > 0]
    if beyond:
        controller.transport.pause()
        controller.transport.go_to(min(beyond, key=lambda frame: abs(frame - at)))


def _set_range(window: MainWindow, first: int | None = None, end: int | None = None) -> None:
    """Sets one end; the other end gives way if it lies on the wrong side."""
    count = window.controller.transport.frame_count
    old_first, old_end = window.controller.transport.range
    if first is not None:
        wanted = (first, old_end if old_end > first else count)
    else:
        assert end is not None
        wanted = (old_first if old_first < end else 0, end)
    window.controller.perform(set_in_out(window.controller.document, wanted))
