"""With a lossless codec what is read back equals what was read, to the bit, in every plane."""

from __future__ import annotations

from pathlib import Path

import av
import numpy as np
import pytest
from export_clips import export, frames_of, make_clip, same_planes

from app.core.errors import UserError
from app.media.planes import layout_of, to_av_frame

# pixel format of the source, encoder that keeps it to the bit, its options, container
SOURCES = [
    ("yuv420p", "ffv1", {}, ".mkv"),
    ("yuv422p", "ffv1", {}, ".mkv"),
    ("yuv444p", "ffv1", {}, ".mkv"),
    ("yuv420p10le", "ffv1", {}, ".mkv"),
    ("yuv422p10le", "ffv1", {}, ".mkv"),
    ("yuv444p10le", "ffv1", {}, ".mkv"),
    ("yuv420p12le", "ffv1", {}, ".mkv"),
    ("yuv422p16le", "ffv1", {}, ".mkv"),
    ("yuv411p", "ffv1", {}, ".mkv"),
    ("yuva420p", "ffv1", {}, ".mkv"),
    ("yuva444p10le", "ffv1", {}, ".mkv"),
    ("gray", "ffv1", {}, ".mkv"),
    ("gray10le", "ffv1", {}, ".mkv"),
    ("bgra", "ffv1", {}, ".mkv"),
    ("gbrp10le", "ffv1", {}, ".mkv"),
    ("gbrp16le", "ffv1", {}, ".mkv"),
    ("gbrp", "utvideo", {}, ".avi"),
    ("gbrap", "utvideo", {}, ".avi"),
    ("rgb24", "rawvideo", {}, ".mov"),
    ("nv12", "rawvideo", {}, ".nut"),
    ("p010le", "rawvideo", {}, ".nut"),
    ("yuv420p", "libx264", {"qp": "0"}, ".mp4"),
]


@pytest.mark.parametrize(("pix_fmt", "encoder", "options", "ending"), SOURCES)
def test_ffv1_keeps_every_sample(
    tmp_path: Path, pix_fmt: str, encoder: str, options: dict[str, str], ending: str
) -> None:
    size = (93, 61) if encoder == "ffv1" else (96, 64)
    source = make_clip(
        tmp_path / f"in{ending}", encoder=encoder, pix_fmt=pix_fmt, options=options, size=size, pts=range(0, 1536, 512)
    )
    report, handed = export(source, tmp_path / "out.mkv", codec="ffv1")
    assert report.lossless
    read = frames_of(tmp_path / "out.mkv")
    assert len(read) == len(handed) == 3
    assert all(same_planes(a, b) for a, b in zip(handed, read, strict=True))


# FFmpeg refuses a number of slices named by us ("Unsupported number 4 of slices") at some odd sizes: it chooses.
@pytest.mark.parametrize("size", [(95, 63), (351, 241), (855, 481), (1, 1)])
@pytest.mark.parametrize("pix_fmt", ["yuv420p", "yuv444p10le"])
def test_ffv1_takes_odd_sizes(tmp_path: Path, size: tuple[int, int], pix_fmt: str) -> None:
    source = make_clip(tmp_path / "in.nut", encoder="rawvideo", pix_fmt=pix_fmt, size=size, pts=range(0, 1024, 512))
    _, handed = export(source, tmp_path / "out.mkv", codec="ffv1")
    read = frames_of(tmp_path / "out.mkv")
    assert len(read) == 2 and all(same_planes(a, b) for a, b in zip(handed, read, strict=True))


@pytest.mark.parametrize("pix_fmt", ["yuv420p", "yuv444p10le"])
def test_full_range_stays_full_range_to_the_bit(tmp_path: Path, pix_fmt: str) -> None:
    source = make_clip(
        tmp_path / "in.mkv", encoder="ffv1", pix_fmt=pix_fmt, color=(1, 1, 1, 2), pts=range(0, 1024, 512)
    )
    report, handed = export(source, tmp_path / "out.mkv", codec="ffv1")
    read = frames_of(tmp_path / "out.mkv")
    assert report.lossless and read[0].color.full_range is True
    assert all(same_planes(a, b) for a, b in zip(handed, read, strict=True))


@pytest.mark.parametrize(
    ("codec", "pix_fmt", "ending"),
    [
        ("h264", "yuv420p", ".mp4"),
        ("h264", "yuv422p10le", ".mkv"),
        ("h264", "yuv444p", ".mov"),
        ("h264", "bgr0", ".mp4"),
        ("h265", "yuv420p", ".mp4"),
        ("h265", "yuv420p10le", ".mkv"),
        ("h265", "yuv422p12le", ".mkv"),
        ("av1", "yuv420p10le", ".mp4"),
        ("vp9", "yuv444p", ".webm"),
    ],
)
def test_lossless_presets_are_lossless(tmp_path: Path, codec: str, pix_fmt: str, ending: str) -> None:
    source = make_clip(tmp_path / "in.mkv", encoder="ffv1", pix_fmt=pix_fmt, pts=range(0, 2048, 512))
    report, handed = export(source, tmp_path / f"out{ending}", codec=codec, quality="lossless")
    assert report.lossless
    assert all(same_planes(a, b) for a, b in zip(handed, frames_of(tmp_path / f"out{ending}"), strict=True))


def test_lossless_ten_bit_av1_of_many_pictures_is_lossless(tmp_path: Path) -> None:
    """SVT-AV1's own lossless mode errs in pictures that it predicts from others: sharp edges that move show it."""
    layout = layout_of("yuv420p10le")
    source = tmp_path / "in.mkv"
    with av.open(str(source), "w") as container:
        stream = container.add_stream("ffv1", rate=25)
        stream.width, stream.height, stream.pix_fmt = 320, 180, "yuv420p10le"
        for index in range(30):
            planes = []
            for shift in (0, 1, 1):
                y, x = np.mgrid[0 : 180 >> shift, 0 : 320 >> shift] << shift
                bars = ((x + 3 * index) // 24 % 7) * 110 + ((y - 2 * index) // 36 % 3) * 60 + shift * 40
                ball = (x - 40 - 7 * index) ** 2 + (y - 90) ** 2 < 900
                planes.append(np.where(ball, 900, 64 + bars).astype(np.uint16))
            container.mux(stream.encode(to_av_frame(planes, layout, "yuv420p10le")))
        container.mux(stream.encode(None))
    report, handed = export(source, tmp_path / "out.mp4", codec="av1", quality="lossless")
    assert report.lossless
    assert all(same_planes(a, b) for a, b in zip(handed, frames_of(tmp_path / "out.mp4"), strict=True))


def test_a_turned_clip_keeps_its_samples_and_its_flag(tmp_path: Path) -> None:
    source = make_clip(
        tmp_path / "in.mp4", encoder="libx264", pix_fmt="yuv422p", options={"qp": "0"}, rotation=90, size=(96, 62)
    )
    report, handed = export(source, tmp_path / "out.mkv", codec="ffv1")
    read = frames_of(tmp_path / "out.mkv")
    assert report.lossless and (read[0].width, read[0].height) == (62, 96)
    assert all(same_planes(a, b) for a, b in zip(handed, read, strict=True))


@pytest.mark.parametrize(("codec", "ending"), [("png", ".png"), ("tiff", ".tif")])
@pytest.mark.parametrize("pix_fmt", ["bgr0", "bgra", "gbrp16le", "gray"])
def test_picture_sequences_keep_rgb_and_grey_to_the_bit(tmp_path: Path, codec: str, ending: str, pix_fmt: str) -> None:
    source = make_clip(tmp_path / "in.mkv", encoder="ffv1", pix_fmt=pix_fmt, pts=range(0, 1536, 512))
    report, handed = export(source, tmp_path / "out", codec=codec, start_number=1001)
    assert report.lossless
    assert [file.name for file in sorted((tmp_path / "out").iterdir())] == [f"0100{n}{ending}" for n in (1, 2, 3)]
    read = frames_of(tmp_path / "out")
    assert all(same_planes(a, b) for a, b in zip(handed, read, strict=True))


def test_what_the_target_cannot_hold_is_said(tmp_path: Path) -> None:
    source = make_clip(tmp_path / "in.mkv", encoder="ffv1", pix_fmt="yuva444p10le", pts=range(0, 1536, 512))
    report, _ = export(source, tmp_path / "out.webm", codec="vp9", quality="draft")
    said = " ".join(report.sentences)
    assert not report.lossless and report.pix_fmt == "yuva420p"
    assert "10-bit reduced to 8-bit" in said and "Chroma 4:4:4 reduced to 4:2:0" in said


def test_odd_sizes_get_a_format_that_holds_them(tmp_path: Path) -> None:
    source = make_clip(tmp_path / "in.mkv", encoder="ffv1", size=(95, 63), pts=range(0, 1536, 512))
    report, _ = export(source, tmp_path / "out.mp4", codec="h264")
    read = frames_of(tmp_path / "out.mp4")
    assert (read[0].width, read[0].height) == (95, 63)
    assert report.pix_fmt == "yuv444p" and "4:2:0 interpolated to 4:4:4" in " ".join(report.sentences)


def test_too_small_a_picture_for_dnxhr_is_refused(tmp_path: Path) -> None:
    source = make_clip(tmp_path / "in.mkv", encoder="ffv1", pts=range(0, 1024, 512))
    with pytest.raises(UserError, match="256x120"):
        export(source, tmp_path / "out.mov", codec="dnxhr")
    assert not list(tmp_path.glob("*out*"))
