"""What colours say of two objects that claim the same pixels."""

from __future__ import annotations

import numpy as np
from walking_squares import WalkingSquares

from app.core.geometry import Rect
from app.core.prompts import BoxPrompt
from app.engine.track_colours import AnchorColours
from app.engine.track_together import track_together

RED, GREEN = (200, 40, 40), (40, 160, 60)
SIZE = (200, 120)


def test_each_colour_leans_to_the_object_that_showed_it() -> None:
    picture = np.zeros((20, 40, 3), np.uint8)
    picture[:, :20], picture[:, 20:] = RED, GREEN
    left = np.zeros((20, 40), bool)
    left[:, :20] = True
    colours = AnchorColours()
    colours.learn(0, picture, left)
    colours.learn(1, picture, ~left)
    found = colours.leaning(picture, (0, 1))
    assert (found[0][:, :14] > 1.9).all()
    assert (found[0][:, 26:] < 0.1).all()
    assert np.allclose(found[0] + found[1], 2, atol=1e-4)


def test_a_colour_that_neither_showed_leans_to_neither() -> None:
    picture = np.full((8, 8, 3), RED, np.uint8)
    colours = AnchorColours()
    colours.learn(0, picture, np.ones((8, 8), bool))
    colours.learn(1, picture, np.ones((8, 8), bool))
    other = colours.leaning(np.full((8, 8, 3), (10, 10, 250), np.uint8), (0, 1))
    assert np.allclose(other[0], 1, atol=1e-3)


def test_an_object_without_a_pixel_is_not_known() -> None:
    colours = AnchorColours()
    colours.learn(0, np.zeros((4, 4, 3), np.uint8), np.zeros((4, 4), bool))
    assert 0 not in colours
    assert 1 not in colours


def test_a_box_that_takes_its_neighbour_along_gives_it_back() -> None:
    clip = WalkingSquares(
        SIZE,
        10,
        lambda index: Rect(30 + 3 * index, 40, 40, 40),
        lambda index: Rect(110, 40, 40, 40),
    )
    wide = BoxPrompt(Rect(100, 30, 80, 60), 9)  # at frame 9 the first square ends at 97, right beside it
    found = track_together(clip, {0: [clip.prompt(0, 0)], 1: [wide]}, frames=(0, 10), cuts=())
    for one, other in zip(found[0], found[1], strict=True):
        assert not (one.mask.to_array() & other.mask.to_array()).any()
    assert (found[0][9].mask.to_array() & clip.mask(9, 0)).sum() > 0.7 * clip.mask(9, 0).sum()
