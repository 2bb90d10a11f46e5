"""An object that is several things: taken to pieces, each followed by itself, none with another's pixels."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
import pytest
from moving_scene import Scene, overlap, texture
from numpy.typing import NDArray

from models.flow.dis import DisFlow
from models.tracking.consensus import Beside
from models.tracking.flow_tracker import FlowMaskTracker
from models.tracking.protocol import MaskTracker, TrackedMask
from models.tracking.several import RememberedFlow, SeveralTracker, pieces_of
from models.tracking.working_pictures import PreparedPictures

View = NDArray[np.uint8]
BoolMask = NDArray[np.bool_]
HEIGHT, WIDTH = 120, 200


def tracker() -> SeveralTracker:
    return SeveralTracker(DisFlow("fast"), lambda flow, pictures: FlowMaskTracker(flow, pictures=pictures))


def block(left: int, top: int, width: int = 30, height: int = 36) -> BoolMask:
    mask = np.zeros((HEIGHT, WIDTH), np.bool_)
    mask[top : top + height, left : left + width] = True
    return mask


class Two:
    """A red block that goes right and another red one below it that goes left."""

    def __init__(self) -> None:
        self._ground = texture(HEIGHT, WIDTH, (95, 110, 90), seed=1)
        self._cloth = texture(36, 30, (200, 50, 40), seed=2, contrast=20)

    def parts(self, index: int) -> tuple[BoolMask, BoolMask]:
        return block(20 + 4 * index, 10), block(150 - 4 * index, 70)

    def mask(self, index: int) -> BoolMask:
        return np.logical_or(*self.parts(index))

    def view(self, index: int) -> View:
        view = self._ground.copy()
        for part in self.parts(index):
            view[part] = self._cloth.reshape(-1, 3)
        return view


def test_a_mask_of_things_that_lie_apart_is_taken_to_pieces_the_largest_first() -> None:
    large, small, crumb = block(10, 10), block(150, 60, 20, 20), block(182, 60, 4, 4)
    pieces = pieces_of(large | small | crumb)
    assert len(pieces) == 2
    assert np.array_equal(pieces[0], large) and np.array_equal(pieces[1], small | crumb)


@pytest.mark.parametrize(
    "mask",
    [block(10, 10), block(10, 10) | block(43, 10), block(10, 10) | block(120, 80, 5, 6), np.zeros((9, 9), np.bool_)],
    ids=["one piece", "a thin bar before it", "a crumb", "nothing"],
)
def test_one_thing_stays_whole(mask: BoolMask) -> None:
    pieces = pieces_of(mask)
    assert len(pieces) == 1 and pieces[0] is mask


def test_things_that_go_different_ways_are_all_kept() -> None:
    scene, ours = Two(), tracker()
    ours.start(scene.view(0), scene.mask(0))
    for index in range(1, 20):
        answer = ours.step(scene.view(index))
        assert overlap(answer.mask, scene.mask(index)) > 0.8
        assert answer.presence > 0.9 and answer.parts is not None and answer.claim is not None


def test_the_tracker_of_one_thing_answers_for_itself() -> None:
    scene, ours, plain = Scene(), tracker(), FlowMaskTracker()
    for each in (ours, plain):
        each.start(scene.view(0), scene.mask(0))
    for index in range(1, 4):
        mine, other = ours.step(scene.view(index)), plain.step(scene.view(index))
        assert np.array_equal(mine.mask, other.mask) and mine.presence == other.presence and mine.parts is None


def test_each_part_is_looked_at_by_itself_and_none_takes_anothers_pixels() -> None:
    scene, ours = Two(), tracker()
    ours.start(scene.view(0), scene.mask(0))
    answer = ours.step(scene.view(1))
    assert answer.parts is not None
    asked: list[BoolMask] = []
    greedy = scene.mask(1)

    def look(part: MaskTracker, its: TrackedMask) -> TrackedMask:
        asked.append(its.mask)
        part.settle(greedy)  # both say that all is theirs
        return replace(its, mask=greedy)

    mended = answer.parts.mended(look)
    assert len(asked) == 2 and not (asked[0] & asked[1]).any()
    assert all(overlap(mask, part) > 0.8 for mask, part in zip(asked, scene.parts(1), strict=True))
    assert np.array_equal(mended.mask, greedy)
    after = ours.step(scene.view(2))
    masks: list[BoolMask] = []
    assert after.parts is not None
    after.parts.mended(lambda part, its: masks.append(its.mask) or its)
    assert not (masks[0] & masks[1]).any() and overlap(after.mask, scene.mask(2)) > 0.8


def test_the_loose_ends_of_the_parts_are_those_of_the_whole() -> None:
    scene, ours = Two(), tracker()
    ours.start(scene.view(0), scene.mask(0))
    ours.step(scene.view(1))
    end, inside = block(60, 20, 8, 4), block(26, 12, 4, 4)

    def look(_: MaskTracker, answer: TrackedMask) -> TrackedMask:
        return replace(answer, ends=end | inside)

    whole = ours.mended(look)
    assert whole.ends is not None and np.array_equal(whole.ends, end) and not (whole.ends & whole.mask).any()


def test_what_is_left_of_several_things_is_doubtful_but_not_lost() -> None:
    scene, ours = Two(), tracker()
    ours.start(scene.view(0), scene.mask(0))
    answer = ours.step(scene.view(1))
    assert answer.parts is not None
    kept: list[BoolMask] = []

    def look(part: MaskTracker, its: TrackedMask) -> TrackedMask:
        if kept:  # the second is gone
            return replace(its, mask=np.zeros_like(its.mask), presence=0.0)
        kept.append(its.mask)
        return replace(its, presence=0.9)

    left = answer.parts.mended(look)
    assert np.array_equal(left.mask, kept[0])
    assert 0.5 <= left.presence < 0.8


def test_the_parts_look_at_the_pictures_in_one_size_and_prepare_them_once(monkeypatch: pytest.MonkeyPatch) -> None:
    prepared: list[tuple[int, ...]] = []
    of = Beside.of

    def noted(view: View) -> Beside:
        prepared.append(view.shape)
        return of(view)

    monkeypatch.setattr(Beside, "of", noted)
    view = np.random.default_rng(0).integers(0, 255, (540, 960, 3)).astype(np.uint8)
    mask = np.zeros(view.shape[:2], np.bool_)
    mask[100:220, 100:180] = mask[300:350, 500:540] = True  # by themselves at 0.6 and 1.0 of the picture
    ours = tracker()
    ours.start(view, mask)
    ours.step(view.copy())
    assert prepared == [(540, 960, 3)] * 2


class Standing:
    """The tracker of a thing that stays where it is; notes what it is told."""

    usual_px = 100.0

    def __init__(self) -> None:
        self.settled: list[BoolMask] = []

    def start(self, view: View, mask: BoolMask, scale: float | None = None) -> None:
        self.mask = mask

    def step(self, view: View, beside: object = ()) -> TrackedMask:
        return TrackedMask(self.mask, 1.0)

    def settle(self, mask: BoolMask) -> None:
        self.settled.append(mask)

    def leave_out(self, mask: BoolMask | None) -> None:
        self.left_out = mask


def test_a_settled_mask_is_shared_out_among_the_parts() -> None:
    scene, parts = Two(), [Standing(), Standing()]
    left = iter(parts)
    ours = SeveralTracker(DisFlow("fast"), lambda flow, pictures: next(left))  # type: ignore[arg-type,return-value]
    ours.start(scene.view(0), scene.mask(0))
    ours.step(scene.view(0))
    above, below = scene.parts(0)
    assert np.array_equal(parts[0].left_out, below) and np.array_equal(parts[1].left_out, above)
    new = block(22, 48, 26, 6)  # nobody's so far, close to the upper one
    ours.settle((above & ~block(20, 10, 5)) | new | below)
    assert np.array_equal(parts[0].settled[0], (above & ~block(20, 10, 5)) | new)
    assert np.array_equal(parts[1].settled[0], below)


def test_a_corrected_mask_may_be_of_fewer_things() -> None:
    scene, ours = Two(), tracker()
    ours.start(scene.view(0), scene.mask(0))
    ours.correct(scene.view(1), scene.parts(1)[0])
    assert overlap(ours.step(scene.view(2)).mask, scene.parts(2)[0]) > 0.8
    ours.correct(scene.view(2), scene.parts(2)[0])
    assert overlap(ours.step(scene.view(3)).mask, scene.parts(3)[0]) > 0.8


def test_flow_between_the_same_pictures_is_worked_out_once() -> None:
    asked = []

    class Counting:
        def flow(self, from_view: View, to_view: View) -> NDArray[np.float32]:
            asked.append(1)
            return np.zeros((*from_view.shape[:2], 2), np.float32)

    first, second = np.zeros((9, 9), np.uint8), np.ones((9, 9), np.uint8)
    flow = RememberedFlow(Counting())
    assert flow.flow(first, second) is flow.flow(first, second)
    flow.flow(second, first)
    assert len(asked) == 2
    for _ in range(30):
        flow.flow(np.zeros((9, 9), np.uint8), second)
    flow.flow(first, second)
    assert len(asked) == 33  # the oldest are forgotten


def test_pictures_are_prepared_once_a_scale() -> None:
    pictures, view = PreparedPictures(), np.zeros((90, 160, 3), np.uint8)
    assert pictures.of(view, 1.0)[0] is view
    assert pictures.of(view, 0.5)[1] is pictures.of(view, 0.5)[1]
    assert pictures.of(view, 0.5)[0].shape == (45, 80, 3) != pictures.of(cv2.flip(view, 0), 1.0)[0].shape
