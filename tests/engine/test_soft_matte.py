"""Soft mattes whose edges lie where the picture's do."""

from __future__ import annotations

import cv2
import numpy as np

from app.engine.soft_matte import soft_matte


def disc(radius: float) -> np.ndarray:
    rows, columns = np.mgrid[:120, :160]
    return np.hypot(rows - 60, columns - 80) <= radius


def picture(coverage: np.ndarray) -> np.ndarray:
    """A red thing before a green wall."""
    thing, wall = np.array([210.0, 60, 50]), np.array([60.0, 140, 70])
    return np.round(coverage[..., None] * thing + (1 - coverage[..., None]) * wall).astype(np.uint8)


def test_the_edge_of_a_coarse_mask_moves_to_the_pictures() -> None:
    truth = cv2.GaussianBlur(disc(30).astype(np.float32), (0, 0), 1.2)
    coarse = disc(32)  # two pixels too large
    matte = soft_matte(picture(truth), coarse, reach_px=4).astype(np.float32) / 255
    assert np.abs(matte - truth).mean() < 0.5 * np.abs(coarse - truth).mean()


def test_inside_and_outside_the_matte_is_the_mask() -> None:
    mask = disc(30)
    noise = np.random.default_rng(0).integers(0, 255, (120, 160, 3), np.uint8)
    matte = soft_matte(noise, mask, reach_px=3)
    assert (matte[disc(22)] == 255).all()
    assert (matte[~disc(38)] == 0).all()
    assert ((matte > 0) & (matte < 255)).any()


def test_an_object_that_leaves_the_picture_is_whole_at_its_border() -> None:
    mask = np.zeros((120, 160), np.bool_)
    mask[30:90, :50] = True
    matte = soft_matte(picture(mask.astype(np.float32)), mask, reach_px=3)
    assert (matte[45:75, :30] == 255).all()


def test_an_empty_mask_has_an_empty_matte() -> None:
    nothing = np.zeros((40, 50), np.bool_)
    assert not soft_matte(np.zeros((40, 50, 3), np.uint8), nothing).any()
