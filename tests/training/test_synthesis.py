"""The synthetic-motion engine: exact flow, honest truth, holes that cover, and the same clips from the same seed."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch

from models.training.data.banks import CUTOUT_PX, Banks
from models.training.data.hole_shapes import (
    blob_masks,
    box_masks,
    given_masks,
    grown,
    rectangle_masks,
    stroke_masks,
)
from models.training.data.motion_paths import CameraRanges, camera_walk, light_drift, smooth_walk
from models.training.data.synthesis import SynthesisOptions, make_scenery, synthesize
from models.training.inpainting.stills import draw_pictures, split_banks
from models.vornet.sampling import flow_grid, inside, warp

SIDE = 64
PLAIN = SynthesisOptions(side_px=SIDE, frames=4, parallax_share=0.0, sway_share=0.0, shadow_share=0.0, noise=0.0)


@pytest.fixture(scope="module")
def banks() -> Banks:
    """Smooth stills, whose warping has next to no sampling error, and two cut-outs."""
    rng = np.random.default_rng(3)
    y, x = np.mgrid[0:96, 0:96] / 96.0
    stills = []
    for _ in range(6):
        waves = [np.sin(rng.uniform(4, 14) * x + rng.uniform(4, 14) * y + rng.uniform(0, 6)) for _ in range(3)]
        stills.append(np.stack(waves) * 90 + 128)
    cutouts = np.zeros((2, 4, CUTOUT_PX, CUTOUT_PX), np.uint8)
    cutouts[:, :3] = 255
    cutouts[:, 3, 20:108, 40:90] = 255
    return Banks(torch.from_numpy(np.stack(stills)).to(torch.uint8), torch.from_numpy(cutouts))


def _seeded(seed: int) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


@pytest.mark.parametrize("sway", [0.0, 1.0])
def test_the_flow_leads_to_the_same_place_of_the_frame_before(banks: Banks, sway: float) -> None:
    scene = make_scenery(banks, 6, _seeded(1), replace(PLAIN, sway_share=sway))
    moved = (scene.pictures[:, 1:] - scene.pictures[:, :-1]).abs().mean()
    for t in range(1, PLAIN.frames):
        grid = flow_grid(scene.flow[:, t])
        warped = warp(scene.pictures[:, t - 1], grid, scene.pictures[:, t])
        error = (warped - scene.pictures[:, t]).abs() * inside(grid)
        assert float(error.mean()) < 0.004 < 0.2 * float(moved)
    assert not scene.flow[:, 0].any()


def test_a_nearer_layer_moves_differently(banks: Banks) -> None:
    options = replace(PLAIN, parallax_share=1.0)
    layered = make_scenery(banks, 8, _seeded(4), options).flow[:, 1]
    alone = make_scenery(banks, 8, _seeded(4), PLAIN).flow[:, 1]
    nearer = (layered - alone).abs().amax(1) > 1e-3
    share = nearer.float().mean()
    assert 0.05 < float(share) < 0.95
    assert float(layered.norm(dim=1)[nearer].mean()) > float(alone.norm(dim=1)[nearer].mean())


def test_frame_and_truth_differ_only_where_the_object_is(banks: Banks) -> None:
    clips = synthesize(banks, 6, _seeded(2), PLAIN)
    differs = (clips["frame"] - clips["truth"]).abs().amax(2, keepdim=True) > 1e-4
    assert not differs[clips["object"] == 0].any()
    assert differs[clips["object"] > 0.9].float().mean() > 0.8


def test_a_shadow_is_in_the_frame_and_not_in_the_truth(banks: Banks) -> None:
    clips = synthesize(banks, 6, _seeded(2), replace(PLAIN, shadow_share=1.0, stroke_share=0.0))
    darker = (clips["truth"] - clips["frame"]).mean(2, keepdim=True) > 0.02
    assert darker[clips["object"] == 0].float().mean() > 0.01


def test_the_hole_covers_a_mask_without_defects(banks: Banks) -> None:
    clips = synthesize(banks, 8, _seeded(5), replace(PLAIN, defect_share=0.0, box_share=0.5))
    assert bool((clips["hole"] >= clips["mask"]).all())
    assert bool((clips["hole"] >= (clips["object"] > 0.5).float()).all())
    assert clips["hole"].flatten(1).any(1).float().mean() > 0.8


def test_shapes_and_ranges(banks: Banks) -> None:
    clips = synthesize(banks, 2, _seeded(6), SynthesisOptions(side_px=SIDE, frames=3))
    shapes = {name: tuple(tensor.shape[2:]) for name, tensor in clips.items()}
    one, three = (1, SIDE, SIDE), (3, SIDE, SIDE)
    assert shapes == {
        "frame": three,
        "truth": three,
        "object": one,
        "mask": one,
        "hole": one,
        "flow": (2, SIDE, SIDE),
    }
    for name in ("frame", "truth", "object", "mask", "hole"):
        assert float(clips[name].min()) >= 0 and float(clips[name].max()) <= 1


def test_the_same_seed_makes_the_same_clips(banks: Banks) -> None:
    options = SynthesisOptions(side_px=SIDE, frames=3)
    first, again, other = (synthesize(banks, 2, _seeded(seed), options) for seed in (7, 7, 8))
    assert all(torch.equal(first[name], again[name]) for name in first)
    assert not torch.equal(first["frame"], other["frame"])


def test_without_cut_outs_objects_are_lumps_of_stills(banks: Banks) -> None:
    clips = synthesize(Banks(banks.stills, banks.cutouts[:0]), 4, _seeded(9), PLAIN)
    assert float(clips["object"].amax()) > 0.9


def test_a_camera_on_a_tripod_stands_still() -> None:
    walk = camera_walk(3, 5, SIDE, _seeded(0), CameraRanges(still_share=1.0))
    assert torch.allclose(walk, walk[:, :1].expand_as(walk))


def test_a_walk_is_smooth_and_goes_about_a_step_a_frame() -> None:
    walk = smooth_walk(400, 20, 1, _seeded(0))
    velocity = walk[:, 1:] - walk[:, :-1]
    assert 0.9 < float(velocity.std()) < 1.1
    assert float((velocity[:, 1:] - velocity[:, :-1]).std()) < 0.6


def test_light_drifts_slowly_and_in_half_of_the_clips() -> None:
    gain, gamma = light_drift(200, 8, _seeded(1))
    steady = (gain == 1).flatten(1).all(1)
    assert 0.35 < float(steady.float().mean()) < 0.65
    assert float((gain[:, 1:] / gain[:, :-1] - 1).abs().max()) < 0.06
    assert float(gamma.min()) > 0.8 and float(gamma.max()) < 1.25


def test_the_box_of_a_mask_is_the_smallest_rectangle_round_it() -> None:
    mask = torch.zeros(2, 1, 8, 8)
    mask[0, 0, 2, 3] = mask[0, 0, 5, 4] = 1
    expected = torch.zeros(2, 1, 8, 8)
    expected[0, 0, 2:6, 3:5] = 1
    assert torch.equal(box_masks(mask), expected)


def test_growing_and_shrinking_undo_each_other_on_a_square() -> None:
    mask = torch.zeros(1, 1, 1, 16, 16)
    mask[..., 5:10, 6:11] = 1
    assert float(grown(mask, 2).sum()) == 81
    assert torch.equal(grown(grown(mask, 2), -2), mask)


def test_given_masks_without_defects_are_the_shapes() -> None:
    shapes = rectangle_masks(3, 32, _seeded(2)).unsqueeze(1).expand(-1, 4, -1, -1, -1)
    mask, hole = given_masks(shapes, _seeded(3), defect_share=0.0)
    assert torch.equal(mask, shapes)
    assert bool((hole >= mask).all()) and float(hole.sum()) > float(mask.sum())
    defective, _ = given_masks(shapes, _seeded(3), defect_share=1.0)
    assert defective.shape == shapes.shape


@pytest.mark.parametrize("make", [stroke_masks, rectangle_masks, blob_masks])
def test_drawn_shapes_fill_some_of_the_square_and_differ(make: object) -> None:
    assert callable(make)
    masks = make(8, SIDE, _seeded(11))
    share = masks.mean((1, 2, 3))
    assert masks.shape == (8, 1, SIDE, SIDE)
    assert float(share.min()) > 0.02 and float(share.max()) < 0.8
    assert not torch.equal(masks[0], masks[1])


def test_inpainting_pictures_come_from_stills_that_are_not_watched(banks: Banks) -> None:
    split = split_banks(banks)
    assert len(split.training.stills) + len(split.watched.stills) == len(banks.stills)
    assert len(split.watched.stills) >= 1
    batch = draw_pictures(split.training, 5, SIDE, _seeded(1))
    again = draw_pictures(split.training, 5, SIDE, _seeded(1))
    assert batch["image"].shape == (5, 3, SIDE, SIDE) and batch["hole"].shape == (5, 1, SIDE, SIDE)
    assert torch.equal(batch["image"], again["image"]) and torch.equal(batch["hole"], again["hole"])
    assert set(batch["hole"].unique().tolist()) == {0.0, 1.0}
