"""What a clip is, read from the container, the first decoded frame and the time table."""

from __future__ import annotations

import struct
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import cast

import av
import numpy as np
from av.audio.codeccontext import AudioCodecContext
from av.container import InputContainer
from av.sidedata.sidedata import Type as SideDataType
from av.stream import Disposition, Stream
from av.video.stream import VideoStream

from app.media.frame import ColorTags, MasteringDisplay
from app.media.info import ChapterInfo, MediaInfo, StreamInfo
from app.media.orientation import Orientation, display_layout, from_display_matrix
from app.media.pixel_formats import known_formats
from app.media.planes import is_native, layout_of, superset_format
from app.media.timetable import TimeTable
from app.media.unexposed import chroma_location_of, side_data_of

_FIELD_ORDERS = {1: "progressive", 2: "tt", 3: "bb", 4: "tb", 5: "bt"}


def probe(path: str | Path, *, rate: Fraction | None = None) -> MediaInfo:
    """Open a clip, find out everything about it, and close it again.

    Args:
        path: a file, a folder of images, or a numbered image.
        rate: frames a second of an image sequence; 25 if not given.

    Raises:
        UserError: if it is not a clip.
    """
    from app.media.reader import open_clip

    with open_clip(path, rate=rate) as reader:
        return reader.info


def file_info(
    path: Path,
    container: InputContainer,
    stream: VideoStream,
    first: av.VideoFrame,
    table: TimeTable,
    top_field_first: bool,
) -> MediaInfo:
    """Gather a file's facts.

    Args:
        path: the file.
        container: the open file; ``stream`` is its video stream.
        stream: stream that is read.
        first: its first decoded frame.
        table: its frames' times.
        top_field_first: flag of the first frame, if it is interlaced.
    """
    context = stream.codec_context
    orientation, notes = orientation_of(first)
    pix_fmt = first.format.name
    notes += format_notes(pix_fmt)
    stored = layout_of(pix_fmt)
    time_base = cast(Fraction, stream.time_base)
    sideways = orientation.turns_sideways
    ratio = stream.sample_aspect_ratio or context.sample_aspect_ratio  # the container's own goes first
    metadata = dict(stream.metadata)
    last_end = int(table.pts[-1] + table.durations[-1])
    return MediaInfo(
        path=path,
        container=container.format.name,
        stream_index=stream.index,
        codec=context.codec.canonical_name,
        profile=context.profile,
        pix_fmt=pix_fmt,
        layout=display_layout(stored, orientation),
        stored_layout=stored,
        width=first.height if sideways else first.width,
        height=first.width if sideways else first.height,
        stored_width=first.width,
        stored_height=first.height,
        orientation=orientation,
        sample_aspect_ratio=ratio or Fraction(1),
        has_aspect_ratio=bool(ratio),
        time_base=time_base,
        average_rate=_average_rate(stream, table, time_base),
        base_rate=stream.base_rate or None,
        guessed_rate=stream.guessed_rate or None,
        frame_count=len(table),
        start_time=int(table.pts[0]),
        duration_s=float((last_end - int(table.pts[0])) * time_base),
        variable_rate=_varies(table),
        color=replace(
            color_of(first),
            matrix=int(context.colorspace if context.codec.canonical_name in SAY_ONE_MATRIX else first.colorspace),
            chroma_location=chroma_location_of(container, stream.index),
        ),
        interlaced=first.interlaced_frame or context.field_order > 1,
        field_order=_field_order(context.field_order, first, top_field_first),
        bit_rate=context.bit_rate or container.bit_rate or None,
        streams=tuple(_stream_info(other) for other in container.streams if other is not stream),
        chapters=_chapters(container),
        metadata=dict(container.metadata),
        stream_metadata=metadata,
        timecode=_timecode(container, metadata),
        notes=notes + table.notes,
    )


SAY_ONE_MATRIX = frozenset({"dnxhd"})
"""Codecs whose pictures say BT.709 whatever they are: the container's matrix, where it has one, is the true one."""


def orientation_of(frame: av.VideoFrame) -> tuple[Orientation, tuple[str, ...]]:
    """The orientation a frame asks for, and a note if it cannot be had."""
    matrix = _side_data(frame, SideDataType.DISPLAYMATRIX)
    if matrix is None:
        return Orientation(), ()
    orientation = from_display_matrix(matrix)
    if orientation is None:
        return Orientation(), ("the display matrix is not a turn by right angles and was not applied",)
    return orientation, ()


def format_notes(pix_fmt: str) -> tuple[str, ...]:
    """What to tell the user about a pixel format that has to be converted on reading."""
    if pix_fmt == "pal8":
        return ("palette colours are read as 8-bit RGB with alpha",)
    if is_native(pix_fmt):
        return ()
    return (f"pixel format {pix_fmt} is read as {superset_format(pix_fmt)}",)


def color_of(frame: av.VideoFrame) -> ColorTags:
    """A frame's colour tags, each from its own field."""
    light = _side_data(frame, SideDataType.CONTENT_LIGHT_LEVEL)
    return ColorTags(
        primaries=int(frame.color_primaries),
        transfer=int(frame.color_trc),
        matrix=int(frame.colorspace),
        full_range=full_range_of(frame),
        mastering=_mastering(frame),
        content_light=None if light is None else struct.unpack("=II", light[:8]),
    )


def full_range_of(frame: av.VideoFrame) -> bool | None:
    """A frame's range tag; the ``yuvj`` formats say full by their name."""
    known = known_formats().get(frame.format.name)
    if known is not None and known.full_range:
        return True
    return {1: False, 2: True}.get(int(frame.color_range))


def _side_data(frame: av.VideoFrame, kind: SideDataType) -> bytes | None:
    found = side_data_of(frame).get(kind)
    return None if found is None else bytes(found)


def _mastering(frame: av.VideoFrame) -> MasteringDisplay | None:
    """FFmpeg's AVMasteringDisplayMetadata: ten fractions, then whether primaries and luminance are set."""
    data = _side_data(frame, SideDataType.MASTERING_DISPLAY_METADATA)
    if data is None:
        return None
    numbers = struct.unpack("=22i", data[:88])
    if not (numbers[20] and numbers[21]):
        return None
    fractions = [(numbers[i], numbers[i + 1]) for i in range(0, 20, 2)]
    red, green, blue, white = ((fractions[i], fractions[i + 1]) for i in (0, 2, 4, 6))
    return MasteringDisplay(red, green, blue, white, fractions[8], fractions[9])


def _field_order(declared: int, first: av.VideoFrame, top_field_first: bool) -> str:
    """The stream's declared order, unless its first frame contradicts it: frames are what is shown."""
    order = _FIELD_ORDERS.get(declared, "unknown")
    if first.interlaced_frame and order not in (("tt", "bt") if top_field_first else ("bb", "tb")):
        return "tt" if top_field_first else "bb"
    return order


def _average_rate(stream: VideoStream, table: TimeTable, time_base: Fraction) -> Fraction | None:
    """The container's word, unless the frames' own times deny it: of DV, FFmpeg says 60000 frames a second."""
    told, guessed = stream.average_rate or None, stream.guessed_rate or None
    span = int(table.pts[-1] - table.pts[0]) * time_base
    if told is None or guessed is None or not span:
        return told
    measured = (len(table) - 1) / span

    def fits(rate: Fraction) -> bool:
        return measured / 2 <= rate <= measured * 2

    return None if fits(guessed) and not fits(told) else told


def _varies(table: TimeTable) -> bool:
    if len(table) < 3:
        return False
    distances = np.diff(table.pts)
    return int(distances.max() - distances.min()) > 1


def _stream_info(stream: Stream) -> StreamInfo:
    context = getattr(stream, "codec_context", None)
    audio = context if isinstance(context, AudioCodecContext) else None
    base = stream.time_base
    return StreamInfo(
        index=stream.index,
        kind=stream.type,
        codec=context.codec.canonical_name if context is not None else None,
        language=stream.language,
        title=stream.metadata.get("title"),
        channels=audio.channels if audio else None,
        sample_rate=audio.sample_rate if audio else None,
        channel_layout=audio.layout.name if audio else None,
        disposition=tuple(flag.name for flag in Disposition if flag & stream.disposition and flag.name),
        start_s=float(stream.start_time * base) if stream.start_time is not None and base else None,
        duration_s=float(stream.duration * base) if stream.duration is not None and base else None,
        bit_rate=getattr(context, "bit_rate", None) or None,
        metadata=dict(stream.metadata),
    )


def _chapters(container: InputContainer) -> tuple[ChapterInfo, ...]:
    chapters = []
    for chapter in container.chapters():
        base = chapter["time_base"] or Fraction(1, av.time_base)
        title = chapter["metadata"].get("title")
        chapters.append(ChapterInfo(float(chapter["start"] * base), float(chapter["end"] * base), title))
    return tuple(chapters)


def _timecode(container: InputContainer, video_metadata: dict[str, str]) -> str | None:
    """The first one found; MP4 writes its tag in small letters, Matroska in capitals."""
    places = [video_metadata, container.metadata, *(stream.metadata for stream in container.streams.data)]
    return next((text for place in places for key, text in place.items() if key.lower() == "timecode"), None)
