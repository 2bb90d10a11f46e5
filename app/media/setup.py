"""From what the user asked to an encoder's setup: codec, quality, options, pixel format."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from app.core.errors import UserError
from app.media.codecs import CODECS, SEQUENCE_EXTENSIONS, Codec, codec_named, container_for, quality_named
from app.media.container_limits import carries_alpha, tells_fields
from app.media.encode import EncoderSetup, encoder_setup
from app.media.fidelity import choose_pix_fmt
from app.media.info import MediaInfo
from app.media.matching import match_source
from app.media.settings import ExportSettings

_EXACT_AV1 = {"g": "1"}
"""Lossless SVT-AV1 4 predicts 10-bit pictures from others with errors of 1 or 2: key pictures only are exact."""


def setup_for(info: MediaInfo, target: Path, settings: ExportSettings) -> EncoderSetup:
    """Choose codec, quality, options and pixel format for an export.

    Args:
        info: the source.
        target: the file, or the folder of a picture sequence.
        settings: what the user asked for.

    Raises:
        UserError: the codec, the quality or the container cannot be had.
    """
    codec, quality, options, reason = _codec_and_quality(info, target, settings)
    _check_size(codec, info)
    container = None if codec.sequence else container_for(target, codec)
    pixels = choose_pix_fmt(
        codec,
        quality,
        info.stored_layout,
        (info.stored_width, info.stored_height),
        options.get("profile"),
        settings.bits or 0,
        alpha_fits=carries_alpha(codec, container),
    )
    if codec.name == "av1" and quality == "lossless" and pixels.layout.bits > 8:
        options = {**options, **_EXACT_AV1}
    merged = {**options, **dict(settings.extra)}
    if settings.extra and not codec.lossless_only:
        quality = "custom"  # the user's own options may undo what the preset promises
    told = tells_fields(codec, container)
    return encoder_setup(info, codec, quality, pixels, merged, reason, fields_told=told)


def _codec_and_quality(
    info: MediaInfo, target: Path, settings: ExportSettings
) -> tuple[Codec, str, Mapping[str, str], str | None]:
    """Codec, quality, the quality's options, and why, if the source decided."""
    if settings.codec is None:
        match = match_source(info, target)
        if settings.quality is None:
            return match.codec, match.quality, match.options, match.reason
        codec = match.codec
    else:
        codec = codec_named(settings.codec)
    _check_target(codec, target)
    quality = quality_named(codec, settings.quality)
    return codec, quality, _preset_options(codec, quality, info), None


def _check_target(codec: Codec, target: Path) -> None:
    if not codec.sequence:
        container_for(target, codec)
    elif target.suffix.lower() in SEQUENCE_EXTENSIONS:
        raise UserError(f"{codec.title} pictures go into a folder: give {target.with_suffix('').name} as the target.")
    elif target.suffix:
        raise UserError(f"{codec.title} is written as one picture a frame into a folder, not into {target.name}.")


def _preset_options(codec: Codec, quality: str, info: MediaInfo) -> Mapping[str, str]:
    options = codec.presets[quality]
    if codec.name != "dnxhr" or quality in ("draft", "standard"):
        return options
    layout = info.stored_layout
    full_chroma = layout.shift_x == 0
    if quality == "visually-lossless" and full_chroma and layout.bits > 8:
        return {**options, "profile": "dnxhr_444"}
    return {**options, "profile": "dnxhr_hqx" if layout.bits > 8 else "dnxhr_hq"}


def _check_size(codec: Codec, info: MediaInfo) -> None:
    smallest = {"dnxhd": (256, 120), "hevc_nvenc": (145, 49), "h264_nvenc": (145, 49)}.get(codec.encoder, (1, 1))
    if info.stored_width < smallest[0] or info.stored_height < smallest[1]:
        raise UserError(
            f"{codec.title} starts at {smallest[0]}x{smallest[1]} pixels, the clip has {info.stored_width}x"
            f"{info.stored_height}; choose another --codec ({', '.join(n for n in CODECS if n != codec.name)})."
        )
