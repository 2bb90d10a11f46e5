"""``live``: one frame in, one frame out (VORNet section 3.1, without networks); with a delay, it looks ahead."""

from __future__ import annotations

from collections import deque
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace

from models.flow.dis import DisFlow
from models.propagation.guess import Polish
from models.propagation.holeflow import HoleFlow, brightened
from models.propagation.observation import Observation, Scale, flow_in_window, hole_flow, observe
from models.propagation.picture import Fill, HoleFrame
from models.propagation.propagator import Propagator, Sourced
from models.propagation.settings import PropagationSettings
from models.propagation.source_map import Neighbour, SourceMap, Window, compose, observed_label
from models.propagation.state import StateReader, StateWriter
from models.propagation.store import SourcePicture


@dataclass(frozen=True, slots=True)
class _Waiting:
    """A frame held back by the delay, with its flows to the frames round it."""

    here: Observation
    to_previous: HoleFlow | None
    to_next: HoleFlow | None


@dataclass(frozen=True, slots=True)
class _Foreseen:
    """What is known of a frame before its turn: itself, its motion and its sources (None without a hole)."""

    here: Observation
    motion: HoleFlow | None
    found: SourceMap | None = None


class _Foresight:
    """Looks at a coming frame on a thread that lives while the current frame is filled.

    It is observed and its motion found while the current frame finds its colours, and its sources are found while the
    current frame renders them.
    """

    def __init__(self, settings: PropagationSettings) -> None:
        self._flow = DisFlow(settings.preset)
        self._queued: HoleFrame | None = None
        self._found: tuple[HoleFrame, Future[_Foreseen]] | None = None

    def queue(self, frame: HoleFrame) -> None:
        """Names the frame that comes after the one about to be stepped to."""
        self._queued = frame

    def begin(self, pool: ThreadPoolExecutor, here: Observation, scale: Scale) -> None:
        """Starts on the queued frame, whose predecessor is ``here``."""
        coming, self._queued = self._queued, None
        if coming is not None and not coming.cut:
            self._found = coming, pool.submit(self._look, coming, here, scale)

    def go_on(self, pool: ThreadPoolExecutor, propagator: Propagator) -> None:
        """Finds the frame's sources, now that the frame before it has its own."""
        if self._found is not None:
            coming, looked = self._found
            self._found = coming, pool.submit(_search, looked, propagator)

    def take(self, frame: HoleFrame) -> _Foreseen | None:
        """What was found about a frame, if it is the one that was named; raises what went wrong with it."""
        found, self._found = self._found, None
        return found[1].result() if found is not None and found[0] is frame else None

    def _look(self, coming: HoleFrame, here: Observation, scale: Scale) -> _Foreseen:
        seen = observe(coming, scale)
        return _Foreseen(seen, None if seen.window.empty else hole_flow(self._flow, seen, here))


def _search(looked: Future[_Foreseen], propagator: Propagator) -> _Foreseen:
    seen = looked.result()
    return seen if seen.here.window.empty else replace(seen, found=propagator.find(seen.here, seen.motion))


class LiveRemover:
    """Fills holes frame by frame; an earlier answer never depends on frames later than the delay allows.

    Args:
        settings: the engine's.
        polish: goes over each guess; the engine has none of its own.
    """

    def __init__(self, settings: PropagationSettings, polish: Polish | None = None) -> None:
        self.settings = settings
        self._flow, self._polish = DisFlow(settings.preset), polish
        self._propagator: Propagator | None = None
        self._waiting: deque[_Waiting] = deque()
        self._foresight = _Foresight(settings)

    def foresee(self, frame: HoleFrame) -> None:
        """Begins on the frame after the next one stepped to: its motion is found on a thread of its own meanwhile.

        A hint that changes no answer; without it (or with a delay, which has its own queue) ``step`` does the same
        work itself.
        """
        if not self.settings.delay:
            self._foresight.queue(frame)

    def reset(self) -> None:
        """Forgets everything, as at a cut; frames still held back are lost (``flush`` them first)."""
        self._propagator = None
        self._waiting.clear()

    def step(self, frame: HoleFrame) -> list[Fill]:
        """Takes the next frame; returns the fills that are ready: one without a delay, none or several with one."""
        with ThreadPoolExecutor(1, "foresight") as pool:
            return [sourced.render() for sourced in self._taken(frame, pool)]

    def begin(self, frame: HoleFrame) -> list[Sourced]:
        """As ``step``, but the colours are left to the caller, who may let them be made while the next frame begins."""
        with ThreadPoolExecutor(1, "foresight") as pool:
            return self._taken(frame, pool)

    def _taken(self, frame: HoleFrame, pool: ThreadPoolExecutor) -> list[Sourced]:
        """The frames that are ready; ``pool`` looks at the frame that was foreseen."""
        done: list[Sourced] = []
        if frame.cut:
            done = self._drained()
            self.reset()
        if self._propagator is None:
            scale = Scale.of(frame.picture, self.settings)
            self._propagator = Propagator(scale, self.settings, self._flow, self._polish)
        if not self.settings.delay:
            return [*done, self._sourced_at_once(self._propagator, frame, pool)]
        here = observe(frame, self._propagator.scale)
        to_previous = None
        if self._waiting:
            last = self._waiting.pop()
            to_next = None if last.here.window.empty else hole_flow(self._flow, last.here, here)
            self._waiting.append(_Waiting(last.here, last.to_previous, to_next))
            to_previous = None if here.window.empty else hole_flow(self._flow, here, last.here)
            exposure = self._propagator.exposure
            exposure[here.index] = exposure.get(last.here.index, 0.0) + brightened(to_previous, to_next)
        self._waiting.append(_Waiting(here, to_previous, None))
        if len(self._waiting) > self.settings.delay:
            done.append(self._oldest_sourced())
        return done

    def flush(self) -> list[Fill]:
        """The fills still held back by the delay."""
        return [sourced.render() for sourced in self._drained()]

    def save_state(self) -> bytes:
        """All that later answers depend on; ``load_state`` continues exactly."""
        out = StateWriter()
        out.value("settings", self.settings.fingerprint())
        out.value("running", self._propagator is not None)
        if self._propagator is not None:
            self._propagator.save(out)
        out.value("waiting", len(self._waiting))
        for number, waiting in enumerate(self._waiting):
            out.observation(f"waiting.{number}", waiting.here, whole=True)
            out.motion(f"waiting.{number}.previous", waiting.to_previous)
            out.motion(f"waiting.{number}.next", waiting.to_next)
        return out.finish()

    def load_state(self, state: bytes) -> None:
        """Continues from ``save_state``'s bytes, written under the same settings.

        Raises:
            ValueError: the bytes are no state of this version of the engine, or one of other settings.
        """
        kept = StateReader(state)
        if kept.value("settings") != self.settings.fingerprint():
            raise ValueError("the saved state was written under other settings of the propagation engine")
        self.reset()
        if kept.value("running"):
            self._propagator = Propagator.load(kept, self.settings, self._flow, self._polish)
        for number in range(kept.value("waiting")):
            self._waiting.append(
                _Waiting(
                    kept.observation(f"waiting.{number}", whole=True),
                    kept.motion(f"waiting.{number}.previous"),
                    kept.motion(f"waiting.{number}.next"),
                )
            )

    def _sourced_at_once(self, propagator: Propagator, frame: HoleFrame, pool: ThreadPoolExecutor) -> Sourced:
        """The frame with its sources; the frame behind it is looked at meanwhile."""
        seen = self._foresight.take(frame) or _Foreseen(observe(frame, propagator.scale), None)
        self._foresight.begin(pool, seen.here, propagator.scale)
        sourced = propagator.sourced(seen.here, seen.motion, found=seen.found)
        self._foresight.go_on(pool, propagator)
        return sourced

    def _drained(self) -> list[Sourced]:
        return [self._oldest_sourced() for _ in range(len(self._waiting))]

    def _oldest_sourced(self) -> Sourced:
        assert self._propagator is not None
        future = self._look_ahead()
        oldest = self._waiting.popleft()
        return self._propagator.sourced(oldest.here, oldest.to_previous, future)

    def _look_ahead(self) -> SourceMap | None:
        """Sources of the oldest waiting frame among those behind it."""
        assert self._propagator is not None
        found: SourceMap | None = None
        later: Observation | None = None
        for waiting in reversed(self._waiting):
            here = waiting.here
            if here.window.empty:
                found = None
            elif later is None or waiting.to_next is None:
                found = SourceMap.unknown(here.window)
            else:
                flow, error = flow_in_window(waiting.to_next, here.window, self._propagator.scale)
                found = compose(here.window, flow, error, Neighbour(later.index, later.clear, found))
            whole = Window(0, 0, self._propagator.scale.width, self._propagator.scale.height)
            self._propagator.store.add(observed_label(here.index), SourcePicture(whole, here.picture.planes))
            later = here
        return found
