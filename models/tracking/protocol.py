"""What every mask tracker offers: start from a mask, step from picture to picture, take corrections."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

TRACKER_VERSION = 20
"""Part of every kept track's key: raise it when the same pictures and prompts would give other masks."""


class Look(Protocol):
    """What a tracker knows of the object's look, for the picture last stepped to."""

    def likeness(self, mask: NDArray[np.bool_]) -> float:
        """How much a mask's colours there are those of the object where the user showed it, 0 to 1."""
        ...

    def places(self) -> Sequence[tuple[int, int, int, int]]:
        """Where it may be there: boxes (left, top, width, height in pixels), the likeliest first."""
        ...


class Parts(Protocol):
    """The parts of an object that is several things, for the picture last stepped to."""

    def mended(self, look: Callable[[MaskTracker, TrackedMask], TrackedMask]) -> TrackedMask:
        """The whole answer once each part's was looked at again.

        Args:
            look: takes a part's tracker and answer, gives a better answer, and lets the tracker go on from that.
        """
        ...


@dataclass(frozen=True, slots=True)
class TrackedMask:
    """One step's answer.

    Attributes:
        mask: ``(H, W)`` bool, True = the object; empty when it is not in the picture.
        presence: 0 to 1, how sure the tracker is that the object is there and the mask right; below 0.5 = lost.
        claim: ``(H, W)`` float32, 0 to 1, how much speaks for each pixel of the mask, to be compared with another
            object's claim to it; None from a tracker that knows no more than the mask.
        look: what the object looks like, good until the next step; None from a tracker that does not know.
        parts: those of an object that is several things, good until the next step; None of one thing.
        ends: ``(H, W)`` bool, what hangs loosely at the mask and is to be shown with it: no part of it for whoever
            looks again, shares pixels out or goes on from it; None for nothing.
    """

    mask: NDArray[np.bool_]
    presence: float
    claim: NDArray[np.float32] | None = None
    look: Look | None = None
    parts: Parts | None = None
    ends: NDArray[np.bool_] | None = None


class MaskTracker(Protocol):
    """Follows one object through consecutive pictures (in either direction of time)."""

    def start(self, view: NDArray[np.uint8], mask: NDArray[np.bool_]) -> None:
        """Begins at a picture ``(H, W, 3)`` uint8 RGB whose mask is right; forgets everything before."""
        ...

    def step(self, view: NDArray[np.uint8], beside: Sequence[NDArray[np.uint8]] = ()) -> TrackedMask:
        """Tracks into the next picture of the same size.

        Args:
            view: the picture.
            beside: pictures of the same shot, earlier or later, where the caller has them (the same array for the
                same picture every time); they help to tell what moves from what stands still.
        """
        ...

    def settle(self, mask: NDArray[np.bool_]) -> None:
        """Takes a better mask for the picture last stepped to, though not the user's: later steps follow it.

        It is without pixels that another object has the better claim to, refined by a segmenter, or where a segmenter
        found an object that was lost.
        """
        ...

    def correct(self, view: NDArray[np.uint8], mask: NDArray[np.bool_]) -> None:
        """Takes a mask the user corrected on the picture last stepped to; later steps follow it."""
        ...

    def cut(self) -> None:
        """A new shot begins with the next picture: the object is lost, and looked for by its look alone, anywhere."""
        ...
