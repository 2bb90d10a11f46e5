"""The preferences dialog."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from app import environment
from app.ui.actions import ActionTable
from app.ui.number_field import NumberField
from app.ui.preferences import AUTOSAVE_S, CACHE_GB, JUMPS, LANGUAGES, MEMORY_MB, SCALES, Preferences
from app.ui.questions import Questions
from app.ui.shortcut_editor import ShortcutEditor


class PreferencesDialog(QDialog):
    """Shows the preferences and lets the user change them.

    Args:
        preferences: as they are.
        table: the actions whose keys can be changed.
        questions: asks for a folder.
        parent: the window.

    Signals:
        chosen: the new ``Preferences``, once the user agrees.
    """

    chosen = Signal(object)

    def __init__(
        self, preferences: Preferences, table: ActionTable, questions: Questions, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._before, self._table, self._questions = preferences, table, questions
        self._shortcuts: ShortcutEditor | None = None
        self.setWindowTitle(self.tr("Preferences"))
        self.theme = _combo(
            self.tr("Theme"),
            preferences.theme,
            (("dark", self.tr("Dark")), ("light", self.tr("Light")), ("system", self.tr("As the system"))),
        )
        self.scale = _combo(
            self.tr("Size of everything"),
            preferences.scale,
            tuple((each, self.tr("As the system") if each == SCALES[0] else f"{each} %") for each in SCALES),
        )
        self.device = _combo(
            self.tr("Compute on"),
            preferences.device,
            (("auto", self.tr("The graphics card, where there is one")), ("cpu", self.tr("The processor only"))),
        )
        self.autosave = _spin(self.tr("Save automatically every"), AUTOSAVE_S, preferences.autosave_s, " s")
        self.cache_gb = _spin(self.tr("Keep finished frames up to"), CACHE_GB, preferences.cache_gb, " GB")
        self.memory = _spin(self.tr("Memory for pictures"), MEMORY_MB, preferences.memory_mb, " MB")
        self.memory.setSingleStep(128)
        self.hardware = QCheckBox(self.tr("Let the graphics card decode for the screen, where it is exact"))
        self.hardware.setChecked(preferences.hardware_decoding)
        self.language = _combo(
            self.tr("Language"),
            preferences.language,
            (("system", self.tr("As the system")), *LANGUAGES.items()),
        )
        self.jump = _combo(
            self.tr("Shift and an arrow go"),
            preferences.jump_frames,
            tuple((each, self.tr("{0} frames").format(each) if each else self.tr("one second")) for each in JUMPS),
        )
        self.folder = QLineEdit("" if preferences.cache_folder is None else str(preferences.cache_folder))
        self.folder.setPlaceholderText(str(environment.cache_dir()))
        self.folder.setAccessibleName(self.tr("Folder of finished frames"))
        # What is put into something that is shown later is dressed again with all that lies in it: from outside in.
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 12, 12, 12)
        column.setSpacing(12)
        self.tabs = QTabWidget()
        self.tabs.setAccessibleName(self.tr("Preferences"))
        self.tabs.tabBar().setDrawBase(False)
        column.addWidget(self.tabs, 1)
        self._lay_out_general(self._page(self.tr("General")))
        self._keys_page = QVBoxLayout(self._page(self.tr("Shortcuts")))
        self._keys_page.setContentsMargins(0, 0, 0, 0)
        self.tabs.currentChanged.connect(lambda place: self.shortcuts if place else None)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel)
        buttons.button(QDialogButtonBox.StandardButton.Ok).setProperty("primary", "true")
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        column.addWidget(buttons)
        self.resize(560, 560)

    def _page(self, name: str) -> QWidget:
        page = QWidget()
        self.tabs.addTab(page, name)
        return page

    @property
    def shortcuts(self) -> ShortcutEditor:
        """The page of keys; its two hundred rows are made when they are asked for first."""
        if self._shortcuts is None:
            self._shortcuts = ShortcutEditor(self._table, self._before.shortcuts)
            self._keys_page.addWidget(self._shortcuts)
        return self._shortcuts

    def _lay_out_general(self, page: QWidget) -> None:
        page.setObjectName("panel")
        form = QFormLayout(page)
        form.setContentsMargins(12, 16, 12, 12)
        form.setHorizontalSpacing(16)
        form.setVerticalSpacing(10)
        form.addRow(self.tr("Theme"), self.theme)
        form.addRow(self.tr("Language"), self.language)
        form.addRow(self.tr("Size of everything"), self.scale)
        form.addRow(self.tr("Shift and an arrow go"), self.jump)
        form.addRow(self.tr("Save automatically every"), self.autosave)
        form.addRow(self.tr("Compute on"), self.device)
        form.addRow("", self.hardware)
        form.addRow(self.tr("Memory for pictures"), self.memory)
        form.addRow(self.tr("Keep finished frames up to"), self.cache_gb)
        form.addRow(self.tr("in the folder"), self._place())
        later = QLabel(self.tr("Language, size, device, memory and the cache change when Cleanplate starts again."))
        later.setWordWrap(True)
        later.setProperty("role", "dim")
        form.addRow("", later)

    def _place(self) -> QHBoxLayout:
        browse = QPushButton(self.tr("Browse…"))
        browse.setAutoDefault(False)
        browse.clicked.connect(lambda _checked=False: self._browse())
        place = QHBoxLayout()
        place.setSpacing(8)
        place.addWidget(self.folder, 1)
        place.addWidget(browse)
        return place

    def _browse(self) -> None:
        chosen = self._questions.folder(self.tr("Folder of finished frames"), Path(self.folder.text()))
        if chosen is not None:
            self.folder.setText(str(chosen))

    @property
    def preferences(self) -> Preferences:
        """What the dialog shows."""
        folder = self.folder.text().strip()
        return replace(
            self._before,
            theme=self.theme.currentData(),
            scale=self.scale.currentData(),
            device=self.device.currentData(),
            autosave_s=self.autosave.value(),
            jump_frames=self.jump.currentData(),
            cache_gb=self.cache_gb.value(),
            memory_mb=self.memory.value(),
            hardware_decoding=self.hardware.isChecked(),
            language=self.language.currentData(),
            cache_folder=Path(folder).expanduser().absolute() if folder else None,
            shortcuts=self._before.shortcuts if self._shortcuts is None else self._shortcuts.remapped,
        )

    def accept(self) -> None:
        """Tells what was chosen."""
        self.chosen.emit(self.preferences)
        super().accept()


def _combo(name: str, value: object, choices: tuple[tuple[object, str], ...]) -> QComboBox:
    combo = QComboBox()
    combo.ensurePolished()  # or its height would be that of the desktop's font, and stay so
    combo.setAccessibleName(name)
    for data, words in choices:
        combo.addItem(words, data)
    combo.setCurrentIndex(combo.findData(value))
    return combo


def _spin(name: str, bounds: tuple[int, int], value: int, unit: str) -> NumberField:
    spin = NumberField(*bounds, name, unit)
    spin.setValue(value)
    return spin
