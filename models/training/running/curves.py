"""Curves of a training as a picture, drawn with OpenCV: a training machine may lack a plotting library."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

PANEL_PX = (420, 220)  # width, height
COLUMNS = 3
LEFT_PX, TOP_PX, BOTTOM_PX, RIGHT_PX = 62, 28, 24, 10
INK, GRID, CURVE, FAINT = (30, 30, 30), (225, 225, 225), (200, 90, 30), (240, 200, 175)
SMOOTHING_POINTS = 15


def draw_curves(curves: Mapping[str, Sequence[tuple[int, float]]]) -> NDArray[np.uint8]:
    """One panel for each curve of (step, value) points, as ``(H, W, 3)`` uint8 RGB."""
    panels = [_panel(name, points) for name, points in curves.items() if points]
    if not panels:
        return np.full((PANEL_PX[1], PANEL_PX[0], 3), 255, np.uint8)
    columns = min(COLUMNS, len(panels))
    blank = np.full_like(panels[0], 255)
    panels += [blank] * (-len(panels) % columns)
    rows = [np.hstack(panels[start : start + columns]) for start in range(0, len(panels), columns)]
    return np.vstack(rows)


def _panel(name: str, points: Sequence[tuple[int, float]]) -> NDArray[np.uint8]:
    width, height = PANEL_PX
    canvas = np.full((height, width, 3), 255, np.uint8)
    steps = np.array([step for step, _ in points], np.float64)
    values = np.array([value for _, value in points], np.float64)
    finite = np.isfinite(values)
    steps, values = steps[finite], values[finite]
    if not len(values):
        return canvas
    low, high = (float(bound) for bound in np.percentile(values, (0.5, 99.5)))
    if high - low < 1e-9:
        low, high = low - 0.5, high + 0.5
    first, last = float(steps[0]), max(float(steps[-1]), float(steps[0]) + 1)

    def place(xs: NDArray[np.float64], ys: NDArray[np.float64]) -> NDArray[np.int32]:
        x = LEFT_PX + (xs - first) / (last - first) * (width - LEFT_PX - RIGHT_PX)
        y = TOP_PX + (1 - (np.clip(ys, low, high) - low) / (high - low)) * (height - TOP_PX - BOTTOM_PX)
        return np.rint(np.stack([x, y], axis=1)).astype(np.int32)

    for share in (0.0, 0.5, 1.0):
        value = low + share * (high - low)
        (_, y), *_ = place(np.array([first]), np.array([value]))
        cv2.line(canvas, (LEFT_PX, int(y)), (width - RIGHT_PX, int(y)), GRID, 1)
        _write(canvas, f"{value:.4g}", (4, int(y) + 4))
    cv2.polylines(canvas, [place(steps, values)], isClosed=False, color=FAINT, thickness=1, lineType=cv2.LINE_AA)
    cv2.polylines(
        canvas, [place(steps, _smooth(values))], isClosed=False, color=CURVE, thickness=1, lineType=cv2.LINE_AA
    )
    _write(canvas, f"{name}   last {values[-1]:.4g}", (LEFT_PX, 18))
    _write(canvas, f"{int(first)}", (LEFT_PX, height - 8))
    _write(canvas, f"{int(last)}", (width - 60, height - 8))
    return canvas


def _smooth(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Running mean over about a fifteenth of the curve, at its ends over what there is."""
    reach = max(len(values) // SMOOTHING_POINTS, 1)
    total = np.concatenate([[0.0], np.cumsum(values)])
    index = np.arange(len(values))
    low, high = np.maximum(index - reach, 0), np.minimum(index + reach + 1, len(values))
    return np.asarray((total[high] - total[low]) / (high - low), np.float64)


def _write(canvas: NDArray[np.uint8], text: str, place: tuple[int, int]) -> None:
    cv2.putText(canvas, text, place, cv2.FONT_HERSHEY_SIMPLEX, 0.38, INK, 1, cv2.LINE_AA)
