"""One picture of a benchmark: a row for each composite, a column for each method, names above."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from models.training.composites.building import Composite

TITLE_PX = 22
GAP_PX = 4
MOMENT = 0.6  # of the clip: late enough for mistakes to have piled up


class ContactSheet:
    """Collects one frame of each composite and its fills."""

    def __init__(self, methods: Sequence[str]) -> None:
        """``methods`` name the columns between the composite and the truth."""
        self._methods = tuple(methods)
        self._rows: list[NDArray[np.uint8]] = []

    def add(self, composite: Composite, filled: Mapping[str, NDArray[np.uint8]]) -> None:
        """Adds a row; ``filled`` holds the ``(T, H, W, 3)`` uint8 RGB frames of each method."""
        index = int(MOMENT * len(composite.frames))
        pictures = [composite.frames[index], *(filled[name][index] for name in self._methods), composite.truth[index]]
        titles = [f"{composite.name} ({composite.kind})", *self._methods, "truth"]
        self._rows.append(_joined([_titled(*pair) for pair in zip(pictures, titles, strict=True)], axis=1))

    def write(self, file: Path) -> None:
        """Writes the sheet as PNG, beside the target first."""
        assert self._rows, "a sheet needs a row"
        sheet = cv2.cvtColor(_joined(self._rows, axis=0), cv2.COLOR_RGB2BGR)
        encoded, data = cv2.imencode(".png", sheet)
        assert encoded
        partial = file.with_name(file.name + ".partial")
        partial.write_bytes(data.tobytes())
        partial.replace(file)


def _titled(picture: NDArray[np.uint8], title: str) -> NDArray[np.uint8]:
    strip = np.zeros((TITLE_PX, picture.shape[1], 3), np.uint8)
    cv2.putText(strip, title, (4, TITLE_PX - 7), cv2.FONT_HERSHEY_SIMPLEX, 0.42, (255, 255, 255), 1, cv2.LINE_AA)
    return np.concatenate([strip, picture])


def _joined(pictures: Sequence[NDArray[np.uint8]], axis: int) -> NDArray[np.uint8]:
    """Pictures side by side or one below the other, with gaps; smaller ones are padded with black."""
    along, across = (0, 1) if axis == 0 else (1, 0)
    widest = max(picture.shape[across] for picture in pictures)
    parts = []
    for picture in pictures:
        padding = [(0, 0), (0, 0), (0, 0)]
        padding[across] = (0, widest - picture.shape[across])
        padding[along] = (0, GAP_PX)
        parts.append(np.pad(picture, padding))
    return np.concatenate(parts, axis=axis)
