"""The single-picture fills: what is outside the hole stays, what is inside comes from outside, seeds repeat."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from models.inpainting.patch_fill import patch_fill, quick_fill


def picture(height: int = 48, width: int = 64) -> tuple[NDArray[np.uint8], NDArray[np.bool_]]:
    noise = np.random.default_rng(0).integers(0, 255, (height, width, 3), dtype=np.uint8)
    view = np.asarray(cv2.GaussianBlur(noise, (0, 0), 2), np.uint8)
    hole = np.zeros((height, width), bool)
    hole[height // 3 : height // 2, width // 3 : width // 2] = True
    view[hole] = (255, 0, 255)
    return view, hole


def fill(name: str, view: NDArray[np.uint8], hole: NDArray[np.bool_], seed: int = 7) -> NDArray[np.uint8]:
    return patch_fill(view, hole, seed=seed) if name == "patch" else quick_fill(view, hole)


@pytest.mark.parametrize("name", ["patch", "quick"])
def test_pixels_outside_the_hole_are_unchanged(name: str) -> None:
    view, hole = picture()
    filled = fill(name, view, hole)
    np.testing.assert_array_equal(filled[~hole], view[~hole])
    assert filled.dtype == np.uint8 and filled.shape == view.shape


@pytest.mark.parametrize("name", ["patch", "quick"])
def test_nothing_of_the_hole_is_left(name: str) -> None:
    view, hole = picture()
    filled = fill(name, view, hole)[hole].astype(int)
    assert (np.abs(filled - (255, 0, 255)).max(1) > 60).all()


@pytest.mark.parametrize("name", ["patch", "quick"])
def test_the_input_is_not_changed(name: str) -> None:
    view, hole = picture()
    before = view.copy()
    fill(name, view, hole)
    np.testing.assert_array_equal(view, before)


@pytest.mark.parametrize("name", ["patch", "quick"])
def test_equal_inputs_give_equal_fills(name: str) -> None:
    view, hole = picture()
    first = fill(name, view, hole)
    fill(name, *picture(40, 80), seed=3)  # another call in between moves the native library's own random state
    np.testing.assert_array_equal(fill(name, view, hole), first)


@pytest.mark.parametrize("size", [(7, 7), (7, 40), (8, 8), (1, 30)])
@pytest.mark.parametrize("name", ["patch", "quick"])
def test_pictures_smaller_than_a_patch_are_filled(name: str, size: tuple[int, int]) -> None:
    view = np.full((*size, 3), 90, np.uint8)
    hole = np.zeros(size, bool)
    hole[0, :3] = True
    view[hole] = 255
    # OpenCV's Telea overshoots by a few levels at the picture's border, whatever the hole held.
    np.testing.assert_allclose(fill(name, view, hole)[hole].astype(int), 90, atol=5)


def test_a_pattern_is_continued_and_not_blurred() -> None:
    stripes = np.zeros((60, 80, 3), np.uint8)
    stripes[:, (np.arange(80) // 4) % 2 == 0] = 220
    hole = np.zeros((60, 80), bool)
    hole[20:36, 30:50] = True
    filled = patch_fill(np.where(hole[..., None], np.uint8(128), stripes), hole, seed=1)
    assert np.abs(filled.astype(int) - stripes)[hole].mean() < 25
