"""By how much an object's masks miss the edges of the picture, all round (ours; VOIN's figure 9).

Masks that are too large or too small by the same all round still run along the object's outline, so many pixels beside
it: of all rings round the mask the one on the outline has the strongest steps of colour across it. Steps are counted
over several frames, so that edges inside the object and in its ground, which lie elsewhere in each, average out.
"""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from models.propagation.source_map import window_of
from models.voin.picture import Mask, ObjectFrame

REACH_PX = 12
"""So far on either side of a mask's border edges are looked for."""
_ENOUGH = 0.9
"""Of the strongest ring's steps: the ring nearest to the mask's border that has so much is taken for the outline."""
_CLEARLY = 1.15
"""So many times the steps at the border and right beside it the outline's must be."""
_LEAST_STEP = 10.0
"""Weaker steps (of a Sobel filter in L*a*b* of 8 bits) are no outline's."""
_SHOWN = 0.2
"""A ring counts that has such a share of the longest ring's pixels."""
_LOOKED_AT = 12
"""Frames whose colours are looked at, at most."""
_COVER_PX = 3
"""So near a cover edges are the cover's."""
_MOST_STEP = 150.0
"""Stronger steps count as this: one window frame is not to outweigh a whole outline."""
FloatMap = NDArray[np.float32]


def missed_by(frames: Sequence[ObjectFrame]) -> int:
    """Pixels by which visible masks are too small (positive) or too large (negative) all round; 0 where they fit.

    Args:
        frames: of one shot. Those whose whole shape is given are not looked at.
    """
    shown = [frame for frame in frames if frame.amodal is None and frame.visible.any()]
    if not shown:
        return 0
    chosen = [shown[int(at)] for at in np.linspace(0, len(shown) - 1, min(_LOOKED_AT, len(shown)))]
    sums, counts = np.sum([_rings(frame) for frame in chosen], axis=0)
    return _outline(sums / np.maximum(counts, 1), counts > _SHOWN * max(counts.max(), 1))


def _outline(steps: NDArray[np.float64], there: Mask) -> int:
    """Which ring, counted from the mask's border, lies on the outline; 0 where that is not clear.

    Args:
        steps: ``(2 * REACH_PX + 1,)`` mean step of colour across each ring, the innermost first.
        there: of the same shape, which rings count.
    """
    steps = np.where(there, steps, 0.0)
    most = float(steps.max())
    strong = {int(at) - REACH_PX for at in np.flatnonzero(steps >= _ENOUGH * most)}
    by = min(strong, key=abs)
    while by + 1 in strong:  # of one edge the outer side: a mask that is too small loses more
        by += 1
    here = range(-1, 1) if by > 0 else range(-1, 2)
    near = max(float(steps[REACH_PX + at]) for at in here)
    return by if by not in here and most >= max(_CLEARLY * near, _LEAST_STEP) else 0


def _rings(frame: ObjectFrame) -> NDArray[np.float64]:
    """``(2, 2 * REACH_PX + 1)``: over each ring the sum of the steps across it, and its pixels."""
    part = window_of(frame.visible).grown(REACH_PX + 4, *frame.visible.shape).slices
    visible = frame.visible[part].astype(np.uint8)
    outside, inside = (cv2.distanceTransform(each, cv2.DIST_C, 3) for each in (1 - visible, visible))
    away = np.asarray(outside - inside, np.float32)  # 1, 2, ... outside the mask, -1, -2, ... inside
    covered = cv2.dilate(frame.occluder[part].astype(np.uint8), np.ones((2 * _COVER_PX + 1,) * 2, np.uint8)) > 0
    free = ~covered & _within(part, frame.visible.shape)
    across = _steps(frame.view[part], away)
    found = np.zeros((2, 2 * REACH_PX + 1))
    for number, by in enumerate(range(-REACH_PX, REACH_PX + 1)):
        # the border of the mask grown by so much lies between these two
        beside = (by if by > 0 else by - 1), (by + 1 if by >= 0 else by)
        ring = free & ((away == beside[0]) | (away == beside[1]))
        found[:, number] = across[ring].sum(), ring.sum()
    return found


def _within(part: tuple[slice, slice], size: tuple[int, ...]) -> Mask:
    """``(h, w)`` the part of a window that is not so near the picture's border that a mask would end there."""
    rows, columns = (np.arange(each.start, each.stop) for each in part)
    inner = [(at >= 6) & (at < most - 6) for at, most in zip((rows, columns), size, strict=True)]
    return np.asarray(inner[0][:, None] & inner[1][None, :], bool)


def _steps(view: NDArray[np.uint8], away: FloatMap) -> FloatMap:
    """``(h, w)`` how much colour changes in the direction in which ``away`` grows."""
    colours = cv2.cvtColor(cv2.GaussianBlur(view, (0, 0), 0.8), cv2.COLOR_RGB2LAB).astype(np.float32)
    smooth = cv2.GaussianBlur(away, (0, 0), 1.0)
    right, down = (cv2.Sobel(smooth, cv2.CV_32F, dx, dy) for dx, dy in ((1, 0), (0, 1)))
    length = np.hypot(right, down) + 1e-3
    change = [cv2.Sobel(colours, cv2.CV_32F, dx, dy) for dx, dy in ((1, 0), (0, 1))]
    across = change[0] * (right / length)[..., None] + change[1] * (down / length)[..., None]
    steps: FloatMap = np.linalg.norm(across, axis=-1).astype(np.float32)
    return np.minimum(steps, np.float32(_MOST_STEP))
