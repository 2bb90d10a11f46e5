"""Before a render: how long it will take, and how much of what the holes hide no frame ever shows.

The share comes from the engine itself, run over the whole range on small pictures, with frames left out in long clips.
The time comes from the last render of this kind, or else from a few frames at full size.
"""

from __future__ import annotations

import json
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

import cv2
import numpy as np

from app.core.errors import UserError
from app.engine.cuts import find_cuts
from app.engine.final_removal import ShotSource
from app.engine.loader import Fill, HoleFrame, Picture, PicturePlane
from app.engine.plan import RemovalPlan
from app.engine.protocols import Engine
from app.engine.results import Key, ResultCache, chain
from app.engine.shots import Shots, Stretch
from app.jobs.context import JobContext
from app.media.clip_reader import ClipReader
from app.media.frame import RgbView
from app.media.small import small_view

SMALL_SIDE_PX = 160
"""The small pictures' shorter side is about so long."""
MOST_PICTURES = 160
"""So many frames are looked at; of longer ranges every few."""
SAMPLE_FRAMES = 8
"""Frames that are timed at full size."""

SmallPicture = Callable[[int], RgbView | None]


@dataclass(frozen=True, slots=True)
class Estimate:
    """What a render will be like.

    Attributes:
        seconds: how long it will take, about.
        frames: frames that have to be rendered.
        never_shown_share: 0 to 1, part of the holes that no frame shows, so that it will be guessed; None if nobody
            looked for it.
    """

    seconds: float
    frames: int
    never_shown_share: float | None


@dataclass(frozen=True, slots=True)
class RenderSpeed:
    """Remembers how long a frame takes, by engine and size of picture.

    Attributes:
        cache: where.
        plan: the kind of render.
        engine: who fills.
    """

    cache: ResultCache
    plan: RemovalPlan
    engine: Engine

    @property
    def _key(self) -> Key:
        plan, engine = self.plan, self.engine
        facts = (
            f"{engine.name} {engine.version} {plan.mode.value} {plan.width}x{plan.height} {plan.fields} {plan.draft}"
        )
        return Key("speed", chain(b"speed 2", facts.encode()))

    def note(self, work: float, seconds: float) -> None:
        """A render took so long.

        Args:
            work: see ``work_of``.
            seconds: how long.
        """
        if work >= SAMPLE_FRAMES:
            self.cache.put(self._key, json.dumps({"seconds": seconds / work}).encode())

    def seconds_a_frame(self) -> float | None:
        """As the last render had it; None if there was none."""
        kept = self.cache.get(self._key)
        return None if kept is None else float(json.loads(kept)["seconds"])


def work_of(shots: Shots, plan: RemovalPlan, is_rendered: Callable[[int], bool]) -> float:
    """What a render has to do, in frames: those that are only looked at, before or behind, count half.

    Args:
        shots: the plan's.
        plan: what to remove.
        is_rendered: whether a frame's result is there already.
    """
    work = 0.0
    for stretch in _stretches(shots, plan):
        first, end = _within(stretch.own, plan.cleaned_frames)
        if not all(is_rendered(index) for index in range(first, end)):
            begin, stop = stretch.walked
            work += ((stop - begin) + (end - begin)) / 2
    return work


def _stretches(shots: Shots, plan: RemovalPlan) -> Iterator[Stretch]:
    """The stretches that the range touches, as far as cuts are known."""
    first, end = plan.cleaned_frames
    for run in shots.runs:
        index = max(run[0], first)
        while index < min(run[1], end):
            stretch = shots.known(index)
            assert stretch is not None, "a run's frames are active"
            yield stretch
            index = stretch.own[1]


def _within(frames: tuple[int, int], limits: tuple[int, int]) -> tuple[int, int]:
    return max(frames[0], limits[0]), min(frames[1], limits[1])


def estimated(
    plan: RemovalPlan,
    engine: Engine,
    reader: ClipReader,
    context: JobContext,
    *,
    cache: ResultCache,
    scratch: Path,
    is_rendered: Callable[[int], bool],
    pictures: SmallPicture | None = None,
    seconds_only: bool = False,
) -> Estimate:
    """Estimates a ``final`` render.

    Args:
        plan: what to remove.
        engine: who fills.
        reader: the clip.
        context: cancels between frames and is told the progress.
        cache: remembers speeds.
        scratch: folder for temporary data.
        is_rendered: whether a frame's result is there already.
        pictures: gives small pictures of frames that are at hand (a scrub proxy's); the clip is decoded where it
            answers None.
        seconds_only: whether nobody asks for what is never shown, which takes longest to find out.

    Raises:
        Cancelled: stopped.
        UserError: nothing is to be removed, or the clip cannot be read.
    """
    if not plan.has_masks:
        raise UserError("There is nothing to remove: mark something first.")
    shots = Shots(plan, cache)
    missing = sum(plan.is_active(index) and not is_rendered(index) for index in range(*plan.cleaned_frames))
    share = None if seconds_only else _never_shown(plan, shots, engine, reader, context, scratch, pictures)
    speed = RenderSpeed(cache, plan, engine)
    each = speed.seconds_a_frame() if missing else 0.0
    if each is None:
        each = _timed_sample(plan, engine, reader, context, scratch)
    return Estimate(work_of(shots, plan, is_rendered) * each, missing, share)


RESTORED_FRAME_S = 0.05
"""What restoring a frame takes where none was timed yet, about."""


def estimated_restoration(
    shots: Shots, plan: RemovalPlan, engine: Engine, cache: ResultCache, is_rendered: Callable[[int], bool]
) -> Estimate:
    """Estimates how long the restoration of an object takes; what no frame shows of it is not looked for."""
    missing = sum(plan.is_active(index) and not is_rendered(index) for index in range(*plan.cleaned_frames))
    each = RenderSpeed(cache, plan, engine).seconds_a_frame() if missing else 0.0
    work = work_of(shots, plan, is_rendered)
    return Estimate(work * (RESTORED_FRAME_S if each is None else each), missing, None)


def together(parts: Sequence[Estimate]) -> Estimate:
    """What renders of several parts of the same frames take, one after the other."""
    return Estimate(
        sum(part.seconds for part in parts),
        max(part.frames for part in parts),
        max((part.never_shown_share for part in parts if part.never_shown_share is not None), default=None),
    )


def _never_shown(
    plan: RemovalPlan,
    shots: Shots,
    engine: Engine,
    reader: ClipReader,
    context: JobContext,
    scratch: Path,
    pictures: SmallPicture | None,
) -> float:
    """The share of the range's holes that the engine guesses on small pictures."""
    stretches = list(_stretches(shots, plan))
    total = sum(stretch.walked[1] - stretch.walked[0] for stretch in stretches)
    every = -(-total // MOST_PICTURES)
    guessed = hole_px = done = 0
    for stretch in stretches:
        wanted = range(*stretch.walked, every)
        own = range(*_within(stretch.own, plan.cleaned_frames))
        small = _SmallRun.of(plan, reader, wanted, context, pictures)
        for shot in small.shots():
            with tempfile.TemporaryDirectory(dir=scratch, ignore_cleanup_errors=True) as store:
                fills = engine.final(shot, store=Path(store), checkpoint=context.checkpoint, progress=_untold)
                for fill, hole in zip(fills, shot.holes(), strict=True):
                    if wanted[fill.index] in own:
                        hole_px += hole
                        guessed += int(np.count_nonzero(fill.guessed))
                    done += every
                    context.progress(min(done, total), total, "Looking at what is never shown")
    return guessed / hole_px if hole_px else 0.0


@dataclass(frozen=True, slots=True)
class _SmallShot:
    """A shot in small pictures (a ``FrameSource``)."""

    frames: Sequence[HoleFrame]

    def __len__(self) -> int:
        """Number of pictures."""
        return len(self.frames)

    def walk(self) -> Iterator[HoleFrame]:
        """A fresh pass."""
        return iter(self.frames)

    def holes(self) -> Iterator[int]:
        """Pixels of each hole."""
        return (int(np.count_nonzero(frame.hole)) for frame in self.frames)


@dataclass(frozen=True, slots=True)
class _SmallRun:
    """A stretch of active frames in small pictures, with their holes."""

    frames: Sequence[HoleFrame]

    @classmethod
    def of(
        cls,
        plan: RemovalPlan,
        reader: ClipReader,
        wanted: range,
        context: JobContext,
        pictures: SmallPicture | None,
    ) -> _SmallRun:
        factor = max(1, min(plan.width, plan.height) // SMALL_SIDE_PX)
        frames = []
        for number, (index, view) in enumerate(_small_views(reader, wanted, factor, context, pictures)):
            planes = tuple(PicturePlane(np.ascontiguousarray(view[..., channel])) for channel in range(3))
            size = (view.shape[1], view.shape[0])
            region = plan.hole(index).full_region().astype(np.float32)
            hole = cv2.resize(region, size, interpolation=cv2.INTER_AREA) > 0
            frames.append(HoleFrame(Picture(number, view, planes), np.asarray(hole, np.bool_)))
        return cls(frames)

    def shots(self) -> Iterator[_SmallShot]:
        """The shots of the stretch, each with a first frame that says so."""
        cuts = find_cuts(np.ascontiguousarray(_thumb(frame.picture.view)[..., ::-1]) for frame in self.frames)
        starts = [0, *(place for place, is_cut in enumerate(cuts) if is_cut and place)]
        for start, end in zip(starts, [*starts[1:], len(self.frames)], strict=True):
            if start < end:
                yield _SmallShot([replace(self.frames[start], cut=True), *self.frames[start + 1 : end]])


def _thumb(view: RgbView) -> RgbView:
    factor = max(1, view.shape[1] // 128)
    size = (view.shape[1] // factor, view.shape[0] // factor)
    return np.asarray(cv2.resize(view, size, interpolation=cv2.INTER_AREA), np.uint8)


def _small_views(
    reader: ClipReader, wanted: range, factor: int, context: JobContext, pictures: SmallPicture | None
) -> Iterator[tuple[int, RgbView]]:
    """Small pictures of frames: those at hand, or decoded in one walk where one is missing."""
    at_hand = [] if pictures is None else [pictures(index) for index in wanted]
    found = [view for view in at_hand if view is not None]
    if wanted and len(found) == len(wanted) and len({view.shape for view in found}) == 1:
        yield from zip(wanted, found, strict=True)
        return
    with closing(reader.frames(wanted.start, wanted.stop)) as frames:
        for frame in frames:
            context.checkpoint()
            if frame.index in wanted:
                yield frame.index, small_view(frame, factor)


def _untold(_text: str, _done: int, _total: int) -> None:
    """Takes an engine's progress where another count is shown."""


def _timed_sample(plan: RemovalPlan, engine: Engine, reader: ClipReader, context: JobContext, scratch: Path) -> float:
    """Seconds a frame: a few frames in the middle of the longest stretch, filled at full size."""
    runs = [_within(run, plan.cleaned_frames) for run in plan.active_runs()]
    first, end = max(runs, key=lambda run: run[1] - run[0])
    middle = (first + end) // 2
    begin = max(first, middle - SAMPLE_FRAMES // 2)
    shot = (begin, min(end, begin + SAMPLE_FRAMES))
    with tempfile.TemporaryDirectory(dir=scratch, ignore_cleanup_errors=True) as store:
        source = ShotSource(plan, shot, reader.frames, context)
        fills: Iterator[Fill] = engine.final(source, store=Path(store), checkpoint=context.checkpoint, progress=_untold)
        started = time.monotonic()  # networks are read once, however long the render
        for _ in fills:
            context.checkpoint()
    return (time.monotonic() - started) / (shot[1] - shot[0])
