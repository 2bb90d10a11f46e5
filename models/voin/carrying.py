"""Flow-guided propagation inside the object (VOIN section 3.3): what a frame hides, other frames of it show.

As in the engine that removes objects, coordinates are composed through the flows and colour is sampled once, from the
frame that shows the place: nothing blurs. Sources are the object's own visible pixels and nothing else, so that no
background leaks in. A step counts where going forth and back comes home within five pixels.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from models.propagation.source_map import UNKNOWN, Neighbour, SourceMap, Window, compose, observed_label, window_of
from models.voin.picture import Twin

CONSISTENCY_PX = 5.0
"""The paper's threshold."""
_PER_FRAME_PX = 0.05
"""Risk that a frame of distance adds when two sources are weighed: of two good ones the nearer is taken."""
_LEAST_RISK = 0.3
"""In pixels: no source is surer of its place than this."""

Flow = NDArray[np.float32]
Mask = NDArray[np.bool_]
View = NDArray[np.uint8]


def clear_object(visible: Mask) -> Mask:
    """``(H, W)``: visible pixels whose neighbours all are: a cubic sample there shows nothing but the object."""
    kernel = np.ones((3, 3), np.uint8)
    eroded = cv2.erode(visible.astype(np.uint8), kernel, borderType=cv2.BORDER_CONSTANT, borderValue=(0,))
    return np.asarray(eroded, bool)


def sought(hidden: Mask, amodal: Mask, rim_px: int = 1) -> Mask:
    """``(H, W)`` pixels whose source is followed: the hidden ones, and those of the object right beside them.

    What lies at the rim of the visible part is not clear, so a pixel that lands there must be led on; and what its
    sources say of a visible pixel tells how good they are (``trust``).

    Args:
        hidden: ``(H, W)``.
        amodal: ``(H, W)`` the whole object.
        rim_px: how far beside.
    """
    grown = cv2.dilate(hidden.astype(np.uint8), np.ones((2 * rim_px + 1,) * 2, np.uint8))
    return np.asarray((grown > 0) & amodal, bool)


def round_trip_px(flow: Flow, back: Flow) -> NDArray[np.float32]:
    """``(H, W)`` how far from its start a pixel lands that goes along ``flow`` and then along ``back``, in pixels.

    Args:
        flow: ``(H, W, 2)`` from this frame to a neighbour.
        back: ``(H, W, 2)`` from the neighbour to this frame.

    Returns:
        Infinity where the flow leaves the picture.
    """
    height, width = flow.shape[:2]
    xs, ys = np.meshgrid(np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32))
    x, y = xs + flow[..., 0], ys + flow[..., 1]
    returned = np.asarray(cv2.remap(back, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE))
    apart = np.hypot(flow[..., 0] + returned[..., 0], flow[..., 1] + returned[..., 1])
    leaves = (x < 0) | (x > width - 1) | (y < 0) | (y > height - 1)
    return np.where(leaves, np.inf, apart).astype(np.float32)


def carried(wanted: Mask, flow: Flow, back: Flow, neighbour: Neighbour) -> SourceMap:
    """One step: sources of a frame's pixels from what a neighbour shows or knows.

    Args:
        wanted: ``(H, W)`` as ``sought`` has it.
        flow: ``(H, W, 2)`` from this frame to the neighbour, completed inside the object.
        back: ``(H, W, 2)`` from the neighbour to this frame.
        neighbour: ``clear`` is ``clear_object`` of its visible mask, ``map`` what is known of what is sought
            there.

    Returns:
        The map of the window round ``wanted``, unknown outside it.
    """
    window = window_of(wanted)
    if window.empty:
        return SourceMap.unknown(window)
    apart = round_trip_px(flow, back)[window.slices]
    good = wanted[window.slices] & (apart < CONSISTENCY_PX)
    error = np.where(good, apart / 2, 0.0).astype(np.float32)  # half of it lies in each direction
    found = compose(window, np.ascontiguousarray(flow[window.slices]), error, neighbour)
    return SourceMap.unknown(window).merged(found, good & found.known)


@dataclass(frozen=True, slots=True)
class Sources:
    """Where a frame's pixels come from.

    Attributes:
        best: the better source of each pixel that has one.
        second: the other one, of those that have two.
        share: ``(h, w)`` float32 in 0..0.5, how much of the second belongs in the mean of both.
        twin: ``(h, w)`` bool, where the better one is the frame's twin.
        alpha: ``(h, w)`` float32 in 0..1, how much of what the source shows is the object; less than 1 at the border
            of a twin's alone, where its view has the object's own colours.
        change: ``(h, w, 3)`` float32, what the better one's colours change by in the light of this frame.
    """

    best: SourceMap
    second: SourceMap
    share: NDArray[np.float32]
    twin: Mask
    alpha: NDArray[np.float32]
    change: NDArray[np.float32]

    @staticmethod
    def of(best: SourceMap, second: SourceMap, share: NDArray[np.float32]) -> Sources:
        """Those of frames that are not its twin."""
        alpha, change = np.ones(share.shape, np.float32), np.zeros((*share.shape, 3), np.float32)
        return Sources(best, second, share, np.zeros(share.shape, bool), alpha, change)

    @staticmethod
    def single(found: SourceMap) -> Sources:
        """Those of one map."""
        shape = (found.window.height, found.window.width)
        return Sources.of(found, SourceMap.unknown(found.window), np.zeros(shape, np.float32))

    @staticmethod
    def ranked(index: int, one: SourceMap, other: SourceMap) -> Sources:
        """Of two maps of frame ``index``, pixel by pixel the better: sure of its place, and near in time.

        Two sources are wrong in different ways, so their mean is closer to the truth than either.
        """
        assert one.window == other.window
        costs = _cost(index, one), _cost(index, other)
        swapped = costs[1] < costs[0]
        best, second = one.merged(other, swapped), other.merged(one, swapped)
        second = second.merged(SourceMap.unknown(second.window), ~best.known)
        good, poor = (np.square(which(*costs) + _LEAST_RISK) for which in (np.minimum, np.maximum))
        share = np.where(second.known, good / np.where(second.known, good + poor, 1), 0)
        return Sources.of(best, second, share.astype(np.float32))

    def with_twin(
        self, shown: SourceMap, alpha: NDArray[np.float32], change: NDArray[np.float32], take: Mask
    ) -> Sources:
        """The same with what the frame's twin shows, alone, where ``take`` ``(h, w)`` is True."""
        second = self.second.merged(SourceMap.unknown(self.second.window), take)
        share, soft = np.where(take, np.float32(0), self.share), np.where(take, alpha, self.alpha)
        lit = np.where(take[..., None], change, self.change)
        return Sources(
            self.best.merged(shown, take), second, share, self.twin | take, np.asarray(soft, np.float32), lit
        )


def from_twin(wanted: Mask, twin: Twin) -> tuple[SourceMap, NDArray[np.float32]]:
    """What a frame's twin says of the pixels that are ``wanted`` ``(H, W)``.

    Returns:
        Sources of all of which it tells, and ``(h, w)`` how much of each is the object.
    """
    window = window_of(wanted)
    found = SourceMap.constant(window, observed_label(twin.index))
    found.shift[:] = twin.shift
    height, width = wanted.shape
    matrix = np.array([[1, 0, twin.shift[0]], [0, 1, twin.shift[1]]], np.float32)
    how = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    alpha = cv2.warpAffine(twin.alpha, matrix, (width, height), flags=how)
    nearest = cv2.INTER_NEAREST | cv2.WARP_INVERSE_MAP
    there = cv2.warpAffine(twin.told.astype(np.uint8), matrix, (width, height), flags=nearest) > 0
    told = np.asarray((there & wanted)[window.slices], bool)
    return SourceMap.unknown(window).merged(found, told), (alpha[window.slices] / np.float32(255)).astype(np.float32)


def older(index: int, found: SourceMap, frames: NDArray[np.float32]) -> Mask:
    """``(h, w)`` where a map of frame ``index`` knows nothing, or what is farther away than ``(h, w)`` frames."""
    return np.asarray(~found.known | (np.abs((found.label >> 1) - index) > frames), bool)


def _cost(index: int, found: SourceMap) -> NDArray[np.float32]:
    away = np.abs((found.label >> 1) - index).astype(np.float32)
    return np.where(found.known, found.risk + _PER_FRAME_PX * away, np.inf).astype(np.float32)


def without_old(found: SourceMap, oldest: int) -> SourceMap:
    """The map without sources before frame ``oldest``, which are not kept any more."""
    return found.merged(SourceMap.unknown(found.window), found.known & ((found.label >> 1) < oldest))


def sampled(found: SourceMap, views: Mapping[int, View]) -> View:
    """``(h, w, 3)`` uint8 colours of a map's window, each sampled once; black where nothing is known.

    Args:
        found: of a window.
        views: ``(H, W, 3)`` uint8 RGB, all that the map names.
    """
    window: Window = found.window
    result = np.zeros((window.height, window.width, 3), np.uint8)
    if window.empty:
        return result
    place = window.pixel_grid() + found.shift
    for label in np.unique(found.label[found.label != UNKNOWN]):
        here = found.label == label
        rows, columns = np.flatnonzero(here.any(1)), np.flatnonzero(here.any(0))
        part = slice(int(rows[0]), int(rows[-1]) + 1), slice(int(columns[0]), int(columns[-1]) + 1)
        x, y = (np.ascontiguousarray(place[part][..., axis]) for axis in (0, 1))
        view = views[int(label) >> 1]
        colours = cv2.remap(view, x, y, cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)
        result[part][here[part]] = np.asarray(colours)[here[part]]
    return result
