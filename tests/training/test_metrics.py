"""Scores: known values, and the direction in which each one moves."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from skimage.metrics import structural_similarity
from truth_scene import moving_scene

from models.training.composites.building import Composite
from models.training.data.method import Filled, dilate_holes, hole_window
from models.training.measures import picture_metrics, temporal_metrics
from models.training.measures.metrics import Evaluator, Scores


def _scores(filled: Filled, scene: Composite) -> Scores:
    return Evaluator(scene, dilate_holes(scene.masks), None).score(filled)


def test_the_truth_scores_perfectly() -> None:
    scene = moving_scene(speed=2.0)
    scores = _scores(Filled(scene.truth, np.ones_like(scene.masks)), scene)
    assert scores.psnr_db == picture_metrics.PSNR_CAP_DB and scores.mse == 0
    assert scores.ssim == pytest.approx(1) and scores.sharpness == pytest.approx(1)
    assert scores.flicker == 0 and scores.tof == 0
    assert scores.seen == 1 and scores.seen_psnr_db == picture_metrics.PSNR_CAP_DB
    assert scores.lpips is None and scores.tlp is None


def test_psnr_counts_the_hole_only() -> None:
    scene = moving_scene(speed=0.0)
    holes = dilate_holes(scene.masks)
    result = scene.truth.astype(np.int16)
    result[holes] += np.where(result[holes] > 127, -10, 10)
    shifted = result.astype(np.uint8)
    assert _scores(Filled(shifted), scene).psnr_db == pytest.approx(10 * np.log10(255**2 / 100))
    outside = scene.truth.copy()
    outside[~holes] = 0
    assert Evaluator(scene, holes, None).score_quickly(Filled(outside)).psnr_db == picture_metrics.PSNR_CAP_DB


def test_ssim_agrees_with_a_reference_implementation() -> None:
    scene = moving_scene(speed=0.0, frames=1)
    blurred = cv2.GaussianBlur(scene.truth[0], (0, 0), 1.5)[None]
    holes = np.zeros_like(scene.masks)
    holes[0, 30:70, 40:110] = True
    _, reference = structural_similarity(
        scene.truth[0], blurred[0], channel_axis=2, gaussian_weights=True, sigma=1.5, use_sample_covariance=False,
        full=True,
    )  # fmt: skip
    expected = float(reference[hole_window(holes[0], 0)].mean())
    assert picture_metrics.ssim(blurred, scene.truth, holes) == pytest.approx(expected, abs=2e-3)


def test_blur_lowers_sharpness_and_the_warping_error_does_not_notice() -> None:
    scene = moving_scene(speed=2.0)
    blurred = np.stack([cv2.GaussianBlur(frame, (0, 0), 3) for frame in scene.truth])
    evaluator = Evaluator(scene, dilate_holes(scene.masks), None)
    sharp, soft = evaluator.score(Filled(scene.truth)), evaluator.score(Filled(blurred))
    assert soft.sharpness < 0.5
    assert soft.e_warp < sharp.e_warp * 1.5


def test_noise_raises_flicker_and_the_warping_error() -> None:
    scene = moving_scene(speed=2.0)
    rng = np.random.default_rng(0)
    noisy = np.clip(scene.truth + rng.normal(0, 20, scene.truth.shape), 0, 255).astype(np.uint8)
    evaluator = Evaluator(scene, dilate_holes(scene.masks), None)
    clean, rough = evaluator.score(Filled(scene.truth)), evaluator.score(Filled(noisy))
    assert rough.flicker > 0.05
    assert rough.e_warp > 4 * clean.e_warp
    assert rough.tof > 0.1


def test_a_frozen_fill_shows_in_the_flow_difference() -> None:
    scene = moving_scene(speed=3.0)
    frozen = np.broadcast_to(scene.truth[0], scene.truth.shape).copy()
    score = Evaluator(scene, dilate_holes(scene.masks), None).score(Filled(frozen))
    assert score.tof > 2


def test_even_motion_is_visible_and_a_jump_is_not() -> None:
    even = np.full((30, 40, 2), (2.0, 0.0), np.float32)
    visible = temporal_metrics.visible_in_next(even, -even)
    assert visible[:, :37].all() and not visible[:, 39].any()  # the last columns leave the picture
    assert not temporal_metrics.visible_in_next(even, even)[5:25, 5:35].any()
    torn = even.copy()
    torn[:, 20:] = (-6.0, 0.0)
    assert not temporal_metrics.visible_in_next(torn, -torn)[:, 20].any()


def test_crops_come_in_steps_hold_the_hole_and_lie_in_the_picture() -> None:
    scene = moving_scene(speed=0.0)
    holes = dilate_holes(scene.masks)
    for index, window in picture_metrics.crop_windows(holes).items():
        rows, columns = (side.stop - side.start for side in window)
        assert rows >= 64 and columns >= 64 and rows % 16 == 0 and columns % 16 == 0
        assert window[0].start >= 0 and window[1].stop <= holes.shape[2]
        assert holes[index][window].sum() == holes[index].sum()


def test_a_claim_to_have_seen_is_checked() -> None:
    scene = moving_scene(speed=0.0)
    holes = dilate_holes(scene.masks)
    wrong = scene.truth.copy()
    wrong[:, 40:50][holes[:, 40:50]] //= 2
    seen = np.zeros_like(holes)
    seen[:, 40:50] = True
    scores = _scores(Filled(wrong, seen), scene)
    assert scores.seen is not None and 0 < scores.seen < 1
    assert scores.seen_psnr_db is not None and scores.seen_psnr_db < scores.psnr_db
