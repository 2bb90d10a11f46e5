"""Classical methods and the naive yardstick."""

from __future__ import annotations

import numpy as np
import pytest
from truth_scene import moving_scene

from models.training.data.method import dilate_holes
from models.training.measures.metrics import Evaluator
from models.training.rivals.baselines import BASELINES, fill_by_homography, fill_by_median, fill_by_telea
from models.training.rivals.naive import fill_naively, interpolate_flow


@pytest.mark.parametrize("name", BASELINES)
def test_a_method_changes_the_hole_and_nothing_else(name: str) -> None:
    scene = moving_scene(speed=2.0, frames=4)
    holes = dilate_holes(scene.masks)
    filled = BASELINES[name](scene.frames, holes)
    assert np.array_equal(filled.frames[~holes], scene.frames[~holes])
    assert (filled.frames[scene.masks] < 255).any(axis=1).mean() > 0.9
    assert filled.seen is not None and not (filled.seen & ~holes).any()


@pytest.mark.parametrize("name", BASELINES)
def test_a_method_gives_the_same_twice(name: str) -> None:
    scene = moving_scene(speed=1.0, frames=3)
    holes = dilate_holes(scene.masks)
    assert np.array_equal(BASELINES[name](scene.frames, holes).frames, BASELINES[name](scene.frames, holes).frames)


def test_the_median_plate_is_exact_on_a_still_camera() -> None:
    scene = moving_scene(speed=0.0)
    holes = dilate_holes(scene.masks)
    filled = fill_by_median(scene.frames, holes)
    assert filled.seen is not None and filled.seen.sum() == holes.sum()
    assert np.array_equal(filled.frames, scene.truth)


def test_propagation_beats_diffusion_where_the_background_was_seen_before() -> None:
    scene = moving_scene(speed=2.0)
    holes = dilate_holes(scene.masks)
    evaluator = Evaluator(scene, holes, None)
    scores = [
        evaluator.score_quickly(fill(scene.frames, holes)) for fill in (fill_by_telea, fill_naively, fill_by_homography)
    ]
    assert scores[1].psnr_db > scores[0].psnr_db + 3
    assert scores[2].psnr_db > scores[0].psnr_db + 3


def test_naive_propagation_is_causal() -> None:
    scene = moving_scene(speed=2.0)
    holes = dilate_holes(scene.masks)
    changed = scene.frames.copy()
    changed[8:] = 0
    assert np.array_equal(fill_naively(changed, holes).frames[:8], fill_naively(scene.frames, holes).frames[:8])


def test_naive_propagation_counts_nothing_as_seen_in_the_first_frame() -> None:
    scene = moving_scene(speed=2.0)
    holes = dilate_holes(scene.masks)
    seen = fill_naively(scene.frames, holes).seen
    assert seen is not None and not seen[0].any() and seen[-1].any()


def test_an_interpolated_flow_keeps_what_is_known_and_continues_a_constant() -> None:
    flow = np.full((40, 60, 2), (3.0, -1.0), np.float32)
    unknown = np.zeros((40, 60), np.bool_)
    unknown[10:30, 20:50] = True
    flow[unknown] = 50.0
    assert np.allclose(interpolate_flow(flow, unknown), (3.0, -1.0), atol=1e-3)


def test_frames_without_a_hole_pass_untouched() -> None:
    scene = moving_scene(speed=1.0, frames=4)
    holes = np.zeros_like(scene.masks)
    holes[2] = dilate_holes(scene.masks)[2]
    for fill in BASELINES.values():
        filled = fill(scene.frames, holes).frames
        assert np.array_equal(filled[[0, 1, 3]], scene.frames[[0, 1, 3]])
