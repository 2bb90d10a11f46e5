"""What playback goes by: a clock that counts seconds of the clip."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Protocol


class Clock(Protocol):
    """Counts the clip's seconds while it plays."""

    def start(self, at_s: float, speed: float) -> None:
        """Counts from ``at_s`` on; a negative speed counts down."""
        ...

    def stop(self) -> None:
        """Stands still."""
        ...

    def now_s(self) -> float:
        """The clip's second that is due now."""
        ...


class SilentClock:
    """The machine's own clock: for clips without sound, other speeds than 1, and where no audio device is.

    Args:
        monotonic: seconds that never go back.
    """

    def __init__(self, monotonic: Callable[[], float] = time.perf_counter) -> None:
        self._monotonic = monotonic
        self._origin_s = 0.0
        self._started = 0.0
        self._speed = 0.0

    def start(self, at_s: float, speed: float) -> None:
        """See ``Clock.start``."""
        self._origin_s, self._speed = at_s, speed
        self._started = self._monotonic()

    def stop(self) -> None:
        """See ``Clock.stop``."""
        self._origin_s = self.now_s()
        self._speed = 0.0

    def now_s(self) -> float:
        """See ``Clock.now_s``."""
        return self._origin_s + (self._monotonic() - self._started) * self._speed
