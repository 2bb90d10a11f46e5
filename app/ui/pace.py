"""How fast a render goes and how long it will take, in words."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable

from PySide6.QtCore import QCoreApplication

from app.jobs.context import Progress
from app.ui.language import progress_of

_SMOOTHING = 0.15
_WINDOW_S, _LEAST_S = 6.0, 2.0

_SLOW_FPS = 0.2
"""Slower than this is told in seconds a frame."""


class Pace:
    """Frames a second and the time that is left, from progress as it comes.

    Args:
        clock: seconds that never go back.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self.begin()

    def begin(self) -> None:
        """Counting starts anew."""
        self._last: tuple[float, int] | None = None
        self._rate, self._doing = 0.0, ""

    def words(self, progress: Progress) -> str:
        """How fast it goes and how long it will take; what is being done, before that is known."""
        now = self._clock()
        if progress.text != self._doing:  # what came before goes at another pace
            self._doing, self._last = progress.text, (now, progress.done)
        if self._last is not None and progress.done > self._last[1] and now > self._last[0]:
            rate = (progress.done - self._last[1]) / (now - self._last[0])
            self._rate = rate if not self._rate else self._rate + _SMOOTHING * (rate - self._rate)
        if self._last is None or progress.done != self._last[1]:
            self._last = (now, progress.done)
        if self._rate <= 0 or not progress.total:
            return progress_of(progress.text)
        left = (progress.total - progress.done) / self._rate
        if self._rate < _SLOW_FPS:
            slow = QCoreApplication.translate("Rendering", "{0:.0f} s a frame · {1} left")
            return slow.format(1 / self._rate, duration(left))
        words = QCoreApplication.translate("Rendering", "{0:.1f} fps · {1} left")
        return words.format(self._rate, duration(left))


class TimeLeft:
    """How long work will still take, from what was done in the last seconds: its parts may go at different paces.

    Args:
        clock: seconds that never go back.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._seen: deque[tuple[float, int]] = deque()

    def begin(self) -> None:
        """Other work begins."""
        self._seen.clear()

    def seconds(self, progress: Progress) -> float | None:
        """How long it will take; None until that can be said."""
        now = self._clock()
        if self._seen and progress.done < self._seen[-1][1]:
            self._seen.clear()
        self._seen.append((now, progress.done))
        while len(self._seen) > 2 and now - self._seen[1][0] >= _WINDOW_S:
            self._seen.popleft()
        began, before = self._seen[0]
        if now - began < _LEAST_S or progress.done == before or not progress.total:
            return None
        return (progress.total - progress.done) * (now - began) / (progress.done - before)


def duration(seconds: float) -> str:
    """``0:14``, ``12:05`` or ``1:02:30``."""
    whole = max(0, round(seconds))
    minutes, rest = divmod(whole, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{rest:02d}" if hours else f"{minutes}:{rest:02d}"
