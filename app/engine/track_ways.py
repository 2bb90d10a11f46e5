"""The ways that tracking takes from an object's anchors through their shots, and how one of them is walked."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING, Self

import numpy as np
from numpy.typing import NDArray

from app.core.geometry import Rect
from app.core.masks import MaskBlob, box_mask
from app.core.prompts import BoxPrompt, MaskPrompt, Prompt
from app.engine.loader import go_on, load_track_segmenter, load_tracker, look_again_every, segment_box
from app.engine.track_ahead import LooksAhead
from app.engine.track_others import NOBODY, Bounds, Others
from app.engine.track_pictures import Pictures
from app.engine.track_segmenter import TrackSegmenter
from app.engine.track_settings import TrackSettings
from app.engine.track_walker import CHOSEN_AHEAD_FRAMES, Walker

if TYPE_CHECKING:
    from models.tracking.protocol import MaskTracker, TrackedMask

View = NDArray[np.uint8]
BoolMask = NDArray[np.bool_]
FloatMap = NDArray[np.float32]
Checkpoint = Callable[[], None]
MakeTracker = Callable[[], "MaskTracker"]

_BESIDE = (-30, -20, -12, -6, 6, 12, 20, 30)
"""Frames beside one that help the tracker to tell what moves from what stands still."""
REACH_FRAMES = max(_BESIDE)
"""How far beside a frame the tracker looks."""
PRESENT = 0.5
SURE = 0.95
"""Presence from which a tracker is taken at its word."""
FOUND_AGAIN = 0.75
"""Least presence of a mask that a segmenter found or bore out."""
DOUBTED = 0.8
"""Likeness below which an object is looked for elsewhere."""
CLEARLY_MORE = 0.1
"""By how much more a mask elsewhere must be like it."""

SHOTS_BEYOND = 2
"""So many shots before and after that of an anchor the object is looked for in as well, if they have no anchor."""
_LEAST_AFTER_CUT = 0.9
"""Likeness that a mask needs there."""


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


@dataclass(frozen=True, slots=True)
class Way:
    """Where tracking goes from one anchor.

    Attributes:
        anchor: what the user said.
        shot: first frame and end (exclusive) of its shot, as far as it was decoded.
        forward, backward: frames, in the order of tracking.
        beyond: other shots that they go through.
    """

    anchor: Prompt
    shot: tuple[int, int]
    forward: range
    backward: range
    beyond: tuple[tuple[int, int], ...] = ()

    @property
    def parts(self) -> tuple[range, range, range]:
        """The anchor's own frame, and the frames in both directions."""
        return range(self.anchor.frame, self.anchor.frame + 1), self.forward, self.backward

    def shot_of(self, index: int) -> tuple[int, int]:
        """First frame and end (exclusive) of a frame's shot."""
        return next((shot for shot in self.beyond if shot[0] <= index < shot[1]), self.shot)


def ways_of(
    anchors: Mapping[int, Prompt],
    looked_at: tuple[int, int],
    cuts: Collection[int],
    wanted: tuple[int, int],
    beyond: int = 0,
) -> list[Way]:
    """From each anchor, half-way to the next one of its shot or to the shot's end, and no further than wanted.

    Args:
        anchors: what the user said, by frame.
        looked_at: first frame and end (exclusive) of what may be decoded.
        cuts: frames that start a new shot.
        wanted: first frame and end (exclusive).
        beyond: through so many shots without an anchor the first and the last anchor of a shot go on.
    """
    first, end = looked_at
    shots = list(pairwise([first, *sorted(cut for cut in cuts if first < cut < end), end]))
    inside = [sorted(frame for frame in anchors if shot[0] <= frame < shot[1]) for shot in shots]
    reached = _reached([bool(each) for each in inside], beyond)
    ways = []
    for place, (shot, frames) in enumerate(zip(shots, inside, strict=True)):
        before = [shots[other] for other in reached if reached[other] == place and other < place]
        after = [shots[other] for other in reached if reached[other] == place and other > place]
        for i, frame in enumerate(frames):
            start = (frames[i - 1] + frame) // 2 + 1 if i else min([shot, *before])[0]
            stop = (frame + frames[i + 1]) // 2 + 1 if i + 1 < len(frames) else max([shot, *after])[1]
            forward = range(frame + 1, min(stop, wanted[1]))
            backward = range(frame - 1, max(start, wanted[0]) - 1, -1)
            others = [other for other in before if backward and backward[-1] < other[1]]
            others += [other for other in after if forward and forward[-1] >= other[0]]
            ways.append(Way(anchors[frame], shot, forward, backward, tuple(sorted(others))))
    return ways


def shots_beyond(settings: TrackSettings) -> int:
    """Through how many shots without an anchor an object is looked for; boxes' trackers know no look."""
    return 0 if settings.stop_when_lost or settings.tracker == "box" else SHOTS_BEYOND


def _reached(anchored: Sequence[bool], beyond: int) -> dict[int, int]:
    """By shot without an anchor, the shot from whose anchors it is reached, the one before it first."""
    reached: dict[int, int] = {}
    for far in range(1, beyond + 1):
        for direction in (1, -1):
            for place in (place for place, has_anchor in enumerate(anchored) if has_anchor):
                other, last = place + direction * far, place + direction * (far - 1)
                free = 0 <= other < len(anchored) and not anchored[other] and other not in reached
                if free and (last == place or reached.get(last) == place):
                    reached[other] = place
    return reached


@dataclass(frozen=True, slots=True)
class _Due:
    """A look at what a walker found.

    Attributes:
        walker: it.
        index: the frame.
        segmenter: what looks.
        least: how much like the object, 0 to 1, what is found elsewhere has to be.
    """

    walker: Walker
    index: int
    segmenter: TrackSegmenter
    least: float


def claim_of(answer: TrackedMask) -> FloatMap:
    """``(H, W)``: what an object claims of a frame, 0 where nothing."""
    if answer.presence < PRESENT:
        return np.zeros(answer.mask.shape, np.float32)
    strength = np.float32(answer.presence) if answer.claim is None else np.maximum(answer.claim, np.float32(1e-3))
    return np.asarray(answer.mask * strength, np.float32)


class Follower:
    """Runs the tracker from the anchors through their shots. Close it, or use it in a ``with`` statement.

    Args:
        pictures: of consecutive frames.
        first: the first of them.
        settings: which tracker, and what happens when the object is lost.
        checkpoint: called at least once a frame.
        make: makes a tracker other than that of the settings, to compare with; None for that.
        others: objects that are not tracked, whose pixels are theirs.
    """

    def __init__(
        self,
        pictures: Pictures,
        first: int,
        settings: TrackSettings,
        checkpoint: Checkpoint | None = None,
        make: MakeTracker | None = None,
        others: Others = NOBODY,
    ) -> None:
        self._pictures = pictures
        self._first = first
        self.settings = settings
        self.checkpoint = checkpoint
        self._make = make
        self._others = others
        self._every = look_again_every(settings)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def close(self) -> None:
        """Ends what looks ahead."""
        made = self.__dict__.get("segmenter")
        if made is not None:
            made.looks.close()

    @contextmanager
    def getting_ready(self, anchors: Iterable[Prompt]) -> Iterator[None]:
        """Opens networks and segmenters beside the block, which decodes: both take about as long for a short clip.

        Args:
            anchors: what is tracked from.

        Raises:
            UserError: the tracker's files, or the segmenter's, cannot be used.
        """
        with ThreadPoolExecutor(1, "get-ready") as beside:
            boxed = any(isinstance(prompt, BoxPrompt) for prompt in anchors)
            asks = bool(self._every) or (boxed and self.settings.tracker != "box")
            ready = beside.submit(self._get_ready, asks)
            yield
            ready.result()

    def _get_ready(self, asks: bool) -> None:
        if self._make is None:
            load_tracker(self.settings)
        if asks:
            _ = self.segmenter

    def walk(self, way: Way, mask: BoolMask, places: range) -> Iterator[TrackedFrame]:
        """Tracks from an anchor, whose mask is given, over consecutive frames of its shot in one direction."""
        if not places:
            return
        walker = self.started(way, mask, places)
        for index in places:
            if self.checkpoint:
                self.checkpoint()
            answer = self.step(walker, index)
            yield self.told(index, answer)
            if walker.over:
                return

    def started(self, way: Way, mask: BoolMask, places: range) -> Walker:
        """A tracker at the anchor of a way, about to go over ``places``."""
        tracker = load_tracker(self.settings) if self._make is None else self._make()
        tracker.start(self.picture(way.anchor.frame), mask)
        walker = Walker(way, places, tracker, way.anchor.frame, bounds=self._bounds(way.anchor.frame, mask))
        walker.saw(way.anchor.frame, mask)
        self._look_ahead(walker, way.anchor.frame)
        return walker

    def step(self, walker: Walker, index: int) -> TrackedMask:
        """Tracks into a walker's next frame; a segmenter's better mask, which the tracker then goes on from, counts."""
        walker.enter(walker.way.shot_of(index))
        if walker.last is not None and walker.gives_up(index):
            nothing = np.zeros_like(walker.last.mask)
            return replace(walker.last, mask=nothing, presence=0.0, claim=None, look=None, parts=None, ends=None)
        answer = walker.tracker.step(self.picture(index), self.beside(index, walker.way.shot_of(index)))
        if self._every and self.segmenter is not None and self._is_due(walker, index, answer):
            walker.looked_at = index
            least = _LEAST_AFTER_CUT if walker.away else DOUBTED
            answer = self._looked_again(_Due(walker, index, self.segmenter, least), walker.tracker, answer)
        if walker.bounds is not None:
            answer = self._kept_off(walker.bounds, index, walker.tracker, answer)
        walker.seen = walker.seen or answer.presence >= PRESENT
        walker.last = answer
        walker.saw(index, answer.mask)
        self._look_ahead(walker, index)
        walker.over = answer.presence < PRESENT and self.settings.stop_when_lost
        return answer

    def _looked_again(self, due: _Due, tracker: MaskTracker, answer: TrackedMask) -> TrackedMask:
        """The answer as the segmenter corrects it, or that of a part of the object; its tracker goes on from it."""
        if answer.parts is not None:
            return answer.parts.mended(lambda other, its: self._looked_again(due, other, its))
        index, segmenter = due.index, due.segmenter
        view, seen, look = self.picture(index), answer.presence >= PRESENT and bool(answer.mask.any()), answer.look
        better = segmenter.again(index, view, answer, due.walker.sight_at(index)) if seen else None
        mask = answer.mask if better is None else better
        likeness = look.likeness(mask) if look is not None and seen else 0.0
        if look is not None and likeness < DOUBTED:
            elsewhere = segmenter.elsewhere(index, view, look, least=max(likeness + CLEARLY_MORE, due.least))
            better = better if elsewhere is None else elsewhere
        if better is None:
            return answer
        tracker.settle(better)
        return replace(answer, mask=better, presence=max(answer.presence, FOUND_AGAIN))

    def _kept_off(self, bounds: Bounds, index: int, tracker: MaskTracker, answer: TrackedMask) -> TrackedMask:
        """The answer without what is other objects'; its tracker goes on from that."""
        whole = answer.mask if answer.ends is None else answer.mask | answer.ends
        beyond = bounds.beyond(index, self.picture(index), whole, claim_of(answer))
        if not beyond.any():
            return answer
        mask = answer.mask & ~beyond
        if (answer.mask & beyond).any():
            tracker.settle(mask)
        ends = None if answer.ends is None else answer.ends & ~beyond
        return replace(answer, mask=mask, presence=answer.presence if mask.any() else 0.0, ends=ends)

    def _bounds(self, frame: int, mask: BoolMask) -> Bounds | None:
        """What other objects leave to one whose mask in its anchor's frame is given; None where they leave all."""
        if not self._others:
            return None
        bounds = Bounds(self._others, frame, self.picture(frame), mask, self.small_mask)
        return bounds if bounds else None

    def _is_due(self, walker: Walker, index: int, answer: TrackedMask) -> bool:
        """Whether the segmenter looks: at set frames, and between them where the tracker is unsure."""
        unsure = PRESENT <= answer.presence < SURE and 2 * abs(index - walker.looked_at) >= self._every
        return unsure or self._is_set(walker.way, index)

    def _is_set(self, way: Way, index: int) -> bool:
        """Whether the segmenter looks at a frame: the same for all objects, but for those close to an anchor."""
        return index % self._every == 0 and 2 * abs(index - way.anchor.frame) >= self._every

    def _look_ahead(self, walker: Walker, index: int) -> None:
        """Begins to look at the picture after ``index`` whose turn is next."""
        if not self._every or self.segmenter is None:
            return
        step = walker.places.step
        ahead = next(
            (far for far in range(index + step, index + step * 2 * self._every, step) if self._is_set(walker.way, far)),
            None,
        )
        if ahead is None or ahead not in walker.places:
            return
        last, picture, segmenter = walker.last, self.picture(ahead), self.segmenter
        several = last is not None and last.parts is not None
        if not segmenter.spares or several or not walker.went or (last is not None and last.presence < PRESENT):
            walker.ahead = ahead, segmenter.wide()
            segmenter.looks.begin(ahead, picture, segmenter.wide())
        elif abs(ahead - index) <= CHOSEN_AHEAD_FRAMES and walker.sight_at(ahead) is None:
            size = picture.shape[0], picture.shape[1]
            walker.ahead = ahead, segmenter.close(walker.expected(ahead), size)
            segmenter.looks.begin(ahead, picture, walker.ahead[1])

    @cached_property
    def segmenter(self) -> TrackSegmenter | None:
        """What finds objects in boxes and looks again; None where there is none."""
        found = load_track_segmenter(self.settings)
        return None if found is None else TrackSegmenter(LooksAhead(found, self.checkpoint or go_on))

    def anchor_mask(self, prompt: Prompt, shot: tuple[int, int]) -> BoolMask:
        """The object's mask at an anchor frame, at the working size."""
        if isinstance(prompt, MaskPrompt):
            return self._pictures.small_mask(prompt.mask.to_array())
        assert isinstance(prompt, BoxPrompt)
        beside = self.beside(prompt.frame, shot)
        picture, box = self.picture(prompt.frame), self._pictures.small_box(prompt.rect)
        if self.settings.tracker == "box":  # what follows is boxes, and so is the start
            return box_mask(Rect(*box), picture.shape[1], picture.shape[0])
        if self.segmenter is not None:
            self.segmenter.looks.begin(prompt.frame, picture)
        mask = segment_box(picture, box, beside)
        if self.segmenter is not None:
            mask = self.segmenter.in_box(prompt.frame, picture, box, mask)
        bounds = self._bounds(prompt.frame, mask)
        if bounds is None:
            return mask
        return mask & ~bounds.beyond(prompt.frame, picture, mask, np.zeros(mask.shape, np.float32))

    def beside(self, index: int, shot: tuple[int, int]) -> list[View]:
        """Pictures of the shot beside a frame."""
        return [self.picture(index + far) for far in _BESIDE if shot[0] <= index + far < shot[1]]

    def small_mask(self, mask: MaskBlob) -> BoolMask:
        """A mask of the clip's size at the working size."""
        return self._pictures.small_mask(mask.to_array())

    def picture(self, index: int) -> View:
        """A frame's picture at the working size."""
        return self._pictures[index - self._first]

    def told(self, index: int, answer: TrackedMask, mask: BoolMask | None = None) -> TrackedFrame:
        """A frame's answer from a tracker's with its loose ends, or from what is left of both."""
        whole = answer.mask if answer.ends is None else answer.mask | answer.ends
        shape = self.full_mask(whole if mask is None else mask)
        return TrackedFrame(index, shape, answer.presence)

    def shown(self, index: int, mask: BoolMask) -> TrackedFrame:
        """An anchor frame's answer, of the mask that is tracked from."""
        return TrackedFrame(index, self.full_mask(mask), 1.0)

    def full_mask(self, mask: BoolMask) -> MaskBlob:
        """A mask of the working size at the clip's size."""
        return MaskBlob.from_array(self._pictures.full_mask(mask))
