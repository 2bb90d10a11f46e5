"""Where a track is doubtful: it jumped, was nearly lost, or went on behind a cut with nobody to say that it is right.

Only what is plain is marked. A mask's colours and size, and whether a walk back ends where the user showed the object,
tell wrong masks from right ones on the clips that they were tried out with, and hardly on others
(``resources/benchmark/tracking.md``).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import pairwise

import numpy as np

from app.core.masks import BoolMask, MaskBlob
from app.engine.track_ways import PRESENT, TrackedFrame

JUMPING = 0.45
"""Share of two neighbouring masks, laid over each other, that only one of them has: from here on one slipped."""
NEARLY_LOST = 0.8
"""Presence below which so little of the object is left that it is as good as lost."""


def doubts_of(
    answers: Sequence[TrackedFrame], *, anchors: Collection[int] = (), spare: Collection[int] = ()
) -> dict[int, str]:
    """By frame, why a track may be wrong there; frames in which the object was not found are not among them.

    Args:
        answers: of consecutive frames, in order.
        anchors: frames in which the user showed the object, outside those of the answers as well.
        spare: frames whose mask the user made.
    """
    doubts: dict[int, list[str]] = {}
    for shot in _shots(answers):
        found = [each for each in shot if _is_there(each)]
        if found and not _may_hold(shot, answers, anchors):
            doubts.setdefault(found[0].index, []).append("found behind a cut by its look alone")
        for each in found:
            if each.presence < NEARLY_LOST:
                doubts.setdefault(each.index, []).append(f"the tracker is {each.presence:.0%} sure")
        for before, here in pairwise(shot):
            share = jump(before.mask, here.mask) if before.index not in spare and _is_there(here) else 0.0
            if share >= JUMPING:
                doubts.setdefault(here.index, []).append(f"{share:.0%} of the mask is unlike the frame before")
    return {index: "; ".join(doubts[index]) for index in sorted(doubts) if index not in spare}


def _shots(answers: Sequence[TrackedFrame]) -> Iterator[Sequence[TrackedFrame]]:
    """The answers of each shot."""
    starts = [place for place, answer in enumerate(answers) if answer.cut or not place]
    for first, end in pairwise([*starts, len(answers)]):
        yield answers[first:end]


def _may_hold(shot: Sequence[TrackedFrame], answers: Sequence[TrackedFrame], anchors: Collection[int]) -> bool:
    """Whether an anchor is in a shot, or outside the answers where the shot may reach on to it."""
    first = -1 if shot[0] is answers[0] and not shot[0].cut else shot[0].index
    return any(first <= anchor and (anchor <= shot[-1].index or shot[-1] is answers[-1]) for anchor in anchors)


def _is_there(answer: TrackedFrame) -> bool:
    return answer.presence >= PRESENT and not answer.mask.is_empty


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
