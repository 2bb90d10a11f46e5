"""Masks become holes and alphas."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from app.core.errors import UserError
from app.core.masks import MaskBlob
from app.engine.holes import HoleSettings, HoleShape, hole_at, hole_of, no_hole


def disc(width: int = 120, height: int = 100, x: int = 60, y: int = 50, radius: int = 15) -> np.ndarray:
    picture = np.zeros((height, width), np.uint8)
    cv2.circle(picture, (x, y), radius, 1, -1)
    return picture.astype(bool)


def blob(mask: np.ndarray) -> MaskBlob:
    return MaskBlob.from_array(mask)


def test_hole_reaches_the_dilation_and_no_further() -> None:
    mask = disc()
    hole = hole_of(mask, HoleSettings(dilate_px=6, feather_px=3))
    distance = cv2.distanceTransform((~mask).astype(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_PRECISE)
    assert np.array_equal(hole.full_region(), distance <= 6)


def test_alpha_is_zero_outside_and_positive_inside_the_hole() -> None:
    hole = hole_of(disc(), HoleSettings(dilate_px=9, feather_px=9))
    assert np.array_equal(hole.full_alpha() > 0, hole.full_region())


@pytest.mark.parametrize(("dilate", "feather"), [(0, 0), (4, 2), (3, 10), (0, 6), (40, 40)])
def test_alpha_is_opaque_on_the_mask_itself(dilate: int, feather: int) -> None:
    mask = disc()
    hole = hole_of(mask, HoleSettings(dilate_px=dilate, feather_px=feather))
    assert (hole.full_alpha()[mask] == 255).all()


def test_alpha_falls_off_towards_the_border() -> None:
    row = hole_of(disc(), HoleSettings(dilate_px=10, feather_px=8)).full_alpha()[50, 60:90].astype(int)
    assert (np.diff(row) <= 0).all() and len(set(row.tolist())) > 6


def test_default_dilation_follows_the_height() -> None:
    assert HoleSettings().widths(240) == (4, 2)
    assert HoleSettings().widths(1080) == (18, 9)


def test_a_hole_at_the_picture_border_is_opaque_there() -> None:
    hole = hole_of(disc(x=0), HoleSettings(dilate_px=6, feather_px=5))
    assert hole.full_alpha()[50, 0] == 255


def test_gaps_are_filled_and_dots_dropped_only_if_tidy() -> None:
    mask = disc(radius=20)
    mask[45:55, 55:65] = False
    mask[2, 2] = True
    tidy = hole_of(mask, HoleSettings(dilate_px=0)).full_region()
    literal = hole_of(mask, HoleSettings(dilate_px=0, tidy=False)).full_region()
    assert tidy[50, 60] and not tidy[2, 2]
    assert np.array_equal(literal, mask)


def test_a_mask_of_dots_only_keeps_them() -> None:
    mask = np.zeros((100, 120), bool)
    mask[10, 10] = mask[50, 70] = True
    assert np.array_equal(hole_of(mask, HoleSettings(dilate_px=0)).full_region(), mask)


def test_box_shape_fills_the_bounding_box() -> None:
    region = hole_of(disc(), HoleSettings(dilate_px=0, shape=HoleShape.BOX)).full_region()
    assert region[35:66, 45:76].all() and region.sum() == 31 * 31
    wider = hole_of(disc(), HoleSettings(dilate_px=4, feather_px=2, shape=HoleShape.BOX)).full_region()
    assert wider[31:70, 41:80].all() and wider.sum() == 39 * 39


def test_a_soft_matte_is_kept_as_feather() -> None:
    soft = cv2.GaussianBlur(disc().astype(np.float32) * 255, (0, 0), 4)
    soft = np.minimum(255, soft * 2).astype(np.uint8)
    hole = hole_of(soft == 255, HoleSettings(dilate_px=0, feather_px=0, tidy=False), soft=soft)
    assert np.array_equal(hole.full_alpha(), soft)


def test_a_soft_edge_moves_outwards_with_the_dilation() -> None:
    soft = np.zeros((50, 200), np.uint8)
    soft[:, 50:100] = 255
    soft[:, 100:120] = np.linspace(250, 10, 20).astype(np.uint8)
    hole = hole_of(soft == 255, HoleSettings(dilate_px=5, feather_px=0, tidy=False), soft=soft)
    assert np.array_equal(hole.full_alpha()[25, 105:125], soft[25, 100:120])


def test_an_empty_mask_has_no_hole() -> None:
    hole = hole_of(np.zeros((20, 30), bool), HoleSettings())
    assert hole.empty and hole.area_px == 0 and hole.full_region().shape == (20, 30)
    assert no_hole(30, 20).digest() == hole.digest()


def test_neighbouring_masks_are_united() -> None:
    masks = {0: blob(disc(x=40)), 1: blob(disc(x=50)), 2: blob(disc(x=60))}
    both = hole_at(masks, 1, HoleSettings(dilate_px=0, tidy=False), size=(120, 100)).full_region()
    assert np.array_equal(both, disc(x=40) | disc(x=50) | disc(x=60))


def test_a_causal_hole_takes_nothing_from_later_frames() -> None:
    masks = {0: blob(disc(x=40)), 1: blob(disc(x=50)), 2: blob(disc(x=60))}
    causal = hole_at(masks, 1, HoleSettings(dilate_px=0, tidy=False, after=0), size=(120, 100)).full_region()
    assert np.array_equal(causal, disc(x=40) | disc(x=50))
    assert hole_at({2: masks[2]}, 1, HoleSettings(after=0), size=(120, 100)).empty


def test_masks_do_not_count_across_a_cut() -> None:
    masks = {0: blob(disc(x=20)), 1: blob(disc(x=90))}
    hole = hole_at(masks, 1, HoleSettings(dilate_px=0, tidy=False), size=(120, 100), cuts={1})
    assert np.array_equal(hole.full_region(), disc(x=90))


def test_a_missing_frame_is_bridged() -> None:
    masks = {0: blob(disc(x=50)), 2: blob(disc(x=50))}
    assert (hole_at(masks, 1, HoleSettings(), size=(120, 100)).full_region() >= disc(x=50)).all()


@pytest.mark.parametrize("settings", [{"dilate_px": -1}, {"feather_px": -3}])
def test_negative_widths_are_refused(settings: dict[str, int]) -> None:
    with pytest.raises(UserError, match="cannot be negative"):
        HoleSettings(**settings)
