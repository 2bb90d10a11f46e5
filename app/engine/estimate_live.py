"""Before an export that goes forward once: how long the frames take that have to be rendered for it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import closing

from app.engine.estimate import RESTORED_FRAME_S, SAMPLE_FRAMES, RenderSpeed
from app.engine.live_removal import LiveRemoval
from app.engine.plan import RemovalPlan
from app.engine.protocols import Engine
from app.engine.result_view import ResultView
from app.jobs.context import JobContext
from app.media.clip_reader import ClipReader
from app.media.frame import VideoFrame


def live_seconds(view: ResultView, reader: ClipReader, context: JobContext) -> float:
    """How long a live render of the view's range takes, from behind what of it is finished.

    A frame's time is that of a few frames that are rendered now, where none of this kind were timed before.

    Args:
        view: what is rendered.
        reader: the clip.
        context: cancels between frames.

    Raises:
        Cancelled: stopped.
        UserError: the clip cannot be read.
    """
    seconds = 0.0
    for part in view.parts:
        due = _due(part)
        if not due:
            continue
        speed = RenderSpeed(view.cache, part.live, part.live_engine)
        each = speed.seconds_a_frame()
        if each is None and part is not view:
            each = RESTORED_FRAME_S
        if each is None:
            each = _timed_sample(part.live, part.live_engine, reader, context)
            speed.note(SAMPLE_FRAMES, each * SAMPLE_FRAMES)
        seconds += due * each
    return seconds


def _due(part: ResultView) -> int:
    """Frames that the engine has to see."""
    first, end = part.range
    chained = part.chain(part.live.live_start(first))
    assert chained is not None, "a range begins within the clip"
    if chained.known_until(part.cache) >= end:
        return 0
    return sum(chained.plan.is_active(index) for index in range(chained.resumes_at(part.cache, None), end))


def _timed_sample(plan: RemovalPlan, engine: Engine, reader: ClipReader, context: JobContext) -> float:
    """Seconds a frame: a few frames in the middle of the longest stretch, rendered at full size."""
    first, end = plan.cleaned_frames
    runs = [(max(begin, first), min(stop, end)) for begin, stop in plan.active_runs()]
    begin, stop = max(runs, key=lambda run: run[1] - run[0])
    start = max(begin, (begin + stop) // 2 - SAMPLE_FRAMES // 2)
    removal = LiveRemoval(plan.from_frame(start), engine, None)
    count = min(SAMPLE_FRAMES, stop - start)
    with closing(reader.frames(start, min(start + count + engine.delay, plan.frames[1]))) as frames:
        begun = time.monotonic()
        for done, _ in enumerate(removal.run_frames(_checked(frames, context)), 1):
            if done >= count:
                break
        return (time.monotonic() - begun) / count


def _checked(frames: Iterator[VideoFrame], context: JobContext) -> Iterator[VideoFrame]:
    for frame in frames:
        context.checkpoint()
        yield frame
