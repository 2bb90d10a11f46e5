"""Blends a fill into a frame's own planes: native pixel format, native depth, exact identity outside the hole.

The rule for subsampled planes: a chroma sample belongs to the hole if any of its luma samples does; its weight is the
average of theirs. Interlaced frames are blended field by field, because a chroma row belongs to one field.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from app.engine.holes import OPAQUE, Alpha, BoolMask, Hole
from app.engine.loader import Fill
from app.media.frame import Plane, VideoFrame

# One row of sixteenths keeps the area average of 4:1:0 chroma (4 x 4 samples) exact in integers.
WEIGHT_STEPS = 4080


def composite(frame: VideoFrame, fill: Fill, hole: Hole) -> VideoFrame:
    """The frame with its hole filled; every sample outside the hole is the frame's own.

    Args:
        frame: the source frame.
        fill: a fill whose rectangle holds the hole's.
        hole: what may change, and how much.

    Raises:
        ValueError: if the fill does not cover the hole or is of another picture (our own mistake).
    """
    if hole.empty:
        return frame
    if fill.index != frame.index:
        raise ValueError(f"a fill of frame {fill.index} cannot go into frame {frame.index}")
    planes: list[Plane] = []
    weights: dict[tuple[int, int], tuple[NDArray[np.int32], tuple[int, int]]] = {}
    for plane, patch, shifts in zip(frame.planes, patches_of(fill), frame.layout.plane_shifts, strict=True):
        if shifts not in weights:
            weights[shifts] = plane_weight(hole.alpha, (hole.rect.x, hole.rect.y), shifts, (hole.width, hole.height))
        planes.append(blended_at(plane, patch, (fill.left >> shifts[0], fill.top >> shifts[1]), *weights[shifts]))
    return replaced(frame, planes)


def replaced(frame: VideoFrame, planes: Sequence[Plane]) -> VideoFrame:
    """The same frame with other samples; they become read-only, and the view will be made anew."""
    for plane in planes:
        plane.flags.writeable = False
    return replace(frame, planes=tuple(planes), _rgb=None)


def blend(source: Plane, patch: Plane, weight: NDArray[np.int32]) -> Plane:
    """``source`` where the weight is 0, ``patch`` where it is WEIGHT_STEPS, rounded mixtures between.

    All three are ``(rows, columns)``; the samples share their dtype. Integers only, so that the two ends are exact.
    """
    result = np.where(weight == WEIGHT_STEPS, patch, source)
    soft = (weight > 0) & (weight < WEIGHT_STEPS)
    share = weight[soft]
    # 4080 * 65535 still fits in 31 bits.
    kept = (WEIGHT_STEPS - share) * source[soft].astype(np.int32)
    mixed = (kept + share * patch[soft].astype(np.int32) + WEIGHT_STEPS // 2) // WEIGHT_STEPS
    result[soft] = mixed.astype(source.dtype)
    return result


def plane_weight(
    alpha: Alpha, at: tuple[int, int], shifts: tuple[int, int], size: tuple[int, int]
) -> tuple[NDArray[np.int32], tuple[int, int]]:
    """Weights of a plane's samples for an alpha rectangle.

    Args:
        alpha: ``(rows, columns)`` uint8 on the view's grid.
        at: view column and row where it starts.
        shifts: the plane's horizontal and vertical subsampling (log2).
        size: width and height of the picture in view pixels (a coarse sample at an odd edge has fewer view pixels).

    Returns:
        ``(rows, columns)`` weights from 0 to WEIGHT_STEPS on the plane's own grid, and the plane's column and row where
        they start. A coarse sample weighs what its view pixels weigh on average; those outside the rectangle weigh 0.
    """
    scale = WEIGHT_STEPS // OPAQUE
    (left, top), (shift_x, shift_y) = at, shifts
    if shift_x == 0 and shift_y == 0:
        return alpha.astype(np.int32) * scale, at
    step_x, step_y = 1 << shift_x, 1 << shift_y
    first_x, first_y = left >> shift_x, top >> shift_y
    columns = -(-(left + alpha.shape[1]) >> shift_x) - first_x
    rows = -(-(top + alpha.shape[0]) >> shift_y) - first_y
    aligned = np.zeros((rows * step_y, columns * step_x), np.uint8)
    into_y, into_x = top - first_y * step_y, left - first_x * step_x
    aligned[into_y : into_y + alpha.shape[0], into_x : into_x + alpha.shape[1]] = alpha
    if left + alpha.shape[1] == size[0]:
        aligned[:, into_x + alpha.shape[1] :] = aligned[:, into_x + alpha.shape[1] - 1, None]
    if top + alpha.shape[0] == size[1]:
        aligned[into_y + alpha.shape[0] :] = aligned[into_y + alpha.shape[0] - 1]
    total = np.zeros((rows, columns), np.int32)
    for row in range(step_y):
        for column in range(step_x):
            total += aligned[row::step_y, column::step_x]
    total *= scale
    total //= step_x * step_y
    return total, (first_x, first_y)


def touched_samples(region: BoolMask, shift_x: int, shift_y: int, *, by_field: bool = False) -> BoolMask:
    """Which samples of a plane belong to a hole: ``(rows, columns)`` bool on the plane's grid.

    Args:
        region: ``(H, W)`` bool, the hole in the whole picture.
        shift_x: the plane's horizontal subsampling (log2).
        shift_y: the plane's vertical subsampling (log2).
        by_field: whether the picture is two fields: a chroma row then has its luma rows in its own field.
    """
    if by_field and shift_y:
        rows = -(-region.shape[0] >> shift_y)
        touched = np.zeros((rows, -(-region.shape[1] >> shift_x)), np.bool_)
        for parity in (0, 1):
            own = touched[parity::2]
            own[...] = touched_samples(region[parity::2], shift_x, shift_y)[: own.shape[0]]
        return touched
    height, width = region.shape
    step_x, step_y = 1 << shift_x, 1 << shift_y
    padded = np.pad(region, ((0, -height % step_y), (0, -width % step_x)))
    rows, columns = padded.shape[0] // step_y, padded.shape[1] // step_x
    blocks = padded.reshape(rows, step_y, columns, step_x)
    return np.asarray(blocks.any(axis=(1, 3)), np.bool_)


@dataclass(frozen=True, slots=True)
class Patch:
    """One plane of a fill, or of one of its fields.

    Attributes:
        samples: ``(rows, columns)``.
        alpha: ``(rows, columns)`` uint8, how much of each is the fill's, 255 all of it; None for all of all.
    """

    samples: Plane
    alpha: NDArray[np.uint8] | None = None

    def over(self, below: Plane, part: tuple[slice, slice]) -> Plane:
        """A part of the patch as it looks over what lies below it, ``(rows, columns)`` of that part."""
        if self.alpha is None:
            return self.samples[part]
        samples, alpha = self.samples[part].copy(), self.alpha[part]
        soft = alpha < OPAQUE
        under = below[soft].astype(np.float32)
        share = alpha[soft] / np.float32(OPAQUE)
        samples[soft] = np.rint(under + share * (samples[soft] - under)).astype(samples.dtype)
        return samples

    def every_other_row(self, first: int) -> Patch:
        """One field's rows, from the first of them on."""
        return Patch(self.samples[first::2], None if self.alpha is None else self.alpha[first::2])


def patches_of(fill: Fill) -> list[Patch]:
    """A fill's planes."""
    if not fill.alphas:
        return [Patch(plane) for plane in fill.planes]
    return [Patch(plane, alpha) for plane, alpha in zip(fill.planes, fill.alphas, strict=True)]


def blended_at(
    plane: Plane, patch: Patch, patch_at: tuple[int, int], weight: NDArray[np.int32], weight_at: tuple[int, int]
) -> Plane:
    """A copy of the plane with a patch blended in.

    Args:
        plane: ``(rows, columns)`` samples.
        patch: of a rectangle of the plane.
        patch_at: column and row where the patch starts.
        weight: weights of a rectangle that the patch covers, see ``blend``.
        weight_at: column and row where the weights start.

    Raises:
        ValueError: if the patch does not cover the weights.
    """
    row, column = weight_at[1] - patch_at[1], weight_at[0] - patch_at[0]
    within = slice(max(row, 0), row + weight.shape[0]), slice(max(column, 0), column + weight.shape[1])
    if row < 0 or column < 0 or patch.samples[within].shape != weight.shape:
        size = patch.samples.shape
        raise ValueError(f"a patch {size} at {patch_at} does not cover a hole {weight.shape} at {weight_at}")
    result = plane.copy()
    target = result[weight_at[1] : weight_at[1] + weight.shape[0], weight_at[0] : weight_at[0] + weight.shape[1]]
    target[...] = blend(target, patch.over(target, within), weight)
    return result
