"""One live render from a frame on: which of its results are there, and which renders of a clip were begun."""

from __future__ import annotations

import json
from collections.abc import Callable

from app.engine.plan import RemovalPlan, ResultKeys
from app.engine.protocols import Engine
from app.engine.results import Key, ResultCache, chain

MOST_STARTS = 8
"""Of so many renders, those that began last, results are looked for."""
_MOST_NOTED = 64

FactsOf = Callable[[RemovalPlan], Callable[[int], tuple[bytes, ...]]]
"""Gives what a plan's frames add to the names of results, see ``RemovalPlan.facts``."""


class LiveChain:
    """A live render from one frame on.

    Attributes:
        plan: what is removed from there on.
        names: names of its results.
        settled: the first frame whose result counts; those before it are the run-up.

    Args:
        whole: what is removed in the clip.
        start: the render's first frame.
        engine: who fills.
        facts: gives what frames add to names, where it may be known already.
    """

    def __init__(self, whole: RemovalPlan, start: int, engine: Engine, facts: FactsOf | None = None) -> None:
        self.plan = whole.from_frame(start)
        self.names = ResultKeys(self.plan, engine, None if facts is None else facts(self.plan))
        self.settled = whole.live_settled(start)

    @property
    def start(self) -> int:
        """Its first frame."""
        return self.plan.frames[0]

    def keys(self, index: int) -> tuple[Key, ...]:
        """The names of a frame's results; none where it has no hole in this render, or is of its run-up."""
        if index < self.settled or not self.plan.may_have_hole(index):
            return ()
        return tuple(self.names.live(index, picture) for picture in self.plan.picture_indices(index))

    def resumes_at(self, cache: ResultCache, held: Key | None) -> int:
        """The frame with which a render would go on: behind the last known state.

        Args:
            cache: finished results.
            held: the state of an engine in memory.
        """
        for index in range(self.known_until(cache) - 1, self.start - 1, -1):
            key = self.names.state(index)
            if key == held or cache.has(key):
                return index + 1
        return self.start

    def known_until(self, cache: ResultCache) -> int:
        """End of the frames, from the start to the range's end, whose results are all in the cache."""
        for index in range(self.start, self.plan.cleaned_frames[1]):
            if self.plan.is_active(index):
                keys = (self.names.live(index, picture) for picture in self.plan.picture_indices(index))
                if not all(cache.has(key) for key in keys):
                    return index
        return self.plan.cleaned_frames[1]


def note_start(cache: ResultCache, identity: str, start: int, reach: int) -> None:
    """Remembers, for views to come, that a live render of a clip began at a frame; the oldest are forgotten.

    Args:
        cache: finished results.
        identity: of the clip.
        start: the frame.
        reach: end (exclusive) of the frames that it comes to.
    """

    def changed(kept: bytes | None) -> bytes | None:
        known = _starts_of(kept)
        furthest = max(reach, known.get(start, start))
        if next(iter(known), None) == start and known[start] == furthest:
            return None
        starts = [(start, furthest), *((other, end) for other, end in known.items() if other != start)]
        return json.dumps(starts[:_MOST_NOTED]).encode()

    cache.change(_starts_key(identity), changed)


def noted_starts(cache: ResultCache, identity: str) -> dict[int, int]:
    """Frames of a clip at which live renders began, the latest first, and the end (exclusive) of what they came to."""
    return _starts_of(cache.get(_starts_key(identity)))


def _starts_of(kept: bytes | None) -> dict[int, int]:
    return {} if kept is None else {int(start): int(reach) for start, reach in json.loads(kept)}


def _starts_key(identity: str) -> Key:
    return Key("starts", chain(b"starts 2", identity.encode()))
