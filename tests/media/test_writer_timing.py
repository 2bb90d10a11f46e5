"""Time stamps are the source's, to the container's tick, and sound keeps its distance to the pictures."""

from __future__ import annotations

from fractions import Fraction
from itertools import accumulate
from pathlib import Path

import pytest
from export_clips import Sound, export, make_clip, packet_times, times_of

from app.media.matroska import amend_tracks

VARIABLE = list(accumulate([0, 512, 512, 1300, 77, 512, 4000, 512, 512, 913]))
MS = Fraction(1, 1000)


@pytest.mark.parametrize(
    ("name", "ending"), [("h264", ".mp4"), ("h265", ".mp4"), ("av1", ".mp4"), ("prores_hq", ".mov")]
)
def test_variable_frame_rate_is_kept_exactly_in_mp4_and_mov(tmp_path: Path, name: str, ending: str) -> None:
    source = make_clip(tmp_path / "in.mp4", pts=VARIABLE)
    export(source, tmp_path / f"out{ending}", codec=name)
    assert times_of(tmp_path / f"out{ending}") == times_of(source) == [Fraction(t, 12800) for t in VARIABLE]


@pytest.mark.parametrize(("name", "ending"), [("h264", ".mkv"), ("ffv1", ".mkv"), ("vp9", ".webm")])
def test_variable_frame_rate_is_kept_to_the_millisecond_in_matroska(tmp_path: Path, name: str, ending: str) -> None:
    source = make_clip(tmp_path / "in.mp4", pts=VARIABLE)
    export(source, tmp_path / f"out{ending}", codec=name)
    for before, after in zip(times_of(source), times_of(tmp_path / f"out{ending}"), strict=True):
        assert abs(before - after) <= MS / 2


def test_matroska_times_go_back_into_mp4_exactly(tmp_path: Path) -> None:
    source = make_clip(tmp_path / "in.mkv", pts=VARIABLE)
    export(source, tmp_path / "out.mp4")
    assert times_of(tmp_path / "out.mp4") == times_of(source)


def test_ntsc_rates_survive(tmp_path: Path) -> None:
    source = make_clip(
        tmp_path / "in.mp4", pts=range(0, 10010, 1001), time_base=Fraction(1, 30000), rate=Fraction(30000, 1001)
    )
    export(source, tmp_path / "out.mov", codec="prores_hq")
    assert times_of(tmp_path / "out.mov") == [Fraction(1001 * n, 30000) for n in range(10)]


def test_the_last_frames_duration_is_kept(tmp_path: Path) -> None:
    source = make_clip(tmp_path / "in.mp4", pts=VARIABLE)
    export(source, tmp_path / "out.mp4")
    assert max(packet_times(tmp_path / "out.mp4", 0)) == max(packet_times(source, 0))


@pytest.mark.parametrize("ending", [".mp4", ".mov", ".mkv"])
def test_a_late_start_is_kept(tmp_path: Path, ending: str) -> None:
    source = make_clip(tmp_path / "in.mkv", pts=range(6400, 12800, 512), sounds=[Sound("aac")])
    export(source, tmp_path / f"out{ending}")
    assert times_of(tmp_path / f"out{ending}") == times_of(source)
    assert times_of(source)[0] == Fraction(1, 2)


@pytest.mark.parametrize("ending", [".mp4", ".mkv", ".mov"])
def test_a_negative_start_is_moved_to_zero_with_a_word(tmp_path: Path, ending: str) -> None:
    source = make_clip(tmp_path / "in.mkv", sounds=[Sound("pcm_s16le")])
    amend_tracks(source, None, {1: Fraction(1, 5)})
    assert times_of(source)[0] == Fraction(-1, 5)
    report, _ = export(source, tmp_path / f"out{ending}")
    assert times_of(tmp_path / f"out{ending}") == [time + Fraction(1, 5) for time in times_of(source)]
    assert "+0.200 s" in report.timing
    assert packet_times(tmp_path / f"out{ending}", 1)[0][0] - packet_times(source, 1)[0][0] == Fraction(1, 5)


@pytest.mark.parametrize("ending", [".mp4", ".mkv", ".mov"])
def test_the_lead_in_of_aac_moves_neither_pictures_nor_sound(tmp_path: Path, ending: str) -> None:
    source = make_clip(tmp_path / "in.mp4", sounds=[Sound("aac", rate=44100)])
    before = packet_times(source, 1)
    assert before[0][0] < 0  # 1024 samples that only prepare the decoder
    export(source, tmp_path / f"out{ending}")
    after = packet_times(tmp_path / f"out{ending}", 1)
    assert times_of(tmp_path / f"out{ending}") == times_of(source)
    tick = 2 * MS if ending == ".mkv" else Fraction(1, 44100)  # Matroska rounds the delay and the time, a tick each
    assert len(after) == len(before)
    assert all(abs(a[0] - b[0]) <= tick / 2 for a, b in zip(before, after, strict=True))


@pytest.mark.parametrize(("codec", "rate", "ending"), [("aac", 44100, ".mp4"), ("libopus", 48000, ".mkv")])
def test_sound_stays_where_it_was_however_often_matroska_is_written(
    tmp_path: Path, codec: str, rate: int, ending: str
) -> None:
    first = make_clip(tmp_path / f"in{ending}", sounds=[Sound(codec, rate=rate)])
    export(first, tmp_path / "0.mkv")
    starts = [start for start, _ in packet_times(tmp_path / "0.mkv", 1)]
    assert abs(starts[0] - packet_times(first, 1)[0][0]) <= MS and starts[0] < 0
    for number in (1, 2):
        export(tmp_path / f"{number - 1}.mkv", tmp_path / f"{number}.mkv")
        assert [start for start, _ in packet_times(tmp_path / f"{number}.mkv", 1)] == starts
        assert times_of(tmp_path / f"{number}.mkv") == times_of(tmp_path / "0.mkv")


def test_an_edit_list_is_applied_once(tmp_path: Path) -> None:
    source = make_clip(tmp_path / "in.mov", pts=range(6400, 12800, 512), sounds=[Sound("aac")])
    export(source, tmp_path / "first.mov")
    export(tmp_path / "first.mov", tmp_path / "second.mov")
    assert times_of(tmp_path / "second.mov") == times_of(source)
    assert packet_times(tmp_path / "second.mov", 1) == packet_times(source, 1)


def test_a_transport_stream_keeps_the_distance_of_sound_and_pictures(tmp_path: Path) -> None:
    source = make_clip(tmp_path / "in.mkv", sounds=[Sound("aac", start_s=Fraction(1, 10))])
    export(source, tmp_path / "out.ts")
    before = packet_times(source, 1)[0][0] - times_of(source)[0]
    after = packet_times(tmp_path / "out.ts", 1)[0][0] - times_of(tmp_path / "out.ts")[0]
    assert abs(before - after) <= MS


def test_a_transport_streams_clock_becomes_zero_based_in_mp4(tmp_path: Path) -> None:
    make_clip(tmp_path / "in.ts", pts=range(128000, 133120, 512), sounds=[Sound("aac", start_s=Fraction(10))])
    report, _ = export(tmp_path / "in.ts", tmp_path / "out.mp4")
    assert 0 <= times_of(tmp_path / "out.mp4")[0] < Fraction(1, 10) and "moved by" in report.timing
    before = packet_times(tmp_path / "in.ts", 1)[0][0] - times_of(tmp_path / "in.ts")[0]
    after = packet_times(tmp_path / "out.mp4", 1)[0][0] - times_of(tmp_path / "out.mp4")[0]
    assert abs(before - after) <= Fraction(1, 48000)


@pytest.mark.parametrize("ending", [".mp4", ".mkv"])
def test_a_trimmed_clip_starts_at_zero_with_its_sound(tmp_path: Path, ending: str) -> None:
    source = make_clip(tmp_path / "in.mp4", pts=range(0, 40 * 512, 512), sounds=[Sound("aac", seconds=1.6)])
    report, _ = export(source, tmp_path / f"out{ending}", start=10, stop=30)
    times = times_of(tmp_path / f"out{ending}")
    assert times[0] == 0 and len(times) == report.frames == 20
    sound = packet_times(tmp_path / f"out{ending}", 1)
    packet = Fraction(1024, 48000)
    assert -packet <= sound[0][0] <= 0
    assert Fraction(8, 10) - MS <= sound[-1][0] + packet <= Fraction(8, 10) + packet
    originals = [start - Fraction(4, 10) for start, _ in packet_times(source, 1)]
    assert all(min(abs(start - o) for o in originals) <= MS for start, _ in sound)
