"""Bring planes to a layout that the encoder takes, where no lossless repack exists.

Depth is changed here (narrowing with an ordered dither, so that skies do not band), chroma grids by swscale in the
same matrix and range (field by field for interlaced pictures), RGB and Y'CbCr by the rules of ``app.media.color``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.media.color import is_full_range, matrix_of, yuv_coding
from app.media.convert import planes_from_rgb, view_from_planes
from app.media.frame import ColorTags, Family, Plane, PlaneLayout
from app.media.pixel_formats import planar_format
from app.media.planes import planes_of, to_av_frame

_BAYER = np.array(
    [
        [0, 32, 8, 40, 2, 34, 10, 42],
        [48, 16, 56, 24, 50, 18, 58, 26],
        [12, 44, 4, 36, 14, 46, 6, 38],
        [60, 28, 52, 20, 62, 30, 54, 22],
        [3, 35, 11, 43, 1, 33, 9, 41],
        [51, 19, 59, 27, 49, 17, 57, 25],
        [15, 47, 7, 39, 13, 45, 5, 37],
        [63, 31, 55, 23, 61, 29, 53, 21],
    ]
)


def color_after(color: ColorTags, source: PlaneLayout, target: PlaneLayout, width: int, height: int) -> ColorTags:
    """The tags that belong to the planes after ``relaid``."""
    if source.family is target.family:
        return color
    if target.family is Family.RGB:
        return replace(color, matrix=0, full_range=True, chroma_location=0)
    if source.family is Family.RGB:
        return replace(color, matrix=matrix_of(replace(color, matrix=2), width, height), full_range=False)
    return replace(color, full_range=is_full_range(color, source))


def relaid(
    planes: Sequence[Plane], source: PlaneLayout, target: PlaneLayout, color: ColorTags, *, by_field: bool = False
) -> tuple[Plane, ...]:
    """Planes of ``source`` as planes of ``target``, as near as it can be.

    Args:
        planes: as ``source`` says, in either orientation.
        source: the layout they have.
        target: the layout wanted.
        color: the source's tags.
        by_field: the two fields hold different moments: their chroma must not mix.
    """
    if source == target:
        return tuple(planes)
    height, width = planes[0].shape
    alpha = _with_depth(planes[-1], source.bits, target.bits, True) if source.alpha else None
    colour, layout = tuple(planes[: -1 if source.alpha else None]), replace(source, alpha=False)
    bare = replace(target, alpha=False)
    if layout.family is not bare.family:
        colour, layout = _to_family(colour, layout, bare, color)
        color = color_after(color, source, target, width, height)
    if (layout.shift_x, layout.shift_y) != (bare.shift_x, bare.shift_y):
        grid = replace(layout, shift_x=bare.shift_x, shift_y=bare.shift_y)
        colour = _with_grid(colour, layout, grid, by_field and layout.shift_y != grid.shift_y)
    full = is_full_range(color, bare)
    made = [_with_depth(plane, layout.bits, bare.bits, full) for plane in colour]
    if target.alpha:
        opaque = np.full((height, width), (1 << target.bits) - 1, target.dtype)
        made.append(alpha if alpha is not None else opaque)
    return tuple(made)


def limited(planes: Sequence[Plane], layout: PlaneLayout) -> tuple[Plane, ...]:
    """Full-range Y'CbCr planes in limited range; alpha is always full."""
    had, gets = (
        yuv_coding(ColorTags(matrix=1, full_range=full), replace(layout, alpha=False), 1, 1) for full in (True, False)
    )
    made = []
    for number, plane in enumerate(planes):
        if number == 0:
            levels = (plane - had.luma_zero) * (gets.luma_span / had.luma_span) + gets.luma_zero
        else:
            levels = (plane - had.chroma_zero) * (gets.chroma_span / had.chroma_span) + gets.chroma_zero
        made.append(plane if layout.alpha and number == len(planes) - 1 else _as_samples(np.rint(levels), layout.bits))
    return tuple(made)


def _with_depth(plane: Plane, had: int, gets: int, full: bool) -> Plane:
    """Samples at another depth; full-range ones keep their end points, others are shifted."""
    if had == gets:
        return plane
    made: NDArray[Any]
    if gets > had:
        wide = plane.astype(np.uint32)
        top, new_top = (1 << had) - 1, (1 << gets) - 1
        made = (wide * new_top + top // 2) // top if full else wide << (gets - had)
        return _as_samples(made, gets)
    rows, columns = plane.shape
    tiles = np.tile(_BAYER, (-(-rows // 8), -(-columns // 8)))[:rows, :columns]
    if full:
        scaled = plane.astype(np.float32) * np.float32(((1 << gets) - 1) / ((1 << had) - 1))
        return _as_samples(np.floor(scaled + (tiles.astype(np.float32) + np.float32(0.5)) / 64), gets)
    shift = had - gets
    threshold = (tiles * (1 << shift)) >> 6
    return _as_samples(np.minimum((plane.astype(np.int32) + threshold) >> shift, (1 << gets) - 1), gets)


def _as_samples(values: NDArray[Any], bits: int) -> Plane:
    return values.astype(np.uint8) if bits <= 8 else values.astype(np.uint16)


def _with_grid(
    planes: tuple[Plane, ...], source: PlaneLayout, target: PlaneLayout, by_field: bool
) -> tuple[Plane, ...]:
    if by_field:
        fields = [_with_grid(tuple(plane[first::2] for plane in planes), source, target, False) for first in (0, 1)]
        height, width = planes[0].shape
        woven = []
        for index in range(3):
            out = np.empty(target.plane_size(index, width, height), target.dtype)
            out[0::2], out[1::2] = fields[0][index], fields[1][index]
            woven.append(out)
        return tuple(woven)
    came_from, goes_to = planar_format(source), planar_format(target)
    assert came_from is not None and goes_to is not None, f"{source} -> {target}"
    frame = to_av_frame(planes, source, came_from)
    made = planes_of(frame.reformat(format=goes_to, interpolation="BICUBIC"))[1]
    return (planes[0], *made[1:])


def _to_family(
    planes: tuple[Plane, ...], source: PlaneLayout, target: PlaneLayout, color: ColorTags
) -> tuple[tuple[Plane, ...], PlaneLayout]:
    """Colour planes in another family, at a depth and grid near the target's."""
    height, width = planes[0].shape
    if source.family is Family.GRAY and target.family is Family.RGB:
        return (planes[0],) * 3, replace(source, family=Family.RGB)
    if source.family is Family.GRAY:
        flat = np.full(target.plane_size(1, width, height), 1 << (source.bits - 1), source.dtype)
        return (planes[0], flat, flat), replace(target, bits=source.bits)
    if source.family is Family.RGB:
        deep = [_with_depth(plane, source.bits, 16, True).astype(np.uint16) for plane in planes]
        tags = color_after(color, source, target, width, height)
        return planes_from_rgb(np.dstack(deep), target, tags), target
    if target.family is Family.GRAY:
        return (planes[0],), replace(target, bits=source.bits)
    if target.bits <= 8:
        view = view_from_planes(planes, source, color)
        return tuple(np.ascontiguousarray(view[..., c]) for c in range(3)), replace(target, bits=8)
    return _deep_rgb(planes, source, color), replace(target, bits=16)


def _deep_rgb(planes: tuple[Plane, ...], source: PlaneLayout, color: ColorTags) -> tuple[Plane, ...]:
    """Y'CbCr as 16-bit RGB."""
    height, width = planes[0].shape
    if (source.shift_x, source.shift_y) != (0, 0):
        full_grid = replace(source, shift_x=0, shift_y=0)
        planes, source = _with_grid(planes, source, full_grid, False), full_grid
    coding = yuv_coding(color, source, width, height)
    luma = (planes[0].astype(np.float32) - coding.luma_zero) / np.float32(coding.luma_span)
    blue, red = ((plane.astype(np.float32) - coding.chroma_zero) / np.float32(coding.chroma_span)
                 for plane in planes[1:3])  # fmt: skip
    made: list[NDArray[np.uint16]] = []
    for from_blue, from_red in (coding.red, coding.green, coding.blue):
        level = luma + np.float32(from_blue) * blue + np.float32(from_red) * red
        made.append(np.rint(np.clip(level, 0, 1) * 65535).astype(np.uint16))
    return tuple(made)
