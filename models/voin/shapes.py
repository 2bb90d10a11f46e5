"""Whole shapes of an object over a clip of any length, before anything is painted (VOIN section 3.1).

With the shape network: windows that overlap, their answers blended, references of earlier frames beside them. Without
it: what other frames show, brought along by motion (``floors.py``). Memory does not grow with the clip.
"""

from __future__ import annotations

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from models.voin.completer import CompleterSettings, blended_logits, exclusive, refreshed
from models.voin.floors import carried_shapes
from models.voin.window_engine import Mask, ObjectFrame, Reference, WindowEngine

FLOOR_WINDOW = CompleterSettings(window=48, overlap=24)
"""Without a network a window is only as short as memory asks for."""
Shapes = list[tuple[int, Mask]]
"""Indices of frames, and the whole object ``(H, W)`` in each."""


class ShapeWalk(Protocol):
    """Goes over frames in order and answers with whole shapes, some frames later."""

    def push(self, frame: ObjectFrame) -> Shapes:
        """Takes the next frame; answers with the shapes that are done, in order.

        A frame whose ``amodal`` is given keeps that.
        """
        ...

    def finish(self) -> Shapes:
        """The shapes that are still waiting; afterwards everything is forgotten."""
        ...


def shape_walk(engine: WindowEngine) -> ShapeWalk:
    """The walk that fits what there is: the network's, or its floor's."""
    return FloorShapes() if engine.networks.shape is None else NetworkShapes(engine)


class NetworkShapes:
    """Whole shapes by the network.

    Args:
        engine: with a shape network.
        settings: how a clip is cut into windows.
    """

    def __init__(self, engine: WindowEngine, settings: CompleterSettings | None = None) -> None:
        self._engine, self._settings = engine, settings or CompleterSettings()
        self._forget()

    def _forget(self) -> None:
        self._frames: list[ObjectFrame] = []
        self._references: list[Reference] = []
        self._before: dict[int, NDArray[np.float32]] = {}

    def push(self, frame: ObjectFrame) -> Shapes:
        """See ``ShapeWalk``."""
        done = self.finish() if frame.cut else []
        self._frames.append(exclusive(frame))
        if len(self._frames) >= self._settings.window:
            done += self._advance(self._settings.window - self._settings.overlap)
        return done

    def finish(self) -> Shapes:
        """See ``ShapeWalk``."""
        done = self._advance(len(self._frames)) if self._frames else []
        self._forget()
        return done

    def _advance(self, count: int) -> Shapes:
        frames = self._frames
        crop = self._engine.square(frames)
        logits = [
            self._blended(frame.index, own, at)
            for at, (frame, own) in enumerate(
                zip(frames, self._engine.shapes(frames, crop, self._references), strict=True)
            )
        ]
        self._references = refreshed(self._engine, self._settings, self._references, frames[:count], crop.side)
        self._before = {frames[at].index: logits[at] for at in range(count, len(frames))}
        self._frames = frames[count:]
        return [(frames[at].index, self._engine.amodal(frames[at], logits[at])) for at in range(count)]

    def _blended(self, index: int, logits: NDArray[np.float32], at: int) -> NDArray[np.float32]:
        before = self._before.get(index)
        return logits if before is None else blended_logits(before, logits, self._settings.weight(at))


class FloorShapes:
    """Whole shapes without a network.

    Args:
        settings: ``window`` frames are looked at together, of which ``overlap`` lie ahead of those that are answered;
            ``reach`` answered ones are looked back at.
    """

    def __init__(self, settings: CompleterSettings = FLOOR_WINDOW) -> None:
        self._settings = settings
        self._past: list[ObjectFrame] = []
        self._frames: list[ObjectFrame] = []

    def push(self, frame: ObjectFrame) -> Shapes:
        """See ``ShapeWalk``."""
        done = self.finish() if frame.cut else []
        self._frames.append(exclusive(frame))
        if len(self._frames) >= self._settings.window:
            done += self._advance(self._settings.window - self._settings.overlap)
        return done

    def finish(self) -> Shapes:
        """See ``ShapeWalk``."""
        done = self._advance(len(self._frames)) if self._frames else []
        self._past, self._frames = [], []
        return done

    def _advance(self, count: int) -> Shapes:
        seen = [*self._past, *self._frames]
        shapes = carried_shapes(seen, self._settings.reach)[len(self._past) :]
        done = [(frame.index, shape) for frame, shape in zip(self._frames[:count], shapes, strict=False)]
        self._past = [*self._past, *self._frames[:count]][-self._settings.reach :]
        self._frames = self._frames[count:]
        return done
