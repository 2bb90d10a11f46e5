"""``final``: forward and backward passes over each shot of a clip; a shot that is finished is not computed again."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Generator, Iterator
from contextlib import closing, suppress
from pathlib import Path

from app.engine.cuts import OpenFrames
from app.engine.holes import Hole, no_hole
from app.engine.loader import Fill, HoleFrame
from app.engine.plan import RemovalPlan, ResultKeys
from app.engine.prefetch import prefetched
from app.engine.protocols import Engine
from app.engine.removal import Filled, blaming, still_there
from app.engine.results import Key, ResultCache
from app.engine.shots import Shots, Stretch, note_walk
from app.jobs.context import JobContext
from app.media.frame import VideoFrame


class FinalRemoval:
    """Forward and backward passes over each shot, as far as a frame of the range needs them.

    What comes before the range in its stretch is rendered as well, since the later frames go on from it, and kept.

    Args:
        plan: what to remove.
        engine: who fills.
        cache: finished results, None to neither read nor keep any.
        open_frames: decodes a range of the clip anew; shots are walked several times.
        scratch: folder for temporary data.
        context: asked to go on at least once a frame, and told how far the engine is.
        shots: the plan's, where somebody knows some already.
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
        shots: Shots | None = None,
    ) -> None:
        self._plan, self._engine, self._cache = plan, engine, cache
        self._keys = ResultKeys(plan, engine)
        self._open_frames, self._scratch, self._context = open_frames, scratch, context
        self._shots = Shots(plan, cache) if shots is None else shots
        self.done = 0
        """Frames of the range that are done, by the work: a stretch is looked through before any of it is filled."""

    @property
    def cuts(self) -> list[int]:
        """Frames found so far that start a new shot."""
        return self._shots.cuts

    def first_frame(self) -> int:
        """The frame with which ``run`` has to begin, at or before the range; looks for cuts near it.

        Raises:
            Cancelled, UserError: as decoding.
        """
        first = self._plan.cleaned_frames[0]
        stretch = self._stretch(first)
        if stretch is None or self._kept(stretch) is not None:
            return first
        return stretch.own[0]

    def run(self, frames: Iterator[VideoFrame]) -> Iterator[Filled]:
        """Fills frames, which come in order, none from ``first_frame`` to the range's end left out.

        Frames before the range may be filled too: ``as_written`` makes of them what is written.

        Raises:
            EngineFailure: the engine raised.
        """
        fills: _StretchFills | None = None
        first = self.first_frame()
        try:
            for frame in frames:
                wanted = first <= frame.index < self._plan.cleaned_frames[1]
                if fills is not None and not (wanted and fills.stretch.holds(frame.index)):
                    fills.close()
                    fills = None
                if fills is None and wanted and (stretch := self._stretch(frame.index)) is not None:
                    fills = self._fills_of(stretch)
                if fills is None or not wanted:
                    self.done = self._done_before(frame.index + 1)
                    yield Filled(frame, no_hole(self._plan.width, self._plan.height), ())
                else:
                    yield fills.fill(frame)
        finally:
            if fills is not None:
                fills.close()

    def _done_before(self, index: int) -> int:
        first, end = self._plan.cleaned_frames
        return min(max(index, first), end) - first

    def _stretch(self, index: int) -> Stretch | None:
        return self._shots.found(index, self._open_frames, self._context.checkpoint)

    def _wanted(self, stretch: Stretch) -> tuple[int, int]:
        """First frame and end (exclusive) of what is cleaned of a stretch."""
        first, end = self._plan.cleaned_frames
        return max(first, stretch.own[0]), min(end, stretch.own[1])

    def _fills_of(self, stretch: Stretch) -> _StretchFills:
        kept = self._kept(stretch)
        self._note(stretch.walked if kept is None else kept)
        if kept is not None:
            source = ShotSource(self._plan, kept, self._open_frames, self._context)
            return _StretchFills(stretch, source, self._taken(stretch, self._keys.final(kept)), None, cached=True)
        source = ShotSource(self._plan, stretch.walked, self._open_frames, self._context)
        key_of = self._keys.final(stretch.walked) if self._cache is not None else None
        return _StretchFills(stretch, source, self._computed(source, stretch), key_of, cached=False)

    def _note(self, walked: tuple[int, int]) -> None:
        """Whoever looks for results looks only for those of walks that were begun."""
        if self._cache is not None:
            with suppress(OSError):  # what cannot be written is told of where the results are
                note_walk(self._cache, self._plan.identity, walked)

    def _computed(self, source: ShotSource, stretch: Stretch) -> Iterator[Fill]:
        """The stretch's own fills; those of the frames that the engine sees before it are let go."""
        first, end = self._wanted(stretch)
        work = _StretchWork(stretch.walked, end, self._plan.pictures_per_frame)
        before = first - self._plan.cleaned_frames[0]
        total = self._plan.cleaned_frames[1] - self._plan.cleaned_frames[0]

        def progress(walk: str, done: int, _pictures: int) -> None:
            self.done = before + int(work.share_looked(walk, done) * (end - first))
            self._context.progress(self.done, total, _WORDS.get(walk, "Rendering"))

        with tempfile.TemporaryDirectory(dir=self._scratch, ignore_cleanup_errors=True) as store:
            fills = self._engine.final(
                source, store=Path(store), checkpoint=self._context.checkpoint, progress=progress
            )
            own = stretch.own[0] * self._plan.pictures_per_frame
            try:
                for fill in fills:
                    self.done = before + int(work.share_filled(fill.index) * (end - first))
                    if fill.index >= own:
                        yield fill
            finally:
                _close(fills)

    def _kept(self, stretch: Stretch) -> tuple[int, int] | None:
        """The walk under which all wanted frames of a stretch were finished before, None if any is missing."""
        cache = self._cache
        if cache is None:
            return None
        wanted = [picture for index in range(*self._wanted(stretch)) for picture in self._plan.picture_indices(index)]
        for walked in self._shots.walks(stretch):
            key_of = self._keys.final(walked)
            if all(cache.has(key_of(picture)) for picture in wanted) and all(
                cache.get(key_of(picture)) is not None for picture in wanted
            ):
                return walked
        return None

    def _taken(self, stretch: Stretch, key_of: Callable[[int], Key]) -> Iterator[Fill]:
        assert self._cache is not None
        for index in range(*self._wanted(stretch)):
            for picture in self._plan.picture_indices(index):
                self.done = self._done_before(index + 1)
                yield still_there(self._cache.get_fill(key_of(picture)), index)


# Shares of the time of a whole shot, measured at 1080p: looking for motion, for later sources, and keeping these.
_LOOKING = {"analyse": 0.25, "look back": 0.04, "keep sources": 0.1}
_FILLING = 0.61
_WORDS = {"analyse": "Following the motion", "look back": "Looking at later frames", "keep sources": "Keeping sources"}


class _StretchWork:
    """How much of a stretch's work is done, 0 to 1.

    Args:
        walked: first frame and end of what is looked through.
        filled_until: end of what is filled of it.
        pictures: pictures a frame.
    """

    def __init__(self, walked: tuple[int, int], filled_until: int, pictures: int) -> None:
        self._first, self._pictures = walked[0] * pictures, (walked[1] - walked[0]) * pictures
        self._looking = sum(_LOOKING.values()) * self._pictures
        self._all = self._looking + _FILLING * (filled_until - walked[0]) * pictures

    def share_looked(self, walk: str, done: int) -> float:
        """After so many pictures of a walk that looks."""
        names = list(_LOOKING)
        if walk not in names:
            return 0.0
        before = sum(_LOOKING[name] for name in names[: names.index(walk)])
        return (before * self._pictures + _LOOKING[walk] * min(done, self._pictures)) / self._all

    def share_filled(self, picture: int) -> float:
        """After a picture was filled."""
        return min(1.0, (self._looking + _FILLING * (picture + 1 - self._first)) / self._all)


class ShotSource:
    """One stretch as the engine walks it (a ``FrameSource``)."""

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


class _StretchFills:
    """Fills of one stretch, handed out frame by frame."""

    def __init__(
        self,
        stretch: Stretch,
        source: ShotSource,
        fills: Iterator[Fill],
        key_of: Callable[[int], Key] | None,
        *,
        cached: bool,
    ) -> None:
        self.stretch = stretch
        self._source, self._fills, self._key_of, self._cached = source, fills, key_of, cached

    def fill(self, frame: VideoFrame) -> Filled:
        """The frame, which is the stretch's next, with its fills."""
        hole = self._source.hole(frame.index)
        fills = []
        for picture in self._source.plan.picture_indices(frame.index):
            with blaming(frame.index):
                fill = next(self._fills)
                if fill.index != picture:
                    raise RuntimeError(f"picture {fill.index} was filled where {picture} was due")
            fills.append(fill if self._cached else self._source.plan.taken(fill, frame))
        if frame.index in self._source.plan.references and not hole.empty:
            fills = list(self._source.plan.reference_fills(frame, hole))
        keep = tuple((self._key_of(fill.index), fill) for fill in fills) if self._key_of is not None else ()
        return Filled(frame, hole, tuple(fills), self._cached, keep)

    def close(self) -> None:
        """Ends the engine's passes and removes their temporary data."""
        _close(self._fills)


def _close(fills: Iterator[Fill]) -> None:
    """Ends a generator now, and not when it is collected: it holds files."""
    close = getattr(fills, "close", None)
    if close is not None:
        close()
