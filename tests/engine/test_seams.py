"""Seam controls: colour match takes off a jump, grain gives back the noise that a fill lacks, only inside the hole."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
import pytest

from app.core.geometry import Rect
from app.engine.compositing import composite
from app.engine.grain import correlated_noise, grain_for, measured_noise
from app.engine.holes import Hole
from app.engine.loader import Fill
from app.engine.removal import Filled, composited
from app.engine.seams import SeamSettings, fitted, spread
from app.media.convert import rgb_view
from app.media.frame import ColorTags, Family, PlaneLayout, VideoFrame

WIDTH, HEIGHT = 240, 180
RECT = Rect(81, 61, 70, 54)


def hole() -> Hole:
    region = np.zeros((RECT.height, RECT.width), np.uint8)
    cv2.ellipse(region, (35, 27), (34, 26), 0, 0, 360, 1, -1)
    return Hole(WIDTH, HEIGHT, RECT, region > 0, region * np.uint8(255))


def scene(bits: int, shift: int = 1, noise: float = 0.0, soft: float = 0.0) -> VideoFrame:
    """A gentle ramp in every plane, with film noise."""
    layout = PlaneLayout(Family.YUV, bits, shift, shift, False)
    random = np.random.default_rng(11)
    planes = []
    for number in range(3):
        rows, columns = layout.plane_size(number, WIDTH, HEIGHT)
        yy, xx = np.mgrid[0:rows, 0:columns]
        levels = 100.0 + 40 * xx / columns + 20 * yy / rows
        grain = random.normal(0, noise, (rows, columns))
        if soft:
            grain = cv2.GaussianBlur(grain, (0, 0), soft)
            grain *= noise / max(grain.std(), 1e-9)
        plane = np.rint((levels + grain) * (1 << (bits - 8))).astype(layout.dtype)
        plane.flags.writeable = False
        planes.append(plane)
    return VideoFrame(7, 7, 1, layout, tuple(planes), ColorTags(), to_rgb=rgb_view)


def fill_of(frame: VideoFrame, offset: float, *, guessed: bool = True) -> Fill:
    """The scene without its noise, and too bright by ``offset`` levels."""
    clean = scene(frame.layout.bits, frame.layout.shift_x)
    left, top, right, bottom = 80, 60, 152, 116
    gain = 1 << (frame.layout.bits - 8)
    planes = tuple(
        (plane[top >> y : bottom >> y, left >> x : right >> x].astype(float) + offset * gain).astype(plane.dtype)
        for plane, (x, y) in zip(clean.planes, frame.layout.plane_shifts, strict=True)
    )
    region = hole().full_region()[top:bottom, left:right]
    nothing = np.zeros_like(region)
    seen, other = (nothing, region) if guessed else (region, nothing)
    return Fill(7, left, top, right - left, bottom - top, planes, seen, other)


def inside(frame: VideoFrame, plane: int) -> np.ndarray:
    shift = frame.layout.plane_shifts[plane][0]
    region = cv2.erode(hole().full_region().astype(np.uint8), np.ones((9, 9), np.uint8))
    return np.asarray(frame.planes[plane][region[:: 1 << shift, :: 1 << shift] > 0], np.float64)


@pytest.mark.parametrize("bits", [8, 10])
def test_colour_match_takes_off_an_even_jump(bits: int) -> None:
    frame = scene(bits)
    fill = fill_of(frame, 12)
    gain = 1 << (bits - 8)
    truth = [inside(scene(bits), number) for number in range(3)]
    for amount, left in ((0.0, 12), (0.5, 6), (1.0, 0)):
        result = composited(Filled(frame, hole(), (fill,)), SeamSettings(colour_match=amount))
        for number in range(3):
            error = (inside(result, number) - truth[number]) / gain
            assert abs(error.mean() - left) < 0.7 and error.std() < 1.2, (amount, number)


@pytest.mark.parametrize(("bits", "soft"), [(8, 0.0), (8, 0.6), (10, 0.0)])
def test_grain_gives_a_smooth_fill_the_noise_round_it(bits: int, soft: float) -> None:
    frame = scene(bits, noise=4.0, soft=soft)
    fill = fill_of(frame, 0)
    gain = 1 << (bits - 8)
    clean = [inside(scene(bits), number) for number in range(3)]
    wanted = inside(frame, 0) - clean[0]
    result = composited(Filled(frame, hole(), (fill,)), SeamSettings(grain=1.0))
    made = inside(result, 0) - clean[0]
    assert abs(made.mean()) < 0.6 * gain
    assert made.std() == pytest.approx(wanted.std(), rel=0.25)
    half = composited(Filled(frame, hole(), (fill,)), SeamSettings(grain=0.5))
    assert (inside(half, 0) - clean[0]).std() == pytest.approx(0.5 * made.std(), rel=0.15)


def test_grain_adds_nothing_where_the_fill_has_as_much() -> None:
    frame = scene(8, noise=4.0)
    other = scene(8, noise=4.0)
    fill = fill_of(frame, 0)
    noisy = tuple(
        np.ascontiguousarray(plane[60 >> y : 116 >> y, 80 >> x : 152 >> x])
        for plane, (x, y) in zip(other.planes, frame.layout.plane_shifts, strict=True)
    )
    fill = replace(fill, planes=noisy)
    (result,) = fitted(frame, (fill,), hole(), SeamSettings(grain=1.0))
    change = result.planes[0].astype(float) - fill.planes[0]
    assert change.std() < 1.6


def test_a_clean_source_gives_no_grain() -> None:
    frame = scene(8)
    (result,) = fitted(frame, (fill_of(frame, 0),), hole(), SeamSettings(grain=1.0))
    change = np.abs(result.planes[0].astype(int) - fill_of(frame, 0).planes[0])
    assert change.max() <= 1


def test_the_same_frame_gets_the_same_grain_and_another_frame_another() -> None:
    frame = scene(8, noise=4.0)
    fill = fill_of(frame, 0)
    once, twice = (fitted(frame, (fill,), hole(), SeamSettings(grain=1.0))[0] for _ in range(2))
    assert all(np.array_equal(a, b) for a, b in zip(once.planes, twice.planes, strict=True))
    other = fitted(frame, (replace(fill, index=8),), hole(), SeamSettings(grain=1.0))[0]
    assert not np.array_equal(once.planes[0], other.planes[0])


@pytest.mark.parametrize("interlaced", [False, True])
def test_pixels_outside_the_hole_are_unchanged(interlaced: bool) -> None:
    frame = replace(scene(8, noise=3.0), interlaced=interlaced, top_field_first=True)
    fill = fill_of(frame, 9)
    fills = (fill, replace(fill, index=8)) if interlaced else (fill,)
    region = cv2.dilate(hole().full_region().astype(np.uint8), np.ones((9, 9), np.uint8)) > 0
    result = composited(Filled(frame, hole(), fills), SeamSettings(1.0, 1.0))
    for number, (x, y) in enumerate(frame.layout.plane_shifts):
        outside = ~region[:: 1 << y, :: 1 << x]
        assert np.array_equal(result.planes[number][outside], frame.planes[number][outside])
    assert not np.array_equal(result.planes[0], frame.planes[0])


def test_without_settings_the_fill_goes_in_as_it_is() -> None:
    frame = scene(8, noise=3.0)
    fill = fill_of(frame, 9)
    plain = composite(frame, fill, hole())
    for seam in (None, SeamSettings()):
        result = composited(Filled(frame, hole(), (fill,)), seam)
        assert all(np.array_equal(a, b) for a, b in zip(result.planes, plain.planes, strict=True))


def test_spread_continues_known_values_and_keeps_them() -> None:
    values = np.zeros((40, 60), np.float32)
    weight = np.zeros_like(values)
    values[:, 0], weight[:, 0] = 10, 1
    values[:, -1], weight[:, -1] = 30, 1
    found = spread(values, weight)
    assert np.array_equal(found[:, 0], values[:, 0]) and np.array_equal(found[:, -1], values[:, -1])
    assert found.min() >= 10 and found.max() <= 30 and 15 < found[:, 30].mean() < 25


def test_noise_is_measured_beside_texture_and_made_as_measured() -> None:
    random = np.random.default_rng(5)
    xx = np.mgrid[0:200, 0:200][1]
    for deviation, neighbour in ((2.0, 0.0), (5.0, 0.0), (4.0, 0.45)):
        white = correlated_noise((200, 200), neighbour, (1, 2)) * deviation
        found = measured_noise((80 + 40 * (xx > 100) + white).astype(np.float32), np.ones((200, 200), bool))
        assert found is not None
        assert found.deviation == pytest.approx(deviation, rel=0.2)
        assert found.neighbour == pytest.approx(neighbour, abs=0.15)
    assert measured_noise(random.random((9, 9)).astype(np.float32), np.zeros((9, 9), bool)) is None
    assert not grain_for(white, np.ones((200, 200), bool), np.zeros((200, 200), bool), 1.0, seed=(1, 1)).any()
