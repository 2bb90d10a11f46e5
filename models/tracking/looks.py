"""What a tracker knows of the object's look, and a second opinion on where it is."""

from __future__ import annotations

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
    """

    templates: Templates
    lab: View
    size: tuple[int, int]

    def likeness(self, mask: BoolMask) -> float:
        """See ``Look``."""
        return self.templates.likeness(self.lab[self._at_work(mask)])

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
