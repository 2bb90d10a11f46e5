"""Work that crashed sessions left: one notice, a list, and nothing hidden by it."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from app import environment
from app.core.sessions import Recovery, Sessions
from app.ui.main_window import MainWindow
from app.ui.recovering import RecoveryDialog

Until = Callable[[Callable[[], bool]], None]


def lost(number: int, clip: Path) -> Recovery:
    folder = environment.data_dir() / "sessions" / f"lost{number}"
    folder.mkdir(parents=True)
    (folder / "lock").touch()
    return Recovery(folder, None, clip, 1_000_000.0 + number)


@pytest.fixture
def three(opened: MainWindow, clip_path: Path, until: Until) -> tuple[Recovery, ...]:
    until(lambda: opened.projects._session is not None)
    return tuple(lost(number, clip_path) for number in range(3))


def test_many_lost_sessions_are_one_notice_that_opens_a_list(
    opened: MainWindow, three: tuple[Recovery, ...], until: Until
) -> None:
    opened.projects.recovering.offer(list(three))
    assert len(opened.notices.waiting) == 1 and "3 sessions" in opened.notices.sentence.text()
    opened.notices.choices[0].click()
    assert opened.notices.notice is None
    dialog = opened.findChild(RecoveryDialog)
    assert isinstance(dialog, RecoveryDialog) and dialog.list.topLevelItemCount() == 3
    assert opened.projects.recovering.left[0].saved_at == 1_000_002.0, "the latest first"
    dialog.discard.click()
    assert dialog.list.topLevelItemCount() == 2
    until(lambda: not three[2].folder.exists())
    dialog.reject()
    assert "2 sessions" in opened.notices.sentence.text(), "what was left is said again"


def test_what_the_system_ended_is_not_told_as_a_crash(opened: MainWindow, until: Until) -> None:
    until(lambda: opened.projects._session is not None)
    workspace = opened.controller.workspace
    assert workspace is not None
    sessions = Sessions(environment.data_dir() / "sessions")
    session = sessions.begin()
    session.autosave(workspace.document, None, revision=1, now_s=0.0, told_to_end=True)
    session._lock.release()  # as the system does when a process ends
    (left,) = [each for each in sessions.crashed() if each.folder == session.folder]
    opened.projects.recovering.offer([left])
    assert "The system ended Cleanplate" in opened.notices.sentence.text()
    opened.projects.recovering.discard(left)
    until(lambda: not session.folder.exists())


def test_what_is_open_and_changed_is_asked_about_before_lost_work_takes_its_place(
    opened: MainWindow, until: Until
) -> None:
    until(lambda: opened.projects._session is not None)
    workspace = opened.controller.workspace
    assert workspace is not None
    sessions = Sessions(environment.data_dir() / "sessions")
    session = sessions.begin()
    session.autosave(workspace.document, None, revision=1, now_s=0.0)
    session._lock.release()  # as the system does when a process dies
    (left,) = [each for each in sessions.crashed() if each.folder == session.folder]
    asked: list[tuple[Callable[[], object], Callable[[], object]]] = []
    recovering = opened.projects.recovering
    recovering._may_close = lambda go_on, stay: asked.append((go_on, stay))
    recovering.offer([left])
    opened.notices.choices[0].click()
    assert len(asked) == 1 and opened.controller.workspace is workspace
    asked[0][1]()  # the user would rather stay: it is offered again
    opened.notices.choices[0].click()
    assert len(asked) == 2 and opened.controller.workspace is workspace
    asked[1][0]()
    until(lambda: opened.controller.workspace is not workspace and not recovering.left)
    until(lambda: not session.folder.exists())


def test_lost_work_whose_clip_has_moved_asks_where_it_is_and_stays_if_nobody_knows(
    window: MainWindow, clip_path: Path, tmp_path: Path, until: Until, monkeypatch: pytest.MonkeyPatch
) -> None:
    moved, old = tmp_path / "moved.mp4", tmp_path / "old" / "scene.mp4"
    old.parent.mkdir()
    shutil.copy(clip_path, old)
    window.open_path(old)
    until(lambda: window.controller.workspace is not None and window.projects._session is not None)
    workspace = window.controller.workspace
    assert workspace is not None
    sessions = Sessions(environment.data_dir() / "sessions")
    session = sessions.begin()
    session.autosave(workspace.document, None, revision=1, now_s=0.0)
    session._lock.release()
    (left,) = [each for each in sessions.crashed() if each.folder == session.folder]
    window.controller.close_clip()
    old.rename(moved)
    answers: list[Path | None] = [None, moved]
    asked: list[str] = []

    def open_file(title: str, filters: str = "", folder: Path | None = None) -> Path | None:
        asked.append(title)
        return answers.pop(0)

    monkeypatch.setattr(window.projects.questions, "open_file", open_file)
    recovering = window.projects.recovering
    recovering.offer([left])
    window.notices.choices[0].click()
    until(lambda: len(window.notices.waiting) == 2)
    assert "no longer at" in window.notices.sentence.text() and session.folder.exists()
    window.notices.dismiss.click()
    window.notices.choices[0].click()
    until(lambda: window.controller.workspace is not None and not recovering.left)
    assert window.controller.info is not None and window.controller.info.path == moved
    assert asked == ["Where is scene.mp4 now?"] * 2


def test_a_notice_hides_neither_the_next_step_nor_what_is_on_screen(
    opened: MainWindow, three: tuple[Recovery, ...], until: Until
) -> None:
    opened.projects.recovering.offer(list(three))
    bar, viewer = opened.notices, opened.viewer
    assert opened.guide.isVisible() and opened.guide.geometry().top() > bar.geometry().bottom()
    assert [words for words, _, _ in viewer.labels()] == ["Source"]
    assert all(area.top() > bar.geometry().bottom() for area in viewer.label_areas())
    assert not any(area.intersects(opened.guide.geometry()) for area in viewer.label_areas())
    bar.dismiss.click()
    assert viewer.label_areas()[0].top() < 20 and opened.guide.geometry().top() < 20


def test_a_clip_that_is_opened_below_a_notice_is_not_covered_by_it(
    window: MainWindow, three: tuple[Recovery, ...], clip_path: Path, until: Until
) -> None:
    before = window.controller.clip
    window.projects.recovering.offer(list(three))
    until(window.notices.isVisible)
    window.open_path(clip_path)
    until(lambda: window.controller.clip not in (before, None) and window.viewer.shown is not None)
    top = window.viewer.transform.top
    assert top >= window.notices.geometry().bottom()
    window.notices.dismiss.click()
    assert window.viewer.transform.top == top, "the picture never jumps"
    window.actions_table.action("view.fit").trigger()
    assert window.viewer.transform.top < top or window.viewer.transform.left < 13


def test_nothing_is_said_where_nothing_was_lost(window: MainWindow) -> None:
    window.projects.recovering.offer([])
    assert window.notices.notice is None
