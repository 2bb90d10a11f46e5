"""Interlaced frames: fields out, fills back into their own rows."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from app.engine.compositing import touched_samples
from app.engine.fields import deinterlaced, engine_hole, split, weave
from app.engine.holes import HoleSettings, hole_of
from app.engine.loader import Fill
from app.media.frame import ColorTags, Family, PlaneLayout, VideoFrame

LAYOUTS = [
    PlaneLayout(Family.YUV, 8, 1, 1, False),
    PlaneLayout(Family.YUV, 10, 1, 0, False),
    PlaneLayout(Family.RGB, 8, 0, 0, True),
]


def interlaced(layout: PlaneLayout, *, top_first: bool = True, width: int = 48, height: int = 40) -> VideoFrame:
    random = np.random.default_rng(2)
    planes = tuple(
        random.integers(0, 1 << layout.bits, layout.plane_size(i, width, height)).astype(layout.dtype)
        for i in range(len(layout.plane_shifts))
    )
    return VideoFrame(4, 4, 1, layout, planes, ColorTags(), interlaced=True, top_field_first=top_first)


def fill_of(frame: VideoFrame, index: int, value: int, top: int = 0) -> Fill:
    planes = tuple(
        np.full_like(plane, value)[top >> shift[1] :]
        for plane, shift in zip(frame.planes, frame.layout.plane_shifts, strict=True)
    )
    shape = (frame.height - top, frame.width)
    return Fill(index, 0, top, frame.width, shape[0], planes, np.ones(shape, bool), np.zeros(shape, bool))


@pytest.mark.parametrize("layout", LAYOUTS, ids=str)
@pytest.mark.parametrize("top_first", [True, False])
def test_a_field_keeps_its_own_rows_exactly(layout: PlaneLayout, top_first: bool) -> None:
    frame = interlaced(layout, top_first=top_first)
    first, second = split(frame)
    assert (first.parity, second.parity) == ((0, 1) if top_first else (1, 0))
    for field in (first, second):
        for own, source in zip(field.frame.planes, frame.planes, strict=True):
            assert np.array_equal(own[field.parity :: 2], source[field.parity :: 2])


def test_rows_between_are_the_mean_of_their_neighbours() -> None:
    frame = interlaced(LAYOUTS[0])
    top, bottom = (field.frame.planes[0].astype(int) for field in split(frame))
    source = frame.planes[0].astype(int)
    assert np.array_equal(top[1], (source[0] + source[2] + 1) // 2)
    assert np.array_equal(top[-1], source[-2])
    assert np.array_equal(bottom[2], (source[1] + source[3] + 1) // 2)
    assert np.array_equal(bottom[0], source[1])


def test_a_progressive_frame_is_its_own_picture() -> None:
    frame = interlaced(LAYOUTS[0])
    frame.interlaced = False
    assert deinterlaced(frame) is frame


@pytest.mark.parametrize("layout", LAYOUTS, ids=str)
@pytest.mark.parametrize("top_first", [True, False])
@pytest.mark.parametrize("fill_top", [0, 4, 6])
def test_each_field_takes_its_own_fill_and_nothing_else_changes(
    layout: PlaneLayout, top_first: bool, fill_top: int
) -> None:
    frame = interlaced(layout, top_first=top_first)
    mask = np.zeros((40, 48), bool)
    mask[9:31, 11:30] = True
    hole = hole_of(mask, HoleSettings(dilate_px=0, feather_px=0))
    out = weave(frame, (fill_of(frame, 8, 10, fill_top), fill_of(frame, 9, 20, fill_top)), hole)
    first_parity = 0 if top_first else 1
    for before, after, (shift_x, shift_y) in zip(frame.planes, out.planes, layout.plane_shifts, strict=True):
        for parity in (0, 1):
            touched = touched_samples(mask[parity::2], shift_x, shift_y)
            own_before, own_after = before[parity::2], after[parity::2]
            assert np.array_equal(own_before[~touched], own_after[~touched])
            full = ~touched_samples(~mask[parity::2], shift_x, shift_y)
            assert (own_after[full] == (10 if parity == first_parity else 20)).all()
    assert out.interlaced and out.top_field_first == top_first


@pytest.mark.parametrize("fill_top", [0, 4, 6])
def test_each_field_shows_through_its_own_fill(fill_top: int) -> None:
    frame = interlaced(LAYOUTS[0])
    mask = np.zeros((40, 48), bool)
    mask[9:31, 11:30] = True
    hole = hole_of(mask, HoleSettings(dilate_px=0, feather_px=0))
    bare = (fill_of(frame, 8, 10, fill_top), fill_of(frame, 9, 20, fill_top))
    alphas = [tuple(np.full(plane.shape, alpha, np.uint8) for plane in bare[0].planes) for alpha in (0, 255)]
    first, second = (replace(fill, alphas=own) for fill, own in zip(bare, alphas, strict=True))
    out, solid = weave(frame, (first, second), hole), weave(frame, bare, hole)
    for before, after, whole in zip(frame.planes, out.planes, solid.planes, strict=True):
        assert np.array_equal(after[0::2], before[0::2])
        assert np.array_equal(after[1::2], whole[1::2])


@pytest.mark.parametrize("height", [37, 38, 39, 40])
def test_a_hole_at_the_lower_edge_is_filled_at_every_height(height: int) -> None:
    frame = interlaced(LAYOUTS[0], height=height)
    mask = np.zeros((height, 48), bool)
    mask[20:] = True
    hole = hole_of(mask, HoleSettings(dilate_px=0, feather_px=0))
    out = weave(frame, (fill_of(frame, 8, 10), fill_of(frame, 9, 20)), hole)
    for before, after, shifts in zip(frame.planes, out.planes, LAYOUTS[0].plane_shifts, strict=True):
        touched = touched_samples(mask, *shifts, by_field=True)
        assert np.array_equal(before[~touched], after[~touched])
        assert set(np.unique(after[touched][-20:])) <= {10, 20}


@pytest.mark.parametrize("height", [37, 38, 39, 40])
def test_a_chroma_row_of_a_field_belongs_to_the_hole_if_a_luma_row_of_that_field_does(height: int) -> None:
    region = np.random.default_rng(height).random((height, 48)) > 0.97
    touched = touched_samples(region, 1, 1, by_field=True)
    assert touched.shape == ((height + 1) // 2, 24)
    for parity in (0, 1):
        own = touched[parity::2]
        assert np.array_equal(own, touched_samples(region[parity::2], 1, 1)[: len(own)])


def test_the_engine_fills_every_chroma_row_that_the_weave_takes() -> None:
    random = np.random.default_rng(1)
    region = random.random((40, 48)) > 0.97
    seen_by_engine = touched_samples(engine_hole(region, 1), 1, 1)
    for parity in (0, 1):
        taken = touched_samples(region[parity::2], 1, 1)
        assert (seen_by_engine[parity::2] >= taken).all()
