"""How a background moves: with its camera, or by itself (soft). Measured on the truth, every third pair of frames."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from models.training.data.split import Kind

RIGID_SHARE = 0.15  # at most this much of what is hidden may leave the camera's motion on a static or rigid composite
SOFT_SHARE = 0.30  # from here on an unlisted clip counts as soft
DEVIATION_PX = 1.5
STILL_PX = 0.35  # median camera motion a frame
GRID_PX = 8
STRIDE = 3


@dataclass(frozen=True, slots=True)
class Motion:
    """A clip's motion, from every ``STRIDE``-th pair of frames.

    Attributes:
        indices: ``(N,)`` the later frame of each pair.
        moving: ``(N, H, W)`` bool, pixels that leave the camera's homography by more than ``DEVIATION_PX``.
        camera_px: median motion of the camera in pixels a frame.
    """

    indices: NDArray[np.intp]
    moving: NDArray[np.bool_]
    camera_px: float

    def moving_share(self, hidden: NDArray[np.bool_]) -> float:
        """Share of the ``hidden`` pixels ``(N, H, W)``, at ``indices``, that move by themselves."""
        return float((self.moving & hidden).sum() / max(int(hidden.sum()), 1))

    def kind(self, hidden: NDArray[np.bool_]) -> Kind:
        """Names the motion behind ``hidden`` ``(N, H, W)``, at ``indices``."""
        if self.moving_share(hidden) > SOFT_SHARE:
            return "soft"
        return "static" if self.camera_px < STILL_PX else "rigid"


def measure_motion(truth: NDArray[np.uint8]) -> Motion:
    """Measures a clip ``(T, H, W, 3)`` uint8 RGB of two frames or more."""
    indices = np.arange(1, len(truth), STRIDE)
    gray = [cv2.cvtColor(frame, cv2.COLOR_RGB2GRAY) for frame in truth]
    flow_engine = cv2.DISOpticalFlow.create(cv2.DISOPTICAL_FLOW_PRESET_MEDIUM)
    camera_px, moving = [], []
    for index in indices:
        flow_to_previous = flow_engine.calc(gray[index], gray[index - 1], None)  # type: ignore[call-overload]
        camera = camera_flow(flow_to_previous)
        camera_px.append(float(np.median(np.linalg.norm(camera, axis=2))))
        moving.append(np.linalg.norm(flow_to_previous - camera, axis=2) > DEVIATION_PX)
    return Motion(indices, np.stack(moving), float(np.median(camera_px)))


def camera_flow(flow: NDArray[np.float32], known: NDArray[np.bool_] | None = None) -> NDArray[np.float64]:
    """The flow ``(H, W, 2)`` of the homography that explains most of ``flow`` ``(H, W, 2)`` where it is ``known``."""
    rows, columns = flow.shape[:2]
    y, x = np.mgrid[GRID_PX // 2 : rows : GRID_PX, GRID_PX // 2 : columns : GRID_PX]
    x, y = x.ravel(), y.ravel()
    if known is not None:
        x, y = x[known[y, x]], y[known[y, x]]
    points = np.stack([x, y], axis=1).astype(np.float32)
    targets = points + flow[y, x]
    homography: NDArray[np.float64] | None = None
    if len(points) >= 4:
        homography, _ = cv2.findHomography(points, targets, cv2.RANSAC, 1.0)  # type: ignore[assignment]
    if homography is None:
        return np.broadcast_to(np.median(flow, axis=(0, 1)), flow.shape).astype(np.float64)
    y, x = np.mgrid[0:rows, 0:columns]
    grid = np.stack([x.ravel(), y.ravel()], axis=1).astype(np.float64)
    moved = cv2.perspectiveTransform(grid[None], homography.astype(np.float64))[0]
    return np.asarray((moved - grid).reshape(rows, columns, 2), np.float64)
