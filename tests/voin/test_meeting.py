"""Masks that should meet: a gap counts as covered, and what is wrong all round in a window is mended."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
import pytest
from hidden_scene import SIZE, bar, disc, plain_frame, spoilt

from models.voin.floors import carried_shapes
from models.voin.meeting import met
from models.voin.shapes import FloorShapes

INDICES = range(6, 18)


def _iou(one: np.ndarray, other: np.ndarray) -> float:
    return float((one & other).sum() / (one | other).sum())


@pytest.mark.parametrize("by", [-4, -2, 2, 4])
def test_masks_that_are_wrong_all_round_are_mended(by: int) -> None:
    truth = [plain_frame(index) for index in INDICES]
    given = [spoilt(each, by) for each in truth]
    mended = met(given)
    before = np.mean([_iou(a.visible, b.visible) for a, b in zip(given, truth, strict=True)])
    after = np.mean([_iou(a.visible, b.visible) for a, b in zip(mended, truth, strict=True)])
    assert after > max(0.87, float(before) + 0.04)
    assert not any((each.visible & each.occluder).any() for each in mended)


@pytest.mark.parametrize("by", [-4, 4])
def test_masks_that_miss_the_pictures_edges_are_mended_where_the_cover_says_nothing(by: int) -> None:
    truth = []
    for index in INDICES:  # the cover stands beside, looks like the disc and touches it nowhere
        given, cover = plain_frame(index), np.zeros(SIZE[::-1], bool)
        cover[:, :8] = True
        view = given.view.copy()
        view[disc(index)[1] | cover] = (200, 60, 60)
        view[given.occluder & ~disc(index)[1]] = (90, 90, 90)
        truth.append(replace(given, view=view, visible=disc(index)[1], occluder=cover))
    mended = met([spoilt(each, by) for each in truth])
    assert np.mean([_iou(a.visible, b.visible) for a, b in zip(mended, truth, strict=True)]) > 0.92


@pytest.mark.parametrize(("edges", "spoil", "wanted"), [(-7, 4, -4), (-3, 4, -3), (2, -4, 4)])
def test_where_edges_and_cover_say_two_things_the_larger_mask_is_taken(
    edges: int, spoil: int, wanted: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("models.voin.meeting.missed_by", lambda _frames: edges)
    given = [spoilt(plain_frame(index), spoil) for index in INDICES]
    for one, found in zip(given, met(given), strict=True):
        by = spoilt(one, wanted).visible & ~found.occluder
        assert np.array_equal(found.visible & ~bar(one.index), by & ~bar(one.index))


def test_masks_that_meet_stay_as_they_are() -> None:
    for given, same in zip([plain_frame(i) for i in INDICES], met([plain_frame(i) for i in INDICES]), strict=True):
        assert np.array_equal(given.visible, same.visible) and np.array_equal(given.occluder, same.occluder)


def test_a_gap_that_looks_like_the_cover_is_covered_and_the_object_stays() -> None:
    thin = [plain_frame(index) for index in INDICES]
    thin = [replace(each, occluder=cv2.erode(each.occluder.astype(np.uint8), np.ones((5, 5))) > 0) for each in thin]
    for given, found in zip(thin, met(thin), strict=True):
        assert np.array_equal(found.visible, given.visible)
        assert (found.occluder & ~given.occluder).sum() > 10
        assert (found.occluder & disc(given.index)[1] == bar(given.index) & disc(given.index)[1]).mean() > 0.99


def test_a_gap_of_ground_makes_nobody_grow() -> None:
    frames = []
    for index in INDICES:
        given = plain_frame(0)
        cover = np.zeros(SIZE[::-1], bool)
        cover[:, 60:66] = True  # the disc ends at 54
        view = given.view.copy()
        view[:, 56:66] = (90, 90, 90)
        view[cover] = (20, 200, 20)
        frames.append(replace(given, index=index, view=view, occluder=cover, visible=disc(0)[1]))
    for found, given in zip(met(frames), frames, strict=True):
        assert np.array_equal(found.visible, disc(0)[1]) and np.array_equal(found.occluder, given.occluder)


def test_masks_that_meet_in_one_frame_of_a_window_are_right_in_all() -> None:
    frames = [plain_frame(index) for index in (10, 30)]  # at 30 the disc has left its bar
    for found, given in zip(met(frames), frames, strict=True):
        assert np.array_equal(found.visible, given.visible) and np.array_equal(found.occluder, given.occluder)


def test_masks_far_apart_and_missing_ones_are_left_alone() -> None:
    alone, nothing = plain_frame(0), np.zeros(SIZE[::-1], bool)
    far = np.zeros_like(nothing)
    far[:, 120:] = True
    for given in (replace(alone, occluder=far), replace(alone, occluder=nothing), replace(alone, visible=nothing)):
        found = met([given])[0]
        assert np.array_equal(found.visible, given.visible) and np.array_equal(found.occluder, given.occluder)


def test_a_shape_that_is_given_keeps_its_visible_mask() -> None:
    given = [replace(spoilt(plain_frame(index), -3), amodal=disc(index)[1]) for index in INDICES]
    assert all(np.array_equal(a.visible, b.visible) for a, b in zip(given, met(given), strict=True))


def test_shapes_of_masks_that_are_too_small_come_back_nearly_whole() -> None:
    given = [spoilt(plain_frame(index), -3) for index in INDICES]
    walk = FloorShapes()
    mended = dict([each for one in given for each in walk.push(one)] + walk.finish())
    plain = carried_shapes(given, 24)
    scores = {
        "mended": float(np.mean([_iou(mended[each.index], disc(each.index)[1]) for each in given])),
        "plain": float(np.mean([_iou(each.shape, disc(one.index)[1]) for each, one in zip(plain, given, strict=True)])),
    }
    assert scores["mended"] > max(0.8, scores["plain"] + 0.2)
