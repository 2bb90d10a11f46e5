"""A segmenter beside the tracker: it finds the object in a box, and looks again at masks that were tracked.

The better of two masks is kept by a rule. In a box: the segmenter's, if it believes in it, with a part that it finds
only when it is shown the weight-free mask as well; else that one. On the way: the segmenter's, if it believes in it and
it is the same thing: the masks overlap by more than half, are about as large, and its colours are hardly less like the
object's where the user showed it; or if they are more like those, which tells that the tracker's mask has slipped. (On
the tuning half's clips J at a look rises by 0.026 by the first two conditions alone, by 0.035 with the colours, and by
0.047 if one always knew the better.)
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from app.core.geometry import Rect
from app.core.masks import bounding_box
from app.core.prompts import Clicks
from app.engine.loader import segment_prompt
from app.engine.track_ahead import LooksAhead
from app.engine.track_sight import LEAN, USUAL, Sight, holds, sight_of

if TYPE_CHECKING:
    from models.tracking.protocol import Look, TrackedMask

View = NDArray[np.uint8]
BoolMask = NDArray[np.bool_]

BELIEVED = 0.9
"""Score from which a segmenter's mask is taken for good."""
SAME_THING = 0.55
"""Least overlap of a segmenter's mask with the tracked one."""
_PART_MISSING = 0.85, 0.95
"""Overlap of two masks in a box of which one lacks a part; above neither does, below one of them is something else."""
_LARGER = 1.6
_LESS_LIKE = 0.03
_MORE_LIKE = 0.03
"""How much less like the object's own colours, or more, a mask is that is refused, or taken although it differs."""
_SURE = 0.95
_TOUCHING = 0.3
_RESIZED = 8.0
_BOX_MARGIN = 0.03
_SPECK_SHARE = 0.3
"""A piece of which less was in the tracked mask is none of the object's."""


@dataclass(frozen=True, slots=True)
class TrackSegmenter:
    """Asks a segmenter about pictures at the tracker's working size.

    Attributes:
        looks: the segmenter, and what it has looked at.
    """

    looks: LooksAhead

    @property
    def spares(self) -> bool:
        """Whether it takes less time for less of a picture."""
        return self.looks.segmenter.name == "mobile-sam"

    def wide(self) -> Sight:
        """How it looks at whole pictures on the way."""
        return LEAN if self.spares else USUAL

    def close(self, box: Rect, size: tuple[int, int]) -> Sight:
        """How it looks at an object in a box, in a picture of a height and width."""
        return sight_of(box, size) if self.spares else USUAL

    def in_box(self, index: int, view: View, box_xywh: tuple[int, int, int, int], plain: BoolMask) -> BoolMask:
        """The object in a box, if the segmenter believes in what it finds there, else ``plain``.

        Asked again with ``plain`` as a rough mask, it may find a part that it left out before: a head, a board. Where
        the two masks are the same thing but for such a part, both count: what is left out here is left out all the way.

        Args:
            index: the frame.
            view: ``(H, W, 3)`` uint8 RGB.
            box_xywh: left, top, width, height in pixels.
            plain: ``(H, W)`` bool, what was found without it.
        """
        box = Clicks(box=Rect(*box_xywh))
        found, score = self._ask(index, view, box, None, USUAL)
        if score < BELIEVED or not found.any():
            return plain
        if not plain.any():
            return found
        other, score = self._ask(index, view, box, self.looks.segmenter.low_res_of(plain), USUAL)
        overlap = np.count_nonzero(found & other) / np.count_nonzero(found | other)
        return found | other if score >= BELIEVED and _PART_MISSING[0] <= overlap < _PART_MISSING[1] else found

    def again(self, index: int, view: View, answer: TrackedMask, sight: Sight | None = None) -> BoolMask | None:
        """The object of a tracked mask, as the segmenter sees it; None where the tracked one is the better.

        Args:
            index: the frame.
            view: ``(H, W, 3)`` uint8 RGB.
            answer: the tracker's, its mask not empty.
            sight: how the picture was looked at ahead; it is looked at anew if the object is not well inside.
        """
        mask = answer.mask
        box, size = bounding_box(mask), (view.shape[0], view.shape[1])
        if sight is None or not holds(sight, box, size):
            sight = self.close(box, size)
        found, score = self._asked_again(index, view, mask, sight)
        found = without_specks(found, mask)
        if score < BELIEVED or not found.any():
            return None
        overlap = np.count_nonzero(found & mask) / np.count_nonzero(found | mask)
        gain = 0.0 if answer.look is None else answer.look.likeness(found) - answer.look.likeness(mask)
        alike = overlap >= SAME_THING and 1 / _LARGER <= found.sum() / mask.sum() <= _LARGER and gain >= -_LESS_LIKE
        righter = score >= _SURE and overlap >= _TOUCHING and gain >= _MORE_LIKE
        return found if alike or righter else None

    def _asked_again(self, index: int, view: View, mask: BoolMask, sight: Sight) -> tuple[BoolMask, float]:
        """What a segmenter takes a mask for where it looks, and how sure it is."""
        part = sight.part or Rect(0, 0, view.shape[1], view.shape[0])
        box = bounding_box(mask).within(part)
        margin = round(_BOX_MARGIN * max(box.width, box.height))
        wider = Rect(box.x - margin, box.y - margin, box.width + 2 * margin, box.height + 2 * margin)
        low_res = self.looks.segmenter.low_res_of(mask[part.slices()])
        found, score = self._ask(index, view, Clicks(box=wider), low_res, sight)
        whole = np.zeros_like(mask)
        whole[part.slices()] = found
        return whole, score

    def elsewhere(self, index: int, view: View, look: Look, *, least: float) -> BoolMask | None:
        """The object where its templates fit; None where the segmenter, or its colours, do not bear them out.

        Args:
            index: the frame.
            view: ``(H, W, 3)`` uint8 RGB.
            look: what the tracker knows of the object.
            least: likeness to the object that a mask needs.
        """
        best, best_likeness = None, least
        for left, top, width, height in look.places():
            found, score = self._ask(index, view, Clicks(box=Rect(left, top, width, height)), None, self.wide())
            if score < _SURE or not 1 / _RESIZED <= found.sum() / (width * height) <= 1.0:
                continue
            likeness = look.likeness(found)
            if likeness >= best_likeness:
                best, best_likeness = found, likeness
        return best

    def _ask(
        self, index: int, view: View, clicks: Clicks, low_res: NDArray[np.float32] | None, sight: Sight
    ) -> tuple[BoolMask, float]:
        answer = self.looks.answer(index, view, segment_prompt(clicks, low_res), sight)
        best = int(np.argmax(answer.scores))
        return answer.masks[best], float(answer.scores[best])


def without_specks(found: BoolMask, known: BoolMask) -> BoolMask:
    """A segmenter's mask without the pieces that have little to do with the mask it was asked about.

    Args:
        found: ``(H, W)`` bool.
        known: ``(H, W)`` bool.
    """
    import cv2

    count, labels = cv2.connectedComponents(found.view(np.uint8), connectivity=8)
    if count <= 2:
        return found
    areas = np.bincount(labels.ravel(), minlength=count)
    shared = np.bincount(labels[known], minlength=count)
    keep = shared > _SPECK_SHARE * areas
    keep[0] = False
    return np.asarray(keep[labels])
