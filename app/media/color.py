"""What colour tags mean: luma coefficients, value ranges, where chroma samples sit.

A clip that does not say its matrix is read by the field's usual rule: BT.709 from 720 lines or 1280 columns upwards,
BT.601 below. A clip that does not say its range is limited (YUV) or full (RGB, and grey, as FFmpeg reads it). Chroma
that does not say where it sits is level with the even columns and between two lines (MPEG-2, H.264 and most cameras).
"""

from __future__ import annotations

from dataclasses import dataclass

from app.media.frame import ColorTags, Family, PlaneLayout

UNSPECIFIED = (0, 2, 3)
"""Matrix code points that say nothing for YUV samples: 0 is RGB, 2 unspecified, 3 reserved."""

YCGCO = 8

_LUMA = {
    1: (0.2126, 0.0722),
    4: (0.30, 0.11),
    5: (0.299, 0.114),
    6: (0.299, 0.114),
    7: (0.212, 0.087),
    9: (0.2627, 0.0593),
    10: (0.2627, 0.0593),  # constant luminance, read as non-constant: near enough for a view
    14: (0.2627, 0.0593),  # ICtCp, likewise
}


@dataclass(frozen=True, slots=True)
class YuvCoding:
    """How YUV samples become RGB, for one depth.

    With ``y``, ``u``, ``v`` the raw samples and ``RGB`` in 0..1:
    ``luma = (y - luma_zero) / luma_span``, ``cb = (u - chroma_zero) / chroma_span``, ``cr`` likewise, then
    ``R = luma + red_cr * cr + red_cb * cb`` and so on.

    Attributes:
        luma_zero, luma_span: sample value of black, and distance from black to white.
        chroma_zero, chroma_span: sample value of no colour, and the span of -0.5..0.5.
        red, green, blue: ``(cb, cr)`` factors of each colour.
    """

    luma_zero: float
    luma_span: float
    chroma_zero: float
    chroma_span: float
    red: tuple[float, float]
    green: tuple[float, float]
    blue: tuple[float, float]


def matrix_of(color: ColorTags, width: int, height: int) -> int:
    """Matrix code point to use for a YUV picture of this size (display or stored, the rule is symmetric)."""
    if color.matrix not in UNSPECIFIED and (color.matrix in _LUMA or color.matrix == YCGCO):
        return color.matrix
    long_side, short_side = max(width, height), min(width, height)
    return 1 if long_side >= 1280 or short_side >= 720 else 6


def is_full_range(color: ColorTags, layout: PlaneLayout) -> bool:
    """Whether samples use the whole range of their depth."""
    if layout.family is Family.RGB:
        return True
    if color.full_range is None:
        return layout.family is Family.GRAY
    return color.full_range


def yuv_coding(color: ColorTags, layout: PlaneLayout, width: int, height: int) -> YuvCoding:
    """The numbers that turn this layout's YUV samples into RGB."""
    bits = layout.bits
    if is_full_range(color, layout):
        top = float((1 << bits) - 1)
        zero, span, chroma_span = 0.0, top, top
    else:
        unit = float(1 << (bits - 8))
        zero, span, chroma_span = 16 * unit, 219 * unit, 224 * unit
    chroma_zero = float(1 << (bits - 1))
    matrix = matrix_of(color, width, height)
    if matrix == YCGCO:
        return YuvCoding(zero, span, chroma_zero, chroma_span, (-1.0, 1.0), (1.0, 0.0), (-1.0, -1.0))
    kr, kb = _LUMA[matrix]
    kg = 1 - kr - kb
    red_cr, blue_cb = 2 * (1 - kr), 2 * (1 - kb)
    green = (-kb * blue_cb / kg, -kr * red_cr / kg)
    return YuvCoding(zero, span, chroma_zero, chroma_span, (0.0, red_cr), green, (blue_cb, 0.0))


CHROMA_PLACES = {
    1: (-1, 0),
    2: (0, 0),
    3: (-1, -1),
    4: (0, -1),
    5: (-1, 1),
    6: (0, 1),
    7: (1, 0),
    8: (1, -1),
    9: (1, 1),
}
"""Where a chroma sample sits among its luma samples, across and down: -1 first, 0 in the middle, 1 last.

1 to 6 are FFmpeg's AVChromaLocation (left, center, topleft, top, bottomleft, bottom). 7 to 9 (right, topright,
bottomright) are ours: a turned picture needs them.
"""


def chroma_place(chroma_location: int) -> tuple[int, int]:
    """The place that a location code means; an unspecified one is left."""
    return CHROMA_PLACES.get(chroma_location, CHROMA_PLACES[1])
