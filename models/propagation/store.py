"""Source pictures that maps point to: native planes, cropped to what is still needed, bounded in bytes."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from models.propagation.grid import in_window, plane_slices, scaled
from models.propagation.picture import BoolMask, PicturePlane, Samples
from models.propagation.source_map import SourceMap, Window, pairs_where

_TAPS_PX = 4
"""Margin kept round needed places: the cubic kernel reaches two samples, chroma samples are up to two pixels wide."""
_ROW = 8192
"""OpenCV's remap takes maps of up to 32767 columns: scattered places are laid in rows of this length."""


@dataclass(frozen=True, slots=True)
class SourcePicture:
    """Planes of one source, valid in ``window`` (grid pixels, aligned to the coarsest plane)."""

    window: Window
    planes: tuple[PicturePlane, ...]

    @property
    def nbytes(self) -> int:
        """Memory held."""
        return sum(plane.samples.nbytes for plane in self.planes)

    def cropped(self, window: Window) -> SourcePicture:
        """A copy of the part inside ``window``, which must lie within this one."""
        within = Window(window.left - self.window.left, window.top - self.window.top, window.width, window.height)
        planes = (PicturePlane(in_window(each, within).copy(), each.shift_x, each.shift_y) for each in self.planes)
        return SourcePicture(window, tuple(planes))


class SourceStore:
    """Sources by label.

    Args:
        height, width: size of the clip's pictures, to which windows are clipped.
        align: coarsest subsampling of any plane, in pixels.
    """

    def __init__(self, height: int, width: int, align: int) -> None:
        self._height, self._width, self._align = height, width, align
        self._pictures: dict[int, SourcePicture] = {}

    def __contains__(self, label: int) -> bool:
        return label in self._pictures

    @property
    def nbytes(self) -> int:
        """Memory held by all sources."""
        return sum(picture.nbytes for picture in self._pictures.values())

    @property
    def pictures(self) -> dict[int, SourcePicture]:
        """The sources by label (for saving)."""
        return self._pictures

    def add(self, label: int, picture: SourcePicture) -> None:
        """Keeps a source under its label."""
        self._pictures[label] = picture

    def prune(self, maps: list[SourceMap], *, oldest_whole: int) -> None:
        """Drops sources that no map points to and crops the others to what is pointed to.

        Observed frames from the label ``oldest_whole`` on (recent and later ones) stay as they are.
        """
        needed: dict[int, Window] = {}
        for source_map in maps:
            for label, window in needed_windows(source_map, self._height, self._width, self._align).items():
                needed[label] = union(needed[label], window) if label in needed else window
        for label in list(self._pictures):
            if label >= oldest_whole and label % 2 == 0:
                continue
            picture = self._pictures[label]
            if label not in needed:
                del self._pictures[label]
            elif needed[label].width * needed[label].height < 0.75 * picture.window.width * picture.window.height:
                self._pictures[label] = picture.cropped(_within(needed[label], picture.window))

    def sample(self, source_map: SourceMap, planes: tuple[PicturePlane, ...]) -> list[tuple[Samples, BoolMask]]:
        """Colour of every plane over a map's window, sampled once with a cubic kernel.

        Args:
            source_map: where to sample.
            planes: the clip's planes, for their grids.

        Returns:
            For each plane ``(rows, columns)`` samples on its own grid, and where they are valid (known sources).
        """
        groups: dict[tuple[int, int], _Groups] = {}
        orders: dict[tuple[int, int], _Order] = {}
        sampled = []
        for number, plane in enumerate(planes):
            grid = (plane.shift_x, plane.shift_y)
            if grid not in groups:
                rows, columns = plane_slices(source_map.window, plane)
                shape = rows.stop - rows.start, columns.stop - columns.start
                groups[grid] = _group(source_map, *grid, shape, orders)
            sampled.append(self._sample_plane(groups[grid], number, plane))
        return sampled

    def _sample_plane(self, groups: _Groups, number: int, plane: PicturePlane) -> tuple[Samples, BoolMask]:
        dtype, (down, across), (rows, columns) = plane.samples.dtype, groups.fine, groups.shape
        values = np.zeros(len(groups.place), dtype)
        held = np.zeros(groups.entries, bool)
        for label, part in groups.parts:
            picture = self._pictures.get(label)
            if picture is None:
                continue
            corner = scaled(picture.window.left, plane.shift_x), scaled(picture.window.top, plane.shift_y)
            points = slice(part.start * down * across, part.stop * down * across)
            grid = groups.places(label, points, corner)
            values[points] = _sample_points(picture.planes[number].samples, grid, points.stop - points.start)
            held.reshape(-1)[groups.flat[part]] = True
        out = np.zeros((groups.entries[0] * down, groups.entries[1] * across), dtype)
        run = np.dtype(f"V{dtype.itemsize * across}")
        out.view(run).reshape(-1)[groups.runs] = values.view(run).reshape(-1, down)
        valid = held.repeat(down, 0) if down > 1 else held
        valid = valid.repeat(across, 1) if across > 1 else valid
        return np.ascontiguousarray(out[:rows, :columns]), valid[:rows, :columns]


@dataclass(frozen=True, slots=True)
class _Order:
    """A map's entries, those of a coarser plane if ``step`` is not (1, 1), sorted by label.

    Attributes:
        label: ``(h, w)`` int32.
        flat: ``(N,)`` positions of the known ones.
        parts: each label and where its entries lie in ``flat``.
    """

    label: NDArray[np.int32]
    flat: NDArray[np.intp]
    parts: list[tuple[int, slice]]


@dataclass(frozen=True, slots=True)
class _Groups:
    """A map's entries on one plane's grid, sorted by label: on a finer plane each is a block of samples.

    Attributes:
        shape: rows and columns of the plane's part that the map covers.
        entries: ``(h, w)``, rows and columns of the entries; together they cover the shape, or a little more.
        fine: rows and columns of samples of an entry's block.
        flat: ``(N,)`` positions among the entries.
        runs: ``(N, rows of a block)`` positions of its rows, counted in rows of blocks.
        place: ``(N * samples of a block,)`` complex64, x and y in the plane: numpy moves such a pair as one number,
            four times as fast.
        parts: each label and where its entries lie in ``flat``.
        laid: what ``places`` found: planes of one grid ask for the same.
    """

    shape: tuple[int, int]
    entries: tuple[int, int]
    fine: tuple[int, int]
    flat: NDArray[np.intp]
    runs: NDArray[np.intp]
    place: NDArray[np.complex64]
    parts: list[tuple[int, slice]]
    laid: dict[int, NDArray[np.float32]] = field(default_factory=dict)

    def places(self, label: int, points: slice, corner: tuple[int, int]) -> NDArray[np.float32]:
        """Some points' places in their source's planes, which begin at ``corner``, as remap takes them; found once."""
        if label not in self.laid:
            self.laid[label] = _in_rows(self.place[points] - np.complex64(complex(*corner)))
        return self.laid[label]


def _group(
    source_map: SourceMap,
    shift_x: int,
    shift_y: int,
    shape: tuple[int, int],
    orders: dict[tuple[int, int], _Order],
) -> _Groups:
    """A map's entries for a plane; ``orders`` holds what planes of other grids found out already."""
    coarse_x, coarse_y = max(0, shift_x), max(0, shift_y)
    if (coarse_x, coarse_y) not in orders:
        label = source_map.label[:: 1 << coarse_y, :: 1 << coarse_x]
        orders[coarse_x, coarse_y] = _Order(label, *_sorted_by_label(label))
    order = orders[coarse_x, coarse_y]
    down, across = 1 << max(0, -shift_y), 1 << max(0, -shift_x)
    height, width = order.label.shape
    shift = _smooth_shift(source_map, shift_x, shift_y)[:: 1 << coarse_y, :: 1 << coarse_x]
    places = np.empty((height * down, width * across, 2), np.float32)
    left, top = scaled(source_map.window.left, shift_x), scaled(source_map.window.top, shift_y)
    np.multiply(shift[..., 0], np.float32(0.5**shift_x), out=places[..., 0])
    np.multiply(shift[..., 1], np.float32(0.5**shift_y), out=places[..., 1])
    places[..., 0] += np.float32(left)
    places[..., 1] += np.float32(top)
    places[..., 0] += np.arange(width * across, dtype=np.float32)
    places[..., 1] += np.arange(height * down, dtype=np.float32)[:, None]
    runs = order.flat[:, None]
    if down > 1:
        row, column = np.divmod(order.flat, width)
        runs = (row * (down * width) + column)[:, None] + np.arange(down) * width
    place = places.view(np.complex64).reshape(-1, across).take(runs, axis=0).reshape(-1)
    return _Groups(shape, (height, width), (down, across), order.flat, runs, place, order.parts)


def _smooth_shift(source_map: SourceMap, shift_x: int, shift_y: int) -> NDArray[np.float32]:
    """Displacements, on finer planes interpolated between grid pixels of one source."""
    if shift_x >= 0 and shift_y >= 0:
        return source_map.shift
    label = source_map.label.astype(np.float32)
    height, width = label.shape
    size = (width << max(0, -shift_x), height << max(0, -shift_y))
    kernel = np.ones((3, 3), np.uint8)
    alike = (cv2.dilate(label, kernel) == cv2.erode(label, kernel)).astype(np.uint8)
    smooth = np.asarray(cv2.resize(source_map.shift, size, interpolation=cv2.INTER_LINEAR), np.float32)
    nearest = np.asarray(cv2.resize(source_map.shift, size, interpolation=cv2.INTER_NEAREST), np.float32)
    return pairs_where(cv2.resize(alike, size, interpolation=cv2.INTER_NEAREST) > 0, smooth, nearest)


def _sorted_by_label(label: NDArray[np.int32]) -> tuple[NDArray[np.intp], list[tuple[int, slice]]]:
    """Flat positions of the known entries, sorted by label, and the run of each label."""
    labels = label.reshape(-1)
    flat = np.flatnonzero(labels >= 0)
    if not len(flat):
        return flat, []
    labels = labels[flat]
    first = int(labels.min())
    # numpy sorts 16-bit numbers by radix, ten times as fast as 32-bit ones.
    keys = (labels - first).astype(np.uint16) if int(labels.max()) - first < 1 << 16 else labels
    order = np.argsort(keys, kind="stable")
    flat, labels = flat[order], labels[order]
    starts = [0, *(np.flatnonzero(np.diff(labels)) + 1).tolist(), len(labels)]
    return flat, [(int(labels[start]), slice(start, stop)) for start, stop in itertools.pairwise(starts)]


def needed_windows(source_map: SourceMap, height: int, width: int, align: int) -> dict[int, Window]:
    """The window of each source that a map's places (and their sampling taps) lie in."""
    flat, parts = _sorted_by_label(source_map.label)
    if not parts:
        return {}
    rows, columns = np.divmod(flat, source_map.label.shape[1])
    moved = source_map.shift.view(np.complex64).reshape(-1)[flat]
    starts = [part.start for _, part in parts]
    ends = []
    for place in (moved.real + (columns + source_map.window.left), moved.imag + (rows + source_map.window.top)):
        ends.append(np.floor(np.minimum.reduceat(place, starts)).astype(int).tolist())
        ends.append(np.ceil(np.maximum.reduceat(place, starts)).astype(int).tolist())
    windows = {}
    for (name, _), left, right, top, bottom in zip(parts, *ends, strict=True):
        windows[name] = Window(left, top, right - left + 1, bottom - top + 1).grown(_TAPS_PX, height, width, align)
    return windows


def _in_rows(place: NDArray[np.complex64]) -> NDArray[np.float32]:
    """Scattered places ``(N,)``, x and y as one number, in rows ``(rows, length, 2)``, the last one filled up."""
    count = len(place)
    rows = -(-count // _ROW)
    length = -(-count // rows)
    if rows > 1:
        place = np.concatenate([place, np.zeros(rows * length - count, np.complex64)])
    return place.view(np.float32).reshape(rows, length, 2)


def _sample_points(samples: Samples, grid: NDArray[np.float32], count: int) -> Samples:
    """Cubic samples at the first ``count`` of scattered places, laid in rows."""
    out: NDArray[Any] = np.asarray(
        cv2.remap(samples, grid, None, cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)  # type: ignore[call-overload]
    )
    return out.reshape(-1)[:count]


def union(first: Window, second: Window) -> Window:
    """Smallest window round two."""
    left, top = min(first.left, second.left), min(first.top, second.top)
    right = max(first.left + first.width, second.left + second.width)
    bottom = max(first.top + first.height, second.top + second.height)
    return Window(left, top, right - left, bottom - top)


def _within(window: Window, outer: Window) -> Window:
    left, top = max(window.left, outer.left), max(window.top, outer.top)
    right = min(window.left + window.width, outer.left + outer.width)
    bottom = min(window.top + window.height, outer.top + outer.height)
    return Window(left, top, max(0, right - left), max(0, bottom - top))
