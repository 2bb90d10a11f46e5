"""Broken clips: only frames that decode count, and what is left is still exact."""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from clips import RECIPES, X264_GOP, Recipe, copy_packets, cut_short, straight, write_clip

from app.core.errors import UserError
from app.media.orientation import to_display
from app.media.reader import ClipReader, open_clip

FASTSTART = Recipe(
    "libx264",
    "faststart.mp4",
    options=(("x264-params", X264_GOP),),
    container_options=(("movflags", "faststart"),),
)
CUT = [
    *("mpeg2_open_gop.ts", "mpeg2_open_gop.mpg", "h264_open_gop.ts", "h264_open_gop.mkv", "h264.flv"),
    *("odd_size.webm", "ffv1_422_10.mkv", "hevc_12bit.mkv"),
]


def assert_exact(reader: ClipReader, path: Path) -> None:
    """Compare every frame, walked and at random, with straight decoding; FFmpeg leaves a corrupt one undefined."""
    wanted = [(pts, to_display(planes, reader.info.orientation)) for pts, planes in straight(path)]
    assert reader.timestamps.tolist() == [pts for pts, _ in wanted]
    order = list(range(len(wanted)))
    random.Random(3).shuffle(order)
    for frame in [*reader.frames(), *(reader.frame(index) for index in order)]:
        if frame.damaged:
            continue
        for plane, expected in zip(frame.planes, wanted[frame.index][1], strict=True):
            assert np.array_equal(plane, expected), f"frame {frame.index}"


@pytest.mark.parametrize("name", CUT)
@pytest.mark.parametrize("share", [0.6, 0.93])
def test_a_recording_that_broke_off_ends_with_its_last_decodable_frame(name: str, share: float, tmp_path: Path) -> None:
    whole = write_clip(RECIPES[name], tmp_path)
    path = cut_short(whole, share, tmp_path / f"cut_{name}")
    with open_clip(path) as reader:
        assert 0 < len(reader) <= 30
        assert_exact(reader, path)


@pytest.mark.parametrize("name", ["h264_open_gop.mkv", "hevc_12bit.mkv", "faststart.mp4"])
@pytest.mark.parametrize("share", [0.6, 0.93])
def test_a_container_that_says_how_long_packets_are_shows_where_it_broke_off(
    name: str, share: float, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So a last group of large pictures, which takes many seconds to decode, need not be decoded at opening."""
    whole = write_clip(FASTSTART if name == "faststart.mp4" else RECIPES[name], tmp_path)
    path = cut_short(whole, share, tmp_path / f"cut_{name}")
    monkeypatch.setattr("app.media.timetable._TAIL_PIXELS", 0)
    with open_clip(path) as reader:
        assert 0 < len(reader) < 30
        assert_exact(reader, path)


def test_a_long_last_group_of_large_pictures_is_not_decoded_at_opening(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write_clip(RECIPES["h264_open_gop.mkv"], tmp_path)
    with open_clip(path) as reader:
        wanted = reader.timestamps.tolist()

    def refused(*_: object, **__: object) -> None:
        raise AssertionError("the last group was decoded")

    monkeypatch.setattr("app.media.timetable._decoded_tail", refused)
    with pytest.raises(AssertionError):
        open_clip(path)
    monkeypatch.setattr("app.media.timetable._TAIL_PIXELS", 0)
    with open_clip(path) as reader:
        assert reader.timestamps.tolist() == wanted


@pytest.mark.parametrize("share", [0.6, 0.93])
def test_an_mp4_cut_behind_its_index_is_read_as_far_as_it_goes(share: float, tmp_path: Path) -> None:
    path = cut_short(write_clip(FASTSTART, tmp_path), share, tmp_path / "cut.mp4")
    with open_clip(path) as reader:
        assert 0 < len(reader) < 30
        assert_exact(reader, path)


@pytest.mark.parametrize("limit", [0, 8e8])
@pytest.mark.parametrize("name", ["h264_open_gop.mp4", "hevc_10bit_open_gop.mp4", "av1.mp4"])
def test_frames_whose_data_was_wiped_at_the_end_are_left_out(
    name: str, limit: float, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.media.timetable._TAIL_PIXELS", limit)
    path = write_clip(RECIPES[name], tmp_path)
    data = bytearray(path.read_bytes())
    start = data.find(b"mdat") - 4
    end = start + int.from_bytes(data[start : start + 4], "big")
    data[end - 700 : end] = bytes(700)
    path.write_bytes(data)
    with open_clip(path) as reader:
        assert len(reader) < 30
        assert any("the last" in note for note in reader.info.notes)
        assert_exact(reader, path)


@pytest.mark.parametrize("name", ["h264_open_gop.ts", "mpeg2_open_gop.ts"])
@pytest.mark.parametrize("first", [5, 9, 11])
def test_frames_before_the_first_decodable_one_are_left_out(name: str, first: int, tmp_path: Path) -> None:
    source = write_clip(RECIPES[name], tmp_path)
    path = copy_packets(source, tmp_path / "from_the_middle.ts", lambda number: number >= first)
    with open_clip(path) as reader:
        assert len(reader) < 30 - first + 1
        assert_exact(reader, path)


def test_damage_in_a_transport_stream_is_decoded_the_same_from_everywhere(tmp_path: Path) -> None:
    path = write_clip(RECIPES["h264_open_gop.ts"], tmp_path)
    data = bytearray(path.read_bytes())
    middle = len(data) * 6 // 10
    data[middle : middle + 600] = np.random.default_rng(1).integers(0, 256, 600, dtype=np.uint8).tobytes()
    path.write_bytes(data)
    with open_clip(path) as reader:
        assert_exact(reader, path)
        assert sum(frame.damaged for frame in reader.frames()) < 15


def test_a_frame_lost_in_the_middle_keeps_its_place(tmp_path: Path) -> None:
    path = write_clip(replace(RECIPES["av1.mp4"], times=range(60)), tmp_path)
    data = bytearray(path.read_bytes())
    start = data.find(b"mdat")
    middle = start + (len(data) - start) // 2
    data[middle : middle + 600] = np.random.default_rng(1).integers(0, 256, 600, dtype=np.uint8).tobytes()
    path.write_bytes(data)
    decoded = dict(straight(path))
    with open_clip(path) as reader:
        walked = list(reader.frames())
        assert len(reader) == len(walked) > len(decoded)
        for frame in walked:
            again = reader.frame(frame.index)
            assert all(np.array_equal(a, b) for a, b in zip(frame.planes, again.planes, strict=True))
            assert frame.damaged == (frame.pts not in decoded)
            if not frame.damaged:
                assert all(np.array_equal(a, b) for a, b in zip(frame.planes, decoded[frame.pts], strict=True))


def test_a_clip_that_changes_size_on_the_way_is_named(tmp_path: Path) -> None:
    small = write_clip(RECIPES["mpeg2_open_gop.ts"], tmp_path)
    large = write_clip(Recipe("mpeg2video", "large.ts", size=(128, 96), times=range(30, 60)), tmp_path)
    path = tmp_path / "both.ts"
    path.write_bytes(small.read_bytes() + large.read_bytes())
    with open_clip(path) as reader, pytest.raises(UserError, match="128x96"):
        list(reader.frames())
