"""Detail for a guess that was made small: where its patches came from is found, and taken from the picture itself.

A patch search over a whole hole is paid for a small picture only. Enlarged, its answer would be a blur among sharp
surroundings. But it is made of pieces of them: for each place of the small answer the known place that looks most like
it is found (all places are compared), the shifts between them are carried up to the picture's own size, mended there
from octave to octave, and what the small picture could not hold is copied along them: shifts are enlarged, not colours.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

_COMPARED_PX = 128
"""Longer side of the picture in which every place is compared with every other."""
_RADIUS = 3
"""Of the patches compared there."""
_AT_ONCE = 512
"""Patches compared with all others at a time."""
_NODE_PX = 2
"""Nodes, places with a shift, are so far apart."""
_REACHES = (4, 1)
"""Rounds of mending at each size: how many nodes off the neighbours are whose shifts are tried."""
_SPOTS = tuple((y, x) for y in (-2, 0, 2) for x in (-2, 0, 2))
"""Where patches are compared while shifts are mended: pixels off the middle."""
_SPOT_RADIUS = 2
_OCTAVE = 2.2
"""A size is at most this many times the one before."""
_NOWHERE = np.float32(1e9)
"""What a shift costs that leads to no known patch."""

Image = NDArray[np.uint8]
Mask = NDArray[np.bool_]
Values = NDArray[np.float32]
Numbers = NDArray[np.intp]
Shifts = NDArray[np.int32]
"""``(h, w, 2)`` or ``(N, 2)``: rows and columns from a node to where it is copied from."""


@dataclass(frozen=True, slots=True)
class _Level:
    """The picture at one size.

    Attributes:
        view: ``(H, W, 3)`` float32, in the hole nothing that counts.
        hole: ``(H, W)`` bool.
        guess: ``(H, W, 3)`` float32, the small answer at this size.
        held: height and width of what the small answer holds of it.
        source: ``(H, W)`` bool, middles of known patches.
    """

    view: Values
    hole: Mask
    guess: Values
    held: tuple[int, int]
    source: Mask


def with_detail(view: Image, hole: Mask, small: Image, small_hole: Mask) -> Image:
    """Enlarges the guess of a hole.

    Args:
        view: ``(H, W, 3)`` uint8; not looked at in the hole.
        hole: ``(H, W)`` bool.
        small: ``(h, w, 3)`` uint8, the same picture shrunk, its hole filled.
        small_hole: ``(h, w)`` bool.

    Returns:
        The view, its hole filled with what shrinks to the small guess and is as sharp as the picture round it. Equal
        input gives equal output, to the bit.
    """
    size = view.shape[0], view.shape[1]
    enlarged = _resized(small, size)
    least, least_hole = _compared(small, small_hole)
    shifts = _nearest(least, least_hole)
    if shifts is None:
        return np.where(hole[..., None], enlarged, view).astype(np.uint8)
    known = np.where(hole[..., None], enlarged, view).astype(np.float32)
    before, copied = least_hole.shape, known
    for each in _sizes(before, size):
        level = _level(known, hole, small, each)
        shifts = _enlarged(shifts, before, each)
        _mend(level, shifts)
        copied, before = _copied(level, shifts), each
    return np.where(hole[..., None], np.clip(np.rint(copied), 0, 255), view).astype(np.uint8)


def _resized(picture: Image, size: tuple[int, int]) -> Image:
    smaller = size[0] < picture.shape[0]
    return np.asarray(cv2.resize(picture, size[::-1], interpolation=cv2.INTER_AREA if smaller else cv2.INTER_CUBIC))


def _compared(small: Image, hole: Mask) -> tuple[Image, Mask]:
    """The small picture and its hole, small enough for every place to be compared with every other."""
    scale = _COMPARED_PX / max(hole.shape)
    if scale >= 1:
        return small, hole
    size = max(1, round(hole.shape[0] * scale)), max(1, round(hole.shape[1] * scale))
    return _resized(small, size), _any_of(hole, size)


def _any_of(hole: Mask, size: tuple[int, int]) -> Mask:
    """The pixels of a smaller picture that have some of the hole."""
    return np.asarray(cv2.resize(hole.astype(np.float32), size[::-1], interpolation=cv2.INTER_AREA) > 0)


def _sizes(small: tuple[int, ...], large: tuple[int, int]) -> list[tuple[int, int]]:
    """Octaves from the small picture, which is left out, to the large one."""
    sizes = [large]
    while max(sizes[0]) > _OCTAVE * max(small):
        sizes.insert(0, (round(sizes[0][0] / 2), round(sizes[0][1] / 2)))
    return sizes


def _level(known: Values, hole: Mask, small: Image, size: tuple[int, int]) -> _Level:
    here = hole if size == hole.shape else _any_of(hole, size)
    view = known
    if size != hole.shape:
        view = np.asarray(cv2.resize(known, size[::-1], interpolation=cv2.INTER_AREA), np.float32)
    held = min(size[0], small.shape[0]), min(size[1], small.shape[1])
    return _Level(view, here, _resized(small, size).astype(np.float32), held, _sources(here, _SPOT_RADIUS))


def _sources(hole: Mask, radius: int) -> Mask:
    """Middles of the patches that lie in the picture and are known entirely."""
    side = 2 * radius + 1
    source = ~_grown(hole, side)
    source[:radius] = source[-radius:] = False
    source[:, :radius] = source[:, -radius:] = False
    return source


def _grown(hole: Mask, side: int) -> Mask:
    return np.asarray(cv2.dilate(hole.astype(np.uint8), np.ones((side, side), np.uint8)) > 0)


def _painting(hole: Mask) -> tuple[Numbers, Numbers]:
    """Rows and columns of the nodes that pixels of the hole are copied by."""
    rows, columns = np.nonzero(_grown(hole, 2 * _NODE_PX + 1)[::_NODE_PX, ::_NODE_PX])
    return rows, columns


def _nearest(small: Image, hole: Mask) -> Shifts | None:
    """The shift of each node to the known patch that is most like its own; None if no patch is known."""
    height, width = hole.shape
    rows, columns = np.nonzero(_sources(hole, _RADIUS))
    if not len(rows):
        return None
    side = 2 * _RADIUS + 1
    padded = cv2.copyMakeBorder(small, _RADIUS, _RADIUS, _RADIUS, _RADIUS, cv2.BORDER_REPLICATE)
    patches = np.lib.stride_tricks.sliding_window_view(padded, (side, side), axis=(0, 1))
    there = patches[rows, columns].reshape(len(rows), -1).astype(np.float32)
    half = np.einsum("ij,ij->i", there, there) / 2
    ys, xs = _painting(hole)
    here = patches[ys * _NODE_PX, xs * _NODE_PX].reshape(len(ys), -1).astype(np.float32)
    # Sums of products of bytes are exact in single precision: the order in which they are added does not matter.
    best = [np.argmax(here[each : each + _AT_ONCE] @ there.T - half, 1) for each in range(0, len(ys), _AT_ONCE)]
    nearest = np.concatenate(best) if best else np.zeros(0, np.intp)
    shifts = np.zeros((-(-height // _NODE_PX), -(-width // _NODE_PX), 2), np.int32)
    shifts[ys, xs] = np.stack([rows[nearest] - ys * _NODE_PX, columns[nearest] - xs * _NODE_PX], -1)
    return shifts


def _enlarged(shifts: Shifts, before: tuple[int, ...], size: tuple[int, int]) -> Shifts:
    """The shifts of a picture of another size: each node takes that of the node at its place."""
    rows = np.arange(-(-size[0] // _NODE_PX)) * before[0] // size[0]
    columns = np.arange(-(-size[1] // _NODE_PX)) * before[1] // size[1]
    scale = np.array([size[0] / before[0], size[1] / before[1]])
    return np.asarray(np.rint(shifts[rows[:, None], columns] * scale), np.int32)


def _mend(level: _Level, shifts: Shifts) -> None:
    """Betters shifts in place: each node tries its neighbours', and its own a pixel off."""
    ys, xs = _painting(level.hole)
    if not len(ys):
        return
    places = ys * _NODE_PX, xs * _NODE_PX
    for reach in _REACHES:
        wanted = _patches(_copied(level, shifts), *places)
        own = shifts[ys, xs]
        cost = _cost(level, wanted, *places, own)
        for other in _candidates(shifts, ys, xs, reach):
            price = _cost(level, wanted, *places, other)
            better = price < cost
            own, cost = np.where(better[:, None], other, own), np.where(better, price, cost)
        shifts[ys, xs] = own


def _candidates(shifts: Shifts, ys: Numbers, xs: Numbers, reach: int) -> Iterator[Shifts]:
    last_y, last_x = shifts.shape[0] - 1, shifts.shape[1] - 1
    for y, x in ((-reach, 0), (reach, 0), (0, -reach), (0, reach)):
        yield shifts[np.clip(ys + y, 0, last_y), np.clip(xs + x, 0, last_x)]
    if reach == 1:
        own = shifts[ys, xs]
        for step in ((-1, -1), (-1, 0), (-1, 1), (0, -1), (0, 1), (1, -1), (1, 0), (1, 1)):
            yield own + np.array(step, np.int32)


def _patches(picture: Values, y: Numbers, x: Numbers) -> list[Values]:
    """What is compared of the patches round places: for each spot ``(N, 3)``."""
    height, width = picture.shape[:2]
    rows = [np.clip(y + spot, 0, height - 1) * width for spot, _ in _SPOTS]
    columns = [np.clip(x + spot, 0, width - 1) for _, spot in _SPOTS]
    return [picture.reshape(-1, 3).take(row + column, 0) for row, column in zip(rows, columns, strict=True)]


def _cost(level: _Level, wanted: list[Values], y: Numbers, x: Numbers, shifts: Shifts) -> Values:
    """How little the patches that nodes would be copied from are like those wanted, ``(N,)``."""
    height, width = level.hole.shape
    from_y, from_x = y + shifts[:, 0], x + shifts[:, 1]
    inside = (from_y >= 0) & (from_y < height) & (from_x >= 0) & (from_x < width)
    place = np.where(inside, from_y * width + from_x, 0)
    good = inside & level.source.reshape(-1).take(place)
    place = np.where(good, place, _SPOT_RADIUS * (width + 1))
    colours = level.view.reshape(-1, 3)
    cost = np.zeros(len(y), np.float32)
    for (down, right), own in zip(_SPOTS, wanted, strict=True):
        difference = colours.take(place + (down * width + right), 0)
        difference -= own
        cost += np.einsum("ij,ij->i", difference, difference)
    return np.where(good, cost, _NOWHERE)


def _copied(level: _Level, shifts: Shifts) -> Values:
    """The level, its hole copied along the shifts; what the small guess can hold of it is the guess's."""
    rows, columns = np.nonzero(level.hole)
    height, width = level.hole.shape
    total, weights = np.zeros((len(rows), 3), np.float32), np.zeros((len(rows), 1), np.float32)
    for down in (0, 1):
        for right in (0, 1):  # between the four nodes round a pixel
            node_y, node_x = rows // _NODE_PX + down, columns // _NODE_PX + right
            near = (1 - np.abs(rows / _NODE_PX - node_y)) * (1 - np.abs(columns / _NODE_PX - node_x))
            shift = shifts[np.minimum(node_y, shifts.shape[0] - 1), np.minimum(node_x, shifts.shape[1] - 1)]
            from_y, from_x = rows + shift[:, 0], columns + shift[:, 1]
            inside = (from_y >= 0) & (from_y < height) & (from_x >= 0) & (from_x < width)
            from_y, from_x = np.where(inside, from_y, 0), np.where(inside, from_x, 0)
            weight = (near * (inside & ~level.hole[from_y, from_x])).astype(np.float32)[:, None]
            total += weight * level.view[from_y, from_x]
            weights += weight
    copied = level.view.copy()
    copied[rows, columns] = np.where(weights > 0, total / np.maximum(weights, 1e-6), level.guess[rows, columns])
    smooth = cv2.resize(copied, level.held[::-1], interpolation=cv2.INTER_AREA)
    smooth = cv2.resize(smooth, (width, height), interpolation=cv2.INTER_CUBIC)
    copied[rows, columns] += level.guess[rows, columns] - smooth[rows, columns]
    return copied
