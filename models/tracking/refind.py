"""Looks for an object that was lost: by its colours and what stands out from the background, and by its templates."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import cv2
import numpy as np
from numpy.typing import NDArray

from models.flow.protocol import FlowEstimator
from models.tracking.appearance import ColorModel
from models.tracking.consensus import Beside, background_votes, zone
from models.tracking.cut import contrast_weights, cut
from models.tracking.templates import Templates

FloatMap = NDArray[np.float32]

_SIZE_LIMITS = (0.25, 3.0)
"""Something much smaller or larger than the object was is not it."""
_ALIKE = 0.6
"""Least likeness of colours (Bhattacharyya coefficient) for a find."""
_REACH_SHARE = 0.15
_REACH_PER_FRAME = 0.02
"""How far off a find may be, as shares of the picture's diagonal: at once, and more for every frame it is gone."""
_ITERATIONS = 40
_FITS = 0.7
"""Correlation with a template from which a place is taken for the object's."""
_ALIKE_IN_TEMPLATE = 0.75
_FITS_AFTER_CUT, _ALIKE_AFTER_CUT = 0.8, 0.85
"""The same in another shot, in which it need not be at all."""
_NEAR_PX = 6


@dataclass(frozen=True, slots=True)
class Lost:
    """What is known of a lost object.

    Attributes:
        x, y: middle of its last place, pixels of the working picture.
        area_px: its usual area there.
        frames: for how many pictures it has been gone.
        cut: whether a cut lies between: nothing is known of its place, and only its pattern tells it.
    """

    x: float
    y: float
    area_px: float
    frames: int = 0
    cut: bool = False

    @classmethod
    def since(cls, answer: FloatMap, usual_px: float) -> Self:
        """Lost after a picture with this answer ``(H, W)``."""
        rows, columns = np.nonzero(answer > 0.5)
        if not len(rows):
            return cls(answer.shape[1] / 2, answer.shape[0] / 2, usual_px)
        return cls(float(columns.mean()), float(rows.mean()), usual_px)


def find_again(
    lost: Lost,
    color: ColorModel,
    templates: Templates,
    here: Beside,
    others: Sequence[Beside],
    estimator: FlowEstimator,
) -> tuple[FloatMap, float]:
    """Looks for the object in a whole picture.

    Returns:
        The answer ``(H, W)``, 0 to 1, and how sure it is; below 0.5 it was not found.
    """
    height, width = here.lab.shape[:2]
    nothing = np.zeros((height, width), np.float32)
    if lost.cut:
        return _fitting(color, templates, here, _FITS_AFTER_CUT, _ALIKE_AFTER_CUT) or (nothing, 0.0)
    evidence = 0.7 * np.clip(color.log_ratio(here.lab), -4, 4) - 0.5
    if others:
        whole = (slice(0, height), slice(0, width))
        votes_for, votes = background_votes(here, others, np.zeros((height, width), np.bool_), whole, estimator)
        evidence += 2.0 * np.clip((0.45 - votes_for) / 0.3, -1, 1) * np.minimum(votes / 3, 1)
    shape = cut(evidence.astype(np.float32), contrast_weights(here.lab, 1.5), None, _ITERATIONS)
    count, labels, stats, middles = cv2.connectedComponentsWithStats((shape > 0.5).astype(np.uint8), connectivity=8)
    reach = np.hypot(height, width) * (_REACH_SHARE + _REACH_PER_FRAME * lost.frames)
    best, best_score = 0, 0.0
    for label in range(1, count):
        area = stats[label, cv2.CC_STAT_AREA]
        away = float(np.hypot(middles[label, 0] - lost.x, middles[label, 1] - lost.y))
        if not _SIZE_LIMITS[0] <= area / max(lost.area_px, 1.0) <= _SIZE_LIMITS[1] or away > reach:
            continue
        score = color.likeness(here.lab[labels == label]) * (1 - 0.3 * away / reach)
        if score > best_score:
            best, best_score = label, score
    if best_score >= _ALIKE:
        return np.where(labels == best, shape, np.float32(0)), best_score
    fitting = _fitting(color, templates, here)
    return (nothing, 0.5 * best_score) if fitting is None else fitting


def _fitting(
    color: ColorModel, templates: Templates, here: Beside, fits: float = _FITS, alike: float = _ALIKE_IN_TEMPLATE
) -> tuple[FloatMap, float] | None:
    """The object where a template of it fits, anywhere in the picture, and how sure that is; None where none does.

    Its colours need not tell it from the background for this; its pattern has to be there.
    """
    for place in templates.places(here.lab, 1):
        if place.score < fits:
            continue
        left, top, width, height = place.box
        known = np.zeros(here.lab.shape[:2], np.float32)
        part = known[top : top + height, left : left + width]
        part[:] = place.shape[: part.shape[0], : part.shape[1]]
        near = zone(known > 0.5, _NEAR_PX)
        evidence = 0.5 * np.clip(color.log_ratio(here.lab), -2, 2) + 1.5 * (2 * known - 1)
        shape = cut(
            np.where(near, evidence, -12).astype(np.float32), contrast_weights(here.lab, 1.5), known, _ITERATIONS
        )
        likeness = templates.likeness(here.lab[shape > 0.5])
        if likeness >= alike:
            return shape, likeness
    return None
