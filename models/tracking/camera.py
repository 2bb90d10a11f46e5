"""How the background moves from picture to picture: a homography fitted to the flow outside the object."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from models.flow.protocol import Flow

_GRID = 20
"""Samples along the longer side; 20 x 11 points are plenty for eight unknowns and cheap for RANSAC."""
_FEWEST_POINTS = 24


@dataclass(frozen=True, slots=True)
class CameraMotion:
    """Motion of the background between two pictures.

    Attributes:
        flow: ``(H, W, 2)`` float32, displacement of each pixel if it were background, in pixels.
        error_px: median distance between this and the measured flow over the background; large = not one plane.
        matrix: 3 x 3 float64 homography from the first picture's pixels to the second's.
    """

    flow: Flow
    error_px: float
    matrix: NDArray[np.float64]


def camera_motion(flow: Flow, background: NDArray[np.bool_]) -> CameraMotion:
    """Fits the background's motion.

    Args:
        flow: ``(H, W, 2)`` measured motion.
        background: ``(H, W)`` bool, pixels known not to be the object.
    """
    height, width = flow.shape[:2]
    step = max(2, max(height, width) // _GRID)
    grid = np.s_[step // 2 :: step, step // 2 :: step]
    use = background[grid]
    rows, columns = np.nonzero(use)
    start = np.stack((columns, rows), axis=1).astype(np.float32) * np.float32(step) + np.float32(step // 2)
    measured = flow[grid][use]
    end = start + measured
    matrix: NDArray[np.float64] | None = None
    if len(start) >= _FEWEST_POINTS:
        found, _ = cv2.findHomography(start, end, cv2.RANSAC, 1.0, maxIters=200, confidence=0.98)
        if found is not None and np.all(np.isfinite(found)):  # type: ignore[redundant-expr]  # it is None at times
            matrix = np.asarray(found, dtype=np.float64)
    if matrix is None:
        matrix = np.eye(3)
        if len(start):
            matrix[:2, 2] = np.median(end - start, axis=0)
    field = displacement(matrix, height, width)
    off = measured - field[grid][use]
    error = float(np.median(np.hypot(off[:, 0], off[:, 1]))) if len(start) else float("inf")
    return CameraMotion(field, error, matrix)


def displacement(matrix: NDArray[np.float64], height: int, width: int) -> Flow:
    """``(height, width, 2)`` displacement of every pixel under a homography."""
    x, y = np.arange(width, dtype=np.float32)[None, :], np.arange(height, dtype=np.float32)[:, None]
    row = matrix.astype(np.float32)
    depth = row[2, 0] * x + (row[2, 1] * y + row[2, 2])
    field = np.empty((height, width, 2), np.float32)
    for axis, place in ((0, x), (1, y)):
        moved = row[axis, 0] * x + (row[axis, 1] * y + row[axis, 2])
        moved /= depth
        np.subtract(moved, place, out=field[..., axis])
    return field


def background_flow(
    flow: Flow, camera: CameraMotion, background: NDArray[np.bool_], reach_px: int = 61, keep: bool = True
) -> Flow:
    """Motion of the background everywhere, also behind the object.

    The camera's motion plus what the background near by does beyond it (parallax), interpolated smoothly.

    Args:
        flow: ``(H, W, 2)`` measured motion.
        camera: the fit to it.
        background: ``(H, W)`` bool, where the measured motion is the background's.
        reach_px: odd size of the window of interpolation.
        keep: True to leave the measured motion of the background itself as it is, False to smooth it too.
    """
    weight = background.astype(np.float32)
    smooth = smoothed((flow - camera.flow) * weight[..., None], reach_px) / smoothed(weight, reach_px, 1e-3)[..., None]
    return np.asarray(
        camera.flow + (np.where(background[..., None], flow - camera.flow, smooth) if keep else smooth),
        dtype=np.float32,
    )


def smoothed(field: NDArray[np.float32], reach_px: int, beyond: float = 0.0) -> NDArray[np.float32]:
    """A field ``(H, W)`` or ``(H, W, 2)`` after two means over windows of an odd size, and a little more everywhere."""
    size = (reach_px, reach_px)
    return np.asarray(cv2.blur(cv2.blur(field, size), size) + np.float32(beyond), np.float32)
