"""A window of its own that renders, exports, edits or saves until it is killed; prints what is done.

``python killed_window.py render|export|autosave|save PROJECT TARGET``.
"""

from __future__ import annotations

import sys
from pathlib import Path

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from app import environment
from app.core.object_edits import ChangeObject
from app.engine.result_view import FrameState
from app.media.settings import ExportSettings
from app.ui import theme
from app.ui.application import collect_briefly, hand_over_briskly
from app.ui.loop_probe import wait
from app.ui.main_window import MainWindow


def say(*words: object) -> None:
    """One line, at once: whoever listens kills at any moment."""
    sys.stdout.write(" ".join(map(str, words)) + "\n")
    sys.stdout.flush()


def render(window: MainWindow) -> None:
    """Live over the whole clip; frames that are finished."""
    told: set[int] = set()

    def look(states: object) -> None:
        for index, state in enumerate(window.rendering.states):
            if state == FrameState.LIVE and index not in told:
                told.add(index)
                say("frame", index)

    window.rendering.states_changed.connect(look)
    window.rendering.set_live(True)


def export(window: MainWindow, target: Path) -> None:
    """Exports over and over."""
    workspace = window.controller.workspace
    assert workspace is not None

    def again(*_: object) -> None:
        removal = workspace.removal(target, media=ExportSettings(codec="ffv1", overwrite=True))
        window.exporting.run(removal)

    window.exporting.finished.connect(again)
    again()


def edit(window: MainWindow, *, by_hand: bool) -> None:
    """Renames the object over and over; each name is said once it is on the disk."""
    controller, projects = window.controller, window.projects
    count = 0

    def again() -> None:
        nonlocal count
        count += 1
        controller.perform(ChangeObject.of(controller.document, 1, name=f"edit {count}"))
        if by_hand:
            projects.save(lambda: done(count))
        else:
            projects.autosave(0.0)
            wait(lambda: not projects._autosaving)
            done(count)

    def done(number: int) -> None:
        say("kept", number)
        QTimer.singleShot(0, again)

    again()


def main(what: str, project: Path, target: Path) -> None:
    """Opens the project and does it."""
    environment.prepare_process()
    app = QApplication(["cleanplate"])
    hand_over_briskly()
    theme.apply(app, theme.DARK)
    window = MainWindow()
    collect_briefly()
    window.show()
    window.open_path(project)
    wait(lambda: window.viewer.shown is not None and not window.rendering.busy)
    wait(lambda: window.projects._session is not None)
    say("ready")
    work = {
        "render": lambda: render(window),
        "export": lambda: export(window, target),
        "autosave": lambda: edit(window, by_hand=False),
        "save": lambda: edit(window, by_hand=True),
    }
    QTimer.singleShot(0, work[what])
    app.exec()


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]))
