"""A container being written: the pictures, and the carried streams beside them, on one clock."""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

import av
from av.packet import Packet
from av.video.stream import VideoStream

from app.media.carrier import Carrier
from app.media.carry import close_quietly
from app.media.codecs import Container
from app.media.color import UNSPECIFIED
from app.media.container_limits import rounds_times
from app.media.encode import VideoEncoder
from app.media.export_plan import ExportPlan
from app.media.frame import VideoFrame
from app.media.info import MediaInfo
from app.media.lanes import Clock
from app.media.matroska import amend_tracks
from app.media.opening import open_container
from app.media.tags import (
    chapters_travel,
    clip_tags,
    moved_chapters,
    needs_free_tags,
    stream_tags,
    timecode_after,
)

_CODEC_DELAY_FORMATS = ("matroska", "webm")
_LONGEST_LEAD_IN_S = Fraction(1, 10)  # what starts earlier than this before zero is sound, not a decoder's lead-in


class FileSink:
    """A container being written: pictures, and the carried streams beside them."""

    def __init__(self, path: Path, plan: ExportPlan, info: MediaInfo, part: tuple[int, int] | None) -> None:
        """Open the file and add its streams; the header waits for the first packet.

        Args:
            path: where to write.
            plan: what to write.
            info: the source.
            part: first frame and the frame after the last one of a trimmed clip, None for the whole clip.
        """
        assert plan.container is not None
        self._path = path
        self._plan = plan
        self._kind = plan.container
        self._info = info
        self._part = part
        self._first: int | None = None
        self._last_pts: int | None = None
        self._end = Fraction(0)
        self._origin_ticks = 0
        self._nudged = 0
        tags = clip_tags(info.metadata, self._kind)
        self._container = av.open(
            str(path), "w", format=self._kind.format, container_options=_muxer_options(plan, self._kind, info, tags)
        )
        self._carrier: Carrier | None = None
        try:
            self._video = VideoEncoder(self._container, plan.setup, info)
            self._tag(tags, 0 if part is None else part[0])
            if plan.carry.streams:
                self._carrier = Carrier(info, plan.carry, self._container, self._kind)
            self._tracks = [stream.index for stream in self._container.streams if stream.type != "attachment"]
        except BaseException:
            self.abort()
            raise

    def _tag(self, tags: dict[str, str], start: int) -> None:
        self._container.metadata.update(tags)
        stream = self._video.stream
        stream.metadata.update(stream_tags(self._info.stream_metadata, self._kind))
        timecode = self._info.timecode
        if timecode is not None and self._kind.format != "mpegts":
            stream.metadata["timecode"] = timecode_after(timecode, start, self._info.rate)

    def write(self, frame: VideoFrame) -> None:
        """Encode one frame and mux everything up to its time."""
        if self._first is None:
            self._begin(frame)
        pts = frame.pts
        if self._last_pts is not None and pts <= self._last_pts:
            pts = self._last_pts + 1
            self._nudged += 1
        self._last_pts = pts
        base = self._info.time_base
        self._end = (pts + frame.duration) * base
        packets = self._video.encode(frame, pts - self._origin_ticks, frame.duration)
        self._mux(packets)

    def _begin(self, frame: VideoFrame) -> None:
        """Fix the clock, make the chapters; the header is written with the first packet."""
        base = self._info.time_base
        self._video.open()
        self._first = frame.pts
        self._origin_ticks = frame.pts if self._part else self._whole_clip_origin(frame.pts)
        origin = self._origin_ticks * base
        first = last = None
        if self._part is not None:
            first = frame.pts * base
            last = first + (self._part[1] - self._part[0]) / self._info.rate
        if chapters_travel(self._kind) and self._info.chapters:
            with open_container(self._info.path) as source:
                chapters = source.chapters()
            self._container.set_chapters(moved_chapters(chapters, origin, first, last))
        if self._carrier is not None:
            delays = self._kind.format in _CODEC_DELAY_FORMATS
            self._carrier.start(Clock(origin, first, self._kind.negative_times, delays), self._part is not None)

    def _whole_clip_origin(self, first: int) -> int:
        """Ticks that become zero: none, unless the source starts before zero or its clock has no zero of its own."""
        info, base = self._info, self._info.time_base
        starts = [first * base]
        starts += [Fraction(stream.start_s) for stream in info.streams_of("audio") if stream.start_s is not None]
        earliest = min(starts)
        if info.container in ("mpegts", "mpeg", "asf") and self._kind.format != "mpegts":
            return math.floor(earliest / base)
        return math.floor(earliest / base) if first < 0 or earliest < -_LONGEST_LEAD_IN_S else 0

    def _mux(self, packets: Sequence[Packet[VideoStream]]) -> None:
        for packet in packets:
            if self._carrier is not None:
                stamp = packet.dts if packet.dts is not None else packet.pts
                assert stamp is not None
                self._carrier.advance((stamp * packet.time_base) + self._origin_ticks * self._info.time_base)
            self._container.mux(packet)

    def finish(self) -> tuple[str, tuple[str, ...]]:
        """Flush encoder and streams, close the file; returns the timing's sentence and what went wrong on the way."""
        self._mux(self._video.flush())
        if self._carrier is not None:
            self._carrier.finish(self._end if self._part else None)
        self._container.close()
        troubles = () if self._carrier is None else self._carrier.troubles
        troubles += self._amend()
        if self._carrier is not None:
            self._carrier.close()
        if self._nudged:
            troubles += (
                f"{self._nudged} frame shared a time stamp with its neighbour and was moved by one tick."
                if self._nudged == 1
                else f"{self._nudged} frames shared a time stamp with their neighbour and were moved by one tick.",
            )
        return self._timing(), troubles

    def _amend(self) -> tuple[str, ...]:
        """Write into Matroska what its muxer could not be told."""
        if self._kind.format not in _CODEC_DELAY_FORMATS:
            return ()
        delays = {} if self._carrier is None else self._carrier.codec_delays
        numbers = {index: 1 + sum(kept < index for kept in self._tracks) for index in delays}
        ratio = self._info.sample_aspect_ratio
        aspect = ratio if self._info.has_aspect_ratio and ratio != 1 else None
        try:
            amend_tracks(self._path, aspect, {numbers[index]: delay for index, delay in delays.items()})
        except ValueError as error:
            return (f"Pixel aspect ratio and the sound's lead-in could not be written ({error}).",)
        return ()

    def _timing(self) -> str:
        base = self._info.time_base
        coarse = self._kind.format != "mpegts" and rounds_times(self._info, self._kind)
        kept = "rounded to the container's tick of 1 ms" if coarse else "the source's, to the tick"
        moved = self._origin_ticks * base
        if self._kind.format == "mpegts":
            return "Time stamps keep their distances, in ticks of 1/90000 s; a transport stream sets its own start."
        if self._part:
            return f"Time stamps are {kept}, counted from the first frame written."
        if moved:
            return f"Time stamps are {kept}, all moved by {float(-moved):+.3f} s: {self._kind.name} begins at zero."
        return f"Time stamps are {kept}."

    def abort(self) -> None:
        """Close what is open; the file is thrown away."""
        if self._carrier is not None:
            self._carrier.close()
        close_quietly(self._container)


def _muxer_options(plan: ExportPlan, kind: Container, info: MediaInfo, tags: dict[str, str]) -> dict[str, str]:
    options: dict[str, str] = {}
    if kind.format in _CODEC_DELAY_FORMATS:
        options["avoid_negative_ts"] = "disabled"  # else AAC's lead-in would move every other stream
    if kind.format in ("mp4", "mov"):
        options["movie_timescale"] = str(_movie_timescale(info))
        flags = ["use_metadata_tags"] if needs_free_tags(tags, kind) else []
        if plan.setup.codec.encoder == "dnxhd" and plan.setup.color.matrix not in UNSPECIFIED:
            flags.append("write_colr")  # else the matrix is left out where primaries or transfer say nothing
        if flags:
            options["movflags"] = "+".join(flags)
    return options


def _movie_timescale(info: MediaInfo) -> int:
    """A clock that says the start of the pictures and of the sound exactly (edit lists are written in it)."""
    scale = info.time_base.denominator
    for stream in info.streams_of("audio"):
        scale = math.lcm(scale, stream.sample_rate or 1)
    return scale if scale <= 50_000_000 else info.time_base.denominator
