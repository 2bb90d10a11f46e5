"""Scrubbing: a picture at once from the proxy, and exact frames backwards without decoding a group for each."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from counted import CountingReader, write_long_groups

from app.core.errors import Cancelled
from app.jobs.context import CancelToken, JobContext
from app.media.cache import PlaneCache, plane_bytes
from app.media.frame import VideoFrame
from app.media.proxy import ScrubProxy
from app.media.reader import open_clip
from app.media.scrub import TAIL_FRAMES, ScrubReader


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_long_groups(tmp_path_factory.mktemp("scrub"))


@pytest.fixture
def reader(clip: Path) -> Iterator[CountingReader]:
    with CountingReader(clip) as opened:
        yield opened


def test_decoding_starts_at_the_key_picture_before(reader: CountingReader) -> None:
    assert [reader.decoding_start(index) for index in (0, 1, 99, 100, 119)] == [0, 0, 0, 100, 100]


def test_frames_are_exact_in_any_order(clip: Path) -> None:
    order = [70, 69, 68, 71, 0, 119, 118, 30, 29, 28, 27, 5, 6, 7, 99, 101, 100]
    with (
        open_clip(clip) as plain,
        CountingReader(clip) as counting,
        ScrubReader(counting, PlaneCache(1 << 30)) as scrub,
    ):
        for index in order:
            frame = scrub.frame(index)
            assert frame.index == index
            assert np.array_equal(frame.planes[0], plain.frame(index).planes[0]), index
        assert scrub.cached(100) is not None and scrub.cached(60) is not None


def test_stepping_back_decodes_each_group_a_few_times_only(reader: CountingReader) -> None:
    with ScrubReader(reader, PlaneCache(1 << 30)) as scrub:
        for index in range(99, -1, -1):
            assert scrub.frame(index).index == index
    assert len(reader.walks) <= 100 // TAIL_FRAMES + 2
    assert reader.singles == list(range(100))  # the way to the first one, by the playhead's decoder
    assert all(stop is not None and stop - start <= TAIL_FRAMES for start, stop in reader.walks)


def test_the_way_to_a_frame_ends_at_the_next_frame_and_goes_on_from_there(reader: CountingReader) -> None:
    passed: list[int] = []

    def until_30(frame: VideoFrame | None) -> None:
        assert frame is not None
        passed.append(frame.index)
        if frame.index == 30:
            raise Cancelled

    with ScrubReader(reader, PlaneCache(1 << 30)) as scrub:
        with pytest.raises(Cancelled):
            scrub.frame(90, until_30)
        assert reader.singles == list(range(31)) == passed
        assert scrub.frame(60).index == 60
        assert reader.singles == list(range(61)), "nothing is decoded twice"


def test_what_is_decoded_behind_a_playhead_that_has_gone_is_left(reader: CountingReader) -> None:
    with ScrubReader(reader, PlaneCache(1 << 30)) as scrub:
        scrub.frame(90)
        scrub._last = 119
        before = len(reader.singles)
        scrub._fetch(40, 60)
        assert scrub.cached(40) is None and len(reader.singles) == before
        scrub._last = 60
        scrub._fetch(40, 60)
        assert scrub.cached(40) is not None


def test_a_small_cache_bounds_what_is_kept_and_still_serves(reader: CountingReader) -> None:
    each = plane_bytes(reader._inner.frame(0))
    cache = PlaneCache(10 * each)
    with ScrubReader(reader, cache) as scrub:
        for index in range(99, 39, -1):
            assert scrub.frame(index).index == index
            assert cache.size_bytes <= 10 * each
    assert all(stop is not None and stop - start <= 3 for start, stop in reader.walks)
    assert len(reader.walks) <= 60 // 3 + 3
    with ScrubReader(reader, PlaneCache(0)) as scrub:
        assert [scrub.frame(index).index for index in (50, 49, 48)] == [50, 49, 48]


def test_views_do_not_pile_up_in_the_cache(reader: CountingReader) -> None:
    cache = PlaneCache(1 << 30)
    with ScrubReader(reader, cache) as scrub:
        for index in range(20, 10, -1):
            assert scrub.frame(index).rgb.shape == (128, 192, 3)
        kept = scrub.cached(15)
    assert kept is not None and kept._rgb is None


def test_stepping_on_decodes_one_frame_a_step(reader: CountingReader) -> None:
    with ScrubReader(reader, PlaneCache(1 << 30)) as scrub:
        for index in range(40, 50):
            scrub.frame(index)
    assert reader.walks == [] and reader.singles == list(range(50))


def test_a_proxy_shows_the_nearest_frame_at_once(reader: CountingReader) -> None:
    proxy = ScrubProxy(reader, height_px=64)
    assert proxy.nearest(3) is None and proxy.share == 0
    seen: list[int] = []
    token = CancelToken()

    def watch(index: int, picture: np.ndarray) -> None:
        seen.append(index)
        if index == 9:
            token.cancel()

    with pytest.raises(Cancelled):
        proxy.build(JobContext(token), watch)
    assert seen == list(range(10)) and 0 < proxy.share < 0.1
    early = proxy.nearest(100)
    assert early is not None and early.index == 9
    proxy.build(JobContext())
    assert proxy.complete
    for index in (0, 37, 119):
        picture = proxy.nearest(index)
        assert picture is not None and picture.index == index and picture.rgb.shape == (64, 96, 3)
        whole = reader.frame(index).rgb.astype(int).reshape(64, 2, 96, 2, 3).mean(axis=(1, 3))
        assert np.abs(picture.rgb - whole).mean() < 6


def test_a_proxy_is_bounded_and_kept(clip: Path, reader: CountingReader, tmp_path: Path) -> None:
    small = ScrubProxy(reader, identity="clip", folder=tmp_path, height_px=64, max_bytes=20_000)
    assert small.every > 1
    small.build(JobContext())
    assert sum(map(len, small._pictures.values())) <= 20_000
    assert small.complete and len(list(tmp_path.glob("*.proxy"))) == 1
    reader.walks.clear()
    again = ScrubProxy(reader, identity="clip", folder=tmp_path, height_px=64, max_bytes=20_000)
    assert again.complete
    again.build(JobContext())
    assert reader.walks == []
    first, second = small.nearest(50), again.nearest(50)
    assert first is not None and second is not None
    assert first.index == second.index and np.array_equal(first.rgb, second.rgb)
    assert abs(first.index - 50) <= small.every / 2 and again.every == small.every
    assert not ScrubProxy(reader, identity="other", folder=tmp_path, height_px=64, max_bytes=20_000).complete
    kept = next(tmp_path.glob("*.proxy"))
    kept.write_bytes(kept.read_bytes()[:-1])
    assert not ScrubProxy(reader, identity="clip", folder=tmp_path, height_px=64, max_bytes=20_000).complete
