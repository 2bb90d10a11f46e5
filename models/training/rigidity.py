"""How a background moves where something is hidden: still camera, rigid scene, or soft. Measured on the truth."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from models.training.split import Kind

SOFT_SHARE = 0.30  # of the hidden pixels that leave the camera's homography by more than DEVIATION_PX
DEVIATION_PX = 1.5
STILL_PX = 0.35  # median camera motion a frame
GRID_PX = 8


def measure_kind(truth: NDArray[np.uint8], hidden: NDArray[np.bool_]) -> Kind:
    """Names the motion of a clip ``(T, H, W, 3)`` uint8 behind ``hidden`` ``(T, H, W)``, from every third pair."""
    gray = [cv2.cvtColor(frame, cv2.COLOR_RGB2GRAY) for frame in truth]
    flow_engine = cv2.DISOpticalFlow.create(cv2.DISOPTICAL_FLOW_PRESET_MEDIUM)
    motion, deviating = [], []
    for index in range(1, len(gray), 3):
        flow_to_previous = flow_engine.calc(gray[index], gray[index - 1], None)  # type: ignore[call-overload]
        camera = _camera_flow(flow_to_previous)
        motion.append(float(np.median(np.linalg.norm(camera, axis=2))))
        away = np.linalg.norm(flow_to_previous - camera, axis=2) > DEVIATION_PX
        if hidden[index].any():
            deviating.append(float(away[hidden[index]].mean()))
    if deviating and np.mean(deviating) > SOFT_SHARE:
        return "soft"
    return "static" if np.median(motion) < STILL_PX else "rigid"


def _camera_flow(flow: NDArray[np.float32]) -> NDArray[np.float64]:
    """The flow ``(H, W, 2)`` of the homography that explains most of ``flow`` ``(H, W, 2)``."""
    rows, columns = flow.shape[:2]
    y, x = np.mgrid[GRID_PX // 2 : rows : GRID_PX, GRID_PX // 2 : columns : GRID_PX]
    points = np.stack([x.ravel(), y.ravel()], axis=1).astype(np.float32)
    targets = points + flow[y.ravel(), x.ravel()]
    homography, _ = cv2.findHomography(points, targets, cv2.RANSAC, 1.0)
    if homography is None:
        return np.broadcast_to(np.median(flow, axis=(0, 1)), flow.shape).astype(np.float64)
    y, x = np.mgrid[0:rows, 0:columns]
    grid = np.stack([x.ravel(), y.ravel()], axis=1).astype(np.float64)
    moved = cv2.perspectiveTransform(grid[None], homography.astype(np.float64))[0]
    return np.asarray((moved - grid).reshape(rows, columns, 2), np.float64)
