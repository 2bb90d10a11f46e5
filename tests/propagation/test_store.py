"""The source store: one cubic sampling on each plane's own grid, and crops that lose nothing needed."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from panned_scene import texture

from models.propagation.picture import PicturePlane
from models.propagation.source_map import SourceMap, Window, guess_label, observed_label
from models.propagation.store import SourcePicture, SourceStore, needed_windows, union

HEIGHT, WIDTH = 48, 64
WINDOW = Window(16, 12, 24, 20)
LAYOUTS = {"4:4:4": (0, 0), "4:2:2": (1, 0), "4:2:0": (1, 1), "4:1:0": (2, 2)}


def picture(shifts: tuple[int, int], seed: int = 0, bits: int = 8) -> SourcePicture:
    planes = []
    for number in range(3):
        sx, sy = shifts if number else (0, 0)
        samples = texture(HEIGHT >> sy, WIDTH >> sx, seed=seed + number)
        planes.append(PicturePlane(samples if bits == 8 else samples.astype(np.uint16) * 4, sx, sy))
    return SourcePicture(Window(0, 0, WIDTH, HEIGHT), tuple(planes))


def moved_map(label: int, dx: float, dy: float, window: Window = WINDOW) -> SourceMap:
    found = SourceMap.constant(window, label)
    found.shift[...] = dx, dy
    return found


def sample(store: SourceStore, source_map: SourceMap, source: SourcePicture) -> list[NDArray[np.generic]]:
    """Each plane's samples; every one must be valid."""
    found = store.sample(source_map, source.planes)
    assert all(valid.all() for _, valid in found)
    return [np.asarray(samples) for samples, _ in found]


def reference(plane: PicturePlane, dx: float, dy: float, window: Window = WINDOW) -> NDArray[np.generic]:
    """OpenCV's own sampling of the same places."""
    x = np.arange(window.left >> plane.shift_x, -(-(window.left + window.width) >> plane.shift_x))
    y = np.arange(window.top >> plane.shift_y, -(-(window.top + window.height) >> plane.shift_y))
    xs, ys = np.meshgrid(x + dx / (1 << plane.shift_x), y + dy / (1 << plane.shift_y))
    return np.asarray(
        cv2.remap(
            plane.samples,
            xs.astype(np.float32),
            ys.astype(np.float32),
            cv2.INTER_CUBIC,
            borderMode=cv2.BORDER_REPLICATE,
        )
    )


@pytest.mark.parametrize("bits", [8, 10])
@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("shift", [(0, 0), (4, -8), (0.5, 0.25), (-3.75, 2.5), (-20, 5.5)])
def test_sampling_equals_opencvs_on_each_planes_own_grid(layout: str, shift: tuple[float, float], bits: int) -> None:
    store, source = SourceStore(HEIGHT, WIDTH, 1 << max(LAYOUTS[layout])), picture(LAYOUTS[layout], bits=bits)
    store.add(observed_label(3), source)
    sampled = sample(store, moved_map(observed_label(3), *shift), source)
    for plane, found in zip(source.planes, sampled, strict=True):
        expected = reference(plane, *shift)
        assert found.dtype == plane.samples.dtype and found.shape == expected.shape
        np.testing.assert_allclose(found.astype(int), expected.astype(int), atol=1)


@pytest.mark.parametrize("shifts", [(-1, -1), (-2, -2), (0, -1), (1, -1), (-1, 0)])
@pytest.mark.parametrize("bits", [8, 10])
def test_planes_finer_than_the_map_are_sampled_at_each_of_their_samples(shifts: tuple[int, int], bits: int) -> None:
    """The last row and column of an odd plane are a part of their block; one source of the map's is not there."""
    shift_x, shift_y = shifts
    size = [int(length * 0.5**shift) - (shift < 0) for length, shift in ((HEIGHT, shift_y), (WIDTH, shift_x))]
    samples = texture(*size, seed=5)
    plane = PicturePlane(samples if bits == 8 else samples.astype(np.uint16) * 4, shift_x, shift_y)
    store, window = SourceStore(HEIGHT, WIDTH, 2), Window(WIDTH - 24, HEIGHT - 20, 24, 20)
    store.add(observed_label(1), SourcePicture(Window(0, 0, WIDTH, HEIGHT), (plane,)))
    source_map = moved_map(observed_label(1), -6, -4, window)
    source_map.label[:10, :12] = observed_label(2)
    ((found, valid),) = store.sample(source_map, (plane,))
    down, across = round(-4 * 0.5**shift_y), round(-6 * 0.5**shift_x)
    rows = np.arange(int(window.top * 0.5**shift_y), size[0])
    columns = np.arange(int(window.left * 0.5**shift_x), size[1])
    expected = plane.samples[rows[:, None] + down, columns + across]
    missing = np.zeros_like(valid)
    missing[: int(10 * 0.5**shift_y), : int(12 * 0.5**shift_x)] = True
    np.testing.assert_array_equal(valid, ~missing)
    np.testing.assert_array_equal(found, np.where(missing, 0, expected))


def test_whole_pixel_places_are_copied_to_the_bit() -> None:
    store, source = SourceStore(HEIGHT, WIDTH, 2), picture((1, 1))
    store.add(observed_label(3), source)
    luma, chroma, _ = sample(store, moved_map(observed_label(3), 4, -6), source)
    np.testing.assert_array_equal(luma, source.planes[0].samples[6:26, 20:44])
    np.testing.assert_array_equal(chroma, source.planes[1].samples[3:13, 10:22])


def test_each_pixel_is_sampled_from_its_own_source() -> None:
    store = SourceStore(HEIGHT, WIDTH, 1)
    sources = [picture((0, 0), seed=seed) for seed in (0, 50)]
    store.add(observed_label(1), sources[0])
    store.add(guess_label(1), sources[1])
    source_map = moved_map(observed_label(1), 0, 0)
    source_map.label[::2] = guess_label(1)
    found, *_ = sample(store, source_map, sources[0])
    expected = sources[0].planes[0].samples[WINDOW.slices].copy()
    expected[::2] = sources[1].planes[0].samples[WINDOW.slices][::2]
    np.testing.assert_array_equal(found, expected)


def test_unknown_pixels_and_missing_sources_are_not_valid() -> None:
    store = SourceStore(HEIGHT, WIDTH, 1)
    store.add(observed_label(1), picture((0, 0)))
    source_map = moved_map(observed_label(1), 0, 0)
    source_map.label[:4], source_map.label[4:8] = -1, observed_label(9)
    for _, valid in store.sample(source_map, picture((0, 0)).planes):
        assert not valid[:8].any() and valid[8:].all()


@pytest.mark.parametrize("layout", LAYOUTS)
def test_pruning_keeps_every_needed_sample(layout: str) -> None:
    shifts = LAYOUTS[layout]
    store, source = SourceStore(HEIGHT, WIDTH, 1 << max(shifts)), picture(shifts)
    store.add(observed_label(1), source)
    store.add(observed_label(2), picture(shifts, seed=70))
    window = Window(24, 20, 8, 8)
    maps = [moved_map(observed_label(1), 5.37, -3.81, window), moved_map(observed_label(1), -2.5, 1.25, window)]
    before = [plane for source_map in maps for plane in sample(store, source_map, source)]
    store.prune(maps, oldest_whole=observed_label(9))
    assert observed_label(2) not in store
    assert store.nbytes < source.nbytes
    after = [plane for source_map in maps for plane in sample(store, source_map, source)]
    for one, other in zip(before, after, strict=True):
        np.testing.assert_array_equal(one, other)
    store.prune(maps, oldest_whole=observed_label(9))
    store.prune(maps[:1], oldest_whole=observed_label(9))
    again = sample(store, maps[0], source)
    for one, other in zip(before, again, strict=False):
        np.testing.assert_array_equal(one, other)


def test_recent_frames_are_kept_whole_and_guesses_only_while_needed() -> None:
    store = SourceStore(HEIGHT, WIDTH, 1)
    for label in (observed_label(1), observed_label(5), observed_label(8), guess_label(5), guess_label(6)):
        store.add(label, picture((0, 0)))
    store.prune([moved_map(guess_label(5), 0, 0)], oldest_whole=observed_label(5))
    assert set(store.pictures) == {observed_label(5), observed_label(8), guess_label(5)}
    assert store.pictures[observed_label(5)].window == Window(0, 0, WIDTH, HEIGHT)


@pytest.mark.parametrize("align", [1, 2, 4])
def test_needed_windows_hold_every_tap_of_every_plane(align: int) -> None:
    window = Window(24, 20, 6, 5)
    for dx in np.arange(0, 4, 0.25):
        (needed,) = needed_windows(moved_map(observed_label(1), float(dx), 0, window), HEIGHT, WIDTH, align).values()
        for coarse in {1, align} - {4}:
            places = (np.arange(24, 30) + dx) / coarse
            first, last = np.floor(places.min()) - 1, np.floor(places.max()) + 2
            assert needed.left <= first * coarse and (last + 1) * coarse <= needed.left + needed.width
        assert needed.left % align == 0 and needed.width % align == 0


def test_needed_windows_are_given_a_source_and_clipped_to_the_picture() -> None:
    source_map = moved_map(observed_label(1), -17, 0)
    source_map.label[10:] = observed_label(2)
    source_map.shift[10:] = 25, 17
    needed = needed_windows(source_map, HEIGHT, WIDTH, 2)
    assert needed.keys() == {observed_label(1), observed_label(2)}
    assert needed[observed_label(1)].left == 0
    second = needed[observed_label(2)]
    assert (second.left + second.width, second.top + second.height) == (WIDTH, HEIGHT)


def test_a_map_without_sources_needs_nothing() -> None:
    assert needed_windows(SourceMap.unknown(WINDOW), HEIGHT, WIDTH, 2) == {}


def test_many_places_are_sampled_in_one_go() -> None:
    whole = Window(0, 0, 300, 200)
    source = SourcePicture(whole, (PicturePlane(texture(200, 300, seed=1)),))
    store = SourceStore(200, 300, 1)
    store.add(0, source)
    np.testing.assert_array_equal(sample(store, SourceMap.constant(whole, 0), source)[0], source.planes[0].samples)


def test_the_union_of_windows_holds_both() -> None:
    assert union(Window(3, 4, 5, 6), Window(1, 8, 2, 9)) == Window(1, 4, 7, 13)
