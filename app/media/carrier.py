"""Carry the streams beside the pictures into the output, packet by packet, as the pictures' time advances.

Nothing is gathered: packets are read from the source only up to the time that the pictures have reached, so memory
does not grow with the clip. Subtitles of a trimmed clip wait until they end, because the last one may have to be cut.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from fractions import Fraction
from typing import cast

import av
import av.error
from av.audio.stream import AudioStream
from av.container import InputContainer, OutputContainer
from av.packet import Packet
from av.stream import Discard, Disposition, Stream
from av.subtitles.stream import SubtitleStream

from app.media.carry import COVER_FILES, CarryPlan, copied_stream, cover_data, is_cover
from app.media.codecs import Container
from app.media.info import MediaInfo
from app.media.lanes import AudioLane, Clock, CopyLane, Lane, TextLane, new_audio_stream, new_text_stream
from app.media.opening import open_container
from app.media.tags import stream_tags

_MOST_READ_ERRORS = 100
_LOOSE_INTERLEAVING_S = 3  # how far apart in a file packets of the same time may lie
_LONGEST_SUBTITLE_S = 30  # one that started earlier than this before a trimmed clip is not looked for


class Carrier:
    """Reads the source's other streams and muxes what the plan says."""

    def __init__(self, info: MediaInfo, plan: CarryPlan, container: OutputContainer, target: Container) -> None:
        """Open the source a second time and add the output streams."""
        self._container = container
        self._plan = plan
        self._troubles: dict[tuple[str, str], int] = {}
        self._next: Packet[Stream] | None = None
        self._last_ticks: dict[int, int] = {}
        self._path = info.path
        self._source = open_container(self._path)
        self._lanes: dict[int, Lane] = {}
        self._packets: Iterator[Packet[Stream]] = iter(())
        self._clock = Clock()
        self._target = target
        try:
            self._outs = self._add_streams()
        except BaseException:
            self._source.close()
            raise

    def _add_streams(self) -> dict[int, Stream]:
        outs: dict[int, Stream] = {}
        for carried in self._plan.streams:
            template = self._source.streams[carried.index]
            out: Stream
            if carried.action == "copy" and is_cover(template) and self._target.format == "matroska":
                self._attach_cover(carried.index, carried.codec)
                continue
            if carried.action == "copy":
                out = copied_stream(self._container, template)
            elif carried.action == "encode" and carried.kind == "audio":
                out = new_audio_stream(self._container, cast(AudioStream, template), carried.new_codec or "")
            elif carried.action == "encode":
                out = new_text_stream(self._container, cast(SubtitleStream, template), carried.new_codec or "")
            else:
                continue
            beside = carried.kind == "video"  # what was filled is the default one, which opens first
            out.disposition = template.disposition & ~Disposition.default if beside else template.disposition
            out.metadata.update(stream_tags(template.metadata, self._target))
            outs[carried.index] = out
        for stream in self._source.streams:
            wanted = stream.index in outs and stream.type != "attachment"
            stream.discard = Discard.default if wanted else Discard.all
        return outs

    def _attach_cover(self, index: int, codec: str) -> None:
        with open_container(self._path) as source:
            data = cover_data(source, index)
        if data:
            self._container.add_attachment(*COVER_FILES[codec], data)
        else:
            self._count(index, "cover that could not be read, left out")

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

    def advance(self, until: Fraction) -> None:
        """Mux everything that starts before ``until`` (source seconds), as far as the file's order allows."""
        while (packet := self._peek()) is not None:
            time = _time_of(packet)
            if time is not None and time >= until:
                return
            self._take(packet)

    def _peek(self) -> Packet[Stream] | None:
        """The next packet, which stays next until it is taken; None at the end."""
        if self._next is None and self._lanes:
            self._next = next(self._packets, None)
        return self._next

    def _take(self, packet: Packet[Stream]) -> None:
        self._next = None
        index = packet.stream_index  # the source's: a packet that a lane has copied names the output's
        lane = self._lanes.get(index)
        if lane is None or (packet.size == 0 and packet.dts is None):
            return
        if packet.is_corrupt:
            self._count(index, "damaged packets")
        try:
            made = lane.feed(packet)
        except av.error.FFmpegError:
            self._count(index, "packets that do not decode, left out")
            return
        self._mux(index, made)

    def _mux(self, index: int, packets: list[Packet[Stream]]) -> None:
        self._container.start_encoding()  # from here on the muxer's ticks are known
        for packet in packets:
            if packet.pts is None and packet.dts is None:
                self._count(index, "packets without a time, left out")
            elif self._in_order(index, packet):
                self._container.mux(packet)
            else:
                self._count(index, "packets whose time runs backwards, left out")

    def _in_order(self, index: int, packet: Packet[Stream]) -> bool:
        """Whether the packet comes after the last one on the output's clock; subtitles that coincide make room."""
        tick = self._outs[index].time_base or packet.time_base
        stamp = packet.dts if packet.dts is not None else packet.pts
        assert stamp is not None
        now, last = round(stamp * packet.time_base / tick), self._last_ticks.get(index)
        if last is not None and now <= last:
            if self._outs[index].type != "subtitle":
                return False
            length = (packet.duration or 0) * packet.time_base
            packet.time_base, packet.pts, packet.dts = tick, last + 1, last + 1
            packet.duration = max(round(length / tick), 1)
            now = last + 1
        self._last_ticks[index] = now
        return True

    def finish(self, last: Fraction | None) -> None:
        """Mux the rest: what starts before ``last`` (source seconds) of a trimmed clip, or all for None."""
        while (packet := self._peek()) is not None:
            time = _time_of(packet)
            if last is None or time is None or time < last:
                self._take(packet)
            elif time > last + _LOOSE_INTERLEAVING_S:
                break
            else:
                self._next = None
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


def _time_of(packet: Packet[Stream]) -> Fraction | None:
    stamp = packet.dts if packet.dts is not None else packet.pts
    return None if stamp is None else stamp * packet.time_base


def _seek_before(source: InputContainer, first: Fraction) -> None:
    """Go to a place safely before ``first``, so that the head of the clip is not read for nothing."""
    place = int((first - _LONGEST_SUBTITLE_S) * 1_000_000)
    if place <= 0:
        return
    with contextlib.suppress(av.error.FFmpegError):  # what cannot be sought is read from its start
        source.seek(place, backward=True)
