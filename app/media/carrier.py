"""Carry the streams beside the pictures into the output, packet by packet, as the pictures' time advances.

Nothing is gathered: packets are read from the source only up to the time that the pictures have reached, so memory
does not grow with the clip. Subtitles of a trimmed clip wait until they end, because the last one may have to be cut.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Protocol, cast

import av
import av.error
import av.filter
from av.audio.frame import AudioFrame
from av.audio.stream import AudioStream
from av.container import InputContainer, OutputContainer
from av.packet import Packet
from av.stream import Discard, Disposition, Stream
from av.subtitles.stream import SubtitleStream

from app.media.carry import CarryPlan, copied_stream
from app.media.codecs import Container
from app.media.info import MediaInfo
from app.media.tags import stream_tags

_MOST_READ_ERRORS = 100
_ASS_HEADER = (
    b"[Script Info]\r\nScriptType: v4.00+\r\nPlayResX: 384\r\nPlayResY: 288\r\n\r\n[V4+ Styles]\r\n"
    b"Format: Name, Fontname, Fontsize, PrimaryColour, SecondaryColour, OutlineColour, BackColour, Bold, Italic, "
    b"Underline, StrikeOut, ScaleX, ScaleY, Spacing, Angle, BorderStyle, Outline, Shadow, Alignment, MarginL, MarginR, "
    b"MarginV, Encoding\r\nStyle: Default,Arial,16,&Hffffff,&Hffffff,&H0,&H0,0,0,0,0,100,100,0,0,1,1,0,2,10,10,10,1"
    b"\r\n\r\n[Events]\r\nFormat: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text\r\n"
)


@dataclass(frozen=True, slots=True)
class Clock:
    """How source times become output times.

    Attributes:
        origin: source time in seconds that becomes zero.
        first: source time before which nothing is wanted, None for no limit.
        early: whether a packet may start before ``first`` (and before zero in the output).
        codec_delay: whether what lies before zero is told by a codec delay and the packets moved to zero (Matroska).
    """

    origin: Fraction = Fraction(0)
    first: Fraction | None = None
    early: bool = True
    codec_delay: bool = False


class _Lane(Protocol):
    """One carried stream on its way: packets in, packets of the output out."""

    out: Stream

    def feed(self, packet: Packet[Stream]) -> list[Packet[Stream]]:
        """Take one packet of the source."""

    def finish(self, last: Fraction | None) -> list[Packet[Stream]]:
        """What is still held, cut at ``last`` (source seconds)."""


class Carrier:
    """Reads the source's other streams and muxes what the plan says."""

    def __init__(self, info: MediaInfo, plan: CarryPlan, container: OutputContainer, target: Container) -> None:
        """Open the source a second time and add the output streams."""
        self._container = container
        self._plan = plan
        self._troubles: dict[str, int] = {}
        self._reached: Fraction | None = None
        self._ended = False
        self._source = av.open(str(info.path), metadata_errors="replace")
        self._lanes: dict[int, _Lane] = {}
        self._packets: Iterator[Packet[Stream]] = iter(())
        self._clock = Clock()
        self._target = target
        self._outs = self._add_streams()

    def _add_streams(self) -> dict[int, Stream]:
        outs: dict[int, Stream] = {}
        for carried in self._plan.streams:
            template = self._source.streams[carried.index]
            if carried.action == "copy":
                out = copied_stream(self._container, template)
            elif carried.action == "encode" and carried.kind == "audio":
                out = _new_audio(self._container, cast(AudioStream, template), carried.new_codec or "")
            elif carried.action == "encode":
                out = self._container.add_stream(carried.new_codec or "")
                assert isinstance(out, SubtitleStream)
                header = cast(SubtitleStream, template).codec_context.subtitle_header
                out.codec_context.subtitle_header = header or _ASS_HEADER
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
            lane.out.index: lane.lead for lane in self._lanes.values() if isinstance(lane, _CopyLane) and lane.lead > 0
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
                self._lanes[carried.index] = _CopyLane(template, out, clock, held=held)
            elif carried.kind == "audio":
                self._lanes[carried.index] = _AudioLane(template, out, clock)
            else:
                self._lanes[carried.index] = _TextLane(template, out, clock, held=trimmed)
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
        return tuple(f"{where}: {count} {what}." for where, count in self._troubles.items()
                     for where, what in (where.split("|"),))  # fmt: skip

    def _count(self, index: int | None, what: str) -> None:
        where = "Source" if index is None else f"{self._source.streams[index].type.capitalize()} {index}"
        key = f"{where}|{what}"
        self._troubles[key] = self._troubles.get(key, 0) + 1

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


class _CopyLane:
    """Copies packets, moved to the output's clock."""

    def __init__(self, template: Stream, out: Stream, clock: Clock, *, held: bool) -> None:
        self.out = out
        self._clock = clock
        self._base = template.time_base or Fraction(1, 1000)
        self._still = bool(template.disposition & Disposition.attached_pic)
        self._held: list[Packet[Stream]] | None = [] if held else None
        self._next: int | None = None
        self._delayed = clock.codec_delay and template.type == "audio"
        self._lead: int | None = None  # ticks by which packets are moved so that the first one starts at zero

    @property
    def lead(self) -> Fraction:
        """Seconds of sound that lie before zero and were moved to it."""
        return (self._lead or 0) * self._base

    def feed(self, packet: Packet[Stream]) -> list[Packet[Stream]]:
        """Take one packet of the source."""
        if packet.pts is None and packet.dts is None:
            packet.pts = packet.dts = self._next
        start = packet.pts if packet.pts is not None else packet.dts
        if start is None:
            return [packet]
        self._next = start + (packet.duration or 0)
        if not self._still and not self._wanted(start, packet.duration or 0):
            return []
        return self._moved(packet) if self._held is None else self._hold(packet)

    def finish(self, last: Fraction | None) -> list[Packet[Stream]]:
        """What is still held, cut at ``last`` (source seconds)."""
        made: list[Packet[Stream]] = []
        for packet in self._held or []:
            start, limit = packet.pts or 0, None if last is None else last / self._base
            if limit is not None and start >= limit:
                continue
            if limit is not None and start + (packet.duration or 0) > limit:
                packet.duration = round(limit - start)
            made += self._moved(packet)
        self._held = None
        return made

    def _hold(self, packet: Packet[Stream]) -> list[Packet[Stream]]:
        assert self._held is not None
        self._held.append(packet)
        now = packet.pts or 0
        ended = [each for each in self._held if (each.pts or 0) + (each.duration or 0) <= now]
        self._held = [each for each in self._held if each not in ended]
        return [moved for each in ended for moved in self._moved(each)]

    def _wanted(self, start: int, duration: int) -> bool:
        first = self._clock.first
        if first is None:
            return True
        time = start * self._base
        return time >= first or (self._clock.early and time + duration * self._base > first)

    def _moved(self, packet: Packet[Stream]) -> list[Packet[Stream]]:
        shift = round(self._clock.origin / self._base)
        first = self._clock.first
        if self._held is not None and first is not None and packet.pts is not None:
            late = round(first / self._base) - packet.pts  # a subtitle that is on screen when the part begins
            if late > 0:
                packet.pts += late
                packet.dts = packet.pts
                packet.duration = max((packet.duration or 0) - late, 1)
        if self._still:
            packet.pts = packet.dts = shift
        if self._delayed:
            if self._lead is None:
                self._lead = max(shift - (packet.pts if packet.pts is not None else shift), 0)
            shift -= self._lead
        packet.stream = self.out
        packet.pts = None if packet.pts is None else packet.pts - shift
        packet.dts = None if packet.dts is None else packet.dts - shift
        return [packet]


class _TextLane:
    """Rewrites text subtitles for another container."""

    def __init__(self, template: Stream, out: Stream, clock: Clock, *, held: bool) -> None:
        assert isinstance(template, SubtitleStream) and isinstance(out, SubtitleStream)
        self.out = out
        self._template = template
        self._encoder = out.codec_context
        self._copy = _CopyLane(template, out, clock, held=held)

    def feed(self, packet: Packet[Stream]) -> list[Packet[Stream]]:
        """Take one packet of the source."""
        if not packet.size or packet.pts is None:
            return []
        decoded = self._template.codec_context.decode2(packet)
        if decoded is None or not len(decoded):
            return []
        start = packet.pts + round(Fraction(decoded.start_display_time, 1000) / packet.time_base)
        shown = round(Fraction(decoded.end_display_time, 1000) / packet.time_base)
        written = self._encoder.encode_subtitle(decoded)
        written.time_base = packet.time_base
        written.pts = written.dts = start
        written.duration = packet.duration or shown
        return self._copy.feed(written)

    def finish(self, last: Fraction | None) -> list[Packet[Stream]]:
        """What is still held, cut at ``last`` (source seconds)."""
        return self._copy.finish(last)


def _new_audio(container: OutputContainer, template: AudioStream, encoder: str) -> AudioStream:
    """An output stream that ``encoder`` fills, as near to ``template`` as it can be."""
    codec = av.codec.Codec(encoder, "w")
    rate = template.codec_context.sample_rate
    rates = codec.audio_rates
    if rates and rate not in rates:
        rate = min((r for r in rates if r >= rate), default=max(rates))
    out = container.add_stream(encoder, rate=rate)
    assert isinstance(out, AudioStream)
    channels = template.codec_context.channels
    names = {1: "mono", 2: "stereo", 6: "5.1", 8: "7.1"}
    layout = names.get(channels, template.codec_context.layout.name)
    out.codec_context.layout = layout
    if codec.lossy:
        out.codec_context.bit_rate = 96_000 * max(channels, 1)
    out.codec_context.time_base = Fraction(1, rate)
    return out


class _AudioLane:
    """Decodes sound and encodes it anew, sample-exact at the ends; gaps become silence."""

    def __init__(self, template: Stream, out: Stream, clock: Clock) -> None:
        assert isinstance(template, AudioStream) and isinstance(out, AudioStream)
        self.out = out
        self._template = template
        self._stream = out
        self._clock = clock
        self._graph: av.filter.Graph | None = None
        self._last: Fraction | None = None

    def feed(self, packet: Packet[Stream]) -> list[Packet[Stream]]:
        """Take one packet of the source."""
        made: list[Packet[Stream]] = []
        for frame in self._template.decode(cast("Packet[AudioStream]", packet)):
            made += self._push(frame)
        return made

    def finish(self, last: Fraction | None) -> list[Packet[Stream]]:
        """What the decoder, the filters and the encoder still hold, cut at ``last`` (source seconds)."""
        self._last = last
        made: list[Packet[Stream]] = []
        for frame in self._template.decode(None):
            made += self._push(frame)
        if self._graph is not None:
            self._graph.push(None)
            made += self._pull()
        made += cast("list[Packet[Stream]]", self._stream.encode(None))
        return made

    def _push(self, frame: AudioFrame) -> list[Packet[Stream]]:
        if frame.pts is None:
            return []
        if self._last is not None and frame.pts * frame.time_base >= self._last:
            return []
        if self._graph is None:
            self._graph = self._filters(frame)
        self._graph.push(frame)
        return self._pull()

    def _filters(self, frame: AudioFrame) -> av.filter.Graph:
        context = self._stream.codec_context
        if not context.is_open:
            context.open()
        graph = av.filter.Graph()
        ends = [
            graph.add_abuffer(
                sample_rate=frame.sample_rate, format=frame.format.name, layout=frame.layout.name,
                time_base=frame.time_base,
            )
        ]  # fmt: skip
        if self._clock.first is not None:
            ends.append(graph.add("atrim", f"start={float(self._clock.first):.9f}"))
        ends.append(graph.add("aresample", f"{context.sample_rate}:async=1:min_hard_comp=0.02"))
        ends.append(
            graph.add(
                "aformat",
                f"sample_fmts={context.format.name}:channel_layouts={context.layout.name}"
                f":sample_rates={context.sample_rate}",
            )
        )
        if context.frame_size:
            ends.append(graph.add("asetnsamples", f"n={context.frame_size}:p=0"))
        ends.append(graph.add("abuffersink"))
        for left, right in zip(ends, ends[1:], strict=False):
            left.link_to(right)
        graph.configure()
        return graph

    def _pull(self) -> list[Packet[Stream]]:
        assert self._graph is not None
        made: list[Packet[Stream]] = []
        rate = self._stream.codec_context.sample_rate
        while True:
            try:
                frame = self._graph.pull()
            except (av.error.BlockingIOError, av.error.EOFError):
                return made
            assert isinstance(frame, AudioFrame) and frame.pts is not None
            frame.pts = round((frame.pts * frame.time_base - self._clock.origin) * rate)
            frame.time_base = Fraction(1, rate)
            made += cast("list[Packet[Stream]]", self._stream.encode(frame))


def _seek_before(source: InputContainer, first: Fraction) -> None:
    """Go to a place safely before ``first``, so that the head of the clip is not read for nothing."""
    place = int((first - 5) * 1_000_000)
    if place > 0:
        source.seek(place, backward=True)
