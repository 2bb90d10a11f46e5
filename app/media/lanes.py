"""The ways of a carried stream: its packets copied, its words rewritten, or its sound decoded and encoded anew."""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import Protocol, cast

import av
import av.error
import av.filter
from av.audio.frame import AudioFrame
from av.audio.stream import AudioStream
from av.container import OutputContainer
from av.packet import Packet
from av.stream import Disposition, Stream
from av.subtitles.stream import SubtitleStream

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


class Lane(Protocol):
    """One carried stream on its way: packets in, packets of the output out."""

    @property
    def out(self) -> Stream:
        """The output's stream."""

    def feed(self, packet: Packet[Stream]) -> list[Packet[Stream]]:
        """Take one packet of the source."""

    def finish(self, last: Fraction | None) -> list[Packet[Stream]]:
        """What is still held, cut at ``last`` (source seconds)."""


class CopyLane:
    """Copies packets, moved to the output's clock."""

    def __init__(self, template: Stream, out: Stream, clock: Clock, *, held: bool) -> None:
        self.out = out
        self._clock = clock
        self._base = template.time_base or Fraction(1, 1000)
        self._still = bool(template.disposition & Disposition.attached_pic)
        self._held: list[Packet[Stream]] | None = [] if held else None
        self._next: int | None = None
        self._delayed = clock.codec_delay and template.type == "audio"
        self._padding = _padding_of(template)  # the muxer itself moves packets by as much, and tells it
        self._lead: int | None = None  # ticks by which packets are moved so that the first one then starts at zero

    @property
    def lead(self) -> Fraction:
        """Seconds of sound that lie before zero and are moved to it; 0 where the muxer does all that by itself."""
        return self._lead * self._base + self._padding if self._lead else Fraction(0)

    def feed(self, packet: Packet[Stream]) -> list[Packet[Stream]]:
        """Take one packet of the source."""
        if self._still:
            if self._next is not None or not packet.size:
                return []
            packet.pts = packet.dts = self._next = 0
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
                early = shift - (packet.pts if packet.pts is not None else shift)
                self._lead = max(early - math.floor(self._padding / self._base + Fraction(1, 2)), 0)
            shift -= self._lead
        packet.stream = self.out
        packet.pts = None if packet.pts is None else packet.pts - shift
        packet.dts = None if packet.dts is None else packet.dts - shift
        return [packet]


def _padding_of(template: Stream) -> Fraction:
    """Seconds of lead-in that a sound's own header tells (Opus always does); copied with it, muxers act on it."""
    context = template.codec_context if isinstance(template, AudioStream) else None
    return Fraction(context.delay, context.sample_rate) if context is not None and context.sample_rate else Fraction(0)


def new_text_stream(container: OutputContainer, template: SubtitleStream, encoder: str) -> SubtitleStream:
    """An output stream of text subtitles that ``encoder`` fills."""
    out = container.add_stream(encoder)
    assert isinstance(out, SubtitleStream)
    out.codec_context.subtitle_header = template.codec_context.subtitle_header or _ASS_HEADER
    return out


class TextLane:
    """Rewrites text subtitles for another container."""

    def __init__(self, template: Stream, out: Stream, clock: Clock, *, held: bool) -> None:
        assert isinstance(template, SubtitleStream) and isinstance(out, SubtitleStream)
        self.out: Stream = out
        self._template = template
        self._encoder = out.codec_context
        self._copy = CopyLane(template, out, clock, held=held)

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


def new_audio_stream(container: OutputContainer, template: AudioStream, encoder: str) -> AudioStream:
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


class AudioLane:
    """Decodes sound and encodes it anew, sample-exact at the ends; gaps become silence."""

    def __init__(self, template: Stream, out: Stream, clock: Clock) -> None:
        assert isinstance(template, AudioStream) and isinstance(out, AudioStream)
        self.out: Stream = out
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
        if self._last is not None and frame.pts * (frame.time_base or Fraction(1, frame.sample_rate)) >= self._last:
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
        for left, right in pairwise(ends):
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
            assert isinstance(frame, AudioFrame) and frame.pts is not None and frame.time_base is not None
            frame.pts = round((frame.pts * frame.time_base - self._clock.origin) * rate)
            frame.time_base = Fraction(1, rate)
            made += cast("list[Packet[Stream]]", self._stream.encode(frame))
