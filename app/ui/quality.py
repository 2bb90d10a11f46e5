"""Judges rendered frames beside the window, and finds the next one that is worth a look."""

from __future__ import annotations

import operator
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Qt, Signal

from app.core.document import Doubt
from app.core.errors import Cancelled, UserError
from app.core.frame_map import FrameMap
from app.engine.result_view import FrameState, ResultView
from app.engine.seam_quality import FrameQuality
from app.engine.shared_pixels import SharedPixels
from app.engine.survey import Problem, Trouble, next_problem, problems
from app.jobs.runner import JobHandle, Lane
from app.ui.bridge import Collected
from app.ui.controller import Controller
from app.ui.language import trouble_of
from app.ui.rendering import Rendering
from app.ui.timers import rest_timer

_REST_MS = 1200
_SHARED_MS = 400
_ORDER = tuple(Trouble)
_RENDERED = (FrameState.LIVE, FrameState.FINAL)
_OF_DOUBTS = {Doubt.LOST: Trouble.LOST, Doubt.UNSURE: Trouble.UNSURE}


@dataclass(frozen=True, slots=True)
class _Noted:
    """What is known of frames beside their pictures.

    Attributes:
        failed: could not be rendered.
        tracked: what tracking had trouble with, by frame.
        shared: two objects have the same pixels.
    """

    failed: frozenset[int] = frozenset()
    tracked: Mapping[int, Trouble] = field(default_factory=dict)
    shared: frozenset[int] = frozenset()

    def apart(self, other: _Noted) -> frozenset[int]:
        """The frames of which another one says something else."""
        changed = (self.failed ^ other.failed) | (self.shared ^ other.shared)
        if self.tracked is other.tracked:
            return changed
        frames = self.tracked.keys() | other.tracked.keys()
        return changed.union(each for each in frames if self.tracked.get(each) is not other.tracked.get(each))


class Quality(QObject):
    """Knows how good each rendered frame is likely to be; looks again when rendering rests.

    Signals:
        changed: other frames are judged.
    """

    changed = Signal()

    def __init__(self, controller: Controller, rendering: Rendering, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._controller, self._rendering = controller, rendering
        self.qualities: dict[int, FrameQuality] = {}
        self.seen: NDArray[np.float32] = np.zeros(0, np.float32)
        """0 to 1 by frame, the share of the hole that was really seen; NaN where it is not known."""
        self.troubles: NDArray[np.uint8] = np.zeros(0, np.uint8)
        """By frame: 0 for none, else 1 and the place of the gravest trouble in ``Trouble``."""
        self.outdated: NDArray[np.bool_] = np.zeros(0, np.bool_)
        """By frame, whether what is known of it was found before a change: it stays until it is judged anew."""
        self._problems: dict[int, Problem] = {}
        self._noted = _Noted()
        self._doubts: tuple[FrameMap[Doubt], ...] = ()  # of each object's track
        self._disagreeing: frozenset[int] = frozenset()
        self._tracked: dict[int, Trouble] = {}
        self._shared: frozenset[int] = frozenset()  # frames in which two objects have the same pixels
        self._pixels = SharedPixels()
        self._pixels_job: JobHandle[frozenset[int]] | None = None
        self._view: ResultView | None = None
        self._looked_at: NDArray[np.uint8] = np.zeros(0, np.uint8)
        self._job: JobHandle[dict[int, FrameQuality]] | None = None
        self._told: Collected[tuple[ResultView, int, FrameQuality]] = Collected(self)
        self._told.filled.connect(self._take_told, Qt.ConnectionType.QueuedConnection)
        self._soon = rest_timer(self, _REST_MS, self._look)
        self._shared_soon = rest_timer(self, _SHARED_MS, self._look_for_shared)
        rendering.states_changed.connect(self._states_changed)
        controller.document_changed.connect(lambda _changes: self._drop_job())
        controller.document_changed.connect(lambda _changes: self._take_tracked())
        controller.clip_opened.connect(self._begin)
        controller.clip_closed.connect(self._forget)

    @property
    def running(self) -> bool:
        """Whether frames are being judged, or will be soon."""
        return self._job is not None or self._soon.isActive()

    @property
    def problems(self) -> list[Problem]:
        """The frames that are worth a look, in order."""
        return [self._problems[frame] for frame in sorted(self._problems)]

    def problem_at(self, frame: int) -> Problem | None:
        """What may be wrong with a frame."""
        return self._problems.get(frame)

    def _take_tracked(self) -> None:
        """Takes up what the objects' trackers had trouble with, by frame the gravest of all objects'."""
        self._shared_soon.start()
        objects = self._controller.document.objects if self._controller.workspace is not None else ()
        doubts = tuple(each.doubts for each in objects if each.doubts)
        if len(doubts) == len(self._doubts) and all(map(operator.is_, doubts, self._doubts)):
            return
        self._doubts = doubts
        self._mix_tracked()

    def take_disagreeing(self, frames: frozenset[int]) -> None:
        """Marks the frames in which a second look disagrees with a tracked mask, and no others."""
        self._disagreeing = frames
        self._mix_tracked()

    def _mix_tracked(self) -> None:
        self._tracked = dict.fromkeys(self._disagreeing, Trouble.UNSURE)
        for known in self._doubts:
            for frame, doubt in known.items():
                if self._tracked.get(frame) is not Trouble.LOST:
                    self._tracked[frame] = _OF_DOUBTS[doubt]
        self._note({})

    def _look_for_shared(self) -> None:
        """Looks for frames in which two objects have the same pixels, beside the window."""
        if self._controller.workspace is None:
            return
        if self._pixels_job is not None:
            self._pixels_job.cancel()
        document, pixels = self._controller.document, self._pixels
        if not self._shared and sum(bool(each.track) for each in document.objects) < 2:
            return

        def take(frames: frozenset[int]) -> None:
            if handle is self._pixels_job:
                self._pixels_job = None
                if frames != self._shared:
                    self._shared = frames
                    self._note({})

        handle = self._controller.submit(
            lambda context: pixels.frames(document, context.checkpoint),
            Lane.BACKGROUND,
            self.tr("comparing the objects' masks"),
            done=take,
        )
        self._pixels_job = handle

    def go_to_next(self, *, forward: bool) -> None:
        """Moves the playhead to the next problem and says what it is."""
        transport = self._controller.transport
        found = next_problem(self.problems, transport.position, forward=forward)
        if found is None:
            side = self.tr("after") if forward else self.tr("before")
            self._controller.said.emit(self.tr("No frame {0} this one looks doubtful.").format(side))
            return
        transport.pause()
        transport.go_to(found.frame)
        words = ", ".join(map(trouble_of, found.troubles))
        self._controller.said.emit(self.tr("Frame {0}: {1}.").format(found.frame, words))

    def _begin(self) -> None:
        """A project may hold what its tracks had trouble with."""
        self._clear()
        self._take_tracked()

    def _states_changed(self, states: NDArray[np.uint8]) -> None:
        if len(states) == len(self.outdated):
            stale = (states == FrameState.STALE) & ~np.isnan(self.seen) & ~self.outdated
            if stale.any():
                self.outdated |= stale
                self.changed.emit()
        self._soon.start()

    def _forget(self) -> None:
        self._soon.stop()
        self._shared_soon.stop()
        self._drop_job()
        if self._pixels_job is not None:
            self._pixels_job.cancel()
        self._pixels_job, self._pixels, self._shared = None, SharedPixels(), frozenset()
        self._view, self._doubts, self._tracked, self._disagreeing = None, (), {}, frozenset()
        self._clear()

    def _drop_job(self) -> None:
        handle, self._job = self._job, None
        if handle is not None:
            handle.cancel()

    def _clear(self) -> None:
        count = len(self._rendering.states)
        self.qualities, self._problems, self._noted = {}, {}, _Noted()
        self.seen, self.troubles = np.full(count, np.nan, np.float32), np.zeros(count, np.uint8)
        self.outdated = np.zeros(count, np.bool_)
        self._looked_at = np.zeros(0, np.uint8)
        self._note({})

    def _grow_old(self) -> None:
        """The document has changed: what is known is out of date, and of frames without a picture nothing is left."""
        states = self._rendering.states
        if len(states) != len(self.seen):
            self._clear()
            return
        self.outdated = ~np.isnan(self.seen)
        self._looked_at = np.zeros(0, np.uint8)
        self._drop(self.outdated & ~np.isin(states, (*_RENDERED, FrameState.STALE)))

    def _drop(self, frames: NDArray[np.bool_]) -> None:
        """Forgets what is known of some frames, given as a flag each."""
        self.seen[frames], self.outdated[frames] = np.nan, False
        dropped = frozenset(np.flatnonzero(frames).tolist())
        for frame in dropped:
            self.qualities.pop(frame, None)
        self._note({}, dropped)

    def _look(self) -> None:
        """Starts a survey if there are frames that it would tell something new about."""
        workspace, view = self._controller.workspace, self._rendering.view
        if workspace is None or view is None:
            return
        if self._rendering.busy or self._controller.state.computing:
            self._soon.start()  # whatever renders has the machine; its last frame asks again
            return
        states = self._rendering.states
        if view is not self._view:
            self._view = view
            self._grow_old()
        rendered = np.isin(states, _RENDERED)
        known = len(self._looked_at) == len(states) and bool((self._looked_at == states)[rendered].all())
        if self._job is not None or known:
            return
        self._looked_at = states.copy()
        self._note({})
        if not rendered.any():
            return
        handle = self._controller.submit(
            workspace.survey(view, on_quality=lambda frame, quality: self._told.put((view, frame, quality))),
            Lane.BACKGROUND,
            self.tr("judging the result"),
            done=lambda _found: self._over(handle, None),
            failed=lambda error: self._over(handle, error),
        )
        self._job = handle

    def _take_told(self) -> None:
        news = {frame: quality for view, frame, quality in self._told.take() if view is self._view}
        if news:
            self._note(news)

    def _failed(self) -> frozenset[int]:
        return frozenset(np.flatnonzero(self._rendering.states == FrameState.FAILED).tolist())

    def _note(self, news: Mapping[int, FrameQuality], also: frozenset[int] = frozenset()) -> None:
        """Judges the frames anew of which something else is known now; the others stay as they are.

        Args:
            news: what rendered frames are like.
            also: frames of which something was forgotten.
        """
        self.qualities.update(news)
        for frame, known in news.items():
            self.seen[frame], self.outdated[frame] = known.seen_share, False
        before, now = self._noted, _Noted(self._failed(), self._tracked, self._shared)
        self._noted = now
        again = frozenset(each for each in also.union(news, now.apart(before)) if each < len(self.troubles))
        for frame in again:
            self.troubles[frame] = 0
            self._problems.pop(frame, None)
        known_again = {frame: self.qualities[frame] for frame in again if frame in self.qualities}
        tracked = {frame: now.tracked[frame] for frame in again if frame in now.tracked}
        for problem in problems(known_again, now.failed & again, tracked, now.shared & again):
            self._problems[problem.frame] = problem
            self.troubles[problem.frame] = 1 + _ORDER.index(problem.troubles[0])
        self.changed.emit()

    def _over(self, handle: JobHandle[dict[int, FrameQuality]], error: BaseException | None) -> None:
        if handle is not self._job:
            return
        self._job = None
        if error is None:  # what has no hole any more was not judged
            self._drop(self.outdated & np.isin(self._rendering.states, _RENDERED))
        if error is not None and not isinstance(error, Cancelled | UserError):
            self._controller.tell(error, self.tr("judging the result"))
