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
from app.engine.track_pictures import Pictures
from app.engine.track_ways import PRESENT, REACH_FRAMES, Checkpoint, Follower, TrackedFrame

__all__ = ["PRESENT", "REACH_FRAMES", "TrackedFrame"]

View = NDArray[np.uint8]
BoolMask = NDArray[np.bool_]
Progress = Callable[[int, int], None]

_BOX_REACH_FRAMES = 3
"""A box that follows the object moves smoothly over so many frames on each side."""


class _ViewedFrame(Protocol):
    @property
    def rgb(self) -> View: ...


class FrameReader(Protocol):
    """What tracking needs of a clip: its frames in order (``app.media.clip_reader.ClipReader`` has it)."""

    def frames(self, start: int = 0, stop: int | None = None) -> Iterable[_ViewedFrame]:
        """Frames ``start`` to ``stop`` (exclusive) in order."""
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
) -> Iterator[TrackedFrame]:
    """Follows one object.

    Each prompt's frame is an anchor. Between two anchors of a shot the object is tracked from both, and each frame
    takes the nearer one's answer; before the first and after the last it is tracked from that one. Tracking stops at
    cuts: in a shot without an anchor nothing is found.

    Args:
        reader: the clip.
        prompts: boxes (clipped to the picture) and masks of the clip's size, at least one; of two at one frame the
            later counts. Prompts outside ``frames`` are tracked from as well.
        frames: first frame and end (exclusive) wanted.
        count: frames of the clip; None if there are none but those between the range and the prompts.
        cuts: indices of frames that start a new shot, among those of ``frames_looked_at``.
        scratch: folder for the temporary file, the system's by default.
        checkpoint: called at least once a frame; may raise to stop.
        progress: called with the frames done and to be done.
        on_answer: called with every answer as soon as it is found, in the order of tracking.

    Yields:
        One answer a frame, in order.
    """
    anchors = {prompt.frame: prompt for prompt in prompts}
    assert anchors, "at least one prompt"
    first, end = frames_looked_at(prompts, frames, count)
    with Pictures(scratch, min(longer_side(prompt) for prompt in anchors.values())) as pictures:
        follower = Follower(pictures, (first, end), cuts, checkpoint)
        ways = follower.ways(anchors, frames)
        total = end - first + sum(1 + len(way.forward) + len(way.backward) for way in ways)
        for done, frame in enumerate(reader.frames(first, end), 1):
            if checkpoint:
                checkpoint()
            pictures.add(frame.rgb)
            if progress:
                progress(done, total)
        found: dict[int, TrackedFrame] = {}
        for answer in follower.follow(ways):
            found[answer.index] = answer
            if on_answer:
                on_answer(answer)
            if progress:
                progress(end - first + len(found), total)
    for index in range(*frames):
        answer = found.get(index) or TrackedFrame(index, MaskBlob.empty(*pictures.full_size), 0.0)
        yield replace(answer, cut=index in cuts)


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
