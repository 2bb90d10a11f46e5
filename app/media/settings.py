"""What the user asked of an export. Light to import: the command line needs it before any work starts."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ExportSettings:
    """What the user asked for; everything left out is taken from the source.

    Attributes:
        codec: name from the codec table (``h264``, ``prores_hq``, ``png`` ...), None to match the source.
        quality: preset (``draft``, ``standard``, ``high``, ``visually-lossless``, ``lossless``), None to match.
        overwrite: whether an existing target may be replaced.
        start_number: number of the first picture of a sequence; None keeps the source's numbering.
        bits: at least so many bits a sample, where the codec can; None to keep the source's.
        extra: further encoder options by FFmpeg's names; they have the last word.
    """

    codec: str | None = None
    quality: str | None = None
    overwrite: bool = False
    start_number: int | None = None
    bits: int | None = None
    extra: tuple[tuple[str, str], ...] = ()
