"""``cleanplate probe``: what a clip is."""

from __future__ import annotations

import json
from pathlib import Path

import click

from app.media.frame import Family
from app.media.info import MediaInfo, StreamInfo
from app.media.probe import probe as look_at

_FAMILIES = {Family.YUV: "Y'CbCr", Family.RGB: "RGB", Family.GRAY: "grey"}
_SAMPLINGS = {(0, 0): "4:4:4", (1, 0): "4:2:2", (1, 1): "4:2:0", (2, 0): "4:1:1", (2, 2): "4:1:0", (0, 1): "4:4:0"}


def probe(clip: Path, *, as_json: bool) -> None:
    """Prints a clip's facts.

    Raises:
        UserError: it cannot be read.
    """
    info = look_at(clip)
    if as_json:
        click.echo(json.dumps(info.to_dict(), indent=2))
        return
    for name, value in _lines(info):
        click.echo(f"{name:10} {value}")


def _described(stream: StreamInfo) -> str:
    """A stream beside the pictures in a few words."""
    named = stream.codec or stream.metadata.get("filename") or ("timecode" if "timecode" in stream.metadata else None)
    details = [named or "unknown"]
    if stream.channels:
        details.append(f"{stream.channels} channel{'s' * (stream.channels > 1)} at {stream.sample_rate} Hz")
    if stream.language not in (None, "und"):
        details.append(str(stream.language))
    return ", ".join(details)


def _lines(info: MediaInfo) -> list[tuple[str, str]]:
    layout = info.layout
    sampling = f" {_SAMPLINGS.get((layout.shift_x, layout.shift_y), '')}" if layout.family is Family.YUV else ""
    alpha = " with alpha" if layout.alpha else ""
    rate = f"{float(info.rate):.3f}".rstrip("0").rstrip(".")
    varies = ", variable" if info.variable_rate else ""
    fields = ", interlaced" if info.interlaced else ""
    lines = [
        ("file", str(info.path)),
        ("container", info.container),
        ("video", f"{info.codec}{f' ({info.profile})' if info.profile else ''}, {info.pix_fmt}"),
        (
            "picture",
            f"{info.width}x{info.height}{fields}, {layout.bits}-bit {_FAMILIES[layout.family]}{sampling}{alpha}",
        ),
        ("frames", f"{info.frame_count}, {rate} a second{varies}, {info.duration_s:.3f} s"),
    ]
    if info.sample_aspect_ratio != 1:
        pixel, shown = info.sample_aspect_ratio, float(info.display_aspect_ratio)
        lines.append(("pixels", f"{pixel.numerator}:{pixel.denominator}, shown at {shown:.3g}:1"))
    if info.rotation_degrees or info.flip_horizontal:
        flipped = ", mirrored" if info.flip_horizontal else ""
        lines.append(("turned", f"{info.rotation_degrees} degrees{flipped}"))
    if info.timecode is not None:
        lines.append(("timecode", info.timecode))
    lines += [(stream.kind, _described(stream)) for stream in info.streams]
    lines += [("chapter", f"{chapter.start_s:.3f} s {chapter.title or ''}".rstrip()) for chapter in info.chapters]
    lines += [("note", note) for note in info.notes]
    return lines
