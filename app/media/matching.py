"""The source's codec and quality, matched as nearly as an encoder allows.

Codec, profile and pixel format are the source's where we can write them, and key pictures come as often. Quality is
read from the source where its decoder tells the quantiser (H.264, VP9): the new coding is clearly finer than the old,
because an equal one would cost about 2 dB (measured on a clip coded at CRF 16 to 33). H.265 and AV1 decoders do not
tell, so their bits per pixel are held against what those encoders need for ordinary footage, never coarser than the
preset ``high``. A codec whose profile is its quality (ProRes, DNxHR) keeps its profile; a lossless source stays
lossless; a codec that we do not write is followed by H.264 at ``visually-lossless``. Pictures that become a clip get
FFV1 in Matroska only; elsewhere what editors open.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from app.core.errors import UserError
from app.media.codecs import CODECS, CONTAINERS, SEQUENCE_EXTENSIONS, Codec, container_for, require_encoder
from app.media.info import MediaInfo
from app.media.source_quality import fine_quantiser, key_distance

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
_MATROSKA = (".mkv", ".mk3d")
_LONGEST_KEY_DISTANCE = 250  # what the encoders do by themselves


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
    if info.is_sequence and target.suffix.lower() not in _MATROSKA:
        return _clip_of_pictures(info, target)
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
        rare = codec.name == "ffv1" and target.suffix.lower() not in _MATROSKA
        advice = f" Few editors open {codec.title} in {target.suffix}: take .mkv, or name a --codec." if rare else ""
        return _preset(codec, "lossless", f"{source} is lossless and stays lossless ({codec.title}).{advice}")
    if codec.name.startswith("prores") or len(codec.presets) == 1:
        return _preset(codec, codec.default, why)
    if codec.name == "dnxhr":
        profile = _DNXHR.get(info.profile or "", "dnxhr_hqx" if info.stored_layout.bits > 8 else "dnxhr_hq")
        return Match(codec, "matched", {"profile": profile}, why)
    return _matched_rate(info, codec, why)


def _clip_of_pictures(info: MediaInfo, target: Path) -> Match:
    """What editors open in a container that is no home for FFV1, at a quality that hides the change."""
    usual = CODECS["prores_4444" if _is_lossless(info) and _fits(target, CODECS["prores_4444"]) else "h264"]
    codec = usual if _fits(target, usual) else _that_fits(target, info)
    require_encoder(codec)
    advice = "to keep every sample, write .mkv" if _is_lossless(info) else "no change is seen"
    return _preset(codec, "visually-lossless", f"The pictures become {codec.title}; {advice}.")


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
    may_be = info.codec == "vp9" or (info.codec == "h264" and "4:4:4 Predictive" in (info.profile or ""))
    return may_be and fine_quantiser(info) == 0


def _preset(codec: Codec, quality: str, reason: str) -> Match:
    return Match(codec, quality, codec.presets[quality], reason)


def _matched_rate(info: MediaInfo, codec: Codec, why: str) -> Match:
    if _SAME.get(info.codec) != codec.name:
        return _preset(codec, "visually-lossless", why)
    quantiser = fine_quantiser(info)
    if quantiser is not None:
        crf = _crf_for_quantiser(codec, quantiser, info.stored_layout.bits)
        told = f"CRF {crf} is clearly finer than its own quantiser of {quantiser:.0f}, so that next to nothing is lost"
    else:
        crf = _crf_for_rate(info, codec)
        told = f"its rate suggests CRF {crf}"
    options = {**codec.presets["high"], "crf": str(crf)}
    if codec.encoder == "libx264" and info.profile in ("Baseline", "Constrained Baseline", "Main"):
        options["profile"] = "main" if info.profile == "Main" else "baseline"
    distance = key_distance(info)
    if distance is not None and distance < _LONGEST_KEY_DISTANCE:
        options["g"] = str(distance)
    return Match(codec, "matched", options, f"{why.rstrip('.')}; {told}.")


def _crf_for_quantiser(codec: Codec, quantiser: float, bits: int) -> int:
    """CRF that quantises clearly finer than the source, so that the second coding adds little to the first."""
    if codec.encoder == "libvpx-vp9":
        return max(4, min(32, math.floor(quantiser / 4) - 4))  # VP9's index runs to 255, its CRF to 63
    return max(4, min(24, math.floor(quantiser - 6 * (bits - 8)) - 7))


def _crf_for_rate(info: MediaInfo, codec: Codec) -> int:
    """CRF from bits per pixel, held against what each encoder's ``high`` needs for ordinary footage."""
    coarsest = int(codec.presets["high"]["crf"])
    finest = int(codec.presets["visually-lossless"]["crf"]) - 4
    if info.bit_rate is None or info.rate <= 0:
        return finest
    bits_per_pixel = info.bit_rate / float(info.stored_width * info.stored_height * info.rate)
    usual, doubling = {"h264": (0.16, 6), "h265": (0.08, 6), "av1": (0.06, 10), "vp9": (0.09, 10)}[codec.name]
    guess = coarsest - 2 - doubling * math.log2(max(bits_per_pixel, 1e-4) / usual)
    return round(max(finest, min(coarsest, guess)))
