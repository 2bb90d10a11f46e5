"""The tracker without weights, on scenes with known masks."""

from __future__ import annotations

import numpy as np
import pytest
from moving_scene import Scene, overlap

from models.tracking.flow_tracker import FlowMaskTracker, scale_for
from models.tracking.protocol import MaskTracker


def _beside(scene: Scene, index: int, views: list[np.ndarray]) -> list[np.ndarray]:
    return [views[index + far] for far in (-12, -6, 6, 12) if 0 <= index + far < scene.count]


@pytest.mark.parametrize("look_beside", [True, False], ids=["with neighbours", "causal"])
def test_a_walker_is_followed_before_a_moving_camera(look_beside: bool) -> None:
    scene = Scene()
    views = [scene.view(i) for i in range(scene.count)]
    tracker: MaskTracker = FlowMaskTracker()
    tracker.start(views[0], scene.mask(0))
    for i in range(1, scene.count):
        answer = tracker.step(views[i], _beside(scene, i, views) if look_beside else ())
        assert overlap(answer.mask, scene.mask(i)) > 0.85, f"frame {i}"
        assert answer.presence >= 0.5


def test_tracking_backward_is_as_good() -> None:
    scene = Scene()
    tracker = FlowMaskTracker()
    tracker.start(scene.view(scene.count - 1), scene.mask(scene.count - 1))
    for i in range(scene.count - 2, 3, -1):
        assert overlap(tracker.step(scene.view(i)).mask, scene.mask(i)) > 0.85, f"frame {i}"


def test_a_hidden_object_is_lost_and_found_again() -> None:
    scene = Scene(count=26, hidden=(10, 15))
    tracker = FlowMaskTracker()
    tracker.start(scene.view(0), scene.mask(0))
    answers = [tracker.step(scene.view(i)) for i in range(1, scene.count)]
    for i in (11, 12, 13, 14):
        assert answers[i - 1].presence < 0.5 and not answers[i - 1].mask.any(), f"frame {i}"
    for i in range(17, scene.count):
        assert overlap(answers[i - 1].mask, scene.mask(i)) > 0.8, f"frame {i}"


def test_an_object_that_stands_still_before_a_still_camera_is_kept() -> None:
    scene = Scene(pan_px=0, walk_px=0)
    tracker = FlowMaskTracker()
    tracker.start(scene.view(0), scene.mask(0))
    for i in range(1, 20):
        answer = tracker.step(scene.view(i))
    assert overlap(answer.mask, scene.mask(19)) > 0.85


def test_a_correction_is_followed() -> None:
    scene = Scene()
    tracker = FlowMaskTracker()
    tracker.start(scene.view(0), np.roll(scene.mask(0), 10, axis=1))
    tracker.step(scene.view(1))
    tracker.correct(scene.view(1), scene.mask(1))
    for i in range(2, 12):
        answer = tracker.step(scene.view(i))
    assert overlap(answer.mask, scene.mask(11)) > 0.85


def test_the_same_pictures_give_the_same_masks() -> None:
    scene = Scene(count=6)

    def run() -> list[np.ndarray]:
        tracker = FlowMaskTracker()
        tracker.start(scene.view(0), scene.mask(0))
        return [tracker.step(scene.view(i)).mask for i in range(1, 6)]

    for first, second in zip(run(), run(), strict=True):
        np.testing.assert_array_equal(first, second)


def test_an_empty_mask_and_a_blank_picture_are_survived() -> None:
    tracker = FlowMaskTracker()
    blank = np.zeros((40, 50, 3), np.uint8)
    tracker.start(blank, np.zeros((40, 50), np.bool_))
    assert not tracker.step(blank).mask.any()
    tracker.start(blank, np.ones((40, 50), np.bool_))
    assert tracker.step(blank).mask.shape == (40, 50)


def test_small_objects_are_tracked_in_larger_pictures() -> None:
    assert scale_for(1920, 1080, 600) == pytest.approx(0.25)
    assert scale_for(1920, 1080, 20) == pytest.approx(0.5)
    assert scale_for(320, 240, 20) == 1.0
