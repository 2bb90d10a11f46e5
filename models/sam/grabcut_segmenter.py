"""Prompts answered without weights: GrabCut (Rother et al. 2004) seeded with points, a box or a rough mask."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from models.sam.protocol import (
    Checkpoint,
    Embedding,
    Logits,
    RgbView,
    Segmentation,
    SegmentPrompt,
    full_size,
    go_on,
    rough_logits,
)

_LONG_SIDE_PX = 320
_LOW_RES = 256
_ROUNDS = 4
_DOT_SHARE = 0.012
"""Radius, in long sides, of what certainly belongs to a point."""
_REACH_SHARES = (0.3, 0.17)
"""Radius, in long sides, in which the thing under a point is looked for: the first one, and one that corrects."""
_LIKE_SHARES = (0.1, 0.06)
"""Radius of what is taken for the thing to begin with, likewise."""
_BAND_SHARE = 0.03
"""How far from a rough mask's border the object may reach."""
_SCORE = 0.5
_SURE = 4.0


@dataclass(frozen=True, slots=True, eq=False)
class GrabCutEmbedding:
    """The picture, made small.

    Attributes:
        small: ``(h, w, 3)`` uint8.
        height, width: of the picture.
    """

    small: RgbView
    height: int
    width: int

    @property
    def size_bytes(self) -> int:
        """See ``Embedding``."""
        return self.small.nbytes


class GrabCutSegmenter:
    """A ``Segmenter`` with one candidate."""

    @property
    def name(self) -> str:
        """See ``Segmenter``."""
        return "grabcut"

    @property
    def running_on(self) -> str:
        """See ``Segmenter``."""
        return "OpenCV, CPU"

    def embed(self, view: RgbView, checkpoint: Checkpoint = go_on) -> GrabCutEmbedding:
        """See ``Segmenter``."""
        checkpoint()
        height, width = view.shape[:2]
        scale = min(1.0, _LONG_SIDE_PX / max(height, width))
        size = (max(1, round(width * scale)), max(1, round(height * scale)))
        small = np.asarray(cv2.resize(view, size, interpolation=cv2.INTER_AREA), np.uint8)
        return GrabCutEmbedding(np.ascontiguousarray(small), height, width)

    def predict(self, embedding: Embedding, prompt: SegmentPrompt) -> Segmentation:
        """See ``Segmenter``."""
        assert isinstance(embedding, GrabCutEmbedding), "another segmenter's embedding"
        assert not prompt.is_empty, "a prompt says where the object is"
        labels = _labels(embedding, prompt)
        found = _cut(embedding.small, labels)
        found = _kept_pieces(found, labels == cv2.GC_FGD)
        logits = _logits(found, embedding)
        mask = full_size(logits, embedding.height, embedding.width)
        return Segmentation(mask[None], np.full(1, _SCORE, np.float32), logits[None])

    def low_res_of(self, mask: NDArray[np.bool_]) -> Logits:
        """See ``Segmenter``."""
        return rough_logits(mask, _LOW_RES)


def _labels(embedding: GrabCutEmbedding, prompt: SegmentPrompt) -> NDArray[np.uint8]:
    """What GrabCut starts from, ``(h, w)``: what a rough mask, else a box, else the points alone suggest."""
    rows, columns = embedding.small.shape[:2]
    scale = max(rows, columns) / max(embedding.height, embedding.width)
    places = [(round(x * scale - 0.5), round(y * scale - 0.5)) for x, y in prompt.points.tolist()]
    labels = np.full((rows, columns), cv2.GC_BGD, np.uint8)
    long_side = max(rows, columns)
    corrects = int(prompt.low_res is not None)
    if prompt.low_res is not None:
        rough = full_size(prompt.low_res, rows, columns).astype(np.uint8)
        width = 2 * max(1, round(_BAND_SHARE * long_side)) + 1
        band = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (width, width))
        labels[cv2.dilate(rough, band) > 0] = cv2.GC_PR_BGD
        labels[rough > 0] = cv2.GC_PR_FGD
        labels[cv2.erode(rough, band) > 0] = cv2.GC_FGD
    for (x, y), label in zip(places, prompt.labels.tolist(), strict=True):
        if label == 1 and prompt.box is None:
            near = _disc(labels.shape, x, y, round(_REACH_SHARES[corrects] * long_side))
            labels[near & (labels == cv2.GC_BGD)] = cv2.GC_PR_BGD
            inner = _disc(labels.shape, x, y, round(_LIKE_SHARES[corrects] * long_side))
            labels[inner & (labels == cv2.GC_PR_BGD)] = cv2.GC_PR_FGD
    if prompt.box is not None:
        left, top, right, bottom = (round(side * scale) for side in prompt.box)
        inside = np.zeros(labels.shape, np.bool_)
        inside[max(0, top) : max(bottom, top + 1), max(0, left) : max(right, left + 1)] = True
        labels[inside & np.isin(labels, (cv2.GC_BGD, cv2.GC_PR_BGD))] = cv2.GC_PR_FGD
        labels[~inside] = cv2.GC_BGD
    dot = max(1, round(_DOT_SHARE * long_side))
    for wanted in (1, 0):  # of two points on one place, the one that excludes counts
        for (x, y), label in zip(places, prompt.labels.tolist(), strict=True):
            if label == wanted:
                labels[_disc(labels.shape, x, y, dot)] = cv2.GC_FGD if wanted else cv2.GC_BGD
    return labels


def _disc(shape: tuple[int, ...], x: int, y: int, radius: int) -> NDArray[np.bool_]:
    down, across = np.ogrid[: shape[0], : shape[1]]
    return np.asarray((across - x) ** 2 + (down - y) ** 2 <= radius * radius)


def _cut(small: RgbView, labels: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """GrabCut; where one side has nothing to learn colours from, what was suggested."""
    suggested = np.isin(labels, (cv2.GC_FGD, cv2.GC_PR_FGD))
    if suggested.sum() < 8 or (~suggested).sum() < 8:
        return np.asarray(suggested)
    work = labels.copy()
    cv2.setRNGSeed(1)  # its clustering starts at random
    models = (np.zeros((1, 65)), np.zeros((1, 65)))
    cv2.grabCut(small, work, (0, 0, 1, 1), *models, _ROUNDS, cv2.GC_INIT_WITH_MASK)
    return np.isin(work, (cv2.GC_FGD, cv2.GC_PR_FGD))


def _kept_pieces(mask: NDArray[np.bool_], sure: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """The pieces that hold a point of the user's; without one the large pieces."""
    count, labels, stats, _ = cv2.connectedComponentsWithStats(mask.view(np.uint8), connectivity=8)
    if count <= 1:
        return mask
    areas = stats[:, cv2.CC_STAT_AREA].astype(np.float64)
    areas[0] = 0
    keep = areas >= 0.1 * areas.max()
    held = np.unique(labels[sure & mask])
    if held.size:
        keep = np.isin(np.arange(count), held)
    keep[0] = False
    return np.asarray(keep[labels])


def _logits(mask: NDArray[np.bool_], embedding: GrabCutEmbedding) -> Logits:
    """A small mask on the grid of ``low_res``."""
    rows, columns = mask.shape
    scale = _LOW_RES / max(embedding.height, embedding.width)
    size = (max(1, round(embedding.width * scale)), max(1, round(embedding.height * scale)))
    soft = cv2.GaussianBlur(mask.astype(np.float32), (3, 3), 0)
    logits = np.full((_LOW_RES, _LOW_RES), -_SURE, np.float32)
    grown = cv2.resize(soft, size, interpolation=cv2.INTER_LINEAR if max(rows, columns) < _LOW_RES else cv2.INTER_AREA)
    logits[: size[1], : size[0]] = (2 * grown - 1) * _SURE
    return logits
