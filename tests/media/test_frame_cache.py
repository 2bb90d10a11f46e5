"""The frame cache holds to its bytes and makes each frame once."""

from __future__ import annotations

import threading
from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from app.media.cache import ByteCache, PlaneCache, plane_bytes
from app.media.frame import ColorTags, Family, PlaneLayout, VideoFrame

LAYOUT = PlaneLayout(Family.GRAY, 8, 0, 0, False)


def frame(index: int, side: int = 10) -> VideoFrame:
    """A grey frame whose plane takes ``4 * side * side`` bytes."""
    return VideoFrame(index, index, 1, LAYOUT, (np.zeros((2 * side, 2 * side), np.uint8),), ColorTags())


def cache_of(capacity_bytes: int) -> ByteCache[VideoFrame]:
    return ByteCache(capacity_bytes, plane_bytes)


def test_the_least_recently_used_go_first() -> None:
    cache = cache_of(3 * 400)
    for index in range(3):
        cache.put(index, frame(index))
    assert cache.get(0) is not None
    cache.put(3, frame(3))
    assert [index in cache for index in range(4)] == [True, False, True, True]
    assert cache.size_bytes == 1200 and len(cache) == 3


def test_a_kept_frame_holds_no_view_and_its_copies_share_its_planes() -> None:
    def to_rgb(one: VideoFrame) -> NDArray[np.uint8]:
        return np.repeat(one.planes[0][..., None], 3, axis=2)

    cache = PlaneCache(2000)
    given = replace(frame(0), to_rgb=to_rgb)
    assert given.rgb.shape == (20, 20, 3)
    cache.put("a", given)
    first, second = cache.get("a"), cache.get("a")
    assert first is not None and second is not None and first is not second
    assert first.planes[0] is second.planes[0] and first.rgb is not given.rgb


def test_a_kept_frame_has_memory_of_its_own() -> None:
    cache = PlaneCache(2000)
    given = frame(0)
    cache.put("a", given)
    kept = cache.get("a")
    assert kept is not None and not np.shares_memory(kept.planes[0], given.planes[0])
    assert np.array_equal(kept.planes[0], given.planes[0]) and not kept.planes[0].flags.writeable


def test_a_frame_larger_than_the_cache_is_not_kept() -> None:
    cache = cache_of(300)
    cache.put("a", frame(0))
    assert len(cache) == 0 and cache.size_bytes == 0


def test_replacing_and_dropping_keep_count() -> None:
    cache = cache_of(10_000)
    cache.put("a", frame(0))
    cache.put("a", frame(1, side=20))
    assert cache.size_bytes == 1600
    cache.drop("a")
    cache.drop("a")
    assert cache.size_bytes == 0 and cache.get("a") is None
    cache.put("b", frame(0))
    cache.clear()
    assert cache.size_bytes == 0 and len(cache) == 0


def test_threads_that_want_the_same_frame_share_one_making() -> None:
    cache = cache_of(10_000)
    started, go = threading.Event(), threading.Event()
    made: list[int] = []
    got: list[VideoFrame] = []

    def make() -> VideoFrame:
        started.set()
        go.wait()
        made.append(1)
        return frame(5)

    threads = [threading.Thread(target=lambda: got.append(cache.get_or_make(5, make))) for _ in range(3)]
    threads[0].start()
    started.wait()
    for thread in threads[1:]:
        thread.start()
    go.set()
    for thread in threads:
        thread.join()
    assert len(made) == 1 and len(got) == 3 and all(each is got[0] for each in got)


def test_a_failed_making_is_not_kept() -> None:
    cache = cache_of(10_000)

    def fail() -> VideoFrame:
        raise OSError("gone")

    with pytest.raises(OSError, match="gone"):
        cache.get_or_make(1, fail)
    assert cache.get_or_make(1, lambda: frame(1)).index == 1
