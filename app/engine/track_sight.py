"""What of a picture a segmenter looks at: all of it, or the part round the object, and how large.

MobileSAM takes as much less time as what it looks at is smaller. An object need not span more than some 300 of the
pixels of its square, and little beside it helps: on the tuning half's looks its masks from such a part are as good as
those from whole pictures of 1024 pixels, in a quarter of the time (``resources/benchmark/tracking.md``).
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil

import numpy as np
from numpy.typing import NDArray

from app.core.geometry import Rect

View = NDArray[np.uint8]

WHOLE_SIDE_PX = 1024
"""Of the square that a segmenter looks at."""
_SCALE = 1.4
"""Of a part of a picture at the tracker's size; pictures of 480 pixels are looked at whole at 2.13."""
_STEP_PX = 224
"""What is looked at takes as long as the next multiple of this."""
_ROOM, _LEAST_ROOM = 0.2, 0.1
"""By the object's longer side, how far it is from the edges of a part, and how far at least in one chosen ahead."""


@dataclass(frozen=True, slots=True)
class Sight:
    """A way of looking at a picture.

    Attributes:
        part: of the picture, inside it; None for all of it.
        side_px: see ``Segmenter.embed``.
    """

    part: Rect | None = None
    side_px: int | None = None

    def of(self, view: View) -> View:
        """What is seen ``(h, w, 3)`` of a picture ``(H, W, 3)``."""
        return view if self.part is None else np.ascontiguousarray(view[self.part.slices()])


USUAL = Sight()
"""The whole picture in the whole square, padding and all: what a start is worth."""
LEAN = Sight(side_px=WHOLE_SIDE_PX)
"""The whole picture without the padding."""


def sight_of(box: Rect, size: tuple[int, int]) -> Sight:
    """How to look at an object: it is in the middle of a part of the picture, as far as the picture goes.

    Args:
        box: round the object.
        size: height and width of the picture.
    """
    height, width = size
    longer = max(box.width, box.height, 1)
    room = 2 * _ROOM * longer
    across, down = (
        min(most, int(ceil((side + room) * _SCALE / _STEP_PX) * _STEP_PX / _SCALE))
        for side, most in ((box.width, width), (box.height, height))
    )
    x = min(max(box.x + (box.width - across) // 2, 0), width - across)
    y = min(max(box.y + (box.height - down) // 2, 0), height - down)
    return Sight(Rect(x, y, across, down), min(WHOLE_SIDE_PX, round(max(across, down) * _SCALE)))


def holds(sight: Sight, box: Rect, size: tuple[int, int]) -> bool:
    """Whether an object is so well inside what is seen that it can be asked about there.

    Args:
        sight: what is looked at.
        box: round the object.
        size: height and width of the picture.
    """
    part = sight.part
    if part is None:
        return True
    height, width = size
    room = round(_LEAST_ROOM * max(box.width, box.height))
    return (
        (part.x == 0 or part.x + room <= box.x)
        and (part.y == 0 or part.y + room <= box.y)
        and (part.right == width or box.right + room <= part.right)
        and (part.bottom == height or box.bottom + room <= part.bottom)
    )
