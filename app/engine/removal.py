"""A frame and its fills, what is written of them, and how an engine's failure is told.

The two walks over a clip are ``live_removal`` (forward once) and ``final_removal`` (shot by shot, both ways).
"""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

from app.core.errors import Cancelled, UserError
from app.engine.compositing import composite
from app.engine.fields import weave
from app.engine.holes import Hole, no_hole
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
    """

    frame: VideoFrame
    hole: Hole
    fills: tuple[Fill, ...]
    cached: bool = False
    keep: tuple[tuple[Key, Fill | bytes], ...] = ()
    drop: Key | None = None


def composited(filled: Filled, seam: SeamSettings | None = None) -> VideoFrame:
    """The finished frame, its fills fitted in as the seam's settings say."""
    if filled.hole.empty:
        return filled.frame
    fills = filled.fills
    if seam is not None and not seam.is_plain:
        fills = fitted(filled.frame, fills, filled.hole, seam)
    if len(fills) == 2:
        return weave(filled.frame, (fills[0], fills[1]), filled.hole)
    return composite(filled.frame, fills[0], filled.hole)


def as_written(filled: Filled, plan: RemovalPlan) -> Filled:
    """A frame as it is written: one outside the range stays as it is, whatever the engine made of it."""
    if plan.is_cleaned(filled.frame.index):
        return filled
    return replace(filled, hole=no_hole(plan.width, plan.height), fills=())


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
