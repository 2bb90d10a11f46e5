"""``live``: one frame in, one frame out (VORNet section 3.1, without networks); with a delay, it looks ahead."""

from __future__ import annotations

from collections import deque
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass

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
    """What is known of a frame before its turn: itself and its motion."""

    here: Observation
    motion: HoleFlow | None


class _Foresight:
    """Looks at coming frames, one after another, on a thread of its own while the frames before them are filled.

    A frame's motion waits for no fill, so the thread need not pause between two frames.
    """

    def __init__(self, settings: PropagationSettings) -> None:
        self._flow = DisFlow(settings.preset)
        self._named: tuple[HoleFrame, ...] = ()
        self._begun: deque[tuple[HoleFrame, Future[_Foreseen]]] = deque()

    def name(self, frames: tuple[HoleFrame, ...]) -> None:
        """Names the frames that come after the one about to be stepped to, in order."""
        self._named = frames

    def take(self, frame: HoleFrame) -> _Foreseen | None:
        """What was found about the frame that is stepped to, if it was named; raises what went wrong with it."""
        if self._begun and self._begun[0][0] is frame:
            return self._begun.popleft()[1].result()
        self.forget()
        return None

    def begin(self, here: Observation, scale: Scale) -> None:
        """Starts on the named frames up to a cut; ``here`` is the frame before them."""
        named, self._named = self._named, ()
        last: Observation | Future[_Foreseen] = here
        pool = ThreadPoolExecutor(1, "foresight")  # it ends with what it is given: nobody closes a remover
        for position, frame in enumerate(named):
            if frame.cut:
                break
            if position == len(self._begun):
                self._begun.append((frame, pool.submit(self._look, frame, last, scale)))
            elif self._begun[position][0] is not frame:
                break
            last = self._begun[position][1]
        pool.shutdown(wait=False)

    def forget(self) -> None:
        """Drops what was found; what has not begun does not begin."""
        for _, coming in self._begun:
            coming.cancel()
        self._begun.clear()

    def _look(self, coming: HoleFrame, before: Observation | Future[_Foreseen], scale: Scale) -> _Foreseen:
        last = before if isinstance(before, Observation) else before.result().here
        seen = observe(coming, scale)
        return _Foreseen(seen, None if seen.window.empty else hole_flow(self._flow, seen, last))


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

    def foresee(self, *frames: HoleFrame) -> None:
        """Names the frames after the next one stepped to, in order: their motion is found on a thread of its own.

        A hint that changes no answer; without it (or with a delay, which has its own queue) ``step`` does the same
        work itself.
        """
        if not self.settings.delay:
            self._foresight.name(frames)

    def reset(self) -> None:
        """Forgets everything, as at a cut; frames still held back are lost (``flush`` them first)."""
        self._propagator = None
        self._waiting.clear()

    def step(self, frame: HoleFrame) -> list[Fill]:
        """Takes the next frame; returns the fills that are ready: one without a delay, none or several with one."""
        return [sourced.render() for sourced in self.begin(frame)]

    def begin(self, frame: HoleFrame) -> list[Sourced]:
        """As ``step``, but the colours are left to the caller, who may let them be made while the next frame begins."""
        done: list[Sourced] = []
        if frame.cut:
            done = self._drained()
            self.reset()
        if self._propagator is None:
            scale = Scale.of(frame.picture, self.settings)
            self._propagator = Propagator(scale, self.settings, self._flow, self._polish)
        if not self.settings.delay:
            return [*done, self._sourced_at_once(self._propagator, frame)]
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

    def _sourced_at_once(self, propagator: Propagator, frame: HoleFrame) -> Sourced:
        """The frame with its sources; the frames behind it are looked at meanwhile."""
        seen = self._foresight.take(frame) or _Foreseen(observe(frame, propagator.scale), None)
        self._foresight.begin(seen.here, propagator.scale)
        return propagator.sourced(seen.here, seen.motion)

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
