"""Source frames of ``final`` on disk: bounded, lent to the store while maps point to them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from safetensors.numpy import load, save

from models.propagation.picture import PicturePlane
from models.propagation.source_map import UNKNOWN, SourceMap, Window
from models.propagation.store import SourcePicture, SourceStore


class SourceVault:
    """Parts of source frames, one file each.

    Args:
        folder: where they lie.
        limit_bytes: bound of all files together; what does not fit is dropped.
    """

    def __init__(self, folder: Path, limit_bytes: int) -> None:
        self._folder = folder
        self._left_bytes = limit_bytes
        self._kept: set[int] = set()
        self.dropped: set[int] = set()
        """Labels that did not fit."""

    def keep(self, label: int, picture: SourcePicture) -> None:
        """Writes one source, unless the bound is reached."""
        if picture.nbytes > self._left_bytes:
            self.dropped.add(label)
            return
        window = picture.window
        arrays = {f"plane{number}": np.ascontiguousarray(plane.samples) for number, plane in enumerate(picture.planes)}
        shifts = np.array([[plane.shift_x, plane.shift_y] for plane in picture.planes])
        numbers = np.array([window.left, window.top, window.width, window.height])
        self._file(label).write_bytes(save({"window": numbers, "shifts": shifts, **arrays}))
        self._left_bytes -= picture.nbytes
        self._kept.add(label)

    def lend(self, source_map: SourceMap, store: SourceStore) -> SourceMap:
        """Loads what a map points to into a store; entries whose source was dropped become unknown."""
        labels = [int(label) for label in np.unique(source_map.label) if label != UNKNOWN]
        missing = [label for label in labels if label not in self._kept and label not in store]
        for label in labels:
            if label in self._kept and label not in store:
                store.add(label, self._read(label))
        if not missing:
            return source_map
        gone = np.isin(source_map.label, missing)
        return source_map.merged(SourceMap.unknown(source_map.window), gone)

    def _read(self, label: int) -> SourcePicture:
        kept = load(self._file(label).read_bytes())
        planes = tuple(
            PicturePlane(kept[f"plane{number}"], int(shift[0]), int(shift[1]))
            for number, shift in enumerate(kept["shifts"])
        )
        return SourcePicture(Window(*(int(number) for number in kept["window"])), planes)

    def _file(self, label: int) -> Path:
        return self._folder / f"source_{label:010d}.safetensors"
