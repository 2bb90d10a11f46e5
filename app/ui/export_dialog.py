"""The export dialog: what to write, where, and what that carries or loses, said before anything starts."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from PySide6.QtCore import QCoreApplication, Qt, QTimer, Signal
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
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from app.core.errors import Cancelled, UserError
from app.engine.outputs import Output
from app.engine.request import Removal
from app.jobs.context import JobContext
from app.jobs.runner import JobHandle, Lane
from app.media.export_plan import ExportPlan
from app.media.fidelity import sampling_name
from app.media.frame import Family
from app.ui.controller import Controller
from app.ui.export_presets import PRESETS, Preset, preset
from app.ui.exporting import Exporting
from app.ui.places import results_folder
from app.ui.questions import Questions
from app.ui.timecode import timecode
from app.workspace import Workspace

_SETTLE_MS = 150
_SIZE_MS = 900
_WIDTH_PX, _FACTS_PX = 560, 132
QUALITY_WORDS = {
    "draft": "Draft",
    "standard": "Standard",
    "high": "High",
    "visually-lossless": "Visually lossless",
    "lossless": "Lossless",
}
OUTPUTS = (
    (Output.RESULT, "The cleaned clip"),
    (Output.MATTE, "The matte: white where something was filled"),
    (Output.PATCH, "The patches alone, on a transparent ground"),
)


@dataclass(frozen=True, slots=True)
class Asked:
    """What is to be exported, and what stands where it would go.

    Attributes:
        removal: what is asked.
        sentences: what is written, carried and lost.
        occupied: something of that name is there.
    """

    removal: Removal
    sentences: tuple[str, ...]
    occupied: bool


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
        self._plan: JobHandle[Asked] | None = None
        self._size: JobHandle[int] | None = None
        self._asked: Asked | None = None
        self._wanted = False
        self.setWindowTitle(self.tr("Export"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._soon = self._timer(_SETTLE_MS, self._start_plan)
        self._size_soon = self._timer(_SIZE_MS, self._start_size)
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
        self.frames.addItem(self.tr("The whole clip: {0} frames").format(count), False)
        info = self._controller.info
        if info is not None and (first, end) != (0, count):
            words = self.tr("From in to out: {0} to {1}, {2} frames")
            places = (timecode(first, info.rate), timecode(end - 1, info.rate))
            self.frames.addItem(words.format(*places, end - first), True)
        self.start = QSpinBox()
        self.start.setRange(0, 9_999_999)
        self.start.lineEdit().setTextMargins(5, 0, 0, 0)
        self.start.setAccessibleName(self.tr("Number of the first picture"))
        self.target = QLineEdit()
        self.target.setAccessibleName(self.tr("File or folder to write"))
        self.browse = QPushButton(self.tr("Browse…"))
        self.browse.setAutoDefault(False)
        if info is not None:
            assert self._controller.workspace is not None
            folder = results_folder(self._controller.workspace)
            self.target.setText(str(PRESETS[0].path(folder, f"{info.path.stem} clean", self._source_suffix)))

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
        self.facts = QLabel()
        self.facts.setWordWrap(True)
        self.facts.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.facts.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
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
        self._changed()

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

    def _timer(self, milliseconds: int, slot: object) -> QTimer:
        timer = QTimer(self)
        timer.setSingleShot(True)
        timer.setInterval(milliseconds)
        timer.timeout.connect(slot)
        return timer

    def _changed(self) -> None:
        self._asked = None
        self._wanted = False
        self.go.setEnabled(True)
        self._drop_jobs()
        self.size_words.setText("")
        self._soon.start()

    def _drop_jobs(self) -> None:
        self._size_soon.stop()
        for handle in (self._plan, self._size):
            if handle is not None:
                handle.cancel()
        self._plan = self._size = None

    def _start_plan(self) -> None:
        workspace = self._controller.workspace
        if workspace is None:
            return
        if not self.target.text().strip():
            self._refuse(UserError(self.tr("Say where to write: a file, or a folder for pictures.")))
            return
        removal = self.removal(workspace)
        queued = removal.target in self._exporting.targets()
        uncleaned = self._uncleaned()

        def look(_context: JobContext) -> Asked:
            plan = workspace.export_plan(removal)
            target = removal.target
            occupied = any(target.iterdir()) if target.is_dir() else target.exists()
            return Asked(removal, (_in_short(plan), *uncleaned, *plan.sentences), occupied or queued)

        handle = self._controller.submit(
            look,
            Lane.IO,
            self.tr("planning the export"),
            done=lambda asked: self._take_plan(handle, asked),
            failed=lambda error: self._plan_failed(handle, error),
        )
        self._plan = handle

    def _uncleaned(self) -> tuple[str, ...]:
        """A sentence where in and out leave frames as they are, though the whole clip is written."""
        transport = self._controller.transport
        first, end = transport.range
        if self.output.currentData() is not Output.RESULT or self.frames.currentData():
            return ()
        if (first, end) == (0, transport.frame_count):
            return ()
        words = self.tr("Only frames {0} to {1}, from in to out, are cleaned; all others are written as they are.")
        return (words.format(first, end - 1),)

    def _take_plan(self, handle: JobHandle[Asked], asked: Asked) -> None:
        if handle is not self._plan:
            return
        self._plan, self._asked = None, asked
        words = [*asked.sentences]
        if asked.occupied:
            words.append(self.tr("{0} exists already: you will be asked.").format(asked.removal.target.name))
        self.facts.setText("\n".join(f"•  {each}" for each in words))
        self._size_soon.start()
        self.planned.emit()
        if self._wanted:
            self._start_export()

    def _plan_failed(self, handle: JobHandle[Asked], error: BaseException) -> None:
        if handle is self._plan and not isinstance(error, Cancelled):
            self._plan = None
            self._refuse(error)

    def _refuse(self, error: BaseException) -> None:
        """It cannot be done so: says why, in place of what would be written."""
        self._wanted = False
        if not isinstance(error, UserError):
            self._controller.tell(error, self.tr("planning the export"))
        self.facts.setText(f"⚠  {error}")
        self.go.setEnabled(False)
        self.planned.emit()

    def _start_size(self) -> None:
        workspace = self._controller.workspace
        if workspace is None or self._asked is None or self._asked.removal.output is not Output.RESULT:
            return
        handle = self._controller.submit(
            workspace.size_of(self._asked.removal),
            Lane.BACKGROUND,
            self.tr("estimating the size"),
            done=lambda size: self._take_size(handle, size),
            failed=lambda error: self._size_failed(handle, error),
        )
        self._size = handle
        self.size_words.setText(self.tr("Estimating the size…"))

    def _take_size(self, handle: JobHandle[int], size: int) -> None:
        if handle is self._size:
            self._size = None
            self.size_words.setText(self.tr("About {0}").format(readable_size(size)))

    def _size_failed(self, handle: JobHandle[int], error: BaseException) -> None:
        if handle is self._size and not isinstance(error, Cancelled):
            self._size = None
            self.size_words.setText(self.tr("The size cannot be told: {0}").format(error))

    # The end

    def accept(self) -> None:
        """Starts the export, once it is known what it will do and the user agrees to replace what is there."""
        if self._asked is not None:
            self._start_export()
        elif self._soon.isActive() or self._plan is not None:
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
        self._drop_jobs()
        self._exporting.run(removal, asked.sentences)
        super().accept()

    def done(self, result: int) -> None:
        """Closes; nothing goes on looking."""
        self._soon.stop()
        self._drop_jobs()
        super().done(result)


_ENDINGS = frozenset(ending for each in PRESETS for ending in each.suffixes) | {".png", ".tif", ".tiff"}


def _in_short(plan: ExportPlan) -> str:
    """What is written, in one line: codec, depth, sampling, container."""
    layout = plan.setup.pixels.layout
    kind = sampling_name(layout) if layout.family is Family.YUV else layout.family.value.upper()
    alpha = " + alpha" if layout.alpha else ""
    place = "a folder of pictures" if plan.container is None else plan.container.name
    lossless = ", lossless" if plan.setup.lossless else ""
    return f"{plan.setup.codec.title}, {layout.bits} bit {kind}{alpha}{lossless}, in {place}."


def readable_size(size: int) -> str:
    """Bytes as people read them: ``3.4 MB``."""
    amount = float(size)
    for unit in ("bytes", "kB", "MB", "GB"):
        if amount < 1000:
            return f"{amount:.0f} {unit}" if unit == "bytes" or amount >= 100 else f"{amount:.1f} {unit}"
        amount /= 1000
    return f"{amount:.1f} TB"


def _combo(name: str) -> QComboBox:
    combo = QComboBox()
    combo.setAccessibleName(name)
    return combo
