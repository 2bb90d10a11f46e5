"""Live renders into the result cache: forward from the playhead on, and on again as masks change."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Iterator
from contextlib import closing
from dataclasses import dataclass

from app.core.errors import UserError
from app.engine.live_chain import LiveChain, note_start
from app.engine.live_removal import HeldEngine, LiveRemoval, Prepared
from app.engine.loader import SHORT_OF_MEMORY
from app.engine.prefetch import prefetched
from app.engine.removal import EngineFailure, Filled
from app.engine.result_view import FrameState, ResultView
from app.jobs.context import JobContext
from app.media.clip_reader import ClipReader

OnFrame = Callable[[int, FrameState], None]
"""Told in the render's thread of each frame that is now in the cache."""

STATE_EVERY_FRAMES = 25
"""So often the engine's state is kept, wherever the masks may change next: about a megabyte a frame at 1080p."""
CATCH_UP_FRAMES = 25
"""A render that can be taken up so near before the playhead is continued; otherwise another one begins there."""
_NOTED_AHEAD_FRAMES = 500
WARMING_UP = "Looking at the frames before"


@dataclass(frozen=True, slots=True)
class RenderOutcome:
    """What a render did.

    Attributes:
        rendered: frames that are now in the cache and were not before.
        seconds: how long it took.
    """

    rendered: int
    seconds: float


class LiveRenderer:
    """Runs live renders, one after the other, and hands the engine on from one to the next.

    Args:
        reader: the clip.
    """

    def __init__(self, reader: ClipReader) -> None:
        self._reader = reader
        self._held: HeldEngine | None = None

    def run(
        self, view: ResultView, start: int, on_frame: OnFrame, context: JobContext, *, until: int | None = None
    ) -> RenderOutcome:
        """Renders from a frame to the end of the range.

        Where it does not go on from what is there, it begins some frames earlier, to see what the frame hides. Stopped,
        it has lost nothing: the next run of the same masks goes on after the last finished frame.

        Args:
            view: what to render.
            start: the first frame that is wanted.
            on_frame: told of each frame that is now in the cache.
            context: cancels between frames and is told the progress.
            until: end (exclusive) of what is wanted for now; the next run goes on from there. None for all.

        Raises:
            Cancelled: stopped, within a frame.
            EngineFailure: the engine failed on a frame.
            UserError: nothing is to be removed from there on, or the clip cannot be read.
        """
        started = time.monotonic()
        last = view.range[1]
        end = last if until is None else min(until, last)
        chained = self._chain_for(view, start)
        if not any(chained.plan.may_have_hole(index) for index in range(start, last)):
            raise UserError(f"There is nothing to remove from frame {start} on: the masks are empty there.")
        noted_until = start + _NOTED_AHEAD_FRAMES
        _note(view, chained, noted_until)
        held, self._held = self._held, None
        removal = LiveRemoval(
            chained.plan,
            view.live_engine,
            view.cache,
            skim=True,
            states_after=(start - 1, end - 1),
            state_every=STATE_EVERY_FRAMES,
            held=held,
        )
        if end < last and removal.resumed_at >= end:
            self._held = held
            return RenderOutcome(0, time.monotonic() - started)
        wanted = max(removal.resumed_at, start)
        count = 0
        try:
            with closing(prefetched(lambda: self._prepared(removal))) as frames:
                for filled in removal.run(_checked(frames, context)):
                    index = filled.frame.index
                    if index >= noted_until:
                        noted_until = index + _NOTED_AHEAD_FRAMES
                        _note(view, chained, noted_until)
                    count += kept(view, filled, FrameState.LIVE, on_frame if index >= chained.settled else None)
                    if index < wanted:
                        context.progress(0, end - wanted, WARMING_UP)
                    elif index < end:
                        context.progress(index + 1 - wanted, end - wanted, told("Rendering live", filled))
                    context.checkpoint()
                    if end - 1 <= index < last - 1:
                        break
        except EngineFailure as failure:
            view.note_failure(chained.keys(failure.frame), str(failure))
            on_frame(failure.frame, FrameState.FAILED)
            raise
        except BaseException:
            self._held = removal.held()
            raise
        if end < last:
            self._held = removal.held()
        return RenderOutcome(count, time.monotonic() - started)

    def _prepared(self, removal: LiveRemoval) -> Generator[Prepared]:
        with closing(self._reader.frames(removal.decode_from, removal.decode_until)) as frames:
            for frame in frames:
                yield removal.prepare(frame)

    def _chain_for(self, view: ResultView, start: int) -> LiveChain:
        """The render that is worth continuing at a frame, else a new one, which begins with a run-up."""
        start = min(max(start, view.range[0]), view.range[1] - 1)
        fresh = view.live.live_start(start)
        held = None if self._held is None else self._held.after
        for chained in view.chains():
            reach = max(CATCH_UP_FRAMES, start - fresh)
            if chained.settled <= start <= chained.resumes_at(view.cache, held) + reach:
                return chained
        chosen = view.chain(fresh)
        assert chosen is not None, "the start lies in the range"
        return chosen


def _note(view: ResultView, chained: LiveChain, until: int) -> None:
    """Notes how far a render comes, before it comes there: whoever looks for its results looks no further."""
    note_start(view.cache, chained.plan.identity, chained.start, until)
    view.look_again()


def _checked(frames: Iterator[Prepared], context: JobContext) -> Iterator[Prepared]:
    """The same frames; a stop is seen before each."""
    for prepared in frames:
        context.checkpoint()
        yield prepared


def told(doing: str, filled: Filled) -> str:
    """What a render is doing, with what the user must know of how a frame was made."""
    short = [note for fill in filled.fills for note in fill.notes if note in SHORT_OF_MEMORY]
    return f"{doing} ({short[0]})" if short else doing


def kept(view: ResultView, filled: Filled, state: FrameState, on_frame: OnFrame | None) -> int:
    """Puts a frame's results into the cache; how many frames of the range that finishes."""
    for key, value in filled.keep:
        view.cache.keep(key, value)
    if filled.drop is not None:
        view.cache.drop(filled.drop)
    index = filled.frame.index
    if on_frame is None or filled.cached or filled.hole.empty or not view.final.is_cleaned(index):
        return 0
    view.note_rendered(index)
    on_frame(index, state)
    return 1
