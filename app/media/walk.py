"""A decoder that knows which frame of the clip it stands at."""

from __future__ import annotations

from pathlib import Path

import av
import numpy as np

from app.media.decoder import StreamDecoder
from app.media.timetable import TimeTable, reach

Numbered = tuple[int, av.VideoFrame]
"""A decoded frame with its index in the clip."""

_DECODE_ON = 8  # frames ahead up to which decoding on beats a seek, even past a key picture


class FrameWalk:
    """Walks over a clip's frames from any of them. Not thread-safe."""

    def __init__(self, path: Path, stream_index: int, threads: int | None, table: TimeTable) -> None:
        """Open the file; see ``StreamDecoder`` for the first three arguments."""
        self._decoder = StreamDecoder(path, stream_index, threads, table.reorder_depth)
        self._table = table
        self._position = 0  # no frame before this one is still to come
        self._sound_from = np.iinfo(np.int64).min

    def find(self, index: int, *, earlier_starts: int = 0) -> av.VideoFrame | None:
        """Frame ``index``, or None if decoding passes it by.

        Args:
            index: the frame.
            earlier_starts: 0 decodes on, or from the nearest key picture; 1 from the one before it; anything more
                from the start of the file.
        """
        if earlier_starts or not self._decoding_on_is_best(index):
            self._seek(index, earlier_starts)
        found = self.next()
        while found is not None and found[0] < index:
            found = self.next()
        return found[1] if found is not None and found[0] == index else None

    def next(self) -> Numbered | None:
        """The next frame of the clip that decodes, or None at the end."""
        while (frame := self._decoder.next_frame()) is not None:
            if not self._table.by_time:
                self._position += 1
                return self._position - 1, frame
            index = self._table.index_of(frame.pts)
            if index is None or self._table.pts[index] < self._sound_from:
                continue  # cut away by an edit list, or a leading picture whose reference was not decoded
            self._position = index + 1
            return index, frame
        self._position = len(self._table) + 1
        return None

    def close(self) -> None:
        """Close the file."""
        self._decoder.close()

    def _decoding_on_is_best(self, index: int) -> bool:
        ahead = index - self._position
        if ahead < 0:
            return False
        if ahead <= _DECODE_ON or not self._table.by_time:
            return True
        starts = self._table.start_points(index, 1)
        return not starts or starts[0].pts <= self._table.pts[self._position]

    def _seek(self, index: int, earlier_starts: int) -> None:
        if self._table.by_time and earlier_starts < 2:
            for start in self._table.start_points(index, 3)[earlier_starts:]:
                if reach(self._decoder, start, self._table.packets):
                    self._sound_from = start.pts
                    self._position = int(np.searchsorted(self._table.pts, start.pts))
                    return
        self._decoder.restart()
        self._sound_from = np.iinfo(np.int64).min
        self._position = 0
