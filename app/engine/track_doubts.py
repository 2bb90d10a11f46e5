"""Where a track is doubtful: the tracker is unsure of a frame, or its mask is not the one before, moved."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

import numpy as np

from app.core.masks import BoolMask, MaskBlob
from app.engine.track_ways import PRESENT, SURE, TrackedFrame

# On 27 clips with true masks, 22 % of the frames overlap the truth by less than half. Of those with a presence below
# SURE 83 % do, of those beyond OUTGROWN 62 %, which are two thirds of all that do.
OUTGROWN = 2.0
"""So many times larger or smaller than where the user showed it, an object has seldom really become."""
UNLIKE = 0.8
"""Likeness of a mask's colours to the object's, where the user showed it, that no mask of a J of 0.6 or more fell below
in 106 looks at clips of the tuning half; 5 of the 12 others did."""
JUMPING = 0.45
"""Share of two neighbouring masks, laid over each other, that only one of them has: from here on one slipped."""


def doubts_of(
    answers: Sequence[TrackedFrame], *, anchors: Collection[int] = (), spare: Collection[int] = ()
) -> dict[int, str]:
    """By frame, why a track may be wrong there; frames in which the object was not found are not among them.

    Args:
        answers: of consecutive frames, in order.
        anchors: frames in which the user showed the object.
        spare: frames whose mask the user made.
    """
    shown_px = {answer.index: answer.mask.area_px for answer in answers if answer.index in anchors}
    doubts: dict[int, str] = {}
    before: TrackedFrame | None = None
    for answer in answers:
        reasons = []
        sure = min(answer.presence, answer.likeness) if answer.likeness < UNLIKE else answer.presence
        if answer.presence >= PRESENT and sure < SURE:
            reasons.append(f"the tracker is {sure:.0%} sure")
        if shown_px and answer.presence >= PRESENT:
            _, nearest = min((abs(anchor - answer.index), anchor) for anchor in shown_px)
            reasons += _outgrown(answer.mask.area_px, shown_px[nearest])
        if before is not None and not answer.cut and before.index not in spare:
            share = jump(before.mask, answer.mask)
            reasons += [f"{share:.0%} of the mask is unlike the frame before"] if share >= JUMPING else []
        if reasons and answer.index not in spare:
            doubts[answer.index] = "; ".join(reasons)
        before = answer
    return doubts


def _outgrown(area_px: int, shown_px: int) -> list[str]:
    ratio = area_px / max(shown_px, 1)
    if 1 / OUTGROWN <= ratio <= OUTGROWN:
        return []
    return [f"the mask is {ratio:.1f} times as large as where the object was shown"]


def jump(before: MaskBlob, here: MaskBlob) -> float:
    """1 minus the overlap of two masks whose middles are laid over each other, 0 to 1; 0 if one is empty."""
    if before.is_empty or here.is_empty:
        return 0.0
    one, other = before.crop(), here.crop()
    (top, left), (other_top, other_left) = _middle(one), _middle(other)
    down, right = top - other_top, left - other_left  # of the other's corner against the first one's
    rows = slice(max(0, down), min(one.shape[0], down + other.shape[0]))
    columns = slice(max(0, right), min(one.shape[1], right + other.shape[1]))
    others = other[rows.start - down : rows.stop - down, columns.start - right : columns.stop - right]
    both = int(np.count_nonzero(one[rows, columns] & others))
    return 1 - both / (before.area_px + here.area_px - both)


def _middle(mask: BoolMask) -> tuple[int, int]:
    """Row and column of the middle of a mask that is not empty."""
    by_row, by_column = mask.sum(axis=1), mask.sum(axis=0)
    area = int(by_row.sum())
    row, column = (int(counts @ np.arange(len(counts))) for counts in (by_row, by_column))
    return round(row / area), round(column / area)


def doubtful_frames(indices: Sequence[int]) -> list[str]:
    """A sentence about the frames whose masks are doubtful; none if there are none."""
    if not indices:
        return []
    what = "frame" if len(indices) == 1 else f"{len(indices)} frames:"
    return [f"The tracker is unsure in {what} {frame_runs(indices)}: look at the masks there."]


def frame_runs(indices: Iterable[int]) -> str:
    """``3-7, 12`` for 3, 4, 5, 6, 7, 12."""
    known = set(indices)
    starts = sorted(index for index in known if index - 1 not in known)
    ends = sorted(index for index in known if index + 1 not in known)
    return ", ".join(str(a) if a == b else f"{a}-{b}" for a, b in zip(starts, ends, strict=True))
