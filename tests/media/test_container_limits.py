"""What a container rounds or drops is said before the start, and is what comes out of a real export."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest
from export_clips import Sound, export, make_clip, times_of

from app.media.probe import probe
from app.media.writer import ExportSettings, plan_export

UNEVEN = (0, 512, 1100, 1500, 2400, 2900)
NTSC = range(0, 10 * 1001, 1001)


def said(source: Path, target: Path, codec: str) -> str:
    return "\n".join(plan_export(target, probe(source), ExportSettings(codec=codec)).sentences)


def distances(path: Path) -> list[Fraction]:
    times = times_of(path)
    return [time - times[0] for time in times]


@pytest.mark.parametrize(
    ("name", "pts", "base", "rate", "ending", "codec", "word"),
    [
        ("uneven", UNEVEN, Fraction(1, 12800), 25, ".mkv", "ffv1", "whole milliseconds: Matroska"),
        ("ntsc", NTSC, Fraction(1, 30000), Fraction(30000, 1001), ".mkv", "ffv1", "whole milliseconds: Matroska"),
        ("uneven", UNEVEN, Fraction(1, 12800), 25, ".webm", "vp9", "whole milliseconds: WebM"),
        ("uneven", UNEVEN, Fraction(1, 12800), 25, ".ts", "h264", "1/90000 s: MPEG transport stream"),
        ("even", range(0, 5120, 512), Fraction(1, 12800), 25, ".mkv", "ffv1", ""),
        ("uneven", UNEVEN, Fraction(1, 12800), 25, ".mp4", "h264", ""),
        ("ntsc", NTSC, Fraction(1, 30000), Fraction(30000, 1001), ".ts", "h264", ""),
    ],
)
def test_rounded_times_are_said_before_just_where_they_are_rounded(
    tmp_path: Path, name: str, pts: range, base: Fraction, rate: Fraction, ending: str, codec: str, word: str
) -> None:
    source = make_clip(tmp_path / f"{name}.mp4", pts=tuple(pts), time_base=base, rate=rate)
    target = tmp_path / f"out{ending}"
    sentences = said(source, target, codec)
    export(source, target, codec=codec)
    assert (distances(source) != distances(target)) is bool(word)
    assert ("Time stamps are rounded to" in sentences) is bool(word) and word in sentences


def test_a_transport_stream_drops_rotation_timecode_and_tags_and_says_so(tmp_path: Path) -> None:
    source = make_clip(tmp_path / "in.mov", rotation=90, video_tags={"timecode": "01:00:00:00"}, tags={"title": "Walk"})
    target = tmp_path / "out.ts"
    sentences = said(source, target, "h264")
    export(source, target, codec="h264")
    left = probe(target)
    assert left.orientation.is_identity and left.timecode is None and "title" not in left.metadata
    for words in ("rotation flag is dropped", "timecode 01:00:00:00 is dropped", "Tags dropped (title)"):
        assert words in sentences


def test_pictures_say_that_times_timecode_and_sound_stay_behind(tmp_path: Path) -> None:
    source = make_clip(tmp_path / "in.mov", pts=UNEVEN, sounds=[Sound()], video_tags={"timecode": "01:00:00:00"})
    sentences = said(source, tmp_path / "pictures", "png")
    assert "none of the clip's sound, timecode;" in sentences and "The frames' times vary" in sentences


def test_alpha_that_mp4_cannot_hold_is_said_to_be_dropped(tmp_path: Path) -> None:
    source = make_clip(tmp_path / "in.mov", encoder="prores_ks", pix_fmt="yuva444p10le")
    for ending, kept in ((".mp4", False), (".webm", True)):
        target = tmp_path / f"out{ending}"
        assert ("Alpha dropped" in said(source, target, "vp9")) is not kept
        export(source, target, codec="vp9")
        assert probe(target).alpha is kept


def test_webm_drops_attachments_and_says_so(tmp_path: Path) -> None:
    source = make_clip(tmp_path / "in.mkv", attachments=[("font.ttf", "font/ttf", b"abc")])
    assert "dropped: WebM has no attachments" in said(source, tmp_path / "out.webm", "vp9")


def test_the_containers_pixel_aspect_ratio_is_read(tmp_path: Path) -> None:
    source = make_clip(tmp_path / "in.mov", encoder="prores_ks", pix_fmt="yuv422p10le", aspect=Fraction(16, 11))
    info = probe(source)
    assert info.has_aspect_ratio and info.sample_aspect_ratio == Fraction(16, 11)
