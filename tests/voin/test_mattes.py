"""An object is cut out of its frame without the ground that its mask takes along."""

from __future__ import annotations

import cv2
import numpy as np

from models.voin.behind import Ground, GroundSearch
from models.voin.mattes import band_px, matte_of
from models.voin.picture import ObjectFrame

SIZE = (220, 140)
BODY = np.array([190, 70, 60], np.float32)
COUNT, STEP_PX, PAN_PX = 26, 4, 1


def world() -> np.ndarray:
    rng = np.random.default_rng(3)
    wide = cv2.resize(
        rng.uniform(0, 200, (14, 30, 3)).astype(np.float32), (300, SIZE[1]), interpolation=cv2.INTER_CUBIC
    )
    return np.clip(wide * np.array([0.4, 1, 1], np.float32), 0, 255)


def share(index: int) -> np.ndarray:
    """``(H, W)`` how much of each pixel is the object: a disc that goes right while the picture goes left."""
    rows, columns = np.indices(SIZE[::-1]).astype(np.float32)
    apart = np.hypot(columns - 55 - STEP_PX * index, rows - 70)
    return np.asarray(np.clip((32 - apart) / 3 + 0.5, 0, 1))


def ground(index: int) -> np.ndarray:
    return world()[:, PAN_PX * index : PAN_PX * index + SIZE[0]]


def scene(index: int, grown_px: int = 0) -> ObjectFrame:
    alpha = share(index)[..., None]
    view = np.rint(alpha * BODY + (1 - alpha) * ground(index)).astype(np.uint8)
    mask = (alpha[..., 0] > 0.5).astype(np.uint8)
    if grown_px:
        mask = np.asarray(cv2.dilate(mask, np.ones((2 * grown_px + 1,) * 2, np.uint8)), np.uint8)
    return ObjectFrame(index, view, mask > 0, np.zeros(mask.shape, bool))


def test_the_ground_behind_an_object_is_what_other_frames_show_there() -> None:
    frames = [scene(index) for index in range(COUNT)]
    found = GroundSearch().ground(frames, 12)
    border = (share(12) > 0.01) & (cv2.erode((share(12) > 0).astype(np.uint8), np.ones((17, 17))) == 0)
    assert found.known[border].mean() > 0.95
    apart = np.abs(found.view.astype(float) - ground(12)).max(-1)
    assert np.median(apart[border & found.known]) < 8


def test_an_object_without_other_frames_has_no_ground() -> None:
    assert not GroundSearch().ground([scene(3)], 0).known.any()


def test_steps_are_forgotten_and_measured_again_alike() -> None:
    frames = [scene(index) for index in range(COUNT)]
    search = GroundSearch()
    first = search.ground(frames, 12)
    search.forget_before(COUNT)
    again = search.ground(frames, 12)
    assert (first.view == again.view).all()
    assert (first.known == again.known).all()


def error_of(alpha: np.ndarray, index: int) -> float:
    near = cv2.dilate((share(index) > 0).astype(np.uint8), np.ones((15, 15), np.uint8)) > 0
    return float(np.abs(alpha / 255 - share(index))[near].mean())


def test_a_mask_that_takes_ground_along_is_cut_to_the_object() -> None:
    frames = [scene(index, grown_px=2) for index in range(COUNT)]
    here = frames[12]
    behind = GroundSearch().ground(frames, 12)
    matte = matte_of(here.view, here.visible, here.occluder, behind)
    assert error_of(matte.alpha, 12) < 0.4 * error_of(here.visible * 255.0, 12)
    rim = (matte.alpha > 20) & (share(12) < 0.99)
    assert rim.sum() > 100
    assert np.abs(matte.view[rim].astype(float) - BODY).max(-1).mean() < 25
    assert np.abs(here.view[rim].astype(float) - BODY).max(-1).mean() > 40


def test_without_a_ground_colours_beside_the_object_tell() -> None:
    here = scene(12, grown_px=2)
    nothing = Ground(here.view, np.zeros(here.visible.shape, bool))
    matte = matte_of(here.view, here.visible, here.occluder, nothing)
    assert error_of(matte.alpha, 12) < 0.8 * error_of(here.visible * 255.0, 12)


def test_beside_a_cover_the_mask_stays_as_it_is() -> None:
    here = scene(12)
    cover = np.zeros(here.visible.shape, bool)
    cover[:, 103:] = True
    visible = here.visible & ~cover
    matte = matte_of(here.view, visible, cover, Ground(here.view, np.zeros(cover.shape, bool)))
    along = visible & (cv2.dilate(cover.astype(np.uint8), np.ones((1, 5), np.uint8)) > 0)
    along &= cv2.erode(here.visible.astype(np.uint8), np.ones((21, 21), np.uint8)) > 0
    assert along.sum() > 20
    assert (matte.alpha[along] == 255).all()
    assert (matte.alpha[cover] == 0).all()


def test_an_empty_mask_gives_an_empty_matte() -> None:
    nowhere = np.zeros((40, 50), bool)
    view = np.full((40, 50, 3), 90, np.uint8)
    matte = matte_of(view, nowhere, nowhere, Ground(view, nowhere))
    assert not matte.alpha.any()
    assert (matte.view == view).all()
    assert band_px(nowhere) >= 1


def test_ground_of_the_objects_own_colour_is_told_by_its_pattern() -> None:
    rng = np.random.default_rng(7)
    height, width = 160, 200
    behind = cv2.resize(rng.uniform(120, 255, (40, 50, 1)).astype(np.float32), (width, height))[..., None] * BODY / 190
    behind = np.asarray(np.clip(behind, 0, 255), np.uint8)
    true = np.zeros((height, width), bool)
    true[30:130, 60:110] = True
    view = np.where(true[..., None], np.clip(BODY, 0, 255).astype(np.uint8), behind)
    given = true.copy()
    given[60:90, 110:115] = True  # a patch of ground that the mask took along
    matte = matte_of(view, given, np.zeros_like(given), Ground(behind, np.ones_like(given)))
    assert (matte.alpha[64:86, 112:115] > 127).mean() < 0.1
    assert (matte.alpha[40:120, 66:104] > 200).all()
    assert matte.told[given].all()


def test_a_spot_amid_the_object_that_looks_like_the_ground_is_no_hole() -> None:
    rng = np.random.default_rng(7)
    behind = cv2.resize(rng.uniform(0, 255, (40, 50, 3)).astype(np.float32), (200, 160)).clip(0, 255).astype(np.uint8)
    whole = np.zeros((160, 200), bool)
    whole[20:140, 90:110] = True
    view = np.where(whole[..., None], BODY.astype(np.uint8), behind)
    view[76:82, 97:103] = behind[76:82, 97:103]
    matte = matte_of(view, whole, np.zeros_like(whole), Ground(behind, np.ones_like(whole)))
    assert (matte.alpha[72:86, 96:104] > 200).all()
