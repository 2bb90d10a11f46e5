"""Pixels that no frame has shown: guessed once, from the picture round them, and handed to the clip's own planes."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from models.inpainting.patch_fill import patch_fill, quick_fill
from models.propagation.picture import BoolMask, Picture, PicturePlane
from models.propagation.source_map import Window, window_of
from models.propagation.store import SourcePicture

_CROP_PX = 128
"""Patch-based filling runs on a crop of about this size (longer side of the hole's surroundings)."""
_CONTEXT_PX = 24


def guess_picture(
    picture: Picture,
    unknown: BoolMask,
    forbidden: BoolMask,
    painted: NDArray[np.uint8] | None,
    *,
    align: int,
    seed: int | None,
) -> SourcePicture:
    """Guesses the unknown pixels.

    Args:
        picture: the frame, for its planes and view.
        unknown: ``(H, W)`` bool, what to guess.
        forbidden: ``(H, W)`` bool, pixels that show the object and may not be copied from (a superset of unknown).
        painted: ``(H, W, 3)`` uint8, the view with the part of the hole that is known already filled in; None if
            nothing is.
        align: coarsest subsampling.
        seed: of the patch search; None takes the quick fill instead.

    Returns:
        A source picture whose planes hold the guess, and what was known before, wherever ``forbidden`` is.
    """
    height, width = unknown.shape
    tight = window_of(unknown)
    margin = max(_CONTEXT_PX, max(tight.width, tight.height) // 2)
    window = tight.grown(margin, height, width, align)
    rows, columns = window.slices
    base = picture.view if painted is None else painted
    view = np.ascontiguousarray(base[rows, columns])
    hole = forbidden[rows, columns] if painted is None else unknown[rows, columns]
    filled = _fill(view, hole, seed)
    return SourcePicture(window, _to_planes(picture, window, filled, forbidden[rows, columns]))


def _fill(view: NDArray[np.uint8], hole: BoolMask, seed: int | None) -> NDArray[np.uint8]:
    if hole.all():
        return np.full_like(view, 128)
    if seed is None:
        return quick_fill(view, hole)
    scale = min(1.0, _CROP_PX * 1.6 / max(view.shape[:2]))
    if scale == 1.0:
        return patch_fill(view, hole, seed=seed)
    size = (max(16, round(view.shape[1] * scale)), max(16, round(view.shape[0] * scale)))
    clean = np.where(hole[..., None], quick_fill(view, hole), view)
    small = cv2.resize(clean, size, interpolation=cv2.INTER_AREA)
    small_hole = cv2.resize(hole.astype(np.uint8), size, interpolation=cv2.INTER_AREA) > 0
    small_hole |= cv2.resize(hole.astype(np.uint8), size, interpolation=cv2.INTER_NEAREST) > 0
    if small_hole.all():
        return quick_fill(view, hole)
    done = patch_fill(np.ascontiguousarray(small), small_hole, seed=seed)
    large = cv2.resize(done, (view.shape[1], view.shape[0]), interpolation=cv2.INTER_CUBIC)
    return np.where(hole[..., None], large, view).astype(np.uint8)


def _to_planes(
    picture: Picture, window: Window, filled: NDArray[np.uint8], forbidden: BoolMask
) -> tuple[PicturePlane, ...]:
    """Writes an RGB guess into native planes.

    The engine does not know the clip's colour matrix and need not: each plane is an affine function of RGB, read off
    the crop's own background by least squares.
    """
    rows, columns = window.slices
    view = picture.view[rows, columns]
    planes = []
    for plane in picture.planes:
        top, left = window.top >> plane.shift_y, window.left >> plane.shift_x
        height = -(-window.height >> plane.shift_y)
        width = -(-window.width >> plane.shift_x)
        samples = plane.samples[top : top + height, left : left + width].copy()
        size = (width, height)
        colours = cv2.resize(view, size, interpolation=cv2.INTER_AREA).astype(np.float32)
        targets = cv2.resize(filled, size, interpolation=cv2.INTER_AREA).astype(np.float32)
        bad = cv2.resize(forbidden.astype(np.float32), size, interpolation=cv2.INTER_AREA) > 0
        affine = _affine_from_rgb(colours[~bad], samples[~bad])
        values = targets[bad] @ affine[:3] + affine[3]
        samples[bad] = np.clip(np.rint(values), 0, (1 << picture.bits) - 1).astype(samples.dtype)
        planes.append(PicturePlane(samples, plane.shift_x, plane.shift_y))
    return tuple(planes)


def _affine_from_rgb(colours: NDArray[np.float32], samples: NDArray[np.generic]) -> NDArray[np.float64]:
    """Least-squares ``(4,)`` coefficients (R, G, B, 1) -> sample, leaning to the mean where colour does not vary."""
    if not len(colours):
        return np.array([0.0, 0.0, 0.0, 0.0])
    step = max(1, len(colours) // 4000)
    known = colours[::step].astype(np.float64)
    values = samples[::step].astype(np.float64)
    centre, middle = known.mean(0), values.mean()
    spread = known - centre
    gram = spread.T @ spread + 1e-2 * len(known) * np.eye(3)
    weights = np.linalg.solve(gram, spread.T @ (values - middle))
    return np.append(weights, middle - centre @ weights)
