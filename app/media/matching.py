"""The source's codec and quality, matched as nearly as an encoder allows.

Codec and pixel format are the source's where we can write them. Quality is read from the source where its decoder
tells the quantiser (H.264, VP9): the new CRF lies three quantiser steps below the mean, so that the second coding adds
little to the first. H.265 and AV1 decoders do not tell, so their bits per pixel are held against what those encoders
need for ordinary footage, and the answer is kept between the presets ``high`` and ``visually-lossless``. A codec whose
profile is its quality (ProRes, DNxHR) keeps its profile; a lossless source stays lossless.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import av
import av.error
from av.sidedata.encparams import VideoEncParams
from av.sidedata.sidedata import Type as SideDataType

from app.core.errors import UserError
from app.media.codecs import CODECS, CONTAINERS, SEQUENCE_EXTENSIONS, Codec, container_for, require_encoder
from app.media.info import MediaInfo
from app.media.unexposed import side_data_of

_SAME = {
    "h264": "h264", "hevc": "h265", "av1": "av1", "libdav1d": "av1", "vp9": "vp9", "libvpx-vp9": "vp9",
    "ffv1": "ffv1", "png": "png", "tiff": "tiff",
}  # fmt: skip
_LOSSLESS = frozenset(
    {"rawvideo", "v210", "v410", "r210", "huffyuv", "ffvhuff", "utvideo", "qtrle", "magicyuv", "png", "apng", "flashsv",
     "lagarith", "zlib", "mszh", "cllc", "bmp", "dpx", "sgi", "targa", "yuv4", "v308", "v408", "ayuv", "tiff"}
)  # fmt: skip
_PRORES = {
    "Proxy": "prores_proxy", "LT": "prores_lt", "Standard": "prores", "HQ": "prores_hq", "4444": "prores_4444",
    "XQ": "prores_4444xq", "4444XQ": "prores_4444xq",
}  # fmt: skip
_DNXHR = {
    "DNXHR LB": "dnxhr_lb", "DNXHR SQ": "dnxhr_sq", "DNXHR HQ": "dnxhr_hq", "DNXHR HQX": "dnxhr_hqx",
    "DNXHR 444": "dnxhr_444",
}  # fmt: skip
_FRAMES_LOOKED_AT = 24


@dataclass(frozen=True, slots=True)
class Match:
    """What comes nearest to the source.

    Attributes:
        codec: the target.
        quality: ``matched``, or a preset's name.
        options: encoder options.
        reason: why, a sentence.
    """

    codec: Codec
    quality: str
    options: Mapping[str, str]
    reason: str


def match_source(info: MediaInfo, target: Path) -> Match:
    """Codec and quality for a clip when the user names none.

    Args:
        info: the source.
        target: the file (its ending says which codecs fit), or a folder for a picture sequence.

    Raises:
        UserError: the target's ending names no format that can be written.
    """
    is_container = any(target.suffix.lower() in container.extensions for container in CONTAINERS)
    if not target.suffix or (target.is_dir() and not is_container):
        name = info.codec if info.codec in ("png", "tiff") else "png"
        return _preset(CODECS[name], "lossless", f"A folder gets {CODECS[name].title} pictures.")
    if target.suffix.lower() in SEQUENCE_EXTENSIONS:
        raise UserError(f"Pictures go into a folder: give {target.with_suffix('').name} as the target.")
    wanted, why = _nearest(info)
    codec = wanted if _fits(target, wanted) else _that_fits(target, info)
    require_encoder(codec)
    source = info.codec.upper()
    if codec is not wanted:
        container_for(target, codec)
        return _preset(
            codec,
            "lossless" if _is_lossless(info) and "lossless" in codec.presets else codec.default,
            f"{wanted.title} does not go into {target.suffix} files, so {codec.title} is written.",
        )
    if _is_lossless(info) and "lossless" in codec.presets:
        return _preset(codec, "lossless", f"{source} is lossless and stays lossless ({codec.title}).")
    if codec.name.startswith("prores") or len(codec.presets) == 1:
        return _preset(codec, codec.default, why)
    if codec.name == "dnxhr":
        profile = _DNXHR.get(info.profile or "", "dnxhr_hqx" if info.stored_layout.bits > 8 else "dnxhr_hq")
        return Match(codec, "matched", {"profile": profile}, why)
    return _matched_rate(info, codec, why)


def _nearest(info: MediaInfo) -> tuple[Codec, str]:
    if info.codec in _SAME and not info.is_sequence:
        codec = CODECS[_SAME[info.codec]]
        if not codec.sequence:
            return codec, f"The source is {codec.title}."
    if info.codec.startswith("prores"):
        codec = CODECS[_PRORES.get(info.profile or "", "prores_hq")]
        return codec, f"The source is {codec.title}."
    if info.codec == "dnxhd":
        return CODECS["dnxhr"], f"The source is {info.profile or 'DNxHD'}."
    if info.is_sequence or _is_lossless(info):
        return CODECS["ffv1"], f"{info.codec} is lossless; FFV1 keeps every sample."
    return CODECS["h264"], f"{info.codec} is not written here; H.264 takes its place at a rate that hides the change."


def _fits(target: Path, codec: Codec) -> bool:
    container = next((c for c in CONTAINERS if target.suffix.lower() in c.extensions), None)
    return container is None or container.format in codec.containers


def _that_fits(target: Path, info: MediaInfo) -> Codec:
    """The codec for a container that the nearest codec cannot go into."""
    if info.alpha:
        for name in ("prores_4444", "vp9", "ffv1"):
            if _fits(target, CODECS[name]):
                return CODECS[name]
    order = ("h264", "av1", "vp9", "h265")
    return next((CODECS[name] for name in order if _fits(target, CODECS[name])), CODECS["h264"])


def _is_lossless(info: MediaInfo) -> bool:
    if info.codec in _LOSSLESS or info.codec == "ffv1" or info.codec.startswith("pcm"):
        return True
    return info.codec == "h264" and "4:4:4 Predictive" in (info.profile or "") and _mean_quantiser(info) == 0


def _preset(codec: Codec, quality: str, reason: str) -> Match:
    return Match(codec, quality, codec.presets[quality], reason)


def _matched_rate(info: MediaInfo, codec: Codec, why: str) -> Match:
    finest, coarsest = (int(codec.presets[name]["crf"]) for name in ("visually-lossless", "high"))
    quantiser = _mean_quantiser(info) if _SAME.get(info.codec) == codec.name else None
    if quantiser is not None:
        crf = _crf_for_quantiser(codec, quantiser, info.stored_layout.bits)
        told = f"its pictures are quantised at {quantiser:.0f} on the mean, so CRF {crf} keeps its quality"
    else:
        crf = _crf_for_rate(info, codec, finest, coarsest)
        told = f"its rate suggests CRF {crf}"
    options = {**codec.presets["high"], "crf": str(crf)}
    if codec.encoder in ("libx264", "libx265"):
        options["preset"] = "medium"
    if codec.encoder == "libx264" and crf > 0 and info.profile in ("Baseline", "Constrained Baseline", "Main"):
        options["profile"] = "main" if info.profile == "Main" else "baseline"
    return Match(codec, "matched", options, f"{why.rstrip('.')}; {told}.")


def _crf_for_quantiser(codec: Codec, quantiser: float, bits: int) -> int:
    """CRF whose quantiser lies below the source's."""
    if codec.encoder == "libvpx-vp9":
        return max(4, min(40, round(quantiser / 4) - 3))  # VP9's index runs to 255, its CRF to 63
    return max(4, min(30, math.floor(quantiser - 6 * (bits - 8) - 3)))


def _crf_for_rate(info: MediaInfo, codec: Codec, finest: int, coarsest: int) -> int:
    """CRF from bits per pixel: six steps of x264's scale double the rate."""
    if info.bit_rate is None or info.rate <= 0:
        return finest
    bits_per_pixel = info.bit_rate / float(info.stored_width * info.stored_height * info.rate)
    usual = {"h264": (20, 0.16), "h265": (22, 0.08), "av1": (28, 0.06), "vp9": (24, 0.09)}
    crf, rate = usual.get(codec.name, (20, 0.16))
    if _SAME.get(info.codec) != codec.name:
        rate *= 1.5  # an older codec spends more bits on the same picture
    steps = 10 if codec.name in ("av1", "vp9") else 6
    guess = crf - steps * math.log2(max(bits_per_pixel, 1e-4) / rate)
    return round(max(finest, min(coarsest, guess)))


def _mean_quantiser(info: MediaInfo) -> float | None:
    """The mean quantiser of the first pictures, on the codec's own scale; None if the decoder does not tell."""
    if info.is_sequence or info.codec not in ("h264", "vp9"):
        return None
    means: list[float] = []
    with av.open(str(info.path), metadata_errors="replace") as container:
        stream = container.streams[info.stream_index]
        stream.codec_context.options = {"export_side_data": "venc_params"}
        try:
            for frame in container.decode(stream):
                params = side_data_of(cast(av.VideoFrame, frame)).get(SideDataType.VIDEO_ENC_PARAMS)
                if params is not None:
                    means.append(_quantiser_of(cast(VideoEncParams, params)))
                if len(means) >= _FRAMES_LOOKED_AT:
                    break
        except av.error.FFmpegError:
            return None if not means else sum(means) / len(means)  # the reader has told of the damage
    return sum(means) / len(means) if means else None


def _quantiser_of(params: VideoEncParams) -> float:
    blocks = params.nb_blocks
    if blocks == 0:
        return float(params.qp)
    step = max(blocks // 64, 1)
    picked = range(0, blocks, step)
    return params.qp + sum(params.block_params(i).delta_qp for i in picked) / len(picked)
