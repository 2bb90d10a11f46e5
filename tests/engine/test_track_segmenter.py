"""A segmenter beside the tracker: when its mask is the better one."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pytest
from numpy.typing import NDArray

from app.core.errors import UserError
from app.core.geometry import Rect
from app.core.masks import MaskBlob, box_mask
from app.core.prompts import BoxPrompt
from app.engine import track_ways
from app.engine.loader import load_track_segmenter
from app.engine.track_segmenter import BELIEVED, TrackSegmenter
from app.engine.track_settings import TrackSettings
from app.engine.tracking import track
from models.sam.protocol import Segmentation, SegmentPrompt

SIZE, COUNT = (120, 90), 10
TRUE = Rect(30, 20, 40, 40)
VIEW = np.zeros((SIZE[1], SIZE[0], 3), np.uint8)


def mask(rect: Rect) -> NDArray[np.bool_]:
    return box_mask(rect, *SIZE)


@dataclass
class _Segmenter:
    """Always answers with the same mask."""

    answer: NDArray[np.bool_]
    score: float = 0.97
    name: str = "fake"
    running_on: str = "here"
    asked: list[SegmentPrompt] = field(default_factory=list)

    def embed(self, view: NDArray[np.uint8], checkpoint: object = None) -> object:
        return view

    def predict(self, embedding: object, prompt: SegmentPrompt) -> Segmentation:
        self.asked.append(prompt)
        return Segmentation(self.answer[None], np.array([self.score], np.float32), np.zeros((1, 4, 4), np.float32))

    def low_res_of(self, mask: NDArray[np.bool_]) -> NDArray[np.float32]:
        return np.zeros((4, 4), np.float32)


def test_without_weights_a_segmenter_is_left_out_unless_it_is_to_look_again() -> None:
    assert load_track_segmenter(TrackSettings()) is None
    assert load_track_segmenter(TrackSettings(segmenter="none", look_again=8)) is None
    with pytest.raises(UserError, match="cleanplate models fetch mobile-sam"):
        load_track_segmenter(TrackSettings(look_again=8))


def test_in_a_box_a_segmenter_that_believes_in_its_mask_is_taken() -> None:
    plain = mask(Rect(32, 25, 20, 20))
    for score, expected in ((BELIEVED + 0.05, mask(TRUE)), (BELIEVED - 0.05, plain)):
        segmenter = TrackSegmenter(_Segmenter(mask(TRUE), score))  # type: ignore[arg-type]
        assert np.array_equal(segmenter.in_box(VIEW, (28, 18, 44, 44), plain), expected)
    nothing = TrackSegmenter(_Segmenter(np.zeros_like(plain)))  # type: ignore[arg-type]
    assert nothing.in_box(VIEW, (28, 18, 44, 44), plain) is plain


@pytest.mark.parametrize(
    ("other", "score", "taken"),
    [
        (Rect(31, 22, 40, 38), 0.97, True),
        (Rect(31, 22, 40, 38), 0.5, False),
        (Rect(70, 40, 40, 40), 0.97, False),  # another thing
        (Rect(25, 15, 62, 44), 0.97, False),  # much more than the thing
    ],
)
def test_on_the_way_only_the_same_thing_is_taken(other: Rect, score: float, taken: bool) -> None:
    fake = _Segmenter(mask(other), score)
    found = TrackSegmenter(fake).again(VIEW, mask(TRUE))  # type: ignore[arg-type]
    assert (found is not None) == taken
    left, top, right, bottom = fake.asked[0].box or (0, 0, 0, 0)
    assert left < TRUE.x and top < TRUE.y and right > TRUE.right and bottom > TRUE.bottom
    assert fake.asked[0].low_res is not None


@dataclass
class _Frame:
    rgb: NDArray[np.uint8]


class _Still:
    """A red square on a textured wall that does not move."""

    def frames(self, start: int = 0, stop: int | None = None) -> list[_Frame]:
        wall = np.random.default_rng(0).integers(60, 140, (SIZE[1], SIZE[0], 3)).astype(np.uint8)
        wall[mask(TRUE)] = (200, 40, 30)
        return [_Frame(wall) for _ in range(start, COUNT if stop is None else stop)]


def followed(monkeypatch: pytest.MonkeyPatch, fake: _Segmenter, settings: TrackSettings) -> list[MaskBlob]:
    monkeypatch.setattr(track_ways, "load_track_segmenter", lambda asked: fake)
    box = BoxPrompt(Rect(26, 16, 48, 48), 0)
    return [answer.mask for answer in track(_Still(), [box], frames=(0, COUNT), settings=settings)]


def test_a_segmenter_looks_again_every_so_many_frames(monkeypatch: pytest.MonkeyPatch) -> None:
    fake = _Segmenter(mask(TRUE))
    masks = followed(monkeypatch, fake, TrackSettings(look_again=4))
    assert len(fake.asked) == 3  # in the box, in frames 4 and 8
    truth = mask(TRUE)
    assert all((each.to_array() & truth).sum() > 0.95 * truth.sum() for each in masks)


def test_without_looking_again_only_the_box_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    fake = _Segmenter(mask(TRUE))
    followed(monkeypatch, fake, TrackSettings())
    assert len(fake.asked) == 1
