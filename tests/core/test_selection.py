"""Flood and GrabCut select what looks alike, and only that."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from app.core.masks import MaskBlob
from app.core.selection import flood, grabcut_refine
from app.core.shapes import Combine

HEIGHT, WIDTH = 120, 160


def scene() -> tuple[np.ndarray, np.ndarray]:
    """A red disc on a noisy green ground, and where it is."""
    random = np.random.default_rng(3)
    picture = np.full((HEIGHT, WIDTH, 3), (60, 120, 60), np.int16)
    disc = np.zeros((HEIGHT, WIDTH), np.uint8)
    cv2.circle(disc, (80, 60), 32, 1, -1)
    picture[disc > 0] = (200, 60, 50)
    picture += random.integers(-9, 10, picture.shape, dtype=np.int16)
    return picture.astype(np.uint8), disc > 0


def overlap(mask: MaskBlob, truth: np.ndarray) -> float:
    found = mask.to_array()
    return float((found & truth).sum() / (found | truth).sum())


def test_flood_takes_the_connected_region_of_like_colour() -> None:
    picture, disc = scene()
    mask = flood(picture, (80, 60), 30)
    assert overlap(mask, disc) > 0.98
    assert flood(picture, (80, 60), 30, base=mask, combine=Combine.SUBTRACT).is_empty
    both = flood(picture, (3, 3), 30, base=mask)
    assert both.area_px > 0.99 * WIDTH * HEIGHT
    with pytest.raises(ValueError, match="outside"):
        flood(picture, (WIDTH, 0), 30)


@pytest.mark.parametrize("scale", [1, 8])
def test_grabcut_pulls_a_rough_mask_to_the_edge(scale: int) -> None:
    picture, disc = scene()
    picture = cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_CUBIC)
    disc = cv2.resize(disc.astype(np.uint8), None, fx=scale, fy=scale, interpolation=cv2.INTER_NEAREST) > 0
    rough = np.zeros(disc.shape, np.uint8)
    cv2.circle(rough, (85 * scale, 57 * scale), 30 * scale, 1, -1)
    mask = MaskBlob.from_array(rough > 0)
    refined = grabcut_refine(picture, mask, 10 * scale)
    assert overlap(mask, disc) < 0.8 < 0.95 < overlap(refined, disc)
    assert grabcut_refine(picture, mask, 10 * scale) == refined


def test_what_cannot_be_refined_stays() -> None:
    picture, _ = scene()
    empty = MaskBlob.empty(WIDTH, HEIGHT)
    assert grabcut_refine(picture, empty, 9) == empty
    thin = np.zeros((HEIGHT, WIDTH), bool)
    thin[50, 20:90] = True
    assert grabcut_refine(picture, MaskBlob.from_array(thin), 9) == MaskBlob.from_array(thin)
