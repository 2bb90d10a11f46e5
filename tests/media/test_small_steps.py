"""Stepping back among large frames: their pictures are kept, exactly as the frames would give them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from counted import CountingReader, write_long_groups

from app.media.cache import PlaneCache, plane_bytes
from app.media.reader import open_clip
from app.media.scrub import ScrubReader
from app.media.small import small_view, whole_factor
from app.media.small_steps import SmallSteps

FACTOR = 4
VIEW_BYTES = 3 * (192 // FACTOR) * (128 // FACTOR)


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_long_groups(tmp_path_factory.mktemp("steps"))


@pytest.fixture
def reader(clip: Path) -> Iterator[CountingReader]:
    with CountingReader(clip) as opened:
        yield opened


def stepping(reader: CountingReader, views: int) -> tuple[ScrubReader, SmallSteps]:
    """Memory for one frame, and for so many pictures."""
    scrub = ScrubReader(reader, PlaneCache(plane_bytes(reader._inner.frame(0))))
    return scrub, SmallSteps(reader, scrub, views * VIEW_BYTES)


def test_pictures_are_those_of_the_frames_in_any_order(clip: Path, reader: CountingReader) -> None:
    scrub, steps = stepping(reader, 20)
    order = [70, 69, 68, 71, 0, 119, 118, 30, 29, 28, 27, 26, 5, 6, 7, 99, 101, 100, 99]
    with open_clip(clip) as plain, scrub:
        for index in order:
            expected = small_view(plain.frame(index), FACTOR)
            assert np.array_equal(steps.view(index, FACTOR), expected), index
        assert steps.view(60, 2).shape == (64, 96, 3), "of another size"
        assert np.array_equal(steps.view(59, 2), small_view(plain.frame(59), 2))
        steps.close()


def test_stepping_back_decodes_a_long_group_a_few_times_within_its_memory(reader: CountingReader) -> None:
    scrub, steps = stepping(reader, 20)
    with scrub:
        for index in range(99, -1, -1):
            steps.view(index, FACTOR)
            assert steps.size_bytes <= 20 * VIEW_BYTES
        steps.close()
    assert reader.singles == list(range(100)), "the way to the first one; the others are looked at ahead"
    assert len(reader.walks) <= 100 // 10 + 1
    assert all(stop is not None and stop - start <= 10 for start, stop in reader.walks)


def test_what_is_still_made_for_another_size_is_never_shown_at_this_one(clip: Path, reader: CountingReader) -> None:
    scrub, steps = stepping(reader, 400)
    with open_clip(clip) as plain, scrub:
        steps.view(70, FACTOR)
        steps._keep(50, 2, small_view(plain.frame(50), 2))  # as the thread that looks behind may, after the change
        assert steps.view(50, FACTOR).shape == (128 // FACTOR, 192 // FACTOR, 3)
        steps.close()


def test_without_memory_every_step_is_a_seek_and_right(clip: Path, reader: CountingReader) -> None:
    scrub, steps = stepping(reader, 0)
    with open_clip(clip) as plain, scrub:
        for index in (50, 49, 48):
            assert np.array_equal(steps.view(index, FACTOR), small_view(plain.frame(index), FACTOR))
        steps.close()
    assert reader.walks == []


def test_what_was_made_ahead_is_near_and_handed_out_once(reader: CountingReader) -> None:
    scrub, steps = stepping(reader, 20)
    with scrub:
        steps.view(60, FACTOR)
        assert steps.has(59) and steps.has(50) and not steps.has(49)
        steps.view(59, FACTOR)
        assert not steps.has(59)
        steps.close()


@pytest.mark.parametrize(
    ("size", "factor"), [((960, 540), 4), ((961, 540), 3), ((1900, 1000), 2), ((3840, 2160), 1), ((0, 0), 240)]
)
def test_the_factor_leaves_the_picture_as_large_as_the_screen_shows_it(size: tuple[int, int], factor: int) -> None:
    found = whole_factor(3840, 2160, size)
    assert found == factor or (size == (0, 0) and 3840 % found == 0)
