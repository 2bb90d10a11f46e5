"""What a document's removal looks like as far as it is rendered: which frames are there, and their pictures.

A view belongs to one document. It computes nothing but keys and composites, so it is quick, and it never changes: for
another document there is another view. Views of older documents tell which frames are stale, and are kept to compare
two results.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Sequence, Set
from dataclasses import dataclass
from enum import IntEnum
from functools import reduce

import numpy as np
from numpy.typing import NDArray

from app.core.document import Document
from app.engine.begun import BegunRenders
from app.engine.holes import Hole, no_hole, united
from app.engine.known_facts import FactsMemory, KnownFacts
from app.engine.live_chain import MOST_STARTS, LiveChain
from app.engine.plan import RemovalPlan, ResultKeys
from app.engine.protocols import Engine
from app.engine.removal import Filled, composited
from app.engine.report import record_of
from app.engine.results import Key, ResultCache
from app.engine.seam_quality import FrameQuality, mask_jump, seam_step
from app.engine.shots import Shots
from app.media.frame import VideoFrame

States = NDArray[np.uint8]
_CHECKED_EVERY = 64


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
        restorations: views of the objects that are painted over what is filled, from bottom to top.
        facts: what frames add to names, known from other views of the clip.
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
        restorations: Sequence[ResultView] = (),
        facts: FactsMemory | None = None,
    ) -> None:
        self.document = document
        self.final, self.live = final, live
        self.final_engine, self.live_engine = engines
        self.cache = cache
        self._older = tuple(older)
        self.restorations = tuple(restorations)
        self._failures = {} if failures is None else failures
        self.to_render = (final, self.final_engine) if draft is None else draft
        """What a render both ways in time makes, and who fills: a draft, if drafts are wanted."""
        self.shots = Shots(final, cache)
        self._facts = FactsMemory() if facts is None else facts
        self._begun = BegunRenders(cache, final.identity)
        self._walks = _WalkNames(final, ResultKeys(final, self.final_engine, self._facts_of(final)))
        self._draft_walks = (
            None if draft is None else _WalkNames(draft[0], ResultKeys(*draft, self._facts_of(draft[0])))
        )
        self._lock = threading.Lock()
        self._seen: set[int] = set() if same is None else set(same.seen)
        self._chains: dict[int, LiveChain] = {}
        for start in {live.live_start(live.cleaned_frames[0]), *self._begun.starts[:MOST_STARTS]}:
            self.chain(start)

    def _facts_of(self, plan: RemovalPlan) -> Callable[[int], tuple[bytes, ...]]:
        return KnownFacts(plan, self._facts).of

    @property
    def range(self) -> tuple[int, int]:
        """First frame and end (exclusive) of what is filled; what was rendered outside it is kept for another range."""
        return self.final.cleaned_frames

    @property
    def has_masks(self) -> bool:
        """Whether there is anything to remove or to restore."""
        return any(part.final.has_masks for part in self.parts)

    @property
    def parts(self) -> tuple[ResultView, ...]:
        """Itself and its restorations: what is rendered one after the other."""
        return (self, *self.restorations)

    def may_have_hole(self, index: int) -> bool:
        """Whether anything can be filled in a frame (False is certain, True is not)."""
        return any(part.final.may_have_hole(index) for part in self.parts)

    def runs(self) -> list[tuple[int, int]]:
        """Stretches ``(first, end)`` of frames in which something may be filled, in order, with some round them."""
        runs: list[tuple[int, int]] = []
        for first, end in sorted(run for part in self.parts for run in part.final.active_runs()):
            if runs and first <= runs[-1][1]:
                runs[-1] = runs[-1][0], max(end, runs[-1][1])
            else:
                runs.append((first, end))
        return runs

    def state(self, index: int) -> FrameState:
        """What there is of a frame's result (a few file look-ups): as much as of the part that there is least of."""
        states = [state for part in self.parts if (state := part.own_state(index)) is not FrameState.NOTHING]
        if not states:
            return FrameState.NOTHING
        if FrameState.FAILED in states:
            return FrameState.FAILED
        least = min(states)
        if least is FrameState.MISSING and any(view.was_rendered(index) for view in self._older):
            return FrameState.STALE
        return least

    def own_state(self, index: int) -> FrameState:
        """What there is of a frame's result without restorations; nothing is said of older documents."""
        if not self._is_filled(index):
            return FrameState.NOTHING
        kept = self._find(index)
        if kept is not None:
            return kept.state
        if self._failures and any(name in self._failures for name in self._names(index)):
            return FrameState.FAILED
        return FrameState.MISSING

    def states(
        self, first: int = 0, end: int | None = None, *, checkpoint: Callable[[], None] = lambda: None
    ) -> States:
        """The states of the frames from the first to the end (exclusive, the clip's if None), ``(n,)`` uint8.

        Args:
            first: the first frame.
            end: behind the last one.
            checkpoint: called once in a while; may raise to cancel.
        """
        end = self.document.clip.frame_count if end is None else end
        filled, looked_up = np.zeros(end - first, np.bool_), np.zeros(end - first, np.bool_)
        for part in self.parts:
            part.look_again()
            filled |= part.filled_frames(first, end)
            looked_up |= part.frames_begun(first, end)
        states = np.where(filled, np.uint8(FrameState.MISSING), np.uint8(FrameState.NOTHING))
        for view in self._older:
            seen = np.array([index - first for index in view.all_seen() if first <= index < end], np.intp)
            states[seen[filled[seen]]] = FrameState.STALE
        for count, place in enumerate(np.flatnonzero(filled & looked_up)):
            if count % _CHECKED_EVERY == 0:
                checkpoint()
            states[place] = self.state(first + int(place))
        return states

    def filled_frames(self, first: int, end: int) -> NDArray[np.bool_]:
        """Frames from the first to the end (exclusive) that may have something filled, without restorations."""
        filled = self.final.may_have_holes(first, end)
        cleaned, cleaned_end = self.final.cleaned_frames
        filled[: max(cleaned - first, 0)] = False
        filled[max(cleaned_end - first, 0) :] = False
        return filled

    def frames_begun(self, first: int, end: int) -> NDArray[np.bool_]:
        """Frames from the first to the end (exclusive) that a render may have come to, without restorations."""
        begun = np.zeros(end - first, np.bool_)
        if self._failures or self._begun.walks is None:
            begun[:] = True
            return begun
        reached = ((chained.settled, self._begun.reach(chained.start)) for chained in self.chains())
        for low, high in (*self._begun.walks, *reached):
            begun[max(low - first, 0) : max(high - first, 0)] = True
        return begun

    def look_again(self) -> bool:
        """Looks which renders were begun meanwhile; whether there were any. Costs two small files."""
        return self._begun.read()

    def is_rendered(self, index: int) -> bool:
        """Whether a render both ways in time has nothing left to do for a frame."""
        return all(part.own_is_rendered(index) for part in self.parts)

    def own_is_rendered(self, index: int) -> bool:
        """The same without restorations."""
        state = self.own_state(index)
        if state is FrameState.LIVE and self._draft_walks is not None:
            return self._walked(self._draft_walks, index, state) is not None
        return state in (FrameState.FINAL, FrameState.NOTHING)

    def was_rendered(self, index: int) -> bool:
        """Whether the view has seen a result of the frame in the cache, or seen it put there; no file is asked."""
        return any(index in part.seen for part in self.parts)

    def all_seen(self) -> frozenset[int]:
        """Frames that ``was_rendered`` knows."""
        return frozenset().union(*(part.seen for part in self.parts))

    def let_older_go(self) -> None:
        """Forgets the views of documents before this one: it is one of them itself now."""
        self._older = ()

    @property
    def seen(self) -> Set[int]:
        """Frames whose own result was seen."""
        return self._seen

    def note_rendered(self, index: int) -> None:
        """A frame's result was put into the cache."""
        self._seen.add(index)
        walked = self._walk_of(index)
        if walked is not None and not self._begun.has_walk(walked):
            self.look_again()

    def hole(self, index: int) -> Hole:
        """What is filled in a frame: as it was rendered, else as it will be in ``final``."""
        return united([part.own_hole(index) for part in self.parts])

    def own_hole(self, index: int) -> Hole:
        """The same without restorations."""
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
        """A frame, its fills and what is painted over them; None where any of that is not rendered.

        A frame without a hole is rendered, and so is one that was retouched by hand: its fill is the user's picture.
        One outside the range stays as it is.
        """
        layers = [part.own_filled(source) for part in self.parts]
        whole = [layer for layer in layers if layer is not None]
        if len(whole) != len(layers):
            return None
        over = (layer for layer in whole[1:] if not layer.hole.empty)
        return reduce(Filled.with_layer, over, whole[0])

    def own_filled(self, source: VideoFrame) -> Filled | None:
        """The same without restorations."""
        kept = self._find(source.index)
        if kept is None and self._is_filled(source.index) and self.look_again():
            kept = self._find(source.index)
        if not self._is_filled(source.index):
            return Filled(source, no_hole(self.final.width, self.final.height), ())
        if kept is None and source.index in self.final.references:
            hole = self.own_hole(source.index)
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
        if filled is None or filled.whole_hole.empty:
            return None
        hole = filled.whole_hole
        record = record_of(filled)
        before = self.hole(source.index - 1) if source.index > 0 else None
        return FrameQuality(
            seen_share=record.seen_px / record.hole_px,
            guessed_share=record.guessed_px / record.hole_px,
            mask_jump=0.0 if before is None or before.empty else mask_jump(before, hole),
            seam=seam_step(source, composited(filled, self.final.seam), hole),
        )

    def chain(self, start: int) -> LiveChain | None:
        """The live render that begins at a frame; None if there is no such frame."""
        with self._lock:
            if start not in self._chains and 0 <= start < self.live.frames[1]:
                self._chains[start] = LiveChain(self.live, start, self.live_engine, self._facts_of)
            return self._chains.get(start)

    def chains(self) -> list[LiveChain]:
        """All live renders that were begun, the one with the longest past first."""
        with self._lock:
            return [self._chains[start] for start in sorted(self._chains)]

    def note_failure(self, keys: Iterable[Key], why: str) -> None:
        """Remembers that results could not be made."""
        for key in keys:
            self._failures[key.name] = why
        self.look_again()  # the render may have begun since the view was made

    def failure(self, index: int) -> str | None:
        """Why a frame's result could not be made, None if nothing is known against it."""
        return next((why for part in self.parts if (why := part.own_failure(index)) is not None), None)

    def own_failure(self, index: int) -> str | None:
        """The same without restorations."""
        return next((self._failures[name] for name in self._names(index) if name in self._failures), None)

    def render_keys(self, index: int) -> tuple[Key, ...]:
        """The names of what a render makes of a frame, as far as its shot is known; none if it is not seen."""
        walked = self._walk_of(index)
        return () if walked is None else (self._draft_walks or self._walks).of(walked, index)

    def _names(self, index: int) -> list[str]:
        walked = self._walk_of(index)
        keys = self.render_keys(index) if walked is not None and self._begun.has_walk(walked) else ()
        return [key.name for key in (*keys, *(key for chained in self._reaching(index) for key in chained.keys(index)))]

    def _reaching(self, index: int) -> list[LiveChain]:
        """Live renders that may have come to a frame, the one with the longest past first."""
        return [chained for chained in self.chains() if index < self._begun.reach(chained.start)]

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
        for chained in self._reaching(index):
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
            if not self._begun.has_walk(walked):
                continue
            keys = names.of(walked, index)
            if all(self.cache.has(key) for key in keys):
                self._seen.add(index)
                return _Kept(state, names.plan, keys, walked)
        return None

    def _walk_of(self, index: int) -> tuple[int, int] | None:
        """What the engine walks for a frame: as cuts were found, or as if there were none; None if it sees it not."""
        stretch = self.shots.known(index)
        return None if stretch is None else stretch.walked
