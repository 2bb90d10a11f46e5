"""One decoded frame: native planes, an 8-bit RGB view, and the tags that say what the numbers mean.

Planes are numpy arrays in *display orientation* (the rotation flag is applied on reading and undone on writing), one
array per component, unpacked without loss: ``nv12`` arrives as Y, U, V, ``rgb24`` and ``gbrp`` as R, G, B, ``p010``
as 10-bit values. Subsampled planes keep their own grid.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum

import numpy as np
from numpy.typing import NDArray

Plane = NDArray[np.uint8] | NDArray[np.uint16]
RgbView = NDArray[np.uint8]


class Family(Enum):
    """What the colour components are; the order of planes is the order of the letters."""

    YUV = "yuv"
    RGB = "rgb"
    GRAY = "gray"


@dataclass(frozen=True, slots=True)
class PlaneLayout:
    """How a frame's samples lie: family, depth, chroma subsampling in display orientation, alpha.

    Attributes:
        family: colour family; YUV has planes Y, U, V; RGB has R, G, B; GRAY has Y. Alpha, if any, comes last.
        bits: significant bits a sample; arrays are uint8 up to 8 bits, uint16 (native endian) above.
        shift_x: log2 of the horizontal chroma subsampling (4:2:0 and 4:2:2 have 1); 0 outside YUV.
        shift_y: log2 of the vertical chroma subsampling (4:2:0 has 1); 0 outside YUV.
        alpha: whether an alpha plane of full size follows the colour planes.
    """

    family: Family
    bits: int
    shift_x: int
    shift_y: int
    alpha: bool

    @property
    def dtype(self) -> np.dtype[np.uint8] | np.dtype[np.uint16]:
        """Sample type of every plane."""
        return np.dtype(np.uint8) if self.bits <= 8 else np.dtype(np.uint16)

    @property
    def plane_shifts(self) -> tuple[tuple[int, int], ...]:
        """``(shift_x, shift_y)`` of each plane in order."""
        full = (0, 0)
        colour: tuple[tuple[int, int], ...]
        if self.family is Family.GRAY:
            colour = (full,)
        elif self.family is Family.RGB:
            colour = (full, full, full)
        else:
            chroma = (self.shift_x, self.shift_y)
            colour = (full, chroma, chroma)
        return (*colour, full) if self.alpha else colour

    def plane_size(self, plane: int, width: int, height: int) -> tuple[int, int]:
        """``(rows, columns)`` of one plane of a picture of ``width`` x ``height`` (odd sizes round up)."""
        shift_x, shift_y = self.plane_shifts[plane]
        return -(-height >> shift_y), -(-width >> shift_x)


@dataclass(frozen=True, slots=True)
class MasteringDisplay:
    """SMPTE ST 2086: chromaticities ``(x, y)`` of red, green, blue, white, luminance in cd/m2, as exact fractions."""

    red: tuple[tuple[int, int], tuple[int, int]]
    green: tuple[tuple[int, int], tuple[int, int]]
    blue: tuple[tuple[int, int], tuple[int, int]]
    white: tuple[tuple[int, int], tuple[int, int]]
    min_luminance: tuple[int, int]
    max_luminance: tuple[int, int]


@dataclass(frozen=True, slots=True)
class ColorTags:
    """FFmpeg's code points, each kept from its own field (2 or 0 means unspecified, as in FFmpeg).

    Attributes:
        primaries, transfer, matrix: ITU-T H.273 code points (2 = unspecified).
        full_range: True for full (JPEG) range, False for limited, None if the clip does not say.
        chroma_location: FFmpeg's AVChromaLocation (0 = unspecified); a turned frame's may be one of our own codes,
            see ``app.media.color.CHROMA_PLACES``.
        mastering: mastering display, if the clip carries one.
        content_light: ``(MaxCLL, MaxFALL)`` in cd/m2, if the clip carries them.
    """

    primaries: int = 2
    transfer: int = 2
    matrix: int = 2
    full_range: bool | None = None
    chroma_location: int = 0
    mastering: MasteringDisplay | None = None
    content_light: tuple[int, int] | None = None


@dataclass(slots=True)
class VideoFrame:
    """One frame of a clip.

    Attributes:
        index: position in presentation order, from 0.
        pts: presentation time stamp in the video stream's time base.
        duration: in the same ticks, 0 if unknown.
        layout: how the planes lie.
        planes: read-only arrays ``(rows, columns)``, see ``PlaneLayout``.
        color: what the numbers mean, in display orientation.
        interlaced, top_field_first: the frame's own flags.
        damaged: True if the frame did not decode whole: what the decoder made of it, or the frame before in its place.
    """

    index: int
    pts: int
    duration: int
    layout: PlaneLayout
    planes: tuple[Plane, ...]
    color: ColorTags
    interlaced: bool = False
    top_field_first: bool = False
    damaged: bool = False
    to_rgb: Callable[[VideoFrame], RgbView] | None = field(default=None, repr=False)
    _rgb: RgbView | None = field(default=None, repr=False)

    @property
    def height(self) -> int:
        """Rows of the picture."""
        return int(self.planes[0].shape[0])

    @property
    def width(self) -> int:
        """Columns of the picture."""
        return int(self.planes[0].shape[1])

    @property
    def rgb(self) -> RgbView:
        """Read-only ``(H, W, 3)`` uint8 RGB view, made on first use and kept."""
        if self._rgb is None:
            assert self.to_rgb is not None, "the maker of a frame passes the conversion"
            view = self.to_rgb(self)
            view.flags.writeable = False
            self._rgb = view
        return self._rgb
