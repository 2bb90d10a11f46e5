"""VORNet in ``live`` and ``final``: ``propagate`` finds and fills, the networks refine what it filled."""

from __future__ import annotations

import struct
from collections import deque
from collections.abc import Callable, Generator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

from models.propagation.final import fill_range
from models.propagation.picture import Fill, FrameSource, HoleFrame
from models.propagation.remover import LiveRemover
from models.vornet.causal import CausalPropagation
from models.vornet.refiner import Refiner
from models.vornet.state import load_frames, load_refiner, save_frames, save_refiner

_LENGTH = struct.Struct("<Q")
_MAGIC = b"vornet1\0"


class VornetRemover:
    """Goes forward through consecutive frames (figure 2); the same contract as ``propagation.remover.LiveRemover``.

    Args:
        engine: the engine without networks, at its beginning; with a delay or without.
        refiner: at its beginning.
        fingerprint: names the settings, weights and device: a saved state is of use under these only.
    """

    def __init__(self, engine: LiveRemover | CausalPropagation, refiner: Refiner, fingerprint: str) -> None:
        self._engine, self.refiner = engine, refiner
        self._fingerprint = fingerprint.encode()
        self._waiting: deque[HoleFrame] = deque()

    def foresee(self, *frames: HoleFrame) -> None:
        """Names the frames that come after the next one stepped to, in order; changes no answer."""
        self._engine.foresee(*frames)

    def reset(self) -> None:
        """Forgets everything, as at a cut; frames still held back are lost (``flush`` them first)."""
        self._engine.reset()
        self.refiner.reset()
        self._waiting.clear()

    def step(self, frame: HoleFrame) -> list[Fill]:
        """Takes the next frame; returns the fills that are ready: one without a delay, none or several with one."""
        if isinstance(self._engine, LiveRemover):
            self._waiting.append(frame)
            return self._refined(self._engine.step(frame))
        look, fill = self._engine.fill(frame)
        with ThreadPoolExecutor(1, "next fill") as pool:
            self._engine.fill_ahead(pool)
            return [self.refiner.refine(frame, fill, look)]

    def flush(self) -> list[Fill]:
        """The fills still held back by the delay."""
        return self._refined(self._engine.flush()) if isinstance(self._engine, LiveRemover) else []

    def save_state(self) -> bytes:
        """All that later answers depend on; ``load_state`` continues exactly.

        With a delay, the frames that wait are part of it.
        """
        parts = (
            self._fingerprint,
            self._engine.save_state(),
            save_refiner(self.refiner.state),
            save_frames(self._waiting),
        )
        return _MAGIC + b"".join(_LENGTH.pack(len(part)) + part for part in parts)

    def load_state(self, state: bytes) -> None:
        """Continues from ``save_state``'s bytes.

        Raises:
            ValueError: the bytes are no state, or one of another version, of other settings or of other weights.
        """
        fingerprint, engine, refiner, waiting = _parts(state, 4)
        if fingerprint != self._fingerprint:
            raise ValueError("the saved state was written under other settings or weights of VORNet")
        self.reset()
        self._engine.load_state(engine)
        self.refiner.state = load_refiner(refiner, self.refiner.placement)
        self._waiting.extend(load_frames(waiting))

    def _refined(self, fills: list[Fill]) -> list[Fill]:
        done = []
        for fill in fills:
            frame = self._waiting.popleft()
            assert frame.picture.index == fill.index
            done.append(self.refiner.refine(frame, fill))
        return done


def fill_range_refined(
    source: FrameSource,
    refiner: Refiner,
    *,
    store: Path,
    checkpoint: Callable[[], None],
    progress: Callable[[str, int, int], None] | None = None,
) -> Generator[Fill]:
    """``final``: fills a range from both directions of time, refined forward.

    From the first fill on, the next one is made on a thread of its own while the networks refine the last.

    Args:
        source: the range; it is walked as often as ``fill_range`` walks it.
        refiner: at its beginning; its settings of ``propagate`` are used.
        store: an empty folder for temporary data; the caller removes it.
        checkpoint: called at least once a frame; may raise to cancel.
        progress: called with the name of the walk, frames done and frames in all.

    Yields:
        One fill a frame, in order.
    """
    watched = _Watched(source)
    fills = fill_range(watched, refiner.propagation, store=store, checkpoint=checkpoint, progress=progress)
    filled = _next_of(fills, watched)  # here, with the walks before it: whoever interrupts this thread stops them
    with closing(fills), ThreadPoolExecutor(1, "next fill") as pool:  # the thread rests before its generator is closed
        while filled is not None:
            coming = pool.submit(_next_of, fills, watched)
            yield refiner.refine(*filled)
            filled = coming.result()


def _next_of(fills: Iterator[Fill], watched: _Watched) -> tuple[HoleFrame, Fill] | None:
    """The next frame and its fill; None after the last."""
    fill = next(fills, None)
    if fill is None:
        return None
    return watched.frame(fill.index), fill


class _Watched:
    """A frame source that remembers the frames it handed out last: of them comes the next fill."""

    def __init__(self, source: FrameSource) -> None:
        self._source = source
        self._latest: deque[HoleFrame] = deque(maxlen=2)  # a fill comes when the frame behind it has been asked for

    def __len__(self) -> int:
        return len(self._source)

    def walk(self) -> Iterator[HoleFrame]:
        """A fresh pass."""
        for frame in self._source.walk():
            self._latest.append(frame)
            yield frame

    def frame(self, index: int) -> HoleFrame:
        """One of the last frames that were handed out."""
        return next(frame for frame in self._latest if frame.picture.index == index)


def _parts(state: bytes, count: int) -> list[bytes]:
    if not state.startswith(_MAGIC):
        raise ValueError("this is no saved state of VORNet")
    parts, place = [], len(_MAGIC)
    for _ in range(count):
        if place + _LENGTH.size > len(state):
            raise ValueError("this saved state of VORNet is cut short")
        (length,) = _LENGTH.unpack_from(state, place)
        place += _LENGTH.size
        parts.append(state[place : place + length])
        place += length
    if place != len(state):
        raise ValueError("this saved state of VORNet is damaged")
    return parts
