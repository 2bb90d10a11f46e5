"""From a box to a mask: GrabCut alone, and with the pictures beside."""

from __future__ import annotations

import numpy as np
import pytest
from moving_scene import Scene, overlap, texture

from models.tracking.box_start import segment_moving_box
from models.tracking.grabcut import segment_box


def _moved(box: tuple[int, int, int, int], dx: int, dy: int, wider: int) -> tuple[int, int, int, int]:
    return box[0] + dx - wider, box[1] + dy - wider, box[2] + 2 * wider, box[3] + 2 * wider


@pytest.mark.parametrize(("dx", "dy", "wider"), [(0, 0, 0), (2, -2, 4), (-2, 2, 8)])
def test_grabcut_finds_a_thing_of_another_colour(dx: int, dy: int, wider: int) -> None:
    scene = Scene()
    mask = segment_box(scene.view(0), _moved(scene.box(0), dx, dy, wider))
    assert overlap(mask, scene.mask(0)) > 0.8


def test_where_colours_say_nothing_the_ellipse_stands() -> None:
    view = np.full((100, 100, 3), 128, np.uint8)
    mask = segment_box(view, (20, 30, 40, 50))
    assert mask[55, 40] and not mask[31, 21]
    assert abs(int(mask.sum()) - np.pi * 20 * 25) < 60


@pytest.mark.parametrize(
    "box", [(-10, -10, 40, 40), (80, 90, 100, 100), (0, 0, 100, 100), (50, 50, 1, 1), (50, 50, 3, 60)]
)
def test_any_box_that_meets_the_picture_gives_something_inside_it(box: tuple[int, int, int, int]) -> None:
    view = texture(100, 100, (100, 100, 100), seed=3)
    mask = segment_box(view, box)
    inside = np.zeros_like(mask)
    inside[max(0, box[1]) : box[1] + box[3], max(0, box[0]) : box[0] + box[2]] = True
    assert mask.any() and not (mask & ~inside).any()


def test_a_box_outside_the_picture_is_refused() -> None:
    with pytest.raises(ValueError, match="outside"):
        segment_box(np.zeros((10, 10, 3), np.uint8), (20, 0, 5, 5))


def test_a_thing_of_the_grounds_colour_is_found_by_its_motion() -> None:
    scene = Scene(color=(95, 110, 90), count=40)
    start = 15
    beside = [scene.view(start + far) for far in (-12, -6, 6, 12)]
    box = _moved(scene.box(start), 0, 0, 6)
    moving = segment_moving_box(scene.view(start), box, beside)
    assert overlap(moving, scene.mask(start)) > 0.75
    assert not np.array_equal(moving, segment_box(scene.view(start), box))


def test_moving_the_box_a_little_changes_little() -> None:
    scene = Scene(count=40)
    start = 15
    beside = [scene.view(start + far) for far in (-12, -6, 6, 12)]
    for dx, dy in ((0, 0), (3, 0), (-3, 0), (0, 3), (0, -3)):
        mask = segment_moving_box(scene.view(start), _moved(scene.box(start), dx, dy, 5), beside)
        assert overlap(mask, scene.mask(start)) > 0.8, f"box moved by {dx}, {dy}"


def test_without_motion_it_is_grabcuts_answer() -> None:
    scene = Scene(pan_px=0, walk_px=0)
    view = scene.view(0)
    still = segment_moving_box(view, scene.box(0), [view.copy(), view.copy(), view.copy()])
    np.testing.assert_array_equal(still, segment_box(view, scene.box(0)))
