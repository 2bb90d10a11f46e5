"""Renders into the result cache without writing a file: ``live`` from the playhead on, ``final`` for the range.

The frames come out exactly as an export makes them, under the same keys, so an export takes them from the cache.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path

from app.core.document import Document
from app.core.errors import UserError
from app.engine.estimate import Estimate, RenderSpeed, SmallPicture, estimated, work_of
from app.engine.final_removal import FinalRemoval
from app.engine.live_renderer import LiveRenderer, OnFrame, RenderOutcome, kept, told
from app.engine.loader import load_draft_engine, load_engine
from app.engine.plan import Mode
from app.engine.planning import PlannedClip, plan_of
from app.engine.removal import EngineFailure
from app.engine.request import run_up_frames
from app.engine.result_view import FrameState, ResultView
from app.engine.results import ResultCache
from app.jobs.context import JobContext
from app.jobs.pausing import PauseSwitch, pausable
from app.media.clip_reader import ClipReader

_OLDER_VIEWS = 5


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
    started = time.monotonic()
    plan, engine = view.to_render
    if not plan.has_masks:
        raise UserError("There is nothing to remove: mark something first.")
    removal = FinalRemoval(
        plan,
        engine,
        view.cache,
        open_frames=reader.frames,
        scratch=scratch,
        context=context,
        shots=view.shots,
    )
    count, end = 0, view.range[1]
    total = end - view.range[0]
    try:
        first = removal.first_frame()
        with closing(reader.frames(first, end)) as frames:
            for filled in removal.run(frames):
                context.checkpoint()
                count += kept(view, filled, FrameState.LIVE if plan.draft else FrameState.FINAL, on_frame)
                context.progress(removal.done, total, told("Rendering", filled))
    except EngineFailure as failure:
        view.note_failure(view.render_keys(failure.frame), str(failure))
        on_frame(failure.frame, FrameState.FAILED)
        raise
    return RenderOutcome(count, time.monotonic() - started)


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
            draft: whether renders are drafts.

        Raises:
            UserError: there is no such engine.
        """
        render = document.render
        final = plan_of(document, clip, document.range, Mode.FINAL)
        live = plan_of(document, clip, document.range, Mode.LIVE, run_up=run_up_frames(frame_rate))
        rate, delay = frame_rate * final.pictures_per_frame, render.delay * final.pictures_per_frame
        engines = (
            load_engine(render.engine, frame_rate=rate),
            load_draft_engine(delay=delay, frame_rate=rate)
            if draft
            else load_engine(render.engine, delay=delay, frame_rate=rate),
        )
        rough = (replace(final, draft=True), load_draft_engine(frame_rate=rate)) if draft else None
        with self._lock:
            same = [view for view in self._views if view.document == document and view.live.draft == draft]
            older = [view for view in self._views if view not in same]
            view = ResultView(
                document,
                final,
                replace(live, draft=draft),
                engines,
                self._cache,
                draft=rough,
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
            plan, engine = view.to_render
            work = work_of(view.shots, plan, view.is_rendered)
            outcome = render_final(view, self._reader, self._scratch(), on_frame, pausable(context, pause))
            if pause is None or not pause.was_used:
                RenderSpeed(self._cache, plan, engine).note(work, outcome.seconds)
            return outcome

        return run

    def estimate(self, view: ResultView, pictures: SmallPicture | None) -> Callable[[JobContext], Estimate]:
        """A job that estimates a render of the range both ways in time, see ``estimated``."""
        plan, engine = view.to_render
        return lambda context: estimated(
            plan,
            engine,
            self._reader,
            context,
            cache=self._cache,
            scratch=self._scratch(),
            is_rendered=view.is_rendered,
            pictures=pictures,
        )
