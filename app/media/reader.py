"""Read a clip frame by frame: any frame by its number, exactly, or a range in order, quickly."""

from __future__ import annotations

import threading
from collections.abc import Generator
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import cast

import av
import numpy as np

from app.core.errors import UserError
from app.media.clip_reader import ClipReader
from app.media.convert import rgb_view
from app.media.decoder import Hardware
from app.media.decoder_memory import threads_for
from app.media.frame import ColorTags, VideoFrame
from app.media.listed import with_listed
from app.media.opening import open_container, video_stream_of
from app.media.orientation import to_display
from app.media.planes import planes_of
from app.media.probe import SAY_ONE_MATRIX, file_info, full_range_of
from app.media.same_file import SameFiles
from app.media.sequence import SequenceReader, find_sequence
from app.media.timetable import build_time_table
from app.media.unexposed import FieldOrderReader
from app.media.walk import Damage, FrameWalk


def open_clip(
    path: str | Path, *, threads: int | None = None, rate: Fraction | None = None, hardware: str | None = None
) -> ClipReader:
    """Open a video file or an image sequence.

    Args:
        path: a video file, a folder of numbered images, one of them, or a pattern (``shot_%04d.png``).
        threads: decoder threads; None lets FFmpeg choose, within what large pictures allow.
        rate: frames a second of an image sequence, 25 if not given; a video file has its own.
        hardware: kind of device to decode a video file on, by FFmpeg's name; see ``app.media.hardware``.

    Raises:
        UserError: one sentence that says why the clip cannot be read.
    """
    path = Path(path)
    sequence = find_sequence(path)
    if sequence is not None:
        return SequenceReader(path, sequence, threads, rate)
    reader = VideoFileReader(path, threads, hardware)
    if rate is not None:
        reader.close()
        raise UserError(f"{path} has frame times of its own, and --rate is for image sequences: leave it out.")
    return reader


class VideoFileReader(ClipReader):
    """Frames of a video file, by FFmpeg."""

    def __init__(self, path: Path, threads: int | None, hardware: str | None = None) -> None:
        """Open the file, build the time table and read the first frame's tags.

        Raises:
            UserError: if it is not a clip.
        """
        self._path = path
        self._lock = threading.Lock()
        self._damage = Damage()
        self._careful: FrameWalk | None = None
        self._fields = FieldOrderReader()
        with open_container(path) as container:
            self.same = SameFiles(with_listed([path]))
            stream = video_stream_of(container, path)
            rate = stream.average_rate or stream.guessed_rate or Fraction(25)
            self._stream_index = stream.index
            plain = stream.codec_context.pix_fmt
            self._threads = threads = threads_for(threads, stream.width, stream.height)
            self._hardware = None if hardware is None or plain is None else Hardware(hardware, plain)
            self._table = build_time_table(path, stream.index, rate, cast(Fraction, stream.time_base))
            self.timestamps = self._table.pts
            self.durations = self._table.durations
            self._shared = self._new_walk(threads)
            try:
                first = self._shared.find(0)
                if first is None:
                    raise UserError(f"{path} has no picture that can be decoded.")
                top_first = first.interlaced_frame and self._fields.top_field_first(first)
                self.info = file_info(path, container, stream, first, self._table, top_first)
            except BaseException:
                self._shared.close()  # at once: see ``StreamDecoder.close``
                raise
            self._color = self.info.display_color

    def frame(self, index: int) -> VideoFrame:
        """See ``ClipReader.frame``."""
        with self._lock:
            return self._frame(self._checked_index(index))

    def frames(self, start: int = 0, stop: int | None = None) -> Generator[VideoFrame]:
        """See ``ClipReader.frames``."""
        start, stop = self._checked_range(start, stop)
        return self._walk(start, stop)

    def decoding_start(self, index: int) -> int:
        """See ``ClipReader.decoding_start``."""
        starts = self._table.start_points(self._checked_index(index), 1) if self._table.by_time else []
        return min(int(np.searchsorted(self.timestamps, starts[0].pts)), index) if starts else 0

    def close(self) -> None:
        """See ``ClipReader.close``."""
        with self._lock:
            self._shared.close()
            if self._careful is not None:
                self._careful.close()

    def _new_walk(self, threads: int | None) -> FrameWalk:
        return FrameWalk(self._path, self._stream_index, threads, self._table, self._damage, self._hardware, self.same)

    def _walk(self, start: int, stop: int) -> Generator[VideoFrame]:
        walk = self._new_walk(self._threads)
        try:
            found = walk.go_to(start) if start < stop else None
            for index in range(start, stop):
                while found is not None and found[0] < index:
                    found = walk.next()
                if found is not None and found[0] == index and walk.is_sound(found[1]):
                    yield self._wrap(index, found[1])
                else:
                    yield self.frame(index)
        finally:
            walk.close()

    def _frame(self, index: int) -> VideoFrame:
        found = None if index in self._damage.absent else self._shared.find(index)
        if found is None or not self._shared.is_sound(found):
            found = self._find_with_care(index)
        if found is not None:
            return self._wrap(index, found)
        for other in [*range(index - 1, -1, -1), *range(index + 1, len(self))]:
            if other not in self._damage.absent and (near := self._shared.find(other)) is not None:
                return replace(self._wrap(index, near), damaged=True)
        raise UserError(f"{self._path}: frame {index} does not decode; the file changed since it was opened.")

    def _find_with_care(self, index: int) -> av.VideoFrame | None:
        """Slow, thorough ways to a frame that the quick way did not give.

        Decoding in one thread, because PyAV drops what follows a damaged frame while threads are emptied; then from
        an earlier key picture, because some files mark as key what is none; then from the start.
        """
        if self._careful is None:
            self._careful = self._new_walk(1)
        for earlier_starts in range(3):
            found = None if index in self._damage.absent else self._careful.find(index, earlier_starts=earlier_starts)
            if found is not None and self._careful.is_sound(found):
                return found
        return None

    def _wrap(self, index: int, decoded: av.VideoFrame) -> VideoFrame:
        info = self.info
        size = (decoded.width, decoded.height)
        if size != (info.stored_width, info.stored_height) or decoded.format.name != info.pix_fmt:
            raise UserError(
                f"{self._path}: frame {index} is {decoded.width}x{decoded.height} {decoded.format.name}, but the clip "
                f"starts as {info.stored_width}x{info.stored_height} {info.pix_fmt}; convert it to one size first."
            )
        _, planes = planes_of(decoded)
        if self._table.damaged:
            # What a decoder leaves of a broken picture shows through from the memory it reuses: give that back at
            # once, as straight decoding does, and the same is left every time.
            planes = tuple(plane.copy() for plane in planes)
            for plane in planes:
                plane.flags.writeable = False
        return VideoFrame(
            index=index,
            pts=int(self.timestamps[index]),
            duration=int(self.durations[index]),
            layout=info.layout,
            planes=to_display(planes, info.orientation),
            color=self._tags_of(decoded),
            interlaced=decoded.interlaced_frame,
            top_field_first=decoded.interlaced_frame and self._fields.top_field_first(decoded),
            damaged=decoded.is_corrupt,
            to_rgb=rgb_view,
        )

    def _tags_of(self, decoded: av.VideoFrame) -> ColorTags:
        """The frame's tags: the clip's, unless the stream changes them on the way."""
        color = self._color
        matrix = color.matrix if self.info.codec in SAY_ONE_MATRIX else int(decoded.colorspace)
        own = (int(decoded.color_primaries), int(decoded.color_trc), matrix, full_range_of(decoded))
        if own == (color.primaries, color.transfer, color.matrix, color.full_range):
            return color
        return replace(color, primaries=own[0], transfer=own[1], matrix=own[2], full_range=own[3])
