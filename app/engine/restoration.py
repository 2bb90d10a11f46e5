"""A restoration: the part of an object that something hides is filled with the object itself.

It is a plan like a removal's, so that the same walks, caches, reports and exports serve both. What differs is where the
hole comes from (the hidden part of the object's whole shape), what the engine is told of each picture (the object's
masks), and which frames it must see (those round the hidden ones in which the object shows itself).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from app.core.frame_map import FrameSet
from app.core.masks import MaskBlob, bounding_box, feather, fill_holes, grow
from app.engine.fields import engine_hole, split
from app.engine.holes import OPAQUE, BoolMask, Hole, cropped_hole, no_hole, with_margin
from app.engine.loader import HoleFrame, ObjectHoleFrame
from app.engine.mask_tracks import from_frame, marked_frames, spread
from app.engine.plan import RemovalPlan, picture_of
from app.media.frame import VideoFrame

REACH_FRAMES = 48
"""So far from a hidden part the engine looks at the object for what it looks like: as far as it takes colours from."""
COVER_SHARE = 0.008
"""So far beyond its mask an occluder is taken to reach, as a share of the picture's height: half of a hole's growth,
since what is lost here is the object's own picture."""

_SLIT = 2
"""A gap amid the object of no more than the square of so many reaches is the masks' fault, and is painted."""


@dataclass(frozen=True, slots=True)
class RestoredObject:
    """What is known of an object that is brought back.

    Attributes:
        id: of the document's object.
        visible: by frame, what can be seen of it; frames without a mask are not looked at.
        amodal: by frame, all of it; a frame without one has nothing hidden.
        occluder: by frame, what hides it.
        kind: its class, empty for unknown.
        reach_px: how far beyond its mask an occluder is taken to reach, None for about 0.8 % of the picture's height.
        feather_px: width of the soft border towards what is seen of the object, None for half of the reach.
        drawn: frames of ``amodal`` that the user made: there, all of it is painted.
    """

    id: int = 0
    visible: Mapping[int, MaskBlob] = field(default_factory=dict)
    amodal: Mapping[int, MaskBlob] = field(default_factory=dict)
    occluder: Mapping[int, MaskBlob] = field(default_factory=dict)
    kind: str = ""
    reach_px: int | None = None
    feather_px: int | None = None
    drawn: FrameSet = field(default_factory=FrameSet)

    def widths(self, height: int) -> tuple[int, int]:
        """``(reach, feather)`` in pixels for a picture of this height."""
        reach = max(1, round(height * COVER_SHARE)) if self.reach_px is None else self.reach_px
        return reach, reach // 2 if self.feather_px is None else min(self.feather_px, reach)

    def masks(self, index: int, size: tuple[int, int], reach: int) -> ObjectMasks:
        """A frame's masks as the engine is told them, of a picture of ``(width, height)``."""
        nothing = np.zeros((size[1], size[0]), np.bool_)
        seen, whole, cover = (
            nothing if (mask := masks.get(index)) is None or mask.is_empty else mask.to_array()
            for masks in (self.visible, self.amodal, self.occluder)
        )
        if not cover.any():
            return ObjectMasks(seen, seen, nothing)
        cover = grow(cover & ~seen, reach)
        shape = seen | (whole & cover)
        slits = fill_holes(shape, (_SLIT * reach) ** 2) & ~shape  # between masks, where neither has the pixel
        return ObjectMasks(seen & ~cover, shape | slits, cover | slits)


@dataclass(frozen=True, slots=True)
class ObjectMasks:
    """A frame's masks, each ``(H, W)`` bool.

    Attributes:
        visible: what is seen of the object, without what lies under the occluder's border.
        amodal: the whole object, as far as it is seen or covered.
        occluder: what covers it.
    """

    visible: BoolMask
    amodal: BoolMask
    occluder: BoolMask

    @property
    def hidden(self) -> BoolMask:
        """What is to be painted."""
        return self.amodal & self.occluder


@dataclass(frozen=True, slots=True)
class RestorationPlan(RemovalPlan):
    """Everything that the restoration of one object depends on; has no layers.

    Attributes:
        restored: the object.
    """

    restored: RestoredObject = field(default_factory=RestoredObject)

    def __post_init__(self) -> None:
        """Notes which frames may have something hidden, and which the engine must see."""
        first, end = self.frames
        own = self.restored
        known = np.fromiter((index in own.visible for index in range(first, end)), np.bool_, max(end - first, 0))
        holed = known & marked_frames(own.amodal, first, end) & marked_frames(own.occluder, first, end)
        object.__setattr__(self, "_holed", holed)
        object.__setattr__(self, "_active", known & spread(holed, REACH_FRAMES, REACH_FRAMES))

    @property
    def has_masks(self) -> bool:
        """Whether something may be hidden in the range."""
        first, end = self.cleaned_frames
        start = self.frames[0]
        return bool(self._holed[max(first - start, 0) : max(end - start, 0)].any())

    def from_frame(self, first: int) -> RestorationPlan:
        """The same restoration as if nothing was known before a frame of its range."""
        own = self.restored
        visible, amodal, occluder = (from_frame(masks, first) for masks in (own.visible, own.amodal, own.occluder))
        return replace(
            self,
            frames=(first, self.frames[1]),
            cleaned=None if self.cleaned is None else (max(first, self.cleaned[0]), self.cleaned[1]),
            limits=None if self.limits is None else (max(first, self.limits[0]), self.limits[1]),
            restored=replace(own, visible=visible, amodal=amodal, occluder=occluder),
        )

    def hole(self, index: int, cuts: Collection[int] = ()) -> Hole:
        """What is painted in a frame, soft towards what is seen of the object and crisp at its outline.

        A frame's own masks alone count, so cuts mean nothing here.
        """
        del cuts
        size = (self.width, self.height)
        if not self.may_have_hole(index):
            return no_hole(*size)
        reach, soft_px = self.restored.widths(self.height)
        masks = self.restored.masks(index, size, reach)
        hidden = masks.hidden
        box = bounding_box(hidden)
        if not box.area_px:
            return no_hole(*size)
        area = with_margin(box, reach + 2).clipped(*size)
        part, seen = hidden[area.slices()], masks.visible[area.slices()]
        alpha = np.minimum(feather(~seen, soft_px), feather(part, 1.0))
        weights = np.maximum(np.rint(alpha * OPAQUE).astype(np.uint8), part.view(np.uint8))
        weights[~part] = 0
        return cropped_hole(weights, area, *size)

    def facts(self, index: int) -> tuple[bytes, ...]:
        """All that a frame's masks add to the names of results."""
        own = self.restored
        masks = (own.visible.get(index), own.amodal.get(index), own.occluder.get(index))
        return (
            b"active" if self.is_active(index) else b"",
            f"{own.widths(self.height)[0]} {own.kind}{' drawn' * (index in own.drawn)}".encode(),
            *(b"" if mask is None else mask.digest() for mask in masks),
        )

    def pictures(self, frame: VideoFrame, hole: Hole, *, cut: bool) -> list[HoleFrame]:
        """What the engine gets of a frame: one picture, or its two fields in temporal order, with the object's masks.

        A draft has no smaller one: restorations see the object's surroundings only.
        """
        size = (self.width, self.height)
        masks = self.restored.masks(frame.index, size, self.restored.widths(self.height)[0])
        region = hole.full_region()
        parts = [(frame, frame.index)]
        if self.fields:
            region = engine_hole(region, frame.layout.shift_y) if not hole.empty else region
            parts = [(part.frame, 2 * frame.index + order) for order, part in enumerate(split(frame))]
        return [
            ObjectHoleFrame(
                picture_of(part, number),
                region,
                cut=cut and not order,
                visible=masks.visible,
                amodal=masks.amodal,
                occluder=masks.occluder,
                drawn=frame.index in self.restored.drawn,
            )
            for order, (part, number) in enumerate(parts)
        ]
