"""Which stretch of the clip the timeline shows, and where each frame lies in it."""

from __future__ import annotations

from dataclasses import dataclass, replace

WIDEST_FRAME_PX = 48.0


@dataclass(frozen=True, slots=True)
class TimeAxis:
    """Frames along a stretch of pixels.

    Attributes:
        count: frames of the clip, at least 1.
        left, right: where the shown stretch begins and ends, in pixels.
        first: the frame at the left end, with a fraction.
        shown: frames between the ends, with a fraction.
    """

    count: int
    left: float
    right: float
    first: float
    shown: float

    @classmethod
    def whole(cls, count: int, left: float, right: float) -> TimeAxis:
        """The whole clip."""
        count = max(count, 1)
        return cls(count, left, max(right, left + 1), 0.0, float(count))

    @property
    def is_whole(self) -> bool:
        """Whether every frame is shown."""
        return self.shown >= self.count

    @property
    def frame_px(self) -> float:
        """How wide a frame is."""
        return (self.right - self.left) / self.shown

    @property
    def frames(self) -> tuple[int, int]:
        """First and end (exclusive) of the frames that can be seen."""
        return max(int(self.first), 0), min(int(self.first + self.shown) + 1, self.count)

    def x_of(self, frame: float) -> float:
        """Where a frame begins."""
        return self.left + (frame - self.first) * self.frame_px

    def frame_at(self, x: float) -> int:
        """The frame at a place; beyond the ends the nearest."""
        return min(max(int(self.first + (x - self.left) / self.frame_px), 0), self.count - 1)

    def resized(self, left: float, right: float) -> TimeAxis:
        """The same stretch on other pixels."""
        return _tidy(replace(self, left=left, right=max(right, left + 1)))

    def zoomed(self, factor: float, x: float) -> TimeAxis:
        """Larger by a factor; what is at ``x`` stays there."""
        at = self.first + (x - self.left) / self.frame_px
        shown = self.shown / factor
        return _tidy(replace(self, first=at - (x - self.left) / (self.right - self.left) * shown, shown=shown))

    def panned(self, frames: float) -> TimeAxis:
        """So many frames further on."""
        return _tidy(replace(self, first=self.first + frames))

    def stretch(self, first: float, shown: float) -> TimeAxis:
        """So many frames from a frame on."""
        return _tidy(replace(self, first=first, shown=shown))

    def showing(self, frame: int) -> TimeAxis:
        """Turned on by pages until a frame is seen; the same if it is."""
        if self.first <= frame and frame + 1 <= self.first + self.shown:
            return self
        margin = min(self.shown * 0.1, 10.0)
        forward = frame > self.first
        first = frame - margin if forward else frame + 1 + margin - self.shown
        return _tidy(replace(self, first=first))


def _tidy(axis: TimeAxis) -> TimeAxis:
    """Neither wider than the clip nor beyond its ends, and no frame wider than is of use."""
    least = max((axis.right - axis.left) / WIDEST_FRAME_PX, 1.0)
    shown = min(max(axis.shown, min(least, axis.count)), float(axis.count))
    return replace(axis, shown=shown, first=min(max(axis.first, 0.0), axis.count - shown))
