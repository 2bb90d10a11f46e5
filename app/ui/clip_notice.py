"""Says once, when a clip is opened, what is out of the ordinary with it, and what Cleanplate does about it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject

from app.ui.controller import Controller
from app.ui.notice_bar import NoticeBar
from app.ui.notices import Choice, Notice, Severity
from app.ui.sentences import sentence_of


class ClipNotice(QObject):
    """One notice for HDR, fields, a rate that varies, and frames that had to be left out; none for a project.

    Args:
        controller: tells which clip is open.
        notices: where it is shown; another clip takes it away.
        look_through: asks for the LUT to look through.
        parent: owns it.
    """

    def __init__(
        self,
        controller: Controller,
        notices: NoticeBar,
        look_through: Callable[[], object],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._controller, self._notices, self._look_through = controller, notices, look_through
        self._shown: Notice | None = None
        controller.clip_opened.connect(self._opened)
        controller.clip_closed.connect(self._take_back)

    def _opened(self) -> None:
        clip, workspace = self._controller.clip, self._controller.workspace
        if clip is None or workspace is None or workspace.project_path is not None:
            return
        info, words = workspace.info, []
        if clip.transform is not None:
            words.append(self.tr("{0}: toned down for this screen, written as it is.").format(clip.transform.name))
        if info.interlaced:
            words.append(self.tr("Interlaced: each field is filled by itself and stays a field."))
        if info.variable_rate:
            words.append(self.tr("The frame rate varies: every frame keeps its own time."))
        notes = [sentence_of(f"About the source: {note}.") for note in info.notes]
        if not words and not notes:
            return
        choices = () if clip.transform is None else (Choice(self.tr("Look through a LUT…"), self._look_through),)
        severity = Severity.WARNING if notes else Severity.INFO
        self._shown = Notice(" ".join([*notes, *words]), severity, choices=choices)
        self._notices.show_notice(self._shown)

    def _take_back(self) -> None:
        if self._shown is not None:
            self._notices.take_back(self._shown)
            self._shown = None
