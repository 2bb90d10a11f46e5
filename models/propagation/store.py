"""Source pictures that maps point to: native planes, cropped to what is still needed, bounded in bytes."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from models.propagation.picture import BoolMask, PicturePlane, Samples
from models.propagation.source_map import SourceMap, Window

_TAPS_PX = 4
"""Margin kept round needed places: the cubic kernel reaches two samples, chroma samples are two pixels wide."""
_ROW = 8192
"""OpenCV's remap takes maps of up to 32767 columns: scattered places are laid in rows of this length."""


@dataclass(frozen=True, slots=True)
class SourcePicture:
    """Planes of one source, valid in ``window`` (view pixels, aligned to the coarsest plane)."""

    window: Window
    planes: tuple[PicturePlane, ...]

    @property
    def nbytes(self) -> int:
        """Memory held."""
        return sum(plane.samples.nbytes for plane in self.planes)

    def cropped(self, window: Window) -> SourcePicture:
        """A copy of the part inside ``window``, which must lie within this one."""
        planes = []
        for plane in self.planes:
            top = (window.top - self.window.top) >> plane.shift_y
            left = (window.left - self.window.left) >> plane.shift_x
            rows = -(-window.height >> plane.shift_y)
            columns = -(-window.width >> plane.shift_x)
            part = plane.samples[top : top + rows, left : left + columns].copy()
            planes.append(PicturePlane(part, plane.shift_x, plane.shift_y))
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
                groups[grid] = _group(source_map, *grid)
            sampled.append(self._sample_plane(groups[grid], number, plane))
        return sampled

    def _sample_plane(self, groups: _Groups, number: int, plane: PicturePlane) -> tuple[Samples, BoolMask]:
        out = np.zeros(groups.shape, plane.samples.dtype)
        valid = np.zeros(groups.shape, bool)
        for label, rows, columns, x, y in groups.parts:
            picture = self._pictures.get(label)
            if picture is None:
                continue
            left, top = picture.window.left >> plane.shift_x, picture.window.top >> plane.shift_y
            out[rows, columns] = _sample_points(picture.planes[number].samples, x - left, y - top)
            valid[rows, columns] = True
        return out, valid


@dataclass(frozen=True, slots=True)
class _Groups:
    """A map's entries on one plane's grid, one part a label: rows and columns in the window, places in the plane."""

    shape: tuple[int, ...]
    parts: list[tuple[int, NDArray[np.intp], NDArray[np.intp], NDArray[np.float32], NDArray[np.float32]]]


def _group(source_map: SourceMap, shift_x: int, shift_y: int) -> _Groups:
    label = source_map.label[:: 1 << shift_y, :: 1 << shift_x]
    shift = source_map.shift[:: 1 << shift_y, :: 1 << shift_x]
    rows, columns = np.nonzero(label >= 0)
    labels = label[rows, columns]
    order = np.argsort(labels, kind="stable")
    rows, columns, labels = rows[order], columns[order], labels[order]
    moved = shift[rows, columns]
    x = (columns + (source_map.window.left >> shift_x) + moved[:, 0] / (1 << shift_x)).astype(np.float32)
    y = (rows + (source_map.window.top >> shift_y) + moved[:, 1] / (1 << shift_y)).astype(np.float32)
    starts = [0, *(np.flatnonzero(np.diff(labels)) + 1).tolist(), len(labels)]
    parts = [(int(labels[i]), rows[i:j], columns[i:j], x[i:j], y[i:j]) for i, j in itertools.pairwise(starts) if j > i]
    return _Groups(label.shape, parts)


def needed_windows(source_map: SourceMap, height: int, width: int, align: int) -> dict[int, Window]:
    """The window of each source that a map's places (and their sampling taps) lie in."""
    rows, columns = np.nonzero(source_map.label >= 0)
    labels = source_map.label[rows, columns]
    if not len(labels):
        return {}
    place = source_map.shift[rows, columns]
    xs = place[:, 0] + columns + source_map.window.left
    ys = place[:, 1] + rows + source_map.window.top
    names, inverse = np.unique(labels, return_inverse=True)
    low = np.full((len(names), 2), np.inf)
    high = np.full((len(names), 2), -np.inf)
    np.minimum.at(low[:, 0], inverse, xs)
    np.minimum.at(low[:, 1], inverse, ys)
    np.maximum.at(high[:, 0], inverse, xs)
    np.maximum.at(high[:, 1], inverse, ys)
    windows = {}
    for name, (left, top), (right, bottom) in zip(names, np.floor(low), np.ceil(high), strict=True):
        box = Window(int(left), int(top), int(right - left) + 1, int(bottom - top) + 1)
        windows[int(name)] = box.grown(_TAPS_PX, height, width, align)
    return windows


def _sample_points(samples: Samples, x: NDArray[np.float32], y: NDArray[np.float32]) -> Samples:
    """Cubic samples at scattered places."""
    count = len(x)
    rows = -(-count // _ROW)
    length = -(-count // rows)
    grid = np.zeros((2, rows * length), np.float32)
    grid[0, :count], grid[1, :count] = x, y
    xs, ys = grid.reshape(2, rows, length)
    out: NDArray[Any] = np.asarray(cv2.remap(samples, xs, ys, cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE))
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
