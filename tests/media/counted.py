"""A clip in long groups, and a reader that notes what is decoded of it: what scrubbing is judged by."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from clips import Recipe, write_clip

from app.media.clip_reader import ClipReader
from app.media.frame import VideoFrame
from app.media.reader import open_clip

COUNT = 120
LONG_GROUPS = (("g", "100"), ("keyint_min", "100"), ("sc_threshold", "0"))


def write_long_groups(folder: Path) -> Path:
    """A clip of ``COUNT`` frames of 192 x 128, with a key picture in every hundred."""
    recipe = Recipe("libx264", "long.mp4", times=range(COUNT), options=LONG_GROUPS, size=(192, 128))
    return write_clip(recipe, folder)


class CountingReader(ClipReader):
    """A reader that notes what is decoded.

    Attributes:
        singles: frames that were asked for one by one.
        sought: of those, the ones that did not follow the one before.
        walks: stretches that were decoded.
    """

    def __init__(self, path: Path) -> None:
        self._inner = open_clip(path)
        self.info = self._inner.info
        self.timestamps, self.durations = self._inner.timestamps, self._inner.durations
        self.singles: list[int] = []
        self.sought: list[int] = []
        self.walks: list[tuple[int, int | None]] = []

    def frame(self, index: int) -> VideoFrame:
        if index != (self.singles[-1] if self.singles else -1) + 1:
            self.sought.append(index)
        self.singles.append(index)
        return self._inner.frame(index)

    def frames(self, start: int = 0, stop: int | None = None) -> Iterator[VideoFrame]:
        self.walks.append((start, stop))
        return self._inner.frames(start, stop)

    def decoding_start(self, index: int) -> int:
        return self._inner.decoding_start(index)

    def close(self) -> None:
        self._inner.close()
