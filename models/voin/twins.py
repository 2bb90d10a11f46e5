"""Looks for each frame's twin while frames go by: the one in which the object stands alike, and hides less.

A walker's twin is a step or two away, so frames wait until those ahead of them are there. How many do bounds memory,
whatever the clip's length.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from models.propagation.source_map import window_of
from models.voin.alike import Alike, alike_frames, beside_px
from models.voin.behind import GroundSearch
from models.voin.evidence import bridged
from models.voin.floors import own_shifts
from models.voin.mattes import Matte, matte_of
from models.voin.outlines import FloatMap
from models.voin.picture import ObjectFrame, Twin

AHEAD_FRAMES = 48
"""Two steps of a walk, at 24 frames a second."""
BACK_FRAMES = 30
_BLOCK_FRAMES = 16
"""So many are answered at a time: their twins are looked for together."""


class TwinSearch:
    """Gives frames back with their twins, in order; frames of one shot.

    Args:
        ahead: frames that are seen before one is answered.
        back: answered frames in which twins are looked for.
    """

    def __init__(self, ahead: int = AHEAD_FRAMES, back: int = BACK_FRAMES) -> None:
        self._ahead, self._back = ahead, back
        self._forget()

    def _forget(self) -> None:
        self._past: list[ObjectFrame] = []
        self._waiting: list[ObjectFrame] = []
        self._motions: dict[int, FloatMap] = {}
        self._grounds = GroundSearch()
        self._mattes: dict[int, Matte] = {}

    @property
    def delay(self) -> int:
        """How many frames may wait, and be looked back at, at most."""
        return self._ahead + _BLOCK_FRAMES

    def push(self, frame: ObjectFrame) -> list[ObjectFrame]:
        """Takes the next frame, its whole shape known; answers with those that are done."""
        self._waiting.append(frame)
        return self._advance(_BLOCK_FRAMES) if len(self._waiting) >= self.delay else []

    def finish(self) -> list[ObjectFrame]:
        """The frames that are still waiting; afterwards everything is forgotten."""
        done = self._advance(len(self._waiting)) if self._waiting else []
        self._forget()
        return done

    def _advance(self, count: int) -> list[ObjectFrame]:
        frames, start = [*self._past, *self._waiting], len(self._past)
        done = self._waiting[:count]
        if any(_hides(frame) for frame in done):
            found = alike_frames(frames, self._shifts(frames))[start : start + count]
            done = [self._with_twin(frame, alike, frames) for frame, alike in zip(done, found, strict=True)]
        self._past = frames[: start + count][-self._back :]
        self._waiting = self._waiting[count:]
        first = self._past[0].index if self._past else 0
        self._motions = {index: motion for index, motion in self._motions.items() if index > first}
        self._mattes = {index: matte for index, matte in self._mattes.items() if index >= first}
        self._grounds.forget_before(first)
        return done

    def _shifts(self, frames: Sequence[ObjectFrame]) -> FloatMap:
        """``(T, 2)`` as ``own_shifts`` has it, each pair measured once."""
        found = np.full((len(frames), 2), np.nan, np.float32)
        for at in range(1, len(frames)):
            index = frames[at].index
            if index not in self._motions:
                self._motions[index] = own_shifts(frames[at - 1 : at + 1])[1]
            found[at] = self._motions[index]
        return bridged(found)

    def _with_twin(self, frame: ObjectFrame, alike: Alike | None, frames: Sequence[ObjectFrame]) -> ObjectFrame:
        if alike is None or not _hides(frame):
            return frame
        other = frames[alike.at]
        if other.index not in self._mattes:
            ground = self._grounds.ground(frames, alike.at)
            self._mattes[other.index] = matte_of(other.view, other.visible, other.occluder, ground)
        matte = self._mattes[other.index]
        beside = beside_px(window_of(frame.visible))
        told = np.ones_like(matte.told) if alike.in_one_piece else matte.told
        twin = Twin(other.index, matte.view, matte.alpha, told, alike.shift, alike.after, beside)
        return replace(frame, twin=twin)


def _hides(frame: ObjectFrame) -> bool:
    return frame.amodal is not None and bool((frame.amodal & frame.occluder & ~frame.visible).any())
