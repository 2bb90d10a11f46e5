"""Lift a decoded PyAV frame into numpy planes without loss, and put planes back into a PyAV frame."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import av
import numpy as np
from av.video.format import VideoFormat
from numpy.typing import NDArray

from app.media.frame import Family, Plane, PlaneLayout
from app.media.pixel_formats import Component, PixelFormat, exists, known_formats, planar_format

_BILEVEL = {"monow": 0, "monob": 255}  # the grey value of a clear bit is the other one
_GRAY8 = PlaneLayout(Family.GRAY, 8, 0, 0, False)
_RGBA8 = PlaneLayout(Family.RGB, 8, 0, 0, True)


def planes_of(frame: av.VideoFrame) -> tuple[PlaneLayout, tuple[Plane, ...]]:
    """Lift out a frame's samples.

    Planar formats of 8 bits or of the machine's byte order come out as views of the frame's own memory (kept alive
    by the arrays); every other format is copied. The arrays are read-only.

    Args:
        frame: a decoded frame in any pixel format. Formats outside ``known_formats`` go through ``superset_format``.

    Returns:
        The layout in stored orientation, and one ``(rows, columns)`` array per component.
    """
    name = frame.format.name
    if name in _BILEVEL:
        return _GRAY8, (_frozen(_unpack_bits(frame, _BILEVEL[name])),)
    if name == "pal8":
        return _RGBA8, tuple(_frozen(plane) for plane in _unpack_palette(frame))
    pixel_format = known_formats().get(name)
    if pixel_format is None:
        return planes_of(frame.reformat(format=superset_format(name)))
    layout = pixel_format.layout
    rows = [_rows(frame, plane, pixel_format.word) for plane in range(len(frame.planes))]
    return layout, tuple(
        _frozen(_unpack(rows, part, pixel_format, layout.plane_size(index, frame.width, frame.height)))
        for index, part in enumerate(pixel_format.components)
    )


def to_av_frame(planes: Sequence[Plane], layout: PlaneLayout, pix_fmt: str) -> av.VideoFrame:
    """Put planes into a new PyAV frame, sample for sample.

    Args:
        planes: ``(rows, columns)`` arrays in the layout's order, stored orientation.
        layout: how the planes lie.
        pix_fmt: a format whose layout is exactly this one (any packing).

    Returns:
        A frame without time stamps or colour tags.

    Raises:
        ValueError: if the format cannot hold the layout without loss, or a plane has the wrong size.
    """
    height, width = planes[0].shape
    if layout_of(pix_fmt) != layout or pix_fmt not in known_formats().keys() | _BILEVEL.keys():
        raise ValueError(f"{pix_fmt} does not hold {layout} sample for sample")
    for index, plane in enumerate(planes):
        if plane.shape != layout.plane_size(index, width, height):
            raise ValueError(f"plane {index} is {plane.shape}, not {layout.plane_size(index, width, height)}")
    frame = av.VideoFrame(width, height, pix_fmt)
    if pix_fmt in _BILEVEL:
        _pack_bits(frame, planes[0], _BILEVEL[pix_fmt])
        return frame
    pixel_format = known_formats()[pix_fmt]
    rows = [_rows(frame, plane, pixel_format.word) for plane in range(len(frame.planes))]
    if pixel_format.shared_word:
        _pack_shared(rows[0], planes, pixel_format)
        return frame
    for padded, offset, step in pixel_format.padding:
        rows[padded][:, offset::step] = 0xFF  # only 8-bit formats have padding words
    for samples, part in zip(planes, pixel_format.components, strict=True):
        height, width = samples.shape
        target = rows[part.plane][:height, part.offset :: part.step][:, :width]
        if part.shift:
            np.left_shift(samples, part.shift, out=target, casting="unsafe")
        else:
            target[...] = samples
    return frame


def layout_of(pix_fmt: str) -> PlaneLayout:
    """Layout (stored orientation) in which ``planes_of`` delivers a pixel format."""
    if pix_fmt in _BILEVEL:
        return _GRAY8
    if pix_fmt == "pal8":
        return _RGBA8
    known = known_formats().get(pix_fmt)
    return known.layout if known is not None else known_formats()[superset_format(pix_fmt)].layout


def is_native(pix_fmt: str) -> bool:
    """Whether a format is lifted out sample by sample (a palette counts: its colours come out exactly)."""
    return pix_fmt in known_formats() or pix_fmt in _BILEVEL or pix_fmt == "pal8"


@cache
def superset_format(pix_fmt: str) -> str:
    """The nearest format we can lift out that swscale turns an exotic one into with the least loss.

    Integer YUV keeps its depth and chroma grid; RGB of mixed or odd depths goes to 8 or 16 bits a component; floating
    point goes to 16 bits, which is not lossless (``MediaInfo.notes`` says so).
    """
    description = VideoFormat(pix_fmt, 64, 64)
    parts = description.components
    bits = max(part.bits for part in parts)
    alpha = any(part.is_alpha for part in parts) or description.has_palette
    if description.is_rgb or description.is_bayer or pix_fmt.startswith("xyz"):
        family, shifts = Family.RGB, (0, 0)
    elif len(parts) - alpha == 1:
        family, shifts = Family.GRAY, (0, 0)
    else:
        family = Family.YUV
        shifts = (
            (64 // description.chroma_width(64)).bit_length() - 1,
            (64 // description.chroma_height(64)).bit_length() - 1,
        )
    for depth in [8] if bits <= 8 else [depth for depth in (10, 12, 14, 16) if depth >= bits] or [16]:
        for grid in (shifts, (0, 0)):
            name = planar_format(PlaneLayout(family, depth, *grid, alpha))
            if name is not None and exists(name):
                return name
    return "gbrap16le" if alpha else "gbrp16le"


def _rows(frame: av.VideoFrame, plane: int, word: str) -> NDArray[np.unsignedinteger]:
    """A plane's memory as ``(rows, words a line)``, first picture row first, line padding included."""
    buffer = frame.planes[plane]
    line = abs(buffer.line_size)
    dtype = np.dtype(word)
    samples = np.frombuffer(memoryview(buffer), np.uint8).reshape(-1, line)
    words: NDArray[np.unsignedinteger] = samples[:, : line // dtype.itemsize * dtype.itemsize].view(dtype)
    return words[::-1] if buffer.line_size < 0 else words


def _unpack(
    rows: Sequence[NDArray[np.unsignedinteger]], part: Component, pixel_format: PixelFormat, size: tuple[int, int]
) -> Plane:
    height, width = size
    samples = rows[part.plane][:height, part.offset :: part.step][:, :width]
    dtype = pixel_format.layout.dtype
    if part.shift or pixel_format.shared_word:
        samples = np.right_shift(samples.astype(samples.dtype.newbyteorder("="), copy=False), part.shift)
    if pixel_format.shared_word:
        samples = np.bitwise_and(samples, (1 << pixel_format.layout.bits) - 1)
    if samples.dtype == dtype and part.step == 1:
        return samples.view(dtype)
    return np.ascontiguousarray(samples.astype(dtype))


def _pack_shared(rows: NDArray[np.unsignedinteger], planes: Sequence[Plane], pixel_format: PixelFormat) -> None:
    height, width = planes[0].shape
    words = np.full((height, width), 0xC0000000, np.uint32)
    for samples, part in zip(planes, pixel_format.components, strict=True):
        words |= samples.astype(np.uint32) << np.uint32(part.shift)
    rows[:height, :width] = words


def _unpack_bits(frame: av.VideoFrame, set_is: int) -> NDArray[np.uint8]:
    bits = np.unpackbits(_rows(frame, 0, "|u1").view(np.uint8), axis=1)[: frame.height, : frame.width]
    return np.where(bits, np.uint8(set_is), np.uint8(255 - set_is))


def _pack_bits(frame: av.VideoFrame, samples: Plane, set_is: int) -> None:
    packed = np.packbits((samples >= 128) == (set_is == 255), axis=1)
    _rows(frame, 0, "|u1")[:, : packed.shape[1]] = packed


def _unpack_palette(frame: av.VideoFrame) -> list[NDArray[np.uint8]]:
    palette = np.frombuffer(memoryview(frame.planes[1]), np.uint32)  # 0xAARRGGBB in the machine's order
    indices = _rows(frame, 0, "|u1").view(np.uint8)[: frame.height, : frame.width]
    return [((palette >> shift) & 255).astype(np.uint8)[indices] for shift in (16, 8, 0, 24)]


def _frozen(plane: Plane) -> Plane:
    plane.flags.writeable = False
    return plane
