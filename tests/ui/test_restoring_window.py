"""The whole job of bringing back in the window: say what hides it, predict, mend, render, compare, undo, export."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Self

import av
import numpy as np
import pytest
from gestures import NONE, SHIFT, drag, press, steps
from hidden_scene import bar, disc
from numpy.typing import NDArray
from PySide6.QtCore import Qt

from app.core.document import Action
from app.core.edits import AddObject, SetTrack
from app.core.masks import MaskBlob
from app.core.object_edits import ChangeObject
from app.engine.loader import ObjectFrame, restorers
from app.engine.result_view import FrameState
from app.media.reader import open_clip
from app.media.settings import ExportSettings
from app.ui.main_window import MainWindow

Until = Callable[[Callable[[], bool]], None]
FRAMES, WIDTH = 20, 10
GREEN = (20, 200, 20)
BEHIND = 12
"""A frame in which the bar hides the middle of the disc."""


def picture(index: int) -> NDArray[np.uint8]:
    """``(H, W, 3)``: a disc that passes behind a green bar."""
    shown = disc(index)[0].copy()
    shown[bar(index, WIDTH)] = GREEN
    return shown


@pytest.fixture(autouse=True)
def without_networks(monkeypatch: pytest.MonkeyPatch) -> None:
    """What stands in for the networks, whichever ship: it is quick, and knows discs as well as people."""
    monkeypatch.setattr(restorers, "_network_file", lambda _name, _folder: None)


@pytest.fixture(scope="module")
def hidden_clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("hidden") / "hidden.mkv"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("ffv1", rate=24)
        height, width = picture(0).shape[:2]
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv444p"
        for index in range(FRAMES):
            for packet in stream.encode(av.VideoFrame.from_ndarray(picture(index), format="rgb24")):
                container.mux(packet)
        for packet in stream.encode():
            container.mux(packet)
    return path


@pytest.fixture
def marked(window: MainWindow, hidden_clip: Path, until: Until) -> MainWindow:
    """The clip with masks of what is seen of the disc and of the bar; the disc is selected."""
    window.open_path(hidden_clip)
    until(lambda: window.viewer.shown is not None and not window.rendering.busy)
    seen = {index: MaskBlob.from_array(disc(index)[1] & ~bar(index, WIDTH)) for index in range(FRAMES)}
    cover = {index: MaskBlob.from_array(bar(index, WIDTH)) for index in range(FRAMES)}
    controller = window.controller
    for name, masks in (("disc", seen), ("bar", cover)):
        controller.perform(AddObject(name))
        which = controller.document.objects[-1].id
        controller.perform(SetTrack.imported(controller.document, which, masks))
    controller.perform(ChangeObject.of(controller.document, 2, action=Action.KEEP))
    controller.select(1)
    return window


def choose_restore(window: MainWindow, until: Until) -> None:
    """As a hand does it, in the side panel."""
    action = window.objects.action
    action.setCurrentIndex(action.findData(Action.RESTORE))
    action.activated.emit(action.currentIndex())
    until(lambda: window.controller.document.object(1).settings.occluders == (2,))


def predict(window: MainWindow, until: Until) -> None:
    press(window, Qt.Key.Key_P, SHIFT)
    assert window.controller.state.predicting
    until(lambda: not window.restoring.running)


def render(window: MainWindow, until: Until) -> None:
    until(lambda: not window.rendering.busy)
    window.actions_table.action("remove.render").trigger()
    until(lambda: not window.controller.state.rendering and not window.rendering.busy)


def shows(window: MainWindow, frame: int) -> bool:
    shown = window.viewer.shown
    return shown is not None and shown.wanted.index == frame and shown.wanted.document is window.controller.document


def hidden_part(index: int) -> NDArray[np.bool_]:
    return np.asarray(disc(index)[1] & bar(index, WIDTH))


def error_in(picture: NDArray[np.uint8], index: int) -> float:
    """Mean difference to the truth, in levels, where the disc was hidden."""
    part = hidden_part(index)
    return float(np.abs(picture[part].astype(np.float32) - disc(index)[0][part]).mean())


def test_the_whole_job_of_bringing_back(marked: MainWindow, tmp_path: Path, until: Until) -> None:
    window, controller = marked, marked.controller
    said: list[str] = []
    controller.said.connect(said.append)
    assert not window.objects.restore.isVisible()
    choose_restore(window, until)
    assert window.objects.restore.isVisible() and window.objects.restore.occluders.text() == "bar"
    assert any("Hidden by: bar." in words for words in said)
    until(lambda: not window.rendering.busy)
    assert not (window.rendering.states == FrameState.MISSING).any(), "nothing is painted before a shape is known"

    predict(window, until)
    shapes = controller.document.object(1).amodal
    assert BEHIND in shapes and steps(window)[-1].startswith("Predict shape in ")
    found, true = shapes[BEHIND].to_array(), disc(BEHIND)[1]
    assert (found & true).sum() / (found | true).sum() > 0.85
    assert "whole shape" in said[-1] and "No network helped" in said[-1]
    controller.transport.go_to(BEHIND)
    until(lambda: shows(window, BEHIND))
    assert window.viewer.shown is not None
    assert [(each.object_id, each.whole) for each in window.viewer.shown.outlines] == [
        (1, False),
        (1, True),
        (2, False),
    ]
    window.viewer.grab()  # the hatched shape is drawn
    until(lambda: not window.rendering.busy)
    assert window.rendering.states[BEHIND] == FrameState.MISSING

    render(window, until)
    assert window.rendering.states[BEHIND] == FrameState.FINAL
    workspace = controller.workspace
    assert workspace is not None
    restored = workspace.results().composite(workspace.reader.frame(BEHIND))
    assert restored is not None and error_in(restored.rgb, BEHIND) < 25
    assert error_in(picture(BEHIND), BEHIND) > 60, "the bar is nothing like the disc"

    window.actions_table.action("restore.edit").trigger()
    assert controller.edits_whole
    press(window, Qt.Key.Key_E)
    seen = controller.document.object(1).track[BEHIND]
    rows, columns = np.nonzero(hidden_part(BEHIND))
    place = float(columns.mean()), float(rows.mean())
    drag(window, [(place[0], place[1] - 2), place, (place[0], place[1] + 2)])
    assert steps(window)[-1] == "Paint whole shape"
    assert controller.document.object(1).track[BEHIND] == seen, "what is seen stays as it was"
    assert BEHIND in controller.document.object(1).amodal_drawn
    assert not controller.document.object(1).amodal[BEHIND].to_array()[int(place[1]), int(place[0])]
    until(lambda: not window.rendering.busy)
    assert window.rendering.states[BEHIND] == FrameState.STALE
    press(window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    until(lambda: not window.rendering.busy)
    assert window.rendering.states[BEHIND] == FrameState.FINAL, "undo brings the result back"

    target, ended = tmp_path / "whole.mkv", []
    window.exporting.finished.connect(lambda path, _report: ended.append(path))
    window.exporting.run(workspace.removal(target, media=ExportSettings(codec="ffv1")))
    until(lambda: ended == [target])
    with open_clip(target) as written:
        result = written.frame(BEHIND).rgb
        source = workspace.reader.frame(BEHIND).rgb
    assert error_in(result, BEHIND) < 25
    away = ~disc(BEHIND)[1]
    assert (result[away] == source[away]).all(), "nothing but the disc has changed"


def test_a_render_asked_for_while_the_shape_is_predicted_waits_for_it(
    marked: MainWindow, until: Until, monkeypatch: pytest.MonkeyPatch
) -> None:
    choose_restore(marked, until)
    until(lambda: not marked.rendering.busy)
    press(marked, Qt.Key.Key_R, Qt.KeyboardModifier.ControlModifier)
    assert not marked.controller.state.rendering and "whole shape of disc" in marked.notices.sentence.text()
    slow = SlowShapes(at=5)
    monkeypatch.setattr("app.workspace.restoring.load_restorer", lambda _kind, **_: slow)
    press(marked, Qt.Key.Key_P, SHIFT)
    until(slow.reached.is_set)
    said: list[str] = []
    marked.controller.said.connect(said.append)
    press(marked, Qt.Key.Key_R, Qt.KeyboardModifier.ControlModifier)
    assert "once the whole shape is known" in said[-1] and not marked.controller.state.rendering
    slow.go_on.set()
    until(lambda: marked.controller.state.rendering)
    until(lambda: not marked.controller.state.rendering and not marked.rendering.busy)
    assert not (marked.rendering.states == FrameState.MISSING).any()


def test_with_the_cover_removed_both_engines_work_on_one_frame(marked: MainWindow, until: Until) -> None:
    choose_restore(marked, until)
    marked.controller.perform(ChangeObject.of(marked.controller.document, 2, action=Action.REMOVE))
    predict(marked, until)
    render(marked, until)
    workspace = marked.controller.workspace
    assert workspace is not None
    result = workspace.results().composite(workspace.reader.frame(BEHIND))
    assert result is not None
    green = (np.abs(result.rgb.astype(int) - np.array(GREEN)) < 30).all(-1)
    assert green[bar(BEHIND, WIDTH)].mean() < 0.05
    assert error_in(result.rgb, BEHIND) < 30


def test_every_mask_tool_edits_the_whole_shape_while_it_is_asked_to(marked: MainWindow, until: Until) -> None:
    controller = marked.controller
    choose_restore(marked, until)
    press(marked, Qt.Key.Key_W, SHIFT)
    track = controller.document.object(1).track
    press(marked, Qt.Key.Key_S)
    drag(marked, [(20, 20), (50, 20), (50, 50), (20, 50), (20, 21)])
    first = controller.document.object(1).amodal[0]
    assert first.to_array()[35, 35] and (first.to_array() | ~disc(0)[1] | bar(0, WIDTH)).all(), (
        "it goes out from what is seen"
    )
    press(marked, Qt.Key.Key_P)
    drag(marked, [(100, 80), (110, 80)])
    assert controller.document.object(1).amodal[0].to_array()[80, 105]
    marked.actions_table.action("mask.copy_to_range").trigger()
    assert len(controller.document.object(1).amodal) == FRAMES and steps(marked)[-1] == "Copy whole shape"
    marked.actions_table.action("mask.clear").trigger()
    assert 0 not in controller.document.object(1).amodal and steps(marked)[-1] == "Forget whole shape"
    assert controller.document.object(1).track == track
    press(marked, Qt.Key.Key_W, SHIFT)
    drag(marked, [(100, 80), (110, 80)])
    assert controller.document.object(1).track != track and 0 not in controller.document.object(1).amodal


def test_what_hides_it_is_chosen_by_hand_in_steps_that_can_be_undone(marked: MainWindow, until: Until) -> None:
    choose_restore(marked, until)
    controls = marked.objects.restore
    controls._fill_menu()
    (entry,) = controls.menu.actions()
    assert entry.text() == "bar (stays)" and entry.isChecked()
    entry.setChecked(False)
    assert marked.controller.document.object(1).settings.occluders == ()
    controls.kind.setCurrentIndex(controls.kind.findData("person"))
    controls.kind.activated.emit(controls.kind.currentIndex())
    assert marked.controller.document.object(1).settings.kind == "person"
    assert steps(marked)[-2:] == ("Change what hides disc", "Change kind of disc")
    press(marked, Qt.Key.Key_P, SHIFT)
    until(lambda: not marked.restoring.running and marked.notices.isVisible())
    assert "in front of it" in marked.notices.sentence.text()
    marked.controller.undo()
    marked.controller.undo()
    assert marked.controller.document.object(1).settings.occluders == (2,)


def test_the_next_step_leads_through_bringing_back(marked: MainWindow, until: Until) -> None:
    choose_restore(marked, until)

    def step() -> tuple[str, ...]:
        assert marked.guide.step is not None
        return marked.guide.step.actions

    assert step() == ("restore.predict",)
    marked.restoring.set_occluders(())
    assert step() == ("restore.find",)
    marked.controller.undo()
    predict(marked, until)
    assert step() == ("remove.render", "restore.edit")
    render(marked, until)
    assert marked.guide.step is not None and "whole" in marked.guide.step.sentence and step()[0] == "file.export"
    marked.actions_table.action("restore.edit").trigger()
    marked.controller.select(2)
    assert not marked.controller.edits_whole
    marked.actions_table.action("object.delete").trigger()
    assert step() == ("object.new",)


def test_where_nothing_touches_it_is_said(marked: MainWindow, until: Until) -> None:
    said: list[str] = []
    marked.controller.said.connect(said.append)
    marked.controller.select(2)
    marked.actions_table.action("object.delete").trigger()
    marked.controller.select(1)
    marked.actions_table.action("restore.start").trigger()
    until(lambda: any("No object touches disc" in words for words in said))
    assert marked.controller.document.object(1).settings.action is Action.RESTORE


class SlowShapes:
    """Answers each frame at once, and waits at one."""

    remarks: tuple[str, ...] = ()

    def __init__(self, at: int) -> None:
        self._at = at
        self.reached, self.go_on = threading.Event(), threading.Event()

    def shapes(self) -> Self:
        return self

    def push(self, frame: ObjectFrame) -> list[tuple[int, NDArray[np.bool_]]]:
        if frame.index == self._at:
            self.reached.set()
            assert self.go_on.wait(60)
        return [(frame.index, frame.visible)]

    def finish(self) -> list[tuple[int, NDArray[np.bool_]]]:
        return []


def test_stopping_keeps_the_shapes_that_were_found(
    marked: MainWindow, until: Until, monkeypatch: pytest.MonkeyPatch
) -> None:
    slow = SlowShapes(at=5)
    monkeypatch.setattr("app.workspace.restoring.load_restorer", lambda _kind, **_: slow)
    choose_restore(marked, until)
    press(marked, Qt.Key.Key_P, SHIFT)
    until(slow.reached.is_set)
    press(marked, Qt.Key.Key_Escape, NONE)
    slow.go_on.set()
    until(lambda: not marked.restoring.running)
    assert not marked.controller.state.predicting
    assert {0, 1, 2, 3, 4} <= set(marked.controller.document.object(1).amodal) <= {0, 1, 2, 3, 4, 5}
    marked.controller.undo()
    assert len(marked.controller.document.object(1).amodal) == 0
