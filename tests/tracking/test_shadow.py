"""Cast shadows, proposed from what is darker at the object than elsewhere in the shot."""

from __future__ import annotations

import cv2
import numpy as np
from moving_scene import texture
from numpy.typing import NDArray

from models.tracking.shadow import Shot, find_shadow

HEIGHT, WIDTH = 160, 280
GROUND = texture(HEIGHT, WIDTH + 60, (130, 120, 100), seed=3, contrast=18)


def shape(index: int) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """The thing, and its shadow on the right of its foot."""
    rows, columns = np.mgrid[:HEIGHT, :WIDTH]
    x = 40 + 9 * index
    thing = (np.abs(columns - x) <= 14) & (np.abs(rows - 70) <= 35)
    shadow = ((columns - x - 30) / 34) ** 2 + ((rows - 108) / 11) ** 2 <= 1
    return thing, shadow & ~thing


def shot(index: int, *, light: float = 0.6, tint: tuple[float, float, float] = (1, 1, 1), pan: float = 0.0) -> Shot:
    thing, shadow = shape(index)
    move = np.array([[1, 0, -pan * index], [0, 1, 0]], np.float32)
    view = cv2.warpAffine(GROUND, move, (WIDTH, HEIGHT), flags=cv2.INTER_CUBIC).astype(np.float32)
    soft = cv2.GaussianBlur(shadow.astype(np.float32), (0, 0), 1.5)[..., None]
    view *= 1 - soft + soft * light * np.array(tint, np.float32)
    view[thing] = (40, 60, 170)
    return Shot(np.clip(view, 0, 255).astype(np.uint8), thing)


def found(index: int, **how: object) -> tuple[float, float]:
    """Overlap with the true shadow, and the share of light."""
    others = [shot(other, **how) for other in (index - 6, index - 3, index + 3, index + 6)]  # type: ignore[arg-type]
    mask, light = find_shadow(shot(index, **how), others)  # type: ignore[arg-type]
    truth = shape(index)[1]
    assert not (mask & shape(index)[0]).any()
    return float((mask & truth).sum() / max((mask | truth).sum(), 1)), light


def test_a_shadow_that_goes_with_its_object_is_found() -> None:
    overlap, light = found(9)
    assert overlap > 0.7
    assert abs(light - 0.6) < 0.08


def test_a_shadow_is_found_before_a_moving_camera() -> None:
    assert found(9, pan=2.0)[0] > 0.6


def test_what_is_as_light_as_the_ground_is_no_shadow() -> None:
    overlap, light = found(9, light=1.0)
    assert overlap == 0 and light == 1


def test_what_has_another_hue_is_no_shadow() -> None:
    assert found(9, light=0.7, tint=(1.0, 0.6, 1.0))[0] == 0


def test_nothing_is_proposed_without_pictures_beside_or_an_object() -> None:
    assert not find_shadow(shot(9), [])[0].any()
    alone = Shot(shot(9).view, np.zeros((HEIGHT, WIDTH), np.bool_))
    assert not find_shadow(alone, [shot(3), shot(15)])[0].any()
