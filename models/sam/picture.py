"""Pictures as Segment Anything's image encoders take them (Kirillov et al. 2023, and its published code)."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from models.sam.protocol import RgbView, SegmentPrompt

PIXEL_MEAN = (123.675, 116.28, 103.53)
PIXEL_DEVIATION = (58.395, 57.12, 57.375)
BOX_LABELS = (2, 3)
"""Labels of a box's top left and bottom right corner among the points."""
PADDING_LABEL = -1


def encoder_input(view: RgbView, side: int) -> NDArray[np.float32]:
    """A picture ``(H, W, 3)`` uint8 RGB as ``(1, 3, side, side)`` float32: scaled, normalised, padded with 0."""
    height, width = view.shape[:2]
    scale = side / max(height, width)
    rows, columns = int(height * scale + 0.5), int(width * scale + 0.5)
    shrinks = scale < 1
    sized = cv2.resize(view, (columns, rows), interpolation=cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR)
    padded = np.zeros((1, 3, side, side), np.float32)
    for channel in range(3):
        normal = (sized[..., channel].astype(np.float32) - PIXEL_MEAN[channel]) / PIXEL_DEVIATION[channel]
        padded[0, channel, :rows, :columns] = normal
    return padded


def encoder_points(
    prompt: SegmentPrompt, height: int, width: int, side: int
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """A prompt's points and box corners in the encoder's pixels, whose middles have whole coordinates.

    Returns:
        ``(1, N, 2)`` coordinates and ``(1, N)`` labels; without a box a padding point comes last, as the published
        decoder wants it.
    """
    scale = side / max(height, width)
    points = [(x, y, int(label)) for (x, y), label in zip(prompt.points.tolist(), prompt.labels.tolist(), strict=True)]
    if prompt.box is not None:
        left, top, right, bottom = prompt.box
        points += [(left, top, BOX_LABELS[0]), (right, bottom, BOX_LABELS[1])]
    places = [(x * scale - 0.5, y * scale - 0.5) for x, y, _ in points]
    labels = [label for _, _, label in points]
    if prompt.box is None:
        places.append((0.0, 0.0))
        labels.append(PADDING_LABEL)
    return np.array([places], np.float32), np.array([labels], np.float32)
