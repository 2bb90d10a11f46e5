"""Several objects tracked in one pass: each keeps its own pixels."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from app.core.geometry import Rect
from app.core.masks import MaskBlob, box_mask
from app.core.prompts import MaskPrompt
from app.engine.track_settings import TrackSettings
from app.engine.track_together import claim_of, track_together
from app.engine.tracking import TrackedFrame
from models.tracking.protocol import TrackedMask

COUNT, SIZE = 18, (200, 120)
LEFT, RIGHT = 1, 2


@dataclass
class _Frame:
    rgb: NDArray[np.uint8]


class _Meeting:
    """A red square and a blue one walk towards each other and stop side by side."""

    def __init__(self) -> None:
        noise = np.random.default_rng(0).normal(110, 90, (SIZE[1], SIZE[0], 3)).astype(np.float32)
        self._ground = np.clip(cv2.GaussianBlur(noise, (0, 0), 2), 0, 255).astype(np.uint8)

    def mask(self, which: int, index: int) -> NDArray[np.bool_]:
        step = min(index, 12) * 3
        return box_mask(Rect(20 + step, 40, 40, 40) if which == LEFT else Rect(132 - step, 40, 40, 40), *SIZE)

    def frames(self, start: int = 0, stop: int | None = None) -> Iterator[_Frame]:
        for index in range(start, COUNT if stop is None else stop):
            view = self._ground.copy()
            view[self.mask(LEFT, index)] = (200, 40, 30)
            view[self.mask(RIGHT, index)] = (40, 60, 200)
            yield _Frame(view)

    def prompt(self, which: int, index: int) -> MaskPrompt:
        return MaskPrompt(MaskBlob.from_array(self.mask(which, index)), index)


def _overlap(answer: TrackedFrame, truth: NDArray[np.bool_]) -> float:
    mask = answer.mask.to_array()
    return float((mask & truth).sum() / (mask | truth).sum())


def test_two_that_meet_share_no_pixel() -> None:
    clip = _Meeting()
    found = track_together(
        clip, {LEFT: [clip.prompt(LEFT, 0)], RIGHT: [clip.prompt(RIGHT, COUNT - 1)]}, frames=(0, COUNT), cuts=()
    )
    for one, other in zip(found[LEFT], found[RIGHT], strict=True):
        assert not (one.mask.to_array() & other.mask.to_array()).any()
    for which in (LEFT, RIGHT):
        assert [answer.index for answer in found[which]] == list(range(COUNT))
        assert min(_overlap(answer, clip.mask(which, answer.index)) for answer in found[which]) > 0.7


def test_a_mask_that_the_user_made_is_not_taken_from() -> None:
    clip = _Meeting()
    whole = box_mask(Rect(20, 30, 160, 60), *SIZE)  # claims both at frame 6
    painted = MaskPrompt(MaskBlob.from_array(whole), 6)
    found = track_together(clip, {LEFT: [painted], RIGHT: [clip.prompt(RIGHT, 0)]}, frames=(0, 8))
    assert (found[LEFT][6].mask.to_array() & whole).sum() > 0.95 * whole.sum()
    assert not (found[RIGHT][6].mask.to_array() & whole)[34:86, 24:176].any()


def test_every_answer_is_told_and_the_last_word_is_returned() -> None:
    clip = _Meeting()
    told: dict[tuple[int, int], TrackedFrame] = {}
    found = track_together(
        clip,
        {LEFT: [clip.prompt(LEFT, 2)], RIGHT: [clip.prompt(RIGHT, 5)]},
        frames=(1, 8),
        on_answer=lambda key, answer: told.update({(key, answer.index): answer}),
    )
    for which in (LEFT, RIGHT):
        assert [told[which, index] for index in range(1, 8)] == found[which]


def test_tracking_of_several_that_stops_where_they_are_lost_stops_at_a_cut() -> None:
    clip = _Meeting()
    prompts = {LEFT: [clip.prompt(LEFT, 0)], RIGHT: [clip.prompt(RIGHT, 12)]}
    stop = TrackSettings(stop_when_lost=True)
    found = track_together(clip, prompts, frames=(0, COUNT), cuts=[8], settings=stop)
    assert all(answer.mask.is_empty for answer in found[LEFT][8:])
    assert all(answer.mask.is_empty for answer in found[RIGHT][:8])
    assert found[LEFT][8].cut


def test_a_lost_object_claims_nothing() -> None:
    mask = np.ones((4, 4), np.bool_)
    assert not claim_of(TrackedMask(mask, 0.2)).any()
    assert (claim_of(TrackedMask(mask, 0.8)) == np.float32(0.8)).all()
