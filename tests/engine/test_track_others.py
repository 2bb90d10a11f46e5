"""What other objects have already stays theirs when an object is tracked without them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from walking_squares import COLOURS, ShownFrame, WalkingSquares, overlap

from app.core.document import ClipIdentity, Document, DocumentObject, MaskOrigin, Track
from app.core.geometry import Rect
from app.core.masks import MaskBlob, box_mask
from app.core.prompts import BoxPrompt, MaskPrompt
from app.engine import track_ways
from app.engine.kept_tracks import KeptWalks, together_key
from app.engine.results import ResultCache
from app.engine.track_others import NOBODY, Bounds, Other, facts_of, others_in
from app.engine.track_settings import TrackSettings
from app.engine.track_together import track_together
from app.engine.track_ways import PRESENT, Way
from app.engine.tracking import track
from models.tracking.protocol import TrackedMask

COUNT, SIZE = 6, (200, 120)
LEFT, RIGHT = 0, 1
FLOW = TrackSettings("flow", segmenter="none")
LEFT_AT, RIGHT_AT = Rect(40, 40, 40, 40), Rect(84, 40, 40, 40)

BoolMask = NDArray[np.bool_]


def side_by_side() -> WalkingSquares:
    return WalkingSquares(SIZE, COUNT, lambda _index: LEFT_AT, lambda _index: RIGHT_AT)


def blob(*boxes: Rect) -> MaskBlob:
    return MaskBlob.from_array(np.logical_or.reduce([box_mask(box, *SIZE) for box in boxes]))


def tracked(mask: MaskBlob, *frames: int) -> Other:
    """An other whose mask was found in frames, in none of which the user made it."""
    return Other(dict.fromkeys(frames or range(COUNT), mask))


class _Spreading:
    """A tracker that takes all of the picture for the object, half of it for loose ends."""

    def __init__(self) -> None:
        self.settled: list[BoolMask] = []

    def start(self, view: NDArray[np.uint8], mask: BoolMask) -> None:
        assert mask.any()

    def step(self, view: NDArray[np.uint8], beside: object = ()) -> TrackedMask:
        upper = np.zeros(view.shape[:2], np.bool_)
        upper[: SIZE[1] // 2] = True
        return TrackedMask(upper, 1.0, ends=~upper)

    def settle(self, mask: BoolMask) -> None:
        self.settled.append(mask)


def spread(monkeypatch: pytest.MonkeyPatch, *others: Other, tracker: _Spreading | None = None) -> dict[int, BoolMask]:
    """By frame, what a tracker of the left square that takes everything is left with."""
    spreading = tracker or _Spreading()
    monkeypatch.setattr(track_ways, "load_tracker", lambda settings: spreading)
    clip = side_by_side()
    answers = track(clip, [clip.prompt(0, LEFT)], frames=(0, COUNT), settings=FLOW, others=others)
    return {answer.index: answer.mask.to_array() for answer in answers}


def test_another_objects_pixels_are_not_taken_and_the_tracker_goes_on_without_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    tracker = _Spreading()
    masks = spread(monkeypatch, tracked(blob(RIGHT_AT), 1, 2), tracker=tracker)
    right = box_mask(RIGHT_AT, *SIZE)
    assert not (masks[1] & right).any() and not (masks[2] & right).any()
    assert (masks[1] | right).all() and masks[3].all(), "all else is taken, as without it"
    assert len(tracker.settled) == 2 and not (tracker.settled[0] & right).any()


def test_an_object_of_which_nothing_is_left_is_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(track_ways, "load_tracker", lambda settings: _Spreading())
    clip = side_by_side()
    everything = Other({2: blob(Rect(0, 0, *SIZE))}, made={2})
    answers = list(track(clip, [clip.prompt(0, LEFT)], frames=(0, COUNT), settings=FLOW, others=(everything,)))
    assert answers[2].mask.is_empty and answers[2].presence < PRESENT
    assert answers[3].presence >= PRESENT


class _Twins(WalkingSquares):
    """Two squares of one colour."""

    def frames(self, start: int = 0, stop: int | None = None) -> Iterator[ShownFrame]:
        for shown in super().frames(start, stop):
            shown.rgb[self.mask(0, RIGHT)] = COLOURS[LEFT]
            yield shown


def test_a_real_tracker_keeps_off_a_twin_beside_it() -> None:
    clip = _Twins(SIZE, COUNT, lambda _index: LEFT_AT, lambda _index: Rect(80, 40, 40, 40))
    both = BoxPrompt(Rect(36, 36, 88, 48), 0)
    alone = list(track(clip, [both], frames=(0, COUNT), settings=FLOW))
    right = clip.mask(0, RIGHT)
    assert (alone[3].mask.to_array() & right).sum() > 0.8 * right.sum(), "two that touch, alike: one to a box"
    other = tracked(MaskBlob.from_array(right))
    bounded = list(track(clip, [both], frames=(0, COUNT), settings=FLOW, others=(other,)))
    for answer in bounded:
        assert not (answer.mask.to_array() & right).any()
        assert overlap(answer, clip.mask(answer.index, LEFT)) > 0.85


def test_what_the_user_marked_is_not_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(track_ways, "load_tracker", lambda settings: _Spreading())
    clip = side_by_side()
    wide = blob(Rect(40, 40, 50, 40))  # over a strip of the other
    answers = list(track(clip, [MaskPrompt(wide, 0)], frames=(0, 2), settings=FLOW, others=(tracked(blob(RIGHT_AT)),)))
    assert (answers[0].mask.to_array() & wide.to_array()).sum() > 0.98 * wide.area_px
    assert (answers[1].mask.to_array() & box_mask(RIGHT_AT, *SIZE)).sum() < 0.01 * RIGHT_AT.area_px


def test_one_in_whose_mask_the_object_lies_where_tracking_starts_bounds_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert spread(monkeypatch, tracked(blob(Rect(30, 30, 100, 60))))[1].all()
    part = blob(Rect(50, 45, 12, 12))
    assert not (spread(monkeypatch, tracked(part))[1] & part.to_array()).any(), "a hat is not its wearer"


def test_a_tracked_mask_that_crept_over_the_object_does_not_keep_it_from_its_own_colours() -> None:
    clip = side_by_side()
    views = [frame.rgb for frame in clip.frames()]
    crept = {0: blob(RIGHT_AT), 1: blob(LEFT_AT, RIGHT_AT)}

    def beyond(other: Other) -> BoolMask:
        bounds = Bounds((other,), 0, views[0], clip.mask(0, LEFT), MaskBlob.to_array)
        assert bounds
        claim = np.ones(SIZE[::-1], np.float32)
        return bounds.beyond(1, views[1], np.ones_like(clip.mask(0, LEFT)), claim)

    left, right = box_mask(LEFT_AT, *SIZE), box_mask(RIGHT_AT, *SIZE)
    found = beyond(Other(crept))
    assert (found & left).sum() < 0.1 * left.sum(), "red as the object, and not blue"
    assert (found & right).sum() > 0.95 * right.sum()
    assert (beyond(Other(crept, made={1})) == (left | right)).all(), "what the user made is the other's"
    assert (beyond(Other({1: crept[1]})) == (left | right)).all(), "of what colours it is nobody knows"


@pytest.mark.parametrize(("claim", "is_own"), [(0.9, True), (0.2, False)])
def test_nearer_to_its_own_anchor_the_object_keeps_what_it_claims_more(claim: float, is_own: bool) -> None:
    clip = _Twins(SIZE, COUNT, lambda _index: LEFT_AT, lambda _index: RIGHT_AT)
    views = [frame.rgb for frame in clip.frames()]
    left = clip.mask(0, LEFT)
    crept = {2: blob(RIGHT_AT), 3: blob(LEFT_AT, RIGHT_AT)}

    def beyond(*anchors: int) -> BoolMask:
        other = Other(crept, anchors=frozenset(anchors))
        bounds = Bounds((other,), 2, views[2], left, MaskBlob.to_array)
        return bounds.beyond(3, views[3], left, np.full(left.shape, claim, np.float32))

    assert beyond(5).any() == beyond(0).any() == (not is_own)
    assert (beyond(3) & left).sum() > 0.95 * left.sum(), "the user looked at the other's mask there"


def test_several_that_are_tracked_together_keep_off_a_third(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(track_ways, "load_tracker", lambda settings: _Spreading())
    clip, third = side_by_side(), Rect(150, 10, 30, 30)
    prompts = {LEFT: [clip.prompt(0, LEFT)], RIGHT: [clip.prompt(0, RIGHT)]}
    found = track_together(clip, prompts, frames=(0, 3), settings=FLOW, others=(tracked(blob(third)),))
    for answers in found.values():
        assert not (answers[1].mask.to_array() & box_mask(third, *SIZE)).any()
    assert np.logical_or.reduce([answers[1].mask.to_array() for answers in found.values()]).mean() > 0.9


def an_object(which: int, masks: Mapping[int, MaskBlob], **facts: object) -> DocumentObject:
    return replace(DocumentObject(which, f"object {which}", track=Track(masks)), **facts)  # type: ignore[arg-type]


def test_others_are_those_with_masks_that_say_where_they_are() -> None:
    mask = blob(RIGHT_AT)
    seen, drawn = {3: mask, 4: mask}, MaskPrompt(mask, 3)
    document = Document(
        ClipIdentity("clip.mp4", 1, *SIZE, COUNT),
        (
            an_object(1, seen),
            an_object(2, seen, prompts=(drawn, BoxPrompt(RIGHT_AT, 4))),
            an_object(3, seen, origin=MaskOrigin.DRAWN),
            an_object(4, seen, origin=MaskOrigin.STILL),
            an_object(5, {3: MaskBlob.empty(*SIZE)}),
        ),
    )
    others = others_in(document, [1])
    assert [[frame in other.made for frame in (3, 4)] for other in others] == [[True, False], [True, True]]
    assert all(other.at(3) == mask and other.at(5) is None for other in others)


def test_kept_walks_know_what_others_had_where_they_go(tmp_path: Path) -> None:
    way = Way(BoxPrompt(LEFT_AT, 10), (0, 20), range(11, 15), range(9, -1, -1), beyond=((20, 30),))

    def key(other: Other, direction: int) -> bytes:
        cache = ResultCache(tmp_path)
        kept = KeptWalks.of(cache, "clip", SIZE, 40, fields=False, settings=FLOW, others=(other,))
        return kept.key(way, direction).digest

    mask, alone = blob(RIGHT_AT), Other({})
    for frame, directions in ((5, {-1}), (10, {-1, 0, 1}), (18, {1}), (25, {1}), (30, set())):
        told = {direction for direction in (-1, 0, 1) if key(tracked(mask, frame), direction) != key(alone, direction)}
        assert told == directions
    assert key(tracked(mask, 12), 1) != key(Other({12: mask}, made={12}), 1)
    assert key(tracked(mask, 12), 1) != key(tracked(blob(LEFT_AT), 12), 1)
    assert key(tracked(mask, 12), 1) != key(Other({12: mask}, anchors=frozenset({3})), 1)


def test_a_kept_joint_track_knows_what_others_had() -> None:
    prompts = {LEFT: [BoxPrompt(LEFT_AT, 10)]}

    def key(*others: Other) -> bytes:
        return together_key("clip", prompts, (3, 8), fields=False, settings=FLOW, others=others).digest

    mask = blob(RIGHT_AT)
    assert key(tracked(mask, 4)) != key() != key(tracked(mask, 9)) and key(tracked(mask, 12)) == key() == key(*NOBODY)
    assert facts_of((tracked(mask, 4), Other({})), range(9)) != facts_of((Other({}), tracked(mask, 4)), range(9))
