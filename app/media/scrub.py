"""Exact frames for somebody who moves back and forth in long groups of pictures.

A decoder only goes forward: the frame before the one on screen costs as much as all frames since the last key picture.
So the frames just before one that had to be sought are kept on the way to it, and those before them are decoded ahead,
in a thread of their own, as soon as the user comes near.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Generator
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import wait as wait_for
from contextlib import closing
from types import TracebackType
from typing import Self

from app.core.errors import UserError
from app.media.cache import PlaneCache
from app.media.clip_reader import ClipReader
from app.media.decoder_memory import frame_bytes
from app.media.frame import VideoFrame

TAIL_FRAMES = 24
"""So many frames before a sought one are kept, fewer if three times as many would not fit into the cache."""
_FORWARD_FRAMES = 8
"""Up to so many frames ahead, decoding on is a step and no seek."""
_LOOK_S = 0.01

Passed = Callable[[VideoFrame | None], object]
"""Called with each frame that is decoded on the way to another one, and with None now and then while that one is waited
for; what it raises ends the way there, and the decoder stays where it is."""

_log = logging.getLogger(__name__)


class ScrubReader:
    """Frames of a clip, exact and soon. Safe to use from several threads; close it before the clip.

    Args:
        reader: the clip.
        cache: keeps decoded frames by their index, and bounds the memory that scrubbing takes.
    """

    def __init__(self, reader: ClipReader, cache: PlaneCache) -> None:
        self._reader, self._cache = reader, cache
        self._lock = threading.Lock()
        self._worker = ThreadPoolExecutor(1, thread_name_prefix="scrub")
        self._ahead: Future[None] | None = None
        self._coming = range(0)
        self._last = -1
        self._stopped = False
        self._stands_at = -1  # the frame that the clip's own decoder gave last, as far as this one asked
        self._tail = max(1, min(TAIL_FRAMES, cache.capacity_bytes // (3 * frame_bytes(reader.info))))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def cached(self, index: int) -> VideoFrame | None:
        """A frame that is in memory, None if it would have to be decoded."""
        return self._cache.get(index)

    def is_near(self, index: int) -> bool:
        """Whether a frame is in memory or a few steps on: there soon, without a seek."""
        with self._lock:
            last = self._last
        if index in self._cache or 0 <= last <= index <= last + _FORWARD_FRAMES:
            return True
        return index - self._reader.decoding_start(index) <= _FORWARD_FRAMES

    def frame(self, index: int, passed: Passed | None = None) -> VideoFrame:
        """One frame.

        Args:
            index: which.
            passed: see ``Passed``.

        Raises:
            IndexError: there is no such frame.
            UserError: the clip cannot be read any more.
        """
        with self._lock:
            last, self._last = self._last, index
            coming = self._ahead if index in self._coming else None
        if coming is not None:
            wait_until(coming, lambda: index in self._cache, passed)
        frame = self._cache.get(index)
        if frame is None:
            steps_on = last <= index <= last + _FORWARD_FRAMES and last >= 0
            frame = self._single(index) if steps_on else self._with_tail(index, passed)
        if index < last:
            self._look_behind(index)
        return frame

    def next_frame(self, index: int) -> VideoFrame:
        """One frame whose neighbours before it are not wanted, or were decoded just now; errors as ``frame``."""
        with self._lock:
            self._last = index
        frame = self._cache.get(index)
        return self._single(index) if frame is None else frame

    @property
    def keeps_stretches(self) -> bool:
        """Whether memory holds as many frames as stepping back needs; large ones fill it sooner."""
        return self._tail >= TAIL_FRAMES

    def close(self) -> None:
        """Ends the thread; frames in the cache stay."""
        self._stopped = True
        self._worker.shutdown(wait=True, cancel_futures=True)

    def forget(self) -> None:
        """Gives the cache's frames back, of a reader that is closed."""
        self._cache.clear()

    def _single(self, index: int) -> VideoFrame:
        frame = self._reader.frame(index)
        self._stands_at = index
        self._cache.put(index, frame)
        return frame

    def _with_tail(self, index: int, passed: Passed | None) -> VideoFrame:
        """A frame that must be sought: those just before it, which are decoded anyway, are kept."""
        for frame in on_the_way(self._reader, index, self._stands_at, passed):
            self._stands_at = frame.index
            if frame.index > index - self._tail:
                self._cache.put(frame.index, frame)
        return self._single(index)

    def _look_behind(self, index: int) -> None:
        """Decodes ahead what lies before the playhead, if little of it is in memory."""
        left = index
        near = (self._tail + 1) // 2
        while left > 0 and index - left < near and left - 1 in self._cache:
            left -= 1
        if left == 0 or index - left >= near:
            return
        with self._lock:
            if self._stopped or (self._ahead is not None and not self._ahead.done()):
                return
            first = max(self._reader.decoding_start(left - 1), left - self._tail)
            self._coming = range(first, left)
            self._ahead = self._worker.submit(self._fetch, first, left)

    def _fetch(self, first: int, end: int) -> None:
        try:
            with closing(self._walk(first, end)) as frames:
                for frame in frames:
                    if self._stopped or not first <= self._last <= end + self._tail:
                        return  # the playhead has gone elsewhere, and needs the machine there
                    self._cache.put(frame.index, frame)
        except UserError as error:  # whoever asks for the frame itself is told
            _log.info("frames %d to %d could not be decoded ahead: %s", first, end - 1, error)

    def _walk(self, first: int, end: int) -> Generator[VideoFrame]:
        yield from self._reader.frames(first, end)


def on_the_way(reader: ClipReader, index: int, stands_at: int, passed: Passed | None) -> Generator[VideoFrame]:
    """The frames that are decoded on the way to one, which is not among them.

    Args:
        reader: the clip; its own decoder is at the frame when this is over.
        index: where to.
        stands_at: the frame that the decoder gave last; -1 where that is not known.
        passed: see ``Passed``.
    """
    start = reader.decoding_start(index)
    first = stands_at + 1 if start <= stands_at < index else start
    for before in range(first, index):
        frame = reader.frame(before)
        yield frame
        if passed is not None:
            passed(frame)


def wait_until(coming: Future[None], there: Callable[[], bool], passed: Passed | None) -> None:
    """Waits for what another thread decodes: until all of it is there, or what is wanted is."""
    while not wait_for([coming], _LOOK_S).done and not there():
        if passed is not None:
            passed(None)
    if coming.done():
        coming.result()
