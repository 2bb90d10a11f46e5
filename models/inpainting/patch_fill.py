"""Patch-based fill of one picture (PatchMatch) and a quick diffusion for slivers (Telea)."""

from __future__ import annotations

from threading import Lock

import cv2
import numpy as np
from numpy.typing import NDArray

_PATCH_RADIUS_PX = 3
_NATIVE_LOCK = Lock()
"""The native library keeps one random seed for the whole process."""


def patch_fill(view: NDArray[np.uint8], hole: NDArray[np.bool_], *, seed: int) -> NDArray[np.uint8]:
    """Fills a hole with patches of its surroundings (Barnes et al. 2009).

    The time grows with the picture (0.3 s at 225x167, 5 s at 1009x750): pass a crop of about 128 px.

    Args:
        view: ``(H, W, 3)`` uint8.
        hole: ``(H, W)`` bool, True = fill; some pixel must be False.
        seed: of the randomised search; equal inputs give equal results.

    Returns:
        A filled copy of the view.
    """
    from patchmatch import patch_match

    if min(view.shape[:2]) <= 2 * _PATCH_RADIUS_PX + 1:
        return quick_fill(view, hole)
    with _NATIVE_LOCK:
        patch_match.set_random_seed(seed)
        filled = patch_match.inpaint(view, hole.astype(np.uint8) * 255, patch_size=_PATCH_RADIUS_PX)
    return np.asarray(filled, dtype=np.uint8)


def quick_fill(view: NDArray[np.uint8], hole: NDArray[np.bool_]) -> NDArray[np.uint8]:
    """Fills slivers by Telea's fast marching; the same contract as ``patch_fill`` without the seed."""
    filled = cv2.inpaint(np.ascontiguousarray(view), hole.astype(np.uint8), 3, cv2.INPAINT_TELEA)
    return np.asarray(filled, dtype=np.uint8)
