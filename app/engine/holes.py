"""From an object's mask to the hole that gets filled, and to the alpha that blends the fill in.

The *mask* says where the object is. The *hole* is larger: edges of masks are never exact, and motion blur and
compression carry the object a few pixels further. The *alpha* falls off inside the border of the hole, so that the
seam is soft; it is 0 outside the hole, and opaque wherever the mask itself is, so that no feather shows the object.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import reduce

import numpy as np
from numpy.typing import NDArray

from app.core.errors import UserError
from app.core.geometry import Rect
from app.core.masks import MaskBlob, bounding_box, box_mask, drop_dots, feather, fill_holes, grow, temporal_union

BoolMask = NDArray[np.bool_]
Alpha = NDArray[np.uint8]

# About 4 px at 240 rows: the dilation that the field's removal tools agree on, scaled with the picture.
DEFAULT_DILATION_SHARE = 0.017
# Pieces of a tracked mask up to this share of the picture are slips of the tracker.
DOT_SHARE = 2e-5
OPAQUE = 255


class HoleShape(Enum):
    """What is filled: the object's own shape, or its whole bounding box (the paper's case)."""

    MASK = "mask"
    BOX = "box"


@dataclass(frozen=True, slots=True)
class HoleSettings:
    """How masks become holes.

    Attributes:
        dilate_px: how far the hole reaches beyond the mask, None for about 1.7 % of the picture's height.
        feather_px: width of the soft border inside the hole, None for half of the dilation. The border lies outside
            the mask: a feather wider than the dilation makes the hole grow.
        shape: the mask's shape or its bounding box.
        before, after: masks of so many neighbouring frames are united with a frame's own, which hides a flickering
            tracker; a causal engine takes none from after.
        tidy: whether gaps in a mask are filled and dots beside it dropped (a tracker's slips; a mask that the user
            made is taken at its word).
    """

    dilate_px: int | None = None
    feather_px: int | None = None
    shape: HoleShape = HoleShape.MASK
    before: int = 1
    after: int = 1
    tidy: bool = True

    def __post_init__(self) -> None:
        """Refuses negative widths.

        Raises:
            UserError: if a width is negative.
        """
        for name, value in (("dilation", self.dilate_px), ("feather", self.feather_px)):
            if value is not None and value < 0:
                raise UserError(f"The {name} is {value} px, but it cannot be negative: give 0 or more.")

    def widths(self, height: int) -> tuple[int, int]:
        """``(reach, feather)`` in pixels for a picture of this height: how far the hole goes, and its soft part."""
        dilate = max(1, round(height * DEFAULT_DILATION_SHARE)) if self.dilate_px is None else self.dilate_px
        soft = dilate // 2 if self.feather_px is None else self.feather_px
        return max(dilate, soft), soft

    def fingerprint(self, height: int) -> str:
        """Names everything here that changes which pixels are filled."""
        reach, _ = self.widths(height)
        return f"{reach} {self.shape.value} {self.before} {self.after} {self.tidy}"

    @property
    def window(self) -> tuple[int, int]:
        """How many frames back and ahead a mask can count for a frame's hole, bridging included."""
        reach = 1 + 5 * (self.after > 0)
        return max(self.before, reach), self.after * reach


@dataclass(frozen=True, slots=True)
class Hole:
    """What is filled in one picture, kept as a rectangle so that its cost follows the object and not the picture.

    Attributes:
        width, height: size of the picture.
        rect: rectangle that holds every hole pixel; 0 x 0 where there is nothing to fill.
        region: ``(rect.height, rect.width)`` bool, True = fill.
        alpha: ``(rect.height, rect.width)`` uint8, weight of the fill: 0 outside the hole, 1 to 255 inside.
    """

    width: int
    height: int
    rect: Rect
    region: BoolMask
    alpha: Alpha

    @property
    def empty(self) -> bool:
        """Whether nothing is to be filled."""
        return self.rect.area_px == 0

    @property
    def area_px(self) -> int:
        """Number of hole pixels, feather included."""
        return int(np.count_nonzero(self.region))

    def full_region(self) -> BoolMask:
        """``(height, width)`` bool: the hole in the whole picture."""
        full = np.zeros((self.height, self.width), np.bool_)
        full[self.rect.slices()] = self.region
        return full

    def full_alpha(self) -> Alpha:
        """``(height, width)`` uint8: the matte of the whole picture."""
        full = np.zeros((self.height, self.width), np.uint8)
        full[self.rect.slices()] = self.alpha
        return full

    def digest(self) -> bytes:
        """Names the set of hole pixels (not the feather, which no fill depends on)."""
        where = f"{self.width}x{self.height} {self.rect}".encode()
        return hashlib.blake2b(where + np.packbits(self.region).tobytes(), digest_size=16).digest()


def no_hole(width: int, height: int) -> Hole:
    """The hole of a picture that needs no fill."""
    return Hole(width, height, Rect(0, 0, 0, 0), np.zeros((0, 0), np.bool_), np.zeros((0, 0), np.uint8))


def united(holes: Sequence[Hole], kept: MaskBlob | None = None) -> Hole:
    """Several holes of one picture as one; where they overlap the heavier weight counts.

    Args:
        holes: at least one, of one picture.
        kept: pixels that no hole may touch.
    """
    full = [hole for hole in holes if not hole.empty]
    if not full or (len(full) == 1 and (kept is None or kept.is_empty)):
        return full[0] if full else holes[0]
    area = reduce(Rect.hull, (hole.rect for hole in full))
    alpha = np.zeros((area.height, area.width), np.uint8)
    for hole in full:
        part = alpha[hole.rect.within(area).slices()]
        np.maximum(part, hole.alpha, out=part)
    if kept is not None and not kept.is_empty:
        alpha[kept.to_array()[area.slices()]] = 0
    return cropped_hole(alpha, area, full[0].width, full[0].height)


def hole_at(
    masks: Mapping[int, MaskBlob],
    index: int,
    settings: HoleSettings,
    *,
    size: tuple[int, int],
    cuts: Collection[int] = (),
    soft: Alpha | None = None,
) -> Hole:
    """The hole of one frame of a track.

    Args:
        masks: the object's masks by frame index; a missing frame is bridged from its neighbours.
        index: the frame.
        settings: widths, shape, neighbours.
        size: width and height of the picture.
        cuts: frames that start a new shot; no mask counts across them.
        soft: the frame's imported matte, see ``hole_of``.
    """
    gap = 5 if settings.after else 0
    known = {i: masks[i] for i in range(index - settings.before - gap, index + settings.after + gap + 1) if i in masks}
    if not settings.after:
        known = {i: blob for i, blob in known.items() if i <= index}
    if all(blob.is_empty for blob in known.values()):
        return no_hole(*size)
    mask = temporal_union(known, index, before=settings.before, after=settings.after, max_gap=max(gap, 1), cuts=cuts)
    if mask is None:
        return no_hole(*size)
    return hole_of(mask, settings, soft=soft)


def hole_of(mask: BoolMask, settings: HoleSettings, *, soft: Alpha | None = None) -> Hole:
    """Grows a mask into a hole and its alpha.

    Args:
        mask: ``(H, W)`` bool, True = remove; may be empty.
        settings: widths and shape.
        soft: optional ``(H, W)`` uint8 matte that was imported with the mask, 255 where the mask is True: its soft
            edge moves outwards with the dilation and is kept as feather.
    """
    height, width = mask.shape
    bounds = bounding_box(mask if soft is None else mask | (soft > 0))
    if not bounds.area_px:
        return no_hole(width, height)
    reach, soft_px = settings.widths(height)
    area = with_margin(bounds, reach + 2).clipped(width, height)
    core = mask[area.slices()]
    if settings.tidy:
        core = _tidied(core, width * height)
    if settings.shape is HoleShape.BOX:
        box = bounding_box(core)
        core = box_mask(box, area.width, area.height)
        region = box_mask(with_margin(box, reach), area.width, area.height)
    else:
        region = grow(core, reach)
    alpha = _alpha_of(region, soft_px)
    alpha[core] = OPAQUE  # in whole pixels a disc's distances do not add up exactly
    if soft is not None and settings.shape is HoleShape.MASK and _has_soft_edge(soft[area.slices()]):
        np.maximum(alpha, _dilated(soft[area.slices()], reach - soft_px), out=alpha)
    return cropped_hole(alpha, area, width, height)


def with_margin(rect: Rect, margin: int) -> Rect:
    """A rectangle larger by so many pixels on every side."""
    return Rect(rect.x - margin, rect.y - margin, rect.width + 2 * margin, rect.height + 2 * margin)


def _tidied(mask: BoolMask, picture_px: int) -> BoolMask:
    """Fills closed gaps in a mask and drops dots, unless dots are all there is."""
    filled = fill_holes(mask)
    kept = drop_dots(filled, max(2, round(picture_px * DOT_SHARE)))
    return kept if kept.any() else filled


def _alpha_of(hole: BoolMask, soft_px: int) -> Alpha:
    """Opaque inside, falling off over the hole's outer ``soft_px`` pixels, never 0 inside the hole."""
    alpha = np.rint(feather(hole, soft_px) * OPAQUE).astype(np.uint8)
    return np.maximum(alpha, hole.view(np.uint8))


def cropped_hole(alpha: Alpha, area: Rect, width: int, height: int) -> Hole:
    """The hole of an alpha that was made on a part of the picture."""
    tight = bounding_box(alpha > 0)
    if not tight.area_px:
        return no_hole(width, height)
    inside = np.ascontiguousarray(alpha[tight.slices()])
    rect = Rect(area.x + tight.x, area.y + tight.y, tight.width, tight.height)
    return Hole(width, height, rect, inside > 0, inside)


def _has_soft_edge(matte: Alpha) -> bool:
    return bool(np.any((matte > 0) & (matte < OPAQUE)))


def _dilated(matte: Alpha, radius: int) -> Alpha:
    """Grey dilation by a disc: the soft edge of a matte moves outwards and keeps its profile."""
    if radius <= 0:
        return matte
    import cv2

    size = 2 * radius + 1
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (size, size))
    return np.asarray(cv2.dilate(matte, disc), np.uint8)
