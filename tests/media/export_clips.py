"""Small source clips for the writer's tests, written with PyAV itself, and the way through reader and writer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import av.filter
import numpy as np
from av.codec.context import Flags

from app.media.frame import Plane, PlaneLayout, VideoFrame
from app.media.planes import layout_of, to_av_frame
from app.media.reader import open_clip
from app.media.scheduling import ordinary_scheduling
from app.media.writer import ClipWriter, ExportReport, ExportSettings

ASS_HEADER = (
    b"[Script Info]\nScriptType: v4.00+\n\n[V4+ Styles]\nFormat: Name, Fontname, Fontsize\nStyle: Default,Arial,16\n\n"
    b"[Events]\nFormat: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text\n"
)


@dataclass
class Sound:
    """An audio track to write."""

    codec: str = "aac"
    rate: int = 48000
    tags: dict[str, str] = field(default_factory=dict)
    start_s: Fraction = Fraction(0)
    seconds: float = 1.0
    layout: str = "stereo"


@dataclass
class Text:
    """A subtitle track: (start ms, end ms, text)."""

    codec: str
    lines: Sequence[tuple[int, int, str]]
    tags: dict[str, str] = field(default_factory=dict)


def picture(layout: PlaneLayout, size: tuple[int, int], index: int) -> tuple[Plane, ...]:
    """Planes that move, with fine noise in every sample's lowest bits."""
    rng = np.random.default_rng(index)
    top = (1 << layout.bits) - 1
    planes: list[Plane] = []
    for number in range(len(layout.plane_shifts)):
        rows, columns = layout.plane_size(number, *size)
        slope = np.add.outer(np.arange(rows) * 3, np.arange(columns) * 2 + index * 5 + number * 40) % 256
        values = slope * (top / 255) * 0.8 + rng.integers(0, max(top // 8, 2), (rows, columns))
        planes.append(np.clip(values, 0, top).astype(layout.dtype))
    return tuple(planes)


def make_clip(
    path: Path,
    *,
    encoder: str = "libx264",
    pix_fmt: str = "yuv420p",
    size: tuple[int, int] = (96, 64),
    pts: Sequence[int] = tuple(range(0, 10 * 512, 512)),
    time_base: Fraction = Fraction(1, 12800),
    rate: Fraction | int = 25,
    options: dict[str, str] | None = None,
    color: tuple[int, int, int, int] = (2, 2, 2, 0),
    aspect: Fraction | None = None,
    rotation: int = 0,
    field_order: str | None = None,
    sounds: Sequence[Sound] = (),
    texts: Sequence[Text] = (),
    chapters: Sequence[tuple[int, int, str]] = (),
    tags: dict[str, str] | None = None,
    video_tags: dict[str, str] | None = None,
    attachments: Sequence[tuple[str, str, bytes]] = (),
    muxer: dict[str, str] | None = None,
) -> Path:
    """Write a source clip; ``color`` is primaries, transfer, matrix, range code."""
    layout = layout_of(pix_fmt)
    with av.open(str(path), "w", container_options=muxer or {}) as out:
        stream = out.add_stream(
            encoder, rate=rate, options=options or {}, width=size[0], height=size[1], time_base=time_base
        )
        context = stream.codec_context
        context.pix_fmt = pix_fmt
        context.color_primaries, context.color_trc, context.colorspace, context.color_range = color
        if aspect:
            context.sample_aspect_ratio = aspect
        if rotation:
            stream.set_display_rotation(rotation)
        context.flags |= Flags.frame_duration
        if field_order:
            context.field_order = 2 if field_order == "tff" else 3
            context.flags |= Flags.interlaced_dct
        stream.metadata.update(video_tags or {})
        out.metadata.update(tags or {})
        if chapters:
            out.set_chapters(
                [
                    {"id": n, "start": a, "end": b, "time_base": Fraction(1, 1000), "metadata": {"title": title}}
                    for n, (a, b, title) in enumerate(chapters, 1)
                ]
            )
        tracks = [(_sound_stream(out, sound), sound) for sound in sounds]
        subtitles = [(_text_stream(out, text), text) for text in texts]
        for name, mime, data in attachments:
            out.add_attachment(name, mime, data)
        later: list[Any] = []
        for track, sound in tracks:
            later += _sound_packets(track, sound)
        for track, text in subtitles:
            later += _text_packets(track, text)
        if encoder == "libsvtav1":
            with ordinary_scheduling():
                context.open()
        marks = None
        for index, time in enumerate(pts):
            frame = to_av_frame(picture(layout, size, index), layout, pix_fmt)
            frame.pts, frame.time_base = time, time_base
            if field_order:
                marks = marks or _marker(size, pix_fmt, time_base, field_order)
                marks.push(frame)
                frame = marks.pull()
            frame.pts, frame.time_base = time, time_base
            frame.duration = (pts[index + 1] if index + 1 < len(pts) else 2 * time - pts[index - 1]) - time
            frame.color_primaries, frame.color_trc, frame.colorspace, frame.color_range = color
            out.mux(stream.encode(frame))
        out.mux(stream.encode(None))
        for packet in sorted(later, key=lambda p: p.dts * p.time_base):
            out.mux(packet)
    return path


def _marker(size: tuple[int, int], pix_fmt: str, time_base: Fraction, order: str) -> av.filter.Graph:
    graph = av.filter.Graph()
    source = graph.add_buffer(width=size[0], height=size[1], format=pix_fmt, time_base=time_base)
    fields, sink = graph.add("setfield", order), graph.add("buffersink")
    source.link_to(fields)
    fields.link_to(sink)
    graph.configure()
    return graph


def _sound_stream(out: Any, sound: Sound) -> Any:
    track = out.add_stream(sound.codec, rate=sound.rate)
    track.codec_context.layout = sound.layout
    track.metadata.update(sound.tags)
    return track


def _sound_packets(track: Any, sound: Sound) -> list[Any]:
    context = track.codec_context
    context.open()
    count = round(sound.rate * sound.seconds)
    wave = 0.4 * np.sin(2 * np.pi * 440 * np.arange(count) / sound.rate)
    channels = {"mono": 1, "stereo": 2, "5.1": 6}[sound.layout]
    step = context.frame_size or 1024
    packets: list[Any] = []
    name = context.format.name
    for first in range(0, count, step):
        piece = wave[first : first + step]
        whole = np.stack([piece] * channels)
        if name.startswith("s16"):
            whole = (whole * 32767).astype(np.int16)
        elif name.startswith("s32"):
            whole = (whole * (2**31 - 1)).astype(np.int32)
        else:
            whole = whole.astype(np.float32)
        if not name.endswith("p"):
            whole = np.ascontiguousarray(whole.T).reshape(1, -1)
        frame = av.AudioFrame.from_ndarray(whole, format=name, layout=sound.layout)
        frame.sample_rate = sound.rate
        frame.time_base = Fraction(1, sound.rate)
        frame.pts = first + round(sound.start_s * sound.rate)
        packets += track.encode(frame)
    packets += track.encode(None)
    return packets


def _text_stream(out: Any, text: Text) -> Any:
    track = out.add_stream(text.codec)
    track.codec_context.subtitle_header = ASS_HEADER
    track.metadata.update(text.tags)
    return track


def _text_packets(track: Any, text: Text) -> list[Any]:
    from av.subtitles.subtitle import SubtitleSet

    packets = []
    for start, end, words in text.lines:
        drawn = SubtitleSet.create(f"0,0,Default,,0,0,0,,{words}".encode(), 0, end - start, start * 1000)
        packet = track.codec_context.encode_subtitle(drawn)
        packet.stream = track
        packet.time_base = Fraction(1, 1000)
        packet.pts = packet.dts = start
        packet.duration = end - start
        packets.append(packet)
    return packets


def export(
    source: Path, target: Path, *, start: int = 0, stop: int | None = None, **settings: Any
) -> tuple[ExportReport, list[VideoFrame]]:
    """Send a clip through reader and writer unchanged; the report and the frames that were handed in."""
    with open_clip(source) as reader:
        info = reader.info
        handed = list(reader.frames(start, stop))
        with ClipWriter(target, info, ExportSettings(**settings), start=start, stop=stop) as writer:
            for frame in handed:
                writer.write(frame)
            return writer.finish(), handed


def frames_of(path: Path) -> list[VideoFrame]:
    """All frames of a clip."""
    with open_clip(path) as reader:
        return list(reader.frames())


def times_of(path: Path) -> list[Fraction]:
    """Presentation times of all frames, in seconds."""
    with open_clip(path) as reader:
        return [frame.pts * reader.info.time_base for frame in reader.frames()]


def packet_times(path: Path, index: int) -> list[tuple[Fraction, Fraction]]:
    """Start and duration, in seconds, of every packet of a stream."""
    with av.open(str(path)) as container:
        stream = container.streams[index]
        return [
            (p.pts * p.time_base, (p.duration or 0) * p.time_base) for p in container.demux(stream) if p.pts is not None
        ]


def same_planes(one: VideoFrame, other: VideoFrame) -> bool:
    """Whether every sample of two frames is equal."""
    return one.layout == other.layout and all(
        np.array_equal(a, b) for a, b in zip(one.planes, other.planes, strict=True)
    )
