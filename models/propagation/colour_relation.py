"""From RGB views to native planes and back, learnt from the picture itself.

Guesses are made in RGB but belong into the clip's planes. The engine is not told the clip's colour matrix, range or
depth and need not be: outside the hole every pixel is known in both, and the relation is affine.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from models.propagation.grid import in_window
from models.propagation.picture import BoolMask, Picture, Samples
from models.propagation.source_map import Window

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
        if not where.any():
            return
        values = np.asarray(cv2.transform(colours, self.to_planes[None, :, plane]), np.float32)
        low, high = (0.0, float(self.peak)) if where.all() else cv2.minMaxLoc(samples, (~where).view(np.uint8))[:2]
        np.clip(np.rint(values, out=values), low, high, out=values)
        np.copyto(samples, values.astype(samples.dtype), where=where)

    def view(self, planes: list[Samples], size: tuple[int, int]) -> NDArray[np.uint8]:
        """Planes of any subsampling as one RGB picture of ``size`` (width, height)."""
        stacked = stack_planes(planes, size)
        values = np.asarray(cv2.transform(stacked, self.to_view.T), np.float32)
        np.clip(np.rint(values, out=values), 0, 255, out=values)
        return values.astype(np.uint8)


def stack_planes(planes: list[Samples], size: tuple[int, int]) -> NDArray[np.float32]:
    """Planes of any subsampling as one ``(h, w, P)`` float32 array."""
    resized = [cv2.resize(p.astype(np.float32), size, interpolation=cv2.INTER_LINEAR) for p in planes]
    return np.asarray(cv2.merge(resized), np.float32).reshape(size[1], size[0], len(planes))


def _pairs(picture: Picture, clear: BoolMask) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Colours ``(N, 3)`` and samples ``(N, P)`` of the same places, from a shrunken picture."""
    height, width = clear.shape
    coarsest = max(1 << max(plane.shift_x, plane.shift_y, 0) for plane in picture.planes)
    factor = -(-int((height * width / _SAMPLES) ** 0.5) // coarsest) * coarsest
    factor = 1 if factor <= 1 or factor > min(height, width) else factor
    # Whole parts of the picture's and of each plane's size: OpenCV shrinks those ten times as fast.
    size = (width // factor, height // factor)
    part = Window(0, 0, size[0] * factor, size[1] * factor)
    view = cv2.resize(picture.view[part.slices], size, interpolation=cv2.INTER_AREA).astype(np.float64)
    planes = [
        cv2.resize(in_window(plane, part), size, interpolation=cv2.INTER_AREA).astype(np.float64)
        for plane in picture.planes
    ]
    clear = clear[part.slices]
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
