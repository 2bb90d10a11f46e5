"""Masks by frame on their way to a plan, for hundreds of thousands of frames: made when they are asked for.

A plan knows of every frame whether there is a mask, which a pass over the tracks tells. The pixels of a mask that is
put together from others (several objects in one layer, an object kept with a margin) matter only in frames that are
looked up or filled: these mappings make it then, and a ``MaskMemory`` holds what was made for plans to come.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import reduce
from operator import attrgetter

import numpy as np
from numpy.typing import NDArray

from app.core.frame_map import PAGE_FRAMES, FrameMap, FrameSet
from app.core.geometry import Rect
from app.core.masks import MaskBlob, grow

Frames = NDArray[np.bool_]
"""``(n,)`` bool, one for each frame of a range."""

_MOST_KEPT = 1 << 16


class MaskMemory:
    """Masks that were made from others, for whoever needs the same again; safe to use from several threads.

    Masks are told apart by what they are made of: the very same blobs, which the memory holds meanwhile.

    Args:
        most: so many are kept; the oldest go.
    """

    def __init__(self, most: int = _MOST_KEPT) -> None:
        self._most = most
        self._lock = threading.Lock()
        self._made: dict[tuple[int, ...], tuple[tuple[MaskBlob, ...], MaskBlob]] = {}

    def union(self, blobs: Sequence[MaskBlob]) -> MaskBlob:
        """The union of some masks of one picture (at least one)."""
        if len(blobs) == 1:
            return blobs[0]
        return self._remembered((), tuple(blobs), union_of)

    def grown(self, blob: MaskBlob, reach_px: int) -> MaskBlob:
        """A mask with a margin."""
        if not reach_px or blob.is_empty:
            return blob
        return self._remembered(
            (reach_px,), (blob,), lambda one: MaskBlob.from_array(grow(one[0].to_array(), reach_px))
        )

    def _remembered(
        self, how: tuple[int, ...], blobs: tuple[MaskBlob, ...], make: Callable[[tuple[MaskBlob, ...]], MaskBlob]
    ) -> MaskBlob:
        key = (len(how), *how, *map(id, blobs))
        found = self._made.get(key)
        if found is None:
            found = blobs, make(blobs)
            with self._lock:
                self._made[key] = found
                if len(self._made) > self._most:
                    del self._made[next(iter(self._made))]
        return found[1]


def union_of(blobs: Sequence[MaskBlob]) -> MaskBlob:
    """The union of masks of one picture (at least one), made in the rectangle that holds them all."""
    width, height = blobs[0].width, blobs[0].height
    filled = [blob for blob in blobs if not blob.is_empty]
    if not filled:
        return MaskBlob.empty(width, height)
    box = reduce(Rect.hull, (blob.bbox for blob in filled))
    pixels = np.zeros((box.height, box.width), np.bool_)
    for blob in filled:
        pixels[blob.bbox.within(box).slices()] |= blob.crop()
    return MaskBlob.from_crop(pixels, box.x, box.y, width, height)


class MadeMasks(Mapping[int, MaskBlob]):
    """Masks that are made from those of one or several tracks, each when it is asked for.

    Attributes are as the arguments.

    Args:
        tracks: by frame, of pictures of one size.
        frames: first frame and end (exclusive) of those that have a mask.
        memory: holds what was made.
        reach_px: the margin that each gets before they are united.
    """

    def __init__(
        self,
        tracks: Sequence[Mapping[int, MaskBlob]],
        frames: tuple[int, int],
        memory: MaskMemory,
        *,
        reach_px: int = 0,
    ) -> None:
        self.tracks, self.frames, self.reach_px = tuple(tracks), frames, reach_px
        self._memory = memory

    def __getitem__(self, frame: int) -> MaskBlob:
        here = [blob for track in self.tracks if (blob := track.get(frame)) is not None] if self._covers(frame) else []
        if not here:
            raise KeyError(frame)
        if self.reach_px:
            here = [self._memory.grown(blob, self.reach_px) for blob in here]
        return self._memory.union(here)

    def __contains__(self, frame: object) -> bool:
        return isinstance(frame, int) and self._covers(frame) and any(frame in track for track in self.tracks)

    def __iter__(self) -> Iterator[int]:
        frames: set[int] = set().union(*self.tracks)
        return (frame for frame in sorted(frames) if self._covers(frame))

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def __bool__(self) -> bool:
        return any(True for _ in self)

    def _covers(self, frame: int) -> bool:
        return self.frames[0] <= frame < self.frames[1]

    def from_frame(self, first: int) -> MadeMasks:
        """The same without the frames before one."""
        frames = max(first, self.frames[0]), self.frames[1]
        return MadeMasks(self.tracks, frames, self._memory, reach_px=self.reach_px)

    def marked(self, first: int, end: int) -> Frames:
        """See ``marked_frames``."""
        found = np.zeros(max(end - first, 0), np.bool_)
        for track in self.tracks:
            found |= marked_frames(track, first, end)
        found[: max(self.frames[0] - first, 0)] = False
        found[max(self.frames[1] - first, 0) :] = False
        return found


def from_frame(masks: Mapping[int, MaskBlob], first: int) -> Mapping[int, MaskBlob]:
    """Masks without those of the frames before one."""
    if isinstance(masks, MadeMasks):
        return masks.from_frame(first)
    if isinstance(masks, FrameMap):
        pages = masks.frames.pages
        end = (max(pages, default=0) + 1) * PAGE_FRAMES
        return masks.only(FrameSet(range(first, max(end, first))))
    return {index: mask for index, mask in masks.items() if index >= first}


def marked_frames(masks: Mapping[int, MaskBlob], first: int, end: int) -> Frames:
    """Which frames of a range (end exclusive) have a mask that is not empty, ``(end - first,)`` bool."""
    if isinstance(masks, MadeMasks):
        return masks.marked(first, end)
    found = np.zeros(max(end - first, 0), np.bool_)
    if isinstance(masks, FrameMap):
        for start, marked in _marked_pages(masks):
            low, high = max(start, first), min(start + PAGE_FRAMES, end)
            if low < high:
                found[low - first : high - first] = marked[low - start : high - start]
    else:
        for index, mask in masks.items():
            if first <= index < end:
                found[index - first] = not mask.is_empty
    return found


_EMPTY = MaskBlob.empty(0, 0)
_area_of = attrgetter("area_px")


def _marked_pages(masks: FrameMap[MaskBlob]) -> Iterator[tuple[int, Frames]]:
    """By page of a track: its first frame, and of which frames the mask is not empty."""
    looked: dict[int, Frames] = {}
    for start, values in masks.pages_of_values():
        # A page whose frames all have a mask is handed out itself, wherever it stands; others are made for this pass.
        marked = looked.get(id(values))
        if marked is None:
            full = (_EMPTY if blob is None else blob for blob in values) if None in values else values
            marked = np.fromiter(map(_area_of, full), np.int64, PAGE_FRAMES) > 0
            if None not in values:
                looked[id(values)] = marked
        yield start, marked


def known_frames(masks: FrameMap[MaskBlob], count: int) -> Frames:
    """Which of so many frames have a mask, an empty one too, ``(count,)`` bool."""
    found = np.zeros(count, np.bool_)
    for page, bits in masks.frames.pages.items():
        start = page * PAGE_FRAMES
        page_bits = np.frombuffer(bits.to_bytes(PAGE_FRAMES // 8, "little"), np.uint8)
        present = np.unpackbits(page_bits, bitorder="little").view(np.bool_)
        found[start : start + PAGE_FRAMES] = present[: max(count - start, 0)]
    return found


def spread(marked: Frames, back: int, ahead: int) -> Frames:
    """Frames from which a marked one is at most ``back`` frames behind, or ``ahead`` frames ahead.

    Args:
        marked: ``(n,)`` bool.
        back: 0 or more.
        ahead: 0 or more.
    """
    count = len(marked)
    before = np.concatenate([[0], np.cumsum(marked)])
    index = np.arange(count)
    return np.asarray(before[np.minimum(index + ahead + 1, count)] > before[np.maximum(index - back, 0)])
