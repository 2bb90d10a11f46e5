"""VOIN on a whole clip: frame by frame in, completed frames out, in windows that overlap (section 3, figures 2 and 3).

``Completer`` looks a window ahead. What two windows say of the frames they share is blended, so that nothing jumps
from one to the next. ``OnlineCompleter`` looks at the past alone, for a live preview. Memory does not grow with the
clip: a window of frames, a few references, and the frames that the propagation may still sample from.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace

import numpy as np
from numpy.typing import NDArray

from models.propagation.source_map import SourceMap
from models.voin.carrying import without_old
from models.voin.completer_state import CompleterState, Provisional
from models.voin.crops import SquareCrop
from models.voin.window_engine import LOWEST, Mask, ObjectFrame, Reference, WindowEngine
from models.voin.window_run import Before, CompletedFrame, WindowResult, WindowRun


@dataclass(frozen=True, slots=True)
class CompleterSettings:
    """How a clip is cut into windows.

    Attributes:
        window: frames that are seen together.
        overlap: of them, how many the next window sees again.
        references: earlier frames that the shape network sees beside a window.
        reference_every: frames between two of them, at least.
        reach: frames back in time that colour may come from.
        propagate: whether other frames' pixels are brought in (Tables 1 and 4 have both); else all is painted.
    """

    window: int = 16
    overlap: int = 4
    references: int = 2
    reference_every: int = 10
    reach: int = 30
    propagate: bool = True

    def __post_init__(self) -> None:
        """Raises ``ValueError`` for windows that do not go forward."""
        if not 0 <= self.overlap < self.window:
            raise ValueError(f"windows of {self.window} frames cannot overlap by {self.overlap}")

    def weight(self, at: int) -> np.float32:
        """How much a window's own answer counts in its frame number ``at``, against the window before."""
        return np.float32(min(1.0, (at + 1) / (self.overlap + 1)))


ONLINE = CompleterSettings(window=4, overlap=0)


class Completer:
    """Completes an object over a clip of any length.

    Args:
        engine: the networks.
        settings: see there.
    """

    def __init__(self, engine: WindowEngine, settings: CompleterSettings | None = None) -> None:
        self._engine = engine
        self._settings = settings or CompleterSettings()
        self._state = CompleterState()

    def push(self, frame: ObjectFrame) -> list[CompletedFrame]:
        """Takes the next frame; answers with those that are done, in order.

        Args:
            frame: of the size of those before, unless it begins a shot.
        """
        done = self.finish() if frame.cut else []
        self._state.frames.append(exclusive(frame))
        if len(self._state.frames) >= self._settings.window:
            done += self._advance(self._settings.window - self._settings.overlap)
        return done

    def finish(self) -> list[CompletedFrame]:
        """The frames that are still waiting; afterwards everything is forgotten."""
        done = self._advance(len(self._state.frames)) if self._state.frames else []
        self._state = CompleterState()
        return done

    def save_state(self) -> bytes:
        """Where it is now; ``load_state`` continues exactly from there."""
        return self._state.packed(_facts(self._engine, self._settings))

    def load_state(self, data: bytes) -> None:
        """Goes on from a saved state.

        Raises:
            ValueError: it was saved under other settings or with other networks, or is none.
        """
        self._state = CompleterState.unpacked(data, _facts(self._engine, self._settings))

    def _advance(self, count: int) -> list[CompletedFrame]:
        """Completes the frames in hand and answers with the first ``count`` of them."""
        state, frames = self._state, self._state.frames
        crop = self._engine.square(frames)
        logits = [
            self._blended_logits(frame.index, each, at)
            for at, (frame, each) in enumerate(
                zip(frames, self._engine.shapes(frames, crop, state.references), strict=True)
            )
        ]
        amodal = [self._engine.amodal(frame, each) for frame, each in zip(frames, logits, strict=True)]
        oldest = frames[0].index - self._settings.reach
        run = WindowRun(self._engine, frames, amodal, crop, state.before, oldest)
        result = run.result(self._blended_picture, propagate=self._settings.propagate)
        if count < len(frames):
            self._remember(result, count, crop)
        state.provisional = {
            frames[at].index: Provisional(logits[at], result.pictures[at], result.completed[at].hidden)
            for at in range(count, len(frames))
        }
        state.frames = frames[count:]
        return result.completed[:count]

    def _weight(self, at: int) -> np.float32:
        return self._settings.weight(at)

    def _blended_logits(self, index: int, logits: NDArray[np.float32], at: int) -> NDArray[np.float32]:
        before = self._state.provisional.get(index)
        return logits if before is None else blended_logits(before.logits, logits, self._weight(at))

    def _blended_picture(self, at: int, picture: NDArray[np.float32]) -> NDArray[np.float32]:
        before = self._state.provisional.get(self._state.frames[at].index)
        if before is None:
            return picture
        weight = np.where(before.hidden[..., None], self._weight(at), np.float32(1))
        return np.asarray(weight * picture + (1 - weight) * before.picture, np.float32)

    def _remember(self, result: WindowResult, count: int, crop: SquareCrop) -> None:
        """References, and what the next window's propagation begins with."""
        state, settings = self._state, self._settings
        done = state.frames[:count]
        state.references = refreshed(self._engine, settings, state.references, done, crop.side)
        state.before = before_next(
            state.before, state.frames, done[-1], result.completed[count - 1].amodal, result.maps[count - 1], settings
        )


class OnlineCompleter:
    """Completes an object frame by frame, from the past alone.

    Args:
        engine: the networks.
        settings: ``window`` frames are seen together, the newest the last of them; ``overlap`` means nothing here.
    """

    def __init__(self, engine: WindowEngine, settings: CompleterSettings = ONLINE) -> None:
        self._engine, self._settings = engine, settings
        self.reset()

    def reset(self) -> None:
        """Forgets everything."""
        self._state = CompleterState()

    def step(self, frame: ObjectFrame) -> CompletedFrame:
        """The next frame, completed."""
        if frame.cut:
            self.reset()
        settings, state, frame = self._settings, self._state, exclusive(frame)
        window = [*state.frames, frame]
        crop = self._engine.square(window)
        amodal = self._engine.amodal(frame, self._engine.shapes(window, crop, state.references)[-1])
        oldest = frame.index - settings.reach
        run = WindowRun(self._engine, [frame], [amodal], crop, state.before, oldest, state.shown)
        result = run.result(lambda _, picture: picture, ahead=False, propagate=settings.propagate)
        state.before = before_next(state.before, [frame], frame, amodal, result.maps[0], settings)
        kept = settings.window - 1
        gone = window[: max(0, len(window) - kept)]
        state.references = refreshed(self._engine, settings, state.references, gone, crop.side)
        state.frames = window[len(gone) :]
        state.shown = [*state.shown, *result.shown][-kept:] if kept else []
        return result.completed[0]

    def save_state(self) -> bytes:
        """Where it is now; ``load_state`` continues exactly from there."""
        return self._state.packed(_facts(self._engine, self._settings))

    def load_state(self, data: bytes) -> None:
        """Goes on from a saved state.

        Raises:
            ValueError: it was saved under other settings or with other networks, or is none.
        """
        self._state = CompleterState.unpacked(data, _facts(self._engine, self._settings))


def _facts(engine: WindowEngine, settings: CompleterSettings) -> dict[str, object]:
    """What a state depends on beside the frames."""
    return {
        "completer": asdict(settings),
        "window": asdict(engine.settings),
        "networks": engine.networks.fingerprint(),
    }


def blended_logits(before: NDArray[np.float32], logits: NDArray[np.float32], weight: np.float32) -> NDArray[np.float32]:
    """What two windows say of a frame's shape ``(H, W)``, the later one counting so much."""
    mixed = weight * logits + (1 - weight) * before
    unseen = (logits <= LOWEST) | (before <= LOWEST)  # outside one of the two squares
    return np.where(unseen, np.maximum(logits, before), mixed).astype(np.float32)


def exclusive(frame: ObjectFrame) -> ObjectFrame:
    """The frame with an occluder that lies nowhere on the visible object."""
    return replace(frame, occluder=frame.occluder & ~frame.visible)


def refreshed(
    engine: WindowEngine, settings: CompleterSettings, known: list[Reference], done: Sequence[ObjectFrame], side: int
) -> list[Reference]:
    """References after frames were answered: the latest ones, far enough from each other, that show the object."""
    references = list(known)
    for frame in done:
        far = not references or frame.index - references[-1].index >= settings.reference_every
        if settings.references and far and frame.visible.any():
            references.append(engine.reference(frame, side))
    return references[-settings.references :] if settings.references else []


def before_next(
    before: Before | None,
    frames: Sequence[ObjectFrame],
    last: ObjectFrame,
    amodal: Mask,
    found: SourceMap,
    settings: CompleterSettings,
) -> Before:
    """What the next window needs of the last answered frame; views that nothing points to any more are let go."""
    kept = without_old(found, last.index - settings.reach)
    views = {frame.index: frame.view for frame in frames}
    if before is not None:
        views |= before.sources | {before.frame.index: before.frame.view}
    named = {int(label) >> 1 for label in np.unique(kept.label[kept.known])}
    return Before(last, amodal, None if kept.window.empty else kept, {index: views[index] for index in sorted(named)})
