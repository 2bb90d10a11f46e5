"""How stored pixels are turned for display: right angles and mirroring, from FFmpeg's display matrix and back."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np

from app.media.color import CHROMA_PLACES, chroma_place
from app.media.frame import ColorTags, Plane, PlaneLayout


@dataclass(frozen=True, slots=True)
class Orientation:
    """Turn by right angles, then mirror: what ``VideoStream.set_display_rotation(degrees, hflip)`` of PyAV means.

    Attributes:
        rotation_degrees: counter-clockwise turn of the stored picture, 0, 90, 180 or 270.
        flip_horizontal: whether the turned picture is then mirrored left to right.
    """

    rotation_degrees: int = 0
    flip_horizontal: bool = False

    @property
    def turns_sideways(self) -> bool:
        """Whether width and height change places."""
        return self.rotation_degrees in (90, 270)

    @property
    def is_identity(self) -> bool:
        """Whether stored and displayed picture are the same."""
        return self.rotation_degrees == 0 and not self.flip_horizontal


_ROTATIONS = {(1, 0, 0, 1): 0, (0, -1, 1, 0): 90, (-1, 0, 0, -1): 180, (0, 1, -1, 0): 270}
_TURNS = {90: cv2.ROTATE_90_COUNTERCLOCKWISE, 180: cv2.ROTATE_180, 270: cv2.ROTATE_90_CLOCKWISE}


def from_display_matrix(matrix: bytes) -> Orientation | None:
    """Read FFmpeg's 36-byte display matrix (nine 32-bit numbers, the upper left four in 16.16).

    Returns:
        The orientation, or None for a matrix that is not made of right angles and mirrors.
    """
    values = struct.unpack("=9i", matrix[:36])
    a, b, c, d = (values[i] / 65536 for i in (0, 1, 3, 4))
    scale = max(abs(a), abs(b), abs(c), abs(d))
    if scale == 0:
        return None
    a, b, c, d = a / scale, b / scale, c / scale, d / scale
    rounded = [round(value) for value in (a, b, c, d)]
    if any(abs(value - whole) > 0.02 for value, whole in zip((a, b, c, d), rounded, strict=True)):
        return None
    a, b, c, d = rounded
    mirrored = a * d - b * c < 0
    degrees = _ROTATIONS.get((-a, b, -c, d) if mirrored else (a, b, c, d))
    return None if degrees is None else Orientation(degrees, mirrored)


def display_layout(stored: PlaneLayout, orientation: Orientation) -> PlaneLayout:
    """The layout after turning: 4:2:2 turned sideways has its chroma halved from top to bottom."""
    if not orientation.turns_sideways:
        return stored
    return replace(stored, shift_x=stored.shift_y, shift_y=stored.shift_x)


def display_color(stored: ColorTags, orientation: Orientation) -> ColorTags:
    """The tags after turning: chroma that sat level with the left columns then sits level with some lines."""
    if orientation.is_identity:
        return stored
    across, down = chroma_place(stored.chroma_location)
    for _ in range(orientation.rotation_degrees // 90):
        across, down = down, -across
    if orientation.flip_horizontal:
        across = -across
    code = next(code for code, place in CHROMA_PLACES.items() if place == (across, down))
    return replace(stored, chroma_location=code)


def stored_layout(display: PlaneLayout, orientation: Orientation) -> PlaneLayout:
    """Inverse of ``display_layout``."""
    return display_layout(display, orientation)


def to_display(planes: Sequence[Plane], orientation: Orientation) -> tuple[Plane, ...]:
    """Turn stored planes into display orientation; exact, the new ones read-only."""
    if orientation.is_identity:
        return tuple(planes)
    return tuple(_turned(plane, orientation.rotation_degrees, orientation.flip_horizontal) for plane in planes)


def to_stored(planes: Sequence[Plane], orientation: Orientation) -> tuple[Plane, ...]:
    """Undo ``to_display``."""
    degrees, flip = orientation.rotation_degrees, orientation.flip_horizontal
    # A turn followed by a mirror undoes itself.
    return to_display(planes, Orientation(degrees if flip else (360 - degrees) % 360, flip))


def _turned(plane: Plane, degrees: int, flip: bool) -> Plane:
    rows, columns = plane.shape[:2] if degrees in (0, 180) else plane.shape[1::-1]
    turned: Plane = np.empty((rows, columns), plane.dtype)
    if degrees:
        cv2.rotate(plane, _TURNS[degrees], dst=turned)
    if flip:
        turned[...] = (turned if degrees else plane)[:, ::-1].copy()
    turned.flags.writeable = False
    return turned
