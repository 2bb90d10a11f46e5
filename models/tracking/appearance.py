"""What the object and its surroundings look like: colour histograms, one for the whole object and one by place.

``ColorModel`` is the long memory (the anchor frame's colours never fade, newer ones do). ``PlaceModel`` is the short
one: colours of the last picture by place, a coarse grid over position and colour as in bilateral-space video
segmentation (Maerki et al. 2016), which plays the part of many local classifiers (Bai et al. 2009).
"""

from __future__ import annotations

import math
from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray

FloatMap = NDArray[np.float32]
Lab = NDArray[np.uint8]

_LIGHTNESS_BITS = 4
_CHROMA_SPAN = (64, 192)
"""Lab's a and b beyond this range are rare; they share the outermost bins."""
_CHROMA_BINS = 24
_COLOR_SHAPE = (1 << _LIGHTNESS_BITS, _CHROMA_BINS, _CHROMA_BINS)
_PLACE_COLOR_SHAPE = (1 << _LIGHTNESS_BITS, 8, 8)
_MEMORY = np.float32(0.9)
_RECENT_SHARE = np.float32(0.15)
_RARE = np.float32(2e-5)
_FEW = 128
"""Up to so many values side by side a product of small matrices, for which no library takes threads, is faster."""
_SAME_AS_BEHIND = np.float32(0.056)
"""Share of a bin in colours that scatter by 8 round the background's own: what noise makes of one colour."""


def to_lab(view: NDArray[np.uint8]) -> Lab:
    """``(H, W, 3)`` uint8 Lab of an RGB view."""
    return np.asarray(cv2.cvtColor(np.ascontiguousarray(view), cv2.COLOR_RGB2LAB), dtype=np.uint8)


@lru_cache(maxsize=2)
def _bin_tables(chroma_bins: int) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.int32]]:
    """What each value of L, a and b adds to a colour's bin: ``(256,)`` each."""
    low, high = _CHROMA_SPAN
    values = np.arange(256, dtype=np.int32)
    lightness = values >> (8 - _LIGHTNESS_BITS)
    chroma = np.clip(values - low, 0, high - low - 1) * chroma_bins // (high - low)
    return lightness * (chroma_bins * chroma_bins), chroma * chroma_bins, chroma


def _bins(lab: Lab, chroma_bins: int) -> NDArray[np.int32]:
    """``(...)``: the bin of each colour ``(..., 3)``, counted through lightness, a, b."""
    lightness, first, second = _bin_tables(chroma_bins)
    bins = lightness.take(lab[..., 0])
    bins += first.take(lab[..., 1])
    bins += second.take(lab[..., 2])
    return np.asarray(bins, np.int32)


def _blur(histogram: FloatMap) -> FloatMap:
    """Smooths with (1, 2, 1) / 4 along every axis, two at least; nothing flows over the ends."""
    shape = histogram.shape
    for axis, length in enumerate(shape):
        behind = math.prod(shape[axis + 1 :])
        if behind > _FEW:
            rows = histogram.reshape(-1, length, behind)
            quarter = rows * np.float32(0.25)
            histogram = rows * np.float32(0.5)
            histogram[:, 1:] += quarter[:, :-1]
            histogram[:, :-1] += quarter[:, 1:]
        elif behind > 1:
            histogram = np.matmul(_smoothing(length), histogram.reshape(-1, length, behind))
        else:
            histogram = np.matmul(histogram.reshape(-1, shape[-2], length), _smoothing(length))
    return histogram.reshape(shape)


@lru_cache(maxsize=8)
def _smoothing(length: int) -> FloatMap:
    """``(length, length)``: a product with it smooths so many values."""
    matrix = 0.5 * np.eye(length) + 0.25 * (np.eye(length, k=1) + np.eye(length, k=-1))
    return matrix.astype(np.float32)


class ColorModel:
    """Colour histograms of the object and of what is not the object.

    The anchor frames' colours never fade; those of newer answers, which may be wrong, get a small say for the object
    and half the say for what is round it.
    """

    def __init__(self) -> None:
        self._anchors: list[tuple[FloatMap, FloatMap]] = []
        self._recent: tuple[FloatMap, FloatMap] | None = None
        self._object: FloatMap | None = None
        self._log_ratio: FloatMap | None = None

    @property
    def knows_colors(self) -> bool:
        """Whether it has learnt anything."""
        return bool(self._anchors)

    def learn(self, lab: Lab, object_weight: FloatMap, background_weight: FloatMap, *, anchor: bool = False) -> None:
        """Takes one picture's colours in.

        Args:
            lab: ``(H, W, 3)``.
            object_weight: ``(H, W)``, 0 to 1, how surely a pixel is the object.
            background_weight: how surely it is not.
            anchor: True for a frame whose mask the user gave; it is kept for good.
        """
        bins = _flat_bins(lab)
        new = _histogram(bins, object_weight), _histogram(bins, background_weight)
        if anchor:
            self._anchors.append(new)
        assert self._anchors, "learn an anchor first"
        if self._recent is None or anchor:
            self._recent = new
        else:
            old = self._recent
            self._recent = old[0] * _MEMORY + new[0] * (1 - _MEMORY), old[1] * _MEMORY + new[1] * (1 - _MEMORY)
        inside = np.mean([one[0] for one in self._anchors], axis=0)
        outside = np.mean([one[1] for one in self._anchors], axis=0)
        self._object = np.asarray(inside + _RECENT_SHARE * (self._recent[0] - inside), np.float32)
        around = (outside + self._recent[1]) / 2
        self._log_ratio = np.asarray(np.log(self._object + _RARE) - np.log(around + _RARE), np.float32)

    def log_ratio(self, lab: Lab) -> FloatMap:
        """``(H, W)`` log of how much likelier each colour is on the object than off it."""
        assert self._log_ratio is not None, "learn first"
        return np.asarray(self._log_ratio.take(_bins(lab, _CHROMA_BINS)), np.float32)

    def told_from_same(self, lab: Lab) -> FloatMap:
        """How much it says against the object that a pixel has the very colour of the background behind it.

        Returns:
            ``(H, W)``, about 0 for the object's own commonest colours (they would look the same) to 1 and a little
            more for colours that it does not have.
        """
        assert self._object is not None and self._recent is not None, "learn first"
        share = np.log(_SAME_AS_BEHIND / (np.maximum(self._object, self._recent[0]) + _RARE))
        told = np.clip(np.asarray(share, np.float32) / 3, 0.25, 1.3)
        return np.asarray(told.take(_bins(lab, _CHROMA_BINS)), np.float32)

    def likeness(self, colors: Lab) -> float:
        """How much a set of colours ``(N, 3)`` is like the object's, 0 to 1 (Bhattacharyya coefficient)."""
        assert self._object is not None, "learn first"
        return histogram_likeness(self._object, color_histogram(colors))


def color_histogram(colors: Lab) -> FloatMap:
    """The smoothed share of each colour in a set of colours ``(N, 3)``."""
    return _histogram(_flat_bins(colors), np.ones(len(colors), np.float32))


def histogram_likeness(one: FloatMap, other: FloatMap) -> float:
    """How much two histograms of ``color_histogram`` are alike, 0 to 1 (Bhattacharyya coefficient)."""
    return float(np.sqrt(one * other).sum())


def _flat_bins(lab: Lab) -> NDArray[np.intp]:
    return np.asarray(_bins(lab, _CHROMA_BINS).ravel(), np.intp)


def _histogram(bins: NDArray[np.intp], weight: FloatMap) -> FloatMap:
    """Smoothed share of each colour."""
    counts = np.bincount(bins, weights=weight.ravel(), minlength=int(np.prod(_COLOR_SHAPE)))
    smooth = _blur(counts.astype(np.float32).reshape(_COLOR_SHAPE))
    return smooth / np.float32(max(float(smooth.sum()), 1e-3))


class PlaceModel:
    """Colours by place: how often a colour near a place was the object's, and how often not.

    Args:
        cell_px: size of a cell; evidence reaches about one cell far.
    """

    def __init__(self, cell_px: int) -> None:
        self._cell_px = cell_px

    def log_odds(self, lab: Lab, seen_lab: Lab, seen_x: FloatMap, seen_y: FloatMap, seen_object: FloatMap) -> FloatMap:
        """Log odds of each pixel from labelled pixels that lie at known places of the same crop.

        Args:
            lab: ``(H, W, 3)``, the pixels asked for.
            seen_lab: ``(N, 3)`` colours of the labelled pixels.
            seen_x: ``(N,)`` columns of the crop where they are now (those outside are left out).
            seen_y: rows.
            seen_object: ``(N,)`` 0 to 1, how much each is the object.

        Returns:
            ``(H, W)`` log odds, near 0 where little of that colour was seen there.
        """
        height, width = lab.shape[:2]
        cell = self._cell_px
        shape = (height // cell + 1, width // cell + 1, *_PLACE_COLOR_SHAPE)
        inside = (seen_x >= 0) & (seen_y >= 0) & (seen_x < width) & (seen_y < height)
        colors = int(np.prod(_PLACE_COLOR_SHAPE))
        places = (seen_y[inside] / cell).astype(np.int32) * shape[1] + (seen_x[inside] / cell).astype(np.int32)
        bins = places * colors + _bins(seen_lab[inside], _PLACE_COLOR_SHAPE[1])
        both = []
        for share in (seen_object[inside], 1 - seen_object[inside]):
            counts = np.bincount(bins, weights=share, minlength=int(np.prod(shape)))
            both.append(_blur(counts.astype(np.float32).reshape(shape)))
        doubt = np.float32(cell * cell * 0.002)
        ratio = np.log(both[0] + doubt) - np.log(both[1] + doubt)
        rows, columns = np.arange(height, dtype=np.int32) // cell, np.arange(width, dtype=np.int32) // cell
        here = (rows[:, None] * shape[1] + columns[None, :]) * colors
        return np.asarray(ratio.take(here + _bins(lab, _PLACE_COLOR_SHAPE[1])), np.float32)
