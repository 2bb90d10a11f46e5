"""The frame cache holds to its bytes, keeps what is pinned, and makes each frame once."""

from __future__ import annotations

import threading

import numpy as np
import pytest

from app.media.cache import FrameCache, frame_bytes
from app.media.frame import ColorTags, Family, PlaneLayout, VideoFrame

LAYOUT = PlaneLayout(Family.GRAY, 8, 0, 0, False)


def frame(index: int, side: int = 10) -> VideoFrame:
    """A grey frame that takes ``4 * side * side`` bytes with its view."""
    return VideoFrame(index, index, 1, LAYOUT, (np.zeros((side, side), np.uint8),), ColorTags())


def test_the_least_recently_used_go_first() -> None:
    cache = FrameCache(3 * 400)
    for index in range(3):
        cache.put(index, frame(index))
    assert cache.get(0) is not None
    cache.put(3, frame(3))
    assert [index in cache for index in range(4)] == [True, False, True, True]
    assert cache.size_bytes == 1200 and len(cache) == 3


def test_the_view_counts_whether_or_not_it_is_made() -> None:
    assert frame_bytes(frame(0)) == 400


def test_pinned_frames_stay_and_others_make_room() -> None:
    cache = FrameCache(2 * 400)
    with cache.pinned("a", "b"), cache.pinned("a"):
        cache.put("a", frame(0))
        cache.put("b", frame(1))
        cache.put("c", frame(2))
        assert "a" in cache and "b" in cache and "c" not in cache
        cache.clear()
        assert len(cache) == 2
    cache.put("d", frame(3))
    assert cache.size_bytes == 800 and "a" not in cache


def test_a_frame_larger_than_the_cache_is_not_kept() -> None:
    cache = FrameCache(300)
    cache.put("a", frame(0))
    assert len(cache) == 0 and cache.size_bytes == 0


def test_replacing_and_dropping_keep_count() -> None:
    cache = FrameCache(10_000)
    cache.put("a", frame(0))
    cache.put("a", frame(1, side=20))
    assert cache.size_bytes == 1600
    cache.drop("a")
    cache.drop("a")
    assert cache.size_bytes == 0 and cache.get("a") is None


def test_threads_that_want_the_same_frame_share_one_making() -> None:
    cache = FrameCache(10_000)
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
    cache = FrameCache(10_000)

    def fail() -> VideoFrame:
        raise OSError("gone")

    with pytest.raises(OSError, match="gone"):
        cache.get_or_make(1, fail)
    assert cache.get_or_make(1, lambda: frame(1)).index == 1
