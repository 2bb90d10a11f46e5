"""Starting the window, dropping files on it, and staying up when something unexpected happens."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtTest import QTest

from app import cli, environment
from app.cli.doors import Doors
from app.core.errors import UserError
from app.core.project_copies import ProjectCopies
from app.core.project_file import load_project, save_project
from app.core.sessions import Recovery, Sessions
from app.ui.application import keep_alive
from app.ui.main_window import MainWindow
from app.workspace import Workspace

ROOT = Path(__file__).resolve().parents[2]
Until = Callable[[Callable[[], bool]], None]


@pytest.fixture
def hook() -> Iterator[None]:
    before = sys.excepthook
    yield
    sys.excepthook = before


def test_help_lists_the_window_and_loads_no_qt() -> None:
    code = (
        "import sys; sys.argv = ['cleanplate', '--help']\n"
        "from app.__main__ import main\n"
        "assert main() == 0\n"
        "sys.stderr.write(' '.join(name for name in sys.modules if 'PySide6' in name or 'qtawesome' in name))"
    )
    ended = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert "window " in ended.stdout
    assert ended.stderr == ""


def test_without_a_screen_it_says_so(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(sys, "platform", "linux")
    with pytest.raises(UserError, match="no screen"):
        environment.check_screen()
    assert cli.main([], Doors(lambda path: 0, lambda clips: None)) == 2
    assert "no screen" in capsys.readouterr().err


@pytest.mark.parametrize(("words", "path"), [([], None), (["window"], None), (["window", "a.mp4"], Path("a.mp4"))])
def test_the_command_line_opens_the_window(words: list[str], path: Path | None) -> None:
    asked: list[Path | None] = []

    def opens(file: Path | None) -> int:
        asked.append(file)
        return 7

    assert cli.main(words, Doors(opens, lambda clips: None)) == 7
    assert asked == [path]


def test_the_program_runs_until_its_window_is_closed(clip_path: Path) -> None:
    code = (
        "from PySide6.QtCore import QTimer\n"
        "from pathlib import Path\n"
        "from app.ui import application\n"
        "class Closing(application.MainWindow):\n"
        "    def showEvent(self, event):\n"
        "        super().showEvent(event)\n"
        "        self.controller.clip_opened.connect(lambda: QTimer.singleShot(0, self.close))\n"
        "application.MainWindow = Closing\n"
        f"raise SystemExit(application.run(Path({str(clip_path)!r})))"
    )
    variables = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    command = [sys.executable, "-c", code]
    ended = subprocess.run(command, cwd=ROOT, env=variables, capture_output=True, text=True, timeout=240, check=False)
    assert ended.returncode == 0, ended.stderr


def test_an_error_that_nothing_caught_is_told_and_the_window_stays(opened: MainWindow, hook: None) -> None:
    keep_alive(opened)
    error = KeyError("lost")
    sys.excepthook(KeyError, error, None)
    assert opened.isVisible() and opened.notices.isVisible()
    assert opened.notices.notice is not None and "KeyError" in opened.notices.notice.details


def test_a_dropped_clip_is_opened(window: MainWindow, clip_path: Path, until: Until) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(clip_path))])
    window.dropEvent(
        QDropEvent(
            QPoint(5, 5), Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
        )
    )
    until(lambda: window.controller.workspace is not None)
    assert not window.welcome.isVisible()


def test_the_demo_clip_is_one_click_away(window: MainWindow, until: Until) -> None:
    window.welcome.demo.click()
    until(lambda: window.viewer.shown is not None)
    assert window.controller.transport.frame_count == 125


def test_the_window_fits_a_small_screen(opened: MainWindow) -> None:
    smallest = opened.minimumSizeHint()
    assert smallest.width() <= 1280 and smallest.height() <= 720


def told_to_end(path: Path, *, sent: str = "SIGTERM", before: str = "", busy: str = "contextlib.nullcontext()") -> None:
    """A program of its own opens a file, adds an object and is sent a signal; it ends as the signal wants."""
    # Whoever runs the tests may have it ignored, as nohup does.
    code = (
        "import contextlib, os, signal\n"
        f"signal.signal(signal.{sent}, signal.SIG_DFL)\n"
        "from PySide6.QtCore import QTimer\n"
        "from pathlib import Path\n"
        "from app.ui import application\n"
        f"{before}\n"
        "class Ending(application.MainWindow):\n"
        "    def showEvent(self, event):\n"
        "        super().showEvent(event)\n"
        "        self.controller.clip_opened.connect(self.editing.new_object)\n"
        "        self.controller.document_changed.connect(self.told_to_end)\n"
        "    def told_to_end(self, _):\n"
        f"        with {busy}:\n"
        f"            os.kill(os.getpid(), signal.{sent})\n"
        "application.MainWindow = Ending\n"
        f"raise SystemExit(application.run(Path({str(path)!r})))"
    )
    variables = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    command = [sys.executable, "-c", code]
    ended = subprocess.run(command, cwd=ROOT, env=variables, capture_output=True, text=True, timeout=240, check=False)
    assert ended.returncode == 128 + getattr(signal, sent), ended.stderr


def left_unsaved() -> list[Recovery]:
    return Sessions(environment.data_dir() / "sessions").crashed()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signals to send")
@pytest.mark.parametrize("busy", ["contextlib.nullcontext()", "self.controller.desk.runner._lock"])
def test_a_program_that_is_told_to_end_keeps_work_without_a_project_for_the_next_start(
    clip_path: Path, busy: str
) -> None:
    """Also where the signal comes while it holds a lock that ending needs."""
    told_to_end(clip_path, busy=busy)
    (left,) = left_unsaved()
    assert left.clip == clip_path and left.told_to_end


@pytest.fixture
def project(clip_path: Path, tmp_path: Path) -> Path:
    path = tmp_path / "shot.cleanplate"
    with Workspace.open(clip_path) as workspace:
        save_project(path, workspace.document)
    return path


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signals to send")
@pytest.mark.parametrize("sent", ["SIGTERM", "SIGHUP"])
def test_a_program_that_is_told_to_end_saves_its_project_and_leaves_nothing_to_recover(
    project: Path, sent: str
) -> None:
    told_to_end(project, sent=sent)
    assert left_unsaved() == []
    assert [each.name for each in load_project(project).document.objects] == ["Object 1"]
    (earlier,) = ProjectCopies(environment.data_dir() / "versions").of(project)
    assert load_project(earlier.path).document.objects == ()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signals to send")
def test_a_program_that_is_told_to_end_and_cannot_save_its_project_keeps_the_work_elsewhere(project: Path) -> None:
    full = (
        "from app.core.errors import UserError\n"
        "from app.workspace import opening\n"
        "def full(*_):\n"
        "    raise UserError('the disk is full')\n"
        "opening.save_project = full"
    )
    told_to_end(project, before=full)
    (left,) = left_unsaved()
    assert left.project == project and left.told_to_end
    assert load_project(project).document.objects == ()
    assert [each.name for each in load_project(left.autosave).document.objects] == ["Object 1"]


def test_return_on_the_first_page_presses_the_button_that_has_the_keyboard(window: MainWindow, until: Until) -> None:
    window.welcome.hide()
    window.welcome.show()
    assert window.welcome.open.hasFocus()
    QTest.keyClick(window.welcome.open, Qt.Key.Key_Tab)
    assert window.welcome.demo.hasFocus()
    QTest.keyClick(window.welcome.demo, Qt.Key.Key_Return)
    until(window.viewer.hasFocus)
    assert window.controller.transport.frame_count == 125
