"""A byte-bounded cache of decoded frames: the least recently used go first, pinned ones stay."""

from __future__ import annotations

import threading
from collections import Counter, OrderedDict
from collections.abc import Callable, Hashable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager

from app.media.frame import VideoFrame


def frame_bytes(frame: VideoFrame) -> int:
    """Memory that a frame takes: its planes, and its RGB view whether or not that is made yet."""
    return sum(int(plane.nbytes) for plane in frame.planes) + 3 * frame.width * frame.height


class FrameCache:
    """Keeps frames by key within a number of bytes. Safe to use from several threads.

    Pinned frames are never dropped, so pins may hold the cache above its limit; everything else gives way first.
    """

    def __init__(self, capacity_bytes: int) -> None:
        """Make an empty cache.

        Args:
            capacity_bytes: limit for the sum of ``frame_bytes``; 0 keeps nothing but pinned frames.
        """
        self._capacity = capacity_bytes
        self._lock = threading.Lock()
        self._frames: OrderedDict[Hashable, VideoFrame] = OrderedDict()
        self._pins: Counter[Hashable] = Counter()
        self._coming: dict[Hashable, Future[VideoFrame]] = {}
        self._size = 0

    @property
    def size_bytes(self) -> int:
        """Bytes of the frames held."""
        with self._lock:
            return self._size

    def __len__(self) -> int:
        with self._lock:
            return len(self._frames)

    def __contains__(self, key: Hashable) -> bool:
        with self._lock:
            return key in self._frames

    def get(self, key: Hashable) -> VideoFrame | None:
        """The frame, now the most recently used one, or None."""
        with self._lock:
            frame = self._frames.get(key)
            if frame is not None:
                self._frames.move_to_end(key)
            return frame

    def put(self, key: Hashable, frame: VideoFrame) -> None:
        """Keep a frame (replacing one of the same key) and let go of old ones beyond the limit."""
        with self._lock:
            self._put(key, frame)

    def get_or_make(self, key: Hashable, make: Callable[[], VideoFrame]) -> VideoFrame:
        """The frame, made if it is not there; threads that ask for the same one at once wait for one maker.

        An exception of ``make`` reaches every thread that waits for it, and nothing is kept.
        """
        with self._lock:
            frame = self._frames.get(key)
            if frame is not None:
                self._frames.move_to_end(key)
                return frame
            others = self._coming.get(key)
            mine: Future[VideoFrame] = Future()
            if others is None:
                self._coming[key] = mine
        if others is not None:
            return others.result()
        try:
            frame = make()
        except BaseException as error:
            with self._lock:
                del self._coming[key]
            mine.set_exception(error)
            raise
        with self._lock:
            del self._coming[key]
            self._put(key, frame)
        mine.set_result(frame)
        return frame

    @contextmanager
    def pinned(self, *keys: Hashable) -> Iterator[None]:
        """Keep these frames, present or yet to come, while the block runs; pins add up."""
        with self._lock:
            self._pins.update(keys)
        try:
            yield
        finally:
            with self._lock:
                self._pins.subtract(keys)
                self._pins += Counter()  # drops the keys that came to zero
                self._make_room()

    def drop(self, key: Hashable) -> None:
        """Forget a frame, pinned or not; harmless if it is not there."""
        with self._lock:
            frame = self._frames.pop(key, None)
            if frame is not None:
                self._size -= frame_bytes(frame)

    def clear(self) -> None:
        """Forget every frame that is not pinned."""
        with self._lock:
            for key in [key for key in self._frames if key not in self._pins]:
                self._size -= frame_bytes(self._frames.pop(key))

    def _put(self, key: Hashable, frame: VideoFrame) -> None:
        old = self._frames.pop(key, None)
        if old is not None:
            self._size -= frame_bytes(old)
        self._frames[key] = frame
        self._size += frame_bytes(frame)
        self._make_room()

    def _make_room(self) -> None:
        if self._size <= self._capacity:
            return
        for key in [key for key in self._frames if key not in self._pins]:
            self._size -= frame_bytes(self._frames.pop(key))
            if self._size <= self._capacity:
                return
