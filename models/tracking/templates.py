"""What an object looked like where its mask was sure: to judge masks by, and to find it again where it was lost."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from models.tracking.appearance import Lab, color_histogram, histogram_likeness

FloatMap = NDArray[np.float32]
BoolMask = NDArray[np.bool_]

SEARCH_LONG_SIDE_PX = 240
"""Templates are compared in a picture of this size: enough to tell things apart, and fast."""
_SIZES = (0.75, 1.0, 1.33)
"""How much larger than it was last an object is looked for."""
_SMALLEST_SIDE_PX = 6
"""Of a template: a smaller one is found everywhere."""
_MOST_ANCHORS = 4
_SAME_PLACE = 0.5
"""Overlap of two boxes from which the one that fits less is left out."""


@dataclass(frozen=True, slots=True)
class Template:
    """An object in one picture.

    Attributes:
        lab: ``(h, w, 3)`` float32, the box round it.
        shape: ``(h, w)`` float32, 0 or 1, the object in it.
        area_px: of the object.
    """

    lab: FloatMap
    shape: FloatMap
    area_px: float


@dataclass(frozen=True, slots=True)
class Place:
    """Where a picture looks as the object did.

    Attributes:
        box: left, top, width, height in pixels of the picture.
        score: how well a template fits there: normalised correlation over the object's shape, -1 to 1.
        shape: ``(height, width)`` bool, the template's shape at the box's size.
    """

    box: tuple[int, int, int, int]
    score: float
    shape: BoolMask


class Templates:
    """Templates of one object: those of its anchors, kept for good, and the last one that was sure."""

    def __init__(self) -> None:
        self._anchors: list[Template] = []
        self._last: Template | None = None
        self._colors: list[FloatMap] = []

    def anchor(self, lab: Lab, answer: FloatMap) -> None:
        """Takes a picture ``(H, W, 3)`` and the object's mask ``(H, W)``, 0 to 1, that the user gave; not empty."""
        template = _cut_out(lab, answer)
        self._anchors = [*self._anchors, template][-_MOST_ANCHORS:]
        self._colors = [*self._colors, color_histogram(lab[answer > 0.5])][-_MOST_ANCHORS:]
        self._last = template

    def remember(self, lab: Lab, answer: FloatMap) -> None:
        """Takes a picture and the object's mask ``(H, W)``, 0 to 1, that is surely right; not empty."""
        self._last = _cut_out(lab, answer)

    def likeness(self, colors: Lab) -> float:
        """How much a set of colours ``(N, 3)`` is like the object's in the anchor most like it, 0 to 1."""
        if not len(colors) or not self._colors:
            return 0.0
        found = color_histogram(colors)
        return max(histogram_likeness(found, known) for known in self._colors)

    def places(self, lab: Lab, count: int = 3) -> list[Place]:
        """Where in a picture ``(H, W, 3)`` the object may be, the likeliest first; at most ``count``."""
        if self._last is None:
            return []
        shrink = min(1.0, SEARCH_LONG_SIDE_PX / max(lab.shape[:2]))
        size = max(1, round(lab.shape[1] * shrink)), max(1, round(lab.shape[0] * shrink))
        small = np.asarray(cv2.resize(lab, size, interpolation=cv2.INTER_AREA), np.float32)
        nearest = min(self._anchors, key=lambda each: abs(np.log(each.area_px / self._last_px)))
        known = [self._last] if nearest is self._last else [self._last, nearest]
        found: list[Place] = []
        for template in known:
            same = float(np.sqrt(self._last_px / template.area_px))
            for larger in _SIZES:
                found += _best_fits(small, template, shrink * same * larger, shrink, count)
        found.sort(key=lambda place: -place.score)
        apart: list[Place] = []
        for place in found:
            if all(_overlap(place.box, other.box) < _SAME_PLACE for other in apart):
                apart.append(place)
        return apart[:count]

    @property
    def _last_px(self) -> float:
        assert self._last is not None
        return self._last.area_px


def _cut_out(lab: Lab, answer: FloatMap) -> Template:
    inside = (answer > 0.5).astype(np.uint8)
    left, top, width, height = cv2.boundingRect(inside)
    box = slice(top, top + height), slice(left, left + width)
    return Template(lab[box].astype(np.float32), inside[box].astype(np.float32), float(inside.sum()))


def _best_fits(small: FloatMap, template: Template, scale: float, shrink: float, count: int) -> list[Place]:
    """The ``count`` best places of a template shrunk by ``scale`` in a picture shrunk by ``shrink``."""
    height, width = (round(side * scale) for side in template.shape.shape)
    if min(height, width) < _SMALLEST_SIDE_PX or height > small.shape[0] or width > small.shape[1]:
        return []
    size = width, height
    lab = np.asarray(cv2.resize(template.lab, size, interpolation=cv2.INTER_AREA), np.float32)
    shape = np.asarray(cv2.resize(template.shape, size, interpolation=cv2.INTER_AREA) > 0.5, np.float32)
    if shape.sum() < _SMALLEST_SIDE_PX**2 / 2:
        return []
    fit = cv2.matchTemplate(small, lab, cv2.TM_CCOEFF_NORMED, mask=np.repeat(shape[..., None], 3, axis=2))
    fit = np.nan_to_num(np.asarray(fit, np.float32), nan=-1.0, posinf=-1.0, neginf=-1.0)
    fit[np.abs(fit) > 1.01] = -1.0  # a flat patch: nothing to correlate with
    places = []
    for _ in range(count):
        _, score, _, (x, y) = cv2.minMaxLoc(fit)
        box = round(x / shrink), round(y / shrink), round(width / shrink), round(height / shrink)
        whole = cv2.resize(template.shape, box[2:], interpolation=cv2.INTER_LINEAR) > 0.5
        places.append(Place(box, float(score), np.asarray(whole)))
        fit[max(0, y - height // 2) : y + height // 2 + 1, max(0, x - width // 2) : x + width // 2 + 1] = -1.0
    return places


def _overlap(one: tuple[int, int, int, int], other: tuple[int, int, int, int]) -> float:
    """Intersection over union of two boxes."""
    across = min(one[0] + one[2], other[0] + other[2]) - max(one[0], other[0])
    down = min(one[1] + one[3], other[1] + other[3]) - max(one[1], other[1])
    both = max(0, across) * max(0, down)
    return both / (one[2] * one[3] + other[2] * other[3] - both)
