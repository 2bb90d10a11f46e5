"""Autosave and recovery: what a crash left is found, what runs is not, and nobody's own file is touched."""

from __future__ import annotations

import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from app.core.document import ClipIdentity, Document, Marker
from app.core.errors import UserError
from app.core.project_file import load_project, save_project
from app.core.recent import MOST_ENTRIES, RecentFiles
from app.core.sessions import ProjectLock, Sessions

ROOT = Path(__file__).resolve().parents[2]
DOCUMENT = Document(ClipIdentity("/media/clip.mp4", 5, 8, 6, 20), markers=(Marker(3, "edited"),))


def crashed_process(folder: Path, project: Path) -> None:
    """A Cleanplate that autosaves and is killed."""
    code = textwrap.dedent(
        """
        import sys
        from pathlib import Path
        sys.path[:0] = [sys.argv[1], sys.argv[2]]
        from app.core.sessions import Sessions
        from test_sessions import DOCUMENT
        session = Sessions(Path(sys.argv[3])).begin()
        session.autosave(DOCUMENT, Path(sys.argv[4]), revision=1, now_s=0, view={"playhead": 3})
        print("saved", flush=True)
        sys.stdin.read()
        """
    )
    with subprocess.Popen(
        [sys.executable, "-c", code, str(ROOT), str(Path(__file__).parent), str(folder), str(project)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as process:
        try:
            assert process.stdout is not None and process.stdout.readline().strip() == b"saved"
            assert Sessions(folder).crashed() == [], "it still runs"
        finally:
            process.kill()


def test_the_edits_of_a_killed_window_are_offered_and_come_back(tmp_path: Path) -> None:
    project = tmp_path / "p.cleanplate"
    save_project(project, Document(DOCUMENT.clip))
    sessions = Sessions(tmp_path / "sessions")
    own = sessions.begin()
    crashed_process(tmp_path / "sessions", project)
    (left,) = sessions.crashed()
    assert left.project == project and left.clip == Path("/media/clip.mp4") and left.saved_at > 1.6e9
    saved = sessions.recover(left)
    assert saved is not None and saved.document == DOCUMENT and saved.view == {"playhead": 3}
    assert load_project(project).document == Document(DOCUMENT.clip), "the user's file is as it was"
    assert sessions.crashed() == [left]
    sessions.discard(left)
    assert sessions.crashed() == [] and sessions.recover(left) is None
    own.close()
    assert list((tmp_path / "sessions").iterdir()) == []


def test_a_crash_is_offered_again_and_comes_back_where_a_released_lock_takes_its_file_with_it(tmp_path: Path) -> None:
    project = tmp_path / "p.cleanplate"
    save_project(project, DOCUMENT)
    sessions = Sessions(tmp_path / "sessions")
    crashed_process(tmp_path / "sessions", project)
    (left,) = sessions.crashed()
    (left.folder / "lock").unlink(missing_ok=True)  # as filelock does on Windows
    assert sessions.crashed() == [left]
    (left.folder / "lock").unlink(missing_ok=True)
    saved = sessions.recover(left)
    assert saved is not None and saved.document == DOCUMENT
    (left.folder / "lock").unlink(missing_ok=True)
    sessions.discard(left)
    assert list((tmp_path / "sessions").iterdir()) == []


def test_a_clean_end_leaves_nothing_and_a_saved_project_nothing_to_recover(tmp_path: Path) -> None:
    sessions = Sessions(tmp_path)
    first, second = sessions.begin(), sessions.begin()
    for session in (first, second):
        session.autosave(DOCUMENT, None, revision=1, now_s=0)
    assert sessions.crashed() == [], "both run"
    first.forget()
    assert not any(first.folder.glob("*.cleanplate"))
    for session in (first, second):
        session.close()
    assert list(tmp_path.iterdir()) == []


def test_a_session_that_died_before_its_first_autosave_is_swept_away(tmp_path: Path) -> None:
    session = Sessions(tmp_path).begin()
    session._lock.release()
    assert Sessions(tmp_path).crashed() == [] and not session.folder.exists()


def test_the_first_change_is_due_at_once_and_a_later_one_half_a_minute_after(tmp_path: Path) -> None:
    session = Sessions(tmp_path).begin()
    assert session.is_due((1, 0), 100.0), "what was recovered lies nowhere else, and nobody may change it any more"
    session.autosave(DOCUMENT, None, revision=(1, 0), now_s=100.0)
    assert not session.is_due((1, 0), 900.0), "nothing changed"
    assert not session.is_due((1, 1), 129.0) and session.is_due((1, 1), 130.0)
    assert session.is_due((2, 0), 130.0), "another clip"
    session.close()


def test_a_change_after_the_project_was_saved_is_due_at_once(tmp_path: Path) -> None:
    session = Sessions(tmp_path).begin()
    session.autosave(DOCUMENT, None, revision=1, now_s=100.0)
    session.forget()
    assert session.is_due(2, 101.0)
    session.close()


def test_a_folder_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(UserError, match="autosave"):
        Sessions(tmp_path / "file").begin()


def test_a_project_is_open_in_one_cleanplate_at_a_time(tmp_path: Path) -> None:
    project = tmp_path / "p.cleanplate"
    first = ProjectLock.try_open(project, tmp_path / "locks")
    assert first is not None
    assert ProjectLock.try_open(tmp_path / "x" / ".." / "p.cleanplate", tmp_path / "locks") is None
    assert ProjectLock.try_open(tmp_path / "q.cleanplate", tmp_path / "locks") is not None
    first.release()
    again = ProjectLock.try_open(project, tmp_path / "locks")
    assert again is not None
    again.release()


def test_a_project_opens_where_no_lock_can_be_kept(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    lock = ProjectLock.try_open(tmp_path / "p.cleanplate", tmp_path / "file" / "locks")
    assert lock is not None
    lock.release()


def test_recent_files_are_the_latest_and_each_once(tmp_path: Path) -> None:
    recent, other = (RecentFiles(tmp_path / "data" / "recent.json") for _ in range(2))
    assert recent.entries() == []
    for number in range(MOST_ENTRIES + 3):
        recent.add(tmp_path / f"{number}.mp4")
    other.add(tmp_path / "5.mp4")
    assert recent.entries()[:2] == [tmp_path / "5.mp4", tmp_path / f"{MOST_ENTRIES + 2}.mp4"]
    assert len(recent.entries()) == MOST_ENTRIES and len(set(recent.entries())) == MOST_ENTRIES
    recent.add(tmp_path / "data" / ".." / "5.mp4")
    assert recent.entries()[:2] == [tmp_path / "5.mp4", tmp_path / f"{MOST_ENTRIES + 2}.mp4"]
    recent.remove(tmp_path / "5.mp4")
    assert tmp_path / "5.mp4" not in other.entries()
    recent.clear()
    assert other.entries() == []
    (tmp_path / "data" / "recent.json").write_text("{]")
    assert recent.entries() == []
