"""A second track that goes wrong: it stays where it began, whatever moves."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from numpy.typing import NDArray

from app.engine import track_check, track_ways
from app.engine.loader import load_tracker
from app.engine.track_settings import TrackSettings
from models.tracking.protocol import MaskTracker, TrackedMask


class Standing:
    """A tracker whose object never moves."""

    def start(self, view: NDArray[np.uint8], mask: NDArray[np.bool_]) -> None:
        self.last = mask

    def step(self, view: NDArray[np.uint8], beside: Sequence[NDArray[np.uint8]] = ()) -> TrackedMask:
        return TrackedMask(self.last, 1.0)

    def settle(self, mask: NDArray[np.bool_]) -> None:
        self.last = mask


def stand_still(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lets every second look stand still; first tracks are made as ever."""

    def load(settings: TrackSettings) -> MaskTracker:
        return Standing() if settings == track_check.SECOND_LOOK else load_tracker(settings)

    monkeypatch.setattr(track_ways, "load_tracker", load)
