"""Renders into the result cache without writing a file: ``live`` from the playhead on, ``final`` for the range.

The frames come out exactly as an export makes them, under the same keys, so an export takes them from the cache.
"""

from __future__ import annotations

import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path

from app.core.document import Document
from app.core.errors import UserError
from app.engine.estimate import (
    Estimate,
    RenderSpeed,
    SmallPicture,
    estimated,
    estimated_restoration,
    together,
    work_of,
)
from app.engine.final_removal import FinalRemoval
from app.engine.known_facts import FactsMemory
from app.engine.live_renderer import LiveRenderer, OnFrame, RenderOutcome, kept, told
from app.engine.loader import load_draft_engine, load_engine, load_restorer
from app.engine.mask_tracks import MaskMemory
from app.engine.plan import Mode
from app.engine.planning import PlannedClip, plan_of
from app.engine.removal import EngineFailure
from app.engine.request import run_up_frames
from app.engine.restoration_planning import restoration_plans
from app.engine.result_view import FrameState, ResultView
from app.engine.results import ResultCache
from app.jobs.context import JobContext, Progress
from app.jobs.pausing import PauseSwitch, pausable
from app.media.clip_reader import ClipReader

_FIRST_TURN_FRAMES, _LONGEST_TURN_FRAMES = 6, 48
"""Live renders of several parts take turns: the frames at the playhead are there soon, and later ones in few turns,
since each begins with a seek."""
_OLDER_VIEWS = 5
"""So many documents before this one are remembered of which something is rendered, and of which nothing is."""


def render_final(
    view: ResultView, reader: ClipReader, scratch: Path, on_frame: OnFrame, context: JobContext
) -> RenderOutcome:
    """Renders the whole range both ways in time; shots that are finished are not computed again.

    Args:
        view: what to render; its restorations are rendered by themselves.
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
                context.progress(removal.done, total, told("Rendering" if plan.layers else "Restoring", filled))
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
        self._renderers: defaultdict[int, LiveRenderer] = defaultdict(lambda: LiveRenderer(reader))
        self._lock = threading.Lock()
        self._views: list[ResultView] = []  # the latest first
        self._failures: dict[str, str] = {}
        self._masks, self._facts = MaskMemory(), FactsMemory()
        self._restored_facts: defaultdict[int, FactsMemory] = defaultdict(FactsMemory)

    def view(
        self,
        document: Document,
        clip: PlannedClip,
        frame_rate: float,
        *,
        draft: bool = False,
        aside: bool = False,
    ) -> ResultView:
        """What there is of a document's result; the views asked for before tell what is stale.

        Args:
            document: what is removed.
            clip: its clip.
            frame_rate: frames a second.
            draft: whether renders are drafts.
            aside: whether the document is none of those that were worked on one after the other, such as one that is
                kept to compare: it makes no result stale.

        Raises:
            UserError: there is no such engine.
        """
        render = document.render
        final = plan_of(document, clip, document.range, Mode.FINAL, memory=self._masks)
        run_up = run_up_frames(frame_rate)
        live = plan_of(document, clip, document.range, Mode.LIVE, run_up=run_up, memory=self._masks)
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
                older=() if aside else older,
                failures=self._failures,
                same=same[0] if same else None,
                restorations=self._restorations(document, clip, frame_rate, same[0].restorations if same else ()),
                facts=self._facts,
            )
            if not aside:
                for each in older:
                    each.let_older_go()
                self._views = [view, *_remembered(older)]
        return view

    def out_of_date(self, document: Document) -> list[ResultView]:
        """Views of earlier documents that show frames of which there is nothing newer, the latest first.

        Args:
            document: as it is now.
        """
        with self._lock:
            views = list(self._views)
        newer = frozenset[int]().union(*(view.all_seen() for view in views if view.document == document))
        found = []
        for view in views:
            if view.document != document and not view.all_seen() <= newer:
                found.append(view)
                newer |= view.all_seen()
        return found

    def _restorations(
        self, document: Document, clip: PlannedClip, frame_rate: float, same: Sequence[ResultView]
    ) -> list[ResultView]:
        """Views of what is restored; there are no drafts of it, for it looks at an object's surroundings only."""
        run_up = run_up_frames(frame_rate)
        finals = restoration_plans(document, clip, document.range, Mode.FINAL, memory=self._masks)
        lives = restoration_plans(document, clip, document.range, Mode.LIVE, run_up=run_up, memory=self._masks)
        views = []
        for number, (final, live) in enumerate(zip(finals, lives, strict=True)):
            restorer = load_restorer(final.restored.kind)
            views.append(
                ResultView(
                    document,
                    final,
                    live,
                    (restorer, restorer),
                    self._cache,
                    failures=self._failures,
                    same=same[number] if same else None,
                    facts=self._restored_facts[final.restored.id],
                )
            )
        return views

    def live(
        self, view: ResultView, start: int, on_frame: OnFrame, pause: PauseSwitch | None
    ) -> Callable[[JobContext], RenderOutcome]:
        """A job that renders forward from a frame, see ``LiveRenderer.run``.

        What is restored and what is removed take turns, a stretch each, so that the frames at the playhead are whole
        first; within a stretch what is restored comes first.
        """

        def run(context: JobContext) -> RenderOutcome:
            watched, tell = pausable(context, pause), _telling(view, on_frame)
            end = view.range[1]
            parts = [each for each in enumerate(view.parts) if _has_hole(each[1], start, end)]
            if len(parts) < 2:
                number, part = parts[0] if parts else (0, view)
                return self._renderers[number].run(part, start, tell, watched)
            outcomes: defaultdict[int, list[RenderOutcome]] = defaultdict(list)
            work, done = len(parts) * (end - start), 0
            for first, until in _turns(start, end):
                for number, part in reversed(parts):
                    if _has_hole(part, first, end):
                        counted = _counting_on(watched, done, work)
                        outcome = self._renderers[number].run(part, first, tell, counted, until=until)
                        outcomes[number].append(outcome)
                    done += until - first
            return _together([_after_each_other(each) for each in outcomes.values()])

        return run

    def final(
        self, view: ResultView, on_frame: OnFrame, pause: PauseSwitch | None
    ) -> Callable[[JobContext], RenderOutcome]:
        """A job that renders the range both ways in time, what is restored first; see ``render_final``."""

        def run(context: JobContext) -> RenderOutcome:
            watched, tell = pausable(context, pause), _telling(view, on_frame)
            parts = [part for part in reversed(view.parts) if part.final.has_masks] or [view]
            return _together(
                [self._rendered(part, tell, watched.part(done, len(parts)), pause) for done, part in enumerate(parts)]
            )

        return run

    def _rendered(
        self, part: ResultView, on_frame: OnFrame, context: JobContext, pause: PauseSwitch | None
    ) -> RenderOutcome:
        plan, engine = part.to_render
        work = work_of(part.shots, plan, part.own_is_rendered)
        outcome = render_final(part, self._reader, self._scratch(), on_frame, context)
        if pause is None or not pause.was_used:
            RenderSpeed(self._cache, plan, engine).note(work, outcome.seconds)
        return outcome

    def estimate(
        self, view: ResultView, pictures: SmallPicture | None = None, *, seconds_only: bool = False
    ) -> Callable[[JobContext], Estimate]:
        """A job that estimates a render of the range both ways in time, see ``estimated``."""

        def run(context: JobContext) -> Estimate:
            restored = [
                estimated_restoration(part.shots, part.final, part.final_engine, self._cache, part.own_is_rendered)
                for part in view.restorations
            ]
            if restored and not view.final.has_masks:
                return together(restored)
            plan, engine = view.to_render
            removed = estimated(
                plan,
                engine,
                self._reader,
                context,
                cache=self._cache,
                scratch=self._scratch(),
                is_rendered=view.own_is_rendered,
                pictures=pictures,
                seconds_only=seconds_only,
            )
            return together([removed, *restored])

        return run


def _remembered(older: Sequence[ResultView]) -> list[ResultView]:
    """The latest of those that show something, and of the others: many strokes do not push the last result out."""
    room = {True: _OLDER_VIEWS, False: _OLDER_VIEWS}
    found = []
    for view in older:
        shows = bool(view.all_seen())
        if room[shows]:
            room[shows] -= 1
            found.append(view)
    return found


def _telling(view: ResultView, on_frame: OnFrame) -> OnFrame:
    """Tells of a part's frames what there is of the whole; a failure as it is."""
    if not view.restorations:
        return on_frame

    def tell(index: int, state: FrameState) -> None:
        on_frame(index, state if state is FrameState.FAILED else view.state(index))

    return tell


def _has_hole(part: ResultView, first: int, end: int) -> bool:
    return any(part.live.may_have_hole(index) for index in range(first, end))


def _turns(start: int, end: int) -> Iterator[tuple[int, int]]:
    """First frames and ends (exclusive) of the stretches of a live render of several parts: short ones first."""
    length = _FIRST_TURN_FRAMES
    while start < end:
        yield start, min(start + length, end)
        start, length = start + length, min(2 * length, _LONGEST_TURN_FRAMES)


def _counting_on(context: JobContext, before: int, total: int) -> JobContext:
    """The same for a stretch of the work, whose progress counts on from what was done before it."""

    def told(progress: Progress) -> None:
        context.on_progress(Progress(before + progress.done, total, progress.text))

    return replace(context, on_progress=told)


def _after_each_other(outcomes: Sequence[RenderOutcome]) -> RenderOutcome:
    """Renders of stretches of one part."""
    return RenderOutcome(sum(each.rendered for each in outcomes), sum(each.seconds for each in outcomes))


def _together(outcomes: Sequence[RenderOutcome]) -> RenderOutcome:
    """Renders of several parts of the same frames, one after the other."""
    return RenderOutcome(max(each.rendered for each in outcomes), sum(each.seconds for each in outcomes))
