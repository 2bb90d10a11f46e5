"""``propagate`` without a delay, that also tells what it saw: the networks need the same motion, found once.

It is ``models.propagation.remover.LiveRemover`` without look-ahead, built from the same parts; a test holds the two
equal to the bit.
"""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor

from models.flow.dis import DisFlow
from models.propagation.holeflow import HoleFlow
from models.propagation.observation import Observation, Scale, hole_flow, observe
from models.propagation.picture import Fill, HoleFrame
from models.propagation.propagator import Propagator
from models.propagation.settings import PropagationSettings
from models.propagation.state import StateReader, StateWriter

Look = tuple[Observation, HoleFlow | None]


class CausalPropagation:
    """Fills holes frame by frame, each from earlier ones only.

    Args:
        settings: the engine's; its delay must be 0.
    """

    def __init__(self, settings: PropagationSettings) -> None:
        assert not settings.delay
        self.settings = settings
        self._flow, self._flow_ahead = DisFlow(settings.preset), DisFlow(settings.preset)  # one a thread
        self._propagator: Propagator | None = None
        self._last: Observation | None = None
        self._queued: HoleFrame | None = None
        self._found: tuple[HoleFrame, Future[Look]] | None = None

    def reset(self) -> None:
        """Forgets everything, as at a cut."""
        self._propagator = self._last = None

    def foresee(self, frame: HoleFrame) -> None:
        """Names the frame that comes after the next one looked at."""
        self._queued = frame

    def look(self, frame: HoleFrame) -> Look:
        """The next frame made ready, and its background's motion to the last one."""
        if frame.cut:
            self.reset()
        if self._propagator is None:
            self._propagator = Propagator(Scale.of(frame.picture, self.settings), self.settings, self._flow)
        found, self._found = self._found, None
        if found is not None and found[0] is frame:
            return found[1].result()
        return _look(frame, self._propagator.scale, self._last, self._flow)

    def look_ahead(self, pool: ThreadPoolExecutor, here: Observation) -> None:
        """Begins to look at the frame that was named, whose predecessor is ``here``."""
        coming, self._queued = self._queued, None
        if coming is not None and not coming.cut:
            assert self._propagator is not None
            scale = self._propagator.scale
            self._found = coming, pool.submit(_look, coming, scale, here, self._flow_ahead)

    def fill(self, look: Look) -> Fill:
        """Fills the frame that was looked at."""
        assert self._propagator is not None
        here, motion = look
        self._last = here
        return self._propagator.fill(here, motion)

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
            self._propagator = Propagator.load(kept, self.settings, self._flow)
        if kept.value("last"):
            self._last = kept.observation("last.frame", whole=False)


def _look(frame: HoleFrame, scale: Scale, last: Observation | None, flow: DisFlow) -> Look:
    here = observe(frame, scale)
    return here, None if last is None or here.window.empty else hole_flow(flow, here, last)
