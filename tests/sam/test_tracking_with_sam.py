"""Tracking with a Segment Anything (tiny, random weights) that looks again: a frame's mask is its own."""

from __future__ import annotations

from dataclasses import dataclass, field

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from tiny_sam import tiny_sam
from walking_squares import WalkingSquares

from app.core.geometry import Rect
from app.engine import track_ways
from app.engine.track_settings import TrackSettings
from app.engine.track_together import track_together
from app.engine.tracking import TrackedFrame, track
from models.sam.protocol import Checkpoint, Embedding, Segmentation, Segmenter, SegmentPrompt, full_size, go_on
from models.sam.torch_segmenter import TorchSegmenter

COUNT, SIZE, EVERY = 24, (160, 120), 4
EDGE = np.ones((5, 5), np.uint8)


def crossing() -> WalkingSquares:
    """Two squares, the one above walks to the right, the one below to the left."""
    return WalkingSquares(
        SIZE,
        COUNT,
        lambda index: Rect(14 + 3 * index, 14, 30, 36),
        lambda index: Rect(110 - 3 * index, 70, 30, 36),
    )


@dataclass
class _AtTheEdge:
    """A Segment Anything that is believed: from the edge of the mask asked about it takes what it likes less.

    With random weights its own masks are of nothing, but they depend on the picture and on what was asked.
    """

    sam: Segmenter
    name: str = "tiny"
    running_on: str = "here"
    looks: list[bytes] = field(default_factory=list)
    asked: NDArray[np.bool_] = field(default_factory=lambda: np.zeros((1, 1), np.bool_))

    def embed(self, view: NDArray[np.uint8], checkpoint: Checkpoint = go_on) -> Embedding:
        self.looks.append(view.tobytes())
        return self.sam.embed(view, checkpoint)

    def predict(self, embedding: Embedding, prompt: SegmentPrompt) -> Segmentation:
        found = self.sam.predict(embedding, prompt)
        logits = found.low_res[0]
        liked = full_size(logits - np.median(logits), *self.asked.shape)
        inner = cv2.erode(self.asked.view(np.uint8), EDGE) > 0
        return Segmentation((inner | (self.asked & liked))[None], np.full(1, 0.97, np.float32), found.low_res[:1])

    def low_res_of(self, mask: NDArray[np.bool_]) -> NDArray[np.float32]:
        self.asked = mask
        return self.sam.low_res_of(mask)


@pytest.fixture
def looking(monkeypatch: pytest.MonkeyPatch) -> _AtTheEdge:
    made = _AtTheEdge(TorchSegmenter(tiny_sam(), "vit-b"))
    monkeypatch.setattr(track_ways, "load_track_segmenter", lambda asked: made)
    return made


def tracked(frames: tuple[int, int], settings: TrackSettings) -> list[TrackedFrame]:
    clip = crossing()
    return list(track(clip, [clip.prompt(9)], frames=frames, count=COUNT, settings=settings))


def test_masks_do_not_depend_on_the_range_that_is_tracked(looking: _AtTheEdge) -> None:
    settings = TrackSettings(look_again=EVERY)
    whole = tracked((0, COUNT), settings)
    assert len(looking.looks) == 5  # frames 0, 4, 12, 16 and 20; 8 lies beside the anchor
    assert whole != tracked((0, COUNT), TrackSettings(look_again=0))
    for part in ((11, 15), (2, 6), (15, 22), (8, 10)):
        assert tracked(part, settings) == whole[slice(*part)]


def test_masks_of_several_objects_do_not_depend_on_the_range(looking: _AtTheEdge) -> None:
    clip, settings = crossing(), TrackSettings(look_again=EVERY)

    def together(frames: tuple[int, int]) -> dict[int, list[TrackedFrame]]:
        prompts = {which: [clip.prompt(3 + 2 * which, which)] for which in (0, 1)}
        return track_together(clip, prompts, frames=frames, count=COUNT, settings=settings)

    whole, part = together((0, 18)), together((0, 12))
    assert len(looking.looks) == 4 + 2
    for which in (0, 1):
        assert part[which] == whole[which][:12]
