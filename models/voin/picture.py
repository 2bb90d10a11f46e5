"""What goes into a restoration: pictures, what is to be painted of them, and what is known of the object in them."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from models.propagation.picture import BoolMask, HoleFrame

Mask = NDArray[np.bool_]
View = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Twin:
    """A frame in which the object stands as in another one, and shows what it hides there (``alike.py``).

    Attributes:
        index: position in the clip.
        view: ``(H, W, 3)`` uint8 RGB, the object's own colours beyond its border too (``mattes.py``).
        alpha: ``(H, W)`` uint8, how much of each pixel is the object, 255 all of it.
        told: ``(H, W)`` bool, where the frame's word counts, that the object is there or is not.
        shift: place there minus place here, x and y in pixels.
        after: ``(H, W)`` float32: sources farther away in time than so many frames are worse; negative where all are,
            but right beside what is seen.
        beside_px: so near what is seen of the object sources of other frames are believed even then.
    """

    index: int
    view: View
    alpha: NDArray[np.uint8]
    told: NDArray[np.bool_]
    shift: tuple[float, float]
    after: NDArray[np.float32]
    beside_px: float = 0.0


@dataclass(frozen=True, slots=True)
class ObjectFrame:
    """A frame, and what is known of the object in it.

    Attributes:
        index: position in the clip; consecutive within a shot.
        view: ``(H, W, 3)`` uint8 RGB.
        visible: ``(H, W)`` bool, the object as far as it can be seen.
        occluder: ``(H, W)`` bool, what covers it or may cover it. Where it overlaps ``visible``, that counts.
        cut: True if a new shot starts here.
        amodal: ``(H, W)`` bool, the whole object where that is known already (drawn or corrected by hand): it is taken
            as it is. None asks the network.
        twin: a frame that shows what this one hides, where one was looked for and found.
        drawn: whether the user made ``amodal``: no other frame says then that the object is not there.
    """

    index: int
    view: View
    visible: Mask
    occluder: Mask
    cut: bool = False
    amodal: Mask | None = None
    twin: Twin | None = None
    drawn: bool = False


def _nowhere() -> BoolMask:
    return np.zeros((0, 0), np.bool_)


@dataclass(frozen=True, slots=True)
class ObjectHoleFrame(HoleFrame):
    """A picture whose ``hole`` is the hidden part of an object.

    Attributes:
        visible: ``(H, W)`` bool, the object as far as it can be seen, without what the hole takes of it.
        amodal: ``(H, W)`` bool, the whole object.
        occluder: ``(H, W)`` bool, what covers it or may cover it.
        drawn: whether the user made ``amodal``.
    """

    visible: BoolMask = field(default_factory=_nowhere)
    amodal: BoolMask = field(default_factory=_nowhere)
    occluder: BoolMask = field(default_factory=_nowhere)
    drawn: bool = False
