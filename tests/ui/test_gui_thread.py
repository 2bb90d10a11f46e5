"""Nothing slow runs on the GUI thread: no file is opened there, nothing decoded, no engine asked."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from conftest import Answers
from gestures import ALT, SHIFT, click, drag, press, steps
from moving_square import BLOB, FRAMES, HEIGHT, WIDTH, object_corner
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from app.core.edits import AddPrompt
from app.core.geometry import Rect
from app.core.masks import MaskBlob, box_mask
from app.core.object_edits import set_anchor
from app.core.prompts import BoxPrompt
from app.core.sessions import Session, Sessions
from app.engine.final_removal import FinalRemoval
from app.engine.live_removal import LiveRemoval
from app.engine.result_view import FrameState, ResultView
from app.engine.results import ResultCache
from app.engine.stills import Still
from app.media.settings import ExportSettings
from app.media.walk import FrameWalk
from app.ui.export_dialog import ExportDialog
from app.ui.main_window import MainWindow
from app.ui.preferences_dialog import PreferencesDialog
from app.ui.tracking import Direction
from app.workspace import Workspace

Until = Callable[[Callable[[], bool]], None]
_FILE_CALLS = {"open", "os.listdir", "os.scandir", "os.remove", "os.rename", "os.mkdir", "os.rmdir", "os.truncate"}
_watch: list[list[str]] = []  # an audit hook stays for good, so it looks here whether anybody wants to know


def _audit(event: str, arguments: tuple[object, ...]) -> None:
    if _watch and event in _FILE_CALLS and threading.current_thread() is threading.main_thread():
        what = str(arguments[0]) if arguments else ""
        # Modules that are imported late, and descriptors that are open already, are no file calls of ours.
        if not what.endswith((".py", ".pyc", ".so", ".pyi")) and not what.isdigit() and "__pycache__" not in what:
            _watch[-1].append(f"{event} {what}")


sys.addaudithook(_audit)


@pytest.fixture
def on_gui_thread(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """What was called on the GUI thread and must not be."""
    found: list[str] = []
    for owner, names in (
        (FrameWalk, ("go_to", "next", "__init__")),
        (LiveRemoval, ("prepare", "run")),
        (FinalRemoval, ("run",)),
        (ResultCache, ("get", "put", "has")),
        (ResultView, ("composite", "states", "hole")),
        (Workspace, ("open", "open_project", "of_project", "results")),
        (Sessions, ("crashed", "begin", "recover", "discard")),
        (Session, ("autosave", "forget")),
    ):
        for name in names:
            monkeypatch.setattr(owner, name, _told(getattr(owner, name), f"{owner.__name__}.{name}", found))
    _watch.append(found)
    yield found
    _watch.pop()


def _told(function: Callable[..., object], name: str, found: list[str]) -> Callable[..., object]:
    def called(*arguments: object, **named: object) -> object:
        if threading.current_thread() is threading.main_thread():
            found.append(name)
        return function(*arguments, **named)

    return called


def _told_of_ours(stat: Callable[..., os.stat_result], found: list[str]) -> Callable[..., os.stat_result]:
    """Tells who of the program looks at a file on the GUI thread; of Python's own imports nothing is told."""

    def called(*arguments: object, **named: object) -> os.stat_result:
        if threading.current_thread() is threading.main_thread():
            frame = sys._getframe(1)
            while frame is not None and "/app/" not in frame.f_code.co_filename.replace(os.sep, "/"):
                frame = frame.f_back  # type: ignore[assignment]
            if frame is not None and "importlib" not in sys._getframe(1).f_code.co_filename:
                found.append(f"os.stat {arguments[0]} by {frame.f_code.co_name} in {frame.f_code.co_filename}")
        return stat(*arguments, **named)  # type: ignore[arg-type]

    return called


def test_the_gui_thread_only_asks(window: MainWindow, clip_path: Path, on_gui_thread: list[str], until: Until) -> None:
    window.open_path(clip_path)
    until(lambda: window.viewer.shown is not None and not window.rendering.busy)
    left, top = object_corner(0)
    target = window.editing.target()
    box = AddPrompt(target.object_id, BoxPrompt(Rect(left - 4, top - 4, BLOB + 8, BLOB + 8), 0))
    window.editing.commit(*target.first, box)
    window.tracking.track(Direction.FORWARD)
    until(lambda: not window.tracking.running)
    window.actions_table.action("remove.live").trigger()
    until(lambda: bool((window.rendering.states == FrameState.LIVE).sum() == FRAMES))
    window.actions_table.action("remove.live").trigger()
    for view in ("wipe", "side_by_side", "difference", "matte", "result"):
        window.actions_table.action(f"view.{view}").trigger()
        until(lambda view=view: window.viewer.shown.wanted.view.value == view)  # type: ignore[misc, union-attr]
    for frame in (30, 3, 17):
        window.controller.transport.go_to(frame)
        until(lambda frame=frame: window.viewer.shown.wanted.index == frame)  # type: ignore[misc, union-attr]
    QTest.keyClick(window.viewer, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    window.actions_table.action("play.toggle").trigger()
    until(lambda: not window.controller.transport.playing)
    window.actions_table.action("remove.render").trigger()
    until(lambda: not window.controller.state.rendering and not window.rendering.busy)
    assert on_gui_thread == []


def test_tools_only_ask_as_well(
    window: MainWindow, clip_path: Path, tmp_path: Path, on_gui_thread: list[str], until: Until
) -> None:
    window.open_path(clip_path)
    until(lambda: window.viewer.shown is not None and not window.rendering.busy)
    press(window, Qt.Key.Key_W)
    window.options.wand.tolerance.setValue(90)
    click(window, (20, 20))
    until(lambda: window.controller.state.has_masks)
    press(window, Qt.Key.Key_X)
    until(lambda: not window.rendering.busy and len(steps(window)) == 2)
    window.actions_table.action("remove.live").trigger()
    until(lambda: bool(window.rendering.states[0] == FrameState.LIVE))
    window.actions_table.action("remove.live").trigger()
    until(lambda: not window.rendering.busy)
    for which in (Qt.KeyboardModifier.NoModifier, SHIFT):
        before = len(steps(window))
        press(window, Qt.Key.Key_C, which)
        click(window, (60, 60), ALT)
        drag(window, [(20, 20), (30, 20), (40, 24)])
        until(lambda before=before: len(steps(window)) == before + 1)  # type: ignore[misc]
    window.mask_files.write(1, tmp_path / "masks")
    until(lambda: not window.mask_files.running)
    window.controller.select(None)
    window.mask_files.read(tmp_path / "masks")
    until(lambda: len(window.controller.document.objects) == 2)
    assert on_gui_thread == []


def test_exports_stills_luts_and_the_second_viewer_only_ask(
    window: MainWindow, clip_path: Path, tmp_path: Path, on_gui_thread: list[str], until: Until
) -> None:
    lut = tmp_path / "plain.cube"
    lut.write_text("LUT_3D_SIZE 2\n0 0 0\n1 0 0\n0 1 0\n1 1 0\n0 0 1\n1 0 1\n0 1 1\n1 1 1\n")
    on_gui_thread.clear()
    window.open_path(clip_path)
    until(lambda: window.viewer.shown is not None and not window.rendering.busy)
    window.editing.new_object()
    left, top = object_corner(3)
    mask = MaskBlob.from_array(box_mask(Rect(left, top, BLOB, BLOB), WIDTH, HEIGHT))
    window.controller.perform(set_anchor(window.controller.document, 1, 3, mask))
    window.actions_table.action("view.second").trigger()
    until(lambda: window.second.viewer.shown is not None)
    window.lut.load(lut)
    until(lambda: window.lut.path == lut)
    until(lambda: not window.rendering.busy)
    window.controller.kept.keep("one", window.controller.document, window.controller.results)  # type: ignore[arg-type]
    window.actions_table.action("kept.flip").trigger()
    window.controller.transport.go_to(3)
    until(lambda: window.viewer.shown.wanted.index == 3)  # type: ignore[union-attr]
    window.exporting.write_still(3, tmp_path / "still.png", Still.MATTE)
    until(window.notices.isVisible)
    workspace = window.controller.workspace
    assert workspace is not None
    window.exporting.run(workspace.removal(tmp_path / "out.mkv", media=ExportSettings(codec="ffv1")))
    until(lambda: not window.exporting.running)
    window.exporting.log_wanted.emit(window.exporting.entries[0])
    assert on_gui_thread == []


def test_projects_only_ask_as_well(
    window: MainWindow,
    clip_path: Path,
    tmp_path: Path,
    on_gui_thread: list[str],
    until: Until,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    clip = tmp_path / "here" / "clip.mp4"
    clip.parent.mkdir()
    clip.write_bytes(clip_path.read_bytes())
    questions = window.projects.questions
    assert isinstance(questions, Answers)
    on_gui_thread.clear()
    monkeypatch.setattr(os, "stat", _told_of_ours(os.stat, on_gui_thread))
    window.open_path(clip)
    until(lambda: window.viewer.shown is not None and not window.rendering.busy)
    window.editing.new_object()
    questions.file = tmp_path / "shot.cleanplate"
    window.actions_table.action("file.save").trigger()
    until(lambda: not window.controller.state.modified)
    window.editing.new_object()
    window.projects.autosave(0.0)
    until(lambda: not window.projects._autosaving)
    window.actions_table.action("file.save").trigger()
    until(lambda: not window.controller.state.modified)
    window.actions_table.action("edit.undo").trigger()
    window.history.fill()
    window.actions_table.action("edit.redo").trigger()
    window.actions_table.action("file.close").trigger()
    until(lambda: window.controller.workspace is None and not window.controller.desk.open_handles)
    move = threading.Thread(target=lambda: clip.rename(tmp_path / "elsewhere.mp4"))
    move.start()
    move.join()
    questions.file = tmp_path / "elsewhere.mp4"  # where the clip is now, it is asked
    window.open_path(tmp_path / "shot.cleanplate")
    until(lambda: window.viewer.shown is not None and not window.rendering.busy)
    assert len(window.controller.document.objects) == 2
    PreferencesDialog(window.preferences, window.actions_table, window.projects.questions, window).close()
    window.set_preferences(replace(window.preferences, autosave_s=40))
    ExportDialog(window.controller, window.exporting, questions, window).close()
    until(lambda: not window.controller.desk.is_reading)
    assert on_gui_thread == []


def test_the_watch_sees_what_it_looks_for(on_gui_thread: list[str], clip_path: Path) -> None:
    with clip_path.open("rb"):
        pass
    Workspace.open(clip_path).close()
    assert f"open {clip_path}" in on_gui_thread
    assert "Workspace.open" in on_gui_thread and "FrameWalk.go_to" in on_gui_thread
