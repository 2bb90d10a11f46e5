"""Samples go from PyAV frames to planes and back without a bit lost."""

from __future__ import annotations

import av
import numpy as np
import pytest
from av.video.format import VideoFormat
from clips import moving_planes

from app.media.frame import Family, PlaneLayout
from app.media.pixel_formats import exists, known_formats, planar_format
from app.media.planes import is_native, layout_of, planes_of, superset_format, to_av_frame

FORMATS = sorted(name for name in known_formats() if exists(name))
YUV = [f"yuv{grid}p" for grid in (420, 422, 444, 440, 411, 410)]
DEEP_YUV = [f"yuv{grid}p{bits}le" for grid in (420, 422, 444) for bits in (9, 10, 12, 14, 16)]
SEMI_PLANAR = ["nv12", "nv21", "nv16", "p010le", "p012le", "p016le", "p210le", "yuyv422", "uyvy422"]
GRAY = ["gray", "gray10le", "gray12le", "gray16le", "gray16be", "ya8"]
RGB = ["gbrp", "rgb24", "bgr24", "rgb48le", "rgb48be", "bgr0", *(f"gbrp{bits}le" for bits in (9, 10, 12, 14, 16))]
ALPHA = ["rgba", "bgra", "argb", "abgr", "rgba64le", "gbrap", "gbrap10le", "gbrap16le", "yuva420p", "yuva444p10le"]
NEEDED = [*YUV, *DEEP_YUV, *SEMI_PLANAR, *GRAY, *RGB, *ALPHA, "yuvj420p", "yuvj422p", "yuvj444p", "yuv444p16be"]


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("size", [(64, 32), (37, 23)], ids=["even", "odd"])
def test_round_trip_is_exact(name: str, size: tuple[int, int]) -> None:
    layout = layout_of(name)
    rng = np.random.default_rng(len(name))
    planes = [
        rng.integers(0, 1 << layout.bits, layout.plane_size(i, *size)).astype(layout.dtype)
        for i in range(len(layout.plane_shifts))
    ]
    found_layout, found = planes_of(to_av_frame(planes, layout, name))
    assert found_layout == layout
    assert [plane.dtype for plane in found] == [layout.dtype] * len(planes)
    assert all(np.array_equal(a, b) for a, b in zip(planes, found, strict=True))
    assert not any(plane.flags.writeable for plane in found)


def test_every_format_the_brief_names_is_lifted_out_sample_by_sample() -> None:
    assert [name for name in NEEDED if name not in FORMATS] == []


@pytest.mark.parametrize("name", FORMATS)
def test_depth_and_chroma_grid_are_those_of_ffmpeg(name: str) -> None:
    described, layout = VideoFormat(name, 64, 64), layout_of(name)
    assert described.components[0].bits == layout.bits
    assert any(part.is_alpha for part in described.components) == layout.alpha
    if layout.family is Family.YUV:
        grid = (64 // described.chroma_width(64), 64 // described.chroma_height(64))
        assert grid == (1 << layout.shift_x, 1 << layout.shift_y)


@pytest.mark.parametrize(
    ("packed", "planar"),
    [
        ("nv12", "yuv420p"),
        ("nv21", "yuv420p"),
        ("nv16", "yuv422p"),
        ("yuyv422", "yuv422p"),
        ("uyvy422", "yuv422p"),
        ("p010le", "yuv420p10le"),
        ("y210le", "yuv422p10le"),
        ("rgb24", "gbrp"),
        ("bgr0", "gbrp"),
        ("argb", "gbrap"),
        ("rgb48be", "gbrp16le"),
        ("x2rgb10le", "gbrp10le"),
    ],
)
def test_components_come_out_as_swscale_orders_them(packed: str, planar: str) -> None:
    layout = layout_of(planar)
    planes = moving_planes(layout, 3, 64, 32)
    converted = to_av_frame(planes, layout, planar).reformat(format=packed)
    _, found = planes_of(converted)
    assert all(np.array_equal(a, b) for a, b in zip(planes, found, strict=True))


@pytest.mark.parametrize("name", ["monob", "monow"])
def test_bilevel_pictures_are_black_and_white_grey(name: str) -> None:
    bits = (np.indices((9, 21)).sum(axis=0) % 3 == 0).astype(np.uint8) * 255
    frame = to_av_frame([bits], layout_of(name), name)
    _, (found,) = planes_of(frame)
    assert np.array_equal(found, bits)
    assert np.array_equal(frame.reformat(format="gray").to_ndarray(), bits)


def test_palette_becomes_its_colours() -> None:
    indices = np.arange(64, dtype=np.uint8).reshape(8, 8)
    palette = np.random.default_rng(0).integers(0, 256, (256, 4), dtype=np.uint8)  # A, R, G, B
    layout, planes = planes_of(av.VideoFrame.from_ndarray((indices, palette), format="pal8"))
    assert layout == PlaneLayout(Family.RGB, 8, 0, 0, True)
    for plane, column in zip(planes, (1, 2, 3, 0), strict=True):
        assert np.array_equal(plane, palette[indices, column])


@pytest.mark.parametrize(
    ("exotic", "superset"),
    [("rgb565le", "gbrp"), ("gbrpf32le", "gbrp16le"), ("xv30le", "yuv444p10le"), ("grayf32le", "gray16le")],
)
def test_other_formats_go_through_the_nearest_superset(exotic: str, superset: str) -> None:
    assert not is_native(exotic)
    assert superset_format(exotic) == superset
    layout, planes = planes_of(av.VideoFrame(16, 8, exotic))
    assert layout == layout_of(superset) and planes[0].shape == (8, 16)


def test_a_layout_finds_its_planar_format() -> None:
    assert planar_format(PlaneLayout(Family.YUV, 10, 1, 0, False)) == "yuv422p10le"
    assert planar_format(PlaneLayout(Family.YUV, 8, 1, 1, True)) == "yuva420p"
    assert planar_format(PlaneLayout(Family.YUV, 8, 1, 1, False), full_range_name=True) == "yuvj420p"
    assert planar_format(PlaneLayout(Family.RGB, 12, 0, 0, False)) == "gbrp12le"
    assert planar_format(PlaneLayout(Family.YUV, 8, 0, 2, False)) is None


def test_a_format_that_cannot_hold_the_layout_is_refused() -> None:
    layout = PlaneLayout(Family.YUV, 8, 1, 1, False)
    planes = moving_planes(layout, 0)
    with pytest.raises(ValueError, match="sample for sample"):
        to_av_frame(planes, layout, "yuv422p")
    with pytest.raises(ValueError, match="plane 1"):
        to_av_frame([planes[0], planes[0], planes[2]], layout, "yuv420p")
