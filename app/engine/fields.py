"""Interlaced frames: each field becomes a picture of its own, and its fill goes back into its own rows.

A frame of interlaced video holds two moments in time in its even and odd rows. An engine that follows motion must not
see them woven together, so it gets two pictures a frame in temporal order: a field's own rows exactly, the rows between
interpolated, in every plane. Of a fill, only the field's own rows are used.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from app.engine.compositing import blended_at, patches_of, plane_weight, replaced
from app.engine.holes import BoolMask, Hole
from app.engine.loader import Fill
from app.media.frame import Plane, VideoFrame


@dataclass(frozen=True, slots=True)
class Field:
    """One field as a full picture.

    Attributes:
        frame: the picture, its own rows exact and the others interpolated; its flags are the source frame's.
        parity: 0 if its own rows are the even ones (top field), 1 for the odd ones.
    """

    frame: VideoFrame
    parity: int


def parities(frame: VideoFrame) -> tuple[int, int]:
    """The two fields in temporal order: 0 is the top field."""
    return (0, 1) if frame.top_field_first else (1, 0)


def split(frame: VideoFrame) -> tuple[Field, Field]:
    """The two fields of an interlaced frame in temporal order."""
    first, second = parities(frame)
    return Field(_bobbed(frame, first), first), Field(_bobbed(frame, second), second)


def deinterlaced(frame: VideoFrame) -> VideoFrame:
    """The picture that shows a frame's first moment: the frame itself, or its first field if it is interlaced."""
    return _bobbed(frame, parities(frame)[0]) if frame.interlaced else frame


def weave(frame: VideoFrame, fills: tuple[Fill, Fill], hole: Hole) -> VideoFrame:
    """The interlaced frame with its hole filled from both fields' fills.

    Args:
        frame: the source frame.
        fills: the fills of its fields in temporal order, as whole pictures.
        hole: what may change, and how much.

    Raises:
        ValueError: if a fill does not cover the hole (our own mistake).
    """
    if hole.empty:
        return frame
    planes: list[Plane] = []
    for index, (plane, shifts) in enumerate(zip(frame.planes, frame.layout.plane_shifts, strict=True)):
        result = plane.copy()
        for parity, fill in zip(parities(frame), fills, strict=True):
            result[parity::2] = _field_blended(plane[parity::2], fill, index, hole, shifts, parity)
        planes.append(result)
    return replaced(frame, planes)


def engine_hole(region: BoolMask, shift_y: int) -> BoolMask:
    """The hole that an engine must fill in a field's picture so that every sample that ``weave`` takes is valid.

    A chroma row of a field covers two of the field's luma rows, which are two rows apart in the picture; in the
    picture's own grid they belong to neighbouring chroma rows. So the hole grows by that much upwards and downwards.

    Args:
        region: ``(H, W)`` bool.
        shift_y: vertical subsampling of the chroma planes (log2).
    """
    grown = region.copy()
    for step in range(1, 2 * shift_y + 1):
        grown[:-step] |= region[step:]
        grown[step:] |= region[:-step]
    return grown


def _bobbed(frame: VideoFrame, parity: int) -> VideoFrame:
    return replaced(frame, [_interpolated(plane, parity) for plane in frame.planes])


def _interpolated(plane: Plane, parity: int) -> Plane:
    """A plane whose rows of the other parity are the mean of their neighbours."""
    own = plane[parity::2].astype(np.uint32)
    result = plane.copy()
    others = result[1 - parity :: 2]
    if own.shape[0] == 0 or others.shape[0] == 0:
        return result
    # Row i of the others lies between own rows i - 1 + parity' and the next; at the borders the nearest is repeated.
    above = np.arange(others.shape[0]) - (1 if parity == 1 else 0)
    low = np.clip(above, 0, own.shape[0] - 1)
    high = np.clip(above + 1, 0, own.shape[0] - 1)
    others[...] = ((own[low] + own[high] + 1) // 2).astype(plane.dtype)
    return result


def _field_blended(rows: Plane, fill: Fill, index: int, hole: Hole, shifts: tuple[int, int], parity: int) -> Plane:
    """One field of one plane with the hole's rows of that field blended in."""
    field_top = (hole.rect.y - parity + 1) // 2
    alpha = hole.alpha[(parity - hole.rect.y) % 2 :: 2]
    if alpha.shape[0] == 0:
        return rows
    field_height = (hole.height - parity + 1) // 2
    weight, at = plane_weight(alpha, (hole.rect.x, field_top), shifts, (hole.width, field_height))
    weight = weight[: rows.shape[0] - at[1]]  # a field's last luma row may have no chroma row of its own
    fill_top = fill.top >> shifts[1]
    patch = patches_of(fill)[index].every_other_row((parity - fill_top) % 2)
    patch_at = (fill.left >> shifts[0], (fill_top - parity + 1) // 2)
    return blended_at(rows, patch, patch_at, weight, at)
