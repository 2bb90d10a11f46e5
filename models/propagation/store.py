"""Source pictures that maps point to: native planes, cropped to what is still needed, bounded in bytes."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from models.propagation.grid import in_window, on_plane, plane_slices, scaled
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
        sampled = []
        for number, plane in enumerate(planes):
            grid = (plane.shift_x, plane.shift_y)
            if grid not in groups:
                rows, columns = plane_slices(source_map.window, plane)
                groups[grid] = _group(source_map, *grid, (rows.stop - rows.start, columns.stop - columns.start))
            sampled.append(self._sample_plane(groups[grid], number, plane))
        return sampled

    def _sample_plane(self, groups: _Groups, number: int, plane: PicturePlane) -> tuple[Samples, BoolMask]:
        out = np.zeros(groups.shape, plane.samples.dtype)
        valid = np.zeros(groups.shape, bool)
        values = np.empty(len(groups.place), plane.samples.dtype)
        held = np.ones(len(groups.place), bool)
        for label, part in groups.parts:
            picture = self._pictures.get(label)
            if picture is None:
                held[part] = False
                continue
            corner = scaled(picture.window.left, plane.shift_x), scaled(picture.window.top, plane.shift_y)
            grid = groups.places(label, part, corner)
            values[part] = _sample_points(picture.planes[number].samples, grid, part.stop - part.start)
        where = groups.flat[held] if not held.all() else groups.flat
        out.reshape(-1)[where] = values[held] if len(where) < len(values) else values
        valid.reshape(-1)[where] = True
        return out, valid


@dataclass(frozen=True, slots=True)
class _Groups:
    """A map's entries on one plane's grid, sorted by label.

    Attributes:
        shape: of the grid.
        flat: ``(N,)`` positions of the entries in it.
        place: ``(N, 2)`` float32 x, y in the plane.
        parts: each label and where its entries lie in ``flat`` and ``place``.
        laid: what ``places`` found: planes of one grid ask for the same.
    """

    shape: tuple[int, ...]
    flat: NDArray[np.intp]
    place: NDArray[np.float32]
    parts: list[tuple[int, slice]]
    laid: dict[int, NDArray[np.float32]] = field(default_factory=dict)

    def places(self, label: int, part: slice, corner: tuple[int, int]) -> NDArray[np.float32]:
        """Places of a part in its source's planes, which begin at ``corner``, as remap takes them; found once."""
        if label not in self.laid:
            self.laid[label] = _in_rows(self.place[part] - np.array(corner, np.float32))
        return self.laid[label]


def _group(source_map: SourceMap, shift_x: int, shift_y: int, shape: tuple[int, int]) -> _Groups:
    label = on_plane(source_map.label, shift_x, shift_y, shape)
    shift = on_plane(_smooth_shift(source_map, shift_x, shift_y), max(0, shift_x), max(0, shift_y), shape)
    flat, parts = _sorted_by_label(label)
    corner = np.array([scaled(source_map.window.left, shift_x), scaled(source_map.window.top, shift_y)], np.float32)
    height, width = label.shape
    places = np.empty((height, width, 2), np.float32)
    places[..., 0], places[..., 1] = np.arange(width), np.arange(height)[:, None]
    places += shift * np.array([0.5**shift_x, 0.5**shift_y], np.float32) + corner
    # A pair of float32 is taken as one complex64: numpy gathers single entries four times as fast as rows.
    place = places.view(np.complex64).reshape(-1)[flat].view(np.float32).reshape(-1, 2)
    return _Groups(label.shape, flat, place, parts)


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
    place = source_map.shift.reshape(-1, 2)[flat]
    place = place + np.stack([columns + source_map.window.left, rows + source_map.window.top], -1)
    starts = [part.start for _, part in parts]
    low = np.floor(np.minimum.reduceat(place, starts)).astype(int)
    high = np.ceil(np.maximum.reduceat(place, starts)).astype(int)
    windows = {}
    for (name, _), (left, top), (right, bottom) in zip(parts, low.tolist(), high.tolist(), strict=True):
        windows[name] = Window(left, top, right - left + 1, bottom - top + 1).grown(_TAPS_PX, height, width, align)
    return windows


def _in_rows(place: NDArray[np.float32]) -> NDArray[np.float32]:
    """Scattered places ``(N, 2)`` in rows ``(rows, length, 2)``, the last one filled up."""
    count = len(place)
    rows = -(-count // _ROW)
    length = -(-count // rows)
    if rows > 1:
        place = np.concatenate([place, np.zeros((rows * length - count, 2), np.float32)])
    return place.reshape(rows, length, 2)


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
