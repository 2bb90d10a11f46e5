"""Binary segmentation of a small picture from per-pixel evidence: a weighted total-variation cut.

The convex form of a graph cut (Chan, Esedoglu and Nikolova 2006, with the contrast weights of Boykov and Jolly 2001),
solved by the primal-dual method of Chambolle and Pock 2011. Unlike ``cv2.grabCut`` it takes any evidence, not colour
models alone, and starts from the last frame's answer.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

FloatMap = NDArray[np.float32]

_STEP = np.float32(0.35)
"""Primal and dual step; their product times 8 (the norm of the gradient squared) must stay below 1."""
_SMALLEST_WEIGHT = 0.08
"""A boundary is never quite free, or noise would be cut out along its own edges."""


def contrast_weights(lab: NDArray[np.uint8], smoothness: float) -> tuple[FloatMap, FloatMap]:
    """Cost of a boundary between neighbours: high in flat parts, low across edges of the picture.

    Args:
        lab: ``(H, W, 3)`` uint8 CIE Lab.
        smoothness: cost of a boundary one pixel long in a flat part, in the unit of the evidence (log odds).

    Returns:
        Two ``(H, W)`` arrays: cost between a pixel and its right neighbour, and its lower one (last column and row 0).
    """
    smooth = cv2.GaussianBlur(lab, (0, 0), 0.7).astype(np.float32)
    right, down = np.zeros(lab.shape[:2], np.float32), np.zeros(lab.shape[:2], np.float32)
    for channel in np.moveaxis(smooth, 2, 0):
        right[:, :-1] += np.square(channel[:, 1:] - channel[:, :-1])
        down[:-1] += np.square(channel[1:] - channel[:-1])
    mean = float(right.mean() + down.mean()) / 2 + 1e-3
    for weights in (right, down):
        np.exp(weights / np.float32(-2.0 * mean), out=weights)
        weights *= np.float32(smoothness * (1 - _SMALLEST_WEIGHT))
        weights += np.float32(smoothness * _SMALLEST_WEIGHT)
    right[:, -1] = 0
    down[-1] = 0
    return right, down


def cut(
    evidence: FloatMap, weights: tuple[FloatMap, FloatMap], start: FloatMap | None = None, iterations: int = 60
) -> FloatMap:
    """The segmentation that agrees best with the evidence at the least cost of boundary.

    Args:
        evidence: ``(H, W)`` log odds, positive where the pixel looks like the object.
        weights: boundary costs from ``contrast_weights``.
        start: ``(H, W)`` 0 to 1, a good guess (the warped last answer).
        iterations: of the primal-dual method.

    Returns:
        ``(H, W)`` float32, 0 to 1; the object is where it is above 0.5.
    """
    shape, width = evidence.shape, evidence.shape[1]
    # All rows one behind the other: no flow leaves a row's last pixel, whose boundary costs nothing, for the next row.
    right, down, pull = weights[0].ravel(), weights[1].ravel(), (evidence * _STEP).ravel()
    minus_right, minus_down = -right, -down
    zero, one = np.float32(0), np.float32(1)
    answer = ((evidence > 0) if start is None else start).astype(np.float32).ravel()
    ahead = answer.copy()
    flow_x, flow_y = np.zeros_like(answer), np.zeros_like(answer)
    change = np.empty_like(answer)
    for _ in range(iterations):
        for flow, least, most, step in ((flow_x, minus_right, right, 1), (flow_y, minus_down, down, width)):
            np.subtract(ahead[step:], ahead[:-step], out=change[:-step])
            change[:-step] *= _STEP
            flow[:-step] += change[:-step]
            np.minimum(flow, most, out=flow)
            np.maximum(flow, least, out=flow)
        np.add(flow_x, flow_y, out=change)
        change[1:] -= flow_x[:-1]
        change[width:] -= flow_y[:-width]
        change *= _STEP
        change += pull
        change += answer
        np.minimum(change, one, out=change)
        np.maximum(change, zero, out=change)
        np.subtract(change, answer, out=ahead)
        ahead += change
        answer, change = change, answer
    return answer.reshape(shape)
