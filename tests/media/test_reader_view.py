"""The 8-bit RGB view is what the colour tags say, within two levels of exact arithmetic."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from clips import Recipe, write_clip
from numpy.typing import NDArray

from app.media.convert import planes_from_rgb, rgb_view, view_from_planes
from app.media.frame import ColorTags, Family, Plane, PlaneLayout
from app.media.reader import open_clip

Floats = NDArray[np.float64]
LUMA = {1: (0.2126, 0.0722), 5: (0.299, 0.114), 6: (0.299, 0.114), 7: (0.212, 0.087), 9: (0.2627, 0.0593)}
LAYOUTS = [
    PlaneLayout(Family.YUV, bits, *grid, alpha)
    for bits, grid, alpha in [
        *((8, grid, False) for grid in ((0, 0), (1, 0), (1, 1), (0, 1), (2, 0), (0, 2))),
        *((10, grid, False) for grid in ((0, 0), (1, 0), (1, 1))),
        (12, (1, 1), False),
        (16, (0, 0), False),
        (9, (1, 0), False),
        (8, (1, 1), True),
    ]
]


def smooth_planes(layout: PlaneLayout, width: int, height: int, full: bool, seed: int = 0) -> tuple[Plane, ...]:
    """Slowly varying colours inside RGB's reach, with noise in the luma."""
    rng = np.random.default_rng(seed)
    scale = (1 << layout.bits) / 256
    planes: list[Plane] = []
    for number in range(len(layout.plane_shifts)):
        rows, columns = layout.plane_size(number, width, height)
        y, x = np.mgrid[0:rows, 0:columns] / max(rows, columns)
        if number == 0:
            level = 125 + 60 * np.sin(5 * x + 3 * y) + rng.uniform(-15, 15, (rows, columns))
        else:
            level = 128 + 28 * np.sin(4 * x + number) * np.cos(3 * y)
        planes.append(np.clip(np.rint(level * scale), 0, (1 << layout.bits) - 1).astype(layout.dtype))
    return tuple(planes)


def upsampled(plane: Floats, shift: int, place: int, length: int) -> Floats:
    """Interpolate along the last axis, sample positions from the definition of the chroma location."""
    step = 1 << shift
    at = (np.arange(length) - (step - 1) * (place + 1) / 2) / step
    places = np.arange(plane.shape[-1])
    return np.stack([np.interp(at, places, row) for row in plane])


def exact_view(planes: tuple[Plane, ...], layout: PlaneLayout, matrix: int, full: bool, location: int) -> Floats:
    """The definition, in floating point: siting, range, matrix."""
    height, width = planes[0].shape
    bits = layout.bits
    across = {2: 0, 4: 0, 6: 0}.get(location, -1)
    down = {3: -1, 4: -1, 5: 1, 6: 1}.get(location, 0)
    luma = planes[0].astype(float)
    chroma = []
    for plane in planes[1:3]:
        wide = upsampled(plane.astype(float), layout.shift_x, across, width)
        chroma.append(upsampled(wide.T, layout.shift_y, down, height).T)
    if full:
        top = 2**bits - 1
        y, cb, cr = luma / top, (chroma[0] - 2 ** (bits - 1)) / top, (chroma[1] - 2 ** (bits - 1)) / top
    else:
        unit = 2 ** (bits - 8)
        y = (luma - 16 * unit) / (219 * unit)
        cb, cr = ((each - 128 * unit) / (224 * unit) for each in chroma)
    kr, kb = LUMA[matrix]
    red, blue = y + 2 * (1 - kr) * cr, y + 2 * (1 - kb) * cb
    green = (y - kr * red - kb * blue) / (1 - kr - kb)
    return np.clip(np.stack([red, green, blue], axis=2) * 255, 0, 255)


@pytest.mark.parametrize("layout", LAYOUTS, ids=str)
@pytest.mark.parametrize("full", [False, True], ids=["limited", "full"])
@pytest.mark.parametrize("size", [(64, 40), (63, 37), (40, 300)], ids=str)
def test_yuv_view_is_within_two_levels(layout: PlaneLayout, full: bool, size: tuple[int, int]) -> None:
    planes = smooth_planes(layout, *size, full)
    view = view_from_planes(planes, layout, ColorTags(matrix=1, full_range=full))
    exact = exact_view(planes, layout, 1, full, 1)
    assert view.shape == (*reversed(size), 3) and view.dtype == np.uint8
    tolerance = 3.0 if layout.shift_y == 2 else 2.0  # four-fold steps between lines are halved twice
    assert np.abs(view - exact).max() <= tolerance
    assert abs((view - exact).mean()) < 0.35


@pytest.mark.parametrize("matrix", sorted(LUMA))
@pytest.mark.parametrize("location", range(7))
def test_matrix_and_chroma_place_are_heeded(matrix: int, location: int) -> None:
    layout = PlaneLayout(Family.YUV, 8, 1, 1, False)
    planes = smooth_planes(layout, 64, 48, False)
    view = view_from_planes(planes, layout, ColorTags(matrix=matrix, full_range=False, chroma_location=location))
    assert np.abs(view - exact_view(planes, layout, matrix, False, location)).max() <= 2


@pytest.mark.parametrize("bits", [8, 10])
def test_colours_outside_rgb_are_clipped_not_wrapped(bits: int) -> None:
    layout = PlaneLayout(Family.YUV, bits, 0, 0, False)
    rng = np.random.default_rng(0)
    planes = tuple(rng.integers(0, 1 << bits, (64, 64)).astype(layout.dtype) for _ in range(3))
    for full in (False, True):
        view = view_from_planes(planes, layout, ColorTags(matrix=1, full_range=full))
        assert np.abs(view - exact_view(planes, layout, 1, full, 1)).max() <= 2


def test_ycgco_is_undone() -> None:
    red, green, blue = (np.full((4, 4), value, np.int64) for value in (200, 90, 40))
    luma, cg, co = red / 4 + green / 2 + blue / 4, green / 2 - red / 4 - blue / 4, red / 2 - blue / 2
    planes = tuple(np.rint(level).astype(np.uint8) for level in (luma, cg + 128, co + 128))
    view = view_from_planes(planes, PlaneLayout(Family.YUV, 8, 0, 0, False), ColorTags(matrix=8, full_range=True))
    assert np.abs(view.astype(int) - [200, 90, 40]).max() <= 2


@pytest.mark.parametrize(
    ("size", "matrix"), [((854, 480), 6), ((1280, 534), 1), ((960, 720), 1), ((720, 576), 6), ((480, 854), 6)]
)
def test_untagged_hd_is_bt709_and_untagged_sd_bt601(size: tuple[int, int], matrix: int) -> None:
    layout = PlaneLayout(Family.YUV, 8, 1, 1, False)
    planes = smooth_planes(layout, *size, False)
    view = view_from_planes(planes, layout, ColorTags())
    assert np.array_equal(view, view_from_planes(planes, layout, ColorTags(matrix=matrix, full_range=False)))


@pytest.mark.parametrize("bits", [8, 9, 10, 12, 14, 16])
def test_rgb_and_grey_are_scaled_to_eight_bits(bits: int) -> None:
    top = (1 << bits) - 1
    ramp = np.linspace(0, top, 256).round().astype(np.uint8 if bits == 8 else np.uint16).reshape(16, 16)
    wanted = np.arange(256).reshape(16, 16)
    view = view_from_planes((ramp, ramp, ramp), PlaneLayout(Family.RGB, bits, 0, 0, False), ColorTags())
    assert np.abs(view.astype(int) - wanted[..., None]).max() <= 1
    view = view_from_planes((ramp,), PlaneLayout(Family.GRAY, bits, 0, 0, False), ColorTags())
    assert np.abs(view.astype(int) - wanted[..., None]).max() <= 1


def test_limited_range_grey_is_stretched() -> None:
    layout = PlaneLayout(Family.GRAY, 8, 0, 0, False)
    view = view_from_planes((np.array([[16, 235]], np.uint8),), layout, ColorTags(full_range=False))
    assert view.tolist() == [[[0, 0, 0], [255, 255, 255]]]


@pytest.mark.parametrize("layout", [*LAYOUTS, PlaneLayout(Family.RGB, 10, 0, 0, True)], ids=str)
@pytest.mark.parametrize("full", [False, True], ids=["limited", "full"])
def test_a_picture_put_into_planes_looks_the_same(layout: PlaneLayout, full: bool) -> None:
    y, x = np.mgrid[0:39, 0:61] / 61
    rgb = np.stack([128 + 100 * np.sin(3 * x), 128 + 100 * np.cos(2 * y), 90 + 60 * np.sin(2 * x + 2 * y)], axis=2)
    picture = np.rint(rgb).astype(np.uint8)
    color = ColorTags(matrix=1, full_range=full)
    planes = planes_from_rgb(picture, layout, color)
    assert [plane.shape for plane in planes] == [layout.plane_size(i, 61, 39) for i in range(len(planes))]
    assert {plane.dtype for plane in planes} == {layout.dtype}
    if layout.alpha:
        assert np.all(planes[-1] == (1 << layout.bits) - 1)
    view = view_from_planes(planes, layout, color)
    assert np.abs(view.astype(int) - picture).mean() < 1.5
    assert np.abs(view.astype(int) - picture)[4:-4, 4:-4].max() <= (3 if layout.shift_x + layout.shift_y < 2 else 8)


def test_deep_pictures_and_alpha_reach_the_planes() -> None:
    rng = np.random.default_rng(0)
    picture = rng.integers(0, 65536, (8, 10, 4)).astype(np.uint16)
    planes = planes_from_rgb(picture, PlaneLayout(Family.RGB, 16, 0, 0, True), ColorTags())
    assert all(np.array_equal(plane, picture[..., i]) for i, plane in enumerate(planes))


def test_a_turned_clip_has_its_chroma_turned_with_it(tmp_path: Path) -> None:
    turned_recipe = Recipe("mpeg2video", "turned.mov", "yuv422p", rotation=270, options=(("b", "2M"),))
    upright = write_clip(replace(turned_recipe, name="upright.mov", rotation=0), tmp_path)
    turned = write_clip(turned_recipe, tmp_path)
    with open_clip(upright) as plain, open_clip(turned) as reader:
        assert (plain.info.layout.shift_x, plain.info.layout.shift_y) == (1, 0)
        assert (reader.info.layout.shift_x, reader.info.layout.shift_y) == (0, 1)
        assert (reader.info.width, reader.info.height) == (plain.info.height, plain.info.width)
        assert (plain.frame(0).color.chroma_location, reader.frame(0).color.chroma_location) == (3, 8)
        for index in (0, 17):
            frame, turned_frame = plain.frame(index), reader.frame(index)
            turned_planes = zip(frame.planes, turned_frame.planes, strict=True)
            assert all(np.array_equal(np.rot90(before, 3), after) for before, after in turned_planes)
            assert np.abs(turned_frame.rgb.astype(int) - np.rot90(frame.rgb, 3)).max() <= 2


def test_a_frame_of_a_clip_shows_what_was_written(tmp_path: Path) -> None:
    recipe = Recipe("ffv1", "tagged.mkv", "yuv422p10le", times=range(2), matrix=9, full_range=True)
    with open_clip(write_clip(recipe, tmp_path)) as reader:
        frame = reader.frame(1)
        assert frame.color.matrix == 9 and frame.color.full_range is True
        assert np.abs(rgb_view(frame) - exact_view(frame.planes, frame.layout, 9, True, 1)).max() <= 2
