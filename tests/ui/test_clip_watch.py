"""A clip whose file is replaced, written anew or taken away while it is open."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import av
import numpy as np
import pytest
from conftest import Answers
from moving_square import FRAMES, HEIGHT, RATE, WIDTH

from app import environment
from app.core.sessions import ProjectLock
from app.jobs.runner import Lane
from app.ui.main_window import MainWindow
from app.ui.notices import Notice

Until = Callable[[Callable[[], bool]], None]


def write_grey(path: Path, level: int, frames: int = FRAMES) -> Path:
    """A clip of one grey, of the scene's size and length."""
    with av.open(str(path), "w", format="mp4") as container:
        stream = container.add_stream("libx264", rate=RATE, options={"preset": "ultrafast"})
        stream.width, stream.height, stream.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        for _ in range(frames):
            picture = np.full((HEIGHT, WIDTH, 3), level, np.uint8)
            container.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
        container.mux(stream.encode())
    return path


@pytest.fixture
def copied(window: MainWindow, clip_path: Path, tmp_path: Path, until: Until) -> Path:
    """A copy of the clip, open in the window."""
    path = tmp_path / "shot.mp4"
    path.write_bytes(clip_path.read_bytes())
    window.open_path(path)
    until(lambda: window.viewer.shown is not None and not window.controller.desk.open_handles)
    return path


def all_told(window: MainWindow) -> list[str]:
    return [notice.sentence for notice in window.notices.waiting]


def press(window: MainWindow, text: str) -> None:
    next(button for button in window.notices.choices if button.text() == text).click()


def level_shown(window: MainWindow) -> float:
    clip = window.controller.clip
    assert clip is not None
    return float(clip.workspace.reader.frame(3).rgb.mean())


@pytest.mark.parametrize("in_place", [True, False])
def test_a_replaced_clip_is_noticed_once_and_opened_again_with_its_document(
    window: MainWindow, copied: Path, tmp_path: Path, until: Until, in_place: bool
) -> None:
    window.actions_table.action("object.new").trigger()
    window.controller.transport.go_to(3)
    before = window.controller.clip
    new = write_grey(tmp_path / "new.mp4", 90)
    if in_place:
        copied.write_bytes(new.read_bytes())
    else:
        new.replace(copied)
    until(window.notices.isVisible)
    assert "was replaced or changed while it was open" in window.notices.sentence.text()
    window.controller.submit(
        lambda _context: before.workspace.reader.same.check() if before else None, Lane.BACKGROUND, "rendering"
    )
    until(lambda: not window.controller.desk.open_handles)
    assert len(all_told(window)) == 1, "a job that meets it says it no second time"
    press(window, "Open it again")
    until(lambda: window.controller.clip is not before and window.controller.clip is not None)
    assert [each.name for each in window.controller.document.objects] == ["Object 1"]
    assert window.controller.state.modified, "the project does not know this clip yet"
    assert all_told(window) == []
    assert abs(level_shown(window) - 90) < 3 and window.controller.transport.position == 3


def test_a_clip_that_was_only_touched_or_came_back_is_told_of_no_more(
    window: MainWindow, copied: Path, tmp_path: Path, until: Until
) -> None:
    told: list[Notice] = []
    window.controller.notice.connect(told.append)
    away = copied.rename(tmp_path / "away.mp4")
    until(window.notices.isVisible)
    assert "was moved or deleted" in window.notices.sentence.text()
    away.rename(copied)
    until(lambda: not window.notices.isVisible())
    copied.touch()
    window.clip_watch.look()
    until(lambda: not window.controller.desk.open_handles)
    assert all_told(window) == [] and told == []


def test_the_work_goes_on_with_another_file_and_saves_in_its_project(
    window: MainWindow, copied: Path, clip_path: Path, tmp_path: Path, until: Until
) -> None:
    answers = window.projects.questions
    assert isinstance(answers, Answers)
    window.actions_table.action("object.new").trigger()
    answers.file = tmp_path / "shot.cleanplate"
    window.actions_table.action("file.save").trigger()
    until(lambda: not window.controller.state.modified)
    saved = window.controller.clip
    window.open_path(tmp_path / "shot.cleanplate")
    until(lambda: window.controller.clip not in (saved, None) and not window.controller.desk.open_handles)
    moved = copied.rename(tmp_path / "moved.mp4")
    until(window.notices.isVisible)
    answers.file = moved
    press(window, "Choose another file…")
    until(lambda: window.controller.info is not None and window.controller.info.path == moved)
    assert all_told(window) == [] and window.controller.state.modified
    window.actions_table.action("file.save").trigger()
    until(lambda: not window.controller.state.modified)
    until(lambda: not window.controller.desk.open_handles)
    clip = window.controller.clip
    assert clip is not None and clip.lock is not None
    assert ProjectLock.try_open(answers.file.with_name("shot.cleanplate"), environment.data_dir() / "locks") is None
    window.controller.close_clip()
    until(lambda: not window.controller.desk.open_handles)
    window.open_path(tmp_path / "shot.cleanplate")
    until(lambda: window.controller.info is not None)
    assert window.controller.info is not None and window.controller.info.path == moved


def test_what_cannot_be_opened_again_leaves_the_notice_with_its_buttons(
    window: MainWindow, copied: Path, until: Until
) -> None:
    copied.write_bytes(b"half a file")
    until(window.notices.isVisible)
    press(window, "Open it again")
    until(lambda: len(all_told(window)) == 2)
    assert any("was replaced or changed" in sentence for sentence in all_told(window))
    assert window.controller.clip is not None, "what is open stays open"
