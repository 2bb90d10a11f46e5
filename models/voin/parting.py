"""Where what is brought along ends and a twin begins (ours; after "Graphcut Textures", Kwatra and others, 2003).

A limb that swings lies elsewhere in either. Where the one passes into the other in the middle of it, it is cut in two,
or there twice. So near what is seen the two are parted along the line on which they differ least: a limb comes from one
of them, whole.
"""

from __future__ import annotations

from typing import cast

import cv2
import numpy as np
from numpy.typing import NDArray

from models.propagation.source_map import window_of
from models.voin.picture import Mask

FloatMap = NDArray[np.float32]

_STEP = 16.0
"""Grey levels (in one channel) of difference that weigh as much as another pixel of length."""
_ELSEWHERE = 10.0
"""What it weighs, in these, if only one of the two shows the object."""
_OVERLAP_PX = 2
"""So far into what is seen the line may be drawn: along its border it must be right beside it."""


def parted(apart: FloatMap, alone: Mask, brought: Mask, shown: Mask, visible: Mask) -> Mask:
    """``(h, w)`` bool: which pixels a twin fills, the rest is brought along or seen.

    Args:
        apart: ``(h, w, 3)`` float32, a twin's colours less those that are brought along or seen, in grey levels.
        alone: ``(h, w)`` bool, where the twin shows something else than the object.
        brought: ``(h, w)`` bool, hidden places that may be brought along.
        shown: ``(h, w)`` bool, hidden places that the twin may fill.
        visible: ``(h, w)`` bool, what is seen.
    """
    one, other = visible | brought, shown | (visible & _grown(shown, _OVERLAP_PX))
    result = shown & ~brought
    part = window_of(shown & brought).grown(4 * _OVERLAP_PX, *shown.shape).slices
    if not (shown & brought).any() or not (shown & ~brought)[part].any():
        return np.asarray(result, bool)
    weight = np.where(alone[..., None], np.float32(_ELSEWHERE), np.abs(apart) / _STEP)
    weight = np.minimum(weight, np.float32(_ELSEWHERE))[part].astype(np.float32)
    finder = cv2.detail.GraphCutSeamFinder("COST_COLOR")
    pictures = [np.zeros_like(weight), weight]
    masks = [np.ascontiguousarray(each[part].astype(np.uint8) * 255) for each in (one, other)]
    # OpenCV takes plain arrays here, which its types do not say
    found = finder.find(cast("list[cv2.UMat]", pictures), [(0, 0), (0, 0)], cast("list[cv2.UMat]", masks))
    twin = np.asarray(found[1].get()) > 0
    result[part] = np.where(shown[part] & brought[part], twin, result[part])
    return np.asarray(result, bool)


def _grown(mask: Mask, by: int) -> Mask:
    return np.asarray(cv2.dilate(mask.astype(np.uint8), np.ones((2 * by + 1,) * 2, np.uint8)) > 0)
