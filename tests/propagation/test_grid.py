"""The engine's grid: coarser than the view on large pictures, while colours keep every pixel."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from panned_scene import (
    Scene,
    crossing,
    errors,
    in_picture,
    make_scene,
    plane_mask,
    same_fill,
    shown_before,
    texture,
)

from models.propagation.final import fill_range
from models.propagation.grid import any_on_grid, any_on_plane, on_grid, on_plane, plane_slices
from models.propagation.observation import Scale
from models.propagation.picture import Fill, PicturePlane
from models.propagation.remover import LiveRemover
from models.propagation.settings import PropagationSettings
from models.propagation.source_map import SourceMap, Window, observed_label
from models.propagation.store import SourcePicture, SourceStore

SIZE = (130, 190)
LIMIT = PropagationSettings(grid_limit_px=100)
COARSER = PropagationSettings(grid_limit_px=50)
PAN = (4, 0)


def scene(size: tuple[int, int] = SIZE, shifts: tuple[int, int] = (1, 1), bits: int = 8) -> Scene:
    boxes = crossing(12, start=16, step=10, box=(48, 32, 32))
    return make_scene([None, None, *boxes], pan=PAN, size=size, shifts=shifts, bits=bits)


def live(of: Scene, settings: PropagationSettings = LIMIT) -> list[Fill]:
    remover = LiveRemover(settings)
    return [fill for frame in of.frames for fill in remover.step(frame)]


@pytest.mark.parametrize(("settings", "step"), [(PropagationSettings(), 1), (LIMIT, 2), (COARSER, 4)])
def test_the_grid_is_as_fine_as_the_limit_allows(settings: PropagationSettings, step: int) -> None:
    scale = Scale.of(scene().frames[0].picture, settings)
    assert (scale.step, scale.width, scale.height) == (step, -(-SIZE[1] // step), -(-SIZE[0] // step))


@pytest.mark.parametrize("bits", [8, 10])
@pytest.mark.parametrize("shifts", [(1, 1), (1, 0), (0, 0)])
@pytest.mark.parametrize("size", [SIZE, (131, 191)])
def test_what_was_shown_comes_back_sharp_on_every_plane(
    size: tuple[int, int], shifts: tuple[int, int], bits: int
) -> None:
    made = scene(size, shifts, bits)
    for position, fill in enumerate(live(made)):
        if not fill.width:
            continue
        hole = made.frames[position].hole
        known = in_picture(fill.seen, fill, size) & shown_before(made, position, PAN)
        if known.sum() < 0.3 * hole.sum():
            continue
        for difference in errors(fill, made.truth[position], known):
            assert np.median(difference) <= 8 * (1 << bits - 8)  # of 175: a flow found on 95x65 pixels is not exact


@pytest.mark.parametrize("moved", [(0, 0), (3, -2), (1.25, 0.5), (-2.5, 1.125)])
def test_finer_planes_are_sampled_at_their_own_places(moved: tuple[float, float]) -> None:
    window = Window(8, 6, 20, 16)
    luma = PicturePlane(texture(80, 96, seed=3), -1, -1)
    chroma = PicturePlane(texture(40, 48, seed=4), 0, 0)
    store = SourceStore(40, 48, 1)
    store.add(observed_label(5), SourcePicture(Window(0, 0, 48, 40), (luma, chroma)))
    found = SourceMap.constant(window, observed_label(5))
    found.shift[...] = moved
    for scale, plane, (samples, valid) in zip((2, 1), (luma, chroma), store.sample(found, (luma, chroma)), strict=True):
        assert valid.all()
        x = np.arange(window.left * scale, (window.left + window.width) * scale) + moved[0] * scale
        y = np.arange(window.top * scale, (window.top + window.height) * scale) + moved[1] * scale
        xs, ys = (grid.astype(np.float32) for grid in np.meshgrid(x, y))
        expected = cv2.remap(plane.samples, xs, ys, cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)
        np.testing.assert_array_equal(samples, expected)


def test_a_fill_covers_its_hole_and_counts_it_in_view_pixels() -> None:
    made = scene((131, 191))
    for frame, fill in zip(made.frames, live(made), strict=True):
        if not frame.hole.any():
            continue
        assert np.array_equal(in_picture(fill.seen | fill.guessed, fill, frame.hole.shape), frame.hole)
        assert fill.risk is not None and fill.risk.shape == (fill.height, fill.width)
        for plane, samples in zip(frame.picture.planes, fill.planes, strict=True):
            rows = slice(fill.top >> plane.shift_y, (fill.top >> plane.shift_y) + samples.shape[0])
            columns = slice(fill.left >> plane.shift_x, (fill.left >> plane.shift_x) + samples.shape[1])
            covered = np.zeros(plane.samples.shape, bool)
            covered[rows, columns] = True
            assert covered[plane_mask(frame.hole, plane)].all()


def test_final_works_on_a_coarser_grid(tmp_path: Path) -> None:
    made = scene()
    fills = list(fill_range(made, LIMIT, store=tmp_path, checkpoint=lambda: None))
    for position, fill in enumerate(fills):
        known = in_picture(fill.seen, fill, SIZE) & shown_before(made, position, PAN, later=True)
        if known.any():
            assert np.median(errors(fill, made.truth[position], known)[0]) <= 8


def test_a_saved_state_continues_exactly() -> None:
    made = scene()
    remover = LiveRemover(LIMIT)
    for frame in made.frames[:7]:
        remover.step(frame)
    resumed = LiveRemover(LIMIT)
    resumed.load_state(remover.save_state())
    for frame in made.frames[7:]:
        assert same_fill(*resumed.step(frame), *remover.step(frame))


def test_planes_are_cut_and_masked_where_their_samples_lie() -> None:
    luma = PicturePlane(texture(13, 19, seed=1), -1, -1)
    assert plane_slices(Window(2, 1, 8, 6), luma) == (slice(2, 13), slice(4, 19))
    mask = np.zeros((3, 4), bool)
    mask[1, 2] = True
    assert np.argwhere(on_plane(mask, -1, -1, (6, 8))).tolist() == [[2, 4], [2, 5], [3, 4], [3, 5]]
    assert np.argwhere(any_on_plane(mask, 1, 1, (2, 2))).tolist() == [[0, 1]]
    assert np.argwhere(any_on_grid(on_plane(mask, -1, -1, (5, 7)), 2)).tolist() == [[1, 2]]


def test_the_view_is_averaged_and_odd_edges_are_kept() -> None:
    picture = scene((131, 191)).frames[0].picture
    small = on_grid(picture, 2)
    assert small.view.shape == (66, 96, 3)
    assert np.abs(small.view[0, 0].astype(float) - picture.view[:2, :2].mean((0, 1))).max() <= 0.5
    assert np.abs(small.view[-1, -1].astype(float) - picture.view[-1, -1]).max() <= 0.5
    assert [(plane.shift_x, plane.shift_y) for plane in small.planes] == [(-1, -1), (0, 0), (0, 0)]


class _FromAfar:
    """Views that may be asked for the coarser one alone."""

    def __init__(self, size: tuple[int, int]) -> None:
        self.size = size

    def whole(self) -> NDArray[np.uint8]:
        raise AssertionError("the whole view takes long to make and is not needed")

    def coarser(self, step: int) -> NDArray[np.uint8]:
        return np.full((self.size[0] // step, self.size[1] // step, 3), step, np.uint8)


def test_a_large_picture_is_looked_at_from_afar_alone() -> None:
    given = replace(scene().frames[0].picture, shown=_FromAfar((128, 192)))
    assert given.size == (128, 192)
    assert (on_grid(given, 2).view == 2).all()
    assert on_grid(given, 2).size == (64, 96)


def test_a_picture_of_odd_size_is_shrunk_whole() -> None:
    """Its last row stands for two; what is made of shrunken planes leaves it out."""
    given = scene((131, 191)).frames[0].picture
    assert on_grid(given, 2).size == (66, 96)
    with pytest.raises(AssertionError, match="takes long"):
        on_grid(replace(given, shown=_FromAfar((131, 191))), 2)
