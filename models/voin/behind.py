"""What is behind an object, as frames see it in which the object is elsewhere (ours; for the mattes of twins).

Neighbours are laid over a frame by homographies that are fitted to the flow of all that is neither the object nor its
cover. What several of them show of a place is the ground there. An object that stands still before its ground leaves
none; nothing is said then.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from models.flow.dis import DisFlow
from models.propagation.holeflow import fit_homography
from models.voin.picture import Mask, ObjectFrame, View

_REACH_FRAMES = 12
"""So far on either side ground is looked for."""
_EVERY = 3
"""Of them, one in so many is laid over the frame."""
_ROOM_PX = 5
"""So far round an object's mask nothing counts as ground: masks are seldom exact."""


@dataclass(frozen=True, slots=True)
class Ground:
    """What is behind the object of a frame.

    Attributes:
        view: ``(H, W, 3)`` uint8 RGB, the median of what neighbours show.
        known: ``(H, W)`` bool, where any of them shows it.
    """

    view: View
    known: Mask


class GroundSearch:
    """Finds the grounds of frames; steps from frame to frame are measured once."""

    def __init__(self) -> None:
        self._flow = DisFlow("fast")
        self._steps: dict[int, NDArray[np.float64] | None] = {}

    def forget_before(self, index: int) -> None:
        """Lets go of all that was measured of frames before one."""
        self._steps = {at: step for at, step in self._steps.items() if at >= index}

    def ground(self, frames: Sequence[ObjectFrame], at: int) -> Ground:
        """The ground of one of the frames.

        Args:
            frames: consecutive, of one shot.
            at: the frame's place among them.
        """
        height, width = frames[at].visible.shape
        layers, shown = [], []
        for direction in (1, -1):
            way: NDArray[np.float64] | None = np.eye(3)
            for away in range(1, _REACH_FRAMES + 1):
                other = at + direction * away
                way = self._further(way, frames, other, direction) if 0 <= other < len(frames) else None
                if way is None:
                    break
                if away % _EVERY:
                    continue
                how = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
                layers.append(cv2.warpPerspective(frames[other].view, way, (width, height), flags=how))
                free = _free(frames[other]).astype(np.uint8)
                nearest = cv2.INTER_NEAREST | cv2.WARP_INVERSE_MAP
                shown.append(cv2.warpPerspective(free, way, (width, height), flags=nearest) > 0)
        if not layers:
            return Ground(frames[at].view, np.zeros((height, width), np.bool_))
        return _middle(np.stack(layers), np.stack(shown))

    def _further(
        self, way: NDArray[np.float64] | None, frames: Sequence[ObjectFrame], other: int, direction: int
    ) -> NDArray[np.float64] | None:
        """The homography to frame ``other``, from that to the one before it on the way."""
        if way is None:
            return None
        first = other - 1 if direction > 0 else other
        index = frames[first].index
        if index not in self._steps:
            self._steps[index] = self._step(frames[first], frames[first + 1])
        step = self._steps[index]
        if step is None:
            return None
        return (step if direction > 0 else np.linalg.inv(step)) @ way

    def _step(self, here: ObjectFrame, there: ObjectFrame) -> NDArray[np.float64] | None:
        return fit_homography(self._flow.flow(here.view, there.view), _free(here))


def _free(frame: ObjectFrame) -> Mask:
    """``(H, W)`` where neither the object nor its cover is near."""
    taken = (frame.visible | frame.occluder).astype(np.uint8)
    return np.asarray(cv2.dilate(taken, np.ones((2 * _ROOM_PX + 1,) * 2, np.uint8)) == 0, bool)


def _middle(layers: NDArray[np.uint8], shown: NDArray[np.bool_]) -> Ground:
    """The median of what is shown, channel by channel."""
    known = shown.any(0)
    values = np.where(shown[..., None], layers, np.uint8(255))[:, known]
    ordered = np.sort(values, axis=0)  # what is not shown comes last
    middle = (shown[:, known].sum(0) - 1) // 2
    view = np.zeros(layers.shape[1:], np.uint8)
    view[known] = np.take_along_axis(ordered, middle[None, :, None], axis=0)[0]
    return Ground(view, np.asarray(known, bool))
