"""Carry the streams beside the pictures into the output, packet by packet, as the pictures' time advances.

Nothing is gathered: packets are read from the source only up to the time that the pictures have reached, so memory
does not grow with the clip. Subtitles of a trimmed clip wait until they end, because the last one may have to be cut.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import cast

import av
import av.error
from av.audio.stream import AudioStream
from av.container import InputContainer, OutputContainer
from av.packet import Packet
from av.stream import Discard, Stream
from av.subtitles.stream import SubtitleStream

from app.media.carry import CarryPlan, copied_stream
from app.media.codecs import Container
from app.media.info import MediaInfo
from app.media.lanes import AudioLane, Clock, CopyLane, Lane, TextLane, new_audio_stream, new_text_stream
from app.media.tags import stream_tags

_MOST_READ_ERRORS = 100


class Carrier:
    """Reads the source's other streams and muxes what the plan says."""

    def __init__(self, info: MediaInfo, plan: CarryPlan, container: OutputContainer, target: Container) -> None:
        """Open the source a second time and add the output streams."""
        self._container = container
        self._plan = plan
        self._troubles: dict[tuple[str, str], int] = {}
        self._reached: Fraction | None = None
        self._ended = False
        self._source = av.open(str(info.path), metadata_errors="replace")
        self._lanes: dict[int, Lane] = {}
        self._packets: Iterator[Packet[Stream]] = iter(())
        self._clock = Clock()
        self._target = target
        self._outs = self._add_streams()

    def _add_streams(self) -> dict[int, Stream]:
        outs: dict[int, Stream] = {}
        for carried in self._plan.streams:
            template = self._source.streams[carried.index]
            out: Stream
            if carried.action == "copy":
                out = copied_stream(self._container, template)
            elif carried.action == "encode" and carried.kind == "audio":
                out = new_audio_stream(self._container, cast(AudioStream, template), carried.new_codec or "")
            elif carried.action == "encode":
                out = new_text_stream(self._container, cast(SubtitleStream, template), carried.new_codec or "")
            else:
                continue
            out.disposition = template.disposition
            out.metadata.update(stream_tags(template.metadata, self._target))
            outs[carried.index] = out
        for stream in self._source.streams:
            wanted = stream.index in outs and stream.type != "attachment"
            stream.discard = Discard.default if wanted else Discard.all
        return outs

    @property
    def codec_delays(self) -> dict[int, Fraction]:
        """Seconds of sound before zero that were moved to zero, by the output stream's index."""
        return {
            lane.out.index: lane.lead for lane in self._lanes.values() if isinstance(lane, CopyLane) and lane.lead > 0
        }

    def start(self, clock: Clock, trimmed: bool) -> None:
        """Fix the clock, before the first packet."""
        self._clock = clock
        for carried in self._plan.streams:
            out = self._outs.get(carried.index)
            if out is None or carried.kind == "attachment":
                continue
            template = self._source.streams[carried.index]
            if carried.action == "copy":
                held = trimmed and carried.kind == "subtitle"
                self._lanes[carried.index] = CopyLane(template, out, clock, held=held)
            elif carried.kind == "audio":
                self._lanes[carried.index] = AudioLane(template, out, clock)
            else:
                self._lanes[carried.index] = TextLane(template, out, clock, held=trimmed)
        if clock.first is not None and self._lanes:
            _seek_before(self._source, clock.first)
        self._packets = self._demux()

    def advance(self, until: Fraction | None) -> None:
        """Mux everything that starts before ``until`` (source seconds); all that is left for None."""
        while not self._ended and self._lanes and (until is None or self._reached is None or self._reached < until):
            packet = next(self._packets, None)
            if packet is None:
                self._ended = True
                return
            self._take(packet)

    def _take(self, packet: Packet[Stream]) -> None:
        lane = self._lanes.get(packet.stream_index)
        if lane is None or (packet.size == 0 and packet.dts is None):
            return
        stamp = packet.dts if packet.dts is not None else packet.pts
        if stamp is not None:
            time = stamp * packet.time_base
            self._reached = time if self._reached is None else max(self._reached, time)
        if packet.is_corrupt:
            self._count(packet.stream_index, "damaged packets")
        try:
            made = lane.feed(packet)
        except av.error.FFmpegError:
            self._count(packet.stream_index, "packets that do not decode, left out")
            return
        self._mux(packet.stream_index, made)

    def _mux(self, index: int, packets: list[Packet[Stream]]) -> None:
        for packet in packets:
            if packet.pts is None and packet.dts is None:
                self._count(index, "packets without a time, left out")
                continue
            self._container.mux(packet)

    def finish(self, last: Fraction | None) -> None:
        """Mux the rest: up to ``last`` (source seconds) of a trimmed clip, or all for None."""
        self.advance(last)
        for index, lane in self._lanes.items():
            try:
                made = lane.finish(last)
            except av.error.FFmpegError:
                self._count(index, "packets at the end that do not decode, left out")
                continue
            self._mux(index, made)

    def close(self) -> None:
        """Close the second view of the source."""
        self._source.close()

    @property
    def troubles(self) -> tuple[str, ...]:
        """What was damaged in the source's other streams, a sentence each."""
        return tuple(f"{where}: {count} {what}." for (where, what), count in self._troubles.items())

    def _count(self, index: int | None, what: str) -> None:
        where = "Source" if index is None else f"{self._source.streams[index].type.capitalize()} {index}"
        self._troubles[where, what] = self._troubles.get((where, what), 0) + 1

    def _demux(self) -> Iterator[Packet[Stream]]:
        """Packets of the wanted streams; a damaged place is skipped and counted."""
        streams = [self._source.streams[index] for index in self._lanes]
        if not streams:
            return
        errors = 0
        while errors <= _MOST_READ_ERRORS:
            try:
                yield from self._source.demux(streams)
                return
            except av.error.FFmpegError:
                errors += 1
                self._count(None, "damaged places while reading the sound and the other streams")


def _seek_before(source: InputContainer, first: Fraction) -> None:
    """Go to a place safely before ``first``, so that the head of the clip is not read for nothing."""
    place = int((first - 5) * 1_000_000)
    if place > 0:
        source.seek(place, backward=True)
