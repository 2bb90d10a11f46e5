"""A scene made by formula, in native planes: a textured background that drifts, a magenta object that crosses it.

The drift is an even number of whole pixels a frame, so the true planes are known to the sample on every grid.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from models.propagation.picture import BoolMask, Fill, HoleFrame, Picture, PicturePlane, Samples

HEIGHT, WIDTH = 64, 96
MAGENTA = (105, 212, 234)
"""Luma, blue and red difference of (255, 0, 255), 8 bits, BT.601 full range."""
Box = tuple[int, int, int, int]


def texture(height: int, width: int, *, seed: int, sigma: float = 1.5, low: int = 40, high: int = 215) -> Samples:
    """``(height, width)`` uint8 smooth noise that fills the range."""
    noise = cv2.GaussianBlur(np.random.default_rng(seed).random((height, width), np.float32), (0, 0), sigma)
    noise = (noise - noise.min()) / (noise.max() - noise.min())
    return np.asarray(low + noise * (high - low), np.uint8)


def rgb_view(planes: tuple[PicturePlane, ...], height: int, width: int, bits: int) -> NDArray[np.uint8]:
    """The planes as a view: BT.601 full range, chroma repeated."""
    full = []
    for plane in planes[:3]:
        samples = plane.samples.astype(np.float32) / (1 << bits - 8)
        samples = np.repeat(np.repeat(samples, 1 << plane.shift_y, 0), 1 << plane.shift_x, 1)
        full.append(samples[:height, :width])
    luma, blue, red = full[0], full[1] - 128, full[2] - 128
    rgb = np.stack([luma + 1.402 * red, luma - 0.344 * blue - 0.714 * red, luma + 1.772 * blue], -1)
    return np.clip(np.rint(rgb), 0, 255).astype(np.uint8)


@dataclass(frozen=True)
class Scene:
    """Frames and their truth.

    Attributes:
        frames: the object still in them.
        truth: the same pictures without it.
    """

    frames: list[HoleFrame]
    truth: list[Picture]

    def __len__(self) -> int:
        return len(self.frames)

    def walk(self) -> Iterator[HoleFrame]:
        yield from self.frames

    def part(self, start: int, stop: int) -> Scene:
        return Scene(self.frames[start:stop], self.truth[start:stop])

    def with_frame(self, index: int, **changes: object) -> Scene:
        frames = list(self.frames)
        frames[index] = replace(frames[index], **changes)  # type: ignore[arg-type]
        return Scene(frames, self.truth)


def make_scene(
    boxes: list[Box | None],
    *,
    pan: tuple[int, int] = (2, 0),
    size: tuple[int, int] = (HEIGHT, WIDTH),
    shifts: tuple[int, int] = (1, 1),
    bits: int = 8,
    seed: int = 1,
    dilate: int = 2,
    first: int = 0,
) -> Scene:
    """A scene of ``len(boxes)`` frames.

    Args:
        boxes: per frame the object's left, top, width, height; None without it. The hole is ``dilate`` larger.
        pan: what the background's window moves by a frame, x and y; the content moves the other way.
        size: height and width.
        shifts: of the chroma planes, x and y.
        bits: of a sample.
        seed: of the background.
        dilate: of the hole round the object.
        first: index of the first frame.
    """
    height, width = size
    count = len(boxes)
    reach = (height + 2 + abs(pan[1]) * count, width + 2 + abs(pan[0]) * count)
    reach = (reach[0] + reach[0] % 2, reach[1] + reach[1] % 2)
    depth = 1 << bits - 8
    world = [texture(*reach, seed=seed)]
    grid = (reach[0] >> shifts[1], reach[1] >> shifts[0])
    world += [texture(*grid, seed=seed + 10 + n, low=108, high=148) for n in range(2)]
    frames, truth = [], []
    for position, box in enumerate(boxes):
        offset = [step * position if step >= 0 else -step * (count - position) for step in pan]
        clean, painted = [], []
        hole = np.zeros(size, bool)
        if box is not None:
            left, top, across, down = box
            hole[max(0, top - dilate) : top + down + dilate, max(0, left - dilate) : left + across + dilate] = True
        for number, samples in enumerate(world):
            sx, sy = shifts if number else (0, 0)
            rows, columns = -(-height >> sy), -(-width >> sx)
            part = samples[offset[1] >> sy :, offset[0] >> sx :][:rows, :columns].astype(np.uint16) * depth
            clean.append(PicturePlane(_typed(part, bits), sx, sy))
            if box is not None:
                inside = np.s_[
                    max(0, top) >> sy : -(-(top + down) >> sy), max(0, left) >> sx : -(-(left + across) >> sx)
                ]
                part = part.copy()
                part[inside] = MAGENTA[number] * depth
            painted.append(PicturePlane(_typed(part, bits), sx, sy))
        index = first + position
        truth.append(Picture(index, rgb_view(tuple(clean), height, width, bits), tuple(clean), bits))
        picture = Picture(index, rgb_view(tuple(painted), height, width, bits), tuple(painted), bits)
        frames.append(HoleFrame(picture, hole, cut=position == 0))
    return Scene(frames, truth)


def crossing(
    count: int, *, start: int = 8, step: int = 5, box: tuple[int, int, int] = (24, 16, 16)
) -> list[Box | None]:
    """An object that moves ``step`` to the right a frame: top, width and height in ``box``."""
    top, across, down = box
    return [(start + step * position, top, across, down) for position in range(count)]


def _typed(samples: NDArray[np.uint16], bits: int) -> Samples:
    return samples.astype(np.uint8 if bits == 8 else np.uint16)


def rectangle(fill: Fill) -> tuple[slice, slice]:
    """The fill's rows and columns in the view."""
    return slice(fill.top, fill.top + fill.height), slice(fill.left, fill.left + fill.width)


def in_picture(mask: BoolMask, fill: Fill, size: tuple[int, int]) -> BoolMask:
    """A mask of the fill's rectangle laid into the whole picture."""
    out = np.zeros(size, bool)
    out[rectangle(fill)] = mask
    return out


def plane_mask(mask: BoolMask, plane: PicturePlane) -> BoolMask:
    """A view mask on a plane's grid: a sample belongs to it if any of its pixels does."""
    rows, columns = -(-mask.shape[0] >> plane.shift_y), -(-mask.shape[1] >> plane.shift_x)
    padded = np.zeros((rows << plane.shift_y, columns << plane.shift_x), bool)
    padded[: mask.shape[0], : mask.shape[1]] = mask
    return padded.reshape(rows, 1 << plane.shift_y, columns, 1 << plane.shift_x).any((1, 3))


def errors(fill: Fill, truth: Picture, where: BoolMask) -> list[NDArray[np.float64]]:
    """Per plane the absolute errors of the fill at the samples of ``where`` (a view mask of the whole picture)."""
    found = []
    for plane, samples in zip(truth.planes, fill.planes, strict=True):
        chosen = plane_mask(where, plane)
        top, left = fill.top >> plane.shift_y, fill.left >> plane.shift_x
        part = np.s_[top : top + samples.shape[0], left : left + samples.shape[1]]
        difference = np.abs(samples.astype(np.float64) - plane.samples[part].astype(np.float64))
        found.append(difference[chosen[part]])
    return found


def same_fill(one: Fill, other: Fill) -> bool:
    """Whether two fills are equal to the bit."""
    return (
        (one.index, one.left, one.top, one.width, one.height, one.notes)
        == (other.index, other.left, other.top, other.width, other.height, other.notes)
        and len(one.planes) == len(other.planes)
        and all(np.array_equal(a, b) and a.dtype == b.dtype for a, b in zip(one.planes, other.planes, strict=True))
        and np.array_equal(one.seen, other.seen)
        and np.array_equal(one.guessed, other.guessed)
    )


def shown_before(scene: Scene, position: int, pan: tuple[int, int], *, later: bool = False) -> BoolMask:
    """Truth: pixels of a frame whose place another frame shows, in the picture and outside the hole.

    Only earlier frames count, with ``later`` all of them.
    """
    height, width = scene.frames[0].hole.shape
    shown = np.zeros((height, width), bool)
    for other in range(len(scene) if later else position):
        dx, dy = pan[0] * (position - other), pan[1] * (position - other)
        ys, xs = np.mgrid[0:height, 0:width]
        ys, xs = ys + dy, xs + dx
        inside = (ys >= 0) & (ys < height) & (xs >= 0) & (xs < width)
        free = ~scene.frames[other].hole[np.clip(ys, 0, height - 1), np.clip(xs, 0, width - 1)]
        shown |= inside & free & (other != position)
    return shown
