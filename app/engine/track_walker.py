"""A tracker on its way: where it has been, what it found, and where the object will be when a segmenter looks."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from app.core.geometry import Rect
from app.core.masks import bounding_box
from app.engine.track_sight import Sight

if TYPE_CHECKING:
    from app.engine.track_others import Bounds
    from app.engine.track_ways import Way
    from models.tracking.protocol import MaskTracker, TrackedMask

BoolMask = NDArray[np.bool_]

CHOSEN_AHEAD_FRAMES = 4
"""So far ahead is chosen which part of a picture a segmenter looks at: the look takes as long as the tracker takes for
so many frames, and the object has hardly ever left the part by then."""
_LOOKED_FOR_FRAMES = 24
"""An object that is not found in so many frames of a shot without an anchor is not in it."""


@dataclass(slots=True)
class Walker:
    """A tracker on its way from an anchor in one direction.

    Attributes:
        way: which.
        places: its frames, in the order of tracking.
        tracker: what follows the object.
        looked_at: the last frame whose mask does not go back to the tracker alone: the anchor's at first.
        over: whether the object is lost for good.
        shot: in which it is.
        seen: whether the object was found in this shot.
        last: the last answer.
        went: the last frames in which the object was seen, and the boxes round it there, the newest last.
        ahead: the next frame that is looked at, and how.
        bounds: what other objects leave to it; None where there is nothing to keep off.
    """

    way: Way
    places: range
    tracker: MaskTracker
    looked_at: int
    over: bool = False
    shot: tuple[int, int] | None = None
    seen: bool = True
    last: TrackedMask | None = None
    went: deque[tuple[int, Rect]] = field(default_factory=lambda: deque(maxlen=CHOSEN_AHEAD_FRAMES + 1))
    ahead: tuple[int, Sight] | None = None
    bounds: Bounds | None = None

    def saw(self, index: int, mask: BoolMask) -> None:
        """Notes where the object is in a frame, if it is."""
        if mask.any():
            self.went.append((index, bounding_box(mask)))

    def expected(self, index: int) -> Rect:
        """Where it will be in a frame if it goes on as it went."""
        (first, before), (last, box) = self.went[0], self.went[-1]
        share = (index - last) / (last - first) if last != first else 0.0
        x = box.x + share * ((box.x - before.x) + (box.right - before.right)) / 2
        y = box.y + share * ((box.y - before.y) + (box.bottom - before.bottom)) / 2
        return Rect(round(x), round(y), box.width, box.height)

    def sight_at(self, index: int) -> Sight | None:
        """How a frame's picture is looked at ahead, if it is."""
        return self.ahead[1] if self.ahead is not None and self.ahead[0] == index else None

    @property
    def away(self) -> bool:
        """Whether it is in another shot than its anchor."""
        return self.shot is not None and self.shot != self.way.shot

    def enter(self, shot: tuple[int, int]) -> None:
        """Goes on in a shot; the object has to be found there anew if it is another one."""
        if shot != (self.shot or self.way.shot):
            self.tracker.cut()
            self.seen = False
        self.shot = shot

    def gives_up(self, index: int) -> bool:
        """Whether the object was looked for long enough in a shot without its anchor."""
        if self.seen or self.shot is None:
            return False
        since = index - self.shot[0] if self.places.step > 0 else self.shot[1] - 1 - index
        return since >= _LOOKED_FOR_FRAMES
