"""A twin's colours come into the light of the frame that they fill."""

from __future__ import annotations

import numpy as np

from models.propagation.source_map import Window
from models.voin.lighting import light_change, moved_twin
from models.voin.picture import ObjectFrame, Twin

SIZE = (120, 160)
SHIRT, SKIN = (60, 110, 100), (200, 150, 120)
HIDDEN = np.s_[20:100, 90:120]


def body() -> np.ndarray:
    """``(H, W)`` bool."""
    mask = np.zeros(SIZE, bool)
    mask[20:100, 40:120] = True
    return mask


def coloured(shirt: tuple[int, int, int], skin: tuple[int, int, int]) -> np.ndarray:
    """A body with a shirt above and skin below, before a grey ground."""
    view = np.full((*SIZE, 3), 90, np.uint8)
    view[20:60, 40:120] = shirt
    view[60:100, 40:120] = skin
    return view


def change(twin_view: np.ndarray, seen: np.ndarray) -> np.ndarray:
    hidden = np.zeros(SIZE, bool)
    hidden[HIDDEN] = True
    twin = Twin(
        9,
        twin_view,
        body().astype(np.uint8) * np.uint8(255),
        np.ones(SIZE, bool),
        (0.0, 0.0),
        np.ones(SIZE, np.float32),
    )
    frame = ObjectFrame(0, coloured(SHIRT, SKIN), seen & ~hidden, hidden, amodal=body(), twin=twin)
    assert frame.twin is not None
    moved = moved_twin(frame.twin, hidden.shape[::-1])
    return light_change(frame, moved, hidden, Window(0, 0, SIZE[1], SIZE[0]))


def test_each_colour_changes_as_it_does_where_it_is_seen() -> None:
    found = change(coloured((75, 105, 80), (180, 150, 130)), body())
    assert np.abs(found[25:55, 95:115] - (-15, 5, 20)).max() < 5
    assert np.abs(found[65:95, 95:115] - (20, 0, -10)).max() < 5
    assert not found[:, :88].any()


def test_a_mask_that_takes_ground_along_says_nothing_of_the_light() -> None:
    twin_view = coloured((75, 105, 80), (180, 150, 130))
    too_large = body()
    too_large[20:60, 20:40] = True  # ground here, and there as well
    twin_view[20:60, 40:56] = (230, 230, 40)  # and the twin has its hand before its shirt
    assert np.abs(change(twin_view, too_large)[25:55, 95:115] - (-15, 5, 20)).max() < 5


def test_in_the_same_light_nothing_changes() -> None:
    assert np.abs(change(coloured(SHIRT, SKIN), body())).max() < 0.5


def test_of_an_object_that_shows_nothing_no_light_is_known() -> None:
    assert not change(coloured((75, 105, 80), (180, 150, 130)), np.zeros(SIZE, bool)).any()
