"""What a segmenter finds in a box, with and without the weight-free mask to go by."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass

import numpy as np
import pytest
from numpy.typing import NDArray

from app.core.geometry import Rect
from app.core.masks import box_mask
from app.engine.track_ahead import LooksAhead
from app.engine.track_segmenter import TrackSegmenter
from models.sam.protocol import Checkpoint, Segmentation, SegmentPrompt, go_on

SIZE = (120, 90)
VIEW = np.zeros((SIZE[1], SIZE[0], 3), np.uint8)
BODY = Rect(30, 20, 40, 40)
PLAIN = box_mask(Rect(28, 18, 50, 44), *SIZE)


def body_and(part: Rect) -> NDArray[np.bool_]:
    return box_mask(BODY, *SIZE) | box_mask(part, *SIZE)


@dataclass
class _Segmenter:
    """Finds the body, and what a rough mask shows it beside."""

    shown: NDArray[np.bool_]
    score: float = 0.97
    name: str = "fake"
    running_on: str = "here"

    def embed(self, view: NDArray[np.uint8], checkpoint: Checkpoint = go_on, side_px: int | None = None) -> object:
        return view

    def predict(self, embedding: object, prompt: SegmentPrompt) -> Segmentation:
        rough = prompt.low_res is not None
        found = self.shown if rough else box_mask(BODY, *SIZE)
        score = self.score if rough else 0.97
        return Segmentation(found[None], np.array([score], np.float32), np.zeros((1, 4, 4), np.float32))

    def low_res_of(self, mask: NDArray[np.bool_]) -> NDArray[np.float32]:
        return np.full((4, 4), float(mask.any()), np.float32)


def found(segmenter: _Segmenter, plain: NDArray[np.bool_] = PLAIN) -> NDArray[np.bool_]:
    with closing(LooksAhead(segmenter)) as looks:  # type: ignore[arg-type]  # opaque embeddings
        return TrackSegmenter(looks).in_box(0, VIEW, (28, 18, 50, 44), plain)


def test_a_head_that_only_the_weight_free_mask_shows_is_part_of_the_object() -> None:
    with_head = body_and(Rect(70, 25, 10, 20))  # 11 % of both
    assert np.array_equal(found(_Segmenter(with_head)), with_head)


@pytest.mark.parametrize(
    ("part", "score"),
    [(Rect(70, 30, 10, 4), 0.97), (Rect(70, 20, 30, 40), 0.97), (Rect(70, 25, 10, 20), 0.6)],
    ids=["as good as the same", "another thing beside", "not believed in"],
)
def test_else_the_box_alone_says_what_the_object_is(part: Rect, score: float) -> None:
    assert np.array_equal(found(_Segmenter(body_and(part), score)), box_mask(BODY, *SIZE))


def test_without_a_weight_free_mask_there_is_nothing_to_show() -> None:
    nothing = np.zeros_like(PLAIN)
    assert np.array_equal(found(_Segmenter(body_and(Rect(70, 25, 10, 20))), nothing), box_mask(BODY, *SIZE))
