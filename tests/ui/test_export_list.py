"""The export queue: states, stopping, taking off, logs; and single frames as pictures."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from moving_square import FRAMES, HEIGHT, WIDTH
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPlainTextEdit

from app.core.document import ClipIdentity, Document
from app.core.edits import AddObject
from app.core.errors import UserError
from app.core.geometry import Rect
from app.core.masks import MaskBlob, box_mask
from app.core.object_edits import clear_range, set_anchor
from app.engine.request import Removal
from app.engine.stills import Still
from app.jobs.context import Progress
from app.jobs.runner import Lane
from app.media.images import read_image
from app.media.reader import open_clip
from app.media.settings import ExportSettings
from app.ui.export_entry import ExportEntry, ExportState
from app.ui.export_list import ExportList
from app.ui.main_window import MainWindow
from app.ui.notice_bar import DetailsDialog
from app.ui.reveal import folder_command
from app.ui.still_dialog import StillDialog
from app.ui.views import View

Until = Callable[[Callable[[], bool]], None]


@pytest.fixture
def masked(opened: MainWindow) -> MainWindow:
    """The window with a mask in frame 2."""
    opened.controller.perform(AddObject("square"))
    mask = MaskBlob.from_array(box_mask(Rect(60, 50, 40, 40), WIDTH, HEIGHT))
    opened.controller.perform(set_anchor(opened.controller.document, 1, 2, mask))
    return opened


@pytest.fixture
def gate(masked: MainWindow) -> threading.Event:
    """What keeps the COMPUTE lane busy until it is set."""
    opened = threading.Event()
    masked.controller.submit(lambda _context: opened.wait(60), Lane.COMPUTE, "something long")
    return opened


def queue(window: MainWindow, target: Path) -> ExportEntry:
    workspace = window.controller.workspace
    assert workspace is not None
    entry = window.exporting.run(workspace.removal(target, media=ExportSettings(codec="ffv1")), ("Lossless.",))
    assert entry is not None
    return entry


def test_exports_wait_run_and_finish_one_after_the_other(
    masked: MainWindow, gate: threading.Event, tmp_path: Path, until: Until
) -> None:
    first, second = queue(masked, tmp_path / "a.mkv"), queue(masked, tmp_path / "b.mkv")
    assert [first.state, second.state] == [ExportState.WAITING] * 2
    gate.set()
    until(lambda: not masked.exporting.running)
    assert [first.state, second.state] == [ExportState.FINISHED] * 2
    assert first.ended_at is not None and second.started_at is not None and first.ended_at <= second.started_at
    for name in ("a.mkv", "b.mkv"):
        with open_clip(tmp_path / name) as clip:
            assert len(clip) == FRAMES


def test_an_export_is_held_and_goes_on(masked: MainWindow, gate: threading.Event, tmp_path: Path, until: Until) -> None:
    entry = queue(masked, tmp_path / "a.mkv")
    shown = masked.exports
    shown.choose(entry)
    QTest.mouseClick(shown.pause, Qt.MouseButton.LeftButton)
    assert entry.paused and shown.words(entry) == "paused: 0%" and shown.pause.text() == "Go on"
    gate.set()
    until(lambda: entry.state is ExportState.RUNNING)
    masked.controller.desk.submit(lambda _context: None, Lane.IO, "something that takes its turn")
    assert not entry.target.exists() and entry.state is ExportState.RUNNING
    QTest.mouseClick(shown.pause, Qt.MouseButton.LeftButton)
    until(lambda: entry.state is ExportState.FINISHED)
    assert not entry.paused and entry.target.exists() and not shown.pause.isEnabled()


def test_an_export_that_is_held_can_be_stopped(masked: MainWindow, tmp_path: Path, until: Until) -> None:
    entry = queue(masked, tmp_path / "a.mkv")
    masked.exporting.pause_entry(entry, on=True)
    masked.exporting.stop_entry(entry)
    until(lambda: entry.state is ExportState.STOPPED)
    assert not entry.paused and list(tmp_path.glob("a*")) == []


def test_how_long_an_export_will_take_is_said_and_how_far_it_is_stands_in_the_title(
    masked: MainWindow, gate: threading.Event, tmp_path: Path, until: Until
) -> None:
    entry = queue(masked, tmp_path / "a.mkv")
    for done in (10, 30):
        masked.exporting._progressed(entry, Progress(done, 100, "Writing"))
    words = masked.exports.words(entry)
    assert words.startswith("runs: 30%") and "left" in words
    assert masked.windowTitle().startswith("30 % – ")
    gate.set()
    until(lambda: not masked.exporting.running)
    assert "%" not in masked.windowTitle()


def test_an_export_that_waits_is_taken_out_at_once(
    masked: MainWindow, gate: threading.Event, tmp_path: Path, until: Until
) -> None:
    first, second = queue(masked, tmp_path / "a.mkv"), queue(masked, tmp_path / "b.mkv")
    masked.exporting.stop_entry(second)
    assert second.state is ExportState.STOPPED and first.state is ExportState.WAITING
    gate.set()
    until(lambda: not masked.exporting.running)
    assert first.state is ExportState.FINISHED
    assert [path.name for path in tmp_path.iterdir()] == ["a.mkv"]


def test_an_export_whose_folder_vanished_is_tried_again_once_it_is_back(
    masked: MainWindow, gate: threading.Event, tmp_path: Path, until: Until
) -> None:
    folder = tmp_path / "gone"
    folder.mkdir()
    entry = queue(masked, folder / "a.mkv")
    folder.rmdir()
    masked.controller.perform(clear_range(masked.controller.document, 1, range(FRAMES)))
    assert not masked.exports.repeat.isEnabled()
    gate.set()
    until(lambda: not masked.exporting.running)
    assert entry.state is ExportState.FAILED and "gone" in entry.error
    masked.exports.choose(entry)
    assert masked.exports.repeat.isEnabled()
    folder.mkdir()
    masked.exports.repeat.click()
    again = masked.exports.chosen
    assert again is not None and again is not entry and masked.exporting.entries == [again]
    until(lambda: not masked.exporting.running)
    assert again.state is ExportState.FINISHED, again.error
    assert again.report is not None and again.report.totals()["frames_with_hole"] > 0, "as it was asked for at first"
    assert [path.name for path in folder.iterdir()] == ["a.mkv"] and not masked.exporting.can_repeat(again)


def test_the_second_of_two_exports_to_one_name_says_that_it_is_there(
    masked: MainWindow, tmp_path: Path, until: Until
) -> None:
    first, second = queue(masked, tmp_path / "a.mkv"), queue(masked, tmp_path / "a.mkv")
    until(lambda: not masked.exporting.running)
    assert first.state is ExportState.FINISHED and second.state is ExportState.FAILED
    assert "a.mkv" in second.error and [path.name for path in tmp_path.iterdir()] == ["a.mkv"]


def test_an_export_is_of_the_document_as_it_was_when_it_was_asked_for(
    masked: MainWindow, gate: threading.Event, tmp_path: Path, until: Until
) -> None:
    entry = queue(masked, tmp_path / "a.mkv")
    masked.controller.perform(clear_range(masked.controller.document, 1, range(FRAMES)))
    gate.set()
    until(lambda: not masked.exporting.running)
    assert entry.state is ExportState.FINISHED, entry.error
    assert entry.report is not None and entry.report.totals()["frames_with_hole"] > 0


def test_the_list_shows_states_and_does_what_its_buttons_say(
    masked: MainWindow, gate: threading.Event, tmp_path: Path, until: Until
) -> None:
    masked.actions_table.action("view.exports").trigger()
    shown = masked.exports
    assert shown.isVisible() and shown.empty.isVisible() and not shown.log.isEnabled()
    first, second = queue(masked, tmp_path / "a.mkv"), queue(masked, tmp_path / "b.mkv")
    assert not shown.empty.isVisible() and shown.rows.topLevelItemCount() == 2
    assert shown.chosen is first, "what the user has chosen stays chosen"
    shown.choose(second)
    assert shown.stop.isEnabled() and not shown.open_file.isEnabled()
    QTest.mouseClick(shown.stop, Qt.MouseButton.LeftButton)
    assert second.state is ExportState.STOPPED and not shown.stop.isEnabled()
    QTest.mouseClick(shown.take_off, Qt.MouseButton.LeftButton)
    assert masked.exporting.entries == [first]
    gate.set()
    until(lambda: first.state is ExportState.FINISHED)
    assert shown.open_file.isEnabled() and shown.show_folder.isEnabled()
    assert shown.words(first) == "finished"
    masked.exporting.take_off_ended()
    assert shown.empty.isVisible()


def test_a_log_says_what_was_written_and_can_be_copied(masked: MainWindow, tmp_path: Path, until: Until) -> None:
    entry = queue(masked, tmp_path / "a.mkv")
    until(lambda: not masked.exporting.running)
    masked.exporting.log_wanted.emit(entry)
    dialog = masked.findChild(DetailsDialog)
    assert dialog is not None
    text = dialog.findChild(QPlainTextEdit)
    assert text is not None
    log = text.toPlainText()
    for words in ("a.mkv", "Lossless.", f"{FRAMES} frames in", "finished", "engine", "Settings:"):
        assert words in log, words
    dialog.close()


def test_a_failure_is_in_the_log_with_its_sentence(masked: MainWindow, tmp_path: Path, until: Until) -> None:
    (tmp_path / "a.mkv").write_bytes(b"precious")
    entry = queue(masked, tmp_path / "a.mkv")
    until(lambda: not masked.exporting.running)
    assert entry.state is ExportState.FAILED
    assert "exists already" in entry.error and entry.error in entry.log()
    assert "Traceback" not in entry.log()
    assert (tmp_path / "a.mkv").read_bytes() == b"precious"


def test_an_entry_knows_how_much_of_it_is_done() -> None:
    entry = ExportEntry(Removal(Path("b.mov")), Document(ClipIdentity("a.mp4", 1, 64, 48, 2)))
    assert entry.share == 0
    entry.begun(Progress(0, None))
    assert entry.state is ExportState.RUNNING and entry.share == 0
    entry.begun(Progress(3, 4))
    assert entry.share == 0.75
    entry.fail(ZeroDivisionError("division by zero"))
    assert entry.state.over and "ZeroDivisionError" in entry.log()
    refused = ExportEntry(Removal(Path("b.mov")), Document(ClipIdentity("a.mp4", 1, 64, 48, 2)))
    refused.fail(UserError("The disk is full."))
    assert refused.log().endswith("Error: The disk is full.")


def test_closing_the_clip_asks_before_it_stops_an_export(
    masked: MainWindow, gate: threading.Event, tmp_path: Path, until: Until, monkeypatch: pytest.MonkeyPatch
) -> None:
    entry = queue(masked, tmp_path / "a.mkv")
    asked: list[str] = []
    answers = iter([False, True])

    def yes(sentence: str, _yes: str) -> bool:
        asked.append(sentence)
        return next(answers)

    monkeypatch.setattr(masked.projects.questions, "yes", yes)
    masked.controller.workspace.history.mark_saved()  # type: ignore[union-attr]
    masked.close_clip()
    assert "a.mkv is still being exported" in asked[0] and masked.controller.workspace is not None
    masked.close_clip()
    gate.set()
    until(lambda: entry.state is ExportState.STOPPED)
    assert masked.controller.workspace is None and list(tmp_path.iterdir()) == []


def still_dialog(window: MainWindow) -> StillDialog:
    window.actions_table.action("file.export_still").trigger()
    dialog = window.findChild(StillDialog)
    assert dialog is not None
    return dialog


def test_a_frame_that_is_not_rendered_can_be_exported_as_source_and_matte_only(
    masked: MainWindow, until: Until
) -> None:
    masked.controller.transport.go_to(2)
    until(lambda: not masked.rendering.busy)
    dialog = still_dialog(masked)
    assert dialog.chosen is Still.RESULT and not dialog.go.isEnabled() and "not rendered yet" in dialog.words.text()
    dialog.what.setCurrentIndex(dialog.what.findData(Still.MATTE))
    assert dialog.go.isEnabled()
    dialog.target.setText("picture.jpeg")
    assert not dialog.go.isEnabled() and ".png" in dialog.words.text()
    dialog.reject()


def test_a_rendered_frame_becomes_a_picture(masked: MainWindow, tmp_path: Path, until: Until) -> None:
    masked.controller.transport.go_to(2)
    until(lambda: not masked.rendering.busy)
    masked.rendering.render_range()
    until(lambda: not masked.rendering.busy)
    dialog = still_dialog(masked)
    path = tmp_path / "still.tif"
    dialog.target.setText(str(path))
    assert dialog.go.isEnabled(), dialog.words.text()
    QTest.keyClick(dialog.target, Qt.Key.Key_Return)
    until(path.is_file)
    until(lambda: masked.notices.isVisible() and "still.tif" in masked.notices.sentence.text())
    written = read_image(path)
    assert written.shape == (HEIGHT, WIDTH, 3)
    with open_clip(masked.controller.info.path) as clip:  # type: ignore[union-attr]
        source = clip.frame(2).rgb
    assert not np.array_equal(written, source) and np.array_equal(written[:20], source[:20])


def test_the_matte_view_proposes_the_matte_and_a_picture_is_replaced_only_when_agreed(
    masked: MainWindow, tmp_path: Path, until: Until, monkeypatch: pytest.MonkeyPatch
) -> None:
    masked.viewer.set_view(View.MATTE)
    dialog = still_dialog(masked)
    assert dialog.chosen is Still.MATTE
    path = tmp_path / "matte.png"
    path.write_bytes(b"precious")
    dialog.target.setText(str(path))
    asked: list[str] = []
    monkeypatch.setattr(masked.projects.questions, "yes", lambda sentence, _yes: bool(asked.append(sentence)))
    dialog.accept()
    until(lambda: bool(asked))
    assert "matte.png exists already" in asked[0]
    assert dialog.isVisible() and path.read_bytes() == b"precious"
    dialog.reject()


def test_each_system_marks_the_file_in_its_own_way() -> None:
    path = Path("folder") / "a.mov"
    assert folder_command(path, "win32") == ("explorer.exe", ("/select,", str(path)))
    assert folder_command(path, "darwin") == ("open", ("-R", str(path)))
    assert folder_command(path, "linux") == ("", ())


def test_the_list_can_be_dressed_in_another_theme(masked: MainWindow, gate: threading.Event, tmp_path: Path) -> None:
    queue(masked, tmp_path / "a.mkv")
    shown = masked.findChild(ExportList)
    assert shown is masked.exports
    masked.exports.set_theme(masked.theme)
    gate.set()
