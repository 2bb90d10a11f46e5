"""The list of exports: what waits, runs and is over, with what can be done about each."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QProgressBar,
    QPushButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from app.ui.export_entry import ExportEntry, ExportState
from app.ui.exporting import Exporting
from app.ui.icons import icon
from app.ui.notice_bar import DetailsDialog
from app.ui.notices import Notice
from app.ui.reveal import open_with_system, show_in_folder
from app.ui.theme import Theme

_NAME, _BAR, _STATE = range(3)
_ICONS = {
    ExportState.WAITING: "waiting",
    ExportState.RUNNING: "render",
    ExportState.FINISHED: "agree",
    ExportState.FAILED: "error",
    ExportState.STOPPED: "stop",
}
_STEPS = 1000


class ExportList(QDialog):
    """Shows the exports of this session; the window goes on working beside it.

    Args:
        exporting: knows and runs them.
        theme: gives the icons their colours.
        parent: the window.
    """

    def __init__(self, exporting: Exporting, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._exporting, self._theme = exporting, theme
        self._rows: dict[ExportEntry, QTreeWidgetItem] = {}
        self.setWindowTitle(self.tr("Exports"))
        self.rows = QTreeWidget()
        self.rows.setAccessibleName(self.tr("Exports"))
        self.rows.setObjectName("exports")
        self.rows.setRootIsDecorated(False)
        self.rows.setUniformRowHeights(True)
        self.rows.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.rows.setHeaderLabels([self.tr("File"), self.tr("Progress"), self.tr("State")])
        header = self.rows.header()
        header.setSectionResizeMode(_NAME, QHeaderView.ResizeMode.Stretch)
        header.setSectionResizeMode(_BAR, QHeaderView.ResizeMode.Fixed)
        header.setSectionResizeMode(_STATE, QHeaderView.ResizeMode.ResizeToContents)
        header.setStretchLastSection(False)
        self.rows.setColumnWidth(_BAR, 130)
        self.empty = QLabel(self.tr("Nothing was exported yet. File > Export… exports the clip."))
        self.empty.setProperty("role", "dim")
        self.pause = self._button(self.tr("Pause"), lambda entry: exporting.pause_entry(entry, on=not entry.paused))
        self.stop = self._button(self.tr("Stop"), lambda entry: exporting.stop_entry(entry))
        self.repeat = self._button(self.tr("Try again"), exporting.repeat)
        self.open_file = self._button(self.tr("Open"), lambda entry: open_with_system(entry.target))
        self.show_folder = self._button(self.tr("Show in folder"), lambda entry: show_in_folder(entry.target))
        self.log = self._button(self.tr("Log…"), self.show_log)
        self.take_off = self._button(self.tr("Take off the list"), exporting.take_off)
        self._lay_out()
        self.rows.currentItemChanged.connect(lambda _now, _before: self._enable())
        self.rows.itemActivated.connect(lambda _item, _column: self._activated())
        exporting.changed.connect(self._fill)
        exporting.entry_changed.connect(self._show_entry)
        self._fill()

    def _lay_out(self) -> None:
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        clear = buttons.addButton(self.tr("Take off all that are over"), QDialogButtonBox.ButtonRole.ActionRole)
        clear.clicked.connect(lambda _checked=False: self._exporting.take_off_ended())
        buttons.rejected.connect(self.reject)
        row = QHBoxLayout()
        row.setSpacing(8)
        for button in (self.pause, self.stop, self.repeat, self.open_file, self.show_folder, self.log, self.take_off):
            row.addWidget(button)
        row.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 12, 12, 12)
        column.setSpacing(12)
        column.addWidget(self.rows, 1)
        column.addWidget(self.empty)
        column.addLayout(row)
        column.addWidget(buttons)
        self.resize(640, 340)

    def set_theme(self, theme: Theme) -> None:
        """Draws its icons in another theme's colours."""
        self._theme = theme
        for entry in self._rows:
            self._show_entry(entry)

    @property
    def chosen(self) -> ExportEntry | None:
        """The export whose row is chosen."""
        current = self.rows.currentItem()
        return next((entry for entry, row in self._rows.items() if row is current), None)

    def choose(self, entry: ExportEntry) -> None:
        """Chooses an export's row."""
        self.rows.setCurrentItem(self._rows[entry])

    def show_log(self, entry: ExportEntry) -> None:
        """Shows an export's log, to read and to copy."""
        sentence = self.tr("{0}: {1}").format(entry.target.name, self.words(entry))
        parent = self if self.isVisible() else self.parentWidget()
        dialog = DetailsDialog(Notice(sentence, details=entry.log()), parent, as_written=True)
        dialog.setWindowTitle(self.tr("Log"))
        dialog.open()

    def words(self, entry: ExportEntry) -> str:
        """An export's state in words."""
        words = {
            ExportState.WAITING: self.tr("waits"),
            ExportState.RUNNING: self.tr("runs: {0:.0%}").format(entry.share),
            ExportState.FINISHED: self.tr("finished"),
            ExportState.FAILED: self.tr("failed"),
            ExportState.STOPPED: self.tr("stopped"),
        }
        if entry.paused:
            return self.tr("paused: {0:.0%}").format(entry.share)
        running = entry.state is ExportState.RUNNING and entry.pace
        return f"{words[entry.state]} · {entry.pace}" if running else words[entry.state]

    def _button(self, text: str, act: Callable[[ExportEntry], object]) -> QPushButton:
        button = QPushButton(text)
        button.setAutoDefault(False)

        def clicked(_checked: bool = False) -> None:
            entry = self.chosen
            if entry is not None:
                act(entry)

        button.clicked.connect(clicked)
        return button

    def _fill(self) -> None:
        """Makes the rows anew."""
        chosen = self.chosen
        self.rows.clear()
        self._rows = {}
        for entry in self._exporting.entries:
            row = QTreeWidgetItem([entry.target.name, "", ""])
            row.setToolTip(_NAME, str(entry.target))
            row.setSizeHint(_NAME, QSize(0, 26))
            self.rows.addTopLevelItem(row)
            self._rows[entry] = row
            self.rows.setItemWidget(row, _BAR, _bar(self.tr("Progress of {0}").format(entry.target.name)))
            self._show_entry(entry)
        if self._rows:
            self.choose(chosen if chosen in self._rows else next(reversed(self._rows)))
        self.empty.setVisible(not self._rows)
        self._enable()

    def _show_entry(self, entry: ExportEntry) -> None:
        row = self._rows.get(entry)
        if row is None:
            return
        row.setText(_STATE, self.words(entry))
        row.setToolTip(_STATE, entry.error)
        row.setIcon(_NAME, icon(_ICONS[entry.state], self._theme))
        bar = self.rows.itemWidget(row, _BAR).findChild(QProgressBar)
        assert bar is not None
        bar.setValue(round(entry.share * _STEPS))
        bar.setVisible(
            entry.state not in (ExportState.FAILED, ExportState.STOPPED)
        )  # an empty one looks like a full one
        self._enable()

    def _enable(self) -> None:
        entry = self.chosen
        state = None if entry is None else entry.state
        self.stop.setEnabled(state is not None and not state.over)
        self.pause.setEnabled(state is not None and not state.over)
        self.pause.setText(self.tr("Go on") if entry is not None and entry.paused else self.tr("Pause"))
        self.repeat.setEnabled(entry is not None and self._exporting.can_repeat(entry))
        for button in (self.open_file, self.show_folder):
            button.setEnabled(state is ExportState.FINISHED)
        self.take_off.setEnabled(state is not None and state.over)
        self.log.setEnabled(state is not None)

    def _activated(self) -> None:
        """Enter or a double click: a finished file is opened, of any other the log is shown."""
        entry = self.chosen
        if entry is not None and entry.state is ExportState.FINISHED:
            open_with_system(entry.target)
        elif entry is not None:
            self.show_log(entry)


def _bar(name: str) -> QWidget:
    """A thin bar in the middle of its cell."""
    bar = QProgressBar()
    bar.setTextVisible(False)
    bar.setRange(0, _STEPS)
    bar.setAccessibleName(name)
    cell = QWidget()
    row = QHBoxLayout(cell)
    row.setContentsMargins(6, 0, 6, 0)
    row.addWidget(bar, 0, Qt.AlignmentFlag.AlignVCenter)
    return cell
