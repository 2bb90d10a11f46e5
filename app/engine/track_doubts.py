"""Where a track is doubtful: its masks are unlike the object shown, or one is not the one before, moved."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from math import exp, log, nan

import numpy as np
from numpy.typing import NDArray

from app.core.masks import BoolMask, MaskBlob
from app.engine.track_ways import PRESENT, SURE, TrackedFrame

OUTGROWN = 2.0
"""So many times larger or smaller than where the user showed it, an object has seldom really become."""
UNLIKE = 0.8
"""Likeness of a mask's colours to the object's, where the user showed it, that no mask of a J of 0.6 or more fell below
in 106 looks at clips of the tuning half; 5 of the 12 others did."""
JUMPING = 0.45
"""Share of two neighbouring masks, laid over each other, that only one of them has: from here on one slipped."""
_CLOSED_FRAMES = 8
"""A gap between two doubtful stretches that is no longer is doubtful, too."""
_SHORTEST_FRAMES = 4
"""A shorter stretch is none."""


@dataclass(frozen=True, slots=True)
class Judged:
    """What is thought of one frame's mask.

    Attributes:
        answer: the tracker's.
        walk: the number of the walk that it belongs to: consecutive frames tracked from one anchor in one direction.
        growth: natural logarithm of the mask's area over that at the anchor; NaN where that is not known.
        reason: why it may be wrong; empty where it is not doubted.
    """

    answer: TrackedFrame
    walk: int
    growth: float
    reason: str


def doubts_of(
    answers: Sequence[TrackedFrame], *, anchors: Collection[int] = (), spare: Collection[int] = ()
) -> dict[int, str]:
    """By frame, why a track may be wrong there; frames in which the object was not found are not among them.

    Args:
        answers: of consecutive frames, in order.
        anchors: frames in which the user showed the object.
        spare: frames whose mask the user made.
    """
    return {each.answer.index: each.reason for each in judged(answers, anchors=anchors, spare=spare) if each.reason}


def judged(
    answers: Sequence[TrackedFrame], *, anchors: Collection[int] = (), spare: Collection[int] = ()
) -> list[Judged]:
    """What is thought of each mask; see ``doubts_of``."""
    shown_px = {answer.index: answer.mask.area_px for answer in answers if answer.index in anchors}
    judgements: list[Judged] = []
    for number, walk in enumerate(_walks(answers, anchors)):
        growth = [_growth(answer, shown_px) for answer in walk]
        for answer, size, reason in zip(walk, growth, _reasons(walk, growth, spare), strict=True):
            doubted = _is_there(answer) and answer.index not in spare
            judgements.append(Judged(answer, number, size, reason if doubted else ""))
    return judgements


def _reasons(walk: Sequence[TrackedFrame], growth: Sequence[float], spare: Collection[int]) -> list[str]:
    """Why each mask of a walk is doubtful, empty for those that are not; a gap says what the frame before it says."""
    lasting = [_lasting(answer, each) for answer, each in zip(walk, growth, strict=True)]
    marked = in_stretches(np.array([bool(each) for each in lasting], np.bool_))
    reasons: list[str] = []
    last = ""
    for place, answer in enumerate(walk):
        last = ("; ".join(lasting[place]) or last) if marked[place] else ""
        parts = [last] if last else []
        before = walk[place - 1] if place else None
        if before is not None and before.index not in spare:
            share = jump(before.mask, answer.mask)
            parts += [f"{share:.0%} of the mask is unlike the frame before"] if share >= JUMPING else []
        reasons.append("; ".join(parts))
    return reasons


def _lasting(answer: TrackedFrame, growth: float) -> list[str]:
    """What speaks against a mask by itself; nothing where there is none."""
    if not _is_there(answer):
        return []
    reasons = []
    if answer.likeness < UNLIKE:
        reasons.append(f"the mask's colours are {answer.likeness:.0%} like the object's")
    if answer.presence < SURE:
        reasons.append(f"the tracker is {answer.presence:.0%} sure")
    if abs(growth) > log(OUTGROWN):
        reasons.append(f"the mask is {exp(growth):.1f} times as large as where the object was shown")
    return reasons


def in_stretches(doubtful: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Marks ``(T,)`` without short gaps and, unless all of them are one, without short stretches."""
    marks = doubtful.copy()
    for value, longest in ((False, _CLOSED_FRAMES), (True, _SHORTEST_FRAMES - 1)):
        for first, end in _runs(marks == value):
            inside, whole = first > 0 and end < len(marks), end - first == len(marks)
            if end - first <= longest and (not whole if value else inside):
                marks[first:end] = not value
    return marks


def _runs(marks: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """First place and end (exclusive) of each run of True."""
    edges = np.flatnonzero(np.diff(np.concatenate(([False], marks, [False])).astype(np.int8)))
    return [(int(first), int(end)) for first, end in edges.reshape(-1, 2)]


def _is_there(answer: TrackedFrame) -> bool:
    return answer.presence >= PRESENT and not answer.mask.is_empty


def _walks(answers: Sequence[TrackedFrame], anchors: Collection[int]) -> list[list[TrackedFrame]]:
    """The answers, taken apart where another anchor is nearer, at anchors themselves, and where a new shot starts."""
    walks: list[list[TrackedFrame]] = []
    last: tuple[int, bool] | None = None
    for answer in answers:
        nearest = min(anchors, key=lambda anchor: (abs(anchor - answer.index), anchor), default=None)
        side = None if nearest is None else (nearest, answer.index >= nearest)
        if answer.cut or side != last or not walks:
            walks.append([])
        walks[-1].append(answer)
        last = side
    return walks


def _growth(answer: TrackedFrame, shown_px: dict[int, int]) -> float:
    """The logarithm of the mask's area over that where the user showed it nearest; NaN where one is not known."""
    if not shown_px or not _is_there(answer):
        return nan
    _, nearest = min((abs(anchor - answer.index), anchor) for anchor in shown_px)
    return log(answer.mask.area_px / max(shown_px[nearest], 1))


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
