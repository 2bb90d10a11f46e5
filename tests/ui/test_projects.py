"""Projects in the window: save, reopen, unsaved changes, recent files, autosave and recovery."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import av
import numpy as np
import pytest
from conftest import Answers
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from app import environment
from app.core.object_edits import ChangeObject
from app.core.project_file import load_project, save_project
from app.core.sessions import Sessions
from app.ui import theme
from app.ui.main_window import MainWindow
from app.ui.questions import Keep, OtherClip

Until = Callable[[Callable[[], bool]], None]


def answers(window: MainWindow) -> Answers:
    assert isinstance(window.projects.questions, Answers)
    return window.projects.questions


def rename(window: MainWindow, name: str) -> None:
    window.controller.perform(ChangeObject.of(window.controller.document, 1, name=name))


@pytest.fixture
def edited(opened: MainWindow) -> MainWindow:
    """With an object in the document."""
    opened.actions_table.action("object.new").trigger()
    return opened


def saved_as(window: MainWindow, path: Path, until: Until) -> None:
    answers(window).file = path
    window.actions_table.action("file.save").trigger()
    until(lambda: not window.controller.state.modified)


def test_what_is_saved_is_there_again_with_its_playhead(edited: MainWindow, tmp_path: Path, until: Until) -> None:
    rename(edited, "Walker")
    edited.controller.transport.go_to(12)
    edited.actions_table.action("range.set_out").trigger()
    edited.controller.transport.go_to(7)
    edited.actions_table.action("range.set_in").trigger()
    assert "*" in edited.windowTitle()
    saved_as(edited, tmp_path / "shot", until)
    path = tmp_path / "shot.cleanplate"
    assert path.is_file()
    assert edited.windowTitle().startswith("shot.cleanplate –")
    edited.actions_table.action("file.close").trigger()
    assert edited.controller.workspace is None
    edited.open_path(path)
    until(lambda: edited.controller.workspace is not None)
    assert [each.name for each in edited.controller.document.objects] == ["Walker"]
    assert edited.controller.transport.position == 7
    assert edited.controller.transport.range == (7, 13) and edited.controller.state.has_range
    assert edited.controller.selected_object == 1, "a stroke goes on with the object that is there"
    assert not edited.controller.state.modified


@pytest.mark.parametrize("agreed", [True, False])
def test_what_another_window_saved_is_replaced_only_after_a_question(
    edited: MainWindow, tmp_path: Path, until: Until, monkeypatch: pytest.MonkeyPatch, agreed: bool
) -> None:
    path = tmp_path / "shot.cleanplate"
    saved_as(edited, path, until)
    rename(edited, "Mine")
    saved_as(edited, path, until)  # what it wrote itself is no change
    theirs = load_project(path).document
    save_project(path, ChangeObject.of(theirs, 1, name="Their walker").apply(theirs).document)
    rename(edited, "Walker")
    asked: list[str] = []

    def yes(sentence: str, _agree: str) -> bool:
        asked.append(sentence)
        return agreed

    monkeypatch.setattr(edited.projects.questions, "yes", yes)
    edited.actions_table.action("file.save").trigger()
    until(lambda: bool(asked) and not (agreed and edited.controller.state.modified))
    assert len(asked) == 1 and "shot.cleanplate was changed" in asked[0]
    assert load_project(path).document.objects[0].name == ("Walker" if agreed else "Their walker")
    assert edited.controller.state.modified is not agreed


def test_an_earlier_version_is_opened_as_a_change_that_is_not_saved(
    edited: MainWindow, tmp_path: Path, until: Until
) -> None:
    saved_as(edited, tmp_path / "shot.cleanplate", until)
    rename(edited, "Walker")
    saved_as(edited, tmp_path / "shot.cleanplate", until)
    until(lambda: edited.versions.isEnabled())
    (version,) = edited.versions.actions()
    assert version.text().startswith("Saved ")
    version.trigger()
    until(lambda: edited.controller.workspace is not None and edited.controller.is_modified)
    assert edited.controller.document.objects[0].name == "Object 1"
    workspace = edited.controller.workspace
    assert workspace is not None and workspace.project_path == tmp_path / "shot.cleanplate"
    edited.actions_table.action("file.save").trigger()
    until(lambda: not edited.controller.state.modified)
    assert load_project(tmp_path / "shot.cleanplate").document.objects[0].name == "Object 1"


def test_nothing_is_told_of_a_clip_that_is_closed(opened: MainWindow) -> None:
    assert "36" in " ".join(each.text() for each in opened.transport_bar.findChildren(QLabel))
    opened.actions_table.action("file.close").trigger()
    assert "".join(each.text() for each in opened.transport_bar.findChildren(QLabel)) == ""


def test_closing_asks_and_cancel_keeps_everything(edited: MainWindow, until: Until) -> None:
    answers(edited).keep = Keep.CANCEL
    edited.actions_table.action("file.close").trigger()
    assert edited.controller.workspace is not None
    asked: list[str] = []
    edited.projects.questions.keep_changes = lambda name: asked.append(name) or Keep.CANCEL  # type: ignore[assignment, func-returns-value, method-assign]
    edited.close()
    until(lambda: bool(asked))
    assert edited.isVisible()


def test_quitting_without_saving_closes_the_window(edited: MainWindow, until: Until) -> None:
    answers(edited).keep = Keep.DISCARD
    edited.close()
    until(lambda: not edited.isVisible())


def test_a_window_without_changes_closes_at_once(opened: MainWindow) -> None:
    assert opened.close()
    assert not opened.isVisible()


def test_closing_without_saving_forgets_the_changes(edited: MainWindow) -> None:
    answers(edited).keep = Keep.DISCARD
    edited.actions_table.action("file.close").trigger()
    assert edited.controller.workspace is None
    assert edited.welcome.isVisible()


def test_closing_after_saving_saves_first(edited: MainWindow, tmp_path: Path, until: Until) -> None:
    answers(edited).keep = Keep.SAVE
    answers(edited).file = tmp_path / "last.cleanplate"
    edited.actions_table.action("file.close").trigger()
    until(lambda: edited.controller.workspace is None)
    assert (tmp_path / "last.cleanplate").is_file()


def test_a_clip_that_moved_is_asked_for(edited: MainWindow, clip_path: Path, tmp_path: Path, until: Until) -> None:
    moved = tmp_path / "moved" / "clip.mp4"
    moved.parent.mkdir()
    moved.write_bytes(clip_path.read_bytes())
    answers(edited).keep = Keep.DISCARD
    edited.open_path(moved)
    until(lambda: edited.controller.info is not None and edited.controller.info.path == moved)
    edited.actions_table.action("object.new").trigger()
    saved_as(edited, tmp_path / "here.cleanplate", until)
    edited.actions_table.action("file.close").trigger()
    elsewhere = tmp_path / "elsewhere.mp4"
    until(lambda: edited.controller.workspace is None and not edited.controller.desk.open_handles)
    moved.rename(elsewhere)
    answers(edited).file = elsewhere
    edited.open_path(tmp_path / "here.cleanplate")
    until(lambda: edited.controller.workspace is not None)
    assert edited.controller.info is not None and edited.controller.info.path == elsewhere
    assert edited.windowTitle() == "here.cleanplate* – Cleanplate"  # the file does not know yet where the clip is
    edited.actions_table.action("file.save").trigger()
    until(lambda: edited.windowTitle() == "here.cleanplate – Cleanplate")


@pytest.fixture
def replaced(edited: MainWindow, clip_path: Path, tmp_path: Path, until: Until) -> tuple[MainWindow, Path, Path]:
    """The window without a clip, a project whose clip is another one now, and the clip that it was made with."""
    right, clip, project = tmp_path / "right.mp4", tmp_path / "clip.mp4", tmp_path / "here.cleanplate"
    for copy in (right, clip):
        copy.write_bytes(clip_path.read_bytes())
    answers(edited).keep = Keep.DISCARD
    edited.open_path(clip)
    until(lambda: edited.controller.info is not None and edited.controller.info.path == clip)
    saved_as(edited, project, until)
    edited.actions_table.action("file.close").trigger()
    until(lambda: edited.controller.workspace is None and not edited.controller.desk.open_handles)
    clip.write_bytes(clip_path.read_bytes() + bytes(1000))
    return edited, project, right


def test_a_clip_that_was_replaced_is_opened_or_another_file_chosen(
    replaced: tuple[MainWindow, Path, Path], until: Until
) -> None:
    window, project, right = replaced
    answers(window).clips = [OtherClip.CANCEL]
    window.open_path(project)
    until(window.notices.isVisible)
    assert "another version of the clip" in window.notices.sentence.text() and window.controller.workspace is None
    answers(window).clips, answers(window).file = [OtherClip.CHOOSE], right
    window.open_path(project)
    until(lambda: window.controller.info is not None)
    assert window.controller.info is not None and window.controller.info.path == right
    assert not window.notices.isVisible(), "it is open now"
    window.controller.close_clip()
    until(lambda: not window.controller.desk.open_handles)
    answers(window).clips = [OtherClip.OPEN]
    window.open_path(project)
    until(lambda: window.controller.info is not None and window.controller.info.path == project.parent / "clip.mp4")
    assert all(can_open for _, can_open in answers(window).asked) and len(answers(window).asked) == 3


def test_for_a_clip_of_another_length_another_file_can_be_chosen(
    replaced: tuple[MainWindow, Path, Path], tmp_path: Path, until: Until
) -> None:
    window, project, right = replaced
    with av.open(str(tmp_path / "clip.mp4"), "w") as container:
        stream = container.add_stream("libx264", rate=24, options={"preset": "ultrafast"})
        stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
        container.mux(stream.encode(av.VideoFrame.from_ndarray(np.zeros((48, 64, 3), np.uint8), format="rgb24")))
        container.mux(stream.encode())
    answers(window).clips, answers(window).file = [OtherClip.OPEN, OtherClip.CHOOSE], right
    window.open_path(project)
    until(lambda: window.controller.info is not None)
    assert window.controller.info is not None and window.controller.info.path == right
    (first, may_first), (second, may_second) = answers(window).asked
    assert may_first and not may_second, "its frames cannot be the project's"
    assert "another version" in first and "1 frame of 64x48, but the project was made with 36 of" in second


def test_a_file_that_cannot_be_opened_leaves_what_is_open_as_it_is(
    edited: MainWindow, tmp_path: Path, clip_path: Path, until: Until
) -> None:
    """Elsewhere the old session is thrown away before the new file is looked at."""
    answers(edited).keep = Keep.DISCARD
    for name in ("no clip.mp4", "no project.cleanplate"):
        (tmp_path / name).write_bytes(b"neither")
        edited.open_path(tmp_path / name)
        until(lambda name=name: edited.notices.isVisible() and name in edited.notices.sentence.text())  # type: ignore[misc]
        edited.notices.drop()
    assert edited.controller.info is not None and edited.controller.info.path == clip_path
    assert [each.name for each in edited.controller.document.objects] == ["Object 1"]
    assert edited.controller.state.modified
    edited.controller.undo()
    assert edited.controller.document.objects == ()


def test_what_was_opened_is_listed(opened: MainWindow, clip_path: Path, until: Until) -> None:
    until(lambda: bool(opened.recent.actions()))
    assert [action.text() for action in opened.recent.actions()] == [clip_path.name]


def test_work_is_saved_beside_the_users_files_and_offered_after_a_crash(
    edited: MainWindow, qtbot: QtBot, qapp: QApplication, until: Until
) -> None:
    rename(edited, "Kept")
    until(lambda: edited.projects._session is not None)
    edited.projects.autosave(0.0)
    until(lambda: not edited.projects._autosaving)
    session = edited.projects._session
    assert session is not None
    session._lock.release()  # as the system does when a process dies
    edited.projects._session = None

    theme.apply(qapp, theme.DARK)
    second = MainWindow()
    qtbot.addWidget(second, before_close_func=lambda window: setattr(window, "_may_quit", True))
    second.show()
    until(second.notices.isVisible)
    assert "did not close properly" in second.notices.sentence.text()
    second.notices.choices[0].click()
    until(lambda: second.controller.workspace is not None)
    assert [each.name for each in second.controller.document.objects] == ["Kept"]
    assert second.controller.state.modified, "it is saved nowhere yet"
    until(lambda: not second.controller.desk.open_handles)
    second._may_quit = True
    second.close()


def test_a_single_edit_is_saved_beside_the_users_files_though_none_follows(edited: MainWindow, until: Until) -> None:
    rename(edited, "Once")
    until(lambda: edited.projects._session is not None)
    session = edited.projects._session
    assert session is not None
    edited.projects.autosave_if_due()
    until(lambda: not edited.projects._autosaving)
    assert (session.folder / "autosave.cleanplate").is_file()


def test_a_clean_end_leaves_nothing_to_recover(window: MainWindow, until: Until) -> None:
    until(lambda: window.projects._session is not None)
    window._may_quit = True
    window.close()
    assert Sessions(environment.data_dir() / "sessions").crashed() == []
