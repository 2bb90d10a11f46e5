"""The tracker's parts: the cut, the colour models, the camera's motion, the vote on the background."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from moving_scene import Scene, overlap, texture

from models.flow.dis import DisFlow
from models.tracking.appearance import ColorModel, PlaceModel, to_lab
from models.tracking.box_start import _without_gaps
from models.tracking.camera import background_flow, camera_motion, displacement
from models.tracking.consensus import Beside, background_votes, zone
from models.tracking.cut import contrast_weights, cut
from models.tracking.evidence import Carried, clearly_own, stays_behind
from models.tracking.pieces import loose_ends, main_pieces


def _square() -> np.ndarray:
    mask = np.zeros((50, 60), np.bool_)
    mask[15:35, 20:45] = True
    return mask


def test_a_cut_cleans_noisy_evidence() -> None:
    mask = _square()
    noise = np.random.default_rng(0).normal(0, 1.5, mask.shape)
    evidence = (np.where(mask, 1.0, -1.0) + noise).astype(np.float32)
    answer = cut(evidence, contrast_weights(np.full((50, 60, 3), 120, np.uint8), 2.0), None, 200) > 0.5
    assert overlap(answer, mask) > 0.85 > overlap(evidence > 0, mask)


def test_a_cut_follows_the_edges_of_the_picture() -> None:
    mask = _square()
    lab = np.where(mask[..., None], 180, 90).astype(np.uint8).repeat(3, axis=2)
    evidence = np.full(mask.shape, -0.4, np.float32)
    evidence[20:30, 25:40] = 3.0  # only the middle is known; the rest leans to the background
    evidence[mask & (evidence < 0)] = 0.05
    assert overlap(cut(evidence, contrast_weights(lab, 2.0), None, 300) > 0.5, mask) > 0.97


def test_colours_of_the_object_get_positive_odds() -> None:
    scene = Scene()
    lab, mask = to_lab(scene.view(0)), scene.mask(0)
    model = ColorModel()
    model.learn(lab, mask.astype(np.float32), (~mask).astype(np.float32), anchor=True)
    odds = model.log_ratio(lab)
    assert np.median(odds[mask]) > 1 and np.median(odds[~mask]) < -1
    assert model.likeness(lab[mask]) > 0.95 > 0.5 > model.likeness(lab[~mask])
    told = model.told_from_same(lab)
    assert told[mask].mean() < told[~mask].mean()


def test_newer_answers_do_not_wash_the_anchors_colours_out() -> None:
    scene = Scene()
    lab, mask = to_lab(scene.view(0)), scene.mask(0)
    model = ColorModel()
    model.learn(lab, mask.astype(np.float32), (~mask).astype(np.float32), anchor=True)
    wrong = np.roll(mask, 120, axis=1).astype(np.float32)
    for _ in range(50):
        model.learn(lab, wrong, np.zeros_like(wrong))
    assert np.median(model.log_ratio(lab)[mask]) > 1


def test_a_colour_by_place_counts_only_near_where_it_was_seen() -> None:
    lab = np.full((32, 96, 3), 128, np.uint8)
    rows, columns = np.mgrid[:32, :96]
    on_the_left = (columns < 48).astype(np.float32)
    flat = lab.reshape(-1, 3), columns.ravel().astype(np.float32), rows.ravel().astype(np.float32), on_the_left.ravel()
    odds = PlaceModel(16).log_odds(lab, *flat)
    assert (odds[:, :30] > 2).all() and (odds[:, 66:] < -2).all()


def test_the_cameras_motion_is_found_in_spite_of_an_object() -> None:
    matrix = np.array([[1.01, 0.002, 3.0], [-0.003, 0.99, -2.0], [1e-5, 0, 1]])
    flow = displacement(matrix, 120, 160)
    flow[30:90, 50:110] = (9, 9)
    camera = camera_motion(flow, np.ones((120, 160), np.bool_))
    np.testing.assert_allclose(camera.flow, displacement(matrix, 120, 160), atol=0.05)
    assert camera.error_px < 0.05


def test_without_points_the_camera_stands_still() -> None:
    camera = camera_motion(np.ones((40, 40, 2), np.float32), np.zeros((40, 40), np.bool_))
    assert not camera.flow.any() and camera.error_px == float("inf")


def test_motion_behind_an_object_is_its_surroundings() -> None:
    flow = np.zeros((120, 160, 2), np.float32)
    flow[:, :, 0] = 2
    flow[40:80, 60:100] = (-7, 5)
    background = np.ones((120, 160), np.bool_)
    background[35:85, 55:105] = False
    behind = background_flow(flow, camera_motion(flow, background), background)
    np.testing.assert_allclose(behind[60, 80], (2, 0), atol=0.1)


def test_pictures_beside_vote_for_the_ground_and_against_the_walker() -> None:
    scene = Scene(count=40)
    here, mask = scene.view(20), scene.mask(20)
    others = [Beside.of(scene.view(20 + far)) for far in (-12, -9, 9, 12)]
    whole = (slice(0, 240), slice(0, 320))
    votes_for, votes = background_votes(Beside.of(here), others, mask, whole, DisFlow("fast"))
    assert votes.max() == 4
    inner = np.zeros_like(mask)
    inner[30:210, 40:280] = True
    assert votes_for[mask].mean() < 0.2
    assert votes_for[inner & ~zone(mask, 3)].mean() > 0.55


@pytest.mark.parametrize("margin", [0, 4])
def test_a_zone_is_the_grown_convex_hull(margin: int) -> None:
    mask = np.zeros((40, 40), np.bool_)
    mask[10, 10] = mask[10, 30] = mask[30, 20] = True
    hull = zone(mask, margin)
    assert hull[20, 20] and hull[mask].all() and not hull[35, 5]
    assert not zone(np.zeros((5, 5), np.bool_), 3).any()


def test_plain_pictures_have_even_contrast() -> None:
    right, down = contrast_weights(texture(20, 30, (100, 100, 100), seed=0), 1.0)
    assert right.max() <= 1.0 and down.max() <= 1.0 and right.min() >= 0
    assert not right[:, -1].any() and not down[-1].any()


def _carried(mask: np.ndarray) -> Carried:
    outside = cv2.distanceTransform((~mask).view(np.uint8), cv2.DIST_L2, 3)
    depth = cv2.distanceTransform(mask.view(np.uint8), cv2.DIST_L2, 3)
    return Carried(mask.astype(np.float32), np.zeros(mask.shape, np.float32), outside, depth)


def test_what_stands_while_the_object_moves_was_left_behind() -> None:
    mask = _square()
    motion = np.zeros((50, 60, 2), np.float32)
    motion[15:35, 32:45, 0] = 3.0  # the left half of the mask has leaked over the ground
    behind = stays_behind(_carried(mask), motion)
    assert behind[15:35, 20:31].min() > 0.9 and behind[15:35, 33:45].max() == 0


@pytest.mark.parametrize("own_px", [0.0, 0.3])
def test_nothing_is_left_behind_by_an_object_that_does_not_clearly_move(own_px: float) -> None:
    mask = _square()
    motion = np.zeros((50, 60, 2), np.float32)
    motion[mask] = (own_px, 0)
    assert not stays_behind(_carried(mask), motion).any()


def test_a_small_gap_in_a_box_is_filled_and_an_open_one_is_not() -> None:
    mask = _square()
    mask[20:23, 30:34] = False
    mask[15:25, 24] = False
    filled = _without_gaps(mask)
    assert filled[20:23, 30:34].all() and not filled[15:25, 24].any()


def _with_piece(left: int) -> np.ndarray:
    """A body of 40 x 30 pixels and a piece of 3 x 3 to the right of it."""
    shape = np.zeros((60, 80), np.float32)
    shape[10:50, 10:40] = 1
    shape[30:33, left : left + 3] = 1
    return shape


@pytest.mark.parametrize(
    ("left", "own", "kept"),
    [(43, 0.8, True), (43, 0.2, False), (52, 0.8, False)],
    ids=["close and its own", "close", "far"],
)
def test_a_small_piece_is_kept_if_it_is_close_and_clearly_the_objects_own(left: int, own: float, kept: bool) -> None:
    shape = _with_piece(left)
    still = np.zeros((*shape.shape, 2), np.float32)
    answer = main_pieces(shape, still, np.full(shape.shape, own, np.float32))
    assert bool(answer[31, left + 1] > 0.5) == kept and answer[10:50, 10:40].all()


@pytest.mark.parametrize(
    ("arm", "front", "color", "is_end"),
    [
        ((slice(30, 36), slice(40, 50)), 0.5, 2.0, True),
        ((slice(30, 36), slice(40, 50)), 0.0, 2.0, False),
        ((slice(30, 36), slice(40, 50)), 0.5, -1.0, False),
        ((slice(30, 36), slice(46, 52)), 0.5, 2.0, False),
        ((slice(10, 50), slice(40, 52)), 0.5, 2.0, False),
    ],
    ids=["an arm", "of the background", "of another colour", "apart", "too large"],
)
def test_a_loose_end_touches_stands_in_front_and_has_the_objects_colours(
    arm: tuple[slice, slice], front: float, color: float, is_end: bool
) -> None:
    body = np.zeros((60, 80), np.bool_)
    body[10:50, 10:40] = True
    fronts, colors = np.full(body.shape, -1, np.float32), np.full(body.shape, -3, np.float32)
    fronts[arm], colors[arm] = front, color
    ends = loose_ends(body, fronts, colors)
    assert bool(ends[arm].mean() > 0.6) == is_end
    assert not ends[body].any() and ends.sum() == ends[arm].sum()


def test_nothing_hangs_at_nothing() -> None:
    likely = np.ones((20, 20), np.float32)
    assert not loose_ends(np.zeros((20, 20), np.bool_), likely, likely).any()


def test_only_what_stands_in_front_in_the_objects_colours_is_clearly_its_own() -> None:
    front = np.array([[1, 1, 0.2, -1]], np.float32)
    color = np.array([[3, 0.2, 3, 3]], np.float32)
    np.testing.assert_allclose(clearly_own(front, color), [[1, 0, 0, 0]])
