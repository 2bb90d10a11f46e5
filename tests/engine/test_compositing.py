"""The composite changes nothing outside the hole, in any plane of any layout."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from app.core.geometry import Rect
from app.engine.compositing import composite, plane_weight, touched_samples
from app.engine.holes import Hole, HoleSettings, hole_of
from app.engine.loader import Fill
from app.media.frame import ColorTags, Family, PlaneLayout, VideoFrame

LAYOUTS = [
    PlaneLayout(family, bits, shift_x, shift_y, alpha)
    for bits in (8, 10, 12, 16)
    for alpha in (False, True)
    for family, shift_x, shift_y in [
        (Family.YUV, 1, 1),
        (Family.YUV, 1, 0),
        (Family.YUV, 0, 0),
        (Family.YUV, 2, 0),
        (Family.YUV, 2, 2),
        (Family.RGB, 0, 0),
        (Family.GRAY, 0, 0),
    ]
]


def noise_frame(layout: PlaneLayout, width: int = 61, height: int = 47, index: int = 3) -> VideoFrame:
    random = np.random.default_rng(5)
    planes = []
    for plane in range(len(layout.plane_shifts)):
        size = layout.plane_size(plane, width, height)
        planes.append(random.integers(0, 1 << layout.bits, size).astype(layout.dtype))
    return VideoFrame(index, index, 1, layout, tuple(planes), ColorTags())


def whole_fill(frame: VideoFrame, value: int) -> Fill:
    planes = tuple(np.full_like(plane, value) for plane in frame.planes)
    shape = (frame.height, frame.width)
    return Fill(frame.index, 0, 0, frame.width, frame.height, planes, np.ones(shape, bool), np.zeros(shape, bool))


def ragged_hole(width: int = 61, height: int = 47, feather: int = 3) -> Hole:
    mask = np.zeros((height, width), bool)
    mask[13:29, 21:44] = True
    mask[40:47, 50:61] = True  # to the odd corner
    return hole_of(mask, HoleSettings(dilate_px=3, feather_px=feather, tidy=False))


@pytest.mark.parametrize("layout", LAYOUTS, ids=str)
def test_samples_outside_the_hole_are_unchanged(layout: PlaneLayout) -> None:
    frame, hole = noise_frame(layout), ragged_hole()
    out = composite(frame, whole_fill(frame, 1), hole)
    region = hole.full_region()
    for before, after, shifts in zip(frame.planes, out.planes, layout.plane_shifts, strict=True):
        outside = ~touched_samples(region, *shifts)
        assert outside.any() and after.dtype == before.dtype
        assert np.array_equal(before[outside], after[outside])
        assert not np.array_equal(before, after)


@pytest.mark.parametrize("layout", LAYOUTS, ids=str)
def test_an_opaque_hole_takes_the_fill_exactly(layout: PlaneLayout) -> None:
    frame, hole = noise_frame(layout), ragged_hole(feather=0)
    top = (1 << layout.bits) - 1
    out = composite(frame, whole_fill(frame, top), hole)
    region = hole.full_region()
    for after, shifts in zip(out.planes, layout.plane_shifts, strict=True):
        inside = ~touched_samples(~region, *shifts)
        assert (after[inside] == top).all()


def test_a_chroma_sample_belongs_to_the_hole_if_any_luma_sample_does() -> None:
    region = np.zeros((7, 9), bool)
    region[6, 8] = region[1, 3] = True
    assert np.argwhere(touched_samples(region, 1, 1)).tolist() == [[0, 1], [3, 4]]


def test_chroma_weight_is_the_mean_of_its_luma_samples() -> None:
    alpha = np.array([[255, 255], [0, 255]], np.uint8)
    weight, at = plane_weight(alpha, (1, 1), (1, 1), (8, 8))
    assert at == (0, 0)
    assert weight.tolist() == [[1020, 1020], [0, 1020]]


def test_an_odd_border_does_not_halve_the_weight_of_its_chroma() -> None:
    weight, at = plane_weight(np.full((1, 1), 255, np.uint8), (8, 6), (1, 1), (9, 7))
    assert at == (4, 3) and weight.tolist() == [[4080]]


def test_blending_never_leaves_the_range_of_the_two_pictures() -> None:
    layout = PlaneLayout(Family.YUV, 16, 1, 1, False)
    frame, hole = noise_frame(layout), ragged_hole()
    out = composite(frame, whole_fill(frame, 65535), hole)
    assert all((after >= before).all() for before, after in zip(frame.planes, out.planes, strict=True))


def test_the_source_frame_is_not_written_to() -> None:
    frame = noise_frame(LAYOUTS[0])
    before = [plane.copy() for plane in frame.planes]
    out = composite(frame, whole_fill(frame, 0), ragged_hole())
    assert all(np.array_equal(a, b) for a, b in zip(before, frame.planes, strict=True))
    assert not any(plane.flags.writeable for plane in out.planes)


def test_a_fill_that_does_not_cover_the_hole_is_refused() -> None:
    frame = noise_frame(LAYOUTS[0])
    small = Fill(3, 20, 12, 8, 8, tuple(np.zeros((8, 8), np.uint8) for _ in range(3)), *[np.ones((8, 8), bool)] * 2)
    with pytest.raises(ValueError, match="does not cover"):
        composite(frame, small, ragged_hole())


def test_a_fill_of_another_frame_is_refused() -> None:
    frame = noise_frame(LAYOUTS[0])
    with pytest.raises(ValueError, match="cannot go into"):
        composite(frame, whole_fill(noise_frame(LAYOUTS[0], index=4), 0), ragged_hole())


@pytest.mark.parametrize("layout", LAYOUTS, ids=str)
def test_what_a_fill_is_laid_over_shows_through_as_much_as_its_alpha_says(layout: PlaneLayout) -> None:
    frame, hole = noise_frame(layout), ragged_hole(feather=0)
    top = (1 << layout.bits) - 1
    bare = whole_fill(frame, top)
    for alpha in (0, 51, 255):
        fill = replace(bare, alphas=tuple(np.full(plane.shape, alpha, np.uint8) for plane in frame.planes))
        out = composite(frame, fill, hole)
        for before, after, shifts in zip(frame.planes, out.planes, layout.plane_shifts, strict=True):
            inside = ~touched_samples(~hole.full_region(), *shifts)
            expected = before[inside] * (1 - alpha / 255) + top * alpha / 255
            assert np.abs(after[inside] - expected).max() <= 0.5 + 1e-2


def test_an_empty_hole_gives_the_frame_itself() -> None:
    frame = noise_frame(LAYOUTS[0])
    empty = Hole(61, 47, Rect(0, 0, 0, 0), np.zeros((0, 0), bool), np.zeros((0, 0), np.uint8))
    assert composite(frame, whole_fill(frame, 0), empty) is frame
