"""A survey of rendered frames for the quality lane: one pass over the clip, a few numbers a frame, what is amiss."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass
from enum import Enum
from types import MappingProxyType

from app.engine.result_view import ResultView
from app.engine.seam_quality import FrameQuality
from app.jobs.context import JobContext
from app.media.clip_reader import ClipReader

MOSTLY_GUESSED = 0.3
"""From this share on, what is filled in is mostly the engine's invention."""
JUMPING_MASK = 0.35
"""From here on, the hole is not the one before, moved: a slip of the tracker, or something else that was hit."""
VISIBLE_SEAM = 4.0
"""Levels from which on a step at the hole's border is seen (a frame of 8 bits has 255)."""

OnQuality = Callable[[int, FrameQuality], None]


class Trouble(Enum):
    """What may be wrong with a frame."""

    GUESSED = "mostly guessed"
    MASK = "the mask jumps"
    SEAM = "the seam may show"
    FAILED = "not rendered: the engine failed"
    LOST = "an object was not found"
    """By the tracker: it may have left the picture."""
    UNSURE = "the tracker is unsure of a mask"
    SHARED = "two objects have the same pixels"
    """One may have taken what is the other's."""


@dataclass(frozen=True, slots=True)
class Problem:
    """A frame that is worth a look, and why, the gravest first."""

    frame: int
    troubles: tuple[Trouble, ...]


def surveyed(
    view: ResultView, reader: ClipReader, on_quality: OnQuality, context: JobContext
) -> dict[int, FrameQuality]:
    """The quality of every rendered frame that has a hole.

    Args:
        view: the results.
        reader: the clip.
        on_quality: told of each frame as soon as it is known, in the calling thread.
        context: cancels between frames and is told the progress.

    Raises:
        Cancelled: stopped.
        UserError: the clip cannot be read.
    """
    found = {}
    first, end = view.final.looked_at
    for run in view.runs():
        with closing(reader.frames(*run)) as frames:
            for frame in frames:
                context.checkpoint()
                quality = view.quality(frame)
                if quality is not None:
                    found[frame.index] = quality
                    on_quality(frame.index, quality)
                context.progress(frame.index + 1 - first, end - first, "Judging the result")
    return found


def problems(
    qualities: Mapping[int, FrameQuality],
    failed: frozenset[int] = frozenset(),
    tracked: Mapping[int, Trouble] = MappingProxyType({}),
    shared: frozenset[int] = frozenset(),
) -> list[Problem]:
    """The frames that are worth a look, in order.

    Args:
        qualities: by frame.
        failed: frames that could not be rendered.
        tracked: by frame, what tracking had trouble with.
        shared: frames in which two objects have the same pixels.
    """
    found = []
    for frame in sorted(set(qualities) | failed | set(tracked) | shared):
        troubles = [Trouble.FAILED] if frame in failed else []
        if frame in qualities:
            troubles += _troubles(qualities[frame])
        troubles += [tracked[frame]] if frame in tracked else []
        troubles += [Trouble.SHARED] if frame in shared else []
        if troubles:
            found.append(Problem(frame, tuple(troubles)))
    return found


def next_problem(found: list[Problem], frame: int, *, forward: bool = True) -> Problem | None:
    """The next stretch of problems beyond a frame: its first frame, from whichever side one comes; None without one.

    Neighbouring problem frames with the same gravest trouble are one stretch: a key press should lead to another place.
    """
    starts = [
        each
        for before, each in zip([None, *found], found, strict=False)
        if before is None or before.frame + 1 != each.frame or before.troubles[0] is not each.troubles[0]
    ]
    beyond = [each for each in starts if (each.frame > frame if forward else each.frame < frame)]
    return (beyond[0] if forward else beyond[-1]) if beyond else None


def _troubles(quality: FrameQuality) -> list[Trouble]:
    signs = (
        (Trouble.MASK, quality.mask_jump >= JUMPING_MASK),
        (Trouble.GUESSED, quality.guessed_share >= MOSTLY_GUESSED),
        (Trouble.SEAM, quality.seam >= VISIBLE_SEAM),
    )
    return [trouble for trouble, is_there in signs if is_there]
