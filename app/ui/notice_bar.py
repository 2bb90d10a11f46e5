"""The strip over the viewer's top that tells what went wrong: a sentence, its details, and a way to close it.

It lies over the viewer, so that the picture stays where it is when a notice comes and goes. A new notice lies on those
that were not closed yet: closing it brings back the one below, so that none is lost.

A notice goes when it is closed or one of its choices taken, and by itself once what it is about is settled: the same
work has gone well since, the document was edited after a refusal, or the clip was closed. What is about nothing of this
kind (a file is written, work can be recovered) stays until it is closed.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QSize, Qt, Signal
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app.ui.icons import icon
from app.ui.language import severity_of
from app.ui.notices import Choice, Notice, Severity
from app.ui.sentences import sentence_of
from app.ui.theme import Theme

_ICONS = {Severity.INFO: "info", Severity.WARNING: "warning", Severity.ERROR: "error"}


class NoticeBar(QFrame):
    """Shows notices until each is closed, the newest on top.

    Args:
        theme: its colours.
        parent: what it lies on.

    Signals:
        covers: how much of the upper edge it lies over now, in pixels; what else stands there moves down.
    """

    covers = Signal(int)

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._under = parent
        self.setObjectName("notice")
        self._theme = theme
        self.waiting: list[Notice] = []
        """Notices that were not closed yet, the one on top last."""
        self._icon = QLabel()
        self.sentence = QLabel()
        self.sentence.setWordWrap(True)
        self.sentence.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.details = QPushButton(self.tr("Details…"))
        self.details.clicked.connect(self._show_details)
        self.dismiss = QToolButton()
        self.dismiss.setAccessibleName(self.tr("Close the notice"))
        self.dismiss.clicked.connect(self.drop)
        self.turn = QPushButton()
        self.turn.setToolTip(self.tr("Show the next notice"))
        self.turn.setAccessibleName(self.turn.toolTip())
        self.turn.clicked.connect(self._turn)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 6, 8, 6)
        row.setSpacing(10)
        row.addWidget(self._icon)
        row.addWidget(self.sentence, 1)
        row.addWidget(self.details)
        self._choices = QHBoxLayout()
        row.addLayout(self._choices)
        row.addWidget(self.turn)
        row.addWidget(self.dismiss)
        self.set_theme(theme)
        self.hide()
        parent.installEventFilter(self)

    def set_theme(self, theme: Theme) -> None:
        """Draws its icons in another theme's colours."""
        self._theme = theme
        self.dismiss.setIcon(icon("close", theme))
        if self.notice is not None:
            self._show_icon(self.notice.severity)

    @property
    def notice(self) -> Notice | None:
        """The one on top."""
        return self.waiting[-1] if self.waiting else None

    def show_notice(self, notice: Notice) -> None:
        """Lays a notice on top; one that says and asks the same and waits is not said twice."""
        self.waiting = [*(each for each in self.waiting if each != notice), notice]
        self._show_top()

    def drop(self) -> None:
        """Closes the notice on top; the one below it shows again."""
        self.waiting = self.waiting[:-1]
        self._show_top()

    def take_back(self, notice: Notice) -> None:
        """Closes a notice wherever it lies, because it holds no more."""
        self.waiting = [each for each in self.waiting if each is not notice]
        self._show_top()

    def settle(self, about: str) -> None:
        """Closes the notices about something that has gone well since, or was given up."""
        if about and any(each.about == about for each in self.waiting):
            self.waiting = [each for each in self.waiting if each.about != about]
            self._show_top()

    def settle_all(self) -> None:
        """Closes all that are about some work: another clip is open, and with it there is other work."""
        self.waiting = [each for each in self.waiting if not each.about]
        self._show_top()

    def _turn(self) -> None:
        """Puts the notice on top below all others."""
        self.waiting = [*self.waiting[-1:], *self.waiting[:-1]]
        self._show_top()

    def _show_top(self) -> None:
        notice = self.notice
        if notice is None:
            self.hide()
            return
        self._show_icon(notice.severity)
        self.sentence.setText(sentence_of(notice.sentence))
        self.details.setVisible(bool(notice.details))
        more = len(self.waiting) - 1
        self.turn.setVisible(more > 0)
        self.turn.setText(self.tr("{0} more").format(more))
        while (item := self._choices.takeAt(0)) is not None:
            old = item.widget()
            if old is not None:
                old.hide()
                old.deleteLater()
        for choice in notice.choices:
            self._choices.addWidget(self._button(choice))
        self.show()
        self._place()

    def _place(self) -> None:
        """Along the upper edge, as high as its words need."""
        width = self._under.width()
        row = self.layout()
        assert row is not None
        row.activate()
        self.setGeometry(0, 0, width, max(row.heightForWidth(width), self.minimumSizeHint().height()))
        self.raise_()
        if self.isVisible():
            self.covers.emit(self.height())

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802
        """Tells that it covers something."""
        super().showEvent(event)
        self.covers.emit(self.height())

    def hideEvent(self, event: QHideEvent) -> None:  # noqa: N802
        """Tells that it covers nothing any more."""
        super().hideEvent(event)
        self.covers.emit(0)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        """Stays as wide as what it lies on."""
        if event.type() == QEvent.Type.Resize and watched is self._under:
            self._place()
        return super().eventFilter(watched, event)

    @property
    def choices(self) -> list[QPushButton]:
        """The buttons of what can be done."""
        items = (self._choices.itemAt(place) for place in range(self._choices.count()))
        buttons = (item.widget() for item in items if item is not None)
        return [button for button in buttons if isinstance(button, QPushButton)]

    def _button(self, choice: Choice) -> QPushButton:
        button = QPushButton(choice.text)

        def act() -> None:
            self.drop()
            choice.act()

        button.clicked.connect(act)
        return button

    def _show_icon(self, severity: Severity) -> None:
        self._icon.setPixmap(icon(_ICONS[severity], self._theme).pixmap(QSize(20, 20)))
        self._icon.setAccessibleName(severity_of(severity))

    def _show_details(self) -> None:
        if self.notice is not None:
            DetailsDialog(self.notice, self.window()).open()


class DetailsDialog(QDialog):
    """A notice's details, to read and to copy.

    Args:
        notice: what is shown.
        parent: the window.
        as_written: whether the details stay as they are, which a log does: it is English throughout.
    """

    def __init__(self, notice: Notice, parent: QWidget | None = None, *, as_written: bool = False) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Details"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        text = QPlainTextEdit(notice.details if as_written else sentence_of(notice.details))
        text.setReadOnly(True)
        text.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        copy = buttons.addButton(self.tr("Copy"), QDialogButtonBox.ButtonRole.ActionRole)
        copy.clicked.connect(text.selectAll)
        copy.clicked.connect(text.copy)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        sentence = QLabel(sentence_of(notice.sentence))
        sentence.setWordWrap(True)
        column.addWidget(sentence)
        column.addWidget(text)
        column.addWidget(buttons)
        self.resize(640, 360)
