"""Masks: immutable packed blobs to keep, and operations on ``(H, W)`` bool arrays (True = remove).

Every operation works on the crop round what it changes, so a small object in a large picture costs little. OpenCV is
imported inside the functions: the command line's help must start without it.
"""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from app.core.geometry import Rect

BoolMask = NDArray[np.bool_]
Matte = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class MaskBlob:
    """An immutable mask of a whole picture, packed: eight pixels a byte, deflated, the bounding box only.

    Equal blobs are equal masks; blobs are hashable and cheap to share between documents.

    Attributes:
        width, height: size of the picture in pixels.
        bbox: smallest rectangle that holds every True pixel; 0 x 0 at the origin for an empty mask.
        area_px: number of True pixels.
    """

    width: int
    height: int
    bbox: Rect
    area_px: int
    _packed: bytes = field(repr=False)

    @classmethod
    def from_array(cls, mask: BoolMask) -> MaskBlob:
        """Packs an ``(H, W)`` bool array (about 0.5 ms for a rough object at 1080p)."""
        assert mask.ndim == 2 and mask.dtype == np.bool_, "a mask is an (H, W) bool array"
        height, width = mask.shape
        bbox = bounding_box(mask)
        crop = mask[bbox.slices()]
        packed = zlib.compress(np.packbits(crop).tobytes(), 1) if bbox.area_px else b""
        return cls(width, height, bbox, int(np.count_nonzero(crop)), packed)

    @classmethod
    def from_crop(cls, crop: BoolMask, left: int, top: int, width: int, height: int) -> MaskBlob:
        """Packs a part of a picture of ``width`` x ``height``, in which it lies whole; all else is not set."""
        box = bounding_box(crop)
        if not box.area_px:
            return cls.empty(width, height)
        inside = crop[box.slices()]
        packed = zlib.compress(np.packbits(inside).tobytes(), 1)
        rect = Rect(left + box.x, top + box.y, box.width, box.height)
        return cls(width, height, rect, int(np.count_nonzero(inside)), packed)

    @classmethod
    def from_packed(cls, width: int, height: int, bbox: Rect, packed: bytes) -> MaskBlob:
        """The mask that ``packed`` and the other attributes came from.

        Raises:
            ValueError: they do not fit each other.
        """
        if not bbox.area_px:
            return cls.empty(width, height)
        blob = cls(width, height, bbox, 0, packed)
        if bbox.clipped(width, height) != bbox:
            raise ValueError(f"a mask's box {bbox} reaches beyond its picture of {width}x{height}")
        try:
            crop = blob.crop()
        except (zlib.error, ValueError) as error:
            raise ValueError(f"a mask does not unpack ({error})") from error
        if bounding_box(crop) != Rect(0, 0, bbox.width, bbox.height):
            raise ValueError(f"a mask does not fill its box {bbox}")
        return cls(width, height, bbox, int(np.count_nonzero(crop)), packed)

    @classmethod
    def empty(cls, width: int, height: int) -> MaskBlob:
        """A mask with nothing to remove."""
        return cls(width, height, Rect(0, 0, 0, 0), 0, b"")

    def to_array(self) -> BoolMask:
        """The ``(H, W)`` bool array, a new one every time."""
        mask = np.zeros((self.height, self.width), dtype=np.bool_)
        if self.area_px:
            mask[self.bbox.slices()] = self.crop()
        return mask

    def crop(self) -> BoolMask:
        """``(bbox.height, bbox.width)`` bool: the mask inside its bounding box, a new array every time."""
        if not self.bbox.area_px:
            return np.zeros((0, 0), dtype=np.bool_)
        packed = np.frombuffer(zlib.decompress(self._packed), np.uint8)
        if packed.size != -(-self.bbox.area_px // 8):
            raise ValueError(f"{packed.size} bytes do not hold {self.bbox.area_px} pixels")
        bits = np.unpackbits(packed, count=self.bbox.area_px)
        return bits.reshape(self.bbox.height, self.bbox.width).view(np.bool_)

    @property
    def packed(self) -> bytes:
        """The packed pixels of the bounding box."""
        return self._packed

    def digest(self) -> bytes:
        """Names the mask: 16 bytes that differ for different masks."""
        box = self.bbox
        head = f"{self.width} {self.height} {box.x} {box.y} {box.width} {box.height} "
        return hashlib.blake2b(head.encode() + self._packed, digest_size=16).digest()

    @property
    def is_empty(self) -> bool:
        """True if no pixel is set."""
        return self.area_px == 0

    @property
    def size_bytes(self) -> int:
        """Bytes of packed pixels."""
        return len(self._packed)


def bounding_box(mask: BoolMask) -> Rect:
    """Smallest rectangle that holds every True pixel of ``(H, W)``; 0 x 0 at the origin if there is none."""
    rows = np.flatnonzero(mask.any(axis=1))
    if not rows.size:
        return Rect(0, 0, 0, 0)
    top, bottom = int(rows[0]), int(rows[-1]) + 1
    columns = np.flatnonzero(mask[top:bottom].any(axis=0))
    left, right = int(columns[0]), int(columns[-1]) + 1
    return Rect(left, top, right - left, bottom - top)


def union(masks: Iterable[BoolMask]) -> BoolMask:
    """Pixels that are set in any of the masks (at least one mask, all of one size)."""
    result: BoolMask | None = None
    for mask in masks:
        result = mask.copy() if result is None else np.logical_or(result, mask, out=result)
    assert result is not None, "a union needs at least one mask"
    return result


def box_mask(box: Rect, width: int, height: int) -> BoolMask:
    """``(height, width)`` with the part of the rectangle that lies in the picture set."""
    mask = np.zeros((height, width), dtype=np.bool_)
    mask[box.clipped(width, height).slices()] = True
    return mask


def grow(mask: BoolMask, radius_px: float) -> BoolMask:
    """Dilates by an exact Euclidean disc: every pixel at most ``radius_px`` from a True pixel is set."""
    if radius_px <= 0 or not mask.any():
        return mask.copy()
    result = np.zeros_like(mask)
    crop = _padded(bounding_box(mask), int(np.ceil(radius_px)), mask)
    result[crop] = _distance_to(mask[crop]) <= radius_px
    return result


def shrink(mask: BoolMask, radius_px: float) -> BoolMask:
    """Erodes by an exact Euclidean disc; the picture's border does not erode a mask that it cuts."""
    if radius_px <= 0 or not mask.any():
        return mask.copy()
    result = np.zeros_like(mask)
    crop = _padded(bounding_box(mask), 1, mask)
    if mask[crop].all():  # the mask is the whole picture
        return mask.copy()
    result[crop] = _distance_to(~mask[crop]) > radius_px
    return result


def feather(hole: BoolMask, width_px: float) -> Matte:
    """A soft matte that lives inside the hole: 0 outside, rising smoothly to 1 ``width_px`` deep.

    The picture's border counts as inside: a hole that it cuts is opaque there.

    Returns:
        ``(H, W)`` float32, 0 to 1; exactly 0 outside the hole and above 0 inside it.
    """
    matte = hole.astype(np.float32)
    if width_px <= 0 or not hole.any():
        return matte
    crop = _padded(bounding_box(hole), 1, hole)
    if hole[crop].all():
        return matte
    depth = np.minimum(_distance_to(~hole[crop]) / np.float32(width_px + 1.0), 1.0)
    matte[crop] = depth * depth * (3.0 - 2.0 * depth)
    return matte


def fill_holes(mask: BoolMask, max_area_px: float | None = None) -> BoolMask:
    """Sets the enclosed gaps of a mask; with ``max_area_px`` only gaps of at most that many pixels.

    A gap that touches the picture's border is open and stays.
    """
    result = mask.copy()
    box = bounding_box(mask)
    if not box.area_px:
        return result
    crop = _padded(box, 1, mask)
    labels, areas = _components(~mask[crop], connectivity=4)
    is_open = np.zeros(len(areas), dtype=np.bool_)
    for edge in (labels[0], labels[-1], labels[:, 0], labels[:, -1]):
        is_open[edge] = True
    enclosed = ~is_open
    if max_area_px is not None:
        enclosed &= areas <= max_area_px
    enclosed[0] = False
    result[crop] |= enclosed[labels]
    return result


def drop_dots(mask: BoolMask, min_area_px: float) -> BoolMask:
    """Removes connected pieces (8 neighbours) of fewer than ``min_area_px`` pixels."""
    result = np.zeros_like(mask)
    box = bounding_box(mask)
    if box.area_px:
        labels, areas = _components(mask[box.slices()], connectivity=8)
        keep = areas >= min_area_px
        keep[0] = False
        result[box.slices()] = keep[labels]
    return result


def interpolate(first: BoolMask, second: BoolMask, fraction: float) -> BoolMask:
    """The shape between two: signed distances blended in a frame that moves and scales with the bounding boxes.

    Args:
        first: ``(H, W)``; where one of the two is empty the other is answered.
        second: of the same size.
        fraction: 0 gives ``first``, 1 gives ``second``.
    """
    import cv2

    first_box, second_box = bounding_box(first), bounding_box(second)
    if not first_box.area_px or not second_box.area_px:
        return (first if first_box.area_px else second).copy()
    if fraction <= 0 or fraction >= 1:
        return (first if fraction <= 0 else second).copy()
    result = np.zeros_like(first)
    target = interpolate_box(first_box, second_box, fraction)
    blended = np.zeros((target.height + 2, target.width + 2), dtype=np.float32)
    for mask, box, weight in ((first, first_box, 1 - fraction), (second, second_box, fraction)):
        shape = cv2.resize(
            mask[box.slices()].astype(np.float32), (target.width, target.height), interpolation=cv2.INTER_LINEAR
        )
        inside = np.pad(shape >= 0.5, 1)
        if inside.any():
            blended += np.float32(weight) * (_distance_to(~inside) - _distance_to(inside))
    result[target.slices()] = blended[1:-1, 1:-1] > 0
    return result


def interpolate_box(first: Rect, second: Rect, fraction: float) -> Rect:
    """The rectangle between two, each edge moving in a straight line (rounded to whole pixels, at least 1 x 1)."""

    def between(start: int, end: int) -> int:
        return round(start + (end - start) * fraction)

    left, top = between(first.x, second.x), between(first.y, second.y)
    right, bottom = between(first.right, second.right), between(first.bottom, second.bottom)
    return Rect(left, top, max(1, right - left), max(1, bottom - top))


def temporal_union(
    masks: Mapping[int, MaskBlob],
    index: int,
    *,
    before: int = 1,
    after: int = 1,
    max_gap: int = 5,
    cuts: Collection[int] = (),
) -> BoolMask | None:
    """What to remove at one frame: its mask together with its neighbours' masks of the same shot.

    A frame that is missing from ``masks`` is bridged: the shape between its nearest neighbours on both sides, at most
    ``max_gap`` frames away, or the one neighbour there is. A frame that is present but empty stays empty unless a
    neighbour covers something.

    Args:
        masks: masks by frame index, all of one size.
        index: the frame asked for.
        before: how many earlier neighbours are added.
        after: how many later ones.
        max_gap: how far away a neighbour may be to bridge a missing frame.
        cuts: indices of frames that start a new shot; nothing is taken across them.

    Returns:
        ``(H, W)`` bool, or None where neither the frame nor a neighbour within ``max_gap`` is known.
    """
    first, last = _shot_limits(index, max(before, max_gap), max(after, max_gap), cuts)
    own = masks[index].to_array() if index in masks else _bridge(masks, index, first, last, max_gap)
    if own is None:
        return None
    window = range(max(first, index - before), min(last, index + after) + 1)
    return union([own, *(masks[i].to_array() for i in window if i != index and i in masks)])


def _shot_limits(index: int, before: int, after: int, cuts: Collection[int]) -> tuple[int, int]:
    """First and last index within reach of ``index`` that belong to its shot."""
    first = max([cut for cut in cuts if cut <= index], default=index - before)
    last = min([cut for cut in cuts if cut > index], default=index + after + 1) - 1
    return max(first, index - before), min(last, index + after)


def _bridge(masks: Mapping[int, MaskBlob], index: int, first: int, last: int, max_gap: int) -> BoolMask | None:
    """The shape of a missing frame from its nearest neighbours in ``first..last``."""
    earlier = next((i for i in range(index - 1, max(first, index - max_gap) - 1, -1) if i in masks), None)
    later = next((i for i in range(index + 1, min(last, index + max_gap) + 1) if i in masks), None)
    if earlier is not None and later is not None:
        fraction = (index - earlier) / (later - earlier)
        return interpolate(masks[earlier].to_array(), masks[later].to_array(), fraction)
    known = earlier if earlier is not None else later
    return None if known is None else masks[known].to_array()


def _padded(box: Rect, margin: int, mask: BoolMask) -> tuple[slice, slice]:
    """Slices of a box with a margin, clipped to the picture."""
    height, width = mask.shape
    return (
        Rect(box.x - margin, box.y - margin, box.width + 2 * margin, box.height + 2 * margin)
        .clipped(width, height)
        .slices()
    )


def _distance_to(mask: BoolMask) -> NDArray[np.float32]:
    """Exact Euclidean distance in pixels from each pixel to the nearest True pixel (at least one is True)."""
    import cv2

    distance = cv2.distanceTransform((~mask).view(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_PRECISE)
    return np.asarray(distance, dtype=np.float32)


def _components(mask: BoolMask, connectivity: int) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Labels ``(H, W)`` int32 (0 = not in the mask) and the area of each label in pixels."""
    import cv2

    _, labels, stats, _ = cv2.connectedComponentsWithStats(
        np.ascontiguousarray(mask).view(np.uint8), connectivity=connectivity
    )
    return np.asarray(labels, dtype=np.int32), np.asarray(stats[:, cv2.CC_STAT_AREA], dtype=np.int32)
