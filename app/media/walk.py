"""A decoder that knows which frame of the clip it stands at, and remembers the damage it met."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import av
import numpy as np

from app.media.decoder import Hardware, StreamDecoder
from app.media.same_file import SameFiles
from app.media.timetable import TimeTable, reach

Numbered = tuple[int, av.VideoFrame]
"""A decoded frame with its index in the clip."""

_DECODE_ON = 8  # frames ahead up to which decoding on beats a seek, even past a key picture


@dataclass(slots=True)
class Damage:
    """Frames that straight decoding from the file's start does not give."""

    absent: set[int] = field(default_factory=set)


class FrameWalk:
    """Walks over a clip's frames from any of them. Not thread-safe."""

    def __init__(
        self,
        path: Path,
        stream_index: int,
        threads: int | None,
        table: TimeTable,
        damage: Damage,
        hardware: Hardware | None = None,
        same: SameFiles | None = None,
    ) -> None:
        """Open the file.

        Args:
            path: the file.
            stream_index: its video stream.
            threads: see ``StreamDecoder``; a damaged clip is decoded in one, whatever is asked for.
            table: the clip's frames.
            damage: what walks have met; this one adds to it.
            hardware: a device to decode on; None for software.
            same: see ``StreamDecoder``.
        """
        self._threads = 1 if table.damaged else threads
        self._decoder = StreamDecoder(path, stream_index, self._threads, table.reorder_depth, hardware, same)
        self._table = table
        self._damage = damage
        self._position = 0  # no frame before this one is still to come
        self._from_start = True
        self._sound_from = np.iinfo(np.int64).min

    def find(self, index: int, *, earlier_starts: int = 0) -> av.VideoFrame | None:
        """Frame ``index``, or None if decoding passes it by; arguments as for ``go_to``."""
        found = self.go_to(index, earlier_starts=earlier_starts)
        return found[1] if found is not None and found[0] == index else None

    def go_to(self, index: int, *, earlier_starts: int = 0) -> Numbered | None:
        """The first frame at or after ``index`` that decodes, or None if there is none.

        Args:
            index: the frame.
            earlier_starts: 0 decodes on, or from the nearest key picture; 1 from the one before it; anything more
                from the start of the file.
        """
        decode_on = self._decoding_on_is_best(index)
        if earlier_starts > 1:
            decode_on = self._from_start and index >= self._position
        if earlier_starts == 1 or not decode_on:
            self._seek(index, earlier_starts)
        found = self.next()
        while found is not None and found[0] < index:
            found = self.next()
        return found

    def next(self) -> Numbered | None:
        """The next frame of the clip that decodes, or None at the end."""
        while (frame := self._decoder.next_frame()) is not None:
            index = self._table.index_of(frame.pts) if self._table.by_time else self._position
            if index is None or index >= len(self._table) or self._table.pts[index] < self._sound_from:
                continue  # cut away by an edit list, or a leading picture whose reference was not decoded
            self._note_absent(index)
            self._position = index + 1
            return index, frame
        self._note_absent(len(self._table))
        self._position = len(self._table) + 1
        return None

    def is_sound(self, frame: av.VideoFrame) -> bool:
        """Whether the frame just found is what straight decoding makes of it.

        A corrupt one depends on everything before it, so it must not come from a seek.
        """
        return self._from_start or not frame.is_corrupt

    def close(self) -> None:
        """Close the file."""
        self._decoder.close()

    def _note_absent(self, index: int) -> None:
        """Remember the frames passed by; only straight decoding in one thread is evidence."""
        if self._from_start and self._threads == 1:
            self._damage.absent.update(range(self._position, index))

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
                    self._from_start = False
                    self._sound_from = start.pts
                    self._position = int(np.searchsorted(self._table.pts, start.pts))
                    return
        self._decoder.restart()
        self._from_start = True
        self._sound_from = np.iinfo(np.int64).min
        self._position = 0
