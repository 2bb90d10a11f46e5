"""The background as it was last seen, carried along with the camera: what an object hides it cannot resemble by chance.

A pixel that differs from the background last seen at its place belongs to something in front of it; one that agrees
is background again. This is background subtraction for a moving camera, kept only round what the tracker knows.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from models.flow.protocol import Flow

FloatMap = NDArray[np.float32]

_BLUR_SIGMA_PX = 1.0
_SLACK_PX = 2
"""The plate may lie this far off: flow under the object is a guess."""
_FADE = np.float32(0.985)
"""What is left of the trust in a remembered pixel after one more step of warping."""


class BackgroundPlate:
    """Colours ``(H, W, 3)`` of the background at the working size, and how far each is to be trusted."""

    def __init__(self) -> None:
        self._colors: NDArray[np.uint8] | None = None
        self._known: FloatMap | None = None

    def advance(self, to_last: Flow) -> None:
        """Carries the plate into a new picture by the background's own flow from it to the last picture."""
        if self._colors is None or self._known is None:
            return
        height, width = self._known.shape
        columns = np.arange(width, dtype=np.float32)[None, :] + to_last[..., 0]
        rows = np.arange(height, dtype=np.float32)[:, None] + to_last[..., 1]
        self._colors = np.asarray(
            cv2.remap(self._colors, columns, rows, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE), dtype=np.uint8
        )
        known = cv2.remap(self._known, columns, rows, cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT)
        self._known = np.asarray(known, dtype=np.float32) * _FADE

    def observe(self, lab: NDArray[np.uint8], background: NDArray[np.bool_]) -> None:
        """Takes the colours of a picture in where it surely shows background.

        Args:
            lab: ``(H, W, 3)`` uint8.
            background: ``(H, W)`` bool.
        """
        smooth = cv2.GaussianBlur(lab, (0, 0), _BLUR_SIGMA_PX)
        if self._colors is None or self._known is None:
            self._colors = np.asarray(smooth, dtype=np.uint8)
            self._known = background.astype(np.float32)
            return
        self._colors[background] = smooth[background]
        self._known[background] = 1.0

    def difference(self, lab: NDArray[np.uint8], crop: tuple[slice, slice]) -> tuple[FloatMap, FloatMap]:
        """How far a picture's colours lie outside those of the plate nearby.

        Args:
            lab: ``(H, W, 3)`` uint8, the whole picture.
            crop: rows and columns asked for.

        Returns:
            ``(h, w)`` difference (sum over the channels, 0 to about 500) and ``(h, w)`` trust, 0 to 1.
        """
        assert self._colors is not None and self._known is not None, "observe first"
        kernel = np.ones((2 * _SLACK_PX + 1, 2 * _SLACK_PX + 1), np.uint8)
        plate = self._colors[crop]
        smooth = cv2.GaussianBlur(lab[crop], (0, 0), _BLUR_SIGMA_PX)
        above = cv2.subtract(smooth, cv2.dilate(plate, kernel))
        below = cv2.subtract(cv2.erode(plate, kernel), smooth)
        return cv2.max(above, below).sum(axis=2, dtype=np.float32), cv2.erode(self._known[crop], kernel)
