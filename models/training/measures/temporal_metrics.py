"""How steady filled clips are: warping error (Lai et al. 2018), tOF (TecoGAN) and flicker, inside the holes.

Never rank by the warping error alone: blur lowers it below the truth's own.
"""

from __future__ import annotations

import itertools

import cv2
import numpy as np
from numpy.typing import NDArray

from models.training.data.method import Clip, Masks

Flow = NDArray[np.float32]


def flows_between(clip: Clip, *, to_next: bool) -> list[Flow]:
    """DIS flow (medium) ``(H, W, 2)`` dx, dy of each neighbouring pair: from t-1 to t, or from t to t-1."""
    engine = cv2.DISOpticalFlow.create(cv2.DISOPTICAL_FLOW_PRESET_MEDIUM)
    gray = [cv2.cvtColor(frame, cv2.COLOR_RGB2GRAY) for frame in clip]
    pairs = itertools.pairwise(gray)
    flows = [engine.calc(*(pair if to_next else pair[::-1]), None) for pair in pairs]  # type: ignore[call-overload]
    return [np.asarray(flow, np.float32) for flow in flows]


def visible_in_next(flow_to_next: Flow, flow_to_previous: Flow) -> NDArray[np.bool_]:
    """``(H, W)`` bool on the earlier frame's grid: neither occluded in the later frame nor on a motion boundary."""
    returned = _sample(flow_to_previous, flow_to_next)
    mismatch = np.square(returned + flow_to_next).sum(axis=2)
    lengths = np.square(returned).sum(axis=2) + np.square(flow_to_next).sum(axis=2)
    occluded = mismatch > 0.01 * lengths + 0.5
    gradient_y, gradient_x = np.gradient(flow_to_next, axis=(0, 1))
    steepness = (np.square(gradient_x) + np.square(gradient_y)).sum(axis=2)
    boundary = steepness > 0.01 * np.square(flow_to_next).sum(axis=2) + 0.002
    return np.asarray(~(occluded | boundary | _leaves(flow_to_next)), np.bool_)


def warping_error(result: Clip, holes: Masks, flows_to_next: list[Flow], visible: list[NDArray[np.bool_]]) -> float:
    """E_warp: each frame against the next one warped onto it by the truth's flow, squared, colours in 0..1.

    Averaged over the visible hole pixels of a frame, then over the frames; NaN if no pixel qualifies.
    """
    errors = []
    for index, (flow, seen) in enumerate(zip(flows_to_next, visible, strict=True)):
        counted = seen & holes[index]
        if counted.any():
            warped = _sample(result[index + 1].astype(np.float32), flow)
            difference = (warped[counted] - result[index][counted]) / 255.0
            errors.append(float(np.square(difference).mean()))
    return float(np.mean(errors)) if errors else float("nan")


def flow_difference(result: Clip, holes: Masks, flows_to_next: list[Flow]) -> float:
    """tOF: mean of ``|du| + |dv|`` in pixels between the flows of the result and of the truth, inside the holes."""
    differences = [
        float(np.abs(flow - true)[hole].sum(axis=1).mean())
        for flow, true, hole in zip(flows_between(result, to_next=True), flows_to_next, holes, strict=False)
        if hole.any()
    ]
    return float(np.mean(differences)) if differences else float("nan")


def flicker(result: Clip, truth: Clip, holes: Masks) -> float:
    """Mean ``|(out_t - out_t-1) - (truth_t - truth_t-1)|`` inside the hole of t, colours in 0..1."""
    values = []
    for index in range(1, len(result)):
        hole = holes[index]
        if hole.any():
            change = result[index][hole].astype(np.float64) - result[index - 1][hole]
            true_change = truth[index][hole].astype(np.float64) - truth[index - 1][hole]
            values.append(float(np.abs(change - true_change).mean() / 255.0))
    return float(np.mean(values)) if values else float("nan")


def _sample(image: NDArray[np.float32], flow: Flow) -> NDArray[np.float32]:
    """``image`` ``(H, W, C)`` looked up where ``flow`` points to (bilinear)."""
    rows, columns = flow.shape[:2]
    y, x = np.mgrid[0:rows, 0:columns].astype(np.float32)
    warped = cv2.remap(image, x + flow[..., 0], y + flow[..., 1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(warped, np.float32)


def _leaves(flow: Flow) -> NDArray[np.bool_]:
    """``(H, W)`` bool: the flow points outside the picture."""
    rows, columns = flow.shape[:2]
    y, x = np.mgrid[0:rows, 0:columns].astype(np.float32)
    x, y = x + flow[..., 0], y + flow[..., 1]
    return np.asarray((x < 0) | (x > columns - 1) | (y < 0) | (y > rows - 1), np.bool_)
