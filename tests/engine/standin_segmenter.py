"""A segmenter that knows only brightness, for tests of what is built on one: quick, and it counts what it is asked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import cv2
import numpy as np
from numpy.typing import NDArray

from app.engine.loader import LoadedSegmenter
from models.sam.protocol import Checkpoint, Logits, Segmentation, SegmentPrompt, full_size, go_on, rough_logits

SIDE = 256


@dataclass
class Looked:
    """A picture's brightness."""

    bright: NDArray[np.bool_]
    size_bytes: int = 1 << 20


@dataclass
class StandInSegmenter:
    """The bright piece under each including click (or in a box, or where a rough mask is), less those excluded.

    Attributes:
        candidates: how many answers it gives: the piece, the piece's bounding box, everything bright.
        looked: how often it looked at a picture.
        prompts: every prompt that it was asked.
        while_looking: called while it looks.
        marks: what counts as bright in a picture.
    """

    candidates: int = 1
    name: str = "stand-in"
    running_on: str = "test"
    looked: int = 0
    prompts: list[SegmentPrompt] = field(default_factory=list)
    while_looking: Callable[[Checkpoint], object] | None = None
    marks: Callable[[NDArray[np.uint8]], NDArray[np.bool_]] = lambda view: np.asarray(view.mean(axis=2) > 128)

    def embed(self, view: NDArray[np.uint8], checkpoint: Checkpoint = go_on) -> Looked:
        if self.while_looking is not None:
            self.while_looking(checkpoint)
        checkpoint()
        self.looked += 1
        return Looked(self.marks(view))

    def predict(self, embedding: object, prompt: SegmentPrompt) -> Segmentation:
        assert isinstance(embedding, Looked)
        self.prompts.append(prompt)
        bright = embedding.bright
        height, width = bright.shape
        _, labels = cv2.connectedComponents(bright.view(np.uint8))
        wanted = np.zeros_like(bright)
        if prompt.low_res is not None:
            wanted |= full_size(prompt.low_res, height, width) & bright
        if prompt.box is not None:
            left, top, right, bottom = (round(edge) for edge in prompt.box)
            inside = np.zeros_like(bright)
            inside[top:bottom, left:right] = True
            wanted |= inside & bright
        for included in (1, 0):
            for (x, y), label in zip(prompt.points, prompt.labels, strict=True):
                piece = labels[min(int(y), height - 1), min(int(x), width - 1)]
                if label == included and piece:
                    wanted[labels == piece] = bool(included)
        box = np.zeros_like(bright)
        if wanted.any():
            rows, columns = np.flatnonzero(wanted.any(1)), np.flatnonzero(wanted.any(0))
            box[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1] = True
        masks = np.stack([wanted, box, bright][: self.candidates])
        logits = np.stack([rough_logits(mask, SIDE) for mask in masks])
        return Segmentation(masks, np.linspace(0.9, 0.5, len(masks), dtype=np.float32), logits)

    def low_res_of(self, mask: NDArray[np.bool_]) -> Logits:
        return rough_logits(mask, SIDE)


def loads(segmenter: StandInSegmenter, missing: str = "") -> Callable[[str], LoadedSegmenter]:
    """What takes the place of ``load_segmenter``."""
    return lambda _name: LoadedSegmenter(segmenter, missing)
