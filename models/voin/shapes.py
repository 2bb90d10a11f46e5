"""Whole shapes of an object over a clip of any length, before anything is painted (VOIN section 3.1).

What other frames show is brought along by motion (``floors.py``), in windows that look ahead. Where no frame shows what
is covered, the shape network answers, in windows that overlap, references of earlier frames beside them; and where
frames do show it, it may object. Either alone is worse: on watched composites (12) the network reaches .810 mean IoU,
what is brought along .807, both together .817; on validation composites (9) .887, .888 and .902. Without the network
the hull is the guess. Masks that do not meet those of their cover, or miss the picture's edges, are mended first
(``meeting.py``, ``edges.py``). Memory does not grow with the clip.
"""

from __future__ import annotations

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from models.voin.completer import CompleterSettings, blended_logits, refreshed
from models.voin.floors import FloorShape, carried_shapes
from models.voin.meeting import met
from models.voin.window_engine import Mask, ObjectFrame, Reference, WindowEngine

FLOOR_WINDOW = CompleterSettings(window=48, overlap=24)
"""Without a network a window is only as short as memory asks for."""
Logits = NDArray[np.float32]
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
    return FloorShapes() if engine.networks.shape is None else JoinedShapes(engine)


class JoinedShapes:
    """Whole shapes from the network and from what other frames show.

    Args:
        engine: with a shape network.
    """

    def __init__(self, engine: WindowEngine) -> None:
        self._engine = engine
        self._network, self._floor = _NetworkWalk(engine), _FloorWalk(FLOOR_WINDOW)
        self._logits: dict[int, tuple[ObjectFrame, Logits]] = {}
        self._carried: dict[int, FloorShape] = {}

    def push(self, frame: ObjectFrame) -> Shapes:
        """See ``ShapeWalk``."""
        done = self.finish() if frame.cut else []
        return done + self._joined(self._network.push(frame), self._floor.push(frame))

    def finish(self) -> Shapes:
        """See ``ShapeWalk``."""
        return self._joined(self._network.finish(), self._floor.finish())

    def _joined(self, logits: list[tuple[ObjectFrame, Logits]], carried: list[tuple[int, FloorShape]]) -> Shapes:
        """The shapes of the frames of which both have answered."""
        self._logits |= {frame.index: (frame, own) for frame, own in logits}
        self._carried |= dict(carried)
        done = []
        for index in [index for index in self._logits if index in self._carried]:
            frame, own = self._logits.pop(index)
            floor = self._carried.pop(index)
            done.append((index, self._shape(frame, own, floor)))
        return done

    def _shape(self, frame: ObjectFrame, logits: Logits, floor: FloorShape) -> Mask:
        if frame.amodal is not None:
            return floor.shape
        guessed = self._engine.amodal(frame, logits) & floor.never_shown
        objection = _OBJECTION
        doubted = ~floor.alike & (logits <= np.log(objection / (1 - objection)))
        shown = floor.shape & ~floor.never_shown & ~doubted
        return np.asarray(frame.visible | guessed | shown, bool)


_OBJECTION = 0.12
"""What frames show of an object is doubted where the network's probability is below."""


class FloorShapes:
    """Whole shapes without a network.

    Args:
        settings: see ``_FloorWalk``.
    """

    def __init__(self, settings: CompleterSettings = FLOOR_WINDOW) -> None:
        self._walk = _FloorWalk(settings)

    def push(self, frame: ObjectFrame) -> Shapes:
        """See ``ShapeWalk``."""
        done = self.finish() if frame.cut else []
        return done + [(index, found.shape) for index, found in self._walk.push(frame)]

    def finish(self) -> Shapes:
        """See ``ShapeWalk``."""
        return [(index, found.shape) for index, found in self._walk.finish()]


class _NetworkWalk:
    """The network's logits, in windows whose answers are blended; frames of one shot.

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
        self._before: dict[int, Logits] = {}

    def push(self, frame: ObjectFrame) -> list[tuple[ObjectFrame, Logits]]:
        """The frames that are answered, with their logits ``(H, W)``."""
        self._frames.append(frame)
        if len(self._frames) < self._settings.window:
            return []
        return self._advance(self._settings.window - self._settings.overlap)

    def finish(self) -> list[tuple[ObjectFrame, Logits]]:
        """Those still waiting; afterwards everything is forgotten."""
        done = self._advance(len(self._frames)) if self._frames else []
        self._forget()
        return done

    def _advance(self, count: int) -> list[tuple[ObjectFrame, Logits]]:
        frames = met(self._frames)
        crop = self._engine.square(frames)
        logits = [
            self._blended(frame.index, own, at)
            for at, (frame, own) in enumerate(
                zip(frames, self._engine.shapes(frames, crop, self._references), strict=True)
            )
        ]
        self._references = refreshed(self._engine, self._settings, self._references, frames[:count], crop.side)
        self._before = {frames[at].index: logits[at] for at in range(count, len(frames))}
        self._frames = self._frames[count:]
        return [(frames[at], logits[at]) for at in range(count)]

    def _blended(self, index: int, logits: Logits, at: int) -> Logits:
        before = self._before.get(index)
        return logits if before is None else blended_logits(before, logits, self._settings.weight(at))


class _FloorWalk:
    """What other frames show; frames of one shot.

    Args:
        settings: ``window`` frames are looked at together, of which ``overlap`` lie ahead of those that are answered;
            ``reach`` answered ones are looked back at.
    """

    def __init__(self, settings: CompleterSettings) -> None:
        self._settings = settings
        self._past: list[ObjectFrame] = []
        self._frames: list[ObjectFrame] = []

    def push(self, frame: ObjectFrame) -> list[tuple[int, FloorShape]]:
        """The shapes that are done, by index."""
        self._frames.append(frame)
        if len(self._frames) < self._settings.window:
            return []
        return self._advance(self._settings.window - self._settings.overlap)

    def finish(self) -> list[tuple[int, FloorShape]]:
        """Those still waiting; afterwards everything is forgotten."""
        done = self._advance(len(self._frames)) if self._frames else []
        self._past, self._frames = [], []
        return done

    def _advance(self, count: int) -> list[tuple[int, FloorShape]]:
        seen = met([*self._past, *self._frames])
        shapes = carried_shapes(seen, self._settings.reach)[len(self._past) :]
        done = [(frame.index, shape) for frame, shape in zip(self._frames[:count], shapes, strict=False)]
        self._past = [*self._past, *self._frames[:count]][-self._settings.reach :]
        self._frames = self._frames[count:]
        return done
