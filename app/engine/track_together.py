"""Tracks several objects in one pass, so that none takes another's pixels.

All objects step through a frame together, first forward, then backward; where two claim a pixel, the stronger claim
wins, and the other's tracker goes on without it. Where one of them was found in the other pass, which knew nothing of
the other object, their colours count as well (``track_colours``). A mask that the user made is never taken from; one
that was found in a box may be.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from app.core.masks import MaskBlob
from app.core.prompts import MaskPrompt, Prompt
from app.engine.track_colours import FOUND_BEFORE, LEAST_LEANING, NOT_ITS_OWN, AnchorColours, within_reach
from app.engine.track_others import NOBODY, Others
from app.engine.track_pace import Pace
from app.engine.track_pictures import Pictures
from app.engine.track_settings import AS_USUAL, TrackSettings
from app.engine.track_walker import Walker
from app.engine.track_ways import (
    BoolMask,
    Checkpoint,
    Follower,
    TrackedFrame,
    Way,
    claim_of,
    shots_beyond,
    ways_of,
)
from app.engine.tracking import WALK_WORTH, FrameReader, Progress, frames_looked_at, longer_side, tell

if TYPE_CHECKING:
    from models.tracking.protocol import TrackedMask

FloatMap = NDArray[np.float32]
OnAnswer = Callable[[int, TrackedFrame], None]

_MADE = np.float32(100)
"""What a mask that the user made claims: more than any other."""


def track_together(
    reader: FrameReader,
    objects: Mapping[int, Sequence[Prompt]],
    *,
    frames: tuple[int, int],
    count: int | None = None,
    cuts: Collection[int] = (),
    scratch: Path | None = None,
    checkpoint: Checkpoint | None = None,
    progress: Progress | None = None,
    on_answer: OnAnswer | None = None,
    settings: TrackSettings = AS_USUAL,
    pace: Pace | None = None,
    others: Others = NOBODY,
) -> dict[int, list[TrackedFrame]]:
    """Follows several objects; see ``app.engine.tracking.track`` for what is alike.

    Args:
        reader: the clip.
        objects: each one's prompts, at least one each, by the object's id.
        frames: first frame and end (exclusive) wanted.
        count: frames of the clip; None if there are none but those between the range and the prompts.
        cuts: indices of frames that start a new shot.
        scratch: folder for the temporary file, the system's by default.
        checkpoint: called at least once a frame; may raise to stop.
        progress: called with the work done and to be done, in decoded frames.
        on_answer: called with an object's id and its answer as soon as it is found.
        settings: which tracker, and what happens when an object is lost.
        pace: is told what is tracked and how long it takes.
        others: objects that are not tracked, whose masks stay theirs, see ``app.engine.track_others``.

    Returns:
        One answer a frame, in order, by the object's id; no pixel of a frame is in two objects' masks, but where the
        user's own masks say so.
    """
    assert objects and all(objects.values()), "at least one prompt an object"
    anchors = {key: {prompt.frame: prompt for prompt in prompts} for key, prompts in objects.items()}
    said = [prompt for prompts in anchors.values() for prompt in prompts.values()]
    first, end = frames_looked_at(said, frames, count)
    with (
        Pictures(scratch, min(longer_side(prompt) for prompt in said)) as pictures,
        Follower(pictures, first, settings, checkpoint, others=others) as follower,
    ):
        ways = {key: ways_of(mine, (first, end), cuts, frames, shots_beyond(settings)) for key, mine in anchors.items()}
        steps = sum(1 + len(way.forward) + len(way.backward) for mine in ways.values() for way in mine)
        total = end - first + WALK_WORTH * steps
        with follower.getting_ready(said):
            pictures.read(reader.frames(first, end), lambda done: tell(checkpoint, progress, done, total))
        together = _Together(follower, pace or Pace())
        for number, (key, answer) in enumerate(together.follow(ways), 1):
            if on_answer:
                on_answer(key, answer)
            if progress:
                progress(end - first + WALK_WORTH * number, total)
        size = pictures.full_size
    return {
        key: [
            replace(
                together.found[key].get(index) or TrackedFrame(index, MaskBlob.empty(*size), 0.0), cut=index in cuts
            )
            for index in range(*frames)
        ]
        for key in objects
    }


@dataclass
class _Together:
    """The joint walk.

    Attributes:
        follower: gives pictures and anchors' masks.
        pace: is told what is tracked.
        found: the answers so far, by object and frame.
        anchors: masks at the working size that belong to an anchor, by object and frame.
        bound: frames whose masks the user made, by object.
        colours: those of the anchors' masks.
        seen: where each object was last found in the pass, at the working size.
    """

    follower: Follower
    pace: Pace
    found: dict[int, dict[int, TrackedFrame]] = field(default_factory=dict)
    anchors: dict[int, dict[int, BoolMask]] = field(default_factory=dict)
    bound: dict[int, set[int]] = field(default_factory=dict)
    colours: AnchorColours = field(default_factory=AnchorColours)
    seen: dict[int, BoolMask] = field(default_factory=dict)

    def follow(self, ways: Mapping[int, Sequence[Way]]) -> Iterator[tuple[int, TrackedFrame]]:
        """Every object's answers, in the order of tracking; one that loses pixels later comes again."""
        for key, mine in ways.items():
            self.found[key], self.anchors[key], self.bound[key] = {}, {}, set()
            for way in mine:
                mask = self.follower.anchor_mask(way.anchor, way.shot)
                self.anchors[key][way.anchor.frame] = mask
                self.colours.learn(key, self.follower.picture(way.anchor.frame), mask)
                if isinstance(way.anchor, MaskPrompt):
                    self.bound[key].add(way.anchor.frame)
                yield self._keep(key, self.follower.shown(way.anchor.frame, mask))
        for forward in (True, False):
            yield from self.pace.timed(self._sweep(ways, forward=forward))

    def _sweep(self, ways: Mapping[int, Sequence[Way]], *, forward: bool) -> Iterator[tuple[int, TrackedFrame]]:
        """One pass over the frames in one direction."""
        at: dict[int, dict[int, Way]] = {}
        for key, mine in ways.items():
            for way in mine:
                for index in way.forward if forward else way.backward:
                    at.setdefault(index, {})[key] = way
        walkers: dict[int, Walker] = {}
        for index in sorted(at, reverse=not forward):
            if self.follower.checkpoint:
                self.follower.checkpoint()
            answers: dict[int, TrackedMask] = {}
            for key, way in at[index].items():
                if key not in walkers or walkers[key].way is not way:
                    mask = self.anchors[key][way.anchor.frame]
                    walkers[key] = self.follower.started(way, mask, way.forward if forward else way.backward)
                    self.seen[key] = mask
                if not walkers[key].over:
                    answers[key] = self.follower.step(walkers[key], index)
            if answers:
                yield from self._shared_out(index, answers, walkers)

    def _shared_out(
        self, index: int, answers: Mapping[int, TrackedMask], walkers: Mapping[int, Walker]
    ) -> Iterator[tuple[int, TrackedFrame]]:
        """The answers of one frame once no pixel is in two of them."""
        claims = {key: claim_of(answer) for key, answer in answers.items()}
        self._give_up_others(index, claims)
        standing: dict[int, FloatMap] = {}
        for key, found in self.found.items():
            if key not in claims and index in found:
                mask = self.anchors[key].get(index)
                mask = self.follower.small_mask(found[index].mask) if mask is None else mask
                standing[key] = mask * (_MADE if index in self.bound[key] else FOUND_BEFORE)
        if standing:
            self._lean(index, claims, standing)
        keys = [*claims, *standing]
        all_claims = np.stack([*claims.values(), *standing.values()])
        owner, taken = np.argmax(all_claims, axis=0), all_claims.max(axis=0) > 0
        for place, key in enumerate(keys):
            mine = owner == place
            if key in answers:
                answer = answers[key]
                mine &= all_claims[place] > 0
                if (answer.mask & mine).any():
                    self.seen[key] = answer.mask & mine
                if (answer.mask & ~mine).any():
                    walkers[key].tracker.settle(answer.mask & mine)
                ends = np.zeros_like(taken) if answer.ends is None else answer.ends & ~taken
                taken |= ends
                yield self._keep(key, self.follower.told(index, answer, (answer.mask & mine) | ends))
            elif index not in self.bound[key]:
                before = standing[key] > 0
                if (before & ~mine).any():
                    known = self.found[key][index]
                    yield self._keep(key, replace(known, mask=self.follower.full_mask(before & mine)))

    def _give_up_others(self, index: int, claims: dict[int, FloatMap]) -> None:
        """Takes from the claims of a frame what has another object's colours and none of one's own, beside that one.

        What comes out from behind a thing has no claim where nobody saw it a frame ago, and looks to the tracker of the
        thing before it like a part of that.
        """
        known = [key for key in claims if key in self.colours]
        if len(known) < 2:
            return
        leaning = self.colours.leaning(self.follower.picture(index), known)
        near = {key: within_reach(self.seen[key]) for key in known}
        for key in known:
            beside = np.logical_or.reduce([near[other] for other in known if other != key])
            claims[key] = np.where(beside & (leaning[key] < NOT_ITS_OWN), np.float32(0), claims[key])

    def _lean(self, index: int, claims: dict[int, FloatMap], standing: dict[int, FloatMap]) -> None:
        """Weighs the claims of a frame with its colours; what the user made stays."""
        known = [key for key in (*claims, *standing) if key in self.colours]
        picture = self.follower.picture(index)
        for key, share in self.colours.leaning(picture, known).items() if len(known) > 1 else ():
            if key in claims:
                claims[key] = claims[key] * np.maximum(share, LEAST_LEANING)
            elif index not in self.bound[key]:
                standing[key] = standing[key] * np.minimum(share, np.float32(1))

    def _keep(self, key: int, answer: TrackedFrame) -> tuple[int, TrackedFrame]:
        self.found[key][answer.index] = answer
        return key, answer
