"""Dense Inverse Search flow (Kroeger et al. 2016) as OpenCV has it: the default estimator, without weights."""

from __future__ import annotations

from collections import deque
from typing import Literal

import cv2
import numpy as np
from numpy.typing import NDArray

from models.flow.protocol import Flow

Preset = Literal["ultrafast", "fast", "medium"]

_PRESETS: dict[str, int] = {
    "ultrafast": cv2.DISOPTICAL_FLOW_PRESET_ULTRAFAST,
    "fast": cv2.DISOPTICAL_FLOW_PRESET_FAST,
    "medium": cv2.DISOPTICAL_FLOW_PRESET_MEDIUM,
}
_SMALLEST_SIDE_PX = 48
"""DIS crashes the process on narrow pictures (seen at 16 and 24 rows by 128 columns, OpenCV 5.0.0); they are padded."""


class DisFlow:
    """DIS as a reusable ``FlowEstimator``.

    It keeps scratch buffers from call to call, which saves time; several threads may call it at once.

    Args:
        preset: ``ultrafast`` (about 3.5 ms a pair at 854x480 on one core), ``fast`` (7 ms) or ``medium`` (29 ms).

    Raises:
        ValueError: an unknown preset.
    """

    def __init__(self, preset: Preset = "fast") -> None:
        if preset not in _PRESETS:
            raise ValueError(f"DIS has no preset {preset!r}; it has {', '.join(_PRESETS)}")
        self.preset: Preset = preset
        self._free: deque[cv2.DISOpticalFlow] = deque()

    def flow(self, from_view: NDArray[np.uint8], to_view: NDArray[np.uint8]) -> Flow:
        """Motion of every pixel of ``from_view``; see ``FlowEstimator.flow``."""
        if from_view.shape[:2] != to_view.shape[:2]:
            raise ValueError(
                f"flow needs two pictures of one size, not {from_view.shape[1]}x{from_view.shape[0]} and "
                f"{to_view.shape[1]}x{to_view.shape[0]}"
            )
        height, width = from_view.shape[:2]
        first, second = _grey(from_view), _grey(to_view)
        bottom, right = max(0, _SMALLEST_SIDE_PX - height), max(0, _SMALLEST_SIDE_PX - width)
        if bottom or right:
            first, second = (np.pad(grey, ((0, bottom), (0, right)), mode="edge") for grey in (first, second))
        try:
            dis = self._free.pop()
        except IndexError:  # all are at work in other threads
            dis = cv2.DISOpticalFlow.create(_PRESETS[self.preset])
        field = dis.calc(first, second, None)  # type: ignore[call-overload]
        self._free.append(dis)
        return np.ascontiguousarray(field[:height, :width], dtype=np.float32)


def _grey(view: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """``(H, W)`` contiguous uint8 luma of an RGB or grey view."""
    if view.ndim == 2:
        return np.ascontiguousarray(view)
    return np.asarray(cv2.cvtColor(view, cv2.COLOR_RGB2GRAY), dtype=np.uint8)
