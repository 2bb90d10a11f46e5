"""Stepping back in clips whose frames are too large to keep a stretch of them: their pictures are kept as shown.

A 4K frame of 10 bits takes 25 MB, its picture in a window a twentieth. On the way to a frame that had to be sought, the
pictures of the frames before it are made and kept, and those before them in a thread of their own while the user
steps. The pictures are what the frames themselves would give, to the bit.
"""

from __future__ import annotations

import logging
import threading
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing

from app.core.errors import UserError
from app.media.cache import ByteCache
from app.media.clip_reader import ClipReader
from app.media.frame import RgbView
from app.media.scrub import Passed, ScrubReader, on_the_way, wait_until
from app.media.small import small_view

_log = logging.getLogger(__name__)


class SmallSteps:
    """Small pictures of a clip's frames, exact and soon. Safe to use from several threads; close it before the clip.

    Args:
        reader: the clip.
        scrub: its frames.
        capacity_bytes: limit for the pictures that are kept.
    """

    def __init__(self, reader: ClipReader, scrub: ScrubReader, capacity_bytes: int) -> None:
        self._reader, self._scrub = reader, scrub
        self._kept: ByteCache[RgbView] = ByteCache(capacity_bytes, lambda view: int(view.nbytes))
        self._lock = threading.Lock()
        self._worker = ThreadPoolExecutor(1, thread_name_prefix="steps")
        self._ahead: Future[None] | None = None
        self._coming = range(0)
        self._last = -1
        self._factor = 1
        self._stopped = False
        self._stands_at = -1

    @property
    def size_bytes(self) -> int:
        """Memory that the kept pictures take."""
        return self._kept.size_bytes

    def has(self, index: int) -> bool:
        """Whether a frame's picture, as large as the last one, is in memory."""
        return (self._factor, index) in self._kept

    def view(self, index: int, factor: int, passed: Passed | None = None) -> RgbView:
        """A frame's picture shrunk by a whole factor, see ``small_view``. Handed out once, for its viewer keeps it.

        Args:
            index: the frame.
            factor: by which it is shrunk.
            passed: see ``Passed``.

        Raises:
            IndexError: there is no such frame.
            UserError: the clip cannot be read any more.
        """
        with self._lock:
            last, self._last = self._last, index
            other_size, self._factor = factor != self._factor, factor
            coming = self._ahead if index in self._coming and not other_size else None
        if other_size:
            self._kept.clear()
        if coming is not None:
            wait_until(coming, lambda: (factor, index) in self._kept, passed)
        view = self._kept.get((factor, index))
        if view is None:
            view = self._sought(index, factor, passed)
        else:
            self._kept.drop((factor, index))
        if index < last:
            self._look_behind(index, factor)
        return view

    def close(self) -> None:
        """Ends the thread."""
        with self._lock:  # whoever gives the thread something to do holds it
            self._stopped = True
        self._worker.shutdown(wait=True, cancel_futures=True)

    def _stretch(self, factor: int) -> int:
        """So many frames' pictures are made in one go: half of what fits, for those before are looked at meanwhile."""
        info = self._reader.info
        each = 3 * (info.width // factor) * (info.height // factor)
        return self._kept.capacity_bytes // (2 * max(each, 1))

    def _sought(self, index: int, factor: int, passed: Passed | None) -> RgbView:
        """A frame's picture by decoding; where that means a seek, those of the frames before it are kept."""
        if not self._scrub.is_near(index):
            tail_from = index - self._stretch(factor)
            for frame in on_the_way(self._reader, index, self._stands_at, passed):
                self._stands_at = frame.index
                if frame.index >= tail_from:
                    self._keep(frame.index, factor, small_view(frame, factor))
        self._stands_at = index
        return small_view(self._scrub.next_frame(index), factor)

    def _keep(self, index: int, factor: int, view: RgbView) -> None:
        if (factor, index) not in self._kept:
            self._kept.put((factor, index), view)

    def _look_behind(self, index: int, factor: int) -> None:
        """Makes pictures of what lies before the playhead, if few of them are in memory."""
        left, stretch = index, self._stretch(factor)
        while left > 0 and index - left < stretch and (factor, left - 1) in self._kept:
            left -= 1
        if not stretch or left == 0 or index - left >= stretch:
            return
        with self._lock:
            if self._stopped or (self._ahead is not None and not self._ahead.done()):
                return
            first = max(self._reader.decoding_start(left - 1), left - stretch)
            self._coming = range(first, left)
            self._ahead = self._worker.submit(self._fetch, first, left, factor)

    def _fetch(self, first: int, end: int, factor: int) -> None:
        try:
            with closing(self._reader.frames(first, end)) as frames:
                for frame in frames:
                    has_gone = not first <= self._last <= end + self._stretch(factor)
                    if self._stopped or factor != self._factor or has_gone:
                        return  # or the playhead has gone elsewhere, and needs the machine there
                    self._keep(frame.index, factor, small_view(frame, factor))
        except UserError as error:  # whoever asks for the frame itself is told
            _log.info("frames %d to %d could not be decoded ahead: %s", first, end - 1, error)
