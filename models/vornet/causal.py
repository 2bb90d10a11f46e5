"""``propagate`` without a delay, that also tells what it saw: the networks need the same motion, found once.

It is ``models.propagation.remover.LiveRemover`` without look-ahead, built from the same parts; a test holds the two
equal to the bit.
"""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass

from models.flow.dis import DisFlow
from models.propagation.guess import Polish
from models.propagation.holeflow import HoleFlow
from models.propagation.observation import Observation, Scale, hole_flow, observe
from models.propagation.picture import Fill, HoleFrame
from models.propagation.propagator import Propagator
from models.propagation.settings import PropagationSettings
from models.propagation.state import StateReader, StateWriter

Look = tuple[Observation, HoleFlow | None]


@dataclass(frozen=True, slots=True)
class _Ahead:
    """What is known of a frame before it is stepped to.

    Attributes:
        look: the frame made ready, and its motion.
        propagator: as the frame leaves it.
        fill: of the frame.
    """

    look: Look
    propagator: Propagator
    fill: Fill


class CausalPropagation:
    """Fills holes frame by frame, each from earlier ones only.

    Args:
        settings: the engine's; its delay must be 0.
        polish: goes over each guess; None leaves them.
    """

    def __init__(self, settings: PropagationSettings, polish: Polish | None = None) -> None:
        assert not settings.delay
        self.settings = settings
        self._flow, self._polish = DisFlow(settings.preset), polish
        self._propagator: Propagator | None = None
        self._last: Observation | None = None
        self._queued: HoleFrame | None = None
        self._coming: tuple[HoleFrame, Future[_Ahead]] | None = None

    def reset(self) -> None:
        """Forgets everything, as at a cut."""
        self._propagator = self._last = self._coming = None

    def foresee(self, *frames: HoleFrame) -> None:
        """Names the frames that come after the next one filled; the first of them may be filled ahead."""
        self._queued = frames[0] if frames else None

    def fill(self, frame: HoleFrame) -> tuple[Look, Fill]:
        """The next frame made ready, its motion to the last one, and its fill."""
        if frame.cut:
            self.reset()
        coming, self._coming = self._coming, None
        if self._propagator is not None and coming is not None and coming[0] is frame:
            ahead = coming[1].result()
        else:
            fresh = self._propagator
            if fresh is None:
                fresh = Propagator(Scale.of(frame.picture, self.settings), self.settings, self._flow, self._polish)
            ahead = _filled(frame, fresh, self._last, self._flow)
        self._propagator, self._last = ahead.propagator, ahead.look[0]
        return ahead.look, ahead.fill

    def fill_ahead(self, pool: ThreadPoolExecutor) -> None:
        """Begins to fill the frame that was named: while networks run, the other core is free.

        What was filled ahead counts only once that frame comes: until then the state is the last frame's.
        """
        coming, self._queued = self._queued, None
        if coming is not None and not coming.cut:
            assert self._propagator is not None
            self._coming = coming, pool.submit(_filled, coming, self._propagator.fork(), self._last, self._flow)

    def save_state(self) -> bytes:
        """All that later answers depend on; ``load_state`` continues exactly."""
        out = StateWriter()
        out.value("running", self._propagator is not None)
        if self._propagator is not None:
            self._propagator.save(out)
        out.value("last", self._last is not None)
        if self._last is not None:
            out.observation("last.frame", self._last, whole=False)
        return out.finish()

    def load_state(self, state: bytes) -> None:
        """Continues from ``save_state``'s bytes, written under the same settings.

        Raises:
            ValueError: the bytes are no state of this version of the engine.
        """
        kept = StateReader(state)
        self.reset()
        if kept.value("running"):
            self._propagator = Propagator.load(kept, self.settings, self._flow, self._polish)
        if kept.value("last"):
            self._last = kept.observation("last.frame", whole=False)


def _filled(frame: HoleFrame, propagator: Propagator, last: Observation | None, flow: DisFlow) -> _Ahead:
    here = observe(frame, propagator.scale)
    motion = None if last is None or here.window.empty else hole_flow(flow, here, last)
    fill = propagator.sourced(here, motion).render()
    return _Ahead((here, motion), propagator, fill)
