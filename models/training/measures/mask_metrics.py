"""How well a tracked mask agrees with the truth: region overlap J and boundary accuracy F (Perazzi et al. 2016)."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

BoolMask = NDArray[np.bool_]

BOUNDARY_TOLERANCE = 0.008
"""How far off a boundary may lie, as a share of the picture's diagonal."""


@dataclass(frozen=True, slots=True)
class MaskAgreement:
    """One frame.

    Attributes:
        overlap: J, area of the intersection over area of the union; 1 where both masks are empty.
        boundary: F, harmonic mean of precision and recall of the boundaries; 1 where both masks are empty.
    """

    overlap: float
    boundary: float

    @classmethod
    def of(cls, found: BoolMask, truth: BoolMask) -> MaskAgreement:
        """Compares two ``(H, W)`` bool masks."""
        return cls(overlap(found, truth), boundary_accuracy(found, truth))


def overlap(found: BoolMask, truth: BoolMask) -> float:
    """J of two ``(H, W)`` masks."""
    together = int(np.count_nonzero(found | truth))
    return int(np.count_nonzero(found & truth)) / together if together else 1.0


def boundary_accuracy(found: BoolMask, truth: BoolMask) -> float:
    """F of two ``(H, W)`` masks, with boundaries that may lie ``BOUNDARY_TOLERANCE`` of the diagonal apart."""
    reach_px = int(np.ceil(BOUNDARY_TOLERANCE * np.hypot(*truth.shape)))
    edges = _edges(found), _edges(truth)
    counts = [int(np.count_nonzero(edge)) for edge in edges]
    if not any(counts):
        return float(np.array_equal(found, truth))
    if not all(counts):
        return 0.0
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * reach_px + 1, 2 * reach_px + 1))
    near = [cv2.dilate(edge.view(np.uint8), disc).view(np.bool_) for edge in edges]
    precision = np.count_nonzero(edges[0] & near[1]) / counts[0]
    recall = np.count_nonzero(edges[1] & near[0]) / counts[1]
    return float(2 * precision * recall / (precision + recall)) if precision + recall else 0.0


def _edges(mask: BoolMask) -> BoolMask:
    """Pixels whose right, lower or diagonal neighbour is on the other side; the picture's border is no boundary."""
    padded = np.pad(mask, ((0, 1), (0, 1)), mode="edge")
    own = padded[:-1, :-1]
    return np.asarray((own != padded[:-1, 1:]) | (own != padded[1:, :-1]) | (own != padded[1:, 1:]), np.bool_)
