"""From RGB views to native planes and back, learnt from the picture itself.

Guesses are made in RGB but belong into the clip's planes. The engine is not told the clip's colour matrix, range or
depth and need not be: outside the hole every pixel is known in both, and the relation is affine.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from models.propagation.picture import BoolMask, Picture, Samples

_SAMPLES = 6000
_RIDGE = 0.5
"""Variance (in squared 8-bit levels) below which a direction of colour counts as noise: grey pictures have no chroma
to learn from, and must not invent any."""


@dataclass(frozen=True, slots=True)
class ColourRelation:
    """The two affine maps.

    Attributes:
        to_planes: ``(4, P)`` float64, (R, G, B, 1) to one sample of each plane.
        to_view: ``(P + 1, 3)`` float64, (samples, 1) to R, G, B.
        peak: largest sample value.
    """

    to_planes: NDArray[np.float64]
    to_view: NDArray[np.float64]
    peak: int

    @staticmethod
    def of(picture: Picture, clear: BoolMask) -> ColourRelation:
        """Learns from the pixels of a picture that are ``clear`` ``(H, W)``."""
        colours, samples = _pairs(picture, clear)
        scale = 255.0 / ((1 << picture.bits) - 1)
        to_planes = _affine(colours, samples)
        to_view = _affine(samples * scale, colours)
        to_view[:-1] *= scale
        return ColourRelation(to_planes, to_view, (1 << picture.bits) - 1)

    def paint(self, plane: int, samples: Samples, where: BoolMask, colours: NDArray[np.float32]) -> None:
        """Writes RGB colours ``(h, w, 3)``, already on the plane's grid, into its samples where ``where`` is."""
        values = colours[where] @ self.to_planes[:3, plane] + self.to_planes[3, plane]
        known = samples[~where]
        low, high = (int(known.min()), int(known.max())) if len(known) else (0, self.peak)
        samples[where] = np.clip(np.rint(values), low, high).astype(samples.dtype)

    def view(self, planes: list[Samples], size: tuple[int, int]) -> NDArray[np.uint8]:
        """Planes of any subsampling as one RGB picture of ``size`` (width, height)."""
        stacked = stack_planes(planes, size)
        # As one long list of samples: numpy multiplies a picture row by row, which takes six times as long.
        values = stacked.reshape(-1, stacked.shape[2]) @ self.to_view[:-1]
        for channel, constant in enumerate(self.to_view[-1]):
            values[:, channel] += constant
        np.clip(np.rint(values, out=values), 0, 255, out=values)
        return values.astype(np.uint8).reshape(*stacked.shape[:2], 3)


def stack_planes(planes: list[Samples], size: tuple[int, int]) -> NDArray[np.float32]:
    """Planes of any subsampling as one ``(h, w, P)`` float32 array."""
    return np.stack([cv2.resize(p.astype(np.float32), size, interpolation=cv2.INTER_LINEAR) for p in planes], -1)


def _pairs(picture: Picture, clear: BoolMask) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Colours ``(N, 3)`` and samples ``(N, P)`` of the same places, from a shrunken picture."""
    height, width = clear.shape
    factor = min(1.0, (_SAMPLES / (height * width)) ** 0.5)
    size = (max(2, round(width * factor)), max(2, round(height * factor)))
    view = cv2.resize(picture.view, size, interpolation=cv2.INTER_AREA).astype(np.float64)
    planes = [cv2.resize(p.samples, size, interpolation=cv2.INTER_AREA).astype(np.float64) for p in picture.planes]
    known = cv2.resize(clear.astype(np.float32), size, interpolation=cv2.INTER_AREA) > 0.999
    if not known.any():
        known[:] = True
    return view[known], np.stack(planes, -1)[known]


def _affine(inputs: NDArray[np.float64], outputs: NDArray[np.float64]) -> NDArray[np.float64]:
    """Least squares with a constant, leaning to the mean in directions in which the inputs hardly vary."""
    centre, middle = inputs.mean(0), outputs.mean(0)
    spread = inputs - centre
    gram = spread.T @ spread + _RIDGE * len(inputs) * np.eye(inputs.shape[1])
    weights = np.linalg.solve(gram, spread.T @ (outputs - middle))
    return np.vstack([weights, middle - centre @ weights])
