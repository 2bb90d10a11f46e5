"""From planes to the 8-bit RGB view that networks, flow, masks and the screen see, and from RGB to planes.

Not swscale: of its paths (FFmpeg 8.1) the fast one is dark by up to 3 levels and repeats chroma, the exact one takes
22 ms for a 1080p picture and wraps around on colours outside RGB. Here chroma is interpolated where it sits, in about
the time of swscale's middle path, within 2 levels of exact arithmetic.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import cv2
import numpy as np
from numpy.typing import NDArray

from app.media.color import YuvCoding, chroma_place, is_full_range, yuv_coding
from app.media.frame import ColorTags, Family, Plane, PlaneLayout, RgbView, VideoFrame

_STRIP_ROWS = 128  # strips of this height keep the intermediate pictures in the processor's cache


def rgb_view(frame: VideoFrame) -> RgbView:
    """The frame as ``(H, W, 3)`` uint8 RGB (alpha is left out, not multiplied in)."""
    return view_from_planes(frame.planes, frame.layout, frame.color)


def view_from_planes(planes: Sequence[Plane], layout: PlaneLayout, color: ColorTags) -> RgbView:
    """Planes as an 8-bit RGB picture.

    Args:
        planes: ``(rows, columns)`` arrays in the layout's order; alpha is ignored.
        layout: how they lie.
        color: what the numbers mean; gaps are filled by the rules in ``app.media.color``.

    Returns:
        A new ``(H, W, 3)`` uint8 array.
    """
    height, width = planes[0].shape
    out: RgbView = np.empty((height, width, 3), np.uint8)
    if layout.family is Family.RGB:
        cv2.merge([_to_8_bits(plane, layout.bits) for plane in planes[:3]], dst=out)
    elif layout.family is Family.GRAY:
        coding = yuv_coding(color, layout, width, height)
        gray = planes[0] if is_full_range(color, layout) and layout.bits <= 8 else _scaled_luma(planes[0], coding)
        cv2.cvtColor(gray, cv2.COLOR_GRAY2RGB, dst=out)
    else:
        _yuv_to_rgb(planes, layout, color, out)
    return out


def deep_view(frame: VideoFrame) -> NDArray[np.uint8] | NDArray[np.uint16]:
    """A frame as RGB at no less than its own depth, to be retouched elsewhere and brought back.

    Returns:
        A new ``(H, W, 3)`` array over the full range: uint8 for 8-bit clips, else uint16.
    """
    layout = frame.layout
    if layout.bits <= 8:
        return frame.rgb.copy()
    top = np.float32(65535 / ((1 << layout.bits) - 1))
    if layout.family is Family.RGB:
        full = [np.rint(plane.astype(np.float32) * top).astype(np.uint16) for plane in frame.planes[:3]]
        return np.stack(full, axis=2)
    height, width = frame.height, frame.width
    coding = yuv_coding(frame.color, layout, width, height)
    step = 1 << (16 - layout.bits)
    samples = [plane.astype(np.uint16) * np.uint16(step) for plane in frame.planes[:3]]
    if layout.family is Family.GRAY:
        middle = np.full((height, width), round(coding.chroma_zero * step), np.uint16)
        samples = [samples[0], middle, middle]
    across, down = chroma_place(frame.color.chroma_location)
    for number in (1, 2):
        if layout.family is Family.GRAY:
            break
        rows = _chroma_rows(samples[number], 0, samples[number].shape[0], layout.shift_y, down, False)
        for _ in range(layout.shift_x):
            rows = _doubled(rows, across)
        samples[number] = np.ascontiguousarray(rows[:height, :width], np.uint16)
    wide = replace(
        coding,
        luma_zero=coding.luma_zero * step,
        luma_span=coding.luma_span * step,
        chroma_zero=coding.chroma_zero * step,
        chroma_span=coding.chroma_span * step,
    )
    return np.asarray(cv2.transform(cv2.merge(samples), _matrix(wide, 65535.0)), np.uint16)


def planes_from_rgb(
    rgb: NDArray[np.uint8] | NDArray[np.uint16], layout: PlaneLayout, color: ColorTags
) -> tuple[Plane, ...]:
    """An RGB picture in a clip's own planes (a retouched frame, for example).

    Args:
        rgb: ``(H, W, 3)`` or, with alpha, ``(H, W, 4)``; uint8 or uint16, full range.
        layout: the clip's layout. An alpha plane it has and the picture has not is opaque.
        color: the clip's tags.

    Returns:
        Read-only planes; chroma is averaged over the luma samples it stands for, where it sits.
    """
    height, width = rgb.shape[:2]
    unit = rgb.astype(np.float32) / np.float32(np.iinfo(rgb.dtype).max)
    top = float((1 << layout.bits) - 1)
    colour = [unit[..., channel] for channel in range(3)]
    if layout.family is Family.RGB:
        levels = [plane * top for plane in colour]
    else:
        levels = _rgb_to_yuv(colour, layout, color, width, height)
    if layout.alpha:
        levels.append(unit[..., 3] * top if rgb.shape[2] == 4 else np.full((height, width), top, np.float32))
    planes: list[Plane] = [np.clip(np.rint(level), 0, top).astype(layout.dtype) for level in levels]
    for plane in planes:
        plane.flags.writeable = False
    return tuple(planes)


def _yuv_to_rgb(planes: Sequence[Plane], layout: PlaneLayout, color: ColorTags, out: RgbView) -> None:
    height, width = planes[0].shape
    coding = yuv_coding(color, layout, width, height)
    across, down = chroma_place(color.chroma_location)
    # Two steps of interpolation would round 8-bit chroma twice: it is widened to 16 bits in between.
    widened = layout.bits == 8 and layout.shift_x + layout.shift_y > 1
    step = _STRIP_ROWS if layout.shift_y < 2 else height
    for top in range(0, height, step):
        bottom = min(top + step, height)
        samples = [planes[0][top:bottom]]
        for plane in planes[1:3]:
            rows = _chroma_rows(
                plane, top >> layout.shift_y, -(-bottom >> layout.shift_y), layout.shift_y, down, widened
            )
            for _ in range(layout.shift_x):
                rows = _doubled(rows, across)
            rows = rows[: bottom - top, :width]
            samples.append(_narrowed(rows) if widened else rows)
        _combine(samples, coding, out[top:bottom])


def _matrix(coding: YuvCoding, top: float) -> NDArray[np.float64]:
    """``(3, 4)``: raw Y, U, V, 1 to R, G, B, where white is ``top``."""
    gain, chroma_gain = top / coding.luma_span, top / coding.chroma_span
    black = -coding.luma_zero * gain
    rows = [
        (gain, cb * chroma_gain, cr * chroma_gain, black - coding.chroma_zero * (cb + cr) * chroma_gain)
        for cb, cr in (coding.red, coding.green, coding.blue)
    ]
    return np.array(rows)


def _combine(samples: list[Plane], coding: YuvCoding, out: RgbView) -> None:
    """Matrix full-size Y, U, V of any depth into 8-bit RGB."""
    if samples[0].dtype == np.uint8:
        cv2.transform(cv2.merge(samples), _matrix(coding, 255.0), dst=out)
        return
    wide = cv2.transform(cv2.merge(samples), _matrix(coding, 255.0 * 256))  # saturates at 65535, which rounds to 255
    cv2.convertScaleAbs(wide, dst=out, alpha=1 / 256)


def _chroma_rows(plane: Plane, first: int, last: int, shift: int, place: int, widened: bool) -> Plane:
    """Chroma rows ``first`` to ``last`` brought to luma height. A strip of rows needs ``shift`` of at most 1."""
    margin = 1 if shift else 0
    rows = plane[max(first - margin, 0) : last + margin]
    if widened:
        rows = np.left_shift(rows, 8, dtype=np.uint16)
    if not shift:
        return rows
    rows = _with_border_rows(rows, first == 0, last == plane.shape[0])
    for doubling in range(shift):
        rows = _doubled_down(_with_border_rows(rows, True, True) if doubling else rows, place)
    return rows


def _with_border_rows(rows: Plane, above: bool, below: bool) -> Plane:
    """The outermost rows once more, at the picture's edges."""
    if not above and not below:
        return rows
    bordered: Plane = cv2.copyMakeBorder(rows, int(above), int(below), 0, 0, cv2.BORDER_REPLICATE).view(rows.dtype)
    return bordered


def _doubled_down(rows: Plane, place: int) -> Plane:
    """Twice as many rows, interpolated; the first and the last row only lend their values.

    Args:
        rows: samples.
        place: -1 if they are level with the even rows of the result, 1 with the odd ones, 0 between.
    """
    above, here, below = rows[:-2], rows[1:-1], rows[2:]
    out: Plane = np.empty((here.shape[0], 2, here.shape[1]), rows.dtype)
    if place < 0:
        out[:, 0] = here
    else:
        cv2.addWeighted(above, 0.25 + place / 4, here, 0.75 - place / 4, 0.0, dst=out[:, 0])
    if place > 0:
        out[:, 1] = here
    else:
        cv2.addWeighted(here, 0.75 + place / 4, below, 0.25 - place / 4, 0.0, dst=out[:, 1])
    return out.reshape(-1, here.shape[1])


def _doubled(plane: Plane, place: int) -> Plane:
    """Twice as many columns, interpolated, the outermost repeated; ``place`` as for ``_doubled_down``."""
    rows, columns = plane.shape
    even, odd = plane, plane
    if place >= 0:
        even = np.empty_like(plane)
        even[:, 0] = plane[:, 0]
        if columns > 1:
            cv2.addWeighted(plane[:, :-1], 0.25 + place / 4, plane[:, 1:], 0.75 - place / 4, 0.0, dst=even[:, 1:])
    if place <= 0:
        odd = np.empty_like(plane)
        odd[:, -1] = plane[:, -1]
        if columns > 1:
            cv2.addWeighted(plane[:, :-1], 0.75 + place / 4, plane[:, 1:], 0.25 - place / 4, 0.0, dst=odd[:, :-1])
    out: Plane = np.empty((rows, columns, 2), plane.dtype)
    cv2.merge([even, odd], dst=out)
    return out.reshape(rows, 2 * columns)


def _narrowed(plane: Plane) -> Plane:
    out: Plane = np.empty(plane.shape, np.uint8)
    cv2.convertScaleAbs(plane, dst=out, alpha=1 / 256)
    return out


def _to_8_bits(plane: Plane, bits: int) -> NDArray[np.uint8]:
    if bits == 8:
        return plane.view(np.uint8)
    out: NDArray[np.uint8] = np.empty(plane.shape, np.uint8)
    cv2.convertScaleAbs(plane, dst=out, alpha=255 / ((1 << bits) - 1))
    return out


def _scaled_luma(plane: Plane, coding: YuvCoding) -> NDArray[np.uint8]:
    gain = 255 / coding.luma_span
    levels = (plane.astype(np.float32) - np.float32(coding.luma_zero)) * np.float32(gain)
    scaled: NDArray[np.uint8] = np.clip(np.rint(levels), 0, 255).astype(np.uint8)
    return scaled


def _rgb_to_yuv(
    colour: list[NDArray[np.float32]], layout: PlaneLayout, color: ColorTags, width: int, height: int
) -> list[NDArray[np.float32]]:
    coding = yuv_coding(color, layout, width, height)
    to_rgb = np.array([[1.0, *factors] for factors in (coding.red, coding.green, coding.blue)])
    from_rgb = np.linalg.inv(to_rgb).astype(np.float32)
    luma, cb, cr = (sum(row[i] * colour[i] for i in range(3)) for row in from_rgb)
    levels = [luma * coding.luma_span + coding.luma_zero]
    if layout.family is Family.YUV:
        across, down = chroma_place(color.chroma_location)
        for difference in (cb, cr):
            for _ in range(layout.shift_x):
                difference = _halved(difference, across)
            for _ in range(layout.shift_y):
                difference = np.ascontiguousarray(_halved(np.ascontiguousarray(difference.T), down).T)
            levels.append(difference * coding.chroma_span + coding.chroma_zero)
    return [np.asarray(level, np.float32) for level in levels]


def _halved(plane: NDArray[np.float32], place: int) -> NDArray[np.float32]:
    """Half as many columns (an odd one rounds up): pairs averaged, or a 1-2-1 filter where the samples are to sit."""
    if plane.shape[1] % 2:
        plane = np.hstack([plane, plane[:, -1:]])
    if place == 0:
        return (plane[:, 0::2] + plane[:, 1::2]) * np.float32(0.5)
    padded = np.hstack([plane[:, :1], plane, plane[:, -1:]])
    first = 0 if place < 0 else 1
    before, here, after = (padded[:, first + offset :][:, ::2][:, : plane.shape[1] // 2] for offset in range(3))
    return (before * np.float32(0.25) + here * np.float32(0.5) + after * np.float32(0.25)).astype(np.float32)
