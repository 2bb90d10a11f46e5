"""What a tracker knows of the object's look, and a second opinion on where it is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import cv2
import numpy as np
from numpy.typing import NDArray

from models.tracking.appearance import ColorModel
from models.tracking.templates import Templates

FloatMap = NDArray[np.float32]
BoolMask = NDArray[np.bool_]
View = NDArray[np.uint8]

_AGREEING_ODDS = np.float32(4.0)


class Opinion(Protocol):
    """A second opinion on where the object is; ``models.tracking.opinion`` has one."""

    def start(self) -> None:
        """Forgets everything."""
        ...

    def anchor(self, view: View, answer: FloatMap) -> None:
        """Takes a picture and the object's mask ``(H, W)``, 0 to 1, that the user gave."""
        ...

    def look(self, view: View, carried: FloatMap, color: ColorModel) -> tuple[FloatMap, float]:
        """``(H, W)`` log odds that a pixel is the object, and how sure it is that the object is there, 0 to 1."""
        ...

    def remember(self, answer: FloatMap, presence: float) -> None:
        """Takes the answer ``(H, W)`` to the picture last looked at, and how sure it is."""
        ...


@dataclass(frozen=True, slots=True)
class ObjectLook:
    """A ``Look`` (``models.tracking.protocol``) of a picture.

    Attributes:
        templates: of the object.
        lab: ``(H, W, 3)`` of the working picture.
        size: width and height of the picture that masks and boxes are said in.
        seen_by: says how much a second opinion agrees with a mask of the working picture; None for none.
    """

    templates: Templates
    lab: View
    size: tuple[int, int]
    seen_by: Callable[[BoolMask], float] | None = None

    def likeness(self, mask: BoolMask) -> float:
        """See ``Look``."""
        return self.templates.likeness(self.lab[self._at_work(mask)])

    def agreement(self, mask: BoolMask) -> float | None:
        """See ``Look``."""
        small = self._at_work(mask)
        return None if self.seen_by is None or not small.any() else self.seen_by(small)

    def _at_work(self, mask: BoolMask) -> BoolMask:
        """A mask at the working picture's size."""
        if mask.shape == self.lab.shape[:2]:
            return mask
        size = self.lab.shape[1], self.lab.shape[0]
        return np.asarray(cv2.resize(mask.view(np.uint8), size, interpolation=cv2.INTER_NEAREST) > 0)

    def places(self) -> list[tuple[int, int, int, int]]:
        """See ``Look``."""
        across, down = self.size[0] / self.lab.shape[1], self.size[1] / self.lab.shape[0]
        boxes = [place.box for place in self.templates.places(self.lab)]
        return [(round(x * across), round(y * down), round(w * across), round(h * down)) for x, y, w, h in boxes]


def agreement_of(witness: Opinion, view: View, mask: BoolMask, color: ColorModel) -> float:
    """How much an opinion takes a mask ``(H, W)``, not empty, for the object, -1 to 1: 0 where it cannot tell."""
    odds, _ = witness.look(view, mask.astype(np.float32), color)
    return float(np.tanh(odds[mask] / _AGREEING_ODDS).mean())
