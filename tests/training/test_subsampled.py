"""Composites in 4:2:0."""

from __future__ import annotations

import numpy as np
import pytest

from app import environment
from app.benchmark import fill_with
from models.propagation.picture import Fill
from models.training.composites.building import Composite
from models.training.composites.clip_source import ClipSource
from models.training.composites.demo import demo_composites
from models.training.composites.subsampled import (
    in_420,
    in_subsampled_colour,
    paste_subsampled,
    to_planes,
    to_view,
)
from models.training.data.method import dilate_holes


def composite() -> Composite:
    found = next(iter(demo_composites(environment.resource("demo"), size=(216, 120))))
    (seen,) = in_subsampled_colour([found])
    return seen


def test_grey_keeps_its_level_and_white_and_black_are_limited_range() -> None:
    for level, luma in ((0, 16), (128, 126), (255, 235)):
        planes = to_planes(np.full((4, 6, 3), level, np.uint8))
        assert planes[0].shape == (4, 6) and planes[1].shape == planes[2].shape == (2, 3)
        assert (planes[0] == luma).all() and (planes[1] == 128).all() and (planes[2] == 128).all()
        assert np.abs(to_view(planes).astype(int) - level).max() <= 1


@pytest.mark.parametrize("colour", [(255, 0, 0), (0, 255, 0), (0, 0, 255), (200, 120, 40)])
def test_a_plain_colour_survives(colour: tuple[int, int, int]) -> None:
    view = np.full((4, 4, 3), colour, np.uint8)
    assert np.abs(to_view(to_planes(view)).astype(int) - view).max() <= 2


def test_frames_and_truth_go_the_same_way() -> None:
    found = next(iter(demo_composites(environment.resource("demo"), size=(216, 120))))
    (seen,) = in_subsampled_colour([found])
    assert np.array_equal(seen.truth[0], to_view(to_planes(found.truth[0])))
    assert np.array_equal(seen.frames[3], to_view(to_planes(found.frames[3])))
    assert np.array_equal(seen.masks, found.masks)


def test_the_engine_gets_coarse_chroma_and_a_view_of_its_planes() -> None:
    seen = composite()
    first, second = list(ClipSource(seen.frames[:2], seen.masks[:2], in_420).walk())
    assert first.cut and not second.cut
    assert [(plane.shift_x, plane.shift_y) for plane in first.picture.planes] == [(0, 0), (1, 1), (1, 1)]
    assert first.picture.planes[1].samples.shape == (60, 108)
    assert np.array_equal(first.picture.view, to_view(tuple(plane.samples for plane in first.picture.planes)))


def test_a_fill_is_laid_into_the_planes_and_seen_in_the_hole_alone() -> None:
    frames = np.full((1, 8, 8, 3), 50, np.uint8)
    holes = np.zeros((1, 8, 8), bool)
    holes[0, 3:6, 3:6] = True
    red = to_planes(np.full((4, 4, 3), (220, 30, 30), np.uint8))
    part = np.ones((4, 4), bool)
    before = frames.copy()
    paste_subsampled(Fill(0, 2, 2, 4, 4, red, part, ~part), frames, holes)
    assert np.array_equal(frames[~holes], before[~holes])
    assert np.abs(frames[0, 4, 4].astype(int) - (220, 30, 30)).max() <= 3


@pytest.mark.parametrize("method", ["live", "final"])
def test_our_engine_fills_planes_in_420(method: str) -> None:
    seen = composite()
    frames, holes = seen.frames[:6], dilate_holes(seen.masks[:6])
    filled = fill_with(method, frames, holes, subsampled=True)
    plain = fill_with(method, frames, holes)
    assert np.array_equal(filled.frames[~holes], frames[~holes])
    assert not np.array_equal(filled.frames, plain.frames)
    error = np.abs(filled.frames[holes].astype(int) - seen.truth[:6][holes]).mean()
    assert error < 1.5 * np.abs(plain.frames[holes].astype(int) - seen.truth[:6][holes]).mean()
