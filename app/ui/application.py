"""Starts the window: Qt itself, the look, and what happens when something unexpected is raised."""

from __future__ import annotations

import gc
import logging
import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from types import FrameType, TracebackType

from PySide6.QtCore import QLocale, QTimer
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QApplication

from app import environment
from app.ui import language, preferences, theme
from app.ui.icons import icon
from app.ui.main_window import MainWindow
from app.ui.notices import notice_of

_SIGNAL_MS = 250
YOUNG, MIDDLE, NEVER = 700, 10, 1 << 30
"""When Python looks for garbage among young objects, among those that lived through ten such looks, and among all."""
HAND_OVER_S = 0.0005
"""How long a thread that another one waits for keeps the interpreter: at the usual 5 ms a window painted among two busy
threads takes 140 ms, so 36."""
ROOM_SHARE, TITLE_PX = 0.8, 40
"""How much of the screen the window takes at first, and room for its title bar."""

_log = logging.getLogger(__name__)


def run(path: Path | None = None, argv: Sequence[str] = ()) -> int:
    """Opens the window and runs it until it is closed.

    Args:
        path: a clip to open.
        argv: further arguments for Qt.

    Returns:
        The exit code.
    """
    hand_over_briskly()
    environment.drop_opencv_qt_paths()
    environment.take_own_taskbar_button()
    wanted = preferences.load(preferences.preferences_file())
    wanted.prepare_process()
    app = QApplication.instance() or QApplication(["cleanplate", *argv])
    assert isinstance(app, QApplication)
    app.setApplicationName("Cleanplate")
    app.setApplicationVersion(environment.VERSION)
    app.setDesktopFileName("cleanplate")
    language.install(app, wanted.language)
    QLocale.setDefault(language.locale_of(wanted.language))
    look = theme.theme_named(wanted.theme)
    theme.apply(app, look)
    app.setWindowIcon(QIcon(icon("remove", look)))
    window = MainWindow(look, wanted)
    keep_alive(window)
    collect_briefly()
    show_fitting(window)
    ticking = heed_signals(window)
    if path is not None:
        QTimer.singleShot(0, lambda: window.open_path(path))
    try:
        return int(app.exec())
    finally:
        ticking.stop()


def hand_over_briskly() -> None:
    """From now on a thread that another one waits for gives the interpreter away after ``HAND_OVER_S``."""
    sys.setswitchinterval(min(sys.getswitchinterval(), HAND_OVER_S))


def collect_briefly() -> None:
    """From now on Python looks for garbage among objects that were made lately only.

    A look at all of them takes 30 ms for those that a window is made of, and seconds for the masks of a long project;
    nothing else runs meanwhile, in whatever thread it happens. What refers to itself and lived on is kept, which is
    little: documents, masks and pictures never do. ``Controller.close_clip`` looks at all, when there is no clip.
    """
    gc.freeze()
    gc.set_threshold(YOUNG, MIDDLE, NEVER)


def show_fitting(window: MainWindow) -> None:
    """Shows the window as large as suits the screen; all of it, where its usual size has no room with a title bar."""
    room = window.screen().availableGeometry().size()
    wanted = (room * ROOM_SHARE).expandedTo(window.size())
    if wanted.width() > room.width() or wanted.height() + TITLE_PX > room.height():
        window.showMaximized()
    else:
        window.resize(wanted)
        window.show()


def heed_signals(window: MainWindow) -> QTimer:
    """From now on Ctrl-C in the terminal closes the window as its button does.

    SIGTERM, and the terminal's end, close it without a question: a project is saved, and work on a clip that has none
    is offered at the next start.

    Returns:
        A timer that lets Python see signals while Qt waits; stop it at the end.
    """

    # A signal may come in the middle of any function, one that holds a lock as well: what it asks for waits its turn.
    def close(_signal: int, _frame: FrameType | None) -> None:
        QTimer.singleShot(0, window, window.close)

    def end(number: int, _frame: FrameType | None) -> None:
        QTimer.singleShot(0, window, lambda: finish(number))

    def finish(number: int) -> None:
        window.end_at_once()
        QApplication.exit(128 + number)

    signal.signal(signal.SIGINT, close)
    signal.signal(signal.SIGTERM, end)
    terminal_gone = getattr(signal, "SIGHUP", None)  # Windows has none; nohup has it ignored
    if terminal_gone is not None and signal.getsignal(terminal_gone) is not signal.SIG_IGN:
        signal.signal(terminal_gone, end)
    timer = QTimer()
    timer.timeout.connect(lambda: None)
    timer.start(_SIGNAL_MS)
    return timer


def keep_alive(window: MainWindow) -> None:
    """From now on an error that nothing caught is logged and told, and the window stays up."""

    def told(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if not isinstance(error, Exception):
            sys.__excepthook__(kind, error, trace)
            return
        try:
            window.controller.notice.emit(notice_of(error))
        except RuntimeError:  # the window is gone already
            _log.exception("an error after the window was closed")

    sys.excepthook = told
