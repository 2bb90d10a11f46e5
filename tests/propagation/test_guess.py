"""Guesses: only unknown pixels change, in the clip's own planes, repeatably, and never from forbidden pixels."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from panned_scene import MAGENTA, make_scene, plane_mask, rgb_view, texture

from models.propagation.colour_relation import ColourRelation
from models.propagation.guess import guess_picture
from models.propagation.picture import BoolMask, HoleFrame, Picture, PicturePlane
from models.propagation.store import SourcePicture

SIZE = (64, 96)


def scene_frame(bits: int = 8, shifts: tuple[int, int] = (1, 1), size: tuple[int, int] = SIZE) -> HoleFrame:
    return make_scene([(40, 24, 16, 14)], bits=bits, shifts=shifts, size=size).frames[0]


def guess(
    picture: Picture, unknown: BoolMask, forbidden: BoolMask, painted: NDArray[np.uint8] | None, *, seed: int | None
) -> SourcePicture:
    relation, avoid = ColourRelation.of(picture, ~forbidden), np.zeros_like(unknown)
    return guess_picture(picture, unknown, forbidden, painted, avoid=avoid, relation=relation, align=2, seed=seed)


def full_planes(picture: Picture, guessed: SourcePicture) -> tuple[PicturePlane, ...]:
    """The picture's planes with the guess laid in."""
    out = []
    for plane, part in zip(picture.planes, guessed.planes, strict=True):
        samples = plane.samples.copy()
        top, left = guessed.window.top >> plane.shift_y, guessed.window.left >> plane.shift_x
        samples[top : top + part.samples.shape[0], left : left + part.samples.shape[1]] = part.samples
        out.append(PicturePlane(samples, plane.shift_x, plane.shift_y))
    return tuple(out)


@pytest.mark.parametrize("seed", [None, 7])
@pytest.mark.parametrize("shifts", [(0, 0), (1, 0), (1, 1)])
def test_only_unknown_pixels_are_painted(shifts: tuple[int, int], seed: int | None) -> None:
    frame = scene_frame(shifts=shifts)
    guessed = guess(frame.picture, frame.hole, frame.hole, None, seed=seed)
    for before, after in zip(frame.picture.planes, full_planes(frame.picture, guessed), strict=True):
        outside = ~plane_mask(frame.hole, before)
        np.testing.assert_array_equal(before.samples[outside], after.samples[outside])
        assert not np.array_equal(before.samples, after.samples) and before.samples.dtype == after.samples.dtype


@pytest.mark.parametrize("seed", [None, 7])
@pytest.mark.parametrize("bits", [8, 10])
def test_the_object_is_gone_from_every_plane(bits: int, seed: int | None) -> None:
    frame = scene_frame(bits)
    guessed = guess(frame.picture, frame.hole, frame.hole, None, seed=seed)
    for number, plane in enumerate(full_planes(frame.picture, guessed)):
        inside = plane.samples[plane_mask(frame.hole, plane)] / (1 << bits - 8)
        if number:
            assert np.abs(inside - MAGENTA[number]).min() > 40
        assert 20 < inside.mean() < 230


@pytest.mark.parametrize("bits", [8, 10])
def test_guessed_planes_show_the_colours_the_fill_of_the_view_chose(bits: int) -> None:
    frame = scene_frame(bits)
    picture = frame.picture
    guessed = guess(picture, frame.hole, frame.hole, None, seed=7)
    window = guessed.window
    view = rgb_view(full_planes(picture, guessed), *SIZE, bits)[window.slices]
    channels = [
        guess(
            Picture(0, picture.view, (PicturePlane(np.ascontiguousarray(picture.view[..., c])),)),
            frame.hole, frame.hole, None, seed=7,
        ).planes[0].samples
        for c in range(3)
    ]  # fmt: skip
    inside = frame.hole[window.slices]
    error = np.abs(view.astype(int) - np.stack(channels, -1))[inside]
    assert error.mean() < 4  # chroma is halved in between


@pytest.mark.parametrize("seed", [None, 7])
def test_a_guess_is_repeatable(seed: int | None) -> None:
    frame = scene_frame()
    first, second = (guess(frame.picture, frame.hole, frame.hole, None, seed=seed) for _ in range(2))
    for one, other in zip(first.planes, second.planes, strict=True):
        np.testing.assert_array_equal(one.samples, other.samples)


def test_forbidden_pixels_are_not_copied_from() -> None:
    frame = scene_frame()
    unknown = np.zeros(SIZE, bool)
    unknown[28:34, 44:50] = True
    guessed = guess(frame.picture, unknown, frame.hole, None, seed=7)
    for number, plane in enumerate(full_planes(frame.picture, guessed)[1:], 1):
        assert np.abs(plane.samples[plane_mask(frame.hole, plane)].astype(int) - MAGENTA[number]).min() > 40


def test_what_is_painted_already_is_kept_round_the_guess() -> None:
    scene = make_scene([(40, 24, 16, 14)], shifts=(0, 0))
    frame = scene.frames[0]
    unknown = np.zeros(SIZE, bool)
    unknown[28:34, 44:50] = True
    guessed = guess(frame.picture, unknown, frame.hole, scene.truth[0].view, seed=7)
    known = frame.hole & ~unknown
    for plane, truth in zip(full_planes(frame.picture, guessed), scene.truth[0].planes, strict=True):
        assert np.abs(plane.samples[known].astype(int) - truth.samples[known]).mean() < 3


def test_a_guess_deep_inside_a_large_hole_has_the_scenes_colours() -> None:
    scene = make_scene([(20, 20, 200, 160)], size=(200, 240))
    frame = scene.frames[0]
    unknown = np.zeros(frame.hole.shape, bool)
    unknown[98:104, 118:124] = True
    guessed = guess(frame.picture, unknown, frame.hole, scene.truth[0].view, seed=7)
    for plane, truth in zip(full_planes(frame.picture, guessed), scene.truth[0].planes, strict=True):
        where = plane_mask(unknown, plane)
        assert abs(float(plane.samples[where].mean()) - float(truth.samples[plane_mask(frame.hole, plane)].mean())) < 50


@pytest.mark.parametrize("bits", [8, 10])
def test_with_nothing_to_go_by_the_guess_is_flat(bits: int) -> None:
    frame = scene_frame(bits)
    everywhere = np.ones(SIZE, bool)
    guessed = guess(frame.picture, everywhere, everywhere, None, seed=7)
    for plane in guessed.planes:
        assert np.ptp(plane.samples) == 0
        assert 0.3 < plane.samples[0, 0] / (1 << bits) < 0.7


@pytest.mark.parametrize("size", [(16, 16), (17, 33), (40, 9)])
@pytest.mark.parametrize("seed", [None, 7])
def test_small_and_odd_pictures_are_guessed(size: tuple[int, int], seed: int | None) -> None:
    half = (-(-size[0] // 2), -(-size[1] // 2))
    chroma = [PicturePlane(texture(*half, seed=n, low=110, high=140), 1, 1) for n in (2, 3)]
    planes = (PicturePlane(texture(*size, seed=1)), *chroma)
    picture = Picture(0, rgb_view(planes, *size, 8), planes)
    hole = np.zeros(size, bool)
    hole[-6:, -4:] = True
    guessed = guess(picture, hole, hole, None, seed=seed)
    assert [plane.samples.shape for plane in full_planes(picture, guessed)] == [plane.samples.shape for plane in planes]


def test_a_large_hole_is_guessed_on_a_small_crop_at_native_size() -> None:
    frame = make_scene([(30, 30, 300, 200)], size=(260, 360)).frames[0]
    guessed = guess(frame.picture, frame.hole, frame.hole, None, seed=7)
    luma = full_planes(frame.picture, guessed)[0].samples
    assert luma[frame.hole].std() > 5
