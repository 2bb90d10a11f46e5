"""A frame and its fills, what is written of them, and how an engine's failure is told.

The two walks over a clip are ``live_removal`` (forward once) and ``final_removal`` (shot by shot, both ways).
"""

from __future__ import annotations

import errno
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

import numpy as np

from app.core.errors import Cancelled, UserError
from app.engine.compositing import composite
from app.engine.fields import weave
from app.engine.holes import OPAQUE, BoolMask, Hole, no_hole, united
from app.engine.loader import Fill
from app.engine.plan import RemovalPlan
from app.engine.results import Key
from app.engine.seams import SeamSettings, fitted
from app.media.frame import VideoFrame


class EngineFailure(Exception):
    """The engine failed on a frame: our fault, not the user's.

    Attributes:
        frame: the frame's index.
    """

    def __init__(self, frame: int, cause: BaseException) -> None:
        super().__init__(f"The engine failed on frame {frame} ({type(cause).__name__}: {cause}).")
        self.frame, self._cause = frame, cause

    def __reduce__(self) -> tuple[type[EngineFailure], tuple[int, BaseException]]:
        """Lets it come out of a process of its own, as the benchmarks run engines in."""
        return type(self), (self.frame, self._cause)


@dataclass(frozen=True, slots=True)
class Filled:
    """A frame and its fills, one per picture that the engine saw; none where the hole is empty.

    Attributes:
        keep: results for the cache, patches first; to be written once the frame is done.
        drop: a result that is worth its room no more.
        over: what is painted over it, from bottom to top: objects that are restored, of the same frame.
    """

    frame: VideoFrame
    hole: Hole
    fills: tuple[Fill, ...]
    cached: bool = False
    keep: tuple[tuple[Key, Fill | bytes], ...] = ()
    drop: Key | None = None
    over: tuple[Filled, ...] = ()

    @property
    def layers(self) -> tuple[Filled, ...]:
        """Itself and what is painted over it, from bottom to top."""
        return (self, *self.over)

    @property
    def whole_hole(self) -> Hole:
        """What changes in the frame, by whatever layer; where several do, the heavier weight."""
        return united([layer.hole for layer in self.layers])

    def with_layer(self, layer: Filled) -> Filled:
        """The same with one more layer on top; where that is unlikely, what is filled below it stays."""
        doubts = [fill for fill in layer.fills if fill.unlikely is not None]
        if doubts:
            spared = self.whole_hole.full_alpha() > OPAQUE // 2
            spared &= np.logical_or.reduce([_unlikely(fill, layer.hole) for fill in doubts])
            region = layer.hole.region & ~spared[layer.hole.rect.slices()]
            alpha = np.where(region, layer.hole.alpha, np.uint8(0))
            layer = replace(layer, hole=replace(layer.hole, region=region, alpha=alpha))
        return replace(self, over=(*self.over, layer))


def _unlikely(fill: Fill, hole: Hole) -> BoolMask:
    """``(H, W)`` bool: where a fill is unlikely, in the whole picture."""
    whole = np.zeros((hole.height, hole.width), np.bool_)
    if fill.unlikely is not None:
        whole[fill.top : fill.top + fill.height, fill.left : fill.left + fill.width] = fill.unlikely
    return whole


def composited(filled: Filled, seam: SeamSettings | None = None) -> VideoFrame:
    """The finished frame, its fills fitted in as the seam's settings say."""
    frame = filled.frame
    if not filled.hole.empty:
        fills = filled.fills
        if seam is not None and not seam.is_plain:
            fills = fitted(frame, fills, filled.hole, seam)
        frame = _filled_in(frame, fills, filled.hole)
    for layer in filled.over:
        frame = _filled_in(frame, layer.fills, layer.hole)
    return frame


def _filled_in(frame: VideoFrame, fills: tuple[Fill, ...], hole: Hole) -> VideoFrame:
    if hole.empty:
        return frame
    if len(fills) == 2:
        return weave(frame, (fills[0], fills[1]), hole)
    return composite(frame, fills[0], hole)


def as_written(filled: Filled, plan: RemovalPlan) -> Filled:
    """A frame as it is written: one outside the range stays as it is, whatever the engine made of it."""
    if plan.is_cleaned(filled.frame.index):
        return filled
    return replace(filled, hole=no_hole(plan.width, plan.height), fills=(), over=())


Walk = Callable[[Iterator[VideoFrame]], Iterator[Filled]]
"""Frames in order in; each of them, filled, out."""


def laid_over(walk: Walk) -> Callable[[Iterator[Filled]], Iterator[Filled]]:
    """A stage that paints what a walk makes of the source's frames over frames that are filled already."""

    def run(below: Iterator[Filled]) -> Iterator[Filled]:
        waiting: deque[Filled] = deque()

        def frames() -> Iterator[VideoFrame]:
            for filled in below:
                waiting.append(filled)
                yield filled.frame

        for layer in walk(frames()):
            filled = waiting.popleft()
            assert layer.frame.index == filled.frame.index, "walks keep the order of frames"
            yield filled.with_layer(layer)

    return run


def still_there(fill: Fill | None, frame: int) -> Fill:
    """A kept fill that was there when the run began."""
    if fill is None:
        raise EngineFailure(frame, RuntimeError("a kept result was deleted meanwhile; run the command again"))
    return fill


@contextmanager
def blaming(frame: int) -> Iterator[None]:
    """Turns whatever an engine raises into an ``EngineFailure`` of the frame; a stop or a full disk is no failure."""
    try:
        yield
    except (Cancelled, EngineFailure, UserError):
        raise
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise
        raise EngineFailure(frame, error) from error
    except StopIteration as error:
        raise EngineFailure(frame, RuntimeError("the engine stopped early")) from error
    except Exception as error:
        raise EngineFailure(frame, error) from error
