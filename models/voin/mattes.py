"""How much of each pixel at an object's border is the object, and what colour that is (ours; after sampling mattes).

A limb that is taken from another frame brings a rim of that frame's ground along: masks are not exact, and at the
border colours are mixed. For each pixel near the border pairs of a colour of the object and one of the ground are
tried, and the pair that explains the pixel best tells its alpha (Wang and Cohen, "Optimized Color Sampling for Robust
Matting", 2007). Colours of the object are those of its nearest sure pixels in several directions; those of the ground
likewise, and what other frames show of that very place (``behind.py``), which is the better witness where object and
ground are alike in colour. Best of all it tells by its pattern: where the picture goes up and down as the ground does,
it is the ground, whatever the mask says of it.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from models.propagation.pullpush import pull_push
from models.propagation.source_map import window_of
from models.voin.behind import Ground
from models.voin.picture import Mask, View

FloatMap = NDArray[np.float32]

BAND_SHARE = 0.03
"""Of the object's longer side: so far from the mask's border alpha is looked for."""
_LEAST_BAND_PX = 3
_SURE_SHARE = 0.6
"""Of a limb's half width near by: pixels farther inside are surely the object."""
_DIRECTIONS = 8
_NOISE = 60.0
"""Squared colour distance at which a pair explains a pixel badly."""
_ALIKE = 300.0
"""Squared distance of a pair's colours below which it cannot tell them apart."""
_ELSEWHERE = 40.0
"""What it costs a pair, in squared colour distance, if its ground is from beside and not from that very place."""
_SOLID = 0.95
_CLEARLY = 4.0
_SMOOTH_PX = 1.2
_PATTERN_PX = 3.0
"""Standard deviation of the surroundings in which the picture is compared with the ground."""
_PATTERN_NOISE = 100.0
"""Squared grey levels (of three channels) by which patterns must vary to be told from noise."""
_FOLLOWS = (0.4, 0.8)
"""Correlation up to which a place does not show the ground's pattern, and from which it does."""
_WORD = 240.0
"""What the pattern's word costs a pair that says otherwise, in squared colour distance."""


@dataclass(frozen=True, slots=True)
class Matte:
    """An object cut out of its frame.

    Attributes:
        view: ``(H, W, 3)`` uint8 RGB, the frame with the object's own colours where ``alpha`` is between 0 and 1, and
            where it is 0 near the border.
        alpha: ``(H, W)`` uint8, 255 = the object.
        told: ``(H, W)`` bool, where that was looked for: in the mask, and near what is the object.
    """

    view: View
    alpha: NDArray[np.uint8]
    told: Mask


def band_px(visible: Mask) -> int:
    """Half the width of the band round a mask's border in which alpha is looked for."""
    window = window_of(visible)
    return max(_LEAST_BAND_PX, round(BAND_SHARE * max(window.width, window.height)))


def matte_of(view: View, visible: Mask, blocked: Mask, ground: Ground) -> Matte:
    """Cuts an object out.

    Args:
        view: ``(H, W, 3)`` uint8 RGB.
        visible: ``(H, W)`` bool, its mask.
        blocked: ``(H, W)`` bool, what covers it: beside that the mask's border is not the object's, and stays.
        ground: what is behind it.
    """
    alpha, clean = visible.astype(np.uint8) * np.uint8(255), view.copy()
    band = band_px(visible)
    window = window_of(visible).grown(4 * band, *visible.shape)
    if not visible.any():
        return Matte(clean, alpha, visible)
    part = window.slices
    behind = Ground(ground.view[part], ground.known[part])
    found = _Border(view[part], visible[part], blocked[part], band, behind).alpha()
    alpha[part] = np.rint(found * 255).astype(np.uint8)
    colours = view[part].astype(np.float32)
    solid = (found >= _SOLID) & visible[part]
    inner = cv2.erode(solid.astype(np.uint8), np.ones((3, 3), np.uint8))
    continued = pull_push(colours, inner.astype(np.float32))
    clean[part] = np.where(solid[..., None], view[part], np.rint(continued).clip(0, 255)).astype(np.uint8)
    near = cv2.dilate((alpha > 127).astype(np.uint8), np.ones((2 * band + 1,) * 2, np.uint8)) > 0
    return Matte(clean, alpha, np.asarray(near | visible, bool))


class _Border:
    """A mask's border in a window.

    Args:
        view: ``(h, w, 3)`` uint8.
        visible, blocked: ``(h, w)``.
        band: see ``band_px``.
    """

    def __init__(self, view: View, visible: Mask, blocked: Mask, band: int, ground: Ground) -> None:
        self._colours = view.astype(np.float32)
        self._visible = visible
        inside = _distance(visible | blocked)
        outside = _distance(~visible)
        near = cv2.dilate(inside, np.ones((2 * band + 1,) * 2, np.uint8))
        self._ground = ~visible & ~blocked & (outside > band / 2)
        apart, self._usual = _unlike(self._colours, ground, self._ground, band)
        self._follows, self._told = _pattern(self._colours, ground)
        unlike = ~ground.known | ((apart > _CLEARLY * self._usual) & (self._follows * self._told < 0.5))
        deep = inside >= np.where(ground.known, 2 * band, band)
        self._object = visible & (deep | ((inside >= _SURE_SHARE * near) & unlike))
        self._open = ~self._object & (outside <= band / 2) & ~blocked & ~deep
        self._band = band
        self._plate = ground

    def alpha(self) -> FloatMap:
        """``(h, w)`` 0 to 1."""
        own, ground = self._visible.astype(np.float32), self._plate
        if not self._open.any() or not self._object.any() or not self._ground.any():
            return own
        pixels = self._colours[self._open]
        fronts = self._samples(self._object)
        ones = np.ones(len(pixels), np.float32)
        backs = [(each, _ELSEWHERE * ones, ones) for each in self._samples(self._ground)]
        scale = _NOISE / self._usual[self._open]
        backs += [(each, cost, scale) for each, cost in _of_the_place(ground, self._open)]
        best = np.full((2, len(pixels)), np.inf, np.float32)  # mostly ground, mostly object
        alpha = np.stack([np.zeros(len(pixels), np.float32), np.ones(len(pixels), np.float32)])
        for front in fronts:
            for back, cost, scale in backs:
                direction = front - back
                length = np.square(direction).sum(-1)
                share = np.clip(((pixels - back) * direction).sum(-1) / np.maximum(length, 1.0), 0, 1)
                missed = np.square(pixels - back - share[:, None] * direction).sum(-1) * scale
                # an alpha between 0 and 1 explains more colours: it needs a reason
                missed += cost * (1 - share) + 4 * _ELSEWHERE * share * (1 - share)
                half = share >= 0.5
                for side, here in enumerate((~half, half)):
                    better = here & (missed < best[side])
                    best[side], alpha[side] = np.where(better, missed, best[side]), np.where(better, share, alpha[side])
        word = _WORD * self._told[self._open]
        best[0] += word * (1 - self._follows[self._open])
        best[1] += word * self._follows[self._open]
        chosen = np.where(best[1] <= best[0], alpha[1], alpha[0])
        least, most = best.min(0), best.max(0)
        trust = 1 - np.exp(-(most - least) / (least + _NOISE))
        return self._settled(chosen.astype(np.float32), trust.astype(np.float32))

    def _settled(self, alpha: FloatMap, trust: FloatMap) -> FloatMap:
        """Alpha of the whole window: neighbours agree, and where colours do not tell the mask does."""
        values, weight = self._visible.astype(np.float32), np.full(self._visible.shape, 0.5, np.float32)
        prior = cv2.GaussianBlur(values, (0, 0), 1.0)
        prior += self._told * (1 - self._follows - prior)
        values[self._open] = trust * alpha + (1 - trust) * prior[self._open]
        weight[self._open] = 0.05 + trust
        near = cv2.GaussianBlur(values * weight, (0, 0), _SMOOTH_PX) / cv2.GaussianBlur(weight, (0, 0), _SMOOTH_PX)
        edge = np.clip((near - 0.5) * 1.6 + 0.5, 0, 1)
        edge = cv2.medianBlur(np.rint(edge * 255).astype(np.uint8), 5).astype(np.float32) / 255
        edge = cv2.GaussianBlur(edge, (0, 0), 0.7)
        return _without_holes(np.where(self._open, edge, self._visible).astype(np.float32), self._band)

    def _samples(self, region: Mask) -> list[FloatMap]:
        """Colours of the region's pixels nearest to each open one, and to places round it; ``(N, 3)`` each."""
        _, labels = cv2.distanceTransformWithLabels(
            (~region).astype(np.uint8), cv2.DIST_L2, 5, labelType=cv2.DIST_LABEL_PIXEL
        )
        by_label = np.zeros((int(labels.max()) + 1, 3), np.float32)
        by_label[labels[region]] = self._colours[region]
        rows, columns = np.nonzero(self._open)
        height, width = region.shape
        found = []
        for reach in (0.0, 1.5, 3.0):
            for turn in range(_DIRECTIONS if reach else 1):
                angle = 2 * np.pi * (turn + reach) / _DIRECTIONS
                down, right = round(reach * self._band * np.sin(angle)), round(reach * self._band * np.cos(angle))
                place = labels[np.clip(rows + down, 0, height - 1), np.clip(columns + right, 0, width - 1)]
                found.append(by_label[place])
        return found


def _without_holes(alpha: FloatMap, band: int) -> FloatMap:
    """The same without small holes amid the object: there it only looks like the ground."""
    gaps = (alpha < _SOLID).astype(np.uint8)
    count, labels, facts, _ = cv2.connectedComponentsWithStats(gaps, connectivity=4)
    small = [label for label in range(1, count) if facts[label, cv2.CC_STAT_AREA] <= band**2]
    return np.where(np.isin(labels, small), np.float32(1), alpha)


def _pattern(colours: FloatMap, ground: Ground) -> tuple[FloatMap, FloatMap]:
    """``(h, w)`` each, 0 to 1: how far the picture follows the ground's pattern, and how much that tells."""
    known = ground.known.astype(np.float32)
    share = _around(known)
    behind, here = ground.view.astype(np.float32) * known[..., None], colours * known[..., None]

    def varied(one: FloatMap, other: FloatMap) -> FloatMap:
        weight = np.maximum(share, 1e-3)[..., None]
        together = _around(one * other) / weight - _around(one) * _around(other) / np.square(weight)
        return np.asarray(together.sum(-1), np.float32)

    spread = np.maximum(varied(behind, behind), 0)
    least = np.square(_PATTERN_NOISE)
    alike = varied(behind, here) / np.sqrt(np.maximum(spread * np.maximum(varied(here, here), 0), least))
    low, high = _FOLLOWS
    told = share * spread / (spread + _PATTERN_NOISE)
    return np.clip((alike - low) / (high - low), 0, 1).astype(np.float32), np.asarray(told, np.float32)


def _around(values: FloatMap) -> FloatMap:
    return np.asarray(cv2.GaussianBlur(values, (0, 0), _PATTERN_PX), np.float32)


def _unlike(colours: FloatMap, ground: Ground, beside: Mask, band: int) -> tuple[FloatMap, FloatMap]:
    """``(h, w)`` squared distance of each pixel from the ground behind it, and how large that is beside the object."""
    apart = np.full(beside.shape, np.inf, np.float32)
    for down in (-1, 0, 1):
        for right in (-1, 0, 1):
            view = np.roll(ground.view, (down, right), (0, 1)).astype(np.float32)
            apart = np.minimum(apart, np.square(colours - view).sum(-1))
    apart = np.asarray(cv2.GaussianBlur(apart, (0, 0), 1.0), np.float32)
    measured = (beside & ground.known).astype(np.float32)
    sigma = 3.0 * band
    sums, weight = (cv2.GaussianBlur(each, (0, 0), sigma) for each in (apart * measured, measured))
    return apart, np.maximum(sums / np.maximum(weight, 1e-3), _NOISE)


def _of_the_place(ground: Ground, wanted: Mask) -> list[tuple[FloatMap, FloatMap]]:
    """What is behind each wanted pixel, as it is and a pixel off, with what it costs to take it."""
    found = []
    for down in (-1, 0, 1):
        for right in (-1, 0, 1):
            matrix = np.array([[1, 0, right], [0, 1, down]], np.float32)
            size = wanted.shape[::-1]
            how = cv2.INTER_NEAREST | cv2.WARP_INVERSE_MAP
            view = cv2.warpAffine(ground.view, matrix, size, flags=how, borderMode=cv2.BORDER_REPLICATE)
            known = cv2.warpAffine(ground.known.astype(np.uint8), matrix, size, flags=how)
            cost = np.where(known[wanted] > 0, np.float32(0), np.float32(1e6))
            found.append((view[wanted].astype(np.float32), cost))
    return found


def _distance(mask: Mask) -> FloatMap:
    """``(h, w)`` distance of each pixel of a mask to the nearest outside it; the window's border is no outside."""
    return np.asarray(cv2.distanceTransform(mask.astype(np.uint8), cv2.DIST_L2, 5), np.float32)
