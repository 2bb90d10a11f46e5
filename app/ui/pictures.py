"""Pictures for the viewer: decoded, composed, scaled and made into images in the DISPLAY lane, newest wish first."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Hashable
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QPainterPath

from app.core.document import Document
from app.core.errors import Cancelled
from app.core.masks import MaskBlob
from app.jobs.context import JobContext
from app.media.cache import ByteCache
from app.media.frame import VideoFrame
from app.media.scrub import Passed
from app.media.small import small_view, whole_factor
from app.ui.bridge import Mailbox
from app.ui.outlines import ObjectOutline, OutlineMaker, traced_part
from app.ui.views import FrameSource, Making, Picture, Results, ShownFrame, View, Wanted

DISPLAY_BYTES = 256 << 20
AHEAD_FRAMES = 12
DIFFERENCE_GAIN = 8
STAND_IN_S = 0.25
"""So often a frame on the way to the one that is decoded stands in for it."""

_HOLES_KEPT = 64

_log = logging.getLogger(__name__)


Submit = Callable[[Callable[[JobContext], None]], object]
ForScreen = Callable[[NDArray[np.uint8]], NDArray[np.uint8]]
MaskOf = Callable[[Document, int, int], MaskBlob | None]
"""Gives an object's mask in a frame: document, object id, frame."""


class PictureServer(QObject):
    """Answers the viewers' requests; one that a newer one of the same viewer overtook is never answered.

    Signals:
        ready: a ``ShownFrame``, on the GUI thread.
        failed: a frame's index and the error.

    Args:
        submit: runs a job in the DISPLAY lane.
        mask_of: see ``MaskOf``; called in the DISPLAY lane.
        whole_of: the same for whole shapes of objects that something hides; None for none.
    """

    ready = Signal(object)
    failed = Signal(int, object)

    def __init__(
        self, submit: Submit, mask_of: MaskOf, whole_of: MaskOf | None = None, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._submit, self._mask_of, self._whole_of = submit, mask_of, whole_of
        self._source: FrameSource | None = None
        self._frame_count = 0
        self.cache: ByteCache[Picture] = ByteCache(0, lambda picture: int(picture.pixels.nbytes))
        self._outlines = OutlineMaker()
        self._holes: dict[Hashable, QPainterPath | None] = {}  # touched in the DISPLAY lane only
        self._lock = threading.Lock()
        self._newest: dict[int, Wanted] = {}
        self._serving = False
        self._clip_number = self._served_clip = 0
        self._stamps: dict[int, int] = {}
        self._answers: dict[int, Mailbox[ShownFrame]] = {}

    def set_source(self, source: FrameSource | None, frame_count: int, cache_bytes: int = DISPLAY_BYTES) -> None:
        """Another clip, or none; forgets every picture.

        Args:
            source: the clip.
            frame_count: its frames.
            cache_bytes: limit of the pictures that are kept.
        """
        self.cache.resize(cache_bytes)
        with self._lock:
            self._source, self._frame_count = source, frame_count
            self._newest.clear()
            self._clip_number += 1
            self._stamps.clear()
        for box in self._answers.values():
            box.take()
        self.cache.clear()

    def note_rendered(self, index: int) -> None:
        """The frame has another result than before; what was made of the old one is not shown again."""
        with self._lock:
            self._stamps[index] = self._stamps.get(index, 0) + 1

    def want(self, wanted: Wanted) -> None:
        """Asks for a frame in place of the one that this viewer waits for."""
        if wanted.seat not in self._answers:
            self._answers[wanted.seat] = box = Mailbox[ShownFrame](self)
            box.filled.connect(self._deliver, Qt.ConnectionType.QueuedConnection)
        with self._lock:
            if self._source is None:
                return
            self._newest[wanted.seat] = wanted
            start, self._serving = not self._serving, True
        if start:
            self._submit(self._serve)

    def _deliver(self) -> None:
        for box in list(self._answers.values()):
            answer = box.take()
            if answer is not None and self._source is not None:
                self.ready.emit(answer)

    def _serve(self, context: JobContext) -> None:
        """Answers until nothing is asked for any more; then makes a few of the next frames."""
        ahead: dict[int, list[Wanted]] = {}
        last = -1
        while True:
            with self._lock:
                seat = min(self._newest, key=lambda each: (each <= last, each), default=None)  # viewers take turns
                wanted = None if seat is None else self._newest.pop(seat)
                source, self._served_clip = self._source, self._clip_number
                if source is None or context.token.cancelled or (wanted is None and not any(ahead.values())):
                    self._serving = False
                    return
            if wanted is not None:
                last = wanted.seat
                self._answer(source, wanted, context)
                ahead[wanted.seat] = self._next_of(wanted)
            else:
                self._prepare(source, max(ahead.values(), key=len).pop(0))

    def _answer(self, source: FrameSource, wanted: Wanted, context: JobContext) -> None:
        try:
            stand_in = self._roughly(source, wanted)
            if stand_in is not None:
                self._hand_over(source, stand_in)
            if stand_in is None or not wanted.rough:
                passed = self._passing(source, wanted, context, shown=stand_in is not None)
                answer = self._made(source, wanted, passed)
                self._hand_over(source, answer)
                if self._shows_hole(answer):
                    self._hand_over(source, replace(answer, hole=self._hole(wanted)))
        except Cancelled:
            return
        except Exception as error:  # noqa: BLE001 - the job's border: the frame is reported, the lane goes on
            _log.exception("frame %d cannot be shown", wanted.index)
            self.failed.emit(wanted.index, error)

    def _passing(self, source: FrameSource, wanted: Wanted, context: JobContext, *, shown: bool) -> Passed:
        """What is done with the frames on the way to one: they stand in for it now and then.

        The way ends once this viewer wants another frame to which that one does not lead, or the clip goes.
        """
        last = time.monotonic() if shown else 0.0

        def passed(frame: VideoFrame | None) -> None:
            nonlocal last
            with self._lock:
                newer = self._newest.get(wanted.seat)
                gone = self._source is not source or context.token.cancelled
            if gone or (newer is not None and not source.leads_by(wanted.index, newer.index)):
                raise Cancelled
            if frame is None or wanted.ahead or not wanted.view.shows_source or time.monotonic() - last < STAND_IN_S:
                return
            picture = Picture.of(source.for_screen(view_for(frame, wanted.size)), wanted.size)
            self._hand_over(source, ShownFrame(wanted, picture, None, self._objects(wanted), exact=False))
            last = time.monotonic()

        return passed

    def _hand_over(self, source: FrameSource, answer: ShownFrame) -> None:
        with self._lock:
            if self._source is source:  # and not another clip meanwhile
                self._answers[answer.wanted.seat].put(answer)

    def _roughly(self, source: FrameSource, wanted: Wanted) -> ShownFrame | None:
        """A small picture: for a playhead that is dragged, unless the exact one is at hand; after a jump, meanwhile.

        While frames are stepped through it would flicker, unless the frame takes longer than anybody likes to wait.
        """
        if (self._served_clip, "source", wanted.index, wanted.size) in self.cache or source.has_frame(wanted.index):
            return None
        if not wanted.rough and (not wanted.view.shows_source or source.is_near(wanted.index)):
            return None
        if not wanted.rough and wanted.ahead and not source.is_far(wanted.index):
            return None
        small = source.rough(wanted.index)
        if small is None:
            return None
        picture = Picture.of(source.for_screen(small), wanted.size)
        return ShownFrame(wanted, picture, None, self._objects(wanted), exact=wanted.rough)

    def _prepare(self, source: FrameSource, wanted: Wanted) -> None:
        try:
            self._made(source, wanted)
        except Exception:  # noqa: BLE001 - nobody asked for it yet: it is told when somebody does
            _log.info("frame %d cannot be prepared", wanted.index, exc_info=True)

    def _next_of(self, wanted: Wanted) -> list[Wanted]:
        if not wanted.ahead:
            return []
        reach = range(1, AHEAD_FRAMES + 1)
        indices = [wanted.index + wanted.ahead * far for far in reach]
        return [_at(wanted, index) for index in indices if 0 <= index < self._frame_count]

    def _made(self, source: FrameSource, wanted: Wanted, passed: Passed | None = None) -> ShownFrame:
        decoded: list[VideoFrame] = []

        def frame() -> VideoFrame:
            if not decoded:
                decoded.append(source.frame(wanted.index, passed))
            return decoded[0]

        own = other = None
        if wanted.view.shows_source:
            own = self.cache.get_or_make(
                (self._served_clip, "source", wanted.index, wanted.size),
                lambda: Picture.of(source.for_screen(source.view(wanted.index, wanted.size, passed)), wanted.size),
            )
        has_hole = wanted.results is not None and wanted.results.has_hole(wanted.index)
        if wanted.view is not View.SOURCE and wanted.results is not None:
            if own is not None and not has_hole:
                other = own  # the source is the result, and nothing has to be decoded for it again
            else:
                other = self._other(frame, wanted, wanted.results, source.for_screen)
        making = Making.RENDERED
        if has_hole and other is not None and wanted.results is not None:
            making = wanted.results.making(wanted.index)
        return ShownFrame(wanted, own, other, self._objects(wanted), has_hole, making=making)

    def _other(
        self, frame: Callable[[], VideoFrame], wanted: Wanted, results: Results, for_screen: ForScreen
    ) -> Picture | None:
        kind = wanted.view if wanted.view in (View.DIFFERENCE, View.MATTE) else View.RESULT
        key = (self._served_clip, kind, wanted.index, wanted.size, wanted.revision, self._stamps.get(wanted.index, 0))
        known = self.cache.get(key)
        if known is not None:
            return known
        pixels: NDArray[np.uint8]
        if kind is View.MATTE:
            pixels = results.hole(wanted.index).full_alpha()
        else:
            finished = results.composite(frame())
            if finished is None:
                return None
            pixels = view_for(finished, wanted.size)
            if kind is View.DIFFERENCE:
                pixels = difference(view_for(frame(), wanted.size), pixels)
            else:
                pixels = for_screen(pixels)
        made = Picture.of(pixels, wanted.size)
        self.cache.put(key, made)
        return made

    def _shows_hole(self, answer: ShownFrame) -> bool:
        """Whether the border of what is filled belongs to it: nobody sees it while frames go by."""
        wanted = answer.wanted
        with self._lock:
            overtaken = wanted.seat in self._newest
        of_this = wanted.results is not None and wanted.results.document is wanted.document
        return answer.has_hole and of_this and wanted.view.shows_source and not (wanted.ahead or overtaken)

    def _hole(self, wanted: Wanted) -> QPainterPath | None:
        """The border of what is filled in a frame; the last few are remembered."""
        assert wanted.results is not None
        key = self._served_clip, wanted.revision, wanted.index, self._stamps.get(wanted.index, 0)
        if key not in self._holes:
            hole = wanted.results.hole(wanted.index)
            self._holes[key] = None if hole.empty else traced_part(hole.region, hole.rect)
            while len(self._holes) > _HOLES_KEPT:
                del self._holes[next(iter(self._holes))]
        return self._holes[key]

    def _objects(self, wanted: Wanted) -> tuple[ObjectOutline, ...]:
        found = []
        for each in wanted.document.objects:
            if not each.settings.shown:
                continue
            mask = self._mask_of(wanted.document, each.id, wanted.index)
            if mask is not None and not mask.is_empty:
                found.append(ObjectOutline(each.id, self._outlines.path(mask)))
            whole = None if self._whole_of is None else self._whole_of(wanted.document, each.id, wanted.index)
            if whole is not None and not whole.is_empty:
                found.append(ObjectOutline(each.id, self._outlines.path(whole), whole=True))
        return tuple(found)


def view_for(frame: VideoFrame, size: tuple[int, int]) -> NDArray[np.uint8]:
    """A frame's ``(H, W, 3)`` RGB picture, no smaller than the screen shows it.

    Where the screen shows it at half the size or less, it is made from shrunken planes, which costs a fraction: that is
    what lets 4K play in a window.
    """
    factor = whole_factor(frame.width, frame.height, size)
    return small_view(frame, factor) if factor > 1 else frame.rgb


def difference(source: NDArray[np.uint8], result: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """``(H, W, 3)`` uint8: how far two pictures differ in each channel, eight times as bright."""
    import cv2

    return np.asarray(cv2.convertScaleAbs(cv2.absdiff(source, result), alpha=DIFFERENCE_GAIN), np.uint8)


def _at(wanted: Wanted, index: int) -> Wanted:
    return Wanted(index, wanted.size, wanted.view, wanted.document, wanted.results, wanted.revision, wanted.ahead)
