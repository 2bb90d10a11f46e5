"""Painting on the frame on screen: the picture for the clone and heal brushes, kept as the frame's reference.

What takes time happens in jobs: getting the picture, fitting a healed stroke, packing the picture for the document.
Strokes that come meanwhile wait and follow. Only the hole can be painted, since only that is used of a reference; and
only a frame that is filled, since what a reference shows counts as seen: the object would be carried into other frames.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from enum import Enum

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QImage, QPainterPath

from app.core.document import DocumentObject
from app.core.errors import Cancelled
from app.core.geometry import Rect
from app.core.object_edits import SetReference
from app.core.pictures import ImageBlob
from app.core.strokes import Brush
from app.engine.result_view import FrameState, ResultView
from app.jobs.context import JobContext
from app.jobs.runner import JobHandle, Lane
from app.ui.clips import OpenClip
from app.ui.controller import Controller
from app.ui.rendering import Rendering
from app.ui.retouch_sheet import Sheet
from app.ui.timers import rest_timer

# A playhead that moves on needs no picture to paint on.
_REST_MS = 120


@dataclass(frozen=True, slots=True)
class _Key:
    """What a picture was made of; while it is the same the picture holds.

    Attributes:
        clip: the clip; a look through another LUT makes another one of it.
        frame: which frame.
        blob: its reference in the document.
        objects: the document's objects, which make the hole.
        stamp: counts results, where the picture was made of one.
        state: the frame's ``FrameState`` there.
        look: names clip and LUT.
    """

    clip: OpenClip = field(compare=False)
    frame: int
    blob: ImageBlob | None
    objects: tuple[DocumentObject, ...]
    stamp: int
    state: int
    look: tuple[int, int]


class _Why(Enum):
    """Why a frame cannot be painted on."""

    NO_HOLE = "no hole"
    NOT_FILLED = "not filled"


class Retouching(QObject):
    """The picture in hand while a clone or heal brush is.

    Signals:
        changed: what is to be drawn has changed.
    """

    changed = Signal()

    def __init__(self, controller: Controller, rendering: Rendering, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._controller, self._rendering = controller, rendering
        self._active = False
        self._sheet: Sheet | None = None
        self._key: _Key | None = None
        self._loading: JobHandle[Sheet | _Why] | None = None
        self._why = _Why.NO_HOLE
        self._wanted: _Key | None = None
        self._busy = False
        self._stroking = False
        self._packing = 0
        self._waiting: list[Callable[[], None]] = []
        self._soon = rest_timer(self, _REST_MS, self.prepare)
        for signal in (
            controller.results_changed,
            controller.look_changed,
            controller.document_changed,
            controller.transport.moved,
            controller.transport.playing_changed,
            rendering.frame_rendered,
        ):
            signal.connect(lambda *_: self._prepare_soon())
        controller.kept.shown_changed.connect(self.changed)
        controller.clip_closed.connect(self._forget)

    def set_active(self, on: bool) -> None:
        """Whether one of the brushes is in the hand; only then pictures are got."""
        self._active = on
        if on:
            self.prepare()
        elif not self._packing:
            self._forget()

    @property
    def ready(self) -> bool:
        """Whether the picture of the frame on screen is at hand."""
        key = self._key_now()
        return self._sheet is not None and key is not None and self._key == key

    @property
    def image(self) -> tuple[QImage, Rect] | None:
        """What to draw over the viewer's picture, and where; None while there is none for the frame on screen."""
        return None if self._shown_sheet is None else (self._shown_sheet.image, self._shown_sheet.area)

    @property
    def border(self) -> QPainterPath | None:
        """The border of what can be painted, in picture pixels; None as for ``image``."""
        return None if self._shown_sheet is None else self._shown_sheet.border

    @property
    def _shown_sheet(self) -> Sheet | None:
        here = self._key is not None and self._key.frame == self._controller.transport.position
        return self._sheet if here and self._controller.kept.shown is None else None

    # Getting the picture

    def _key_now(self) -> _Key | None:
        clip, at = self._controller.clip, self._controller.transport.position
        if clip is None:
            return None
        document, states = self._controller.document, self._rendering.states
        blob, look = document.references.get(at), (id(clip.workspace), id(clip.shown_through))
        if blob is not None:
            return _Key(clip, at, blob, document.objects, 0, 0, look)
        state = int(states[at]) if at < len(states) else 0
        return _Key(clip, at, None, document.objects, self._controller.results_stamp, state, look)

    def _prepare_soon(self) -> None:
        if self._active:
            self._soon.start()

    def prepare(self) -> None:
        """Gets the picture of the frame on screen, unless it is there or a stroke is under way."""
        transport = self._controller.transport
        if not self._active or self._busy or self._stroking or self._packing or transport.playing:
            return
        key, view = self._key_now(), self._rendering.view
        if key is None or view is None or key in (self._key, self._wanted):
            return
        if view.document.objects != key.objects:
            return  # the holes are looked up just now; asked again when they are known
        if self._loading is not None:
            self._loading.cancel()
        before = self._wanted or self._key
        if before is not None and before.frame != key.frame:
            self._waiting.clear()  # strokes of the frame that was left
        self._wanted = key
        self._loading = self._controller.submit(
            _loaded(key, view),
            Lane.TOOLS,
            self.tr("getting the frame to paint on"),
            done=lambda found: self._take(key, found),
            failed=self._not_loaded,
        )

    def _take(self, key: _Key, found: Sheet | _Why) -> None:
        if key != self._wanted:
            return
        self._loading = self._wanted = None
        self._key, self._sheet = key, found if isinstance(found, Sheet) else None
        self.changed.emit()
        if isinstance(found, _Why):
            self._why = found
            if self._waiting:
                self._waiting.clear()
                self._say_why()
        self._go_on()
        self.prepare()  # the document may have gone on meanwhile

    def _not_loaded(self, error: BaseException) -> None:
        if not isinstance(error, Cancelled):
            self._loading = self._wanted = None
            self._waiting.clear()
            self._controller.tell(error, self.tr("getting the frame to paint on"))

    # Strokes

    def begin(self, brush: Brush, offset: tuple[int, int], *, heal: bool) -> None:
        """A stroke begins; ``offset`` leads from a painted pixel to the one that is copied."""
        self._controller.kept.show_result(None)  # what is painted on is the present result
        self._do(lambda: self._begin(brush, offset, heal=heal))

    def extend(self, x: float, y: float, pressure: float) -> None:
        """It goes on."""
        self._do(lambda: self._extend(x, y, pressure))

    def finish(self, label: str, *, heal: bool) -> None:
        """It ends: one step, once it is fitted and packed."""
        self._do(lambda: self._finish(label, heal=heal))

    def give_up(self) -> None:
        """The stroke is taken back."""
        self._waiting.clear()
        if self._stroking and self._sheet is not None and not self._busy:
            self._sheet.refresh(self._sheet.retouch.give_up())
            self._stroking = False
            self.changed.emit()

    def _do(self, act: Callable[[], None]) -> None:
        """Does it now, or as soon as the picture is there."""
        if self._sheet is None and self._key is not None and self._key == self._key_now():
            self._say_why()
        elif self._waiting or self._busy or (not self._stroking and not self.ready):
            self._waiting.append(act)
            self.prepare()
        else:
            act()

    def _say_why(self) -> None:
        words = {
            _Why.NO_HOLE: self.tr("Nothing is removed in this frame, so there is nothing to paint on."),
            _Why.NOT_FILLED: self.tr("This frame is not filled yet: switch on Live, or render it, then paint."),
        }
        self._controller.said.emit(words[self._why])

    def _go_on(self) -> None:
        while self._waiting and not self._busy and (self._stroking or self.ready) and self._sheet is not None:
            self._waiting.pop(0)()

    def _begin(self, brush: Brush, offset: tuple[int, int], *, heal: bool) -> None:
        assert self._sheet is not None, "strokes wait for the picture"
        self._sheet.retouch.begin(brush, offset, heal=heal)
        self._stroking = True

    def _extend(self, x: float, y: float, pressure: float) -> None:
        if self._stroking and self._sheet is not None:
            self._sheet.refresh(self._sheet.retouch.extend([(x, y, pressure)]))
            self.changed.emit()

    def _finish(self, label: str, *, heal: bool) -> None:
        sheet, key = self._sheet, self._key
        if not self._stroking or sheet is None or key is None:
            return
        if not heal:
            self._stroking = False
            self._pack(sheet, key, label)
            return
        self._busy = True

        def healed(changed: Rect | None) -> None:
            self._busy = self._stroking = False
            sheet.refresh(changed)
            self.changed.emit()
            self._pack(sheet, key, label)
            self._go_on()

        self._controller.submit(
            lambda _context: sheet.retouch.finish(),
            Lane.TOOLS,
            self.tr("healing"),
            done=healed,
            failed=self._stroke_failed,
        )

    def _pack(self, sheet: Sheet, key: _Key, label: str) -> None:
        """Packs the picture beside the window and puts it into the document."""
        self._packing += 1

        def packed(blob: ImageBlob) -> None:
            self._packing -= 1
            if self._controller.workspace is not key.clip.workspace:
                return
            edit = SetReference.of(self._controller.document, key.frame, blob)
            # The picture in hand holds this stroke, and perhaps a later one that is being packed.
            if self._sheet is sheet:
                objects = self._controller.document.objects
                self._key = replace(key, blob=blob, objects=objects, stamp=0, state=0)
            self._controller.perform(edit, label=label)
            if not self._active and not self._packing:
                self._forget()

        self._controller.submit(
            sheet.packing(),
            Lane.TOOLS,
            self.tr("keeping the painted frame"),
            done=packed,
            failed=self._stroke_failed,
        )

    def _stroke_failed(self, error: BaseException) -> None:
        self._forget()
        if not isinstance(error, Cancelled):
            self._controller.tell(error, self.tr("painting on the frame"))

    def _forget(self) -> None:
        if self._loading is not None:
            self._loading.cancel()
        self._sheet = self._key = self._loading = self._wanted = None
        self._busy = self._stroking = False
        self._packing = 0
        self._waiting.clear()
        self.changed.emit()


def _loaded(key: _Key, view: ResultView) -> Callable[[JobContext], Sheet | _Why]:
    """A job that gets a frame's picture to paint on, or says why there is none."""
    workspace = key.clip.workspace

    def run(context: JobContext) -> Sheet | _Why:
        hole = view.hole(key.frame).full_region()
        if not hole.any():
            return _Why.NO_HOLE
        if key.blob is not None:
            picture = key.blob.to_array()
        elif view.state(key.frame) not in (FrameState.LIVE, FrameState.FINAL):
            return _Why.NOT_FILLED
        else:
            picture = workspace.reference_picture(view, key.frame)(context)
        context.checkpoint()
        return Sheet.of(picture, hole, key.clip.for_screen, key.blob)

    return run
