"""DIS flow: direction, size, small pictures, repeatability."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from models.flow.dis import DisFlow, Preset


def _texture(height: int, width: int) -> NDArray[np.uint8]:
    noise = np.random.default_rng(0).integers(0, 255, (height, width, 3), dtype=np.uint8)
    return np.asarray(cv2.GaussianBlur(noise, (0, 0), 2), dtype=np.uint8)


@pytest.mark.parametrize("preset", ["ultrafast", "fast", "medium"])
def test_flow_points_from_the_first_picture_to_the_second(preset: Preset) -> None:
    first = _texture(120, 160)
    second = np.roll(first, (2, 3), (0, 1))  # content moves 3 to the right, 2 down
    flow = DisFlow(preset).flow(first, second)
    assert flow.shape == (120, 160, 2) and flow.dtype == np.float32
    np.testing.assert_allclose(np.median(flow[20:-20, 20:-20].reshape(-1, 2), axis=0), (3, 2), atol=0.15)


@pytest.mark.parametrize("size", [(1, 1), (8, 300), (24, 128), (16, 1000), (300, 8), (17, 33)])
def test_small_pictures_are_accepted(size: tuple[int, int]) -> None:
    view = _texture(*size)
    assert DisFlow("ultrafast").flow(view, view).shape == (*size, 2)


def test_a_reused_object_repeats_itself() -> None:
    first = _texture(64, 64)
    second = np.roll(first, 1, 0)
    flow = DisFlow("fast")
    before = flow.flow(first, second)
    flow.flow(second, first)
    np.testing.assert_array_equal(flow.flow(first, second), before)


def test_pictures_of_two_sizes_are_refused_with_both_sizes() -> None:
    with pytest.raises(ValueError, match="40x20 and 40x21"):
        DisFlow().flow(_texture(20, 40), _texture(21, 40))


def test_an_unknown_preset_is_refused() -> None:
    with pytest.raises(ValueError, match="medium"):
        DisFlow("slow")  # type: ignore[arg-type]
