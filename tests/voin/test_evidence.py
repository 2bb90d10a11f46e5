"""What other frames say of covered pixels: from the right place, of the right frame, and nothing where none knows."""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray

from models.voin.evidence import CARRIED, CHANNELS, FADING, batch_shifts, gather, hull_inside, object_shifts

SIDE = 64
STEP_PX = 3
"""The object goes so far to the right in a frame."""


def moving_object(frames: int) -> tuple[NDArray[np.uint8], NDArray[np.bool_]]:
    """A textured rectangle that moves over a still ground; its whole mask."""
    rng = np.random.default_rng(5)
    ground = np.repeat(np.repeat(rng.integers(0, 255, (16, 16, 3), np.uint8), 4, 0), 4, 1)
    texture = np.repeat(np.repeat(rng.integers(0, 255, (8, 6, 3), np.uint8), 4, 0), 4, 1)
    views, masks = np.stack([ground] * frames), np.zeros((frames, SIDE, SIDE), bool)
    for at in range(frames):
        left = 8 + STEP_PX * at
        views[at, 16:48, left : left + 24] = texture
        masks[at, 16:48, left : left + 24] = True
    return views, masks


def as_tensor(masks: NDArray[np.bool_]) -> torch.Tensor:
    return torch.from_numpy(masks).float()[None, :, None]


def test_shifts_lead_to_the_frame_before() -> None:
    shifts = object_shifts(*moving_object(4))
    assert np.isnan(shifts[0]).all()
    assert np.abs(shifts[1:] - np.array([-STEP_PX, 0.0])).max() < 0.3


def test_a_batch_gets_each_clips_own_shifts() -> None:
    views, masks = moving_object(3)
    pictures = torch.from_numpy(np.stack([views, views[::-1].copy()])).movedim(-1, 2).float() / 255
    visible = torch.cat([as_tensor(masks), as_tensor(masks[::-1].copy())])
    found = batch_shifts(pictures, visible)
    assert torch.allclose(found[:, 1:, 0], torch.tensor([[-3.0, -3.0], [3.0, 3.0]]), atol=0.3)


def test_a_frame_in_which_nothing_shows_gets_the_motion_of_those_around() -> None:
    views, masks = moving_object(5)
    visible = masks.copy()
    visible[2] = False
    shifts = object_shifts(views, visible)
    assert np.isfinite(shifts[1:]).all()
    assert np.abs(shifts[2, 0] + STEP_PX) < 0.3


def test_an_object_that_never_shows_has_no_motion() -> None:
    views, masks = moving_object(3)
    assert np.isnan(object_shifts(views, np.zeros_like(masks))).all()


def shifted(frames: int) -> torch.Tensor:
    shifts = torch.full((1, frames, 2), torch.nan)
    shifts[:, 1:] = torch.tensor([-float(STEP_PX), 0.0])
    return shifts


def covered(masks: NDArray[np.bool_]) -> tuple[torch.Tensor, torch.Tensor]:
    """A bar covers what comes to columns 30 to 40: visible masks and the bar's."""
    bar = np.zeros_like(masks)
    bar[:, :, 30:40] = True
    return as_tensor(masks & ~bar), as_tensor(bar)


def test_covered_pixels_learn_from_frames_that_show_them() -> None:
    _, masks = moving_object(5)
    visible, occluder = covered(masks)
    found = gather(visible, occluder, shifted(5))
    assert found.shape == (1, 5, CHANNELS, SIDE, SIDE)
    before, elsewhere = found[0, :, 0], found[0, :, 1]
    there = torch.from_numpy(masks[4])
    known = (before[4] + elsewhere[4]) > 0.5
    assert known[:, 31:40].all()
    assert torch.equal((before[4] > elsewhere[4])[known], there[known])


def test_nothing_is_said_outside_the_occluder_nor_without_frames_before() -> None:
    _, masks = moving_object(4)
    visible, occluder = covered(masks)
    found = gather(visible, occluder, shifted(4))
    assert not (found[:, :, :CARRIED] * (1 - occluder)).any()
    assert not found[:, 0, :2].any() and not found[:, -1, 2:CARRIED].any()


def test_frames_after_speak_in_channels_of_their_own() -> None:
    _, masks = moving_object(4)
    visible, occluder = covered(masks)
    once = gather(visible, occluder, shifted(4))
    turned = shifted(4)
    turned[:, 1:] *= -1
    back = gather(visible.flip(1), occluder.flip(1), turned).flip(1)
    assert torch.allclose(back[:, :, 2:CARRIED], once[:, :, :2], atol=1e-5)


def test_a_word_fades_on_its_way_and_ends_where_the_motion_is_not_known() -> None:
    _, masks = moving_object(2)
    visible = as_tensor(np.stack([masks[0], masks[0] & False, masks[0] & False]))
    occluder = as_tensor(np.stack([masks[0] & False, masks[0] | True, masks[0] | True]))
    shifts = torch.zeros(1, 3, 2)
    found = gather(visible, occluder, shifts)
    assert found[0, 2, 0].max().item() == np.float32(FADING)
    shifts[:, 2] = torch.nan
    assert not gather(visible, occluder, shifts)[0, 2, :2].any()


def test_what_was_known_before_the_first_frame_goes_on() -> None:
    _, masks = moving_object(2)
    visible, occluder = covered(masks)
    begun = torch.zeros(1, 2, SIDE, SIDE)
    begun[:, 0] = 1
    found = gather(visible, occluder, shifted(2), begun)
    assert torch.equal(found[:, 0, :1], occluder[:, 0])
    assert (found[0, 1, 0, :, 33:40] > 0.9).all()


def test_the_hull_is_taken_inside_the_occluder_only() -> None:
    visible, occluder = np.zeros((2, 20, 20), bool)
    visible[5:15, 2:6] = visible[8:12, 14:18] = True
    occluder[:, 6:10] = True
    found = hull_inside(visible, occluder)
    assert found[9, 8] and not found[9, 12] and not found[0, 8]
    assert np.array_equal(hull_inside(np.zeros((4, 4), bool), np.ones((4, 4), bool)), np.zeros((4, 4), bool))
