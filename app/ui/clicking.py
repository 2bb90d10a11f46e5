"""Clicks in the window: the segmenter that answers them, and pictures looked at ahead of the first click.

While the click tool is in the hand and nothing plays, the frame on screen is looked at beside the window, in the lane
of the tools: a click then finds the work done, or waits for it. Playing and moving on stop it within the network.
"""

from __future__ import annotations

import logging

from PySide6.QtCore import QObject, Signal

from app.core.errors import Cancelled, UserError
from app.core.prompts import Clicks
from app.engine.loader import SEGMENTER_TITLES
from app.engine.segmenting import Clicked, Segmenting
from app.jobs.context import JobContext
from app.jobs.runner import JobHandle, Lane
from app.ui.controller import Controller
from app.ui.timers import rest_timer
from app.ui.tools.base import ViewReader

_log = logging.getLogger(__name__)

# A playhead that moves on needs nothing looked at.
_REST_MS = 150


class Clicking(QObject):
    """Answers clicks in the open clip.

    Args:
        controller: runs the jobs.
        name: the segmenter, as ``load_segmenter`` takes it.
        parent: the window.

    Signals:
        changed: another segmenter answers, or it is known now which one does.
        failed: a click cannot be answered; the sentence that says why.
        stood_in: for the first time something else answered a click than what is wanted; ``missing`` says why.
    """

    changed = Signal()
    failed = Signal(str)
    stood_in = Signal()

    def __init__(self, controller: Controller, name: str = "auto", parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._controller, self._name = controller, name
        self._segmenting = Segmenting(name)
        self._told: object = None
        self._active = self._stopped = self._owned_up = False
        self._looking: JobHandle[None] | None = None
        self._rest = rest_timer(self, _REST_MS, self._look_ahead)
        controller.clip_opened.connect(self.renew)
        controller.clip_closed.connect(self.renew)
        controller.transport.moved.connect(lambda _frame: self._wait())
        controller.transport.playing_changed.connect(lambda _playing: self._wait())

    @property
    def name(self) -> str:
        """The segmenter that is wanted."""
        return self._name

    @property
    def words(self) -> str:
        """What answers clicks, for people: its name, and what really computes once that is known."""
        loaded = self._segmenting.loaded
        if loaded is None:
            return SEGMENTER_TITLES.get(self._name, "")
        title = SEGMENTER_TITLES.get(loaded.segmenter.name, loaded.segmenter.name)
        return f"{title} · {loaded.segmenter.running_on}"

    @property
    def missing(self) -> str:
        """What the segmenter stands in for, and how to get that; empty if it is the one that is wanted."""
        loaded = self._segmenting.loaded
        return "" if loaded is None else loaded.missing

    def choose(self, name: str) -> None:
        """Takes another segmenter."""
        if name != self._name:
            self._name = name
            self.renew()

    def renew(self) -> None:
        """Begins anew: another clip is open, or other weights are here."""
        self._segmenting = Segmenting(self._name)
        self._wait()
        self.changed.emit()

    def set_active(self, active: bool) -> None:
        """The click tool is in the hand, or is not."""
        self._active = active
        self._wait()

    def is_ready(self, frame: int) -> bool:
        """Whether clicks in a frame are answered at once."""
        return self._segmenting.is_ready(frame)

    def answer(self, frame: int, view: ViewReader, clicks: Clicks) -> Clicked | UserError:
        """What clicks in a picture mean, or why that cannot be told; never on the GUI thread."""
        try:
            return self._segmenting.answer(frame, view, clicks, self._go_on)
        except UserError as error:
            return error

    def stop(self) -> None:
        """Answers nothing any more: the window closes, and must not wait for a large network."""
        self._stopped = True
        self._rest.stop()

    def told(self) -> None:
        """Something was answered: it is known now what answers, and once it is said what is missing."""
        self._seen()
        if self.missing and not self._owned_up:
            self._owned_up = True
            self.stood_in.emit()

    def cannot(self, error: UserError) -> None:
        """A click cannot be answered: that is told where it can be read to its end, with the models beside it."""
        self.failed.emit(str(error))

    def _seen(self) -> None:
        loaded = self._segmenting.loaded
        if loaded is not self._told:
            self._told = loaded
            self.changed.emit()

    def _wait(self) -> None:
        """Looks ahead once the playhead rests."""
        if self._looking is not None:
            self._looking.cancel()
            self._looking = None
        if self._active and self._controller.clip is not None and not self._controller.transport.playing:
            self._rest.start()
        else:
            self._rest.stop()

    def _look_ahead(self) -> None:
        clip, frame, segmenting = self._controller.clip, self._controller.transport.position, self._segmenting
        if clip is None or segmenting.is_ready(frame):
            return

        def run(context: JobContext) -> None:
            context.checkpoint()
            segmenting.look_at(frame, clip.frame(frame).rgb, context.checkpoint)

        label = self.tr("looking at the frame for clicks")
        self._looking = self._controller.submit(
            run, Lane.TOOLS, label, done=lambda _nothing: self._seen(), failed=self._unseen
        )

    def _unseen(self, error: BaseException) -> None:
        """Nobody has asked yet: a click will, and tells."""
        if not isinstance(error, Cancelled):
            _log.info("a frame was not looked at ahead of clicks: %s", error)

    def _go_on(self) -> None:
        """Whoever clicked waits for the answer, unless the window closes."""
        if self._stopped:
            raise Cancelled
