"""A track looked at a second time: where another tracker, from the same start, finds something else, it is doubtful.

The second track is made with the mask network and without a segmenter, the first as a rule without the one and with the
other, so that what leads the one astray seldom leads the other to the same place (``resources/benchmark/tracking.md``).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace

import numpy as np

from app.core.document import Document, Doubt
from app.core.errors import UserError
from app.core.frame_map import FrameMap, FrameSet
from app.core.masks import MaskBlob
from app.engine.loader import has_mask_network
from app.engine.mask_jobs import MasksFound, TrackSource
from app.engine.track_pace import Pace
from app.engine.track_settings import TrackSettings
from app.engine.tracking import PRESENT, TrackedFrame, painted_masks
from app.jobs.context import JobContext

SECOND_LOOK = TrackSettings("network", segmenter="none")
"""How the second track is made."""
AGREEING = 0.675
"""Overlap (intersection over union) of the two masks below which the first track is doubtful: on the tuning half of our
clips, tracked from a box, a tenth of the right masks lie below it."""

Reasons = Mapping[int, str]


def why_unchecked(settings: TrackSettings) -> str:
    """A sentence that says why tracks made with these settings cannot be checked; empty if they can.

    Raises:
        UserError: a check of them makes no sense.
    """
    if settings.tracker == "network":
        raise UserError("--check tracks again with the mask network, as --tracker network does: leave one of them out.")
    if settings.tracker == "box":
        raise UserError("--check compares shapes, and --tracker box gives boxes: leave one of them out.")
    if has_mask_network():
        return ""
    return "Not checked: a second look needs the mask network, and its weights or torch are not here."


def disagreements(
    masks: Mapping[int, MaskBlob], second: Sequence[TrackedFrame], *, spare: Collection[int] = ()
) -> dict[int, str]:
    """By frame, how a second track disagrees with a first one where that has the object.

    Args:
        masks: the first track's by frame, empty where the object was not found.
        second: of frames in order; others are not compared.
        spare: frames that are not compared: those whose mask the user made, and where the object was lost.
    """
    reasons = {}
    for other in second:
        mask = masks.get(other.index)
        if mask is None or mask.is_empty or other.index in spare:
            continue
        if other.presence < PRESENT or other.mask.is_empty:
            reasons[other.index] = "a second look does not find it"
        elif (overlap := overlap_of(mask, other.mask)) < AGREEING:
            reasons[other.index] = f"a second look disagrees: {overlap:.0%} overlap"
    return reasons


def overlap_of(one: MaskBlob, other: MaskBlob) -> float:
    """Intersection over union of two masks of pictures of one size, neither empty; 0 to 1."""
    common = one.bbox.common(other.bbox)
    here, there = (mask.crop()[common.within(mask.bbox).slices()] for mask in (one, other))
    both = int(np.count_nonzero(here & there))
    return both / (one.area_px + other.area_px - both)


def checking(
    document: Document, found: Sequence[MasksFound], frames: tuple[int, int], source: TrackSource, pace: Pace
) -> Callable[[JobContext], list[Reasons]]:
    """A job that tracks a second time from where tracks began, and compares.

    Args:
        document: who the objects are, and what was said about them.
        found: the tracks of one run, see ``mask_jobs.tracking`` and ``tracking_together``.
        frames: those that they were tracked in, first frame and end (exclusive).
        source: the clip, tracked with ``SECOND_LOOK``.
        pace: is told what is tracked anew and how long it takes.

    Returns:
        By track, by frame, why its mask may be wrong, see ``disagreements``.
    """
    starts = {each.edit.object_id: each.starts for each in found if each.starts}
    others = source.others_in(document, [each.edit.object_id for each in found])
    painted = [frozenset(painted_masks(document.object(each.edit.object_id))) for each in found]

    def run(context: JobContext) -> list[Reasons]:
        words = "Tracking a second time"
        second: Mapping[int, Sequence[TrackedFrame]] = {}
        if len(starts) == 1:
            ((which, mine),) = starts.items()
            second = {which: source.followed(mine, frames, context, pace=pace, words=words, others=others)}
        elif starts:
            second = source.followed_together(starts, frames, context, pace=pace, words=words, others=others)
        return [
            disagreements(each.edit.after, second.get(each.edit.object_id, ()), spare=made.union(each.facts.lost))
            for each, made in zip(found, painted, strict=True)
        ]

    return run


def checked(found: MasksFound, reasons: Reasons) -> MasksFound:
    """A track that a second one disagrees with: its frames count as unsure, beside what was doubtful before."""
    doubts = dict(found.facts.doubts)
    for index, why in reasons.items():
        doubts[index] = f"{doubts[index]}; {why}" if index in doubts else why
    marks = found.edit.doubts_after.overlaid(FrameMap(dict.fromkeys(reasons, Doubt.UNSURE)), FrameSet(reasons))
    facts = replace(found.facts, doubts={index: doubts[index] for index in sorted(doubts)})
    return replace(found, edit=replace(found.edit, doubts_after=marks), facts=facts)
