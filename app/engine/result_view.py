"""What a document's removal looks like as far as it is rendered: which frames are there, and their pictures.

A view belongs to one document. It computes nothing but keys and composites, so it is quick, and it never changes: for
another document there is another view. Views of older documents tell which frames are stale, and are kept to compare
two results.
"""

from __future__ import annotations

import json
import threading
from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from app.core.document import Document
from app.engine.final_removal import known_starts
from app.engine.holes import Hole, no_hole
from app.engine.plan import RemovalPlan, ResultKeys
from app.engine.protocols import Engine
from app.engine.removal import Filled, composited
from app.engine.report import record_of
from app.engine.results import Key, ResultCache, chain
from app.engine.seam_quality import FrameQuality, mask_jump, seam_step
from app.media.frame import VideoFrame

States = NDArray[np.uint8]
_MOST_STARTS = 8


class FrameState(IntEnum):
    """What there is of a frame's result."""

    MISSING = 0
    NOTHING = 1
    """There is no hole: the source is the result."""
    STALE = 2
    """There is a result of an older document."""
    LIVE = 3
    """Rendered forward once."""
    FINAL = 4
    """Rendered both ways in time."""
    FAILED = 5


@dataclass(frozen=True, slots=True)
class _Kept:
    """A frame's patches in the cache, and what their hole was made with."""

    state: FrameState
    plan: RemovalPlan
    keys: tuple[Key, ...]
    cuts: tuple[int, ...]


class ResultView:
    """The results of one document's removal.

    Safe to use from several threads.

    Args:
        document: what is removed.
        final: its plan for an engine that walks whole shots.
        live: its plan for an engine that goes forward once, over the same range.
        engines: who fills in ``final`` and in ``live``.
        cache: finished results.
        older: views of documents before this one, latest first.
        failures: by name of a result, why it could not be made; shared by all views.
        same: the last view of this very document.
    """

    def __init__(
        self,
        document: Document,
        final: RemovalPlan,
        live: RemovalPlan,
        engines: tuple[Engine, Engine],
        cache: ResultCache,
        *,
        older: Sequence[ResultView] = (),
        failures: dict[str, str] | None = None,
        same: ResultView | None = None,
    ) -> None:
        self.document = document
        self.final, self.live = final, live
        self.final_engine, self.live_engine = engines
        self.cache = cache
        self._older = tuple(older)
        self._failures = {} if failures is None else failures
        self._final_keys = ResultKeys(final, self.final_engine)
        self._runs = tuple(final.active_runs())
        self._shots: dict[tuple[int, int], Callable[[int], Key]] = {}
        self._lock = threading.Lock()
        self._seen: set[int] = set() if same is None else set(same.seen)
        self._found: dict[tuple[int, int], list[int]] = {}
        self._suggested: list[int] | None = None
        self._chains = {live.frames[0]: LiveChain(live, self.live_engine)}
        for start in _read_starts(cache, final.identity):
            self.chain(start)

    @property
    def frames(self) -> tuple[int, int]:
        """First frame and end (exclusive) of what is worked on."""
        return self.final.frames

    @property
    def has_masks(self) -> bool:
        """Whether there is anything to remove."""
        return self.final.has_masks

    def state(self, index: int) -> FrameState:
        """What there is of a frame's result (a few file look-ups)."""
        if not self.final.may_have_hole(index):
            return FrameState.NOTHING
        kept = self._find(index)
        if kept is not None:
            return kept.state
        if self._failures and any(name in self._failures for name in self._names(index)):
            return FrameState.FAILED
        return FrameState.STALE if any(view.was_rendered(index) for view in self._older) else FrameState.MISSING

    def states(self, first: int = 0, end: int | None = None) -> States:
        """The states of the frames from the first to the end (exclusive, the clip's if None), ``(n,)`` uint8."""
        end = self.document.clip.frame_count if end is None else end
        return np.fromiter((self.state(index) for index in range(first, end)), np.uint8, end - first)

    def was_rendered(self, index: int) -> bool:
        """Whether the view has seen a result of the frame in the cache, or seen it put there; no file is asked."""
        return index in self._seen

    @property
    def seen(self) -> frozenset[int]:
        """Frames that ``was_rendered`` knows."""
        return frozenset(self._seen)

    def note_rendered(self, index: int) -> None:
        """A frame's result was put into the cache."""
        self._seen.add(index)

    def hole(self, index: int) -> Hole:
        """What is filled in a frame: as it was rendered, else as it will be in ``final``."""
        kept = self._find(index)
        if kept is not None:
            return kept.plan.hole(index, kept.cuts)
        if self.final.may_have_hole(index):
            return self.final.hole(index, self._shot_of(index))
        return no_hole(self.final.width, self.final.height)

    def composite(self, source: VideoFrame) -> VideoFrame | None:
        """A frame with its holes filled, exactly as an export has it; None where nothing is rendered.

        Args:
            source: the clip's frame.
        """
        filled = self.filled(source)
        return None if filled is None else composited(filled, self.final.seam)

    def filled(self, source: VideoFrame) -> Filled | None:
        """A frame and its fills; None where nothing is rendered.

        A frame without a hole is rendered, and so is one that was retouched by hand: its fill is the user's picture.
        """
        if not self.final.may_have_hole(source.index):
            return Filled(source, no_hole(self.final.width, self.final.height), ())
        kept = self._find(source.index)
        if kept is None and source.index in self.final.references:
            hole = self.hole(source.index)
            return Filled(source, hole, () if hole.empty else self.final.reference_fills(source, hole))
        if kept is None:
            return None
        fills = [self.cache.get_fill(key) for key in kept.keys]
        whole = tuple(fill for fill in fills if fill is not None)
        if len(whole) != len(fills):
            return None
        return Filled(source, kept.plan.hole(source.index, kept.cuts), whole, cached=True)

    def quality(self, source: VideoFrame) -> FrameQuality | None:
        """How good a rendered frame is likely to be; None where nothing is rendered or nothing is to be filled."""
        filled = self.filled(source)
        if filled is None or filled.hole.empty:
            return None
        record = record_of(filled)
        before = self.hole(source.index - 1) if source.index > self.frames[0] else None
        return FrameQuality(
            seen_share=record.seen_px / record.hole_px,
            guessed_share=record.guessed_px / record.hole_px,
            mask_jump=0.0 if before is None or before.empty else mask_jump(before, filled.hole),
            seam=seam_step(source, composited(filled, self.final.seam), filled.hole),
        )

    def chain(self, start: int) -> LiveChain | None:
        """The live render that begins at a frame; None if that lies outside the range."""
        with self._lock:
            if start not in self._chains and self.frames[0] <= start < self.frames[1]:
                self._chains[start] = LiveChain(self.live.from_frame(start), self.live_engine)
            return self._chains.get(start)

    def chains(self) -> list[LiveChain]:
        """All live renders that were begun, the one with the longest past first."""
        with self._lock:
            return [self._chains[start] for start in sorted(self._chains)]

    def note_failure(self, keys: Iterable[Key], why: str) -> None:
        """Remembers that results could not be made."""
        for key in keys:
            self._failures[key.name] = why

    def failure(self, index: int) -> str | None:
        """Why a frame's result could not be made, None if nothing is known against it."""
        return next((self._failures[name] for name in self._names(index) if name in self._failures), None)

    def final_keys(self, index: int) -> tuple[Key, ...]:
        """The names of a frame's results in ``final``, as far as its shot is known."""
        shot = self._shot_of(index)
        key_of = self._shots.get(shot)
        if key_of is None:
            key_of = self._shots[shot] = self._final_keys.final(shot)
        return tuple(key_of(picture) for picture in self.final.picture_indices(index))

    def _names(self, index: int) -> list[str]:
        keys = [*self.final_keys(index), *(key for chained in self.chains() for key in chained.keys(index))]
        return [key.name for key in keys]

    def _find(self, index: int) -> _Kept | None:
        """The best result of a frame that is in the cache."""
        if not self.final.may_have_hole(index):
            return None
        keys = self.final_keys(index)
        if all(self.cache.has(key) for key in keys):
            self._seen.add(index)
            return _Kept(FrameState.FINAL, self.final, keys, self._shot_of(index))
        for chained in self.chains():
            keys = chained.keys(index)
            if keys and all(self.cache.has(key) for key in keys):
                self._seen.add(index)
                cuts = (index,) if self.cache.has(chained.names.live_cut(index)) else ()
                return _Kept(FrameState.LIVE, chained.plan, keys, cuts)
        return None

    def _shot_of(self, index: int) -> tuple[int, int]:
        """The shot of an active frame: as it was found, or as the shots found for older documents suggest."""
        run = self._runs[bisect_right(self._runs, (index, self.frames[1] + 1)) - 1]
        starts = self._starts(run)
        place = int(np.searchsorted(starts, index, "right")) - 1
        return starts[place], starts[place + 1] if place + 1 < len(starts) else run[1]

    def _starts(self, run: tuple[int, int]) -> list[int]:
        """First frames of a run's shots; once found they stay."""
        found = self._found.get(run)
        if found is None and self.cache.has(self._final_keys.shots(run)):
            found = known_starts(self.cache, self._final_keys, run)
            if found is not None:
                self._found[run] = found
        if found is None:
            if self._suggested is None:
                self._suggested = sorted({start for view in self._older for start in view.known_cuts()})
            found = [run[0], *(start for start in self._suggested if run[0] < start < run[1])]
        return found

    def known_cuts(self) -> set[int]:
        """Frames that start a new shot, as far as rendering has found them."""
        found = set()
        for run in self._runs:
            found.update((known_starts(self.cache, self._final_keys, run) or [])[1:])
        return found


class LiveChain:
    """A live render from one frame on.

    Attributes:
        plan: what is removed from there on.
        names: names of its results.
    """

    def __init__(self, plan: RemovalPlan, engine: Engine) -> None:
        self.plan = plan
        self.names = ResultKeys(plan, engine)

    @property
    def start(self) -> int:
        """Its first frame."""
        return self.plan.frames[0]

    def keys(self, index: int) -> tuple[Key, ...]:
        """The names of a frame's results; none where it has no hole in this render."""
        if not self.plan.may_have_hole(index):
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
        """End of the frames from the start whose results are all in the cache."""
        for index in range(*self.plan.frames):
            if self.plan.is_active(index):
                keys = (self.names.live(index, picture) for picture in self.plan.picture_indices(index))
                if not all(cache.has(key) for key in keys):
                    return index
        return self.plan.frames[1]


def note_start(cache: ResultCache, identity: str, start: int) -> None:
    """Remembers, for views to come, that a live render of a clip began at a frame; the oldest are forgotten."""
    starts = [start, *(other for other in _read_starts(cache, identity) if other != start)][:_MOST_STARTS]
    cache.put(_starts_key(identity), json.dumps(starts).encode())


def _read_starts(cache: ResultCache, identity: str) -> list[int]:
    kept = cache.get(_starts_key(identity))
    return [] if kept is None else [int(start) for start in json.loads(kept)]


def _starts_key(identity: str) -> Key:
    return Key("starts", chain(b"starts 1", identity.encode()))
