"""How large an export will be and how long writing takes: a few stretches are encoded as it would, and scaled up."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

from app.media.clip_reader import ClipReader
from app.media.settings import ExportSettings
from app.media.writer import ClipWriter

_SHORT, _LONG = 6, 24
"""Frames of the two samples at each place: what the second has more costs no key picture."""
_PLACES = (0.2, 0.7)
_KEY_EVERY_FRAMES = 250
_KEY_IN_OTHERS = 4
"""So many other pictures a key picture takes the room of, roughly, where only the first few pictures are known."""


@dataclass(frozen=True, slots=True)
class WritingEstimate:
    """What writing a clip takes.

    Attributes:
        size_bytes: of the file, about.
        seconds: of decoding and encoding, about; fills that have to be rendered come on top.
    """

    size_bytes: int
    seconds: float


OnRough = Callable[[WritingEstimate], None]


def untold_rough(_rough: WritingEstimate) -> None:
    """Stands in where nobody waits for a first figure."""


def estimated_writing(
    reader: ClipReader,
    target: Path,
    settings: ExportSettings,
    frames: tuple[int, int],
    *,
    scratch: Path,
    checkpoint: Callable[[], None],
    on_rough: OnRough = untold_rough,
) -> WritingEstimate:
    """About how many bytes an export will take, sound included where the clip says its rate, and how long.

    Args:
        reader: the clip; a fill changes little in the size.
        target: file or folder that would be written; nothing is written there.
        settings: how to encode.
        frames: first frame and end (exclusive) of what would be written.
        scratch: existing folder for temporary data.
        checkpoint: called at least once a frame; may raise to stop.
        on_rough: told of a first figure, from the first few pictures: a tenth of the work.

    Raises:
        UserError: the codec or the container cannot be had.
    """
    first, end = frames
    count = end - first
    seconds = count / float(reader.info.rate)
    sound = sum((stream.bit_rate or 0) / 8 * seconds for stream in reader.info.streams_of("audio"))
    beside = 0 if target.suffix == "" else sound
    pictures = spent = 0.0
    looked_at = 0
    places = _PLACES if count >= 2 * _LONG else _PLACES[:1]
    for place in places:
        start = first + int((count - min(_LONG, count)) * place)
        began = time.perf_counter()
        short = _encoded(reader, target, settings, (start, min(start + _SHORT, end)), scratch, checkpoint)
        looked_at += min(_SHORT, count)
        if count <= _SHORT:
            pictures, spent = pictures + short, spent + time.perf_counter() - began
            continue
        if place == places[0]:
            each = short / (_SHORT - 1 + _KEY_IN_OTHERS)
            on_rough(WritingEstimate(round(count * each + beside), (time.perf_counter() - began) * count / _SHORT))
        length = min(_LONG, count)
        long = _encoded(reader, target, settings, (start, start + length), scratch, checkpoint)
        looked_at, spent = looked_at + length, spent + time.perf_counter() - began
        each = max(long - short, 0) / (length - _SHORT)
        key = max(short - _SHORT * each, 0)
        pictures += count * each + key * -(-count // _KEY_EVERY_FRAMES)
    return WritingEstimate(round(pictures / len(places) + beside), spent * count / looked_at)


def _encoded(
    reader: ClipReader,
    target: Path,
    settings: ExportSettings,
    frames: tuple[int, int],
    scratch: Path,
    checkpoint: Callable[[], None],
) -> int:
    """Bytes of a stretch of the clip, written without its sound."""
    bare = replace(reader.info, streams=(), chapters=())
    with tempfile.TemporaryDirectory(dir=scratch, ignore_cleanup_errors=True) as folder:
        sample = Path(folder) / f"sample{target.suffix}"
        with (
            ClipWriter(sample, bare, settings, start=frames[0], stop=frames[1]) as writer,
            closing(reader.frames(*frames)) as decoded,
        ):
            for frame in decoded:
                checkpoint()
                writer.write(frame)
            writer.finish()
        files = sample.iterdir() if sample.is_dir() else [sample]
        return sum(file.stat().st_size for file in files)
