"""One live render from a frame on: which of its results are there, and which renders of a clip were begun."""

from __future__ import annotations

import json

from app.engine.plan import RemovalPlan, ResultKeys
from app.engine.protocols import Engine
from app.engine.results import Key, ResultCache, chain

MOST_STARTS = 8


class LiveChain:
    """A live render from one frame on.

    Attributes:
        plan: what is removed from there on.
        names: names of its results.
        settled: the first frame whose result counts; those before it are the run-up.
    """

    def __init__(self, whole: RemovalPlan, start: int, engine: Engine) -> None:
        self.plan = whole.from_frame(start)
        self.names = ResultKeys(self.plan, engine)
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


def note_start(cache: ResultCache, identity: str, start: int) -> None:
    """Remembers, for views to come, that a live render of a clip began at a frame; the oldest are forgotten."""
    known = noted_starts(cache, identity)
    if not known or known[0] != start:
        starts = [start, *(other for other in known if other != start)][:MOST_STARTS]
        cache.put(_starts_key(identity), json.dumps(starts).encode())


def noted_starts(cache: ResultCache, identity: str) -> list[int]:
    """Frames of a clip at which live renders began, the latest first."""
    kept = cache.get(_starts_key(identity))
    return [] if kept is None else [int(start) for start in json.loads(kept)]


def _starts_key(identity: str) -> Key:
    return Key("starts", chain(b"starts 1", identity.encode()))
