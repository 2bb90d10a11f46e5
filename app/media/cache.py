"""Byte-bounded caches, of decoded frames above all: the least recently used go first."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from concurrent.futures import Future
from dataclasses import replace
from typing import Generic, TypeVar

from app.media.frame import Plane, VideoFrame

V = TypeVar("V")


class ByteCache(Generic[V]):
    """Keeps values by key within a number of bytes. Safe to use from several threads."""

    def __init__(self, capacity_bytes: int, size_of: Callable[[V], int]) -> None:
        """Make an empty cache.

        Args:
            capacity_bytes: limit for the sum of the sizes; 0 keeps nothing.
            size_of: bytes of a value; must always answer the same for the same one.
        """
        self._capacity = capacity_bytes
        self._size_of = size_of
        self._lock = threading.Lock()
        self._values: OrderedDict[Hashable, V] = OrderedDict()
        self._coming: dict[Hashable, Future[V]] = {}
        self._size = 0

    @property
    def capacity_bytes(self) -> int:
        """The limit for the sum of the sizes."""
        return self._capacity

    @property
    def size_bytes(self) -> int:
        """Bytes of the values held."""
        with self._lock:
            return self._size

    def resize(self, capacity_bytes: int) -> None:
        """Sets another limit; what lies beyond it goes."""
        with self._lock:
            self._capacity = capacity_bytes
            self._make_room()

    def __len__(self) -> int:
        with self._lock:
            return len(self._values)

    def __contains__(self, key: Hashable) -> bool:
        with self._lock:
            return key in self._values

    def get(self, key: Hashable) -> V | None:
        """The value, now the most recently used one, or None."""
        with self._lock:
            value = self._values.get(key)
            if value is not None:
                self._values.move_to_end(key)
            return value

    def put(self, key: Hashable, value: V) -> None:
        """Keep a value (replacing one of the same key) and let go of old ones beyond the limit."""
        with self._lock:
            self._put(key, value)

    def get_or_make(self, key: Hashable, make: Callable[[], V]) -> V:
        """The value, made if it is not there; threads that ask for the same one at once wait for one maker.

        An exception of ``make`` reaches every thread that waits for it, and nothing is kept.
        """
        with self._lock:
            value = self._values.get(key)
            if value is not None:
                self._values.move_to_end(key)
                return value
            others = self._coming.get(key)
            mine: Future[V] = Future()
            if others is None:
                self._coming[key] = mine
        if others is not None:
            return others.result()
        try:
            value = make()
        except BaseException as error:
            with self._lock:
                del self._coming[key]
            mine.set_exception(error)
            raise
        with self._lock:
            del self._coming[key]
            self._put(key, value)
        mine.set_result(value)
        return value

    def drop(self, key: Hashable) -> None:
        """Forget a value; harmless if it is not there."""
        with self._lock:
            value = self._values.pop(key, None)
            if value is not None:
                self._size -= self._size_of(value)

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._values.clear()
            self._size = 0

    def _put(self, key: Hashable, value: V) -> None:
        old = self._values.pop(key, None)
        if old is not None:
            self._size -= self._size_of(old)
        self._values[key] = value
        self._size += self._size_of(value)
        self._make_room()

    def _make_room(self) -> None:
        while self._values and self._size > self._capacity:
            self._size -= self._size_of(self._values.popitem(last=False)[1])


def plane_bytes(frame: VideoFrame) -> int:
    """Memory that a frame's planes take."""
    return sum(int(plane.nbytes) for plane in frame.planes)


class PlaneCache(ByteCache[VideoFrame]):
    """A cache of decoded frames without their RGB views, which take more than the planes.

    Planes are kept in memory of their own. A decoder's buffers go back to the decoder, which keeps as many as were ever
    out at once for as long as it lives: a cache that held them would count for twice what it says.
    """

    def __init__(self, capacity_bytes: int) -> None:
        """Make an empty cache.

        Args:
            capacity_bytes: limit for the sum of ``plane_bytes``.
        """
        super().__init__(capacity_bytes, plane_bytes)

    def get(self, key: Hashable) -> VideoFrame | None:
        """A frame that shares the kept one's planes, or None; the view that is made of it goes with it."""
        frame = super().get(key)
        return None if frame is None else replace(frame)

    def put(self, key: Hashable, value: VideoFrame) -> None:
        """Keep a copy of a frame's planes."""
        super().put(key, replace(value, planes=tuple(map(_own, value.planes)), _rgb=None))


def _own(plane: Plane) -> Plane:
    copied = plane.copy()
    copied.flags.writeable = False
    return copied
