"""Renders into the result cache without writing a file: ``live`` from the playhead on, ``final`` for the range.

The frames come out exactly as an export makes them, under the same keys, so an export takes them from the cache.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Generator, Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

from app.core.document import Document
from app.core.errors import UserError
from app.engine.estimate import Estimate, RenderSpeed, SmallPicture, estimated
from app.engine.final_removal import FinalRemoval
from app.engine.live_removal import HeldEngine, LiveRemoval, Prepared
from app.engine.loader import load_engine
from app.engine.plan import Mode
from app.engine.planning import PlannedClip, plan_of
from app.engine.prefetch import prefetched
from app.engine.removal import EngineFailure, Filled
from app.engine.result_view import FrameState, LiveChain, ResultView, note_start
from app.engine.results import ResultCache
from app.jobs.context import JobContext
from app.jobs.pausing import PauseSwitch, pausable
from app.media.clip_reader import ClipReader

OnFrame = Callable[[int, FrameState], None]
"""Told in the render's thread of each frame that is now in the cache."""

STATE_EVERY_FRAMES = 25
"""So often the engine's state is kept, wherever the masks may change next: about a megabyte a frame at 1080p."""
CATCH_UP_FRAMES = 25
"""A render that can be taken up so near before the playhead is continued; otherwise another one begins there."""
_START_EVERY_FRAMES = 10
"""New renders begin at whole multiples, so that playheads near each other share one: some frames of warming up."""


_OLDER_VIEWS = 5


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

    def run(self, view: ResultView, start: int, on_frame: OnFrame, context: JobContext) -> RenderOutcome:
        """Renders from a frame to the end of the range.

        Stopped, it has lost nothing: the next run of the same masks goes on after the last finished frame.

        Raises:
            Cancelled: stopped, within a frame.
            EngineFailure: the engine failed on a frame.
            UserError: nothing is to be removed from there on, or the clip cannot be read.
        """
        started = time.monotonic()
        chained = self._chain_for(view, start)
        if not any(chained.plan.may_have_hole(index) for index in range(start, chained.plan.frames[1])):
            raise UserError(f"There is nothing to remove from frame {start} on: the masks are empty there.")
        note_start(view.cache, chained.plan.identity, chained.start)
        held, self._held = self._held, None
        removal = LiveRemoval(
            chained.plan,
            view.live_engine,
            view.cache,
            skim=True,
            states_after=(start - 1,),
            state_every=STATE_EVERY_FRAMES,
            held=held,
        )
        begin, end = removal.resumed_at, chained.plan.frames[1]
        count = 0
        try:
            with closing(prefetched(lambda: self._prepared(removal, chained))) as frames:
                for filled in removal.run(_checked(frames, context)):
                    count += _kept(view, filled, FrameState.LIVE, on_frame)
                    context.progress(max(filled.frame.index + 1 - begin, 0), end - begin, "Rendering live")
                    context.checkpoint()
        except EngineFailure as failure:
            view.note_failure(chained.keys(failure.frame), str(failure))
            on_frame(failure.frame, FrameState.FAILED)
            raise
        except BaseException:
            self._held = removal.held()
            raise
        return RenderOutcome(count, time.monotonic() - started)

    def _prepared(self, removal: LiveRemoval, chained: LiveChain) -> Generator[Prepared]:
        with closing(self._reader.frames(removal.decode_from, chained.plan.frames[1])) as frames:
            for frame in frames:
                yield removal.prepare(frame)

    def _chain_for(self, view: ResultView, start: int) -> LiveChain:
        """The render that is worth continuing at a frame, else a new one."""
        start = min(max(start, view.frames[0]), view.frames[1] - 1)
        held = None if self._held is None else self._held.after
        for chained in view.chains():
            if chained.start <= start <= chained.resumes_at(view.cache, held) + CATCH_UP_FRAMES:
                return chained
        begin = max(start - start % _START_EVERY_FRAMES, view.frames[0])
        chosen = view.chain(begin)
        assert chosen is not None, "the start lies in the range"
        return chosen


def render_final(
    view: ResultView, reader: ClipReader, scratch: Path, on_frame: OnFrame, context: JobContext
) -> RenderOutcome:
    """Renders the whole range both ways in time; shots that are finished are not computed again.

    Args:
        view: what to render.
        reader: the clip.
        scratch: folder for temporary data.
        on_frame: told of each frame that is now in the cache.
        context: cancels between frames and is told the progress.

    Raises:
        Cancelled: stopped, within a frame; finished frames are kept.
        EngineFailure: the engine failed on a frame.
        UserError: nothing is to be removed, or the clip cannot be read.
    """
    started, plan = time.monotonic(), view.final
    if not plan.has_masks:
        raise UserError("There is nothing to remove: mark something first.")
    removal = FinalRemoval(
        plan,
        view.final_engine,
        view.cache,
        open_frames=reader.frames,
        scratch=scratch,
        context=context,
    )
    count, total = 0, plan.frames[1] - plan.frames[0]
    try:
        with closing(reader.frames(*plan.frames)) as frames:
            for filled in removal.run(frames):
                context.checkpoint()
                count += _kept(view, filled, FrameState.FINAL, on_frame)
                context.progress(filled.frame.index + 1 - plan.frames[0], total, "Rendering")
    except EngineFailure as failure:
        view.note_failure(view.final_keys(failure.frame), str(failure))
        on_frame(failure.frame, FrameState.FAILED)
        raise
    return RenderOutcome(count, time.monotonic() - started)


def _checked(frames: Iterator[Prepared], context: JobContext) -> Iterator[Prepared]:
    """The same frames; a stop is seen before each."""
    for prepared in frames:
        context.checkpoint()
        yield prepared


def _kept(view: ResultView, filled: Filled, state: FrameState, on_frame: OnFrame) -> int:
    """Puts a frame's results into the cache; how many frames that adds."""
    for key, value in filled.keep:
        view.cache.keep(key, value)
    if filled.drop is not None:
        view.cache.drop(filled.drop)
    if filled.cached or filled.hole.empty:
        return 0
    view.note_rendered(filled.frame.index)
    on_frame(filled.frame.index, state)
    return 1


class Rendering:
    """The renders of one open clip, and the views of what they made.

    Args:
        reader: the clip.
        cache: finished results.
        scratch: gives the folder for temporary data.
    """

    def __init__(self, reader: ClipReader, cache: ResultCache, scratch: Callable[[], Path]) -> None:
        self._reader, self._cache, self._scratch = reader, cache, scratch
        self._renderer = LiveRenderer(reader)
        self._lock = threading.Lock()
        self._views: deque[ResultView] = deque(maxlen=_OLDER_VIEWS)
        self._failures: dict[str, str] = {}

    def view(self, document: Document, clip: PlannedClip, frame_rate: float, *, draft: bool = False) -> ResultView:
        """What there is of a document's result; the views asked for before tell what is stale.

        Args:
            document: what is removed.
            clip: its clip.
            frame_rate: frames a second.
            draft: whether live renders work at half the size.

        Raises:
            UserError: there is no such engine.
        """
        render = document.render
        final = plan_of(document, clip, document.range, Mode.FINAL)
        live = replace(plan_of(document, clip, document.range, Mode.LIVE), draft=draft)
        rate = frame_rate * final.pictures_per_frame
        engines = (
            load_engine(render.engine, frame_rate=rate),
            load_engine(render.engine, delay=render.delay * final.pictures_per_frame, frame_rate=rate),
        )
        with self._lock:
            same = [view for view in self._views if view.document == document and view.live.draft == draft]
            older = [view for view in self._views if view not in same]
            view = ResultView(
                document,
                final,
                live,
                engines,
                self._cache,
                older=older,
                failures=self._failures,
                same=same[0] if same else None,
            )
            self._views = deque([view, *older], maxlen=_OLDER_VIEWS)
        return view

    def live(
        self, view: ResultView, start: int, on_frame: OnFrame, pause: PauseSwitch | None
    ) -> Callable[[JobContext], RenderOutcome]:
        """A job that renders forward from a frame, see ``LiveRenderer.run``."""
        return lambda context: self._renderer.run(view, start, on_frame, pausable(context, pause))

    def final(
        self, view: ResultView, on_frame: OnFrame, pause: PauseSwitch | None
    ) -> Callable[[JobContext], RenderOutcome]:
        """A job that renders the range both ways in time, see ``render_final``."""

        def run(context: JobContext) -> RenderOutcome:
            outcome = render_final(view, self._reader, self._scratch(), on_frame, pausable(context, pause))
            if pause is None or not pause.was_used:
                RenderSpeed(self._cache, view.final, view.final_engine).note(outcome.rendered, outcome.seconds)
            return outcome

        return run

    def estimate(self, view: ResultView, pictures: SmallPicture | None) -> Callable[[JobContext], Estimate]:
        """A job that estimates a render of the range both ways in time, see ``estimated``."""
        return lambda context: estimated(
            view.final,
            view.final_engine,
            self._reader,
            context,
            cache=self._cache,
            scratch=self._scratch(),
            is_rendered=lambda index: view.state(index) in (FrameState.FINAL, FrameState.NOTHING),
            pictures=pictures,
        )
