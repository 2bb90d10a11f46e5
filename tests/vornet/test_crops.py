"""Crops hold the hole, come in few sizes, and lead back to the picture."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as some

from models.propagation.holeflow import HoleFlow
from models.propagation.observation import Scale
from models.propagation.source_map import Window
from models.vornet.crops import BUCKET_PX, SMALLEST_PX, Crop, choose_crop, crop_grid
from models.vornet.sampling import warp

LARGEST = 128


@given(
    size=some.tuples(some.integers(16, 700), some.integers(16, 700)),
    box=some.tuples(some.floats(0, 1), some.floats(0, 1), some.floats(0, 1), some.floats(0, 1)),
)
def test_a_crop_holds_its_hole_and_has_a_bucket_size(
    size: tuple[int, int], box: tuple[float, float, float, float]
) -> None:
    height, width = size
    left, top = int(box[0] * (width - 1)), int(box[1] * (height - 1))
    hole = Window(left, top, 1 + int(box[2] * (width - left - 1)), 1 + int(box[3] * (height - top - 1)))
    crop = choose_crop(hole, height, width, largest_px=LARGEST)
    assert crop.left <= hole.left and hole.left + hole.width <= crop.left + crop.view_width
    assert crop.top <= hole.top and hole.top + hole.height <= crop.top + crop.view_height
    assert crop.width % BUCKET_PX == crop.height % BUCKET_PX == 0
    assert min(crop.width, crop.height) >= SMALLEST_PX and max(crop.width, crop.height) <= LARGEST
    assert abs(crop.factor[0] / crop.factor[1] - 1) < 0.1 or min(crop.factor) >= 1


def test_a_crop_keeps_its_size_while_the_hole_fits() -> None:
    first = choose_crop(Window(50, 60, 70, 40), 240, 432, largest_px=LARGEST)
    moved = choose_crop(Window(58, 60, 74, 38), 240, 432, largest_px=LARGEST, last=first)
    assert (moved.width, moved.height, moved.left) == (first.width, first.height, first.left + 10)
    grown = choose_crop(Window(58, 60, 150, 38), 240, 432, largest_px=LARGEST, last=first)
    assert grown.view_width > first.view_width
    shrunk = choose_crop(Window(58, 60, 20, 20), 240, 432, largest_px=LARGEST, last=grown)
    assert (shrunk.width, shrunk.height) == (SMALLEST_PX, SMALLEST_PX)


def test_a_crop_beyond_the_picture_continues_its_border() -> None:
    picture = np.arange(20 * 30, dtype=np.float32).reshape(20, 30)
    cut = Crop(-4, -2, 64, 64, 64, 64).cut(picture)
    assert np.array_equal(cut[2:22, 4:34], picture)
    assert (cut[:, 0] == cut[:, 4]).all() and (cut[30] == cut[21]).all()


def test_a_shrunken_crop_averages_and_spreads_back() -> None:
    picture = np.repeat(np.repeat(np.arange(64, dtype=np.float32).reshape(8, 8), 16, 0), 16, 1)
    crop = Crop(0, 0, 128, 128, 64, 64)
    small = crop.cut(picture)
    assert small.shape == (64, 64) and np.array_equal(small, picture[::2, ::2])
    flat = np.full((64, 64, 3), 0.25, np.float32)
    back = crop.spread(flat, Window(10, 20, 30, 40))
    assert back.shape == (40, 30, 3) and (back == 0.25).all()


def test_a_mask_keeps_every_pixel_and_nothing_beyond_the_picture() -> None:
    mask = np.zeros((100, 128), bool)
    mask[50, 60] = mask[0, 0] = True
    small = Crop(0, -14, 128, 128, 64, 64).cut_mask(mask)
    assert small.sum() == 2 and small[32, 30] == 1 and small[7, 0] == 1


def scale_of(height: int, width: int, motion_height: int, motion_width: int, step: int = 1) -> Scale:
    return Scale(
        height=height // step,
        width=width // step,
        small_height=motion_height,
        small_width=motion_width,
        motion_height=motion_height,
        motion_width=motion_width,
        align=2,
        rim_px=4,
        step=step,
    )


@pytest.mark.parametrize("there", [Crop(10, 20, 64, 64, 64, 64), Crop(3, 26, 96, 96, 96, 96)])
def test_the_grid_leads_to_the_same_background_in_another_crop(there: Crop) -> None:
    world = torch.rand(1, 3, 140, 180)
    here = Crop(14, 18, 64, 64, 64, 64)
    flow = np.zeros((140, 180, 2), np.float32)
    flow[..., 0], flow[..., 1] = 2, 4
    motion = HoleFlow(flow, None, np.zeros((140, 180), np.float32))
    grid = torch.from_numpy(crop_grid(motion, scale_of(140, 180, 140, 180), here, there))[None]

    def part(crop: Crop, dx: int = 0, dy: int = 0) -> torch.Tensor:
        return world[..., crop.top + dy : crop.top + dy + crop.height, crop.left + dx : crop.left + dx + crop.width]

    nowhere = torch.full((1, 3, 64, 64), -1.0)
    moved = warp(part(there), grid, nowhere)
    reached = moved != -1
    assert reached.float().mean() > 0.7
    assert torch.allclose(moved[reached], part(here, 2, 4)[reached], atol=1e-4)


@pytest.mark.parametrize("step", [1, 2])
def test_the_grid_knows_the_motion_grid_and_the_shrunken_crop(step: int) -> None:
    motion = HoleFlow(np.full((50, 60, 2), 1.5, np.float32), None, np.zeros((50, 60), np.float32))
    crop = Crop(0, 0, 120, 100, 64, 64)
    grid = crop_grid(motion, scale_of(100, 120, 50, 60, step), crop, crop)
    middle = (np.arange(64) + 0.5) / 64 * 2 - 1
    assert grid[5, :, 0] == pytest.approx(middle + 2 * 3 / 120, abs=1e-5)
    assert grid[:, 5, 1] == pytest.approx(middle + 2 * 3 / 100, abs=1e-5)
