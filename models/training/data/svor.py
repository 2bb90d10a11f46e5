"""The SVOR recipe (VORNet, section 4.1): a segmented object of one clip pasted on another clip, truth known.

The paper keeps objects that are whole in the picture, cover less than half of it and measure at least 30 x 30 pixels;
so do we. Unlike the paper, the object gets a smooth path and scale of its own, so that its motion is not the
background's, and a feathered edge.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

MIN_OBJECT_PX = 30
MIN_CUTOUT_FRAMES = 12
AREA_SHARE = (0.03, 0.10)  # of the picture, in the middle of the path
TRAVEL_SHARE = (0.15, 0.55)  # of the picture's width, first frame to last
MAX_SPEED_PX = 8.0  # a frame, at 432 pixels of width
MAX_ENLARGEMENT = 1.5
BORDER_PX = 2
EDGE_SIGMA_PX = 0.8


@dataclass(frozen=True, slots=True)
class Cutout:
    """A moving object cut out of its clip.

    Attributes:
        pictures: ``(T, H, W, 3)`` uint8 RGB, the object's clip.
        masks: ``(T, H, W)`` bool, True = the object, whole in every picture.
        centers: ``(T, 2)`` x, y of the box's centre in pixels, smoothed over time.
        heights: ``(T,)`` box heights in pixels, smoothed over time.
    """

    pictures: NDArray[np.uint8]
    masks: NDArray[np.bool_]
    centers: NDArray[np.float64]
    heights: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Placement:
    """Where the object goes: per frame of the composite, which cut-out frame, its centre (x, y) and its scale."""

    frames: NDArray[np.intp]
    centers: NDArray[np.float64]
    scales: NDArray[np.float64]


def cut_out(pictures: NDArray[np.uint8], masks: NDArray[np.bool_]) -> Cutout | None:
    """The longest stretch in which the object passes the paper's filters; None if there is none long enough.

    Args:
        pictures: ``(T, H, W, 3)`` uint8 RGB.
        masks: ``(T, H, W)`` bool of the same pictures.
    """
    count = min(len(pictures), len(masks))
    cleaned = np.stack([_without_crumbs(mask) for mask in masks[:count]]) if count else masks[:0]
    start, end = _longest_run([_passes_filters(mask) for mask in cleaned])
    if end - start < MIN_CUTOUT_FRAMES:
        return None
    boxes = np.array([_box(mask) for mask in cleaned[start:end]], np.float64)  # left, top, right, bottom
    centers = np.stack([(boxes[:, 0] + boxes[:, 2]) / 2, (boxes[:, 1] + boxes[:, 3]) / 2], axis=1)
    heights = boxes[:, 3] - boxes[:, 1]
    return Cutout(
        pictures=pictures[start:end],
        masks=cleaned[start:end],
        centers=np.stack([_smooth(centers[:, axis]) for axis in (0, 1)], axis=1),
        heights=_smooth(heights),
    )


def place(cutout: Cutout, count: int, size: tuple[int, int], rng: np.random.Generator) -> Placement:
    """Draws a smooth path and scale that keep the object whole in a picture of ``size`` = (width, height).

    The cut-out's frames are played forward and backward where the composite is longer than it.
    """
    width, height = size
    frames = _ping_pong(len(cutout.masks), count, int(rng.integers(len(cutout.masks))))
    scales = _draw_scales(cutout, frames, size, rng)
    low, high = _feasible_centers(cutout, frames, scales, size)
    start, end = _draw_ends(low, high, count, width, rng)
    time = np.linspace(0.0, 1.0, count)
    eased = time + rng.uniform(-0.1, 0.1) * np.sin(2 * np.pi * time)
    normal = np.array([-(end - start)[1], (end - start)[0]]) / max(float(np.linalg.norm(end - start)), 1.0)
    bow = rng.uniform(-0.08, 0.08) * height * np.sin(np.pi * time)
    centers = start + eased[:, None] * (end - start) + bow[:, None] * normal
    return Placement(frames, np.clip(centers, low, high), scales)


def paste(
    background: NDArray[np.uint8], cutout: Cutout, placement: Placement
) -> tuple[NDArray[np.uint8], NDArray[np.bool_]]:
    """Pastes the object on a clip.

    Args:
        background: ``(T, H, W, 3)`` uint8 RGB, the truth.
        cutout: the object.
        placement: where it goes in each of the T frames.

    Returns:
        The frames with the object ``(T, H, W, 3)`` uint8 and its masks ``(T, H, W)`` bool. Outside the mask grown by
        the feather (2 pixels) the frames equal the background.
    """
    count, rows, columns = background.shape[:3]
    frames = background.copy()
    masks = np.zeros((count, rows, columns), np.bool_)
    for index in range(count):
        source, transform = int(placement.frames[index]), _transform(cutout, placement, index)
        colour, alpha = _warp_object(cutout.pictures[source], cutout.masks[source], transform, (columns, rows))
        masks[index] = alpha >= 0.5
        alpha = np.asarray(cv2.GaussianBlur(alpha, (0, 0), EDGE_SIGMA_PX), np.float32)
        alpha[cv2.dilate(masks[index].astype(np.uint8), np.ones((5, 5), np.uint8)) == 0] = 0.0
        mixed = background[index] + alpha[..., None] * (colour.astype(np.float32) - background[index])
        frames[index] = np.clip(np.rint(mixed), 0, 255).astype(np.uint8)
    return frames, masks


def object_mask(cutout: Cutout, placement: Placement, index: int, size: tuple[int, int]) -> NDArray[np.bool_]:
    """``(H, W)`` bool, where the object lies in frame ``index`` of a composite of ``size`` = (width, height)."""
    source = int(placement.frames[index])
    transform = _transform(cutout, placement, index)
    return _warp_object(cutout.pictures[source], cutout.masks[source], transform, size)[1] >= 0.5


def _transform(cutout: Cutout, placement: Placement, index: int) -> NDArray[np.float64]:
    scale = float(placement.scales[index])
    shift = placement.centers[index] - scale * cutout.centers[int(placement.frames[index])]
    return np.array([[scale, 0.0, shift[0]], [0.0, scale, shift[1]]])


def _warp_object(
    picture: NDArray[np.uint8], mask: NDArray[np.bool_], transform: NDArray[np.float64], size: tuple[int, int]
) -> tuple[NDArray[np.uint8], NDArray[np.float32]]:
    """The picture and the mask (as coverage 0..1) in the composite's grid; shrinking is anti-aliased."""
    scale = float(transform[0, 0])
    # The mask loses its outermost pixel: annotated edges carry a fringe of the old background.
    coverage = cv2.erode(mask.astype(np.float32), np.ones((3, 3), np.uint8)).astype(np.float32, copy=False)
    if scale < 1.0:
        sigma = 0.45 * np.sqrt(max(1.0 / scale**2 - 1.0, 0.0))
        if sigma > 0.2:
            picture = cv2.GaussianBlur(picture, (0, 0), sigma).astype(np.uint8, copy=False)
            coverage = cv2.GaussianBlur(coverage, (0, 0), sigma).astype(np.float32, copy=False)
    colour = cv2.warpAffine(picture, transform, size, flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)
    alpha = cv2.warpAffine(coverage, transform, size, flags=cv2.INTER_LINEAR, borderValue=0.0)
    return colour.astype(np.uint8, copy=False), alpha.astype(np.float32, copy=False)


def _without_crumbs(mask: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Drops connected parts smaller than a twentieth of the largest one."""
    count, labels, stats, _ = cv2.connectedComponentsWithStats(mask.astype(np.uint8))
    if count <= 2:
        return mask
    areas = stats[1:, cv2.CC_STAT_AREA]
    kept = np.concatenate([[False], areas >= areas.max() / 20])
    return np.asarray(kept[labels], np.bool_)


def _passes_filters(mask: NDArray[np.bool_]) -> bool:
    if not mask.any() or mask.mean() >= 0.5:
        return False
    left, top, right, bottom = _box(mask)
    rows, columns = mask.shape
    whole = left >= BORDER_PX and top >= BORDER_PX and right <= columns - BORDER_PX and bottom <= rows - BORDER_PX
    return whole and right - left >= MIN_OBJECT_PX and bottom - top >= MIN_OBJECT_PX


def _box(mask: NDArray[np.bool_]) -> tuple[int, int, int, int]:
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    return int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1


def _longest_run(flags: list[bool]) -> tuple[int, int]:
    best, start = (0, 0), 0
    for index, flag in enumerate([*flags, False]):
        if not flag:
            if index - start > best[1] - best[0]:
                best = (start, index)
            start = index + 1
    return best


def _smooth(values: NDArray[np.float64], sigma: float = 4.0) -> NDArray[np.float64]:
    """Gaussian over time with the ends mirrored."""
    radius = min(int(3 * sigma), len(values) - 1)
    kernel = np.exp(-0.5 * (np.arange(-radius, radius + 1) / sigma) ** 2)
    padded = np.pad(values, radius, mode="reflect")
    return np.asarray(np.convolve(padded, kernel / kernel.sum(), mode="valid"), np.float64)


def _ping_pong(length: int, count: int, start: int) -> NDArray[np.intp]:
    """``count`` indices into ``length`` frames, running to and fro from ``start``; forward all through if they fit."""
    if length >= count:
        start = min(start, length - count)
        return np.arange(start, start + count)
    period = np.concatenate([np.arange(length), np.arange(length - 2, 0, -1)])
    return np.asarray(period[(start + np.arange(count)) % len(period)], np.intp)


def _draw_scales(
    cutout: Cutout, frames: NDArray[np.intp], size: tuple[int, int], rng: np.random.Generator
) -> NDArray[np.float64]:
    """Scale per frame: the box's height follows a gentle ramp of our own, not the old clip's zoom."""
    width, height = size
    middle = int(frames[len(frames) // 2])
    heights = cutout.heights[frames]
    left, top, right, bottom = np.max([_reach(cutout, int(index)) for index in np.unique(frames)], axis=0)
    share = np.exp(rng.uniform(*np.log(AREA_SHARE)))
    scale = float(np.sqrt(share * width * height / cutout.masks[middle].sum()))
    scale = max(scale, MIN_OBJECT_PX / min(_smallest_side(cutout, frames)))
    target_height = scale * cutout.heights[middle]
    ramp = 1.0 + rng.uniform(-0.2, 0.2) * np.linspace(-1.0, 1.0, len(frames))
    scales = target_height * ramp / heights
    # Whole in the picture, with room to move; never enlarged to mush.
    room = 0.8 * min(width / (left + right), height / (top + bottom)) / cutout.heights[middle] * heights.min()
    limit = min(MAX_ENLARGEMENT, room)
    return np.asarray(scales * min(1.0, limit / scales.max()), np.float64)


def _smallest_side(cutout: Cutout, frames: NDArray[np.intp]) -> tuple[float, float]:
    boxes = np.array([_box(cutout.masks[int(index)]) for index in np.unique(frames)])
    return float((boxes[:, 2] - boxes[:, 0]).min()), float((boxes[:, 3] - boxes[:, 1]).min())


def _reach(cutout: Cutout, frame: int) -> tuple[float, float, float, float]:
    """How far the object reaches from its smoothed centre: left, top, right, bottom, in pixels of its own clip."""
    left, top, right, bottom = _box(cutout.masks[frame])
    x, y = cutout.centers[frame]
    return x - left, y - top, right - x, bottom - y


def _feasible_centers(
    cutout: Cutout, frames: NDArray[np.intp], scales: NDArray[np.float64], size: tuple[int, int]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Lowest and highest ``(x, y)`` of the centre for which the object is whole in every frame."""
    reach = np.array([_reach(cutout, int(index)) for index in frames]) * scales[:, None]
    low = reach[:, :2].max(axis=0) + BORDER_PX
    high = np.array(size) - reach[:, 2:].max(axis=0) - BORDER_PX
    middle = (low + high) / 2
    return np.minimum(low, middle), np.maximum(high, middle)


def _draw_ends(
    low: NDArray[np.float64], high: NDArray[np.float64], count: int, width: int, rng: np.random.Generator
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """First and last centre: far enough apart to uncover something, not faster than objects move."""
    shortest, longest = (share * width for share in TRAVEL_SHARE)
    longest = min(longest, MAX_SPEED_PX * width / 432 * (count - 1))
    ends = [rng.uniform(low, high, (2, 2)) for _ in range(64)]
    travel = [float(np.linalg.norm(end - start)) for start, end in ends]
    for (start, end), distance in zip(ends, travel, strict=True):
        if shortest <= distance <= longest:
            return start, end
    start, end = ends[int(np.argmin(np.abs(np.array(travel) - shortest)))]
    return start, end
