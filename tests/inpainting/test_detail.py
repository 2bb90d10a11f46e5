"""Detail for enlarged guesses: sharp where the picture is sharp, true to the small guess, repeatable to the bit."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from models.inpainting.detail import with_detail
from models.propagation.guess import fill_view

Image = NDArray[np.uint8]
Mask = NDArray[np.bool_]


def stripes(height: int, width: int) -> Image:
    """Fine stripes under a coarse slope of light: shrunk four times nothing is left of them but the slope."""
    ys, xs = np.mgrid[0:height, 0:width]
    values = 90 + 60 * xs / width + 40 * np.sign(np.sin(2 * np.pi * xs / 4 + 0.3)) + 0 * ys
    return np.repeat(values[..., None], 3, -1).astype(np.uint8)


def middle(height: int, width: int) -> Mask:
    hole = np.zeros((height, width), bool)
    hole[height // 4 : height // 2, width // 4 : width // 2] = True
    return hole


def shrunk(view: Image, hole: Mask, times: int) -> tuple[Image, Mask]:
    """The truth, shrunk: what the best search could have answered."""
    size = view.shape[1] // times, view.shape[0] // times
    small_hole = cv2.resize(hole.astype(np.float32), size, interpolation=cv2.INTER_AREA) > 0
    return np.asarray(cv2.resize(view, size, interpolation=cv2.INTER_AREA), np.uint8), np.asarray(small_hole)


def texture(picture: NDArray[np.generic], where: Mask) -> float:
    """How much of a picture neighbouring pixels do not share."""
    values = picture.astype(np.float32)
    return float(np.abs(values - cv2.GaussianBlur(values, (0, 0), 4))[where].mean())


def test_texture_that_shrinking_lost_comes_back() -> None:
    truth, hole = stripes(240, 320), middle(240, 320)
    small, small_hole = shrunk(truth, hole, 4)
    view = np.where(hole[..., None], np.uint8(0), truth)
    filled = with_detail(view, hole, small, small_hole)
    enlarged = cv2.resize(small, (320, 240), interpolation=cv2.INTER_CUBIC)
    assert texture(enlarged, hole) < 0.2 * texture(truth, hole)
    assert texture(filled, hole) > 0.6 * texture(truth, hole)


def test_outside_the_hole_every_pixel_is_the_views() -> None:
    view, hole = stripes(120, 160), middle(120, 160)
    filled = with_detail(view, hole, *shrunk(view, hole, 4))
    np.testing.assert_array_equal(filled[~hole], view[~hole])


def test_what_is_in_the_hole_is_not_looked_at() -> None:
    truth, hole = stripes(120, 160), middle(120, 160)
    answers = [
        with_detail(np.where(hole[..., None], np.uint8(value), truth), hole, *shrunk(truth, hole, 4))
        for value in (0, 255)
    ]
    np.testing.assert_array_equal(*answers)


def test_shrunk_again_it_is_the_small_guess() -> None:
    view, hole = stripes(240, 320), middle(240, 320)
    small, small_hole = shrunk(view, hole, 4)
    small = np.where(small_hole[..., None], np.uint8(200) - small // 2, small).astype(np.uint8)  # another light
    again, _ = shrunk(with_detail(view, hole, small, small_hole), hole, 4)
    inner = cv2.erode(small_hole.astype(np.uint8), np.ones((5, 5), np.uint8)) > 0
    assert np.abs(again.astype(int) - small)[inner].mean() < 4


@pytest.mark.parametrize("times", [2, 3, 7])
def test_any_size_is_reached(times: int) -> None:
    view, hole = stripes(151, 203), middle(151, 203)
    filled = with_detail(view, hole, *shrunk(view, hole, times))
    assert filled.shape == view.shape and filled.dtype == np.uint8
    assert abs(float(filled[hole].mean()) - float(view[hole].mean())) < 5


def test_equal_input_gives_equal_output() -> None:
    noise = np.random.default_rng(3).integers(0, 256, (150, 200, 3), dtype=np.uint8)
    hole = middle(150, 200)
    first, second = (with_detail(noise.copy(), hole.copy(), *shrunk(noise, hole, 3)) for _ in range(2))
    np.testing.assert_array_equal(first, second)


def test_without_a_known_patch_the_guess_is_enlarged() -> None:
    view = stripes(64, 64)
    hole = np.ones((64, 64), bool)
    hole[0, :] = False
    small, small_hole = shrunk(view, hole, 4)
    expected = cv2.resize(small, (64, 64), interpolation=cv2.INTER_CUBIC)
    np.testing.assert_array_equal(with_detail(view, hole, small, small_hole)[hole], expected[hole])


def test_a_large_guess_has_its_surroundings_texture() -> None:
    view, hole = stripes(400, 640), middle(400, 640)
    filled = fill_view(np.where(hole[..., None], np.uint8(0), view), hole, 7, 128)
    assert texture(filled, hole) > 0.5 * texture(view, hole)
