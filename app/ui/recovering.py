"""Work that earlier sessions left unsaved: said once, in one quiet notice, and listed where there is more than one."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QDateTime, QLocale, QObject, Qt, Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QDialogButtonBox,
    QHeaderView,
    QLabel,
    QPushButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from app.core.sessions import Recovery, Sessions
from app.jobs.runner import Lane
from app.ui.clips import recovered
from app.ui.controller import Controller
from app.ui.notices import Choice, Notice


class Recovering(QObject):
    """Offers what crashed sessions left.

    Args:
        controller: opens clips.
        sessions: where the work lies.
        may_close: calls the first of what it is given once what is open may be closed, the second if it may not.
        media_instead: asks the user which clip to take where an error was about the clip; None for none.
        parent: owns it.

    Signals:
        list_wanted: the user wants to see what was lost.
        changed: less is left.
    """

    list_wanted = Signal()
    changed = Signal()

    def __init__(
        self,
        controller: Controller,
        sessions: Sessions,
        may_close: Callable[[Callable[[], object], Callable[[], object]], object],
        media_instead: Callable[[BaseException], Path | None],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._controller, self._sessions, self._may_close = controller, sessions, may_close
        self._media_instead = media_instead
        self.left: tuple[Recovery, ...] = ()
        """What is neither recovered nor thrown away, the latest first."""

    def offer(self, left: list[Recovery]) -> None:
        """Takes up what was found, and says so."""
        self.left = tuple(sorted(left, key=lambda each: each.saved_at, reverse=True))
        self.remind()

    def remind(self) -> None:
        """Says in one notice what can be recovered, if there is anything."""
        if not self.left:
            return
        if len(self.left) == 1:
            only = self.left[0]
            crashed = self.tr("Cleanplate did not close properly. Your work on {0} was saved at {1}.")
            ended = self.tr("The system ended Cleanplate. Your work on {0} was kept at {1}.")
            sentence = ended if only.told_to_end else crashed
            words = sentence.format(name_of(only), time_of(only))
            choices: tuple[Choice, ...] = (
                Choice(self.tr("Recover"), lambda: self.recover(only)),
                Choice(self.tr("Discard"), lambda: self.discard(only)),
            )
        else:
            sentence = self.tr("Work of {0} sessions was not saved, and can be recovered.")
            words = sentence.format(len(self.left))
            choices = (Choice(self.tr("Show…"), self.list_wanted.emit),)
        self._controller.notice.emit(Notice(words, choices=choices))

    def recover(self, recovery: Recovery) -> None:
        """Opens what a session left, once what is open may be closed."""

        def done() -> None:
            self.discard(recovery)
            self.remind()

        def open_it(media: Path | None = None) -> None:
            self._controller.open_with(
                lambda: recovered(self._sessions, recovery, media), recovery.clip.name, done=done, failed=failed
            )

        def failed(error: BaseException) -> None:
            found = self._media_instead(error)
            if found is not None:
                open_it(found)
                return
            self.remind()  # it is not lost: it is offered again, below why it was not opened
            self._controller.tell_not_opened(error, recovery.clip.name)

        self._may_close(open_it, self.remind)

    def discard(self, recovery: Recovery) -> None:
        """Throws away what a session left."""
        self.left = tuple(each for each in self.left if each is not recovery)
        self._controller.submit(
            lambda _context: self._sessions.discard(recovery), Lane.IO, self.tr("discarding the old session")
        )
        self.changed.emit()


def name_of(recovery: Recovery) -> str:
    """The file that the user would know it by."""
    return (recovery.project or recovery.clip).name


def time_of(recovery: Recovery) -> str:
    """When it was saved, with the day unless that is today."""
    saved, locale = QDateTime.fromSecsSinceEpoch(round(recovery.saved_at)), QLocale()
    short = QLocale.FormatType.ShortFormat
    if saved.date() == QDateTime.currentDateTime().date():
        return locale.toString(saved.time(), short)
    return locale.toString(saved, short)


class RecoveryDialog(QDialog):
    """Lists the lost sessions.

    Args:
        recovering: knows them.
        parent: the window.
    """

    def __init__(self, recovering: Recovering, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._recovering = recovering
        self.setWindowTitle(self.tr("Recover lost work"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        words = QLabel(self.tr("Work of these sessions was not saved. What you leave here is offered again."))
        words.setWordWrap(True)
        self.list = QTreeWidget()
        self.list.setHeaderLabels([self.tr("Clip or project"), self.tr("Folder"), self.tr("Saved")])
        self.list.setRootIsDecorated(False)
        self.list.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.list.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.list.setAccessibleName(self.windowTitle())
        self.list.header().setStretchLastSection(False)
        self.list.header().setSectionResizeMode(1, QHeaderView.ResizeMode.Stretch)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        self.recover = self._button(buttons, self.tr("Recover"), self._recover)
        self.discard = self._button(buttons, self.tr("Discard"), self._discard)
        buttons.rejected.connect(self.reject)
        self.list.itemActivated.connect(lambda _item, _column: self._recover())
        column = QVBoxLayout(self)
        for widget in (words, self.list, buttons):
            column.addWidget(widget)
        self.resize(640, 300)
        recovering.changed.connect(self._fill)
        self._fill()

    def _button(self, box: QDialogButtonBox, text: str, slot: Callable[[], None]) -> QPushButton:
        button = box.addButton(text, QDialogButtonBox.ButtonRole.ActionRole)
        button.clicked.connect(lambda _checked=False: slot())
        return button

    def _fill(self) -> None:
        chosen = self.list.currentItem()
        at = 0 if chosen is None else max(self.list.indexOfTopLevelItem(chosen), 0)
        self.list.clear()
        for each in self._recovering.left:
            where = each.project or each.clip
            item = QTreeWidgetItem([name_of(each), str(where.parent), time_of(each)])
            item.setToolTip(1, str(where))
            self.list.addTopLevelItem(item)
        for column in (0, 2):
            self.list.resizeColumnToContents(column)
        count = self.list.topLevelItemCount()
        if count:
            self.list.setCurrentIndex(self.list.model().index(min(at, count - 1), 0))
        for button in (self.recover, self.discard):
            button.setEnabled(count > 0)

    def _chosen(self) -> Recovery | None:
        item = self.list.currentItem()
        return None if item is None else self._recovering.left[self.list.indexOfTopLevelItem(item)]

    def _recover(self) -> None:
        chosen = self._chosen()
        if chosen is not None:
            self.accept()
            self._recovering.recover(chosen)

    def _discard(self) -> None:
        chosen = self._chosen()
        if chosen is not None:
            self._recovering.discard(chosen)

    def done(self, result: int) -> None:
        """Closes; what is left is said again, unless some of it is being recovered first."""
        super().done(result)
        if result == QDialog.DialogCode.Rejected:
            self._recovering.remind()
