"""Where no repack is lossless, planes change as little and as rightly as they can."""

from __future__ import annotations

import numpy as np
import pytest
from export_clips import picture

from app.media.codecs import CODECS
from app.media.convert import view_from_planes
from app.media.fidelity import choose_pix_fmt
from app.media.frame import ColorTags, Family, PlaneLayout
from app.media.planes import layout_of
from app.media.relayout import color_after, relaid

SIZE = (64, 48)
LIMITED, FULL = ColorTags(1, 1, 1, False), ColorTags(1, 1, 1, True)


def test_widening_and_narrowing_back_is_exact_in_limited_range() -> None:
    eight, ten = layout_of("yuv422p"), layout_of("yuv422p10le")
    planes = picture(eight, SIZE, 0)
    back = relaid(relaid(planes, eight, ten, LIMITED), ten, eight, LIMITED)
    assert all(np.array_equal(a, b) for a, b in zip(planes, back, strict=True))


@pytest.mark.parametrize(("color", "top"), [(LIMITED, 1020), (FULL, 1023)])
def test_white_stays_white_at_another_depth(color: ColorTags, top: int) -> None:
    eight, ten = layout_of("gray"), layout_of("gray10le")
    white = (np.full((48, 64), 255, np.uint8),)
    assert int(relaid(white, eight, ten, color)[0][0, 0]) == top


@pytest.mark.parametrize("color", [LIMITED, FULL])
def test_narrowing_keeps_the_mean_and_dithers(color: ColorTags) -> None:
    ten, eight = layout_of("gray10le"), layout_of("gray")
    for level in (401, 402, 403):
        (made,) = relaid((np.full((48, 64), level, np.uint16),), ten, eight, color)
        exact = level / 4 if color is LIMITED else level * 255 / 1023
        assert made.mean() == pytest.approx(exact, abs=0.02)
        assert set(np.unique(made)) <= {int(exact), int(exact) + 1}


def test_alpha_keeps_its_end_points() -> None:
    source, target = layout_of("yuva420p"), layout_of("yuva444p10le")
    planes = list(picture(source, SIZE, 0))
    planes[3] = np.where(np.arange(64) < 32, 0, 255).astype(np.uint8) * np.ones((48, 1), np.uint8)
    made = relaid(planes, source, target, LIMITED)
    assert set(np.unique(made[3])) == {0, 1023}


def test_a_missing_alpha_is_opaque() -> None:
    source, target = layout_of("yuv444p10le"), layout_of("yuva444p10le")
    assert np.all(relaid(picture(source, SIZE, 0), source, target, LIMITED)[3] == 1023)


def test_luma_is_untouched_by_a_change_of_the_chroma_grid() -> None:
    source, target = layout_of("yuv420p"), layout_of("yuv422p")
    planes = picture(source, SIZE, 0)
    made = relaid(planes, source, target, LIMITED)
    assert np.array_equal(made[0], planes[0]) and made[1].shape == (48, 32)


def test_chroma_of_two_fields_does_not_mix() -> None:
    source, target = layout_of("yuv420p"), layout_of("yuv422p")
    luma = np.full((48, 64), 128, np.uint8)
    chroma = np.zeros((24, 32), np.uint8)
    chroma[0::2], chroma[1::2] = 60, 200  # one colour in each field
    made = relaid((luma, chroma, chroma), source, target, LIMITED, by_field=True)
    assert np.all(made[1][0::2] == 60) and np.all(made[1][1::2] == 200)


@pytest.mark.parametrize("target", ["yuv420p", "yuv422p10le", "yuv444p10le"])
def test_rgb_as_yuv_looks_the_same(target: str) -> None:
    source = layout_of("gbrp")
    ramp = np.linspace(16, 235, 64).astype(np.uint8)[None, :].repeat(48, 0)
    planes = (ramp, ramp[:, ::-1].copy(), np.full((48, 64), 90, np.uint8))
    color = ColorTags()
    made = relaid(planes, source, layout_of(target), color)
    tags = color_after(color, source, layout_of(target), *SIZE)
    assert tags.matrix == 6 and tags.full_range is False
    view = view_from_planes(made, layout_of(target), tags)
    assert np.abs(view.astype(int) - np.dstack(planes)).max() <= 6


@pytest.mark.parametrize("target", ["rgb24", "gbrp16le"])
def test_yuv_as_rgb_is_the_view(target: str) -> None:
    source = layout_of("yuv444p10le")
    planes = tuple(np.clip(plane, 256, 700).astype(np.uint16) for plane in picture(source, SIZE, 0))
    made = relaid(planes, source, layout_of(target), LIMITED)
    view = view_from_planes(planes, source, LIMITED)
    top = 255 if target == "rgb24" else 65535
    for channel in range(3):
        assert np.abs(made[channel] * (255 / top) - view[..., channel]).max() <= 1.6
    assert color_after(LIMITED, source, layout_of(target), *SIZE).full_range is True


def test_grey_as_yuv_keeps_luma_and_has_no_colour() -> None:
    source, target = layout_of("gray"), layout_of("yuv420p")
    planes = picture(source, SIZE, 0)
    made = relaid(planes, source, target, ColorTags())
    assert np.array_equal(made[0], planes[0]) and np.all(made[1] == 128)
    assert color_after(ColorTags(), source, target, *SIZE).full_range is True


@pytest.mark.parametrize(
    ("codec", "quality", "source", "chosen", "says"),
    [
        ("h264", "high", "yuv422p10le", "yuv422p10le", ""),
        ("h264", "high", "yuv420p12le", "yuv420p10le", "12-bit reduced to 10-bit"),
        ("h264", "high", "yuva420p", "yuv420p", "Alpha dropped"),
        ("h264", "high", "gbrp", "yuv420p", "RGB converted to Y'CbCr"),
        ("h264", "lossless", "gbrp", "bgr0", ""),
        ("h264", "high", "gray", "gray", ""),
        ("h265", "high", "yuv444p12le", "yuv444p12le", ""),
        ("av1", "high", "yuv422p", "yuv420p", "Chroma 4:2:2 reduced to 4:2:0"),
        ("vp9", "high", "yuv420p10le", "yuv420p", "10-bit reduced to 8-bit"),
        ("vp9", "high", "yuva420p", "yuva420p", ""),
        ("prores_hq", "visually-lossless", "yuv420p", "yuv422p10le", "8-bit widened to 10-bit"),
        ("prores_4444", "visually-lossless", "yuva420p", "yuva444p10le", "interpolated to 4:4:4"),
        ("prores_4444", "visually-lossless", "gbrap", "yuva444p10le", "RGB converted"),
        ("ffv1", "lossless", "gbrp", "bgr0", ""),
        ("ffv1", "lossless", "gbrap", "bgra", ""),
        ("ffv1", "lossless", "gbrap12le", "gbrap12le", ""),
        ("ffv1", "lossless", "yuvj420p", "yuv420p", ""),
        ("ffv1", "lossless", "nv12", "yuv420p", ""),
        ("ffv1", "lossless", "p010le", "yuv420p10le", ""),
        ("ffv1", "lossless", "rgb48le", "gbrp16le", ""),
        ("ffv1", "lossless", "ya16le", "gbrap16le", ""),
        ("png", "lossless", "yuv420p10le", "rgb48be", "Y'CbCr converted to RGB"),
        ("png", "lossless", "gbrp10le", "rgb48be", "10-bit widened to 16-bit"),
        ("tiff", "lossless", "bgra", "rgba", ""),
    ],
)
def test_the_format_chosen_and_what_is_said(codec: str, quality: str, source: str, chosen: str, says: str) -> None:
    choice = choose_pix_fmt(CODECS[codec], quality, layout_of(source), (96, 64))
    assert choice.pix_fmt == chosen
    assert choice.exact is (says == "") or source == "ya16le"
    assert says in " ".join(choice.statements)


def test_every_layout_gets_some_format_from_every_codec() -> None:
    for codec in CODECS.values():
        for family in Family:
            for bits in (8, 10, 12, 14, 16):
                for alpha in (False, True):
                    shifts = [(0, 0), (1, 0), (1, 1), (0, 1), (2, 0)] if family is Family.YUV else [(0, 0)]
                    for shift in shifts:
                        layout = PlaneLayout(family, bits, *shift, alpha)
                        choice = choose_pix_fmt(codec, codec.default, layout, (96, 64))
                        assert choice.exact or choice.statements
