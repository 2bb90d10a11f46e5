"""Planes are turned as FFmpeg's display matrix says, and turned back exactly."""

from __future__ import annotations

import struct

import numpy as np
import pytest

from app.media.frame import Family, PlaneLayout
from app.media.orientation import (
    Orientation,
    display_layout,
    from_display_matrix,
    stored_layout,
    to_display,
    to_stored,
)

ALL = [Orientation(degrees, flip) for degrees in (0, 90, 180, 270) for flip in (False, True)]


@pytest.mark.parametrize("orientation", ALL, ids=str)
@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_turning_and_turning_back(orientation: Orientation, dtype: type) -> None:
    plane = np.random.default_rng(0).integers(0, 200, (5, 7)).astype(dtype)
    expected = np.rot90(plane, orientation.rotation_degrees // 90)
    if orientation.flip_horizontal:
        expected = expected[:, ::-1]
    (turned,) = to_display([plane], orientation)
    assert np.array_equal(turned, expected) and turned.dtype == dtype
    assert np.array_equal(to_stored([turned], orientation)[0], plane)


@pytest.mark.parametrize("orientation", ALL, ids=str)
def test_a_display_matrix_says_the_orientation(orientation: Orientation) -> None:
    angle = np.deg2rad(orientation.rotation_degrees)
    a, b, c, d = np.cos(angle), -np.sin(angle), np.sin(angle), np.cos(angle)  # counter-clockwise on screen
    if orientation.flip_horizontal:
        a, c = -a, -c
    numbers = [round(value * 65536) for value in (a, b, 0, c, d, 0)]
    assert from_display_matrix(struct.pack("=9i", *numbers, 0, 0, 1 << 30)) == orientation


def test_slanted_and_empty_matrices_are_not_understood() -> None:
    slanted = [round(value * 65536) for value in (0.7, 0.7, 0, -0.7, 0.7, 0)]
    assert from_display_matrix(struct.pack("=9i", *slanted, 0, 0, 1 << 30)) is None
    assert from_display_matrix(bytes(36)) is None


def test_chroma_subsampling_turns_with_the_picture() -> None:
    layout = PlaneLayout(Family.YUV, 10, 1, 0, False)
    sideways = display_layout(layout, Orientation(90))
    assert (sideways.shift_x, sideways.shift_y) == (0, 1)
    assert stored_layout(sideways, Orientation(90)) == layout
    assert display_layout(layout, Orientation(180)) == layout
