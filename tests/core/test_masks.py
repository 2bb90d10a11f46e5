"""Masks: blobs, shapes, mattes and their union over time."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from numpy.typing import NDArray

from app.core.geometry import Rect
from app.core.masks import (
    MaskBlob,
    bounding_box,
    box_mask,
    drop_dots,
    feather,
    fill_holes,
    grow,
    interpolate,
    shrink,
    temporal_union,
    union,
)

BoolMask = NDArray[np.bool_]
any_mask = arrays.arrays(np.bool_, st.tuples(st.integers(1, 24), st.integers(1, 24)))
radii = st.integers(2, 24).map(lambda quarters: quarters / 4)  # exact: no distance lies a rounding error beside one


def _disc(height: int, width: int, y: float, x: float, radius: float) -> BoolMask:
    rows, columns = np.mgrid[:height, :width]
    return np.asarray((rows - y) ** 2 + (columns - x) ** 2 <= radius**2)


def _near_true(mask: BoolMask, radius: float) -> BoolMask:
    """Every pixel at most a radius from a True pixel, by looking at all pairs."""
    rows, columns = np.mgrid[: mask.shape[0], : mask.shape[1]]
    result = np.zeros_like(mask)
    for y, x in np.argwhere(mask):
        result |= (rows - y) ** 2 + (columns - x) ** 2 <= radius**2
    return result


@given(any_mask)
def test_a_blob_gives_its_mask_back(mask: BoolMask) -> None:
    blob = MaskBlob.from_array(mask)
    np.testing.assert_array_equal(blob.to_array(), mask)
    assert blob.area_px == mask.sum()
    assert blob.bbox == bounding_box(mask)
    assert blob.is_empty == (not mask.any())
    assert blob == MaskBlob.from_array(mask.copy()) and hash(blob) == hash(MaskBlob.from_array(mask))


def test_an_empty_blob_equals_a_packed_empty_mask() -> None:
    assert MaskBlob.empty(7, 5) == MaskBlob.from_array(np.zeros((5, 7), np.bool_))


def test_a_rough_object_packs_small() -> None:
    assert MaskBlob.from_array(_disc(1080, 1920, 500, 900, 200)).size_bytes < 10_000


@given(any_mask, radii)
def test_growing_reaches_exactly_the_euclidean_radius(mask: BoolMask, radius: float) -> None:
    np.testing.assert_array_equal(grow(mask, radius), _near_true(mask, radius))


@given(any_mask, radii)
def test_shrinking_keeps_what_lies_farther_than_the_radius_from_the_outside(mask: BoolMask, radius: float) -> None:
    np.testing.assert_array_equal(shrink(mask, radius), ~_near_true(~mask, radius))


def test_growing_by_nothing_is_a_copy() -> None:
    mask = _disc(20, 20, 10, 10, 4)
    same = grow(mask, 0)
    np.testing.assert_array_equal(same, mask)
    assert same is not mask


def test_a_mask_that_the_border_cuts_is_not_shrunk_there() -> None:
    mask = np.zeros((20, 30), np.bool_)
    mask[:, :10] = True
    np.testing.assert_array_equal(shrink(mask, 3)[:, :7], True)
    assert not shrink(mask, 3)[:, 7:].any()


def test_a_feather_is_soft_inside_the_hole_and_nothing_outside() -> None:
    hole = _disc(60, 60, 30, 30, 20)
    matte = feather(hole, 5)
    assert matte.dtype == np.float32
    assert (matte[~hole] == 0).all() and (matte[hole] > 0).all()
    assert matte[30, 30] == 1 and matte.max() == 1
    assert (np.diff(matte[30, 10:17]) > 0).all()


def test_a_hole_over_the_whole_picture_is_opaque() -> None:
    assert (feather(np.ones((8, 8), np.bool_), 3) == 1).all()


def test_enclosed_gaps_are_filled_and_open_ones_stay() -> None:
    mask = _disc(40, 40, 20, 20, 15) & ~_disc(40, 40, 20, 20, 5)
    np.testing.assert_array_equal(fill_holes(mask), _disc(40, 40, 20, 20, 15))
    np.testing.assert_array_equal(fill_holes(mask, max_area_px=10), mask)
    mask[20, 20:] = False
    np.testing.assert_array_equal(fill_holes(mask), mask)


def test_a_gap_at_the_pictures_border_is_open() -> None:
    mask = np.ones((10, 10), np.bool_)
    mask[0:3, 4:6] = False
    np.testing.assert_array_equal(fill_holes(mask), mask)


def test_dots_are_dropped_and_pieces_kept() -> None:
    mask = _disc(40, 40, 20, 20, 8)
    with_dots = mask.copy()
    with_dots[2, 2] = with_dots[3, 3] = with_dots[35, 35] = True
    np.testing.assert_array_equal(drop_dots(with_dots, 3), mask)


def test_a_union_holds_every_pixel() -> None:
    first, second = _disc(20, 20, 5, 5, 3), _disc(20, 20, 14, 14, 3)
    np.testing.assert_array_equal(union([first, second]), first | second)


def test_a_box_is_clipped_to_the_picture() -> None:
    mask = box_mask(Rect(-3, 2, 6, 100), 10, 8)
    assert bounding_box(mask) == Rect(0, 2, 3, 6)


def test_the_shape_between_two_lies_between_them() -> None:
    first, second = _disc(80, 120, 40, 30, 10), _disc(80, 120, 40, 90, 20)
    middle = interpolate(first, second, 0.5)
    expected = _disc(80, 120, 40, 60, 15)
    assert (middle & expected).sum() / (middle | expected).sum() > 0.95
    np.testing.assert_array_equal(interpolate(first, second, 0), first)
    np.testing.assert_array_equal(interpolate(first, second, 1), second)


def test_the_shape_between_something_and_nothing_is_the_something() -> None:
    first, nothing = _disc(30, 30, 15, 15, 5), np.zeros((30, 30), np.bool_)
    np.testing.assert_array_equal(interpolate(first, nothing, 0.5), first)
    np.testing.assert_array_equal(interpolate(nothing, first, 0.5), first)


class TestTemporalUnion:
    """A small track: a disc that moves to the right, frame 3 missing."""

    @pytest.fixture
    def masks(self) -> dict[int, MaskBlob]:
        return {i: MaskBlob.from_array(_disc(40, 80, 20, 10 + 8 * i, 6)) for i in range(7) if i != 3}

    def test_neighbours_are_added(self, masks: dict[int, MaskBlob]) -> None:
        result = temporal_union(masks, 1, before=1, after=1)
        assert result is not None
        np.testing.assert_array_equal(result, union([masks[i].to_array() for i in (0, 1, 2)]))

    def test_a_missing_frame_is_bridged(self, masks: dict[int, MaskBlob]) -> None:
        result = temporal_union(masks, 3, before=0, after=0)
        assert result is not None
        expected = _disc(40, 80, 20, 34, 6)
        assert (result & expected).sum() / (result | expected).sum() > 0.9

    def test_nothing_is_taken_across_a_cut(self, masks: dict[int, MaskBlob]) -> None:
        result = temporal_union(masks, 4, before=3, after=0, cuts=[4])
        assert result is not None
        np.testing.assert_array_equal(result, masks[4].to_array())
        before_cut = temporal_union(masks, 3, before=0, after=5, cuts=[4])
        assert before_cut is not None
        np.testing.assert_array_equal(before_cut, masks[2].to_array())

    def test_too_wide_a_gap_is_unknown(self, masks: dict[int, MaskBlob]) -> None:
        assert temporal_union({0: masks[0]}, 9, max_gap=5) is None
