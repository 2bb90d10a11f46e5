"""Which pixel format an encoder gets for a clip's planes, and what that costs, said in words before the start.

A format of the same layout is a lossless repack. Where the codec has none, the choice gives up as little as it can, in
this order: alpha, bit depth, chroma, and each loss has its sentence.
"""

from __future__ import annotations

from dataclasses import dataclass

from app.media.codecs import Codec
from app.media.frame import Family, PlaneLayout
from app.media.planes import layout_of

_SAMPLING_NAMES = {
    (0, 0): "4:4:4",
    (1, 0): "4:2:2",
    (1, 1): "4:2:0",
    (0, 1): "4:4:0",
    (2, 0): "4:1:1",
    (2, 2): "4:1:0",
}
_FAMILY_NAMES = {Family.YUV: "Y'CbCr", Family.RGB: "RGB", Family.GRAY: "grey"}
_DNXHR_FORMATS = {
    "dnxhr_lb": ("yuv422p",),
    "dnxhr_sq": ("yuv422p",),
    "dnxhr_hq": ("yuv422p",),
    "dnxhr_hqx": ("yuv422p10le",),
    "dnxhr_444": ("yuv444p10le", "gbrp10le"),
}


@dataclass(frozen=True, slots=True)
class PixelChoice:
    """The encoder's pixel format for a source layout.

    Attributes:
        pix_fmt: FFmpeg's name.
        layout: the layout of ``pix_fmt``.
        exact: whether every sample keeps its value and place (a repack).
        statements: what changes, a sentence each; empty if ``exact``.
    """

    pix_fmt: str
    layout: PlaneLayout
    exact: bool
    statements: tuple[str, ...]


def choose_pix_fmt(
    codec: Codec,
    quality: str,
    source: PlaneLayout,
    size: tuple[int, int],
    profile: str | None = None,
    least_bits: int = 0,
    *,
    alpha_fits: bool = True,
) -> PixelChoice:
    """The format of ``codec`` that keeps the most of ``source`` (stored orientation).

    RGB pictures stay RGB where that is the codec's custom (FFV1, PNG, TIFF), where ``quality`` is lossless, and where
    it is ``matched``: then the source is RGB in this very codec. The delivery codecs get 4:2:0 otherwise, because
    nearly no player shows RGB or 4:4:4 in them.

    Args:
        codec: the target.
        quality: preset name, or ``matched``.
        source: the source's planes, stored orientation.
        size: stored width and height; H.264 and H.265 cannot crop to an odd size in a subsampled format.
        profile: the encoder's profile where it narrows the formats (DNxHR).
        least_bits: formats of fewer bits are left out if others remain.
        alpha_fits: whether the container holds this codec's alpha.
    """
    every = tuple(name for name in _offered(codec, quality, source, profile) if _fits(codec, name, size))
    every = tuple(name for name in every if alpha_fits or not layout_of(name).alpha) or every
    offered = tuple(name for name in every if layout_of(name).bits >= least_bits) or every
    pix_fmt = min(offered, key=lambda name: _cost(source, layout_of(name)))
    if source.family is Family.RGB and "yuv420p" in every:
        deep = max(source.bits, least_bits) > 8 and "yuv420p10le" in offered
        pix_fmt = "yuv420p10le" if deep else "yuv420p"
        if source.alpha and "yuva420p" in offered:
            pix_fmt = "yuva420p"
    layout = layout_of(pix_fmt)
    return PixelChoice(pix_fmt, layout, source == layout, tuple(_changes(codec, source, layout, least_bits)))


def _offered(codec: Codec, quality: str, source: PlaneLayout, profile: str | None) -> tuple[str, ...]:
    if codec.encoder == "dnxhd":
        return _DNXHR_FORMATS[profile or "dnxhr_hq"]
    keeps_rgb = codec.rgb_always or quality in ("lossless", "matched")
    if codec.rgb_pix_fmts and source.family is Family.RGB and keeps_rgb:
        return codec.rgb_pix_fmts
    if codec.sequence and source.family is Family.YUV:
        return codec.rgb_pix_fmts
    if codec.rgb_always and source == PlaneLayout(Family.GRAY, 16, 0, 0, True) and not codec.sequence:
        return codec.rgb_pix_fmts  # FFV1 has no 16-bit grey with alpha
    return codec.pix_fmts


def _fits(codec: Codec, pix_fmt: str, size: tuple[int, int]) -> bool:
    if not codec.even_only:
        return True
    layout = layout_of(pix_fmt)
    return size[0] % (1 << layout.shift_x) == 0 and size[1] % (1 << layout.shift_y) == 0


def _cost(source: PlaneLayout, target: PlaneLayout) -> tuple[int, ...]:
    """Sort key: what is lost first, then what is added for nothing."""
    gray_in_colour = source.family is Family.GRAY and target.family is not Family.GRAY
    return (
        int(target.family is Family.GRAY and source.family is not Family.GRAY),
        int(source.alpha and not target.alpha),
        max(0, source.bits - target.bits),
        max(0, target.shift_x - source.shift_x) + max(0, target.shift_y - source.shift_y),
        int(gray_in_colour),
        int(source.family is not target.family),
        max(0, target.bits - source.bits),
        int(target.alpha and not source.alpha),
        abs(source.shift_x - target.shift_x) + abs(source.shift_y - target.shift_y),
    )


def _changes(codec: Codec, source: PlaneLayout, target: PlaneLayout, least_bits: int) -> list[str]:
    said: list[str] = []
    if source.family is not target.family:
        said.append(f"{_FAMILY_NAMES[source.family]} converted to {_FAMILY_NAMES[target.family]} for {codec.title}.")
    if source.alpha and not target.alpha:
        said.append(f"Alpha dropped: {codec.title} has none here.")
    if target.bits < source.bits:
        said.append(f"{source.bits}-bit reduced to {target.bits}-bit: {codec.title} holds no more.")
    elif target.bits > source.bits:
        why = "as asked" if source.bits < least_bits else f"{codec.title} takes no less"
        said.append(f"{source.bits}-bit widened to {target.bits}-bit: {why}.")
    had, gets = sampling_name(source), sampling_name(target)
    if had != gets and target.family is Family.YUV and source.family is not Family.GRAY:
        coarser = target.shift_x > source.shift_x or target.shift_y > source.shift_y
        said.append(f"Chroma {had} {'reduced' if coarser else 'interpolated'} to {gets} for {codec.title}.")
    return said


def sampling_name(layout: PlaneLayout) -> str:
    """Chroma sampling in the field's notation; 4:4:4 for RGB and grey."""
    return _SAMPLING_NAMES.get((layout.shift_x, layout.shift_y), "odd chroma grid")
