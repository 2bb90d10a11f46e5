"""How far masks miss the picture's edges all round: told where they do, and nothing said where they do not."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
import pytest
from hidden_scene import SIZE, disc, plain_frame, spoilt

from models.voin.edges import missed_by

INDICES = range(6, 18)


@pytest.mark.parametrize("by", [-8, -4, -2, -1, 2, 4, 8])
def test_masks_that_are_wrong_all_round_are_told_by_how_much(by: int) -> None:
    assert missed_by([spoilt(plain_frame(index), by) for index in INDICES]) == pytest.approx(-by, abs=1)


@pytest.mark.parametrize("by", [0, 1])
def test_masks_as_exact_as_masks_are_fit(by: int) -> None:
    assert missed_by([spoilt(plain_frame(index), by) for index in INDICES]) == 0


def test_edges_inside_the_object_and_behind_it_are_no_outline() -> None:
    frames = []
    for index in INDICES:
        given, (_, whole) = plain_frame(index), disc(index)
        view = given.view.copy()
        x, y = (int(each.mean()) for each in np.nonzero(whole)[::-1])
        cv2.circle(view, (x + index % 3 - 1, y), 9 + index % 4, (250, 250, 250), 2)  # on the disc, elsewhere each time
        view[np.broadcast_to(np.arange(SIZE[0]) % 16 < 2, whole.shape) & ~whole & ~given.occluder] = (0, 0, 0)
        frames.append(replace(given, view=view))
    assert missed_by(frames) == 0
    assert missed_by([spoilt(each, 5) for each in frames]) == pytest.approx(-5, abs=1)


def test_an_edge_that_is_hardly_stronger_beside_the_mask_does_not_count() -> None:
    noise = np.random.default_rng(0)
    views = (noise.integers(0, 255, (*SIZE[::-1], 3), np.uint8) for _ in INDICES)
    frames = [replace(plain_frame(index), view=view) for index, view in zip(INDICES, views, strict=True)]
    assert missed_by(frames) == 0


def test_the_covers_edge_is_not_the_objects() -> None:
    frames = []
    for index in INDICES:
        given = plain_frame(index)
        view = np.where(given.occluder[..., None], given.view, np.uint8(90))  # nothing but the cover shows
        cover = cv2.erode(given.occluder.astype(np.uint8), np.ones((1, 3), np.uint8)) > 0
        frames.append(replace(given, view=view, visible=disc(index)[1] & ~cover, occluder=cover))
    assert missed_by(frames) == 0


def test_frames_that_show_nothing_or_have_a_shape_say_nothing() -> None:
    given = spoilt(plain_frame(8), 4)
    assert missed_by([]) == 0
    assert missed_by([replace(given, visible=np.zeros_like(given.visible))]) == 0
    assert missed_by([replace(given, amodal=disc(8)[1])]) == 0
    assert missed_by([given]) == pytest.approx(-4, abs=1)
