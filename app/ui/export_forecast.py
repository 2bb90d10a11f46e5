"""What an export will do, found out beside the dialog: what it writes and loses, and about how large and how long."""

from __future__ import annotations

from dataclasses import dataclass, replace

from PySide6.QtCore import QObject, Qt, Signal

from app.core.errors import Cancelled, UserError
from app.engine.frames_due import FramesDue
from app.engine.outputs import Output
from app.engine.request import Removal
from app.jobs.runner import JobHandle, Lane
from app.media.export_plan import ExportPlan
from app.media.fidelity import sampling_name
from app.media.frame import Family
from app.media.size_estimate import WritingEstimate
from app.ui.bridge import Mailbox
from app.ui.controller import Controller
from app.ui.timers import rest_timer
from app.workspace import Workspace

_ESTIMATE_MS = 500


@dataclass(frozen=True, slots=True)
class Asked:
    """What is to be exported, and what stands where it would go.

    Attributes:
        removal: the export.
        sentences: what is written, carried and lost.
        occupied: whether there is something at its target, or will be.
        due: frames that it has to render first; None for an export that renders nothing.
    """

    removal: Removal
    sentences: tuple[str, ...]
    occupied: bool
    due: FramesDue | None


@dataclass(frozen=True, slots=True)
class Forecast:
    """How large and how long an export will be; what is not known yet, or cannot be told, is None.

    Attributes:
        writing: its size, and how long decoding and encoding takes.
        render_s: how long the frames take that have to be rendered; 0 where there are none.
        is_rough: whether the size and the time of writing are a first figure, from a few pictures.
    """

    writing: WritingEstimate | None = None
    render_s: float | None = None
    is_rough: bool = False


class ExportForecast(QObject):
    """Finds out what an export will do. A newer question replaces the one before.

    Signals:
        planned: an ``Asked``, at once.
        refused: why it cannot be done.
        forecast: a ``Forecast``, some seconds later, and again whenever more is known.
        unknown: why size and time cannot be told.
    """

    planned = Signal(object)
    refused = Signal(object)
    forecast = Signal(object)
    unknown = Signal(object)

    def __init__(self, controller: Controller, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._controller = controller
        self._plan: JobHandle[Asked] | None = None
        self._writing: JobHandle[WritingEstimate] | None = None
        self._render: JobHandle[float] | None = None
        self._asked: Asked | None = None
        self._known = Forecast()
        self._rough: Mailbox[tuple[Asked, WritingEstimate]] = Mailbox(self)
        self._rough.filled.connect(self._take_rough, Qt.ConnectionType.QueuedConnection)
        self._rest = rest_timer(self, _ESTIMATE_MS, self._estimate)

    @property
    def planning(self) -> bool:
        """Whether the answer to the newest question is on its way."""
        return self._plan is not None

    def drop(self) -> None:
        """Looks no further."""
        self._rest.stop()
        for handle in (self._plan, self._writing, self._render):
            if handle is not None:
                handle.cancel()
        self._plan = self._writing = self._render = None

    def ask(self, removal: Removal, *, queued: bool) -> None:
        """Looks at an export.

        Args:
            removal: the export.
            queued: whether another one will write to the same place before it.
        """
        workspace = self._controller.workspace
        if workspace is None:
            return
        self.drop()
        handle = self._controller.submit(
            lambda _context: _looked_at(workspace, removal, queued=queued),
            Lane.IO,
            self.tr("planning the export"),
            done=lambda asked: self._take_plan(handle, asked),
            failed=lambda error: self._plan_failed(handle, error),
        )
        self._plan = handle

    def _take_plan(self, handle: JobHandle[Asked], asked: Asked) -> None:
        if handle is self._plan:
            self._plan, self._asked = None, asked
            self._known = Forecast(render_s=None if asked.due is None or asked.due.missing else 0.0)
            self._rest.start()
            self.planned.emit(asked)

    def _plan_failed(self, handle: JobHandle[Asked], error: BaseException) -> None:
        if handle is self._plan and not isinstance(error, Cancelled):
            self._plan = None
            if not isinstance(error, UserError):
                self._controller.tell(error, self.tr("planning the export"))
            self.refused.emit(error)

    def _estimate(self) -> None:
        """Encodes a few frames, and asks the engine how long the missing ones take."""
        workspace, asked = self._controller.workspace, self._asked
        if workspace is None or asked is None or asked.removal.output is not Output.RESULT:
            return
        writing = self._controller.submit(
            workspace.writing_of(asked.removal, on_rough=lambda found: self._rough.put((asked, found))),
            Lane.BACKGROUND,
            self.tr("estimating the size"),
            done=lambda found: self._take_writing(writing, found),
            failed=lambda error: self._writing_failed(writing, error),
        )
        self._writing = writing
        self.forecast.emit(self._known)
        if asked.due is None or not asked.due.missing:
            return
        render = self._controller.submit(
            workspace.render_seconds(asked.removal),
            Lane.COMPUTE,
            self.tr("estimating the render"),
            done=lambda found: self._take_render(render, found),
            failed=lambda error: self._render_failed(render, error),
        )
        self._render = render

    def _take_rough(self) -> None:
        told = self._rough.take()
        if told is not None and told[0] is self._asked and self._writing is not None:
            self._known = replace(self._known, writing=told[1], is_rough=True)
            self.forecast.emit(self._known)

    def _take_writing(self, handle: JobHandle[WritingEstimate], found: WritingEstimate) -> None:
        if handle is self._writing:
            self._writing = None
            self._known = replace(self._known, writing=found, is_rough=False)
            self.forecast.emit(self._known)

    def _writing_failed(self, handle: JobHandle[WritingEstimate], error: BaseException) -> None:
        if handle is self._writing and not isinstance(error, Cancelled):
            self._writing = None
            self.unknown.emit(error)

    def _take_render(self, handle: JobHandle[float], seconds: float) -> None:
        if handle is self._render:
            self._render = None
            self._known = replace(self._known, render_s=seconds)
            self.forecast.emit(self._known)

    def _render_failed(self, handle: JobHandle[float], error: BaseException) -> None:
        """The size is told without the time; what is wrong is told when it is rendered."""
        if handle is self._render:
            self._render = None
            if not isinstance(error, Cancelled | UserError):
                self._controller.tell(error, self.tr("estimating the render"))


def _looked_at(workspace: Workspace, removal: Removal, *, queued: bool) -> Asked:
    plan = workspace.export_plan(removal)
    workspace.check_target(removal, plan)
    target = removal.target
    occupied = any(target.iterdir()) if target.is_dir() else target.exists()
    due = None if removal.output is Output.MATTE else workspace.frames_due(removal)
    return Asked(removal, (_in_short(plan), *plan.sentences), occupied or queued, due)


def _in_short(plan: ExportPlan) -> str:
    """What is written, in one line: codec, depth, sampling, container."""
    layout = plan.setup.pixels.layout
    kind = sampling_name(layout) if layout.family is Family.YUV else layout.family.value.upper()
    alpha = " + alpha" if layout.alpha else ""
    place = "a folder of pictures" if plan.container is None else plan.container.name
    lossless = ", lossless" if plan.setup.lossless else ""
    return f"{plan.setup.codec.title}, {layout.bits} bit {kind}{alpha}{lossless}, in {place}."
