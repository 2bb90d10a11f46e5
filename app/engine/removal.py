"""Walks a clip through an engine: which frames it sees, what is taken from the result cache, which fills belong where.

Frames far from any hole pass by untouched. ``live`` goes forward once and keeps the engine's state every so often, so
that the same command again goes on where it stopped. ``final`` works shot by shot; a shot that is finished is not
computed again.
"""

from __future__ import annotations

import errno
import json
import tempfile
from collections import deque
from collections.abc import Callable, Collection, Generator, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path

from app.core.errors import Cancelled, UserError
from app.engine.compositing import composite
from app.engine.cuts import CUT_MEMORY_FRAMES, LiveCuts, Thumbnail, find_cuts, thumbnail
from app.engine.fields import weave
from app.engine.holes import Hole, no_hole
from app.engine.loader import Fill, HoleFrame
from app.engine.plan import RemovalPlan, ResultKeys
from app.engine.prefetch import prefetched
from app.engine.protocols import Engine, LiveRemover
from app.engine.results import Key, ResultCache
from app.engine.seams import SeamSettings, fitted
from app.jobs.context import JobContext
from app.media.frame import VideoFrame

STATE_EVERY_FRAMES = 50
# States are large: behind the last two only every so many frames' state is kept, for masks that change early on.
OLD_STATE_EVERY_FRAMES = 400

OpenFrames = Callable[[int, int], Generator[VideoFrame]]
"""Decodes the frames from a first to an end (exclusive) anew, in order; closed when no longer needed."""


class EngineFailure(Exception):
    """The engine failed on a frame: our fault, not the user's.

    Attributes:
        frame: the frame's index.
    """

    def __init__(self, frame: int, cause: BaseException) -> None:
        super().__init__(f"The engine failed on frame {frame} ({type(cause).__name__}: {cause}).")
        self.frame, self._cause = frame, cause

    def __reduce__(self) -> tuple[type[EngineFailure], tuple[int, BaseException]]:
        """Lets it come out of a process of its own, as the benchmarks run engines in."""
        return type(self), (self.frame, self._cause)


@dataclass(frozen=True, slots=True)
class Prepared:
    """A decoded frame on its way to the live engine.

    Attributes:
        frame: the source frame.
        hole: what is to be filled; masks of later frames do not count.
        active: whether the engine must see the frame.
        cut: whether a new shot starts here, or the engine did not see the frame before.
    """

    frame: VideoFrame
    hole: Hole
    active: bool
    cut: bool


@dataclass(frozen=True, slots=True)
class Filled:
    """A frame and its fills, one per picture that the engine saw; none where the hole is empty.

    Attributes:
        keep: results for the cache, patches first; to be written once the frame is done.
        drop: a result that is worth its room no more.
    """

    frame: VideoFrame
    hole: Hole
    fills: tuple[Fill, ...]
    cached: bool = False
    keep: tuple[tuple[Key, Fill | bytes], ...] = ()
    drop: Key | None = None


def composited(filled: Filled, seam: SeamSettings | None = None) -> VideoFrame:
    """The finished frame, its fills fitted in as the seam's settings say."""
    if filled.hole.empty:
        return filled.frame
    fills = filled.fills
    if seam is not None and not seam.is_plain:
        fills = fitted(filled.frame, fills, filled.hole, seam)
    if len(fills) == 2:
        return weave(filled.frame, (fills[0], fills[1]), filled.hole)
    return composite(filled.frame, fills[0], filled.hole)


@dataclass(frozen=True, slots=True)
class HeldEngine:
    """A live engine in memory, and the key of the state it is in. It is handed on, never shared."""

    after: Key
    remover: LiveRemover


class LiveRemoval:
    """One forward pass.

    Args:
        plan: what to remove.
        engine: who fills.
        cache: finished results, None to neither read nor keep any.
        skim: whether what is in the cache already is passed over, not read: for a render that writes no file.
        states_after: further frames after which the engine's state is kept.
        state_every: the engine's state is kept after every so many frames; states older than the last two go, unless
            the run skims: then masks may change anywhere next.
        held: the engine of a run that was stopped; this run goes on with it if it can.
    """

    def __init__(
        self,
        plan: RemovalPlan,
        engine: Engine,
        cache: ResultCache | None,
        *,
        skim: bool = False,
        states_after: Collection[int] = (),
        state_every: int = STATE_EVERY_FRAMES,
        held: HeldEngine | None = None,
    ) -> None:
        self._plan, self._engine, self._cache = plan, engine, cache
        self._skim, self._states_after, self._state_every = skim, states_after, state_every
        self._keys = ResultKeys(plan, engine)
        self._last_step: int | None = None
        self._held = held
        self._detector: LiveCuts | None = None
        self.cuts: list[int] = []
        """Frames found so far that start a new shot."""
        self._remover: LiveRemover | None = None
        self._pending: deque[Prepared] = deque()
        self._fills: dict[int, Fill] = {}
        self.resumed_at = self._resume_point()

    def prepare(self, frame: VideoFrame) -> Prepared:
        """Everything about a frame that needs no engine; called with the frames in order, in any one thread."""
        plan, index = self._plan, frame.index
        if not plan.is_active(index):
            self._detector = None
            return Prepared(frame, no_hole(plan.width, plan.height), active=False, cut=False)
        fresh = self._detector is None
        if self._detector is None:
            self._detector = LiveCuts()
        cut = self._detector.is_cut(thumbnail(frame)) or fresh
        if cut and not fresh:
            self.cuts.append(index)
        if index >= self.resumed_at and not plan.fields:
            _ = frame.rgb  # made here, beside the engine's thread
        return Prepared(frame, plan.hole(index, cuts=(index,) if cut else ()), active=True, cut=cut)

    def run(self, frames: Iterator[Prepared]) -> Iterator[Filled]:
        """Fills frames in order.

        Raises:
            EngineFailure: the engine raised.
        """
        for filled in self._filled(frames):
            yield _as_written(filled, self._plan)

    def _filled(self, frames: Iterator[Prepared]) -> Iterator[Filled]:
        for prepared, pictures, coming in _with_next(self._pictures(item) for item in frames):
            if not prepared.active:
                yield from self._flushed()
                yield Filled(prepared.frame, prepared.hole, ())
            elif prepared.frame.index < self.resumed_at:
                if not self._skim:
                    yield self._from_cache(prepared)
            else:
                yield from self._step(prepared, pictures, coming)
        yield from self._flushed()

    def _pictures(self, prepared: Prepared) -> tuple[Prepared, tuple[HoleFrame, ...]]:
        """A frame with what the engine is to see of it; nothing if it need not."""
        if not prepared.active or prepared.frame.index < self.resumed_at:
            return prepared, ()
        return prepared, tuple(self._plan.pictures(prepared.frame, prepared.hole, cut=prepared.cut))

    def _step(
        self, prepared: Prepared, pictures: tuple[HoleFrame, ...], coming: tuple[HoleFrame, ...]
    ) -> Iterator[Filled]:
        index = prepared.frame.index
        self._pending.append(prepared)
        for picture, following in zip(pictures, (*pictures[1:], *coming[:1], None), strict=False):
            with _blaming(index):
                if following is not None:
                    self._running().foresee(following)
                self._collect(self._running().step(picture))
        self._last_step = index
        ready = list(self._ready())
        regular = (index + 1) % self._state_every == 0
        if ready and self._cache is not None and (regular or index in self._states_after):
            state = (self._keys.state(index), self._running().save_state())
            old = self._old_state(index) if regular and not self._skim else None
            ready[-1] = replace(ready[-1], keep=(*ready[-1].keep, state), drop=old)
        yield from ready

    @property
    def decode_from(self) -> int:
        """The first frame that must be decoded when what is known already is passed over."""
        return max(self._plan.frames[0], self.resumed_at - CUT_MEMORY_FRAMES)

    def held(self) -> HeldEngine | None:
        """The engine as the last frame left it, None if it saw none: for a run that goes on from there at once."""
        if self._last_step is None or self._remover is None:
            return None
        return HeldEngine(self._keys.state(self._last_step), self._remover)

    def _old_state(self, index: int) -> Key | None:
        """The state that goes when the one after frame ``index`` is kept."""
        old = index - 2 * self._state_every
        if old < self._plan.frames[0] or (old + 1) % OLD_STATE_EVERY_FRAMES == 0:
            return None
        return self._keys.state(old)

    def _running(self) -> LiveRemover:
        if self._remover is None:
            self._remover = self._engine.live()
        return self._remover

    def _flushed(self) -> Iterator[Filled]:
        if self._pending:
            with _blaming(self._pending[0].frame.index):
                self._collect(self._running().flush())
            yield from self._ready()
            if self._pending:
                raise EngineFailure(self._pending[0].frame.index, RuntimeError("the engine owes a fill"))

    def _collect(self, fills: list[Fill]) -> None:
        """Keeps what is wanted: after a resume the engine gives the fills again that it still held back."""
        start = self.resumed_at * self._plan.pictures_per_frame
        self._fills.update((fill.index, fill) for fill in fills if fill.index >= start)

    def _ready(self) -> Iterator[Filled]:
        """Frames at the head of the queue all of whose fills have come."""
        while self._pending:
            prepared = self._pending[0]
            pictures = _picture_indices(prepared.frame.index, self._plan)
            if not all(picture in self._fills for picture in pictures):
                return
            self._pending.popleft()
            fills = tuple(self._plan.taken(self._fills.pop(picture), prepared.frame) for picture in pictures)
            index = prepared.frame.index
            if index in self._plan.references and not prepared.hole.empty:
                fills = self._plan.reference_fills(prepared.frame, prepared.hole)
            yield Filled(prepared.frame, prepared.hole, fills, keep=self._worth_keeping(index, fills))

    def _worth_keeping(self, index: int, fills: tuple[Fill, ...]) -> tuple[tuple[Key, Fill | bytes], ...]:
        """A frame's patches, and the mark of a cut first: without it the hole cannot be made again for the patches."""
        if self._cache is None:
            return ()
        mark = ((self._keys.live_cut(index), b""),) if index in self.cuts else ()
        return (*mark, *((self._keys.live(index, fill.index), fill) for fill in fills))

    def _from_cache(self, prepared: Prepared) -> Filled:
        assert self._cache is not None
        fills = []
        for picture in _picture_indices(prepared.frame.index, self._plan):
            fill = self._cache.get_fill(self._keys.live(prepared.frame.index, picture))
            fills.append(_still_there(fill, prepared.frame.index))
        return Filled(prepared.frame, prepared.hole, tuple(fills), cached=True)

    def _resume_point(self) -> int:
        """First frame that must be computed; the engine has taken up the state before it."""
        first, end = self._plan.frames
        if self._cache is None:
            return first
        known = self._known_until(first, end)
        if known == end:
            return end
        for index in range(known - 1, first - 1, -1):
            key = self._keys.state(index)
            if self._held is not None and self._held.after == key:
                self._remover = self._held.remover
                return index + 1
            if self._cache.has(key) and self._takes_up(key):
                return index + 1
        return first

    def _takes_up(self, key: Key) -> bool:
        """Whether the engine goes on from a kept state; one that it cannot read goes."""
        assert self._cache is not None
        state = self._cache.get(key)
        if state is None:
            return False
        try:
            self._running().load_state(state)
        except ValueError:  # of another version, or damaged: the engine begins anew
            self._remover = None
            self._cache.drop(key)
            return False
        return True

    def _known_until(self, first: int, end: int) -> int:
        """End of the frames from the first whose results are all in the cache, whole."""
        assert self._cache is not None
        for index in range(first, end):
            if not self._plan.is_active(index):
                continue
            for picture in _picture_indices(index, self._plan):
                key = self._keys.live(index, picture)
                if not self._cache.has(key) or (not self._skim and self._cache.get(key) is None):
                    return index
        return end


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
                yield _as_written(shot.fill(frame), self._plan)
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
        wanted = [picture for index in range(*source.shot) for picture in _picture_indices(index, self._plan)]
        if any(cache.get(key_of(picture)) is None for picture in wanted):
            return None
        count = self._plan.pictures_per_frame
        return (_still_there(cache.get_fill(key_of(picture)), picture // count) for picture in wanted)


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
        for picture in _picture_indices(frame.index, self._source.plan):
            with _blaming(frame.index):
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


def _as_written(filled: Filled, plan: RemovalPlan) -> Filled:
    """A frame as it is written: one outside the range stays as it is, whatever the engine made of it."""
    if plan.is_cleaned(filled.frame.index):
        return filled
    return replace(filled, hole=no_hole(plan.width, plan.height), fills=())


def _with_next(
    items: Iterator[tuple[Prepared, tuple[HoleFrame, ...]]],
) -> Iterator[tuple[Prepared, tuple[HoleFrame, ...], tuple[HoleFrame, ...]]]:
    """Each frame and its pictures, with the pictures of the frame behind it."""
    last: tuple[Prepared, tuple[HoleFrame, ...]] | None = None
    for item in items:
        if last is not None:
            yield (*last, item[1])
        last = item
    if last is not None:
        yield (*last, ())


def known_starts(cache: ResultCache | None, keys: ResultKeys, run: tuple[int, int]) -> list[int] | None:
    """First frames of the shots in a stretch ``(first, end)`` of active frames, None if it was not looked at yet."""
    kept = None if cache is None else cache.get(keys.shots(run))
    return None if kept is None else [int(start) for start in json.loads(kept)]


def _still_there(fill: Fill | None, frame: int) -> Fill:
    """A kept fill that was there when the run began."""
    if fill is None:
        raise EngineFailure(frame, RuntimeError("a kept result was deleted meanwhile; run the command again"))
    return fill


def _picture_indices(index: int, plan: RemovalPlan) -> range:
    count = plan.pictures_per_frame
    return range(count * index, count * (index + 1))


@contextmanager
def _blaming(frame: int) -> Iterator[None]:
    """Turns whatever an engine raises into an ``EngineFailure`` of the frame; a stop or a full disk is no failure."""
    try:
        yield
    except (Cancelled, EngineFailure, UserError):
        raise
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise
        raise EngineFailure(frame, error) from error
    except StopIteration as error:
        raise EngineFailure(frame, RuntimeError("the engine stopped early")) from error
    except Exception as error:
        raise EngineFailure(frame, error) from error
