"""FFmpeg's pixel formats as data: where each sample of each component lies, so that numpy can lift it out and back.

PyAV's own array conversion knows only some formats (it fails for ``yuv444p10le``, ``bgr0``, ``p010`` and others), so
the reader and the writer go through plane buffers with this table.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from app.media.frame import Family, PlaneLayout


@dataclass(frozen=True, slots=True)
class Component:
    """Where one component's samples lie.

    Attributes:
        plane: index of FFmpeg's plane.
        offset: first sample, counted in words of the format.
        step: distance from sample to sample, in words.
        shift: bits to the right of the sample inside its word.
    """

    plane: int
    offset: int = 0
    step: int = 1
    shift: int = 0


@dataclass(frozen=True, slots=True)
class PixelFormat:
    """One of FFmpeg's pixel formats.

    Attributes:
        name: FFmpeg's name.
        layout: the planes that come out (stored orientation).
        word: numpy type string of a word in memory, byte order included.
        components: one per plane of the layout, in its order (Y, U, V / R, G, B, then alpha).
        padding: words without meaning, ``(plane, offset, step)``; written as all ones.
        full_range: True for the ``yuvj`` formats, whose name says full range.
        shared_word: several components share a word (10-bit RGB in 32 bits), so packing must combine them.
    """

    name: str
    layout: PlaneLayout
    word: str
    components: tuple[Component, ...]
    padding: tuple[tuple[int, int, int], ...] = ()
    full_range: bool = False
    shared_word: bool = False


_SUBSAMPLING = {"444": (0, 0), "422": (1, 0), "420": (1, 1), "440": (0, 1), "411": (2, 0), "410": (2, 2)}
_ORDERS = (("le", "<"), ("be", ">"))


def _word(bits: int, order: str) -> str:
    return "|u1" if bits <= 8 else f"{order}u2"


def _depths(depths: tuple[int, ...]) -> list[tuple[int, str, str]]:
    """``(bits, name suffix, byte order)`` of the deep variants of a format."""
    return [(bits, f"{bits}{suffix}", order) for bits in depths for suffix, order in _ORDERS]


def _planar_yuv() -> list[PixelFormat]:
    formats = []
    for name, (shift_x, shift_y) in _SUBSAMPLING.items():
        for alpha in (False, True):
            layout_of_bits = {
                bits: PlaneLayout(Family.YUV, bits, shift_x, shift_y, alpha) for bits in (8, 9, 10, 12, 14, 16)
            }
            parts = tuple(Component(plane) for plane in range(4 if alpha else 3))
            prefix = f"yuv{'a' if alpha else ''}{name}p"
            formats.append(PixelFormat(prefix, layout_of_bits[8], "|u1", parts))
            for bits, suffix, order in _depths((9, 10, 12, 14, 16)):
                formats.append(PixelFormat(prefix + suffix, layout_of_bits[bits], _word(bits, order), parts))
            if not alpha:
                formats.append(PixelFormat(f"yuvj{name}p", layout_of_bits[8], "|u1", parts, full_range=True))
    return formats


def _semi_planar() -> list[PixelFormat]:
    formats = []
    for name, subsampling, swapped in (
        ("nv12", "420", False),
        ("nv21", "420", True),
        ("nv16", "422", False),
        ("nv24", "444", False),
        ("nv42", "444", True),
    ):
        first, second = (1, 0) if swapped else (0, 1)
        layout = PlaneLayout(Family.YUV, 8, *_SUBSAMPLING[subsampling], False)
        formats.append(
            PixelFormat(name, layout, "|u1", (Component(0), Component(1, first, 2), Component(1, second, 2)))
        )
    for digit, subsampling in (("0", "420"), ("2", "422"), ("4", "444")):
        for bits, suffix, order in _depths((10, 12, 16)):
            shift = 16 - bits
            parts = (Component(0, shift=shift), Component(1, 0, 2, shift), Component(1, 1, 2, shift))
            layout = PlaneLayout(Family.YUV, bits, *_SUBSAMPLING[subsampling], False)
            formats.append(PixelFormat(f"p{digit}{suffix}", layout, _word(bits, order), parts))
    for suffix, order in _ORDERS:
        layout = PlaneLayout(Family.YUV, 10, 1, 0, False)
        formats.append(
            PixelFormat(f"nv20{suffix}", layout, f"{order}u2", (Component(0), Component(1, 0, 2), Component(1, 1, 2)))
        )
    return formats


def _packed_yuv() -> list[PixelFormat]:
    formats = []
    layout = PlaneLayout(Family.YUV, 8, 1, 0, False)
    for name, (luma, blue, red) in {"yuyv422": (0, 1, 3), "uyvy422": (1, 0, 2), "yvyu422": (0, 3, 1)}.items():
        parts = (Component(0, luma, 2), Component(0, blue, 4), Component(0, red, 4))
        formats.append(PixelFormat(name, layout, "|u1", parts))
    for bits in (10, 12, 16):
        for suffix, order in _ORDERS:
            shift = 16 - bits
            parts = (Component(0, 0, 2, shift), Component(0, 1, 4, shift), Component(0, 3, 4, shift))
            deep = PlaneLayout(Family.YUV, bits, 1, 0, False)
            formats.append(PixelFormat(f"y2{bits}{suffix}", deep, f"{order}u2", parts))
    full = PlaneLayout(Family.YUV, 8, 0, 0, False)
    full_alpha = PlaneLayout(Family.YUV, 8, 0, 0, True)
    for name, places in {"vuya": (2, 1, 0, 3), "ayuv": (1, 2, 3, 0), "uyva": (1, 0, 2, 3)}.items():
        formats.append(PixelFormat(name, full_alpha, "|u1", tuple(Component(0, place, 4) for place in places)))
    formats.append(
        PixelFormat("vuyx", full, "|u1", tuple(Component(0, place, 4) for place in (2, 1, 0)), padding=((0, 3, 4),))
    )
    formats.append(PixelFormat("vyu444", full, "|u1", tuple(Component(0, place, 3) for place in (1, 2, 0))))
    for suffix, order in _ORDERS:
        deep = PlaneLayout(Family.YUV, 16, 0, 0, True)
        samples = tuple(Component(0, place, 4) for place in (1, 2, 3, 0))
        formats.append(PixelFormat(f"ayuv64{suffix}", deep, f"{order}u2", samples))
    return formats


def _rgb() -> list[PixelFormat]:
    formats = []
    for alpha in (False, True):
        prefix = "gbrap" if alpha else "gbrp"
        parts = tuple(Component(plane) for plane in ((2, 0, 1, 3) if alpha else (2, 0, 1)))
        formats.append(PixelFormat(prefix, PlaneLayout(Family.RGB, 8, 0, 0, alpha), "|u1", parts))
        for bits, suffix, order in _depths((9, 10, 12, 14, 16)):
            layout = PlaneLayout(Family.RGB, bits, 0, 0, alpha)
            formats.append(PixelFormat(prefix + suffix, layout, _word(bits, order), parts))
    for letters in ("rgb", "bgr"):
        for name, bits, order in ((f"{letters}24", 8, "|"), (f"{letters}48le", 16, "<"), (f"{letters}48be", 16, ">")):
            formats.append(_packed_rgb(name, letters, bits, order))
    for letters in ("rgba", "bgra", "argb", "abgr", "rgb0", "bgr0", "0rgb", "0bgr"):
        formats.append(_packed_rgb(letters, letters, 8, "|"))
        if letters in ("rgba", "bgra"):
            formats += [_packed_rgb(f"{letters}64{suffix}", letters, 16, order) for suffix, order in _ORDERS]
    for name, shifts in {"x2rgb10le": (20, 10, 0), "x2bgr10le": (0, 10, 20)}.items():
        parts = tuple(Component(0, 0, 1, shift) for shift in shifts)
        formats.append(PixelFormat(name, PlaneLayout(Family.RGB, 10, 0, 0, False), "<u4", parts, shared_word=True))
    return formats


def _packed_rgb(name: str, letters: str, bits: int, order: str) -> PixelFormat:
    step = len(letters)
    colours = "rgba" if "a" in letters else "rgb"
    parts = tuple(Component(0, letters.index(colour), step) for colour in colours)
    padding = ((0, letters.index("0"), step),) if "0" in letters else ()
    layout = PlaneLayout(Family.RGB, bits, 0, 0, "a" in letters)
    return PixelFormat(name, layout, f"{order}u{1 if bits == 8 else 2}", parts, padding)


def _gray() -> list[PixelFormat]:
    formats = [PixelFormat("gray", PlaneLayout(Family.GRAY, 8, 0, 0, False), "|u1", (Component(0),))]
    for bits, suffix, order in _depths((9, 10, 12, 14, 16)):
        layout = PlaneLayout(Family.GRAY, bits, 0, 0, False)
        formats.append(PixelFormat(f"gray{suffix}", layout, _word(bits, order), (Component(0),)))
    for name, bits, order in (("ya8", 8, "|"), ("ya16le", 16, "<"), ("ya16be", 16, ">")):
        parts = (Component(0, 0, 2), Component(0, 1, 2))
        formats.append(PixelFormat(name, PlaneLayout(Family.GRAY, bits, 0, 0, True), _word(bits, order), parts))
    return formats


@cache
def known_formats() -> dict[str, PixelFormat]:
    """Every format that is lifted out and put back sample by sample, by FFmpeg's name."""
    every = [*_planar_yuv(), *_semi_planar(), *_packed_yuv(), *_rgb(), *_gray()]
    return {each.name: each for each in every}


def planar_format(layout: PlaneLayout, full_range_name: bool = False) -> str | None:
    """FFmpeg's planar format that holds a layout exactly, or None where it has none.

    Args:
        layout: the planes (a turned 4:1:1 or a 14-bit 4:4:0 has no format of its own).
        full_range_name: prefer the ``yuvj`` name (8 bit only), which some encoders ask for.
    """
    if layout.family is Family.GRAY and layout.alpha:
        return {8: "ya8", 16: "ya16le"}.get(layout.bits)
    wanted = "|u1" if layout.bits <= 8 else "<u2"
    for each in known_formats().values():
        planar = len({part.plane for part in each.components}) == len(each.components)
        fits = each.layout == layout and each.word == wanted and each.full_range == full_range_name
        if fits and planar and not any(part.shift for part in each.components) and exists(each.name):
            return each.name
    return None


@cache
def exists(name: str) -> bool:
    """Whether this build of FFmpeg has a pixel format of that name."""
    from av.video.format import VideoFormat

    try:
        VideoFormat(name)
    except ValueError:
        return False
    return True
