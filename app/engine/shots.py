"""Which frames ``final`` looks at for a frame: its shot, or of a long shot a stretch with some frames round it.

A frame's fill depends on the clip and its masks, never on what else was asked for: whoever renders a range gets the
frames of a whole render. So stretches have their borders at frames that are the same for every range.
"""

from __future__ import annotations

import json
import threading
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass

from app.engine.cuts import OpenFrames, cuts_between
from app.engine.plan import RemovalPlan
from app.engine.results import Key, ResultCache, chain

STRETCH_FRAMES = 1000
"""Longer shots may be rendered in stretches, which end at multiples of this."""
CONTEXT_FRAMES = 250
"""So many frames round a stretch are looked at: ten seconds, in which most things move off what they hide."""
_MARGIN_FRAMES = STRETCH_FRAMES // 2
"""No stretch is shorter, unless its shot is."""
MOST_WALKS = 2048
"""Of so many walks of a clip, the latest, it is remembered that they were begun."""
_LOOK_FRAMES = 250
"""Cuts are looked for in parts of the clip of so many frames, and each part's are kept."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """What ``final`` renders in one go.

    Attributes:
        walked: first frame and end (exclusive) of what the engine walks; results are named by it.
        own: first frame and end (exclusive) of those whose results are taken from this walk.
    """

    walked: tuple[int, int]
    own: tuple[int, int]

    @classmethod
    def of(cls, index: int, shot: tuple[int, int]) -> Stretch:
        """The stretch of a frame in a shot (first frame, end); an end some stretches away need not be exact."""
        first, end = shot
        nearest = index // STRETCH_FRAMES * STRETCH_FRAMES
        borders = [
            border
            for border in (nearest + step * STRETCH_FRAMES for step in (-1, 0, 1, 2))
            if first + _MARGIN_FRAMES <= border <= end - _MARGIN_FRAMES
        ]
        own_first = max((border for border in borders if border <= index), default=first)
        own_end = min((border for border in borders if border > index), default=end)
        walked = (
            first if own_first == first else own_first - CONTEXT_FRAMES,
            end if own_end == end else own_end + CONTEXT_FRAMES,
        )
        return cls(walked, (own_first, own_end))

    def holds(self, index: int) -> bool:
        """Whether a frame's result is taken from this walk."""
        return self.own[0] <= index < self.own[1]


class Shots:
    """The stretches of a plan.

    What is known of a clip's cuts is kept in the result cache; whoever can decode looks for the others. Safe to use
    from several threads: none looks for what another is looking for.

    Args:
        plan: what is removed; its ``looked_at`` bounds the stretches.
        cache: finished results, None to keep nothing.
    """

    def __init__(self, plan: RemovalPlan, cache: ResultCache | None) -> None:
        self._plan, self._cache = plan, cache
        self._parts: dict[int, list[int] | None] = {}
        self._looking = threading.Lock()
        self._looked = 0
        self._known: tuple[int, Stretch] | None = None
        self._noted: list[tuple[int, int]] | None = None
        first, end = plan.looked_at
        clipped = ((max(run[0], first), min(run[1], end)) for run in plan.active_runs())
        self.runs = tuple(run for run in clipped if run[0] < run[1])
        """Stretches ``(first, end)`` of consecutive frames that the engine may look at and must see, in order."""
        self.cuts: list[int] = []
        """Frames that start a new shot, of those that ``found`` came upon, in order."""

    def known(self, index: int) -> Stretch | None:
        """A frame's stretch as far as cuts are known; None for a frame that the engine does not see."""
        looked, last = self._looked, self._known
        if last is not None and last[0] == looked and last[1].holds(index):
            return last[1]
        run = self._run_of(index)
        if run is None:
            return None
        stretch = self._stretch(index, run, lambda part: self._part(part) or ())
        self._known = looked, stretch  # of no use if a part was looked through meanwhile
        return stretch

    def found(self, index: int, open_frames: OpenFrames, checkpoint: Callable[[], None]) -> Stretch | None:
        """A frame's stretch, once all cuts that matter to it were looked for.

        Args:
            index: the frame.
            open_frames: decodes; cuts that are not known yet take a pass over some hundred frames.
            checkpoint: called once a frame; may raise to cancel.
        """
        run = self._run_of(index)
        if run is None:
            return None

        def cuts_of(part: int) -> Sequence[int]:
            with self._looking:
                known = self._part(part)
                if known is None:
                    known = self._parts[part] = self._look_through(part, open_frames, checkpoint)
                    self._looked += 1
            return known

        stretch = self._stretch(index, run, cuts_of)
        first = stretch.own[0]
        if first != run[0] and first == stretch.walked[0] and first not in self.cuts:
            self.cuts = sorted([*self.cuts, first])
        return stretch

    def walks(self, stretch: Stretch) -> Iterator[tuple[int, int]]:
        """Walks under whose name results of a stretch count: its own, and earlier ones that saw at least as much."""
        first, end = stretch.walked
        yield stretch.walked
        if self._noted is None:
            self._noted = [] if self._cache is None else noted_walks(self._cache, self._plan.identity)
        yield from (walk for walk in self._noted if walk[0] <= first and end <= walk[1] and walk != stretch.walked)

    def _run_of(self, index: int) -> tuple[int, int] | None:
        place = bisect_right(self.runs, index, key=lambda run: run[0]) - 1
        return self.runs[place] if place >= 0 and index < self.runs[place][1] else None

    def _stretch(self, index: int, run: tuple[int, int], cuts_of: Callable[[int], Sequence[int]]) -> Stretch:
        """A frame's stretch; cuts are asked for no further away than matters."""

        def before(limit: int) -> int | None:
            """The shot's first frame, None if it lies before the limit."""
            least = max(run[0], limit)
            for part in range(index // _LOOK_FRAMES, least // _LOOK_FRAMES - 1, -1):
                if near := [cut for cut in cuts_of(part) if least <= cut <= index]:
                    return max(near)
            return run[0] if run[0] >= limit else None

        def after(limit: int) -> int | None:
            """The shot's end, None if it lies behind the limit."""
            last = min(run[1], limit)
            for part in range(index // _LOOK_FRAMES, (last - 1) // _LOOK_FRAMES + 1):
                if near := [cut for cut in cuts_of(part) if index < cut < last]:
                    return min(near)
            return run[1] if run[1] <= limit else None

        lower = index // STRETCH_FRAMES * STRETCH_FRAMES
        upper = lower + STRETCH_FRAMES
        first, end = before(lower - _MARGIN_FRAMES), after(upper + _MARGIN_FRAMES)
        if first is None and end is not None and end < lower + _MARGIN_FRAMES:
            first = before(lower - STRETCH_FRAMES - _MARGIN_FRAMES)
        if end is None and first is not None and first > upper - _MARGIN_FRAMES:
            end = after(upper + STRETCH_FRAMES + _MARGIN_FRAMES)
        far = 3 * STRETCH_FRAMES
        return Stretch.of(index, (index - far if first is None else first, index + far if end is None else end))

    def _span(self, part: int) -> tuple[int, int]:
        """First frame and end (exclusive) of a part that may be looked at."""
        first, end = self._plan.looked_at
        return max(part * _LOOK_FRAMES, first), min((part + 1) * _LOOK_FRAMES, end)

    def _key(self, part: int) -> Key:
        return Key("shots", chain(b"shots 3", self._plan.identity.encode(), f"{self._span(part)}".encode()))

    def _part(self, part: int) -> list[int] | None:
        """The cuts of a part, None if it was not looked through yet."""
        if part not in self._parts:
            kept = None if self._cache is None else self._cache.get(self._key(part))
            # another thread may have looked it through meanwhile
            self._parts.setdefault(part, None if kept is None else [int(cut) for cut in json.loads(kept)])
        return self._parts[part]

    def _look_through(self, part: int, open_frames: OpenFrames, checkpoint: Callable[[], None]) -> list[int]:
        """Looks for the cuts of a part, and keeps them: finding them takes a pass of decoding."""
        span, bounds = self._span(part), self._plan.looked_at
        cuts = cuts_between(open_frames, span, bounds, lambda _done, _total: checkpoint())
        if self._cache is not None:
            with suppress(OSError):  # a cache that cannot be written costs the pass again, and is told of elsewhere
                self._cache.put(self._key(part), json.dumps(cuts).encode())
        return cuts


def note_walk(cache: ResultCache, identity: str, walked: tuple[int, int]) -> None:
    """Remembers that ``final`` walked these frames of a clip; the oldest are forgotten."""

    def changed(kept: bytes | None) -> bytes | None:
        known = _walks_of(kept)
        if known and known[0] == walked:
            return None
        return json.dumps([walked, *(other for other in known if other != walked)][:MOST_WALKS]).encode()

    cache.change(_walks_key(identity), changed)


def noted_walks(cache: ResultCache, identity: str) -> list[tuple[int, int]]:
    """What ``final`` walked of a clip, the latest first: at most ``MOST_WALKS``."""
    return _walks_of(cache.get(_walks_key(identity)))


def _walks_of(kept: bytes | None) -> list[tuple[int, int]]:
    return [] if kept is None else [(int(first), int(end)) for first, end in json.loads(kept)]


def _walks_key(identity: str) -> Key:
    return Key("walks", chain(b"walks 1", identity.encode()))
