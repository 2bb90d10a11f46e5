"""Asks what of the frame under the playhead is to be written as a picture, and where to."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from app.engine.result_view import FrameState
from app.engine.stills import Still
from app.jobs.runner import Lane
from app.ui.controller import Controller
from app.ui.exporting import Exporting
from app.ui.places import results_folder
from app.ui.questions import Questions
from app.ui.views import View

_SUFFIXES = (".png", ".tif", ".tiff")
_RENDERED = (FrameState.NOTHING, FrameState.LIVE, FrameState.FINAL)


class StillDialog(QDialog):
    """Writes one frame as PNG or TIFF.

    Args:
        controller: knows the clip and the frame.
        exporting: writes it.
        questions: asks where to, and whether to replace.
        state: what there is of the frame's result.
        view: what the viewer shows; proposes what to write.
        parent: the window.
    """

    def __init__(
        self,
        controller: Controller,
        exporting: Exporting,
        questions: Questions,
        state: FrameState,
        view: View,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._controller, self._exporting, self._questions = controller, exporting, questions
        self._rendered = state in _RENDERED
        self.setWindowTitle(self.tr("Export the frame"))
        self._make_fields(view)
        self.words = QLabel()
        self.words.setWordWrap(True)
        self.words.setProperty("role", "dim")
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        self.go = buttons.addButton(self.tr("Export"), QDialogButtonBox.ButtonRole.AcceptRole)
        self.go.setProperty("primary", "true")
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        place = QHBoxLayout()
        place.setSpacing(8)
        place.addWidget(self.target, 1)
        place.addWidget(self.browse)
        form = QFormLayout()
        form.setHorizontalSpacing(16)
        form.setVerticalSpacing(10)
        form.addRow(self.tr("What"), self.what)
        form.addRow(self.tr("File"), place)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 20, 20, 16)
        column.setSpacing(12)
        column.addLayout(form)
        column.addWidget(self.words)
        column.addStretch(1)
        column.addWidget(buttons)
        self.what.currentIndexChanged.connect(lambda _: self._show())
        self.target.textChanged.connect(lambda _: self._show())
        self.browse.clicked.connect(lambda _checked=False: self._browse())
        controller.clip_closed.connect(self.reject)
        self.resize(520, self.sizeHint().height())
        self._show()
        self.target.setFocus()
        self.target.selectAll()

    def _make_fields(self, view: View) -> None:
        self.what = QComboBox()
        self.what.setAccessibleName(self.tr("What"))
        for still, words in (
            (Still.RESULT, self.tr("The result")),
            (Still.SOURCE, self.tr("The source")),
            (Still.MATTE, self.tr("The matte: white where something is filled")),
            (Still.PATCH, self.tr("The patch alone, on a transparent ground")),
        ):
            self.what.addItem(words, still)
        proposed = {View.SOURCE: Still.SOURCE, View.MATTE: Still.MATTE}.get(view, Still.RESULT)
        self.what.setCurrentIndex(self.what.findData(proposed))
        workspace = self._controller.workspace
        assert workspace is not None, "a frame is exported of an open clip"
        self._frame = self._controller.transport.position
        self.target = QLineEdit(str(results_folder(workspace) / f"{workspace.info.path.stem}_{self._frame:05d}.png"))
        self.target.setAccessibleName(self.tr("File"))
        self.browse = QPushButton(self.tr("Browse…"))
        self.browse.setAutoDefault(False)

    @property
    def chosen(self) -> Still:
        """What is to be written."""
        return Still(self.what.currentData())

    @property
    def path(self) -> Path:
        """Where it is to be written."""
        return Path(self.target.text().strip()).expanduser().absolute()

    def _show(self) -> None:
        words = self._refusal()
        self.go.setEnabled(not words)
        depth = self._controller.info.layout.bits if self._controller.info is not None else 8
        plain = self.tr("Frame {0}, {1} bit a channel; PNG or TIFF by the name's ending.")
        fact = plain.format(self._frame, 8 if depth <= 8 or self.chosen is Still.MATTE else 16)
        self.words.setText(f"⚠  {words}" if words else fact)

    def _refusal(self) -> str:
        """Why it cannot be written so; empty if it can."""
        if self.chosen.needs_result and not self._rendered:
            return self.tr("This frame is not rendered yet: switch on Live or render the range first.")
        if not self.target.text().strip() or self.path.suffix.lower() not in _SUFFIXES:
            return self.tr("Give the file a name that ends in .png or .tif.")
        return ""

    def _browse(self) -> None:
        found = self._questions.save_file(
            self.tr("Export the frame to"), self.path, self.tr("Pictures (*.png *.tif *.tiff)")
        )
        if found is not None:
            self.target.setText(str(found))

    def accept(self) -> None:
        """Writes it, once the user agrees to replace what is there; whether it is there is looked up beside."""
        if self._refusal():
            return
        path = self.path
        self._controller.submit(
            lambda _context: path.exists(), Lane.IO, self.tr("looking at {0}").format(path.name), done=self._looked
        )

    def _looked(self, exists: bool) -> None:
        if not self.isVisible():
            return  # given up meanwhile
        if exists:
            sentence = self.tr("{0} exists already. Replace it?").format(self.path.name)
            if not self._questions.yes(sentence, self.tr("Replace")):
                return
        self._exporting.write_still(self._frame, self.path, self.chosen)
        super().accept()
