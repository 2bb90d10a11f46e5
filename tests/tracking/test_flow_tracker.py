"""The tracker without weights, on scenes with known masks."""

from __future__ import annotations

import numpy as np
import pytest
from moving_scene import Scene, overlap, texture

from models.tracking.flow_tracker import FlowMaskTracker, Weights
from models.tracking.protocol import MaskTracker
from models.tracking.working_pictures import scale_for


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


def test_an_arm_that_the_cut_leaves_out_is_shown_and_not_carried_on() -> None:
    scene = Scene(walk_px=4)
    views = [scene.view(i) for i in range(scene.count)]
    left, top, width, height = scene.box(12)
    arm = np.s_[top + height // 2 - 3 : top + height // 2 + 3, left + width - 2 : left + width + 20]
    views[12] = views[12].copy()
    views[12][arm] = texture(6, 22, scene.color, seed=7, contrast=20)
    tracker = FlowMaskTracker(weights=Weights(front=0.0, overrule=0.0))
    tracker.start(views[0], scene.mask(0))
    answers = [tracker.step(views[i], _beside(scene, i, views)) for i in range(1, 15)]
    mask, ends = answers[11].mask, answers[11].ends
    assert ends is not None and (mask | ends)[arm].mean() > 0.8
    assert mask[arm].mean() < 0.4 and not (mask & ends).any()  # nobody is prompted with it, nobody goes on from it
    assert overlap(answers[12].mask, scene.mask(13)) > 0.95


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


@pytest.mark.parametrize("size", [1, 2])
def test_a_mask_of_a_few_pixels_is_lost_and_no_more(size: int) -> None:
    scene = Scene(count=5)
    tracker = FlowMaskTracker()
    mask = np.zeros((240, 320), np.bool_)
    mask[100 : 100 + size, 100 : 100 + size] = True
    tracker.start(scene.view(0), mask)
    for i in range(1, 5):
        assert tracker.step(scene.view(i)).presence < 0.5


def test_an_object_that_comes_back_far_away_is_known_by_its_pattern() -> None:
    ground = texture(240, 320, (110, 110, 110), seed=5, contrast=40)
    thing = texture(64, 48, (190, 80, 70), seed=9, contrast=40)

    def view(x: int | None) -> np.ndarray:
        picture = ground.copy()
        if x is not None:
            picture[80:144, x : x + 48] = thing
        return picture

    mask = np.zeros((240, 320), np.bool_)
    mask[80:144, 20:68] = True
    tracker = FlowMaskTracker()
    tracker.start(view(20), mask)
    gone = [tracker.step(view(None)) for _ in range(3)]
    assert gone[-1].presence < 0.5 and not gone[-1].mask.any()
    back = tracker.step(view(250))
    assert back.presence >= 0.5 and overlap(back.mask, np.roll(mask, 230, axis=1)) > 0.7


def test_an_object_whose_pixels_all_were_anothers_is_looked_for_where_it_was() -> None:
    picture = texture(240, 320, (110, 110, 110), seed=5, contrast=40)
    mask = np.zeros((240, 320), np.bool_)
    mask[80:144, 20:68] = True  # far from the picture's middle
    picture[mask] = (190, 80, 70)  # without a pattern that would tell it anywhere
    tracker = FlowMaskTracker()
    tracker.start(picture, mask)
    for _ in range(2):
        tracker.step(picture.copy())
        tracker.settle(np.zeros_like(mask))
    back = tracker.step(picture.copy())
    assert back.presence >= 0.5 and overlap(back.mask, mask) > 0.8


def test_an_object_that_was_mistaken_after_a_cut_is_still_known_by_its_pattern_alone() -> None:
    ground = texture(240, 320, (110, 110, 110), seed=5, contrast=40)
    thing, like_it = (texture(64, 48, (190, 80, 70), seed=seed, contrast=40) for seed in (9, 10))

    def view(left: int, cloth: np.ndarray) -> np.ndarray:
        picture = ground.copy()
        picture[80:144, left : left + 48] = cloth
        return picture

    mask = np.zeros((240, 320), np.bool_)
    mask[80:144, 20:68] = True
    tracker = FlowMaskTracker()
    tracker.start(view(20, thing), mask)
    tracker.cut()
    assert tracker.step(view(130, thing)).presence >= 0.5
    tracker.settle(np.zeros_like(mask))  # what it took for itself is another object
    for _ in range(3):
        assert tracker.step(view(130, like_it)).presence < 0.5


def test_the_look_of_an_object_tells_its_mask_from_another() -> None:
    scene = Scene(count=3)
    tracker = FlowMaskTracker()
    tracker.start(scene.view(0), scene.mask(0))
    answer = tracker.step(scene.view(1))
    assert answer.look is not None
    assert answer.look.likeness(scene.mask(1)) > 0.9 > 0.6 > answer.look.likeness(np.roll(scene.mask(1), 120, axis=1))
    left, top, width, height = answer.look.places()[0]
    box = scene.box(1)
    assert abs(left - box[0]) <= 8 and abs(top - box[1]) <= 8 and abs(width - box[2]) <= 16
    assert abs(height - box[3]) <= 32


def test_a_mask_that_a_segmenter_found_is_followed_from_there() -> None:
    scene = Scene(count=26, hidden=(3, 6))
    tracker = FlowMaskTracker()
    tracker.start(scene.view(0), scene.mask(0))
    for i in range(1, 6):
        lost = tracker.step(scene.view(i))
    assert lost.presence < 0.5
    tracker.step(scene.view(6))
    tracker.settle(scene.mask(6))
    for i in range(7, 12):
        assert overlap(tracker.step(scene.view(i)).mask, scene.mask(i)) > 0.8
