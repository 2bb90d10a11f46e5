"""The engine's grid and the grids of the planes.

Maps are kept on the *grid*: the view's pixels, or coarser ones on large pictures, since motion is smooth and only the
colours need every pixel. A plane's ``shift`` says how its own grid lies to it: 1 means half as fine (chroma of 4:2:0),
0 as fine, -1 twice as fine (luma where the grid is half the view).
"""

from __future__ import annotations

from typing import TypeVar

import cv2
import numpy as np
from numpy.typing import NDArray

from models.propagation.picture import BoolMask, Picture, PicturePlane, Samples
from models.propagation.source_map import Window

_Number = TypeVar("_Number", bound=np.generic)


def scaled(length: int, shift: int) -> int:
    """A grid coordinate as one of a plane (rounded down)."""
    return length >> shift if shift >= 0 else length << -shift


def plane_slices(window: Window, plane: PicturePlane) -> tuple[slice, slice]:
    """Rows and columns of a plane that cover a window of the grid."""
    rows, columns = plane.samples.shape
    top, left = scaled(window.top, plane.shift_y), scaled(window.left, plane.shift_x)
    bottom = min(rows, -scaled(-(window.top + window.height), plane.shift_y))
    right = min(columns, -scaled(-(window.left + window.width), plane.shift_x))
    return slice(top, bottom), slice(left, right)


def in_window(plane: PicturePlane, window: Window) -> Samples:
    """The part of a plane that covers a window of the grid."""
    return plane.samples[plane_slices(window, plane)]


def on_plane(array: NDArray[_Number], shift_x: int, shift_y: int, shape: tuple[int, ...]) -> NDArray[_Number]:
    """Entries ``(h, w)`` or ``(h, w, C)`` of a window, taken or repeated onto a plane's grid of ``shape``."""
    if shift_x >= 0 and shift_y >= 0:
        return array[:: 1 << shift_y, :: 1 << shift_x][: shape[0], : shape[1]]
    if shift_y < 0:
        array = array.repeat(1 << -shift_y, 0)
    if shift_x < 0:
        array = array.repeat(1 << -shift_x, 1)
    return on_plane(array, max(0, shift_x), max(0, shift_y), shape)


def any_on_plane(mask: BoolMask, shift_x: int, shift_y: int, shape: tuple[int, ...]) -> BoolMask:
    """A mask on a plane's grid: a sample belongs to it if any of its grid pixels does."""
    step_x, step_y = max(1, 1 << max(0, shift_x)), max(1, 1 << max(0, shift_y))
    if step_x > 1 or step_y > 1:
        grown = cv2.dilate(mask.astype(np.uint8), np.ones((step_y, step_x), np.uint8), anchor=(0, 0))
        mask = np.asarray(grown, dtype=bool)
    return on_plane(mask, shift_x, shift_y, shape)


def on_grid(picture: Picture, step: int) -> Picture:
    """A picture as the engine sees it: the view ``step`` (1, 2, 4, ...) times coarser, the planes as they are."""
    if step == 1:
        return picture
    return Picture(picture.index, _coarser_view(picture, step), grid_planes(picture, step), picture.bits)


def _coarser_view(picture: Picture, step: int) -> NDArray[np.uint8]:
    height, width = picture.size
    bottom, right = -height % step, -width % step
    if not (isinstance(picture.shown, np.ndarray) or bottom or right):
        return picture.shown.coarser(step)
    view = picture.view
    if bottom or right:
        view = np.asarray(cv2.copyMakeBorder(view, 0, bottom, 0, right, cv2.BORDER_REPLICATE), np.uint8)
    size = (view.shape[1] // step, view.shape[0] // step)
    return np.asarray(cv2.resize(view, size, interpolation=cv2.INTER_AREA), np.uint8)


def grid_planes(picture: Picture, step: int) -> tuple[PicturePlane, ...]:
    """A picture's planes, their shifts counted from the grid."""
    shift = step.bit_length() - 1
    return tuple(PicturePlane(plane.samples, plane.shift_x - shift, plane.shift_y - shift) for plane in picture.planes)


def any_on_grid(mask: BoolMask, step: int) -> BoolMask:
    """A mask of view pixels on the grid: a grid pixel belongs to it if any of its view pixels does."""
    if step == 1:
        return mask
    height, width = mask.shape
    rows, columns = -(-height // step), -(-width // step)
    padded = mask
    if height % step or width % step:
        padded = np.zeros((rows * step, columns * step), bool)
        padded[:height, :width] = mask
    found = padded[::step].copy()
    for row in range(1, step):
        found |= padded[row::step]
    return np.asarray(found.view(f"u{step}") != 0)  # as many pixels as one number
