"""Tracking through a clip: anchors, both directions, cuts, boxes that move along."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from numpy.typing import NDArray
from walking_squares import ShownFrame, WalkingSquares, overlap, textured

from app.core.errors import Cancelled
from app.core.geometry import Rect
from app.core.masks import MaskBlob, box_mask
from app.core.prompts import BoxPrompt, MaskPrompt
from app.engine.track_settings import TrackSettings
from app.engine.tracking import REACH_FRAMES, WALK_WORTH, frames_looked_at, moving_boxes, track

COUNT = 20
SIZE = (160, 120)


def walking() -> WalkingSquares:
    """A red square that moves 3 pixels a frame."""
    return WalkingSquares(SIZE, COUNT, lambda index: Rect(20 + 3 * index, 40, 30, 36))


@pytest.mark.parametrize("anchor", [0, 9, COUNT - 1])
def test_a_box_anywhere_is_followed_both_ways(anchor: int) -> None:
    clip = walking()
    rect = clip.rect(anchor)
    box = BoxPrompt(Rect(rect.x - 3, rect.y - 4, rect.width + 7, rect.height + 7), anchor)
    answers = list(track(clip, [box], frames=(0, COUNT)))
    assert [answer.index for answer in answers] == list(range(COUNT))
    assert min(overlap(answer, clip.mask(answer.index)) for answer in answers) > 0.8
    assert min(answer.presence for answer in answers) >= 0.5


def test_a_mask_is_followed_and_a_range_is_kept_to() -> None:
    clip = walking()
    prompt = clip.prompt(2)  # before the range: tracked from as well
    answers = list(track(clip, [prompt], frames=(5, 12)))
    assert [answer.index for answer in answers] == list(range(5, 12))
    assert min(overlap(answer, clip.mask(answer.index)) for answer in answers) > 0.8


def test_between_two_anchors_the_nearer_one_counts() -> None:
    clip = walking()
    wrong = MaskPrompt(MaskBlob.from_array(box_mask(Rect(100, 5, 20, 20), *SIZE)), 12)
    right = clip.prompt(2)
    answers = list(track(clip, [right, wrong], frames=(0, 15)))
    assert all(overlap(answer, clip.mask(answer.index)) > 0.8 for answer in answers[:8])
    assert all(overlap(answer, clip.mask(answer.index)) < 0.3 for answer in answers[8:])


def test_where_it_is_lost_tracking_may_stop_and_then_stops_at_a_cut() -> None:
    clip, stop = walking(), TrackSettings(stop_when_lost=True)
    prompt = clip.prompt(2)
    answers = list(track(clip, [prompt], frames=(0, COUNT), cuts=[8], settings=stop))
    assert all(not answer.mask.is_empty for answer in answers[:8])
    assert all(answer.mask.is_empty and answer.presence == 0 for answer in answers[8:])


class _Shots:
    """Shots of 8 frames: in the even ones a patterned thing moves over the ground, in the odd ones there is another."""

    def __init__(self) -> None:
        self._grounds = [textured(SIZE, seed=seed) for seed in (0, 1)]
        self._thing = textured(SIZE, seed=2, spread=160)[:36, :30]
        self._thing[..., 0] |= 128

    def mask(self, index: int) -> NDArray[np.bool_]:
        shot, at = divmod(index, 8)
        return box_mask(Rect(20 + 30 * (shot % 3) + 2 * at, 30 + 5 * shot, 30, 36), *SIZE)

    def frames(self, start: int = 0, stop: int | None = None) -> Iterator[ShownFrame]:
        for index in range(start, 48 if stop is None else stop):
            view = self._grounds[index // 8 % 2].copy()
            if index // 8 % 2 == 0:
                view[self.mask(index)] = self._thing.reshape(-1, 3)
            yield ShownFrame(view)


@pytest.mark.parametrize("shot", [0, 4])
def test_an_object_is_found_again_by_its_look_in_shots_near_by_and_nowhere_else(shot: int) -> None:
    clip, anchor = _Shots(), 8 * shot + 3
    prompt = MaskPrompt(MaskBlob.from_array(clip.mask(anchor)), anchor)
    answers = list(track(clip, [prompt], frames=(0, 48), count=48, cuts=range(8, 48, 8)))
    found = [
        place for place in range(6) if any(answer.presence >= 0.5 for answer in answers[8 * place : 8 * place + 8])
    ]
    assert found == ([0, 2] if shot == 0 else [2, 4])  # 0 and 4 lie too far from each other
    for place in found:
        for answer in answers[8 * place : 8 * place + 8]:
            assert overlap(answer, clip.mask(answer.index)) > 0.7
    assert all(answer.mask.is_empty for answer in answers if answer.index // 8 not in found)


@pytest.mark.parametrize("frames", [(11, 14), (2, 6), (7, 10)], ids=str)
def test_a_frame_has_the_same_mask_whatever_the_range(frames: tuple[int, int]) -> None:
    clip = walking()
    rect = clip.rect(9)
    box = BoxPrompt(Rect(rect.x - 3, rect.y - 4, rect.width + 7, rect.height + 7), 9)
    whole = list(track(clip, [box], frames=(0, COUNT), count=COUNT))
    part = list(track(clip, [box], frames=frames, count=COUNT))
    assert part == whole[slice(*frames)]


def test_pictures_beside_the_range_and_the_prompts_are_looked_at() -> None:
    box = BoxPrompt(Rect(1, 1, 9, 9), 150)
    assert frames_looked_at([box], (160, 200), 1000) == (150 - REACH_FRAMES, 200 + REACH_FRAMES)
    assert frames_looked_at([box], (10, 20), 160) == (0, 160)


def test_nothing_is_tracked_that_no_wanted_frame_needs() -> None:
    clip, told = walking(), []
    prompt = clip.prompt(4)
    list(track(clip, [prompt], frames=(6, 8), count=COUNT, on_answer=lambda answer: told.append(answer.index)))
    assert told == [4, 5, 6, 7]


def test_every_frame_is_told_and_a_stop_is_obeyed() -> None:
    clip, told = walking(), []
    prompt = clip.prompt(0)
    list(track(clip, [prompt], frames=(0, 6), progress=lambda done, total: told.append((done, total))))
    total = 6 + 6 * WALK_WORTH
    assert told == [(done, total) for done in (*range(1, 7), *(6 + step * WALK_WORTH for step in range(1, 7)))]

    def stop() -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        list(track(clip, [prompt], frames=(0, 6), checkpoint=stop))


def test_a_moving_box_covers_the_shape_and_moves_smoothly() -> None:
    jitter = [0, 4, -4, 3, -3, 4, 0, -4, 2, 0]
    shapes = [Rect(20 + 3 * i + jump, 40 + jump, 20 + jump, 30) for i, jump in enumerate(jitter)]
    masks = {i: MaskBlob.from_array(box_mask(rect, *SIZE)) for i, rect in enumerate(shapes)}
    boxes = moving_boxes(masks)
    for i, mask in masks.items():
        assert not (mask.to_array() & ~boxes[i].to_array()).any()
        assert boxes[i].area_px == boxes[i].bbox.area_px
    rough = np.abs(np.diff([mask.bbox.y for mask in masks.values()], 2)).sum()
    assert np.abs(np.diff([box.bbox.y for box in boxes.values()], 2)).sum() < rough / 3


def test_boxes_are_not_smoothed_across_cuts_or_empty_frames() -> None:
    empty = MaskBlob.empty(*SIZE)
    left, right = (MaskBlob.from_array(box_mask(Rect(x, 10, 10, 10), *SIZE)) for x in (10, 120))
    boxes = moving_boxes({0: left, 1: left, 2: right, 3: empty, 4: left}, cuts=[2])
    assert boxes == {0: left, 1: left, 2: right, 3: empty, 4: left}
