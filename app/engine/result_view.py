"""What a document's removal looks like as far as it is rendered: which frames are there, and their pictures.

A view belongs to one document. It computes nothing but keys and composites, so it is quick, and it never changes: for
another document there is another view. Views of older documents tell which frames are stale, and are kept to compare
two results.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from app.core.document import Document
from app.engine.holes import Hole, no_hole
from app.engine.live_chain import LiveChain, noted_starts
from app.engine.plan import RemovalPlan, ResultKeys
from app.engine.protocols import Engine
from app.engine.removal import Filled, composited
from app.engine.report import record_of
from app.engine.results import Key, ResultCache
from app.engine.seam_quality import FrameQuality, mask_jump, seam_step
from app.engine.shots import Shots
from app.media.frame import VideoFrame

States = NDArray[np.uint8]


class FrameState(IntEnum):
    """What there is of a frame's result."""

    MISSING = 0
    NOTHING = 1
    """There is no hole, or the frame lies outside the range: the source is the result."""
    STALE = 2
    """There is a result of an older document."""
    LIVE = 3
    """Rendered forward once, or a draft."""
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


class _WalkNames:
    """Names of the results of a plan's walks, each walk's made once."""

    def __init__(self, plan: RemovalPlan, keys: ResultKeys) -> None:
        self.plan, self._keys = plan, keys
        self._made: dict[tuple[int, int], Callable[[int], Key]] = {}

    def of(self, walked: tuple[int, int], index: int) -> tuple[Key, ...]:
        """The names of a frame's results of a walk."""
        key_of = self._made.get(walked)
        if key_of is None:
            key_of = self._made[walked] = self._keys.final(walked)
        return tuple(key_of(picture) for picture in self.plan.picture_indices(index))


class ResultView:
    """The results of one document's removal.

    Safe to use from several threads.

    Args:
        document: what is removed.
        final: its plan for an engine that walks whole shots; its range is the document's.
        live: its plan for an engine that goes forward once.
        engines: who fills in ``final`` and in ``live``.
        cache: finished results.
        draft: the plan and the engine of a draft both ways in time, where renders are drafts.
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
        draft: tuple[RemovalPlan, Engine] | None = None,
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
        self.to_render = (final, self.final_engine) if draft is None else draft
        """What a render both ways in time makes, and who fills: a draft, if drafts are wanted."""
        self.shots = Shots(final, cache)
        self._walks = _WalkNames(final, ResultKeys(final, self.final_engine))
        self._draft_walks = None if draft is None else _WalkNames(draft[0], ResultKeys(*draft))
        self._lock = threading.Lock()
        self._seen: set[int] = set() if same is None else set(same.seen)
        self._chains: dict[int, LiveChain] = {}
        for start in {live.live_start(live.cleaned_frames[0]), *noted_starts(cache, final.identity)}:
            self.chain(start)

    @property
    def range(self) -> tuple[int, int]:
        """First frame and end (exclusive) of what is filled; what was rendered outside it is kept for another range."""
        return self.final.cleaned_frames

    @property
    def has_masks(self) -> bool:
        """Whether there is anything to remove."""
        return self.final.has_masks

    def state(self, index: int) -> FrameState:
        """What there is of a frame's result (a few file look-ups)."""
        if not self._is_filled(index):
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

    def is_rendered(self, index: int) -> bool:
        """Whether a render both ways in time has nothing left to do for a frame."""
        state = self.state(index)
        if state is FrameState.LIVE and self._draft_walks is not None:
            return self._walked(self._draft_walks, index, state) is not None
        return state in (FrameState.FINAL, FrameState.NOTHING)

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
        walked = self._walk_of(index) if self._is_filled(index) else None
        return no_hole(self.final.width, self.final.height) if walked is None else self.final.hole(index, walked)

    def composite(self, source: VideoFrame) -> VideoFrame | None:
        """A frame with its holes filled, exactly as an export has it; None where nothing is rendered.

        Args:
            source: the clip's frame.
        """
        filled = self.filled(source)
        return None if filled is None else composited(filled, self.final.seam)

    def outdated(self, source: VideoFrame) -> VideoFrame | None:
        """A frame as the latest document before this one had it, of those that have it rendered; None if none has.

        Args:
            source: the clip's frame.
        """
        for view in self._older:
            if view.was_rendered(source.index):
                finished = view.composite(source)
                if finished is not None:
                    return finished
        return None

    def filled(self, source: VideoFrame) -> Filled | None:
        """A frame and its fills; None where nothing is rendered.

        A frame without a hole is rendered, and so is one that was retouched by hand: its fill is the user's picture.
        One outside the range stays as it is.
        """
        kept = self._find(source.index)
        if not self._is_filled(source.index):
            return Filled(source, no_hole(self.final.width, self.final.height), ())
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
        before = self.hole(source.index - 1) if source.index > 0 else None
        return FrameQuality(
            seen_share=record.seen_px / record.hole_px,
            guessed_share=record.guessed_px / record.hole_px,
            mask_jump=0.0 if before is None or before.empty else mask_jump(before, filled.hole),
            seam=seam_step(source, composited(filled, self.final.seam), filled.hole),
        )

    def chain(self, start: int) -> LiveChain | None:
        """The live render that begins at a frame; None if there is no such frame."""
        with self._lock:
            if start not in self._chains and 0 <= start < self.live.frames[1]:
                self._chains[start] = LiveChain(self.live, start, self.live_engine)
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

    def render_keys(self, index: int) -> tuple[Key, ...]:
        """The names of what a render makes of a frame, as far as its shot is known; none if it is not seen."""
        walked = self._walk_of(index)
        return () if walked is None else (self._draft_walks or self._walks).of(walked, index)

    def _names(self, index: int) -> list[str]:
        keys = [*self.render_keys(index), *(key for chained in self.chains() for key in chained.keys(index))]
        return [key.name for key in keys]

    def _is_filled(self, index: int) -> bool:
        return self.final.is_cleaned(index) and self.final.may_have_hole(index)

    def _find(self, index: int) -> _Kept | None:
        """The best result of a frame that is in the cache."""
        if not self._is_filled(index):
            return None
        found = self._walked(self._walks, index, FrameState.FINAL)
        if found is None and self._draft_walks is not None:
            found = self._walked(self._draft_walks, index, FrameState.LIVE)
        if found is not None:
            return found
        for chained in self.chains():
            keys = chained.keys(index)
            if keys and all(self.cache.has(key) for key in keys):
                self._seen.add(index)
                cuts = (index,) if self.cache.has(chained.names.live_cut(index)) else ()
                return _Kept(FrameState.LIVE, chained.plan, keys, cuts)
        return None

    def _walked(self, names: _WalkNames, index: int, state: FrameState) -> _Kept | None:
        """A frame's result of a render both ways in time."""
        stretch = self.shots.known(index)
        for walked in () if stretch is None else self.shots.walks(stretch):
            keys = names.of(walked, index)
            if all(self.cache.has(key) for key in keys):
                self._seen.add(index)
                return _Kept(state, names.plan, keys, walked)
        return None

    def _walk_of(self, index: int) -> tuple[int, int] | None:
        """What the engine walks for a frame: as cuts were found, or as if there were none; None if it sees it not."""
        stretch = self.shots.known(index)
        return None if stretch is None else stretch.walked
