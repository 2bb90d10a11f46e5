"""Tracks an object through a clip: from its anchor frames forward and backward, shot by shot.

The clip is decoded once, forward; pictures are kept at a working size in a temporary file, so that walking backward
costs no decoding and memory does not grow with the length of the clip.
"""

from __future__ import annotations

import tempfile
from collections import OrderedDict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from app.core.document import DocumentObject
from app.core.errors import UserError
from app.core.geometry import Rect
from app.core.masks import MaskBlob, box_mask
from app.core.prompts import BoxPrompt, MaskPrompt, Prompt
from app.engine.loader import load_tracker, segment_box, tracking_scale

View = NDArray[np.uint8]
BoolMask = NDArray[np.bool_]
Checkpoint = Callable[[], None]
Progress = Callable[[int, int], None]

_BESIDE = (-30, -20, -12, -6, 6, 12, 20, 30)
"""Frames beside one that help the tracker to tell what moves from what stands still."""
REACH_FRAMES = max(_BESIDE)
"""How far beside a frame the tracker looks."""
_KEPT_PICTURES = 96
"""Pictures kept in memory: more than lie between the farthest beside, so that each is read from the file once."""
_BOX_REACH_FRAMES = 3
"""A box that follows the object moves smoothly over so many frames on each side."""
PRESENT = 0.5


class _ViewedFrame(Protocol):
    @property
    def rgb(self) -> View: ...


class FrameReader(Protocol):
    """What tracking needs of a clip: its frames in order (``app.media.clip_reader.ClipReader`` has it)."""

    def frames(self, start: int = 0, stop: int | None = None) -> Iterable[_ViewedFrame]:
        """Frames ``start`` to ``stop`` (exclusive) in order."""
        ...


@dataclass(frozen=True, slots=True)
class TrackedFrame:
    """One frame's answer.

    Attributes:
        index: the frame.
        mask: the object, at the clip's size; empty where it is not in the picture or not found.
        presence: 0 to 1, how sure the tracker is; below ``PRESENT`` the object is lost or gone.
        cut: whether a new shot starts with the frame.
    """

    index: int
    mask: MaskBlob
    presence: float
    cut: bool = False


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
    with _Pictures(scratch, min(_longer_side(prompt) for prompt in anchors.values())) as pictures:
        follower = _Follower(pictures, (first, end), cuts, checkpoint)
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


def _longer_side(prompt: Prompt) -> int:
    """Of what the user marked, in pixels."""
    rect = prompt.rect if isinstance(prompt, BoxPrompt) else prompt.mask.bbox
    return max(rect.width, rect.height)


class _Pictures:
    """The clip's pictures at the working size, in a temporary file."""

    def __init__(self, scratch: Path | None, object_px: int) -> None:
        self._object_px = object_px
        self._kept: OrderedDict[int, View] = OrderedDict()
        self._file = tempfile.TemporaryFile(dir=scratch, prefix="tracking-")  # noqa: SIM115 closed by __exit__
        self._count = 0
        self.full_size = (0, 0)
        self._size = (0, 0)

    def __enter__(self) -> _Pictures:
        return self

    def __exit__(self, *exception: object) -> None:
        self._file.close()

    def add(self, view: View) -> None:
        """Keeps the next picture."""
        import cv2

        if not self._count:
            height, width = view.shape[:2]
            scale = tracking_scale(width, height, self._object_px)
            self.full_size = (width, height)
            self._size = (max(1, round(width * scale)), max(1, round(height * scale)))
        small = cv2.resize(view, self._size, interpolation=cv2.INTER_AREA)
        self._file.write(np.ascontiguousarray(small).tobytes())
        self._count += 1

    def __len__(self) -> int:
        return self._count

    def __getitem__(self, place: int) -> View:
        """A picture; the tracker knows one that it has met by its array."""
        if place not in self._kept:
            width, height = self._size
            size_bytes = width * height * 3
            self._file.seek(place * size_bytes)
            self._kept[place] = np.frombuffer(self._file.read(size_bytes), np.uint8).reshape(height, width, 3)
            if len(self._kept) > _KEPT_PICTURES:
                self._kept.popitem(last=False)
        self._kept.move_to_end(place)
        return self._kept[place]

    def small_mask(self, mask: BoolMask) -> BoolMask:
        """A mask of the clip's size at the working size."""
        import cv2

        return np.asarray(cv2.resize(mask.astype(np.float32), self._size, interpolation=cv2.INTER_AREA) >= 0.5)

    def small_box(self, box: Rect) -> tuple[int, int, int, int]:
        """Left, top, width, height of a box at the working size, rounded outwards."""
        across, down = self._size[0] / self.full_size[0], self._size[1] / self.full_size[1]
        left, top = int(box.x * across), int(box.y * down)
        return left, top, int(np.ceil(box.right * across)) - left, int(np.ceil(box.bottom * down)) - top

    def full_mask(self, mask: BoolMask) -> BoolMask:
        """A mask of the working size at the clip's size, with a smooth outline."""
        import cv2

        if self._size == self.full_size:
            return mask
        soft = cv2.GaussianBlur(mask.astype(np.float32), (0, 0), 0.6)
        return np.asarray(cv2.resize(soft, self.full_size, interpolation=cv2.INTER_LINEAR) > 0.45)


@dataclass(frozen=True, slots=True)
class _Way:
    """Where tracking goes from one anchor.

    Attributes:
        anchor: what the user said.
        shot: first frame and end (exclusive) of its shot, as far as it was decoded.
        forward, backward: frames, in the order of tracking.
    """

    anchor: Prompt
    shot: tuple[int, int]
    forward: range
    backward: range


class _Follower:
    """Runs the tracker from the anchors through their shots.

    Args:
        pictures: of the frames from the first of ``decoded`` to its end.
        decoded: see above.
        cuts: frames that start a new shot.
        checkpoint: called at least once a frame.
    """

    def __init__(
        self, pictures: _Pictures, decoded: tuple[int, int], cuts: Collection[int], checkpoint: Checkpoint | None
    ) -> None:
        self._pictures = pictures
        self._first, self._end = decoded
        self._cuts = sorted(cut for cut in cuts if self._first < cut < self._end)
        self._checkpoint = checkpoint

    def ways(self, anchors: Mapping[int, Prompt], wanted: tuple[int, int]) -> list[_Way]:
        """From each anchor, half-way to the next one of its shot or to the shot's end, and no further than wanted."""
        ways = []
        for shot in pairwise([self._first, *self._cuts, self._end]):
            inside = sorted(frame for frame in anchors if shot[0] <= frame < shot[1])
            for i, frame in enumerate(inside):
                before = (inside[i - 1] + frame) // 2 + 1 if i else shot[0]
                after = (frame + inside[i + 1]) // 2 + 1 if i + 1 < len(inside) else shot[1]
                forward = range(frame + 1, min(after, wanted[1]))
                backward = range(frame - 1, max(before, wanted[0]) - 1, -1)
                ways.append(_Way(anchors[frame], shot, forward, backward))
        return ways

    def follow(self, ways: Sequence[_Way]) -> Iterator[TrackedFrame]:
        """The answers of every frame on the ways, each once, in the order of tracking."""
        for way in ways:
            mask = self._anchor_mask(way.anchor, way.shot)
            yield self._answer(way.anchor.frame, mask, 1.0)
            yield from self._walk(way.anchor.frame, mask, way.forward, way.shot)
            yield from self._walk(way.anchor.frame, mask, way.backward, way.shot)

    def _walk(self, anchor: int, mask: BoolMask, places: range, shot: tuple[int, int]) -> Iterator[TrackedFrame]:
        """Tracks from an anchor over consecutive frames of its shot ``(first, end)`` in one direction."""
        if not places:
            return
        tracker = load_tracker()
        tracker.start(self._picture(anchor), mask)
        for index in places:
            if self._checkpoint:
                self._checkpoint()
            answer = tracker.step(self._picture(index), self._beside(index, shot))
            yield self._answer(index, answer.mask, answer.presence)

    def _anchor_mask(self, prompt: Prompt, shot: tuple[int, int]) -> BoolMask:
        """The object's mask at an anchor frame, at the working size."""
        if isinstance(prompt, MaskPrompt):
            return self._pictures.small_mask(prompt.mask.to_array())
        assert isinstance(prompt, BoxPrompt)
        beside = self._beside(prompt.frame, shot)
        return segment_box(self._picture(prompt.frame), self._pictures.small_box(prompt.rect), beside)

    def _beside(self, index: int, shot: tuple[int, int]) -> list[View]:
        """Pictures of the shot beside a frame."""
        return [self._picture(index + far) for far in _BESIDE if shot[0] <= index + far < shot[1]]

    def _picture(self, index: int) -> View:
        return self._pictures[index - self._first]

    def _answer(self, index: int, mask: BoolMask, presence: float) -> TrackedFrame:
        return TrackedFrame(index, MaskBlob.from_array(self._pictures.full_mask(mask)), presence)
