"""The source-coordinate map: for each pixel of the hole, which frame and which sub-pixel place it was last seen at.

Recursive warping (VORNet warps its own output again and again, section 3.1) blurs a little each time. Composing
*coordinates* through the flows instead, and sampling colour once from the frame that really showed the place, does
not: that is the map kept here.

A *label* names a source picture: ``2 * frame_index`` for a frame as decoded, ``2 * frame_index + 1`` for a picture
whose hole was guessed, -1 for nothing known. Coordinates are kept as displacements (source place minus pixel place):
those are smooth where the motion is smooth.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from models.propagation.channels import meshed, pairwise
from models.propagation.picture import BoolMask

UNKNOWN = -1


def observed_label(index: int) -> int:
    """Label of the frame as it was decoded."""
    return 2 * index


def guess_label(index: int) -> int:
    """Label of the frame with its guessed pixels painted in."""
    return 2 * index + 1


@dataclass(frozen=True, slots=True)
class Window:
    """A rectangle of grid pixels (``grid.py``): left, top, width, height."""

    left: int
    top: int
    width: int
    height: int

    @property
    def slices(self) -> tuple[slice, slice]:
        """Row and column slices into a full picture."""
        return slice(self.top, self.top + self.height), slice(self.left, self.left + self.width)

    @property
    def empty(self) -> bool:
        """Whether there is no pixel in it."""
        return self.width <= 0 or self.height <= 0

    def grown(self, margin: int, height: int, width: int, align: int = 1) -> Window:
        """The window with a margin all round, aligned outwards and clipped; an empty one stays empty."""
        if self.empty:
            return self
        left = max(0, (self.left - margin) // align * align)
        top = max(0, (self.top - margin) // align * align)
        right = min(width, -(-(self.left + self.width + margin) // align) * align)
        bottom = min(height, -(-(self.top + self.height + margin) // align) * align)
        return Window(left, top, max(0, right - left), max(0, bottom - top))

    def pixel_grid(self) -> NDArray[np.float32]:
        """``(height, width, 2)`` float32 x, y of each pixel in the full picture."""
        return meshed(*self.pixel_axes())

    def pixel_axes(self) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """``(width,)`` x of its columns and ``(height,)`` y of its rows in the full picture, float32."""
        xs = np.arange(self.left, self.left + self.width, dtype=np.float32)
        return xs, np.arange(self.top, self.top + self.height, dtype=np.float32)


def window_of(mask: BoolMask) -> Window:
    """Smallest window round the True pixels; empty (0 x 0) if there are none."""
    rows, columns = np.flatnonzero(mask.any(1)), np.flatnonzero(mask.any(0))
    if not len(rows):
        return Window(0, 0, 0, 0)
    return Window(int(columns[0]), int(rows[0]), int(columns[-1] - columns[0]) + 1, int(rows[-1] - rows[0]) + 1)


@dataclass(frozen=True, slots=True)
class SourceMap:
    """Sources of the pixels in a window of one frame.

    Attributes:
        window: where the arrays lie in the picture.
        label: ``(h, w)`` int32, see the module's docstring.
        shift: ``(h, w, 2)`` float32 x, y: source place minus pixel place, in grid pixels.
        risk: ``(h, w)`` float32: how far off the place may be, in grid pixels: the flow's errors along the way, added
            like a random walk's (in quadrature).
    """

    window: Window
    label: NDArray[np.int32]
    shift: NDArray[np.float32]
    risk: NDArray[np.float32]

    @property
    def known(self) -> BoolMask:
        """Where there is a source of any kind."""
        return np.asarray(self.label != UNKNOWN)

    @property
    def seen(self) -> BoolMask:
        """Where the source is a decoded frame, not a guess."""
        return np.asarray(self.label & 1 == 0)  # UNKNOWN is odd too

    @staticmethod
    def unknown(window: Window) -> SourceMap:
        """A map that knows nothing."""
        return SourceMap.constant(window, UNKNOWN)

    @staticmethod
    def constant(window: Window, label: int) -> SourceMap:
        """A map of pixels that stay where they are in one source."""
        shape = (window.height, window.width)
        return SourceMap(
            window, np.full(shape, label, np.int32), np.zeros((*shape, 2), np.float32), np.zeros(shape, np.float32)
        )

    def merged(self, other: SourceMap, take: BoolMask) -> SourceMap:
        """This map with ``other``'s entries where ``take`` is True (same window)."""
        assert self.window == other.window
        return SourceMap(
            self.window,
            np.where(take, other.label, self.label),
            pairs_where(take, other.shift, self.shift),
            np.where(take, other.risk, self.risk),
        )


@dataclass(frozen=True, slots=True)
class Neighbour:
    """What a frame offers to another frame's map.

    Attributes:
        index: the frame.
        clear: ``(H, W)`` bool: pixels whose every sampling tap shows background.
        map: its own source map, or None if it has no hole.
    """

    index: int
    clear: BoolMask
    map: SourceMap | None


def compose(window: Window, flow: NDArray[np.float32], error: NDArray[np.float32], neighbour: Neighbour) -> SourceMap:
    """One step of the recursion: follows the flow into a neighbour and takes over what it knows.

    Args:
        window: the pixels to find sources for.
        flow: ``(h, w, 2)`` float32, from this frame to the neighbour, in the window.
        error: ``(h, w)`` float32, how far off the flow may be, in pixels.
        neighbour: the frame the flow points to.

    Returns:
        The map of the window. A pixel that lands on clear background gets the neighbour's frame itself; one that
        lands in the neighbour's hole inherits that hole's source, moved by the flow.
    """
    place = window.pixel_grid() + flow
    clear = neighbour.clear.view(np.uint8)
    landed = cv2.remap(clear, place, None, cv2.INTER_NEAREST, borderMode=cv2.BORDER_CONSTANT)  # type: ignore[call-overload]
    direct = np.asarray(landed, np.uint8).view(bool)
    label = np.where(direct, np.int32(observed_label(neighbour.index)), np.int32(UNKNOWN)).astype(np.int32)
    here = SourceMap(window, label, flow.copy(), error)
    if neighbour.map is None:
        return here
    inherited = _inherit(place, neighbour.map)
    moved = SourceMap(window, inherited.label, inherited.shift + flow, np.hypot(inherited.risk, error))
    return here.merged(moved, ~direct)


def _inherit(place: NDArray[np.float32], source: SourceMap) -> SourceMap:
    """Entries of ``source`` at sub-pixel places: bilinear inside a label, nearest at its borders."""
    window = source.window
    local = pairwise(np.subtract, place, window.left, window.top)
    rounded = np.rint(local)
    labels = source.label.astype(np.float32)
    border = float(UNKNOWN)
    label = _remap(labels, rounded, cv2.INTER_NEAREST, border)
    alike = np.abs(_remap(labels, local, cv2.INTER_LINEAR, border) - label) < 0.01
    smooth = _remap(source.shift, local, cv2.INTER_LINEAR, 0.0)
    nearest = _remap(source.shift, rounded, cv2.INTER_NEAREST, 0.0)
    shift = pairs_where(alike, smooth, nearest)
    return SourceMap(window, label.astype(np.int32), shift, _remap(source.risk, rounded, cv2.INTER_NEAREST, 0.0))


def pairs_where(take: BoolMask, one: NDArray[np.float32], other: NDArray[np.float32]) -> NDArray[np.float32]:
    """``np.where`` for ``(h, w, 2)``: a pair is moved as one number, which is several times as fast."""
    pairs = (np.ascontiguousarray(array).view(np.int64)[..., 0] for array in (one, other))
    return np.where(take, *pairs)[..., None].view(np.float32)


def _remap(array: NDArray[np.float32], local: NDArray[np.float32], how: int, border: float) -> NDArray[np.float32]:
    return np.asarray(
        cv2.remap(array, local, None, how, borderMode=cv2.BORDER_CONSTANT, borderValue=(border,) * 4)  # type: ignore[call-overload]
    )
