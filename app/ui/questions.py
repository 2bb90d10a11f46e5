"""What the window asks: which file, and yes or no. One object, so that a test can answer in the user's place."""

from __future__ import annotations

from enum import Enum
from pathlib import Path

from PySide6.QtCore import QObject, QSize
from PySide6.QtWidgets import QFileDialog, QInputDialog, QMessageBox, QWidget

from app.ui.file_dialogs import FileDialogs

_LEAST_SIZE = QSize(780, 460)
"""Of a file dialog: Qt's own is so narrow that names, sizes and dates are cut off."""


class Keep(Enum):
    """What happens to changes that are not saved."""

    SAVE = "save"
    DISCARD = "discard"
    CANCEL = "cancel"


class Dropped(Enum):
    """What becomes of a file that was dropped on a window that has a clip open."""

    MASKS = "masks"
    OPEN = "open"
    CANCEL = "cancel"


class OtherClip(Enum):
    """What becomes of a project whose clip is another one now."""

    OPEN = "open"
    CHOOSE = "choose"
    CANCEL = "cancel"


class Questions(QObject):
    """Asks with the system's dialogs.

    Args:
        window: the dialogs' parent.
    """

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self.dialogs = FileDialogs(window)

    def open_file(self, title: str, filters: str = "", folder: Path | None = None) -> Path | None:
        """Which file to open; None if the user does not want to."""
        dialog = self.dialogs.take()
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        if filters:
            dialog.setNameFilters(filters.split(";;"))
        if folder is not None:
            dialog.setDirectory(str(folder))
        return self._chosen(dialog, title)

    def save_file(self, title: str, proposal: Path, filters: str = "") -> Path | None:
        """Where to save; the system asks before a file is replaced. None if the user does not want to."""
        dialog = self.dialogs.take()
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setFileMode(QFileDialog.FileMode.AnyFile)
        if filters:
            dialog.setNameFilters(filters.split(";;"))
        dialog.setDirectory(str(proposal.parent))
        # Qt's own dialog takes what stands between double quotes for the name, and drops the rest without a word.
        dialog.selectFile(str(proposal.with_name(proposal.name.replace('"', "'"))))
        return self._chosen(dialog, title)

    def folder(self, title: str, start: Path | None = None) -> Path | None:
        """Which folder to read; None if the user does not want to."""
        dialog = self.dialogs.take()
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        if start is not None:
            dialog.setDirectory(str(start))
        return self._chosen(dialog, title)

    def _chosen(self, dialog: QFileDialog, title: str) -> Path | None:
        dialog.setWindowTitle(title)
        dialog.resize(dialog.size().expandedTo(_LEAST_SIZE))
        agreed = dialog.exec()
        chosen = dialog.selectedFiles()
        dialog.deleteLater()
        self.dialogs.prepare()
        return Path(chosen[0]) if agreed and chosen else None

    def masks_or_clip(self, name: str, target: str) -> Dropped:
        """Whether a dropped file holds masks or is to be opened.

        Args:
            name: of the file.
            target: the object that would get the masks.
        """
        box = QMessageBox(self._window)
        box.setIcon(QMessageBox.Icon.Question)
        box.setWindowTitle(self.tr("Dropped file"))
        box.setText(self.tr("Read {0} as masks of {1}, or open it in place of this clip?").format(name, target))
        masks = box.addButton(self.tr("Read masks"), QMessageBox.ButtonRole.AcceptRole)
        opened = box.addButton(self.tr("Open"), QMessageBox.ButtonRole.ActionRole)
        box.addButton(QMessageBox.StandardButton.Cancel)
        box.exec()
        chosen = box.clickedButton()
        return Dropped.MASKS if chosen is masks else Dropped.OPEN if chosen is opened else Dropped.CANCEL

    def other_clip(self, sentence: str, *, can_open: bool) -> OtherClip:
        """Whether a project is opened with what lies where its clip was, or with a file that is chosen next.

        Args:
            sentence: what is wrong with what lies there.
            can_open: whether it may do all the same.
        """
        box = self._question(sentence)
        opened = box.addButton(self.tr("Open it"), QMessageBox.ButtonRole.AcceptRole) if can_open else None
        choose = box.addButton(self.tr("Choose another file…"), QMessageBox.ButtonRole.ActionRole)
        box.setDefaultButton(box.addButton(QMessageBox.StandardButton.Cancel))
        box.exec()
        chosen = box.clickedButton()
        if chosen is choose:
            return OtherClip.CHOOSE
        return OtherClip.OPEN if opened is not None and chosen is opened else OtherClip.CANCEL

    def text(self, title: str, proposal: str) -> str:
        """A line of text, without spaces round it; empty if the user does not want to."""
        text, agreed = QInputDialog.getText(self._window, "Cleanplate", title, text=proposal)
        return text.strip() if agreed else ""

    def keep_changes(self, name: str) -> Keep:
        """What to do with changes of a document that is about to be closed."""
        box = QMessageBox(self._window)
        box.setIcon(QMessageBox.Icon.Question)
        box.setWindowTitle(self.tr("Unsaved changes"))
        box.setText(self.tr("Save the changes to {0}?").format(name))
        box.setInformativeText(self.tr("Masks and settings are lost without saving; finished frames are kept."))
        buttons = QMessageBox.StandardButton
        box.setStandardButtons(buttons.Save | buttons.Discard | buttons.Cancel)
        box.setDefaultButton(buttons.Save)
        answer = box.exec()
        return {buttons.Save: Keep.SAVE, buttons.Discard: Keep.DISCARD}.get(buttons(answer), Keep.CANCEL)

    def yes(self, sentence: str, yes: str) -> bool:
        """Whether the user agrees; Enter does not, since it may have been meant for what came before.

        Args:
            sentence: the question.
            yes: what the agreeing button says.
        """
        box = self._question(sentence)
        agree = box.addButton(yes, QMessageBox.ButtonRole.AcceptRole)
        box.setDefaultButton(box.addButton(QMessageBox.StandardButton.Cancel))
        box.exec()
        return box.clickedButton() is agree

    def _question(self, sentence: str) -> QMessageBox:
        """A box that asks and has no buttons yet."""
        box = QMessageBox(self._window)
        box.setIcon(QMessageBox.Icon.Question)
        box.setWindowTitle("Cleanplate")
        box.setText(sentence)
        return box
