"""``final``: forward and backward passes over each shot of a clip; a shot that is finished is not computed again."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Generator, Iterator
from contextlib import closing, suppress
from pathlib import Path

from app.engine.cuts import Thumbnail, find_cuts, thumbnail
from app.engine.holes import Hole, no_hole
from app.engine.loader import Fill, HoleFrame
from app.engine.plan import RemovalPlan, ResultKeys
from app.engine.prefetch import prefetched
from app.engine.protocols import Engine
from app.engine.removal import Filled, as_written, blaming, still_there
from app.engine.results import Key, ResultCache
from app.jobs.context import JobContext
from app.media.frame import VideoFrame

OpenFrames = Callable[[int, int], Generator[VideoFrame]]
"""Decodes the frames from a first to an end (exclusive) anew, in order; closed when no longer needed."""


class FinalRemoval:
    """Forward and backward passes over each shot.

    Args:
        plan: what to remove.
        engine: who fills.
        cache: finished results, None to neither read nor keep any.
        open_frames: decodes a range of the clip anew; shots are walked several times.
        scratch: folder for temporary data.
        context: asked to go on at least once a frame, and told how far the engine is.
    """

    def __init__(
        self,
        plan: RemovalPlan,
        engine: Engine,
        cache: ResultCache | None,
        *,
        open_frames: OpenFrames,
        scratch: Path,
        context: JobContext,
    ) -> None:
        self._plan, self._engine, self._cache = plan, engine, cache
        self._keys = ResultKeys(plan, engine)
        self._open_frames, self._scratch, self._context = open_frames, scratch, context
        self.cuts: list[int] = []
        """Frames found so far that start a new shot."""

    def run(self, frames: Iterator[VideoFrame]) -> Iterator[Filled]:
        """Fills frames, which come in order.

        Raises:
            EngineFailure: the engine raised.
        """
        shots = self._shots()
        shot: _ShotFills | None = None
        try:
            for frame in frames:
                if not self._plan.is_active(frame.index):
                    yield Filled(frame, no_hole(self._plan.width, self._plan.height), ())
                    continue
                if shot is None or frame.index >= shot.end:
                    if shot is not None:
                        shot.close()
                    shot = self._fills_of(next(shots))
                yield as_written(shot.fill(frame), self._plan)
        finally:
            if shot is not None:
                shot.close()

    def _shots(self) -> Iterator[tuple[int, int]]:
        """Stretches of active frames without a cut, in order."""
        for first, end in self._plan.active_runs():
            starts = known_starts(self._cache, self._keys, (first, end)) or self._found_starts(first, end)
            self.cuts += starts[1:]
            yield from zip(starts, [*starts[1:], end], strict=True)

    def _found_starts(self, first: int, end: int) -> list[int]:
        """First frames of the shots between two frames; kept, because finding them takes a pass of decoding."""
        with closing(self._open_frames(first, end)) as frames:
            found = [first + offset for offset, is_cut in enumerate(find_cuts(self._thumbnails(frames))) if is_cut]
        starts = [first, *(start for start in found if start != first)]
        if self._cache is not None:
            with suppress(OSError):  # a cache that cannot be written costs the pass again, and is told of elsewhere
                self._cache.put(self._keys.shots((first, end)), json.dumps(starts).encode())
        return starts

    def _thumbnails(self, frames: Iterator[VideoFrame]) -> Iterator[Thumbnail]:
        for frame in frames:
            self._context.checkpoint()
            yield thumbnail(frame)

    def _fills_of(self, shot: tuple[int, int]) -> _ShotFills:
        key_of = self._keys.final(shot)
        source = ShotSource(self._plan, shot, self._open_frames, self._context)
        kept = self._all_kept(source, key_of)
        if kept is not None:
            return _ShotFills(source, kept, None, cached=True)
        return _ShotFills(source, self._computed(source), key_of if self._cache is not None else None, cached=False)

    def _computed(self, source: ShotSource) -> Iterator[Fill]:
        with tempfile.TemporaryDirectory(dir=self._scratch, ignore_cleanup_errors=True) as store:
            before = source.shot[0] - self._plan.frames[0]
            total = self._plan.frames[1] - self._plan.frames[0]

            def progress(text: str, done: int, pictures: int) -> None:
                frames = done * (source.shot[1] - source.shot[0]) // max(pictures, 1)
                self._context.progress(before + frames, total, text.capitalize())

            yield from self._engine.final(
                source, store=Path(store), checkpoint=self._context.checkpoint, progress=progress
            )

    def _all_kept(self, source: ShotSource, key_of: Callable[[int], Key]) -> Iterator[Fill] | None:
        """The fills of a shot that was finished before, None if any is missing."""
        cache = self._cache
        if cache is None:
            return None
        wanted = [picture for index in range(*source.shot) for picture in self._plan.picture_indices(index)]
        if any(cache.get(key_of(picture)) is None for picture in wanted):
            return None
        count = self._plan.pictures_per_frame
        return (still_there(cache.get_fill(key_of(picture)), picture // count) for picture in wanted)


class ShotSource:
    """One shot as the engine walks it (a ``FrameSource``)."""

    def __init__(self, plan: RemovalPlan, shot: tuple[int, int], open_frames: OpenFrames, context: JobContext) -> None:
        self.plan, self.shot = plan, shot
        self._open_frames, self._context = open_frames, context

    def __len__(self) -> int:
        """Number of pictures in the shot."""
        return (self.shot[1] - self.shot[0]) * self.plan.pictures_per_frame

    def hole(self, index: int) -> Hole:
        """A frame's hole; masks of other shots do not count."""
        return self.plan.hole(index, cuts=self.shot)

    def walk(self) -> Iterator[HoleFrame]:
        """A fresh pass over the shot's pictures, prepared beside the engine's thread."""
        return prefetched(self._pictures)

    def _pictures(self) -> Generator[HoleFrame]:
        with closing(self._open_frames(*self.shot)) as frames:
            for frame in frames:
                self._context.checkpoint()
                yield from self.plan.pictures(frame, self.hole(frame.index), cut=frame.index == self.shot[0])


class _ShotFills:
    """Fills of one shot, handed out frame by frame."""

    def __init__(
        self, source: ShotSource, fills: Iterator[Fill], key_of: Callable[[int], Key] | None, *, cached: bool
    ) -> None:
        self._source, self._fills, self._key_of, self._cached = source, fills, key_of, cached
        self.end = source.shot[1]

    def fill(self, frame: VideoFrame) -> Filled:
        """The frame, which is the shot's next, with its fills."""
        hole = self._source.hole(frame.index)
        fills = []
        for picture in self._source.plan.picture_indices(frame.index):
            with blaming(frame.index):
                fill = next(self._fills)
                if fill.index != picture:
                    raise RuntimeError(f"picture {fill.index} was filled where {picture} was due")
            fills.append(self._source.plan.taken(fill, frame))
        if frame.index in self._source.plan.references and not hole.empty:
            fills = list(self._source.plan.reference_fills(frame, hole))
        keep = tuple((self._key_of(fill.index), fill) for fill in fills) if self._key_of is not None else ()
        return Filled(frame, hole, tuple(fills), self._cached, keep)

    def close(self) -> None:
        """Ends the engine's passes and removes their temporary data."""
        close = getattr(self._fills, "close", None)
        if close is not None:
            close()


def known_starts(cache: ResultCache | None, keys: ResultKeys, run: tuple[int, int]) -> list[int] | None:
    """First frames of the shots in a stretch ``(first, end)`` of active frames, None if it was not looked at yet."""
    kept = None if cache is None else cache.get(keys.shots(run))
    return None if kept is None else [int(start) for start in json.loads(kept)]
