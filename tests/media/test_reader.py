"""Any frame by its number is, to the bit, the frame that straight decoding gives."""

from __future__ import annotations

import random
import threading
from pathlib import Path

import numpy as np
import pytest
from clips import RECIPES, Recipe, straight, write_clip

from app.media.frame import Plane
from app.media.orientation import to_display
from app.media.reader import ClipReader, open_clip

UNTIMED = ("h264.avi", "h264_raw.h264")  # their time stamps are missing or those of decoding


def same(found: tuple[Plane, ...], wanted: tuple[Plane, ...]) -> bool:
    """Whether two frames agree in every sample of every plane."""
    return len(found) == len(wanted) and all(np.array_equal(a, b) for a, b in zip(found, wanted, strict=True))


def shown(reader: ClipReader, path: Path) -> list[tuple[int | None, tuple[Plane, ...]]]:
    """Straight decoding, turned for display."""
    decoder = "libvpx-vp9" if path.name == "vp9_alpha.webm" else None
    return [(pts, to_display(planes, reader.info.orientation)) for pts, planes in straight(path, decoder)]


@pytest.mark.parametrize("name", sorted(RECIPES))
def test_random_access_equals_straight_decoding(name: str, tmp_path: Path) -> None:
    path = write_clip(RECIPES[name], tmp_path)
    with open_clip(path) as reader:
        wanted = shown(reader, path)
        assert len(reader) == len(wanted) == reader.info.frame_count
        if name not in UNTIMED:
            assert reader.timestamps.tolist() == [pts for pts, _ in wanted]
        assert np.all(np.diff(reader.timestamps) > 0)
        assert np.all(reader.durations > 0)
        order = list(range(len(wanted)))
        random.Random(7).shuffle(order)
        for index in order:
            frame = reader.frame(index)
            assert (frame.index, frame.pts) == (index, reader.timestamps[index])
            assert same(frame.planes, wanted[index][1]), f"frame {index}"
            assert not frame.damaged


@pytest.mark.parametrize("name", sorted(RECIPES))
def test_a_walk_over_a_range_equals_straight_decoding(name: str, tmp_path: Path) -> None:
    path = write_clip(RECIPES[name], tmp_path)
    with open_clip(path) as reader:
        wanted = shown(reader, path)
        first, last = len(wanted) // 3, max(len(wanted) - 2, 1)
        for start, stop in ((0, None), (first, last)):
            walked = list(reader.frames(start, stop))
            expected = wanted[start:stop]
            assert [frame.index for frame in walked] == list(range(start, start + len(expected)))
            assert all(same(frame.planes, planes) for frame, (_, planes) in zip(walked, expected, strict=True))


def test_an_edit_list_cuts_frames_from_the_clip(tmp_path: Path) -> None:
    recipe = RECIPES["edit_list_cuts_start.mp4"]
    with open_clip(write_clip(recipe, tmp_path)) as reader:
        assert len(reader) == sum(time >= 0 for time in recipe.times) < len(recipe.times)
        assert reader.timestamps[0] == 0


def test_variable_time_stamps_are_kept(tmp_path: Path) -> None:
    recipe = RECIPES["vfr.mkv"]
    with open_clip(write_clip(recipe, tmp_path)) as reader:
        assert reader.timestamps.tolist() == list(recipe.times)
        assert reader.info.variable_rate


def test_frames_without_a_time_stamp_leave_the_others_theirs(tmp_path: Path) -> None:
    """FFmpeg gives no time stamp to what Matroska shows before zero."""
    times = (-3, -2, -1, 0, 1, 4, 5, 6, 9, 10)
    recipe = Recipe("libx264", "early.mkv", times=times, container_options=(("avoid_negative_ts", "disabled"),))
    path = write_clip(recipe, tmp_path)
    assert [pts for pts, _ in straight(path)][:4] == [None, None, None, 0]
    with open_clip(path) as reader:
        assert reader.timestamps.tolist() == [40 * time for time in times]
        assert all(same(reader.frame(i).planes, planes) for i, (_, planes) in enumerate(shown(reader, path)))
        assert reader.info.notes == ("3 frame(s) without a time stamp were laid evenly between the others",)


@pytest.mark.parametrize("name", ["mpeg2_tff.mov", "h264_bff.mp4"])
def test_frames_carry_their_own_field_order(name: str, tmp_path: Path) -> None:
    with open_clip(write_clip(RECIPES[name], tmp_path)) as reader:
        frames = list(reader.frames())
        assert all(frame.interlaced for frame in frames)
        assert {frame.top_field_first for frame in frames} == {"tff" in name}
        assert reader.info.interlaced and reader.info.field_order == ("tt" if "tff" in name else "bb")


def test_several_walks_and_single_frames_do_not_disturb_each_other(tmp_path: Path) -> None:
    path = write_clip(RECIPES["h264_open_gop.mkv"], tmp_path)
    with open_clip(path) as reader:
        wanted = shown(reader, path)
        ahead, behind = reader.frames(), reader.frames(5)
        for index in range(12):
            assert same(next(ahead).planes, wanted[index][1])
            assert same(next(behind).planes, wanted[index + 5][1])
            assert same(reader.frame(29 - index).planes, wanted[29 - index][1])


def test_threads_may_share_a_reader(tmp_path: Path) -> None:
    path = write_clip(RECIPES["h264_open_gop.mp4"], tmp_path)
    wrong: list[int] = []
    with open_clip(path) as reader:
        wanted = shown(reader, path)

        def look(seed: int) -> None:
            for index in random.Random(seed).sample(range(30), 15):
                if not same(reader.frame(index).planes, wanted[index][1]):
                    wrong.append(index)

        threads = [threading.Thread(target=look, args=(seed,)) for seed in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert wrong == []


def test_planes_and_view_are_read_only(tmp_path: Path) -> None:
    with open_clip(write_clip(RECIPES["rotated_90.mov"], tmp_path)) as reader:
        frame = reader.frame(3)
        assert not any(plane.flags.writeable for plane in frame.planes)
        assert not frame.rgb.flags.writeable and frame.rgb is frame.rgb


def test_a_frame_outside_the_clip_is_an_index_error(tmp_path: Path) -> None:
    with open_clip(write_clip(RECIPES["one_frame.mp4"], tmp_path)) as reader:
        assert len(reader) == 1 and reader.durations[0] > 0
        for index in (-1, 1):
            with pytest.raises(IndexError):
                reader.frame(index)
        with pytest.raises(IndexError):
            reader.frames(0, 2)
        assert list(reader.frames(1)) == []
