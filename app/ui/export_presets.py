"""What the export dialog offers: ready-made choices of codec, quality and container."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from app.media.codecs import CODECS, QUALITIES
from app.media.settings import ExportSettings


@dataclass(frozen=True, slots=True)
class Preset:
    """One row of the dialog's list.

    Attributes:
        id: what code and settings call it.
        text: what a user reads, English.
        codec: name from the codec table; None to match the source.
        suffixes: endings of the files that hold it, the recommended one first; empty for picture sequences.
        quality: preset of the codec; None for its own.
        bits: at least so many bits a sample; None for the source's.
        alpha: whether it holds transparency, so that patches alone can be written.
        extra: encoder options by FFmpeg's names.
    """

    id: str
    text: str
    codec: str | None
    suffixes: tuple[str, ...]
    quality: str | None = None
    bits: int | None = None
    alpha: bool = False
    extra: tuple[tuple[str, str], ...] = field(default=())

    @property
    def sequence(self) -> bool:
        """Whether it is one picture a frame, in a folder."""
        return not self.suffixes

    @property
    def qualities(self) -> tuple[str, ...]:
        """What its codec can be asked for, coarsest first; empty where there is nothing to choose."""
        offered = () if self.codec is None else tuple(CODECS[self.codec].presets)
        return tuple(each for each in QUALITIES if each in offered) if len(offered) > 1 else ()

    def settings(self, *, quality: str | None, start_number: int | None, overwrite: bool) -> ExportSettings:
        """The preset as the writer understands it.

        Args:
            quality: another quality than the preset's own; None for that.
            start_number: number of the first picture of a sequence.
            overwrite: whether an existing target may be replaced.
        """
        return ExportSettings(
            codec=self.codec,
            quality=quality or self.quality,
            overwrite=overwrite,
            start_number=start_number if self.sequence else None,
            bits=self.bits,
            extra=self.extra,
        )

    def path(self, folder: Path, stem: str, source_suffix: str) -> Path:
        """A target for it: of the recommended ending, or of the source's where that will do."""
        if self.sequence:
            return folder / stem
        suffix = source_suffix if self.codec is None or source_suffix in self.suffixes else self.suffixes[0]
        return folder / f"{stem}{suffix}"


MATCH_SUFFIXES = (".mp4", ".m4v", ".mov", ".mkv", ".webm", ".ts", ".m2ts", ".mts")
_DELIVERY = (".mp4", ".mov", ".mkv", ".m4v", ".ts")

PRESETS: tuple[Preset, ...] = (
    Preset("match", "Match the source", None, MATCH_SUFFIXES),
    Preset("h264", "H.264, for the web and everywhere", "h264", _DELIVERY, "high"),
    Preset("h265", "H.265, 10 bit", "h265", _DELIVERY, "high", bits=10),
    Preset("prores_hq", "ProRes 422 HQ", "prores_hq", (".mov", ".mkv")),
    Preset("prores_4444", "ProRes 4444, with transparency", "prores_4444", (".mov", ".mkv"), alpha=True),
    Preset("ffv1", "FFV1, lossless", "ffv1", (".mkv",), alpha=True),
    Preset("png", "PNG pictures in a folder", "png", (), alpha=True),
    Preset("tiff", "TIFF pictures in a folder", "tiff", (), alpha=True),
)


def preset(preset_id: str) -> Preset:
    """The preset of that id.

    Raises:
        KeyError: there is none.
    """
    return {each.id: each for each in PRESETS}[preset_id]
