"""Small pictures of frames, made from shrunken planes without the full RGB view: for cuts, proxies and filmstrips."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
from numpy.typing import NDArray

from app.media.frame import RgbView, VideoFrame


def whole_factor(width: int, height: int, size: tuple[int, int]) -> int:
    """By which a picture is shrunk so that it is no smaller than the screen shows it, and a whole part of its size.

    Args:
        width: of the picture in pixels.
        height: of the picture.
        size: width and height on the screen.
    """
    factor = min(width // max(size[0], 1), height // max(size[1], 1))
    while factor > 1 and (width % factor or height % factor):
        factor -= 1
    return max(factor, 1)


def small_view(frame: VideoFrame, factor: int) -> RgbView:
    """A frame's RGB picture, shrunk by a whole factor.

    Args:
        frame: the frame.
        factor: at least 1; what does not fill a whole pixel at the right and bottom edge is left out.

    Returns:
        ``(h, w, 3)`` uint8, the factor's part of the frame's size, at least 1 x 1.
    """
    width, height = max(1, frame.width // factor), max(1, frame.height // factor)
    shifts = frame.layout.plane_shifts
    planes = tuple(
        _shrunk(plane, width, height, factor, *shift) for plane, shift in zip(frame.planes, shifts, strict=True)
    )
    layout = replace(frame.layout, shift_x=0, shift_y=0)
    return replace(frame, planes=planes, layout=layout, _rgb=None).rgb


def _shrunk(
    plane: NDArray[np.uint8] | NDArray[np.uint16], width: int, height: int, factor: int, shift_x: int, shift_y: int
) -> NDArray[np.uint8]:
    """A plane at the small size, of the same part of the picture as every other plane.

    What does not fill a whole pixel is cut off, and where its own factor is a whole number too that makes it ten times
    as fast. Where an odd factor meets a coarser grid it is none, and the part is as large as it is to half a sample.
    """
    rows, columns = round(height * factor / (1 << shift_y)), round(width * factor / (1 << shift_x))
    plane = plane[: max(1, rows), : max(1, columns)]
    small = cv2.resize(plane, (width, height), interpolation=cv2.INTER_AREA)
    small.flags.writeable = False
    return small  # type: ignore[return-value]  # uint16 stays uint16; OpenCV's stubs do not say
