"""A real window and small clips for it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import av
import pytest
from moving_square import FRAMES, HEIGHT, RATE, WIDTH, scene_frame
from pytestqt.qtbot import QtBot

from app.ui import theme
from app.ui.main_window import MainWindow
from app.ui.questions import Dropped, Keep, OtherClip, Questions

LIMIT_MS = 60_000


class Answers(Questions):
    """Answers in the user's place; what a test does not expect to be asked fails it."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self.file: Path | None = None
        self.keep: Keep | None = None
        self.dropped: Dropped | None = None
        self.clips: list[OtherClip] = []
        """One answer after the other."""
        self.asked: list[tuple[str, bool]] = []
        """What was asked of a clip, and whether it could be opened."""

    def open_file(self, title: str, filters: str = "", folder: Path | None = None) -> Path | None:
        assert self.file is not None, title
        return self.file

    def save_file(self, title: str, proposal: Path, filters: str = "") -> Path | None:
        assert self.file is not None, title
        return self.file

    def folder(self, title: str, start: Path | None = None) -> Path | None:
        assert self.file is not None, title
        return self.file

    def masks_or_clip(self, name: str, target: str) -> Dropped:
        assert self.dropped is not None, name
        return self.dropped

    def keep_changes(self, name: str) -> Keep:
        assert self.keep is not None, name
        return self.keep

    def other_clip(self, sentence: str, *, can_open: bool) -> OtherClip:
        assert self.clips, sentence
        self.asked.append((sentence, can_open))
        return self.clips.pop(0)

    def yes(self, sentence: str, yes: str) -> bool:
        raise AssertionError(sentence)


@pytest.fixture(scope="session")
def clip_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An H.264 clip of the scene, in one group of pictures."""
    path = tmp_path_factory.mktemp("clips") / "scene.mp4"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=RATE, options={"crf": "12", "g": "250", "preset": "veryfast"})
        stream.width, stream.height, stream.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        for index in range(FRAMES):
            for packet in stream.encode(av.VideoFrame.from_ndarray(scene_frame(index), format="rgb24")):
                container.mux(packet)
        for packet in stream.encode():
            container.mux(packet)
    return path


@pytest.fixture
def window(qtbot: QtBot, qapp: object) -> Iterator[MainWindow]:
    """A main window without a clip."""
    theme.apply(qapp, theme.DARK)  # type: ignore[arg-type]  # pytest-qt's qapp is a QApplication
    made = MainWindow()
    qtbot.addWidget(made, before_close_func=forget_changes)
    made.resize(1280, 720)
    made.show()
    # Keys reach the active window only, and activation comes with an event of its own, later under load.
    made.activateWindow()
    qtbot.waitUntil(made.isActiveWindow, timeout=LIMIT_MS)
    made.projects.questions = Answers(made)
    made.viewer.setFocus()
    yield made
    forget_changes(made)
    made.close()


def forget_changes(window: MainWindow) -> None:
    """Lets the window close without a question."""
    window._may_quit = True


@pytest.fixture
def opened(window: MainWindow, clip_path: Path, until: Callable[[Callable[[], bool]], None]) -> MainWindow:
    """The window with the clip open and its first frame on screen, painting again after it has taken the clip in."""
    window.open_path(clip_path)
    until(lambda: window.viewer.shown is not None and not window.rendering.busy and window.updatesEnabled())
    return window


@pytest.fixture
def until(qtbot: QtBot) -> Callable[[Callable[[], bool]], None]:
    """Runs the event loop until something is so."""

    def wait(condition: Callable[[], bool]) -> None:
        qtbot.waitUntil(condition, timeout=LIMIT_MS)

    return wait
