"""Tracks an object through a clip: from its anchor frames forward and backward, shot by shot.

The clip is decoded once, forward; pictures are kept at a working size in a temporary file, so that walking backward
costs no decoding and memory does not grow with the length of the clip.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from app.core.document import DocumentObject
from app.core.errors import UserError
from app.core.geometry import Rect
from app.core.masks import MaskBlob, box_mask
from app.core.prompts import BoxPrompt, MaskPrompt, Prompt
from app.engine.track_others import NOBODY, Others
from app.engine.track_pace import Pace
from app.engine.track_pictures import Pictures, ViewedFrame
from app.engine.track_settings import AS_USUAL, TrackSettings
from app.engine.track_ways import (
    PRESENT,
    REACH_FRAMES,
    Checkpoint,
    Follower,
    MakeTracker,
    TrackedFrame,
    Way,
    shots_beyond,
    ways_of,
)

__all__ = ["PRESENT", "REACH_FRAMES", "TrackedFrame"]

View = NDArray[np.uint8]
BoolMask = NDArray[np.bool_]
Progress = Callable[[int, int], None]
WALK_WORTH = 12
"""How many frames are decoded in the time in which one is tracked, roughly: what is said of the progress is true."""

_BOX_REACH_FRAMES = 3
"""A box that follows the object moves smoothly over so many frames on each side."""


class FrameReader(Protocol):
    """What tracking needs of a clip: its frames in order (``app.media.clip_reader.ClipReader`` has it)."""

    def frames(self, start: int = 0, stop: int | None = None) -> Iterable[ViewedFrame]:
        """Frames ``start`` to ``stop`` (exclusive) in order."""
        ...


class WalkKeeper(Protocol):
    """Where finished walks are kept; see ``app.engine.kept_tracks``."""

    def get(self, way: Way, direction: int) -> Sequence[TrackedFrame] | None:
        """The answers of a walk from the way's anchor, 1 forward, -1 backward, 0 the anchor itself; None if unknown."""
        ...

    def put(self, way: Way, direction: int, answers: Sequence[TrackedFrame]) -> None:
        """Keeps the answers of a finished walk."""
        ...


def track(
    reader: FrameReader,
    prompts: Sequence[Prompt],
    *,
    frames: tuple[int, int],
    count: int | None = None,
    cuts: Collection[int] = (),
    scratch: Path | None = None,
    checkpoint: Checkpoint | None = None,
    progress: Progress | None = None,
    on_answer: Callable[[TrackedFrame], None] | None = None,
    settings: TrackSettings = AS_USUAL,
    kept: WalkKeeper | None = None,
    make: MakeTracker | None = None,
    pace: Pace | None = None,
    others: Others = NOBODY,
) -> Iterator[TrackedFrame]:
    """Follows one object.

    Each prompt's frame is an anchor. Between two anchors of a shot the object is tracked from both, and each frame
    takes the nearer one's answer; before the first and after the last it is tracked from that one. In up to
    ``SHOTS_BEYOND`` shots before and after one with an anchor it is looked for by its look, unless tracking stops where
    it is lost; in other shots without an anchor nothing is found.

    Args:
        reader: the clip.
        prompts: boxes (clipped to the picture) and masks of the clip's size, at least one; of two at one frame the
            later counts. Prompts outside ``frames`` are tracked from as well.
        frames: first frame and end (exclusive) wanted.
        count: frames of the clip; None if there are none but those between the range and the prompts.
        cuts: indices of frames that start a new shot, among those of ``frames_looked_at``.
        scratch: folder for the temporary file, the system's by default.
        checkpoint: called at least once a frame; may raise to stop.
        progress: called with the work done and to be done, in decoded frames; a tracked one counts as ``WALK_WORTH``.
        on_answer: called with every answer as soon as it is found, in the order of tracking.
        settings: which tracker, and what happens when the object is lost.
        kept: where finished walks are kept: only those are walked, and only those frames decoded, that an anchor
            which has come, gone or changed makes necessary.
        make: makes a tracker other than that of the settings, to compare with; None for that.
        pace: is told what is tracked anew and how long it takes.
        others: other objects of the clip, whose masks stay theirs, see ``app.engine.track_others``.

    Yields:
        One answer a frame, in order.
    """
    anchors = {prompt.frame: prompt for prompt in prompts}
    assert anchors, "at least one prompt"
    looked_at = frames_looked_at(prompts, frames, count)
    ways = ways_of(anchors, looked_at, cuts, frames, 0 if make else shots_beyond(settings))
    old = {way.anchor.frame: _kept_answers(way, kept, settings) for way in ways}
    missing = [way for way in ways if old[way.anchor.frame] is None]
    decoded = _frames_for(missing, looked_at)
    total = decoded[1] - decoded[0] + WALK_WORTH * sum(len(part) for way in ways for part in way.parts)
    found: dict[int, TrackedFrame] = {}

    def take(answer: TrackedFrame) -> None:
        found[answer.index] = answer
        if on_answer:
            on_answer(answer)
        if progress:
            progress(decoded[1] - decoded[0] + WALK_WORTH * len(found), total)

    with (
        Pictures(scratch, min(longer_side(prompt) for prompt in anchors.values())) as pictures,
        Follower(pictures, decoded[0], settings, checkpoint, make, others) as follower,
    ):
        if missing:
            with follower.getting_ready(way.anchor for way in missing):
                pictures.read(reader.frames(*decoded), lambda done: tell(checkpoint, progress, done, total))
        pace = pace or Pace()
        for way in ways:
            answers = old[way.anchor.frame]
            for answer in _walked(follower, way, kept, pace) if answers is None else answers:
                take(answer)
    size = next(iter(found.values())).mask if found else None
    for index in range(*frames):
        nothing = MaskBlob.empty(*(pictures.full_size if size is None else (size.width, size.height)))
        yield replace(found.get(index) or TrackedFrame(index, nothing, 0.0), cut=index in cuts)


def tell(checkpoint: Checkpoint | None, progress: Progress | None, done: int, total: int) -> None:
    """Lets a job be stopped, and tells how far it is, where it wants to know."""
    if checkpoint:
        checkpoint()
    if progress:
        progress(done, total)


def _walked(follower: Follower, way: Way, kept: WalkKeeper | None, pace: Pace) -> Iterator[TrackedFrame]:
    """The answers of a way, its anchor's first; what is walked to its end is kept."""
    mask = follower.anchor_mask(way.anchor, way.shot)
    shown = [follower.shown(way.anchor.frame, mask)]
    yield shown[0]
    for places in (way.forward, way.backward):
        answers = []
        for answer in pace.timed(follower.walk(way, mask, places)):
            answers.append(answer)
            yield answer
        if kept is not None and places:
            kept.put(way, places.step, answers)
    if kept is not None:
        kept.put(way, 0, shown)


def _kept_answers(way: Way, kept: WalkKeeper | None, settings: TrackSettings) -> list[TrackedFrame] | None:
    """The answers of a way, its anchor's first, if all of them are kept."""
    if kept is None:
        return None
    answers: list[TrackedFrame] = []
    for places, direction in zip(way.parts, (0, 1, -1), strict=True):
        if not places:
            continue
        known = {answer.index: answer for answer in kept.get(way, direction) or ()}
        for index in places:
            if index not in known:
                return None
            answers.append(known[index])
            if direction and settings.stop_when_lost and known[index].presence < PRESENT:
                break
    return answers


def _frames_for(ways: Sequence[Way], looked_at: tuple[int, int]) -> tuple[int, int]:
    """First frame and end (exclusive) of what has to be decoded to walk these ways."""
    needed = [index for way in ways for part in way.parts if part for index in (part[0], part[-1])]
    if not needed:
        return looked_at[0], looked_at[0]
    return max(looked_at[0], min(needed) - REACH_FRAMES), min(looked_at[1], max(needed) + 1 + REACH_FRAMES)


def frames_looked_at(prompts: Sequence[Prompt], frames: tuple[int, int], count: int | None) -> tuple[int, int]:
    """First frame and end (exclusive) of what ``track`` decodes: the range, the prompts, and what lies beside them."""
    first = min(frames[0], *(prompt.frame for prompt in prompts))
    end = max(frames[1], *(prompt.frame + 1 for prompt in prompts))
    return (first, end) if count is None else (max(0, first - REACH_FRAMES), min(count, end + REACH_FRAMES))


def prompts_to_follow(target: DocumentObject, frames: tuple[int, int], start: int | None) -> tuple[Prompt, ...]:
    """The prompts that tracking goes out from; a painted mask that is empty says "not here" and is none.

    Args:
        target: the object.
        frames: first frame and end (exclusive) in which it is looked for.
        start: see ``Workspace.track``.

    Raises:
        UserError: there is nothing to follow.
    """
    said = [prompt for prompt in target.prompts if not (isinstance(prompt, MaskPrompt) and prompt.mask.is_empty)]
    if start is not None:
        said = [prompt for prompt in said if frames[0] <= prompt.frame < frames[1]]
        mask = target.track.get(start)
        if start not in target.anchors and mask is not None and not mask.is_empty:
            said.append(MaskPrompt(mask, start))
    if not said:
        where = "" if start is None else f" in frame {start} or near it"
        raise UserError(f"Nothing says where {target.name} is{where}: draw a box round it or paint it, then track.")
    return tuple(said)


def painted_masks(target: DocumentObject) -> dict[int, MaskBlob]:
    """By frame, the masks that the user made: tracking follows them and never overwrites them."""
    return {prompt.frame: prompt.mask for prompt in target.prompts if isinstance(prompt, MaskPrompt)}


def moving_boxes(masks: Mapping[int, MaskBlob], cuts: Collection[int] = ()) -> dict[int, MaskBlob]:
    """The tracked shape's bounding box in place of the shape, moving smoothly and covering it in every frame.

    Args:
        masks: by frame, all of one size; empty ones stay empty.
        cuts: frames that start a new shot; nothing is smoothed across them.
    """
    reach = _BOX_REACH_FRAMES
    widest = {
        index: _hull([masks[i].bbox for i in _near(index, masks, cuts, reach)])
        for index, mask in masks.items()
        if not mask.is_empty
    }
    result = dict(masks)
    for index in widest:
        near = [widest[i] for i in _near(index, masks, cuts, reach)]
        left, top, right, bottom = np.mean([(box.x, box.y, box.right, box.bottom) for box in near], axis=0)
        box = Rect(int(left), int(top), int(np.ceil(right)) - int(left), int(np.ceil(bottom)) - int(top))
        own = masks[index]
        result[index] = MaskBlob.from_array(box_mask(_hull([box, own.bbox]), own.width, own.height))
    return result


def _near(index: int, masks: Mapping[int, MaskBlob], cuts: Collection[int], reach: int) -> list[int]:
    """Frames with a mask within reach in the same shot, without a gap between; the frame itself among them."""
    near = [index]
    for step in (-1, 1):
        other = index
        for _ in range(reach):
            crossed = other if step < 0 else other + 1
            other += step
            if crossed in cuts or other not in masks or masks[other].is_empty:
                break
            near.append(other)
    return near


def _hull(boxes: Sequence[Rect]) -> Rect:
    left, top = min(box.x for box in boxes), min(box.y for box in boxes)
    right, bottom = max(box.right for box in boxes), max(box.bottom for box in boxes)
    return Rect(left, top, right - left, bottom - top)


def longer_side(prompt: Prompt) -> int:
    """Of what the user marked, in pixels."""
    rect = prompt.rect if isinstance(prompt, BoxPrompt) else prompt.mask.bbox
    return max(rect.width, rect.height)
