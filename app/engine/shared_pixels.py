"""Frames in which two objects have the same pixels: tracked by themselves, one may have taken what is another's."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from itertools import combinations

from app.core.document import Document
from app.core.masks import MaskBlob

LEAST_SHARE = 0.05
"""From this share of the smaller object on it is more than a border that both drew."""
LEAST_PX = 16
_CHECKED_EVERY = 256


class SharedPixels:
    """Looks through the tracks of a clip's objects, and remembers what it has looked at; for one thread at a time."""

    def __init__(self) -> None:
        self._known: dict[int, tuple[tuple[MaskBlob, ...], bool]] = {}

    def frames(self, document: Document, checkpoint: Callable[[], None] = lambda: None) -> frozenset[int]:
        """The frames in which the masks of two objects lie over each other.

        Args:
            document: whose objects; shapes are drawn by hand and may lie where they like.
            checkpoint: called once in a while; may raise to cancel.
        """
        tracks = [each.track for each in document.objects if each.track]
        counts = Counter(frame for track in tracks for frame in track) if len(tracks) > 1 else Counter()
        found: set[int] = set()
        looked_at: dict[int, tuple[tuple[MaskBlob, ...], bool]] = {}
        for number, (frame, count) in enumerate(counts.items()):
            if number % _CHECKED_EVERY == 0:
                checkpoint()
            if count < 2:
                continue
            masks = tuple(mask for track in tracks if (mask := track.get(frame)) is not None and not mask.is_empty)
            known = self._known.get(frame)
            if known is None or known[0] != masks:
                known = masks, any(_share(one, other) for one, other in combinations(masks, 2))
            looked_at[frame] = known
            if known[1]:
                found.add(frame)
        self._known = looked_at
        return frozenset(found)


def _share(one: MaskBlob, other: MaskBlob) -> bool:
    """Whether two masks have more pixels in common than a border."""
    least = max(LEAST_PX, LEAST_SHARE * min(one.area_px, other.area_px))
    common = one.bbox.common(other.bbox)
    if common.area_px < least:
        return False
    here, there = (mask.crop()[common.within(mask.bbox).slices()] for mask in (one, other))
    return int((here & there).sum()) >= least
