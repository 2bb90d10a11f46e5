"""The export dialog: what to write, where, and what that carries or loses, said before anything starts."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QLocale, Qt, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from app.core.errors import UserError
from app.engine.frames_due import FramesDue
from app.engine.outputs import Output
from app.engine.request import Removal
from app.ui.controller import Controller
from app.ui.export_forecast import Asked, ExportForecast, Forecast
from app.ui.export_presets import PRESETS, Preset, preset
from app.ui.exporting import Exporting
from app.ui.fact_list import WARNING, FactList
from app.ui.number_field import NumberField
from app.ui.pace import duration
from app.ui.places import results_folder
from app.ui.questions import Questions
from app.ui.sentences import sentence_of
from app.ui.timecode import timecode
from app.ui.timers import rest_timer
from app.workspace import Workspace

_SETTLE_MS = 150
_WIDTH_PX, _FACTS_PX = 560, 132
QUALITY_WORDS = {
    "draft": "Draft",
    "standard": "Standard",
    "high": "High",
    "visually-lossless": "Visually lossless",
    "lossless": "Lossless",
}
_FILE_WORDS = {Output.RESULT: "clean", Output.MATTE: "matte", Output.PATCH: "patch"}
"""What a proposed name says behind the clip's own, the same in every language."""
OUTPUTS = (
    (Output.RESULT, "The cleaned clip"),
    (Output.MATTE, "The matte: white where something was filled"),
    (Output.PATCH, "The patches alone, on a transparent ground"),
)


class ExportDialog(QDialog):
    """Asks how to export, and starts it.

    Args:
        controller: knows the clip.
        exporting: runs the export.
        questions: asks where to, and whether to replace.
        parent: the window.

    Signals:
        planned: the sentences below the form are those of the form as it is.
    """

    planned = Signal()

    def __init__(
        self, controller: Controller, exporting: Exporting, questions: Questions, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._controller, self._exporting, self._questions = controller, exporting, questions
        self._looks = ExportForecast(controller, self)
        self._asked: Asked | None = None
        self._wanted = False
        self._word = _FILE_WORDS[Output.RESULT]
        self.setWindowTitle(self.tr("Export"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._soon = rest_timer(self, _SETTLE_MS, self._start_plan)
        self._make_fields()
        self._lay_out()
        self._connect()
        self._show_preset()
        self.target.setFocus()
        self.target.selectAll()
        controller.clip_closed.connect(self.reject)

    # The form

    def _make_fields(self) -> None:
        self.preset = _combo(self.tr("Format"))
        for each in PRESETS:
            self.preset.addItem(QCoreApplication.translate("Presets", each.text), each.id)
        self.quality = _combo(self.tr("Quality"))
        self.output = _combo(self.tr("What is written"))
        for output, words in OUTPUTS:
            self.output.addItem(QCoreApplication.translate("ExportDialog", words), output)
        self.frames = _combo(self.tr("Frames"))
        transport = self._controller.transport
        count, (first, end) = transport.frame_count, transport.range
        whole = self.tr("The whole clip: 1 frame") if count == 1 else self.tr("The whole clip: {0} frames")
        self.frames.addItem(whole.format(count), False)
        info = self._controller.info
        if info is not None and (first, end) != (0, count):
            one, many = self.tr("From in to out: {0}, 1 frame"), self.tr("From in to out: {0} to {1}, {2} frames")
            words = one if end - first == 1 else many
            places = (timecode(first, info.rate), timecode(end - 1, info.rate))
            self.frames.addItem(words.format(*places, end - first), True)
        self.start = NumberField(0, 9_999_999, self.tr("Number of the first picture"))
        self.target = QLineEdit()
        self.target.setAccessibleName(self.tr("File or folder to write"))
        self.browse = QPushButton(self.tr("Browse…"))
        self.browse.setAutoDefault(False)
        if info is not None:
            assert self._controller.workspace is not None
            folder = results_folder(self._controller.workspace)
            self.target.setText(str(PRESETS[0].path(folder, f"{info.path.stem} {self._word}", self._source_suffix)))

    def _lay_out(self) -> None:
        self._form = form = QFormLayout()
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        form.setHorizontalSpacing(16)
        form.setVerticalSpacing(8)
        place = QHBoxLayout()
        place.setSpacing(8)
        place.addWidget(self.target, 1)
        place.addWidget(self.browse)
        form.addRow(self.tr("Format"), self.preset)
        form.addRow(self.tr("Quality"), self.quality)
        form.addRow(self.tr("Write"), self.output)
        form.addRow(self.tr("Frames"), self.frames)
        form.addRow(self.tr("First number"), self.start)
        form.addRow(self.tr("To"), place)
        self.facts = FactList()
        area = QScrollArea()
        area.setAccessibleName(self.tr("What will be written"))
        area.setWidget(self.facts)
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setMinimumHeight(_FACTS_PX)
        self.size_words = QLabel()
        self.size_words.setProperty("role", "dim")
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        self.go = buttons.addButton(self.tr("Export"), QDialogButtonBox.ButtonRole.AcceptRole)
        self.go.setProperty("primary", "true")
        self.go.setDefault(True)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        heading = QLabel(self.tr("What will be written"))
        heading.setProperty("role", "heading")
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 20, 20, 16)
        column.setSpacing(12)
        column.addLayout(form)
        column.addWidget(heading)
        column.addWidget(area, 1)
        column.addWidget(self.size_words)
        column.addWidget(buttons)
        self.resize(_WIDTH_PX, self.sizeHint().height())

    def _connect(self) -> None:
        self.preset.currentIndexChanged.connect(lambda _: self._preset_chosen())
        self.output.currentIndexChanged.connect(lambda _: self._output_chosen())
        for combo in (self.quality, self.frames):
            combo.currentIndexChanged.connect(lambda _: self._changed())
        self.start.valueChanged.connect(lambda _: self._changed())
        self.target.textChanged.connect(lambda _: self._changed())
        self.browse.clicked.connect(self._browse)
        self._looks.planned.connect(self._take_plan)
        self._looks.refused.connect(self._refuse)
        self._looks.forecast.connect(self._show_forecast)
        self._looks.unknown.connect(self._show_unknown)

    @property
    def _source_suffix(self) -> str:
        info = self._controller.info
        suffix = "" if info is None else info.path.suffix.lower()
        return suffix if suffix in PRESETS[0].suffixes else ".mkv"

    @property
    def chosen(self) -> Preset:
        """The preset that is chosen."""
        return preset(self.preset.currentData())

    def choose(self, preset_id: str) -> None:
        """Chooses a preset."""
        self.preset.setCurrentIndex(self.preset.findData(preset_id))

    def _preset_chosen(self) -> None:
        if self.output.currentData() is Output.PATCH and not self.chosen.alpha:
            self.output.setCurrentIndex(self.output.findData(Output.RESULT))
        self._show_preset()

    def _output_chosen(self) -> None:
        """Patches need transparency: a format that holds it is chosen for them."""
        if self.output.currentData() is Output.PATCH and not self.chosen.alpha:
            self.choose("prores_4444")
        self._name_after_output()
        self._changed()

    def _name_after_output(self) -> None:
        """A proposed name says what is written; one that the user gave stays."""
        before, self._word = self._word, _FILE_WORDS[self.output.currentData()]
        target = Path(self.target.text())
        ending = target.suffix if target.suffix.lower() in _ENDINGS else ""
        stem = target.name.removesuffix(ending)
        if before != self._word and stem.endswith(f" {before}"):
            self.target.setText(str(target.with_name(f"{stem.removesuffix(before)}{self._word}{ending}")))

    def _show_preset(self) -> None:
        """Shows what the preset lets one choose, and gives the target its ending."""
        self.quality.clear()
        for name in self.chosen.qualities:
            self.quality.addItem(QCoreApplication.translate("ExportDialog", QUALITY_WORDS[name]), name)
        if self.chosen.qualities:
            self.quality.setCurrentIndex(self.quality.findData(self.chosen.quality))
        self._form.setRowVisible(self.quality, bool(self.chosen.qualities))
        self._form.setRowVisible(self.start, self.chosen.sequence)
        target = Path(self.target.text())
        stem = target.stem if target.suffix.lower() in _ENDINGS else target.name
        if self.chosen.sequence or target.suffix.lower() not in self.chosen.suffixes:
            self.target.setText(str(self.chosen.path(target.parent, stem, self._source_suffix)))
        self._changed()

    def _browse(self) -> None:
        target = self._questions.save_file(self.tr("Export to"), Path(self.target.text()))
        if target is not None:
            self.target.setText(str(target))

    # What it means

    def removal(self, workspace: Workspace, *, overwrite: bool = False) -> Removal:
        """What the form asks for."""
        media = self.chosen.settings(
            quality=self.quality.currentData(),
            start_number=self.start.value(),
            overwrite=overwrite,
        )
        return workspace.removal(
            Path(self.target.text().strip()).expanduser().absolute(),
            media=media,
            output=self.output.currentData(),
            trim=bool(self.frames.currentData()),
        )

    def _changed(self) -> None:
        self._asked = None
        self._wanted = False
        self.go.setEnabled(True)
        self._looks.drop()
        self.size_words.setText("")
        self._soon.start()

    def _start_plan(self) -> None:
        workspace = self._controller.workspace
        if workspace is None:
            return
        if not self.target.text().strip():
            self._refuse(UserError(self.tr("Say where to write: a file, or a folder for pictures.")))
            return
        removal = self.removal(workspace)
        self._looks.ask(removal, queued=removal.target in self._exporting.targets())

    def _uncleaned(self) -> tuple[str, ...]:
        """A sentence where in and out leave frames as they are, though the whole clip is written."""
        transport = self._controller.transport
        first, end = transport.range
        if self.output.currentData() is not Output.RESULT or self.frames.currentData():
            return ()
        if (first, end) == (0, transport.frame_count):
            return ()
        one = self.tr("Only frame {0}, between in and out, is cleaned; all others are written as they are.")
        many = self.tr("Only frames {0} to {1}, from in to out, are cleaned; all others are written as they are.")
        return ((one if end - first == 1 else many).format(first, end - 1),)

    def _due(self, due: FramesDue | None) -> tuple[str, ...]:
        """A sentence about what has to be rendered before anything can be written."""
        if due is None or not due.with_hole:
            return ()
        if due.with_hole == 1:
            rendered = self.tr("The one frame with a hole is rendered already.")
            missing = self.tr("The one frame with a hole is still to be rendered.")
            return (missing if due.missing else rendered,)
        if not due.missing:
            return (self.tr("All frames with a hole are rendered already: {0}.").format(due.with_hole),)
        if due.stale == due.missing == due.with_hole:
            words = self.tr("All {0} frames with a hole are to be rendered anew: something has changed since.")
            return (words.format(due.with_hole),)
        one = self.tr("One of {1} frames with a hole is still to be rendered.")
        many = self.tr("{0} of {1} frames with a hole are still to be rendered.")
        words = (one if due.missing == 1 else many).format(due.missing, due.with_hole)
        if due.stale:
            one = self.tr("One of them was rendered before something changed.")
            many = self.tr("{0} of them were rendered before something changed.")
            words += " " + (one if due.stale == 1 else many).format(due.stale)
        if due.previewed:
            words += " " + self.tr("What Live shows of {0} of them is a preview.").format(due.previewed)
        return (words,)

    def _take_plan(self, asked: Asked) -> None:
        self._asked = asked  # its sentences go into the log, which is English: the window's own stay here
        short, *more = map(sentence_of, asked.sentences)
        words = [short, *self._uncleaned(), *self._due(asked.due), *more]
        if asked.occupied:
            words.append(self.tr("{0} exists already: you will be asked.").format(asked.removal.target.name))
        self.facts.show_facts(words)
        self.planned.emit()
        if self._wanted:
            self._start_export()

    def _refuse(self, error: BaseException) -> None:
        """It cannot be done so: says why, in place of what would be written."""
        self._wanted = False
        self.facts.show_facts([sentence_of(str(error))], WARNING)
        self.go.setEnabled(False)
        self.planned.emit()

    def _show_forecast(self, found: Forecast) -> None:
        if found.writing is None:
            self.size_words.setText(self.tr("Estimating size and time…"))
            return
        how_much = self.tr("Roughly {0}") if found.is_rough else self.tr("About {0}")
        words = how_much.format(readable_size(found.writing.size_bytes))
        if found.render_s == 0:
            words += " · " + self.tr("about {0} to write").format(duration(found.writing.seconds))
        elif found.render_s is not None:
            words += " · " + self.tr("about {0} to render and write").format(
                duration(found.render_s + found.writing.seconds)
            )
        else:
            words += " · " + self.tr("about {0} to write, and what the render takes").format(
                duration(found.writing.seconds)
            )
        self.size_words.setText(words)

    def _show_unknown(self, error: BaseException) -> None:
        self.size_words.setText(self.tr("The size cannot be told: {0}").format(sentence_of(str(error))))

    # The end

    def accept(self) -> None:
        """Starts the export, once it is known what it will do and the user agrees to replace what is there."""
        if self._asked is not None:
            self._start_export()
        elif self._soon.isActive() or self._looks.planning:
            self._wanted = True

    def _start_export(self) -> None:
        asked, workspace = self._asked, self._controller.workspace
        self._wanted = False
        if asked is None or workspace is None:
            return
        if asked.occupied:
            sentence = self.tr("{0} exists already. Replace it?").format(asked.removal.target.name)
            if not self._questions.yes(sentence, self.tr("Replace")):
                return
        removal = replace(asked.removal, media=replace(asked.removal.media, overwrite=asked.occupied))
        self._looks.drop()
        self._exporting.run(removal, asked.sentences)
        super().accept()

    def done(self, result: int) -> None:
        """Closes; nothing goes on looking."""
        self._soon.stop()
        self._looks.drop()
        super().done(result)


_ENDINGS = frozenset(ending for each in PRESETS for ending in each.suffixes) | {".png", ".tif", ".tiff"}


def readable_size(size: int) -> str:
    """Bytes as people read them: ``3.4 MB``, in German ``3,4 MB``."""
    amount = float(size)
    for unit in ("bytes", "kB", "MB", "GB"):
        if amount < 1000:
            return f"{amount:.0f} {unit}" if unit == "bytes" or amount >= 100 else f"{_decimal(amount)} {unit}"
        amount /= 1000
    return f"{_decimal(amount)} TB"


def _decimal(amount: float) -> str:
    """With one place behind the language's own decimal mark."""
    return QLocale().toString(amount, "f", 1)


def _combo(name: str) -> QComboBox:
    combo = QComboBox()
    combo.setAccessibleName(name)
    return combo
