"""What a container cannot keep of a clip's times, tags and place on screen, said before anything is written."""

from __future__ import annotations

from fractions import Fraction

from app.media.codecs import Codec, Container
from app.media.info import MediaInfo, StreamInfo

_TICKS = {"matroska": 1000, "webm": 1000, "mpegts": 90_000}
"""Ticks a second of containers that count in ticks of their own; the others take the clip's."""
_WRITTEN_ANYWAY = frozenset({"major_brand", "minor_version", "compatible_brands", "encoder", "duration", "timecode"})


def rounds_times(info: MediaInfo, container: Container) -> bool:
    """Whether a container's ticks are too coarse for the clip's time stamps."""
    ticks = _TICKS.get(container.format)
    return ticks is not None and (info.time_base * ticks).denominator != 1 and not _falls_on(info, ticks)


def carries_alpha(codec: Codec, container: Container | None) -> bool:
    """Whether a container holds the alpha that a codec makes: VP9 puts it beside the pictures, where Matroska can."""
    return container is None or codec.encoder != "libvpx-vp9" or container.format in ("matroska", "webm")


def tells_fields(codec: Codec, container: Container | None) -> bool:
    """Whether a container says which field comes first where the pictures do not (QuickTime does not for DNxHR)."""
    return container is not None and container.format not in ("webm", "mpegts") and codec.encoder != "dnxhd"


def container_limits(info: MediaInfo, container: Container | None) -> tuple[str, ...]:
    """What is rounded or dropped because of the container, a sentence each.

    Args:
        info: the source.
        container: what is written, None for single pictures.
    """
    if container is None:
        return _pictures_limits(info)
    name, said = container.name, []
    if rounds_times(info, container):
        unit = "1/90000 s" if container.format == "mpegts" else "whole milliseconds"
        said.append(f"Time stamps are rounded to {unit}: {name} counts no finer.")
    if container.format == "mpegts":
        if not info.orientation.is_identity:
            said.append(f"The rotation flag is dropped: {name} has none, so players show the pictures unturned.")
        if info.timecode is not None:
            said.append(f"The timecode {info.timecode} is dropped: {name} has none.")
        tags = sorted(key for key in info.metadata if key.lower() not in _WRITTEN_ANYWAY)
        if tags:
            said.append(f"Tags dropped ({', '.join(tags)}): {name} has none.")
    return tuple(said)


def _falls_on(info: MediaInfo, ticks: int) -> bool:
    """Whether frames of a steady rate fall on a container's ticks, however fine the clip's own ones are."""
    if info.variable_rate or not info.average_rate:
        return False
    start = info.start_time * info.time_base * ticks
    return (Fraction(ticks) / info.average_rate).denominator == 1 and start.denominator == 1


def _pictures_limits(info: MediaInfo) -> tuple[str, ...]:
    words = {"audio": "sound", "subtitle": "subtitles", "data": "data", "attachment": "attachments"}
    left = [word for kind, word in words.items() if any(not _is_timecode(each) for each in info.streams_of(kind))]
    left += ["chapters"] if info.chapters else []
    left += ["timecode"] if info.timecode is not None else []
    said = [f"Pictures hold none of the clip's {', '.join(left)}; that is left behind."] if left else []
    if info.variable_rate:
        said.append("The frames' times vary, and pictures have none: they are numbered one after the other.")
    return tuple(said)


def _is_timecode(stream: StreamInfo) -> bool:
    return stream.kind == "data" and "timecode" in stream.metadata
