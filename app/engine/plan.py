"""What a removal was asked to do, captured when its job is made, and what follows from it for each frame."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import Enum
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from app.core.masks import MaskBlob, bounding_box, grow
from app.core.soft_edge import SoftEdge
from app.engine.compositing import replaced, touched_samples
from app.engine.draft import DRAFT_VERSION, any_of_four, drafted, enlarged, halved
from app.engine.fields import engine_hole, split
from app.engine.holes import BoolMask, Hole, HoleSettings, hole_at, no_hole, united
from app.engine.loader import Fill, HoleFrame, Picture, PicturePlane
from app.engine.mask_tracks import from_frame, marked_frames, spread
from app.engine.protocols import Engine
from app.engine.results import Key, chain
from app.engine.seams import SeamSettings
from app.media.convert import planes_from_rgb
from app.media.frame import VideoFrame
from app.media.small import small_view

# An engine looks back at most 5 frames for what a hole hides, so nearer neighbours of a hole must reach it.
NEIGHBOUR_FRAMES = 6
LIVE_START_EVERY_FRAMES = 10
"""Live renders begin at whole multiples, so that playheads near each other share one."""
# Blur carries a kept object a little beyond its mask.
KEPT_BLUR_PX = 2.0


class Mode(Enum):
    """How an engine walks the clip: once forward, or over whole shots in both directions."""

    LIVE = "live"
    FINAL = "final"


@lru_cache(maxsize=256)
def _fingerprint(holes: HoleSettings, height: int) -> bytes:
    """The same bytes for all frames: they are remembered by the hundred thousand."""
    return holes.fingerprint(height).encode()


@dataclass(frozen=True, slots=True)
class HoleLayer:
    """Objects whose holes are made alike.

    Attributes:
        masks: their masks by frame, united.
        holes: how these become holes.
        exact: frames whose mask the user made: it is not tidied.
        soft: soft borders of the masks, kept as feather.
    """

    masks: Mapping[int, MaskBlob]
    holes: HoleSettings
    exact: frozenset[int] = frozenset()
    soft: Mapping[int, SoftEdge] = field(default_factory=dict)

    def hole(self, index: int, size: tuple[int, int], cuts: Collection[int]) -> Hole:
        """The layer's hole in a frame of a picture of ``(width, height)``."""
        own, edge = self.masks.get(index), self.soft.get(index)
        soft = None if edge is None or own is None or own.is_empty else edge.matte(own.to_array())
        holes = replace(self.holes, tidy=False) if index in self.exact else self.holes
        return hole_at(self.masks, index, holes, size=size, cuts=cuts, soft=soft)

    def facts(self, index: int, height: int) -> tuple[bytes, ...]:
        """All that a frame's mask adds to the holes of the frames near it; nothing without a mask."""
        mask = self.masks.get(index)
        if mask is None:
            return ()
        edge = self.soft.get(index)
        return (
            _fingerprint(self.holes, height),
            mask.digest(),
            b"exact" if index in self.exact and self.holes.tidy else b"",
            b"" if edge is None else hashlib.blake2b(repr(edge.bbox).encode() + edge.packed, digest_size=16).digest(),
        )


@dataclass(frozen=True, slots=True)
class RemovalPlan:
    """Everything that a removal depends on.

    Attributes:
        source: the clip.
        identity: names the clip's content, see ``ClipReader.same``.
        width, height: size of its pictures.
        frames: first frame and end (exclusive) of what the masks speak of.
        layers: what is removed.
        mode: how the engine walks.
        fields: whether frames are interlaced and go to the engine as two pictures each.
        kept: by frame, what no hole may touch and what is no background (objects to keep).
        references: ``(H, W, 3 or 4)`` pictures of frames that were retouched by hand.
        seam: how fills are fitted in.
        draft: whether the engine works at half the size.
        cleaned: the part of ``frames`` in which something is removed; in the others the engine only sees what the
            object hides later or earlier, and they stay as they are. None for all of them. No result depends on it.
        limits: the part of ``frames`` that the engine may look at: beyond it nobody knows where the objects are. None
            for all of them.
        run_up: with so many frames before the first that is wanted ``live`` begins: what it has not seen, it can only
            guess.
        unknown: frames in which something is to be removed that nobody marked there: not to be looked at, unless
            another object is marked in them.
    """

    source: Path
    identity: str
    width: int
    height: int
    frames: tuple[int, int]
    layers: tuple[HoleLayer, ...]
    mode: Mode
    fields: bool = False
    kept: Mapping[int, MaskBlob] = field(default_factory=dict)
    references: Mapping[int, NDArray[np.uint8] | NDArray[np.uint16]] = field(default_factory=dict)
    seam: SeamSettings = field(default_factory=SeamSettings)
    draft: bool = False
    cleaned: tuple[int, int] | None = None
    limits: tuple[int, int] | None = None
    run_up: int = 0
    unknown: frozenset[int] = frozenset()
    _marked: BoolMask = field(init=False, repr=False, compare=False)
    _holed: BoolMask = field(init=False, repr=False, compare=False)
    _active: BoolMask = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Notes which frames may have a hole, and which the engine must see."""
        first, end = self.frames
        holed = np.zeros(max(end - first, 0), np.bool_)
        marked = holed.copy()
        for layer in self.layers:
            back, ahead = layer.holes.window
            own = marked_frames(layer.masks, first - back, end + ahead)
            holed |= spread(own, back, ahead)[back : back + len(holed)]
            marked |= own[back : back + len(holed)]
        within = [index - first for index in self.unknown if first <= index < end]
        unmarked = [place for place in within if not marked[place]]
        holed[unmarked] = False
        active = holed.copy()
        for step in range(1, NEIGHBOUR_FRAMES + 1):
            active[step:] |= holed[:-step]
            active[:-step] |= holed[step:]
        active[unmarked] = False
        object.__setattr__(self, "_marked", marked)
        object.__setattr__(self, "_holed", holed)
        object.__setattr__(self, "_active", active)

    @property
    def pictures_per_frame(self) -> int:
        """How many pictures the engine sees of each frame."""
        return 2 if self.fields else 1

    def picture_indices(self, index: int) -> range:
        """The indices of the pictures that the engine sees of a frame."""
        count = self.pictures_per_frame
        return range(count * index, count * (index + 1))

    @property
    def has_masks(self) -> bool:
        """Whether there is anything to remove in the range."""
        cleaned, end = self.cleaned_frames
        first = self.frames[0]
        return bool(self._marked[max(cleaned - first, 0) : max(end - first, 0)].any())

    @property
    def cleaned_frames(self) -> tuple[int, int]:
        """First frame and end (exclusive) of the range in which something is removed."""
        return self.frames if self.cleaned is None else self.cleaned

    @property
    def looked_at(self) -> tuple[int, int]:
        """First frame and end (exclusive) of what the engine may look at."""
        return self.frames if self.limits is None else self.limits

    def is_cleaned(self, index: int) -> bool:
        """Whether something may be removed in a frame."""
        first, end = self.cleaned_frames
        return first <= index < end

    def live_start(self, at: int) -> int:
        """The frame with which ``live`` begins so that a frame comes out well.

        Playheads near each other share one. Where the engine need not see the frame before, nothing is gained by it.
        """
        earliest = at
        least = max(self.looked_at[0], (at - self.run_up) // LIVE_START_EVERY_FRAMES * LIVE_START_EVERY_FRAMES)
        while earliest > least and self.is_active(earliest) and self.is_active(earliest - 1):
            earliest -= 1
        return earliest

    def live_settled(self, start: int) -> int:
        """The first frame whose result counts of a live render that begins at a frame; those before are its run-up."""
        fresh = start <= self.looked_at[0] or not (self.is_active(start) and self.is_active(start - 1))
        return start if fresh else start + self.run_up

    def from_frame(self, first: int) -> RemovalPlan:
        """The same removal as if nothing was to be removed before a frame of its range."""
        layers = tuple(replace(layer, masks=from_frame(layer.masks, first)) for layer in self.layers)
        kept = from_frame(self.kept, first)
        references = {index: picture for index, picture in self.references.items() if index >= first}
        cleaned = None if self.cleaned is None else (max(first, self.cleaned[0]), self.cleaned[1])
        limits = None if self.limits is None else (max(first, self.limits[0]), self.limits[1])
        return replace(
            self,
            frames=(first, self.frames[1]),
            cleaned=cleaned,
            limits=limits,
            layers=layers,
            kept=kept,
            references=references,
        )

    def may_have_hole(self, index: int) -> bool:
        """Whether a frame can have a hole (False is certain, True is not)."""
        first, end = self.frames
        return first <= index < end and bool(self._holed[index - first])

    def may_have_holes(self, first: int, end: int) -> BoolMask:
        """``may_have_hole`` of the frames from the first to the end (exclusive), ``(end - first,)`` bool."""
        found = np.zeros(max(end - first, 0), np.bool_)
        low, high = max(first, self.frames[0]), min(end, self.frames[1])
        if low < high:
            found[low - first : high - first] = self._holed[low - self.frames[0] : high - self.frames[0]]
        return found

    def is_active(self, index: int) -> bool:
        """Whether the engine must see a frame: it may have a hole, or lies near one that may."""
        first, end = self.frames
        return first <= index < end and bool(self._active[index - first])

    def active_runs(self) -> Iterator[tuple[int, int]]:
        """Stretches ``(first, end)`` of consecutive frames that the engine must see, in order."""
        steps = np.flatnonzero(np.diff(np.concatenate([[False], self._active, [False]]).astype(np.int8)))
        first = self.frames[0]
        yield from ((first + int(start), first + int(end)) for start, end in steps.reshape(-1, 2))

    def hole(self, index: int, cuts: Collection[int] = ()) -> Hole:
        """A frame's hole; masks do not count across the cuts."""
        if not self.may_have_hole(index):
            return no_hole(self.width, self.height)
        size = (self.width, self.height)
        return united([layer.hole(index, size, cuts) for layer in self.layers], self.kept.get(index))

    def written_hole(self, index: int, cuts: Collection[int] = ()) -> Hole:
        """What is filled in a frame as it is written: nothing outside the range that is cleaned."""
        if not self.is_cleaned(index):
            return no_hole(self.width, self.height)
        return self.hole(index, (*cuts, *self.looked_at))

    def facts(self, index: int) -> tuple[bytes, ...]:
        """All that a frame adds to the names of results that depend on it."""
        # Sorted: the order of objects changes nothing in the union of their holes.
        layers = [fact for facts in sorted(layer.facts(index, self.height) for layer in self.layers) for fact in facts]
        kept, reference = self.kept.get(index), self.references.get(index)
        return (
            b"active" if self.is_active(index) else b"",
            *layers,
            b"" if kept is None else b"kept" + kept.digest(),
            b"" if reference is None else hashlib.blake2b(reference.tobytes(), digest_size=16).digest(),
        )

    def pictures(self, frame: VideoFrame, hole: Hole, *, cut: bool) -> list[HoleFrame]:
        """What the engine gets of a frame: one picture, or its two fields in temporal order."""
        if self.draft and not self.fields:
            return [self._small_picture(frame, hole, cut=cut)]
        whole = self._whole_pictures(frame, hole, cut=cut)
        return [drafted(picture) for picture in whole] if self.draft else whole

    def _small_picture(self, frame: VideoFrame, hole: Hole, *, cut: bool) -> HoleFrame:
        """A frame in a draft: shrunken before anything is made of it."""
        is_reference = frame.index in self.references
        small = halved(self._retouched(frame, hole) if is_reference else frame)
        region = hole.full_region()
        avoid = self._avoided(frame.index, region)
        return HoleFrame(
            picture_of(small, frame.index),
            any_of_four(region),
            cut=cut,
            reference=is_reference,
            avoid=None if avoid is None else any_of_four(avoid),
        )

    def taken(self, fill: Fill, frame: VideoFrame) -> Fill:
        """A fill of the engine as it goes into the frame."""
        return enlarged(fill, self.width, self.height, frame.layout.plane_shifts) if self.draft else fill

    def _whole_pictures(self, frame: VideoFrame, hole: Hole, *, cut: bool) -> list[HoleFrame]:
        is_reference = frame.index in self.references
        if is_reference:
            frame = self._retouched(frame, hole)
        region = hole.full_region()
        avoid = self._avoided(frame.index, region)
        if not self.fields:
            picture = Picture(frame.index, _FrameViews(frame), _picture_planes(frame), frame.layout.bits)
            return [HoleFrame(picture, region, cut=cut, reference=is_reference, avoid=avoid)]
        grown = engine_hole(region, frame.layout.shift_y)
        if avoid is not None:
            avoid &= ~grown
        return [
            HoleFrame(
                picture_of(part.frame, 2 * frame.index + order),
                grown,
                cut=cut and not order,
                reference=is_reference,
                avoid=avoid,
            )
            for order, part in enumerate(split(frame))
        ]

    def reference_fills(self, frame: VideoFrame, hole: Hole) -> tuple[Fill, ...]:
        """The fills of a frame that was retouched by hand: the user's picture, which counts as seen.

        An engine takes it for a frame without a hole, so it makes none itself.
        """
        return tuple(_whole_fill(picture) for picture in self._whole_pictures(frame, hole, cut=False))

    def _avoided(self, index: int, region: BoolMask) -> BoolMask | None:
        """What is neither hole nor background: objects that are kept, with the blur round them."""
        kept = self.kept.get(index)
        if kept is None or kept.is_empty:
            return None
        return grow(kept.to_array(), KEPT_BLUR_PX) & ~region

    def _retouched(self, frame: VideoFrame, hole: Hole) -> VideoFrame:
        """The frame with the user's picture in its hole."""
        painted = planes_from_rgb(self.references[frame.index], frame.layout, frame.color)
        region = hole.full_region()
        planes = [
            np.where(touched_samples(region, *shifts, by_field=self.fields), new, old)
            for new, old, shifts in zip(painted, frame.planes, frame.layout.plane_shifts, strict=True)
        ]
        return replaced(frame, planes)


def picture_of(frame: VideoFrame, index: int) -> Picture:
    """A frame as engines take it, under an index of its own."""
    return Picture(index, frame.rgb, _picture_planes(frame), frame.layout.bits)


def _picture_planes(frame: VideoFrame) -> tuple[PicturePlane, ...]:
    """A frame's planes as engines take them."""
    return tuple(
        PicturePlane(plane, *shifts) for plane, shifts in zip(frame.planes, frame.layout.plane_shifts, strict=True)
    )


class _FrameViews:
    """A frame's view; a coarser one is made of shrunken planes, in a tenth of the time."""

    def __init__(self, frame: VideoFrame) -> None:
        self._frame = frame

    @property
    def size(self) -> tuple[int, int]:
        return self._frame.height, self._frame.width

    def whole(self) -> NDArray[np.uint8]:
        return self._frame.rgb

    def coarser(self, step: int) -> NDArray[np.uint8]:
        return small_view(self._frame, step)


def _whole_fill(given: HoleFrame) -> Fill:
    """A fill that is the picture itself, as far as its hole reaches on the coarsest plane's grid."""
    height, width = given.hole.shape
    align = max(1 << max(plane.shift_x, plane.shift_y) for plane in given.picture.planes)
    box = bounding_box(given.hole)
    left, top = box.x // align * align, box.y // align * align
    right, bottom = min(-(-box.right // align) * align, width), min(-(-box.bottom // align) * align, height)
    planes = tuple(
        plane.samples[
            top >> plane.shift_y : -(-bottom >> plane.shift_y), left >> plane.shift_x : -(-right >> plane.shift_x)
        ].copy()
        for plane in given.picture.planes
    )
    seen = given.hole[top:bottom, left:right].copy()
    size = (right - left, bottom - top)
    return Fill(given.picture.index, left, top, *size, planes, seen, np.zeros_like(seen), ("retouched by hand",))


class ResultKeys:
    """Names of a plan's results: each a hash of everything that the result depends on.

    Safe to use from several threads. A live fill depends on the masks of all frames up to its own (and of those that
    the delay looks ahead to); a final fill on all masks of its shot.

    Args:
        plan: the plan.
        engine: who fills.
        facts: gives the plan's facts of a frame, where they may be known already.
    """

    def __init__(
        self, plan: RemovalPlan, engine: Engine, facts: Callable[[int], tuple[bytes, ...]] | None = None
    ) -> None:
        self._plan = plan
        self._facts = plan.facts if facts is None else facts
        self.delay_frames = -(-engine.delay // plan.pictures_per_frame)
        """Frames of look-ahead in ``live``."""
        about = (
            plan.identity,
            engine.name,
            engine.version,
            plan.mode.value,
            f"{plan.width}x{plan.height} {plan.fields}{f' draft {DRAFT_VERSION}' if plan.draft else ''}",
        )
        self._base = chain(b"", *(fact.encode() for fact in about))
        self._links: list[bytes] = []
        self._lock = threading.Lock()

    def live(self, index: int, picture: int) -> Key:
        """A live fill of a picture of frame ``index``."""
        first, end = self._plan.frames
        link = self._link(min(index + self.delay_frames, end - 1) - first)
        return Key("patch", chain(link, str(picture).encode()))

    def live_cut(self, index: int) -> Key:
        """The mark that the live fill of frame ``index`` starts a new shot, beside its patches."""
        return Key("cut", self.live(index, index * self._plan.pictures_per_frame).digest)

    def state(self, index: int) -> Key:
        """The live engine's state after frame ``index``."""
        return Key("state", chain(self._link(index - self._plan.frames[0]), b"state"))

    def final(self, shot: tuple[int, int]) -> Callable[[int], Key]:
        """Names final fills of what the engine walks in one go (first frame, end) by picture."""
        link = self._base
        for index in range(*shot):
            link = chain(link, *self._facts(index))
        where = chain(link, f"{shot}".encode())
        return lambda picture: Key("patch", chain(where, str(picture).encode()))

    def _link(self, position: int) -> bytes:
        first = self._plan.frames[0]
        with self._lock:
            if not self._links:
                self._links.append(chain(self._base, str(first).encode(), *self._facts(first)))
            while len(self._links) <= position:
                self._links.append(chain(self._links[-1], *self._facts(first + len(self._links))))
            return self._links[position]
