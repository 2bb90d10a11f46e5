"""``live``: one forward pass over a clip; which frames the engine sees, and what is taken from the result cache.

Frames far from any hole pass by untouched. The engine's state is kept every so often, so that the same command again
goes on where it stopped.
"""

from __future__ import annotations

import itertools
from collections import deque
from collections.abc import Callable, Collection, Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial

from app.engine.cuts import CUT_MEMORY_FRAMES, LiveCuts, thumbnail
from app.engine.holes import Hole, no_hole
from app.engine.loader import GRID_LIMIT_PX, Fill, HoleFrame, colours_ahead
from app.engine.plan import RemovalPlan, ResultKeys
from app.engine.protocols import AheadRemover, Engine, LiveRemover
from app.engine.removal import EngineFailure, Filled, blaming, still_there
from app.engine.results import Key, ResultCache
from app.media.frame import VideoFrame

STATE_EVERY_FRAMES = 50
# States are large: behind the last two only every so many frames' state is kept, for masks that change early on.
OLD_STATE_EVERY_FRAMES = 400

_FORESEEN = 2
"""Pictures that the engine may look at before their turn: with two, its other thread has work while a fill is painted
(432x240 on two cores: 43 frames a second against 36)."""

Finish = Callable[[], Filled]
"""Waits for a frame's colours."""


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
class HeldEngine:
    """A live engine in memory, and the key of the state it is in. It is handed on, never shared."""

    after: Key
    remover: LiveRemover


class LiveRemoval:
    """One forward pass, from the plan's first frame to the end of the range that is cleaned.

    Args:
        plan: what to remove, from the frame on with which the engine begins.
        engine: who fills.
        cache: finished results, None to neither read nor keep any.
        skim: whether what is in the cache already is passed over, not read: for a render that writes no file. Each
            frame is then finished before the next is begun, so that a stop loses nothing.
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
        self._fills: dict[int, Callable[[], Fill]] = {}
        self._until = plan.cleaned_frames[1]
        self.resumed_at = self._resume_point()
        self.decode_until = self._until
        """End (exclusive) of the frames that must be decoded: a delay looks at some behind the range."""
        if self.resumed_at < self._until:
            self.decode_until = min(self._until + self._keys.delay_frames, plan.looked_at[1])

    def prepare(self, frame: VideoFrame) -> Prepared:
        """Everything about a frame that needs no engine; called with the frames in order, in any one thread."""
        plan, index = self._plan, frame.index
        if not plan.is_active(index) or index >= self.decode_until:
            self._detector = None
            return Prepared(frame, no_hole(plan.width, plan.height), active=False, cut=False)
        fresh = self._detector is None
        if self._detector is None:
            self._detector = LiveCuts()
        cut = self._detector.is_cut(thumbnail(frame)) or fresh
        if cut and not fresh:
            self.cuts.append(index)
        if (
            index >= self.resumed_at
            and not plan.fields
            and not plan.draft
            and max(plan.width, plan.height) <= GRID_LIMIT_PX
        ):
            _ = frame.rgb  # made here, beside the engine's thread; of a larger one it may need none
        return Prepared(frame, plan.hole(index, cuts=(index,) if cut else ()), active=True, cut=cut)

    def run(self, frames: Iterator[Prepared]) -> Iterator[Filled]:
        """Fills frames in order.

        Frames outside the range may be filled too: ``as_written`` makes of them what is written.

        Raises:
            EngineFailure: the engine raised.
        """
        with ThreadPoolExecutor(1, "colours") as pool:
            ahead = colours_ahead() and not self._skim and not self._engine.delay
            begun = self._begun(frames, pool if ahead else None)
            yield from _one_behind(begun) if ahead else (finish() for finish in begun)

    def _begun(self, frames: Iterator[Prepared], pool: Executor | None) -> Iterator[Finish]:
        """The frames in order, their colours still to be made: by ``pool``, else at once."""
        for prepared, pictures, coming in _with_coming(self._pictures(item) for item in frames):
            if not prepared.active:
                yield from self._flushed()
                yield partial(Filled, prepared.frame, prepared.hole, ())
            elif prepared.frame.index < self.resumed_at:
                if not self._skim:
                    yield partial(self._from_cache, prepared)
            else:
                yield from self._step(prepared, pictures, coming, pool)
        yield from self._flushed()

    @property
    def first(self) -> int:
        """The frame with which the engine begins."""
        return self._plan.frames[0]

    def run_frames(self, frames: Iterator[VideoFrame]) -> Iterator[Filled]:
        """As ``run``, of frames that are not prepared yet."""
        return self.run(self.prepare(frame) for frame in frames)

    def _pictures(self, prepared: Prepared) -> tuple[Prepared, tuple[HoleFrame, ...]]:
        """A frame with what the engine is to see of it; nothing if it need not."""
        if not prepared.active or prepared.frame.index < self.resumed_at:
            return prepared, ()
        return prepared, tuple(self._plan.pictures(prepared.frame, prepared.hole, cut=prepared.cut))

    def _step(
        self,
        prepared: Prepared,
        pictures: tuple[HoleFrame, ...],
        coming: tuple[HoleFrame, ...],
        pool: Executor | None,
    ) -> Iterator[Finish]:
        index = prepared.frame.index
        self._pending.append(prepared)
        for number, picture in enumerate(pictures, 1):
            with blaming(index):
                remover = self._running()
                remover.foresee(*(*pictures[number:], *coming)[:_FORESEEN])
                if pool is not None and isinstance(remover, AheadRemover):
                    for unpainted in remover.begin(picture):
                        self._collect(unpainted.index, pool.submit(unpainted.render).result)
                else:
                    self._collect_made(remover.step(picture))
        self._last_step = index
        ready = list(self._ready())
        regular = (index + 1) % self._state_every == 0
        if ready and self._cache is not None and (regular or index in self._states_after):
            state = (self._keys.state(index), self._running().save_state())
            old = self._old_state(index) if regular and not self._skim else None
            ready[-1] = partial(_with_state, ready[-1], state, old)
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

    def _flushed(self) -> Iterator[Finish]:
        if self._pending:
            with blaming(self._pending[0].frame.index):
                self._collect_made(self._running().flush())
            yield from self._ready()
            if self._pending:
                raise EngineFailure(self._pending[0].frame.index, RuntimeError("the engine owes a fill"))

    def _collect_made(self, fills: list[Fill]) -> None:
        for fill in fills:
            self._collect(fill.index, partial(_itself, fill))

    def _collect(self, picture: int, fill: Callable[[], Fill]) -> None:
        """Keeps what is wanted: after a resume the engine gives the fills again that it still held back."""
        if picture >= self.resumed_at * self._plan.pictures_per_frame:
            self._fills[picture] = fill

    def _ready(self) -> Iterator[Finish]:
        """Frames at the head of the queue all of whose fills have come."""
        while self._pending:
            prepared = self._pending[0]
            pictures = self._plan.picture_indices(prepared.frame.index)
            if not all(picture in self._fills for picture in pictures):
                return
            self._pending.popleft()
            yield partial(self._finished, prepared, [self._fills.pop(picture) for picture in pictures])

    def _finished(self, prepared: Prepared, coming: list[Callable[[], Fill]]) -> Filled:
        index = prepared.frame.index
        with blaming(index):
            fills = tuple(self._plan.taken(fill(), prepared.frame) for fill in coming)
        if index in self._plan.references and not prepared.hole.empty:
            fills = self._plan.reference_fills(prepared.frame, prepared.hole)
        return Filled(prepared.frame, prepared.hole, fills, keep=self._worth_keeping(index, fills))

    def _worth_keeping(self, index: int, fills: tuple[Fill, ...]) -> tuple[tuple[Key, Fill | bytes], ...]:
        """A frame's patches, and the mark of a cut first: without it the hole cannot be made again for the patches."""
        if self._cache is None or index >= self._until:  # what the delay looks at has not been looked ahead of
            return ()
        mark = ((self._keys.live_cut(index), b""),) if index in self.cuts else ()
        return (*mark, *((self._keys.live(index, fill.index), fill) for fill in fills))

    def _from_cache(self, prepared: Prepared) -> Filled:
        assert self._cache is not None
        fills = []
        for picture in self._plan.picture_indices(prepared.frame.index):
            fill = self._cache.get_fill(self._keys.live(prepared.frame.index, picture))
            fills.append(still_there(fill, prepared.frame.index))
        return Filled(prepared.frame, prepared.hole, tuple(fills), cached=True)

    def _resume_point(self) -> int:
        """First frame that must be computed; the engine has taken up the state before it."""
        first, end = self._plan.frames[0], self._until
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
            for picture in self._plan.picture_indices(index):
                key = self._keys.live(index, picture)
                if not self._cache.has(key) or (not self._skim and self._cache.get(key) is None):
                    return index
        return end


def _one_behind(begun: Iterator[Finish]) -> Iterator[Filled]:
    """Finishes each frame when the one behind it has been begun: its colours are made meanwhile."""
    last: Finish | None = None
    try:
        for finish in begun:
            if last is not None:
                yield last()
            last = finish
    except EngineFailure:
        if last is not None:
            yield last()  # what comes before the failure is whole
        raise
    if last is not None:
        yield last()


def _with_state(finish: Finish, state: tuple[Key, bytes], old: Key | None) -> Filled:
    filled = finish()
    return replace(filled, keep=(*filled.keep, state), drop=old)


def _itself(fill: Fill) -> Fill:
    return fill


def _with_coming(
    items: Iterator[tuple[Prepared, tuple[HoleFrame, ...]]],
) -> Iterator[tuple[Prepared, tuple[HoleFrame, ...], tuple[HoleFrame, ...]]]:
    """Each frame and its pictures, with those of the frames behind it that may be foreseen."""
    waiting: deque[tuple[Prepared, tuple[HoleFrame, ...]]] = deque()

    def first() -> tuple[Prepared, tuple[HoleFrame, ...], tuple[HoleFrame, ...]]:
        prepared, pictures = waiting.popleft()
        behind = itertools.takewhile(bool, (coming for _, coming in waiting))
        return prepared, pictures, tuple(itertools.chain.from_iterable(behind))

    for item in items:
        waiting.append(item)
        if len(waiting) > _FORESEEN:
            yield first()
    while waiting:
        yield first()
