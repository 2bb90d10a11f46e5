"""What can be written: codecs, the containers that hold them, and what each quality preset means to each encoder.

The presets carry the words editors know. ``visually-lossless`` is the rate at which trained eyes stop seeing a
difference (CRF 17 in x264); ``lossless`` returns every sample to the bit. A codec whose profile fixes the quality
(ProRes HQ, DNxHR) names the presets it can mean and refuses the others.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from types import MappingProxyType

from app.core.errors import UserError

QUALITIES = ("draft", "standard", "high", "visually-lossless", "lossless")
"""Quality presets, coarsest first."""

Options = Mapping[str, str]


def _options(**values: str) -> Options:
    return MappingProxyType({key.replace("_", "-"): value for key, value in values.items()})


@dataclass(frozen=True, slots=True)
class Container:
    """A file format that can be written.

    Attributes:
        name: what an editor calls it.
        format: FFmpeg's muxer.
        extensions: lower-case file endings, dot included.
        negative_times: whether the format keeps packets that start before zero (edit lists, signed blocks).
    """

    name: str
    format: str
    extensions: tuple[str, ...]
    negative_times: bool = False


CONTAINERS = (
    Container("MP4", "mp4", (".mp4", ".m4v"), negative_times=True),
    Container("QuickTime", "mov", (".mov", ".qt"), negative_times=True),
    Container("Matroska", "matroska", (".mkv", ".mk3d"), negative_times=True),
    Container("WebM", "webm", (".webm",), negative_times=True),
    Container("MPEG transport stream", "mpegts", (".ts", ".m2ts", ".mts")),
)

SEQUENCE_EXTENSIONS = MappingProxyType({".png": "png", ".tif": "tiff", ".tiff": "tiff"})
"""File endings of picture sequences and the codec each one means."""


@dataclass(frozen=True, slots=True)
class Codec:
    """One way to write video.

    Attributes:
        name: what ``--codec`` takes.
        title: what reports call it.
        encoder: FFmpeg's encoder.
        pix_fmts: the pixel formats that are offered to the format choice.
        containers: muxers that hold it, the recommended one first; empty for picture sequences.
        presets: quality word to encoder options.
        default: the preset used when none is asked for and the source is no guide.
        rgb_pix_fmts: RGB formats, used only to keep an RGB picture to the bit or where RGB is the codec's custom.
        rgb_encoder: the encoder that takes ``rgb_pix_fmts`` if it is another one.
        rgb_always: RGB sources stay RGB at every quality.
        sequence: one file a frame.
        hardware: needs a device; offered only where it opens.
        hdr: how mastering display and content light are given: ``x264``, ``x265``, ``svtav1`` or none.
        interlace: whether field order can be coded and flagged in the pictures themselves.
        even_only: sizes must be multiples of the chroma subsampling.
        always: encoder options at every quality.
    """

    name: str
    title: str
    encoder: str
    pix_fmts: tuple[str, ...]
    containers: tuple[str, ...]
    presets: Mapping[str, Options]
    default: str
    rgb_pix_fmts: tuple[str, ...] = ()
    rgb_encoder: str | None = None
    rgb_always: bool = False
    sequence: bool = False
    hardware: bool = False
    hdr: str | None = None
    interlace: bool = False
    even_only: bool = False
    always: Options = field(default_factory=_options)

    @property
    def lossless_only(self) -> bool:
        """Whether the codec has no lossy mode."""
        return tuple(self.presets) == ("lossless",)


def _yuv(depths: tuple[int, ...], *samplings: str, alpha: bool = False) -> tuple[str, ...]:
    letters = "yuva" if alpha else "yuv"
    return tuple(f"{letters}{s}p" + (f"{d}le" if d > 8 else "") for d in depths for s in samplings)


_X264_YUV = (*_yuv((8, 10), "420", "422", "444"), "gray", "gray10le")
_X265_YUV = (*_yuv((8, 10, 12), "420", "422", "444"), "gray", "gray10le", "gray12le")
_VP9_YUV = (*_yuv((8,), "420", "422", "440", "444"), *_yuv((8,), "420", alpha=True))
_FFV1_YUV = (
    *_yuv((8,), "420", "422", "444", "440", "411", "410"),
    *_yuv((9, 10, 12, 14, 16), "420", "422", "444"),
    "yuv440p10le",
    "yuv440p12le",
    *_yuv((8, 9, 10, 16), "420", "422", "444", alpha=True),
    *_yuv((12,), "422", "444", alpha=True),
    *("gray", "gray9le", "gray10le", "gray12le", "gray14le", "gray16le", "ya8"),
)
_FFV1_RGB = ("bgr0", "bgra", *(f"gbr{a}p{d}le" for a, ds in (("", (9, 10, 12, 14, 16)), ("a", (10, 12, 14, 16)))
                               for d in ds))  # fmt: skip


def _x264(crf: str, preset: str = "medium") -> Options:
    return _options(preset=preset, crf=crf)


def _prores(name: str, title: str, profile: str, pix_fmts: tuple[str, ...], quality: str) -> Codec:
    return Codec(
        name=name,
        title=title,
        encoder="prores_ks",
        pix_fmts=pix_fmts,
        containers=("mov", "matroska"),
        presets=MappingProxyType({quality: _options(profile=profile, vendor="apl0")}),
        default=quality,
        interlace=True,
    )


def _nvenc(name: str, title: str, encoder: str, pix_fmts: tuple[str, ...]) -> Codec:
    def rate(cq: str, preset: str) -> Options:
        return _options(preset=preset, rc="vbr", cq=cq)

    return Codec(
        name=name,
        title=title,
        encoder=encoder,
        pix_fmts=pix_fmts,
        containers=("mp4", "mov", "matroska", "mpegts"),
        presets=MappingProxyType(
            {
                "draft": rate("32", "p2"),
                "standard": rate("26", "p5"),
                "high": rate("22", "p6"),
                "visually-lossless": rate("18", "p7"),
                "lossless": _options(preset="p4", tune="lossless"),
            }
        ),
        default="high",
        hardware=True,
        even_only=True,
    )


CODECS: Mapping[str, Codec] = MappingProxyType(
    {
        codec.name: codec
        for codec in (
            Codec(
                "h264",
                "H.264",
                "libx264",
                _X264_YUV,
                ("mp4", "mov", "matroska", "mpegts"),
                MappingProxyType(
                    {
                        "draft": _x264("28", "veryfast"),
                        "standard": _x264("23"),
                        "high": _x264("20"),
                        "visually-lossless": _x264("17"),
                        "lossless": _options(preset="medium", qp="0"),
                    }
                ),
                "high",
                rgb_pix_fmts=("bgr0",),
                rgb_encoder="libx264rgb",
                hdr="x264",
                interlace=True,
                even_only=True,
            ),
            Codec(
                "h265",
                "H.265",
                "libx265",
                _X265_YUV,
                ("mp4", "mov", "matroska", "mpegts"),
                MappingProxyType(
                    {
                        "draft": _x264("31", "veryfast"),
                        "standard": _x264("26"),
                        "high": _x264("22"),
                        "visually-lossless": _x264("18"),
                        "lossless": _options(preset="medium", x265_params="lossless=1"),
                    }
                ),
                "high",
                rgb_pix_fmts=("gbrp", "gbrp10le", "gbrp12le"),
                hdr="x265",
                even_only=True,
            ),
            Codec(
                "av1",
                "AV1 (SVT)",
                "libsvtav1",
                _yuv((8, 10), "420"),
                ("mp4", "matroska", "webm"),
                MappingProxyType(
                    {
                        "draft": _options(preset="11", crf="45"),
                        "standard": _options(preset="8", crf="35"),
                        "high": _options(preset="7", crf="28"),
                        "visually-lossless": _options(preset="6", crf="18"),
                        "lossless": _options(preset="8", svtav1_params="lossless=1"),
                    }
                ),
                "high",
                hdr="svtav1",
            ),
            Codec(
                "vp9",
                "VP9",
                "libvpx-vp9",
                _VP9_YUV,
                ("webm", "matroska", "mp4"),
                MappingProxyType(
                    {
                        "draft": _options(crf="40", cpu_used="6"),
                        "standard": _options(crf="32", cpu_used="4"),
                        "high": _options(crf="24", cpu_used="3"),
                        "visually-lossless": _options(crf="15", cpu_used="2"),
                        "lossless": _options(lossless="1", cpu_used="4"),
                    }
                ),
                "high",
                rgb_pix_fmts=("gbrp",),
                always=_options(b="0", row_mt="1", deadline="good"),
            ),
            _prores("prores_proxy", "ProRes 422 Proxy", "proxy", ("yuv422p10le",), "draft"),
            _prores("prores_lt", "ProRes 422 LT", "lt", ("yuv422p10le",), "standard"),
            _prores("prores", "ProRes 422", "standard", ("yuv422p10le",), "high"),
            _prores("prores_hq", "ProRes 422 HQ", "hq", ("yuv422p10le",), "visually-lossless"),
            _prores("prores_4444", "ProRes 4444", "4444", ("yuv444p10le", "yuva444p10le"), "visually-lossless"),
            _prores("prores_4444xq", "ProRes 4444 XQ", "4444xq", ("yuv444p10le", "yuva444p10le"), "visually-lossless"),
            Codec(
                "dnxhr",
                "DNxHR",
                "dnxhd",
                ("yuv422p", "yuv422p10le", "yuv444p10le"),
                ("mov",),
                MappingProxyType(
                    {
                        "draft": _options(profile="dnxhr_lb"),
                        "standard": _options(profile="dnxhr_sq"),
                        "high": _options(profile="dnxhr_hq"),
                        "visually-lossless": _options(profile="dnxhr_hq"),
                    }
                ),
                "visually-lossless",
                rgb_pix_fmts=("gbrp10le",),
            ),
            Codec(
                "ffv1",
                "FFV1",
                "ffv1",
                _FFV1_YUV,
                ("matroska", "mp4"),
                MappingProxyType({"lossless": _options(level="3", slicecrc="1", g="1")}),
                "lossless",
                rgb_pix_fmts=_FFV1_RGB,
                rgb_always=True,
                interlace=True,
            ),
            Codec(
                "png",
                "PNG",
                "png",
                ("gray", "ya8", "gray16be", "ya16be"),
                (),
                MappingProxyType({"lossless": _options(pred="mixed")}),
                "lossless",
                rgb_pix_fmts=("rgb24", "rgba", "rgb48be", "rgba64be"),
                rgb_always=True,
                sequence=True,
            ),
            Codec(
                "tiff",
                "TIFF",
                "tiff",
                ("gray", "ya8", "gray16le", "ya16le"),
                (),
                MappingProxyType({"lossless": _options(compression_algo="lzw")}),
                "lossless",
                rgb_pix_fmts=("rgb24", "rgba", "rgb48le", "rgba64le"),
                rgb_always=True,
                sequence=True,
            ),
            _nvenc("h264_nvenc", "H.264 (NVENC)", "h264_nvenc", ("yuv420p", "yuv444p")),
            _nvenc("hevc_nvenc", "H.265 (NVENC)", "hevc_nvenc", ("yuv420p", "p010le", "yuv444p")),
        )
    }
)
"""Every codec by the name that ``--codec`` takes."""

ALIASES: Mapping[str, str] = MappingProxyType(
    {
        "avc": "h264", "x264": "h264", "libx264": "h264",
        "hevc": "h265", "x265": "h265", "libx265": "h265",
        "svtav1": "av1", "libsvtav1": "av1",
        "libvpx-vp9": "vp9",
        "prores422": "prores", "prores422hq": "prores_hq", "prores4444": "prores_4444",
        "dnxhd": "dnxhr", "tif": "tiff", "h265_nvenc": "hevc_nvenc",
    }
)  # fmt: skip
"""Other names people type."""


def codec_named(name: str) -> Codec:
    """The codec of that name.

    Raises:
        UserError: no such codec, or this FFmpeg was built without its encoder.
    """
    key = name.strip().lower().replace(" ", "_")
    key = ALIASES.get(key, key)
    if key not in CODECS:
        known = ", ".join(CODECS)
        raise UserError(f"There is no codec named '{name}'; choose one of {known}.")
    codec = CODECS[key]
    require_encoder(codec)
    return codec


def require_encoder(codec: Codec) -> None:
    """Check that this FFmpeg can encode with the codec.

    Raises:
        UserError: the encoder is missing, or it needs a device that does not open.
    """
    import av

    if codec.encoder not in _encoders():
        raise UserError(
            f"{codec.title} cannot be written here: this FFmpeg was built without {codec.encoder}; "
            f"choose another --codec ({', '.join(c.name for c in CODECS.values() if c.encoder in _encoders())})."
        )
    if not codec.hardware:
        return
    try:
        _open_trial(codec)
    except (av.FFmpegError, OSError) as error:
        software = "h265" if "hevc" in codec.name else "h264"
        raise UserError(
            f"{codec.title} needs an NVIDIA GPU with its driver, and none opened here; use --codec {software}."
        ) from error


def _open_trial(codec: Codec) -> None:
    """Open the encoder for a small picture, to see whether its device is there."""
    import av

    context = av.CodecContext.create(codec.encoder, "w")
    assert isinstance(context, av.VideoCodecContext)
    context.width, context.height, context.pix_fmt, context.framerate = 256, 256, "yuv420p", Fraction(25)
    context.open()


def _encoders() -> frozenset[str]:
    """Names of the video encoders in this FFmpeg, among those that the table uses."""
    import av

    names = {codec.encoder for codec in CODECS.values()}
    found: set[str] = set()
    for name in names:
        try:
            av.codec.Codec(name, "w")
        except av.codec.codec.UnknownCodecError:
            continue
        found.add(name)
    return frozenset(found)


def quality_named(codec: Codec, quality: str | None) -> str:
    """The preset's canonical name for this codec (its default for None).

    Raises:
        UserError: unknown word, or a quality that the codec cannot have.
    """
    if quality is None:
        return codec.default
    key = quality.strip().lower().replace(" ", "-").replace("_", "-")
    if key not in QUALITIES:
        raise UserError(f"There is no quality named '{quality}'; choose one of {', '.join(QUALITIES)}.")
    if key not in codec.presets:
        have = ", ".join(codec.presets)
        raise UserError(f"{codec.title} cannot be written at quality '{key}'; it offers: {have}.")
    return key


def container_for(target: Path, codec: Codec) -> Container:
    """The container that the target's ending means, checked against the codec.

    Raises:
        UserError: unknown ending, or a container that cannot hold the codec.
    """
    ending = target.suffix.lower()
    found = next((c for c in CONTAINERS if ending in c.extensions), None)
    if found is None:
        known = ", ".join(c.extensions[0] for c in CONTAINERS)
        reason = f"the ending '{ending}' names no format that can be written" if ending else "it has no ending"
        if ending == ".avi":
            reason = "AVI keeps no time stamps and would change the clip's timing"
        raise UserError(f"Cannot write {target.name}: {reason}; use one of {known}, or a folder for pictures.")
    if found.format not in codec.containers:
        holders = [c.extensions[0] for c in CONTAINERS if c.format in codec.containers]
        raise UserError(
            f"{codec.title} cannot be written into {found.name} ({target.name}); use {' or '.join(holders)}, "
            "or another --codec."
        )
    return found
