"""A segmenter beside the tracker: it finds the object in a box, and looks again at masks that were tracked.

The better of two masks is kept by a rule. In a box: the segmenter's, if it believes in it; else the weight-free one. On
the way: the segmenter's, if it believes in it and it is the same thing: the masks overlap by more than half and are
about as large. (Whether the object's colours speak for it where the two differ was tried as a third condition; the
tracker's own mistakes have its colours, so it refused the better masks.)
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.core.geometry import Rect
from app.core.masks import bounding_box
from app.core.prompts import Clicks
from app.engine.loader import segment_prompt
from app.engine.track_ahead import LooksAhead

View = NDArray[np.uint8]
BoolMask = NDArray[np.bool_]

BELIEVED = 0.9
"""Score from which a segmenter's mask is taken for good."""
SAME_THING = 0.55
"""Least overlap of a segmenter's mask with the tracked one."""
_LARGER = 1.6
_BOX_MARGIN = 0.03


@dataclass(frozen=True, slots=True)
class TrackSegmenter:
    """Asks a segmenter about pictures at the tracker's working size.

    Attributes:
        looks: the segmenter, and what it has looked at.
    """

    looks: LooksAhead

    def in_box(self, index: int, view: View, box_xywh: tuple[int, int, int, int], plain: BoolMask) -> BoolMask:
        """The object in a box, if the segmenter believes in what it finds there, else ``plain``.

        Args:
            index: the frame.
            view: ``(H, W, 3)`` uint8 RGB.
            box_xywh: left, top, width, height in pixels.
            plain: ``(H, W)`` bool, what was found without it.
        """
        found, score = self._ask(index, view, Clicks(box=Rect(*box_xywh)), None)
        return found if score >= BELIEVED and found.any() else plain

    def again(self, index: int, view: View, mask: BoolMask) -> BoolMask | None:
        """The object of a tracked mask, as the segmenter sees it; None where it does not believe or sees another thing.

        Args:
            index: the frame.
            view: ``(H, W, 3)`` uint8 RGB.
            mask: ``(H, W)`` bool, not empty.
        """
        box = bounding_box(mask)
        margin = round(_BOX_MARGIN * max(box.width, box.height))
        wider = Rect(box.x - margin, box.y - margin, box.width + 2 * margin, box.height + 2 * margin)
        found, score = self._ask(index, view, Clicks(box=wider), self.looks.segmenter.low_res_of(mask))
        both, either = int(np.count_nonzero(found & mask)), int(np.count_nonzero(found | mask))
        ratio = max(float(found.sum()), 1.0) / float(mask.sum())
        alike = both >= SAME_THING * either and 1 / _LARGER <= ratio <= _LARGER
        return found if score >= BELIEVED and alike else None

    def _ask(
        self, index: int, view: View, clicks: Clicks, low_res: NDArray[np.float32] | None
    ) -> tuple[BoolMask, float]:
        answer = self.looks.answer(index, view, segment_prompt(clicks, low_res))
        best = int(np.argmax(answer.scores))
        return answer.masks[best], float(answer.scores[best])
