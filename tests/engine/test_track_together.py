"""Several objects tracked in one pass: each keeps its own pixels."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from numpy.typing import NDArray
from walking_squares import COLOURS, ShownFrame, WalkingSquares, overlap

from app.core.geometry import Rect
from app.core.masks import MaskBlob, box_mask
from app.core.prompts import MaskPrompt
from app.engine import track_ways
from app.engine.track_settings import TrackSettings
from app.engine.track_together import track_together
from app.engine.track_ways import claim_of
from app.engine.tracking import TrackedFrame
from models.tracking.protocol import TrackedMask

COUNT, SIZE = 18, (200, 120)
LEFT, RIGHT = 0, 1


def meeting() -> WalkingSquares:
    """Two squares walk towards each other and stop side by side."""
    return WalkingSquares(
        SIZE,
        COUNT,
        lambda index: Rect(20 + min(index, 12) * 3, 40, 40, 40),
        lambda index: Rect(132 - min(index, 12) * 3, 40, 40, 40),
    )


def test_two_that_meet_share_no_pixel() -> None:
    clip = meeting()
    found = track_together(
        clip, {LEFT: [clip.prompt(0, LEFT)], RIGHT: [clip.prompt(COUNT - 1, RIGHT)]}, frames=(0, COUNT), cuts=()
    )
    for one, other in zip(found[LEFT], found[RIGHT], strict=True):
        assert not (one.mask.to_array() & other.mask.to_array()).any()
    for which in (LEFT, RIGHT):
        assert [answer.index for answer in found[which]] == list(range(COUNT))
        assert min(overlap(answer, clip.mask(answer.index, which)) for answer in found[which]) > 0.7


def test_a_mask_that_the_user_made_is_not_taken_from() -> None:
    clip = meeting()
    whole = box_mask(Rect(20, 30, 160, 60), *SIZE)  # claims both at frame 6
    painted = MaskPrompt(MaskBlob.from_array(whole), 6)
    found = track_together(clip, {LEFT: [painted], RIGHT: [clip.prompt(0, RIGHT)]}, frames=(0, 8))
    assert (found[LEFT][6].mask.to_array() & whole).sum() > 0.95 * whole.sum()
    assert not (found[RIGHT][6].mask.to_array() & whole)[34:86, 24:176].any()


class _Reaching:
    """A tracker whose object stands still, with a loose end over the whole picture."""

    def start(self, view: NDArray[np.uint8], shape: NDArray[np.bool_]) -> None:
        self.last, self.settled = shape, 0

    def step(self, view: NDArray[np.uint8], beside: object = ()) -> TrackedMask:
        return TrackedMask(self.last, 1.0, ends=~self.last)

    def settle(self, shape: NDArray[np.bool_]) -> None:
        raise AssertionError("nobody lost a pixel")


def test_loose_ends_take_nobodys_pixels(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(track_ways, "load_tracker", lambda settings: _Reaching())
    clip = meeting()
    prompts = {LEFT: [clip.prompt(0, LEFT)], RIGHT: [clip.prompt(0, RIGHT)]}
    found = track_together(clip, prompts, frames=(0, 2), settings=TrackSettings("flow", segmenter="none"))
    left, right = (found[which][1].mask.to_array() for which in (LEFT, RIGHT))
    assert not (left & right).any() and (left | right).mean() > 0.98
    assert overlap(found[RIGHT][1], clip.mask(0, RIGHT)) > 0.9 and left.sum() > right.sum()


def test_every_answer_is_told_and_the_last_word_is_returned() -> None:
    clip = meeting()
    told: dict[tuple[int, int], TrackedFrame] = {}
    found = track_together(
        clip,
        {LEFT: [clip.prompt(2, LEFT)], RIGHT: [clip.prompt(5, RIGHT)]},
        frames=(1, 8),
        on_answer=lambda key, answer: told.update({(key, answer.index): answer}),
    )
    for which in (LEFT, RIGHT):
        assert [told[which, index] for index in range(1, 8)] == found[which]


def test_tracking_of_several_that_stops_where_they_are_lost_stops_at_a_cut() -> None:
    clip = meeting()
    prompts = {LEFT: [clip.prompt(0, LEFT)], RIGHT: [clip.prompt(12, RIGHT)]}
    stop = TrackSettings(stop_when_lost=True)
    found = track_together(clip, prompts, frames=(0, COUNT), cuts=[8], settings=stop)
    assert all(answer.mask.is_empty for answer in found[LEFT][8:])
    assert all(answer.mask.is_empty for answer in found[RIGHT][:8])
    assert found[LEFT][8].cut


def test_a_lost_object_claims_nothing() -> None:
    mask = np.ones((4, 4), np.bool_)
    assert not claim_of(TrackedMask(mask, 0.2)).any()
    assert (claim_of(TrackedMask(mask, 0.8)) == np.float32(0.8)).all()


class _Standing:
    """A tracker whose object stands still; that of one further left has grown over all of the picture."""

    def start(self, view: NDArray[np.uint8], shape: NDArray[np.bool_]) -> None:
        self.grows = bool(shape[:, : shape.shape[1] // 4].any())
        self.last = np.ones_like(shape) if self.grows else shape

    def step(self, view: NDArray[np.uint8], beside: object = ()) -> TrackedMask:
        return TrackedMask(self.last, 0.9 if self.grows else 1.0)

    def settle(self, shape: NDArray[np.bool_]) -> None:
        self.last = shape


def grown_over_the_other(monkeypatch: pytest.MonkeyPatch, clip: WalkingSquares, hidden: slice) -> NDArray[np.bool_]:
    """What the first square's tracker keeps of frame 1; the other's mask lacks some columns."""
    monkeypatch.setattr(track_ways, "load_tracker", lambda settings: _Standing())
    half = clip.mask(0, RIGHT)
    half[:, hidden] = False
    prompts = {LEFT: [clip.prompt(0, LEFT)], RIGHT: [MaskPrompt(MaskBlob.from_array(half), 0)]}
    found = track_together(clip, prompts, frames=(0, 2), settings=TrackSettings("flow", segmenter="none"))
    return found[LEFT][1].mask.to_array()


def test_what_comes_out_from_behind_is_not_the_others_if_it_has_not_its_colours(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    clip = WalkingSquares(SIZE, 3, lambda _index: Rect(40, 40, 40, 40), lambda _index: Rect(84, 40, 40, 40))
    kept = grown_over_the_other(monkeypatch, clip, slice(84, 104))
    own, behind = clip.mask(1, LEFT), np.zeros_like(kept)
    behind[44:76, 88:104] = True
    assert (kept & own).sum() > 0.95 * own.sum()
    assert not (kept & behind).any(), "its colours are the other's"


class _Patched(WalkingSquares):
    """With a patch of the second square's colour far from it."""

    def frames(self, start: int = 0, stop: int | None = None) -> Iterator[ShownFrame]:
        for shown in super().frames(start, stop):
            shown.rgb[50:70, 100:120] = COLOURS[RIGHT]
            yield shown


def test_colours_like_anothers_far_from_it_and_those_of_neither_stay(monkeypatch: pytest.MonkeyPatch) -> None:
    clip = _Patched(SIZE, 3, lambda _index: Rect(10, 40, 30, 40), lambda _index: Rect(170, 40, 20, 20))
    kept = grown_over_the_other(monkeypatch, clip, slice(0, 1))
    assert kept[50:70, 100:120].all(), "it may be its own: the other is far"
    assert kept[:, :150].mean() > 0.99, "the ground's colours speak for nobody"
