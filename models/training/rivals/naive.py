"""Naive flow propagation, the yardstick of the benchmark. Frozen before the engine was tuned: do not improve it.

One pass forward in time (VORNet's warping with k = 1): DIS flow at its medium preset, the object's own flow removed
and the hole's flow interpolated smoothly from round it, the previous *output* warped into the hole with cubic
sampling. The first frame, and whatever was never seen before, are filled by Telea's method.
"""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np
from numpy.typing import NDArray

from models.training.data.method import Clip, Filled, Masks, hole_window

TELEA_RADIUS_PX = 3
FLOW_MARGIN_PX = 4  # the flow's own smoothing carries the object's motion this far out of the hole
CROP_MARGIN_PX = 16


HoleFlow = Callable[[NDArray[np.float32], NDArray[np.bool_]], NDArray[np.float32]]


def fill_naively(frames: Clip, holes: Masks) -> Filled:
    """Fills ``holes`` ``(T, H, W)`` bool of ``frames`` ``(T, H, W, 3)`` uint8 RGB, causally."""
    return propagate(frames, holes, interpolate_flow)


def propagate(frames: Clip, holes: Masks, hole_flow: HoleFlow) -> Filled:
    """The pass itself; ``hole_flow`` gets a flow ``(H, W, 2)`` and where it is unknown, and returns it completed."""
    flow_engine = cv2.DISOpticalFlow.create(cv2.DISOPTICAL_FLOW_PRESET_MEDIUM)
    result, seen = frames.copy(), np.zeros(holes.shape, np.bool_)
    state = _fill_by_telea(frames[0], holes[0]).astype(np.float32)
    result[0] = np.rint(state).astype(np.uint8)
    known = ~holes[0]
    for index in range(1, len(frames)):
        gray, gray_before = (cv2.cvtColor(frames[i], cv2.COLOR_RGB2GRAY) for i in (index, index - 1))
        flow_to_previous = flow_engine.calc(gray, gray_before, None)  # type: ignore[call-overload]
        flow = hole_flow(np.asarray(flow_to_previous, np.float32), _untrusted(holes[index]))
        state, known = _step(frames[index], holes[index], flow, state, known)
        seen[index] = known & holes[index]
        result[index] = np.clip(np.rint(state), 0, 255).astype(np.uint8)
    return Filled(result, seen)


def _step(
    frame: NDArray[np.uint8],
    hole: NDArray[np.bool_],
    flow: NDArray[np.float32],
    state: NDArray[np.float32],
    known: NDArray[np.bool_],
) -> tuple[NDArray[np.float32], NDArray[np.bool_]]:
    """One frame's output as float32, and which of its pixels are real: outside the hole, or warped from real ones."""
    output, now_known = frame.astype(np.float32), ~hole
    if not hole.any():
        return output, now_known
    rows, columns = hole.shape
    y, x = np.mgrid[0:rows, 0:columns].astype(np.float32)
    map_x, map_y = x + flow[..., 0], y + flow[..., 1]
    warped = cv2.remap(state, map_x, map_y, cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)
    warped_known = cv2.remap(known.astype(np.float32), map_x, map_y, cv2.INTER_LINEAR, borderValue=0.0)
    inside = (map_x >= 0) & (map_x <= columns - 1) & (map_y >= 0) & (map_y <= rows - 1)
    output[hole] = np.clip(warped[hole], 0, 255)
    now_known |= inside & (warped_known > 0.99)
    unknown = hole & ~now_known
    whole = np.clip(np.rint(output), 0, 255).astype(np.uint8)
    output[unknown] = _fill_by_telea(whole, unknown)[unknown]
    return output, now_known


def interpolate_flow(flow: NDArray[np.float32], unknown: NDArray[np.bool_]) -> NDArray[np.float32]:
    """Replaces ``flow`` ``(H, W, 2)`` where ``unknown`` by a smooth interpolation from round it (pull-push)."""
    weight = (~unknown).astype(np.float32)
    levels = [np.dstack([flow * weight[..., None], weight])]  # dx and dy times their weight, weight
    while min(levels[-1].shape[:2]) > 2:
        levels.append(np.asarray(cv2.pyrDown(levels[-1]), np.float32))
    smooth = levels[-1][..., :2] / np.maximum(levels[-1][..., 2:], 1e-6)
    for level in reversed(levels[:-1]):
        rows, columns = level.shape[:2]
        above = cv2.pyrUp(smooth, dstsize=(columns, rows))
        share = np.minimum(level[..., 2:], 1.0)
        smooth = share * (level[..., :2] / np.maximum(level[..., 2:], 1e-6)) + (1.0 - share) * above
    return np.asarray(smooth, np.float32)


def _untrusted(hole: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Where the flow is the object's own: the hole and ``FLOW_MARGIN_PX`` round it."""
    kernel = np.ones((2 * FLOW_MARGIN_PX + 1, 2 * FLOW_MARGIN_PX + 1), np.uint8)
    return np.asarray(cv2.dilate(hole.astype(np.uint8), kernel) > 0, np.bool_)


def _fill_by_telea(frame: NDArray[np.uint8], hole: NDArray[np.bool_]) -> NDArray[np.uint8]:
    if not hole.any():
        return frame
    window = hole_window(hole, CROP_MARGIN_PX)
    filled = frame.copy()
    filled[window] = cv2.inpaint(frame[window], hole[window].astype(np.uint8), TELEA_RADIUS_PX, cv2.INPAINT_TELEA)
    return filled
